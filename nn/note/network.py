"""The study note's network, or any other described in the same way: built from JSON, its nodes under the note's names."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any, TypeAlias

from autograd import Value, exp, half_squared_error, log_sum_exp, total, weighted_sum
from autograd.explaining import Rate, rates_of
from autograd.storing import Entry, Found, read
from nn.layers import ACTIVATIONS, LINEAR, MLP, Layer

NOTE = Path(__file__).with_name("note.json")
LARGEST = 1 << 24  # bytes of a file: a million weights
KEYS = ("inputs", "layers", "targets", "rate", "train_biases")
LAYER = ("activation", "weights", "biases", "shared_bias", "rate")
MOST = 1 << 20  # rows times weights
SOFTMAX = "softmax"  # of the last layer: its outputs are probabilities, and the error is their cross-entropy

Update: TypeAlias = Callable[[Value, Collection[Value], Rate], None]


def gradient_step(error: Value, parameters: Collection[Value], rate: Rate) -> None:
    """Change each parameter against its gradient, all at once: p − rate · ∂error/∂p."""
    for p in parameters:
        p.grad = 0
    error.backward()
    for p, (_, its) in rates_of(rate, parameters).items():
        p.data -= its * p.grad


@dataclass
class Sample:
    """What a network is to learn: targets for inputs; ``mark`` ends the labels of its nodes, ".2" of a batch's second."""

    inputs: list[Value]
    targets: list[Value]
    mark: str = ""


@dataclass
class Network:
    """A network with samples to learn: inputs i1, i2, …, targets, weights w1, w2, … and biases b1, b2, … are labelled.

    Neurons are h1, h2, … and o1, o2, … in the output layer; with several hidden layers, h1_1, h1_2, …, h2_1, …. Of several
    samples, each has its own i1.1, net_h1.1, …, i1.2, net_h1.2, …, and E_total is the mean of their errors E.1, E.2, ….
    With softmax, an error is lse − score: log Σ exp(net_o), less the nets of the outputs weighted by their targets.

    >>> network = load()
    >>> round(network.error().data, 9)
    0.298371109
    >>> network.train(1)
    >>> round(network.error().data, 9)
    0.291027774
    """

    samples: list[Sample]
    model: MLP
    softmax: bool
    rates: list[float]  # of each layer
    trained: list[Value]

    @property
    def inputs(self) -> list[Any]:
        """The inputs of the one sample, or of several, a row each."""
        rows = [sample.inputs for sample in self.samples]
        return rows if len(rows) > 1 else rows[0]

    @property
    def targets(self) -> list[Any]:
        """The targets of the one sample, or of several, a row each."""
        rows = [sample.targets for sample in self.samples]
        return rows if len(rows) > 1 else rows[0]

    @property
    def rate(self) -> Rate:
        """The learning rate: a number, or, where layers differ, each parameter's own, called rate_1, rate_2, … by layer."""
        if len({*self.rates}) == 1:
            return self.rates[0]
        named = [Value(rate, label=f"rate_{n}") for n, rate in enumerate(self.rates, start=1)]
        return {p: rate for layer, rate in zip(self.model.layers, named, strict=True) for p in layer.parameters()}

    @rate.setter
    def rate(self, rate: float) -> None:
        self.rates = [rate] * len(self.rates)

    @property
    def activations(self) -> list[str]:
        """The activation of each layer."""
        names = [layer.neurons[0].activation for layer in self.model.layers]
        return [*names[:-1], SOFTMAX] if self.softmax else names

    def outputs(self) -> list[Value]:
        """Compute the outputs for the inputs, sample by sample."""
        return [output for sample in self.samples for output in self._outputs(sample)]

    def error(self) -> Value:
        """Compute the network's total error: the root of a freshly recorded graph."""
        errors = [self._error(sample) for sample in self.samples]
        whole = errors[0]
        if len(errors) > 1:
            whole = _labelled(total(errors), "E_sum") / len(errors)
        whole.label = "E_total"
        vars(whole)["parameters"] = self.trained  # what derivations are about
        return whole

    def _error(self, sample: Sample) -> Value:
        outputs = self._forward(sample)
        if self.softmax:
            lse = _labelled(log_sum_exp(outputs), f"lse{sample.mark}")
            return _labelled(lse - _labelled(weighted_sum(sample.targets, outputs), f"score{sample.mark}"), f"E{sample.mark}")
        errors = [
            _labelled(half_squared_error(target, output), f"E_o{n}{sample.mark}")
            for n, (target, output) in enumerate(zip(sample.targets, outputs, strict=True), start=1)
        ]
        return _labelled(total(errors) if len(errors) > 1 else errors[0], f"E{sample.mark}")

    def _outputs(self, sample: Sample) -> list[Value]:
        outputs = self._forward(sample)
        if not self.softmax:
            return outputs
        lse = log_sum_exp(outputs)
        return [_labelled(exp(net - lse), f"out_o{n}{sample.mark}") for n, net in enumerate(outputs, start=1)]

    def _forward(self, sample: Sample) -> list[Value]:
        """Compute what the last layer's neurons give."""
        values = sample.inputs
        for layer in self.model.layers:
            values = [neuron(values) for neuron in layer.neurons]
            for value in values if sample.mark else ():
                for node in [value] if value.label.startswith("net") else [value, *value.parents]:  # out, and its net
                    node.label += sample.mark
        return values

    def train(self, rounds: int, update: Update = gradient_step, progress: Callable[[int], None] = lambda done: None) -> None:
        """Repeat the update; ``progress`` is called with the number of rounds done after each."""
        for done in range(1, rounds + 1):
            update(self.error(), self.trained, self.rate)
            progress(done)


