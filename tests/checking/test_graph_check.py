"""``check_graph``: a wrong partial is found and named, wherever it is, and a right one is never accused."""

from __future__ import annotations

import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from oracles import CASES

from autograd import (
    Value,
    clip,
    copysign,
    fmod,
    gradients,
    half_squared_error,
    heaviside,
    log,
    log_sum_exp,
    maximum,
    product,
    relu,
    sinc,
    sqrt,
    tanh,
    topological_order,
    total,
    where,
)
from autograd.checking.graph_check import MOST, check_graph
from autograd.engine.primitives import TABLE, Primitive
from autograd.explaining.source_lines import trace_lines
from nn.note import load


@pytest.fixture(autouse=True)
def _the_table_as_it_was():
    rows = dict(TABLE)
    yield
    TABLE.clear()
    TABLE.update(rows)


@pytest.fixture
def x():
    return Value(2.0, label="x")


def values(args):
    return [[Value(x) for x in arg] if isinstance(arg, list) else Value(arg) for arg in args]


def mistaken(op):
    """Return an operation like another whose partials are all off by one percent and a bit."""

    def wrong(rule):
        def partial(z, *args):
            found = rule(z, *args)
            return [d + 0.01 * (1.0 + abs(d)) for d in ([found] if isinstance(found, float) else found)]

        return lambda *args: partial(*args)[0] if isinstance(rule(*args), float) else partial(*args)

    twin = Primitive.__new__(Primitive)
    vars(twin).update(vars(op), partials=tuple(wrong(rule) for rule in op.partials))
    return twin


# --- wrong partials ---


def test_a_wrong_partial_of_a_users_operation_is_named_with_its_line(x):
    cube = Primitive("cube", lambda x: x * x * x, lambda z, x: 3.0 * x)
    with trace_lines():
        y = cube(x) + 1
    y.label = "y"
    check = check_graph(y)
    (found,) = check.wrong
    assert (found.operation, found.name, found.recorded, found.low, found.high) == ("cube", "∂v1/∂x", 6.0, 12.0, 12.0)
    assert found.line.code == "y = cube(x) + 1"
    assert str(check) == (
        "1 of 2 partials of 2 operations is wrong:\n"
        "  ∂v1/∂x  by cube: recorded 6, expected 12\n"
        f"      test_graph_check.py, line {found.line.line}: y = cube(x) + 1"
    )


def by_hand(name, value, slope):
    """Return an operation as micrograd's lectures write it."""

    def operation(x):
        out = Value(value(x.data), (x,), name)

        def _backward():
            x.grad += slope(x.data) * out.grad

        out._backward = _backward
        return out

    return operation


@pytest.mark.parametrize(
    ("name", "value", "slope", "right"),
    [
        ("tanh", math.tanh, lambda x: 1.0 - math.tanh(x), 1.0 / math.cosh(2.0) ** 2),
        ("exp", math.exp, lambda x: x, math.exp(2.0)),
        ("ReLU", lambda x: max(0.0, x), lambda x: -1.0, 1.0),
    ],
)
def test_a_wrong_partial_by_hand_is_found_where_a_row_of_its_name_has_its_value(x, name, value, slope, right):
    (found,) = check_graph(by_hand(name, value, slope)(x) * 3.0).wrong
    assert (found.operation, found.name, found.recorded) == (name.lower(), "∂v1/∂x", slope(2.0))
    assert found.low == pytest.approx(right)
    assert check_graph(by_hand(name, value, lambda x: right)(x) * 3.0)


def test_each_partial_of_an_operation_by_hand_is_held_against_the_row(x):
    y = Value(5.0, label="y")
    (found,) = check_graph(Value(10.0, (x, y), "*", local_grads=(5.0, 5.0))).wrong
    assert (found.name, found.recorded, found.low) == ("∂v1/∂y", 5.0, 2.0)


@pytest.mark.parametrize("name", ["mine", "tanh", ""])
def test_an_operation_by_hand_that_is_no_row_is_not_checked_and_it_says_what_checks_it(x, name):
    check = check_graph(Value(8.0, (x,), name, local_grads=(12.0,)))
    assert [(found.recorded, found.method) for found in check.unchecked] == [(12.0, "by hand")]
    assert str(check).splitlines() == [
        "By hand, so known at this point alone, and not checked; check_grads(f, args) runs f beside it:",
        f"  ∂v1/∂x  by {name or 'f'}: recorded 12",
    ]


def test_each_wrong_partial_is_found_among_right_ones(x):
    nearly = Primitive("nearly", lambda x, y: x * y + math.sin(y), lambda z, x, y: y, lambda z, x, y: x)
    y = Value(0.5, label="y")
    z = nearly(x, y)
    z.label = "z"
    (found,) = check_graph(z).wrong
    assert found.name == "∂z/∂y"
    assert found.low == pytest.approx(2.0 + math.cos(0.5))


