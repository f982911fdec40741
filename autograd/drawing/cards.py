"""Cards and edges, written from the record: every text that a picture shows."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from autograd.drawing.groups import Group
from autograd.drawing.words import NumberFormat, exact_text, formatted, partial_text, value_text
from autograd.engine import primitives as p
from autograd.engine.graph import adjoints, live_edges
from autograd.engine.node import has_gradient, plain_grad
from autograd.engine.value import Value
from autograd.text import HELPERS, Partials, clean, formula, partial

SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
NOT_YET, NEVER = "·", "–"  # a gradient that no backward pass has reached; the gradient of a constant
OMITTED = "⋯"
BY_NAME = {*HELPERS, p.unit, p.gap_power}  # not by their symbols, which are formulas in x and y
FEW = 12  # arguments whose formula is short enough to read


@dataclass(frozen=True)
class Card:
    """A node, or a group of nodes, as it is drawn."""

    name: str  # the label, or v1, v2, …
    title: str
    operation: str  # or, where this is the title, the name
    rows: tuple[tuple[str, str], tuple[str, str]]
    role: str
    bold: bool  # where the title is a label or an operation, not just a role
    count: int  # of the nodes that it stands for
    details: str
    members: tuple[str, ...] = ()  # the names of these nodes, each after its arguments; none of a constant
    outlets: tuple[str, ...] = ()  # of those that others read


@dataclass(frozen=True)
class Edge:
    """An edge from an argument to what was computed from it, with the local partial, or the number of edges, as text."""

    tail: int
    head: int
    text: str
    details: str
    is_partial: bool = True


class Writer:
    """Writes groups of nodes as ``cards``, and what leads from one to another as ``edges``."""

    def __init__(
        self,
        groups: Sequence[Group],
        partials: Partials,
        roles: Mapping[Value, str],
        hidden: Collection[Value],
        number_format: NumberFormat | None,
        partial_format: NumberFormat | None,
        constants: bool,
        owned: Collection[Value] = (),
    ) -> None:
        self.partials, self.names, self.roles, self.hidden = partials, partials.names, roles, hidden
        self.number_format, self.partial_format = number_format, partial_format
        self.home = {node: group for group in groups for node in group.nodes}
        self.outlets = self._outlets(groups)
        self.places: dict[Group, int] = {}
        self.cards: list[Card] = []
        self.edges: list[Edge] = []
        self.owned = {*owned} if not constants else ()  # the parameters of a module, whose inputs are shown if they are numbers
        self.inputs: dict[tuple[int, tuple[Any, ...]], int] = {}
        for group in groups:
            inputs = [self._input(place, args) for node in group.nodes for place, args in self._numbers_read(node)]
            numbers = [*_numbers(group.nodes[0])] if constants and len(group.nodes) == 1 else []
            constant_places = range(len(self.cards), len(self.cards) + len(numbers))
            self.cards += [self._constant(number) for number in numbers]
            head = self.places[group] = len(self.cards)
            self.cards.append(self._card(group, with_constants=not constants))
            self.edges += self._edges(group)
            self.edges += [Edge(tail, head, "", "a constant", is_partial=False) for tail in constant_places]
            self.edges += [Edge(tail, head, "", "an input", is_partial=False) for tail in dict.fromkeys(inputs)]

    def _outlets(self, groups: Sequence[Group]) -> dict[Group, list[Value]]:
        """Return the nodes of each group that others read."""
        read = {
            argument for node, group in self.home.items() for argument, _ in node.edges if self.home.get(argument) is not group
        }
        return {group: [node for node in group.nodes if node in read] or group.nodes[-1:] for group in groups}

    # --- cards ---

    def _card(self, group: Group, with_constants: bool) -> Card:
        node, count = self.outlets[group][-1], len(group.nodes)
        operations = [member for member in group.nodes if member.op is not None]
        operation = _operation(node, with_constants)
        if count > 1:
            operation = group.kind or f"{len(operations)} ops"
        arguments = [argument for member in group.nodes for argument, _ in member.edges]
        if any(argument not in self.home and argument not in self.hidden for argument in arguments):
            operation = f"{OMITTED} {operation}"
        label, name = clean(group.name or node.label), clean(group.name) or self.names[node]
        role = self.roles[node]
        if len(self.outlets[group]) == 1:
            rows = ("value", formatted(node.data, self.number_format, value_text)), ("grad", self._grad(node))
            details = self._details(node)
        else:
            leaves = [self.roles[member] for member in group.nodes if member.op is None]
            kind = "params" if {"weight", "bias"}.issuperset(leaves) else "leaves"
            rows = ("nodes", str(len(operations))), (kind, str(len(leaves)))
            details = f"{name}: {len(operations)} operations and {len(leaves)} leaves"
        title, beside = name, operation
        if not label:
            title, beside = operation if node.op is not None else role, name
        elif label != name:
            beside = f"“{label}” {operation}".strip()
        return Card(
            name=name,
            title=title,
            operation=beside,
            rows=rows,
            role=role,
            bold=bool(label) or node.op is not None,
            count=count,
            details=details,
            members=tuple(self.names[member] for member in group.nodes),
            outlets=tuple(self.names[outlet] for outlet in self.outlets[group]),
        )

    def _grad(self, node: Value) -> str:
        return formatted(plain_grad(node), self.number_format, value_text) if has_gradient(node) else NOT_YET

    def _details(self, node: Value) -> str:
        grad = exact_text(plain_grad(node)) if has_gradient(node) else "not computed yet"
        short = node.op is not None and len(node.edges) <= FEW
        rule = f" = {formula(node, self.names)}" if short else ""
        return f"{self.names[node]}{rule}; value {exact_text(node.data)}; grad {grad}"

    def _constant(self, number: float) -> Card:
        value = formatted(number, self.number_format, value_text)
        rows = (("value", value), ("grad", NEVER))
        return Card(value, "constant", "", rows, "constant", False, 1, f"the constant {exact_text(number)}")

    def _numbers_read(self, node: Value) -> Iterator[tuple[int, tuple[Any, ...]]]:
        """Yield the places of what a neuron of the module reads that are plain numbers, with all that it reads."""
        if node.op is p.weighted_sum and any(arg in self.owned for arg in node.parents):
            yield from [(place, node.args[1]) for place, arg in enumerate(node.args[1]) if isinstance(arg, float)]

    def _input(self, place: int, args: tuple[Any, ...]) -> int:
        """Return the place of an input's card, which all neurons share that read the same."""
        if (place, args) not in self.inputs:
            self.inputs[place, args] = len(self.cards)
            rows = (("value", formatted(args[place], self.number_format, value_text)), ("grad", NEVER))
            name = f"input {place + 1}"
            self.cards.append(Card(name, name, "", rows, "input", True, 1, f"{name}: the number {exact_text(args[place])}"))
        return self.inputs[place, args]

    # --- edges ---

    def _edges(self, group: Group) -> Iterator[Edge]:
        arguments: dict[Group, list[tuple[Value, float | None, str]]] = {}
        for found in self._partials(group):
            arguments.setdefault(self.home[found[0]], []).append(found)
        head = self.places[group]
        for source, edges in arguments.items():
            tail = self.places[source]
            if len({argument for argument, *_ in edges}) > 1 or any(number is None for _, number, _ in edges):
                text = f"{len(edges)} edges" if len(edges) > 1 else ""
                details = f"{text or 'an edge'} from {self.cards[tail].name} to {self.cards[head].name}"
                yield Edge(tail, head, text, details, is_partial=False)
                continue
            for _, number, name in edges:
                assert number is not None
                yield Edge(tail, head, formatted(number, self.partial_format, partial_text), f"{name} = {exact_text(number)}")

    def _partials(self, group: Group) -> Iterator[tuple[Value, float | None, str]]:
        """Yield what a group is computed from, with the derivative of its one outlet, or None where there are several."""
        result = self.outlets[group][-1]
        edges = [argument for node in group.nodes for argument in node.parents if argument in self.home]
        if len(group.nodes) == 1:
            names = self.partials.of_edges(result)
            yield from [(x, d, name) for (x, d), name in zip(result.edges, names, strict=True) if x in self.home]
        elif len(self.outlets[group]) > 1:
            yield from [(argument, None, "") for argument in edges if self.home[argument] is not group]
        else:
            members = set(group.nodes)
            reached = dict.fromkeys([argument for argument in edges if argument not in members])
            order = dict.fromkeys([result, *reversed(group.nodes), *reached])
            shown = members.union(reached)

            def give(node: Value, found: dict[Value, float]) -> list[tuple[Value, float]]:
                return [part for part in parts_as_floats(node, found) if part[0] in shown] if node in members else []

            found = adjoints([*order], give)
            yield from [(x, found[x], partial(self.names[result], self.names[x])) for x in reached]


