import json
import linecache
import os
import signal
import subprocess
import sys
import threading
import time
from contextlib import nullcontext

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from threadpoolctl import threadpool_info, threadpool_limits

from embedlab import runs
from embedlab.runs import DivergenceError, InterruptedWarning, Plan, run

THREADS = pytest.mark.parametrize("n_threads", [1, 2])


@pytest.fixture(autouse=True)
def two_cores(monkeypatch):
    """Two threads may run on any machine, and none of them is left when a test ends."""
    monkeypatch.setattr(runs, "_n_cores", lambda: 2)
    before = set(threading.enumerate())
    yield
    left = [t for t in threading.enumerate() if t not in before and t.name != "tqdm_monitor"]
    assert left == []


def new_plan(**options):
    defaults = {"epochs": 2, "learning_rate": 0.5, "final_learning_rate": 0.1, "n_reports": 4}
    return Plan(**(defaults | options))


class Trainee:
    """Parameters that count the batches they have seen, and a log of the steps."""

    def __init__(self, n_batches=4, at=None, loss=lambda k: 1.0):
        self.parameters = np.zeros((2, 3))
        self.n_batches, self.at, self.loss = n_batches, at, loss
        self.log, self.rates, self.lock, self.n_epochs = [], [], threading.Lock(), 0

    def step(self, batch, learning_rate):
        with self.lock:
            k = len(self.log)
            self.log.append(batch)
            self.rates.append(learning_rate)
        # What happens in step number k, if anything.
        if self.at is not None and self.at[0] == k:
            self.at[1]()
        with self.lock:
            self.parameters += 1
        return 2 * self.loss(k), 2.0

    def batches(self):
        self.n_epochs += 1
        return [(self.n_epochs - 1) * self.n_batches + i for i in range(self.n_batches)]

    def train(self, n_threads=1, starting_loss=1.0, **options):
        """Run a plan with these options, as the trainers do."""
        plan = new_plan(n_threads=n_threads, **options)
        steps = [self.step] * n_threads
        return run(plan, steps, self.batches, self.parameters.copy, starting_loss=starting_loss)


def throw(error):
    def throws(*_, **__):
        raise error

    return throws


# The plan


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"epochs": 0}, "^epochs must be at least 1, got 0$"),
        ({"epochs": 1.5}, r"epochs must be an integer, got 1\.5"),
        ({"epochs": True}, "epochs must be an integer, got True"),
        ({"learning_rate": 0.0}, r"learning_rate must be positive and finite, got 0\.0"),
        ({"learning_rate": -0.1}, r"learning_rate must be positive and finite, got -0\.1"),
        ({"learning_rate": float("nan")}, "learning_rate must be positive and finite, got nan"),
        ({"learning_rate": float("inf")}, "learning_rate must be positive and finite, got inf"),
        (
            {"final_learning_rate": 0.6},
            r"final_learning_rate must be at least 0 and at most the learning_rate 0\.5, got 0\.6",
        ),
        ({"final_learning_rate": -0.1}, r"final_learning_rate must be at least 0 .* got -0\.1"),
        ({"final_learning_rate": float("nan")}, "final_learning_rate must be .* got nan"),
        ({"final_learning_rate": float("inf")}, "final_learning_rate must be .* got inf"),
        ({"n_threads": 0}, "n_threads must be at least 1, got 0"),
        (
            {"n_threads": 3},
            "n_threads must be at most 2, the cores of this machine, got 3; more would slow it",
        ),
        ({"n_reports": 0}, "n_reports must be at least 1, got 0"),
    ],
)
def test_plan_errors(options, message):
    with pytest.raises(ValueError, match=message):
        new_plan(**options)


def test_plans_at_the_edge():
    assert new_plan(final_learning_rate=0.0).final_learning_rate == 0
    assert new_plan(final_learning_rate=0.5).final_learning_rate == 0.5
    assert new_plan(n_threads=2, epochs=np.int64(1)).n_threads == 2


def test_the_cores_are_those_this_process_may_use(monkeypatch):
    monkeypatch.undo()
    n_cores = runs._n_cores()
    assert 1 <= n_cores <= os.cpu_count()
    with pytest.raises(ValueError, match=rf"n_threads must be at most {n_cores}, the cores"):
        new_plan(n_threads=n_cores + 1)
    monkeypatch.setattr(os, "sched_getaffinity", lambda process: {3, 5, 7}, raising=False)
    assert runs._n_cores() == 3
    monkeypatch.delattr(os, "sched_getaffinity")
    monkeypatch.setattr(os, "cpu_count", lambda: None)
    assert runs._n_cores() == 1


