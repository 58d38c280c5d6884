"""A small artificial world: sentences whose latent attributes are known.

On real text nobody can say what a word vector *should* contain. Here every word is a bundle
of attributes (queen: person, female, adult, royal), and every open slot of a sentence is
drawn given ONE attribute of the sentence's head word, independently of the others:

    P(fillers | word) = product over its attributes of P(fillers of the attribute | its value).

The log of a product is a sum, so the co-occurrence statistics of a word are a sum over its
attributes and the parallelograms of the analogy task hold by design (the argument of Arora
et al. 2016, arXiv:1502.03520). What a chapter claims to find in learned vectors can be checked
against the attributes, and must vanish when the tokens are shuffled.

The tables are in ``grammar`` (words, what each attribute value puts into a slot, sentence frames),
what they can say in ``productions``; here are the few functions that draw from them.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import chain, combinations, permutations

import numpy as np

from embedlab.grammar import CUES, FRAMES, MISSPELLINGS, NEUTRAL_CUES, RARE, RELATIONS, TOPICS
from embedlab.numerics import IntArray, as_integer
from embedlab.productions import heads, words_with_two_senses

MISSPELLING_RATE = 0.02
RARE_OCCURRENCES = 5

# Similarity pairs per distinct score, so that the many unrelated pairs do not drown the rest.
_PAIRS_PER_SCORE = 100


@dataclass(frozen=True)
class World:
    """A corpus and the truth about it; words that do not occur in the corpus are left out.

    Attributes:
        sentences: Lists of 6 to 14 lower-case tokens.
        attributes: Latent attributes of each word with one sense, such as
            ``{"kind": "person", "gender": "female", "age": "adult", "status": "royal"}``.
            The attribute ``country`` ties a capital, its country and its adjective.
        groups: The words of each kind ("animal", "food", "action", ...) and the words of each
            topic ("finance", "river", ...); no word is in two groups.
        analogies: Quadruples (a, b, c, d) of each section, read a : b :: c : d as in the Google
            test set, so that d should be nearest to B - A + C: ``analogy(E, b, a, c)``.
        similarities: (word, word, score in [0, 1]): the attributes (name and value) shared by
            the two words, divided by those of either (Jaccard index).
        senses: (sentence, position, topic) of every occurrence of a word with two senses.
        rare: Rare word -> frequent twin that it replaced in ``RARE_OCCURRENCES`` places (at most
            in a tenth of the twin's, where the corpus is small).
        misspellings: Wrong form -> right one; each occurrence of the right word turned into
            the wrong form with probability ``MISSPELLING_RATE``.
    """

    sentences: list[list[str]]
    attributes: dict[str, dict[str, str]]
    groups: dict[str, tuple[str, ...]]
    analogies: dict[str, list[tuple[str, str, str, str]]]
    similarities: list[tuple[str, str, float]]
    senses: list[tuple[int, int, str]]
    rare: dict[str, str]
    misspellings: dict[str, str]


def world(rng: np.random.Generator, n_sentences: int) -> World:
    """Draw a corpus from the grammar and return it with everything that is known about it.

    The same generator state gives the same corpus. From about 5,000 sentences on every word
    with attributes occurs; 20,000 to 50,000 are enough to learn the attributes.

    Args:
        rng: Source of all randomness.
        n_sentences: Number of sentences, at least 1.

    Raises:
        ValueError: If n_sentences is no integer, or less than 1.

    >>> corpus = world(np.random.default_rng(0), 10_000)
    >>> corpus.attributes["queen"]
    {'kind': 'person', 'gender': 'female', 'age': 'adult', 'status': 'royal'}
    >>> corpus.analogies["past-tense-irregular"][0]
    ('run', 'ran', 'eat', 'ate')
    """
    n_sentences = as_integer("n_sentences", n_sentences, 1)
    all_heads = heads()
    head_of = rng.integers(len(all_heads), size=n_sentences)
    phrases, phrase_ids = _draw_phrases(head_of, rng)
    vocabulary, tokens, lengths = _split_phrases(phrases, phrase_ids)
    ends = np.cumsum(lengths)
    starts = ends - lengths
    two_senses = words_with_two_senses()
    places = np.flatnonzero(np.isin(tokens, [vocabulary.get(word, -1) for word in two_senses]))
    sentence_of = np.searchsorted(ends, places, side="right")
    positions = places - starts[sentence_of]
    topics = [all_heads[head].attributes["topic"] for head in head_of[sentence_of]]
    tokens = _replace_words(tokens, vocabulary, rng)
    words = np.array(list(vocabulary), dtype=object)
    text = words[tokens].tolist()
    sentences = [text[i:j] for i, j in zip(starts.tolist(), ends.tolist(), strict=True)]
    known = set(text)
    attributes = {
        head.word: dict(head.attributes)
        for head in all_heads
        if head.word in known and head.word not in two_senses
    }
    return World(
        sentences=sentences,
        attributes=attributes,
        groups=_groups(attributes, known),
        analogies=_analogies(attributes),
        similarities=_similarities(attributes),
        senses=list(zip(sentence_of.tolist(), positions.tolist(), topics, strict=True)),
        rare={word: twin for word, twin in _pairs(RARE) if word in known},
        misspellings={form: word for form, word in _pairs(MISSPELLINGS) if form in known},
    )


def _draw_phrases(head_of: IntArray, rng: np.random.Generator) -> tuple[list[str], IntArray]:
    """Return the distinct phrases, and a row of phrase numbers for each sentence (-1: none)."""
    all_heads = heads()
    numbers: dict[str, int] = {}
    kind_of = np.array([head.attributes["kind"] for head in all_heads])[head_of]
    frame_of = rng.random(len(head_of))
    n_pieces = max(len(frame.split()) for frame in chain(*FRAMES.values()))
    drawn = np.full((len(head_of), n_pieces), -1)
    for kind, frames in FRAMES.items():
        of_kind = [i for i, head in enumerate(all_heads) if head.attributes["kind"] == kind]
        members = np.flatnonzero(kind_of == kind)
        choices = (frame_of[members] * len(frames)).astype(int)
        for choice, frame in enumerate(frames):
            chosen = members[choices == choice]
            rows = np.searchsorted(of_kind, head_of[chosen])
            for column, piece in enumerate(frame.split()):
                options = [
                    all_heads[i].slots[piece[1:-1]] if piece.startswith("{") else [piece]
                    for i in of_kind
                ]
                ids = [[numbers.setdefault(o, len(numbers)) for o in row] for row in options]
                drawn[chosen, column] = _draw_options(ids, rows, rng)
    return list(numbers), drawn


def _draw_options(ids: list[list[int]], rows: IntArray, rng: np.random.Generator) -> IntArray:
    """Return one of the options ids[row] for each row, as likely as ``option_shares`` says."""
    n_options = np.array([len(row) for row in ids])
    table = np.zeros((len(ids), n_options.max()), dtype=int)
    for row, options in enumerate(ids):
        table[row, : len(options)] = options
    draws = rng.random(len(rows))
    # The density of u (1 + u) / 2 falls from 2 at zero to 2/3 at one.
    skewed = draws * (1.0 + draws) / 2.0
    drawn: IntArray = table[rows, (skewed * n_options[rows]).astype(int)]
    return drawn


def _split_phrases(
    phrases: list[str], phrase_ids: IntArray
) -> tuple[dict[str, int], IntArray, IntArray]:
    """Return the vocabulary, all tokens in a row, and the length of each sentence."""
    vocabulary: dict[str, int] = {}
    longest = max(len(phrase.split()) for phrase in phrases)
    # The last row answers phrase -1: no tokens.
    table = np.full((len(phrases) + 1, longest), -1)
    for row, phrase in enumerate(phrases):
        for column, word in enumerate(phrase.split()):
            table[row, column] = vocabulary.setdefault(word, len(vocabulary))
    tokens = table[phrase_ids].reshape(len(phrase_ids), -1)
    is_token = tokens >= 0
    return vocabulary, tokens[is_token], is_token.sum(axis=1)


def _replace_words(
    tokens: IntArray, vocabulary: dict[str, int], rng: np.random.Generator
) -> IntArray:
    """Return the tokens with rare words and misspellings; extends the vocabulary by them."""
    replaced = tokens.copy()
    for word, twin in _pairs(RARE):
        places = np.flatnonzero(tokens == vocabulary.get(twin, -1))
        # The twin must stay the frequent one, in a small corpus too.
        n_places = min(RARE_OCCURRENCES, len(places) // 10)
        if n_places:
            chosen = rng.choice(len(places), size=n_places, replace=False)
            replaced[places[chosen]] = vocabulary.setdefault(word, len(vocabulary))
    slips = rng.random(len(tokens)) < MISSPELLING_RATE
    for form, word in _pairs(MISSPELLINGS):
        is_wrong = slips & (replaced == vocabulary.get(word, -1))
        replaced[is_wrong] = vocabulary.setdefault(form, len(vocabulary))
    return replaced


def _pairs(table: str) -> list[tuple[str, str]]:
    """Return the pairs of a table "first second, first second, ..."."""
    return [(first, second) for first, second in (pair.split() for pair in table.split(","))]


def _groups(attributes: dict[str, dict[str, str]], known: set[str]) -> dict[str, tuple[str, ...]]:
    """Return the known words of each kind and of each topic."""
    groups = defaultdict(list)
    for word, values in attributes.items():
        groups[values.get("topic", values["kind"])].append(word)
    sources: dict[str, set[str]] = {
        value: set(_words(cues.values())) for value, cues in CUES.items()
    }
    sources["frames"] = set(_words(chain(NEUTRAL_CUES.values(), *FRAMES.values())))
    n_sources = Counter(chain.from_iterable(sources.values()))
    for topic in TOPICS:
        # A cue that other topics, kinds or frames use too says nothing about the topic.
        cues = dict.fromkeys(_words(CUES[topic].values()))
        groups[topic] += [word for word in cues if n_sources[word] == 1 and word in known]
    return {name: tuple(words) for name, words in groups.items() if words}


def _words(texts: Iterable[str]) -> list[str]:
    return " ".join(texts).replace("|", " ").split()


def _analogies(
    attributes: dict[str, dict[str, str]],
) -> dict[str, list[tuple[str, str, str, str]]]:
    """Return, for each relation, every ordered pair of its word pairs."""
    sections = {}
    for section, relation in RELATIONS.items():
        pairs = _analogy_pairs(attributes, *relation)
        if section.startswith("past-tense"):
            wants_regular = section == "past-tense-regular"
            pairs = [pair for pair in pairs if pair[1].endswith("ed") == wants_regular]
        sections[section] = [(a, b, c, d) for (a, b), (c, d) in permutations(pairs, 2)]
    return sections


def _analogy_pairs(
    attributes: dict[str, dict[str, str]], name: str, before: str, after: str
) -> list[tuple[str, str]]:
    """Return the word pairs that differ in one attribute alone, from one value to another."""
    families: dict[tuple[tuple[str, str], ...], dict[str, str]] = defaultdict(dict)
    for word, values in attributes.items():
        if name in values:
            others = tuple(item for item in values.items() if item[0] != name)
            families[others][values[name]] = word
    return [
        (family[before], family[after])
        for family in families.values()
        if before in family and after in family
    ]


def _similarities(attributes: dict[str, dict[str, str]]) -> list[tuple[str, str, float]]:
    """Return pairs of every similarity that occurs, spread evenly over the words."""
    items = {word: set(values.items()) for word, values in attributes.items()}
    by_score: dict[float, list[tuple[str, str]]] = defaultdict(list)
    for u, v in combinations(items, 2):
        by_score[len(items[u] & items[v]) / len(items[u] | items[v])].append((u, v))
    similarities = []
    for score, pairs in sorted(by_score.items()):
        n_chosen = min(_PAIRS_PER_SCORE, len(pairs))
        chosen = [pairs[i * len(pairs) // n_chosen] for i in range(n_chosen)]
        similarities += [(u, v, score) for u, v in chosen]
    return similarities
