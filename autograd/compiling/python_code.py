"""A tree of recordings as one Python function: straight-line code, with an ``if`` where an answer leads elsewhere.

Operators stand for the rows that are operators, and all other rows are called, on floats: every bit is the row's own.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

from autograd.compiling.branches import Ask, Result, sizes
from autograd.compiling.lowering import Lowering, Step, operands
from autograd.compiling.recording import Constant, Question
from autograd.engine import primitives as p
from autograd.engine.floats import total
from autograd.engine.graph import flattened
from autograd.engine.primitive import Primitive

INFIX = {p.add: "{} + {}", p.subtract: "{} - {}", p.multiply: "{} * {}", p.divide: "{} / {}", p.negative: "-{}"}


class PythonCode:
    """``run(*inputs)`` returns the result that a path ends with, and its numbers; None where no path goes on.

    It raises ArithmeticError or ValueError where a row does, and ValueError if a number of the result is nan.
    """

    def __init__(self, lowering: Lowering, inputs: int, captured: Mapping[Any, int], root: Ask | Result) -> None:
        self.lowering = lowering
        self.names: dict[str, Any] = {"inf": math.inf, "nan": math.nan}
        self.lines = [f"def run({', '.join([f'v{i}' for i in range(inputs)])}):"]
        self.captured = {number: self.named(node, "_w") for node, number in captured.items()}
        self.sizes = sizes(root)
        self.walk(root, set(range(inputs)), 1)
        self.source = "\n".join(self.lines)
        exec(compile(self.source, "<jit>", "exec"), self.names)
        self.run: Callable[..., Any] = self.names["run"]

    def named(self, thing: Any, prefix: str) -> str:
        """Return a name under which the code finds something."""
        name = f"{prefix}{len(self.names)}"
        self.names[name] = thing
        return name

    def walk(self, here: Ask | Result, have: set[int], depth: int) -> None:
        """Write what lies under a place of the tree, where some numbers are computed already."""
        pad = " " * depth
        while isinstance(here, Ask):
            question, after = here.question, here.after
            if question.kind == "do":
                self.need([question.x], have, pad)
                here = after[None]
                continue
            self.need([x for x in flattened((question.x, *self.arguments(question))) if type(x) is int], have, pad)
            on, *others = sorted(after, key=lambda answer: -self.sizes[id(after[answer])])
            if self.is_yes_or_no(question):
                self.lines.append(f"{pad}if {'not ' * on}({self.test(question)}):")
                if others:
                    self.walk(after[others[0]], {*have}, depth + 1)
                else:
                    self.lines.append(f"{pad} return None")
            else:
                told = self.named(None, "_a")
                self.lines.append(f"{pad}{told} = {self.test(question)}")
                for answer in others:
                    self.lines.append(f"{pad}if {told} == {answer!r}:")
                    self.walk(after[answer], {*have}, depth + 1)
                self.lines.append(f"{pad}if {told} != {on!r}: return None")
            here = after[on]
        self.need([x for x in here.outputs if type(x) is int], have, pad)
        spelt = [*map(self.spelt, here.outputs)]
        known = dict.fromkeys([x for x, output in zip(spelt, here.outputs, strict=True) if type(output) is int])
        if known:
            self.lines.append(f"{pad}if {' or '.join([f'{x} != {x}' for x in known])}: raise ValueError('nan')")
        self.lines.append(f"{pad}return {self.named(here, '_r')}, ({''.join([x + ', ' for x in spelt])})")

    def is_yes_or_no(self, question: Question) -> bool:
        return question.kind not in ("flat", "bits")

    def arguments(self, question: Question) -> tuple[Any, ...]:
        return question.y if question.kind == "flat" else (question.y,)

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

    def need(self, numbers: list[int], have: set[int], pad: str) -> None:
        """Write the steps that some numbers take and that are not there yet."""
        stack = numbers[::-1]
        while stack:
            i = stack[-1]
            step = self.lowering.steps[i]
            missing = [x for x in operands(step) if x not in have] if step is not None and i not in have else []
            if missing:
                stack += missing[::-1]
                continue
            stack.pop()
            if i not in have:
                have.add(i)
                self.lines.append(f"{pad}v{i} = {f'{self.captured[i]}.data' if step is None else self.expression(step)}")

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
        return f"{self.function(op)}({', '.join(map(self.spelt, args))})"

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
