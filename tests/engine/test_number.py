"""A Value as a Python number: what it accepts, compares, prints and refuses, and how it gets along with NumPy."""

from __future__ import annotations

import math
import operator
from decimal import Decimal
from fractions import Fraction
from unittest import mock

import numpy as np
import pytest

import autograd
from autograd import Value, exp, maximum, total, weighted_sum


@pytest.fixture
def v():
    return Value(2.0, label="v")


@pytest.fixture
def w():
    return Value(-3.5, label="w")


# --- what becomes a float ---


@pytest.mark.parametrize(
    "number", [3, 3.0, True, Fraction(1, 3), np.float64(0.1), np.float32(0.1), np.float16(0.1), np.int64(7), np.bool_(True)]
)
def test_any_real_number_is_kept_as_a_plain_float(number):
    assert type(Value(number).data) is float
    assert Value(number).data == float(number)


@pytest.mark.parametrize("number", [3, True, Fraction(1, 3), np.float64(0.1), np.int64(7), np.bool_(True)])
def test_any_real_number_may_be_an_operand_on_either_side(v, number):
    for z in (v + number, number + v, v * number, number * v, v - number, number - v, v / number, number / v, v**number):
        constants = [arg for arg in z.args if arg is not v]
        assert constants == [float(number)]
        assert type(constants[0]) is float


@pytest.mark.parametrize("number", [math.inf, -math.inf, math.nan])
def test_infinities_and_nan_put_in_by_the_user_propagate(v, number):
    assert repr((v * Value(number)).data) == repr(2.0 * number)


def test_functions_give_a_float_for_plain_numbers():
    assert exp(1) == math.e
    assert type(maximum(np.float32(2), 1)) is float
    assert total([0.1] * 10) == 1.0


# --- identity, truth and order ---


@pytest.mark.parametrize("other", [2.0, 2, True + 1, Fraction(2), Decimal(2), np.float32(2.0), Value(2.0), 2 + 0j])
def test_equality_looks_at_data(v, other):
    assert (v == other) is True or (v == other) is np.True_
    assert other == v
    assert not v != other  # noqa: SIM202  # both operators are asked
    assert not other != v  # noqa: SIM202


@pytest.mark.parametrize("other", [2.5, 3, Value(3.0), math.nan, None, "v", [2.0], (), {}, object(), Value])
def test_what_is_another_number_or_none_is_unequal(v, other):
    assert v != other
    assert other != v
    assert not v == other  # noqa: SIM201  # both operators are asked
    assert not other == v  # noqa: SIM201


def test_not_a_number_equals_nothing_not_even_itself():
    nan = Value(math.nan)
    assert nan != nan
    assert not nan == nan  # noqa: SIM201


def test_a_mock_and_an_approximation_decide_themselves(v):
    assert v == mock.ANY
    assert v == pytest.approx(2.0 + 1e-9)


def test_equality_with_an_array_goes_item_by_item(v):
    assert (v == np.array([2.0, 3.0])).tolist() == (np.array([2.0, 3.0]) == v).tolist() == [True, False]


def test_the_hash_is_identity_so_that_sets_and_dicts_tell_equal_values_apart(v):
    twin = Value(2.0)
    assert v == twin
    assert {v: "v", twin: "another"}[v] == "v"
    assert len({v, twin, v}) == 2
    assert twin not in {v}
    assert twin in [v]
    assert [v, twin].index(twin) == 0  # as for any numbers that are equal


@pytest.mark.parametrize(("number", "truth"), [(0.0, False), (-0.0, False), (0.1, True), (math.nan, True)])
def test_truth_looks_at_data(number, truth):
    assert bool(Value(number)) is truth


@pytest.mark.parametrize("compare", [operator.lt, operator.le, operator.gt, operator.ge])
@pytest.mark.parametrize("other", [-1.0, 2.0, 3.0, math.nan])
@pytest.mark.parametrize("kind", [float, np.float64, Value])
def test_order_looks_at_data(v, compare, other, kind):
    assert compare(v, kind(other)) == compare(2.0, other)
    assert compare(kind(other), v) == compare(other, 2.0)


def test_values_sort_by_data(v, w):
    assert sorted([v, w]) == [w, v]
    assert max(v, w) is v


def test_plus_in_front_is_the_value_itself(v):
    assert +v is v


