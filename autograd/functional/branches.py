"""Derivatives that are 0 since a number was only compared: found by running the function again beside the point."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from typing import Any

from autograd.engine.callers import level_outside
from autograd.functional.dual import innermost

BESIDE = 1e-4  # of the number itself; of 0, 1e-4


def warn_of_comparisons(what: str, x: float, question: Sequence[Any], run: Callable[[float], Sequence[float]]) -> None:
    """Warn that a result depends on a number only through comparisons, if it does.

    That it changes beside the number has to be seen: a constant, a dead branch or a count of steps depends on nothing there.
    ``run`` computes the result with another number in place of x. If it raises, or returns something else for x itself, then
    nothing can be said.
    """
    sides = [x + side * BESIDE * (abs(x) or 1.0) for side in (1.0, -1.0)]
    try:
        before = [*run(x)]
        if [*map(repr, run(x))] != [*map(repr, before)]:  # a function of its own random numbers
            return
        after = [(beside, [*run(beside)]) for beside in sides]
    except Exception:  # whatever a user's function raises there
        return
    changed = [(beside, a, b) for beside, found in after for a, b in zip(before, found, strict=False) if a != b == b]
    if changed:
        beside, a, b = changed[0]
        left, sign, right, _ = question
        numbers = [getattr(innermost(number), "data", number) for number in (left, right)]
        asked = f"{numbers[0]:.9g} {sign} {numbers[1]:.9g}"
        warnings.warn(
            f"the result depends on {what} = {x!r} only through comparisons such as {asked}: its derivative is 0 here, though "
            f"{a:.9g} becomes {b:.9g} at {beside:.9g}",
            RuntimeWarning,
            stacklevel=level_outside(),
        )
