"""x**y and its derivatives of any order, on plain floats, with their limits at 0 and ∞."""

from __future__ import annotations

import math

from autograd.engine.floats import total

TYPE_CHECKING = False  # understood by type checkers; importing typing would take longer than this file
if TYPE_CHECKING:
    from collections.abc import Callable


def power(x: float, y: float) -> float:
    """Return x**y; never a complex number, and at (0, negative) the error that Python's ``**`` raises."""
    if x == 0.0 and y < 0.0:
        raise ZeroDivisionError("0.0 cannot be raised to a negative power")
    return math.pow(x, y)


def power_slope(x: float, y: float) -> float:
    """Return y·x**(y - 1), the slope of x**y in x; 0 for y = 0, since x**0 is 1 for every x."""
    if 0.5 <= y <= 2.0**53 and x - x == 0.0 and (x or y >= 1.0):
        return _times_power(y, x, y - 1.0) if x >= 0.0 or y % 1.0 == 0.0 else math.nan  # y - 1 is exact here
    return power_derivative(x, y, 1.0, 0.0)


def power_log(x: float, y: float) -> float:
    """Return x**y·log(x), the slope of x**y in y; 0 at (0, 0), since 0**0 is 1; nan for a negative x."""
    return power_derivative(x, y, 0.0, 1.0) if x or y else 0.0


def power_derivative(x: float, y: float, k: float, m: float) -> float:
    """Return x**y differentiated k times by x and m times by y; at 0 and ∞ the limit, from the right; nan where none is.

    It is x**(y - k) times a polynomial in log(x), whose coefficients are the derivatives of y·(y - 1)···(y - k + 1) by y.
    """
    if x != x or y != y:
        return math.nan if y else 0.0
    if math.isinf(y):
        return _far_power_derivative(x, y, k, m)
    if x < 0.0 and (m or not y.is_integer()):
        return math.nan
    terms = _terms(y, k, m)
    if not terms:
        return 0.0
    if x and x - x == 0.0:
        logs = math.log(x) if m else 0.0
        factor = total([a * logs**degree for a, degree in terms])
        if (y - k) + k == y and y - (y - k) == k:
            return _times_power(factor, x, y - k)
        whole = _times_power(factor, x, y)
        for _ in range(int(k)):
            whole /= x  # a power of the rounded y - k would be up to 350 ulp off
        return whole
    if (y > k) if x == 0.0 else (y < k):
        return 0.0
    factor, degree = terms[0]  # the highest power of the logarithm
    sign = (-1.0 if x == 0.0 else 1.0) ** degree * (-1.0 if math.copysign(1.0, x) < 0.0 == m and (y - k) % 2.0 else 1.0)
    limit: float = factor * sign * (math.inf if degree or y != k else 1.0)
    return limit


def derivative_size(x: float, y: float, k: float, m: float) -> float:
    """Return the sum of the magnitudes of the terms that ``power_derivative`` adds; 0 where it takes a limit."""
    if not x or not math.isfinite(x) or not math.isfinite(y):
        return 0.0
    logs = abs(math.log(abs(x))) if m else 0.0
    return abs(_times_power(total([a * logs**degree for a, degree in _terms(y, k, m, abs)]), x, y - k))


def _terms(y: float, k: float, m: float, size: Callable[[float], float] = float) -> list[tuple[float, float]]:
    """Return the polynomial in log(x) as factors and degrees, that of the highest degree first."""
    taylor = [1.0]  # of y·(y - 1)···(y - k + 1), about y
    for i in range(int(k)):
        taylor = [size(y - i) * a + b for a, b in zip([*taylor, 0.0], [0.0, *taylor])]  # noqa: B905  # of one length
    return [(math.perm(int(m), j) * a, m - j) for j, a in enumerate(taylor[: int(m) + 1]) if a]  # a·log(x)**degree


def _far_power_derivative(x: float, y: float, k: float, m: float) -> float:
    """Return what the derivative tends to as y goes to an infinity."""
    growth = math.copysign(1.0, y) * ((abs(x) > 1.0) - (abs(x) < 1.0))
    if growth < 0.0:
        return 0.0
    if x < 0.0 or (x == 1.0 and m):
        return 0.0 if x == 1.0 and not k else math.nan
    sign: float = math.copysign(1.0, y) ** k * (1.0 if x >= 1.0 else -1.0) ** m
    return sign * math.inf


def _times_power(factor: float, x: float, y: float) -> float:
    """Return factor·x**y, also where x**y alone is too large, or too small for all its digits, to be a float."""
    try:
        whole = math.pow(x, y)
        if abs(whole) > 1e-300:
            return factor * whole
        root = math.pow(abs(x), 0.5 * y)  # 1.7e8 ulp at 0.9999999999999947**1.37e17 without it
    except OverflowError:
        whole = x if y % 2.0 == 1.0 else 1.0
        root = math.pow(abs(x), 0.5 * y) if abs(0.5 * y * math.log(abs(x))) < 709.0 else math.inf
    return math.copysign(root, whole) * factor * root


def power_limit(x: float, y: float) -> float:
    """Return what x**y tends to where Python's arithmetic raises."""
    if x < 0.0 and not y.is_integer():
        return math.nan
    return math.copysign(math.inf, x) if y % 2.0 == 1.0 else math.inf
