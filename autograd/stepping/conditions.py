"""Conditions to run to, for ``Stepper.until``: functions of a step, and of what is known of each node after it."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import TypeAlias

from autograd.stepping.steps import Change, NodeState, Step

State: TypeAlias = Mapping[str, NodeState]
Condition: TypeAlias = Callable[[Step, State], bool]


def first_nan(step: Step, state: State) -> bool:
    """Hold where a value or a gradient becomes nan: a condition for ``Stepper.until``."""
    return any(math.isnan(x) for change in step.changes for x in (_new_value(change), _new_grad(change)) if x is not None)


def grad_above(limit: float) -> Condition:
    """Return a condition for ``Stepper.until``: a gradient, or a running sum of one, gets larger than the limit in size."""

    def condition(step: Step, state: State) -> bool:
        return any(abs(grad) > limit for grad in map(_new_grad, step.changes) if grad is not None)

    return condition


def _new_value(change: Change) -> float | None:
    return change.after.value if change.before.value is not change.after.value else None


def _new_grad(change: Change) -> float | None:
    return change.after.grad if change.before.parts < change.after.parts else None
