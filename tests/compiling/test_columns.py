"""A compiled function of every row of some columns: what a loop over the rows returns."""

from __future__ import annotations

import math
import shutil
from collections import namedtuple

import numpy as np
import pytest

from autograd import Value, exp, hessian, jit, log, sin, value_and_grad
from autograd.compiling.tape import _tape

RNG = np.random.default_rng(3)
needs_compiler = pytest.mark.skipif(_tape is None or shutil.which("cc") is None, reason="needs the tape and a C compiler")


def f(x, y):
    return x * x * y if x > y else sin(x) + y if y > 0 else exp(-y) - x


@pytest.mark.parametrize("how", ["python", "auto", pytest.param("c", marks=needs_compiler)])
@pytest.mark.parametrize("workers", [1, 3])
def test_rows_that_take_different_branches(how, workers):
    slopes, (xs, ys) = value_and_grad(f, argnums=(0, 1)), RNG.normal(0.0, 2.0, (2, 500))
    fast = jit(slopes, compile=how)
    values, (by_x, by_y) = fast.map(xs, ys, workers=workers)
    wanted = [slopes(x, y) for x, y in zip(xs.tolist(), ys.tolist(), strict=True)]
    assert [*zip(values.tolist(), zip(by_x.tolist(), by_y.tolist(), strict=True), strict=True)] == wanted
    total, (sum_x, sum_y) = fast.map(xs, ys, sum=True, workers=workers)
    assert total == pytest.approx(math.fsum(v for v, _ in wanted), rel=1e-15)
    assert (sum_x, sum_y) == pytest.approx([math.fsum(s[i] for _, s in wanted) for i in (0, 1)], rel=1e-15)
    assert fast.recordings == 3


def test_sums_are_the_same_however_many_work():
    xs = RNG.normal(0.0, 1.0, 200_000)
    fast = jit(lambda x: x * 1e8 - sin(x))
    sums = {fast.map(xs, sum=True, workers=workers) for workers in (0, 1, 2, 5)}
    assert len(sums) == 1
    assert sums.pop() == pytest.approx(math.fsum((xs * 1e8 - np.sin(xs)).tolist()), rel=1e-15)


@needs_compiler
def test_fast_rows_are_right_to_a_few_ulp():
    slopes, (xs, ys) = value_and_grad(lambda x, y: exp(x) * y + x * y, argnums=(0, 1)), RNG.normal(0.0, 2.0, (2, 3000))
    exact, fast = jit(slopes).map(xs, ys), jit(slopes, fast=True).map(xs, ys)
    for ours, theirs in zip([exact[0], *exact[1]], [fast[0], *fast[1]], strict=True):
        assert theirs == pytest.approx(ours, rel=1e-13, abs=1e-13)
    one = jit(slopes, fast=True).map(xs, ys, sum=True)
    assert [one[0], *one[1]] == pytest.approx([c.sum() for c in (exact[0], *exact[1])], rel=1e-12)


def test_rows_of_arrays_dicts_and_what_is_the_same_in_every_row():
    weights = RNG.normal(0.0, 1.0, (50, 3))
    model = jit(value_and_grad(lambda w, data: sum(w[i] * data["x"][i] for i in range(3)) * data["scale"]))
    values, slopes = model.map(weights, {"x": [1.0, 2.0, 3.0], "scale": np.arange(50.0)})
    assert values.shape == (50,)
    assert slopes.shape == (50, 3)
    assert slopes[7].tolist() == [7.0, 14.0, 21.0]
    assert values == pytest.approx(weights @ [1.0, 2.0, 3.0] * np.arange(50.0))
    curvature = jit(hessian(lambda v: v[0] * v[1] ** 3.0)).map(weights[:, :2])
    assert curvature.shape == (50, 2, 2)
    assert curvature[4, 0, 1] == pytest.approx(3.0 * weights[4, 1] ** 2)
    Point = namedtuple("Point", "x y")
    assert jit(lambda p: Point(p.y, p.x)).map(Point(np.arange(3), 1.5)).y.tolist() == [0.0, 1.0, 2.0]


def test_rows_outside_the_ordinary_are_those_of_the_function():
    xs = np.array([0.5, -0.0, 1e308, 2.0, math.inf, 3.0])
    assert jit(lambda x: x * 10.0 - x).map(xs).tolist()[:2] == [4.5, 0.0]
    assert jit(lambda x: exp(-x)).map(xs).tolist() == [math.exp(-x) for x in xs]
    with pytest.raises(ValueError, match=r"log\(x\) .*-2"):
        jit(lambda x: log(x)).map(np.array([1.0, -2.0]))


def test_a_sum_that_leaves_the_floats_only_on_the_way_is_right():
    xs = np.array([1e308, 1e308, 3.0, -1e308, -1e308])
    assert jit(lambda x: x * 1.0).map(xs, sum=True) == 3.0
    assert jit(lambda x: x * 1.0).map(xs[:3], sum=True) == math.inf
    assert math.isnan(jit(lambda x: x * 1.0).map(np.array([math.inf, -math.inf]), sum=True))


def test_parameters_are_read_and_numbers_returned():
    w = Value(3.0)
    fast = jit(lambda x: w * x)
    assert fast.map(np.array([1.0, 2.0])).tolist() == [3.0, 6.0]
    w.data = 10.0
    assert fast.map(np.array([1.0, 2.0]), sum=True) == 30.0


@pytest.mark.filterwarnings("ignore:<lambda> runs without compiling")
def test_what_does_not_fit_is_said():
    fast = jit(lambda x, y: x * y)
    with pytest.raises(ValueError, match="with as many rows each, at least one, but got columns of 2 and 3 rows"):
        fast.map(np.zeros(2), np.zeros(3))
    with pytest.raises(ValueError, match="at least one, but got no array"):
        fast.map(1.0, 2.0)
    with pytest.raises(ValueError, match="map takes a whole number >= 0 of workers, but got -2"):
        fast.map(np.zeros(2), 1.0, workers=-2)
    with pytest.raises(ValueError, match="columns of 0 rows"):
        fast.map(np.zeros(0), 1.0)
    with pytest.raises(TypeError, match="map takes plain numbers, but got Value"):
        fast.map(np.zeros(2), Value(1.0))
    with pytest.raises(TypeError, match="map takes a function that returns numbers, but it returned <object"):
        jit(lambda x: object()).map(np.zeros(2))
    with pytest.raises(TypeError, match="returns the same but for numbers, but row 1 has"):
        jit(lambda x: [x] if x > 0 else [x, x]).map(np.array([1.0, -1.0]))


class ByLabel:
    """An array whose items go by labels, as of a pandas Series that was sorted."""

    ndim = 1

    def __len__(self):
        return 4

    def __array__(self, dtype=None, copy=None):
        return np.array([1.0, 2.0, 3.0, 4.0])

    def __getitem__(self, label):
        return 4.0 - label


def test_rows_are_counted_whatever_the_labels_and_a_number_may_be_an_array_without_axes():
    fast = jit(lambda x, k: x * k if x < 2.5 else x)
    assert fast.map(ByLabel(), 2.0).tolist() == [2.0, 4.0, 3.0, 4.0]
    scaled = jit(lambda x, k: x * k)
    assert scaled.map(ByLabel(), np.array(2.0)).tolist() == [2.0, 4.0, 6.0, 8.0]
