"""``why_zero``, ``why_nan`` and ``why_big``: states told apart, and the operation, line and factor responsible named."""

from __future__ import annotations

import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograd import Value, half_squared_error, maximum, minimum, product, topological_order, total, weighted_sum
from autograd.engine.primitives import TABLE, Primitive
from autograd.explaining.paths import all_paths
from autograd.explaining.source_lines import trace_lines
from autograd.explaining.why import MOST, why_big, why_nan, why_zero
from autograd.text.names import names_of
from nn.note import load


def named(node, label):
    node.label = label
    return node


@pytest.fixture
def x():
    return Value(3.0, label="x")


@pytest.fixture
def w():
    return Value(-2.0, label="w")


def causes(why):
    return [(cause.name, cause.number, cause.remark) for cause in why.causes]


def text(*lines):
    return "\n".join(lines)


# --- why_zero: states ---


def test_before_any_pass_the_gradient_is_not_computed(x):
    why = why_zero(x)
    assert why.state == "not computed"
    assert str(why) == text(
        "No backward pass has reached x since it was made or last zeroed: call backward() on what was",
        "computed from it.",
    )


def test_with_the_root_a_gradient_that_is_not_computed_is_told_all_the_same(x):
    why = why_zero(x, named(x * 5, "y"))
    assert why.state == "not computed"
    assert why.sentence == "∂y/∂x is 5, but no pass from y has reached x since its grad was last 0: call backward() on y."


def test_zeroing_makes_it_not_computed_again(x):
    y = x * 5
    y.backward()
    y.zero_grad()
    assert why_zero(x).state == "not computed"


def test_a_gradient_that_is_there_is_not_zero(x):
    y = named(x * 5, "y")
    y.backward()
    assert str(why_zero(x)) == "The grad of x is 5, not 0."
    assert str(why_zero(x, y)) == "∂y/∂x is 5, not 0."


def test_a_pass_that_found_nothing_leaves_a_question_for_the_root(x, w):
    (w.relu() * x).backward()
    why = why_zero(w)
    assert why.state == "ask with the root"
    assert why.sentence.endswith("pass the value that backward() was called on, too: why_zero(w, root).")


def test_a_value_that_the_root_was_not_computed_from_has_no_path(x, w):
    why = why_zero(w, named(x * 5, "y"))
    assert why.state == "no path"
    assert why.sentence.startswith("y was not computed from w, so there is no gradient.")


def test_the_other_way_round_is_pointed_out(x):
    assert "the other way round: y was computed from x" in why_zero(named(x * 5, "y"), x).sentence


def test_a_value_made_anew_under_the_same_label_is_pointed_out(x):
    y = x * 5
    assert "Another value labelled x is in the graph" in why_zero(Value(3.0, label="x"), y).sentence


def test_the_root_itself_has_a_path(x):
    x.backward()
    assert str(why_zero(x, x)) == "∂x/∂x is 1, not 0."


# --- why_zero: factors ---


def test_a_dead_relu_is_named_with_its_operation_its_number_and_its_line(x, w):
    with trace_lines():
        net = named(w * x, "net")
        out = named(net.relu(), "out")
    why = why_zero(w, named(out * 5, "loss"))
    (cause,) = why.causes
    assert why.state == "zero factor"
    assert (cause.operation, cause.result, cause.argument, cause.formula) == ("relu", "out", "net", "[net > 0]")
    assert str(why) == text(
        "∂loss/∂w is 0: the only path has a factor that is 0:",
        "  ∂out/∂net = [net > 0] = 0   relu is dead: net = −6 is not above 0",
        f'      test_why.py, line {cause.line.line}: out = named(net.relu(), "out")',
    )


OFF = Value(0.0, label="off")


