"""One round of training of the note's 2-2-2 network: build the graph, run backward, update w1 to w8."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from micrograd.engine import Value as MicrogradValue

from autograd import Value, half_squared_error, weighted_sum

WEIGHTS = [0.15, 0.20, 0.25, 0.30, 0.40, 0.45, 0.50, 0.55]
BIASES = [0.35, 0.60]
I1, I2, TARGET1, TARGET2, RATE = 0.05, 0.10, 0.01, 0.99, 0.5

Round = Callable[[], Any]  # returns E_total, taken before the update


def ours() -> Round:
    """Return the round as a user of this engine writes it: a neuron is a weighted sum and a sigmoid."""
    w1, w2, w3, w4, w5, w6, w7, w8 = weights = [Value(x) for x in WEIGHTS]
    b1, b2 = biases = [Value(x) for x in BIASES]

    def run() -> Value:
        h1 = weighted_sum([w1, w2], [I1, I2], b1).sigmoid()
        h2 = weighted_sum([w3, w4], [I1, I2], b1).sigmoid()
        o1 = weighted_sum([w5, w6], [h1, h2], b2).sigmoid()
        o2 = weighted_sum([w7, w8], [h1, h2], b2).sigmoid()
        error = half_squared_error(TARGET1, o1) + half_squared_error(TARGET2, o2)
        for p in weights + biases:
            p.grad = 0
        error.backward()
        for w in weights:
            w.data -= RATE * w.grad
        return error

    return run


def micrograds() -> Round:
    """Return the round as a user of micrograd writes it, who has to add an exp as the lecture does."""
    w1, w2, w3, w4, w5, w6, w7, w8 = weights = [MicrogradValue(x) for x in WEIGHTS]
    b1, b2 = biases = [MicrogradValue(x) for x in BIASES]

    def run() -> Any:
        h1 = _micrograd_sigmoid(w1 * I1 + w2 * I2 + b1)
        h2 = _micrograd_sigmoid(w3 * I1 + w4 * I2 + b1)
        o1 = _micrograd_sigmoid(w5 * h1 + w6 * h2 + b2)
        o2 = _micrograd_sigmoid(w7 * h1 + w8 * h2 + b2)
        error = 0.5 * (TARGET1 - o1) ** 2 + 0.5 * (TARGET2 - o2) ** 2
        for p in weights + biases:
            p.grad = 0
        error.backward()
        for w in weights:
            w.data -= RATE * w.grad
        return error

    return run


def _micrograd_sigmoid(x: Any) -> Any:
    return 1 / (1 + _micrograd_exp(-x))


def _micrograd_exp(x: Any) -> Any:
    out = MicrogradValue(math.exp(x.data), (x,), "exp")

    def _backward() -> None:
        x.grad += out.data * out.grad

    out._backward = _backward
    return out


def torchs(torch: Any) -> Round:
    """Return the round on PyTorch scalars."""
    w1, w2, w3, w4, w5, w6, w7, w8 = weights = [torch.tensor(x, dtype=torch.float64, requires_grad=True) for x in WEIGHTS]
    b1, b2 = biases = [torch.tensor(x, dtype=torch.float64, requires_grad=True) for x in BIASES]

    def run() -> Any:
        h1 = (w1 * I1 + w2 * I2 + b1).sigmoid()
        h2 = (w3 * I1 + w4 * I2 + b1).sigmoid()
        o1 = (w5 * h1 + w6 * h2 + b2).sigmoid()
        o2 = (w7 * h1 + w8 * h2 + b2).sigmoid()
        error = 0.5 * (TARGET1 - o1) ** 2 + 0.5 * (TARGET2 - o2) ** 2
        for p in weights + biases:
            p.grad = None
        error.backward()
        with torch.no_grad():
            for w in weights:
                w -= RATE * w.grad
        return error

    return run
