"""The claims of chapter 9 about vectors at work: prefixes, compression, memory, and metrics."""

from functools import cache

import numpy as np

from embedlab.claims.findings import Finding, claim, compared, judged
from embedlab.contextual import Encoder, encode, start_encoder
from embedlab.contrastive import info_nce, matryoshka_loss
from embedlab.directions import unit_rows
from embedlab.learned import skip_gram
from embedlab.numerics import Array, IntArray
from embedlab.pretrained import encode_texts, minilm, sentence_vectors
from embedlab.retrieval import (
    binary,
    exact,
    int8,
    late_interaction,
    product,
    ranking,
    sparse,
    two_stage,
)
from embedlab.retrieval.hits import Hits, top
from embedlab.sentence_groups import GROUPS
from embedlab.text import build_vocabulary, tokenize
from embedlab.two_towers import (
    TwoTowers,
    all_scenes,
    caption,
    caption_vectors,
    picture_vectors,
    recall_at,
    render_all,
    train_towers,
)
from embedlab.vectors import similarity_matrix

_MATRYOSHKA = "Kusupati et al. 2022, arXiv:2205.13147"
_SIZES = (32, 64, 128, 256, 512, 768)
# The small model's sizes: its first stands to its last as 32 to 768.
_SMALL_SIZES = (4, 8, 16, 32, 64, 96)
_TEXTS = tuple(text for group in GROUPS for text in group)


@claim("formula")
def c261() -> Finding:
    """The nested (Matryoshka) loss is Σ α_d L_d over d in {32, 64, 128, …, 768}.

    L_d sees the first d dimensions only.
    """
    rng = np.random.default_rng(0)
    queries, keys = rng.standard_normal((2, 16, _SIZES[-1]))
    weights = rng.uniform(0.5, 2.0, len(_SIZES))
    nested = matryoshka_loss(info_nce, queries, keys, _SIZES, weights)[0]
    by_hand = sum(
        weight * info_nce(two_stage.prefixes(queries, d), two_stage.prefixes(keys, d))[0]
        for weight, d in zip(weights, _SIZES, strict=True)
    )
    reached = [np.any(matryoshka_loss(info_nce, queries, keys, [d])[1], axis=0) for d in _SIZES]
    n_losses = np.sum(reached, axis=0)
    return judged(
        bool(np.isclose(nested, by_hand)),
        computed=f"16 random pairs, InfoNCE, random weights: {nested:.3f} at once, {by_hand:.3f} "
        f"added up. The first 32 numbers get a gradient from {n_losses[0]} losses, the last 256 "
        f"from {n_losses[-1]}: that puts the most important first",
        correction="The sum differs from the nested loss.",
        source=f"{_MATRYOSHKA}, and MRL.py in the authors' repository RAIVNLab/MRL",
    )


@cache
def _pictures(n_of_each: int, seed: int) -> Array:
    return render_all(all_scenes() * n_of_each, rng=np.random.default_rng(seed))


@cache
def _towers(n_steps: int, nested: bool) -> TwoTowers:
    """Return towers trained on eight pictures of each scene, with prefixes or without."""
    return train_towers(
        _pictures(8, 0),
        [caption(scene) for scene in all_scenes()] * 8,
        rng=np.random.default_rng(1),
        lengths=_SMALL_SIZES if nested else None,
        n_dimensions=_SMALL_SIZES[-1],
        n_hidden=96,
        n_steps=n_steps,
    )


def _captions(towers: TwoTowers) -> Array:
    return caption_vectors(towers, [caption(scene) for scene in all_scenes()])


def _prefix_recall(towers: TwoTowers) -> Array:
    """Return the share of new pictures whose caption is the nearest, for each prefix (d,)."""
    pictures, captions = picture_vectors(towers, _pictures(2, 5)), _captions(towers)
    own = np.tile(np.arange(len(captions)), 2)
    widths = range(1, captions.shape[1] + 1)
    return np.array([recall_at(1, pictures[:, :k], captions[:, :k], own) for k in widths])


