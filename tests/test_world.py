"""The world: its truth agrees with its sentences, and its structure can be learned from them."""

import hashlib
from collections import Counter
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from embedlab import productions
from embedlab.grammar import TOPICS
from embedlab.world import MISSPELLING_RATE, RARE_OCCURRENCES, World, world

N_SENTENCES = 10_000


def rng(seed: int) -> np.random.Generator:
    return np.random.default_rng(seed)


@pytest.fixture(scope="module")
def corpus() -> World:
    return world(rng(0), N_SENTENCES)


@pytest.fixture(scope="module")
def counts(corpus):
    return Counter(word for sentence in corpus.sentences for word in sentence)


# Sentences


def test_sentences_are_short_lower_case_english(corpus):
    assert len(corpus.sentences) == N_SENTENCES
    lengths = {len(sentence) for sentence in corpus.sentences}
    assert lengths == set(range(6, 15))
    assert all(word.isascii() and word.isalpha() and word.islower() for word in words_of(corpus))


def words_of(corpus: World) -> set[str]:
    return {word for sentence in corpus.sentences for word in sentence}


def test_the_vocabulary_is_small(corpus):
    assert 250 <= len(words_of(corpus)) <= 510


def test_the_same_generator_state_gives_the_same_world(corpus):
    assert world(rng(0), N_SENTENCES) == corpus
    assert world(rng(1), N_SENTENCES).sentences != corpus.sentences


def test_the_corpus_is_the_same_on_every_platform():
    # Recorded once. A change of grammar, or of NumPy's stream, must be a decision.
    text = "\n".join(" ".join(sentence) for sentence in world(rng(7), 1000).sentences)
    assert (
        hashlib.sha256(text.encode()).hexdigest()
        == "5679295b039b4ca8dd5dab6fbf0d86d7533e779390a2a6d7ce9a30b7b4ac7466"
    )


def test_a_caller_cannot_change_later_worlds():
    first = world(rng(0), 100)
    word = next(iter(first.attributes))
    first.attributes[word]["kind"] = "changed"
    first.groups.clear()
    second = world(rng(0), 100)
    assert second.attributes[word]["kind"] != "changed"
    assert second.groups


@pytest.mark.parametrize("n_sentences", [0, -1, 2.0, True, None])
def test_the_number_of_sentences_must_be_a_positive_integer(n_sentences):
    with pytest.raises(ValueError, match="n_sentences must be"):
        world(rng(0), n_sentences)


def log_slope(frequencies: list[int]) -> float:
    """Return the slope of log frequency on log rank; Zipf's law says -1."""
    ranks = np.arange(1, len(frequencies) + 1)
    return float(np.polyfit(np.log(ranks), np.log(frequencies), 1)[0])


def test_frequent_words_roughly_follow_zipfs_law(counts):
    top = counts.most_common(50)
    assert top[0][0] == "the"
    assert {"the", "and", "in", "is", "of", "a"} <= {word for word, _ in top[:10]}
    assert -1.25 < log_slope([count for _, count in top]) < -0.75
    # Negative control: without a skew the same number of tokens gives no slope.
    even = np.bincount(rng(0).integers(len(counts), size=counts.total()))
    assert log_slope(sorted(even, reverse=True)[:50]) > -0.1


# Truth: every word occurs, and small corpora keep to what they have


@settings(max_examples=30)
@given(seed=st.integers(0, 2**32 - 1), n_sentences=st.integers(1, 300))
def test_everything_known_is_about_words_that_occur(seed, n_sentences):
    corpus = world(rng(seed), n_sentences)
    words = words_of(corpus)
    assert len(corpus.sentences) == n_sentences
    assert set(corpus.attributes) <= words
    assert all(set(group) <= words for group in corpus.groups.values())
    assert all(set(q) <= words for qs in corpus.analogies.values() for q in qs)
    assert all({u, v} <= words for u, v, _ in corpus.similarities)
    assert set(corpus.rare) | set(corpus.rare.values()) <= words
    assert set(corpus.misspellings) <= words
    for sentence, position, topic in corpus.senses:
        assert corpus.sentences[sentence][position] in TOPICS[topic].split()


