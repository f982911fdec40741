"""The attributes that Value has for programs written for micrograd, its lectures, or microgpt.

``_prev``, ``_op``, ``_children`` and ``_local_grads`` tell what is recorded. ``Value(data, children, …)`` records an operation
by hand. Its partials are numbers like any other operation's: they are given, or a closure assigned to ``_backward`` is tried
out at once to learn them, and not kept. So all that reads the record reads these operations, too; what it cannot do is run
them at other numbers, or differentiate them twice.
"""

from __future__ import annotations

from autograd.engine.graph import live_edges
from autograd.engine.node import Node

TYPE_CHECKING = False  # understood by type checkers; importing typing would take longer than this file
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

SIGNS = {"add": "+", "subtract": "-", "multiply": "*", "divide": "/", "negative": "-", "power": "**", "relu": "ReLU"}


class Attributes:
    """What Value has for programs that were written for micrograd, its lectures, or microgpt."""

    __slots__ = ()

    @property
    def _prev(self: Any) -> set[Any]:
        """The arguments, as micrograd has them."""
        return set(self.parents)

    @property
    def _op(self: Any) -> str:
        """The operation, in micrograd's words: '+', '*', '**2', 'ReLU', …; '' for a leaf."""
        op, args = self.op, self.args
        if op is None:
            return ""
        if hasattr(op, "text"):  # recorded by hand
            return str(op.text)
        constant = args[-1] if op.name == "power" and isinstance(args[-1], float) else None
        return f"{SIGNS.get(op.name, op.name)}{'' if constant is None else repr(constant).removesuffix('.0')}"

    @property
    def _children(self: Any) -> tuple[Any, ...]:
        """The arguments, as microgpt has them."""
        return tuple(self.parents)

    @property
    def _local_grads(self: Any) -> tuple[float, ...]:
        """The partials, as microgpt has them."""
        return tuple(self.partials)

    @property
    def _backward(self: Any) -> Callable[[], None]:
        """A function that passes this grad on; assigning one records partials."""
        return lambda: _pass_on(self)

    @_backward.setter
    def _backward(self: Any, closure: Callable[[], object]) -> None:
        from autograd.micrograd.closures import set_backward

        set_backward(self, closure)

    def _record_by_hand(self: Any, _children: Any, _op: Any, children: Any, local_grads: Any) -> None:
        from autograd.micrograd.by_hand import record

        record(self, _children, _op, children, local_grads)


def _pass_on(node: Node) -> None:
    """Add a node's grad, times the partial, to the grad of each argument."""
    for argument, part in [(argument, node.grad * slope) for argument, slope in live_edges(node)]:
        argument.grad += part
