"""A quiz: the derivation of your own graph with blanks; a wrong answer is told the factor from which it goes wrong.

No hint is written down anywhere: the slips that are recognised are computed from the graph.
"""

from __future__ import annotations

import math
import random
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, TypeAlias

from autograd.engine.argument_checks import one_value
from autograd.engine.conversion import number
from autograd.engine.labels import brief, typed
from autograd.engine.value import Value
from autograd.explaining import Derivation, Factor, Gradient, derive, partial_name, several
from autograd.teaching.marking import Answer, Blank, Learner, Mark
from autograd.teaching.slips import LocalSlips, Slips, leibniz, names_in, products_of, steps_of
from autograd.text import Part, Report, Row, Table, clean, clipped, nearest, short_number

Answers: TypeAlias = "Mapping[str, Answer] | Sequence[Answer]"


@dataclass(frozen=True)
class Marks(Report):
    """The marks of all blanks, in their order; a sequence, and by name."""

    marks: tuple[Mark, ...]

    @property
    def right(self) -> int:
        """The number of right answers."""
        return sum(mark.status == "right" for mark in self.marks)

    def __iter__(self) -> Iterator[Mark]:
        return iter(self.marks)

    def __len__(self) -> int:
        return len(self.marks)

    def __getitem__(self, name: str | int) -> Mark:
        if isinstance(name, int):
            return self.marks[name]
        marks = {mark.name: mark for mark in self.marks}
        if partial_name(name) not in marks:
            raise ValueError(f"there is no blank {brief(name)}; the blanks are {nearest(name, marks)}")
        return marks[partial_name(name)]

    def as_data(self) -> dict[str, Any]:
        """Return the same as dicts, lists, strings and numbers."""
        return {"right": self.right, "marks": [{**asdict(mark), "follows": [*mark.follows]} for mark in self.marks]}

    def parts(self) -> Iterator[Part]:
        yield f"{self.right} of {len(self.marks)} right"
        rows = [
            Row((f"({i})", clipped(m.name, 40), clipped(clean(m.answer), 40) or "—", m.status), notes=(m.hint,))
            for i, m in enumerate(self.marks, start=1)
        ]
        yield Table(rows, ["  "] * 3, indent=2)


@dataclass(frozen=True, repr=False)
class Quiz(Report):
    """A derivation with blanks, the numbers that are needed to fill them, and the slips that its factors invite."""

    derivation: Derivation
    blanks: tuple[Blank, ...]
    given: dict[str, float]
    slips: Slips

    def check(self, answers: Answers) -> Marks:
        """Mark answers, in the order of the blanks or by name ("R13", "∂E/∂w1" or "w1").

        A number, or its text, is right to the digits given, two at least and four at most, rounded or cut off. What is
        left out, None or empty is missing.

        Raises ValueError for an answer to no blank, and TypeError for one that is neither number nor text.
        """
        learner = Learner(self.derivation, self.blanks, self.slips.at, self._texts(answers))
        return Marks(tuple(learner.mark(blank) for blank in self.blanks))

    def as_data(self) -> dict[str, Any]:
        """Return the same as dicts, lists, strings and numbers; a step has None where it has a blank."""
        values = {name: step.value for name, step in self.derivation.factors.items()}
        steps = [
            {"name": row[0], "partial": row[1], "formula": row[2], "number": step.value if row[3] else None}
            for step, row in zip(steps_of(self.derivation), self._rows(""), strict=True)
        ]
        blanks = [
            {"place": blank.place, "name": blank.name, "answer": blank.answer}
            | {"slips": [slip._asdict() for slip in self.slips.at(blank.step, values)]}
            for blank in self.blanks
        ]
        return {"root": self.derivation.root, "given": self.given, "steps": steps, "blanks": blanks}

    def parts(self) -> Iterator[Part]:
        numbers = ", ".join(f"{clipped(name, 40)} = {short_number(x)}" for name, x in self.given.items())
        yield from (f"Given {numbers}", "") if numbers else ()
        found = self._rows("____ ({})")
        rows: list[Row | str] = []
        for stage in self.derivation.stages:
            rows += [""] * bool(rows)
            for name, whole, *sides in (next(found) for _ in stage):
                rows.append(Row((name, clipped(whole, 40), *sides)))
        yield Table(rows, ["  ", " = ", " = "])

    def __repr__(self) -> str:
        return f"<quiz with blanks at {', '.join(blank.name for blank in self.blanks)}>"

    def _rows(self, blank: str) -> Iterator[tuple[str, str, str, str]]:
        """Yield each step's name, partial, formula and number, blank where it would be the answer or give it away."""
        asked = {b.name: b.place for b in self.blanks}
        asked |= {leibniz(b.step): b.place for b in self.blanks if isinstance(b.step, Gradient)}
        for step in steps_of(self.derivation):
            whole = leibniz(step) if isinstance(step, Gradient) else step.name
            same = step.products[0][0] if isinstance(step, Gradient) and [*map(len, step.products)] == [1] else whole
            places = [asked[name] for name in (whole, same) if name in asked]
            number = blank.format(places[0]) if places else short_number(step.value)
            yield step.name or "⇒", leibniz(step), step.formula, number

    def _texts(self, answers: Answers) -> dict[str, str]:
        """Return the text of every blank's answer, by its name."""
        texts = {blank.name: "" for blank in self.blanks}
        if isinstance(answers, str) or not (isinstance(answers, Mapping) or hasattr(answers, "__len__")):
            got = "one text" if isinstance(answers, str) else f"{typed(answers)}"
            raise TypeError(f"check takes a list of answers, or a dict of them by name, but got {got}")
        if not isinstance(answers, Mapping):
            if len(answers) > len(texts):
                raise ValueError(f"there are {len(texts)} blanks, but {len(answers)} answers")
            answers = dict(zip(texts, answers, strict=False))
        short = {b.step.denominator: b.name for b in self.blanks if isinstance(b.step, Gradient)}
        for given, answer in answers.items():
            if not isinstance(given, str):
                raise TypeError(
                    f'check takes a dict of answers by the names of blanks, such as "{next(iter(texts))}", or a list '
                    f"of answers in their order, but got {typed(given)} for a name"
                )
            name = partial_name(given)
            name = name if name in texts else short.get(name, name)
            if name not in texts:
                raise ValueError(f"there is no blank {brief(given)}; the blanks are {nearest(given, texts)}")
            texts[name] = _text(name, answer)
        return texts


