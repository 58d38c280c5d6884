import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from embedlab import fasttext, glove, word2vec
from embedlab.corpus import encode_sentences
from embedlab.counts import cooccurrences
from embedlab.runs import Plan, rate_at
from embedlab.schedules import constant, cosine, linear, steps, warm_up
from embedlab.text import build_vocabulary

ORACLE = np.load(Path(__file__).parent / "oracles" / "training.npz")

# A schedule is a few operations of double precision on numbers up to 1.
RTOL = 1e-14

shares = st.floats(0, 1)
SMOOTH = [constant, linear, cosine, warm_up(0.1, linear), warm_up(0.3, cosine, start=0.2)]
STEPPED = [steps([0.5]), steps([0.2, 0.6, 0.9], factor=0.5), warm_up(0.1, steps([0.5]))]


def end_values_are(schedule, first, last, atol=1e-15):
    """Whether a schedule begins and ends so; atol: a zero that is a difference of ones."""
    return bool(np.allclose(schedule([0.0, 1.0]), [first, last], rtol=RTOL, atol=atol))


# Known values


def test_values_by_hand():
    assert constant([0.0, 0.3, 1.0]).tolist() == [1.0, 1.0, 1.0]
    assert linear([0.0, 0.25, 1.0]).tolist() == [1.0, 0.75, 0.0]
    # cos 60° = 1/2, cos 90° = 0, cos 120° = -1/2.
    expected = [1.0, 0.75, 0.5, 0.25, 0.0]
    # atol: the cosine of a right angle is 6e-17.
    np.testing.assert_allclose(cosine([0, 1 / 3, 0.5, 2 / 3, 1]), expected, rtol=1e-14, atol=1e-16)
    found = steps([0.25, 0.5], factor=0.1)([0.0, 0.2, 0.25, 0.4, 0.5, 1.0])
    np.testing.assert_allclose(found, [1, 1, 0.1, 0.1, 0.01, 0.01], rtol=RTOL)
    found = warm_up(0.5, linear, start=0.2)([0.0, 0.25, 0.5, 0.75, 1.0])
    np.testing.assert_allclose(found, [0.2, 0.6, 1.0, 0.5, 0.0], rtol=RTOL)


@given(shares)
def test_slow_formulas_one_number_at_a_time(p):
    assert float(linear(p)) == 1 - p
    assert float(cosine(p)) == pytest.approx(0.5 * (1 + math.cos(math.pi * p)), rel=1e-14)
    n_past = sum(p >= place for place in (0.2, 0.7))
    assert float(steps([0.2, 0.7], factor=0.3)(p)) == pytest.approx(0.3**n_past, rel=RTOL)
    slow = 0.1 + 0.9 * p / 0.4 if p < 0.4 else 1 - (p - 0.4) / 0.6
    # atol: 1 minus a number near 1.
    assert float(warm_up(0.4, linear, start=0.1)(p)) == pytest.approx(slow, rel=1e-13, abs=1e-15)


@pytest.mark.parametrize(
    ("name", "schedule", "final"),
    [
        ("cosine", cosine, 0.1),
        ("linear", linear, 0.1),
        ("steps", steps([0.25, 0.75], factor=0.2), 0.0),
        ("warm_up", warm_up(0.2, cosine, start=0.25), 0.0),
    ],
)
def test_the_rates_are_those_of_pytorch(name, schedule, final):
    plan = Plan(epochs=1, learning_rate=1.0, final_learning_rate=final, schedule=schedule)
    rates = [rate_at(plan, i / 40) for i in range(41)]
    # PyTorch multiplies from step to step: rtol for forty roundings, atol for a last rate of 0.
    np.testing.assert_allclose(rates, ORACLE[name], rtol=1e-12, atol=1e-15)


def test_negative_control_a_schedule_that_is_a_step_late_is_not_pytorchs():
    late = [float(cosine(max(i - 1, 0) / 40)) * 0.9 + 0.1 for i in range(41)]
    assert not np.allclose(late, ORACLE["cosine"], rtol=1e-3, atol=0)


# Laws


