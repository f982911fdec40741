"""Classic mistakes of backpropagation, made on purpose and on your own graph, and compared with the truth.

Each is one row of a table and one variation of the same pass. Your graph stays as it is.
"""

from __future__ import annotations

import math
import re
import textwrap
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from functools import cache, cached_property
from operator import add
from typing import Any, TypeAlias

from autograd.formula import Symbol, names_of, number_text, partial_formulas, written
from autograd.graph import replaced, topological_order
from autograd.primitives import Primitive
from autograd.reading import partial_of
from autograd.typeset import table
from autograd.value import Value

Gradients: TypeAlias = dict[Value, float]
Edges: TypeAlias = Callable[[Value, Gradients], Iterable[tuple[Value, float]]]

WIDTH, ROWS, LONGEST = 100, 8, 30  # of the text, and of labels in it; the data has everything


@dataclass(frozen=True)
class WrongGradient:
    """What a mistake makes of one gradient."""

    name: str
    true: float
    mistaken: float

    @property
    def difference(self) -> float:
        return self.mistaken - self.true

    @property
    def ratio(self) -> float | None:
        """The mistaken gradient as a multiple of the true one, unless that is 0."""
        return self.mistaken / self.true if self.true else None


@dataclass(frozen=True)
class Mistake:
    """What one mistake does: the gradients that it changes, the nodes where it happens, and a sentence why."""

    name: str
    wrong: str
    changes: tuple[WrongGradient, ...]
    where: tuple[str, ...]
    why: str

    def as_data(self) -> dict[str, Any]:
        """Return the same as dicts, lists, strings and numbers."""
        changes = [{**asdict(change), "difference": change.difference, "ratio": change.ratio} for change in self.changes]
        return {**asdict(self), "changes": changes, "where": [*self.where]}

    def __str__(self) -> str:
        likewise = f" The same happens at {_shortened(self.where[1:], 3)}." if self.changes and self.where[1:] else ""
        return "\n".join([f"{self.name}: {self.wrong}", *self._changes(), *_wrapped(self.why + likewise)])

    def _repr_markdown_(self) -> str:
        return _fenced(str(self))

    def _changes(self) -> list[str]:
        ratio = self.changes[0].ratio if len(self.changes) > 2 else None
        if ratio is not None and all(math.isclose(c.mistaken, ratio * c.true, rel_tol=1e-9) for c in self.changes):
            names = _shortened([change.name for change in self.changes], 2 * ROWS)
            return _wrapped(f"{names}: all × {number_text(ratio, 6)}")
        rows = [
            ("  " + _clipped(c.name), number_text(c.true, 6), number_text(c.mistaken, 6), _amount(c))
            for c in self.changes[:ROWS]
        ]
        more = [f"  … and {len(self.changes) - ROWS} more"] * (len(self.changes) > ROWS)
        return table(rows, ["  ", " → ", "  "]).splitlines() + more if rows else []


@dataclass(frozen=True)
class Mistakes:
    """All mistakes, made on one graph; a sequence, and by name."""

    root: str
    made: tuple[Mistake, ...]

    def __iter__(self) -> Iterator[Mistake]:
        return iter(self.made)

    def __len__(self) -> int:
        return len(self.made)

    def __getitem__(self, name: str) -> Mistake:
        return {mistake.name: mistake for mistake in self.made}[_row(name).name]

    def as_data(self) -> dict[str, Any]:
        """Return the same as dicts, lists, strings and numbers."""
        return {"root": self.root, "mistakes": [mistake.as_data() for mistake in self]}

    def __str__(self) -> str:
        return "\n\n".join(map(str, self))

    def _repr_markdown_(self) -> str:
        return _fenced(str(self))


def mistakes(root: Value, wrt: Value | Sequence[Value] | None = None, rate: float = 0.5) -> Mistakes:
    """Make every mistake on a recorded graph and compare the gradients by ``wrt`` (by default all leaves with a label).

    ``wrt`` is what would be trained, too: "early update" changes its leaves (not really), with the given learning rate.

    >>> x, y = Value(2.0, label="x"), Value(5.0, label="y")
    >>> print(mistakes(x * y - y)["sign slip"])
    sign slip: the minus sign of a partial is lost
      y  1 → 3  × 3
      ∂v2/∂y = −1 loses its minus sign.

    Raises ValueError if root was not computed from a node of ``wrt``.
    """
    graph = _Graph(root, wrt, rate)
    return Mistakes(graph.names[root], tuple(_made(row, graph) for row in MISTAKES))