def test_from_five_thousand_sentences_on_nothing_is_missing():
    corpus, larger = world(rng(3), 5000), world(rng(4), 20_000)
    for name in ("attributes", "groups", "analogies", "similarities"):
        assert getattr(corpus, name) == getattr(larger, name)


# Attributes, groups, analogies, similarities


def test_attributes_of_some_words_by_hand(corpus):
    assert corpus.attributes["queen"] == {
        "kind": "person",
        "gender": "female",
        "age": "adult",
        "status": "royal",
    }
    assert corpus.attributes["paris"] == {"kind": "capital", "country": "france"}
    assert corpus.attributes["ran"]["tense"] == "past"
    assert corpus.attributes["best"]["degree"] == "superlative"
    assert corpus.attributes["wolves"]["number"] == "plural"


def test_groups_share_no_word_and_hold_what_they_say(corpus):
    members = [word for group in corpus.groups.values() for word in group]
    assert len(members) == len(set(members))
    assert set(corpus.attributes) <= set(members)
    assert {"dog", "elephants"} <= set(corpus.groups["animal"])
    assert {"money", "treasury"} <= set(corpus.groups["finance"])
    assert "the" not in members
    assert "bank" not in members


SECTIONS = {
    "gender": ("gender", ("king", "queen", "actor", "actress")),
    "royalty": ("status", ("man", "king", "girl", "princess")),
    "age": ("age", ("king", "prince", "mother", "daughter")),
    "rank": ("rank", ("doctor", "nurse", "judge", "clerk")),
    "capital-country": ("kind", ("paris", "france", "tokyo", "japan")),
    "country-nationality": ("kind", ("france", "french", "japan", "japanese")),
    "plural": ("number", ("cat", "cats", "wolf", "wolves")),
    "comparative": ("degree", ("good", "better", "big", "bigger")),
    "superlative": ("degree", ("bad", "worst", "big", "biggest")),
    "present-participle": ("tense", ("walk", "walking", "run", "running")),
    "past-tense-regular": ("tense", ("walk", "walked", "cook", "cooked")),
    "past-tense-irregular": ("tense", ("run", "ran", "eat", "ate")),
}


def test_analogies_have_the_known_sections(corpus):
    assert set(corpus.analogies) == set(SECTIONS)


@pytest.mark.parametrize("section", SECTIONS)
def test_analogies_differ_in_one_attribute_alone(corpus, section):
    changed, by_hand = SECTIONS[section]
    questions = corpus.analogies[section]
    assert by_hand in questions
    assert len(questions) == len(set(questions))
    pairs = dict(question[:2] for question in questions)
    # Every ordered pair of different pairs, and no word with two answers.
    assert len(questions) == len(pairs) * (len(pairs) - 1)
    assert len(set(pairs.values())) == len(pairs)
    assert all(pairs[a] == b and pairs[c] == d and a != c for a, b, c, d in questions)
    steps = set()
    for before, after in pairs.items():
        old, new = corpus.attributes[before], corpus.attributes[after]
        assert [name for name in old if old[name] != new[name]] == [changed]
        steps.add((old[changed], new[changed]))
    assert len(steps) == 1


def test_no_two_words_have_the_same_attributes(corpus):
    # Otherwise an analogy would have two right answers.
    bundles = [tuple(values.items()) for values in corpus.attributes.values()]
    assert len(bundles) == len(set(bundles))


