"""Passes over a recorded graph: backward, forward again, and gradients set back.

Results are written at the end, in one call that runs in C and that no KeyboardInterrupt can cut in two.
"""

from __future__ import annotations

import os
from _collections import deque  # type: ignore[import-not-found]  # of which collections is made
from _thread import RLock
from _weakref import ref
from itertools import chain, repeat
from operator import add, attrgetter

from autograd.engine.applying import apply
from autograd.engine.graph import adjoints, backward_order
from autograd.engine.hooks import give_after_hooks, hooked
from autograd.engine.node import Node, leaf, numbers_of, order, propagate, replaced
from autograd.engine.recording import enable_grad

TYPE_CHECKING = False  # understood by type checkers; importing typing would take longer than this file
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from typing import Any


def backward(root: Node) -> None:
    """Add d root / d node to ``grad`` of every node: the chain rule, from root to the leaves."""
    found = None if hooked else _while_no_other_marks(propagate, root)
    if found is None:
        found = zip(*adjoints(backward_order(root), give_after_hooks).items(), strict=True)
    add_to_grads(*found)


def add_to_grads(nodes: Sequence[Any], gradients: Sequence[Any], put: Callable[[Any, Any], Any] = add) -> None:
    """Add gradients to ``grad``, all of them or none."""
    with _one_at_a_time:
        sums = map(put, map(attrgetter("grad"), nodes), gradients)
        _run(_writes(nodes, "grad", chain.from_iterable(map(list, [sums]))))  # where the first one asked for computes all


def zero_grad(root: Node) -> None:
    """Set ``grad`` of every node back to 0."""
    leaves, inner = _while_no_other_marks(order, root) or (backward_order(root), [])
    _run(_writes(leaves + inner, "grad", repeat(0)))


def recompute(root: Node) -> None:
    """Run every recorded operation again, in order, on the present ``data`` of the leaves."""
    nodes = backward_order(root)[::-1]
    again: dict[Node, Any] = {}
    with enable_grad():
        for node in nodes:
            args = replaced(node.args, again.__getitem__)
            again[node] = leaf(float(node.data)) if node.op is None else apply(node.op, args)
            again[node].label = node.label  # for the message, if the next operation has no value any more
    _run(chain.from_iterable([_writes(nodes, name, column) for name, column in numbers_of(nodes, [*again.values()])]))


_run = deque(maxlen=0).extend  # what is mapped, to the end, in one call that runs in C


def _writes(nodes: Iterable[Node], name: str, column: Iterable[Any]) -> Iterator[None]:
    """Return what sets an attribute of each node when ``_run`` runs it."""
    return map(setattr, nodes, repeat(name), column)


_one_at_a_time = RLock()  # threads may share nodes, and the sums in them


class _Walk:
    """What lives as long as a walk that marks nodes, however that ends."""

    __slots__ = ("__weakref__",)


_under_way: Callable[[], _Walk | None] = lambda: None  # noqa: E731  # a weak reference in the end


def _while_no_other_marks(walk: Callable[[Node], Any], root: Node) -> Any:
    """Return what a walk that marks nodes finds; None while another is under way, in another thread or beneath this one."""
    global _under_way
    this: _Walk | None = _Walk()
    try:
        with _one_at_a_time:
            if _under_way() is not None:
                return None
            _under_way = ref(this)
        return walk(root)
    finally:
        this = None  # an error's traceback would keep it


def _begin_anew() -> None:
    """Forget, in a forked process, the threads that have stayed behind."""
    global _one_at_a_time, _under_way
    _one_at_a_time, _under_way = RLock(), lambda: None


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_begin_anew)
