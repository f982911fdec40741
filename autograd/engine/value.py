"""``Value``: a number that records how it was computed, in a node; gradients, pictures and derivations read this record."""

from __future__ import annotations

from math import pow  # noqa: A004  # of floats alone, and never complex

from autograd.engine import hooks, node, numpy_door, passes, recorded_gradients, shapes
from autograd.engine import primitives as p
from autograd.engine.applying import apply, binary, unary
from autograd.engine.conversion import number, real
from autograd.engine.copied import Copied
from autograd.engine.core import connect, value_in_c
from autograd.engine.floats import total
from autograd.engine.node import Node, made
from autograd.engine.number import Number
from autograd.engine.primitive import Primitive
from autograd.engine.questions import asked
from autograd.engine.watching import show, watchers
from autograd.micrograd.attributes import Attributes

TYPE_CHECKING = False  # understood by type checkers; importing typing would take longer than this file
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

TWO_TO_53 = 2.0**53


def _function(op: Primitive) -> Callable[[Value], Value]:
    def method(self: Value) -> Value:
        return unary(op, self)

    return _named(method, op)


def _function_of_two(op: Primitive) -> Callable[[Value, Value | float], Value]:
    def method(self: Value, other: Value | float) -> Value:
        return apply(op, (self, other))

    return _named(method, op)


def _named(method: Any, op: Primitive) -> Any:
    method.__name__, method.__qualname__ = op.name, f"Value.{op.name}"
    method.__doc__ = f"Return {op.name} of this value, recorded."
    return method


