"""Views: what a picture of a recorded graph shows, as plain data with every text ready to be drawn."""

from __future__ import annotations

import warnings
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from math import isclose, isnan
from typing import Any

from autograd.drawing.cards import NOT_YET, OMITTED, Card, Edge, Writer, parts_as_floats
from autograd.drawing.groups import Group, Grouping, grouped
from autograd.drawing.roles import TRAINED, roles_of
from autograd.drawing.selection import every_operation as with_every_operation
from autograd.drawing.selection import part_of
from autograd.drawing.words import NumberFormat, shortened_to_columns
from autograd.engine.depth_first import depth_first
from autograd.engine.graph import adjoints, backward_order, is_current, topological_order
from autograd.engine.node import has_gradient, plain_grad
from autograd.engine.value import Value
from autograd.text import Partials, clean, names_of

MOST_WITH_PARTIALS, MANY, MOST = 400, 1000, 2000  # cards
LONGEST = 40  # columns of the root's label, in titles


@dataclass(frozen=True)
class View:
    """Cards, each after those that it was computed from, and edges in the order of the arguments."""

    title: str
    cards: tuple[Card, ...]
    edges: tuple[Edge, ...]
    notes: tuple[str, ...]

    @property
    def description(self) -> str:
        """What the picture shows, in a sentence."""
        nodes, cards = sum(card.count for card in self.cards), len(self.cards)
        groups = f" in {_counted(cards, 'card')}" if nodes != cards else ""
        return f"{self.title}: {_counted(nodes, 'node')}{groups}, {_counted(len(self.edges), 'edge')}"


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}{'s' * (number != 1)}"


def view_of(
    root: Value,
    *,
    roles: Mapping[Any, str] | None = None,
    module: Any = None,
    every_operation: bool = False,
    group: Grouping = None,
    depth: int | None = None,
    between: Sequence[Any] | None = None,
    parameters: bool = True,
    constants: bool = False,
    number_format: NumberFormat | None = None,
    partial_format: NumberFormat | None = None,
    title: str = "",
    any_size: bool = False,
) -> View:
    """Return what to show of the graph under root; ``autograd.draw`` says what the options mean.

    A view of ``any_size`` need not be fit to be drawn; otherwise ValueError is raised above 2000 cards.
    """
    order = topological_order(root)
    names = names_of(order)
    notes = list(_state(root, _short(names[root])))
    if every_operation:
        twins = with_every_operation(root)
        roles = {twins.get(key, key) if isinstance(key, Value) else key: role for key, role in (roles or {}).items()}
        between = between and [twins.get(end, end) if isinstance(end, Value) else end for end in between]
        named, root = [twins[node] for node in order], twins[root]
        order = topological_order(root)
        names = names_of(dict.fromkeys([*named, *order]))  # the new ones last: the others are called as ever
    owner = module if module is not None else group
    owned = owner.parameters() if hasattr(owner, "parameters") else ()
    found = roles_of(order, root, roles, owned)
    nodes = part_of(order, root, depth, between)
    hidden = set() if parameters else {node for node in nodes[:-1] if node.op is None and found[node] in TRAINED}
    nodes = _in_natural_order([node for node in nodes if node not in hidden])
    groups = _groups_in_natural_order(grouped(nodes, group), nodes[-1])
    if not any_size:
        _check(len(groups))
    writer = Writer(
        groups,
        Partials(order, names),
        roles=found,
        hidden=hidden,
        number_format=number_format,
        partial_format=partial_format,
        constants=constants,
        owned=owned,
    )
    cards, edges = writer.cards, writer.edges
    if len(cards) > MOST_WITH_PARTIALS:
        edges = [replace(edge, text="") for edge in edges]
    return View(
        clean(title) or f"Computation graph of {_short(names[root])}",
        tuple(cards),
        tuple(edges),
        (*_notes(cards, edges, hidden), *notes),
    )


def _check(count: int) -> None:
    less = (
        "draw less of it: the last few steps with depth=, the paths from one node to another with between=(a, b), "
        'or gather nodes with group="label", group=model or group=function'
    )
    if count > MOST:
        raise ValueError(f"a picture of {count} cards is more than anyone can read, and the most is {MOST}; {less}")
    if count > MANY:
        warnings.warn(f"a picture of {count} cards takes long to draw and to read; {less}", stacklevel=4)


def _in_natural_order(nodes: list[Value]) -> list[Value]:
    """Return the nodes that are shown, each after its arguments, and those in the order in which they were given."""
    shown = set(nodes)
    return depth_first(nodes[-1], lambda node: [argument for argument, _ in node.edges if argument in shown])


def _groups_in_natural_order(groups: list[Group], last: Value) -> list[Group]:
    home = {node: group for group in groups for node in group.nodes}
    return depth_first(home[last], lambda group: [home[a] for node in group.nodes for a, _ in node.edges if a in home])


def _short(name: str) -> str:
    return shortened_to_columns(name, LONGEST)


def _notes(cards: Sequence[Card], edges: Sequence[Edge], hidden: Collection[Value]) -> Iterator[str]:
    """Yield what the legend has to explain besides colours."""
    if any(edge.is_partial and edge.text for edge in edges):
        yield "number on an edge = local derivative ∂(head)/∂(tail)"
        ends = [(edge.tail, edge.head) for edge in edges]
        if len({*ends}) < len(ends):
            yield "of parallel edges each has a part of it"
    if any(card.rows[1][1] == NOT_YET for card in cards):
        yield f"{NOT_YET} = no backward pass yet"
    if any(OMITTED in card.title + card.operation for card in cards):
        yield f"{OMITTED} = has arguments that are not shown"
    if hidden:
        yield "weights and biases are not shown"
    if any(card.count > 1 for card in cards):
        yield "double card = several nodes"


def _state(root: Value, name: str) -> Iterator[str]:
    """Yield what the gradients are derivatives of, and whether values have changed since the computation."""
    found = adjoints(backward_order(root), parts_as_floats)
    reached = [node for node in found if has_gradient(node)]
    if reached:
        one_pass = all(_same(plain_grad(node), found[node]) for node in reached)
        yield f"grad = ∂{name}/∂(node)" if one_pass else "grad = sum over several backward passes"
    if not all(map(is_current, found)):
        yield "values have changed since the computation: recompute() runs it again"


def _same(x: float, y: float) -> bool:
    return isclose(x, y, rel_tol=1e-9, abs_tol=1e-12) or (isnan(x) and isnan(y))
