"""What the answers to why_zero, why_nan and why_big hold, and how they are set as text."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any, Literal, TypeAlias

from autograd.explaining.source_lines import SourceLine
from autograd.text import Part, Report, Row, Table, clipped, equated, short_number

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
    name: str  # what the number is of: ∂result/∂argument, or the result
    result: str
    argument: str
    formula: str
    number: float
    remark: str
    line: SourceLine | None


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

    def parts(self) -> Iterator[Part]:
        yield self.sentence
        following = [*(cause.line for cause in self.causes[1:]), None]
        rows = [
            Row(
                (clipped(cause.name, 40), equated(clipped(cause.formula, 50), short_number(cause.number))),
                cause.remark,
                () if cause.line in (None, line) else (str(cause.line),),
            )
            for cause, line in zip(self.causes, following, strict=False)
        ]
        yield Table(rows, [" = "], indent=2, left_out=self.more)
