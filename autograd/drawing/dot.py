"""Graphviz: the language DOT, and the program ``dot``, which lays graphs out and draws them."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from html import escape
from importlib import import_module
from math import copysign
from typing import Any

from autograd.drawing.cards import NEVER, NOT_YET, Card
from autograd.drawing.edge_labels import Curve, Point
from autograd.drawing.layered import Size, usual_gap
from autograd.drawing.theme import BACKGROUND, GRADIENT, LINE, MUTED, ROLES, TEXT, THEMES, Shade
from autograd.drawing.view import View
from autograd.drawing.words import shortened, shortened_to_columns
from autograd.engine.labels import brief, typed

Positions = tuple[list[Point], list[Curve], list[Curve]]

DOT_FONT = "Helvetica,Arial,sans-serif"
NAME_SIZE, WIDEST = 10.0, 150.0
LONGEST = 100  # columns of a title or a tooltip
POINTS = 72.0  # in an inch
PATIENCE = 60.0  # seconds
FEW = 60  # edges among which dot finds room for chips without long detours
GAP_BESIDE_CHIPS, MORE_THAN_OURS = 44.0, 10.0  # pixels between columns; of the latter, since dot's edges cross more

MISSING = "Graphviz's program dot was not found"
HOW_TO_INSTALL = """install Graphviz
  Debian, Ubuntu   sudo apt install graphviz
  Fedora           sudo dnf install graphviz
  Arch             sudo pacman -S graphviz
  macOS            brew install graphviz
  Windows          winget install Graphviz.Graphviz   (then open a new terminal)
  conda            conda install -c conda-forge graphviz"""


def source(view: View, rankdir: str = "LR", theme: str = "light") -> str:
    """Return the view in DOT, a picture in itself: any Graphviz draws it."""
    lines = [f"\t{line}" for line in statements(view, rankdir, theme)]
    return "\n".join([f"digraph {_quoted(view.title)} {{", *lines, "}"]) + "\n"


def digraph(view: View, form: str, rankdir: str, theme: str) -> Any:
    """Return the view as a ``Digraph`` of the Python package graphviz."""
    if not isinstance(form, str):
        raise TypeError(f'format takes the name of one that Graphviz writes, such as "svg", but got {typed(form)}')
    try:
        graphviz = import_module("graphviz")  # only here, since it may not be installed
    except ImportError:
        raise ImportError("this needs the Python package graphviz: pip install graphviz; draw(...) works without it") from None
    base: Any = graphviz.Digraph

    class Digraph(base):  # type: ignore[misc]
        """One that says, where the program ``dot`` is missing, what works without it."""

        def pipe(self, *args: Any, **options: Any) -> Any:
            return with_hint(super().pipe, *args, **options)

        def render(self, *args: Any, **options: Any) -> Any:
            return with_hint(super().render, *args, **options)

    def with_hint(drawn: Any, *args: Any, **options: Any) -> Any:
        try:
            return drawn(*args, **options)
        except graphviz.ExecutableNotFound:
            raise RuntimeError(f"{MISSING}; draw(...) works without it, or {HOW_TO_INSTALL}") from None

    body = [f"\t{line}\n" for line in statements(view, rankdir, theme)]
    return Digraph(shortened_to_columns(view.title, LONGEST), format=form, body=body)


def statements(view: View, rankdir: str = "LR", theme: str = "light") -> Iterator[str]:
    """Yield what stands between the braces of DOT."""
    if theme not in THEMES:
        raise ValueError(f"theme must be one of {', '.join(THEMES)}, but got {brief(theme)}")
    dark = theme == "dark"
    yield f'graph [rankdir={direction(rankdir)}, nodesep=0.2, ranksep=0.5, bgcolor="{BACKGROUND[dark]}", fontname="{DOT_FONT}"]'
    yield f'node [shape=plain, fontname="{DOT_FONT}", fontsize=10]'
    yield f'edge [arrowsize=0.6, color="{LINE[dark]}", fontcolor="{MUTED[dark]}", fontname="{DOT_FONT}", fontsize=9]'
    for i, card in enumerate(view.cards):
        yield f"n{i} [label=<{_table(card, dark)}>, tooltip={_quoted(card.details)}]"
    for edge in view.edges:
        label = f"label={_quoted(f' {edge.text} ')}, " if edge.text else ""
        yield f"n{edge.tail} -> n{edge.head} [{label}tooltip={_quoted(edge.details)}]"


def direction(rankdir: str) -> str:
    """Return the direction of a picture; raise ValueError if there is no such one."""
    if rankdir not in ("LR", "TB", "RL", "BT"):
        raise ValueError(f"rankdir must be one of LR, TB, RL, BT, but got {brief(rankdir)}")
    return rankdir


def _table(card: Card, dark: bool) -> str:
    """Write a card as the HTML that DOT knows."""
    role = ROLES[card.role]

    def text(words: str, shade: Shade, bold: bool = False, size: str = "") -> str:
        words = escape(_inert(shortened(words, WIDEST, NAME_SIZE)))
        return f'<FONT COLOR="{shade[dark]}"{size}>{f"<B>{words}</B>" if bold else words}</FONT>'

    def row(left: str, right: str, look: str = "") -> str:
        return f'<TR><TD ALIGN="LEFT" WIDTH="36"{look}>{left}</TD><TD ALIGN="RIGHT" WIDTH="54"{look}>{right}</TD></TR>'

    band = f' BGCOLOR="{role.band[dark]}" BORDER="1" COLOR="{role.band[dark]}"'  # the border hides the seam between the cells
    rows = [row(text(card.title, role.ink, card.bold), text(card.operation, role.ink) if card.operation else " ", band)]
    for key, number in card.rows:
        shade = GRADIENT if key == "grad" and number not in (NOT_YET, NEVER) else TEXT
        rows.append(row(text(key, MUTED, size=' POINT-SIZE="8.5"'), text(number, shade)))
    look = 'BORDER="1" CELLBORDER="0" CELLSPACING="0" CELLPADDING="3"'
    return f'<TABLE {look} COLOR="{role.border[dark]}" BGCOLOR="{role.tint[dark]}">{"".join(rows)}</TABLE>'


def _quoted(text: str) -> str:
    text = _inert(shortened_to_columns(text, LONGEST))  # Graphviz refuses strings of 16 kB
    text = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{text}"'


def _inert(text: str) -> str:
    """Return a text in which Graphviz does not put a name in place of \\N, as it does even in HTML, nor shortens \\\\."""
    return re.sub(r"\\(?=[EGHLNT\\])", "\\\\\u200b", text)


def run(source: str, form: str, *options: str) -> bytes:
    """Return what ``dot`` makes of DOT source in a format; raise RuntimeError if it is missing or fails."""
    program = shutil.which("dot")
    if program is None:
        raise RuntimeError(f'{MISSING}; layout="builtin" does without it, or {HOW_TO_INSTALL}')
    try:
        done = subprocess.run([program, f"-T{form}", *options], input=source.encode(), capture_output=True, timeout=PATIENCE)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise RuntimeError(f"Graphviz's program dot did not do its work: {error}") from None
    if done.returncode:
        raise RuntimeError(f"Graphviz's program dot failed: {done.stderr.decode(errors='replace').strip()}")
    return done.stdout


def positions(count: int, edges: Sequence[tuple[int, int]], size: Size, chips: Sequence[Size]) -> Positions:
    """Return where dot puts empty boxes of the cards' size, and its curves; raise RuntimeError if it cannot."""
    plain = run(_boxes(count, edges, size, chips), "plain").decode()
    try:
        return _apply(plain, count, edges, size)
    except (LookupError, ValueError):
        raise RuntimeError("Graphviz's program dot printed no layout that can be read") from None


