"""PyTorch's layer norm, GELU and cross-entropy with their gradients, for test_layers_of_networks.

Run with a Python that has PyTorch, from the project's top folder: python tests/oracles/layers.py
"""

from pathlib import Path

import numpy as np


def main() -> None:
    import torch
    from torch.nn import functional

    rng = np.random.default_rng(1607)
    inputs = {
        "x": rng.normal(1.0, 3.0, (2, 3, 7)),
        "gain": rng.normal(1.0, 0.5, 7),
        "bias": rng.normal(0.0, 0.5, 7),
        "d_y": rng.standard_normal((2, 3, 7)),
        "targets": np.array([[6, -1, 0], [3, 3, -1]]),
    }
    x, gain, bias = (
        torch.tensor(inputs[name], requires_grad=True) for name in ("x", "gain", "bias")
    )
    d_y = torch.tensor(inputs["d_y"])
    results = {}
    for epsilon in (1e-5, 1e-12):
        y = functional.layer_norm(x, (7,), gain, bias, eps=epsilon)
        gradients = torch.autograd.grad(y, (x, gain, bias), d_y)
        results[f"layer_norm_{epsilon}"] = y
        for name, gradient in zip(("x", "gain", "bias"), gradients, strict=True):
            results[f"layer_norm_{epsilon}_d_{name}"] = gradient
    y = functional.gelu(x)
    results["gelu"], results["gelu_d_x"] = y, torch.autograd.grad(y, x, d_y)[0]
    targets = torch.tensor(inputs["targets"]).reshape(-1)
    loss = functional.cross_entropy(x.reshape(-1, 7), targets, ignore_index=-1)
    results["loss"], results["loss_d_x"] = loss, torch.autograd.grad(loss, x)[0]
    made_with = f"torch {torch.__version__}, numpy {np.__version__}, float64, CPU"
    arrays = {name: value.detach().numpy() for name, value in results.items()}
    path = Path(__file__).with_suffix(".npz")
    np.savez_compressed(path, made_with=made_with, **inputs, **arrays)


if __name__ == "__main__":
    main()