# Learning rate


@given(st.integers(1, 5), st.integers(1, 9), st.integers(1, 12), st.floats(0, 1))
def test_the_learning_rate_falls_in_a_straight_line(epochs, n_batches, n_reports, share):
    trainee = Trainee(n_batches)
    final = 0.5 * share
    history = trainee.train(epochs=epochs, n_reports=n_reports, final_learning_rate=final)
    n = epochs * n_batches
    expected = [0.5 + (final - 0.5) * k / n for k in range(n)]
    # atol: rates that end near 0, by rounding of numbers up to 0.5.
    np.testing.assert_allclose(trainee.rates, expected, rtol=1e-14, atol=1e-15)
    assert trainee.rates[0] == 0.5
    np.testing.assert_allclose(history.learning_rate[-1], final, rtol=1e-14, atol=1e-15)
    assert trainee.log == list(range(n)), "with one thread the batches keep their order"
    # Negative control: one rate for a whole epoch.
    steps = [0.5 + (final - 0.5) * (k // n_batches) / epochs for k in range(n)]
    assert np.allclose(trainee.rates, steps, rtol=1e-9) == (n_batches == 1 or 0.5 - final < 1e-9)


def test_a_learning_rate_may_stay_what_it_is():
    trainee = Trainee()
    trainee.train(final_learning_rate=0.5)
    assert set(trainee.rates) == {0.5}


# Reports


def slow_positions(epochs, n_batches, n_reports):
    """Return after which of all batches there is a report."""
    per_epoch = max(1, round(n_reports / epochs))
    within = {round(i * n_batches / per_epoch) for i in range(1, per_epoch + 1)} - {0}
    return [epoch * n_batches + i for epoch in range(epochs) for i in sorted(within)]


@given(st.integers(1, 5), st.integers(1, 9), st.integers(1, 30))
def test_reports_against_a_slow_loop(epochs, n_batches, n_reports):
    # Losses that tell which batches a mean was taken over.
    trainee = Trainee(n_batches, loss=lambda k: 1 + (k % 7) / 7)
    history = trainee.train(epochs=epochs, n_reports=n_reports)
    positions = slow_positions(epochs, n_batches, n_reports)
    n, starts = epochs * n_batches, [0, *positions[:-1]]
    losses = [
        np.mean([1 + (k % 7) / 7 for k in range(start, end)])
        for start, end in zip(starts, positions, strict=True)
    ]
    np.testing.assert_allclose(history.progress, np.array(positions) / n, rtol=1e-14)
    np.testing.assert_allclose(history.loss, losses, rtol=1e-14)
    rates = 0.5 - 0.4 * history.progress
    np.testing.assert_allclose(history.learning_rate, rates, rtol=1e-14)
    assert history.progress[-1] == 1.0
    assert history.stopped == ""
    assert trainee.n_epochs == epochs


@pytest.mark.parametrize(
    ("epochs", "n_batches", "n_reports", "progress"),
    [
        (1, 4, 2, [0.5, 1]),
        (2, 4, 4, [0.25, 0.5, 0.75, 1]),
        (4, 4, 1, [0.25, 0.5, 0.75, 1]),  # at least one for every epoch
        (1, 4, 100, [0.25, 0.5, 0.75, 1]),  # at most one for every batch
        (2, 1, 100, [0.5, 1]),
    ],
)
def test_reports_by_hand(epochs, n_batches, n_reports, progress):
    history = Trainee(n_batches).train(epochs=epochs, n_reports=n_reports)
    assert history.progress.tolist() == progress


def test_the_loss_is_a_mean_over_pairs_and_not_over_batches():
    losses = iter([(2.0, 2.0), (1.0, 10.0)])
    plan = new_plan(epochs=1, n_reports=1)
    steps = [lambda batch, learning_rate: next(losses)]
    history = run(plan, steps, lambda: [0, 1], lambda: np.zeros(1), starting_loss=1.0)
    assert history.loss.tolist() == [3 / 12]
    assert np.mean([2 / 2, 1 / 10]) != 3 / 12, "negative control"


# Callbacks


@THREADS
def test_the_callback_sees_the_run_from_0_to_1(n_threads):
    trainee, seen = Trainee(), []

    def callback(snapshot):
        vectors = snapshot.vectors()
        assert vectors is not trainee.parameters
        seen.append((snapshot.progress, snapshot.loss, snapshot.learning_rate, vectors[0, 0]))

    history = trainee.train(n_threads, starting_loss=3.0, callback=callback)
    assert seen == [
        (0.0, 3.0, 0.5, 0.0),
        (0.25, 1.0, pytest.approx(0.4), 2.0),
        (0.5, 1.0, pytest.approx(0.3), 4.0),
        (0.75, 1.0, pytest.approx(0.2), 6.0),
        (1.0, 1.0, pytest.approx(0.1), 8.0),
    ]
    assert history.progress.tolist() == [0.25, 0.5, 0.75, 1.0], "the start is no report"


def test_the_callback_can_look_at_the_outputs_where_there_are_any():
    outputs, seen = np.zeros(2), []

    def step(batch, learning_rate):
        outputs[:] += 1
        return 1.0, 1.0

    plan = new_plan(epochs=1, n_reports=2, callback=lambda snapshot: seen.append(snapshot.outputs))
    options = {"starting_loss": 1.0, "outputs": outputs.copy}
    run(plan, [step], lambda: [0, 1], lambda: np.zeros(1), **options)
    assert [look().tolist() for look in seen] == [[2.0, 2.0]] * 3, "as they are when one looks"
    assert seen[0]() is not outputs
    Trainee().train(callback=lambda snapshot: seen.append(snapshot.outputs))
    assert seen[-1] is None


@THREADS
@pytest.mark.parametrize(("at", "n_steps"), [(0.0, 0), (0.25, 2), (0.75, 6)])
def test_a_true_answer_ends_the_run(n_threads, at, n_steps):
    trainee = Trainee()
    history = trainee.train(n_threads, callback=lambda snapshot: snapshot.progress >= at)
    assert len(trainee.log) == n_steps
    assert history.stopped == "callback"
    assert history.progress.tolist() == [0.25, 0.5, 0.75][: n_steps // 2]


@pytest.mark.parametrize("answer", [None, False, 0, ""])
def test_other_answers_do_not(answer):
    trainee = Trainee()
    assert trainee.train(callback=lambda _: answer).stopped == ""
    assert len(trainee.log) == 8


def test_a_true_answer_at_the_end_stopped_nothing():
    assert Trainee().train(callback=lambda snapshot: snapshot.progress == 1).stopped == ""


# Threads


def test_two_threads_share_the_batches():
    trainee, together = Trainee(50), threading.Barrier(2)
    workers = set()

    def step(batch, learning_rate):
        if threading.get_ident() not in workers:
            workers.add(threading.get_ident())
            together.wait(timeout=60)  # passes only if both are in a step at the same time
        return trainee.step(batch, learning_rate)

    plan = new_plan(n_threads=2)
    history = run(plan, [step, step], trainee.batches, trainee.parameters.copy, starting_loss=1.0)
    assert len(workers) == 2
    assert threading.get_ident() not in workers
    assert sorted(trainee.log) == list(range(100)), "every batch once"
    assert trainee.parameters.tolist() == np.full((2, 3), 100).tolist()
    assert history.loss.tolist() == [1.0] * 4
    # Each batch keeps the learning rate of its place, whoever takes it.
    order = np.argsort(trainee.log)
    expected = 0.5 - 0.4 * np.arange(100) / 100
    np.testing.assert_allclose(np.array(trainee.rates)[order], expected, rtol=1e-14)


def test_one_thread_is_the_callers():
    trainee, found = Trainee(), []
    trainee.at = 3, lambda: found.append((threading.current_thread(), threading.active_count()))
    n_before = threading.active_count()
    trainee.train()
    assert found == [(threading.main_thread(), n_before)]


def test_each_thread_has_its_own_step():
    together, seen = threading.Barrier(2), []

    def new_step(name):
        def step(batch, learning_rate):
            together.wait(timeout=60)
            seen.append(name)
            return 1.0, 1.0

        return step

    plan = new_plan(n_threads=2, n_reports=2)
    run(plan, [new_step("a"), new_step("b")], lambda: [0, 1], lambda: np.zeros(1), starting_loss=1)
    assert sorted(seen) == ["a", "a", "b", "b"]


@THREADS
def test_an_error_in_a_step_ends_the_run(n_threads):
    trainee = Trainee(at=(3, throw(RuntimeError("in step 3"))))
    with pytest.raises(RuntimeError, match="in step 3"):
        trainee.train(n_threads)
    # The other thread may finish the batches of this report.
    assert len(trainee.log) == 4


@THREADS
def test_an_error_in_every_thread_ends_the_run(n_threads):
    plan = new_plan(n_threads=n_threads)
    steps = [throw(RuntimeError("always"))] * n_threads
    with pytest.raises(RuntimeError, match="always"):
        run(plan, steps, lambda: range(9), lambda: np.zeros(1), starting_loss=1.0)


@THREADS
def test_an_error_elsewhere_ends_the_run(n_threads):
    with pytest.raises(RuntimeError, match="in the callback"):
        Trainee().train(
            n_threads,
            callback=lambda snapshot: (
                snapshot.progress and throw(RuntimeError("in the callback"))()
            ),
        )
    trainee = Trainee()
    trainee.batches = throw(RuntimeError("in the batches"))
    with pytest.raises(RuntimeError, match="in the batches"):
        trainee.train(n_threads)


# Interruption


@THREADS
@pytest.mark.parametrize(("k", "share"), [(0, "0%"), (5, "50%")])
def test_ctrl_c_in_a_step_returns_what_was_learned(n_threads, k, share):
    trainee = Trainee(at=(k, throw(KeyboardInterrupt)))
    message = f"training was interrupted after {share} of the run; what it learned is returned"
    with pytest.warns(InterruptedWarning, match=f"^{message}$"):
        history = trainee.train(n_threads)
    assert history.stopped == "interrupted"
    assert history.progress.tolist() == [0.25, 0.5][: k // 2]
    assert len(trainee.log) < 8
    # Every step that was begun is done, but for the one that was interrupted.
    assert trainee.parameters[0, 0] == len(trainee.log) - 1


@THREADS
@pytest.mark.parametrize(("at", "n_steps"), [(0.0, 0), (0.5, 4), (1.0, 8)])
def test_ctrl_c_in_a_callback(n_threads, at, n_steps):
    def callback(snapshot):
        if snapshot.progress == at:
            raise KeyboardInterrupt

    trainee = Trainee()
    with pytest.warns(InterruptedWarning, match=f"interrupted after {at:.0%} of the run"):
        history = trainee.train(n_threads, callback=callback)
    assert (len(trainee.log), history.stopped) == (n_steps, "interrupted")
    assert len(history.progress) == n_steps // 2


@THREADS
def test_ctrl_c_between_epochs(n_threads):
    trainee = Trainee()
    whole = trainee.batches

    def batches():
        if trainee.n_epochs == 1:
            raise KeyboardInterrupt
        return whole()

    trainee.batches = batches
    with pytest.warns(InterruptedWarning, match="interrupted after 50% of the run"):
        assert trainee.train(n_threads).progress.tolist() == [0.25, 0.5]


def test_the_warning_points_at_the_line_that_called_the_trainer():
    trainee = Trainee(at=(0, throw(KeyboardInterrupt)))
    with pytest.warns(InterruptedWarning) as caught:
        trainee.train()  # this line
    [warning] = caught
    assert linecache.getline(warning.filename, warning.lineno).endswith("# this line\n")


def interrupt_at(k, trainee, n_threads):
    """Train with a Ctrl-C at the k-th moment between the first report and the last.

    The interpreter looks for signals when a function begins and when one has returned.

    Returns:
        The history, and whether the interrupt came.
    """
    n_moments, histories = 0, []

    def profile(frame, event, argument):
        nonlocal n_moments
        if event in ("call", "return", "c_return"):
            n_moments += 1
            if n_moments == k:
                sys.setprofile(None)
                raise KeyboardInterrupt

    def callback(snapshot):
        if snapshot.progress in (0.25, 1.0):
            sys.setprofile(profile if snapshot.progress == 0.25 else None)

    def caller():
        histories.append(trainee.train(n_threads, callback=callback))

    # A thread of its own, so that a run that hangs is a failure of this test alone.
    thread = threading.Thread(target=caller, daemon=True)
    thread.start()
    thread.join(timeout=20)
    assert not thread.is_alive(), f"the run hangs after an interrupt at moment {k}"
    return histories[0], n_moments >= k


@THREADS
@pytest.mark.filterwarnings("ignore::embedlab.runs.InterruptedWarning")
def test_ctrl_c_at_any_moment(n_threads, monkeypatch):
    """A lock that an interrupt left closed would stop the threads, and the run with them."""
    monkeypatch.setattr(runs, "threadpool_limits", lambda *_: nullcontext())
    k, came, n_interrupted = 1, True, 0
    while came:
        trainee = Trainee()
        history, came = interrupt_at(k, trainee, n_threads)
        assert history.stopped == ("interrupted" if came else "")
        n_interrupted += came
        # Of the steps that were begun all are done, but for the one that was interrupted.
        assert trainee.parameters[0, 0] in (len(trainee.log), len(trainee.log) - 1)
        k += 1
    assert n_interrupted > 100, "negative control: there was something to interrupt"


@pytest.fixture
def interruptible():
    """Python's own answer to SIGINT, also where the tests were started with it turned off."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("interruptible")
@THREADS
def test_a_real_signal(n_threads):
    started, main = threading.Event(), threading.main_thread().ident

    def press():
        started.wait(timeout=60)
        time.sleep(0.05)
        signal.pthread_kill(main, signal.SIGINT)

    trainee = Trainee(20_000)
    count = trainee.step

    def step(batch, learning_rate):
        started.set()
        time.sleep(0.001)
        return count(batch, learning_rate)

    trainee.step = step
    keyboard = threading.Thread(target=press)
    keyboard.start()
    # One report an epoch: Ctrl-C must not wait for it.
    with pytest.warns(InterruptedWarning, match="interrupted after 0% of the run"):
        history = trainee.train(n_threads, n_reports=2)
    keyboard.join()
    n_done = trainee.parameters[0, 0]
    assert history.stopped == "interrupted"
    assert 0 < n_done < 20_000
    time.sleep(0.02)
    assert trainee.parameters[0, 0] == n_done, "nobody is at work any more"


CHILD = """
import json, signal, sys, warnings
import numpy as np
from embedlab import runs
from embedlab.word2vec import train

signal.signal(signal.SIGINT, signal.default_int_handler)
runs._n_cores = lambda: 2

def callback(snapshot):
    if snapshot.progress > 0:
        print("learning", flush=True)

with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    model = train(
        [["the", "cat", "sat", "down"], ["the", "dog", "ran"]] * 100,
        rng=np.random.default_rng(0), min_count=1, sample=None, n_dimensions=4,
        epochs=100_000, learning_rate=1e-4, n_threads=int(sys.argv[1]), callback=callback,
    )
moved = np.abs(model.outputs).max() > 0 and bool(np.isfinite(model.embeddings.matrix).all())
messages = [[type(w.message).__name__, str(w.message), w.filename] for w in caught]
print(json.dumps([model.history.stopped, bool(moved), model.history.progress[-1], messages]))
"""


@THREADS
def test_ctrl_c_ends_word2vec_in_another_process(n_threads):
    command = [sys.executable, "-c", CHILD, str(n_threads)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as child:
        try:
            assert child.stdout.readline() == b"learning\n"
            child.send_signal(signal.SIGINT)
            output, errors = child.communicate(timeout=60)
        finally:
            child.kill()
    assert (child.returncode, errors) == (0, b"")
    stopped, moved, progress, messages = json.loads(output.splitlines()[-1])
    assert (stopped, moved) == ("interrupted", True)
    assert 0 < progress < 1
    [[name, text, file]] = messages
    assert (name, file) == ("InterruptedWarning", "<string>")
    assert "what it learned is returned" in text


# Divergence


@THREADS
@pytest.mark.parametrize(
    ("losses", "n_reports", "said"),
    [
        ([1.0, 1.0, np.nan], 2, "nan"),
        ([1.0, 1.0, np.inf], 2, "inf"),
        ([1.0, 1.0, 3.9, 3.9, 4.0, 4.0], 3, "4"),
        ([1e30], 1, "1e+30"),
    ],
)
def test_a_run_that_diverges_ends_and_says_why(n_threads, losses, n_reports, said):
    seen = []
    trainee = Trainee(loss=lambda k: losses[min(k, len(losses) - 1)])
    with pytest.raises(DivergenceError) as caught:
        trainee.train(n_threads, callback=lambda snapshot: seen.append(snapshot.progress))
    assert str(caught.value) == (
        f"training diverged after {n_reports / 4:.0%} of the run: the loss was {said}; "
        "lower the learning_rate (it was 0.5) and train again"
    )
    history = caught.value.history
    assert history.stopped == "diverged"
    assert history.progress.tolist() == [0.25, 0.5, 0.75, 1.0][:n_reports]
    assert len(history.loss) == len(history.learning_rate) == n_reports
    assert len(trainee.log) == 2 * n_reports, "not a step more"
    assert seen == [0.0, 0.25, 0.5, 0.75][:n_reports], "the callback sees no diverged vectors"


def test_negative_control_a_loss_that_grows_less_is_no_divergence():
    assert Trainee(loss=lambda k: 3.99).train().stopped == ""
    with pytest.raises(DivergenceError):
        Trainee(loss=lambda k: 3.99).train(starting_loss=0.99)


def test_a_starting_loss_that_is_no_number():
    trainee = Trainee()
    with pytest.raises(DivergenceError, match="diverged after 0% of the run: the loss was nan"):
        trainee.train(starting_loss=float("nan"))
    assert trainee.log == []


@THREADS
@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_vectors_that_are_not_finite_are_never_returned(n_threads, bad):
    trainee = Trainee()
    trainee.at = 7, lambda: trainee.parameters.__setitem__((1, 2), bad)
    with pytest.raises(DivergenceError, match=r"after 100% .* was 1; lower the") as caught:
        trainee.train(n_threads)
    assert caught.value.history.stopped == "diverged"
    assert caught.value.history.loss.tolist() == [1.0] * 4


def test_vectors_that_are_not_finite_are_not_returned_by_ctrl_c_either():
    trainee = Trainee()

    def interrupt():
        trainee.parameters[0, 0] = np.nan
        raise KeyboardInterrupt

    trainee.at = 3, interrupt
    # Without the warning, which says that something is returned.
    with pytest.raises(DivergenceError) as caught:
        trainee.train()
    assert caught.value.history.stopped == "diverged"


@THREADS
def test_overflow_is_reported_in_words_and_not_as_a_warning(n_threads):
    def step(batch, learning_rate):
        large = np.full(3, 1e38, np.float32)
        return float((large * 100 - large * 100).sum()), 1.0

    plan = new_plan(n_threads=n_threads)
    with pytest.raises(DivergenceError, match="the loss was nan"):
        run(plan, [step] * n_threads, lambda: [0], lambda: np.zeros(1), starting_loss=1.0)
    # Negative control: outside a run the suite takes the warning for an error.
    with pytest.raises(RuntimeWarning):
        step(0, 0.1)


def test_a_divergence_is_an_arithmetic_error():
    assert issubclass(DivergenceError, ArithmeticError)
    assert issubclass(InterruptedWarning, UserWarning)


# Progress bar


def test_the_progress_bar_is_shown_only_on_request(capsys):
    Trainee().train(progress=True)
    output, errors = capsys.readouterr()
    assert output == ""
    assert "100%" in errors
    assert "epoch 2.0 of 2" in errors
    Trainee().train()
    assert capsys.readouterr() == ("", "")


def test_a_bar_that_is_not_shown_is_not_made(monkeypatch):
    # tqdm starts a thread for hidden bars too.
    monkeypatch.setattr(runs, "tqdm", throw(AssertionError("a bar was made")))
    Trainee().train()
    with pytest.raises(AssertionError, match="a bar was made"):
        Trainee().train(progress=True)


def test_an_interrupted_bar_is_closed(capsys):
    trainee = Trainee(at=(5, throw(KeyboardInterrupt)))
    with pytest.warns(InterruptedWarning):
        trainee.train(progress=True)
    assert capsys.readouterr().err.endswith("\n"), "the next line is not written over the bar"


# BLAS


def blas_threads():
    """Return the numbers of threads of the libraries that NumPy and SciPy use.

    Other packages of the tests may have loaded one more (faiss), built on OpenMP, where each thread
    has a number of its own.
    """
    return [
        pool["num_threads"]
        for pool in threadpool_info()
        if pool["user_api"] == "blas" and "faiss" not in pool["filepath"]
    ]


@THREADS
@pytest.mark.parametrize("error", [None, KeyboardInterrupt, RuntimeError])
def test_blas_has_one_thread_inside_and_what_it_had_afterwards(n_threads, error):
    found = []

    def look():
        found.append(blas_threads())
        if error is not None:
            raise error

    trainee = Trainee(at=(2, look))
    with threadpool_limits(2, "blas"):
        before = blas_threads()
        if error is None:
            trainee.train(n_threads)
        else:
            # Ctrl-C becomes a warning, which the suite makes an error.
            with pytest.raises((InterruptedWarning, RuntimeError)):
                trainee.train(n_threads)
        assert blas_threads() == before
    assert set(before) == {2}, "negative control: it had two"
    assert set(found[0]) == {1}
