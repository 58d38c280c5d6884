# ruff: noqa: E501 - code of students, as they write it
"""Leaving something behind: after each of these a nosy notebook looks for it in the same sandbox."""

from hostile.attack import Attack

NOSY = r"""
# Python itself may be installed below one of the folders.
own = {part for path in (sys.prefix, sys.base_prefix) for part in path.split("/")}
for place in ["/tmp", "/dev/shm", "/submission", os.getcwd(), os.environ["HOME"]]:
    for name in set(os.listdir(place)) - own:
        print("HARM: a file", place, ascii(name))
others = [p for p in os.listdir("/proc") if p.isdigit() and int(p) not in (1, os.getpid())]
for number in others:
    with contextlib.suppress(OSError):
        print("HARM: a process", open(f"/proc/{number}/cmdline").read()[:100])
for kind in ["shm", "sem", "msg"]:
    for line in open("/proc/sysvipc/" + kind).read().splitlines()[1:]:
        print("HARM: System V", kind, line[:60])
for queue in [b"/left", b"/hostile"]:
    if LIBC.mq_open(queue, 0) >= 0:
        print("HARM: a message queue", queue)
for ring in [-1, -2, -3, -4, -5]:
    with contextlib.suppress(OSError):
        print("HARM: a key", system_call(250, 10, ring, b"user", b"left", 0))
with contextlib.suppress(OSError):
    if open("/proc/self/fd/2").read(1):
        print("HARM: something in the stream of errors")
if os.getpriority(os.PRIO_PROCESS, 1) != 0 or os.getpriority(os.PRIO_PROCESS, 0) != 0:
    print("HARM: priority")
if len(os.sched_getaffinity(0)) < @CORES@:
    print("HARM: processors")
import builtins, numpy
if hasattr(builtins, "LEFT") or hasattr(numpy, "LEFT") or "LEFT" in globals():
    print("HARM: a name")
print("over")
"""

_NAP = "import signal, time; [signal.signal(s, signal.SIG_IGN) for s in (1, 2, 15)]; time.sleep(60)"

