"""One iteration of micrograd's demo: MLP(2, [16, 16, 1]) on 100 points of two moons, hinge loss with L2, the whole batch."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

from micrograd.engine import Value as MicrogradValue
from micrograd.nn import MLP as MicrogradMLP  # noqa: N811  # an acronym, not a constant

from autograd import total
from nn import MLP
from nn.data import moons

ALPHA = 1e-4  # of the L2 regularization

Iteration = Callable[[], tuple[Any, float]]  # returns the loss and the accuracy, taken before the update


def micrograds(seed: int = 1337) -> Iteration:
    """Return the iteration as micrograd's notebook has it."""
    random.seed(seed)
    model = MicrogradMLP(2, [16, 16, 1])
    points, classes = moons()
    count = 0

    def run() -> tuple[Any, float]:
        nonlocal count
        inputs = [list(map(MicrogradValue, row)) for row in points]
        scores = list(map(model, inputs))

        losses = [(1 + -yi * scorei).relu() for yi, scorei in zip(classes, scores, strict=True)]
        data_loss = sum(losses) * (1.0 / len(losses))
        reg_loss = ALPHA * sum(p * p for p in model.parameters())
        total_loss = data_loss + reg_loss
        accuracy = [(yi > 0) == (scorei.data > 0) for yi, scorei in zip(classes, scores, strict=True)]

        model.zero_grad()
        total_loss.backward()
        learning_rate = 1.0 - 0.9 * count / 100
        for p in model.parameters():
            p.data -= learning_rate * p.grad
        count += 1
        return total_loss, sum(accuracy) / len(accuracy)

    return run


def ours(seed: int = 1337) -> Iteration:
    """Return the same program on this engine: inputs stay plain numbers, a sum is one node."""
    random.seed(seed)
    model = MLP(2, [16, 16, 1])
    points, classes = moons()
    count = 0

    def run() -> tuple[Any, float]:
        nonlocal count
        scores = [model(row) for row in points]

        losses = [(1 + -yi * scorei).relu() for yi, scorei in zip(classes, scores, strict=True)]
        data_loss = total(losses) * (1.0 / len(losses))
        reg_loss = ALPHA * total([p * p for p in model.parameters()])
        total_loss = data_loss + reg_loss
        accuracy = [(yi > 0) == (scorei.data > 0) for yi, scorei in zip(classes, scores, strict=True)]

        model.zero_grad()
        total_loss.backward()
        learning_rate = 1.0 - 0.9 * count / 100
        for p in model.parameters():
            p.data -= learning_rate * p.grad
        count += 1
        return total_loss, sum(accuracy) / len(accuracy)

    return run
