"""Derivatives of functions as functions, held to textbook functions, hand calculation, mpmath and exact fractions."""

from __future__ import annotations

import math
from collections import namedtuple
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from mpmath import mp
from oracles import ORACLES

from autograd import Value, exp, hypot, sin, sqrt, tanh, taylor, weighted_sum
from autograd.engine.primitives import TABLE
from autograd.functional.derivatives import elementwise_grad, grad, hessian, hvp, jacobian, jvp, value_and_grad, vjp

# --- textbook functions: Moré, Garbow and Hillstrom, Testing Unconstrained Optimization Software (1981) ---


def rosenbrock(v):
    return 100.0 * (v[1] - v[0] ** 2) ** 2 + (1.0 - v[0]) ** 2


def beale(v):
    return sum((c - v[0] * (1.0 - v[1] ** i)) ** 2 for i, c in enumerate([1.5, 2.25, 2.625], 1))


def powell(v):
    return (v[0] + 10.0 * v[1]) ** 2 + 5.0 * (v[2] - v[3]) ** 2 + (v[1] - 2.0 * v[2]) ** 4 + 10.0 * (v[0] - v[3]) ** 4


def wood(v):
    valleys = 100.0 * (v[0] ** 2 - v[1]) ** 2 + (v[0] - 1.0) ** 2 + 90.0 * (v[2] ** 2 - v[3]) ** 2 + (v[2] - 1.0) ** 2
    return valleys + 10.1 * ((v[1] - 1.0) ** 2 + (v[3] - 1.0) ** 2) + 19.8 * (v[1] - 1.0) * (v[3] - 1.0)


TEXTBOOK = {
    "rosenbrock": (rosenbrock, [-1.2, 1.0], 24.2, [-215.6, -88.0], [[1330.0, 480.0], [480.0, 200.0]]),
    "beale": (beale, [3.0, 0.5], 0.0, [0.0, 0.0], [[3.15625, -11.4375], [-11.4375, 46.125]]),
    "powell": (
        powell,
        [3.0, -1.0, 0.0, 1.0],
        215.0,
        [306.0, -144.0, -2.0, -310.0],
        [[482.0, 20.0, 0.0, -480.0], [20.0, 212.0, -24.0, 0.0], [0.0, -24.0, 58.0, -10.0], [-480.0, 0.0, -10.0, 490.0]],
    ),
    "wood": (
        wood,
        [-3.0, -1.0, -3.0, -1.0],
        19192.0,
        [-12008.0, -2080.0, -10808.0, -1880.0],
        [[11202.0, 1200.0, 0.0, 0.0], [1200.0, 220.2, 0.0, 19.8], [0.0, 0.0, 10082.0, 1080.0], [0.0, 19.8, 1080.0, 200.2]],
    ),
}
textbook = pytest.mark.parametrize(("f", "point", "value", "gradient", "matrix"), TEXTBOOK.values(), ids=TEXTBOOK)


@textbook
def test_value_and_gradient_are_the_published_ones(f, point, value, gradient, matrix):
    found_value, found = value_and_grad(f)(point)
    assert found_value == pytest.approx(value, rel=1e-15)
    assert found == pytest.approx(gradient, rel=1e-14)


@textbook
def test_the_hessian_is_the_published_one(f, point, value, gradient, matrix):
    found = hessian(f)(point)
    assert np.array(found) == pytest.approx(np.array(matrix), rel=1e-14)


@textbook
def test_a_hessian_times_a_vector_is_that_product(f, point, value, gradient, matrix):
    direction = [1.0, -2.0, 0.5, 3.0][: len(point)]
    assert hvp(f, (point,), (direction,)) == pytest.approx(list(np.array(matrix) @ direction), rel=1e-14, abs=1e-11)


@textbook
def test_a_forward_pass_gives_the_slope_along_its_direction(f, point, value, gradient, matrix):
    direction = [1.0, -2.0, 0.5, 3.0][: len(point)]
    assert jvp(f, (point,), (direction,))[1] == pytest.approx(np.dot(gradient, direction), rel=1e-14)


@given(st.lists(st.floats(-2.0, 2.0), min_size=3, max_size=3))
def test_a_hessian_is_symmetric_to_the_last_bit(point):
    matrix = hessian(lambda v: tanh(v[0] * v[1]) * exp(sin(v[2]) - v[1]))(point)
    assert matrix == [list(row) for row in zip(*matrix, strict=True)]


# --- any order ---


