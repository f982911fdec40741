"""Numbers that carry derivatives forward, from arguments to all that is computed from them: dual numbers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from autograd.engine import primitives as p
from autograd.engine.graph import flat_in, flattened
from autograd.engine.limits import partial_of, value_of
from autograd.engine.number import Number, data_of
from autograd.engine.primitive import TABLE, Primitive
from autograd.engine.primitives import ALIASES
from autograd.engine.questions import COMPARE, listeners, tell
from autograd.engine.recorded_gradients import partial_on, times
from autograd.engine.recording import is_recording
from autograd.engine.shapes import is_array
from autograd.engine.value import Value

OPERATORS = {p.add, p.subtract, p.multiply, p.divide, p.power}


class Traced(Number):
    """A number that carries derivatives along: its ``value`` is a float, a Value, or such a number of an earlier pass.

    ``level`` tells passes inside each other apart. It has every function as a method, as a Value has. A subclass says how it
    goes through a row in ``_through``, and of what numbers it consists in ``parts``, the value first.
    """

    _carries = "derivatives"
    level: int
    value: Any

    @staticmethod
    def _apply(op: Primitive, args: Sequence[Any]) -> Any:
        if op in OPERATORS and any(map(is_array, args)):
            return NotImplemented  # so that NumPy goes through the array
        if op.body is not None:
            return op.body(*args)
        given = [list(arg) if isinstance(arg, tuple) else arg for arg in op.takes.checked(op.name, args, (Traced, Value))]
        latest = max([x for x in flattened(given) if isinstance(x, Traced)], key=lambda x: x.level)
        return latest._through(op, given if op.flat is None else _without_flat(op, given))

    def _through(self, op: Primitive, given: list[Any]) -> Any:
        """Return an operation on numbers of this level and constants."""
        raise NotImplementedError

    def parts(self) -> list[Any]:
        """Return the numbers that this one consists of."""
        raise NotImplementedError

    def of(self, parts: Sequence[Any]) -> Traced:
        """Return a number of the same level that consists of others."""
        raise NotImplementedError

    def _asked(self, sign: str, other: Any) -> Any:
        if is_array(other):
            return NotImplemented  # which asks for each of its items
        answer = COMPARE[sign](innermost(self), innermost(other))  # of Values, who keep it
        if listeners:
            tell((self, sign, other, answer))
        return answer

    @property
    def data(self) -> float:  # type: ignore[override]  # which is a property here
        """The plain number."""
        number: float = data_of(self.value)
        return number

    def detach(self) -> float:
        """Return the plain number, which has no derivative."""
        return self.data

    def __getattr__(self, name: str) -> Any:
        op = TABLE.get(ALIASES.get(name, name))
        if op is None:
            raise AttributeError(f"{type(self).__name__} has no attribute {name!r}")
        return lambda *others: op(self, *others)


class Dual(Traced):
    """A number with its tangent, the rate at which it changes in the direction of one forward pass.

    The tangent is None if nothing that changes has reached it: unlike a rate of 0, that makes no nan of an infinite slope.
    """

    def __init__(self, level: int, value: Any, tangent: Any) -> None:
        self.level, self.value, self.tangent = level, value, tangent

    def _through(self, op: Primitive, given: list[Any]) -> Dual:
        values = [value_at(arg, self.level) for arg in given]
        numbers = all(type(x) is float for x in flattened(values))
        z = value_of(op, values) if numbers else op(*values)
        tangent: Any = None
        for i, arg in enumerate(given) if is_recording() else ():
            items = arg if isinstance(arg, list) else [arg]
            if any(has_level(x, self.level) for x in items):
                partial = partial_of(op, i, z, *values) if numbers else partial_on(op, i, z, values)
                for x, d in zip(items, partial if isinstance(arg, list) else [partial], strict=True):
                    if has_level(x, self.level) and x.tangent is not None:
                        part = times(d, x.tangent)
                        tangent = part if tangent is None else tangent + part
        return Dual(self.level, z, tangent)

    def parts(self) -> list[Any]:
        return [self.value, 0.0 if self.tangent is None else self.tangent]

    def of(self, parts: Sequence[Any]) -> Dual:
        return Dual(self.level, *parts)

    def __repr__(self) -> str:
        return f"Dual({self.value!r}, {self.tangent!r})"


def _without_flat(op: Primitive, given: list[Any]) -> list[Any]:
    """Return arguments without the derivatives of each in which the operation is flat here: it passes nothing on."""
    assert op.flat is not None
    bare = tuple([tuple(map(innermost, arg)) if isinstance(arg, list) else innermost(arg) for arg in given])
    flat = flat_in(op, bare)
    return [
        [x if out else y for x, y, out in zip(value, arg, still, strict=True)]
        if isinstance(arg, list)
        else (value if still else arg)
        for arg, value, still in zip(given, bare, flat, strict=True)
    ]


def innermost(x: Any) -> Any:
    """Return the Value or plain number that a number carries derivatives of, and anything else as it is."""
    while isinstance(x, Traced):
        x = x.value
    return x


def plain(arg: Any) -> Any:
    """Return an argument with the plain number in place of each that stands for one."""
    return [*map(data_of, arg)] if isinstance(arg, list) else data_of(arg)


def value_at(arg: Any, level: int) -> Any:
    """Return an argument with the value in place of each number of a level."""
    if isinstance(arg, list):
        return [value_at(x, level) for x in arg]
    return arg.value if has_level(arg, level) else arg


def has_level(x: Any, level: int) -> bool:
    """Return whether a number carries the derivatives of one pass."""
    return isinstance(x, Traced) and x.level == level
