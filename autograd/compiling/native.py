"""A tree of recordings as C, made by the system's compiler, which a tape then runs in place of its instructions."""

from __future__ import annotations

import ctypes
from collections.abc import Sequence
from typing import Any

from autograd.compiling.branches import Ask, Result, Writer, ends_of, is_straight
from autograd.compiling.c_code import FLAGS, LARGEST, C, to_ask
from autograd.compiling.compiler import NotCompiled, library
from autograd.compiling.fast_c import FAST, FAST_FLAGS, SIGMOID, lanes
from autograd.compiling.lowering import Lowering, Step
from autograd.compiling.recording import Question
from autograd.compiling.translating import Language

MOST = 20_000  # steps
IN_LANES = 500  # steps: of more a compiler makes lanes for seconds, which spill their numbers and gain little
# More steps than IN_ONE go into functions of PART each, if nothing is asked on the way. Compilers take 0.2 ms a step for these;
# in one function 0.7 ms, and of 8,000 steps 3 ms. At 2,000 steps, numbers in memory make fast code take 1.4 times as long.
IN_ONE, PART, MOST_IN_PARTS = 2_000, 200, 200_000
TERMS = 5_000  # in a part: they lie on the stack
PARTS = 100  # in a file: of all parts in one, compilers take 6 kB a step
REPEAT = "long repeat(double *v, long times)"  # as often as asked, results taken for inputs; returns how often that went
DECLARED = 'double part{}(double *restrict v) __attribute__((visibility("hidden")));'
# A sigmoid has the same bits by the exp that its slope takes as well, of which compilers compute one, if told that exp is pure.
PURE = "\n".join([f"double {name}(double) __attribute__((const));" for name in ("exp", "log", "sin", "cos", "tanh")])
EXACT = C._replace(by_hand={**C.by_hand, "sigmoid": SIGMOID.replace("float_exp", "exp")})


