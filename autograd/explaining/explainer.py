"""One derivative explained: as a sum over paths of products, and factored as a textbook would write it.

The factored form goes from the value back to the root. While there is one consumer, its partial is a factor; equal factors in
a row are a power, and parallel edges, as in x·x, are added first. Where there are several consumers, a bracket adds what goes
through each: its partial times its δ, the derivative of the root by that consumer. Each δ is then written in the same way,
or in its place if it is only a name or a number.

In the factored form a function's slope is f′(x), defined below it; everywhere else it is written out, as out·(1 − out).
Partials that are 1 by nature are left out of products.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import NamedTuple

from autograd.engine import floats
from autograd.engine.argument_checks import one_value
from autograd.engine.graph import topological_order
from autograd.engine.value import Value
from autograd.explaining.explanation import (
    MOST,
    Equation,
    Explanation,
    Path,
    is_word,
    power_text,
    product_text,
    sum_text,
)
from autograd.explaining.paths import (
    Edge,
    Factored,
    all_paths,
    contribution,
    count_paths,
    derivatives,
    edges_between,
    factored,
    largest_paths,
    sum_over,
    zeros_on_every_path,
)
from autograd.explaining.precision import lost_digits
from autograd.text import FUNCTIONS, HELPERS, INFIX, Partials, names_of, partial, partial_formulas, quoted, short_number

LONG = 80  # characters; a longer partial is written ∂z/∂x


def explain(root: Value, node: Value, limit: int = 8) -> Explanation:
    """Explain the derivative of root by node: path by path (the largest if there are more than ``limit``), and factored.

    Their sum is exact; a remark tells if rounding spoils it in a backward pass.

    >>> x = Value(3.0, label="x")
    >>> y = x.exp() * x
    >>> y.label = "y"
    >>> print(explain(y, x))
    ∂y/∂x = 80.3421476928, the sum over 2 paths
    <BLANKLINE>
      y → v1 → x
          x · v1
        = 3 × 20.0855 = 60.2566
    <BLANKLINE>
      y → x
          v1
        = 20.0855
    <BLANKLINE>
      Sum = 60.2566 + 20.0855 = 80.3421
    <BLANKLINE>
    Factored
          v1 + exp′(x)·x
        = 20.0855 + 20.0855×3 = 80.3421
      where
        exp′(x) = ∂v1/∂x = v1 = 20.0855
    """
    one_value("explain takes a Value, the root", root)
    one_value("explain takes as node a Value", node)
    return _Explainer(root, node).explanation(limit)


class _Notation(NamedTuple):
    """How factored derivatives are written: their edges, their δs, and what stands between them."""

    edge: Callable[[Edge], str]
    delta: Callable[[Value], str]
    times: str
    closely: str  # times, within a bracket


class _Explainer:
    """Puts the paths between two values into words: see ``explain``."""

    def __init__(self, root: Value, node: Value) -> None:
        self.root, self.node = root, node
        order = topological_order(root)
        self.names = names_of(dict.fromkeys([*order, node]))
        self.partials = Partials(order, self.names)
        self.edges = edges_between(root, node)
        self.adjoints = {node: 0.0, root: 1.0, **derivatives(self.edges)}
        self.size = derivatives(self.edges, sizes=True).get(node, 0.0)
        self.spelled: dict[Value, list[str]] = {}
        self.forms = {form.value: form for form in factored(root, node, self.formula, MOST)}
        self.deltas = self._deltas()

    def explanation(self, limit: int) -> Explanation:
        count = count_paths(self.root, self.node)
        found = [*(all_paths(self.root, self.node) if count <= limit else largest_paths(self.root, self.node, limit))]
        paths = tuple(self.path(edges) for edges in found)
        value = sum_over(found) if len(found) == count else self.adjoints[self.node]
        rest = floats.total([value, *(-path.contribution for path in paths)]) if len(paths) < count else 0.0
        return Explanation(
            root=self.names[self.root],
            node=self.names[self.node],
            value=value,
            count=count,
            paths=paths,
            rest=0.0 if abs(rest) <= 1e-15 * self.size else rest,  # which would be rounding errors
            factored=self.equation(self.node, self.slope),
            slopes=self.slopes(),
            deltas=tuple(self.equation(value, self.formula) for value in self.deltas),
            remark=" ".join(filter(None, [self.remark(count), *self.lost(value)])),
        )

    def path(self, edges: tuple[Edge, ...]) -> Path:
        nodes = [self.root, *(edge.argument for edge in edges)]
        return Path(
            tuple(self.names[node] for node in nodes),
            tuple(self.formula(edge) for edge in edges),
            tuple(edge.partial for edge in edges),
            contribution(edges),
        )

    def equation(self, value: Value, edge: Callable[[Edge], str]) -> Equation:
        """Return the derivative of the root by a value, factored, its edges written as given."""
        symbols = _Notation(edge, self.deltas.__getitem__, " · ", "·")
        numbers = symbols._replace(
            edge=lambda e: short_number(e.partial), delta=lambda v: short_number(self.adjoints[v]), times=" × "
        )
        return Equation(
            name=self.deltas.get(value, ""),
            derivative=partial(self.names[self.root], self.names[value]),
            formula=self.written(value, symbols),
            value=self.adjoints[value],
            numbers=self.written(value, numbers._replace(closely="×")),
        )

    def written(self, value: Value, notation: _Notation) -> str:
        """Write the derivative of the root by a value: its factors, then its terms."""
        if value not in self.forms:
            return "0"
        form = self.forms[value]
        factors = [power_text(sum_text([notation.edge(edge) for edge in edges]), times) for edges, times in form.factors]
        terms = []
        for edges, other in form.terms:
            one = len(edges) == 1 and self.formula(edges[0]) == "1"
            words = [sum_text([notation.edge(edge) for edge in edges])] if edges and not one else []
            if other is not self.root:
                short = self.short(other)
                words.append(notation.edge(short) if short else notation.delta(other))
            terms.append(product_text(words, notation.closely))
        if terms:
            bracketed = factors and len(terms) > 1
            factors.append(f"[{sum_text(terms)}]" if bracketed else sum_text(terms))
        return product_text(factors, notation.times)

    def short(self, value: Value) -> Edge | None:
        """Return the edge whose partial alone is the derivative of the root by a value, if that is a name or a number."""
        form = self.forms[value]
        edges = [edge for edges, times in form.factors for edge in edges * times]
        if form.terms or len(edges) != 1 or not is_word(self.slope(edges[0]).removeprefix("−")):
            return None
        return edges[0]

    def formula(self, edge: Edge) -> str:
        """Return a partial as the textbook writes it, if that is short."""
        if edge.consumer not in self.spelled:
            self.spelled[edge.consumer] = partial_formulas(edge.consumer, self.names)
        text = self.spelled[edge.consumer][edge.place]
        return text if len(text) <= LONG else self.partial(edge)

    def slope(self, edge: Edge) -> str:
        """Return f′(x) for the partial of a function of one value, and any other partial as it is written."""
        op = edge.consumer.op
        if op is None or op.arity > 1 or op.name in INFIX or op.composed or op in HELPERS or not edge.consumer.parents:
            return self.formula(edge)
        pattern, _ = FUNCTIONS.get(op.name, ("", ""))
        name = pattern.removesuffix("({})") if pattern.endswith("({})") else op.name
        return f"{name}′({quoted(self.names[edge.argument])})"

    def slopes(self) -> tuple[Equation, ...]:
        """Return the definitions of all f′(x) in the first factored derivative."""
        found: dict[str, Equation] = {}
        form = self.forms.get(self.node, Factored(self.node, [], []))
        for edge in (edge for edges, _ in [*form.factors, *form.terms] for edge in edges):
            name, formula, value = self.slope(edge), self.formula(edge), edge.partial
            if name != formula:
                found[name] = Equation(name, self.partial(edge), formula, value, short_number(value))
        return tuple(found.values())

    def partial(self, edge: Edge) -> str:
        return self.partials.of_edges(edge.consumer)[edge.place]

    def remark(self, count: int) -> str:
        """Say in a sentence what is special about this derivative, if anything."""
        root, node, value = self.names[self.root], self.names[self.node], self.adjoints[self.node]
        if self.node is self.root:
            return "a value changes exactly as itself does"
        if not count:
            return f"{root} was not computed from {node}"
        if not math.isfinite(value):
            odd = [edge for edges in self.edges.values() for edge in edges if not math.isfinite(edge.partial)]
            return f"Not finite: {self._listed(odd)}." if odd else "The products exceed the largest float, 1.8e308."
        if value == 0.0:
            zeros = zeros_on_every_path(self.root, self.node, self.edges)
            if zeros:
                cut_off = f"{'Every path' if count > 1 else 'It'} has a factor that is 0: {self._listed(zeros)}."
                odd = [edge for edges in self.edges.values() for edge in edges if not math.isfinite(edge.partial)]
                names = [edge.consumer.op.name for edge in zeros if edge.flat and edge.consumer.op]
                if odd and names:
                    cut_off += f" {names[0]} is flat there, so not even an infinite slope passes: {self._listed(odd)}."
                return cut_off
        if value == 0.0 == self.size:
            return "No factor is 0, but their product is too small for a float."
        if count > 1 and abs(value) <= 1e-9 * self.size:
            return f"The paths cancel: without their signs they would sum to {short_number(self.size)}."
        return ""

    def lost(self, value: float) -> list[str]:
        """Say in a sentence what rounding has done to this derivative as a pass computes it, if that has spoilt it."""
        name = partial(self.names[self.root], self.names[self.node])
        told = [rounded for rounded in lost_digits(self.root, [self.node]) if rounded.name == name]
        return [rounded.sentence(", as a pass computes it," * (rounded.value != value)) for rounded in told]

    def _listed(self, edges: Sequence[Edge]) -> str:
        """Return the first few partials: what they are and how they are written."""
        words = [f"{self.partial(edge)} = {self.formula(edge)} = {short_number(edge.partial)}" for edge in edges[:3]]
        return "; ".join(words) + f"; and {len(edges) - 3} more" * (len(edges) > 3)

    def _deltas(self) -> dict[Value, str]:
        """Return the δs in the order in which they are mentioned, each named δ_ and its value's name.

        The value's name goes without net_, if no other value is called that.
        """
        taken = set(self.names.values())
        found: dict[Value, str] = {}
        for value in self._mentioned():
            name = self.names[value]
            short = name.removeprefix("net_")
            name = name if short in taken else short
            delta = f"δ_{name}" if is_word(name) else f"δ({name})"
            while delta in taken:
                delta += "′"
            taken.add(delta)
            found[value] = delta
        return found

    def _mentioned(self) -> list[Value]:
        values = [self.node] if self.forms else []
        seen = {self.root, self.node}
        for value in values:  # which grows on the way
            others = dict.fromkeys(other for _, other in self.forms[value].terms if other not in seen)
            seen.update(others)
            values += [other for other in others if not self.short(other)]
        return values[1:]


__all__ = ["Equation", "Explanation", "Path", "explain"]
