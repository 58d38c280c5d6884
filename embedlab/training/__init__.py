"""Training dynamics: what a run does on its way, when it could stop, and what of it is luck.

``skipgram`` has the exact objective, ``descent`` walks down it by any optimizer; ``snapshots``
looks at runs of the real trainers, ``seeds`` repeats them; ``fits`` and ``phases`` ask what form a
loss curve has, ``stopping`` where it could have ended.
"""

from embedlab.training.descent import Descent, by_adagrad, by_adam, by_sgd, descend
from embedlab.training.fits import (
    Comparison,
    compare_fits,
    fit_constant,
    fit_exponential,
    fit_logarithm,
    fit_power_law,
    fit_three_phases,
)
from embedlab.training.phases import Phases, find_phases
from embedlab.training.seeds import Seeds, Spread, over_seeds, seed_distances
from embedlab.training.separable import Fit
from embedlab.training.skipgram import (
    gradient_noise,
    hessian,
    negative_objective,
    on_batches,
    softmax_objective,
)
from embedlab.training.snapshots import Recording, jumps, record, table, trajectories
from embedlab.training.stopping import (
    Stop,
    compare_rules,
    low_enough,
    no_improvement,
    out_of_budget,
    running_mean,
    small_change,
)

__all__ = [
    "Comparison",
    "Descent",
    "Fit",
    "Phases",
    "Recording",
    "Seeds",
    "Spread",
    "Stop",
    "by_adagrad",
    "by_adam",
    "by_sgd",
    "compare_fits",
    "compare_rules",
    "descend",
    "find_phases",
    "fit_constant",
    "fit_exponential",
    "fit_logarithm",
    "fit_power_law",
    "fit_three_phases",
    "gradient_noise",
    "hessian",
    "jumps",
    "low_enough",
    "negative_objective",
    "no_improvement",
    "on_batches",
    "out_of_budget",
    "over_seeds",
    "record",
    "running_mean",
    "seed_distances",
    "small_change",
    "softmax_objective",
    "table",
    "trajectories",
]
