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
from _weakref import ref

from autograd.engine.node import Node, attach
from autograd.engine.watching import Watch

TYPE_CHECKING = False  # understood by type checkers; importing typing would take longer than this file
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, Literal


def no_grad(function: Callable[..., Any] | None = None) -> Any:
    """Record nothing: in a ``with`` block, or in a function, if used as its decorator.

    Operations return leaves, through which no gradient passes, in reverse and in forward mode. Blocks may be nested; other
    threads and asyncio tasks are left alone, and a task that was begun inside a block records again once the block is left.
    Who enters without ``with`` keeps what ``no_grad()`` returns, since the block ends with it.

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
    place = _innermost()
    return place is None or place.recording


class _Switch:
    """What ``with`` and ``@`` use; one switch may serve many blocks, also inside each other.

    Only the switch holds its blocks: one that an interrupt has left open ends with the switch, once the exception is gone.
    """

    def __init__(self, recording: bool) -> None:
        self.recording = recording
        self.blocks: list[_Block] = []

    def __enter__(self) -> None:
        block = _Block(self.recording)
        self.blocks.append(block)
        _place.set(_Place(block, _innermost()))

    def __exit__(self, *error: object) -> Literal[False]:
        _end_block(self)
        return False

    def __call__(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """Return a function that runs inside a block of its own, with a switch of its own."""
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
                with _Switch(self.recording):
                    return await function(*args, **kwargs)

            return awaited

        @functools.wraps(function)
        def called(*args: Any, **kwargs: Any) -> Any:
            with _Switch(self.recording):
                return function(*args, **kwargs)

        return called


class _Block:
    """A ``with`` block in which operations are, or are not, recorded."""

    __slots__ = ("__weakref__", "watch")

    def __init__(self, recording: bool) -> None:
        self.watch = None if recording else Watch(_cut)


class _Place:
    """Where a context stands: in a block, which may have ended, and around it in others."""

    __slots__ = ("block", "outer", "recording")

    def __init__(self, block: _Block, outer: _Place | None) -> None:
        self.block, self.outer, self.recording = ref(block), outer, block.watch is None


_place: ContextVar[_Place | None] = ContextVar("place", default=None)


def _innermost() -> _Place | None:
    place = _place.get()
    while place is not None and place.block() is None:  # a task that was begun inside a block may outlive it
        place = place.outer
    return place


def _end_block(switch: _Switch) -> None:
    """Go back to what was before the switch's innermost block here, and any inside it that are still open.

    A generator that is closed elsewhere than it was begun leaves a block of another context, and no place here.
    """
    place = _innermost()
    while place is not None and place.block() not in switch.blocks:
        place = place.outer
    block = (place and place.block()) or (switch.blocks and switch.blocks[-1])
    if block:
        switch.blocks.remove(block)
        if block.watch:
            block.watch.end()
    if place is not None:
        _place.set(place.outer)


def _cut(node: Node) -> None:
    """Let a new node be a leaf, unless operations are recorded here: a watcher."""
    if node.op is not None and not is_recording():
        attach(node, None)