@pytest.mark.parametrize(("op", "args"), CASES)
def test_a_mistake_of_one_percent_in_any_row_is_found(op, args):
    node = mistaken(op)(*values(args))
    check = check_graph(node)
    assert len(check.wrong) == check.partials == len(node.edges)


def test_a_right_operation_of_a_user_agrees(x):
    cube = Primitive("cube", lambda x: x * x * x, lambda z, x: 3.0 * x * x)
    assert check_graph(cube(x))


def test_operations_that_take_numbers_of_their_own_kind_alone_are_measured_in_floats(x):
    def value(x):
        if not isinstance(x, float):
            raise RuntimeError("floats only")
        return math.exp(math.sin(x))

    right = Primitive("right", value, lambda z, x: z * math.cos(x))
    wrong = Primitive("wrong", value, lambda z, x: z * math.sin(x))
    assert check_graph(right(x))
    (found,) = check_graph(wrong(x)).wrong
    assert found.method == "differences"


def test_arithmetic_is_measured_exactly():
    tenth = Value(0.1)
    squared = Primitive("squared", lambda x: x * x, lambda z, x: x)
    (found,) = check_graph(squared(tenth)).wrong
    assert (found.method, found.low) == ("fractions", 0.2)


def test_an_infinite_partial_where_the_slope_is_finite_is_wrong(x):
    steep = Primitive("steep", lambda x: x + 0.0, lambda z, x: math.inf)
    assert check_graph(steep(x)).wrong


def test_a_nan_where_the_slope_is_finite_is_wrong(x):
    lost = Primitive("lost", lambda x: x + 0.0, lambda z, x: math.nan)
    assert check_graph(lost(x)).wrong


def test_a_finite_partial_where_the_slope_is_infinite_is_wrong():
    root = Primitive("root", math.sqrt, lambda z, x: 0.0)
    (found,) = check_graph(root(Value(0.0))).wrong
    assert (found.low > 1e5, found.high) == (True, math.inf)


def test_a_check_that_fails_can_raise(x):
    wrong = Primitive("wrong", lambda x: x * x, lambda z, x: x)
    with pytest.raises(AssertionError, match="∂v1/∂x  by wrong: recorded 2, expected 4"):
        check_graph(wrong(x)).raise_if_wrong()
    check_graph(x * x).raise_if_wrong()


def test_of_many_wrong_partials_some_are_shown(x):
    wrong = Primitive("wrong", lambda x: x * x, lambda z, x: x)
    lines = str(check_graph(total([wrong(x) for _ in range(30)]))).splitlines()
    assert lines[0] == "30 of 60 partials of 31 operations are wrong:"
    assert (len(lines), lines[-1]) == (12, "  … and 20 more")


# --- right partials ---


@pytest.mark.parametrize(("op", "args"), CASES)
def test_the_partials_of_every_row_agree(op, args):
    check = check_graph(op(*values(args)))
    assert check.wrong == check.changed == check.unchecked == ()
    assert check.largest_error < 1e-9


def test_a_recorded_gradient_of_a_softmax_is_right_though_its_largest_is_taken_for_a_constant():
    scores = values([0.5, -1.0, 2.0])
    [slope] = gradients(log_sum_exp(scores), scores[:1], create_graph=True)
    assert "largest_of" in {node.op.name for node in topological_order(slope) if node.op}
    assert check_graph(slope)


ONE_NUMBER = [op for op, args in dict(CASES).items() if len(args) == 1 and isinstance(args[0], float)]


@given(st.sampled_from(ONE_NUMBER), st.floats(-1e6, 1e6) | st.floats(0.0, 3.0))
def test_a_right_partial_is_accused_nowhere(op, number):
    try:
        node = op(Value(number + 0.0))  # never −0, from where √ falls
    except (ArithmeticError, ValueError):
        return
    assert check_graph(node).wrong == ()


def test_the_note_agrees_in_all_its_partials():
    check = check_graph(load().error())
    assert check
    assert (check.partials, check.operations) == (30, 11)
    assert str(check).startswith("All 30 partials of 11 operations agree (largest relative difference ")


@pytest.mark.parametrize("slope", [0.0, 0.3, 1.0])
def test_at_a_kink_any_value_between_the_slopes_on_its_sides_is_right(slope):
    ramp = Primitive("ramp", relu.value, lambda z, x: slope)
    assert check_graph(ramp(Value(0.0)))


