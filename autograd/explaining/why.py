"""Why a gradient is 0, nan or big: the operation, the source line and the factor that did it.

A value knows what it was computed from, not what was computed from it. So the answers need the root that ``backward()`` was
called on; without it they say what the value alone can tell. Asking changes nothing.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import cached_property
from itertools import chain

from autograd.engine.asked import one_value
from autograd.engine.graph import backward_order, topological_order
from autograd.engine.node import has_gradient, plain_grad
from autograd.engine.value import Value
from autograd.explaining.diagnosis import Cause, State, Why
from autograd.explaining.paths import (
    Edge,
    contribution,
    count_paths,
    derivatives,
    edges_between,
    edges_of,
    largest_paths,
    reached,
    uses_of,
)
from autograd.explaining.source_lines import source_line
from autograd.text import (
    Partials,
    as_factor,
    called,
    clean,
    count_text,
    formula,
    formula_in_numbers,
    names_of,
    partial,
    partial_formulas,
    short_number,
)

MOST = 5  # causes that are named; the others are counted


LONG = 1000  # arguments; of an operation on more, no formula is written


SMALL = 1e-6


FLATTENING = {
    "arctan", "erf", "erfc", "exp", "exp2", "exp_difference", "expm1", "gaussian", "log_sum_exp", "sigmoid", "sigmoid_slope",
    "softplus", "tanh",
}  # fmt: skip


def why_zero(x: Value, root: Value | None = None) -> Why:
    """Tell why the gradient of root by x is 0, or not there.

    >>> x, w = Value(-3.0, label="x"), Value(2.0, label="w")
    >>> net = w * x
    >>> loss = net.relu() * 5
    >>> net.label, loss.label = "net", "loss"
    >>> print(why_zero(w, loss))
    ∂loss/∂w is 0: the only path has a factor that is 0:
      ∂v1/∂net = [net > 0] = 0   relu is dead: net = −6 is not above 0
    >>> why_zero(w).state
    'not computed'
    """
    _refuse_others("why_zero", x, root)
    if root is None:
        return _without_root(x, "zero")
    paths = _Paths(root, x)
    if not paths.edges:
        return paths.none(x)
    gradient = paths.gradients[x]
    head = f"{paths.name(x)} is {short_number(gradient)}"
    if gradient and plain_grad(x) == 0.0:
        source, name = paths.names[root], paths.names[x]
        why = f"no pass from {source} has reached {name} since its grad was last 0: call backward() on {source}."
        return Why("not computed", f"{head}, but {why}")
    if abs(gradient) >= SMALL or math.isnan(gradient):
        return Why("not zero", f"{head}, not 0.")
    zeros = paths.zeros(x)
    if zeros:
        return paths.why("zero factor", f"{head}: {paths.each(x)} a factor that is 0:", zeros, paths.flat)
    largest = paths.largest(x)
    for edge in largest:
        uses = paths.uses[edge.argument]
        if math.fsum([abs(paths.adds(use)) for use in uses]) > abs(paths.gradients[edge.argument]) / SMALL:
            where = "" if edge.argument is x else f" on the way, at {paths.names[edge.argument]}"
            uses = sorted(uses, key=lambda use: -abs(paths.adds(use)))
            return paths.why("cancels", f"{head}: positive and negative contributions cancel{where}:", uses, paths.adding)
    smallest = sorted([edge for edge in largest if abs(edge.partial) < 1.0], key=lambda edge: abs(edge.partial))
    if gradient:
        return paths.why("small", f"{head}: small, but not 0. The factors below 1 on its largest path:", smallest, paths.at)
    return paths.why("underflow", f"{head}: no factor is 0, but their product is too small for a float:", smallest, paths.at)


def why_nan(y: Value, root: Value | None = None) -> Why:
    """Tell where nan or an infinity in y comes from; with a root, that in the gradient of root by y.

    >>> s = Value(0.0, label="s")
    >>> r = s.sqrt()
    >>> loss = r * r
    >>> loss.label, r.label = "loss", "r"
    >>> print(why_nan(s, loss))
    ∂loss/∂s is nan. What is not finite first appears here:
      ∂r/∂s = 0.5 / r = inf   sqrt at s = 0; times ∂loss/∂r = 0: 0·inf is nan
    """
    _refuse_others("why_nan", y, root)
    if not math.isfinite(y.data):
        return _forward(y)
    paths = _Paths(y) if root is None else _Paths(root, y)
    if not paths.edges:
        return paths.none(y)
    if root is None:
        bad = next((value for value, gradient in paths.gradients.items() if not math.isfinite(gradient)), None)
        if bad is not None:
            return why_nan(bad, y)
        if not math.isfinite(plain_grad(y)):
            return _without_root(y, "nan")
        return Why("finite", f"{paths.names[y]} is {short_number(y.data)}, and all gradients under it are finite, too.")
    gradient = paths.gradients[y]
    if not math.isfinite(gradient):
        return _forward(root) if not math.isfinite(root.data) else paths.backward(y)
    if math.isfinite(plain_grad(y)):
        return Why("finite", f"{paths.name(y)} is {short_number(gradient)}, which is finite.")
    return paths.others(y)


def why_big(x: Value, root: Value | None = None) -> Why:
    """Tell which factors make the gradient of root by x big, or whether several passes have added up.

    >>> x = Value(1e-3, label="x")
    >>> y = 5 / x
    >>> y.label = "y"
    >>> print(why_big(x, y))
    ∂y/∂x is −5e+06. The factors above 1 on its only path:
      ∂y/∂x = −y / x = −5e+06   divide at x = 0.001
    """
    _refuse_others("why_big", x, root)
    if root is None:
        return _without_root(x, "big")
    paths = _Paths(root, x)
    if not paths.edges:
        return paths.none(x)
    gradient = paths.gradients[x]
    if not math.isfinite(gradient):
        return why_nan(x, root)
    if plain_grad(x) and not math.isclose(plain_grad(x), gradient, rel_tol=1e-9):
        return paths.others(x)
    head = f"{paths.name(x)} is {short_number(gradient)}"
    if abs(gradient) <= 1.0:
        return Why("not big", f"{head}, which is not big.")
    largest = paths.largest(x)
    factors = sorted([edge for edge in largest if abs(edge.partial) > 1.0], key=lambda edge: -abs(edge.partial))
    count, alone = count_text(count_paths(root, x)), contribution(largest)
    if factors and abs(alone) >= 0.1 * abs(gradient):
        which = "only path" if count == "1" else f"largest of {count} paths, which adds {short_number(alone)}"
        return paths.why("large factors", f"{head}. The factors above 1 on its {which}:", factors, paths.at)
    return Why("many paths", f"{head}, the sum over {count} paths, of which the largest adds {short_number(alone)}.")


class _Paths:
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
        operation, at = _operation(edge), f"{self.names[edge.argument]} = {short_number(edge.argument.data)}"
        if operation == "relu":
            return f"relu is dead: {at} is not above 0"
        if operation in ("maximum", "minimum"):
            return f"{operation} took its other argument, not {at}"
        if operation in ("multiply", "weighted_sum", "product"):
            return f"multiplied by {self.formula(edge) or 0}" + " = 0" * (self.formula(edge) not in ("", "0"))
        if operation == "half_squared_error":
            return f"the output is right: it equals the target, {short_number(edge.argument.data)}"
        if edge.consumer.op and edge.consumer.op.name in FLATTENING:
            return f"{operation} is saturated at {at}: its slope is too small for a float"
        if operation == "abs":
            return f"abs has a kink at {at}, where its slope counts as 0"
        return f"{operation} is flat at {at}"


def _forward(y: Value) -> Why:
    """Tell where on the way to y a value is not finite for the first time."""
    order = topological_order(y)
    names = names_of(order)
    bad = {y}
    first: list[Value] = []
    for node in reversed(order):
        if node in bad:
            sources = [argument for argument, _ in node.edges if not math.isfinite(argument.data)]
            bad.update(sources)
            if not any(math.isnan(node.data) <= math.isnan(source.data) for source in sources):
                first.append(node)
    causes = [_cause_of(node, names) for node in reversed(first[-MOST:])]
    sentence = f"{names[y]} is {short_number(y.data)}. What is not finite first appears here:"
    return Why("value", sentence, tuple(causes), len(first) - len(causes))


def _cause_of(node: Value, names: dict[Value, str]) -> Cause:
    if node.op is None:
        return Cause("", names[node], names[node], "", "", node.data, "a leaf: this number was put in", source_line(node))
    how = "" if len(node.edges) > LONG else f"{formula(node, names)} = {formula_in_numbers(node)}"
    return Cause(called(node.op), names[node], names[node], "", how, node.data, called(node.op), source_line(node))


def _refuse_others(function: str, x: Value, root: Value | None) -> None:
    """Raise TypeError for what is no Value."""
    one_value(f"{function} takes a Value", x)
    if root is not None:
        one_value(f"{function} takes as root a Value", root)


def _without_root(x: Value, what: str) -> Why:
    """Tell what the value alone can tell."""
    name = clean(x.label) or "the value"
    if not has_gradient(x):
        why = "since it was made or last zeroed: call backward() on what was computed from it."
        return Why("not computed", f"No backward pass has reached {name} {why}")
    if plain_grad(x) and what == "zero":
        return Why("not zero", f"The grad of {name} is {short_number(plain_grad(x))}, not 0.")
    why = f"To learn why, pass the value that backward() was called on, too: why_{what}({clean(x.label) or 'x'}, root)."
    return Why("ask with the root", f"The grad of {name} is {short_number(plain_grad(x))}. {why}")


def _operation(edge: Edge) -> str:
    assert edge.consumer.op is not None
    return called(edge.consumer.op)
