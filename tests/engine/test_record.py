"""What a Value records, what a backward pass adds to it, and what running it forward again changes."""

from __future__ import annotations

import gc
import math
import os
import subprocess
import sys
import weakref
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from project import ROOT

from autograd import (
    Value,
    arctan,
    draw,
    exp,
    gradients,
    half_squared_error,
    log,
    log_sum_exp,
    maximum,
    product,
    relu,
    sigmoid,
    softplus,
    sqrt,
    tanh,
    topological_order,
    total,
    weighted_sum,
    why_zero,
    xlogy,
)
from autograd.engine.graph import backward_order, consumers, is_current
from autograd.engine.node import has_gradient, plain_grad
from autograd.engine.slots import with_arguments


@pytest.fixture
def x():
    return Value(2.0, label="x")


@pytest.fixture
def y():
    return Value(5.0, label="y")


# --- arguments and edges ---


def test_a_leaf_has_neither_operation_nor_arguments_nor_edges(x):
    assert (x.op, x.args, x.edges) == (None, (), [])


def test_an_operation_keeps_its_arguments_in_order_with_the_partial_of_each(x, y):
    z = x - y
    assert z.op.name == "subtract"
    assert z.args == (x, y)
    assert z.edges == [(x, 1.0), (y, -1.0)]


def test_an_operation_on_one_value_has_one_edge(x):
    assert (-x).args == (x,)
    assert (-x).edges == [(x, -1.0)]


def test_the_square_of_a_value_as_a_product_has_two_edges(x):
    assert (x * x).args == (x, x)
    assert (x * x).edges == [(x, 2.0), (x, 2.0)]


@pytest.mark.parametrize(
    ("operation", "name", "args", "partial"),
    [
        (lambda x: x + 3, "add", ("x", 3.0), 1.0),
        (lambda x: 3 + x, "add", (3.0, "x"), 1.0),
        (lambda x: x - 3, "subtract", ("x", 3.0), 1.0),
        (lambda x: 3 - x, "subtract", (3.0, "x"), -1.0),
        (lambda x: x * 3, "multiply", ("x", 3.0), 3.0),
        (lambda x: 3 * x, "multiply", (3.0, "x"), 3.0),
        (lambda x: x / 4, "divide", ("x", 4.0), 0.25),
        (lambda x: 4 / x, "divide", (4.0, "x"), -1.0),
        (lambda x: x**3, "power", ("x", 3.0), 12.0),
        (lambda x: 1**x, "power", (1.0, "x"), 0.0),
        (lambda x: x.maximum(3), "maximum", ("x", 3.0), 0.0),
        (lambda x: maximum(3, x), "maximum", (3.0, "x"), 0.0),
        (lambda x: half_squared_error(3, x), "half_squared_error", (3.0, "x"), -1.0),
        (lambda x: half_squared_error(x, 3), "half_squared_error", ("x", 3.0), -1.0),
    ],
)
def test_a_constant_is_kept_in_its_place_as_a_float_and_makes_no_edge(x, operation, name, args, partial):
    z = operation(x)
    assert z.op.name == name
    assert z.args == tuple(x if arg == "x" else arg for arg in args)
    assert [type(arg) for arg in z.args if arg is not x] == [float]
    assert z.edges == [(x, partial)]


def test_a_constant_makes_no_node(x):
    assert topological_order(2 * x + 1)[0] is x
    assert len(topological_order(2 * x + 1)) == 3


def test_a_sequence_is_kept_as_a_tuple_where_only_values_have_edges(x, y):
    z = total([x, 7, y, x])
    assert z.args == ((x, 7.0, y, x),)
    assert z.edges == [(x, 1.0), (y, 1.0), (x, 1.0)]


def test_a_weighted_sum_has_edges_to_weights_inputs_and_bias_in_this_order(x, y):
    bias = Value(0.5)
    z = weighted_sum([x, 3.0], [10.0, y], bias)
    assert z.data == 35.5
    assert z.args == ((x, 3.0), (10.0, y), bias)
    assert z.edges == [(x, 10.0), (y, 3.0), (bias, 1.0)]


@pytest.mark.parametrize("inputs", [[Value(3.0), Value(4.0)], [3.0, 4.0], [3.0, Value(4.0)], [3, 4]], ids=repr)
@pytest.mark.parametrize("bias", [0.5, Value(0.5)], ids=repr)
def test_every_way_through_a_weighted_sum_records_the_same(x, y, inputs, bias):
    z = weighted_sum([x, y], inputs, bias)
    edges = [(x, 3.0), (y, 4.0), (inputs[0], 2.0), (inputs[1], 5.0), (bias, 1.0)]
    assert z.data == 26.5
    assert z.args == ((x, y), tuple(inputs), bias)
    assert z.edges == [(argument, partial) for argument, partial in edges if isinstance(argument, Value)]


