"""What ``python -m nn`` shows: a network's forward pass, derivation, update and training, as data and as text."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from autograd.explaining import Computation, Derivation, Gradient, derive, forward
from autograd.text import Part, Row, Table, as_text, number_text
from nn.note.network import Network


@dataclass(frozen=True)
class Change:
    """One weight's update: ``before − rate · gradient = after``."""

    name: str
    before: float
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
    rate: float
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
        sizes, rate = "-".join(map(str, self.layers)), number_text(self.rate)
        computed = [Row((c.name, c.formula, c.numbers, number_text(c.value))) for c in self.forward]
        yield f"Forward pass of the {sizes} network ({', '.join(self.activations)})"
        yield Table(computed, [" = "] * 3, indent=2)
        yield from ("", f"Backward pass: every partial derivative, from {root} to the parameters")
        yield from _steps(self.derivation)
        if self.update:
            yield from ("", f"Update of all parameters at once: w − {rate}·∂{root}/∂w")
            updates = [
                Row((f"{u.name} ← {number_text(u.before)}", f"{rate}·{_bracketed(u.gradient)}", number_text(u.after)))
                for u in self.update
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
    update = [Change(w.label, before[w.label], derivation.gradients[w.label].value, w.data) for w in network.trained]
    if rounds:
        states.append(_state(network, 1))
    if rounds > 1:
        network.train(rounds - 1, progress=lambda done: progress(done + 1))
        states.append(_state(network, rounds))
    return Report(
        layers=[len(network.inputs), *(len(layer.neurons) for layer in network.model.layers)],
        activations=[layer.neurons[0].activation for layer in network.model.layers],
        rate=network.rate,
        forward=computed,
        derivation=derivation,
        update=update if rounds else [],
        training=states,
    )


def _state(network: Network, rounds: int) -> State:
    return State(rounds, network.error().data, {output.label: output.data for output in network.outputs()})


def _steps(derivation: Derivation) -> Iterator[Part]:
    """Set the derivation in columns; a sum over paths shows the number of each."""
    rows: list[Row | str] = []
    for stage in derivation.stages:
        rows += [""] * bool(rows)
        for step in stage:
            value = number_text(step.value)
            if isinstance(step, Gradient) and len(step.products) > 1:
                value = f"{step.numbers} = {value}"
            rows.append(Row((f"{step.name or '⇒':<4} ∂{step.numerator}/∂{step.denominator}", step.formula, value)))
    yield Table(rows, [" = "] * 2, indent=2)
    meetings = [step for stage in derivation.stages for step in stage if isinstance(step, Gradient) and step.name]
    if meetings:
        where = " and ".join(step.denominator for step in meetings)
        names = " and ".join(step.name for step in meetings)
        yield from ("", f"  Several paths lead from {where} to {derivation.root}: their products are added ({names}).")


def _bracketed(x: float) -> str:
    return number_text(x) if x >= 0 else f"({number_text(x)})"


def _states(root: str, states: Sequence[State]) -> Table:
    rows = []
    for state in states:
        when = "before" if not state.rounds else f"after {state.rounds:,} round{'s' * (state.rounds != 1)}".replace(",", " ")
        outputs = ", ".join(f"{name} = {number_text(value, 9)}" for name, value in state.outputs.items())
        rows.append(Row((when, root, number_text(state.error)), outputs))
    return Table(rows, ["   ", " = "], indent=2)
