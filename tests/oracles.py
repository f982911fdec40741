"""What every row of the table ought to compute: its plain mathematical definition, in mpmath, at 60 digits.

Nothing here knows the project's formulas, and slopes are numerical, at high precision. Only the slopes of erf and erfc are
written down, since these are defined as integrals.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

from mpmath import mp, mpf

from autograd.engine.primitives import TABLE, Primitive

mp.dps = 60


class Oracle(NamedTuple):
    """``exact`` on mpmath numbers; ``points`` of ordinary size, off the kinks; ``inside`` says where the row is defined."""

    exact: Callable[..., Any]
    points: Sequence[tuple[Any, ...]]
    inside: Callable[..., bool] = lambda *args: True
    near: Sequence[float] = ()  # edges of the domain, zeros and the ends of the floats: where to look more closely
    slope: Callable[..., Any] | None = None  # for functions defined as an integral: what it integrates


LINE = [(-2.3,), (-0.4,), (0.0,), (0.7,), (3.1,)]
OFF_ZERO = [(-2.3,), (-0.4,), (0.7,), (3.1,)]
POSITIVE = [(0.3,), (1.0,), (1.7,), (4.2,)]
PLANE = [(0.5, 1.75), (-1.25, 0.8), (2.5, -0.3), (-0.6, -3.1)]
HALF_PLANE = [(0.5, 1.75), (1.25, 0.8), (2.5, -0.3), (3.0, 2.0), (0.2, 0.25), (1.0, 1.0), (1.5, 0.0)]
SEQUENCES = [([0.5, -1.25, 3.0],), ([2.0],), ([0.7, 0.7, -0.3, 1.1],)]
UNEQUAL = [([0.5, -1.25, 3.0],), ([2.0],), ([0.7, -0.2, -0.3, 1.1],)]
PI = [k * 1.5707963267948966 for k in (-3, -2, -1, 1, 2, 3, 11, 22, 1000)]


def _has_power(x: float, y: float) -> bool:
    return x > 0.0 or (x < 0.0 and y.is_integer())


def _log_sum_exp(values: Sequence[mpf]) -> mpf:
    with mp.workdps(mp.dps + 320):  # log(1 + tiny)
        return mp.log(mp.fsum([mp.exp(x) for x in values if x > max(values) - 10000]))  # others: below 1e-4000 of it


def _half_squared_error(target: Any, output: Any) -> mpf:
    pairs = zip(target, output, strict=True) if isinstance(target, list) else [(target, output)]
    return mp.fsum([(t - o) ** 2 for t, o in pairs]) / 2


def _bell(x: mpf) -> mpf:
    return 2 / mp.sqrt(mp.pi) * mp.exp(-x * x)


def _erfc(x: mpf) -> mpf:
    return (
        mp.erfc(x) if abs(x) < 1000 else mpf(10) ** -400000 if x > 0 else mpf(2)
    )  # mpmath overflows, the tail is below exp(-1000000)


def _is_broken(x: float) -> bool:
    return x % 1.0 != 0.0


def _sinc(x: mpf) -> mpf:
    with mp.workdps(mp.dps + 320):  # digits before the point
        return mp.sinpi(x) / (mp.pi * x) if x else mpf(1)


def _sinc_slope(x: mpf) -> mpf:
    with mp.workdps(mp.dps + 320):
        return (mp.cospi(x) - _sinc(x)) / x if x else mpf(0)


# fmt: off
class _Oracles(dict[str, Oracle]):
    def __missing__(self, name: str) -> Oracle:
        raise LookupError(
            f'the row {name} has no oracle: add its definition and points to try it at, "{name}": Oracle(…), to ORACLES in '
            "tests/oracles.py"
        )


ORACLES = _Oracles({
    "add": Oracle(lambda x, y: x + y, PLANE),
    "subtract": Oracle(lambda x, y: x - y, PLANE),
    "multiply": Oracle(lambda x, y: x * y, PLANE),
    "divide": Oracle(lambda x, y: x / y, PLANE, lambda x, y: y != 0.0),
    "negative": Oracle(lambda x: -x, LINE),
    "power": Oracle(mp.power, HALF_PLANE, _has_power),
    "power_slope": Oracle(lambda x, y: y * mp.power(x, y) / x, HALF_PLANE, _has_power),
    "power_log": Oracle(lambda x, y: mp.power(x, y) * mp.log(x), HALF_PLANE, lambda x, y: x > 0.0),
    "exp": Oracle(mp.exp, LINE, near=[-708.39, 709.78]),
    "exp2": Oracle(lambda x: mp.power(2, x), LINE, near=[-1022.0, 1024.0]),
    "expm1": Oracle(mp.expm1, LINE, near=[-37.0, 709.78]),
    "log": Oracle(mp.log, POSITIVE, lambda x: x > 0.0, [1.0]),
    "log2": Oracle(lambda x: mp.log(x) / mp.log(2), POSITIVE, lambda x: x > 0.0, [1.0, 3e-308]),
    "log10": Oracle(lambda x: mp.log(x) / mp.log(10), POSITIVE, lambda x: x > 0.0, [1.0]),
    "log1p": Oracle(mp.log1p, [(-0.6,), (0.0,), (1.9,)], lambda x: x > -1.0, [-1.0]),
    "sqrt": Oracle(mp.sqrt, POSITIVE, lambda x: x > 0.0),
    "cbrt": Oracle(lambda x: mp.sign(x) * mp.cbrt(abs(x)), OFF_ZERO, lambda x: x != 0.0),
    "hypot": Oracle(lambda x, y: mp.sqrt(x * x + y * y), PLANE, lambda x, y: x != 0.0 or y != 0.0),
    "unit": Oracle(lambda x, y: x / mp.sqrt(x * x + y * y), PLANE, lambda x, y: x != 0.0 or y != 0.0),
    "sin": Oracle(mp.sin, LINE, near=PI),
    "cos": Oracle(mp.cos, LINE, near=PI),
    "tan": Oracle(mp.tan, LINE, near=PI),
    "arcsin": Oracle(mp.asin, [(-0.8,), (0.0,), (0.55,)], lambda x: -1.0 < x < 1.0, [-1.0, 1.0]),
    "arccos": Oracle(mp.acos, [(-0.8,), (0.0,), (0.55,)], lambda x: -1.0 < x < 1.0, [-1.0, 1.0]),
    "arctan": Oracle(mp.atan, LINE),
    "arctan2": Oracle(mp.atan2, PLANE, lambda y, x: x > 0.0 or y != 0.0),
    "sinh": Oracle(mp.sinh, LINE, near=[-710.47, 710.47]),
    "cosh": Oracle(mp.cosh, LINE, near=[-710.47, 710.47]),
    "tanh": Oracle(mp.tanh, LINE, near=[-19.0, 19.0, 354.0]),
    "arcsinh": Oracle(mp.asinh, LINE),
    "arccosh": Oracle(mp.acosh, [(1.2,), (3.4,)], lambda x: x > 1.0, [1.0]),
    "arctanh": Oracle(mp.atanh, [(-0.8,), (0.0,), (0.55,)], lambda x: -1.0 < x < 1.0, [-1.0, 1.0]),
    "sigmoid": Oracle(lambda x: 1 / (1 + mp.exp(-x)), LINE, near=[-708.39, 36.7]),
    "sigmoid_slope": Oracle(lambda x: mp.sech(x / 2) ** 2 / 4, LINE, near=[-708.39, 708.39]),
    "softplus": Oracle(lambda x: mp.log1p(mp.exp(x)), LINE, near=[-708.39, -37.0, 37.0]),
    "erf": Oracle(mp.erf, LINE, near=[-5.9, 0.84375, 1.25, 5.9, 26.54], slope=_bell),
    "erfc": Oracle(_erfc, LINE, near=[-5.9, 0.84375, 1.25, 5.9, 26.54], slope=lambda x: -_bell(x)),
    "gaussian": Oracle(lambda x: mp.exp(-x * x), LINE, near=[-26.6, 26.6]),
    "damped": Oracle(lambda x, y: x * y, PLANE),
    "relu": Oracle(lambda x: max(x, mpf(0)), OFF_ZERO, lambda x: x != 0.0),
    "heaviside": Oracle(lambda x: mpf(x > 0), OFF_ZERO, lambda x: x != 0.0),
    "abs": Oracle(abs, OFF_ZERO, lambda x: x != 0.0),
    "sign": Oracle(mp.sign, OFF_ZERO, lambda x: x != 0.0),
    "maximum": Oracle(max, PLANE, lambda x, y: x != y),
    "minimum": Oracle(min, PLANE, lambda x, y: x != y),
    "greater": Oracle(lambda x, y: mpf(x > y), PLANE, lambda x, y: x != y),
    "amax": Oracle(max, UNEQUAL),
    "amin": Oracle(min, UNEQUAL),
    "largest_of": Oracle(max, UNEQUAL),
    "equal": Oracle(lambda x, y: mpf(x == y), PLANE, lambda x, y: x != y),
    "floor": Oracle(mp.floor, OFF_ZERO, _is_broken),
    "ceil": Oracle(mp.ceil, OFF_ZERO, _is_broken),
    "trunc": Oracle(lambda x: mp.sign(x) * mp.floor(abs(x)), OFF_ZERO, _is_broken),
    "rint": Oracle(mp.nint, OFF_ZERO, lambda x: _is_broken(x) and x % 1.0 != 0.5),
    "logaddexp": Oracle(lambda x, y: _log_sum_exp([x, y]), PLANE),
    "sinc": Oracle(_sinc, OFF_ZERO, near=[-2.0, -1.0, 1.0, 2.0, 7.0, 1000.0], slope=_sinc_slope),
    "xlogy": Oracle(lambda x, y: x * mp.log(y), [(0.5, 1.75), (-1.25, 0.8), (2.5, 3.0)], lambda x, y: x != 0.0 < y),
    "exp_difference": Oracle(lambda x, y: mp.exp(x - y), PLANE),
    "total": Oracle(mp.fsum, SEQUENCES),
    "product": Oracle(mp.fprod, SEQUENCES),
    "weighted_sum": Oracle(
        lambda weights, inputs, bias: mp.fdot(weights, inputs) + bias,
        [([0.5, -1.25, 3.0], [2.0, 0.3, -0.7], 0.25), ([1.5], [-0.4], 2.0)],
    ),
    "half_squared_error": Oracle(_half_squared_error, [([0.01, 0.99, 3.0], [0.75, 0.77, -1.0]), (0.01, 0.75), ([2.0], [0.5])]),
    "log_sum_exp": Oracle(_log_sum_exp, SEQUENCES),
})
# fmt: on

# With tests of their own: what is of some fixed order, jumps everywhere, or takes three numbers.
APART = {
    "power_derivative", "gap_power", "sinc_derivative", "round", "remainder", "floor_divide", "fmod", "copysign", "clip",
    "where",
}  # fmt: skip
ROWS: list[Primitive] = [op for name, op in TABLE.items() if name not in APART]
CASES = [(op, args) for op in ROWS if op.name in ORACLES for args in ORACLES[op.name].points]


def flat(args: Sequence[Any]) -> list[Any]:
    """Return all numbers of some arguments in one list, those of sequences included."""
    return [x for arg in args for x in (arg if isinstance(arg, (list, tuple)) else [arg])]


def shaped(numbers: Sequence[Any], like: Sequence[Any]) -> list[Any]:
    """Return arguments shaped like others, from a flat list of numbers."""
    rest: Iterator[Any] = iter(numbers)
    return [[next(rest) for _ in arg] if isinstance(arg, (list, tuple)) else next(rest) for arg in like]


def exact_value(op: Primitive, args: Sequence[Any]) -> mpf:
    """Return an operation's value at the given floats."""
    return ORACLES[op.name].exact(*shaped([mpf(x) for x in flat(args)], args))


