"""The table: every operation's value and partial derivatives, each written once.

A row is read by several kinds of number. Given floats it computes; given Values it records, and since partials are made of
rows, gradients have gradients; given symbols it writes formulas. Nothing here knows of any of them.

Values and partials are within 4 ulp wherever they are normal numbers, but for those of the two helpers of ``power``. Where
that needs a form that no textbook prints, ``textbook`` holds the printed one for those who write it down.
"""

from __future__ import annotations

import math
import operator
import re
from collections.abc import Callable, Iterable, Sequence
from itertools import accumulate
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias, overload

from autograd.engine import floats

if TYPE_CHECKING:
    from autograd.engine.value import Value

Rule: TypeAlias = Callable[..., Any]


class Shape(NamedTuple):
    """What an operation takes: in words, and as the choices of which arguments are sequences."""

    words: str
    sequences: tuple[tuple[bool, ...], ...]


NUMBER = Shape("one number", ((False,),))
NUMBERS = Shape("two numbers", ((False, False),))
SEQUENCE = Shape("one sequence of numbers", ((True,),))
PAIRS = Shape("two numbers, or two sequences of numbers", ((False, False), (True, True)))
NEURON = Shape("two sequences of numbers and one number", ((True, True, False),))

TABLE: dict[str, Primitive] = {}


class Primitive:
    """One operation: ``z = value(x, …)`` and one partial per argument, each a function of ``(z, x, …)``.

    An argument may be a sequence, as ``takes`` tells; its partial is then a sequence as well. ``symbol`` is what a picture
    shows, ``domain`` what an error message asks for, ``limit`` the value where ``value`` raises.

    >>> exp(0.0), exp.partials[0](1.0, 0.0)
    (1.0, 1.0)
    """

    body: Rule | None = None  # of a row whose partials are found by running it; other kinds of number run it themselves

    def __init__(
        self,
        name: str,
        value: Rule,
        *partials: Rule,
        symbol: str = "",
        domain: str = "",
        limit: Rule = lambda *args: math.nan,
        textbook: Sequence[Rule] = (),
        takes: Shape | None = None,
        defaults: Sequence[float] = (),
    ) -> None:
        self.name, self.value, self.partials = name, value, partials
        self.arity = len(partials)
        self.symbol, self.domain, self.limit = symbol or name, domain, limit
        self.textbook = textbook or partials
        self.takes = takes or (NUMBER if self.arity == 1 else NUMBERS)
        self.defaults = defaults
        self.__doc__ = f"Return {name} of {self.takes.words}: a float, or recorded as a Value if one of them is a Value."
        TABLE[name] = self

    if TYPE_CHECKING:

        @overload  # a list of floats fits both overloads; mypy takes the first, which is the right one
        def __call__(self, *args: float | Sequence[float]) -> float: ...  # type: ignore[overload-overlap]
        @overload
        def __call__(self, *args: Value | float | Iterable[Value | float]) -> Value: ...

    def __call__(self, *args: Any) -> Any:
        """Compute on numbers; let any other kind of number (a Value, a symbol) read the row itself."""
        if len(args) != self.arity:
            args = self._with_defaults(args)
        for arg in args:
            if type(arg) is not float:
                read = _reader(args)
                if read is None:
                    args = tuple([_sequence(arg) for arg in args])
                    read = _reader(args)
                if read is not None:
                    return read(self, args)
                args = self.checked(args)
                break
        try:
            return self.value(*args)
        except (ArithmeticError, ValueError) as error:
            raise self.refusal(error, args) from None
        except TypeError:
            raise self.misuse(args) from None

    def _with_defaults(self, args: tuple[Any, ...]) -> tuple[Any, ...]:
        missing = self.arity - len(args)
        if not 0 < missing <= len(self.defaults):
            raise TypeError(f"{self.name} takes {self.takes.words}, but got {len(args)} argument{'s' * (len(args) != 1)}")
        return (*args, *self.defaults[-missing:])

    def checked(self, args: Sequence[Any], kept: Any = ()) -> tuple[Any, ...]:
        """Return arguments as floats and tuples of floats, leaving ``kept`` types alone; raise TypeError if they do not fit."""
        args = [_sequence(arg) for arg in args]
        if tuple([isinstance(arg, (list, tuple)) for arg in args]) not in self.takes.sequences:
            raise self.misuse(args)
        return tuple(
            [tuple([self._plain(x, kept) for x in a]) if isinstance(a, (list, tuple)) else self._plain(a, kept) for a in args]
        )

    def _plain(self, x: Any, kept: Any) -> Any:
        if isinstance(x, kept):
            return x
        plain = floats.number(x)
        if plain is None:
            raise self.misuse([x])
        return plain

    def misuse(self, args: Sequence[Any]) -> TypeError:
        """Return the error for arguments of the wrong kind: what the operation takes, and what it got."""
        got = " and ".join([f"{type(arg).__name__} {arg!r:.60}" for arg in args])
        return TypeError(f"{self.name} takes {self.takes.words} (Values or real numbers), but got {got}")

    def refusal(self, error: Exception, numbers: Sequence[Any], labels: Sequence[str] = ()) -> Exception:
        """Return the error for operands without a result: Python's type; operation, labels and numbers; what to do."""
        if not self.domain and not isinstance(error, OverflowError):
            return error
        free = iter([letter for letter in "xyz" if letter not in labels])
        names = [label or next(free) for label in labels or [""] * len(numbers)]
        given = " and ".join(f"{name} = {number!r}" for name, number in zip(names, numbers, strict=True))
        domain = re.sub(r"\b[xy]\b", lambda letter: names["xy".index(letter[0])], self.domain)
        why = f"it needs {domain}; check the operand, or keep it inside with maximum or minimum"
        if isinstance(error, OverflowError):
            why = "the result exceeds the largest float, 1.8e308; scale the operand down"
        return type(error)(f"{self.name}({', '.join(names)}) has no value at {given}: {why}")

    def __repr__(self) -> str:
        return f"<primitive {self.name}>"

    def __reduce__(self) -> tuple[Any, ...]:
        return _row_named, (self.name,)


