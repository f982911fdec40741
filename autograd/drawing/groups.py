"""Groups of nodes that a picture shows as one card: by label, by neuron, by module, or as the user says."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, TypeAlias

from autograd.engine import primitives as p
from autograd.engine.labels import typed
from autograd.engine.value import Value

Grouping: TypeAlias = "str | Callable[[Value], object] | Any"  # "label", "neuron", a function, or a module of parameters


@dataclass(eq=False)
class Group:
    """Nodes that are drawn as one card; most often a single node."""

    nodes: list[Value]
    name: str = ""  # where the group itself has one
    kind: str = ""


def grouped(nodes: list[Value], by: Grouping) -> list[Group]:
    """Return nodes in topological order as groups, none of which is computed from itself.

    Raises TypeError if ``by`` is nothing to group by.
    """
    users: dict[Value, list[Value]] = {node: [] for node in nodes}
    for node in nodes:
        for argument, _ in node.edges:
            if argument in users:
                users[argument].append(node)
    if by is None:
        return [Group([node]) for node in nodes]
    if by == "label":
        return _by_label(nodes, users)
    if by == "neuron":
        return _by_neuron(nodes, users)
    if hasattr(by, "parameters"):
        names = _by_module(nodes, users, by)
    elif callable(by):
        names = {node: (str(name), "") for node in nodes if (name := by(node)) is not None}
    else:
        raise TypeError(f'group takes "label", "neuron", a module or a function of a node, but got {typed(by)}')
    return _named(nodes, names)


def _by_label(nodes: list[Value], users: dict[Value, list[Value]]) -> list[Group]:
    """Gather each operation without a label into the one that uses it, if there is but one."""
    heads: dict[Value, Value] = {}
    for node in reversed(nodes):
        using = {heads[user] for user in users[node]}
        heads[node] = node if node.op is None or node.label or len(using) != 1 else using.pop()
    groups: dict[Value, Group] = {}
    for node in nodes:
        groups.setdefault(heads[node], Group([])).nodes.append(node)
    return list(groups.values())


def _by_neuron(nodes: list[Value], users: dict[Value, list[Value]]) -> list[Group]:
    """Gather each weighted sum with the weights and the bias that it alone uses, and with its activation."""
    heads = {node: node for node in nodes}
    for node in nodes:
        if node.op is not p.weighted_sum:
            continue
        weights, _, bias = node.args
        using = users[node]
        activated = len(using) == 1 and using[0].args == (node,)
        heads[node] = using[0] if activated else node
        heads |= {own: heads[node] for own in (*weights, bias) if users.get(own) == [node] and own.op is None}
    groups: dict[Value, Group] = {}
    for node in nodes:
        groups.setdefault(heads[node], Group([])).nodes.append(node)
    for head, group in groups.items():
        group.kind = " ".join(node.op.symbol for node in dict.fromkeys([head, *group.nodes]) if node.op is not None)
    return list(groups.values())


def _by_module(nodes: list[Value], users: dict[Value, list[Value]], module: Any) -> dict[Value, tuple[str, str]]:
    """Return the name and the kind of the submodule that each of its nodes belongs to.

    A record knows nothing of modules. What is computed with a submodule's parameters belongs to it, then what is computed
    from such nodes alone, and one function of one argument, the activation.
    """
    owners: dict[Value, tuple[str, str]] = {}
    for name, part in _submodules(module).items():
        for parameter in part.parameters():
            owners.setdefault(parameter, (name, type(part).__name__))
    activated: set[Value] = set()
    for node in nodes:
        arguments = [argument for argument, _ in node.edges]
        mine = [argument for argument in arguments if argument in owners]
        if not mine or node in owners:
            continue
        of_parameters = [owners[argument] for argument in mine if argument.op is None]
        with_constant = any(isinstance(arg, float) and arg != 0.0 for arg in node.args)  # sum() begins with 0
        of_one_alone = len(mine) == len(arguments) and len({owners[argument] for argument in mine}) == 1 and not with_constant
        if of_parameters or (of_one_alone and activated.isdisjoint(mine)):
            owners[node] = of_parameters[0] if of_parameters else owners[mine[0]]
            if len(node.args) == 1 and not isinstance(node.args[0], tuple):
                activated.add(node)
    return {node: owners[node] for node in nodes if node in owners}


def _submodules(module: Any) -> dict[str, Any]:
    """Return the modules that are attributes of a module, or in lists there, by name; if there are none, itself."""
    found: dict[str, Any] = {}
    for name, attribute in getattr(module, "__dict__", {}).items():
        if hasattr(attribute, "parameters"):
            found[name] = attribute
        elif isinstance(attribute, (list, tuple)):
            found.update({f"{name}[{i}]": item for i, item in enumerate(attribute) if hasattr(item, "parameters")})
    return found or {type(module).__name__: module}


def _named(nodes: list[Value], names: dict[Value, tuple[str, str]]) -> list[Group]:
    groups: dict[Any, Group] = {}
    for node in nodes:
        name, kind = names.get(node, ("", ""))
        groups.setdefault(names.get(node, node), Group([], name, kind)).nodes.append(node)
    found = list(groups.values())
    return found if _without_cycle(found) else _unrolled(nodes, names)


def _without_cycle(groups: Iterable[Group]) -> bool:
    """Whether the groups can be put in an order in which each comes after all that it is computed from."""
    home = {node: group for group in groups for node in group.nodes}
    needs = {
        group: {home[a] for node in group.nodes for a, _ in node.edges if a in home and home[a] is not group}
        for group in groups
    }
    users: dict[Group, list[Group]] = {group: [] for group in groups}
    for group, needed in needs.items():
        for other in needed:
            users[other].append(group)
    ready = [group for group, needed in needs.items() if not needed]
    for group in ready:
        for user in users[group]:
            needs[user].discard(group)
            if not needs[user]:
                ready.append(user)
    return len(ready) == len(needs)


def _unrolled(nodes: list[Value], names: dict[Value, tuple[str, str]]) -> list[Group]:
    """Draw groups that feed each other once for each time that the computation comes back to them."""
    turn: dict[Value, int] = {}
    for node in nodes:
        here = names.get(node, node)
        turn[node] = max([turn[a] + (names.get(a, a) != here) for a, _ in node.edges if a in turn], default=0)
    turns: dict[Any, list[int]] = {}
    for node in nodes:
        numbers = turns.setdefault(names.get(node, node), [])
        if turn[node] not in numbers:
            numbers.append(turn[node])
    groups: dict[Any, Group] = {}
    for node in nodes:
        name, kind = names.get(node, ("", ""))
        count = turns[names.get(node, node)].index(turn[node]) + 1
        called = name if count == 1 else f"{name} #{count}"
        groups.setdefault((names.get(node, node), turn[node]), Group([], called, kind)).nodes.append(node)
    return list(groups.values())
