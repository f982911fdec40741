"""The record: what is kept of how a number was computed, and the walks over it that have to be fast.

An operation makes a node that keeps its row of the table, its arguments and, for each argument that is a node, the local
partial derivative as a number. Only this file and ``slots.py`` know what holds them; everything else reads ``args``,
``parents``, ``partials`` and ``edges``.
"""

from __future__ import annotations

from _collections import deque  # type: ignore[import-not-found]  # of which collections is made
from itertools import repeat

from autograd.engine.conversion import number
from autograd.engine.core import in_c
from autograd.engine.labels import clean, typed
from autograd.engine.primitive import Primitive
from autograd.engine.slots import Record
from autograd.engine.watching import show, unwatch, watch, watchers  # noqa: F401  # two of them for whoever watches

TYPE_CHECKING = False  # understood by type checkers; importing typing would take longer than this file
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any, TypeAlias, TypeVar

    N = TypeVar("N", bound="Node")
    Many: TypeAlias = tuple[tuple[Any, ...], Sequence[float]]


class Node(Record):
    """A number and its record. ``Value`` adds arithmetic."""

    __slots__ = ()

    @property
    def args(self) -> tuple[Any, ...]:
        """The operation's arguments as given: nodes, constants (floats), and tuples of them."""
        return _arguments(self)[0] if self._given is None else self._given

    @property
    def parents(self) -> tuple[Any, ...]:
        """The arguments that are nodes, in their order; one that is used twice is there twice."""
        return _arguments(self)[0]

    @property
    def partials(self) -> tuple[float, ...]:
        """The local partial by each of the parents, a number that was computed together with ``data``."""
        return tuple(_arguments(self)[1])

    @property
    def edges(self) -> list[tuple[Any, float]]:
        """The parents, each with the local partial by it.

        >>> from autograd import Value
        >>> x, y = Value(2.0), Value(5.0)
        >>> [partial for argument, partial in (x * y).edges]
        [5.0, 2.0]
        """
        return [*zip(*_arguments(self))]  # noqa: B905  # strict costs 40 ns, and the two are made together


def _refuse(node: Node, x: object) -> None:
    raise AttributeError(
        "what a Value was computed from is its record, and is not set: compute a new one from other arguments, or record an "
        "operation by hand as Value(data, (x, y), op)"
    )


for _name in ("args", "parents", "partials", "edges"):
    setattr(Node, _name, getattr(Node, _name).setter(_refuse))


def _arguments(node: Node) -> Many:
    left, right = node._left, node._right
    if node._many is not None:
        return node._many
    if right is not None:
        return (left, right), (node._d_left, node._d_right)
    return ((), ()) if left is None else ((left,), (node._d_left,))


kind: Any = Node  # what operations make: value.py puts Value here


def leaf(data: float) -> Any:
    """Return a number as a node that was computed from nothing."""
    return kind(data)


_blank = object.__new__  # to look it up there, each time, would cost 40 ns


@in_c
def made(
    data: float, op: Primitive, left: Any, d_left: float, right: Any = None, d_right: float = 0.0,
    given: tuple[Any, ...] | None = None, many: Many | None = None,
) -> Any:  # fmt: skip
    """Return the node that an operation made. (Calling its class would cost 60 ns more.)"""
    node = _blank(kind)
    node._data = data
    node.grad = 0
    node.label = ""
    node.op = op
    node._left = left
    node._d_left = d_left
    node._right = right
    node._d_right = d_right
    node._many = many
    node._given = given
    node._mark = None
    if watchers:
        show(node)
    return node


def laid_out(args: tuple[Any, ...], partials: Sequence[float]) -> tuple[Any, ...]:
    """Return any arguments, and the partials by those that are nodes, as ``made`` takes them after the operation."""
    parents = tuple([x for arg in args for x in (arg if type(arg) is tuple else (arg,)) if isinstance(x, Node)])
    if len(args) > 2 or tuple in map(type, args):
        return None, 0.0, None, 0.0, args, (parents, partials) if parents else None
    left, right, *_ = (*parents, None, None)
    d_left, d_right, *_ = (*partials, 0.0, 0.0)
    return left, d_left, right, d_right, None if len(parents) == len(args) else args, None