def _row_named(name: str) -> Primitive:
    return TABLE[name]


def _sequence(arg: Any) -> Any:
    """Return any iterable as a list or tuple, and everything else as it is."""
    return tuple(arg) if hasattr(arg, "__iter__") and not isinstance(arg, (list, tuple, str)) else arg


def _reader(args: Sequence[Any]) -> Any:
    """Return how the first argument that is no plain number, or has such an item, reads a row; None if there is none."""
    for arg in args:
        read = getattr(arg[0] if type(arg) is list and arg else arg, "_read", None)
        if read is None and isinstance(arg, (list, tuple)):
            read = _reader(arg)
        if read is not None:
            return read
    return None


def _toward(x: float) -> float:
    return math.copysign(math.inf, x)


def _infinity(*args: float) -> float:
    return math.inf


def _one(z: Any, *args: Any) -> float:
    return 1.0


def _minus_one(z: Any, *args: Any) -> float:
    return -1.0


def _softmax(z: Any, values: Sequence[Any]) -> list[Any]:
    """Return exp(value - z) for each value; written with z itself, rounding z would cost |z| / 2 ulp."""
    largest = max([getattr(x, "data", x) for x in values])  # may be a plain number: its own derivative cancels
    powers = [exp_difference(x, largest) for x in values]
    whole = total(powers)
    return [p / whole for p in powers]


def _products_of_others(z: Any, values: Sequence[Any]) -> list[Any]:
    """Return, for each value, the product of all the others, without dividing by a value that may be 0."""
    if len(values) < 2:
        return [1.0] * len(values)
    before = [*accumulate(values[:-1], operator.mul)]
    after = [*accumulate(values[:0:-1], operator.mul)][::-1]
    return [after[0], *map(operator.mul, before, after[1:]), before[-1]]


def _differences(xs: Any, ys: Any, sign: float | None = None) -> Any:
    """Return x - y, or for sequences the list of them; times sign if there is one."""
    if isinstance(xs, (list, tuple)):
        return [*map(operator.sub, xs, ys)] if sign is None else [(x - y) * sign for x, y in zip(xs, ys, strict=True)]
    return xs - ys if sign is None else (xs - ys) * sign


LN2, LN10, TWO_BY_ROOT_PI = math.log(2.0), math.log(10.0), 2.0 / math.sqrt(math.pi)
SMALLEST = 5e-324  # of the floats above 0

# A row on one line, or with its parts aligned, shows its mathematics best.
# fmt: off
add = Primitive("add", operator.add, _one, _one, symbol="+")
subtract = Primitive("subtract", operator.sub, _one, _minus_one, symbol="−")
multiply = Primitive("multiply", operator.mul, lambda z, x, y: y, lambda z, x, y: x, symbol="×")
divide = Primitive("divide", operator.truediv, lambda z, x, y: 1.0 / y, lambda z, x, y: -z / y,
                   symbol="÷", domain="y != 0", limit=floats.quotient_limit)
