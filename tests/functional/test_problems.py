"""Test problems of optimization: their gradients, derived by hand on exact fractions, and their published minimisers.

Moré, Garbow and Hillstrom, Testing Unconstrained Optimization Software (1981), with its numbers in brackets; Himmelblau,
Applied Nonlinear Programming (1972); Speelpenning, Compiling Fast Partial Derivatives of Functions Given by Algorithms (1980).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction as Q
from typing import Any, NamedTuple

import pytest

from autograd import arctan2, grad, hypot, jvp, product, value_and_grad


class Problem(NamedTuple):
    """A function, its gradient on fractions, points to compare them at, and minimisers, each with its minimum."""

    function: Callable[..., Any]
    gradient: Callable[..., list[Any]]
    points: list[list[Q]]
    minimisers: list[tuple[list[float], float]]


def rosenbrock(x, y):  # (1)
    return 100 * (y - x**2) ** 2 + (1 - x) ** 2


def rosenbrock_gradient(x, y):
    return [-400 * x * (y - x * x) - 2 * (1 - x), 200 * (y - x * x)]


def freudenstein_roth(x, y):  # (2)
    return (-13 + x + ((5 - y) * y - 2) * y) ** 2 + (-29 + x + ((y + 1) * y - 14) * y) ** 2


def freudenstein_roth_gradient(x, y):
    first, second = x - 13 + 5 * y * y - y * y * y - 2 * y, x - 29 + y * y * y + y * y - 14 * y
    return [2 * first + 2 * second, 2 * first * (10 * y - 3 * y * y - 2) + 2 * second * (3 * y * y + 2 * y - 14)]


def beale(x, y):  # (5)
    return (1.5 - x * (1 - y)) ** 2 + (2.25 - x * (1 - y**2)) ** 2 + (2.625 - x * (1 - y**3)) ** 2


def beale_gradient(x, y):
    first, second, third = Q(3, 2) - x + x * y, Q(9, 4) - x + x * y * y, Q(21, 8) - x + x * y * y * y
    return [
        2 * first * (y - 1) + 2 * second * (y * y - 1) + 2 * third * (y * y * y - 1),
        2 * first * x + 4 * second * x * y + 6 * third * x * y * y,
    ]


def powell_singular(a, b, c, d):  # (13)
    return (a + 10 * b) ** 2 + 5 * (c - d) ** 2 + (b - 2 * c) ** 4 + 10 * (a - d) ** 4


def powell_singular_gradient(a, b, c, d):
    cube, other = (b - 2 * c) * (b - 2 * c) * (b - 2 * c), (a - d) * (a - d) * (a - d)
    return [2 * (a + 10 * b) + 40 * other, 20 * (a + 10 * b) + 4 * cube, 10 * (c - d) - 8 * cube, -10 * (c - d) - 40 * other]


def wood(a, b, c, d):  # (14)
    valleys = 100 * (b - a**2) ** 2 + (1 - a) ** 2 + 90 * (d - c**2) ** 2 + (1 - c) ** 2
    return valleys + 10 * (b + d - 2) ** 2 + (b - d) ** 2 / 10


def wood_gradient(a, b, c, d):
    both, difference = 20 * (b + d - 2), (b - d) / Q(5)
    return [
        -400 * a * (b - a * a) - 2 * (1 - a),
        200 * (b - a * a) + both + difference,
        -360 * c * (d - c * c) - 2 * (1 - c),
        180 * (d - c * c) + both - difference,
    ]


def himmelblau(x, y):
    return (x**2 + y - 11) ** 2 + (x + y**2 - 7) ** 2


def himmelblau_gradient(x, y):
    first, second = x * x + y - 11, x + y * y - 7
    return [4 * x * first + 2 * second, 2 * first + 4 * y * second]


def speelpenning(*xs):
    return product(xs)


def speelpenning_gradient(*xs):
    return [math.prod(x for j, x in enumerate(xs) if j != i) for i in range(len(xs))]


PROBLEMS = {
    "Rosenbrock": Problem(
        rosenbrock, rosenbrock_gradient, [[Q(-6, 5), Q(1)], [Q(1, 2), Q(3)], [Q(-2), Q(1, 3)]], [([1.0, 1.0], 0.0)]
    ),
    "Freudenstein and Roth": Problem(
        freudenstein_roth, freudenstein_roth_gradient, [[Q(1, 2), Q(-2)], [Q(7, 3), Q(1, 5)]], [([5.0, 4.0], 0.0)]
    ),
    "Beale": Problem(beale, beale_gradient, [[Q(1), Q(1)], [Q(5, 2), Q(1, 4)], [Q(-1, 3), Q(2)]], [([3.0, 0.5], 0.0)]),
    "Powell singular": Problem(
        powell_singular,
        powell_singular_gradient,
        [[Q(3), Q(-1), Q(0), Q(1)], [Q(1, 3), Q(2, 7), Q(-1, 2), Q(5)]],
        [([0.0] * 4, 0.0)],
    ),
    "Wood": Problem(
        wood, wood_gradient, [[Q(-3), Q(-1), Q(-3), Q(-1)], [Q(1, 2), Q(2, 3), Q(-1, 5), Q(3)]], [([1.0] * 4, 0.0)]
    ),
    "Himmelblau": Problem(
        himmelblau,
        himmelblau_gradient,
        [[Q(0), Q(0)], [Q(-5, 2), Q(4, 3)]],
        [
            ([3.0, 2.0], 0.0),
            ([-2.805118086952745, 3.131312518250573], 0.0),
            ([-3.779310253377747, -3.283185991286170], 0.0),
            ([3.584428340330492, -1.848126526964404], 0.0),
        ],
    ),
    "Speelpenning": Problem(
        speelpenning,
        speelpenning_gradient,
        [[Q(i, i + 1) for i in range(1, 9)], [Q(3), Q(0), Q(1, 7), Q(-2)], [Q(0), Q(5), Q(0)]],
        [],
    ),
}
AT_POINTS = [(name, point) for name, problem in PROBLEMS.items() for point in problem.points]


@pytest.mark.parametrize(("name", "point"), AT_POINTS, ids=[f"{name}-{i}" for i, (name, _) in enumerate(AT_POINTS)])
class TestAGradient:
    def test_is_the_one_derived_by_hand(self, name, point):
        problem = PROBLEMS[name]
        x = [float(q) for q in point]
        exact = problem.gradient(*map(Q, x))
        found = grad(problem.function, tuple(range(len(x))))(*x)
        assert found == pytest.approx([float(e) for e in exact], rel=1e-13, abs=1e-14)

    def test_taken_forward_is_the_one_derived_by_hand(self, name, point):
        problem = PROBLEMS[name]
        x = [float(q) for q in point]
        exact = problem.gradient(*map(Q, x))
        axes = [[float(i == j) for j in range(len(x))] for i in range(len(x))]
        found = [jvp(problem.function, x, axis)[1] for axis in axes]
        assert found == pytest.approx([float(e) for e in exact], rel=1e-13, abs=1e-14)


MINIMA = [(name, x, least) for name, problem in PROBLEMS.items() for x, least in problem.minimisers]


@pytest.mark.parametrize(("name", "x", "least"), MINIMA, ids=[f"{name}-{i}" for i, (name, *_) in enumerate(MINIMA)])
def test_at_a_published_minimiser_the_gradient_is_zero(name, x, least):
    value, slopes = value_and_grad(PROBLEMS[name].function, tuple(range(len(x))))(*x)
    assert value == pytest.approx(least, abs=1e-25)
    assert slopes == pytest.approx([0.0] * len(x), abs=1e-12)


@pytest.mark.parametrize(
    ("name", "start"),
    [("Rosenbrock", [-1.2, 1.0]), ("Beale", [1.0, 1.0]), ("Wood", [-3.0, -1.0, -3.0, -1.0]), ("Himmelblau", [0.0, 0.0])],
)
def test_scipy_finds_a_published_minimiser_with_values_and_gradients_of_ours(name, start):
    minimize = pytest.importorskip("scipy.optimize").minimize
    problem = PROBLEMS[name]
    found = minimize(value_and_grad(lambda x: problem.function(*x)), start, jac=True, tol=1e-10)
    assert found.success
    assert any(found.x == pytest.approx(x, abs=1e-6) for x, _ in problem.minimisers)


# --- the helical valley (7): its gradient has a π ---


def helical_valley(x, y, z):
    turns = arctan2(y, x) / (2.0 * math.pi)
    return 100 * ((z - 10 * turns) ** 2 + (hypot(x, y) - 1) ** 2) + z**2


def test_the_helical_valley_starts_at_2500_and_with_a_gradient_worked_out_by_hand():
    # turns = ½ and radius = 1, so only the first square counts: 200·(z − 10·turns)·(−10·x/(2π·radius²)) by y
    value, slopes = value_and_grad(helical_valley, (0, 1, 2))(-1.0, 0.0, 0.0)
    assert value == 2500.0
    assert slopes == pytest.approx([0.0, -5000.0 / math.pi, -1000.0], rel=1e-15, abs=1e-12)


@pytest.mark.parametrize("quarter", [0, 1])
def test_the_helical_valley_rises_as_worked_out_by_hand_on_both_axes(quarter):
    # at radius 3, z = 5: on the x axis turns = 0, on the y axis ¼; outwards 200·(3 − 1), around 200·(5 − 10·turns)·(−10/(2π·3))
    out, around, up = 400.0, -200.0 * (5.0 - 2.5 * quarter) * 10.0 / (6.0 * math.pi), 200.0 * (5.0 - 2.5 * quarter) + 10.0
    found = grad(helical_valley, (0, 1, 2))(*((0.0, 3.0) if quarter else (3.0, 0.0)), 5.0)
    assert found == pytest.approx([-around, out, up] if quarter else [out, around, up], rel=1e-14)


def test_the_helical_valley_is_level_at_its_minimiser():
    assert value_and_grad(helical_valley, (0, 1, 2))(1.0, 0.0, 0.0) == (0.0, (0.0, 0.0, 0.0))
