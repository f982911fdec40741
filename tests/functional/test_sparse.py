"""Sparse Jacobians and Hessians, held to the dense ones, hand calculation, and what the graph can reach."""

from __future__ import annotations

import random
from itertools import pairwise

import numpy as np
import pytest

from autograd import (
    Value,
    grad,
    hessian,
    jacobian,
    maximum,
    no_grad,
    sin,
    sparse_hessian,
    sparse_jacobian,
    weighted_sum,
)
from autograd.functional import sparse


def rosenbrock(v):
    """Return the chained Rosenbrock function: its Hessian has three diagonals."""
    return sum(100.0 * (b - a**2) ** 2 + (1.0 - a) ** 2 for a, b in pairwise(v))


def differences(v):
    return [b * b - a for a, b in pairwise(v)]


def point(n):
    numbers = random.Random(n)
    return [numbers.uniform(-1.0, 1.0) for _ in range(n)]


def test_a_banded_jacobian_has_the_entries_of_the_band():
    found = sparse_jacobian(differences)([1.0, 2.0, 3.0, 4.0])
    assert found.data == [-1.0, 4.0, -1.0, 6.0, -1.0, 8.0]
    assert found.coords == ([0, 0, 1, 1, 2, 2], [0, 1, 1, 2, 2, 3])
    assert found.shape == (3, 4)


def test_a_chained_hessian_has_three_diagonals_and_the_exact_numbers():
    x = [1.0, 2.0, 3.0]
    found = sparse_hessian(rosenbrock)(x)
    assert list(zip(*found.coords, strict=True)) == [(0, 0), (0, 1), (1, 0), (1, 1), (1, 2), (2, 1), (2, 2)]
    first, middle = 1200.0 * 1.0 - 400.0 * 2.0 + 2.0, 200.0 + 1200.0 * 4.0 - 400.0 * 3.0 + 2.0
    assert found.data == [first, -400.0, -400.0, middle, -800.0, -800.0, 200.0]


@pytest.mark.parametrize(
    "f",
    [
        rosenbrock,
        lambda v: sin(v[0] * v[3]) + v[1] ** 3 / v[2],
        lambda v: weighted_sum(v[:2], v[2:4], v[4]) ** 2 + v[0] * v[0] * v[0],
        lambda v: v[0] + 2.0 * v[1],
        lambda v: v[2],
        lambda v: 3.0,
    ],
)
def test_sparse_and_dense_are_the_same_matrix(f):
    x = point(5)
    assert sparse_hessian(f)(x).to_dense() == hessian(f)(x)
    assert sparse_jacobian(f)(x).to_dense() == [grad(f)(x)]


def test_linear_functions_have_no_second_derivatives_at_all():
    assert sparse_hessian(lambda v: sum(v) - 2.0 * v[0])(point(4)) == ([], ([], []), (4, 4))


def test_an_entry_that_happens_to_be_zero_is_kept():
    assert sparse_jacobian(lambda v: [v[0] * v[1]])([0.0, 5.0, 1.0]) == ([5.0, 0.0], ([0, 0], [0, 1]), (1, 3))
    assert sparse_hessian(lambda v: v[0] ** 3 + v[1])([0.0, 1.0]) == ([0.0], ([0], [0]), (2, 2))


def test_an_operation_with_a_kink_keeps_the_entries_that_it_might_have():
    found = sparse_hessian(lambda v: maximum(v[0], v[1]))([1.0, 2.0])
    assert set(found.data) <= {0.0}


def test_a_row_that_is_no_function_of_anything_is_empty():
    assert sparse_jacobian(lambda v: [1.0, v[1]])([2.0, 3.0]) == ([1.0], ([1], [1]), (2, 2))


def test_structures_count_in_their_order():
    arguments = {"a": 2.0, "b": (3.0, [5.0])}, np.array([[7.0, 11.0]])

    def f(d, a):
        return {"first": d["b"][1][0] * a[0, 1], "second": [d["a"]]}

    found = sparse_jacobian(f, (0, 1))(*arguments)
    assert found == ([11.0, 5.0, 1.0], ([0, 0, 1], [2, 4, 0]), (2, 5))
    assert sparse_jacobian(f, 1)(*arguments) == ([5.0], ([0], [1]), (2, 2))
    assert sparse_hessian(lambda d, a: f(d, a)["first"], (0, 1))(*arguments) == ([1.0, 1.0], ([2, 4], [4, 2]), (5, 5))


def test_the_coordinates_are_what_a_matrix_of_coordinates_takes():
    found = sparse_jacobian(differences)(point(6))
    dense = np.zeros(found.shape)
    dense[found.coords] = found.data
    assert dense.tolist() == found.to_dense() == jacobian(differences)(point(6))


@pytest.mark.parametrize(("derivative", "f"), [(sparse_hessian, rosenbrock), (sparse_jacobian, differences)])
def test_the_nodes_that_are_walked_grow_with_the_entries_and_not_with_the_matrix(derivative, f, monkeypatch):
    walked = []
    order = sparse.backward_order
    monkeypatch.setattr(sparse, "backward_order", lambda y: walked.append(order(y)) or walked[-1])

    def nodes(n):
        walked.clear()
        derivative(f)(point(n))
        return sum(map(len, walked))

    assert nodes(200) - nodes(100) == nodes(300) - nodes(200)


def test_keyword_arguments_pass_through():
    assert sparse_jacobian(lambda v, *, k: [k * v[0]])([2.0], k=3.0).data == [3.0]


def test_inside_no_grad_it_works():
    with no_grad():
        assert sparse_hessian(rosenbrock)([1.0, 2.0]).to_dense() == [[402.0, -400.0], [-400.0, 200.0]]


@pytest.mark.parametrize(("derivative", "name"), [(sparse_hessian, "hessian"), (sparse_jacobian, "jacobian")])
def test_where_it_would_have_to_be_differentiated_again_it_is_refused(derivative, name):
    message = f"sparse_{name} returns plain numbers, which have no derivatives of their own: use {name} here"
    with pytest.raises(TypeError, match=message):
        derivative(lambda v: v[0] ** 2)([Value(1.0)])
    with pytest.raises(TypeError, match=message):
        grad(lambda x: x * derivative(lambda v: v[0] ** 2)([1.0]).data[0])(2.0)


def test_the_argument_number_may_be_called_argnums():
    assert sparse_hessian(lambda x, y: x * y**2, argnums=1)(2.0, 5.0).data == [4.0]
    assert sparse_jacobian(lambda x, y: x * y**2, argnums=1)(2.0, 5.0).data == [20.0]


def test_they_are_named_after_their_function():
    def area(x):
        """Return the area."""
        return x * x

    assert (sparse_hessian(area).__name__, sparse_jacobian(area).__doc__) == ("sparse_hessian_of_area", "Return the area.")
