"""What the answers to why_zero, why_nan and why_big hold, and how they are set as text."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal, TypeAlias

from autograd.explaining.source_lines import SourceLine
from autograd.text import WIDTH, Report, clipped, partial, short_number, table

State: TypeAlias = Literal[
    "not computed", "no path", "other passes",  # of any gradient
    "zero factor", "cancels", "underflow", "small", "not zero",  # why_zero
    "value", "gradient", "finite",  # why_nan: where it arose
    "large factors", "many paths", "accumulated", "not big",  # why_big
    "ask with the root",
]  # fmt: skip


@dataclass(frozen=True)
class Cause:
    """A factor ∂result/∂argument, or where ``argument`` is empty the result itself, and what is special about it."""

    operation: str  # empty for a leaf
    result: str
    argument: str
    formula: str
    number: float
    remark: str
    line: SourceLine | None

    @property
    def name(self) -> str:
        """∂result/∂argument, or the result."""
        return partial(self.result, self.argument) if self.argument else self.result


@dataclass(frozen=True)
class Why(Report):
    """A state in a word and in a sentence, and what caused it; ``more`` causes are not listed."""

    state: State
    sentence: str
    causes: tuple[Cause, ...] = ()
    more: int = 0

    def as_data(self) -> dict[str, Any]:
        """Return the same as dicts, lists, strings and numbers."""
        return asdict(self)

    def __str__(self) -> str:
        text = _wrapped(self.sentence)
        following = [*(cause.line for cause in self.causes[1:]), None]
        for row, cause, line in zip(_rows(self.causes), self.causes, following, strict=False):
            text += row if cause.line in (None, line) else [*row, *_wrapped(str(cause.line), "      ")]
        return "\n".join([*text, f"  … and {self.more} more"] if self.more else text)


def _rows(causes: Sequence[Cause]) -> list[list[str]]:
    """Return the lines for each cause: one, or with the remark on lines of its own where one would be too wide."""
    rows = [(f"  {clipped(cause.name, 40)}", _side(cause), cause.remark) for cause in causes]
    lines = table(rows, [" = ", "   "]).splitlines() if rows else []
    if max(map(len, lines), default=0) <= WIDTH:
        return [[line] for line in lines]
    lines = table([row[:2] for row in rows], [" = "]).splitlines()
    return [[line, *_wrapped(row[2], "      ")] for line, row in zip(lines, rows, strict=True)]


def _wrapped(text: str, indent: str = "") -> list[str]:
    return textwrap.wrap(text, WIDTH, initial_indent=indent, subsequent_indent=indent, break_on_hyphens=False)


def _side(cause: Cause) -> str:
    number = short_number(cause.number)
    return number if cause.formula in ("", number) else f"{clipped(cause.formula, 50)} = {number}"
