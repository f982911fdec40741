"""Walking through steps in a terminal, as a user meets it: a pseudo-terminal, keys in, a screen out."""

from __future__ import annotations

import codecs
import contextlib
import os
import re
import select
import signal
import struct
import subprocess
import sys
import time
from types import ModuleType

import pytest
from project import ROOT

from autograd import Value, step, walk
from autograd.stepping.keys import decoded
from autograd.stepping.terminal import ENTER, LEAVE, _Windows
from nn.note import load

fcntl = pytest.importorskip("fcntl", reason="a pseudo-terminal is needed")
termios = pytest.importorskip("termios", reason="a pseudo-terminal is needed")

PATIENCE = 30  # seconds, for a machine that is busy with other things
IN_A_SESSION_OF_ITS_OWN = (
    "import fcntl, os, sys, termios; fcntl.ioctl(2, termios.TIOCSCTTY, 0); os.execvp(sys.argv[1], sys.argv[1:])"
)
STEP = [sys.executable, "-m", "nn", "--step"]


class Terminal:
    """A program that runs in a terminal of its own, what it has written to it, and the screen that this makes."""

    def __init__(self, command=STEP, width=80, height=24, **options):
        self.master, self.slave = os.openpty()
        self.resize(width, height)
        self.settings = termios.tcgetattr(self.slave)
        self.output, self.decoder = "", codecs.getincrementaldecoder("utf-8")()
        environment = {**os.environ, "TERM": "xterm-256color", "PYTHONPATH": str(ROOT), **options.pop("environment", {})}
        environment = {name: value for name, value in environment.items() if value is not None}
        self.process = subprocess.Popen(
            [sys.executable, "-c", IN_A_SESSION_OF_ITS_OWN, *command],
            **{"stdin": self.slave, "stdout": self.slave, "stderr": self.slave, **options},
            cwd=ROOT,
            env=environment,
            start_new_session=True,
        )

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        for end in (self.master, self.slave):
            with contextlib.suppress(OSError):
                os.close(end)

    def resize(self, width, height):
        fcntl.ioctl(self.slave, termios.TIOCSWINSZ, struct.pack("HHHH", height, width, 0, 0))

    def type(self, keys):
        os.write(self.master, keys.encode())

    def wait_for(self, shown):
        """Read until something is on the screen."""
        self._read_until(lambda: any(shown in line for line in self.screen()), f"{shown!r} is not shown")

    def wait_for_output(self, sent):
        self._read_until(lambda: sent in self.output, f"{sent!r} was not sent")

    def status(self):
        """Wait for the end; return the exit status."""
        self._read_until(lambda: self.process.poll() is not None, "the program goes on")
        self._apply()
        return self.process.returncode

    def screen(self):
        """Return the lines that are seen after what was written since the screen was switched to."""
        lines, row, column = {}, 1, 1
        for word in re.findall(r"\x1b\[[0-?]*[@-~]|[^\x1b]", self.output.rpartition("\x1b[?1049h")[2]):
            if word.endswith("H") and len(word) > 1:
                row, column = map(int, word[2:-1].split(";"))
            elif word.endswith("G") and len(word) > 1:
                column = int(word[2:-1])
            elif word == "\x1b[2K":
                lines[row] = ""
            elif len(word) == 1:
                lines[row] = lines.get(row, "").ljust(column - 1)[: column - 1] + word
                column += 1
        return [lines[row].rstrip() for row in sorted(lines)]

    def _read_until(self, condition, otherwise):
        end = time.monotonic() + PATIENCE
        while not condition():
            self._apply()
            assert time.monotonic() < end, f"{otherwise}; the screen is\n" + "\n".join(self.screen()) + repr(self.output[-300:])

    def _apply(self):
        while select.select([self.master], [], [], 0.05)[0]:
            try:
                self.output += self.decoder.decode(os.read(self.master, 65536))
            except OSError:  # no program has the terminal open any more
                return


def restored(terminal):
    return (
        terminal.output.endswith(LEAVE) and terminal.output.count(ENTER) == 1,
        termios.tcgetattr(terminal.slave) == terminal.settings,
    )


# --- the note, with keys ---


