"""How good are these vectors? Tests against given answers, against unseen text, against a space.

What a test set measures is a sample, so each result that rests on one carries a confidence
interval. The intervals are about other pairs, questions or words of the same kind; none is
about training the model again with another seed, which only training again can tell.
"""

from embedlab.evaluation.analogies import (
    AnalogyAccuracy,
    analogy_accuracy,
    three_cos_add,
    three_cos_mul,
)
from embedlab.evaluation.clusters import ClusterPurity, cluster_purity
from embedlab.evaluation.held_out import HeldOutLoss, held_out_loss
from embedlab.evaluation.intervals import correlation_interval, mean_interval, wilson_interval
from embedlab.evaluation.similarity import WordSimilarity, word_similarity
from embedlab.evaluation.spaces import Alignment, Hubness, align, hubness

__all__ = [
    "Alignment",
    "AnalogyAccuracy",
    "ClusterPurity",
    "HeldOutLoss",
    "Hubness",
    "WordSimilarity",
    "align",
    "analogy_accuracy",
    "cluster_purity",
    "correlation_interval",
    "held_out_loss",
    "hubness",
    "mean_interval",
    "three_cos_add",
    "three_cos_mul",
    "wilson_interval",
    "word_similarity",
]
