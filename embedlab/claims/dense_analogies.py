"""The claims of chapter 2 about analogies: by hand, tried on vectors, and how often right."""

from collections.abc import Sequence

import numpy as np

from embedlab.claims.dense_spaces import (
    REAL,
    Trial,
    compressed,
    grown,
    input_table,
    mixed,
    offset,
    plane,
    real,
    skip_gram,
    swapped,
    trials,
    tried,
    truth,
    whole_input_table,
)
from embedlab.claims.findings import Finding, claim, compared, judged
from embedlab.datasets import city_vectors
from embedlab.evaluation import analogy_accuracy
from embedlab.numerics import Array
from embedlab.vectors import Embeddings, analogy, cosine, nearest

_MIKOLOV = "Mikolov et al. 2013, arXiv:1301.3781v3"
_NOTEBOOK = "gensim, docs/notebooks/Word2Vec_FastText_Comparison.ipynb (2016)"
_KING = "king man woman queen"
_SIZES = (500, 1_000, 2_000, 8_000)


@claim("arithmetic")
def c041() -> Finding:
    """In two dimensions king (2, 0) − man (1, 0) + woman (1, 1) = (2, 1), which is queen."""
    result, queen = _flat_result(), plane()["queen"]
    return judged(
        bool(np.array_equal(result, queen)),
        computed=f"{_vector(result)}, cosine with queen {cosine(result, queen):.0f}",
        correction="The result is another vector.",
    )


@claim("arithmetic")
def c042() -> Finding:
    """The cosine of (2, 1) with child (0, 2) is 2/(2√5) = 0.447."""
    return compared(cosine(_flat_result(), plane()["child"]), "0.447")


@claim("arithmetic")
def c043() -> Finding:
    """Of queen and child the analogy picks queen."""
    scores = {word: cosine(_flat_result(), vector) for word, vector in plane().items()}
    ranked = sorted(scores, key=lambda word: -scores[word])
    return judged(
        scores["queen"] > scores["child"],
        computed="all five words: " + ", ".join(f"{word} {scores[word]:.3f}" for word in ranked),
        correction="Child is nearer.",
    )


@claim("arithmetic")
def c044() -> Finding:
    """In three dimensions king − man = (0, 0, 0.8), and adding woman gives queen exactly."""
    solid = _solid()
    step = solid["king"] - solid["man"]
    result = step + solid["woman"]
    right = np.allclose(step, [0, 0, 0.8]) and np.allclose(result, solid["queen"])
    return judged(
        bool(right),
        computed=f"{_vector(step)}, then {_vector(result)}; cosine with queen "
        f"{cosine(result, solid['queen']):.3f}. The four vectors were chosen so",
        correction="The sums differ.",
    )


@claim("arithmetic")
def c045() -> Finding:
    """The bars that verify this result stand at 1.000 and 0.700."""
    solid = _solid()
    result = solid["king"] - solid["man"] + solid["woman"]
    scores = {word: cosine(result, solid[word]) for word in solid}
    fitting = {
        printed: [w for w, s in scores.items() if f"{s:.3f}" == printed]
        for printed in ("1.000", "0.700")
    }
    return judged(
        all(fitting.values()),
        computed="cosine of the result with "
        + ", ".join(f"{word} {score:.3f}" for word, score in scores.items())
        + f"; the bars fit {' and '.join(', '.join(words) for words in fitting.values())}, and "
        "the runner-up is not shown",
        correction="No word has these cosines.",
    )


