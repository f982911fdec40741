"""What a terminal of any size shows of a stepper: the present step in words and numbers, and a table of the nodes."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from itertools import pairwise

from autograd.drawing import columns, shortened_to_columns
from autograd.stepping.cells import BOLD, MAGENTA, QUIET, REVERSED, UNDERLINED, Cell, Row, fitted, padded, tidy, words
from autograd.stepping.stepper import Stepper
from autograd.stepping.steps import Change, short

NOT_YET = "·"
WIDEST_NAME, WIDEST_FORMULA, NARROWEST_FORMULA = 24, 48, 8  # columns of the table
LEAST_NODES = 7  # that a long text leaves room for

HINTS = ("← → step", "Tab next pass", "/ run to", "u until", "0-9 go to", "g G ends", "? help", "q quit")
HELP = (
    ("→ l n space", "the next step"),
    ("← h p b", "the step before"),
    ("g Home, G End", "the first, the last step"),
    ("Tab, Shift-Tab", "the next pass (or the update), the one before"),
    ("/ or r", "run to a node: its value or its gradient; Tab completes"),
    ("0 to 9", "go to a step by its number"),
    ("u", "run until a number is nan, or a gradient is above a limit"),
    ("↑ ↓ PgUp PgDn", "scroll the table, where it is longer than the screen"),
    ("Ctrl-Z", "suspend"),
    ("q Esc Ctrl-C Ctrl-D", "quit"),
)


class Screen:
    """Draws the step that a stepper is at."""

    def __init__(self, stepper: Stepper) -> None:
        self._stepper = stepper
        formulas = _formulas(stepper)
        self.names = list(formulas)
        self._formulas = list(formulas.values())
        self._place = {name: place for place, name in enumerate(formulas)}
        self._name_width = max(len("node"), *(columns(_name(name)) for name in formulas))
        self._formula_width = max(columns(shortened_to_columns(tidy(rule), WIDEST_FORMULA)) for rule in self._formulas)

    def rows(self, width: int, height: int, around: int | None = None, message: str = "") -> list[Row]:
        """Return as many rows as the terminal has, none of them wider; ``around`` a node, or else around the present one."""
        room = max(0, height - 3)
        told = words(self._stepper.now, width, max(room - 1 - min(len(self.names), LEAST_NODES), room * 3 // 5))
        table, hidden = self._table(width, room - len(told), around)
        gap: list[Row] = [[]] * (room - len(told) - len(table))
        last = [Cell(tidy(message), BOLD)] if message or not hidden else _more(hidden)
        rows = [self._header(width), *told, *gap, *table, last, _hints(width)]
        return [fitted(row, width) for row in rows[-height:]]

    def present(self) -> int:
        """Return the place in the table of the node that the step is about, or the first of those."""
        return next(iter(self._touched()), 0)

    def _header(self, width: int) -> Row:
        stepper, now = self._stepper, self._stepper.now
        last = len(stepper) - 1
        rounds = f", round {now.round} of {stepper[-1].round}" if stepper[-1].round > 1 else ""
        step = f"step {stepper.index} of {last}{' (the last)' * (stepper.index == last)}: {now.kind}{rounds}"
        text = shortened_to_columns(f" {step}   {_name(stepper.root)}", width)
        return [Cell(padded(text, width), REVERSED)]

    def _touched(self) -> list[int]:
        """Return the places of the nodes that the step reads or changes, first that of its own."""
        now = self._stepper.now
        if not now.node:
            new = [change.node for change in now.changes if change.after.value is not None]
            return sorted(map(self._place.__getitem__, new))
        names = [now.node, *(edge.argument for edge in now.edges)]
        return list(dict.fromkeys(map(self._place.__getitem__, names)))

    def _table(self, width: int, room: int, around: int | None) -> tuple[list[Row], int]:
        """Return the rows that there is room for, and how many nodes are hidden below them."""
        if room < 2:
            return [], 0
        touched = self._touched()
        center = self.present() if around is None else around
        together = around is not None or self._stepper.now.kind == "start"
        shown = visible(len(self.names), room - 1, center, () if together else touched)
        rows = [self._heading(width)]
        marked = set(touched)
        changes = {change.node: change for change in self._stepper.now.changes}
        for before, place in pairwise([-1, *shown]):
            hidden = place - before - 1
            if hidden == 1:
                rows.append(self._node(before + 1, width, marked, changes))
            elif hidden:
                rows.append(_more(hidden))
            rows.append(self._node(place, width, marked, changes))
        return rows[:room], len(self.names) - 1 - shown[-1]

    def _heading(self, width: int) -> Row:
        name, formula, number = self._widths(width)
        heads = [f"  {'node':<{name}}  ", f"{'computed as':<{formula}}  " if formula else ""]
        text = "".join([*heads, f" {'value':<{number}} ", f" {'grad':<{number}} ", "parts"])
        return [Cell(padded(text, width), UNDERLINED)]

    def _node(self, place: int, width: int, marked: Collection[int], changes: Mapping[str, Change]) -> Row:
        name = self.names[place]
        state, change = self._stepper.state[name], changes.get(name)
        name_width, formula_width, number_width = self._widths(width)
        present = name == self._stepper.now.node
        strong = BOLD if place in marked else ""
        title = shortened_to_columns(_name(name), name_width)
        row = [
            Cell("▸ " if present else "• " if strong else "  ", strong),
            Cell(title, f"{BOLD};{REVERSED}" if present else strong),
            Cell(" " * (name_width + 2 - columns(title))),
        ]
        if formula_width:
            rule = self._formulas[place]
            text = shortened_to_columns(tidy(rule), formula_width) if rule else "leaf"
            row.append(Cell(padded(text, formula_width + 2), "" if rule else QUIET))
        value_is_new = change is not None and change.before.value is not state.value
        grad_is_new = change is not None and change.before.parts < state.parts
        row.append(_number(state.value, number_width, BOLD if value_is_new else ""))
        row.append(_number(state.grad, number_width, f"{BOLD};{MAGENTA}" if grad_is_new else MAGENTA))
        row.append(Cell(state.progress, MAGENTA if state.parts < state.of else QUIET))
        return row

    def _widths(self, width: int) -> tuple[int, int, int]:
        """Return how wide names, formulas and numbers are; formulas have no column where there is no room for one."""
        number = 11 if width >= 60 else 8
        rest = width - 2 * (number + 2) - 2 - 2 - len("parts")
        name = min(self._name_width, max(rest // 3, 8), max(rest, 4))
        formula = min(rest - name - 2, max(self._formula_width, len("computed as")))
        if formula < NARROWEST_FORMULA:
            return min(self._name_width, max(rest, 4)), 0, number
        return name, formula, number


def help_rows(width: int, height: int) -> list[Row]:
    """Return the page that says what each key does."""
    head = [Cell(padded(" Keys", width), REVERSED)]
    rows = [[Cell(f"  {keys:<21}", BOLD), Cell(what)] for keys, what in HELP]
    foot = [Cell("any key goes back to the step", QUIET)]
    rows = [head, [], *rows][: max(1, height - 1)]
    return [fitted(row, width) for row in [*rows, *[[]] * (height - len(rows) - 1), foot][:height]]


def visible(count: int, room: int, center: int, wanted: Sequence[int]) -> list[int]:
    """Return which of so many lines to show where there is room for fewer: the wanted, then those nearest to the center.

    Each run of hidden lines before and between them takes a line that tells of it.

    >>> visible(100, 7, 50, [50, 3])
    [3, 48, 49, 50, 51]
    """
    if count <= room:
        return list(range(count))
    near = sorted(range(max(0, center - room), min(count, center + room + 1)), key=lambda place: abs(place - center))
    best = list(dict.fromkeys([*wanted, *near]))
    for size in range(room, 0, -1):
        shown = sorted(best[:size])
        if len(shown) + sum(b - a > 1 for a, b in pairwise([-1, *shown])) <= room:
            return shown
    return [center]


def _formulas(stepper: Stepper) -> dict[str, str]:
    """Return how each node is computed, "" for leaves, in the order of the forward pass: each node after what it is from."""
    formulas: dict[str, str] = {}
    for step in stepper:
        if step.kind == "seed":
            break
        formulas.update({edge.argument: "" for edge in step.edges if edge.argument not in formulas})
        if step.node:
            formulas[step.node] = step.lines[0].rule
    return formulas or dict.fromkeys(stepper.state, "")


def _more(hidden: int) -> Row:
    return [Cell(f"  ⋮ {hidden} more", QUIET)]


def _number(x: float | None, width: int, style: str) -> Cell:
    """Return a number with a place for its sign, so that points stand under points."""
    text = NOT_YET if x is None else short(x)[0]
    text = text if text.startswith("−") else f" {text}"
    return Cell(padded(shortened_to_columns(text, width + 1), width + 2), QUIET if x is None else style)


def _hints(width: int) -> Row:
    """Return the most important keys, as many as there is room for."""
    hints = list(HINTS)
    while columns("  ".join(hints)) > width and len(hints) > 2:
        del hints[-3]
    return [Cell("  ".join(hints), QUIET)]


def _name(name: str) -> str:
    return shortened_to_columns(tidy(name) or repr(name), WIDEST_NAME)
