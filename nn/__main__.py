"""``python -m nn``: the study note, derived from the recorded graph; or another network, from its JSON file."""

from __future__ import annotations

import argparse
import math
import os
from collections.abc import Sequence

import autograd
from autograd.command import Parts, Subject, add_options, answered, as_json, count, failed, in_bold, run
from autograd.explaining import Ledger
from autograd.teaching import mistakes
from autograd.text import progress_bar
from nn.note import NOTE, Network, against, load, read_claims, report

ROUNDS = 10_000
NEEDED = {"rounds": ("step", "html", ""), "rate": ("step", "html", "mistakes", "against", "")}  # by these, or by the whole


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit status: 2 for an input that cannot be used, 1 for a training that fails."""
    options = _parser().parse_args(arguments)
    if options.version:
        print(f"scalar-autograd {autograd.__version__}")
        return 0
    return answered("nn", lambda: _answer(options))


def _answer(options: argparse.Namespace) -> int:
    parts = Parts(
        options,
        told={
            "against": lambda: _against(network, options.against),
            "mistakes": lambda: mistakes(root, network.trained, network.rate),
        },
        needed=NEEDED,
    )
    parts.check()
    network = load(options.file)
    if options.rate is not None:
        network.rate = options.rate
    root = network.error()
    steps = 1 if options.rounds is None else options.rounds
    parts.give(Subject(root, network.trained, network.model, network.rate, steps))
    return 0 if parts.replace_the_whole() else _train(network, options)


def _train(network: Network, options: argparse.Namespace) -> int:
    rounds = ROUNDS if options.rounds is None else options.rounds
    try:
        with progress_bar(rounds) as show:
            found = report(network, rounds, lambda done: show(done, ""))
    except (ArithmeticError, ValueError) as problem:
        told = f"training left the range of numbers; try a smaller rate than {max(network.rates):g}: {problem}"
        return failed("nn", told, 1)
    print(as_json(found.as_data()) if options.json else in_bold(str(found)))
    return 0


def _against(network: Network, path: str) -> Ledger:
    claims = read_claims(path)
    try:
        return against(network, claims)
    except (ArithmeticError, ValueError) as problem:
        raise ValueError(f"{os.fsdecode(path)}: {problem}") from None


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
    add("--rounds", type=count, metavar="N", help=f"rounds of training (default: {ROUNDS}; with --step and --html: 1)")
    add("--rate", type=_rate, metavar="R", help="learning rate (default: the file's)")
    add = add_options(parser).add_argument
    add("--against", metavar="FILE", help="compare numbers worked out by hand, as JSON, with the true ones")
    add("--mistakes", action="store_true", help="make the classic mistakes, and show what each does to the gradients")
    return parser


def _rate(text: str) -> float:
    try:
        rate = float(text)
    except ValueError:
        rate = math.nan
    if not math.isfinite(rate):
        raise argparse.ArgumentTypeError(f"expected a number, but got {text!r}")
    return rate


if __name__ == "__main__":
    run(main)
