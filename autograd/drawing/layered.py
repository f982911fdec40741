"""The built-in layout: columns of cards from left to right, few crossings, short edges. Needs nothing but Python.

It is the classic recipe (Sugiyama, Tagawa and Toda, 1981): a column for each card, lanes through the columns that an edge
passes, an order within each column, heights. All edges that leave a card share one lane as far as they go together.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from typing import TypeAlias

from autograd.drawing.edge_labels import Curve, Point
from autograd.drawing.ordering import Columns, Edges, in_columns, untangle

GAP_BETWEEN_CARDS, LANE = 15.0, 18.0  # heights
LEAST_GAP, MOST_GAP = 56.0, 280.0  # between columns
LEANING = 0.6  # of edges at cards: 0 is level, 1 straight toward the other end
REACH = 0.42  # of a curve's control points, as a part of the way
PORT = 15.0  # between the ends of edges on a card's side
ROOM_BESIDE_CHIPS = 34.0  # in a gap
ROUNDS = 24  # of straightening

Size: TypeAlias = tuple[float, float]  # how far along the direction of the edges, and how far across


def layered(count: int, edges: Edges, size: Size, chips: Sequence[Size]) -> tuple[list[Point], list[Curve], list[Curve]]:
    """Return the center of each card, the curve of each edge, and the part of that curve where its chip may be."""
    columns = in_columns(count, edges)
    untangle(columns)
    heights = _straighten(columns, size[1])
    return _drawn(columns, heights, size, chips)


def _straighten(columns: Columns, card_height: float) -> list[float]:
    """Return the height of each slot: as near to its neighbours as the order in its column leaves it."""
    room = [LANE if columns.is_lane(slot) else card_height + GAP_BETWEEN_CARDS for slot in range(len(columns.column_of))]
    y = [0.0] * len(room)
    for column in columns.columns:
        top = -sum([room[slot] for slot in column]) / 2
        for slot in column:
            y[slot] = top + room[slot] / 2
            top += room[slot]
    pulls = [
        [(other, _pull(columns, slot, other)) for other in (*columns.before[slot], *columns.after[slot])]
        for slot in range(len(room))
    ]
    weights = [sum([pull for _, pull in found]) or 1.0 for found in pulls]
    for sweep in range(ROUNDS):
        for column in columns.columns if sweep % 2 else reversed(columns.columns):
            wanted = [
                sum([y[other] * pull for other, pull in pulls[slot]]) / weights[slot] if pulls[slot] else y[slot]
                for slot in column
            ]
            heights = _spaced(wanted, [room[slot] for slot in column], [weights[slot] for slot in column])
            for slot, height in zip(column, heights, strict=True):
                y[slot] = height
    top = min([y[slot] - (LANE if columns.is_lane(slot) else card_height) / 2 for slot in range(len(room))])
    return [height - top for height in y]


def _pull(columns: Columns, one: int, other: int) -> float:
    """Return how much two slots should be level: a long edge should not wriggle through its lanes."""
    return (1.0, 2.0, 8.0)[columns.is_lane(one) + columns.is_lane(other)]


def _spaced(wanted: Sequence[float], room: Sequence[float], weights: Sequence[float]) -> list[float]:
    """Return the heights nearest to those wanted, by least squares, at which slots keep their order and their room.

    Slots that would collide are moved together as one block, to their mean (pool adjacent violators).
    """
    offsets = [0.0]
    for above, below in pairwise(room):
        offsets.append(offsets[-1] + (above + below) / 2)
    blocks: list[tuple[float, float, int]] = []  # height of the block, weight, number of slots
    for height, offset, weight in zip(wanted, offsets, weights, strict=True):
        block = (height - offset, weight, 1)
        while blocks and blocks[-1][0] > block[0]:
            (y, w, n), (y2, w2, n2) = blocks.pop(), block
            block = ((y * w + y2 * w2) / (w + w2), w + w2, n + n2)
        blocks.append(block)
    tops = [y for y, _, n in blocks for _ in range(n)]
    return [top + offset for top, offset in zip(tops, offsets, strict=True)]


# --- curves ---


def _drawn(
    columns: Columns, y: Sequence[float], size: Size, chips: Sequence[Size]
) -> tuple[list[Point], list[Curve], list[Curve]]:
    half = size[0] / 2
    x = _column_centers(columns, size[0], chips)
    begins, ends = _ports(columns, y, size[1])
    curves, free = [], []
    for edge, path in enumerate(columns.paths):
        here = (x[columns.column_of[path[0]]] + half, begins[edge])
        leaning = LEANING  # at lanes edges are level
        curve = [here]
        for lane in path[1:-1]:
            center = x[columns.column_of[lane]]
            curve += _bend(here, (center - half, y[lane]), leaning, 0.0)
            here, leaning = (center + half, y[lane]), 0.0
            curve += [(center - half / 3, y[lane]), (center + half / 3, y[lane]), here]
        curve += _bend(here, (x[columns.column_of[path[-1]]] - half, ends[edge]), leaning, LEANING)
        curves.append(curve)
        free.append(curve[-4:])
    return [(x[columns.column_of[card]], y[card]) for card in range(columns.cards)], curves, free


def _bend(start: Point, end: Point, leaving: float, arriving: float) -> Curve:
    """Return the rest of a curve that begins at a point, leaning so much at its ends."""
    (x0, y0), (x1, y1) = start, end
    across, down = (x1 - x0) * REACH, (y1 - y0) * REACH
    return [(x0 + across, y0 + down * leaving), (x1 - across, y1 - down * arriving), end]


def _column_centers(columns: Columns, width: float, chips: Sequence[Size]) -> list[float]:
    gaps = _gaps(columns, chips)
    return [width / 2 + sum(gaps[:i]) + i * width for i in range(len(columns.columns))]


def _gaps(columns: Columns, chips: Sequence[Size]) -> list[float]:
    """Return the distances between columns: larger where many edges, or wide chips, are between them."""
    gaps = [LEAST_GAP] * (len(columns.columns) - 1)
    crowd = Counter(columns.column_of[left] for slot in columns.before for left in slot)
    for column, count in crowd.items():
        density = count / max(len(columns.columns[column]), len(columns.columns[column + 1]))
        gaps[column] = min(MOST_GAP, LEAST_GAP + max(min(90.0, 3.0 * (count - 1)), 28.0 * (density - 1)))
    for path, (chip, _) in zip(columns.paths, chips, strict=True):
        column = columns.column_of[path[-1]] - 1
        gaps[column] = max(gaps[column], chip + ROOM_BESIDE_CHIPS)
    return gaps


def usual_gap(count: int, edges: Edges, chips: Sequence[Size]) -> float:
    """Return the mean distance between columns, for a layout that can have but one."""
    gaps = _gaps(in_columns(count, edges), chips)
    return sum(gaps) / max(1, len(gaps))


def _ports(columns: Columns, y: Sequence[float], card_height: float) -> tuple[list[float], list[float]]:
    """Return the height at which each edge leaves its card, and that at which it arrives."""
    leaving: dict[int, dict[tuple[int, int], list[int]]] = {}
    arriving: dict[int, list[int]] = {}
    for edge, path in enumerate(columns.paths):
        own = -1 if columns.is_lane(path[1]) else edge  # edges that share a lane begin as one
        leaving.setdefault(path[0], {}).setdefault((path[1], own), []).append(edge)
        arriving.setdefault(path[-1], []).append(edge)
    begins, ends = [0.0] * len(columns.paths), [0.0] * len(columns.paths)
    for card, bundles in leaving.items():
        order = sorted(bundles, key=lambda bundle: y[bundle[0]])
        for bundle, height in zip(order, _spread(y[card], len(order), card_height), strict=True):
            for edge in bundles[bundle]:
                begins[edge] = height
    for card, found in arriving.items():
        found.sort(key=lambda edge: (y[columns.paths[edge][-2]], begins[edge]))
        for edge, height in zip(found, _spread(y[card], len(found), card_height), strict=True):
            ends[edge] = height
    return begins, ends


def _spread(middle: float, count: int, card_height: float) -> list[float]:
    step = min(PORT, (card_height - 12) / max(1, count - 1))
    return [middle + step * (i - (count - 1) / 2) for i in range(count)]
