"""First derivatives and those made of them: grad, jacobian, hessian, their products with vectors, and values beside them.

>>> from autograd.functional import grad
>>> slope = grad(lambda x: x**3)
>>> slope(2.0), grad(grad(slope))(2.0)
(12.0, 6.0)

Given plain numbers, the outermost derivative returns plain numbers; inside another one, or given Values, it returns numbers
that can be differentiated again.
"""

from __future__ import annotations

import functools
import operator
from collections.abc import Sequence
from typing import Any

from autograd.engine.questions import listening
from autograd.engine.recorded_gradients import times
from autograd.functional.dual import Dual, has_level
from autograd.functional.evaluation import (
    Argnum,
    Function,
    Run,
    chosen,
    inside,
    is_inside,
    is_recorded,
    levels,
    named,
    require_function,
    require_tuple,
    returned,
    warn_along,
)
from autograd.functional.pytree import flatten, flatten_like, spread

__all__ = [
    "elementwise_grad",
    "grad",
    "hessian",
    "hvp",
    "jacobian",
    "jvp",
    "value_and_grad",
    "vjp",
]


def grad(f: Function, argnum: Argnum = 0, *, argnums: Argnum | None = None) -> Function:
    """Return the function that computes the gradient of f, in the structure of the argument.

    ``argnum``, which may also be called ``argnums`` here and below, tells by which argument; with a tuple of argument numbers
    it returns a tuple of gradients.

    >>> grad(lambda p: p["w"] * 2.0 + p["b"])({"w": 3.0, "b": 1.0})
    {'w': 2.0, 'b': 1.0}

    Raises TypeError if f does not return a scalar.
    """
    with_value = value_and_grad(f, chosen("grad", f, argnum, argnums))

    def gradient(*args: Any, **kwargs: Any) -> Any:
        return with_value(*args, **kwargs)[1]

    return named(gradient, f, "grad")


def value_and_grad(f: Function, argnum: Argnum = 0, *, argnums: Argnum | None = None) -> Function:
    """Return the function that computes f and its gradient."""
    places = chosen("value_and_grad", f, argnum, argnums)

    def value_and_gradient(*args: Any, **kwargs: Any) -> Any:
        run = Run(f, places, args, kwargs)
        root = run.scalar()
        slopes = run.gradients(root)
        if run.heard and 0.0 in [slope for slope in slopes if type(slope) is float]:
            run.warn_of_comparisons([root])
        return run.finished(root), run.structured(slopes)

    return named(value_and_gradient, f, "value_and_grad")


def vjp(f: Function, *args: Any) -> tuple[Any, Function]:
    """Return f(*args) and the function from a cotangent, in the structure of the result, to the tuple of cotangents of args.

    >>> result, pull = vjp(lambda x, y: [x * y, x + y], 2.0, 5.0)
    >>> result, pull([1.0, 10.0])
    ([10.0, 7.0], (15.0, 12.0))
    """
    require_function("vjp", f)
    run = Run(f, tuple(range(len(args))), args, {})
    outputs, rebuild = flatten(run.result, "the function should return")
    run.warn_of_comparisons(outputs)

    def pull(cotangent: Any) -> Any:
        weights = flatten_like(cotangent, "the cotangent has", run.result, "the result has")
        recording = run.recording or any(map(is_recorded, weights))
        root = _sum([times(y, w) for y, w in zip(outputs, weights, strict=True)])
        slopes = run.gradients(root, recording=recording)
        return run.rebuild([returned(slope, recording) for slope in slopes])

    return rebuild([run.finished(y) for y in outputs]), pull


def jacobian(f: Function, argnum: Argnum = 0, *, argnums: Argnum | None = None) -> Function:
    """Return the function that computes the derivative of each number that f returns: its structure, filled with gradients.

    For an array from an array that is one array of both shapes. It takes one backward pass for each number returned.

    >>> jacobian(lambda v: [v[0] * v[1], v[0] + v[1]])([2.0, 5.0])
    [[5.0, 2.0], [1.0, 1.0]]
    """
    places = chosen("jacobian", f, argnum, argnums)

    def matrix(*args: Any, **kwargs: Any) -> Any:
        run = Run(f, places, args, kwargs)
        outputs, _ = flatten(run.result, "the function should return")
        run.warn_of_comparisons(outputs)
        rows = [run.structured(run.gradients(y)) for y in outputs]
        return spread(run.result, rows, run.rebuild(run.leaves))

    return named(matrix, f, "jacobian")


