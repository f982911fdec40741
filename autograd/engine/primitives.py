"""The table: every operation's value and partial derivatives, each written once.

A row is read by several kinds of number. Given floats it computes; given Values it records, and since partials are made of
rows, gradients have gradients; given symbols it writes formulas.

Values and partials are within 4 ulp where the README says, but for the partials of the two helpers of ``power``. Where that
needs a form that no textbook prints, ``textbook`` holds the printed one for those who write it down.
"""

from __future__ import annotations

import math
import operator
from types import FunctionType

from autograd.engine import floats, powers
from autograd.engine import rules as r
from autograd.engine.primitive import ON_FLOATS, Primitive
from autograd.engine.primitive import TABLE as TABLE
from autograd.engine.shapes import FOUR, NEURON, PAIRS, SEQUENCE, THREE, TWO_OR_MORE

TYPE_CHECKING = False  # understood by type checkers; importing typing would take longer than this file
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any


def _softmax(z: Any, values: Sequence[Any]) -> list[Any]:
    """Return exp(value - z) for each value; written with z itself, rounding z would cost |z| / 2 ulp."""
    largest = largest_of(values)  # without slope, since its own derivative cancels
    powers = [exp_difference(x, largest) for x in values]
    whole = total(powers)
    return [p / whole for p in powers]


def _shares(z: Any, values: Sequence[Any]) -> list[Any]:
    """Return 1/n for each of the n values that are the result, and 0 for the others."""
    marks = [equal(x, z) for x in values]
    whole = total(marks)
    return [mark / whole for mark in marks]


def _products_of_others(z: Any, values: Sequence[Any]) -> list[Any]:
    """Return, for each value, the product of all the others, without dividing by a value that may be 0."""
    are_floats = all(type(x) is float for x in values)
    if 2 < len(values) < MANY and all(hasattr(type(x), "data") or type(x) is float for x in values):
        of: Any = floats.product if are_floats else product  # what leaves the floats on the way is right in no other form
        return [of([*values[:i], *values[i + 1 :]]) for i in range(len(values))]
    return floats.products_of_others(values) if are_floats else r.products_of_others(values)


PI_SQUARED = math.pi**2
LN2, LN10, TWO_BY_ROOT_PI = math.log(2.0), math.log(10.0), 2.0 / math.sqrt(math.pi)
SMALLEST = 5e-324  # of the floats above 0
MANY = 64  # factors, from where the square of their number would cost more than it is worth

# A row on one line, or with its parts aligned, shows its mathematics best.
# fmt: off
add = Primitive("add", operator.add, r.one, r.one, symbol="+")
subtract = Primitive("subtract", operator.sub, r.one, r.minus_one, symbol="−")
multiply = Primitive("multiply", operator.mul, lambda z, x, y: y, lambda z, x, y: x, symbol="×")
divide = Primitive("divide", operator.truediv, lambda z, x, y: 1.0 / y, lambda z, x, y: -z / y,
                   symbol="÷", domain="y != 0", limit=floats.quotient_limit)
negative = Primitive("negative", operator.neg, r.minus_one, symbol="−")
power = Primitive("power", powers.power, lambda z, x, y: power_slope(x, y), lambda z, x, y: power_log(x, y),
                  textbook=[lambda z, x, y: y * x ** (y - 1.0), lambda z, x, y: z * log(x)],
                  symbol="▢^▢", domain="x > 0, or x = 0 with y >= 0, or x < 0 with an integer y", limit=powers.power_limit)
power_slope: Primitive = Primitive(
    "power_slope", powers.power_slope,
    lambda z, x, y: power_derivative(x, y, 2.0, 0.0), lambda z, x, y: power_derivative(x, y, 1.0, 1.0), symbol="y·xʸ⁻¹")
power_log: Primitive = Primitive(
    "power_log", powers.power_log,
    lambda z, x, y: power_derivative(x, y, 1.0, 1.0), lambda z, x, y: power_derivative(x, y, 0.0, 2.0), symbol="xʸ·log x")
# Of any order, with the limits at 0 and ∞; terms that may cancel cost up to 17 ulp for x in 1e-3..1e3, more beyond.
power_derivative: Primitive = Primitive(
    "power_derivative", powers.power_derivative,
    lambda z, x, y, k, m: power_derivative(x, y, k + 1.0, m), lambda z, x, y, k, m: power_derivative(x, y, k, m + 1.0),
    r.zero, r.zero, symbol="∂ⁿxʸ", takes=FOUR)

