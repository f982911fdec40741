"""What all reports have in common."""

from __future__ import annotations

import pytest

from autograd import Value, check_graph, cost, explain, why_zero
from autograd.explaining.deriver import derive
from autograd.teaching.classic_mistakes import mistakes
from autograd.teaching.quizzes import quiz


@pytest.mark.parametrize(
    "report",
    [
        lambda y: derive(y),
        lambda y: derive(y).against({"∂y/∂x": 6.0}),
        lambda y: explain(y, y.args[0]),
        lambda y: check_graph(y),
        lambda y: cost(y),
        lambda y: mistakes(y),
        lambda y: mistakes(y)["= for +="],
        lambda y: quiz(y, blanks=1),
        lambda y: quiz(y, blanks=1).check(["6"]),
        lambda y: why_zero(y.args[0], y),
    ],
)
def test_a_notebook_shows_the_text_of_every_report(report):
    pretty = pytest.importorskip("IPython.lib.pretty").pretty
    x = Value(3.0, label="x")
    y = x * x
    y.label = "y"
    shown = report(y)
    assert pretty(shown) == str(shown)
