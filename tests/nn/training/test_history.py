"""Histories: as data, as text, and as curves that show every number, readable on light and on dark pages."""

from __future__ import annotations

import base64
import json
import math
import re
from itertools import combinations
from xml.etree import ElementTree

import pytest
from charts import LOSSES, SVG, WHOLE, text_boxes

from autograd.drawing.theme import BACKGROUND, GRADIENT, ROLES
from nn import History

NAMES = ["loss", "x" * 200]
HISTORIES = {
    "whole": WHOLE,
    "one epoch": History(columns={"loss": [2.0]}),
    "two epochs": History(columns={"loss": [2.0, 1.0]}),
    "falling far": History(columns={"loss": [10.0 * 0.9**k for k in range(200)]}),
    "flat": History(columns={"loss": [0.0] * 5}),
    "negative": History(columns={"loss": [-1e5, -2e5, -3e5]}),
    "with gaps": History(columns={"loss": [1.0, 2.0, 1.5], "odds": [1.0, math.nan, math.inf]}),
    "nothing finite": History(columns={"loss": [1.0, 2.0], "odds": [math.nan, math.nan]}),
    "long": History(columns={"loss": [abs(math.sin(k)) + 1.0 for k in range(10_000)]}),
    "extreme": History(columns={"loss": [1e300, 1e-300, 5e-324, 1e308]}),
    "over all floats": History(columns={"loss": [1e308, 1.0, 1.1e-300]}),
    "a long name": History(columns={f"{kind}{name}": [1.0, 2.0] for kind in ("", "validation ") for name in NAMES}),
    "a hostile name": History(columns={"loss": [1.0], '</text><script>"&': [1.0]}),
}  # fmt: skip
each_history = pytest.mark.parametrize("history", HISTORIES.values(), ids=HISTORIES.keys())


def drawn(history, theme="light"):
    return ElementTree.fromstring(history.chart(theme).svg)


def lines(root):
    """Return the points of each curve."""
    paths = [path.get("d") for path in root.iter(f"{SVG}path") if path.get("stroke-linejoin")]
    return [[tuple(map(float, point.split(","))) for point in d[1:].split("L")] for d in paths]


# --- data ---


def test_columns_are_there_by_name():
    assert (WHOLE.loss, WHOLE["validation loss"][0], len(WHOLE)) == (LOSSES, 1.25, 4)
    with pytest.raises(KeyError, match="odds; there are loss, accuracy, validation loss, validation accuracy"):
        WHOLE["odds"]


def test_it_is_asked_for_columns_and_gone_through_by_name():
    history = History(columns={"loss": [1.0, 0.5], "accuracy": [0.5, 1.0]})
    assert ("loss" in history, "loss " in history, [*history]) == (True, False, ["loss", "accuracy"])


def test_data_go_through_json_and_back():
    assert History.from_data(json.loads(json.dumps(WHOLE.as_data(), allow_nan=False))) == WHOLE


def test_data_are_a_copy():
    data = WHOLE.as_data()
    data["columns"]["loss"].append(0.0)
    data["best"].append(0.0)
    assert (len(WHOLE), WHOLE.best) == (4, [1.0, 2.0])


# --- growing ---


def test_an_epoch_is_added_without_copying_those_before():
    history = History()
    history.append({"loss": 3.0, "accuracy": 0.5})
    loss = history["loss"]
    history.append({"loss": 2.0, "accuracy": 0.75})
    assert history["loss"] is loss
    assert history.columns == {"loss": [3.0, 2.0], "accuracy": [0.5, 0.75]}


def test_a_history_that_grows_leaves_the_lists_that_it_was_made_of_alone():
    column = [3.0]
    history = History(columns={"loss": column, "again": column})
    history.append({"loss": 2.0, "again": 1.0})
    assert (column, history.columns) == ([3.0], {"loss": [3.0, 2.0], "again": [3.0, 1.0]})


# --- text ---


def test_a_repr_has_the_first_and_the_last_numbers():
    assert repr(History()) == "<history of 0 epochs>"
    assert repr(History(columns={"loss": [2.0]})) == "<history of 1 epoch: loss 2 → 2>"
    assert repr(WHOLE).startswith("<history of 4 epochs: loss 1 → 0.3, accuracy 0.5 → 1, validation loss 1.25 → 0.6")


def test_printing_shows_bars_a_table_and_what_there_is_to_say():
    history = History(columns={"loss": [1.0, 0.5, 0.25]}, best_epoch=2, ending="ended early")
    assert (
        str(history)
        == """3 epochs

loss  █▃▁  0.25 to 1

epoch  loss
    1     1
    2   0.5
    3  0.25

least validation loss: epoch 2
ended early"""
    )


def test_bars_of_a_loss_that_falls_far_are_logarithmic():
    assert "loss  █▅▁  0.0001 to 1, logarithmic" in str(History(columns={"loss": [1.0, 0.01, 0.0001]})).replace("▄", "▅")


def test_a_long_training_has_a_short_table_with_its_last_epoch():
    text = str(HISTORIES["long"])
    assert len(text.splitlines()) < 20
    assert text.splitlines()[-1].split()[0] == "10000"
    assert max(map(len, text.splitlines())) < 100


