"""ELMo: two language models, one reading forward and one backward, and the sum of their layers.

The forward model predicts each token from those before it, the backward one from those after it:

    log p(t₁ … t_n) = Σ log p(t_k | t₁ … t_{k-1})   and   = Σ log p(t_k | t_{k+1} … t_n).

Both read the same word vectors and score with the same softmax; the LSTMs between are their own.
The vector of a token is a weighted sum of its word vector and its states in all layers.

Here vectors and states have the same size d, and there is neither a projection nor a connection
past a layer, nor are words made from characters, as in the original.

Source: Peters et al. 2018, arXiv:1802.05365, section 3.

================ ==================================================================
``models``       the arrays, and every layer's vectors
``layer_sums``   the weighted sum of layers, with its gradients
``objectives``   the loss of both directions, with its gradients
``training``     training with Adam
================ ==================================================================
"""

from embedlab.descent import adam_steps
from embedlab.elmo.layer_sums import elmo_vector_gradients, elmo_vectors
from embedlab.elmo.models import (
    Elmo,
    elmo_from_parameters,
    elmo_layers,
    elmo_parameters,
    start_elmo,
)
from embedlab.elmo.objectives import direction_loss, elmo_loss
from embedlab.elmo.training import train_elmo
from embedlab.sequences import (
    CLS,
    MARKS,
    MASK,
    PAD,
    SEP,
    UNK,
    length_batches,
    token_ids,
    word_table,
)

__all__ = [
    "CLS",
    "MARKS",
    "MASK",
    "PAD",
    "SEP",
    "UNK",
    "Elmo",
    "adam_steps",
    "direction_loss",
    "elmo_from_parameters",
    "elmo_layers",
    "elmo_loss",
    "elmo_parameters",
    "elmo_vector_gradients",
    "elmo_vectors",
    "length_batches",
    "start_elmo",
    "token_ids",
    "train_elmo",
    "word_table",
]
