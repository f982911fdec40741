"""Typed expressions, such as ``sin(x*y) + exp(-x**2)``: parsed here, and computed by rows of the table; never run as Python."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches
from typing import Any, TypeAlias

from autograd.engine import primitives as rows
from autograd.engine.labels import clean
from autograd.engine.primitive import TABLE, Primitive
from autograd.engine.value import Value
from autograd.text.names import LETTER
from autograd.text.words import listed

FUNCTIONS = {name: TABLE[rows.ALIASES.get(name, name)] for name in [*TABLE, *rows.ALIASES] if hasattr(Value, name)}
CONSTANTS = {"pi": math.pi, "π": math.pi, "e": math.e, "tau": math.tau}  # where no variable has the name
SUMS = {"+": rows.add, "-": rows.subtract}
PRODUCTS = {"*": rows.multiply, "/": rows.divide, "%": rows.remainder, "//": rows.floor_divide}

NAME = rf"{LETTER}(?:{LETTER}|[0-9])*"
NUMBER = r"(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?"
TOKEN = re.compile(rf"(?P<number>{NUMBER})|(?P<name>{NAME})|(?P<sign>\*\*|//|[-+*/%(),])")
ASSIGNED = re.compile(rf"\s*({NAME})\s*=(?!=)")
OTHER_WORDS = {"ln": "log", "max": "maximum", "min": "minimum", "pow": "power", "sgn": "sign", "σ": "sigmoid", "lg": "log10"}
CHOICE = "comparisons and conditions are no part of an expression; maximum, minimum, relu and abs choose"
OTHER_SIGNS = {
    "^": "a power is written x**2",
    "²": "a square is written x**2",
    "³": "a third power is written x**3",
    **dict.fromkeys("·×⋅∙", "a product is written x*y"),
    **dict.fromkeys("−–", "a minus is written -"),
    **dict.fromkeys("÷:", "a quotient is written x/y"),
    **dict.fromkeys("[]{}", "brackets are written ( and )"),
    **dict.fromkeys("<>!", CHOICE),
    "|": "an absolute value is written abs(x)",
    "√": "a square root is written sqrt(x)",
    "=": 'the expression comes first; after it, each name is given its number, as in "x**2" x=3',
}
DEEPEST = 100  # brackets, signs and powers within each other
WIDEST = 80  # columns of the text that an error shows

Step: TypeAlias = tuple[Any, int, int]  # a number, a name, or a row; how many operands it takes; its place in the text


class ExpressionError(ValueError):
    """What is wrong with a text, and where: the message shows the text, and points at the character."""

    def __init__(self, problem: str, text: str, place: int) -> None:
        self.problem, self.place = problem, place
        start = max(0, min(place - WIDEST // 2, len(text) - WIDEST))
        shown = [clean(c) or " " for c in text[start : start + WIDEST]]
        before, after = "… " * (start > 0), " …" * (start + WIDEST < len(text))
        margin = sum(2 if unicodedata.east_asian_width(c[0]) in "WF" else len(c) for c in shown[: place - start])
        super().__init__(f"{problem}\n  {before}{''.join(shown)}{after}\n  {' ' * (len(before) + margin)}^")


class Expression:
    """A formula as it was typed, of variables by ``names``; called with their numbers or Values, it computes.

    >>> f = Expression("x*y + sin(x)")
    >>> f.names
    ('x', 'y')
    >>> f({"x": 0.0, "y": 2.0})
    0.0
    >>> f({"x": Value(0.0, label="x"), "y": 2.0})
    Value(data=0.0, grad=0)

    Raises ExpressionError, a ValueError, for a text that is none, for a variable without a number, and where an operation
    has no value.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self.steps = _Parser(text).steps()
        used = [step for step in self.steps if isinstance(step[0], str)]
        self.places: dict[str, int] = {}  # of each name's first use
        for name, _, place in used:
            self.places.setdefault(name, place)
        self.names = tuple(name for name in self.places if name not in CONSTANTS)

    def __call__(self, values: Mapping[str, Value | float]) -> Value | float:
        """Compute, with values by name; one called as a constant is, such as e, takes its place."""
        self._check(values)
        known = {**CONSTANTS, **values}
        stack: list[Any] = []
        for what, count, place in self.steps:
            if not isinstance(what, Primitive):
                stack.append(known[what] if isinstance(what, str) else what)
                continue
            operands = stack[len(stack) - count :]
            del stack[len(stack) - count :]
            try:
                stack.append(what(*operands))
            except (ArithmeticError, ValueError) as error:
                raise ExpressionError(str(error), self.text, place) from None
        [result] = stack
        return result  # type: ignore[no-any-return]

    def _check(self, values: Mapping[str, Any]) -> None:
        missing = [name for name in self.names if name not in values]
        idle = [name for name in values if name not in self.places]
        if missing:
            name = missing[0]
            meant = _meant(name, idle, [*values])
            add = f"add {' '.join(f'{name}=…' for name in missing)}"
            told = f"{name} has no number; {f'did you mean {meant}?' if meant else add}"
            raise ExpressionError(told, self.text, self.places[name])
        if idle:
            there = f"has {listed(self.names, 12)}" if self.names else "has no variable"
            raise ValueError(f"{listed(idle)} {'is' if len(idle) == 1 else 'are'} not in the expression, which {there}")


def assignment(text: str) -> tuple[str, float]:
    """Return the name and the number of a text such as "x=1" or "x=-pi/2".

    >>> assignment("x = 1/4")
    ('x', 0.25)

    Raises ExpressionError for anything else.
    """
    found = ASSIGNED.match(text)
    if not found:
        sign = text.find("=")
        told = "a name is given its number, as in x=1"
        raise ExpressionError(told, text, max(sign, 0) + text[sign + 1 :].startswith("=") if sign > 0 else 0)
    blank = " " * found.end()  # so that errors point into the whole
    try:
        number = Expression(blank + text[found.end() :])
        for name in number.names:
            raise ExpressionError(f"{found[1]} is given a number, and {name} is none", text, number.places[name])
        result: Any = number({})
    except ExpressionError as error:
        raise ExpressionError(error.problem, text, error.place) from None
    return found[1], result


