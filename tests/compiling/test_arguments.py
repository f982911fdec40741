"""Arguments of compiled functions, built in all ways: what differs is told apart, and what cannot be taken runs as it is."""

from __future__ import annotations

import copy
from collections import defaultdict, deque
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from autograd import Value, gradients, jit, value_and_grad

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


class Pair(tuple):
    __slots__ = ()

    @property
    def first(self):
        return self[0]


ITSELF: list[Any] = [3.0]
ITSELF.append(ITSELF)
DEEP: Any = 3.0
for _ in range(5000):
    DEEP = [DEEP]


def innermost(x):
    while isinstance(x, list):
        x = x[0]
    return x * 2.0


@pytest.mark.parametrize(("f", "argument"), [
    (lambda d: d["a"] * d["b"], defaultdict(lambda: 7.0, a=3.0)),
    (lambda p: p.first * 2.0, Pair((3.0, 1.0))),
    (lambda v: v.pop(0)[0] * 2.0, deque([[3.0]] * 3)),
    (innermost, ITSELF),
    (innermost, DEEP),
    (lambda v: v[0] * len(v), np.array([3.0, None, "x"])),
])  # fmt: skip
@pytest.mark.filterwarnings("ignore:.* runs without compiling")
def test_structures_of_other_kinds_are_taken_as_they_are(f, argument):
    wanted, fast = outcome(f, copy.copy(argument)), jit(f)
    assert [outcome(fast, copy.copy(argument)) for _ in range(3)] == [wanted] * 3


def outcome(f, *args):
    try:
        return f(*args)
    except Exception as error:  # whatever it is, it is to be the same
        return type(error), str(error)


@dataclass(frozen=True)
class Setting:
    number: Any


@pytest.mark.parametrize("tell", [
    lambda x, told: [x, str(told)],
    pytest.param(value_and_grad(lambda x, told: x * len(str(told))), id="derivative"),
])  # fmt: skip
@pytest.mark.parametrize("others", [
    (0j, -0j), (Decimal("0.0"), Decimal("-0.00")), (Setting(1), Setting(1.0), Setting(True)), (1, True), (Fraction(1), 1),
    (frozenset([1]), frozenset([True])), ({1: "a"}, {True: "a"}, {1.0: "a"}), (np.float32(0), np.float32(-0.0)), ("1", 1),
    (np.array([1]), np.array([1], np.int8), np.array([True])), ([], ()), ({"a": 1, "b": 2}, {"b": 2, "a": 1}),
])  # fmt: skip
def test_what_is_equal_but_not_the_same_is_told_apart(others, tell):
    fast = jit(tell)
    for _ in range(3):
        for other in others:
            assert fast(2.0, other) == tell(2.0, other)


@pytest.mark.filterwarnings("ignore:.* runs without compiling. it changes its arguments")
@pytest.mark.parametrize("make", [lambda: [1, 2.0], lambda: np.array([1, 2]), lambda: np.array([1.0, 2.0]), lambda: {0: 1.0}])
def test_an_argument_is_changed_as_often_as_the_function_is_called(make):
    def f(x, v):
        v[0] = v[0] + 1
        return x * v[0]

    fast, ours, theirs = jit(f), make(), make()
    for _ in range(4):
        assert fast(1.5, ours) == f(1.5, theirs)
        assert repr(ours) == repr(theirs)
    assert "changes its arguments" in fast.why


@pytest.mark.filterwarnings("ignore:.* runs without compiling. it computes on other threads")
def test_what_other_threads_compute_is_no_value_from_outside():
    def f(v):
        with ThreadPoolExecutor(2) as pool:
            return sum(pool.map(lambda x: x * x, v), 0.0)

    fast = jit(f)
    assert [fast(v) for v in ([1.0, 2.0], [1.0, 2.0], [1.0, 2.0], [2.0, 3.0])] == [5.0, 5.0, 5.0, 13.0]


def test_the_same_value_twice_is_told_from_two_that_are_equal():
    w, x, y = Value(3.0), Value(3.0), Value(3.0)
    fast = jit(f := lambda a, b: a * b * w if a is b else a + b * w if a is w else a - b * w)
    for args in [(w, x), (x, x), (x, y), (y, y), (w, y), (w, w), (x, x), (y, x), (x, w)]:
        assert fast(*args).data == f(*args).data, args
    assert not fast.why


@pytest.mark.filterwarnings("ignore:.* runs without compiling. it takes derivatives as plain numbers")
def test_derivatives_that_are_plain_numbers_are_taken_again_in_each_call():
    w = Value(2.0)
    fast = jit(f := lambda x: gradients(w * w * x, [w])[0])
    for number in (2.0, 2.0, 2.0, 7.0, 8.0):
        w.data = number
        assert fast(1.0) == f(1.0)
    assert "plain numbers" in fast.why


def test_who_makes_its_values_late_gets_values_back():
    made = []

    def f(x):
        if not made:
            made.append(Value(3.0))
        return made[0] * x

    fast = jit(f)
    assert fast(2.0).data == 6.0
    made[0].data = 4.0
    with pytest.warns(UserWarning, match="it depends on more than it is given"):
        fast(2.0).backward()
    assert made[0].grad == 2.0
