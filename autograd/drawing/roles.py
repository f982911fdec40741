"""What part each node plays, for its colour: as the user says, else by label, by its place in the record, or by its kind."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from autograd.drawing.theme import ROLES
from autograd.engine import primitives as p
from autograd.engine.labels import brief, typed
from autograd.engine.value import Value

INDEX = r"[\d_,.\[\]]*"

# What nodes of a network are usually called. Read only in graphs that are networks: elsewhere, b is just a letter.
LEAF_LABELS = {
    "weight": rf"([wW]|[wW]eight){INDEX}",
    "bias": rf"(b|B|bias){INDEX}",
    "input": rf"(i|x|X|in|input){INDEX}",
    "target": rf"(t|y|target|truth)(_?[a-z]*{INDEX})",
}
TRAINED = ("weight", "bias")
OTHER_LABELS = {
    "hidden": rf"((net|out|z|a)_)?h{INDEX}",
    "output": rf"((net|out|z|a)_)?o{INDEX}|out|output|score|logit{INDEX}",
    "loss": rf"(E|L|J|loss|cost|error)(_\w*)?{INDEX}",
}


def roles_of(
    order: list[Value], root: Value, chosen: Mapping[Any, str] | None = None, parameters: Iterable[Value] = ()
) -> dict[Value, str]:
    """Return the role of each node of a graph in topological order.

    ``chosen`` has the user's own, by node or label. ``parameters`` are weights and biases, and no other leaf is one because of
    its label. Raises ValueError if a role that is chosen does not exist, or is for a node that is not there.
    """
    roles = {node: "leaf" if node.op is None else "operation" for node in order}
    if root.op is not None:
        roles[root] = "root"
    found = _by_record(order, root)
    given = {node for node in parameters if node in roles}
    if found or given or any(_role_for(node, LEAF_LABELS) == "weight" for node in order if node.op is None):
        for node in order:
            role = _role_for(node, LEAF_LABELS if node.op is None else OTHER_LABELS)
            if role in TRAINED and given and found.get(node) != role:
                role = ""  # an input may be called b, and a weight, too
            if role or node in found:
                roles[node] = role or found[node]
    for node in given:
        called = [found.get(node), _role_for(node, LEAF_LABELS)]
        roles[node] = next((role for role in called if role in TRAINED), "weight")
    _choose(roles, order, chosen or {})
    return roles


def _role_for(node: Value, labels: Mapping[str, str]) -> str:
    if not node.label:
        return ""
    return next((role for role, pattern in labels.items() if re.fullmatch(pattern, str(node.label))), "")


def _by_record(order: list[Value], root: Value) -> dict[Value, str]:
    """Return the roles that show in the record of neurons: places in weighted sums, what is before and what comes after."""
    roles: dict[Value, str] = {}
    places = {
        "weight": [node.args[0] for node in order if node.op is p.weighted_sum],
        "bias": [node.args[2] for node in order if node.op is p.weighted_sum],
        "input": [node.args[1] for node in order if node.op is p.weighted_sum],
        "target": [node.args[0] for node in order if node.op is p.half_squared_error],
    }
    if not places["weight"]:
        return {}
    for role, args in places.items():
        for node in _values(args):
            if node.op is None:
                roles.setdefault(node, role)

    feeds: set[Value] = set()  # what another neuron reads, directly or not
    for node in reversed(order):
        if node in feeds or node.op is p.weighted_sum:
            feeds.update(argument for argument, _ in node.edges)
    from_neurons: set[Value] = set()
    for node in order:
        arguments = [argument for argument, _ in node.edges]
        if node.op is p.weighted_sum or any(argument in from_neurons for argument in arguments):
            from_neurons.add(node)
            if node in feeds:
                roles[node] = "hidden"
            elif node.op is p.weighted_sum or (
                isinstance(node.args[0], Value) and len(node.args) == 1 and arguments[0].op is p.weighted_sum
            ):
                roles[node] = "output"
            elif node.op is p.half_squared_error or node is root:
                roles[node] = "loss"
    return roles


def _values(args: Iterable[Any]) -> Iterable[Value]:
    for arg in args:
        if isinstance(arg, Value):
            yield arg
        elif isinstance(arg, tuple):
            yield from _values(arg)


def _choose(roles: dict[Value, str], order: list[Value], chosen: Mapping[Any, str]) -> None:
    if not hasattr(chosen, "items"):
        raise TypeError(f"roles takes a dict of roles by node or label, but got {typed(chosen)}")
    for key, role in chosen.items():
        if role not in ROLES:
            raise ValueError(f"there is no role {role!r}; choose one of {', '.join(ROLES)}")
        nodes = [node for node in order if node is key or (isinstance(key, str) and node.label == key)]
        if not nodes:
            raise ValueError(f"roles has {brief(key)}, but the graph has no such node or label")
        roles.update(dict.fromkeys(nodes, role))
