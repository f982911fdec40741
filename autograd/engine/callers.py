"""Whose code a warning is about."""

from __future__ import annotations

import sys
from os.path import dirname

HERE = dirname(dirname(__file__))


def level_outside(*folders: str) -> int:
    """Return, as a ``stacklevel``, how many calls up the first function stands that is in none of these folders nor in ours."""
    frame, level = sys._getframe(1), 1
    while frame.f_back is not None and frame.f_code.co_filename.startswith((HERE, *folders)):
        frame, level = frame.f_back, level + 1
    return level