@claim("empirical")
def c046() -> Finding:
    """King − man + woman = queen."""
    spaces = {
        "artificial world, SVD": compressed(),
        "the same, skip-gram": skip_gram(),
        REAL: real(),
        "its input table": input_table(),
    }
    answers = {name: tried(vectors, _KING) for name, vectors in spaces.items()}
    scores = {name: cosine(_result(v, _KING), v["queen"]) for name, v in spaces.items()}
    return judged(
        all(trial.allowed == "queen" for trial in answers.values()) and min(scores.values()) > 0.99,
        all(trial.left_out == "queen" for trial in answers.values()),
        computed="answer, in brackets the one that comes if the question's own words are allowed, "
        f"and cosine of the result with queen (real vectors: among {len(real()):,} words): "
        + "; ".join(f"{name} {_answer(answers[name])} {scores[name]:.2f}" for name in spaces),
        correction="It is no equation. Queen is the nearest word, and in real vectors only if "
        f"king, man and woman may not be answers; otherwise {answers[REAL].allowed} is nearer.",
    )


@claim("empirical")
def c047() -> Finding:
    """The nearest neighbor of king − man + woman is queen in 60 to 70% of cases."""
    sizes = sorted([*_SIZES, 2_400])
    shares = {n: float(np.mean([_says_queen(v) for v, _ in grown(n)])) for n in sizes}
    low, high = min(shares.values()), max(shares.values())
    fitting = [n for n, share in shares.items() if 0.6 <= share <= 0.7]
    return judged(
        len(fitting) == len(sizes),
        bool(fitting),
        computed="vectors learned from six texts each of the artificial world; the answer is queen "
        "with " + ", ".join(f"{n:,} sentences in {share:.0%}" for n, share in shares.items()),
        correction="For one question and one embedding the answer is right or wrong, always the "
        f"same. Over several texts it is right in {low:.0%} to {high:.0%} of them, mostly the more "
        "often the longer they are, and 60 to 70% is what one of these lengths happens to give. A "
        "percentage needs a set of questions, a corpus and a method.",
    )


@claim("empirical")
def c048() -> Finding:
    """In vectors learned from news the word nearest to king − man + woman is often queen."""
    trial = tried(real(), _KING)
    # Answers, best first, as users printed them: from the published Google News vectors without
    # leaving words out, and from a model of text8 with the question's words left out.
    google_news = ("king", "queen", "monarch", "princess", "crown_prince")
    text8 = ("viii", "henry", "vii")
    return judged(
        {google_news[0], trial.allowed} == {"queen"},
        {google_news[1], trial.left_out} == {"queen"},
        computed=f"Google News vectors, best first: {', '.join(google_news)}; {REAL}: "
        f"{trial.allowed}, {trial.left_out}; a model of the 17 million words of text8, with king, "
        f"man and woman left out: {', '.join(text8)}",
        correction=f"The nearest word is {google_news[0]} itself. Queen is first if the question's "
        "own words are left out, and there is enough text.",
        source="deeplearning4j issue 2905 (2017), Google News; gensim issue 312 (2015), text8",
    )


@claim("empirical")
def c055() -> Finding:
    """Three analogies come out: Berlin, smaller and ran.

    The questions are Paris − France + Germany, bigger − big + small and walked − walk + run.
    """
    return _analogies(
        ["paris france germany berlin", "bigger big small smaller", "walked walk run ran"]
    )


@claim("empirical")
def c056() -> Finding:
    """Five more analogies: Rome, London, eating, did and slower come out.

    The questions are Madrid − Spain + Italy, Tokyo − Japan + UK, going − go + eat, saw − see + do
    and faster − fast + slow.
    """
    return _analogies(
        [
            "madrid spain italy rome",
            "tokyo japan uk london",
            "going go eat eating",
            "saw see do did",
            "faster fast slow slower",
        ]
    )


@claim("empirical")
def c057() -> Finding:
    """Best − good + bad = worst."""
    return _analogies(["best good bad worst"])


@claim("empirical")
def c058() -> Finding:
    """Einstein − scientist + artist = Picasso."""
    return _analogies(
        ["einstein scientist artist picasso"],
        "Nothing in the question singles out one of all artists. The example that was published "
        "goes the other way, from the one to the many: Einstein is to scientist as Picasso is to "
        "painter.",
        source=f"{_MIKOLOV}, table 8",
    )


