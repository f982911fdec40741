"""Ctrl-C at any moment: calls that are interrupted at a chosen line."""

from __future__ import annotations

import linecache
import sys
from pathlib import Path

import autograd

ENGINE = str(Path(autograd.__file__).parent)


def interrupted(call, root, at, inside=ENGINE):
    """Call with root, but raise KeyboardInterrupt at a line event, given by its number; return whether the call came so far."""
    count, visited = 0, set()

    def on_event(frame, event, arg):
        nonlocal count
        if event == "line" and not leaves_a_with(frame):
            count += 1
            if count == at:
                raise KeyboardInterrupt
        return on_event

    def leaves_a_with(frame):
        """Return whether a lock is about to be released: Python looks for signals after calls and jumps, never here."""
        again = (frame, frame.f_lineno) in visited
        visited.add((frame, frame.f_lineno))
        return again and linecache.getline(frame.f_code.co_filename, frame.f_lineno).lstrip().startswith("with ")

    before = sys.gettrace()
    sys.settrace(lambda frame, event, arg: on_event if frame.f_code.co_filename.startswith(inside) else None)
    try:
        call(root)
    except KeyboardInterrupt:
        return True
    finally:
        sys.settrace(before)
        visited.clear()  # frames, and with them all that they hold
    return False
