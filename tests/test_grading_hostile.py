"""Hostile submissions are graded, and harm nobody: see tests/hostile for what they try."""

import csv
import functools
import hashlib
import json
import os
import time
from pathlib import Path

import nbformat
import pytest
from grading_helpers import ROOT
from hostile import (
    exhaustion,
    files,
    injection,
    leftovers,
    network,
    others,
    outside,
    tampering,
)
from hostile.attack import FULL, NOT_GRADED, Attack
from hostile.injection import SCRIPTS
from hostile.page import active_parts
from hostile.world import WITNESSES, World

from embedlab.grading import ASSIGNMENTS, gradebook
from embedlab.grading.alike.originals import package_sources
from embedlab.grading.batch.walls import _COPIED
from embedlab.grading.course import open_course
from embedlab.grading.handed_in.intake import is_name
from embedlab.grading.handed_in.wording import printable

pytestmark = [
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
    pytest.mark.sandbox,
    # All attacks are made before the first test.
    pytest.mark.timeout(600),
]

# Each course is one run of `embedlab grade`: two at a time, for two processors.
ATTACKS = {
    "ngrams": [
        *outside.ATTACKS, *network.ATTACKS, *exhaustion.ATTACKS, *tampering.ATTACKS,
        *injection.ATTACKS, *files.ATTACKS,
    ],
    "cosine": leftovers.ATTACKS,
    "cbow": others.attacks("cbow"),
    "sentences": others.attacks("sentences"),
}  # fmt: skip
# Several of the first do nothing but wait.
QUEUES = [
    [("ngrams", 4)],
    [
        ("cosine", 1),
        ("cbow", 1),
        ("sentences", 1),
        ("names", 1),
        ("unsafe", 1, "--unsafe-no-sandbox"),
    ],
]
EVERY_ATTACK = [
    pytest.param(
        course,
        attack,
        id=f"{course}-{attack.name[:50].encode('ascii', 'replace').decode()}",
        marks=[pytest.mark.xfail(strict=True, reason=attack.hole)] if attack.hole else [],
    )
    for course, attacks in ATTACKS.items()
    for attack in attacks
]
UNSAFE = Attack(
    "unsafe",
    "the same without a sandbox, to show that the witnesses of harm see it",
    before=(
        """
read("@CANARY@")
read("@SECRET@")
socket.create_connection(("127.0.0.1", @OPEN_TCP@), timeout=1).sendall(b"stolen")
must_fail("no sandbox", lambda: 1)
""",
    ),
)
NAMES = [
    Attack("y" * 255, "the longest name that a folder can have"),
    Attack(os.fsdecode(b"files_\xff\xfe"), "a name that is no text"),
]


class Outcome:
    """What came of a run of ``embedlab grade``."""

    def __init__(self, world, course, assignment, done, words):
        self.status, (self.printed, self.errors) = done.returncode, words
        submitted, self.output = world.course(course)
        self.assignment = assignment
        opened = open_course(ROOT, submitted=submitted, output=self.output)
        self.scores = {
            score.student: score for score in gradebook.scores(opened, assignment)
        }  # fmt: skip

    def points(self, student):
        """Return what a student has by the checks; None if not graded."""
        if student not in self.scores:
            return None
        points = self.scores[student].points
        checks = ASSIGNMENTS[self.assignment].checks.values()
        return sum(points[check.name] or 0 for check in checks if not check.is_bonus)

    @functools.cached_property
    def records(self):
        """Return the records by the name of the student."""
        found = (self.output / "records" / self.assignment).glob("*.json")
        records = [json.loads(path.read_text()) for path in found]
        return {record["student"]: record for record in records}

    def said(self, student):
        """Return all that the instructor is told of a student."""
        if student not in self.records:
            # Whose name cannot be that of a file has no record, and is told of all the same.
            assert not is_name(student)
            return next(line for line in self.printed.splitlines() if printable(student) in line)
        record = self.records[student]
        return "\n".join(
            [record["problem"], *record["repairs"], *record["limits"], *record["suspicions"]]
        )

    def shown(self, student):
        """Return what the cells of a student showed, as text."""
        path = self.output / "autograded" / student / self.assignment / f"{self.assignment}.ipynb"
        texts = []
        for cell in nbformat.read(path, as_version=4).cells:
            for output in cell.get("outputs", []):
                texts += [output.get("text", ""), output.get("evalue", "")]
                texts += output.get("data", {}).values()
        return "\n".join(texts)

    def page(self, student):
        """Return the head and the body of the page of feedback."""
        folder = self.output / "feedback" / student / self.assignment
        page = (folder / f"{self.assignment}.html").read_text(encoding="utf-8")
        head, body, rest = page.partition("<body")
        return head, body + rest


