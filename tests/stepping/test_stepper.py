"""Stepping through a computation: every step as data, a cursor that undoes exactly, and the text of a step."""

from __future__ import annotations

import json
import math
import pickle

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from random_graphs import graphs, squared

from autograd import Value, exp, log, no_grad, total, weighted_sum
from autograd.engine.graph import topological_order
from autograd.stepping.conditions import first_nan, grad_above
from autograd.stepping.stepper import step
from autograd.stepping.steps import NodeState, short
from nn.note import load


def labelled(**numbers: float) -> list[Value]:
    return [Value(number, label=label) for label, number in numbers.items()]


def square() -> Value:
    (x,) = labelled(x=3.0)
    y = squared(x)
    y.label = "y"
    return y


def note(**options):
    network = load()
    return step(network.error(), **options)


def visited(stepper, kind: str) -> list[str]:
    return [s.node for s in stepper if s.kind == kind]


def lines_about(stepper, symbol: str):
    return [line for s in stepper for line in s.lines if line.symbol == symbol]


# --- the note: count, order and numbers ---


def test_the_note_has_a_start_11_nodes_forward_a_seed_and_11_nodes_backward():
    kinds = [s.kind for s in note()]
    assert kinds == ["start"] + ["forward"] * 11 + ["seed"] + ["backward"] * 11


def test_with_a_rate_the_update_is_a_step_too():
    stepper = note(rate=0.5)
    assert (len(stepper), stepper[-1].kind) == (25, "update")


def test_the_forward_pass_computes_the_first_branch_first():
    assert visited(note(), "forward") == [
        "net_h1", "out_h1", "net_h2", "out_h2", "net_o1", "out_o1", "E_o1", "net_o2", "out_o2", "E_o2", "E_total",
    ]  # fmt: skip


def test_the_backward_pass_visits_the_branch_of_the_first_error_first():
    assert visited(note(), "backward") == [
        "E_total", "E_o1", "out_o1", "net_o1", "E_o2", "out_o2", "net_o2", "out_h1", "net_h1", "out_h2", "net_h2",
    ]  # fmt: skip


def test_out_h1_gets_its_gradient_in_two_parts():
    first, second = lines_about(note(), "∂E_total/∂out_h1")
    assert (first.sign, first.rule, first.note) == ("+=", "∂E_total/∂net_o1·w5", "part 1 of 2: 0.0554 so far")
    assert (second.sign, second.rule, second.note) == (
        "+=",
        "∂E_total/∂net_o2·w7",
        "part 2 of 2: 0.0554 − 0.0190 = 0.0364",
    )
    assert first.result == first.total == pytest.approx(0.74136506955231571 * 0.18681560180895949 * 0.4, rel=1e-15)
    assert second.result == pytest.approx(-0.21707153467853741 * 0.17551005281727119 * 0.5, rel=1e-15)
    assert second.total == pytest.approx(0.036350306393144678, rel=1e-15)


def test_the_state_of_out_h1_goes_from_nothing_through_a_running_sum_to_the_gradient():
    stepper = note()
    states = []
    for k in range(len(stepper)):
        state = stepper.goto(k).state["out_h1"]
        states += [] if states and states[-1] == state else [state]
    value = pytest.approx(0.59326999210718726, rel=1e-15)
    assert states == [
        NodeState(None, None, 0, 2),
        NodeState(value, None, 0, 2),
        NodeState(value, pytest.approx(0.0554, abs=5e-5), 1, 2),
        NodeState(value, pytest.approx(0.0363503, abs=5e-8), 2, 2),
    ]


def test_a_step_has_the_edges_with_the_local_partials_as_numbers_and_as_rules():
    stepper = note().run_to("out_o1")
    (edge,) = stepper.now.edges
    assert (edge.argument, edge.rule) == ("net_o1", "out_o1·(1 − out_o1)")
    assert edge.partial == pytest.approx(0.18681560180895949, rel=1e-15)


def test_the_update_of_the_note_changes_the_weights_to_their_values_after_one_round():
    network = load()
    update = step(network.error(), rate=network.rate)[-1]
    network.train(1)
    assert {change.node: change.after.value for change in update.changes} == {w.label: w.data for w in network.trained}


