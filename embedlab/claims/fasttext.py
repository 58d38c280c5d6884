"""The claims of chapter 5: FastText and its character n-grams."""

from functools import cache

import numpy as np

from embedlab import learned
from embedlab.claims.findings import Finding, claim, judged
from embedlab.docstrings import docstring_sentences
from embedlab.fasttext import piece_matrix, subword_negative
from embedlab.numerics import Array
from embedlab.subwords import character_ngrams, padded_ngrams, subwords
from embedlab.text import build_vocabulary, word_ngrams
from embedlab.vectors import Embeddings, cosine, nearest
from embedlab.world import World, world

_PROGRAM = "the authors' program, github.com/facebookresearch/fastText"
_BUCKETS = 2_000_000
_RANGES = [(n_min, n_max) for n_min in range(1, 10) for n_max in range(n_min, 10)]


def _listed(ngrams: list[str]) -> str:
    return " ".join(ngrams)


def _trigrams(word: str, printed: str, remark: str = "") -> Finding:
    """Compare a printed list with the trigrams of <word>."""
    expected, given = padded_ngrams(word, 3), printed.split()
    missing = [unit for unit in expected if unit not in given]
    extra = [unit for unit in given if unit not in expected]
    return judged(
        given == expected,
        computed=f"{len(expected)} trigrams of <{word}>: {_listed(expected)}{remark}",
        correction=f"Missing: {_listed(missing) or 'none'}; too many: {_listed(extra) or 'none'}. "
        f"<{word}> has {len(word) + 2} characters, so {len(word)} trigrams.",
    )


@cache
def _world() -> World:
    """Return the text on which the n-gram vectors of the package were trained."""
    return world(np.random.default_rng(learned.TRAINING_SEED), learned.N_SENTENCES)


@cache
def _units() -> dict[str, Array]:
    """Return FastText's vectors of the n-grams and whole words of the world."""
    return learned.ngram_vectors()


@cache
def _known() -> Embeddings:
    """Return FastText's vectors of the words it was trained on, as sums over their units."""
    words = [word for word in learned.skip_gram().words if f"<{word}>" in _units()]
    return Embeddings(tuple(words), np.stack([_composed(word, whole=True) for word in words]))


def _composed(word: str, *, whole: bool) -> Array:
    """Return the sum (d,) of the vectors of a word's n-grams, with or without that of <word>."""
    spans = learned.N_MIN, learned.N_MAX
    names = subwords(word, *spans) if whole else character_ngrams(word, *spans)
    total: Array = np.sum([_units()[name] for name in names if name in _units()], axis=0)
    return total


def _n_known(word: str) -> int:
    """Return how many n-grams of a word have a vector."""
    return sum(unit in _units() for unit in character_ngrams(word, learned.N_MIN, learned.N_MAX))


@claim("arithmetic")
def c143() -> Finding:
    """With < and > as marks the trigrams of where are <wh whe her ere re>."""
    extra = " ".join(set(subwords("where", 3, 3)) - set(padded_ngrams("where", 3)))
    return _trigrams("where", "<wh whe her ere re>", f"; the paper adds the whole word {extra}")


@claim("arithmetic")
def c144() -> Finding:
    """The trigrams of running are <ru run unn nni ing ng>."""
    return _trigrams("running", "<ru run unn nni ing ng>")


@claim("arithmetic")
def c145() -> Finding:
    """Run and running share the trigrams run and unn."""
    of_run, of_running = padded_ngrams("run", 3), padded_ngrams("running", 3)
    shared = [unit for unit in of_run if unit in of_running]
    return judged(
        shared == ["run", "unn"],
        computed=f"run: {_listed(of_run)}; running: {_listed(of_running)}; shared: "
        f"{_listed(shared)}",
        correction=f"They share {_listed(shared)}. In run no second n follows, so unn is not "
        "among its trigrams; but both begin with ru.",
    )


