"""Groups of nodes in one card: by label, by module, by a function."""

from __future__ import annotations

import math
from itertools import pairwise

import pytest
from drawn import chain, connections, elementary_note, mlp, names, note
from hypothesis import given
from hypothesis import strategies as st

from autograd import Value, total
from autograd.drawing.view import view_of
from autograd.engine.graph import topological_order
from nn import MLP
from nn.note import load


def test_by_label_the_elementary_network_looks_like_the_note():
    def numbers(view):
        rows = sorted((card.name, card.role, card.rows) for card in view.cards)
        return rows, sorted(connections(view))

    assert numbers(view_of(elementary_note(), group="label")) == numbers(view_of(note()))


def test_by_label_every_operation_collapses_to_the_note_again():
    view = view_of(note(), every_operation=True, group="label")
    assert sorted(connections(view)) == sorted(connections(view_of(note())))


def test_by_module_each_layer_is_a_card():
    model, error = mlp()
    view = view_of(error, group=model)
    assert [(card.title, card.operation, card.count, card.rows) for card in view.cards if card.count > 1][:2] == [
        ("layers[0]", "Layer", 24, (("nodes", "8"), ("params", "16"))),
        ("layers[1]", "Layer", 28, (("nodes", "8"), ("params", "20"))),
    ]
    assert ("layers[0]", "layers[1]", "16 edges") in connections(view)


def test_what_comes_after_a_module_is_not_part_of_it():
    network = load()
    view = view_of(network.error(), group=network.model)
    assert names(view) == {"i1", "i2", "layers[0]", "layers[1]", "target_o1", "target_o2", "E_o1", "E_o2", "E_total"}


def test_a_part_of_a_module_can_be_opened():
    model, error = mlp()
    assert {f"neurons[{k}]" for k in range(4)} <= names(view_of(error, group=model.layers[1]))


def test_a_module_written_with_single_operations_is_a_card_too():
    w, b = [Value(0.5), Value(0.25)], Value(1.0)

    class Line:
        def parameters(self):
            return [*w, b]

    error = (2.0 - (w[0] * 3.0 + w[1] * 4.0 + b).tanh()) ** 2
    assert [card.title for card in view_of(error, group=Line()).cards] == ["Line", "2 −", "▢²"]


def test_a_function_names_the_groups():
    view = view_of(note(), group=lambda node: node.label.partition("_")[2] if node.label[:4] in ("net_", "out_") else None)
    h1 = next(card for card in view.cards if card.name == "h1")
    assert (h1.count, h1.rows[0]) == (2, ("value", "0.5933"))
    assert connections(view)[0][1] == "h1"


@given(st.lists(st.sampled_from("ab"), min_size=9, max_size=9))
def test_the_partials_of_groups_multiply_to_the_derivative_however_a_chain_is_cut(cuts):
    root = chain(8)
    which = dict(zip(topological_order(root), cuts, strict=True))
    view = view_of(root, group=which.get, partial_format=repr)
    assert all(edge.tail < edge.head for edge in view.edges)
    slope = math.prod(partial for node in topological_order(root) for _, partial in node.edges)
    assert len(view.edges) == sum(a != b for a, b in pairwise(cuts))
    if cuts[0] != cuts[1]:  # the first group is the leaf alone
        assert math.isclose(math.prod(float(edge.text) for edge in view.edges), slope, rel_tol=1e-12)


def test_groups_that_feed_each_other_are_drawn_once_for_each_turn():
    root = chain(3)
    turns = dict(zip(topological_order(root), "abab", strict=True))
    assert [card.name for card in view_of(root, group=turns.get).cards] == ["a", "b", "a #2", "b #2"]


def test_a_layer_is_one_card_for_a_whole_batch():
    model = MLP(2, [3, 1])
    error = total([(model([Value(float(k)), Value(1.0)]) - 1.0) ** 2 for k in range(20)])
    view = view_of(error, group=model)
    assert [(card.name, card.rows) for card in view.cards if card.count > 1] == [
        ("layers[0]", (("nodes", "120"), ("params", "9"))),
        ("layers[1]", (("nodes", "20"), ("params", "4"))),
    ]


def test_grouping_by_nothing_sensible_is_refused():
    with pytest.raises(TypeError, match='group takes "label", "neuron", a module or a function of a node, but got int 3'):
        view_of(note(), group=3)
