"""Functions of several pieces: their values are Python's or NumPy's, their slopes those of the piece that is chosen."""

from __future__ import annotations

import math
import operator

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from mpmath import mp, mpf

import autograd
from autograd import (
    Value,
    ceil,
    clip,
    copysign,
    floor,
    floor_divide,
    fmod,
    grad,
    hessian,
    jvp,
    log,
    logaddexp,
    remainder,
    rint,
    sinc,
    sqrt,
    taylor,
    trunc,
    value_and_grad,
    where,
    xlogy,
)
from autograd.engine import floats

INF, NAN = math.inf, math.nan
NUMBERS = [-INF, -1e300, -7.5, -2.5, -2.0, -1.5, -0.5, -0.0, 0.0, 0.3, 0.5, 1.0, 1.5, 2.5, 3.0, 1e16 + 2, INF, NAN]


def same(x, y):
    return repr(float(x)) == repr(float(y))


@pytest.mark.parametrize("x", NUMBERS)
@pytest.mark.parametrize("name", ["floor", "ceil", "trunc", "rint"])
def test_whole_numbers_are_numpys_and_flat(name, x):
    ours = getattr(autograd, name)
    assert same(ours(x), getattr(np, name)(x))
    v = Value(x)
    y = getattr(v, name)()
    y.backward()
    assert same(y.data, ours(x))
    assert v.grad == 0.0


@pytest.mark.parametrize("x", [number for number in NUMBERS if math.isfinite(number)])
def test_python_words_for_whole_numbers_are_recorded(x):
    v = Value(x)
    assert [y.op.name for y in (math.floor(v), math.ceil(v), math.trunc(v), round(v), round(v, 1))] == [
        "floor", "ceil", "trunc", "rint", "round",
    ]  # fmt: skip
    assert [math.floor(v).data, math.ceil(v).data, math.trunc(v).data] == [math.floor(x), math.ceil(x), math.trunc(x)]
    assert (round(v).data, round(v, 1).data, round(v, -1).data) == (round(x), round(x, 1), round(x, -1))
    assert (autograd.round(x), autograd.round(v).data) == (round(x), round(x))