negative = Primitive("negative", operator.neg, _minus_one, symbol="−")
power = Primitive("power", floats.power, lambda z, x, y: power_slope(x, y), lambda z, x, y: power_log(x, y),
                  textbook=[lambda z, x, y: y * x ** (y - 1.0), lambda z, x, y: z * log(x)],
                  symbol="xʸ", domain="x > 0, or x = 0 with y >= 0, or x < 0 with an integer y", limit=floats.power_limit)
# The partials of these two round y - 1 and add terms that may cancel: up to 17 ulp for x in 1e-3..1e3, more beyond.
power_slope: Primitive = Primitive(
    "power_slope", floats.power_slope,
    lambda z, x, y: y * power_slope(x, y - 1.0) if y != 0.0 else 0.0,  # at x = 0 the slope of x**-1 is infinite
    lambda z, x, y: power(x, y - 1.0) + z * log(x),
    limit=lambda x, y: y * floats.power_limit(x, y - 1.0))
power_log: Primitive = Primitive(
    "power_log", floats.power_log,
    lambda z, x, y: y * power_log(x, y - 1.0) + power(x, y - 1.0),  # ** of plain floats may turn complex
    lambda z, x, y: z * log(x),
    limit=lambda x, y: -math.inf if x == 0.0 else _toward(x - 1.0))

exp = Primitive("exp", math.exp, lambda z, x: z, symbol="eˣ", limit=_infinity)
exp2 = Primitive("exp2", floats.exp2, lambda z, x: z * LN2, textbook=[lambda z, x: z * log(2.0)], symbol="2ˣ", limit=_infinity)
expm1 = Primitive("expm1", math.expm1, lambda z, x: exp(x), limit=_infinity)
log: Primitive = Primitive("log", math.log, lambda z, x: 1.0 / x, domain="x > 0", limit=lambda x: math.nan if x else -math.inf)
log2 = Primitive("log2", math.log2, lambda z, x: 1.0 / (x * LN2), textbook=[lambda z, x: 1.0 / (x * log(2.0))],
                 domain="x > 0", limit=log.limit)
log10 = Primitive("log10", math.log10, lambda z, x: 1.0 / (x * LN10), textbook=[lambda z, x: 1.0 / (x * log(10.0))],
                  domain="x > 0", limit=log.limit)
log1p = Primitive("log1p", math.log1p, lambda z, x: 1.0 / (1.0 + x), domain="x > -1", limit=lambda x: log.limit(1.0 + x))
sqrt = Primitive("sqrt", floats.sqrt, lambda z, x: 0.5 / z, symbol="√", domain="x >= 0")
cbrt = Primitive("cbrt", floats.cbrt, lambda z, x: 1.0 / (3.0 * (z * z)), symbol="∛")
hypot = Primitive("hypot", math.hypot, lambda z, x, y: x / maximum(z, SMALLEST), lambda z, x, y: y / maximum(z, SMALLEST),
                  textbook=[lambda z, x, y: x / z, lambda z, x, y: y / z])  # and 0 at (0, 0), as abs at 0

sin = Primitive("sin", math.sin, lambda z, x: cos(x), domain="a finite x")
cos: Primitive = Primitive("cos", math.cos, lambda z, x: -sin(x), domain="a finite x")
tan = Primitive("tan", math.tan, lambda z, x: 1.0 + z * z, domain="a finite x")
arcsin = Primitive("arcsin", math.asin, lambda z, x: 1.0 / sqrt((1.0 - x) * (1.0 + x)), domain="-1 <= x <= 1")
arccos = Primitive("arccos", math.acos, lambda z, x: -1.0 / sqrt((1.0 - x) * (1.0 + x)), domain="-1 <= x <= 1")
arctan = Primitive("arctan", math.atan, lambda z, x: (1.0 / hypot(1.0, x)) ** 2.0,
                   textbook=[lambda z, x: 1.0 / (1.0 + x**2.0)])
arctan2 = Primitive("arctan2", math.atan2,
                    lambda z, y, x: x / hypot(x, y) / hypot(x, y), lambda z, y, x: -y / hypot(x, y) / hypot(x, y),
                    textbook=[lambda z, y, x: x / (x**2.0 + y**2.0), lambda z, y, x: -y / (x**2.0 + y**2.0)])
