"""Real numbers of any kind as floats; what else is given is refused, with what to do about it."""

from __future__ import annotations

import math

from autograd.engine.labels import typed

TYPE_CHECKING = False  # understood by type checkers; importing typing would take longer than this file
if TYPE_CHECKING:
    from typing import Any


def number(x: Any) -> float | None:
    """Return a real number (int, float, bool, Fraction, NumPy scalar) as a float; None if it is anything else."""
    if isinstance(x, (float, int)) or _is_real(x):
        try:
            plain = float(x)
            if not math.isinf(plain) or x == plain:  # long doubles may be larger, and then become infinite
                return plain
        except OverflowError:
            pass
        raise OverflowError(f"{_in_short(x)} is beyond the largest float, 1.8e308: scale it down")
    return None


def real(x: Any, name: str = "Value") -> float:
    """Return a number as a float, for ``Value(x)`` or ``v.data = x``; raise TypeError if it is none, and say what to do."""
    plain = number(x)
    if plain is None:
        raise TypeError(f"{name} takes a real number, but got {typed(x)}{_way_out(x, name)}")
    return plain


def _way_out(x: Any, name: str) -> str:
    if hasattr(type(x), "_apply"):
        if name == "Value":
            return "; it is one already: take v itself, or v.detach() for a leaf of the same number"
        return "; give it the plain number, as in x.data -= rate * x.grad.data"
    if isinstance(x, complex) or getattr(getattr(x, "dtype", None), "kind", "") == "c":
        return "; give its real part, or its abs()"
    if not isinstance(x, (str, bytes)) and hasattr(x, "__iter__") and getattr(x, "ndim", None) != 0:
        return "; give its items one by one, or make an array of Values: autograd.array(items)" * (name == "Value")
    if isinstance(x, (str, bytes)) or hasattr(type(x), "__float__") or hasattr(type(x), "__index__"):
        return "; where it stands for one, give float(x)"
    return ""


def _is_real(x: Any) -> bool:
    from numbers import Real  # which only numbers of other packages need

    return isinstance(x, Real) or (getattr(getattr(x, "dtype", None), "kind", "") == "b" and not x.shape)


def _in_short(x: Any) -> str:
    """Return a number as text, of a long int its digits alone, which Python may refuse to write."""
    return f"an int of {x.bit_length() * 30103 // 100000 + 1} digits" if isinstance(x, int) else f"this {type(x).__name__}"
