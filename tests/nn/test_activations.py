"""Activations that are no rows: values and slopes at 60 digits, their kinks, and their place in layers."""

from __future__ import annotations

import math

import pytest
from mpmath import mp, mpf

from autograd import Value, grad, hessian, jacobian, value_and_grad
from nn import MLP, Layer, Neuron, Sequential
from nn.activations import elu, gelu, leaky_relu, log_softmax, silu, softmax

mp.dps = 60
EXACT = {
    silu: lambda x: x / (1 + mp.exp(-x)),
    gelu: lambda x: x * mp.erfc(-x / mp.sqrt(2)) / 2,
    elu: lambda x: x if x > 0 else mp.expm1(x),
    leaky_relu: lambda x: x if x > 0 else x / 100,
}
POINTS = [-700.0, -30.0, -3.0, -1e-9, 0.3, 1.0, 20.0, 1000.0]
ROWS = [[0.5, -1.25, 3.0], [1000.0, 1000.0], [-800.0, 0.0, 700.0], [2.0], [3, 4]]


@pytest.mark.parametrize("x", POINTS)
@pytest.mark.parametrize("f", EXACT)
def test_values_and_slopes_are_exact_also_in_the_tails(f, x):
    value, slope = value_and_grad(f)(x)
    assert value == pytest.approx(float(EXACT[f](mpf(x))), rel=1e-13, abs=1e-300)
    assert slope == pytest.approx(float(mp.diff(EXACT[f], mpf(x))), rel=1e-12, abs=1e-290)
    assert f(x) == value


@pytest.mark.parametrize(("f", "slope"), [(silu, 0.5), (gelu, 0.5), (elu, 1.0), (leaky_relu, 0.01)])
def test_slopes_at_0(f, slope):
    assert value_and_grad(f)(0.0) == (0.0, slope)


def test_their_parameters():
    assert elu(-1.0, alpha=2.0) == 2.0 * math.expm1(-1.0)
    assert grad(lambda x: leaky_relu(x, 0.2))(-3.0) == 0.2


@pytest.mark.parametrize("f", EXACT)
def test_a_graph_with_one_can_be_run_again_on_the_other_side(f):
    x = Value(2.0)
    y = f(x)
    x.data = -2.0
    y.recompute()
    assert y.data == f(-2.0)


@pytest.mark.parametrize("row", ROWS)
def test_softmax_and_its_slopes(row):
    powers = [mp.exp(mpf(x)) for x in row]
    exact = [p / mp.fsum(powers) for p in powers]
    assert softmax(row) == pytest.approx([float(p) for p in exact], rel=1e-14, abs=1e-300)
    assert log_softmax(row) == pytest.approx([float(mp.log(p)) for p in exact], rel=1e-12, abs=1e-12)
    slopes = [[float(p * ((i == k) - q)) for k, q in enumerate(exact)] for i, p in enumerate(exact)]
    for found, wanted in zip(jacobian(softmax)([*map(float, row)]), slopes, strict=True):
        assert found == pytest.approx(wanted, rel=1e-12, abs=1e-15)
    log_slopes = jacobian(log_softmax)([*map(float, row)])
    assert log_slopes[0] == pytest.approx([float((k == 0) - q) for k, q in enumerate(exact)], abs=1e-15)


def test_second_derivatives_of_softmax():
    p, q = softmax([0.3, -0.4])
    found = hessian(lambda v: softmax(v)[0])([0.3, -0.4])
    expected = p * q * (q - p)
    assert found[0] == pytest.approx([expected, -expected], rel=1e-13)


@pytest.mark.parametrize("f", [softmax, log_softmax])
def test_what_is_no_list_is_refused_by_name(f):
    with pytest.raises(TypeError, match=f"{f.__name__} takes a list of numbers, such as what a layer computes, but got float"):
        f(3.0)
    with pytest.raises(ValueError, match="at least one value"):
        f([])


@pytest.mark.parametrize("name", ["silu", "gelu", "elu", "leaky_relu"])
def test_a_neuron_may_have_one(name):
    neuron = Neuron(1, activation=name, weights=[2.0], bias=0.5, label="h1")
    out = neuron([-1.0])
    assert (out.data, out.label) == (globals()[name](-1.5), "out_h1")
    assert MLP(1, [3, 1], activation=name, seed=1)([0.5]).data != 0.0


@pytest.mark.parametrize("f", [softmax, log_softmax])
def test_a_layer_may_have_one_of_all_its_neurons(f):
    layer = Layer(1, 2, activation=f.__name__, weights=[[1.0], [-1.0]])
    assert [x.data for x in layer([0.7])] == f([0.7, -0.7])
    assert repr(layer) == f"Layer(1, 2, activation={f.__name__!r})"
    model = MLP(2, [3, 2], activation=["tanh", f.__name__], seed=1)
    again = Sequential(*model.layers)
    assert [x.data for x in model([0.5, -0.5])] == [x.data for x in again([0.5, -0.5])]
    assert len(model.parameters()) == 17
    with pytest.raises(ValueError, match=f"{f.__name__} is the activation of a whole layer, which nn.Layer and MLP take"):
        Neuron(2, activation=f.__name__)
