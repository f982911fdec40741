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
