"""Derivatives that can be differentiated again: the chain rule in both directions, on any kind of number.

Partials are made of rows of the table. Run on Values they are recorded like everything else, and that is why gradients have
gradients; run on dual numbers they carry a tangent forward.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, Literal, overload

from autograd import primitives as p
from autograd.graph import add_to_grads, topological_order
from autograd.hooks import after_hooks, hooked
from autograd.primitives import TABLE, Primitive
from autograd.reading import Reader, is_recording, partial_of, recorded, taking_limits, value_of
from autograd.value import Value

# --- backward: from one result to all that it was computed from ---


@overload
def gradients(root: Value, wrt: Iterable[Value], create_graph: Literal[False] = False) -> list[float]: ...
@overload
def gradients(root: Value, wrt: Iterable[Value], create_graph: bool) -> list[Any]: ...


def gradients(root: Value, wrt: Iterable[Value], create_graph: bool = False) -> list[Any]:
    """Return the derivative of root by each value of wrt, 0.0 where root does not depend on it; no ``grad`` changes.

    With create_graph they are Values, recorded, so that they can be differentiated again:

    >>> x = Value(2.0)
    >>> [slope] = gradients(x**3, [x], create_graph=True)
    >>> slope.data, gradients(slope, [x])
    (12.0, [12.0])

    Raises RuntimeError with create_graph if ``data`` was changed after root was recorded; ``recompute`` mends that.
    """
    wrt = list(wrt)
    for value in (root, *wrt):
        if not isinstance(value, Value):
            raise TypeError(f"gradients takes a Value and a list of Values, but got {type(value).__name__} {value!r:.60}")
    order = topological_order(root)
    leading = _leading_to(wrt, order)
    with recorded():
        adjoints = _adjoints(order, leading, create_graph)
    found = [adjoints.get(value, 0.0) for value in wrt]
    return [*map(as_value, found)] if create_graph else found


def backward(root: Value) -> None:
    """Add the derivative of root by every value it was computed from to that value's ``grad``, as a recorded Value."""
    order = topological_order(root)
    with recorded():
        adjoints = _adjoints(order, set(order), create_graph=True, seen=_after_hooks)
        taken = set(order)  # each grad is a Value of its own: that of x·y by x is not y itself
        for node in order:
            gradient = as_value(adjoints[node])
            adjoints[node] = gradient * 1.0 if gradient in taken else gradient
            taken.add(adjoints[node])
    add_to_grads(adjoints)


def _after_hooks(node: Value, gradient: Any) -> Any:
    return after_hooks(node, as_value(gradient)) if node in hooked else gradient


def _adjoints(
    order: Sequence[Value],
    leading: set[Value],
    create_graph: bool,
    seen: Callable[[Value, Any], Any] = lambda node, adjoint: adjoint,
) -> dict[Value, Any]:
    """Return the derivative of the last node in the order by each that leads on, as seen when complete: the chain rule."""
    adjoints: dict[Value, Any] = {order[-1]: 1.0}
    for node in reversed(order):
        if node in leading:
            adjoint = adjoints[node] = seen(node, adjoints[node])
            for argument, partial in _recorded_edges(node, leading) if create_graph else node.edges:
                if argument in leading:
                    part = times(adjoint, partial)
                    adjoints[argument] = adjoints[argument] + part if argument in adjoints else part
    return adjoints


def _leading_to(wrt: Sequence[Value], order: Sequence[Value]) -> set[Value]:
    """Return the values of wrt in this order, and all that was computed from them."""
    leading: set[Value | None] = {*set(wrt).intersection(order)}
    for node in order:
        if node.left in leading or node.right in leading or (node.many and not leading.isdisjoint(node.many[0])):
            leading.add(node)
    return leading  # type: ignore[return-value]  # None never comes in


def _recorded_edges(node: Value, leading: set[Value]) -> Iterator[tuple[Value, Any]]:
    """Yield each argument that leads on, with the local partial as an expression of the node and its arguments."""
    edges = iter(node.edges)
    op: Any = node.op
    lists = [list(arg) if isinstance(arg, tuple) else arg for arg in node.args]
    for i, arg in enumerate(lists):
        items = arg if isinstance(arg, list) else [arg]
        values = [x for x in items if isinstance(x, Value)]
        mine = [next(edges) for _ in values]
        if not leading.isdisjoint(values):
            partial = partial_on(op, i, node, lists)
            partials = partial if isinstance(arg, list) else [partial]
            found = [d for x, d in zip(items, partials, strict=True) if isinstance(x, Value)]
            for (argument, recorded), d in zip(mine, found, strict=True):
                _refuse_changed(node, recorded, data_of(d))
                yield argument, d


