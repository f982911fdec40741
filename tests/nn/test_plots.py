"""Pictures of decision boundaries: what they show, how they look, and that they stay small."""

from __future__ import annotations

import base64
import math
import re
import struct
import zlib
from itertools import combinations
from xml.etree import ElementTree

import pytest
from charts import SVG, WHOLE, text_boxes
from renderers import difference, needs_renderers

from autograd import Value
from autograd.drawing.theme import ROLES
from nn import MLP
from nn.data import moons, spirals, xor
from nn.plots import decision_boundary

BLUE, ORANGE, TEAL = (ROLES[name].band[0] for name in ("input", "weight", "hidden"))


def tilted(point):
    """Return a score that is 0 along x + y = 1."""
    return Value(point[0]) + point[1] - 1.0


def by_thirds(point):
    """Return scores of three classes: left of 1, between 1 and 2, right of 2."""
    return [Value(1.0 - point[0]), Value(0.5 - abs(point[0] - 1.5)), Value(point[0] - 2.0)]


SQUARE = [[0.0, 0.0], [1.0, 0.0], [0.0, 1.0], [1.0, 1.0]]


def parsed(picture):
    return ElementTree.fromstring(picture.svg)


def pixels(picture):
    """Return the rows of the map's image, read back by the rules of the PNG specification."""
    url = next(parsed(picture).iter(f"{SVG}image")).get("href")
    data = base64.b64decode(url.removeprefix("data:image/png;base64,"))
    assert data[:8] == b"\x89PNG\r\n\x1a\n"
    chunks, at = {}, 8
    while at < len(data):
        length, kind = struct.unpack(">I4s", data[at : at + 8])
        content = data[at + 8 : at + 8 + length]
        assert struct.unpack(">I", data[at + 8 + length : at + 12 + length]) == (zlib.crc32(kind + content),)
        chunks[kind], at = content, at + 12 + length
    width, height, *form = struct.unpack(">IIBBBBB", chunks[b"IHDR"])
    assert form == [8, 6, 0, 0, 0]
    raw = zlib.decompress(chunks[b"IDAT"])
    rows = [raw[j * (4 * width + 1) : (j + 1) * (4 * width + 1)] for j in range(height)]
    assert {row[0] for row in rows} == {0}
    return [[tuple(row[1 + 4 * i : 5 + 4 * i]) for i in range(width)] for row in rows]


def hexadecimal(pixel):
    return "#{:02x}{:02x}{:02x}".format(*pixel[:3])


# --- what is shown ---


def test_regions_have_the_colour_of_their_class_with_the_first_row_on_top():
    rows = pixels(decision_boundary(tilted, SQUARE, [-1, 1, 1, 1], size=9))
    assert (len(rows), len(rows[0])) == (9, 9)
    assert [hexadecimal(rows[j][i]) for j, i in ((8, 0), (0, 8), (0, 0), (8, 8))] == [BLUE, ORANGE, BLUE, BLUE]


def test_colours_are_the_stronger_the_surer_the_model_is():
    surest, middle = decision_boundary(tilted, SQUARE, [-1, 1, 1, 1], size=9), lambda rows: rows[4][4][3]
    opacity = [pixel[3] for pixel in pixels(surest)[4]]
    assert opacity[4] == middle(pixels(surest)) == min(opacity) < 30
    assert opacity[:5] == sorted(opacity[:5], reverse=True)
    assert opacity[4:] == sorted(opacity[4:])
    assert {pixel[3] for row in pixels(decision_boundary(lambda p: 1e6, SQUARE, [1] * 4)) for pixel in row} == {140}  # 0.55


def test_sureness_of_several_classes_is_softmaxs():
    # softmax (ln 2, 0, 0) = ½, ¼, ¼; from ⅓ to 1 that is a quarter of the way
    rows = pixels(decision_boundary(lambda p: [math.log(2.0), 0.0, 0.0], SQUARE, [0, 1, 2, 0], size=3))
    assert {pixel[3] for row in rows for pixel in row} == {round(255 * (0.08 + 0.47 / 4))}


def test_the_boundary_is_drawn_where_the_score_is_0():
    picture = decision_boundary(tilted, SQUARE, [-1, 1, 1, 1])
    [line] = [path.get("d") for path in parsed(picture).iter(f"{SVG}path") if path.get("stroke-linecap")]
    box = next(parsed(picture).iter(f"{SVG}svg"))
    inner = next(element for element in box.iter(f"{SVG}svg") if element is not box)
    left, top, side = (float(inner.get(name)) for name in ("x", "y", "width"))
    for end in re.split("[ML]", line)[1:]:
        x, y = map(float, end.split(","))
        assert (x - left) / side == pytest.approx((y - top) / side, abs=0.002)  # down the diagonal: y = 1 − x, upwards


