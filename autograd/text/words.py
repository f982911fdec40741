"""Words: lists and what is left out of them, and names that somebody may have meant."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from difflib import get_close_matches


def listed(names: Sequence[str], most: int = 5) -> str:
    """Return names as a list in words, with the number of those beyond the first so many."""
    words = [*names[:most], *([f"{len(names) - most} more"] if len(names) > most else [])]
    return " and ".join(filter(None, [", ".join(words[:-1]), words[-1]]))


def few(parts: Sequence[str], most: int) -> list[str]:
    """Return at most so many parts: of more, the first and the last ones, and an ellipsis between them."""
    return [*parts] if len(parts) <= most else [*parts[: most // 2], "…", *parts[1 - most // 2 :]]


def clipped(text: str, width: int) -> str:
    """Return text, cut off with an ellipsis at a width."""
    return text if len(text) <= width else text[: width - 1] + "…"


def nearest(name: object, names: Iterable[str], most: int = 12) -> str:
    """Return names as a list in words, those first that are like the one asked for: for an error that says which there are.

    >>> nearest("w12", ["x1", "x2", "w1", "w2"], most=3)
    'w2, w1, x1 and 1 more'
    """
    names = [*names]
    close = get_close_matches(str(name), names, n=most, cutoff=0.5)
    return listed([*dict.fromkeys([*close, *names])], most)
