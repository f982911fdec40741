"""The words of a picture: numbers and labels made ready to print, and how wide they will be."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Callable
from typing import TypeAlias

from autograd.text import clean

NumberFormat: TypeAlias = "str | Callable[[float], str]"

ELLIPSIS = "…"
MOST_CHARACTERS = 100  # drawn of a label, however narrow: accents alone could pile up without end


def value_text(x: float) -> str:
    """Write a value or a gradient: four decimals, or in scientific form where those would hide it.

    >>> [value_text(x) for x in (0.15, -0.0226, 12345.678, 1.5e9, 2.5e-7)]
    ['0.1500', '−0.0226', '12345.68', '1.500e9', '2.500e−7']
    """
    size = abs(x)
    if not math.isfinite(x):
        return _special(x)
    if size and not 1e-4 <= size < 1e6:
        return _scientific(f"{x:.3e}")
    decimals = 4 if size < 1000 else 7 - len(str(int(size)))
    return _minus(f"{abs(x) if x == 0 else x:.{decimals}f}")


def partial_text(x: float) -> str:
    """Write a local partial for the little space on an edge: as few digits as tell it to four decimals.

    >>> [partial_text(x) for x in (0.05, 1.0, -0.741365, 1234.56789, 4.4e-5)]
    ['0.05', '1', '−0.7414', '1234.6', '4.4e−5']
    """
    size = abs(x)
    if not math.isfinite(x):
        return _special(x)
    if size and not 1e-4 <= size < 1e5:
        mantissa, exponent = f"{x:.2e}".split("e")
        return _scientific(f"{_stripped(mantissa)}e{exponent}")
    return _minus(_stripped(f"{abs(x) if x == 0 else x:.{4 if size < 100 else 1}f}"))


def exact_text(x: float) -> str:
    """Write a number in full, for those who point at it."""
    return _minus(repr(float(x)))


def formatted(x: float, form: NumberFormat | None, default: Callable[[float], str]) -> str:
    """Write a number as the user wants it: by a format specification such as ".2f", or by a function."""
    if form is None:
        return default(x)
    return clean(form(x) if callable(form) else _minus(format(x, form)))


def _special(x: float) -> str:
    return "nan" if math.isnan(x) else "∞" if x > 0 else "−∞"


def _scientific(text: str) -> str:
    mantissa, exponent = text.split("e")
    return _minus(f"{mantissa}e{int(exponent)}")


def _stripped(decimal: str) -> str:
    return decimal.rstrip("0").rstrip(".")


def _minus(text: str) -> str:
    return text.replace("-", "−")


# --- widths ---

# Widths in Helvetica and its twins (Arial, Liberation Sans), in thousandths of the font size.
WIDTHS = {
    222: "ijl",
    260: "|'",
    278: " !,./:;I[\\]ft",
    333: "()-`r",
    389: "*\"^{}",
    500: "Jckvsxyz",
    584: "+<=>~−×÷",
    611: "FTZ",
    667: "&ABEKPSVXY",
    722: "CDHNRUw",
    778: "GOQ",
    833: "Mm",
    889: "%",
    944: "W",
    1015: "@",
}  # fmt: skip
_WIDTH = {char: width / 1000 for width, chars in WIDTHS.items() for char in chars}
BOLD = 1.07


def text_width(text: str, size: float) -> float:
    """Return about how wide a text will be, in the unit of its font size."""
    return size * sum([_WIDTH.get(char) or _char_width(char) for char in text])


def _char_width(char: str) -> float:
    if char.isascii():
        return 0.556
    if _joins(char):
        return 0.0
    return 1.0 if unicodedata.east_asian_width(char) in "WF" else 0.62


def _joins(char: str) -> bool:
    """Whether a character belongs to the one before it: an accent, a variation of an emoji, an invisible joiner."""
    return unicodedata.category(char) in ("Mn", "Me", "Cf") or "\U0001f3fb" <= char <= "\U0001f3ff"


def shortened(text: str, width: float, size: float) -> str:
    """Return a text that is not wider than ``width``, cut and with an ellipsis if need be; never cut within a character."""
    return _cut(text, width, lambda part: text_width(part, size))


def _cut(text: str, width: float, measure: Callable[[str], float], most: float = MOST_CHARACTERS) -> str:
    room = width - measure(ELLIPSIS)
    used, end = 0.0, 0  # end: how many characters fit together with an ellipsis
    for place, char in enumerate(text):
        used += measure(char)
        if used > width or place >= most:
            break
        if used <= room:
            end = place + 1
    else:
        return text
    while end and (_joins(text[end]) or text[end - 1] == "\u200d"):
        end -= 1
    return text[:end].rstrip() + ELLIPSIS


def columns(text: str) -> int:
    """Return how many columns of a terminal a text takes."""
    return sum([0 if _joins(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text])


def shortened_to_columns(text: str, width: int) -> str:
    """Return a text that takes at most so many columns of a terminal."""
    return _cut(text, width, columns, max(MOST_CHARACTERS, 2 * width))
