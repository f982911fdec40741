"""``python -m autograd``: a typed expression's value and gradient, and how they come about."""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Sequence

import autograd
from autograd.command import Page, Parts, Subject, add_options, answered, as_json, computed, in_bold, run
from autograd.text import Expression, assignment


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit status: 2 for an input that cannot be used."""
    given = sys.argv[1:] if arguments is None else arguments
    # What begins with a minus, such as -x**2, is no option; behind a space argparse takes it for what it is.
    options = _parser().parse_args([f" {word}" if re.match(r"-[^-h]|-h.", word) else word for word in given])
    if options.version:
        print(f"scalar-autograd {autograd.__version__}")
        return 0
    return answered("autograd", lambda: _answer(options))


def _answer(options: argparse.Namespace) -> int:
    parts = Parts(options)
    parts.check()
    if options.expression is None:
        raise ValueError('an expression is needed, such as "sin(x*y)" x=1 y=2')
    expression, variables, result = computed(Expression(options.expression), _numbers(options.numbers))
    if parts.asked() and not variables:
        raise ValueError(f"there is no variable in {expression.text.strip()}, so nothing to derive")
    parts.give(Subject(result, [*variables.values()]))
    if not parts.replace_the_whole():
        page = Page.of(expression, variables, result)
        print(as_json(page.as_data()) if options.json else in_bold(str(page)))
    return 0


def _numbers(assignments: Sequence[str]) -> dict[str, float]:
    numbers: dict[str, float] = {}
    for name, number in map(assignment, assignments):
        if name in numbers:
            raise ValueError(f"{name} is given two numbers; leave one out")
        numbers[name] = number
    return numbers


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m autograd",
        description="Compute an expression and its gradient, and derive the gradient step by step.",
        epilog="Expressions are written as in Python: + - * / ** % //, brackets, numbers, names, pi and e, and functions of "
        "this package such as sin, exp, log, sqrt, tanh, sigmoid, relu, maximum(x, y). They are parsed, never run as Python.",
    )
    parser.add_argument("expression", nargs="?", metavar="EXPRESSION", help='in quotes, such as "sin(x*y) + exp(-x**2)"')
    parser.add_argument("numbers", nargs="*", metavar="NAME=NUMBER", help="a number for each variable, such as x=1 y=-pi/2")
    add_options(parser)
    return parser


if __name__ == "__main__":
    run(main)