@claim("empirical")
def c059() -> Finding:
    """Microsoft − Gates + Jobs = Apple."""
    return _analogies(
        ["microsoft gates jobs apple"],
        "Gates and jobs are also common words, and one vector stands for both senses. The example "
        "that was published asks with Microsoft and Ballmer, and has Yahoo for Google, McNealy for "
        "IBM and Jobs for Apple.",
        source=f"{_MIKOLOV}, table 8",
    )


@claim("empirical")
def c060() -> Finding:
    """Nephew − uncle + aunt = niece."""
    return _analogies(["nephew uncle aunt niece"])


@claim("benchmark")
def c061() -> Finding:
    """Syntactic analogies are right in 70 to 80%, semantic ones in 60 to 70%."""
    # Model, dimensions, words of text: semantic and syntactic accuracy in percent.
    printed = {
        "CBOW, 640, 320M": (24, 64),
        "skip-gram, 640, 320M": (55, 59),
        "CBOW, 300, 783M": (15.5, 53.1),
        "skip-gram, 300, 783M": (50.0, 55.9),
        "CBOW, 1000, 6B": (57.3, 68.9),
        "skip-gram, 1000, 6B": (66.1, 65.1),
        "skip-gram (gensim), 100, 124M": (58.6, 59.8),
        "FastText, 100, 124M": (53.2, 67.0),
        "skip-gram, 300, 1B": (61.0, 61.0),
        "CBOW (GloVe's authors), 300, 6B": (63.6, 67.4),
        "skip-gram (GloVe's authors), 300, 6B": (73.0, 66.0),
        "GloVe, 300, 6B": (77.4, 67.0),
        "GloVe, 300, 42B": (81.9, 69.3),
        "skip-gram (FastText's authors), 300, Wikipedia": (78.5, 70.1),
        "CBOW (FastText's authors), 300, Wikipedia": (78.2, 69.9),
        "FastText, 300, Wikipedia": (77.8, 74.9),
    }
    semantic = [name for name, (value, _) in printed.items() if 60 <= value <= 70]
    syntactic = [name for name, (_, value) in printed.items() if 70 <= value <= 80]
    both = [name for name in semantic if name in syntactic]
    easier = [name for name, (value, other) in printed.items() if value > other]
    return judged(
        len(both) == len(printed),
        bool(both),
        computed="semantic and syntactic accuracy in % (model, dimensions, words of text): "
        + "; ".join(f"{name}: {a:g} and {b:g}" for name, (a, b) in printed.items()),
        correction=f"Of the {len(printed)} models looked up {len(semantic)} are in the semantic "
        f"range, {len(syntactic)} in the syntactic one and {len(both) or 'none'} in both, and for "
        f"{len(easier)} the semantic questions are the easier ones. Such numbers belong to a "
        "model, a corpus and a test set.",
        source=f"{_MIKOLOV}, tables 3, 4 and 6; {_NOTEBOOK}; Pennington et al. 2014, "
        "doi:10.3115/v1/D14-1162, table 2, and Bojanowski et al. 2017, arXiv:1607.04606, table 2, "
        "English (both as reprinted elsewhere)",
    )


@claim("empirical")
def c062() -> Finding:
    """Analogies get better with more training text."""
    ours = [float(np.mean([share for _, share in grown(n)])) for n in _SIZES]
    # Accuracy in percent by words of text, from 24 to 783 million, for each number of dimensions.
    paper = {
        50: (13.4, 15.7, 18.6, 19.1, 22.5, 23.2),
        100: (19.4, 23.1, 27.8, 28.7, 33.4, 32.2),
        300: (23.2, 29.2, 35.3, 38.6, 43.7, 45.9),
        600: (24.0, 30.1, 36.5, 40.8, 46.6, 50.4),
    }
    rising = [d for d, row in paper.items() if all(np.diff(row) > 0)]
    return judged(
        len(rising) == len(paper) and all(np.diff(ours) > 0),
        ours[-1] > ours[0] and all(row[-1] > row[0] for row in paper.values()),
        computed="artificial world, mean of six texts each: "
        + ", ".join(f"{n:,} sentences {share:.0%}" for n, share in zip(_SIZES, ours, strict=True))
        + "; CBOW from 24 to 783 million words: "
        + ", ".join(f"d = {d} {row[0]:g}% to {row[-1]:g}%" for d, row in paper.items()),
        correction="Up to what the dimensions can hold: the gains get smaller, and with 100 "
        f"dimensions the last doubling of the text lost {paper[100][-2] - paper[100][-1]:.1f} "
        "points. Text and dimensions have to grow together.",
        source=f"{_MIKOLOV}, table 2",
    )


