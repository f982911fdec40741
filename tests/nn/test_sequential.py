"""Sequences of modules and functions: what they compute, hold, and refuse."""

from __future__ import annotations

import copy
import math

import pytest

from autograd import Value, log_sum_exp, sigmoid
from nn import MLP, Layer, Sequential


def layer(nin, nout):
    return Layer(nin, nout, activation="linear", seed=1)


def test_a_sequence_computes_what_an_mlp_of_the_same_numbers_does():
    model = MLP(2, [3, 1], activation="tanh")
    row = Sequential(layer(2, 3), Value.tanh, layer(3, 1))
    row.load_state_dict({name.replace("layers.1", "layers.2"): x for name, x in model.state_dict().items()})
    assert row([0.5, -1.0]).data == model([0.5, -1.0]).data


def test_a_function_is_called_for_each_number_of_a_list_and_for_a_single_one():
    assert [v.data for v in Sequential(layer(1, 2), sigmoid, lambda v: v * 0 + 3)([1.0])] == [3.0, 3.0]
    assert Sequential(layer(1, 1), sigmoid, lambda v: v * 0 + 3)([1.0]).data == 3.0


def test_plain_inputs_may_meet_a_function_first():
    assert [v.data for v in Sequential(Value.relu)([1, -2.0])] == [1.0, 0.0]


def test_a_function_of_sequences_gets_all_numbers():
    assert Sequential(layer(1, 2), lambda v: v * 0, log_sum_exp)([1.0]).data == math.log(2.0)


def test_a_single_number_is_a_list_for_the_next_module():
    assert len(Sequential(layer(2, 1), layer(1, 3))([1.0, 2.0])) == 3


def test_sequences_nest_and_find_all_parameters():
    model = Sequential(Sequential(layer(1, 2), Value.tanh), layer(2, 1))
    assert [name for name, _ in model.named_parameters()][0::4] == [
        "layers.0.layers.0.neurons.0.weights.0",
        "layers.1.neurons.0.weights.0",
    ]
    assert len(model.parameters()) == 7


def test_a_sequence_has_a_length_parts_and_slices():
    first, last = layer(1, 2), layer(2, 1)
    model = Sequential(first, sigmoid, last)
    assert (len(model), [*model], model[0], model[-1]) == (3, [first, sigmoid, last], first, last)
    assert isinstance(model[1:], Sequential)
    assert [*model[1:]] == [sigmoid, last]


def test_a_sequence_is_written_as_its_parts():
    assert repr(Sequential(layer(1, 1), sigmoid, Value.tanh)) == (
        "Sequential of [Layer(1, 1, activation='linear'), sigmoid, tanh]"
    )


def test_layers_of_a_sequence_are_counted_in_the_names_of_their_weights():
    model = Sequential(Layer(1, 2), Value.tanh, Layer(2, 1, bias=0.5), Layer(1, 1, name="3rd"))
    for part, labels in {
        model: "w1_1_1 b1_1 w1_2_1 b1_2 w2_1_1 w2_1_2 b2 w3rd_1_1 b3rd_1",
        model[2:]: "w2_1_1 w2_1_2 b2 w3rd_1_1 b3rd_1",  # in which it is the first
    }.items():
        assert " ".join([p.label for p in part.parameters()]) == labels


def test_a_copied_sequence_is_independent():
    model = Sequential(layer(1, 1), Value.tanh)
    twin = copy.deepcopy(model)
    twin.parameters()[0].data += 1.0
    assert twin([1.0]).data != model([1.0]).data


def test_what_cannot_be_called_is_no_part():
    with pytest.raises(TypeError, match="part 1 of a Sequential must be a module or a function, but got 3"):
        Sequential(sigmoid, 3)
    with pytest.raises(TypeError, match=r"but got <class 'nn.layers.Layer'>; did you mean Layer\(…\)\?"):
        Sequential(Layer)
    with pytest.raises(TypeError, match=r"part 0 .* but got \[.*; did you mean Sequential\(\*parts\)\?"):
        Sequential([sigmoid, sigmoid])
    with pytest.raises(TypeError, match=r"but got 'tanh'; did you mean autograd\.tanh\?"):
        Sequential(sigmoid, "tanh")
    with pytest.raises(TypeError, match=r"but got 'swish'$"):
        Sequential("swish")
