"""Curves, and places for the numbers on them: where they hide neither a card, nor each other, nor another curve."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from itertools import accumulate, pairwise
from math import ceil, dist, floor
from typing import TypeAlias

Point: TypeAlias = tuple[float, float]
Curve: TypeAlias = list[Point]  # the control points of cubic Béziers, each beginning where the one before it ends
Box: TypeAlias = tuple[float, float, float, float]  # left, top, right, bottom

CELL = 24.0  # of the grid that finds what is near
STEP, MOST_POINTS = 5.0, 200  # between the points that stand for a curve; on a part of it
PLACES = [0.5, *(0.5 + sign * k / 20 for k in range(1, 8) for sign in (-1, 1))]  # along a curve, the best first


def points_on(curve: Curve, step: float = STEP) -> list[Point]:
    """Return points on a curve, about ``step`` apart unless it is very long, with both its ends."""
    points = [curve[0]]
    for i in range(0, len(curve) - 1, 3):
        (ax, ay), (bx, by), (cx, cy), (dx, dy) = corners = curve[i : i + 4]
        length = sum(dist(p, q) for p, q in pairwise(corners))
        count = min(max(1, ceil(length / step)), MOST_POINTS)
        for k in range(1, count + 1):
            t = k / count
            u = 1 - t
            a, b, c, d = u * u * u, 3 * u * u * t, 3 * u * t * t, t * t * t
            points.append((a * ax + b * bx + c * cx + d * dx, a * ay + b * by + c * cy + d * dy))
    return points


def along(points: Sequence[Point], parts: Iterable[float]) -> list[Point]:
    """Return the points so far along a line through points: 0 is its beginning, 1 its end."""
    reached = [0.0, *accumulate(dist(p, q) for p, q in pairwise(points))]
    found = []
    for part in parts:
        length = part * reached[-1]
        i = min(max(1, bisect_left(reached, length)), len(points) - 1)
        rest = (length - reached[i - 1]) / ((reached[i] - reached[i - 1]) or 1.0)
        (x0, y0), (x1, y1) = points[i - 1], points[i]
        found.append((x0 + (x1 - x0) * rest, y0 + (y1 - y0) * rest))
    return found


def place_chips(
    curves: Sequence[Curve], free: Sequence[Curve], widths: Sequence[float], height: float, cards: Iterable[Box]
) -> list[Box | None]:
    """Return where each curve's chip goes, somewhere on the part of the curve that is free for it.

    None where there is no room, or no need: the width is 0. Chips are placed one by one, and then each once more, now that
    all others are known.
    """
    chosen: list[Box | None] = [None] * len(curves)
    choices = {i: along(points_on(free[i]), PLACES) for i, width in enumerate(widths) if width}
    if not choices:
        return chosen
    grid = _Grid()
    for box in cards:
        grid.add_box(box)
    for owner, curve in enumerate(curves):
        grid.add_points(points_on(curve), owner)
    for _ in range(2):
        for owner, places in choices.items():
            before = chosen[owner]
            if before:
                grid.remove_box(before)
            costs = [rank + grid.cost(_box(place, widths[owner] + 4, height + 4), owner) for rank, place in enumerate(places)]
            box = _box(places[costs.index(min(costs))], widths[owner], height)
            chosen[owner] = box if grid.is_free(box) else None
            if chosen[owner]:
                grid.add_box(box)
    return chosen


def _box(center: Point, width: float, height: float) -> Box:
    x, y = center
    return x - width / 2, y - height / 2, x + width / 2, y + height / 2


class _Grid:
    """Boxes and points of curves, by the cells of the plane that they are in."""

    def __init__(self) -> None:
        self.boxes: dict[tuple[int, int], list[Box]] = {}
        self.points: dict[tuple[int, int], list[tuple[float, float, int]]] = {}

    def add_box(self, box: Box) -> None:
        for cell in _cells(box):
            self.boxes.setdefault(cell, []).append(box)

    def remove_box(self, box: Box) -> None:
        for cell in _cells(box):
            self.boxes[cell].remove(box)

    def add_points(self, points: Iterable[Point], owner: int) -> None:
        for x, y in points:
            self.points.setdefault((floor(x / CELL), floor(y / CELL)), []).append((x, y, owner))

    def is_free(self, box: Box) -> bool:
        """Whether a box would hide no other."""
        return not any(_overlap(box, other) for cell in _cells(box) for other in self.boxes.get(cell, ()))

    def cost(self, box: Box, owner: int) -> float:
        """Return how much a chip would hide at a place: above all cards and chips, but also the curves of others."""
        left, top, right, bottom = box
        near = {other for cell in _cells(box) for other in self.boxes.get(cell, ())}
        hidden = sum([_overlap(box, other) for other in near])
        crossed = {
            (who, x, y)
            for cell in _cells(box)
            for x, y, who in self.points.get(cell, ())
            if who != owner and left < x < right and top < y < bottom
        }
        return (100 + hidden if hidden else 0) + 12 * len({who for who, _, _ in crossed}) + len(crossed)


def _cells(box: Box) -> list[tuple[int, int]]:
    left, top, right, bottom = box
    columns = range(floor(left / CELL), floor(right / CELL) + 1)
    rows = range(floor(top / CELL), floor(bottom / CELL) + 1)
    return [(column, row) for column in columns for row in rows]


def _overlap(a: Box, b: Box) -> float:
    width = min(a[2], b[2]) - max(a[0], b[0])
    height = min(a[3], b[3]) - max(a[1], b[1])
    return width * height if width > 0 and height > 0 else 0.0
