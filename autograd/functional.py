"""Derivatives of functions, as functions: of any order, over scalars, lists, tuples, dicts and NumPy arrays of scalars.

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
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from importlib import import_module
from itertools import count
from typing import Any, TypeAlias

from autograd.differentiate import gradients, times
from autograd.floats import number
from autograd.forward import Dual, Leveled, data_of, has_level
from autograd.reading import is_recording, recorded
from autograd.structures import flatten, flatten_like, is_array, spread
from autograd.value import Value

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


Function: TypeAlias = Callable[..., Any]
Argnum: TypeAlias = "int | Sequence[int]"  # the place of an argument among the positional ones, or several places


_depth = ContextVar("depth", default=0)  # of derivatives inside derivatives


levels = count(1)  # of forward passes: those that begin later are inside


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
        return run.finished(root), run.rebuild([run.finished(slope) for slope in run.gradients(root)])

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

    def pull(cotangent: Any) -> Any:
        weights = flatten_like(cotangent, "the cotangent has", run.result, "the result has")
        recording = run.recording or any(map(is_recorded, weights))
        root = _sum([times(y, w) for y, w in zip(outputs, weights, strict=True)])
        slopes = _gradients(root, run.leaves, recording)
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
        rows = [run.rebuild([run.finished(slope) for slope in run.gradients(y)]) for y in outputs]
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
        first = _gradients(run.scalar(), run.leaves, recording=True)
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
    with inside():
        result = f(*rebuild([Dual(level, x, t) for x, t in zip(points, rates, strict=True)]))
    outputs, rebuild = flatten(result, "the function should return")
    pairs = [(y.value, y.tangent) if has_level(y, level) else (y, 0.0) for y in outputs]
    values, slopes = ([returned(pair[i], recording) for pair in pairs] for i in (0, 1))
    return rebuild(values), rebuild(slopes)


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


def chosen(name: str, f: Function, argnum: Argnum, argnums: Argnum | None) -> int | tuple[int, ...]:
    """Return the places of the arguments to differentiate by; raise TypeError if they are none, or f is no function."""
    require_function(name, f)
    places: Any = argnum if argnums is None else argnums
    if argnums is not None and argnum != 0:
        raise TypeError(f"{name} got both argnum, {argnum!r}, and argnums, {argnums!r}, which are two words for one thing")
    several = isinstance(places, (list, tuple))
    try:
        numbers = tuple([operator.index(i) for i in (places if several else [places])])
    except TypeError:
        told = f"the place of an argument, 0, 1, …, or a tuple of places, but got {places!r:.60}"
        raise TypeError(f"{name} takes {told}") from None
    return numbers if several else numbers[0]


def require_function(name: str, f: Function) -> None:
    """Raise TypeError if f is no function: ``grad(f(x))`` for ``grad(f)(x)`` is an easy slip."""
    if not callable(f):
        raise TypeError(f"{name} takes a function, but got {type(f).__name__} {f!r:.60}: give it f itself, not f(x)")


def require_tuple(name: str, given: Any) -> None:
    """Raise TypeError if what is to have one item for each argument is a single number, say."""
    if not isinstance(given, (list, tuple)):
        raise TypeError(f"the {name} are a tuple with one item for each argument, but got {type(given).__name__} {given!r:.60}")


class Run:
    """A run of f with fresh leaves in place of the numbers of some arguments."""

    def __init__(self, f: Function, argnum: int | tuple[int, ...], args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        places = _places(argnum, args)
        points, rebuild = flatten(tuple(args[i] for i in places), "the arguments to differentiate by should hold")
        self.recording = is_inside() or any(map(is_recorded, points))
        self.leaves = [_fresh(x) for x in points]
        replaced = dict(zip(places, rebuild(self.leaves), strict=True))
        with inside():
            self.result = f(*[replaced.get(i, arg) for i, arg in enumerate(args)], **kwargs)
        self.rebuild: Function = (lambda items: rebuild(items)[0]) if isinstance(argnum, int) else rebuild

    def scalar(self) -> Any:
        """Return what f returned, if it is a scalar."""
        result = self.result[()] if is_array(self.result) else self.result  # a number, if the array has no dimensions
        if is_recorded(result):
            return result
        plain = number(result)
        if plain is None:
            kind = type(result).__name__
            raise TypeError(
                f"the function to differentiate should return one number, but it returned {kind} {result!r:.60}: "
                "take a sum or one item of it, or use jacobian"
            )
        return plain

    def gradients(self, root: Any, leaves: Sequence[Any] | None = None) -> list[Any]:
        return _gradients(root, self.leaves if leaves is None else leaves, self.recording)

    def finished(self, x: Any) -> Any:
        return returned(x, self.recording)


def returned(x: Any, recording: bool) -> Any:
    """Return a number as the caller gets it: plain, unless it may be differentiated again; inside no_grad, a leaf."""
    if recording and not is_recording() and is_recorded(x):
        return Value(data_of(x))
    return x if recording else data_of(x)


def _places(argnum: int | tuple[int, ...], args: tuple[Any, ...]) -> list[int]:
    places: list[int] = []
    for i in (argnum,) if isinstance(argnum, int) else argnum:
        if not -len(args) <= i < len(args):
            raise TypeError(f"there is no argument {i} to differentiate by: the function got {len(args)} positional arguments")
        if i % len(args) in places:
            raise ValueError(f"argument {i} is there twice among those to differentiate by, {argnum!r}")
        places.append(i % len(args))
    return places


def _fresh(x: Any) -> Any:
    """Return a new variable with the value of x; what depends on x in another way does not depend on it."""
    if isinstance(x, Leveled):
        value, *others = x.parts()
        return x.of([_fresh(value), *others])
    return x * 1.0 if isinstance(x, Value) else Value(x)


def _gradients(root: Any, leaves: Sequence[Any], recording: bool) -> list[Any]:
    """Return the derivative of root by each leaf; that of a number that carries derivatives consists of those of its parts."""
    if isinstance(root, Leveled):
        columns = [_gradients(part, leaves, recording) for part in root.parts()]
        return [root.of(parts) for parts in zip(*columns, strict=True)]
    if not isinstance(root, Value):
        return [0.0] * len(leaves)
    return gradients(root, [_variable(leaf) for leaf in leaves], recording)


def _variable(leaf: Any) -> Value:
    while isinstance(leaf, Leveled):
        leaf = leaf.value
    variable: Value = leaf
    return variable


def is_recorded(x: Any) -> bool:
    """Return whether a number can be differentiated."""
    return isinstance(x, (Value, Leveled))


def _sum(terms: Sequence[Any]) -> Any:
    return functools.reduce(operator.add, terms) if terms else 0.0


def is_inside() -> bool:
    """Return whether this is inside a derivative, so that what it returns may be differentiated again."""
    return _depth.get() > 0


@contextmanager
def inside() -> Iterator[None]:
    """Be inside a derivative, and record whatever it needs."""
    token = _depth.set(_depth.get() + 1)
    try:
        with recorded():
            yield
    finally:
        _depth.reset(token)


def outermost(function: Function) -> Function:
    """Return the same function of plain numbers, but inside no derivative: those that it takes itself are plain numbers."""

    @functools.wraps(function)
    def called(*args: Any) -> Any:
        token = _depth.set(0)
        try:
            return function(*args)
        finally:
            _depth.reset(token)

    return called


_ELSEWHERE = {"check_grads": "differences", "sparse_hessian": "sparse", "sparse_jacobian": "sparse", "taylor": "series"}


def __getattr__(name: str) -> Any:
    """Find what belongs to the same family, and needs this module, in modules of its own."""
    if name in _ELSEWHERE:
        return getattr(import_module(f"autograd.{_ELSEWHERE[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def named(derivative: Function, f: Function, name: str) -> Function:
    """Return a derivative with the name and the documentation that tell whose it is."""
    derivative.__name__ = derivative.__qualname__ = f"{name}_of_{getattr(f, '__name__', 'f')}"
    derivative.__doc__ = getattr(f, "__doc__", None)
    return derivative