@claim("arithmetic")
def c146() -> Finding:
    """Rocket, in contrast, has no trigrams in common with running."""
    overlap = {
        n: {
            other: set(padded_ngrams("running", n)) & set(padded_ngrams(other, n))
            for other in ("run", "rocket")
        }
        for n in range(1, 7)
    }
    from_three = {other: sum(len(overlap[n][other]) for n in range(3, 7)) for other in overlap[3]}
    return judged(
        not overlap[3]["rocket"] and len(overlap[3]["run"]) > 0,
        computed=f"with running, run shares {len(overlap[3]['run'])} trigrams, rocket "
        f"{len(overlap[3]['rocket'])}; of all n-grams of 3 to 6 characters {from_three['run']} "
        f"and {from_three['rocket']}. Shorter ones are shared by chance: "
        f"{_listed(sorted(overlap[2]['rocket']))}",
        correction="They do share trigrams.",
    )


@claim("formula")
def c147() -> Finding:
    """FastText breaks unhappiness into un, happi and ness."""
    units = character_ngrams("unhappiness", 3, 6)
    pieces = ["un", "happi", "ness"]
    found = [piece for piece in pieces if piece in units]
    others = [piece for piece in ("nhap", "ppine") if piece in units]
    return judged(
        sorted(units) == sorted(pieces),
        computed=f"FastText takes all {len(units)} n-grams of 3 to 6 characters of <unhappiness>, "
        f"each overlapping the next: {' and '.join(found)} are among them, and so are "
        f"{' and '.join(others)}",
        correction="FastText knows no prefixes, stems or endings. It takes every n-gram "
        "and learns a vector for each; un has two characters and is none of them, the prefix "
        "appears as <un. Pieces without overlap are what the tokenizers of transformers make.",
        source=f"{_PROGRAM}, src/dictionary.cc",
    )


@claim("formula")
def c148() -> Finding:
    """The vector of a word is the sum of the vectors of its character n-grams."""
    words = _known().words
    unknown = [form for form in _world().misspellings if f"<{form}>" not in _units()]
    known_kept, unknown_kept = (
        min(cosine(_composed(word, whole=True), _composed(word, whole=False)) for word in some)
        for some in (words, unknown)
    )
    n_units = [len(subwords(word, learned.N_MIN, learned.N_MAX)) for word in words]
    return judged(
        min(known_kept, unknown_kept) > 0.999,
        unknown_kept > 0.999,
        computed=f"FastText on the world, {len(words)} known words of {min(n_units)} to "
        f"{max(n_units)} units: without the vector of the whole word the cosine with the full sum "
        f"goes down to {known_kept:.2f}; {len(unknown)} unknown ones: {unknown_kept:.2f}. The "
        "released program divides by the number of units, which changes lengths, but no cosine",
        correction="Of all its units: in the paper as in the program, the whole word counts among "
        "those of a known word, with a vector of its own. For an unknown word it is the n-grams "
        "alone.",
        source="Bojanowski et al. 2016, arXiv:1607.04606, abstract; "
        f"{_PROGRAM}, src/fasttext.cc (getWordVector)",
    )


@claim("arithmetic")
def c149() -> Finding:
    """Among the n-grams of playing are <pl pla play lay ayi yin ing ng>."""
    given = "<pl pla play lay ayi yin ing ng>".split()
    every = character_ngrams("playing", 3, 6)
    of = {n: padded_ngrams("playing", n) for n in (3, 4)}
    printed = {n: sum(unit in given for unit in units) for n, units in of.items()}
    strangers = [unit for unit in given if unit not in every]
    return judged(
        not strangers,
        computed=f"every printed one is an n-gram of <playing>: all {printed[3]} trigrams and "
        f"{printed[4]} of the {len(of[4])} n-grams of four characters ({_listed(of[4])}); with 3 "
        f"to 6 characters there are {len(every)}",
        correction=f"Not among the n-grams of 3 to 6 characters: {_listed(strangers)}.",
    )