@pytest.mark.parametrize("slope", [-0.1, 1.1])
def test_at_a_kink_other_values_are_wrong(slope):
    ramp = Primitive("ramp", relu.value, lambda z, x: slope)
    check = check_graph(ramp(Value(0.0)))
    assert "expected 0 to 1" in str(check)
    assert not check


@pytest.mark.parametrize("kink", [relu, abs, lambda x: maximum(x, x * 1), lambda x: maximum(0.0, x)])
def test_the_conventions_at_kinks_are_right(kink):
    check = check_graph(kink(Value(0.0)))
    assert check
    assert check.unchecked == ()


@pytest.mark.parametrize("edge", [sqrt(Value(0.0)), Value(0.0).cbrt(), Value(1.0).arccos(), Value(-1.0).arcsin()])
def test_an_infinite_slope_is_right_where_the_value_rises_ever_more_steeply(edge):
    check = check_graph(edge)
    assert check
    assert check.unchecked == ()


@pytest.mark.parametrize(
    "node", [heaviside(Value(0.0)), tanh(Value(math.nan)), Value(1e17).sin(), Value(math.inf) * Value(2.0)]
)
def test_where_no_slope_can_be_measured_the_report_says_so_and_accuses_nobody(node):
    check = check_graph(node)
    assert check
    assert check.unchecked
    assert str(check).startswith("No slope can be measured here, so this was not checked:\n  ∂")


def test_beside_an_infinite_slope_a_huge_one_is_right():
    assert check_graph(sqrt(Value(5e-324)))


# --- data changed after recording ---


def test_data_changed_after_recording_is_told_apart_from_a_wrong_partial(x):
    y = x * 3 + 1
    y.label = "y"
    x.data = 5.0
    check = check_graph(y)
    (found,) = check.changed
    assert (found.operation, found.name, found.recorded, found.low) == ("multiply", "v1", 6.0, 15.0)
    assert check.wrong == ()
    assert not check
    assert "  v1  by multiply: recorded 6, now 15" in str(check)


def test_a_change_that_leaves_the_value_as_it_was_is_noticed_by_its_partial(x):
    zero = Value(0.0, label="zero")
    y = x * zero
    x.data = 5.0
    check = check_graph(y)
    assert [found.name for found in check.changed] == ["∂v1/∂zero"]
    assert check.wrong == ()


def test_recomputing_makes_it_right_again(x):
    y = x * 3 + 1
    x.data = 5.0
    y.recompute()
    assert check_graph(y)


def test_data_changed_out_of_the_domain_is_changed_data(x):
    y = log(x)
    x.data = -1.0
    assert [found.name for found in check_graph(y).changed] == ["v1"]


# --- graphs of any size ---


def test_of_a_long_sequence_a_bounded_number_is_checked_and_the_report_says_so():
    check = check_graph(total([Value(float(i)) for i in range(1000)]))
    assert (check.partials, check.left_out) == (MOST, 1000 - MOST)
    assert "64 entries each were checked and 936 left out" in str(check)


@pytest.mark.parametrize("op", [total, product, lambda v: half_squared_error(v[:1000], v[1000:])])
def test_long_sequences_agree(op):
    assert check_graph(op([Value(1.0 + math.sin(i) / 100) for i in range(2000)]))


def test_a_graph_with_countless_paths_is_checked_node_by_node(x):
    y = x
    for _ in range(60):
        y = y + y
    assert check_graph(y).partials == 120


def test_a_leaf_alone_has_nothing_to_check(x):
    check = check_graph(x)
    assert check
    assert str(check) == "All 0 partials of 0 operations agree (largest relative difference 0)."


def test_a_check_can_be_written_as_json(x):
    data = check_graph(x * x).as_data()
    assert json.loads(json.dumps(data)) == {
        "all_right": True, "partials": 2, "operations": 1, "largest_error": 0.0, "left_out": 0, "wrong": [], "changed": [],
        "unchecked": [],
        "lost": [],
    }  # fmt: skip


@pytest.mark.parametrize(
    "f",
    [
        lambda x: copysign(x, -1.0),
        lambda x: copysign(2.0, x),
        lambda x: clip(x, 0.0, 3.0),
        lambda x: clip(x, 2.0, 5.0),
        lambda x: where(x > 1.0, x, 2.0),
        lambda x: x % 0.75,
        lambda x: 7.5 % x,
        lambda x: x // 0.75,
        lambda x: fmod(x, 0.75),
        lambda x: fmod(7.5, x),
        lambda x: round(x, 1),
        lambda x: sinc(x),
        lambda x: maximum([x, 1.0, 3.0 - x]),
    ],
)
@pytest.mark.parametrize("number", [1.3, 2.7, 2.0])
def test_pieces_agree_with_their_partials(f, number):
    check = check_graph(f(Value(number, label="x")))
    assert check.wrong == check.unchecked == ()
