"""One call of a function that no code does: run as it is, or recorded so that code can do the next."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from autograd.compiling.arguments import filled_in, identities, numbers_in, same_bits
from autograd.compiling.branches import Result
from autograd.compiling.paths import Form, Paths
from autograd.compiling.recording import Recording, at
from autograd.engine.number import data_of
from autograd.engine.value import Value
from autograd.explaining import SourceLine, first_line
from autograd.functional import Function, inside

REFUSALS = (ArithmeticError, ValueError)  # which rows raise outside their domains


class Instead(NamedTuple):
    """What a call returns that is not recorded; ``why`` says what makes f one that cannot be, if that is so."""

    result: Callable[[], Any]
    why: str = ""


class Recorded(NamedTuple):
    """A recording, the end it leads to, the numbers there, derivatives included, and what f itself returned."""

    recording: Recording
    end: Result
    numbers: list[float]
    plain: Any


class OneCall:
    """Arguments of f, and their numbers, ``leaves``; ``paths`` has the recordings for their structure."""

    def __init__(self, f: Function, paths: Paths, args: Any, kwargs: Any, leaves: list[Any]) -> None:
        self.f, self.paths, self.args, self.kwargs, self.leaves = f, paths, args, kwargs, leaves
        self.has_values = any(isinstance(x, Value) for x in leaves)

    def plain(self) -> Any:
        """Return what f does with the arguments as they are."""
        return self.f(*self.args, **self.kwargs)

    def eager(self) -> Any:
        """Return what f does with numbers as Values, plain again if they were; where Values take part, what f does itself."""
        if self.paths.captured or self.has_values:
            return self.plain()
        result = None
        for and_flat in (True, False):  # as derivatives of plain numbers, which leave out flat edges where they find nan
            with inside(and_flat):
                result = self._run(self._tree(map(Value, self.leaves)))
            if all(data_of(x) == data_of(x) for x in numbers_in(result) or ()):
                break
        return self._as_given(result)

    def recorded(self, given: list[float], asked: Counter[tuple[str, str]]) -> Recorded | Instead:
        """Return the call written down; add to ``asked`` what lines of f asked."""
        made: dict[Any, Value] = {}
        inputs = [
            made.setdefault(leaf, Value(x, label=leaf.label)) if isinstance(leaf, Value) else Value(x)
            for x, leaf in zip(given, self.leaves, strict=True)
        ]
        recording = Recording(self.paths.lowering, {x: i for i, x in enumerate(inputs)}, self.paths.captured)
        tree = self._tree(inputs)
        before = identities(tree)
        with recording, inside(and_flat=True):
            result = self._run(tree)
        asked.update(recording.asked)
        if identities(tree) != before:
            tree = self._tree(inputs)
            before = identities(tree)
            line = self._first_line(tree, lambda: identities(tree) != before)
            return Instead(self.plain, f"it changes its arguments{at(line)}")
        if numbers_in(result) is None:
            return Instead(self.plain, f"it returns {type(result).__name__}")
        if recording.draws:
            state = random.getstate()
            recording.problem += at(self._first_line(tree, lambda: random.getstate() != state))
            random.setstate(state)
        if recording.problem:
            return Instead(lambda: self._as_given(result), recording.problem)
        return self._ended(recording, inputs, result, given)

    def _ended(self, recording: Recording, inputs: list[Value], result: Any, given: list[float]) -> Recorded | Instead:
        """Return the end of a recording: what f returned, and the derivatives of what is a Value outside all derivatives."""
        plain = self.plain()  # tells which numbers are
        if any(isinstance(leaf, Value) and leaf in recording.used for leaf in self.leaves):
            return Instead(lambda: plain)
        numbers, kinds = numbers_in(result) or [], numbers_in(plain)
        if kinds is None or len(kinds) != len(numbers):
            return Instead(lambda: plain, "on plain numbers it returns something else")
        own = [new for new, leaf in zip(inputs, self.leaves, strict=True) if isinstance(leaf, Value)]
        by: list[list[Any]] = []
        outputs = [recording.number(x) for x in numbers]
        with recording, inside():
            for x, kind in zip(numbers, kinds, strict=True):
                both = isinstance(kind, Value) and isinstance(x, Value)
                pairs = recording.partials(x, [*dict.fromkeys(own), *recording.used]) if both else []
                by.append([recording.inputs.get(leaf, leaf) for leaf, _ in pairs])
                outputs += [recording.number(d) for _, d in pairs]
        try:
            found = self.paths.numbers(recording, outputs, given)
        except REFUSALS:  # a limit was taken, which code does not do
            return Instead(lambda: plain)
        if not same_bits(found[: len(numbers)], numbers):
            return Instead(lambda: plain, "its numbers are not those that its operations compute")
        if any(x != x for x in found):
            return Instead(lambda: plain) if own or recording.used else Instead(self.eager)
        end = Result(outputs)
        end.form = Form(plain if isinstance(result, (float, Value)) else result, [isinstance(x, Value) for x in kinds], by)
        mine = [new if isinstance(leaf, Value) else x for new, leaf, x in zip(inputs, self.leaves, given, strict=True)]
        end.example = self._tree(mine)
        return Recorded(recording, end, found, plain)

    def _tree(self, numbers: Iterable[Any]) -> Any:
        """Return the arguments, those by name behind the others, with other numbers."""
        return filled_in((self.args, self.kwargs), iter(numbers))

    def _run(self, tree: Any) -> Any:
        return self.f(*tree[0], **tree[1])

    def _as_given(self, result: Any) -> Any:
        """Return what f computed from Values, as plain numbers if it was given plain ones and knows no other Values."""
        if self.paths.captured or self.has_values:
            return result
        numbers = numbers_in(result)
        plain = [x.data if isinstance(x, Value) else x for x in numbers or ()]
        return result if numbers is None else filled_in(result, iter(plain))

    def _first_line(self, tree: Any, happened: Callable[[], bool]) -> SourceLine | None:
        with inside(and_flat=True):
            return first_line(lambda: self._run(tree), happened)
