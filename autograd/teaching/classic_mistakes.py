"""Classic mistakes of backpropagation, made on purpose and on your own graph, and compared with the truth.

Each is one row of a table and one variation of the same pass. Your graph stays as it is.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass
from typing import Any

from autograd.engine.argument_checks import one_value
from autograd.engine.graph import backward_order, leading_to
from autograd.engine.value import Value
from autograd.explaining import Rate, rates_of, several
from autograd.teaching.mistaken_passes import (
    Gradients,
    Graph,
    added_to_the_last,
    assigned,
    hasty_consumer,
    in_wrong_order,
    last_use,
    sweep,
    through_updates,
    updating,
    why_hasty,
    why_signless,
    why_updated,
    without_signs,
    without_the_last_path,
)
from autograd.text import Part, Report, Row, Table, clipped, listed, nearest, number_text, short_number

ROWS, LONGEST = 8, 30  # of the text, and characters of labels in it; the data has everything


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
class Mistake(Report):
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

    def parts(self) -> Iterator[Part]:
        others = [*map(_clipped, self.where[1:])] if self.changes else []
        likewise = f" The same happens at {listed(others, 3)}." if others else ""
        yield f"{self.name}: {self.wrong}"
        ratio = self.changes[0].ratio if len(self.changes) > 2 else None
        if ratio is not None and all(math.isclose(c.mistaken, ratio * c.true, rel_tol=1e-9) for c in self.changes):
            names = listed([_clipped(change.name) for change in self.changes], 2 * ROWS)
            yield f"  {names}: all × {short_number(ratio)}"
        else:
            shown = self.changes[:ROWS]
            rows = [Row((_clipped(c.name), short_number(c.true), short_number(c.mistaken), _amount(c))) for c in shown]
            yield Table(rows, ["  ", " → ", "  "], indent=2, left_out=len(self.changes) - len(shown))
        yield f"  {self.why}{likewise}"


@dataclass(frozen=True)
class Mistakes(Report):
    """All mistakes, made on one graph; a sequence, and by name."""

    root: str
    made: tuple[Mistake, ...]

    def __iter__(self) -> Iterator[Mistake]:
        return iter(self.made)

    def __len__(self) -> int:
        return len(self.made)

    def __getitem__(self, name: str | int) -> Mistake:
        if isinstance(name, int):
            return self.made[name]
        return {mistake.name: mistake for mistake in self.made}[_row(name).name]

    def as_data(self) -> dict[str, Any]:
        """Return the same as dicts, lists, strings and numbers."""
        return {"root": self.root, "mistakes": [mistake.as_data() for mistake in self]}

    def parts(self) -> Iterator[Part]:
        for place, mistake in enumerate(self):
            yield from [""] * bool(place)
            yield from mistake.parts()


def mistakes(root: Value, wrt: Value | Iterable[Value] | None = None, rate: Rate = 0.5) -> Mistakes:
    """Make every mistake on a recorded graph and compare the gradients by ``wrt`` (by default as ``derive`` chooses).

    ``wrt`` is what would be trained, too: "early update" changes its leaves (not really), with the given learning
    rate: a number, or a mapping with one for each leaf.

    >>> x, y = Value(2.0, label="x"), Value(5.0, label="y")
    >>> print(mistakes(x * y - y)["sign slip"])
    sign slip: the minus sign of a partial is lost
      y  1 → 3  × 3
      ∂v2/∂y|v1 = −1 loses its minus sign.

    Raises ValueError if root was not computed from a node of ``wrt``.
    """
    graph = Graph(root, wrt, rate)
    return Mistakes(graph.names[root], tuple(_made(row, graph) for row in MISTAKES))


def make(name: str, root: Value, wrt: Value | Iterable[Value] | None = None, rate: Rate = 0.5) -> Gradients:
    """Return the gradients of all nodes as one mistake gets them.

    >>> x = Value(3.0)
    >>> make("= for +=", x * x)[x]
    3.0
    """
    return _row(name).gradients(Graph(root, wrt, rate))


def update_before_the_pass_is_done(root: Value, parameters: Value | Iterable[Value], rate: Rate) -> None:
    """Take a gradient step that changes each parameter as soon as its gradient is known, while the pass goes on.

    The mistake: nodes deeper in the graph then get gradients that went through the *updated* parameters, in part. A pass
    must end before anything changes. (A recorded graph keeps its partials, so the mistake has to read the data anew.)
    """
    name = "update_before_the_pass_is_done"
    order = backward_order(one_value(f"{name} takes a Value, the root", root))
    changing = several(f"{name} takes as parameters a Value or several", parameters)
    updated: Gradients = {}
    sweep(order, updating(order, rates_of(rate, changing), updated))
    for parameter, data in updated.items():
        parameter.data = data


@dataclass(frozen=True)
class _Row:
    name: str
    wrong: str
    gradients: Callable[[Graph], Gradients]
    why: Callable[[Graph, Value], str]
    nowhere: str
    culprit: Callable[[Graph, Value], Value] = lambda graph, node: node


# fmt: off
MISTAKES = (
    _Row("= for +=", "a gradient is assigned where it has to be added",
         assigned, lambda graph, node: f"{last_use(graph, node)} overwrites what came before.",
         "no node on the way is used twice with effect, so nothing is overwritten"),
    _Row("wrong order", "each node passes its gradient on when a depth-first walk first meets it",
         in_wrong_order, why_hasty, "every gradient happens to be complete before it is passed on", hasty_consumer),
    _Row("forgotten zero_grad", "a second pass adds to the gradients that the first one left",
         added_to_the_last, lambda *_: "Every pass adds the same gradients again: after n passes they are n times as large.",
         "there is no gradient"),
    _Row("early update", "each parameter is updated as soon as its gradient is complete, while the pass goes on",
         through_updates, why_updated, "no gradient is passed on through a parameter that has already changed"),
    _Row("dropped path", "of several paths that meet in a node, the last is forgotten",
         without_the_last_path, lambda graph, node: f"{last_use(graph, node)} is left out of the sum.",
         "no node on the way is used twice with effect, so no path can be forgotten"),
    _Row("sign slip", "the minus sign of a partial is lost",
         without_signs, why_signless, "no gradient passes a partial with a minus sign on the way"),
)


# fmt: on
CANCELLED = "Yet nothing changes: what goes wrong cancels out, or is multiplied by 0."


NAMES = tuple(row.name for row in MISTAKES)


def _row(name: str) -> _Row:
    for row in MISTAKES:
        if row.name == name:
            return row
    raise ValueError(f"there is no mistake {name!r}; there are {nearest(name, map(repr, NAMES))}")


def _made(row: _Row, graph: Graph) -> Mistake:
    """Make one mistake, and find where it comes from: the nodes whose gradient is not the sum of what they should receive."""
    gradients = row.gradients(graph)
    changed = [node for node in graph.wanted if _differ(gradients[node], graph.true[node], 1e-9 * graph.sizes[node])]
    leading = leading_to(changed or graph.wanted, reversed(graph.order))
    sites = [node for node in _astray(graph, gradients) if node in leading]
    if not sites:
        return Mistake(row.name, row.wrong, (), (), f"Nothing changes: {row.nowhere}.")
    where = tuple(graph.names[node] for node in dict.fromkeys(row.culprit(graph, site) for site in sites))
    if not changed:
        return Mistake(row.name, row.wrong, (), where, f"{row.why(graph, sites[0])} {CANCELLED}")
    changes = tuple(WrongGradient(graph.names[node], graph.true[node], gradients[node]) for node in changed)
    return Mistake(row.name, row.wrong, changes, where, row.why(graph, sites[0]))


def _astray(graph: Graph, gradients: Gradients) -> list[Value]:
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
    ratio = short_number(change.ratio) if change.ratio is not None else "1"
    if ratio not in ("1", "nan"):
        return f"× {ratio}"
    if math.isnan(change.difference):
        return ""
    return f"{'−' if change.difference < 0 else '+'} {number_text(abs(change.difference), 3)}"


def _clipped(name: str) -> str:
    return clipped(name, LONGEST)
