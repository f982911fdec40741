"""x**y and its derivatives of any order: against 60 digits inside, and at 0 and ∞ the limits, worked out by hand."""

from __future__ import annotations

import math
import random

import pytest
from mpmath import mp, mpf

from autograd import Value, grad, hessian, jvp, power
from autograd.engine import powers
from autograd.engine.applying import binary

INF, NAN = math.inf, math.nan
mp.dps = 60


def derivative(x, y, k, m):
    """Return a derivative at 60 digits, and the sum of the sizes of its terms, which may cancel."""
    x, y = mpf(x), mpf(y)
    taylor = [mpf(1)]
    for i in range(k):
        taylor = [(y - i) * a + b for a, b in zip([*taylor, mpf(0)], [mpf(0), *taylor], strict=True)]
    logarithm = mp.log(x) if m else mpf(0)
    terms = [mp.binomial(m, j) * mp.factorial(j) * taylor[j] * logarithm ** (m - j) for j in range(min(k, m) + 1)]
    whole = mp.power(x, y - k) if x > 0 else (-1) ** int(y - k) * mp.power(-x, y - k)
    return mp.fsum(terms) * whole, mp.fsum(map(abs, terms)) * abs(whole)


def test_the_oracle_is_what_numerical_differentiation_finds():
    for k, m in [(1, 0), (0, 1), (2, 0), (1, 1), (0, 2), (2, 1)]:
        expected = mp.diff(lambda x, y: mp.power(x, y), (mpf("1.7"), mpf("2.3")), (k, m))
        assert mp.almosteq(derivative("1.7", "2.3", k, m)[0], expected, 1e-20)


@pytest.mark.parametrize(("k", "m"), [(1, 0), (0, 1), (2, 0), (1, 1), (0, 2), (3, 0), (2, 1), (1, 2), (0, 3), (7, 0)])
def test_inside_the_domain_derivatives_lose_nothing_but_what_cancels(k, m):
    draw = random.Random(10 * k + m)
    for n in range(1500):
        x = 10.0 ** draw.uniform(-200.0, 200.0) if n % 2 else draw.uniform(0.01, 30.0)
        y = draw.choice([draw.uniform(-5.0, 5.0), float(draw.randint(-5, 6)), 10.0 ** draw.uniform(-20.0, 3.0)])
        x = -x if y.is_integer() and not m and draw.random() < 0.3 else x
        exact, size = derivative(x, y, k, m)
        if 1e-290 < size < 1e300:
            assert abs(powers.power_derivative(x, y, float(k), float(m)) - exact) <= (2 + k + m) * size * mpf(2) ** -52


@pytest.mark.parametrize(
    ("x", "y", "slope", "by_exponent", "curves"),
    [  # curves: by x twice, by x and y, by y twice
        (0.0, 3.0, 0.0, 0.0, (0.0, 0.0, 0.0)),
        (-0.0, 3.0, 0.0, 0.0, (0.0, 0.0, 0.0)),
        (0.0, 2.0, 0.0, 0.0, (2.0, 0.0, 0.0)),
        (0.0, 1.5, 0.0, 0.0, (INF, 0.0, 0.0)),
        (0.0, 1.0, 1.0, 0.0, (0.0, -INF, 0.0)),
        (0.0, 0.5, INF, 0.0, (-INF, -INF, 0.0)),
        (INF, 0.3, 0.0, INF, (0.0, 0.0, INF)),
        (INF, 1.0, 1.0, INF, (0.0, INF, INF)),
        (INF, 2.0, INF, INF, (2.0, INF, INF)),
        (INF, -1.0, 0.0, 0.0, (0.0, 0.0, 0.0)),
        (-INF, -1.0, 0.0, NAN, (0.0, NAN, NAN)),
        (-INF, 3.0, INF, NAN, (-INF, NAN, NAN)),
        (0.5, INF, 0.0, 0.0, (0.0, 0.0, 0.0)),
        (2.0, INF, INF, INF, (INF, INF, INF)),
        (2.0, -INF, 0.0, 0.0, (0.0, 0.0, 0.0)),
        (-2.0, 3.0, 12.0, NAN, (-12.0, NAN, NAN)),
        (-1e200, 3.0, INF, NAN, (-6e200, NAN, NAN)),
        (-1e200, 4.0, -INF, NAN, (INF, NAN, NAN)),
        (1e200, 2.0, 2e200, INF, (2.0, pytest.approx(9.220340371976183e202), INF)),
    ],
)
def test_at_the_edges_derivatives_are_limits_from_the_right(x, y, slope, by_exponent, curves):
    def same(found, wanted):
        return found == wanted or (wanted != wanted and found != found)

    assert same(powers.power_slope(x, y), slope)
    assert same(powers.power_log(x, y), by_exponent)
    for order, wanted in zip([(2.0, 0.0), (1.0, 1.0), (0.0, 2.0)], curves, strict=True):
        assert same(powers.power_derivative(x, y, *order), wanted), order


