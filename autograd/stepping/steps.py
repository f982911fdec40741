"""The steps of a forward pass, a backward pass and an update, each as data: what is computed, in words, symbols and numbers."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from autograd.engine.applying import apply
from autograd.engine.graph import backward_order, consumers, flat_edges, topological_order
from autograd.engine.recording import enable_grad
from autograd.engine.slots import replaced
from autograd.engine.value import Value
from autograd.explaining import parameters_of
from autograd.text import as_factor, formula, formula_in_numbers, listed, names_of, number_text, partial, partial_formulas


class NodeState(NamedTuple):
    """What is known of a node: None for what is not computed yet, and how many of its uses have given their part of grad."""

    value: float | None
    grad: float | None
    parts: int
    of: int

    @property
    def progress(self) -> str:
        """How many of several parts have come, "1/2"; empty before the first, and where there is but one."""
        return f"{self.parts}/{self.of}" if self.of > 1 and self.parts else ""


@dataclass(frozen=True)
class Edge:
    """An argument of a step's node, with the local partial as a number and as a textbook writes it."""

    argument: str
    partial: float
    rule: str


@dataclass(frozen=True)
class Line:
    """One computation: ``symbol sign rule = numbers = result``; in the backward pass ``note`` has the running sum.

    ``sign`` is "=", "+=" or "←"; ``total`` is what the symbol stands for afterwards.
    """

    symbol: str
    sign: str
    rule: str
    numbers: str
    result: float
    total: float
    note: str = ""


@dataclass(frozen=True)
class Change:
    """What a step does to one node."""

    node: str
    before: NodeState
    after: NodeState


@dataclass(frozen=True)
class Step:
    """One step: ``kind`` is "start", "forward", "seed", "backward" or "update"; ``node`` is "" where it is about many."""

    kind: str
    round: int
    node: str
    edges: tuple[Edge, ...]
    sentence: str
    lines: tuple[Line, ...]
    changes: tuple[Change, ...]


