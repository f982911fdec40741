"""Text for people: tables, lists, partial derivatives, and what Markdown must not interpret."""

from __future__ import annotations

import re
from collections.abc import Sequence

WIDTH = 100  # columns of a page of text


def table(rows: Sequence[Sequence[str]], separators: Sequence[str]) -> str:
    """Return rows of text with their columns aligned."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = []
    for row in rows:
        cells = [cell.ljust(width) for cell, width in zip(row, widths, strict=True)]
        lines.append("".join(a + b for a, b in zip(cells, [*separators, ""], strict=True)).rstrip() if any(row) else "")
    return "\n".join(lines)


def latex_document(body: str) -> str:
    """Return a document with this body; labels in any script need XeLaTeX or LuaLaTeX."""
    return f"\\documentclass{{article}}\n\\usepackage{{amsmath}}\n\\begin{{document}}\n{body}\n\\end{{document}}\n"


def partial(numerator: str, denominator: str) -> str:
    """Return a partial derivative in Leibniz's form."""
    return f"∂{numerator}/∂{denominator}"


def markdown_escaped(text: str) -> str:
    """Return text with nothing left in it for Markdown or HTML to interpret."""
    text = re.sub(r"([\\`*{}\[\]#|~$!])|(?<![A-Za-z0-9])(_)|(_)(?![A-Za-z0-9])", lambda m: "\\" + m.group(), text)
    return re.sub(r"\s+", " ", text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;"))


def listed(names: Sequence[str], most: int = 5) -> str:
    """Return names as a list in words, with the number of those beyond the first so many."""
    words = [*names[:most], *([f"{len(names) - most} more"] if len(names) > most else [])]
    return " and ".join(filter(None, [", ".join(words[:-1]), words[-1]]))


def few(parts: Sequence[str], most: int) -> list[str]:
    """Return at most so many parts: of more, the first and the last ones, and an ellipsis between them."""
    return [*parts] if len(parts) <= most else [*parts[: most // 2], "…", *parts[1 - most // 2 :]]


def clipped(text: str, width: int) -> str:
    """Return text, cut off with an ellipsis at a width."""
    return text if len(text) <= width else text[: width - 1] + "…"


def fenced(text: str) -> str:
    """Return text as a Markdown code block, its fence longer than any run of backticks in it."""
    fence = "`" * max([3, *(len(run) + 1 for run in re.findall("`+", text))])
    return f"{fence}\n{text}\n{fence}"  # for a language, even "text", nbconvert leaves monospaced type
