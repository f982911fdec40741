"""Names: one for each node, and how they are written as mathematics."""

from __future__ import annotations

import pytest

from autograd import Value
from autograd.text import latex_name, names_of, partial, partial_formulas


def test_names_are_unique():
    nodes = [Value(1.0, label="x"), Value(1.0), Value(1.0, label="x"), Value(1.0), Value(1.0, label="v1")]
    names = list(names_of(nodes).values())
    assert len(set(names)) == len(names)
    assert names == ["x", "v2", "v3", "v4", "v1"]


def test_labels_that_look_alike_as_mathematics_name_one_node_only():
    nodes = [Value(1.0, label=label) for label in ("w5", "w_5", "v_1", "{x}", "{x}")]
    names = names_of(nodes).values()
    assert [*names] == ["w5", "v2", "v_1", "{x}", "v3"]
    assert len({*map(latex_name, names)}) == 5


@pytest.mark.parametrize(
    "label", ["x1*w1 + x2*w2", "2", "1e5", "inf", "x²", "a·b", "∂y/∂x", "f(x)", "two words", "½", "", "−x"]
)
def test_a_label_that_might_be_taken_for_a_formula_is_quoted_in_formulas(label):
    x, y = Value(3.0, label=label), Value(2.0, label="y")
    names = {x: label, y: "y", x * y: "z"}
    assert partial_formulas([*names][-1], names) == ["y", f"“{label}”"]
    assert partial("y", label) == f"∂y/∂“{label}”"


@pytest.mark.parametrize(
    ("label", "expected"),
    [
        ("x", "x"),
        ("w5", "w_{5}"),
        ("out_h1", r"\mathrm{out}_{h1}"),
        ("net_h1_2", r"\mathrm{net}_{h1,2}"),
        ("E_total", r"E_{\mathrm{total}}"),
        ("loss", r"\mathrm{loss}"),
        ("out_h1.2", r"{\mathrm{out}_{h1}^{(2)}}"),
        ("out_h1.2.3", r"\text{out\_h1.2.3}"),
        ("0.5", r"\text{0.5}"),
        ("x#2", r"\text{x\#2}"),
        ("a b", r"\text{a b}"),
        ("a\\b", r"\text{a}\backslash \text{b}"),
    ],
)
def test_labels_become_mathematics_where_they_look_like_it(label, expected):
    assert latex_name(label) == expected