def digests(folder):
    """Return what lies in a folder, links and contents."""
    found = {}
    for place, _, names in os.walk(folder):
        for name in names:
            path = Path(place, name)
            if path.is_symlink():
                found[str(path)] = os.readlink(path)
            elif path.is_file() and path.stat().st_size < 10**7:
                found[str(path)] = hashlib.sha256(path.read_bytes()).hexdigest()
    return found


def hand_in_everything(world):
    for course, attacks in ATTACKS.items():
        for witness in WITNESSES:
            world.hand_in(course, course, None, witness)
        for attack in attacks:
            world.hand_in(course, course, attack)
            if course == "cosine":
                nosy = Attack(f"{attack.name}_nosy", "", before=(leftovers.NOSY,))
                world.hand_in(course, course, nosy)
    for name in ("unsafe", "names"):
        world.hand_in(name, "ngrams", None, "a_witness")
    world.hand_in("unsafe", "ngrams", UNSAFE)
    for attack in NAMES:
        world.hand_in("names", "ngrams", attack)


def run_queues(world, queues):
    """Run several queues beside each other; return the outcomes by course."""
    outcomes, waiting, running = {}, [list(queue) for queue in queues], {}
    while any(waiting) or running:
        for number, queue in enumerate(waiting):
            if queue and number not in running:
                course, n_jobs, *options = queue.pop(0)
                assignment = course if course in ASSIGNMENTS else "ngrams"
                started = world.start(course, assignment, "--jobs", str(n_jobs), *options)
                running[number] = course, assignment, started
        for number, (course, assignment, started) in list(running.items()):
            if started.poll() is not None:
                del running[number]
                words = world.words_of(course)
                outcomes[course] = Outcome(world, course, assignment, started, words)
        time.sleep(0.05)
    return outcomes


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    with World(tmp_path_factory.mktemp("hostile")) as world:
        hand_in_everything(world)
        yield world


@pytest.fixture(scope="module")
def graded(world):
    """Return the outcomes of all runs, by course."""
    before = {course: digests(world.course(course)[0]) for course in ATTACKS}
    outside_before = digests(world.home) | digests(ROOT / "exercises") | digests(ROOT / "solutions")
    outcomes = run_queues(world, QUEUES)
    deadline = time.monotonic() + 15
    while (left := world.left_running()) and time.monotonic() < deadline:
        time.sleep(0.2)
    world.left = left
    world.is_untouched = (
        before == {course: digests(world.course(course)[0]) for course in ATTACKS}
        and outside_before
        == digests(world.home) | digests(ROOT / "exercises") | digests(ROOT / "solutions")
        and world.canary.read_text() == world.secrets["file"]
    )
    return outcomes


@pytest.mark.parametrize(("course", "attack"), EVERY_ATTACK)
def test_an_attack_gets_what_it_deserves(graded, course, attack):
    outcome, student = graded[course], attack.name
    wanted = None if attack.points == NOT_GRADED else attack.points
    assert outcome.points(student) == wanted, outcome.said(student)
    said = outcome.said(student)
    for words in attack.says:
        assert words in said
    for name, words in attack.fails.items():
        assert outcome.records[student]["complaints"][name]
        assert words in outcome.records[student]["complaints"][name]
    if wanted is not None:
        assert "HARM" not in outcome.shown(student)
        # The head of a page is as large as ten bodies, and none of it a student's.
        (head, body), (own_head, own_body) = map(outcome.page, (student, "a_witness"))
        assert head == own_head
        assert not active_parts(body) - active_parts(own_body)
    else:
        assert student not in outcome.records or outcome.records[student]["problem"]
        assert not (outcome.output / "autograded" / student).exists()


@pytest.mark.parametrize("attack", leftovers.ATTACKS, ids=lambda attack: attack.name)
def test_the_next_notebook_finds_nothing(graded, attack):
    if attack.hole:
        pytest.xfail(attack.hole)
    assert graded["cosine"].points(f"{attack.name}_nosy") == FULL
    shown = graded["cosine"].shown(f"{attack.name}_nosy")
    assert "over" in shown
    assert "HARM" not in shown


