"""The study note's network, or any other described in the same way: built from JSON, its nodes under the note's names."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

from autograd import Value, half_squared_error, total
from nn.layers import ACTIVATIONS, LINEAR, MLP, Layer

NOTE = Path(__file__).with_name("note.json")

Update: TypeAlias = Callable[[Value, Collection[Value], float], None]


def gradient_step(error: Value, parameters: Collection[Value], rate: float) -> None:
    """Change each parameter against its gradient, all at once: p − rate · ∂error/∂p."""
    for p in parameters:
        p.grad = 0
    error.backward()
    for p in parameters:
        p.data -= rate * p.grad


@dataclass
class Network:
    """A network with one sample to learn: inputs i1, i2, …, targets, weights w1, w2, … and biases b1, b2, … are labelled.

    Neurons are h1, h2, … and o1, o2, … in the output layer; with several hidden layers, h1_1, h1_2, …, h2_1, ….

    >>> network = load()
    >>> round(network.error().data, 9)
    0.298371109
    >>> network.train(1)
    >>> round(network.error().data, 9)
    0.291027774
    """

    inputs: list[Value]
    targets: list[Value]
    model: MLP
    rate: float
    trained: list[Value]

    def outputs(self) -> list[Value]:
        """Compute the outputs for the inputs."""
        outputs = self.model(self.inputs)
        return outputs if isinstance(outputs, list) else [outputs]

    def error(self) -> Value:
        """Compute the network's total error: the root of a freshly recorded graph."""
        errors = [half_squared_error(target, output) for target, output in zip(self.targets, self.outputs(), strict=True)]
        for number, error in enumerate(errors, start=1):
            error.label = f"E_o{number}"
        whole = total(errors) if len(errors) > 1 else errors[0]
        whole.label = "E_total"
        vars(whole)["parameters"] = self.trained  # what derivations are about
        return whole

    def train(self, rounds: int, update: Update = gradient_step, progress: Callable[[int], None] = lambda done: None) -> None:
        """Repeat the update; ``progress`` is called with the number of rounds done after each."""
        for done in range(1, rounds + 1):
            update(self.error(), self.trained, self.rate)
            progress(done)


def load(path: Path | str = NOTE) -> Network:
    """Build a network from a JSON file; raise ValueError that names the key and what was expected if something is wrong."""
    try:
        description = json.loads(Path(path).read_text(encoding="utf-8"))
    except ValueError as error:
        raise ValueError(f"expected JSON: {error}") from None
    return build(description)


def build(description: Any) -> Network:
    """Build a network from the content of such a file; see ``note.json`` beside this file for its form."""
    form = _Form(description)
    inputs = form.numbers("inputs")
    widths = [len(inputs)]
    layers = []
    for layer in form.layers():
        layers.append(layer.layer(widths[-1]))
        widths.append(len(layers[-1]["weights"]))
    targets = form.numbers("targets", widths[-1], "one for each neuron of the last layer")
    rate = form.number("rate")
    train_biases = form.get("train_biases", bool, "true or false", default=False)
    form.nothing_else()

    model = MLP(
        widths[0],
        widths[1:],
        activation=[layer["activation"] for layer in layers],
        weights=[layer["weights"] for layer in layers],
        biases=[layer["bias"] for layer in layers],
    )
    _label(model)
    weights = [w for layer in model.layers for neuron in layer.neurons for w in neuron.w]
    return Network(
        inputs=[Value(x, label=f"i{n}") for n, x in enumerate(inputs, start=1)],
        targets=[Value(t, label=f"target_o{n}") for n, t in enumerate(targets, start=1)],
        model=model,
        rate=rate,
        trained=model.parameters() if train_biases else weights,
    )


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


class _Form:
    """A JSON object being read, which knows its place in the file and complains by name."""

    def __init__(self, content: Any, place: str = "") -> None:
        self.place = place
        self.unread: dict[str, Any] = dict(self._checked(content, dict, "an object {…}", place or "the file"))

    def get(self, key: str, kind: type, expected: str, default: Any = ...) -> Any:
        """Take the value of a key, of one type."""
        if key not in self.unread:
            if default is not ...:
                return default
            raise ValueError(f"{self.place}{key}: missing; expected {expected}")
        return self._checked(self.unread.pop(key), kind, expected, self.place + key)

    def number(self, key: str) -> float:
        return self._number(self.get(key, object, "a number"), self.place + key)

    def numbers(self, key: str, count: int | None = None, why: str = "") -> list[float]:
        return self._numbers(self.get(key, list, "a list of numbers"), self.place + key, count, why)

    def layers(self) -> Iterator[_Form]:
        layers = self.get("layers", list, "a list of layers, the first hidden layer first")
        if not layers:
            raise ValueError(f"{self.place}layers: expected at least one layer, but the list is empty")
        for i, content in enumerate(layers):
            yield _Form(content, f"{self.place}layers[{i}].")

    def layer(self, nin: int) -> dict[str, Any]:
        """Read a layer of neurons with so many inputs."""
        rows = self.get("weights", list, "a list with the weights of each neuron")
        if not rows:
            raise ValueError(f"{self.place}weights: expected at least one neuron, but the list is empty")
        weights = []
        for i, row in enumerate(rows):
            place = f"{self.place}weights[{i}]"
            weights.append(
                self._numbers(self._checked(row, list, "a list of numbers", place), place, nin, "one for each input")
            )
        if "biases" in self.unread:
            bias: Any = self.numbers("biases", len(weights), "one for each neuron")
        elif "shared_bias" in self.unread:
            bias = self.number("shared_bias")
        else:
            raise ValueError(f"{self.place}shared_bias: missing; expected a number, or biases, a list with one for each neuron")
        choices = ", ".join(sorted({*ACTIVATIONS, LINEAR}))
        activation = self.get("activation", str, f"one of {choices}")
        if activation not in ACTIVATIONS and activation != LINEAR:
            raise ValueError(f"{self.place}activation: expected one of {choices}, but got {activation!r}")
        self.nothing_else()
        return {"weights": weights, "bias": bias, "activation": activation}

    def nothing_else(self) -> None:
        """Refuse keys that nobody read: a misspelt one would be ignored in silence."""
        for key in self.unread:
            raise ValueError(f"{self.place}{key}: unknown key; see note.json in the package nn for the ones there are")

    def _numbers(self, items: list[Any], place: str, count: int | None, why: str) -> list[float]:
        if count is not None and len(items) != count:
            raise ValueError(f"{place}: expected {count} number{'s' * (count != 1)}, {why}, but got {len(items)}")
        if not items:
            raise ValueError(f"{place}: expected at least one number, but the list is empty")
        return [self._number(item, f"{place}[{i}]") for i, item in enumerate(items)]

    def _number(self, item: Any, place: str) -> float:
        if isinstance(item, bool) or not isinstance(item, (int, float)) or not math.isfinite(item):
            raise ValueError(f"{place}: expected a number, but got {json.dumps(item):.60}")
        return float(item)

    def _checked(self, item: Any, kind: type, expected: str, place: str) -> Any:
        if not isinstance(item, kind):
            raise ValueError(f"{place.rstrip('.')}: expected {expected}, but got {json.dumps(item):.60}")
        return item


__all__ = ["NOTE", "Layer", "Network", "build", "gradient_step", "load"]