@pytest.mark.parametrize("order", [1, 2, 3, 4, 5])
def test_a_nested_gradient_is_the_derivative_of_that_order(order):
    f = nested = lambda x: tanh(x) * exp(sin(x))
    for _ in range(order):
        nested = grad(nested)
    exact = mp.diff(lambda x: mp.tanh(x) * mp.exp(mp.sin(x)), mp.mpf(0.7), order)
    assert (nested(0.7), f(0.7)) == pytest.approx((float(exact), math.tanh(0.7) * math.exp(math.sin(0.7))), rel=1e-13)


@pytest.mark.parametrize("order", [1, 2, 3, 4])
def test_a_nested_forward_pass_is_the_derivative_of_that_order(order):
    def along(f):
        return lambda x: jvp(f, (x,), (1.0,))[1]

    nested = lambda x: tanh(x) * exp(sin(x))  # noqa: E731
    for _ in range(order):
        nested = along(nested)
    exact = mp.diff(lambda x: mp.tanh(x) * mp.exp(mp.sin(x)), mp.mpf(0.7), order)
    assert nested(0.7) == pytest.approx(float(exact), rel=1e-13)


@pytest.mark.parametrize("name", ORACLES)
def test_a_forward_pass_through_any_row_is_the_sum_of_its_partials(name):
    op, oracle = TABLE[name], ORACLES[name]
    for point in oracle.points:
        if not oracle.inside(*point):
            continue
        slopes = grad(op, tuple(range(len(point))))(*point)
        ones = tuple([1.0] * len(arg) if isinstance(arg, list) else 1.0 for arg in point)
        along = math.fsum(math.fsum(slope) if isinstance(slope, list) else slope for slope in slopes)
        assert jvp(op, point, ones)[1] == pytest.approx(along, rel=1e-14, abs=1e-15)


def test_a_polynomial_has_the_exact_third_derivative():
    x = Fraction(5, 4)
    third = grad(grad(grad(lambda t: t**5 - 3 * t**4 + t)))
    assert third(1.25) == 60 * x**2 - 72 * x


def slope_forward(f):
    return lambda x: jvp(f, (x,), (1.0,))[1]


@pytest.mark.parametrize("outer", [grad, slope_forward])
@pytest.mark.parametrize("inner", [grad, slope_forward])
class TestPerturbationsAreNotConfused:
    def test_when_the_inner_function_adds_the_outer_variable(self, outer, inner):
        assert outer(lambda x: x * inner(lambda y: x + y)(1.0))(3.0) == 1.0

    def test_when_both_are_at_the_same_point(self, outer, inner):
        assert outer(lambda x: x * inner(lambda y: x * y)(x))(3.0) == 6.0

    def test_when_the_inner_slope_depends_on_both(self, outer, inner):
        f = outer(lambda x: inner(lambda y: hypot(x, y) * weighted_sum([x, 2.0], [y, x], y))(x * x))

        def exact(x):
            return mp.diff(lambda y: mp.hypot(x, y) * (x * y + 2 * x + y), x * x)

        assert f(0.8) == pytest.approx(float(mp.diff(exact, mp.mpf(0.8), h=mp.mpf(10) ** -20)), rel=1e-13)

    def test_at_the_edge_of_a_domain_they_take_the_limit(self, outer, inner):
        assert outer(inner(sqrt))(0.0) == -math.inf


def test_a_function_that_ignores_its_argument_has_gradient_zero():
    assert grad(lambda x: 3)(1.0) == 0.0


def test_given_a_value_the_gradient_is_recorded():
    x = Value(2.0)
    slope = grad(lambda t: t**3)(x)
    slope.backward()
    assert (slope.data, x.grad) == (12.0, 12.0)


def test_given_plain_numbers_everything_returned_is_plain():
    value, slopes = value_and_grad(lambda v: v[0] * v[1])([2, 5])
    assert [type(x) for x in (value, *slopes)] == [float] * 3


def test_a_detached_value_counts_as_a_constant_in_both_modes():
    def f(x):
        return x.detach() * x

    assert (grad(f)(3.0), jvp(f, (3.0,), (1.0,))[1]) == (3.0, 3.0)


# --- structures ---


Pair = namedtuple("Pair", "w b")


