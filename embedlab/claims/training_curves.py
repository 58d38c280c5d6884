"""The claims of chapter 8 about epochs: how the loss falls, and when a run could end.

They are held against runs on texts whose words' relations are known, and against each other: what
two slides say about the same epoch must agree.
"""

from math import ceil, exp, log

import numpy as np

from embedlab.claims.findings import Finding, claim, compared, judged, unverifiable
from embedlab.claims.training_runs import (
    CONSTANT,
    DECAY,
    EPOCHS,
    FIRST_LOSS,
    LARGE,
    RUNS,
    SECOND_REDUCTION,
    all_losses,
    at_most,
    real_text,
    recorded_run,
    tenth,
)
from embedlab.corpus import encode_sentences
from embedlab.counts import cooccurrences, entropy, mutual_information
from embedlab.datasets import toy_corpus
from embedlab.text import build_vocabulary
from embedlab.training import (
    find_phases,
    fit_exponential,
    fit_logarithm,
    fit_three_phases,
    small_change,
)
from embedlab.word2vec import train


@claim("statistical")
def c238() -> Finding:
    """From epoch 0 to 20 the loss is L₀ exp(−0.1 t)."""
    printed = {t: FIRST_LOSS[0] * exp(-DECAY * t) for t in FIRST_LOSS}
    gaps = [abs(printed[t] / FIRST_LOSS[t] - 1) for t in FIRST_LOSS]
    times = np.arange(21.0)
    without = {
        name: fit_exponential(times, recorded_run(name).loss[:21], floor=False).r_squared
        for name in RUNS
    }
    floored = {name: fit_exponential(times, recorded_run(name).loss[:21]) for name in RUNS}
    return judged(
        max(gaps) < 0.1 and min(without.values()) > 0.9,
        max(gaps) < 0.1,
        computed="formula at epochs 0, 5, 10, 20: "
        + ", ".join(f"{value:.2f}" for value in printed.values())
        + "; the next slide's table: "
        + ", ".join(f"{value:.2f}" for value in FIRST_LOSS.values())
        + f"; share of the variance that any such decay explains in three runs on the world: at "
        f"most {max(without.values()):.1f}, with a floor added at least "
        f"{min(fit.r_squared for fit in floored.values()):.2f}",
        correction="A loss cannot decay to zero: however well the word is known, its contexts "
        "stay uncertain (these runs level off near "
        f"{floored[LARGE].parameters['floor']:.0f}, with five negatives). With a floor added the "
        "formula fits. The deck's own table contradicts it: at epoch 20 it is at "
        f"{FIRST_LOSS[20]}, the formula at {printed[20]:.2f}.",
    )


@claim("arithmetic")
def c239() -> Finding:
    """In epochs 0–5 the loss drops by 30–40%."""
    table = 1 - FIRST_LOSS[5] / FIRST_LOSS[0]
    drops = {name: float(1 - loss[5] / loss[0]) for name, loss in all_losses().items()}
    first = {
        name: float(1 - recorded_run(name).loss[1] / recorded_run(name).loss[0]) for name in RUNS
    }
    fitting = [name for name, drop in drops.items() if 0.3 <= drop <= 0.4]
    return judged(
        0.3 <= table <= 0.4 and len(fitting) == len(drops),
        0.3 <= table <= 0.4,
        computed=f"deck's table: {table:.1%}; measured: "
        + "; ".join(f"{name} over {10 * int(10 * drop)}%" for name, drop in drops.items()),
        correction="It fits the table. In a run it depends on objective and text; within the "
        f"range here: {', '.join(fitting) or 'none'}. An epoch is no "
        "measure either; after the first one the larger world has already lost "
        f"{first[LARGE]:.0%}, the smaller {first['1,000 sentences']:.0%}.",
    )


@claim("arithmetic")
def c240() -> Finding:
    """In epochs 5–10 the loss drops by another 20%."""
    of_start = (FIRST_LOSS[5] - FIRST_LOSS[10]) / FIRST_LOSS[0]
    of_rest = 1 - FIRST_LOSS[10] / FIRST_LOSS[5]
    drops = {name: float((loss[5] - loss[10]) / loss[0]) for name, loss in all_losses().items()}
    again = {
        name: float((loss[5] - loss[10]) / (loss[0] - loss[5]))
        for name, loss in all_losses().items()
    }
    again_table = (FIRST_LOSS[5] - FIRST_LOSS[10]) / (FIRST_LOSS[0] - FIRST_LOSS[5])
    readings = (of_start, of_rest, *drops.values())
    return judged(
        all(round(10 * share) == 2 for share in readings),
        any(round(10 * share) == 2 for share in readings),
        computed=f"deck's table: {of_start:.1%} of the loss at the start, {of_rest:.1%} of the "
        f"loss at epoch 5; measured in {len(drops)} runs, of the loss at the start: "
        f"{at_most(max(drops.values()))}",
        correction="In the table, and as a share of the loss at the start. Of the loss at "
        f"epoch 5 it is {of_rest:.0%}. Real runs slow down sooner: their second fall is "
        f"{at_most(max(again.values()))} of the first, the table's {again_table:.0%}.",
    )


