"""What was measured, as a table of ratios, as numbers, and as a picture."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

BASE = "micrograd"
WORKS = {
    "bytes": "a node's memory in a random graph, after backward",
    "note": "a round of training of the note's 2-2-2 network",
    "moons": "an iteration of the moons demo (JAX, HIPS, torch: on arrays)",
    "program": "the same, micrograd's own program on our Value",
    "graph:1000": "random graph of 1,000 nodes, build and backward",
    "graph:100000": "random graph of 100,000 nodes",
    "graph:1000000": "random graph of 1,000,000 nodes",
    "by hand": "Rosenbrock's function of two numbers, build and backward",
    "function": "the same by value_and_grad",
}
UNPUBLISHED = {"aadc"}  # by its licence: no figure of it goes into a file

Results = Mapping[str, Mapping[str, float]]  # of each work for each engine: CPU seconds of a run, or bytes


def table(results: Results) -> str:
    """Return a table in Markdown: by how many times each engine is faster than micrograd, and micrograd's time."""
    engines = [*dict.fromkeys(name for row in results.values() for name in row)]
    lines = [["", *engines], ["---", *["--:"] * len(engines)]]
    lines += [[WORKS[work], *[_cell(work, row, name) for name in engines]] for work, row in results.items()]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def _cell(work: str, row: Mapping[str, float], name: str) -> str:
    if name not in row:
        return ""
    if work == "bytes":
        return f"{row[name]:,.0f} B"
    if name == BASE:
        unit, scale = next((unit, scale) for unit, scale in (("s", 1), ("ms", 1e3), ("µs", 1e6)) if row[name] * scale >= 1)
        return f"{row[name] * scale:.3g} {unit}"
    return _times(row[BASE] / row[name]) if BASE in row else ""


def _times(ratio: float) -> str:
    return f"{ratio:,.0f} ×" if ratio >= 10 else f"{ratio:.1f} ×" if ratio >= 1 else f"{ratio:.2g} ×"


def write(folder: Path, about: Mapping[str, Any], results: Results) -> None:
    """Write results.json, results.md and results.svg."""
    public = {work: {name: x for name, x in row.items() if name not in UNPUBLISHED} for work, row in results.items()}
    numbers = json.dumps({**about, "results": public}, indent=1)
    (folder / "results.json").write_text(numbers + "\n")
    (folder / "results.md").write_text(table(public))
    _draw(folder / "results.svg", public)


def _draw(path: Path, results: Results) -> None:
    """Draw how many times faster than micrograd each engine is, in colours that can be read on light and on dark pages."""
    from matplotlib import rc_context
    from matplotlib.figure import Figure
    from matplotlib.ticker import FuncFormatter

    from nn.plots import COLOURS, INK, MARKERS, SMALL

    rows = {WORKS[work]: row for work, row in results.items() if work != "bytes" and BASE in row}
    engines = [*dict.fromkeys(name for row in rows.values() for name in row if name != BASE)]
    style = {"svg.hashsalt": "nn", "svg.fonttype": "none", "font.size": SMALL, "text.color": INK, "axes.edgecolor": INK}
    with rc_context({**style, "xtick.color": INK, "ytick.color": INK, "axes.labelcolor": INK}):
        axes = Figure(figsize=(9, 1 + 0.4 * len(rows)), layout="constrained").add_subplot()
        axes.patch.set_alpha(0)
        axes.axvline(1, color=INK, linewidth=1)
        for i, name in enumerate(engines):
            points = [(row[BASE] / row[name], len(rows) - y) for y, row in enumerate(rows.values()) if name in row]
            colour, marker = COLOURS[i % len(COLOURS)], MARKERS[i % len(MARKERS)]
            axes.plot(*zip(*points, strict=True), marker, color=colour, label=name, markersize=6)
        axes.set_xscale("log")
        axes.xaxis.set_major_formatter(FuncFormatter(lambda x, _: f"{x:g}"))
        axes.set_xlabel("times as fast as micrograd, in CPU time")
        axes.set_yticks(range(len(rows), 0, -1), [*rows])
        axes.grid(axis="y", color=INK, alpha=0.25)
        axes.figure.legend(loc="outside upper center", ncols=len(engines), frameon=False)
        axes.figure.savefig(path, transparent=True, metadata={"Date": None, "Creator": None})