def test_similarities_are_shared_attributes(corpus):
    scores = {(u, v): score for u, v, score in corpus.similarities}
    assert len(scores) == len(corpus.similarities) > 500
    for (u, v), score in scores.items():
        first, second = corpus.attributes[u], corpus.attributes[v]
        shared = sum(first[name] == second.get(name) for name in first)
        either = len(first) + len(second) - shared
        assert score == pytest.approx(shared / either, rel=1e-12)
    # By hand: person, adult and royal of (male, female, person, adult, royal).
    assert len(corpus.attributes["king"].items() & corpus.attributes["queen"].items()) == 3
    assert {0.0, 0.6} <= set(scores.values())
    assert all(0 <= score < 1 for score in scores.values())


# Each slot depends on one attribute of the head word


def slots_of_many_attributes(heads) -> set[tuple[str, str]]:
    """Return the (kind, slot) whose options no single attribute of the head word decides."""
    found = set()
    for kind in {head.attributes["kind"] for head in heads}:
        members = [head for head in heads if head.attributes["kind"] == kind]
        for slot in members[0].slots:
            if slot == "word" or slot in {
                value for h in members for value in h.attributes.values()
            }:
                continue
            deciders = [
                name
                for name in members[0].attributes
                if all(
                    u.slots[slot] == v.slots[slot]
                    for u, v in combinations(members, 2)
                    if u.attributes[name] == v.attributes[name]
                )
            ]
            if not deciders:
                found.add((kind, slot))
    return found


def test_every_slot_depends_on_one_attribute(monkeypatch):
    heads = productions.heads()
    assert slots_of_many_attributes(heads) == set()
    # Negative control: a throne for queens only would depend on gender and status together.
    queen = next(head for head in heads if head.word == "queen")
    monkeypatch.setitem(queen.slots, "thing", ["throne"])
    assert slots_of_many_attributes(heads) == {("person", "thing")}


def share_with(corpus: World, word: str, cue: str) -> tuple[float, int]:
    """Return the share of the sentences with a word that also have a cue, and their number."""
    with_word = [sentence for sentence in corpus.sentences if word in sentence]
    return sum(cue in sentence for sentence in with_word) / len(with_word), len(with_word)


def deviations(first: tuple[float, int], second: tuple[float, int]) -> float:
    """Return the difference of two shares in standard errors."""
    (p, n), (q, m) = first, second
    pooled = (p * n + q * m) / (n + m)
    return abs(p - q) / (pooled * (1 - pooled) * (1 / n + 1 / m)) ** 0.5


def test_a_cue_of_status_tells_nothing_about_gender():
    corpus = world(rng(5), 50_000)
    king, queen = share_with(corpus, "king", "crown"), share_with(corpus, "queen", "crown")
    # Beyond 4 standard errors with probability 6e-5.
    assert deviations(king, queen) < 4
    # Negative control: the same test sees the status itself, and the gender.
    assert deviations(king, share_with(corpus, "father", "crown")) > 4
    assert deviations(share_with(corpus, "king", "his"), share_with(corpus, "queen", "his")) > 4


# Words with two senses


def test_every_occurrence_of_a_word_with_two_senses_is_recorded(corpus):
    topics_of = {}
    for topic, words in TOPICS.items():
        for word in words.split():
            topics_of.setdefault(word, set()).add(topic)
    two_senses = {word for word, topics in topics_of.items() if len(topics) == 2}
    assert two_senses == {"bank", "bat", "current", "spring"}
    places = [
        (i, j)
        for i, sentence in enumerate(corpus.sentences)
        for j, word in enumerate(sentence)
        if word in two_senses
    ]
    assert [(i, j) for i, j, _ in corpus.senses] == places
    by_sense = Counter((corpus.sentences[i][j], topic) for i, j, topic in corpus.senses)
    assert set(by_sense) == {(word, topic) for word in two_senses for topic in topics_of[word]}
    assert min(by_sense.values()) >= 30


