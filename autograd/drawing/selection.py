"""Which nodes a picture shows: those of the record, every operation, or a part of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any, cast

from autograd.engine.argument_checks import whole_number
from autograd.engine.depth_first import depth_first
from autograd.engine.graph import adjoints, leading_to, parts, topological_order
from autograd.engine.labels import brief
from autograd.engine.node import has_gradient, plain_grad
from autograd.engine.slots import replaced, with_arguments
from autograd.engine.value import Value


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
    if node.op is not None and node.op.composed:
        with suppress(ArithmeticError, ValueError):  # exp alone overflows where log_sum_exp does not
            twin = node.op.composed(*replaced(node.args, twins.__getitem__))
    if twin is None or twin in known:  # a sum of one term is the term itself, but this node remains one of its own
        return with_arguments(node, twins.__getitem__)
    twin.data, twin.label = node.data, node.label
    _spread_gradient(twin, node, known)
    return cast(Value, twin)


def _spread_gradient(twin: Value, node: Value, known: set[Value]) -> None:
    """Give a twin, and the new nodes that it is made of, the gradients that the node's implies."""
    fresh = depth_first(twin, lambda result: [argument for argument in result.parents if argument not in known])[::-1]
    members = set(fresh)
    known.update(members)

    def give(result: Value, found: dict[Value, float]) -> list[tuple[Value, float]]:
        return [part for part in parts(result, found) if part[0] in members]

    if has_gradient(node):
        for result, grad in adjoints(fresh, give, seed=plain_grad(node)).items():
            result.grad = grad


# --- a part ---


def part_of(order: list[Value], root: Value, depth: int | None, between: Sequence[Any] | None) -> list[Value]:
    """Return the nodes to show: those on a path from one node to another, those so many steps from the end, or all."""
    if between is not None:
        start, root = (_found(end, order) for end in _pair(between))
        from_start = leading_to([start], order)
        if root not in from_start:
            raise ValueError(f"between: {_called(root)} was not computed from {_called(start)}")
        order = [node for node in topological_order(root) if node in from_start]
    if depth is None:
        return order
    near, ring = {root}, [root]
    for _ in range(whole_number("depth", depth, 0)):
        ring = list(dict.fromkeys(argument for node in ring for argument, _ in node.edges if argument not in near))
        if not ring:
            break
        near.update(ring)
    return [node for node in order if node in near]


def _pair(between: Any) -> Sequence[Any]:
    if isinstance(between, (tuple, list)) and len(between) == 2:
        return between
    raise ValueError(f"between takes two nodes or labels, (a, b), but got {brief(between)}")


def _found(end: Any, order: list[Value]) -> Value:
    for node in order:
        if node is end or (isinstance(end, str) and node.label == end):
            return node
    raise ValueError(f"between: the graph has no {brief(end)}")


def _called(node: Value) -> str:
    return str(node.label) or repr(node)
