"""What cards, edges and the legend say: numbers, roles, notes."""

from __future__ import annotations

import re

import pytest
from drawn import mlp, note, square
from oracles import CASES, ROWS, flat, shaped

from autograd import Value, weighted_sum
from autograd.drawing import draw


def card(drawing, name):
    """Return the card of a name."""
    return next(card for card in drawing.view.cards if card.name == name)


# --- numbers ---


def test_values_and_gradients_have_four_decimals():
    drawing = draw(note())
    assert card(drawing, "w7").rows == (("value", "0.5000"), ("grad", "−0.0226"))


def test_a_gradient_that_no_pass_has_reached_is_a_dot_and_never_0():
    x = Value(2.0, label="x")
    (x * 3).backward()
    y = x * x
    drawing = draw(y, constants=True)
    assert card(drawing, "x").rows[1] == ("grad", "3.0000")
    assert drawing.view.cards[-1].rows[1] == ("grad", "·")


def test_a_gradient_of_0_is_printed():
    x, y = Value(2.0, label="x"), Value(0.0, label="y")
    (x * y).backward()
    assert card(draw(x * y), "x").rows[1] == ("grad", "0.0000")


@pytest.mark.parametrize(
    ("number", "text"),
    [(1e-9, "1.000e−9"), (-2.5e-300, "−2.500e−300"), (1e300, "1.000e300"), (1234.56789, "1234.568"), (-0.0, "0.0000")],
)
def test_very_large_and_small_numbers_keep_their_digits_and_fit_the_card(number, text):
    assert draw(Value(number)).view.cards[0].rows[0] == ("value", text)


@pytest.mark.parametrize(("number", "text"), [(float("nan"), "nan"), (float("inf"), "∞"), (float("-inf"), "−∞")])
def test_numbers_that_are_none_are_drawn_all_the_same(number, text):
    assert draw(Value(number)).view.cards[0].rows[0] == ("value", text)


def test_local_partials_are_compact():
    assert {edge.text for edge in draw(note()).view.edges} >= {"0.05", "1", "−0.7414", "0.5933"}


def test_formats_are_the_users():
    drawing = draw(note(), number_format=".2f", partial_format=lambda x: f"<{x:.1f}>")
    assert card(drawing, "w7").rows == (("value", "0.50"), ("grad", "−0.02"))
    assert "<0.6>" in {edge.text for edge in drawing.view.edges}
    assert "&lt;0.6&gt;" in drawing.svg


# --- roles ---


def test_the_notes_roles_follow_from_its_labels():
    roles = {card.name: card.role for card in draw(note()).view.cards}
    expected = {
        "i1": "input", "w1": "weight", "b2": "bias", "net_h1": "hidden", "out_h2": "hidden", "net_o1": "output",
        "out_o2": "output", "target_o1": "target", "E_o1": "loss", "E_total": "loss",
    }  # fmt: skip
    assert {name: roles[name] for name in expected} == expected


def test_roles_of_an_mlp_without_labels_follow_from_its_record():
    cards = draw(mlp()[1]).view.cards
    assert [sum(card.role == role for card in cards) for role in ("weight", "bias", "input")] == [32, 9, 3]
    assert [sum(card.role == role for card in cards) for role in ("hidden", "output", "loss")] == [16, 1, 1]


def test_a_module_says_what_its_parameters_are():
    x, w = Value(2.0), Value(3.0)

    class Scale:
        def parameters(self):
            return [w]

    assert [card.role for card in draw(x * w, module=Scale()).view.cards] == ["leaf", "weight", "root"]


class Neurons:
    """A module of the parameters that it is given."""

    def __init__(self, *parameters):
        self.parameters = lambda: [*parameters]


def test_an_input_called_b_is_no_bias_where_a_module_says_what_its_parameters_are():
    a, b = Value(2.0, label="a"), Value(3.0, label="b")
    weights, bias = [Value(0.5, label="w1"), Value(0.25, label="w2")], Value(1.0, label="b1")
    root = weighted_sum(weights, [a, b], bias).tanh()
    roles = {card.name: card.role for card in draw(root, module=Neurons(*weights, bias)).view.cards}
    assert [roles[name] for name in ("a", "b", "w1", "w2", "b1")] == ["input", "input", "weight", "weight", "bias"]


