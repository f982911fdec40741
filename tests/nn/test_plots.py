"""Plots, read from matplotlib's Axes: curves and decision boundaries, what they show, and that they are saved."""

from __future__ import annotations

import math
import warnings

import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.colors import to_hex, to_rgba
from matplotlib.figure import Figure

from autograd import Value
from nn import MLP, History
from nn.data import spirals, xor
from nn.plots import COLOURS, INK, LARGEST, LEVELS, MARKERS, OPACITIES, Picture, decision_boundary

BLUE, VERMILLION, GREEN = COLOURS[:3]


def tilted(point):
    """Return a score that is 0 along x + y = 1."""
    return Value(point[0]) + point[1] - 1.0


def by_thirds(point):
    """Return scores of three classes: left of 1, between 1 and 2, right of 2."""
    return [Value(1.0 - point[0]), Value(0.5 - abs(point[0] - 1.5)), Value(point[0] - 2.0)]


SQUARE = [[0.0, 0.0], [1.0, 0.0], [0.0, 1.0], [1.0, 1.0]]
DIAGONAL = [[0.0, 0.0], [1.5, 1.5], [3.0, 3.0]]


# --- curves ---


def chart(column, name="loss", validation=None, best_epoch=0):
    """Return the Axes of one column."""
    columns = {"loss": column, name: column, **({f"validation {name}": validation} if validation else {})}
    return History(columns=columns, best_epoch=best_epoch).chart(name=name)


def test_a_curve_goes_through_every_number_at_its_epoch():
    [line] = chart([2.0, 4.0, 3.0]).lines
    assert line.get_xydata().tolist() == [[1.0, 2.0], [2.0, 4.0], [3.0, 3.0]]


def test_a_curve_has_a_gap_where_there_is_no_number_and_a_dot_where_there_would_be_no_line():
    [line] = chart([1.0, 2.0, math.nan, 3.0, math.inf, 1.0, -math.inf]).lines
    assert [i for i, y in enumerate(line.get_ydata()) if math.isnan(y)] == [2, 4, 6]
    assert (line.get_marker(), line.get_markevery()) == ("o", [3, 5])
    assert [handle.get_marker() for handle in chart([1.0]).get_legend().get_lines()] == [""]


def test_the_validation_shares_the_panel_of_its_metric_in_another_colour_and_dashed():
    first, second = chart([2.0, 1.0], validation=[2.5, 2.0]).lines
    assert (first.get_color(), first.get_linestyle()) == (BLUE, "-")
    assert (second.get_color(), second.get_linestyle()) == (VERMILLION, "--")
    assert second.get_ydata().tolist() == [2.5, 2.0]


def test_the_best_epoch_is_marked():
    *_, line = chart([2.0, 1.0, 1.5], best_epoch=2, validation=[2.0, 1.0, 1.5]).lines
    assert (line.get_xdata(), line.get_linestyle()) == ([2, 2], ":")


@pytest.mark.parametrize(
    ("column", "scale"),
    [
        ([1.0, 19.0], "linear"),
        ([1.0, 21.0], "log"),
        ([1.0, math.nan, 21.0, math.inf], "log"),
        ([0.0, 21.0], "linear"),
        ([-1.0, -50.0], "linear"),
        ([], "linear"),
    ],
)
def test_a_loss_that_falls_far_has_a_logarithmic_scale_and_says_so(column, scale):
    ax = chart(column)
    assert ax.get_yscale() == scale
    assert [text.get_text() for text in ax.get_legend().get_texts()][:1] in ([], ["loss" + " (logarithmic)" * (scale == "log")])


def test_a_validation_that_falls_far_makes_the_scale_logarithmic():
    assert chart([1.0, 0.5], validation=[1.0, 0.001]).get_yscale() == "log"


@pytest.mark.parametrize(
    ("name", "column", "limits"),
    [
        ("accuracy", [0.5, 0.75], (0.0, 1.0)),
        ("accuracy", [0.0, math.nan, 1.0], (0.0, 1.0)),
        ("perplexity", [0.5, 1.5], None),
        ("loss", [0.5, 0.75], None),
    ],
)
def test_a_metric_between_0_and_1_is_shown_from_0_to_1(name, column, limits):
    found = chart(column, name).get_ylim()
    assert found == limits if limits else found[0] > 0


