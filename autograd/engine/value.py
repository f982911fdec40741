"""``Value``: a number that records how it was computed.

Every operation makes a new Value that keeps its row of the table, its arguments and, on each edge to an argument that is a
Value, the local partial derivative as a number. Everything else (gradients, pictures, derivations) reads this record.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from operator import mul
from typing import Any, TypeVar

from autograd.engine import copying, graph, hooks
from autograd.engine import primitives as p
from autograd.engine.floats import number, total
from autograd.engine.graph import Many
from autograd.engine.primitives import Primitive
from autograd.engine.reading import limit_or_refusal, not_plain, other_reader, partial_of
from autograd.micrograd import attributes as dialects

Method = TypeVar("Method", bound=Callable[..., "Value"])


def _function(op: Primitive) -> Callable[[Value], Value]:
    def method(self: Value) -> Value:
        return _unary(op, self)

    return _named(method, op)


def _function_of_two(op: Primitive) -> Callable[[Value, Value | float], Value]:
    def method(self: Value, other: Value | float) -> Value:
        node = _binary(op, self, other)
        return _record(op, (self, other)) if node is NotImplemented else node  # which refuses, and says why

    return _named(method, op)


def _named(method: Method, op: Primitive) -> Method:
    method.__name__ = op.name
    method.__qualname__ = f"Value.{op.name}"
    method.__doc__ = f"Return {op.name} of this value, recorded."
    return method


class Value(dialects.Dialects):
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

    # Slots for two edges, since a tuple of edges costs 200 ns a node; operations on sequences keep theirs in `many`.
    __slots__ = (
        "__dict__", "__weakref__", "adjoint", "d_left", "d_right", "data", "given", "grad", "label", "left", "many", "mark",
        "op", "right",
    )  # fmt: skip

    data: float
    grad: float
    label: str
    op: Primitive | None  # the row that made this value; None for a leaf
    left: Value | None  # the first argument that is a Value, and the partial on its edge
    d_left: float
    right: Value | None  # the second such argument
    d_right: float
    many: Many | None  # further edges: for each sequence its Values and their partials
    given: tuple[Any, ...] | None  # all arguments as given, where some are constants or sequences
    adjoint: float  # for a walk's own use while it runs
    mark: object  # the last walk that came by

    def __init__(
        self, data: float, _children: Any = (), _op: Any = "", label: str = "", children: Any = (), local_grads: Any = ()
    ) -> None:
        self.data = data if type(data) is float else _real(data)
        self.grad = 0
        self.label = label
        self.op = None
        self.left = None
        self.d_left = 0.0
        self.right = None
        self.d_right = 0.0
        self.many = None
        self.given = None
        self.mark = None
        if _children is not children:  # an operation recorded by hand, as in micrograd's lectures or microgpt
            dialects.record(self, _children, _op, children, local_grads)

    # --- the record ---

    @property
    def args(self) -> tuple[Any, ...]:
        """The operation's arguments as given: Values, constants (floats), and tuples of them."""
        if self.given is not None:
            return self.given
        return () if self.left is None else (self.left,) if self.right is None else (self.left, self.right)

    @property
    def edges(self) -> list[tuple[Value, float]]:
        """The arguments that are Values, each with the local partial, in the order of the arguments.

        >>> x, y = Value(2.0), Value(5.0)
        >>> [partial for argument, partial in (x * y).edges]
        [5.0, 2.0]
        """
        scalars = [(x, d) for x, d in ((self.left, self.d_left), (self.right, self.d_right)) if x is not None]
        others = [*zip(*self.many, strict=True)] if self.many else []
        edges: list[Any] = []
        for arg in self.args:
            if isinstance(arg, Value):
                edges.append(scalars.pop(0) if scalars else others.pop(0))
            elif isinstance(arg, tuple):
                count = sum(isinstance(item, Value) for item in arg)
                edges, others = edges + others[:count], others[count:]
        return edges

    # --- gradients ---

    def backward(self, create_graph: bool = False) -> None:
        """Add the derivative of this value by every value that it was computed from to that value's ``grad``.

        A pass that is interrupted changes no ``grad`` at all. With ``create_graph`` the gradients are Values, recorded, so
        that they can be differentiated again; ``x.grad.data`` is the number, which an update of ``x.data`` takes. Value and
        gradient then hold each other, until ``grad`` is set back to 0 or the garbage collector frees both; the gradients that
        ``autograd.gradients`` returns do not.

        >>> x = Value(2.0)
        >>> (x**3).backward(create_graph=True)
        >>> slope, x.grad = x.grad, 0
        >>> slope.backward()
        >>> slope.data, x.grad
        (12.0, 12.0)

        Raises RuntimeError with ``create_graph`` if ``data`` was changed after recording; ``recompute`` mends that.
        """
        if create_graph:
            from autograd.engine import recorded_gradients as differentiate

            differentiate.backward(self)
        else:
            graph.backward(self)

    def register_hook(self, hook: Callable[[Any], Any]) -> hooks.Handle:
        """Call ``hook(gradient)`` in every backward pass through this value; return a handle whose ``remove()`` ends that.

        It is called when the gradient of that pass is complete, before it is passed on. A number that it returns replaces
        the gradient: that is passed on, and added to ``grad``. None changes nothing. Hooks run in the order in which they
        were registered; if one raises, no ``grad`` changes. With ``create_graph`` the gradient is a Value.

        >>> x = Value(3.0)
        >>> y = x * x
        >>> handle = y.register_hook(lambda gradient: 10.0 * gradient)
        >>> y.backward()
        >>> y.grad, x.grad
        (10.0, 60.0)

        Hooks belong to this value alone: copies and pickles have none. They change passes, not the record; so explanations,
        pictures, checks and the functions that return derivatives do not see them. A hook may not walk over a graph.
        """
        return hooks.register_hook(self, hook)

    def detach(self) -> Value:
        """Return the same number as a leaf of its own, through which no gradient passes."""
        return Value(self.data, label=self.label)

    def zero_grad(self) -> None:
        """Set ``grad`` back to 0 on this value and on every value that it was computed from."""
        graph.zero_grad(self)

    def recompute(self) -> None:
        """Run the recorded operations forward again, after the ``data`` of leaves has changed.

        Raises what the operations raise outside their domains, and changes nothing then.
        """
        graph.recompute(self)

    # --- operators: the rows add, subtract, multiply, divide and negative, inlined for speed and held to them by the tests ---

    def __add__(self, other: Value | float) -> Value:
        if isinstance(other, Value):
            return _node(self.data + other.data, p.add, self, 1.0, other, 1.0)
        c = other if type(other) is float else number(other)
        return NotImplemented if c is None else _node(self.data + c, p.add, self, 1.0, None, 0.0, (self, c))

    def __radd__(self, other: float) -> Value:
        c = other if type(other) is float else number(other)
        return NotImplemented if c is None else _node(c + self.data, p.add, self, 1.0, None, 0.0, (c, self))

    def __sub__(self, other: Value | float) -> Value:
        if isinstance(other, Value):
            return _node(self.data - other.data, p.subtract, self, 1.0, other, -1.0)
        c = other if type(other) is float else number(other)
        return NotImplemented if c is None else _node(self.data - c, p.subtract, self, 1.0, None, 0.0, (self, c))

    def __rsub__(self, other: float) -> Value:
        c = other if type(other) is float else number(other)
        return NotImplemented if c is None else _node(c - self.data, p.subtract, self, -1.0, None, 0.0, (c, self))

    def __mul__(self, other: Value | float) -> Value:
        if isinstance(other, Value):
            return _node(self.data * other.data, p.multiply, self, other.data, other, self.data)
        c = other if type(other) is float else number(other)
        return NotImplemented if c is None else _node(self.data * c, p.multiply, self, c, None, 0.0, (self, c))

    def __rmul__(self, other: float) -> Value:
        c = other if type(other) is float else number(other)
        return NotImplemented if c is None else _node(c * self.data, p.multiply, self, c, None, 0.0, (c, self))

    def __truediv__(self, other: Value | float) -> Value:
        if isinstance(other, Value) and other.data:
            y = other.data
            z = self.data / y
            return _node(z, p.divide, self, 1.0 / y, other, -z / y)
        return _binary(p.divide, self, other)

    def __rtruediv__(self, other: float) -> Value:
        return _binary(p.divide, other, self)

    def __pow__(self, other: Value | float) -> Value:
        return _binary(p.power, self, other)

    def __rpow__(self, other: float) -> Value:
        return _binary(p.power, other, self)

    def __neg__(self) -> Value:
        return _node(-self.data, p.negative, self, -1.0, None, 0.0)

    def __pos__(self) -> Value:
        return self

    def __abs__(self) -> Value:
        return _unary(p.abs, self)

    # --- functions, under their NumPy names (np.exp(v) calls v.exp()) and those of math ---

    exp = _function(p.exp)
    exp2 = _function(p.exp2)
    expm1 = _function(p.expm1)
    log = _function(p.log)
    log2 = _function(p.log2)
    log10 = _function(p.log10)
    log1p = _function(p.log1p)
    sqrt = _function(p.sqrt)
    cbrt = _function(p.cbrt)
    sin = _function(p.sin)
    cos = _function(p.cos)
    tan = _function(p.tan)
    arcsin = _function(p.arcsin)
    arccos = _function(p.arccos)
    arctan = _function(p.arctan)
    sinh = _function(p.sinh)
    cosh = _function(p.cosh)
    tanh = _function(p.tanh)
    arcsinh = _function(p.arcsinh)
    arccosh = _function(p.arccosh)
    arctanh = _function(p.arctanh)
    sigmoid = _function(p.sigmoid)
    softplus = _function(p.softplus)
    relu = _function(p.relu)
    heaviside = _function(p.heaviside)
    sign = _function(p.sign)
    erf = _function(p.erf)
    erfc = _function(p.erfc)
    arctan2 = _function_of_two(p.arctan2)
    hypot = _function_of_two(p.hypot)
    add = _function_of_two(p.add)
    subtract = _function_of_two(p.subtract)
    multiply = _function_of_two(p.multiply)
    divide = _function_of_two(p.divide)
    power = _function_of_two(p.power)
    maximum = _function_of_two(p.maximum)
    minimum = _function_of_two(p.minimum)
    asin, acos, atan, atan2, asinh, acosh, atanh = arcsin, arccos, arctan, arctan2, arcsinh, arccosh, arctanh
    absolute = abs = fabs = __abs__
    negative = __neg__
    conjugate = __pos__  # np.var asks for it

    # --- as a Python number: comparisons look at data, == and hash are identity, float() would drop the graph ---

    def __lt__(self, other: Value | float) -> bool:
        return self.data < (other.data if isinstance(other, Value) else other)

    def __le__(self, other: Value | float) -> bool:
        return self.data <= (other.data if isinstance(other, Value) else other)

    def __gt__(self, other: Value | float) -> bool:
        return self.data > (other.data if isinstance(other, Value) else other)

    def __ge__(self, other: Value | float) -> bool:
        return self.data >= (other.data if isinstance(other, Value) else other)

    def __bool__(self) -> bool:
        return self.data != 0.0

    def __float__(self) -> float:
        raise not_plain(self, "graph")

    __int__ = __float__

    @staticmethod
    def _read(op: Primitive, args: Sequence[Any]) -> Value:
        """Record a row of the table on arguments of which at least one is, or holds, a Value."""
        if len(args) == 1 and isinstance(args[0], Value):
            return _unary(op, args[0])
        if len(args) != 2 or isinstance(args[0], (list, tuple)):
            return _record(op, args)
        node = _binary(op, args[0], args[1])
        return _record(op, args) if node is NotImplemented else node

    def __repr__(self) -> str:
        label = f", label={self.label!r}" if self.label else ""
        return f"Value(data={self.data!r}, grad={self.grad!r}{label})"

    def __format__(self, spec: str) -> str:
        return format(self.data, spec) if spec else repr(self)

    def __copy__(self) -> Value:
        return copying.copy(self)

    def __deepcopy__(self, memo: dict[int, Any]) -> Value:
        return copying.deepcopy(self, memo)

    def __reduce_ex__(self, protocol: Any) -> tuple[Any, ...]:
        return copying.reduce(self)