@pytest.mark.parametrize("kind", [float, int, Value])
@pytest.mark.parametrize("bias", [0.25, Value(0.25)], ids=["constant", "Value"])
def test_every_way_through_a_weighted_sum_rounds_once(kind, bias):
    assert weighted_sum([Value(1e16), Value(1.0), Value(-1e16)], [kind(1), kind(1), kind(1)], bias).data == 1.25


@pytest.mark.parametrize(("last", "whole"), [(-1.5, 2.0**1022), (1.0, math.inf)])
@pytest.mark.parametrize("kind", [float, Value])
def test_a_weighted_sum_may_leave_the_floats_on_its_way(kind, last, whole):
    weights = [Value(2.0**1023), Value(2.0**1023), Value(2.0**1023)]
    assert weighted_sum(weights, [kind(1.0), kind(1.0), kind(last)], Value(0.0)).data == whole


def test_a_half_squared_error_of_two_values_has_both_edges(x, y):
    assert half_squared_error(x, y).edges == [(x, -3.0), (y, 3.0)]


def test_a_half_squared_error_of_lists_has_an_edge_to_each_value(x, y):
    z = half_squared_error([1.0, x], [y, 4.0])
    assert z.data == 10.0
    assert z.args == ((1.0, x), (y, 4.0))
    assert z.edges == [(x, -2.0), (y, 4.0)]


def test_a_log_sum_exp_may_mix_values_with_constants(x):
    z = log_sum_exp([x, 2.0])
    assert z.args == ((x, 2.0),)
    assert z.edges == [(x, 0.5)]


def test_a_product_has_on_each_edge_the_product_of_the_others(x, y):
    assert product([x, 3, y]).edges == [(x, 15.0), (y, 6.0)]


def test_a_sequence_may_be_anything_that_iterates(x, y):
    assert total(v for v in (x, y)).args == ((x, y),)
    assert total((x, y)).args == ((x, y),)


def test_a_list_changed_afterwards_does_not_change_the_record(x, y):
    terms = [x, y]
    z = total(terms)
    terms.clear()
    assert z.args == ((x, y),)


# --- the order of a walk ---


def test_the_topological_order_has_every_node_once_and_after_its_arguments(x, y):
    shared = x * y
    root = total([shared, x, shared * shared, y])
    order = topological_order(root)
    assert len(order) == len(set(order)) == 5
    assert order[-1] is root
    assert all(order.index(argument) < order.index(node) for node in order for argument, _ in node.edges)


@pytest.mark.parametrize(
    "join", [lambda a, b: a - b, lambda a, b: total([a, b]), lambda a, b: weighted_sum([a], [b], Value(1.0))]
)
def test_both_orders_take_the_branch_of_the_first_argument_first(x, y, join):
    first, second = x * 2, y * 3
    root = join(first, second)
    assert topological_order(root)[:4] == [x, first, y, second]
    assert [node for node in backward_order(root) if node.op] == [root, first, second]


def test_the_topological_order_of_a_leaf_is_the_leaf(x):
    assert topological_order(x) == [x]


# --- backward ---


def test_grad_is_the_int_0_before_any_pass_and_a_float_after(x, y):
    z = x * y
    assert [repr(v.grad) for v in (x, y, z)] == ["0", "0", "0"]
    z.backward()
    assert [repr(v.grad) for v in (x, y, z)] == ["5.0", "2.0", "1.0"]


def test_the_backward_pass_of_a_leaf_gives_it_a_gradient_of_1(x):
    x.backward()
    assert x.grad == 1.0


def test_the_chain_rule_sums_over_all_paths(x, y):
    (x * y + x * x + 3 * x).backward()
    assert (x.grad, y.grad) == (12.0, 2.0)


def test_the_chain_rule_sums_over_all_places_in_sequences(x, y):
    (total([x, x, y, 2 * x]) * weighted_sum([x, y], [y, x], x)).backward()
    assert (x.grad, y.grad) == (231.0, 74.0)


