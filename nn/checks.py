"""What numbers that come from outside, such as a file, are allowed to be."""

from __future__ import annotations

import math
from numbers import Integral
from typing import Any

from autograd import Value, floats


def finite(x: Any) -> float | None:
    """Return a finite real number as a float; None for anything else, true and false among it.

    >>> finite(2), finite(True), finite("2"), finite(float("nan"))
    (2.0, None, None, None)
    """
    if isinstance(x, bool) or getattr(getattr(x, "dtype", None), "kind", "") == "b":
        return None
    try:
        plain = floats.number(x)
    except OverflowError:  # an integer beyond all floats
        return None
    return plain if plain is not None and math.isfinite(plain) else None


def is_list(x: Any) -> bool:
    """Return whether something holds numbers or rows, as a list, a tuple or an array does, and text does not."""
    return hasattr(x, "__iter__") and not isinstance(x, str) and getattr(x, "shape", None) != ()


def plain(x: Any) -> float | None:
    """Return the number that is given as itself, as a Value, or as a list of one; None for anything else.

    >>> plain(Value(2.0)), plain([[2]]), plain([2, 2]), plain("2")
    (2.0, 2.0, None, None)
    """
    if is_list(x):
        row = list(x)
        return plain(row[0]) if len(row) == 1 else None
    return floats.number(x.data if isinstance(x, Value) else x)


def whole(what: str, x: Any, least: int) -> int:
    """Return a whole number that is not too small; raise ValueError, which begins with what it is, for anything else.

    >>> whole("fit takes a batch_size", 2.5, 1)
    Traceback (most recent call last):
    ValueError: fit takes a batch_size >= 1, a whole number, but got 2.5
    """
    if isinstance(x, bool) or not isinstance(x, Integral):
        raise ValueError(f"{what} >= {least}, a whole number, but got {x!r:.60}")
    if x < least:
        raise ValueError(f"{what} >= {least}, but got {x!r}")
    return int(x)
