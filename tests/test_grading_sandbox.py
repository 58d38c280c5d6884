"""The sandbox at work: cells as in a kernel, limits that hold, nothing left for the next one."""

import json
import os
import pickle
import re
import stat
import sys
import textwrap
from pathlib import Path

import nbformat
import pytest
from hypothesis import given
from hypothesis import strategies as st
from nbclient import NotebookClient

from embedlab.grading.answers import Other, Table, Unordered
from embedlab.grading.batch import sandbox as sandbox_module
from embedlab.grading.batch.execution import MOST_ATTEMPTS, execute
from embedlab.grading.batch.sandbox import Sandbox, SandboxError, problem_with
from embedlab.grading.batch.walls import assemble, wall
from embedlab.grading.calls import Facts, Outcome
from embedlab.grading.inside.frames import Limits
from embedlab.grading.inside.wire import (
    GarbledError,
    decode,
    decode_facts,
    encode,
    encode_facts,
)

pytestmark = pytest.mark.sandbox

SMALL = Limits(
    cell_seconds=2,
    check_seconds=2,
    notebook_seconds=12,
    memory=300 * 1024**2,
    processes=12,
    file_bytes=4 * 1024**2,
    output_bytes=2 * 1024**2,
)


@pytest.fixture(scope="module")
def room():
    """A sandbox behind bubblewrap that is made anew when it has ended."""
    made = [Sandbox("bubblewrap", SMALL)]

    def get():
        if not made[-1].is_open:
            made.append(Sandbox("bubblewrap", SMALL))
        return made[-1]

    yield get
    for each in made:
        each.close()


def ran(room, *sources, files=None):
    return execute(room, dict(enumerate(map(textwrap.dedent, sources))), files or {}, None, {})


def text_of(shown):
    return "".join(output.get("text", "") for output in shown.outputs)


# --- cells as in a kernel ------------------------------------------------------------------

CELLS = {
    "prints": "print('a')\nimport sys\nprint('b', file=sys.stderr)\nprint('c')",
    "value": "x = 3\nx",
    "quiet value": "x = 3\nx;",
    "error": "def f():\n    return 1 / 0\n\nf()",
    "syntax error": "def f(:\n    pass",
    "displays": "from IPython.display import display, HTML\nprint(1)\ndisplay(HTML('<b>x</b>'))\n2",
    "cleared": "from IPython.display import clear_output\nprint(1)\nclear_output()\nprint(2)",
    "shell": "!echo hello",
    "magic": "%time\n'after'",
    "cell magic": "%%capture words\nprint('caught')",
    "await": "import asyncio\nawait asyncio.sleep(0)\n'slept'",
    "main": "__name__",
    "last value": "7\n",
    "uses it": "_",
}


@pytest.fixture(scope="module")
def in_a_kernel():
    notebook = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_code_cell(source) for source in CELLS.values()]
    )
    NotebookClient(notebook, kernel_name="python3", allow_errors=True).execute()
    return {name: cell.outputs for name, cell in zip(CELLS, notebook.cells, strict=True)}


@pytest.fixture(scope="module")
def in_the_sandbox(room):
    found = ran(room, *CELLS.values())
    assert (found.limits, found.suspicions) == ([], [])
    return {name: found.cells[number] for number, name in enumerate(CELLS)}


def plain(outputs):
    """Return outputs without what differs from run to run, each stream in one piece."""
    kept: list[dict] = []
    for output in json.loads(json.dumps(outputs)):
        each = {key: value for key, value in output.items() if key not in ("metadata", "traceback")}
        first = next((other for other in kept if each.get("name", 0) == other.get("name")), None)
        if first:
            first["text"] += each["text"]
        else:
            kept.append(each)
    for each in kept:
        if "text" in each:
            # A terminal's line ends, which the shell line gets in one of the two.
            each["text"] = each["text"].replace("\r\n", "\n")
        if "evalue" in each:
            # The name of the cell's file.
            each["evalue"] = re.sub(r"\([^(]*, line", "(cell, line", each["evalue"])
    return kept


@pytest.mark.parametrize("name", [name for name in CELLS if name != "magic"])
def test_a_cell_shows_what_it_shows_in_a_kernel(in_a_kernel, in_the_sandbox, name):
    assert plain(in_the_sandbox[name].outputs) == plain(in_a_kernel[name])


def test_errors_name_the_line_and_plots_are_pictures(in_the_sandbox, room):
    assert not in_the_sandbox["error"].is_ok
    assert "return" in "".join(in_the_sandbox["error"].outputs[0]["traceback"])
    shown = ran(room, "%matplotlib inline\nimport matplotlib.pyplot as p\np.plot([1, 2]);").cells[0]
    assert shown.is_ok
    assert "image/png" in shown.outputs[-1]["data"]


