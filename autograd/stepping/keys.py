"""The stepper as an application of prompt_toolkit: what each key does, and where on the screen its parts stand.

This and ``screen`` need prompt_toolkit; ``walk`` loads them where there is a terminal.
"""

from __future__ import annotations

import asyncio
import signal
import threading
from collections.abc import Callable
from contextlib import suppress
from functools import partial

from prompt_toolkit.application import Application
from prompt_toolkit.buffer import Buffer
from prompt_toolkit.completion import ConditionalCompleter, WordCompleter
from prompt_toolkit.filters import Condition, FilterOrBool, has_focus
from prompt_toolkit.input import Input
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent
from prompt_toolkit.layout import Dimension, Layout
from prompt_toolkit.layout.containers import ConditionalContainer, Float, FloatContainer, HSplit, Window
from prompt_toolkit.layout.controls import UIContent, UIControl
from prompt_toolkit.layout.menus import CompletionsMenu
from prompt_toolkit.output import Output
from prompt_toolkit.styles import Attrs, Style
from prompt_toolkit.widgets import TextArea

from autograd.stepping.conditions import first_nan, grad_above
from autograd.stepping.screen import BOLD, QUIET, Row, Screen, cut, help_rows, hints, tidy
from autograd.stepping.stepper import Stepper

GO_BACK = "any key goes back to the step"
QUESTIONS = {"run": "run to the node: ", "goto": "go to step: ", "until": "run until nan, or until |grad| is above: "}
LONGEST_NUMBER = 100  # digits; no stepper has as many steps
MOMENT = 0.05  # seconds in which the rest of a key's bytes follow its Esc
STYLE = Style.from_dict(
    {
        "grad": "ansimagenta",
        "quiet": "dim" if "dim" in Attrs._fields else "ansibrightblack",  # prompt_toolkit 3.0.52 and later know dim
        "completion-menu": "bg:default fg:default reverse",
        "completion-menu.completion.current": "bg:default fg:default noreverse bold",
        "scrollbar.background": "bg:default reverse",
        "scrollbar.button": "bg:default reverse",
    }
)


def run(stepper: Stepper) -> None:
    """Walk through the steps until a key says to quit, or the terminal is gone."""
    application = Walker(stepper).application
    with suppress(EOFError):
        application.run(pre_run=partial(_heed_sigterm, application), in_thread=asyncio._get_running_loop() is not None)


def _heed_sigterm(application: Application[None]) -> None:
    """Let SIGTERM end the process as it would, but between two events of the loop, so that the terminal is restored.

    An exception from the signal's handler might come while a screen is drawn, of which prompt_toolkit restores nothing.
    """

    def end() -> None:
        if not application.is_done:
            application.exit(exception=SystemExit(128 + signal.SIGTERM))

    in_main = threading.current_thread() is threading.main_thread()
    if in_main and signal.getsignal(signal.SIGTERM) == signal.SIG_DFL:
        with suppress(NotImplementedError):  # Windows
            asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, end)


