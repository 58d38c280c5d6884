"""The claims of chapter 6 about senses: one vector for a word, or one for each occurrence."""

from collections.abc import Callable, Sequence
from functools import cache, partial

import numpy as np

from embedlab import glove
from embedlab.attention import causal_mask
from embedlab.claims.findings import Finding, claim, judged
from embedlab.contextual import between_share, context_variance, encode, start_encoder
from embedlab.corpus import encode_sentences
from embedlab.counts import cooccurrences, ppmi, svd_embeddings
from embedlab.elmo import elmo_layers, start_elmo
from embedlab.evaluation import word_similarity
from embedlab.language_models import probe_accuracy, train_causal
from embedlab.learned import cbow, ngram_vectors, skip_gram
from embedlab.numerics import Array
from embedlab.pretrained import distill, minilm, sentence_vectors, word_vectors_in_context
from embedlab.sentence_groups import GROUPS
from embedlab.sentence_pairs import Way, word_ways
from embedlab.sequences import MARKS, word_table
from embedlab.subwords import subwords
from embedlab.text import build_vocabulary, tokenize
from embedlab.vectors import Embeddings, cosine, similarity_matrix
from embedlab.world import world

_BERT = "Devlin, Chang, Lee and Toutanova 2019, arXiv:1810.04805"
_BERT_PAGE = f"{_BERT}, figure 3; the authors' page, README of google-research/bert"

# Five sentences for each sense of a word, three for the rarer ones.
_SENSES = {
    "bank": (
        "They walked along the river bank.|The bank of the stream was steep.|"
        "Fish were jumping near the muddy bank.|Willows grow on the bank of the lake.|"
        "We sat on the grassy bank and watched the boats.",
        "She put her money in the bank.|The bank gave him a loan.|"
        "He works as a cashier in a bank.|The bank raised its interest rates.|"
        "My salary is paid into my bank account.",
    ),
    "bat": (
        "The bat hung upside down in the cave.|A bat flew out of the barn at dusk.|"
        "The bat caught moths in the dark.",
        "He hit the ball with a bat.|She swung the bat and missed the pitch.|"
        "The player broke his wooden bat.",
    ),
    "spring": (
        "Flowers bloom in spring.|In spring the days get longer.|The birds return every spring.",
        "The spring in the old mattress was broken.|A metal spring pushes the lid up.|"
        "He compressed the spring with his thumb.",
    ),
    "current": (
        "The river has a strong current.|The swimmer was carried away by the current.|"
        "The boat drifted with the current.",
        "The current in the wire is two amperes.|Electric current flows through the cable.|"
        "A fuse melts if the current is too high.",
    ),
}


@cache
def _in_context(word: str) -> tuple[Array, Array]:
    """Return a word's vectors (m, L + 1, d) in the sentences above, and the senses (m,)."""
    model, rows, senses = minilm(), [], []
    for sense, sentences in enumerate(_SENSES[word]):
        for sentence in sentences.split("|"):
            rows.append(word_vectors_in_context(model, sentence, word)[0])
            senses.append(sense)
    return np.stack(rows).astype(np.float64), np.array(senses)


def _right_neighbors(vectors: Array, senses: Array) -> float:
    """Return how often the nearest other occurrence by cosine has the same sense."""
    cosines = similarity_matrix(vectors)
    np.fill_diagonal(cosines, -2)
    return float((senses[cosines.argmax(axis=1)] == senses).mean())


@claim("formula")
def c170() -> Finding:
    """How much a word's vector varies with context is Var = E‖v − v̄‖² over its contexts."""
    vectors, senses = _in_context("bank")
    last = vectors[:, -1]
    by_hand = float((last**2).sum(axis=1).mean() - (last.mean(axis=0) ** 2).sum())
    gap = abs(context_variance(last) - by_hand)
    by_layer = [context_variance(vectors[:, layer]) for layer in range(vectors.shape[1])]
    share = between_share(last, senses)
    return judged(
        gap < 1e-6 * by_hand,
        computed=f"bank in {len(last)} sentences, MiniLM, from the embedding layer to the last: "
        f"{', '.join(f'{x:.0f}' for x in by_layer)}; a static vector has 0. In the last layer "
        f"{share:.0%} of it lies between the two senses. The same as E‖v‖² − ‖v̄‖²: with all "
        "vectors twice as long it is four times as large, so compare it within a layer",
        correction="The two forms of the variance differ.",
    )


