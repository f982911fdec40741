"""What keys do to the stepper: typed into a pipe, and looked at on the screen that the application draws."""

from __future__ import annotations

import asyncio
import io
import re
from collections import deque

import pyte
import pytest
from prompt_toolkit.application import get_app
from prompt_toolkit.data_structures import Size
from prompt_toolkit.input import create_pipe_input
from prompt_toolkit.output.color_depth import ColorDepth
from prompt_toolkit.output.vt100 import Vt100_Output

from autograd import Value, step, total
from autograd.stepping import keys
from autograd.stepping.screen import HELP
from nn.note import load

LOOK = "\x1b[24~"  # F12, which the tests give a meaning: draw, look at the screen, end
ESC, TAB, ENTER, UP, DOWN, RIGHT, LEFT, BACKSPACE = "\x1b", "\t", "\r", "\x1b[A", "\x1b[B", "\x1b[C", "\x1b[D", "\x7f"
HOME, END, PAGE_UP, PAGE_DOWN, SHIFT_TAB = "\x1b[H", "\x1b[F", "\x1b[5~", "\x1b[6~", "\x1b[Z"
PATIENCE = 60  # seconds, for a machine that is busy; nothing waits for them to pass


class Walked:
    """A walk whose keys are all typed: the stepper, the last screen, and all that was sent to the terminal."""

    def __init__(self, *script, stepper=None, size=(80, 24), end=LOOK):
        """Type the strings of the script; where it has a function of the screen's lines, wait until that holds."""
        self.stepper = stepper or step(load().error())
        self.script = deque([*script, end])
        self.size, self.sent, self.lines = size, io.StringIO(), []
        output = Vt100_Output(self.sent, lambda: Size(size[1], size[0]), "xterm-256color", ColorDepth.from_env())
        with create_pipe_input() as self.keyboard:
            application = keys.Walker(self.stepper, self.keyboard, output).application
            application.key_bindings.add("f12")(self.look)
            application.after_render += lambda _: self.type()
            application.run(pre_run=lambda: get_app().create_background_task(self.give_up()))

    def look(self, event):
        event.app.renderer.render(event.app, event.app.layout)
        self.lines = self.read()
        event.app.exit()

    def read(self):
        screen = pyte.Screen(*self.size)
        pyte.Stream(screen).feed(self.sent.getvalue())
        return [line.rstrip() for line in screen.display]

    def type(self):
        while self.script and (isinstance(self.script[0], str) or self.script[0](self.read())):
            typed = self.script.popleft()
            if isinstance(typed, str):
                self.keyboard.send_text(typed)

    async def give_up(self):
        await asyncio.sleep(PATIENCE)
        get_app().exit(exception=AssertionError("the walk goes on; the screen is\n" + "\n".join(self.read())))

    @property
    def message(self):
        return self.lines[-1]


def shows(words):
    return lambda lines: words in "\n".join(lines)


def hides(words):
    return lambda lines: words not in "\n".join(lines)


def rated():
    return step(load().error(), rate=0.5)


# --- keys that move ---


@pytest.mark.parametrize(
    ("script", "index"),
    [
        ([RIGHT + "nl " + ENTER + "\n"], 6),
        (["nnnnnn" + LEFT + "bhp" + BACKSPACE], 1),
        (["G"], 24),
        ([END + "g"], 0),
        ([END + HOME], 0),
        (["\x1b[4~\x1b[1~\x1bOF"], 24),
        ([TAB], 12),
        ([TAB + TAB], 24),
        ([TAB + TAB + SHIFT_TAB], 12),
        (["nn" + SHIFT_TAB], 0),
        (["\x1b[1;5C"], 0),
        (["19" + ENTER], 19),
        (["19" + BACKSPACE + "2" + ENTER], 12),
        (["/out_h1" + ENTER], 2),
        (["rout_h1" + ENTER + "rout_h1" + ENTER], 19),
        (["/  w5 " + ENTER], 16),
        (["/w5", ESC, hides("run to the node"), "n"], 1),
        (["/" + BACKSPACE + "n"], 1),
        (["/zzz\x15w5" + ENTER], 16),
        (["/" + ENTER], 0),
        (["u0.5" + ENTER], 12),
        (["?nn"], 1),
        (["?qn"], 1),
        (["?", ESC, shows("step 0 of"), "n"], 1),
        ([UP + DOWN + "n"], 1),
        (["\x1bn\x1b[1;3Cn"], 1),
        (["\x1b[15~\x01n"], 1),
        (["/w\x1b[200~5\x1b[201~" + ENTER], 16),
    ],
)
def test_keys_lead_to_a_step(script, index):
    assert Walked(*script, stepper=rated()).stepper.index == index


