"""What the page knows of the steps: names, edges, formulas with places for numbers, the program, and the numbers of the leaves.

Nothing here belongs to one step: what a step shows follows, in the page, from its number and from the numbers of the leaves.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from math import isfinite
from typing import Any

from autograd.drawing import NOT_YET, Card, View, partial_text, row_width
from autograd.engine.graph import topological_order
from autograd.engine.value import Value
from autograd.explaining import Factor, derive
from autograd.stepping.program import Functions, functions_of
from autograd.stepping.steps import Step, short
from autograd.text import Partials, clipped, formula, formula_with_places, number_text, partial_formulas, quoted

LONGEST = 300  # characters of a formula
PLACE = "\ue000"  # of a number in a sentence

Rates = Mapping[Value, tuple[str, float]]  # of what an update changes: what each is called, and how much it is


class Shown:
    """Steps in terms of the picture: its cards and arrows, and the nodes and edges of the graph, all by numbers."""

    def __init__(self, names: Mapping[Value, str], steps: Sequence[Step], rates: Rates, view: View) -> None:
        self.root = [*names][-1]
        self.whole = names[self.root]
        self.nodes = topological_order(self.root)
        self.names = [names[node] for node in self.nodes]
        self.rates = rates
        self.steps = steps
        self.place = {node: i for i, node in enumerate(self.nodes)}
        self.numbers = {name: i for i, name in enumerate(self.names)}
        self.needs: list[list[int]] = []  # the edges to each node, in the order of its parents
        self.ends: list[tuple[int, int]] = []  # of each edge: tail and head
        for head, node in enumerate(self.nodes):
            self.needs.append([*range(len(self.ends), len(self.ends) + len(node.parents))])
            self.ends += [(self.place[parent], head) for parent in node.parents]
        self.round = [step for step in steps if step.round == 1]
        self.arrows = self._arrows(view)
        self.view = self._at_the_end(view)

    def _arrows(self, view: View) -> list[list[int]]:
        """Return for each edge of the view the edges of the graph that it stands for: one, or all between two cards."""
        home = {self.numbers[name]: i for i, card in enumerate(view.cards) for name in card.members}
        between: dict[tuple[int, int], list[int]] = defaultdict(list)
        for i, (tail, head) in enumerate(self.ends):
            between[home[tail], home[head]].append(i)
        alone = Counter((edge.tail, edge.head) for edge in view.edges)
        return [
            [between[ends].pop(0)] if alone[ends] == len(between[ends]) or alone[ends] > 1 else between[ends]
            for ends in ((edge.tail, edge.head) for edge in view.edges)
        ]

    @cached_property
    def functions(self) -> Functions:
        """The program, with the numbers of the first round to check it by."""
        found = {change.node: change.after.value for step in self.round if step.kind != "update" for change in step.changes}
        return functions_of(self.nodes, {node: found[name] or 0.0 for node, name in zip(self.nodes, self.names, strict=True)})

    def as_data(self) -> dict[str, Any]:
        factors, products, gradients = self._derivation()
        named = dict(zip(self.nodes, self.names, strict=True))
        called = [name for node in self.nodes for name in Partials(self.nodes, named).of_edges(node)]
        rules = [rule for node in self.nodes if node.op is not None for rule in partial_formulas(node, named)]
        units = {
            kind: [[self.numbers[name] for name in step.nodes] for step in self.round if step.kind == kind]
            for kind in ("forward", "backward")
        }
        cards = self.view.cards
        home = {name: card for card in cards for name in card.members}
        functions = self.functions
        return {
            "names": self.names,
            "quoted": {i: quoted(name) for i, name in enumerate(self.names) if quoted(name) != name},
            "kinds": [_kind(home[name], node) for name, node in zip(self.names, self.nodes, strict=True)],
            "roles": [home[name].role for name in self.names],
            "cards": [
                [card.name, *([self.numbers[name] for name in names] for names in (card.members, card.outlets))]
                for card in cards
            ],
            "arrows": [[i, edge.is_partial] for i, edge in zip(self.arrows, self.view.edges, strict=True)],
            "edges": [[*ends, clipped(r, LONGEST), c] for ends, r, c in zip(self.ends, rules, called, strict=True)],
            "needs": self.needs,
            **units,
            "flat": [i for i, node in enumerate(self.nodes) if node.op is not None and node.op.flat is not None],
            "formulas": [clipped(formula(node, named), LONGEST) if node.op is not None else "" for node in self.nodes],
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
                values[self.numbers[change.node]] = _number(change.after.value)
            if step.kind == "forward":
                for i, edge in zip(self._edges_of(step), step.edges, strict=True):
                    partials[i] = _number(edge.partial)
        if self.functions.problem:
            return [*map(list, rounds)]
        return [[x if node.op is None else None for node, x in zip(self.nodes, rounds[0][0], strict=True)]]

    def _sentence(self, step: Step) -> str:
        """Return a step's sentence with a place for the number in it, which may change."""
        about, number = "", ""
        if step.kind == "backward":
            about = f"The gradient of {step.node}, "
            number = short(self._gradient(step))[0]
        elif step.kind == "update" and len({*self.rates.values()}) == 1:
            about = "Move each parameter against its gradient: by the rate, "
            number = number_text(next(iter(self.rates.values()))[1], 4)
        if number and step.sentence.startswith(f"{about}{number},"):
            return f"{about}{PLACE}{step.sentence[len(about) + len(number) :]}"
        return step.sentence

    def _gradient(self, step: Step) -> float:
        """Return the gradient with which a step goes back: what its node has got in the steps before."""
        changes = [c for s in self.round[: self.round.index(step)] for c in s.changes if c.node == step.nodes[0]]
        return changes[-1].after.grad or 0.0

    def _edges_of(self, step: Step) -> list[int]:
        """Return the edges that a step is about, as it lists them."""
        return [i for name in step.nodes for i in self.needs[self.numbers[name]]]

    def _at_the_end(self, view: View) -> View:
        """Return the view with all numbers as they are after the last step: what is there where no script runs."""
        last = {change.node: change.after for step in self.steps for change in step.changes}
        cards = []
        for card in view.cards:
            if len(card.outlets) == 1:
                card = replace(card, rows=last[card.outlets[0]].rows)
            cards.append(replace(_named(card), details=card.name))
        found: dict[int, str] = {}
        for step in self.steps:
            if step.kind == "forward":
                found |= {i: partial_text(e.partial) for i, e in zip(self._edges_of(step), step.edges, strict=True)}
        edges = [
            replace(edge, text=found[i[0]] if len(i) == 1 and edge.is_partial else edge.text, details="")
            for i, edge in zip(self.arrows, view.edges, strict=True)
        ]
        notes = ["number on an edge = local derivative ∂(head)/∂(tail)"] * bool(edges)
        notes += [f"grad = ∂{clipped(self.whole, 40)}/∂(node)", f"{NOT_YET} = not computed yet"]
        return replace(view, cards=tuple(cards), edges=tuple(edges), notes=tuple(notes))

    def at_its_widest(self) -> View:
        """Return the view with room on each card and edge for what any step, and any change, may bring."""
        uses = Counter(tail for tail, _ in self.ends)
        cards = []
        for card in self.view.cards:
            rows = [*card.rows, ("value", WIDEST)]  # in larger type than the layout knows of
            if len(card.outlets) == 1:
                count = uses[self.numbers[card.outlets[0]]]
                rows.append((f"grad {count}/{count}" if count > 1 else "grad", WIDEST))
            widest = max(rows, key=row_width)
            cards.append(replace(card, rows=(widest, widest)))
        edges = [replace(edge, text=max(edge.text, "0.0000", key=len)) for edge in self.view.edges]
        return replace(self.view, cards=tuple(cards), edges=tuple(edges))

    def _derivation(self) -> tuple[Mapping[int, str], Mapping[str, tuple[int, str]], Mapping[int, str]]:
        """Return the names R1, R2, … by edge; those of gradients, each with its node and formula; all gradients by node."""
        derivation = derive(self.root)
        factors: dict[int, str] = {}
        products: dict[str, tuple[int, str]] = {}
        for name, factor in derivation.factors.items():
            if isinstance(factor, Factor):
                edges = self.needs[self.numbers[factor.consumer]]
                factors |= {i: name for i in edges if self.ends[i] == self.ends[edges[factor.place]]}
            elif factor.denominator in self.numbers:
                products[name] = self.numbers[factor.denominator], clipped(factor.formula, LONGEST)
        gradients = {
            self.numbers[name]: clipped(gradient.formula, LONGEST)
            for name, gradient in derivation.gradients.items()
            if name in self.numbers
        }
        return factors, products, gradients


WIDEST = "−0.00000"


def _number(x: float | None) -> float | str | None:
    return x if x is None or isfinite(x) else str(x)


def _kind(card: Card, node: Value) -> str:
    """Return what a node is, for those who ask: its operation, or its role."""
    if card.count > 1:
        return "" if node.op is None else node.op.symbol
    return card.operation or ("" if card.role == "leaf" else card.role)


def _named(card: Card) -> Card:
    """Return a card with the node's name as its title, also where it is one like v1: formulas call the node so."""
    if card.title == card.name:
        return card
    return replace(card, title=card.name, operation=card.title if card.bold else "", bold=True)
