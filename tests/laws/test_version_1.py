"""Files that 0.1.0 wrote: graphs, trainings and networks in JSON of version 1 load, with the numbers that 0.1.0 found in them.

They must load for ever, whatever the code becomes, and whatever later versions write: people keep these files. The files in
tests/data were written by 0.1.0 itself, and the numbers here printed by it; none of them is ever to be made anew. Pickles need
not load: they name classes and slots, which may change.
"""

from __future__ import annotations

import math

import pytest
from project import ROOT

from autograd import Value, load_graph, topological_order
from nn import MLP, fit, load, note
from nn.data import moons
from nn.losses import hinge
from nn.metrics import accuracy
from nn.optim import Adam
from nn.schedules import cosine

DATA = ROOT / "tests" / "data"
INF, NAN = math.inf, math.nan

# --- a graph with four roots ---

# Label, operation in micrograd's words, arguments by label or number, data, grad, partials; both x were changed afterwards.
NODES = [
    ("", "", ["x", "x"], 12.0, 12.761594155955764, [4.0, 1.0]),
    ("", "cube root of 512", ["x"], 8.0, 0, None),
    ("", "/", ["x", "x"], 0.16666666666666666, 0.0, [0.3333333333333333, -0.05555555555555555]),
    (
        "", "half_squared_error", [["hand", "out\n1"], ["12.0", 0.75]], 81.4878529000242, 1.0,
        [-12.761594155955764, -0.3426665999540698, 12.761594155955764],
    ),
    (
        "", "log_sum_exp", [["out\n1", "squares", 1.0]], 2.6056515740687947, 1.0,
        [0.11098966678580989, 0.6882516300941832],
    ),
    ("", "*", ["x", INF], INF, 0.0, [INF]),
    ("", "**", ["x", "x"], 1.7320508075688772, 0.6882516300941832, [0.28867513459481287, 1.902852301792692]),
    ("", "**2", ["x", 2.0], 0.25, 0.6882516300941832, [1.0]),
    ("", "**", [2.0, "w"], 0.25, 0.6882516300941832, [0.17328679513998632]),
    ("", "product", [["x", "x", 0.1]], 0.15000000000000002, -1.0, [0.30000000000000004, 0.05]),
    ("", "ReLU", ["0.15000000000000002"], 0.15000000000000002, -1.0, [1.0]),
    ("", "", [], 0.25, 0.0, []),
    ("big", "maximum", ["inf", "0.16666666666666666"], INF, 0.0, [1.0, 0.0]),
    (
        "hand", "tanh of product", ["w", "x"], -0.7615941559557649, -12.761594155955764,
        [0.20998717080701307, -0.8399486832280523],
    ),
    ("least", "-", ["2.6056515740687947", "0.15000000000000002"], 2.4556515740687948, 1.0, [1.0, -1.0]),
    ("loss", "+", ["81.4878529000242", "least"], 83.94350447409299, 1.0, [1.0, 1.0]),
    ("lost", "+", ["missing", NAN], NAN, 0, [1.0]),
    ("missing", "", [], NAN, 0, []),
    (
        "net ½", "weighted_sum", [["w", "x"], ["x", 0.125], "0.25"], -0.375, -0.05592980058953597,
        [0.5, 0.125, -2.0, 1.0],
    ),
    ("out\n1", "sigmoid", ["net ½"], 0.4073334000459302, -0.23167693316825988, [0.24141290125295237]),
    ("squares", "total", [["0.25", "1.7320508075688772", "0.25"]], 2.232050807568877, 0.6882516300941832, [1.0, 1.0, 1.0]),
    ("w", "", [], -2.0, -2.5884710328623384, []),
    ("x", "", [], 0.75, NAN, []),
    ("x", "", [], 2.5, 63.94966068665767, []),
]  # fmt: skip


@pytest.fixture
def roots():
    return load_graph(DATA / "version_1_graph.json")


def told(arg):
    if isinstance(arg, Value):
        return arg.label or repr(arg.data)
    return [told(item) for item in arg] if isinstance(arg, (list, tuple)) else arg


def test_a_graph_has_the_nodes_and_numbers_that_were_saved_to_the_last_bit(roots):
    nodes = dict.fromkeys(node for root in roots for node in topological_order(root))
    found = sorted(repr((node.label, node._op, told(node.args), node.data, node.grad)) for node in nodes)
    assert found == sorted(repr(row[:5]) for row in NODES)


def test_a_graph_has_the_partials_that_were_recorded_before_data_was_changed(roots):
    expected = {repr(row[:4]): row[5] for row in NODES}
    for node in {node for root in roots for node in topological_order(root)}:
        partials = expected[repr((node.label, node._op, told(node.args), node.data))]
        if partials is not None:
            assert [partial for _, partial in node.edges] == pytest.approx(partials, rel=1e-14)


def test_a_graph_has_its_roots_in_their_order(roots):
    assert [root.label or root._op for root in roots] == ["loss", "big", "lost", "cube root of 512"]


