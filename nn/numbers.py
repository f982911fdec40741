"""What comes from outside, from a file or a caller, is allowed to be."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from numbers import Integral
from typing import Any

from autograd import Value
from autograd.engine.conversion import number
from autograd.engine.labels import brief, typed
from autograd.engine.node import run


def finite(x: Any) -> float | None:
    """Return a finite real number as a float; None for anything else, true and false among it.

    >>> finite(2), finite(True), finite("2"), finite(float("nan"))
    (2.0, None, None, None)
    """
    if isinstance(x, bool) or getattr(getattr(x, "dtype", None), "kind", "") == "b":
        return None
    try:
        plain = number(x)
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
    return number(x.data if isinstance(x, Value) else x)


def whole(what: str, x: Any, least: int | None = None) -> int:
    """Return a whole number that is not too small; raise ValueError, which begins with what it is, for anything else.

    >>> whole("fit takes a batch_size", 2.5, 1)
    Traceback (most recent call last):
    ValueError: fit takes a batch_size >= 1, a whole number, but got 2.5
    """
    wanted = what if least is None else f"{what} >= {least}"
    if isinstance(x, bool) or not isinstance(x, Integral):
        raise ValueError(f"{wanted}, a whole number, but got {brief(x)}")
    if least is not None and x < least:
        raise ValueError(f"{wanted}, but got {brief(x)}")
    return int(x)


def paired(name: str, data: Any) -> tuple[list[Any], list[Any]]:
    """Return inputs and targets as two lists of the same length; raise ValueError if they are none."""
    try:
        inputs, targets = map(list, data)
    except (TypeError, ValueError):
        told = f"fit takes {name} as (inputs, targets), but got {brief(data)}; zip(*pairs) makes them of pairs"
        raise ValueError(told) from None
    if len(inputs) != len(targets) or not inputs:
        raise ValueError(f"fit needs {name} with one target for each input, but got {len(inputs)} and {len(targets)}")
    return inputs, targets


def named(metrics: Any) -> dict[str, Callable[[Any, Any], Any]]:
    """Return functions by their names, objects by those of their classes; raise ValueError if two have the same."""
    functions = list(metrics) if is_list(metrics) else [None]
    if not all(map(callable, functions)):
        raise ValueError(f"fit takes a list of functions for metrics, such as [nn.metrics.accuracy], but got {brief(metrics)}")
    names = [getattr(function, "__name__", type(function).__name__) for function in functions]
    if len({"loss", *names}) <= len(names):
        raise ValueError(f"fit needs metrics of different names, none of them loss, but got {', '.join(names)}")
    return dict(zip(names, functions, strict=True))


def measured(what: str, x: Any) -> float:
    """Return the number of a loss or a metric; raise TypeError if it is none."""
    found = plain(x)
    if found is None:
        raise TypeError(f"{what} must be a number, but got {typed(x)}")
    return found


def changes(pairs: Iterable[tuple[Value, float]]) -> list[partial[None]]:
    """Return the calls that give parameters other data, for ``commit``."""
    return [partial(setattr, p, "_data", x) for p, x in pairs]  # the slot, since the setter of data runs in Python


def commit(calls: Sequence[partial[Any]]) -> None:
    """Make all of some calls or none: in one call that runs in C, if they do, and that no KeyboardInterrupt cuts in two."""
    run(map(partial.__call__, calls))
