"""Derivatives of functions of several numbers: all mixed ones to order 4, and what forward and reverse mode owe each other."""

from __future__ import annotations

import math
from fractions import Fraction
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mpmath import mp, mpf
from oracles import ORACLES  # noqa: F401  # sets the digits of mpmath

import autograd as a
from autograd import Value, grad, gradients, hessian, hvp, jacobian, jvp, vjp


def forward(f, i):
    """Return the derivative of f by its ith argument, in forward mode."""
    return lambda *xs: jvp(f, xs, tuple(float(i == j) for j in range(len(xs))))[1]


ORDERS = [orders for orders in product(range(5), repeat=2) if 1 <= sum(orders) <= 4]
NESTINGS = {
    "reverse": [grad],
    "forward": [forward],
    "forward over reverse": [grad, forward],
    "reverse over forward": [forward, grad],
}


@pytest.mark.parametrize("nesting", NESTINGS)
@pytest.mark.parametrize("orders", ORDERS)
def test_all_mixed_derivatives_to_order_4_are_exact(orders, nesting):
    def f(x, y, m):
        return m.tanh(x * y) * m.exp(m.sin(x)) / (1 + y * y) + m.sqrt(x + y) ** y

    nested = lambda x, y: f(x, y, a)  # noqa: E731
    modes = NESTINGS[nesting]
    for k, i in enumerate([0] * orders[0] + [1] * orders[1]):
        nested = modes[k % len(modes)](nested, i)
    exact = mp.diff(lambda x, y: f(x, y, mp), (mpf(0.75), mpf(1.25)), orders)
    assert nested(0.75, 1.25) == pytest.approx(float(exact), rel=1e-12)


quarters = st.integers(-12, 12).map(lambda k: k / 4.0)
polynomials = st.dictionaries(st.tuples(st.integers(0, 4), st.integers(0, 4)), st.integers(-9, 9), min_size=1, max_size=5)


@settings(max_examples=50, deadline=None)
@given(polynomials, quarters, quarters, st.sampled_from(ORDERS))
def test_every_mixed_derivative_of_a_polynomial_is_the_exact_fraction(coefficients, x, y, orders):
    nested = lambda x, y: sum(c * x**i * y**j for (i, j), c in coefficients.items())  # noqa: E731
    for i in [0] * orders[0] + [1] * orders[1]:
        nested = grad(nested, i)
    exact = Fraction(0)
    for (i, j), c in coefficients.items():
        if i >= orders[0] and j >= orders[1]:
            factor = math.perm(i, orders[0]) * math.perm(j, orders[1])
            exact += c * factor * Fraction(x) ** (i - orders[0]) * Fraction(y) ** (j - orders[1])
    assert nested(x, y) == exact  # numbers so short that nothing is rounded


# --- random programs ---

UNARY = [a.sin, a.tanh, a.sigmoid, a.arctan, a.softplus, a.erf, a.negative]
BINARY = [  # without a kink for any numbers
    a.add,
    a.subtract,
    a.multiply,
    lambda x, y: a.hypot(x, a.softplus(y)),
    lambda x, y: a.arctan2(x, a.softplus(y)),
    lambda x, y: x / (1.0 + y * y),
    lambda x, y: a.sigmoid(x) ** y,
]
step = st.one_of(
    st.tuples(st.sampled_from(UNARY), st.integers(0, 99)),
    st.tuples(st.sampled_from(BINARY), st.integers(0, 99), st.integers(0, 99)),
)
programs = st.lists(step, min_size=1, max_size=12)
numbers = st.floats(0.25, 2.0)
directions = st.floats(-1.0, 1.0)
triples = st.lists(directions, min_size=3, max_size=3)


def run(program, xs):
    """Return what a program computes in its last two steps."""
    known = list(xs)
    for operation, *places in program:
        known.append(operation(*[known[place % len(known)] for place in places]))
    return known[-2:]


@settings(deadline=None)
@given(programs, st.lists(numbers, min_size=3, max_size=3), triples, st.lists(directions, min_size=2, max_size=2))
def test_forward_mode_is_the_transpose_of_reverse_mode(program, xs, along, weights):
    def f(v):
        return run(program, v)

    pushed = jvp(f, (xs,), (along,))[1]
    [pulled] = vjp(f, xs)[1](weights)
    scale = sum(abs(w * d) for row, w in zip(jacobian(f)(xs), weights, strict=True) for d in row)
    assert np.dot(pushed, weights) == pytest.approx(np.dot(pulled, along), rel=1e-12, abs=1e-13 * max(1.0, scale))


@settings(deadline=None)
@given(programs, st.lists(numbers, min_size=3, max_size=3), triples, triples)
def test_the_curvature_in_two_directions_is_the_same_in_either_order(program, xs, first, second):
    def f(v):
        return run(program, v)[-1]

    matrix = np.array(hessian(f)(xs))
    one, other = (np.array(hvp(f, (xs,), (direction,))) for direction in (first, second))
    scale = max(1.0, np.abs(matrix).max())
    assert one == pytest.approx(matrix @ first, rel=1e-11, abs=1e-12 * scale)
    assert np.dot(one, second) == pytest.approx(np.dot(other, first), rel=1e-11, abs=1e-12 * scale)


def test_a_single_value_in_place_of_a_list_has_a_single_gradient():
    x = Value(2.0)
    assert gradients(x * x, x) == 4.0
