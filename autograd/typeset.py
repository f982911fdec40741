"""Derivations as text, Markdown and LaTeX."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from autograd.formula import latex_name, latex_number, number_text

if TYPE_CHECKING:
    from autograd.derivation import Derivation, Factor, Gradient


WIDTH = 100  # columns of a page of text


def as_printed(report: object, printer: Any, cycle: bool) -> None:
    """Show a report in IPython and notebooks as it prints: for ``_repr_pretty_``, which a class has to have of its own."""
    printer.text(str(report))


def table(rows: Sequence[Sequence[str]], separators: Sequence[str]) -> str:
    """Return rows of text with their columns aligned."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = []
    for row in rows:
        cells = [cell.ljust(width) for cell, width in zip(row, widths, strict=True)]
        lines.append("".join(a + b for a, b in zip(cells, [*separators, ""], strict=True)).rstrip() if any(row) else "")
    return "\n".join(lines)


def text(derivation: Derivation) -> str:
    """Return a derivation in columns; that of a single gradient begins with its chain rule and has the numbers put in."""
    gradients = list(derivation.gradients.values())
    alone = len(gradients) == 1
    rows = [_row(step, alone) if step else ("",) * (4 + alone) for step in _with_gaps(derivation)]
    body = table(rows, ["  ", *[" = "] * (2 + alone)])
    if not alone:
        return body
    whole = gradients[0]
    return f"{partial(whole.numerator, whole.denominator)} = {' + '.join(map(chain_rule, whole.chains))}\n\n{body}"


def markdown(derivation: Derivation, digits: int) -> str:
    """Return a derivation as a table."""
    lines = ["| | partial | formula | number |", "|---|---|---|---:|"]
    for step in (step for stage in derivation.stages for step in stage):
        cells = (step.name or "⇒", partial(step.numerator, step.denominator), step.formula, number_text(step.value, digits))
        lines.append(f"| {' | '.join(map(markdown_escaped, cells))} |")
    return "\n".join(lines)


def latex(derivation: Derivation, digits: int) -> str:
    """Return a derivation as an align* environment."""
    groups = [" \\\\\n".join(_latex_row(step, digits) for step in stage) for stage in derivation.stages]
    return "\\begin{align*}\n" + " \\\\[1ex]\n".join(groups) + "\n\\end{align*}"


def latex_document(body: str) -> str:
    """Return a document with this body; labels in any script need XeLaTeX or LuaLaTeX."""
    return f"\\documentclass{{article}}\n\\usepackage{{amsmath}}\n\\begin{{document}}\n{body}\n\\end{{document}}\n"


def partial(numerator: str, denominator: str) -> str:
    """Return a partial derivative in Leibniz's form."""
    return f"∂{numerator}/∂{denominator}"


def chain_rule(chain: Sequence[str]) -> str:
    """Return the product of partials along a chain of nodes."""
    return "·".join(partial(a, b) for a, b in pairwise(chain)) or "1"


def markdown_escaped(text: str) -> str:
    """Return text with nothing left in it for Markdown or HTML to interpret."""
    text = re.sub(r"([\\`*{}\[\]#|~$!])|(?<![A-Za-z0-9])(_)|(_)(?![A-Za-z0-9])", lambda m: "\\" + m.group(), text)
    return re.sub(r"\s+", " ", text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;"))


def listed(names: Sequence[str], most: int = 5) -> str:
    """Return names as a list in words, with the number of those beyond the first so many."""
    words = [*names[:most], *([f"{len(names) - most} more"] if len(names) > most else [])]
    return " and ".join(filter(None, [", ".join(words[:-1]), words[-1]]))


def clipped(text: str, width: int) -> str:
    """Return text, cut off with an ellipsis at a width."""
    return text if len(text) <= width else text[: width - 1] + "…"


def short_number(x: float) -> str:
    """Return a number with six digits, and 0 for -0."""
    return number_text(x + 0.0, 6)


def fenced(text: str) -> str:
    """Return text as a Markdown code block, its fence longer than any run of backticks in it."""
    fence = "`" * max([3, *(len(run) + 1 for run in re.findall("`+", text))])
    return f"{fence}\n{text}\n{fence}"  # for a language, even "text", nbconvert leaves monospaced type


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
