"""Paths through a recorded graph, from a root back to a value: by the chain rule, their products sum to the derivative.

A graph of n nodes may hold 2**n paths. So they are counted, the largest found, and the sum factored, without walking them all.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator
from heapq import heappop, heappush
from itertools import chain, count, groupby, zip_longest
from typing import Any, NamedTuple, TypeAlias

from autograd.engine import floats
from autograd.engine.graph import adjoints, backward_order, flat_edges, leading_to
from autograd.engine.value import Value


class Edge(NamedTuple):
    """A link from a value to one of its arguments, with the local partial on it."""

    consumer: Value
    argument: Value
    place: int  # among the consumer's edges
    partial: float
    flat: bool  # whether it passes nothing on, since the operation selects another argument


Path: TypeAlias = tuple[Edge, ...]  # from the root on; the empty path leads from a value to itself


def edges_between(root: Value, node: Value) -> dict[Value, list[Edge]]:
    """Return every value on a path from root to node, consumers before their arguments, with its edges on such paths."""
    order = backward_order(root)
    leading = leading_to([node], reversed(order)).intersection(order)
    return {value: [edge for edge in edges_of(value) if edge.argument in leading] for value in order if value in leading}


def edges_of(value: Value) -> list[Edge]:
    """Return the links from a value to its arguments."""
    edges = zip(value.edges, flat_edges(value), strict=True)
    return [Edge(value, argument, i, d, flat) for i, ((argument, d), flat) in enumerate(edges)]


def tally(root: Value) -> Iterator[tuple[Value, int, int]]:
    """Yield every value under root, the number of paths from root to it, and the number of edges of all these together.

    >>> x = Value(1.0, label="x")
    >>> y = x * x
    >>> [(v.label, paths, edges) for v, paths, edges in tally(y * y + y)]
    [('', 1, 0), ('', 1, 1), ('', 3, 5), ('x', 6, 16)]
    """
    paths, edges = {root: 1}, {root: 0}
    for value in backward_order(root):
        n, m = paths.pop(value), edges.pop(value)  # not kept: 100 000 numbers of 100 000 bits would take a gigabyte
        yield value, n, m
        for argument, _ in value.edges:
            paths[argument] = paths.get(argument, 0) + n
            edges[argument] = edges.get(argument, 0) + m + n


def count_paths(root: Value, node: Value) -> int:
    """Return the number of paths from root to node, which may have any number of digits."""
    return next((paths for value, paths, _ in tally(root) if value is node), 0)


def all_paths(root: Value, node: Value) -> Iterator[Path]:
    """Yield every path from root to node, those through the first argument first.

    >>> x = Value(3.0, label="x")
    >>> [contribution(path) for path in all_paths(x * x + x, x)]
    [3.0, 3.0, 1.0]
    """
    edges = edges_between(root, node)
    if root is node:
        yield ()
    path: list[Edge] = []
    branches = [iter(edges.get(root, ()))]
    while branches:
        edge = next(branches[-1], None)
        if edge is None:
            branches.pop()
            del path[-1:]
            continue
        path.append(edge)
        if edge.argument is node:
            yield tuple(path)
            path.pop()
        else:
            branches.append(iter(edges[edge.argument]))


def largest_paths(root: Value, node: Value, most: int) -> list[Path]:
    """Return the paths from root to node whose contributions are largest in size, the largest first, at most so many.

    Best first: what the best continuation of each value is worth is known, so no path is begun in vain.
    """
    edges = edges_between(root, node)
    best: dict[Value, int] = {}
    for value in reversed(edges):
        best[value] = max([_size(edge) + best[edge.argument] for edge in edges[value]], default=0)
    found: list[Path] = []
    serial = count()
    # Of equal losses the longest path goes on first: breadth would never arrive among 2**60 equals.
    heap: list[tuple[int, int, int, Value, Any]] = [(0, 0, next(serial), root, None)] if edges else []
    while heap and len(found) < most:
        loss, depth, _, value, trail = heappop(heap)
        if value is node:
            found.append(_unrolled(trail))
        for edge in edges[value]:
            further = loss + best[value] - _size(edge) - best[edge.argument]
            heappush(heap, (further, depth - 1, next(serial), edge.argument, (trail, edge)))
    return found


class Factored(NamedTuple):
    """The derivative of the root by a value, factored: the product of all ``factors`` with the sum of the ``terms``, if any.

    A factor is the sum of parallel edges' partials, raised to a power. A term is such a sum, times the derivative of the root
    by another value, which is 1 if that is the root itself.
    """

    value: Value
    factors: list[tuple[list[Edge], int]]
    terms: list[tuple[list[Edge], Value]]


def factored(root: Value, node: Value, written: Callable[[Edge], str], most: int) -> list[Factored]:
    """Return the derivative of root by node factored, and likewise each derivative that is needed for it, far ones first.

    Edges with the same written partial can make a power; those that are written "1" are passed over. Where paths meet again
    or a product has so many factors, another derivative takes over. So all of it is no longer than the graph.
    """
    edges = edges_between(root, node)
    uses = {
        value: [[*links] for _, links in groupby(found, lambda edge: id(edge.consumer))]
        for value, found in uses_of(edges).items()
    }
    level = dict.fromkeys(edges, 0)
    past_ones: dict[Value, Value] = {}
    for value, links in edges.items():
        for link in links:
            level[link.argument] = max(level[link.argument], level[value] + 1)
        sole = uses[value][0] if len(uses[value]) == 1 else []
        past_ones[value] = past_ones[sole[0].consumer] if len(sole) == 1 and written(sole[0]) == "1" else value

    serial = count()
    needed = {node}
    waiting = [(-level[node], next(serial), node)] if edges else []
    found: list[Factored] = []
    while waiting:
        start = heappop(waiting)[-1]
        form = Factored(start, [], [])
        value, last = past_ones[start], None
        while value is not root and not form.terms:
            links = uses[value][0]
            alike = [(written(link), link.partial) for link in links]
            if len(uses[value]) > 1:
                form.terms.extend((links, past_ones[links[0].consumer]) for links in uses[value])
            elif (value in needed and value is not start) or (len(form.factors) == most and alike != last):
                form.terms.append(([], value))
            else:
                times = form.factors.pop()[1] if alike == last else 0
                form.factors.append((links, times + 1))
                value, last = past_ones[links[0].consumer], alike
        found.append(form)
        for other in dict.fromkeys(value for _, value in form.terms):
            if other is not root and other not in needed:
                needed.add(other)
                heappush(waiting, (-level[other], next(serial), other))
    return found


def contribution(path: Path) -> float:
    """Return what a path adds to the derivative: the product of its partials, rounded once."""
    return sum_over([path])


def sum_over(paths: Iterable[Path]) -> float:
    """Return what paths add to the derivative together: the sum of exact products, rounded once."""
    factors = [[edge.partial for edge in path] for path in paths if not any(edge.flat for edge in path)]
    if not all(map(math.isfinite, chain(*factors))):
        return floats.total([math.prod(path, start=1.0) for path in factors])
    products = [_product([x.as_integer_ratio() for x in path]) for path in factors]
    finest = max([denominator for _, denominator in products], default=1)  # each is a power of 2
    whole = sum([numerator * (finest // denominator) for numerator, denominator in products])
    try:
        return whole / finest
    except OverflowError:
        return math.inf if whole > 0 else -math.inf


def _product(fractions: list[tuple[int, int]]) -> tuple[int, int]:
    """Return a product, multiplied in pairs: one after another, 10 000 of them would take a second."""
    while len(fractions) > 1:
        pairs = zip_longest(fractions[::2], fractions[1::2], fillvalue=(1, 1))
        fractions = [(a * c, b * d) for (a, b), (c, d) in pairs]
    return fractions[0] if fractions else (1, 1)


def derivatives(edges: dict[Value, list[Edge]], *, sizes: bool = False) -> dict[Value, float]:
    """Return the derivative of the first value by each that these edges reach; with ``sizes``, the sum of |contributions|."""

    def give(value: Value, found: dict[Value, float]) -> list[tuple[Value, float]]:
        live = [link for link in edges[value] if not link.flat]
        partials = [(link.argument, abs(link.partial) if sizes else link.partial) for link in live]
        return [(argument, found[value] * partial) for argument, partial in partials]

    return adjoints([*edges], give) if edges else {}


def reached(edges: dict[Value, list[Edge]]) -> set[Value]:
    """Return the first value and all to which these edges pass something on."""
    found = {*[*edges][:1]}
    for value, links in edges.items():
        if value in found:
            found.update([link.argument for link in links if not link.flat])
    return found


def zeros_on_every_path(root: Value, node: Value, edges: dict[Value, list[Edge]]) -> list[Edge]:
    """Return the first edges whose partial is 0, if every path has such an edge; nothing otherwise."""
    reached, zeros = {root}, []
    for value, links in edges.items():
        for link in links if value in reached else ():
            if link.partial == 0.0:
                zeros.append(link)
            else:
                reached.add(link.argument)
    return zeros if node not in reached else []


def uses_of(edges: dict[Value, list[Edge]]) -> dict[Value, list[Edge]]:
    """Return the edges that lead to each value, in the order of their consumers."""
    uses: dict[Value, list[Edge]] = {value: [] for value in edges}
    for edge in chain.from_iterable(edges.values()):
        uses[edge.argument].append(edge)
    return uses


def _size(edge: Edge) -> int:
    """Return log2 |partial| in units of 2**-40: sums of integers are exact, so that equal paths tie."""
    partial = edge.partial
    if edge.flat:
        return -1 << 300  # it passes nothing on, whatever else is on the path
    if not math.isfinite(partial):
        return 1 << 200  # it decides the sum, whatever else is on the path
    return round(math.ldexp(math.log2(abs(partial)), 40)) if partial else -1 << 100


def _unrolled(trail: Any) -> Path:
    edges: list[Edge] = []
    while trail is not None:
        trail, edge = trail
        edges.append(edge)
    return tuple(reversed(edges))
