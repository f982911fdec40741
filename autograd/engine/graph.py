"""Walks over a recorded graph that change nothing: its orders, the chain rule, and who uses what.

No walk recurses, so a graph may be a million deep.
"""

from __future__ import annotations

from math import isclose
from operator import add

from autograd.engine.argument_checks import one_value
from autograd.engine.depth_first import depth_first
from autograd.engine.node import Node
from autograd.engine.questions import note, recorders
from autograd.engine.slots import replaced

TYPE_CHECKING = False  # understood by type checkers; importing typing would take longer than this file
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from typing import Any, TypeVar

    N = TypeVar("N", bound=Node)


def topological_order(root: N) -> list[N]:
    """Return root and every value it was computed from, each after its arguments, and those in the order of the arguments.

    >>> from autograd import Value
    >>> x, y = Value(1.0, label="x"), Value(2.0, label="y")
    >>> [v.label or v.op.name for v in topological_order(x * y + x)]
    ['x', 'y', 'multiply', 'add']
    """
    return depth_first(one_value("topological_order takes a Value", root), lambda node: node.parents)


def backward_order(root: N) -> list[N]:
    """Return root and every value it was computed from, each before its arguments, as a backward pass comes to them."""
    return depth_first(root, lambda node: node.parents[::-1])[::-1]


def flat_edges(node: Any) -> list[bool]:
    """Tell for each edge of a node whether its operation is flat in that argument here: see ``Primitive``."""
    if node.op is None or node.op.flat is None:
        return [False] * len(node.parents)
    flat = flattened(flat_in(node.op, node.args))
    return [out for x, out in zip(flattened(node.args), flat, strict=True) if isinstance(x, Node)]


def flat_in(op: Any, args: Sequence[Any]) -> Any:
    """Tell for each argument of an operation, for a sequence item by item, whether it is flat in that one here."""
    flat = op.flat(*replaced(args, lambda argument: argument._data))
    if recorders:
        note(op, "flat", args, flattened(flat))
    return flat


def live_edges(node: Any) -> list[tuple[Any, float]]:
    """Return the edges of a node but for flat ones, which pass nothing on."""
    edges: list[tuple[Any, float]] = node.edges
    if node.op is None or node.op.flat is None:
        return edges
    return [edge for edge, flat in zip(edges, flat_edges(node), strict=True) if not flat]


def flattened(args: Iterable[Any]) -> list[Any]:
    """Return an operation's arguments with the items of sequences in place of these."""
    return [x for arg in args for x in (arg if isinstance(arg, (list, tuple)) else [arg])]


def parts(node: Any, found: dict[Any, Any]) -> list[tuple[Any, Any]]:
    """Return what a node gives to each of its arguments: its adjoint times the local partial."""
    adjoint = found[node]
    return [(argument, adjoint * partial) for argument, partial in live_edges(node)]


def adjoints(
    order: Sequence[N],
    give: Callable[[N, dict[N, Any]], Iterable[tuple[N, Any]]] = parts,
    put: Callable[[Any, Any], Any] = add,
    seed: Any = 1.0,
    visit: Callable[[N, dict[N, Any]], object] | None = None,
) -> dict[N, Any]:
    """Return the derivative of the first node by each in a backward order, times the seed: the chain rule.

    (``node.swept`` is its fast form: plain numbers, over all edges; this one leaves flat ones out, and what it does is given.)

    ``give(node, found)`` is called when the derivative by a node is complete, and says what goes on to which arguments;
    ``put(old, part)`` adds a part there. A node that nothing has reached gives nothing, since 0·∞ would be nan. Before,
    ``visit(node, found)`` is called with each node.
    """
    found: dict[N, Any] = {order[0]: seed}
    for node in order:
        if visit is not None:
            visit(node, found)
        if node in found:
            for argument, part in give(node, found):
                found[argument] = put(found.get(argument, 0.0), part)
    return {node: found.get(node, 0.0) for node in order}


def leading_to(targets: Iterable[N], order: Iterable[N]) -> set[N]:
    """Return the targets and, of a topological order, all that was computed from them."""
    found = {*targets}
    for node in order:
        if not found.isdisjoint(node.parents):
            found.add(node)
    return found


def consumers(order: Iterable[N]) -> dict[N, list[tuple[N, int]]]:
    """Return where each node is used: by which node, and as which of its parents, in the order of these nodes."""
    order = [*order]
    found: dict[N, list[tuple[N, int]]] = {node: [] for node in order}
    for node in order:
        for place, parent in enumerate(node.parents):
            found.setdefault(parent, []).append((node, place))
    return found


def is_current(node: Node) -> bool:
    """Tell whether a node's number still follows from those of its arguments, up to what another machine's libm may differ."""
    if node.op is None:
        return True
    numbers = replaced(node.args, lambda argument: argument._data)
    try:
        now = node.op.value(*numbers)
    except (ArithmeticError, ValueError):
        now = node.op.limit(*numbers)  # which may have been recorded
    return isclose(node._data, now, rel_tol=1e-12, abs_tol=1e-307) or (node._data != node._data and now != now)
