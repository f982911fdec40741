"""One run of a function on Values, noted in order: its operations, and what it was told about its numbers."""

from __future__ import annotations

import os
import random
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from inspect import getattr_static
from threading import RLock, get_ident
from typing import Any, NamedTuple, TypeAlias

from autograd.compiling.lowering import Lowering, Operand, exact
from autograd.engine import primitives as p
from autograd.engine.graph import adjoints, backward_order, leading_to
from autograd.engine.node import Node
from autograd.engine.primitive import TABLE
from autograd.engine.questions import COMPARE, MIRRORED, recorders
from autograd.engine.recorded_gradients import plus, recorded_edges, times
from autograd.engine.recording import enable_grad
from autograd.engine.value import Value
from autograd.engine.watching import Watch
from autograd.explaining import SourceLine, users_line

Entry: TypeAlias = "tuple[Question, Any]"  # a question and its answer, or a step that has to be done, and None

# Rows that have a value whatever the numbers are. All others are computed even if nothing needs them, since they may raise.
SAFE = {
    p.add, p.subtract, p.multiply, p.negative, p.abs, p.sign, p.relu, p.heaviside, p.maximum, p.minimum, p.greater, p.equal,
    p.where, p.tanh, p.sigmoid, p.sigmoid_slope, p.total,
}  # fmt: skip


class Question(NamedTuple):
    """``kind`` is a comparison, "flat" (of a row, in which arguments), "bits" (of a number), or "do" (a step)."""

    kind: str
    x: Any
    y: Any = None

    @property
    def is_yes_or_no(self) -> bool:
        return self.kind in COMPARE

    @property
    def arguments(self) -> tuple[Any, ...]:
        """What it is about, besides x."""
        return self.y if self.kind == "flat" else (self.y,)


@dataclass(frozen=True)
class Constant:
    """What a number was compared with, if it is no float: a long int, a Fraction, a text."""

    kind: type
    value: Any


class Recording:
    """What happens on this thread inside the ``with`` block to numbers that depend on inputs, and on Values from outside.

    ``problem`` says why code could not repeat it, if it could not.
    """

    def __init__(self, lowering: Lowering, inputs: dict[Value, int], captured: dict[Value, int]) -> None:
        self.lowering, self.captured, self.inputs = lowering, captured, inputs
        self.path: list[Entry] = []
        self.problem = ""
        self.draws = False
        self.asked: Counter[tuple[str, str]] = Counter()  # how often a line of the user's asked something of a kind
        self.used: dict[Value, None] = {}  # Values from outside, in order
        self._numbers: dict[Value, Operand] = dict(inputs)  # which keeps them, so that no other takes an id
        self._noted: set[Any] = set()
        self._elsewhere: set[Any] = set()  # what other threads compute meanwhile

    def __enter__(self) -> Recording:
        self._thread, self._state = get_ident(), random.getstate()
        alone.acquire()
        self._watch = Watch(self._made)
        recorders.append(self._told)
        self._reading = _Reading(self)
        return self

    def __exit__(self, *error: object) -> None:
        self._reading.end()
        recorders.remove(self._told)
        self._watch.end()
        alone.release()
        if random.getstate() != self._state and not self.problem:
            self.draws, self.problem = True, "it draws random numbers"

    def number(self, x: Any) -> Any:
        """Return the place of a Value among inputs and steps; of a Value from outside, as a new input; a constant as it is."""
        if isinstance(x, tuple):
            return tuple([self.number(item) for item in x])
        if not isinstance(x, Node):
            return float(x)
        node: Any = x
        if node not in self._numbers:
            if node in self._elsewhere:
                self.problem = "it computes on other threads"
            if node not in self.captured:
                self.captured[node] = self.lowering.input()
            self.used[node] = None
            self._numbers[node] = self.captured[node]
        return self._numbers[node]

    def partials(self, root: Value, by: Sequence[Value]) -> list[tuple[Value, Any]]:
        """Return those of some Values that root depends on, each with root's derivative by it, recorded."""
        found = Adjoints(root, by)
        return [(x, found.of[x]) for x in by if x in found.of]

    def _mine(self) -> bool:
        return get_ident() == self._thread

    def _made(self, node: Any) -> None:
        op: Any = node.op
        if not self._mine():
            if op is not None:
                self._elsewhere.add(node)
            return
        if op is None:
            self._numbers[node] = node._data
        elif op.name not in TABLE or TABLE[op.name] is not op:
            self.refuse("it records an operation by hand")
        else:
            number = self.lowering.step(op, self.number(node.args))
            self._numbers[node] = number
            if type(number) is int and op not in SAFE:
                self._note(Question("do", number), None)

    def _told(self, question: tuple[Any, str, Any, Any]) -> None:
        x, kind, y, answer = question
        if not self._mine():
            return
        if kind == "refuses":
            self.refuse(f"an error of {x.name} was caught in it")
        elif kind == "slopes":
            if type(self.number(x)) is int:
                self.refuse("it takes derivatives as plain numbers: create_graph=True, or grad, has them recorded")
        elif kind == "flat":
            args = self.number(y)
            if any(type(a) is int for arg in args for a in (arg if type(arg) is tuple else (arg,))):
                self._note(Question(kind, x, args), tuple(answer))
        elif kind in COMPARE and isinstance(x, Node):  # a dual number's Value was asked, too
            a, b = self.number(x), self._constant(y)
            if kind in (">", ">="):
                kind, a, b = MIRRORED[kind], b, a
            if type(a) is int or type(b) is int:
                self._note(Question(kind, a, b), answer)

    def _constant(self, y: Any) -> Any:
        if isinstance(y, Node) or type(y) is float:
            return self.number(y)
        if isinstance(y, int) and abs(y) <= 2**53:
            return float(y)
        try:
            hash(y)
        except TypeError:
            self.refuse(f"it compares a number with {type(y).__name__}")
        return Constant(type(y), y)

    def _read(self, node: Any, x: float) -> None:
        if self._mine() and type(number := self.number(node)) is int:
            self._note(Question("bits", number), x.hex())

    def _note(self, question: Question, answer: Any) -> None:
        key = exact_question(question)
        if key not in self._noted:
            self._noted.add(key)
            self.path.append((question, answer))
            if question.kind != "do" and (line := users_line()):
                self.asked[line.place, question.kind] += 1

    def refuse(self, why: str) -> None:
        """Note why code could not repeat what the user's line does that runs now."""
        if not self.problem:
            self.problem = why + at(users_line())


