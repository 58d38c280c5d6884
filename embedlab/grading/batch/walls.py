"""The kinds of walls round a student's code, as command lines, and what is put behind them.

Behind each is a machine of its own: no network, no other processes, no files but Python's and
the submission's. Of this package there is only what ``assemble`` copies: no right answer.
"""

import json
import os
import shutil
import site
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Literal, NamedTuple, TypeAlias, get_args

import embedlab
from embedlab.grading.inside.frames import Limits, Settings

Kind: TypeAlias = Literal["bubblewrap", "docker", "podman", "none"]
KINDS: tuple[Kind, ...] = get_args(Kind)

IMAGE = "embedlab-sandbox"
"""What containers are made from, unless another image is named."""

_PACKAGE = Path(embedlab.__file__).parent
_COURSE, _WORK, _TMP, _SHM = "/opt/course", "/submission", "/tmp", "/dev/shm"
_INSIDE = ("__init__", "absent", "frames", "outputs", "powers", "run", "wire", "zygote")
_AS_THEY_ARE = (
    *("__init__.py", "numerics.py", "grammar.py", "productions.py", "world.py"),
    *("learned.py", "learned.npz"),
    *map("grading/{}.py".format, ("answers", "calls", "declaration", "unattended")),
    *map("grading/inside/{}.py".format, _INSIDE),
)
_COPIED = {
    **{name: name for name in _AS_THEY_ARE},
    "grading/inside/standin_grading.py": "grading/__init__.py",
    "grading/inside/standin_vectors.py": "vectors.py",
}
"""The parts of the package that a notebook may use while it is graded, and their names there."""

# Where programs and libraries lie on Linux, besides Python's own folders.
_SYSTEM = ("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32")
_SETTINGS = ("/etc/ld.so.cache", "/etc/alternatives", "/etc/fonts", "/etc/localtime")
# A user that nobody is, for the code of a sandbox that root has started.
_FIRST_USER, _N_USERS = 200_000, 100_000


class Wall(NamedTuple):
    """How to start the first process behind a wall.

    Attributes:
        command: Program and arguments.
        environment: All its environment variables.
    """

    command: list[str]
    environment: dict[str, str]


def assemble(folder: Path) -> None:
    """Copy what a notebook may import of this package into a folder."""
    for name, there in _COPIED.items():
        target = folder / "embedlab" / there
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(_PACKAGE / name, target)


def wall(kind: Kind, folder: Path, limits: Limits, image: str = IMAGE) -> Wall:
    """Return how to start a sandbox.

    Args:
        kind: Which wall.
        folder: A new, empty folder; ``course`` in it is filled, the rest is for the sandbox.
        limits: What a notebook may use.
        image: What a container is made from.
    """
    if kind in ("bubblewrap", "none") and sys.platform != "linux":
        raise OSError("it exists on Linux only")
    course = folder / "course"
    assemble(course)
    for name in (_WORK, _TMP):
        (folder / name[1:]).mkdir()
    # Others than the owner run what is here, and must get to it.
    folder.chmod(0o755)
    if kind == "bubblewrap":
        return _bubblewrap(course, limits)
    if kind == "none":
        places = (str(folder / _WORK[1:]), str(folder / _TMP[1:]))
        settings = Settings(limits, places, None)
        return Wall(_zygote(sys.executable, settings), _environment(str(course), places[1]))
    return _container(kind, course, limits, image)


