"""NumPy's and SciPy's ufuncs on Values and arrays of them. Loaded when NumPy first asks one of these what to do.

A ufunc is run on the plain numbers first, for NumPy's own errors and warnings, and then on Values as a row of the table. Where
a row has no value, its limit is recorded, which is NumPy's number.
"""

from __future__ import annotations

import functools
import math
import operator
import sys
import warnings
from collections.abc import Callable, Sequence
from os.path import dirname
from typing import Any

import numpy as np

from autograd.engine import primitives as p
from autograd.engine.callers import level_outside
from autograd.engine.conversion import number
from autograd.engine.limits import taking_limits
from autograd.engine.number import Number, data_of
from autograd.engine.numpy_arrays import carrying, data, plain
from autograd.engine.primitive import Primitive

Rule = Callable[..., Any]


def _of_powers_of_2(x: Any, y: Any) -> Any:
    """Return log2(2**x + 2**y); of equal infinities without their difference."""
    largest = p.maximum(x, y)
    return p.where(x == y, 0.5 * x + 0.5 * y + 1.0, largest + p.log1p(p.exp2(p.minimum(x, y) - largest)) / p.LN2)


DEGREE = math.pi / 180.0
UFUNCS: dict[str, Any] = {  # those that are no rows, or have another name or other arguments there; a tuple has several results
    "add": operator.add, "subtract": operator.sub, "multiply": operator.mul, "divide": operator.truediv, "power": operator.pow,
    "float_power": operator.pow, "positive": operator.pos, "conjugate": operator.pos, "square": lambda x: x * x,
    "reciprocal": lambda x: 1.0 / x, "logaddexp2": _of_powers_of_2,
    "deg2rad": lambda x: x * DEGREE, "radians": lambda x: x * DEGREE,
    "rad2deg": lambda x: x * (180.0 / math.pi), "degrees": lambda x: x * (180.0 / math.pi),
    "fmax": lambda x, y: p.where(x != x, y, p.where(y != y, x, p.maximum(x, y))),
    "fmin": lambda x, y: p.where(x != x, y, p.where(y != y, x, p.minimum(x, y))),
    "heaviside": lambda x, at_0: p.where(x == 0.0, at_0, p.heaviside(x)),
    "divmod": (p.floor_divide, p.remainder),
    "modf": (lambda x: p.where(abs(x) == math.inf, p.copysign(0.0, x), p.fmod(x, 1.0)), p.trunc),
    "equal": operator.eq, "not_equal": operator.ne, "less": operator.lt, "less_equal": operator.le, "greater": operator.gt,
    "greater_equal": operator.ge, "isnan": lambda x: x != x, "isfinite": lambda x: -math.inf < x < math.inf,
    "isinf": lambda x: x == math.inf or x == -math.inf,
    "signbit": lambda x: x < 0.0 or (x == 0.0 and math.copysign(1.0, data_of(x)) < 0.0), "logical_not": operator.not_,
    "logical_and": lambda x, y: bool(x and y), "logical_or": lambda x, y: bool(x or y),
    "logical_xor": lambda x, y: bool(x) != bool(y),
}  # fmt: skip
SPECIAL: dict[str, Any] = {  # likewise of scipy.special
    "expit": p.sigmoid, "logit": lambda x: p.log(x / (1.0 - x)), "log_expit": lambda x: -p.softplus(-x),
}  # fmt: skip
FOLDS: dict[str, Rule] = {  # of many numbers, as one node
    "add": p.total, "multiply": p.product, "maximum": p.amax, "minimum": p.amin, "logaddexp": p.log_sum_exp,
}  # fmt: skip


