"""The study note's network: its exact numbers, which no autodiff produced, and the names of its derivation."""

from __future__ import annotations

import json
import math
import re

import pytest

from autograd.explaining.deriver import derive, forward
from autograd.teaching.classic_mistakes import update_before_the_pass_is_done
from nn.note import build, load

FORWARD = {
    "net_h1": 0.3775,
    "net_h2": 0.3925,
    "out_h1": 0.59326999210718726,
    "out_h2": 0.59688437825976706,
    "net_o1": 1.1059059670597701,
    "net_o2": 1.2249214040964655,
    "out_o1": 0.75136506955231571,
    "out_o2": 0.77292846532146259,
    "E_o1": 0.27481108317615495,
    "E_o2": 0.023560025583847735,
    "E_total": 0.29837110876000269,
}

# The note's own list, in its order: name, numerator, denominator, formula in the note's terms, number.
FACTORS = [
    ("R1", "E_total", "out_o1", "(target_o1 − out_o1)·(−1)", 0.74136506955231571),
    ("R2", "E_total", "out_o2", "(target_o2 − out_o2)·(−1)", -0.21707153467853741),
    ("R3", "out_o1", "net_o1", "out_o1·(1 − out_o1)", 0.18681560180895949),
    ("R4", "out_o2", "net_o2", "out_o2·(1 − out_o2)", 0.17551005281727119),
    ("R5", "net_o1", "w5", "out_h1", 0.59326999210718726),
    ("R6", "net_o1", "w6", "out_h2", 0.59688437825976706),
    ("R7", "net_o2", "w7", "out_h1", 0.59326999210718726),
    ("R8", "net_o2", "w8", "out_h2", 0.59688437825976706),
    ("R9", "net_o1", "out_h1", "w5", 0.40),
    ("R10", "net_o2", "out_h1", "w7", 0.50),
    ("R11", "net_o1", "out_h2", "w6", 0.45),
    ("R12", "net_o2", "out_h2", "w8", 0.55),
    ("R13", "E_total", "out_h1", "R1·R3·R9 + R2·R4·R10", 0.036350306393144678),
    ("R14", "E_total", "out_h2", "R1·R3·R11 + R2·R4·R12", 0.041370322648744716),
    ("R15", "out_h1", "net_h1", "out_h1·(1 − out_h1)", 0.24130070857232523),
    ("R16", "out_h2", "net_h2", "out_h2·(1 − out_h2)", 0.24061341724921838),
    ("R17", "net_h1", "w1", "i1", 0.05),
    ("R18", "net_h1", "w2", "i2", 0.10),
    ("R19", "net_h2", "w3", "i1", 0.05),
    ("R20", "net_h2", "w4", "i2", 0.10),
]

GRADIENTS = {  # product, ∂E/∂w, w after one round
    "w1": ("R13·R15·R17", 0.00043856773447434673, 0.14978071613276283),
    "w2": ("R13·R15·R18", 0.00087713546894869345, 0.19956143226552565),
    "w3": ("R14·R16·R19", 0.00049771273526086007, 0.24975114363236957),
    "w4": ("R14·R16·R20", 0.00099542547052172014, 0.29950228726473914),
    "w5": ("R1·R3·R5", 0.082167040564230779, 0.35891647971788461),
    "w6": ("R1·R3·R6", 0.082667627847533255, 0.40866618607623337),
    "w7": ("R2·R4·R7", -0.02260254047747506, 0.51130127023873753),
    "w8": ("R2·R4·R8", -0.022740242215978211, 0.56137012110798911),
}


def close(number: float, rel: float = 1e-15) -> object:
    return pytest.approx(number, rel=rel, abs=0.0)


def test_the_forward_pass_has_the_notes_numbers():
    assert {step.name: step.value for step in forward(load().error())} == {k: close(v) for k, v in FORWARD.items()}