@pytest.mark.parametrize(
    ("compute", "number", "remark"),
    [
        (lambda x: x.sigmoid(), -800.0, "sigmoid is saturated at x = −800: its slope is too small for a float"),
        (lambda x: x.tanh(), 400.0, "tanh is saturated at x = 400: its slope is too small for a float"),
        (lambda x: x * 0, 2.0, "multiplied by 0"),
        (lambda x: x * OFF, 2.0, "multiplied by off = 0"),
        (lambda x: weighted_sum([x, 1.0], [0.0, 1.0], x * 0), 2.0, "multiplied by 0"),
        (lambda x: product([x, 2.0, OFF]), 2.0, "multiplied by off·2 = 0"),
        (lambda x: maximum(x, 5.0), 2.0, "maximum took its other argument, not x = 2"),
        (lambda x: minimum(x, -5.0), 2.0, "minimum took its other argument, not x = 2"),
        (lambda x: half_squared_error(2.0, x), 2.0, "the output is right: it equals the target, 2"),
        (lambda x: abs(x), 0.0, "abs has a kink at x = 0, where its slope counts as 0"),
        (lambda x: x.heaviside(), 2.0, "heaviside is flat at x = 2"),
        (lambda x: x.cos(), 0.0, "cos is flat at x = 0"),
        (lambda x: x**2, 0.0, "power is flat at x = 0"),
    ],
)
def test_each_kind_of_zero_factor_is_put_in_words(compute, number, remark):
    x = Value(number, label="x")
    why = why_zero(x, compute(x))
    assert why.state == "zero factor"
    assert remark in [cause.remark for cause in why.causes]


def test_a_factor_that_many_paths_share_is_named_once(x):
    y = x
    for _ in range(60):
        y = y + y
    why = why_zero(x, named(named(y, "y") * 0, "z"))
    assert causes(why) == [("∂z/∂y", 0.0, "multiplied by 0")]
    assert why.sentence == "∂z/∂x is 0: each of the 1 152 921 504 606 846 976 paths has a factor that is 0:"


def test_of_two_cuts_the_smaller_is_named(x):
    branches = total([named(x * 0, "left"), named(x * 0, "right")])
    why = why_zero(x, named(branches * Value(0.0, label="off"), "y"))
    assert [cause.name for cause in why.causes] == ["∂y/∂v1"]


def test_a_zero_that_another_path_goes_around_is_not_to_blame(x):
    y = named(x * 0 + x, "y")
    z = named(y * Value(0.0, label="off"), "z")
    assert [cause.name for cause in why_zero(x, z).causes] == ["∂z/∂y"]


def test_of_many_factors_some_are_named_and_all_counted(w, x):
    with trace_lines():
        outs = [(w * x * (i + 1)).relu() for i in range(8)]
    why = why_zero(w, total(outs))
    lines = str(why).splitlines()
    assert (len(why.causes), why.more) == (MOST, 8 - MOST)
    assert lines[-1] == "  … and 3 more"
    assert sum("test_why.py" in line for line in lines) == 1  # the five share it


def test_contributions_that_cancel_are_listed_the_largest_first(x):
    why = why_zero(x, named(x * 2 - x - x, "y"))
    assert why.state == "cancels"
    assert str(why).splitlines()[:2] == [
        "∂y/∂x is 0: positive and negative contributions cancel:",
        "  ∂v1/∂x   = 2    multiply: adds 1·2 = 2",
    ]


def test_contributions_may_cancel_on_the_way(x):
    middle = named(x.exp(), "m")
    why = why_zero(x, named(middle * 2 - middle - middle, "y"))
    assert why.sentence == "∂y/∂x is 0: positive and negative contributions cancel on the way, at m:"


def test_a_product_below_the_floats_is_no_zero_factor(x):
    y = x
    for i in range(400):
        y = y * (0.1 if i != 200 else 0.001)
    why = why_zero(x, y)
    assert why.state == "underflow"
    assert why.causes[0].number == 0.001


def test_a_tiny_gradient_is_told_from_none():
    net = Value(40.0, label="net")
    out = named(net.sigmoid(), "out")
    out.backward()
    why = why_zero(net, out)
    assert why.state == "small"
    assert [cause.operation for cause in why.causes] == ["sigmoid"]


