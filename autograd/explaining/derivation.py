"""The derivation of a gradient, read off a recorded graph and written as one would by hand.

From the error back to the parameters, level by level: every local partial becomes a factor R1, R2, …; where several paths
meet, their sum gets a name, too; and each gradient is a product of factors, or a sum of such products.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from itertools import chain, pairwise
from typing import Any, TypeAlias

from autograd.explaining.ledger import Ledger, compare
from autograd.text import (
    WIDTH,
    Report,
    clipped,
    few,
    latex_name,
    latex_number,
    markdown_escaped,
    nearest,
    number_text,
    partial,
    table,
)

LIMIT, MOST = 100, 8  # steps that are shown, and terms of a sum or factors of a product

Product: TypeAlias = tuple[str, ...]  # names of factors; the empty product is 1
Chain: TypeAlias = tuple[str, ...]  # names of nodes from the root down, each the denominator of a product's next factor


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

    It stands on one edge of the graph: the one from the node called ``consumer`` to its parent number ``place``. The numerator
    is another node, the root, where all partials between the two are 1.
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
            raise ValueError(f"only takes a node whose gradient is here: {nearest(node, self.gradients)}; but got {node!r:.60}")
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
        return _text(self, limit)

    def to_markdown(self, digits: int = 6, limit: int | None = LIMIT) -> str:
        """Return the derivation as a table for GitHub, notebooks and the like."""
        return _markdown(self, digits, limit)

    def to_latex(self, digits: int = 6, limit: int | None = LIMIT) -> str:
        """Return the derivation as an align* environment, which needs the package amsmath."""
        return _latex(self, digits, limit)

    def as_data(self) -> list[dict[str, Any]]:
        """Return the steps as dicts, lists, strings and numbers."""
        return [{"formula": step.formula, **asdict(step)} for stage in self.stages for step in stage]

    _repr_markdown_ = None  # type: ignore[assignment]  # in notebooks, mathematics goes first

    def __str__(self) -> str:
        return self.to_text()

    def _repr_latex_(self) -> str:
        return self.to_latex()


def partial_name(name: str) -> str:
    """Return "dE/dw" as "∂E/∂w", and any other name as it is; raise TypeError for what is no text."""
    if not isinstance(name, str):
        raise TypeError(
            f'a factor or a partial goes by its name, such as "R1" or "dE/dw", but got {type(name).__name__} {name!r:.60}'
        )
    return re.sub(r"^d(.+)/d(.+)$", r"∂\1/∂\2", name)


def _names(step: Factor | Gradient) -> list[str]:
    return [partial(step.numerator, step.denominator), *([step.name] if step.name else [])]


# --- set as text, Markdown and LaTeX ---

Stage: TypeAlias = "Sequence[Factor | Gradient | str]"


def _text(derivation: Derivation, limit: int | None) -> str:
    """Return a derivation in columns; that of a single gradient begins with its chain rule and has the numbers put in."""
    gradients = list(derivation.gradients.values())
    alone = len(gradients) == 1
    shown = [row for stage in _shown(derivation, limit) for row in ("", *stage)][1:]
    rows = [("",) * (4 + alone) if isinstance(row, str) else _row(row, alone, limit) for row in shown]
    lines = table(_narrowed(rows) if limit is not None else rows, ["  ", *[" = "] * (2 + alone)]).split("\n")
    lines = [row if isinstance(row, str) else line for row, line in zip(shown, lines, strict=True)]
    if alone:
        whole = gradients[0]
        terms = _few([_chain_rule(_few(chain, 2 * MOST, limit)) for chain in whole.chains], MOST, limit)
        head = f"{partial(whole.numerator, whole.denominator)} = {' + '.join(terms)}"
        lines[:0] = [*(textwrap.wrap(head, WIDTH, subsequent_indent="  ") if limit is not None else [head]), ""]
    return "\n".join(lines)


def _markdown(derivation: Derivation, digits: int, limit: int | None) -> str:
    """Return a derivation as a table."""
    lines = ["| | partial | formula | number |", "|---|---|---|---:|"]
    for row in chain(*_shown(derivation, limit)):
        cells = ("", row, "", "") if isinstance(row, str) else _row(row, False, limit, digits)
        lines.append(f"| {' | '.join(map(markdown_escaped, cells))} |")
    return "\n".join(lines)


def _latex(derivation: Derivation, digits: int, limit: int | None) -> str:
    """Return a derivation as an align* environment."""
    groups = [" \\\\\n".join(_latex_row(row, digits, limit) for row in stage) for stage in _shown(derivation, limit)]
    return "\\begin{align*}\n" + " \\\\[1ex]\n".join(groups) + "\n\\end{align*}"


def _shown(derivation: Derivation, limit: int | None) -> list[Stage]:
    """Return the stages; of more steps than the limit, the first and the last, and between them how many are left out."""
    count = sum(map(len, derivation.stages))
    if limit is None or count <= limit:
        return [*derivation.stages]
    first, last = limit - limit // 2, count - limit // 2
    shown: list[Stage] = []
    place = 0
    for stage in derivation.stages:
        places = range(place, place + len(stage))
        place += len(stage)
        if before := [step for i, step in zip(places, stage, strict=True) if i < first]:
            shown.append(before)
        if first in places:
            shown.append([f"… {count - limit} more steps, which limit=None shows …"])
        if after := [step for i, step in zip(places, stage, strict=True) if i >= last]:
            shown.append(after)
    return shown


def _row(step: Factor | Gradient, put_in: bool, limit: int | None, digits: int = 12) -> tuple[str, ...]:
    numbers = [step.numbers] if put_in else []
    formula = step.formula
    if isinstance(step, Gradient):
        formula = " + ".join(_few(["·".join(_few(product, MOST, limit)) or "1" for product in step.products], MOST, limit))
    return (step.name or "⇒", partial(step.numerator, step.denominator), formula, *numbers, number_text(step.value, digits))


def _latex_row(step: Factor | Gradient | str, digits: int, limit: int | None) -> str:
    if isinstance(step, str):
        return rf"& \text{{{step}}}"
    fraction = rf"\frac{{\partial {latex_name(step.numerator)}}}{{\partial {latex_name(step.denominator)}}}"
    name = f"{latex_name(step.name)} = " if step.name else ""
    formula = step.latex
    if isinstance(step, Gradient):
        products = [r" \, ".join(_few([*map(latex_name, product)], MOST, limit)) or "1" for product in step.products]
        formula = " + ".join(_few(products, MOST, limit)).replace("…", r"\dots")
    return f"{name}{fraction} &= {formula} = {latex_number(step.value, digits)}"


def _chain_rule(names: Sequence[str]) -> str:
    """Return the product of partials along a chain of nodes."""
    return "·".join(partial(a, b) if "…" not in (a, b) else "…" for a, b in pairwise(names)).replace("…·…", "…") or "1"


def _few(parts: Sequence[str], most: int, limit: int | None) -> list[str]:
    return [*parts] if limit is None else few(parts, most)  # without a limit, all is shown


def _narrowed(rows: Sequence[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """Return rows cut so that none is wider than a page: names first to what is usual, then formulas and numbers alike."""
    rows = [(row[0], clipped(row[1], 40), *row[2:]) for row in rows]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    middle = len(rows[0]) - 3
    room = WIDTH - widths[0] - widths[1] - widths[-1] - 2 - 3 * (middle + 1)
    if sum(widths[2:-1]) <= room:
        return rows
    most = max(room - min(widths[2:-1]) if middle > 1 else room, room // middle)
    return [(*row[:2], *[clipped(cell, most) for cell in row[2:-1]], row[-1]) for row in rows]
