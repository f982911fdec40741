"""Screens of the stepper: what they show at any size, drawn without a terminal."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from random_graphs import graphs

from autograd import Value, step, total, weighted_sum
from autograd.drawing.words import columns
from autograd.stepping.cells import MAGENTA, Row
from autograd.stepping.keys import SCROLLED, SEQUENCES, Walker, decoded
from autograd.stepping.screen import HELP, Screen, help_rows, visible
from autograd.stepping.steps import short
from autograd.stepping.terminal import painted
from nn.note import load

SIZES = [(80, 24), (120, 40), (40, 10), (20, 5), (3, 2), (1, 1), (300, 100)]
HOSTILE = [
    "\x1b[2J\x1b[31mred", "a\nb\rc", "\u202eevil", "重み", "e" + "\u0301" * 5000, "x" * 10_000, "\t", "\x9b1m", "\ud800", "🏋️‍♂️",
]  # fmt: skip


def note(**options):
    return step(load().error(), **options)


def text(rows: list[Row]) -> list[str]:
    return ["".join(cell.text for cell in row).rstrip() for row in rows]


def at(stepper, k: int, width: int = 80, height: int = 24) -> list[str]:
    return text(Screen(stepper.goto(k)).rows(width, height))


def about(name: str, lines: list[str]) -> str:
    (line,) = [line for line in lines if re.match(rf"[▸• ] {name} +[^ =]", line)]
    return line


def walker(*keys: str, **options) -> Walker:
    found = Walker(note(**options))
    for key in keys:
        assert found.press(key)
    return found


def message(found: Walker) -> str:
    return text(found.rows(200, 60))[-2]


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
        "      part 2 of 2: 0.0554 − 0.0190 = 0.0364",
        "  ∂E_total/∂out_h2 += ∂E_total/∂net_o2·w8     = −0.0381·0.55   = −0.0210",
        "      part 2 of 2: 0.0623 − 0.0210 = 0.0414",
        "  ∂E_total/∂b2     += ∂E_total/∂net_o2·1      = −0.0381·1      = −0.0381",
        "      part 2 of 2: 0.1385 − 0.0381 = 0.1004",
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
    assert heads == {40 - 2 - 25 - 1}


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


def test_the_keys_are_always_in_the_last_line_the_more_the_wider():
    wide, narrow = (at(note(), 3, width)[-1] for width in (80, 40))
    assert wide == "← → step  Tab next pass  / run to  u until  0-9 go to  g G ends  ? help  q quit"
    assert narrow == "← → step  Tab next pass  ? help  q quit"


# --- any size, any graph, any label ---


@pytest.mark.parametrize("size", SIZES)
def test_every_screen_has_as_many_rows_as_the_terminal_and_none_is_wider(size):
    width, height = size
    stepper = note(rate=0.5)
    screen = Screen(stepper)
    for k in range(len(stepper)):
        stepper.goto(k)
        rows = [*screen.rows(width, height, message="there is no such node"), *help_rows(width, height)]
        assert len(rows) == 2 * height
        assert max(sum(columns(cell.text) for cell in row) for row in rows) <= width


@settings(deadline=None)
@given(graphs(), st.integers(1, 100), st.integers(1, 30))
def test_any_graph_fits_any_size(root, width, height):
    stepper = step(root, rate=0.1)
    for k in (0, len(stepper) // 2, -1):
        rows = Screen(stepper.goto(k)).rows(width, height)
        assert len(rows) == height
        assert max(sum(columns(cell.text) for cell in row) for row in rows) <= width


def test_hostile_labels_change_neither_the_width_of_a_row_nor_the_place_of_its_numbers():
    leaves = [Value(0.123, label=label) for label in HOSTILE]
    stepper = step(total(leaves), rate=0.1)
    screen = Screen(stepper)
    for k in range(len(stepper)):
        stepper.goto(k)
        rows = screen.rows(80, 40)
        leaf_rows = [row for row in rows if any(cell.text.strip() == "leaf" for cell in row)]
        before = [row[: [cell.text.strip() for cell in row].index("leaf") + 1] for row in leaf_rows]
        assert len(leaf_rows) == len(HOSTILE)
        assert len({sum(columns(cell.text) for cell in cells) for cells in before}) == 1
        assert max(sum(columns(cell.text) for cell in row) for row in rows) <= 80


def test_equations_of_wide_characters_stand_in_columns():
    x, y = Value(2.0, label="重み"), Value(3.0, label="é")
    lines = at(step(x * y), -1)[3:5]
    assert [[columns(part) for part in line.split(" = ")] for line in lines] == [[11, 12, 3, 1]] * 2


def test_nothing_of_a_hostile_label_reaches_the_terminal_as_a_command():
    leaves = [Value(0.123, label=label) for label in HOSTILE]
    stepper = step(total(leaves), rate=0.1)
    for k in range(len(stepper)):
        sent = painted(Screen(stepper.goto(k)).rows(80, 40, message=HOSTILE[0]), True)
        rest = re.sub(r"\x1b\[(\d+;1H|2K|\d+G|[0-9;]+m)", "", sent)
        assert not re.search(r"[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", rest)
        assert "\x1b[31m" not in sent
        assert len(sent) < 20_000


def test_a_label_of_spaces_is_seen():
    assert "'  '" in "\n".join(at(step(Value(1.0, label="  ")), 0))


def test_a_graph_of_10_000_nodes_is_windowed_around_the_present_one():
    x = y = Value(0.5, label="x")
    for _ in range(5_000):
        y = y.sin() + x
    stepper = step(y)
    lines = at(stepper, 5_000)
    assert about(stepper.now.node, lines).startswith("▸")
    assert len(lines) == 24
    assert sum(int(line.split()[1]) for line in lines if "⋮" in line) > 9_000


@settings(deadline=None)
@given(st.data())
def test_the_window_has_room_for_its_lines_and_those_that_tell_of_the_hidden_ones(data):
    count, room = data.draw(st.integers(1, 60)), data.draw(st.integers(3, 30))
    center = data.draw(st.integers(0, count - 1))
    wanted = [center, *data.draw(st.lists(st.integers(0, count - 1), max_size=8))]
    shown = visible(count, room, center, wanted)
    told = sum(b - a > 1 for a, b in zip([-1, *shown[:-1]], shown, strict=True))
    assert center in shown
    assert shown == sorted(set(shown))
    assert len(shown) + told <= room
    assert len(shown) == count or len(shown) + told >= room - 2


# --- colour ---


def test_magenta_is_for_gradients_alone():
    stepper = note(rate=0.5)
    screen = Screen(stepper)
    for k in range(len(stepper)):
        gradients = {short(state.grad)[0] for state in stepper.goto(k).state.values() if state.grad is not None}
        shown = [cell.text for row in screen.rows(80, 40) for cell in row if MAGENTA in cell.style.split(";")]
        gradients |= {short(line.result)[0] for line in stepper.now.lines}
        for words in map(str.strip, shown):
            assert words in gradients or re.match(r"∂E_total/∂|part \d|\d/\d|$", words)


def test_before_the_backward_pass_nothing_is_magenta():
    stepper = note()
    for k in range(12):
        assert not [c for row in Screen(stepper.goto(k)).rows(80, 24) for c in row if MAGENTA in c.style.split(";")]


def test_a_cell_is_written_in_its_style_and_from_its_own_column():
    row = Screen(note().goto(16)).rows(80, 24)[3]
    assert "\x1b[35m" in painted([row], True)
    sent = painted([row], False)
    assert "m" not in re.sub(r"[^\x1b]*(\x1b\[[0-9;]*[A-Za-z])[^\x1b]*", r"\1", sent)
    assert sent.startswith("\x1b[1;1H\x1b[2K\x1b[1G  \x1b[3G∂E_total/∂w5")


# --- keys ---


@pytest.mark.parametrize(
    ("sent", "keys"),
    [
        ("n \r", ["n", " ", "enter"]),
        ("\x1b[C\x1b[D\x1b[A\x1b[B", ["right", "left", "up", "down"]),
        ("\x1bOC\x1bOH\x1bOF", ["right", "home", "end"]),
        ("\x1b[H\x1b[1~\x1b[7~\x1b[F\x1b[4~\x1b[8~", ["home"] * 3 + ["end"] * 3),
        ("\x1b[5~\x1b[6~\x1b[Z\t", ["page-up", "page-down", "shift-tab", "tab"]),
        ("\x1b[1;5C", ["right"]),
        ("\x1b[15~\x1b[<0;1;1Mx", ["x"]),
        ("\x03\x04\x1a\x7f\b\x15", ["ctrl-c", "ctrl-d", "ctrl-z", "backspace", "backspace", "ctrl-u"]),
        ("\x1bq", ["escape", "q"]),
        ("é重\x00\x01", ["é", "重"]),
    ],
)
def test_what_a_terminal_sends_stands_for_keys(sent, keys):
    assert decoded(sent) == (keys, "")


@pytest.mark.parametrize("sent", [f"\x1b[{code}" for code in SEQUENCES if len(code) == 2])
def test_a_key_whose_bytes_come_one_by_one_is_the_same_key(sent):
    keys, pending = [], ""
    for character in sent:
        found, pending = decoded(pending + character)
        keys += found
    assert (keys, pending) == decoded(sent)


@pytest.mark.parametrize("key", ["q", "escape", "ctrl-c", "ctrl-d"])
def test_four_keys_quit(key):
    assert not Walker(note()).press(key)


@pytest.mark.parametrize(
    ("keys", "index"),
    [
        (["right", "n", "l", " ", "enter"], 5),
        (["n", "n", "n", "n", "n", "n", "left", "b", "h", "p", "backspace"], 1),
        (["G"], 24),
        (["end", "g"], 0),
        (["end", "home"], 0),
        (["tab"], 12),
        (["tab", "tab"], 24),
        (["tab", "tab", "shift-tab"], 12),
        (["n", "n", "shift-tab"], 0),
        (["1", "9", "enter"], 19),
        (["1", "9", "backspace", "2", "enter"], 12),
        (["/", *"out_h1", "enter"], 2),
        (["r", *"out_h1", "enter", "r", *"out_h1", "enter"], 19),
        (["/", *"net", "tab", *"h1", "enter"], 1),
        (["/", *"w5", "escape"], 0),
        (["/", "backspace", "n"], 1),
        (["/", *"zzz", "ctrl-u", *"w5", "enter"], 16),
        (["u", *"0.5", "enter"], 12),
        (["?", "n", "n"], 1),
        (["up", "down", "n"], 1),
        (["/", "enter"], 0),
    ],
)
def test_keys_lead_to_a_step(keys, index):
    assert walker(*keys, rate=0.5).stepper.index == index


@pytest.mark.parametrize(
    ("keys", "words"),
    [
        (["p"], "this is the first step"),
        (["G", "n"], "this is the last step"),
        (["G", "tab"], "this is the last pass"),
        (["/", *"w9", "enter"], "there is no node 'w9'; there are 'target_o1', 'w5'"),
        (["G", "/", *"w5", "enter"], "no step after this one (23) completes the value or the gradient of 'w5'"),
        (["9", "9", "enter"], "there is no step 99; the steps are 0 to 23"),
        (["9"] * 150 + ["enter"], "there is no step 999"),
        (["u", *"nan", "enter"], "there is no later step where a number becomes nan"),
        (["u", *"7", "enter"], "there is no later step where |grad| is above 7"),
        (["G", "u", *"0", "enter"], "there is no later step where |grad| is above 0"),
        (["u", *"much", "enter"], "expected nan, or a number as the limit, but got 'much'"),
        (["x"], "x does nothing here; ? says what each key does"),
        (["/"], "run to the node: _"),
        (["1", "2"], "go to step: 12_"),
    ],
)
def test_a_message_or_a_question_is_shown_and_the_cursor_stays(keys, words):
    found = walker(*keys)
    assert message(found).startswith(words)
    assert found.stepper.index in (0, 23)


def test_a_message_is_gone_after_the_next_key():
    assert message(walker("p", "n")) == ""


def test_a_question_longer_than_the_line_shows_the_end_of_the_answer():
    assert text(walker("/", *"abcdefghij" * 9).rows(40, 10))[-2] == "run to the node: ijabcdefghijabcdefghij_"


def test_u_finds_the_first_gradient_above_a_limit_and_then_the_next():
    x = Value(0.4, label="x")
    found = Walker(step((3 * x) * 5))
    indices = []
    for _ in range(2):
        for key in ["u", "2", "enter"]:
            found.press(key)
        indices.append(found.stepper.index)
    assert indices == [4, 5]


def test_u_finds_the_first_nan():
    x = Value(float("inf"), label="x")
    found = Walker(step((x * 2 - x) * 3))
    for key in ["u", *"nan", "enter"]:
        found.press(key)
    assert found.stepper.now.lines[0].rule == "v1 − x"


def test_a_node_with_an_untypable_label_is_found_by_what_is_seen_of_it():
    x = Value(0.4, label="my\n\x1bweight")
    found = Walker(step(x * 2))
    for key in ["/", *"my", "tab", "enter"]:
        found.press(key)
    assert (found.stepper.now.kind, found.stepper.index) == ("backward", 3)


def test_the_table_can_be_scrolled_to_its_end_and_a_step_brings_it_back():
    found = walker("n", *["page-down"] * 3)
    assert about("E_total", text(found.rows(80, 24))).split() == ["E_total", "E_o1", "+", "E_o2", "·", "·"]
    found.press("n")
    assert about("out_h1", text(found.rows(80, 24))).startswith("▸")


def test_help_names_every_key_and_any_key_leaves_it():
    found = walker("?")
    shown = "\n".join(text(found.rows(80, 24)))
    assert all(keys in shown and what in shown for keys, what in HELP)
    assert found.press("q")
    assert text(found.rows(80, 24))[0].startswith(" step 0 of 23")


@pytest.mark.parametrize("key", [*"lnhpbgGru?/0", " ", *SCROLLED])
def test_every_key_that_help_names_does_something(key):
    found = walker("tab", "n", "n")
    before = found.rows(80, 24)
    found.press(key)
    assert found.rows(80, 24) != before
    assert "does nothing" not in message(found)
