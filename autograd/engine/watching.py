"""Watchers: functions that are called with each new node. Who records nothing, or notes source lines, is one of them."""

from __future__ import annotations

from _thread import RLock

TYPE_CHECKING = False  # understood by type checkers; importing typing would take longer than this file
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

watchers: list[Callable[[Any], object]] = []  # empty as long as nobody watches: to ask that costs nothing
_counts: dict[Callable[[Any], object], int] = {}
_one_at_a_time = RLock()  # a signal handler may watch, too


def watch(f: Callable[[Any], object]) -> None:
    """Call f with each new node from now on, in every thread; once, however often it was asked for."""
    _count(f, 1)


def unwatch(f: Callable[[Any], object]) -> None:
    """Take one ``watch`` back."""
    _count(f, -1)


def show(node: Any) -> None:
    """Show a new node to the watchers."""
    for f in tuple(watchers):  # which another thread may change
        f(node)


def _count(f: Callable[[Any], object], change: int) -> None:
    with _one_at_a_time:
        _counts[f] = _counts.get(f, 0) + change
        if not _counts[f]:
            del _counts[f]
        watchers[:] = _counts
