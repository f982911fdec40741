"""Activations beyond the functions of the table: of one number, or of all that a layer computes.

Each takes Values, dual numbers or plain floats, and is made of rows of the table, so it has derivatives of any order.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

from autograd import erfc, expm1, heaviside, log_sum_exp, relu, sigmoid, where
from autograd.engine.labels import typed
from autograd.engine.number import data_of
from nn.numbers import is_list

__all__ = ["elu", "gelu", "leaky_relu", "log_softmax", "silu", "softmax"]


def silu(x: Any) -> Any:
    """Return x·σ(x), also called swish."""
    return x * sigmoid(x)


def gelu(x: Any) -> Any:
    """Return x·Φ(x), where Φ is the normal distribution's; exactly, not by tanh.

    >>> gelu(-10.0)
    -7.61985302416...e-23
    """
    return 0.5 * x * erfc(x * -math.sqrt(0.5))


def elu(x: Any, alpha: float = 1.0) -> Any:
    """Return x above 0, else alpha·(exp(x) - 1)."""
    return where(heaviside(x), x, alpha * expm1(x - relu(x)))  # of min(x, 0): exp(x) of a large x would overflow


def leaky_relu(x: Any, slope: float = 0.01) -> Any:
    """Return x above 0, else slope·x; at 0 its slope is the one below."""
    return where(heaviside(x), x, slope * x)


def softmax(values: Iterable[Any]) -> list[Any]:
    """Return exp(value) / Σ exp(value) of each value, without overflow: numbers above 0 whose sum is 1.

    >>> softmax([1000.0, 1000.0])
    [0.5, 0.5]

    Raises TypeError if values are none in a list, and ValueError if there is none.
    """
    given = _listed("softmax", values)
    log_sum_exp([*map(data_of, given)])  # which refuses what is no number, or no number at all
    return list(log_sum_exp.partials[0](None, given))  # for softmax is the gradient of log_sum_exp


def log_softmax(values: Iterable[Any]) -> list[Any]:
    """Return the logarithm of the softmax of each value, also where that is too small for a float.

    >>> log_softmax([-1000.0, 0.0])
    [-1000.0, 0.0]
    """
    given = _listed("log_softmax", values)
    whole = log_sum_exp(given)
    return [x - whole for x in given]


def _listed(name: str, values: Any) -> list[Any]:
    if not is_list(values):
        raise TypeError(f"{name} takes a list of numbers, such as what a layer computes, but got {typed(values)}")
    return [float(x) if isinstance(x, int) else x for x in values]
