"""Contrastive losses: what belongs together is pulled together, everything else pushed apart.

Each function returns its loss, in nats where nothing else is said, and the gradient with respect
to every input. Single precision stays single.
"""

from embedlab.contrastive.losses import clip_loss, info_nce, siglip_loss, triplet_loss
from embedlab.contrastive.prefixes import (
    PairLoss,
    matryoshka_loss,
    on_directions,
    unit_rows_gradient,
)
from embedlab.contrastive.sphere import alignment, uniformity

__all__ = [
    "PairLoss",
    "alignment",
    "clip_loss",
    "info_nce",
    "matryoshka_loss",
    "on_directions",
    "siglip_loss",
    "triplet_loss",
    "uniformity",
    "unit_rows_gradient",
]
