"""Markdown that leaves nothing to interpret, and documents that are complete."""

from __future__ import annotations

import pytest
from labels import HOSTILE

from autograd.text.tables import latex_document, markdown_escaped


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
