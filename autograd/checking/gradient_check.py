"""Derivatives of functions, of every order and mode, held against differences."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from itertools import product
from typing import Any

from autograd.checking.graph_check import check_graph, is_by_hand
from autograd.checking.numerical import extrapolated
from autograd.engine.conversion import real
from autograd.engine.graph import topological_order
from autograd.engine.number import data_of
from autograd.engine.value import Value
from autograd.explaining import Digits, Rounded, digits, lost_digits, trace_lines
from autograd.functional import (
    Function,
    flatten,
    is_array,
    is_recorded,
    jacobian,
    jvp,
    require_function,
    require_tuple,
)

__all__ = ["check_grads"]


def check_grads(
    f: Function, args: Sequence[Any], order: int = 2, modes: str | Sequence[str] = ("fwd", "rev"), tolerance: float = 1e-6
) -> None:
    """Compare all derivatives of f up to an order with differences; raise AssertionError at the first wrong one.

    Each order is checked in every mode, over every mode of the order below: forward over reverse, and so on. An error may be
    ``tolerance``, times the derivative where that exceeds 1. Where an operation has a wrong partial, the message names it. A
    derivative that rounding may have taken so far off, though its formula is right, is told from a wrong one.

    >>> check_grads(lambda x, y: x * y**2, (3.0, 2.0))

    Of an f with operations by hand, whose partials are numbers, what there is is checked: its first derivatives, in reverse
    mode. Raises ValueError for an unknown mode, and where nothing would be checked. The points should lie off kinks.
    """
    require_function("check_grads", f)
    require_tuple("args", args)
    modes = tuple(modes) if hasattr(modes, "__iter__") and not isinstance(modes, str) else (str(modes),)
    tolerance = real(tolerance, "tolerance")
    if unknown := set(modes) - set(_MODES):
        raise ValueError(f"modes are 'fwd' and 'rev', but got {', '.join(map(repr, sorted(unknown)))}")
    if not modes or not hasattr(order, "__index__") or order < 1:
        raise ValueError(f"nothing would be checked: give one mode at least, and an order from 1 on, not {modes} and {order}")
    points, rebuild = flatten(tuple(args), "the arguments should hold")
    places = [f"args[{i}]{place}" for i, arg in enumerate(args) for place in _places(arg)]

    def numbers(*xs: Any) -> list[Any]:
        recorded = [x if is_recorded(x) else Value(x) for x in xs]  # f may call their methods
        return flatten(f(*rebuild(recorded)), "the function should return")[0]

    xs = [data_of(x) for x in points]
    if "rev" in modes and any(is_by_hand(node) for node in _nodes(numbers, xs)):
        order, modes = 1, ("rev",)
    _check(numbers, xs, places, order, modes, tolerance, [], [])


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
    rounding = _Rounding(f, xs, places)
    for i, mode, derivative in derivatives:
        found = [*map(data_of, derivative(*xs))]
        for output, (d, along) in enumerate(zip(found, _along(f, xs, i, len(found)), strict=True)):
            slope = extrapolated(along, xs[i])
            off, tolerated = abs(d - slope.low), tolerance * max(1.0, abs(slope.low)) + slope.error
            culprits = ""
            if off <= tolerated:
                spoilt = rounding.lost(i, output)
                if spoilt is None or spoilt.bound <= tolerated:
                    continue
            else:
                culprits = _culprits(f, xs, tolerance)
                spoilt = None if culprits else rounding.explains(i, output, off - tolerated)
            raise AssertionError(
                f"the derivative by {', then by '.join([*taken, places[i]])} is {'spoilt by rounding' if spoilt else 'wrong'}: "
                f"expected {slope.low!r}, found {d!r} "
                f"(order {len(taken) + 1}, mode {', then '.join([*path, mode])}, output {output})"
                + (f". {spoilt.sentence()}" if spoilt else culprits)
            )
    if order > 1:
        for i, mode, derivative in derivatives:
            _check(derivative, xs, places, order - 1, modes, tolerance, [*path, mode], [*taken, places[i]])


class _Rounding:
    """What rounding has done to the derivatives of f, told from one run with leaves that are called by their places."""

    def __init__(self, f: Function, xs: list[float], places: list[str]) -> None:
        with trace_lines():
            self.leaves = [Value(x, label=place) for x, place in zip(xs, places, strict=True)]
            self.roots = f(*self.leaves)

    def lost(self, i: int, output: int) -> Rounded | None:
        """Return a derivative if it has lost its digits."""
        found = lost_digits(self.roots[output], [self.leaves[i]]) if isinstance(self.roots[output], Value) else []
        return next((rounded for rounded in found if not isinstance(rounded, Digits)), None)

    def explains(self, i: int, output: int, off: float) -> Rounded | None:
        """Return a derivative, or the output itself, if its error may be why the derivative is off by so much."""
        try:
            report = digits(self.roots[output], self.leaves[i])
        except Exception:  # as of a partial that raises on Values
            return None
        return next((x for x in report.gradients if off <= x.bound), report if report.is_lost else None)


def _culprits(f: Function, xs: list[float], tolerance: float) -> str:
    """Return which operations of f have a partial that is not the slope of their own value."""
    roots = [y for y in f(*map(Value, xs)) if isinstance(y, Value)]
    findings = [finding.operation for root in roots for finding in check_graph(root).wrong]
    names = dict.fromkeys([*findings, *_wrong_by_hand(f, xs, tolerance)])
    return f": a partial of {', and one of '.join(names)} is wrong" if names else ""


def _nodes(f: Function, xs: Sequence[float]) -> list[Value]:
    """Return the nodes of a run of f, those of each output in turn."""
    return [node for root in f(*map(Value, xs)) if isinstance(root, Value) for node in topological_order(root)]


def _wrong_by_hand(f: Function, xs: list[float], tolerance: float) -> Iterator[str]:
    """Yield each operation by hand whose value does not move as its partials say when f is run beside the point."""
    nodes = _nodes(f, xs)
    place = {node: k for k, node in enumerate(nodes)}

    def numbers(*ys: float) -> list[float]:
        found = [node.data for node in _nodes(f, ys)]
        return found if len(found) == len(nodes) else [math.nan] * len(nodes)  # another branch

    runs = [_along(numbers, xs, i, len(nodes)) for i in range(len(xs))]
    for node in place:
        if node.op and is_by_hand(node):
            for along, x in zip(runs, xs, strict=True):
                slope = extrapolated(along[place[node]], x)
                parts = [(d, extrapolated(along[place[argument]], x)) for argument, d in node.edges]
                error = slope.error + sum(abs(d) * part.error for d, part in parts)
                difference = abs(slope.low - sum(d * part.low for d, part in parts))
                if difference > tolerance * max(1.0, abs(slope.low)) + error:
                    yield node.op.name


def _forward_derivative(f: Function, i: int) -> Function:
    return lambda *xs: jvp(f, xs, [float(i == j) for j in range(len(xs))])[1]


def _reverse_derivative(f: Function, i: int) -> Function:
    return jacobian(f, i)


_MODES = {"fwd": _forward_derivative, "rev": _reverse_derivative}


def _along(f: Function, xs: list[float], i: int, count: int) -> list[Callable[[float], float]]:
    """Return each output as a function of the ith number alone, nan outside the domain; f runs once for all of them."""

    @cache
    def outputs(x: float) -> list[float]:
        try:
            return [*map(data_of, f(*xs[:i], x, *xs[i + 1 :]))]
        except (ArithmeticError, ValueError):
            return [math.nan] * count

    def along(output: int) -> Callable[[float], float]:
        return lambda x: outputs(x)[output]

    return [*map(along, range(count))]


def _places(tree: Any) -> list[str]:
    """Return where each number of a structure is: ``["w"][0]``."""
    if isinstance(tree, (list, tuple, dict)):
        items = tree.items() if isinstance(tree, dict) else enumerate(tree)
        return [f"[{key!r}]{place}" for key, item in items for place in _places(item)]
    if is_array(tree):
        return [f"[{', '.join(map(str, index))}]" for index in product(*map(range, tree.shape))]
    return [""]
