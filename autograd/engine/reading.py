"""Arithmetic for other kinds of number that read the table, and what every kind asks: are limits taken, is there a record?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from autograd.engine import primitives as p
from autograd.engine.primitives import Primitive


class Reader:
    """Anything on which ``+ - * / **`` and the functions of the table read a row: a subclass says how in ``_read``."""

    @staticmethod
    def _read(op: Primitive, args: Sequence[Any]) -> Any:
        raise NotImplementedError

    def __add__(self, other: Any) -> Any:
        return self._read(p.add, (self, other))

    def __radd__(self, other: Any) -> Any:
        return self._read(p.add, (other, self))

    def __sub__(self, other: Any) -> Any:
        return self._read(p.subtract, (self, other))

    def __rsub__(self, other: Any) -> Any:
        return self._read(p.subtract, (other, self))

    def __mul__(self, other: Any) -> Any:
        return self._read(p.multiply, (self, other))

    def __rmul__(self, other: Any) -> Any:
        return self._read(p.multiply, (other, self))

    def __truediv__(self, other: Any) -> Any:
        return self._read(p.divide, (self, other))

    def __rtruediv__(self, other: Any) -> Any:
        return self._read(p.divide, (other, self))

    def __pow__(self, other: Any) -> Any:
        return self._read(p.power, (self, other))

    def __rpow__(self, other: Any) -> Any:
        return self._read(p.power, (other, self))

    def __neg__(self) -> Any:
        return self._read(p.negative, (self,))

    def __abs__(self) -> Any:
        return self._read(p.abs, (self,))


class Limit(Reader):
    """A float whose arithmetic never raises: where an operation has no value it goes on with the limit."""

    def __init__(self, data: float) -> None:
        self.data = data

    @staticmethod
    def _read(op: Primitive, args: Sequence[Any]) -> Limit:
        numbers = [_data(arg) for arg in args]
        try:
            return Limit(op.value(*numbers))
        except (ArithmeticError, ValueError):
            return Limit(op.limit(*numbers))


def partial_of(op: Primitive, index: int, z: float, *numbers: Any) -> Any:
    """Return an operation's partial by one argument; at the edge of its domain, where floats would raise, the limit."""
    try:
        return op.partials[index](z, *numbers)
    except (ArithmeticError, ValueError):
        arguments = [[Limit(x) for x in n] if isinstance(n, (list, tuple)) else Limit(n) for n in numbers]
        return _data(op.partials[index](Limit(z), *arguments))


_limits = ContextVar("limits", default=False)


@contextmanager
def taking_limits() -> Iterator[None]:
    """Let Values go on with the limit where an operation has no value, as partials of floats do."""
    token = _limits.set(True)
    try:
        yield
    finally:
        _limits.reset(token)


class _Block:
    """A ``with`` block in which operations are, or are not, recorded; ``owner`` tells whose it is."""

    __slots__ = ("open", "outer", "owner", "recording")

    def __init__(self, recording: bool, owner: object, outer: _Block | None) -> None:
        self.recording, self.owner, self.outer, self.open = recording, owner, outer, True


_block: ContextVar[_Block | None] = ContextVar("block", default=None)


def _innermost() -> _Block | None:
    block = _block.get()
    while block is not None and not block.open:  # a task that was begun inside a block may outlive it
        block = block.outer
    return block


def is_recording() -> bool:
    """Return whether operations are recorded here."""
    block = _innermost()
    return block is None or block.recording


def begin_block(recording: bool, owner: object) -> None:
    """Record, or record nothing, from now on in this thread or task."""
    _block.set(_Block(recording, owner, _innermost()))


def end_block(owner: object) -> None:
    """Go back to what was before the owner's innermost block, and any inside it that an interrupt has left open."""
    block = _innermost()
    while block is not None:
        block.open = False
        _block.set(block.outer)
        if block.owner is owner:
            return
        block = block.outer


@contextmanager
def recorded() -> Iterator[None]:
    """Record operations, whatever is asked for outside: for walks and derivatives that need the record themselves."""
    owner = object()
    begin_block(True, owner)
    try:
        yield
    finally:
        end_block(owner)


def value_of(op: Primitive, numbers: Sequence[Any]) -> Any:
    """Return an operation's value on floats."""
    try:
        return op.value(*numbers)
    except (ArithmeticError, ValueError) as error:
        return limit_or_refusal(op, error, numbers)


def limit_or_refusal(op: Primitive, error: Exception, numbers: Sequence[Any], labels: Sequence[str] = ()) -> Any:
    """Return the limit where partials are being recorded; raise the error that users see everywhere else."""
    if _limits.get():
        return op.limit(*numbers)
    raise op.refusal(error, numbers, labels) from None


def other_reader(args: Sequence[Any], known: type) -> Any:
    """Return how an argument reads a row that is neither a number nor of the known type; None if there is none."""
    for arg in args:
        for x in arg if isinstance(arg, (list, tuple)) else [arg]:
            if hasattr(x, "_read") and not isinstance(x, known):
                return x._read
    return None


def not_plain(x: Any, lost: str) -> TypeError:
    """Return the error for float(x) and math.sin(x), which would silently lose what x carries."""
    return TypeError(
        f"a {type(x).__name__} does not turn into a plain number by itself, since that would lose its {lost}: write v.sin() or "
        "autograd.sin(v) for math.sin(v), likewise for the other functions, and v.data where you want the plain number"
    )


def _data(x: Any) -> Any:
    if isinstance(x, (list, tuple)):
        return [_data(item) for item in x]
    return x.data if isinstance(x, Limit) else x
