"""All recordings of a function for one structure of arguments, and what runs them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import repeat
from typing import Any

from autograd.compiling.arguments import filled_in, is_built_in, taken_apart
from autograd.compiling.branches import Ask, Result, grafted, is_straight
from autograd.compiling.compiler import NotCompiled
from autograd.compiling.direct_code import DirectCode
from autograd.compiling.globals_read import Place
from autograd.compiling.lowering import Lowering, filled
from autograd.compiling.native import NativeCode
from autograd.compiling.python_code import PythonCode
from autograd.compiling.recording import Recording
from autograd.compiling.tape import TapeCode
from autograd.engine.graph import flattened
from autograd.engine.recording import is_recording
from autograd.engine.value import Value

OFTEN = 1 << 24  # steps that are run, for a tenth of a second, before a compiler is asked
LONG = 4_000  # steps, of which a compiler makes one in a millisecond
LONG_IN_PARTS = 20_000  # without questions, it makes them in a fifth of that


class Form:
    """How a result is built: the structure, and for each number whether it is a Value, and its partials by which Values.

    ``floats`` is the structure with 0.0 for each number, if C can build it: of floats alone, in lists, tuples and dicts.
    """

    def __init__(self, result: Any, values: list[bool], by: list[list[Any]]) -> None:
        self.result, self.values, self.by = result, values, by
        self.alone = type(result) in (float, Value)
        floats = filled_in(result, repeat(0.0))
        self.key = taken_apart(floats, [])
        self.floats = None if any(values) or not is_built_in(floats) else floats

    def built(self, found: Sequence[float], leaves: Sequence[Any]) -> Any:
        """Return a result as the caller gets it: floats, and Values, each one operation on those it depends on."""
        start = len(self.by)
        items: list[Any] = []
        for x, is_value, by in zip(found, self.values, self.by, strict=False):
            partials = found[start : start + len(by)]
            start += len(by)
            nodes = [leaves[node] if type(node) is int else node for node in by]
            if not is_value:
                items.append(x)
            elif nodes and is_recording():
                items.append(Value(x, tuple(nodes), "jit", local_grads=tuple(partials)))
            else:
                items.append(Value(x))
        return items[0] if self.alone else filled_in(self.result, iter(items))


class Paths:
    """All recordings for one structure of arguments, and what runs them: ``how`` is "python", "tape", "c" or "auto"."""

    def __init__(self, inputs: int, how: str, fast: bool, places: Sequence[Place]) -> None:
        self.inputs, self.how, self.fast, self.places = inputs, how, fast, places
        self.lowering = Lowering()
        for _ in range(inputs):
            self.lowering.input()
        self.captured: dict[Value, int] = {}
        self.root: Ask | Result | None = None
        self.run: Callable[..., Any] | None = None
        self.ends: list[Result] = []
        self.tape: Any = None
        self.arguments: Any = None  # built as these, if C can read them, or code in Python
        self.direct: Callable[..., Any] | None = None  # takes arguments as the function does
        self.hits = self.recordings = 0
        self.is_tried = False  # whether machine code was made of these recordings, or could not be
        self.why_not = ""  # in C, if it was asked for

    def add(self, recording: Recording, result: Result) -> bool:
        """Add a path; return False if the function did something else before, though it was told the same."""
        root = grafted(self.root, recording.path, result)
        if root is None:
            return False
        code = None if self.how == "python" else TapeCode(self.lowering, self.inputs, self.captured, root)
        self.tape = code.tape if code else None
        made = self.lowering, self.inputs, self.captured, root
        try:
            self.run = self.tape.run if self.tape else PythonCode(*made).run
            if self.tape is None and self.is_direct:
                self.direct = DirectCode(*made, self.arguments, self.places).run
        except (SyntaxError, RecursionError, MemoryError):  # Python's own limits
            return False
        self.root = root
        self.ends.append(result)
        self.recordings += 1
        self.is_tried = False
        if self.how == "c":
            self.why_not = code.why if code else ""
            self.make_native()
        return True

    @property
    def is_direct(self) -> bool:
        """Whether code in Python can take the arguments as they are."""
        return self.arguments is not None and is_built_in(self.arguments, arrays=False) and len(self.lowering.steps) <= LONG

    def make_native(self) -> None:
        """Let the tape run machine code from now on, if that can be made."""
        tape, root = self.tape, self.root
        self.is_tried = True
        if tape is not None and root is not None:
            try:
                NativeCode(self.lowering, self.inputs, root, self.fast).put_into(tape)
            except NotCompiled as error:
                self.why_not = str(error)

    def is_worth_it(self, runs: int) -> bool:
        """Return whether so many runs take longer than to compile."""
        steps = len(self.lowering.steps)
        if self.how != "auto" or self.is_tried or steps > LONG_IN_PARTS or runs * steps < OFTEN or self.root is None:
            return False
        self.is_tried = steps > LONG and not is_straight(self.root)  # a compiler would take too long
        return not self.is_tried

    def numbers(self, recording: Recording, outputs: Sequence[Any], given: Sequence[float]) -> list[float]:
        """Return what the steps of a recording make of the inputs, row by row; raise what they raise."""
        asked = [x for q, _ in recording.path for x in (q.x, *flattened((q.y,)))]
        found: dict[int, float] = dict(enumerate(given)) | {i: x.data for x, i in self.captured.items()}
        for i in self.lowering.needed([x for x in [*flattened(tuple(asked)), *outputs] if type(x) is int]):
            step: Any = self.lowering.steps[i]
            found[i] = step.op.value(*filled(step.args, found))
        return [found[x] if type(x) is int else x for x in outputs]