def test_an_input_of_the_note_that_is_0_silences_its_weights():
    network = load()
    network.inputs[0].data = 0.0
    why = why_zero(network.trained[0], network.error())
    assert causes(why) == [("∂net_h1/∂w1", 0.0, "multiplied by i1 = 0")]


# --- why_nan ---


def test_nan_is_traced_to_the_operations_where_it_and_its_infinity_arose():
    a = Value(1e200, label="a")
    with trace_lines():
        c = named(a * a, "c")
        d = named(c - c, "d")
    why = why_nan(named(d * 2 + 1, "loss"))
    assert why.state == "value"
    first, second = (cause.line.line for cause in why.causes)
    assert second == first + 1
    assert str(why) == text(
        "loss is nan. What is not finite first appears here:",
        "  c = a·a = 1e+200·1e+200 = inf   multiply",
        f'      test_why.py, line {first}: c = named(a * a, "c")',
        "  d = c − c = inf − inf = nan     subtract",
        f'      test_why.py, line {second}: d = named(c - c, "d")',
    )


def test_a_leaf_that_is_nan_is_named(x):
    bad = Value(math.nan, label="bad")
    why = why_nan((x * bad).exp() + x)
    assert causes(why) == [("bad", pytest.approx(math.nan, nan_ok=True), "a leaf: this number was put in")]


def test_of_two_infinities_only_the_one_that_reached_the_value_is_named(x):
    far = Value(math.inf, label="far")
    near = Value(math.inf, label="near")
    assert [cause.name for cause in why_nan(far.sigmoid() + near).causes] == ["near"]


def test_a_constant_nan_shows_in_the_formula(x):
    (cause,) = why_nan(named(x * math.nan, "y")).causes
    assert (cause.name, cause.formula) == ("y", "x·nan = 3·nan")


def test_a_finite_value_is_finite(x):
    y = named(x * x, "y")
    assert why_nan(y).state == why_nan(x, y).state == "finite"


def test_zero_times_infinity_is_found_in_the_backward_pass():
    s = Value(0.0, label="s")
    r = named(s.sqrt(), "r")
    loss = named(r * r, "loss")
    why = why_nan(s, loss)
    assert why.state == "gradient"
    assert str(why) == text(
        "∂loss/∂s is nan. What is not finite first appears here:",
        "  ∂r/∂s = 0.5 / r = inf   sqrt at s = 0; times ∂loss/∂r = 0: 0·inf is nan",
    )


def test_without_the_leaf_the_root_tells_as_much():
    s = Value(0.0, label="s")
    r = named(s.sqrt(), "r")
    loss = named(r * r, "loss")
    assert why_nan(loss) == why_nan(s, loss)


def test_infinities_that_meet_are_found_in_the_backward_pass(x):
    v = named(x - x, "v")
    why = why_nan(x, named(v.sqrt(), "y"))
    assert causes(why) == [
        ("∂y/∂v", math.inf, "sqrt at v = 0"),
        ("part 1 of ∂v/∂x", 1.0, "subtract: adds inf·1 = inf; inf − inf is nan"),
        ("part 2 of ∂v/∂x", -1.0, "subtract: adds inf·(−1) = −inf; inf − inf is nan"),
    ]


def test_a_product_of_finite_factors_may_be_too_large_for_a_float():
    y = Value(1e-200, label="y")
    u = named(y / 1e-200, "u")
    why = why_nan(y, named(u / 1e-200, "z"))
    assert causes(why) == [("∂u/∂y", 1e200, "divide at y = 1e−200; times ∂z/∂u = 1e+200: the product is too large for a float")]


def test_a_partial_that_is_nan_itself_is_named(x):
    odd = Primitive("odd", lambda x: x, lambda z, x: math.nan)
    del TABLE["odd"]
    y = named(odd(x), "y")
    assert causes(why_nan(x, y)) == [("∂y/∂x", pytest.approx(math.nan, nan_ok=True), "odd at x = 3")]