@claim("arithmetic")
def c150() -> Finding:
    """The n-grams of playing are <pl pla … playing>, <la … laying>, <ay …>, <yi …> and <in ing>."""
    groups = (
        "pl pla play playi playin playing",
        "la lay layi layin laying",
        "ay ayi ayin aying",
        "yi yin ying",
        "in ing",
    )
    bare = [unit for group in groups for unit in group.split()]
    marked = [unit for group in groups for unit in f"<{group}>".split()]
    inside = [
        {"playing"[i : i + n] for n in range(n_min, n_max + 1) for i in range(8 - n)}
        for n_min, n_max in _RANGES
        if n_max <= 7
    ]
    spans = [set(character_ngrams("playing", *span)) for span in _RANGES]
    impossible = [unit for unit in marked if unit not in "<playing>"]
    default = character_ngrams("playing", 3, 6)
    two_up = {"playing"[i:j] for i in range(7) for j in range(i + 2, 8)}
    return judged(
        set(bare) in inside or set(marked) in spans,
        computed=f"as n-grams of <playing>, {_listed(impossible)} do not exist. As n-grams of two "
        f"and more letters without marks, {_listed(sorted(two_up - set(bare)))} is missing. Of the "
        f"{len(default)} n-grams that FastText uses by default (3 to 6 characters) the list has "
        f"{len(set(default) & set(marked))}",
        correction="No choice of lengths gives the list, with or without marks. The mark < stands "
        "only before the first letter, > after the last: the default list begins "
        f"{_listed(default[:5])} and ends {_listed(default[-3:])}.",
    )


@claim("opinion")
def c151() -> Finding:
    """A list of n-grams always includes the start mark <S>."""
    tokens = "the cat sat on the mat".split()
    marked = {n: any("<S>" in ngram for ngram in word_ngrams(tokens, n)) for n in range(1, 5)}
    without = [len(tokens) - n + 1 for n in (2, 3)]
    with_marks = [len(word_ngrams(tokens, n)) for n in (2, 3)]
    return judged(
        all(marked.values()),
        any(marked.values()),
        computed=f"the cat sat on the mat: {without[0]} bigrams and {without[1]} trigrams of the "
        f"words alone, {with_marks[0]} and {with_marks[1]} with n − 1 marks <S> in front and </S> "
        "at the end",
        correction="It is a convention of n-gram language models, where the first word needs "
        "something to depend on; so only from n = 2 on. By the note's own definition, items of "
        "the text in a row, <S> is none. In character n-grams < and > have this role. Say which "
        "convention is asked for: the counts differ.",
    )


@claim("arithmetic")
def c152() -> Finding:
    """Two million n-grams beside 400,000 words mean five times more parameters."""
    words = 400_000
    inputs = (words + _BUCKETS) / words
    training = (2 * words + _BUCKETS) / (2 * words)
    return judged(
        round(inputs) == 5,
        round(inputs - 1) == 5,
        computed=f"vectors to store: {(words + _BUCKETS) / 1e6:.1f} million against "
        f"{words / 1e6:.1f} million, {inputs:.0f} times as many; with the output vectors that "
        f"training needs, {training:.1f} times",
        correction=f"The rows of the n-grams come on top of those of the words: {inputs - 1:.0f} "
        f"times as many more, {inputs:.0f} times as many in all. Two million is not the number of "
        "n-grams but of the rows they are hashed into, whatever the vocabulary.",
        source=f"{_PROGRAM}, docs/options.md (bucket); "
        "github.com/stanfordnlp/GloVe, README (400K words)",
    )