@pytest.mark.parametrize(
    ("x", "y", "by_exponent"), [(0.0, 0.0, 0.0), (0.0, -1.0, -INF), (1e-200, -2.0, -INF), (0.0, -0.5, -INF)]
)
def test_by_the_exponent_the_value_stays_1_at_0_and_else_follows_the_logarithm(x, y, by_exponent):
    assert powers.power_log(x, y) == by_exponent


@pytest.mark.parametrize("x", [0.0, -8.0, NAN, INF])
def test_to_the_power_0_every_number_is_1_and_flat(x):
    assert grad(lambda v: v**0.0)(x) == 0.0
    assert powers.power_derivative(x, 0.0, 2.0, 0.0) == 0.0


def test_a_negative_number_has_no_slope_at_a_broken_power():
    assert math.isnan(powers.power_slope(-8.0, 1 / 3))
    assert math.isnan(powers.power_derivative(-8.0, 1 / 3, 2.0, 0.0))


@pytest.mark.parametrize(
    ("point", "expected"),
    [
        ([0.0, 3.0], [[0.0, 0.0], [0.0, 0.0]]),
        ([0.0, 2.0], [[2.0, 0.0], [0.0, 0.0]]),
        ([0.0, 1.0], [[0.0, -INF], [-INF, 0.0]]),
        ([INF, -1.0], [[0.0, 0.0], [0.0, 0.0]]),
    ],
)
def test_hessians_at_the_edges(point, expected):
    assert hessian(lambda v: v[0] ** v[1])(point) == expected


@pytest.mark.parametrize("first", [0, 1])
def test_mixed_derivatives_are_the_same_in_either_order_and_mode(first):
    def f(x, y):
        return x**y

    assert grad(grad(f, first), 1 - first)(0.0, 1.0) == -INF
    assert jvp(grad(f, first), (0.0, 1.0), (float(first), float(1 - first)))[1] == -INF


def test_powers_of_what_they_stand_on():
    assert grad(grad(lambda y: 0.0**y))(2.0) == 0.0
    assert grad(lambda x: x**0.3)(INF) == 0.0
    assert grad(lambda y: INF**y)(-1.0) == 0.0
    assert grad(grad(lambda v: v**v))(1e-160) == pytest.approx(1e160, rel=1e-15)


SPECIAL = [0.0, -0.0, 1.0, -1.0, 2.0, -2.0, 0.5, -0.5, 2.5, 1e5, 1e308, 1e-200, 5e-324, INF, -INF, NAN, 2.0**53, 2.0**54]


def test_the_operator_which_is_written_out_has_the_bits_and_errors_of_the_row():
    def outcome(operation):
        try:
            z = operation()
        except (ArithmeticError, ValueError) as error:
            return type(error), str(error)
        return z.data.hex(), [d.hex() for d in z.partials], z.op, len(z.args)

    draw = random.Random(5)
    for x in [*SPECIAL, *(draw.uniform(-5.0, 5.0) for _ in range(300))]:
        for y in [*SPECIAL, 0, 1, 2, 3, -1, True, 2**53, 2**60, 10**400, draw.uniform(-5.0, 5.0), draw.randrange(-5, 9)]:
            v = Value(x)
            assert outcome(lambda v=v, y=y: v**y) == outcome(lambda v=v, y=y: binary(power, v, y)), (x, y)
