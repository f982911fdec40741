"""How far rounding can have taken a number: the sum over all operations of |derivative by its result| · what it rounds off.

To first order. For a gradient it is the same sum over the graph of its recorded gradient, whose 1 to start from is a Value, so
that the pass's own products and sums are operations, too. ``running_errors`` bounds all gradients in one pass, but names none.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from autograd.engine.depth_first import depth_first
from autograd.engine.graph import adjoints, backward_order, flat_edges, leading_to, live_edges, parts, topological_order
from autograd.engine.recorded_gradients import only_to, partial_on
from autograd.engine.recording import enable_grad
from autograd.engine.roundings import TINY, UNIT, rounded
from autograd.engine.rules import minus_one, one, zero
from autograd.engine.slots import replaced, with_arguments
from autograd.engine.value import Value

CONSTANT = {zero, one, minus_one}  # partials that no rounding touches
SECOND_ORDER = 1.001  # times, for what is left out: that is a thousandth, as long as three digits are right


class Bound(NamedTuple):
    """A bound on the error of a number, the operation that has the largest share in it, if any has, and all adjoints."""

    error: float
    cause: Value | None
    adjoints: dict[Value, float]


def bound_of(root: Value, give: Callable[..., Any] = parts, with_care: bool = False) -> Bound:
    """Bound what rounding can have done to a recorded number; with care, also while derivatives are themselves in doubt."""
    order = backward_order(root)
    found = adjoints(order, give)
    doubts = running_errors(root, forward_errors(root), order) if with_care else {}
    shares, cause, largest, passed_over = [], None, 0.0, False
    reached = {root}
    for node in order:
        if node in reached:
            reached.update([argument for argument, _ in live_edges(node)])
        own = rounding(node) if node in reached else 0.0
        size = abs(found[node]) + (doubts[node][1] if doubts else 0.0)
        if own and (size or own == math.inf):  # what has overflowed makes slopes of 0, too
            share = own * size
            shares.append(share if share == share else math.inf)
            if shares[-1] > largest:
                cause, largest = node, shares[-1]
        passed_over = passed_over or bool(own and not size)
    if passed_over and not shares and not with_care:
        return bound_of(root, give, with_care=True)  # to first order the square of a 0 is exact, whatever that 0 should be
    return Bound(SECOND_ORDER * math.fsum(shares) if largest < math.inf else math.inf, cause, found)


def rounding(node: Value) -> float:
    """Return a bound on what an operation itself has rounded off."""
    return 0.0 if node.op is None else rounded(node.op, node.data, replaced(node.args, lambda argument: argument.data))


def known_parts(node: Value, found: dict[Value, Any]) -> list[tuple[Value, Any]]:
    """Return what a node passes on, but for the slopes of slopes that were given by hand, which nobody knows."""
    return [(argument, found[node] * partial) for argument, partial in live_edges(node) if is_known(partial)]


def is_known(partial: float) -> bool:
    """Tell a partial from one that nobody gave, which is a nan of its own kind."""
    return partial == partial or type(partial) is float


class RecordedGradient(NamedTuple):
    """A derivative as a graph, made from a copy of root's: ``originals`` are the values that its nodes are copies of.

    ``made_for`` tells of each node that the backward pass itself has made: for the derivative by which value, at which
    operation, and whether it adds what that passes on to what others have, rather than computing it.
    """

    result: Any
    originals: dict[Value, Value]
    made_for: dict[Value, tuple[Value, Value, bool]]


def recorded_gradient(root: Value, x: Value) -> RecordedGradient:
    """Record the derivative of root by x, as ``backward`` computes it; root's graph hears of no question."""
    twins: dict[Value, Value] = {}
    for node in topological_order(root):
        twins[node] = with_arguments(node, twins.__getitem__)
    originals = {twin: node for node, twin in twins.items()}
    order = backward_order(twins[root])
    give, put = only_to(leading_to([twins[x]], reversed(order)), create_graph=True)
    made_for: dict[Value, tuple[Value, Value, bool]] = {}

    def note(made: Any, by: Value, at: Value, adds: bool) -> None:
        waiting = [made]
        for node in waiting:  # which grows on the way
            if isinstance(node, Value) and node not in originals and node not in made_for:
                made_for[node] = originals[by], originals[at], adds
                waiting += node.parents

    def give_noted(node: Value, found: dict[Value, Any]) -> Iterable[tuple[Value, Any]]:
        for argument, part in give(node, found):
            note(part, argument, node, False)
            yield argument, part
            note(found[argument], argument, node, True)

    with enable_grad():
        found = adjoints(order, give_noted, put, seed=Value(1.0))
    return RecordedGradient(found[twins[x]], originals, made_for)


