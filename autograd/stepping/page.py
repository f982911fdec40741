"""The stepper as HTML that needs nothing else: one picture, what each step changes in it, and the script that applies it.

Where scripts do not run, as in a notebook that is not trusted, the picture and a table of all steps remain.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache
from hashlib import sha256
from html import escape
from importlib.resources import files
from math import isfinite
from typing import Any

from autograd.drawing import (
    BACKGROUND,
    GRADIENT,
    LINE,
    MUTED,
    NOT_YET,
    RIM,
    TEXT,
    Card,
    View,
    arrange,
    image,
    partial_text,
    row_width,
    svg,
    value_text,
    view_of,
)
from autograd.engine.graph import topological_order
from autograd.engine.value import Value
from autograd.explaining import Factor, derive
from autograd.stepping.steps import Line, NodeState, Step, short
from autograd.text import Partials, clipped, equated

MOST = 300  # nodes
LONGEST = 300  # characters of a formula

SHADES = {"text": TEXT, "muted": MUTED, "line": LINE, "rim": RIM, "back": BACKGROUND, "gradient": GRADIENT}
SHADES |= {"button": ("#f5f7fa", "#1a2433"), "pending": ("#dfe5ed", "#253246")}


def fragment(
    names: Mapping[Value, str], steps: Sequence[Step], start: int = 0, layout: str = "builtin", *, alone: bool = False
) -> str:
    """Return the steps as a piece of HTML that opens at ``start``; ``names`` has the name of each node, that of the root last.

    It may stand beside others on a page; ``alone`` lets the address choose the step, as ``#step=16``. Raises ValueError for
    more nodes than a picture of steps can show.
    """
    if len(names) > MOST:
        raise ValueError(
            f"the graph has {len(names)} nodes, and a picture of steps shows {MOST} at the most; print(stepper) shows "
            "one step as text, and draw(root, depth=…), or between=…, a part of the graph"
        )
    shown = _Steps(names, steps)
    picture = svg(shown.view, arrange(shown.at_its_widest(), layout))
    data = shown.as_data() | {"start": start, "alone": alone}
    content = json.dumps(data, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")
    name = f"ag-stepper-{sha256((picture + content).encode('utf-8', 'backslashreplace')).hexdigest()[:10]}"
    return (
        f'<div class="{name}" data-lm-suppress-shortcuts="true">'
        f"{image(picture, shown.view.description, 'max-width:100%')}{_table(steps)}"
        f"<script>({_asset('stepper.js')})({json.dumps(name)},{content},{json.dumps(_style())})</script></div>"
    )


def document(names: Mapping[Value, str], steps: Sequence[Step], start: int = 0, layout: str = "builtin") -> str:
    """Return the steps as a whole HTML file; raise ValueError as ``fragment`` does."""
    title = f"{escape(clipped([*names.values()][-1], 80))}, step by step"
    return (
        '<!doctype html>\n<html lang="en">\n<head><meta charset="utf-8"><title>'
        f'{title}</title><meta name="viewport" content="width=device-width"><meta name="color-scheme" content="light dark">'
        f"<style>{_variables('html')}{_asset('page.css')}</style></head>\n<body>\n<main>\n<h1>{title}</h1>\n"
        f"{fragment(names, steps, start, layout, alone=True)}\n</main>\n</body>\n</html>\n"
    )


class _Steps:
    """The steps in terms of the picture: cards and edges by their numbers in the view, and every text as it is shown."""

    def __init__(self, names: Mapping[Value, str], steps: Sequence[Step]) -> None:
        self.root = [*names][-1]
        self.whole = names[self.root]
        self.nodes = topological_order(self.root)  # as are the cards
        self.names = [names[node] for node in self.nodes]
        self.cards = {name: i for i, name in enumerate(self.names)}
        self.place = {node: i for i, node in enumerate(self.nodes)}
        self.edges: dict[tuple[int, int], list[int]] = defaultdict(list)  # by head and tail; in x * x there are two
        view = view_of(self.root)
        for i, edge in enumerate(view.edges):
            self.edges[edge.head, edge.tail].append(i)
        self.ends = [(edge.tail, edge.head) for edge in view.edges]
        self.rules = [""] * len(view.edges)
        self.steps = [self._step(step) for step in steps]
        self.view = self._at_the_end(view)

    def as_data(self) -> dict[str, Any]:
        factors, gradients = self._derivation()
        partials, called = Partials(self.nodes, dict(zip(self.nodes, self.names, strict=True))), dict[int, str]()
        for head, node in enumerate(self.nodes):
            called |= zip(self._edges_to(head), partials.of_edges(node), strict=True)
        edges = [[*ends, rule] for ends, rule in zip(self.ends, self.rules, strict=True)]
        kinds = [card.operation or ("" if card.role == "leaf" else card.role) for card in self.view.cards]
        return {
            "names": self.names,
            "kinds": kinds,
            "edges": edges,
            "called": [called[i] for i in range(len(edges))],
            "factors": factors,
            "gradients": gradients,
            "steps": self.steps,
        }

    def _step(self, step: Step) -> dict[str, Any]:
        node = self.cards.get(step.node, -1)
        edges = self._edges_to(node) if step.edges else []
        about: list[int] = [node] if step.kind in ("forward", "seed") else [self.cards[edge.argument] for edge in step.edges]
        if step.kind == "update":
            about = [self.cards[change.node] for change in step.changes]
        partials = []
        if step.kind == "forward":
            for i, edge in zip(edges, step.edges, strict=True):
                self.rules[i] = clipped(edge.rule, LONGEST)
                partials.append([i, partial_text(edge.partial), edge.partial if isfinite(edge.partial) else str(edge.partial)])
        return {
            "kind": step.kind,
            "round": step.round,
            "node": node,
            "edges": edges,
            "sentence": step.sentence,
            "lines": [[card, *_texts(line)] for card, line in zip(about, step.lines, strict=True)],
            "changes": [[self.cards[change.node], *_shown(change.after)] for change in step.changes],
            "partials": partials,
        }

    def _edges_to(self, head: int) -> list[int]:
        """Return the edges to a card by their numbers in the view, in the order of the node's parents."""
        tails = [self.place[parent] for parent in self.nodes[head].parents]
        parallel = {tail: iter(self.edges[head, tail]) for tail in tails}
        return [next(parallel[tail]) for tail in tails]

    def _at_the_end(self, view: View) -> View:
        """Return the view with all numbers as they are after the last step: what is there where no script runs."""
        rows: dict[int, tuple[tuple[str, str], tuple[str, str]]] = {}
        texts: dict[int, str] = {}
        for step in self.steps:
            rows |= {card: (("value", value), ("grad", grad)) for card, value, grad, _ in step["changes"]}
            texts |= {edge: text for edge, text, _ in step["partials"]}
        cards = [replace(_named(card), rows=rows[i], details=card.name) for i, card in enumerate(view.cards)]
        edges = [replace(edge, text=texts[i], details="") for i, edge in enumerate(view.edges)]
        notes = ["number on an edge = local derivative ∂(head)/∂(tail)"] * bool(edges)
        notes += [f"grad = ∂{clipped(self.whole, 40)}/∂(node)", f"{NOT_YET} = not computed yet"]
        return replace(view, cards=tuple(cards), edges=tuple(edges), notes=tuple(notes))

    def at_its_widest(self) -> View:
        """Return the view with the widest row of all steps on each card, for the layout."""
        rows: dict[int, list[tuple[str, str]]] = defaultdict(list)
        for step in self.steps:
            for card, value, grad, parts in step["changes"]:
                rows[card] += [("value", value), (f"grad {parts}", grad)]
        widest = (max(rows[i], key=row_width) for i in range(len(self.view.cards)))
        cards = tuple(replace(card, rows=(row, row)) for card, row in zip(self.view.cards, widest, strict=True))
        return replace(self.view, cards=cards)

    def _derivation(self) -> tuple[Mapping[int, str], Mapping[int, str]]:
        """Return the names R1, R2, … by edge, and by card the gradients as products of them."""
        derivation = derive(self.root)
        factors: dict[int, str] = {}
        for name, factor in derivation.factors.items():
            if isinstance(factor, Factor):
                edges = self._edges_to(self.cards[factor.consumer])
                factors |= {i: name for i in edges if self.ends[i] == self.ends[edges[factor.place]]}
        gradients = {
            self.cards[name]: clipped(gradient.formula, LONGEST)
            for name, gradient in derivation.gradients.items()
            if name in self.cards
        }
        return factors, gradients


