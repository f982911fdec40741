"""What does importing the engine cost, over what starting Python costs? Prints the ratio of their CPU times.

Bare Python and Python with the import run in turns, each time as a new process. The Python that runs this file is the one
that is measured: for what users have, let it be one into which the wheel was installed.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from collections.abc import Sequence
from statistics import median

BARE, OURS = "pass", "import autograd"
GOAL = 0.7  # of bare Python's own time, on top of it


def main() -> None:
    """Measure the import and, if asked to, what each module of the standard library that it brings would cost alone."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--turns", type=int, default=200, help="turns of each program (default: 200)")
    parser.add_argument("--modules", action="store_true", help="measure the modules that the import brings, too")
    arguments = parser.parse_args()
    bare, ours = cpu_times([BARE, OURS], arguments.turns)
    print(f"{'':24}{'fastest':>10}{'median':>10}")
    for name, times in [("bare Python", bare), (OURS, ours)]:
        print(f"{name:24}{_number(min(times))}{_number(median(times))}")
    fastest = min(ours) / min(bare) - 1.0
    usual = median(with_it / without for without, with_it in zip(bare, ours, strict=True)) - 1.0
    print(f"{'on top, over bare Python':24}{fastest:>10.2f}{usual:>10.2f}   goal: at most {GOAL}")
    if arguments.modules:
        print_each(sorted(loaded_by(OURS) - loaded_by(BARE)), arguments.turns)


def print_each(names: Sequence[str], turns: int) -> None:
    """Print what importing each module of the standard library alone costs on top of bare Python."""
    names = [name for name in names if name.partition(".")[0] in sys.stdlib_module_names]
    bare, *alone = cpu_times([BARE, *(f"import {name}" for name in names)], turns)
    costs = {name: min(times) - min(bare) for name, times in zip(names, alone, strict=True)}
    print("\nalone, on top of bare Python")
    for name in sorted(costs, key=costs.__getitem__, reverse=True):
        print(f"{name:24}{_number(costs[name])}")


def cpu_times(programs: Sequence[str], turns: int) -> list[list[float]]:
    """Return, for each program, the CPU seconds of its process in each turn, after one turn that writes the bytecode."""
    times = [[_cpu_time(program) for program in programs] for _ in range(turns + 1)]
    return [[*column] for column in zip(*times[1:], strict=True)]


def _cpu_time(program: str) -> float:
    command = [sys.executable, "-I", "-c", program]
    _, status, used = os.wait4(os.posix_spawn(sys.executable, command, os.environ), 0)
    if status:
        raise SystemExit(f"{sys.executable} -I cannot run {program!r}: is it installed there?")
    return used.ru_utime + used.ru_stime


def loaded_by(program: str) -> set[str]:
    """Return the names of all modules that a program loads."""
    command = [sys.executable, "-I", "-c", f"{program}; import sys; print(*sys.modules)"]
    return {*subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()}


def _number(seconds: float) -> str:
    return f"{1e3 * seconds:>7.2f} ms"


if __name__ == "__main__":
    main()
