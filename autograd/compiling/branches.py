"""Recordings of one function as a tree: questions, and where each answer leads, to further questions or to results."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from autograd.compiling.recording import Entry, Question, exact_question


class Result:
    """The end of a path: the numbers of the outputs, and what the caller made of them keeps here."""

    def __init__(self, outputs: Sequence[Any]) -> None:
        self.outputs, self.calls = outputs, 0
        self.form: Any = None


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