def make(name: str, root: Value, wrt: Value | Sequence[Value] | None = None, rate: float = 0.5) -> Gradients:
    """Return the gradients of all nodes as one mistake gets them.

    >>> x = Value(3.0)
    >>> make("= for +=", x * x)[x]
    3.0
    """
    return _row(name).gradients(_Graph(root, wrt, rate))


def update_before_the_pass_is_done(root: Value, parameters: Collection[Value], rate: float) -> None:
    """Take a gradient step that changes each parameter as soon as its gradient is known, while the pass goes on.

    The mistake: nodes deeper in the graph then get gradients that went through the *updated* parameters, in part. A pass
    must end before anything changes. (A recorded graph keeps its partials, so the mistake has to read the data anew.)
    """
    order = topological_order(root)[::-1]
    updated: Gradients = {}
    _sweep(order, _updating(order, {*parameters}, rate, updated))
    for parameter, data in updated.items():
        parameter.data = data


class _Graph:
    """A recorded graph as a backward pass meets it: root first, and every node's consumers in the order of their arrival."""

    def __init__(self, root: Value, wrt: Value | Sequence[Value] | None, rate: float) -> None:
        order = topological_order(root)
        self.names = names_of(order)
        self.root, self.rate, self.order = root, rate, order[::-1]
        leaves = [node for node in order if node.op is None]
        wrt = [wrt] if isinstance(wrt, Value) else wrt
        self.wanted = [*dict.fromkeys(wrt or [leaf for leaf in leaves if leaf.label] or leaves)]
        for node in self.wanted:
            if node not in self.names:
                raise ValueError(f"{self.names[root]} was not computed from {node!r}, so there is no gradient to get wrong")
        self.parameters = {node for node in self.wanted if node.op is None}
        self.true = _sweep(self.order)
        self.sizes = _sweep(self.order, lambda node, _: [(argument, abs(partial)) for argument, partial in node.edges])
        self.consumers: dict[Value, list[Value]] = {node: [] for node in self.order}
        for node in self.order:
            for argument, _ in node.edges:
                self.consumers[argument].append(node)

    @cached_property
    def hasty(self) -> dict[Value, Value]:
        """The nodes whose turn comes before a consumer's, depth first, each with the first such consumer."""
        turn = {node: i for i, node in enumerate(_depth_first(self.root))}
        late = {node: [c for c in self.consumers[node] if turn[c] > turn[node]] for node in turn}
        return {node: consumers[0] for node, consumers in late.items() if consumers}

    def updated_at(self, node: Value) -> list[Value]:
        """Return the parameters whose gradient is complete as soon as the pass has been at a node."""
        return [x for x, _ in node.edges if x in self.parameters and self.consumers[x][-1] is node]

    def leading_to(self, targets: Iterable[Value]) -> set[Value]:
        """Return the targets and everything that was computed from them."""
        found = {*targets}
        for node in reversed(self.order):
            if any(argument in found for argument, _ in node.edges):
                found.add(node)
        return found


def _sweep(
    order: Iterable[Value],
    edges: Edges = lambda node, gradients: node.edges,
    put: Callable[[float, float], float] = add,
) -> Gradients:
    """Run the chain rule from the first node of the order on. Each of the three arguments is a place for a mistake."""
    order = [*order]
    gradients = dict.fromkeys(order, 0.0)
    gradients[order[0]] = 1.0
    for node in order:
        for argument, partial in edges(node, gradients):
            gradients[argument] = put(gradients[argument], gradients[node] * partial)
    return gradients


# --- the variations ---


def _assigned(graph: _Graph) -> Gradients:
    return _sweep(graph.order, put=lambda old, new: new)


def _in_wrong_order(graph: _Graph) -> Gradients:
    return _sweep(_depth_first(graph.root))


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


def _added_to_the_last(graph: _Graph) -> Gradients:
    return {node: gradient + gradient for node, gradient in graph.true.items()}


def _through_updates(graph: _Graph) -> Gradients:
    return _sweep(graph.order, _updating(graph.order, graph.parameters, graph.rate, {}))