@pytest.mark.parametrize("gradient", [3.0, 3, Fraction(3), np.float32(3.0), np.int64(3)], ids=lambda x: type(x).__name__)
@pytest.mark.parametrize("create_graph", [False, True])
def test_all_gradients_are_multiplied_by_the_one_that_a_pass_starts_from(x, y, gradient, create_graph):
    (x * y).backward(gradient, create_graph=create_graph)
    assert (plain_grad(x), plain_grad(y)) == (15.0, 6.0)
    assert type(plain_grad(x)) is float


def test_a_second_backward_adds_exactly_one_more_gradient(x):
    z = x * x * x
    z.backward()
    z.backward()
    assert (x.grad, z.grad) == (24.0, 2.0)


def test_two_losses_may_share_a_trunk(x):
    trunk = x * x
    trunk.exp().backward()
    x.grad = trunk.grad = 0.0
    (3 * trunk).backward()
    (5 * trunk).backward()
    assert (trunk.grad, x.grad) == (8.0, 32.0)


def test_a_node_that_the_root_does_not_need_gets_no_gradient(x, y):
    unused = x * y
    (x + 1).backward()
    assert (unused.grad, y.grad) == (0, 0)


def test_data_changed_after_recording_changes_no_gradient(x, y):
    z = x * y
    x.data, y.data, z.data = 100.0, 200.0, 300.0
    z.backward()
    assert (x.grad, y.grad) == (5.0, 2.0)


def test_zero_grad_clears_the_whole_graph_to_the_int_0(x, y):
    hidden = x * y
    root = hidden + x
    root.backward()
    root.zero_grad()
    assert [repr(v.grad) for v in (x, y, hidden, root)] == ["0"] * 4


def test_zero_grad_leaves_alone_what_the_value_was_not_computed_from(x):
    root = x * x
    root.backward()
    x.zero_grad()
    assert (x.grad, root.grad) == (0, 1.0)


def test_a_graph_is_freed_as_soon_as_nobody_has_its_root():
    root = Value(1.0) * 2
    seen = weakref.ref(root)
    root.backward()
    gc.disable()
    try:
        del root
        assert seen() is None
    finally:
        gc.enable()