def test_every_factor_has_the_notes_name_order_formula_and_number():
    derivation = derive(load().error())
    found = [(name, f.numerator, f.denominator, f.formula, f.value) for name, f in derivation.factors.items()]
    assert found == [(*words, close(value)) for *words, value in FACTORS]


def test_every_gradient_is_the_notes_product_of_factors():
    network = load()
    gradients = derive(network.error(), network.trained).gradients
    assert {name: (g.formula, g.value) for name, g in gradients.items()} == {
        name: (product, close(value)) for name, (product, value, _) in GRADIENTS.items()
    }


def test_backward_gives_the_notes_gradients():
    network = load()
    network.error().backward()
    assert {w.label: w.grad for w in network.trained} == {w: close(value) for w, (_, value, _) in GRADIENTS.items()}
    shared = {n.b.label: n.b.grad for layer in network.model.layers for n in layer.neurons}
    assert shared == {"b1": close(0.018725609394704136), "b2": close(0.10040032511200075)}


def test_the_local_partials_are_the_numbers_on_the_edges():
    network = load()
    network.error().backward()
    out_o1 = network.model(network.inputs)[0]
    assert out_o1.edges[0][1] == close(0.18681560180895949)


def test_one_round_updates_all_weights_from_the_old_ones():
    network = load()
    network.train(1)
    assert {w.label: w.data for w in network.trained} == {w: close(after) for w, (_, _, after) in GRADIENTS.items()}
    assert network.error().data == close(0.29102777369359933, rel=1e-12)
    assert [o.data for o in network.model(network.inputs)] == [close(0.7420881111907824), close(0.7752849682944595)]


def test_the_biases_stay_as_they_are():
    network = load()
    network.train(3)
    assert [layer.neurons[0].b.data for layer in network.model.layers] == [0.35, 0.60]


def test_ten_thousand_rounds_bring_the_error_down_to_the_notes():
    network = load()
    network.train(10_000)
    assert network.error().data == close(3.510187782978859e-05, rel=1e-12)
    assert [o.data for o in network.model(network.inputs)] == [
        close(0.01591362044355068, rel=1e-12),
        close(0.9840642735146238, rel=1e-12),
    ]


def test_updating_before_the_pass_is_done_gives_the_published_examples_error():
    network = load()
    network.train(1, update=update_before_the_pass_is_done)
    assert network.error().data == close(0.29102792390544197, rel=1e-12)
    network.train(9_999, update=update_before_the_pass_is_done)
    assert [o.data for o in network.model(network.inputs)] == [
        close(0.0159121963, rel=1e-8),
        close(0.9840657345, rel=1e-8),
    ]


def test_progress_is_told_after_each_round():
    seen: list[int] = []
    load().train(3, progress=seen.append)
    assert seen == [1, 2, 3]


SMALL = {
    "inputs": [0.5, -1.0],
    "layers": [
        {"activation": "tanh", "weights": [[0.1, 0.2], [0.3, -0.4], [0.5, 0.6]], "biases": [0.1, 0.2, 0.3]},
        {"activation": "relu", "weights": [[0.7, 0.8, 0.9]], "shared_bias": 0.1},
    ],
    "targets": [1.0],
    "rate": 0.1,
    "train_biases": True,
}

DEEP = {
    "inputs": [0.5],
    "layers": [
        {"activation": "sigmoid", "weights": [[0.1], [0.2]], "shared_bias": 0.1},
        {"activation": "tanh", "weights": [[0.3, 0.4], [0.5, 0.6]], "shared_bias": 0.2},
        {"activation": "linear", "weights": [[0.7, 0.8]], "biases": [0.3]},
    ],
    "targets": [0.25],
    "rate": 1,
}


@pytest.mark.parametrize("description", [SMALL, DEEP], ids=["2-3-1", "three layers"])
def test_the_derivation_of_any_network_multiplies_to_its_gradients(description):
    network = build(description)
    error = network.error()
    derivation = derive(error, network.trained)
    error.backward()
    assert {name: g.value for name, g in derivation.gradients.items()} == {
        w.label: close(w.grad, 1e-14) for w in network.trained
    }
    for step in derivation.gradients.values():
        products = [math.prod(derivation.factors[name].value for name in product) for product in step.products]
        assert math.fsum(products) == close(step.value, 1e-14)


