"""What the compiled core knows of the rows, in C, from the table: ``python tests/core_rows.py`` writes the header.

A row's value is a function of ``math``, or one of ``floats`` that is made of these; its partials are run on a number that
writes C. A test compares the header with the table.
"""

from __future__ import annotations

import ast
import inspect
import math
import operator
from pathlib import Path

from autograd.engine import floats
from autograd.engine.number import Operators
from autograd.engine.primitives import TABLE

HEADER = Path(__file__).parents[1] / "autograd" / "engine" / "_core_rows.h"

# Those for which CPython calls the function of the C library that C calls; hypot, erf and powers are Python's own.
FUNCTIONS = (
    *("exp", "expm1", "log", "log2", "log10", "log1p", "sqrt", "sin", "cos", "tan", "sinh", "cosh", "tanh"),
    *("sigmoid", "softplus", "relu", "heaviside", "sign", "abs"),
)
HELPERS = ["sigmoid_slope"]  # which Values have no method for
OF_TWO = ["maximum", "minimum"]
SIGNS = {"add": "+", "subtract": "-", "multiply": "*", "divide": "/"}
BINARY = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/"}
COMPARISONS = {ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=", ast.Eq: "=="}


class Written(Operators):
    """A number as an expression in C."""

    def __init__(self, text: str) -> None:
        self.text = text

    @staticmethod
    def _apply(op, args):
        texts = [written(arg) for arg in args]
        if op.name in SIGNS:
            return Written(f"({texts[0]} {SIGNS[op.name]} {texts[1]})")
        return Written(f"-{texts[0]}" if op.name == "negative" else f"{c_name(op)}({', '.join(texts)})")


def written(x):
    return x.text if isinstance(x, Written) else repr(x)


def c_name(op):
    """Return the name in C of a row's value."""
    if op.value is operator.abs:
        return "fabs"
    return op.value.__name__ if inspect.isbuiltin(op.value) else f"float_{op.value.__name__}"


def bare(text):
    """Return an expression without parentheses around all of it."""
    depth = 0
    for place, sign in enumerate(text):
        depth += (sign == "(") - (sign == ")")
        if depth == 0 and place < len(text) - 1:
            return text
    return text[1:-1] if text.startswith("(") else text


class Translator:
    """A function of ``floats`` in C, as far as these go: returns, ifs without else, assignments and expressions."""

    def __init__(self) -> None:
        self.written: dict[str, str] = {}

    def require(self, op):
        if not inspect.isbuiltin(op.value) and op.value.__name__ not in self.written:
            self.function(op.value)

    def function(self, function):
        [tree] = ast.parse(inspect.getsource(function)).body
        names = [argument.arg for argument in tree.args.args]
        lines = [line for statement in tree.body[1:] for line in self.statement(statement)]
        parameters = ", ".join(f"double {name}" for name in names)
        head = f"static inline double float_{function.__name__}({parameters}) {{"
        self.written[function.__name__] = "\n".join([head, *[f"    {line}" for line in lines], "}"])

    def statement(self, node):
        match node:
            case ast.Return(value=value):
                return [f"return {bare(self.expression(value))};"]
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                return [f"double {name} = {bare(self.expression(value))};"]
            case ast.If(test=test, body=[only], orelse=[]):
                return [f"if ({bare(self.expression(test))}) {line}" for line in self.statement(only)]
        raise NotImplementedError(ast.dump(node))

    def expression(self, node):
        write = self.expression
        match node:
            case ast.Constant(value=float(x)):
                return repr(x)
            case ast.Name(id=name):
                return name
            case ast.Attribute(value=ast.Name(id="math"), attr="nan"):
                return "NAN"
            case ast.UnaryOp(op=ast.USub(), operand=x):
                return f"-{write(x)}"
            case ast.BinOp(left=x, op=op, right=y):
                return f"({write(x)} {BINARY[type(op)]} {write(y)})"
            case ast.Compare(left=x, ops=[op], comparators=[y]):
                return f"({write(x)} {COMPARISONS[type(op)]} {write(y)})"
            case ast.IfExp(test=test, body=x, orelse=y):
                return f"({bare(write(test))} ? {write(x)} : {write(y)})"
            case ast.Call(func=ast.Name(id="max"), args=[x, y]):
                return f"({write(y)} > {write(x)} ? {write(y)} : {write(x)})"
            case ast.Call(func=ast.Name(id="abs"), args=[x]):
                return f"fabs({bare(write(x))})"
            case ast.Call(func=ast.Attribute(value=ast.Name(id="math"), attr=name), args=[x]) if hasattr(math, name):
                return f"{name}({bare(write(x))})"
        raise NotImplementedError(ast.dump(node))


def header():
    """Return the text of the header."""
    translator = Translator()

    def row(name):
        op = TABLE[name]
        translator.require(op)
        names = [Written(x) for x in "xy"[: op.arity]]
        partials = [written(partial(Written("z"), *names)) for partial in op.partials]
        value = f"{c_name(op)}({', '.join('xy'[: op.arity])})"
        for used in TABLE.values():
            if any(f"{c_name(used)}(" in text for text in partials) and used.value in vars(floats).values():
                translator.require(used)
        return f"ROW({', '.join([name, value, *map(bare, partials)])})"

    macros = {}
    for title, names in (("FUNCTIONS", FUNCTIONS), ("HELPERS", HELPERS), ("OF_TWO", OF_TWO)):
        macros[title] = " \\\n".join([f"#define {title}(ROW)", *[f"    {row(name)}" for name in names]])
    about = "/* Rows of the table in C: name, value and partials. Made by tests/core_rows.py; do not edit. */"
    return "\n\n".join([about, *translator.written.values(), *macros.values()]) + "\n"


if __name__ == "__main__":
    HEADER.write_text(header(), encoding="utf-8")
