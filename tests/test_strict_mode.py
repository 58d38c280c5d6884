"""CI's strict mode: a run in which something was skipped is not a pass."""

import os
import shutil
import subprocess
import sys

import pytest
from book_pages import ROOT


@pytest.mark.parametrize("workers", [[], ["--numprocesses=2"]], ids=["alone", "shared"])
@pytest.mark.parametrize(("strict", "code"), [("1", 1), ("", 0)])
def test_a_skipped_test_fails_the_run_in_strict_mode_only(tmp_path, strict, code, workers):
    shutil.copy(ROOT / "tests" / "conftest.py", tmp_path)
    (tmp_path / "test_one.py").write_text(
        "import pytest\ndef test_a(): pass\n"
        "def test_b(): pytest.skip('no browser on this machine')\n"
    )
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-rs", "--rootdir", tmp_path, *workers, tmp_path],
        env=os.environ | {"EMBEDLAB_STRICT": strict, "PYTEST_ADDOPTS": ""},
        cwd=tmp_path, capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert done.returncode == code, done.stdout
    assert "no browser on this machine" in done.stdout
    assert ("1 skipped tests count as failures" in done.stdout) == bool(strict)
