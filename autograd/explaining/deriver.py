"""How a gradient is derived: see ``derive``."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import count

from autograd.engine.argument_checks import one_value
from autograd.engine.floats import total
from autograd.engine.graph import consumers, flat_edges, leading_to, topological_order
from autograd.engine.value import Value
from autograd.explaining.derivation import Chain, Computation, Derivation, Factor, Gradient, Product
from autograd.explaining.wanted import parameters_of, several
from autograd.text import (
    Partials,
    alike,
    as_factor,
    formula,
    formula_in_numbers,
    names_of,
    partial_formulas,
    partial_numbers,
    short_number,
    summed,
)


def forward(root: Value) -> list[Computation]:
    """Return how every node was computed, by its distance from the leaves.

    >>> x = Value(3.0, label="x")
    >>> [(step.name, step.formula, step.numbers, step.value) for step in forward((x + 1) ** 2)]
    [('v1', 'x + 1', '3 + 1', 4.0), ('v2', 'v1²', '4²', 16.0)]
    """
    order = topological_order(one_value("forward takes a Value", root))
    names = names_of(order)
    level: dict[Value, int] = {}
    for node in order:
        level[node] = 1 + max([level[parent] for parent, _ in node.edges], default=-1)
    nodes = sorted([node for node in order if node.op is not None], key=level.__getitem__)
    return [Computation(names[node], formula(node, names), formula_in_numbers(node), node.data) for node in nodes]


def derive(root: Value, wrt: Value | Iterable[Value] = (), *, wanted: Value | Iterable[Value] = ()) -> Derivation:
    """Derive the gradients of root by the nodes ``wrt``; by default by its ``parameters``, or all leaves that have a label.

    A network's error has the attribute ``parameters``; any other value may be given it. ``wanted`` is an older name of wrt.

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
    one_value("derive takes a Value, the root", root)
    return _Deriver(root, several("derive takes as wrt a Value or several", wrt, wanted)).derivation()


LONGEST = 40  # factors of a product; a node with more on the way to it gives its derivative a name, and products begin anew


class _Deriver:
    """Numbers the factors: see ``derive``."""

    def __init__(self, root: Value, wanted: list[Value]) -> None:
        order = topological_order(root)
        self.root = root
        self.wanted = dict.fromkeys(wanted or parameters_of(root, order))
        self.names = names_of(order)
        self.partials = Partials(order, self.names)
        taken = {*map(alike, self.names.values())}
        self.free = (name for name in map("R{}".format, count(1)) if name not in taken)
        for node in self.wanted:
            if node not in self.names:
                raise ValueError(f"{self.names[root]} was not computed from {node!r}, so there is nothing to derive")
        self.levels = self._levels(order)
        self.products: dict[Value, Product] = {root: ()}
        self.chains: dict[Value, Chain] = {root: ()}
        self.written: dict[Value, list[tuple[str, str, str]]] = {}
        self.still: dict[Value, list[bool]] = {}  # which edges of a consumer pass nothing on
        self.values: dict[str, float] = {}
        self.flat: set[str] = set()  # the factors that pass nothing on, since an operation selects another argument

    def derivation(self) -> Derivation:
        stages = [stage for level in self.levels for stage in self._stages(level)]
        return Derivation(self.names[self.root], tuple(stage for stage in stages if stage))

    def _levels(self, order: list[Value]) -> list[list[Value]]:
        """Return the nodes on paths to the wanted ones by their longest distance from root, in the order they are met."""
        leading = leading_to(self.wanted, order)
        depth = {self.root: 0}
        for node in reversed(order):
            for parent in node.parents:
                if parent in leading:
                    depth[parent] = max(depth.get(parent, 0), depth[node] + 1)
        levels: list[list[Value]] = [[] for _ in range(max(depth.values()) + 1)]
        levels[0].append(self.root)
        met = {self.root}
        for node in (node for level in levels for node in level):
            for parent in node.parents:
                if parent in leading and parent not in met:
                    met.add(parent)
                    levels[depth[parent]].append(parent)
        self.consumers = consumers([node for level in levels for node in level])
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
        links: dict[Value, list[int]] = {}  # the places of the node among each consumer's parents
        for consumer, place in self.consumers[node]:
            links.setdefault(consumer, []).append(place)
        for consumer, places in links.items():
            product, chain = self.products[consumer], self.chains[consumer]
            if consumer not in self.written:
                ways = partial_formulas(consumer, self.names), partial_formulas(consumer, self.names, "latex")
                self.written[consumer] = list(zip(*ways, partial_numbers(consumer), strict=True))
                self.still[consumer] = flat_edges(consumer)
            formula, latex, numbers = map(summed, zip(*[self.written[consumer][place] for place in places], strict=True))
            if formula != "1":
                value = total([+consumer.partials[place] for place in places])  # + refuses a partial that nobody gave
                name, whole = self._name(value), self.root if len(links) == 1 and not product else consumer
                if all(self.still[consumer][place] for place in places):
                    self.flat.add(name)
                ends = self.names[whole], self.names[node]
                edge, held = self.names[consumer], self.partials.held(whole, node)
                factor = Factor(name, *ends, formula, latex, numbers, value, edge, places[0], held)
                paths.factors.append(factor)
                product, chain = (*product, name), (*chain, factor.partial)
            elif product:
                chain = (*chain, self.partials.of(consumer, node))
            paths.products.append(product)
            paths.chains.append(chain)
        return paths

    def _gradients(self, node: Value, paths: _Paths) -> Iterator[Gradient]:
        """State the gradient where it was asked for; give it a name where it is a sum that deeper nodes will use."""
        self.products[node], self.chains[node] = paths.products[0], paths.chains[0]
        long = max(len(self.products[node]), len(self.chains[node])) > LONGEST
        meeting = node.op is not None and (len(paths.products) > 1 or long)
        if node not in self.wanted and not meeting:
            return
        contributions = tuple(map(self._multiplied, paths.products))
        value = total(contributions)
        whole, part = self.names[self.root], self.names[node]
        numbers = self._numbers(paths.products, contributions)
        step = Gradient("", whole, part, tuple(paths.products), tuple(paths.chains), contributions, numbers, value)
        if node in self.wanted:
            yield step
        if meeting:
            name = self._name(value)
            if all(not self.flat.isdisjoint(product) for product in paths.products):
                self.flat.add(name)
            self.products[node], self.chains[node] = (name,), (step.partial,)
            yield replace(step, name=name)

    def _multiplied(self, product: Product) -> float:
        return 0.0 if not self.flat.isdisjoint(product) else math.prod([self.values[name] for name in product])

    def _numbers(self, products: Sequence[Product], contributions: Sequence[float]) -> str:
        """Return a product, or a sum of products, with the numbers of the factors, or of the products, put in."""
        if len(products) == 1:
            stops = [name for name in products[0] if name in self.flat]
            if stops and not all(math.isfinite(self.values[name]) for name in products[0]):
                return f"0, as nothing passes {stops[0]}"
            texts = [short_number(self.values[name]) for name in products[0]]
            return "·".join([*texts[:1], *map(as_factor, texts[1:])]) or "1"
        return summed(map(short_number, contributions))

    def _name(self, value: float) -> str:
        name = next(self.free)
        self.values[name] = value
        return name


@dataclass
class _Paths:
    """The ways from the root to one node."""

    products: list[Product] = field(default_factory=list)
    chains: list[Chain] = field(default_factory=list)
    factors: list[Factor] = field(default_factory=list)
