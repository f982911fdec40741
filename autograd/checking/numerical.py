"""The slope of an operation, measured from its value alone: on exact fractions, or by differences extrapolated to step 0."""

from __future__ import annotations

import math
import sys
from collections.abc import Callable, Sequence
from fractions import Fraction
from functools import partial
from itertools import pairwise
from typing import Any, NamedTuple, TypeAlias

from autograd.engine import primitives as p
from autograd.engine.number import Operators
from autograd.engine.primitive import Primitive
from autograd.engine.rules import zero

MOST = 64  # partials checked on one operation; on longer sequences, evenly spread


EPSILON, SMALLEST, TINY = sys.float_info.epsilon, sys.float_info.min, 1e-320


Place: TypeAlias = "tuple[int, int | None]"  # an argument, and where in it if it is a sequence


class Slope(NamedTuple):
    """A measured slope: at a kink, all from that on one side to that on the other; nan where none can be measured."""

    low: float
    high: float
    error: float = 0.0
    method: str = ""

    def distance(self, x: float) -> float:
        """Return how far a number is from the slope."""
        if self.low <= x <= self.high:
            return 0.0
        return min(abs(x - self.low), abs(x - self.high)) if math.isfinite(x) else math.inf

    def verdict(self, x: float, rtol: float) -> str:
        """Return whether a number is right, wrong, or unchecked."""
        if math.isnan(self.low):
            return "unchecked"
        tolerance = rtol * max(abs(x), abs(self.low)) + 4.0 * self.error + SMALLEST
        distance = self.distance(x)
        return "right" if distance == 0.0 or distance <= tolerance < math.inf else "wrong"

    def difference(self, x: float, rtol: float) -> float:
        """Return the relative difference; 0 where the slope is not known well enough to tell."""
        scale = max(abs(x), abs(self.low))
        return self.distance(x) / scale if self.error <= rtol * scale < math.inf and scale else 0.0


UNKNOWN = Slope(math.nan, math.nan, math.inf)


def slope_of(op: Primitive, numbers: Sequence[Any], place: Place, claim: float, rtol: float) -> Slope:
    """Measure the slope of an operation's value; look closer where it is not what is claimed."""
    exact = _exact_slope(op, numbers, place)
    if exact is not None:
        return exact
    f, x = _along(op.value, numbers, place)
    both = extrapolated(f, x)
    if both.verdict(claim, rtol) == "right":
        return both
    sides = [side for side in (_one_sided(f, x, 1.0), _one_sided(f, x, -1.0)) if side is not None]
    if not sides:
        return both
    if any(math.isnan(side.low) for side in sides):
        return UNKNOWN
    low, high, error = min(s.low for s in sides), max(s.high for s in sides), max(s.error for s in sides)
    smooth = both.verdict(low, 1e-3) == both.verdict(high, 1e-3) == "right"
    return both if smooth else Slope(low, high, error, "differences")


def _exact_slope(op: Primitive, numbers: Sequence[Any], place: Place) -> Slope | None:
    """Measure on exact fractions, with a step so small that the error vanishes in rounding; None if they do not go through."""
    if sum(len(n) if isinstance(n, list) else 1 for n in numbers) > 2 * MOST:
        return None  # exact sums of so many would take long
    try:
        fractions = [[*map(Fraction, n)] if isinstance(n, list) else Fraction(n) for n in numbers]
        f, x = _along(partial(_exactly, op), fractions, place)
        step = Fraction(abs(x) or 1) / 2 ** (200 if x else 1200)
        below, here, above = f(x - step), f(x), f(x + step)
        exact = {Fraction, int, float} if {*op.partials} == {zero} else {Fraction, int}  # a step is not rounded
        if not {type(below), type(here), type(above)} <= exact:
            return None
        low, high = sorted([float((here - below) / step), float((above - here) / step)])
    except Exception:  # whatever an operation raises that wants floats
        return None
    return Slope(low, high, 0.0, "fractions")


class _Exact(Operators):
    """A fraction on which rows compute without rounding, as far as they do."""

    def __init__(self, fraction: Any) -> None:
        self.fraction = fraction

    @staticmethod
    def _apply(op: Primitive, args: Sequence[Any]) -> _Exact:
        return _Exact(_exactly(op, *[x.fraction if isinstance(x, _Exact) else Fraction(x) for x in args]))


