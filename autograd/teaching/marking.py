"""Marking a quiz: which answers are right, and what slip leads to the others."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from itertools import chain
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

from autograd.engine.graph import topological_order
from autograd.engine.primitives import product
from autograd.engine.reading import Limit
from autograd.engine.value import Value
from autograd.explaining import Derivation, Factor, Gradient, Product, agreement
from autograd.teaching.classic_mistakes import NAMES, make
from autograd.text import names_of, partial, partial_formulas

if TYPE_CHECKING:
    from autograd.teaching.quizzes import Quiz


Answer: TypeAlias = "float | str | None"


DIGITS, ENOUGH = 6, 4  # shown, and asked for: calculating with shown numbers costs the last ones


TERMS = 1000  # of a formula, multiplied out


MOST = 20  # of the arguments of an operation, and of paths and factors, are searched for slips


class Slip(NamedTuple):
    """A number that a typical slip leads to, and what the slip is."""

    value: float
    hint: str


@dataclass(frozen=True)
class Blank:
    """A step of which the number or the formula is asked for."""

    place: int
    name: str  # of a factor, "R13", or a partial, "∂E/∂w1"
    asks: str
    step: Factor | Gradient

    @property
    def answer(self) -> float | str:
        """What is to be found."""
        return self.step.value if self.asks == "number" else self.step.formula


@dataclass(frozen=True)
class Mark:
    """What became of one blank: right, wrong or missing; a number that follows from other wrong ones names them."""

    name: str
    answer: str
    status: str
    hint: str = ""
    follows: tuple[str, ...] = ()


class LocalSlips:
    """Finds the edge that a factor stands for, and what else might be taken for its partial."""

    def __init__(self, root: Value) -> None:
        order = topological_order(root)
        self.names = names_of(order)
        self.uses: dict[str, list[tuple[Value, int]]] = {}
        for consumer in order:
            for i, (argument, _) in enumerate(consumer.edges):
                self.uses.setdefault(self.names[argument], []).append((consumer, i))

    def numbers_in(self, step: Factor | Gradient) -> dict[str, float]:
        """Return the numbers of the nodes that a factor's formula names."""
        if not isinstance(step, Factor):
            return {}
        consumer, _ = self._edge(step)
        nodes = dict.fromkeys([consumer, *(argument for argument, _ in consumer.edges)])
        return {self.names[node]: node.data for node in nodes if self.names[node] in step.formula}

    def by_mistake(self, root: Value, wrt: Value | Sequence[Value] | None, step: Gradient) -> tuple[Slip, ...]:
        """Return what the classic mistakes make of a gradient."""
        node = next(node for node, name in self.names.items() if name == step.denominator)
        return tuple(Slip(make(name, root, wrt)[node], f"that is what the mistake “{name}” leads to") for name in NAMES)

    def _edge(self, step: Factor) -> tuple[Value, int]:
        edges = [
            (consumer, i)
            for consumer, i in self.uses[step.denominator]
            if consumer.edges[i][1] == step.value and partial_formulas(consumer, self.names)[i] == step.formula
        ]
        return next((edge for edge in edges if self.names[edge[0]] == step.numerator), edges[0])

    def of(self, step: Factor) -> Iterator[Slip]:
        """Yield the numbers that are easily taken for a factor's, the likely ones first."""
        consumer, place = self._edge(step)
        argument = consumer.edges[place][0]
        z, x = self.names[consumer], self.names[argument]
        yield Slip(-step.value, f"the sign is wrong, the partial is {step.formula}")
        if consumer.op is not None and consumer.op.arity == len(consumer.edges) == 1:
            rule, after = consumer.op.textbook[0], _limit(consumer.op, Limit(consumer.data))
            before = Limit(argument.data)
            yield Slip(_limit(rule, before, before).data, f"{step.formula} is taken at {x}, not {z}")
            yield Slip(_limit(rule, after, Limit(consumer.data)).data, f"{step.formula} is taken at {z}, not {x}")
        formulas = partial_formulas(consumer, self.names)
        for (other, slope), formula in [*zip(consumer.edges, formulas, strict=True)][:MOST]:
            if other is not argument:
                yield Slip(slope, f"that is {partial(z, self.names[other])} = {formula}")
        yield Slip(consumer.data, f"that is {z} itself, not its derivative")
        yield Slip(argument.data, f"that is {x} itself, not the derivative by it")
        if step.value:
            yield Slip(1.0 / step.value, f"that is {partial(x, z)}, upside down")