@pytest.mark.parametrize("key", ["q", "\x03", "\x04", "/\x03", "/w\x04", "?\x03"])
def test_keys_that_quit_leave_the_cursor_where_it_is(key):
    walked = Walked("nn" + key + "n")
    assert (walked.stepper.index, walked.lines) == (2, [])


def test_esc_quits():
    assert Walked("nn", end=ESC).stepper.index == 2


def test_the_end_of_the_input_ends_the_walk(monkeypatch):
    with create_pipe_input() as keyboard:
        keyboard.send_text("nn")
        keyboard.close()
        walker = keys.Walker(rated(), keyboard, Vt100_Output(io.StringIO(), lambda: Size(24, 80)))
        monkeypatch.setattr(keys, "Walker", lambda stepper: walker)
        keys.run(walker.stepper)
    assert walker.stepper.index == 2


def test_a_walk_can_begin_where_an_event_loop_runs(monkeypatch):
    with create_pipe_input() as keyboard:
        keyboard.send_text("nnq")
        walker = keys.Walker(rated(), keyboard, Vt100_Output(io.StringIO(), lambda: Size(24, 80)))
        monkeypatch.setattr(keys, "Walker", lambda stepper: walker)

        async def main():
            keys.run(walker.stepper)

        asyncio.run(main())
    assert walker.stepper.index == 2


# --- questions, messages, help ---


@pytest.mark.parametrize(
    ("script", "words"),
    [
        ("p", "this is the first step"),
        (SHIFT_TAB, "this is the first step"),
        ("Gn", "this is the last step"),
        ("G" + TAB, "this is the last pass"),
        ("/w9" + ENTER, "there is no node 'w9'; there are 'target_o1', 'w5'"),
        ("G/w5" + ENTER, "no step after this one (23) completes the value or the gradient of 'w5'"),
        ("99" + ENTER, "there is no step 99; the steps are 0 to 23"),
        ("9" * 5000 + ENTER, "there is no step 999"),
        ("1x" + ENTER, "expected the number of a step, but got '1x'"),
        ("unan" + ENTER, "there is no later step where a number becomes nan"),
        ("u7" + ENTER, "there is no later step where |grad| is above 7"),
        ("Gu0" + ENTER, "there is no later step where |grad| is above 0"),
        ("umuch" + ENTER, "expected nan, or a number as the limit, but got 'much'"),
        ("x", "x does nothing here; ? says what each key does"),
        ("é", "é does nothing here"),
        ("/", "run to the node:"),
        ("12", "go to step: 12"),
        ("u", "run until nan, or until |grad| is above:"),
        ("\x1b[15~", "← → step  Tab next pass"),
        ("pn", "← → step  Tab next pass"),
        ("p" + UP, "← → step  Tab next pass"),
        ("x??", "← → step  Tab next pass"),
    ],
)
def test_a_message_or_a_question_is_shown_and_the_cursor_stays(script, words):
    walked = Walked(script)
    assert walked.message.startswith(words)
    assert walked.stepper.index in (0, 1, 23)


def test_an_answer_longer_than_the_line_shows_its_end():
    assert Walked("/" + "abcdefghij" * 9, size=(40, 10)).message.endswith("abcdefghij")


def test_names_that_begin_as_the_answer_does_are_offered_and_tab_takes_them():
    walked = Walked("/net_", shows("net_o2"), TAB, shows("node: net_h1"), TAB, shows("node: net_h2"), ENTER)
    assert walked.stepper.now.node == "net_h2"