@pytest.mark.parametrize("schedule", SMOOTH + STEPPED)
def test_every_value_is_a_share_and_arrays_are_numbers_in_a_row(schedule):
    progress = np.linspace(0, 1, 1001)
    values = schedule(progress)
    assert values.shape == (1001,)
    assert values.min() >= 0
    assert values.max() <= 1
    assert [float(schedule(p)) for p in progress] == values.tolist()
    assert schedule(progress.reshape(7, 143)).shape == (7, 143)


@pytest.mark.parametrize("schedule", [constant, linear, cosine, *STEPPED[:2]])
def test_without_warm_up_the_rate_never_rises(schedule):
    assert (np.diff(schedule(np.linspace(0, 1, 1001))) <= 0).all()


@pytest.mark.parametrize("schedule", SMOOTH)
def test_smooth_schedules_do_not_jump(schedule):
    # The steepest is the warm-up to 1 within a tenth of the run: 10 in the slope, 0.001 a step.
    values = schedule(np.linspace(0, 1, 10_001))
    assert np.abs(np.diff(values)).max() < 1.01e-3
    # Negative control: a schedule with steps.
    stepped = steps([0.5])(np.linspace(0, 1, 10_001))
    assert np.abs(np.diff(stepped)).max() == pytest.approx(0.9, rel=RTOL)


def test_end_values():
    assert end_values_are(constant, 1, 1)
    assert end_values_are(linear, 1, 0)
    assert end_values_are(cosine, 1, 0)
    assert end_values_are(steps([0.2, 0.6], factor=0.1), 1, 0.01)
    assert end_values_are(warm_up(0.1, cosine), 0, 0)
    assert end_values_are(warm_up(0.1, constant, start=0.5), 0.5, 1)
    # Negative control: a cosine over a whole turn is back at the top when the run ends.
    assert not end_values_are(lambda p: (1 + np.cos(2 * np.pi * np.array(p))) / 2, 1, 0)


@given(st.floats(0.01, 0.99), st.floats(0, 1))
def test_after_the_warm_up_the_other_schedule_has_its_whole_way(duration, p):
    schedule = warm_up(duration, cosine)
    moment = min(duration + p * (1 - duration), 1.0)
    # rtol, atol: the progress is divided by what may be 0.01, and cosines near 1 cancel near 0.
    np.testing.assert_allclose(schedule(moment), cosine(p), rtol=1e-9, atol=1e-12)
    assert float(schedule(duration)) == pytest.approx(1, rel=1e-12)


def test_area_under_the_curve():
    # Linear and cosine spend the same in sum: half of a constant rate.
    middle = (np.arange(10_000) + 0.5) / 10_000
    for schedule in (linear, cosine):
        assert schedule(middle).mean() == pytest.approx(0.5, rel=1e-12)


# In a plan


def new_plan(schedule, **options):
    defaults = {"epochs": 2, "learning_rate": 0.5, "final_learning_rate": 0.1}
    return Plan(**(defaults | options), schedule=schedule)


def test_the_schedule_of_a_plan_moves_between_its_two_rates():
    for schedule, rates in [
        (constant, [0.5, 0.5, 0.5]),
        (linear, [0.5, 0.3, 0.1]),
        (cosine, [0.5, 0.3, 0.1]),
        (steps([0.5], factor=0.25), [0.5, 0.2, 0.2]),
        (warm_up(0.5, linear), [0.1, 0.5, 0.1]),
        (lambda p: (1 - p) ** 2, [0.5, 0.2, 0.1]),
    ]:
        found = [rate_at(new_plan(schedule), p) for p in (0.0, 0.5, 1.0)]
        np.testing.assert_allclose(found, rates, rtol=1e-14)
    assert Plan(epochs=1, learning_rate=1.0, final_learning_rate=0.0).schedule is linear


def test_the_two_rates_are_met_exactly():
    for rate, final in np.random.default_rng(0).random((200, 2)):
        plan = new_plan(linear, learning_rate=rate, final_learning_rate=rate * final)
        assert rate_at(plan, 0.0) == rate
        assert rate_at(plan, 1.0) == rate * final


