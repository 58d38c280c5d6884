# ruff: noqa: E501 - code of students, as they write it
"""Changing the score from inside: lies, patches, forged words to the grader."""

import copy

from hostile.attack import Attack

_STUBS = {
    name: f"def {name}(*arguments):\n    return None"
    for name in ("word_ngrams", "count_word_ngrams", "char_ngrams", "subwords",
                 "next_word_probabilities")
}  # fmt: skip
_NAMES = [
    "word_ngrams_are_in_order_with_repeats", "word_ngrams_start_with_marks",
    "word_ngrams_end_with_one_mark", "word_ngrams_of_single_words",
    "word_ngrams_of_short_sentences", "word_ngrams_leaves_its_inputs_unchanged",
    "count_word_ngrams_of_ordinary_sentences", "count_word_ngrams_of_an_empty_sentence",
    "char_ngrams_are_in_order_with_repeats", "char_ngrams_mark_both_ends",
    "char_ngrams_keep_every_character", "char_ngrams_of_a_short_word",
    "subwords_have_every_length", "subwords_mark_both_ends", "subwords_include_the_whole_word",
]  # fmt: skip
_OUTCOME = (
    '{"value": None, "type_name": "a list", "is_iterator": False, "printed": False, '
    '"changed": None, "error_type": "", "error": "", "is_stub": False}'
)
_LYING = """
class Always:
    def __eq__(self, other): return True
    def __ne__(self, other): return False
    def __lt__(self, other): return True
    __le__ = __gt__ = __ge__ = __lt__
    def __hash__(self): return 0
    def __bool__(self): return True
    def __contains__(self, other): return True
    def __sub__(self, other): return 0
    __rsub__ = __abs__ = lambda self, *_: 0
class LyingFloat(Always, float): pass
class LyingInt(Always, int): pass
class LyingText(Always, str): pass
class LyingList(Always, list): pass
class LyingDict(Always, dict): pass
class LyingTuple(Always, tuple): pass
class LyingSet(Always, set): pass
"""


def _forged(*events: str) -> str:
    return "\n".join(f"tell_events({event})" for event in events)


def _points_and_tags(notebook):
    """Give the checks many points, and tell stock nbgrader not to run them; add paid cells."""
    extra = []
    for cell in notebook.cells:
        if cell.metadata.get("nbgrader", {}).get("grade"):
            cell.metadata.nbgrader["points"] = 1000
            cell.metadata["tags"] = ["skip-execution", "remove-cell", "raises-exception"]
            cell.metadata["score"] = 1000
            if cell.cell_type == "code":
                cell.execution_count = 7
                cell.outputs = [
                    {"output_type": "stream", "name": "stdout", "text": "✓ 1000 of 1000 points\n"}
                ]
            twin = copy.deepcopy(cell)
            twin.id = f"twin-{len(extra)}"
            twin.metadata.nbgrader["grade_id"] = f"more_{len(extra)}"
            extra.append(twin)
    notebook.cells += extra
    notebook.metadata["nbgrader"] = {"score": 1000}
    return notebook


def _checks_replaced(notebook):
    for cell in notebook.cells:
        if cell.metadata.get("nbgrader", {}).get("grade") and cell.cell_type == "code":
            cell.source = "print('✓ all points')"
            cell.metadata.nbgrader["locked"] = False
    return notebook


def _checks_deleted(notebook):
    notebook.cells = [
        cell
        for cell in notebook.cells
        if cell.cell_type != "code" or not cell.metadata.get("nbgrader", {}).get("grade")
    ]
    return notebook