def load(path: Path | str = NOTE) -> Network:
    """Build a network from a JSON file; raise ValueError that names the place and what was expected if something is wrong."""
    return _network(read(path, "a network as JSON", most=LARGEST))


def build(description: Any) -> Network:
    """Build a network from the content of such a file; see ``note.json`` beside this file for its form."""
    return _network(Entry(description, ""))


def _network(form: Entry) -> Network:
    form.object(KEYS)
    batch = isinstance(form["inputs"].content, list) and any(isinstance(row, list) for row in form["inputs"].content[:1])
    inputs = [_numbers(row) for row in (form["inputs"].items() if batch else [form["inputs"]])]
    widths = [len(inputs[0])]
    for place, row in enumerate(inputs):
        if len(row) != widths[0]:
            form["inputs"][place].refuse(f"{widths[0]} numbers, as in the first row", Found(str(len(row))))
    layers: list[dict[str, Any]] = []
    entries = form["layers"].items("a list of layers, the first hidden layer first")
    for entry in entries:
        layers.append(_layer(entry, widths[-1], last=len(layers) + 1 == len(entries)))
        widths.append(len(layers[-1]["weights"]))
    if not layers:
        form["layers"].refuse("at least one layer")
    weights = sum(map(math.prod, pairwise(widths)))
    if batch and len(inputs) * weights > MOST:
        form["inputs"].refuse(f"at most {MOST // weights} rows for {weights} weights", Found(str(len(inputs))))
    softmax = layers[-1]["activation"] == SOFTMAX
    rows = form["targets"].items("a list of rows, one for each of inputs") if batch else [form["targets"]]
    if len(rows) != len(inputs):
        form["targets"].refuse(f"{len(inputs)} rows, one for each of inputs", Found(str(len(rows))))
    targets = [_numbers(row, widths[-1], "one for each neuron of the last layer") for row in rows]
    for entry in rows if softmax else ():
        _refuse_improbable(entry)
    rates = [layer["rate"] for layer in layers]
    if "rate" in form or None in rates:
        rates = [form["rate"].number() if rate is None else rate for rate in rates]
    train_biases = "train_biases" in form and form["train_biases"].truth()

    model = MLP(
        widths[0],
        widths[1:],
        activation=[LINEAR if layer["activation"] == SOFTMAX else layer["activation"] for layer in layers],
        weights=[layer["weights"] for layer in layers],
        biases=[layer["bias"] for layer in layers],
    )
    _label(model)
    marks = [f".{n}" for n in range(1, len(inputs) + 1)] if len(inputs) > 1 else [""]
    return Network(
        samples=[
            Sample(_values(x, "i", mark), _values(t, "target_o", mark), mark)
            for x, t, mark in zip(inputs, targets, marks, strict=True)
        ],
        model=model,
        softmax=softmax,
        rates=rates,
        trained=model.parameters() if train_biases else [w for layer in model.layers for n in layer.neurons for w in n.w],
    )


