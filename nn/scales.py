"""Scales of a chart: from numbers to pixels, with ticks at round numbers."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from autograd.drawing import exact_text, partial_text

TICKS = 5  # about so many
FLAT = 1e-9  # of a number: what differs by no more is drawn as one and the same
LARGEST = 1e300  # number drawn at its place, so that differences stay finite
SPAN = 20.0  # between the least and the greatest number, from where on a logarithmic scale shows more


@dataclass(frozen=True)
class Scale:
    """A scale from ``least`` to ``most``, linear or logarithmic, drawn from pixel ``start`` to pixel ``end``."""

    least: float
    most: float
    start: float
    end: float
    logarithmic: bool = False

    def __call__(self, x: float) -> float:
        """Return the pixel of a number, or of the nearer end for one outside."""
        x = min(max(x, self.least), self.most)
        low, high, x = (math.log10(v) if self.logarithmic else v for v in (self.least, self.most, x))
        return self.start + (x - low) / (high - low) * (self.end - self.start)

    def ticks(self) -> list[float]:
        """Return round numbers on the scale: 1, 2 or 5 times powers of ten, or powers alone where there are enough.

        >>> Scale(0.0, 1.0, 0, 100).ticks()
        [0.0, 0.2, 0.4, 0.6, 0.8, 1.0]
        >>> Scale(0.003, 2.0, 0, 100, logarithmic=True).ticks()
        [0.01, 0.1, 1.0]
        """
        return _decades(self.least, self.most) if self.logarithmic else _steps(self.least, self.most)

    def labels(self) -> list[tuple[float, str]]:
        """Return the ticks, each with its number written with as many digits as tell them apart."""
        ticks = self.ticks()
        short = [partial_text(tick) for tick in ticks]
        return [*zip(ticks, short if len({*short}) == len(short) else map(exact_text, ticks), strict=True)]


def scale_for(numbers: Sequence[float], start: float, end: float, within: tuple[float, float] | None = None) -> Scale:
    """Return a scale for numbers with some room at both ends; logarithmic where that shows more of positive numbers.

    Numbers that are all ``within`` two bounds get a scale from the one to the other.
    """
    finite = [min(max(x, -LARGEST), LARGEST) for x in numbers if math.isfinite(x)] or [0.0, 1.0]
    least, most = min(finite), max(finite)
    if within and within[0] <= least and most <= within[1]:
        return Scale(*within, start, end)
    if is_logarithmic(finite):
        room = most**0.04 / least**0.04  # the ratio itself may be beyond all floats
        return Scale(max(least / room, 1e-307), min(most * room, 1e307), start, end, logarithmic=True)
    room = 0.04 * (most - least)
    if room <= FLAT * abs(most):
        room = 0.1 * abs(most) or 1.0
    return Scale(0.0 if 0.0 <= least <= room else least - room, most + room, start, end)


def is_logarithmic(numbers: Sequence[float]) -> bool:
    """Return whether a logarithmic scale shows more of some finite numbers."""
    return bool(numbers) and min(numbers) > 1.0 / LARGEST and max(numbers) / min(numbers) > SPAN


def _steps(least: float, most: float) -> list[float]:
    rough = (most - least) / TICKS
    power = 10.0 ** math.floor(math.log10(rough))
    step = power * next((factor for factor in (1, 2, 5) if factor * power >= rough / 1.3), 10)
    decimals = max(0, -math.floor(math.log10(step)))
    first, last = math.ceil(least / step - 1e-9), math.floor(most / step + 1e-9)
    return [round(k * step, decimals) + 0.0 for k in range(first, last + 1)]


def _decades(least: float, most: float) -> list[float]:
    powers = range(math.floor(math.log10(least)), math.ceil(math.log10(most)) + 1)
    whole = [power for power in powers if least <= 10.0**power <= most]
    if len(whole) >= 3:
        every = math.ceil(len(whole) / (TICKS + 1))
        return [float(f"1e{power}") for power in whole[::every]]
    return [x for power in powers for x in (float(f"{factor}e{power}") for factor in (1, 2, 5)) if least <= x <= most]
