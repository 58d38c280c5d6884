"""The losses of a batch of pairs: InfoNCE, CLIP, SigLIP; and of triplets.

Row i of one matrix belongs to row i of the other, and every other row of the batch serves as a
negative. All but the last compare by dot products; ``on_directions`` makes that cosines.
"""

import math

import numpy as np

from embedlab.contrastive.arguments import batches, rows_of_pairs
from embedlab.numerics import Array, log_sigmoid, logsumexp, require, sigmoid


def info_nce(queries: Array, keys: Array, temperature: float = 0.05) -> tuple[float, Array, Array]:
    """Return the InfoNCE loss, mean of -log softmax(q_i·K' / τ)_i, and its gradients.

    Each query has to find its own key among all keys. The loss is at least 0, and log M if the
    scores are all equal. The own key is part of the denominator: without it the loss is no
    longer that of a choice among M, and falls below 0. With independent pairs and no hard
    negatives, log B - loss is on average at most the mutual information of query and key; so a
    batch cannot show more than log B nats.

    Args:
        queries: (B, d); of length 1 where dot products are to be cosines.
        keys: (M, d) with M ≥ B: key i belongs to query i, and the rows from B on are hard
            negatives, the same for all queries.
        temperature: τ, positive. The lower, the more the nearest negatives count.

    Returns:
        The loss in nats; its gradients for queries (B, d) and keys (M, d).

    Raises:
        ValueError: If an argument is not a finite matrix, there are no queries or fewer keys
            than queries, they differ in d, temperature is not positive and finite, or a score
            is beyond all numbers.

    Source: van den Oord, Li and Vinyals 2018, arXiv:1807.03748, the InfoNCE loss and its bound on
        mutual information; with in-batch negatives and cosines, and with hard negatives in its
        supervised form, Gao, Yao and Chen 2021 (SimCSE), arXiv:2104.08821.

    >>> loss, _, _ = info_nce(np.eye(2), np.eye(2), temperature=1.0)
    >>> round(loss, 4), round(math.log(1 + math.exp(-1)), 4)
    (0.3133, 0.3133)
    """
    queries, keys = batches("queries", queries, "keys", keys)
    B, M, temperature = len(queries), len(keys), float(temperature)
    remedy = "a row from there on is a hard negative"
    require(M >= B, "keys", f"have a row for each of the {B} queries", M, remedy)
    require(0 < temperature < np.inf, "temperature", "be positive and finite", temperature)
    with np.errstate(over="ignore"):
        scores = queries @ keys.T / temperature
    remedy = "scale the rows to length 1, or raise the temperature"
    is_finite = bool(np.isfinite(scores).all())
    require(is_finite, "scores queries @ keys.T / temperature", "be finite", "infinity", remedy)
    own = np.arange(B), np.arange(B)
    log_totals = logsumexp(scores)
    loss = float((log_totals - scores[own]).mean(dtype=np.float64))
    d_scores = np.exp(scores - log_totals[:, np.newaxis])
    d_scores[own] -= 1.0
    d_scores /= B * temperature
    return loss, d_scores @ keys, d_scores.T @ queries


def clip_loss(images: Array, texts: Array, log_scale: float) -> tuple[float, Array, Array, float]:
    """Return CLIP's loss, the mean of InfoNCE from images to texts and back, and its gradients.

    The temperature is learned, as log_scale = log(1 / τ): so no step can make it negative.

    Args:
        images: (B, d) unit rows.
        texts: (B, d) unit rows; row i describes image i.
        log_scale: Begin with log(1 / 0.07); the paper keeps the scale below 100.

    Returns:
        The loss in nats; its gradients for images, texts and log_scale.

    Raises:
        ValueError: As ``info_nce``; also if the matrices differ in rows.

    Source: Radford et al. 2021, arXiv:2103.00020, the pseudocode (figure 3) and the section on
        training.

    >>> loss, _, _, d_log_scale = clip_loss(np.eye(2), np.eye(2), 0.0)
    >>> round(loss, 4), round(d_log_scale, 4)
    (0.3133, -0.2689)
    """
    images, texts = rows_of_pairs("images", images, "texts", texts)
    temperature = 1.0 / _scale(log_scale)
    loss, d_images, d_texts = info_nce(images, texts, temperature)
    loss_back, d_texts_back, d_images_back = info_nce(texts, images, temperature)
    d_images, d_texts = (d_images + d_images_back) / 2, (d_texts + d_texts_back) / 2
    # Only scale * images enters the loss, so what longer images do, a larger scale does.
    d_log_scale = float((d_images * images).sum(dtype=np.float64))
    return (loss + loss_back) / 2, d_images, d_texts, d_log_scale


