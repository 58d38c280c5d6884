"""A small encoder made of PyTorch's own layers, with its gradients, for test_contextual.

Two of nn.TransformerEncoderLayer (norm after the sum, GELU, no dropout) on nn.Embedding tables and
nn.LayerNorm. Run with a Python that has PyTorch, from the project's top folder:
python tests/oracles/contextual.py
"""

from pathlib import Path

import numpy as np

V, P, S, d, H, L = 9, 7, 2, 6, 2, 2
EPSILON = 1e-5


def parameters(rng: np.random.Generator) -> dict[str, np.ndarray]:
    """Return weights under the names and in the layout of embedlab.contextual.parameters."""

    def normal(*shape: int, mean: float = 0.0) -> np.ndarray:
        return rng.normal(mean, 0.5, shape)

    arrays = {"words": normal(V, d), "positions": normal(P, d), "segments": normal(S, d)}
    arrays |= {"gain": normal(d, mean=1.0), "bias": normal(d)}
    for i in range(L):
        block = f"blocks.{i}."
        for name in ("query", "key", "value", "output"):
            arrays[f"{block}attention.{name}"] = normal(d, d)
            arrays[f"{block}attention.{name}_bias"] = normal(d)
        arrays |= {f"{block}expand": normal(d, 4 * d), f"{block}expand_bias": normal(4 * d)}
        arrays |= {f"{block}contract": normal(4 * d, d), f"{block}contract_bias": normal(d)}
        for half in ("attention", "feed_forward"):
            arrays[f"{block}{half}_gain"] = normal(d, mean=1.0)
            arrays[f"{block}{half}_bias"] = normal(d)
    return arrays


def main() -> None:
    import torch
    from torch import nn
    from torch.nn import functional

    rng = np.random.default_rng(1810)
    weights = parameters(rng)
    ids, segments = rng.integers(V, size=(3, 6)), rng.integers(S, size=(3, 6))
    lengths = np.array([6, 4, 1])
    d_last = rng.standard_normal((3, 6, d))
    t = {name: torch.tensor(array, requires_grad=True) for name, array in weights.items()}

    def layer(i: int, x: torch.Tensor, padding: torch.Tensor) -> torch.Tensor:
        module = nn.TransformerEncoderLayer(
            d, H, 4 * d, 0.0, "gelu", EPSILON, batch_first=True, dtype=torch.float64
        )
        p = {name.removeprefix(f"blocks.{i}."): value for name, value in t.items()}
        a = "attention."
        state = {
            "self_attn.in_proj_weight": torch.cat([p[a + k].T for k in ("query", "key", "value")]),
            "self_attn.in_proj_bias": torch.cat(
                [p[a + k] for k in ("query_bias", "key_bias", "value_bias")]
            ),
            "self_attn.out_proj.weight": p[a + "output"].T,
            "self_attn.out_proj.bias": p[a + "output_bias"],
            "linear1.weight": p["expand"].T,
            "linear1.bias": p["expand_bias"],
            "linear2.weight": p["contract"].T,
            "linear2.bias": p["contract_bias"],
            "norm1.weight": p["attention_gain"],
            "norm1.bias": p["attention_bias"],
            "norm2.weight": p["feed_forward_gain"],
            "norm2.bias": p["feed_forward_bias"],
        }
        assert set(state) == set(module.state_dict())
        return torch.func.functional_call(module, state, (x,), {"src_key_padding_mask": padding})

    where, kind = torch.tensor(ids), torch.tensor(segments)
    total = t["words"][where] + t["positions"][:6] + t["segments"][kind]
    hidden = [functional.layer_norm(total, (d,), t["gain"], t["bias"], EPSILON)]
    padding = torch.arange(6) >= torch.tensor(lengths)[:, None]
    for i in range(L):
        hidden.append(layer(i, hidden[-1], padding))
    hidden[-1].backward(torch.tensor(d_last))

    inputs = {"ids": ids, "segment_ids": segments, "lengths": lengths, "d_last": d_last}
    inputs |= {"epsilon": np.array(EPSILON), "n_heads": np.array(H)}
    gradients = {f"d_{name}": value.grad.numpy() for name, value in t.items()}
    made_with = f"torch {torch.__version__}, numpy {np.__version__}, float64, CPU"
    np.savez_compressed(
        Path(__file__).with_suffix(".npz"),
        made_with=made_with,
        hidden=torch.stack(hidden).detach().numpy(),
        **inputs,
        **weights,
        **gradients,
    )


if __name__ == "__main__":
    main()
