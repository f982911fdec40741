"""Rows applied to nodes: an operation is computed on their numbers, and recorded with its local partials."""

from __future__ import annotations

from operator import mul

from autograd.engine import node
from autograd.engine import primitives as p
from autograd.engine.conversion import number
from autograd.engine.core import in_c
from autograd.engine.floats import total
from autograd.engine.limits import limit_or_refusal, partial_of
from autograd.engine.node import Node, laid_out, made
from autograd.engine.primitive import ON_FLOATS, Primitive

TYPE_CHECKING = False  # understood by type checkers; importing typing would take longer than this file
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any, TypeVar

    N = TypeVar("N", bound=Node)

SEQUENCES = {list, tuple}
ONE = (1.0,)


def apply(op: Primitive, args: Sequence[Any]) -> Any:
    """Record a row of the table on arguments of which at least one is, or holds, a node."""
    if len(args) == 1 and isinstance(args[0], node.kind):
        return unary(op, args[0])
    if len(args) != 2 or isinstance(args[0], (list, tuple)):
        return _of_any(op, args)
    result = binary(op, args[0], args[1])
    return _of_any(op, args) if result is NotImplemented else result


def unary(op: Primitive, x: Node) -> Any:
    """Record an operation on one node."""
    a = x._data
    try:
        z = op.value(a)
    except (ArithmeticError, ValueError) as error:
        z = limit_or_refusal(op, error, (a,), (x,))
    except TypeError:
        raise op.misuse((x,)) from None
    try:
        rule = op.partials[0]
        d = ON_FLOATS.get(rule, rule)(z, a)
    except (ArithmeticError, ValueError):
        d = partial_of(op, 0, z, a)
    return made(z, op, x, d)


def binary(op: Primitive, x: Any, y: Any) -> Any:
    """Record an operation on two operands, at least one of them a node; NotImplemented if the other is no number."""
    value = node.kind  # to ask for the very class takes half the time of asking for one above it
    a = x if type(x) is float else x._data if isinstance(x, value) else number(x)
    b = y if type(y) is float else y._data if isinstance(y, value) else number(y)
    if a is None or b is None:
        return NotImplemented
    try:
        z = op.value(a, b)
    except (ArithmeticError, ValueError) as error:
        z = limit_or_refusal(op, error, (a, b), (x, y))
    except TypeError:
        raise op.misuse((x, y)) from None
    try:
        by_x, by_y = op.partials
        d = ON_FLOATS.get(by_x, by_x)(z, a, b) if isinstance(x, value) else 0.0
        e = ON_FLOATS.get(by_y, by_y)(z, a, b) if isinstance(y, value) else 0.0
    except (ArithmeticError, ValueError):
        d, e = partial_of(op, 0, z, a, b), partial_of(op, 1, z, a, b)
    if not isinstance(y, value):
        return made(z, op, x, d, None, 0.0, (x, b))
    if not isinstance(x, value):
        return made(z, op, y, e, None, 0.0, (a, y))
    return made(z, op, x, d, y, e)


def _of_any(op: Primitive, args: Sequence[Any]) -> Any:
    """Record an operation on any arguments: numbers, nodes, and sequences of them."""
    try:
        given = op.takes.checked(op.name, args, Node)
    except TypeError:
        for arg in args:
            for x in arg if isinstance(arg, (list, tuple)) else [arg]:
                if hasattr(type(x), "_apply") and not isinstance(x, Node):  # a dual number, say
                    return x._apply(op, args)
        raise
    numbers = [[*map(_number, arg)] if type(arg) is tuple else _number(arg) for arg in given]
    try:
        z = op.value(*numbers)
    except (ArithmeticError, ValueError) as error:
        z = limit_or_refusal(op, error, numbers, given)
    except TypeError:
        raise op.misuse(args) from None
    partials: list[float] = []
    for i, arg in enumerate(given):
        if type(arg) is not tuple:
            partials += [partial_of(op, i, z, *numbers)] if isinstance(arg, Node) else []
        elif any(isinstance(x, Node) for x in arg):
            partials += [d for x, d in zip(arg, partial_of(op, i, z, *numbers), strict=True) if isinstance(x, Node)]
    return made(z, op, *laid_out(given, partials))


def _number(x: Any) -> float:
    return x._data if isinstance(x, Node) else x


@in_c
def weighted_sum(weights: Sequence[N | float], inputs: Sequence[N | float], bias: N | float = 0.0) -> N:
    """Return Σ weight·input + bias as one node, the net input of a neuron.

    Raises ValueError if there are not as many inputs as weights.

    >>> from autograd import Value
    >>> weighted_sum([Value(2.0), Value(3.0)], [10.0, 100.0], Value(1.0)).data
    321.0
    """
    value = node.kind
    usual = type(weights) in SEQUENCES and type(inputs) in SEQUENCES and len(weights) == len(inputs) > 0
    if usual and isinstance(bias, value):  # in a fifth of the time that `apply` takes
        ws: tuple[Any, ...] = tuple(weights)
        xs: tuple[Any, ...] = tuple(inputs)
        if type(xs[0]) is float:
            terms = [w._data * x for w, x in zip(ws, xs) if type(w) is value and type(x) is float]  # noqa: B905  # costs 40 ns
            many = ws + (bias,), xs + ONE  # noqa: RUF005  # a star costs 30 ns
        else:
            w = [v._data for v in ws if type(v) is value]
            x = [v._data for v in xs if type(v) is value]
            terms = [*map(mul, w, x)]
            many = (*ws, *xs, bias), (*x, *w, 1.0)
        if len(terms) == len(ws):
            terms.append(bias._data)
            return made(total(terms), p.weighted_sum, None, 0.0, None, 0.0, (ws, xs, bias), many)  # type: ignore[no-any-return]
    anyhow: Any = p.weighted_sum(weights, inputs, bias)  # type: ignore[arg-type]
    return anyhow  # type: ignore[no-any-return]
