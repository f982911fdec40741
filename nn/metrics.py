"""Metrics: how good outputs are, as plain numbers for people, of which no gradient is asked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any


def accuracy(outputs: Sequence[Any], targets: Sequence[Any]) -> float:
    """Return the share of outputs that are right.

    A row of several scores is right if the highest is at the target, a class counted from 0. A single score, or a row of one,
    is right if it is above 0 exactly where the target is: for targets 1 and -1 with ``hinge``, and for 1 and 0 with logits.

    >>> accuracy([0.3, -2.0, 0.1], [1, -1, -1])
    0.666...
    >>> accuracy([[0.1, 0.9], [3.0, 2.0]], [1, 0])
    1.0

    Raises ValueError if there is not one target for each output.
    """
    if len(outputs) != len(targets) or not outputs:
        raise ValueError(
            f"accuracy needs one target for each output, but got {len(outputs)} outputs and {len(targets)} targets"
        )
    return sum(map(is_right, outputs, targets)) / len(outputs)


def is_right(output: Any, target: Any) -> bool:
    """Return whether an output says its target."""
    if not isinstance(output, (list, tuple)):
        return bool((output > 0) == (target > 0))
    if len(output) > 1:
        return bool(output.index(max(output)) == target)
    [score] = output
    return is_right(score, target[0] if isinstance(target, (list, tuple)) else target)
