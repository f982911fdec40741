"""What the paths from a root to a value tell about its gradient: which factors on them are to blame, and how."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import cached_property
from itertools import chain

from autograd.engine import primitives as p
from autograd.engine.graph import backward_order, topological_order
from autograd.engine.node import plain_grad
from autograd.engine.primitive import TABLE
from autograd.engine.value import Value
from autograd.explaining.diagnosis import Cause, State, Why
from autograd.explaining.paths import Edge, count_paths, derivatives, edges_between, edges_of, largest_paths, reached, uses_of
from autograd.explaining.source_lines import source_line
from autograd.text import Partials, as_factor, called, clean, count_text, names_of, partial, partial_formulas, short_number

MOST = 5  # causes that are named; the others are counted

LONG = 1000  # arguments; of an operation on more, no formula is written

FLATTENING = {
    p.arctan, p.erf, p.erfc, p.exp, p.exp2, p.exp_difference, p.expm1, p.gaussian, p.log_sum_exp, p.sigmoid, p.sigmoid_slope,
    p.softplus, p.tanh,
}  # fmt: skip


class Evidence:
    """The paths from a root to a value, or to all under it, with the derivative of the root by each value on them."""

    def __init__(self, root: Value, x: Value | None = None) -> None:
        order = topological_order(root)
        self.root = root
        self.names = names_of(order if x is None else dict.fromkeys([*order, x]))
        self.partials = Partials(order, self.names)
        if x is not None:
            self.edges = edges_between(root, x)
        else:
            self.edges = {value: edges_of(value) for value in backward_order(root)}
        self.gradients = {root: 1.0, **derivatives(self.edges)}

    @cached_property
    def reached(self) -> set[Value]:
        """The values to which something is passed on."""
        return reached(self.edges)

    @cached_property
    def uses(self) -> dict[Value, list[Edge]]:
        """The edges that lead to each value."""
        return uses_of(self.edges)

    def name(self, x: Value) -> str:
        return partial(self.names[self.root], self.names[x])

    def adds(self, edge: Edge) -> float:
        """Return what an edge adds to the derivative by its argument."""
        passes = edge.consumer in self.reached and not edge.flat
        return self.gradients[edge.consumer] * edge.partial if passes else 0.0

    def each(self, x: Value) -> str:
        count = count_text(count_paths(self.root, x))
        return "the only path has" if count == "1" else f"each of the {count} paths has"

    def largest(self, x: Value) -> tuple[Edge, ...]:
        """Return the path with the largest contribution."""
        return next(iter(largest_paths(self.root, x, 1)), ())

    def zeros(self, x: Value) -> list[Edge]:
        """Return factors that are 0 and cut off every path, those nearest to x or to the root, whichever are fewer."""
        from_root, to_x = {self.root}, {x}
        for value, edges in self.edges.items():
            if value in from_root:
                from_root.update([edge.argument for edge in edges if edge.partial])
        if x in from_root:
            return []
        for value, edges in reversed(self.edges.items()):
            if any(edge.partial and edge.argument in to_x for edge in edges):
                to_x.add(value)
        edges = [*chain.from_iterable(self.edges.values())]
        near_x = [edge for edge in edges if edge.argument in to_x and edge.consumer not in to_x]
        near_root = [edge for edge in edges if edge.consumer in from_root and edge.argument not in from_root]
        return min(near_x, near_root, key=len)

    # --- answers ---

    def none(self, x: Value) -> Why:
        source, name = self.names[self.root], self.names[x]
        why = "Taking .data or float from a value on the way cuts the path."
        if any(value.label == x.label != "" for value in self.names if value is not x):
            why = f"Another value labelled {clean(x.label)} is in the graph: {clean(x.label)} was made anew or copied."
        if edges_between(x, self.root):
            why = f"It is the other way round: {name} was computed from {source}."
        return Why("no path", f"{source} was not computed from {name}, so there is no gradient. {why}")

    def others(self, x: Value) -> Why:
        gradient, name = self.gradients[x], self.names[x]
        times = plain_grad(x) / gradient if gradient else math.nan
        if math.isfinite(times) and round(times) > 1 and math.isclose(times, round(times), rel_tol=1e-9):
            fresh = f"{self.name(x)} = {short_number(gradient)}"
            why = f"{name}.grad is {short_number(plain_grad(x))}: {round(times)} times {fresh}, as that was added"
            return Why("accumulated", f"{why} {round(times)} times with no zero_grad() between.")
        fresh = f"{self.name(x)} is {short_number(gradient)}"
        why = f"{name}.grad is {short_number(plain_grad(x))}, but {fresh}: the rest is from other passes"
        return Why("other passes", f"{why}; was zero_grad() forgotten?")

    def backward(self, x: Value) -> Why:
        """Tell where on the way from the root to x a derivative is not finite for the first time."""
        found: list[tuple[Edge, str]] = []
        waiting, seen = [x], {x}
        for value in waiting:  # which grows on the way
            is_so = math.isnan if math.isnan(self.gradients[value]) else math.isinf
            bad = [(edge, self.breaks(edge)) for edge in self.uses[value] if is_so(self.adds(edge))]
            if not bad:
                why = "inf − inf is nan" if is_so is math.isnan else "the sum is too large for a float"
                bad = [(edge, f"{self.adding(edge)}; {why}") for edge in self.uses[value]]
            for edge, remark in reversed(bad):
                if remark:
                    found.append((edge, remark))
                if not math.isfinite(self.gradients[edge.consumer]) and edge.consumer not in seen:
                    seen.add(edge.consumer)
                    waiting.append(edge.consumer)
        remarks = dict(reversed(found))
        sentence = f"{self.name(x)} is {short_number(self.gradients[x])}. What is not finite first appears here:"
        return self.why("gradient", sentence, [*remarks], remarks.__getitem__)

    def breaks(self, edge: Edge) -> str:
        """Return how a contribution comes not to be finite; nothing if what arrives from above is so already."""
        above, adds = self.gradients[edge.consumer], self.adds(edge)
        if not math.isfinite(edge.partial) and math.isnan(edge.partial) == math.isnan(adds):
            return self.at(edge)
        if not math.isfinite(above) and math.isnan(above) == math.isnan(adds):
            return ""
        why = "0·inf is nan" if math.isnan(adds) else "the product is too large for a float"
        return f"{self.at(edge)}; times {self.name(edge.consumer)} = {short_number(above)}: {why}"

    # --- causes ---

    def why(self, state: State, sentence: str, edges: Sequence[Edge], remark: Callable[[Edge], str]) -> Why:
        causes = tuple([self.cause(edge, remark(edge)) for edge in edges[:MOST]])
        return Why(state, sentence, causes, len(edges) - len(causes))

    def cause(self, edge: Edge, remark: str) -> Cause:
        name = self.partials.of_edges(edge.consumer)[edge.place]
        names = self.names[edge.consumer], self.names[edge.argument]
        return Cause(_operation(edge), name, *names, self.formula(edge), edge.partial, remark, source_line(edge.consumer))

    def formula(self, edge: Edge) -> str:
        if len(edge.consumer.edges) > LONG:
            return ""
        try:
            return partial_formulas(edge.consumer, self.names)[edge.place]
        except Exception:  # whatever a user's own operation raises on symbols
            return ""

    def at(self, edge: Edge) -> str:
        """Return an operation and the numbers that it was at."""
        args = [arg for arg in edge.consumer.args if isinstance(arg, Value)]
        values = args if any(arg is edge.argument for arg in args) else [edge.argument]
        words = [f"{self.names[value]} = {short_number(value.data)}" for value in dict.fromkeys(values)]
        return f"{_operation(edge)} at {', '.join(words)}"

    def adding(self, edge: Edge) -> str:
        above, local = [as_factor(short_number(x)) for x in (self.gradients[edge.consumer], edge.partial)]
        return f"{_operation(edge)}: adds {above}·{local} = {short_number(self.adds(edge))}"

    def flat(self, edge: Edge) -> str:
        """Return why a partial is 0."""
        op, at = edge.consumer.op, f"{self.names[edge.argument]} = {short_number(edge.argument.data)}"
        named = TABLE.get(op.name) if op is not None else None  # by hand, too, as micrograd's users write these
        if named is p.relu and edge.argument.data <= 0.0:
            return f"relu is dead: {at} is not above 0"
        if op in (p.maximum, p.minimum):
            return f"{_operation(edge)} took its other argument, not {at}"
        if op in (p.multiply, p.weighted_sum, p.product):
            return f"multiplied by {self.formula(edge) or 0}" + " = 0" * (self.formula(edge) not in ("", "0"))
        if op is p.half_squared_error:
            return f"the output is right: it equals the target, {short_number(edge.argument.data)}"
        if named in FLATTENING:
            return f"{_operation(edge)} is saturated at {at}: its slope is too small for a float"
        if op is p.abs:
            return f"abs has a kink at {at}, where its slope counts as 0"
        return f"{_operation(edge)} is flat at {at}"


def _operation(edge: Edge) -> str:
    assert edge.consumer.op is not None
    return called(edge.consumer.op)