def _bubblewrap(course: Path, limits: Limits) -> Wall:
    is_root = os.geteuid() == 0
    # Root needs no user namespace, and root's processes would know no limit to their number:
    # so the notebook's process becomes a user of its own.
    user = _FIRST_USER + threading.get_native_id() % _N_USERS if is_root else None
    size = ("--size", str(limits.file_bytes))
    command = [
        _program("bwrap"),
        *("--unshare-ipc", "--unshare-pid", "--unshare-net", "--unshare-uts"),
        *("--unshare-cgroup-try", "--die-with-parent", "--new-session", "--as-pid-1"),
        *("--hostname", "sandbox", "--cap-drop", "ALL"),
    ]
    if is_root:
        for power in ("CAP_SETUID", "CAP_SETGID", "CAP_KILL"):
            command += ["--cap-add", power]
    else:
        command += ["--unshare-user"]
    # First, for Python itself may lie below it.
    command += [*size, "--perms", "1777", "--tmpfs", _TMP]
    for path in _system():
        command += _parents(path)
        if path.is_symlink():
            command += ["--symlink", str(path.readlink()), str(path)]
        else:
            command += ["--ro-bind", str(path), str(path)]
    for hidden in _installed_copies():
        command += ["--tmpfs", str(hidden), "--remount-ro", str(hidden)]
    command += ["--proc", "/proc", "--dev", "/dev"]
    for place in (_SHM, _WORK):
        command += [*size, "--perms", "1777", "--tmpfs", place]
    command += [*_parents(Path(_COURSE)), "--ro-bind", str(course), _COURSE, "--chdir", _WORK]
    command += ["--remount-ro", "/dev", "--remount-ro", "/"]
    settings = Settings(limits, (_WORK, _TMP, _SHM), user)
    return Wall([*command, "--", *_zygote(sys.executable, settings)], _environment(_COURSE, _TMP))


def _parents(path: Path) -> list[str]:
    """Return what makes the folders above a path; by itself bubblewrap shuts them for others."""
    made: list[str] = []
    for folder in [*reversed(path.parents)][1:]:
        made += ["--perms", "0755", "--dir", str(folder)]
    return made


def _container(engine: str, course: Path, limits: Limits, image: str) -> Wall:
    environment = _environment(_COURSE, _TMP)
    # No notebook may be root, not even in a container.
    settings = Settings(limits, (_WORK, _TMP), _FIRST_USER)
    command = [
        _program(engine),
        *("run", "--rm", "--interactive", "--network", "none", "--read-only"),
        *("--user", "0", "--cap-drop", "ALL", "--security-opt", "no-new-privileges"),
        *("--cap-add", "SETUID", "--cap-add", "SETGID", "--cap-add", "KILL"),
        # The first process and the one that cleans up come on top.
        *("--pids-limit", str(limits.processes + 8), "--memory", str(2 * limits.memory)),
        *("--volume", f"{course}:{_COURSE}:ro", "--workdir", _WORK),
    ]
    for place in (_WORK, _TMP):
        command += ["--tmpfs", f"{place}:rw,exec,mode=1777,size={limits.file_bytes}"]
    for name, value in environment.items():
        command += ["--env", f"{name}={value}"]
    outside = {
        name: os.environ[name] for name in ("PATH", "HOME", "DOCKER_HOST") if name in os.environ
    }
    return Wall([*command, image, *_zygote("python3", settings)], outside)


def _program(name: str) -> str:
    """Return the path of a program, or raise as a shell would."""
    path = shutil.which(name)
    if path is None:
        raise FileNotFoundError(f"{name} is not installed")
    return path


def _zygote(python: str, settings: Settings) -> list[str]:
    return [python, "-s", "-m", "embedlab.grading.inside.zygote", json.dumps(settings)]


def _environment(course: str, temporary: str) -> dict[str, str]:
    """Return the variables that code behind a wall sees: none of the machine's own."""
    return {
        "HOME": temporary,
        "IPYTHONDIR": temporary,
        "LANG": "C.UTF-8",
        "MPLBACKEND": "agg",
        "OPENBLAS_NUM_THREADS": "1",
        "PATH": "/usr/local/bin:/usr/bin:/bin",
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONPATH": course,
        # The folder it runs in is the student's.
        "PYTHONSAFEPATH": "1",
        "TMPDIR": temporary,
    }


def _system() -> Iterator[Path]:
    """Yield the folders that Python and its packages need, none inside another."""
    python = {Path(sys.prefix), Path(sys.base_prefix), Path(sys.executable).resolve().parents[1]}
    packages = {Path(each) for each in site.getsitepackages() if Path(each).is_dir()}
    wanted = {Path(each) for each in (*_SYSTEM, *_SETTINGS)} | python | packages
    present = sorted(path for path in wanted if path.exists())
    return (
        path
        for path in present
        if path.is_symlink() or not any(other in path.parents for other in present)
    )


def _installed_copies() -> list[Path]:
    """Return where this package lies inside the folders that are shown."""
    shown = list(_system())
    places = {Path(each) / "embedlab" for each in site.getsitepackages()} | {_PACKAGE}
    return sorted(
        place
        for place in places
        if place.is_dir() and any(folder in place.parents for folder in shown)
    )
