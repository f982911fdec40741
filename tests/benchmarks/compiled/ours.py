"""The programs on this engine."""

from __future__ import annotations

import warnings
from functools import partial
from typing import Any

from .. import moons, note_round, random_graph
from ..small import POINT, rosenbrock, wave
from .programs import columns, error_of_row, rate, some_of

LARGEST = 10_000  # nodes of random graphs, of which Python takes a minute


def programs(data: moons.Data, compile: str, fast: bool = False) -> dict[str, Any]:  # noqa: A002
    """Return the programs on this engine: as Python source, on a tape, or as C, exact or fast."""
    from autograd import exp, jit, relu, sigmoid, sin, total, value_and_grad, weighted_sum

    def compiled(f: Any, *args: Any) -> Any:
        """Return f compiled; raise the warning that says why it is not, if it cannot be."""
        made = jit(f, compile=compile, fast=fast)
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            made(*args)
        return made

    def descend(weights: list[Any]) -> tuple[list[Any], Any]:
        value, slopes = value_and_grad(partial(note_round.error, sigmoid=sigmoid))(weights)
        return [w - note_round.RATE * slope for w, slope in zip(weights, slopes, strict=True)], value

    def loss(numbers: list[Any]) -> Any:
        losses, layers = [], moons.layers(numbers)
        for x, y in zip(*data, strict=True):
            for layer in layers:
                net = [weighted_sum(neuron[:-1], x, neuron[-1]) for neuron in layer]
                x = [relu(v) for v in net]
            losses.append(relu(1.0 - y * net[0]))
        return total(losses) * (1.0 / len(losses)) + moons.ALPHA * total([p * p for p in numbers])

    def iteration(state: tuple[list[Any], Any]) -> tuple[list[Any], Any]:
        numbers, count = state
        _, slopes = value_and_grad(loss)(numbers)
        return [p - rate(count) * slope for p, slope in zip(numbers, slopes, strict=True)], count + 1.0

    def round_() -> Any:
        step, weights = compiled(descend, note_round.WEIGHTS), note_round.WEIGHTS

        def run() -> Any:
            nonlocal weights
            weights, value = step(weights)
            return value

        return run

    def rounds(times: int) -> Any:
        step = compiled(lambda weights: descend(weights)[0], note_round.WEIGHTS)
        return lambda: step.repeat(note_round.WEIGHTS, times)

    def iterations(times: int) -> Any:
        if compile == "python":
            return None  # it would be a file of hundreds of thousands of lines
        state = moons.parameters(), 0.0
        step = compiled(iteration, state)
        return lambda: step.repeat(state, times)[0]

    def replay(nodes: int) -> Any:
        if compile == "python" and nodes > LARGEST:
            return None
        graph = partial(random_graph.grown, random_graph.random_recipe(nodes))
        return partial(compiled(value_and_grad(graph), random_graph.LEAVES), random_graph.LEAVES)

    def small(f: Any) -> Any:
        return partial(compiled(value_and_grad(f), POINT), POINT)

    def rows(count: int, summed: bool) -> Any:
        if compile == "python":
            return None
        slopes = value_and_grad(partial(error_of_row, sigmoid=sigmoid))
        given = [note_round.WEIGHTS, *columns(count)]
        f = compiled(slopes, note_round.WEIGHTS, 0.5, 0.5, 0.5, 0.5)

        def run() -> Any:
            value, by = f.map(*given, sum=summed)
            return [value, *by] if summed else some_of([value, *by])

        return run

    return {
        "note": round_,
        "rounds": rounds,
        "iterations": iterations,
        "replay": replay,
        "function": partial(small, rosenbrock),
        "wave": partial(small, partial(wave, sin=sin, exp=exp)),
        "sums": partial(rows, summed=True),
        "rows": partial(rows, summed=False),
    }