def parts_as_floats(node: Value, found: dict[Value, float]) -> list[tuple[Value, float]]:
    """Return what a node gives to its arguments, for ``adjoints``: nan, not an error, where a partial is not known."""
    return [(argument, found[node] * float(partial)) for argument, partial in live_edges(node)]


def _operation(node: Value, with_constants: bool) -> str:
    """Return an operation's symbol, with the constant where it has one: ▢², 2 ×, − 1.

    An argument is a box, since any letter might be the label of another node.

    >>> [_operation(node, True) for x in [Value(3.0)] for node in (x**2, 2 * x, x - 1, x * x)]
    ['▢²', '2 ×', '− 1', '×']
    """
    if node.op is None:
        return ""
    symbol, args = node.op.name if node.op in BY_NAME else node.op.symbol, node.args
    constants = [partial_text(arg) for arg in args if isinstance(arg, float)]
    if (
        not with_constants
        or node.op in HELPERS
        or len(args) != 2
        or len(constants) != 1
        or any(isinstance(arg, tuple) for arg in args)
    ):
        return symbol
    first = isinstance(args[0], float)
    if node.op is p.power:
        if first:
            return f"{constants[0]}^▢"
        exponent = f"{args[1]:g}"
        return f"▢{exponent.translate(SUPERSCRIPTS)}" if exponent.lstrip("-").isdigit() else f"▢^{constants[0]}"
    return f"{constants[0]} {symbol}" if first else f"{symbol} {constants[0]}"


def _numbers(node: Value) -> Iterator[float]:
    """Yield the constants that a node was computed from, but for the bias 0 that a weighted sum has by default."""
    args = list(node.args)
    if node.op is p.weighted_sum and isinstance(args[2], float) and args[2] == 0.0:
        del args[2]
    for arg in args:
        yield from [item for item in (arg if isinstance(arg, tuple) else [arg]) if isinstance(item, float)]
