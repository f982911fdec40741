"""Explanations of one derivative: every path, the factored form, what is special, and text that computes what it says."""

from __future__ import annotations

import json
import math
import re
from fractions import Fraction
from itertools import islice

import pytest
from factored_form import evaluated
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from autograd import Value, half_squared_error, log_sum_exp, maximum, product, relu, sigmoid, sqrt, total, weighted_sum
from autograd.engine.graph import topological_order
from autograd.explaining.explainer import explain
from autograd.explaining.paths import all_paths, contribution, count_paths, largest_paths, tally
from autograd.text import count_text
from nn.note import load

OPERATIONS = [
    lambda x, y: x + y,
    lambda x, y: x - y,
    lambda x, y: x * y,
    lambda x, y: x * x,
    lambda x, y: x / (2 + y * y),
    lambda x, y: -x * 3,
    lambda x, y: x.sin(),
    lambda x, y: sigmoid(x),
    lambda x, y: relu(y),
    lambda x, y: maximum(x, y),
    lambda x, y: total([x, y, x]),
    lambda x, y: weighted_sum([x, y], [y, 0.5], x),
    lambda x, y: half_squared_error(x, y),
    lambda x, y: half_squared_error([x, 1.0], [0.5, y]),
    lambda x, y: log_sum_exp([x, y]),
    lambda x, y: product([x, y, x]),
]


def labelled(**numbers: float) -> list[Value]:
    return [Value(number, label=label) for label, number in numbers.items()]


@st.composite
def graphs(draw, most=7):
    """Draw the nodes of a graph in order, three leaves first; between no two are there more than 500 paths."""
    nodes = labelled(a=draw(st.floats(-2, 2)), b=draw(st.floats(-2, 2)), c=draw(st.floats(-2, 2)))
    for _ in range(draw(st.integers(1, most))):
        x, y = draw(st.sampled_from(nodes)), draw(st.sampled_from(nodes))
        nodes.append(draw(st.sampled_from(OPERATIONS))(x, y))
    assume(all(abs(node.data) < 1e6 for node in nodes))
    assume(all(paths <= 500 for _, paths, _ in tally(nodes[-1])))
    return nodes


def sizes(root, node) -> float:
    """The sum of the absolute contributions: what rounding errors are measured against."""
    return math.fsum(abs(contribution(path)) for path in all_paths(root, node))


def exact_derivative(root, node) -> Fraction:
    """The derivative by the chain rule from node upwards, in exact arithmetic on the recorded partials."""
    tangents: dict[Value, Fraction] = {}
    for value in topological_order(root):
        tangents[value] = Fraction(value is node) + sum(Fraction(d) * tangents[argument] for argument, d in value.edges)
    return tangents[root]


