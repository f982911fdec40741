"""The steps of a forward pass, a backward pass and an update, each as data: what is computed, in words, symbols and numbers."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import NamedTuple

from autograd.drawing import NOT_YET, value_text
from autograd.text import number_text


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

    @property
    def rows(self) -> tuple[tuple[str, str], tuple[str, str]]:
        """What a card says of it."""
        value, grad = (NOT_YET if x is None else value_text(x) for x in (self.value, self.grad))
        return ("value", value), ("grad", grad)


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
    """One step: ``kind`` is "start", "forward", "seed", "backward" or "update"; ``node`` is "" where it is about many.

    Where nodes are grouped, ``node`` is the name of a group, ``nodes`` are those that it computes or goes back through, in that
    order, and ``edges`` are all of theirs.
    """

    kind: str
    round: int
    node: str
    edges: tuple[Edge, ...]
    sentence: str
    lines: tuple[Line, ...]
    changes: tuple[Change, ...]
    nodes: tuple[str, ...] = ()


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
