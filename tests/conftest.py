"""What every test file shares: the strict mode of CI, and the settings of property tests."""

import functools
import os
import subprocess
import sys

import hypothesis
import pytest

# What students hand in is data: some of it raises on purpose. What runs it, benchmarks and what
# made the numbers of other libraries are programs.
collect_ignore_glob = ["submissions/*.py", "submissions/*/*.py", "bench/*.py", "oracles/*.py"]

# Half of what a short program takes is compiling what it imports: what was compiled is kept,
# whatever the machine's own settings are.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False

STRICT = bool(os.environ.get("EMBEDLAB_STRICT"))

# A busy machine must not fail a property by being slow, and CI must not fail one by luck: there
# the examples are the same each time, while at home every run looks at new ones.
hypothesis.settings.register_profile("course", deadline=None, derandomize=STRICT, print_blob=True)
hypothesis.settings.load_profile("course")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Begin with what takes long, so that the processes end together."""
    if not os.environ.get("EMBEDLAB_WASM_WHEELS"):
        # They are on no package registry, so that not even CI can demand them.
        left_out = [item for item in items if item.get_closest_marker("wasm_wheels")]
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in left_out]
    slow = ("nbgrader", "sandbox", "site")
    items.sort(key=lambda item: not any(map(item.get_closest_marker, slow)))


@functools.cache
def has_sandbox() -> bool:
    """Return whether bubblewrap is there and may do its work."""
    try:
        done = subprocess.run(["bwrap", "--ro-bind", "/", "/", "true"], check=False)
    except FileNotFoundError:
        return False
    return done.returncode == 0


def pytest_runtest_setup(item: pytest.Item) -> None:
    if item.get_closest_marker("sandbox") and not has_sandbox():
        pytest.skip("bubblewrap does not work on this machine: install it, or use .ci/run")


def pytest_sessionfinish(session: pytest.Session) -> None:
    """With EMBEDLAB_STRICT=1 a skipped test fails the run, so that CI cannot pass by skipping."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if not STRICT or reporter is None:
        return
    skipped = reporter.stats.get("skipped", [])
    if skipped and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
        reporter.write_line(f"EMBEDLAB_STRICT: {len(skipped)} skipped tests count as failures")


SUMS = {
    "explorers": "{n} readings of {different} explorers compared",
    "runs": "{n} cells run in the browser",
}


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print what the gates have measured, a line for each.

    A test leaves it with record_property("figure", "gate: what it has found"); what many tests
    have counted (browsing.count) is summed up here.
    """
    figures: set[str] = set()
    counted: dict[str, list[str]] = {}
    for report in (r for all_of in terminalreporter.stats.values() for r in all_of):
        for name, value in getattr(report, "user_properties", []):
            if name == "figure":
                figures.add(value)
            # The report of a test's end has those of its call too.
            elif name == "counted" and report.when == "teardown":
                counted.setdefault(value[0], []).extend(value[1:])
    figures |= {
        f"{gate}: {SUMS[gate].format(n=len(things), different=len(set(things)))}"
        for gate, things in counted.items()
    }
    if figures:
        terminalreporter.section("figures")
        for gate, _, found in sorted(text.partition(": ") for text in figures):
            terminalreporter.line(f"{gate:14}{found}")