# --- what would lose the graph is refused, with a hint ---


@pytest.mark.parametrize("convert", [float, int, complex, math.sin, math.gamma, math.isnan, "{:d}".format, "%.3f".__mod__])
def test_a_conversion_that_would_drop_the_graph_is_refused(v, convert):
    with pytest.raises((TypeError, ValueError)):
        convert(v)


@pytest.mark.parametrize("convert", [float, int, complex, math.sin, math.gamma, math.isnan, "%.3f".__mod__])
def test_the_refusal_says_to_use_data_or_our_own_functions(v, convert):
    with pytest.raises(TypeError, match=r"\.data"):
        convert(v)


def test_the_refusal_of_maths_functions_names_ours(v):
    with pytest.raises(TypeError, match=r"autograd\.sin\(v\)"):
        math.sin(v)


# --- text ---


def test_repr_shows_data_grad_and_label(v):
    assert repr(Value(0.1)) == "Value(data=0.1, grad=0)"
    (v * v).backward()
    assert repr(v) == str(v) == f"{v}" == "Value(data=2.0, grad=4.0, label='v')"


def test_a_format_applies_to_data(v):
    assert f"{v:.3f}|{v:>6}|{v:+.0e}" == "2.000|   2.0|+2e+00"


def test_a_result_has_no_label_until_it_is_given_one(v):
    z = v * v
    assert z.label == ""
    z.label = "z"
    assert repr(z) == "Value(data=4.0, grad=0, label='z')"


def test_any_attribute_may_be_set(v):
    v.m = 0.5
    v.v, v.note = 0.25, "momentum"
    assert vars(v) == {"m": 0.5, "v": 0.25, "note": "momentum"}


# --- sums, powers and functions under all their names ---


def test_pythons_sum_starts_from_a_constant_0(v, w):
    s = sum([v, w])
    assert s.data == -1.5
    assert s.args[0].args == (0.0, v)


def test_pythons_abs_and_pow_are_recorded(w):
    assert (abs(w).data, abs(w).edges) == (3.5, [(w, -1.0)])
    assert (pow(w, 2).data, pow(w, 2).edges) == (12.25, [(w, -7.0)])


@pytest.mark.parametrize("name", ["add", "subtract", "multiply", "divide", "power", "maximum", "minimum", "arctan2", "hypot"])
def test_a_method_of_two_values_is_numpys_function_of_that_name(v, name):
    z = getattr(v, name)(Value(3.0))
    assert z.op.name == name
    assert z.data == pytest.approx(getattr(np, name)(2.0, 3.0))


# --- NumPy ---


@pytest.mark.parametrize(
    "name", [
        "exp", "exp2", "expm1", "log", "log2", "log10", "log1p", "sqrt", "cbrt", "sin", "cos", "tan", "arcsin", "arccos",
        "arctan", "sinh", "cosh", "tanh", "arcsinh", "arctanh", "absolute", "fabs", "negative",
    ]
)  # fmt: skip
def test_a_ufunc_of_a_value_is_recorded(name):
    x, ufunc = Value(0.5), getattr(np, name)
    assert ufunc(x).args == (x,)
    assert ufunc(x).data == pytest.approx(ufunc(0.5), rel=1e-15)


def test_a_ufunc_of_an_object_array_is_recorded_item_by_item(v):
    (root,) = np.exp(np.array([v], dtype=object))
    assert root.op.name == "exp"
    assert root.args == (v,)


@pytest.mark.parametrize("operation", [operator.add, operator.sub, operator.mul, operator.truediv, operator.pow])
def test_a_value_and_an_array_combine_item_by_item_in_either_order(v, operation):
    array = np.array([1.0, 4.0])
    for result in (operation(v, array), operation(array, v)):
        assert result.dtype == object
        assert all(isinstance(item, Value) and v in item.args for item in result)
    assert [z.data for z in operation(v, array)] == [operation(2.0, 1.0), operation(2.0, 4.0)]
    assert [z.data for z in operation(array, v)] == [operation(1.0, 2.0), operation(4.0, 2.0)]


def test_a_numpy_scalar_on_the_left_gives_a_value(v):
    for z in (np.float64(3) * v, np.float32(3) * v, np.int64(3) * v):
        assert isinstance(z, Value)
        assert z.edges == [(v, 3.0)]