def test_a_graph_has_the_gradients_that_a_backward_pass_found(roots):
    loss = roots[0]
    loss.zero_grad()
    loss.backward()
    leaves = {repr((leaf.label, leaf.data)): leaf.grad for leaf in topological_order(loss) if leaf.op is None}
    assert leaves == {
        "('x', 0.75)": pytest.approx(12.528836636996395, rel=1e-13),
        "('x', 2.5)": pytest.approx(63.94966068665767, rel=1e-13),
        "('w', -2.0)": pytest.approx(-2.5884710328623384, rel=1e-13),
        "('', 0.25)": pytest.approx(-0.05592980058953597, rel=1e-13),
    }


def test_a_graph_can_be_run_forward_where_its_operations_by_hand_were_recorded(roots):
    loss = roots[0]
    for leaf in topological_order(loss):
        if leaf.label == "x":
            leaf.data = {0.75: 0.5, 2.5: 3.0}[leaf.data]
    loss.recompute()
    assert loss.data == pytest.approx(83.94350447409299, rel=1e-14)


def test_partials_that_nobody_gave_are_still_missed(roots):
    with pytest.raises(ValueError, match="the partials of cube root of 512, which was recorded by hand, are not known"):
        roots[3].backward()


# --- a training: an MLP, Adam, a history with validation ---

COLUMNS = {
    "loss": [
        0.8600618197950035, 0.5374723335435508, 0.4089019103323494, 0.3722457865491362, 0.36404296547458687,
        0.3415527633444857, 0.3353903272344248,
    ],
    "accuracy": [0.75, 0.7916666666666666, 0.7916666666666666, 0.8333333333333334] + 3 * [0.8333333333333334],
    "validation loss": [
        0.6793239332292369, 0.5555647577860343, 0.5311912257194399, 0.5189848045398803, 0.5263286310156763,
        0.5169346918200135, 0.5091674538261273,
    ],
    "validation accuracy": [0.7, 0.7, 0.8, 0.8, 0.8, 0.8, 0.8],
}  # fmt: skip


@pytest.fixture
def training():
    model = MLP(2, [3, 1], activation="tanh", seed=2)
    adam = Adam(model.parameters(), rate=0.7)
    return model, adam, load(DATA / "version_1_training.json", model, adam)


def test_a_training_has_its_parameters(training):
    model, _, _ = training
    assert [p.data for p in model.parameters()] == [
        -0.2075871811206685, 0.3309301524536871, -0.1332092581463054, 0.7247129133357783, -1.1285607214969058,
        -0.23383677306390893, -0.3884961487354878, 0.5010884301772919, 0.12841100325197075, -0.22120226886956623,
        1.1451242906404475, -0.9812606982817575, -0.1257007957975109,
    ]  # fmt: skip
    assert model([0.5, -0.25]).data == pytest.approx(0.5734786220300149, rel=1e-13)


def test_a_training_has_the_state_of_its_optimizer(training):
    _, adam, _ = training
    assert (adam.steps, adam.rate, tuple(adam.betas), adam.eps) == (16, 0.05, (0.9, 0.999), 1e-08)
    state = adam.state_dict()
    assert (state["means"][0], state["squares"][-1]) == (-0.012255226764944034, 0.00123063737849102)


def test_a_training_has_its_history(training):
    _, _, history = training
    assert history.columns == {name: column[:4] for name, column in COLUMNS.items()}
    assert (history.best_epoch, len(history.best)) == (4, 13)


def test_a_training_goes_on_as_it_would_have_done(training):
    model, adam, history = training
    gone_on = fit(
        model, hinge, moons(24), adam, epochs=7, batch_size=7, schedule=cosine(12), metrics=[accuracy], history=history,
        validation=moons(10, seed=2), seed=5,
    )  # fmt: skip
    assert gone_on.columns == {name: pytest.approx(column, rel=1e-9) for name, column in COLUMNS.items()}
    assert (adam.steps, model([0.5, -0.25]).data) == (28, pytest.approx(0.8380151152892935, rel=1e-9))


# --- a network in the form of the note's ---


@pytest.fixture
def network():
    return note.load(DATA / "version_1_note.json")


def close(numbers, rel=1e-13):
    return pytest.approx(numbers, rel=rel)


def test_a_network_has_its_numbers(network):
    assert network.error().data == close(0.12704237226268408)
    assert [output.data for output in network.outputs()] == close([0.5444289504405606, 0.4657307658371401])
    assert network.rate == 0.1


def test_a_network_has_its_gradients_by_name(network):
    network.error().backward()
    assert {p.label: p.grad for p in network.trained} == close({
        "w1": -0.04881945807040791, "w2": 0.09763891614081582, "b1": -0.09763891614081582,
        "w3": -0.02456230152490377, "w4": 0.04912460304980754, "b2": -0.04912460304980754,
        "w5": -0.05069339452345943, "w6": 0.10138678904691886, "b3": -0.10138678904691886,
        "w7": 0.005644971455063937, "w8": -0.07176770079016496, "w9": 0.0056449714550639365, "b4": -0.05931415480809128,
        "w10": -0.0026817326688515736, "w11": 0.03409437750206841, "w12": -0.002681732668851573,
    })  # fmt: skip


def test_a_network_is_trained_as_before(network):
    network.train(100)
    assert network.error().data == close(0.012958752461164921, rel=1e-11)
    trained = {p.label: p.data for p in network.trained}
    assert [trained[name] for name in ("w1", "b4", "w12")] == close(
        [0.28182193735452093, -0.20492732765062482, -0.12896562712139178], rel=1e-11
    )
