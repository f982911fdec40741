"""Metrics: how good outputs are, as plain numbers for people, of which no gradient is asked."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any, TypeAlias

from autograd.engine.labels import brief
from nn.numbers import is_list, plain

Scores: TypeAlias = "list[float]"  # of one output: one score, or one for each class

NO_CLASS = -1  # what scores say of which one is nan


def accuracy(outputs: Iterable[Any], targets: Iterable[Any]) -> float:
    """Return the share of outputs that are right.

    A row of several scores is right if the highest is at the target, a class counted from 0. A single score, or a row of one,
    is right if it is above 0 exactly where the target is: for targets 1 and -1 with ``hinge``, and for 1 and 0 with logits.
    (Probabilities are all above 0; give ``accuracy`` what was before the sigmoid.) What is nan is wrong.

    >>> accuracy([0.3, -2.0, 0.1], [1, -1, -1])
    0.666...
    >>> accuracy([[0.1, 0.9], [3.0, 2.0]], [1, 0])
    1.0

    Raises ValueError if there is not one target for each output, or one that is no class of its row.
    """
    outputs, targets = list(outputs), list(targets)
    if len(outputs) != len(targets) or not outputs:
        raise ValueError(
            f"accuracy needs one target for each output, but got {len(outputs)} outputs and {len(targets)} targets"
        )
    return sum(map(_is_right, outputs, targets)) / len(outputs)


def _is_right(output: Any, target: Any) -> bool:
    scores, wanted = scores_of(output), plain(target)
    if wanted is None or (len(scores) > 1 and wanted not in range(len(scores))):
        meant = f"a class from 0 to {len(scores) - 1} for {len(scores)} scores" if len(scores) > 1 else "a number for a score"
        raise ValueError(f"accuracy takes {meant}, but got the target {brief(target)}")
    return class_of(scores) == (wanted if len(scores) > 1 else wanted > 0)


def scores_of(output: Any) -> Scores:
    """Return the scores of one output as plain numbers; raise ValueError if there are none."""
    scores = [plain(x) for x in (output if is_list(output) else [output])]
    if not scores or None in scores:
        raise ValueError(f"an output must be a number or a row of numbers, but got {brief(output)}")
    return [x for x in scores if x is not None]


def class_of(scores: Scores) -> int:
    """Return the place of the highest score, or of a single one whether it is above 0; ``NO_CLASS`` if one is nan."""
    if any(map(math.isnan, scores)):
        return NO_CLASS
    return scores.index(max(scores)) if len(scores) > 1 else int(scores[0] > 0)
