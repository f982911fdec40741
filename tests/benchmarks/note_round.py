"""One round of training of the note's 2-2-2 network: build the graph, run backward, update w1 to w8."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

WEIGHTS = [0.15, 0.20, 0.25, 0.30, 0.40, 0.45, 0.50, 0.55]
BIASES = [0.35, 0.60]
I1, I2, TARGET1, TARGET2 = ROW = 0.05, 0.10, 0.01, 0.99
RATE = 0.5

Round = Callable[[], Any]  # returns E_total, taken before the update


def ours() -> Round:
    """Return the round as a user of this engine writes it: a neuron is a weighted sum and a sigmoid."""
    from autograd import Value, half_squared_error, weighted_sum

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


def rate(count: int) -> float:
    """Return the learning rate of a round."""
    return RATE


def micrograds(leaf: Any, sigmoid: Callable[[Any], Any]) -> Round:
    """Return the round as a user of micrograd writes it, who has to add the sigmoid."""
    weights, biases = [leaf(x) for x in WEIGHTS], [leaf(x) for x in BIASES]

    def run() -> Any:
        total = error(weights, sigmoid, biases)
        for p in weights + biases:
            p.grad = 0
        total.backward()
        for w in weights:
            w.data -= RATE * w.grad
        return total

    return run


def error(
    weights: Sequence[Any], sigmoid: Callable[[Any], Any], biases: Sequence[Any] = BIASES, row: Sequence[Any] = ROW
) -> Any:
    """Return E_total of any kind of numbers, for a row of inputs and targets."""
    w1, w2, w3, w4, w5, w6, w7, w8 = weights
    b1, b2 = biases
    i1, i2, target1, target2 = row
    h1 = sigmoid(w1 * i1 + w2 * i2 + b1)
    h2 = sigmoid(w3 * i1 + w4 * i2 + b1)
    o1 = sigmoid(w5 * h1 + w6 * h2 + b2)
    o2 = sigmoid(w7 * h1 + w8 * h2 + b2)
    return 0.5 * (target1 - o1) ** 2 + 0.5 * (target2 - o2) ** 2