@claim("empirical")
def c262() -> Finding:
    """The first k dimensions of such an embedding are meaningful for any k."""
    nested, plain = (_prefix_recall(_towers(300, flag)) for flag in (True, False))
    enough = nested >= 0.9 * nested[-1]
    first = int(np.flatnonzero(~enough)[-1]) + 2
    return judged(
        bool(enough.all()),
        bool(enough[_SMALL_SIZES[1] :].all()),
        computed=f"towers for 240 captions trained at {', '.join(map(str, _SMALL_SIZES))} numbers, "
        "new pictures whose caption comes first: "
        + ", ".join(f"k = {k}: {nested[k - 1]:.0%}" for k in (1, 2, 3, 4, 8, 24, 48, 96))
        + f". Trained at 96 alone: k = 4: {plain[3]:.0%}, 8: {plain[7]:.0%}, 96: {plain[-1]:.0%}",
        correction=f"Not for the smallest. Below the shortest trained length (here 4, in the deck "
        "32) it falls off, and a single number brought to length 1 is only a sign. From "
        f"k = {first} on every prefix, also one between two trained lengths, keeps 90% of the full "
        "vector's hits.",
        source=_MATRYOSHKA,
    )


@claim("benchmark")
def c263() -> Finding:
    """Using fewer dimensions of such an embedding gains a factor of 2 to 16 in efficiency."""
    gains = {d: _SIZES[-1] / d for d in _SIZES[:-1]}
    inside = {d: 2 <= gain <= 16 for d, gain in gains.items()}
    return judged(
        all(inside[d] for d in (32, 64, 128)),
        any(inside.values()),
        computed="times fewer multiplications and bytes at the sizes that the deck names, with 256 "
        "and 512 for its dots: "
        + ", ".join(f"{d} of 768: {gain:g}×" for d, gain in gains.items())
        + ". The paper: up to 14× smaller at the same accuracy, on ImageNet-1K",
        correction="It depends on the size and on what may be lost. The deck's smallest size gives "
        f"{gains[32]:.0f}×; 16× would be 48 dimensions, which are not in its list.",
        source=f"{_MATRYOSHKA}, abstract",
    )


@cache
def _search_task(*, nested: bool = True) -> tuple[exact.Exact, Array, list[set[int]]]:
    """Return 2,400 new pictures to search, 240 captions as queries, and what is relevant."""
    towers = _towers(300, nested)
    gallery = unit_rows(picture_vectors(towers, _pictures(10, 5)))
    queries = unit_rows(_captions(towers))
    relevant = [set(range(i, len(gallery), len(queries))) for i in range(len(queries))]
    return exact.build(gallery), queries, relevant


def _precision(hits: Hits, relevant: list[set[int]]) -> float:
    return float(ranking.precision(hits.positions, relevant).mean())


@claim("opinion")
def c264() -> Finding:
    """Searching with 32 dimensions and ranking the candidates again with 768 is good practice."""
    n, n_candidates, short, found = 2400, 100, _SMALL_SIZES[0], {}
    for name, nested in (("nested", True), ("plain", False)):
        full, queries, relevant = _search_task(nested=nested)
        index = exact.build(two_stage.prefixes(full.matrix, short))
        first = exact.search(index, two_stage.prefixes(queries, short), n_candidates)
        found[name] = [
            _precision(Hits(first.positions[:, :10], first.scores[:, :10]), relevant),
            _precision(two_stage.rerank(full, queries, first, 10), relevant),
            _precision(exact.search(full, queries, 10), relevant),
        ]
    alone, both, whole = found["nested"]
    costs = n * short + n_candidates * _SMALL_SIZES[-1], n * _SMALL_SIZES[-1]
    return judged(
        both > 0.98 * whole and costs[0] < costs[1] / 5,
        both > 0.9 * whole,
        computed=f"2,400 pictures, vectors of 96 numbers with nested training, the first 4 (the "
        f"ratio of 32 to 768): right among the first ten {alone:.0%} with 4 numbers alone, "
        f"{both:.0%} after ranking 100 candidates by all 96, {whole:.0%} by searching with 96. "
        f"Multiplications: {costs[0]:,} instead of {costs[1]:,} for each query. Cut from vectors "
        f"without nested training, with the same second stage: {found['plain'][1]:.0%} instead of "
        f"{found['plain'][2]:.0%}",
        correction="The short vectors lose too many candidates.",
        source=f"{_MATRYOSHKA} (adaptive retrieval)",
    )


