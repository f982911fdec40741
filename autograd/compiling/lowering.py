"""A recorded graph as a program: a list of steps, each a row of the table on inputs, earlier steps and constants.

Only what leaves every bit as it is gets folded: equal steps are one, a step of constants alone is a constant, and so are x·1,
x/1 and x - 0 just x. x + 0 is not, since -0 + 0 is 0; nor is x·0 a constant, since x may be negative, infinite or nan.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple, TypeAlias

from autograd.engine import primitives as p
from autograd.engine.depth_first import depth_first
from autograd.engine.node import Node
from autograd.engine.primitive import Primitive

Operand: TypeAlias = "int | float"  # the place of a number among inputs and steps, or a constant
Argument: TypeAlias = "Operand | tuple[Operand, ...]"


class Step(NamedTuple):
    """One operation: a row, and its arguments in order, sequences as tuples."""

    op: Primitive
    args: tuple[Argument, ...]


class Program(NamedTuple):
    """What computes ``outputs`` from inputs: number i is input i, or, after these, step i - len(inputs)."""

    inputs: list[str]  # names
    steps: list[Step]
    outputs: list[Operand]

    def run(self, *numbers: float) -> list[float]:
        """Return the outputs, computed row by row; raise what a row raises outside its domain."""
        found = [*numbers]
        for op, args in self.steps:
            found.append(op.value(*filled(args, found)))
        return [found[x] if type(x) is int else float(x) for x in self.outputs]


class Lowering:
    """Numbers all inputs and operations of recorded graphs, equal ones once."""

    def __init__(self) -> None:
        self.steps: list[Step | None] = []  # None for an input
        self._known: dict[Any, Operand] = {}

    def input(self) -> int:
        """Return the number of a new input."""
        self.steps.append(None)
        return len(self.steps) - 1

    def step(self, op: Primitive, args: Sequence[Any]) -> Operand:
        """Return the number of an operation's result, or its value if it is a constant."""
        args = tuple(args)
        same = _same(op, args)
        if same is not None:
            return same
        key = _key(op, args)
        if key not in self._known:
            value = _constant(op, args)
            if value is None:
                self.steps.append(Step(op, args))
            self._known[key] = len(self.steps) - 1 if value is None else value
        return self._known[key]

    def needed(self, results: Iterable[Operand]) -> list[int]:
        """Return the numbers of the steps that some results take, in order."""
        stack, found = [x for x in results if type(x) is int], set[int]()
        while stack:
            i = stack.pop()
            step = self.steps[i]
            if i not in found and step is not None:
                found.add(i)
                stack += operands(step)
        return sorted(found)

    def program(self, inputs: dict[int, str], outputs: Sequence[Operand]) -> Program:
        """Return what computes some outputs from named inputs, and nothing else."""
        steps = self.needed(outputs)
        place = {i: k for k, i in enumerate([*inputs, *steps])}
        placed = [Step(op, _placed(args, place)) for op, args in [self.steps[i] for i in steps]]  # type: ignore[misc]
        return Program([*inputs.values()], placed, [*_placed(tuple(outputs), place)])


def lowered(inputs: dict[Any, str], outputs: Iterable[Any]) -> Program:
    """Return what computes outputs, Values or floats, from inputs, Values with their names; other leaves are constants.

    >>> from autograd import Value
    >>> x, y = Value(2.0), Value(3.0)
    >>> lowered({x: "x", y: "y"}, [x * y + x * y, x * 1.0])
    Program(inputs=['x', 'y'], steps=[Step(op=<primitive multiply>, args=(0, 1)), Step(op=<primitive add>, args=(2, 2))],
    outputs=[3, 0])
    """
    lowering, roots = Lowering(), [*outputs]
    numbers: dict[Any, Operand] = {x: lowering.input() for x in inputs}

    def above(node: Any) -> Any:
        return [x for x in roots if isinstance(x, Node)] if node is None else () if node in numbers else node.parents

    for node in depth_first(None, above)[:-1]:
        if node not in numbers:
            numbers[node] = node.data if node.op is None else lowering.step(node.op, referred(node.args, numbers))
    outs = referred(tuple([x if isinstance(x, Node) else float(x) for x in roots]), numbers)
    return lowering.program(dict(enumerate(inputs.values())), outs)


def referred(args: tuple[Any, ...], numbers: dict[Any, Operand]) -> tuple[Any, ...]:
    """Return arguments with its number in place of each node."""
    return tuple([
        referred(x, numbers) if isinstance(x, tuple) else numbers[x] if isinstance(x, Node) else float(x) for x in args
    ])  # fmt: skip


def filled(args: tuple[Any, ...], found: Sequence[float] | dict[int, float]) -> tuple[Any, ...]:
    """Return arguments with the numbers that were found for inputs and steps."""
    return tuple([filled(x, found) if type(x) is tuple else found[x] if type(x) is int else x for x in args])


def operands(step: Step) -> list[int]:
    """Return the numbers of the inputs and steps that a step reads."""
    return [x for arg in step.args for x in (arg if type(arg) is tuple else (arg,)) if type(x) is int]


def exact(x: Any) -> Any:
    """Return a constant as part of a key: 2.0 is not the number 2 of a step there, nor 0.0 the same as -0.0."""
    return x.hex() if type(x) is float else tuple(map(exact, x)) if type(x) is tuple else x


def _placed(args: tuple[Any, ...], place: dict[int, int]) -> tuple[Any, ...]:
    return tuple([_placed(x, place) if type(x) is tuple else place[x] if type(x) is int else x for x in args])


def _key(op: Primitive, args: tuple[Any, ...]) -> tuple[Any, ...]:
    key: Any = tuple([x if type(x) is int else exact(x) for x in args])
    if op is p.multiply or op is p.add:
        key = frozenset(key)  # in either order the same bits
    return op, key


def _same(op: Primitive, args: tuple[Any, ...]) -> Operand | None:
    """Return the argument that an operation returns as it is, whatever number it is; None if there is none."""
    if op is p.multiply and 1.0 in [x for x in args if type(x) is float]:
        x, y = args
        return y if type(x) is float and x == 1.0 else x  # type: ignore[no-any-return]
    if (op is p.divide and exact(args[1]) == exact(1.0)) or (op is p.subtract and exact(args[1]) == exact(0.0)):
        return args[0]  # type: ignore[no-any-return]
    return None


def _constant(op: Primitive, args: tuple[Any, ...]) -> float | None:
    """Return the result of an operation on constants alone; None if there are others, or it has none."""
    if operands(Step(op, args)):
        return None
    try:
        return float(op.value(*args))
    except (ArithmeticError, ValueError):
        return None
