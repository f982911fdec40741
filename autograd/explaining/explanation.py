"""What an explanation holds, and how it is set as text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import groupby
from typing import Any

from autograd.text import (
    SUPERSCRIPTS,
    Formula,
    Part,
    Report,
    Row,
    Table,
    as_factor,
    clipped,
    count_text,
    equated,
    few,
    number_text,
    partial,
    short_number,
    summed,
)

MOST = 8  # factors or terms on a line; more factors go on as a δ, more terms are cut short


@dataclass(frozen=True)
class Path:
    """The names along a path from the root on, and each edge's partial: written, and as a number."""

    nodes: tuple[str, ...]
    formulas: tuple[str, ...]
    partials: tuple[float, ...]
    contribution: float

    @property
    def formula(self) -> str:
        """The product as text, without the partials that are 1 by nature."""
        return self._product(self.formulas, " · ")

    @property
    def numbers(self) -> str:
        """The same product in numbers."""
        return self._product([short_number(partial) for partial in self.partials], " × ")

    def _product(self, words: Sequence[str], times: str) -> str:
        pairs = [pair for pair in zip(self.formulas, words, strict=True) if pair[0] != "1"]
        factors = [power_text(word, len([*run])) for (_, word), run in groupby(pairs)]
        return product_text(few(factors, 2 * MOST), times)


@dataclass(frozen=True)
class Equation:
    """A name, the derivative that it stands for, and how it is computed, in symbols and in numbers."""

    name: str
    derivative: str
    formula: str
    value: float
    numbers: str


@dataclass(frozen=True)
class Explanation(Report):
    """The derivative of ``root`` by ``node``: the sum over ``count`` paths, and the same factored.

    ``paths`` are all of them in the order of arguments, or the largest by size, and ``rest`` is what the others amount to.
    ``factored`` is in terms of the f′(x) in ``slopes`` and the δs in ``deltas``, and so are the δs. ``remark`` says what is
    special, if anything.
    """

    root: str
    node: str
    value: float
    count: int
    paths: tuple[Path, ...]
    rest: float
    factored: Equation
    slopes: tuple[Equation, ...]
    deltas: tuple[Equation, ...]
    remark: str

    @property
    def name(self) -> str:
        """The derivative: ∂root/∂node."""
        return partial(self.root, self.node)

    def as_data(self) -> dict[str, Any]:
        """Return the same as dicts, lists, strings and numbers; a count of more than 21 digits as text."""
        paths = [{**asdict(path), "formula": path.formula, "numbers": path.numbers} for path in self.paths]
        count = self.count if self.count < 10**21 else count_text(self.count)
        return {"name": self.name, **asdict(self), "count": count, "paths": paths}

    def parts(self) -> Iterator[Part]:
        yield from self._headline()
        for path, alike in groupby(path for path in self.paths if path.partials):
            times = len([*alike])
            trail = " → ".join(few([clipped(node, 40) for node in path.nodes], 2 * MOST))
            yield ""
            yield Formula(trail + f"   ({times} such paths)" * (times > 1), 2)
            yield from _sides(path.formula, path.numbers, path.contribution)
        if 1 < len(self.paths) == self.count:
            terms = sum_text([short_number(path.contribution) for path in self.paths])
            yield from ("", Formula(f"Sum = {terms} = {short_number(self.value)}", 2, 8))
        elif 0 < len(self.paths) < self.count:
            others = self.count - len(self.paths)
            which = "other path amounts" if others == 1 else f"other {count_text(others)} paths amount"
            yield from ("", f"The {which} to {short_number(self.rest) if self.rest else 'nothing in floats'}.")
        if self.count > 1:
            yield from ("", "Factored", *_sides(self.factored.formula, self.factored.numbers, self.value))
            yield from self._definitions()

    def _headline(self) -> Iterator[Part]:
        value = f"{self.name} = {number_text(self.value)}"
        if not self.count or self.root == self.node:
            yield f"{value}: {self.remark}"
            return
        paths = "product along the only path" if self.count == 1 else f"sum over {count_text(self.count)} paths"
        yield f"{value}, the {paths}"
        yield from [self.remark] * bool(self.remark)
        if 0 < len(self.paths) < self.count:
            yield from ("", f"The {len(self.paths)} largest:" if len(self.paths) > 1 else "The largest:")

    def _definitions(self) -> Iterator[Part]:
        shown = [*self.slopes[:MOST], *self.deltas[:MOST]]
        rows = []
        for e in shown:
            sides = [side for side in (e.formula, short_number(e.value)) if side != e.derivative]
            rows.append(Row((e.name, e.derivative, equated(*sides))))
        more = len(self.slopes) + len(self.deltas) - len(shown)
        if shown:
            yield from ("  where", Table(rows, [" = ", " = "], indent=4))
        if more:
            yield f"    … and {more} more, down to {self.root}"


def is_word(text: str) -> bool:
    return re.fullmatch(r"[\w.#′]+", text) is not None


def product_text(factors: Sequence[str], times: str) -> str:
    return times.join(map(as_factor, factors)) if len(factors) > 1 else factors[0] if factors else "1"


def power_text(base: str, times: int) -> str:
    """Return so many equal factors, the exponent raised."""
    return base if times == 1 else as_factor(base, base=True) + str(times).translate(SUPERSCRIPTS)


def sum_text(terms: Sequence[str]) -> str:
    return summed(few(terms, MOST))


def _sides(formula: str, numbers: str, value: float) -> Iterator[Part]:
    """Set a formula, and below it the same in numbers and their result, as far as these differ."""
    first, *others = dict.fromkeys([formula, numbers, short_number(value)])
    yield Formula(first, 6, 8)
    if others:
        yield Formula(f"= {' = '.join(others)}", 4, 8)
