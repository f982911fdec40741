"""``walk``: a stepper in a terminal, moved by keys and drawn in place."""

from __future__ import annotations

import codecs
import importlib
import os
import signal
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any

from autograd.drawing import columns
from autograd.stepping.cells import Row
from autograd.stepping.keys import Walker, decoded
from autograd.stepping.stepper import Stepper

try:
    import select
    import termios
except ImportError:  # Windows
    ON_WINDOWS = True
else:
    ON_WINDOWS = False

# The other screen, whose lines do not wrap, without a cursor; and back.
ENTER, LEAVE = "\x1b[?1049h\x1b[?7l\x1b[?25l", "\x1b[0m\x1b[?25h\x1b[?7h\x1b[?1049l"
MOMENT = 0.05  # seconds in which the rest of a key's bytes follow its Esc
GLANCE = 0.2  # seconds after which the terminal's size is looked at again
WINDOWS_KEYS = {"H": "A", "P": "B", "M": "C", "K": "D", "O": "F", "G": "H", "I": "5~", "Q": "6~"}


def walk(stepper: Stepper) -> None:
    """Walk through the steps in the terminal, with keys: → and ← go on and back, ``?`` says which others there are, q quits.

    The stepper stays where you left it. Where input or output is no terminal, all steps are printed one after the other.

    >>> from autograd import Value, step
    >>> walk(step(Value(3.0, label="x").exp()))
    step 0 of 3: start
    The leaves hold their values; every other node waits.
    <BLANKLINE>
    step 1 of 3: forward
    ...
    """
    if not _has_terminal():
        _print(stepper)
        return
    try:
        with _ending_by_signals(), _console() as console:
            _loop(console, Walker(stepper))
    except KeyboardInterrupt:  # sent from elsewhere: the key is read like any other
        pass
    except _EndedBySignal as end:
        signal.raise_signal(end.number)  # now that the terminal is as it was


def painted(rows: Sequence[Row], colour: bool) -> str:
    """Return what makes a terminal show the rows; each cell begins in its column, whatever the one before it looks like."""
    parts = []
    for number, row in enumerate(rows, start=1):
        parts.append(f"\x1b[{number};1H\x1b[2K")
        column = 1
        for cell in row:
            parts += [f"\x1b[{column}G", f"\x1b[{cell.style}m{cell.text}\x1b[0m" if colour and cell.style else cell.text]
            column += columns(cell.text)
    return "".join(parts)


def _print(stepper: Stepper) -> None:
    before = stepper.index
    try:
        for k in range(len(stepper)):
            print(stepper.goto(k), end="\n\n" if k < len(stepper) - 1 else "\n")
    finally:
        stepper.goto(before)


def _has_terminal() -> bool:
    """Return whether keys can be read and screens drawn."""
    if not ON_WINDOWS and os.environ.get("TERM", "dumb") == "dumb":
        return False
    try:
        return os.isatty(sys.stdin.fileno()) and os.isatty(sys.stdout.fileno())
    except (AttributeError, OSError, ValueError):  # none, closed, or a notebook's
        return False


def _loop(console: Any, walker: Walker) -> None:
    """Draw, and do what the keys say, until one says to quit."""
    colour = "NO_COLOR" not in os.environ
    size, keys, pending = None, [""], ""
    while True:
        before, size = size, _size()
        if keys or size != before:
            _write(painted(walker.rows(*size), colour))
        text = console.read(MOMENT if pending else GLANCE)
        if pending and not text:
            keys, pending = ["escape"] if pending == "\x1b" else [], ""
        else:
            keys, pending = decoded(pending + text)
        for key in keys:
            if key == "ctrl-z":
                console.suspend()
            elif not walker.press(key):
                return


def _size() -> tuple[int, int]:
    """Return the terminal's columns and lines; the usual ones if it does not tell."""
    width, height = os.get_terminal_size(sys.stdout.fileno())
    return width or 80, height or 24


def _write(text: str) -> None:
    encoding = sys.stdout.encoding or "utf-8"
    sys.stdout.write(text.encode(encoding, "replace").decode(encoding))
    sys.stdout.flush()


class _EndedBySignal(BaseException):
    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number


@contextmanager
def _ending_by_signals() -> Iterator[None]:
    """Let the signals that end a process raise an exception, so that the terminal is restored before it ends."""

    def end(number: int, frame: object) -> None:
        raise _EndedBySignal(number)

    before: dict[int, Any] = {}
    if threading.current_thread() is threading.main_thread():
        numbers = [getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)]
        before = {number: signal.getsignal(number) for number in numbers}
    caught = [number for number, handler in before.items() if handler not in (None, signal.SIG_IGN)]
    for number in caught:
        signal.signal(number, end)
    try:
        yield
    finally:
        for number in caught:
            signal.signal(number, before[number])


@contextmanager
def _console() -> Iterator[Any]:
    """Open the keyboard and the other screen; leave both as they were, whatever happens."""
    console = _Windows() if ON_WINDOWS else _Posix()
    try:
        console.open()
        yield console
    finally:
        console.close()


class _Posix:
    """A terminal that hands over every byte as it is typed."""

    def __init__(self) -> None:
        self._keyboard = sys.stdin.fileno()
        self._before = termios.tcgetattr(self._keyboard)
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")

    def open(self) -> None:
        mode = [*self._before[:6], list(self._before[6])]
        mode[3] &= ~(termios.ICANON | termios.ECHO | termios.ISIG | termios.IEXTEN)
        mode[6][termios.VMIN], mode[6][termios.VTIME] = 1, 0
        termios.tcsetattr(self._keyboard, termios.TCSADRAIN, mode)
        _write(ENTER)

    def close(self) -> None:
        with suppress(OSError):  # a terminal that is gone needs nothing
            _write(LEAVE)
        with suppress(termios.error):
            termios.tcsetattr(self._keyboard, termios.TCSADRAIN, self._before)

    def suspend(self) -> None:
        """Stop, with the terminal as it was, until the shell lets the process go on."""
        self.close()
        os.kill(0, signal.SIGTSTP)
        self.open()

    def read(self, seconds: float) -> str:
        """Return what is typed within so many seconds; the end of the input is Ctrl-D."""
        if not select.select([self._keyboard], [], [], seconds)[0]:
            return ""
        found = os.read(self._keyboard, 4096)
        return self._decoder.decode(found) if found else "\x04"


class _Windows:
    """A console, whose keys are read as if they were a terminal's."""

    def __init__(self) -> None:
        self._keyboard = importlib.import_module("msvcrt")

    def open(self) -> None:
        os.system("")  # makes a console obey sequences
        _write(ENTER)

    def close(self) -> None:
        _write(LEAVE)

    def suspend(self) -> None:
        """Do nothing: there is no such thing."""

    def read(self, seconds: float) -> str:
        """Return the key that is pressed within so many seconds."""
        end = time.monotonic() + seconds
        while not self._keyboard.kbhit():
            if time.monotonic() > end:
                return ""
            time.sleep(0.01)
        key = str(self._keyboard.getwch())
        if key not in "\x00\xe0":
            return key
        code = WINDOWS_KEYS.get(self._keyboard.getwch(), "")
        return f"\x1b[{code}" if code else ""


__all__ = ["walk"]