def test_an_update_line_shows_the_old_number_the_rate_and_the_gradient():
    line = note(rate=0.5)[-1].lines[6]
    assert (line.symbol, line.sign, line.rule) == ("w7", "←", "w7 − rate·∂E_total/∂w7")
    assert line.numbers == "0.5 − 0.5·(−0.0226)"


# --- rounds ---


def test_an_update_line_shows_the_old_number_with_as_many_decimals_as_the_new_one():
    p = Value(2.0, label="p")
    assert step(p * p * p + p * 5, rate=0.01, rounds=3)[-1].lines[0].numbers == "1.6795 − 0.01·13.462"


def test_a_second_round_goes_on_with_the_updated_weights():
    network = load()
    stepper = step(network.error(), rate=network.rate, rounds=2).goto(-1)
    network.train(2)
    assert len(stepper) == 50
    assert {w.label: stepper.state[w.label].value for w in network.trained} == {w.label: w.data for w in network.trained}


def test_the_error_after_one_round_is_the_true_one():
    stepper = note(rate=0.5, rounds=2).goto(25).run_to("E_total")
    assert stepper.state["E_total"].value == pytest.approx(0.29102777369359933, rel=1e-15)


def test_a_round_begins_with_nothing_computed_but_the_leaves():
    stepper = note(rate=0.5, rounds=2).goto(25)
    assert (stepper.now.kind, stepper.now.round) == ("start", 2)
    assert stepper.state["E_total"] == NodeState(None, None, 0, 1)
    assert stepper.state["w5"] == NodeState(pytest.approx(0.35891647971788461), None, 0, 1)


def test_unlabelled_nodes_keep_their_names_from_round_to_round():
    x, y = Value(2.0), Value(3.0)
    first, second = ([s.node for s in step((x * y).tanh() + x, rate=0.1, rounds=2) if s.round == n] for n in (1, 2))
    assert first == second


def test_the_parameters_to_update_can_be_chosen():
    x, w = labelled(x=2.0, w=3.0)
    update = step(x * w, rate=0.1, parameters=[w])[-1]
    assert [(change.node, change.after.value) for change in update.changes] == [("w", 3.0 - 0.1 * 2.0)]


def test_the_graph_itself_stays_as_it_is():
    network = load()
    error = network.error()
    error.backward()
    before = [(node, node.data, node.grad, node.label) for node in topological_order(error)]
    step(error, rate=0.5, rounds=3).goto(-1)
    assert [(node, node.data, node.grad, node.label) for node in topological_order(error)] == before


@pytest.mark.parametrize("options", [{"rounds": 2}, {"parameters": labelled(w=1.0)}])
def test_rounds_and_parameters_without_a_rate_are_refused(options):
    with pytest.raises(ValueError, match="need a learning rate"):
        step(square(), **options)


def test_less_than_one_round_is_refused():
    with pytest.raises(ValueError, match="rounds is a whole number from 1 on, but got 0"):
        step(square(), rate=0.1, rounds=0)


def test_a_parameter_that_root_was_not_computed_from_is_refused():
    with pytest.raises(ValueError, match=r"y was not computed from Value.*stranger"):
        step(square(), rate=0.1, parameters=labelled(stranger=1.0))


@pytest.mark.parametrize("number", [0.0, 2.0])
def test_a_parameter_alone_is_updated_whatever_its_number(number):
    w, x = labelled(w=number, x=3.0)
    y = w * x
    steppers = [step(y, rate=0.1, parameters=parameters).goto(-1) for parameters in (w, [w], iter([w, w]))]
    assert [[line.symbol for line in stepper.now.lines] for stepper in steppers] == [["w"]] * 3


def test_a_parameter_of_0_without_a_rate_is_refused():
    (x,) = labelled(x=0.0)
    with pytest.raises(ValueError, match="need a learning rate"):
        step(x * x, parameters=x)


def test_a_parameter_that_was_computed_is_refused():
    y = square()
    with pytest.raises(ValueError, match="was computed, so an update cannot change it"):
        step(y, rate=0.1, parameters=[y])


def test_a_round_that_leaves_a_domain_says_where():
    (x,) = labelled(x=1.0)
    with pytest.raises(ValueError, match=r"log.*x"):
        step(log(x), rate=2.0, rounds=2)


# --- small graphs ---


