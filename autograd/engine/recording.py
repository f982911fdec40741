"""``no_grad``: compute without a record. While nobody asks for that, nobody watches what is made.

>>> from autograd import Value
>>> x = Value(2.0)
>>> with no_grad():
...     y = x * 3.0
>>> y, y.op
(Value(data=6.0, grad=0), None)
"""

from __future__ import annotations

from _contextvars import ContextVar

from autograd.engine.node import Node, attach, unwatch, watch

TYPE_CHECKING = False  # understood by type checkers; importing typing would take longer than this file
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, Literal


def no_grad(function: Callable[..., Any] | None = None) -> Any:
    """Record nothing: in a ``with`` block, or in a function, if used as its decorator.

    Operations return leaves, through which no gradient passes, in reverse and in forward mode. Blocks may be nested; other
    threads and asyncio tasks are left alone, and a task that was begun inside a block records again once the block is left.

    Derivatives of functions (``grad``, ``jvp``, …) record what they need, so they work inside a block; only what they return
    is a leaf there. ``gradients`` and ``backward`` with create_graph record their results there, too: that was asked for.

    >>> from autograd import Value
    >>> @no_grad()
    ... def halve(x):
    ...     return x / 2.0
    >>> halve(Value(3.0)).args
    ()
    """
    return _Switch(False) if function is None else _Switch(False)(function)


def enable_grad(function: Callable[..., Any] | None = None) -> Any:
    """Record again inside ``no_grad``: in a ``with`` block, or in a function, if used as its decorator."""
    return _Switch(True) if function is None else _Switch(True)(function)


def is_recording() -> bool:
    """Return whether operations are recorded here."""
    block = _innermost()
    return block is None or block.recording


class _Switch:
    """What ``with`` and ``@`` use; one switch may serve many blocks, also inside each other."""

    def __init__(self, recording: bool) -> None:
        self.recording = recording

    def __enter__(self) -> None:
        if not self.recording:
            watch(_cut)
        _block.set(_Block(self, _innermost()))

    def __exit__(self, *error: object) -> Literal[False]:
        _end_block(self)
        if not self.recording:
            unwatch(_cut)
        return False

    def __call__(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """Return a function that runs inside a block of its own."""
        import functools  # these two take longer to import than the engine
        import inspect

        if inspect.isgeneratorfunction(function) or inspect.isasyncgenfunction(function):
            raise TypeError(
                f"{function.__name__} is a generator, which would leave the block at every yield: "
                "put `with no_grad():` around the steps inside it"
            )
        if inspect.iscoroutinefunction(function):

            @functools.wraps(function)
            async def awaited(*args: Any, **kwargs: Any) -> Any:
                with self:
                    return await function(*args, **kwargs)

            return awaited

        @functools.wraps(function)
        def called(*args: Any, **kwargs: Any) -> Any:
            with self:
                return function(*args, **kwargs)

        return called


class _Block:
    """A ``with`` block in which operations are, or are not, recorded; ``switch`` tells whose it is."""

    __slots__ = ("open", "outer", "recording", "switch")

    def __init__(self, switch: _Switch, outer: _Block | None) -> None:
        self.recording, self.switch, self.outer, self.open = switch.recording, switch, outer, True


_block: ContextVar[_Block | None] = ContextVar("block", default=None)


def _innermost() -> _Block | None:
    block = _block.get()
    while block is not None and not block.open:  # a task that was begun inside a block may outlive it
        block = block.outer
    return block


def _end_block(switch: _Switch) -> None:
    """Go back to what was before the switch's innermost block, and any inside it that an interrupt has left open."""
    block = _innermost()
    while block is not None:
        block.open = False
        _block.set(block.outer)
        if block.switch is switch:
            return
        block = block.outer


def _cut(node: Node) -> None:
    """Let a new node be a leaf, unless operations are recorded here: a watcher."""
    if node.op is not None and not is_recording():
        attach(node, None)
