"""The derivation of a gradient, read off a recorded graph and written as one would by hand.

From the error back to the parameters, level by level: every local partial becomes a factor R1, R2, …; where several paths
meet, their sum gets a name, too; and each gradient is a product of factors, or a sum of such products.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from functools import cached_property
from typing import Any, TypeAlias

from autograd import typeset
from autograd.floats import total
from autograd.formula import formula, latex_name, names_of, number_text, numbers, partial_formulas, partial_numbers
from autograd.graph import topological_order
from autograd.ledger import Ledger, compare
from autograd.value import Value

Product: TypeAlias = tuple[str, ...]  # names of factors; the empty product is 1
Chain: TypeAlias = tuple[str, ...]  # names of nodes from the root down, each the denominator of a product's next factor


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
    latex: str
    numbers: str
    value: float


@dataclass(frozen=True)
class Gradient:
    """The derivative of the root by one node: a sum of products of factors, itself a factor where it has a name."""

    name: str
    numerator: str
    denominator: str
    products: tuple[Product, ...]
    chains: tuple[Chain, ...]  # what each product is the chain rule of
    contributions: tuple[float, ...]  # the number of each product
    numbers: str
    value: float

    @property
    def formula(self) -> str:
        """The sum of products, as text."""
        return " + ".join("·".join(product) or "1" for product in self.products)

    @property
    def latex(self) -> str:
        """The same as LaTeX."""
        return " + ".join(r" \, ".join(map(latex_name, product)) or "1" for product in self.products)


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

    def only(self, node: str) -> Derivation:
        """Return the part that leads to one gradient, its factors under the same names."""
        needed = {name for product in self.gradients[node].products for name in product}
        for step in reversed([*self.factors.values()]):
            if step.name in needed:
                needed |= self.sources.get(step.name, set())
        wanted = self.gradients[node]
        stages = (tuple(step for step in stage if step is wanted or step.name in needed) for stage in self.stages)
        return Derivation(self.root, tuple(stage for stage in stages if stage))

    def against(self, claims: Mapping[str, float | str]) -> Ledger:
        """Compare somebody's numbers with these: factors by name ("R13") and partials ("dE/dw5" or "∂E/∂w5").

        A number given as text counts with the digits that were written. Raises ValueError for a name that is not here.
        """
        return compare({partial_name(name): claim for name, claim in claims.items()}, self.numbers, self.sources)

    @cached_property
    def numbers(self) -> dict[str, float]:
        """The number of every step, by its partial and by its name."""
        return {name: step.value for stage in self.stages for step in stage for name in _names(step)}

    @cached_property
    def sources(self) -> dict[str, set[str]]:
        """The names of the factors that each step multiplies."""
        steps = [step for stage in self.stages for step in stage if isinstance(step, Gradient)]
        return {name: {factor for product in step.products for factor in product} for step in steps for name in _names(step)}

    def to_markdown(self, digits: int = 6) -> str:
        """Return the derivation as a table for GitHub, notebooks and the like."""
        return typeset.markdown(self, digits)

    def to_latex(self, digits: int = 6) -> str:
        """Return the derivation as an align* environment, which needs the package amsmath."""
        return typeset.latex(self, digits)

    def as_data(self) -> list[dict[str, Any]]:
        """Return the steps as dicts, lists, strings and numbers."""
        return [{"formula": step.formula, **asdict(step)} for stage in self.stages for step in stage]

    _repr_pretty_ = typeset.as_printed

    def __str__(self) -> str:
        return typeset.text(self)

    def _repr_latex_(self) -> str:
        return self.to_latex()


def partial_name(name: str) -> str:
    """Return "dE/dw" as "∂E/∂w", and any other name as it is."""
    return re.sub(r"^d(.+)/d(.+)$", r"∂\1/∂\2", name)


def _names(step: Factor | Gradient) -> list[str]:
    return [typeset.partial(step.numerator, step.denominator), *([step.name] if step.name else [])]


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


def parameters_of(root: Value, order: Sequence[Value]) -> list[Value]:
    """Return what gradients are about unless one says so: root's attribute ``parameters``, else all leaves with a label."""
    leaves = [node for node in order if node.op is None]
    return list(vars(root).get("parameters", ())) or [leaf for leaf in leaves if leaf.label] or leaves


def derive(root: Value, wanted: Value | Sequence[Value] = ()) -> Derivation:
    """Derive the gradients of root by the wanted nodes; by default by its ``parameters``, or all leaves that have a label.

    A network's error has the attribute ``parameters``; any other value may be given it.

    Raises ValueError if root was not computed from one of them.

    >>> x, w = Value(2.0, label="x"), Value(0.5, label="w")
    >>> y = (w * x).sigmoid()
    >>> y.label = "y"
    >>> print(derive(y))
    R1  ∂y/∂v1 = y·(1 − y) = 0.196611933241
    <BLANKLINE>
    R2  ∂v1/∂w = x         = 2
    R3  ∂v1/∂x = w         = 0.5
    ⇒   ∂y/∂w  = R1·R2     = 0.393223866483
    ⇒   ∂y/∂x  = R1·R3     = 0.0983059666207
    """
    return _Deriver(root, [wanted] if isinstance(wanted, Value) else wanted).derivation()