@claim("formula")
def c063() -> Finding:
    """A − B + C asks: A is to B as what is to C?"""
    read, other = (
        analogy_accuracy(skip_gram(), sections, normalize=False)
        for sections in (truth().analogies, swapped())
    )
    return judged(
        read.n_right > 0.9 * read.n_used and other.n_right < 0.1 * other.n_used,
        computed=f"all {read.n_used:,} analogies of the artificial world: read so, the result is "
        f"right in {read.n_right / read.n_used:.0%}; read as A is to B as C is to what, in "
        f"{other.n_right / other.n_used:.0%}",
        correction="The result answers another question.",
    )


@claim("arithmetic")
def c064() -> Finding:
    """Paris (1, 4) − France (2, 4) + Italy (2, 3.1) = (1, 3.1), and Rome (1, 3) is nearest."""
    cities = city_vectors()
    more = {"paris": (1, 4), "france": (2, 4), "italy": (2, 3.1), "rome": (1, 3)}
    table = Embeddings((*cities.words, *more), np.array([*cities.matrix, *more.values()]))
    result = table["paris"] - table["france"] + table["italy"]
    ranked = nearest(table, result, 3)
    return judged(
        bool(np.allclose(result, [1, 3.1])) and ranked[0][0] == "rome",
        computed=f"{_vector(result)}; among all {len(table)} words of the note: "
        + ", ".join(f"{word} {score:.5f}" for word, score in ranked),
        correction="Another vector, or another word.",
    )


@claim("opinion")
def c065() -> Finding:
    """The analogy works only when both pairs share a relation, but there is always an answer."""
    matched = analogy_accuracy(skip_gram(), truth().analogies, normalize=False)
    wrong_relation = analogy_accuracy(skip_gram(), {"mixed": mixed(1_000)}, normalize=False)
    solved = [t for t in trials(real(), _QUESTIONS) if t.left_out == t.wanted]
    alone = [trial for trial in solved if trial.alone == trial.wanted]
    share = wrong_relation.n_right / wrong_relation.n_used
    return judged(
        share == 0 and not alone,
        share < 0.5 * matched.n_right / matched.n_used,
        computed=f"artificial world, skip-gram: {matched.n_right / matched.n_used:.0%} right with "
        f"a shared relation, {share:.0%} with two pairs of different relations, an answer each "
        f"time; the deck's questions, {REAL}, among {len(real()):,} words: {len(solved)} of "
        f"{len(_QUESTIONS)} right, and in "
        f"{len(alone)} of these the answer is also the nearest word to C alone",
        correction="There is always an answer, and it is often right without the relation: the "
        "right word may be C's nearest neighbor anyway. A right answer is no proof of a shared "
        "relation.",
        source="Linzen 2016, arXiv:1606.07736, makes the point",
    )


_QUESTIONS = (
    "king man woman queen",
    "paris france germany berlin",
    "bigger big small smaller",
    "walked walk run ran",
    "madrid spain italy rome",
    "tokyo japan uk london",
    "going go eat eating",
    "saw see do did",
    "best good bad worst",
    "faster fast slow slower",
    "einstein scientist artist picasso",
    "microsoft gates jobs apple",
    "nephew uncle aunt niece",
)


