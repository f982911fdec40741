"""A file of code for people to use and to read, that needs nothing of this project: in Python, C or JavaScript."""

from __future__ import annotations

import math
import re
import textwrap
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from itertools import chain, count
from typing import Any

from autograd.compiling import c_code, javascript_code, python_source
from autograd.compiling.branches import Result, Writer, ends_of
from autograd.compiling.c_code import to_ask
from autograd.compiling.lowering import Step, operands
from autograd.compiling.recording import Constant, Question
from autograd.compiling.subjects import Comment, Subject, of_function, of_graph
from autograd.compiling.writing import Summary, Target, identifier, require
from autograd.engine import primitives as p
from autograd.engine.argument_checks import one_value
from autograd.engine.graph import topological_order
from autograd.engine.value import Value
from autograd.explaining import parameters_of, several

TARGETS = {"python": python_source.TARGET, "c": c_code.TARGET, "javascript": javascript_code.TARGET}
LANGUAGES = [*TARGETS]
WIDTH = 100
SHORT = 40  # columns of an expression that stands where it is used
BINDING = {p.add: 1, p.subtract: 1, p.multiply: 2, p.divide: 2, p.negative: 3}
ATOM = 9


def code(root: Value, language: str, by: Value | Iterable[Value] = (), *, name: str = "") -> str:
    """Return a file in "python", "c" or "javascript" with a function that computes root and its gradient, and nothing else.

    The function takes the numbers of the Values ``by`` in their order, by default of root's ``parameters``, or of all leaves
    that have a label; other leaves are constants. Labels are names, and the derivation stands in comments. In Python and C
    every bit is the engine's, in JavaScript each step is within 4 ulp.

    Where the engine does more than compute, code does not: it raises an error, gives nan or, in C, returns 1 for a limit, such
    as the slope of sqrt at 0, and for 0·∞ that nothing passes on, since an operation is flat. Slopes of a ``product`` of four
    numbers and more are rounded as ``create_graph`` rounds them.

    Raises ValueError for another language, an operation that has no text in it, and a name that is none.

    >>> from autograd import Value, sin
    >>> x, y = Value(2.0, label="x"), Value(0.5, label="y")
    >>> z = x * sin(y)
    >>> z.label = "z"
    >>> print(code(z, "python", by=x))
    \"\"\"z and its derivatives by x.\"\"\"
    <BLANKLINE>
    import math
    <BLANKLINE>
    <BLANKLINE>
    def z_and_gradient(x):
        y = 0.5
    <BLANKLINE>
        v1 = math.sin(y)
        z = x * v1
        # R1 = ∂z/∂x = v1
        # ∂z/∂x = R1
        return z, [v1 + 0.0]
    <BLANKLINE>
    """
    one_value("code takes a Value, the root", root)
    wanted = several("code takes as by a Value or several", by) or parameters_of(root, topological_order(root))
    return written_for(of_graph(root, wanted, name), language)


def written_for(subject: Subject, language: str) -> str:
    """Return a file in one of the languages."""
    if language not in TARGETS:
        raise ValueError(f"code is written in {', '.join(TARGETS)}, but got {language!r}")
    return _Sheet(subject, TARGETS[language]).text()


def source_of(f: Callable[..., Any], language: str, examples: Sequence[Any], name: str) -> str:
    """Return a file with the ways that a function takes with some arguments, each the positional ones and those by name."""
    return written_for(of_function(f, examples, name if name.isidentifier() else "f"), language)