def test_a_nan_that_an_earlier_pass_left_is_not_blamed_on_this_root(x):
    y = named(x * 2, "y")
    x.grad = math.nan
    assert why_nan(x, y).state == "other passes"
    assert why_nan(x).state == "ask with the root"


def test_a_value_without_a_path_has_no_gradient_to_be_nan(x, w):
    assert why_nan(w, x * 2).state == "no path"


# --- why_big ---


def test_a_big_gradient_is_put_down_to_the_largest_factors_of_its_largest_path():
    p, q = Value(1e-3, label="p"), Value(0.5, label="q")
    loss = named(-100 * (p * q).log(), "loss")
    loss.backward()
    why = why_big(p, loss)
    assert why.state == "large factors"
    assert str(why) == text(
        "∂loss/∂p is −100000. The factors above 1 on its only path:",
        "  ∂v2/∂v1   = 1 / v1 = 2000   log at v1 = 0.0005",
        "  ∂loss/∂v2 = −100            multiply at v2 = −7.6009",
    )


def test_the_factors_above_1_are_counted_even_if_each_is_small(x):
    y = x
    for _ in range(1000):
        y = y * 1.02
    why = why_big(x, y)
    assert why.state == "large factors"
    assert len(why.causes) + why.more == 1000


def test_passes_that_add_up_are_counted(x):
    y = named(x * 5, "y")
    for _ in range(3):
        y.backward()
    why = why_big(x, y)
    assert why.state == "accumulated"
    assert why.sentence == "x.grad is 15: 3 times ∂y/∂x = 5, as that was added 3 times with no zero_grad() between."


def test_one_pass_is_no_accumulation(x):
    y = x * 5
    y.backward()
    assert why_big(x, y).state == "large factors"


def test_what_other_passes_left_is_told_from_this_one(x):
    y = named(x * 5, "y")
    y.backward()
    x.grad += 100.5
    why = why_big(x, y)
    assert why.state == "other passes"
    assert why.sentence.startswith("x.grad is 105.5, but ∂y/∂x is 5: the rest is from other passes")


def test_many_small_paths_add_up(x):
    y = x
    for _ in range(60):
        y = y + y
    why = why_big(x, named(y, "y"))
    assert why.state == "many paths"
    assert "the sum over 1 152 921 504 606 846 976 paths, of which the largest adds 1." in why.sentence


def test_a_gradient_of_ordinary_size_is_not_big(x):
    assert why_big(x, x * 0.5).state == "not big"


def test_an_infinite_gradient_is_explained_as_one_that_is_not_finite():
    s = Value(0.0, label="s")
    y = s.sqrt()
    assert why_big(s, y) == why_nan(s, y)


def test_without_the_root_it_asks_for_it(x):
    assert why_big(x).state == "not computed"
    x.grad = 1e9
    assert why_big(x).sentence.endswith("why_big(x, root).")


# --- any graph ---


@st.composite
def graphs(draw, numbers=(0.0, 1.0, -1.0, 2.0, -0.5)):
    nodes = [Value(draw(st.sampled_from(numbers)), label=label) for label in "abc"]
    operations = [
        lambda x, y: x + y,
        lambda x, y: x - y,
        lambda x, y: x * y,
        lambda x, y: x.relu(),
        lambda x, y: x * 0,
        lambda x, y: abs(x),
        lambda x, y: maximum(x, y),
        lambda x, y: weighted_sum([x, y], [y, 0.0], x),
    ]
    for _ in range(draw(st.integers(1, 9))):
        x, y = draw(st.sampled_from(nodes)), draw(st.sampled_from(nodes))
        nodes.append(draw(st.sampled_from(operations))(x, y))
    return nodes


