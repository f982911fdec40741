"""How a command runs: what it prints as JSON and in bold, its errors as one line, its status."""

from __future__ import annotations

import json
import math
import os
import re
import sys
from collections.abc import Callable
from typing import Any, NoReturn

from autograd.text import ExpressionError

BOLD, PLAIN = "\033[1m", "\033[0m"


def run(main: Callable[[], int]) -> NoReturn:
    """Run a command's ``main`` as the whole program, whatever encoding the terminal has, and whoever stops to read."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):  # ∂ and σ, whatever the terminal's locale says; and half a character escaped
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    status = 0
    try:
        status = main()
        sys.stdout.flush()  # or else the end of the program does, outside of this block
    except BrokenPipeError:  # the reader, such as head, has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    sys.exit(status)


def answered(name: str, body: Callable[[], int]) -> int:
    """Return the status of a command: what its body returns; 2, and a line that says why, for an input it cannot use."""
    try:
        return body()
    except BrokenPipeError:
        raise
    except ExpressionError as problem:  # has lines of its own
        print(f"{name}: {problem}", file=sys.stderr)
        return 2
    except OSError as problem:
        return failed(name, f"{problem.filename}: {problem.strerror}" if problem.filename else str(problem))
    except (ImportError, RuntimeError) as problem:  # what has to be installed; how, for each system, is in the lines below
        return failed(name, str(problem).partition("\n")[0])
    except (ArithmeticError, ValueError) as problem:
        return failed(name, str(problem))


def failed(name: str, message: str, status: int = 2) -> int:
    """Print one line that says what went wrong, and return the status."""
    line = "".join([c if c.isprintable() else ascii(c)[1:-1] for c in message])  # a file's name may hold anything
    print(f"{name}: {line}", file=sys.stderr)
    return status


def in_bold(page: str) -> str:
    """Return text with its titles, the lines without a margin, in bold, if it is for a terminal that can."""
    if sys.stdout.isatty() and "NO_COLOR" not in os.environ and os.environ.get("TERM") != "dumb":
        page = re.sub("^[^ \n].*", lambda title: BOLD + title[0] + PLAIN, page, flags=re.MULTILINE)
    return page


def as_json(data: Any) -> str:
    """Return data as JSON, with null for what JSON has no number for."""
    return json.dumps(_finite(data), indent=2, ensure_ascii=False)


def _finite(data: Any) -> Any:
    if isinstance(data, dict):
        return {key: _finite(value) for key, value in data.items()}
    if isinstance(data, (list, tuple)):
        return [_finite(item) for item in data]
    return None if isinstance(data, float) and not math.isfinite(data) else data
