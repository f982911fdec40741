"""``python -m nn``: the study note, derived from the recorded graph; or another network, from its JSON file."""

from __future__ import annotations

import argparse
import json
import math
import os
import re
import sys
from collections.abc import Sequence
from typing import Any

import autograd
from autograd import Value, derive, draw, explain, step, topological_order, walk
from autograd.explaining import Derivation
from autograd.stepping import Stepper
from autograd.storing import write_atomically
from autograd.teaching import mistakes, quiz
from autograd.text import latex_document, progress_bar
from nn.note import NOTE, Network, Report, against, load, read_claims, report

ROUNDS = 10_000
BOLD, PLAIN = "\033[1m", "\033[0m"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit status: 2 for an input that cannot be used, 1 for a training that fails."""
    options = _parser().parse_args(arguments)
    if options.version:
        print(f"scalar-autograd {autograd.__version__}")
        return 0
    try:
        network = load(options.file)
    except ValueError as problem:
        return _fail(2, str(problem))
    except OSError as problem:
        return _fail(2, f"{problem.filename}: {problem.strerror}")
    if options.rate is not None:
        network.rate = options.rate
    try:
        done = _told_or_written(network, options)
        steps = _steps(network, options.rounds) if options.step else None
    except BrokenPipeError:
        raise
    except (ArithmeticError, ValueError) as problem:
        return _fail(2, str(problem))
    except OSError as problem:
        return _fail(2, f"{problem.filename}: {problem.strerror}")
    if steps and options.json:
        print(_json(steps.as_data()))
    elif steps:
        walk(steps)
    if done or steps:
        return 0
    rounds = ROUNDS if options.rounds is None else options.rounds
    try:
        with progress_bar(rounds) as show:
            found = report(network, rounds, lambda done: show(done, ""))
    except (ArithmeticError, ValueError) as problem:
        return _fail(1, f"training left the range of numbers; try a smaller rate than {max(network.rates):g}: {problem}")
    print(_json(found.as_data()) if options.json else _page(found))
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m nn",
        description="Derive every partial derivative of a network's error, update its weights, and repeat.",
        epilog="FILE holds inputs, layers, targets and a rate. A layer holds its activation, the weights of each neuron, biases"
        " or a shared_bias, and perhaps a rate of its own. Inputs and targets are lists of numbers, or for a batch lists of "
        "rows, of whose errors the mean is taken. A last layer with the activation softmax has probabilities as targets, and "
        "their cross-entropy as error.",
    )
    add = parser.add_argument
    add("file", nargs="?", default=NOTE, metavar="FILE", help="a network as JSON (default: the study note's)")
    add("--rounds", type=_count, metavar="N", help=f"rounds of training (default: {ROUNDS}; with --step and --html: 1)")
    add("--rate", type=_rate, metavar="R", help="learning rate (default: the file's)")
    add("--json", action="store_true", help="print the same content as JSON")
    add("--version", action="store_true", help="print the version, and nothing else")
    parts = parser.add_argument_group("instead of all this")
    add = parts.add_argument
    add("--step", action="store_true", help="walk through the rounds step by step, with keys; all steps as text in a pipe")
    add("--html", metavar="FILE", help="write the same steps as one HTML file, with the graph, that opens in any browser")
    add("--derive", nargs="?", const="", metavar="NAME", help="print the derivation alone, or only that of one gradient")
    add("--explain", metavar="NAME", help="explain one gradient: along which paths it comes, and factored")
    add("--against", metavar="FILE", help="compare numbers worked out by hand, as JSON, with the true ones")
    add("--mistakes", action="store_true", help="make the classic mistakes, and show what each does to the gradients")
    add("--quiz", type=_count, metavar="SEED", help="print the derivation with blanks to fill in")
    add("--svg", metavar="FILE", help="draw the graph with its values, gradients and partials")
    add("--layout", choices=["builtin", "dot", "auto"], default="builtin", help="the pictures' layout (dot is Graphviz's)")
    add("--latex", metavar="FILE", help="write the derivation as a LaTeX document")
    add("--markdown", metavar="FILE", help="write the derivation as a Markdown table")
    return parser


def _told_or_written(network: Network, options: argparse.Namespace) -> bool:
    """Print and write the parts that the options ask for; return whether there are any."""
    root = network.error()
    if options.svg:
        root.backward()
        draw(root, module=network.model, layout=options.layout).save(options.svg)
    if options.html:
        _steps(network, options.rounds).save(options.html, layout=options.layout)
    if options.latex:
        write_atomically(options.latex, latex_document(_derivation(network, root, options.derive).to_latex()))
    if options.markdown:
        write_atomically(options.markdown, _derivation(network, root, options.derive).to_markdown() + "\n")
    told: list[Any] = []
    if options.derive is not None:
        told.append(_derivation(network, root, options.derive))
    if options.explain:
        told.append(explain(root, _node(root, options.explain)))
    if options.against:
        claims = read_claims(options.against)
        try:
            told.append(against(network, claims))
        except (ArithmeticError, ValueError) as problem:
            raise ValueError(f"{os.fsdecode(options.against)}: {problem}") from None
    if options.mistakes:
        told.append(mistakes(root, network.trained, network.rate))
    if options.quiz is not None:
        told.append(quiz(root, network.trained, seed=options.quiz))
    if told:
        print(
            "\n\n".join(_json(part.as_data()) if options.json else str(part) for part in told),
            end="\n\n" if options.step else "\n",
        )
    return bool(told or options.svg or options.html or options.latex or options.markdown)


def _steps(network: Network, rounds: int | None) -> Stepper:
    """Return the steps of one round, or of as many as are asked for."""
    return step(network.error(), rate=network.rate, parameters=network.trained, rounds=1 if rounds is None else rounds)


def _derivation(network: Network, root: Value, name: str | None) -> Derivation:
    """Return the derivation of all gradients that training needs, or of the one that is asked for."""
    derivation = derive(root, network.trained)
    if not name:
        return derivation
    return derivation.only(name) if name in derivation.gradients else derive(root, _node(root, name))


def _node(root: Value, name: str) -> Value:
    """Return a node of the graph by its label."""
    nodes = {node.label: node for node in topological_order(root)}
    if name not in nodes:
        raise ValueError(f"there is no node {name!r}; there are {', '.join(sorted(nodes))}")
    return nodes[name]


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
        page = re.sub("^[^ \n].*", lambda title: BOLD + title[0] + PLAIN, page, flags=re.MULTILINE)
    return page


def _json(data: Any) -> str:
    return json.dumps(_finite(data), indent=2, ensure_ascii=False)


def _finite(data: Any) -> Any:
    """Return data with null for what JSON has no number for."""
    if isinstance(data, dict):
        return {key: _finite(value) for key, value in data.items()}
    if isinstance(data, (list, tuple)):
        return [_finite(item) for item in data]
    return None if isinstance(data, float) and not math.isfinite(data) else data


def _fail(status: int, message: str) -> int:
    line = "".join([c if c.isprintable() else ascii(c)[1:-1] for c in message])  # a file's name may hold anything
    print(f"nn: {line}", file=sys.stderr)
    return status


if __name__ == "__main__":
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):  # ∂ and σ, whatever the terminal's locale says; and half a character escaped
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    try:
        sys.exit(main())
    except BrokenPipeError:  # the reader, such as head, has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
