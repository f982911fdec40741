"""A second case derived by hand, in another textbook: the sigmoid neuron of Stanford's CS231n notes on backpropagation.

The notes print two digits under every wire of their circuit, f = 1 / (1 + exp(-(w0·x0 + w1·x1 + w2))).
"""

from __future__ import annotations

import pytest

from autograd import Value, derive, explain

FORWARD = {
    "w0x0": "-2.00",
    "w1x1": "6.00",
    "sum": "4.00",
    "dot": "1.00",
    "minus": "-1.00",
    "exp": "0.37",
    "plus": "1.37",
    "f": "0.73",
}

PRINTED = {
    "∂f/∂plus": "-0.53",
    "∂f/∂exp": "-0.53",
    "∂f/∂minus": "-0.20",
    "∂f/∂dot": "0.20",
    "∂f/∂sum": "0.20",
    "∂f/∂w0x0": "0.20",
    "∂f/∂w1x1": "0.20",
    "∂f/∂w0": "-0.20",
    "∂f/∂x0": "0.39",
    "∂f/∂w1": "-0.39",
    "∂f/∂x1": "-0.59",
    "∂f/∂w2": "0.20",
}


@pytest.fixture
def nodes():
    w0, x0, w1, x1, w2 = (Value(n, label=name) for n, name in [(2, "w0"), (-1, "x0"), (-3, "w1"), (-2, "x1"), (-3, "w2")])
    found = {"w0": w0, "x0": x0, "w1": w1, "x1": x1, "w2": w2}
    found["w0x0"], found["w1x1"] = w0 * x0, w1 * x1
    found["sum"] = found["w0x0"] + found["w1x1"]
    found["dot"] = found["sum"] + w2
    found["minus"] = found["dot"] * -1
    found["exp"] = found["minus"].exp()
    found["plus"] = found["exp"] + 1
    found["f"] = 1 / found["plus"]
    for label, node in found.items():
        node.label = label
    return found


def test_the_forward_values_are_the_printed_ones(nodes):
    assert {name: f"{nodes[name]:.2f}" for name in FORWARD} == FORWARD


def test_every_printed_gradient_is_reproduced(nodes):
    derivation = derive(nodes["f"], [nodes[partial.removeprefix("∂f/∂")] for partial in PRINTED])
    ledger = derivation.against(PRINTED)
    assert not ledger.wrong, str(ledger)


def test_the_chain_through_the_sigmoid_is_written_as_in_the_notes(nodes):
    assert [(f.numerator, f.denominator, f.formula) for f in derive(nodes["f"], nodes["w0"]).factors.values()] == [
        ("f", "plus", "−f / plus"),
        ("exp", "minus", "exp"),
        ("minus", "dot", "−1"),
        ("w0x0", "w0", "x0"),
    ]


def test_the_explanation_has_one_path_for_each_leaf(nodes):
    assert {explain(nodes["f"], nodes[name]).count for name in ("w0", "x0", "w1", "x1", "w2")} == {1}
