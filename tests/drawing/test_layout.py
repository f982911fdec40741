"""Both layouts: nothing overlaps, edges keep to their own cards, and the same graph gives the same bytes anywhere."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from dataclasses import replace
from itertools import pairwise

import pytest
from drawn import CASES, ENGINES, chain, mlp, needs_dot, note, overlaps, square, trespassing
from hypothesis import given, settings
from hypothesis import strategies as st
from project import ROOT

from autograd import Value, total
from autograd.drawing import draw
from autograd.drawing.edge_labels import along, points_on
from autograd.drawing.layout import CARD_HEIGHT
from nn import Layer


def picture(name, engine):
    make, options = CASES[name]
    return draw(make(), layout=engine, **options)


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("name", CASES)
def test_no_cards_overlap(name, engine):
    layout = picture(name, engine).layout
    assert overlaps([layout.box(card) for card in range(len(layout.centers))]) == []


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("name", CASES)
def test_no_edge_runs_through_a_card(name, engine):
    assert trespassing(picture(name, engine)) == []


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("name", CASES)
def test_every_number_has_a_place_that_covers_neither_a_card_nor_another_number(name, engine):
    drawing = picture(name, engine)
    layout = drawing.layout
    assert all(layout.chips)
    assert overlaps([*layout.chips, *(layout.box(card) for card in range(len(layout.centers)))]) == []


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("name", CASES)
def test_every_edge_ends_at_the_borders_of_its_cards(name, engine):
    drawing = picture(name, engine)
    for edge, curve in zip(drawing.view.edges, drawing.layout.curves, strict=True):
        for (x, y), card in ((curve[0], edge.tail), (curve[-1], edge.head)):
            left, top, right, bottom = drawing.layout.box(card)
            assert min(abs(x - left), abs(x - right), abs(y - top), abs(y - bottom)) < 0.01
            assert left - 0.01 <= x <= right + 0.01
            assert top - 0.01 <= y <= bottom + 0.01


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("name", CASES)
def test_every_number_is_on_its_own_edge(name, engine):
    layout = picture(name, engine).layout
    for curve, (left, top, right, bottom) in zip(layout.curves, layout.chips, strict=True):
        assert any(left < x < right and top < y < bottom for x, y in points_on(curve, step=1.0))


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("name", CASES)
def test_all_is_within_the_picture(name, engine):
    layout = picture(name, engine).layout
    boxes = [*(layout.box(card) for card in range(len(layout.centers))), *filter(None, layout.chips)]
    assert min(box[0] for box in boxes) >= 0
    assert min(box[1] for box in boxes) >= 0
    assert max(box[2] for box in boxes) <= layout.width
    assert max(box[3] for box in boxes) <= layout.height


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(("rankdir", "axis", "sign"), [("LR", 0, 1), ("RL", 0, -1), ("TB", 1, 1), ("BT", 1, -1)])
def test_time_runs_from_left_to_right_or_as_one_wants(engine, rankdir, axis, sign):
    drawing = draw(mlp()[1], layout=engine, rankdir=rankdir)
    place = [sign * center[axis] for center in drawing.layout.centers]
    size = (drawing.layout.card_width, CARD_HEIGHT)[axis]
    assert all(place[edge.tail] + size < place[edge.head] for edge in drawing.view.edges)


@pytest.mark.parametrize("engine", ENGINES)
def test_the_edges_of_a_square_are_two_lines(engine):
    one, other = draw(square(), layout=engine).layout.curves
    (_, y), (_, y2) = along(points_on(one), [0.5])[0], along(points_on(other), [0.5])[0]
    assert abs(y - y2) > 8


@pytest.mark.parametrize("engine", ENGINES)
def test_very_wide_pictures_are_as_exact_as_small_ones(engine):
    layout = draw(chain(700), layout=engine).layout
    for one, following in pairwise(layout.curves):
        assert following[0][0] - one[-1][0] == pytest.approx(layout.card_width, abs=0.03)


@pytest.mark.parametrize("engine", ENGINES)
def test_numbers_that_find_no_room_are_left_out_and_the_legend_says_so(engine):
    layer = Layer(18, 18)
    drawing = draw(total(layer([Value(1.0) for _ in range(18)])), layout=engine, parameters=False)
    chips = [chip for chip in drawing.layout.chips if chip]
    assert len(chips) < len(drawing.view.edges)
    assert overlaps(chips) == []
    assert "numbers for which there is no room are left out" in drawing.svg


@st.composite
def graphs(draw):
    """Draw a graph of additions and multiplications, any of which may use any earlier nodes."""
    nodes = [Value(1.0 + k) for k in range(draw(st.integers(1, 4)))]
    for _ in range(draw(st.integers(1, 25))):
        x, y = (draw(st.sampled_from(nodes)) for _ in range(2))
        nodes.append(x * y if draw(st.booleans()) else x + y)
    return total(nodes)


@settings(max_examples=25, deadline=None)
@given(graphs())
def test_whatever_the_graph_the_builtin_layout_keeps_everything_apart(root):
    drawing = draw(root, number_format=lambda x: "1", partial_format=lambda x: "1")
    layout = drawing.layout
    assert overlaps([*filter(None, layout.chips), *(layout.box(card) for card in range(len(layout.centers)))]) == []
    assert trespassing(drawing) == []


def test_the_checks_see_a_card_on_another_and_an_edge_through_a_card():
    drawing = draw(note())
    layout = drawing.layout
    assert overlaps([layout.box(0), layout.box(0, margin=-5)]) == [(layout.box(0), layout.box(0, margin=-5))]
    (x0, y0), (x1, y1) = layout.centers[0], layout.centers[-1]
    straight = [(x0 + (x1 - x0) * k / 3, y0 + (y1 - y0) * k / 3) for k in range(4)]
    drawing.layout = replace(layout, curves=[straight])
    assert {card for _, card in trespassing(drawing)} > {0, len(layout.centers) - 1}


# --- the same everywhere ---

PROGRAM = """
import hashlib, sys
sys.path[:0] = ["tests", "."]
from drawn import CASES
from autograd.drawing import draw
for make, options in CASES.values():
    for engine in sys.argv[1:]:
        picture = draw(make(), layout=engine, **options)
        texts = picture.svg + picture.dot + picture.mermaid + picture.text
        print(hashlib.sha256(texts.encode()).hexdigest())