def weighted_sum(weights: Sequence[Value | float], inputs: Sequence[Value | float], bias: Value | float = 0.0) -> Value:
    """Return Σ weight·input + bias as one node, the net input of a neuron.

    Raises ValueError if there are not as many inputs as weights.

    >>> weighted_sum([Value(2.0), Value(3.0)], [10.0, 100.0], Value(1.0)).data
    321.0
    """
    usual = type(weights) in _SEQUENCES and type(inputs) in _SEQUENCES and len(weights) == len(inputs) > 0
    if usual and isinstance(bias, Value):  # in a fifth of the time that _record takes
        ws: tuple[Any, ...] = tuple(weights)
        xs: tuple[Any, ...] = tuple(inputs)
        if type(xs[0]) is float:
            terms = [w.data * x for w, x in zip(ws, xs) if type(w) is Value and type(x) is float]  # noqa: B905  # costs 40 ns
            many = ws, xs
        else:
            w = [v.data for v in ws if type(v) is Value]
            x = [v.data for v in xs if type(v) is Value]
            terms = [*map(mul, w, x)]
            many = ws + xs, (*x, *w)
        if len(terms) == len(ws):
            terms.append(bias.data)
            return _node(total(terms), p.weighted_sum, bias, 1.0, None, 0.0, (ws, xs, bias), many)
    return p.weighted_sum(weights, inputs, bias)


