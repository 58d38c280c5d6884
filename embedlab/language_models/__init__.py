"""GPT's and BERT's objectives on one encoder, trained small, and what their vectors know.

- Causal (GPT): predict each token from those before it; a mask hides the rest.
- Masked words (BERT): hide some tokens, and predict them from both sides.
- Next sentence (BERT): does the second sentence follow the first one in a text?

Words are scored with the word vectors themselves: score = h · vector + bias. These *tied* weights
get a gradient from two sides, where a word is read and where it is predicted.

Rows of ids begin with [CLS] and end with [SEP], see ``sequences.token_ids``. The encoder is that of
``contextual``, which normalizes after each half of a block like BERT and the first GPT; later
versions of GPT normalize before. BERT's extra layers before its two softmaxes are left out.

Source: Radford et al. 2018 (GPT), eq. 1-2; Devlin et al. 2019, arXiv:1810.04805, section 3.1.

=============== ===================================================================
``models``      the two kinds of models, their arrays and layers
``examples``    masked words and pairs of sentences
``objectives``  the losses, with their gradients
``training``    training with Adam
``generation``  text from a causal model
``documents``   documents made of the world's sentences
``senses``      a probe that asks whether vectors tell senses apart
=============== ===================================================================
"""

from embedlab.language_models.documents import topic_documents
from embedlab.language_models.examples import Pairs, masked_batch, next_sentence_pairs
from embedlab.language_models.generation import generate
from embedlab.language_models.models import (
    Causal,
    Masked,
    causal_layers,
    masked_layers,
    model_parameters,
    with_model_parameters,
)
from embedlab.language_models.objectives import (
    bert_loss,
    causal_loss,
    masked_loss,
    next_sentence_loss,
    word_loss,
)
from embedlab.language_models.senses import (
    Occurrence,
    probe_accuracy,
    sense_accuracy,
    unlike_contexts,
)
from embedlab.language_models.training import train_causal, train_masked

__all__ = [
    "Causal",
    "Masked",
    "Occurrence",
    "Pairs",
    "bert_loss",
    "causal_layers",
    "causal_loss",
    "generate",
    "masked_batch",
    "masked_layers",
    "masked_loss",
    "model_parameters",
    "next_sentence_loss",
    "next_sentence_pairs",
    "probe_accuracy",
    "sense_accuracy",
    "topic_documents",
    "train_causal",
    "train_masked",
    "unlike_contexts",
    "with_model_parameters",
    "word_loss",
]