ATTACKS = [
    Attack(
        "tamper_equals_everything",
        "returns objects that are equal to everything",
        before=(_LYING,),
        cells={
            "word_ngrams": "def word_ngrams(tokens, n):\n    return LyingList([LyingTuple()])",
            "count_word_ngrams": "def count_word_ngrams(length, n):\n    return LyingInt(3)",
            "char_ngrams": "def char_ngrams(word, n):\n    return [LyingText('<x')] * len(word)",
            "subwords": "def subwords(word, n_min, n_max):\n    return LyingSet(['<x>'])",
            "next_word_probabilities": (
                "def next_word_probabilities(sentences, previous):\n    return LyingDict()"
            ),
        },
        points=0,
    ),
    Attack(
        "tamper_odd_objects",
        "returns objects whose methods hang, raise, lie about their class, or never end",
        before=(
            """
class Odd:
    def __len__(self): return 3
    def __iter__(self):
        while True:
            yield "x"
class Raising:
    def __getattribute__(self, name): raise SystemExit(name)
    def __len__(self): raise MemoryError
class Liar:
    @property
    def __class__(self): return list
    def __len__(self): return -1
class Hanging:
    @property
    def __class__(self):
        while True:
            pass
class Whole(int):
    def __int__(self): return "x" * 10**9
    def __index__(self): os._exit(0)
    def __abs__(self): return -1
    def __repr__(self): raise KeyboardInterrupt
    __str__ = __format__ = __repr__
""",
        ),
        cells={
            "word_ngrams": "def word_ngrams(tokens, n):\n    return [Odd(), Liar()][n % 2]",
            "count_word_ngrams": "def count_word_ngrams(length, n):\n    return Whole(2)",
            "char_ngrams": "def char_ngrams(word, n):\n    return Raising()",
            "subwords": "def subwords(word, n_min, n_max):\n    return Hanging()",
        },
        points=0,
    ),
    Attack(
        "tamper_patches",
        "patches what compares, writes and reads: builtins, json, os, pickle, NumPy, the grader",
        before=(
            """
import builtins, pickle, numpy, embedlab.grading
yes = lambda *a, **k: True
for module in [embedlab.grading, *[m for n, m in list(sys.modules.items()) if "embedlab" in n]]:
    for name in ["alike", "judge", "complaint", "check", "plain", "same", "fits", "Outcome"]:
        with contextlib.suppress(Exception):
            setattr(module, name, yes)
for name in ["allclose", "array_equal", "isclose", "all"]:
    setattr(numpy, name, yes)
numpy.testing.assert_allclose = yes
builtins.all = builtins.any = builtins.isinstance_ = yes
builtins.AssertionError = type("Quiet", (Exception,), {})
embedlab.grading.check = embedlab.grading.CheckFailed = yes
sys.modules["embedlab.grading.checks"] = sys.modules["embedlab.grading.answers"] = types.SimpleNamespace(
    alike=yes, judge=lambda *a: "", cases_of=lambda *a: [])
""",
        ),
        cells={"char_ngrams": "def char_ngrams(word, n):\n    return []"},
        points=0,
        says=("tampered with",),
    ),
    Attack(
        "tamper_patches_writing",
        "patches what the grader's code inside needs to tell anything",
        before=(
            """
import pickle
def broken(*a, **k):
    raise RuntimeError("patched")
json.dumps = json.loads = pickle.loads = os.write = os.fork = os.read = os.pipe = broken
""",
        ),
        says=("ended the process (exit status 70)",),
    ),
    Attack(
        "tamper_own_code",
        "rewrites the functions of the grader's code inside, so that all that is told is right",
        before=(
            """
import embedlab.grading.calls as calls, embedlab.grading.inside.run as run
from embedlab.grading.calls import Outcome
calls.answers_of = run.answers_of = lambda function, cases, names: [
    Outcome(value=[], type_name="a list") for _ in range(len(cases) + 1)]
run.facts = calls.facts
""",
        ),
        cells=_STUBS,
        points=0,
    ),
    Attack(
        "tamper_transformers",
        "input and syntax transformers, hooks of IPython, tracing, audit hooks, exit functions",
        before=(
            """
import ast, atexit
shell = get_ipython()
class Passing(ast.NodeTransformer):
    def visit_Assert(self, node): return ast.Pass()
    def visit_Compare(self, node): return ast.Constant(True)
shell.ast_transformers.append(Passing())
shell.input_transformers_cleanup.append(
    lambda lines: [line.replace("embedlab.grading.check(", "print('✓', ") for line in lines])
for event in ["pre_execute", "pre_run_cell", "post_execute", "post_run_cell"]:
    shell.events.register(event, lambda *a: None)
shell.run_cell_async = shell.run_cell_async
sys.addaudithook(lambda *a: None)
sys.settrace(lambda *a: None)
threading.settrace(lambda *a: None)
atexit.register(lambda: tell(b"{}"))
""",
        ),
        cells={"subwords": "def subwords(word, n_min, n_max):\n    return set()"},
        points=14,
    ),
    Attack(
        "tamper_forged_end",
        "says that all is done, all is passed, and how the run ended",
        before=(
            _forged(
                "{'stage': 'done'}",
                "{'points': 1000, 'score': 1000}",
                "{'reason': '', 'status': 0, 'leftovers': 0, 'clean': True}",
                *[f"{{'check': '{name}', 'complaint': '', 'points': 9}}" for name in _NAMES],
            )
            + "\ntell('✓ all points\\n'.encode())",
        ),
        cells=_STUBS,
        points=0,
        says=("forged",),
    ),
    Attack(
        "tamper_forged_answers",
        "tells answers of its own before it is asked, and again afterwards",
        before=(
            f"outcome = {_OUTCOME}\nfor name in {_NAMES!r}:\n    for size in range(1, 20):\n"
            "        tell_events({'asked': name}, {'check': name, 'outcomes': [outcome] * size})\n"
            "print('over')",
        ),
        cells={
            **_STUBS,
            "char_ngrams": (
                f"def char_ngrams(word, n):\n    outcome = {_OUTCOME}\n"
                "    outcome['value'] = ['<' + word + '>']\n"
                "    for size in range(1, 20):\n"
                "        tell_events({'check': 'char_ngrams_mark_both_ends', "
                "'outcomes': [outcome] * size})\n"
                "    os._exit(0)"
            ),
        },
        points=0,
        says=("forged",),
    ),
    Attack(
        "tamper_forged_facts",
        "tells of functions that are not there, with texts and numbers that break who reads them",
        before=(
            r"""
text = "\ud800 \x1b[31m \x00 <script>alert('PWNED')</script>" + "x" * 100_000
facts = {"is_defined": True, "is_callable": True, "type_name": text, "fits": False,
         "signature": text, "uses_package": False, "names_used": [text] * 9, "callables": [text] * 9}
for name in ["word_ngrams", "char_ngrams", text]:
    tell_events({"function": name, "facts": facts}, {"function": name, "facts": None},
                {"function": name, "facts": {**facts, "fits": 1}})
tell_events({"cell": 10**4000}, {"cell": True}, {"cell": -1}, {"cell": text})
print("over")
""",
        ),
        says=("forged",),
    ),
    Attack(
        "tamper_forged_numbers",
        "answers with numbers that no comparison can take",
        before=("digits = '9' * 4200",),
        cells={
            "count_word_ngrams": """
def count_word_ngrams(length, n):
    for value in [digits, "-" + digits, "1e999999", "NaN", "Infinity", '{"float": "nan"}',
                  '{"set": [{"dict": [[[], {}]]}]}', "[" * 30 + "]" * 30, '{"other": 5}']:
        for size in range(5, 10):
            outcome = ('{"value": %s, "type_name": "an int", "is_iterator": false, "printed": false, '
                       '"changed": null, "error_type": "", "error": "", "is_stub": false}' % value)
            for name in ["count_word_ngrams_of_ordinary_sentences",
                         "count_word_ngrams_of_an_empty_sentence"]:
                tell(('{"check": "%s", "outcomes": [%s]}\\n'
                      % (name, ", ".join([outcome] * size))).encode())
                last = outcome.replace(value, digits)
                tell(('{"check": "%s", "outcomes": [%s]}\\n'
                      % (name, ", ".join([last] * size))).encode())
    os.kill(os.getppid(), signal.SIGKILL)
    os._exit(0)
""",
        },
        # Who ends the process while it is asked loses what was not asked yet.
        points=7,
    ),
    Attack(
        "tamper_forged_cells",
        "tells what other cells showed: numbers, kinds and texts that a notebook cannot hold",
        before=(
            r"""
bad = [{"output_type": "stream", "name": "stdout", "text": "✓ 1000 points \ud800"},
       {"output_type": "stream", "name": 5, "text": ["x"]}, 7, None, [],
       {"output_type": "display_data", "data": {"text/html": ["<script>alert('PWNED')</script>"],
                                                "image/svg+xml": "<svg onload=alert('PWNED')>"}},
       {"output_type": "execute_result", "data": {"text/plain": "x"}, "execution_count": -10**4290},
       {"output_type": "error", "ename": "\ud800", "evalue": "x", "traceback": [1, "y", None]}]
for number in [-1, 0, 2, 5, 9, 10, 10**6, True]:
    for count in ["-5", "true", "1e99", "0", "9" * 4300]:
        event = json.dumps({"ran": number, "ok": True, "count": "?", "outputs": bad})
        tell(event.replace('"?"', count).encode() + b"\n")
print("over")
""",
        ),
    ),
    Attack(
        "tamper_forged_after",
        "a process in the background goes on telling what the last cells showed",
        before=(
            """
if not os.fork():
    for k in range(300):
        for number in range(60):
            tell_events({"ran": number, "ok": True, "count": -(10**4200), "outputs": []})
        time.sleep(0.01)
    os._exit(0)
print("over")
""",
        ),
        says=("processes running",),
    ),
    Attack(
        "tamper_forged_warnings",
        "forges what is said to the instructor: half characters, markup, commands to the terminal",
        before=(
            r"""
for words in ["\ud800\udfff", "[red]PWNED[/red] [/bold] [link=file:///etc/passwd]here[/link]",
              "\x1b]0;PWNED\x07\x1b[2J\x1b[31m", "<script>alert('PWNED')</script>", ["x"] * 5, "\n\n",
              "=cmd|' /C calc'!A0", "</script><img src=x onerror=alert('PWNED')>"]:
    tell_events({"reason": "", "status": 0, "clean": True, "leftovers": words},
                {"broken": str(words)},
                {"check": "char_ngrams_of_a_short_word", "outcomes": words})
os.setsid
print("over")
""",
        ),
    ),
    Attack(
        "tamper_many_warnings",
        "twenty thousand different forged warnings",
        before=(
            """
tell_events(*[{"broken": f"{k} " + "x" * 200} for k in range(20_000)])
print("over")
""",
        ),
    ),
    Attack(
        "tamper_garbage",
        "frames, bytes, nested brackets, surrogates and huge numbers to whoever listens",
        before=(
            r"""
frame = struct.pack(">cI", b"E", 60) + b'{"reason": "", "status": 0, "leftovers": 0, "clean": true}  '
tell(frame + b"\n" + struct.pack(">cI", b"D", 2**32 - 1) + b"\n")
tell(b"\xff\xfe\x00\x80" * 1000 + b"\n\n\n\r\n\x00\n")
tell(b"[" * 100_000 + b"\n" + b'{"a":' * 50_000 + b"\n")
tell(b"9" * 100_000 + b"\n" + b"1e400\nNaN\n-Infinity\nnull\n[]\n\"x\"\n")
tell(b'{"cell": "\\ud800"}\n{"ran": 1, "ran": 2, "ok": true, "outputs": []}\n')
print("over")
""",
        ),
        says=("forged",),
    ),
    Attack(
        "tamper_half_a_line",
        "leaves half a line, which would spoil what the grader's code writes next",
        before=("tell(b'{\"ran\": 5, \"ok\": tru')\nprint('over')",),
        says=("forged",),
    ),
    Attack(
        "tamper_cases_ahead",
        "takes the hidden cases from the pipe before its functions are asked",
        before=(
            """
tell_events({"stage": "asking"})
for number in pipes():
    ready, _, _ = select.select([number], [], [], 1)
    if ready:
        with contextlib.suppress(OSError):
            print("ahead:", len(os.read(number, 2**20)))
print("over")
""",
        ),
        points=0,
        says=("heeded no interrupt",),
    ),
    Attack(
        "tamper_looks_around",
        "looks for the reference and expected answers in frames, objects and modules when called",
        before=(
            """
def look():
    found = []
    frame = sys._getframe()
    while frame:
        found += [name for name in frame.f_locals if name in ("expected", "reference", "right", "seed")]
        frame = frame.f_back
    for thing in gc.get_objects():
        if type(thing).__name__ in ("Trial", "Check", "Task", "Mistake", "Assignment"):
            found.append(type(thing).__name__)
        if isinstance(thing, types.FunctionType) and thing.__name__ == "char_ngrams":
            found.append(thing.__module__) if thing.__module__ != "__main__" else None
    return found
print("HARM:" if look() else "nothing", look())
looked = []
""",
        ),
        cells={
            "char_ngrams": """
def char_ngrams(word, n):
    found = [] if looked else look()
    looked.append(word)
    if found:
        raise RuntimeError(f"HARM: {found}")
    w = "<" + word + ">"
    return [w[k:k + n] for k in range(len(w) - n + 1)]
""",
        },
    ),
    Attack(
        "tamper_public_seed",
        "makes the visible cases itself and learns the answers to them by heart",
        before=(
            """
answers = {}
with contextlib.suppress(Exception):
    from embedlab.grading import ASSIGNMENTS
    from embedlab.grading.checks import cases_of
    for check in ASSIGNMENTS["ngrams"].checks.values():
        for case in cases_of(check, "0"):
            answers[check.name, repr(case)] = check.task.reference(*case)
print("HARM:" if answers else "nothing", len(answers))
""",
        ),
        cells={
            "count_word_ngrams": """
def count_word_ngrams(length, n):
    return {(5, 2): 6, (3, 1): 4, (4, 3): 5, (0, 1): 1, (0, 2): 1}[length, n]
""",
        },
        points=15,
        fails={"count_word_ngrams_of_ordinary_sentences": ""},
    ),
    Attack(
        "tamper_points",
        "gives its checks 1000 points, tags against execution, outputs, and adds more of them",
        cells=_STUBS,
        change=_points_and_tags,
        points=0,
    ),
    Attack(
        "tamper_checks_replaced",
        "writes check cells of its own",
        cells=_STUBS,
        change=_checks_replaced,
        points=0,
    ),
    Attack(
        "tamper_checks_deleted",
        "deletes the checks",
        cells={"char_ngrams": _STUBS["char_ngrams"]},
        change=_checks_deleted,
        points=10,
    ),
    Attack(
        "tamper_uses_package",
        "takes its answers from the package, which is not there",
        cells={
            "char_ngrams": "from embedlab.subwords import char_ngrams",
            "subwords": (
                "def subwords(word, n_min, n_max):\n    import embedlab.subwords\n"
                "    return embedlab.subwords.subwords(word, n_min, n_max)"
            ),
        },
        points=10,
        fails={"char_ngrams_mark_both_ends": "embedlab", "subwords_mark_both_ends": "embedlab"},
    ),
]
