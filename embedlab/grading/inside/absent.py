"""The rest of the package, which is not there while a notebook is graded.

Its modules can be imported and its names taken from them, so that a notebook defines what it
defines, and the use of the package is seen; only nothing of it can be called.
"""

import importlib.abc
import importlib.machinery
import sys
from collections.abc import Callable, Sequence
from types import ModuleType
from typing import Any

PACKAGE = "embedlab"


def install() -> None:
    """Let every module of the package that is not there be found."""
    sys.meta_path.append(_Finder())


def absent(module: str, name: str) -> Callable[..., Any]:
    """Return what stands for a name of a module: something that cannot be called."""
    if name.startswith("__"):
        raise AttributeError(f"module {module!r} has no attribute {name!r}")

    def stand_in(*_: object, **__: object) -> None:
        raise RuntimeError(f"{module}.{name} is not available while the notebook is graded")

    stand_in.__module__, stand_in.__name__, stand_in.__qualname__ = module, name, name
    return stand_in


class _Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        if not fullname.startswith(f"{PACKAGE}."):
            return None
        return importlib.machinery.ModuleSpec(fullname, self, is_package=True)

    def exec_module(self, module: ModuleType) -> None:
        module.__getattr__ = lambda name: absent(module.__name__, name)  # type: ignore[method-assign]
