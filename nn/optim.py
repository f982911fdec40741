"""Optimizers with PyTorch's update rules, and gradient clipping.

>>> from autograd import Value
>>> from nn.schedules import cosine
>>> x = Value(1.0)
>>> optimizer, schedule = SGD([x], rate=0.25), cosine(100)
>>> for k in range(100):
...     optimizer.rate = 0.25 * schedule(k)
...     loss = (x - 3.0) ** 2
...     optimizer.zero_grad()
...     loss.backward()
...     optimizer.step()
>>> round(x.data, 9)
3.0

A parameter that no backward pass has reached has the gradient 0. ``state_dict()`` is what a training needs beside the data of
the parameters to be resumed bit for bit: settings and memory as plain lists, strings and numbers, for ``json`` or other files.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from copy import copy
from functools import partial
from itertools import chain, repeat
from operator import setitem
from typing import Any, ClassVar

from autograd import Value, sqrt
from autograd.engine.conversion import number
from autograd.engine.labels import brief, typed
from autograd.engine.node import plain_grad, run
from autograd.engine.questions import recorders
from autograd.engine.watching import part_replaced, parts
from autograd.text import listed
from nn.numbers import commit, finite, is_list
from nn.words import with_our_words

OTHERS = {  # words, and ours
    "lr": "rate", "learning_rate": "rate", "params": "parameters", "epsilon": "eps", "decay": "weight_decay",
    "l2": "weight_decay",
}  # fmt: skip


class Optimizer:
    """What all optimizers share: the parameters, each once; a rate, which may be set between steps; their state.

    A subclass names its ``settings`` and its ``memory`` (attributes with one number for each parameter), and says in ``rule``
    what a parameter becomes.
    """

    settings: ClassVar[Sequence[str]] = ()
    memory: ClassVar[Sequence[str]] = ()
    _is_recorded = False  # by a compiled function, which has the settings as constants

    def __setattr__(self, name: str, thing: Any) -> None:
        if self._is_recorded and name in self.settings and getattr(self, name) != thing:
            part_replaced()
        object.__setattr__(self, name, thing)

    def __init__(self, parameters: Iterable[Value], rate: float, weight_decay: float) -> None:
        given: list[Any] = list(parameters) if is_list(parameters) else [parameters]
        wrong = [p for p in given if not isinstance(p, Value) or not is_list(parameters)]
        if wrong or not given:
            got = f"{typed(wrong[0])}" if wrong else "none"
            raise ValueError(f"{self._name} needs parameters that are Values, such as model.parameters(), but got {got}")
        self.parameters: list[Value] = list(dict.fromkeys(given))
        self.rate, self.weight_decay = rate, weight_decay
        self.steps = 0
        for name in self.memory:
            setattr(self, name, [0.0] * len(self.parameters))

    def step(self) -> None:
        """Update the data of every parameter once, by its gradient; all of them, or, if it is interrupted, none."""
        self._check()
        gradients = [plain_grad(p) for p in self.parameters]
        state: dict[str, Any] = {name: getattr(self, name) for name in ("steps", *self.memory)}
        updated, state = self.update([p.data for p in self.parameters], gradients, state)
        data = map(setattr, self.parameters, repeat("_data"), [*map(float, updated)])
        run(chain(data, map(object.__setattr__, repeat(self), state, state.values())))

    def update(
        self, parameters: Sequence[Any], gradients: Sequence[Any], state: Mapping[str, Any]
    ) -> tuple[list[Any], dict[str, Any]]:
        """Return what parameters become by their gradients, and the state after that; change nothing.

        ``state`` has the number of steps and the memory, as ``state_dict()`` has them. All of these may be numbers, or Values
        if what follows is to be differentiated, by the rate, say.

        >>> sgd = SGD([Value(1.0)], rate=0.25)
        >>> sgd.update([1.0], [2.0], sgd.state_dict())
        ([0.5], {'steps': 1, 'velocities': [0.0]})
        """
        if recorders:
            self._is_recorded = True
        steps = state["steps"] + 1
        columns = [parameters, gradients, *[state[name] for name in self.memory]]
        sizes = [str(len(column)) for column in columns]
        if len({*sizes}) > 1:
            raise ValueError(f"{self._name} takes one number for each parameter, but got {listed(sizes)}")
        updated, *memory = zip(*map(self.rule, repeat(self.shared(steps)), *columns), strict=True)
        return [*updated], {"steps": steps, **{name: [*column] for name, column in zip(self.memory, memory, strict=True)}}

    def shared(self, steps: Any) -> Any:
        """Return what the rule needs in a step, counted from 1, for all parameters."""
        return steps

    def rule(self, shared: Any, x: Any, g: Any, *memory: Any) -> tuple[Any, ...]:
        """Return what a parameter x of gradient g becomes, and then what of it is remembered."""
        raise NotImplementedError

    def zero_grad(self) -> None:
        """Set the gradient of every parameter back to 0."""
        for p in self.parameters:
            p.grad = 0

    def state_dict(self) -> dict[str, Any]:
        """Return settings, number of steps and memory, as plain data."""
        return {"optimizer": self._name, **{name: copy(getattr(self, name)) for name in self._kept}}

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Go on from a ``state_dict()`` of the same kind of optimizer with as many parameters, in the same order.

        Raises ValueError, and changes nothing, if it is of another kind, has other keys or another number of parameters, or
        what should be numbers are none.
        """
        commit(self.changes_to(state))

    def changes_to(self, state: Mapping[str, Any]) -> list[partial[None]]:
        """Return the calls that load a state, for ``commit``; raise ValueError for one that does not fit."""
        before = self.state_dict()
        if not isinstance(state, Mapping) or state.get("optimizer") != self._name or state.keys() != before.keys():
            other = isinstance(state, Mapping) and state.get("optimizer") != self._name
            got = f"one of {brief(state.get('optimizer'))}" if other else f"{brief(state, 200)}"
            raise ValueError(f"{self._name} loads a state with {', '.join(before)} of its own kind, but got {got}")
        if type(state["steps"]) is not int or state["steps"] < 0:
            raise ValueError(f"{self._name} takes a whole number >= 0 for steps, but got {brief(state['steps'])}")
        for name in self.memory:
            self._check_memory(name, state[name])
        tried = copy(self)
        for name in self._kept:
            setattr(tried, name, copy(state[name]))
        tried._check()
        others: list[Any] = [partial(object.__setattr__, self, name, getattr(tried, name)) for name in self._kept]
        return [*others, partial(setitem, parts, "", object())]  # as part_replaced, with no line at which an interrupt may come

    def _check_memory(self, name: str, column: Any) -> None:
        if not isinstance(column, list):
            raise ValueError(f"{self._name} takes a list of numbers for {name}, but got {brief(column)}")
        if len(column) != len(self.parameters):
            raise ValueError(f"{self._name} has {len(self.parameters)} parameters, but the state has {len(column)}")
        for i, x in enumerate(column):
            if finite(x) is None:
                raise ValueError(f"{self._name} takes finite numbers for {name}, but got {brief(x)} at place {i}")

    @property
    def _kept(self) -> list[str]:
        return ["steps", *self.settings, *self.memory]

    @property
    def _name(self) -> str:
        return type(self).__name__

    def _check(self) -> None:
        """Raise ValueError for a setting that is out of range."""
        for name in ("rate", "weight_decay"):
            self._require(name, _not_negative(getattr(self, name)), "a finite number >= 0")

    def _require(self, name: str, holds: bool, what: str) -> None:
        if not holds:
            raise ValueError(f"{self._name} takes {what} for {name}, but got {brief(getattr(self, name))}")

    def __repr__(self) -> str:
        settings = ", ".join(f"{name}={getattr(self, name)!r}" for name in self.settings)
        return f"{self._name}({len(self.parameters)} parameters, {settings})"


