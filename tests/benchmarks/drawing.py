"""How long drawing takes, beside micrograd's notebook: ``python -m tests.benchmarks.drawing``.

Each program draws a random graph of so many nodes as SVG. Graphviz, which two of the three use, must be installed.
"""

from __future__ import annotations

import argparse
import gc
import warnings
from functools import partial
from time import perf_counter
from typing import Any

from graphviz import Digraph
from micrograd.engine import Value as MicrogradValue

from autograd import Value
from autograd.drawing import draw

from .random_graph import grow, random_recipe

LAYOUTS = ("dot", "builtin")


def main() -> None:
    """Print a line for each size."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.drawing", description=__doc__)
    parser.add_argument("--nodes", type=int, nargs="*", default=[20, 100, 300, 1000], help="sizes of the random graphs")
    parser.add_argument("--repeats", type=int, default=3, help="turns per program, of which the fastest counts (default: 3)")
    arguments = parser.parse_args()
    warnings.simplefilter("ignore")  # above 1000 cards, draw warns that it takes long
    print(
        f"{'':14}" + "".join(f"{name:>14}" for name in ("draw, dot", "draw, builtin", "micrograd")) + f"{'':4}sizes of the SVG"
    )
    for count in arguments.nodes:
        steps = random_recipe(count)
        root, leaves = grow(steps, Value)
        root.backward()
        theirs, _ = grow(steps, MicrogradValue)
        theirs.backward()
        programs = [partial(_drawn, root, layout) for layout in LAYOUTS] + [partial(_drawn_by_micrograd, theirs)]
        seconds, sizes = zip(*[_fastest(program, arguments.repeats) for program in programs], strict=True)
        name = f"{len(steps) + len(leaves)} nodes"
        print(
            f"{name:14}" + "".join(f"{s:>12.2f} s" for s in seconds), *(f"{size / 1000:>8.0f} kB" for size in sizes), flush=True
        )


def _fastest(program: Any, repeats: int) -> tuple[float, int]:
    """Return the seconds of the fastest turn, and the bytes of what was drawn."""
    times = []
    for _ in range(repeats):
        gc.collect()
        start = perf_counter()
        size = len(program())
        times.append(perf_counter() - start)
    return min(times), size


def _drawn(root: Value, layout: str) -> bytes:
    return draw(root, layout=layout).svg.encode()


def _drawn_by_micrograd(root: Any) -> bytes:
    """Draw as micrograd's trace_graph.ipynb does (Copyright 2020 Andrej Karpathy, MIT License)."""
    nodes, edges = set(), set()

    def build(v: Any) -> None:
        if v not in nodes:
            nodes.add(v)
            for child in v._prev:
                edges.add((child, v))
                build(child)

    build(root)
    dot = Digraph(format="svg", graph_attr={"rankdir": "LR"})
    for n in nodes:
        dot.node(name=str(id(n)), label=f"{{ data {n.data:.4f} | grad {n.grad:.4f} }}", shape="record")
        if n._op:
            dot.node(name=str(id(n)) + n._op, label=n._op)
            dot.edge(str(id(n)) + n._op, str(id(n)))
    for n1, n2 in edges:
        dot.edge(str(id(n1)), str(id(n2)) + n2._op)
    drawn: bytes = dot.pipe()
    return drawn


if __name__ == "__main__":
    main()
