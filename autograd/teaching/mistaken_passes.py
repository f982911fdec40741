"""One reverse sweep with its variations: each mistake replaces the order, the edges, or how a gradient is put."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache, cached_property
from operator import add
from typing import TypeAlias

from autograd.engine.argument_checks import one_value
from autograd.engine.graph import adjoints, backward_order, consumers, live_edges, topological_order
from autograd.engine.limits import partial_of
from autograd.engine.primitive import Primitive
from autograd.engine.slots import replaced
from autograd.engine.value import Value
from autograd.explaining import Rate, parameters_of, rates_of, several
from autograd.text import Partials, Symbol, names_of, partial_formulas, short_number, written

Gradients: TypeAlias = dict[Value, float]


Edges: TypeAlias = Callable[[Value, Gradients], Iterable[tuple[Value, float]]]


class Graph:
    """A recorded graph as a backward pass meets it: root first, and every node's consumers in the order of their arrival."""

    def __init__(self, root: Value, wrt: Value | Iterable[Value] | None, rate: Rate) -> None:
        order = topological_order(one_value("mistakes takes a Value, the root", root))
        self.names = names_of(order)
        self.partials = Partials(order, self.names)
        self.root, self.order = root, backward_order(root)
        self.wanted = several("mistakes takes as wrt a Value or several", wrt) or parameters_of(root, order)
        for node in self.wanted:
            if node not in self.names:
                raise ValueError(f"{self.names[root]} was not computed from {node!r}, so there is no gradient to get wrong")
        self.rates = rates_of(rate, [node for node in self.wanted if node.op is None])
        self.true = sweep(self.order)
        self.sizes = sweep(self.order, lambda node, _: [(argument, abs(partial)) for argument, partial in live_edges(node)])
        self.consumers = {node: [consumer for consumer, _ in uses] for node, uses in consumers(self.order).items()}

    @cached_property
    def hasty(self) -> dict[Value, Value]:
        """The nodes whose turn comes before a consumer's, depth first, each with the first such consumer."""
        turn = {node: i for i, node in enumerate(_depth_first(self.root))}
        late = {node: [c for c in self.consumers[node] if turn[c] > turn[node]] for node in turn}
        return {node: consumers[0] for node, consumers in late.items() if consumers}

    def updated_at(self, node: Value) -> list[Value]:
        """Return the parameters whose gradient is complete as soon as the pass has been at a node."""
        return [x for x, _ in node.edges if x in self.rates and self.consumers[x][-1] is node]


def sweep(
    order: Iterable[Value],
    edges: Edges = lambda node, gradients: live_edges(node),
    put: Callable[[float, float], float] = add,
) -> Gradients:
    """Run the chain rule from the first node of the order on. Each of the three arguments is a place for a mistake."""
    return adjoints([*order], lambda node, found: ((x, found[node] * d) for x, d in edges(node, found)), put)


def assigned(graph: Graph) -> Gradients:
    return sweep(graph.order, put=lambda old, new: new)


def in_wrong_order(graph: Graph) -> Gradients:
    return sweep(_depth_first(graph.root))


def _depth_first(root: Value) -> list[Value]:
    """Return the order of ``visit(node): pass the gradient on to all arguments, then visit those not visited yet``."""
    order: dict[Value, None] = {}
    stack = [root]
    while stack:
        node = stack.pop()
        if node not in order:
            order[node] = None
            stack += [argument for argument, _ in reversed(node.edges)]
    return [*order]


def added_to_the_last(graph: Graph) -> Gradients:
    return {node: gradient + gradient for node, gradient in graph.true.items()}


def through_updates(graph: Graph) -> Gradients:
    return sweep(graph.order, updating(graph.order, graph.rates, {}))


def updating(order: Iterable[Value], rates: Mapping[Value, tuple[str, float]], updated: Gradients) -> Edges:
    """Return edges that change under way: parameters whose gradient is complete are updated before a node's other edges."""
    waiting = Counter([argument for node in order for argument, _ in node.edges])

    def edges(node: Value, gradients: Gradients) -> Iterator[tuple[Value, float]]:
        complete = []
        for argument, partial in node.edges:
            waiting[argument] -= 1
            if argument in rates:
                yield argument, partial
                if not waiting[argument]:
                    complete.append(argument)
        for parameter in complete:  # only now: the sweep has added what was yielded
            updated[parameter] = parameter.data - rates[parameter][1] * gradients[parameter]
        for argument, partial in _edges_with(updated, node) if complete else node.edges:
            if argument not in rates:
                yield argument, partial

    return edges


