# ruff: noqa: E501 - code of students, as they write it
"""Using too much: time, memory, processes, output. All of it is bounded, whatever the grader does."""

from hostile.attack import Attack

_STUBBORN = """
def stubborn():
    end = time.monotonic() + 60
    while time.monotonic() < end:
        try:
            while time.monotonic() < end:
                time.sleep(0.01)
        except BaseException:
            pass
"""
_WORDS = """
def word_ngrams(tokens, n):
    {}
    padded = (n - 1) * ["<S>"] + tokens + ["</S>"]
    return [tuple(padded[k:k + n]) for k in range(len(padded) - n + 1)]
"""
_NO_WORDS = 11
"""Points of honest work without those for ``word_ngrams``."""


def _returns(value, about, name, points=_NO_WORDS, **more):
    source = f"{TOOLS_LINE}\ndef word_ngrams(tokens, n):\n    return {value}\n"
    return Attack(name, about, cells={"word_ngrams": source}, points=points, **more)


TOOLS_LINE = "import itertools, os, sys, time"

ATTACKS = [
    Attack(
        "exhaust_forks",
        "forks as often as it can, each child again, up to 300 times",
        before=(
            """
counter = open("/tmp/forks", "ab", buffering=0)
def bomb():
    while os.fstat(counter.fileno()).st_size < 300:
        counter.write(b"x")
        try:
            os.fork()
        except OSError:
            time.sleep(0.005)
bomb()
if os.getppid() != 1:
    time.sleep(30)
print("over")
""",
        ),
        says=("processes running",),
    ),
    Attack(
        "exhaust_threads",
        "starts 500 threads",
        before=(
            """
try:
    for k in range(500):
        threading.Thread(target=time.sleep, args=(3,), daemon=True).start()
    print("HARM: no limit of threads")
except RuntimeError:
    print("refused: threads", k)
""",
        ),
    ),
    Attack(
        "exhaust_memory",
        "a list that grows to 3 GB",
        before=(
            """
kept = []
try:
    for k in range(48):
        kept.append(b'x' * 2**26)
    print("HARM: 3 GB")
except MemoryError:
    print("refused: memory", len(kept))
    del kept
""",
        ),
    ),
    Attack(
        "exhaust_memory_of_all",
        "eight processes with 400 MB each",
        before=(
            """
block = bytearray(b"x") * (400 * 2**20)
for k in range(8):
    if not os.fork():
        # What is written to is no longer shared with the others.
        for place in range(0, len(block), 4096):
            block[place] = k
        time.sleep(20)
        os._exit(0)
time.sleep(20)
print("HARM: 3.2 GB")
""",
        ),
        says=("of memory",),
    ),
    Attack(
        "exhaust_hidden_memory",
        "2.6 GB in files without a name, which belong to no process",
        before=(
            """
block = b"x" * 2**20
kept = []
for k in range(44):
    try:
        kept.append(os.memfd_create("hidden"))
        for each in range(60):
            os.write(kept[-1], block)
    except OSError:
        break
print("HARM: 2.6 GB" if len(kept) > 34 else "refused: memory", len(kept))
""",
        ),
    ),
    Attack(
        "exhaust_time_in_a_cell",
        "an endless loop that heeds no interrupt",
        before=(_STUBBORN + "stubborn()",),
        says=("heeded no interrupt",),
    ),
    Attack(
        "exhaust_time_in_a_plain_cell",
        "an endless loop",
        before=("while True:\n    pass",),
    ),
    Attack(
        "exhaust_time_in_a_function",
        "a function that never ends and heeds no interrupt",
        before=(_STUBBORN,),
        cells={"word_ngrams": _WORDS.format("'armed' in globals() and stubborn()")},
        after=("armed = True",),
        points=_NO_WORDS,
        fails={"word_ngrams_are_in_order_with_repeats": "did not come to an end"},
    ),
    Attack(
        "exhaust_blocked_signals",
        "blocks every signal and sleeps",
        before=("signal.pthread_sigmask(signal.SIG_BLOCK, range(1, 65))\nLIBC.sleep(60)",),
        says=("heeded no interrupt",),
    ),
    Attack(
        "exhaust_stopped",
        "stops itself",
        before=("os.kill(os.getpid(), signal.SIGSTOP)",),
        says=("heeded no interrupt",),
    ),
    Attack(
        "exhaust_output",
        "prints 100 MB, and as much to the stream of errors",
        before=(
            "for k in range(100):\n    print('x' * 2**20)\n    print('y' * 2**20, file=sys.stderr)",
        ),
    ),
    Attack(
        "exhaust_pipe",
        "writes 100 MB to whoever listens",
        before=("for k in range(100):\n    tell(b'\"' + b'x' * 2**20 + b'\"\\n')\nprint('over')",),
        # Who sees it first, the limit or the reader of the events, depends on the machine: that it
        # "handed back more than 32 MB", or that it "could not be read".
    ),
    Attack(
        "exhaust_one_line",
        "writes a line of 30 MB to whoever listens",
        before=("tell(b'[' * 30 * 2**20)\nprint('over')",),
    ),
    Attack(
        "exhaust_displays",
        "shows 50 MB of HTML, a picture of 50 MB, ten thousand displays, an endless description",
        before=(
            """
from IPython.display import display, HTML
display(HTML("<p>x</p>" * 6_000_000))
display({"image/png": "x" * 50_000_000}, raw=True)
class Endless:
    def __repr__(self):
        return "x" * 50_000_000
Endless()
""",
            "from IPython.display import display\nfor k in range(10_000):\n    display(k)",
            """
class Stubborn:
    def __repr__(self):
        while True:
            time.sleep(0.1)
Stubborn()
""",
        ),
    ),
    Attack(
        "exhaust_errors",
        "exceptions with 50 MB of words, a thousand causes, and no end",
        before=(
            "raise ValueError('x' * 50_000_000)",
            """
error = None
for k in range(300):
    new = ValueError(k)
    new.__cause__, error = error, new
raise error
""",
            "def deeper():\n    deeper()\ndeeper()",
            "sys.setrecursionlimit(5_000)\ndef deep(n):\n    return [deep(n + 1)]\ndeep(0)",
        ),
    ),
    _returns("itertools.count()", "returns a generator without an end", "exhaust_generator"),
    _returns("[0] * 10**7", "returns a list of ten million items", "exhaust_list"),
    _returns("'x' * 50_000_000", "returns a string of 50 MB", "exhaust_string"),
    _returns("'x' * 10**12", "asks for a string of a terabyte", "exhaust_repetition"),
    _returns("[[10 ** 10**5]]", "returns a number of a hundred thousand digits", "exhaust_number"),
    _returns(
        "[('x' * 20_000,) * 90_000]",
        "a small list that is 2 GB when written out",
        "exhaust_shared_items",
    ),
    _returns("range(10**12)", "returns a range of a million million", "exhaust_range"),
    Attack(
        "exhaust_nesting",
        "returns a list in a list in a list ...",
        cells={
            "word_ngrams": """
def word_ngrams(tokens, n):
    nested = []
    for k in range(100_000):
        nested = [nested]
    return nested
""",
            "char_ngrams": """
def char_ngrams(word, n):
    loop = []
    loop.append(loop)
    return loop
""",
            "subwords": """
def subwords(word, n_min, n_max):
    item = ("x",)
    for k in range(12):
        item = (item, item)
    return item
""",
        },
        points=3,
    ),
    Attack(
        "exhaust_crash",
        "reads what is not there",
        before=("ctypes.string_at(0)",),
        says=("ended the process (exit status -11)",),
    ),
    Attack(
        "exhaust_crash_in_a_function",
        "reads what is not there when it is called",
        cells={"word_ngrams": "import ctypes\n" + _WORDS.format("ctypes.string_at(0)")},
        points=_NO_WORDS,
        says=("ended the process (exit status -11)",),
        fails={"word_ngrams_are_in_order_with_repeats": "exit"},
    ),
    Attack(
        "exhaust_exit",
        "ends the process when it is called",
        cells={"word_ngrams": "import os\n" + _WORDS.format("os._exit(0)")},
        points=_NO_WORDS,
        says=("ended the process (exit status 0)",),
        fails={"word_ngrams_are_in_order_with_repeats": "exit"},
    ),
    Attack(
        "exhaust_abort",
        "aborts, becomes another program",
        before=("os.abort()", "os.execv('/bin/true', ['true'])"),
        says=("exit status -6", "exit status 0"),
    ),
    Attack(
        "exhaust_killed",
        "kills itself",
        before=("os.kill(os.getpid(), signal.SIGKILL)",),
        says=("exit status -9",),
    ),
    Attack(
        "exhaust_exits_everywhere",
        "six cells that end the process",
        before=tuple("import os; os._exit(3)" for _ in range(6)),
        says=("exit status 3",),
    ),
    Attack(
        "exhaust_closed",
        "closes all files",
        before=("os.closerange(0, 1000)\ntime.sleep(0.1)",),
        says=("exit status 70",),
    ),
    Attack(
        "exhaust_sys_exit",
        "sys.exit, exit and quit in cells and functions",
        before=("import sys; sys.exit(0)", "exit()", "raise SystemExit", "quit"),
        cells={"word_ngrams": "import sys\n" + _WORDS.format("sys.exit(0)")},
        points=_NO_WORDS,
    ),
    Attack(
        "exhaust_calls",
        "a function that does not end, as soon as it is asked",
        cells={"word_ngrams": _WORDS.format("while 'armed' in globals(): pass")},
        after=("armed = True",),
        points=_NO_WORDS,
        fails={"word_ngrams_end_with_one_mark": "did not come to an end"},
    ),
]
