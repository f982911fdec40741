"""Labels made ready to be shown: what comes from outside is cleaned here, and nowhere else."""

from __future__ import annotations

BIDI_CONTROLS = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"  # could turn what stands beside a label around


def clean(text: object) -> str:
    """Return any text as one line that a terminal, XML, DOT and Mermaid can hold: no control characters.

    >>> clean("two\\nlines and \\x1b[31mred")
    'two lines and [31mred'
    """
    text = str(text)
    if text.isascii() and text.isprintable() and "  " not in text and text[:1] != " " != text[-1:]:
        return text
    return " ".join("".join([_printable(char) for char in text]).split())


def brief(x: object, most: int = 60) -> str:
    """Return how Python shows anything, for an error: on one line, and cut off; nothing that is refused adds a second error.

    >>> brief("net"), brief([0.5] * 99, 12)
    ("'net'", '[0.5, 0.5, 0')
    """
    try:
        text = repr(x)
    except Exception as error:  # as of a list that holds a number of more than 4300 digits
        text = f"<{type(x).__name__}: {error}>"
    return (text if text.isprintable() else clean(text))[:most]


def typed(x: object) -> str:
    """Return what a thing is, and how Python shows it.

    >>> typed("w")
    "str 'w'"
    """
    return f"{type(x).__name__} {brief(x)}"


def _printable(char: str) -> str:
    from unicodedata import category  # which most labels do not need

    if char.isascii():
        return char if char.isprintable() else " "
    if char in BIDI_CONTROLS:
        return ""
    kind = category(char)
    if kind == "Cs" or ord(char) & 0xFFFE == 0xFFFE:  # a lone surrogate, or no character at all
        return "\ufffd"
    return " " if kind in ("Cc", "Zl", "Zp") else char
