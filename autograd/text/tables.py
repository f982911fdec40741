"""Tables, such as those of equations, and what Markdown and LaTeX must not interpret. ``parts`` sets them as text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    """A line of a table, such as an equation with its sides; a remark beside it, or below where one of them is too long.

    ``notes`` always stand below. ``latex`` is the same as mathematics, & where lines are aligned.
    """

    cells: tuple[str, ...]
    remark: str = ""
    notes: tuple[str, ...] = ()
    latex: str = ""


@dataclass(frozen=True)
class Table:
    """Rows in columns, what stands between these, sentences between rows, and the number of rows that are left out.

    ``align`` has < or > for each column, < if nothing is said; ``head`` is for Markdown, whose tables must have one.
    """

    rows: Sequence[Row | str]
    between: Sequence[str]
    indent: int = 0
    left_out: int = 0
    align: str = ""
    head: tuple[str, ...] = ()


def as_markdown(table: Table) -> str:
    """Return a table as Markdown, numbers on the right."""
    rows = [row.cells if isinstance(row, Row) else ("", row, *[""] * (len(table.head) - 2)) for row in table.rows if row]
    head, *lines = [f"| {' | '.join(map(markdown_escaped, row))} |" for row in (table.head, *rows)]
    return "\n".join([head, f"|{'---|' * (len(table.head) - 1)}---:|", *lines])


def as_latex(table: Table) -> str:
    """Return equations as an align* environment, which needs the package amsmath."""
    lines = [row.latex if isinstance(row, Row) else row and rf"& \text{{{row}}}" for row in table.rows]
    body = " \\\\\n".join(lines).replace("\\\\\n \\\\\n", "\\\\[1ex]\n")  # a gap
    return f"\\begin{{align*}}\n{body}\n\\end{{align*}}"


def latex_document(body: str) -> str:
    """Return a document with this body; labels in any script need XeLaTeX or LuaLaTeX."""
    return f"\\documentclass{{article}}\n\\usepackage{{amsmath}}\n\\begin{{document}}\n{body}\n\\end{{document}}\n"


def markdown_escaped(text: str) -> str:
    """Return text with nothing left in it for Markdown or HTML to interpret."""
    text = re.sub(r"([\\`*{}\[\]#|~$!])|(?<![A-Za-z0-9])(_)|(_)(?![A-Za-z0-9])", lambda m: "\\" + m.group(), text)
    return re.sub(r"\s+", " ", text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;"))


def fenced(text: str) -> str:
    """Return text as a Markdown code block, its fence longer than any run of backticks in it."""
    fence = "`" * max([3, *(len(run) + 1 for run in re.findall("`+", text))])
    return f"{fence}\n{text}\n{fence}"  # for a language, even "text", nbconvert leaves monospaced type