@pytest.mark.parametrize(
    ("column", "labels"),
    [
        ([1.0, 0.0001], ["0.0001", "0.001", "0.01", "0.1", "1"]),
        ([9.0, 0.3], ["0.5", "1", "2", "5", "10"]),
        ([1e9, 3e9], ["1000000000", "1500000000", "2000000000", "2500000000", "3000000000"]),
        ([0.69311, 0.69315], ["0.69311", "0.69312", "0.69313", "0.69314", "0.69315"]),
    ],
)
def test_numbers_along_the_axis_are_written_out(column, labels):
    ax = chart(column)
    low, high = ax.get_ylim()
    texts = [text.get_text() for text in ax.get_yticklabels() if low <= text.get_position()[1] <= high]
    assert [text for text in texts if text] == labels


def test_epochs_are_whole_numbers_from_1():
    ax = chart([3.0, 2.0, 1.0])
    assert ax.get_xlim() == (1.0, 3.0)
    assert {float(tick).is_integer() for tick in ax.get_xticks()} == {True}


def test_numbers_beyond_what_can_be_drawn_are_drawn_at_its_ends():
    [line] = chart([1e308, -1e308, 0.0]).lines
    assert line.get_ydata().tolist() == [LARGEST, -LARGEST, 0.0]


# --- decision boundaries ---


def contours(ax):
    return [found for found in ax.collections if hasattr(found, "levels")]


def lines(ax):
    """Return the points of all boundaries."""
    return [segment for found in contours(ax) if not found.filled for segment in found.allsegs[0]]


def test_regions_have_the_colour_of_their_class_the_stronger_the_surer_the_model_is():
    ax = decision_boundary(tilted, SQUARE, [-1, 1, 1, 1])
    filled = [found for found in contours(ax) if found.filled]
    for found, colour in zip(filled, (BLUE, VERMILLION), strict=True):
        assert found.levels.tolist() == LEVELS
        assert found.extend == "max"
        assert found.get_facecolor().tolist() == [pytest.approx(to_rgba(colour, opacity)) for opacity in OPACITIES]
    assert sorted(OPACITIES) == OPACITIES


def test_levels_are_those_of_probability():
    assert [1 / (1 + math.exp(-level)) for level in LEVELS] == pytest.approx([0.5, 0.6, 0.7, 0.8, 0.9, 0.99])


def test_the_boundary_is_drawn_where_the_score_is_0():
    [line] = lines(decision_boundary(tilted, SQUARE, [-1, 1, 1, 1]))
    assert line.sum(axis=1) == pytest.approx(1.0, abs=1e-9)


def test_the_boundary_of_a_very_sure_model_is_as_exact():
    [line] = lines(decision_boundary(lambda p: tilted(p) * 1e6, SQUARE, [-1, 1, 1, 1]))
    assert line.sum(axis=1) == pytest.approx(1.0, abs=1e-9)


def test_boundaries_of_three_classes_lie_between_them():
    xs = np.concatenate([line[:, 0] for line in lines(decision_boundary(by_thirds, DIAGONAL, [0, 1, 2]))])
    assert {*np.round(xs, 9).tolist()} == {1.0, 2.0}


def test_points_have_a_colour_and_a_marker_by_class_and_a_ring_where_the_model_is_wrong():
    ax = decision_boundary(by_thirds, [*DIAGONAL, [3.0, 0.0]], [0, 1, 2, 0])
    *dots, rings = [found for found in ax.collections if not hasattr(found, "levels")]
    assert [to_hex(found.get_facecolor()[0]) for found in dots] == [BLUE, VERMILLION, GREEN]
    assert len({found.get_paths()[0].vertices.tobytes() for found in dots}) == 3
    assert [found.get_offsets().tolist() for found in dots] == [[[0.0, 0.0], [3.0, 0.0]], [[1.5, 1.5]], [[3.0, 3.0]]]
    assert (rings.get_offsets().tolist(), to_hex(rings.get_edgecolor()[0])) == ([[3.0, 0.0]], INK)
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["class 0", "class 1", "class 2", "wrong"]
    assert ax.get_title(loc="left") == "3 of 4 points right"


