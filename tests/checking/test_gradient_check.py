"""``check_grads``: a wrong derivative of a function is found in either mode and at either order, and a right one passes."""

from __future__ import annotations

import math

import numpy as np
import pytest
from oracles import ORACLES

from autograd import Value, cos, log, sin, sqrt
from autograd.checking.gradient_check import check_grads
from autograd.engine.primitives import TABLE, Primitive


@pytest.fixture
def row():
    """Return a function that adds a row to the table, for the time of a test."""
    added = []

    def add(*parts):
        added.append(Primitive("temporary", *parts))
        return added[-1]

    yield add
    for op in added:
        TABLE.pop(op.name, None)


@pytest.mark.parametrize("mode", ["fwd", "rev"])
def test_a_wrong_partial_is_found_in_either_mode(row, mode):
    wrong = row(math.sin, lambda z, x: cos(x) * 1.0001)
    with pytest.raises(
        AssertionError, match=rf"by args\[1\]\['b'\]\[0\] is wrong: expected 1\.75.*found 1\.75.*order 1, mode {mode}"
    ):
        check_grads(lambda x, d: x * wrong(d["b"][0]), (2.0, {"a": 1.0, "b": [0.5]}), modes=(mode,))


@pytest.mark.parametrize("mode", ["fwd", "rev"])
def test_a_partial_that_is_right_as_a_number_but_does_not_depend_on_x_is_found_at_order_2(row, mode):
    wrong = row(lambda x: x * x, lambda z, x: 2.0 * getattr(x, "data", x))
    check_grads(wrong, (1.5,), order=1, modes=(mode,))
    with pytest.raises(AssertionError, match=r"by args\[0\], then by args\[0\].*expected 2\.0.*found 0\.0.*order 2"):
        check_grads(wrong, (1.5,), order=2, modes=(mode,))


def test_nan_is_no_derivative(row):
    wrong = row(math.sin, lambda z, x: x * math.nan)
    with pytest.raises(AssertionError, match="found nan"):
        check_grads(wrong, (0.5,))


@pytest.mark.parametrize("name", ["tanh", "erf", "log", "power", "hypot", "log_sum_exp", "weighted_sum", "half_squared_error"])
def test_right_rows_pass_to_order_2_in_all_mixtures_of_modes(name):
    points = [point for point in ORACLES[name].points if ORACLES[name].inside(*point)]
    check_grads(TABLE[name], points[0], order=2)


def test_functions_of_arrays_of_far_and_near_numbers_pass():
    check_grads(lambda a: np.sum(np.sin(a) * a), (np.array([[1e-6, -0.01], [30.0, 1000.0]]),))


def test_an_unknown_mode_is_refused():
    with pytest.raises(ValueError, match="modes are 'fwd' and 'rev', but got 'forward'"):
        check_grads(sin, (1.0,), modes=("forward",))


@pytest.mark.parametrize("f", [log, sqrt, lambda x: 1.0 / x, lambda x: x**-2.5, lambda x: log(1.0 - 1e-3 + x)])
@pytest.mark.parametrize("x", [1e-9, 1e-3, 1e-2, 0.02])
def test_points_near_the_edge_of_a_domain_pass(f, x):
    check_grads(f, (x,), order=2)


def test_nothing_to_check_is_refused():
    for nothing in ({"modes": ()}, {"order": 0}):
        with pytest.raises(ValueError, match="nothing would be checked"):
            check_grads(sin, (1.0,), **nothing)


def test_a_single_mode_is_that_mode(row):
    wrong = row(math.sin, lambda z, x: cos(x) * 1.0001)
    with pytest.raises(AssertionError, match="order 1, mode rev, output 0"):
        check_grads(wrong, (0.5,), modes="rev")


def test_arguments_to_check_that_are_no_tuple_are_refused():
    with pytest.raises(TypeError, match=r"the args are a tuple with one item for each argument, but got float 0\.5"):
        check_grads(sin, 0.5)


# --- operations by hand ---


