"""Derivations as LaTeX, Markdown and data: they compile, and hostile labels stay text."""

from __future__ import annotations

import json
import os
import shutil
import subprocess

import pytest

from autograd import Value, check_graph, cost, explain, weighted_sum, why_zero
from autograd.explaining.deriver import derive
from autograd.teaching.classic_mistakes import mistakes
from autograd.teaching.quizzes import quiz
from autograd.text.formulas import latex_name
from autograd.text.numbers import latex_number
from autograd.text.tables import latex_document, markdown_escaped
from nn.note import load

HOSTILE = [
    "$x$",
    "a}b{c",
    r"\input{/etc/passwd}",
    "50 % & more",
    "#_~^",
    "<script>alert(1)</script>",
    "a|b",
    "`code`",
    "[link](javascript:0)",
    "two\nlines",
    "误差",
    "σ",
    "_",
    "",
]


def note():
    network = load()
    return derive(network.error(), network.trained)


def hostile():
    leaves = [Value(0.5 + n, label=label) for n, label in enumerate(HOSTILE)]
    out = weighted_sum(leaves[::2], leaves[1::2], 1.0).sigmoid()
    out.label = "\\end{align*} $$"
    return derive(out, leaves)


@pytest.mark.parametrize(
    ("label", "expected"),
    [
        ("x", "x"),
        ("w5", "w_{5}"),
        ("out_h1", r"\mathrm{out}_{h1}"),
        ("net_h1_2", r"\mathrm{net}_{h1,2}"),
        ("E_total", r"E_{\mathrm{total}}"),
        ("loss", r"\mathrm{loss}"),
        ("x#2", r"\text{x\#2}"),
        ("a b", r"\text{a b}"),
        ("a\\b", r"\text{a}\backslash \text{b}"),
    ],
)
def test_labels_become_mathematics_where_they_look_like_it(label, expected):
    assert latex_name(label) == expected


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        (0.25, "0.25"),
        (-3.0, "-3"),
        (3.51e-5, r"3.51 \cdot 10^{-5}"),
        (float("inf"), r"\infty"),
        (float("nan"), r"\mathrm{nan}"),
    ],
)
def test_numbers_become_mathematics(number, expected):
    assert latex_number(number) == expected


def test_the_notes_latex_has_a_line_for_each_factor_and_product():
    latex = note().to_latex()
    assert latex.count("&=") == 20 + 8
    assert r"R_{13} = \frac{\partial E_{\mathrm{total}}}{\partial \mathrm{out}_{h1}} &= R_{1} \, R_{3} \, R_{9}" in latex


KATEX = """
const katex = require('katex');
let source = '';
process.stdin.on('data', chunk => source += chunk).on('end', () => {
    katex.renderToString(source, {displayMode: true, throwOnError: true, strict: 'ignore'});
    console.log('compiled');
});
"""


def compile_latex(source: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["node", "-e", KATEX], input=source, capture_output=True, text=True, encoding="utf-8", check=False)


@pytest.fixture
def katex():
    if not shutil.which("node") or compile_latex("x").returncode:
        if os.environ.get("CI"):
            pytest.fail("CI must have node and the npm package katex, its folder in NODE_PATH")
        pytest.skip("needs node and the npm package katex")


@pytest.mark.usefixtures("katex")
def test_the_compiler_refuses_what_is_wrong():
    assert compile_latex(r"\frac{1}{").returncode


@pytest.mark.usefixtures("katex")
@pytest.mark.parametrize("make", [note, hostile])
def test_the_latex_compiles(make):
    finished = compile_latex(make().to_latex())
    assert finished.stdout == "compiled\n", finished.stderr


def test_a_document_is_complete():
    document = latex_document(note().to_latex())
    assert document.startswith("\\documentclass{article}\n\\usepackage{amsmath}\n")
    assert document.endswith("\\end{document}\n")


def test_a_notebook_shows_the_mathematics():
    assert note()._repr_latex_() == note().to_latex()


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


def test_markdown_has_one_row_of_four_cells_for_each_step():
    for derivation in (note(), hostile()):
        rows = derivation.to_markdown().splitlines()
        steps = sum(map(len, derivation.stages))
        assert len(rows) == 2 + steps
        assert {row.replace("\\|", "").count("|") for row in rows} == {5}


@pytest.mark.parametrize("label", HOSTILE)
def test_markdown_leaves_nothing_to_interpret(label):
    escaped = markdown_escaped(label)
    assert "<" not in escaped
    assert "\n" not in escaped
    for special in "|`*[]$#~":
        assert escaped.count(special) == escaped.count("\\" + special)


def test_names_with_underscores_inside_stay_readable_in_markdown():
    assert markdown_escaped("∂E_total/∂out_h1") == "∂E_total/∂out_h1"


def test_data_survives_json():
    data = json.loads(json.dumps(note().as_data()))
    assert [step["name"] for step in data if step["name"]] == [f"R{n}" for n in range(1, 21)]
    assert data[0]["formula"] == "(target_o1 − out_o1)·(−1)"
