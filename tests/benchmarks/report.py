"""What was measured, as a table of ratios, as numbers, and as a picture."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
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
COMPILED = {  # what is one of as many as its name says
    "note": "a round of training of the note's network, one call",
    "rounds:10000": "the same, 10,000 rounds in one call, a round",
    "iterations:100": "an iteration of the moons demo, 100 in one call (JAX, torch: on arrays)",
    "replay:1000": "value and gradient of a random graph of 1,000 nodes, a node",
    "replay:10000": "the same of 10,000 nodes",
    "replay:100000": "the same of 100,000 nodes",
    "function": "value and gradient of Rosenbrock's function, one call",
    "wave": "the same of exp(-x²) · sin(x·y)",
    "sums:1000000": "the note's error and gradient over 1,000,000 rows, summed, a row",
    "rows:1000000": "the same for each row",
}
OURS = ["Python source", "tape", "C", "C fast"]
UNPUBLISHED = {"aadc"}  # by its licence: no figure of it goes into a file

Results = Mapping[str, Mapping[str, float]]  # of each work for each engine: CPU seconds of a run, or bytes


def table(results: Results) -> str:
    """Return a table in Markdown: by how many times each engine is faster than micrograd, and micrograd's time."""
    engines = [*dict.fromkeys(name for row in results.values() for name in row)]
    lines = [["", *engines], ["---", *["--:"] * len(engines)]]
    lines += [[WORKS[work], *[_cell(work, row, name) for name in engines]] for work, row in results.items()]
    return _markdown(lines)


def _cell(work: str, row: Mapping[str, float], name: str) -> str:
    if name not in row:
        return ""
    if work == "bytes":
        return f"{row[name]:,.0f} B"
    if name == BASE:
        return _time(row[name])
    return _times(row[BASE] / row[name]) if BASE in row else ""


def compiled_table(results: Results) -> str:
    """Return a table in Markdown: the time of each engine, the shortest in bold, and ours against the best of others."""
    engines = [*dict.fromkeys(name for row in results.values() for name in row)]
    lines = [["", *engines, "ours, as fast as the best other"], ["---", *["--:"] * (len(engines) + 1)]]
    for work, row in results.items():
        each = {name: taken / int(work.partition(":")[2] or 1) for name, taken in row.items()}
        times = {name: _time(taken) for name, taken in each.items()}
        ours, others = ({name: each[name] for name in each if (name in OURS) == own} for own in (True, False))
        best, other = min(ours, key=ours.__getitem__, default=""), min(others, key=others.__getitem__, default="")
        times[min(each, key=each.__getitem__)] = f"**{_time(min(each.values()))}**"
        ratio = f"{_times(each[other] / each[best])} {other}" if best and other else ""
        lines.append([COMPILED[work], *[times.get(name, "") for name in engines], ratio])
    return _markdown(lines)


def _markdown(lines: Iterable[Iterable[str]]) -> str:
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def _time(seconds: float) -> str:
    units = (("s", 1), ("ms", 1e3), ("µs", 1e6), ("ns", 1e9))
    unit, scale = next(((unit, scale) for unit, scale in units if seconds * scale >= 1), units[-1])
    return f"{seconds * scale:.3g} {unit}"


def _times(ratio: float) -> str:
    return f"{ratio:,.0f} ×" if ratio >= 10 else f"{ratio:.1f} ×" if ratio >= 1 else f"{ratio:.2g} ×"


def write(folder: Path, about: Mapping[str, Any], results: Results, name: str = "results") -> None:
    """Write results.json, results.md and results.svg; of what is compiled, compiled.json and compiled.md."""
    public = {work: {name: x for name, x in row.items() if name not in UNPUBLISHED} for work, row in results.items()}
    numbers = json.dumps({**about, "results": public}, indent=1)
    (folder / f"{name}.json").write_text(numbers + "\n")
    (folder / f"{name}.md").write_text((compiled_table if name == "compiled" else table)(public))
    if name == "results":
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
