"""The derivation of a gradient, read off a recorded graph and written as one would by hand.

From the error back to the parameters, level by level: every local partial becomes a factor R1, R2, …; where several paths
meet, their sum gets a name, too; and each gradient is a product of factors, or a sum of such products.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass
from functools import cached_property
from itertools import groupby
from operator import itemgetter
from typing import Any, TypeAlias

from autograd.engine.labels import brief, typed
from autograd.explaining.ledger import Ledger, compare
from autograd.text import (
    WIDTH,
    Formula,
    Part,
    Report,
    Row,
    Table,
    as_latex,
    as_markdown,
    as_text,
    clipped,
    few,
    latex_name,
    latex_number,
    nearest,
    number_text,
    partial,
    partial_latex,
)

LIMIT, MOST = 100, 8  # steps that are shown, and terms of a sum or factors of a product

Product: TypeAlias = tuple[str, ...]  # names of factors; the empty product is 1
Chain: TypeAlias = tuple[str, ...]  # partials, from the root down; some may be 1 by nature


@dataclass(frozen=True)
class Computation:
    """A node of the forward pass: ``out_h1 = σ(net_h1) = σ(0.3775) = 0.5932…``."""

    name: str
    formula: str
    numbers: str
    value: float


@dataclass(frozen=True)
class Factor:
    """A local partial under a name: ``R3 = ∂out_o1/∂net_o1 = out_o1·(1 − out_o1) = 0.1868…``.

    It stands on the edge of the graph from the node called ``consumer`` to its parent number ``place``, and where others go to
    the same parent on these, too: their partials are added. The numerator is another node, the root, where all partials
    between the two are 1 and no other path leads there. Otherwise the root's derivative is another number than this one: then
    other arguments of the root are ``held``.
    """

    name: str
    numerator: str
    denominator: str
    formula: str
    latex: str
    numbers: str
    value: float
    consumer: str
    place: int
    held: tuple[str, ...] = ()

    @property
    def partial(self) -> str:
        """What it is called in Leibniz's form."""
        return partial(self.numerator, self.denominator, self.held)

    @property
    def partial_latex(self) -> str:
        """The same as LaTeX."""
        return partial_latex(self.numerator, self.denominator, self.held)


@dataclass(frozen=True)
class Gradient:
    """The derivative of the root by one node: a sum of products of factors, itself a factor where it has a name."""

    name: str
    numerator: str
    denominator: str
    products: tuple[Product, ...]
    chains: tuple[Chain, ...]  # what each product is the chain rule of
    contributions: tuple[float, ...]  # the number of each product
    numbers: str
    value: float

    @property
    def partial(self) -> str:
        """What it is called in Leibniz's form."""
        return partial(self.numerator, self.denominator)

    @property
    def partial_latex(self) -> str:
        """The same as LaTeX."""
        return partial_latex(self.numerator, self.denominator)

    @property
    def formula(self) -> str:
        """The sum of products, as text."""
        return " + ".join("·".join(product) or "1" for product in self.products)

    @property
    def latex(self) -> str:
        """The same as LaTeX."""
        return " + ".join(r" \, ".join(map(latex_name, product)) or "1" for product in self.products)