def _updating(order: Iterable[Value], parameters: Collection[Value], rate: float, updated: Gradients) -> Edges:
    """Return edges that change under way: parameters whose gradient is complete are updated before a node's other edges."""
    waiting = Counter([argument for node in order for argument, _ in node.edges])

    def edges(node: Value, gradients: Gradients) -> Iterator[tuple[Value, float]]:
        complete = []
        for argument, partial in node.edges:
            waiting[argument] -= 1
            if argument in parameters:
                yield argument, partial
                if not waiting[argument]:
                    complete.append(argument)
        for parameter in complete:  # only now: the sweep has added what was yielded
            updated[parameter] = parameter.data - rate * gradients[parameter]
        for argument, partial in _edges_with(updated, node) if complete else node.edges:
            if argument not in parameters:
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


def _without_the_last_path(graph: _Graph) -> Gradients:
    left = Counter({node: len(consumers) for node, consumers in graph.consumers.items() if len(consumers) > 1})

    def edges(node: Value, gradients: Gradients) -> Iterator[tuple[Value, float]]:
        for argument, partial in node.edges:
            left[argument] -= 1
            if left[argument]:
                yield argument, partial

    return _sweep(graph.order, edges)


def _without_signs(graph: _Graph) -> Gradients:
    return _sweep(
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


# --- why each matters at a node that receives something wrong ---


def _last_use(graph: _Graph, node: Value) -> str:
    consumers = graph.consumers[node]
    times = "twice" if len(consumers) == 2 else f"{len(consumers)} times"
    return f"{graph.names[node]} is used {times}; what comes last, from {graph.names[consumers[-1]]},"


def _hasty_consumer(graph: _Graph, node: Value) -> Value:
    return max(graph.consumers[node], key=lambda consumer: consumer in graph.hasty)


def _why_hasty(graph: _Graph, node: Value) -> str:
    hasty = _hasty_consumer(graph, node)
    late = graph.hasty.get(hasty, hasty)  # which it always is, unless a sum overflows in one order only
    return f"{graph.names[hasty]} passes its gradient on before {graph.names[late]} has added to it."


def _why_updated(graph: _Graph, node: Value) -> str:
    data: Gradients = {}
    _sweep(graph.order, _updating(graph.order, graph.parameters, graph.rate, data))
    uses = [(consumer, p) for consumer in graph.consumers[node] for p in graph.updated_at(consumer)]
    consumer, parameter = next((use for use in uses if _moved(node, *use, data)), uses[0])
    return (
        f"{graph.names[parameter]} is already {number_text(data[parameter], 6)}, no longer {number_text(parameter.data, 6)}, "
        f"when {graph.names[consumer]} passes its gradient on to {graph.names[node]}."
    )


def _moved(node: Value, consumer: Value, parameter: Value, data: Gradients) -> bool:
    """Tell whether one parameter's update changes a consumer's partial by a node."""
    edges = _edges_with({parameter: data[parameter]}, consumer)
    return any(x is node and old != new for (x, old), (_, new) in zip(consumer.edges, edges, strict=True))


def _why_signless(graph: _Graph, node: Value) -> str:
    for consumer in graph.consumers[node]:
        formulas = partial_formulas(consumer, graph.names)
        for (argument, _), minus, formula in zip(consumer.edges, _minuses(consumer), formulas, strict=True):
            if argument is node and minus:
                return f"∂{graph.names[consumer]}/∂{graph.names[node]} = {formula} loses its minus sign."
    raise AssertionError("only nodes with such an edge are asked about")


# --- the table ---


@dataclass(frozen=True)
class _Row:
    name: str
    wrong: str
    gradients: Callable[[_Graph], Gradients]
    why: Callable[[_Graph, Value], str]
    nowhere: str
    culprit: Callable[[_Graph, Value], Value] = lambda graph, node: node


# fmt: off
MISTAKES = (
    _Row("= for +=", "a gradient is assigned where it has to be added",
         _assigned, lambda graph, node: f"{_last_use(graph, node)} overwrites what came before.",
         "no node on the way is used twice with effect, so nothing is overwritten"),
    _Row("wrong order", "each node passes its gradient on when a depth-first walk first meets it",
         _in_wrong_order, _why_hasty, "every gradient happens to be complete before it is passed on", _hasty_consumer),
    _Row("forgotten zero_grad", "a second pass adds to the gradients that the first one left",
         _added_to_the_last, lambda *_: "Every pass adds the same gradients again: after n passes they are n times as large.",
         "there is no gradient"),
    _Row("early update", "each parameter is updated as soon as its gradient is complete, while the pass goes on",
         _through_updates, _why_updated, "no gradient is passed on through a parameter that has already changed"),
    _Row("dropped path", "of several paths that meet in a node, the last is forgotten",
         _without_the_last_path, lambda graph, node: f"{_last_use(graph, node)} is left out of the sum.",
         "no node on the way is used twice with effect, so no path can be forgotten"),
    _Row("sign slip", "the minus sign of a partial is lost",
         _without_signs, _why_signless, "no gradient passes a partial with a minus sign on the way"),
)
# fmt: on
CANCELLED = "Yet nothing changes: what goes wrong cancels out, or is multiplied by 0."
NAMES = tuple(row.name for row in MISTAKES)


def _row(name: str) -> _Row:
    for row in MISTAKES:
        if row.name == name:
            return row
    raise ValueError(f"there is no mistake {name!r}; there are {', '.join(map(repr, NAMES))}")


def _made(row: _Row, graph: _Graph) -> Mistake:
    """Make one mistake, and find where it comes from: the nodes whose gradient is not the sum of what they should receive."""
    gradients = row.gradients(graph)
    changed = [node for node in graph.wanted if _differ(gradients[node], graph.true[node], 1e-9 * graph.sizes[node])]
    leading = graph.leading_to(changed or graph.wanted)
    sites = [node for node in _astray(graph, gradients) if node in leading]
    if not sites:
        return Mistake(row.name, row.wrong, (), (), f"Nothing changes: {row.nowhere}.")
    where = tuple(graph.names[node] for node in dict.fromkeys(row.culprit(graph, site) for site in sites))
    if not changed:
        return Mistake(row.name, row.wrong, (), where, f"{row.why(graph, sites[0])} {CANCELLED}")
    changes = tuple(WrongGradient(graph.names[node], graph.true[node], gradients[node]) for node in changed)
    return Mistake(row.name, row.wrong, changes, where, row.why(graph, sites[0]))


def _astray(graph: _Graph, gradients: Gradients) -> list[Value]:
    """Return the nodes whose gradient is not what their consumers, with the gradients that they have, should give them."""
    due, sizes = dict.fromkeys(graph.order, 0.0), dict.fromkeys(graph.order, 0.0)
    due[graph.root] = sizes[graph.root] = 1.0
    for node in graph.order:
        for argument, partial in node.edges:
            due[argument] += gradients[node] * partial
            sizes[argument] += abs(gradients[node] * partial)
    return [node for node in graph.order if _differ(gradients[node], due[node], 1e-12 * sizes[node])]


def _differ(x: float, y: float, tolerance: float) -> bool:
    """Tell two sums apart by more than rounding; nan is nan."""
    if x == y or (math.isnan(x) and math.isnan(y)):
        return False
    return not abs(x - y) <= tolerance < math.inf


def _amount(change: WrongGradient) -> str:
    ratio = number_text(change.ratio, 6) if change.ratio is not None else "1"
    if ratio not in ("1", "nan"):
        return f"× {ratio}"
    if math.isnan(change.difference):
        return ""
    return f"{'−' if change.difference < 0 else '+'} {number_text(abs(change.difference), 3)}"


def _clipped(name: str) -> str:
    name = re.sub(r"\s+", " ", name)
    return name if len(name) <= LONGEST else name[: LONGEST - 1] + "…"


def _shortened(names: Sequence[str], most: int) -> str:
    """Return names as a list in words, with the number of those beyond the first so many."""
    words = [*map(_clipped, names[:most])] + [f"{len(names) - most} more"] * (len(names) > most)
    return " and ".join(filter(None, [", ".join(words[:-1]), words[-1]]))


def _wrapped(text: str) -> list[str]:
    return textwrap.wrap(text, WIDTH, initial_indent="  ", subsequent_indent="  ")


def _fenced(text: str) -> str:
    """Return text as a block that Markdown leaves alone."""
    fence = "`" * max([3, *(len(run) + 1 for run in re.findall("`+", text))])
    return f"{fence}text\n{text}\n{fence}"
