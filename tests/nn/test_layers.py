"""Neurons, layers and networks: micrograd's behaviour, and what is added to it."""

from __future__ import annotations

import copy
import pickle
import random

import micrograd.nn
import numpy as np
import pytest

from autograd import Value, derive, exp
from nn import MLP, Layer, Module, Neuron


def numbers(values):
    return [v.data for v in values]


def seeded(make):
    random.seed(1337)
    return make()


def test_a_module_without_parameters_has_an_empty_list():
    assert Module().parameters() == []


@pytest.mark.parametrize("nouts", [[1], [4, 1], [16, 16, 1], [3, 2]])
def test_parameters_are_drawn_as_micrograd_draws_them(nouts):
    ours, theirs = seeded(lambda: MLP(2, nouts)), seeded(lambda: micrograd.nn.MLP(2, nouts))
    assert numbers(ours.parameters()) == numbers(theirs.parameters())
    assert isinstance(ours.parameters(), list)


@pytest.mark.parametrize(
    "written",
    [
        "MLP(2, [1])",
        "MLP(2, [16, 16, 1])",
        "MLP(2, [4, 4, 1], activation='tanh')",
        "MLP(2, [4, 1], activation=['tanh', 'sigmoid'])",
        "MLP(3, [4, 2], activation=['relu', 'softmax'])",
        "Layer(2, 3)",
        "Layer(2, 3, activation='linear')",
        "Layer(2, 3, activation='log_softmax')",
    ],
)
def test_networks_are_written_as_one_makes_them(written):
    assert repr(eval(written)) == written


def test_neurons_are_written_as_micrograd_writes_them_and_layers_where_they_differ():
    model = MLP(2, [2, 1])
    model.layers[0].neurons[1] = Neuron(2, activation="tanh")
    assert repr(model) == "MLP of [Layer of [ReLUNeuron(2), TanhNeuron(2)], Layer(2, 1, activation='linear')]"
    assert repr(Neuron(2)) == repr(micrograd.nn.Neuron(2)) == "ReLUNeuron(2)"


def test_an_mlp_whose_layers_do_not_fit_each_other_any_more_is_written_as_its_layers():
    model = MLP(2, [2, 1])
    model.layers[1] = Layer(3, 1)
    assert repr(model) == "MLP of [Layer(2, 2), Layer(3, 1)]"
    model.layers = []
    assert repr(model) == "MLP of []"


def labels(module):
    return [p.label for p in module.parameters()]


def test_weights_are_labelled_by_layer_neuron_and_input():
    assert " ".join(labels(MLP(2, [2, 1]))) == "w1_1_1 w1_1_2 b1_1 w1_2_1 w1_2_2 b1_2 w2_1_1 w2_1_2 b2_1"
    assert labels(Layer(1, 2)) == ["w1_1", "b1", "w2_1", "b2"]
    assert labels(Neuron(2)) == ["w1", "w2", "b"]


def test_a_shared_bias_is_labelled_by_its_layer():
    assert labels(MLP(1, [2], biases=[0.5]))[1:3] == ["b1", "w1_2_1"]
    assert labels(Layer(1, 2, bias=0.5))[1] == "b"


def test_values_that_are_given_keep_their_labels():
    assert labels(MLP(1, [1], weights=[[[Value(2.0, label="slope")]]], biases=[[Value(1.0)]])) == ["slope", ""]


def test_a_layer_that_has_a_name_keeps_it():
    layer = Layer(1, 1, name="5")
    layer.rename("1")
    assert labels(layer) == ["w5_1_1", "b5_1"]


def test_errors_name_the_weight():
    model = MLP(1, [1], weights=[[[1e308]]])
    with pytest.raises(OverflowError, match="w1_1_1"):
        exp(model.layers[0].neurons[0].w[0])


def test_the_derivation_of_a_loss_is_about_the_parameters():
    model = MLP(2, [2, 1], activation="tanh", seed=1)
    loss = (model([1.0, 2.0]) - 1.0) ** 2
    assert [*derive(loss).gradients] == ["w2_1_1", "w2_1_2", "b2_1", "w1_1_1", "w1_1_2", "b1_1", "w1_2_1", "w1_2_2", "b1_2"]


@pytest.mark.parametrize("nouts", [[1], [4, 1], [3, 2]])
def test_outputs_and_gradients_are_micrograds(nouts):
    ours, theirs = seeded(lambda: MLP(3, nouts)), seeded(lambda: micrograd.nn.MLP(3, nouts))
    for model in (ours, theirs):
        out = model([1.0, -2.0, 0.5])
        out = out if isinstance(out, list) else [out]
        loss = sum((y - 1) * (y - 1) for y in out)
        model.zero_grad()
        loss.backward()
    assert [p.grad for p in ours.parameters()] == pytest.approx([p.grad for p in theirs.parameters()], rel=1e-12)


def test_a_bias_starts_as_zero():
    assert Neuron(3).b.data == 0


def test_nonlin_chooses_between_relu_and_linear():
    assert (repr(Neuron(2)), repr(Neuron(2, nonlin=False)), repr(Neuron(2, False))) == (
        "ReLUNeuron(2)",
        "LinearNeuron(2)",
        "LinearNeuron(2)",
    )


