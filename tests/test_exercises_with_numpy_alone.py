"""In a browser the exercises have NumPy and nothing else: right answers pass there too."""

import json
import subprocess
import sys

import pytest
from grading_helpers import ROOT

from embedlab.grading.known import outcome_of

NAMES = sorted(path.stem for path in (ROOT / "solutions").glob("*/*.ipynb"))
# What only a challenge or a question outside of the checks needs is asked for by its own cell
# (book/extensions/lite.py).
RUN = """
import json, sys


class Missing:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in {"scipy", "matplotlib", "sklearn", "gensim"}:
            raise ModuleNotFoundError(f"No module named '{name}'", name=name)


sys.meta_path.insert(0, Missing())
spoiled = json.loads(sys.argv[2])
for cell in json.load(open(sys.argv[1], encoding="utf-8"))["cells"]:
    if cell["cell_type"] != "code":
        continue
    code = "".join(cell["source"])
    for old, new in spoiled.items():
        code = code.replace(old, new)
    if "embedlab.world" in code:
        continue
    exec(compile(code, cell["id"], "exec"), vars(sys.modules["__main__"]))
print("all cells ran")
"""


def run(name: str, spoiled: dict[str, str]) -> str:
    path = ROOT / "solutions" / name / f"{name}.ipynb"
    command = [sys.executable, "-c", RUN, path, json.dumps(spoiled)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=path.parent)
    return done.stdout + done.stderr


@pytest.mark.parametrize("name", NAMES)
def test_right_answers_pass_every_visible_check(name):
    assert run(name, {}).endswith("all cells ran\n")


def test_negative_control_what_is_not_there_and_what_is_wrong_is_seen():
    assert "scipy is missing" in run("cbow", {"import numpy as np": "import scipy"})
    wrong = run("cbow", {"BEGIN SOLUTION": "BEGIN SOLUTION\n    return None"})
    assert "all cells ran" not in wrong
    assert "No module named" not in wrong


def test_a_reference_that_cannot_run_is_nobodys_mistake():
    def reference(x):
        import a_package_that_nobody_has  # noqa: F401

    def mistaken(x):
        raise ValueError

    with pytest.raises(ImportError, match="reference of the course cannot run here"):
        outcome_of(reference, (1,))
    assert outcome_of(mistaken, (1,)).error_type == "ValueError"