def test_boundaries_of_three_classes_are_drawn_once_each():
    picture = decision_boundary(by_thirds, [[0.0, 0.0], [1.5, 1.5], [3.0, 3.0]], [0, 1, 2])
    [line] = [path.get("d") for path in parsed(picture).iter(f"{SVG}path") if path.get("stroke-linecap")]
    pieces = line[1:].split("M")
    places = {round((float(end.split(",")[0]) - 46.0) / 480.0 * 3.72 - 0.36, 1) for piece in pieces for end in piece.split("L")}
    assert places == {1.0, 2.0}  # the map goes from −0.36 to 3.36
    assert len({*pieces}) == len(pieces) == 2 * 49


def test_points_have_a_shape_and_a_colour_by_class_and_a_ring_where_the_model_is_wrong():
    picture = decision_boundary(by_thirds, [[0.0, 0.0], [1.5, 1.5], [3.0, 3.0], [3.0, 0.0]], [0, 1, 2, 0])
    root = parsed(picture)
    dots = [circle for circle in root.iter(f"{SVG}circle") if circle.get("r") == "4"]
    rings = [circle for circle in root.iter(f"{SVG}circle") if circle.get("r") == "8"]
    assert [dot.get("fill") for dot in dots] == [BLUE] * 3  # two points, one in the legend
    assert [(ring.get("cx"), ring.get("cy")) for ring in rings] == [(dots[1].get("cx"), dots[1].get("cy"))]
    shapes = [(polygon.get("fill"), len(polygon.get("points").split())) for polygon in root.iter(f"{SVG}polygon")]
    assert shapes == [(ORANGE, 4), (TEAL, 3)] * 2
    texts = [text for *_, text in text_boxes(root)]
    assert {"class 0", "class 1", "class 2", "wrong", "3 of 4 points right"} <= {*texts}


@pytest.mark.parametrize("targets", [[-1, 1, 1, 1], [0, 1, 1, 1], [[0.0], [1.0], [1.0], [1.0]], [Value(-1.0), 1, 1, True]])
def test_targets_may_be_written_as_losses_take_them(targets):
    if targets[-1] is True:
        targets = [*targets[:-1], 1]
    assert "4 of 4" in decision_boundary(lambda p: tilted(p) + 0.5, SQUARE, targets).title


@pytest.mark.parametrize("output", [lambda s: s, lambda s: s.data, lambda s: [s]])
def test_a_model_may_return_a_value_a_number_or_a_list_of_one(output):
    assert "3 of 4" in decision_boundary(lambda p: output(tilted(p)), SQUARE, [-1, 1, -1, 1]).title


def test_printing_shows_the_regions_and_the_points_in_characters():
    lines = str(decision_boundary(tilted, SQUARE, [-1, 1, 1, 1])).splitlines()
    assert lines[0] == "decision boundary: 2 of 4 points right"
    assert lines[1] == "o class −1, x class 1"
    assert [line.index("o") for line in lines[2:] if "o" in line] == [5]
    assert [[i for i, char in enumerate(line) if char == "x"] for line in lines[2:] if "x" in line] == [[5, 54], [54]]
    assert lines[2] == "  " + "░" * 58


def test_axes_have_equal_scales_unless_that_makes_a_strip():
    def sides(points):
        root = parsed(decision_boundary(lambda p: 1.0, points, [1] * len(points), size=5))
        inner = [*root.iter(f"{SVG}svg")][1]
        return float(inner.get("width")), float(inner.get("height"))

    assert sides([[0.0, 0.0], [2.0, 2.0]]) == (480.0, 480.0)
    assert sides([[0.0, 0.0], [4.0, 3.0]]) == (480.0, 360.0)
    assert sides([[0.0, 0.0], [1.0, 1000.0]]) == (480.0, 480.0)


def test_points_targets_and_outputs_may_be_arrays():
    numpy = pytest.importorskip("numpy")
    as_lists = decision_boundary(by_thirds, SQUARE, [0, 1, 2, 0])
    as_arrays = decision_boundary(lambda p: numpy.array(by_thirds(p)), numpy.array(SQUARE), numpy.array([0, 1, 2, 0]))
    assert as_arrays.svg == as_lists.svg


def test_where_the_model_gives_nan_the_map_is_grey_and_its_points_are_wrong():
    picture = decision_boundary(lambda p: math.nan, SQUARE, [-1] * 4)
    assert picture.title.endswith("0 of 4 points right")
    assert "?" * 60 in str(picture)


def test_an_infinite_score_is_sure():
    picture = decision_boundary(lambda p: math.inf if p[0] > 0.5 else -math.inf, SQUARE, [0, 1, 0, 1])
    assert {pixel[3] for row in pixels(picture) for pixel in row} == {140}  # 0.55 · 255, the strongest


def test_six_classes_are_all_in_the_legend_and_have_letters_of_their_own():
    picture = decision_boundary(lambda p: [*p, 0.0, 0.0, 0.0, 0.0], [[k, 0.0] for k in range(6)], [*range(6)])
    assert [text.text for text in parsed(picture).iter(f"{SVG}text")][-8:-2] == ["class 0", "1", "2", "3", "4", "5"]
    assert "o class 0, x class 1, s class 2, v class 3, d class 4, z class 5" in str(picture)


# --- how it looks ---