def test_a_square_has_two_edges_and_two_lines_with_the_running_sum():
    backward = step(square())[-1]
    assert [(edge.argument, edge.partial) for edge in backward.edges] == [("x", 3.0), ("x", 3.0)]
    assert [(line.result, line.total) for line in backward.lines] == [(3.0, 3.0), (3.0, 6.0)]
    assert [(change.before, change.after) for change in backward.changes] == [
        (NodeState(3.0, None, 0, 2), NodeState(3.0, 6.0, 2, 2))
    ]


def test_a_leaf_alone_has_a_start_and_a_seed():
    (x,) = labelled(x=3.0)
    stepper = step(x).goto(-1)
    assert [s.kind for s in stepper] == ["start", "seed"]
    assert stepper.state == {"x": NodeState(3.0, 1.0, 1, 1)}


def test_constants_have_no_state():
    (x,) = labelled(x=3.0)
    assert set(step(2 * x + 1).state) == {"x", "v1", "v2"}


def test_a_node_with_one_use_shows_no_running_sum():
    (x,) = labelled(x=3.0)
    (line,) = step(exp(x))[-1].lines
    assert (line.sign, line.note) == ("=", "")


def test_a_partial_that_is_a_sum_is_written_in_brackets():
    x, y = labelled(x=3.0, y=1.0)
    z = x - y
    e = z.sigmoid()
    z.label, e.label = "z", "e"
    assert [line.rule for s in step(e) if s.kind == "backward" for line in s.lines] == [
        "∂e/∂e·e·(1 − e)",
        "∂e/∂z·1",
        "∂e/∂z·(−1)",
    ]
    half = load().error()
    assert "∂E_total/∂E_o1·(target_o1 − out_o1)" in [line.rule for s in step(half) for line in s.lines]


# --- any graph ---


@given(graphs())
@example(load().error())
def test_the_last_steps_gradients_and_values_are_those_of_the_engine(root):
    found = step(root).goto(-1).state
    root.zero_grad()
    root.backward()
    order = topological_order(root)
    assert sorted((s.value, s.grad) for s in found.values()) == sorted((node.data, node.grad) for node in order)


@given(graphs())
def test_in_the_end_every_part_has_come(root):
    assert all(state.parts == state.of >= 1 for state in step(root).goto(-1).state.values())


@given(graphs())
def test_back_after_next_restores_the_state(root):
    stepper = step(root, rate=0.1)
    for k in range(len(stepper) - 1):
        before = dict(stepper.goto(k).state)
        assert dict(stepper.next().back().state) == before


@given(graphs(), st.data())
def test_the_state_at_a_step_does_not_depend_on_the_way_there(root, data):
    stepper = step(root, rate=1e-9, rounds=2)
    for k in data.draw(st.lists(st.integers(0, len(stepper) - 1), max_size=5)):
        stepper.goto(k)
        assert dict(stepper.state) == dict(step(root, rate=1e-9, rounds=2).goto(k).state)


@given(graphs())
def test_every_node_is_computed_after_its_arguments_and_passes_on_only_a_complete_gradient(root):
    stepper = step(root)
    for k, present in enumerate(stepper):
        state = stepper.goto(k).state
        if present.kind == "forward":
            assert all(state[edge.argument].value is not None for edge in present.edges)
        if present.kind == "backward":
            assert state[present.node].parts == state[present.node].of


@given(graphs())
def test_running_sums_add_the_results_of_the_lines(root):
    sums: dict[str, float] = {}
    for line in (line for s in step(root) if s.kind == "backward" for line in s.lines):
        sums[line.symbol] = sums.get(line.symbol, 0.0) + line.result
        assert line.total == sums[line.symbol]


def test_a_deep_graph_has_as_many_steps_as_nodes():
    x = y = Value(0.5, label="x")
    for _ in range(5_000):
        y = y.sin() + x
    stepper = step(y)
    y.backward()
    assert len(stepper) == 2 + 2 * 10_000
    assert stepper.goto(-1).state["x"].grad == x.grad
    assert stepper.goto(0).state["x"] == NodeState(0.5, None, 0, 5_001)


# --- the cursor ---


def test_next_and_back_move_by_one():
    stepper = step(square())
    assert [stepper.next().index, stepper.next().index, stepper.back().index] == [1, 2, 1]


def test_at_the_ends_the_cursor_stays_and_the_text_says_so():
    stepper = step(square())
    assert stepper.back().index == 0
    assert stepper.goto(-1).next().index == 3
    assert str(stepper).startswith("step 3 of 3 (the last): backward")