def test_the_gradient_of_out_h1_grows_by_its_two_parts():
    with Terminal() as terminal:
        terminal.wait_for(" step 0 of 24: start")
        terminal.wait_for("w1         leaf")
        terminal.type("\tnnnn")
        terminal.wait_for("• out_h1     σ(net_h1)                    0.5933       0.0554      1/2")
        terminal.type("\x1b[C\x1b[C\x1b[C")
        terminal.wait_for("• out_h1     σ(net_h1)                    0.5933       0.0364      2/2")
        terminal.wait_for("      part 2 of 2: 0.0554 − 0.0190 = 0.0364")
        terminal.type("q")
        assert terminal.status() == 0


def test_a_name_is_typed_and_one_that_is_not_there_is_told():
    with Terminal() as terminal:
        terminal.wait_for(" step 0")
        terminal.type("/w9")
        terminal.wait_for("run to the node: w9_")
        terminal.type("\r")
        terminal.wait_for("there is no node 'w9'; there are 'target_o1', 'w5'")
        terminal.type("rw5\r")
        terminal.wait_for(" step 16 of 24: backward")
        terminal.type("\x04")
        assert terminal.status() == 0


def test_a_file_a_rate_and_rounds_are_stepped_through():
    with Terminal([*STEP, str(ROOT / "nn" / "note" / "note.json"), "--rate", "0.25", "--rounds", "2"]) as terminal:
        terminal.wait_for(" step 0 of 49: start, round 1 of 2")
        terminal.type("24\r")
        terminal.wait_for("  w1 ← w1 − rate·∂E_total/∂w1 = 0.15 − 0.25·0.000439  = 0.1499")
        terminal.type("G")
        terminal.wait_for(" step 49 of 49 (the last): update, round 2 of 2")
        terminal.type("q")
        assert terminal.status() == 0


def test_keys_that_were_typed_before_the_first_screen_count():
    with Terminal() as terminal:
        terminal.type("nnn")
        terminal.wait_for(" step 3 of 24")
        terminal.type("q")
        assert terminal.status() == 0


def test_the_screen_is_drawn_anew_when_the_terminal_changes_its_size():
    with Terminal() as terminal:
        terminal.wait_for("← → step  Tab next pass  / run to  u until  0-9 go to  g G ends  ? help  q quit")
        terminal.resize(40, 10)
        terminal.wait_for_output("\x1b[10;1H\x1b[2K\x1b[1G\x1b[2m← → step  Tab next pass  ? help  q quit\x1b[0m")
        terminal.resize(0, 0)
        terminal.type("q")
        assert terminal.status() == 0


# --- the terminal is left as it was ---


@pytest.mark.parametrize("key", ["q", "\x1b", "\x03", "\x04"])
def test_every_key_that_quits_restores_the_terminal(key):
    with Terminal() as terminal:
        terminal.wait_for(" step 0 of 24")
        assert not termios.tcgetattr(terminal.slave)[3] & (termios.ECHO | termios.ICANON)
        terminal.type(key)
        assert terminal.status() == 0
        assert restored(terminal) == (True, True)


@pytest.mark.parametrize(
    ("number", "status"), [(signal.SIGINT, 0), (signal.SIGTERM, -signal.SIGTERM), (signal.SIGHUP, -signal.SIGHUP)]
)
def test_a_signal_that_ends_the_program_leaves_the_terminal_restored(number, status):
    with Terminal() as terminal:
        terminal.wait_for("q quit")
        terminal.process.send_signal(number)
        assert terminal.status() == status
        assert restored(terminal) == (True, True)


def test_an_error_leaves_the_terminal_restored_and_is_told_there():
    program = (
        "from autograd import *; from autograd.stepping.keys import Walker; Walker.press = None; walk(step(Value(1.0).exp()))"
    )
    with Terminal([sys.executable, "-c", program]) as terminal:
        terminal.wait_for("q quit")
        terminal.type("n")
        assert terminal.status() == 1
        before, _, after = terminal.output.rpartition(LEAVE)
        assert "TypeError" in after
        assert "TypeError" not in before
        assert restored(terminal)[1]


def test_ctrl_z_suspends_with_the_terminal_restored_and_comes_back_to_the_same_step():
    shell = ["bash", "-m", "-c", f"{sys.executable} -m nn --step; echo suspended; fg; echo finished $?"]
    with Terminal(shell) as terminal:
        terminal.wait_for(" step 0 of 24")
        terminal.type("nnn")
        terminal.wait_for(" step 3 of 24")
        terminal.type("\x1a")
        terminal.wait_for_output("suspended")
        assert LEAVE in terminal.output.partition("suspended")[0]
        terminal.wait_for(" step 3 of 24")
        terminal.type("q")
        terminal.wait_for_output("finished 0")
        assert termios.tcgetattr(terminal.slave) == terminal.settings


