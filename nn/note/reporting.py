"""What ``python -m nn`` shows: a network's forward pass, derivation, update and training, as data and as text."""

from __future__ import annotations

import dataclasses
import re
import textwrap
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from autograd.explaining import Computation, Derivation, Gradient, derive, forward
from autograd.text import WIDTH, number_text, table
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
        return "\n\n".join(f"{title}\n{textwrap.indent(text, '  ')}" for title, text in self.sections())

    def sections(self) -> list[tuple[str, str]]:
        """Return titles and texts."""
        root = self.derivation.root
        sizes, rate = "-".join(map(str, self.layers)), number_text(self.rate)
        computed = [(c.name, c.formula, c.numbers, number_text(c.value)) for c in self.forward]
        updates = [
            (f"{u.name} ← {number_text(u.before)}", f"{rate}·{_bracketed(u.gradient)}", number_text(u.after))
            for u in self.update
        ]
        sections = [
            (f"Forward pass of the {sizes} network ({', '.join(self.activations)})", _equations(computed)),
            (f"Backward pass: every partial derivative, from {root} to the parameters", _steps(self.derivation)),
            (
                f"Update of all parameters at once: w − {rate}·∂{root}/∂w",
                table(updates, [" − ", " = "]),
            ),
            ("Error", _states(root, self.training)),
        ]
        return [(title, text) for title, text in sections if text]


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


def _equations(rows: Sequence[Sequence[str]]) -> str:
    """Set sides of equations in columns; a row that is too wide for them, one side under the other."""
    narrow = sorted({tuple(row) for row in rows}, key=lambda row: sum(map(len, row)))
    while narrow and max(map(len, _columns(narrow))) > WIDTH - 2:
        narrow.pop()
    lines = dict(zip(narrow, _columns(narrow), strict=True)) if narrow else {}
    margin = max(len(row[0]) for row in rows)
    return "\n".join(lines.get(tuple(row)) or _stacked(row, margin) for row in rows)


def _columns(rows: Sequence[Sequence[str]]) -> list[str]:
    return table(rows, [" = "] * (len(rows[0]) - 1)).split("\n")


def _stacked(row: Sequence[str], margin: int) -> str:
    name, *sides = row
    lines = [line for side in sides for part in side.split(" = ") if part for line in _wrapped(part, WIDTH - margin - 5)]
    return "\n".join([f"{name:<{margin}} {line}" if n == 0 else f"{'':<{margin}} {line}" for n, line in enumerate(lines)])


def _wrapped(side: str, width: int) -> list[str]:
    """Return one side of an equation as lines, broken between terms."""
    terms = re.split(r" (?=[+−] )", side)
    lines = ["= " + terms[0]]
    for term in terms[1:]:
        if len(lines[-1]) + 1 + len(term) <= width:
            lines[-1] += " " + term
        else:
            lines.append("    " + term)
    return lines


def _steps(derivation: Derivation) -> str:
    """Set the derivation in columns; a sum over paths shows the number of each."""
    rows = []
    for i, stage in enumerate(derivation.stages):
        if i:
            rows.append(("", "", ""))
        for step in stage:
            value = number_text(step.value)
            if isinstance(step, Gradient) and len(step.products) > 1:
                value = f"{step.numbers} = {value}"
            rows.append((f"{step.name or '⇒':<4} ∂{step.numerator}/∂{step.denominator}", step.formula, value))
    meetings = [step for stage in derivation.stages for step in stage if isinstance(step, Gradient) and step.name]
    if not meetings:
        return _equations(rows)
    where = " and ".join(step.denominator for step in meetings)
    names = " and ".join(step.name for step in meetings)
    remark = f"Several paths lead from {where} to {derivation.root}: their products are added ({names})."
    return "\n".join([_equations(rows), "", *textwrap.wrap(remark, WIDTH - 2)])


def _bracketed(x: float) -> str:
    return number_text(x) if x >= 0 else f"({number_text(x)})"


def _states(root: str, states: Sequence[State]) -> str:
    rows = []
    for state in states:
        when = "before" if not state.rounds else f"after {state.rounds:,} round{'s' * (state.rounds != 1)}".replace(",", " ")
        rows.append((when, root, number_text(state.error)))
    heads = table(rows, ["   ", " = "]).splitlines()
    width = max(map(len, heads))
    lines = []
    for state, head in zip(states, heads, strict=True):
        outputs = ", ".join(f"{name} = {number_text(value, 9)}" for name, value in state.outputs.items())
        if width + 3 + len(outputs) <= WIDTH - 2:
            lines.append(f"{head:<{width}}   {outputs}")
        else:
            lines += [head, *textwrap.wrap(outputs, WIDTH - 2, initial_indent="    ", subsequent_indent="    ")]
    return "\n".join(lines)