def _analogies(questions: Sequence[str], remark: str = "", source: str = "") -> Finding:
    """Return what real vectors and the artificial world's make of some of the deck's analogies."""
    first, second = (trials(vectors, questions) for vectors in (real(), input_table()))
    invented = trials(compressed(), questions)
    n_invented = sum(trial.allowed == trial.wanted for trial in invented)
    closed, opened = (
        [sum(getattr(t, case) == t.wanted for t in answers) for answers in (first, second)]
        for case in ("left_out", "allowed")
    )
    whole = [tried(whole_input_table(), question).rank for question in questions]
    computed = (
        f"MiniLM's distilled vectors and its input table, among {len(real()):,} words, in brackets "
        "with the question's own words allowed as answers: "
        + "; ".join(
            f"{a.name} = {a.left_out}, {b.left_out} ({a.allowed}, {b.allowed})"
            for a, b in zip(first, second, strict=True)
        )
        + f". Among all {len(whole_input_table()):,} whole words of the input table the wanted "
        f"{'words are' if len(whole) > 1 else 'word is'} at place {', '.join(map(str, whole))}"
    )
    if invented:
        computed += f". Artificial world, all words allowed: {n_invented} of {len(invented)} right"
    correction = _tally(first, second, closed, opened) if any(closed) else _places(first, second)
    return judged(
        opened == [len(first)] * 2 and n_invented == len(invented),
        any(closed),
        computed=computed,
        correction=f"{correction} {remark}".strip(),
        source=source,
    )


def _tally(
    first: Sequence[Trial], second: Sequence[Trial], closed: list[int], opened: list[int]
) -> str:
    """Return how often the two kinds of real vectors were right, and what came for nothing."""
    if len(first) == 1 and not any(opened):
        text = "On these real vectors only because the question's own words may not be answers."
    else:
        text = (
            f"On these real vectors {closed[0]} and {closed[1]} of {len(first)} are right if the "
        )
        text += "question's own words may not be answers, else "
        text += f"{opened[0]} and {opened[1]}."
    missed = [
        a.wanted
        for a, b in zip(first, second, strict=True)
        if a.wanted not in (a.left_out, b.left_out)
    ]
    text += f" {', '.join(missed).capitalize()} comes in neither." if missed else ""
    easy = ", ".join(f"{t.wanted} to {t.c}" for t in first if t.left_out == t.wanted == t.alone)
    return f"{text} Nearest without any arithmetic: {easy}." if easy else text


def _places(first: Sequence[Trial], second: Sequence[Trial]) -> str:
    """Return at which places the wanted word comes."""
    places = [
        f"at place {t.rank}" if t.rank <= 10 else "not among the first ten"
        for t in (*first, *second)
    ]
    return f"Not in these vectors: {first[0].wanted} is {' and '.join(dict.fromkeys(places))}."


def _answer(trial: Trial) -> str:
    """Return the answer, in brackets the one with the question's own words allowed."""
    return trial.left_out + (f" ({trial.allowed})" if trial.allowed != trial.left_out else "")


def _flat_result() -> Array:
    return np.asarray(plane()["king"] - plane()["man"] + plane()["woman"])


def _solid() -> dict[str, Array]:
    """Return the deck's four vectors in three dimensions."""
    demo = {
        "king": (0.5, 0.2, 0.9),
        "man": (0.5, 0.2, 0.1),
        "woman": (0.5, 0.8, 0.1),
        "queen": (0.5, 0.8, 0.9),
    }
    return {word: np.array(vector) for word, vector in demo.items()}


def _vector(values: Array) -> str:
    return f"({', '.join(f'{round(value, 4) + 0.0:g}' for value in values)})"


def _result(vectors: Embeddings, question: str) -> Array:
    a, b, c, _ = question.split()
    return offset(vectors, b, a) + vectors[c]


def _says_queen(vectors: Embeddings) -> bool:
    """Return whether the vectors answer queen; a text without one of the words does not."""
    if not all(word in vectors for word in ("king", "man", "woman")):
        return False
    return analogy(vectors, "king", "man", "woman")[0][0] == "queen"
