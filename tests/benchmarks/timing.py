"""Timing programs against each other: in turns, within one process, so that what disturbs one disturbs all."""

from __future__ import annotations

import gc
from collections.abc import Callable, Sequence
from time import perf_counter
from typing import Any


def fastest(programs: Sequence[Callable[[], Any]], turns: int, seconds: float = 0.2) -> list[float]:
    """Return the seconds that a run of each program takes in its fastest turn.

    In the first turn every program runs once, in the others for about ``seconds``.
    """
    gc.freeze()  # what is there already, PyTorch's many objects for one, must not slow down whoever makes much garbage
    times = [[_time(program, 1)] for program in programs]
    counts = [max(1, round(seconds / once)) for (once,) in times]
    for _ in range(turns - 1):
        for program, count, measured in zip(programs, counts, times, strict=True):
            measured.append(_time(program, count) / count)
    gc.unfreeze()
    return [min(measured) for measured in times]


def _time(program: Callable[[], Any], count: int) -> float:
    gc.collect()  # so that no program pays for the garbage of another
    start = perf_counter()
    for _ in range(count):
        program()
    gc.collect()  # but each for its own: micrograd's graphs are cycles, which only the collector frees
    return perf_counter() - start