def test_it_says_the_same_in_words():
    picture = decision_boundary(by_thirds, [*DIAGONAL, [3.0, 0.0]], [0, 1, 2, 0])
    told = "decision boundary: 3 of 4 points right\nclass 0: 1 of 2\nclass 1: 1 of 1\nclass 2: 1 of 1"
    assert str(picture) == picture._repr_mimebundle_()["text/plain"] == told


@pytest.mark.parametrize("targets", [[-1, 1, 1, 1], [0, 1, 1, 1], [[0.0], [1.0], [1.0], [1.0]], [Value(-1.0), 1, 1, 1]])
def test_targets_may_be_written_as_losses_take_them(targets):
    assert "4 of 4" in str(decision_boundary(lambda p: tilted(p) + 0.5, SQUARE, targets))


@pytest.mark.parametrize("output", [lambda s: s, lambda s: s.data, lambda s: [s]])
def test_a_model_may_return_a_value_a_number_or_a_list_of_one(output):
    assert "3 of 4" in str(decision_boundary(lambda p: output(tilted(p)), SQUARE, [-1, 1, -1, 1]))


def test_points_targets_and_outputs_may_be_arrays(tmp_path):
    as_lists = decision_boundary(by_thirds, SQUARE, [0, 1, 2, 0])
    as_arrays = decision_boundary(lambda p: np.array(by_thirds(p)), np.array(SQUARE), np.array([0, 1, 2, 0]))
    assert as_arrays._repr_mimebundle_() == as_lists._repr_mimebundle_()


@pytest.mark.parametrize(
    ("corner", "aspect"), [([2.0, 2.0], 1.0), ([4.0, 3.0], 1.0), ([1.0, 1000.0], "auto"), ([9.0, 0.0], "auto")]
)
def test_axes_have_equal_scales_unless_that_makes_a_strip(corner, aspect):
    ax = decision_boundary(lambda p: 1.0, [[0.0, 0.0], corner], [1, 1], size=5)
    assert ax.get_aspect() == aspect
    (left, right), (low, high) = ax.get_xlim(), ax.get_ylim()
    assert left < 0.0 < corner[0] < right
    assert low < 0.0 <= corner[1] < high


@pytest.mark.parametrize(("corner", "columns", "rows"), [([1.0, 1.0], 9, 9), ([2.0, 1.0], 9, 4), ([1.0, 2.0], 4, 9)])
def test_the_model_is_asked_at_so_many_points_along_the_longer_side(corner, columns, rows):
    seen = []
    decision_boundary(lambda p: seen.append(p) or 1.0, [[0.0, 0.0], corner], [1, 1], size=9)
    asked = seen[2:]
    assert [len({*side}) for side in zip(*asked, strict=True)] == [columns, rows]
    assert {type(x) for point in asked for x in point} == {float}


def test_where_the_model_gives_nan_the_map_is_grey_and_its_points_are_wrong():
    ax = decision_boundary(lambda p: math.nan if p[0] > 0.5 else -1.0, SQUARE, [-1] * 4)
    assert "2 of 4" in str(ax)
    grey, blue = contours(ax)
    assert grey.get_facecolor().tolist() == [pytest.approx(to_rgba(INK, 0.3))]
    assert blue.get_facecolor().tolist()[0] == pytest.approx(to_rgba(BLUE, OPACITIES[0]))


def test_a_model_that_gives_nothing_but_nan_is_grey_all_over():
    assert len(contours(decision_boundary(lambda p: [math.nan, 0.0], SQUARE, [0, 1, 0, 1]))) == 1


@pytest.mark.parametrize("infinite", [lambda p: math.inf if p[0] > 0.5 else -math.inf, lambda p: [0.0, math.inf, math.inf]])
def test_infinite_scores_are_drawn(infinite):
    assert decision_boundary(infinite, SQUARE, [0, 1, 0, 1])._repr_mimebundle_()["image/svg+xml"]


def test_many_classes_are_all_in_the_legend():
    ax = decision_boundary(MLP(2, [9], seed=1), *spirals(90, arms=9))
    assert [text.get_text() for text in ax.get_legend().get_texts()][:9] == [f"class {k}" for k in range(9)]
    assert len({(k % len(COLOURS), k % len(MARKERS)) for k in range(9)}) == 9


# --- Axes, given and made ---