@pytest.mark.parametrize(
    ("schedule", "said"),
    [
        (lambda p: 1.5 - p, "schedule must give one number between 0 and 1 at progress 0, got 1.5"),
        (lambda p: 1 - 2 * p, r"between 0 and 1 at progress 0\.55, got -0\.1"),
        (lambda p: float("nan"), "at progress 0, got nan; rates are set by learning_rate and"),
        (lambda p: [1.0, 0.0], r"at progress 0, got \[1\.0, 0\.0\]"),
        (lambda p: None, "at progress 0, got None; rates are set by"),
        (lambda p: "half", "at progress 0, got 'half'; rates are set by"),
        ("cosine", "schedule must be a function, got 'cosine'; take one of embedlab.schedules"),
        # A rate in the place of a share: right in size at the start of this run only by chance.
        (lambda p: 1.0 if p < 1 else -1e-4, r"at progress 1, got -0\.0001"),
    ],
)
def test_a_schedule_that_is_none_is_found_before_the_run(schedule, said):
    with pytest.raises(ValueError, match=said):
        new_plan(schedule)


# In the real trainers

SENTENCES = [["the", "cat", "sat", "down"], ["the", "dog", "ran"], ["a", "cat", "ran"]] * 20


def trained_by(name, **options):
    """Return the history of a trainer on a few sentences."""
    vocabulary = build_vocabulary(SENTENCES, min_count=1)
    shared = {"rng": np.random.default_rng(0), "n_dimensions": 4, "epochs": 4, "n_reports": 4}
    if name == "glove":
        corpus = encode_sentences(SENTENCES, vocabulary.index)
        counts = cooccurrences(corpus, len(vocabulary), window=2)
        model = glove.train(counts, vocabulary.words, **shared, **options)
    else:
        module = {"word2vec": word2vec, "fasttext": fasttext}[name]
        more = {"n_buckets": 50} if name == "fasttext" else {}
        options = {"final_learning_rate": 0.0, "vocabulary": vocabulary} | more | options
        model = module.train(SENTENCES, sample=None, **shared, **options)
    return model.history


@pytest.mark.parametrize("name", ["word2vec", "fasttext", "glove"])
@pytest.mark.parametrize("schedule", [cosine, warm_up(0.5, linear)])
def test_each_trainer_follows_a_schedule(name, schedule):
    history = trained_by(name, learning_rate=0.05, schedule=schedule)
    expected = 0.05 * schedule(history.progress)
    # atol: a last rate of 0.
    np.testing.assert_allclose(history.learning_rate, expected, rtol=1e-12, atol=1e-15)


def test_left_out_the_trainers_keep_the_schedule_of_their_papers():
    for name in ("word2vec", "fasttext"):
        history = trained_by(name, learning_rate=0.05, final_learning_rate=0.01)
        expected = 0.05 - 0.04 * history.progress
        np.testing.assert_allclose(history.learning_rate, expected, rtol=1e-12)
    assert set(trained_by("glove", learning_rate=0.05).learning_rate) == {0.05}


# Errors


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: linear(1.5), r"progress must lie between 0 and 1, got 1\.5; divide the step by"),
        (lambda: cosine(-0.1), r"progress must lie between 0 and 1, got -0\.1"),
        (lambda: constant([0.5, math.nan]), "progress must lie between 0 and 1, got"),
        (lambda: steps([0.5])(3), "progress must lie between 0 and 1, got 3; divide"),
        (lambda: warm_up(0.1, linear)(7), "progress must lie between 0 and 1, got 7; divide"),
        (lambda: steps([]), r"at must hold at least one moment, got \[\]"),
        (lambda: steps(0.5), r"at must hold at least one moment, got 0\.5"),
        (lambda: steps([10, 20]), "at must lie between 0 and 1, both excluded, .* not epochs"),
        (lambda: steps([0.0]), "at must lie between 0 and 1"),
        (lambda: steps([0.5, 0.5]), "at must rise from each to the next"),
        (lambda: steps([0.5], factor=1.0), "factor must lie between 0 and 1, both excluded, got"),
        (lambda: steps([0.5], factor=0.0), "factor must lie between 0 and 1"),
        (lambda: warm_up(500, linear), "duration must lie between 0 and 1, .* not a number of st"),
        (lambda: warm_up(0.0, linear), r"duration must lie between 0 and 1, .* got 0\.0$"),
        (lambda: warm_up(0.1, linear, start=-0.1), r"start must lie between 0 and 1, got -0\.1"),
        (lambda: warm_up(0.1, "linear"), "after must be a schedule, got 'linear'; such as"),
    ],
)
def test_errors(call, message):
    with pytest.raises(ValueError, match=message):
        call()
