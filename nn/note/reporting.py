"""What ``python -m nn`` shows: a network's forward pass, derivation, update and training, as data and as text."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from autograd import Value, topological_order
from autograd.command import in_columns
from autograd.engine.primitives import log_sum_exp
from autograd.explaining import Computation, Derivation, derive, forward, rates_of
from autograd.text import (
    Part,
    Row,
    Table,
    as_factor,
    as_text,
    listed,
    names_of,
    number_text,
    partial_formulas,
    partial_numbers,
)
from nn.note.network import Network


@dataclass(frozen=True)
class Change:
    """One weight's update: ``before − rate · gradient = after``."""

    name: str
    before: float
    rate: float
    gradient: float
    after: float


@dataclass(frozen=True)
class State:
    """The network's error and outputs after so many rounds."""

    rounds: int
    error: float
    outputs: dict[str, float]


@dataclass(frozen=True)
class Report:
    """A network's forward pass, every factor of its gradients, one update, and the error as rounds go by."""

    layers: list[int]
    activations: list[str]
    samples: int
    rate: float | list[float]  # where layers differ, that of each
    forward: list[Computation]
    derivation: Derivation
    update: list[Change]
    training: list[State]

    def as_data(self) -> dict[str, Any]:
        """Return the same as dicts, lists, strings and numbers."""
        return {**dataclasses.asdict(self), "derivation": self.derivation.as_data()}

    def __str__(self) -> str:
        return as_text(self.parts())

    def parts(self) -> Iterator[Part]:
        """Return titles, and below each its equations."""
        root = self.derivation.root
        sizes, samples = "-".join(map(str, self.layers)), f", {self.samples} samples" * (self.samples > 1)
        computed = [Row((c.name, c.formula, c.numbers, number_text(c.value))) for c in self.forward]
        yield f"Forward pass of the {sizes} network ({', '.join(self.activations)}){samples}"
        yield Table(computed, [" = "] * 3, indent=2)
        yield from ("", f"Backward pass: every partial derivative, from {root} to the parameters")
        yield from in_columns(self.derivation)
        if self.update:
            rate, where = _rate(self.rate)
            yield from ("", f"Update of all parameters at once: w − {rate}·∂{root}/∂w{where}")
            moved = [f"{number_text(u.rate)}·{as_factor(number_text(u.gradient))}" for u in self.update]
            updates = [
                Row((f"{u.name} ← {number_text(u.before)}", by, number_text(u.after)))
                for u, by in zip(self.update, moved, strict=True)
            ]
            yield Table(updates, [" − ", " = "], indent=2)
        yield from ("", "Error", _states(root, self.training))


def report(network: Network, rounds: int, progress: Callable[[int], None] = lambda done: None) -> Report:
    """Derive the network's gradients, train it for so many rounds, and return the report."""
    error = network.error()
    states = [_state(network, 0)]
    computed, derivation = forward(error), derive(error, network.trained)
    before = {w.label: w.data for w in network.trained}
    if rounds:
        network.train(1, progress=progress)
    rates = rates_of(network.rate, network.trained)
    update = [
        Change(w.label, before[w.label], rates[w][1], derivation.gradients[w.label].value, w.data) for w in network.trained
    ]
    if rounds:
        states.append(_state(network, 1))
    if rounds > 1:
        network.train(rounds - 1, progress=lambda done: progress(done + 1))
        states.append(_state(network, rounds))
    return Report(
        layers=[len(network.samples[0].inputs), *(len(layer.neurons) for layer in network.model.layers)],
        activations=network.activations,
        samples=len(network.samples),
        rate=network.rates[0] if len({*network.rates}) == 1 else network.rates,
        forward=[*computed, *(_softmax(error) if network.softmax else [])],
        derivation=derivation,
        update=update if rounds else [],
        training=states,
    )


def _softmax(error: Value) -> list[Computation]:
    """Return what softmax makes of the last nets. These outputs are no nodes of the error, but the partials of its lse."""
    names = names_of(topological_order(error))
    return [
        Computation(f"out_o{n}{node.label.removeprefix('lse')}", formula, numbers, value)
        for node in names
        if node.op is log_sum_exp
        for n, (formula, numbers, value) in enumerate(
            zip(partial_formulas(node, names), partial_numbers(node), node.partials, strict=True), start=1
        )
    ]


def _rate(rate: float | list[float]) -> tuple[str, str]:
    """Return how the rate is written in the update, and, where layers differ, what it is in each."""
    if not isinstance(rate, list):
        return number_text(rate), ""
    return "rate", f", rate {listed([f'{number_text(its)} in layer {n}' for n, its in enumerate(rate, start=1)])}"


def _state(network: Network, rounds: int) -> State:
    return State(rounds, network.error().data, {output.label: output.data for output in network.outputs()})


def _states(root: str, states: Sequence[State]) -> Table:
    rows = []
    for state in states:
        when = "before" if not state.rounds else f"after {state.rounds:,} round{'s' * (state.rounds != 1)}".replace(",", " ")
        samples: dict[str, list[str]] = {}
        for name, value in state.outputs.items():
            samples.setdefault(name.partition(".")[2], []).append(f"{name} = {number_text(value, 9)}")
        outputs = [*map(", ".join, samples.values())]
        remark, notes = (outputs[0], ()) if len(outputs) == 1 else ("", tuple(outputs))
        rows.append(Row((when, root, number_text(state.error)), remark, notes))
    return Table(rows, ["   ", " = "], indent=2)
