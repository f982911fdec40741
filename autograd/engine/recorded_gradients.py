"""Gradients that can be differentiated again: the chain rule from one result back to all that it was computed from.

Partials are made of rows of the table. Run on nodes they are recorded like everything else, and that is why gradients have
gradients.
"""

from __future__ import annotations

from math import isclose
from operator import add

from autograd.engine.argument_checks import listed_values, one_value
from autograd.engine.graph import adjoints, backward_order, flat_edges, leading_to, live_edges
from autograd.engine.hooks import call_hooks
from autograd.engine.labels import clean
from autograd.engine.limits import taking_limits
from autograd.engine.node import Node, leaf
from autograd.engine.passes import add_to_grads, derivatives_by
from autograd.engine.primitive import Primitive
from autograd.engine.questions import note, recorders
from autograd.engine.recording import enable_grad

TYPE_CHECKING = False  # understood by type checkers; importing typing would take longer than this file
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from typing import Any, Literal, TypeVar, overload

    N = TypeVar("N", bound=Node)


if TYPE_CHECKING:

    @overload
    def gradients(root: Node, wrt: Node, create_graph: Literal[False] = False) -> float: ...
    @overload
    def gradients(root: Node, wrt: Iterable[Node], create_graph: Literal[False] = False) -> list[float]: ...
    @overload
    def gradients(root: N, wrt: Node, create_graph: Literal[True]) -> N: ...
    @overload
    def gradients(root: N, wrt: Iterable[Node], create_graph: Literal[True]) -> list[N]: ...
    @overload
    def gradients(root: Node, wrt: Node, create_graph: bool) -> Any: ...
    @overload
    def gradients(root: Node, wrt: Iterable[Node], create_graph: bool) -> list[Any]: ...


def gradients(root: Node, wrt: Node | Iterable[Node], create_graph: bool = False) -> Any:
    """Return the derivative of root by a Value, or by each of a list, 0.0 where root does not depend on it.

    No ``grad`` changes. With create_graph derivatives are Values, recorded, so that they can be differentiated again:

    >>> from autograd import Value
    >>> x, y = Value(2.0), Value(5.0)
    >>> gradients(x**3 * y, [x, y])
    [60.0, 8.0]
    >>> slope = gradients(x**3, x, create_graph=True)
    >>> slope.data, gradients(slope, x)
    (12.0, 12.0)

    Raises RuntimeError with create_graph if ``data`` was changed after root was recorded; ``recompute`` mends that.
    """
    one_value("gradients takes a Value, the root", root)
    alone = isinstance(wrt, Node)
    values = listed_values("gradients takes as wrt a Value or a list of Values", wrt)
    if recorders and not create_graph:
        note(root, "slopes", values, None)  # as plain numbers, which nobody will see being computed
    plain = None if create_graph else derivatives_by(root, values)
    if plain is not None:
        return plain[0] if alone else plain
    derivatives = gradients_along(root, values, create_graph)
    return derivatives[0] if alone else derivatives


def gradients_along(root: Node, values: Sequence[Node], create_graph: bool, and_flat: bool = False) -> list[Any]:
    """Return the derivative of root by each of some values along the edges that are not flat here, or, recorded, along all."""
    order = backward_order(root)
    give, put = only_to(leading_to(values, reversed(order)), create_graph, and_flat)
    with enable_grad():
        found = adjoints(order, give, put)
    derivatives = [found.get(value, 0.0) for value in values]
    return [*map(as_node, derivatives)] if create_graph else derivatives


def backward(root: Node, gradient: float = 1.0) -> None:
    """Add the derivative of root by every value it was computed from to that value's ``grad``, as a recorded Value."""
    order = backward_order(root)
    taken = set(order)  # each grad is a node of its own: that of x·y by x is not y itself
    give, put = only_to(taken.copy(), create_graph=True)

    with enable_grad():
        found = adjoints(order, give, put, gradient, lambda node, found: call_hooks(node, found, as_node))
        for node in reversed(order):
            slope = as_node(found[node])
            found[node] = slope * 1.0 if slope in taken else slope
            taken.add(found[node])
        add_to_grads([*found], [*found.values()], put=plus)


