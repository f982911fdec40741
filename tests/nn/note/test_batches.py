"""Batches, softmax with cross-entropy, and a rate for each layer: against the same networks written down in mpmath."""

from __future__ import annotations

import json
import re
import sys

import pytest
from mpmath import mp, mpf
from oracles import SEQUENCES  # noqa: F401  # sets the digits of mpmath
from project import ROOT

from autograd import Value, mistakes, step, update_before_the_pass_is_done
from autograd.engine.node import Node
from autograd.explaining import derive, forward
from nn.__main__ import main
from nn.note import build, report
from nn.note.claims import against

SOFTMAX = {
    "inputs": [[0.5, -1.0], [1.0, 0.25], [-0.75, 2.0]],
    "layers": [
        {"activation": "tanh", "weights": [[0.1, 0.2], [0.3, -0.4]], "shared_bias": 0.1, "rate": 0.5},
        {"activation": "softmax", "weights": [[0.7, 0.8], [-0.3, 0.2], [0.1, 0.5]], "biases": [0.1, 0.0, -0.2]},
    ],
    "targets": [[1.0, 0.0, 0.0], [0.0, 0.25, 0.75], [0.0, 1.0, 0.0]],
    "rate": 0.1,
    "train_biases": True,
}
XOR = {
    "inputs": [[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]],
    "layers": [
        {"activation": "tanh", "weights": [[0.5, 0.6], [-0.7, 0.4]], "biases": [0.1, 0.2], "rate": 2.0},
        {"activation": "sigmoid", "weights": [[0.9, -0.8]], "biases": [0.1], "rate": 0.25},
    ],
    "targets": [[0.0], [1.0], [1.0], [0.0]],
    "train_biases": True,
}
TWO = {
    **SOFTMAX,
    "inputs": [0.5, -1.0],
    "layers": [*[{**layer, "activation": "sigmoid"} for layer in SOFTMAX["layers"]]],
    "targets": [0.25, 0.5, 1.0],
}
SINGLE = {**SOFTMAX, "inputs": [0.5, -1.0], "targets": [0.2, 0.3, 0.5]}
NETWORKS = {"softmax": SOFTMAX, "xor": XOR, "a rate per layer": TWO, "one sample of softmax": SINGLE}

FUNCTIONS = {"tanh": mp.tanh, "sigmoid": lambda x: 1 / (1 + mp.exp(-x))}


class Exact:
    """A network of one hidden layer, in 60 digits: its error as a function of the numbers that are trained, by their labels."""

    def __init__(self, description):
        self.layers = description["layers"]
        one = not isinstance(description["inputs"][0], list)
        self.rows = (
            [[description["inputs"]], [description["targets"]]] if one else [description["inputs"], description["targets"]]
        )
        self.start, self.rates = {}, {}
        for layer in self.layers:
            biases = layer.get("biases") or [layer["shared_bias"]]
            for sort, numbers in (("w", [w for row in layer["weights"] for w in row]), ("b", biases)):
                for x in numbers:
                    name = f"{sort}{sum(known[0] == sort for known in self.start) + 1}"
                    self.start[name] = mpf(x)
                    self.rates[name] = mpf(layer.get("rate", description.get("rate")))

    def outputs(self, x, numbers):
        weights, biases = (iter([n for name, n in numbers.items() if name[0] == sort]) for sort in "wb")
        for layer in self.layers:
            shared = next(biases) if "shared_bias" in layer else None
            nets = []
            for row in layer["weights"]:
                net = mp.fsum([next(weights) * value for value, _ in zip(x, row, strict=True)])
                nets.append(net + (next(biases) if shared is None else shared))
            if layer["activation"] == "softmax":
                x = [mp.exp(net) / mp.fsum(map(mp.exp, nets)) for net in nets]
            else:
                x = [FUNCTIONS[layer["activation"]](net) for net in nets]
        return x

    def error(self, numbers):
        errors = []
        for x, targets in zip(*self.rows, strict=True):
            pairs = [*zip(map(mpf, targets), self.outputs(x, numbers), strict=True)]
            if self.layers[-1]["activation"] == "softmax":
                errors.append(-mp.fsum([t * mp.log(y) for t, y in pairs]))
            else:
                errors.append(mp.fsum([(t - y) ** 2 for t, y in pairs]) / 2)
        return mp.fsum(errors) / len(errors)

    def gradients(self, numbers):
        h = mpf(10) ** -20
        moved = {name: [self.error({**numbers, name: x + d}) for d in (h, -h)] for name, x in numbers.items()}
        return {name: (up - down) / (2 * h) for name, (up, down) in moved.items()}

    def after(self, rounds):
        numbers = self.start
        for _ in range(rounds):
            slopes = self.gradients(numbers)
            numbers = {name: x - self.rates[name] * slopes[name] for name, x in numbers.items()}
        return numbers