def _refuse_changed(node: Value, recorded: float, now: float) -> None:
    """Raise RuntimeError if a partial is not the number it was, since gradients at two points would mix."""
    if now != recorded and (now == now or recorded == recorded):
        name = node.label or (node.op.name if node.op else "")
        raise RuntimeError(
            f"data was changed since {name} was recorded: a partial of it was {recorded!r} and is {now!r} now; "
            "call recompute() on the result first"
        )


def partial_on(op: Primitive, index: int, z: Any, args: Sequence[Any]) -> Any:
    """Return a partial on Values or dual numbers; where floats among them have no quotient, as Values they have a limit."""
    with taking_limits():
        try:
            return op.partials[index](z, *args)
        except (ArithmeticError, ValueError):
            return op.partials[index](as_value(z), *map(as_value, args))


def as_value(x: Any) -> Any:
    """Return a float as a Value, in lists too, and anything else as it is."""
    return [*map(as_value, x)] if isinstance(x, list) else Value(x) if isinstance(x, float) else x


def times(x: Any, y: Any) -> Any:
    """Return x·y, without a node for a factor of exactly 1."""
    if type(x) is float and x == 1.0:
        return y
    return x if type(y) is float and y == 1.0 else x * y


# --- forward: from arguments to all that is computed from them ---

ALIASES = {
    "asin": "arcsin", "acos": "arccos", "atan": "arctan", "atan2": "arctan2", "asinh": "arcsinh", "acosh": "arccosh",
    "atanh": "arctanh", "absolute": "abs", "fabs": "abs",
}  # fmt: skip
OPERATORS = {p.add, p.subtract, p.multiply, p.divide, p.power}


class Dual(Reader):
    """A number with its tangent, the rate at which it changes in the direction of one forward pass.

    Both may be floats, Values, or dual numbers of an earlier pass: ``level`` tells passes inside each other apart. It has
    every function as a method, as a Value has.
    """

    def __init__(self, level: int, value: Any, tangent: Any) -> None:
        self.level, self.value, self.tangent = level, value, tangent

    @property
    def data(self) -> float:
        """The plain number."""
        number: float = data_of(self.value)
        return number

    def detach(self) -> float:
        """Return the plain number, which has no derivative."""
        return self.data

    @staticmethod
    def _read(op: Primitive, args: Sequence[Any]) -> Any:
        if op in OPERATORS and any(hasattr(arg, "__array_ufunc__") and hasattr(arg, "shape") and arg.shape for arg in args):
            return NotImplemented  # so that NumPy goes through the array
        if op.body is not None:
            return op.body(*args)
        given = [list(arg) if isinstance(arg, tuple) else arg for arg in op.checked(args, (Dual, Value))]
        level = max(x.level for x in flat(given) if isinstance(x, Dual))
        values = [_part(arg, level) for arg in given]
        numbers = all(type(x) is float for x in flat(values))
        z = value_of(op, values) if numbers else op(*values)
        tangent: Any = None
        for i, arg in enumerate(given) if is_recording() else ():
            items = arg if isinstance(arg, list) else [arg]
            if any(_moves(x, level) for x in items):
                partial = partial_of(op, i, z, *values) if numbers else partial_on(op, i, z, values)
                for x, d in zip(items, partial if isinstance(arg, list) else [partial], strict=True):
                    if _moves(x, level):
                        part = times(d, x.tangent)
                        tangent = part if tangent is None else tangent + part
        return Dual(level, z, 0.0 if tangent is None else tangent)

    def __getattr__(self, name: str) -> Any:
        op = TABLE.get(ALIASES.get(name, name))
        if op is None:
            raise AttributeError(f"a dual number has no attribute {name!r}")
        return lambda *others: op(self, *others)

    def __pos__(self) -> Dual:
        return self

    def __lt__(self, other: Any) -> bool:
        return bool(self.data < data_of(other))

    def __le__(self, other: Any) -> bool:
        return bool(self.data <= data_of(other))

    def __gt__(self, other: Any) -> bool:
        return bool(self.data > data_of(other))

    def __ge__(self, other: Any) -> bool:
        return bool(self.data >= data_of(other))

    def __bool__(self) -> bool:
        return self.data != 0.0

    def __repr__(self) -> str:
        return f"Dual({self.value!r}, {self.tangent!r})"


def _part(arg: Any, level: int) -> Any:
    if isinstance(arg, list):
        return [_part(x, level) for x in arg]
    return arg.value if _moves(arg, level) else arg


def _moves(x: Any, level: int) -> bool:
    return isinstance(x, Dual) and x.level == level


def flat(args: Iterable[Any]) -> Iterator[Any]:
    """Yield the numbers among an operation's arguments."""
    for arg in args:
        yield from arg if isinstance(arg, list) else [arg]


def data_of(x: Any) -> Any:
    """Return the plain number in a Value or dual number."""
    return x.data if isinstance(x, (Value, Dual)) else x
