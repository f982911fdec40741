"""One iteration of micrograd's demo: MLP(2, [16, 16, 1]) on 100 points of two moons, hinge loss with L2, the whole batch."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from typing import Any

ALPHA = 1e-4  # of the L2 regularization
SEED = 1337
SIZES = [(2, 16), (16, 16), (16, 1)]

Data = tuple[list[list[float]], list[int]]  # points and classes
Iteration = Callable[[], Any]  # returns the loss, taken before the update


def rate(count: int) -> float:
    """Return the learning rate of an iteration."""
    return 1.0 - 0.9 * min(count, 99) / 100  # micrograd stops there; a rate below 0 would take all numbers to infinity


def ours(data: Data) -> Iteration:
    """Return the iteration as a user of ``nn`` writes it: inputs stay plain numbers, a sum is one node."""
    from autograd import total
    from nn import MLP

    random.seed(SEED)
    model = MLP(2, [16, 16, 1])
    points, classes = data
    count = 0

    def run() -> Any:
        nonlocal count
        scores = [model(row) for row in points]

        losses = [(1 + -yi * scorei).relu() for yi, scorei in zip(classes, scores, strict=True)]
        data_loss = total(losses) * (1.0 / len(losses))
        reg_loss = ALPHA * total([p * p for p in model.parameters()])
        total_loss = data_loss + reg_loss

        model.zero_grad()
        total_loss.backward()
        for p in model.parameters():
            p.data -= rate(count) * p.grad
        count += 1
        return total_loss

    return run


def micrograds(data: Data, Value: Any, MLP: Any) -> Iteration:  # noqa: N803  # classes, by the names that the program has
    """Return the iteration as micrograd's notebook has it, on any engine that has micrograd's words."""
    random.seed(SEED)
    model = MLP(2, [16, 16, 1])
    points, classes = data
    count = 0

    def run() -> Any:
        nonlocal count
        inputs = [list(map(Value, row)) for row in points]
        scores = list(map(model, inputs))

        losses = [(1 + -yi * scorei).relu() for yi, scorei in zip(classes, scores, strict=True)]
        data_loss = sum(losses) * (1.0 / len(losses))
        reg_loss = ALPHA * sum(p * p for p in model.parameters())
        total_loss = data_loss + reg_loss

        model.zero_grad()
        total_loss.backward()
        for p in model.parameters():
            p.data -= rate(count) * p.grad
        count += 1
        return total_loss

    return run


def parameters() -> list[float]:
    """Return the numbers that micrograd's MLP begins with: for each neuron its weights, then its bias."""
    random.seed(SEED)
    return [x for inputs, neurons in SIZES for _ in range(neurons) for x in [*_uniform(inputs), 0.0]]


def _uniform(count: int) -> list[float]:
    return [random.uniform(-1, 1) for _ in range(count)]


def layers(numbers: Sequence[Any]) -> list[list[list[Any]]]:
    """Return for each neuron of each layer its weights and its bias."""
    one = iter(numbers)
    return [[[next(one) for _ in range(inputs + 1)] for _ in range(neurons)] for inputs, neurons in SIZES]


def loss(numbers: Sequence[Any], data: Data, relu: Callable[[Any], Any]) -> Any:
    """Return the loss of any kind of numbers, one by one."""
    losses, all_layers = [], layers(numbers)
    for x, y in zip(*data, strict=True):
        for layer in all_layers:
            net = [sum((w * xi for w, xi in zip(neuron, x)), neuron[-1]) for neuron in layer]  # noqa: B905  # x is shorter
            x = [relu(v) for v in net]
        losses.append(relu(1 + -y * net[0]))
    return sum(losses) * (1.0 / len(losses)) + ALPHA * sum(p * p for p in numbers)


def array_loss(numbers: Any, points: Any, classes: Any, relu: Callable[[Any], Any]) -> Any:
    """Return the loss of an array of all parameters, layer by layer, on the points as an array."""
    start = 0
    for inputs, neurons in SIZES:
        layer = numbers[start : (start := start + neurons * (inputs + 1))].reshape((neurons, inputs + 1))
        net = points @ layer[:, :-1].T + layer[:, -1]
        points = relu(net)
    return relu(1 - classes * net[:, 0]).mean() + ALPHA * (numbers * numbers).sum()