exp = Primitive("exp", math.exp, lambda z, x: z, limit=r.infinity)
exp2 = Primitive("exp2", floats.exp2, lambda z, x: z * LN2, symbol="2^▢", limit=r.infinity)
expm1 = Primitive("expm1", math.expm1, lambda z, x: exp(x), limit=r.infinity)
log: Primitive = Primitive("log", math.log, lambda z, x: 1.0 / x, domain="x > 0", limit=lambda x: math.nan if x else -math.inf)
log2 = Primitive("log2", math.log2, lambda z, x: 1.0 / (x * LN2), domain="x > 0", limit=log.limit)
log10 = Primitive("log10", math.log10, lambda z, x: 1.0 / (x * LN10), domain="x > 0", limit=log.limit)
log1p = Primitive("log1p", math.log1p, lambda z, x: 1.0 / (1.0 + x), domain="x > -1", limit=lambda x: log.limit(1.0 + x))
sqrt = Primitive("sqrt", floats.sqrt, lambda z, x: 0.5 / z, symbol="√", domain="x >= 0")
cbrt = Primitive("cbrt", floats.cbrt, lambda z, x: z**-2.0 / 3.0, textbook=[lambda z, x: 1.0 / (3.0 * z**2.0)], symbol="∛")
hypot = Primitive("hypot", math.hypot, lambda z, x, y: unit(x, y), lambda z, x, y: unit(y, x),
                  textbook=[lambda z, x, y: x / z, lambda z, x, y: y / z])  # and 0 at (0, 0), as abs at 0
unit: Primitive = Primitive("unit", floats.unit, lambda z, x, y: unit(y, x) ** 2.0 / maximum(hypot(x, y), SMALLEST),
                            lambda z, x, y: -z * unit(y, x) / maximum(hypot(x, y), SMALLEST),
                            composed=lambda x, y: x / hypot(x, y), symbol="x ÷ hypot")

sin = Primitive("sin", math.sin, lambda z, x: cos(x), domain="a finite x")
cos: Primitive = Primitive("cos", math.cos, lambda z, x: -sin(x), domain="a finite x")
tan = Primitive("tan", math.tan, lambda z, x: 1.0 + z * z, domain="a finite x")
arcsin = Primitive("arcsin", math.asin, lambda z, x: gap_power(x, -0.5), textbook=[lambda z, x: 1.0 / sqrt(1.0 - x**2.0)],
                   domain="-1 <= x <= 1")
arccos = Primitive("arccos", math.acos, lambda z, x: -gap_power(x, -0.5), textbook=[lambda z, x: -1.0 / sqrt(1.0 - x**2.0)],
                   domain="-1 <= x <= 1")
gap_power: Primitive = Primitive("gap_power", floats.gap_power, lambda z, x, y: -2.0 * y * (x * gap_power(x, y - 1.0)), r.zero,
                                 composed=lambda x, y: (1.0 - x**2.0) ** y, symbol="(1 − x²)ʸ")
arctan = Primitive("arctan", math.atan, lambda z, x: (1.0 / hypot(1.0, x)) ** 2.0,
                   textbook=[lambda z, x: 1.0 / (1.0 + x**2.0)])
arctan2 = Primitive("arctan2", math.atan2,
                    lambda z, y, x: x / hypot(x, y) / hypot(x, y), lambda z, y, x: -y / hypot(x, y) / hypot(x, y),
                    textbook=[lambda z, y, x: x / (x**2.0 + y**2.0), lambda z, y, x: -y / (x**2.0 + y**2.0)])
sinh = Primitive("sinh", math.sinh, lambda z, x: cosh(x), limit=r.toward)
cosh: Primitive = Primitive("cosh", math.cosh, lambda z, x: sinh(x), limit=r.infinity)
tanh: Primitive = Primitive("tanh", math.tanh, lambda z, x: 4.0 * sigmoid_slope(2.0 * x), textbook=[lambda z, x: 1.0 - z**2.0])
arcsinh = Primitive("arcsinh", math.asinh, lambda z, x: 1.0 / hypot(x, 1.0), textbook=[lambda z, x: 1.0 / sqrt(x**2.0 + 1.0)])
arccosh = Primitive("arccosh", math.acosh, lambda z, x: (x - 1.0) ** -0.5 * (x + 1.0) ** -0.5,
                    textbook=[lambda z, x: 1.0 / sqrt(x**2.0 - 1.0)], domain="x >= 1")
