"""A random graph of one-operation nodes, grown from a recipe that runs on any engine."""

from __future__ import annotations

import operator
import random
from collections import deque
from collections.abc import Callable
from typing import Any

Step = tuple[Callable[..., Any], int, "int | None"]  # an operation and the places of its operands among all before it

CONSTANTS = [2, 3, 0.75, 1.25, 1.5]
LEAVES = [-1.75, -1.25, -0.75, -0.5, 0.5, 0.75, 1.25, 1.75]
BOUND = 4.0  # on every value but the final sums, and on the reciprocal of every denominator

relu = operator.methodcaller("relu")

# Every operation that both engines have: "x" and "y" are random nodes, a number is a constant.
OPERATIONS: list[tuple[Callable[..., Any], Any, Any]] = [
    (operator.add, "x", "y"),
    (operator.add, "x", 1.5),
    (operator.add, 1.5, "x"),
    (operator.sub, "x", "y"),
    (operator.sub, "x", 1.5),
    (operator.sub, 1.5, "x"),
    (operator.mul, "x", "y"),
    (operator.mul, "x", 0.75),
    (operator.mul, 0.75, "x"),
    (operator.truediv, "x", "y"),
    (operator.truediv, "x", 1.25),
    (operator.truediv, 1.25, "x"),
    (operator.pow, "x", 2),
    (operator.pow, "x", 3),
    (operator.neg, "x", None),
    (relu, "x", None),
]


def random_recipe(count: int, seed: int = 1) -> list[Step]:
    """Return ``count`` steps, or one more: a tree of sums joins what random operations on random nodes have left unused."""
    rng = random.Random(seed)
    values: list[float] = [*CONSTANTS, *LEAVES]
    ends = dict.fromkeys(range(len(CONSTANTS), len(values)))  # nodes that nothing uses yet
    steps: list[Step] = []
    while len(steps) + len(ends) <= count:
        operation, left, right = rng.choice(OPERATIONS)
        value = None
        while value is None:
            i, j = (_place(operand, rng, len(values)) for operand in (left, right))
            value = _bounded(operation, values[i], None if j is None else values[j])
        for place in (i, j):
            ends.pop(place, None)
        ends[len(values)] = None
        values.append(value)
        steps.append((operation, i, j))
    loose = deque(ends)
    for place in range(len(values), len(values) + len(loose) - 1):
        steps.append((operator.add, loose.popleft(), loose.popleft()))
        loose.append(place)
    return steps


def _place(operand: Any, rng: random.Random, count: int) -> int | None:
    if operand is None:
        return None
    return rng.randrange(len(CONSTANTS), count) if isinstance(operand, str) else CONSTANTS.index(operand)


def _bounded(operation: Callable[..., Any], x: float, y: float | None) -> float | None:
    """Return the step's value if it is one that keeps the graph bounded, else None."""
    if operation is operator.truediv and abs(y) * BOUND < 1.0:
        return None
    value = max(x, 0.0) if operation is relu else operation(x) if y is None else operation(x, y)
    return value if abs(value) <= BOUND else None


def grow(steps: list[Step], leaf: Callable[[float], Any]) -> tuple[Any, list[Any]]:
    """Return the root and the leaves of the graph that a recipe makes of an engine's numbers."""
    leaves = [leaf(x) for x in LEAVES]
    return grown(steps, leaves), leaves


def grown(steps: list[Step], leaves: list[Any]) -> Any:
    """Return the root of the graph that a recipe makes of these leaves."""
    nodes = [*CONSTANTS, *leaves]
    for operation, i, j in steps:
        nodes.append(operation(nodes[i]) if j is None else operation(nodes[i], nodes[j]))
    return nodes[-1]
