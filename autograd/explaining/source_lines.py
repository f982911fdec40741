"""Source lines: which line of the user's code made a value, recorded only where it is asked for."""

from __future__ import annotations

import linecache
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from autograd.engine.argument_checks import one_value
from autograd.engine.value import Value
from autograd.engine.watching import Watch

# Frames that are not the user's: those of the engine and of the networks beside it, and of Python's own start.
_HERE = os.path.dirname(os.path.dirname(__file__))
_NOT_THE_USERS = (_HERE + os.sep, os.path.join(os.path.dirname(_HERE), "nn") + os.sep, "<frozen ")
_PYTHONS = os.path.dirname(os.__file__) + os.sep


@dataclass(frozen=True)
class SourceLine:
    """A line of code; ``code`` is empty where Python has no source, as for code typed into ``python -c``."""

    file: str
    line: int
    code: str

    @property
    def place(self) -> str:
        """The file, or a notebook's cell, and the number of the line."""
        return f"{_cell(self.file) or os.path.basename(self.file)}, line {self.line}"

    def __str__(self) -> str:
        code = self.code if len(self.code) <= 60 else self.code[:59] + "…"
        return self.place + f": {code}" * bool(code)


def _cell(file: str) -> str:
    """Return the notebook's or IPython's name of a cell, such as "Cell In[3]"; empty for any other file."""
    shell = getattr(sys.modules.get("IPython"), "get_ipython", lambda: None)()
    return " ".join((shell and shell.compile.format_code_name(file)) or ())


@contextmanager
def trace_lines() -> Iterator[None]:
    """Record the source line of every value made inside the ``with``: the innermost line outside autograd, nn and NumPy.

    May be nested. Values that other threads make meanwhile are traced, too. The line is kept in the value's attribute
    ``traced_line``, so copies and pickles keep it.

    >>> with trace_lines():
    ...     x = Value(2.0)
    ...     y = x * 3
    >>> source_line(y).line, source_line(y).code
    (3, 'y = x * 3')
    >>> source_line(y + 1) is None
    True
    """
    watch = Watch(_note_line)
    try:
        yield
    finally:
        watch.end()


def source_line(node: Value) -> SourceLine | None:
    """Return the line that made a value; None if it was not traced."""
    traced = getattr(one_value("source_line takes a Value", node), "traced_line", None)
    if traced is None:
        return None
    return _line(*traced)


def _line(file: str, line: int) -> SourceLine:
    return SourceLine(file, line, linecache.getline(file, line).strip())


def users_line() -> SourceLine | None:
    """Return the line that runs now: the innermost one outside autograd, nn and NumPy."""
    found = _users_place()
    return _line(*found) if found else None


def first_line(run: Callable[[], object], happened: Callable[[], bool]) -> SourceLine | None:
    """Run something; return the user's line after which something has happened, if a line did it and nobody else traces."""
    found: list[SourceLine] = []
    before: tuple[str, int] | None = None

    def traced(frame: Any, event: str, arg: Any) -> Any:
        nonlocal before
        if frame.f_code.co_filename.startswith((*_NOT_THE_USERS, _PYTHONS)):
            return None
        if not found and before is not None and happened():
            found.append(_line(*before))
        before = (frame.f_code.co_filename, frame.f_lineno)
        return traced

    if sys.gettrace() is None:
        sys.settrace(traced)
        try:
            run()
        except Exception:  # which is raised again where it is run in earnest
            return None
        finally:
            sys.settrace(None)
    return found[0] if found else None


def _note_line(node: Any) -> None:
    """Note on a new node which line made it: a watcher."""
    node.traced_line = _users_place()


def _users_place() -> tuple[str, int] | None:
    frame: Any = sys._getframe(2)
    numpy: Any = sys.modules.get("numpy")  # which may have been called, and have called us
    skipped = _NOT_THE_USERS if numpy is None else (*_NOT_THE_USERS, numpy.__path__[0] + os.sep)
    while frame is not None and frame.f_code.co_filename.startswith(skipped):
        frame = frame.f_back
    return frame and (frame.f_code.co_filename, frame.f_lineno)