def test_a_question_is_answered_and_files_lie_beside_the_notebook(room):
    found = ran(
        room,
        "int(input('how many? ')) + 1",
        "import helper\nprint(helper.x, open('data/a.txt').read())",
        files={"helper.py": b"x = 5", "data/a.txt": b"text"},
    )
    assert found.cells[0].outputs[-1]["data"] == {"text/plain": "2"}
    assert text_of(found.cells[1]) == "5 text\n"


# --- what is there of the package ----------------------------------------------------------


def test_the_package_is_there_without_its_mathematics(room):
    found = ran(
        room,
        "from embedlab import learned\nlen(learned.skip_gram().words), learned.sentences(2)[0][:1]",
        "import embedlab.grading\nembedlab.grading.state_version('cosine', 2)",
        "from embedlab.vectors import cosine, Embeddings\ncosine([1], [1])",
        "import embedlab.sentences\nembedlab.sentences.mean_vector",
        "import importlib.util\nimportlib.util.find_spec('embedlab.grading.cosine').origin",
    )
    ok = [found.cells[number].is_ok for number in range(5)]
    assert ok == [True, True, False, True, True]
    assert "not available" in found.cells[2].outputs[-1]["evalue"]
    assert "Ready: embedlab" in text_of(found.cells[1])
    assert "data" not in found.cells[4].outputs[-1] if found.cells[4].outputs else True


def test_no_line_of_a_right_answer_is_copied(tmp_path):
    assemble(tmp_path)
    names = {path.name for path in tmp_path.rglob("*.py")}
    assert names.isdisjoint({"sentences.py", "text.py", "directions.py", "subwords.py"})
    everything = "".join(path.read_text() for path in tmp_path.rglob("*.py"))
    for line in ("def cosine", "def word_ngrams", "def nearest", "Mistake(", "def mean_vector"):
        assert line not in everything


# --- limits --------------------------------------------------------------------------------

AFTER = "print('still here')"


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("import os\nos._exit(3)", "Cell 1 ended the process (exit status 3)."),
        ("import os, signal\nos.kill(os.getpid(), signal.SIGSEGV)", "(exit status -11)."),
        ("import signal\nsignal.signal(signal.SIGALRM, signal.SIG_IGN)\nwhile True: pass",
         "Cell 1 ran for more than 2 s and heeded no interrupt."),
        ("import os\nx = b'x' * 10000 + b'\\n'\nfor _ in range(2000):\n    for i in range(3, 30):\n"
         "        try: os.write(i, x)\n        except OSError: pass",
         "Cell 1 handed back more than 2 MB."),
    ],
    ids=["exit", "segfault", "deaf", "flood"],
)  # fmt: skip
def test_a_cell_that_goes_too_far_costs_itself_only(room, source, said):
    found = ran(room, source, AFTER)
    assert len(found.limits) == 1
    assert said in found.limits[0]
    assert not found.cells[0].is_ok
    assert text_of(found.cells[1]) == "still here\n"


def test_the_memory_of_all_processes_of_a_cell_is_counted_together():
    """With more time than others: on a busy machine it takes a while to fill so much."""
    source = """
    import os, time
    for _ in range(7):
        if not os.fork():
            x = bytearray(120 * 1024**2)
            x[::4096] = b"x" * len(x[::4096])
            time.sleep(9)
    time.sleep(9)
    """
    sandbox = Sandbox("bubblewrap", SMALL._replace(cell_seconds=10))
    try:
        found = ran(lambda: sandbox, source, AFTER)
    finally:
        sandbox.close()
    assert len(found.limits) == 1
    assert "Cell 1 needed more than 300 MB of memory." in found.limits[0]
    assert text_of(found.cells[1]) == "still here\n"


class Told:
    """A sandbox that tells of a run what is scripted: by the cells that it is given."""

    limits = SMALL

    def __init__(self, script):
        self.script, self.runs = script, []

    def __call__(self):
        return self

    def run(self, cells, files, questions):
        numbers = tuple(number for number, _ in cells)
        self.runs.append(numbers)
        stopped = self.script(self.runs)
        for number in numbers:
            yield {"cell": number}
            if number == stopped:
                yield {"reason": "memory", "leftovers": 0, "clean": True}
                return
            yield {"ran": number, "ok": True, "outputs": [], "count": number + 1}
        yield {"stage": "done"}
        yield {"reason": "", "status": 0, "leftovers": 0, "clean": True}