class _Deriver:
    """Numbers the factors: see ``derive``."""

    def __init__(self, root: Value, wanted: Sequence[Value]) -> None:
        order = topological_order(root)
        self.root = root
        self.wanted = dict.fromkeys(wanted or parameters_of(root, order))
        self.names = names_of(order)
        for node in self.wanted:
            if node not in self.names:
                raise ValueError(f"{self.names[root]} was not computed from {node!r}, so there is nothing to derive")
        self.consumers: dict[Value, list[tuple[Value, int]]] = {}
        self.levels = self._levels(order)
        self.products: dict[Value, Product] = {root: ()}
        self.chains: dict[Value, Chain] = {root: (self.names[root],)}
        self.written: dict[Value, list[tuple[str, str, str]]] = {}
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
            for edge, (parent, _) in enumerate(node.edges):
                if leads[parent]:
                    if parent not in self.consumers:
                        self.consumers[parent] = []
                        levels[depth[parent]].append(parent)
                    self.consumers[parent].append((node, edge))
        return levels[1:]

    def _stages(self, level: list[Value]) -> Iterator[tuple[Factor | Gradient, ...]]:
        """Derive one level: first the leaves, which were asked for, then the nodes on the way to deeper ones."""
        for nodes in ([n for n in level if n.op is None], [n for n in level if n.op is not None]):
            paths = {node: self._paths(node) for node in nodes}
            factors = [factor for node in nodes for factor in paths[node].factors]
            yield (*factors, *(gradient for node in nodes for gradient in self._gradients(node, paths[node])))

    def _paths(self, node: Value) -> _Paths:
        """Return the node's gradient as products, and the factors new in them: the partials that are not 1 by nature."""
        paths = _Paths()
        for consumer, edge in self.consumers[node]:
            product, chain = self.products[consumer], self.chains[consumer]
            if consumer not in self.written:
                ways = partial_formulas(consumer, self.names), partial_formulas(consumer, self.names, "latex")
                self.written[consumer] = list(zip(*ways, partial_numbers(consumer), strict=True))
            formula, latex, numbers = self.written[consumer][edge]
            if formula != "1":
                partial = consumer.edges[edge][1]
                whole = self.names[consumer if product else self.root]
                factor = Factor(self._name(partial), whole, self.names[node], formula, latex, numbers, partial)
                paths.factors.append(factor)
                product = (*product, factor.name)
            paths.products.append(product)
            paths.chains.append((*chain, self.names[node]) if product else chain)
        return paths

    def _gradients(self, node: Value, paths: _Paths) -> Iterator[Gradient]:
        """State the gradient where it was asked for; give it a name where it is a sum that deeper nodes will use."""
        self.products[node], self.chains[node] = paths.products[0], paths.chains[0]
        meeting = node.op is not None and len(paths.products) > 1
        if node not in self.wanted and not meeting:
            return
        contributions = tuple(math.prod(self.values[name] for name in product) for product in paths.products)
        value = total(contributions)
        whole, part = self.names[self.root], self.names[node]
        numbers = self._numbers(paths.products, contributions)
        step = Gradient("", whole, part, tuple(paths.products), tuple(paths.chains), contributions, numbers, value)
        if node in self.wanted:
            yield step
        if meeting:
            self.products[node], self.chains[node] = (self._name(value),), (whole, part)
            yield replace(step, name=self.products[node][0])

    def _numbers(self, products: Sequence[Product], contributions: Sequence[float]) -> str:
        """Return a product, or a sum of products, with the numbers of the factors, or of the products, put in."""
        if len(products) == 1:
            texts = [number_text(self.values[name], 6) for name in products[0]]
            return "·".join(f"({text})" if text.startswith("−") and n else text for n, text in enumerate(texts)) or "1"
        return " + ".join(number_text(c, 6) for c in contributions).replace("+ −", "− ")

    def _name(self, value: float) -> str:
        name = f"R{len(self.values) + 1}"
        self.values[name] = value
        return name


@dataclass
class _Paths:
    """The ways from the root to one node."""

    products: list[Product] = field(default_factory=list)
    chains: list[Chain] = field(default_factory=list)
    factors: list[Factor] = field(default_factory=list)


__all__ = ["Computation", "Derivation", "Factor", "Gradient", "derive", "forward"]
