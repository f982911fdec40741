"""Functions of plain floats that the table needs and ``math`` lacks, or that the plain form would get wrong.

Each is within 2.5 ulp where its numbers are normal floats, a product of many within one for each; a comment says what the plain
form loses, in ulp where it was measured.
"""

from __future__ import annotations

import math
from operator import mul, sub

TYPE_CHECKING = False  # understood by type checkers; importing typing would take longer than this file
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any


def exp2(x: float) -> float:
    """Return 2**x. (math.exp2 is new in Python 3.11.)"""
    return math.pow(2.0, x)


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
    return e / (1.0 + e * (2.0 + e))  # 2.3 ulp; as e / (1 + e)² 3.5, and its own slope 4.1


def softplus(x: float) -> float:
    """Return log(1 + exp(x)), which as written overflows above 709 and is 0 below -37."""
    return max(x, 0.0) + math.log1p(math.exp(-abs(x)))


def sqrt(x: float) -> float:
    """Return the square root; 0 rather than -0 at -0, where the slope is +inf as at 0."""
    return math.sqrt(x) + 0.0


def cbrt(x: float) -> float:
    """Return the cube root: one Newton step mends the tens of ulp that rounding 1/3 costs."""
    y = math.copysign(math.pow(abs(x), 1 / 3), x)
    return y - (y - x / (y * y)) / 3.0 if y and math.isfinite(y) else y  # y³ would underflow: 119 ulp below 1e-308


def gaussian(x: float) -> float:
    """Return exp(-x²); x is split so that the square is exact, since rounding it costs 300 ulp at |x| = 26."""
    if abs(x) > 64.0:
        return 0.0
    low = math.remainder(x, 2.0**-20)
    high = x - low
    return math.exp(-high * high) * math.exp(-low * (high + x))


def damped(x: float, y: float) -> float:
    """Return x·y, and 0 for y = 0 also where x is infinite: y has come there faster."""
    return x * y if y else 0.0


def unit(x: float, y: float) -> float:
    """Return x / hypot(x, y), the first part of a direction; 0 at (0, 0), and ±1 where x alone is infinite."""
    if math.isinf(x) and math.isfinite(y):
        return math.copysign(1.0, x)
    whole = math.hypot(x, y)
    if math.isinf(whole) and math.isfinite(x) and math.isfinite(y):
        return 0.5 * x / math.hypot(0.5 * x, 0.5 * y)
    return x / whole if whole else 0.0


def gap_power(x: float, y: float) -> float:
    """Return (1 - x²)**y for a negative y; ∞ at x = ±1."""
    gap = (1.0 - x) * (1.0 + x)  # as 1 - x² it would lose digits near 1
    return 1.0 / math.sqrt(gap) ** (-2.0 * y) if gap > 0.0 else math.nan if gap else math.inf


def exp_difference(x: float, y: float) -> float:
    """Return exp(x - y); what rounding takes from x - y would cost 350 ulp at a difference of -700."""
    d = x - y
    if not math.isfinite(d):
        return 1.0 if x == y else math.exp(d)  # of two equal infinities, as of any two equal numbers
    back = x - d
    return math.exp(d) * (1.0 + ((x - (d + back)) + (back - y)))


def relu(x: float) -> float:
    """Return x above 0, else 0; nan stays nan."""
    return 0.0 if x <= 0.0 else x


def heaviside(x: float) -> float:
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


def floor(x: float) -> float:
    """Return the largest whole number that is not above x."""
    return _whole(math.floor, x)


def ceil(x: float) -> float:
    """Return the smallest whole number that is not below x."""
    return _whole(math.ceil, x)


def trunc(x: float) -> float:
    """Return x without its fraction."""
    return _whole(math.trunc, x)


def rint(x: float) -> float:
    """Return the nearest whole number, of two the even one."""
    return _whole(round, x)


def _whole(rounded: Callable[[float], int], x: float) -> float:
    return math.copysign(float(rounded(x)), x) if math.isfinite(x) else x  # -0.0 for a whole 0 below 0, as NumPy


def round_to(x: float, digits: float) -> float:
    """Return x rounded to so many digits after the point, as Python's ``round`` does: half to even."""
    if math.isfinite(digits):
        return round(x, int(digits)) if math.isfinite(x) else x
    raise ValueError(f"round takes a finite number of digits, but got {digits}")


def floor_divide(x: float, y: float) -> float:
    """Return the largest whole number that is not above x / y, as Python does."""
    return x // y


def fmod(x: float, y: float) -> float:
    """Return the remainder with the sign of x, as in C."""
    return math.nan if math.isinf(x) and y else math.fmod(x, y)


def clip(x: float, low: float, high: float) -> float:
    """Return x, but not below low and not above high."""
    return minimum(maximum(x, low), high)


def where(condition: float, x: float, y: float) -> float:
    """Return x if the condition is not 0, else y."""
    return x if condition else y


def logaddexp(x: float, y: float) -> float:
    """Return log(exp(x) + exp(y)), without overflow."""
    return log_sum_exp((x, y))


def sinc(x: float) -> float:
    """Return sin(πx) / (πx), and 1 at 0."""
    return sinc_derivative(x, 0.0)