arctanh = Primitive("arctanh", math.atanh, lambda z, x: 1.0 / ((1.0 - x) * (1.0 + x)),
                    textbook=[lambda z, x: 1.0 / (1.0 - x**2.0)],
                    domain="-1 < x < 1", limit=lambda x: r.toward(x) if x * x == 1.0 else math.nan)

sigmoid = Primitive("sigmoid", floats.sigmoid, lambda z, x: sigmoid_slope(x), textbook=[lambda z, x: z * (1.0 - z)], symbol="σ")
sigmoid_slope: Primitive = Primitive("sigmoid_slope", floats.sigmoid_slope, lambda z, x: -z * tanh(0.5 * x), symbol="σ′")
softplus = Primitive("softplus", floats.softplus, lambda z, x: sigmoid(x))
erf = Primitive("erf", math.erf, lambda z, x: TWO_BY_ROOT_PI * gaussian(x),
                textbook=[lambda z, x: 2.0 / sqrt(math.pi) * exp(-(x**2.0))])
erfc = Primitive("erfc", math.erfc, lambda z, x: -TWO_BY_ROOT_PI * gaussian(x),
                 textbook=[lambda z, x: -2.0 / sqrt(math.pi) * exp(-(x**2.0))])
gaussian: Primitive = Primitive("gaussian", floats.gaussian, lambda z, x: -2.0 * damped(x, z), symbol="e^−x²")
damped: Primitive = Primitive("damped", floats.damped, lambda z, x, y: y, lambda z, x, y: x, composed=operator.mul,
                              flat=r.damped_away, symbol="×")
relu = Primitive("relu", floats.relu, lambda z, x: heaviside(x), flat=lambda x: [x < 0.0])
heaviside: Primitive = Primitive("heaviside", floats.heaviside, r.zero, flat=r.off_zero)
abs: Primitive = Primitive("abs", operator.abs, lambda z, x: sign(x), symbol="|▢|")  # noqa: A001  # NumPy's name
sign: Primitive = Primitive("sign", floats.sign, r.zero, flat=r.off_zero)
maximum: Primitive = Primitive("maximum", floats.maximum, lambda z, x, y: greater(x, y), lambda z, x, y: greater(y, x),
                               symbol="max", takes=TWO_OR_MORE, flat=lambda x, y: [x < y, y < x])
minimum = Primitive("minimum", floats.minimum, lambda z, x, y: greater(y, x), lambda z, x, y: greater(x, y),
                    symbol="min", takes=TWO_OR_MORE, flat=lambda x, y: [y < x, x < y])
greater: Primitive = Primitive("greater", floats.greater, r.zero, r.zero, symbol=">", flat=r.unequal)  # ½ where they are equal
amax = maximum.of_sequence = Primitive("amax", floats.amax, _shares, symbol="max", takes=SEQUENCE, flat=r.not_chosen(max))
amin = minimum.of_sequence = Primitive("amin", floats.amin, _shares, symbol="min", takes=SEQUENCE, flat=r.not_chosen(min))
largest_of = Primitive("largest_of", floats.amax, r.zeros, symbol="max", takes=SEQUENCE, flat=r.everywhere)
equal: Primitive = Primitive("equal", floats.equal, r.zero, r.zero, symbol="=", flat=r.unequal)
floor = Primitive("floor", floats.floor, r.zero, flat=r.between_whole)
ceil = Primitive("ceil", floats.ceil, r.zero, flat=r.between_whole)
trunc = Primitive("trunc", floats.trunc, r.zero, flat=lambda x: [x % 1.0 != 0.0 or x == 0.0])
rint = Primitive("rint", floats.rint, r.zero, flat=lambda x: [x % 1.0 != 0.5])
round: Primitive = Primitive("round", floats.round_to, r.zero, r.zero, defaults=[0.0])  # noqa: A001  # Python's name
remainder = Primitive("remainder", operator.mod, r.one, lambda z, x, y: -floor_divide(x, y), symbol="%", domain="y != 0")
floor_divide: Primitive = Primitive("floor_divide", floats.floor_divide, r.zero, r.zero, symbol="//", domain="y != 0",
                                    limit=floats.quotient_limit, flat=lambda x, y: [x % y != 0.0] * 2)