def test_a_neuron_is_two_nodes():
    neuron = Neuron(2, activation="sigmoid", weights=[0.1, 0.2], bias=0.3)
    out = neuron([1.0, 2.0])
    (net, _), *_ = out.edges
    assert (out.op.name, net.op.name) == ("sigmoid", "weighted_sum")
    assert [argument for argument, _ in net.edges] == [*neuron.w, neuron.b]


def test_a_labelled_neuron_labels_its_nodes():
    out = Neuron(1, activation="tanh", label="h1")([1.0])
    assert (out.label, out.args[0].label) == ("out_h1", "net_h1")


def test_a_layer_of_width_one_returns_the_bare_value():
    assert isinstance(Layer(2, 1)([1.0, 2.0]), Value)
    assert isinstance(MLP(2, [3, 1])([1.0, 2.0]), Value)
    assert len(Layer(2, 3)([1.0, 2.0])) == 3


def test_a_hidden_layer_of_width_one_feeds_the_next():
    assert len(MLP(2, [1, 2])([1.0, 2.0])) == 2


def test_one_activation_is_for_the_hidden_layers_and_a_list_is_for_all():
    def activations(model):
        return [neuron.activation for layer in model.layers for neuron in layer.neurons]

    assert activations(MLP(1, [2, 1], activation="tanh")) == ["tanh", "tanh", "linear"]
    assert activations(MLP(1, [1, 1], activation=["tanh", "sigmoid"])) == ["tanh", "sigmoid"]


def test_a_shared_bias_is_one_parameter():
    layer = Layer(2, 3, bias=0.5)
    assert len({neuron.b for neuron in layer.neurons}) == 1
    assert len(layer.parameters()) == 3 * 2 + 1


def test_each_neuron_may_have_its_own_bias():
    assert numbers(neuron.b for neuron in Layer(1, 2, bias=[0.5, 0.6]).neurons) == [0.5, 0.6]


def test_weights_may_be_values_that_are_shared():
    w = Value(2.0)
    layer = Layer(1, 2, weights=[[w], [w]], activation="linear")
    sum(layer([3.0])).backward()
    assert w.grad == 6.0


def test_inputs_may_come_from_any_iterable():
    neuron = Neuron(2, activation="linear", weights=[1.0, 2.0])
    assert neuron(x for x in (3.0, 4.0)).data == 11.0


def test_inputs_may_be_a_numpy_array():
    assert MLP(2, [1], weights=[[[1.0, 2.0]]])(np.array([3.0, 4.0])).data == 11.0


def test_zero_grad_clears_every_parameter():
    model = MLP(2, [2, 1])
    model([1.0, 2.0]).backward()
    model.zero_grad()
    assert [p.grad for p in model.parameters()] == [0] * len(model.parameters())


@pytest.mark.parametrize("duplicate", [copy.deepcopy, lambda m: pickle.loads(pickle.dumps(m))], ids=["deepcopy", "pickle"])
def test_a_copied_model_computes_the_same_and_is_independent(duplicate):
    model = MLP(2, [3, 1], activation="tanh")
    twin = duplicate(model)
    assert twin([1.0, 2.0]).data == model([1.0, 2.0]).data
    twin.parameters()[0].data += 1
    assert twin([1.0, 2.0]).data != model([1.0, 2.0]).data


REFUSALS = {
    "inputs": (lambda: Neuron(2)([1.0]), r"ReLUNeuron\(2\) takes 2 inputs, but got 1"),
    "a bare input": (lambda: Neuron(1)(0.5), r"ReLUNeuron\(1\) takes a list of 1 inputs, but got float 0\.5"),
    "a bare input of a layer": (lambda: Layer(1, 2)(0.5), r"ReLUNeuron\(1\) takes a list of 1 inputs, but got float 0\.5"),
    "no inputs": (lambda: Neuron(0), "a neuron needs inputs: nin >= 1, but got 0"),
    "half an input": (lambda: MLP(1.5, [1]), "a neuron needs inputs: nin >= 1, a whole number, but got 1.5"),
    "no neurons": (lambda: MLP(2, [0, 1]), "a layer needs neurons: nout >= 1, but got 0"),
    "a size for sizes": (lambda: MLP(2, 3), r"an MLP takes a list of the sizes of its layers, such as .*, but got 3"),
    "no sizes": (lambda: MLP(2, []), r"an MLP takes a list of the sizes of its layers, such as .*, but got \[\]"),
    "a function for a name": (
        lambda: MLP(2, [2, 1], activation=Value.tanh),
        r"there is no activation <(function Value\.tanh|method 'tanh')",
    ),
    "weights": (lambda: Neuron(2, weights=[1.0]), "a neuron of 2 inputs needs 2 weights, but got 1"),
    "rows": (lambda: Layer(1, 2, weights=[[1.0]]), "a layer of 2 neurons needs weights for each of them, but got 1"),
    "biases": (lambda: Layer(1, 2, bias=[1.0]), "a layer of 2 neurons needs biases for each of them, but got 1"),
    "activations": (lambda: MLP(1, [1], activation=[]), "an MLP of 1 layers needs one activation for each of them, but got 0"),
    "activation": (lambda: Neuron(1, activation="swish"), "there is no activation 'swish'; choose one of .*relu.*sigmoid"),
}