def _values(numbers: list[float], name: str, mark: str) -> list[Value]:
    return [Value(x, label=f"{name}{n}{mark}") for n, x in enumerate(numbers, start=1)]


def _labelled(value: Value, label: str) -> Value:
    value.label = label
    return value


def _label(model: MLP) -> None:
    """Give neurons and parameters the names that the note uses."""
    neurons = [neuron for layer in model.layers for neuron in layer.neurons]
    for n, weight in enumerate((w for neuron in neurons for w in neuron.w), start=1):
        weight.label = f"w{n}"
    for n, bias in enumerate(dict.fromkeys(neuron.b for neuron in neurons), start=1):
        bias.label = f"b{n}"
    *hidden, output = model.layers
    for n, neuron in enumerate(output.neurons, start=1):
        neuron.label = f"o{n}"
    for depth, layer in enumerate(hidden, start=1):
        for n, neuron in enumerate(layer.neurons, start=1):
            neuron.label = f"h{n}" if len(hidden) == 1 else f"h{depth}_{n}"


def _layer(form: Entry, nin: int, *, last: bool) -> dict[str, Any]:
    """Read a layer of neurons with so many inputs."""
    form.object(LAYER)
    weights = [
        _numbers(row, nin, "one for each input") for row in form["weights"].items("a list with the weights of each neuron")
    ]
    if not weights:
        form["weights"].refuse("at least one neuron")
    if "biases" in form:
        if "shared_bias" in form:
            form.refuse("either shared_bias or biases", Found("both"))
        bias: Any = _numbers(form["biases"], len(weights), "one for each neuron")
    elif "shared_bias" in form:
        bias = form["shared_bias"].number()
    else:
        form["shared_bias"].refuse("a number, or biases, a list with one for each neuron")
    if form["activation"].content == SOFTMAX and not last:
        form["activation"].refuse("an activation of single neurons; softmax is for the last layer")
    return {
        "weights": weights,
        "bias": bias,
        "activation": form["activation"].choice(sorted({*ACTIVATIONS, LINEAR, *[SOFTMAX] * last})),
        "rate": form["rate"].number() if "rate" in form else None,
    }


def _refuse_improbable(form: Entry) -> None:
    """Refuse targets of a softmax that are no probabilities: its error would have another slope, and no lowest value of 0."""
    probabilities = form.numbers()
    for place, p in enumerate(probabilities):
        if not 0.0 <= p <= 1.0:
            form[place].refuse("a probability from 0 to 1, since the last layer is softmax")
    if abs(math.fsum(probabilities) - 1.0) > 1e-9:
        form.refuse("probabilities whose sum is 1, since the last layer is softmax", Found(f"{math.fsum(probabilities):g}"))


def _numbers(form: Entry, count: int | None = None, why: str = "") -> list[float]:
    numbers = form.numbers()
    if count is not None and len(numbers) != count:
        form.refuse(f"{count} number{'s' * (count != 1)}, {why}", Found(str(len(numbers))))
    if not numbers:
        form.refuse("at least one number")
    return numbers


__all__ = ["NOTE", "Layer", "Network", "build", "gradient_step", "load"]
