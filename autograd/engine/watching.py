"""Watchers: functions that are called with each new node. Who records nothing, or notes source lines, is one of them.

There is no lock, which a fork or a signal handler might find taken: each step below is one call that runs in C.
"""

from __future__ import annotations

from _weakref import ref

TYPE_CHECKING = False  # understood by type checkers; importing typing would take longer than this file
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

watchers: list[ref[Watch]] = []  # empty as long as nobody watches: to ask that costs nothing


class Watch:
    """Has a function called with each new node, in every thread, until ``end``, or as long as it is kept: an interrupt may
    have come between.
    """

    __slots__ = ("__weakref__", "entry", "function")

    def __init__(self, function: Callable[[Any], object]) -> None:
        self.function, self.entry = function, ref(self)
        watchers.append(self.entry)

    def end(self) -> None:
        """Watch no longer; harmless a second time."""
        _forget(self.entry)


kept: list[Watch] = []


def watch(function: Callable[[Any], object]) -> None:
    """Call a function with each new node, in every thread, until ``unwatch``; once, however often that is asked for."""
    kept.append(Watch(function))


def unwatch(function: Callable[[Any], object]) -> None:
    """Take one ``watch`` of a function back; raise ValueError if there is none."""
    for entry in kept[::-1]:
        if entry.function == function:
            kept.remove(entry)
            return entry.end()
    raise ValueError(f"{function!r} does not watch")


def show(node: Any) -> None:
    """Show a new node to the watchers: once to each function, however many asked for it."""
    shown = []
    for entry in tuple(watchers):  # which another thread may change
        watch = entry()
        if watch is None:
            _forget(entry)
        elif watch.function not in shown:
            shown.append(watch.function)
            watch.function(node)


def _forget(entry: ref[Watch]) -> None:
    try:  # noqa: SIM105  # contextlib takes longer to import than this file
        watchers.remove(entry)
    except ValueError:  # it was forgotten before
        pass


parts: dict[str, object] = {"": object()}  # another object after each replacement, for those who compare


def part_replaced() -> None:
    """Tell whoever remembers what models consist of that a part of one is another now."""
    parts[""] = object()
