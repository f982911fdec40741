"""The study note's network, or any other described in the same way: built from JSON, its nodes under the note's names."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

from autograd import Value, half_squared_error, total
from autograd.storing import Entry, Found, read
from nn.layers import ACTIVATIONS, LINEAR, MLP, Layer

NOTE = Path(__file__).with_name("note.json")
LARGEST = 1 << 24  # bytes of a file: a million weights
KEYS = ("inputs", "layers", "targets", "rate", "train_biases")
LAYER = ("activation", "weights", "biases", "shared_bias")

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
    """Build a network from a JSON file; raise ValueError that names the place and what was expected if something is wrong."""
    return _network(read(path, "a network as JSON", most=LARGEST))


def build(description: Any) -> Network:
    """Build a network from the content of such a file; see ``note.json`` beside this file for its form."""
    return _network(Entry(description, ""))


def _network(form: Entry) -> Network:
    form.object(KEYS)
    inputs = _numbers(form["inputs"])
    widths = [len(inputs)]
    layers = []
    for entry in form["layers"].items("a list of layers, the first hidden layer first"):
        layers.append(_layer(entry, widths[-1]))
        widths.append(len(layers[-1]["weights"]))
    if not layers:
        form["layers"].refuse("at least one layer")
    targets = _numbers(form["targets"], widths[-1], "one for each neuron of the last layer")
    rate = form["rate"].number()
    train_biases = "train_biases" in form and form["train_biases"].truth()

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


def _layer(form: Entry, nin: int) -> dict[str, Any]:
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
    return {"weights": weights, "bias": bias, "activation": form["activation"].choice(sorted({*ACTIVATIONS, LINEAR}))}


def _numbers(form: Entry, count: int | None = None, why: str = "") -> list[float]:
    numbers = form.numbers()
    if count is not None and len(numbers) != count:
        form.refuse(f"{count} number{'s' * (count != 1)}, {why}", Found(str(len(numbers))))
    if not numbers:
        form.refuse("at least one number")
    return numbers


__all__ = ["NOTE", "Layer", "Network", "build", "gradient_step", "load"]