def test_u_finds_the_first_gradient_above_a_limit_and_then_the_next():
    x = Value(0.4, label="x")
    found = [Walked("u2" + ENTER, stepper=step((3 * x) * 5).goto(start)).stepper.index for start in (0, 4)]
    assert found == [4, 5]


def test_u_finds_the_first_nan():
    x = Value(float("inf"), label="x")
    assert Walked("unan" + ENTER, stepper=step((x * 2 - x) * 3)).stepper.now.lines[0].rule == "v1 − x"


def test_a_node_with_an_untypable_label_is_found_by_what_is_seen_of_it():
    x = Value(0.4, label="my\n\x1bweight")
    walked = Walked("/my", lambda lines: "my weight" in lines[-2], TAB, ENTER, stepper=step(x * 2 * 3))
    assert (walked.stepper.now.kind, walked.stepper.index) == ("backward", 5)


def test_help_names_every_key():
    shown = "\n".join(Walked("?").lines)
    assert all(key in shown and what in shown for key, what in HELP)
    assert "any key goes back to the step" in shown


@pytest.mark.parametrize("key", [*"lnhpbgGru?/0 ", UP, DOWN, PAGE_UP, PAGE_DOWN])
def test_every_key_that_help_names_does_something(key):
    before, after = Walked("nnnnn", size=(80, 14)), Walked("nnnnn" + key, size=(80, 14))
    assert before.lines != after.lines
    assert "does nothing" not in after.message


def test_the_table_can_be_scrolled_to_its_end_and_a_step_brings_it_back():
    scrolled, back = Walked("n" + PAGE_DOWN * 3), Walked("n" + PAGE_DOWN * 3 + "n")
    assert "  E_total    E_o1 + E_o2                  ·            ·" in scrolled.lines
    assert any(line.startswith("▸ out_h1") for line in back.lines)


# --- what is drawn ---


def test_the_step_its_table_and_the_keys_fill_the_screen():
    lines = Walked("16" + ENTER).lines
    assert lines[0] == " step 16 of 23: backward   E_total"
    assert "• out_h1     σ(net_h1)                    0.5933       0.0554      1/2" in lines
    assert lines[-1] == "← → step  Tab next pass  / run to  u until  0-9 go to  g G ends  ? help  q quit"


@pytest.mark.parametrize("size", [(1, 1), (3, 2), (20, 5), (40, 3), (300, 100), (10_000, 24)])
def test_any_size_of_terminal_will_do(size):
    walked = Walked("\tnnn?p/w" + TAB, size=size)
    assert len(walked.lines) == size[1]
    assert "too small" not in "\n".join(walked.lines)


@pytest.mark.parametrize(("name", "colours"), [(None, True), ("1", False)])
def test_gradients_are_magenta_if_colour_is_wanted(monkeypatch, name, colours):
    monkeypatch.delenv("NO_COLOR", raising=False)
    if name:
        monkeypatch.setenv("NO_COLOR", name)
    sent = Walked("\tn").sent.getvalue()
    assert ("\x1b[0;35m  ∂E_total/∂E_o1" in sent) == colours


HOSTILE = [
    "\x1b[2J\x1b[31mred", "a\nb\rc", "\u202eevil", "重み", "e" + "\u0301" * 5000, "x" * 10_000, "\t", "\x9b1m", "\ud800", "🏋️‍♂️",
    "nul\x00", "👍🏽", "को", "  ",
]  # fmt: skip


def test_hostile_labels_reach_the_terminal_clean_and_every_number_in_its_column():
    stepper = step(total([Value(0.123, label=label) for label in HOSTILE]), rate=0.1)
    names = "".join("/" + label.replace("\x1b", "").replace("\n", "")[:50] + ENTER for label in HOSTILE[:5])
    walked = Walked("nn" + names + "/" + HOSTILE[4][:9], stepper=stepper, size=(80, 40))
    rest = re.sub(r"\x1b\[[?]?[0-9;]*[A-Za-z]|\x1b\[\d q|[\r\n\b]", "", walked.sent.getvalue())
    assert not re.search(r"[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800]", rest)
    assert "\x1b[31m" not in walked.sent.getvalue()
    assert rest.count("\u0301") < 1000
