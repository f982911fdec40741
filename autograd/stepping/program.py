"""The graph as a program in JavaScript: for each node a function of its arguments, which gives its value and its partials.

Nodes that do the same share a function. Values and partials are the rows' own, lowered; nothing of a row is written here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from autograd.compiling import Program, javascript_source, lowered, missing_in_javascript
from autograd.engine.applying import apply
from autograd.engine.recorded_gradients import recorded_edges
from autograd.engine.recording import enable_grad
from autograd.engine.slots import replaced
from autograd.engine.value import Value

Call = tuple[int, list[int]]  # which function, and of which nodes


class Functions(NamedTuple):
    """The text of all functions, f0, f1, …; what each node calls, None for a leaf; or why there is no such program."""

    source: str
    calls: list[Call | None]
    problem: str


def functions_of(nodes: Sequence[Value], data: Mapping[Value, float]) -> Functions:
    """Return what computes the nodes of a graph, in topological order, anew; ``data`` are the numbers that were recorded."""
    place = {node: i for i, node in enumerate(nodes)}
    programs: dict[str, Program] = {}
    calls: list[Call | None] = []
    for node in nodes:
        if node.op is None:
            calls.append(None)
            continue
        problem = missing_in_javascript(node.op)
        arguments = [*dict.fromkeys(node.parents)]
        program = None if problem else _program(node, arguments, data)
        if program is None:
            return Functions("", [], problem or "values have been set since they were computed")
        programs.setdefault(repr(program), program)
        calls.append(([*programs].index(repr(program)), [place[argument] for argument in arguments]))
    return Functions(javascript_source({f"f{i}": program for i, program in enumerate(programs.values())}), calls, "")


def _program(node: Value, arguments: Sequence[Value], data: Mapping[Value, float]) -> Program | None:
    """Return a node's value and its partials, one for each edge, by its arguments; None if it has not the value it had.

    It is recorded anew, since the arguments may have got other numbers after the steps were written down.
    """
    with enable_grad():
        twins = {argument: Value(data[argument]) for argument in arguments}
        op: Any = node.op
        try:
            twin = apply(op, replaced(node.args, twins.__getitem__))
        except (ArithmeticError, ValueError):
            return None
        if repr(twin.data) != repr(data[node]):
            return None
        partials = [partial for _, partial in recorded_edges(twin, {twin, *twins.values()}, and_flat=True)]
    return lowered({x: f"x{i}" for i, x in enumerate(twins.values())}, [twin, *partials])
