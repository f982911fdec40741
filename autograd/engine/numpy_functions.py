"""NumPy's functions that are no ufuncs, on Values and arrays of them. Loaded when NumPy first asks one of these what to do.

Most are made of ufuncs and of what takes any objects, so that NumPy's own definition will do. Here are the others.
"""

from __future__ import annotations

import functools
import math
import sys
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from autograd.engine import primitives as p
from autograd.engine.number import Number
from autograd.engine.numpy_arrays import array_of, carrying, of_items, refuse_nan

Rule = Callable[..., Any]


def _where(condition: Any, *branches: Any) -> Any:
    return of_items(p.where, [condition, *branches]) if branches else np.nonzero(condition)


def _dot(x: Any, y: Any, out: Any = None) -> Any:
    if {np.ndim(x), np.ndim(y)} <= {1, 2}:
        return np.matmul(x, y, out=out)
    return _by_numpy(np.dot, x, y, out)


def _quantile(function: Any) -> Rule:
    def quantile(x: Any, q: Any, *args: Any, **options: Any) -> Any:
        found = _by_numpy(function, x, np.atleast_1d(q), *args, **options)  # of a number NumPy would ask its dtype
        return found if np.ndim(q) else found[0]

    return quantile


def _in_order(function: Any) -> Rule:
    def in_order(*args: Any, **options: Any) -> Any:
        refuse_nan(function.__name__, *args[:2])
        return _by_numpy(function, *args, **options)

    return in_order


def _norm(x: Any, ord: Any = None, *args: Any, **options: Any) -> Any:  # noqa: A002  # NumPy's name
    if ord in (math.inf, -math.inf):
        refuse_nan("linalg.norm", x)
    return _by_numpy(np.linalg.norm, x, ord, *args, **options)


def _nan_to_num(x: Any, copy: bool = True, nan: Any = 0.0, posinf: Any = None, neginf: Any = None) -> Any:
    if not copy:
        raise TypeError("np.nan_to_num of Values makes new ones: leave out copy=False")
    most, least = (bound if given is None else given for given, bound in ((posinf, LARGEST), (neginf, -LARGEST)))
    return np.where(np.isnan(x), nan, np.where(np.isposinf(x), most, np.where(np.isneginf(x), least, x)))


LARGEST = sys.float_info.max
IN_ORDER = (np.digitize, np.histogram, np.histogram2d, np.histogram_bin_edges, np.histogramdd, np.lexsort, np.searchsorted)
QUANTILES = (np.quantile, np.percentile, np.nanquantile, np.nanpercentile)
FUNCTIONS: dict[Any, Rule] = {
    np.where: _where, np.dot: _dot, np.sinc: lambda x: of_items(p.sinc, [x]), np.linalg.norm: _norm, np.nan_to_num: _nan_to_num,
    **{function: _in_order(function) for function in IN_ORDER}, **{function: _quantile(function) for function in QUANTILES},
}  # fmt: skip


def of_function(function: Any, args: Sequence[Any], options: dict[str, Any]) -> Any:
    """Return what a function of NumPy's makes of arguments of which at least one carries derivatives."""
    return FUNCTIONS.get(function, functools.partial(_by_numpy, function))(*args, **options)


def _by_numpy(function: Any, *args: Any, **options: Any) -> Any:
    """Return what NumPy's own definition of a function makes of arrays in place of single Values and lists of them."""
    given, named = tuple([_given(x) for x in args]), {key: _given(x) for key, x in options.items()}
    try:
        return _carried(np.ndarray.__array_function__(np.empty(0), function, (), given, named))
    except (TypeError, AttributeError) as error:
        raise TypeError(
            f"np.{function.__name__} did not take these Values: {error}. Where NumPy needs plain floats, write it with other "
            "functions, or take the data where you want a constant"
        ) from error


def _given(x: Any) -> Any:
    if isinstance(x, Number):
        return array_of(x)
    if type(x) not in (list, tuple):
        return x
    alone = any(isinstance(item, Number) for item in x) and not any(isinstance(item, np.ndarray) for item in x)
    return array_of(x) if alone else type(x)([_given(item) for item in x])


def _carried(found: Any) -> Any:
    if hasattr(found, "_fields"):
        return type(found)(*map(_carried, found))
    return type(found)([_carried(x) for x in found]) if type(found) in (list, tuple) else carrying(found)
