"""A function takes the same branch on Values, duals and series as on floats: its derivatives are those of that branch."""

from __future__ import annotations

import copy
import gc
import math
import pickle
import random
import re
import weakref

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograd import Value, check_grads, grad, hessian, hvp, jacobian, jvp, sparse_jacobian, taylor, value_and_grad, vjp
from autograd.engine.number import Number


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
        if [repr(x.data), repr(y.data if isinstance(y, Number) else y)] == [repr(a), repr(b)]:  # not beside the point
            answers.append((answer(x, y), answer(x, b), answer(a, y), bool(x)))
        return x + y

    grad(f)(a, b)
    jvp(f, (a, b), (1.0, 1.0))
    taylor(lambda v: f(*v), [a, b], [1.0, 1.0], 1)
    grad(lambda x: grad(f)(x, b))(a)
    assert {*answers} == {(answer(a, b),) * 3 + (bool(a),)}
    assert answer(Value(a), Value(b)) is answer(a, b)


# --- what was asked while a graph was recorded is asked again when it is recomputed ---


def absolute(x):
    return x * x if x > 0 else -x


def test_another_branch_is_refused_by_name_and_nothing_changes():
    x = Value(3.0, label="x")
    y = absolute(x)
    x.data = -3.0
    with pytest.raises(RuntimeError, match=r"^x > 0 was True when this was recorded, and is False now at -3\.0, so another"):
        y.recompute()
    assert y.data == 9.0
    y.recompute(anyway=True)
    assert y.data == 9.0
    x.data = 4.0
    y.recompute()
    assert y.data == 16.0


def by_distance(d, w):
    return d + w if d else d * w


@pytest.mark.parametrize(
    ("choose", "told"),
    [
        (lambda x, w: x if x > w else w, "w < x was False when this was recorded, and is True now at 2.0 and 5.0"),
        (lambda x, w: max(x, w) * 1.0, "w > x was True"),
        (lambda x, w: sorted([w, x])[0] * w, "w > x was True"),
        (lambda x, w: w * 2 if x == 1.0 else w * x, "x == 1.0 was True"),
        (lambda x, w: w * 3 if x != 1.0 else w * x, "x != 1.0 was False"),
        (lambda x, w: w * x if w else x + w, ""),
        (lambda x, w: by_distance(x - 1.0, w), "a result of subtract != 0.0 was False"),
        (lambda x, w: w * x if x <= 3 else x + w, "x <= 3 was True"),
        (lambda x, w: w * x if np.float64(3.0) >= x else x + w, "x <= 3.0 was True"),
        (lambda x, w: w * x if (x * w) < 9 else x + w, ""),
    ],
)
def test_every_kind_of_question_is_asked_again(choose, told):
    x, w = Value(1.0, label="x"), Value(2.0, label="w")
    y = choose(x, w) + x * 0.0
    x.data = 5.0
    if told:
        with pytest.raises(RuntimeError, match=re.escape(told)):
            y.recompute()
    else:  # the same answer; or of a number that is not in the record, which cannot be seen, as the docstring says
        y.recompute()


def test_the_question_comes_before_the_operation_that_it_guards():
    x = Value(4.0, label="x")
    y = x.sqrt() if x > 0 else x * 0.0
    x.data = -1.0
    with pytest.raises(RuntimeError, match="x > 0 was True"):
        y.recompute()


@pytest.mark.parametrize(
    "copied",
    [
        lambda nodes: copy.deepcopy(nodes),
        lambda nodes: pickle.loads(pickle.dumps(nodes)),
        lambda nodes: pickle.loads(pickle.dumps(copy.deepcopy(nodes))),
    ],
)
@pytest.mark.parametrize("choose", [lambda x, w: x if x > w else w, lambda x, w: w * x if x > 0.0 else w])
def test_copies_remember_what_was_asked(copied, choose):
    x, w = Value(1.0, label="x"), Value(2.0, label="w")
    y = choose(x, w) + x * w
    y, x, w = copied([y, x, w])
    y.recompute()
    x.data = 5.0 if choose(x, w) is w else -5.0
    with pytest.raises(RuntimeError, match="another branch may be taken"):
        y.recompute()