@cache
def _shifts() -> dict[str, tuple[float, float]]:
    """Return how far a word's vector moves when a word before it changes, and one after it."""
    rng = np.random.default_rng(0)
    encoder = start_encoder(20, 16, 2, 2, 9, rng=rng, dtype=np.float64)
    elmo = start_elmo(20, 8, rng=rng, dtype=np.float64)
    ids = np.array([[2, 7, 8, 9, 10, 11, 12, 3]])
    models = {
        "ELMo": partial(elmo_layers, elmo),
        "BERT": partial(encode, encoder),
        "GPT": partial(encode, encoder, mask=causal_mask(8)),
    }
    found = {}
    for name, layers_of in models.items():
        moved = []
        for place in (1, 6):
            other = ids.copy()
            other[0, place] = 15
            gap = layers_of(ids)[-1, 0, 4] - layers_of(other)[-1, 0, 4]
            moved.append(float(np.linalg.norm(gap)))
        found[name] = moved[0], moved[1]
    return found


@claim("historical")
def c171() -> Finding:
    """ELMo is recurrent, BERT a Transformer, GPT autoregressive.

    In all of them a word's vector depends on the words around it.
    """
    shifts = _shifts()
    return judged(
        all(before > 0 and after > 0 for before, after in shifts.values()),
        all(before > 0 for before, _ in shifts.values()),
        computed="small untrained models, does the vector of a word move if a word before it, or "
        "after it, is exchanged? "
        + "; ".join(
            f"{name}: {'yes' if before else 'no'}, {'yes' if after else 'no'}"
            for name, (before, after) in shifts.items()
        ),
        correction="The architectures are as stated (ELMo's recurrent networks are LSTMs, and GPT "
        "is a Transformer too). But GPT's vectors depend only on the words before: of bank in "
        "“the bank refused a loan” GPT cannot know that it lends. ELMo sees both sides, each with "
        "a network of its own.",
        source=_BERT_PAGE,
    )


def _mean_cosine(vectors: Embeddings, word: str, others: Sequence[str]) -> float:
    return float(np.mean([cosine(vectors[word], vectors[x]) for x in others if x in vectors]))


@claim("formula")
def c172() -> Finding:
    """Word2Vec, GloVe and FastText give a word one vector, whatever its context.

    So bank has the same one beside river and beside account.
    """
    units, corpus = ngram_vectors(), world(np.random.default_rng(7), 4000)
    senses = {topic for _, _, topic in corpus.senses}
    topics = {topic: corpus.groups[topic] for topic in sorted(senses)}
    found = [(s, place) for s, place, _ in corpus.senses if corpus.sentences[s][place] == "bank"]
    models: dict[str, Callable[[str], Array]] = {
        "skip-gram": skip_gram().__getitem__,
        "CBOW": cbow().__getitem__,
        "GloVe": _glove(corpus.sentences).__getitem__,
        "FastText": lambda word: np.mean([units[unit] for unit in subwords(word, 3, 5)], axis=0),
    }
    distinct = {
        name: _n_distinct([vector_of(corpus.sentences[s][place]) for s, place in found])
        for name, vector_of in models.items()
    }
    vectors, _ = _in_context("bank")
    n_real = _n_distinct(list(vectors[:, -1]))
    near = {topic: _mean_cosine(skip_gram(), "bank", words) for topic, words in topics.items()}
    own = min(near.pop("finance"), near.pop("river"))
    return judged(
        set(distinct.values()) == {1} and n_real == len(vectors) and own > 0.2 + max(near.values()),
        computed=f"bank at {len(found)} places of the artificial world: distinct vectors "
        + ", ".join(f"{name} {n}" for name, n in distinct.items())
        + f", since they are given the word and nothing else; MiniLM, which is given the sentence, "
        f"in {len(vectors)} English sentences {n_real}. Skip-gram's one vector has to serve both "
        f"senses: mean cosine at least {own:.1f} with words of finance and of rivers, at most "
        f"{max(near.values()):.1f} with words of other topics",
        correction="A static vector differs between two places, or it serves one sense only.",
    )


def _n_distinct(vectors: Sequence[Array]) -> int:
    return len(np.unique(np.stack(vectors).round(3), axis=0))


