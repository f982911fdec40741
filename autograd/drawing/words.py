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

# Widths in thousandths of the font size: of Helvetica (and Arial, Liberation Sans) and DejaVu Sans, which often stands in for
# it, the wider one. So there is room for either, also where a renderer does not heed textLength, as rsvg does not.
WIDTHS = {
    305: "ijl'",
    340: " ,./I\\|·",
    355: ":;",
    405: "!()-[]f²³",
    440: "rtˣ",
    560: "*?J\"_`csz",
    595: "Lkvxy",
    620: "FTaeo",
    670: "EPSY",
    690: "ABKVXZΔ",
    722: "CR",
    752: "HNU",
    788: "&DGOQ",
    840: "#+<=>^w~−×÷∞",
    880: "M",
    975: "%m½",
    1000: "W→⋯…▢",
    1015: "@",
}  # fmt: skip
_WIDTH = {char: width / 1000 for width, chars in WIDTHS.items() for char in chars}
BOLD = 1.13


def text_width(text: str, size: float) -> float:
    """Return how wide a text will be at the most, in the unit of its font size; of other scripts it is a guess."""
    return size * sum([_WIDTH.get(char) or _char_width(char) for char in text])


def _char_width(char: str) -> float:
    if char.isascii():
        return 0.64
    if _joins(char):
        return 0.0
    return 1.0 if unicodedata.east_asian_width(char) in "WF" else 0.72


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
