"""Learning-rate schedules: functions from the round to a factor, for ``optimizer.rate = rate * schedule(round)``."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TypeAlias

from autograd.engine.labels import brief
from nn.numbers import finite
from nn.words import with_our_words

Schedule: TypeAlias = Callable[[int], float]  # the number of a round, counted from 0 → a factor for the rate

COUNTS = {"epochs": "rounds", "steps": "rounds"}  # others' words for the number of rounds


def constant() -> Schedule:
    """Return the schedule that leaves the rate as it is."""
    return lambda k: 1.0


@with_our_words(step_size="every", gamma="factor")
def step_decay(every: int, factor: float = 0.1) -> Schedule:
    """Return the schedule factor^⌊k / every⌋, as ``torch.optim.lr_scheduler.StepLR``.

    >>> [step_decay(2, factor=0.5)(k) for k in range(5)]
    [1.0, 1.0, 0.5, 0.5, 0.25]
    """
    _require_rounds("step_decay", every)
    return lambda k: float(factor ** (k // every))


@with_our_words(**COUNTS, total_iters="rounds", end_factor="least")
def linear(rounds: int, least: float = 0.0) -> Schedule:
    """Return the schedule that falls from 1 to ``least`` in a straight line and stays there.

    micrograd's demo has the rate 1 - 0.9 k / 100, which is linear(100, least=0.1).

    >>> [linear(4)(k) for k in range(6)]
    [1.0, 0.75, 0.5, 0.25, 0.0, 0.0]
    """
    _require_rounds("linear", rounds)
    return lambda k: 1.0 - (1.0 - least) * min(k, rounds) / rounds


@with_our_words(**COUNTS, T_max="rounds", eta_min="least")
def cosine(rounds: int, least: float = 0.0) -> Schedule:
    """Return least + (1 - least)·(1 + cos(π k / rounds)) / 2, which stays at ``least`` after that many rounds.

    After Loshchilov and Hutter 2017 (SGDR), without restarts; ``torch.optim.lr_scheduler.CosineAnnealingLR``.

    >>> [round(cosine(4)(k), 3) for k in range(6)]
    [1.0, 0.854, 0.5, 0.146, 0.0, 0.0]
    """
    _require_rounds("cosine", rounds)
    return lambda k: least + (1.0 - least) * (1.0 + math.cos(math.pi * min(k, rounds) / rounds)) / 2.0


@with_our_words(**COUNTS, total_iters="rounds", warmup="rounds")
def warm_up(rounds: int, then: Schedule | None = None) -> Schedule:
    """Return the schedule (k + 1) / rounds for so many rounds, and from there on the schedule ``then``, begun anew.

    After Goyal et al. 2017.

    >>> [warm_up(2, then=linear(4))(k) for k in range(6)]
    [0.5, 1.0, 1.0, 0.75, 0.5, 0.25]
    """
    _require_rounds("warm_up", rounds)
    after = then or constant()
    return lambda k: (k + 1) / rounds if k < rounds else after(k - rounds)


def _require_rounds(name: str, rounds: int) -> None:
    if finite(rounds) is None or rounds < 1:
        raise ValueError(f"{name} takes a number of rounds of at least 1, but got {brief(rounds)}")
