"""How many digits of a value, and of gradients, rounding has left; which operation rounds them off, and where they cancel."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from autograd.engine import primitives as p
from autograd.engine.argument_checks import one_value
from autograd.engine.graph import is_current, live_edges, parts, topological_order
from autograd.engine.roundings import NORMAL, ROUNDING
from autograd.engine.value import Value
from autograd.explaining.rewrites import rewrites
from autograd.explaining.rounding_bounds import (
    RecordedGradient,
    bound_of,
    forward_errors,
    is_known,
    known_parts,
    recorded_gradient,
    rounding,
    running_errors,
)
from autograd.explaining.source_lines import SourceLine, source_line
from autograd.explaining.wanted import several
from autograd.text import (
    Part,
    Report,
    Row,
    Table,
    called,
    clipped,
    equated,
    formula,
    listed,
    names_of,
    number_text,
    partial,
    short_number,
)

ALL = 16  # digits that a float has
LOST = 1e-3  # of a number: with a larger error it has lost its digits
FEW = 12  # digits; what has spoilt a number that has no more is told
LONG = 100  # arguments; of an operation on more, no formula is written
MAGNIFIED = 8.0  # times: what makes a relative error grow that much is told
SUMS = (p.add, p.subtract, p.total, p.weighted_sum, p.half_squared_error)


@dataclass(frozen=True)
class Operation:
    """An operation that rounds or that magnifies what others have rounded: its result, how that was computed, and where.

    Of an operation of the backward pass ``name`` is the derivative that it is a part of, and ``formula`` is empty.
    """

    operation: str
    name: str
    formula: str
    value: float
    line: SourceLine | None
    does: str

    def __str__(self) -> str:
        where = f", {self.line.place}" if self.line else ""
        return f"{self.operation} ({clipped(self.name, 40)}{where}) {self.does}"

    @property
    def result(self) -> str:
        """The same as an equation."""
        sides = equated(clipped(self.formula, 40), short_number(self.value))
        return f"{self.operation} {self.does}: {clipped(self.name, 40)} = {sides}"


@dataclass(frozen=True)
class Rounded:
    """A number, how many of its 16 digits are right, and a bound on its error, to which ``cause`` adds most.

    ``cancels`` is the operation that has magnified the error most, ``advice`` what to write instead: both where no more than 12
    digits are right, if there is such a thing.
    """

    name: str
    value: float
    digits: int
    bound: float
    cause: Operation | None
    cancels: Operation | None
    advice: str

    @property
    def is_lost(self) -> bool:
        """Whether the error may exceed a thousandth of the number."""
        return _is_lost(self.value, self.bound)

    def sentence(self, how: str = "") -> str:
        """Return all of this in a sentence, with how the number was computed where that needs to be said."""
        of = f"{clipped(self.name, 60)} = {short_number(self.value)}{how} are right (± {number_text(self.bound, 2)})"
        causes = " and ".join([str(operation) for operation in (self.cause, self.cancels) if operation])
        advice = f"; write {self.advice}" if self.advice else ""
        return f"Only {self.digits} of the {ALL} digits of {of}: {causes}{advice}."

    @property
    def notes(self) -> tuple[str, ...]:
        """What has spoilt it, where that is told, in lines."""
        if self.digits > FEW:
            return ()
        if not math.isfinite(self.value) and self.cause is None:
            return ("why_nan tells where this comes from",)
        told = [operation for operation in (self.cause, self.cancels) if operation]
        notes = []
        for operation, following in zip(told, [*told[1:], None], strict=True):
            notes.append(operation.result)
            if operation.line and not (following and following.line == operation.line):
                notes.append(str(operation.line))
        return (*notes, *([f"write {self.advice}"] if self.advice else []))

    def row(self, notes: tuple[str, ...]) -> Row:
        """Return it as a line of a table, with these notes below."""
        bound = f"± {number_text(self.bound, 2)}" if self.bound else "exact"
        return Row((clipped(self.name, 40), number_text(self.value), bound, f"{self.digits} of {ALL} digits"), notes=notes)


@dataclass(frozen=True)
class Digits(Rounded, Report):
    """A value and the gradients by some of what it was computed from, each with the digits that rounding has left of it.

    ``assumed`` are operations of which nobody has said how they round: 1 ulp is assumed.
    """

    gradients: tuple[Rounded, ...]
    assumed: tuple[str, ...]

    def as_data(self) -> dict[str, Any]:
        """Return the same as dicts, lists, strings and numbers."""
        return asdict(self)

    def parts(self) -> Iterator[Part]:
        found = [self, *self.gradients]
        following = [*(rounded.notes for rounded in found[1:]), ()]
        rows = [x.row(() if x.notes == notes else x.notes) for x, notes in zip(found, following, strict=True)]
        yield Table(rows, [" = ", "   ", "   "])
        if self.assumed:
            yield from ("", f"Of {listed(self.assumed)}, a rounding of 1 ulp is assumed.")


def digits(y: Value, wrt: Value | Iterable[Value] = (), *, with_care: bool = False) -> Digits:
    """Tell how many digits of a value, and of its gradients by the Values ``wrt``, rounding has left, and what took the others.

    Numbers that were put in count as exact. The bound on each error is to first order: nearly always it holds, and is ten
    times the error or less. ``with_care`` takes three times as long and covers nearly all of the rest, where what would be
    doubtful to first order is 0 or is itself in doubt. A jump, as of floor, counts as taken on its side.

    >>> x = Value(1e-8, label="x")
    >>> y = (1 - x.cos()) / x**2
    >>> y.label = "y"
    >>> print(digits(y, x))
    y     = 0            ± 2.2       0 of 16 digits
    ∂y/∂x = 100000000    ± 4.4e+08   0 of 16 digits
        cos rounds them off: v1 = cos(x) = 1
        − cancels them: v2 = 1 − v1 = 0
        write 2·sin(x / 2)²

    Raises ValueError if y was not computed from one of wrt, RuntimeError if ``data`` was changed since.
    """
    order = topological_order(one_value("digits takes a Value", y))
    values = several("digits takes as wrt a Value or several", wrt)
    names = names_of(order)
    for value in values:
        if value not in names:
            raise ValueError(f"{names[y]} was not computed from {value!r}, so there is no gradient to judge")
    for node in order:
        if math.isfinite(node.data) and not is_current(node):
            raise RuntimeError(f"data was changed since {names[node]} was recorded: call recompute() on {names[y]} first")
    gradients = []
    for value in values:
        recorded = recorded_gradient(y, value)
        gradients.append(_rounded(partial(names[y], names[value]), recorded, names, y, with_care))
    itself = _rounded(names[y], RecordedGradient(y, {node: node for node in order}, {}), names, y, with_care)
    assumed = dict.fromkeys(called(node.op) for node in order if node.op and node.op not in ROUNDING)
    return Digits(**vars(itself), gradients=tuple(gradients), assumed=tuple(assumed))


def lost_digits(root: Value, wrt: Iterable[Value], most: int = 3) -> list[Rounded]:
    """Return what rounding has spoilt: perhaps the value of root, and its gradients by wrt, at most so many of them.

    One pass over the graph tells which need a closer look. Nothing is told of a graph whose data was changed.
    """
    try:
        values, wrt = forward_errors(root), [*wrt]
        found = running_errors(root, values, wrt)
        suspects = [x for x in wrt if x in found and _is_lost(*found[x])]
        if not suspects and not _is_lost(root.data, values[root]):
            return []
        report = digits(root, suspects[:most])
    except Exception:  # whatever a user's own operation raises on Values
        return []
    return [rounded for rounded in (report, *report.gradients) if rounded.is_lost]


def _rounded(name: str, recorded: RecordedGradient, names: Mapping[Value, str], root: Value, with_care: bool) -> Rounded:
    """Judge a recorded number, which may be root itself."""
    result = recorded.result
    if not isinstance(result, Value):
        return Rounded(name, float(result), ALL, 0.0, None, None, "")  # root does not depend on it
    bound = bound_of(result, parts if result is root else known_parts, with_care)
    error = bound.error if math.isfinite(result.data) else math.inf
    right = _right_digits(result.data, error)
    if bound.cause is None:
        return Rounded(name, result.data, right, error, None, None, "")
    cause = _operation(bound.cause, _how(bound.cause), recorded, names, names[root])
    if right > FEW:
        return Rounded(name, result.data, right, error, cause, None, "")
    path, grown = _magnifiers(result, bound.cause, bound.adjoints)
    return Rounded(
        name=name,
        value=result.data,
        digits=right,
        bound=error,
        cause=cause,
        cancels=_operation(grown[0], _magnifies(grown[0]), recorded, names, names[root]) if grown else None,
        advice=_advice(bound.cause, grown or path, recorded, names),
    )


def _is_lost(x: float, error: float) -> bool:
    return math.isfinite(x) and not error <= max(LOST * abs(x), NORMAL)  # what vanishes beneath the normal numbers may


def _right_digits(x: float, error: float) -> int:
    if not math.isfinite(error):
        return 0
    if error == 0.0 or x == 0.0:
        return 0 if error else ALL
    return max(0, min(ALL, round(math.log10(abs(x)) - math.log10(error))))


def _magnifiers(result: Value, cause: Value, adjoints: Mapping[Value, float]) -> tuple[list[Value], list[Value]]:
    """Return what the error of cause passes through on its way to the result, and what magnifies it there, the most first."""
    order = topological_order(result)
    carried = {cause: rounding(cause)}
    relative = {cause: _ratio(carried[cause], cause.data)}
    arriving = abs(adjoints[cause] * carried[cause])
    grown: dict[Value, float] = {}
    for node in order:
        edges = [(argument, d) for argument, d in live_edges(node) if argument in carried and is_known(d)]
        if edges and node is not cause:
            carried[node] = sum([carried[argument] * d for argument, d in edges])
            relative[node] = _ratio(carried[node], node.data)
            before = max([relative[argument] for argument, _ in edges])
            if before < math.inf and abs(adjoints[node] * carried[node]) >= 0.1 * arriving:  # else most of it goes other ways
                grown[node] = _ratio(relative[node], before)
    return [*carried], sorted([node for node in grown if grown[node] >= MAGNIFIED], key=lambda node: -grown[node])


def _ratio(x: float, y: float) -> float:
    return abs(x / y) if y else math.inf if x else 0.0


def _advice(cause: Value, nodes: Iterable[Value], recorded: RecordedGradient, names: Mapping[Value, str]) -> str:
    """Return what to write instead of the first of these that is written as the table has it, cause being a part of that."""
    spoilt = recorded.originals.get(cause)
    for node in nodes:
        if node in recorded.originals:
            for rewrite in rewrites(recorded.originals[node], names):
                if any(x is spoilt for x in rewrite.replaces):
                    return rewrite.text
    return ""


def _how(cause: Value) -> str:
    if not math.isfinite(cause.data):
        return "overflows"
    return "rounds them off" if abs(cause.data) >= NORMAL else "underflows"


def _magnifies(node: Value) -> str:
    return "cancels them" if node.op in SUMS else "magnifies that"


def _operation(node: Value, does: str, recorded: RecordedGradient, names: Mapping[Value, str], root: str) -> Operation:
    """Return what to tell of an operation, be it one of root's graph or one of the backward pass."""
    op: Any = node.op
    word = op.symbol if op in (p.add, p.subtract, p.multiply, p.divide) else called(op)
    original = recorded.originals.get(node)
    if original is not None:
        text = formula(original, names) if len(original.parents) <= LONG else ""
        return Operation(word, names[original], text, node.data, source_line(original), does)
    by, at, adds = recorded.made_for[node]
    name = f"{'the sum for' if adds else 'a part of'} {partial(root, names[by])}"
    return Operation(word, name, "", node.data, source_line(at), does)