def _exactly(op: Primitive, *numbers: Any) -> Any:
    """Return an operation's value on fractions; no fraction where it computes in floats by nature."""
    if op is p.power:
        x, y = numbers
        return x ** int(y) if y.denominator == 1 and abs(y) <= 100 else None
    if op.composed is None:
        return op.value(*numbers)
    found = op.composed(*[[*map(_Exact, n)] if isinstance(n, list) else _Exact(n) for n in numbers])
    return found.fraction if isinstance(found, _Exact) else found


def extrapolated(f: Callable[[float], float], x: float, above: float = 1.0, below: float = -1.0) -> Slope:
    """Measure by differences over smaller and smaller steps, extrapolated to a step of 0 (Richardson; Neville's scheme).

    The error is how far the last extrapolations differ, and what rounding may do to the difference.
    """
    best = UNKNOWN
    order = 2.0 if above and below else 1.0  # of the error's powers of the step: even ones alone if it is central
    for scale in sorted({max(abs(x), 1.0), min(abs(x) or 1.0, 1.0)}, reverse=True):
        step = math.ldexp(math.sqrt(0.5), math.frexp(scale)[1] - 2)  # no whole number, which would meet sinc at its zeros alone
        row: list[float] = []
        for _ in range(40):
            step *= 0.5
            a, b = x + above * step, x + below * step
            if a == b:
                break
            high, low = f(a), f(b)
            if not math.isfinite(high - low):
                best, row = UNKNOWN, []  # what larger steps told is no slope if smaller ones leave the domain
                continue
            new = [(high - low) / (a - b)]
            for n, old in enumerate(row[:6], start=1):
                new.append(new[-1] + (new[-1] - old) / (2.0 ** (n * order) - 1.0))
            size, rounding = abs(high) + abs(low), (EPSILON * abs(high) + EPSILON * abs(low) + TINY) / (a - b)
            if len(new) > 4:  # fewer could agree by chance
                error = max(abs(new[-1] - new[-2]), abs(new[-1] - row[-1])) + rounding
                settled = error <= max(1e-5 * abs(new[-1]), 1e-9 * size / max(abs(x), 1.0), SMALLEST)
                if settled and error < best.error:
                    best = Slope(new[-1], new[-1], error, "differences")
            row = new
            if best.error <= rounding:
                break  # smaller steps would only be worse
            if best.error <= 1e-11 * abs(best.low):
                return best
    return best


def _one_sided(f: Callable[[float], float], x: float, side: float) -> Slope | None:
    """Measure on one side: anything steep where differences shrink, but less than their steps; None outside the domain."""
    slope = extrapolated(f, x, max(side, 0.0), min(side, 0.0))
    if not math.isnan(slope.low):
        return slope
    steps = [side * math.ldexp(max(abs(x), 1.0), -k) for k in (8, 18, 28, 38)]
    rises = [f(x + step) - f(x) for step in steps]
    if all(1.4 * abs(near) < abs(far) < 700.0 * abs(near) for far, near in pairwise(rises)):
        steep = rises[-1] / steps[-1]
        low, high = sorted([steep, math.copysign(math.inf, steep)])
        return Slope(low, high, 0.0, "differences")
    return None if math.isnan(rises[-1]) else UNKNOWN


def _along(value: Callable[..., Any], numbers: Sequence[Any], place: Place) -> tuple[Callable[[Any], Any], Any]:
    """Return a value as a function of the one number at a place, all others fixed, and that number."""
    numbers = [*numbers]
    i, j = place
    holder, index = (numbers, i) if j is None else (numbers[i][:], j)
    numbers[i] = holder[index] if j is None else holder

    def f(x: Any) -> Any:
        holder[index] = x
        return result_of(value, numbers)

    return f, holder[index]


def result_of(value: Callable[..., Any], numbers: Sequence[Any]) -> Any:
    """Return an operation's value; nan outside its domain."""
    try:
        return value(*numbers)
    except (ArithmeticError, ValueError):
        return math.nan
