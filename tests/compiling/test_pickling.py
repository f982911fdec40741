"""Compiled functions in other processes: they take the function along, and compile it again there."""

from __future__ import annotations

import copy
import multiprocessing
import pickle
import subprocess
import sys

import pytest
import spread
from project import ROOT

from autograd import Value, jit

POINTS = [(2.0, 1.0), (1.0, 2.0), (0.5, -3.0)]


def test_a_function_is_pickled_by_its_name_or_with_what_it_compiles():
    assert pickle.loads(pickle.dumps(spread.decorated)) is spread.decorated
    spread.compiled(2.0, 1.0)
    again = pickle.loads(pickle.dumps(spread.compiled))
    if again is not spread.compiled:  # compiled is no name of the function
        assert (again.f, again.compile, again.fast, again.recordings) == (spread.wave, "python", False, 0)
    assert [again(*point) for point in POINTS] == [spread.compiled(*point) for point in POINTS]
    assert copy.copy(spread.compiled).f is copy.deepcopy(spread.compiled).f is spread.wave


def test_what_cannot_be_pickled_is_refused_by_pickle():
    with pytest.raises((pickle.PicklingError, AttributeError), match="lambda"):
        pickle.dumps(jit(lambda x: x * x))


def test_parameters_go_along():
    w = Value(3.0, label="w")
    mine = jit(w.__mul__)
    assert mine(2.0).data == 6.0
    again = pickle.loads(pickle.dumps(mine))
    assert again(2.0).data == 6.0
    assert again.f.__self__ is not w


@pytest.mark.slow
def test_a_pool_of_new_processes_runs_them():
    with multiprocessing.get_context("spawn").Pool(2) as pool:
        for fast in (spread.decorated, spread.compiled):
            assert pool.starmap(fast, POINTS) == [fast(*point) for point in POINTS]


def assert_equal_in_a_script(text, folder):
    file = folder / "script.py"
    file.write_text(text, encoding="utf-8")
    done = subprocess.run([sys.executable, file], env={"PYTHONPATH": str(ROOT)}, capture_output=True, text=True, cwd=folder)
    assert done.stdout == "equal\n", done.stderr


SCRIPT = """
import multiprocessing
import cloudpickle
from autograd import jit, sin

@jit
def wave(x):
    return x * sin(x)

if __name__ == "__main__":
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        assert pool.map(wave, [1.0, 2.0]) == [wave(1.0), wave(2.0)]
    again = cloudpickle.loads(cloudpickle.dumps(wave))
    assert again is not wave and again(2.0) == wave(2.0)
    print("equal")
"""


def test_a_script_sends_what_it_has_decorated_to_a_pool(tmp_path):
    pytest.importorskip("cloudpickle")
    assert_equal_in_a_script(SCRIPT, tmp_path)


DASK = """
import os
import numpy as np
from dask.distributed import Client, LocalCluster
from autograd import exp, jit, sin, value_and_grad

def wave(x, y):
    return sin(x) * y if x > y else exp(-y)

slopes = jit(value_and_grad(wave, argnums=(0, 1)))

if __name__ == "__main__":
    x, y = np.random.default_rng(1).normal(size=(2, 20_000))
    with LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster, Client(cluster) as client:
        found = client.gather(client.map(slopes.map, np.array_split(x, 4), np.array_split(y, 4)))
        assert os.getpid() not in client.run(os.getpid).values()
    values, gradients = slopes.map(x, y)
    assert np.concatenate([values for values, _ in found]).tobytes() == values.tobytes()
    for i in range(2):
        assert np.concatenate([part[i] for _, part in found]).tobytes() == gradients[i].tobytes()
    print("equal")
"""


@pytest.mark.slow
def test_dask_spreads_map_over_its_workers(tmp_path):
    pytest.importorskip("distributed")
    assert_equal_in_a_script(DASK, tmp_path)
