"""``no_grad``: compute without a record. While nobody asks for that, values are made by the very code that is there without it.

>>> from autograd import Value
>>> x = Value(2.0)
>>> with no_grad():
...     y = x * 3.0
>>> y, y.op
(Value(data=6.0, grad=0), None)
"""

from __future__ import annotations

import functools
import inspect
import threading
from collections.abc import Callable
from typing import Any, Literal, TypeAlias

from autograd.engine import value
from autograd.engine.reading import begin_block, end_block, is_recording
from autograd.engine.value import Value

__all__ = ["enable_grad", "no_grad"]

Maker: TypeAlias = Callable[..., Value]


def no_grad(function: Callable[..., Any] | None = None) -> Any:
    """Record nothing: in a ``with`` block, or in a function, if used as its decorator.

    Operations return leaves, through which no gradient passes, in reverse and in forward mode. Blocks may be nested; other
    threads and asyncio tasks are left alone, and a task that was begun inside a block records again once the block is left.

    Derivatives of functions (``grad``, ``jvp``, …) record what they need, so they work inside a block; only what they return
    is a leaf there. ``gradients`` and ``backward`` with create_graph record their results there, too: that was asked for.

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


class _Switch:
    """What ``with`` and ``@`` use; one switch may serve many blocks, also inside each other."""

    def __init__(self, recording: bool) -> None:
        self.recording = recording

    def __enter__(self) -> None:
        wrap_nodes(_checking, 1)
        begin_block(self.recording, self)

    def __exit__(self, *error: object) -> Literal[False]:
        end_block(self)
        wrap_nodes(_checking, -1)
        return False

    def __call__(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """Return a function that runs inside a block of its own."""
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


_plain_node: Maker = value._node
_wrappers: dict[Callable[[Maker], Maker], int] = {}
_one_at_a_time = threading.RLock()


def wrap_nodes(wrapper: Callable[[Maker], Maker], change: int) -> None:
    """Count who wants all new nodes to come through a wrapper; put it on for the first, take it off after the last."""
    with _one_at_a_time:
        _wrappers[wrapper] = _wrappers.get(wrapper, 0) + change
        make = _plain_node
        for wrapped, count in _wrappers.items():
            if count:
                make = wrapped(make)
        value._node = make


def _checking(make: Maker) -> Maker:
    def node(data: float, op: Any, *record: Any) -> Value:
        return make(data, op, *record) if is_recording() else make(data, None, None, 0.0, None, 0.0)

    return node
