"""``python -m nn``: the study note, derived from the recorded graph; or another network, from its JSON file."""

from __future__ import annotations

import argparse
import json
import math
import os
import sys
import time
from collections.abc import Callable, Sequence
from typing import Any

from nn.note import NOTE, load
from nn.report import Report, report

BOLD, PLAIN = "\033[1m", "\033[0m"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit status: 2 for a file that describes no network, 1 for a training that fails."""
    options = _parser().parse_args(arguments)
    try:
        network = load(options.file)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        return _fail(2, f"{options.file}: {reason}")
    if options.rate is not None:
        network.rate = options.rate
    try:
        found = report(network, options.rounds, _progress(options.rounds))
    except (ArithmeticError, ValueError) as error:
        return _fail(1, f"training left the range of numbers; try a smaller rate than {network.rate:g}: {error}")
    print(json.dumps(_finite(found.as_data()), indent=2, ensure_ascii=False) if options.json else _page(found))
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m nn",
        description="Derive every partial derivative of a network's error, update its weights, and repeat.",
    )
    parser.add_argument("file", nargs="?", default=NOTE, metavar="FILE", help="a network as JSON (default: the study note's)")
    parser.add_argument("--rounds", type=_count, default=10_000, metavar="N", help="rounds of training (default: 10000)")
    parser.add_argument("--rate", type=_rate, metavar="R", help="learning rate (default: the file's)")
    parser.add_argument("--json", action="store_true", help="print the same content as JSON")
    return parser


def _count(text: str) -> int:
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"expected a whole number from 0, but got {text!r}")
    return int(text)


def _rate(text: str) -> float:
    try:
        rate = float(text)
    except ValueError:
        rate = math.nan
    if not math.isfinite(rate):
        raise argparse.ArgumentTypeError(f"expected a number, but got {text!r}")
    return rate


def _page(found: Report) -> str:
    page = str(found)
    if sys.stdout.isatty() and "NO_COLOR" not in os.environ and os.environ.get("TERM") != "dumb":
        for title, _ in found.sections():
            page = page.replace(title, BOLD + title + PLAIN, 1)
    return page


def _progress(rounds: int) -> Callable[[int], None]:
    """Return a function that shows on a terminal how many rounds are done, if they take more than half a second."""
    shown = time.monotonic() + 0.4

    def show(done: int) -> None:
        nonlocal shown
        if sys.stderr.isatty() and (time.monotonic() > shown + 0.1 or done == rounds):
            shown = time.monotonic()
            text = f"{done:,} of {rounds:,} rounds".replace(",", " ") if done < rounds else ""
            print(f"\r{text:<40}\r{text}", end="", file=sys.stderr, flush=True)

    return show


def _finite(data: Any) -> Any:
    """Return data with null for what JSON has no number for."""
    if isinstance(data, dict):
        return {key: _finite(value) for key, value in data.items()}
    if isinstance(data, (list, tuple)):
        return [_finite(item) for item in data]
    return None if isinstance(data, float) and not math.isfinite(data) else data


def _fail(status: int, message: str) -> int:
    print(f"nn: {message}", file=sys.stderr)
    return status


if __name__ == "__main__":
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8")  # ∂ and σ, whatever the terminal's locale says
    try:
        sys.exit(main())
    except BrokenPipeError:  # the reader, such as head, has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