def siglip_loss(
    images: Array, texts: Array, log_scale: float, bias: float
) -> tuple[float, Array, Array, float, float]:
    """Return SigLIP's loss and its gradients: for every pair, do these two belong together?

    The loss is Σ_ij -log σ(z_ij s_ij) / B with s_ij = exp(log_scale) x_i·y_j + bias, where z_ij
    is 1 for i = j and -1 otherwise. No pair's term looks at another pair, so a batch can be cut
    into blocks anywhere.

    Args:
        images: (B, d) unit rows x.
        texts: (B, d) unit rows y; row i describes image i.
        log_scale: Begin with log 10.
        bias: Begin with -10: nearly all pairs are negative, and this says so from the start.

    Returns:
        The loss in nats per row; its gradients for images, texts, log_scale and bias.

    Raises:
        ValueError: If a matrix is not finite or empty, they differ in shape, a number is not
            finite, or a score or the loss is beyond all numbers.

    Source: Zhai et al. 2023, arXiv:2303.15343, the sigmoid loss, with the sign of the bias as in
        its authors' code, google-research/big_vision.

    >>> loss, *_, d_bias = siglip_loss(np.eye(2), np.eye(2), 0.0, 0.0)
    >>> round(loss, 4), round(d_bias, 4)
    (1.0064, 0.2311)
    """
    images, texts = rows_of_pairs("images", images, "texts", texts)
    scale, bias, B = _scale(log_scale), float(bias), len(images)
    require(np.isfinite(bias), "bias", "be finite", bias)
    signs = 2 * np.eye(B, dtype=images.dtype) - 1
    with np.errstate(over="ignore", invalid="ignore"):
        scores = scale * (images @ texts.T) + bias
        loss = float(-log_sigmoid(signs * scores).sum(dtype=np.float64)) / B
    is_finite = bool(np.isfinite(scores).all() and np.isfinite(loss))
    remedy = "scale the rows to length 1, or lower log_scale or the size of the bias"
    require(is_finite, "scores scale * images @ texts.T + bias", "be finite", "infinity", remedy)
    d_scores = -signs * sigmoid(-signs * scores) / B
    d_images, d_texts = scale * (d_scores @ texts), scale * (d_scores.T @ images)
    d_log_scale = float((d_images * images).sum(dtype=np.float64))
    return loss, d_images, d_texts, d_log_scale, float(d_scores.sum(dtype=np.float64))


def triplet_loss(
    anchors: Array, positives: Array, negatives: Array, margin: float = 0.2
) -> tuple[float, Array, Array, Array]:
    """Return the mean of max(0, ‖a - p‖² - ‖a - n‖² + margin) and its gradients.

    A triplet whose negative is farther away than the positive by the margin has no say.

    Args:
        anchors: (B, d).
        positives: (B, d); row i ought to be near anchor i.
        negatives: (B, d); row i ought not to be.
        margin: Positive; in squared distance, as the loss is.

    Returns:
        The loss; its gradients for anchors, positives and negatives, (B, d) each.

    Raises:
        ValueError: If a matrix is not finite or empty, they differ in shape, the margin is not
            positive and finite, or a squared distance is beyond all numbers.

    Source: Schroff, Kalenichenko and Philbin 2015 (FaceNet), arXiv:1503.03832, the triplet loss,
        divided by the number of triplets.

    >>> a, p, n = np.zeros((1, 1)), np.ones((1, 1)), np.full((1, 1), 1.05)
    >>> round(triplet_loss(a, p, n)[0], 4)
    0.0975
    """
    anchors, positives = rows_of_pairs("anchors", anchors, "positives", positives)
    anchors, negatives = rows_of_pairs("anchors", anchors, "negatives", negatives)
    require(0 < margin < np.inf, "margin", "be positive and finite", margin)
    near, far = anchors - positives, anchors - negatives
    with np.errstate(over="ignore", invalid="ignore"):
        gaps = (near**2).sum(axis=1) - (far**2).sum(axis=1) + float(margin)
    is_finite = bool(np.isfinite(gaps).all())
    require(is_finite, "squared distances", "be finite", "infinity", "scale the rows to length 1")
    loss = float(np.maximum(gaps, 0).mean(dtype=np.float64))
    share = (2 / len(gaps) * (gaps > 0)).astype(gaps.dtype)[:, np.newaxis]
    return loss, share * (near - far), -share * near, share * far


def _scale(log_scale: float) -> float:
    """Return exp(log_scale), after checking that it is neither 0 nor infinite."""
    holds = abs(log_scale) <= 80
    require(holds, "log_scale", "lie between -80 and 80", log_scale, "it is the logarithm of 1 / τ")
    return math.exp(log_scale)
