"""Drawing: a view and its layout as one self-contained SVG, for light and for dark pages."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator, Sequence
from hashlib import sha256
from html import escape
from math import hypot
from typing import TypeAlias

from autograd.drawing.cards import NEVER, NOT_YET, Card
from autograd.drawing.edge_labels import Box, Curve
from autograd.drawing.layout import (
    BAND_HEIGHT,
    BASES,
    CARD_HEIGHT,
    CHIP_SIZE,
    GAP,
    INSET,
    KEY_SIZE,
    NAME_SIZE,
    NUMBER_SIZE,
    Layout,
)
from autograd.drawing.theme import BACKGROUND, FONT, GRADIENT, LINE, MUTED, RIM, ROLES, TEXT, THEMES, Shade
from autograd.drawing.view import View
from autograd.drawing.words import BOLD, shortened, text_width
from autograd.engine.labels import brief

MARGIN = 20.0
LEGEND_SIZE, LEGEND_LINE, LEGEND_GAP, SWATCH = 10.0, 19.0, 22.0, 11.0
ARROW, ARROW_HALF = 7.0, 2.9
STACKED = 3.0  # how far the second card of a group peeps out
RADIUS = 6.0
DASHES = ' stroke-dasharray="3 2"'

Motion: TypeAlias = Callable[[str], tuple[str, str, str]]


def svg(view: View, layout: Layout, theme: str = "auto", legend: bool = True, motion: Motion | None = None) -> str:
    """Return the picture as SVG text.

    With the theme "auto" colours follow the page: in CSS where that is understood, else, as attributes, for light pages.
    Names in it begin with a digest of what is drawn: the same picture has the same bytes, and does not mix with others.
    ``motion`` is given that name, and returns more rules of style, and shapes to draw below and above the cards.
    """
    if theme not in THEMES:
        raise ValueError(f"theme must be one of {', '.join(THEMES)}, but got {brief(theme)}")
    digest = sha256(repr((view, layout, theme, legend, motion is not None)).encode("utf-8", "backslashreplace")).hexdigest()
    name = f"ag{digest[:10]}"
    return "\n".join(_Picture(view, layout, theme, name).lines(legend, motion(name) if motion else ("", "", ""))) + "\n"


def image(picture: str, description: str, style: str) -> str:
    """Return SVG as an HTML image, which is shown also where neither scripts nor inline SVG are."""
    data = base64.b64encode(picture.encode("utf-8", "replace")).decode()
    return f'<img alt="{escape(description)}" style="{style}" src="data:image/svg+xml;base64,{data}">'


class _Picture:
    def __init__(self, view: View, layout: Layout, theme: str, name: str) -> None:
        self.view, self.layout, self.theme, self.name = view, layout, theme, name

    def lines(self, legend: bool, motion: tuple[str, str, str]) -> Iterator[str]:
        rules, below, above = motion
        width, height = self.layout.width + 2 * MARGIN, self.layout.height + 2 * MARGIN
        rows: list[list[tuple[str, str, float]]] = []
        if legend:
            entries = self._legend()
            width = max(width, *(_legend_width(*entry) + 2 * MARGIN for entry in entries))
            rows = _rows(entries, width - 2 * MARGIN)
            height += len(rows) * LEGEND_LINE + 2
        left = (width - self.layout.width) / 2
        yield (
            f'<svg xmlns="http://www.w3.org/2000/svg" class="{self.name}" width="{_n(width)}" height="{_n(height)}" '
            f'viewBox="0 0 {_n(width)} {_n(height)}" role="img" aria-labelledby="{self.name}-title {self.name}-desc" '
            f'font-family="{FONT}">'
        )
        yield f'<title id="{self.name}-title">{escape(self.view.title)}</title>'
        yield f'<desc id="{self.name}-desc">{escape(self.view.description)}</desc>'
        yield f"<style>{self._style()}{rules}</style>"
        yield (
            f'<rect class="ag-back" x="0.5" y="0.5" width="{_n(width - 1)}" height="{_n(height - 1)}" rx="10" '
            f"{self._fill(BACKGROUND)} {self._stroke(RIM)}/>"
        )
        yield f'<g transform="translate({_n(left)},{_n(MARGIN)})">'
        yield f'<g class="ag-edges" fill="none" {self._stroke(LINE)} stroke-width="1.2">'
        yield from [self._edge(i) for i in range(len(self.view.edges))]
        yield "</g>"
        yield f'<g class="ag-chips" font-size="{_n(CHIP_SIZE)}" text-anchor="middle" {self._fill(MUTED)}>'
        yield from [self._chip(i, box) for i, box in enumerate(self.layout.chips) if box]
        yield f"</g>{below}"
        yield f'<g class="ag-cards" font-size="{_n(NAME_SIZE)}">'
        for i, card in enumerate(self.view.cards):
            yield from self._card(i, card)
        yield f"{above}</g></g>"
        yield f'<g class="ag-legend" font-size="{_n(LEGEND_SIZE)}" {self._fill(MUTED)}>'
        for i, row in enumerate(rows):
            yield from self._legend_row(row, self.layout.height + 2 * MARGIN + i * LEGEND_LINE)
        yield "</g></svg>"

    # --- parts ---

    def _edge(self, i: int) -> str:
        curve, tip = _with_arrow(self.layout.curves[i])
        return (
            f'<g id="{self.name}-e{i}">{_tooltip(self.view.edges[i].details)}<path d="{path_of(curve)}"/>'
            f'<polygon class="ag-tip" points="{tip}" {self._fill(LINE)} stroke="none"/></g>'
        )

    def _chip(self, i: int, box: Box) -> str:
        (left, top, right, bottom), edge = box, self.view.edges[i]
        return (
            f'<g id="{self.name}-c{i}">{_tooltip(edge.details)}<rect class="ag-back" x="{_n(left)}" y="{_n(top)}" '
            f'width="{_n(right - left)}" height="{_n(bottom - top)}" rx="3" {self._fill(BACKGROUND)}/>'
            f"{_text(edge.text, (left + right) / 2, (top + bottom) / 2 + CHIP_SIZE * 0.35)}</g>"
        )

    def _card(self, i: int, card: Card) -> Iterator[str]:
        (x, y), width, role = self.layout.centers[i], self.layout.card_width, ROLES[card.role]
        left, top, right = -width / 2, -CARD_HEIGHT / 2, width / 2
        room = width - 2 * INSET
        operation = shortened(card.operation, room / 2, NAME_SIZE) if card.operation else ""
        if operation:
            room -= GAP + text_width(operation, NAME_SIZE)
        weight = ' font-weight="700"' if card.bold else ""
        title = shortened(card.title, room / (BOLD if card.bold else 1), NAME_SIZE)
        dashes = DASHES if card.role == "constant" else ""
        box = f'width="{_n(width)}" height="{_n(CARD_HEIGHT)}" rx="{_n(RADIUS)}"'
        box += f" {self._fill(role.tint)} {self._stroke(role.border)}"
        yield f'<g id="{self.name}-n{i}" class="ag-{card.role}" transform="translate({_n(x)},{_n(y)})">'
        yield _tooltip(card.details)
        if card.count > 1:
            yield f'<rect class="ag-face" x="{_n(left + STACKED)}" y="{_n(top + STACKED)}" {box} stroke-width="1.1"/>'
        yield f'<rect class="ag-face" x="{_n(left)}" y="{_n(top)}" {box} stroke-width="1.1"{dashes}/>'
        yield (
            f'<path class="ag-band" d="M{_n(left)},{_n(top + BAND_HEIGHT)}v{_n(RADIUS - BAND_HEIGHT)}'
            f"a{_n(RADIUS)},{_n(RADIUS)} 0 0 1 {_n(RADIUS)},{_n(-RADIUS)}h{_n(width - 2 * RADIUS)}"
            f'a{_n(RADIUS)},{_n(RADIUS)} 0 0 1 {_n(RADIUS)},{_n(RADIUS)}v{_n(BAND_HEIGHT - RADIUS)}z" {self._fill(role.band)}/>'
        )
        yield _text(title, left + INSET, top + 12.4, f'class="ag-name"{weight} {self._fill(role.ink)}')
        if operation:
            yield _text(operation, right - INSET, top + 12.4, f'class="ag-name" text-anchor="end" {self._fill(role.ink)}')
        for (key, number), base in zip(card.rows, BASES, strict=True):
            kind, shade = ("grad", GRADIENT) if key == "grad" else ("value", TEXT)
            if number in (NOT_YET, NEVER):
                kind, shade = "key", MUTED
            number = shortened(number, width - 2 * INSET - GAP / 2 - text_width(key, KEY_SIZE), NUMBER_SIZE)
            yield _text(key, left + INSET, top + base, f'class="ag-key" font-size="{_n(KEY_SIZE)}" {self._fill(MUTED)}')
            bold = ' font-weight="700"' if number == NOT_YET else ""  # a thin dot is easily overlooked
            look = f'class="ag-{kind}" text-anchor="end"{bold} {self._fill(shade)}'
            yield _text(number, right - INSET, top + base, look)
        yield "</g>"

    def _legend(self) -> list[tuple[str, str]]:
        """Return the entries of the legend: the role of the swatch, or "" for none, and the text."""
        present = {card.role for card in self.view.cards}
        swatches = {role.legend: name for name, role in ROLES.items() if name in present}
        notes = list(self.view.notes)
        if any(edge.text and not chip for edge, chip in zip(self.view.edges, self.layout.chips, strict=True)):
            notes.append("numbers for which there is no room are left out")
        return [*((name, text) for text, name in swatches.items()), *(("", note) for note in notes)]

    def _legend_row(self, row: Sequence[tuple[str, str, float]], y: float) -> Iterator[str]:
        for role, text, x in row:
            if role:
                paint = f"{self._fill(ROLES[role].band)} {self._stroke(ROLES[role].border)}"
                size = f'width="{_n(SWATCH)}" height="{_n(SWATCH)}" rx="3"'
                dashes = DASHES if role == "constant" else ""
                yield f'<rect class="ag-{role} ag-swatch" x="{_n(MARGIN + x)}" y="{_n(y)}" {size} {paint}{dashes}/>'
                x += SWATCH + 5
            yield _text(text, MARGIN + x, y + 9.2)

    # --- colours ---

    def _fill(self, shade: Shade) -> str:
        return f'fill="{shade[self.theme == "dark"]}"'

    def _stroke(self, shade: Shade) -> str:
        return f'stroke="{shade[self.theme == "dark"]}"'

    def _style(self) -> str:
        """Return the style sheet: figures of equal width, and where the page decides, both colours of everything."""
        rules = ["text{font-variant-numeric:tabular-nums}"]
        if self.theme == "auto":
            rules += [
                f".ag-back{{{_css('fill', BACKGROUND)}}}",
                f"rect.ag-back{{{_css('stroke', RIM)}}}",
                ".ag-chips rect{stroke:none}",
                f".ag-edges{{{_css('stroke', LINE)}}}",
                f".ag-tip{{{_css('fill', LINE)}}}",
                f".ag-chips,.ag-legend,.ag-key{{{_css('fill', MUTED)}}}",
                f".ag-value{{{_css('fill', TEXT)}}}",
                f".ag-grad{{{_css('fill', GRADIENT)}}}",
            ]
            for name in dict.fromkeys(card.role for card in self.view.cards):
                role = ROLES[name]
                rules += [
                    f".ag-{name} .ag-band,.ag-{name}.ag-swatch{{{_css('fill', role.band)}}}",
                    f".ag-{name} .ag-face{{{_css('fill', role.tint)};{_css('stroke', role.border)}}}",
                    f".ag-{name}.ag-swatch{{{_css('stroke', role.border)}}}",
                    f".ag-{name} .ag-name{{{_css('fill', role.ink)}}}",
                ]
        scoped = []
        for rule in rules:
            selectors, body = rule.split("{")
            scoped.append(",".join(f".{self.name} {selector}" for selector in selectors.split(",")) + "{" + body)
        whole = f".{self.name}{{color-scheme:light dark}}" if self.theme == "auto" else ""
        return whole + "".join(scoped)


def _css(what: str, shade: Shade) -> str:
    return f"{what}:light-dark({shade[0]},{shade[1]})"


def _text(text: str, x: float, y: float, attributes: str = "") -> str:
    look = f" {attributes}" if attributes else ""
    return f'<text x="{_n(x)}" y="{_n(y)}"{look}>{escape(text)}</text>'


def _tooltip(details: str) -> str:
    return f"<title>{escape(details)}</title>" if details else ""


def path_of(curve: Curve) -> str:
    """Return a curve as the data of an SVG path."""
    return f"M{_xy(curve[0])}" + "".join(f"C{' '.join(map(_xy, curve[k : k + 3]))}" for k in range(1, len(curve), 3))


def _n(x: float) -> str:
    """Write a coordinate, to a tenth of a pixel."""
    return f"{x:.1f}".removesuffix(".0") if round(x, 1) else "0"


def _xy(point: tuple[float, float]) -> str:
    return f"{_n(point[0])},{_n(point[1])}"


def _with_arrow(curve: Curve) -> tuple[Curve, str]:
    """Return a curve that ends where its arrowhead begins, and the corners of that arrowhead."""
    x, y = curve[-1]
    before = next((point for point in reversed(curve[:-1]) if point != curve[-1]), (x - 1, y))
    length = hypot(x - before[0], y - before[1])
    dx, dy = (x - before[0]) / length, (y - before[1]) / length
    corners = [(x - dx * ARROW - dy * side, y - dy * ARROW + dx * side) for side in (ARROW_HALF, -ARROW_HALF)]
    tip = " ".join(map(_xy, [(x, y), *corners]))
    back = [(px - dx * (ARROW - 1), py - dy * (ARROW - 1)) for px, py in curve[-2:]]
    return [*curve[:-2], *back], tip


def _rows(entries: Sequence[tuple[str, str]], width: float) -> list[list[tuple[str, str, float]]]:
    """Break the legend into rows of entries, each with its distance from the left."""
    rows: list[list[tuple[str, str, float]]] = [[]]
    x = 0.0
    for role, text in entries:
        need = _legend_width(role, text)
        if rows[-1] and x + need > width:
            rows.append([])
            x = 0.0
        rows[-1].append((role, text, x))
        x += need + LEGEND_GAP
    return rows


def _legend_width(role: str, text: str) -> float:
    return text_width(text, LEGEND_SIZE) + (SWATCH + 5 if role else 0)
