"""What a compiled function is given and returns: floats and Values in lists, tuples, dicts and arrays; all else is static."""

from __future__ import annotations

from collections.abc import Iterator
from math import isclose
from typing import Any

from autograd.engine.number import Number, data_of
from autograd.functional import flatten, is_array

KEPT = (int, bool, str, type(None))


def taken_apart(tree: Any, leaves: list[Any]) -> Any:
    """Return a key for all that is static in a structure, and add its floats and numbers of other kinds to the leaves.

    Raises TypeError if something static cannot be part of a key.
    """
    kind = type(tree)
    if isinstance(tree, (float, Number)):
        leaves.append(tree if isinstance(tree, Number) else float(tree))
        return isinstance(tree, Number)
    if kind in KEPT:
        return kind, tree
    if is_sequence(tree):
        return kind, *[taken_apart(x, leaves) for x in tree]
    if kind is dict:
        return kind, *[(_static(key), taken_apart(x, leaves)) for key, x in tree.items()]
    if is_array(tree):
        if tree.dtype == float:
            leaves += tree.ravel().tolist()
            return kind, tree.shape
        if tree.dtype != object:
            return kind, tree.shape, tree.dtype.str, tree.tobytes()
        if _is_of_numbers(tree):
            return kind, tree.shape, *[taken_apart(x, leaves) for x in tree.flat]
    return _static(tree)


def _static(x: Any) -> Any:
    """Return a key for something static; of what equals things of other types, or of other signs of 0, with its text."""
    hash(x)
    kind: Any = type(x)
    return (kind, x) if kind in KEPT or kind.__eq__ is object.__eq__ else (kind, x, repr(x))


def is_sequence(tree: Any) -> bool:
    """Return whether something is a list, a tuple or a named tuple, and none of another class."""
    return type(tree) in (list, tuple) or (isinstance(tree, tuple) and hasattr(tree, "_fields"))


def like(tree: Any, parts: list[Any]) -> Any:
    """Return a list, tuple or named tuple of other parts."""
    return parts if isinstance(tree, list) else type(tree)(*parts) if hasattr(tree, "_fields") else tuple(parts)


def _is_of_numbers(array: Any) -> bool:
    return all(isinstance(x, (float, int, Number)) for x in array.flat)


def filled_in(tree: Any, items: Iterator[Any]) -> Any:
    """Return a structure with the next items in place of its floats and numbers, and copies of arrays of others."""
    if isinstance(tree, (float, Number)):
        return next(items)
    if type(tree) is dict:
        return {key: filled_in(x, items) for key, x in tree.items()}
    if is_sequence(tree):
        return like(tree, [filled_in(x, items) for x in tree])
    if is_array(tree):
        if tree.dtype not in (float, object):
            return tree.copy()
        return flatten(tree, "an array holds")[1]([filled_in(x, items) for x in tree.flat])
    return tree


def numbers_in(tree: Any) -> list[Any] | None:
    """Return the numbers in what a function returned, floats and others, in order; None if it is built otherwise."""
    if isinstance(tree, (float, Number)):
        return [tree]
    if type(tree) in KEPT:
        return []
    if is_array(tree):
        parts = tree.flat if tree.dtype == float or (tree.dtype == object and _is_of_numbers(tree)) else None
    else:
        parts = tree if is_sequence(tree) else tree.values() if type(tree) is dict else None
    if parts is None:
        return None
    found: list[Any] = []
    for x in parts:
        inner = numbers_in(x)
        if inner is None:
            return None
        found += inner
    return found


def is_built_in(tree: Any, arrays: bool = True) -> bool:
    """Return whether a structure is of lists, tuples, dicts, numbers, texts and, perhaps, arrays, of exactly these types."""
    kind = type(tree)
    if is_array(tree):
        return arrays and kind.__module__ == "numpy" and tree.dtype in (float, object)
    if kind is dict:
        return all(type(key) in KEPT for key in tree) and all(is_built_in(x, arrays) for x in tree.values())
    if kind in (list, tuple):
        return all(is_built_in(x, arrays) for x in tree)
    return isinstance(tree, (float, Number)) or kind in KEPT


def identities(tree: Any) -> Any:
    """Return what changes where somebody puts another thing into a structure."""
    if type(tree) is dict:
        return [(key, identities(x)) for key, x in tree.items()]
    if is_sequence(tree):
        return [*map(identities, tree)]
    if is_array(tree):
        return [*map(id, tree.flat)] if tree.dtype == object else (tree.shape, tree.tobytes())
    return id(tree)


def same_bits(xs: list[Any], ys: list[Any]) -> bool:
    """Return whether two lists of numbers are equal in every bit, or nan together."""
    return [*map(_bits, xs)] == [*map(_bits, ys)]


def nearly_the_same(xs: list[Any], ys: list[Any]) -> bool:
    """Return whether two lists of numbers differ by no more than rounding may."""
    least = 1e-9 * max([abs(data_of(y)) for y in ys], default=0.0)
    if len(xs) != len(ys):
        return False
    return all(isclose(data_of(x), data_of(y), rel_tol=1e-6, abs_tol=least) for x, y in zip(xs, ys, strict=True))


def _bits(x: Any) -> str:
    return float(x.data if isinstance(x, Number) else x).hex()
