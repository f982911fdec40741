"""Gradients that can be differentiated again: the chain rule from one result back to all that it was computed from.

Partials are made of rows of the table. Run on Values they are recorded like everything else, and that is why gradients have
gradients.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, Literal, overload

from autograd.engine.graph import add_to_grads, topological_order
from autograd.engine.hooks import after_hooks, hooked
from autograd.engine.primitives import Primitive
from autograd.engine.reading import recorded, taking_limits
from autograd.engine.value import Value


@overload
def gradients(root: Value, wrt: Iterable[Value], create_graph: Literal[False] = False) -> list[float]: ...
@overload
def gradients(root: Value, wrt: Iterable[Value], create_graph: bool) -> list[Any]: ...


def gradients(root: Value, wrt: Iterable[Value], create_graph: bool = False) -> list[Any]:
    """Return the derivative of root by each value of wrt, 0.0 where root does not depend on it; no ``grad`` changes.

    With create_graph they are Values, recorded, so that they can be differentiated again:

    >>> x = Value(2.0)
    >>> [slope] = gradients(x**3, [x], create_graph=True)
    >>> slope.data, gradients(slope, [x])
    (12.0, [12.0])

    Raises RuntimeError with create_graph if ``data`` was changed after root was recorded; ``recompute`` mends that.
    """
    if not hasattr(wrt, "__iter__"):
        raise TypeError(f"gradients takes a Value and a list of Values, also if it is only one, but got {wrt!r:.60}")
    wrt = list(wrt)
    for value in (root, *wrt):
        if not isinstance(value, Value):
            raise TypeError(f"gradients takes a Value and a list of Values, but got {type(value).__name__} {value!r:.60}")
    order = topological_order(root)
    leading = leading_to(wrt, order)
    with recorded():
        adjoints = adjoints_of(order, leading, create_graph)
    found = [adjoints.get(value, 0.0) for value in wrt]
    return [*map(as_value, found)] if create_graph else found


def backward(root: Value) -> None:
    """Add the derivative of root by every value it was computed from to that value's ``grad``, as a recorded Value."""
    order = topological_order(root)
    with recorded():
        adjoints = adjoints_of(order, set(order), create_graph=True, seen=_after_hooks)
        taken = set(order)  # each grad is a Value of its own: that of x·y by x is not y itself
        for node in order:
            gradient = as_value(adjoints[node])
            adjoints[node] = gradient * 1.0 if gradient in taken else gradient
            taken.add(adjoints[node])
    add_to_grads(adjoints)


def _after_hooks(node: Value, gradient: Any) -> Any:
    return after_hooks(node, as_value(gradient)) if node in hooked else gradient


def adjoints_of(
    order: Sequence[Value],
    leading: set[Value],
    create_graph: bool,
    seen: Callable[[Value, Any], Any] = lambda node, adjoint: adjoint,
) -> dict[Value, Any]:
    """Return the derivative of the last node in the order by each that leads on, as seen when complete: the chain rule."""
    adjoints: dict[Value, Any] = {order[-1]: 1.0}
    for node in reversed(order):
        if node in leading:
            adjoint = adjoints[node] = seen(node, adjoints[node])
            for argument, partial in _recorded_edges(node, leading) if create_graph else node.edges:
                if argument in leading:
                    part = times(adjoint, partial)
                    adjoints[argument] = adjoints[argument] + part if argument in adjoints else part
    return adjoints


def leading_to(wrt: Sequence[Value], order: Sequence[Value]) -> set[Value]:
    """Return the values of wrt in this order, and all that was computed from them."""
    leading: set[Value | None] = {*set(wrt).intersection(order)}
    for node in order:
        if node.left in leading or node.right in leading or (node.many and not leading.isdisjoint(node.many[0])):
            leading.add(node)
    return leading  # type: ignore[return-value]  # None never comes in


def _recorded_edges(node: Value, leading: set[Value]) -> Iterator[tuple[Value, Any]]:
    """Yield each argument that leads on, with the local partial as an expression of the node and its arguments."""
    edges = iter(node.edges)
    op: Any = node.op
    lists = [list(arg) if isinstance(arg, tuple) else arg for arg in node.args]
    for i, arg in enumerate(lists):
        items = arg if isinstance(arg, list) else [arg]
        values = [x for x in items if isinstance(x, Value)]
        mine = [next(edges) for _ in values]
        if not leading.isdisjoint(values):
            partial = partial_on(op, i, node, lists)
            partials = partial if isinstance(arg, list) else [partial]
            found = [d for x, d in zip(items, partials, strict=True) if isinstance(x, Value)]
            for (argument, recorded), d in zip(mine, found, strict=True):
                _refuse_changed(node, +recorded, d.data if isinstance(d, Value) else d)  # + refuses one that is not known
                yield argument, d


def _refuse_changed(node: Value, recorded: float, now: float) -> None:
    """Raise RuntimeError if a partial is not the number it was, since gradients at two points would mix."""
    if now != recorded and (now == now or recorded == recorded):
        name = node.label or (node.op.name if node.op else "")
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
            return op.partials[index](as_value(z), *map(as_value, args))


def as_value(x: Any) -> Any:
    """Return a float as a Value, in lists too, and anything else as it is."""
    return [*map(as_value, x)] if isinstance(x, list) else Value(x) if isinstance(x, float) else x


def times(x: Any, y: Any) -> Any:
    """Return x·y, without a node for a factor of exactly 1."""
    if type(x) is float and x == 1.0:
        return +y  # where it is not known, an error as well
    return x if type(y) is float and y == 1.0 else x * y
