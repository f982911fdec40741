"""The derivation of a gradient, read off a recorded graph and written as one would by hand.

From the error back to the parameters, level by level: every local partial becomes a factor R1, R2, …; where several paths
meet, their sum gets a name, too; and each gradient is a product of factors, or a sum of such products.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TypeAlias

from autograd.formula import formula, names_of, number_text, numbers, partial_formulas
from autograd.graph import topological_order
from autograd.value import Value

Product: TypeAlias = tuple[str, ...]  # names of factors; the empty product is 1


@dataclass(frozen=True)
class Computation:
    """A node of the forward pass: ``out_h1 = σ(net_h1) = σ(0.3775) = 0.5932…``."""

    name: str
    formula: str
    numbers: str
    value: float


@dataclass(frozen=True)
class Factor:
    """A local partial under a name: ``R3 = ∂out_o1/∂net_o1 = out_o1·(1 − out_o1) = 0.1868…``."""

    name: str
    numerator: str
    denominator: str
    formula: str
    value: float


@dataclass(frozen=True)
class Gradient:
    """The derivative of the root by one node: a sum of products of factors, itself a factor where it has a name."""

    name: str
    numerator: str
    denominator: str
    products: tuple[Product, ...]
    contributions: tuple[float, ...]  # the number of each product
    value: float

    @property
    def formula(self) -> str:
        """The sum of products, as text."""
        return " + ".join("·".join(product) or "1" for product in self.products)


@dataclass(frozen=True)
class Derivation:
    """The factors and gradients in the order in which they are derived."""

    root: str
    stages: tuple[tuple[Factor | Gradient, ...], ...]

    @cached_property
    def factors(self) -> dict[str, Factor | Gradient]:
        """Everything that has a name, by it."""
        return {step.name: step for stage in self.stages for step in stage if step.name}

    @cached_property
    def gradients(self) -> dict[str, Gradient]:
        """The gradients of the nodes that were asked for, by the node's name."""
        steps = (step for stage in self.stages for step in stage)
        return {step.denominator: step for step in steps if isinstance(step, Gradient) and not step.name}

    def rows(self, digits: int = 12) -> Iterator[tuple[str, str, str, str]]:
        """Yield each step as its name, partial, formula and number; a row of empty strings between stages."""
        for i, stage in enumerate(self.stages):
            if i:
                yield "", "", "", ""
            for step in stage:
                name = step.name or "⇒"
                yield name, f"∂{step.numerator}/∂{step.denominator}", step.formula, number_text(step.value, digits)

    def __str__(self) -> str:
        return table(list(self.rows()), separators=("  ", " = ", " = "))


def forward(root: Value) -> list[Computation]:
    """Return how every node was computed, by its distance from the leaves.

    >>> x = Value(3.0, label="x")
    >>> [(step.name, step.formula, step.numbers, step.value) for step in forward((x + 1) ** 2)]
    [('v1', 'x + 1', '3 + 1', 4.0), ('v2', 'v1²', '4²', 16.0)]
    """
    order = topological_order(root)
    names = names_of(order)
    level: dict[Value, int] = {}
    for node in order:
        level[node] = 1 + max([level[parent] for parent, _ in node.edges], default=-1)
    nodes = sorted([node for node in reversed(order) if node.op is not None], key=level.__getitem__)
    return [Computation(names[node], formula(node, names), numbers(node), node.data) for node in nodes]


def derive(root: Value, wanted: Sequence[Value] = ()) -> Derivation:
    """Derive the gradients of root by the wanted nodes; by default by all leaves that have a label.

    >>> x, w = Value(2.0, label="x"), Value(0.5, label="w")
    >>> y = (w * x).sigmoid()
    >>> y.label = "y"
    >>> print(derive(y, [w]))
    R1  ∂y/∂v1 = y·(1 − y) = 0.196611933241
    <BLANKLINE>
    R2  ∂v1/∂w = x         = 2
    ⇒   ∂y/∂w  = R1·R2     = 0.393223866483
    """
    return _Deriver(root, wanted).derivation()