def _node(
    data: float,
    op: Primitive | None,
    left: Value | None,
    d_left: float,
    right: Value | None,
    d_right: float,
    given: tuple[Any, ...] | None = None,
    many: Many | None = None,
) -> Value:
    """Return the Value that an operation made. (Calling ``Value(…)`` here would cost 60 ns more.)"""
    node = _new(Value)
    node.data = data
    node.grad = 0
    node.label = ""
    node.op = op
    node.left = left
    node.d_left = d_left
    node.right = right
    node.d_right = d_right
    node.many = many
    node.given = given
    node.mark = None
    return node


def _unary(op: Primitive, x: Value) -> Value:
    """Record an operation on one Value."""
    a = x.data
    try:
        z = op.value(a)
    except (ArithmeticError, ValueError) as error:
        z = limit_or_refusal(op, error, (a,), (x.label,))
    except TypeError:
        raise op.misuse((x,)) from None
    try:
        d = op.partials[0](z, a)
    except (ArithmeticError, ValueError):
        d = partial_of(op, 0, z, a)
    return _node(z, op, x, d, None, 0.0)


def _binary(op: Primitive, x: Any, y: Any) -> Value:
    """Record an operation on two operands, at least one of them a Value; NotImplemented if the other is no number."""
    a = x.data if isinstance(x, Value) else x if type(x) is float else number(x)
    b = y.data if isinstance(y, Value) else y if type(y) is float else number(y)
    if a is None or b is None:
        return NotImplemented  # type: ignore[no-any-return]  # to __op__ methods alone
    try:
        z = op.value(a, b)
    except (ArithmeticError, ValueError) as error:
        z = limit_or_refusal(op, error, (a, b), (getattr(x, "label", ""), getattr(y, "label", "")))
    try:
        d = op.partials[0](z, a, b) if isinstance(x, Value) else 0.0
        e = op.partials[1](z, a, b) if isinstance(y, Value) else 0.0
    except (ArithmeticError, ValueError):
        d, e = partial_of(op, 0, z, a, b), partial_of(op, 1, z, a, b)
    if not isinstance(y, Value):
        return _node(z, op, x, d, None, 0.0, (x, b))
    if not isinstance(x, Value):
        return _node(z, op, y, e, None, 0.0, (a, y))
    return _node(z, op, x, d, y, e)


