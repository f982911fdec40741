"""Views: which nodes and edges are shown, as data."""

from __future__ import annotations

import pytest
from drawn import connections, elementary_note, mlp, names, note, square

from autograd import Value, log_sum_exp, product, total, weighted_sum
from autograd.drawing.view import view_of
from autograd.engine.graph import topological_order
from nn import MLP, Neuron

# --- the record as it is ---


def test_the_note_level_has_a_card_for_each_node_and_an_edge_for_each_partial():
    root = note()
    view = view_of(root)
    order = topological_order(root)
    assert len(view.cards) == len(order) == 25
    assert len(view.edges) == sum(len(node.edges) for node in order) == 30
    assert view.description == "Computation graph of E_total: 25 nodes, 30 edges"


def test_a_square_has_two_edges():
    assert connections(view_of(square())) == [("x", "v1", "3"), ("x", "v1", "3")]


def test_edges_come_in_the_order_of_the_arguments():
    found = [tail for tail, head, _ in connections(view_of(note())) if head == "net_h1"]
    assert found == ["w1", "w2", "i1", "i2", "b1"]


def test_cards_come_after_what_they_are_computed_from():
    for view in (view_of(note()), view_of(elementary_note(), group="label"), view_of(mlp()[1], constants=True)):
        assert all(edge.tail < edge.head for edge in view.edges)


def test_nodes_without_a_label_show_their_operation_and_leaves_their_role():
    model, error = mlp()
    for p in model.parameters():
        p.label = ""
    assert {"Σ", "relu", "− 1", "▢²", "weight", "bias", "input"} == {card.title for card in view_of(error).cards}


def test_a_labelled_node_shows_both():
    card = next(card for card in view_of(note()).cards if card.name == "net_h1")
    assert (card.title, card.operation) == ("net_h1", "Σ")
    assert card.details.startswith("net_h1 = w1·i1 + w2·i2 + b1; value 0.3775; grad 0.00877")


@pytest.mark.parametrize(
    ("operation", "title"),
    [
        (lambda x: x**2, "▢²"),
        (lambda x: x**-1, "▢⁻¹"),
        (lambda x: x**0.5, "▢^0.5"),
        (lambda x: 2**x, "2^▢"),
        (lambda x: 2 * x, "2 ×"),
        (lambda x: x - 1, "− 1"),
        (lambda x: 1 - x, "1 −"),
        (lambda x: x.maximum(0), "max 0"),
    ],
)
def test_a_constant_is_part_of_the_operation(operation, title):
    view = view_of(operation(Value(3.0)))
    assert [card.title for card in view.cards] == ["leaf", title]


# --- constants and parameters ---


def test_constants_get_cards_with_a_dash_when_asked_for():
    view = view_of(2 * Value(3.0, label="x"), constants=True)
    constant = view.cards[1]
    assert (constant.role, constant.rows) == ("constant", (("value", "2.0000"), ("grad", "–")))
    assert connections(view) == [("x", "v1", "2"), ("2.0000", "v1", "")]
    assert view.cards[-1].title == "×"


def test_inputs_that_are_floats_get_cards_as_constants():
    view = view_of(weighted_sum([Value(0.5), Value(0.25)], [7.0, 8.0]), constants=True)
    assert [card.rows[0][1] for card in view.cards if card.role == "constant"] == ["7.0000", "8.0000"]


def test_numbers_that_a_module_reads_have_a_card_that_its_neurons_share():
    model = MLP(2, [2, 1], seed=1)
    for options in ({"module": model}, {"module": model, "parameters": False}):
        view = view_of((model([7.0, 8.0]) - 1.0) ** 2, **options)
        assert [(card.name, card.rows) for card in view.cards if card.role == "input"] == [
            (f"input {n}", (("value", f"{value}.0000"), ("grad", "–"))) for n, value in ((1, 7), (2, 8))
        ]
        assert [tail for tail, *_ in connections(view) if tail.startswith("input")] == ["input 1", "input 2"] * 2
    assert not [card for card in view_of(model([7.0, 8.0])).cards if card.role == "input"]  # without it, nobody knows


def test_each_sample_that_a_module_reads_has_cards_of_its_own_and_so_has_a_part_of_it():
    model = MLP(2, [2, 1], seed=1)
    view = view_of(model([7.0, 8.0]) + model([7.0, 9.0]), group=model)
    assert [card.rows[0][1] for card in view.cards if card.role == "input"] == ["7.0000", "8.0000", "7.0000", "9.0000"]