def table(rows: Sequence[Sequence[str]], separators: Sequence[str]) -> str:
    """Return rows of text with their columns aligned."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = []
    for row in rows:
        cells = [cell.ljust(width) for cell, width in zip(row, widths, strict=True)]
        lines.append("".join(a + b for a, b in zip(cells, [*separators, ""], strict=True)).rstrip() if any(row) else "")
    return "\n".join(lines)


class _Deriver:
    """Numbers the factors: see ``derive``."""

    def __init__(self, root: Value, wanted: Sequence[Value]) -> None:
        order = topological_order(root)
        self.root = root
        self.wanted = dict.fromkeys(wanted or [node for node in order if node.op is None and node.label])
        self.names = names_of(order)
        for node in self.wanted:
            if node not in self.names:
                raise ValueError(f"{self.names[root]} was not computed from {node!r}, so there is nothing to derive")
        self.consumers: dict[Value, list[tuple[Value, str, float]]] = {}
        self.levels = self._levels(order)
        self.products: dict[Value, Product] = {root: ()}
        self.values: dict[str, float] = {}

    def derivation(self) -> Derivation:
        stages = [stage for level in self.levels for stage in self._stages(level)]
        return Derivation(self.names[self.root], tuple(stage for stage in stages if stage))

    def _levels(self, order: list[Value]) -> list[list[Value]]:
        """Return the nodes on paths to the wanted ones by their longest distance from root, in the order they are met."""
        leads: dict[Value, bool] = {}
        for node in order:
            leads[node] = node in self.wanted or any(leads[parent] for parent, _ in node.edges)
        depth = {self.root: 0}
        for node in reversed(order):
            for parent, _ in node.edges:
                if leads[parent]:
                    depth[parent] = max(depth.get(parent, 0), depth[node] + 1)
        levels: list[list[Value]] = [[] for _ in range(max(depth.values()) + 1)]
        levels[0].append(self.root)
        for node in (node for level in levels for node in level if node.op is not None):
            for (parent, partial), text in zip(node.edges, partial_formulas(node, self.names), strict=True):
                if leads[parent]:
                    if parent not in self.consumers:
                        self.consumers[parent] = []
                        levels[depth[parent]].append(parent)
                    self.consumers[parent].append((node, text, partial))
        return levels[1:]

    def _stages(self, level: list[Value]) -> Iterator[tuple[Factor | Gradient, ...]]:
        """Derive one level: first the leaves, which were asked for, then the nodes on the way to deeper ones."""
        for nodes in ([n for n in level if n.op is None], [n for n in level if n.op is not None]):
            products = {}
            factors: list[Factor] = []
            for node in nodes:
                products[node], new = self._factors(node)
                factors += new
            yield (*factors, *(gradient for node in nodes for gradient in self._gradients(node, products[node])))

    def _factors(self, node: Value) -> tuple[tuple[Product, ...], list[Factor]]:
        """Return the node's gradient as products, and the factors new in them: the partials that are not 1 by nature."""
        products: list[Product] = []
        factors: list[Factor] = []
        for consumer, text, partial in self.consumers[node]:
            product = self.products[consumer]
            if text != "1":
                whole = self.names[consumer if product else self.root]
                factors.append(Factor(self._name(partial), whole, self.names[node], text, partial))
                product = (*product, factors[-1].name)
            products.append(product)
        return tuple(products), factors

    def _gradients(self, node: Value, products: tuple[Product, ...]) -> Iterator[Gradient]:
        """State the gradient where it was asked for; give it a name where it is a sum that deeper nodes will use."""
        contributions = tuple(math.prod(self.values[name] for name in product) for product in products)
        value = math.fsum(contributions)
        step = Gradient("", self.names[self.root], self.names[node], products, contributions, value)
        if node in self.wanted:
            yield step
        self.products[node] = products[0]
        if node.op is not None and len(products) > 1:
            self.products[node] = (self._name(value),)
            yield replace(step, name=self.products[node][0])

    def _name(self, value: float) -> str:
        name = f"R{len(self.values) + 1}"
        self.values[name] = value
        return name
