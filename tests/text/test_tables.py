"""Tables in Markdown that leaves nothing to interpret, equations in LaTeX, and documents that are complete."""

from __future__ import annotations

import pytest
from labels import HOSTILE

from autograd.text.tables import Row, Table, as_latex, as_markdown, latex_document, markdown_escaped


def test_equations_are_aligned_with_gaps_and_a_table_is_marked_up():
    rows = [Row(("x", "1"), latex="x &= 1"), "", Row(("_y_", "2"), latex="y &= 2"), "… 3 more"]
    assert as_latex(Table(rows, [" = "])) == (
        "\\begin{align*}\nx &= 1 \\\\[1ex]\ny &= 2 \\\\\n& \\text{… 3 more}\n\\end{align*}"
    )
    assert as_markdown(Table(rows, [" = "], head=("name", "number"))).split("\n") == [
        "| name | number |",
        "|---|---:|",
        "| x | 1 |",
        r"| \_y\_ | 2 |",
        "|  | … 3 more |",
    ]


def test_a_document_is_complete():
    document = latex_document(r"x &= 1")
    assert document.startswith("\\documentclass{article}\n\\usepackage{amsmath}\n")
    assert document.endswith("\\end{document}\n")


@pytest.mark.parametrize("label", HOSTILE)
def test_markdown_leaves_nothing_to_interpret(label):
    escaped = markdown_escaped(label)
    assert "<" not in escaped
    assert "\n" not in escaped
    for special in "|`*[]$#~":
        assert escaped.count(special) == escaped.count("\\" + special)


def test_names_with_underscores_inside_stay_readable_in_markdown():
    assert markdown_escaped("∂E_total/∂out_h1") == "∂E_total/∂out_h1"
