"""Which column each card is in, and the order within columns: the first half of the built-in layout."""

from __future__ import annotations

from bisect import bisect_right, insort
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

Edges = Sequence[tuple[int, int]]  # (tail, head), where tail < head

SWEEPS, PATIENCE = 24, 4
MOST_SWAPPED = 60  # slots in a column


@dataclass
class Columns:
    """Slots in columns. Cards keep their numbers, lanes get the following ones."""

    columns: list[list[int]]
    column_of: list[int]  # each slot's
    before: list[list[int]]  # the slots in the column before that lead to a slot
    after: list[list[int]]
    paths: list[list[int]]  # the slots that each edge passes
    cards: int  # how many of the slots are cards

    def is_lane(self, slot: int) -> bool:
        return slot >= self.cards

    def places(self, index: int) -> dict[int, int]:
        """Return the place of each slot in a column; of none where there is no such column."""
        return _places(self.columns[index]) if 0 <= index < len(self.columns) else {}


def _places(column: list[int]) -> dict[int, int]:
    return {slot: i for i, slot in enumerate(column)}


def in_columns(count: int, edges: Edges) -> Columns:
    """Return cards in columns, with lanes through the columns that an edge passes."""
    column_of = _column_of(count, edges)
    columns = Columns([[] for _ in range(max(column_of) + 1)], column_of, [], [], [], count)
    farthest = column_of[:]
    for tail, head in edges:
        farthest[tail] = max(farthest[tail], column_of[head])
    lanes: list[range] = []
    for card in range(count):
        passed = range(column_of[card] + 1, farthest[card])
        lanes.append(range(len(column_of), len(column_of) + len(passed)))
        columns.columns[column_of[card]].append(card)
        for lane, column in zip(lanes[card], passed, strict=True):
            columns.columns[column].append(lane)
        column_of.extend(passed)
    columns.paths = [[tail, *lanes[tail][: column_of[head] - column_of[tail] - 1], head] for tail, head in edges]
    columns.before = [[] for _ in column_of]
    columns.after = [[] for _ in column_of]
    for left, right in dict.fromkeys(step for path in columns.paths for step in pairwise(path)):
        columns.before[right].append(left)
        columns.after[left].append(right)
    return columns


def _column_of(count: int, edges: Edges) -> list[int]:
    """Return a column for each card: right of its arguments, and no farther left of its users than it has to be."""
    arguments: list[list[int]] = [[] for _ in range(count)]
    users: list[list[int]] = [[] for _ in range(count)]
    for tail, head in edges:
        arguments[head].append(tail)
        users[tail].append(head)
    column = [0] * count
    for card in range(count):
        column[card] = 1 + max([column[argument] for argument in arguments[card]], default=-1)
    for card in reversed(range(count)):
        left_behind = sum(1 for argument in arguments[card] if arguments[argument] or len(users[argument]) > 1)
        if users[card] and left_behind <= len(users[card]):
            column[card] = min([column[user] for user in users[card]]) - 1
    return column


def untangle(columns: Columns) -> None:
    """Sort each column by the mean place of its neighbours, to and fro, and keep the order with the fewest crossings."""
    best, fewest, tries = [column[:] for column in columns.columns], _crossings(columns), 0
    for sweep in range(SWEEPS):
        if not fewest or tries == PATIENCE:
            break
        forward = sweep % 2 == 0
        neighbours = columns.before if forward else columns.after
        indices = range(1, len(columns.columns)) if forward else range(len(columns.columns) - 2, -1, -1)
        for index in indices:
            _sort_by_neighbours(columns.columns[index], columns.columns[index + (-1 if forward else 1)], neighbours)
        _swap(columns)
        crossings, tries = _crossings(columns), tries + 1
        if crossings < fewest:
            best, fewest, tries = [column[:] for column in columns.columns], crossings, 0
    columns.columns = best


def _sort_by_neighbours(column: list[int], other: list[int], neighbours: list[list[int]]) -> None:
    place = _places(other)
    own = {slot: i * len(other) / len(column) for i, slot in enumerate(column)}
    mean = {s: sum([place[n] for n in neighbours[s]]) / len(neighbours[s]) if neighbours[s] else own[s] for s in column}
    column.sort(key=mean.__getitem__)


def _crossings(columns: Columns) -> int:
    total = 0
    for left, right in pairwise(columns.columns):
        place = _places(right)
        passed: list[int] = []
        for slot in left:
            ends = [place[user] for user in columns.after[slot]]
            total += sum([len(passed) - bisect_right(passed, end) for end in ends])
            for end in ends:
                insort(passed, end)
    return total


def _swap(columns: Columns) -> None:
    """Exchange neighbours in a column as long as that saves crossings."""
    for index, column in enumerate(columns.columns):
        if len(column) > MOST_SWAPPED:
            continue
        sides = [(columns.before, columns.places(index - 1)), (columns.after, columns.places(index + 1))]
        for _ in column:
            before = column[:]
            for i in range(len(column) - 1):
                above, below = column[i : i + 2]
                if sum([_saved(near[above], near[below], place) for near, place in sides]) > 0:
                    column[i : i + 2] = below, above
            if column == before:
                break


def _saved(above: list[int], below: list[int], place: dict[int, int]) -> int:
    """Return how many crossings fewer there are if what leads to these places is exchanged."""
    return sum([(place[x] > place[y]) - (place[x] < place[y]) for x in above for y in below])