@pytest.mark.parametrize("y", [number for number in NUMBERS if number])
@pytest.mark.parametrize("x", NUMBERS)
def test_remainders_and_quotients_have_pythons_and_cs_signs(x, y):
    assert same((Value(x) % y).data, x % y)
    assert same((x % Value(y)).data, x % y)
    assert same((Value(x) // Value(y)).data, x // y)
    assert [a.data for a in divmod(Value(x), y)] == pytest.approx([*divmod(x, y)], nan_ok=True)
    assert [a.data for a in divmod(x, Value(y))] == pytest.approx([*divmod(x, y)], nan_ok=True)
    with np.errstate(invalid="ignore"):
        assert same(fmod(x, y), np.fmod(x, y))


@pytest.mark.parametrize("by", [remainder, floor_divide, fmod, operator.mod, operator.floordiv])
def test_a_divisor_of_0_is_refused_by_name(by):
    with pytest.raises(
        ValueError if by is fmod else ZeroDivisionError,
        match=r"\(x, b\) has no value at x = 7\.0 and b = 0\.0: it needs b != 0",
    ):
        by(Value(7.0, label="x"), Value(0.0, label="b"))


@pytest.mark.parametrize("point", [(7.3, 2.0), (-7.3, 2.0), (7.3, -2.0), (-7.3, -2.0), (0.4, 3.0)])
@pytest.mark.parametrize("f", [remainder, fmod, lambda x, y: floor_divide(x, y) * y + remainder(x, y)])
def test_slopes_of_remainders_are_those_of_differences(f, point):
    h = 1e-9
    for i in range(2):
        moved = [tuple(x + sign * h * (k == i) for k, x in enumerate(point)) for sign in (1, -1)]
        assert grad(f, i)(*point) == pytest.approx((f(*moved[0]) - f(*moved[1])) / (2 * h), rel=1e-5, abs=1e-5)


@given(*[st.floats(-10.0, 10.0)] * 3)
def test_clip_is_numpys_and_shares_its_slope_at_a_bound_as_max_and_min(x, low, high):
    def by_two(x, low, high):
        return autograd.minimum(autograd.maximum(x, low), high)

    places = (0, 1, 2)
    assert clip(x, low, high) == np.clip(x, low, high)
    assert value_and_grad(clip, places)(x, low, high) == value_and_grad(by_two, places)(x, low, high)
    assert value_and_grad(clip, places)(x, x, abs(x) + 1.0) == (x, (0.5, 0.5, 0.0))
    assert Value(x).clip(low, high).data == clip(x, low, high)


@pytest.mark.parametrize("y", [2.0, -2.0, 0.0, -0.0])
@pytest.mark.parametrize("x", [3.0, -3.0, 0.0])
def test_copysign_is_maths(x, y):
    assert same(copysign(x, y), math.copysign(x, y))
    slope = math.copysign(1.0, y) * (x > 0.0) - math.copysign(1.0, y) * (x < 0.0)
    assert grad(copysign, (0, 1))(x, y) == (slope, 0.0)


@pytest.mark.parametrize("condition", [True, False, 0.3, 0.0, NAN])
def test_where_takes_a_bool_or_a_number(condition):
    slopes = (1.0, 0.0) if condition else (0.0, 1.0)
    for asked in (condition, Value(condition), np.bool_(condition)):
        assert grad(lambda x, y, c=asked: where(c, x, y), (0, 1))(3.0, 5.0) == slopes
        assert where(asked, Value(3.0), 5.0).op.name == "where"


def test_the_branch_that_where_does_not_take_may_have_any_slope():
    def f(x):
        return where(x > 0.0, sqrt(x), x * 2.0)

    assert value_and_grad(f)(0.0) == (0.0, 2.0)
    assert jvp(f, (0.0,), (1.0,)) == (0.0, 2.0)
    assert taylor(f, 0.0, 1.0, 2) == [0.0, 2.0, 0.0]
    assert grad(lambda x: clip(sqrt(x), 1.0, 2.0))(0.0) == 0.0
    for whole in (floor, autograd.ceil, autograd.trunc, autograd.rint):
        assert grad(lambda x, whole=whole: whole(sqrt(x) + 0.25))(0.0) == 0.0
    assert grad(lambda x: autograd.trunc(sqrt(x)))(0.0) == 0.0


@given(st.floats(-800.0, 800.0), st.floats(-800.0, 800.0))
@mp.workdps(60)
def test_logaddexp_is_the_logarithm_of_the_sum(x, y):
    exact = mp.log(mp.exp(mpf(x)) + mp.exp(mpf(y)))
    slopes = [float(1 / (1 + mp.exp(mpf(b) - mpf(a)))) for a, b in ((x, y), (y, x))]
    assert abs(logaddexp(x, y) - exact) <= 4e-16 * (abs(exact) + 1)
    assert grad(logaddexp, (0, 1))(x, y) == pytest.approx(tuple(slopes), rel=1e-15, abs=1e-300)


@pytest.mark.parametrize(("x", "y"), [(INF, INF), (-INF, -INF), (INF, 3.0), (3.0, -INF)])
def test_logaddexp_of_infinities_is_numpys(x, y):
    assert logaddexp(x, y) == np.logaddexp(x, y)
    assert sum(grad(logaddexp, (0, 1))(x, y)) == 1.0


@pytest.mark.parametrize("n", [0, 1, 2, 3, 6])
@given(st.floats(-40.0, 40.0) | st.integers(-20, 20).map(float) | st.floats(-20.0, 20.0).map(round).map(lambda x: x + 1e-9))
@mp.workdps(300)
def test_sinc_and_its_slopes_keep_their_digits(n, x):
    u = mp.pi * mpf(x)
    if abs(u) < 1e-9:
        expected, size = 1 / mp.fac2(2 * n + 1), mpf(1)
    else:
        j = [mp.cospi(mpf(x)) / u, mp.sinpi(mpf(x)) / u]
        for k in range(n):
            j.append((2 * k + 1) / u * j[-1] - j[-2])
        expected = j[-1] / u**n
        size = abs(expected) + (abs((2 * n - 1) * j[-2] / u ** (n + 1)) + abs(j[-3] / u**n) if n and abs(u) > max(1, n) else 0)
    assert abs(floats.sinc_derivative(x, float(n)) - expected) <= (2 + 4 * n) * 2.3e-16 * size


def test_sinc_at_0_is_1_and_as_curved_as_its_series():
    assert value_and_grad(sinc)(0.0) == (1.0, 0.0)
    assert grad(grad(sinc))(0.0) == pytest.approx(-(math.pi**2) / 3, rel=1e-15)
    assert sinc(INF) == 0.0
    assert sinc(0.3) == pytest.approx(np.sinc(0.3), rel=1e-15)


def test_xlogy_of_0_is_0_whatever_the_other():
    assert (xlogy(0.0, 0.0), xlogy(0.0, 5.0), xlogy(2.0, math.e)) == (0.0, 0.0, 2.0)
    assert grad(xlogy, (0, 1))(0.0, 0.0) == (-INF, 0.0)
    assert grad(xlogy, (0, 1))(2.0, 4.0) == (math.log(4.0), 0.5)
    assert hessian(lambda v: xlogy(v[0], v[1]))([2.0, 4.0]) == [[0.0, 0.25], [0.25, -0.125]]
    assert grad(lambda p: -xlogy(p, p))(0.5) == -(log(0.5) + 1.0)
    with pytest.raises(ValueError, match=r"it needs q > 0, or p = 0"):
        xlogy(Value(1.0, label="p"), Value(0.0, label="q"))


@pytest.mark.parametrize("f", [floor, ceil, rint, trunc, lambda x: x // 1.0, round])
def test_a_jump_has_no_series(f):
    at = 2.5 if f in (rint, round) else 2.0
    with pytest.raises(ValueError, match="has no finite Taylor coefficient of order 1"):
        taylor(f, at, 1.0, 1)
    assert taylor(f, at + 0.1, 1.0, 2)[1:] == [0.0, 0.0]