ATTACKS = [
    Attack(
        "leave_daemon",
        "a process that left its session, ignores signals, and writes files for a minute",
        before=(
            """
if not os.fork():
    os.setsid()
    if not os.fork():
        for number in range(1, 32):
            with contextlib.suppress(OSError, ValueError):
                signal.signal(number, signal.SIG_IGN)
        for k in range(600):
            with contextlib.suppress(OSError):
                for place in ["/tmp", "/dev/shm", "/submission"]:
                    open(f"{place}/daemon{k}", "w").write("@MARKER@")
            time.sleep(0.1)
    os._exit(0)
print("over")
""",
        ),
        says=("processes running",),
    ),
    Attack(
        "leave_programs",
        "programs in the background: nohup, setsid, one that ignores signals, one that is stopped",
        before=(
            f"""
nap = {_NAP!r}
for start in [["nohup"], ["setsid"], ["setsid", "nohup"], []]:
    subprocess.Popen([*start, sys.executable, "-c", nap, "@MARKER@"], stdout=subprocess.DEVNULL,
                     stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL)
stopped = subprocess.Popen(["sleep", "60"])
stopped.send_signal(signal.SIGSTOP)
subprocess.Popen("(sleep 60; echo @MARKER@ > /tmp/late) &", shell=True)
time.sleep(0.2)
print("over")
""",
        ),
        says=("processes running",),
    ),
    Attack(
        "leave_threads",
        "threads that never end",
        before=(
            """
def forever():
    while True:
        with contextlib.suppress(BaseException):
            time.sleep(0.05)
for daemon in [True, False] * 3:
    threading.Thread(target=forever, daemon=daemon).start()
print("over")
""",
        ),
    ),
    Attack(
        "leave_files",
        "files and folders in all places, with odd names, locked, linked, deep",
        before=(
            """
import builtins, numpy
builtins.LEFT = numpy.LEFT = LEFT = "for the next"
for place in ["/tmp", "/dev/shm", "/submission"]:
    os.chdir(place)
    for name in ["plain", ".hidden", "-rf", "new\\nline", "tab\\t", " ", "*", "~", "ü", "\\u202e",
                 "x" * 255, b"\\xff\\xfe", "a'b\\"c", "$(id)", "..."]:
        open(name, "w").write("left")
    os.makedirs("locked/inner/most")
    open("locked/inner/file", "w").write("left")
    os.chmod("locked/inner/file", 0)
    os.chmod("locked/inner", 0)
    os.chmod("locked", 0)
    os.symlink("/", "top")
    os.symlink("loop", "loop")
    os.symlink("/opt/course", "course")
    os.mkfifo("pipe")
    socket.socket(socket.AF_UNIX).bind("socket")
os.chdir("/submission")
print("over")
""",
        ),
    ),
    Attack(
        "leave_deep_folders",
        "folders inside folders, deeper than a path can be long",
        before=(
            """
for k in range(4000):
    os.mkdir("deeper")
    os.chdir("deeper")
os.chdir("/submission")
print("over")
""",
        ),
        says=("was thrown away",),
    ),
    Attack(
        "leave_many_files",
        "twenty thousand files",
        before=(
            """
os.mkdir("/tmp/many")
for k in range(20_000):
    os.close(os.open(f"/tmp/many/{k}", os.O_CREAT))
print("over")
""",
        ),
    ),
    Attack(
        "leave_full_disk",
        "fills every place it can write to",
        before=(
            """
block = b"x" * 2**20
for place in ["/tmp", "/dev/shm", "/submission"]:
    try:
        for k in range(400):
            open(f"{place}/block{k}", "wb").write(block)
        print("HARM: there is no end of", place)
    except OSError as error:
        print("full after", k, "MB")
must_fail("a large file", lambda: os.truncate(os.open("/tmp/sparse", os.O_CREAT | os.O_RDWR), 2**40))
""",
        ),
    ),
    Attack(
        "leave_shared_memory",
        "shared memory, semaphores and message queues, which outlive processes",
        before=(
            """
try_out("shm", lambda: system_call(29, ctypes.c_long(4242), ctypes.c_long(10**6), 0o1666))
try_out("sem", lambda: system_call(64, ctypes.c_long(4242), 1, 0o1666))
try_out("msg", lambda: system_call(68, ctypes.c_long(4242), 0o1666))
try_out("mq", lambda: LIBC.mq_open(b"/left", 0o102, 0o666, None))
from multiprocessing import shared_memory
try_out("posix", lambda: shared_memory.SharedMemory("left", create=True, size=1000).name)
""",
        ),
    ),
    Attack(
        "leave_zz_keys",
        "keys in the kernel's keyrings of the session and of the user",
        before=(
            """
for ring in [-3, -4, -5]:
    must_fail("a key", lambda: system_call(248, b"user", b"left", b"answers", 7, ring))
""",
        ),
    ),
    Attack(
        "leave_errors",
        "writes to the stream of errors of the sandbox",
        before=(
            """
os.write(2, b"@MARKER@ left for the next\\n" * 1000)
subprocess.run(["sh", "-c", "echo left >&2"])
print("over")
""",
        ),
    ),
    Attack(
        "leave_start_files",
        "files that Python, IPython, Matplotlib, the shell and cron read when they start",
        before=(
            """
for path in ["profile_default/startup/00.py", "startup/00.py", ".config/matplotlib/matplotlibrc",
             ".local/lib/python3.11/site-packages/usercustomize.py", ".bashrc", ".profile",
             ".pythonrc.py", "sitecustomize.py", "numpy.py", ".config/autostart/x.desktop"]:
    for place in [os.environ["HOME"], "/tmp", "/submission", os.getcwd()]:
        os.makedirs(os.path.dirname(f"{place}/{path}"), exist_ok=True)
        open(f"{place}/{path}", "w").write("import builtins; builtins.LEFT = 1")
for command in ["crontab -", "at now + 1 minute", "systemd-run --user sleep 60"]:
    must_fail(command, lambda: subprocess.run(command.split(), input=b"* * * * * touch /tmp/left",
                                              check=True, capture_output=True, timeout=5))
""",
        ),
    ),
    Attack(
        "leave_killed_all",
        "sends signals to everybody",
        before=(
            """
for number in [signal.SIGSTOP, signal.SIGTERM, signal.SIGHUP, signal.SIGUSR1, signal.SIGINT]:
    with contextlib.suppress(OSError):
        os.kill(1, number)
for number in [signal.SIGKILL, signal.SIGSTOP, signal.SIGSEGV]:
    with contextlib.suppress(OSError):
        os.kill(os.getppid(), number)
with contextlib.suppress(OSError):
    os.kill(-1, signal.SIGTERM)
print("over")
""",
        ),
    ),
    Attack(
        "leave_killed_group",
        "kills its group and all that it may, itself included",
        before=(
            "with contextlib.suppress(OSError):\n    os.kill(-1, signal.SIGKILL)\n"
            "os.killpg(os.getpgrp(), signal.SIGKILL)",
        ),
        says=("ended the process",),
    ),
    Attack(
        "leave_limits",
        "lowers limits, priority and processors of process 1",
        before=(
            """
for kind in [resource.RLIMIT_AS, resource.RLIMIT_NOFILE, resource.RLIMIT_NPROC, resource.RLIMIT_CPU,
             resource.RLIMIT_FSIZE]:
    try_out("prlimit", lambda: resource.prlimit(1, kind, (1, 1)))
try_out("setpriority", lambda: os.setpriority(os.PRIO_PROCESS, 1, 19))
try_out("affinity", lambda: os.sched_setaffinity(1, {0}))
try_out("scheduler", lambda: os.sched_setscheduler(1, os.SCHED_IDLE, os.sched_param(0)))
try_out("oom", lambda: open("/proc/1/oom_score_adj", "w").write("1000"))
try_out("input and output", lambda: system_call(251, 1, 1, 3 << 13))
must_fail("real time", lambda: os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(50)))
must_fail("larger limits", lambda: resource.setrlimit(resource.RLIMIT_CPU, (10**6, 10**6)))
""",
        ),
    ),
    Attack(
        "leave_while_asked",
        "forks, writes files and changes modules while its function is called",
        cells={
            "cosine": """
import builtins, os, time
def cosine(u, v):
    builtins.LEFT = np.LEFT = 1
    if not os.path.exists("/tmp/left"):
        open("/tmp/left", "w").write("left")
        if not os.fork():
            os.setsid()
            time.sleep(60)
            os._exit(0)
    u, v = np.array(u, dtype=float), np.array(v, dtype=float)
    norms = np.linalg.norm(u) * np.linalg.norm(v)
    return 0.0 if norms == 0 else np.dot(u, v) / norms
""",
            "nearest": """
def nearest(word, words, vectors, k):
    V = np.array(vectors, dtype=float)
    norms = np.linalg.norm(V, axis=1)
    norms[norms == 0] = 1
    V = V / norms[:, None]
    order = np.argsort(-(V @ V[words.index(word)]), kind="stable")
    return [words[i] for i in order if words[i] != word][:k]
""",
            "analogy": """
def analogy(a, b, c, words, vectors):
    V = np.array(vectors, dtype=float)
    target = V[words.index(a)] - V[words.index(b)] + V[words.index(c)]
    norms = np.linalg.norm(V, axis=1)
    norms[norms == 0] = 1
    sims = V @ target / norms
    sims[[words.index(w) for w in (a, b, c)]] = -np.inf
    return words[int(np.argmax(sims))]
""",
            "odd_one_out": "def odd_one_out(group, words, vectors):\n    return group[0]",
        },
        says=("processes running",),
    ),
    Attack(
        "leave_questions",
        "asks for the questions and dies, so that the next notebook would get them",
        before=("tell_events({'stage': 'asking'})\nos._exit(0)",),
        says=("ended the process",),
    ),
    Attack(
        "leave_many_questions",
        "asks for the questions again and again",
        before=("tell_events(*[{'stage': 'asking'}] * 5000)\nprint('over')",),
    ),
]
