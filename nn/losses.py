"""Losses: how far outputs are from their targets, as one Value to go backward from.

Outputs and targets have the same shape: two numbers, two lists, or two lists of rows. Classifiers' outputs are raw (scores or
logits, before any sigmoid or softmax), so that nothing overflows and no logarithm of 0 is taken. Each loss is made of few rows
of the table, many-argument ones where there are any, so that derivations and pictures stay short.
"""

from __future__ import annotations

import operator
from collections.abc import Iterable
from itertools import chain
from typing import Any, TypeAlias

from autograd import Value, log_sum_exp, relu, softplus, total, where
from autograd import half_squared_error as half_square
from autograd.engine.conversion import number
from autograd.engine.labels import brief
from autograd.engine.primitives import equal
from nn.numbers import is_list

Number: TypeAlias = "Value | float"
Numbers: TypeAlias = "Number | Iterable[Number] | Iterable[Iterable[Number]]"


def half_squared_error(outputs: Numbers, targets: Numbers) -> Value:
    """Return Σ ½(target - output)², the study note's error: summed over a row, averaged over a batch of rows.

    A list of bare Values is one row; a batch of single outputs is a list of rows of one. Slope: (output - target) / rows.
    Outputs come first, as in every loss; ``autograd.half_squared_error``, the row of the table, has the targets first.

    >>> half_squared_error([Value(1.0), Value(2.0)], [0.0, 4.0]).data
    2.5
    >>> half_squared_error([[Value(1.0)], [Value(2.0)]], [[0.0], [4.0]]).data
    1.25

    Raises ValueError if there is not one target for each output, or if outputs and targets have plainly changed places.
    """
    if not is_list(outputs) and not is_list(targets):
        _refuse_swapped("half_squared_error", [outputs], [targets])
        return _half_square(targets, outputs)
    ys, ts = _paired("half_squared_error", outputs, targets)
    if not is_list(ys[0]):
        _refuse_swapped("half_squared_error", ys, ts)
        return _half_square(ts, ys)
    _refuse_swapped("half_squared_error", chain(*ys), chain(*ts))
    return _mean([_half_square(t, y) for y, t in zip(ys, ts, strict=True)])


def mean_squared_error(outputs: Numbers, targets: Numbers) -> Value:
    """Return the mean of (target - output)² over all numbers of all rows. Slope: 2 (output - target) / count.

    >>> mean_squared_error([Value(1.0), Value(2.0)], [0.0, 4.0]).data
    2.5

    Raises ValueError if there is not one target for each output, or if outputs and targets have plainly changed places.
    """
    ys, ts = _flat("mean_squared_error", outputs, targets)
    _refuse_swapped("mean_squared_error", ys, ts)
    return _half_square(ts, ys) / (0.5 * len(ys))  # two nodes, however many numbers


def hinge(scores: Numbers, targets: Numbers) -> Value:
    """Return the mean of max(0, 1 - target·score), for targets 1 and -1: 0 where a score is right by a margin of 1.

    Slope: -target / count, or 0 where the margin is kept.

    >>> hinge([Value(3.0), Value(0.25)], [1, -1]).data
    0.625

    Raises ValueError if there is not one target for each score, or one that is neither 1 nor -1.
    """
    pairs = zip(*_flat("hinge", scores, targets), strict=True)
    return _mean([relu(1.0 - _sign(target) * score) for score, target in pairs])


def binary_cross_entropy(logits: Numbers, targets: Numbers) -> Value:
    """Return the mean of -target·log σ(logit) - (1 - target)·log(1 - σ(logit)), for targets from 0 to 1.

    Computed as softplus(logit) - target·logit, which for targets 0 and 1 is softplus(logit) and softplus(-logit): right to the
    last digits however far out a logit is. Slope: (σ(logit) - target) / count.

    >>> f"{binary_cross_entropy(Value(-40.0), 0):.9e}"
    '4.248354255e-18'
    >>> binary_cross_entropy([Value(800.0), Value(-800.0)], [1, 1]).data
    400.0

    Raises ValueError if there is not one target for each logit, or one outside 0..1.
    """
    pairs = zip(*_flat("binary_cross_entropy", logits, targets), strict=True)
    return _mean([_cross_entropy(logit, _share(target)) for logit, target in pairs])


def softmax_cross_entropy(logits: Iterable[Number] | Iterable[Iterable[Number]], targets: int | Iterable[int]) -> Value:
    """Return -log softmax(logits)[target] for one row of logits and its class, or the mean over rows and their classes.

    Classes are counted from 0. Computed as log Σ exp(logit) - logits[target]. Slopes: softmax(logits), less 1 at the target;
    divided by the number of rows.

    >>> softmax_cross_entropy([Value(5.0), Value(5.0)], 1).data
    0.693147180559945...
    >>> softmax_cross_entropy([[Value(1000.0), Value(0.0)], [Value(0.0), Value(1000.0)]], [0, 0]).data
    500.0

    Raises ValueError if there is not one class for each row, or one that its row does not have.
    """
    if not is_list(targets):
        return _class_cross_entropy(logits, targets)
    rows, classes = _listed("softmax_cross_entropy", logits, targets)
    return _mean([_class_cross_entropy(row, target) for row, target in zip(rows, classes, strict=True)])