def only_to(
    leading: set[Node], create_graph: bool = False, and_flat: bool = False
) -> tuple[Callable[..., Any], Callable[..., Any]]:
    """Return, for ``adjoints``, what a node gives to those of its arguments that lead on, and how that is added."""

    def give(node: Node, found: dict[Node, Any]) -> Iterable[tuple[Node, Any]]:
        adjoint = found[node]
        return [(argument, adjoint * partial) for argument, partial in live_edges(node) if argument in leading]

    def give_recorded(node: Node, found: dict[Node, Any]) -> Iterable[tuple[Node, Any]]:
        edges = recorded_edges(node, leading, and_flat)
        return [(argument, times(found[node], partial)) for argument, partial in edges]

    return (give_recorded, plus) if create_graph else (give, add)


def recorded_edges(node: Node, leading: set[Node], and_flat: bool = False) -> Iterator[tuple[Node, Any]]:
    """Yield each argument that leads on, with the local partial as an expression of the node and its arguments.

    Edges that are flat here are left out, but for those who want an expression for everywhere.
    """
    op: Any = node.op
    if node not in leading or op is None:
        return
    edges = iter(node.edges)
    flat = iter([False] * len(node.parents) if and_flat else flat_edges(node))
    lists = [list(arg) if isinstance(arg, tuple) else arg for arg in node.args]
    for i, arg in enumerate(lists):
        items = arg if isinstance(arg, list) else [arg]
        passing = [isinstance(x, Node) and not next(flat) and x in leading for x in items]
        mine = [next(edges) if isinstance(x, Node) else None for x in items]
        if any(passing):
            partial = partial_on(op, i, node, lists)
            partials = partial if isinstance(arg, list) else [partial]
            for edge, passes, d in zip(mine, passing, partials, strict=True):
                if edge is not None and passes:
                    _refuse_changed(node, +edge[1], d._data if isinstance(d, Node) else d)  # + refuses one that is not known
                    yield edge[0], d


def _refuse_changed(node: Node, recorded: float, now: float) -> None:
    """Raise RuntimeError if a partial is not the number it was, since gradients at two points would mix.

    On Values it may be rounded otherwise than on floats: a product of many multiplies them in another order.
    """
    if not isclose(now, recorded, rel_tol=1e-12, abs_tol=1e-307) and (now == now or recorded == recorded):
        name = clean(node.label) or (node.op.name if node.op else "")
        raise RuntimeError(
            f"data was changed since {name} was recorded: a partial of it was {recorded!r} and is {now!r} now; "
            "call recompute() on the result first"
        )


def partial_on(op: Primitive, index: int, z: Any, args: Sequence[Any]) -> Any:
    """Return a partial on Values or dual numbers; where floats among them have no quotient, as Values they have a limit."""
    with taking_limits():
        try:
            return op.partials[index](z, *args)
        except (ArithmeticError, ValueError):
            return op.partials[index](as_node(z), *map(as_node, args))


def as_node(x: Any) -> Any:
    """Return a float as a node, in lists too, and anything else as it is."""
    return [*map(as_node, x)] if isinstance(x, list) else leaf(x) if isinstance(x, float) else x


def times(x: Any, y: Any) -> Any:
    """Return x·y, without a node for a factor of exactly 1."""
    if type(x) is float and x == 1.0:
        return +y  # where it is not known, an error as well
    return x if type(y) is float and y == 1.0 else x * y


def plus(x: Any, y: Any) -> Any:
    """Return x + y, without a node for a term of exactly 0."""
    return y if type(x) in (int, float) and x == 0.0 else x + y