sinh = Primitive("sinh", math.sinh, lambda z, x: cosh(x), limit=_toward)
cosh: Primitive = Primitive("cosh", math.cosh, lambda z, x: sinh(x), limit=_infinity)
tanh: Primitive = Primitive("tanh", math.tanh, lambda z, x: 4.0 * sigmoid_slope(2.0 * x), textbook=[lambda z, x: 1.0 - z**2.0])
arcsinh = Primitive("arcsinh", math.asinh, lambda z, x: 1.0 / hypot(x, 1.0), textbook=[lambda z, x: 1.0 / sqrt(x**2.0 + 1.0)])
arccosh = Primitive("arccosh", math.acosh, lambda z, x: 1.0 / (sqrt(x - 1.0) * sqrt(x + 1.0)),
                    textbook=[lambda z, x: 1.0 / sqrt(x**2.0 - 1.0)], domain="x >= 1")
arctanh = Primitive("arctanh", math.atanh, lambda z, x: 1.0 / ((1.0 - x) * (1.0 + x)),
                    textbook=[lambda z, x: 1.0 / (1.0 - x**2.0)],
                    domain="-1 < x < 1", limit=lambda x: _toward(x) if x * x == 1.0 else math.nan)

sigmoid = Primitive("sigmoid", floats.sigmoid, lambda z, x: sigmoid_slope(x), textbook=[lambda z, x: z * (1.0 - z)], symbol="σ")
sigmoid_slope: Primitive = Primitive("sigmoid_slope", floats.sigmoid_slope, lambda z, x: -z * tanh(0.5 * x), symbol="σ′")
softplus = Primitive("softplus", floats.softplus, lambda z, x: sigmoid(x))
erf = Primitive("erf", math.erf, lambda z, x: TWO_BY_ROOT_PI * gaussian(x),
                textbook=[lambda z, x: 2.0 / sqrt(math.pi) * exp(-(x**2.0))])
erfc = Primitive("erfc", math.erfc, lambda z, x: -TWO_BY_ROOT_PI * gaussian(x),
                 textbook=[lambda z, x: -2.0 / sqrt(math.pi) * exp(-(x**2.0))])
gaussian: Primitive = Primitive("gaussian", floats.gaussian, lambda z, x: -2.0 * (x * z), symbol="e^−x²")
relu = Primitive("relu", floats.relu, lambda z, x: heaviside(x))
heaviside: Primitive = Primitive("heaviside", floats.heaviside, lambda z, x: 0.0)
abs: Primitive = Primitive("abs", operator.abs, lambda z, x: sign(x), symbol="|x|")  # noqa: A001  # NumPy's name
sign: Primitive = Primitive("sign", floats.sign, lambda z, x: 0.0)
maximum: Primitive = Primitive("maximum", floats.maximum,
                    lambda z, x, y: 0.5 + 0.5 * sign(x - y), lambda z, x, y: 0.5 + 0.5 * sign(y - x), symbol="max")
minimum = Primitive("minimum", floats.minimum,
                    lambda z, x, y: 0.5 + 0.5 * sign(y - x), lambda z, x, y: 0.5 + 0.5 * sign(x - y), symbol="min")
exp_difference = Primitive("exp_difference", floats.exp_difference, lambda z, x, y: z, lambda z, x, y: -z, symbol="eˣ⁻ʸ",
                           limit=_infinity)

total = Primitive("total", floats.total, lambda z, values: [1.0] * len(values), symbol="+", takes=SEQUENCE)
product = Primitive("product", math.prod, _products_of_others, symbol="×", takes=SEQUENCE)
weighted_sum = Primitive("weighted_sum", floats.weighted_sum,
                         lambda z, weights, inputs, bias: inputs, lambda z, weights, inputs, bias: weights, _one,
                         symbol="Σ", takes=NEURON, defaults=[0.0])
half_squared_error = Primitive("half_squared_error", floats.half_squared_error,
                               lambda z, target, output: _differences(target, output),
                               lambda z, target, output: _differences(output, target),
                               textbook=[lambda z, target, output: _differences(target, output),
                                         lambda z, target, output: _differences(target, output, sign=-1.0)],
                               symbol="½Δ²", takes=PAIRS)
log_sum_exp = Primitive("log_sum_exp", floats.log_sum_exp, _softmax, textbook=[lambda z, values: [exp(x - z) for x in values]],
                        symbol="LSE", takes=SEQUENCE)
# fmt: on

# Other names of the same rows, those of math and NumPy.
asin, acos, atan, atan2, asinh, acosh, atanh, absolute, fabs = (
    arcsin,
    arccos,
    arctan,
    arctan2,
    arcsinh,
    arccosh,
    arctanh,
    abs,
    abs,
)
ALIASES = {alias: row.name for alias, row in [*vars().items()] if isinstance(row, Primitive) and alias != row.name}
