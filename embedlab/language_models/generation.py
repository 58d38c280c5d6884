"""Text from a causal model, token by token."""

from collections.abc import Sequence

import numpy as np

from embedlab.attention import causal_mask
from embedlab.contextual import encode
from embedlab.language_models.models import Causal
from embedlab.numerics import as_integer, require, softmax
from embedlab.sequences import CLS, MARKS, SEP


def generate(
    model: Causal,
    start: Sequence[int],
    n: int,
    *,
    rng: np.random.Generator,
    temperature: float = 1.0,
) -> list[int]:
    """Return start and up to n drawn tokens; [SEP] ends the text.

    Args:
        model: As trained.
        start: Ids, the first of them [CLS].
        n: Tokens to draw, at least 0.
        rng: Draws.
        temperature: Scores are divided by it: below 1 the likely tokens become likelier still,
            and 0 takes the likeliest.

    Raises:
        ValueError: If start does not begin with [CLS], the text would be longer than the model
            has positions, or temperature is negative or not finite.

    Source: Ackley, Hinton and Sejnowski 1985, Cognitive Science 9, for the temperature.
    """
    ids, room = list(start), len(model.encoder.positions)
    require(len(ids) > 0 and ids[0] == CLS, "start", "begin with [CLS]", ids)
    n, rule = as_integer("n", n, 0), f"leave the text within the model's {room} positions"
    require(len(ids) + n <= room, "n", rule, n, f"at most {max(0, room - len(ids))}")
    require(0 <= temperature < np.inf, "temperature", "be at least 0 and finite", temperature)
    words, never = model.encoder.words, [i for i in range(len(MARKS)) if i != SEP]
    for _ in range(n):
        hidden = encode(model.encoder, np.array([ids]), causal_mask(len(ids)))[-1, 0, -1]
        scores = (words @ hidden + model.word_bias).astype(np.float64)
        scores[never] = -np.inf
        # In double precision the probabilities sum to 1 as closely as choice wants it.
        likeliest = int(scores.argmax())
        if temperature > 0:
            # Below the likeliest, what overflows becomes -inf, and is never drawn.
            with np.errstate(over="ignore"):
                drawn = softmax((scores - scores[likeliest]) / temperature)
            ids.append(int(rng.choice(len(drawn), p=drawn)))
        else:
            ids.append(likeliest)
        if ids[-1] == SEP:
            break
    return ids
