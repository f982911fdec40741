"""A function takes the same branch on Values, duals and series as on floats: its derivatives are those of that branch."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograd import Value, check_grads, grad, hessian, hvp, jacobian, jvp, taylor, value_and_grad, vjp


def by_equality(x):
    return 2 * x if x == 1 else 3 * x


def by_difference(x):
    return 3 * x if x != 1 else 2 * x


def by_membership(x):
    return 2 * x if x in (0, 1) else 3 * x


def by_index(x):
    return (2 * x, 3 * x)[[1.0, 0.5].index(x)]


def by_pattern(x):
    match x:
        case 1.0:
            return 2 * x
        case _:
            return 3 * x


def by_truth(x):
    return 2 * x if not (x - 1) else 3 * x


def by_order(x):
    return 2 * x if 1 <= x < math.nextafter(1.0, 2.0) else 3 * x


def by_reflection(x):
    return 2 * x if 1 == x else 3 * x  # noqa: SIM300  # the number asks


def by_list(x):
    return 2 * x if [x, 0.0] == [1.0, x - 1] else 3 * x


FUNCTIONS = [
    by_equality, by_difference, by_membership, by_index, by_pattern, by_truth, by_order, by_reflection, by_list,
]  # fmt: skip
EACH = pytest.mark.parametrize("f", FUNCTIONS)


@EACH
@pytest.mark.parametrize(("point", "slope"), [(1.0, 2.0), (0.5, 3.0)])
def test_every_kind_of_derivative_is_that_of_the_branch_that_floats_take(f, point, slope):
    assert f(point) == slope * point
    assert value_and_grad(f)(point) == (slope * point, slope)
    assert jvp(f, (point,), (1.0,)) == (slope * point, slope)
    assert taylor(f, point, 1.0, 2) == [slope * point, slope, 0.0]
    assert vjp(f, point)[1](1.0) == (slope,)
    assert jacobian(lambda v: [f(v[0])])([point]) == [[slope]]
    assert hessian(lambda v: f(v[0]))([point]) == [[0.0]]


@EACH
def test_inside_other_derivatives_too(f):
    def g(x):
        return f(x) * x

    assert grad(grad(g))(1.0) == 4.0
    assert hvp(g, (1.0,), (1.0,)) == 4.0
    assert jvp(lambda x: jvp(g, (x,), (1.0,))[1], (1.0,), (1.0,))[1] == 4.0
    assert grad(lambda x: taylor(g, x, 1.0, 2)[1])(1.0) == 4.0


def test_a_check_by_differences_notices_the_jump_that_the_branch_makes():
    with pytest.raises(AssertionError):
        check_grads(by_equality, (1.0,))
    check_grads(by_equality, (0.7,))


numbers = st.sampled_from([-2.0, -1.0, -0.0, 0.0, 0.5, 1.0, 2.0, math.inf, -math.inf, math.nan])
COMPARISONS = ["<", "<=", "==", "!=", ">=", ">"]


@given(numbers, numbers, st.sampled_from(COMPARISONS))
def test_every_comparison_answers_as_on_floats(a, b, sign):
    def answer(x, y):
        return bool(eval(f"x {sign} y", {"x": x, "y": y}))

    answers = []

    def f(x, y):
        answers.append((answer(x, y), answer(x, b), answer(a, y), bool(x)))
        return x + y

    grad(f)(a, b)
    jvp(f, (a, b), (1.0, 1.0))
    taylor(lambda v: f(*v), [a, b], [1.0, 1.0], 1)
    grad(lambda x: grad(f)(x, b))(a)
    assert {*answers} == {(answer(a, b),) * 3 + (bool(a),)}
    assert answer(Value(a), Value(b)) is answer(a, b)