def computed(numbers: str) -> float:
    """Evaluate numbers as they are printed: 3² × [0.5×(−2) + 1]."""
    powers = re.sub("[⁰¹²³⁴⁵⁶⁷⁸⁹]+", lambda m: "**" + m[0].translate(str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")), numbers)
    return eval(powers.translate(str.maketrans("×−[]", "*-()")))


def unrolled(steps):
    """A state that a weight multiplies again and again: the paths of every length from 1 on lead to the weight."""
    w, x = labelled(w=0.3, x=1.0)
    for i in range(steps):
        net = x * w + 0.1
        net.label = f"net_{i}"
        x = net.tanh()
        x.label = f"x{i}"
    x.label = "y"
    return x, w


def doubled(times):
    x = y = Value(1.0, label="x")
    for _ in range(times):
        y = y + y
    y.label = "y"
    return y, x


# --- paths ---


@given(graphs())
def test_the_products_of_all_paths_sum_exactly_to_the_derivative(nodes):
    root, node = nodes[-1], nodes[0]
    found = sum(math.prod([Fraction(edge.partial) for edge in path], start=Fraction(1)) for path in all_paths(root, node))
    assert found == exact_derivative(root, node)


@given(graphs())
def test_the_contributions_sum_to_grad(nodes):
    root, node = nodes[-1], nodes[0]
    root.backward()
    near = 1e-13 * sizes(root, node) + 1e-290  # what is lost below the normal numbers is no share of anything
    assert math.fsum(map(contribution, all_paths(root, node))) == pytest.approx(node.grad, abs=near)


@given(graphs())
def test_there_are_as_many_paths_as_were_counted(nodes):
    assert [len([*all_paths(nodes[-1], node)]) for node in nodes] == [count_paths(nodes[-1], node) for node in nodes]


@given(graphs(), st.integers(0, 12))
def test_the_largest_paths_are_the_first_when_all_are_sorted_by_size(nodes, most):
    root, node = nodes[-1], nodes[0]
    every = sorted((abs(contribution(path)) for path in all_paths(root, node)), reverse=True)
    found = largest_paths(root, node, most)
    assert [abs(contribution(path)) for path in found] == pytest.approx(every[:most], rel=1e-9)
    assert len({tuple((edge.consumer, edge.place) for edge in path) for path in found}) == len(found)


@given(graphs())
def test_every_path_leads_from_the_root_to_the_node(nodes):
    root, node = nodes[-1], nodes[0]
    for path in islice(all_paths(root, node), 20):
        ends = [(edge.consumer, edge.argument) for edge in path]
        assert [a for a, _ in ends] + [node] == [root] + [b for _, b in ends]


def test_a_value_has_one_path_to_itself_and_it_is_empty():
    x = Value(2.0)
    assert [*all_paths(x, x)] == largest_paths(x, x, 5) == [()]
    assert count_paths(x, x) == 1


def test_a_nan_is_the_largest_since_it_decides_the_sum():
    x, y = labelled(x=2.0, y=math.nan)
    root = x * 1e300 + (x * 0.0) * y
    assert math.isnan(contribution(largest_paths(root, x, 1)[0]))


def test_paths_through_a_factor_of_0_come_last():
    x, y = labelled(x=2.0, y=0.0)
    root = (x * y) * 1e300 + x * 1e-300
    assert [contribution(path) for path in largest_paths(root, x, 2)] == [1e-300, 0.0]


def test_two_to_the_sixty_paths_are_counted_and_the_largest_found_without_walking_them():
    y, x = doubled(60)
    assert count_paths(y, x) == 2**60
    assert len(set(largest_paths(y, x, 100))) == 100


def test_a_count_of_any_length_can_be_written():
    assert [count_text(n) for n in (0, 12_345, 10**21 - 1, 10**21, 7 * 10**99_999)] == [
        "0",
        "12 345",
        "999 999 999 999 999 999 999",
        "1.00×10^21",
        "7.00×10^99999",
    ]


# --- the factored form ---


@settings(deadline=None)
@given(graphs())
def test_the_value_is_the_gradient_of_a_fresh_pass(nodes):
    root, node = nodes[-1], nodes[1]
    explanation = explain(root, node)
    assert node.grad == 0
    root.backward()
    assert explanation.value == pytest.approx(node.grad, abs=1e-14 * sizes(root, node) + 1e-290)


@settings(deadline=None)
@given(graphs(most=10))
def test_the_formulas_of_the_factored_form_evaluate_to_the_value(nodes):
    root, node = nodes[-1], nodes[0]
    value = explain(root, node).value
    assert evaluated(root, node) == pytest.approx(value, rel=1e-9, abs=1e-9 * (1 + sizes(root, node)))


@settings(deadline=None)
@given(graphs())
def test_the_printed_numbers_evaluate_to_the_printed_values(nodes):
    root, node = nodes[-1], nodes[0]
    explanation = explain(root, node, limit=500)
    assume(not any("…" in e.numbers for e in (explanation.factored, *explanation.deltas)))
    near = 1e-3 * (1 + sizes(root, node))
    assert computed(explanation.factored.numbers) == pytest.approx(explanation.value, abs=near)
    for path in explanation.paths:
        assert computed(path.numbers) == pytest.approx(path.contribution, rel=1e-4)


@settings(deadline=None)
@given(graphs(), st.integers(0, 6))
def test_the_paths_shown_and_the_rest_sum_to_the_value(nodes, limit):
    root, node = nodes[-1], nodes[0]
    explanation = explain(root, node, limit)
    shown = math.fsum(path.contribution for path in explanation.paths)
    assert len(explanation.paths) == min(limit, explanation.count)
    assert shown + explanation.rest == pytest.approx(explanation.value, abs=1e-300 + 1e-13 * sizes(root, node))


@settings(deadline=None)
@given(graphs())
def test_each_delta_is_defined_once_and_mentioned(nodes):
    explanation = explain(nodes[-1], nodes[0])
    formulas = [e.formula for e in (explanation.factored, *explanation.deltas)]
    assume(not any("…" in formula for formula in formulas))
    mentioned = {name for formula in formulas for name in re.findall(r"δ_\w+", formula)}
    assert sorted(mentioned) == sorted(delta.name for delta in explanation.deltas)


def factored(root, node) -> str:
    return explain(root, node).factored.formula


def test_the_notes_first_weight_is_factored_as_in_a_textbook():
    network = load()
    explanation = explain(network.error(), network.trained[0])
    assert explanation.factored.formula == "i1 · σ′(net_h1) · [w5·δ_o1 + w7·δ_o2]"
    assert [(e.name, e.derivative, e.formula) for e in (*explanation.slopes, *explanation.deltas)] == [
        ("σ′(net_h1)", "∂out_h1/∂net_h1", "out_h1·(1 − out_h1)"),
        ("δ_o1", "∂E_total/∂net_o1", "out_o1·(1 − out_o1) · (target_o1 − out_o1)·(−1)"),
        ("δ_o2", "∂E_total/∂net_o2", "out_o2·(1 − out_o2) · (target_o2 − out_o2)·(−1)"),
    ]


def test_the_explanation_of_the_notes_first_weight_reads_like_this():
    network = load()
    assert (
        str(explain(network.error(), network.trained[0]))
        == """\
∂E_total/∂w1 = 0.000438567734474, the sum over 2 paths

  E_total → E_o1 → out_o1 → net_o1 → out_h1 → net_h1 → w1
      (target_o1 − out_o1)·(−1) · out_o1·(1 − out_o1) · w5 · out_h1·(1 − out_h1) · i1
    = 0.741365 × 0.186816 × 0.4 × 0.241301 × 0.05 = 0.000668396

  E_total → E_o2 → out_o2 → net_o2 → out_h1 → net_h1 → w1
      (target_o2 − out_o2)·(−1) · out_o2·(1 − out_o2) · w7 · out_h1·(1 − out_h1) · i1
    = (−0.217072) × 0.17551 × 0.5 × 0.241301 × 0.05 = −0.000229828

  Sum = 0.000668396 − 0.000229828 = 0.000438568

Factored
      i1 · σ′(net_h1) · [w5·δ_o1 + w7·δ_o2]
    = 0.05 × 0.241301 × [0.4×0.138499 + 0.5×(−0.0380982)] = 0.000438568
  where
    σ′(net_h1) = ∂out_h1/∂net_h1  = out_h1·(1 − out_h1) = 0.241301
    δ_o1       = ∂E_total/∂net_o1 = out_o1·(1 − out_o1) · (target_o1 − out_o1)·(−1) = 0.138499
    δ_o2       = ∂E_total/∂net_o2 = out_o2·(1 − out_o2) · (target_o2 − out_o2)·(−1) = −0.0380982"""
    )


def test_a_derivative_along_a_single_path_is_not_factored_again():
    network = load()
    assert (
        str(explain(network.error(), network.trained[4]))
        == """\
∂E_total/∂w5 = 0.0821670405642, the product along the only path

  E_total → E_o1 → out_o1 → net_o1 → w5
      (target_o1 − out_o1)·(−1) · out_o1·(1 − out_o1) · out_h1
    = 0.741365 × 0.186816 × 0.59327 = 0.082167"""
    )


def test_a_shared_bias_sums_the_deltas_of_its_neurons():
    network = load()
    bias = network.model.layers[0].neurons[0].b
    assert factored(network.error(), bias) == "δ_h1 + δ_h2"


def test_parallel_edges_are_added_and_equal_factors_make_a_power():
    (x,) = labelled(x=3.0)
    square = x * x
    assert factored(square, x) == "x + x"
    assert factored(((square * 5) * 5) * 5, x) == "(x + x) · 5³"


def test_a_delta_that_is_only_a_name_is_written_in_its_place():
    (x,) = labelled(x=3.0)
    assert factored(x.exp() * x, x) == "v1 + exp′(x)·x"


def test_a_long_product_goes_on_as_a_delta():
    x = y = Value(0.5, label="x")
    for _ in range(20):
        y = y.sin()
    explanation = explain(y, x)
    assert explanation.factored.formula.endswith(" · sin′(v7) · δ_v8")
    assert [delta.name for delta in explanation.deltas] == ["δ_v8", "δ_v16"]
    assert evaluated(y, x) == pytest.approx(explanation.value)


def test_where_a_chain_meets_another_delta_that_goes_on():
    root, w = unrolled(4)
    explanation = explain(root, w)
    assert [f"{delta.name} = {delta.formula}" for delta in explanation.deltas] == [
        "δ_3 = 1 − y²",
        "δ_2 = (1 − x2²) · w · δ_3",
        "δ_1 = (1 − x1²) · w · δ_2",
        "δ_0 = (1 − x0²) · w · δ_1",
    ]


def test_long_sums_and_many_deltas_are_cut_short_in_text_but_the_form_is_whole():
    root, w = unrolled(50)
    explanation = explain(root, w)
    assert explanation.factored.formula.count("δ") == 7
    assert len(explanation.deltas) == 50
    assert "… and 42 more, down to y" in str(explanation)
    assert evaluated(root, w) == pytest.approx(explanation.value)


def test_a_sum_of_thousands_of_terms_can_be_evaluated():
    (w,) = labelled(w=0.5)
    root = total([half_squared_error(w * float(i), 1.0) for i in range(5000)])
    assert evaluated(root, w) == pytest.approx(explain(root, w).value)


def test_net_is_left_out_of_the_name_of_a_delta_only_if_no_other_value_is_called_that():
    x, other = labelled(x=0.5, o=2.0)
    net = x * other
    net.label = "net_o"
    assert factored(net.sin() * net.exp() + x * other, x) == "o·δ_net_o + o"


def test_long_labels_are_wrapped_between_factors():
    network = load()
    root = network.error()
    for node in topological_order(root):
        node.label = f"the_rather_long_{node.label}"
    lines = str(explain(root, network.inputs[0])).splitlines()
    assert max(map(len, lines)) <= 100
    assert [line for line in lines if line.count("(") != line.count(")")] == []


def test_a_partial_with_a_very_long_formula_is_named_by_what_it_is():
    xs = [Value(2.0, label=f"x{i}") for i in range(100)]
    root = product(xs)
    root.label = "y"
    assert explain(root, xs[0]).paths[0].formula == "∂y/∂x0"


# --- what is special ---


def test_a_rest_that_is_lost_in_rounding_is_not_given_as_a_number():
    (x,) = labelled(x=1.0)
    explanation = explain(total([x * 0.1, x * 0.7, x * 1e-30, x * 1e-40]), x, limit=2)
    assert explanation.rest == 0.0
    assert "The other 2 paths amount to nothing in floats." in str(explanation)


def test_a_product_with_a_zero_is_printed_without_a_sign():
    x, w = labelled(x=-3.0, w=2.0)
    assert explain(relu(x * w), w).paths[0].numbers == "0 × (−3)"
    assert "= 0 × (−3) = 0" in str(explain(relu(x * w), w))


@pytest.mark.parametrize(
    ("limit", "lines"),
    [
        (0, []),
        (1, ["The largest:", "The other 2 paths amount to 6."]),
        (2, ["The 2 largest:", "The other path amounts to 1."]),
        (3, []),
    ],
)
def test_what_is_not_shown_is_summed(limit, lines):
    (x,) = labelled(x=1.0)
    text = str(explain(total([x, x * 5, x * 7]), x, limit))
    assert [line for line in text.splitlines() if line.startswith("The")] == lines


def test_a_value_that_the_root_was_not_computed_from_has_no_paths():
    x, y = labelled(x=1.0, y=2.0)
    assert str(explain(y, x)) == "∂y/∂x = 0: y was not computed from x"


def test_the_root_changes_as_itself():
    (x,) = labelled(x=1.0)
    assert str(explain(x, x)) == "∂x/∂x = 1: a value changes exactly as itself does"


@pytest.mark.parametrize(
    ("build", "remark"),
    [
        (lambda x: relu(x * -1.0) * 3, "It has a factor that is 0: ∂v2/∂v1 = [v1 > 0] = 0."),
        (
            lambda x: relu(-x) + relu(x * -2.0),
            "Every path has a factor that is 0: ∂v2/∂v1 = [v1 > 0] = 0; ∂v4/∂v3 = [v3 > 0] = 0.",
        ),
        (lambda x: x * 3 - x * 3, "The paths cancel: without their signs they would sum to 6."),
        (lambda x: x * 1e-200 * 1e-200, "No factor is 0, but their product is too small for a float."),
        (lambda x: x * 1e200 * 1e200, "The products exceed the largest float, 1.8e308."),
        (lambda x: sqrt(x * 0), "Not finite: ∂v2/∂v1 = 0.5 / v2 = inf."),
        (lambda x: x * 2, ""),
        (lambda x: relu(-x) + x, ""),
    ],
)
def test_what_is_special_is_said_in_a_sentence(build, remark):
    (x,) = labelled(x=1.0)
    explanation = explain(build(x), x)
    assert explanation.remark == remark
    assert remark in str(explanation)


def test_two_to_the_sixty_paths_are_explained_on_a_page():
    assert (
        str(explain(*doubled(60)))
        == """\
∂y/∂x = 1.15292150461e+18, the sum over 1 152 921 504 606 846 976 paths

The 8 largest:

  y → v59 → v58 → v57 → v56 → v55 → v54 → v53 → … → v6 → v5 → v4 → v3 → v2 → v1 → x   (8 such paths)
      1

The other 1 152 921 504 606 846 968 paths amount to 1.15292e+18.

Factored
      (1 + 1)⁶⁰
    = 1.15292e+18"""
    )


def test_a_deep_graph_is_explained_without_recursion():
    x = y = Value(1.0, label="x")
    for _ in range(5000):
        y = (y + y) * 0.5
    explanation = explain(y, x)
    assert (explanation.count, explanation.value) == (2**5000, 1.0)
    assert "1.41×10^1505 paths" in str(explanation)


# --- labels and data ---


def test_as_data_is_json_however_many_paths_there_are():
    few, many = (json.loads(json.dumps(explain(*doubled(times)).as_data())) for times in (3, 20_000))
    assert (few["name"], few["count"], few["value"]) == ("∂y/∂x", 8, 8.0)
    assert few["paths"][0]["nodes"] == ["y", "v2", "v1", "x"]
    assert many["count"] == "3.98×10^6020"


def test_a_function_of_a_sequence_has_no_slope_by_one_of_its_values():
    (x,) = labelled(x=1.0)
    root = log_sum_exp([x, x * 2.0, x])
    explanation = explain(root, x)
    assert explanation.slopes == ()
    assert explanation.factored.formula.startswith("exp(x − v2) + exp(x − v2)")
