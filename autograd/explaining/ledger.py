"""Ledgers: somebody's numbers, worked out by hand or printed in a book, held against the true ones."""

from __future__ import annotations

import difflib
import math
from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict, dataclass
from decimal import MAX_EMAX, MIN_EMIN, ROUND_DOWN, ROUND_HALF_EVEN, Decimal, InvalidOperation, localcontext
from typing import Any

from autograd.text import Part, Report, Row, Table, clipped, number_text


@dataclass(frozen=True)
class Entry:
    """One number: as claimed, the truth, and how many leading digits of the claim are right."""

    name: str
    claimed: str
    truth: float
    right_digits: int
    reproduced: bool
    explanation: str = ""  # for one that differs: what it follows from, or which mistake gives it

    def __str__(self) -> str:
        if self.reproduced:
            return f"reproduced to {self.right_digits} digit{'s' * (self.right_digits != 1)}"
        where = "in its sign" if self.right_digits < 0 else f"from digit {self.right_digits + 1} on"
        return f"differs {where}: {number_text(self.truth, 9)}"


@dataclass(frozen=True)
class Ledger(Report):
    """The entries in the order of the claims."""

    entries: tuple[Entry, ...]

    @property
    def wrong(self) -> tuple[Entry, ...]:
        """The entries that differ."""
        return tuple(entry for entry in self.entries if not entry.reproduced)

    def as_data(self) -> list[dict[str, Any]]:
        """Return the entries as dicts of strings and numbers."""
        return [asdict(entry) for entry in self.entries]

    def parts(self) -> Iterable[Part]:
        rows = [
            Row((clipped(entry.name, 40), clipped(entry.claimed, 24), str(entry)), notes=(entry.explanation,))
            for entry in self.entries
        ]
        count = f"{len(self.entries) - len(self.wrong)} of {len(self.entries)} numbers are reproduced."
        return [Table(rows, ["  ", "  "]), "", count]


def compare(
    claims: Mapping[str, float | str],
    truths: Mapping[str, float],
    sources: Mapping[str, Collection[str]] | None = None,
    mistakes: Mapping[str, Mapping[str, float]] | None = None,
) -> Ledger:
    """Hold claims against the truth.

    A claim given as text counts with the digits that were written, one given as a float with all of its own. ``sources``
    tells what each number was computed from, ``mistakes`` what the numbers would be after each of some mistakes.
    Raises ValueError for a claim whose name has no truth, or that is no number.
    """
    entries: list[Entry] = []
    wrong: set[str] = set()
    for name, claim in claims.items():
        if name not in truths:
            near = difflib.get_close_matches(name, truths, n=5) or list(truths)[:12]
            raise ValueError(f"there is no {name!r} to compare with; there are, among others, {', '.join(near)}")
        text = claim if isinstance(claim, str) else repr(float(claim))
        right, reproduced = agreement(text, truths[name])
        reason = ""
        if not reproduced:
            wrong.add(name)
            culprits = [source for source in (sources or {}).get(name, ()) if source in wrong]
            reason = f"it goes on from {' and '.join(sorted(culprits))}" if culprits else ""
            for mistake, numbers in (mistakes or {}).items():
                if name in numbers and agreement(text, numbers[name])[1]:
                    reason = f"it is what comes of {mistake}"
        entries.append(Entry(name, text, truths[name], right, reproduced, reason))
    return Ledger(tuple(entries))


def agreement(text: str, truth: float) -> tuple[int, bool]:
    """Return how many of a written number's digits are right (-1 if not even the sign), and whether it is the truth rounded.

    >>> agreement("0.2983711", 0.29837110876), agreement("0.2910279", 0.29102777)
    ((7, True), (6, False))
    """
    try:
        claim = Decimal(text.strip().replace("−", "-"))
        as_float = float(claim)
    except (InvalidOperation, ValueError):
        raise ValueError(f"expected a number such as 0.0364, but got {text!r}") from None
    if not (math.isfinite(as_float) and math.isfinite(truth)):
        return 0, str(as_float) == str(truth)
    sign, digits, exponent = claim.as_tuple()
    assert isinstance(exponent, int)  # it is a letter for nan and inf alone
    exact = Decimal(truth)
    written = len(str(int("".join(map(str, digits)) or "0")))
    if _same(claim, exact, exponent):
        return written, True
    if sign != (exact < 0):
        return -1, False
    right = max((n for n in range(written) if _same(claim, exact, exponent + written - n)), default=0)
    return right, False


def _same(claim: Decimal, exact: Decimal, exponent: int) -> bool:
    """Tell whether two numbers, each rounded or cut off at a decimal place, agree."""
    with localcontext() as context:
        context.prec, context.Emin, context.Emax = 1500, MIN_EMIN, MAX_EMAX  # any float is exact
        place = Decimal((0, (1,), exponent))
        return any(
            claim.quantize(place, rounding) == exact.quantize(place, rounding) for rounding in (ROUND_HALF_EVEN, ROUND_DOWN)
        )
