"""What the page knows of the steps: names, edges, formulas with places for numbers, the program, and the numbers of the leaves.

Nothing here belongs to one step: what a step shows follows, in the page, from its number and from the numbers of the leaves.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from math import isfinite
from typing import Any

from autograd.drawing import NOT_YET, Card, View, partial_text, row_width, value_text, view_of
from autograd.engine.graph import topological_order
from autograd.engine.value import Value
from autograd.explaining import Factor, derive
from autograd.stepping.program import Functions, functions_of
from autograd.stepping.steps import Step, short
from autograd.text import Partials, clipped, formula, formula_with_places, number_text, quoted

LONGEST = 300  # characters of a formula
PLACE = "\ue000"  # of a number in a sentence

Rates = Mapping[Value, tuple[str, float]]  # of what an update changes: what each is called, and how much it is


class Shown:
    """Steps in terms of the picture: cards and edges by their numbers in the view."""

    def __init__(self, names: Mapping[Value, str], steps: Sequence[Step], rates: Rates) -> None:
        self.root = [*names][-1]
        self.whole = names[self.root]
        self.nodes = topological_order(self.root)  # as are the cards
        self.names = [names[node] for node in self.nodes]
        self.rates = rates
        self.steps = steps
        self.cards = {name: i for i, name in enumerate(self.names)}
        self.place = {node: i for i, node in enumerate(self.nodes)}
        self.edges: dict[tuple[int, int], list[int]] = defaultdict(list)  # by head and tail; in x * x there are two
        view = view_of(self.root)
        for i, edge in enumerate(view.edges):
            self.edges[edge.head, edge.tail].append(i)
        self.ends = [(edge.tail, edge.head) for edge in view.edges]
        self.round = [step for step in steps if step.round == 1]
        self.view = self._at_the_end(view)

    @cached_property
    def functions(self) -> Functions:
        """The program, with the numbers of the first round to check it by."""
        found = {change.node: change.after.value for step in self.round if step.kind != "update" for change in step.changes}
        return functions_of(self.nodes, {node: found[name] or 0.0 for node, name in zip(self.nodes, self.names, strict=True)})

    def as_data(self) -> dict[str, Any]:
        factors, products, gradients = self._derivation()
        partials, called = Partials(self.nodes, dict(zip(self.nodes, self.names, strict=True))), dict[int, str]()
        needs = [self._edges_to(head) for head in range(len(self.nodes))]
        for edges, node in zip(needs, self.nodes, strict=True):
            called |= zip(edges, partials.of_edges(node), strict=True)
        rules = [""] * len(self.ends)
        order: dict[str, list[int]] = {"forward": [], "backward": []}
        for step in self.round:
            if step.kind in order:
                order[step.kind].append(self.cards[step.node])
            for i, edge in zip(needs[self.cards[step.node]] if step.edges else [], step.edges, strict=True):
                rules[i] = clipped(edge.rule, LONGEST)
        functions = self.functions
        rows = self.view.cards
        return {
            "names": self.names,
            "quoted": {i: quoted(name) for i, name in enumerate(self.names) if quoted(name) != name},
            "kinds": [card.operation or ("" if card.role == "leaf" else card.role) for card in rows],
            "roles": [card.role for card in rows],
            "edges": [[*ends, rule, called[i]] for i, (ends, rule) in enumerate(zip(self.ends, rules, strict=True))],
            "needs": needs,
            **order,
            "flat": [i for i, node in enumerate(self.nodes) if node.op is not None and node.op.flat is not None],
            "formulas": [self._formula(node) for node in self.nodes],
            "filled": [formula_with_places(node, self.place) for node in self.nodes],
            "sentences": [self._sentence(step) for step in self.round],
            "rates": [[self.place[node], called, rate] for node, (called, rate) in self.rates.items()],
            "rounds": self.steps[-1].round,
            "factors": factors,
            "products": products,
            "gradients": gradients,
            "calls": functions.calls,
            "problem": functions.problem,
            "recorded": self._recorded(),
        }

    def _recorded(self) -> list[Any]:
        """Return the numbers of the leaves; without a program those of all nodes and edges, round by round."""
        rounds: list[tuple[list[Any], list[Any]]] = []
        for step in self.steps:
            if step.kind == "start":
                rounds.append(([None] * len(self.nodes), [None] * len(self.ends)))
            values, partials = rounds[-1]
            for change in step.changes if step.kind in ("start", "forward") else ():
                values[self.cards[change.node]] = _number(change.after.value)
            for i, edge in zip(self._edges_to(self.cards[step.node]) if step.edges else [], step.edges, strict=True):
                partials[i] = _number(edge.partial)
        if self.functions.problem:
            return [*map(list, rounds)]
        return [[x if node.op is None else None for node, x in zip(self.nodes, rounds[0][0], strict=True)]]

    def _formula(self, node: Value) -> str:
        names = dict(zip(self.nodes, self.names, strict=True))
        return clipped(formula(node, names), LONGEST) if node.op is not None else ""

    def _sentence(self, step: Step) -> str:
        """Return a step's sentence with a place for the number in it, which may change."""
        about, number = "", ""
        if step.kind == "backward":
            (grad,) = [state.grad for state in self._states(step)]
            about, number = f"The gradient of {step.node}, ", short(grad)[0]
        elif step.kind == "update" and len({*self.rates.values()}) == 1:
            about = "Move each parameter against its gradient: by the rate, "
            number = number_text(next(iter(self.rates.values()))[1], 4)
        if number and step.sentence.startswith(f"{about}{number},"):
            return f"{about}{PLACE}{step.sentence[len(about) + len(number) :]}"
        return step.sentence

    def _states(self, step: Step) -> list[Any]:
        """Return the state of a step's node before it, as the last change left it."""
        before = self.round[: self.round.index(step)]
        return [next(c.after for s in reversed(before) for c in s.changes if c.node == step.node)]

    def _edges_to(self, head: int) -> list[int]:
        """Return the edges to a card by their numbers in the view, in the order of the node's parents."""
        tails = [self.place[parent] for parent in self.nodes[head].parents]
        parallel = {tail: iter(self.edges[head, tail]) for tail in tails}
        return [next(parallel[tail]) for tail in tails]

    def _at_the_end(self, view: View) -> View:
        """Return the view with all numbers as they are after the last step: what is there where no script runs."""
        rows: dict[str, tuple[tuple[str, str], tuple[str, str]]] = {}
        texts: dict[int, str] = {}
        for step in self.steps:
            for change in step.changes:
                value, grad = (NOT_YET if x is None else value_text(x) for x in (change.after.value, change.after.grad))
                rows[change.node] = (("value", value), ("grad", grad))
            if step.kind == "forward":
                places = self._edges_to(self.cards[step.node])
                texts |= {i: partial_text(edge.partial) for i, edge in zip(places, step.edges, strict=True)}
        cards = [
            replace(_named(card), rows=rows[name], details=card.name) for card, name in zip(view.cards, self.names, strict=True)
        ]
        edges = [replace(edge, text=texts[i], details="") for i, edge in enumerate(view.edges)]
        notes = ["number on an edge = local derivative ∂(head)/∂(tail)"] * bool(edges)
        notes += [f"grad = ∂{clipped(self.whole, 40)}/∂(node)", f"{NOT_YET} = not computed yet"]
        return replace(view, cards=tuple(cards), edges=tuple(edges), notes=tuple(notes))

    def at_its_widest(self) -> View:
        """Return the view with room on each card and edge for what any step, and any change, may bring."""
        uses = [0] * len(self.nodes)
        for tail, _ in self.ends:
            uses[tail] += 1
        cards = []
        for card, count in zip(self.view.cards, uses, strict=True):
            grad = (f"grad {count}/{count}" if count > 1 else "grad", WIDEST)  # in larger type than the layout knows of
            widest = max(*card.rows, ("value", WIDEST), grad, key=row_width)
            cards.append(replace(card, rows=(widest, widest)))
        edges = [replace(edge, text=max(edge.text, "0.0000", key=len)) for edge in self.view.edges]
        return replace(self.view, cards=tuple(cards), edges=tuple(edges))

    def _derivation(self) -> tuple[Mapping[int, str], Mapping[str, tuple[int, str]], Mapping[int, str]]:
        """Return the names R1, R2, … by edge; those of gradients, each with its card and formula; all gradients by card."""
        derivation = derive(self.root)
        factors: dict[int, str] = {}
        products: dict[str, tuple[int, str]] = {}
        for name, factor in derivation.factors.items():
            if isinstance(factor, Factor):
                edges = self._edges_to(self.cards[factor.consumer])
                factors |= {i: name for i in edges if self.ends[i] == self.ends[edges[factor.place]]}
            elif factor.denominator in self.cards:
                products[name] = self.cards[factor.denominator], clipped(factor.formula, LONGEST)
        gradients = {
            self.cards[name]: clipped(gradient.formula, LONGEST)
            for name, gradient in derivation.gradients.items()
            if name in self.cards
        }
        return factors, products, gradients


WIDEST = "−0.00000"


def _number(x: float | None) -> float | str | None:
    return x if x is None or isfinite(x) else str(x)


def _named(card: Card) -> Card:
    """Return a card with the node's name as its title, also where it is one like v1: formulas call the node so."""
    if card.title == card.name:
        return card
    return replace(card, title=card.name, operation=card.title if card.bold else "", bold=True)
