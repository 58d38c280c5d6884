"""What every test file shares: the strict mode of CI, and a guard against foreign environments."""

import os

import pytest


def pytest_sessionfinish(session: pytest.Session) -> None:
    """With EMBEDLAB_STRICT=1 a skipped test fails the run, so that CI cannot pass by skipping."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if not os.environ.get("EMBEDLAB_STRICT") or reporter is None:
        return
    skipped = reporter.stats.get("skipped", [])
    if skipped and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
        reporter.write_line(f"EMBEDLAB_STRICT: {len(skipped)} skipped tests count as failures")
