"""Recordings of one function as a tree: questions, and where each answer leads, to further questions or to results; how it is
written, in whatever language."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from autograd.compiling.lowering import Lowering, Step, operands
from autograd.compiling.recording import Entry, Question, exact_question
from autograd.engine.graph import flattened


class Result:
    """The end of a path: the numbers of the outputs, and what the caller made of them keeps here."""

    def __init__(self, outputs: Sequence[Any]) -> None:
        self.outputs, self.calls = outputs, 0
        self.form: Any = None
        self.example: Any = None  # arguments that lead here


class Ask:
    """A question, or a step that has to be done, and what follows each answer that was given."""

    def __init__(self, question: Question) -> None:
        self.question = question
        self.after: dict[Any, Ask | Result] = {}


def grafted(root: Ask | Result | None, path: Sequence[Entry], result: Result) -> Ask | Result | None:
    """Return the tree with one more path; None if the path asks other things than those before it that were told the same."""
    here, last = root, None
    for i, (question, answer) in enumerate(path):
        if not isinstance(here, Ask) or exact_question(here.question) != exact_question(question):
            if here is not None:
                return None
            here = Ask(question)
            if last is None:
                root = here
            else:
                last.after[path[i - 1][1]] = here
        last, here = here, here.after.get(answer)
    if here is not None:
        return None
    if last is None:
        return result
    last.after[path[-1][1]] = result
    return root


def sizes(root: Ask | Result) -> dict[int, int]:
    """Return how many questions lie under each place of a tree, by id."""
    order, stack = [], [root]
    while stack:
        here = stack.pop()
        order.append(here)
        if isinstance(here, Ask):
            stack += here.after.values()
    found: dict[int, int] = {}
    for here in reversed(order):
        found[id(here)] = 1 + sum([found[id(x)] for x in here.after.values()]) if isinstance(here, Ask) else 1
    return found


def is_straight(root: Ask | Result) -> bool:
    """Tell whether nothing is asked on the way."""
    while isinstance(root, Ask) and root.question.kind == "do":
        root = root.after[None]
    return isinstance(root, Result)


def ends_of(root: Ask | Result) -> Iterator[tuple[list[int], list[int]]]:
    """Yield for each way the numbers that are used, in questions and results, and those that may fail, used or not."""
    stack: list[tuple[Any, list[int], list[int]]] = [(root, [], [])]
    while stack:
        here, used, done = stack.pop()
        while isinstance(here, Ask):
            question = here.question
            numbers = [x for x in flattened((question.x, *question.arguments)) if type(x) is int]
            (done if question.kind == "do" else used).extend(numbers)
            *others, last = here.after.values()
            stack += [(after, [*used], [*done]) for after in others]
            here = last
        yield [*used, *[x for x in here.outputs if type(x) is int]], done


class Writer:
    """Goes through a tree of recordings in the order of a program: each number once, where the first that takes it needs it.

    A subclass says how a step is written, a block that is entered or not by the answer to a question, and an end.
    """

    def __init__(self, lowering: Lowering, inputs: int) -> None:
        self.lowering, self.inputs = lowering, inputs

    def step(self, i: int, step: Step | None, depth: int) -> None:
        """Write number i: a step, or, if there is none, what is read from a Value."""
        raise NotImplementedError

    def begin(self, question: Question, answer: Any, equal: bool, depth: int) -> Any:
        """Begin a block that is entered if a question has an answer, or, unless equal, any other; return what ``end`` gets."""
        raise NotImplementedError

    def end(self, block: Any) -> None:
        """End a block, which nothing goes on behind."""

    def unknown(self, depth: int) -> None:
        """Write that no recording goes on here."""
        raise NotImplementedError

    def result(self, result: Result, depth: int) -> None:
        """Write the end of a path."""
        raise NotImplementedError

    def write(self, root: Ask | Result) -> None:
        """Write all paths."""
        self._sizes = sizes(root)
        self._walk(root, set(range(self.inputs)), 1)

    def _walk(self, here: Ask | Result, have: set[int], depth: int) -> None:
        while isinstance(here, Ask):
            question, after = here.question, here.after
            if question.kind == "do":
                self._need([question.x], have, depth)
                here = after[None]
                continue
            self._need([x for x in flattened((question.x, *question.arguments)) if type(x) is int], have, depth)
            on, *others = sorted(after, key=lambda answer: -self._sizes[id(after[answer])])
            if question.is_yes_or_no and others:
                self._block(question, others[0], True, after[others[0]], have, depth)
            else:
                for answer in others:
                    self._block(question, answer, True, after[answer], have, depth)
                self._block(question, on, False, None, have, depth)
            here = after[on]
        self._need([x for x in here.outputs if type(x) is int], have, depth)
        self.result(here, depth)

    def _block(self, question: Question, answer: Any, equal: bool, inner: Any, have: set[int], depth: int) -> None:
        block = self.begin(question, answer, equal, depth)
        if inner is None:
            self.unknown(depth + 1)
        else:
            self._walk(inner, {*have}, depth + 1)
        self.end(block)

    def _need(self, numbers: list[int], have: set[int], depth: int) -> None:
        """Write the steps that some numbers take and that are not there yet."""
        stack = numbers[::-1]
        while stack:
            i = stack[-1]
            step = self.lowering.steps[i]
            missing = [x for x in operands(step) if x not in have] if step is not None and i not in have else []
            if missing:
                stack += missing[::-1]
                continue
            stack.pop()
            if i not in have:
                have.add(i)
                self.step(i, step, depth)
