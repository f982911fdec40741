"""What a caller names to a function that reads a record: Values, and nothing else, which is refused."""

from __future__ import annotations

from autograd.engine.labels import brief, typed
from autograd.engine.node import Node

TYPE_CHECKING = False  # understood by type checkers; importing typing would take longer than this file
if TYPE_CHECKING:
    from typing import Any, TypeVar

    N = TypeVar("N", bound=Node)


def one_value(taken: str, x: N) -> N:
    """Return a Value; raise TypeError for anything else, with what is taken: "derive takes a Value".

    >>> one_value("derive takes a Value", 3.0)
    Traceback (most recent call last):
    TypeError: derive takes a Value, but got float 3.0
    """
    if not isinstance(x, Node):
        raise TypeError(f"{taken}, but got {typed(x)}")
    return x


def whole_number(name: str, x: Any, least: int) -> int:
    """Return a whole number; raise ValueError for anything else, and below the least.

    >>> whole_number("depth", "2", 0)
    Traceback (most recent call last):
    ValueError: depth is a whole number from 0 on, but got '2'
    """
    if not hasattr(x, "__index__") or x < least:
        raise ValueError(f"{name} is a whole number from {least} on, but got {brief(x)}")
    return int(x)


def listed_values(taken: str, values: Any) -> list[Any]:
    """Return a Value, or several, as a list; raise TypeError for anything else.

    >>> listed_values("derive takes as wrt a Value or several", "w")
    Traceback (most recent call last):
    TypeError: derive takes as wrt a Value or several, but got str 'w'
    """
    if isinstance(values, Node):  # comes first: a Value is false where its number is 0, and yet it has been named
        return [values]
    if not hasattr(values, "__iter__") or isinstance(values, (str, bytes)):
        hint = "; did you mean its parameters()?" if callable(getattr(values, "parameters", None)) else ""
        raise TypeError(f"{taken}, but got {typed(values)}{hint}")
    return [one_value(taken, value) for value in values]