def wrong_senses(corpus: World, senses: list[tuple[int, int, str]]) -> int:
    """Count the senses that the other words of the sentence do not name, and name alone."""
    topic_of = {word: t for t in TOPICS for word in corpus.groups[t]}
    named = [
        {topic_of[word] for word in corpus.sentences[i] if word in topic_of} for i, _, _ in senses
    ]
    return sum(topics != {topic} for topics, (_, _, topic) in zip(named, senses, strict=True))


def test_the_sentence_alone_tells_the_sense(corpus):
    assert wrong_senses(corpus, corpus.senses) == 0
    # Negative control: senses shifted by one record are often wrong.
    topics = [topic for _, _, topic in corpus.senses]
    shifted = [
        (i, j, t) for (i, j, _), t in zip(corpus.senses, topics[1:] + topics[:1], strict=True)
    ]
    assert wrong_senses(corpus, shifted) > len(shifted) / 2


# Rare and misspelled words


def test_rare_words_are_rare_and_their_twins_are_not():
    larger = world(rng(2), 20_000)
    assert len(larger.rare) == 10
    counts = Counter(word for sentence in larger.sentences for word in sentence)
    for word, twin in larger.rare.items():
        assert counts[word] == RARE_OCCURRENCES
        assert counts[twin] >= 9 * RARE_OCCURRENCES
        assert word not in larger.attributes
        assert twin in larger.attributes


@pytest.mark.parametrize("n_sentences", [500, 2000, 5000])
def test_in_a_small_corpus_the_twin_stays_the_frequent_word(n_sentences):
    corpus = world(rng(2), n_sentences)
    counts = Counter(word for sentence in corpus.sentences for word in sentence)
    assert all(9 * counts[word] <= counts[twin] for word, twin in corpus.rare.items())


def rate_deviation(wrong: int, right: int, rate: float) -> float:
    """Return the deviation of a binomial count from its mean, in standard deviations."""
    n = wrong + right
    return abs(wrong - n * rate) / (n * rate * (1 - rate)) ** 0.5


def test_misspellings_have_the_stated_rate():
    corpus = world(rng(11), 50_000)
    counts = Counter(word for sentence in corpus.sentences for word in sentence)
    assert len(corpus.misspellings) == 12
    wrong = [counts[form] for form in corpus.misspellings]
    right = [counts[word] for word in corpus.misspellings.values()]
    # Beyond 4 standard deviations with probability 6e-5 (a normal bound: some 100 expected).
    assert rate_deviation(sum(wrong), sum(right), MISSPELLING_RATE) < 4
    # Each alone: 5, because the Poisson tail of a small count is heavier.
    assert all(
        rate_deviation(w, r, MISSPELLING_RATE) < 5 for w, r in zip(wrong, right, strict=True)
    )
    # Negative control: the same test refuses half and double the rate.
    assert rate_deviation(sum(wrong), sum(right), MISSPELLING_RATE / 2) > 4
    assert rate_deviation(sum(wrong), sum(right), MISSPELLING_RATE * 2) > 4


def test_misspellings_look_like_their_words(corpus):
    for form, word in corpus.misspellings.items():
        assert form not in corpus.attributes
        # Enough shared trigrams for FastText to find the word behind the form.
        trigrams = [{f"<{w}>"[i : i + 3] for i in range(len(w))} for w in (form, word)]
        assert len(trigrams[0] & trigrams[1]) >= 0.4 * len(trigrams[1])


# What it is for: the attributes can be learned from co-occurrence, and only from it