def _record(op: Primitive, args: Sequence[Any]) -> Value:
    """Record any operation: compute it on the numbers of its arguments and keep the partial of each that is a Value."""
    try:
        given = op.checked(args, Value)
    except TypeError:
        read = other_reader(args, Value)
        if read is None:
            raise
        return read(op, args)  # type: ignore[no-any-return]  # a dual number, say
    numbers = [_numbers(arg) if type(arg) is tuple else arg if type(arg) is float else arg.data for arg in given]
    try:
        z = op.value(*numbers)
    except (ArithmeticError, ValueError) as error:
        z = limit_or_refusal(op, error, numbers, [getattr(arg, "label", "") for arg in given])
    except TypeError:
        raise op.misuse(args) from None
    left, d_left = None, 0.0
    parents: list[Value] = []
    slopes: list[float] = []
    for i, arg in enumerate(given):
        if type(arg) is tuple:
            values = [x for x in arg if isinstance(x, Value)]
            if values:
                partials = partial_of(op, i, z, *numbers)
                if len(values) < len(arg):
                    partials = [d for x, d in zip(arg, partials, strict=True) if isinstance(x, Value)]
                parents += values
                slopes += partials
        elif type(arg) is not float:
            partial = partial_of(op, i, z, *numbers)
            if left is None:
                left, d_left = arg, partial
            else:
                parents.append(arg)
                slopes.append(partial)
    return _node(z, op, left, d_left, None, 0.0, given, (tuple(parents), tuple(slopes)) if parents else None)


def _numbers(args: tuple[Any, ...]) -> list[float]:
    return [x.data if isinstance(x, Value) else x for x in args]


def _real(data: Any) -> float:
    plain = number(data)
    if plain is None:
        raise TypeError(f"Value takes a real number, but got {type(data).__name__} {data!r:.60}")
    return plain


_new = Value.__new__
_SEQUENCES = {list, tuple}
