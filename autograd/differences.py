"""Derivatives of functions, of every order and mode, held against central differences."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise, product
from typing import Any

from autograd.check import check_graph
from autograd.forward import data_of
from autograd.functional import Function, is_recorded, jacobian, jvp
from autograd.structures import flatten, is_array
from autograd.value import Value

__all__ = ["check_grads"]


def check_grads(
    f: Function, args: Sequence[Any], order: int = 2, modes: Sequence[str] = ("fwd", "rev"), tolerance: float = 1e-6
) -> None:
    """Compare all derivatives of f up to an order with central differences; raise AssertionError at the first wrong one.

    Each order is checked in every mode, over every mode of the order below: forward over reverse, and so on. An error may be
    ``tolerance``, times the derivative where that exceeds 1. Where an operation has a wrong partial, the message names it.

    >>> check_grads(lambda x, y: x * y**2, (3.0, 2.0))

    Raises ValueError for an unknown mode. The points should lie off kinks and edges of domains.
    """
    if unknown := set(modes) - set(_MODES):
        raise ValueError(f"modes are 'fwd' and 'rev', but got {', '.join(map(repr, sorted(unknown)))}")
    points, rebuild = flatten(tuple(args), "the arguments should hold")
    places = [f"args[{i}]{place}" for i, arg in enumerate(args) for place in _places(arg)]

    def numbers(*xs: Any) -> list[Any]:
        recorded = [x if is_recorded(x) else Value(x) for x in xs]  # f may call their methods
        return flatten(f(*rebuild(recorded)), "the function should return")[0]

    _check(numbers, [data_of(x) for x in points], places, order, modes, tolerance, [], [])


def _check(
    f: Function,
    xs: list[float],
    places: list[str],
    order: int,
    modes: Sequence[str],
    tolerance: float,
    path: list[str],
    taken: list[str],
) -> None:
    """Check f, which is what is left after the derivatives that were taken in the modes of path, and go one order up."""
    derivatives = [(i, mode, _MODES[mode](f, i)) for i in range(len(xs)) for mode in modes]
    expected = [_central_differences(f, xs, i) for i in range(len(xs))]
    for i, mode, derivative in derivatives:
        for output, ((e, noise), d) in enumerate(zip(expected[i], derivative(*xs), strict=True)):
            found = data_of(d)
            if not abs(found - e) <= tolerance * max(1.0, abs(e)) + noise:
                raise AssertionError(
                    f"the derivative by {', then by '.join([*taken, places[i]])} is wrong: expected {e!r}, found {found!r} "
                    f"(order {len(taken) + 1}, mode {', then '.join([*path, mode])}, output {output})" + _culprits(f, xs)
                )
    if order > 1:
        for i, mode, derivative in derivatives:
            _check(derivative, xs, places, order - 1, modes, tolerance, [*path, mode], [*taken, places[i]])


def _culprits(f: Function, xs: list[float]) -> str:
    """Return which operations of f have a partial that is not the slope of their own value."""
    roots = [y for y in f(*map(Value, xs)) if isinstance(y, Value)]
    findings = dict.fromkeys(finding.operation for root in roots for finding in check_graph(root).wrong)
    return f": a partial of {', and one of '.join(findings)} is wrong" if findings else ""


def _forward_derivative(f: Function, i: int) -> Function:
    return lambda *xs: jvp(f, xs, [float(i == j) for j in range(len(xs))])[1]


def _reverse_derivative(f: Function, i: int) -> Function:
    return jacobian(f, i)


_MODES = {"fwd": _forward_derivative, "rev": _reverse_derivative}


def _central_differences(f: Function, xs: list[float], i: int) -> list[tuple[float, float]]:
    """Return the derivative of each output by the ith number, and what rounding may have done to it.

    Richardson's extrapolation of four central differences leaves an error of order step⁸.
    """
    x = xs[i]
    step = max(2.0**-5 * min(1.0, max(abs(x), 2.0**-5)), 2.0**-20 * abs(x))
    rows: list[list[float]] = []
    largest: list[float] = []
    for h in (step, step / 2.0, step / 4.0, step / 8.0):
        up, down = ([data_of(y) for y in f(*xs[:i], x + d, *xs[i + 1 :])] for d in (h, -h))
        rows.append([(a - b) / ((x + h) - (x - h)) for a, b in zip(up, down, strict=True)])
        largest = [max(abs(a), abs(b)) for a, b in zip(up, down, strict=True)]
    for power in (4.0, 16.0, 64.0):
        rows = [[(power * b - a) / (power - 1.0) for a, b in zip(*pair, strict=True)] for pair in pairwise(rows)]
    return [(slope, 1e-14 * y / step) for slope, y in zip(rows[0], largest, strict=True)]


def _places(tree: Any) -> list[str]:
    """Return where each number of a structure is: ``["w"][0]``."""
    if isinstance(tree, (list, tuple, dict)):
        items = tree.items() if isinstance(tree, dict) else enumerate(tree)
        return [f"[{key!r}]{place}" for key, item in items for place in _places(item)]
    if is_array(tree):
        return [f"[{', '.join(map(str, index))}]" for index in product(*map(range, tree.shape))]
    return [""]
