"""How ``training.npz`` was made: objectives, optimizers and schedules by PyTorch.

Not a test, and no dependency of the project. In an environment of its own with PyTorch:

    python tests/oracles/training.py

Double precision on the processor. The loss is that of skip-gram over a small matrix of counts,
differentiated by autograd: ``cross_entropy`` for the softmax, ``logsigmoid`` for negative sampling
with the expected noise. The optimizers are those of ``torch.optim`` with their defaults, but for
the learning rate and, in Adagrad, eps = 1e-8. The schedules are those of ``lr_scheduler``, 40 steps
of a rate that starts at 1; the rate is noted before each step and after the last.
"""

from pathlib import Path

import numpy as np
import torch
from torch.nn import functional
from torch.optim import lr_scheduler

V, D, N_NEGATIVES, N_STEPS = 7, 3, 5, 25
RATES = {"sgd": 2.0, "adagrad": 0.2, "adam": 0.05}


def softmax_loss(parameters: torch.Tensor, counts: torch.Tensor) -> torch.Tensor:
    centers, contexts = counts.nonzero(as_tuple=True)
    scores = parameters[0][centers] @ parameters[1].T
    losses = functional.cross_entropy(scores, contexts, reduction="none")
    weights = counts[centers, contexts]
    return (weights * losses).sum() / weights.sum()


def negative_loss(
    parameters: torch.Tensor, counts: torch.Tensor, noise: torch.Tensor
) -> torch.Tensor:
    scores = parameters[0] @ parameters[1].T
    observed = (counts * functional.logsigmoid(scores)).sum()
    expected = N_NEGATIVES * counts.sum(dim=1, keepdim=True) * noise
    return -(observed + (expected * functional.logsigmoid(-scores)).sum()) / counts.sum()


def descent(name: str, start: torch.Tensor, counts: torch.Tensor) -> tuple[np.ndarray, np.ndarray]:
    parameters = start.clone().requires_grad_()
    optimizer = {
        "sgd": lambda: torch.optim.SGD([parameters], lr=RATES["sgd"]),
        "adagrad": lambda: torch.optim.Adagrad([parameters], lr=RATES["adagrad"], eps=1e-8),
        "adam": lambda: torch.optim.Adam([parameters], lr=RATES["adam"]),
    }[name]()
    losses = []
    for _ in range(N_STEPS):
        optimizer.zero_grad()
        loss = softmax_loss(parameters, counts)
        losses.append(loss.item())
        loss.backward()
        optimizer.step()
    losses.append(softmax_loss(parameters, counts).item())
    return np.array(losses), parameters.detach().numpy()


def rates(new_scheduler) -> np.ndarray:
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=1.0)
    scheduler = new_scheduler(optimizer)
    seen = [optimizer.param_groups[0]["lr"]]
    for _ in range(40):
        optimizer.step()
        scheduler.step()
        seen.append(optimizer.param_groups[0]["lr"])
    return np.array(seen)


def main() -> None:
    rng = np.random.default_rng(0)
    counts = rng.poisson(1.0, (V, V)).astype(np.float64)
    noise = rng.dirichlet(np.ones(V))
    start = rng.normal(0.0, 0.5, (2, V, D))
    X, P = torch.tensor(counts), torch.tensor(noise)
    arrays = {"counts": counts, "noise": noise, "start": start}
    for name, loss in {
        "softmax": lambda parameters: softmax_loss(parameters, X),
        "negative": lambda parameters: negative_loss(parameters, X, P),
    }.items():
        at = torch.tensor(start, requires_grad=True)
        value = loss(at)
        value.backward()
        arrays |= {f"{name}_loss": value.item(), f"{name}_gradient": at.grad.numpy()}
    at = torch.tensor(start)
    second = torch.autograd.functional.hessian(lambda p: softmax_loss(p, X), at)
    arrays["hessian"] = second.reshape(2 * V * D, 2 * V * D).numpy()
    for name in RATES:
        losses, end = descent(name, torch.tensor(start), X)
        arrays |= {f"{name}_losses": losses, f"{name}_end": end}
    arrays["cosine"] = rates(lambda o: lr_scheduler.CosineAnnealingLR(o, 40, eta_min=0.1))
    arrays["linear"] = rates(lambda o: lr_scheduler.LinearLR(o, 1.0, 0.1, 40))
    arrays["steps"] = rates(lambda o: lr_scheduler.MultiStepLR(o, [10, 30], gamma=0.2))
    arrays["warm_up"] = rates(
        lambda o: lr_scheduler.SequentialLR(
            o,
            [lr_scheduler.LinearLR(o, 0.25, 1.0, 8), lr_scheduler.CosineAnnealingLR(o, 32)],
            milestones=[8],
        )
    )
    versions = np.array([f"torch {torch.__version__}", f"numpy {np.__version__}"])
    path = Path(__file__).with_suffix(".npz")
    np.savez_compressed(path, versions=versions, **arrays)


if __name__ == "__main__":
    main()