@claim("formula")
def c153() -> Finding:
    """FastText puts together a vector for an unknown word; Word2Vec and GloVe have none."""
    rng = np.random.default_rng(0)
    alphabet = np.array(list("abcdefghijklmnopqrstuvwxyz"))
    random = ["".join(rng.choice(alphabet, rng.integers(3, 9))) for _ in range(1000)]
    slips = [form for form in _world().misspellings if form not in learned.skip_gram()]
    composed = [form for form in slips if _n_known(form) > 0]
    found = {form: nearest(_known(), _composed(form, whole=False), 1)[0][0] for form in composed}
    n_right = sum(word == _world().misspellings[form] for form, word in found.items())
    without = sum(_n_known(word) == 0 for word in random)
    return judged(
        bool(slips) and composed == slips and n_right > len(slips) / 2,
        bool(composed),
        computed=f"FastText on the world of {len(_known())} words, n-grams of {learned.N_MIN} to "
        f"{learned.N_MAX}: of {len(slips)} misspellings that a table of words lacks "
        f"{len(composed)} get a vector, {n_right} nearest the right word. The word must look like "
        f"known ones: of 1,000 random strings of 3 to 8 letters {without} share no n-gram with any "
        "word. For them the released program returns a vector too, as every n-gram has a hash, "
        "but of rows that were never trained or belong to other n-grams",
        correction="Some misspellings get no vector of use.",
        source=f"{_PROGRAM}, src/dictionary.cc (computeSubwords)",
    )


@claim("arithmetic")
def c154() -> Finding:
    """FastText vectors of 100 to 300 dimensions have 30 million parameters, subwords included."""
    words = 50_000
    sizes = {d: (words + _BUCKETS) * d / 1e6 for d in (100, 300)}
    needed = 30_000_000 // 300 - words
    text = build_vocabulary(docstring_sentences(["numpy"]), min_count=2).words
    _, buckets = piece_matrix(text, n_min=3, n_max=6, n_buckets=_BUCKETS)
    released = (218_316 + _BUCKETS) * 100
    stored = 4 * (released + 218_316 * 100)
    return judged(
        any(round(size) == 30 for size in sizes.values()),
        computed=f"with 50,000 words, as in the table's other rows, and the program's 2,000,000 "
        f"rows for n-grams: {sizes[100]:.0f} million at d = 100, {sizes[300]:.0f} million at "
        f"d = 300. The authors' own example (218,316 words, d = 100) has "
        f"{released / 1e6:.0f} million input parameters; with the output vectors "
        f"{stored / 1e6:.0f} MB, its file has 978 MB",
        correction=f"30 million is 50,000 words and {needed:,} rows for n-grams at d = 300, "
        f"1/{_BUCKETS // needed} of the default, and one number cannot hold for 100 and 300 "
        f"dimensions. Real vocabularies need more rows: the {len(text):,} words of NumPy's "
        f"docstrings use {len(buckets) / len(text):.0f} different ones per word.",
        source=f"{_PROGRAM}, docs/options.md (bucket) and docs/unsupervised-tutorials.md (fil9)",
    )


@claim("formula")
def c155() -> Finding:
    """A rare word's n-grams are trained by other words, so they learn even if it is rare."""
    rng = np.random.default_rng(0)
    rare = list(_world().rare)
    vocabulary = build_vocabulary(_world().sentences)
    shares, updates = [], []
    for word in rare:
        own = set(character_ngrams(word, learned.N_MIN, learned.N_MAX))
        helpers = {
            other: own.intersection(character_ngrams(other, learned.N_MIN, learned.N_MAX))
            for other in vocabulary
            if other != word
        }
        shares.append(len(set().union(*helpers.values())) / len(own))
        counts = vocabulary.counts
        updates.append(
            sum(int(counts[vocabulary.index[o]]) for o, units in helpers.items() if units)
        )
    own_counts = [int(vocabulary.counts[vocabulary.index[word]]) for word in rare]
    _, d_pieces, _ = subword_negative(rng.normal(size=(9, 5)), rng.normal(size=(6, 5)))
    reached = bool((np.abs(d_pieces).sum(axis=1) > 0).all())
    return judged(
        reached and min(shares) > 0,
        min(shares) == 0 and max(shares) > 0,
        computed=f"{len(rare)} words of the world that occur {max(own_counts)} times each: "
        f"{min(shares):.0%} to {max(shares):.0%} of their n-grams are also in other words, which "
        f"occur {min(updates):,} to {max(updates):,} times. A step moves every n-gram of its "
        "center",
        correction="Some rare words share no n-gram with any other, and nothing helps them.",
    )
