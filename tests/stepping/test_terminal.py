"""Walking through steps in a terminal, as a user meets it: a pseudo-terminal, keys in, a screen out; and without one."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys

import pexpect
import pyte
import pytest
from project import ROOT

from autograd import Value, step, walk
from autograd.stepping import terminal
from nn.note import load

termios = pytest.importorskip("termios", reason="a pseudo-terminal is needed")

PATIENCE = 60  # seconds, for a machine that is busy with other things
STEP = [sys.executable, "-m", "nn", "--step"]
INSTALL = "pip install 'scalar-autograd[terminal]'"


def _heed_signals():
    """Heed again what the tests may have been started to ignore, as nohup does with SIGHUP: a terminal's shell heeds all."""
    for number in (
        signal.SIGHUP,
        signal.SIGINT,
        signal.SIGQUIT,
        signal.SIGTERM,
        signal.SIGTSTP,
        signal.SIGTTIN,
        signal.SIGTTOU,
    ):
        signal.signal(number, signal.SIG_DFL)


class Terminal:
    """A program that runs in a terminal of its own, and the screen that it makes."""

    def __init__(self, command=STEP, width=80, height=24, **environment):
        told = {**os.environ, "TERM": "xterm-256color", "PYTHONPATH": str(ROOT), **environment}
        self.screen, self.sent = pyte.Screen(width, height), ""
        self.stream = pyte.Stream(self.screen)
        self.program = pexpect.spawn(
            command[0], command[1:], cwd=ROOT, env=told, dimensions=(height, width), encoding="utf-8", timeout=PATIENCE,
            preexec_fn=_heed_signals,
        )  # fmt: skip
        self.settings = termios.tcgetattr(self.program.child_fd)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.program.close(force=True)

    def type(self, keys):
        self.program.send(keys)

    def resize(self, width, height):
        self.screen.resize(height, width)
        self.program.setwinsize(height, width)

    def wait_for(self, shown):
        """Read until something is on the screen."""
        self.wait_until(lambda: any(shown in line for line in self.screen.display))

    def wait_until(self, condition):
        while not condition():
            try:
                self._read()
            except (pexpect.TIMEOUT, pexpect.EOF):
                screen = "\n".join(self.screen.display)
                pytest.fail(f"what is waited for does not come; the screen is\n{screen}{self.sent[-300:]!r}")

    def status(self):
        """Read until the end; return the exit status, or the number of the signal, negative."""
        with contextlib.suppress(pexpect.EOF):
            while True:
                self._read()
        self.program.wait()
        return self.program.exitstatus if self.program.signalstatus is None else -self.program.signalstatus

    def is_restored(self):
        """Return whether the terminal has its own screen, its cursor, its wrapping of lines and the settings it had."""
        ways = [self.sent.rfind(f"\x1b[?{way}") for way in ("1049l", "1049h", "25h", "25l", "7h", "7l", "2004l", "2004h")]
        backs = all(back > there for back, there in zip(ways[::2], ways[1::2], strict=True))
        return backs and termios.tcgetattr(self.program.child_fd) == self.settings

    def _read(self):
        text = self.program.read_nonblocking(65536, PATIENCE)
        self.sent += text
        self.stream.feed(text)


# --- with keys ---


def test_the_note_is_stepped_through_and_the_terminal_left_as_it_was():
    with Terminal() as found:
        found.wait_for(" step 0 of 24: start")
        assert not termios.tcgetattr(found.program.child_fd)[3] & (termios.ECHO | termios.ICANON)
        found.type("\tnnnn")
        found.wait_for("• out_h1     σ(net_h1)                    0.5933       0.0554      1/2")
        found.resize(40, 10)
        found.wait_for("← → step  Tab next pass  ? help  q quit")
        found.type("q")
        assert found.status() == 0
        assert found.is_restored()


@pytest.mark.parametrize(("end", "status"), [("\x03", 0), (signal.SIGINT, 0), (signal.SIGTERM, 128 + signal.SIGTERM)])
def test_ctrl_c_and_signals_that_end_the_program_leave_the_terminal_as_it_was(end, status):
    with Terminal() as found:
        found.wait_for("q quit")
        if isinstance(end, str):
            found.type(end)
        else:
            found.program.kill(end)
        assert found.status() == status
        assert found.is_restored()


def test_a_signal_that_comes_while_a_screen_is_drawn_leaves_the_terminal_as_it_was():
    program = """
import os, signal
from prompt_toolkit.output.vt100 import Vt100_Output
from autograd import Value, step, walk
flush = Vt100_Output.flush
def flush_and_end(self):
    drawn = any("?1049h" in text for text in self._buffer)
    flush(self)
    if drawn:
        os.kill(os.getpid(), signal.SIGTERM)
Vt100_Output.flush = flush_and_end
walk(step(Value(1.0).exp()))
"""
    with Terminal([sys.executable, "-c", program]) as found:
        assert found.status() == 128 + signal.SIGTERM
        assert found.is_restored()


