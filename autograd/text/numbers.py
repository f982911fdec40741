"""Numbers as text for people."""

from __future__ import annotations

import math


def number_text(x: float, digits: int = 12) -> str:
    """Return a number for people: so many significant digits, and a true minus sign."""
    return f"{x:.{digits}g}".replace("-", "−")


def latex_number(x: float, digits: int = 12) -> str:
    r"""Return a number as LaTeX.

    >>> latex_number(-2.5e-7)
    '-2.5 \\cdot 10^{-7}'
    """
    mantissa, _, exponent = f"{x:.{digits}g}".partition("e")
    return (
        rf"{mantissa} \cdot 10^{{{int(exponent)}}}"
        if exponent
        else mantissa.replace("inf", r"\infty").replace("nan", r"\mathrm{nan}")
    )


def short_number(x: float) -> str:
    """Return a number with six digits, and 0 for -0."""
    return number_text(x + 0.0, 6)


def count_text(n: int, exact: int = 21) -> str:
    """Return a count for people, exact up to so many digits.

    >>> count_text(10_000), count_text(2**100)
    ('10 000', '1.27×10^30')
    """
    if n < 10**exact:
        return f"{n:,}".replace(",", " ")
    digits = math.log10(n)  # Python refuses to write more than 4300 digits
    return f"{10 ** (digits % 1):.2f}×10^{int(digits)}"