PICTURES = {
    "moons": lambda theme: decision_boundary(MLP(2, [8, 1], seed=1), *moons(40), theme=theme),
    "spirals": lambda theme: decision_boundary(MLP(2, [8, 5], seed=1), *spirals(50, arms=5), theme=theme),
    "nine classes": lambda theme: decision_boundary(MLP(2, [9], seed=1), *spirals(90, arms=9), theme=theme),
    "xor": lambda theme: decision_boundary(MLP(2, [4, 1], activation="tanh", seed=1), *xor(), theme=theme),
    "one point": lambda theme: decision_boundary(tilted, [[1e6, 1e-6]], [1], theme=theme),
    "a strip": lambda theme: decision_boundary(tilted, [[0.0, 1e5], [1.0, 3e5]], [0, 1], theme=theme),
    "nan": lambda theme: decision_boundary(lambda p: math.nan if p[0] > 0 else -1.0, SQUARE, [0, 1, 1, 1], theme=theme),
}
each_picture = pytest.mark.parametrize("make", PICTURES.values(), ids=PICTURES.keys())


@each_picture
@pytest.mark.parametrize("theme", ["auto", "light", "dark"])
def test_every_picture_is_one_small_svg_that_loads_nothing(make, theme):
    svg = make(theme).svg
    ElementTree.fromstring(svg)
    assert not re.search(r'href="(?!data:image/png;base64,)|src=|url\(|<script|@import', svg)
    assert len(svg) < 60_000


@each_picture
def test_texts_and_points_stay_inside(make):
    root = parsed(make("light"))
    width, height = float(root.get("width")), float(root.get("height"))
    for left, top, right, bottom, text in text_boxes(root):
        assert 0 <= left <= right <= width, text
        assert 0 <= top <= bottom <= height, text
    for circle in root.iter(f"{SVG}circle"):
        assert 8 <= float(circle.get("cx")) <= width - 8
        assert 8 <= float(circle.get("cy")) <= height - 8


@each_picture
def test_texts_stay_apart(make):
    for a, b in combinations(text_boxes(parsed(make("light"))), 2):
        assert min(a[2], b[2]) <= max(a[0], b[0]) or min(a[3], b[3]) <= max(a[1], b[1]), (a, b)


def test_a_notebook_shows_it_and_it_is_saved(tmp_path):
    picture = PICTURES["xor"]("auto")
    assert picture._repr_mimebundle_()["text/html"].startswith('<img alt="decision boundary: ')
    assert picture.save(tmp_path / "a.svg").read_text(encoding="utf-8") == picture.svg


@needs_renderers
@pytest.mark.parametrize("make", [PICTURES["spirals"], WHOLE.chart], ids=["boundary", "curves"])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_chromium_and_rsvg_draw_the_same_picture(tmp_path, make, theme):
    mean, far = difference(tmp_path, make(theme), make(theme))
    assert mean < 5  # of 255: type is never drawn quite alike
    assert far < 0.008


REFUSALS = {
    "three numbers": (
        lambda: decision_boundary(tilted, [[1, 2, 3]], [1]),
        r"inputs of two finite numbers, but got \[1, 2, 3\]",
    ),
    "nan": (lambda: decision_boundary(tilted, [[1, math.nan]], [1]), r"inputs of two finite numbers, but got \[1, nan\]"),
    "no points": (lambda: decision_boundary(tilted, [], []), "needs one target for each input, but got 0 and 0"),
    "targets": (lambda: decision_boundary(tilted, SQUARE, [1]), "needs one target for each input, but got 4 and 1"),
    "numbers": (
        lambda: decision_boundary(tilted, SQUARE, [1, 0, 0.5, 1]),
        "takes two classes, .* as the model has one output, but got 0.5",
    ),
    "three classes": (
        lambda: decision_boundary(tilted, SQUARE, [1, 0, -1, 1]),
        r"takes two classes, .* but got \[1, 0, -1, 1\]",
    ),
    "a class more": (
        lambda: decision_boundary(by_thirds, SQUARE, [0, 1, 2, 3]),
        "takes classes from 0 to 2, as the model has 3 outputs, but got 3",
    ),
    "numbers for points": (
        lambda: decision_boundary(tilted, [1, 2], [1, 1]),
        "decision_boundary draws inputs of two finite numbers, but got 1",
    ),
    "no output": (lambda: decision_boundary(lambda p: None, SQUARE, [1] * 4), "an output must be a number .*, but got None"),
    "size as text": (lambda: decision_boundary(tilted, SQUARE, [1] * 4, size="9"), "a size >= 2, a whole number, but got '9'"),
    "size": (lambda: decision_boundary(tilted, SQUARE, [1] * 4, size=1), "takes a size >= 2, but got 1"),
    "theme": (lambda: decision_boundary(tilted, SQUARE, [1] * 4, theme="pink"), "theme must be one of auto, light, dark"),
}


@pytest.mark.parametrize(("call", "message"), REFUSALS.values(), ids=REFUSALS.keys())
def test_what_cannot_be_drawn_is_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()