def quiz(root: Value, wrt: Value | Iterable[Value] | None = None, blanks: int = 5, seed: int = 0) -> Quiz:
    """Return the derivation of root's gradients by ``wrt`` (by default as ``derive`` chooses) with so many blanks.

    The same seed makes the same quiz.

    >>> w, x = Value(0.5, label="w"), Value(3.0, label="x")
    >>> y = (w * x).sigmoid()
    >>> y.label = "y"
    >>> q = quiz(y, w, blanks=2, seed=1)
    >>> print(q)
    Given y = 0.817574
    <BLANKLINE>
    R1  ∂y/∂v1 = y·(1 − y) = ____ (1)
    <BLANKLINE>
    R2  ∂v1/∂w = x         = 3
    ⇒   ∂y/∂w  = R1·R2     = ____ (2)
    >>> print(q.check(["-0.75", "0.45"]))
    1 of 2 right
      (1)  R1     -0.75  wrong
          y·(1 − y) is taken at v1, not y
      (2)  ∂y/∂w  0.45   right

    Raises ValueError if there is nothing to ask for.
    """
    one_value("quiz takes a Value, the root", root)
    wanted = several("quiz takes as wrt a Value or several", wrt)
    derivation = derive(root, wanted)
    chosen = _chosen(derivation, blanks, random.Random(seed))
    local = LocalSlips(root)
    concerned = dict.fromkeys(name for blank in chosen for name in (blank.name, *names_in(blank.step)))
    factors = [step for name in concerned if isinstance(step := derivation.factors.get(name), Factor)]
    slips = {factor.name: tuple(local.of(factor)) for factor in factors}
    slips |= {leibniz(b.step): local.by_mistake(root, wanted, b.step) for b in chosen if isinstance(b.step, Gradient)}
    given: dict[str, float] = {}
    for blank in chosen:
        given |= local.numbers_in(blank.step)
    return Quiz(derivation, chosen, given, Slips(derivation, slips))


def _chosen(derivation: Derivation, count: int, rng: random.Random) -> tuple[Blank, ...]:
    """Choose the blanks, a sum over several paths among them if there is one."""
    named = {step.denominator for step in derivation.factors.values() if isinstance(step, Gradient)}
    steps: list[Factor | Gradient] = []
    for step in steps_of(derivation):
        if isinstance(step, Gradient):
            said_before = len(step.products) == 1 and len(step.products[0]) <= 1
            said_below = not step.name and step.denominator in named
            steps += [step] * (not said_before and not said_below and math.isfinite(step.value))
        elif math.isfinite(step.value):
            steps.append(step)
    if not steps or not hasattr(count, "__index__") or count < 1:
        raise ValueError(
            f"the derivation of {derivation.root} has {len(steps)} steps to ask for, but {count} blanks are wanted"
        )
    shuffled = sorted(range(len(steps)), key=lambda _: rng.random())
    sums = [i for i in shuffled if len(products_of(steps[i])) > 1]
    blanks: list[Blank] = []
    for i in sorted([*dict.fromkeys(sums[:1] + shuffled)][:count]):
        blanks.append(Blank(len(blanks) + 1, steps[i].name or leibniz(steps[i]), steps[i]))
    return tuple(blanks)


def _text(name: str, answer: Answer) -> str:
    if answer is None or isinstance(answer, str):
        return (answer or "").strip().replace("−", "-")
    plain = number(answer)
    if plain is None:
        raise TypeError(f"{name}: expected a number or text, but got {type(answer).__name__}")
    return repr(plain).removesuffix(".0")
