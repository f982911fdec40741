"""The programs on each engine, written as its users write them. Each engine is imported in a process of its own.

An engine is a function from the points of two moons to its programs by name: calls that make one, which computes on each call.
One that it has not, or a graph that is too large for it, is not measured.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Callable
from functools import partial
from importlib.util import find_spec, module_from_spec
from itertools import count
from typing import Any
from unittest.mock import patch

from . import moons, note_round, random_graph
from .compiled import c, ours, peers
from .small import POINT, rosenbrock

Program = Callable[[], Any]
Programs = dict[str, "Callable[..., Program | None]"]
Gradient = Callable[
    [Callable[[Any], Any]], Callable[[Any], tuple[Any, Any]]
]  # from f to the function of its value and gradient


def engine(data: moons.Data) -> Programs:
    """This engine: its compiled core where that runs, else pure Python."""
    import autograd
    from autograd import Value, value_and_grad

    found: Any = find_spec("micrograd.nn")
    nn = module_from_spec(found)  # a module of its own, of our Values; the one that others import stays what it is
    with patch.dict(sys.modules, {"micrograd.engine": autograd}):
        found.loader.exec_module(nn)

    return {
        "note": note_round.ours,
        "moons": partial(moons.ours, data),
        "program": partial(moons.micrograds, data, Value, nn.MLP),
        "function": lambda: partial(value_and_grad(rosenbrock), POINT),
        **_graphs(_by_hand(Value)),
    }


def micrograd(data: moons.Data) -> Programs:
    from micrograd.engine import Value
    from micrograd.nn import MLP

    def sigmoid(x: Any) -> Any:
        """Add an operation of one node, as the lecture adds tanh."""
        y = 1 / (1 + math.exp(-x.data))
        out = Value(y, (x,), "sigmoid")

        def _backward() -> None:
            x.grad += y * (1 - y) * out.grad

        out._backward = _backward
        return out

    demo = partial(moons.micrograds, data, Value, MLP)
    graphs = _graphs(_by_hand(Value))
    return {
        "note": partial(note_round.micrograds, Value, sigmoid),
        "moons": demo,
        "program": demo,
        "function": graphs["by hand"],
        **graphs,
    }


def num_dual(data: moons.Data) -> Programs:
    from num_dual import gradient

    def relu(x: Any) -> Any:
        return x if x.value > 0 else 0.0 * x

    return of_functions(lambda f: partial(gradient, f), data, lambda x: 1 / (1 + (-x).exp()), relu)


def aadc(data: moons.Data) -> Programs:
    import aadc

    zero = aadc.idouble(0.0)

    def value_and_grad(f: Callable[[Any], Any]) -> Callable[[Any], tuple[Any, Any]]:
        def run(numbers: Any) -> tuple[Any, Any]:
            with aadc.record_kernel() as kernel:
                leaves = [aadc.idouble(x) for x in numbers]
                inputs = [x.mark_as_input() for x in leaves]
                output = f(leaves).mark_as_output()
            workspace = kernel.create_workspace(kind="scalar")
            for leaf, x in zip(inputs, numbers, strict=True):
                workspace.set_val(leaf, x)
            workspace.forward()
            workspace.set_diff(output, 1.0)
            workspace.reverse()
            return workspace.val(output), [workspace.diff(leaf) for leaf in inputs]

        return run

    return of_functions(value_and_grad, data, lambda x: 1 / (1 + aadc.math.exp(-x)), lambda x: aadc.iif(x > 0.0, x, zero))


def jax(data: moons.Data, jit: bool = False) -> Programs:
    import jax
    from jax import numpy

    compiled = jax.jit if jit else lambda f: f

    def value_and_grad(f: Callable[[Any], Any]) -> Any:
        return compiled(jax.value_and_grad(f))

    largest = 0 if jit else 1_000  # a new graph is compiled anew
    programs = of_functions(value_and_grad, data, jax.nn.sigmoid, jax.nn.relu, largest, compiled)
    programs["moons"] = moons_of_arrays(value_and_grad, data, jax.nn.relu, numpy.array, compiled)
    return {**programs, **peers.jax(data)} if jit else programs


def hips_autograd(data: moons.Data) -> Programs:
    from autograd import numpy, value_and_grad

    def relu(x: Any) -> Any:
        return numpy.where(x > 0.0, x, 0.0)  # maximum has the slope ½ at 0

    programs = of_functions(value_and_grad, data, lambda x: 1 / (1 + numpy.exp(-x)), relu, 1_000)
    return {**programs, "moons": moons_of_arrays(value_and_grad, data, relu, numpy.array)}


def torch(data: moons.Data) -> Programs:
    import torch

    torch.set_default_dtype(torch.float64)
    by_hand = _by_hand(partial(torch.tensor, requires_grad=True))

    def value_and_grad(f: Callable[[Any], Any]) -> Callable[[Any], tuple[Any, Any]]:
        def run(numbers: Any) -> tuple[Any, Any]:
            leaf = numbers.detach().requires_grad_()
            value = f(leaf)
            value.backward()
            return value.detach(), leaf.grad

        return run

    return {
        "note": partial(
            _training, by_hand, partial(note_round.error, sigmoid=torch.sigmoid), note_round.WEIGHTS, note_round.rate
        ),
        "moons": moons_of_arrays(value_and_grad, data, torch.relu, torch.tensor),
        **_graphs(by_hand, largest=100_000),
    }


def _by_hand(leaf: Callable[[float], Any]) -> Gradient:
    """Return how a user of backward() takes a gradient. The result holds the graph."""

    def value_and_grad(f: Callable[[Any], Any]) -> Callable[[Any], tuple[Any, Any]]:
        def run(numbers: Any) -> tuple[Any, Any]:
            leaves = [leaf(x) for x in numbers]
            root = f(leaves)
            root.backward()
            return root, [x.grad for x in leaves]

        return run

    return value_and_grad


def _graphs(value_and_grad: Gradient, relu: Any = random_graph.relu, largest: int = 1_000_000) -> Programs:
    """Return what is built and run backward: random graphs, and the small function."""

    def graph(nodes: int) -> Program | None:
        if nodes > largest:
            return None
        steps = [(relu if step[0] is random_graph.relu else step[0], *step[1:]) for step in random_graph.random_recipe(nodes)]
        return partial(value_and_grad(partial(random_graph.grown, steps)), random_graph.LEAVES)

    return {"graph": graph, "by hand": lambda: partial(value_and_grad(rosenbrock), POINT)}


def of_functions(
    value_and_grad: Gradient, data: moons.Data, sigmoid: Any, relu: Any, largest: int = 1_000_000, compiled: Any = None
) -> Programs:
    """Return the programs on an engine that takes gradients of functions of lists of numbers."""
    graphs = _graphs(value_and_grad, relu, largest)
    error = partial(note_round.error, sigmoid=sigmoid)
    loss = partial(moons.loss, data=data, relu=relu)
    return {
        "note": partial(_training, value_and_grad, error, note_round.WEIGHTS, note_round.rate, compiled),
        "moons": partial(_training, value_and_grad, loss, moons.parameters(), moons.rate),
        "function": graphs["by hand"],
        "graph": graphs["graph"],
    }


def moons_of_arrays(value_and_grad: Gradient, data: moons.Data, relu: Any, array: Any, compiled: Any = None) -> Any:
    """Return what makes the moons demo on an engine that takes gradients of functions of an array."""
    points, classes = map(array, data)
    loss = partial(moons.array_loss, points=points, classes=classes, relu=relu)
    return partial(_training, value_and_grad, loss, array(moons.parameters()), moons.rate, compiled)


def _training(value_and_grad: Gradient, loss: Any, numbers: Any, rate: Callable[[int], float], compiled: Any = None) -> Program:
    """Return a program that makes one step of gradient descent in each call, and returns the loss before it."""
    gradient = value_and_grad(loss)

    def descend(numbers: Any, rate: float) -> tuple[Any, Any]:
        value, slopes = gradient(numbers)
        if isinstance(numbers, list):
            return [x - rate * slope for x, slope in zip(numbers, slopes, strict=True)], value
        return numbers - rate * slopes, value

    step = compiled(descend) if compiled else descend
    counter = count()

    def run() -> Any:
        nonlocal numbers
        numbers, value = step(numbers, rate(next(counter)))
        return value

    return run


# Each with the package that it is in; ours is the one that runs the benchmarks.
ENGINES: dict[str, tuple[Callable[[moons.Data], Programs], str]] = {
    "core": (engine, ""),
    "pure": (engine, ""),
    "micrograd": (micrograd, "micrograd"),
    "num_dual": (num_dual, "num_dual"),
    "jax.jit": (partial(jax, jit=True), "jax"),
    "jax": (jax, "jax"),
    "HIPS autograd": (hips_autograd, "autograd"),
    "torch": (torch, "torch"),
    "aadc": (aadc, "aadc"),
    # Compiled:
    "Python source": (partial(ours.programs, compile="python"), ""),
    "tape": (partial(ours.programs, compile="tape"), ""),
    "C": (partial(ours.programs, compile="c"), ""),
    "C fast": (partial(ours.programs, compile="c", fast=True), ""),
    "C by hand": (c.programs, ""),
    "numba by hand": (peers.numba, "numba"),
    "heyoka": (peers.heyoka, "heyoka"),
    "torch.compile": (peers.torch, "torch"),
}
PURE = {"pure", "Python source"}  # in pure Python
