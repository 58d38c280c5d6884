"""The course that is attacked: folders, secrets to find, listeners to reach, honest witnesses."""

import contextlib
import json
import os
import shutil
import socket
import subprocess
import sys
import threading
import uuid
from dataclasses import dataclass, field
from pathlib import Path

import nbformat
import psutil
from grading_helpers import ROOT, builder

from hostile.attack import TOOLS
from hostile.grade import LIMITS

HONEST = {
    "ngrams": "slices_and_comprehensions",
    "cosine": "numpy_lines",
    "cbow": "numpy_lines",
    "sentences": "numpy_short",
}
# How the limits of grade.py look in the command line of a sandbox, and those of nobody else.
SHORT_LIMITS = f"[{json.dumps(LIMITS)[:-1]}"
WITNESSES = ("a_witness", "m_witness", "q_witness", "z_witness")


def own_word(what):
    """Return a word that is found nowhere else."""
    return f"{what}-{uuid.uuid4().hex}"


@dataclass
class World:
    """A course under attack.

    Attributes:
        folder: Where all of it lies.
        heard: Where something arrived: the addresses of listeners.
    """

    folder: Path
    heard: list[str] = field(default_factory=list)

    def __post_init__(self):
        self.marker = own_word("marker")
        self.secrets = {
            name: own_word(name) for name in ("seed", "file", "variable", "key", "kernel")
        }
        self.home = self.folder / "home"
        self.temporary = self.folder / "temporary"
        self.temporary.mkdir()
        self.canary = self.folder / "canary.txt"
        (self.home / ".ssh").mkdir(parents=True)
        (self.home / ".ssh" / "id_ed25519").write_text(self.secrets["key"])
        self.canary.write_text(self.secrets["file"])
        self._stack = contextlib.ExitStack()

    def __enter__(self):
        self.tcp = self._listen(socket.AF_INET, socket.SOCK_STREAM, ("127.0.0.1", 0))[1]
        self.udp = self._listen(socket.AF_INET, socket.SOCK_DGRAM, ("127.0.0.1", 0))[1]
        self.open_tcp = self._listen(socket.AF_INET, socket.SOCK_STREAM, ("127.0.0.1", 0))[1]
        # Not below the folder: the path of a socket must be short.
        short = Path(self._stack.enter_context(_short_folder()))
        self.unix = self._listen(socket.AF_UNIX, socket.SOCK_STREAM, str(short / "socket"))
        self.abstract = self._listen(socket.AF_UNIX, socket.SOCK_STREAM, f"\0{self.marker}")
        return self

    def __exit__(self, *_):
        self._stack.close()

    def course(self, name):
        """Return the folders of a course: (submitted, output)."""
        submitted, output = self.folder / name / "submitted", self.folder / name / "output"
        submitted.mkdir(parents=True, exist_ok=True)
        output.mkdir(exist_ok=True)
        if not (output / "secret-seed").exists():
            (output / "secret-seed").write_text(self.secrets["seed"])
        return submitted, output

    def words(self, name):
        """Return what the words between @ in the sources of attacks mean."""
        submitted, output = self.course(name)
        return {
            "CANARY": str(self.canary),
            "SECRET": str(output / "secret-seed"),
            "OUTPUT": str(output),
            "SUBMITTED": str(submitted),
            "WITNESS": str(submitted / "a_witness" / "ngrams" / "ngrams.ipynb"),
            "PASSWORDS": "/etc/passwd",
            "HOME": str(self.home),
            "ROOT": str(ROOT),
            "TCP": str(self.tcp),
            "UDP": str(self.udp),
            "OPEN_TCP": str(self.open_tcp),
            "UNIX": str(self.unix),
            "ABSTRACT": self.marker,
            "MARKER": self.marker,
            "CORES": str(len(os.sched_getaffinity(0))),
        }

    def hand_in(self, name, assignment, attack, student=None):
        """Write a submission, or honest work if there is no attack."""
        submitted, _ = self.course(name)
        folder = submitted / (student or attack.name) / assignment
        folder.mkdir(parents=True)
        notebook = self.notebook(name, assignment, attack)
        # By nbformat's own writer much of this could not be written.
        (folder / f"{assignment}.ipynb").write_text(json.dumps(notebook))
        if attack is not None and attack.spoil is not None:
            attack.spoil(folder, self.words(name))

    def notebook(self, name, assignment, attack):
        """Return the notebook of a submission."""
        build = builder()
        honest = build.read_cells(assignment, HONEST[assignment])
        notebook = nbformat.read(ROOT / "exercises" / assignment / f"{assignment}.ipynb", 4)
        if attack is None:
            build.splice(notebook, honest)
            return notebook
        cells = list({**dict(honest), **attack.cells}.items())
        early = [("tools", TOOLS), *((f"before-{k}", each) for k, each in enumerate(attack.before))]
        if attack.before:
            # After the setup, so that the whole attack has what it imports.
            cells = [("setup", _source(notebook, "setup")), *early, *cells]
        build.splice(notebook, _filled(cells, self.words(name)))
        notebook.cells += [
            nbformat.v4.new_code_cell(source, id=f"after-{k}")
            for k, source in enumerate(attack.after)
        ]
        return notebook if attack.change is None else attack.change(notebook)

    def start(self, course, assignment, *options):
        """Start grading; return the process."""
        submitted, output = self.course(course)
        program = Path(__file__).with_name("grade.py")
        where = ("--submitted", submitted, "--output", output)
        environment = {key: value for key, value in os.environ.items() if "EMBEDLAB" not in key}
        # To files: a pipe that nobody reads would stop the program.
        with (
            self._said(course, "out").open("wb") as out,
            self._said(course, "err").open("wb") as err,
        ):
            return subprocess.Popen(
                [sys.executable, program, "grade", assignment, *where, *options],
                cwd=ROOT,
                env={
                    **environment,
                    "HOME": str(self.home),
                    "TMPDIR": str(self.temporary),
                    "COLUMNS": "120",
                    "PYTHONIOENCODING": "utf-8",
                    "CANARY": self.secrets["variable"],
                    "CANARY_KEY": self.secrets["kernel"],
                    "CANARY_MARKER": self.marker,
                },
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=err,
            )

    def words_of(self, course):
        """Return what a run printed, and what it said of errors."""
        return [
            self._said(course, kind).read_text(encoding="utf-8", errors="backslashreplace")
            for kind in ("out", "err")
        ]

    def _said(self, course, kind):
        return self.folder / f"{course}.{kind}"

    def left_running(self):
        """Return the processes that belong to this test, this one aside."""
        found = []
        for process in psutil.process_iter():
            with contextlib.suppress(psutil.Error):
                said = " ".join(process.cmdline()) + " ".join(process.environ().values())
                is_ours = self.marker in said or str(self.folder) in said
                if (is_ours or SHORT_LIMITS in said) and process.pid != os.getpid():
                    found.append(process)
        return found

    def _listen(self, family, kind, address):
        listener = self._stack.enter_context(socket.socket(family, kind))
        listener.bind(address)
        if kind == socket.SOCK_STREAM:
            listener.listen()

        def serve():
            with contextlib.suppress(OSError):
                while True:
                    if kind == socket.SOCK_STREAM:
                        made, _ = listener.accept()
                        made.close()
                    else:
                        listener.recv(100)
                    self.heard.append(listener.getsockname())

        threading.Thread(target=serve, daemon=True).start()
        return listener.getsockname()


@contextlib.contextmanager
def _short_folder():
    folder = Path("/var/tmp") / own_word("hostile")[:20]
    folder.mkdir()
    try:
        yield folder
    finally:
        shutil.rmtree(folder)


def _source(notebook, cell_id):
    return next(cell.source for cell in notebook.cells if cell.id == cell_id)


def _filled(cells, words):
    for cell_id, source in cells:
        for word, meaning in words.items():
            source = source.replace(f"@{word}@", meaning)
        yield cell_id, source
