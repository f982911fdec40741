"""Arrays of Values, for NumPy's functions. Loaded when somebody makes one, or NumPy first asks a Value what to do."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from autograd.engine.conversion import number
from autograd.engine.labels import typed
from autograd.engine.node import leaf
from autograd.engine.number import Number, NumPyOverrides, data_of


class Array(NumPyOverrides, np.ndarray[Any, Any]):
    """An array of Values, or of other numbers that carry derivatives, on which NumPy works as on a single one."""

    def __setitem__(self, index: Any, items: Any) -> None:
        super().__setitem__(index, carrying(array_of(items)))

    def dot(self, other: Any, out: Any = None) -> Any:
        """Return np.dot of this array and another."""
        return np.dot(self, other, out)


def _in_order(name: str) -> Callable[..., Any]:
    method = getattr(np.ndarray, name)

    def in_order(self: Array, *args: Any, **options: Any) -> Any:
        refuse_nan(name, self)
        return method(self, *args, **options)

    in_order.__name__, in_order.__doc__ = name, f"Do what NumPy's {name} does; raise ValueError if there is a nan."
    return in_order


for _name in ("argmax", "argmin", "argpartition", "argsort", "partition", "searchsorted", "sort"):
    setattr(Array, _name, _in_order(_name))


def refuse_nan(name: str, *args: Any) -> None:
    """Raise ValueError if nan is among numbers that are to be put in order: NumPy has no place for it among objects."""
    for x in args:
        numbers = data(plain(x))
        if numbers.dtype.kind == "f" and np.isnan(numbers).any():
            raise ValueError(f"np.{name} of Values has no place in their order for nan: leave it out, as in x[~np.isnan(x)]")


def array_of(items: Any) -> Array:
    """Return what ``autograd.array`` does."""
    found = plain(items, object)
    for item in found.flat:
        if not isinstance(item, Number) and number(item) is None:
            raise TypeError(f"array takes Values and real numbers, in lists of equal length or arrays, but got {typed(item)}")
    made: Array = _of_values(found).view(Array)
    return made


def carrying(found: Any) -> Any:
    """Return what NumPy computed with its objects as Values: an Array of them, or if it has no axes the number itself."""
    if not isinstance(found, np.ndarray):
        return found
    if found.dtype != object:
        return np.asarray(found)[()]
    whole = found.ndim or found[()] is None  # which np.zeros_like of a Value is about to fill
    return _of_values(found).view(Array) if whole else _of_values(found)[()]


def of_items(function: Callable[..., Any], args: Sequence[Any]) -> Any:
    """Return a function of numbers on arrays, item by item: an array of floats, or of Values if there are any."""
    with np.errstate(all="ignore"):  # an item's own function says what is wrong, and NumPy would say it of every nan
        found = np.frompyfunc(function, len(args), 1)(*map(plain, args))
    floats = isinstance(found, np.ndarray) and all(type(x) is float for x in found.flat)
    return found.astype(float) if floats else carrying(found)


def plain(x: Any, dtype: Any = None) -> Any:
    """Return what NumPy takes for an array as one of its own class, with Values as objects."""
    if isinstance(x, np.ma.MaskedArray):
        raise TypeError("an array with a mask does not mix with Values: give np.ma.filled(…) of it, or use np.where(mask, …)")
    if not isinstance(x, Number):
        return np.asarray(x, dtype)
    found = np.empty((), dtype=object)
    found[()] = x
    return found


def _of_values(found: Any) -> Any:
    """Return an array of objects with a Value in place of each plain number; of objects that are none, as they are."""
    if all(isinstance(x, Number) for x in found.flat):
        return np.asarray(found)
    items = [x if isinstance(x, Number) or (known := number(x)) is None else leaf(known) for x in found.flat]
    return _filled(items, found.shape)


def _filled(items: Sequence[Any], shape: tuple[int, ...]) -> Any:
    """Return an array of objects, whatever they are: np.array would look into them."""
    found = np.empty(len(items), dtype=object)
    for i, x in enumerate(items):
        found[i] = x
    return found.reshape(shape)


def data(array: Any) -> Any:
    """Return the plain numbers of an array, and objects that are none as they are, which NumPy may compare."""
    if array.dtype != object:
        return array
    items = [*map(data_of, array.flat)]
    try:
        return np.array(items, dtype=float).reshape(array.shape)
    except (TypeError, ValueError):
        return _filled(items, array.shape)
