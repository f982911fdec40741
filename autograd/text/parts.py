"""The parts that reports are made of, and how each is set as text of a width.

A part is a sentence (a ``str``, whose first spaces are its margin; an empty one is a gap), a formula, or a table.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from autograd.text.tables import Row, Table
from autograd.text.words import clipped

WIDTH = 100  # columns of a page of text
BREAKS = r"(?= (?:\+?=|←) )", "(?= [·×+−→] )", "(?=·)"  # where a formula goes on in a new line, the best place first


@dataclass(frozen=True)
class Formula:
    """A formula on a line of its own; one that is too long goes on ``hanging`` columns from the margin."""

    text: str
    indent: int = 0
    hanging: int = 4


Part: TypeAlias = "str | Formula | Table"


def equated(*sides: str) -> str:
    """Return the sides of an equation, each once: 1, not 1 = 1 = 1."""
    return " = ".join(dict.fromkeys(side for side in sides if side))


def as_text(parts: Iterable[Part], width: int | None = WIDTH) -> str:
    """Return parts as lines of at most so many columns; of any number without a width.

    >>> rows = [Row(("∂y/∂net", "1 − y²", "0.75"), "the slope of tanh"), Row(("∂net/∂w", "x", "3"), notes=("an input",))]
    >>> print(as_text(["The factors:", Table(rows, [" = ", " = "], indent=2)], 40))
    The factors:
      ∂y/∂net = 1 − y² = 0.75
          the slope of tanh
      ∂net/∂w = x      = 3
          an input
    """
    return "\n".join(line.rstrip() for part in parts for line in _lines(part, width or 10**9))


def _lines(part: Part, width: int) -> Iterable[str]:
    if isinstance(part, Table):
        return _rows(part, width)
    if isinstance(part, Formula):
        return _broken(part.text, width, part.indent, part.hanging)
    return _wrapped(part, width, len(part) - len(part.lstrip())) or [""]


def _wrapped(text: str, width: int, indent: int) -> list[str]:
    margin = " " * indent
    return textwrap.wrap(
        text.strip(), width, initial_indent=margin, subsequent_indent=margin, break_on_hyphens=False
    )  # nor at the sign of a number


def _broken(text: str, width: int, indent: int, hanging: int) -> list[str]:
    """Return a formula as lines, broken before a side of the equation once a third of the line is full, else within it."""
    lines = [" " * indent]
    for side in re.split(BREAKS[0], text):
        taken = hanging if len(lines[-1]) > width // 3 else len(lines[-1])
        for piece in _pieces(side, width - taken, *BREAKS[1:]):
            if len(lines[-1]) + len(piece) > width and lines[-1].strip():
                lines.append(" " * hanging)
            lines[-1] += piece if lines[-1].strip() else piece.lstrip()
    return [clipped(line, width) for line in lines]


def _pieces(text: str, width: int, *breaks: str) -> list[str]:
    """Return a formula in pieces, as far as there are breaks not too wide, with no break in brackets that are not too wide."""
    if len(text) <= width or not breaks:
        return [text]
    parts = [""]
    for part in re.split(breaks[0], text):
        whole = parts[-1] + part
        opened = sum(parts[-1].count(c) for c in "([") > sum(parts[-1].count(c) for c in ")]")
        parts[-1:] = [whole] if opened and len(whole) <= width else [parts[-1], part]
    return [piece for part in parts for piece in _pieces(part, width, *breaks[1:])]


def _rows(table: Table, width: int) -> Iterator[str]:
    """Yield the lines of a table: rows in columns as far as there is room for them, and the others broken into lines."""
    rows = [row for row in table.rows if isinstance(row, Row)]
    between, margin = [*table.between, ""], " " * table.indent
    widths = _widths([row.cells for row in rows], width - table.indent - sum(map(len, between)))
    align = table.align.ljust(len(widths), "<")
    lines = []
    for row in rows:
        cells = [f"{cell:{side}{wide}}" for cell, side, wide in zip(row.cells, align, widths, strict=True)]
        lines.append("".join(map("".join, zip(cells, between, strict=True))).rstrip())
    column = table.indent + max(map(len, lines), default=0) + 3
    beside = all(column + len(row.remark) <= width for row in rows if row.remark)
    found = iter(zip(rows, lines, strict=True))
    for entry in table.rows:
        if isinstance(entry, str):
            yield entry and margin + entry
            continue
        row, line = next(found)
        below = row.notes
        if row.remark and beside:
            line = f"{line:<{column - table.indent}}{row.remark}"
        elif row.remark:
            below = (row.remark, *below)
        side = re.search(BREAKS[0], line)
        hanging = side.start() + 1 if side and side.start() < width // 2 else 4
        fits = table.indent + len(line) <= width
        yield from [margin + line] if fits else _broken(line, width, table.indent, table.indent + hanging)
        for note in below:
            yield from _wrapped(note, width, table.indent + 4)
    if table.left_out:
        yield f"{margin}… and {table.left_out} more"


def _widths(rows: Sequence[Sequence[str]], room: int) -> tuple[int, ...]:
    """Return how wide the columns are that the shortest rows need, as many rows as there is room for."""
    widths = (0,) * max(map(len, rows), default=0)
    for row in sorted(rows, key=lambda row: sum(map(len, row))):
        wider = tuple(map(max, widths, map(len, row)))
        if sum(wider) <= room:
            widths = wider
    return widths