def test_it_draws_in_axes_of_ones_own_and_leaves_their_colours():
    ax = Figure().subplots()
    ax.tick_params(colors="red")
    assert decision_boundary(tilted, SQUARE, [0, 1, 1, 1], ax=ax) is ax
    assert contours(ax)
    assert {label.get_color() for label in ax.get_xticklabels()} == {"red"}
    assert ax.get_legend().get_texts()[0].get_color() != INK


PICTURES = {
    "curves": lambda: chart([1.0, 0.01], validation=[1.0, 0.5], best_epoch=2),
    "boundary": lambda: decision_boundary(MLP(2, [4, 1], activation="tanh", seed=1), *xor()),
}
each_picture = pytest.mark.parametrize("make", PICTURES.values(), ids=PICTURES.keys())


@each_picture
def test_axes_that_are_made_are_matplotlibs_and_stand_in_a_figure_that_no_global_state_knows(make):
    pyplot = pytest.importorskip("matplotlib.pyplot")
    assert isinstance(make(), Axes)
    assert isinstance(make(), Picture)
    assert pyplot.get_fignums() == []


@each_picture
def test_pictures_have_no_background_and_colours_that_are_seen_on_light_and_on_dark_pages(make):
    ax = make()
    assert {patch.get_facecolor()[3] for patch in (ax.patch, ax.figure.patch)} == {0.0}
    for colour in [INK, *COLOURS]:
        assert all(contrast(colour, page) >= 3.0 for page in ("#ffffff", "#111111")), colour
    texts = [*ax.get_xticklabels(), *ax.get_yticklabels(), *ax.get_legend().get_texts(), ax.xaxis.label]
    assert {to_hex(text.get_color()) for text in texts} == {INK}


def contrast(one, other):
    """Return the contrast of two colours by WCAG."""
    lights = []
    for colour in (one, other):
        parts = [x / 12.92 if x <= 0.04045 else ((x + 0.055) / 1.055) ** 2.4 for x in to_rgba(colour)[:3]]
        lights.append(0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2] + 0.05)
    return max(lights) / min(lights)


@each_picture
@pytest.mark.parametrize("form", ["svg", "png", "pdf"])
def test_the_same_picture_is_saved_as_the_same_bytes(make, form, tmp_path):
    one, other = (make().save(tmp_path / f"{name}.{form}") for name in "ab")
    assert one == tmp_path / f"a.{form}"
    assert one.read_bytes() == other.read_bytes() != b""
    assert [path.name for path in sorted(tmp_path.iterdir())] == [f"a.{form}", f"b.{form}"]


def test_a_name_may_be_in_capitals_and_what_is_shown_is_what_is_saved(tmp_path):
    picture = PICTURES["boundary"]()
    assert picture.save(tmp_path / "A.SVG").read_text(encoding="utf-8") == picture._repr_mimebundle_()["image/svg+xml"]


@pytest.mark.parametrize("name", ["a.xyz", "a"])
def test_an_ending_that_matplotlib_does_not_write_is_refused(name, tmp_path):
    with pytest.raises(ValueError, match=rf"'{name}' must end in one of \.\w+, .*\.pdf, .*\.png, .*\.svg"):
        PICTURES["boundary"]().save(tmp_path / name)


@pytest.mark.parametrize("form", ["svg", "png"])
def test_a_file_that_cannot_be_written_is_named(form, tmp_path):
    path = tmp_path / "nowhere" / f"a.{form}"
    with pytest.raises(FileNotFoundError) as caught:
        PICTURES["boundary"]().save(path)
    assert caught.value.filename == str(path)


def test_names_are_no_formulas_and_may_be_in_any_script():
    columns = {"loss": [1.0], "$\\frac$": [2.0], "_hidden": [1.0], "准确率": [0.5], "two\nlines": [0.5], "x" * 99: [1.0]}
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        first = History(columns=columns).chart()
        svg = first._repr_mimebundle_()["image/svg+xml"]
    legends = [ax.get_legend().get_texts()[0].get_text() for ax in first.figure.axes]
    assert legends == ["loss", "$\\frac$", "_hidden", "准确率", "two lines", "x" * 35 + "…"]
    assert all(name in svg for name in legends)


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
}


@pytest.mark.parametrize(("call", "message"), REFUSALS.values(), ids=REFUSALS.keys())
def test_what_cannot_be_drawn_is_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()