"""


def test_the_same_graph_gives_the_same_bytes_in_other_processes():
    engines = ["builtin", "dot"] if shutil.which("dot") else ["builtin"]
    runs = []
    for seed in ("1", "2"):
        environment = {**os.environ, "PYTHONHASHSEED": seed}
        runs.append(
            subprocess.run(
                [sys.executable, "-c", PROGRAM, *engines], cwd=ROOT, capture_output=True, check=True, env=environment
            ).stdout
        )
    assert runs[0] == runs[1]
    drawing = draw(note())
    again = hashlib.sha256((drawing.svg + drawing.dot + drawing.mermaid + drawing.text).encode()).hexdigest()
    assert again == runs[0].decode().split()[0]


# --- with and without Graphviz ---


@pytest.fixture
def no_dot(monkeypatch):
    monkeypatch.setenv("PATH", "")


@needs_dot
def test_with_graphviz_and_without_a_picture_has_the_same_bytes(monkeypatch):
    pictures = [draw(note(), **options).svg for options in ({}, {"layout": "builtin"}, {"layout": "auto"})]
    assert draw(note(), layout="dot").svg not in pictures
    monkeypatch.setenv("PATH", "")
    assert {draw(note()).svg, *pictures} == {pictures[0]}


@pytest.mark.usefixtures("no_dot")
def test_dot_by_name_without_graphviz_says_how_to_install_it_on_each_system():
    with pytest.raises(RuntimeError) as caught:
        draw(note(), layout="dot")
    for command in ("apt install", "dnf install", "pacman -S", "brew install", "winget install", "conda install"):
        assert f"{command}" in str(caught.value)


@pytest.fixture
def broken_dot(tmp_path, monkeypatch):
    """Put a dot in the way that fails, as one does whose plugins are not registered."""
    program = tmp_path / "dot"
    program.write_text('#!/bin/sh\necho "Format: plain not recognized" >&2\nexit 1\n')
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/bin:/usr/bin")


@pytest.mark.usefixtures("broken_dot")
@pytest.mark.skipif(sys.platform == "win32", reason="the broken program is a shell script")
def test_a_broken_graphviz_asked_for_by_name_shows_what_it_said():
    with pytest.raises(RuntimeError, match="dot failed: Format: plain not recognized"):
        draw(note(), layout="dot")


@needs_dot
def test_both_layouts_give_pictures_of_the_same_kind():
    one, other = (draw(note(), layout=engine) for engine in ("dot", "builtin"))
    assert one.view == other.view
    assert one.layout.card_width == other.layout.card_width
    assert min(one.layout.height, other.layout.height) > CARD_HEIGHT
    assert 0.8 < one.layout.width / other.layout.width < 1.25
    assert 0.8 < one.layout.height / other.layout.height < 1.25
