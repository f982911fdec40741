"""Spelling: rows of the table run on symbols, to write a formula as Python, as plain text or as LaTeX.

>>> from autograd.engine.primitives import sigmoid
>>> x, y = symbols("x y")
>>> print(sigmoid(x * y) / (1 - x) ** 2)
σ(x·y) / (1 − x)²
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from math import pi, prod
from typing import Any

from autograd.engine import primitives as p
from autograd.engine.number import Operators
from autograd.engine.primitive import Primitive
from autograd.text.numbers import latex_number, number_text

# How tightly a written formula holds together.
SUM, PRODUCT, NEGATION, POWER, ATOM = range(5)

#                Python       text        LaTeX                    holds
INFIX = {
    "add":      ("{} + {}",   "{} + {}",  "{} + {}",               SUM),
    "subtract": ("{} - {}",   "{} − {}",  "{} - {}",               SUM),
    "multiply": ("{} * {}",   "{}·{}",    r"{} \cdot {}",          PRODUCT),
    "divide":   ("{} / {}",   "{} / {}",  r"\frac{{{}}}{{{}}}",    PRODUCT),
    "negative": ("-{}",       "−{}",      "-{}",                   NEGATION),
    "power":    ("{} ** {}",  "{}^{}",    "{}^{{{}}}",             POWER),
}  # fmt: skip

#                text         LaTeX; other functions are written f(x), in LaTeX with an upright name
FUNCTIONS = {
    "abs":      ("|{}|",      r"\left|{}\right|"),
    "arccos":   ("arccos({})", r"\arccos({})"),
    "arcsin":   ("arcsin({})", r"\arcsin({})"),
    "arctan":   ("arctan({})", r"\arctan({})"),
    "ceil":     ("⌈{}⌉",      r"\lceil {} \rceil"),
    "cbrt":     ("∛({})",     r"\sqrt[3]{{{}}}"),
    "cos":      ("cos({})",   r"\cos({})"),
    "cosh":     ("cosh({})",  r"\cosh({})"),
    "exp":      ("exp({})",   r"e^{{{}}}"),
    "amax":     ("max({})",   r"\max({})"),
    "amin":     ("min({})",   r"\min({})"),
    "equal":    ("[{}={}]",   "[{} = {}]"),
    "largest_of": ("max({})", r"\max({})"),
    "greater":  ("[{} > {}]", "[{} > {}]"),
    "floor":    ("⌊{}⌋",      r"\lfloor {} \rfloor"),
    "heaviside": ("[{} > 0]", r"[{} > 0]"),
    "log":      ("log({})",   r"\ln({})"),
    "maximum":  ("max({}, {})", r"\max({}, {})"),
    "minimum":  ("min({}, {})", r"\min({}, {})"),
    "sigmoid":  ("σ({})",     r"\sigma({})"),
    "sigmoid_slope": ("σ′({})", r"\sigma'({})"),
    "sin":      ("sin({})",   r"\sin({})"),
    "sinh":     ("sinh({})",  r"\sinh({})"),
    "sqrt":     ("√({})",     r"\sqrt{{{}}}"),
    "tan":      ("tan({})",   r"\tan({})"),
    "tanh":     ("tanh({})",  r"\tanh({})"),
}  # fmt: skip

SUPERSCRIPTS = str.maketrans("−0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
FROM_SUBSCRIPTS = str.maketrans("₀₁₂₃₄₅₆₇₈₉", "0123456789")


# Rows that others need for their accuracy, as a textbook writes what they compute.
HELPERS: dict[Primitive, Callable[..., Any]] = {
    p.power_slope: lambda x, y: y * x ** (y - 1.0),
    p.power_log: lambda x, y: x**y * p.log(x),
    p.power_derivative: lambda x, y, k, m: _power_derivative(x, y, int(k), int(m)),
    p.gaussian: lambda x: p.exp(-(x**2.0)),
    p.exp_difference: lambda x, y: p.exp(x - y),
    p.sinc_derivative: lambda x, n: _sinc_derivative(x, int(n)),
}


def called(op: Primitive) -> str:
    """Return the name of an operation in a sentence; for one that only helps others, what it computes."""
    return op.symbol if op in (*HELPERS, p.sigmoid_slope, p.unit, p.gap_power, p.damped) else op.name


def _power_derivative(x: Any, y: Any, k: int, m: int) -> Any:
    """Return what x**y becomes that is differentiated so many times by x and by y."""
    if m and not k:
        return x**y * p.log(x) ** m
    if k == m == 1:
        return x ** (y - 1.0) * (1.0 + y * p.log(x))
    if m:
        what, by = f"({x**y})", [(_raised(n, x.style), written(arg, x.style)) for n, arg in ((k, x), (m, y))]
        pattern = r"\frac{{\partial{} {}}}{{{}}}" if x.style == "latex" else "∂{}{}/{}"
        d = r"\partial " if x.style == "latex" else "∂"
        return Symbol(pattern.format(_raised(k + m, x.style), what, "".join(f"{d}{arg}{n}" for n, arg in by)), x.style)
    if isinstance(y, float):
        factor = prod(y - i for i in range(k))
        return factor * x ** (y - k) if factor and y != k else factor
    return p.product([y - i if i else y for i in range(k)]) * x ** (y - k)


def _sinc_derivative(x: Any, n: int) -> Any:
    """Return the nth of the functions that the derivatives of sinc are made of, by the two before it."""
    below, last = p.cos(pi * x), p.sinc(x)  # of the orders -1 and 0
    for k in range(n):
        below, last = last, ((2.0 * k + 1.0) * last - below if k else last - below) / (pi * x) ** 2.0
    return last


# How the ½ of half_squared_error is written, where 0.5 stands in its composition.
HALF = {"text": "½", "latex": r"\tfrac{1}{2}"}


class Symbol(Operators):
    """A written formula; arithmetic on it writes a longer one."""

    def __init__(self, text: str, style: str = "text", holds: int = ATOM, begins: Symbol | None = None) -> None:
        self._text, self.style, self.holds, self._begins = text, style, holds, begins

    @property
    def text(self) -> str:
        """The formula; a sum of many terms is put together only here, where each term is copied once."""
        parts, symbol = [self._text], self
        while symbol._begins is not None:
            symbol = symbol._begins
            parts.append(symbol._text)
        self._text, self._begins = "".join(reversed(parts)), None
        return self._text

    def __str__(self) -> str:
        return self.text

    @staticmethod
    def _apply(op: Primitive, args: Sequence[Any]) -> Any:
        return spell(op, args, _style(args))


def symbols(names: str, style: str = "text") -> list[Symbol]:
    """Return a symbol for each of the names, which spaces separate."""
    return [Symbol(name, style) for name in names.split()]


def spell(op: Primitive, args: Sequence[Any], style: str = "text") -> Symbol:
    """Return an operation on symbols and numbers as a symbol: written, with brackets only where they are needed."""
    if op.name in INFIX:
        return _infix(op, args, style)
    if style == "python":
        return Symbol(f"{op.name}({', '.join(written(arg, style) for arg in args)})", style)
    if op.composed:
        half = {"half": Symbol(HALF[style], style)} if op is p.half_squared_error else {}
        whole = op.composed(*args, **half)
        return _symbol(whole, style)
    if op is p.maximum and type(args[1]) is float and args[1] == p.SMALLEST:
        return _symbol(args[0], style)  # which only keeps a quotient from 0 / 0
    if op in HELPERS:
        return _symbol(HELPERS[op](*args), style)
    text, latex = FUNCTIONS.get(op.name, (None, None))
    pattern = latex if style == "latex" else text
    name = _latex_function(op.name) if style == "latex" else op.name
    words = [", ".join(written(x, style) for x in (arg if isinstance(arg, (list, tuple)) else [arg])) for arg in args]
    return Symbol(pattern.format(*words) if pattern else f"{name}({', '.join(words)})", style)


def _raised(n: int, style: str) -> str:
    return "" if n == 1 else f"^{{{n}}}" if style == "latex" else str(n).translate(SUPERSCRIPTS)


def _symbol(whole: Any, style: str) -> Symbol:
    return whole if isinstance(whole, Symbol) else Symbol(written(whole, style), style, holds_of(whole))


def _latex_function(name: str) -> str:
    """Return the name of a function in LaTeX, such as that of mul′₂, the derivative of mul by its second argument."""
    name = name.replace("_", " ").replace("′", "'")
    name = re.sub("[₀-₉]+", lambda digits: f"_{{{digits[0].translate(FROM_SUBSCRIPTS)}}}", name)
    return rf"\operatorname{{{name}}}"


def written(arg: Any, style: str = "text") -> str:
    """Return the text of a symbol, a number or a list of them."""
    if isinstance(arg, (list, tuple)):
        return f"[{', '.join(written(item, style) for item in arg)}]"
    if isinstance(arg, Symbol):
        return arg.text
    if style == "python":
        return repr(float(arg)).removesuffix(".0")
    return number_text(arg) if style == "text" else latex_number(arg)


def _infix(op: Primitive, args: Sequence[Any], style: str) -> Symbol:
    python, text, latex, holds = INFIX[op.name]
    if op.name == "power" and style != "python" and isinstance(args[1], (int, float)) and args[1] == 1:
        return Symbol(written(args[0], style), style, holds_of(args[0]))  # the slope of x² is 2·x, not 2·x¹
    if op.name == "power" and style == "text" and isinstance(args[1], (int, float)) and args[1] == int(args[1]):
        return Symbol(_bracketed(op.name, 0, args[0], style) + written(args[1], style).translate(SUPERSCRIPTS), style, POWER)
    pattern = {"python": python, "text": text, "latex": latex}[style]
    if op.name == "add" and isinstance(args[0], Symbol):
        return Symbol(pattern.format("", _bracketed(op.name, 1, args[1], style)), style, holds, begins=args[0])
    words = [_bracketed(op.name, place, arg, style) for place, arg in enumerate(args)]
    return Symbol(pattern.format(*words), style, holds)


def _bracketed(name: str, place: int, arg: Any, style: str) -> str:
    """Return an operand's text, in brackets if it holds together less than its place needs."""
    word = written(arg, style)
    if style == "latex" and (name == "divide" or (name == "power" and place == 1)):
        return word  # the fraction bar and the raised position bracket it
    holds, needed = holds_of(arg), INFIX[name][3]
    associative = name in ("add", "multiply") and style != "python"  # floats are not: a + (b + c) differs
    at_the_end = (place == 1) != (name == "power")
    loose = holds < needed or (holds == needed and at_the_end and not associative)
    if place == 1 and style != "python" and word.startswith(("−", "-")):
        first = re.match(r"[−-](?:[\w.#′\\]|(?<=e)−|\{[^{}]*\})+(?=·| / | \\cdot )", word)
        if first and holds == PRODUCT and name != "divide":
            return _in_brackets(first[0], style) + word[first.end() :]  # a + (−0.5)·b
        loose = True  # a·(−1), not a·−1
    return _in_brackets(word, style) if loose else word


def _in_brackets(word: str, style: str) -> str:
    return rf"\left({word}\right)" if style == "latex" else f"({word})"


def holds_of(arg: Any) -> int:
    if isinstance(arg, Symbol):
        return arg.holds
    return ATOM if arg >= 0 else NEGATION


def _style(args: Sequence[Any]) -> str:
    for arg in args:
        style = _style(arg) if isinstance(arg, (list, tuple)) else getattr(arg, "style", "")
        if style:
            return str(style)
    return ""