fmod = Primitive("fmod", floats.fmod, r.one, lambda z, x, y: rint((z - x) / y), domain="y != 0")
clip = Primitive("clip", floats.clip, lambda z, x, low, high: greater(x, low) * greater(high, x),
                 lambda z, x, low, high: greater(low, x) * greater(high, low),
                 lambda z, x, low, high: greater(maximum(x, low), high),
                 takes=THREE, flat=r.beyond_bounds)
copysign: Primitive = Primitive("copysign", math.copysign, lambda z, x, y: copysign(1.0, y) * sign(x), r.zero,
                                flat=lambda x, y: [False, y < 0.0 or y > 0.0])
where: Primitive = Primitive("where", floats.where, r.zero, lambda z, c, x, y: where(c, 1.0, 0.0),
                             lambda z, c, x, y: where(c, 0.0, 1.0), takes=THREE,
                             flat=lambda c, x, y: [True, not c, bool(c)])
logaddexp = Primitive("logaddexp", floats.logaddexp, lambda z, x, y: _softmax(z, [x, y])[0],
                      lambda z, x, y: _softmax(z, [x, y])[1],
                      textbook=[lambda z, x, y: exp(x - z), lambda z, x, y: exp(y - z)])
sinc = Primitive("sinc", floats.sinc, lambda z, x: -PI_SQUARED * (x * sinc_derivative(x, 1.0)),
                 textbook=[lambda z, x: (cos(math.pi * x) - z) / x])
sinc_derivative: Primitive = Primitive("sinc_derivative", floats.sinc_derivative,
                                       lambda z, x, n: -PI_SQUARED * (x * sinc_derivative(x, n + 1.0)), r.zero)
xlogy = Primitive("xlogy", floats.xlogy, lambda z, x, y: log(y), lambda z, x, y: damped(1.0 / y, x),
                  textbook=[lambda z, x, y: log(y), lambda z, x, y: x / y], domain="y > 0, or x = 0",
                  limit=lambda x, y: x * -math.inf if y == 0.0 else math.nan)
exp_difference = Primitive("exp_difference", floats.exp_difference, lambda z, x, y: z, lambda z, x, y: -z, symbol="eˣ⁻ʸ",
                           limit=r.infinity)

total = Primitive("total", floats.total, lambda z, values: [1.0] * len(values), symbol="+", takes=SEQUENCE, composed=r.summed)
product = Primitive("product", floats.product, _products_of_others, symbol="×", takes=SEQUENCE, composed=r.multiplied)
weighted_sum = Primitive("weighted_sum", floats.weighted_sum,
                         lambda z, weights, inputs, bias: inputs, lambda z, weights, inputs, bias: weights, r.one,
                         symbol="Σ", takes=NEURON, defaults=[0.0],
                         composed=lambda weights, inputs, bias: r.summed(
                             [*map(operator.mul, weights, inputs), *([] if type(bias) is float and bias == 0.0 else [bias])]))
half_squared_error = Primitive("half_squared_error", floats.half_squared_error,
                               lambda z, target, output: r.differences(target, output),
                               lambda z, target, output: r.differences(output, target),
                               textbook=[lambda z, target, output: r.differences(target, output),
                                         lambda z, target, output: r.negated(r.differences(target, output))],
                               symbol="½Δ²", takes=PAIRS, composed=r.half_of_squares)
log_sum_exp = Primitive("log_sum_exp", floats.log_sum_exp, _softmax, textbook=[lambda z, values: [exp(x - z) for x in values]],
                        symbol="LSE", takes=SEQUENCE, composed=lambda values: log(r.summed([exp(x) for x in values])))
# fmt: on
half_squared_error.__doc__ = (
    "Return Σ ½(target - output)² of targets and outputs, in this order; losses of nn have outputs first."
)

# Other names of the same rows, those of math and NumPy.
asin, acos, atan, atan2, asinh, acosh, atanh = arcsin, arccos, arctan, arctan2, arcsinh, arccosh, arctanh
absolute = fabs = abs
ALIASES = {alias: row.name for alias, row in [*vars().items()] if isinstance(row, Primitive) and alias != row.name}

# This file's own partials on floats, in half the time: the same code, in which ``exp`` is ``math.exp``.
_VALUES = {**vars(), **{name: row.value for name, row in [*vars().items()] if isinstance(row, Primitive)}}
ON_FLOATS.update(
    {f: FunctionType(f.__code__, _VALUES) for row in TABLE.values() for f in row.partials if f.__globals__ is globals()}
)
