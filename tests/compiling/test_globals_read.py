"""What compiled functions read besides their arguments: when another thing stands there, they are recorded anew."""

from __future__ import annotations

import functools
import types

import pytest

import nn
from autograd import Value, jit, value_and_grad

FACTOR = 2.0


def scaled(x):
    return x * FACTOR


def twice(factor, x):
    return factor * scaled(x)


class Scaled:
    def __call__(self, x):
        return self.inner(x) * self.factor

    def inner(self, x):
        return scaled(x)

    @property
    def factor(self):
        return FACTOR


class Inherited(Scaled):
    pass


class Holder:
    def __init__(self):
        self.part = Inherited()

    def __call__(self, x):
        return self.part(x)


MODULE = types.ModuleType("of_a_user")
MODULE.FACTOR = 2.0
exec("def scaled(x): return x * FACTOR", vars(MODULE))  # without a __module__


@pytest.mark.parametrize("f", [
    scaled, jit(scaled), functools.partial(twice, 1.0), Scaled(), Inherited(), Holder(), Scaled().inner,
    functools.lru_cache(scaled), lambda x: MODULE.scaled(x), lambda x: x * MODULE.FACTOR, MODULE.scaled,
])  # fmt: skip
@pytest.mark.parametrize("derivative", [lambda f: f, value_and_grad])
def test_another_global_is_seen_however_the_function_is_reached(monkeypatch, f, derivative):
    fast = jit(derivative(f))
    wanted = [derivative(f)(3.0)]
    assert [fast(3.0) for _ in range(3)] == wanted * 3
    monkeypatch.setitem(globals(), "FACTOR", 5.0)
    monkeypatch.setattr(MODULE, "FACTOR", 5.0)
    if hasattr(f, "cache_clear"):
        f.cache_clear()
    wanted.append(derivative(f)(3.0))
    assert wanted[0] != wanted[1]
    assert [fast(3.0) for _ in range(3)] == wanted[1:] * 3
    assert not fast.why


def test_a_global_that_was_not_there_yet_is_watched_once_it_is():
    names = {}
    exec("def f(x): return later(x) * K", names)
    fast = jit(names["f"])
    exec("def later(x): return x + L\nK, L = 2.0, 1.0", names)
    assert [fast(3.0) for _ in range(3)] == [8.0] * 3
    names["L"] = 2.0
    assert [fast(3.0) for _ in range(3)] == [10.0] * 3
    names["K"] = 3.0
    assert fast(3.0) == 15.0


def test_another_rate_of_an_optimizer_is_seen():
    optimizer = nn.optim.SGD([Value(1.0)], rate=0.5)
    state = optimizer.state_dict()
    fast = jit(f := lambda x, slope: optimizer.update([x], [slope], state))
    for k in range(7):
        optimizer.rate = 0.5 if k < 3 else 0.25
        assert fast(1.0, 1.0) == f(1.0, 1.0)
    assert not fast.why


def test_another_mode_of_a_model_is_seen():
    class Net(nn.Module):
        def __init__(self):
            self.w, self.training, self.mode = Value(2.0), True, "full"

        def forward(self, x):
            return self.w * x * (3.0 if self.training else 1.0) * (1.0 if self.mode == "full" else 0.5)

    net = Net()
    fast = jit(lambda x: net(x))
    for k in range(9):
        net.training, net.mode = k not in (3, 4), "half" if k > 6 else "full"
        assert fast(1.0).data == net(1.0).data
    assert not fast.why