@pytest.mark.parametrize("k", [4, -5])
def test_a_step_that_is_not_there_cannot_be_gone_to(k):
    with pytest.raises(IndexError, match="the steps are 0 to 3"):
        step(square()).goto(k)


def test_run_to_stops_at_the_value_and_then_at_the_complete_gradient():
    stepper = note()
    assert (stepper.run_to("out_h1").now.kind, stepper.now.node) == ("forward", "out_h1")
    assert (stepper.run_to("out_h1").now.kind, stepper.now.node) == ("backward", "net_o2")


def test_run_to_the_root_stops_at_the_seed_in_the_backward_part():
    stepper = note()
    assert [stepper.run_to("E_total").now.kind for _ in range(2)] == ["forward", "seed"]


def test_run_to_a_leaf_stops_where_its_gradient_is_complete():
    assert note().run_to("w5").now.node == "net_o1"


def test_run_to_does_not_stop_at_an_update():
    stepper = note(rate=0.5, rounds=2).run_to("w5")
    assert (stepper.run_to("w5").now.kind, stepper.now.round) == ("start", 2)


def test_run_to_an_unknown_name_says_which_there_are():
    with pytest.raises(ValueError, match=r"no node 'w9'; there are 'x', 'y'"):
        step(square()).run_to("w9")


def test_run_to_what_is_complete_already_leaves_the_cursor_alone():
    stepper = step(square()).goto(3)
    with pytest.raises(LookupError, match="completes the value or the gradient of 'x'"):
        stepper.run_to("x")
    assert stepper.index == 3


def test_until_stops_at_the_first_step_where_the_condition_holds_and_stays_there():
    stepper = note()
    for _ in range(2):
        stepper.until(lambda present, state: state["out_h1"].grad is not None)
        assert (stepper.now.kind, stepper.now.node) == ("backward", "net_o1")


def test_until_a_gradient_is_above_1_stops_at_the_running_sum_that_is():
    (x,) = labelled(x=0.4)
    y = (x * 1 + x * 1) + x * 1
    stepper = step(y).until(grad_above(1))
    assert stepper.state["x"] == NodeState(0.4, 2.0, 2, 3)


def test_a_gradient_of_minus_2_is_above_1_in_size():
    (x,) = labelled(x=0.4)
    assert step(x * -2).until(grad_above(1)).state["x"].grad == -2.0


def test_the_seed_is_not_above_1_and_a_condition_that_never_holds_leaves_the_cursor_alone():
    stepper = step(0.5 * Value(2.0)).goto(1)
    with pytest.raises(LookupError, match=r"neither at this step \(1\)"):
        stepper.until(grad_above(1))
    assert stepper.index == 1


def test_an_update_makes_no_gradient_large_that_was_so_before():
    stepper = step(square(), rate=0.1)
    assert not grad_above(1)(stepper[-1], stepper.goto(-1).state)


def test_a_condition_that_raises_leaves_the_cursor_alone():
    stepper = step(square()).goto(1)
    with pytest.raises(TypeError):
        stepper.until(lambda present, state: state["x"].grad is not None and len(state["x"].grad))
    assert stepper.index == 1


def test_until_the_first_nan_stops_where_a_value_becomes_nan():
    (x,) = labelled(x=math.inf)
    y = (x * 2) - x
    assert step(y * 3).until(first_nan).now.lines[0].rule == "v1 − x"


def test_a_leaf_that_is_nan_is_found_at_the_start():
    (x,) = labelled(x=math.nan)
    assert step(x * 2).until(first_nan).index == 0


def test_until_the_first_nan_finds_a_gradient_that_becomes_nan():
    (x,) = labelled(x=0.0)
    stepper = step(x.sqrt() * 0.0).until(first_nan)  # 0 times an infinite slope
    assert stepper.now.kind == "backward"
    assert math.isnan(stepper.state["x"].grad)


# --- as data, as text ---


def test_the_steps_are_json_and_come_back_the_same():
    data = json.loads(json.dumps(note(rate=0.5).as_data()))
    assert (data["root"], len(data["steps"])) == ("E_total", 25)
    assert data["steps"][1]["changes"] == [
        {"node": "net_h1", "before": [None, None, 0, 1], "after": [pytest.approx(0.3775), None, 0, 1]}
    ]


