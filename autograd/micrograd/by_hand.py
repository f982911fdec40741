"""Operations that somebody recorded by hand: rows that are known at one point alone, and partials that nobody gave."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache, partial
from typing import Any, NoReturn

from autograd.engine.primitives import TABLE, Primitive, Shape

ROWS = {"+": "add", "-": "subtract", "*": "multiply", "/": "divide", "ReLU": "relu"}
SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


class Unknown(float):
    """A partial that nobody gave: nan to look at, and an error to compute with, which says why."""

    __slots__ = ("why",)
    why: str

    def __new__(cls, why: str) -> Unknown:
        self = super().__new__(cls, math.nan)
        self.why = why
        return self

    def _refuse(self, *others: Any) -> NoReturn:
        raise ValueError(self.why)

    __mul__ = __rmul__ = __pos__ = _refuse

    def __reduce__(self) -> tuple[Any, ...]:
        return Unknown, (self.why,)


class ByHand(Primitive):
    """An operation that somebody recorded by hand: known at one point alone, by its value and its partials there.

    ``text`` is what its maker called it.
    """

    domain, defaults = "", ()

    def __init__(self, text: str, at: Sequence[float], result: float, slopes: Sequence[float]) -> None:
        self.text, self.at, self.result, self.slopes = text, tuple(at), result, tuple(slopes)
        self.symbol, self.arity = text or "f", len(self.at)
        self.name = _name(text, self.arity)

    @property
    def takes(self) -> Shape:  # type: ignore[override]  # kept as attributes, these three would make cycles
        return Shape(f"{self.arity} number{'s' * (self.arity != 1)}", ((False,) * self.arity,))

    @property
    def partials(self) -> Any:  # type: ignore[override]
        return tuple([partial(self._partial, i) for i in range(self.arity)])

    textbook = partials

    def _partial(self, index: int, z: Any, *args: Any) -> Any:
        """Read off a partial, on any kind of number, as an operation that is itself known at the one point alone."""
        mark = "′" if self.arity == 1 else f"′{index + 1}".translate(SUBSCRIPTS)
        unknown = Unknown(
            f"{self.text or 'an operation'} was recorded by hand, with numbers for its partials, so it has no second "
            "derivative; compute it with the engine's own operations instead"
        )
        return ByHand(self.name + mark, self.at, self.slopes[index], [unknown] * self.arity)(*args)

    def value(self, *numbers: float) -> float:
        """Return the recorded value. Raises ValueError anywhere but at the point where it was recorded."""
        if not all(map(_same, numbers, self.at)):
            raise ValueError(f"{self.name} was recorded by hand")
        return self.result

    def limit(self, *numbers: float) -> float:
        return math.nan

    def refusal(self, error: Exception, numbers: Sequence[Any], labels: Sequence[str] = ()) -> Exception:
        names = [label or f"argument {i}" for i, label in enumerate(labels or [""] * len(numbers), start=1)]
        moved = [(name, x, y) for name, x, y in zip(names, numbers, self.at, strict=True) if not _same(x, y)]
        then, now = (" and ".join([f"{n} = {xs[i]!r}" for n, *xs in moved]) for i in (1, 0))
        return ValueError(
            f"{self.text or 'an operation'} was recorded by hand at {then}, and cannot be run again at {now}: "
            "record the graph anew, or compute this with the engine's own operations"
        )

    def __reduce__(self) -> tuple[Any, ...]:
        return ByHand, (self.text, self.at, self.result, self.slopes)


@lru_cache(maxsize=1000)
def _name(text: str, arity: int) -> str:
    """Return a name that formulas can write: a row's, if that takes so many numbers, or else one that no row has."""
    row = TABLE.get(ROWS.get(text, text))
    if row is not None and (False,) * arity in row.takes.sequences:
        return row.name
    name = "".join([c if c.isprintable() and c not in r" {}\$#%&^~" else "_" for c in text]) or "f"
    return name + "_by_hand" * (name in TABLE)


def _same(x: float, y: float) -> bool:
    return x == y or (x != x and y != y)
