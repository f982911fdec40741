"""What numbers that come from outside, such as a file, are allowed to be."""

from __future__ import annotations

import math
from typing import Any

from autograd import floats


def finite(x: Any) -> float | None:
    """Return a finite real number as a float; None for anything else, true and false among it.

    >>> finite(2), finite(True), finite("2"), finite(float("nan"))
    (2.0, None, None, None)
    """
    if isinstance(x, bool) or getattr(getattr(x, "dtype", None), "kind", "") == "b":
        return None
    try:
        plain = floats.number(x)
    except OverflowError:  # an integer beyond all floats
        return None
    return plain if plain is not None and math.isfinite(plain) else None