class Walker:
    """A stepper and what is on the screen besides it: a question, a message, help, how far the table is scrolled."""

    def __init__(self, stepper: Stepper, keyboard: Input | None = None, output: Output | None = None) -> None:
        self.stepper = stepper
        self._screen = Screen(stepper)
        self._message = ""
        self._helps = False
        self._around: int | None = None
        self._question = "run"
        self._names = {"".join(filter(str.isprintable, tidy(name))): name for name in self._screen.names}
        names = WordCompleter([*self._names], sentence=True)
        one_line = Dimension(max=1)  # not exactly 1: there may be no room for it
        self._answer = TextArea(
            prompt=lambda: [(BOLD, QUESTIONS[self._question])],
            completer=ConditionalCompleter(names, Condition(lambda: self._question == "run")),
            accept_handler=self._accept,
            multiline=False,
            height=one_line,
        )
        self._picture = Window(_Drawn(self._rows))
        asks = has_focus(self._answer)
        foot = Window(_Drawn(self._foot), height=one_line)
        parts = [self._picture, ConditionalContainer(self._answer, asks), ConditionalContainer(foot, ~asks)]
        menu = Float(CompletionsMenu(max_height=8), xcursor=True, ycursor=True)
        self.application: Application[None] = Application(
            Layout(FloatContainer(HSplit(parts), [menu]), self._picture),
            style=STYLE,
            key_bindings=self._bindings(asks),
            full_screen=True,
            input=keyboard,
            output=output,
        )
        self.application.timeoutlen = self.application.ttimeoutlen = MOMENT

    def _rows(self, width: int, height: int) -> list[Row]:
        return help_rows(width) if self._helps else self._screen.rows(width, height, self._around)

    def _foot(self, width: int, height: int) -> list[Row]:
        if self._message:
            return [[(BOLD, cut(tidy(self._message), width))]]
        return [[(QUIET, GO_BACK if self._helps else hints(width))]]

    def _bindings(self, asks: Condition) -> KeyBindings:
        """Return what keys do; what they do to an answer that is typed is prompt_toolkit's."""
        found = KeyBindings()
        helps = Condition(lambda: self._helps)

        def on(keys: str, do: Callable[[KeyPressEvent], None], when: FilterOrBool = ~asks & ~helps) -> None:
            def done(event: KeyPressEvent) -> None:
                self._message = ""
                do(event)

            for key in keys.split():
                found.add(*key.split("+"), filter=when)(done)

        steps, last = self.stepper, len(self.stepper) - 1
        passes = [k for k, step in enumerate(steps) if step.kind in ("start", "seed", "update")]
        on("right l n space enter c-j", lambda _: self._go(min(steps.index + 1, last), "this is the last step"))
        on("left h p b backspace", lambda _: self._go(max(steps.index - 1, 0), "this is the first step"))
        on("home g", lambda _: self._go(0))
        on("end G", lambda _: self._go(last))
        on("tab", lambda _: self._go(min((k for k in passes if k > steps.index), default=steps.index), "this is the last pass"))
        on("s-tab", lambda _: self._go(max((k for k in passes if k < steps.index), default=0), "this is the first step"))
        on("up", lambda _: self._scroll(-5))
        on("down", lambda _: self._scroll(5))
        on("pageup", lambda _: self._scroll(-20))
        on("pagedown", lambda _: self._scroll(20))
        on("/ r", lambda _: self._ask("run"))
        on("u", lambda _: self._ask("until"))
        on("0 1 2 3 4 5 6 7 8 9", lambda event: self._ask("goto", event.data))
        on("?", lambda _: self._help(True))
        on("<any>", lambda _: self._help(False), helps)
        on("<any>", lambda event: self._unknown(event.data))
        on("escape+<any>", lambda _: None)  # Alt with a key, or a key that nobody knows, is no Esc
        on("escape", lambda _: self._stop_asking(), asks)
        on("backspace", lambda _: self._stop_asking(), asks & Condition(lambda: not self._answer.text))
        on("q escape", lambda event: event.app.exit())
        on("c-z", lambda event: event.app.suspend_to_background(), True)
        for key in ("c-c", "c-d", "<sigint>"):
            found.add(key)(lambda event: event.app.exit())
        return found

    def _go(self, k: int, at_the_end: str = "") -> None:
        self._message = at_the_end if k == self.stepper.index else ""
        self.stepper.goto(k)
        self._around = None

    def _scroll(self, nodes: int) -> None:
        present = self._screen.present() if self._around is None else self._around
        self._around = min(max(present + nodes, 0), len(self._screen.names) - 1)

    def _help(self, helps: bool) -> None:
        self._helps = helps

    def _unknown(self, key: str) -> None:
        if key and key.isprintable():
            self._message = f"{key} does nothing here; ? says what each key does"

    def _ask(self, question: str, answer: str = "") -> None:
        self._question = question
        self.application.layout.focus(self._answer)
        self._answer.buffer.insert_text(answer)

    def _stop_asking(self) -> None:
        self._answer.buffer.reset()
        self.application.layout.focus(self._picture)

    def _accept(self, buffer: Buffer) -> bool:
        """Do what was asked for; return whether the answer stays, which it does not."""
        self.application.layout.focus(self._picture)
        answer = buffer.text.strip()
        try:
            if answer:
                {"run": self._run_to, "goto": self._go_to, "until": self._until}[self._question](answer)
                self._around = None
        except (ValueError, LookupError) as problem:
            self._message = str(problem)
        return False

    def _run_to(self, answer: str) -> None:
        self.stepper.run_to(self._names.get(answer, answer))

    def _go_to(self, answer: str) -> None:
        if not answer.isdecimal():
            raise ValueError(f"expected the number of a step, but got {answer!r}")
        self.stepper.goto(int(answer[:LONGEST_NUMBER]))

    def _until(self, answer: str) -> None:
        """Go on to where a number becomes nan, or a gradient gets above a limit, after the present step."""
        try:
            holds = first_nan if answer.lower() == "nan" else grad_above(float(answer))
        except ValueError:
            raise ValueError(f"expected nan, or a number as the limit, but got {answer!r}") from None
        later = range(self.stepper.index + 1, len(self.stepper))
        found = next((k for k in later if holds(self.stepper[k], self.stepper.state)), None)
        if found is None:
            what = "a number becomes nan" if holds is first_nan else f"|grad| is above {answer}"
            raise LookupError(f"there is no later step where {what}")
        self.stepper.goto(found)


class _Drawn(UIControl):
    """Shows rows that a function makes for the size there is."""

    def __init__(self, rows: Callable[[int, int], list[Row]]) -> None:
        self._rows = rows

    def create_content(self, width: int, height: int) -> UIContent:
        rows = self._rows(width, height)
        return UIContent(lambda place: [*rows[place]], len(rows), show_cursor=False)

    def is_focusable(self) -> bool:
        return True
