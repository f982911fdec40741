"""Initial weights: how they are drawn at random, by name. Biases begin with 0.

Each function takes the random numbers, and how many inputs and outputs the layer has, and returns one weight. The variances
are chosen so that numbers on their way forward, and gradients on their way back, neither die out nor explode.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from typing import TypeAlias

from autograd.engine.labels import brief
from nn.numbers import whole

Seed: TypeAlias = "int | random.Random | None"
Initialisation: TypeAlias = Callable[[random.Random, int, int], float]


def uniform(rng: random.Random, nin: int, nout: int) -> float:
    """Return a weight from U(-1, 1), whatever the size of the layer, as micrograd does."""
    return rng.uniform(-1, 1)


def glorot_uniform(rng: random.Random, nin: int, nout: int) -> float:
    """Return a weight from U(-a, a), a = √(6 / (nin + nout)): Glorot and Bengio 2010, equation 16; for tanh and sigmoid."""
    return _uniform(rng, 2.0 / (nin + nout))


def glorot_normal(rng: random.Random, nin: int, nout: int) -> float:
    """Return a weight from N(0, 2 / (nin + nout)): Glorot and Bengio 2010, equation 12; for tanh and sigmoid."""
    return _normal(rng, 2.0 / (nin + nout))


def he_uniform(rng: random.Random, nin: int, nout: int) -> float:
    """Return a weight from U(-a, a), a = √(6 / nin): the variance of He et al. 2015, equation 10; for relu."""
    return _uniform(rng, 2.0 / nin)


def he_normal(rng: random.Random, nin: int, nout: int) -> float:
    """Return a weight from N(0, 2 / nin): He et al. 2015, equation 10; for relu."""
    return _normal(rng, 2.0 / nin)


def lecun_uniform(rng: random.Random, nin: int, nout: int) -> float:
    """Return a weight from U(-a, a), a = √(3 / nin): the variance of LeCun et al. 1998, equation 16."""
    return _uniform(rng, 1.0 / nin)


def lecun_normal(rng: random.Random, nin: int, nout: int) -> float:
    """Return a weight from N(0, 1 / nin): LeCun et al. 1998, equation 16."""
    return _normal(rng, 1.0 / nin)


def _uniform(rng: random.Random, variance: float) -> float:
    limit = math.sqrt(3.0 * variance)
    return rng.uniform(-limit, limit)


def _normal(rng: random.Random, variance: float) -> float:
    return rng.gauss(0.0, math.sqrt(variance))


INITIALISATIONS: dict[str, Initialisation] = {
    f.__name__: f for f in (uniform, glorot_uniform, glorot_normal, he_uniform, he_normal, lecun_uniform, lecun_normal)
}
INITIALISATIONS |= {  # the authors' first names
    "xavier_uniform": glorot_uniform,
    "xavier_normal": glorot_normal,
    "kaiming_uniform": he_uniform,
    "kaiming_normal": he_normal,
}


def initial_weights(choice: str | Initialisation, nin: int, nout: int, seed: Seed = None) -> list[list[float]]:
    """Return a row of ``nin`` weights for each of ``nout`` neurons; ``choice`` is a name or a function like those above.

    ``seed`` is a number, or a ``random.Random`` that is drawn from; without it, Python's global random numbers are.

    >>> initial_weights("he_normal", 2, 1, seed=1)
    [[1.288..., 1.449...]]

    Raises ValueError for a name that is not in the table, and for numbers of inputs or neurons below 1.
    """
    draw = choice if callable(choice) else INITIALISATIONS.get(choice)
    if draw is None:
        raise ValueError(f"there is no initialisation {brief(choice)}; choose one of {', '.join(sorted(INITIALISATIONS))}")
    whole("a neuron needs inputs: nin", nin, 1)
    whole("a layer needs neurons: nout", nout, 1)
    rng = generator(seed)
    return [[draw(rng, nin, nout) for _ in range(nin)] for _ in range(nout)]


def generator(seed: Seed) -> random.Random:
    """Return the random numbers that a seed stands for."""
    if isinstance(seed, random.Random):
        return seed
    return random._inst if seed is None else random.Random(seed)  # what random.seed() seeds