@pytest.mark.parametrize(("make", "message"), REFUSALS.values(), ids=REFUSALS.keys())
def test_what_does_not_fit_is_refused(make, message):
    with pytest.raises(ValueError, match=message):
        make()


MISFITS = {
    "one weight": (lambda: Neuron(2, weights=3.0), "a neuron of 2 inputs needs a list of 2 weights, but got float 3.0"),
    "text for weights": (lambda: Neuron(2, weights="ab"), "a neuron of 2 inputs needs a list of 2 weights, but got str 'ab'"),
    "no order": (lambda: Neuron(2, weights={1.0, 2.0}), r"needs a list of 2 weights, but got set \{1.0, 2.0\}"),
    "no weight": (lambda: Neuron(1, weights=[None]), "a neuron's weight is a number or a Value, but got NoneType None"),
    "no bias": (lambda: Neuron(1, bias=None), "a neuron's bias is a number or a Value, but got NoneType None"),
    "a list for a bias": (lambda: Neuron(1, bias=[1.0]), r"a neuron's bias is a number or a Value, but got list \[1.0\]"),
    "text for a bias": (lambda: Layer(1, 2, bias="ab"), "a layer's bias is a number or a Value, but got str 'ab'"),
    "a dict of biases": (lambda: Layer(1, 2, bias={0: 1.0, 1: 2.0}), "a layer of 2 neurons needs .*, but got dict"),
    "one weight of a layer": (
        lambda: Layer(1, 2, weights=3.0),
        "a layer of 2 neurons needs rows of weights, but got float 3.0",
    ),
    "one row": (lambda: Layer(2, 2, weights=[1.0, 2.0]), "a neuron of 2 inputs needs a list of 2 weights, but got float 1.0"),
    "one weight of all": (lambda: MLP(1, [2, 1], weights=3.0), "an MLP of 2 layers needs one weights .*, but got float 3.0"),
    "text for biases": (lambda: MLP(1, [2, 1], biases="ab"), "an MLP of 2 layers needs one bias for each .*, but got str 'ab'"),
}


@pytest.mark.parametrize(("make", "message"), MISFITS.values(), ids=MISFITS.keys())
def test_what_is_no_number_and_no_list_of_them_is_refused_by_name(make, message):
    with pytest.raises(TypeError, match=message):
        make()


# --- NumPy ---


def made_with_lists_and_with_arrays():
    rows, biases = [[1.0, 2.0], [3.0, 4.0]], [5.0, 6.0]
    values = np.array([Value(1.0), Value(2.0)])
    return {
        "a neuron": (Neuron(2, weights=[1, 2], bias=3), Neuron(2, weights=np.array([1, 2]), bias=np.int64(3))),
        "a neuron of Values": (Neuron(2, weights=[*values]), Neuron(2, weights=values)),
        "a bias without axes": (Neuron(1, weights=[1.0], bias=0.5), Neuron(1, weights=[1.0], bias=np.array(0.5))),
        "a layer": (Layer(2, 2, weights=rows, bias=biases), Layer(2, 2, weights=np.array(rows), bias=np.array(biases))),
        "a layer of one bias": (Layer(2, 2, weights=rows, bias=0.5), Layer(2, 2, weights=rows, bias=np.float32(0.5))),
        "a layer of rows": (Layer(2, 2, weights=rows), Layer(2, 2, weights=[*map(np.array, rows)])),
        "a network": (
            MLP(2, [2, 2], weights=[rows, rows], biases=[biases, biases]),
            MLP(2, np.array([2, 2]), weights=np.array([rows, rows]), biases=np.array([biases, biases])),
        ),
        "a network of two sizes": (
            MLP(2, [2, 1], weights=[rows, [[1.0, 2.0]]], biases=[0.5, 1.5]),
            MLP(2, [2, 1], weights=[np.array(rows), np.array([[1.0, 2.0]])], biases=np.array([0.5, 1.5])),
        ),
    }


@pytest.mark.parametrize("what", made_with_lists_and_with_arrays())
def test_weights_and_biases_may_be_numpy_arrays_and_numbers(what):
    of_lists, of_arrays = made_with_lists_and_with_arrays()[what]
    assert of_arrays.state_dict() == of_lists.state_dict()


def test_a_bias_without_axes_is_shared_by_all_neurons_of_a_layer():
    layer = Layer(1, 3, bias=np.array(0.5))
    assert {neuron.bias for neuron in layer.neurons} == {layer.neurons[0].bias}


def test_a_masked_number_is_no_weight():
    with pytest.raises(TypeError, match="a neuron's weight is a number or a Value, but got MaskedConstant"):
        Neuron(2, weights=np.ma.array([1.0, 2.0], mask=[False, True]))


def test_weights_may_come_one_by_one():
    assert Neuron(2, weights=iter([1.0, 2.0])).state_dict() == {"weights.0": 1.0, "weights.1": 2.0, "bias": 0.0}