def test_a_terminal_that_is_closed_ends_the_program():
    with Terminal() as terminal:
        terminal.wait_for("q quit")
        os.close(terminal.master)
        os.close(terminal.slave)
        assert terminal.process.wait(PATIENCE) == -signal.SIGHUP


# --- no terminal, or one that cannot do it ---


def steps_as_text():
    stepper = step(load().error(), rate=0.5)
    return "\n\n".join(str(stepper.goto(k)) for k in range(len(stepper))) + "\n"


def test_in_a_pipe_all_steps_are_printed_one_after_the_other():
    done = subprocess.run(STEP, capture_output=True, text=True, encoding="utf-8", check=True, cwd=ROOT)
    assert (done.stdout, done.stderr) == (steps_as_text(), "")


def test_with_output_to_a_terminal_but_input_from_elsewhere_all_steps_are_printed():
    with Terminal(stdin=subprocess.DEVNULL) as terminal:
        assert terminal.status() == 0
        assert terminal.output.replace("\r\n", "\n") == steps_as_text()


def test_with_input_from_a_terminal_but_output_to_a_file_all_steps_are_printed(tmp_path):
    with open(tmp_path / "steps", "wb") as file, Terminal(stdout=file) as terminal:
        assert terminal.status() == 0
    assert (tmp_path / "steps").read_text(encoding="utf-8") == steps_as_text()


@pytest.mark.parametrize("name", ["dumb", None])
def test_a_terminal_that_cannot_move_its_cursor_gets_all_steps_as_text(name):
    with Terminal(environment={"TERM": name}) as terminal:
        assert terminal.status() == 0
        assert terminal.output.replace("\r\n", "\n") == steps_as_text()


def test_with_no_color_no_text_has_a_style():
    with Terminal(environment={"NO_COLOR": "1"}) as terminal:
        terminal.wait_for("q quit")
        terminal.type("\tnnnn")
        terminal.wait_for("▸ net_o1")
        terminal.type("q")
        assert terminal.status() == 0
        assert re.findall(r"\x1b\[[0-9;]*m", terminal.output.removesuffix(LEAVE)) == []


def test_with_colour_gradients_are_magenta():
    with Terminal(environment={"NO_COLOR": None}) as terminal:
        terminal.type("\tn")
        terminal.wait_for_output("\x1b[35m∂E_total/∂E_o1")
        terminal.type("q")
        assert terminal.status() == 0


def test_walk_without_a_terminal_prints_the_steps_and_leaves_the_cursor_alone(capsys):
    stepper = step(Value(3.0, label="x").exp()).goto(2)
    walk(stepper)
    assert capsys.readouterr().out.count("step ") == 4
    assert stepper.index == 2


def test_walk_where_there_is_no_input_at_all_prints_the_steps(capsys, monkeypatch):
    monkeypatch.setattr(sys, "stdin", None)
    walk(step(Value(3.0, label="x").exp()))
    assert capsys.readouterr().out.startswith("step 0 of 3: start")


def test_a_graph_of_20_000_nodes_is_drawn():
    program = (
        "from autograd import *\nx = y = Value(0.5, label='x')\n"
        "for _ in range(10_000): y = y.sin() + x\nstepper = step(y)\nwalk(stepper)\nprint(stepper.index)"
    )
    with Terminal([sys.executable, "-c", program]) as terminal:
        terminal.type("G")
        terminal.wait_for(" step 40001 of 40001 (the last)")
        terminal.type("q")
        assert terminal.status() == 0
        assert terminal.output.endswith("40001\r\n")


# --- Windows ---


@pytest.mark.parametrize(
    ("pressed", "keys"),
    [("n", ["n"]), ("\xe0M", ["right"]), ("\x00K", ["left"]), ("\xe0G", ["home"]), ("\xe0I", ["page-up"]), ("\xe0\x85", [])],
)
def test_the_keys_of_a_windows_console_are_read_like_a_terminals(monkeypatch, pressed, keys):
    console = ModuleType("msvcrt")
    waiting = list(pressed)
    console.kbhit, console.getwch = lambda: bool(waiting), lambda: waiting.pop(0)
    monkeypatch.setitem(sys.modules, "msvcrt", console)
    read = _Windows().read
    assert decoded(read(0.0))[0] == keys
    assert read(0.0) == ""
