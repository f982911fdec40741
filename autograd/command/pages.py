"""The page that ``python -m autograd`` shows of a typed expression, as data and as text; and the derivation on such a page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from autograd.engine.value import Value
from autograd.explaining import Computation, Derivation, Gradient, derive, forward
from autograd.text import Expression, Part, Row, Table, as_text, listed, number_text, partial


@dataclass(frozen=True)
class Page:
    """An expression's value and its gradient, how it is computed, and how the gradient is derived.

    >>> from autograd.text import Expression
    >>> print(Page.of(*computed(Expression("x**2"), {"x": 3.0})))
    x**2 at x = 3
    <BLANKLINE>
      f     = 9
      ∂f/∂x = 6
    <BLANKLINE>
    Forward pass
      f = x² = 3² = 9
    <BLANKLINE>
    Backward pass
      R1   ∂f/∂x = 2·x = 6
      ⇒    ∂f/∂x = R1  = 6
    """

    expression: str
    at: dict[str, float]
    name: str
    value: float
    forward: list[Computation]
    derivation: Derivation | None  # of an expression of numbers alone there is none

    @classmethod
    def of(cls, expression: Expression, variables: Mapping[str, Value], result: Value) -> Page:
        """Return the page of what ``computed`` returns."""
        at = {name: variable.data for name, variable in variables.items()}
        derivation = derive(result, variables.values()) if variables else None
        return cls(expression.text.strip(), at, result.label, result.data, forward(result), derivation)

    @property
    def gradient(self) -> dict[str, float]:
        """The derivative by each variable; where it is the whole expression, 1."""
        found = self.derivation.gradients if self.derivation else {}
        return {name: found[name].value if name in found else 1.0 for name in self.at}

    def as_data(self) -> dict[str, Any]:
        """Return the same as dicts, lists, strings and numbers."""
        steps = self.derivation.as_data() if self.derivation else []
        return {**asdict(self), "gradient": self.gradient, "derivation": steps}

    def __str__(self) -> str:
        return as_text(self.parts())

    def parts(self) -> Iterator[Part]:
        """Return titles, and below each its equations."""
        at = [f"{name} = {number_text(x)}" for name, x in self.at.items()]
        yield from (f"{self.expression} at {listed(at, len(at))}" if at else self.expression, "")
        results = [Row((partial(self.name, name), number_text(self.gradient[name]))) for name in self.at]
        yield Table([Row((self.name, number_text(self.value))), *results], [" = "], indent=2)
        if self.forward:
            rows = [Row((c.name, c.formula, c.numbers, number_text(c.value))) for c in self.forward]
            yield from ("", "Forward pass", Table(rows, [" = "] * 3, indent=2))
        if self.derivation and self.derivation.stages:
            yield from ("", "Backward pass", *in_columns(self.derivation))


def computed(expression: Expression, numbers: Mapping[str, float]) -> tuple[Expression, dict[str, Value], Value]:
    """Return an expression with its variables, in its own order, and its result, each a Value that is labelled."""
    used = [name for name in expression.places if name in numbers]
    variables = {name: Value(numbers[name], label=name) for name in used}
    found = expression({**numbers, **variables})
    if not isinstance(found, Value):
        found = Value(found)
    if not found.label:
        found.label = next(name for name in ("f", "g", "h", "result") if name not in used)
    return expression, variables, found


def in_columns(derivation: Derivation) -> Iterator[Part]:
    """Set a derivation in columns; a sum over paths shows the number of each."""
    rows: list[Row | str] = []
    for stage in derivation.stages:
        rows += [""] * bool(rows)
        for step in stage:
            value = number_text(step.value)
            if isinstance(step, Gradient) and len(step.products) > 1:
                value = f"{step.numbers} = {value}"
            rows.append(Row((f"{step.name or '⇒':<4} {step.partial}", step.formula, value)))
    yield Table(rows, [" = "] * 2, indent=2)
    meetings = [step for stage in derivation.stages for step in stage if isinstance(step, Gradient) and step.name]
    if meetings:
        where, names = listed([step.denominator for step in meetings]), listed([step.name for step in meetings])
        yield from ("", f"  Several paths lead from {where} to {derivation.root}: their products are added ({names}).")
