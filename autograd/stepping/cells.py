"""A step in words and equations, as rows of styled text for a terminal of any width."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, TypeAlias

from autograd.drawing import ELLIPSIS, clean, columns, shortened_to_columns
from autograd.stepping.steps import Line, Step, short

BOLD, QUIET, UNDERLINED, REVERSED, MAGENTA = "1", "2", "4", "7", "35"  # magenta is for gradients alone
LONGEST = 1000  # characters of a label or a formula; no terminal shows more of them
MOST_ACCENTS = 4  # on a character


class Cell(NamedTuple):
    """Text in one style, which is written as a terminal has it: "1;35" is bold and magenta."""

    text: str
    style: str = ""


Row: TypeAlias = "list[Cell]"


def words(step: Step, width: int, most: int) -> list[Row]:
    """Return the sentence and the equations of a step; where there is no room for all, the sentence gives way first."""
    sentence = _wrapped(tidy(step.sentence), width)
    blocks = _equations(step, step.lines[: most + 1], width)
    if len(sentence) + sum(map(len, blocks)) > most or len(blocks) < len(step.lines):
        sentence = [shortened_to_columns(" ".join(sentence), width)][:most]
    rows = [[Cell(line)] for line in sentence]
    for done, block in enumerate(blocks):
        is_last = done == len(step.lines) - 1
        if len(rows) + len(block) > most - (not is_last):
            more = [[Cell(f"  … and {len(step.lines) - done} more", QUIET)]]
            return [*rows, *(block if not done else more)][:most]
        rows += block
    return rows


def _equations(step: Step, lines: Sequence[Line], width: int) -> list[list[Row]]:
    """Return the rows of each line: aligned; where that would be too wide, one side under the other."""
    if not lines:
        return []
    style = MAGENTA if step.kind in ("seed", "backward") else ""
    written = [_sides(line) for line in lines]
    if len(lines) == 1 and len({*written[0][2:5]}) == 1:
        return [[[Cell("  "), Cell(f"{lines[0].symbol} = {written[0][4]}", style)]]]  # 1, not 1 = 1 = 1
    symbols, signs, rules, numbers, results, notes = [max(map(columns, column)) for column in zip(*written, strict=True)]
    aligned = 2 + symbols + 1 + signs + 1 + rules + 3 + numbers + 3 + results
    if aligned > width:
        return [_stacked(*sides, style, width) for sides in written]
    blocks = []
    for symbol, sign, rule, number, result, note in written:
        middle = f" {sign:>{signs}} {padded(rule, rules)} = {padded(number, numbers)} = "
        row = [Cell("  "), Cell(padded(symbol, symbols), style), Cell(middle), Cell(padded(result, results), style)]
        beside = aligned + 3 + notes <= width
        rest = [Cell(f"{'   ' if beside else '      '}{note}", style)]
        blocks.append([row] if not note else [row + rest] if beside else [row, rest])
    return blocks


def _sides(line: Line) -> tuple[str, str, str, str, str, str]:
    return tidy(line.symbol), line.sign, tidy(line.rule), tidy(line.numbers), short(line.result)[0], tidy(line.note)


def _stacked(symbol: str, sign: str, rule: str, numbers: str, result: str, note: str, style: str, width: int) -> list[Row]:
    rows = [[Cell(f"  {symbol}", style), Cell(f" {sign} {rule}")]]
    if 4 + columns(symbol + sign + rule) > width:
        rows = [[Cell(f"  {symbol}", style)], [Cell(f"    {sign} {rule}")]]
    if 9 + columns(numbers + result) <= width:
        rows.append([Cell(f"    = {numbers} = "), Cell(result, style)])
    else:
        rows += [[Cell(f"    = {numbers}")], [Cell("    = "), Cell(result, style)]]
    return [*rows, [Cell(f"      {note}", style)]] if note else rows


def _wrapped(text: str, width: int) -> list[str]:
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".lstrip()
        if columns(longer) <= width or not lines[-1]:
            lines[-1] = longer
        else:
            lines.append(word)
    return [shortened_to_columns(line, width) for line in lines]


def fitted(row: Row, width: int) -> Row:
    """Return a row without what goes beyond the width."""
    kept, left = [], width
    for cell in row:
        text = shortened_to_columns(cell.text, left) if columns(cell.text) > left else cell.text
        if left > 0 and text:
            kept.append(cell._replace(text=text))
        left -= columns(text)
    return kept


def padded(text: str, width: int) -> str:
    return text + " " * (width - columns(text))


def tidy(text: str) -> str:
    """Return text on one line, not longer than any screen is wide, with nothing in it that a terminal would obey."""
    return _without_piles(clean(text[:LONGEST])) + (ELLIPSIS if len(text) > LONGEST else "")


def _without_piles(text: str) -> str:
    """Return text without the accents beyond the first few on a character, which would cover the lines around it."""
    kept, accents = [], 0
    for char in "" if text.isascii() else text:
        accents = 0 if columns(char) else accents + 1
        kept += [char] if accents <= MOST_ACCENTS else []
    return "".join(kept) or text