@claim("formula")
def c268() -> Finding:
    """Training with cross-attention lets embeddings learn how a query and a document interact."""
    rng = np.random.default_rng(0)
    encoder = start_encoder(50, 32, 4, 2, 12, rng=rng, dtype=np.float64)
    queries = rng.integers(4, 50, size=(40, 4))
    document = np.tile(rng.integers(4, 50, size=6), (len(queries), 1))
    together = encode(encoder, np.hstack([queries, document]))[-1][:, 4:].mean(axis=1)
    lowest = float(similarity_matrix(together).min())
    held = _held_apart(encoder, (8, 32))
    n_documents, n_queries = 10**6, 10**3
    return judged(
        min(held.values()) > 0.999,
        max(held.values()) > 0.5,
        computed="a small untrained encoder of 32 dimensions. Read together with 40 queries, one "
        f"document has as many vectors, two of them at cosine {lowest:.2f}; read alone it has one. "
        "Scores of 64 queries, each read with 64 documents: of what belongs to the pair, and not "
        "to the query or the document alone, products of separate vectors can hold "
        + ", ".join(f"{share:.0%} with {d} numbers" for d, share in held.items())
        + f". A million documents and 1,000 queries: {n_documents + n_queries:,} passes of an "
        f"encoder, or {n_documents * n_queries:,}",
        correction="An embedding that waits in an index was made before the query came, so no "
        "attention passed between them; Contriever and BGE-M3 encode the two apart. "
        "Cross-attention belongs to a re-ranker, which reads pairs: it can rank the candidates "
        "again, or be a teacher that separate vectors imitate, the better the more numbers they "
        "have.",
        source="README of facebookresearch/contriever (products of separate vectors); README of "
        "BGE-M3 in FlagOpen/FlagEmbedding (cross-encoders as re-rankers)",
    )


def _held_apart(encoder: Encoder, sizes: tuple[int, ...]) -> dict[int, float]:
    """Return how much of a joint reading's interaction products of vectors of d numbers can hold.

    The interaction is what remains of the scores of all pairs without the means of rows and
    columns; the best products of vectors of d numbers are given by its d largest singular values.
    """
    rng, n = np.random.default_rng(1), 64
    queries, documents = (rng.integers(4, 50, size=(n, length)) for length in (4, 6))
    grade = rng.standard_normal(32)
    pairs = np.hstack([np.repeat(queries, n, axis=0), np.tile(documents, (n, 1))])
    scores = (encode(encoder, pairs)[-1].mean(axis=1) @ grade).reshape(n, n)
    scores = scores - scores.mean(axis=0)
    powers = np.linalg.svd(scores - scores.mean(axis=1, keepdims=True), compute_uv=False) ** 2
    return {d: float(powers[:d].sum() / powers.sum()) for d in sizes}


@claim("empirical")
def c279() -> Finding:
    """Retrieval across modalities loses 10 to 20% against retrieval within one."""
    own, losses = list(range(240)), {}
    for n_steps in (40, 46, 80, 300):
        towers = _towers(n_steps, True)
        pictures, captions = picture_vectors(towers, _pictures(2, 5)), _captions(towers)
        first, second = pictures[:240], pictures[240:]
        within = recall_at(1, second, first, own)
        losses[n_steps] = 1 - recall_at(1, second, captions, own) / within
    return judged(
        all(0.1 <= loss <= 0.2 for loss in losses.values()),
        any(0.1 <= loss <= 0.2 for loss in losses.values()),
        computed="towers for pictures and captions: finding the caption of a picture against "
        "finding another picture of the same scene, loss after "
        + ", ".join(f"{n} steps of training {loss:.0%}" for n, loss in losses.items()).replace(
            "-", "−"
        ),
        correction="No fixed share: it depends on the training. Here the loss falls from more than "
        "20% to below 0, and passes the deck's range on the way; in the end a caption is found "
        "more surely than a second picture, since it has no noise. The deck names no models, data "
        "or measure, so its number for large models cannot be checked.",
    )


@cache
def _sentences() -> Array:
    """Return MiniLM's vectors of 180 English sentences."""
    return sentence_vectors(minilm(), _TEXTS)


@cache
def _true_neighbors() -> list[set[int]]:
    vectors = _sentences()
    return [set(row.tolist()) for row in exact.search(exact.build(vectors), vectors, 10).positions]