class Recorder:
    """Writes down the steps of any number of rounds. The graph stays as it is: later rounds are recorded anew."""

    def __init__(self, root: Value) -> None:
        order = topological_order(root)
        self.names = names_of(order)
        self.root = root
        self.whole = self.names[root]
        self.forward = [node for node in order if node.op is not None]
        self.backward = [node for node in backward_order(root) if node.op is not None]
        uses = {node: len(found) for node, found in consumers(order).items()}
        uses[root] = 1  # the seed
        self.blank = {name: NodeState(None, None, 0, uses[node]) for node, name in self.names.items()}
        self.state = dict(self.blank)
        self.reached: set[str] = set()  # by something that a backward pass passes on
        self.edges: dict[Value, tuple[Edge, ...]] = {}
        self.steps: list[Step] = []
        self.round = 0

    def parameters(self, wanted: list[Value]) -> list[Value]:
        """Return what an update changes: the leaves that were asked for, or those that derivations are about."""
        found = wanted or parameters_of(self.root, list(self.names))
        for node in found:
            if node not in self.names:
                raise ValueError(f"{self.whole} was not computed from {node!r}, so there is no gradient to update it with")
            if node.op is not None:
                raise ValueError(f"{node!r} was computed, so an update cannot change it")
        return found

    def passes(self) -> None:
        """Write down a forward and a backward pass."""
        self.round += 1
        self._start()
        for node in self.forward:
            self._forward(node)
        self._seed()
        for node in self.backward:
            self._backward(node)

    def update(self, rates: Mapping[Value, tuple[str, float]]) -> dict[Value, float]:
        """Write down a step of gradient descent with the name and number of each rate; return the parameters' new data."""
        data: dict[Value, float] = {}
        lines, after = [], {}
        for node, (called, rate) in rates.items():
            name = self.names[node]
            state = self.state[name]
            assert state.grad is not None
            data[node] = node.data - rate * state.grad
            rule = f"{name} − {called}·{partial(self.whole, name)}"
            put_in = f"{short(node.data)[0]} − {number_text(rate, 4)}·{as_factor(short(state.grad)[0])}"
            lines.append(Line(name, "←", rule, put_in, data[node], data[node]))
            after[name] = state._replace(value=data[node])
        different = [*dict.fromkeys(rates.values())]
        its = f"the rate, {number_text(different[0][1], 4)}," if len(different) == 1 else "its own rate"
        if len(different) > 1 and len(dict(different)) == len(different):
            its = f"its rate ({listed([f'{called} = {number_text(rate, 4)}' for called, rate in different])})"
        sentence = (
            f"Move each parameter against its gradient: by {its} times the gradient. "
            "The other numbers still belong to the old values."
        )
        self._add("update", "", (), sentence, lines, after)
        return data

    def record_anew(self, data: dict[Value, float]) -> dict[Value, Value]:
        """Go on with a new graph that does the same to other data; return its node for each of the present one's."""
        twins: dict[Value, Value] = {}
        with enable_grad():
            for node in self.names:
                if node.op is None:
                    twins[node] = Value(data.get(node, node.data))
                else:
                    twins[node] = apply(node.op, replaced(node.args, twins.__getitem__))
                twins[node].label = node.label  # for the message, if the next operation has no value there
        self.names = {twins[node]: name for node, name in self.names.items()}
        self.root = twins[self.root]
        self.forward, self.backward = ([twins[node] for node in nodes] for nodes in (self.forward, self.backward))
        return twins

    def _start(self) -> None:
        leaves = {name: node.data for node, name in self.names.items() if node.op is None}
        begins = f"Round {self.round} begins: the" if self.round > 1 else "The"
        sentence = f"{begins} leaves hold their values; every other node waits."
        fresh = {name: state._replace(value=leaves.get(name)) for name, state in self.blank.items()}
        self._add("start", "", (), sentence, [], {name: state for name, state in fresh.items() if state != self.state[name]})

    def _forward(self, node: Value) -> None:
        name = self.names[node]
        line = Line(name, "=", formula(node, self.names), formula_in_numbers(node, 4), node.data, node.data)
        rules = partial_formulas(node, self.names)
        edges = tuple(Edge(self.names[x], d, rule) for (x, d), rule in zip(node.edges, rules, strict=True))
        self.edges[node] = edges
        arguments = listed(list(dict.fromkeys(edge.argument for edge in edges)))
        after = self.state[name]._replace(value=node.data)
        self._add("forward", name, edges, f"Compute {name} from {arguments}.", [line], {name: after})

    def _seed(self) -> None:
        symbol = partial(self.whole, self.whole)
        after = self.state[self.whole]._replace(grad=1.0, parts=1)
        self.reached = {self.whole}
        sentence = f"The backward pass begins at {self.whole}: its derivative by itself is 1."
        self._add("seed", self.whole, (), sentence, [Line(symbol, "=", "1", "1", 1.0, 1.0)], {self.whole: after})

    def _backward(self, node: Value) -> None:
        name, edges = self.names[node], self.edges.pop(node)
        grad = self.state[name].grad
        assert grad is not None
        after: dict[str, NodeState] = {}
        lines = []
        for edge, flat in zip(edges, flat_edges(node), strict=True):
            state = after.get(edge.argument, self.state[edge.argument])
            passes = name in self.reached and not flat
            self.reached |= {edge.argument} if passes else set()
            part = grad * edge.partial if passes else 0.0
            total = (state.grad or 0.0) + part
            after[edge.argument] = state._replace(grad=total, parts=state.parts + 1)
            sign = "+=" if state.of > 1 else "="
            rule = f"{partial(self.whole, name)}·{as_factor(edge.rule)}"
            put_in = f"{short(grad)[0]}·{as_factor(short(edge.partial)[0])}"
            stopped = "" if passes or math.isfinite(edge.partial) else "nothing comes down here, so not even inf passes"
            note = "; ".join(filter(None, [_running_sum(state, part, total), stopped]))
            lines.append(Line(partial(self.whole, edge.argument), sign, rule, put_in, part, total, note))
        arguments = listed(list(after))
        sentence = (
            f"The gradient of {name}, {short(grad)[0]}, is complete and goes on, times each local partial, to {arguments}."
        )
        self._add("backward", name, edges, sentence, lines, after)

    def _add(
        self, kind: str, node: str, edges: tuple[Edge, ...], sentence: str, lines: list[Line], after: dict[str, NodeState]
    ) -> None:
        changes = tuple(Change(name, self.state[name], state) for name, state in after.items())
        self.state.update(after)
        self.steps.append(Step(kind, self.round, node, edges, sentence, tuple(lines), changes))


def _running_sum(state: NodeState, part: float, total: float) -> str:
    """Return which part of a gradient this is, and the sum so far; nothing for the only one."""
    if state.of == 1:
        return ""
    part_of = f"part {state.parts + 1} of {state.of}: "
    if state.grad is None:
        return f"{part_of}{short(total)[0]} so far"
    old, new, both = short(state.grad, part, total)
    return f"{part_of}{old} + {new} = {both}".replace("+ −", "− ")


def short(*xs: float) -> list[str]:
    """Return numbers with the same count of decimals: four, more where all are small, fewer where those are exact.

    >>> short(0.055399425, -0.019049119, 0.036350306), short(3.0), short(0.000438568)
    (['0.0554', '−0.0190', '0.0364'], ['3'], ['0.000439'])
    """
    finite = [x for x in xs if math.isfinite(x)]
    largest = max(map(abs, finite), default=0.0)
    if largest and not 1e-5 <= largest < 1e6:
        return [number_text(x + 0.0, 4) for x in xs]
    power = math.floor(math.log10(largest)) if largest else 0
    most = max(4, 2 - power) if power < 0 else max(0, 4 - power)
    exact = (n for n in range(most) if all(math.isclose(round(x, n), x, rel_tol=1e-12) for x in finite))
    decimals = next(exact, most)
    return [f"{x + 0.0:.{decimals}f}".replace("-", "−") for x in xs]  # + 0.0 makes 0 of -0
