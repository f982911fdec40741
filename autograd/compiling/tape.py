"""A tree of recordings as a tape, which C runs: nothing has to be compiled, whatever the size. Where there is no C, it says so.

Instructions are of four whole numbers: a code, where the result goes, and two operands, all places in one list of numbers; of
operations on more than two, how many and where in a list of places they begin.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from autograd.compiling.branches import Ask, Result, Writer
from autograd.compiling.lowering import Lowering, Step, exact
from autograd.compiling.recording import Constant, Question
from autograd.engine import primitives as p
from autograd.engine.core import compiled, is_built_of, record
from autograd.functional import depth

try:
    import autograd.compiling._tape as _tape  # type: ignore[import-not-found]
except ImportError:
    _tape: Any = None  # type: ignore[no-redef]
if not compiled or not is_built_of(_tape, [Path(__file__).with_name(name) for name in ("_tape.c", "_tape_rows.h")]):
    _tape = None


class CallInPython:
    """What calls go through where there is no C."""

    _call: Callable[..., Any]

    def _ready(self, places: list[Any], ways: list[Any]) -> None:
        """Take what calls run on, where they are in C."""


Call: Any = _tape.Call if _tape else CallInPython


def connect(jit: type) -> None:
    """Let calls begin in C, or in Python where there is none."""
    if _tape:
        _tape.connect(*record, depth, jit)
    else:
        setattr(jit, "__call__", vars(jit)["_call"])  # noqa: B010  # as a method of its own, one call less on the way


class TapeCode(Writer):
    """``tape.run(*inputs)`` returns what code in Python returns; ``tape`` is None, and ``why`` says why, if C cannot run it."""

    def __init__(self, lowering: Lowering, inputs: int, captured: Mapping[Any, int], root: Ask | Result) -> None:
        super().__init__(lowering, inputs)
        self.code: list[int] = []
        self.list: list[int] = []
        self.numbers: list[float] = [0.0] * len(lowering.steps)
        self.known: dict[Any, int] = {}  # constants
        self.room, self.captured = 0, captured
        self.ends: list[tuple[Any, ...]] = []
        self.tape: Any = None
        self.why = "" if _tape else f"{compiled!r}"
        if _tape:
            try:
                self.write(root)
            except NotImplementedError as error:
                self.why = str(error)
            else:
                read = {node: place for node, place in captured.items() if place in self.read}
                self.tape = _tape.Tape(inputs, self.code, self.list, self.numbers, self.room, read, self.ends)

    def write(self, root: Ask | Result) -> None:
        self.read: set[int] = set()
        super().write(root)

    def place(self, x: Any) -> int:
        """Return where a number is."""
        if type(x) is int:
            return x
        if isinstance(x, Constant):
            raise NotImplementedError(f"a number is compared with a {x.kind.__name__}")
        key = exact(x)
        if key not in self.known:
            self.known[key] = len(self.numbers)
            self.numbers.append(x)
        return self.known[key]

    def several(self, items: list[Any]) -> int:
        """Return where in the list the places of some numbers begin."""
        self.list += map(self.place, items)
        self.room = max(self.room, len(items))
        return len(self.list) - len(items)

    def step(self, i: int, step: Step | None, depth: int) -> None:
        if step is None:
            self.read.add(i)
            return
        op, args = step
        if op.name not in _tape.CODES or p.__dict__.get(op.name) is not op:
            raise NotImplementedError(f"{op.name} is what Python alone does")
        code, x, y = _tape.CODES[op.name], args[0], args[-1]
        if isinstance(x, tuple):
            others = [tuple(arg) if isinstance(arg, tuple) else arg for arg in args[1:]]
            pairs = [item for pair in zip(x, *others[:1], strict=True) for item in pair]
            if op is p.half_squared_error:
                code = _tape.CODES["half_squared_errors"]
            self.code += [code, i, len(x), self.several([*pairs, *others[1:]])]
        elif len(args) < 3:
            self.code += [code, i, self.place(x), self.place(y)]
        else:
            self.code += [code, i, len(args), self.several([*args])]

    def begin(self, question: Question, answer: Any, equal: bool, depth: int) -> int:
        kind, x, y = question
        if kind == "flat":
            raise NotImplementedError(f"whether {x.name} is flat is what Python alone tells")
        if kind == "bits":
            y, answer = float.fromhex(answer), True
        self.list += [answer is equal, -1]
        self.code += [_tape.CODES[kind], self.place(x), self.place(y), len(self.list) - 2]
        return len(self.list) - 1

    def end(self, block: int) -> None:
        self.list[block] = len(self.code) // 4

    def unknown(self, depth: int) -> None:
        self.code += [_tape.CODES["unknown"], 0, 0, 0]

    def result(self, result: Result, depth: int) -> None:
        self.code += [_tape.CODES["end"], 0, len(self.ends), 0]
        first = len(self.list)
        self.list += map(self.place, result.outputs)
        self.ends.append((result, first, len(result.outputs), result.form.floats))