def test_a_cell_stopped_for_what_an_earlier_one_left_running_is_tried_again():
    # Cell 2 starts what needs too much; whether it is met there or in cell 3 is a matter of time.
    told = Told(lambda runs: 2 if len(runs) == 1 else 1 if 1 in runs[-1] else None)
    found = ran(told, *4 * ["pass"])
    assert told.runs == [(0, 1, 2, 3), (0, 1, 3), (0, 2, 3)]
    assert found.limits == ["Cell 2 needed more than 300 MB of memory."]
    assert [shown.is_ok for _, shown in sorted(found.cells.items())] == [True, False, True, True]


def test_cells_that_each_need_too_much_are_each_left_out():
    told = Told(lambda runs: next((number for number in (3, 1, 2) if number in runs[-1]), None))
    found = ran(told, *4 * ["pass"])
    # The later is given back for the earlier, and found again: it ends all the same.
    assert [shown.is_ok for _, shown in sorted(found.cells.items())] == [True, False, False, False]
    assert len(told.runs) <= MOST_ATTEMPTS


@pytest.mark.parametrize(
    ("source", "name"),
    [
        ("while True: pass", "KeyboardInterrupt"),
        ("x = bytearray(10**9)", "MemoryError"),
        ("open('big', 'wb').write(b'x' * 5 * 1024**2)", "OSError"),
        ("import os\nfor _ in range(30):\n    if not os.fork(): import time; time.sleep(3)",
         "BlockingIOError"),
    ],
    ids=["endless", "memory", "file", "processes"],
)  # fmt: skip
def test_a_limit_is_an_error_in_the_cell(room, source, name):
    found = ran(room, source, AFTER)
    assert found.cells[0].outputs[-1]["ename"] == name
    assert text_of(found.cells[1]) == "still here\n"


def test_what_a_cell_shows_is_cut(room):
    found = ran(room, "for _ in range(10**5): print('x' * 100)", AFTER)
    assert 100_000 < len(text_of(found.cells[0])) < 101_000
    assert found.cells[0].is_ok
    assert text_of(found.cells[1]) == "still here\n"


# --- nothing stays -------------------------------------------------------------------------


def test_nothing_is_left_for_the_next_notebook(room):
    before = room().pid
    found = ran(
        room,
        """
        import os, subprocess
        for place in ("/tmp", "/dev/shm", "."):
            os.makedirs(place + "/deep/er")
            open(place + "/deep/er/file", "w").close()
            os.symlink("/usr", place + "/link")
            os.chmod(place + "/deep", 0)
        subprocess.Popen(["sleep", "100"], start_new_session=True)
        """,
    )
    assert found.suspicions == ["It left 1 processes running; they were ended."]
    source = """
        import os
        import sys
        own = set((sys.prefix + sys.base_prefix).split("/"))  # Python may lie below one of them
        print(*[[n for n in os.listdir(p) if n not in own] for p in ("/tmp", "/dev/shm", ".")])
        print([p for p in os.listdir("/proc") if p.isdigit() and p not in ("1", str(os.getpid()))])
        """
    assert text_of(ran(room, source).cells[0]) == "[] [] []\n[]\n"
    assert room().pid == before


def test_who_tampers_with_the_first_process_gets_it_thrown_away(room):
    if os.geteuid() == 0:
        source = "import os\nos.kill(1, 9)"
        assert ran(room, source).cells[0].outputs[-1]["ename"] == "PermissionError"
        return
    before = room().pid
    found = ran(room, "import resource\nresource.prlimit(1, resource.RLIMIT_NOFILE, (50, 50))")
    assert found.suspicions == ["It changed or broke its sandbox, which was thrown away."]
    assert room().pid != before


# --- which sandboxes there are -------------------------------------------------------------


def test_without_bubblewrap_it_says_how_to_get_it(monkeypatch):
    monkeypatch.setenv("PATH", "/nowhere")
    problem_with.cache_clear()
    told = problem_with("bubblewrap", "")
    problem_with.cache_clear()
    assert "bubblewrap did not start" in told
    assert "sudo apt install bubblewrap" in told


def test_a_wall_that_lets_through_is_no_wall(monkeypatch):
    """Negative control: the probe must see what bubblewrap keeps away."""

    def open_door(kind, folder, limits, image):
        return wall("none", folder, limits, image)

    monkeypatch.setattr(sandbox_module, "wall", open_door)
    problem_with.cache_clear()
    told = problem_with("bubblewrap", "")
    problem_with.cache_clear()
    assert "can reach" in told