def _boxes(count: int, edges: Sequence[tuple[int, int]], size: Size, chips: Sequence[Size]) -> str:
    """Write the graph as empty boxes, whose layout is the same whatever fonts there are."""
    with_room = len(edges) <= FEW
    separation = (
        GAP_BESIDE_CHIPS if with_room and any(along for along, _ in chips) else usual_gap(count, edges, chips) + MORE_THAN_OURS
    )
    lines = [
        "digraph {",
        f"rankdir=LR; nodesep=0.2; ranksep={separation / POINTS:.4f}",
        f'node [shape=box, fixedsize=true, width={size[0] / POINTS:.4f}, height={size[1] / POINTS:.4f}, label=""]',
        "edge [dir=none]",
        *[f"{card}" for card in range(count)],
    ]
    for (tail, head), (along, across) in zip(edges, chips, strict=True):
        box = f'WIDTH="{along:.0f}" HEIGHT="{across:.0f}"'
        room = f' [label=<<TABLE BORDER="0" FIXEDSIZE="TRUE" {box}><TR><TD></TD></TR></TABLE>>]'
        lines.append(f"{tail} -> {head}{room if along and with_room else ''}")
    return "\n".join([*lines, "}"])


def _apply(plain: str, count: int, edges: Sequence[tuple[int, int]], size: Size) -> Positions:
    centers: list[Point] = [(0.0, 0.0)] * count
    found: dict[tuple[int, int], list[Curve]] = {}
    for line in plain.splitlines():
        kind, *words = line.split()
        if kind == "node":
            centers[int(words[0])] = (POINTS * float(words[1]), -POINTS * float(words[2]))
        elif kind == "edge":
            tail, head, number = map(int, words[:3])
            numbers = [POINTS * float(word) for word in words[3 : 3 + 2 * number]]
            curve = [(x, -y) for x, y in zip(numbers[::2], numbers[1::2], strict=True)]
            found.setdefault((tail, head), []).append(curve)
    curves = [_anchored(found[tail, head].pop(0), centers[tail], centers[head], size) for tail, head in edges]
    return centers, curves, curves


def _anchored(curve: Curve, tail: Point, head: Point, size: Size) -> Curve:
    """Return a curve that ends on the borders of its cards: dot prints five digits, which in wide pictures leaves gaps."""
    (x0, y0), (x1, y1) = (_on_border(end, center, size) for end, center in ((curve[0], tail), (curve[-1], head)))
    (dx0, dy0), (dx1, dy1) = (x0 - curve[0][0], y0 - curve[0][1]), (x1 - curve[-1][0], y1 - curve[-1][1])
    (ax, ay), (bx, by) = curve[1], curve[-2]
    return [(x0, y0), (ax + dx0, ay + dy0), *curve[2:-2], (bx + dx1, by + dy1), (x1, y1)]


def _on_border(point: Point, center: Point, size: Size) -> Point:
    """Return the point of a card's border that is nearest to a point not far from it."""
    across, down = size[0] / 2, size[1] / 2
    dx = min(max(point[0] - center[0], -across), across)
    dy = min(max(point[1] - center[1], -down), down)
    if across - abs(dx) < down - abs(dy):
        dx = copysign(across, dx)
    else:
        dy = copysign(down, dy)
    return center[0] + dx, center[1] + dy