@pytest.mark.parametrize(
    ("f", "point", "slopes"),
    [
        (lambda v: v[0] * v[1], [2.0, 5.0], [5.0, 2.0]),
        (lambda v: v[0] * v[1], (2.0, 5.0), (5.0, 2.0)),
        (lambda d: d["w"] * d["b"], {"w": 2.0, "b": 5.0}, {"w": 5.0, "b": 2.0}),
        (lambda d: d["w"][0] * d["w"][1][0], {"w": [2.0, (5.0,)]}, {"w": [5.0, (2.0,)]}),
        (lambda p: p.w * p.b, Pair(2.0, 5.0), Pair(5.0, 2.0)),
    ],
)
def test_a_gradient_has_the_structure_of_its_argument(f, point, slopes):
    found = grad(f)(point)
    assert (type(found), found) == (type(slopes), slopes)


def test_the_gradient_by_an_array_is_an_array_of_floats():
    found = grad(lambda a: np.sum(np.exp(a) * a))(np.array([[0.0, 1.0]]))
    assert (found.dtype, found.tolist()) == (float, [[1.0, 2.0 * math.e]])


def test_the_gradient_by_an_array_of_values_is_an_array_of_values():
    xs = np.array([Value(1.0), Value(2.0)])
    found = grad(lambda a: np.sum(a**3))(xs)
    assert [slope.data for slope in found] == [3.0, 12.0]


def test_a_tuple_of_argument_numbers_gives_a_tuple_of_gradients():
    assert grad(lambda x, y, z: x * y * z, (2, 0))(2.0, 3.0, 5.0) == (6.0, 15.0)


def test_a_negative_argument_number_counts_from_the_end():
    assert grad(lambda x, y: x * y * y, -1)(2.0, 3.0) == 12.0


def test_other_arguments_pass_through_untouched():
    assert grad(lambda x, name, *, power: x**power * len(name))(3.0, "ab", power=2) == 12.0


def test_the_jacobian_of_an_array_has_both_shapes():
    point = np.array([[1.0, 2.0, 3.0]])
    found = jacobian(lambda a: np.concatenate([a[0], a[0] ** 2]))(point)
    assert found.tolist() == [[row] for row in [[1, 0, 0], [0, 1, 0], [0, 0, 1], [2, 0, 0], [0, 4, 0], [0, 0, 6]]]


def test_jacobians_and_hessians_of_no_numbers_have_both_shapes():
    none, three = np.zeros(0), np.ones(3)
    assert jacobian(lambda v: v)(none).shape == (0, 0)
    assert jacobian(lambda v: v[:0])(three).shape == (0, 3)
    assert jacobian(lambda v: three)(none).shape == (3, 0)
    assert hessian(np.sum)(none).shape == (0, 0)


def test_the_jacobian_of_a_dict_by_two_arguments_nests_both():
    found = jacobian(lambda x, v: {"sum": x + v[0], "product": x * v[0]}, (0, 1))(2.0, [5.0])
    assert found == {"sum": (1.0, [1.0]), "product": (5.0, [2.0])}


def test_the_hessian_by_an_array_is_a_square_array():
    assert hessian(lambda a: a[0] ** 2 * a[1])(np.array([3.0, 5.0])).tolist() == [[10.0, 6.0], [6.0, 0.0]]


def test_the_hessian_by_two_arguments_has_mixed_derivatives():
    assert hessian(lambda x, y: x**2 * y, (0, 1))(3.0, 5.0) == ((10.0, 6.0), (6.0, 0.0))


def test_a_hessian_times_a_vector_of_two_arguments_is_a_tuple():
    assert hvp(lambda x, y: x**2 * y, (3.0, 5.0), (1.0, 10.0)) == (70.0, 6.0)


def test_the_elementwise_gradient_is_the_slope_at_each_number():
    found = elementwise_grad(elementwise_grad(np.sin))(np.array([0.5, 1.0]))
    assert found.tolist() == [-math.sin(0.5), -math.sin(1.0)]


def test_a_cotangent_is_pulled_back_to_every_argument():
    result, pull = vjp(lambda a, s: a * s, np.array([1.0, 2.0]), 3.0)
    slopes, by_scale = pull(np.array([1.0, 10.0]))
    assert (result.tolist(), slopes.tolist(), by_scale) == ([3.0, 6.0], [3.0, 30.0], 21.0)


def test_pulling_back_inside_a_gradient_can_be_differentiated():
    assert grad(lambda x: vjp(lambda t: t**3, x)[1](x)[0])(2.0) == 36.0  # 3x²·x, by x: 9x²


def test_a_forward_pass_computes_the_function_once_for_any_number_of_results():
    calls = []

    def f(x):
        calls.append(x)
        return [x * k for k in range(100)]

    slopes = jvp(f, (2.0,), (1.0,))[1]
    assert (slopes, len(calls)) == ([float(k) for k in range(100)], 1)


