"""Taylor coefficients of every order, held to mpmath, known series and exact fractions."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest
from mpmath import mp, mpf
from oracles import ORACLES, flat, shaped

import autograd.engine.primitives as p
from autograd import Value, cos, exp, grad, gradients, jvp, log, maximum, no_grad, primitive, sigmoid, sin, sqrt, tanh, taylor
from autograd.engine.primitives import TABLE

POINTS = [
    (name, point)
    for name, oracle in ORACLES.items()
    for point in oracle.points
    if oracle.inside(*point) and name != "largest_of"  # which is taken for a constant
]


@pytest.mark.parametrize(("name", "point"), POINTS, ids=[f"{name} at {point}" for name, point in POINTS])
def test_the_coefficients_of_any_row_are_exact(name, point):
    numbers = flat(point)
    rates = [(-1.0) ** i / (i + 1) for i in range(len(numbers))]

    def exact(t):
        return ORACLES[name].exact(*shaped([mpf(x) + t * mpf(d) for x, d in zip(numbers, rates, strict=True)], point))

    expected = [float(mp.re(c)) for c in mp.taylor(exact, 0, 10)]
    found = taylor(lambda v: TABLE[name](*shaped(v, point)), numbers, rates, 10)
    assert found == pytest.approx(expected, rel=1e-12, abs=1e-15 * max(map(abs, expected)))


def test_a_function_of_functions_has_its_coefficients_to_order_40():
    def f(x, m):
        return m.tanh(m.sin(x) * m.exp(-x * x)) + m.log(1 + x**2) / m.sqrt(2 + m.cos(x)) + (1 + x * x) ** x

    class Functions:
        tanh, sin, exp, log, sqrt, cos = tanh, sin, exp, log, sqrt, cos

    with mp.workdps(150):
        expected = [float(c) for c in mp.taylor(lambda x: f(x, mp), mpf(0.75), 40)]
    assert taylor(lambda x: f(x, Functions), 0.75, 1.0, 40) == pytest.approx(expected, rel=1e-10)


@pytest.mark.parametrize("f", [tanh, sin, sqrt, sigmoid, lambda x: (1.0 + x) ** x])
def test_order_100_does_not_exhaust_the_stack(f):
    found = taylor(f, 0.5, 1.0, 100)
    assert (len(found), all(map(math.isfinite, found))) == (101, True)


def test_a_polynomial_ends():
    coefficients = taylor(lambda x: x**5 - 3 * x**4 + x, 1.25, 1.0, 8)
    x = Fraction(5, 4)
    exact = [x**5 - 3 * x**4 + x, 5 * x**4 - 12 * x**3 + 1, 10 * x**3 - 18 * x**2, 10 * x**2 - 12 * x, 5 * x - 3, 1, 0, 0, 0]
    assert coefficients == pytest.approx([float(c) for c in exact], rel=1e-14)
    assert coefficients[6:] == [0.0, 0.0, 0.0]


def test_a_power_at_zero_is_that_power():
    assert taylor(lambda x: x**3, 0.0, 2.0, 4) == [0.0, 0.0, 0.0, 8.0, 0.0]


def test_order_zero_is_the_value():
    assert taylor(abs, 0.0, 1.0, 0) == [0.0]


def test_order_one_is_value_and_slope_in_the_direction():
    point, direction = [0.3, -0.7], [2.0, 5.0]

    def f(v):
        return sin(v[0] * v[1]) / exp(v[1])

    assert tuple(taylor(f, point, direction, 1)) == pytest.approx(jvp(f, (point,), (direction,)), rel=1e-15)


def test_the_function_is_called_once():
    calls = []
    taylor(lambda x: calls.append(1) or sin(x), 0.5, 1.0, 10)
    assert len(calls) == 1


def test_a_chain_of_many_operations_needs_no_deep_stack():
    def f(x):
        for _ in range(5_000):
            x = x + 1.0
        return x * x

    assert taylor(f, 0.0, 1.0, 3) == [25_000_000.0, 10_000.0, 1.0, 0.0]


# --- structures ---


@pytest.mark.parametrize(
    ("f", "point", "direction", "expected"),
    [
        (lambda v: v[0] * v[1], [2.0, 3.0], [1.0, -1.0], [6.0, 1.0, -1.0]),
        (lambda d: d["x"] * d["y"][0], {"x": 2.0, "y": (3.0,)}, {"x": 1.0, "y": (-1.0,)}, [6.0, 1.0, -1.0]),
        (lambda x: [x * x, {"half": x / 2}], 3.0, 1.0, [[9.0, {"half": 1.5}], [6.0, {"half": 0.5}], [1.0, {"half": 0.0}]]),
        (lambda x: (x, 7.0), 3.0, 1.0, [(3.0, 7.0), (1.0, 0.0), (0.0, 0.0)]),
    ],
)
def test_arguments_and_results_may_be_structures(f, point, direction, expected):
    assert taylor(f, point, direction, 2) == expected


def test_arrays_give_arrays():
    found = taylor(lambda a: np.exp(a) * 2.0, np.array([0.0, 0.0]), np.array([1.0, 2.0]), 2)
    assert [c.tolist() for c in found] == [[2.0, 2.0], [2.0, 4.0], [1.0, 4.0]]


def test_methods_and_comparisons_work():
    assert taylor(lambda x: x.exp() if x > 0.0 else -x, 1.0, 1.0, 1) == [math.e, math.e]


def test_a_component_that_stands_still_is_a_constant():
    assert taylor(lambda v: v[0] * sqrt(v[1]), [3.0, 0.0], [1.0, 0.0], 2) == [0.0, 0.0, 0.0]


# --- with other derivatives ---


def test_a_gradient_has_a_taylor_series():
    assert taylor(grad(lambda x: x**5), 1.0, 1.0, 4) == [5.0, 20.0, 30.0, 20.0, 5.0]


@pytest.mark.parametrize("derivative", [grad, lambda f: lambda x: jvp(f, (x,), (1.0,))[1]], ids=["reverse", "forward"])
def test_a_coefficient_has_a_derivative(derivative):
    found = derivative(lambda x: taylor(lambda t: tanh(t * x), x, 1.0, 3)[3])(0.4)
    exact = mp.diff(lambda x: mp.taylor(lambda t: mp.tanh(t * x), x, 3)[3], mpf(0.4), h=mpf(10) ** -15)
    assert found == pytest.approx(float(exact), rel=1e-12)


def test_a_series_of_series_tells_them_apart():
    found = taylor(lambda x: x * taylor(lambda y: x * y, x, 1.0, 1)[1], 3.0, 1.0, 2)  # x·x
    assert found == [9.0, 6.0, 1.0]


def test_given_a_value_the_coefficients_are_recorded():
    x = Value(0.5)
    third = taylor(sin, x, 1.0, 3)[3]
    assert [third.data, *gradients(third, [x])] == pytest.approx([-math.cos(0.5) / 6, math.sin(0.5) / 6])


def test_what_is_computed_inside_no_grad_is_a_constant():
    def f(x):
        with no_grad():
            y = x * x
        return x * y

    assert taylor(f, 3.0, 1.0, 2) == [27.0, 9.0, 0.0]


@pytest.mark.parametrize("given", [False, True])
def test_operations_of_ones_own_have_series(given):
    def own(x):
        return x * sigmoid(x)

    partials = [lambda z, x: sigmoid(x) + x * sigmoid(x) * sigmoid(-x)]
    row = primitive(partials=partials)(own) if given else primitive(own)
    try:
        expected = mp.taylor(lambda x: x / (1 + mp.exp(-x)), mpf(0.75), 8)
        assert taylor(row, 0.75, 1.0, 8) == pytest.approx([float(c) for c in expected], rel=1e-12)
    finally:
        del TABLE["own"]


# --- where there is no series ---


@pytest.mark.parametrize(
    ("f", "name", "point", "order"),
    [
        (abs, "abs", 0.0, 1),
        (p.relu, "relu", 0.0, 1),
        (p.sign, "sign", 0.0, 1),
        (p.heaviside, "heaviside", 0.0, 1),
        (p.cbrt, "cbrt", 0.0, 1),
        (sqrt, "sqrt", 0.0, 1),
        (lambda x: maximum(x, 1.0), "maximum", 1.0, 1),
        (lambda x: p.hypot(x, 0.0), "hypot", 0.0, 1),
        (p.arcsin, "arcsin", 1.0, 1),
        (p.arccosh, "arccosh", 1.0, 1),
        (lambda x: x**1.5, "power", 0.0, 2),
    ],
)
def test_an_operation_without_a_series_is_named_at_the_first_order_that_is_missing(f, name, point, order):
    taylor(f, point, 1.0, 0)
    with pytest.raises(ValueError, match=rf"^{name} has no finite Taylor coefficient of order {order} at x = {point}"):
        taylor(f, point, 1.0, order + 2)
    with pytest.raises(ValueError, match=f"of order {order} at"):
        taylor(f, point, 1.0, order)


def test_the_larger_of_equals_is_either():
    assert taylor(lambda x: maximum(x, x), 0.5, 1.0, 2) == [0.5, 1.0, 0.0]


def test_outside_a_domain_the_operation_raises_as_ever():
    with pytest.raises(ValueError, match=r"log\(x\) has no value at x = -1\.0"):
        taylor(log, -1.0, 1.0, 2)


@pytest.mark.parametrize("order", [-1, 1.5, "2"])
def test_an_order_that_is_no_count_is_refused(order):
    with pytest.raises(ValueError, match=r"the order of a Taylor series is 0, 1, 2, …, but got"):
        taylor(sin, 0.0, 1.0, order)


def test_a_direction_of_another_size_is_refused():
    with pytest.raises(ValueError, match="the point has 1 numbers, but the direction has 2"):
        taylor(sin, 0.0, [1.0, 2.0], 1)


def test_a_direction_in_a_dict_belongs_to_the_point_of_the_same_key():
    assert taylor(lambda d: 2.0 * d["a"] + d["b"], {"a": 0.0, "b": 0.0}, {"b": 1.0, "a": 0.0}, 1) == [0.0, 1.0]