def _lowest_losses() -> dict[int, float]:
    """Return the entropy of a context word given the word, for three windows, on real text."""
    words = build_vocabulary(real_text(), min_count=1)
    corpus = encode_sentences(real_text(), words.index)
    floors = {}
    for window in (1, 2, 5):
        counts = cooccurrences(corpus, len(words), window=window)
        totals = np.asarray(counts.sum(axis=0)).ravel()
        floors[window] = entropy(totals) - mutual_information(counts)
    return floors


@claim("empirical")
def c241() -> Finding:
    """At epochs 0, 5, 10 and 20 the loss is 9.21, 5.84, 4.12 and 3.45."""
    floors = _lowest_losses()
    start = compared(log(10_000), "9.21")
    words = len(build_vocabulary(real_text(), min_count=1))
    return unverifiable(
        "No text, window or model is named, so nobody can repeat it. The first number "
        f"{'is' if start.verdict == 'holds' else 'is not'} the loss of a uniform guess among "
        f"10,000 words; the last, {FIRST_LOSS[20]}, is that of a guess among "
        f"{exp(FIRST_LOSS[20]):.0f}. How low a loss can get depends on the text and the window.",
        computed=f"log 10,000 = {log(10_000):.2f}. On NumPy's docstrings ({words:,} words) no "
        "model that predicts a context word from one word can go below the entropy that is left: "
        + ", ".join(f"{value:.1f} for window {window}" for window, value in floors.items()),
    )


def _reduction(beta: float, t: float) -> float:
    """Return the share of L₂₀ (1 − β log(t/20)) that is lost per epoch at t."""
    return beta / t / (1 - beta * log(t / 20))


def _measured_reduction(name: str, epoch: int) -> float:
    """Return the mean share of the loss lost per epoch, over the ten epochs around one."""
    loss = recorded_run(name).loss
    return float(1 - (loss[epoch + 5] / loss[epoch - 5]) ** 0.1)


@claim("arithmetic")
def c244() -> Finding:
    """At epoch 20 the loss falls by 5% per epoch."""
    table = 1 - (FIRST_LOSS[20] / FIRST_LOSS[10]) ** 0.1
    beta = 20 * SECOND_REDUCTION[20]
    at_60 = 1 - beta * log(3)
    runs = [_measured_reduction(name, 20) for name in RUNS]
    return judged(
        max(table, *runs) >= 0.045 and at_60 > 0,
        max(table, *runs) >= 0.045,
        computed=f"deck's first table, mean of epochs 10 to 20: {table:.1%} per epoch; runs on the "
        f"world at epoch 20: at most {max(runs):.0%}; in the deck's formula 5% means β = {beta:.0f}"
        f" and a loss of {at_60:.2f} L₂₀ at epoch 60".replace("-", "−"),
        correction=f"Too fast: from {FIRST_LOSS[10]} to {FIRST_LOSS[20]} in ten epochs is "
        f"{table:.1%} each, and the slides themselves say that the fall slows. With 5% the "
        f"formula on the same slide makes the loss negative after epoch {20 * exp(1 / beta):.0f}.",
    )


@claim("arithmetic")
def c245() -> Finding:
    """Per epoch the loss falls by 5%, 2% and 0.5% at epochs 20, 40 and 60."""
    betas = np.linspace(0.001, 0.9, 900)
    ratios = [_reduction(beta, 60) / _reduction(beta, 20) for beta in betas]
    stated = SECOND_REDUCTION[60] / SECOND_REDUCTION[20]
    fits = [
        all(abs(_reduction(beta, t) / value - 1) < 0.3 for t, value in SECOND_REDUCTION.items())
        for beta in betas
    ]
    runs = {name: max(_measured_reduction(name, t) for t in (20, 40, 60)) for name in RUNS}
    return judged(
        any(fits),
        computed=f"deck's formula, any β: the rate at epoch 60 is at least {min(ratios):.2f} of "
        f"that at 20, the table has {stated:.2f}; runs on the world: never above "
        f"{max(runs.values()):.0%} per epoch from 20 on",
        correction="No β of the slide's own formula gives these numbers, not even within 30%: a "
        "logarithm's slope falls like 1/t, so from epoch 20 to 60 the rate can "
        "drop to a third, not to a tenth.",
    )


