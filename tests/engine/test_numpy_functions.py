"""NumPy's functions on Values and arrays of them: the numbers and warnings that they have on floats, and gradients."""

from __future__ import annotations

import copy
import math
import pickle
import re
import warnings
from itertools import product

import numpy as np
import pytest

import autograd
from autograd import Value, array, check_graph, grad, hessian, jacobian, jvp, taylor
from autograd.engine import primitives as p
from autograd.engine.numpy_arrays import Array

UFUNCS = sorted({f for f in vars(np).values() if isinstance(f, np.ufunc) and not f.signature}, key=lambda f: f.__name__)
OF_SCIPY = ["erf", "erfc", "expit", "expm1", "log_expit", "logit", "xlogy"]
PAIRS_OF = [0.0, 1.0, -1.0, 2.5, -3.0, 1e200, 1000.0, math.inf, -math.inf, math.nan]
SPECIAL = [0.0, -0.0, 1.0, -1.0, 0.5, 2.5, -3.0, 1e-200, 1e200, -1000.0, 1000.0, math.inf, -math.inf, math.nan]


@pytest.fixture
def v():
    return Value(0.5, label="v")


@pytest.fixture
def a():
    return array([Value(0.5), Value(-1.25), Value(2.0), Value(0.75)])


def flat(found):
    """Return the numbers in arrays, lists and tuples, in order."""
    if isinstance(found, np.ndarray) and found.ndim:
        found = found.tolist()
    return [x for item in found for x in flat(item)] if isinstance(found, (list, tuple)) else [found]


def data(found):
    return [float(x.data if isinstance(x, Value) else x) for x in flat(found)]


