"""A compiled function of every row of some columns, in C as far as it can be, side by side and on several cores."""

from __future__ import annotations

import math
import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import repeat
from typing import Any

import numpy as np

from autograd.compiling.arguments import filled_in, is_sequence, like, numbers_in, taken_apart
from autograd.engine.labels import brief
from autograd.engine.number import data_of
from autograd.functional import is_array

CHUNK = 1 << 15  # rows that are summed by themselves, so that sums are the same whoever computes them


class Columns:
    """Arguments of which some are arrays, with a row for each place along their first axis; all others are in every row."""

    def __init__(self, arguments: tuple[Any, ...]) -> None:
        self.arguments = _with_arrays(arguments)
        self.flat: list[Any] = []  # for each number of a row a column, contiguous, or what is in every row
        self.sizes: set[int] = set()
        self._find(self.arguments)
        if len(self.sizes) != 1 or 0 in self.sizes:
            got = f"columns of {' and '.join(map(str, sorted(self.sizes)))} rows" if self.sizes else "no array"
            raise ValueError(f"map takes arrays with as many rows each, at least one, but got {got}")
        [self.rows] = self.sizes

    def _find(self, tree: Any) -> None:
        if isinstance(tree, dict):
            tree = [*tree.values()]
        if isinstance(tree, (list, tuple)):
            for item in tree:
                self._find(item)
        elif _is_column(tree):
            self.sizes.add(len(tree))
            self.flat += [*np.ascontiguousarray(tree.reshape(len(tree), -1).T)] if len(tree) else ()
        elif isinstance(tree, float) or (is_array(tree) and tree.dtype == float):  # without axes
            self.flat.append(float(tree))
        elif hasattr(tree, "_apply"):
            raise TypeError(f"map takes plain numbers, but got {brief(tree)}: give it the data")

    def row(self, i: int) -> tuple[Any, ...]:
        """Return the arguments of one row."""

        def at(tree: Any) -> Any:
            if isinstance(tree, dict):
                return {key: at(x) for key, x in tree.items()}
            if isinstance(tree, (list, tuple)):
                return like(tree, [*map(at, tree)])
            if not _is_column(tree):
                return tree
            item = tree[i]
            return item if item.ndim else float(item)

        return at(self.arguments)  # type: ignore[no-any-return]


def mapped(function: Any, arguments: tuple[Any, ...], summed: bool, workers: int) -> Any:
    """Return f of every row, or the sum; see ``Jit.map``."""
    if isinstance(workers, bool) or not isinstance(workers, int) or workers < 0:
        raise ValueError(f"map takes a whole number >= 0 of workers, but got {brief(workers)}")
    columns = Columns(arguments)
    first = function(*columns.row(0))
    numbers = numbers_in(first)
    if numbers is None:
        raise TypeError(f"map takes a function that returns numbers, but it returned {brief(first)}")
    work = _Work(function, columns, _built(first), len(numbers), summed)
    spans = [(start, min(start + CHUNK, columns.rows)) for start in range(0, columns.rows, CHUNK)]
    if workers == 1:
        found = [*map(work.span, spans)]
    else:
        with ThreadPoolExecutor(workers or os.cpu_count()) as pool:
            found = [*pool.map(work.span, spans)]
    if not summed:
        return _put(first, iter(work.outs))
    totals = [_sum([part[i] for parts in found for part in parts]) for i in range(len(numbers))]
    if not all(map(math.isfinite, totals)):  # a sum left the floats, perhaps only on the way
        work = _Work(function, columns, work.key, work.count, summed=False)
        for span in spans:
            work.span(span)
        totals = [_sum(out.tolist()) for out in work.outs]
    return _put(first, iter(totals))


class _Work:
    """What all threads share: the columns, and the place of the results."""

    def __init__(self, function: Any, columns: Columns, key: Any, count: int, summed: bool) -> None:
        self.function, self.columns, self.key, self.count, self.summed = function, columns, key, count, summed
        self.outs = () if summed else tuple(np.empty((count, columns.rows)))

    def span(self, span: tuple[int, int]) -> list[list[float]]:
        """Compute some rows; return sums of them, parts of which are to be added."""
        (row, stop), parts = span, []
        start, length = row, stop - row
        inputs = tuple([x if isinstance(x, float) else x[start:stop] for x in self.columns.flat])
        outs = tuple([out[start:stop] for out in self.outs])
        example = self.columns.row(row)  # built as all are
        while row < stop:
            tape = self.function._tape_for(example, self.key, self.columns.rows)
            if tape is not None:
                sums = np.zeros(2 * self.count) if self.summed else None
                row, _ = tape.map(inputs, outs, row - start, length, sums)
                row += start
                if sums is not None:
                    parts += [sums[::2].tolist(), sums[1::2].tolist()]
            if row < stop:  # another branch, or what Python is to do
                found = self.function(*self.columns.row(row))
                if _built(found) != self.key:
                    raise TypeError(
                        f"map takes a function that returns the same but for numbers, but row {row} has {brief(found)}"
                    )
                numbers = [*map(data_of, numbers_in(found) or ())]
                if self.summed:
                    parts.append(numbers)
                for out, x in zip(self.outs, numbers, strict=False):
                    out[row] = x
                row += 1
        return parts


def _built(result: Any) -> Any:
    """Return a key for how a result is built, be its numbers floats or Values."""
    return taken_apart(filled_in(result, repeat(0.0)), [])


def _with_arrays(tree: Any) -> Any:
    """Return a structure with NumPy's arrays for its columns, whose rows are counted: other kinds may go by labels."""
    if isinstance(tree, dict):
        return {key: _with_arrays(x) for key, x in tree.items()}
    if is_sequence(tree):
        return like(tree, [*map(_with_arrays, tree)])
    return np.asarray(tree, float) if _is_column(tree) else tree


def _is_column(tree: Any) -> bool:
    return not hasattr(tree, "_apply") and getattr(tree, "ndim", 0) > 0


def _sum(parts: list[float]) -> float:
    if not all(map(math.isfinite, parts)):
        return float(sum(parts))
    scaled = math.fsum([math.ldexp(x, -64) for x in parts])  # which never leaves the floats on the way
    return math.fsum(parts) if abs(scaled) < 1e280 and max(map(abs, parts)) < 1e280 else scaled * 2.0**64


def _put(tree: Any, items: Iterator[Any]) -> Any:
    """Return a structure with the next items for its numbers; an array of them has a row for each row."""
    if isinstance(tree, dict):
        return {key: _put(x, items) for key, x in tree.items()}
    if isinstance(tree, (list, tuple)):
        return like(tree, [_put(x, items) for x in tree])
    if isinstance(tree, np.ndarray):
        mine = np.array([next(items) for _ in range(tree.size)])
        return np.moveaxis(mine.reshape(*tree.shape, *mine.shape[1:]), range(tree.ndim), range(-tree.ndim, 0))
    return next(items) if isinstance(tree, float) or hasattr(tree, "_apply") else tree
