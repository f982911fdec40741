"""Runs of a function that is being differentiated: with fresh variables, inside how many derivatives, and what is returned."""

from __future__ import annotations

import functools
import operator
from collections.abc import Callable, Iterable, Sequence
from contextvars import ContextVar
from itertools import accumulate, count
from typing import Any, TypeAlias

from autograd.engine.conversion import number
from autograd.engine.depth_first import depth_first
from autograd.engine.graph import leading_to
from autograd.engine.labels import brief, typed
from autograd.engine.number import data_of
from autograd.engine.questions import listening
from autograd.engine.recorded_gradients import gradients, gradients_along
from autograd.engine.recording import enable_grad, is_recording
from autograd.engine.value import Value
from autograd.functional.branches import warn_of_comparisons
from autograd.functional.dual import Traced, innermost
from autograd.functional.pytree import flatten, is_array

Function: TypeAlias = Callable[..., Any]
Argnum: TypeAlias = "int | Sequence[int]"  # the place of an argument among the positional ones, or several places

depth = ContextVar("depth", default=0)  # of derivatives inside derivatives
outer = ContextVar(
    "outer", default=(-1, False)
)  # at which depth derivatives are the outermost, and follow flat edges: see ``inside``
FEW = 10  # numbers that were only compared, for each of which the function is run four times more
levels = count(1)  # of forward passes: those that begin later are inside


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
        told = f"the place of an argument, 0, 1, …, or a tuple of places, but got {brief(places)}"
        raise TypeError(f"{name} takes {told}") from None
    return numbers if several else numbers[0]


def require_function(name: str, f: Function) -> None:
    """Raise TypeError if f is no function: ``grad(f(x))`` for ``grad(f)(x)``, and PyTorch's ``grad(y, x)``, are easy slips."""
    if not callable(f):
        hint = "; derivatives of a Value y by x are gradients(y, x)" if isinstance(f, Value) and name != "jit" else ""
        raise TypeError(f"{name} takes a function, but got {typed(f)}: give it f itself, not f(x){hint}")


def require_tuple(name: str, given: Any) -> None:
    """Raise TypeError if what is to have one item for each argument is a single number, say."""
    if not isinstance(given, (list, tuple)):
        raise TypeError(f"the {name} are a tuple with one item for each argument, but got {typed(given)}")