@pytest.mark.parametrize("course", ATTACKS)
def test_the_batch_ends_and_honest_work_has_all_points(graded, course):
    outcome = graded[course]
    assert outcome.status == 0, outcome.errors[-2000:]
    assert outcome.errors == ""
    for witness in WITNESSES:
        assert outcome.points(witness) == FULL
        assert outcome.said(witness) == ""
    names = {attack.name for attack in ATTACKS[course] if is_name(attack.name)}
    assert names <= outcome.records.keys()


def test_nothing_arrives_at_the_listeners(world, graded):
    # One listener is there for who has no sandbox.
    assert [address for address in world.heard if address != ("127.0.0.1", world.open_tcp)] == []


def test_no_process_and_no_folder_is_left(world, graded):
    assert world.left == []
    assert [path.name for path in world.temporary.glob("embedlab-*")] == []


def test_what_others_handed_in_is_as_it_was(world, graded):
    assert world.is_untouched


@pytest.mark.parametrize("course", ATTACKS)
def test_no_secret_is_in_any_output(world, graded, course):
    outcome = graded[course]
    written = [path for path in outcome.output.rglob("*") if path.is_file()]
    texts = [path.read_bytes() for path in written if path.name != "secret-seed"]
    everything = b"\n".join([*texts, outcome.printed.encode(), outcome.errors.encode()])
    for word in (*world.secrets.values(), "root:x:0:0", "-----BEGIN", *reference_lines()):
        assert word.encode() not in everything


def reference_lines():
    """Return a line of each reference and of the judging code, as it is in the source."""
    tasks = {check.task.name: check.task for each in ASSIGNMENTS.values()
             for check in each.checks.values()}  # fmt: skip
    sources = [source for task in tasks.values() for source in package_sources(task.reference)]
    # What is behind the wall anyway is no secret.
    known = "".join(
        (ROOT / "embedlab" / name).read_text() for name in _COPIED if name.endswith(".py")
    )
    secret = [
        [line.strip() for line in source.splitlines() if line.strip() not in known]
        for source in sources
    ]
    assert sum(map(bool, secret)) >= len(ASSIGNMENTS)
    return [max(lines, key=len) for lines in secret if lines]


@pytest.mark.parametrize("course", ATTACKS)
def test_the_report_runs_nothing_of_a_student(graded, course):
    page = (graded[course].output / "reports" / f"{course}.html").read_text(encoding="utf-8")
    own = [part for part in active_parts(page) if "PWNED" in part]
    assert own == []


def test_names_are_printed_as_they_are(graded):
    outcome = graded["ngrams"]
    assert "\x1b" not in outcome.printed + outcome.errors
    assert "\x07" not in outcome.printed + outcome.errors
    assert "[red]PWNED" in outcome.printed


def test_no_name_is_a_formula_of_a_spreadsheet(graded):
    with (graded["ngrams"].output / "reports" / "ngrams.csv").open(encoding="utf-8-sig") as file:
        cells = [cell for row in csv.reader(file) for cell in row]
    assert any("cmd|" in cell for cell in cells)
    assert [cell for cell in cells if cell.startswith(("=", "+", "@"))] == []


def test_a_name_that_no_file_can_have_costs_nobody_else(graded):
    outcome = graded["names"]
    assert outcome.status == 0
    assert outcome.points("a_witness") == FULL


def test_without_a_sandbox_the_same_does_harm(world, graded):
    """The negative control of all of the above."""
    outcome = graded["unsafe"]
    assert outcome.status == 0
    assert world.heard.count(("127.0.0.1", world.open_tcp)) == 1
    shown = outcome.shown("unsafe")
    assert world.secrets["file"] in shown
    assert world.secrets["seed"] in shown
    assert "HARM" in shown
    assert "isolation" in (outcome.output / "reports" / "ngrams.html").read_text()


def test_what_is_active_in_a_page_is_found():
    """The negative control of the looks at pages."""
    assert active_parts("<p class='x'>text &lt;script&gt; <a href='#here'>here</a></p>") == {}
    for piece in ["<script>alert('PWNED')</script>", "<img src=x onerror=alert(1)>",
                  "<a href=' java\nscript:alert(1)'>x</a>", "<iframe srcdoc=x></iframe>",
                  "<meta http-equiv=refresh content=0>", "<svg/onload=alert(1)>",
                  "<p style='background: url(//evil)'>x</p>"]:  # fmt: skip
        assert len(active_parts(f"<div>{piece}</div>")) >= 1
    assert len(active_parts(SCRIPTS)) > 15


def test_there_are_enough_of_them():
    attacks = [attack for each in ATTACKS.values() for attack in each]
    assert len({attack.name for attack in attacks}) >= 120
    assert all(attack.about for attack in attacks)