def _glove(sentences: Sequence[Sequence[str]]) -> Embeddings:
    """Return small GloVe vectors of a text."""
    vocabulary = build_vocabulary(sentences, min_count=5)
    tokens = encode_sentences(sentences, vocabulary.index)
    counts = cooccurrences(tokens, len(vocabulary), window=3)
    rng = np.random.default_rng(0)
    model = glove.train(counts, vocabulary.words, rng=rng, n_dimensions=16, epochs=3)
    return model.embeddings


@claim("formula")
def c173() -> Finding:
    """That a static vector lumps the senses of a word together cannot be mended by more data."""
    by_word, by_context, sizes = [], [], (2_000, 8_000, 32_000)
    for n in sizes:
        corpus = world(np.random.default_rng(0), n)
        static = _counted(corpus.sentences)
        words = sorted({w for s, _, _ in corpus.senses for w in corpus.sentences[s]})
        index = {word: i for i, word in enumerate(words)}
        scores = []
        for target in ("bank", "bat", "current", "spring"):
            found = [o for o in corpus.senses if corpus.sentences[o[0]][o[1]] == target]
            senses = np.array([topic for _, _, topic in found])
            around = np.zeros((len(found), len(words)))
            for row, (s, _, _) in zip(around, found, strict=True):
                row[[index[word] for word in corpus.sentences[s]]] = 1
            own = np.stack([static[corpus.sentences[s][place]] for s, place, _ in found])
            half = len(found) // 2
            scores.append(
                [
                    probe_accuracy(x[:half], senses[:half], x[half:], senses[half:])
                    for x in (own, around)
                ]
            )
        alone, beside = np.mean(scores, axis=0)
        by_word.append(float(alone))
        by_context.append(float(beside))
    return judged(
        max(by_word) < 0.6 and by_context[-1] > 0.9,
        computed="senses of four words in the artificial world named rightly, learned from "
        f"{', '.join(f'{n:,}' for n in sizes)} sentences: from the word's one vector, learned from "
        f"the same sentences, {', '.join(f'{x:.0%}' for x in by_word)}; from the words around it "
        f"{', '.join(f'{x:.0%}' for x in by_context)}. What helps is not a larger text but a "
        "second vector: one per sense, or one per occurrence",
        correction="One vector per word suffices to name the sense.",
    )


def _counted(sentences: Sequence[Sequence[str]]) -> Embeddings:
    """Return static vectors of a text, from its counts."""
    vocabulary = build_vocabulary(sentences, min_count=1)
    tokens = encode_sentences(sentences, vocabulary.index)
    counts = cooccurrences(tokens, len(vocabulary), window=3)
    return svd_embeddings(vocabulary.words, ppmi(counts), 32, rng=np.random.default_rng(0))


@claim("opinion")
def c174() -> Finding:
    """Static vectors collapse senses, are looked up, and serve as features.

    Contextual ones tell senses apart at every place, need a forward pass, and are fine-tuned or
    prompted.
    """
    model = minilm()
    right, probed = [], []
    for word in _SENSES:
        vectors, senses = _in_context(word)
        right.append(_right_neighbors(vectors[:, -1], senses))
        odd = np.arange(len(senses)) % 2 == 1
        halves = [(odd, ~odd), (~odd, odd)]
        x = vectors[:, -1]
        probed.append(
            np.mean([probe_accuracy(x[a], senses[a], x[b], senses[b]) for a, b in halves])
        )
    block = model.encoder.blocks[0]
    matrices = (*vars(block.attention).values(), block.expand, block.contract)
    products = len(model.encoder.blocks) * sum(m.size for m in matrices if m.ndim == 2)
    frozen = float(np.mean(probed))
    return judged(
        min(right) == 1 and frozen < 0.6,
        bool(np.mean(right) > 0.75),
        computed=f"{', '.join(_SENSES)} in English sentences, last layer of MiniLM: the nearest "
        f"other occurrence has the same sense in {np.mean(right):.0%}; a forward pass takes "
        f"{products / 1e6:.1f} million multiplications per token besides attention, a lookup none; "
        f"a linear classifier on the frozen vectors names {frozen:.0%} of unseen senses",
        correction="Senses are told apart mostly, not everywhere. And the uses overlap: contextual "
        "vectors serve as frozen features too (ELMo's were meant to, and every vector index stores "
        "such), while static ones can be trained on as a network's first layer.",
        source=f"{_BERT}, figure 3 (ELMo is feature-based)",
    )


