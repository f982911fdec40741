"""Small data sets in the plane: ``moons``, ``circles``, ``xor`` and ``spirals``, made of nothing but ``random.Random(seed)``.

Each returns ``(inputs, targets)``: a list of points [x, y] and a list of as many targets, shuffled together. Two classes are 1
and -1, as in micrograd's demo and as ``nn.losses.hinge`` takes them; several are numbered from 0, as for
``nn.losses.softmax_cross_entropy``. For classes 0 and 1 write ``(target + 1) // 2``. The same arguments give the same points
everywhere, and Python's global random numbers are left alone. ``noise`` is the standard deviation of what is added to x and y.
"""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from typing import TypeAlias

from autograd.engine.labels import brief
from nn.numbers import finite, whole

Points: TypeAlias = "list[list[float]]"


def moons(n: int = 100, noise: float = 0.1, seed: int | None = 1337) -> tuple[Points, list[int]]:
    """Return two interleaving half circles, as scikit-learn's make_moons has them: -1 for the upper, 1 for the lower.

    Upper: (cos a, sin a). Lower: (1 - cos a, ½ - sin a). The angle a goes from 0 to π, both included.

    >>> inputs, targets = moons(4, noise=0.0)
    >>> sorted((round(x, 9), round(y, 9), target) for (x, y), target in zip(inputs, targets))
    [(-1.0, 0.0, -1), (0.0, 0.5, 1), (1.0, 0.0, -1), (2.0, 0.5, 1)]

    Raises ValueError for fewer than 2 points, or a negative noise.
    """
    _require("moons", n, 2, noise)
    upper = [[math.cos(a), math.sin(a)] for a in _spaced(n // 2, math.pi)]
    lower = [[1.0 - math.cos(a), 0.5 - math.sin(a)] for a in _spaced(n - n // 2, math.pi)]
    return _scattered({-1: upper, 1: lower}, noise, seed)


def circles(n: int = 100, noise: float = 0.05, seed: int | None = 1337, *, factor: float = 0.5) -> tuple[Points, list[int]]:
    """Return a circle of radius 1 around one of radius ``factor``, as scikit-learn's make_circles: -1 outside, 1 inside.

    >>> inputs, targets = circles(4, noise=0.0)
    >>> sorted((round(x, 9), target) for (x, y), target in zip(inputs, targets))
    [(-1.0, -1), (-0.5, 1), (0.5, 1), (1.0, -1)]

    Raises ValueError for fewer than 2 points, a negative noise, or a factor that is not between 0 and 1.
    """
    _require("circles", n, 2, noise)
    if finite(factor) is None or not 0.0 <= factor < 1.0:
        raise ValueError(f"circles needs 0 <= factor < 1, but got {brief(factor)}")
    outer, inner = [
        [[radius * math.cos(2 * math.pi * k / count), radius * math.sin(2 * math.pi * k / count)] for k in range(count)]
        for radius, count in ((1.0, n // 2), (factor, n - n // 2))
    ]
    return _scattered({-1: outer, 1: inner}, noise, seed)


def xor(n: int = 4, noise: float = 0.0, seed: int | None = 1337) -> tuple[Points, list[int]]:
    """Return the corners of the unit square, in turn until there are ``n``: 1 where one coordinate alone is 1, else -1.

    >>> sorted(zip(*xor()))
    [([0.0, 0.0], -1), ([0.0, 1.0], 1), ([1.0, 0.0], 1), ([1.0, 1.0], -1)]

    Raises ValueError for fewer than 4 points, or a negative noise.
    """
    _require("xor", n, 4, noise)
    corners = [(0.0, 0.0), (0.0, 1.0), (1.0, 1.0), (1.0, 0.0)]
    chosen = [corners[k % 4] for k in range(n)]
    same, different = [[[x, y] for x, y in chosen if (x != y) == unlike] for unlike in (False, True)]
    return _scattered({-1: same, 1: different}, noise, seed)


def spirals(
    n: int = 99, noise: float = 0.02, seed: int | None = 1337, *, arms: int = 3, turns: float = 0.6
) -> tuple[Points, list[int]]:
    """Return ``n`` points on spiral arms that start near the centre and make so many turns: the class is the arm's number.

    Arm j: radius r from 1 / (points of the arm) to 1, angle 2π·(j / arms + turns·r). After CS231n's "spiral" data set.

    >>> inputs, targets = spirals(90, arms=3)
    >>> [targets.count(arm) for arm in range(3)]
    [30, 30, 30]

    Raises ValueError for fewer points than arms, no arm, a negative noise, or turns that are not finite.
    """
    _require("spirals", n, whole("spirals needs arms", arms, 1), noise)
    if finite(turns) is None:
        raise ValueError(f"spirals needs a finite number for turns, but got {brief(turns)}")
    points: dict[int, Points] = {}
    for arm in range(arms):
        count = n // arms + (arm < n % arms)
        polar = [(k / count, 2 * math.pi * (arm / arms + turns * k / count)) for k in range(1, count + 1)]
        points[arm] = [[radius * math.cos(angle), radius * math.sin(angle)] for radius, angle in polar]
    return _scattered(points, noise, seed)


def _require(name: str, n: int, least: int, noise: float) -> None:
    whole(f"{name} needs n", n, least)
    if finite(noise) is None or noise < 0.0:
        raise ValueError(f"{name} needs a finite noise >= 0, but got {brief(noise)}")


def _spaced(count: int, end: float) -> list[float]:
    """Return ``count`` numbers from 0 to ``end``, both included."""
    return [end * k / max(count - 1, 1) for k in range(count)]


def _scattered(points: dict[int, Points], noise: float, seed: int | None) -> tuple[Points, list[int]]:
    """Return the points of all classes with noise added, shuffled, and their classes."""
    rng = random.Random(seed)
    rows: list[tuple[Sequence[float], int]] = [(point, target) for target, group in points.items() for point in group]
    rng.shuffle(rows)
    return [[x + rng.gauss(0.0, noise) for x in point] for point, _ in rows], [target for _, target in rows]
