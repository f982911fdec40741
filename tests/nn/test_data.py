"""Data sets: where their points lie, how many of each class there are, and that chance comes from the seed alone."""

from __future__ import annotations

import math
import random

import pytest

from nn.data import circles, moons, spirals, xor

MAKERS = pytest.mark.parametrize("make", [moons, circles, xor, spirals], ids=lambda make: make.__name__)


def of_class(data, wanted):
    return sorted(point for point, target in zip(*data, strict=True) if target == wanted)


def test_moons_lie_on_two_half_circles():
    data = moons(50, noise=0.0)
    for x, y in of_class(data, -1):
        assert math.hypot(x, y) == pytest.approx(1.0)
        assert y >= 0.0
    for x, y in of_class(data, 1):
        assert math.hypot(x - 1.0, y - 0.5) == pytest.approx(1.0)
        assert y <= 0.5


def test_moons_are_spaced_evenly_with_both_ends():
    xs = [x for x, _ in of_class(moons(10, noise=0.0), -1)]
    assert xs == pytest.approx([-1.0, -math.sqrt(0.5), 0.0, math.sqrt(0.5), 1.0], abs=1e-12)


def test_circles_lie_on_two_circles_around_the_origin():
    data = circles(50, noise=0.0, factor=0.25)
    assert [math.hypot(*point) for point in of_class(data, -1)] == pytest.approx([1.0] * 25)
    assert [math.hypot(*point) for point in of_class(data, 1)] == pytest.approx([0.25] * 25)


def test_circles_do_not_meet_their_first_point_again():
    xs = [x for x, _ in of_class(circles(6, noise=0.0), -1)]
    assert xs == pytest.approx([-0.5, -0.5, 1.0])


def test_xor_without_noise_is_the_truth_table():
    assert sorted(zip(*xor(), strict=True)) == [([0.0, 0.0], -1), ([0.0, 1.0], 1), ([1.0, 0.0], 1), ([1.0, 1.0], -1)]


def test_xor_has_as_many_points_at_each_corner():
    inputs, _ = xor(12)
    assert [inputs.count(corner) for corner in ([0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0])] == [3, 3, 3, 3]


def test_spirals_turn_outwards_and_end_at_radius_1_each_arm_in_its_own_direction():
    data = spirals(30, noise=0.0, arms=3, turns=0.5)
    for arm in range(3):
        points = sorted(of_class(data, arm), key=lambda point: math.hypot(*point))
        assert [math.hypot(*point) for point in points] == pytest.approx([k / 10 for k in range(1, 11)])
        direction = 2 * math.pi * (arm / 3 + 0.5)
        assert points[-1] == pytest.approx([math.cos(direction), math.sin(direction)])


@pytest.mark.parametrize("arms", [1, 2, 5])
def test_spirals_have_a_class_for_each_arm(arms):
    assert {*spirals(50, arms=arms)[1]} == {*range(arms)}


@pytest.mark.parametrize(
    ("data", "counts"),
    [(moons(7), {-1: 3, 1: 4}), (circles(7), {-1: 3, 1: 4}), (xor(7), {-1: 4, 1: 3}), (spirals(8), {0: 3, 1: 3, 2: 2})],
    ids=["moons", "circles", "xor", "spirals"],
)
def test_classes_share_the_points_as_evenly_as_they_can(data, counts):
    inputs, targets = data
    assert {target: targets.count(target) for target in targets} == counts
    assert len(inputs) == sum(counts.values())


@MAKERS
def test_a_seed_gives_the_same_points_again_and_another_seed_others(make):
    assert make(20, noise=0.1, seed=1) == make(20, noise=0.1, seed=1) != make(20, noise=0.1, seed=2)


@MAKERS
def test_the_global_random_state_is_left_alone(make):
    random.seed(1)
    before = random.getstate()
    make(20, noise=0.1)
    assert random.getstate() == before


@MAKERS
def test_points_are_lists_of_two_floats(make):
    assert {(type(point), *map(type, point)) for point in make(20)[0]} == {(list, float, float)}


@MAKERS
def test_classes_are_mixed(make):
    targets = make(40)[1]
    assert targets != sorted(targets)


@MAKERS
def test_noise_has_the_standard_deviation_asked_for(make):
    clean, noisy = make(3000, noise=0.0)[0], make(3000, noise=0.2)[0]
    differences = [a - b for p, q in zip(clean, noisy, strict=True) for a, b in zip(p, q, strict=True)]
    assert math.sqrt(sum(d * d for d in differences) / len(differences)) == pytest.approx(0.2, rel=0.05)


REFUSALS = {
    "points": (lambda: moons(1), "moons needs n >= 2, but got 1"),
    "corners": (lambda: xor(3), "xor needs n >= 4, but got 3"),
    "points for arms": (lambda: spirals(2), "spirals needs n >= 3, but got 2"),
    "noise": (lambda: circles(noise=-0.1), "circles needs a finite noise >= 0, but got -0.1"),
    "nan": (lambda: xor(noise=math.nan), "xor needs a finite noise >= 0, but got nan"),
    "factor": (lambda: circles(factor=1.0), "circles needs 0 <= factor < 1, but got 1.0"),
    "arms": (lambda: spirals(arms=0), "spirals needs arms >= 1, but got 0"),
    "half a point": (lambda: moons(2.5), "moons needs n >= 2, a whole number, but got 2.5"),
    "points as text": (lambda: xor("9"), "xor needs n >= 4, a whole number, but got '9'"),
    "half an arm": (lambda: spirals(arms=2.5), "spirals needs arms >= 1, a whole number, but got 2.5"),
    "turns": (lambda: spirals(turns=math.nan), "spirals needs a finite number for turns, but got nan"),
    "no noise": (lambda: circles(noise=None), "circles needs a finite noise >= 0, but got None"),
}


@pytest.mark.parametrize(("make", "message"), REFUSALS.values(), ids=REFUSALS.keys())
def test_what_makes_no_data_is_refused(make, message):
    with pytest.raises(ValueError, match=message):
        make()