def of_ufunc(ufunc: Any, method: str, inputs: Sequence[Any], options: dict[str, Any]) -> Any:
    """Return what a ufunc makes of numbers and arrays of which at least one carries derivatives."""
    ours = (np.ndarray, np.generic, Number)
    if any(hasattr(x, "__array_ufunc__") and not isinstance(x, ours) for x in inputs):
        return NotImplemented  # of another package, which may know what to do
    if method == "__call__" and not options and (quick := _quickly(ufunc, inputs)) is not None:
        return quick
    name, out = ufunc.__name__, options.pop("out", ())
    args = [*map(plain, inputs)]
    if all({*types} <= {*"O->"} for types in ufunc.types):  # a function of Python's, from np.frompyfunc or np.vectorize
        found = getattr(ufunc, method)(*args, **options)
        return _results(found if isinstance(found, tuple) else (found,), out)
    _refuse_options(name, method, options, out)
    mask = options.pop("where", True) if method == "__call__" else True
    changed = [_objects(args[0], f"np.{name}.at")] if method == "at" else []
    computed = _computed(ufunc, method, args, options, quietly=mask is not True)
    rules = _rules(ufunc)
    if not rules:
        raise TypeError(
            f"{name} is not known for Values: write it with functions of autograd, make it an operation with @primitive, or "
            "take the data where you want a constant"
        )
    results = computed if isinstance(computed, tuple) else (computed,)
    with taking_limits(), np.errstate(all="ignore"):  # NumPy has warned of the numbers
        if method == "at":
            np.frompyfunc(rules[0], ufunc.nin, 1).at(*changed, *args[1:])
            return None
        if ufunc.signature:
            found = [rules[0](*args)]
        elif method == "reduce":
            found = [_reduced(FOLDS.get(name) or functools.partial(functools.reduce, rules[0]), computed, args[0], **options)]
        elif method in ("accumulate", "reduceat"):
            found = [getattr(np.frompyfunc(rules[0], 2, 1), method)(*args, **options)]
        else:
            if method == "outer":
                args[0] = args[0][(..., *[None] * args[1].ndim)]
            found = [_each(rule, z, args) for rule, z in zip(rules, results, strict=True)]
    kinds = [np.asarray(z).dtype for z in results]
    return _results([x if kind.kind == "f" else np.asarray(x, kind) for x, kind in zip(found, kinds, strict=True)], out, mask)


def _computed(ufunc: Any, method: str, args: Sequence[Any], options: dict[str, Any], quietly: bool) -> Any:
    """Return what NumPy computes of the plain numbers; what it warns of is told of the line that called, not of this."""
    told: list[str] = []
    modes: dict[str, Any] = {}
    for kind, mode in np.geterr().items():
        modes[kind] = "ignore" if quietly else "call" if mode == "warn" else mode
    handler: Any = np.geterrcall() if "call" in np.geterr().values() else lambda kind, _: told.append(kind)
    with np.errstate(call=handler, **modes):
        found = getattr(ufunc, method)(*[np.array(data(x)) for x in args], **{k: data_of(x) for k, x in options.items()})
    for kind in told:
        warnings.warn(f"{kind} encountered in {ufunc.__name__}", RuntimeWarning, stacklevel=level_outside(dirname(np.__file__)))
    return found


def _quickly(ufunc: Any, inputs: Sequence[Any]) -> Any:
    """Return what a ufunc makes of numbers alone, in a fifth of the time; None if NumPy might warn of it, or refuse it."""
    rules = _rules(ufunc)
    if ufunc.signature or len(rules) != 1:
        return None
    numbers: list[Any] = []
    for x in inputs:
        x = x[()] if isinstance(x, np.ndarray) and not x.ndim else x
        numbers.append(x if isinstance(x, Number) else number(x))
        if numbers[-1] is None:
            return None
    try:
        found = rules[0](*numbers)
    except (ArithmeticError, ValueError, TypeError):
        return None
    if type(found) is bool:
        return np.bool_(found)
    return found if isinstance(found, Number) and sys.float_info.min < abs(found.data) < math.inf else None


@functools.lru_cache
def _rules(ufunc: Any) -> tuple[Rule, ...]:
    """Return, for each result of a ufunc of NumPy's or SciPy's, what it does to numbers or vectors; nothing if not known."""
    name = ufunc.__name__
    if getattr(np, name, None) is ufunc or name == "clip":  # which is not public, but what an array's method calls
        own = UFUNCS | PRODUCTS
    elif getattr(sys.modules.get("scipy.special"), name, None) is ufunc:
        own = SPECIAL
    else:
        return ()
    rule = own.get(name) or vars(p).get(name)
    return rule if isinstance(rule, tuple) else (rule,) if name in own or isinstance(rule, Primitive) else ()