@pytest.fixture(params=NETWORKS.values(), ids=NETWORKS.keys(), scope="module")
def description(request):
    return request.param


@pytest.fixture(scope="module")
def exact(description):
    return Exact(description)


def close(numbers, rel=1e-13):
    return {name: pytest.approx(float(x), rel=rel, abs=1e-15) for name, x in numbers.items()}


def test_the_error_and_the_outputs_are_the_exact_ones(description, exact):
    network = build(description)
    assert network.error().data == pytest.approx(float(exact.error(exact.start)), rel=1e-14)
    outputs = [y for x in exact.rows[0] for y in exact.outputs(x, exact.start)]
    assert [output.data for output in network.outputs()] == pytest.approx([*map(float, outputs)], rel=1e-14)


def test_the_gradients_are_the_exact_slopes_by_a_pass_and_by_their_derivation(description, exact):
    network = build(description)
    error = network.error()
    error.backward()
    slopes = close(exact.gradients(exact.start))
    assert {p.label: p.grad for p in network.trained} == slopes
    assert {name: g.value for name, g in derive(error, network.trained).gradients.items()} == slopes


def test_each_layer_learns_at_its_own_rate(description, exact):
    network = build(description)
    network.train(3)
    assert {p.label: p.data for p in network.trained} == close(exact.after(3))


def test_the_report_has_the_exact_update_with_the_rate_of_each_layer(description, exact):
    found = report(build(description), 2)
    slopes, after = exact.gradients(exact.start), exact.after(1)
    assert {u.name: u.before for u in found.update} == {name: float(x) for name, x in exact.start.items()}
    assert {u.name: u.rate for u in found.update} == {name: float(x) for name, x in exact.rates.items()}
    assert {u.name: u.gradient for u in found.update} == close(slopes)
    assert {u.name: u.after for u in found.update} == close(after)
    assert [state.error for state in found.training] == pytest.approx(
        [float(exact.error(exact.after(rounds))) for rounds in range(3)], rel=1e-13
    )
    for state, rounds in zip(found.training, range(3), strict=True):
        outputs = [float(y) for x in exact.rows[0] for y in exact.outputs(x, exact.after(rounds))]
        assert [*state.outputs.values()] == pytest.approx(outputs, rel=1e-13)
    computed = {c.name: c.value for c in found.forward}
    assert {name: computed[name] for name in found.training[0].outputs} == pytest.approx(found.training[0].outputs, rel=1e-14)
    assert max(map(len, str(found).splitlines())) <= 100


def test_the_steps_end_at_the_exact_numbers_and_name_the_rate_of_each_layer(description, exact):
    network = build(description)
    stepper = step(network.error(), rate=network.rate, parameters=network.trained, rounds=2).goto(-1)
    assert {name: stepper.state[name].value for name in exact.start} == close(exact.after(2))
    lines = {line.symbol: line for line in stepper.now.lines}
    first = {1.0 * layer.get("rate", description.get("rate")): n for n, layer in enumerate(description["layers"], start=1)}
    for name, rate in exact.rates.items():
        assert f" − rate_{first[rate]}·∂E_total/∂{name}" in lines[name].rule
        assert f" − {float(rate):g}·" in lines[name].numbers
    assert "by its rate (rate_1 = " in stepper.now.sentence


def test_an_early_update_goes_on_with_weights_that_each_have_moved_at_their_own_rate():
    exact = Exact(SINGLE)
    numbers, (x,) = exact.start, exact.rows[0]
    errors = [y - mpf(t) for y, t in zip(exact.outputs(x, numbers), SINGLE["targets"], strict=True)]
    hidden = [mp.tanh(numbers["w1"] * x[0] + numbers["w2"] * x[1] + numbers["b1"])]
    hidden += [mp.tanh(numbers["w3"] * x[0] + numbers["w4"] * x[1] + numbers["b1"])]
    slope = mpf(0)
    for error, name in zip(errors, ("w5", "w7", "w9"), strict=True):
        slope += error * (numbers[name] - mpf(SINGLE["rate"]) * error * hidden[0])
    slope *= (1 - hidden[0] ** 2) * x[0]
    network = build(SINGLE)
    made = {change.name: change for change in mistakes(network.error(), network.trained, network.rate)["early update"].changes}
    assert made["w1"].mistaken == pytest.approx(float(slope), rel=1e-13)
    network.train(1, update=update_before_the_pass_is_done)
    assert network.trained[0].data == pytest.approx(float(numbers["w1"] - mpf(0.5) * slope), rel=1e-14)


