"""Which nodes a picture shows: those of the record, every operation, or a part of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from copy import copy
from functools import reduce
from operator import add, mul
from typing import Any, cast

from autograd.engine.graph import plain_grad, replaced, topological_order
from autograd.engine.primitives import exp, log
from autograd.engine.value import Value


def _squared_errors(targets: Any, outputs: Any) -> Any:
    pairs = zip(targets, outputs, strict=True) if isinstance(targets, tuple) else [(targets, outputs)]
    return 0.5 * reduce(add, [(target - output) ** 2.0 for target, output in pairs])


# Operations on sequences, written with operations on one or two numbers.
WRITTEN_OUT: dict[str, Callable[..., Any]] = {
    "half_squared_error": _squared_errors,
    "log_sum_exp": lambda values: log(reduce(add, [exp(value) for value in values])),
    "product": lambda values: reduce(mul, values),
    "total": lambda values: reduce(add, values),
    "weighted_sum": lambda weights, inputs, bias: reduce(add, [*map(mul, weights, inputs), *([bias] if bias != 0.0 else [])]),
}


def every_operation(root: Value) -> dict[Value, Value]:
    """Return, for each node under root, one that is computed with + and × where the record has a sum of many terms.

    Leaves stay as they are. A new node's ``grad`` is what the recorded gradient of its result implies.
    """
    twins: dict[Value, Value] = {}
    known: set[Value] = set()
    for node in topological_order(root):
        twins[node] = node if node.op is None else _written_out(node, twins, known)
        known.add(twins[node])
    return twins


def _written_out(node: Value, twins: Mapping[Value, Value], known: set[Value]) -> Value:
    twin: Any = None
    write = WRITTEN_OUT.get(getattr(node.op, "name", ""))
    if write:
        with suppress(ArithmeticError, ValueError):  # exp alone overflows where log_sum_exp does not
            twin = write(*replaced(node.args, twins.__getitem__))
    if twin is None or twin in known:  # a sum of one term is the term itself, but this node remains one of its own
        return _recorded_on(node, twins)
    twin.data, twin.label = node.data, node.label
    _spread_gradient(twin, plain_grad(node), known)
    return cast(Value, twin)


def _recorded_on(node: Value, twins: Mapping[Value, Value]) -> Value:
    """Return a node with the same record, but for its arguments, which are their twins."""
    twin = copy(node)
    parents, partials = node.many or (None, ())
    links = (node.left, node.right, node.given, parents)
    twin.left, twin.right, twin.given, parents = replaced(links, twins.__getitem__)
    twin.many = None if parents is None else (parents, partials)
    return twin


def _spread_gradient(node: Value, grad: float, known: set[Value]) -> None:
    """Give the node and the new nodes that it is made of their gradients."""
    node.grad = grad
    stack = [node]
    while stack:
        result = stack.pop()
        known.add(result)
        for argument, partial in result.edges:
            if argument not in known:  # made for this one result, and used once
                argument.grad = result.grad * partial if isinstance(grad, float) else 0
                stack.append(argument)


# --- a part ---


def part_of(order: list[Value], root: Value, depth: int | None, between: Sequence[Any] | None) -> list[Value]:
    """Return the nodes to show: those on a path from one node to another, those so many steps from the end, or all."""
    if between is not None:
        start, root = (_found(end, order) for end in _pair(between))
        from_start = {start}
        for node in order:
            if any(argument in from_start for argument, _ in node.edges):
                from_start.add(node)
        if root not in from_start:
            raise ValueError(f"between: {_called(root)} was not computed from {_called(start)}")
        order = [node for node in topological_order(root) if node in from_start]
    if depth is None:
        return order
    if depth < 0:
        raise ValueError(f"depth must be 0 or more, but got {depth}")
    near, ring = {root}, [root]
    for _ in range(depth):
        ring = list(dict.fromkeys(argument for node in ring for argument, _ in node.edges if argument not in near))
        if not ring:
            break
        near.update(ring)
    return [node for node in order if node in near]


def _pair(between: Any) -> Sequence[Any]:
    if isinstance(between, (tuple, list)) and len(between) == 2:
        return between
    raise ValueError(f"between takes two nodes or labels, (a, b), but got {between!r:.60}")


def _found(end: Any, order: list[Value]) -> Value:
    for node in order:
        if node is end or (isinstance(end, str) and node.label == end):
            return node
    raise ValueError(f"between: the graph has no {end!r:.60}")


def _called(node: Value) -> str:
    return str(node.label) or repr(node)
