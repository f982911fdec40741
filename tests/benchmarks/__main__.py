"""How many times faster than micrograd is this engine, and how many times are its peers? ``python -m tests.benchmarks``.

With ``--compiled``: how long does what it compiles take, and what others compile or somebody writes by hand?
Every engine runs in a process of its own. They take turns with short batches of each program, and the fastest of each counts.
"""

from __future__ import annotations

import argparse
import platform
import sys
from collections.abc import Mapping
from functools import partial
from math import inf, isclose
from pathlib import Path
from typing import Any

from nn.data import moons

from .engines import ENGINES
from .peers import Peer, UnavailableError, started
from .report import BASE, COMPILED, OURS, WORKS, compiled_table, table, write

DEFAULT = ["num_dual", "jax.jit", "jax", "HIPS autograd"]
COMPILE = ["C by hand", "numba by hand", "jax.jit", "heyoka"]
FIRST = ["core", "pure", BASE]
# Runs whose numbers are compared: later ones depend on the gradients of those before. What is compiled compares itself with
# Python after 1, 2, 4, 8, … runs, which takes thousands of times as long as a run of a large graph: the clock begins late.
RUNS = {"note": 3, "moons": 2, "program": 2, "replay": 65}
MOST = {"graph:1000000": 2}  # rounds that are enough, since each takes a minute
MEASURED = ["graph", 100_000]  # for its bytes
HOLDERS = FIRST  # engines whose results hold their graphs, in memory that Python knows of
CLOSE = 1e-12  # of the largest number of a result


def main() -> None:
    """Measure, show how far it is, print the table, and write it, its numbers and its picture."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("--compiled", action="store_true", help="measure what is compiled, once, and called often")
    peers = [name for name in ENGINES if name not in (*FIRST, *OURS)]
    parser.add_argument("--peers", nargs="*", choices=peers, help=f"besides {BASE} (default: {DEFAULT}; compiled: {COMPILE})")
    works = [*dict.fromkeys([*WORKS, *COMPILED])]
    parser.add_argument("--works", nargs="*", choices=works, help="what is measured (default: all)")
    parser.add_argument("--rounds", type=int, default=7, help="batches of each program (default: %(default)s)")
    parser.add_argument("--seconds", type=float, default=0.2, help="that a batch takes (default: %(default)s)")
    parser.add_argument(
        "--folder", type=Path, default=Path(__file__).parent, help="for the results (default: that of this file)"
    )
    arguments = parser.parse_args()
    first, default, works, name = (
        ([*OURS, BASE], COMPILE, COMPILED, "compiled") if arguments.compiled else (FIRST, DEFAULT, WORKS, "results")
    )
    engines = started([*first, *(default if arguments.peers is None else arguments.peers)], moons())
    chosen = [work for work in works if arguments.works is None or work in arguments.works]
    try:
        results = {}
        for work in chosen:
            print(f"{works[work]} ", end="", file=sys.stderr, flush=True)
            results[work] = measured(work, engines, arguments.rounds, arguments.seconds)
    finally:
        for engine in engines.values():
            engine.end()
    print((compiled_table if arguments.compiled else table)(results))
    versions = {name: engine.version for name, engine in engines.items() if engine.version}
    python = f"{platform.python_implementation()} {platform.python_version()}"
    write(arguments.folder, {"python": python, "machine": platform.machine(), "versions": versions}, results, name)


def measured(work: str, engines: Mapping[str, Peer], rounds: int, seconds: float) -> dict[str, float]:
    """Return what a run takes on each engine that can do the work, and whose numbers are those of the first."""
    if work == "bytes":
        found = {name: _asked(engine, "bytes_held", *MEASURED) for name, engine in engines.items() if name in HOLDERS}
        found = {name: held / MEASURED[1] for name, held in found.items() if held}
    else:
        kind, *size = work.split(":")
        numbers = {
            name: _asked(engine, "prepare", kind, RUNS.get(kind, 1), *map(int, size)) for name, engine in engines.items()
        }
        found = {name: inf for name in numbers if _agree(name, numbers)}
        for _ in range(min(rounds, MOST.get(work, rounds))):
            for name in found:
                found[name] = min(found[name], _asked(engines[name], "seconds", seconds) or inf)
            print(".", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)
    return {name: taken for name, taken in found.items() if taken < inf}


def _asked(engine: Peer, *request: Any) -> Any:
    """Return an answer; None if there is none, and say why."""
    try:
        return engine.ask(*request)
    except UnavailableError as problem:
        print(f"({engine.name}: {problem}) ", end="", file=sys.stderr, flush=True)
        return None


def _agree(name: str, numbers: Mapping[str, list[float] | None]) -> bool:
    """Tell whether an engine has numbers, and they are those of the first that has any."""
    expected, found = next(filter(None, numbers.values()), []), numbers[name]
    if not found:
        return False
    least = CLOSE * max(map(abs, expected))
    agree = len(found) == len(expected) and all(map(partial(isclose, rel_tol=CLOSE, abs_tol=least), expected, found))
    if not agree:
        print(f"({name} computes other numbers: {found[:3]}, not {expected[:3]}) ", end="", file=sys.stderr)
    return agree


if __name__ == "__main__":
    main()