def _not_negative(x: Any) -> bool:
    plain = finite(x)
    return plain is not None and plain >= 0.0


class SGD(Optimizer):
    """Stochastic gradient descent, with momentum (Polyak 1964; Sutskever et al. 2013) as ``torch.optim.SGD`` has it.

    g = grad + weight_decay·x;  v = momentum·v + g;  x = x - rate·v, or with ``nesterov`` x = x - rate·(g + momentum·v).

    >>> x = Value(1.0)
    >>> x.grad = 2.0
    >>> SGD([x], rate=0.25).step()
    >>> x.data
    0.5

    Raises ValueError for a negative rate, momentum or weight_decay, and for nesterov without momentum.
    """

    settings = ("rate", "momentum", "nesterov", "weight_decay")
    memory = ("velocities",)
    velocities: list[float]

    @with_our_words(**OTHERS)
    def __init__(
        self,
        parameters: Iterable[Value],
        rate: float,
        momentum: float = 0.0,
        nesterov: bool = False,
        weight_decay: float = 0.0,
    ) -> None:
        super().__init__(parameters, rate, weight_decay)
        self.momentum, self.nesterov = momentum, nesterov
        self._check()

    def rule(self, shared: Any, x: Any, g: Any, velocity: Any) -> tuple[Any, Any]:
        if self.weight_decay:
            g = g + self.weight_decay * x
        if self.momentum:
            velocity = self.momentum * velocity + g
            g = g + self.momentum * velocity if self.nesterov else velocity
        return x - self.rate * g, velocity

    def _check(self) -> None:
        super()._check()
        self._require("momentum", _not_negative(self.momentum), "a finite number >= 0")
        self._require("nesterov", isinstance(self.nesterov, bool), "True or False")
        self._require("nesterov", not self.nesterov or self.momentum > 0.0, "True only with a momentum above 0")


