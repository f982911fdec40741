"""Marking a quiz: which answers are right, and what slip leads to the others."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from itertools import chain
from typing import TypeAlias

from autograd.explaining import Derivation, Factor, Gradient, agreement
from autograd.teaching.slips import MOST, Slip, names_in, products_of, steps_of, value_of

Answer: TypeAlias = "float | str | None"

ENOUGH = 4  # digits: calculating with the six that are shown costs the last ones


@dataclass(frozen=True)
class Blank:
    """A step of which the number is asked for."""

    place: int
    name: str  # of a factor, "R13", or a partial, "∂E/∂w1"
    step: Factor | Gradient

    @property
    def answer(self) -> float:
        """What is to be found."""
        return self.step.value


@dataclass(frozen=True)
class Mark:
    """What became of one blank: right, wrong or missing; a number that follows from other wrong ones names them."""

    name: str
    answer: str
    status: str
    hint: str = ""
    follows: tuple[str, ...] = ()


class Learner:
    """A learner's numbers: what was answered, and what follows from it where nothing was."""

    def __init__(
        self,
        derivation: Derivation,
        blanks: Iterable[Blank],
        slips_at: Callable[[Factor | Gradient, Mapping[str, float]], Iterator[Slip]],
        texts: Mapping[str, str],
    ) -> None:
        self.derivation, self.slips_at, self.texts = derivation, slips_at, texts
        self.truths = {name: step.value for name, step in derivation.factors.items()}
        self.values: dict[str, float] = {}
        self.causes: dict[str, tuple[str, ...]] = {}  # the answers because of which a number is not the truth
        asked = {blank.name for blank in blanks}
        for name, step in derivation.factors.items():
            self.values[name], self.causes[name] = step.value, ()
            if name in asked and texts[name] and not _complaint(texts[name]):
                self.values[name] = float(texts[name])
                self.causes[name] = () if math.isclose(self.values[name], step.value) else (name,)
            elif name in asked and isinstance(step, Gradient):
                self.values[name], self.causes[name] = value_of(step, self.values), self.causes_of(step)

    def causes_of(self, step: Factor | Gradient) -> tuple[str, ...]:
        return tuple(dict.fromkeys(cause for name in chain(*products_of(step)) for cause in self.causes[name]))

    def mark(self, blank: Blank) -> Mark:
        text, step = self.texts[blank.name], blank.step
        if not text:
            return Mark(blank.name, text, "missing")
        hint = _complaint(text)
        if hint:
            return Mark(blank.name, text, "wrong", hint)
        if _agree(text, step.value):
            return Mark(blank.name, text, "right")
        causes = self.causes_of(step)
        if isinstance(step, Gradient) and causes and _agree(text, value_of(step, self.values)):
            return Mark(blank.name, text, "wrong", self._following(causes), causes)
        return Mark(blank.name, text, "wrong", self._hint(step, text, causes))

    def _following(self, causes: Sequence[str]) -> str:
        rounded = all(_agree(self.texts[name], self.truths[name]) for name in causes)
        return f"it follows from your {' and '.join(causes)}, {'which has too few digits' if rounded else 'the rest is right'}"

    def _hint(self, step: Factor | Gradient, text: str, causes: Sequence[str]) -> str:
        """Say which slip leads to a wrong number, made with the true factors or with the learner's own."""
        own = f", and it goes on from your {' and '.join(causes)}"
        for values, remark in [(self.truths, "")] + [(self.values, own)] * bool(causes):
            for slip in chain(self.slips_at(step, values), self._mixed_up(step, text, values), _shifted(step, values)):
                if _agree(text, slip.value):
                    return slip.hint + remark
        right, reproduced = agreement(text, step.value)
        if reproduced:
            return "right as far as it goes, but give two digits at least"
        if right > 1:
            return f"right to {right} digits, then rounded too early"
        return f"no slip that is known here: go through {step.formula} once more"

    def _mixed_up(self, step: Factor | Gradient, text: str, values: Mapping[str, float]) -> Iterator[Slip]:
        """Yield what comes of a factor's neighbour in its place; two digits alone would fit too many."""
        if isinstance(step, Factor) or len(Decimal(text).as_tuple().digits) < 3:
            return
        here, known = names_in(step), _known(self.derivation, step)
        for stage in self.derivation.stages:
            names = [neighbour.name for neighbour in stage if neighbour.name in known]
            for name in (name for name in names if name in here):
                for other in (other for other in names[:MOST] if other != name):
                    yield Slip(value_of(step, {**values, name: values[other]}), f"{other} is in the place of {name}")


def _shifted(step: Factor | Gradient, values: Mapping[str, float]) -> Iterator[Slip]:
    whole = value_of(step, values)
    yield Slip(2.0 * whole, "that is twice the number")
    yield Slip(0.5 * whole, "that is half the number")
    yield from (Slip(whole * 10.0**n, "the decimal point is in the wrong place") for n in (-3, -2, -1, 1, 2, 3))


def _agree(text: str, truth: float) -> bool:
    """Tell whether an answer is the truth to the digits that count."""
    if not math.isclose(float(text), truth, rel_tol=0.5):  # spares the many slips that are far off
        return False
    right, reproduced = agreement(text, truth)
    return right >= (2 if reproduced else ENOUGH) or math.isclose(float(text), truth)


def _complaint(text: str) -> str:
    """Return why a text is no answer, if it is none."""
    try:
        number = Decimal(text)
    except InvalidOperation:
        point = text.replace(",", ".")
        return f"write {point}, with a point" if "," in text and not _complaint(point) else "write a number such as 0.0364"
    usual = number.is_finite() and abs(number.adjusted()) < 400 and math.isfinite(float(text)) and len(text) < 100
    return "" if usual else "write a number such as 0.0364"


def _known(derivation: Derivation, step: Factor | Gradient) -> set[str]:
    """Return the names of the factors that come before a step."""
    steps = steps_of(derivation)
    return {earlier.name for earlier in steps[: steps.index(step)] if earlier.name}
