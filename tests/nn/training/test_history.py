"""Histories: as data, as text of a page's width, and as curves in matplotlib's Axes."""

from __future__ import annotations

import json
import math
import re
import subprocess
import sys
from xml.etree import ElementTree

import pytest
from matplotlib.figure import Figure
from project import ROOT

from nn import History

LOSSES = [1.0, 0.5, 0.25, 0.3]
WHOLE = History(
    columns={
        "loss": LOSSES,
        "accuracy": [0.5, 0.75, 1.0, 1.0],
        "validation loss": [1.25, 0.75, 0.5, 0.6],
        "validation accuracy": [0.5, 0.5, 1.0, 0.75],
    },
    best_epoch=3,
    best=[1.0, 2.0],
)
NAMES, KINDS = ["loss", "x" * 200], ["loss", "validation loss"]
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
    "from end to end": History(columns={"loss": [1e308, -1e308] * 100}),
    "over all floats": History(columns={"loss": [1e308, 1.0, 1.1e-300]}),
    "a long name": History(columns={f"{kind}{name}": [1.0, 2.0] for kind in ("", "validation ") for name in NAMES}),
    "a hostile name": History(columns={"loss": [1.0], '</text><script>"&': [1.0], "_$\\frac$": [2.0], "two\nlines": [1.0]}),
    "a name in Chinese": History(columns={"loss": [1.0, 0.5], "准确率": [0.5, 1.0]}),
    "many columns": History(columns={f"{kind}{k or ''}": [-1.25e-100] * 3 for k in range(15) for kind in KINDS}),
    "empty": History(),
}  # fmt: skip
each_history = pytest.mark.parametrize("history", HISTORIES.values(), ids=HISTORIES.keys())


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


@each_history
def test_every_history_prints_in_100_columns(history):
    text = str(history)
    assert text.startswith(f"{len(history)} epoch")
    assert max(map(len, text.splitlines())) <= 100
    assert text == text.strip()


def test_a_table_that_is_too_wide_goes_on_below_with_the_epochs_again():
    blocks = [block.splitlines() for block in str(HISTORIES["many columns"]).split("\n\n")[2:]]
    assert len(blocks) > 1
    assert {block[1].split()[0] for block in blocks} == {"1"}
    assert sum([len(block[1].split()) - 1 for block in blocks]) == 30


# --- curves ---


@each_history
def test_every_history_is_drawn_as_one_small_svg_that_loads_nothing(history, tmp_path):
    svg = history.save(tmp_path / "a.svg").read_text(encoding="utf-8")
    ElementTree.fromstring(svg)
    assert not re.search(r"<script|<image|@import|href=.(?!#|http://www.w3.org)", svg)
    assert len(svg) < 300_000


def test_a_chart_has_a_panel_for_the_loss_and_one_for_each_metric_and_returns_the_first():
    ax = WHOLE.chart()
    panels = ax.figure.axes
    assert ax is panels[0]
    assert [[text.get_text() for text in panel.get_legend().get_texts()] for panel in panels] == [
        ["loss", "validation loss", "least validation loss: epoch 3"],
        ["accuracy", "validation accuracy"],
    ]


def test_one_panel_is_drawn_in_axes_of_ones_own():
    first, second = Figure().subplots(2)
    assert WHOLE.chart(first) is first
    assert WHOLE.chart(second, "accuracy") is second
    assert [ax.lines[0].get_ydata().tolist() for ax in (first, second)] == [LOSSES, WHOLE["accuracy"]]
    [alone] = WHOLE.chart(name="accuracy").figure.axes
    assert alone.lines[0].get_ydata().tolist() == WHOLE["accuracy"]
    with pytest.raises(KeyError, match="odds; there are loss, accuracy"):
        WHOLE.chart(name="odds")


def test_a_notebook_shows_the_curves_and_has_the_text():
    bundle = WHOLE._repr_mimebundle_()
    assert ElementTree.fromstring(bundle["image/svg+xml"]).tag.endswith("svg")
    assert bundle["text/plain"] == str(WHOLE)
    assert History()._repr_mimebundle_() == {"text/plain": "<history of 0 epochs>"}


def test_the_text_is_saved_by_its_ending(tmp_path):
    assert WHOLE.save(tmp_path / "a.TXT").read_text(encoding="utf-8") == f"{WHOLE}\n"


WITHOUT = """
import sys
sys.modules["matplotlib"] = None
import inspect
import nn
history = nn.History(columns={"loss": [1.0, 0.5]})
assert history._repr_mimebundle_() == {"text/plain": str(history)}
assert "plots" not in dir(nn)
inspect.getmembers(nn)
for draw in (history.chart, lambda: history.save("a.svg"), lambda: nn.plots.decision_boundary, lambda: __import__("nn.plots")):
    try:
        draw()
    except ImportError as problem:
        print(problem)
"""


def test_without_matplotlib_there_is_the_text_and_what_needs_it_says_what_to_install():
    done = subprocess.run([sys.executable, "-c", WITHOUT], cwd=ROOT, capture_output=True, text=True)
    assert done.stderr == ""
    assert done.stdout.splitlines() == ["pictures need matplotlib: pip install 'scalar-autograd[plots]'"] * 4