def _edges_with(data: Gradients, node: Value) -> list[tuple[Value, float]]:
    """Return a node's edges with partials that read the given data first."""
    assert node.op is not None
    numbers = replaced(node.args, lambda argument: data.get(argument, argument.data))
    partials: list[float] = []
    for i, arg in enumerate(node.args):
        if not isinstance(arg, float):
            partial = partial_of(node.op, i, node.data, *numbers)
            pairs = zip(arg, partial, strict=True) if isinstance(arg, tuple) else [(arg, partial)]
            partials += [slope for argument, slope in pairs if isinstance(argument, Value)]
    return [(argument, partial) for (argument, _), partial in zip(node.edges, partials, strict=True)]


def without_the_last_path(graph: Graph) -> Gradients:
    left = Counter({node: len(consumers) for node, consumers in graph.consumers.items() if len(consumers) > 1})

    def edges(node: Value, gradients: Gradients) -> Iterator[tuple[Value, float]]:
        for argument, partial in node.edges:
            left[argument] -= 1
            if left[argument]:
                yield argument, partial

    return sweep(graph.order, edges)


def without_signs(graph: Graph) -> Gradients:
    return sweep(
        graph.order,
        lambda node, gradients: [
            (argument, -partial if minus else partial)
            for (argument, partial), minus in zip(node.edges, _minuses(node), strict=True)
        ],
    )


def _minuses(node: Value) -> list[bool]:
    """Return for each edge whether its partial has a minus sign by nature, whatever the numbers."""
    if node.op is None:
        return []
    signs = _signs_of_row(node.op, tuple([isinstance(arg, tuple) for arg in node.args]))
    args = [arg if isinstance(arg, tuple) else (arg,) for arg in node.args]
    return [minus for arg, minus in zip(args, signs, strict=True) for item in arg if isinstance(item, Value)]


@cache
def _signs_of_row(op: Primitive, sequences: tuple[bool, ...]) -> list[bool]:
    """Read off the row, run on symbols, which partials are written with a minus sign: −z / y, (t − o)·(−1)."""
    args = [[Symbol("x")] if many else Symbol("x") for many in sequences]
    partials = [rule(Symbol("z"), *args) for rule in op.textbook]
    texts = [written(p[0] if isinstance(p, (list, tuple)) else p, "text") for p in partials]
    return [text.startswith("−") or text.endswith("·(−1)") for text in texts]


def last_use(graph: Graph, node: Value) -> str:
    consumers = graph.consumers[node]
    times = "twice" if len(consumers) == 2 else f"{len(consumers)} times"
    return f"{graph.names[node]} is used {times}; what comes last, from {graph.names[consumers[-1]]},"


def hasty_consumer(graph: Graph, node: Value) -> Value:
    return max(graph.consumers[node], key=lambda consumer: consumer in graph.hasty)


def why_hasty(graph: Graph, node: Value) -> str:
    hasty = hasty_consumer(graph, node)
    late = graph.hasty.get(hasty, hasty)  # which it always is, unless a sum overflows in one order only
    return f"{graph.names[hasty]} passes its gradient on before {graph.names[late]} has added to it."


def why_updated(graph: Graph, node: Value) -> str:
    data: Gradients = {}
    sweep(graph.order, updating(graph.order, graph.rates, data))
    uses = [(consumer, p) for consumer in graph.consumers[node] for p in graph.updated_at(consumer)]
    consumer, parameter = next((use for use in uses if _moved(node, *use, data)), uses[0])
    return (
        f"{graph.names[parameter]} is already {short_number(data[parameter])}, no longer {short_number(parameter.data)}, "
        f"when {graph.names[consumer]} passes its gradient on to {graph.names[node]}."
    )


def _moved(node: Value, consumer: Value, parameter: Value, data: Gradients) -> bool:
    """Tell whether one parameter's update changes a consumer's partial by a node."""
    edges = _edges_with({parameter: data[parameter]}, consumer)
    return any(x is node and old != new for (x, old), (_, new) in zip(consumer.edges, edges, strict=True))


def why_signless(graph: Graph, node: Value) -> str:
    for consumer in graph.consumers[node]:
        names, formulas = graph.partials.of_edges(consumer), partial_formulas(consumer, graph.names)
        for argument, minus, name, rule in zip(consumer.parents, _minuses(consumer), names, formulas, strict=True):
            if argument is node and minus:
                return f"{name} = {rule} loses its minus sign."
    raise AssertionError("only nodes with such an edge are asked about")
