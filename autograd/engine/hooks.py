"""Hooks: functions that see, and may change, the gradient of one value while a backward pass runs."""

from __future__ import annotations

from _weakref import ref

from autograd.engine.conversion import number
from autograd.engine.labels import clean, typed
from autograd.engine.node import Node, leaf

TYPE_CHECKING = False  # understood by type checkers; importing typing would take longer than this file
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

HOOKS = "_hooks"  # the attribute that holds them: there, a hook that knows its value can be freed together with it

hooked: dict[int, ref[Node]] = {}  # values with hooks, by id, since == is recorded; without any, a pass need not look


class Handle:
    """What ``register_hook`` returns; ``remove()`` takes the hook off, and is harmless a second time."""

    def __init__(self, node: Node) -> None:
        self._node = ref(node)

    def remove(self) -> None:
        """Take the hook off."""
        node = self._node()
        if node is None or id(node) not in hooked:
            return
        hooks = vars(node).get(HOOKS, {})  # another thread may have taken off the last one since
        hooks.pop(self, None)
        if not hooks:
            hooked.pop(id(node), None)
            vars(node).pop(HOOKS, None)


def register_hook(node: Node, hook: Callable[[Any], Any]) -> Handle:
    """Have a hook called in every backward pass through a node, when the gradient of that pass is complete.

    A number that it returns replaces the gradient: that is passed on, and added to ``grad``. None changes nothing. Hooks run
    in the order in which they were registered; if one raises, no ``grad`` changes. With ``create_graph`` the gradient is a
    Value. Hooks belong to this node alone: copies and pickles have none. They change passes, not the record; so explanations,
    pictures, checks and the functions that return derivatives do not see them.
    """
    if not callable(hook):
        raise TypeError(f"a hook is a function of the gradient, but got {typed(hook)}")
    handle = Handle(node)
    vars(node).setdefault(HOOKS, {})[handle] = hook
    key = id(node)
    hooked[key] = ref(node, lambda gone: hooked.pop(key, None))
    return handle


def after_hooks(node: Node, gradient: Any) -> Any:
    """Return the gradient of a node as its hooks leave it; raise TypeError if one returns anything but a number or None."""
    for hook in [*vars(node).get(HOOKS, {}).values()]:
        returned = hook(gradient)
        if returned is None:
            continue
        if not isinstance(returned, Node) or isinstance(gradient, float):
            plain = number(returned)
            if plain is None:
                raise TypeError(
                    f"a hook on {clean(node.label) or 'a value'} should return a number, to replace the gradient, or None, "
                    f"but it returned {typed(returned)}"
                )
            returned = plain if isinstance(gradient, float) else leaf(plain)
        gradient = returned
    return gradient


def call_hooks(node: Node, found: dict[Node, Any], shown: Callable[[Any], Any] = lambda gradient: gradient) -> None:
    """Let a node's hooks see its gradient, and replace it: a visit, for ``adjoints``."""
    if id(node) in hooked:
        before = shown(found.get(node, 0.0))
        after = after_hooks(node, before)
        if node in found or after is not before:
            found[node] = after