class _Parser:
    """Reads a text once, from left to right, and writes its steps in the order in which they run."""

    def __init__(self, text: str) -> None:
        self.text, self.end, self.depth = text, 0, 0
        self.written: list[Step] = []
        self._next()

    def steps(self) -> list[Step]:
        self._sum()
        if self.token:
            raise self._error(f"there is no ( for this {self.token}" if self.token == ")" else self._unexpected())
        return self.written

    def _next(self) -> None:
        """Go on to the next token: its text, its kind, and its place."""
        before = self.end
        self.place = len(self.text) - len(self.text[before:].lstrip())
        found = TOKEN.match(self.text, self.place)
        if not found and self.place < len(self.text):
            sign = self.text[self.place]
            raise self._error(OTHER_SIGNS.get(sign, f"{sign!r} is no part of an expression"))
        self.token, self.kind = (found[0], found.lastgroup) if found else ("", "")
        self.last, self.end = self.text[before - 1 : before], found.end() if found else self.place

    def _error(self, problem: str, place: int | None = None) -> ExpressionError:
        return ExpressionError(problem, self.text, self.place if place is None else place)

    def _unexpected(self) -> str:
        """Say what is wrong with a token that follows an operand, or stands where one is expected."""
        if self.token in ("if", "and", "or"):
            return CHOICE
        if self.kind == "number" or self.kind == "name" or self.token == "(":
            before = re.search(r"[\w.]+\s*$", self.text[: self.place])
            first = before[0].strip() if before else "(…)"
            return f"a product is written with its sign: {first}*{self.token}{'…)' * (self.token == '(')}"
        if self.token == ",":
            return "a comma stands only between the operands of a function; a decimal point is a point"
        return f"{self.token} cannot stand here"

    def _sum(self) -> None:
        self._chain(SUMS, lambda: self._chain(PRODUCTS, self._signed))

    def _chain(self, signs: Mapping[str, Primitive], operand: Any) -> None:
        operand()
        while self.token in signs:
            row, place = signs[self.token], self.place
            self._next()
            operand()
            self.written.append((row, 2, place))

    def _signed(self) -> None:
        """Read an operand with what binds more closely than a product: signs before it, and a power."""
        self.depth += 1
        if self.depth > DEEPEST:
            raise self._error(f"more than {DEEPEST} brackets, signs and powers are within each other here")
        place = self.place
        if self.token in ("+", "-"):
            negated = self.token == "-"
            self._next()
            self._signed()
            self.written += [(rows.negative, 1, place)] * negated
        else:
            self._operand()
            place = self.place
            if self.token == "**":
                self._next()
                self._signed()
                self.written.append((rows.power, 2, place))
        self.depth -= 1

    def _operand(self) -> None:
        token, kind, place = self.token, self.kind, self.place
        if not token:
            raise self._error("here a number, a name or a bracket is missing")
        if kind == "sign" and token != "(":
            raise self._error(f"before {token} a number, a name or a bracket is missing")
        self._next()
        if kind == "number":
            if math.isinf(float(token)):
                raise self._error(f"{token} is larger than the largest float, 1.8e308", place)
            self.written.append((float(token), 0, place))
        elif token == "(":
            self._sum()
            self._close(place)
        elif self.token == "(":
            self._call(token, place)
        elif token in FUNCTIONS:
            operand = self.token if self.kind in ("name", "number") else "…"
            raise self._error(f"{token} is a function: write {token}({operand})", place)
        else:
            self.written.append((token, 0, place))

    def _call(self, name: str, place: int) -> None:
        """Read a function's operands, and write its step."""
        row = FUNCTIONS.get(name)
        if row is None:
            close = [OTHER_WORDS[name]] if name in OTHER_WORDS else get_close_matches(name, FUNCTIONS, n=2, cutoff=0.6)
            meant = f"did you mean {' or '.join(close)}?" if close else f"a product is written with its sign: {name}*(…)"
            raise self._error(f"there is no function {name}; {meant}", place)
        opened, count = self.place, 1
        self._next()
        if self.token == ")":
            raise self._error(f"{name} takes {row.takes.words.split(',')[0]}; here there is none")
        self._sum()
        while self.token == ",":
            self._next()
            self._sum()
            count += 1
        self._close(opened)
        if count != row.arity:
            raise self._error(f"{name} takes {row.takes.words.split(',')[0]}, but got {count}", place)
        self.written.append((row, count, place))

    def _close(self, opened: int) -> None:
        if self.token == ")":
            return self._next()
        if self.token:
            raise self._error(self._unexpected())
        raise self._error("this ( is never closed", opened)


def _meant(name: str, idle: Sequence[str], given: Iterable[str]) -> str:
    """Return what a name without a number may have been meant for: one with a number, a function of one, a product."""
    given = {*given}
    if len(name) > 1 and given.issuperset(name):
        return "*".join(name)
    by_case = {other.casefold(): other for other in reversed(idle)}
    if close := get_close_matches(name.casefold(), by_case, n=1, cutoff=0.6):
        return by_case[close[0]]
    for function in sorted(FUNCTIONS, key=len, reverse=True):
        rest = name.removeprefix(function)
        if rest != name and (rest in given or rest.isdecimal()):
            return f"{function}({rest})"
    close = get_close_matches(name, FUNCTIONS, n=1, cutoff=0.75)
    return f"{close[0]}(…)" if close else ""
