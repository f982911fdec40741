"""Limits, partials and compositions that several rows of the table share, or that take more than a line."""

from __future__ import annotations

import math
import operator
from itertools import accumulate

TYPE_CHECKING = False  # understood by type checkers; importing typing would take longer than this file
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any


def toward(x: float) -> float:
    return math.copysign(math.inf, x)


def infinity(*args: float) -> float:
    return math.inf


def zero(z: Any, *args: Any) -> float:
    return 0.0


def zeros(z: Any, values: Sequence[Any]) -> list[float]:
    return [0.0] * len(values)


def everywhere(values: Sequence[float]) -> list[list[bool]]:
    return [[True] * len(values)]


def one(z: Any, *args: Any) -> float:
    return 1.0


def minus_one(z: Any, *args: Any) -> float:
    return -1.0


def between_whole(x: float) -> list[bool]:
    return [x % 1.0 > 0.0]


def beyond_bounds(x: float, low: float, high: float) -> list[bool]:
    within = max(x, low)
    return [x < low or within > high, low < x or within > high, within < high]


def off_zero(x: float) -> list[bool]:
    return [x < 0.0 or x > 0.0]


def unequal(x: float, y: float) -> list[bool]:
    return [x < y or x > y] * 2


def not_chosen(choose: Callable[[Sequence[float]], float]) -> Callable[[Sequence[float]], list[list[bool]]]:
    def flat(values: Sequence[float]) -> list[list[bool]]:
        chosen = choose(values)
        return [[x < chosen or x > chosen for x in values]]

    return flat


def products_of_others(values: Sequence[Any]) -> list[Any]:
    """Return, for each value, the product of all the others, in time linear in their number."""
    if len(values) < 2:
        return [1.0] * len(values)
    before = [*accumulate(values[:-1], operator.mul)]
    after = [*accumulate(values[:0:-1], operator.mul)][::-1]
    return [after[0], *map(operator.mul, before, after[1:]), before[-1]]


def differences(xs: Any, ys: Any) -> Any:
    """Return x - y, or for sequences the list of them."""
    return [*map(operator.sub, xs, ys)] if isinstance(xs, (list, tuple)) else xs - ys


def negated(difference: Any) -> Any:
    """Return x·(-1), as a textbook writes the inner derivative of (target - output)²; of a list, that of each."""
    return [negated(x) for x in difference] if isinstance(difference, list) else difference * -1.0


def damped_away(x: float, y: float) -> list[bool]:
    return [y == 0.0 and math.isinf(x)] * 2


def summed(terms: Sequence[Any]) -> Any:
    whole = terms[0] if terms else 0.0
    for term in terms[1:]:
        whole = whole + term
    return whole


def multiplied(factors: Sequence[Any]) -> Any:
    whole = factors[0] if factors else 1.0
    for factor in factors[1:]:
        whole = whole * factor
    return whole


def half_of_squares(targets: Any, outputs: Any, half: Any = 0.5) -> Any:
    found = differences(targets, outputs)
    return half * summed([d**2.0 for d in (found if isinstance(found, list) else [found])])
