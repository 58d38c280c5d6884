"""How contrastive.npz was made: losses and gradients by PyTorch's automatic differentiation.

Run in an environment with PyTorch and NumPy, from the folder of this file:

    python contrastive.py

The inputs are stored beside the results, so the tests need neither PyTorch nor this script.
"""

import math
from pathlib import Path

import numpy as np


def losses(torch):
    functional = torch.nn.functional

    def info_nce(queries, keys):
        scores = queries @ keys.T / 0.3
        return functional.cross_entropy(scores, torch.arange(len(queries)))

    def clip(images, texts, log_scale):
        scores = log_scale.exp() * images @ texts.T
        own = torch.arange(len(images))
        return (functional.cross_entropy(scores, own) + functional.cross_entropy(scores.T, own)) / 2

    def siglip(images, texts, log_scale, bias):
        scores = log_scale.exp() * images @ texts.T + bias
        signs = 2 * torch.eye(len(images), dtype=scores.dtype) - 1
        return -functional.logsigmoid(signs * scores).sum() / len(images)

    def triplet(anchors, positives, negatives):
        return functional.triplet_margin_with_distance_loss(
            anchors,
            positives,
            negatives,
            distance_function=lambda x, y: (x - y).square().sum(-1),
            margin=0.5,
        )

    def uniformity(vectors):
        return torch.pdist(vectors).square().mul(-2.0).exp().mean().log()

    def nested(first, second, log_scale):
        total = 0.0
        for m, weight in ((2, 0.5), (4, 1.0), (6, 2.0)):
            units = [functional.normalize(x[:, :m], dim=-1) for x in (first, second)]
            total = total + weight * clip(*units, log_scale)
        return total

    return {
        "info_nce": info_nce,
        "clip": clip,
        "siglip": siglip,
        "triplet": triplet,
        "uniformity": uniformity,
        "nested": nested,
    }


def main():
    import torch

    functions = losses(torch)
    rng = np.random.default_rng(20260101)
    rows = {name: rng.standard_normal((5, 6)) for name in ("first", "second", "third")}
    numbers = {"log_scale": np.array(math.log(3.0)), "bias": np.array(-1.5)}
    units = {name: x / np.linalg.norm(x, axis=1, keepdims=True) for name, x in rows.items()}
    keys = np.concatenate([units["second"], units["third"][:3]])
    cases = {
        "info_nce": (units["first"], keys),
        "clip": (units["first"], units["second"], numbers["log_scale"]),
        "siglip": (units["first"], units["second"], *numbers.values()),
        "triplet": (units["first"], units["second"], units["third"]),
        "uniformity": (units["first"],),
        "nested": (rows["first"], rows["second"], numbers["log_scale"]),
    }
    stored = {"versions": np.array([f"torch {torch.__version__}", f"numpy {np.__version__}"])}
    for name, inputs in cases.items():
        tensors = [torch.tensor(x, dtype=torch.float64, requires_grad=True) for x in inputs]
        value = functions[name](*tensors)
        value.backward()
        stored[f"{name} loss"] = value.detach().numpy()
        for i, tensor in enumerate(tensors):
            stored[f"{name} input {i}"] = tensor.detach().numpy()
            stored[f"{name} gradient {i}"] = tensor.grad.numpy()
    np.savez_compressed(Path(__file__).with_suffix(".npz"), **stored)
    print(*stored["versions"], sep="\n")


if __name__ == "__main__":
    main()