def exact_derivative(op: Primitive, args: Sequence[Any], orders: Sequence[int]) -> mpf:
    """Return a (mixed) derivative at ordinary arguments, given how many times to differentiate by each number."""
    numbers = tuple(mpf(x) for x in flat(args))
    return mp.diff(lambda *xs: ORACLES[op.name].exact(*shaped(xs, args)), numbers, tuple(orders))


def exact_slope(op: Primitive, args: Sequence[Any], index: int) -> mpf:
    """Return the derivative by one number at any arguments: with more and more digits, until two results agree."""
    oracle, numbers = ORACLES[op.name], [mpf(x) for x in flat(args)]
    if oracle.slope:
        return oracle.slope(*numbers)

    def along(x: mpf) -> mpf:
        return oracle.exact(*shaped([*numbers[:index], x, *numbers[index + 1 :]], args))

    last = mpf(0)
    for digits in (40, 60, 360, 720):  # sigmoid at 700 loses 300 digits, hypot(1, 1e-300) 600
        with mp.workdps(digits):
            step = mpf(10) ** -digits * min(abs(numbers[index]) or mpf("1e-310"), 1)  # past no kink
            slope = mp.diff(along, numbers[index], h=step)
            if slope and abs(slope - last) < abs(slope) * mpf(10) ** -30:
                break
            last = slope
    return slope if isinstance(slope, mpf) else mp.nan  # of (-2)**y, which is complex but for integers y
