"""Graphs to draw, and what to look for in the pictures."""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable
from itertools import combinations

import pytest

from autograd import Value, exp
from autograd.drawing.drawing import Drawing
from autograd.drawing.edge_labels import Box, points_on
from autograd.drawing.view import View
from nn import MLP
from nn.note import load

needs_dot = pytest.mark.skipif(shutil.which("dot") is None, reason="Graphviz is not installed")
needs_rsvg = pytest.mark.skipif(shutil.which("rsvg-convert") is None, reason="rsvg-convert is not installed")

ENGINES = [pytest.param("dot", marks=needs_dot), "builtin"]


def note() -> Value:
    """Return the note's error, after a backward pass."""
    error = load().error()
    error.backward()
    return error


def elementary_note(activate: Callable[[Value], Value] = lambda net: 1 / (1 + exp(-net))) -> Value:
    """Return the same network written with +, ×, ÷ and exp."""
    i1, i2, b1, b2 = (Value(x, label=name) for name, x in (("i1", 0.05), ("i2", 0.1), ("b1", 0.35), ("b2", 0.6)))
    targets = [Value(0.01, label="target_o1"), Value(0.99, label="target_o2")]
    w = [Value(x, label=f"w{k}") for k, x in enumerate((0.15, 0.2, 0.25, 0.3, 0.4, 0.45, 0.5, 0.55), start=1)]

    def neuron(name: str, v: Value, x: Value, u: Value, y: Value, bias: Value) -> Value:
        net = v * x + u * y + bias
        net.label = f"net_{name}"
        out = activate(net)
        out.label = f"out_{name}"
        return out

    h1, h2 = neuron("h1", w[0], i1, w[1], i2, b1), neuron("h2", w[2], i1, w[3], i2, b1)
    outs = [neuron("o1", w[4], h1, w[5], h2, b2), neuron("o2", w[6], h1, w[7], h2, b2)]
    errors = [0.5 * (target - out) ** 2 for target, out in zip(targets, outs, strict=True)]
    for number, error in enumerate(errors, start=1):
        error.label = f"E_o{number}"
    total = errors[0] + errors[1]
    total.label = "E_total"
    total.backward()
    return total


def mlp() -> tuple[MLP, Value]:
    """Return an MLP(3, [4, 4, 1]) without labels, and its squared error on one sample."""
    random.seed(1)
    model = MLP(3, [4, 4, 1])
    error = (model([Value(2.0), Value(3.0), Value(-1.0)]) - 1) ** 2
    error.backward()
    return model, error


def square() -> Value:
    x = Value(3.0, label="x")
    return x * x


def chain(length: int) -> Value:
    x = Value(0.5, label="x")
    for _ in range(length):
        x = x.sin()
    return x


CASES = {
    "the note": (note, {}),
    "every operation": (note, {"every_operation": True}),
    "elementary": (elementary_note, {}),
    "MLP": (lambda: mlp()[1], {}),
    "x * x": (square, {}),
    "a leaf": (lambda: Value(3.0), {}),
    "neurons": (note, {"parameters": False}),
    "downward": (note, {"rankdir": "TB"}),
    "MLP upward": (lambda: mlp()[1], {"rankdir": "BT"}),
    "elementary to the left": (elementary_note, {"rankdir": "RL"}),
}

HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "</text></svg>",
    "]]>",
    "--><!--",
    "</style><style>*{display:none}",
    "&amp;&lt;&#0;",
    r"\N\G\l\"\\",
    '"]; n0 -> n1 [label="',
    "two\nlines\r\n\tand a tab",
    "\x00\x07\x1b[31mred\x1b[0m",
    "\ud800 \uffff",
    "\u202eright to left override",
    "مرحبا بالعالم",
    "👩‍👩‍👧‍👦 family",
    "x" * 10_000,
    "e\u0301" * 5_000,
    "  ",
    "$x_1$ `code` **bold** #quot; %% {a|b}",
    "end",
    "1. list",
]


def hostile() -> Value:
    """Return a sum of leaves with labels that try to break out of every format."""
    total = Value(0.0, label="start")
    for label in HOSTILE:
        total = total + Value(1.0, label=label)
    total.label = HOSTILE[0]
    return total


def connections(view: View) -> list[tuple[str, str, str]]:
    """Return the edges by name, with their texts."""
    return [(view.cards[edge.tail].name, view.cards[edge.head].name, edge.text) for edge in view.edges]


def names(view: View) -> set[str]:
    return {card.name for card in view.cards}


def overlaps(boxes: list[Box]) -> list[tuple[Box, Box]]:
    """Return the pairs of boxes that share an area."""
    return [
        (a, b)
        for a, b in combinations(boxes, 2)
        if min(a[2], b[2]) - max(a[0], b[0]) > 0.01 and min(a[3], b[3]) - max(a[1], b[1]) > 0.01
    ]


def trespassing(drawing: Drawing) -> list[tuple[int, int]]:
    """Return each edge that runs through the inside of a card, its own two among them, with that card."""
    layout = drawing.layout
    boxes = [layout.box(card, margin=-1.0) for card in range(len(layout.centers))]
    return [
        (edge, card)
        for edge, curve in enumerate(layout.curves)
        for card, (left, top, right, bottom) in enumerate(boxes)
        if any(left < x < right and top < y < bottom for x, y in points_on(curve, step=1.0))
    ]


def luminance(colour: str) -> float:
    """Return the relative luminance of a colour, #rrggbb, by WCAG 2."""
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)
