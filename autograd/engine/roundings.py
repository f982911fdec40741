"""How much each operation rounds: a bound on the difference between its value and that of the exact operation on its numbers.

A row that is not here is a user's, or was recorded by hand; nobody knows, and 1 ulp is assumed.
"""

from __future__ import annotations

import math
import sys

from autograd.engine import primitives as p
from autograd.engine.powers import derivative_size
from autograd.engine.primitive import TABLE, Primitive

TYPE_CHECKING = False  # understood by type checkers; importing typing would take longer than this file
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any

UNIT = 2.0**-53  # what rounding to nearest does to a number of size 1, at most
TINY, NORMAL = 5e-324, sys.float_info.min


def sum_error(z: float, x: float, y: float) -> float:
    """Return |x + y - z| exactly: Knuth's TwoSum."""
    t = z - x
    return abs((x - (z - t)) + (y - t))


def difference_error(z: float, x: float, y: float) -> float:
    return sum_error(z, x, -y)


def product_error(z: float, x: float, y: float) -> float:
    """Return |x·y - z|, in exact fractions; 5e-324 for what is below that."""
    (a, b), (c, d), (e, f) = x.as_integer_ratio(), y.as_integer_ratio(), z.as_integer_ratio()
    off = abs(a * c * f - e * b * d)
    return max(off / (b * d * f), TINY) if off else 0.0


def quotient_error(z: float, x: float, y: float) -> float:
    (a, b), (c, d), (e, f) = x.as_integer_ratio(), y.as_integer_ratio(), z.as_integer_ratio()
    off = abs(a * d * f - e * b * c)
    return max(off / abs(b * c * f), TINY) if off else 0.0


def power_error(z: float, x: float, y: float) -> float:
    return product_error(z, x, x) if y == 2.0 else 0.0 if y in (0.0, 1.0) else math.ulp(z)


def power_derivative_error(z: float, x: float, y: float, k: float, m: float) -> float:
    size = derivative_size(x, y, k, m)  # of its terms, which may cancel
    return (4.0 + 2.0 * k + m) * math.ulp(size) if size else 0.0


def gap_power_error(z: float, x: float, y: float) -> float:
    return max((3.0 + 5.0 * abs(y)) * UNIT * z, TINY)


def floor_divide_error(z: float, x: float, y: float) -> float:
    return 0.0 if abs(z) < 2.0**53 else math.ulp(z)


def product_of_many_error(z: float, values: Sequence[float]) -> float:
    return len(values) * UNIT * abs(z) + (TINY if abs(z) < NORMAL and all(values) else 0.0)


def weighted_sum_error(z: float, weights: Sequence[float], inputs: Sequence[float], bias: float) -> float:
    """Return what rounding each product, and then their sum, may cost; nothing for a product with 0."""
    products = [math.ulp(w * x) for w, x in zip(weights, inputs, strict=True) if w and x]
    return max(0.5 * sum(products, math.ulp(z) if z else 0.0), TINY if products else 0.0)


def squared_errors_error(z: float, targets: Any, outputs: Any) -> float:
    pairs = [(targets, outputs)] if isinstance(targets, float) else [*zip(targets, outputs, strict=True)]
    found = 0.5 * math.ulp(z)
    for target, output in pairs:
        d = target - output
        found += abs(d) * difference_error(d, target, output) + (max(0.5 * math.ulp(0.5 * d * d), TINY) if d else 0.0)
    return found


def log_sum_exp_error(z: float, values: Sequence[float]) -> float:
    if len(values) == 1:
        return 0.0
    others = z - max(values)  # log1p of a sum, whose own errors it does not magnify
    return max(0.5 * math.ulp(z) + (4.0 * math.ulp(others) if others else 0.0), TINY)


def logaddexp_error(z: float, x: float, y: float) -> float:
    return log_sum_exp_error(z, (x, y))


def sinc_derivative_error(z: float, x: float, n: float) -> float:
    """Return 4 ulp of the value, or of the sizes between which the recurrence cancels."""
    u = abs(math.pi * x)
    return 4.0 * (1.0 + n) * math.ulp(max(abs(z), u ** -(n + 1.0)) if u > max(1.0, n) else z)


# By how many ulp of its value; those that may be exact, or that cancel, as a function of (z, x, …).
ULPS = {
    0.0: """
        negative relu heaviside abs sign maximum minimum greater amax amin equal floor ceil trunc rint fmod clip copysign where
        largest_of
        """,
    0.5: "sqrt total round remainder",
    1.0: "exp exp2 expm1 log log2 log1p hypot sin cos tan arcsin arccos arctan arctan2 erf",
    2.0: "cbrt log10 unit sinh cosh tanh arcsinh arccosh arctanh sigmoid xlogy",
    2.5: "sigmoid_slope softplus erfc gaussian sinc exp_difference",
    4.0: "power_slope power_log",
}
RULES: dict[str, Callable[..., float]] = {
    "add": sum_error, "subtract": difference_error, "multiply": product_error, "damped": product_error,
    "divide": quotient_error, "power": power_error, "power_derivative": power_derivative_error, "gap_power": gap_power_error,
    "floor_divide": floor_divide_error, "product": product_of_many_error, "weighted_sum": weighted_sum_error,
    "half_squared_error": squared_errors_error, "log_sum_exp": log_sum_exp_error, "logaddexp": logaddexp_error,
    "sinc_derivative": sinc_derivative_error,
}  # fmt: skip
# Whose 0 may stand for what lies beneath the floats, and the numbers of which one has to be there for it to be exact.
VANISHING: dict[Primitive, tuple[float, ...]] = {
    **dict.fromkeys([p.exp, p.exp2, p.sigmoid, p.sigmoid_slope, p.softplus, p.erfc, p.gaussian, p.exp_difference], ()),
    **dict.fromkeys([p.unit, p.arctan2, p.power_slope], (0.0,)),
    **dict.fromkeys([p.power_log, p.xlogy], (0.0, 1.0)),
}
ROUNDING = {TABLE[name]: RULES[name] for name in RULES} | {
    TABLE[n]: ulps for ulps, names in ULPS.items() for n in names.split()
}


def rounded(op: Primitive, z: float, args: Sequence[Any]) -> float:
    """Return a bound on how far an operation's value is from the exact one at the very same numbers.

    It is infinite where finite numbers have overflowed, and 0 where an infinity or nan was given.
    """
    numbers = [x for arg in args for x in (arg if isinstance(arg, (list, tuple)) else [arg])]
    if not all(map(math.isfinite, numbers)):
        return 0.0
    if not math.isfinite(z):
        return math.inf
    rule = ROUNDING.get(op, 1.0)
    if not isinstance(rule, float):
        return rule(z, *args)
    if z == 0.0:  # exactly, as sin(0) and log(1) are; exp(-800) is not
        return TINY if op in VANISHING and not any(x in VANISHING[op] for x in numbers) else 0.0
    return max(rule * math.ulp(z), TINY) if rule else 0.0