def _limit(rule: Callable[..., Any], *args: Limit) -> Limit:
    found = rule(*args)
    return found if isinstance(found, Limit) else Limit(found)


def slips_of_sum(step: Gradient, values: Mapping[str, float]) -> Iterator[Slip]:
    """Yield what a sum of products comes to without a sign, a path or a factor."""
    texts = [_joined(factors) for factors in step.products]
    parts = [math.prod(values[name] for name in factors) for factors in step.products]
    whole = _sum(parts)
    negative = [name for name in step.products[0] if values[name] < 0.0]
    signs = f": {' and '.join(negative) or 'no factor'} {'are' if len(negative) > 1 else 'is'} negative"
    yield Slip(-whole, f"the sign is wrong{signs if len(parts) == 1 else ''}")
    if len(parts) > 1:
        yield Slip(parts[-1], f"only {texts[-1]} is left: what comes last is added (+=) and overwrites nothing (=)")
        yield from (Slip(whole - part, f"the path {text} is missing") for part, text in zip(parts, texts, strict=True))
        yield from (Slip(part, f"that is {text} alone") for part, text in zip(parts, texts, strict=True))
        yield from (Slip(whole - 2.0 * part, f"the sign of {text} is wrong") for part, text in zip(parts, texts, strict=True))
        yield Slip(math.prod(parts), "the paths are multiplied, but they add up")
    for factors, part, text in [*zip(step.products, parts, texts, strict=True)][:MOST]:
        rest = product.partials[0](part, [values[name] for name in factors])
        yield from (
            Slip(whole - part + others, f"{name} is missing in {text}") for name, others in zip(factors, rest, strict=True)
        )


class Learner:
    """A learner's numbers: what was answered, and what follows from it where nothing was."""

    def __init__(self, quiz: Quiz, texts: Mapping[str, str]) -> None:
        self.quiz, self.texts = quiz, texts
        self.truths = {name: step.value for name, step in quiz.derivation.factors.items()}
        self.values: dict[str, float] = {}
        self.causes: dict[str, tuple[str, ...]] = {}  # the answers because of which a number is not the truth
        asked = {blank.name for blank in quiz.blanks if blank.asks == "number"}
        for name, step in quiz.derivation.factors.items():
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
        if isinstance(blank.answer, str):
            hint = _formula_hint(step, text, self.quiz.derivation)
            return Mark(blank.name, text, "wrong" if hint else "right", hint)
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
            for slip in chain(self.quiz.slips_at(step, values), self._mixed_up(step, text, values), _shifted(step, values)):
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
        here, known = names_in(step), _known(self.quiz.derivation, step)
        for stage in self.quiz.derivation.stages:
            names = [neighbour.name for neighbour in stage if neighbour.name in known]
            for name in (name for name in names if name in here):
                for other in (other for other in names[:MOST] if other != name):
                    yield Slip(value_of(step, {**values, name: values[other]}), f"{other} is in the place of {name}")


def _shifted(step: Factor | Gradient, values: Mapping[str, float]) -> Iterator[Slip]:
    whole = value_of(step, values)
    yield Slip(2.0 * whole, "that is twice the number")
    yield Slip(0.5 * whole, "that is half the number")
    yield from (Slip(whole * 10.0**n, "the decimal point is in the wrong place") for n in (-3, -2, -1, 1, 2, 3))


