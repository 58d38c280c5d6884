# ruff: noqa: E501 - code of students, as they write it
"""Reaching out of the sandbox: reading secrets and right answers, writing what is others'."""

from hostile.attack import Attack

_PLACES = """
PLACES = ["@CANARY@", "@SECRET@", "@OUTPUT@/gradebook.db", "@OUTPUT@/autograded", "@SUBMITTED@",
    "@SUBMITTED@/a_witness/ngrams/ngrams.ipynb", "@HOME@/.ssh/id_ed25519", "@HOME@", "@ROOT@",
    "@ROOT@/embedlab/grading/ngrams/sentence_cases.py", "@ROOT@/embedlab/grading/checks.py",
    "@ROOT@/embedlab/text.py", "@ROOT@/embedlab/subwords.py", "@ROOT@/solutions/ngrams/ngrams.ipynb",
    "@ROOT@/tests/submissions/ngrams/zip_of_shifted_lists.py", "@ROOT@/.git/config", "/etc/passwd",
    "/etc/shadow", "/etc/hostname", "/root/.ssh", "/home", "/var/log", "/run", "/sys", "/boot"]
"""

ATTACKS = [
    Attack(
        "outside_paths",
        "reads secrets, solutions, others' work by their paths",
        before=(_PLACES + "for place in PLACES:\n    read(place)",),
    ),
    Attack(
        "outside_detours",
        "reads the same by .., /proc/self/root, /proc/self/cwd, /proc/PID/root, /dev/fd",
        before=(
            _PLACES
            + """
ups = "../" * 12
for way in ["/proc/self/root", "/proc/self/cwd/" + ups, ups, "/proc/1/root", "/proc/1/cwd",
            "/proc/thread-self/root", "/dev/fd/0/" + ups, "/proc/self/fd/2/.."]:
    for place in PLACES:
        if os.path.exists(way + place):
            read(way + place)
print("over")""",
        ),
    ),
    Attack(
        "outside_first_process",
        "reads the memory, variables, descriptors of process 1 and of all others",
        before=(
            """
for number in [1, 2, *map(int, filter(str.isdigit, os.listdir("/proc")))]:
    if number != os.getpid():
        for name in ["environ", "mem", "maps", "fd", "cwd", "root", "exe", "task", "auxv", "stack"]:
            must_fail(name, lambda: os.listdir(f"/proc/{number}/{name}")
                      if name in ("fd", "cwd", "root") else open(f"/proc/{number}/{name}", "rb").read(1)
                      if name in ("environ", "mem", "maps", "stack", "auxv") else 1 / 0)
read("/proc/1/cmdline")
""",
        ),
    ),
    Attack(
        "outside_links",
        "makes links to files outside, reads them, and leaves them in place of the notebook",
        before=(
            _PLACES
            + """
for number, place in enumerate(PLACES):
    os.symlink(place, f"link{number}")
    read(f"link{number}")
    must_fail("a hard link", lambda: os.link(place, f"hard{number}"))
for name in ["ngrams.ipynb", "timestamp.txt", "gradebook.db"]:
    os.symlink("@CANARY@", name)
os.symlink("/", "top")
""",
        ),
    ),
    Attack(
        "outside_ptrace",
        "attaches to process 1, reads its memory, takes its descriptors, makes its threads stop",
        before=(
            """
def ptrace():
    if LIBC.ptrace(16, 1, 0, 0) < 0 or LIBC.ptrace(0x4206, 1, 0, 0) < 0:
        raise OSError(ctypes.get_errno(), "refused")
def peek():
    room = ctypes.create_string_buffer(8)
    class Piece(ctypes.Structure):
        _fields_ = [("base", ctypes.c_void_p), ("length", ctypes.c_size_t)]
    here, there = Piece(ctypes.addressof(room), 8), Piece(0x400000, 8)
    if LIBC.process_vm_readv(1, ctypes.byref(here), 1, ctypes.byref(there), 1, 0) < 0:
        raise OSError(ctypes.get_errno(), "refused")
must_fail("ptrace", ptrace)
must_fail("process_vm_readv", peek)
for number in range(8):
    must_fail("pidfd_getfd", lambda: system_call(438, os.pidfd_open(1), number, 0))
""",
        ),
    ),
    Attack(
        "outside_namespaces",
        "makes a user namespace of its own and mounts, unmounts and remounts in it",
        before=(
            _PLACES
            + """
must_fail("unshare", lambda: system_call(272, ctypes.c_long(0x10020000)))
must_fail("mount", lambda: 1 / (LIBC.mount(b"none", b"/tmp", b"tmpfs", 0, b"size=1g") + 1))
must_fail("remount", lambda: 1 / (LIBC.mount(b"none", b"/", None, 0x1020, None) + 1))
must_fail("unmount", lambda: 1 / (LIBC.umount2(b"/opt/course", 2) + 1))
must_fail("disk", lambda: 1 / (LIBC.mount(b"/dev/vda", b"/tmp", b"ext4", 1, None) + 1))
must_fail("chroot", lambda: os.chroot("/tmp"))
must_fail("setns", lambda: system_call(308, os.open("/proc/1/ns/mnt", 0), 0))
for place in PLACES:
    read(place)
""",
        ),
    ),
    Attack(
        "outside_devices",
        "makes and opens disks, the memory of the machine and of the kernel",
        before=(
            """
for major, minor in [(254, 0), (8, 0), (259, 0), (1, 1)]:
    must_fail("mknod", lambda: os.mknod("disk", 0o660 | stat.S_IFBLK, os.makedev(major, minor)))
for path in ["/dev/mem", "/dev/kmem", "/dev/vda", "/dev/sda", "/dev/kvm", "/dev/fuse", "/proc/kcore",
             "/proc/kmsg", "/dev/kmsg", "/sys/kernel", "/proc/sysrq-trigger", "/dev/net/tun"]:
    must_fail(path, lambda: open(path, "r+b").read(1))
must_fail("the kernel's log", lambda: 1 / (LIBC.klogctl(3, ctypes.create_string_buffer(64), 64) + 1))
must_fail("a setting", lambda: open("/proc/sys/kernel/core_pattern", "w").write("|/tmp/x"))
""",
        ),
    ),
    Attack(
        "outside_gradebook",
        "writes points into the gradebook",
        before=(
            """
import sqlite3
def write():
    with sqlite3.connect("file:@OUTPUT@/gradebook.db?mode=rw", uri=True) as database:
        return database.execute("update grade set auto_score = 99, manual_score = 99").rowcount
must_fail("the gradebook", write)
""",
        ),
    ),
    Attack(
        "outside_overwrites",
        "overwrites others' submissions, graded notebooks, feedback, records, and the release",
        before=(
            """
for path in ["@SUBMITTED@/a_witness/ngrams/ngrams.ipynb", "@CANARY@", "@SECRET@",
             "@SUBMITTED@/z_witness/ngrams/ngrams.ipynb",
             "@OUTPUT@/autograded/a_witness/ngrams/ngrams.ipynb",
             "@OUTPUT@/feedback/a_witness/ngrams/ngrams.html", "@OUTPUT@/records/ngrams/a_witness.json",
             "@ROOT@/exercises/ngrams/ngrams.ipynb", "@ROOT@/nbgrader_config.py"]:
    # A folder of that name can be made in the sandbox's own /tmp, and nobody else sees it.
    try_out(path, lambda: os.makedirs(os.path.dirname(path)))
    try_out(path, lambda: open(path, "w").write("mine"))
    try_out(path, lambda: shutil.rmtree(os.path.dirname(path)))
""",
        ),
    ),
    Attack(
        "outside_reference",
        "imports the reference and reads its source",
        before=(
            """
import importlib, pkgutil, importlib.metadata, linecache, glob
for name in ["text", "subwords", "geometry", "grading.ngrams", "grading.checks", "grading.cosine",
             "grading.ngrams.sentence_cases", "grading.batch.scoring"]:
    with contextlib.suppress(Exception):
        module = importlib.import_module("embedlab." + name)
        try_out(name, lambda: inspect.getsource(module))
        for thing in dir(module):
            try_out(thing, lambda: inspect.getsource(getattr(module, thing)))
    must_fail(name, lambda: importlib.import_module("embedlab." + name).char_ngrams("word", 2))
    must_fail(name, lambda: importlib.import_module("embedlab." + name).ASSIGNMENT.checks)
for path in glob.glob("/opt/course/embedlab/**/*", recursive=True):
    if path.endswith(".py"):
        read(path)
try_out("files", lambda: [f.read_text() for f in importlib.metadata.files("embedlab")][:20])
must_fail("a subprocess", lambda: subprocess.run(
    [sys.executable, "-I", "-c", "from embedlab.subwords import char_ngrams"], check=True))
for folder in sys.path:
    try_out(folder, lambda: [n for n in os.listdir(folder) if "embedlab" in n])
    for path in glob.glob(folder + "/embedlab*/*"):
        read(path)
""",
        ),
    ),
    Attack(
        "outside_variables",
        "looks for secrets in the environment, of its own and of programs it starts",
        before=(
            """
try_out("environ", lambda: dict(os.environ))
try_out("getenv", lambda: os.getenv("EMBEDLAB_SEED"))
try_out("printenv", lambda: subprocess.check_output(["env"]).decode())
try_out("proc", lambda: open("/proc/self/environ").read())
try_out("sh", lambda: subprocess.check_output("set; cat /proc/*/environ", shell=True).decode())
try_out("gc", lambda: [d for d in gc.get_objects() if type(d) is dict and "EMBEDLAB_SEED" in d][:3])
must_fail("the seed", lambda: os.environ["EMBEDLAB_SEED"])
""",
        ),
    ),
    Attack(
        "outside_installs",
        "writes into Python, its packages, and the course, where the next notebook would load it",
        before=(
            """
import numpy
for folder in [os.path.dirname(numpy.__file__), sys.prefix, sys.base_prefix, "/opt/course/embedlab",
               "/opt/course", "/usr/local/bin", "/usr/lib", "/etc", "/", "/opt", "/dev", "/proc"]:
    must_fail(folder, lambda: open(folder + "/zz_hostile.pth", "w").write("import os"))
    must_fail(folder, lambda: os.mkdir(folder + "/zz_hostile"))
    must_fail(folder, lambda: os.chmod(folder, 0o777))
must_fail("a module", lambda: open(numpy.__file__, "a").write("x"))
must_fail("pip", lambda: subprocess.run([sys.executable, "-m", "pip", "install", "--no-index",
    "nothing_at_all"], check=True, capture_output=True))
""",
        ),
    ),
    Attack(
        "outside_powers",
        "becomes root or another user, by system calls and by programs that may",
        before=(
            """
must_fail("setuid", lambda: os.setuid(0))
must_fail("setgid", lambda: os.setgid(0))
must_fail("setresuid", lambda: os.setresuid(0, 0, 0))
must_fail("setgroups", lambda: os.setgroups([0]))
must_fail("chown", lambda: os.chown(".", 0, 0))
must_fail("root's", lambda: os.getuid() == 0 or 1 / 0)
for command in ["su -c id", "sudo -n id", "mount -t tmpfs x /tmp", "pkexec id", "newgrp root",
                "chsh -s /bin/sh root"]:
    must_fail(command, lambda: subprocess.run(command.split(), check=True, capture_output=True,
                                              stdin=subprocess.DEVNULL, timeout=2))
""",
        ),
    ),
    Attack(
        "outside_keys",
        "reads the keys of whoever started the grading from the kernel's keyrings",
        before=(
            """
read("/proc/keys")
room = ctypes.create_string_buffer(200)
for ring in [-1, -2, -3, -4, -5]:
    must_fail("a key", lambda: (
        system_call(250, 11, system_call(250, 10, ring, b"user", b"canary", 0), room, 200)))
""",
        ),
    ),
    Attack(
        "outside_descriptors",
        "looks for files and folders of outside that are open already",
        before=(
            """
for number in range(256):
    try:
        kind = os.fstat(number).st_mode
    except OSError:
        continue
    if stat.S_ISDIR(kind) or stat.S_ISREG(kind) or stat.S_ISSOCK(kind):
        print("HARM:", number, os.readlink(f"/proc/self/fd/{number}"))
print("over")
""",
        ),
    ),
]
