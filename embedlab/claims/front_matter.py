"""The claims of the front matter: characters, dates, sources, and how the deck is divided."""

from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from embedlab.claims.findings import Fact, Finding, claim, judged, recorded, several
from embedlab.datasets import world
from embedlab.onehot import code_points
from embedlab.subwords import subwords

# Where each model was first published, and the year that the slides print.
_FIRST = {
    "Word2Vec": ("arXiv:1301.3781", 2013),
    "GloVe": ("doi:10.3115/v1/D14-1162", 2014),
    "FastText": ("arXiv:1607.04606", 2016),
    "ELMo": ("arXiv:1802.05365", 2018),
    "BERT": ("arXiv:1810.04805", 2018),
    "GPT": ("Radford et al. 2018", 2018),
}


@claim("arithmetic")
def c001() -> Finding:
    """The ASCII codes of c, a and t are 99, 97 and 116."""
    codes = code_points("cat")
    printed = ("99", "97", "116")
    return several(
        {f"{c}:": (code, text) for c, code, text in zip("cat", codes, printed, strict=True)}
    )


@claim("historical")
def c002() -> Finding:
    """Word2Vec is of 2013, GloVe of 2014, FastText of 2016; ELMo, BERT and GPT are of 2018."""
    years = {name: _year(place) for name, (place, _) in _FIRST.items()}
    late = {name: years[name] for name, (_, printed) in _FIRST.items() if years[name] != printed}
    return judged(
        not late,
        computed="first published: "
        + ", ".join(f"{name} {year}" for name, year in years.items())
        + "; in a journal or at a conference FastText came in 2017 and BERT in 2019",
        correction=f"First published in another year: {late}.",
        source="; ".join(f"{name} {place}" for name, (place, _) in _FIRST.items())
        + " (as cited in BERT's abstract); FastText in TACL 5, 2017; BERT doi:10.18653/v1/N19-1423",
    )


@claim("historical")
def c003() -> Finding:
    """The sentence that a word is known by its company is from Firth, 1957."""
    return recorded(
        "Firth, 1957",
        Fact(
            "Firth, 1957",
            "J. R. Firth 1957, A synopsis of linguistic theory, 1930–1955, in: Studies in "
            "Linguistic Analysis, Blackwell, Oxford; wording and place as confirmed by "
            "W. McCarty, Humanist 20.337 (2006)",
        ),
    )


@claim("historical")
def c004() -> Finding:
    """Tokenizers such as BPE and SentencePiece carry on what Word2Vec, GloVe and FastText began.

    That is: prediction from the context, factored co-occurrence counts, and pieces of words.
    """
    drawn = world(np.random.default_rng(0), 10_000)
    tokens = [token for sentence in drawn.sentences for token in sentence]
    merges = _merges([token for token in tokens if token not in drawn.misspellings], 200)
    right, other = [], []
    for form, word in drawn.misspellings.items():
        pieces = _pieces(form, merges)
        right.append(len(pieces & _pieces(word, merges)) / len(pieces))
        strangers = sorted(set(tokens) - {form, word})
        other += [len(pieces & _pieces(near, merges)) / len(pieces) for near in strangers]
    own, foreign = float(np.mean(right)), float(np.mean(other))
    months_before = _months("1607.04606") - _months("1508.07909")
    return judged(
        months_before < 0 and own > 2 * foreign,
        own > 2 * foreign,
        computed=f"BPE with 200 merges, learned on the artificial world: {len(right)} misspellings "
        f"that it never saw have {own:.0%} of their pieces in common with the right word, "
        f"{foreign:.0%} with any other word. BPE for translation appeared {months_before} months "
        "before FastText",
        correction="One thread of the three: an unknown word is put together from known pieces, "
        f"and there BPE came {months_before} months before FastText. BPE and SentencePiece learn "
        "their pieces from counts of strings. They predict no context, factor no table of "
        "co-occurrences and make no vectors; that is left to the model that reads the pieces.",
        source="Sennrich, Haddow and Birch, arXiv:1508.07909 (31 August 2015), "
        "doi:10.18653/v1/P16-1162; Bojanowski et al., arXiv:1607.04606 (15 July 2016); "
        "documentation of SentencePiece, github.com/google/sentencepiece",
    )


