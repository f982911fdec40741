"""Recorded gradients: derivatives of derivatives, held to mpmath, exact fractions and hand calculation."""

from __future__ import annotations

import math
from fractions import Fraction

import pytest
from mpmath import mp
from oracles import ORACLES

from autograd import Value, log_sum_exp, product, total, weighted_sum
from autograd.engine.primitives import TABLE
from autograd.engine.recorded_gradients import gradients
from autograd.engine.shapes import NUMBER
from nn import Neuron


def derivatives(root, x, orders):
    """Return the first derivatives, each recorded to take the next."""
    found = []
    for _ in range(orders):
        [root] = gradients(root, [x], create_graph=True)
        found.append(root.data)
    return found


ONE_NUMBER = [name for name, op in TABLE.items() if op.takes is NUMBER]


@pytest.mark.parametrize("name", ONE_NUMBER)
def test_the_first_three_derivatives_of_a_function_are_exact(name):
    oracle = ORACLES[name]
    for (point,) in oracle.points:
        x = Value(point)
        found = derivatives(TABLE[name](x), x, 3)
        exact = [mp.diff(oracle.exact, mp.mpf(point), n) for n in (1, 2, 3)]
        assert found == pytest.approx([float(e) for e in exact], rel=1e-12, abs=1e-13)


@pytest.mark.parametrize("name", ["add", "subtract", "multiply", "divide", "power", "hypot", "arctan2", "maximum", "minimum"])
def test_the_second_derivatives_of_a_function_of_two_numbers_are_exact(name):
    oracle = ORACLES[name]
    for point in oracle.points:
        if not oracle.inside(*point) or point[0] == point[1] or 0.0 in point:
            continue
        x, y = map(Value, point)
        first = gradients(TABLE[name](x, y), [x, y], create_graph=True)
        found = [d for slope in first for d in gradients(slope, [x, y])]
        exact = [mp.diff(oracle.exact, tuple(map(mp.mpf, point)), n) for n in ((2, 0), (1, 1), (1, 1), (0, 2))]
        assert found == pytest.approx([float(e.real) for e in exact], rel=1e-12, abs=1e-13)


def test_every_derivative_of_a_polynomial_is_the_exact_fraction():
    coefficients = [3, -1, 4, 1, -5, 9, 2]
    x = Value(0.75)
    root = total([c * x**k for k, c in enumerate(coefficients)])
    point, exact = Fraction(3, 4), []
    for _ in range(7):
        coefficients = [k * c for k, c in enumerate(coefficients)][1:]
        exact.append(float(sum(c * point**k for k, c in enumerate(coefficients))))
    assert derivatives(root, x, 7) == exact


def test_plain_gradients_are_those_of_backward():
    x, y = Value(0.3), Value(-1.7)
    root = (x * y + x.sin()) / (y * y + x * x).tanh()
    found = gradients(root, [x, y])
    root.backward()
    assert found == [x.grad, y.grad]


@pytest.mark.parametrize("create_graph", [False, True])
def test_gradients_change_no_grad(create_graph):
    x = Value(2.0)
    gradients(x * x, [x], create_graph=create_graph)
    assert x.grad == 0


def test_recorded_gradients_are_the_plain_ones():
    w, v, b = [Value(0.1), Value(-0.4)], [Value(2.0), Value(3.0)], Value(0.5)
    root = log_sum_exp([weighted_sum(w, v, b), product([*w, *v]), b.sqrt()])
    wrt = [*w, *v, b]
    assert [g.data for g in gradients(root, wrt, create_graph=True)] == gradients(root, wrt)


def test_a_value_that_does_not_lead_to_the_root_has_gradient_zero():
    x, other = Value(2.0), Value(3.0)
    assert gradients(x * x, [other, x]) == [0.0, 4.0]


def test_a_recorded_gradient_of_zero_is_a_value_too():
    x, other = Value(2.0), Value(3.0)
    [slope] = gradients(x * x, [other], create_graph=True)
    assert slope.data == 0.0


def test_the_gradient_by_the_root_itself_is_one():
    x = Value(2.0)
    assert gradients(x, [x]) == [1.0]


def test_the_gradient_by_an_inner_node_counts_all_that_follows_it():
    x = Value(2.0)
    middle = x * x
    assert gradients(middle * middle + x, [middle]) == [8.0]


def test_constants_among_a_sequence_keep_their_places():
    x, y = Value(2.0), Value(5.0)
    first = gradients(weighted_sum([1.0, x, 3.0], [y, 7.0, x], 0.5), [x, y], create_graph=True)
    assert [slope.data for slope in first] == [10.0, 1.0]