class Adam(Optimizer):
    """Adam (Kingma and Ba 2015, algorithm 1) as ``torch.optim.Adam`` has it; t is the number of the step, from 1.

    g = grad + weight_decay·x;  m = β₁·m + (1 - β₁)·g;  v = β₂·v + (1 - β₂)·g²;
    x = x - rate · m / (1 - β₁ᵗ) / (√(v / (1 - β₂ᵗ)) + eps).

    >>> x = Value(1.0)
    >>> x.grad = 2.0
    >>> Adam([x], rate=0.25).step()
    >>> round(x.data, 6)
    0.75

    Raises ValueError for a negative rate or weight_decay, an eps that is not above 0, and betas outside 0 <= beta < 1.
    """

    settings = ("rate", "betas", "eps", "weight_decay")
    memory = ("means", "squares")
    means: list[float]
    squares: list[float]

    @with_our_words(**OTHERS)
    def __init__(
        self,
        parameters: Iterable[Value],
        rate: float = 1e-3,
        betas: Sequence[float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0.0,
    ) -> None:
        super().__init__(parameters, rate, weight_decay)
        self.betas, self.eps = [*betas], eps  # a list, as JSON gives it back
        self._check()

    def rule(self, shared: Any, x: Any, g: Any, mean: Any, square: Any) -> tuple[Any, Any, Any]:
        if self.weight_decay:
            g = g + self.weight_decay * x
        return self._adapted(shared, x, g, mean, square)

    def shared(self, steps: Any) -> tuple[Any, Any]:
        b1, b2 = self.betas
        return 1.0 - b1**steps, 1.0 - b2**steps

    def _adapted(self, shared: Any, x: Any, g: Any, mean: Any, square: Any) -> tuple[Any, Any, Any]:
        (b1, b2), (of_mean, of_square) = self.betas, shared
        mean = b1 * mean + (1.0 - b1) * g
        square = b2 * square + (1.0 - b2) * g * g
        return x - self.rate * (mean / of_mean) / (sqrt(square / of_square) + self.eps), mean, square

    def _check(self) -> None:
        super()._check()
        self._require(
            "betas",
            isinstance(self.betas, (list, tuple))
            and len(self.betas) == 2
            and all(_not_negative(b) and b < 1.0 for b in self.betas),
            "two numbers in 0 <= beta < 1",
        )
        self._require("eps", _not_negative(self.eps) and self.eps > 0.0, "a finite number > 0")


class AdamW(Adam):
    """Adam with weight decay apart from the gradient (Loshchilov and Hutter 2019) as ``torch.optim.AdamW`` has it.

    x = (1 - rate·weight_decay)·x, and then Adam's update with g = grad.

    >>> x = Value(1.0)
    >>> AdamW([x], rate=0.5, weight_decay=0.5).step()
    >>> x.data
    0.75

    Raises ValueError as ``Adam`` does.
    """

    @with_our_words(**OTHERS)
    def __init__(
        self,
        parameters: Iterable[Value],
        rate: float = 1e-3,
        betas: Sequence[float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 1e-2,
    ) -> None:
        super().__init__(parameters, rate, betas, eps, weight_decay)

    def rule(self, shared: Any, x: Any, g: Any, mean: Any, square: Any) -> tuple[Any, Any, Any]:
        return self._adapted(shared, x * (1.0 - self.rate * self.weight_decay), g, mean, square)


def clip_gradients(parameters: Iterable[Value], max_norm: float) -> float:
    """Scale all gradients by one factor so that their norm √Σ grad² is at most ``max_norm``; return the norm from before.

    After Pascanu et al. 2013. (``torch.nn.utils.clip_grad_norm_`` adds 1e-6 to the norm that it divides by.)

    >>> x, y = Value(1.0), Value(2.0)
    >>> (3.0 * x + 4.0 * y).backward()
    >>> clip_gradients([x, y], max_norm=1.0), x.grad, y.grad
    (5.0, 0.6, 0.8)

    Raises ValueError, and changes nothing, for a max_norm that is not above 0, or if a gradient is infinite or nan.
    """
    if number(max_norm) is None or not max_norm > 0.0:
        raise ValueError(f"clip_gradients takes a max_norm above 0, but got {brief(max_norm)}")
    each_once = list(dict.fromkeys(parameters))
    norm = math.hypot(*[plain_grad(p) for p in each_once])
    if not math.isfinite(norm):
        raise ValueError(f"the gradients have the norm {norm}; autograd.why_nan and why_big tell where that comes from")
    if norm > max_norm:
        for p in each_once:
            p.grad = (0.0 if p.grad is None else p.grad) / norm * max_norm
    return norm