def _formula_hint(step: Factor | Gradient, text: str, derivation: Derivation) -> str:
    """Return what is wrong with a sum of products; nothing if it is right."""
    wanted = products_of(step)
    given = [tuple(re.split(r"\s*[·*×]\s*", term.strip().upper())) for term in text.split("+")]
    given = [() if factors == ("1",) else factors for factors in given]
    known = _known(derivation, step)
    for name in chain(*given):
        if name in derivation.factors and name not in known:
            return f"{name} is not known yet"
        if name not in known:
            return f"there is no factor {name or 'without a name'}; write a sum of products of factors, such as R1·R2 + R3"
    missing, extra = _without(wanted, given), _without(given, wanted)
    if not (missing or extra) or _expanded(given, derivation) == _expanded(wanted, derivation):
        return ""
    if not extra:
        return f"the path {' and the path '.join(map(_joined, missing))} is missing"
    if len(missing) != len(extra):
        return f"{' and '.join(map(_joined, extra))} is no path"
    lost, strange = Counter(missing[0]) - Counter(extra[0]), Counter(extra[0]) - Counter(missing[0])
    words = [f"{name} is missing" for name in lost] + [f"{name} does not belong" for name in strange]
    return f"{' and '.join(words)} in {_joined(extra[0])}"


def _without(terms: Sequence[Product], others: Sequence[Product]) -> list[Product]:
    """Return the products that are not among others, in whatever order their factors are."""
    left = Counter(map(_key, others))
    found = []
    for factors in terms:
        left[_key(factors)] -= 1
        if left[_key(factors)] < 0:
            found.append(factors)
    return found


def _key(factors: Product) -> Product:
    return tuple(sorted(factors))


def _expanded(terms: Sequence[Product], derivation: Derivation) -> Counter[Product]:
    """Return a sum of products with the sums in it multiplied out, unless that takes too many."""
    done: list[Product] = []
    waiting = [*terms]
    while waiting:
        factors = waiting.pop()
        inner = next((i for i, name in enumerate(factors) if isinstance(derivation.factors[name], Gradient)), None)
        if inner is None:
            done.append(_key(factors))
        else:
            sums = products_of(derivation.factors[factors[inner]])
            waiting += [factors[:inner] + product + factors[inner + 1 :] for product in sums]
        if len(done) + len(waiting) > TERMS:
            return Counter(map(_key, terms))
    return Counter(done)


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


def steps_of(derivation: Derivation) -> list[Factor | Gradient]:
    return [step for stage in derivation.stages for step in stage]


def _known(derivation: Derivation, step: Factor | Gradient) -> set[str]:
    """Return the names of the factors that come before a step."""
    steps = steps_of(derivation)
    return {earlier.name for earlier in steps[: steps.index(step)] if earlier.name}


def leibniz(step: Factor | Gradient) -> str:
    return partial(step.numerator, step.denominator)


def products_of(step: Factor | Gradient) -> tuple[Product, ...]:
    return step.products if isinstance(step, Gradient) else ()


def names_in(step: Factor | Gradient) -> list[str]:
    """Return the names of the factors that are searched for slips."""
    return [*dict.fromkeys(chain(*products_of(step)[:MOST]))][:MOST]


def _joined(factors: Product) -> str:
    """Return a product as text, a long one in short."""
    return "·".join(factors if len(factors) <= 8 else [*factors[:3], "…", factors[-1]]) or "1"


def value_of(step: Factor | Gradient, values: Mapping[str, float]) -> float:
    """Return a step's number, calculated with these values of the factors."""
    if isinstance(step, Factor):
        return values[step.name]
    return _sum([math.prod(values[name] for name in factors) for factors in step.products])


def _sum(parts: Sequence[float]) -> float:
    """Return an exact sum, rounded once; where that overflows on the way, inf or nan as it comes."""
    try:
        return math.fsum(parts)
    except (OverflowError, ValueError):
        return sum(parts)
