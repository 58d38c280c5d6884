"""Make tests/oracles/lstm.npz: what PyTorch's nn.LSTM computes for fixed inputs.

Run it with a Python that has PyTorch: python tests/oracles/lstm.py
Two layers, double precision, three sequences of different lengths as a packed sequence; the loss
is the sum of the outputs times fixed numbers. PyTorch has two biases; the second is set to 0.
"""

import platform
from pathlib import Path

import numpy as np

N_INPUTS, N_HIDDEN, N_LAYERS = 3, 4, 2
LENGTHS = [5, 2, 4]


def main() -> None:
    """Compute and write."""
    import torch  # here, because pytest reads every file in search of doctests

    torch.manual_seed(0)
    model = torch.nn.LSTM(
        N_INPUTS, N_HIDDEN, N_LAYERS, batch_first=True, bidirectional=True, dtype=torch.float64
    )
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            if name.startswith("bias_hh"):
                parameter.zero_()
    x = torch.randn(len(LENGTHS), max(LENGTHS), N_INPUTS, dtype=torch.float64, requires_grad=True)
    d_hidden = torch.randn(len(LENGTHS), max(LENGTHS), 2 * N_HIDDEN, dtype=torch.float64)
    packed = torch.nn.utils.rnn.pack_padded_sequence(
        x, torch.tensor(LENGTHS), batch_first=True, enforce_sorted=False
    )
    packed_hidden, (last_hidden, last_cell) = model(packed)
    hidden, _ = torch.nn.utils.rnn.pad_packed_sequence(packed_hidden, batch_first=True)
    (hidden * d_hidden).sum().backward()

    arrays = {
        "x": x,
        "lengths": torch.tensor(LENGTHS),
        "hidden": hidden,
        "last_hidden": last_hidden,
        "last_cell": last_cell,
        "d_hidden": d_hidden,
        "d_x": x.grad,
    }
    for name, parameter in model.named_parameters():
        arrays[name], arrays[f"d_{name}"] = parameter, parameter.grad
    versions = f"torch {torch.__version__}, numpy {np.__version__}, {platform.machine()}"
    target = Path(__file__).with_suffix(".npz")
    plain = {name: array.detach().numpy() for name, array in arrays.items()}
    np.savez_compressed(target, versions=np.array(versions), **plain)
    print(versions, target.stat().st_size, "bytes")


if __name__ == "__main__":
    main()
