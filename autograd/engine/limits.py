"""What a row tends to where it has no value: at the edge of its domain, partials never raise, but take the limit."""

from __future__ import annotations

from _contextvars import ContextVar

from autograd.engine.number import Operators
from autograd.engine.primitive import Primitive
from autograd.engine.questions import note

TYPE_CHECKING = False  # understood by type checkers; importing typing would take longer than this file
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any


class Limit(Operators):
    """A float whose arithmetic never raises: where an operation has no value it goes on with the limit."""

    __slots__ = ("data",)

    def __init__(self, data: float) -> None:
        self.data = data

    @staticmethod
    def _apply(op: Primitive, args: Sequence[Any]) -> Limit:
        numbers = as_floats(args)
        try:
            return Limit(op.value(*numbers))
        except (ArithmeticError, ValueError):
            return Limit(op.limit(*numbers))


def partial_of(op: Primitive, index: int, z: float, *numbers: Any) -> Any:
    """Return an operation's partial by one argument; at the edge of its domain, where floats would raise, the limit."""
    try:
        return op.partials[index](z, *numbers)
    except (ArithmeticError, ValueError):
        return as_floats(op.partials[index](Limit(z), *as_limits(numbers)))


_taken = ContextVar("limits", default=False)


class taking_limits:  # noqa: N801  # used like a function, in a with statement
    """Let Values go on with the limit where an operation has no value, as partials of floats do."""

    def __enter__(self) -> None:
        self.before = _taken.set(True)

    def __exit__(self, *error: object) -> None:
        _taken.reset(self.before)


def value_of(op: Primitive, numbers: Sequence[Any]) -> Any:
    """Return an operation's value on floats."""
    try:
        return op.value(*numbers)
    except (ArithmeticError, ValueError) as error:
        return limit_or_refusal(op, error, numbers)


def limit_or_refusal(op: Primitive, error: Exception, numbers: Sequence[Any], operands: Sequence[Any] = ()) -> Any:
    """Return the limit while limits are taken; raise the error that users see everywhere else."""
    if _taken.get():
        return op.limit(*numbers)
    note(op, "refuses", operands, error)
    raise op.refusal(error, numbers, operands) from None


def as_limits(numbers: Sequence[Any]) -> list[Any]:
    """Return numbers, and sequences of them, as limits."""
    return [[*map(Limit, x)] if isinstance(x, (list, tuple)) else Limit(x) for x in numbers]


def as_floats(x: Any) -> Any:
    """Return a limit, or a sequence that may hold some, as floats."""
    if isinstance(x, (list, tuple)):
        return [as_floats(item) for item in x]
    return x.data if isinstance(x, Limit) else x