@each_history
def test_every_history_prints(history):
    assert str(history).startswith(f"{len(history)} epoch")


# --- curves ---


@each_history
@pytest.mark.parametrize("theme", ["auto", "light", "dark"])
def test_every_history_is_one_svg_that_loads_nothing(history, theme):
    svg = history.chart(theme).svg
    ElementTree.fromstring(svg)
    assert not re.search(r"(href|src|url)\s*[=(]|<script|@import", svg)
    assert len(svg) < 60_000


@each_history
def test_texts_stay_inside_and_apart(history):
    root = drawn(history)
    boxes = text_boxes(root)
    for left, top, right, bottom, text in boxes:
        assert 0 <= left <= right <= float(root.get("width")), text
        assert 0 <= top <= bottom <= float(root.get("height")), text
    for a, b in combinations(boxes, 2):
        assert min(a[2], b[2]) <= max(a[0], b[0]) or min(a[3], b[3]) <= max(a[1], b[1]), (a, b)


@each_history
def test_curves_stay_between_the_ends_of_their_panels(history):
    root = drawn(history)
    for line in lines(root):
        assert all(20 <= x <= 620.05 and 30 <= y <= float(root.get("height")) - 20 for x, y in line)


def test_a_curve_goes_through_every_number_at_its_place():
    [line] = lines(drawn(History(columns={"loss": [2.0, 4.0, 3.0]})))
    (x0, y0), (x1, y1), (x2, y2) = line
    assert x1 - x0 == pytest.approx(x2 - x1, abs=0.11)
    assert y0 > y2 > y1  # up is more
    assert (y0 - y2) == pytest.approx(y2 - y1, abs=0.11)


def test_a_curve_has_a_gap_where_there_is_no_number_and_a_dot_where_there_would_be_no_line():
    root = drawn(History(columns={"loss": [1.0, 2.0, math.nan, 3.0, math.nan, 1.0, 2.0]}))
    assert [len(line) for line in lines(root)] == [2, 2]
    assert len([*root.iter(f"{SVG}circle")]) == 1


def test_a_thinned_curve_keeps_its_extremes_and_its_ends():
    column = [1.0 + 1e-3 * math.sin(k) for k in range(50_000)]
    column[12_345], column[34_567] = 1.9, 1.1e-1
    [line] = lines(drawn(History(columns={"loss": column})))
    heights = sorted(y for _, y in line)
    assert len(line) < 3000
    assert heights[0] < heights[1] - 50
    assert heights[-1] > heights[-2] + 50
    assert (line[0][0], line[-1][0]) == (pytest.approx(line[0][0]), 620.0)


def test_the_validation_shares_the_panel_of_its_metric_in_another_colour_and_dashed():
    root = drawn(WHOLE)
    curves = [path for path in root.iter(f"{SVG}path") if path.get("stroke-linejoin")]
    assert [(path.get("stroke"), path.get("stroke-dasharray")) for path in curves] == [
        (ROLES["input"].band[0], "none"),
        (GRADIENT[0], "5 3"),
    ] * 2


def test_a_metric_between_0_and_1_is_shown_from_0_to_1_and_the_best_epoch_is_named():
    texts = [text for *_, text in text_boxes(drawn(WHOLE))]
    assert {"0", "0.2", "0.4", "0.6", "0.8", "1"} <= {*texts}
    assert "least validation loss: epoch 3" in texts


def test_themes_are_light_dark_or_the_pages():
    light, dark, auto = (WHOLE.chart(theme).svg for theme in ("light", "dark", "auto"))
    assert BACKGROUND[0] in light
    assert BACKGROUND[1] not in light
    assert BACKGROUND[1] in dark
    assert BACKGROUND[0] not in dark
    assert f"light-dark({BACKGROUND[0]},{BACKGROUND[1]})" in auto
    with pytest.raises(ValueError, match="theme must be one of auto, light, dark, but got 'pink'"):
        WHOLE.chart("pink")


def test_the_same_history_has_the_same_bytes_and_pictures_do_not_mix_in_one_page():
    assert WHOLE.chart().svg == WHOLE.chart().svg
    names = [re.search(r'class="(nn\w+)"', history.chart().svg)[1] for history in HISTORIES.values()]
    assert len({*names}) == len(names)


def test_a_notebook_shows_the_picture_and_text_else():
    bundle = WHOLE._repr_mimebundle_()
    data = re.fullmatch(r'<img alt="[^"]*" style="[^"]*" src="data:image/svg\+xml;base64,([^"]*)">', bundle["text/html"])[1]
    assert base64.b64decode(data).decode() == WHOLE.chart().svg
    assert bundle["text/plain"] == str(WHOLE)
    assert History()._repr_mimebundle_() == {"text/plain": "<history of 0 epochs>"}


def test_a_picture_is_saved_in_the_format_of_its_name(tmp_path):
    assert WHOLE.save(tmp_path / "a.svg").read_text(encoding="utf-8") == WHOLE.chart().svg
    assert WHOLE.save(tmp_path / "a.TXT").read_text(encoding="utf-8") == f"{WHOLE}\n"
    with pytest.raises(ValueError, match=r"'a\.png' must end in one of \.svg, \.txt"):
        WHOLE.save(tmp_path / "a.png")
