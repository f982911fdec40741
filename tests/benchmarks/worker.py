"""The process of one engine: runs its programs when it is asked to, by lines of JSON on its standard input and output."""

from __future__ import annotations

import gc
import json
import os
import sys
import tracemalloc
from collections.abc import Iterator
from importlib.metadata import version
from time import get_clock_info, process_time
from typing import Any, TextIO

from .engines import ENGINES, Program, Programs

RESOLUTION = get_clock_info("process_time").resolution


def main(name: str) -> None:
    """Answer requests until there are no more."""
    with os.fdopen(os.dup(1), "w") as answers:
        os.dup2(2, 1)  # an engine may print
        serve(Worker(name), sys.stdin, answers)


def serve(worker: Worker, requests: TextIO, answers: TextIO) -> None:
    """Answer each line [method, argument, …] with a line [result], or, if there is none, with a text that says why."""
    for line in requests:
        method, *arguments = json.loads(line)
        try:
            answer: Any = [getattr(worker, method)(*arguments)]
        except Exception as problem:
            answer = f"{type(problem).__name__}: {problem}"
        print(json.dumps(answer), file=answers, flush=True)


class Worker:
    """An engine, and the one program that is being measured, so that no other takes memory."""

    programs: Programs
    program: Program
    count: int  # runs in a batch; 0 as long as nobody knows how many fill the time

    def __init__(self, name: str) -> None:
        self.name = name

    def begin(self, data: Any) -> tuple[str, bool]:
        """Import the engine, give it the points of two moons, and return its version, and whether it is our compiled core."""
        engine, package = ENGINES[self.name]
        self.programs = engine(data)
        return version(package) if package else "", bool(getattr(sys.modules.get("autograd"), "compiled", False))

    def prepare(self, kind: str, runs: int, *size: int) -> list[float] | None:
        """Make a program, and return the numbers of its first runs; None if the engine has no such program."""
        gc.unfreeze()
        if kind not in self.programs or (program := self.programs[kind](*size)) is None:
            return None
        self.program, self.count = program, 0
        numbers = [x for _ in range(runs) for x in _numbers(program())]
        gc.freeze()  # what the program is made of, a recording of a million steps, say, is no garbage of a run
        return numbers

    def seconds(self, wanted: float) -> float:
        """Return the CPU seconds of a run, in a batch that takes about as long as is wanted."""
        if not self.count:
            runs, taken = 1, self._time(1)
            while taken < wanted / 10:
                runs, taken = 5 * runs, self._time(5 * runs)
            self.count = max(1, round(wanted / taken * runs))
            if self.count == 1:
                return taken / runs
        return self._time(self.count) / self.count

    def _time(self, runs: int) -> float:
        program = self.program
        gc.collect()  # so that no batch pays for the garbage of another
        begin = process_time()
        gc.collect()  # nor for a look at what the engine keeps
        start = process_time()
        for _ in range(runs):
            program()
        gc.collect()  # but each for its own: micrograd's graphs are cycles, which only the collector frees
        return max(process_time() - start - (start - begin), RESOLUTION)  # a short batch is lost in what collections vary by

    def bytes_held(self, kind: str, *size: int) -> int | None:
        """Return the memory that a program's result takes, with the graph that it holds; None if there is no such program."""
        program = self.programs[kind](*size)
        if program is None:
            return None
        gc.collect()
        tracemalloc.start()
        held = program()
        allocated, _ = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        del held
        return allocated


def _numbers(result: Any) -> Iterator[float]:
    """Yield the numbers of a result, whatever engine's they are."""
    if hasattr(result, "tolist"):  # an array
        result = result.tolist()
    if isinstance(result, (list, tuple)):
        for item in result:
            yield from _numbers(item)
    else:
        try:
            yield float(result)
        except TypeError:  # of ours and micrograd's
            yield result.data