def sinc_derivative(x: float, n: float) -> float:
    """Return j(u) / uⁿ at u = πx, where j is the spherical Bessel function of order n: 1/3 at 0 for n = 1, 1/15 for n = 2.

    The slope of each by u is -u times the next one, and the first is sin(u) / u: DLMF 10.51.3.
    """
    if math.isinf(x):
        return 0.0
    u = math.pi * x
    if abs(u) > max(1.0, n):
        turn = math.remainder(x, 2.0)  # exact, so that sine and cosine of πx are right near their zeros
        half = turn if abs(turn) <= 0.5 else math.copysign(1.0, turn) - turn
        below, at = math.sin(math.pi * (0.5 - abs(turn))), math.sin(math.pi * half) / u  # of the orders -1 and 0
        for k in range(int(n)):
            below, at = at, ((2.0 * k + 1.0) * at - below) / u / u
        return at
    terms = [1.0 / math.prod(range(1, 2 * int(n) + 2, 2))]
    for k in range(1, 12 + 4 * int(n)):
        terms.append(terms[-1] * -0.5 * u * u / (k * (2.0 * (n + k) + 1.0)))
    return total(terms)


def xlogy(x: float, y: float) -> float:
    """Return x·log(y), and 0 for x = 0 whatever y is."""
    return x * math.log(y) if x else y * 0.0 if y != y else 0.0


def greater(x: float, y: float) -> float:
    """Return 1 if x > y, 0 if x < y, ½ if they are equal, be they infinite; nan if either is nan."""
    return 1.0 if x > y else 0.0 if x < y else 0.5 if x == y else math.nan


def equal(x: float, y: float) -> float:
    """Return 1 if x = y, else 0; nan if either is nan."""
    return 1.0 if x == y else 0.0 if x < y or x > y else math.nan


def amax(values: Sequence[float]) -> float:
    """Return the largest; nan if any is nan."""
    return _first("maximum", values, max)


def amin(values: Sequence[float]) -> float:
    """Return the smallest; nan if any is nan."""
    return _first("minimum", values, min)


def _first(name: str, values: Sequence[float], choose: Callable[[Sequence[float]], float]) -> float:
    if not values:
        raise ValueError(f"{name} needs at least one value, but got an empty sequence")
    return math.nan if any(map(math.isnan, values)) else choose(values)


def product(values: Sequence[float]) -> float:
    """Return the product, also where it would leave the floats on the way: 1e-200·1e-200·1e200·1e200 is 1."""
    return _unscaled(*_running_products(values)[-1])


def products_of_others(values: Sequence[float]) -> list[float]:
    """Return, for each value, the product of all the others, without dividing by a value that may be 0."""
    before, after = _running_products(values[:-1]), _running_products(values[:0:-1])[::-1]
    return [_unscaled(m * n, d + e) for (m, d), (n, e) in zip(before, after)] if values else []  # noqa: B905  # equally many


def _running_products(values: Sequence[float]) -> list[tuple[float, int]]:
    """Return 1 and the products of the first so many values, each as a fraction and a power of 2."""
    products = [(1.0, 0)]
    for x in values:
        fraction, exponent = math.frexp(x)
        fraction, shift = math.frexp(products[-1][0] * fraction)
        products.append((fraction, products[-1][1] + exponent + shift))
    return products


def _unscaled(fraction: float, exponent: int) -> float:
    try:
        return math.ldexp(fraction, exponent)
    except OverflowError:
        return math.copysign(math.inf, fraction)


def total(terms: Sequence[float]) -> float:
    """Return the sum, rounded once and the same in every Python (``sum`` changed in 3.12)."""
    try:
        return math.fsum(terms)
    except ValueError:  # inf meets -inf
        return math.nan
    except OverflowError:  # a partial sum overflows, though the whole need not
        return total([x * 2.0**-64 for x in terms]) * 2.0**64


def weighted_sum(weights: Sequence[float], inputs: Sequence[float], bias: float) -> float:
    """Return Σ weight·input + bias."""
    if len(weights) != len(inputs):
        raise unequal("weighted_sum", "weights", weights, "inputs", inputs)
    return total([*map(mul, weights, inputs), bias])


def half_squared_error(targets: Any, outputs: Any) -> float:
    """Return ½ Σ (target - output)², or ½ (target - output)² of two numbers."""
    if isinstance(targets, float) and isinstance(outputs, float):
        return 0.5 * (targets - outputs) * (targets - outputs)
    if len(targets) != len(outputs):
        raise unequal("half_squared_error", "targets", targets, "outputs", outputs)
    errors = [*map(sub, targets, outputs)]
    return total([0.5 * e * e for e in errors])


def log_sum_exp(values: Sequence[float]) -> float:
    """Return log Σ exp(value), without overflow; nan if any value is nan."""
    if not values:
        raise ValueError("log_sum_exp needs at least one value, but got an empty sequence")
    if any(map(math.isnan, values)):
        return math.nan
    largest = max(values)
    if not math.isfinite(largest):
        return largest
    others = total([-1.0, *[exp_difference(x, largest) for x in values]])  # exactly without the largest's own exp(0)
    return largest + math.log1p(others)  # log(1 + others) would be 0 where the others are below 1e-16


def unequal(name: str, what: str, xs: Sequence[Any], other: str, ys: Sequence[Any]) -> ValueError:
    """Return the error for two sequences that an operation pairs and that are not equally long."""
    return ValueError(f"{name} pairs {what} with {other} one to one, but got {len(xs)} {what} and {len(ys)} {other}")
