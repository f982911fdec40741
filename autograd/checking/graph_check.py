"""A graph's local partials, each held against the slope of its own operation; so a wrong one is named, not only noticed.

The slope is measured from the operation's value alone: on exact fractions where the value takes them, else by differences
of floats, extrapolated to a step of 0 and given with their error.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from autograd.checking.numerical import MOST, Place, result_of, slope_of
from autograd.engine.argument_checks import one_value
from autograd.engine.conversion import real
from autograd.engine.graph import is_current, topological_order
from autograd.engine.limits import partial_of
from autograd.engine.primitive import TABLE, Primitive
from autograd.engine.primitives import largest_of
from autograd.engine.slots import replaced
from autograd.engine.value import Value
from autograd.explaining import Rounded, SourceLine, lost_digits, source_line
from autograd.micrograd.by_hand import ByHand
from autograd.text import Part, Partials, Report, Row, Table, clipped, names_of, number_text

SHOWN = 10
BY_HAND = "by hand"


@dataclass(frozen=True)
class Finding:
    """A partial, or the value of changed data, that is not what it ought to be: a number from ``low`` to ``high``."""

    operation: str
    name: str  # ∂z/∂x; for a value z
    recorded: float
    low: float
    high: float
    method: str  # fractions, differences or value; by hand if it is known at its point alone; empty if nothing can be measured
    line: SourceLine | None


@dataclass(frozen=True)
class GraphCheck(Report):
    """How many partials of how many operations were checked, and what was found; true if all is right.

    ``lost`` is what rounding has spoilt all the same, of the value and the gradients by leaves.
    ``changed`` are values and partials that no longer follow from their arguments' data. ``unchecked`` are partials where no
    slope can be measured, as at a jump. ``left_out`` counts the entries of long sequences that were passed over.
    """

    partials: int
    operations: int
    largest_error: float
    left_out: int
    wrong: tuple[Finding, ...]
    changed: tuple[Finding, ...]
    unchecked: tuple[Finding, ...]
    lost: tuple[Rounded, ...] = ()

    def __bool__(self) -> bool:
        return not self.wrong and not self.changed

    def raise_if_wrong(self) -> None:
        """Raise AssertionError with the report, unless all is right."""
        if not self:
            raise AssertionError(str(self))

    def as_data(self) -> dict[str, Any]:
        """Return the same as dicts, lists, strings and numbers."""
        return {"all_right": bool(self), **asdict(self)}

    def parts(self) -> Iterator[Part]:
        of = f"{_count(self.partials, 'partial')} of {_count(self.operations, 'operation')}"
        if self.wrong:
            yield f"{len(self.wrong)} of {of} {'is' if len(self.wrong) == 1 else 'are'} wrong:"
            yield _table(self.wrong)
        elif self.lost:
            each = f"The {of} is right" if self.partials == 1 else f"Each of the {of} is right"
            yield f"{each}, but rounding spoils what is computed with {'it' if self.partials == 1 else 'them'}:"
            yield from [f"  {rounded.sentence()}" for rounded in self.lost]
        elif self.partials or not (self.changed or self.unchecked):
            agree = f"The {of} agrees" if self.partials == 1 else f"All {of} agree"
            yield f"{agree} (largest relative difference {number_text(self.largest_error, 2)})."
        if self.left_out:
            yield f"Of longer sequences, {MOST} entries each were checked and {self.left_out} left out."
        if self.changed:
            yield "Data was changed after recording; recompute() or record anew, then check again:"
            yield _table(self.changed)
        by_hand = [finding for finding in self.unchecked if finding.method == BY_HAND]
        if len(by_hand) < len(self.unchecked):
            yield "No slope can be measured here, so this was not checked:"
            yield _table([finding for finding in self.unchecked if finding.method != BY_HAND])
        if by_hand:
            yield "By hand, so known at this point alone, and not checked; check_grads(f, args) runs f beside it:"
            yield _table(by_hand)


def check_graph(root: Value, rtol: float = 1e-6) -> GraphCheck:
    """Check every recorded partial under root, one by one, against the slope of its operation at the same numbers.

    At a kink any value between the slopes on its two sides is right. ``rtol`` is the relative difference to tolerate. An
    operation by hand is held against the row of its name, if that has the same value: tanh, exp, +, *, ReLU.

    >>> x = Value(0.5, label="x")
    >>> print(check_graph((x * x).sin()))
    All 3 partials of 2 operations agree (largest relative difference ...).
    """
    order = topological_order(one_value("check_graph takes a Value, the root", root))
    rtol = real(rtol, "rtol")
    names = names_of(order)
    partials = Partials(order, names)
    findings: dict[str, list[Finding]] = {"wrong": [], "changed": [], "unchecked": []}
    right, operations, left_out, largest = 0, 0, 0, 0.0
    for node in order:
        if node.op is None or node.op is largest_of:  # which is taken for a constant, since its slope cancels where it stands
            continue
        line = source_line(node)
        numbers = [[*x] if isinstance(x, tuple) else x for x in replaced(node.args, lambda v: v.data)]
        if not is_current(node):
            now = result_of(node.op.value, numbers)
            findings["changed"].append(Finding(node.op.name, names[node], node.data, now, now, "value", line))
            continue
        op = _measurable(node.op, numbers)
        edges = [*zip(_places(node), node.partials, strict=True)]
        chosen = range(len(edges)) if len(edges) <= MOST else [i * len(edges) // MOST for i in range(MOST)]
        operations, left_out = operations + 1, left_out + len(edges) - len(chosen)
        for i in chosen:
            place, recorded = edges[i]
            slope = slope_of(op, numbers, place, recorded, rtol)
            verdict = slope.verdict(recorded, rtol)
            if verdict == "right":
                right, largest = right + 1, max(largest, slope.difference(recorded, rtol))
                continue
            if verdict == "wrong" and slope.verdict(_row_says(node, numbers, place), rtol) == "right":
                verdict = "changed"  # the row is right, so this was recorded at other numbers
            name = partials.of_edges(node)[i]
            method = BY_HAND if isinstance(op, ByHand) else slope.method
            findings[verdict].append(Finding(node.op.name, name, recorded, slope.low, slope.high, method, line))
    wrong, changed, unchecked = [tuple(found) for found in findings.values()]
    lost = () if wrong or changed else tuple(lost_digits(root, [node for node in order if node.op is None]))
    return GraphCheck(right + len(wrong), operations, largest, left_out, wrong, changed, unchecked, lost)


def is_by_hand(node: Value) -> bool:
    """Return whether an operation was recorded by hand: with numbers for its partials, known at its point alone."""
    return isinstance(node.op, ByHand)


def _measurable(op: Primitive, numbers: Sequence[Any]) -> Primitive:
    """Return an operation that can be run beside its point: for one by hand the row of its name, if that has the same value."""
    if not isinstance(op, ByHand):
        return op
    row = TABLE.get(op.name, op)
    return row if math.isclose(result_of(row.value, numbers), op.result, rel_tol=1e-9) else op


def _places(node: Value) -> Iterator[Place]:
    """Yield where an operation's arguments have a Value."""
    for i, arg in enumerate(node.args):
        if isinstance(arg, Value):
            yield i, None
        elif isinstance(arg, tuple):
            yield from ((i, j) for j, item in enumerate(arg) if isinstance(item, Value))


def _row_says(node: Value, numbers: Sequence[Any], place: Place) -> float:
    """Return the partial at the present numbers."""
    assert node.op is not None
    found = partial_of(node.op, place[0], node.data, *numbers)
    return float(found if place[1] is None else found[place[1]])


def _table(findings: Sequence[Finding]) -> Table:
    rows = [
        Row(
            (clipped(f.name, 40), f"by {f.operation}", f"recorded {number_text(f.recorded)}", _expected(f)),
            notes=(str(f.line),) if f.line else (),
        )
        for f in findings[:SHOWN]
    ]
    return Table(rows, ["  ", ": ", ""], indent=2, left_out=len(findings) - len(rows))


def _expected(finding: Finding) -> str:
    if math.isnan(finding.low):
        return ""
    low, high = number_text(finding.low), number_text(finding.high)
    return f", {'now' if finding.method == 'value' else 'expected'} {low if low == high else f'{low} to {high}'}"


def _count(n: int, what: str) -> str:
    return f"{n} {what}{'s' * (n != 1)}"