@pytest.mark.parametrize("description", [SMALL, DEEP], ids=["2-3-1", "three layers"])
def test_factors_are_numbered_from_one_without_gaps(description):
    network = build(description)
    names = list(derive(network.error(), network.trained).factors)
    assert names == [f"R{n}" for n in range(1, len(names) + 1)]


def test_a_network_with_several_hidden_layers_names_its_neurons_by_layer():
    names = [step.name for step in forward(build(DEEP).error())]
    assert " ".join(names) == "net_h1_1 net_h1_2 out_h1_1 out_h1_2 net_h2_1 net_h2_2 out_h2_1 out_h2_2 net_o1 E_total"


def changed(**changes):
    return {**SMALL, **changes}


def changed_layer(**changes):
    return changed(layers=[{**SMALL["layers"][0], **changes}, SMALL["layers"][1]])


MALFORMED = {
    "not an object": ([], "the file: expected an object {…}, but got []"),
    "no inputs": ({}, "inputs: missing; expected a list of numbers"),
    "text for a number": (changed(inputs=[0.5, "x"]), 'inputs[1]: expected a number, but got "x"'),
    "true for a number": (changed(rate=True), "rate: expected a number, but got true"),
    "nan": (changed(rate=math.nan), "rate: expected a number, but got NaN"),
    "empty list": (changed(inputs=[]), "inputs: expected at least one number, but the list is empty"),
    "no layers": (changed(layers=[]), "layers: expected at least one layer, but the list is empty"),
    "layer is no object": (changed(layers=[3]), "layers[0]: expected an object {…}, but got 3"),
    "weights of one input too many": (
        changed_layer(weights=[[0.1, 0.2], [0.3, 0.4, 0.5]]),
        "layers[0].weights[1]: expected 2 numbers, one for each input, but got 3",
    ),
    "no neurons": (changed_layer(weights=[]), "layers[0].weights: expected at least one neuron, but the list is empty"),
    "biases of the wrong number": (
        changed_layer(biases=[0.1]),
        "layers[0].biases: expected 3 numbers, one for each neuron, but got 1",
    ),
    "targets of the wrong number": (
        changed(targets=[1, 2]),
        "targets: expected 1 number, one for each neuron of the last layer, but got 2",
    ),
    "unknown key": (changed(colour="red"), "colour: unknown key; see note.json in the package nn for the ones there are"),
    "train_biases is no boolean": (changed(train_biases="yes"), 'train_biases: expected true or false, but got "yes"'),
}


@pytest.mark.parametrize(("description", "message"), MALFORMED.values(), ids=MALFORMED.keys())
def test_a_malformed_description_is_refused_by_key_and_expectation(description, message):
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        build(description)


def test_an_unknown_activation_is_refused_with_the_ones_there_are():
    with pytest.raises(ValueError, match=r"layers\[0\]\.activation: expected one of .*sigmoid.*tanh.*, but got 'swish'"):
        build(changed_layer(activation="swish"))


def test_a_layer_without_biases_is_refused():
    layer = {key: value for key, value in SMALL["layers"][0].items() if key != "biases"}
    with pytest.raises(ValueError, match=r"layers\[0\]\.shared_bias: missing; expected a number, or biases"):
        build(changed(layers=[layer, SMALL["layers"][1]]))


def test_text_that_is_no_json_is_refused(tmp_path):
    path = tmp_path / "net.json"
    path.write_text("{'inputs': 1}")
    with pytest.raises(ValueError, match="expected JSON"):
        load(path)


def test_a_file_describes_the_same_network_as_its_content(tmp_path):
    path = tmp_path / "net.json"
    path.write_text(json.dumps(SMALL))
    assert load(path).error().data == build(SMALL).error().data
