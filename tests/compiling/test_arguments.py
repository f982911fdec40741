"""Arguments of compiled functions, built in all ways: what differs is told apart, and what cannot be taken runs as it is."""

from __future__ import annotations

import pytest

from autograd import Value, jit

EACH = pytest.mark.parametrize("how", ["auto", "python"])


@EACH
def test_numbers_in_nested_structures_keep_their_order(how):
    def f(v, x, d):
        return [v[0] - x, v[1][0] * 2.0, d["b"], d["a"][1]]

    fast = jit(f, compile=how)
    args = [1.0, [2.0]], 3.0, {"a": ((), 5.0, None), "b": 7.0}
    assert [fast(*args) for _ in range(6)] == [f(*args)] * 6


@EACH
def test_floats_after_values_are_recorded_anew(how):
    fast = jit(lambda x, y: x * y, compile=how)
    assert [fast(Value(2.0), Value(3.0)).data for _ in range(3)] == [6.0] * 3
    assert [fast(2.0, 5.0) for _ in range(6)] == [10.0] * 6