def test_ctrl_z_suspends_with_the_terminal_as_it_was_and_comes_back_to_the_same_step():
    shell = ["bash", "-m", "-c", f"{sys.executable} -m nn --step; stty -a; echo suspended; fg; echo finished $?"]
    with Terminal(shell) as found:
        found.wait_for(" step 0 of 24")
        found.type("nnn")
        found.wait_for(" step 3 of 24")
        found.type("\x1a")
        found.wait_until(lambda: " step 3 of 24" in found.sent.partition("suspended")[2])
        found.type("q")
        assert found.status() == 0
        assert "finished 0" in found.sent
        between = found.sent.partition("suspended")[0]
        assert between.rfind("\x1b[?1049l") > between.rfind("\x1b[?1049h")
        assert " icanon" in between
        assert " echo " in between


def test_a_terminal_that_is_closed_ends_the_program():
    with Terminal() as found:
        found.wait_for("q quit")
        found.program.ptyproc.fileobj.close()
        found.program.ptyproc.wait()
        assert found.program.ptyproc.signalstatus == signal.SIGHUP


def test_a_graph_of_20_000_nodes_is_drawn_and_the_cursor_ends_where_it_was_left():
    program = (
        "from autograd import *\nx = y = Value(0.5, label='x')\n"
        "for _ in range(10_000): y = y.sin() + x\nstepper = step(y)\nwalk(stepper)\nprint('index', stepper.index)"
    )
    with Terminal([sys.executable, "-c", program]) as found:
        found.wait_for(" step 0 of 40001")
        found.type("G")
        found.wait_for(" step 40001 of 40001 (the last)")
        found.type("q")
        assert found.status() == 0
        assert found.sent.endswith("index 40001\r\n")


# --- no terminal, or one that cannot do it ---


def steps_as_text():
    stepper = step(load().error(), rate=0.5)
    return "\n\n".join(str(stepper.goto(k)) for k in range(len(stepper))) + "\n"


def test_in_a_pipe_all_steps_are_printed_one_after_the_other():
    done = subprocess.run(STEP, capture_output=True, text=True, encoding="utf-8", check=True, cwd=ROOT)
    assert (done.stdout, done.stderr) == (steps_as_text(), "")


@pytest.mark.parametrize(("stream", "other"), [("stdin", "/dev/null"), ("stdout", "written")])
def test_where_input_or_output_is_no_terminal_all_steps_are_printed(tmp_path, stream, other):
    sign = "<" if stream == "stdin" else ">"
    file = tmp_path / other  # an absolute path stays what it is
    with Terminal(["bash", "-c", f"{sys.executable} -m nn --step {sign} {file}"]) as found:
        assert found.status() == 0
        printed = found.sent.replace("\r\n", "\n") if stream == "stdin" else file.read_text(encoding="utf-8")
    assert printed == steps_as_text()


@pytest.mark.parametrize("name", ["dumb", "unknown", ""])
def test_a_terminal_that_cannot_move_its_cursor_gets_all_steps_as_text(name):
    with Terminal(TERM=name) as found:
        assert found.status() == 0
        assert found.sent.replace("\r\n", "\n") == steps_as_text()


def test_without_prompt_toolkit_all_steps_are_printed_and_what_to_install(tmp_path):
    (tmp_path / "prompt_toolkit.py").write_text("raise ModuleNotFoundError(name='prompt_toolkit')")
    with Terminal(PYTHONPATH=f"{tmp_path}{os.pathsep}{ROOT}") as found:
        assert found.status() == 0
        printed = found.sent.replace("\r\n", "\n")
    assert printed.startswith(steps_as_text())
    assert INSTALL in printed.splitlines()[-1]


def test_another_module_that_is_missing_is_not_taken_for_prompt_toolkit(monkeypatch):
    monkeypatch.setattr(terminal, "_has_terminal", lambda: True)
    monkeypatch.setitem(sys.modules, "autograd.stepping.keys", None)
    monkeypatch.delattr("autograd.stepping.keys", raising=False)
    with pytest.raises(ImportError):
        walk(step(Value(1.0).exp()))


def test_walk_without_a_terminal_prints_the_steps_and_leaves_the_cursor_alone(capsys):
    stepper = step(Value(3.0, label="x").exp()).goto(2)
    walk(stepper)
    assert capsys.readouterr().out.count("step ") == 4
    assert stepper.index == 2


def test_walk_where_there_is_no_input_at_all_prints_the_steps(capsys, monkeypatch):
    monkeypatch.setattr(sys, "stdin", None)
    walk(step(Value(3.0, label="x").exp()))
    assert capsys.readouterr().out.startswith("step 0 of 3: start")


def test_no_module_of_the_package_imports_prompt_toolkit_before_a_terminal_is_walked():
    program = "import sys, autograd.stepping, nn.__main__; print('prompt_toolkit' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout == "False\n"