@value_in_c
class Value(Attributes, Copied, Number, Node):
    """A real number that takes part in a computation graph.

    ``data`` is the number, ``grad`` the sum of the derivatives that backward passes have added (0 before any), ``label`` its
    name in pictures, derivations and errors. Any other attribute may be set too.

    >>> x = Value(3.0, label="x")
    >>> y = x * x + 1
    >>> y.backward()
    >>> y.data, x.grad
    (10.0, 6.0)

    Raises TypeError if ``data`` is not a real number.
    """

    __slots__ = ()

    _carries = "graph"

    # --- operators: the rows add, subtract, multiply, divide and negative, inlined for speed and held to them by the tests ---

    def __add__(self, other: Value | float) -> Value:
        if isinstance(other, Value):
            return made(self._data + other._data, p.add, self, 1.0, other, 1.0)
        c = other if type(other) is float else number(other)
        return NotImplemented if c is None else made(self._data + c, p.add, self, 1.0, None, 0.0, (self, c))

    def __radd__(self, other: float) -> Value:
        c = other if type(other) is float else number(other)
        return NotImplemented if c is None else made(c + self._data, p.add, self, 1.0, None, 0.0, (c, self))

    def __sub__(self, other: Value | float) -> Value:
        if isinstance(other, Value):
            return made(self._data - other._data, p.subtract, self, 1.0, other, -1.0)
        c = other if type(other) is float else number(other)
        return NotImplemented if c is None else made(self._data - c, p.subtract, self, 1.0, None, 0.0, (self, c))

    def __rsub__(self, other: float) -> Value:
        c = other if type(other) is float else number(other)
        return NotImplemented if c is None else made(c - self._data, p.subtract, self, -1.0, None, 0.0, (c, self))

    def __mul__(self, other: Value | float) -> Value:
        if isinstance(other, Value):
            return made(self._data * other._data, p.multiply, self, other._data, other, self._data)
        c = other if type(other) is float else number(other)
        return NotImplemented if c is None else made(self._data * c, p.multiply, self, c, None, 0.0, (self, c))

    def __rmul__(self, other: float) -> Value:
        c = other if type(other) is float else number(other)
        return NotImplemented if c is None else made(c * self._data, p.multiply, self, c, None, 0.0, (c, self))

    def __truediv__(self, other: Value | float) -> Value:
        if isinstance(other, Value) and other._data:
            y = other._data
            z = self._data / y
            return made(z, p.divide, self, 1.0 / y, other, -z / y)
        return binary(p.divide, self, other)

    def __rtruediv__(self, other: float) -> Value:
        return binary(p.divide, other, self)

    def __pow__(self, other: Value | float) -> Value:
        c = float(other) if type(other) is int and -TWO_TO_53 < other < TWO_TO_53 else other
        if type(c) is float and 0.5 <= c <= TWO_TO_53:  # the usual case of powers.power_slope
            x = self._data
            try:
                z, below = pow(x, c), x if c == 2.0 else pow(x, c - 1.0)
            except (ArithmeticError, ValueError):
                return binary(p.power, self, other)
            if (below > 1e-300 or below < -1e-300) and x - x == 0.0:
                return made(z, p.power, self, c * below, None, 0.0, (self, c))
        return binary(p.power, self, other)

    def __rpow__(self, other: float) -> Value:
        return binary(p.power, other, self)

    def __neg__(self) -> Value:
        return made(-self._data, p.negative, self, -1.0)

    # --- functions, under their NumPy names (np.exp(v) calls v.exp()) and those of math ---

    exp, exp2, expm1, log, log2, log10, log1p, sqrt, cbrt, sin, cos, tan, sinh, cosh, tanh = map(
        _function,
        (p.exp, p.exp2, p.expm1, p.log, p.log2, p.log10, p.log1p, p.sqrt, p.cbrt, p.sin, p.cos, p.tan, p.sinh, p.cosh, p.tanh),
    )
    arcsin, arccos, arctan, arcsinh, arccosh, arctanh = asin, acos, atan, asinh, acosh, atanh = (
        *map(_function, (p.arcsin, p.arccos, p.arctan, p.arcsinh, p.arccosh, p.arctanh)),
    )
    sigmoid, softplus, relu, heaviside, sign, erf, erfc = map(
        _function, (p.sigmoid, p.softplus, p.relu, p.heaviside, p.sign, p.erf, p.erfc)
    )
    add, subtract, multiply, divide, power, maximum, minimum, hypot = map(
        _function_of_two, (p.add, p.subtract, p.multiply, p.divide, p.power, p.maximum, p.minimum, p.hypot)
    )
    arctan2 = atan2 = _function_of_two(p.arctan2)
    absolute = abs = fabs = _function(p.abs)
    floor, ceil, trunc, rint, sinc = map(_function, (p.floor, p.ceil, p.trunc, p.rint, p.sinc))
    remainder, floor_divide, fmod, copysign, logaddexp, xlogy = map(
        _function_of_two, (p.remainder, p.floor_divide, p.fmod, p.copysign, p.logaddexp, p.xlogy)
    )

    def clip(self, low: Value | float, high: Value | float) -> Value:
        """Return this value, but not below low and not above high, recorded."""
        clipped: Value = apply(p.clip, (self, low, high))
        return clipped

    negative = _function(p.negative)

    # --- gradients ---

    def backward(self, gradient: float = 1.0, *, create_graph: bool = False, retain_graph: bool | None = None) -> None:
        """Add the derivative of this value by every value that it was computed from to that value's ``grad``.

        ``gradient`` is what this value's own gradient starts from: all others are multiplied by it. A pass that is
        interrupted changes no ``grad`` at all. With ``create_graph`` the gradients are Values, recorded, so that they can be
        differentiated again; ``x.grad.data`` is the number. Value and gradient then hold each other, until ``grad`` is set
        back to 0 or the garbage collector frees both; those that ``autograd.gradients`` returns do not.

        >>> x = Value(2.0)
        >>> (x**3).backward(create_graph=True)
        >>> slope, x.grad = x.grad, 0
        >>> slope.backward()
        >>> slope.data, x.grad
        (12.0, 12.0)

        Records are never freed by a pass: ``retain_graph``, which PyTorch's users know, changes nothing.

        Raises TypeError if ``gradient`` is no plain real number, and RuntimeError with ``create_graph`` if ``data`` was changed
        after recording; ``recompute`` mends that.
        """
        start = gradient if type(gradient) is float else passes.start(gradient)
        if create_graph:
            recorded_gradients.backward(self, start)
        else:
            passes.backward(self, start)

    def register_hook(self, hook: Callable[[Any], Any]) -> hooks.Handle:
        """Call ``hook(gradient)`` in every backward pass through this value; return a handle whose ``remove()`` ends that.

        It is called when the gradient of that pass is complete, before it is passed on. A number that it returns replaces
        the gradient; None changes nothing.

        >>> x = Value(3.0)
        >>> y = x * x
        >>> handle = y.register_hook(lambda gradient: 10.0 * gradient)
        >>> y.backward()
        >>> y.grad, x.grad
        (10.0, 60.0)
        """
        return hooks.register_hook(self, hook)

    def detach(self) -> Value:
        """Return the same number as a leaf of its own, through which no gradient passes."""
        return Value(self.data, label=self.label)

    def zero_grad(self) -> None:
        """Set ``grad`` back to 0 on this value and on every value that it was computed from."""
        passes.zero_grad(self)

    def recompute(self, anyway: bool = False) -> None:
        """Run the recorded operations forward again, after the ``data`` of leaves has changed.

        The record holds one branch of the program that made it. So what was asked about its numbers, such as ``x > 0``, is
        asked again, and it is an error if an answer is another one now, unless it is to go on ``anyway``. Questions about
        numbers outside the record, or about plain ``data``, cannot be seen; copies and pickles remember, JSON files do not.

        Raises RuntimeError if a question is answered otherwise, and what the operations raise outside their domains; nothing
        is changed then.
        """
        passes.recompute(self, anyway)

    def _asked(self, sign: str, other: Any) -> Any:
        return asked(self, sign, other) if isinstance(other, Value) or not isinstance(other, Number) else NotImplemented

    _apply = staticmethod(apply)

    def __repr__(self) -> str:
        label = f", label={self.label!r}" if self.label else ""
        return f"Value(data={self.data!r}, grad={self.grad!r}{label})"


# What files further down need of this one and others; ``connect`` hands the same to C.
node.kind = Value
shapes.numpy_door = numpy_door
connect(p.TABLE, unary, real, total, watchers, show, hooks.hooked)
