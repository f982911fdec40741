"""A tree of recordings as one Python function: straight-line code, with an ``if`` where an answer leads elsewhere.

Operators stand for the rows that are operators, and all other rows are called, on floats: every bit is the row's own.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

from autograd.compiling.branches import Ask, Result, Writer
from autograd.compiling.lowering import Lowering, Step
from autograd.compiling.recording import Constant, Question
from autograd.compiling.translating import INFIX
from autograd.engine import primitives as p
from autograd.engine.floats import total
from autograd.engine.graph import flattened
from autograd.engine.primitive import Primitive


class PythonCode(Writer):
    """``run(*inputs)`` returns the result that a path ends with, and its numbers; None where no path goes on.

    It raises ArithmeticError or ValueError where a row does, and ValueError if a number of the result is nan.
    """

    def __init__(self, lowering: Lowering, inputs: int, captured: Mapping[Any, int], root: Ask | Result) -> None:
        super().__init__(lowering, inputs)
        self.names: dict[str, Any] = {"inf": math.inf, "nan": math.nan}
        self.lines = self.head()
        self.captured = {number: self.named(node, "_w") for node, number in captured.items()}
        self.write(root)
        self.source = "\n".join(self.lines)
        exec(compile(self.source, "<jit>", "exec"), self.names)
        self.run: Callable[..., Any] = self.names["run"]

    def head(self) -> list[str]:
        """Return the first lines, after which the inputs have their names."""
        return [f"def run({', '.join([f'v{i}' for i in range(self.inputs)])}):"]

    def named(self, thing: Any, prefix: str) -> str:
        """Return a name under which the code finds something."""
        name = f"{prefix}{len(self.names)}"
        self.names[name] = thing
        return name

    def line(self, depth: int, text: str) -> None:
        self.lines.append(" " * depth + text)

    def step(self, i: int, step: Step | None, depth: int) -> None:
        self.line(depth, f"v{i} = {f'{self.captured[i]}.data' if step is None else self.expression(step)}")

    def begin(self, question: Question, answer: Any, equal: bool, depth: int) -> None:
        if question.is_yes_or_no:
            self.line(depth, f"if {'not ' * (answer is not equal)}({self.test(question)}):")
        else:
            self.line(depth, f"if {self.test(question)} {'==' if equal else '!='} {answer!r}:")

    def unknown(self, depth: int) -> None:
        self.line(depth, "return None")

    def result(self, result: Result, depth: int) -> None:
        spelt = self.not_nan(result, "raise ValueError('nan')", depth)
        self.line(depth, f"return {self.named(result, '_r')}, ({''.join([x + ', ' for x in spelt])})")

    def not_nan(self, result: Result, otherwise: str, depth: int) -> list[str]:
        """Return the outputs, after writing what is done if one that was computed is nan."""
        spelt = [*map(self.spelt, result.outputs)]
        known = dict.fromkeys([x for x, output in zip(spelt, result.outputs, strict=True) if type(output) is int])
        if known:
            self.line(depth, f"if {' or '.join([f'{x} != {x}' for x in known])}: {otherwise}")
        return spelt

    def test(self, question: Question) -> str:
        """Return the expression that answers a question."""
        kind, x, y = question
        if kind == "bits":
            return f"{self.spelt(x)}.hex()"
        if kind == "flat":
            args = ", ".join(map(self.spelt, y))
            return f"{self.shared(flat_in, '_flat')}({self.shared(x.flat, f'_flat_{x.name}')}, {args})"
        return f"{self.spelt(x)} {kind} {self.spelt(y)}"

    def shared(self, thing: Any, name: str) -> str:
        """Return a name that stands for one thing; another one for another thing that is called so."""
        while self.names.setdefault(name, thing) is not thing:
            name += "_"
        return name

    def expression(self, step: Step) -> str:
        """Return what computes a step."""
        op, args = step
        if op in INFIX:
            return INFIX[op].format(*map(self.spelt, args))
        if op is p.weighted_sum:
            weights, inputs, bias = args
            assert type(weights) is type(inputs) is tuple
            terms = [f"{self.spelt(w)} * {self.spelt(x)}" for w, x in zip(weights, inputs, strict=True)]
            return f"{self.shared(total, '_total')}([{', '.join([*terms, self.spelt(bias)])}])"
        call = f"{self.function(op)}({', '.join(map(self.spelt, args))})"
        x, y = self.spelt(args[0]), args[-1]
        if op is p.power and type(y) is float and y in (2.0, 3.0, 4.0):
            return f"{x} ** {y}"
        if op is p.power_slope and type(y) is float and y == 2.0:  # near 0 and infinity the row takes more care
            return f"2.0 * {x} if 1e-300 < {x} < 1e300 or -1e300 < {x} < -1e-300 else {call}"
        return call

    def function(self, op: Primitive) -> str:
        return self.shared(op.value, f"_{op.name}")

    def spelt(self, x: Any) -> str:
        """Return an operand, or a list of them, as the code has it."""
        if isinstance(x, Constant):
            return self.named(x.value, "_c")
        if isinstance(x, tuple):
            return f"[{', '.join(map(self.spelt, x))}]"
        return f"v{x}" if type(x) is int else repr(x) if math.copysign(1.0, x) > 0.0 else f"({x!r})"


def flat_in(flat: Any, *args: Any) -> tuple[bool, ...]:
    """Return in which of its arguments, those of sequences one by one, an operation is flat."""
    return (*flattened(flat(*args)),)
