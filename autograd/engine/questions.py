"""Questions about numbers: what a program asked of a node, and was told, so that it can be asked again.

``x > 0`` chooses a branch, and the record holds that branch alone. A node therefore keeps the questions about it, so that
``recompute`` can tell whether other numbers would have led elsewhere.
"""

from __future__ import annotations

import operator
from _weakref import ref

from autograd.engine.labels import clean
from autograd.engine.node import Node
from autograd.engine.shapes import is_array

TYPE_CHECKING = False  # understood by type checkers; importing typing would take longer than this file
if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping
    from typing import Any, TypeAlias

    Question: TypeAlias = tuple[Any, str, Any, bool]  # x > y, say, and the answer

COMPARE = {
    "<": operator.lt, "<=": operator.le, "==": operator.eq, "!=": operator.ne, ">=": operator.ge, ">": operator.gt,
}  # fmt: skip
MIRRORED = {"<": ">", "<=": ">=", "==": "==", "!=": "!=", ">=": "<=", ">": "<"}
ANSWERS = "_answers"  # the attribute that holds them; C keeps it apart, so that the garbage collector need not look
MOST = 16  # questions that a node keeps: the first of them, since whoever is asked about often is told by the others
MOST_HEARD = 1000

listeners: list[list[Question]] = []  # each hears of the questions that are asked from now on, the first thousand
recorders: list[Callable[[Question], object]] = []  # these hear of all that a program is told about its numbers: see ``note``


def asked(x: Any, sign: str, y: Any) -> Any:
    """Return the answer to ``x sign y`` for a node and anything else, kept with every node that it is about."""
    if isinstance(y, float):
        y = float(y)  # of NumPy's, too: its answer would be another kind of bool
    elif is_array(y):
        return NotImplemented  # which asks for each of its items
    answer = COMPARE[sign](x._data, y._data if isinstance(y, Node) else y)
    if isinstance(y, Node):
        _keep(x, sign, ref(y), answer, y._data)  # weakly, or each best loss would keep all before it
        _keep(y, MIRRORED[sign], ref(x), answer, x._data)
    elif isinstance(y, (int, float)):
        _keep(x, sign, y, answer, y)
    else:
        note(x, sign, y, answer)
        return answer
    tell((x, sign, y, answer))
    return answer


def tell(question: Question) -> None:
    """Let all listeners hear of a question."""
    for heard in listeners:
        if len(heard) < MOST_HEARD:
            heard.append(question)
    if recorders:
        note(*question)


def note(x: Any, sign: str, y: Any, answer: Any) -> None:
    """Let recorders hear of a question, or of what else numbers decide here.

    That is (row, "flat", arguments, which of them it is flat in), (row, "refuses", operands, error), and, of derivatives that
    are plain numbers, (root, "slopes", values, None).
    """
    for hear in recorders:
        hear((x, sign, y, answer))


class listening:  # noqa: N801  # used like a function, in a with statement
    """Return a list that hears of the questions about Values, duals and series until the block ends, in every thread."""

    def __enter__(self) -> list[Question]:
        self.heard: list[Question] = []
        listeners.append(self.heard)
        return self.heard

    def __exit__(self, *error: object) -> None:
        listeners[:] = [heard for heard in listeners if heard is not self.heard]


def _keep(node: Node, sign: str, other: Any, answer: bool, number: float) -> None:
    try:
        answers = node._answers
    except AttributeError:
        answers = node._answers = {}
    if len(answers) < MOST or (sign, other) in answers:
        answers[sign, other] = answer, number


def other_answer(node: Node, now: Mapping[Any, Any], waiting: Collection[Node]) -> str:
    """Return what was asked of a node and is answered otherwise by the numbers of now; nothing if there is none.

    A question about two nodes waits for the later one.
    """
    for (sign, other), (answer, number) in getattr(node, ANSWERS, {}).items():
        partner = other() if isinstance(other, ref) else None
        if partner in waiting:
            continue
        if partner is not None:
            number = now.get(partner, partner)._data
        if COMPARE[sign](now[node]._data, number) is not answer:
            name, second = _name(node), f"{number!r}" if partner is None else _name(partner)
            there = f"{now[node]._data!r}" if partner is None else f"{now[node]._data!r} and {number!r}"
            return f"{name} {sign} {second} was {answer} when this was recorded, and is {not answer} now at {there}"
    return ""


def kept_of(node: Node, place: Callable[[Node], Any]) -> list[tuple[Any, ...]]:
    """Return what was asked of a node as plain data, with the ``place`` of each other node; ``keep_again`` takes it."""
    found = []
    for (sign, other), (answer, number) in getattr(node, ANSWERS, {}).items():
        partner = other() if isinstance(other, ref) else None
        found.append((sign, None if partner is None else place(partner), number, answer))
    return found


def keep_again(node: Node, questions: Iterable[tuple[Any, ...]], at: Callable[[Any], Node]) -> None:
    """Let a copy of a node keep what was asked of it; ``at`` finds the nodes of the places."""
    for sign, place, number, answer in questions:
        _keep(node, sign, number if place is None else ref(at(place)), answer, number)


def _name(node: Node) -> str:
    return clean(node.label) or (f"a result of {node.op.name}" if node.op else "a leaf")
