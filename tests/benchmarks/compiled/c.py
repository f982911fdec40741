"""The programs in C by hand, called through ctypes on buffers that are made once."""

from __future__ import annotations

import ctypes
import operator
from functools import partial
from pathlib import Path
from typing import Any

from .. import moons, note_round, random_graph
from ..small import POINT
from .programs import columns, some_of

SOURCE = Path(__file__).with_name("by_hand.c")
FLAGS = ["-O3", "-march=native"]
CODES = {  # of by_hand.c
    operator.add: 0, operator.sub: 1, operator.mul: 2, operator.truediv: 3, operator.neg: 4, random_graph.relu: 5
}  # fmt: skip
POWERS = {2: 6, 3: 7}


class Step(ctypes.Structure):
    _fields_ = [("op", ctypes.c_int), ("x", ctypes.c_int), ("y", ctypes.c_int)]


def programs(data: moons.Data) -> dict[str, Any]:
    """Return the programs in C by hand, called through ctypes on buffers that are made once."""
    import numpy as np

    from autograd.compiling.compiler import library

    made = library(FLAGS, SOURCE.read_text(encoding="utf-8"))
    for name in ("note_round", "rosenbrock", "wave", "replay"):
        getattr(made, name).restype = ctypes.c_double

    def at(array: Any) -> Any:
        return array.ctypes.data_as(ctypes.c_void_p)

    def small(f: Any) -> Any:
        x, g = np.array(POINT), np.zeros(2)
        call = partial(f, at(x), at(g))
        return lambda: (call(), g)

    def round_() -> Any:
        w = np.array(note_round.WEIGHTS)
        w_at = at(w)
        return lambda keep=w: made.note_round(w_at)  # the array, which lives as long as this

    def trained(f: Any, start: Any, *rest: Any) -> Any:
        start, p = np.array(start), np.array(start)
        call = partial(f, at(p), *map(at, rest[:-1]), *rest[-1])

        def run(keep: Any = rest) -> Any:
            p[:] = start
            call()
            return p.tolist()

        return run

    def iterations(times: int) -> Any:
        points, classes = (np.array(column, float) for column in data)
        counts = ctypes.c_long(len(classes)), ctypes.c_long(times)
        return trained(made.moons_iterations, moons.parameters(), points, classes, counts)

    def rows(count: int, f: Any, summed: bool) -> Any:
        given, w = columns(count), np.array(note_round.WEIGHTS)

        def run() -> Any:
            out = np.empty((9, 1 if summed else count))
            f(at(w), at(given), at(out), ctypes.c_long(count))
            return out[:, 0].tolist() if summed else some_of(out)

        return run

    def replay(nodes: int) -> Any:
        recipe, leaves = random_graph.random_recipe(nodes), random_graph.LEAVES
        first = len(random_graph.CONSTANTS) + len(leaves)
        steps = (Step * len(recipe))(*map(_step, recipe))
        v, d, partials = np.zeros(first + len(recipe)), np.zeros(first + len(recipe)), np.zeros(2 * len(recipe))
        v[:first] = [*random_graph.CONSTANTS, *leaves]
        found = d[len(random_graph.CONSTANTS) : first]
        call = partial(made.replay, steps, ctypes.c_long(len(recipe)), ctypes.c_long(first), at(v), at(d), at(partials))

        def run(keep: Any = (v, partials)) -> Any:
            return call(), found

        return run

    return {
        "note": round_,
        "rounds": lambda times: trained(made.note_rounds, note_round.WEIGHTS, (ctypes.c_long(times),)),
        "iterations": iterations,
        "replay": replay,
        "function": partial(small, made.rosenbrock),
        "wave": partial(small, made.wave),
        "sums": partial(rows, f=made.note_sums, summed=True),
        "rows": partial(rows, f=made.note_rows, summed=False),
    }


def _step(step: random_graph.Step) -> Step:
    operation, x, y = step
    if operation is operator.pow:
        return Step(POWERS[random_graph.CONSTANTS[y or 0]], x, 0)
    return Step(CODES[operation], x, y or 0)