class _Sheet(Writer):
    """Writes a subject for a target; see ``Writer``. Numbers without a name that are used once stand where they are used."""

    def __init__(self, subject: Subject, target: Target) -> None:
        super().__init__(subject.lowering, 0)
        self.subject, self.target, self.language = subject, target, target.language
        ends = [*ends_of(subject.root)]
        self.of_ends = [{*self.lowering.needed([*used, *done])} for used, done in ends]
        steps = {i: self.lowering.steps[i] for needed in self.of_ends for i in needed}
        require(self.language, subject.name, [step.op for step in steps.values() if step is not None])
        size = sum([1 + sum([len(arg) for arg in step.args if type(arg) is tuple]) for step in steps.values() if step])
        size += len(subject.inputs)
        if target.largest and size > target.largest:
            raise ValueError(
                f"{subject.name} is of {size} numbers, more than the {target.largest} that are sure to fit on the stack of C"
            )
        told = {i for used, _ in ends for i in used}
        self.uses = Counter([i for used, _ in ends for i in used])
        self.uses.update([i for step in steps.values() if step is not None for i in operands(step)])
        self.kept = {i for _, done in ends for i in done} if len(ends) > 1 else set()
        self.told = to_ask([*subject.inputs, *steps], steps.values(), told) if target.finite else set()
        self.taken = self.language.taken
        self.owners: dict[str, list[int]] = {}
        self.names = {i: self.name(i, name) for i, name in subject.inputs.items()}
        self.names |= {i: self.name(i, name) for i, (name, _) in subject.constants.items() if self.uses[i]}
        self.names |= {i: self.name(i, name) for i, name in subject.wanted.items() if i in steps}
        self.texts = {i: (name, ATOM) for i, name in self.names.items()}
        self.lines: list[str] = []
        self.asked: list[str] = []  # what has been computed since numbers were asked whether they are finite
        self.free = count(1)
        self.asks = False
        self.said = set[Comment]()

    def text(self) -> str:
        """Return the file."""
        subject, target = self.subject, self.target
        inputs = [self.names[i] for i in subject.inputs]
        used = {k: self.names[i] for k, i in enumerate(subject.inputs) if self.uses[i]}
        self.asked += [self.names[i] for i in subject.inputs if i in self.told and self.uses[i]]
        for i, (_, x) in subject.constants.items():
            if i in self.names:
                self.put(1, target.assignment.format(self.names[i], self.language.constant(x)))
        self.lines += [""] * bool(self.lines or (target.finite and used))
        self.write(subject.root)
        outputs = [self.names[x] if isinstance(x, int) else identifier(x) for x in subject.outputs]
        about = Summary(subject.name, inputs, outputs, subject.is_gradient, self.asks)
        body = [*target.head(about, used), *self.lines]
        function = "\n".join([*body, target.tail] if target.tail else body)
        functions = self.language.functions([function])
        return target.file(about, functions, function)

    def name(self, i: int, wanted: str) -> str:
        """Return a name that no other number has on any way on which this one is computed."""
        first = identifier(wanted)
        for name in chain([first], (f"{first}_{n}" for n in count(2))):
            if name not in self.taken and not any(self.meet(i, j) for j in self.owners.get(name, ())):
                self.owners.setdefault(name, []).append(i)
                return name
        raise AssertionError

    def meet(self, i: int, j: int) -> bool:
        given = self.lowering.steps[i] is None or self.lowering.steps[j] is None
        return given or any(i in needed and j in needed for needed in self.of_ends)

    def put(self, depth: int, text: str) -> None:
        """Write a statement, on several lines if it is long."""
        line = "    " * depth
        for part in re.split(r"(?<=, )|(?<=&& )", text):
            if len(line) + len(part.rstrip()) > WIDTH and line.strip():
                self.lines.append(line.rstrip())
                line = "    " * (depth + 1)
            line += part
        self.lines.append(line)

    def say(self, comments: Iterable[Comment], depth: int) -> None:
        """Write those comments that have not been written yet."""
        for comment in dict.fromkeys(comments):
            if comment in self.said:
                continue
            self.said.add(comment)
            for part in textwrap.wrap(comment.text.replace("*/", "* /"), WIDTH - 6 - 4 * depth):
                self.lines.append("    " * depth + self.target.comment.format(part))

    def step(self, i: int, step: Step | None, depth: int) -> None:
        if step is None:
            return
        text, binding = self.expression(step)
        kept = i in self.names or i in self.told or i in self.kept
        if not kept and self.uses[i] == 1 and len(text) <= SHORT:
            self.texts[i] = text, binding
            return
        if i not in self.names:
            self.names[i] = self.name(i, f"{'t' if self.subject.is_gradient else 'v'}{next(self.free)}")
            self.texts[i] = self.names[i], ATOM
        self.say(self.subject.comments.get(i, ()), depth)
        self.put(depth, self.target.assignment.format(self.names[i], text))
        if i in self.told:
            self.asked.append(self.names[i])

    def ask(self, depth: int) -> None:
        """Ask whether numbers are finite, in languages that do not refuse others."""
        if self.asked and self.target.finite:
            self.put(depth, self.target.finite.format(" && ".join([f"isfinite({x})" for x in self.asked])))
        self.asked = []

    def begin(self, question: Question, answer: Any, equal: bool, depth: int) -> int:
        self.ask(depth)
        condition = self.condition(question, answer)
        is_yes = equal if question.kind == "bits" else answer is equal
        self.put(depth, self.target.begin.format(condition if is_yes else self.target.negated.format(condition)))
        return depth

    def end(self, block: int) -> None:
        if self.target.end and not self.lines[-1].endswith(f") {self.target.failure}"):
            self.put(block, self.target.end)

    def unknown(self, depth: int) -> None:
        self.asks = True
        if self.target.end:
            self.lines[-1] = f"{self.lines[-1][:-1]}{self.target.failure}"
        else:
            self.put(depth, self.target.failure)

    def result(self, result: Result, depth: int) -> None:
        self.ask(depth)
        self.say(result.form, depth)
        texts = [self.operand(x)[0] for x in result.outputs]
        if self.subject.is_gradient:  # the engine's begin as 0.0, and never become -0.0
            texts[1:] = [
                f"{self.within(x, 0)} + 0.0" if type(x) is int else self.operand(x + 0.0)[0] for x in result.outputs[1:]
            ]
        for line in self.target.result(texts, self.subject.is_gradient):
            self.put(depth, line)

    def condition(self, question: Question, answer: Any) -> str:
        kind, x, y = question
        if kind == "flat":
            raise ValueError(f"whether {x.name} is flat is what Python alone tells")
        if isinstance(y, Constant):
            raise ValueError(f"a number is compared with a {y.kind.__name__}, which is what Python alone does")
        if kind == "bits":
            number = float.fromhex(answer)
            if number == 0.0:
                x, number = f"{self.language.call('math.copysign', '1.0', self.operand(x)[0])}", math.copysign(1.0, number)
            kind, y = "==", number
        sign = {"==": self.language.equal, "!=": self.language.unequal}.get(kind, kind)
        return f"{self.within(x, 0)} {sign} {self.within(y, 0)}"

    def expression(self, step: Step) -> tuple[str, int]:
        """Return what computes a step, and how tightly it binds."""
        op, args = step
        binding = BINDING.get(op)
        if binding is None:
            if op is p.weighted_sum or op is p.half_squared_error:
                return self.language.text(op, [self.listed(arg, 2) for arg in args]), ATOM
            return self.language.text(op, [self.listed(arg, 0) for arg in args]), ATOM
        if op is p.negative:
            return f"-{self.within(args[0], 3)}", 3
        sign = {p.add: "+", p.subtract: "-", p.multiply: "*", p.divide: "/"}[op]
        return f"{self.within(args[0], binding - 1)} {sign} {self.within(args[1], binding)}", binding

    def listed(self, arg: Any, binding: int) -> Any:
        return [self.within(x, binding) for x in arg] if isinstance(arg, tuple) else self.within(arg, binding)

    def within(self, x: Any, binding: int) -> str:
        """Return an operand, in parentheses unless it binds more tightly."""
        text, own = self.operand(x)
        return text if own > binding else f"({text})"

    def operand(self, x: Any) -> tuple[str, int]:
        if isinstance(x, str):
            return x, ATOM
        if type(x) is int:
            return self.texts[x]
        text = self.language.constant(x)
        return text, 3 if text.startswith("-") else ATOM
