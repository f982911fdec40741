"""The derivation of a gradient, read off a recorded graph and written as one would by hand.

From the error back to the parameters, level by level: every local partial becomes a factor R1, R2, …; where several paths
meet, their sum gets a name, too; and each gradient is a product of factors, or a sum of such products.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from itertools import pairwise
from typing import Any, TypeAlias

from autograd.explaining.ledger import Ledger, compare
from autograd.text import as_printed, latex_name, latex_number, markdown_escaped, number_text, partial, table

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
    """A local partial under a name: ``R3 = ∂out_o1/∂net_o1 = out_o1·(1 − out_o1) = 0.1868…``."""

    name: str
    numerator: str
    denominator: str
    formula: str
    latex: str
    numbers: str
    value: float


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
class Derivation:
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
        """Return the part that leads to one gradient, its factors under the same names."""
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

    def to_markdown(self, digits: int = 6) -> str:
        """Return the derivation as a table for GitHub, notebooks and the like."""
        return _markdown(self, digits)

    def to_latex(self, digits: int = 6) -> str:
        """Return the derivation as an align* environment, which needs the package amsmath."""
        return _latex(self, digits)

    def as_data(self) -> list[dict[str, Any]]:
        """Return the steps as dicts, lists, strings and numbers."""
        return [{"formula": step.formula, **asdict(step)} for stage in self.stages for step in stage]

    _repr_pretty_ = as_printed

    def __str__(self) -> str:
        return _text(self)

    def _repr_latex_(self) -> str:
        return self.to_latex()


def partial_name(name: str) -> str:
    """Return "dE/dw" as "∂E/∂w", and any other name as it is."""
    return re.sub(r"^d(.+)/d(.+)$", r"∂\1/∂\2", name)


def _names(step: Factor | Gradient) -> list[str]:
    return [partial(step.numerator, step.denominator), *([step.name] if step.name else [])]


def _text(derivation: Derivation) -> str:
    """Return a derivation in columns; that of a single gradient begins with its chain rule and has the numbers put in."""
    gradients = list(derivation.gradients.values())
    alone = len(gradients) == 1
    rows = [_row(step, alone) if step else ("",) * (4 + alone) for step in _with_gaps(derivation)]
    body = table(rows, ["  ", *[" = "] * (2 + alone)])
    if not alone:
        return body
    whole = gradients[0]
    return f"{partial(whole.numerator, whole.denominator)} = {' + '.join(map(_chain_rule, whole.chains))}\n\n{body}"


def _markdown(derivation: Derivation, digits: int) -> str:
    """Return a derivation as a table."""
    lines = ["| | partial | formula | number |", "|---|---|---|---:|"]
    for step in (step for stage in derivation.stages for step in stage):
        cells = (step.name or "⇒", partial(step.numerator, step.denominator), step.formula, number_text(step.value, digits))
        lines.append(f"| {' | '.join(map(markdown_escaped, cells))} |")
    return "\n".join(lines)


def _latex(derivation: Derivation, digits: int) -> str:
    """Return a derivation as an align* environment."""
    groups = [" \\\\\n".join(_latex_row(step, digits) for step in stage) for stage in derivation.stages]
    return "\\begin{align*}\n" + " \\\\[1ex]\n".join(groups) + "\n\\end{align*}"


def _chain_rule(chain: Sequence[str]) -> str:
    """Return the product of partials along a chain of nodes."""
    return "·".join(partial(a, b) for a, b in pairwise(chain)) or "1"


def _with_gaps(derivation: Derivation) -> Iterator[Factor | Gradient | None]:
    for i, stage in enumerate(derivation.stages):
        yield from [None] if i else []
        yield from stage


def _row(step: Factor | Gradient, put_in: bool) -> tuple[str, ...]:
    numbers = [step.numbers] if put_in else []
    return (step.name or "⇒", partial(step.numerator, step.denominator), step.formula, *numbers, number_text(step.value))


def _latex_row(step: Factor | Gradient, digits: int) -> str:
    fraction = rf"\frac{{\partial {latex_name(step.numerator)}}}{{\partial {latex_name(step.denominator)}}}"
    name = f"{latex_name(step.name)} = " if step.name else ""
    return f"{name}{fraction} &= {step.latex} = {latex_number(step.value, digits)}"
