"""Functions of plain floats that the table needs and ``math`` lacks, or that the plain form would get wrong.

Each is within 2 ulp over the whole finite range; a comment says what the plain form loses, in ulp where it was measured.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from numbers import Real
from operator import mul, sub
from typing import Any


def number(x: Any) -> float | None:
    """Return a real number (int, float, bool, Fraction, NumPy scalar) as a float; None if it is anything else."""
    if isinstance(x, (float, int, Real)) or (getattr(getattr(x, "dtype", None), "kind", "") == "b" and not x.shape):
        return float(x)
    return None


def power(x: float, y: float) -> float:
    """Return x**y; never a complex number, and at (0, negative) the error that Python's ``**`` raises."""
    if x == 0.0 and y < 0.0:
        raise ZeroDivisionError("0.0 cannot be raised to a negative power")
    return math.pow(x, y)


def exp2(x: float) -> float:
    """Return 2**x. (math.exp2 is new in Python 3.11.)"""
    return math.pow(2.0, x)


def power_slope(x: float, y: float) -> float:
    """Return y·x**(y - 1), the slope of x**y in x; 0 for y = 0, since x**0 is 1 for every x."""
    if y == 0.0:
        return 0.0
    if y >= 0.5:
        return y * power(x, y - 1.0)  # y - 1 is exact here
    if x == 0.0:
        raise ZeroDivisionError
    return math.pow(x, y) * y / x  # y - 1 is rounded here: up to 350 ulp in x**(y - 1)


def power_log(x: float, y: float) -> float:
    """Return x**y·log(x), the slope of x**y in y; 0 at x = 0 for y >= 0, nan for a negative x."""
    if x == 0.0 and y >= 0.0:
        return 0.0
    return power(x, y) * math.log(x) if x >= 0.0 else math.nan


def power_limit(x: float, y: float) -> float:
    """Return what x**y tends to where Python's arithmetic raises."""
    if x < 0.0 and not y.is_integer():
        return math.nan
    return math.copysign(math.inf, x) if y % 2.0 == 1.0 else math.inf


def quotient_limit(x: float, y: float) -> float:
    """Return x / y for y = ±0 as IEEE arithmetic does: an infinity, or nan for 0 / 0."""
    return x * math.copysign(math.inf, y)


def sigmoid(x: float) -> float:
    """Return 1 / (1 + exp(-x))."""
    if x >= 0.0:
        return 1.0 / (1.0 + math.exp(-x))
    e = math.exp(x)  # exp(-x) would overflow
    return e / (1.0 + e)


def sigmoid_slope(x: float) -> float:
    """Return the derivative of sigmoid; y·(1 - y) is 177 ulp off below |x| = 5 and 0 beyond 37."""
    e = math.exp(-abs(x))
    return e / ((1.0 + e) * (1.0 + e))


def softplus(x: float) -> float:
    """Return log(1 + exp(x)), which as written overflows above 709 and is 0 below -37."""
    return max(x, 0.0) + math.log1p(math.exp(-abs(x)))


def cbrt(x: float) -> float:
    """Return the cube root: one Newton step mends the tens of ulp that rounding 1/3 costs."""
    y = math.copysign(math.pow(abs(x), 1 / 3), x)
    return y - (y * y * y - x) / (3.0 * y * y) if y and math.isfinite(y) else y


def gaussian(x: float) -> float:
    """Return exp(-x²); x is split so that the square is exact, since rounding it costs 300 ulp at |x| = 26."""
    if abs(x) > 64.0:
        return 0.0
    high = round(x * 1048576.0) / 1048576.0
    return math.exp(-high * high) * math.exp((high - x) * (high + x))


def exp_difference(x: float, y: float) -> float:
    """Return exp(x - y); what rounding takes from x - y would cost 350 ulp at a difference of -700."""
    d = x - y
    if not math.isfinite(d):
        return math.exp(d)
    back = x - d
    return math.exp(d) * (1.0 + ((x - (d + back)) + (back - y)))


def relu(x: float) -> float:
    """Return x above 0, else 0; nan stays nan."""
    return 0.0 if x <= 0.0 else x


def step(x: float) -> float:
    """Return 1 above 0, else 0; nan stays nan."""
    return 1.0 if x > 0.0 else 0.0 if x <= 0.0 else x


def sign(x: float) -> float:
    """Return 1, 0 or -1; nan stays nan."""
    return 1.0 if x > 0.0 else -1.0 if x < 0.0 else x * 0.0


def maximum(x: float, y: float) -> float:
    """Return the larger; nan if either is nan."""
    return x if x >= y else y if y > x else math.nan


def minimum(x: float, y: float) -> float:
    """Return the smaller; nan if either is nan."""
    return x if x <= y else y if y < x else math.nan


def total(terms: Sequence[float]) -> float:
    """Return the sum, rounded once and the same in every Python (``sum`` changed in 3.12)."""
    try:
        return math.fsum(terms)
    except (OverflowError, ValueError):  # a partial sum overflows, or inf meets -inf
        return float(sum(terms))


def weighted_sum(weights: Sequence[float], inputs: Sequence[float], bias: float) -> float:
    """Return Σ weight·input + bias."""
    if len(weights) != len(inputs):
        raise unequal("weighted_sum", "weights", weights, "inputs", inputs)
    return total([*map(mul, weights, inputs), bias])


def half_squared_error(targets: Any, outputs: Any) -> float:
    """Return ½ Σ (target - output)², or ½ (target - output)² of two numbers."""
    if isinstance(targets, float) and isinstance(outputs, float):
        return 0.5 * ((targets - outputs) * (targets - outputs))
    if len(targets) != len(outputs):
        raise unequal("half_squared_error", "targets", targets, "outputs", outputs)
    errors = [*map(sub, targets, outputs)]
    return 0.5 * total([*map(mul, errors, errors)])


def log_sum_exp(values: Sequence[float]) -> float:
    """Return log Σ exp(value), without overflow."""
    if not values:
        raise ValueError("log_sum_exp needs at least one value, but got an empty sequence")
    largest = max(values)
    if not math.isfinite(largest):
        return largest
    return largest + math.log(total([exp_difference(x, largest) for x in values]))


def unequal(name: str, what: str, xs: Sequence[Any], other: str, ys: Sequence[Any]) -> ValueError:
    """Return the error for two sequences that an operation pairs and that are not equally long."""
    return ValueError(f"{name} pairs {what} with {other} one to one, but got {len(xs)} {what} and {len(ys)} {other}")
