"""``History``: what a training did, epoch by epoch, and what it needs to go on; shown as text and as curves."""

from __future__ import annotations

import math
import os
from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from autograd.storing import Entry, is_broken, write_atomically
from autograd.text import WIDTH, Part, Row, Table, as_text, clean, clipped, number_text

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from nn.plots import Picture

VALIDATION = "validation "  # begins the name of a column about the validation data
ROWS = 10  # of the table, at most, and the last
NAME = 30  # columns of text for a name, at most
BARS = "▁▂▃▄▅▆▇█"
BAR_COUNT = 60
SPAN = 20.0  # between the least and the greatest number, from where on a logarithmic scale shows more


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

    def chart(self, ax: Axes | None = None, name: str = "") -> Axes:
        """Draw the curves with matplotlib: the loss above, each metric below it; return the Axes of the first.

        The curve of the validation data is dashed, and a loss that falls far has a logarithmic scale. In an ``ax`` of one's
        own, one panel is drawn: the loss, or what ``name`` says. Raises ImportError if there is no matplotlib.
        """
        if ax is None:
            return self._picture(name)
        from nn import plots

        panel = self._panel(name or "loss")
        plots.curves(ax, panel, _is_logarithmic(panel), self.best_epoch)
        return ax

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write the curves to a file, in the format of matplotlib's that its name ends in; or the text, to a .txt."""
        path = Path(path)
        if path.suffix.lower() != ".txt":
            return self._picture().save(path)
        write_atomically(path, f"{self}\n")
        return path

    def _picture(self, name: str = "") -> Picture:
        """Return the Axes of one panel, or the first of all."""
        from nn import plots

        names = [one for one in self.columns if not one.startswith(VALIDATION)] or ["loss"]
        panels = [self._panel(one) for one in ([name] if name else names)]
        return plots.charts(panels, [*map(_is_logarithmic, panels)], self.best_epoch, str(self))[0]

    def _panel(self, name: str) -> dict[str, list[float]]:
        """Return a column, and that about the validation data, if there is one."""
        if not len(self):
            return {}
        return {name: self[name], **{full: self[full] for full in [VALIDATION + name] if full in self}}

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        if not len(self):
            return {"text/plain": repr(self)}
        try:
            return self._picture()._repr_mimebundle_()
        except ImportError:
            return {"text/plain": str(self)}

    def __repr__(self) -> str:
        ends = [f"{name} {_short(column[0])} → {_short(column[-1])}" for name, column in self.columns.items()]
        return f"<history of {_epochs(len(self))}{': ' if ends else ''}{', '.join(ends)}>"

    def __str__(self) -> str:
        return as_text(self._parts())

    def _parts(self) -> Iterator[Part]:
        yield _epochs(len(self))
        if self.columns:
            yield from ("", self._bars())
        for table in self._tables() if len(self) else ():
            yield from ("", table)
        least = f"least validation loss: epoch {self.best_epoch}" if self.best_epoch else ""
        remarks = [remark for remark in (least, self.ending) if remark]
        yield from ("", *remarks) if remarks else ()

    def _bars(self) -> Table:
        """Return a line of small bars for each column, from its least to its greatest number."""
        names, scales, extents = [], list[bool](), []
        for name, column in self.columns.items():
            numbers = [x for x in column if math.isfinite(x)] or [0.0]
            names.append(_shortened(name))
            scales.append(_is_logarithmic({name: column}))
            extents.append(f"{_short(min(numbers))} to {_short(max(numbers))}{', logarithmic' * scales[-1]}")
        most = min(BAR_COUNT, WIDTH - max(map(len, names)) - max(map(len, extents)) - 4)
        bars = [_bars(column, scale, most) for column, scale in zip(self.columns.values(), scales, strict=True)]
        return Table([*map(Row, zip(names, bars, extents, strict=True))], ["  ", "  "])

    def _tables(self) -> Iterator[Table]:
        """Yield some rows of the columns, which go on below each other where they would be too wide."""
        count = len(self)
        chosen = sorted({*range(0, count, max(1, math.ceil(count / ROWS))), count - 1})
        epochs = ["epoch", *(f"{i + 1}" for i in chosen)]
        blocks, room = list[list[list[str]]](), 0
        for name, column in self.columns.items():
            cells = [_shortened(name), *(_short(column[i]) for i in chosen)]
            room -= max(map(len, cells)) + 2
            if room < 0:
                blocks.append([epochs])
                room = WIDTH - max(map(len, epochs)) - max(map(len, cells)) - 2
            blocks[-1].append(cells)
        for block in blocks:
            yield Table([*map(Row, zip(*block, strict=True))], ["  "] * (len(block) - 1), align=">" * len(block))


def _is_logarithmic(columns: Mapping[str, list[float]]) -> bool:
    """Return whether a logarithmic scale shows more of the finite numbers in some columns."""
    numbers = [x for column in columns.values() for x in column if math.isfinite(x)]
    return bool(numbers) and min(numbers) > 1e-250 and max(numbers) / min(numbers) > SPAN


def _bars(column: list[float], logarithmic: bool, most: int) -> str:
    """Return at most so many bars, each for the mean of the epochs that share it; · where that is no number."""
    groups = list(_groups(column, most))
    means = [_half_mean(group) if all(map(math.isfinite, group)) else math.nan for group in groups]
    if logarithmic:
        means = [math.log(x) for x in means]
    numbers = [x for x in means if math.isfinite(x)]
    if not numbers:
        return "·" * len(means)
    least, greatest = min(numbers), max(numbers)
    steps = (len(BARS) - 1) / (greatest - least) if greatest > least else 0.0
    return "".join("·" if math.isnan(x) else BARS[round((x - least) * steps)] for x in means)


def _half_mean(group: list[float]) -> float:
    return math.fsum([x / len(group) / 2 for x in group])  # whole, their differences might be beyond all floats


def _groups(column: list[float], most: int) -> Iterator[list[float]]:
    count = min(most, len(column))
    for k in range(count):
        yield column[k * len(column) // count : (k + 1) * len(column) // count]


def _epochs(count: int) -> str:
    return f"{count} epoch{'s' * (count != 1)}"


def _shortened(name: str) -> str:
    return clipped(clean(name), NAME)


def _short(x: float) -> str:
    return number_text(x + 0.0, 4)
