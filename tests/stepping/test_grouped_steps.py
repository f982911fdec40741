"""Steps of groups of nodes, and of a part of a graph: the numbers are those of single steps, and the words are fewer."""

from __future__ import annotations

import random

import pytest
from drawn import chain, mlp
from hypothesis import given
from hypothesis import strategies as st
from random_graphs import graphs

from autograd import Value, step, topological_order
from autograd.stepping.animation import picture
from autograd.stepping.screen import Screen
from nn import MLP
from nn.note import load


def large():
    """Return micrograd's network for the moons, and its loss on one point: 406 nodes."""
    random.seed(1337)
    model = MLP(2, [16, 16, 1])
    score = model([Value(0.5, label="x1"), Value(-1.2, label="x2")])
    loss = (1 - score).relu()
    loss.label = "loss"
    loss.backward()
    return model, loss


def kinds(stepper):
    return [s.kind for s in stepper]


def grads(stepper):
    return {name: state.grad for name, state in stepper.goto(-1).state.items()}


def close(found, wanted):
    assert found == pytest.approx(wanted, rel=1e-9, abs=1e-12, nan_ok=True)


# --- groups ---


def test_a_graph_of_more_than_300_nodes_is_stepped_by_neurons():
    _, loss = large()
    stepper = step(loss, rate=0.1)
    assert (kinds(stepper).count("forward"), kinds(stepper).count("backward")) == (35, 35)
    close(grads(stepper), {name: node.grad for node, name in stepper.names.items()})


def test_or_by_the_module_that_one_names():
    model, loss = large()
    stepper = step(loss, module=model)
    assert [s.node for s in stepper if s.kind == "forward"] == ["layers[0]", "layers[1]", "layers[2]", "v66", "loss"]
    close(grads(stepper), {name: node.grad for node, name in stepper.names.items()})


def test_with_single_nodes_it_is_stepped_node_by_node():
    _, loss = large()
    assert kinds(step(loss, group=lambda node: None)).count("forward") == 67


def test_a_step_of_a_neuron_computes_its_sum_and_its_activation():
    forward = next(s for s in step(large()[1]) if s.kind == "forward")
    assert forward.sentence == "Compute v2 from x1 and x2, with 3 leaves of its own."
    assert forward.nodes == ("v1", "v2")
    assert [line.rule for line in forward.lines] == ["w1_1_1·x1 + w1_1_2·x2 + b1_1", "relu(v1)"]
    assert [change.node for change in forward.changes] == ["v1", "v2"]


def test_a_step_back_through_a_neuron_begins_within_it_and_ends_at_its_own_leaves():
    stepper = step(large()[1])
    back = next(s for s in stepper if s.kind == "backward" and s.node == "v2")
    assert "is complete and goes on to x1 and x2, and to 3 leaves of its own." in back.sentence
    assert [line.symbol for line in back.lines] == [f"∂loss/∂{name}" for name in ("v1", "x1", "x2", "w1_1_1", "w1_1_2", "b1_1")]
    assert back.nodes == ("v2", "v1")


def test_of_a_large_group_only_what_enters_and_leaves_it_has_equations():
    model, loss = large()
    stepper = step(loss, group=model)
    forward, back = (next(s for s in stepper if s.kind == kind and s.node == "layers[0]") for kind in ("forward", "backward"))
    assert [line.symbol for line in forward.lines] == [f"v{k}" for k in range(2, 34, 2)]
    assert [line.symbol for line in back.lines] == ["∂loss/∂x1", "∂loss/∂x2"]
    assert back.lines[0].rule == "∂loss/∂v31·w1_16_1 + ∂loss/∂v29·w1_15_1 + … + ∂loss/∂v1·w1_1_1"
    x1 = next(node for node, name in stepper.names.items() if name == "x1")
    assert back.lines[0].result == pytest.approx(x1.grad, rel=1e-12)
    assert back.lines[0].note.startswith("16 parts")


def test_a_second_round_of_groups_goes_on_as_that_of_single_nodes_does():
    network = load()
    options = {"rate": 0.5, "rounds": 3}
    one, other = step(network.error(), **options), step(network.error(), group=network.model, **options)
    close(grads(other), grads(one))
    assert len(other) < len(one)


def test_the_cursor_runs_to_a_group():
    model, loss = large()
    stepper = step(loss, group=model).run_to("layers[1]")
    assert (stepper.now.kind, stepper.now.node) == ("forward", "layers[1]")
    assert stepper.run_to("layers[1]").now.node == "layers[2]"
    while stepper.index:
        stepper.back()
    assert {state.value for name, state in stepper.state.items() if name.startswith("v")} == {None}


