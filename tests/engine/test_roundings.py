"""How much an operation rounds: what is exact counts as exact, and what the accuracy table does not hold is bounded, too."""

from __future__ import annotations

import math
import random
from fractions import Fraction

import pytest
from mpmath import mp, mpf

from autograd.engine.primitives import TABLE
from autograd.engine.roundings import rounded

mp.dps = 60


def bound(name, *args):
    return rounded(TABLE[name], TABLE[name].value(*args), args)


@pytest.mark.parametrize("name", ["add", "subtract", "multiply", "divide"])
def test_what_arithmetic_rounds_off_is_known_exactly(name):
    draw = random.Random(name)
    for _ in range(500):
        x, y = (draw.choice((-1, 1)) * 2.0 ** draw.uniform(-60, 60) for _ in range(2))
        a, b = Fraction(x), Fraction(y)
        exact = {"add": a + b, "subtract": a - b, "multiply": a * b, "divide": a / b}[name]
        assert bound(name, x, y) == pytest.approx(float(abs(exact - Fraction(TABLE[name].value(x, y)))), rel=1e-15)


@pytest.mark.parametrize(
    ("name", "args"),
    [
        ("add", (0.5, 0.25)),
        ("multiply", (0.1, 8.0)),
        ("divide", (0.3, 4.0)),
        ("multiply", (0.0, 1e-300)),
        ("power", (3.0, 2.0)),
        ("power", (0.1, 1.0)),
        ("negative", (0.1,)),
        ("maximum", (0.1, 0.2)),
        ("sin", (0.0,)),
        ("log", (1.0,)),
        ("floor_divide", (7.1, 0.3)),
        ("add", (math.inf, 1.0)),
        ("total", ([1.5, -1.5],)),
        ("weighted_sum", ([0.0, 0.0], [0.3, 0.7], 0.0)),
        ("product", ([0.3, 0.0],)),
        ("half_squared_error", ([0.3], [0.3])),
        ("log_sum_exp", ([0.0],)),
        ("remainder", (6.0, 3.0)),
        ("fmod", (0.7, 0.3)),
        ("sinc", (2.0,)),
        ("arctan2", (0.0, 2.0)),
        ("unit", (0.0, 3.0)),
        ("xlogy", (0.0, 2.0)),
        ("xlogy", (2.0, 1.0)),
        ("power_log", (1.0, 2.5)),
        ("power_slope", (0.0, 2.5)),
        ("power_derivative", (0.3, 2.0, 3.0, 0.0)),
    ],
)
def test_what_is_exact_counts_as_exact(name, args):
    assert bound(name, *args) == 0.0


@pytest.mark.parametrize(
    ("name", "args"),
    [
        ("exp", (-800.0,)),
        ("multiply", (1e-200, 1e-200)),
        ("divide", (1e-200, 1e200)),
        ("product", ([1e-200, 1e-200],)),
        ("sigmoid", (-800.0,)),
        ("power", (1e-200, 2.0)),
        ("weighted_sum", ([1e-200], [1e-200], 0.0)),
        ("half_squared_error", ([1e-200], [0.0])),
        ("log_sum_exp", ([0.0, -800.0],)),
    ],
)
def test_what_has_vanished_beneath_the_floats_is_not_exact(name, args):
    assert bound(name, *args) == 5e-324


def test_what_has_overflowed_has_no_bound():
    assert bound("multiply", 1e200, 1e200) == math.inf


# --- rows with tests of their own ---


@pytest.mark.parametrize("name", ["remainder", "fmod", "floor_divide"])
def test_a_remainder_rounds_no_more_than_is_said(name):
    draw = random.Random(name)
    for _ in range(500):
        x, y = (draw.choice((-1, 1)) * 2.0 ** draw.uniform(-60, 60) for _ in range(2))
        a, b = Fraction(x), Fraction(y)
        whole = {"fmod": math.trunc, "remainder": math.floor, "floor_divide": math.floor}[name](a / b)
        exact = Fraction(whole) if name == "floor_divide" else a - whole * b
        assert abs(Fraction(TABLE[name].value(x, y)) - exact) <= bound(name, x, y)


def exact_power_derivative(x, y, k, m):
    coefficients = [mpf(1)]  # of y·(y - 1)···(y - k + 1), about y
    for i in range(int(k)):
        pairs = zip([*coefficients, 0], [0, *coefficients], strict=True)
        coefficients = [(mpf(y) - i) * a + b for a, b in pairs]
    logs = mp.log(abs(mpf(x)))
    whole = sum(math.perm(int(m), j) * a * logs ** (int(m) - j) for j, a in enumerate(coefficients[: int(m) + 1]))
    return whole * mp.power(mpf(x), mpf(y) - int(k))


def exact_sinc_derivative(x, n):
    with mp.workdps(150):
        u = mp.pi * abs(mpf(x))
        return mp.sqrt(mp.pi / (2 * u)) * mp.besselj(int(n) + mpf(1) / 2, u) / u ** int(n)


def drawn_power(draw):
    x, y = 10.0 ** draw.uniform(-3, 3), draw.choice((draw.uniform(-4, 4), 3.0, -2.0, 0.0))
    return x, y, *draw.choices((0.0, 1.0, 2.0), k=2)


def drawn_gap(draw):
    return draw.choice((draw.uniform(-1, 1), 1.0 - 10.0 ** draw.uniform(-15, -1))), draw.choice((-0.5, -1.5, -2.5))


APART = {
    "power_derivative": (exact_power_derivative, drawn_power),
    "gap_power": (lambda x, y: (1 - mpf(x) ** 2) ** mpf(y), drawn_gap),
    "sinc_derivative": (exact_sinc_derivative, lambda draw: (10.0 ** draw.uniform(-4, 2.5), float(draw.randint(0, 4)))),
}


@pytest.mark.parametrize("name", APART)
def test_a_helper_rounds_no_more_than_is_said(name):
    exact, drawn = APART[name]
    draw = random.Random(name)
    for _ in range(300):
        args = drawn(draw)
        assert abs(TABLE[name].value(*args) - exact(*args)) <= bound(name, *args)