class Run:
    """A run of f with fresh leaves in place of the numbers of some arguments."""

    def __init__(self, f: Function, argnum: int | tuple[int, ...], args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        places = _places(argnum, args)
        alone = isinstance(argnum, int)
        tree = args[places[0]] if alone else tuple([args[i] for i in places])
        points, rebuild = flatten(tree, "the arguments to differentiate by should hold")
        self.recording = is_inside() or any(map(is_recorded, points))
        self.leaves = [Value(x) if type(x) is float else _fresh(x) for x in points]
        self.points, self.places, self.arguments, self.rebuild = points, places, args, rebuild

        def run(leaves: list[Any]) -> Any:
            given, replaced = [*args], rebuild(leaves)
            for i, argument in zip(places, [replaced] if alone else replaced, strict=True):
                given[i] = argument
            return f(*given, **kwargs)

        self.run = run
        with inside(), listening() as self.heard:
            self.result = run(self.leaves)

    def scalar(self) -> Any:
        """Return what f returned, if it is a scalar."""
        result = self.result[()] if is_array(self.result) else self.result  # a number, if the array has no dimensions
        if is_recorded(result):
            return result
        plain = number(result)
        if plain is None:
            hint = "is a return missing?" if result is None else "take a sum or one item of it, or use jacobian"
            raise TypeError(f"the function to differentiate should return one number, but it returned {typed(result)}: {hint}")
        return plain

    def gradients(self, root: Any, leaves: Sequence[Any] | None = None, recording: bool | None = None) -> list[Any]:
        """Return the derivative of root by each leaf, or by some; recorded if f is being differentiated further."""
        wanted = self.leaves if leaves is None else leaves
        return _gradients(root, wanted, self.recording if recording is None else recording)

    def warn_of_comparisons(self, outputs: Iterable[Any]) -> None:
        """Warn where no path leads from what f returned to a number that f only compared, though the result depends on it."""
        if self.recording or not self.heard:
            return
        reached = {*_all_under([innermost(y) for y in outputs])}
        questions = [(question, [innermost(x) for x in question[::2]]) for question in self.heard]
        compared = _all_under([x for _, operands in questions for x in operands])
        missed = [k for k, leaf in enumerate(self.leaves) if leaf not in reached and leaf in compared]
        for k in missed[:FEW]:
            derived = leading_to([self.leaves[k]], compared)
            question = next(
                question for question, operands in questions if any(x in derived for x in operands if is_recorded(x))
            )
            warn_of_comparisons(self._called(k), self.points[k], question, functools.partial(self._beside, k))

    def _called(self, k: int) -> str:
        """Return what a warning calls the kth number: its place among those of its argument, if there are several."""
        sizes = [len(flatten(self.arguments[i], "")[0]) for i in self.places]
        starts = [0, *accumulate(sizes)]
        i = max(i for i, start in enumerate(starts[:-1]) if start <= k)
        return f"number {k - starts[i] + 1} of " * (sizes[i] > 1) + f"argument {self.places[i]}"

    def _beside(self, k: int, x: float) -> list[float]:
        """Return the numbers that f returns for another kth number."""
        points = [*self.points]
        points[k] = x
        with inside():
            return plain_numbers(self.run([*map(Value, points)]))

    def finished(self, x: Any) -> Any:
        return returned(x, self.recording)

    def structured(self, slopes: Iterable[Any]) -> Any:
        """Return derivatives as the caller gets them, in the structure of the arguments."""
        return self.rebuild([x if type(x) is float else returned(x, self.recording) for x in slopes])


def warn_along(
    heard: Sequence[Any],
    outputs: Sequence[Any],
    moves: Callable[[Any], bool],
    points: Sequence[Any],
    rates: Sequence[Any],
    f: Callable[..., Any],
) -> None:
    """Warn likewise of a derivative in one direction: ``moves`` tells which numbers change in it, as no output does then."""
    question = next((question for question in heard if any(map(moves, question[::2]))), None)
    if question is not None and not any(map(moves, outputs)):

        def run(step: float) -> list[float]:
            with inside():
                return plain_numbers(f([Value(x + step * rate) for x, rate in zip(points, rates, strict=True)]))

        warn_of_comparisons("the step in this direction", 0.0, question, run)


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


def plain_numbers(result: Any) -> list[float]:
    """Return the numbers in what a function returned, without what they carry."""
    return [*map(data_of, flatten(result, "the function should return")[0])]


def _all_under(roots: Iterable[Any]) -> dict[Value, None]:
    """Return the Values among these and all that they were computed from, each after its arguments."""
    values = [x for x in roots if isinstance(x, Value)]
    return dict.fromkeys(depth_first(None, lambda node: values if node is None else node.parents)[:-1])


def _fresh(x: Any) -> Any:
    """Return a new variable with the value of x; what depends on x in another way does not depend on it."""
    if isinstance(x, Traced):
        value, *others = x.parts()
        return x.of([_fresh(value), *others])
    return x * 1.0 if isinstance(x, Value) else Value(x)


def _gradients(root: Any, leaves: Sequence[Any], recording: bool) -> list[Any]:
    """Return the derivative of root by each leaf; that of a number that carries derivatives consists of those of its parts."""
    if isinstance(root, Traced):
        columns = [_gradients(part, leaves, recording) for part in root.parts()]
        return [root.of(parts) for parts in zip(*columns, strict=True)]
    if not isinstance(root, Value):
        return [0.0] * len(leaves)
    values = [innermost(leaf) for leaf in leaves]
    level, and_flat = outer.get()
    if recording and depth.get() == level:
        return [d + 0.0 for d in gradients_along(root, values, create_graph=True, and_flat=and_flat)]  # never -0.0
    return gradients(root, values, recording)


def is_recorded(x: Any) -> bool:
    """Return whether a number can be differentiated."""
    return isinstance(x, (Value, Traced))


def is_inside() -> bool:
    """Return whether this is inside a derivative, so that what it returns may be differentiated again."""
    return depth.get() > 0


class inside:  # noqa: N801  # used like a function, in a with statement
    """Be inside a derivative, and record whatever it needs, until the block ends.

    With ``and_flat`` this is none, but the outermost derivatives inside are recorded with the bits that those of plain numbers
    have: if true, along edges that are flat here as well, for other numbers; if false, as where these would have given nan.
    """

    def __init__(self, and_flat: bool | None = None) -> None:
        self.and_flat = and_flat

    def __enter__(self) -> None:
        self.recording = None if is_recording() else enable_grad()
        if self.recording:
            self.recording.__enter__()
        self.token = depth.set(depth.get() + 1)
        self.outer = None if self.and_flat is None else outer.set((depth.get(), self.and_flat))

    def __exit__(self, *error: object) -> None:
        depth.reset(self.token)
        if self.outer:
            outer.reset(self.outer)
        if self.recording:
            self.recording.__exit__(*error)


def outermost(function: Function) -> Function:
    """Return the same function of plain numbers, but inside no derivative: those that it takes itself are plain numbers."""

    @functools.wraps(function)
    def called(*args: Any) -> Any:
        token = depth.set(0)
        try:
            return function(*args)
        finally:
            depth.reset(token)

    return called


def named(derivative: Function, f: Function, name: str) -> Function:
    """Return a derivative with the name and the documentation that tell whose it is."""
    derivative.__name__ = derivative.__qualname__ = f"{name}_of_{getattr(f, '__name__', 'f')}"
    derivative.__doc__ = getattr(f, "__doc__", None)
    return derivative
