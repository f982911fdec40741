"""Screens of the stepper: what they show at any size, drawn without a terminal."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from prompt_toolkit.utils import get_cwidth
from random_graphs import graphs

from autograd import Value, step, total, weighted_sum
from autograd.stepping.screen import GRAD, Row, Screen, help_rows, hints, visible
from autograd.stepping.steps import short
from nn.note import load

SIZES = [(80, 24), (120, 40), (40, 10), (20, 5), (3, 2), (1, 1), (300, 100)]
HOSTILE = [
    "\x1b[2J\x1b[31mred", "a\nb\rc", "\u202eevil", "重み", "e" + "\u0301" * 5000, "x" * 10_000, "\t", "\x9b1m", "\ud800", "🏋️‍♂️",
    "nul\x00", "👍🏽", "को",
]  # fmt: skip


def note(**options):
    return step(load().error(), **options)


def text(rows: list[Row]) -> list[str]:
    return ["".join(words for _, words in row).rstrip() for row in rows]


def widths(rows: list[Row]) -> list[int]:
    return [sum(get_cwidth(words) for _, words in row) for row in rows]


def at(stepper, k: int, width: int = 80, height: int = 23) -> list[str]:
    return text(Screen(stepper.goto(k)).rows(width, height))


def about(name: str, lines: list[str]) -> str:
    (line,) = [line for line in lines if re.match(rf"[▸• ] {name} +[^ =]", line)]
    return line


# --- what a screen shows ---


def test_a_backward_step_is_shown_in_words_formulas_numbers_and_running_sums():
    lines = at(note(rate=0.5), 19)
    assert lines[:11] == [
        " step 19 of 24: backward   E_total",
        "The gradient of net_o2, −0.0381, is complete and goes on, times each local",
        "partial, to w7, w8, out_h1, out_h2 and b2.",
        "  ∂E_total/∂w7      = ∂E_total/∂net_o2·out_h1 = −0.0381·0.5933 = −0.0226",
        "  ∂E_total/∂w8      = ∂E_total/∂net_o2·out_h2 = −0.0381·0.5969 = −0.0227",
        "  ∂E_total/∂out_h1 += ∂E_total/∂net_o2·w7     = −0.0381·0.5    = −0.0190",
        "    part 2 of 2: 0.0554 − 0.0190 = 0.0364",
        "  ∂E_total/∂out_h2 += ∂E_total/∂net_o2·w8     = −0.0381·0.55   = −0.0210",
        "    part 2 of 2: 0.0623 − 0.0210 = 0.0414",
        "  ∂E_total/∂b2     += ∂E_total/∂net_o2·1      = −0.0381·1      = −0.0381",
        "    part 2 of 2: 0.1385 − 0.0381 = 0.1004",
    ]


def test_a_wide_screen_has_the_running_sum_beside_its_line():
    (line,) = [line for line in at(note(), 19, 120, 40) if "∂E_total/∂out_h1 +=" in line]
    assert line.endswith("= −0.0190   part 2 of 2: 0.0554 − 0.0190 = 0.0364")


def test_a_narrow_screen_has_one_side_under_the_other():
    lines = at(note(), 1, 40, 12)
    assert lines[3:6] == ["  net_h1 = w1·i1 + w2·i2 + b1", "    = 0.15·0.05 + 0.2·0.1 + 0.35", "    = 0.3775"]


def test_the_table_tells_name_formula_value_gradient_and_parts():
    stepper = note()
    tables = [about("out_h1", at(stepper, k)).split() for k in (1, 2, 16, 19)]
    assert tables == [
        ["out_h1", "σ(net_h1)", "·", "·"],
        ["▸", "out_h1", "σ(net_h1)", "0.5933", "·"],
        ["•", "out_h1", "σ(net_h1)", "0.5933", "0.0554", "1/2"],
        ["•", "out_h1", "σ(net_h1)", "0.5933", "0.0364", "2/2"],
    ]


def test_an_update_of_nothing_is_shown_too():
    root = Value(3.0, label="x").exp()
    root.parameters = []
    assert at(step(root, rate=0.1), -1)[1].startswith("Move each parameter")


def test_the_table_has_every_node_after_those_it_is_computed_from():
    assert Screen(note()).names == [
        "w1", "w2", "i1", "i2", "b1", "net_h1", "out_h1", "w3", "w4", "net_h2", "out_h2", "w5", "w6", "b2", "net_o1", "out_o1",
        "target_o1", "E_o1", "w7", "w8", "net_o2", "out_o2", "target_o2", "E_o2", "E_total",
    ]  # fmt: skip


def test_a_leaf_alone_has_a_table_too():
    assert about("x", at(step(Value(3.0, label="x")), 1)).split() == ["▸", "x", "leaf", "3", "1"]


def test_the_table_stays_where_it_is_from_step_to_step_if_the_screen_has_room_for_all_nodes():
    stepper = note(rate=0.5)
    heads = {[line[:6] for line in at(stepper, k, 120, 40)].index("  node") for k in range(len(stepper))}
    assert heads == {40 - 25 - 1}


def test_at_80_by_24_a_steps_own_node_and_all_that_it_touches_are_shown():
    stepper = note(rate=0.5)
    for k, present in enumerate(stepper):
        if present.node:
            lines = at(stepper, k)
            assert about(present.node, lines).startswith("▸")
            for edge in present.edges:
                assert about(edge.argument, lines).startswith("•")


def test_a_round_is_told_where_there_are_several():
    assert at(note(rate=0.5, rounds=2), 30)[0].startswith(" step 30 of 49: forward, round 2 of 2")


def test_the_last_step_says_so():
    assert at(note(), -1)[0].startswith(" step 23 of 23 (the last): backward")


def test_a_large_node_is_cut_and_says_how_much_is_left():
    leaves = [Value(0.1, label=f"w{n}") for n in range(300)]
    lines = at(step(weighted_sum(leaves, [1.0] * 300)), -1)
    told = [line for line in lines if line.startswith("  ∂")]
    assert f"  … and {300 - len(told)} more" in lines
    assert len(told) >= 5


def test_the_most_important_keys_are_told_the_more_the_wider():
    assert hints(80) == "← → step  Tab next pass  / run to  u until  0-9 go to  g G ends  ? help  q quit"
    assert hints(40) == "← → step  Tab next pass  ? help  q quit"
    assert hints(1) == "? help  q quit"


# --- any size, any graph, any label ---


@pytest.mark.parametrize("size", SIZES)
def test_every_screen_has_as_many_rows_as_there_are_lines_and_none_is_wider(size):
    width, height = size
    stepper = note(rate=0.5)
    screen = Screen(stepper)
    for k in range(len(stepper)):
        stepper.goto(k)
        rows = screen.rows(width, height)
        assert len(rows) == height
        assert max(widths(rows + help_rows(width))) <= width


@settings(deadline=None)
@given(graphs(), st.integers(1, 100), st.integers(1, 30))
def test_any_graph_fits_any_size(root, width, height):
    stepper = step(root, rate=0.1)
    for k in (0, len(stepper) // 2, -1):
        rows = Screen(stepper.goto(k)).rows(width, height)
        assert len(rows) == height
        assert max(widths(rows)) <= width


def test_hostile_labels_change_neither_the_width_of_a_row_nor_the_place_of_its_numbers():
    stepper = step(total([Value(0.123, label=label) for label in HOSTILE]), rate=0.1)
    screen = Screen(stepper)
    for k in range(len(stepper)):
        stepper.goto(k)
        rows = screen.rows(80, 40)
        leaf_rows = [row for row in rows if any(words.strip() == "leaf" for _, words in row)]
        assert len(leaf_rows) == len(HOSTILE)
        assert len({sum(widths([row[:4]])) for row in leaf_rows}) == 1
        assert max(widths(rows)) <= 80


def test_nothing_of_a_hostile_label_is_a_command_to_the_terminal():
    stepper = step(total([Value(0.123, label=label) for label in HOSTILE]), rate=0.1)
    for k in range(len(stepper)):
        shown = "\n".join(text(Screen(stepper.goto(k)).rows(80, 40)))
        assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800]", shown)
        assert len(shown) < 10_000


def test_equations_of_wide_characters_stand_in_columns():
    x, y = Value(2.0, label="重み"), Value(3.0, label="é")
    lines = at(step(x * y), -1)[3:5]
    assert [[get_cwidth(part) for part in line.split(" = ")] for line in lines] == [[11, 12, 3, 1]] * 2


def test_a_label_of_spaces_is_seen():
    assert re.match(r"• \S", at(step(Value(1.0, label="  ")), 0)[-1])


def test_a_graph_of_10_000_nodes_is_windowed_around_the_present_one():
    x = y = Value(0.5, label="x")
    for _ in range(5_000):
        y = y.sin() + x
    stepper = step(y)
    lines = at(stepper, 5_000)
    assert about(stepper.now.node, lines).startswith("▸")
    assert len(lines) == 23
    assert sum(int(line.split()[1]) for line in lines if "⋮" in line) > 9_000


@settings(deadline=None)
@given(st.data())
def test_the_window_has_room_for_its_lines_and_those_that_tell_of_the_hidden_ones(data):
    count, room = data.draw(st.integers(1, 60)), data.draw(st.integers(3, 30))
    center = data.draw(st.integers(0, count - 1))
    wanted = [center, *data.draw(st.lists(st.integers(0, count - 1), max_size=8))]
    shown = visible(count, room, center, wanted)
    told = sum(b - a > 1 for a, b in pairwise([-1, *shown, count]))
    assert wanted[0] in shown
    assert shown == sorted(set(shown))
    assert len(shown) + told <= room
    assert len(shown) == count or len(shown) + told >= room - 2


# --- colour ---


def test_magenta_is_for_gradients_alone():
    stepper = note(rate=0.5)
    screen = Screen(stepper)
    for k in range(len(stepper)):
        gradients = {short(state.grad)[0] for state in stepper.goto(k).state.values() if state.grad is not None}
        gradients |= {short(line.result)[0] for line in stepper.now.lines}
        shown = [words.strip() for row in screen.rows(80, 40) for style, words in row if GRAD in style]
        assert bool([words for words in shown if words]) == (k >= 12)
        for words in shown:
            assert words in gradients or re.match(r"∂E_total/∂|part \d|\d/\d|$", words)


def test_what_is_new_is_bold():
    rows = Screen(note().goto(16)).rows(80, 23)
    (row,) = [row for row in rows if len(row) > 1 and row[1][1] == "out_h1"]
    assert [style for style, _ in row] == ["bold", "bold", "", "", "", f"{GRAD} bold", GRAD]