def _named(card: Card) -> Card:
    """Return a card with the node's name as its title, also where it is one like v1: formulas call the node so."""
    if card.title == card.name:
        return card
    return replace(card, title=card.name, operation=card.title if card.bold else "", bold=True)


def _texts(line: Line) -> list[str]:
    result, total = short(line.result), short(line.total)
    texts = [line.symbol, line.sign, line.rule, line.numbers, *result, *total, line.note]
    return [clipped(text, LONGEST) for text in texts]


def _shown(state: NodeState) -> list[str]:
    """Return the value, the gradient, and how many of its several parts have come, as texts."""
    value, grad = (NOT_YET if x is None else value_text(x) for x in (state.value, state.grad))
    return [value, grad, state.progress]


def _table(steps: Sequence[Step]) -> str:
    """Return all steps as a table that is folded in."""
    rows = []
    for k, step in enumerate(steps):
        lines = "<br>".join(escape(_as_text(line)) for line in step.lines)
        rows.append(f"<tr><td>{k}</td><td>{step.kind}</td><td>{escape(step.sentence)}<br>{lines}</td></tr>")
    head = '<tr><th scope="col">step</th><th scope="col">pass</th><th scope="col">what happens</th></tr>'
    summary = f"All {len(steps)} steps as text"
    return f"<details><summary>{summary}</summary><table><thead>{head}</thead><tbody>{''.join(rows)}</tbody></table></details>"


def _as_text(line: Line) -> str:
    symbol, sign, rule, numbers, result, _, note = _texts(line)
    return f"{symbol} {sign} {equated(rule, numbers, result)}" + (f" ({note})" if note else "")


def _style() -> str:
    return _variables(":host") + _asset("stepper.css")


def _variables(selector: str) -> str:
    return f"{selector}{{{''.join(f'--{name}:light-dark({light},{dark});' for name, (light, dark) in SHADES.items())}}}"


@cache
def _asset(name: str) -> str:
    """Return one of the files beside this one, without what only its readers need: comments and indentation."""
    text = (files("autograd.stepping") / name).read_text("utf-8")
    lines = [line.strip() for line in re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL).splitlines()]
    return "\n".join(line for line in lines if line and not line.startswith("//")).rstrip(";")
