"""Programs for micrograd and microgpt: written in their style, run on both, compared to nine digits."""

# ruff: noqa: N803  # programs get the class as Value, the name under which they would import it

from __future__ import annotations

import math
import random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from micrograd import engine
from micrograd import nn as micrograd_nn
from micrograds import CLASSES, agree, sorted_by_hand

import autograd
import nn
from autograd import Value
from nn.data import moons

# --- micrograd itself ---


def demo(Value):
    a, b = Value(-4.0), Value(2.0)
    c = a + b
    d = a * b + b**3
    c += c + 1
    c += 1 + c + (-a)
    d += d * 2 + (b + a).relu()
    d += 3 * d + (b - a).relu()
    e = c - d
    f = e**2
    g = f / 2.0
    g += 10.0 / f
    g.backward()
    return g.data, a.grad, b.grad, c.grad, d.grad, e.grad, f.grad, g.grad


def test_a_first_program_has_micrograds_numbers():
    assert agree(demo)[:3] == pytest.approx([24.7040816327, 138.8338192420, 645.5772594752])


def parabola(Value):
    x = Value(5.0)
    seen = []
    for _ in range(10):
        y = (x - 2) ** 2 + 1
        seen.append(x.grad == 0)
        y.backward()
        x.data -= 0.1 * x.grad
        seen += [x.data, x.grad, y.data]
        x.grad = 0
    return seen


def test_descending_by_hand_has_micrograds_numbers():
    agree(parabola)


PROGRAM = st.lists(st.tuples(st.sampled_from("+-*/^r"), st.integers(0, 99), st.integers(0, 99)), max_size=12)


STEPS = {
    "+": lambda x, y: x + y,
    "-": lambda x, y: x - y,
    "*": lambda x, y: x * y,
    "/": lambda x, y: x / (y * y + 1),
    "^": lambda x, y: (x * 0.5) ** 2,
    "r": lambda x, y: x.relu(),
}


@given(PROGRAM, st.lists(st.floats(0.5, 2.0), min_size=2, max_size=4))
def test_any_program_has_micrograds_numbers(program, numbers):
    def run(Value):
        values = [Value(x) for x in numbers]
        for sign, i, j in program:
            made = STEPS[sign](values[i % len(values)], values[j % len(values)])
            if abs(made.data) < 1e6:
                values.append(made)
        whole = sum(values)
        whole.backward()
        return [whole.data, *[v.grad for v in values]]

    agree(run)


@pytest.mark.parametrize(
    ("make", "text"),
    [
        (lambda x, y: x, ""),
        (lambda x, y: x + y, "+"),
        (lambda x, y: x * y, "*"),
        (lambda x, y: x**2, "**2"),
        (lambda x, y: x**-1, "**-1"),
        (lambda x, y: x**0.5, "**0.5"),
        (lambda x, y: x.relu(), "ReLU"),
    ],
)
@pytest.mark.parametrize("Value", CLASSES, ids=["micrograd", "ours"])
def test_an_operation_is_called_what_micrograd_calls_it(Value, make, text):
    assert make(Value(2.0), Value(3.0))._op == text


@pytest.mark.parametrize(
    ("make", "text"),
    [
        (lambda x, y: x - y, "-"),
        (lambda x, y: x / y, "/"),
        (lambda x, y: -x, "-"),
        (lambda x, y: x**y, "**"),
        (lambda x, y: x.tanh(), "tanh"),
        (lambda x, y: autograd.weighted_sum([x], [y]), "weighted_sum"),
    ],
)
def test_an_operation_that_micrograd_does_not_have_has_a_name_too(make, text):
    assert make(Value(2.0), Value(3.0))._op == text


@pytest.mark.parametrize("Value", CLASSES, ids=["micrograd", "ours"])
def test_prev_is_the_set_of_arguments(Value):
    x, y = Value(2.0), Value(3.0)
    assert (x * y)._prev == {x, y}
    assert (x * x)._prev == {x}
    assert x._prev == set()


def by_hand(Value):
    a, b = Value(-1.5), Value(0.75)
    c = a * b + a
    d = (c * c + b).relu() + c / b
    d.grad = 1.0
    for node in reversed(sorted_by_hand(d)):
        node._backward()
    return a.grad, b.grad, c.grad


def test_a_backward_pass_by_hand_over_our_own_operations_has_micrograds_numbers():
    agree(by_hand)


@pytest.mark.parametrize("Value", CLASSES, ids=["micrograd", "ours"])
def test_the_backward_of_a_leaf_does_nothing(Value):
    x = Value(2.0)
    x.grad = 5.0
    assert x._backward() is None
    assert x.grad == 5.0


def moons_losses(Value, library):
    random.seed(1337)
    points, signs = moons(30)
    points, signs = np.array(points), np.array(signs)
    model = library.MLP(2, [16, 16, 1])
    seen = []
    for k in range(4):
        inputs = [list(map(Value, row)) for row in points]
        scores = list(map(model, inputs))
        losses = [(1 + -yi * si).relu() for yi, si in zip(signs, scores, strict=True)]
        data_loss = sum(losses) * (1.0 / len(losses))
        reg_loss = 1e-4 * sum(p * p for p in model.parameters())
        total_loss = data_loss + reg_loss
        accuracy = [(yi > 0) == (si.data > 0) for yi, si in zip(signs, scores, strict=True)]
        model.zero_grad()
        total_loss.backward()
        for p in model.parameters():
            p.data -= (1.0 - 0.9 * k / 100) * p.grad
        seen += [total_loss.data, sum(accuracy), *[p.grad for p in model.parameters()]]
    return seen


