"""A whole training, done once for all that is looked at of what it leaves."""

from __future__ import annotations

import random
from typing import NamedTuple

import pytest
from matplotlib.contour import ContourSet

from nn import MLP, History, fit
from nn.data import moons
from nn.losses import hinge
from nn.metrics import accuracy
from nn.optim import SGD
from nn.plots import decision_boundary
from nn.schedules import linear

pytestmark = pytest.mark.slow


class Trained(NamedTuple):
    """What is left of a training, and the data that it was on."""

    model: MLP
    history: History
    points: list[list[float]]
    classes: list[int]


@pytest.fixture(scope="module")
def trained_moons() -> Trained:
    """The two moons of micrograd's demo, told apart with its settings."""
    random.seed(1337)
    model = MLP(2, [16, 16, 1])
    points, classes = moons()
    optimizer = SGD(model.parameters(), rate=1.0)
    schedule = linear(100, least=0.1)
    history = fit(model, hinge, (points, classes), optimizer, epochs=100, schedule=schedule, l2=1e-4, metrics=[accuracy])
    return Trained(model, history, points, classes)


def test_moons_are_told_apart_entirely_within_the_budget_of_micrograds_demo(trained_moons):
    history = trained_moons.history
    assert len(history) == 100
    assert history["accuracy"][-1] == 1.0
    assert history.loss[-1] < 0.03


def test_a_trained_network_is_drawn_with_all_its_points_right(trained_moons):
    picture = decision_boundary(trained_moons.model, trained_moons.points, trained_moons.classes)
    assert str(picture).splitlines() == [
        "decision boundary: 100 of 100 points right",
        "class −1: 50 of 50",
        "class 1: 50 of 50",
    ]
    [boundary] = [found for found in picture.collections if isinstance(found, ContourSet) and not found.filled]
    assert len(boundary.allsegs[0]) == 1
    assert len(picture._repr_mimebundle_()["image/svg+xml"]) < 200_000