def _cross_entropy(logit: Any, target: Any) -> Any:
    if isinstance(target, Value):  # both branches, since it may be another number when this is computed again
        return where(equal(target, 1.0), softplus(-logit) - (target - 1.0) * logit, softplus(logit) - target * logit)
    if 0.0 < target < 1.0:
        return softplus(logit) - target * logit
    return softplus(-logit) if target else softplus(logit)  # the difference would lose a loss below 1e-16 · |logit|


def _class_cross_entropy(logits: Any, target: Any) -> Value:
    row: list[Any] = list(logits) if is_list(logits) else [[]]
    if any(map(is_list, row)):
        raise ValueError("softmax_cross_entropy takes a row of logits and its class, or a list of rows and a list of classes")
    try:
        index = operator.index(target)
    except TypeError:
        index = -1
    if not 0 <= index < len(row):
        hint = "; for a one-hot row give the place of its 1" if is_list(target) else ""
        raise ValueError(f"softmax_cross_entropy takes a class from 0 to {len(row) - 1}, but got {brief(target)}{hint}")
    loss: Value = log_sum_exp(row) - row[index]
    return loss


def _sign(target: Any) -> Any:
    if isinstance(target, Value) and abs(target) == 1.0:
        return target
    plain = number(target)
    if plain not in (1.0, -1.0):
        raise ValueError(f"hinge takes targets 1 and -1, but got {brief(target)}; for classes 0 and 1 give 2 * target - 1")
    return plain


def _share(target: Any) -> Any:
    if isinstance(target, Value) and 0.0 <= target <= 1.0:
        return target
    plain = number(target)
    if plain is None or not 0.0 <= plain <= 1.0:
        hint = "; for classes 1 and -1 give (target + 1) // 2" if plain == -1.0 else ""
        raise ValueError(f"binary_cross_entropy takes targets from 0 to 1, but got {brief(target)}{hint}")
    return plain


def _half_square(targets: Any, outputs: Any) -> Value:
    loss: Value = half_square(targets, outputs)  # the row has the target first, as its formula has
    return loss


def _refuse_swapped(name: str, outputs: Iterable[Any], targets: Iterable[Any]) -> None:
    """Raise ValueError where no output can learn, for all are plain numbers, and a target was computed."""
    if all(number(output) is not None for output in outputs):
        for target in targets:
            if isinstance(target, Value) and target.op is not None:
                raise ValueError(
                    f"{name} takes outputs first, then targets, but got plain numbers as outputs and {brief(target)}, which "
                    f"was computed, as a target: write {name}(outputs, targets)"
                )


def _mean(losses: list[Any]) -> Value:
    loss: Value = losses[0] if len(losses) == 1 else total(losses) / len(losses)
    return loss


def _flat(name: str, outputs: Any, targets: Any) -> tuple[list[Any], list[Any]]:
    """Return all outputs and all targets as two lists, whatever their shape."""
    if not is_list(outputs) and not is_list(targets):
        return [outputs], [targets]
    ys, ts = _paired(name, outputs, targets)
    return ([y for row in ys for y in row], [t for row in ts for t in row]) if is_list(ys[0]) else (ys, ts)


def _paired(name: str, outputs: Any, targets: Any) -> tuple[list[Any], list[Any]]:
    """Return outputs and targets as two lists of numbers, or two lists of rows, of the same shape."""
    ys, ts = _listed(name, outputs, targets)
    if not any(map(is_list, ys + ts)):
        return ys, ts
    rows = [_listed(name, y, t) for y, t in zip(ys, ts, strict=True)]
    return [y for y, _ in rows], [t for _, t in rows]


def _listed(name: str, outputs: Any, targets: Any) -> tuple[list[Any], list[Any]]:
    """Return outputs and targets as two lists of the same length."""
    if not is_list(outputs) or not is_list(targets):
        got = f"{_kind(outputs)} as output and {_kind(targets)} as target"
        raise ValueError(f"{name} takes outputs and targets of one shape, but got {got}; a model of one output gives a number")
    ys, ts = list(outputs), list(targets)
    if len(ys) != len(ts) or not ys:
        raise ValueError(
            f"{name} needs one target for each output, and at least one, but got {len(ys)} outputs and {len(ts)} targets"
        )
    return ys, ts


def _kind(x: Any) -> str:
    return f"a list of {len(list(x))}" if is_list(x) else "a number"