@claim("statistical")
def c246() -> Finding:
    """From epoch 20 to 60 the loss is L₂₀ (1 − β log(t/20))."""
    times = np.arange(20.0, 61.0)
    lines = {name: fit_logarithm(times, recorded_run(name).loss[20:61]) for name in RUNS}
    decays = {name: fit_exponential(times, recorded_run(name).loss[20:61]) for name in RUNS}
    shares = {name: fit.r_squared for name, fit in lines.items()}
    beta = lines[LARGE].parameters["beta"]
    return judged(
        min(shares.values()) > 0.9,
        max(shares.values()) > 0.9,
        computed="share of the variance explained, rounded down: "
        + "; ".join(f"{name} {tenth(share)}" for name, share in shares.items())
        + f" (β near {beta:.1f}); an exponential with a floor explains "
        + ", ".join(tenth(fit.r_squared) for fit in decays.values()),
        correction="As a description, while the learning rate falls: but an exponential describes "
        "these epochs as well, so they do not show a logarithm. At a constant rate the loss does "
        "not fall any more, there is only noise. Nor can the formula go on: it is negative in the "
        "end.",
    )


@claim("opinion")
def c251() -> Finding:
    """Stop training when the loss changes by less than 0.1% per epoch."""
    lost: dict[str, float] = {}
    stops: dict[str, int] = {}
    for name in RUNS:
        loss = recorded_run(name).loss
        stop = small_change(loss)
        stops[name] = len(loss) - 1 if stop is None else stop
        lost[name] = float((loss[stops[name]] - loss[-10:].mean()) / (loss[0] - loss[-1]))
    toy = train(
        toy_corpus(),
        rng=np.random.default_rng(42),
        n_dimensions=50,
        window=3,
        min_count=1,
        sample=None,
        epochs=200,
        n_reports=200,
    ).history.loss
    toy = np.concatenate([[6 * log(2)], toy])
    early = small_change(toy)
    at_toy = len(toy) - 1 if early is None else early
    lost["toy"] = float((toy[at_toy] - toy[-1]) / (toy[0] - toy[-1]))
    return judged(
        max(lost.values()) < 0.05,
        min(lost.values()) < 0.05,
        computed="study page's ten sentences: it stops after epoch "
        f"{at_toy} of 200, at {toy[at_toy]:.2f} (200 epochs reach {toy[-1]:.1f}); 4,000 sentences, "
        f"100 epochs: within the first {50 * ceil(stops[LARGE] / 50)}, when "
        f"{'more' if lost[LARGE] > 0.05 else 'less'} than 5% of the whole fall is still "
        "to come; at a constant rate it forgoes "
        f"{'less' if lost[CONSTANT] < 0.05 else 'more'} than 5%",
        correction="Safe only where the loss has really levelled off. A run begins beside a "
        "saddle, where the loss hardly moves, and two noisy epochs are alike by chance. Watch held-"
        "out text, wait for several epochs, and begin after the first fall; with a falling "
        "learning rate run to the end.",
    )


@claim("empirical")
def x803() -> Finding:
    """The deck says that the loss has three phases, meeting at 20 and 60, and is level after 60."""
    later = {
        name: float(1 - recorded_run(name).loss[-5:].mean() / recorded_run(name).loss[58:63].mean())
        for name in RUNS
    }
    times = np.arange(EPOCHS + 1.0)
    pieces = {name: find_phases(times, np.log(recorded_run(name).loss)).boundaries for name in RUNS}
    fits = {
        name: fit_three_phases(times, recorded_run(name).loss, breaks=(20, 60)).r_squared
        for name in RUNS
    }
    return judged(
        all(share < 0.02 for share in later.values()) and min(fits.values()) > 0.9,
        all(share < 0.02 for share in later.values()),
        computed="after epoch 60 the loss falls by over "
        f"{5 * int(20 * min(later[name] for name in RUNS if name != CONSTANT))}% while the "
        f"learning rate falls, by {'less' if later[CONSTANT] < 0.03 else 'more'} than 3% at a "
        "constant rate; the three-phase formula explains at most "
        f"{max(fits.values()):.1f} of the variance; cut into straight pieces, the curve's first "
        f"bend is at epoch {max(float(found[0]) for found in pieces.values()):.0f} or before",
        correction="What decides is the learning rate, not the epoch. At a constant rate "
        "the loss is level after a few epochs; with word2vec's falling rate it falls almost to the "
        "end, because smaller steps make less noise.",
    )
