"""The recorder of steps: it walks through a graph as a forward pass, a backward pass and an update do, card by card."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from autograd.drawing import Card
from autograd.engine.applying import apply
from autograd.engine.graph import backward_order, consumers, flat_edges, topological_order
from autograd.engine.recording import enable_grad
from autograd.engine.slots import replaced
from autograd.engine.value import Value
from autograd.explaining import parameters_of
from autograd.stepping.steps import Change, Edge, Line, NodeState, Step, short
from autograd.text import (
    as_factor,
    few,
    formula,
    formula_in_numbers,
    listed,
    names_of,
    number_text,
    partial,
    partial_formulas,
    summed,
)

FEW = 4  # operations of a group whose equations are all shown; of more, those of what enters and leaves it


@dataclass(frozen=True)
class Unit:
    """What one step computes, or goes back through: an operation, or a group of them, each after its arguments."""

    name: str
    nodes: tuple[Value, ...]
    members: frozenset[str]
    outlets: tuple[str, ...]


class Recorder:
    """Writes down the steps of any number of rounds, card by card of a picture.

    The graph stays as it is: later rounds are recorded anew. Where the cards are but a part of the graph, what is on
    none of them has its value from the start, and no gradient.
    """

    def __init__(self, root: Value, cards: Sequence[Card], partly: bool = False) -> None:
        order = topological_order(root)
        self.names = names_of(order)
        self.root = root
        self.whole = self.names[root]
        cards = [card for card in cards if card.members]  # the others are numbers
        self.last = next(card.name for card in cards if self.whole in card.members)
        self.quiet = frozenset(self.names.values()) - {name for card in cards for name in card.members}  # no equation's subject
        self.left_out = self.quiet if partly else frozenset()
        nodes = {name: node for node, name in self.names.items()}
        units = [self._unit(card, nodes) for card in cards]
        self.forward = [unit for unit in units if self._is_computed(unit)]
        self.given = {node for unit in units if not self._is_computed(unit) for node in unit.nodes}
        self.backward = self.forward[::-1]
        if all(len(card.members) == 1 for card in cards):  # the engine's own order
            alone = {unit.nodes[0]: unit for unit in self.forward}
            self.backward = [alone[node] for node in backward_order(root) if node in alone]
        found = consumers(order)
        self._check(found)
        uses = {node: len(users) for node, users in found.items()}
        uses[root] = 1  # the seed
        self.blank = {
            name: NodeState(None, None, 0, uses[node]) for node, name in self.names.items() if name not in self.left_out
        }
        self.state = dict(self.blank)
        self.reached: set[str] = set()  # by something that a backward pass passes on
        self.edges: dict[Value, tuple[Edge, ...]] = {}
        self.steps: list[Step] = []
        self.round = 0

    def _unit(self, card: Card, nodes: Mapping[str, Value]) -> Unit:
        operations = tuple(nodes[name] for name in card.members if nodes[name].op is not None)
        return Unit(card.name, operations, frozenset(card.members), card.outlets)

    def _is_computed(self, unit: Unit) -> bool:
        """Whether a unit is stepped: not a leaf, nor what is computed from nothing that is shown."""
        return any(self.names[argument] not in self.left_out for node in unit.nodes for argument in node.parents)

    def _check(self, users: Mapping[Value, Sequence[tuple[Value, int]]]) -> None:
        for node, found in users.items():
            passed = [self.names[user] for user, _ in found if self.names[user] in self.left_out]
            if passed and self.names[node] not in self.left_out:
                whole = partial(self.whole, self.names[node])
                raise ValueError(f"a part of {whole} comes through {passed[0]}, which is not shown; show more")

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
        for unit in self.forward:
            self._forward(unit)
        self._seed()
        for unit in self.backward:
            self._backward(unit)

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
        self.forward, self.backward = (
            [replace(unit, nodes=tuple(twins[node] for node in unit.nodes)) for unit in units]
            for units in (self.forward, self.backward)
        )
        return twins

    def _start(self) -> None:
        leaves = {name: node.data for node, name in self.names.items() if node.op is None or node in self.given}
        begins = f"Round {self.round} begins: the" if self.round > 1 else "The"
        given = ", and what is computed from nothing that is shown," if self.given else ""
        sentence = f"{begins} leaves{given} hold their values; every other node waits."
        fresh = {name: state._replace(value=leaves.get(name)) for name, state in self.blank.items()}
        self._add("start", "", (), sentence, [], {name: state for name, state in fresh.items() if state != self.state[name]})

    def _forward(self, unit: Unit) -> None:
        lines, after = [], {}
        for node in unit.nodes:
            name = self.names[node]
            lines.append(Line(name, "=", formula(node, self.names), formula_in_numbers(node, 4), node.data, node.data))
            rules = partial_formulas(node, self.names)
            self.edges[node] = tuple(Edge(self.names[x], d, rule) for (x, d), rule in zip(node.edges, rules, strict=True))
            after[name] = self.state[name]._replace(value=node.data)
        edges = tuple(edge for node in unit.nodes for edge in self.edges[node])
        if len(unit.nodes) > FEW:
            lines = [line for line in lines if line.symbol in unit.outlets]
        outside, own = self._arguments(unit, edges)
        sentence = f"Compute {unit.name}{f' from {listed(outside)}' if outside else ''}{f', with {own}' if own else ''}."
        self._add("forward", unit.name, edges, sentence, lines, after, [*after])

    def _seed(self) -> None:
        symbol = partial(self.whole, self.whole)
        after = self.state[self.whole]._replace(grad=1.0, parts=1)
        self.reached = {self.whole}
        sentence = f"The backward pass begins at {self.whole}: its derivative by itself is 1."
        line = Line(symbol, "=", "1", "1", 1.0, 1.0)
        self._add("seed", self.last, (), sentence, [line], {self.whole: after}, [self.whole])

    def _backward(self, unit: Unit) -> None:
        after: dict[str, NodeState] = {}
        edges: list[Edge] = []
        lines: list[Line] = []
        found: dict[str, list[Line]] = {}
        for node in reversed(unit.nodes):
            edges += self.edges[node]
            for argument, line in self._passed_on(node, after):
                lines.append(line)
                found.setdefault(argument, []).append(line)
        outside, own = self._arguments(unit, edges)
        if len(unit.nodes) > FEW:
            lines = [_together(found[name]) for name in outside if name in found]
        elif len(unit.members) > 1:  # first what happens within, last what its own leaves get
            inner = [self.names[node] for node in reversed(unit.nodes)]
            lines = [line for name in dict.fromkeys([*inner, *outside, *found]) for line in found.get(name, ())]
        grads = [short(self.state[name].grad or 0.0)[0] for name in unit.outlets]
        begins, goes = f"The gradient of {unit.name}, {grads[0]}, is complete", "goes"
        if len(grads) > 1:
            begins, goes = f"The gradients of {len(grads)} nodes of {unit.name} are complete", "go"
        times = ", times each local partial," * (len(unit.nodes) == 1)
        to = ", and to ".join(filter(None, [listed(outside) if outside else "", own]))
        sentence = f"{begins} and {goes} on{times} to {to}." if to else f"{begins}."
        self._add(
            "backward", unit.name, tuple(edges), sentence, lines, after, [self.names[node] for node in reversed(unit.nodes)]
        )

    def _passed_on(self, node: Value, after: dict[str, NodeState]) -> Iterator[tuple[str, Line]]:
        """Yield what a node gives to each of its arguments, and write down what those have then."""
        name = self.names[node]
        grad = after.get(name, self.state[name]).grad
        assert grad is not None
        for edge, flat in zip(self.edges.pop(node), flat_edges(node), strict=True):
            if edge.argument in self.left_out:
                continue
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
            if edge.argument not in self.quiet:
                yield edge.argument, Line(partial(self.whole, edge.argument), sign, rule, put_in, part, total, note)

    def _arguments(self, unit: Unit, edges: Iterable[Edge]) -> tuple[list[str], str]:
        """Return what enters a unit from outside, as far as it is shown, and in words how many leaves are its own."""
        outside = [*dict.fromkeys(edge.argument for edge in edges)]
        outside = [name for name in outside if name not in unit.members and name not in self.quiet]
        own = len(unit.members) - len(unit.nodes)
        return outside, f"{own} {'leaf' if own == 1 else 'leaves'} of its own" if own else ""

    def _add(
        self,
        kind: str,
        node: str,
        edges: tuple[Edge, ...],
        sentence: str,
        lines: list[Line],
        after: dict[str, NodeState],
        nodes: Sequence[str] = (),
    ) -> None:
        changes = tuple(Change(name, self.state[name], state) for name, state in after.items())
        self.state.update(after)
        self.steps.append(Step(kind, self.round, node, edges, sentence, tuple(lines), changes, tuple(nodes)))


def _together(lines: Sequence[Line]) -> Line:
    """Return the parts that a group gives to one of its arguments as one equation."""
    first, last = lines[0], lines[-1]
    if first is last:
        return first
    rule, numbers = (summed(few([*parts], 4)) for parts in zip(*((line.rule, line.numbers) for line in lines), strict=True))
    result = math.fsum(line.result for line in lines)
    before = "" if first.result == first.total else f"; with those before, {short(last.total)[0]}"
    return Line(first.symbol, first.sign, rule, numbers, result, last.total, f"{len(lines)} parts{before}")


def _running_sum(state: NodeState, part: float, total: float) -> str:
    """Return which part of a gradient this is, and the sum so far; nothing for the only one."""
    if state.of == 1:
        return ""
    part_of = f"part {state.parts + 1} of {state.of}: "
    if state.grad is None:
        return f"{part_of}{short(total)[0]} so far"
    old, new, both = short(state.grad, part, total)
    return f"{part_of}{old} + {new} = {both}".replace("+ −", "− ")
