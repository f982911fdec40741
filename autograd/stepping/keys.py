"""What the keys of a terminal do to a stepper: everything of ``walk`` but the terminal itself."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import takewhile

from autograd.stepping.cells import Row
from autograd.stepping.screen import Screen, help_rows
from autograd.stepping.stepper import Stepper, first_nan, grad_above

SEQUENCES = {
    "A": "up", "B": "down", "C": "right", "D": "left", "F": "end", "H": "home", "Z": "shift-tab",
    "1~": "home", "4~": "end", "5~": "page-up", "6~": "page-down", "7~": "home", "8~": "end",
}  # fmt: skip
CONTROLS = {
    "\x03": "ctrl-c", "\x04": "ctrl-d", "\x1a": "ctrl-z", "\x15": "ctrl-u", "\x1b": "escape",
    "\t": "tab", "\r": "enter", "\n": "enter", "\x7f": "backspace", "\b": "backspace",
}  # fmt: skip
WHOLE = re.compile(r"\x1b(?:\[([0-?]*)[ -/]*([@-~])|O([@-~]))|(.)", re.DOTALL)
BEGINNING = re.compile(r"\x1b(?:\[[0-?]*[ -/]*|O)?")

SCROLLED = {"up": -5, "down": 5, "page-up": -20, "page-down": 20}
QUESTIONS = {"run": "run to the node: ", "goto": "go to step: ", "until": "run until nan, or until |grad| is above: "}
LONGEST_ANSWER = 200  # characters


def decoded(text: str) -> tuple[list[str], str]:
    r"""Return the keys that a terminal's input stands for, and the rest that may be the beginning of another.

    >>> decoded("n\x1b[C\x1b[1;5D\x1b[")
    (['n', 'right', 'left'], '\x1b[')
    """
    keys, place = [], 0
    while place < len(text) and not BEGINNING.fullmatch(text, place):
        match = WHOLE.match(text, place)
        assert match
        numbers, final, other, character = match.groups()
        place = match.end()
        if character is None:
            name = f"{numbers.partition(';')[0]}~" if final == "~" else final or other
            keys.append(SEQUENCES.get(name, ""))
        else:
            keys.append(CONTROLS.get(character, character if character.isprintable() else ""))
    return [key for key in keys if key], text[place:]


class Walker:
    """A stepper and what is on the screen besides it: a question, a message, help, how far the table is scrolled."""

    def __init__(self, stepper: Stepper) -> None:
        self.stepper = stepper
        self._screen = Screen(stepper)
        self._message = ""
        self._question = ""
        self._answer = ""
        self._helps = False
        self._around: int | None = None

    def rows(self, width: int, height: int) -> list[Row]:
        """Return what the screen shows."""
        if self._helps:
            return help_rows(width, height)
        message = self._message
        if self._question:
            question = QUESTIONS[self._question]
            message = question + self._answer[-max(8, width - len(question) - 1) :] + "_"
        return self._screen.rows(width, height, self._around, message)

    def press(self, key: str) -> bool:
        """Do what a key stands for; return whether to go on."""
        self._message = ""
        if key in ("ctrl-c", "ctrl-d"):
            return False
        if self._helps:
            self._helps = False
        elif self._question:
            self._type(key)
        elif key in ("q", "escape"):
            return False
        elif key == "?":
            self._helps = True
        elif key in SCROLLED:
            self._scroll(SCROLLED[key])
        elif key in ("r", "/", "u") or key.isdecimal():
            self._question = {"u": "until", "r": "run", "/": "run"}.get(key, "goto")
            self._answer = key if key.isdecimal() else ""
        else:
            self._move(key)
        return True

    def _move(self, key: str) -> None:
        stepper = self.stepper
        if key in ("right", "l", "n", " ", "enter"):
            self._go(min(stepper.index + 1, len(stepper) - 1), "this is the last step")
        elif key in ("left", "h", "p", "b", "backspace"):
            self._go(max(stepper.index - 1, 0), "this is the first step")
        elif key in ("home", "g"):
            self._go(0)
        elif key in ("end", "G"):
            self._go(-1)
        elif key == "tab":
            self._go(self._pass(range(stepper.index + 1, len(stepper))), "this is the last pass")
        elif key == "shift-tab":
            self._go(self._pass(range(stepper.index - 1, -1, -1)), "this is the first step")
        else:
            self._message = f"{key} does nothing here; ? says what each key does"

    def _go(self, k: int, at_the_end: str = "") -> None:
        before = self.stepper.index
        self.stepper.goto(k)
        self._around = None
        if self.stepper.index == before:
            self._message = at_the_end

    def _pass(self, places: range) -> int:
        """Return where a forward pass, a backward pass or an update begins; the present step if nowhere among the places."""
        return next((k for k in places if self.stepper[k].kind in ("start", "seed", "update")), self.stepper.index)

    def _scroll(self, nodes: int) -> None:
        present = self._screen.present() if self._around is None else self._around
        self._around = min(max(present + nodes, 0), len(self._screen.names) - 1)

    def _type(self, key: str) -> None:
        if key == "enter":
            question, self._question = self._question, ""
            if self._answer.strip():
                self._do(question, self._answer.strip())
        elif key == "escape" or (key == "backspace" and not self._answer):
            self._question = ""
        elif key == "backspace":
            self._answer = self._answer[:-1]
        elif key == "ctrl-u":
            self._answer = ""
        elif key == "tab" and self._question == "run":
            self._answer = _common_beginning([n for n in self._names() if n.startswith(self._answer)]) or self._answer
        elif len(key) == 1 and len(self._answer) < LONGEST_ANSWER:
            self._answer += key

    def _do(self, question: str, answer: str) -> None:
        try:
            if question == "goto":
                self.stepper.goto(int(answer))
            elif question == "run":
                self.stepper.run_to(self._names().get(answer, answer))
            else:
                self._until(answer)
            self._around = None
        except (ValueError, LookupError) as problem:
            self._message = str(problem)

    def _until(self, answer: str) -> None:
        """Go on to where a number becomes nan, or a gradient gets above a limit, after the present step."""
        before = self.stepper.index
        condition = first_nan if answer.lower() == "nan" else grad_above(_limit(answer))
        try:
            if before == len(self.stepper) - 1:
                raise LookupError
            self.stepper.next().until(condition)
        except LookupError:
            self.stepper.goto(before)
            what = "a number becomes nan" if condition is first_nan else f"|grad| is above {answer}"
            raise LookupError(f"there is no later step where {what}") from None

    def _names(self) -> dict[str, str]:
        """Return the nodes' names by what can be seen, and typed, of them."""
        return {" ".join(filter(str.isprintable, name.split())): name for name in self._screen.names}


def _common_beginning(words: Sequence[str]) -> str:
    return "".join(characters[0] for characters in takewhile(lambda c: len({*c}) == 1, zip(*words, strict=False)))


def _limit(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise ValueError(f"expected nan, or a number as the limit, but got {text!r}") from None
