"""``walk``: a stepper in a terminal, moved by keys; where there is none, its steps as text."""

from __future__ import annotations

import os
import sys

from autograd.engine.labels import typed
from autograd.stepping.stepper import Stepper


def walk(stepper: Stepper) -> None:
    """Walk through the steps in the terminal, with keys: → and ← go on and back, ``?`` says which others there are, q quits.

    The stepper stays where you left it. Where input or output is no terminal, or prompt_toolkit is not installed, all steps
    are printed one after the other.

    >>> from autograd import Value, step
    >>> walk(step(Value(3.0, label="x").exp()))
    step 0 of 3: start
    The leaves hold their values; every other node waits.
    <BLANKLINE>
    step 1 of 3: forward
    ...
    """
    if not isinstance(stepper, Stepper):
        raise TypeError(f"walk takes what step returns, as in walk(step(root)), but got {typed(stepper)}")
    if not _has_terminal():
        _print(stepper)
        return
    try:
        from autograd.stepping import keys
    except ModuleNotFoundError as missing:
        if missing.name != "prompt_toolkit":
            raise
        _print(stepper)
        print("\nTo walk through the steps with keys: pip install 'scalar-autograd[terminal]'")
    else:
        keys.run(stepper)


def _print(stepper: Stepper) -> None:
    before = stepper.index
    try:
        for k in range(len(stepper)):
            print(stepper.goto(k), end="\n\n" if k < len(stepper) - 1 else "\n")
    finally:
        stepper.goto(before)


def _has_terminal() -> bool:
    """Return whether keys can be read and screens drawn."""
    if sys.platform != "win32" and os.environ.get("TERM", "") in ("", "dumb", "unknown"):
        return False
    try:
        return os.isatty(sys.stdin.fileno()) and os.isatty(sys.stdout.fileno())
    except (AttributeError, OSError, ValueError):  # none, closed, or a notebook's
        return False
