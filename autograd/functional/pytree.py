"""Numbers in lists, tuples, dicts and NumPy arrays: taken out as one list, and put back in the same structure."""

from __future__ import annotations

import operator
import sys
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from autograd.engine.conversion import number
from autograd.engine.labels import typed
from autograd.engine.value import Value

PLAIN = frozenset({float, Value})  # what most structures hold: one that holds nothing else takes a fifth of the time
THE_ONE = operator.itemgetter(0)


def flatten(tree: Any, what: str) -> tuple[list[Any], Callable[[Sequence[Any]], Any]]:
    """Return the numbers in a structure, in order, and the function that puts others in their places.

    >>> numbers, rebuild = flatten({"w": [1.0, 2.0], "b": 3.0}, "there should be")
    >>> numbers, rebuild([10.0, 20.0, 30.0])
    ([1.0, 2.0, 3.0], {'w': [10.0, 20.0], 'b': 30.0})
    """
    kind = type(tree)
    if kind in PLAIN:
        return [tree], THE_ONE
    if (kind is list or kind is tuple) and PLAIN.issuperset(map(type, tree)):
        return [*tree], kind
    leaves: list[Any] = []
    _collect(tree, leaves, what)

    def rebuild(items: Sequence[Any]) -> Any:
        return _filled(tree, iter(items))

    return leaves, rebuild


def _collect(tree: Any, leaves: list[Any], what: str) -> None:
    plain = number(tree)
    if plain is not None:
        leaves.append(plain)
    elif hasattr(tree, "_apply"):
        leaves.append(tree)
    elif isinstance(tree, (list, tuple, dict)) or is_array(tree):
        for item in _items(tree):
            _collect(item, leaves, what)
    else:
        raise TypeError(f"{what} real numbers, in lists, tuples, dicts or arrays, but got {typed(tree)}")


def _items(tree: Any) -> Any:
    return tree.values() if isinstance(tree, dict) else tree.flat if is_array(tree) else tree


def flatten_like(tree: Any, theirs: str, model: Any, ours: str) -> list[Any]:
    """Return the numbers of a structure in the order of another, the model: those of dicts by key, all others by place.

    ``theirs`` and ``ours`` begin the message about the two, as in "the tangents have".

    >>> flatten_like({"b": 1.0, "w": [10.0, 20.0]}, "the tangents have", {"w": [0.0, 0.0], "b": 0.0}, "the primals have")
    [10.0, 20.0, 1.0]

    Raises ValueError where the two are built differently; a list may stand for a tuple or an array.
    """
    wanted, found = len(flatten(model, ours)[0]), len(flatten(tree, theirs)[0])
    if wanted != found:
        raise ValueError(f"{ours} {wanted} numbers, but {theirs} {found}")
    in_order: list[Any] = []
    _pair(tree, theirs, model, ours, "", in_order)
    return flatten(in_order, theirs)[0]


def _pair(tree: Any, theirs: str, model: Any, ours: str, place: str, in_order: list[Any]) -> None:
    keys = _keys(model)
    if keys != _keys(tree):
        where = f"at {place} " if place else ""
        raise ValueError(f"{where}{ours} {_told(model)}, but {theirs} {_told(tree)}: build the two alike")
    if keys is None:
        in_order.append(tree)
        return
    for key in model if isinstance(model, dict) else keys:
        _pair(tree[key], theirs, model[key], ours, f"{place}[{key!r}]", in_order)


def _keys(tree: Any) -> frozenset[Any] | range | None:
    """Return by what a structure holds its items: the keys of a dict, places from 0 on; None for a number."""
    if isinstance(tree, dict):
        return frozenset(tree)
    if isinstance(tree, (list, tuple)) or (is_array(tree) and tree.shape):
        return range(len(tree))
    return None


def _told(tree: Any) -> str:
    if _keys(tree) is None:
        return "one number"
    if isinstance(tree, dict):
        return f"a dict with the keys {', '.join(map(repr, tree))}"
    return f"a {'NumPy array' if is_array(tree) else type(tree).__name__} of {len(tree)}"


def _filled(tree: Any, items: Iterator[Any]) -> Any:
    """Return the same structure with the next items in it."""
    if isinstance(tree, dict):
        return {key: _filled(item, items) for key, item in tree.items()}
    if is_array(tree):
        return _array([_filled(item, items) for item in tree.flat], tree.shape)
    if isinstance(tree, list):
        return [_filled(item, items) for item in tree]
    if isinstance(tree, tuple):
        filled = [_filled(item, items) for item in tree]
        return type(tree)(*filled) if hasattr(tree, "_fields") else tuple(filled)
    return next(items)


def spread(tree: Any, parts: Sequence[Any], part: Any) -> Any:
    """Return a structure with a structure in place of each of its numbers: all like ``part``, which tells if there are none."""
    return _stacked(_filled(tree, iter(parts)), part)


def _stacked(tree: Any, part: Any) -> Any:
    """Join arrays of equal arrays to arrays of more dimensions."""
    if isinstance(tree, dict):
        return {key: _stacked(item, part) for key, item in tree.items()}
    if isinstance(tree, list):
        return [_stacked(item, part) for item in tree]
    if isinstance(tree, tuple) and not hasattr(tree, "_fields"):
        return tuple([_stacked(item, part) for item in tree])
    if is_array(tree) and is_array(part) and all(is_array(item) for item in tree.flat):
        return _array([x for item in tree.flat for x in item.flat], tree.shape + part.shape)
    return tree


def is_array(tree: Any) -> bool:
    """Return whether something is a NumPy array; not one with a mask, since what that hides is to have no effect."""
    numpy: Any = sys.modules.get("numpy")  # whoever has an array has imported it
    return numpy is not None and isinstance(tree, numpy.ndarray) and not isinstance(tree, numpy.ma.MaskedArray)


def _array(items: Sequence[Any], shape: tuple[int, ...]) -> Any:
    """Return an array: of floats if all items are, else of Values."""
    import numpy as np  # the caller has it, or there would be no array

    from autograd.engine.numpy_arrays import carrying

    plain = all(isinstance(item, float) for item in items)
    array = np.empty(len(items), dtype=float if plain else object)
    for i, item in enumerate(items):
        array[i] = item
    return array.reshape(shape) if plain else carrying(array.reshape(shape))