def attach(node: Node, op: Primitive | None, args: tuple[Any, ...] = (), partials: Sequence[float] = ()) -> None:
    """Make a node the result of an operation; without arguments, a leaf."""
    node.op = op
    node._left, node._d_left, node._right, node._d_right, node._given, node._many = laid_out(args, partials)


def has_gradient(node: Node) -> bool:
    """Tell whether a pass has reached a node, or somebody set its gradient: to anything but the int 0 it begins with.

    None and False are no gradient either: so other engines' users take one off.
    """
    grad: Any = node.grad
    return grad is not None and grad is not False and (type(grad) is not int or grad != 0)


def plain_grad(node: Node) -> float:
    """Return ``grad`` as a float, also where it is a node; raise TypeError where somebody has set it to no number."""
    grad: Any = node.grad
    plain = grad if type(grad) is float else 0.0 if grad is None else grad._data if isinstance(grad, Node) else number(grad)
    if plain is None:
        named = clean(node.label) or "a value"
        raise TypeError(f"grad is a number, but that of {named} is {typed(grad)}: set it to one, such as 0")
    return plain


def order(root: N) -> tuple[list[N], list[N]]:
    """Return the leaves under root, and the other nodes, each after its arguments; ``_adjoint`` is 0 on all of them.

    Depth first, later arguments first: reversed, it takes the branch of the first argument first. No other walk may mark
    nodes meanwhile.
    """
    seen = object()
    leaves: list[Any] = []
    inner: list[Any] = []
    stack: list[Any] = [root]
    pop, push = stack.pop, stack.append
    while stack:
        node = pop()
        if node is None:  # all arguments of the node below are in the order now
            inner.append(pop())
            continue
        if node._mark is seen:
            continue
        node._mark = seen
        node._adjoint = 0.0
        if node.op is None:
            leaves.append(node)
            continue
        push(node)
        push(None)
        many = node._many
        if many is not None:
            for parent in many[0]:
                if parent._mark is not seen:
                    if parent.op is None:
                        parent._mark = seen
                        parent._adjoint = 0.0
                        leaves.append(parent)
                    else:
                        push(parent)
        elif (left := node._left) is not None:
            if left._mark is not seen:
                push(left)
            right = node._right
            if right is not None and right._mark is not seen:
                push(right)
    return leaves, inner


def swept(root: N, seed: float) -> list[N]:
    """Return every node under root, with ``_adjoint`` the derivative of root by it, times a seed: the chain rule."""
    leaves, inner = order(root)
    root._adjoint = seed
    for node in reversed(inner):
        adjoint = node._adjoint
        many = node._many
        if many is not None:
            parents, partials = many
            for parent, partial in zip(parents, partials):  # noqa: B905  # strict costs 40 ns, and the two are made together
                parent._adjoint += adjoint * partial
        elif (left := node._left) is not None:
            left._adjoint += adjoint * node._d_left
            right = node._right
            if right is not None:
                right._adjoint += adjoint * node._d_right
    return leaves + inner


@in_c
def propagate(root: Node, seed: float) -> bool:
    """Add the derivative of root by every node under it, times a seed, to ``grad`` there.

    Return False, with nothing changed, where that takes more than this: after 0·∞ = nan, which may have come over a flat edge
    (see ``Primitive``; this sweep takes all edges), and where somebody has set a ``grad`` to anything but a number.
    """
    nodes = swept(root, seed)
    try:
        sums = [node.grad + node._adjoint for node in nodes]
        check = sum(sums)
    except (TypeError, OverflowError):
        return False
    if type(check) is not float or check != check:
        return False
    run(map(setattr, nodes, repeat("grad"), sums))
    return True


@in_c
def derivatives(root: Node, by: Sequence[Node]) -> list[float] | None:
    """Return the derivative of root by each of some nodes; None where that takes more than this, as with ``propagate``."""
    try:
        swept(root, 1.0)
    except (TypeError, ValueError):  # of a partial that is not known, which may be beside the point
        return None
    found = [node._adjoint if node._mark is root._mark else 0.0 for node in by]
    return None if sum(found) != sum(found) else found


run: Any = deque(maxlen=0).extend  # what is mapped, to the end, in one call that runs in C, and no interrupt can cut in two