@pytest.mark.parametrize("label", ["b", "w", "bias", "w_1", "weight[0]"])
def test_a_leaf_that_is_none_of_a_modules_parameters_is_neither_weight_nor_bias(label):
    x, scale = Value(2.0, label=label), Value(3.0, label="scale")
    assert [card.role for card in draw(x * scale, module=Neurons(scale)).view.cards] == ["leaf", "weight", "root"]


def test_a_weight_called_b_is_a_weight_where_a_module_and_the_record_say_so():
    weights, bias = [Value(0.5, label="a"), Value(0.25, label="b")], Value(1.0, label="c")
    root = weighted_sum(weights, [1.0, 2.0], bias)
    roles = {card.name: card.role for card in draw(root, module=Neurons(*weights, bias)).view.cards}
    assert [roles[name] for name in "abc"] == ["weight", "weight", "bias"]


def test_the_parameters_of_other_modules_keep_the_roles_that_the_record_tells():
    inner, outer = weighted_sum([Value(0.5, label="w1")], [2.0], Value(0.25, label="b1")), Value(0.75, label="w2")
    root = weighted_sum([outer], [inner], 0.0)
    roles = {card.name: card.role for card in draw(root, module=Neurons(outer)).view.cards}
    assert [roles[name] for name in ("w1", "b1", "w2")] == ["weight", "bias", "weight"]


def test_roles_can_be_chosen_by_node_and_by_label():
    x, y = Value(2.0, label="x"), Value(3.0, label="y")
    assert [card.role for card in draw(x * y, roles={x: "input", "y": "target"}).view.cards] == ["input", "target", "root"]


def test_letters_are_no_weights_where_there_is_no_network():
    a, b = Value(2.0, label="a"), Value(3.0, label="b")
    assert [card.role for card in draw(a * b).view.cards] == ["leaf", "leaf", "root"]


def test_an_unknown_role_is_refused_by_name():
    with pytest.raises(ValueError, match="no role 'wieght'; choose one of input, weight"):
        draw(square(), roles={"x": "wieght"})


def test_a_role_for_a_label_that_is_not_there_is_refused():
    with pytest.raises(ValueError, match="no such node or label"):
        draw(square(), roles={"y": "input"})


# --- the legend ---


def test_the_legend_says_what_gradients_are_derivatives_of():
    assert "grad = ∂E_total/∂(node)" in draw(note()).svg


def test_the_legend_says_when_gradients_are_sums_over_passes():
    error = note()
    error.backward()
    assert "grad = sum over several backward passes" in draw(error).svg


def test_the_legend_explains_the_dot_before_any_pass():
    assert "· = no backward pass yet" in draw(square()).svg


def test_the_legend_says_when_values_are_out_of_date():
    x = Value(3.0, label="x")
    y = x * x
    assert "have changed" not in draw(y).svg
    x.data = 4.0
    assert "values have changed since the computation" in draw(y).svg


@pytest.mark.parametrize("op", ROWS, ids=lambda op: op.name)
def test_no_operation_looks_out_of_date_when_it_is_not(op):
    args = next(args for case, args in CASES if case is op)
    root = op(*shaped([Value(x) for x in flat(args)], args))
    for picture in (draw(root), draw(root, every_operation=True)):
        assert not any("changed" in note for note in picture.view.notes)


@pytest.mark.parametrize("op", ROWS, ids=lambda op: op.name)
def test_no_operation_is_called_by_a_letter_that_could_be_a_label(op):
    args = next(args for case, args in CASES if case is op)
    card = draw(op(*shaped([Value(x) for x in flat(args)], args))).view.cards[-1]
    assert not re.search(r"(?<!\w)[A-Za-z](?!\w)|[ʰʸˣⁿ]", card.title.removesuffix(card.name)), card.title


def test_without_a_legend_the_picture_is_just_the_graph():
    assert "local derivative" not in draw(note(), legend=False).svg