@cache
def _retrieval() -> dict[str, float]:
    """Return how often a sentence finds its paraphrase among those of all groups, at rank 1."""
    words = sorted({word for group in GROUPS for text in group for word in tokenize(text)})
    static = word_ways(distill(minilm(), words, d=128), dict.fromkeys(words, 1.0))
    ways: dict[str, Way] = {
        "static": static["without stopwords"],
        "contextual": partial(sentence_vectors, minilm()),
    }
    queries, targets = [group[0] for group in GROUPS], [group[1] for group in GROUPS]
    found = {}
    for name, way in ways.items():
        best = similarity_matrix(way(queries), way(targets)).argmax(axis=1)
        found[name] = float((best == np.arange(len(GROUPS))).mean())
    return found


@claim("opinion")
def c175() -> Finding:
    """Static vectors stay useful where data is scarce and in retrieval indexes."""
    found, n = _retrieval(), 500
    corpus = world(np.random.default_rng(0), n)
    words = word_table(corpus.sentences)
    plain = words[len(MARKS) :]
    tokens = encode_sentences(corpus.sentences, {word: i for i, word in enumerate(plain)})
    counts = cooccurrences(tokens, len(plain), window=3)
    counted = svd_embeddings(plain, ppmi(counts), 32, rng=np.random.default_rng(0))
    model, _ = train_causal(corpus.sentences, words, rng=np.random.default_rng(1), epochs=15)
    learned = Embeddings(words, model.encoder.words)
    static, transformer = (
        word_similarity(vectors, corpus.similarities).correlation for vectors in (counted, learned)
    )
    return judged(
        found["static"] > 0.7 * found["contextual"] and static > transformer,
        computed=f"{len(GROUPS)} English sentences find their paraphrase among {len(GROUPS)}: "
        f"{found['static']:.0%} by the mean of static vectors, {found['contextual']:.0%} by the "
        f"model they were distilled from. {n} sentences of the artificial world: counted vectors "
        f"rank word pairs with correlation {static:.2f}, the word vectors of a small transformer "
        f"after 15 passes with {transformer:.1f}",
        correction="The contextual model does as well with as little.",
    )


@claim("historical")
def x601() -> Finding:
    """The note and the study page: contextual vectors, GPT's too, depend on the full sentence.

    So bank gets a financial vector from the word deposit, which comes after it in their sentence.
    """
    after = {name: shift for name, (_, shift) in _shifts().items()}
    return judged(
        min(after.values()) > 0,
        after["BERT"] > 0,
        computed="how far a word's vector moves when a later word is exchanged (small untrained "
        "models): " + ", ".join(f"{name} {shift:.1g}" for name, shift in after.items()),
        correction="True of BERT and ELMo. In GPT a token sees only what is before it, and deposit "
        "comes after bank: up to there the sentence could end at a river. GPT knows better only in "
        "the vectors of later tokens.",
        source=_BERT_PAGE,
    )


@claim("opinion")
def x602() -> Finding:
    """The study page: averaging word vectors ignores word order, and contextual models fix that."""
    turned = [
        ("The dog bit the man.", "The man bit the dog.", "A hound attacked someone."),
        ("Alice owes Bob money.", "Bob owes Alice money.", "Alice is in debt to Bob."),
        ("The cat chased the mouse.", "The mouse chased the cat.", "A feline hunted a rodent."),
        ("Rain is better than snow.", "Snow is better than rain.", "I prefer wet weather to ice."),
        ("The son sued his father.", "The father sued his son.", "A boy took his dad to court."),
    ]
    units = sentence_vectors(minilm(), [text for group in turned for text in group])
    base, swapped, meant = units[::3], units[1::3], units[2::3]
    order = (base * swapped).sum(axis=1)
    sense = (base * meant).sum(axis=1)
    return judged(
        bool((order < sense).all()),
        bool((order < 0.9999).all()),
        computed=f"MiniLM, five sentences: mean cosine {order.mean():.2f} with the sentence whose "
        f"nouns have changed places (a mean of static vectors: 1), {sense.mean():.2f} with one "
        "that says the same in other words",
        correction="They can see the order, but the sentence vector hardly shows it: in "
        f"{int((order > sense).sum())} of {len(turned)} cases the reversed sentence is nearer than "
        "the paraphrase.",
    )