def test_training_on_moons_has_micrograds_losses_and_gradients():
    theirs, ours = moons_losses(engine.Value, micrograd_nn), moons_losses(Value, nn)
    assert len(ours) == 4 * (2 + 337)
    assert ours == pytest.approx(theirs, rel=1e-9, abs=1e-12)


# --- microgpt: local gradients as numbers ---


class Small:
    """A reference in the manner of microgpt: data on the edges, recursion, and nothing else."""

    def __init__(self, data, children=(), local_grads=()):
        self.data, self.grad, self._children, self._local_grads = data, 0, children, local_grads

    def __add__(self, other):
        other = other if isinstance(other, Small) else Small(other)
        return Small(self.data + other.data, (self, other), (1, 1))

    def __mul__(self, other):
        other = other if isinstance(other, Small) else Small(other)
        return Small(self.data * other.data, (self, other), (other.data, self.data))

    def __pow__(self, n):
        return Small(self.data**n, (self,), (n * self.data ** (n - 1),))

    def log(self):
        return Small(math.log(self.data), (self,), (1 / self.data,))

    def exp(self):
        return Small(math.exp(self.data), (self,), (math.exp(self.data),))

    def relu(self):
        return Small(max(0, self.data), (self,), (float(self.data > 0),))

    __radd__, __rmul__ = __add__, __mul__

    def __neg__(self):
        return self * -1

    def __sub__(self, other):
        return self + -other

    def __rsub__(self, other):
        return other + -self

    def __truediv__(self, other):
        return self * other**-1

    def backward(self):
        backward_like_microgpt(self)


def backward_like_microgpt(root):
    topo, visited = [], set()

    def build_topo(v):
        if v not in visited:
            visited.add(v)
            for child in v._children:
                build_topo(child)
            topo.append(v)

    build_topo(root)
    root.grad = 1
    for v in reversed(topo):
        for child, local_grad in zip(v._children, v._local_grads, strict=True):
            child.grad += local_grad * v.grad


def softmax(logits):
    highest = max(v.data for v in logits)
    exps = [(v - highest).exp() for v in logits]
    whole = sum(exps)
    return [e / whole for e in exps]


def rmsnorm(x):
    mean = sum(xi * xi for xi in x) / len(x)
    scale = (mean + 1e-5) ** -0.5
    return [xi * scale for xi in x]


def gpt(Value, backward):
    rng = random.Random(42)
    matrix = lambda nout, nin: [[Value(rng.gauss(0, 0.5)) for _ in range(nin)] for _ in range(nout)]  # noqa: E731
    embedding, hidden, head = matrix(5, 4), matrix(6, 4), matrix(5, 6)
    linear = lambda x, w: [sum(wi * xi for wi, xi in zip(row, x, strict=True)) for row in w]  # noqa: E731
    parameters = [p for m in (embedding, hidden, head) for row in m for p in row]
    m, v, seen = [0.0] * len(parameters), [0.0] * len(parameters), []
    for step in range(3):
        losses = []
        for token, target in [(0, 3), (3, 1), (1, 1)]:
            x = rmsnorm(embedding[token])
            x = [xi.relu() for xi in linear(x, hidden)]
            losses.append(-softmax(linear(x, head))[target].log())
        loss = (1 / len(losses)) * sum(losses)
        backward(loss)
        seen += [loss.data, *[p.grad for p in parameters]]
        for i, p in enumerate(parameters):
            m[i] = 0.85 * m[i] + 0.15 * p.grad
            v[i] = 0.99 * v[i] + 0.01 * p.grad**2
            p.data -= 0.01 * (m[i] / (1 - 0.85 ** (step + 1))) / ((v[i] / (1 - 0.99 ** (step + 1))) ** 0.5 + 1e-8)
            p.grad = 0
    return seen


@pytest.mark.parametrize("backward", [lambda loss: loss.backward(), backward_like_microgpt], ids=["ours", "by hand"])
def test_training_in_microgpts_dialect_has_the_same_numbers(backward):
    expected = gpt(Small, Small.backward)
    assert len(expected) == 3 * (1 + 74)
    assert gpt(Value, backward) == pytest.approx(expected, rel=1e-9, abs=1e-12)


def test_local_gradients_become_the_partials():
    x, y = Value(0.5), Value(3.0)
    z = Value(math.exp(0.5) * 3.0, (x, y), (math.exp(0.5) * 3.0, math.exp(0.5)))
    (z * 2).backward()
    assert (x.grad, y.grad) == (2 * math.exp(0.5) * 3.0, 2 * math.exp(0.5))
    assert (z._children, z._local_grads, z._op) == ((x, y), (math.exp(0.5) * 3.0, math.exp(0.5)), "")


def test_local_gradients_go_by_name_too():
    x = Value(0.5)
    for y in (
        Value(1.0, children=(x,), local_grads=(2,)),
        Value(1.0, (x,), local_grads=(2.0,)),
        Value(1.0, _children=[x], _op="twice", local_grads=[2.0]),
        Value(1.0, (x,), _op=(2.0,)),
    ):
        assert y.edges == [(x, 2.0)]


def test_an_argument_that_is_given_twice_has_two_local_gradients():
    x = Value(3.0)
    y = Value(9.0, (x, x), (3.0, 3.0))
    y.backward()
    assert x.grad == 6.0
    assert y._children == (x, x)


def test_our_own_operations_tell_children_and_local_gradients():
    x, y = Value(3.0), Value(4.0)
    z = x / y + 1
    assert (z._children, z._local_grads) == (z.parents, (1.0,))
    assert (z.parents[0]._children, z.parents[0]._local_grads) == ((x, y), (0.25, -0.1875))
    assert (x._children, x._local_grads) == ((), ())
