"""What to write instead where rounding spoils what was written: formulas, each beside one that is equal and better."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from autograd.engine import primitives as p
from autograd.engine.graph import flattened
from autograd.engine.number import Operators
from autograd.engine.primitive import Primitive
from autograd.engine.slots import replaced
from autograd.engine.value import Value
from autograd.text import Symbol, few, quoted, spell, written

Formula = Callable[..., Any]

# fmt: off
REWRITES: list[tuple[Formula, Formula]] = [  # as written, and better; with floats both give the same
    (lambda x: p.exp(x) - 1.0,                  p.expm1),
    (lambda x: 1.0 - p.exp(x),                  lambda x: -p.expm1(x)),
    (lambda x: p.log(1.0 + p.exp(x)),           p.softplus),
    (lambda x: p.log(1.0 + x),                  p.log1p),
    (lambda x: p.log(1.0 - x),                  lambda x: p.log1p(-x)),
    (lambda x: 1.0 - p.cos(x),                  lambda x: 2.0 * p.sin(x / 2.0) ** 2.0),
    (lambda x: p.cos(x) - 1.0,                  lambda x: -2.0 * p.sin(x / 2.0) ** 2.0),
    (lambda x: 1.0 - x**2.0,                    lambda x: (1.0 - x) * (1.0 + x)),
    (lambda x: x**2.0 - 1.0,                    lambda x: (x - 1.0) * (x + 1.0)),
    (lambda x, y: x**2.0 - y**2.0,              lambda x, y: (x - y) * (x + y)),
    (lambda x: p.sqrt(1.0 + x**2.0),            lambda x: p.hypot(1.0, x)),
    (lambda x, y: p.sqrt(x**2.0 + y**2.0),      p.hypot),
]
# fmt: on
DEEPEST = 3  # operations that are written out in an argument without a label


class Rewrite(NamedTuple):
    """What to write instead, and the operations that it replaces."""

    text: str
    replaces: list[Value]


def rewrites(node: Value, names: Mapping[Value, str]) -> Iterator[Rewrite]:
    """Yield what to write instead of a value, if it was computed by one of the formulas in the table."""
    if node.op is p.log:
        sums, terms = _sum_of(node.parents[0])
        if len(terms) > 1 and all(isinstance(term, Value) and term.op is p.exp for term in terms):
            exponents = [written(_symbol(term.parents[0], names)) for term in terms]
            yield Rewrite(f"log_sum_exp([{', '.join(few(exponents, 4))}])", [node, *sums, *terms])
    for pattern, wild, better in _PATTERNS:
        found = _matched(pattern, node)
        if found is not None:
            symbols = [_symbol(found.pop(anything), names) for anything in wild]
            yield Rewrite(written(better(*symbols)), [*found.values()])


class _Pattern(Operators):
    """A formula to be found in a graph; without an operation, anything."""

    def __init__(self, op: Primitive | None = None, args: Sequence[Any] = ()) -> None:
        self.op, self.args = op, args

    @staticmethod
    def _apply(op: Primitive, args: Sequence[Any]) -> _Pattern:
        return _Pattern(op, args)


def _pattern_of(formula: Formula) -> tuple[_Pattern, list[_Pattern]]:
    """Return a formula as a pattern, and those parts of it that stand for anything."""
    wild = [_Pattern() for _ in range(formula.__code__.co_argcount)]
    return formula(*wild), wild


_PATTERNS = [(*_pattern_of(formula), better) for formula, better in REWRITES]


def _matched(pattern: _Pattern, node: Value) -> dict[_Pattern, Value] | None:
    """Return the value that each part of a pattern stands for; None if a value was computed otherwise."""
    found: dict[_Pattern, Value] = {}
    waiting: list[tuple[Any, Any]] = [(pattern, node)]
    for part, x in waiting:  # which grows on the way
        if isinstance(part, float) or isinstance(x, float):
            if not isinstance(x, float) or part != x:
                return None
            continue
        found[part] = x
        if part.op is None:
            continue
        args = x.args
        if part.op is p.power and x.op is p.multiply and args[0] is args[1]:
            args = (args[0], 2.0)  # x·x
        elif part.op is not x.op:
            return None
        if part.op is p.add and isinstance(args[1], float):
            args = args[::-1]
        waiting += zip(part.args, args, strict=True)
    return found


def _sum_of(x: Value) -> tuple[list[Value], list[Any]]:
    """Return the sums that a value is made by, which may be sums of sums, and all that they add but for 0."""
    sums, terms, waiting = [], [], [x]
    while waiting:
        term = waiting.pop()
        if isinstance(term, Value) and term.op in (p.add, p.total):
            sums.append(term)
            waiting += reversed(flattened(term.args))
        elif not isinstance(term, float) or term:
            terms.append(term)
    return sums, terms


def _symbol(x: Value, names: Mapping[Value, str], depth: int = 0) -> Symbol:
    """Return a value by its label, or else how it was computed."""
    if x.op is None or x.label or depth == DEEPEST:
        return Symbol(quoted(names[x]))
    return spell(x.op, replaced(x.args, lambda argument: _symbol(argument, names, depth + 1)))
