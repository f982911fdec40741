"""``python -m nn``: the study note, derived from the recorded graph; or another network, from its JSON file."""

from __future__ import annotations

import argparse
import json
import math
import os
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from autograd import Value, topological_order
from autograd.derivation import derive
from autograd.typeset import latex_document
from nn.claims import against, read_claims
from nn.note import NOTE, Network, load
from nn.report import Report, report

BOLD, PLAIN = "\033[1m", "\033[0m"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit status: 2 for an input that cannot be used, 1 for a training that fails."""
    options = _parser().parse_args(arguments)
    try:
        network = load(options.file)
    except (OSError, ValueError) as error:
        return _fail(2, _reason(error) if isinstance(error, OSError) else f"{options.file}: {error}")
    if options.rate is not None:
        network.rate = options.rate
    try:
        if options.against:
            return _against(network, options.against)
        if options.derive is not None or options.latex or options.markdown:
            return _derive(network, options)
    except (OSError, ValueError) as error:
        return _fail(2, _reason(error))
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
    add = parser.add_argument
    add("file", nargs="?", default=NOTE, metavar="FILE", help="a network as JSON (default: the study note's)")
    add("--rounds", type=_count, default=10_000, metavar="N", help="rounds of training (default: 10000)")
    add("--rate", type=_rate, metavar="R", help="learning rate (default: the file's)")
    add("--json", action="store_true", help="print the same content as JSON")
    add(
        "--derive",
        nargs="?",
        const="",
        metavar="NAME",
        help="print the derivation alone, of all gradients or of one, such as w5",
    )
    add("--latex", metavar="FILE", help="write the derivation as a LaTeX document")
    add("--markdown", metavar="FILE", help="write the derivation as a Markdown table")
    add("--against", metavar="FILE", help="compare numbers worked out by hand, as JSON, with the true ones")
    return parser


def _derive(network: Network, options: argparse.Namespace) -> int:
    """Print or write the derivation of all gradients, or of the one that is asked for."""
    error = network.error()
    derivation = derive(error, network.trained)
    if options.derive in derivation.gradients:
        derivation = derivation.only(options.derive)
    elif options.derive:
        derivation = derive(error, _node(error, options.derive))
    if options.latex:
        Path(options.latex).write_text(latex_document(derivation.to_latex()), encoding="utf-8")
    if options.markdown:
        Path(options.markdown).write_text(derivation.to_markdown() + "\n", encoding="utf-8")
    if options.derive is not None:
        print(json.dumps(_finite(derivation.as_data()), indent=2, ensure_ascii=False) if options.json else derivation)
    return 0


def _against(network: Network, path: str) -> int:
    claims = read_claims(path)
    print(against(network, claims))
    return 0


def _node(root: Value, name: str) -> Value:
    """Return a node of the graph by its label."""
    nodes = {node.label: node for node in topological_order(root)}
    if name not in nodes:
        raise ValueError(f"there is no node {name!r}; there are {', '.join(sorted(nodes))}")
    return nodes[name]


def _reason(error: Exception) -> str:
    if isinstance(error, OSError):
        return f"{error.filename}: {error.strerror}"
    return str(error)


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