def test_the_same_program_gives_the_same_bits_in_every_process():
    program = """
import random
from autograd import *
random.seed(1)
nodes = [Value(random.uniform(-1, 1), label=f"x{i}") for i in range(9)]
for i in range(300):
    a, b, c = random.choices(nodes, k=3)
    nodes.append([a * b + 0.1, tanh(a - b / 3), total([a, b, c]), weighted_sum([a, b], [c, 0.3], b), a.hypot(c)][i % 5])
total(nodes[-9:]).backward()
print([(repr(v.data), repr(v.grad)) for v in nodes])
"""
    outputs = [
        subprocess.run(
            [sys.executable, "-c", program],
            env={**os.environ, "PYTHONHASHSEED": seed},
            cwd=ROOT,
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    ]
    assert len(outputs[0]) > 9000
    assert outputs[0] == outputs[1]


# --- recompute ---


def test_recompute_after_a_leaf_changed_gives_what_building_anew_would(x, y):
    root = x * y + x
    x.data = 3.0
    root.recompute()
    assert root.data == 18.0
    assert root.args[0].edges == [(x, 5.0), (y, 3.0)]


def test_recompute_leaves_gradients_alone(x):
    root = x * x
    root.backward()
    x.data = 3.0
    root.recompute()
    assert (x.grad, root.grad) == (4.0, 1.0)


def test_recompute_of_a_leaf_changes_nothing(x):
    x.recompute()
    assert x.data == 2.0


def test_recompute_outside_a_domain_raises_the_operations_error_and_changes_nothing(x, y):
    inner = x - y + 4.0
    inner.label = "gap"
    root = log(inner) + 0 * x
    y.data = 9.0
    before = record([x, inner, root])
    with pytest.raises(ValueError, match=r"^log\(gap\).*gap = -3\.0"):
        root.recompute()
    assert record([x, inner, root]) == before


# --- any graph: a program's instruction (f, i, j) appends operation f of nodes i and j ---

PROGRAMS = st.lists(st.tuples(*[st.integers(0, 99)] * 3), min_size=1, max_size=12)
LEAVES = st.lists(st.integers(-3, 3).map(float), min_size=1, max_size=4)
EXACT = [lambda a, b: a + b, lambda a, b: a - b, lambda a, b: a * b, lambda a, b: 2 * a, lambda a, b: 3 - b, lambda a, b: -a]
TOTAL = [  # operations that have a value for all numbers, nan and infinities too
    *EXACT,
    lambda a, b: 1 / (a * a + 0.7),
    lambda a, b: tanh(a) / (sigmoid(b) + 0.1),
    lambda a, b: softplus(a).maximum(arctan(b)),
    lambda a, b: abs(tanh(a)) ** 1.5 - relu(b),
    lambda a, b: 2 ** tanh(a) * tanh(b) ** 3,
    lambda a, b: weighted_sum([a, b], [b, 0.3], a),
    lambda a, b: weighted_sum([a, 0.1], [0.2, b]),
    lambda a, b: weighted_sum([a, b], [b, a], b),
    lambda a, b: weighted_sum([a, b], [1.5, -0.5], a),
    lambda a, b: total([a, 0.1, b, a]),
    lambda a, b: product([a, b, a]),
    lambda a, b: log_sum_exp([tanh(a), 0.1, tanh(b)]),
    lambda a, b: half_squared_error(a, b),
    lambda a, b: half_squared_error([a, 1.0], [b, a]),
]


def run(program, operations, leaves):
    nodes = [*leaves]
    for f, i, j in program:
        nodes.append(operations[f % len(operations)](nodes[i % len(nodes)], nodes[j % len(nodes)]))
    return nodes


def record(nodes):
    """Return, to the last bit, the numbers that nodes record."""
    return [repr((v.data, [partial for _, partial in v.edges])) for v in nodes]


class Slope:
    """A number with its derivative by one chosen node: forward mode, in exact fractions."""

    def __init__(self, number, slope=0):
        self.number, self.slope = Fraction(number), Fraction(slope)

    def __add__(self, other):
        return type(self)(self.number + other.number, self.slope + other.slope)

    def __neg__(self):
        return type(self)(-self.number, -self.slope)

    def __mul__(self, other):
        return type(self)(self.number * other.number, self.number * other.slope + self.slope * other.number)

    def __sub__(self, other):
        return self + -other

    def __rsub__(self, other):
        return type(self)(other) - self

    def __rmul__(self, other):
        return type(self)(other) * self


class Size(Slope):
    """A bound for everything that a slope is summed from: nothing cancels."""

    def __neg__(self):
        return self


def slopes(kind, program, numbers):
    """Return the derivatives of a program's last node by every node."""
    return [slope(kind, program, numbers, chosen) for chosen in range(len(numbers) + len(program))]


def slope(kind, program, numbers, chosen):
    nodes = [kind(number, place == chosen) for place, number in enumerate(numbers)]
    for instruction in program:
        node = run([instruction], EXACT, nodes)[-1]
        nodes.append(kind(node.number, 1) if len(nodes) == chosen else node)
    return nodes[-1].slope


@settings(deadline=None)
@given(PROGRAMS, LEAVES)
def test_backward_agrees_on_every_node_with_forward_mode_in_exact_fractions(program, numbers):
    assume(max(slopes(Size, program, [max(1, abs(n)) for n in numbers])) < 2**53)  # so that floats are exact, too
    nodes = run(program, EXACT, map(Value, numbers))
    nodes[-1].backward()
    assert [v.grad for v in nodes] == slopes(Slope, program, numbers)


@settings(deadline=None)
@given(PROGRAMS, LEAVES, st.lists(st.floats(), min_size=4, max_size=4))
def test_recompute_gives_every_node_the_bits_of_a_graph_built_anew(program, numbers, changed):
    nodes = run(program, TOTAL, map(Value, numbers))
    for leaf, number in zip(nodes[: len(numbers)], changed, strict=False):
        leaf.data = number
    for node in nodes:
        node.recompute()
    assert record(nodes) == record(run(program, TOTAL, map(Value, changed[: len(numbers)])))


# --- has a pass come? ---


@pytest.mark.parametrize(("grad", "computed"), [(0, False), (0.0, True), (1, True), (-2, True), (0.5, True), (True, True)])
def test_any_gradient_but_the_int_0_counts_as_computed(grad, computed):
    x = Value(3.0, label="x")
    x.grad = grad
    assert has_gradient(x) is computed
    assert ("no backward pass yet" in draw(x).svg) is not computed
    assert (why_zero(x).state == "not computed") is not computed


def test_a_gradient_that_is_a_value_counts_as_computed_and_has_a_plain_number():
    x = Value(3.0)
    (x * x).backward(create_graph=True)
    assert has_gradient(x)
    assert plain_grad(x) == 6.0


# --- what is told of the record ---


def test_parents_partials_and_edges_are_the_values_among_the_arguments_in_their_order():
    a, b, c = Value(2.0), Value(3.0), Value(5.0)
    for node, args, parents in [
        (a * b, (a, b), (a, b)),
        (2.0 * a, (2.0, a), (a,)),
        (a * a, (a, a), (a, a)),
        (total([a, 1.0, b]), ((a, 1.0, b),), (a, b)),
        (weighted_sum([a, b], [c, c], a), ((a, b), (c, c), a), (a, b, c, c, a)),
        (weighted_sum([a, 1.0], [c, b], 1.0), ((a, 1.0), (c, b), 1.0), (a, c, b)),
        (weighted_sum([a, b], [1.0, 2.0], c), ((a, b), (1.0, 2.0), c), (a, b, c)),
        (Value(9.0, (c, b, a), "f", "", (), (1.0, 2.0, 3.0)), (c, b, a), (c, b, a)),
    ]:
        assert (node.args, node.parents) == (args, parents)
        assert node.edges == [*zip(node.parents, node.partials, strict=True)]


def test_the_record_on_other_arguments_is_the_same_but_for_them():
    a, b, c = Value(2.0), Value(3.0), Value(5.0)
    for node in (a * b, 2.0 * a, total([a, 1.0, b]), weighted_sum([a, b], [1.0, 2.0], a), a):
        twin = with_arguments(node, lambda argument: c)
        assert set(twin.parents) <= {c}
        assert (twin.data, twin.op, twin.partials, len(twin.parents)) == (node.data, node.op, node.partials, len(node.parents))


def test_consumers_tell_every_use_and_its_place_whatever_the_order_is_given_as():
    x, y = Value(2.0), Value(5.0)
    product = x * y
    root = total([product, 1.0, x, product])
    found = {x: [(product, 0), (root, 1)], y: [(product, 1)], product: [(root, 0), (root, 2)], root: []}
    assert consumers(topological_order(root)) == consumers(iter(topological_order(root))) == found


def test_a_leaf_is_current_whatever_its_number():
    x = Value(2.0)
    x.data = 3.0
    assert is_current(x)


def test_a_number_is_current_until_an_argument_of_it_changes():
    x = Value(2.0)
    y = x * x
    assert is_current(y)
    x.data = 3.0
    assert not is_current(y)


def test_a_number_is_out_of_date_where_its_operation_has_no_value_any_more():
    x = Value(2.0)
    y = log(x)
    x.data = -2.0
    assert not is_current(y)


@pytest.mark.parametrize(
    ("at", "off", "current"), [(0.3, 1e-13, True), (0.3, 1e-11, False), (-300.0, 1e-11, False), (-740.0, 0.5, True)]
)
def test_a_number_is_current_if_it_is_off_by_no_more_than_another_machines_libm(at, off, current):
    y = exp(Value(at))
    y.data *= 1.0 + off
    assert y.data != math.exp(at)
    assert is_current(y) is current


@pytest.mark.parametrize(("operation", "slope"), [(sqrt, math.inf), (lambda x: xlogy(x, x), -math.inf)])
def test_a_limit_is_current_where_its_operation_has_no_value(operation, slope):
    x = Value(0.0)
    found = gradients(operation(x), x, create_graph=True)
    assert found.data == slope
    assert all(map(is_current, topological_order(found)))
    x.data = 1.0
    assert not all(map(is_current, topological_order(found)))


def test_nan_is_current_only_where_its_arguments_give_nan():
    x = Value(float("nan"))
    y = x * 2.0
    assert is_current(y)
    x.data = 3.0
    assert not is_current(y)


def test_a_number_is_out_of_date_where_its_arguments_now_give_nan():
    x = Value(3.0)
    y = x * 2.0
    x.data = float("nan")
    assert not is_current(y)


@pytest.mark.parametrize("inputs", [[10.0, 20.0], [Value(10.0), Value(20.0)]], ids=["floats", "Values"])
def test_recomputing_a_weighted_sum_keeps_the_partial_of_its_bias(inputs):
    weights, bias = [Value(2.0), Value(3.0)], Value(1.0)
    net = weighted_sum(weights, inputs, bias)
    net.recompute()
    net.backward()
    assert (bias.grad, [w.grad for w in weights]) == (1.0, [10.0, 20.0])
    assert len(net.partials) == len(net.parents)


def test_a_comparison_with_an_array_is_one_with_each_of_its_numbers():
    np = pytest.importorskip("numpy")
    assert (Value(1.0) < np.array([0.0, 2.0])).tolist() == [False, True]