ENGINE = """\
#!{python}
# A container engine as far as the grader uses one, made of bubblewrap.
import os, sys
arguments = sys.argv[2:]
flags = {{"--rm", "--interactive", "--read-only"}}
options, i = [], 0
while arguments[i].startswith("--"):
    step = 1 if arguments[i] in flags else 2
    options.append(tuple(arguments[i:i + step]))
    i += step
image, *command = arguments[i:]
assert image == "an-image", image
assert ("--network", "none") in options and ("--read-only",) in options
assert ("--cap-drop", "ALL") in options and ("--user", "0") in options
command[0] = sys.executable
made = ["bwrap", "--unshare-pid", "--unshare-net", "--as-pid-1", "--die-with-parent",
        "--ro-bind", "/", "/", "--proc", "/proc", "--dev", "/dev", "--clearenv"]
for name, *value in options:
    if name == "--env":
        made += ["--setenv", *value[0].split("=", 1)]
    if name == "--volume":
        outside, inside, _ = value[0].split(":")
        volume = [outside, inside]
made += ["--tmpfs", "/opt", "--perms", "0755", "--dir", "/opt", "--ro-bind", *volume]
made += ["--tmpfs", "/mnt", "--chdir", "/mnt"]
settings = command[-1].replace("/submission", "/mnt").replace('"/tmp"', '"/mnt"')
os.execvp("bwrap", [*made, "--", *command[:-1], settings])
"""


def test_a_container_engine_is_used_like_bubblewrap(tmp_path, monkeypatch, room):
    """Only root can play the engine: inside it, the notebook's process becomes another user."""
    (tmp_path / "folder").mkdir()
    engine = tmp_path / "podman"
    engine.write_text(ENGINE.format(python=sys.executable))
    engine.chmod(engine.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    command, environment = wall("podman", tmp_path / "folder", SMALL, "an-image")
    options = " ".join(command)
    for wanted in ("--network none", "--read-only", "--cap-drop ALL", "no-new-privileges"):
        assert wanted in options
    assert "an-image python3 -s -m" in options
    assert set(environment) <= {"PATH", "HOME", "DOCKER_HOST"}
    if os.geteuid() != 0:
        return
    with Sandbox("podman", SMALL, "an-image") as behind:
        told = list(behind.run([(0, "import os\nprint(os.getuid() > 0)")], {}, pickle.dumps([])))
    assert told[1]["outputs"][0]["text"] == "True\n"


def test_a_sandbox_that_does_not_start_leaves_no_folder(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(SandboxError, match="docker did not start"):
        Sandbox("docker", SMALL)
    assert list(Path(tmp_path).iterdir()) == []


# --- what comes out is data ----------------------------------------------------------------

LEAVES = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=20),
    st.builds(Other, st.text(max_size=5)),
)  # fmt: skip
ANSWERS = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.builds(Unordered, st.lists(inner, max_size=3).map(tuple)),
        st.builds(Table, st.lists(st.tuples(inner, inner), max_size=3).map(tuple)),
    ),
    max_leaves=8,
)


@given(
    st.builds(
        Outcome,
        value=ANSWERS,
        type_name=st.text(max_size=5),
        changed=st.none() | st.tuples(st.integers(0, 3), ANSWERS),
        error=st.text(max_size=5),
        printed=st.booleans(),
    )
)
def test_an_outcome_survives_the_way_out(outcome):
    again = decode(json.loads(json.dumps(encode(outcome))))
    # As text: nan is not equal to itself.
    assert repr(again) == repr(outcome)


def test_facts_survive_the_way_out():
    known = Facts(True, True, "a function", True, "(u, v)", False, frozenset("ab"), frozenset("c"))
    assert decode_facts(json.loads(json.dumps(encode_facts(known)))) == known


GOOD = encode(Outcome(value=1.0))


def nested(levels):
    return [nested(levels - 1)] if levels else []


@pytest.mark.parametrize(
    "data",
    [
        None, [], "x", {}, {**GOOD, "more": 1}, {**GOOD, "printed": 1}, {**GOOD, "error": None},
        {**GOOD, "changed": [1]}, {**GOOD, "changed": ["0", 1]}, {**GOOD, "value": {"set": 3}},
        {**GOOD, "value": {"set": [], "dict": []}}, {**GOOD, "value": {"float": "1"}},
        {**GOOD, "value": {"dict": [[1]]}}, {**GOOD, "value": nested(50)},
        {**GOOD, "value": {"__reduce__": "x"}},
    ],
)  # fmt: skip
def test_what_is_no_outcome_is_refused(data):
    with pytest.raises(GarbledError):
        decode(data)


def test_half_characters_cannot_come_out():
    outcome = decode(json.loads(json.dumps(encode(Outcome(value="a\ud800b")))))
    outcome.value.encode()
