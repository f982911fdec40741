"""Hooks: functions that see, and may change, the gradient of one value while a backward pass runs."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from weakref import WeakSet, ref

from autograd.engine.floats import number

if TYPE_CHECKING:
    from autograd.engine.value import Value

HOOKS = "_hooks"  # the attribute that holds them: there, a hook that knows its value can be freed together with it

hooked: WeakSet[Value] = WeakSet()  # all values with hooks, so that a pass over values without any need not look


class Handle:
    """What ``register_hook`` returns; ``remove()`` takes the hook off, and is harmless a second time."""

    def __init__(self, node: Value) -> None:
        self._node = ref(node)

    def remove(self) -> None:
        """Take the hook off."""
        node = self._node()
        if node is None or node not in hooked:
            return
        hooks = vars(node)[HOOKS]
        hooks.pop(self, None)
        if not hooks:
            hooked.discard(node)
            del vars(node)[HOOKS]


def register_hook(node: Value, hook: Callable[[Any], Any]) -> Handle:
    """Have a hook called in every backward pass through a node; see ``Value.register_hook``."""
    if not callable(hook):
        raise TypeError(f"a hook is a function of the gradient, but got {type(hook).__name__} {hook!r:.60}")
    handle = Handle(node)
    vars(node).setdefault(HOOKS, {})[handle] = hook
    hooked.add(node)
    return handle


def after_hooks(node: Value, gradient: Any) -> Any:
    """Return the gradient of a node as its hooks leave it; raise TypeError if one returns anything but a number or None."""
    for hook in [*vars(node)[HOOKS].values()]:
        returned = hook(gradient)
        if returned is None:
            continue
        if not isinstance(returned, type(gradient)):
            plain = number(returned)
            if plain is None:
                raise TypeError(
                    f"a hook on {node.label or 'a value'} should return a number, to replace the gradient, or None, "
                    f"but it returned {type(returned).__name__} {returned!r:.60}"
                )
            returned = plain if isinstance(gradient, float) else type(gradient)(plain)
        gradient = returned
    return gradient
