"""Pictures as text: the tree for terminals, Mermaid, DOT."""

from __future__ import annotations

import re
import subprocess
from itertools import pairwise

import pytest
from drawn import HOSTILE, chain, hostile, mlp, needs_dot, note, square

from autograd import Value, total
from autograd.drawing import draw, to_dot
from autograd.drawing.text import tree
from autograd.drawing.words import columns

NOTE_DEPTH_2 = """\
Computation graph of E_total: 7 nodes, 6 edges
                       value     grad  ∂above/∂this
E_total          +    0.2984   1.0000
├─ E_o1          ½Δ²  0.2748   1.0000             1
│  ├─ target_o1       0.0100  −0.7414       −0.7414
│  └─ out_o1     ⋯ σ  0.7514   0.7414        0.7414
└─ E_o2          ½Δ²  0.0236   1.0000             1
   ├─ target_o2       0.9900   0.2171        0.2171
   └─ out_o2     ⋯ σ  0.7729  −0.2171       −0.2171
"""

MERMAID_SQUARE = """\
flowchart LR
    n0["<b>x</b><br>value 3.0000<br>grad ·"]:::leaf
    n1["<b>×</b> v1<br>value 9.0000<br>grad ·"]:::root
    n0 -->|"3"| n1
    n0 -->|"3"| n1
    classDef leaf fill:#f0fafc,stroke:#0b6f8a,stroke-width:2px,color:#0f172a
    classDef root fill:#f5f6f8,stroke:#1f2937,stroke-width:2px,color:#0f172a
"""


# --- the tree ---


def test_the_tree_shows_values_gradients_and_partials():
    assert draw(note(), depth=2).text == NOTE_DEPTH_2


def test_what_is_shared_is_shown_once_and_referred_to():
    text = draw(note()).text
    assert text.count("0.3775") == 1
    assert len(re.findall(r"out_h1 +\(see above\) +0\.5\n", text)) == 1


def test_the_tree_has_a_line_for_each_edge():
    drawing = draw(mlp()[1])
    assert drawing.text.count("─ ") == len(drawing.view.edges)


def test_the_tree_of_groups_says_what_is_in_them():
    model, error = mlp()
    assert re.search(r"layers\[1\] +Layer +nodes 8 +params 20 +4 edges\n", draw(error, group=model).text)


def test_a_deep_graph_goes_on_below_and_stays_narrow():
    text = draw(chain(300)).text
    assert max(columns(line) for line in text.splitlines()) < 120
    names = re.findall(r"^(v\d+|x)\b|─ (v\d+|x)\b", text, re.MULTILINE)
    shown = [one or other for one, other in names]
    assert {f"v{k}" for k in range(1, 301)} | {"x"} == set(shown)


def test_columns_of_wide_characters_line_up():
    lines = draw(total([Value(1.0, label="漢字"), Value(2.0, label="ab")])).text.splitlines()
    assert len({columns(line[: line.index("0000")]) for line in lines[2:]}) == 1


def test_a_limited_tree_says_how_much_is_missing():
    text = tree(draw(note()).view, most_lines=5)
    assert text.splitlines()[-1].startswith("… and 26 more lines")


def test_no_label_reaches_the_terminal_with_control_characters():
    text = draw(hostile()).text
    assert all(char.isprintable() or char in "\n\u200d" or not char.isascii() for char in text)
    assert "\u202e" not in text
    assert max(len(line) for line in text.splitlines()) < 200


# --- Mermaid ---


def test_mermaid_has_a_node_for_each_card_and_an_edge_for_each_edge():
    assert draw(square()).mermaid == MERMAID_SQUARE


def test_mermaid_labels_contain_nothing_that_mermaid_reads():
    text = draw(hostile()).mermaid
    nodes = re.findall(r'^    n\d+\["(.*)"\]:::\w+$', text, re.MULTILINE)
    assert len(nodes) == 2 * len(HOSTILE) + 1
    for node in nodes:
        title = re.fullmatch(r"<b>(.*)</b>[^<>]*<br>value [^<>]*<br>grad [^<>]*", node)[1]
        assert not re.search(r'[<>"&`*|{}\[\]()]', title)
        assert re.sub(r"#\d+;", "", title).count("#") == 0


def test_mermaid_warns_when_there_are_more_edges_than_it_draws():
    drawing = draw(total([Value(1.0) for _ in range(501)]), layout="builtin")
    with pytest.warns(UserWarning, match="at most 500 edges unless it is told otherwise, and these are 501"):
        assert drawing.mermaid


# --- DOT ---


def rendered(source):
    done = subprocess.run(["dot", "-Tsvg"], input=source.encode(), capture_output=True, check=True)
    assert done.stderr == b""
    return done.stdout.decode()


@needs_dot
def test_dot_is_a_picture_in_itself():
    svg = rendered(draw(note()).dot)
    assert svg.count('class="node"') == 25
    assert svg.count('class="edge"') == 30
    assert ">net_h1<" in svg
    assert ">−0.0226<" in svg


@needs_dot
def test_the_digraph_is_the_same_picture():
    assert rendered(to_dot(note()).source) == rendered(draw(note()).dot)


def test_dot_has_a_dark_theme():
    assert 'bgcolor="#0d1420"' in to_dot(note(), theme="dark").source
    with pytest.raises(ValueError, match="theme must be one of auto, light, dark"):
        to_dot(note(), theme="night")


@needs_dot
def test_no_label_breaks_dot_or_injects_anything():
    svg = rendered(draw(hostile()).dot)
    assert svg.count('class="node"') == 2 * len(HOSTILE) + 1
    assert svg.count('class="edge"') == 2 * len(HOSTILE)
    assert "<script" not in svg
    assert r"\N\G\l\&quot;\\" in svg.replace("\u200b", "")


@needs_dot
def test_the_numbers_of_a_user_cannot_break_dot():
    drawing = draw(square(), number_format=lambda x: '"<b>\\', partial_format=lambda x: '"]; x [label="')
    assert rendered(drawing.dot).count('class="node"') == 2


@needs_dot
def test_dot_runs_from_left_to_right_or_as_asked():
    for direction, axis in (("LR", 0), ("TB", 1)):
        places = re.findall(r"^node \S+ (\S+) (\S+)", layout(to_dot(chain(3), rankdir=direction).source), re.MULTILINE)
        other = [float(place[1 - axis]) for place in places]
        assert max(other) - min(other) < 0.01
        assert all(one != following for one, following in pairwise(place[axis] for place in places))


def layout(source):
    return subprocess.run(["dot", "-Tplain"], input=source, capture_output=True, text=True, check=True).stdout
