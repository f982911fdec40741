"""Passes over a recorded graph: backward, forward again, and gradients set back.

Results are written at the end, in one call that runs in C and that no KeyboardInterrupt can cut in two.
"""

from __future__ import annotations

import os
from _thread import RLock
from itertools import chain, repeat
from math import isfinite
from operator import add

from autograd.engine.applying import apply
from autograd.engine.conversion import number
from autograd.engine.core import in_c
from autograd.engine.graph import adjoints, backward_order
from autograd.engine.hooks import call_hooks, hooked
from autograd.engine.labels import brief
from autograd.engine.limits import taking_limits
from autograd.engine.node import Node, derivatives, leaf, plain_grad, propagate, run
from autograd.engine.questions import other_answer
from autograd.engine.recording import enable_grad
from autograd.engine.slots import numbers_of, replaced

TYPE_CHECKING = False  # understood by type checkers; importing typing would take longer than this file
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any, TypeVar

    T = TypeVar("T")


def backward(root: Node, gradient: float = 1.0) -> None:
    """Add d root / d node, times a gradient to start from, to ``grad`` of every node: the chain rule, from root on."""
    if hooked:
        found = adjoints(backward_order(root), seed=gradient, visit=call_hooks)  # not _alone, since hooks may walk
    else:
        _refuse_beneath_another()
        with _one_at_a_time:
            if propagate(root, gradient):
                return
        found = _alone(lambda: adjoints(backward_order(root), seed=gradient))
    add_to_grads([*found], [*found.values()])


def derivatives_by(root: Node, by: Sequence[Node]) -> list[float] | None:
    """Return the derivative of root by each of some nodes, or None where that takes more than one sweep over floats."""
    if _one_at_a_time._is_owned():  # type: ignore[attr-defined]  # a pass is running here, and its marks are on the nodes
        return None
    with _one_at_a_time:
        return derivatives(root, by)


def start(gradient: Any) -> float:
    """Return the gradient that a pass is to start from as a float; raise TypeError if it is no plain real number."""
    plain = None if isinstance(gradient, bool) or getattr(gradient, "dtype", "") == "bool" else number(gradient)
    if plain is None:
        hint = {"bool": ": write create_graph=True for gradients that can be differentiated again"}
        hint |= {"Value": ": multiply by it before, (y * v).backward(), or give v.data"}
        kind = type(gradient).__name__
        got = f"{kind} {brief(gradient)}{hint.get(kind, '')}"
        raise TypeError(f"backward takes a plain real number, the gradient to start from, but got {got}")
    return plain


def add_to_grads(nodes: Sequence[Any], gradients: Sequence[Any], put: Callable[[Any, Any], Any] = add) -> None:
    """Add gradients to ``grad``, all of them or none."""

    def added() -> None:
        before = [node.grad if isinstance(node.grad, Node) else plain_grad(node) for node in nodes]
        sums = [*map(put, before, gradients)]
        run(map(setattr, nodes, repeat("grad"), sums))

    _alone(added)


def zero_grad(root: Node) -> None:
    """Set ``grad`` of every node back to 0."""
    nodes = backward_order(root)
    _alone(lambda: run(map(setattr, nodes, repeat("grad"), repeat(0))))


def recompute(root: Node, anyway: bool = False) -> None:
    """Run every recorded operation again, in order, on the present ``data`` of the leaves, if no branch would be another."""
    nodes = backward_order(root)[::-1]
    waiting = set(nodes)
    again: dict[Node, Any] = {}
    with enable_grad():
        for node in nodes:
            args = replaced(node.args, again.__getitem__)
            again[node] = leaf(node._data) if node.op is None else _applied_again(node, args)
            again[node].label = node.label  # for the message, if the next operation has no value any more
            waiting.discard(node)
            if not anyway and node is not root and (told := other_answer(node, again, waiting)):
                what = "so another branch may be taken: run the function again, or call recompute(anyway=True)"
                raise RuntimeError(f"{told}, {what}")
    columns = numbers_of(nodes, [*again.values()])
    _alone(lambda: run(chain(*[map(setattr, nodes, repeat(slot), column) for slot, column in columns])))


def _applied_again(node: Node, args: Sequence[Any]) -> Any:
    if isfinite(node._data):
        return apply(node.op, args)  # type: ignore[arg-type]  # the caller has asked
    with taking_limits():  # since one may have been taken when this was recorded, inside a function of NumPy's
        return apply(node.op, args)  # type: ignore[arg-type]


_one_at_a_time = RLock()  # threads may share nodes, which a pass marks


@in_c
class Turn:
    """While somebody is inside, the compiled core leaves passes to Python; in Python, nothing changes."""

    def __enter__(self) -> None: ...

    def __exit__(self, *error: object) -> None: ...


_turn = Turn()


def _alone(work: Callable[[], T]) -> T:
    """Do some work while no other pass runs."""
    _refuse_beneath_another()
    with _one_at_a_time, _turn:
        return work()


def _refuse_beneath_another() -> None:
    """Raise RuntimeError beneath a pass of the same thread, as in a signal handler: their marks and numbers would mix."""
    if _one_at_a_time._is_owned():  # type: ignore[attr-defined]  # what threading.Condition asks, too
        raise RuntimeError("a pass over a graph began while another was running in this thread; let that one end first")


def _renew_lock() -> None:
    """Begin anew in a forked process: the thread that was walking has stayed behind."""
    global _one_at_a_time
    _one_at_a_time = RLock()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_renew_lock)
