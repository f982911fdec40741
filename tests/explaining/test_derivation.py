"""Derivations as LaTeX, Markdown and data: they compile, and hostile labels stay text."""

from __future__ import annotations

import json
import os
import shutil
import subprocess

import pytest
from labels import HOSTILE

from autograd import Value, weighted_sum
from autograd.explaining.deriver import derive
from nn.note import load


def note():
    network = load()
    return derive(network.error(), network.trained)


def hostile():
    leaves = [Value(0.5 + n, label=label) for n, label in enumerate(HOSTILE)]
    out = weighted_sum(leaves[::2], leaves[1::2], 1.0).sigmoid()
    out.label = "\\end{align*} $$"
    return derive(out, leaves)


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


def test_a_notebook_shows_the_mathematics():
    assert note()._repr_latex_() == note().to_latex()


def test_markdown_has_one_row_of_four_cells_for_each_step():
    for derivation in (note(), hostile()):
        rows = derivation.to_markdown().splitlines()
        steps = sum(map(len, derivation.stages))
        assert len(rows) == 2 + steps
        assert {row.replace("\\|", "").count("|") for row in rows} == {5}


def test_data_survives_json():
    data = json.loads(json.dumps(note().as_data()))
    assert [step["name"] for step in data if step["name"]] == [f"R{n}" for n in range(1, 21)]
    assert data[0]["formula"] == "(target_o1 − out_o1)·(−1)"


def test_the_part_for_a_node_that_was_not_asked_for_is_refused_with_the_names_there_are_near_ones_first():
    x, w1, w2 = Value(2.0, label="x"), Value(3.0, label="w1"), Value(4.0, label="w2")
    with pytest.raises(ValueError, match="only takes a node whose gradient is here: w2, x and w1; but got 'w22'"):
        derive(x * w1 * w2).only("w22")


@pytest.mark.parametrize(("claims", "shown"), [({1: 2.0}, "int 1"), ({None: 2.0}, "NoneType None")])
def test_a_claim_whose_name_is_no_text_is_refused(claims, shown):
    with pytest.raises(TypeError, match=f'goes by its name, such as "R1" or "dE/dw", but got {shown}'):
        derive(Value(2.0, label="x") * 3.0).against(claims)