def test_claims_about_a_batch_are_held_against_the_exact_numbers(description, exact):
    claims = {"E_total": float(exact.error(exact.start)), "w1 after 1 round": float(exact.after(1)["w1"])}
    claims |= {f"dE_total/d{name}": float(slope) for name, slope in exact.gradients(exact.start).items()}
    for ending, numbers in (("", exact.start), (" after 2 rounds", exact.after(2))):
        label = build(description).outputs()[0].label
        claims[label + ending] = float(exact.outputs(exact.rows[0][0], numbers)[0])
    rounded = {name: f"{claim:.10e}" for name, claim in claims.items()}
    assert not against(build(description), rounded).wrong


# --- names ---


def test_each_sample_has_nodes_of_its_own_and_the_weights_are_shared():
    names = [each.name for each in forward(build({**XOR, "inputs": XOR["inputs"][:2], "targets": XOR["targets"][:2]}).error())]
    assert " ".join(names) == (
        "net_h1.1 net_h2.1 net_h1.2 net_h2.2 out_h1.1 out_h2.1 out_h1.2 out_h2.2 net_o1.1 net_o1.2 out_o1.1 out_o1.2 "
        "E.1 E.2 E_sum E_total"
    )
    names = [each.name for each in forward(build(SINGLE).error())]
    assert names[-6:] == ["net_o1", "net_o2", "net_o3", "lse", "score", "E_total"]


def test_a_batch_of_one_row_is_that_sample():
    batch = {**TWO, "inputs": [TWO["inputs"]], "targets": [TWO["targets"]]}
    assert str(report(build(batch), 2)) == str(report(build(TWO), 2))


def test_one_rate_for_all_is_a_number_wherever_it_is_given():
    layers = [{**layer, "rate": 0.5} for layer in TWO["layers"]]
    given = [build({**TWO, "layers": layers}), build({**{k: v for k, v in TWO.items() if k != "rate"}, "layers": layers})]
    assert [network.rate for network in given] == [0.5, 0.5]
    network = build(TWO)
    network.rate = 0.25
    assert (network.rate, network.rates) == (0.25, [0.25, 0.25])


# --- what is said, and what is refused ---


def printed(capsys, path, *options):
    assert main([str(path), *options]) == 0
    return capsys.readouterr().out


def test_the_report_says_how_many_samples_there_are_and_which_layer_has_which_rate(capsys, tmp_path):
    path = tmp_path / "net.json"
    path.write_text(json.dumps(SOFTMAX))
    text = printed(capsys, path, "--rounds", "1")
    assert text.startswith("Forward pass of the 2-2-3 network (tanh, softmax), 3 samples\n")
    assert "Update of all parameters at once: w − rate·∂E_total/∂w, rate 0.5 in layer 1 and 0.1 in layer 2\n" in text
    assert "  out_o1.1 = exp(net_o1.1 − lse.1) " in text
    assert re.search(r"R\d+ +∂lse.2/∂net_o3.2 +=", text)
    data = json.loads(printed(capsys, path, "--rounds", "1", "--json"))
    assert (data["samples"], data["rate"], data["activations"]) == (3, [0.5, 0.1], ["tanh", "softmax"])
    assert "w − 2·∂E_total/∂w\n" in printed(capsys, path, "--rounds", "1", "--rate", "2")
    assert r"\frac{\partial {E^{(1)}}}{\partial {\mathrm{score}^{(1)}}}" in derive(build(SOFTMAX).error()).to_latex()


@pytest.mark.parametrize("name", ["README.md", "README.zh.md"])
def test_the_readmes_network_is_one(name):
    (text,) = re.findall(r"```json\n(.*?)```", (ROOT / name).read_text("utf-8"), re.DOTALL)
    network = build(json.loads(text))
    assert (len(network.samples), network.rates, network.softmax) == (2, [0.5, 0.1], True)


