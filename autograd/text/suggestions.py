"""Names that somebody may have meant, for an error that says which names there are."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

from autograd.text.tables import listed


def nearest(name: object, names: Iterable[str], most: int = 12) -> str:
    """Return names as a list in words, those first that are like the one asked for.

    >>> nearest("w12", ["x1", "x2", "w1", "w2"], most=3)
    'w2, w1, x1 and 1 more'
    """
    names = [*names]
    close = get_close_matches(str(name), names, n=most, cutoff=0.5)
    return listed([*dict.fromkeys([*close, *names])], most)