@given(graphs())
def test_a_state_says_of_every_graph_what_its_paths_and_its_backward_pass_say(nodes):
    root, x = nodes[-1], nodes[0]
    root.backward()
    why = why_zero(x, root)
    paths = [*all_paths(root, x)]
    assert (why.state == "no path") == (not paths)
    assert (why.state == "not zero") == (x.grad != 0.0)
    blocked = all(any(edge.partial == 0.0 for edge in path) for path in paths)
    assert (why.state == "zero factor") == (paths != [] and blocked)
    assert (why.state == "cancels") == (not blocked and x.grad == 0.0)


@given(graphs())
def test_every_path_goes_through_one_of_the_factors_that_are_named(nodes):
    root, x = nodes[-1], nodes[0]
    why = why_zero(x, root)
    if why.state == "zero factor" and not why.more:
        names = names_of(topological_order(root))
        blamed = {(cause.result, cause.argument) for cause in why.causes if cause.number == 0.0}
        for path in all_paths(root, x):
            assert blamed & {(names[edge.consumer], names[edge.argument]) for edge in path if edge.partial == 0.0}


@given(graphs(numbers=(0.0, 1.0, math.inf, -math.inf, math.nan, 1e200)))
def test_whatever_is_not_finite_has_a_cause_that_is_named(nodes):
    root = nodes[-1]
    root.backward()
    for node in topological_order(root):
        fine = math.isfinite(node.data) and math.isfinite(node.grad)
        why = why_nan(node, root)
        assert (why.state == "finite") == fine
        assert bool(why.causes) == (not fine)


@given(graphs(numbers=(0.0, 1.0, math.inf, -math.inf, math.nan, 1e200)))
def test_the_first_that_is_not_finite_is_a_leaf_or_was_computed_from_finite_values(nodes):
    for node in nodes:
        if not math.isfinite(node.data):
            names = {name: value for value, name in names_of(topological_order(node)).items()}
            first = names[why_nan(node).causes[0].result]
            assert not math.isfinite(first.data)
            assert all(math.isfinite(argument.data) for argument, _ in first.edges)


# --- text and data ---


def test_an_operation_whose_partial_cannot_be_spelt_is_named_without_a_formula(x):
    stair = Primitive("stair", lambda x: float(math.floor(x)), lambda z, x: math.gamma(x) * 0.0)
    del TABLE["stair"]
    y = named(stair(x), "y")
    assert str(why_zero(x, y)).splitlines()[1] == "  ∂y/∂x = 0   stair is flat at x = 3"


def test_of_an_operation_on_thousands_of_values_no_formula_is_written():
    weights = [Value(1.0, label=f"w{i}") for i in range(2000)]
    why = why_zero(weights[7], named(weighted_sum(weights, [0.0] * 2000, Value(1.0)), "net"))
    assert [(cause.name, cause.formula, cause.remark) for cause in why.causes] == [("∂net/∂w7", "", "multiplied by 0")]


def test_an_answer_can_be_written_as_json(w):
    with trace_lines():
        y = named(w.relu(), "y")
    data = json.loads(json.dumps(why_zero(w, y).as_data()))
    assert data["state"] == "zero factor"
    assert data["causes"][0]["line"]["code"] == 'y = named(w.relu(), "y")'


def test_of_operations_that_only_help_others_it_is_told_what_they_compute():
    x = Value(0.0, label="x")
    y = x**3.0
    y.backward(create_graph=True)
    assert "power" not in str(why_zero(x, x.grad))
    assert str(why_zero(x, x.grad)).splitlines()[1] == "  ∂v1/∂x = 6·x = 0   y·xʸ⁻¹ is flat at x = 0"


@pytest.mark.parametrize(("data", "remark"), [(-2.0, "relu is dead: x = −2 is not above 0"), (3.0, "relu is flat at x = 3")])
def test_a_relu_written_by_hand_is_dead_below_0_alone(data, remark):
    x = Value(data, label="x")
    y = Value(max(0.0, data), (x,), "ReLU", local_grads=(0.0,))
    assert [cause.remark for cause in why_zero(x, y).causes] == [remark]
