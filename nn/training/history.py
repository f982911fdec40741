"""``History``: what a training did, epoch by epoch, and what it needs to go on; shown as text and as a picture."""

from __future__ import annotations

import math
import os
from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from autograd.storing import Entry, is_broken
from autograd.text import number_text, table
from nn.curves import curves
from nn.pictures import Picture
from nn.scales import is_logarithmic

ROWS = 10  # of the table, at most, and the last
BARS = "▁▂▃▄▅▆▇█"
BAR_COUNT = 60


@dataclass(repr=False)
class History:
    """The loss and every metric after each epoch, by name in ``columns``. ``print`` it for text; a notebook shows a chart.

    >>> history = History(columns={"loss": [1.0, 0.25, 0.0625], "accuracy": [0.5, 1.0, 1.0]})
    >>> history
    <history of 3 epochs: loss 1 → 0.0625, accuracy 0.5 → 1>
    >>> history["loss"], history.loss[-1], len(history)
    ([1.0, 0.25, 0.0625], 0.0625, 3)

    With validation data, ``best_epoch`` is that of the least validation loss, counted from 1. ``ending`` says how a training
    ended that did not reach its number of epochs.
    """

    seed: int = 1337
    columns: dict[str, list[float]] = field(default_factory=dict)
    best_epoch: int = 0
    best: list[float] = field(default_factory=list)  # data of the parameters then
    last: list[float] = field(default_factory=list)  # and after the last epoch, if the model was given back the best
    ending: str = ""

    def __post_init__(self) -> None:
        self.columns = {name: [*column] for name, column in self.columns.items()}  # which will grow, and not the caller's

    def __len__(self) -> int:
        return len(self.loss)

    def __getitem__(self, name: str) -> list[float]:
        if name not in self.columns:
            raise KeyError(f"{name}; there are {', '.join(self.columns) or 'no columns yet'}")
        return self.columns[name]

    def __iter__(self) -> Iterator[str]:
        """Go through the names of the columns."""
        return iter(self.columns)

    def __contains__(self, name: object) -> bool:
        return name in self.columns

    @property
    def loss(self) -> list[float]:
        """The mean loss of each epoch, over its batches, each taken before its step."""
        return self.columns.get("loss", [])

    def append(self, row: Mapping[str, float]) -> None:
        """Add an epoch; an interrupt comes before or after it, and never leaves columns of different lengths."""
        if [*row] == [*self.columns]:
            deque(
                map(list.append, self.columns.values(), row.values()), maxlen=0
            )  # one call: Python looks for signals after it
        else:
            self.columns = {name: [*self.columns.get(name, []), x] for name, x in row.items()}

    def as_data(self) -> dict[str, Any]:
        """Return the same as dicts, lists, strings and numbers, with None for nan and infinity, which JSON does not have."""
        columns = {name: [x if math.isfinite(x) else None for x in column] for name, column in self.columns.items()}
        return {**vars(self), "columns": columns, "best": [*self.best], "last": [*self.last]}

    @classmethod
    def from_data(cls, data: Any) -> History:
        """Return the history that ``as_data`` was called on; raise ValueError that names the place where something is wrong."""
        whole = data if isinstance(data, Entry) else Entry(data, "the history")
        names = cls().as_data()
        whole.object(names)
        columns = {}
        for name in whole["columns"].object().content:
            column = whole["columns"][name]
            if is_broken(name):
                column.refuse("a name of whole characters", name)
            numbers = column.content
            if isinstance(numbers, list):  # with null for what JSON has no number for
                column = Entry([0.0 if x is None else x for x in numbers], column.source, column.place)
            columns[name] = [math.nan if x is None else y for x, y in zip(numbers, column.numbers(), strict=True)]
        lengths = {name: len(column) for name, column in columns.items()}
        if len({*lengths.values()}) > 1 or (columns and "loss" not in columns):
            whole["columns"].refuse("loss and others, all of one length", lengths)
        best, best_epoch = whole["best"].numbers(), whole["best_epoch"].whole()
        if not 0 <= best_epoch <= lengths.get("loss", 0) or bool(best_epoch) != bool(best):
            whole["best_epoch"].refuse("the number of an epoch, with its parameters in best")
        return cls(
            seed=whole["seed"].whole(),
            columns=columns,
            best_epoch=best_epoch,
            best=best,
            last=whole["last"].numbers(),
            ending=whole["ending"].text(),
        )

    # --- shown ---

    def chart(self, theme: str = "auto") -> Picture:
        """Return the curves as a picture; the theme is "light", "dark", or "auto": as the page."""
        return curves(self.columns, self.best_epoch, str(self), theme)

    def save(self, path: str | os.PathLike[str], theme: str = "auto") -> Path:
        """Write the curves to a file in the format its name ends in, .svg or .txt, and return its path."""
        return self.chart(theme).save(path)

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        return self.chart()._repr_mimebundle_() if len(self) else {"text/plain": repr(self)}

    def __repr__(self) -> str:
        ends = [f"{name} {_short(column[0])} → {_short(column[-1])}" for name, column in self.columns.items()]
        return f"<history of {_epochs(len(self))}{': ' if ends else ''}{', '.join(ends)}>"

    def __str__(self) -> str:
        return "\n\n".join(part for part in (_epochs(len(self)), self._bars(), self._table(), self._remarks()) if part)

    def _bars(self) -> str:
        """Return a line of small bars for each column, from its least to its greatest number."""
        rows = []
        for name, column in self.columns.items():
            numbers = [x for x in column if math.isfinite(x)] or [0.0]
            how = ", logarithmic" if is_logarithmic(numbers) else ""
            rows.append((name, _bars(column), f"{_short(min(numbers))} to {_short(max(numbers))}{how}"))
        return table(rows, ["  ", "  "]) if rows else ""

    def _table(self) -> str:
        count = len(self)
        every = max(1, math.ceil(count / ROWS))
        chosen = sorted({*range(0, count, every), count - 1} - {-1})
        rows = [["epoch", *self.columns]]
        rows += [[f"{i + 1}", *(_short(column[i]) for column in self.columns.values())] for i in chosen]
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        rows = [[cell.rjust(width) for cell, width in zip(row, widths, strict=True)] for row in rows]
        return table(rows, ["  "] * len(self.columns)) if count else ""

    def _remarks(self) -> str:
        least = f"least validation loss: epoch {self.best_epoch}" if self.best_epoch else ""
        return "\n".join(filter(None, [least, self.ending]))


def _bars(column: list[float]) -> str:
    """Return at most so many bars, each for the mean of the epochs that share it; · where that is no number."""
    groups = list(_groups(column, BAR_COUNT))
    means = [math.fsum(group) / len(group) if all(map(math.isfinite, group)) else math.nan for group in groups]
    if is_logarithmic([x for x in column if math.isfinite(x)]):
        means = [math.log(x) for x in means]
    numbers = [x for x in means if math.isfinite(x)]
    if not numbers:
        return "·" * len(means)
    least, most = min(numbers), max(numbers)
    steps = (len(BARS) - 1) / (most - least) if most > least else 0.0
    return "".join("·" if math.isnan(x) else BARS[round((x - least) * steps)] for x in means)


def _groups(column: list[float], most: int) -> Iterator[list[float]]:
    count = min(most, len(column))
    for k in range(count):
        yield column[k * len(column) // count : (k + 1) * len(column) // count]


def _epochs(count: int) -> str:
    return f"{count} epoch{'s' * (count != 1)}"


def _short(x: float) -> str:
    return number_text(x + 0.0, 4)
