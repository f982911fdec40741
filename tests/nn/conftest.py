"""A whole training, done once for all tests that look at what it leaves."""

from __future__ import annotations

import random
from typing import NamedTuple

import pytest

from nn import MLP, History, fit
from nn.data import moons
from nn.losses import hinge
from nn.metrics import accuracy
from nn.optim import SGD
from nn.schedules import linear


class Trained(NamedTuple):
    """What is left of a training, and the data that it was on."""

    model: MLP
    history: History
    points: list[list[float]]
    classes: list[int]


@pytest.fixture(scope="session")
def trained_moons() -> Trained:
    """The two moons of micrograd's demo, told apart with its settings."""
    random.seed(1337)
    model = MLP(2, [16, 16, 1])
    points, classes = moons()
    optimizer = SGD(model.parameters(), rate=1.0)
    schedule = linear(100, least=0.1)
    history = fit(model, hinge, (points, classes), optimizer, epochs=100, schedule=schedule, l2=1e-4, metrics=[accuracy])
    return Trained(model, history, points, classes)
