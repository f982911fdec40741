"""Walks over a recorded graph: topological order, the backward pass, and the forward pass run again.

No walk recurses, so a graph may be a million deep. Each finds its way by marking nodes with a token of its own: what an
interrupted walk left behind means nothing to the next one. Results are written at the end, in one call that runs in C
and that no KeyboardInterrupt can cut in two.
"""

from __future__ import annotations

import os
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from copy import copy
from itertools import chain, repeat
from typing import TYPE_CHECKING, Any, TypeAlias

from autograd.engine.hooks import after_hooks, hooked
from autograd.engine.reading import recorded

if TYPE_CHECKING:
    from autograd.engine.value import Value

Many: TypeAlias = "tuple[tuple[Value, ...], Sequence[float]]"

_lock = threading.RLock()  # one walk at a time, since walks mark the nodes, and threads may share some


def topological_order(root: Value) -> list[Value]:
    """Return root and every value it was computed from, each after all of its arguments.

    >>> from autograd import Value
    >>> x, y = Value(1.0, label="x"), Value(2.0, label="y")
    >>> [v.label or v.op.name for v in topological_order(x * y + x)]
    ['x', 'y', 'multiply', 'add']
    """
    _refuse_inner_walk()
    with _lock:
        leaves, inner = _order(root)
    return leaves + inner


def _order(root: Value) -> tuple[list[Value], list[Value]]:
    """Return the leaves, and the other nodes in order, with ``adjoint`` set to 0 on all of them.

    Depth first, later arguments first: reversed, the order takes the branch of the first argument first.
    """
    seen = object()
    leaves: list[Value] = []
    inner: list[Value] = []
    stack: list[Value | None] = [root]
    pop, push = stack.pop, stack.append
    while stack:
        node = pop()
        if node is None:  # all arguments of the node below are in the order now
            inner.append(pop())  # type: ignore[arg-type]  # never two Nones in a row
            continue
        if node.mark is seen:
            continue
        node.mark = seen
        node.adjoint = 0.0
        if node.op is None:
            leaves.append(node)
            continue
        push(node)
        push(None)
        left = node.left
        if left is not None:
            if left.mark is not seen:
                push(left)
            right = node.right
            if right is not None and right.mark is not seen:
                push(right)
        many = node.many
        if many is not None:
            for parent in many[0]:
                if parent.mark is not seen:
                    if parent.op is None:
                        parent.mark = seen
                        parent.adjoint = 0.0
                        leaves.append(parent)
                    else:
                        push(parent)
    return leaves, inner


def backward(root: Value) -> None:
    """Add d root / d node to ``grad`` of every node: the chain rule, from root to the leaves."""
    _refuse_inner_walk()
    with _lock:
        leaves, inner = _order(root)
        root.adjoint = 1.0
        for node in _hooks_first(leaves, inner) if hooked else reversed(inner):
            adjoint = node.adjoint
            left = node.left
            if left is not None:
                left.adjoint += adjoint * node.d_left
                right = node.right
                if right is not None:
                    right.adjoint += adjoint * node.d_right
            many = node.many
            if many is not None:
                for parent, partial in zip(*many):  # noqa: B905  # strict costs 40 ns, and the two are made together
                    parent.adjoint += adjoint * partial
        nodes = leaves + inner
        _run(_writes(nodes, "grad", [node.grad + node.adjoint for node in nodes]))


def _hooks_first(leaves: list[Value], inner: list[Value]) -> Iterator[Value]:
    """Yield the inner nodes from the root on, each when its hooks have seen its gradient; let those of leaves see theirs."""
    for node in chain(reversed(inner), leaves):
        if node in hooked:
            node.adjoint = after_hooks(node, node.adjoint)
        if node.op is not None:
            yield node


def add_to_grads(gradients: dict[Value, Value]) -> None:
    """Add recorded gradients to ``grad``, all of them or none."""
    with _lock, recorded():
        sums = [new if type(node.grad) is int and node.grad == 0 else node.grad + new for node, new in gradients.items()]
        _run(_writes([*gradients], "grad", sums))


def plain_grad(node: Value) -> Any:
    """Return ``grad`` as a plain number, also where a pass with create_graph has left a Value."""
    grad: Any = node.grad
    return grad.data if hasattr(grad, "_read") else grad


def _refuse_inner_walk() -> None:
    """Raise RuntimeError for a walk inside a walk of the same thread, as from a signal handler: their marks would mix."""
    if _lock._is_owned():  # type: ignore[attr-defined]  # what threading.Condition asks, too
        frame = sys._getframe(2)
        while frame is not None:
            if frame.f_code in (backward.__code__, topological_order.__code__):
                raise RuntimeError("a walk over a graph began while another was running in this thread; let that one end first")
            frame = frame.f_back  # type: ignore[assignment]  # None at the end
        _lock.release()  # in Python 3.13, an interrupt at the end of a loop may leave a with block without releasing


def _renew_lock() -> None:
    """Begin anew in a forked process: the thread that was walking has stayed behind."""
    global _lock
    _lock = threading.RLock()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_renew_lock)


def zero_grad(root: Value) -> None:
    """Set ``grad`` of every node back to 0."""
    _run(_writes(topological_order(root), "grad", repeat(0)))


def recompute(root: Value) -> None:
    """Run every recorded operation again, in order, on the present ``data`` of the leaves."""
    order = topological_order(root)
    again: dict[Value, Value] = {}
    with recorded():
        for node in order:
            if node.op is None:
                again[node] = copy(node)
                again[node].data = float(node.data)
            else:
                again[node] = node._read(node.op, replaced(node.args, again.__getitem__))
            again[node].label = node.label  # for the message, if the next operation has no value any more
    fresh = list(again.values())
    many = [(a.many[0], b.many[1]) if a.many and b.many else None for a, b in zip(order, fresh, strict=True)]
    _run(
        chain(
            _writes(order, "data", [new.data for new in fresh]),
            _writes(order, "d_left", [new.d_left for new in fresh]),
            _writes(order, "d_right", [new.d_right for new in fresh]),
            _writes(order, "many", many),
        )
    )


def _writes(nodes: Sequence[Value], name: str, column: Iterable[Any]) -> Iterator[None]:
    """Return what sets an attribute of each node when ``_run`` runs it."""
    return map(setattr, nodes, repeat(name), column)


_run = deque[None](maxlen=0).extend  # to the end, in one call that runs in C


def replaced(record: Any, new: Callable[[Any], Any]) -> Any:
    """Return a part of a record, however deep its tuples, with ``new`` of every item that is not a constant."""
    if isinstance(record, tuple):
        return tuple([replaced(item, new) for item in record])
    return record if record is None or isinstance(record, float) else new(record)
