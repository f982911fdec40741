"""Initial weights: drawn with the spread that their formulas say, from the random numbers that were asked for."""

from __future__ import annotations

import math
import random
import statistics

import micrograd.nn
import pytest

from autograd import Value
from nn import MLP, Layer, Neuron
from nn.initialisation import INITIALISATIONS, initial_weights

NIN, NOUT = 40, 60
SPREADS = {  # standard deviations by hand, for 40 inputs and 60 outputs
    "uniform": 1 / math.sqrt(3),
    "glorot_uniform": math.sqrt(0.02),
    "glorot_normal": math.sqrt(0.02),
    "xavier_uniform": math.sqrt(0.02),
    "xavier_normal": math.sqrt(0.02),
    "he_uniform": math.sqrt(0.05),
    "he_normal": math.sqrt(0.05),
    "kaiming_uniform": math.sqrt(0.05),
    "kaiming_normal": math.sqrt(0.05),
    "lecun_uniform": math.sqrt(0.025),
    "lecun_normal": math.sqrt(0.025),
}
LIMITS = {"uniform": 1.0, "glorot_uniform": math.sqrt(0.06), "he_uniform": math.sqrt(0.15), "lecun_uniform": math.sqrt(0.075)}


def drawn(name):
    return [w for seed in range(10) for row in initial_weights(name, NIN, NOUT, seed) for w in row]


def weights(model):
    return [w.data for layer in model.layers for neuron in layer.neurons for w in neuron.weights]


def test_every_name_has_its_spread_here():
    assert SPREADS.keys() == INITIALISATIONS.keys()


@pytest.mark.parametrize("name", SPREADS)
def test_weights_have_the_standard_deviation_of_the_formula_and_the_mean_0(name):
    found = drawn(name)  # 24 000: their standard deviation is off by 0.5 %, one time in three
    assert statistics.pstdev(found) == pytest.approx(SPREADS[name], rel=0.02)
    assert statistics.fmean(found) == pytest.approx(0.0, abs=0.03 * SPREADS[name])


@pytest.mark.parametrize("name", LIMITS)
def test_uniform_weights_fill_their_range_and_stay_inside(name):
    assert 0.999 * LIMITS[name] < max(map(abs, drawn(name))) <= LIMITS[name]


@pytest.mark.parametrize("name", ["glorot_normal", "he_normal", "lecun_normal"])
def test_normal_weights_lie_within_one_standard_deviation_as_often_as_they_should(name):
    found = drawn(name)
    within = sum(abs(w) < SPREADS[name] for w in found) / len(found)
    assert within == pytest.approx(math.erf(1 / math.sqrt(2)), abs=0.02)


def test_an_mlp_draws_each_layer_for_its_own_size():
    model = MLP(1, [100, 100, 1], initialisation="he_normal", seed=1)
    first, second, _ = [[w.data for neuron in layer.neurons for w in neuron.weights] for layer in model.layers]
    assert statistics.pstdev(first) == pytest.approx(math.sqrt(2.0), rel=0.25)  # 1 input
    assert statistics.pstdev(second) == pytest.approx(math.sqrt(2.0 / 100), rel=0.05)


@pytest.mark.parametrize("name", INITIALISATIONS)
def test_a_seed_gives_the_same_weights_and_leaves_the_global_random_numbers_alone(name):
    random.seed(5)
    before = random.getstate()
    one, same, other = [weights(MLP(2, [3, 1], initialisation=name, seed=seed)) for seed in (1, 1, 2)]
    assert one == same != other
    assert random.getstate() == before


def test_layers_of_one_seed_differ():
    first, second = MLP(2, [2, 2], seed=1).layers
    assert [w.data for neuron in first.neurons for w in neuron.weights] != [
        w.data for neuron in second.neurons for w in neuron.weights
    ]


def test_without_a_seed_weights_come_from_the_global_random_numbers():
    random.seed(7)
    one = weights(MLP(2, [3, 1], initialisation="he_normal"))
    random.seed(7)
    assert weights(MLP(2, [3, 1], initialisation="he_normal")) == one


def test_the_default_draws_micrograds_numbers_and_as_many():
    random.seed(1337)
    MLP(2, [16, 16, 1])
    after = random.random()
    random.seed(1337)
    micrograd.nn.MLP(2, [16, 16, 1])
    assert random.random() == after


def test_a_seed_without_another_choice_draws_from_micrograds_range():
    rng = random.Random(3)
    assert weights(MLP(2, [1], seed=3)) == [rng.uniform(-1, 1), rng.uniform(-1, 1)]


def test_a_generator_is_drawn_from_where_it_stands():
    rng = random.Random(3)
    first, second = Neuron(2, seed=rng), Neuron(2, seed=rng)
    assert [w.data for w in first.weights + second.weights] == [w for [w] in initial_weights("uniform", 1, 4, 3)]


def test_an_initialisation_may_be_a_function():
    layer = Layer(3, 2, initialisation=lambda rng, nin, nout: nin + nout / 10)
    assert [[w.data for w in neuron.weights] for neuron in layer.neurons] == [[3.2] * 3] * 2


def test_given_weights_are_taken_as_they_are():
    w = Value(5.0)
    assert Neuron(1, weights=[w], initialisation="he_normal").weights == [w]


@pytest.mark.parametrize("make", [Neuron, lambda nin, **how: Layer(nin, 2, **how), lambda nin, **how: MLP(nin, [2], **how)])
def test_an_unknown_name_is_refused_with_a_list_of_those_there_are(make):
    with pytest.raises(
        ValueError, match=r"there is no initialisation 'he'; choose one of glorot_normal, .*, he_normal, .*, xavier"
    ):
        make(2, initialisation="he")
