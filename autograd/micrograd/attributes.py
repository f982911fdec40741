"""Other engines' words for the record: what programs for micrograd, its lectures, and microgpt read and write.

``_prev``, ``_op``, ``_children`` and ``_local_grads`` tell what is recorded. ``Value(data, children, …)`` records an operation
by hand. Its partials are numbers like any other operation's: they are given, or a closure assigned to ``_backward`` is tried
out at once to learn them, and not kept. So all that reads the record reads these operations, too; what it cannot do is run
them at other numbers, or differentiate them twice.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from functools import partial
from types import FunctionType, MethodType
from typing import TYPE_CHECKING, Any

from autograd.engine.floats import number
from autograd.engine.reading import is_recording
from autograd.micrograd.by_hand import ByHand, Unknown

if TYPE_CHECKING:
    from autograd.engine.value import Value

SIGNS = {"add": "+", "subtract": "-", "multiply": "*", "divide": "/", "negative": "-", "power": "**", "relu": "ReLU"}


# --- to record an operation by hand ---


def record(node: Value, _children: Any, _op: Any, children: Any, local_grads: Any) -> None:
    """Make a new Value the result of an operation by hand, from the arguments of micrograd's Value or of microgpt's.

    Raises TypeError for anything but Values as children, ValueError unless there is one local gradient for each of them.
    """
    if _is_given(_children) and _is_given(children):
        raise TypeError("Value got its children twice")
    arguments = _values(_children if _is_given(_children) else children)
    text, grads = (_op, local_grads) if isinstance(_op, str) else ("", _op)
    if not _is_given(grads):
        why = f"the partials of {text or 'an operation'}, which was recorded by hand, are not known: assign its _backward, "
        grads = [Unknown(f"{why}or record it as Value(data, children, local_grads)")] * len(arguments)
    partials = _partials(grads, arguments, text)
    if is_recording():
        _attach(node, arguments, text, partials)


def _is_given(arg: Any) -> bool:
    return not isinstance(arg, tuple) or arg != ()


def _values(children: Any) -> tuple[Value, ...]:
    if isinstance(children, Dialects):
        raise TypeError("the children of a Value are a tuple, also if it is only one: write (x,), with a comma")
    if isinstance(children, str) or not hasattr(children, "__iter__"):
        label = f"; a label goes by its name: Value(…, label={children!r})" if isinstance(children, str) else ""
        raise TypeError(f"Value takes children, a tuple of Values, after its number, but got {_told(children)}{label}")
    values: tuple[Value, ...] = tuple(children)
    for child in values:
        if hasattr(child, "_read") and not isinstance(child, Dialects):
            raise TypeError(
                "forward mode cannot pass through an operation that is recorded by hand, which has numbers for its partials: "
                "make it a function with @primitive(partials=…), or use grad"
            )
        if not isinstance(child, Dialects):
            raise TypeError(f"the children of a Value are Values, but got {_told(child)}; leave constants out, or wrap them")
    return values


def _partials(grads: Any, arguments: Sequence[Value], text: str) -> list[float]:
    if not hasattr(grads, "__iter__"):
        raise TypeError(f"the local gradients of a Value are a tuple, also if it is only one, but got {_told(grads)}")
    grads = list(grads)
    if len(grads) != len(arguments):
        raise ValueError(
            f"{text or 'an operation by hand'} has {len(arguments)} children, but {len(grads)} local gradients: "
            "there is one for each child"
        )
    return [
        g if type(g) is float or isinstance(g, Unknown) else _plain(g, f"a local gradient of {text or 'a Value'}")
        for g in grads
    ]


def _plain(x: Any, what: str) -> float:
    plain = number(x)
    if plain is None:
        raise TypeError(f"{what} is a plain number, but got {_told(x)}; compute it from .data")
    return plain


def _told(x: Any) -> str:
    return f"{type(x).__name__} {x!r:.60}"


def _attach(node: Value, arguments: Sequence[Value], text: str, partials: Sequence[float]) -> None:
    """Write the record, laid out like any operation's on so many numbers."""
    if not arguments:
        return  # a leaf
    (left, *rest), (d_left, *slopes) = arguments, partials
    two = len(rest) == 1
    op = ByHand(text, [x.data for x in arguments], node.data, partials)
    right, d_right = (rest[0], slopes[0]) if two else (None, 0.0)
    many = None if len(rest) < 2 else (tuple(rest), tuple(slopes))
    node.op, node.left, node.d_left, node.right, node.d_right = op, left, d_left, right, d_right
    node.given, node.many = None if many is None else tuple(arguments), many


