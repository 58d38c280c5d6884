"""PyTorch's attention and multi-head attention with their gradients, for test_attention.

Run with a Python that has PyTorch, from the project's top folder: python tests/oracles/attention.py
"""

from pathlib import Path

import numpy as np

NAMES = ("query", "key", "value", "output")


def main() -> None:
    import torch
    from torch.nn import functional

    rng = np.random.default_rng(1706)
    inputs = {
        "queries": rng.standard_normal((2, 4, 6)),
        "keys": rng.standard_normal((2, 5, 6)),
        "values": rng.standard_normal((2, 5, 3)),
        "mask": rng.random((2, 4, 5)) < 0.6,
        "d_attended": rng.standard_normal((2, 4, 3)),
        "x": rng.standard_normal((2, 5, 6)),
        "d_y": rng.standard_normal((2, 5, 6)),
        "square_mask": rng.random((2, 5, 5)) < 0.6,
        **{name: rng.standard_normal((6, 6)) for name in NAMES},
        **{f"{name}_bias": rng.standard_normal(6) for name in NAMES},
    }
    inputs["mask"][..., 0] = inputs["square_mask"][..., 0] = True
    results = {}

    heads = tuple(
        torch.tensor(inputs[name], requires_grad=True) for name in ("queries", "keys", "values")
    )
    d_output = torch.tensor(inputs["d_attended"])
    for mask in (None, "mask"):
        allowed = None if mask is None else torch.tensor(inputs[mask])
        output = functional.scaled_dot_product_attention(*heads, attn_mask=allowed)
        results[f"output_{mask}"] = output
        gradients = torch.autograd.grad(output, heads, d_output)
        for name, gradient in zip(("queries", "keys", "values"), gradients, strict=True):
            results[f"output_{mask}_d_{name}"] = gradient

    H = 3
    layer = torch.nn.MultiheadAttention(6, H, batch_first=True, dtype=torch.float64)
    with torch.no_grad():
        # PyTorch multiplies by the transposed matrix, and stacks the three of the way in.
        stacked = np.concatenate([inputs[name].T for name in NAMES[:3]])
        layer.in_proj_weight.copy_(torch.tensor(stacked))
        stacked = np.concatenate([inputs[f"{name}_bias"] for name in NAMES[:3]])
        layer.in_proj_bias.copy_(torch.tensor(stacked))
        layer.out_proj.weight.copy_(torch.tensor(inputs["output"].T.copy()))
        layer.out_proj.bias.copy_(torch.tensor(inputs["output_bias"]))
    x = torch.tensor(inputs["x"], requires_grad=True)
    # There a mask says what is hidden, once for each head.
    hidden = torch.tensor(np.repeat(~inputs["square_mask"], H, axis=0))
    y, weights = layer(x, x, x, attn_mask=hidden, average_attn_weights=False)
    y.backward(torch.tensor(inputs["d_y"]))
    results |= {"y": y, "weights": weights, "d_x": x.grad}
    d_weights = [*layer.in_proj_weight.grad.split(6), layer.out_proj.weight.grad]
    d_biases = [*layer.in_proj_bias.grad.split(6), layer.out_proj.bias.grad]
    for name, d_weight, d_bias in zip(NAMES, d_weights, d_biases, strict=True):
        results |= {f"d_{name}": d_weight.T, f"d_{name}_bias": d_bias}

    made_with = f"torch {torch.__version__}, numpy {np.__version__}, float64, CPU, {H} heads"
    arrays = {name: value.detach().numpy() for name, value in results.items()}
    path = Path(__file__).with_suffix(".npz")
    np.savez_compressed(path, made_with=made_with, **inputs, **arrays)


if __name__ == "__main__":
    main()