def told(f, *args):
    """Return what a function returns, or the type of its error, and the warnings that it gives."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            found = f(*args)
        except (TypeError, ValueError, ZeroDivisionError) as error:
            found = TypeError if isinstance(error, TypeError) else type(error)  # of which NumPy has kinds of its own
    return found, {str(warning.message) for warning in caught}


def close(x, y):
    return x == y or (x != x and y != y) or abs(x - y) <= 8.0 * math.ulp(y)


# --- ufuncs: their numbers are those on floats, or there is an error ---

STEPS_OF_FLOATS = {"frexp", "ldexp", "nextafter", "spacing"}  # about how floats are stored: not taken


@pytest.mark.parametrize("ufunc", UFUNCS, ids=lambda f: f.__name__)
def test_a_ufunc_gives_numpys_numbers_and_warnings_as_values_and_answers_as_bools(ufunc):
    for xs in product(SPECIAL if ufunc.nin == 1 else PAIRS_OF, repeat=ufunc.nin):
        expected, warned = told(ufunc, *xs)
        for chosen in product([True, False], repeat=ufunc.nin):
            if any(chosen):
                found, also_warned = told(ufunc, *[Value(x) if is_in else x for x, is_in in zip(xs, chosen, strict=True)])
                if expected is TypeError or ufunc.__name__ in STEPS_OF_FLOATS:
                    assert found is TypeError
                    continue
                kind = {bool: np.bool_, float: Value}[type(flat(expected)[0].item())]
                assert all(isinstance(x, kind) for x in flat(found))
                assert all(map(close, data(found), data(expected))), (xs, chosen)
                assert also_warned == warned, (xs, chosen)


@pytest.mark.parametrize("name", OF_SCIPY)
def test_a_ufunc_of_scipys_gives_its_numbers(name):
    ufunc = getattr(pytest.importorskip("scipy.special"), name)
    for xs in product([0.25, 0.5, 0.75], repeat=ufunc.nin):
        assert ufunc(*map(Value, xs)).data == pytest.approx(ufunc(*xs), rel=1e-14)


def test_what_no_row_computes_is_refused_by_name(v):
    special = pytest.importorskip("scipy.special")
    for f, name in ((np.spacing, "spacing"), (special.gammaln, "gammaln")):
        with pytest.raises(TypeError, match=f"{name} is not known for Values: .* make it an operation with @primitive"):
            f(v)


SLOPES = [  # of what is no row, at ordinary points, worked out by hand
    ("square", (1.5,), (3.0,)), ("reciprocal", (0.5,), (-4.0,)), ("positive", (1.5,), (1.0,)), ("conjugate", (1.5,), (1.0,)),
    ("deg2rad", (7.0,), (math.pi / 180.0,)), ("radians", (7.0,), (math.pi / 180.0,)),
    ("rad2deg", (7.0,), (180.0 / math.pi,)), ("degrees", (7.0,), (180.0 / math.pi,)),
    ("float_power", (2.0, 3.0), (12.0, 8.0 * math.log(2.0))), ("logaddexp2", (1.0, 0.0), (2.0 / 3.0, 1.0 / 3.0)),
    ("logaddexp2", (-3.0, -3.0), (0.5, 0.5)), ("logaddexp2", (-1000.0, 0.0), (2.0**-1000, 1.0)),
    ("fmax", (1.0, 2.0), (0.0, 1.0)), ("fmax", (1.0, math.nan), (1.0, 0.0)), ("fmax", (math.nan, 1.0), (0.0, 1.0)),
    ("fmin", (1.0, 2.0), (1.0, 0.0)), ("fmin", (1.0, math.nan), (1.0, 0.0)), ("fmin", (1.0, 1.0), (0.5, 0.5)),
    ("heaviside", (0.0, 0.3), (0.0, 1.0)), ("heaviside", (2.0, 0.3), (0.0, 0.0)), ("heaviside", (-2.0, 0.3), (0.0, 0.0)),
]  # fmt: skip


@pytest.mark.parametrize(("name", "point", "slopes"), SLOPES, ids=str)
def test_a_ufunc_that_is_no_row_has_the_slopes_of_its_formula(name, point, slopes):
    xs = [*map(Value, point)]
    getattr(np, name)(*xs).backward()
    assert [x.grad for x in xs] == pytest.approx(slopes, rel=1e-14)


def test_ufuncs_of_two_results_have_slopes_by_each():
    x, y = Value(7.5), Value(2.0)
    whole, rest = np.divmod(x, y)
    assert autograd.gradients(whole, [x, y]) == [0.0, 0.0]
    assert autograd.gradients(rest, [x, y]) == [1.0, -3.0]
    fraction, whole = np.modf(x)
    assert (autograd.gradients(fraction, x), autograd.gradients(whole, x)) == (1.0, 0.0)


def test_a_ufunc_of_python_functions_runs_them_on_values(a):
    assert data(np.frompyfunc(lambda x: x * x, 1, 1)(a)) == [0.25, 1.5625, 4.0, 0.5625]
    assert data(np.vectorize(lambda x: x * x)(a)) == [0.25, 1.5625, 4.0, 0.5625]
    assert [data(x) for x in np.frompyfunc(divmod, 2, 2)(a, 0.5)] == [[1.0, -3.0, 4.0, 1.0], [0.0, 0.25, 0.0, 0.25]]


# --- the edge of a domain: NumPy's limit and warning inside its functions, an error elsewhere ---


def test_the_branch_that_where_does_not_choose_has_no_part_in_the_gradient():
    for number, warning in ((0.0, "divide by zero"), (-1.0, "invalid value")):
        x = Value(number)
        with pytest.warns(RuntimeWarning, match=f"^{warning} encountered in log2$"):
            y = np.where(x > 2, np.log2(x), 2 * x)
        y.backward()
        assert (y.data, x.grad) == (2.0 * number, 2.0)


def test_every_derivative_goes_round_the_branch_that_is_not_chosen():
    def f(x):
        with np.errstate(all="ignore"):
            return np.sum(np.where(x > 2, np.log2(x), 2 * x))

    point = np.array([0.0, 4.0])
    slope, bend = 0.25 / math.log(2.0), -0.0625 / math.log(2.0)
    assert grad(f)(point) == pytest.approx([2.0, slope], rel=1e-15)
    assert jvp(f, (point,), (np.array([1.0, 1.0]),))[1] == pytest.approx(2.0 + slope, rel=1e-15)
    assert hessian(f)(point) == pytest.approx(np.diag([0.0, bend]), rel=1e-15)
    assert taylor(f, point, np.array([1.0, 1.0]), 2) == pytest.approx([2.0, 2.0 + slope, bend / 2.0], rel=1e-15)


def test_outside_numpys_functions_it_is_an_error_as_ever(v):
    v.data = 0.0
    for f in (Value.log2, autograd.log2, lambda x: autograd.log2(array([x]))):
        with pytest.raises(ValueError, match=r"log2\(v\) has no value at v = 0\.0"):
            f(v)


@pytest.mark.parametrize("setting", ["ignore", "raise", "warn", "call", "print"])
def test_numpys_settings_for_errors_are_kept_to(setting, capsys):
    heard = []
    with np.errstate(all=setting, call=lambda kind, _: heard.append(kind)):
        (found, warned) = (FloatingPointError, set()) if setting == "raise" else told(np.log, Value(-1.0))
        if setting == "raise":
            with pytest.raises(FloatingPointError, match="invalid value encountered in log"):
                np.log(Value(-1.0))
        assert np.geterr()["invalid"] == setting
    assert warned == ({"invalid value encountered in log"} if setting == "warn" else set())
    assert heard == (["invalid value"] if setting == "call" else [])
    assert ("invalid value" in capsys.readouterr().out) is (setting == "print") or setting == "print"
    assert setting == "raise" or math.isnan(found.data)


@pytest.mark.parametrize("f", [lambda x: np.log(x), lambda x: np.sum(np.log(array([x, x]))), lambda x: grad(np.log)(x.data)])
def test_a_warning_is_of_the_line_that_called_and_comes_once_for_an_array(f):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        f(Value(0.0))
    assert [(w.filename, str(w.message)) for w in caught] == [(__file__, "divide by zero encountered in log")]


def test_a_limit_is_no_change_of_data_and_may_be_recomputed():
    x = Value(0.0)
    with np.errstate(all="ignore"):
        y = np.where(x > 2, np.log2(x), 2 * x)
    assert check_graph(y).changed == ()
    x.data = -3.0
    y.recompute()
    assert y.data == -6.0
    x.data = 4.0
    with pytest.raises(RuntimeError, match=r"> 2 was False when this was recorded, and is True now at 4\.0"):
        y.recompute()


def test_a_limit_that_data_has_left_is_a_change_of_data():
    x = Value(1.0)
    y = x.log()
    x.data = -1.0
    assert [finding.operation for finding in check_graph(y).changed] == ["log"]


# --- selections that lost a gradient, or failed ---


def test_a_maximum_with_a_number_has_a_gradient(v):
    np.maximum(v, 1.0).backward()
    assert v.grad == 0.0
    np.maximum(v, 0.25).backward()
    assert v.grad == 1.0
    np.maximum(v, 0.5).backward()
    assert v.grad == 1.5


def test_logarithms_of_what_is_kept_above_0_have_their_gradient():
    assert grad(lambda x: np.sum(np.log(np.maximum(x, 1e-9))))(np.array([0.5, -2.0])).tolist() == [2.0, 0.0]
    x = array([Value(0.5), -2.0])
    np.sum(np.log(np.maximum(x, 1e-9))).backward()
    assert [item.grad for item in x] == [2.0, 0.0]


# --- other functions: numbers as on floats, gradients as differences say ---

P = [0.5, -1.25, 2.0, 0.75]
TAKEN = """
np.all(a); np.allclose(a, a + 1e-12); np.amax(a); np.amin(m, axis=1); np.angle(a); np.any(m, axis=0); np.append(a, 1.0)
np.append(a[0], [1.0, a[1]]); np.apply_along_axis(np.sum, 0, m); np.apply_over_axes(np.sum, m, [0, 1]); np.argmax(a)
np.argmin(m, axis=0); np.argpartition(a, 2); np.argsort(a); np.argwhere(a > 0); np.around(a + 0.01, 1); np.array_equal(a, a)
np.array_equiv(a, a); np.array_split(a, 2); np.atleast_1d(a[0]); np.atleast_2d(a); np.atleast_3d(a)
np.average(a, weights=[1, 2, 3, 4]); np.average([1.0, 2.0, 3.0, 4.0], weights=a); np.block([[m, m], [m, m]])
np.broadcast_arrays(a, a[0]); np.broadcast_to(a, (2, 4)); np.choose([0, 1], m); np.clip(a, -1, 1); np.clip(a, None, 1)
np.clip(a[0], -1, a[1]); a.clip(-1, 1); np.column_stack([a, a]); np.compress([1, 0, 1], a); np.concatenate([a, [1.0]])
np.concatenate([[a[0], 2.0], a]); np.convolve(a, [1.0, 2.0]); np.copy(a); np.correlate(a, [1.0, 2.0]); np.count_nonzero(a > 0)
np.cross(a[:3], [1.0, 2.0, 3.0]); np.cumprod(a); np.cumsum(m, axis=1); a.cumsum(); np.delete(a, 1); np.diag(a); np.diag(m)
np.diagflat(a); np.diagonal(m); np.diff(a); np.diff(a, n=2, prepend=1.0); np.digitize(a, [0.0, 1.0]); np.dot(m, m)
np.dot(a, [1.0, 2.0, 3.0, 4.0]); np.dot(m, a[:2]); np.dot(a[0], m); np.dot(np.ones((2, 2, 2)), m); m.dot(m); a.dot(a)
np.dsplit(m.reshape(1, 2, 2), 2); np.dstack([a, a]); np.ediff1d(a); np.einsum("ij,jk->ik", m, m)
np.einsum("ij,jk,kl", m, m, m, optimize=True); np.expand_dims(a, 0); np.extract(a > 0, a); np.fix(a + 0.3)
np.flatnonzero(a > 0); np.flip(a); np.fliplr(m); np.flipud(m); np.full_like(a, a[0]); np.geomspace(a[0], a[2], 4)
np.histogram(a, [0.0, 1.0, 2.0])[0]; np.histogram([0.5, 1.5, 0.5, 0.2], [0.0, 1.0, 2.0], weights=a)[0]
np.histogram_bin_edges(a, 3); np.histogram2d(a, a, 2)[1]; np.histogramdd(m, 2)[1]
np.hsplit(a, 2); np.hstack([a, a[0]]); np.imag(a); np.inner(m, m); np.insert(a, 1, a[0])
np.intersect1d(a, a); np.isclose(a, 0.5); np.iscomplex(a); np.iscomplexobj(a); np.isin(a, [0.5]); np.isneginf(a)
np.isposinf(a); np.isreal(a); np.isrealobj(a); np.kron(m, m); np.lexsort((a, a)); np.linspace(a[0], a[2], 5)
np.logspace(a[0], a[2], 4); np.max(a); m.max(axis=0); np.mean(m, axis=1); a.mean()
np.mean(a, where=[True, False, True, True]); np.median(a); np.median(a[:3]); np.meshgrid(a, a); np.min(a)
np.min(a, initial=-1.0); np.moveaxis(m, 0, 1); np.nan_to_num(a); np.nanargmax(a); np.nanargmin(a); np.nancumprod(a)
np.nancumsum(a); np.nanmax(a); np.nanmean(a); np.nanmedian(a); np.nanmin(a); np.nanpercentile(a, 30); np.nanprod(a)
np.nanquantile(a, [0.3, 0.5]); np.nanstd(a); np.nansum(a); np.nanvar(a); np.ndim(a); np.nonzero(a > 0); np.ones_like(a)
np.outer(a, a); np.pad(a, 2); np.pad(a, 1, constant_values=a[0]); np.pad(a, 2, mode="edge"); np.pad(a, 2, mode="reflect")
np.pad(a, 2, mode="mean"); np.pad(a, 2, mode="linear_ramp"); np.partition(a, 2); np.percentile(a, 30)
np.piecewise(a, [a < 0, a >= 0], [lambda x: -x, lambda x: x * x]); np.poly(a); np.polyadd(a, [1.0]); np.polyder(a)
np.polyint(a); np.polymul(a, a); np.polysub(a, [1.0]); np.polyval([1.0, 2.0, 3.0], a); np.polyval(a, 2.0); np.prod(a)
m.prod(axis=0); np.ptp(a); np.quantile(m, [0.3, 0.5], axis=1); np.ravel(m); np.real(a); np.real_if_close(a); np.repeat(a, 2)
np.reshape(a, (2, 2)); np.resize(a, 6); np.roll(a, 1); np.rollaxis(m, 1); np.rot90(m); np.round(a + 0.01, 1); (a + 0.1).round()
np.searchsorted([0.0, 1.0], a); np.select([a < 0, a > 1], [-a, a * a], 0.0); np.setxor1d(a, a); np.shape(a); np.sinc(a)
np.size(a); np.sort(a); np.split(a, 2); np.squeeze(a[:1]); np.stack([a, a]); np.stack([a[0], 1.0]); np.std(m, axis=0)
np.sum(m); np.sum(m, axis=(0, 1), keepdims=True); np.sum(m, where=[True, False]); np.sum(a, dtype=float); np.sum(a[0])
np.swapaxes(m, 0, 1); np.take(a, [1, 1]); np.take_along_axis(a, np.array([1, 0]), 0); np.tensordot(m, m); np.tile(a, 2)
np.trace(m); m.trace(); np.transpose(m); np.tril(m); np.triu(m); np.trim_zeros(a); np.union1d(a, a); np.unique(a)
np.unwrap(a * 4); np.vander(a); np.var(a); m.var(axis=0, ddof=1); np.vdot(a, a); np.vsplit(m, 2); np.vstack([a, a])
np.where(a > 0, a, -2 * a); np.where(a > 0); np.where(True, a[0], 1.0); np.zeros_like(a); np.linalg.norm(a)
np.zeros_like(a[0]); np.ones_like(a[0]); np.full_like(a[0], a[1]); np.polyval([1.0, 2.0, 3.0], a[0]); np.polyval(a, a[0])
np.linalg.norm(a, 1); np.linalg.norm(a, np.inf); np.linalg.norm(m, axis=1); np.linalg.norm(m); np.linalg.matrix_power(m, 3)
np.linalg.multi_dot([m, m, m]); a @ a; m @ m; m @ [1.0, 2.0]; np.ones((3, 1, 2)) @ m; np.eye(2) @ m; a[:2] @ m
np.add.outer(a, m); np.multiply.accumulate(a); np.maximum.accumulate(m, axis=1); np.subtract.reduce(a)
np.add.reduceat(a, [0, 2]); np.maximum.reduce(m, axis=None); np.logaddexp.reduce(a); np.hypot.reduce(m, axis=-1)
np.add.reduce(a, initial=a[1]); np.multiply.reduce(m, axis=1, keepdims=True, where=[[True, False], [True, True]])
np.logical_or.reduce(a); np.divmod(a, 0.3); a % 0.3; a // 0.3; a[0] % np.array([0.3, 0.4]); np.array([0.3, 0.4]) % a[0]
a[0] // np.array([0.3, 0.4]); divmod(a[0], np.array([0.3, 0.4])); 2.0**a; a**2; -a; abs(a); sum(a); a[a > 0]; m.T
(a > 0) & (a < 1); ~(a > 0); a.any(); a.all(); a.argmax(); a == a[1]; a[0] < a; np.poly1d([1.0, 2.0])(a); a.tolist()
changed(a, np.fill_diagonal, a.reshape(2, 2), a[3]); changed(a, np.put, a, [0], a[3]); changed(a, np.add.at, a, [0, 0], a[1])
changed(a, np.putmask, a, [True, False, True, False], a[3]); changed(a, np.place, a, [True, False, True, False], [a[3]])
changed(a, np.copyto, a, a[3]); changed(a, np.put_along_axis, a, np.array([0]), a[3], 0)
changed(a, a.__setitem__, slice(0, 2), 3.0); changed(a, a.__setitem__, 0, 3); changed(a, a.__setitem__, 0, a[1])
changed(a, a.__iadd__, a[1]); changed(a, np.exp, a, a); changed(a, np.multiply, a, a[1], a)
"""
NEWER = """
np.concat([a, a]); np.cumulative_prod(a); np.cumulative_sum(a); np.matrix_transpose(m); np.permute_dims(m); np.unstack(m)
np.trapezoid(a, a * 2); np.vecdot(m, m); np.matvec(m, a[:2]); np.vecmat(a[:2], m); np.linalg.vector_norm(a)
np.linalg.matrix_norm(m); np.linalg.trace(m); np.unique_values(a); np.unique_counts(a); np.unique_inverse(a); np.unique_all(a)
"""
OLDER = """
np.alltrue(a); np.sometrue(a); np.cumproduct(a); np.product(a); np.round_(a + 0.01, 1); np.row_stack([a, a]); np.in1d(a, a)
np.msort(a); np.trapz(a, a * 2)
"""
REFUSED = """
np.bincount([0, 1, 1, 0], weights=a); np.common_type(a); np.corrcoef(m); np.cov(m); np.gradient(a); np.i0(a)
np.interp(a, [0.0, 1.0], [0.0, 1.0]); np.polydiv(a, [1.0, 2.0]); np.polyfit([1.0, 2.0, 3.0, 4.0], a, 1); np.roots(a)
np.sort_complex(a); np.copyto(np.zeros(4), a); np.linalg.norm(a, 3)
np.linalg.norm(m, "nuc"); np.linalg.det(m); np.linalg.inv(m); np.linalg.solve(m, [1.0, 2.0]); np.linalg.eigvals(m)
np.linalg.cholesky(m); np.linalg.svd(m); np.linalg.slogdet(m); np.linalg.lstsq(m, [1.0, 2.0], rcond=None); np.fft.fft(a)
np.savetxt("/dev/null", a)
"""
OF_NO_NUMBERS = """
array2string array_repr array_str asfarray astype busday_count busday_offset can_cast datetime_as_string diag_indices_from
einsum_path empty_like is_busday ix_ may_share_memory min_scalar_type packbits ravel_multi_index result_type save savez
savez_compressed setdiff1d shares_memory tril_indices_from triu_indices_from unpackbits unravel_index
"""  # but of shapes, types, indices, bits, dates, text and files


def changed(a, f, *args):
    """Return an array, which is not the given one, after a function has put something into it."""
    own = a.copy()
    f = getattr(own, f.__name__) if getattr(f, "__self__", None) is a else f
    where = args[0].base if getattr(args[0], "base", None) is a else args[0]
    first = own.reshape(np.shape(args[0])) if isinstance(args[0], np.ndarray) and where is a else args[0]
    result = f(first, *[own if isinstance(x, np.ndarray) and x is a else x for x in args[1:]])
    return own if result is None else result


def listed(text):
    return [expression for line in text.split("\n") for expression in line.split("; ") if expression]


def there(text):
    """Return those expressions whose function this NumPy has."""
    return [x for x in listed(text) if hasattr(np.linalg if "linalg" in x else np, re.search(r"(\w+)\(", x)[1])]


def computed(expression, numbers):
    a = np.array(numbers) if type(numbers[0]) is float else array(numbers)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # NumPy's, of its own functions
        return eval(expression, {"np": np, "changed": changed, "a": a, "m": a.reshape(2, 2)})


@pytest.mark.parametrize("expression", [*listed(TAKEN), *there(NEWER), *there(OLDER)])
def test_a_function_has_its_numbers_and_the_gradients_that_differences_have(expression):
    xs = [*map(Value, P)]
    found, expected = computed(expression, xs), computed(expression, P)
    numbers = flat(found)
    assert data(numbers) == pytest.approx(data(expected), rel=1e-13)
    for part in found if isinstance(found, (list, tuple)) else [found]:
        assert isinstance(part, Array) or not isinstance(part, np.ndarray) or part.dtype != object
    assert not any(isinstance(x, (float, np.ndarray)) for x in numbers)
    weights = [i + 1.0 if isinstance(x, Value) else 0.0 for i, x in enumerate(numbers)]
    Value.backward(sum([w * x for w, x in zip(weights, numbers, strict=True) if w], Value(0.0)))
    for i, x in enumerate(xs):
        sides = [np.dot(weights, data(computed(expression, [*P[:i], P[i] + h, *P[i + 1 :]]))) for h in (1e-5, -1e-5)]
        assert x.grad == pytest.approx((sides[0] - sides[1]) / 2e-5, rel=1e-7, abs=1e-6)


UNLIKE = {"np.argsort(a)", "np.argpartition(a, 2)", "np.sinc(a)"}  # equal ones in any order; 0 far out, and at whole numbers


@pytest.mark.parametrize(
    "numbers",
    [[math.nan, 2.0, -1.0, 0.5], [0.5, -1.0, math.nan, 0.5], [math.inf, -math.inf, 1.0, 1.0], [0.0, -0.0, 0.0, 0.0]],
    ids=str,
)
def test_numbers_at_the_edge_give_what_floats_give_or_nan_is_refused(numbers):
    for expression in {*listed(TAKEN), *there(NEWER), *there(OLDER)} - UNLIKE:
        (expected, _), (found, _) = told(computed, expression, numbers), told(computed, expression, [*map(Value, numbers)])
        if isinstance(found, type):
            assert found is expected or any(map(math.isnan, numbers)), expression
            continue
        pairs = zip(data(found), data(expected), strict=True)
        assert all(close(x, y) or abs(x - y) < 1e-13 for x, y in pairs), expression


def test_what_is_put_in_place_of_nan_has_no_part_in_the_gradient():
    x = array([math.nan, 2.0, math.inf, -math.inf])
    y = np.nan_to_num(x, nan=3.0, posinf=7.0)
    assert data(y) == [3.0, 2.0, 7.0, -1.7976931348623157e308]
    np.sum(y[:3] ** 2 / 2).backward()
    assert [item.grad for item in x] == [0.0, 2.0, 0.0, 0.0]
    with pytest.raises(TypeError, match="leave out copy=False"):
        np.nan_to_num(x, copy=False)


@pytest.mark.parametrize("f", [np.sort, np.median, np.argmax, np.unique, Array.sort, lambda x: np.searchsorted([0.0], x)])
def test_nan_has_no_place_in_an_order_of_values(f):
    with pytest.raises(
        ValueError, match=r"of Values has no place in their order for nan: leave it out, as in x\[~np\.isnan\(x\)\]"
    ):
        f(array([0.5, math.nan]))


@pytest.mark.parametrize("expression", listed(REFUSED))
def test_a_function_that_needs_plain_floats_is_refused_by_name(expression):
    name = re.search(r"(\w+)\(", expression)[1]
    with pytest.raises(TypeError, match=f"^np.{name} did not take these Values: .* or take the data where you want a constant"):
        computed(expression, [*map(Value, P)])


def test_every_function_of_numpys_is_tried_or_refused():
    names = {name for name in dir(np) if hasattr(getattr(np, name), "_implementation")}
    tried = {name for text in (TAKEN, NEWER, OLDER, REFUSED) for name in re.findall(r"np\.(\w+)", text)}
    assert names - tried - {*OF_NO_NUMBERS.split()} == set()


def test_what_has_one_node_in_the_table_is_one_node(a):
    assert [f(a).op for f in (np.sum, np.prod, np.max, np.min)] == [p.total, p.product, p.amax, p.amin]
    assert np.logaddexp.reduce(a).op is p.log_sum_exp
    assert [x.op for x in (a @ a, np.dot(a, np.ones(4)), *(np.eye(4) @ a))] == [p.weighted_sum] * 6
    assert np.max(array([Value(1.0), Value(1.0), Value(0.0)])).partials == (0.5, 0.5, 0.0)


def test_sums_of_nothing_are_numpys():
    assert [np.sum(array([])).data, np.prod(array([])).data, (array([]) @ array([])).data] == [0.0, 1.0, 0.0]
    with pytest.raises(ValueError, match="zero-size array to reduction operation maximum"):
        np.max(array([]))


# --- options of ufuncs ---


def test_results_are_put_where_they_are_wanted(a, v):
    place = array([0.0] * 4)
    assert np.add(a, v, out=place) is place
    assert data(place) == [1.0, -0.75, 2.5, 1.25]
    np.log(a, out=place, where=a > 0)
    assert data(place) == [math.log(0.5), -0.75, math.log(2.0), math.log(0.75)]
    np.sum(place).backward()
    assert [x.grad for x in a] == [2.0, 1.0, 0.5, 1.0 / 0.75]
    answers = np.empty(4, dtype=bool)
    assert np.less(a, v, out=answers) is answers
    assert answers.tolist() == [False, True, False, False]


@pytest.mark.parametrize(
    ("f", "message"),
    [
        (lambda v: np.add(v, 1.0, dtype=np.float32), "np.add of Values .* leave out dtype=<class 'numpy.float32'>"),
        (lambda v: np.add(v, 1.0, out=np.zeros(1)), r"out= would put Values into an array of float64: .*autograd\.array\("),
        (lambda v: np.zeros(1).__iadd__(v), r"out= would put Values into an array of float64"),
        (lambda v: np.add.at(np.zeros(1), [0], v), r"np.add.at would put Values into an array of float64"),
        (lambda v: np.log(v, where=False), r"np.log of Values takes where= with out= alone: write np.where\(mask, np.log\("),
        (lambda v: np.add(v, 1.0, signature="dd->d"), "np.add of Values takes no signature=: leave it out"),
        (lambda v: np.add(np.ma.array([1.0], mask=[True]), v), "an array with a mask does not mix with Values"),
        (lambda v: v * np.array([1j]), "unsupported operand"),
        (lambda v: np.add(array([v]), None), "unsupported operand"),
        (lambda v: array([[v], [1.0, 2.0]]), "array takes Values and real numbers, in lists of equal length or arrays"),
        (lambda v: array(["a"]), "array takes Values and real numbers, .* but got str 'a'"),
        (lambda v: np.array([v, 1.0]).astype(float), r"autograd\.array\(\[v, 1\.0\]\) for an array"),
        (lambda v: np.zeros(2).__setitem__(0, v), r"autograd\.array\(\[v, 1\.0\]\) for an array"),
    ],
)  # fmt: skip
def test_what_cannot_be_done_is_refused_with_what_to_do(v, f, message):
    with pytest.raises(TypeError, match=message):
        f(v)


def test_one_without_axes_is_refused_or_reduced_as_on_floats(v):
    with pytest.raises(ValueError, match="does not have enough dimensions"):
        np.matmul(v, v)
    assert (np.add.reduce(v), np.add.reduce(v, where=False), np.sum(array([v, v]), axis=np.int64(0))) == (0.5, 0.0, 1.0)


def test_what_is_no_number_is_unequal(a):
    assert ((a == None).tolist(), (a != "x").tolist()) == ([False] * 4, [True] * 4)  # noqa: E711  # as arrays are asked


def test_another_packages_array_may_do_it_its_own_way(v):
    class Other:
        def __array_ufunc__(self, ufunc, method, *inputs, **options):
            return "done"

    assert np.add(v, Other()) == np.add(array([v]), Other()) == "done"


# --- arrays ---


def test_an_array_holds_values_which_a_plain_number_becomes(v):
    found = array([[v, 1], [np.float32(2.0), True]])
    assert found[0, 0] is v
    assert [type(x) for x in found.flat] == [Value] * 4
    assert data(found) == [0.5, 1.0, 2.0, 1.0]
    assert (array(v).shape, array(found).shape, array([]).shape) == ((), (2, 2), (0,))


def test_views_are_arrays_of_values_and_items_are_values(a):
    assert [type(x) for x in (a[1:], a[a > 0], a.T, a.reshape(2, 2), a[[0, 1]], np.array(a, subok=True))] == [Array] * 6
    assert [type(x) for x in (a[0], *a, a.sum(), a[:1].item(), a @ a, np.squeeze(a[:1]))] == [Value] * 9


def test_a_plain_array_of_objects_beside_them_becomes_one(v):
    assert [*map(type, np.add(np.array([v, 1.0], dtype=object), v))] == [Value, Value]
    assert type(np.array([v, 1.0]) * v) is Array


def test_an_array_prints_its_values(a):
    assert repr(a[:2]) == "Array([Value(data=0.5, grad=0), Value(data=-1.25, grad=0)], dtype=object)"


@pytest.mark.parametrize("again", [copy.deepcopy, lambda x: pickle.loads(pickle.dumps(x))])
def test_an_array_is_copied_and_pickled_with_its_graph(again, a):
    twin = again(a)
    np.sum(twin * twin).backward()
    assert (type(twin), [x.grad for x in twin]) == (Array, [1.0, -2.5, 4.0, 1.5])
    assert [x.grad for x in a] == [0, 0, 0, 0]


@pytest.mark.parametrize(
    "ask", [
        lambda a, v: a > v, lambda a, v: v < a, lambda a, v: np.greater(a, v), lambda a, v: np.array([*a]) > v,
        lambda a, v: v < np.array([*a]),
    ],
)  # fmt: skip
def test_a_comparison_of_arrays_is_a_question_about_each_value(ask, a, v):
    answers = ask(a, v)
    assert (type(answers), answers.dtype, answers.tolist()) == (np.ndarray, bool, [False, False, True, True])
    y = a[3] * 1.0
    v.data = 1.0
    with pytest.raises(RuntimeError, match=r"v was True when this was recorded, and is False now"):
        (y * v).recompute()


@pytest.mark.parametrize("ask", [np.isnan, np.isfinite, np.isinf, np.signbit, np.logical_not])
def test_a_question_of_numpys_is_kept_as_well(ask):
    x = Value(1.0)
    y = x * (2.0 if ask(x) else 3.0)
    x.data = math.nan if ask is np.isnan else 0.0 if ask is np.logical_not else -math.inf
    with pytest.raises(RuntimeError, match="another branch may be taken"):
        y.recompute()


# --- derivatives of functions ---


def test_functions_get_arrays_that_numpy_works_on_and_derivatives_are_plain():
    kinds = []

    def f(x, y):
        kinds.append(type(x))
        return np.append(np.cumsum(x), np.clip(y, 0.0, 1.0))

    slopes = jacobian(f)(np.array([1.0, 2.0]), 3.0)
    assert (kinds, type(slopes), slopes.dtype) == ([Array], np.ndarray, float)
    assert slopes.tolist() == [[1.0, 0.0], [1.0, 1.0], [0.0, 0.0]]


def test_forward_passes_and_series_go_through_numpys_functions():
    def f(x):
        return np.sum(np.where(np.isfinite(x) & (x > 0), np.logaddexp2(x, 0.0), np.square(x))) + np.dot(x, x)

    point, direction = np.array([1.0, -2.0]), np.array([1.0, 0.5])
    slope = 2.0 / 3.0 - 4.0 * 0.5 + 2.0 - 4.0 * 0.5
    bend = math.log(2.0) * 2.0 / 9.0 + 2.0 * 0.25 + 2.0 + 2.0 * 0.25
    assert jvp(f, (point,), (direction,))[1] == pytest.approx(slope, rel=1e-14)
    assert taylor(f, point, direction, 2)[1:] == pytest.approx([slope, bend / 2.0], rel=1e-14)
    assert direction @ hessian(f)(point) @ direction == pytest.approx(bend, rel=1e-14)