# --- closures ---

SEED, START = -1048576.0, 2.0**996  # by a power of two, products scale exactly; next to the other, partials are nothing


def set_backward(node: Value, closure: Callable[[], object]) -> None:
    """Take the closure of ``out._backward = closure``: try it out, and record what it passes on as the partials.

    It runs three times, all ``grad`` being put back: to learn the partials, and to see that it passes them on in proportion
    to ``out.grad``, and adds to what is there. An argument that is used twice gets both of its partials on one edge.

    Raises ValueError if it does not, or adds to a Value that is no child, and warns if it replaces instead of adding.
    """
    if not callable(closure):
        raise TypeError(f"_backward is a function without arguments, but got {_told(closure)}")
    if not is_recording():
        return
    name = node._op or "an operation by hand"
    uses = [argument for argument, _ in node.edges]
    arguments = dict.fromkeys(uses)
    others = [v for v in _values_of(closure) if v is not node and v not in arguments]
    arriving = partial(_arriving, node, [*arguments, *others], closure, name)
    partials = [_plain(x, f"what the _backward of {name} adds to grad") for x in arriving(1.0, 0.0)]
    for other, slope in zip(others, partials[len(arguments) :], strict=True):
        if slope != 0.0:
            raise ValueError(
                f"the _backward of {name} adds to the grad of {other!r}, which is not among its children, so backward() "
                "would not reach what that was computed from; list it in the children of the Value"
            )
    tried = zip(arguments, partials, arriving(SEED, 0.0), arriving(1.0, START), strict=False)
    replaced = [argument for argument, *numbers in tried if _replaces(name, argument, *numbers)]
    if replaced:
        twice = [argument for argument in replaced if uses.count(argument) > 1]
        lost = f"; as {twice[0]!r} is used twice here, one of its two partials is lost" if twice else ""
        warnings.warn(
            f"the _backward of {name} replaces grad (=) instead of adding to it (+=), so a value that is used again loses what "
            f"it had; backward() adds all the same{lost}",
            stacklevel=2,
        )
    _attach(node, [*arguments], node._op, partials[: len(arguments)])


def _replaces(name: str, argument: Value, slope: float, scaled: float, put: float) -> bool:
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


def _arriving(node: Value, values: Sequence[Value], closure: Callable[[], object], name: str, seed: float, start: float) -> Any:
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


def _values_of(closure: Any) -> list[Value]:
    """Return the Values that a function can get at: in its variables, in lists of them, and through other functions there."""
    found: list[Any] = []
    functions = [closure]
    for function in functions:  # which grows on the way
        for thing in _variables_of(function):
            if isinstance(thing, Dialects):
                found.append(thing)
            elif isinstance(thing, (list, tuple)):
                found += [item for item in thing[:LONG] if isinstance(item, Dialects)]
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


def backward_of(node: Value) -> Callable[[], None]:
    """Return what ``node._backward()`` calls: a function that adds ``node.grad`` times the partial to each argument's grad."""

    def _backward() -> None:
        for argument, part in [(argument, node.grad * slope) for argument, slope in node.edges]:
            argument.grad += part

    return _backward


# --- to read the record ---


def _sign(node: Value) -> str:
    op, args = node.op, node.args
    if op is None or isinstance(op, ByHand):
        return "" if op is None else op.text
    constant = args[-1] if op.name == "power" and isinstance(args[-1], float) else None
    return SIGNS.get(op.name, op.name) + ("" if constant is None else repr(constant).removesuffix(".0"))


class Dialects:
    """What Value has for programs that were written for micrograd, its lectures, or microgpt."""

    __slots__ = ()

    _prev = property(lambda node: {argument for argument, _ in node.edges}, doc="The arguments, as micrograd has them.")
    _op = property(_sign, doc="The operation, in micrograd's words: '+', '*', '**2', 'ReLU', …; '' for a leaf.")
    _children = property(lambda node: tuple([x for x, _ in node.edges]), doc="The arguments, as microgpt has them.")
    _local_grads = property(lambda node: tuple([d for _, d in node.edges]), doc="The partials, as microgpt has them.")
    _backward = property(backward_of, set_backward, doc="A function that passes this grad on; assigning one records partials.")