def test_forward_passes_take_arrays_and_comparisons_and_methods():
    def f(a):
        return [np.sum(np.exp(a) * 2.0), a[1].tanh() if a[1] > a[0] else 0.0, a[0] * np.array([1.0, 2.0])]

    slopes = jvp(f, (np.array([0.0, 1.0]),), (np.array([1.0, 0.0]),))[1]
    assert (slopes[:2], slopes[2].tolist()) == ([2.0, 0.0], [1.0, 2.0])


# --- errors ---


@pytest.mark.parametrize(
    ("result", "hint"),
    [([1.0], "take a sum"), (None, "is a return missing"), ("x", "take a sum"), (np.array([1.0, 2.0]), "take a sum")],
)
def test_a_function_that_returns_no_scalar_is_refused_by_what_it_returned(result, hint):
    with pytest.raises(TypeError, match=f"should return one number, but it returned {type(result).__name__} .*: {hint}"):
        grad(lambda x: result)(1.0)


def test_an_argument_that_holds_no_numbers_is_refused():
    with pytest.raises(TypeError, match=r"arguments to differentiate by should hold real numbers.*but got str 'a'"):
        grad(lambda x: x)(["a"])


def test_an_argument_number_that_is_not_there_is_refused():
    with pytest.raises(TypeError, match="there is no argument 1 to differentiate by: the function got 1"):
        grad(lambda x: x, 1)(1.0)


@pytest.mark.parametrize("derivative", [grad, value_and_grad, jacobian, hessian, elementwise_grad])
def test_the_argument_number_may_be_called_argnum_or_argnums(derivative):
    def f(x, y):
        return x * y**2

    assert derivative(f, argnums=1)(2.0, 5.0) == derivative(f, argnum=1)(2.0, 5.0) == derivative(f, 1)(2.0, 5.0)
    assert grad(f, argnums=[1, 0])(2.0, 5.0) == (20.0, 25.0)
    assert grad(f, np.int64(1))(2.0, 5.0) == 20.0


@pytest.mark.parametrize(("argnum", "i"), [((0, 0), 0), ((1, -1), -1)])
def test_an_argument_number_that_is_there_twice_is_refused(argnum, i):
    with pytest.raises(ValueError, match=f"argument {i} is there twice"):
        grad(lambda x, y: x * y, argnum)(2.0, 3.0)


@pytest.mark.parametrize("argnum", ["x", 1.0, (0, "y")])
def test_an_argument_number_that_is_no_number_is_refused_at_once(argnum):
    with pytest.raises(TypeError, match=r"jacobian takes the place of an argument, 0, 1, …, or a tuple of places, but got"):
        jacobian(lambda x, y: x * y, argnum)


def test_both_words_for_the_argument_number_at_once_are_refused():
    with pytest.raises(TypeError, match="grad got both argnum, 1, and argnums, 0"):
        grad(lambda x, y: x * y, 1, argnums=0)


@pytest.mark.parametrize("derivative", [grad, value_and_grad, jacobian, hessian, elementwise_grad])
def test_a_result_in_place_of_the_function_is_refused_at_once(derivative):
    told = r"takes a function, but got Value .*: give it f itself, not f\(x\); derivatives of a Value y .* gradients\(y, x\)"
    with pytest.raises(TypeError, match=f"{derivative.__name__} {told}"):
        derivative(Value(2.0) ** 2)


@pytest.mark.parametrize("derivative", [jvp, hvp, vjp])
def test_a_result_in_place_of_the_function_is_refused(derivative):
    with pytest.raises(TypeError, match=f"{derivative.__name__} takes a function, but got Value"):
        derivative(Value(2.0) ** 2, (2.0,), (1.0,))


def test_primals_that_are_no_tuple_are_refused():
    with pytest.raises(TypeError, match=r"the primals are a tuple with one item for each argument, but got float 2\.0"):
        jvp(lambda x: x, 2.0, 1.0)


def test_tangents_of_another_number_are_refused():
    with pytest.raises(ValueError, match="the primals have 1 numbers, but the tangents have 2"):
        jvp(lambda x: x, (2.0,), ([1.0, 2.0],))


def test_a_cotangent_of_another_number_is_refused():
    with pytest.raises(ValueError, match="the result has 1 numbers, but the cotangent has 2"):
        vjp(lambda x: x, 2.0)[1]([1.0, 2.0])


