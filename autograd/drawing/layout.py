"""Layout: where the cards of a view go, how the edges run, and where the numbers on them are."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from math import ceil

from autograd.drawing import dot
from autograd.drawing.edge_labels import Box, Curve, Point, place_chips
from autograd.drawing.layered import layered
from autograd.drawing.view import View
from autograd.drawing.words import BOLD, text_width
from autograd.engine.labels import brief

NAME_SIZE, KEY_SIZE, NUMBER_SIZE, CHIP_SIZE = 10.5, 8.5, 10.5, 9.0  # of the type
CARD_HEIGHT, BAND_HEIGHT, CHIP_HEIGHT = 50.0, 17.0, 13.0
BASES = (30.0, 44.3)  # of the two rows of a card, from its top
NARROWEST, WIDEST = 88.0, 172.0  # cards
INSET = 6.0  # from a card's edge to its text
GAP = 8.0  # between two texts on a line

# Both engines lay out from left to right; for other directions, each point is turned.
TURNS: dict[str, Callable[[float, float], Point]] = {
    "LR": lambda x, y: (x, y),
    "TB": lambda x, y: (y, x),
    "RL": lambda x, y: (-x, y),
    "BT": lambda x, y: (y, -x),
}

ENGINES = ("builtin", "dot", "auto")  # the last is the first: once it was dot where that was found


@dataclass(frozen=True)
class Layout:
    """Positions in pixels; all cards have the same size."""

    width: float
    height: float
    card_width: float
    centers: list[Point]
    curves: list[Curve]
    chips: list[Box | None]  # where each edge's number stands; None where there is none, or no room for it

    def box(self, card: int, margin: float = 0.0) -> Box:
        """Return the rectangle that a card fills."""
        return box_around(self.centers[card], self.card_width, margin)

    def number_of(self, card: int) -> Point:
        """Return where the number in a card's second row ends."""
        _, top, right, _ = self.box(card)
        return right - INSET, top + BASES[1]


def box_around(center: Point, card_width: float, margin: float = 0.0) -> Box:
    """Return the rectangle of a card, and so much around it."""
    x, y = center
    across, up = card_width / 2 + margin, CARD_HEIGHT / 2 + margin
    return x - across, y - up, x + across, y + up


def card_width(view: View) -> float:
    """Return the width that all cards get: as wide as the widest text needs, within reason."""
    need = NARROWEST
    for card in view.cards:
        title = text_width(card.title, NAME_SIZE) * (BOLD if card.bold else 1)
        operation = GAP + text_width(card.operation, NAME_SIZE) if card.operation else 0
        need = max(need, 2 * INSET + max(title + operation, *map(row_width, card.rows)))
    return min(ceil(need), WIDEST)


def row_width(row: tuple[str, str]) -> float:
    """Return the width that a key and its number need on a card."""
    key, number = row
    return text_width(key, KEY_SIZE) + GAP / 2 + text_width(number, NUMBER_SIZE)


def chip_width(text: str) -> float:
    """Return the width of the chip with a number."""
    return round(text_width(text, CHIP_SIZE) + 4) if text else 0.0


def arrange(view: View, engine: str = "builtin", rankdir: str = "LR") -> Layout:
    """Lay out a view in a direction, by the built-in layout, which is the same on every machine, or by dot.

    Raises RuntimeError if "dot" is asked for and cannot be had, ValueError if there is no such engine
    or direction.
    """
    if engine not in ENGINES:
        raise ValueError(f"layout must be one of {', '.join(ENGINES)}, but got {brief(engine)}")
    turned = TURNS[dot.direction(rankdir)]
    width = card_width(view)
    chips = [chip_width(edge.text) for edge in view.edges]
    edges = [(edge.tail, edge.head) for edge in view.edges]
    size, room = (width, CARD_HEIGHT), [(chip, CHIP_HEIGHT if chip else 0.0) for chip in chips]
    if rankdir in ("TB", "BT"):
        size, room = size[::-1], [pair[::-1] for pair in room]
    lay_out = dot.positions if engine == "dot" else layered
    centers, *lines = lay_out(len(view.cards), edges, size, room)
    centers = [turned(*point) for point in centers]
    curves, free = ([[turned(*point) for point in curve] for curve in found] for found in lines)
    boxes = [box_around(center, width, 3.0) for center in centers]
    places = place_chips(curves, free, chips, CHIP_HEIGHT, boxes)
    return _from_the_corner(Layout(0.0, 0.0, width, centers, curves, places))


def _from_the_corner(layout: Layout) -> Layout:
    """Return a layout moved so that everything in it begins at (0, 0), with the size that it takes."""
    boxes = [layout.box(card) for card in range(len(layout.centers))] + [chip for chip in layout.chips if chip]
    xs = [x for box in boxes for x in box[::2]] + [x for curve in layout.curves for x, _ in curve]
    ys = [y for box in boxes for y in box[1::2]] + [y for curve in layout.curves for _, y in curve]
    left, top = min(xs), min(ys)

    def moved(points: Iterable[Point]) -> list[Point]:
        return [(round(x - left, 2), round(y - top, 2)) for x, y in points]  # what machines compute differs in digits beyond

    return replace(
        layout,
        width=ceil(max(xs) - left),
        height=ceil(max(ys) - top),
        centers=moved(layout.centers),
        curves=[moved(curve) for curve in layout.curves],
        chips=[chip and _box(*moved([chip[:2], chip[2:]])) for chip in layout.chips],
    )


def _box(corner: Point, opposite: Point) -> Box:
    return *corner, *opposite