def _each(rule: Rule, computed: Any, args: Sequence[Any]) -> Any:
    """Return a function of numbers item by item; where no item carries anything, the number that NumPy computed."""

    def item(z: Any, *xs: Any) -> Any:
        for x in xs:
            if isinstance(x, Number):
                return rule(*xs)
        return z

    return np.frompyfunc(item, len(args) + 1, 1)(computed, *args)


def _reduced(
    fold: Rule, computed: Any, items: Any, axis: Any = 0, keepdims: bool = False, initial: Any = None, where: Any = True,
    dtype: Any = None,
) -> Any:  # fmt: skip
    """Return an array with the items along axes made one: as NumPy has computed it, if there are none."""
    where = np.broadcast_to(where, items.shape)
    if not items.ndim:
        items, where, axis = items[None], where[None], 0
    axes = [*range(items.ndim)] if axis is None else np.atleast_1d(axis).tolist()
    items, where = (np.moveaxis(x, axes, [*range(-len(axes), 0)]) for x in (items, where))
    first = [] if initial is None or initial is np._NoValue else [initial]
    found = np.empty(np.shape(computed), dtype=object)
    for i, place in enumerate(np.ndindex(items.shape[: items.ndim - len(axes)])):
        row = [*first, *items[place][where[place]].flat]
        found.reshape(-1)[i] = fold(row) if len(row) > 1 else row[0] if row else np.asarray(computed).flat[i]
    return found


def _results(found: Sequence[Any], out: Sequence[Any], mask: Any = True) -> Any:
    """Return results as Values, or put into the arrays that were given for them."""
    places = [*out, *[None] * (len(found) - len(out))]
    results = tuple([carrying(x) if place is None else _put(place, x, mask) for x, place in zip(found, places, strict=True)])
    return results[0] if len(results) == 1 else results


def _put(place: Any, found: Any, mask: Any) -> Any:
    found = plain(found)
    np.copyto(_objects(place, "out=") if found.dtype == object else place, found, where=mask)
    return place


def _objects(place: Any, what: str) -> Any:
    """Return an array, of NumPy's own class, into which Values can be put; raise TypeError if none can."""
    if place.dtype != object:
        raise TypeError(f"{what} would put Values into an array of {place.dtype}: give it one of Values, autograd.array(…)")
    return place.view(np.ndarray)


def _refuse_options(name: str, method: str, options: dict[str, Any], out: Sequence[Any]) -> None:
    """Raise TypeError for what is not done to Values; drop from options what makes no difference to them."""
    dtype = options.get("dtype")
    if dtype is not None and np.dtype(dtype) not in (np.dtype(float), np.dtype(bool), np.dtype(object)):
        raise TypeError(f"np.{name} of Values gives Values, whose numbers are floats: leave out dtype={dtype!r}")
    if dtype is None or np.dtype(dtype) == object:
        options.pop("dtype", None)
    for key in ("casting", "order", "subok"):
        options.pop(key, None)
    if method == "__call__" and options.get("where", True) is not True and not out:
        raise TypeError(f"np.{name} of Values takes where= with out= alone: write np.where(mask, np.{name}(…), other)")
    if unknown := options.keys() - {"dtype", "where", "axis", "keepdims", "initial"}:
        raise TypeError(f"np.{name} of Values takes no {min(unknown)}=: leave it out")


# --- products, each number of which is one node ---


def _of_vectors(x: Any, y: Any) -> Any:
    x, y = np.broadcast_arrays(x, y)
    found = np.empty(x.shape[:-1], dtype=object)
    for place in np.ndindex(found.shape):
        found[place] = p.weighted_sum([*x[place]], [*y[place]])
    return found


def _of_matrices(x: Any, y: Any) -> Any:
    rows = x if x.ndim > 1 else x[None]
    columns = np.swapaxes(y, -1, -2) if y.ndim > 1 else y[None]
    found = _of_vectors(rows[..., :, None, :], columns[..., None, :, :])
    found = found if x.ndim > 1 else found[..., 0, :]
    return found if y.ndim > 1 else found[..., 0]


PRODUCTS: dict[str, Any] = {
    "matmul": _of_matrices, "vecdot": _of_vectors, "matvec": lambda x, y: _of_vectors(x, y[..., None, :]),
    "vecmat": lambda x, y: _of_vectors(x[..., None, :], np.swapaxes(y, -1, -2)),
}  # fmt: skip
