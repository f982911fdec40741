"""A tree of recordings as a Python function of the arguments as they are given, for calls without C."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import count
from typing import Any

from autograd.compiling.arguments import is_built_in
from autograd.compiling.branches import Ask, Result
from autograd.compiling.globals_read import EMPTY, Place
from autograd.compiling.lowering import Lowering
from autograd.compiling.python_code import PythonCode

MISS = object()


class DirectCode(PythonCode):
    """``run(*args)`` takes arguments as the function does, and returns what it returns, or MISS where Python is to do more.

    That is where another thing stands in a place that f reads, where arguments are built otherwise than an example, where no
    path goes on, and where f is to confirm a call.
    """

    def __init__(
        self,
        lowering: Lowering,
        inputs: int,
        captured: Mapping[Any, int],
        root: Ask | Result,
        arguments: tuple[Any, ...],
        places: Sequence[Place],
    ) -> None:
        self.arguments, self.places = arguments, places
        super().__init__(lowering, inputs, captured, root)

    def head(self) -> list[str]:
        numbers, names = count(), count()
        lines: list[str] = []

        def taken(tree: Any) -> str:
            """Return a name for a part, after writing what takes it apart."""
            if type(tree) is float:
                return f"v{next(numbers)}"
            name = f"a{next(names)}"
            if type(tree) not in (list, tuple, dict):
                lines.append(f" if type({name}) is not type({tree!r}) or {name} != {tree!r}: return _miss")
                return name
            parts, how = ([*tree.values()], ".values()") if type(tree) is dict else (tree, "")
            other = f"[*{name}] != {[*tree]!r}" if how else f"len({name}) != {len(tree)}"
            if how and {*map(type, tree)} - {str}:  # 1 and True are equal
                other += f" or [*map(type, {name})] != {self.named([*map(type, tree)], '_k')}"
            lines.append(f" if type({name}) is not {type(tree).__name__} or {other}: return _miss")
            place = len(lines)
            inner = [taken(part) for part in parts]
            if inner:
                lines.insert(place, f" {', '.join(inner)}, = {name}{how}")
            return name

        first = [taken(tree) for tree in self.arguments]
        tests = [f"type(v{i})" for i in range(self.inputs)]
        if tests:
            lines.append(f" if not ({' is '.join([*tests, 'float'])}): return _miss")
        self.names |= {"_miss": MISS, "_empty": EMPTY}
        return [f"def run({', '.join(first)}):", *map(self.watched, self.places), *lines]

    def watched(self, place: Place) -> str:
        """Return the line that asks whether the same thing stands in a place."""
        where, name, thing = place
        here = self.named(where, "_d")
        now = f"{here}.get({name!r}, _empty)" if isinstance(where, dict) else f"{here}.cell_contents"  # ValueError if empty
        return f" if {now} is not {self.named(thing, '_t')}: return _miss"

    def unknown(self, depth: int) -> None:
        self.line(depth, "return _miss")

    def result(self, result: Result, depth: int) -> None:
        floats = result.form.floats
        if floats is None or not is_built_in(floats, arrays=False):
            self.line(depth, "return _miss")
            return
        spelt = self.not_nan(result, "return _miss", depth)
        end = self.named(result, "_r")
        self.line(depth, f"n = {end}.calls + 1")
        self.line(depth, "if not n & (n - 1): return _miss")
        self.line(depth, f"{end}.calls = n")
        self.line(depth, f"return {self.built(floats, iter(spelt))}")

    def built(self, tree: Any, items: Iterator[str]) -> str:
        """Return an expression for a structure, with the next items for its floats."""
        if type(tree) is float:
            return next(items)
        if type(tree) is dict:
            return f"{{{', '.join([f'{key!r}: {self.built(x, items)}' for key, x in tree.items()])}}}"
        if type(tree) in (list, tuple):
            inner = "".join([f"{self.built(x, items)}, " for x in tree])
            return f"[{inner}]" if type(tree) is list else f"({inner})"
        return repr(tree)
