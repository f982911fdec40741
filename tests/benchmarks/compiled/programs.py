"""What the programs that engines compile have in common."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from .. import note_round


def columns(rows: int) -> Any:
    """Return columns of the note's two inputs and two targets, each with another number in each row."""
    import numpy as np

    return np.random.default_rng(1).uniform(size=(4, rows))


def some_of(outs: Any) -> list[float]:
    """Return some numbers of columns of results, which tell whether all are right."""
    return [float(out[i]) for out in outs for i in (0, len(out) // 2, -1)]


def error_of_row(weights: Sequence[Any], i1: Any, i2: Any, t1: Any, t2: Any, sigmoid: Callable[[Any], Any]) -> Any:
    """Return the note's error for a row of inputs and targets."""
    return note_round.error(weights, sigmoid, row=(i1, i2, t1, t2))


def rate(count: Any) -> Any:
    """Return ``moons.rate`` of a number that may be the engine's."""
    return 1.0 - 0.9 * count / 100.0
