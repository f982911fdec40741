"""Derivations of any graph: complete, in order, and equal to what the backward pass finds."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograd import Value, weighted_sum
from autograd.engine.graph import topological_order
from autograd.explaining.derivation import Factor
from autograd.explaining.deriver import derive, forward
from autograd.teaching.classic_mistakes import update_before_the_pass_is_done
from autograd.text import names_of


def labelled(**numbers: float) -> list[Value]:
    return [Value(number, label=label) for label, number in numbers.items()]


def steps(derivation) -> list[str]:
    found = (step for stage in derivation.stages for step in stage)
    return [f"{s.name} ∂{s.numerator}/∂{s.denominator} = {s.formula} = {s.value:g}".strip() for s in found]


def test_a_chain_multiplies_one_factor_for_each_link():
    (x,) = labelled(x=0.5)
    y = x.sin().exp()
    y.label = "y"
    assert steps(derive(y)) == [
        "R1 ∂y/∂v1 = y = 1.61515",
        "R2 ∂v1/∂x = cos(x) = 0.877583",
        "∂y/∂x = R1·R2 = 1.41742",
    ]


def test_additions_and_other_partials_that_are_1_by_nature_take_no_factor():
    x, y = labelled(x=2.0, y=3.0)
    z = x * y + y
    z.label = "z"
    assert steps(derive(z)) == [
        "R1 ∂v1/∂y = x = 2",
        "R2 ∂z/∂x = y = 3",
        "∂z/∂y = 1 + R1 = 3",
        "∂z/∂x = R2 = 3",
    ]


def test_a_partial_that_is_1_by_chance_takes_a_factor():
    x, y = labelled(x=1.0, y=3.0)
    z = x * y
    z.label = "z"
    assert "R2 ∂z/∂y = x = 1" in steps(derive(z))


def test_parallel_edges_are_one_factor():
    (x,) = labelled(x=3.0)
    y = x * x + x
    y.label = "y"
    assert steps(derive(y)) == ["R1 ∂v1/∂x = x + x = 6", "∂y/∂x = 1 + R1 = 7"]
    assert [step.formula for step in derive(weighted_sum([x, 1.0, x], [-0.5, x, x])).factors.values()] == ["−0.5 + x + 1 + x"]


def test_the_derivative_of_the_root_is_told_from_its_partial_where_other_arguments_are_held():
    (x,) = labelled(x=3.0)
    y = x * x.sin()
    y.label = "y"
    derivation = derive(y)
    assert str(derivation).splitlines() == [
        "∂y/∂x = ∂y/∂x|v1 + ∂y/∂v1·∂v1/∂x",
        "",
        "R1  ∂y/∂v1   = x          = 3                 = 3",
        "",
        "R2  ∂y/∂x|v1 = v1         = 0.14112           = 0.14112000806",
        "R3  ∂v1/∂x   = cos(x)     = cos(3)            = −0.9899924966",
        "⇒   ∂y/∂x    = R2 + R1·R3 = 0.14112 − 2.96998 = −2.82885748174",
    ]
    assert r"R_{2} = \left.\frac{\partial y}{\partial x}\right|_{v_{1}} &= v_{1} = 0.14112" in derivation.to_latex()
    assert not derivation.against({"dy/dx|v1": "0.14112", "dy/dx": "-2.8288575"}).wrong


def test_factors_leave_the_names_that_nodes_have_to_these():
    r, other = Value(2.0, label="R1"), Value(3.0, label="R_2")
    assert [*derive(r * other).factors] == ["R3", "R4"]


def test_a_node_on_several_paths_gets_a_name_for_its_sum():
    (x,) = labelled(x=0.5)
    middle = x.exp()
    middle.label = "m"
    y = middle.sin() + middle * 2
    y.label = "y"
    derivation = derive(y)
    assert derivation.factors["R3"].formula == "R1 + R2"
    assert derivation.gradients["x"].formula == "R3·R4"


def test_only_what_leads_to_the_wanted_nodes_is_derived():
    x, w, b = labelled(x=2.0, w=3.0, b=1.0)
    y = x * w + b
    y.label = "y"
    assert steps(derive(y, [w])) == ["R1 ∂y/∂w = x = 2", "∂y/∂w = R1 = 2"]


def test_an_operation_can_be_wanted_too():
    (x,) = labelled(x=2.0)
    square = x**2
    square.label = "s"
    y = square.log()
    y.label = "y"
    assert steps(derive(y, [square, x])) == [
        "R1 ∂y/∂s = 1 / s = 0.25",
        "∂y/∂s = R1 = 0.25",
        "R2 ∂s/∂x = 2·x = 4",
        "∂y/∂x = R1·R2 = 1",
    ]


def test_a_node_that_does_not_lead_to_the_root_is_refused_by_name():
    x, stranger = labelled(x=2.0, stranger=1.0)
    y = x * 2
    y.label = "y"
    with pytest.raises(ValueError, match=r"y was not computed from Value.*label='stranger'"):
        derive(y, [stranger])


def test_a_printed_derivation_is_aligned():
    x, w = labelled(x=2.0, w=0.5)
    y = (w * x).tanh()
    y.label = "y"
    lines = str(derive(y, [w, x])).splitlines()
    assert len({line.index(" = ") for line in lines if line}) == 1


def test_the_derivation_of_one_gradient_begins_with_its_chain_rule_and_has_the_numbers_put_in():
    x, w = labelled(x=2.0, w=0.5)
    net = w * x
    out = net.sigmoid()
    net.label, out.label = "net", "out"
    assert str(derive(out, w)).splitlines() == [
        "∂out/∂w = ∂out/∂net·∂net/∂w",
        "",
        "R1  ∂out/∂net = out·(1 − out) = 0.731059·(1 − 0.731059) = 0.196611933241",
        "",
        "R2  ∂net/∂w   = x             = 2                       = 2",
        "⇒   ∂out/∂w   = R1·R2         = 0.196612·2              = 0.393223866483",
    ]


def test_a_deep_graph_is_derived_without_recursion():
    (x,) = labelled(x=1.0)
    y = x
    for _ in range(3000):
        y = y * 1.0001
    y.backward()
    assert derive(y, [x]).gradients["x"].value == pytest.approx(x.grad)


@st.composite
def graphs(draw):
    nodes = labelled(a=draw(st.floats(-2, 2)), b=draw(st.floats(-2, 2)), c=draw(st.floats(-2, 2)))
    for _ in range(draw(st.integers(1, 12))):
        x, y = draw(st.sampled_from(nodes)), draw(st.sampled_from(nodes))
        operation = draw(st.sampled_from([lambda x, y: x + y, lambda x, y: x * y, lambda x, y: x.sin(), lambda x, y: x - y]))
        nodes.append(operation(x, y))
    return nodes


@given(graphs())
def test_a_derivation_gives_the_gradients_of_the_backward_pass(nodes):
    root = nodes[-1]
    root.backward()
    derivation = derive(root)
    named = {node.label: node.grad for node in nodes[:3]}
    found = {name: gradient.value for name, gradient in derivation.gradients.items()}
    assert found == {name: pytest.approx(named[name], rel=1e-9, abs=1e-9) for name in found}


@given(graphs())
def test_the_forward_pass_lists_every_operation_after_its_arguments(nodes):
    computed = forward(nodes[-1])
    for n, step in enumerate(computed):
        assert not any(later.name in step.formula.replace("·", " ").split() for later in computed[n:])


def test_updating_early_changes_what_deeper_gradients_go_through():
    x, w, v = labelled(x=1.0, w=2.0, v=3.0)
    loss = v * (w * x)
    update_before_the_pass_is_done(loss, [w, v], rate=0.5)
    assert v.data == 3.0 - 0.5 * 2.0
    assert w.data == 2.0 - 0.5 * v.data  # the truth: 2 − ½·3


@pytest.mark.parametrize(
    ("make", "expected"), [(lambda x: x.sqrt() - x.sqrt(), "nan"), (lambda x: (x + 1) * 1e308 + (x + 1) * 1e308, "inf")]
)
def test_gradients_that_are_not_finite_are_derived_as_such(make, expected):
    (x,) = labelled(x=0.0)
    assert str(derive(make(x), x).gradients["x"].value) == expected


def test_a_root_may_say_what_its_parameters_are():
    x, w = labelled(x=2.0, w=3.0)
    y = x * w
    y.parameters = [w]
    assert list(derive(y).gradients) == ["w"]
    assert list(derive(y, x).gradients) == ["x"]


def test_a_parameter_of_0_alone_is_what_a_root_or_a_caller_says():
    x, w = labelled(x=2.0, w=0.0)
    y = x * w
    assert list(derive(y, w).gradients) == ["w"]
    y.parameters = w
    assert list(derive(y).gradients) == ["w"]


def test_a_graph_without_labels_is_derived_by_all_its_leaves():
    y = Value(2.0) * Value(3.0)
    assert len(derive(y).gradients) == 2


def test_the_older_keyword_wanted_stands_for_wrt():
    x, w = Value(2.0, label="x"), Value(3.0, label="w")
    assert derive(x * w, wanted=w) == derive(x * w, wrt=w) == derive(x * w, w)


def test_a_factor_knows_its_edge_also_where_its_numerator_is_further_away():
    x, w = Value(2.0, label="x"), Value(3.0, label="w")
    product = w * x
    product.label = "product"
    assert [(f.numerator, f.consumer, f.place) for f in derive(product + 1.0).factors.values()] == [
        ("v1", "product", 0),
        ("v1", "product", 1),
    ]


@given(graphs())
def test_every_factor_is_the_partial_of_the_edge_that_it_names(nodes):
    root = nodes[-1]
    called = {name: node for node, name in names_of(topological_order(root)).items()}
    factors = [factor for factor in derive(root).factors.values() if isinstance(factor, Factor)]
    for factor in factors:
        consumer = called[factor.consumer]
        argument = consumer.parents[factor.place]
        assert called[factor.denominator] is argument
        assert factor.value == math.fsum(partial for parent, partial in consumer.edges if parent is argument)
    assert len({(factor.consumer, factor.denominator) for factor in factors}) == len(factors)