class Adjoints:
    """A recorded backward pass from a root to some Values, flat edges and all: ``of`` each node, and the partials it took."""

    def __init__(self, root: Value, by: Sequence[Value]) -> None:
        self.order = backward_order(root)
        self.leading: Any = leading_to(by, reversed(self.order))
        self.edges: dict[Any, list[tuple[Any, Any]]] = {}
        given = set(by)

        def give(node: Any, found: dict[Any, Any]) -> Any:
            if node in given:  # what it was computed from gets its share from a pass, over this node
                return []
            self.edges[node] = [*recorded_edges(node, self.leading, and_flat=True)]
            return [(argument, times(found[node], d)) for argument, d in self.edges[node]]

        with enable_grad():
            self.of: dict[Any, Any] = adjoints(self.order, give, plus)


def at(line: SourceLine | None) -> str:
    """Return where something is done, to stand behind what it is."""
    return f" ({line})" if line else ""


def exact_question(question: Question) -> Any:
    """Return a question as a key in which 2.0 is not the number 2 of a step, nor 0.0 the same as -0.0."""
    return (question.kind, exact(question.x), exact(question.y))


TELLING = ("backward", "recompute", "zero_grad", "register_hook", "__copy__", "__deepcopy__", "__reduce_ex__")
alone = RLock()  # one thread records at a time, since all Values tell
if hasattr(os, "register_at_fork"):  # or a child would wait for a thread that is not there, and its Values tell for ever
    os.register_at_fork(before=alone.acquire, after_in_parent=alone.release, after_in_child=alone.release)


class _Reading:
    """As long as it is not ended, all Values tell when their ``data`` is read: a number that code would not have."""

    def __init__(self, recording: Recording) -> None:
        self.recording = recording
        self.before: dict[str, tuple[Any, Any]] = {}
        data, grad = getattr_static(Value, "data"), getattr_static(Value, "grad")

        def read(node: Any) -> Any:
            x = data.__get__(node)
            recording._read(node, x)
            return x

        def read_grad(node: Any) -> Any:
            found = grad.__get__(node)
            if type(found) is not int:
                self.stop("reads grad")
            return found

        def set_attribute(node: Any, name: str, x: Any) -> None:
            if name == "data" or (name == "grad" and type(x) is not int):
                self.stop(f"sets {name}")
            self.before["__setattr__"][1](node, name, x)

        def telling(name: str) -> Callable[..., Any]:
            def method(node: Any, *args: Any, **kwargs: Any) -> Any:
                self.stop(f"calls {name}")
                return self.before[name][1](node, *args, **kwargs)

            return method

        others: dict[str, Any] = {name: telling(name) for name in TELLING}
        others |= {
            "data": property(read, data.__set__),
            "grad": property(read_grad, grad.__set__),
            "__setattr__": set_attribute,
        }
        for name, other in others.items():
            self.before[name] = (vars(Value).get(name), getattr_static(Value, name))
            setattr(Value, name, other)

    def stop(self, what: str) -> None:
        if self.recording._mine():
            self.recording.refuse(f"it {what}")

    def end(self) -> None:
        for name, (own, _) in self.before.items():
            if own is None:
                delattr(Value, name)
            else:
                setattr(Value, name, own)
