"""Kinds of number: what Values, dual numbers and symbols share, all of it by way of the rows of the table."""

from __future__ import annotations

from autograd.engine import primitives as p
from autograd.engine import shapes
from autograd.engine.primitive import Primitive
from autograd.engine.shapes import is_array

TYPE_CHECKING = False  # understood by type checkers; importing typing would take longer than this file
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any


class Operators:
    """Anything on which ``+ - * / **`` and the functions of the table apply a row: a subclass says how in ``_apply``."""

    __slots__ = ()

    @staticmethod
    def _apply(op: Primitive, args: Sequence[Any]) -> Any:
        raise NotImplementedError

    def __add__(self, other: Any) -> Any:
        return self._apply(p.add, (self, other))

    def __radd__(self, other: Any) -> Any:
        return self._apply(p.add, (other, self))

    def __sub__(self, other: Any) -> Any:
        return self._apply(p.subtract, (self, other))

    def __rsub__(self, other: Any) -> Any:
        return self._apply(p.subtract, (other, self))

    def __mul__(self, other: Any) -> Any:
        return self._apply(p.multiply, (self, other))

    def __rmul__(self, other: Any) -> Any:
        return self._apply(p.multiply, (other, self))

    def __truediv__(self, other: Any) -> Any:
        return self._apply(p.divide, (self, other))

    def __rtruediv__(self, other: Any) -> Any:
        return self._apply(p.divide, (other, self))

    def __pow__(self, other: Any) -> Any:
        return self._apply(p.power, (self, other))

    def __rpow__(self, other: Any) -> Any:
        return self._apply(p.power, (other, self))

    def __neg__(self) -> Any:
        return self._apply(p.negative, (self,))

    def __abs__(self) -> Any:
        return self._apply(p.abs, (self,))

    def __mod__(self, other: Any) -> Any:
        return NotImplemented if is_array(other) else self._apply(p.remainder, (self, other))

    def __rmod__(self, other: Any) -> Any:
        return self._apply(p.remainder, (other, self))

    def __floordiv__(self, other: Any) -> Any:
        return NotImplemented if is_array(other) else self._apply(p.floor_divide, (self, other))

    def __rfloordiv__(self, other: Any) -> Any:
        return self._apply(p.floor_divide, (other, self))

    def __divmod__(self, other: Any) -> Any:
        return self // other, self % other

    def __rdivmod__(self, other: Any) -> Any:
        return other // self, other % self


class NumPyOverrides:
    """What NumPy's functions leave to us, once an argument is of such a kind."""

    __slots__ = ()

    def __array_ufunc__(self, ufunc: Any, method: Any, *inputs: Any, **options: Any) -> Any:
        return shapes.numpy_door.of_ufunc(ufunc, method, inputs, options)

    def __array_function__(self, function: Any, types: Any, args: Any, options: Any) -> Any:
        return shapes.numpy_door.of_function(function, args, options)


class Number(Operators, NumPyOverrides):
    """A kind of number that stands for a plain one, its ``data``, and carries more along: ``_carries`` says what.

    Comparisons and truth look at data, so that a function takes the same branch as on plain numbers. The hash is identity: sets
    and dicts tell numbers apart that are equal. float() is refused, since it would drop what is carried.
    """

    __slots__ = ()

    _carries = ""
    data: float

    def __pos__(self) -> Any:
        return self

    conjugate = __pos__  # np.var asks for it

    def __round__(self, digits: int | None = None) -> Any:
        return self._apply(p.rint, (self,)) if digits is None else self._apply(p.round, (self, float(digits)))

    def __floor__(self) -> Any:
        return self._apply(p.floor, (self,))

    def __ceil__(self) -> Any:
        return self._apply(p.ceil, (self,))

    def __trunc__(self) -> Any:
        return self._apply(p.trunc, (self,))

    def _asked(self, sign: str, other: Any) -> Any:
        """Return the answer to a comparison."""
        raise NotImplementedError

    def __eq__(self, other: object) -> Any:
        return self._asked("==", other)

    def __ne__(self, other: object) -> Any:
        return self._asked("!=", other)

    __hash__ = object.__hash__

    def __lt__(self, other: Any) -> Any:
        return self._asked("<", other)

    def __le__(self, other: Any) -> Any:
        return self._asked("<=", other)

    def __gt__(self, other: Any) -> Any:
        return self._asked(">", other)

    def __ge__(self, other: Any) -> Any:
        return self._asked(">=", other)

    def __bool__(self) -> bool:
        return bool(self._asked("!=", 0.0))

    def __float__(self) -> float:
        raise TypeError(
            f"a {type(self).__name__} does not turn into a plain number by itself, since that would lose its {self._carries}: "
            "write v.sin() or autograd.sin(v) for math.sin(v), and autograd.array([v, 1.0]) for an array of it; where you want "
            "the plain number, or autograd has no such function, take the data, which is a constant: math.gamma(v.data)"
        )

    __int__ = __float__

    def __format__(self, spec: str) -> str:
        return format(self.data, spec) if spec else repr(self)


def data_of(x: Any) -> Any:
    """Return the plain number that a kind of number stands for, and anything else as it is."""
    return x.data if isinstance(x, Number) else x
