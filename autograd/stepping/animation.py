"""Steps as an SVG that moves by CSS alone, so that it plays in an ``<img>``, too: values appear, gradients travel back.

All is drawn as it is in the end, and hidden until its time. Where nothing moves, the picture is complete.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise

from autograd.drawing import (
    BACKGROUND,
    GRADIENT,
    NOT_YET,
    TEXT,
    Card,
    Layout,
    Shade,
    View,
    arrange,
    path_of,
    row_width,
    svg,
    text_width,
    value_text,
)
from autograd.stepping.steps import Step, short
from autograd.text import clipped, partial

LEAD, FORWARD, BACKWARD, HOLD = 0.7, 0.55, 1.0, 3.2  # seconds: before all, for each step of a pass, and in the end
READ, FLIGHT = 0.25, 0.62  # of a step, until a value is there, and until a gradient has arrived
LONGEST = 60.0  # seconds; what would take longer plays faster
CROWDED = 4  # edges for each card
PILL_SIZE, PILL_HEIGHT = 10.0, 14.0


def picture(view: View, steps: Sequence[Step], engine: str = "builtin", theme: str = "auto", *, moves: bool = True) -> str:
    """Return the passes of the first round as SVG that plays again and again, or as it stands still in the end."""
    steps = [step for step in steps if step.round == 1 and step.kind != "update"]
    final = _at_the_end(view, steps)
    layout = arrange(_at_its_widest(final, steps), engine)
    return svg(final, layout, theme, motion=(lambda name: _Reel(final, layout, steps, theme, name).parts()) if moves else None)


def _at_the_end(view: View, steps: Sequence[Step]) -> View:
    """Return a view with the numbers as they are after the steps; where edges are very many, without those on them."""
    last = {change.node: change.after for step in steps for change in step.changes}
    cards = [
        replace(card, rows=last[card.outlets[0]].rows, details="") if len(card.outlets) == 1 else card for card in view.cards
    ]
    crowded = len(view.edges) > CROWDED * len(view.cards)
    edges = [replace(edge, details="", text="" if crowded else edge.text) for edge in view.edges]
    notes = [note for note in view.notes if not note.startswith((NOT_YET, "grad ="))]
    whole = clipped(view.cards[-1].outlets[-1], 40)
    return replace(view, cards=tuple(cards), edges=tuple(edges), notes=(*notes, f"grad = ∂{whole}/∂(node)"))


def _at_its_widest(view: View, steps: Sequence[Step]) -> View:
    """Return a view with the widest number of all steps on each card, for the layout."""
    rows: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for step in steps:
        for change in step.changes:
            rows[change.node] += change.after.rows
    return replace(view, cards=tuple(_with_widest(card, rows) for card in view.cards))


def _with_widest(card: Card, rows: Mapping[str, Sequence[tuple[str, str]]]) -> Card:
    if len(card.outlets) != 1 or not rows[card.outlets[0]]:
        return card
    row = max(rows[card.outlets[0]], key=row_width)
    return replace(card, rows=(row, row))


class _Reel:
    """The rules that hide what is to come, and the shapes that are seen for a moment: numbers that travel, frames, sums."""

    def __init__(self, view: View, layout: Layout, steps: Sequence[Step], theme: str, name: str) -> None:
        self.view, self.layout, self.steps, self.theme, self.name = view, layout, steps, theme, name
        self.home = {member: place for place, card in enumerate(view.cards) for member in card.members}
        self.needs: dict[int, list[int]] = defaultdict(list)
        for i, edge in enumerate(view.edges):
            self.needs[edge.head].append(i)
        root = view.cards[-1].outlets[-1]
        self.subject = {partial(root, member): member for member in self.home}
        self.length = LEAD + HOLD + sum(FORWARD if step.kind == "forward" else BACKWARD for step in steps[1:])
        self.frames: dict[str, str] = {}
        self.moved: dict[str, list[str]] = defaultdict(list)
        self.below: list[str] = []
        self.above: list[str] = []

    def parts(self) -> tuple[str, str, str]:
        """Return rules of style, shapes to draw below the cards, and shapes to draw above them."""
        arrivals: dict[int, list[tuple[float, str]]] = defaultdict(list)
        time = LEAD
        for step in self.steps[1:]:
            card = self.home[step.nodes[-1]]
            if step.kind == "forward":
                self._computed(card, time)
            elif step.kind == "seed":
                self._framed(card, time, time + BACKWARD, "g")
                arrivals[card].append((time + READ, value_text(1.0)))
            else:
                self._passed_on(step, card, time)
                for change in step.changes:
                    place = self.home.get(change.node)
                    if place is not None and self.view.cards[place].outlets == (change.node,) and change.after.grad is not None:
                        arrivals[place].append((time + FLIGHT, value_text(change.after.grad)))
            time += FORWARD if step.kind == "forward" else BACKWARD
        for place, found in arrivals.items():
            self._summed(place, found)
        return "".join(self._rules()), "".join(self.below), "".join(self.above)

    # --- what happens in a step ---

    def _computed(self, card: int, time: float) -> None:
        self._framed(card, time, time + FORWARD, "f")
        for i in self.needs[card]:
            self._hide(f"e{i}", self._until(time, time + 0.15, 0.3))
            self._hide(f"c{i}", self._until(time + READ))
        self._hide(f"n{card} .ag-value", self._until(time + READ))
        self._hide(f"n{card} .ag-band", self._until(time, time + READ, 0.28))

    def _passed_on(self, step: Step, card: int, time: float) -> None:
        self._framed(card, time, time + FLIGHT, "g")
        results: dict[int, list[tuple[str, float]]] = defaultdict(list)
        for line in step.lines:
            argument = self.subject[line.symbol]
            results[self.home[argument]].append((argument, line.result))
        by_tail: dict[int, list[int]] = defaultdict(list)
        for i in self.needs[card]:
            by_tail[self.view.edges[i].tail].append(i)
        for tail, edges in by_tail.items():
            found = results[tail]
            if not found:  # a number that is no node
                continue
            numbers = [short(result)[0] for _, result in found]
            if len(edges) != len(found):  # several within a group are one edge; of different numbers none is told
                numbers = [short(sum(x for _, x in found))[0]] if len({argument for argument, _ in found}) == 1 else [""]
            for i, number in zip(edges, numbers, strict=False):
                self._travels(number, i, time + 0.1, time + FLIGHT)
            self._framed(tail, time + FLIGHT - 0.05, time + BACKWARD, "g")

    def _summed(self, place: int, arrivals: Sequence[tuple[float, str]]) -> None:
        """Show the sums on the way to a gradient where it will be; of several at one time only the last."""
        times = dict(arrivals)
        x, y = self.layout.number_of(place)
        self._hide(f"n{place} .ag-grad", self._until(max(times)))
        moments = sorted(times)
        for begin, end in pairwise(moments):
            seen = self._between(begin, end - 0.12)
            self.above.append(f'<text class="m" style="animation-name:{seen}" x="{x:.1f}" y="{y:.1f}">{times[begin]}</text>')

    # --- shapes ---

    def _framed(self, card: int, begin: float, end: float, kind: str) -> None:
        left, top, right, bottom = self.layout.box(card, 1.5)
        place = f'x="{left:.1f}" y="{top:.1f}" width="{right - left:.1f}" height="{bottom - top:.1f}" rx="7"'
        self.above.append(f'<rect class="h {kind}" style="animation-name:{self._between(begin, end)}" {place}/>')

    def _travels(self, number: str, edge: int, begin: float, end: float) -> None:
        wide = max(PILL_HEIGHT, text_width(number, PILL_SIZE) + PILL_SIZE)
        a, b = self._percent(begin), self._percent(end)
        way = self._key(f"0%,{a}{{offset-distance:100%}}{b},100%{{offset-distance:0%}}")
        path = (
            f"offset-path:path('{path_of(self.layout.curves[edge])}');animation-name:{way},{self._between(begin, end - 0.06)}"
        )
        box = (
            f'x="{-wide / 2:.1f}" y="{-PILL_HEIGHT / 2:g}" width="{wide:.1f}" height="{PILL_HEIGHT:g}" rx="{PILL_HEIGHT / 2:g}"'
        )
        self.below.append(f'<g class="p" style="{path}"><rect {box}/><text y="3.6">{number}</text></g>')

    # --- times ---

    def _percent(self, time: float) -> str:
        return f"{100 * time / self.length:.2f}".rstrip("0").rstrip(".") + "%"

    def _key(self, body: str) -> str:
        return self.frames.setdefault(body, f"{self.name}k{len(self.frames)}")

    def _until(self, time: float, full: float | None = None, faint: float = 0.0) -> str:
        """Hide, or show but faintly, until a time; and at the very end, where all begins again."""
        begin, there = self._percent(time), self._percent(time + 0.05 if full is None else full)
        return self._key(f"0%,{begin}{{opacity:{faint:g}}}{there},98.5%{{opacity:1}}100%{{opacity:{faint:g}}}")

    def _between(self, begin: float, end: float) -> str:
        a, b, c, d = map(self._percent, (begin, begin + 0.04, end, end + 0.12))
        return self._key(f"0%,{a}{{opacity:0}}{b},{c}{{opacity:1}}{d},100%{{opacity:0}}")

    def _hide(self, what: str, frames: str) -> None:
        self.moved[frames].append(f"#{self.name}-{what}")

    # --- style ---

    def _rules(self) -> Iterator[str]:
        name, seconds = self.name, min(self.length, LONGEST)
        moved = ".ag-value", ".ag-grad", ".ag-band", ".ag-edges g", ".ag-chips g", ".p", ".h", ".m"
        gradient, back = self._paint("fill", GRADIENT), self._paint("fill", BACKGROUND)
        yield f"{','.join(f'.{name} {what}' for what in moved)}{{animation:{seconds:.1f}s linear infinite}}"
        yield f".{name} .p,.{name} .h,.{name} .m{{opacity:0}}"
        yield f".{name} .p{{offset-rotate:0deg;animation-timing-function:ease-in-out,linear;{gradient}}}"
        yield f".{name} .p text{{font-size:{PILL_SIZE:g}px;font-weight:700;text-anchor:middle;{back}}}"
        yield f".{name} .h{{fill:none;stroke-width:3px}}.{name} .f{{{self._paint('stroke', TEXT)}}}"
        yield f".{name} .g{{{self._paint('stroke', GRADIENT)}}}.{name} .m{{text-anchor:end;{gradient}}}"
        for frames, selectors in self.moved.items():
            yield f"{','.join(selectors)}{{animation-name:{frames}}}"
        for body, frames in self.frames.items():
            yield f"@keyframes {frames}{{{body}}}"
        yield f"@media(prefers-reduced-motion:reduce){{.{name} *{{animation:none!important}}}}"

    def _paint(self, what: str, shade: Shade) -> str:
        plain = f"{what}:{shade[self.theme == 'dark']}"  # also for browsers older than May 2024
        return f"{plain};{what}:light-dark({shade[0]},{shade[1]})" if self.theme == "auto" else plain