def running_errors(root: Value, values: dict[Value, float], wrt: Iterable[Value]) -> dict[Value, tuple[float, float]]:
    """Return the derivative of root by all that leads to wrt, and bounds on the errors, larger than they need be, in one pass.

    The errors of the values themselves are those of ``forward_errors``.
    """
    order = backward_order(root)
    leading = leading_to(wrt, reversed(order))
    found = {root: 1.0}
    errors = dict.fromkeys(order, 0.0)
    for node in order:
        if node not in found or leading.isdisjoint(node.parents):
            continue
        adjoint, error = found[node], errors[node]
        for (argument, partial), doubt in zip(live_edges(node), _doubts(node, values), strict=True):
            if argument not in leading or not is_known(partial):
                continue
            part, before = adjoint * partial, found.get(argument, 0.0)
            found[argument] = before + part
            inherited = [(error, abs(partial)), (abs(adjoint) + error, doubt)]
            errors[argument] += sum([x * y for x, y in inherited if x and y])  # 0·∞ is 0: what is exact stays so
            if part and abs(partial) != 1.0:
                errors[argument] += max(UNIT * abs(part), TINY)
            if before and part:
                errors[argument] += UNIT * abs(found[argument])
    return {node: (found.get(node, 0.0), errors[node]) for node in order}


def forward_errors(root: Value) -> dict[Value, float]:
    """Return a bound on the error of each value under root, in one pass."""
    found: dict[Value, float] = {}
    for node in topological_order(root):
        inherited = [(abs(d), found[argument]) for argument, d in live_edges(node) if is_known(d)]
        if any(error and not d for d, error in inherited):  # a slope of 0 that may itself be off
            inherited += [
                (doubt, found[argument]) for doubt, (argument, _) in zip(_doubts(node, found), live_edges(node), strict=True)
            ]
        found[node] = rounding(node) + sum([d * error for d, error in inherited if d and error])
    return found


def _doubts(node: Value, values: dict[Value, float]) -> list[float]:
    """Return for each live edge how far its partial can be off: by its own rounding, and by what its numbers are off."""
    op: Any = node.op
    if {*op.partials} <= CONSTANT:
        return [0.0] * len(live_edges(node))
    errors: dict[Value, float] = {}

    def fresh(argument: Value) -> Value:
        leaf = Value(argument.data)
        errors[leaf] = values.get(argument, 0.0)
        return leaf

    found: list[float] = []
    with enable_grad():
        z = fresh(node)
        args = [list(arg) if isinstance(arg, tuple) else arg for arg in replaced(node.args, fresh)]
        for i, arg in enumerate(node.args):
            items = arg if isinstance(arg, tuple) else (arg,)
            if any(isinstance(item, Value) for item in items):
                partial = partial_on(op, i, z, args)
                pairs = zip(items, partial if isinstance(arg, tuple) else [partial], strict=True)
                slopes = [slope for item, slope in pairs if isinstance(item, Value)]
                found += [_error_of(slope, errors) for slope in slopes]
    return [doubt for doubt, flat in zip(found, flat_edges(node), strict=True) if not flat]


def _error_of(slope: Any, errors: dict[Value, float]) -> float:
    """Return a bound on the error of a partial, where those of some values are known; it notes those on the way."""
    if not isinstance(slope, Value):
        return 0.0
    for node in depth_first(slope, lambda node: [argument for argument in node.parents if argument not in errors]):
        if node not in errors:
            inherited = [(abs(d), errors[argument]) for argument, d in live_edges(node) if is_known(d)]
            errors[node] = rounding(node) + sum([d * error for d, error in inherited if d and error])
    return errors[slope]
