"""The slots of a node: what is kept of how a number was computed. The compiled core has the same in a struct of C."""

from __future__ import annotations

from _operator import attrgetter
from sys import getrefcount

from autograd.engine.conversion import real
from autograd.engine.core import in_c
from autograd.engine.primitive import Primitive
from autograd.engine.watching import show, watchers

TYPE_CHECKING = False  # understood by type checkers; importing typing would take longer than this file
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from typing import Any, TypeAlias, TypeVar

    N = TypeVar("N", bound="Record")

    Many: TypeAlias = tuple[tuple[Any, ...], Sequence[float]]

NOTHING = ()


@in_c
class Record:
    """The slots of a node."""

    # Slots for two edges, since tuples of edges take a tenth more time and a third more memory.
    __slots__ = {  # with what help() says of them
        **dict.fromkeys(["__dict__", "__weakref__", "_adjoint", "_d_left", "_d_right", "_data", "_given", "_left"]),
        **dict.fromkeys(["_many", "_mark", "_right"]),
        "grad": "The sum of the derivatives that backward passes have added; 0 before any.",
        "label": "The name in pictures, derivations and errors.",
        "op": "The row of the table that computed this value; None for a leaf.",
    }

    _data: float
    grad: float  # the int 0 as long as no pass has come: see has_gradient
    label: str
    op: Primitive | None  # the row that made this node; None for a leaf
    _left: Any  # the first argument that is a node, and the partial by it
    _d_left: float
    _right: Any  # the second such argument
    _d_right: float
    _many: Many | None  # of an operation on sequences, or on more than two: all parents, and the partials by them
    _given: tuple[Any, ...] | None  # all arguments, where some are constants or sequences
    _adjoint: float  # for a walk's own use while it runs
    _mark: object  # the last walk that came by
    _answers: dict[Any, Any]  # to what was asked about it: see questions.py; no slot, since few nodes are asked
    _record_by_hand: Callable[..., None]  # in micrograd's words

    def _set_data(self, x: Any) -> None:
        self._data = x if type(x) is float else real(x, "data")

    # Takes any real number, and makes it a float; our own code uses the slot. A function of ours takes twice as long.
    data: float = property(  # type: ignore[assignment]
        attrgetter("_data"), _set_data, doc="The number; any real number may be put here."
    )

    def __init__(
        self, data: float, _children: Any = (), _op: Any = "", label: str = "", children: Any = (), local_grads: Any = ()
    ) -> None:
        self._data = data if type(data) is float else real(data)
        self.grad = 0
        self.label = label
        self.op = None
        self._left = None
        self._d_left = 0.0
        self._right = None
        self._d_right = 0.0
        self._many = None
        self._given = None
        self._mark = None
        given = _children is not NOTHING or children is not NOTHING or local_grads is not NOTHING
        if given or not (type(_op) is str or _op is None):
            self._record_by_hand(_children, _op, children, local_grads)
        if watchers:
            show(self)

    __init__.__qualname__ = "Value.__init__"  # which Python's own errors about arguments say

    def _has_attributes(self) -> bool:
        """Tell whether somebody has set an attribute; looking would make a dict that stays: 64 bytes a node."""
        found = vars(self)
        if not found and getrefcount(found) == 3:  # the node, this function, and the call
            del self.__dict__
        return bool(found)


@in_c
def new(kind: type[N]) -> N:
    """Return a blank node, for ``fill``."""
    node = object.__new__(kind)
    node._mark = None
    return node


def record_of(node: Record, new: Callable[[Any], Any]) -> tuple[Any, ...]:
    """Return all that a node records, for ``fill``, with something new in place of each argument that is a node.

    A gradient that is a node is no part of the record.
    """
    grad = 0 if isinstance(node.grad, Record) else node.grad
    written = (
        node._data,
        grad,
        node.label,
        node.op,
        node._left,
        node._d_left,
        node._right,
        node._d_right,
        node._given,
        node._many,
    )
    return resolved(written, new)


def resolved(record: Sequence[Any], new: Callable[[Any], Any]) -> tuple[Any, ...]:
    """Return a record with something new in place of each argument that is no constant."""
    data, grad, label, op, left, d_left, right, d_right, given, many = record
    left, right, given = replaced((left, right, given), new)
    return data, grad, label, op, left, d_left, right, d_right, given, many and (replaced(many[0], new), many[1])


def fill(node: Record, record: Iterable[Any]) -> None:
    """Give a blank node, made with ``new``, a record."""
    (node._data, node.grad, node.label, node.op,
     node._left, node._d_left, node._right, node._d_right, node._given, node._many) = record  # fmt: skip


def with_arguments(node: N, another: Callable[[Any], Any]) -> N:
    """Return a node with the same record, but with another node in place of each argument that is one."""
    twin = new(type(node))
    fill(twin, record_of(node, another))
    return twin


def replaced(record: Any, new: Callable[[Any], Any]) -> Any:
    """Return a part of a record, however deep its tuples, with ``new`` of every item that is not a constant."""
    if isinstance(record, tuple):
        return tuple([replaced(item, new) for item in record])
    return record if record is None or isinstance(record, float) else new(record)


def numbers_of(nodes: Sequence[Record], twins: Sequence[Record]) -> list[tuple[str, Sequence[Any]]]:
    """Return what each node's slots with numbers, ``_data`` and partials, have to be set to for those of its twin."""
    columns = [(name, [getattr(twin, name) for twin in twins]) for name in ("_data", "_d_left", "_d_right")]
    return [*columns, ("_many", [x._many and y._many and (x._many[0], y._many[1]) for x, y in zip(nodes, twins, strict=True)])]
