"""Names: one for each node, and how they are written as mathematics."""

from __future__ import annotations

import pytest

from autograd import Value
from autograd.text import names_of
from autograd.text.formulas import latex_name


def test_names_are_unique():
    nodes = [Value(1.0, label="x"), Value(1.0), Value(1.0, label="x"), Value(1.0), Value(1.0, label="v1")]
    names = list(names_of(nodes).values())
    assert len(set(names)) == len(names)
    assert names == ["x", "v2", "x#2", "v3", "v1"]


def test_labels_with_braces_are_told_apart_like_others():
    assert [*names_of([Value(1.0, label="{x}"), Value(2.0, label="{x}")]).values()] == ["{x}", "{x}#2"]


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