def cube(x, slope=lambda x: 3.0 * x * x):
    """Return an operation as microgpt writes it."""
    return Value(x.data**3, (x,), (slope(x.data),))


def times(x, y, wrong=0.0):
    """Return an operation as micrograd's lectures write it."""
    out = Value(x.data * y.data, (x, y), "times")

    def _backward():
        x.grad += y.data * out.grad
        y.grad += (x.data + wrong) * out.grad

    out._backward = _backward
    return out


def test_right_operations_by_hand_pass_to_first_order_in_reverse_which_is_what_they_have():
    check_grads(lambda x, y: times(cube(x), y.exp()) + x, (0.5, 2.0))
    check_grads(lambda x: cube(x) if x > 0 else -cube(x), (1e-3,), order=3)


def test_a_wrong_slope_by_hand_is_found_and_the_operation_named():
    with pytest.raises(
        AssertionError, match=r"expected 0\.75.*found 0\.5.*order 1, mode rev, output 0\): a partial of f is wrong"
    ):
        check_grads(lambda x: cube(x, lambda x: 2.0 * x * x) * 1.0, (0.5,))
    with pytest.raises(AssertionError, match=r"by args\[1\] is wrong: expected 0\.5.*a partial of times is wrong$"):
        check_grads(lambda x, y: times(x, y, wrong=0.25) + cube(x), (0.5, 2.0))


def test_of_several_operations_by_hand_the_wrong_one_is_named_alone():
    with pytest.raises(AssertionError, match=r"a partial of times is wrong$"):
        check_grads(lambda x, y: cube(times(cube(x), y.exp(), wrong=0.25)), (0.5, 2.0))


def test_forward_mode_alone_cannot_check_an_operation_by_hand_and_says_so():
    with pytest.raises(TypeError, match="forward mode cannot pass through an operation that is recorded by hand"):
        check_grads(cube, (0.5,), modes="fwd")


# --- rounding ---


def flat_cosine(x):
    return (1 - cos(x)) / x**2


def test_a_derivative_that_rounding_has_spoilt_is_not_called_wrong():
    with pytest.raises(
        AssertionError, match=r"by args\[0\] is spoilt by rounding: expected -8\.4.*found 9999.*; write 2·sin"
    ) as told:
        check_grads(flat_cosine, (1e-8,))
    assert "cos (v1, test_gradient_check.py, line " in str(told.value)
    assert "is wrong" not in str(told.value)


def test_a_derivative_that_agrees_with_differences_as_spoilt_as_itself_is_told():
    with pytest.raises(AssertionError, match=r"is spoilt by rounding: expected 0\.0, found 0\.0 .*Only 0 of the 16 digits"):
        check_grads(lambda x: (x + 1e20 * x) - 1e20 * x, (1.0,))


@pytest.mark.parametrize(("f", "x"), [(lambda x: sqrt(x * x + 1) - x, 1e8), (lambda x: (x + 1e8) ** 2 - 1e16 - 2e8 * x, 1.0)])
def test_where_the_values_are_spoilt_their_differences_are_not_believed(f, x):
    with pytest.raises(AssertionError, match=r"is spoilt by rounding.*digits of v\d = 0 are right"):
        check_grads(f, (x,))


def test_a_second_derivative_may_be_spoilt_where_the_first_is_not():
    with pytest.raises(AssertionError, match=r"by args\[0\], then by args\[0\] is spoilt by rounding.*order 2"):
        check_grads(flat_cosine, (1e-3,))
    check_grads(flat_cosine, (1e-3,), order=1)


def test_a_wrong_partial_is_found_where_rounding_spoils_the_rest(row):
    wrong = row(math.cos, lambda z, x: sin(x))  # of the other sign
    with pytest.raises(AssertionError, match=r"is wrong: .*: a partial of temporary is wrong$"):
        check_grads(lambda x: (1 - wrong(x)) / x**2, (1e-5,))


def test_a_gradient_of_0_that_rounding_may_have_moved_a_little_passes():
    check_grads(lambda x: (x * 3 - 0.3) ** 2, (0.1,))