def _share_found(hits: Hits) -> float:
    return float(ranking.recall(hits.positions, _true_neighbors()).mean())


@claim("arithmetic")
def c280() -> Finding:
    """Binary embeddings take one bit for each dimension."""
    vectors = _sentences()
    bits = {d: 8 * binary.build(np.ones((1, d))).n_bytes for d in (100, 384, 768)}
    index = binary.build(vectors)
    first = binary.search(index, vectors, 40)
    again = two_stage.rerank(exact.build(vectors), vectors, first, 10)
    return judged(
        all(n == -(-d // 64) * 64 for d, n in bits.items()) and bits[768] == 768,
        computed="stored in words of 64 bits: "
        + ", ".join(f"{d} dimensions {n} bits" for d, n in bits.items())
        + f". MiniLM on 180 sentences, 1/{vectors.nbytes // index.n_bytes} of the bytes: of the "
        f"ten nearest {_share_found(binary.search(index, vectors, 10)):.0%} are found, and "
        f"{_share_found(again):.0%} if 40 are ranked again by the full vectors",
        correction="The sizes differ.",
    )


@claim("arithmetic")
def c281() -> Finding:
    """Product quantization compresses 32 times."""
    full, queries, relevant = _search_task()
    results = {}
    for n_parts in (24, 12, 6, 3):
        index = product.build(full.matrix, n_parts, n_iterations=3, rng=np.random.default_rng(0))
        found = _precision(product.search(index, queries, 10), relevant)
        results[full.n_bytes / index.codes.nbytes] = found
    books = 256 * 4 * full.n_dimensions
    return judged(
        all(factor == 32 for factor in results),
        any(factor == 32 for factor in results),
        computed="2,400 pictures, vectors of 96 numbers in 24, 12, 6 or 3 bytes: "
        + ", ".join(f"{factor:.0f}× {found:.0%}" for factor, found in results.items())
        + f" right among the first ten, uncompressed "
        f"{_precision(exact.search(full, queries, 10), relevant):.0%}; the codebooks, "
        f"{books / 1e3:.0f} kB here, come on top once",
        correction="The factor is chosen: d numbers of four bytes in m parts of one byte each give "
        "4d/m, so 32 if a part has eight numbers. The fixed 32 belongs to the line before: one "
        "bit instead of 32.",
        source="Jégou, Douze and Schmid 2011, Product Quantization for Nearest Neighbor Search",
    )


@claim("formula")
def c283() -> Finding:
    """ColBERT v2 belongs to the sparse embeddings."""
    tokens = [text.vectors for text in encode_texts(minilm(), _TEXTS[:30])]
    index = late_interaction.build(tokens)
    vocabulary = build_vocabulary([tokenize(text) for text in _TEXTS])
    counts = np.zeros((len(_TEXTS), len(vocabulary.words)))
    for row, text in zip(counts, _TEXTS, strict=True):
        row[[vocabulary.index[word] for word in tokenize(text)]] = 1
    n_terms = [len(sparse.sparse_vector(row).terms) for row in counts]
    dense = float((index.matrix == 0).mean())
    empty = 1 - sum(n_terms) / counts.size
    return judged(
        dense > 0.5,
        computed=f"zeros: {dense:.0%} in token vectors as late interaction compares them, "
        f"{empty:.0%} in sparse vectors of 180 sentences over their {counts.shape[1]} words. "
        f"Late interaction keeps {len(index.matrix) / len(index):.0f} dense vectors for each of "
        "30 sentences instead of one",
        correction="ColBERT v2 keeps a dense vector of 128 numbers for every token and compares "
        "them one by one (late interaction). That takes more memory than one vector, so of each it "
        "stores the nearest of a set of centers, and the difference from it in few bits. Sparse "
        "is SPLADE: weights for a few of all words, in an inverted index.",
        source="Santhanam et al. 2022, arXiv:2112.01488, abstract; README of BGE-M3 in "
        "FlagOpen/FlagEmbedding, which tells sparse from multi-vector retrieval; README of "
        "naver/splade",
    )


@claim("formula")
def c286() -> Finding:
    """The memory of an embedding layer is M = V · D · P · B, B being the batch size."""
    encoder, n = minilm().encoder, 16
    table, sizes = encoder.words, (1, 32, 64)
    V, d = table.shape
    printed = {B: V * d * table.itemsize * B for B in sizes}
    output = {B: encode(encoder, np.full((B, n), 5))[-1].nbytes for B in (1, 32)}
    return judged(
        all(size == table.nbytes for size in printed.values()),
        computed=f"MiniLM, V = {V:,}, D = {d}, four bytes: the table has {table.nbytes / 1e6:.1f} "
        f"MB, whatever the batch; the formula says {printed[32] / 1e9:.1f} GB for a batch of 32 "
        f"and {printed[64] / 1e9:.1f} GB for 64. What a layer puts out for texts of {n} tokens: "
        f"{output[1] / 1e6:.3f} MB for one, {output[32] / 1e6:.2f} MB for 32",
        correction="The table is there once: V · D · P. The batch multiplies what is computed from "
        "it, B · n · D · P for each layer with n tokens in a text, and V has no part in that.",
    )


@claim("arithmetic")
def c287() -> Finding:
    """Half precision (FP16 instead of FP32) halves the memory."""
    vectors = _sentences()
    halved = vectors.astype(np.float16)
    found = _share_found(exact.search(exact.build(halved.astype(np.float32)), vectors, 10))
    finding = compared(100 * halved.nbytes / vectors.nbytes, "50", unit="%")
    return judged(
        finding.verdict == "holds",
        computed=f"{halved.nbytes / vectors.nbytes:.0%} of the bytes. MiniLM on 180 sentences: of "
        f"the ten nearest {found:.0%} stay, the largest change of a number is "
        f"{np.abs(halved.astype(np.float64) - vectors).max():.0e}",
        correction="The share differs.",
    )


@claim("arithmetic")
def c288() -> Finding:
    """Quantization to one byte for each number leaves 25% of the memory."""
    vectors = _sentences()
    index = int8.build(vectors)
    share = index.n_bytes / vectors.nbytes
    finding = compared(100 * share, "25", unit="%")
    return judged(
        finding.verdict == "holds",
        computed=f"MiniLM's vectors in one byte for each number, with a scale of four bytes for "
        f"each vector: {share:.1%}, and {_share_found(int8.search(index, vectors, 10)):.0%} of "
        f"the ten nearest stay. One bit leaves {1 / 32:.1%}",
        correction="The share differs.",
    )


def _nearest(scores: Array, n: int) -> IntArray:
    """Return the n highest columns of each row, the row itself left out."""
    scores = scores.copy()
    np.fill_diagonal(scores, scores.min() - 1)
    return top(scores, n).positions


def _agreement(rows: Array) -> tuple[float, float]:
    """Return how many of the ten nearest by L2, and by dot product, are the nearest by cosine."""
    rows = rows.astype(np.float64)
    squares = (rows**2).sum(axis=1)
    by_distance = _nearest(2 * rows @ rows.T - squares - squares[:, np.newaxis], 10)
    by_product = _nearest(rows @ rows.T, 10)
    by_cosine = [set(row.tolist()) for row in _nearest(similarity_matrix(rows), 10)]
    return (
        float(ranking.recall(by_distance, by_cosine).mean()),
        float(ranking.recall(by_product, by_cosine).mean()),
    )


@claim("formula")
def c297() -> Finding:
    """It is a mistake to compare embeddings by L2 distance instead of cosine."""
    words = skip_gram().matrix
    lengths = np.linalg.norm(words, axis=1)
    raw, raw_product = _agreement(words)
    unit, _ = _agreement(unit_rows(words.astype(np.float64)))
    sentence, _ = _agreement(_sentences())
    return judged(
        max(raw, unit, sentence) < 1,
        raw < 1,
        computed=f"the course's skip-gram vectors, lengths {lengths.min():.1f} to "
        f"{lengths.max():.1f}: of the ten nearest by cosine L2 finds {raw:.0%}, the plain dot "
        f"product {raw_product:.0%}. Brought to length 1: L2 {unit:.0%}. MiniLM's sentence "
        f"vectors, which have length 1: L2 {sentence:.0%}",
        correction="Only where lengths differ. On vectors of length 1, ‖a − b‖² = 2 − 2 cos(a, b): "
        "both give the same ranking, and to test both, as the deck advises, compares a thing with "
        "itself. What matters is to normalize, or to use what the model was trained with.",
    )
