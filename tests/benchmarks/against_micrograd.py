"""How many times faster than micrograd is this engine? Prints a table of ratios.

Both engines run in turns, and the fastest turn of each counts. Times differ from machine to machine, the ratios much less.
"""

from __future__ import annotations

import argparse
import gc
import importlib
import subprocess
import sys
import tracemalloc
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from micrograd.engine import Value as MicrogradValue

from autograd import Value

from . import moons, note_round
from .random_graph import Step, grow_and_differentiate, random_recipe
from .timing import fastest

GOALS = {1_000: "2", 100_000: "5", 1_000_000: "3.5"}  # of the ratio, by the number of nodes
LARGE = 1_000_000  # nodes: one turn is enough, and none on PyTorch


def main() -> None:
    """Run the benchmarks, and print the result of each as soon as it is there."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.against_micrograd", description=__doc__)
    parser.add_argument(
        "--nodes",
        type=int,
        nargs="*",
        default=[1_000, 100_000],
        help=f"sizes of the random graphs (default: 1000 100000; {LARGE} takes a minute and 2 GB)",
    )
    parser.add_argument("--turns", type=int, default=7, help="turns of each program, of which the fastest counts (default: 7)")
    arguments = parser.parse_args()
    torch = _torch()
    print(f"{'':40}{'autograd':>12}{'micrograd':>12}{'ratio':>8}{'goal':>9}" + f"{'torch scalars':>16}" * bool(torch))
    note(arguments.turns, torch)
    demo(arguments.turns)
    for count in arguments.nodes:
        random_graph(count, arguments.turns, torch)
    memory()
    start_up()


def note(turns: int, torch: Any) -> None:
    """Time a round of the note's network."""
    rounds = [note_round.ours(), note_round.micrograds()] + ([note_round.torchs(torch)] if torch else [])
    _print("the note's 2-2-2 network, a round", "µs", 1e6, fastest(rounds, turns), "3")


def demo(turns: int) -> None:
    """Time an iteration of micrograd's demo."""
    _print("micrograd's moons demo, an iteration", "ms", 1e3, fastest([moons.ours(), moons.micrograds()], turns), "30")


def random_graph(count: int, turns: int, torch: Any) -> None:
    """Time a random graph: building and backward."""
    steps = random_recipe(count)
    leaves: list[Callable[[float], Any]] = [Value, MicrogradValue]
    if torch and count < LARGE:
        leaves.append(partial(torch.tensor, dtype=torch.float64, requires_grad=True))
    programs = [partial(grow_and_differentiate, steps, leaf) for leaf in leaves]
    seconds = fastest(programs, turns if count < LARGE else 1)
    _print(f"random graph of {count:,} nodes, a node", "ns", 1e9 / count, seconds, GOALS.get(count, ""))


def memory(count: int = 10_000) -> None:
    """Measure the memory of a random graph after its backward pass."""
    steps = random_recipe(count)
    bytes_held = [_bytes_held(steps, leaf) / count for leaf in (Value, MicrogradValue)]
    _print("random graph, memory of a node", "B ", 1, bytes_held, "< 300 B")


def _bytes_held(steps: list[Step], leaf: Callable[[float], Any]) -> int:
    gc.collect()
    tracemalloc.start()
    kept = grow_and_differentiate(steps, leaf)
    held, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    del kept
    return held


def start_up() -> None:
    """Time importing the engine, over starting Python."""
    programs = [partial(subprocess.run, [sys.executable, "-c", code], check=True) for code in ("import autograd", "")]
    ours, bare = fastest(programs, turns=25, seconds=0)
    print(f"{'import, over bare Python':40}{_number(ours - bare, 'ms', 1e3)}{'':20}{'< 30 ms':>9}")


def _torch() -> Any:
    """Return PyTorch if it is installed, else None."""
    try:
        return importlib.import_module("torch")
    except ImportError:
        return None


def _print(name: str, unit: str, scale: float, results: Sequence[float], goal: str) -> None:
    """Print a row of the table: our result, micrograd's, by how many times ours is less, and perhaps PyTorch's."""
    ours, theirs, *torchs = [_number(result, unit, scale) for result in results]
    print(f"{name:40}{ours}{theirs}{results[1] / results[0]:>8.1f}{goal:>9}" + "".join(f"{t:>16}" for t in torchs), flush=True)


def _number(result: float, unit: str, scale: float) -> str:
    number = result * scale
    return f"{number:>9.{0 if number >= 100 else 1}f} {unit}"


if __name__ == "__main__":
    main()
