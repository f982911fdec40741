"""A compiled step, repeated in C: the state is that of a loop in Python, to the last bit."""

from __future__ import annotations

import math
import shutil
import signal
import threading

import numpy as np
import pytest

from autograd import Value, jit, sigmoid, value_and_grad
from autograd.compiling import native
from autograd.compiling.tape import _tape
from nn.optim import SGD, Adam

TIMES = 300
needs_compiler = pytest.mark.skipif(_tape is None or shutil.which("cc") is None, reason="needs the tape and a C compiler")


def error(w):
    hidden = sigmoid(w[0] * 0.05 + w[1] * 0.1 + w[4])
    return 0.5 * (0.99 - sigmoid(w[2] * hidden + w[3])) ** 2


OPTIMIZERS = {
    "plain": lambda ps: SGD(ps, rate=0.5),
    "momentum": lambda ps: SGD(ps, rate=0.5, momentum=0.9),
    "adam": lambda ps: Adam(ps, rate=0.01),
}
START = [0.1, -0.2, 0.3, 0.4, 0.5]


HOW = ["python", "auto", pytest.param("c", marks=needs_compiler), pytest.param("c in parts", marks=needs_compiler)]


@pytest.mark.parametrize("how", HOW)
@pytest.mark.parametrize("name", OPTIMIZERS)
def test_a_training_in_one_call_is_the_loop_with_step_to_the_last_bit(name, how, monkeypatch):
    if how == "c in parts":
        monkeypatch.setattr(native, "IN_ONE", 0)
        monkeypatch.setattr(native, "PART", 7)
    parameters = [*map(Value, START)]
    optimizer = OPTIMIZERS[name](parameters)
    slopes = value_and_grad(error)
    start = optimizer.state_dict()

    def step(state):
        _, gradients = slopes(state["w"])
        w, memory = optimizer.update(state["w"], gradients, state["memory"])
        return {"w": w, "memory": memory}

    memory = {key: start[key] for key in ("steps", *optimizer.memory)} | {"steps": 0.0}
    fast = jit(step, compile=how.removesuffix(" in parts"))
    found = fast.repeat({"w": START, "memory": memory}, TIMES)
    for _ in range(TIMES):
        optimizer.zero_grad()
        error(parameters).backward()
        optimizer.step()
    assert [x.hex() for x in found["w"]] == [p.data.hex() for p in parameters]
    assert found["memory"]["steps"] == TIMES
    assert fast.recordings == 1
    assert not fast.why


def test_branches_on_the_way_are_recorded():
    collatz = jit(lambda x: x / 2 if x % 2 == 0 else 3 * x + 1)
    assert [collatz.repeat(27.0, n) for n in (0, 1, 2, 111)] == [27.0, 82.0, 41.0, 1.0]
    assert collatz.recordings == 2


def test_a_state_may_be_an_array():
    power = jit(lambda v: v / np.max(v) * np.array([1.0, 2.0, 0.5]))
    v = np.array([1.0, 1.0, 1.0])
    for _ in range(40):
        v = v / np.max(v) * np.array([1.0, 2.0, 0.5])
    assert power.repeat(np.ones(3), 40).tolist() == v.tolist()


def test_an_error_on_the_way_is_that_of_the_function():
    with pytest.raises(ValueError, match=r"log\(x\) .*-0.5"):
        jit(lambda x: x.log() + 0.5 if isinstance(x, Value) else math.log(x) + 0.5).repeat(math.exp(-1.0), 5)
    assert math.isnan(jit(lambda x: x * 2.0 - x).repeat(math.nan, 4))


def test_what_cannot_be_repeated_is_said():
    with pytest.raises(ValueError, match=r"repeat takes a whole number >= 0 of times, but got 2.5"):
        jit(lambda x: x).repeat(1.0, 2.5)
    with pytest.raises(TypeError, match=r"of \(1.0, 0\) it made \(2.0, 1\); what changes has to be a float"):
        jit(lambda s: (2.0 * s[0], s[1] + 1)).repeat((1.0, 0), 3)
    with pytest.raises(TypeError, match="a state of plain numbers, not of Values"):
        jit(lambda x: x).repeat(Value(1.0), 3)


@pytest.mark.skipif(not hasattr(signal, "pthread_kill"), reason="needs signals")
def test_ctrl_c_ends_it_after_a_whole_step_and_returns_the_state(capsys):
    timer = threading.Timer(0.3, signal.pthread_kill, (threading.main_thread().ident, signal.SIGINT))
    timer.start()
    done, twice = jit(lambda s: (s[0] + 1.0, s[1] + 2.0)).repeat((0.0, 0.0), 10**11)
    assert twice == 2.0 * done
    assert 0 < done < 10**11
    assert f"interrupted after {int(done)} of 100000000000 steps" in capsys.readouterr().err
