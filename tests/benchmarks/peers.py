"""The processes that engines run in, each with a Python environment of its own, made by pip where it is not there yet."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from .engines import ENGINES, PURE

CACHE = Path.home() / ".cache" / "scalar-autograd-benchmarks" / f"{sys.version_info.major}.{sys.version_info.minor}"
TESTS = Path(__file__).parents[1]
CODE = f"import sys; sys.path.append({str(TESTS)!r}); from benchmarks.worker import main; main(sys.argv[1])"
ONE_THREAD = {"OMP_NUM_THREADS": "1", "XLA_FLAGS": "--xla_cpu_multi_thread_eigen=false", "JAX_PLATFORMS": "cpu"}
ENVIRONMENT = {**os.environ, **ONE_THREAD, "JAX_ENABLE_X64": "1"}


class UnavailableError(Exception):
    """An engine cannot be installed, or cannot do what it was asked to."""


class Peer:
    """An engine in a process of its own, which is asked, and answers, one thing after the other."""

    def __init__(self, name: str, data: Any) -> None:
        self.name = name
        ours = not ENGINES[name][1]
        python = [sys.executable] if ours else [str(installed(ENGINES[name][1])), "-I"]  # where no folder hides a package
        environment = {**ENVIRONMENT, "AUTOGRAD_PURE": "1"} if name in PURE else ENVIRONMENT
        self.process = subprocess.Popen(
            [*python, "-c", CODE, name], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            text=True, env=environment,
        )  # fmt: skip
        self.version, compiled = self.ask("begin", data)
        if ours and compiled == (name in PURE):
            self.end()
            raise UnavailableError("the compiled core runs all the same" if compiled else "there is no compiled core")

    def ask(self, method: str, *arguments: Any) -> Any:
        """Return what a method of the worker returns; raise UnavailableError if it raises, or the process ends."""
        assert self.process.stdin
        assert self.process.stdout
        try:
            print(json.dumps([method, *arguments]), file=self.process.stdin, flush=True)
            answer = json.loads(self.process.stdout.readline() or '"its process has ended"')
        except BrokenPipeError:
            answer = "its process has ended"
        if isinstance(answer, str):
            raise UnavailableError(answer)
        return answer[0]

    def end(self) -> None:
        """Let the process end."""
        self.process.communicate()


def started(names: Iterable[str], data: Any) -> dict[str, Peer]:
    """Return the engines that can be started; say of each other one why not."""
    peers = {}
    for name in names:
        try:
            peers[name] = Peer(name, data)
        except UnavailableError as problem:
            print(f"without {name}: {problem}", file=sys.stderr)
    return peers


def installed(package: str) -> Path:
    """Return the Python of the environment that holds a package; raise UnavailableError, with pip's last line, if none can."""
    folder = CACHE / package
    python = folder / ("Scripts" if os.name == "nt" else "bin") / "python"
    if not python.exists():
        print(f"installing {package} in {folder}", file=sys.stderr)
        try:
            for command in ([sys.executable, "-m", "venv", folder], [python, "-m", "pip", "install", "--quiet", package]):
                subprocess.run(command, check=True, capture_output=True, text=True)
        except BaseException as problem:
            shutil.rmtree(folder, ignore_errors=True)
            if isinstance(problem, subprocess.CalledProcessError):
                raise UnavailableError((problem.stderr.splitlines() or [str(problem)])[-1]) from None
            raise
    return python
