"""Small functions of two numbers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

POINT = [-1.0, 1.5]


def rosenbrock(point: Sequence[Any]) -> Any:
    x, y = point
    return (1 - x) ** 2 + 100 * (y - x**2) ** 2


def wave(point: Sequence[Any], sin: Callable[[Any], Any], exp: Callable[[Any], Any]) -> Any:
    x, y = point
    return exp(-x * x) * sin(x * y)