@claim("historical")
def c005() -> Finding:
    """The papers to read are Mikolov 2013, Pennington 2014, Bojanowski 2017, Levy–Goldberg 2014."""
    return recorded(
        "Mikolov 2013, Pennington 2014, Bojanowski 2017, Levy and Goldberg 2014",
        Fact(
            "Mikolov 2013, Pennington 2014, Bojanowski 2017, Levy and Goldberg 2014",
            "arXiv:1301.3781; doi:10.3115/v1/D14-1162; Transactions of the ACL 5 (2017), which is "
            "arXiv:1607.04606 of 2016; Advances in Neural Information Processing Systems 27 (2014)",
        ),
    )


@claim("historical")
def c318() -> Finding:
    """Two versions of the deck call Part II Advanced Topics and Mathematical Foundations.

    There it follows training or production. The full one calls it Advanced Theory & Visualizations,
    has it before Beyond ASCII, and alone has a Part I.
    """
    # Of each version the headings in their order, as read off the documents.
    advanced = "Part II Advanced Topics and Mathematical Foundations"
    versions = {
        "full": ("Part I", "Part II Advanced Theory & Visualizations", "Beyond ASCII", "training"),
        "short": ("training", advanced, "Key Takeaways", "Thank You", "the formulas"),
        "with production": (
            *("training", "production", advanced),
            *("Key Takeaways", "Thank You", "the formulas"),
        ),
    }
    agreeing = [name for name, headings in versions.items() if advanced in headings]
    late = [
        name
        for name in agreeing
        if versions[name].index("training") < versions[name].index(advanced)
    ]
    with_part_one = [name for name, headings in versions.items() if "Part I" in headings]
    return judged(
        late == agreeing == ["short", "with production"] and with_part_one == ["full"],
        computed="; ".join(f"{name}: {', '.join(order)}" for name, order in versions.items())
        + ". So in the two others the mathematical slides come after the thanks",
        correction="The versions are divided in another way.",
        source="the three versions of the deck",
    )


@claim("opinion")
def x001() -> Finding:
    """The deck says that there is no similarity measure for strings."""
    pairs = [("cat", "cats"), ("cat", "car"), ("cat", "kitten")]
    shares = {" and ".join(pair): _shared_ngrams(*pair) for pair in pairs}
    return judged(
        not any(shares.values()),
        computed="share of common pieces of two or three characters: "
        + ", ".join(f"{pair} {share:.2f}" for pair, share in shares.items()),
        correction="There are many: common n-grams, edit distance. They compare the spelling: cat "
        "is near car and far from kitten. What strings lack is a measure of meaning.",
    )


def _year(place: str) -> int:
    """Return the year that an arXiv number, an ACL number or a citation carries."""
    if place.startswith("arXiv:"):
        return 2000 + int(place.removeprefix("arXiv:")[:2])
    if "/D" in place:
        return 2000 + int(place.split("/D")[1][:2])
    return int(place[-4:])


def _months(arxiv: str) -> int:
    """Return the months since 2000 at which an arXiv number was given."""
    return 12 * int(arxiv[:2]) + int(arxiv[2:4])


def _merges(tokens: Sequence[str], n: int) -> list[tuple[str, str]]:
    """Return the first n merges of byte pair encoding, equal counts in alphabetical order.

    Source: Sennrich, Haddow and Birch 2016, algorithm 1.
    """
    words = {tuple(word): count for word, count in Counter(tokens).items()}
    merges = []
    for _ in range(n):
        pairs: Counter[tuple[str, str]] = Counter()
        for pieces, count in words.items():
            for pair in pairwise(pieces):
                pairs[pair] += count
        best = min(pairs, key=lambda pair: (-pairs[pair], pair))
        words = {_joined(pieces, best): count for pieces, count in words.items()}
        merges.append(best)
    return merges


def _pieces(word: str, merges: Sequence[tuple[str, str]]) -> set[str]:
    """Return the pieces into which merges, in their order, put a word's characters together."""
    pieces = tuple(word)
    for pair in merges:
        pieces = _joined(pieces, pair)
    return set(pieces)


def _joined(pieces: tuple[str, ...], pair: tuple[str, str]) -> tuple[str, ...]:
    """Return the pieces with each occurrence of the pair made one piece."""
    joined: list[str] = []
    i = 0
    while i < len(pieces):
        n = 2 if pieces[i : i + 2] == pair else 1
        joined.append("".join(pieces[i : i + n]))
        i += n
    return tuple(joined)


def _shared_ngrams(a: str, b: str) -> float:
    """Return the Jaccard index of two words' n-grams of two and three characters."""
    first, second = (set(subwords(word, 2, 3)) for word in (a, b))
    return len(first & second) / len(first | second)