def test_dot_products_of_object_arrays_have_gradients(v, w):
    values = np.array([v, w])
    np.dot(values, np.array([10.0, 100.0])).backward()
    (values @ values).backward()
    assert (v.grad, w.grad) == (14.0, 93.0)


def test_sum_and_mean_of_an_object_array_have_gradients(v, w):
    np.sum(np.array([v, w])).backward()
    np.mean(np.array([v, w])).backward()
    assert (v.grad, w.grad) == (1.5, 1.5)


@pytest.mark.parametrize("items", [[1.0, 4.0], [1, 4], (1.0, 4.0), np.array([1.0, 4.0]), np.array([1, 4])])
def test_an_array_of_numbers_may_stand_where_a_sequence_may(v, w, items):
    for weights in ([v, w], (v, w), np.array([v, w])):
        for bias in (0.5, Value(0.5)):
            z = weighted_sum(weights, items, bias)
            assert z.data == -11.5
            assert [partial for argument, partial in z.edges if argument is not bias] == [1.0, 4.0]


# --- data can be set, to what Value() takes ---


@pytest.mark.parametrize("number", [3, True, Fraction(3, 2), np.float32(0.1), np.float64(0.1), np.int64(7), np.bool_(True)])
def test_data_becomes_a_float_whatever_real_number_it_is_set_to(v, number):
    v.data = number
    assert type(v.data) is float
    assert v.data == float(number)
    v.data -= np.float32(0.5)
    assert type(v.data) is float
    assert (v * 2).data == 2.0 * v.data


@pytest.mark.parametrize("thing", ["a", None, [1.0], np.array([1.0, 2.0]), 1j])
def test_data_is_not_set_to_what_is_no_real_number(v, thing):
    with pytest.raises(TypeError, match=f"data takes a real number, but got {type(thing).__name__}"):
        v.data = thing
    assert v.data == 2.0


def test_data_is_not_set_to_a_value_as_an_update_by_recorded_gradients_would(v):
    (v**3).backward(create_graph=True)
    with pytest.raises(TypeError, match=r"it the plain number, as in x\.data -= rate \* x\.grad\.data"):
        v.data -= 0.1 * v.grad
    assert v.data == 2.0
    v.data -= 0.1 * v.grad.data
    assert v.data == pytest.approx(0.8)


def test_data_beyond_the_floats_says_so(v):
    with pytest.raises(OverflowError, match="beyond the largest float"):
        v.data = 10**400
    assert v.data == 2.0


# --- functions of numbers go through arrays, item by item ---


def test_a_function_of_an_array_of_floats_is_an_array_of_floats():
    found = autograd.sin(np.array([[1.0, 2.0], [3.0, 4.0]]))
    assert found.dtype == float
    assert found.tolist() == [[math.sin(1.0), math.sin(2.0)], [math.sin(3.0), math.sin(4.0)]]
    assert autograd.clip(np.array([-1, 0, 5]), 0, np.array([1.0, 1.0, 2.0])).tolist() == [0.0, 0.0, 2.0]


def test_values_in_and_beside_arrays_are_recorded(v, w):
    x = np.array([v, w])
    assert [type(y) for y in exp(x)] == [Value, Value]
    assert [y.data for y in maximum(x, 1.0)] == [2.0, 1.0]
    below = maximum(v, np.array([1.0, 3.0]))
    assert [y.data for y in below] == [2.0, 3.0]
    autograd.total(below * x).backward()
    assert (v.grad, w.grad) == (4.0, 3.0)


def test_derivatives_go_through_arrays():
    assert autograd.grad(lambda x: total(autograd.log(x) * 2.0))(np.array([1.0, 4.0])).tolist() == [2.0, 0.5]
    assert autograd.jvp(lambda x: total(exp(x)), (np.array([0.0, 0.0]),), (np.array([1.0, 2.0]),)) == (2.0, 3.0)


def test_an_item_outside_the_domain_is_refused_as_ever():
    with pytest.raises(ValueError, match=r"log\(x\) has no value at x = -1\.0"):
        autograd.log(np.array([1.0, -1.0]))


def test_an_array_without_axes_is_a_number(v):
    assert autograd.sin(np.array(1.0)) == math.sin(1.0)
    assert maximum(np.array(5.0), v).data == 5.0
