"""Drawing from the outside: what draw and its kin take, return, save, show in notebooks, limit and refuse."""

from __future__ import annotations

import base64
import re
import subprocess
import sys

import graphviz
import pytest
from drawn import chain, needs_rsvg, note, square

from autograd import Value, total
from autograd.drawing import draw, draw_dot, to_dot, trace


def without_programs(monkeypatch):
    monkeypatch.setenv("PATH", "")


# --- files and notebooks ---


@pytest.mark.parametrize(
    ("name", "begins"),
    [("net.svg", b"<svg "), ("net.dot", b"digraph"), ("net.MMD", b"flowchart LR"), ("net.txt", b"Computation")],
)
def test_text_formats_are_saved_without_any_program(tmp_path, monkeypatch, name, begins):
    without_programs(monkeypatch)
    path = draw(note()).save(tmp_path / name)
    assert path == tmp_path / name
    assert path.read_bytes().startswith(begins)


@needs_rsvg
@pytest.mark.parametrize("theme", ["auto", "dark"])
def test_a_png_is_the_picture_of_the_svg_at_twice_its_size(tmp_path, theme):
    picture = draw(note(), theme=theme)
    drawn = subprocess.run(["rsvg-convert", "--zoom=2"], input=picture.svg.encode(), capture_output=True, check=True).stdout
    assert picture.save(str(tmp_path / "net.png")).read_bytes() == drawn


@needs_rsvg
def test_a_pdf_has_the_size_of_the_svg_legend_included(tmp_path):
    picture = draw(note())
    pixels = [float(size) for size in re.findall(r'(?:width|height)="([\d.]+)"', picture.svg)[:2]]
    box = re.search(rb"/MediaBox \[ 0 0 ([\d.]+) ([\d.]+) \]", picture.save(tmp_path / "net.pdf").read_bytes())
    assert [float(points) for points in box.groups()] == pytest.approx([0.75 * size for size in pixels], abs=0.01)


@needs_rsvg
def test_of_a_picture_that_is_too_long_a_png_is_less_sharp(tmp_path):
    width = int.from_bytes(draw(chain(200)).save(tmp_path / "long.png").read_bytes()[16:20], "big")
    assert 31_000 < width < 32_768


@pytest.mark.parametrize(("name", "begins"), [("net.png", b"\x89PNG"), ("net.pdf", b"%PDF")])
def test_without_rsvg_cairosvg_draws_images(tmp_path, monkeypatch, name, begins):
    pytest.importorskip("cairosvg", exc_type=(ImportError, OSError))
    without_programs(monkeypatch)
    assert draw(note()).save(tmp_path / name).read_bytes().startswith(begins)


def test_an_image_that_nothing_can_draw_says_what_to_install(tmp_path, monkeypatch):
    without_programs(monkeypatch)
    monkeypatch.setitem(sys.modules, "cairosvg", None)
    with pytest.raises(RuntimeError, match=r"(?s)neither rsvg-convert nor cairosvg.*pip install.*apt install librsvg2-bin"):
        draw(note()).save(tmp_path / "net.png")
    assert not (tmp_path / "net.png").exists()


def test_a_layout_by_graphviz_without_it_says_how_to_install_it(monkeypatch):
    without_programs(monkeypatch)
    with pytest.raises(RuntimeError, match=r"(?s)not found.*apt install graphviz.*brew install.*winget install.*conda install"):
        draw(note(), layout="dot")


def test_every_format_goes_where_the_picture_goes():
    drawing = draw(square(), rankdir="TB")
    assert "rankdir=TB" in drawing.dot
    assert drawing.mermaid.startswith("flowchart TB")


def test_an_unknown_format_is_refused_with_the_known_ones(tmp_path):
    with pytest.raises(ValueError, match=r"'net\.jpeg' must end in one of \.svg, \.dot"):
        draw(square()).save(tmp_path / "net.jpeg")


