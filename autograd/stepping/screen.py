"""What a terminal of any size shows of a stepper, as formatted text: the step in words and numbers, a table of the nodes.

For ``autograd.stepping.keys`` alone: text is as wide here as prompt_toolkit will draw it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from itertools import accumulate, pairwise
from typing import TypeAlias

from prompt_toolkit.utils import get_cwidth

from autograd.drawing import ELLIPSIS, NOT_YET, Card, clean
from autograd.engine.value import Value
from autograd.stepping.stepper import Stepper
from autograd.stepping.steps import Change, Line, NodeState, Step, short
from autograd.text import formula

Row: TypeAlias = "list[tuple[str, str]]"  # of styles and texts

GRAD = "class:grad"  # for gradients alone
QUIET, BOLD, REVERSED, UNDERLINED = "class:quiet", "bold", "reverse", "underline"
WIDEST_NAME, WIDEST_FORMULA, NARROWEST_FORMULA = 24, 48, 8  # columns of the table
LEAST_NODES = 7  # that a long text leaves room for
LONGEST = 1000  # characters of a label or a formula; no terminal shows more of them
MOST_ACCENTS = 4  # on a character, of any number that would cover the lines around it

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
        cards = {card.name: card for card in stepper.view.cards if card.members}
        self._home = {member: card.name for card in cards.values() for member in card.members}
        nodes = {name: node for node, name in stepper.names.items()}
        users = [nodes[member] for card in cards.values() for member in card.members if nodes[member].op is not None]
        read = [stepper.names[x] for node in users for x in (*node.parents, node)]  # leaves where they are first used
        self.names = list(dict.fromkeys(self._home[name] for name in [*read, *self._home] if name in self._home))
        self._cards = [cards[name] for name in self.names]
        self._formulas = [
            tidy(
                _computed(nodes[card.members[0]], stepper.names) if card.count == 1 else f"{card.operation}, {card.count} nodes"
            )
            for card in self._cards
        ]
        self._place = {name: place for place, name in enumerate(self.names)}
        self._name_width = max(len("node"), *(get_cwidth(_name(name)) for name in self.names))
        self._formula_width = max(len("computed as"), *(min(get_cwidth(rule), WIDEST_FORMULA) for rule in self._formulas))

    def rows(self, width: int, height: int, around: int | None = None) -> list[Row]:
        """Return so many rows, the table at the bottom; it is about a node's place, or else about the present one."""
        room = max(0, height - 1)
        told = _told(self._stepper.now, width, max(room - 1 - min(len(self.names), LEAST_NODES), room * 3 // 5))
        table = self._table(width, room - len(told), around)
        gap: list[Row] = [[]] * (room - len(told) - len(table))
        return [_cut_off(row, width) for row in [self._header(width), *told, *gap, *table]]

    def present(self) -> int:
        """Return the place in the table of the node that the step is about, or the first of those."""
        return next(iter(self._touched()), 0)

    def _header(self, width: int) -> Row:
        stepper, now = self._stepper, self._stepper.now
        last = len(stepper) - 1
        rounds = f", round {now.round} of {stepper[-1].round}" if stepper[-1].round > 1 else ""
        step = f"step {stepper.index} of {last}{' (the last)' * (stepper.index == last)}: {now.kind}{rounds}"
        return [(REVERSED, fitted(f" {step}   {_name(stepper.root)}", width))]

    def _touched(self) -> list[int]:
        """Return the places of the nodes that the step reads or changes, first that of its own."""
        now = self._stepper.now
        names = [*now.nodes[-1:], *(edge.argument for edge in now.edges)]
        if not now.node:
            names = [change.node for change in now.changes if change.after.value is not None]
        places = [self._place[self._home[name]] for name in names if name in self._home]
        return list(dict.fromkeys(places if now.node else sorted(places)))

    def _table(self, width: int, room: int, around: int | None) -> list[Row]:
        now, count, touched = self._stepper.now, len(self.names), self._touched()
        together = around is not None or now.kind == "start"
        shown = visible(count, room - 1, self.present() if around is None else around, () if together else touched)
        changes, marked = {change.node: change for change in now.changes}, set(touched)
        name, formula, number = self._widths(width)
        heads = f"  {fitted('node', name)}  {fitted('computed as', formula)}{'  ' if formula else ''}"
        rows = [[(UNDERLINED, fitted(f"{heads} {'value':<{number}}  {'grad':<{number}} parts", width))]]
        for before, place in pairwise([-1, *shown, count]):
            hidden = place - before - 1
            if hidden == 1:
                rows.append(self._node(before + 1, width, marked, changes))
            elif hidden:
                rows.append([(QUIET, f"  ⋮ {hidden} more")])
            if place < count:
                rows.append(self._node(place, width, marked, changes))
        return rows[:room] if room > 1 else []

    def _node(self, place: int, width: int, marked: Collection[int], changes: Mapping[str, Change]) -> Row:
        name, rule = self.names[place], self._formulas[place]
        state, change = self._state(self._cards[place]), changes.get(self._cards[place].outlets[0])
        present = name == self._stepper.now.node
        name_width, formula_width, number_width = self._widths(width)
        strong = BOLD if place in marked else ""
        title = cut(_name(name), name_width)
        value_is_new = change is not None and change.before.value is not state.value
        grad_is_new = change is not None and change.before.parts < state.parts
        return [
            (strong, "▸ " if present else "• " if strong else "  "),
            (f"{BOLD} {REVERSED}" if present else strong, title),
            ("", " " * (name_width + 2 - get_cwidth(title))),
            (QUIET if rule == "leaf" else "", fitted(rule, formula_width) + "  " if formula_width else ""),
            _number(state.value, number_width, BOLD if value_is_new else ""),
            _number(state.grad, number_width, f"{GRAD} {BOLD}" if grad_is_new else GRAD),
            (GRAD if state.parts < state.of else QUIET, state.progress),
        ]

    def _state(self, card: Card) -> NodeState:
        """Return what is known of a card's node; of a group that has several outlets, how many parts of gradients have come."""
        states = [self._stepper.state[name] for name in card.outlets]
        if len(states) == 1:
            return states[0]
        return NodeState(None, None, sum(state.parts for state in states), sum(state.of for state in states))

    def _widths(self, width: int) -> tuple[int, int, int]:
        """Return how wide names, formulas and numbers are; formulas have no column where there is no room for one."""
        number = 11 if width >= 60 else 8
        rest = max(width - 2 * (number + 2) - 2 - 2 - len("parts"), 4)
        name = min(self._name_width, max(rest // 3, 8), rest)
        formula = min(rest - name - 2, self._formula_width)
        return (name, formula, number) if formula >= NARROWEST_FORMULA else (min(self._name_width, rest), 0, number)


def help_rows(width: int) -> list[Row]:
    """Return the page that says what each key does."""
    rows: list[Row] = [[(BOLD, f"  {keys:<21}"), ("", what)] for keys, what in HELP]
    rows = [[(REVERSED, fitted(" Keys", width))], [], *rows]
    return [_cut_off(row, width) for row in rows]


def hints(width: int) -> str:
    """Return the most important keys, as many as there is room for."""
    kept = list(HINTS)
    while get_cwidth("  ".join(kept)) > width and len(kept) > 2:
        del kept[-3]
    return "  ".join(kept)


def visible(count: int, room: int, center: int, wanted: Sequence[int]) -> list[int]:
    """Return which of so many lines to show where there is room for fewer: the wanted, then those nearest to the center.

    Each run of hidden lines takes a line that tells of it.

    >>> visible(100, 8, 50, [50, 3])
    [3, 48, 49, 50, 51]
    """
    near = sorted(range(max(0, center - room), min(count, center + room + 1)), key=lambda place: abs(place - center))
    shown: list[int] = []
    for place in dict.fromkeys([*wanted[:room], *near, center]):
        longer = sorted([*shown, place])
        if not shown or len(longer) + sum(b - a > 1 for a, b in pairwise([-1, *longer, count])) <= room:
            shown = longer
    return shown


def _computed(node: Value, names: Mapping[Value, str]) -> str:
    return "leaf" if node.op is None else formula(node, names)


# --- a step in words and equations ---


def _told(step: Step, width: int, most: int) -> list[Row]:
    """Return the sentence and the equations of a step; where there is no room for all, the sentence gives way first."""
    words = tidy(step.sentence).split()
    rows = _flowing([[("", f" {word}" if k else word)] for k, word in enumerate(words)], width, "")
    blocks = _equations(step, step.lines[: most + 1], width)
    if len(rows) + sum(map(len, blocks)) > most or len(blocks) < len(step.lines):
        rows = [[("", cut(" ".join(words), width))]]
    for done, block in enumerate(blocks):
        left = len(step.lines) - done
        if len(rows) + len(block) > most - (left > 1):
            more: Row = [(QUIET, f"  … and {left} more")]
            return [*rows, *([more] if done else block)][:most]
        rows += block
    return rows[:most]


def _equations(step: Step, lines: Sequence[Line], width: int) -> list[list[Row]]:
    """Return the rows of each line: aligned where there is room, else as many sides in a row as fit."""
    style = GRAD if step.kind in ("seed", "backward") else ""
    written = [[tidy(text) for text in (x.symbol, x.sign, x.rule, x.numbers, short(x.result)[0], x.note)] for x in lines]
    if len(written) == 1 and len({*written[0][2:5]}) == 1:
        return [[[("", "  "), (style, f"{written[0][0]} = {written[0][4]}")]]]  # 1, not 1 = 1 = 1
    widths = [max(map(get_cwidth, column)) for column in zip(*written, strict=True)]
    aligned = sum(widths[:5]) + len("   " + " = " * 2 + " ") <= width
    blocks = []
    for sides in written:
        symbol, sign, rule, numbers, result = map(fitted, sides[:5], widths) if aligned else sides[:5]
        if aligned:
            sign = sign.strip().rjust(widths[1])
        pieces = [[(style, f"  {symbol}")], [("", f" {sign} {rule}")], [("", f" = {numbers}")], [("", " = "), (style, result)]]
        blocks.append(_flowing([*pieces, *([[(style, f"   {sides[5]}")]] if sides[5] else [])], width, "    "))
    return blocks


def _flowing(pieces: Sequence[Row], width: int, indent: str) -> list[Row]:
    """Return pieces in rows; one that does not fit any more begins a row of its own, indented."""
    rows: list[Row] = [[]]
    used = 0
    for piece in pieces:
        wide = sum(get_cwidth(text) for _, text in piece)
        if used and used + wide > width:
            rows.append([("", indent)])
            used, piece = len(indent), [(piece[0][0], piece[0][1].lstrip()), *piece[1:]]
        rows[-1] += piece
        used += wide
    return rows


# --- text ---


def tidy(text: str) -> str:
    """Return text on one line, not longer than any screen is wide, with nothing in it that a terminal would obey."""
    text = clean(text[:LONGEST]) + (ELLIPSIS if len(text) > LONGEST else "")
    return "".join(text[i] for i in range(len(text)) if text.isascii() or get_cwidth(text[max(0, i - MOST_ACCENTS) : i + 1]))


def cut(text: str, width: int) -> str:
    """Return text that is not wider, with an ellipsis if need be."""
    if get_cwidth(text) <= width:
        return text
    kept = sum(end < width for end in accumulate(map(get_cwidth, text)))
    return text[:kept] + ELLIPSIS if width > 0 else ""


def fitted(text: str, width: int) -> str:
    """Return text that is exactly so wide."""
    text = cut(text, width)
    return text + " " * (width - get_cwidth(text))


def _cut_off(row: Row, width: int) -> Row:
    ends = accumulate((get_cwidth(text) for _, text in row), initial=0)
    return [(style, cut(text, width - begin)) for (style, text), begin in zip(row, ends, strict=False)]


def _number(x: float | None, width: int, style: str) -> tuple[str, str]:
    """Return a number with a place for its sign, so that points stand under points."""
    text = NOT_YET if x is None else short(x)[0]
    text = text if text.startswith("−") else f" {text}"
    return QUIET if x is None else style, fitted(cut(text, width + 1), width + 2)


def _name(name: str) -> str:
    return cut(tidy(name) or repr(name), WIDEST_NAME)