def test_what_was_asked_of_a_result_is_no_matter():
    x, best = Value(1.0, label="x"), Value(9.0)
    loss = x * x
    assert loss < best
    x.data = 5.0
    loss.recompute()
    assert loss.data == 25.0


def test_questions_keep_no_graph_alive():
    best = Value(1e9)
    seen = []
    for k in range(5):
        loss = Value(float(10 - k)) * 2.0
        if loss < best:
            best = loss
        seen.append(weakref.ref(loss))
    del loss
    gc.collect()
    assert [alive() is not None for alive in seen] == [False] * 4 + [True]


def test_a_partner_that_is_gone_has_the_number_it_had():
    x = Value(3.0, label="x")
    y = x * 2.0 if x > Value(1.0) else x
    x.data = 2.0
    y.recompute()
    x.data = 0.5
    with pytest.raises(RuntimeError, match=r"x > 1\.0 was True"):
        y.recompute()


# --- a derivative that is 0 since a number was only compared ---


def bisection(a):
    low, high = 0.0, 25.0
    for _ in range(40):
        middle = (low + high) / 2
        low, high = (low, middle) if middle * middle > a else (middle, high)
    return low


@pytest.mark.parametrize(
    ("derivative", "what"),
    [
        (lambda: grad(bisection)(2.0), "argument 0 = 2.0"),
        (lambda: value_and_grad(lambda y, a: bisection(a) * y, (0, 1))(3.0, 2.0), "argument 1 = 2.0"),
        (lambda: grad(lambda v: bisection(v["a"]) * v["y"])({"y": 3.0, "a": 2.0}), "number 2 of argument 0 = 2.0"),
        (lambda: jacobian(lambda v: [bisection(v[0]), v[1]])([2.0, 3.0]), "number 1 of argument 0 = 2.0"),
        (lambda: hessian(lambda v: bisection(v[0]) * v[1])([2.0, 3.0]), "number 1 of argument 0 = 2.0"),
        (lambda: sparse_jacobian(lambda v: [bisection(v[0])])([2.0]), "argument 0 = 2.0"),
        (lambda: vjp(bisection, 2.0), "argument 0 = 2.0"),
        (lambda: jvp(bisection, (2.0,), (1.0,)), "the step in this direction = 0.0"),
        (lambda: taylor(bisection, 2.0, 1.0, 2), "the step in this direction = 0.0"),
    ],
)
def test_a_result_that_changes_beside_the_point_though_no_path_leads_there_is_warned_of(derivative, what):
    with pytest.warns(
        RuntimeWarning, match=re.escape(f"the result depends on {what} only through comparisons such as")
    ) as caught:
        derivative()
    assert [warning.filename for warning in caught] == [__file__]


def test_the_warning_says_what_the_result_becomes():
    with pytest.warns(RuntimeWarning, match=r"is 0 here, though 1\.41421356 becomes 1\.41428427 at 2\.0002$"):
        grad(bisection)(2.0)


def fails_beside(x):
    if x != 1.0:
        raise KeyError
    return 3.0


@pytest.mark.parametrize(
    ("f", "point"),
    [
        (lambda x: 5.0, 1.0),
        (lambda x: x if x > 0 else 0.0, -1.0),
        (lambda x: 1.0 if x > 3 else 0.0, 1.0),
        (lambda x: sum(1.0 for k in range(5) if x > k), 2.5),
        (lambda x: max(0.0, x - 2.0), 1.0),
        (lambda x: random.random() if x > 0 else 0.0, 1.0),
        (fails_beside, 1.0),
        (lambda x: x * 0.0 if x > 0 else x, 1.0),
    ],
)
def test_constants_dead_branches_and_random_results_are_silent(f, point):
    assert grad(f)(point) == 0.0
    assert jvp(f, (point,), (1.0,))[1] == 0.0


def test_a_function_that_asks_nothing_is_run_once():
    runs = []
    grad(lambda x: runs.append(x) or 5.0)(1.0)
    assert len(runs) == 1