@given(graphs(), st.integers(1, 5))
def test_however_nodes_are_grouped_the_numbers_are_the_same(root, count):
    place = {node: k for k, node in enumerate(topological_order(root))}
    close(grads(step(root, group=lambda node: f"group {place[node] // count}")), grads(step(root)))


def test_a_terminal_shows_a_row_for_each_group():
    model, loss = large()
    rows = [
        "".join(text for _, text in row).split() for row in Screen(step(loss, group=model).run_to("layers[2]")).rows(100, 30)
    ]
    assert ["layers[0]", "Layer,", "80", "nodes", "·", "·"] in rows
    assert ["▸", "layers[2]", "Layer,", "18", "nodes", "−0.8634", "·"] in rows


def test_plain_numbers_that_a_module_reads_are_shown_and_take_part_in_no_step():
    random.seed(1)
    model = MLP(2, [2, 1])
    root = model([0.5, -1.2])
    stepper = step(root, module=model)
    assert [card.name for card in stepper.view.cards if not card.members] == ["input 1", "input 2"]
    assert [s.node for s in stepper if s.kind == "backward"] == [s.node for s in step(root) if s.kind == "backward"]
    assert picture(stepper.view, [*stepper]).count('class="p"') == len(stepper.view.edges) - 4
    Screen(stepper).rows(80, 24)


# --- a part ---


def test_some_steps_back_from_the_root_are_stepped_alone():
    stepper = step(load().error(), depth=2)
    assert [s.node for s in stepper if s.node] == ["E_o1", "E_o2", "E_total", "E_total", "E_total", "E_o1", "E_o2"]
    assert {*stepper.state} == {"E_total", "E_o1", "E_o2", "target_o1", "target_o2", "out_o1", "out_o2"}
    assert stepper.goto(-1).state["out_o1"].grad == pytest.approx(0.74136506955231571, rel=1e-15)


def test_between_two_nodes_the_later_one_is_the_root():
    stepper = step(load().error(), between=("out_h1", "net_o1"))
    assert [s.node for s in stepper if s.node] == ["net_o1", "net_o1", "net_o1"]
    assert "leaves, and what is computed from nothing that is shown, hold their values" in stepper.now.sentence
    assert stepper.goto(-1).state["out_h1"].grad == 0.4


def test_a_part_that_a_gradient_would_come_around_is_refused():
    x = Value(0.5, label="x")
    far = x.sin().cos().tanh()
    far.label = "far"
    with pytest.raises(ValueError, match="a part of ∂v3/∂x comes through v1, which is not shown; show more"):
        step(far * x, depth=1)


@pytest.mark.parametrize("part", [{"depth": 2}, {"between": ("w1", "E_total")}])
def test_a_part_cannot_be_updated(part):
    with pytest.raises(ValueError, match="an update needs the whole graph"):
        step(load().error(), rate=0.5, **part)


def test_without_parameters_no_equation_is_about_them_and_they_are_updated_all_the_same():
    network = load()
    stepper = step(network.error(), rate=0.5, parameters=False)
    symbols = {line.symbol for s in stepper if s.kind == "backward" for line in s.lines}
    assert "∂E_total/∂out_h1" in symbols
    assert not any("/∂w" in symbol or "/∂b" in symbol for symbol in symbols)
    network.train(1)
    assert stepper.goto(-1).state["w5"].value == pytest.approx(0.35891647971788461, rel=1e-15)


def test_a_graph_larger_than_any_picture_is_stepped_all_the_same():
    assert len(step(chain(2500))) == 1 + 2500 + 1 + 2500


def test_of_a_part_a_notebook_shows_what_moves_and_a_page_is_refused(tmp_path):
    stepper = step(load().error(), depth=2)
    bundle = stepper._repr_mimebundle_()
    assert bundle["text/html"].startswith('<img alt="Computation graph of E_total: 7 nodes, 6 edges"')
    assert stepper._mime_() == ("text/html", bundle["text/html"])
    with pytest.raises(ValueError, match=r"a page shows the steps of all nodes; a file that ends in \.svg plays both passes"):
        stepper.save(tmp_path / "part.html")


def test_roles_and_layouts_are_those_of_the_picture():
    model, error = mlp()
    stepper = step(error, roles={"w1_1_1": "input"}, module=model)
    assert {card.role for card in stepper.view.cards if card.name == "w1_1_1"} == {"input"}
    with pytest.raises(ValueError, match="there is no role 'nose'"):
        step(error, roles={"w1_1_1": "nose"})