class NativeCode(Writer):
    """``put_into(tape)`` lets a tape run machine code of a tree: exact, or fast, which is right to a few ulp.

    Where no question is asked there is a loop as well, for results that are as many as the inputs, and, of what is fast, lanes.
    A long program without questions is functions that run one after another.
    """

    def __init__(self, lowering: Lowering, inputs: int, root: Ask | Result, fast: bool) -> None:
        super().__init__(lowering, inputs)
        self.fast = fast
        self.language: Language = FAST if fast else EXACT
        self.lines: list[str] = []
        self.straight: list[tuple[str, str]] = []  # what sets a number, and its name if it is asked whether it is finite
        self.asks = False
        self.outputs: list[str] = []  # of the last path
        self.ends = self.size = self.largest = 0
        self.read: list[int] = []
        told = [i for used, done in ends_of(root) for i in (*used, *done)]
        needed = lowering.needed(told)
        self.parts: list[list[str]] = []
        self.is_in_parts = len(needed) > IN_ONE and is_straight(root)
        self.to_ask = to_ask(needed, [lowering.steps[i] for i in needed], told)
        self.write(root)
        most = MOST_IN_PARTS if self.is_in_parts else MOST
        if len(self.straight) > most:
            raise NotCompiled(f"it has more than the {most:,} steps that a compiler can make in about a minute")
        if self.largest > LARGEST:
            raise NotCompiled(f"it has more than the {LARGEST:,} numbers that are sure to fit on the stack of C")

    @property
    def sources(self) -> list[str]:
        """A file with ``int run(double *v)``, and perhaps more, and files of the parts that it runs."""
        if self.is_in_parts:
            declared = [DECLARED.format(i) for i in range(len(self.parts))]
            parts = [_function(f"double part{i}(double *restrict v)", lines) for i, lines in enumerate(self.parts)]
            files = [declared[i : i + PARTS] + parts[i : i + PARTS] for i in range(0, len(parts), PARTS)]
            files.insert(0, [*declared, _function("int run(double *v)", self.lines)])
        else:
            head = [f"const double v{i} = v[{i}];" for i in range(self.inputs)]
            files = [[_function("int run(double *v)", [*head, *self.lines])]]
        if "repeat" in self.others:
            files[0].append(self._loop_of_parts() if self.is_in_parts else self._loop())
        if "lanes" in self.others:
            lines = [_noted(text, asked) for text, asked in self.straight]
            files[0].append(lanes(self.inputs, self.read, lines, self.outputs))
        return ["\n\n".join(["#include <math.h>", PURE, *self.language.functions(file), *file]) + "\n" for file in files]

    @property
    def others(self) -> list[str]:
        """The functions that there are besides ``run``."""
        loop = [] if self.asks or len(self.outputs) != self.inputs else ["repeat"]
        in_lanes = self.fast and not self.asks and not self.is_in_parts and len(self.straight) <= IN_LANES
        return [*loop, *(["lanes", "sums"] if in_lanes else [])]

    def _loop(self) -> str:
        """Return ``repeat``, whose numbers stay in the processor: it returns how many times it went, with the inputs then."""
        inputs = range(self.inputs)
        steps = [text + f" if (!isfinite({asked})) goto left;" * bool(asked) for text, asked in self.straight]
        body = [*steps, *[f"const double next{i} = {self.outputs[i]};" for i in inputs], *[f"v{i} = next{i};" for i in inputs]]
        lines = [
            "long done = 0;",
            *[f"double v{i} = v[{i}];" for i in inputs],
            *[f"const double v{i} = v[{i}];" for i in self.read],
            "for (; done < times; done++) {",
            *[f"    {line}" for line in body],
            "}",
            "left:",
            *[f"v[{i}] = v{i};" for i in inputs],
            "return done;",
        ]
        return _function(REPEAT, lines)

    def _loop_of_parts(self) -> str:
        lines = [
            "long done = 0;",
            "for (; done < times && run(v) == 0; done++) {",
            f"    const double next[] = {{{', '.join(self.outputs)}}};",
            f"    for (int i = 0; i < {self.inputs}; i++) v[i] = next[i];",
            "}",
            "return done;",
        ]
        return _function(REPEAT, lines)

    def put_into(self, tape: Any) -> None:
        """Compile, and let a tape run what is made; raise NotCompiled if that cannot be."""
        flags = FAST_FLAGS if self.fast else FLAGS
        made = library(["-O1", *flags[1:]] if self.is_in_parts else flags, *self.sources)
        tape.native(made, *[
            ctypes.cast(made[name], ctypes.c_void_p).value if name in ("run", *self.others) else 0
            for name in ("run", "repeat", "lanes", "sums")
        ])  # fmt: skip

    def line(self, depth: int, text: str) -> None:
        self.lines.append("    " * (depth - 1) + text)

    def spelt(self, x: Any) -> Any:
        if isinstance(x, tuple):
            return [*map(self.spelt, x)]
        return C.constant(x) if type(x) is not int else f"v[{x}]" if self.is_in_parts else f"v{x}"

    def step(self, i: int, step: Step | None, depth: int) -> None:
        if step is None:
            self.read.append(i)
            if not self.is_in_parts:
                self.line(depth, f"const double v{i} = v[{i}];")
            return
        if why := self.language.missing(step.op):
            raise NotCompiled(why)
        name, asked = self.spelt(i), i in self.to_ask
        text = f"{name} = {self.language.text(step.op, [*map(self.spelt, step.args)])};"
        terms = 1 + sum(len(arg) for arg in step.args if isinstance(arg, tuple))
        if self.is_in_parts:
            if not self.parts or len(self.parts[-1]) == PART or self.size + terms > TERMS:
                self._begin_part()
            self.parts[-1].append(_noted(text, name * asked))
        else:
            text = f"const double {text}"
            self.line(depth, text)
            if asked:
                self.line(depth, f"if (!isfinite({name})) return -1;")
        self.straight.append((text, name * asked))
        self.size += terms
        self.largest = max(self.largest, self.size)

    def _begin_part(self) -> None:
        self.line(1, f"bad += part{len(self.parts)}(v);")
        self.parts.append([])
        self.size = 0

    def begin(self, question: Question, answer: Any, equal: bool, depth: int) -> int:
        self.asks = True
        kind, x, y = question
        if kind == "bits":
            spelt, number, answer = self.spelt(x), C.constant(float.fromhex(answer)), True
            signs = [C.call("math.copysign", "1.0", text) for text in (spelt, number)]
            test = f"{spelt} == {number} && {' == '.join(signs)}"
        else:
            test = f"{self.spelt(x)} {kind} {self.spelt(y)}"
        self.line(depth, f"if ({test}) {{" if answer is equal else f"if (!({test})) {{")
        return depth

    def end(self, block: int) -> None:
        self.line(block, "}")

    def unknown(self, depth: int) -> None:
        self.line(depth, "return -2;")

    def result(self, result: Result, depth: int) -> None:
        self.outputs = [*map(self.spelt, result.outputs)]
        if self.is_in_parts:
            self.lines = ["double bad = 0.0;", *self.lines, "return bad == 0.0 ? 0 : -1;"]
            self.parts = [["double bad = 0.0;", *part, "return bad;"] for part in self.parts]
            return
        for x in dict.fromkeys(result.outputs):
            if type(x) is int and x >= self.inputs:
                self.line(depth, f"v[{x}] = v{x};")
        self.line(depth, f"return {self.ends};")
        self.ends += 1


def _function(head: str, lines: Sequence[str]) -> str:
    return "\n".join([f"{head} {{", *[f"    {line}" for line in lines], "}"])


def _noted(text: str, asked: str) -> str:
    """Return what sets a number, and lets ``bad`` become nan if that is asked for and is not finite."""
    return f"{text} bad += {asked} - {asked};" if asked else text