@pytest.mark.parametrize(
    ("function", "point", "first", "second"),
    [
        (lambda x: x.sqrt(), 0.0, math.inf, -math.inf),
        (lambda x: x**0.5, 0.0, math.inf, -math.inf),
        (lambda x: x**1.5, 0.0, 0.0, math.inf),
        (lambda x: x.log1p().sqrt(), 0.0, math.inf, -math.inf),
        (lambda x: x.relu(), 0.0, 0.0, 0.0),
    ],
)
def test_at_the_edge_of_a_domain_derivatives_take_their_limits(function, point, first, second):
    x = Value(point)
    assert derivatives(function(x), x, 2) == [first, second]


def test_outside_gradients_an_operation_without_a_value_still_raises():
    x = Value(0.0)
    gradients(x.sqrt(), [x], create_graph=True)
    with pytest.raises(ZeroDivisionError):
        1.0 / x


def test_a_gradient_by_data_that_has_changed_is_refused():
    x = Value(2.0)
    root = x.sin()
    x.data = 3.0
    with pytest.raises(RuntimeError, match=r"data was changed since sin was recorded.*recompute"):
        gradients(root, [x], create_graph=True)


def test_after_recompute_the_gradient_is_that_of_the_new_data():
    x = Value(2.0)
    root = x.sin()
    x.data = 3.0
    root.recompute()
    assert derivatives(root, x, 2) == [math.cos(3.0), -math.sin(3.0)]


def test_a_graph_ten_thousand_deep_is_differentiated_twice():
    x = Value(1.5)
    root = x
    for _ in range(10_000):
        root = root * 1.0 + x * x
    assert derivatives(root, x, 2) == [30_001.0, 20_000.0]


def test_a_graph_with_two_to_the_sixty_paths_is_differentiated_twice():
    x = Value(1.0)
    root = x * x
    for _ in range(60):
        root = root + root
    assert derivatives(root, x, 2) == [2.0**61, 2.0**61]


def test_the_gradient_by_a_single_value_is_a_single_number():
    x = Value(0.0)
    assert gradients(x * 5.0, x) == 5.0


def test_the_recorded_gradient_by_a_single_value_is_a_single_value():
    x = Value(2.0)
    slope = gradients(x**3, x, create_graph=True)
    assert (slope.data, gradients(slope, x)) == (12.0, 12.0)


@pytest.mark.parametrize("several", [list, tuple, iter, lambda values: dict.fromkeys(values, 0)])
def test_gradients_by_values_in_any_collection_are_a_list(several):
    x, y = Value(2.0), Value(3.0)
    assert gradients(x * y, several([x, y])) == [3.0, 2.0]


def test_a_value_that_is_named_twice_has_its_gradient_twice():
    x = Value(2.0)
    assert gradients(x * x, [x, x]) == [4.0, 4.0]


def test_a_list_of_one_value_has_a_list_of_one_gradient():
    x = Value(2.0)
    assert gradients(x * x, [x]) == [4.0]


def test_the_gradient_of_a_plain_number_is_refused():
    with pytest.raises(TypeError, match=r"gradients takes a Value, the root, but got float 3\.0"):
        gradients(3.0, [Value(1.0)])


@pytest.mark.parametrize(
    ("wrt", "shown"), [(3.0, "float 3.0"), ([3.0], "float 3.0"), ("x", "str 'x'"), (None, "NoneType None")]
)
def test_gradients_by_anything_but_values_are_refused(wrt, shown):
    with pytest.raises(TypeError, match=f"gradients takes as wrt a Value or a list of Values, but got {shown}"):
        gradients(Value(1.0), wrt)


def test_gradients_by_a_module_are_refused_with_what_was_meant():
    model = Neuron(2)
    with pytest.raises(TypeError, match=r"but got Neuron ReLUNeuron\(2\); did you mean its parameters\(\)\?"):
        gradients(model([1.0, 2.0]), model)


def test_no_gradient_passes_through_a_detached_value():
    x = Value(3.0, label="x")
    assert gradients(x.detach() * x, [x]) == [3.0]


def test_a_detached_value_keeps_number_and_label():
    copy = Value(3.0, label="x").detach()
    assert (copy.data, copy.label, copy.args) == (3.0, "x", ())


def test_a_partial_that_nobody_gave_is_no_matter_where_it_does_not_lead_to_what_is_asked_for():
    x, w = Value(3.0), Value(0.25)
    root = x * x + Value(0.5, (w,), "f")
    assert gradients(root, [x]) == [6.0]
    assert [d.data for d in gradients(root, [x], create_graph=True)] == [6.0]
    with pytest.raises(ValueError, match="the partials of f, which was recorded by hand, are not known"):
        gradients(root, [w])
