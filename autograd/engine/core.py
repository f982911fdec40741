"""The compiled core: whether it runs, and why not. It does what Python's files say, bit for bit, some ten times as fast.

``_core.c`` is built on install where there is a compiler. It decides where all numbers are finite floats, and else calls what
Python has under the same name, ``in_python``; tests/engine/test_core.py compares the two. With ``AUTOGRAD_PURE=1`` in the
environment it is left alone.
"""

from __future__ import annotations

import os
import sys
from zlib import crc32

TYPE_CHECKING = False  # understood by type checkers; importing typing would take longer than this file
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any, TypeVar

    T = TypeVar("T")


class Compiled:
    """Whether the compiled core runs: true or false, and in words."""

    def __init__(self, why_not: str = "") -> None:
        self.why_not = why_not

    def __bool__(self) -> bool:
        return not self.why_not

    def __repr__(self) -> str:
        return f"not compiled: {self.why_not}" if self.why_not else "compiled"


def _found() -> tuple[Any, str]:
    if os.environ.get("AUTOGRAD_PURE", "0") not in ("", "0"):
        return None, "AUTOGRAD_PURE is set"
    if not getattr(sys, "_is_gil_enabled", lambda: True)():
        return None, "without the global interpreter lock only pure Python is safe"
    try:
        import autograd.engine._core as found  # type: ignore[import-not-found]
    except ModuleNotFoundError:
        return None, "the core was not built; with a C compiler and Python's headers, pip builds it"
    except ImportError as error:
        return None, f"the core cannot be loaded: {error}"
    if not is_built_of(found, [os.path.join(os.path.dirname(__file__), name) for name in ("_core.c", "_core_rows.h")]):
        return None, "the core was built of other files than are here now; install again"
    if not found.take():
        return None, "another copy of the engine, or another interpreter, in this process has the core"
    return found, ""


def is_built_of(built: Any, paths: Iterable[Any]) -> bool:
    """Return whether a module is there and made of these files, which a wheel is without."""
    checksum = 0
    for path in paths:
        try:
            with open(path, "rb") as file:
                checksum = crc32(file.read(), checksum)
        except OSError:
            return built is not None
    return getattr(built, "SOURCE", None) == checksum


_core, _why_not = _found()
compiled = Compiled(_why_not)
in_python: dict[str, Any] = {}  # what C has too, and goes back to where it goes no further
record = (_core.Record, _core.DATA) if _core else ()  # its type of nodes, and where in these the number is
Row: Any = _core.Row if _core else object  # what C needs in an operation, to know it


def in_c(ours: T) -> T:
    """Return what the core has under the same name, or, where it does not run, ours: a decorator."""
    in_python[ours.__name__] = ours  # type: ignore[attr-defined]
    return getattr(_core, ours.__name__) if _core else ours  # type: ignore[attr-defined]


def value_in_c(ours: type[T]) -> type[T]:
    """Return Value with the core's methods; where the core goes no further, it calls ours: a decorator."""
    if not _core:
        return ours
    built: Any = _core.Value(ours.__bases__, in_python)
    built.__name__ = built.__qualname__ = ours.__name__
    in_core = {*vars(built)} - {"__module__", "__doc__"}
    for above in ours.__mro__[: ours.__mro__.index(_core.Record)]:
        for name, thing in vars(above).items():
            if above is ours and name in in_core:
                in_python[name] = thing
            elif name not in _OF_ITS_OWN and (above is ours or (name.startswith("__") and name not in vars(built))):
                setattr(built, name, thing)  # special methods from above, too: C looks for them in the wrong order
    return built  # type: ignore[no-any-return]


_OF_ITS_OWN = {"__dict__", "__weakref__", "__slots__", "__qualname__", "__abstractmethods__"}


def called_in_c(ours: type[T]) -> type[T]:
    """Return Primitive, whose rows C computes as far as it knows them, and else ours: a decorator."""
    if _core:
        ours._call = ours.__call__  # type: ignore[attr-defined]
        del ours.__call__
    return ours


def connect(*needed: Any) -> None:
    """Hand to the core what it calls."""
    if _core:
        _core.connect(*needed)
