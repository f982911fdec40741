"""The programs on other engines that compile."""

from __future__ import annotations

import os
from functools import partial
from typing import Any

from .. import moons, note_round
from ..small import POINT, rosenbrock, wave
from . import by_hand
from .programs import columns, error_of_row, rate, some_of


def numba(data: moons.Data, compiled: Any = None) -> dict[str, Any]:
    """Return the programs that are written by hand for numba."""
    import numpy as np

    if compiled is None:
        from numba import njit as compiled
    made = by_hand.functions(compiled)

    def round_() -> Any:
        return partial(made["note_round"], np.array(note_round.WEIGHTS))

    def small(name: str) -> Any:
        f, x, g = made[name], np.array(POINT), np.zeros(2)
        return lambda: (f(x, g), g)

    def trained(name: str, start: list[float], *rest: Any) -> Any:
        def run() -> Any:
            p = np.array(start)
            made[name](p, *rest)
            return p.tolist()

        return run

    def rows(count: int, name: str) -> Any:
        given, w = columns(count), np.array(note_round.WEIGHTS)
        return lambda: (lambda out: out.tolist() if out.ndim == 1 else some_of(out))(made[name](w, given))

    arrays = [np.array(column, float) for column in data]
    return {
        "note": round_,
        "rounds": lambda times: trained("note_rounds", note_round.WEIGHTS, times),
        "iterations": lambda times: trained("moons_iterations", moons.parameters(), *arrays, times),
        "function": partial(small, "rosenbrock"),
        "wave": partial(small, "wave"),
        "sums": partial(rows, name="note_sums"),
        "rows": partial(rows, name="note_rows"),
    }


def jax(data: moons.Data) -> dict[str, Any]:
    """Return the programs that JAX compiles, of arrays where that is faster."""
    import jax
    from jax import lax, numpy

    weights = [*map(numpy.array, note_round.WEIGHTS)]  # each by itself, which is faster but in a call
    error = partial(note_round.error, sigmoid=jax.nn.sigmoid)
    points, classes = numpy.array(data[0]), numpy.array(data[1])
    loss = partial(moons.array_loss, points=points, classes=classes, relu=jax.nn.relu)

    def descend(weights: Any) -> Any:
        value, slopes = jax.value_and_grad(error)(weights)
        return jax.tree.map(lambda w, slope: w - note_round.RATE * slope, weights, slopes), value

    def small(f: Any) -> Any:
        compiled, point = jax.jit(jax.value_and_grad(f)), numpy.array(POINT)
        return lambda: jax.block_until_ready(compiled(point))

    def round_() -> Any:
        step, now = jax.jit(descend), numpy.array(weights)

        def run() -> Any:
            nonlocal now
            now, value = jax.block_until_ready(step(now))
            return value

        return run

    def repeated(step: Any, start: Any, times: int) -> Any:
        loop = jax.jit(lambda start: lax.fori_loop(0, times, step, start))
        return lambda: jax.block_until_ready(loop(start))

    def rows(count: int, summed: bool) -> Any:
        slopes = jax.value_and_grad(partial(error_of_row, sigmoid=jax.nn.sigmoid))
        slopes = jax.vmap(slopes, in_axes=(None, 0, 0, 0, 0))

        def compute(*given: Any) -> Any:
            found = slopes(*given)
            return jax.tree.map(numpy.sum, found) if summed else found

        compiled, given = jax.jit(compute), [weights, *map(numpy.array, columns(count))]

        def run() -> Any:
            value, by = jax.block_until_ready(compiled(*given))
            return [value, by] if summed else some_of([value, *by])

        return run

    return {
        "note": round_,
        "rounds": partial(repeated, lambda _, weights: descend(weights)[0], weights),
        "iterations": partial(repeated, lambda k, p: p - rate(k) * jax.grad(loss)(p), numpy.array(moons.parameters())),
        "function": partial(small, rosenbrock),
        "wave": partial(small, partial(wave, sin=numpy.sin, exp=numpy.exp)),
        "sums": partial(rows, summed=True),
        "rows": partial(rows, summed=False),
    }


def heyoka(data: moons.Data) -> dict[str, Any]:
    """Return the programs that heyoka compiles from expressions. The weights of columns are constants there."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, [min(os.sched_getaffinity(0))])  # else threads share the rows, and wait for each other
    import heyoka
    import numpy as np

    x, y = heyoka.make_vars("x", "y")
    weights, row = heyoka.make_vars(*[f"w{i}" for i in range(8)]), heyoka.make_vars("i1", "i2", "t1", "t2")

    def slopes(value: Any, by: Any) -> Any:
        return heyoka.diff_tensors([value], by).gradient

    def small(f: Any) -> Any:
        value = f([x, y])
        return partial(heyoka.cfunc([value, *slopes(value, [x, y])], [x, y]), np.array(POINT))

    def round_() -> Any:
        value = note_round.error(weights, heyoka.sigmoid)
        after = [w - note_round.RATE * slope for w, slope in zip(weights, slopes(value, weights), strict=True)]
        step, now = heyoka.cfunc([*after, value], weights), np.array(note_round.WEIGHTS)

        def run() -> Any:
            nonlocal now
            found = step(now)
            now = found[:8]
            return found[8]

        return run

    def rows(count: int, summed: bool) -> Any:
        value = error_of_row(weights, *row, sigmoid=heyoka.sigmoid)
        numbers = dict(zip(weights, map(heyoka.expression, note_round.WEIGHTS), strict=True))
        outputs = heyoka.subs([value, *slopes(value, weights)], numbers)
        f, given = heyoka.cfunc(outputs, row), columns(count)
        return lambda: f(given).sum(axis=1) if summed else some_of(f(given))

    return {
        "note": round_,
        "function": partial(small, rosenbrock),
        "wave": partial(small, partial(wave, sin=heyoka.sin, exp=heyoka.exp)),
        "sums": partial(rows, summed=True),
        "rows": partial(rows, summed=False),
    }


def torch(data: moons.Data) -> dict[str, Any]:
    """Return an iteration as torch.compile makes it."""
    import torch

    torch.set_default_dtype(torch.float64)
    torch.set_num_threads(1)
    points, classes = torch.tensor(data[0]), torch.tensor(data[1])
    slopes = torch.func.grad(partial(moons.array_loss, points=points, classes=classes, relu=torch.relu))

    def iterations(times: int) -> Any:
        step, start = torch.compile(lambda p, by: p - by * slopes(p)), torch.tensor(moons.parameters())
        rates = [torch.tensor(rate(k)) for k in range(times)]

        def run() -> Any:
            p = start
            for by in rates:
                p = step(p, by)
            return p

        return run

    return {"iterations": iterations}