def test_parameters_can_be_left_out():
    view = view_of(note(), parameters=False)
    assert names(view) == names(view_of(note())) - {*(f"w{k}" for k in range(1, 9)), "b1", "b2"}
    assert ("i1", "net_h1", "0.15") in connections(view)
    assert "weights and biases are not shown" in view.notes


@pytest.mark.parametrize("every_operation", [False, True])
def test_an_input_called_b_stays_where_the_parameters_of_a_module_are_left_out(every_operation):
    neuron, inputs = Neuron(2, label="h"), [Value(2.0, label="a"), Value(3.0, label="b")]
    view = view_of(neuron(inputs), module=neuron, parameters=False, every_operation=every_operation)
    assert {"a", "b"} <= names(view)
    assert "weights and biases are not shown" in view.notes


# --- every operation ---


def test_every_operation_of_the_notes_network_is_what_one_writes_by_hand():
    def shown(view):
        cards = sorted((card.title, card.operation, card.role, card.rows) for card in view.cards)
        titles = [card.title for card in view.cards]
        return cards, sorted((titles[edge.tail], titles[edge.head], edge.text) for edge in view.edges)

    assert shown(view_of(note(), every_operation=True)) == shown(view_of(elementary_note(Value.sigmoid)))


def test_every_operation_changes_no_number_of_the_record():
    root = note()
    before = [(node.data, node.grad, node.op, node.args) for node in topological_order(root)]
    view = view_of(root, every_operation=True)
    assert [(node.data, node.grad, node.op, node.args) for node in topological_order(root)] == before
    rows = {card.name: card.rows for card in view.cards}
    assert all(rows[card.name] == card.rows for card in view_of(root).cards)


def test_every_operation_gives_inner_nodes_the_gradients_of_a_backward_pass():
    def gradients(compute, **options):
        w, x, b = Value(2.0), Value(3.0), Value(1.0)
        root = compute(w, x, b)
        root.backward()
        return sorted(card.rows[1][1] for card in view_of(root, **options).cards)

    assert gradients(lambda w, x, b: weighted_sum([w, w], [x, 0.5], b).tanh(), every_operation=True) == gradients(
        lambda w, x, b: (w * x + w * 0.5 + b).tanh()
    )


@pytest.mark.parametrize("operation", [total, product, log_sum_exp])
def test_every_operation_keeps_a_sum_of_one_term(operation):
    assert len(view_of(operation([Value(3.0)]), every_operation=True).cards) >= 2


def test_every_operation_leaves_whole_what_would_overflow_in_parts():
    view = view_of(log_sum_exp([Value(800.0), Value(801.0)]), every_operation=True)
    assert [card.title for card in view.cards] == ["leaf", "leaf", "LSE"]


# --- parts ---


def test_depth_shows_the_last_steps():
    view = view_of(note(), depth=2)
    assert names(view) == {"E_total", "E_o1", "E_o2", "out_o1", "out_o2", "target_o1", "target_o2"}


def test_cards_whose_arguments_are_cut_off_say_so():
    view = view_of(note(), depth=2)
    assert {card.name for card in view.cards if card.operation.startswith("⋯")} == {"out_o1", "out_o2"}
    assert "⋯ = has arguments that are not shown" in view.notes


def test_depth_0_shows_the_root_alone():
    assert names(view_of(note(), depth=0)) == {"E_total"}


def test_between_shows_all_paths_from_one_node_to_another():
    expected = {"w1", "net_h1", "out_h1", "net_o1", "net_o2"}
    view = view_of(note(), between=("w1", "E_total"))
    assert names(view) == expected | {"out_o1", "out_o2", "E_o1", "E_o2", "E_total"}
    assert names(view_of(note(), between=("w1", "net_o1"))) == expected - {"net_o2"}


def test_between_takes_nodes_as_well():
    root = note()
    ends = [next(node for node in topological_order(root) if node.label == label) for label in ("b2", "out_o1")]
    assert names(view_of(root, between=ends)) == {"b2", "net_o1", "out_o1"}
    assert names(view_of(root, between=ends, every_operation=True)) == {"b2", "net_o1", "out_o1"}


@pytest.mark.parametrize(
    ("option", "message"),
    [
        ({"between": ("w5", "net_h1")}, "net_h1 was not computed from w5"),
        ({"between": ("w9", "E_total")}, "the graph has no 'w9'"),
        ({"between": "w1"}, r"two nodes or labels, \(a, b\)"),
        ({"depth": -1}, "depth is a whole number from 0 on, but got -1"),
    ],
)
def test_a_part_that_is_not_there_is_refused(option, message):
    with pytest.raises(ValueError, match=message):
        view_of(note(), **option)
