"""The contract of all reports: text that fits a page and obeys nobody, data for JSON, any depth, and a graph left alone."""

from __future__ import annotations

import json
import re

import pytest
from drawn import HOSTILE
from hypothesis import assume, given, settings
from labels import HOSTILE as HOSTILE_MARKUP
from random_graphs import graphs

from autograd import (
    Value,
    check_graph,
    cost,
    derive,
    digits,
    explain,
    mistakes,
    quiz,
    step,
    topological_order,
    total,
    why_big,
    why_nan,
    why_zero,
)
from autograd.text import REPORTS

# How each kind of report is made, of a root and one of its leaves.
MADE = {
    "Derivation": derive,
    "Ledger": lambda y, x: derive(y, x).against(dict.fromkeys(list(derive(y, x).numbers)[:3], 0.5)),
    "Explanation": explain,
    "Why": lambda y, x: why_zero(x, y),
    "Cost": cost,
    "Digits": digits,
    "GraphCheck": lambda y, x: check_graph(y),
    "Mistakes": mistakes,
    "Mistake": lambda y, x: mistakes(y, x)["= for +="],
    "Quiz": lambda y, x: quiz(y, x, blanks=2),
    "Marks": lambda y, x: quiz(y, x, blanks=2).check(["0.5", "1"]),
}
OTHERS = {  # which are reports by what they show
    "why_nan": lambda y, x: why_nan(x, y),
    "digits with care": lambda y, x: digits(y, x, with_care=True),
    "why_big": lambda y, x: why_big(x, y),
    "derivation of all": lambda y, x: derive(y),
    "forward step": lambda y, x: step(y).goto(len(step(y)) // 2 - 1),
    "backward step": lambda y, x: step(y, rate=0.1).goto(-2),
    "update": lambda y, x: step(y, rate=0.1).goto(-1),
}
EVERY = pytest.mark.parametrize("make", [*MADE.values(), *OTHERS.values()], ids=[*MADE, *OTHERS])
LABELS = [*HOSTILE, *[label for label in HOSTILE_MARKUP if label], "\x1b]0;title\x07", "a\u2028b", "\x9b31m", "\u2066x\u2069"]


def graph(*labels: str) -> tuple[Value, Value]:
    """Return a small network's worth of every kind of step, its nodes labelled with these in turn; and one of its leaves."""
    x, w, b = Value(0.5), Value(-1.5), Value(0.25)
    net = w * x + b
    out = net.tanh()
    y = (out - x) ** 2 + 1e-3 * total([x, w, out])
    for node, label in zip((x, w, b, net, out, y), (labels * 6)[:6], strict=True):
        node.label = label
    y.backward()
    return y, x


def state(root: Value) -> list[object]:
    return [(repr(v.data), repr(v.grad), v.label, v.args, v.partials) for v in topological_order(root)]


def test_every_kind_of_report_is_tried():
    assert {kind.__name__ for kind in REPORTS} == set(MADE)
    for name, make in MADE.items():
        assert type(make(*graph("x", "w"))).__name__ == name


@EVERY
@pytest.mark.parametrize("label", LABELS, ids=ascii)
def test_the_text_fits_a_page_and_holds_nothing_that_a_terminal_would_obey(make, label):
    report = make(*graph(label, "x", label))
    assert max(map(len, str(report).split("\n"))) <= 100
    for line in [*str(report).split("\n"), *repr(report).split("\n")]:
        assert not re.search(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]", line)


@EVERY
def test_a_prompt_shows_the_text(make):
    pretty = pytest.importorskip("IPython.lib.pretty").pretty
    report = make(*graph("x", "w", "b"))
    assert pretty(report) == str(report)


@EVERY
@pytest.mark.parametrize("label", ["x", *LABELS], ids=ascii)
def test_data_survives_json(make, label):
    data = make(*graph(label, "w")).as_data()
    assert json.loads(json.dumps(data)) == json.loads(json.dumps(json.loads(json.dumps(data))))


@pytest.mark.parametrize("make", [make for name, make in MADE.items() if name != "Derivation"])
@pytest.mark.parametrize("label", ["x", "```", "a ```` b", "~~~"])
def test_markdown_is_fenced_with_more_backticks_than_any_label_has(make, label):
    text = make(*graph(label, "w"))._repr_markdown_()
    fence = re.match("`+", text)[0]
    assert text.endswith(f"\n{fence}")
    assert fence not in text[len(fence) : -len(fence)]


@pytest.mark.parametrize("label", LABELS, ids=ascii)
def test_a_derivation_in_markdown_and_latex_has_no_tag_and_no_control_character(label):
    derivation = derive(graph(label, "x", label)[0])
    for text in (derivation.to_markdown(), derivation.to_latex(), derivation._repr_latex_()):
        assert "<" not in text
        assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]", text)


@EVERY
@settings(deadline=None, max_examples=25)
@given(graphs())
def test_any_graph_stays_as_it_is_and_has_a_report_that_fits_a_page(make, root):
    leaf = topological_order(root)[0]
    root.backward()
    before = state(root)
    try:
        report = make(root, leaf)
    except ValueError:
        assume(False)  # a quiz may have nothing to ask for
    assert max(map(len, str(report).split("\n"))) <= 100
    json.dumps(report.as_data())
    assert state(root) == before


@EVERY
def test_a_graph_10_000_deep_needs_no_recursion(make):
    x = Value(1.0, label="x")
    y = x
    for _ in range(5_000):
        y = (y * 0.999).tanh()
    y.label = "y"
    report = make(y, x)
    assert len(str(report)) < 100_000 or type(report).__name__ == "Quiz"  # which shows every step
    json.dumps(report.as_data())