def test_the_changes_lead_from_the_state_before_to_every_later_one():
    stepper = note(rate=0.5, rounds=2)
    data = stepper.as_data()
    state = data["before"]
    for k, present in enumerate(data["steps"]):
        assert all(state[change["node"]] == change["before"] for change in present["changes"])
        state |= {change["node"]: change["after"] for change in present["changes"]}
        assert state == stepper.goto(k).state


def test_a_stepper_can_be_pickled_at_any_step():
    stepper = pickle.loads(pickle.dumps(note().run_to("out_o1")))
    assert stepper.now.node == "out_o1"
    assert stepper.back().state["out_o1"].value is None


def test_steps_are_a_sequence():
    stepper = step(square())
    assert [*stepper] == [stepper[k] for k in range(len(stepper))] == [*stepper[:]]


def test_a_step_and_the_state_cannot_be_changed_from_outside():
    stepper = step(square())
    with pytest.raises(TypeError):
        stepper.state["x"] = NodeState(0.0, None, 0, 0)
    with pytest.raises(AttributeError):
        stepper.now.kind = "update"


def test_a_forward_step_reads_as_symbol_rule_numbers_result():
    assert str(note().run_to("E_o1")).splitlines() == [
        "step 7 of 23: forward",
        "Compute E_o1 from target_o1 and out_o1.",
        "  E_o1 = ½·(target_o1 − out_o1)² = ½·(0.01 − 0.7514)² = 0.2748",
    ]


def test_a_backward_step_has_aligned_lines_with_the_running_sums_below():
    assert str(note().goto(19)).splitlines()[3:9] == [
        "  ∂E_total/∂w7      = ∂E_total/∂net_o2·out_h1 = −0.0381·0.5933 = −0.0226",
        "  ∂E_total/∂w8      = ∂E_total/∂net_o2·out_h2 = −0.0381·0.5969 = −0.0227",
        "  ∂E_total/∂out_h1 += ∂E_total/∂net_o2·w7     = −0.0381·0.5    = −0.0190",
        "      part 2 of 2: 0.0554 − 0.0190 = 0.0364",
        "  ∂E_total/∂out_h2 += ∂E_total/∂net_o2·w8     = −0.0381·0.55   = −0.0210",
        "      part 2 of 2: 0.0623 − 0.0210 = 0.0414",
    ]


def test_the_seed_reads_1_once():
    assert str(step(square()).goto(2)).splitlines()[-1] == "  ∂y/∂y = 1"


def test_many_edges_are_cut_in_the_text_and_complete_in_the_data():
    stepper = step(weighted_sum([Value(0.1)] * 300, [Value(0.2)] * 300)).goto(-1)
    assert len(stepper.now.lines) == 600
    assert str(stepper).splitlines()[-1] == "  … and 588 more"


def test_a_formula_that_is_too_wide_is_cut():
    text = str(step(total([Value(float(n), label=f"number_{n}") for n in range(100)])).goto(1))
    assert max(map(len, text.splitlines())) <= 100
    assert text.endswith("…\n     = 4950")


@pytest.mark.parametrize(
    ("numbers", "texts"),
    [
        ((0.055399, -0.019049, 0.03635), ["0.0554", "−0.0190", "0.0364"]),
        ((1.0, 2.0, 3.0), ["1", "2", "3"]),
        ((0.1 + 0.2,), ["0.3"]),
        ((-1 / 3,), ["−0.3333"]),
        ((0.000438568,), ["0.000439"]),
        ((12345.678,), ["12346"]),
        ((1.5e-9,), ["1.5e−09"]),
        ((1e300, -1e300), ["1e+300", "−1e+300"]),
        ((math.nan,), ["nan"]),
        ((-math.inf, 0.25), ["−inf", "0.25"]),
        ((0.0,), ["0"]),
        ((-0.0,), ["0"]),
    ],
)
def test_numbers_are_short_and_those_of_a_sum_have_the_same_decimals(numbers, texts):
    assert short(*numbers) == texts


def test_further_rounds_can_be_stepped_through_inside_no_grad():
    w, x = Value(0.5, label="w"), Value(3.0, label="x")
    y = (w * x).tanh()
    outside = step(y, rate=0.1, rounds=3).as_data()
    with no_grad():
        assert step(y, rate=0.1, rounds=3).as_data() == outside