def test_a_notebook_gets_one_image_and_a_text():
    bundle = draw(note())._repr_mimebundle_()
    assert bundle.keys() == {"text/html", "text/plain"}
    found = re.fullmatch(r'<img alt="([^"]+)" style="[^"]+" src="data:image/svg\+xml;base64,([\w+/=]+)">', bundle["text/html"])
    assert found
    assert found[1] == "Computation graph of E_total: 25 nodes, 30 edges"
    assert base64.b64decode(found[2]).decode() == draw(note()).svg
    assert "├─ E_o1" in bundle["text/plain"]


def test_the_text_in_a_notebook_is_not_endless():
    assert draw(chain(500))._repr_mimebundle_()["text/plain"].count("\n") < 70


def test_printing_a_drawing_shows_the_graph():
    assert "out_h1" in str(draw(note()))


# --- micrograd's names ---


def test_draw_dot_returns_a_digraph_as_micrograds_does():
    dot = draw_dot(note(), format="png", rankdir="TB")
    assert isinstance(dot, graphviz.Digraph)
    assert dot.format == "png"
    assert "rankdir=TB" in dot.source


def test_draw_dot_takes_the_views_of_draw():
    assert draw_dot(note(), depth=1).source.count("[label=<") == 3


def test_to_dot_is_the_same_under_a_better_name():
    assert to_dot(square()).source == draw_dot(square()).source


def test_draw_dot_refuses_directions_that_graphviz_does_not_know():
    with pytest.raises(ValueError, match="rankdir must be one of LR, TB"):
        draw_dot(square(), rankdir="left")


@pytest.mark.parametrize("shown", [lambda dot: dot.render(), lambda dot: dot.pipe(), lambda dot: dot._repr_mimebundle_()])
def test_draw_dot_without_the_program_says_that_draw_works(monkeypatch, tmp_path, shown):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", str(tmp_path))
    dot = draw_dot(square())
    with pytest.raises(RuntimeError, match=r"program dot was not found; draw.* works without it, or install Graphviz"):
        shown(dot)


def test_draw_dot_without_the_package_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "graphviz", None)
    with pytest.raises(ImportError, match="pip install graphviz"):
        draw_dot(square())


def test_trace_returns_nodes_in_order_and_both_edges_of_a_square():
    y = square()
    (x,) = (v for v in trace(y)[0] if v.label == "x")
    assert trace(y) == ([x, y], [(x, y), (x, y)])


# --- limits ---


def test_above_400_cards_edges_have_no_numbers():
    assert all(edge.text for edge in draw(total([Value(1.0) for _ in range(399)])).view.edges)
    assert not any(edge.text for edge in draw(total([Value(1.0) for _ in range(400)])).view.edges)


def test_above_1000_cards_there_is_a_warning():
    with pytest.warns(UserWarning, match=r"1001 cards takes long to draw.*depth=.*between=.*group="):
        draw(chain(1000), layout="builtin")


def test_above_2000_cards_drawing_is_refused_with_what_to_do():
    with pytest.raises(ValueError, match=r"2001 cards .* the most is 2000; .*depth=.*between=\(a, b\).*group="):
        draw(chain(2000))


def test_a_part_of_a_huge_graph_can_be_drawn():
    assert len(draw(chain(100_000), depth=3).view.cards) == 4


def test_only_values_can_be_drawn():
    with pytest.raises(TypeError, match="draw takes a Value, the root of a graph, but got list"):
        draw([square()])


@pytest.mark.parametrize("option", [{"layout": "neato"}, {"theme": "solarized"}, {"rankdir": "down"}])
def test_an_unknown_choice_is_refused_with_the_known_ones(option):
    with pytest.raises(ValueError, match=r"must be one of (builtin, dot, auto|auto, light, dark|LR, TB, RL, BT)"):
        draw(square(), **option)


def test_what_draws_is_imported_when_it_is_first_asked_for():
    code = """
import sys, autograd
print("autograd.drawing" in sys.modules)
autograd.draw
print("autograd.drawing" in sys.modules)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "True"]