def hessian(f: Function, argnum: Argnum = 0, *, argnums: Argnum | None = None) -> Function:
    """Return the function that computes all second derivatives of f, symmetric to the last bit.

    >>> hessian(lambda v: v[0] ** 2.0 * v[1])([3.0, 5.0])
    [[10.0, 6.0], [6.0, 0.0]]
    """
    places = chosen("hessian", f, argnum, argnums)

    def second(*args: Any, **kwargs: Any) -> Any:
        run = Run(f, places, args, kwargs)
        root = run.scalar()
        run.warn_of_comparisons([root])
        first = run.gradients(root, recording=True)
        lower = [run.gradients(slope, run.leaves[: i + 1]) for i, slope in enumerate(first)]
        size = range(len(first))
        rows = [[run.finished(lower[max(i, j)][min(i, j)]) for j in size] for i in size]
        gradient = run.rebuild(first)
        return spread(gradient, [run.rebuild(row) for row in rows], gradient)

    return named(second, f, "hessian")


def elementwise_grad(f: Function, argnum: int = 0, *, argnums: int | None = None) -> Function:
    """Return the function that computes the gradient of the sum of what f returns: f′ of each number, if f takes each alone."""
    places = chosen("elementwise_grad", f, argnum, argnums)

    def sum_of(*args: Any, **kwargs: Any) -> Any:
        return _sum(flatten(f(*args, **kwargs), "the function should return")[0])

    return named(grad(sum_of, places), f, "elementwise_grad")


def jvp(f: Function, primals: Sequence[Any], tangents: Sequence[Any]) -> tuple[Any, Any]:
    """Return f(*primals) and its derivative in the direction of tangents: one forward pass, however many numbers f returns.

    >>> jvp(lambda x, y: [x * y, x + y], (2.0, 5.0), (1.0, 0.0))
    ([10.0, 7.0], [5.0, 1.0])
    """
    require_function("jvp", f)
    require_tuple("primals", primals)
    require_tuple("tangents", tangents)
    points, rebuild = flatten(tuple(primals), "the primals hold")
    rates = flatten_like(tuple(tangents), "the tangents have", tuple(primals), "the primals have")
    recording = is_inside() or any(map(is_recorded, [*points, *rates]))
    level = next(levels)
    with inside(), listening() as heard:
        result = f(*rebuild([Dual(level, x, t) for x, t in zip(points, rates, strict=True)]))
    outputs, filled = flatten(result, "the function should return")

    def moves(x: Any) -> bool:
        return has_level(x, level) and x.tangent is not None

    if not recording:
        warn_along(heard, outputs, moves, points, rates, lambda numbers: f(*rebuild(numbers)))
    pairs = [y.parts() if has_level(y, level) else (y, 0.0) for y in outputs]
    values, slopes = ([returned(pair[i], recording) for pair in pairs] for i in (0, 1))
    return filled(values), filled(slopes)


def hvp(f: Function, primals: Sequence[Any], tangents: Sequence[Any]) -> Any:
    """Return the Hessian of f at primals times tangents: a forward pass over a backward pass.

    For one argument it has that argument's structure, for several it is a tuple.

    >>> hvp(lambda v: v[0] ** 2.0 * v[1], ([3.0, 5.0],), ([1.0, 0.0],))
    [10.0, 6.0]
    """
    require_function("hvp", f)

    def gradient(*args: Any) -> Any:
        return grad(f, 0 if len(args) == 1 else tuple(range(len(args))))(*args)

    return jvp(gradient, primals, tangents)[1]


def _sum(terms: Sequence[Any]) -> Any:
    return functools.reduce(operator.add, terms) if terms else 0.0
