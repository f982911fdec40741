"""The study note's network: its exact numbers, which no autodiff produced, and the names of its derivation."""

from __future__ import annotations

import json
import math
import re

import pytest
from note_numbers import DEEP, FACTORS, FORWARD, GRADIENTS, SMALL

from autograd.explaining.deriver import derive, forward
from autograd.teaching.classic_mistakes import update_before_the_pass_is_done
from nn.note import build, load


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
    "not an object": ([], "expected an object {…}, but found []"),
    "no inputs": ({}, "inputs: expected a list of numbers, but found nothing"),
    "text for a number": (changed(inputs=[0.5, "x"]), 'inputs[1]: expected a number, but found "x"'),
    "true for a number": (changed(rate=True), "rate: expected a number, but found true"),
    "nan": (changed(rate=math.nan), "rate: expected a number, but found nan"),
    "empty list": (changed(inputs=[]), "inputs: expected at least one number, but found []"),
    "no layers": (changed(layers=[]), "layers: expected at least one layer, but found []"),
    "layer is no object": (changed(layers=[3]), "layers[0]: expected an object {…}, but found 3"),
    "weights of one input too many": (
        changed_layer(weights=[[0.1, 0.2], [0.3, 0.4, 0.5]]),
        "layers[0].weights[1]: expected 2 numbers, one for each input, but found 3",
    ),
    "no neurons": (changed_layer(weights=[]), "layers[0].weights: expected at least one neuron, but found []"),
    "biases of the wrong number": (
        changed_layer(biases=[0.1]),
        "layers[0].biases: expected 3 numbers, one for each neuron, but found 1",
    ),
    "targets of the wrong number": (
        changed(targets=[1, 2]),
        "targets: expected 1 number, one for each neuron of the last layer, but found 2",
    ),
    "unknown key": (
        changed(colour="red"),
        'expected no other keys than inputs, layers, targets, rate, train_biases, but found "colour"',
    ),
    "a misspelt key": (
        changed_layer(shared_bais=1),
        'layers[0]: expected no other keys than activation, weights, biases, shared_bias, rate, but found "shared_bais"'
        '; did you mean "shared_bias"?',
    ),
    "two kinds of biases": (
        changed_layer(shared_bias=0.5),
        "layers[0]: expected either shared_bias or biases, but found both",
    ),
    "a number beyond floats": (changed(rate=math.inf), "rate: expected a number within the range of floats, but found inf"),
    "train_biases is no boolean": (changed(train_biases="yes"), 'train_biases: expected true or false, but found "yes"'),
}


@pytest.mark.parametrize(("description", "message"), MALFORMED.values(), ids=MALFORMED.keys())
def test_a_malformed_description_is_refused_by_key_and_expectation(description, message):
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        build(description)


def test_an_unknown_activation_is_refused_with_the_ones_there_are():
    with pytest.raises(ValueError, match=r'layers\[0\]\.activation: expected one of .*sigmoid.*tanh.*, but found "swish"'):
        build(changed_layer(activation="swish"))


def test_a_layer_without_biases_is_refused():
    layer = {key: value for key, value in SMALL["layers"][0].items() if key != "biases"}
    with pytest.raises(ValueError, match=r"layers\[0\]\.shared_bias: expected a number, or biases"):
        build(changed(layers=[layer, SMALL["layers"][1]]))


def test_text_that_is_no_json_is_refused(tmp_path):
    path = tmp_path / "net.json"
    path.write_text("{'inputs': 1}")
    with pytest.raises(ValueError, match="expected a network as JSON"):
        load(path)


def test_a_file_describes_the_same_network_as_its_content(tmp_path):
    path = tmp_path / "net.json"
    path.write_text(json.dumps(SMALL))
    assert load(path).error().data == build(SMALL).error().data
