"""A program as lines of a language: its numbers get names, its steps are written one below the other."""

from __future__ import annotations

import re
import textwrap
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import chain, count
from typing import Any, NamedTuple

from autograd.compiling.lowering import Program
from autograd.compiling.translating import Language
from autograd.engine.primitive import Primitive


class Target(NamedTuple):
    """How a language writes a file for people to use: see ``standalone``."""

    language: Language
    comment: str
    assignment: str  # given a name and an expression
    begin: str  # of what is done under a condition
    end: str
    negated: str
    failure: str  # what is done where no recording goes on
    finite: str  # what asks whether numbers are finite, given them as one condition; empty if nobody asks
    head: Callable[[Summary, Mapping[int, str]], list[str]]  # given also the inputs that are used, by place
    result: Callable[[list[str], bool], list[str]]  # given the outputs, and whether they are a value and its gradient
    tail: str
    largest: int  # how many numbers a function can have, 0 if there is no bound
    file: Callable[[Summary, Sequence[str], str], str]  # given what it is about, the functions that it calls, and the function


class Summary(NamedTuple):
    """What a file says of its function at its head."""

    name: str
    inputs: list[str]
    outputs: list[str]
    is_gradient: bool
    asks: bool  # a question that may be answered as it never was

    def said(self, *others: str) -> list[str]:
        """Return lines that say what the function gives, and other lines, as wide as in a file."""
        what = f"{', '.join(self.outputs)} of {', '.join(self.inputs)}."
        if self.is_gradient:
            of = "" if self.outputs[1:] == self.inputs else f", of {', '.join(self.inputs)}"
            what = f"{self.outputs[0]} and its derivatives by {', '.join(self.outputs[1:]) or 'nothing'}{of}."
        return [part for line in (what, *others) for part in textwrap.wrap(line, 94, break_on_hyphens=False) or [""]]


def written(program: Program, language: Language, function: str) -> tuple[list[str], list[str], list[str]]:
    """Return names of a program's values, inputs first, and what each of its steps, and each output, is in a language.

    An input keeps its own name, as far as it can be one; steps are v1, v2, …

    Raises ValueError if the language has no text for a step, or no such name for a function.
    """
    require(language, function, [step.op for step in program.steps])
    names = _names(program, language.taken)

    def word(arg: Any) -> Any:
        if isinstance(arg, tuple):
            return [word(item) for item in arg]
        return names[arg] if isinstance(arg, int) else language.constant(arg)

    return names, [language.text(step.op, [*map(word, step.args)]) for step in program.steps], [*map(word, program.outputs)]


def require(language: Language, function: str, rows: Iterable[Primitive]) -> None:
    """Raise ValueError if a name can be none of a function, or if a row has no text in the language."""
    if function in language.taken or not function.isidentifier():
        raise ValueError(f"{function!r} is no name for a function of yours here: take another")
    for op in dict.fromkeys(rows):
        if why := language.missing(op):
            raise ValueError(why)


def file_of(programs: Mapping[str, Program], language: Language, function: Callable[[Program, str], str]) -> str:
    """Return a file with a function for each program, by name, and before these all that they call."""
    functions = [function(program, name) for name, program in programs.items()]
    return "\n\n".join([*language.functions(functions), *functions]) + "\n"


def _names(program: Program, taken: set[str]) -> list[str]:
    names, numbers = [], defaultdict[str, Iterator[int]](lambda: count(2))
    for wanted in program.inputs:
        first = identifier(wanted)
        names.append(_free(first, (f"{first}_{n}" for n in numbers[first]), taken))
    free = (f"v{n}" for n in count(1))
    return [*names, *[_free(next(free), free, taken) for _ in program.steps]]


def identifier(wanted: str) -> str:
    """Return a label as a name that languages can have."""
    plain = re.sub(r"\W+", "_", unicodedata.normalize("NFKC", wanted)).strip("_")
    return plain if plain.isidentifier() else f"v{plain}"


def _free(first: str, others: Iterator[str], taken: set[str]) -> str:
    name = next(name for name in chain([first], others) if name not in taken)
    taken.add(name)
    return name
