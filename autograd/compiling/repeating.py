"""A compiled step again and again, with the loop in C."""

from __future__ import annotations

import sys
import time
from typing import Any

from autograd.compiling.arguments import filled_in, numbers_in, taken_apart
from autograd.engine.labels import brief
from autograd.engine.number import Number
from autograd.text import progress_bar

AT_ONCE = 0.1  # seconds between two looks at the keyboard
FIRST = 64  # steps, to see how long one takes


def repeated(function: Any, state: Any, times: int, progress: bool | None) -> Any:
    """Return what becomes of a state after so many steps, each of which takes what the last returned; see ``Jit.repeat``."""
    if isinstance(times, bool) or not isinstance(times, int) or times < 0:
        raise ValueError(f"repeat takes a whole number >= 0 of times, but got {brief(times)}")
    if any(isinstance(x, Number) for x in numbers_in(state) or ()):
        raise TypeError("repeat takes a state of plain numbers, not of Values: give it their data")
    key, done, size = taken_apart(state, []), 0, FIRST
    try:
        with progress_bar(times, progress) as show:
            while done < times:
                tape = function._tape_for((state,), key, times - done) if done > 1 else None
                count, began = 0, time.perf_counter()
                if tape is not None:
                    count, numbers = tape.repeat(numbers_in(state), min(size, times - done))
                    state, done = filled_in(state, iter(numbers)), done + count
                elif done > 1 and (paths := function._paths_for((state,), key)):  # whose results are all built so
                    start, recordings = done, paths.recordings
                    while done < min(start + size, times) and paths.recordings == recordings and not function.why:
                        before, state, done = state, function(state), done + 1
                    count = done - start
                    _require(key, before, state)
                if count == 0:  # not recorded or not confirmed yet, another branch, or what Python is to do
                    before, state, done = state, function(state), done + 1
                    _require(key, before, state)
                took = time.perf_counter() - began
                size = max(FIRST, min(4 * size, round(max(count, 1) * AT_ONCE / max(took, 1e-6))))
                show(done, "")
    except KeyboardInterrupt:
        print(f"\nrepeat: interrupted after {done} of {times} steps, and returns the state then", file=sys.stderr)
    return state


def _require(key: Any, state: Any, following: Any) -> None:
    if taken_apart(following, []) != key:
        raise TypeError(
            "repeat takes a function that returns a state built as the one it takes, whole numbers and texts the same, but of "
            f"{brief(state)} it made {brief(following)}; what changes has to be a float"
        )