@dataclass(frozen=True)
class Derivation(Report):
    """The factors and gradients in the order in which they are derived."""

    root: str
    stages: tuple[tuple[Factor | Gradient, ...], ...]

    @cached_property
    def factors(self) -> dict[str, Factor | Gradient]:
        """Everything that has a name, by it."""
        return {step.name: step for stage in self.stages for step in stage if step.name}

    @cached_property
    def gradients(self) -> dict[str, Gradient]:
        """The gradients of the nodes that were asked for, by the node's name."""
        steps = (step for stage in self.stages for step in stage)
        return {step.denominator: step for step in steps if isinstance(step, Gradient) and not step.name}

    def only(self, node: str) -> Derivation:
        """Return the part that leads to one gradient, its factors under the same names.

        Raises ValueError for a node whose gradient was not asked for.
        """
        if node not in self.gradients:
            raise ValueError(
                f"only takes a node whose gradient is here: {nearest(node, self.gradients)}; but got {brief(node)}"
            )
        needed = {name for product in self.gradients[node].products for name in product}
        for step in reversed([*self.factors.values()]):
            if step.name in needed:
                needed |= self.sources.get(step.name, set())
        wanted = self.gradients[node]
        stages = (tuple(step for step in stage if step is wanted or step.name in needed) for stage in self.stages)
        return Derivation(self.root, tuple(stage for stage in stages if stage))

    def against(self, claims: Mapping[str, float | str]) -> Ledger:
        """Compare somebody's numbers with these: factors by name ("R13") and partials ("dE/dw5" or "∂E/∂w5").

        A number given as text counts with the digits that were written. Raises ValueError for a name that is not here.
        """
        return compare({partial_name(name): claim for name, claim in claims.items()}, self.numbers, self.sources)

    @cached_property
    def numbers(self) -> dict[str, float]:
        """The number of every step, by its partial and by its name."""
        return {name: step.value for stage in self.stages for step in stage for name in _names(step)}

    @cached_property
    def sources(self) -> dict[str, set[str]]:
        """The names of the factors that each step multiplies."""
        steps = [step for stage in self.stages for step in stage if isinstance(step, Gradient)]
        return {name: {factor for product in step.products for factor in product} for step in steps for name in _names(step)}

    def to_text(self, limit: int | None = LIMIT) -> str:
        """Return the derivation in columns, as ``print`` shows it: at most so many steps, in lines of at most 100 columns.

        Without a limit, here as in the other forms, all steps are there, and whole.
        """
        return as_text(self.parts(limit), None if limit is None else WIDTH)

    def to_markdown(self, digits: int = 6, limit: int | None = LIMIT) -> str:
        """Return the derivation as a table for GitHub, notebooks and the like."""
        return as_markdown(self._table(limit, lambda step, most: _row(step, most, digits)))

    def to_latex(self, digits: int = 6, limit: int | None = LIMIT) -> str:
        """Return the derivation as an align* environment, which needs the package amsmath."""
        return as_latex(self._table(limit, lambda step, most: Row((), latex=_latex(step, most, digits))))

    def parts(self, limit: int | None = LIMIT) -> Iterator[Part]:
        """Return the table; that of a single gradient begins with its chain rule, and has the numbers put in."""
        alone = [*self.gradients.values()] if len(self.gradients) == 1 else []
        for whole in alone:
            most = sys.maxsize if limit is None else MOST
            terms = few(["·".join(few(chain, 2 * most)) or "1" for chain in whole.chains], most)
            yield from (Formula(f"{whole.partial} = {' + '.join(terms)}", 0, 2), "")
        wide = sys.maxsize if limit is None else WIDTH
        yield self._table(limit, lambda step, most: _row(step, most, 12, wide, put_in=bool(alone)), 2 + len(alone))

    def _table(self, limit: int | None, row: Callable[[Factor | Gradient, int], Row], equals: int = 2) -> Table:
        """Return the steps in rows; of more than the limit, the first and the last, and between them how many are left out."""
        most = sys.maxsize if limit is None else MOST
        steps: list[tuple[int, Factor | Gradient | str]] = [(n, step) for n, stage in enumerate(self.stages) for step in stage]
        if limit is not None and len(steps) > limit:
            left_out = f"… {len(steps) - limit} more steps, which limit=None shows …"
            steps = [*steps[: limit - limit // 2], (-1, left_out), *steps[len(steps) - limit // 2 :]]
        rows: list[Row | str] = []
        for _, stage in groupby(steps, key=itemgetter(0)):
            rows += [""] * bool(rows)
            rows += [step if isinstance(step, str) else row(step, most) for _, step in stage]
        return Table(rows, ["  ", *[" = "] * equals], head=("", "partial", "formula", "number"))

    def as_data(self) -> list[dict[str, Any]]:
        """Return the steps as dicts, lists, strings and numbers."""
        return [{"partial": step.partial, "formula": step.formula, **asdict(step)} for stage in self.stages for step in stage]

    _repr_markdown_ = None  # type: ignore[assignment]  # in notebooks, mathematics goes first

    def _repr_latex_(self) -> str:
        return self.to_latex()


def partial_name(name: str) -> str:
    """Return "dE/dw" as "∂E/∂w", and any other name as it is; raise TypeError for what is no text."""
    if not isinstance(name, str):
        raise TypeError(f'a factor or a partial goes by its name, such as "R1" or "dE/dw", but got {typed(name)}')
    return re.sub(r"^d(.+)/d(.+)$", r"∂\1/∂\2", name)


def _names(step: Factor | Gradient) -> list[str]:
    return [step.partial, *([step.name] if step.name else [])]


def _row(step: Factor | Gradient, most: int, digits: int, wide: int = sys.maxsize, *, put_in: bool = False) -> Row:
    """Return a step as text, with at most so many terms of a sum and factors of a product, of at most so many columns."""
    formula = step.formula
    if isinstance(step, Gradient):
        formula = " + ".join(few(["·".join(few(product, most)) or "1" for product in step.products], most))
    sides = [clipped(side, 2 * wide) for side in (formula, *[step.numbers] * put_in)]
    name = clipped(step.partial, wide * 2 // 5)
    return Row((step.name or "⇒", name, *sides, number_text(step.value, digits)))


def _latex(step: Factor | Gradient, most: int, digits: int) -> str:
    name = f"{latex_name(step.name)} = " if step.name else ""
    formula = step.latex
    if isinstance(step, Gradient):
        products = [r" \, ".join(few([*map(latex_name, product)], most)) or "1" for product in step.products]
        formula = " + ".join(few(products, most)).replace("…", r"\dots")
    return f"{name}{step.partial_latex} &= {formula} = {latex_number(step.value, digits)}"