MALFORMED = {
    "a row of another length": ({"inputs": [[1, 2], [3]]}, "inputs[1]: expected 2 numbers, as in the first row, but found 1"),
    "a number among rows": ({"inputs": [[1, 2], 3, [4, 5]]}, "inputs[1]: expected a list of numbers, but found 3"),
    "a text in a row": ({"inputs": [[1, 2], [3, "x"], [4, 5]]}, 'inputs[1][1]: expected a number, but found "x"'),
    "an empty row": ({"inputs": [[], []]}, "inputs[0]: expected at least one number, but found []"),
    "too few targets": ({"targets": [[1, 0, 0]]}, "targets: expected 3 rows, one for each of inputs, but found 1"),
    "one row of targets": ({"targets": [1, 0, 0]}, "targets[0]: expected a list of numbers, but found 1"),
    "targets of the wrong number": (
        {"targets": [[1, 0, 0], [1, 0], [1, 0, 0]]},
        "targets[1]: expected 3 numbers, one for each neuron of the last layer, but found 2",
    ),
    "rows of targets for one sample": ({"inputs": [1, 2]}, "targets[0]: expected a number, but found [1.0, 0.0, 0.0]"),
    "no probability": (
        {"targets": [[1, 0, 0], [0, 2, -1], [1, 0, 0]]},
        "targets[1][1]: expected a probability from 0 to 1, since the last layer is softmax, but found 2",
    ),
    "probabilities of another sum": (
        {"targets": [[1, 0, 0], [1, 0, 0], [0.5, 0.25, 0]]},
        "targets[2]: expected probabilities whose sum is 1, since the last layer is softmax, but found 0.75",
    ),
    "softmax inside": (
        {"layers": [{**SOFTMAX["layers"][0], "activation": "softmax"}, SOFTMAX["layers"][1]]},
        'layers[0].activation: expected an activation of single neurons; softmax is for the last layer, but found "softmax"',
    ),
    "a rate that is none": (
        {"layers": [{**SOFTMAX["layers"][0], "rate": "fast"}, SOFTMAX["layers"][1]]},
        'layers[0].rate: expected a number, but found "fast"',
    ),
    "a batch beyond memory": (
        {"inputs": [[1.0, 2.0]] * 200_000, "targets": [[1, 0, 0]] * 200_000},
        f"inputs: expected at most {(1 << 20) // 10} rows for 10 weights, but found 200000",
    ),
}


@pytest.mark.parametrize(("changes", "message"), MALFORMED.values(), ids=MALFORMED.keys())
def test_a_malformed_batch_gets_one_line_that_names_the_place(capsys, tmp_path, changes, message):
    path = tmp_path / "net.json"
    path.write_text(json.dumps({**SOFTMAX, **changes}))
    assert main([str(path)]) == 2
    assert capsys.readouterr() == ("", f"nn: {path}: {message}\n")


def test_a_rate_is_needed_where_a_layer_has_none():
    with pytest.raises(ValueError, match=r"^rate: expected a number, but found nothing$"):
        build({key: part for key, part in SOFTMAX.items() if key != "rate"})


def test_rates_that_are_none_or_not_there_are_refused():
    w, x = Value(2.0, label="w"), Value(3.0, label="x")
    with pytest.raises(ValueError, match=r"^the rates say none for Value.*; give one number for all, or one for each"):
        step(w * x, rate={w: 0.1})
    with pytest.raises(TypeError, match=r"^a learning rate is a number, but got str 'fast'$"):
        mistakes(w * x, w, rate="fast")
    sentence = step(w * x, rate={w: 0.1, x: 0.5}).goto(-1).now.sentence
    assert sentence.startswith("Move each parameter against its gradient: by its own rate times the gradient.")


# --- size ---


def work(monkeypatch, width):
    """Return how many functions the report of a network calls, and how many edges are listed on the way."""
    layer = {"activation": "tanh", "weights": [[0.01] * width] * 4, "shared_bias": 0.1}
    network = build({"inputs": [0.5] * width, "layers": [layer], "targets": [0.5] * 4, "rate": 0.1})
    count, edges = 0, Node.edges.fget

    def listing(node):
        nonlocal count
        found = edges(node)
        count += len(found)
        return found

    def calling(frame, event, arg):
        nonlocal count
        count += event.endswith("call")

    with monkeypatch.context() as patched:
        patched.setattr(Node, "edges", property(listing))
        before = sys.getprofile()
        sys.setprofile(calling)
        try:
            str(report(network, 1))
        finally:
            sys.setprofile(before)
    return count


def test_the_report_takes_work_in_proportion_to_the_number_of_weights(monkeypatch):
    assert work(monkeypatch, 800) < 2.2 * work(monkeypatch, 400)