def test_tangents_in_dicts_belong_to_the_primals_of_the_same_key():
    assert jvp(lambda d: d["a"] * d["b"], ({"a": 2.0, "b": 5.0},), ({"b": 1.0, "a": 0.0},)) == (10.0, 2.0)


def test_cotangents_in_dicts_belong_to_the_results_of_the_same_key():
    assert vjp(lambda x: {"a": 2.0 * x, "b": 3.0 * x}, 1.0)[1]({"b": 1.0, "a": 0.0}) == (3.0,)


def test_tangents_may_be_lists_where_primals_are_arrays():
    assert jvp(lambda m: m[1, 0] * 3.0, (np.eye(2),), ([[0.0, 0.0], [1.0, 0.0]],)) == (0.0, 3.0)


@pytest.mark.parametrize(
    ("primals", "tangents", "message"),
    [
        (
            ([1.0, 2.0], 3.0),
            (1.0, [2.0, 3.0]),
            r"at \[0\] the primals have a list of 2, but the tangents have one number: build",
        ),
        (({"a": 1.0},), ({"b": 1.0},), r"at \[0\] the primals have a dict with the keys 'a', but .* with the keys 'b'"),
        (([[1.0], [2.0, 3.0]],), ([[1.0, 2.0], [3.0]],), r"at \[0\]\[0\] the primals have a list of 1, but .* a list of 2"),
        (({0: 1.0},), ([1.0],), r"at \[0\] the primals have a dict with the keys 0, but the tangents have a list of 1"),
        ((np.eye(2),), (np.ones(4),), r"at \[0\] the primals have a NumPy array of 2, but .* a NumPy array of 4"),
        ((1.0, 2.0), ([1.0, 2.0],), "^the primals have a tuple of 2, but the tangents have a tuple of 1"),
    ],
)
def test_tangents_that_are_built_otherwise_than_the_primals_are_refused(primals, tangents, message):
    with pytest.raises(ValueError, match=message):
        jvp(lambda *args: 0.0, primals, tangents)


def test_a_cotangent_that_is_built_otherwise_than_the_result_is_refused():
    with pytest.raises(ValueError, match=r"^the result has one number, but the cotangent has a list of 1: build the two alike"):
        vjp(lambda x: x, 2.0)[1]([1.0])


# --- numbers in forward passes ---


@pytest.mark.parametrize("derivative", [jvp, lambda f, x, t: taylor(f, x[0], t[0], 2)], ids=["jvp", "taylor"])
@pytest.mark.parametrize("drops", [float, int, math.sin])
def test_a_number_in_a_forward_pass_does_not_turn_into_a_plain_one(derivative, drops):
    with pytest.raises(TypeError, match=r"does not turn into a plain number .* derivatives: write .*autograd\.sin\(v\)"):
        derivative(lambda x: drops(x) * x, (2.0,), (1.0,))


@pytest.mark.parametrize("derivative", [jvp, lambda f, x, t: taylor(f, x[0], t[0], 2)], ids=["jvp", "taylor"])
def test_a_number_in_a_forward_pass_is_formatted_as_a_value_is(derivative):
    seen = []
    derivative(lambda x: seen.append(f"{x:.2f}") or x, (2.0,), (1.0,))
    assert seen == [f"{Value(2.0):.2f}"]


@pytest.mark.parametrize(("f", "slopes"), [(np.var, [-2.0, 2.0]), (np.std, [-0.5, 0.5])])
def test_numpy_computes_variances_in_either_mode(f, slopes):
    points = np.array([1.0, 5.0])  # variance (x − y)² / 4
    assert grad(f)(points).tolist() == slopes
    assert [jvp(f, (points,), (direction,))[1] for direction in np.eye(2)] == slopes


# --- arrays ---


@pytest.mark.parametrize(
    "array",
    [np.array([1j]), np.array(["a"]), np.zeros(2, dtype=[("a", float)]), np.ma.array([1.0, 2.0], mask=[False, True])],
    ids=["complex", "text", "records", "masked"],
)
def test_an_array_that_holds_no_real_numbers_is_refused(array):
    with pytest.raises(TypeError, match="arguments to differentiate by should hold real numbers"):
        grad(lambda v: v[0])(array)


def test_an_array_without_dimensions_is_one_number():
    assert value_and_grad(lambda v: np.array(v[0] * v[1]))(np.array([2.0, 5.0]))[0] == 10.0
    assert grad(lambda v: np.einsum("i,i->", v, v))(np.array([2.0, 5.0])).tolist() == [4.0, 10.0]
    assert hessian(lambda v: np.array(v * v))(3.0) == 2.0
