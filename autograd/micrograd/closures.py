"""Closures: the function of ``out._backward = closure`` is tried out, to record what it passes on as the partials."""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from functools import partial
from types import FunctionType, MethodType
from typing import Any

from autograd.engine.node import Node
from autograd.engine.recording import is_recording
from autograd.micrograd.by_hand import attach_by_hand, plain, told

SEED, START = -1048576.0, 2.0**996  # by a power of two, products scale exactly; next to the other, partials are nothing


def set_backward(node: Node, closure: Callable[[], object]) -> None:
    """Take the closure of ``out._backward = closure``: try it out, and record what it passes on as the partials.

    It runs three times, all ``grad`` being put back: to learn the partials, and to see that it passes them on in proportion
    to ``out.grad``, and adds to what is there. An argument that is used twice gets both of its partials on one edge.

    Raises ValueError if it does not, or adds to a Value that is no child, and warns if it replaces instead of adding.
    """
    if not callable(closure):
        raise TypeError(f"_backward is a function without arguments, but got {told(closure)}")
    if not is_recording():
        return
    text = node._op  # type: ignore[attr-defined]  # which Attributes has
    name = text or "an operation by hand"
    uses = node.parents
    arguments = dict.fromkeys(uses)
    others = [v for v in _values_of(closure) if v is not node and v not in arguments]
    arriving = partial(_arriving, node, [*arguments, *others], closure, name)
    partials = [plain(x, f"what the _backward of {name} adds to grad") for x in arriving(1.0, 0.0)]
    for other, slope in zip(others, partials[len(arguments) :], strict=True):
        if slope != 0.0:
            raise ValueError(
                f"the _backward of {name} adds to the grad of {other!r}, which is not among its children, so backward() "
                "would not reach what that was computed from; list it in the children of the Value"
            )
    tried = zip(arguments, partials, arriving(SEED, 0.0), arriving(1.0, START), strict=False)
    replaced = [argument for argument, *numbers in tried if _replaces(name, argument, *numbers)]
    if replaced:
        twice = [argument for argument in replaced if [use is argument for use in uses].count(True) > 1]
        lost = f"; as {twice[0]!r} is used twice here, one of its two partials is lost" if twice else ""
        warnings.warn(
            f"the _backward of {name} replaces grad (=) instead of adding to it (+=), so a value that is used again loses what "
            f"it had; backward() adds all the same{lost}",
            stacklevel=3,
        )
    attach_by_hand(node, [*arguments], text, partials[: len(arguments)])


def _replaces(name: str, argument: Node, slope: float, scaled: float, put: float) -> bool:
    """Tell from three trials whether a closure replaces a grad; raise ValueError if it neither replaces nor adds to it."""
    if not math.isfinite(slope):
        return False
    if not math.isclose(scaled, SEED * slope, rel_tol=1e-9):
        raise ValueError(
            f"the _backward of {name} does not add a multiple of its grad: at 1 it adds {slope!r} to the grad of "
            f"{argument!r}, at {SEED:.0f} it adds {scaled!r}; what it adds is (local partial) * out.grad"
        )
    if put != slope and not math.isclose(put, START + slope, rel_tol=1e-9):
        raise ValueError(f"the _backward of {name} neither adds to the grad of {argument!r} (+=) nor replaces it")
    return put == slope


def _arriving(node: Node, values: Sequence[Node], closure: Callable[[], object], name: str, seed: float, start: float) -> Any:
    """Run a closure and return what it leaves in each ``grad``; put all of them back."""
    kept = [(v, v.grad) for v in (node, *values)]
    try:
        node.grad = seed
        for v in values:
            v.grad = start
        closure()
        changed = node.grad != seed
        left = [v.grad for v in values]
    except Exception as error:
        told = f"{type(error).__name__}: {error}"
        raise ValueError(f"the _backward of {name}, which runs when it is assigned to learn partials, raised {told}") from error
    finally:
        for v, grad in kept:
            v.grad = grad
    if changed:
        raise ValueError(f"the _backward of {name} changes out.grad, which it should read: it adds to the grad of children")
    return left


LONG = 1000  # a list of more than that is data


def _values_of(closure: Any) -> list[Node]:
    """Return the Values that a function can get at: in its variables, in lists of them, and through other functions there."""
    found: list[Any] = []
    functions = [closure]
    for function in functions:  # which grows on the way
        for thing in _variables_of(function):
            if isinstance(thing, Node):
                found.append(thing)
            elif isinstance(thing, (list, tuple)):
                found += [item for item in thing[:LONG] if isinstance(item, Node)]
            elif isinstance(thing, FUNCTIONS) and thing not in functions:
                functions.append(thing)
    return list(dict.fromkeys(found))


FUNCTIONS = (FunctionType, MethodType, partial)


def _variables_of(function: Any) -> Iterator[Any]:
    if isinstance(function, partial):
        yield from (function.func, *function.args, *function.keywords.values())
    elif isinstance(function, MethodType):
        yield from (function.__func__, function.__self__)
    elif isinstance(function, FunctionType):
        for cell in function.__closure__ or ():
            with suppress(ValueError):  # a variable without a value yet
                yield cell.cell_contents
        yield from function.__defaults__ or ()
        yield from map(function.__globals__.get, function.__code__.co_names)
