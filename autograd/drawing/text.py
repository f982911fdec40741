"""Views as text: Mermaid for READMEs, and a tree for the terminal."""

from __future__ import annotations

import warnings
from collections.abc import Iterator

from autograd.drawing.cards import Card, Edge
from autograd.drawing.theme import ROLES
from autograd.drawing.view import View
from autograd.drawing.words import columns, shortened_to_columns

MOST_MERMAID_EDGES = 500  # Mermaid, as GitHub runs it, draws no more
MOST_MERMAID_NAME = 60  # columns
DEEPEST = 16  # levels of a tree; what is deeper goes on below it
WIDEST_NAME = 28  # columns


def mermaid(view: View, rankdir: str = "LR") -> str:
    """Return a Mermaid flowchart, which GitHub draws where a Markdown code block is marked ``mermaid``."""
    if len(view.edges) > MOST_MERMAID_EDGES:
        warnings.warn(
            f"Mermaid draws at most {MOST_MERMAID_EDGES} edges unless it is told otherwise, and these are {len(view.edges)}",
            stacklevel=4,
        )
    lines = [f"flowchart {rankdir}"]
    for i, card in enumerate(view.cards):
        words = [f"<b>{_escaped(card.title)}</b> {_escaped(card.operation)}".strip()]
        words += [f"{key} {_escaped(number)}" for key, number in card.rows]
        lines.append(f'    n{i}["{"<br>".join(words)}"]:::{card.role}')
    for edge in view.edges:
        partial = f'|"{_escaped(edge.text)}"|' if edge.text else ""
        lines.append(f"    n{edge.tail} -->{partial} n{edge.head}")
    for name in dict.fromkeys(card.role for card in view.cards):
        role = ROLES[name]
        lines.append(f"    classDef {name} fill:{role.tint[0]},stroke:{role.border[0]},stroke-width:2px,color:#0f172a")
    return "\n".join(lines) + "\n"


def _escaped(text: str) -> str:
    """Write a text so that Mermaid takes nothing in it for Markdown, HTML or its own syntax."""
    text = shortened_to_columns(text, MOST_MERMAID_NAME)
    return "".join([char if char.isalnum() or char in " _,.−…" or not char.isascii() else f"#{ord(char)};" for char in text])


def tree(view: View, most_lines: int | None = None) -> str:
    """Return the view as a tree of text, from the result to what it was computed from, with what is shared shown once.

    Each line has the node, its two numbers, and the partial of the line it hangs on by it.
    """
    rows = list(_rows(view))
    header = ("", "", "value", "grad", "∂above/∂this" if any(row[4] for row in rows) else "")
    if most_lines is not None and len(rows) > most_lines:
        left = len(rows) - most_lines
        rows = [*rows[:most_lines], (f"… and {left} more lines", "", "", "", "")]
    widths = [max(columns(row[i]) for row in (header, *rows)) for i in range(5)]
    lines = []
    for row in (header, *rows):
        cells = [_padded(text, width, i >= 2) for i, (text, width) in enumerate(zip(row, widths, strict=True))]
        lines.append("  ".join(cells).rstrip())
    return "\n".join([view.description, *lines]) + "\n"


def _padded(text: str, width: int, right: bool) -> str:
    space = " " * (width - columns(text))
    return space + text if right else text + space


def _rows(view: View) -> Iterator[tuple[str, str, str, str, str]]:
    """Yield the cells of each line: branch and name, operation, two numbers, partial."""
    incoming: list[list[Edge]] = [[] for _ in view.cards]
    for edge in view.edges:
        incoming[edge.head].append(edge)
    shown: set[int] = set()
    roots = [len(view.cards) - 1]
    for root in roots:  # grows while it is walked
        stack: list[tuple[int, str, str, str, int]] = [(root, "", "", "", 0)]
        while stack:
            place, branch, indent, partial, depth = stack.pop()
            card = view.cards[place]
            name = branch + shortened_to_columns(card.name, WIDEST_NAME)
            if place in shown or (depth == DEEPEST and incoming[place]):
                if place not in shown and place not in roots:
                    roots.append(place)
                where = "see above" if place in shown else "see below"
                yield name, f"({where})", "", "", partial
                continue
            shown.add(place)
            yield name, card.operation if card.title == card.name else card.title, *_numbers(card), partial
            twig, below = "└─ ", "   "
            for edge in reversed(incoming[place]):
                stack.append((edge.tail, indent + twig, indent + below, edge.text, depth + 1))
                twig, below = "├─ ", "│  "


def _numbers(card: Card) -> tuple[str, str]:
    (key, first), (other, second) = card.rows
    return (first, second) if key == "value" else (f"{key} {first}", f"{other} {second}")