def learned_vectors(sentences: list[list[str]], n_dimensions: int = 100, window: int = 5):
    """Return each word's position and unit vector: positive PMI (smoothed), truncated SVD."""
    words = sorted({word for sentence in sentences for word in sentence})
    index = {word: i for i, word in enumerate(words)}
    tokens = np.array([index[word] for sentence in sentences for word in sentence])
    sentence_of = np.repeat(np.arange(len(sentences)), [len(s) for s in sentences])
    pairs = np.zeros((len(words), len(words)))
    for distance in range(1, window + 1):
        inside = sentence_of[distance:] == sentence_of[:-distance]
        np.add.at(pairs, (tokens[distance:][inside], tokens[:-distance][inside]), 1)
    pairs += pairs.T
    totals = pairs.sum(axis=1)
    smoothed = totals**0.75 / (totals**0.75).sum()
    expected = np.outer(totals, smoothed)
    ratio = np.divide(pairs, expected, out=np.ones_like(pairs), where=pairs > 0)
    left, strengths, _ = np.linalg.svd(np.maximum(np.log(ratio), 0))
    vectors = left[:, :n_dimensions] * np.sqrt(strengths[:n_dimensions])
    return index, vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12)


def analogy_accuracy(corpus: World, index, vectors) -> dict[str, float]:
    """Return the share of right answers in each section, over the whole vocabulary."""
    accuracy = {}
    for section, questions in corpus.analogies.items():
        a, b, c, d = np.array([[index[word] for word in q] for q in questions]).T
        scores = (vectors[b] - vectors[a] + vectors[c]) @ vectors.T
        for given_word in (a, b, c):
            scores[np.arange(len(scores)), given_word] = -np.inf
        accuracy[section] = float((scores.argmax(axis=1) == d).mean())
    return accuracy


def rank_correlation(corpus: World, index, vectors) -> float:
    """Return Spearman's correlation of cosine and true similarity, ties by mean rank."""

    def mean_ranks(values):
        _, group, sizes = np.unique(values, return_inverse=True, return_counts=True)
        return (np.cumsum(sizes) - (sizes - 1) / 2)[group]

    true = mean_ranks([score for *_, score in corpus.similarities])
    u, v = np.array([[index[u], index[v]] for u, v, _ in corpus.similarities]).T
    learned = mean_ranks((vectors[u] * vectors[v]).sum(axis=1))
    return float(np.corrcoef(true, learned)[0, 1])


def shuffled(sentences: list[list[str]]) -> list[list[str]]:
    """Permute the tokens over all sentences: same frequencies and lengths, no structure."""
    tokens = [word for sentence in sentences for word in sentence]
    order = iter(rng(0).permutation(len(tokens)).tolist())
    return [[tokens[next(order)] for _ in sentence] for sentence in sentences]


def test_the_attributes_can_be_learned(corpus):
    index, vectors = learned_vectors(corpus.sentences)
    accuracy = analogy_accuracy(corpus, index, vectors)
    n_questions = {section: len(qs) for section, qs in corpus.analogies.items()}
    overall = sum(accuracy[s] * n for s, n in n_questions.items()) / sum(n_questions.values())
    assert overall > 0.8
    assert min(accuracy.values()) > 0.5, accuracy
    assert rank_correlation(corpus, index, vectors) > 0.6


def test_nothing_can_be_learned_from_shuffled_tokens(corpus):
    sentences = shuffled(corpus.sentences)
    assert Counter(w for s in sentences for w in s) == Counter(
        w for s in corpus.sentences for w in s
    )
    index, vectors = learned_vectors(sentences)
    accuracy = analogy_accuracy(corpus, index, vectors)
    assert np.mean(list(accuracy.values())) < 0.05
    assert abs(rank_correlation(corpus, index, vectors)) < 0.15


@pytest.mark.peer
def test_gensims_skip_gram_learns_the_attributes():
    from gensim.models import Word2Vec

    corpus = world(rng(0), 20_000)
    model = Word2Vec(
        corpus.sentences, vector_size=50, sg=1, window=5, min_count=1, workers=1, seed=1
    )
    vectors = model.wv.get_normed_vectors()
    accuracy = analogy_accuracy(corpus, model.wv.key_to_index, vectors)
    assert np.mean(list(accuracy.values())) > 0.8
    assert rank_correlation(corpus, model.wv.key_to_index, vectors) > 0.6
