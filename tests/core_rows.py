"""What the compiled core knows of the rows, in C, from the table: ``python tests/core_rows.py`` writes the header.

A row's value is written as in programs that are compiled; its partials are run on a number that writes C. A test compares the
header with the table.
"""

from __future__ import annotations

from pathlib import Path

from autograd.compiling.c_code import C
from autograd.compiling.translating import INFIX, bare
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


class Written(Operators):
    """A number as an expression in C."""

    def __init__(self, text: str) -> None:
        self.text = text

    @staticmethod
    def _apply(op, args):
        text = C.text(op, [written(arg) for arg in args])
        return Written(f"({text})" if op.name in INFIX and op.arity == 2 else text)


def written(x):
    return x.text if isinstance(x, Written) else repr(x)


def header():
    """Return the text of the header."""

    def row(name):
        op = TABLE[name]
        names = [Written(x) for x in "xy"[: op.arity]]
        partials = [written(partial(Written("z"), *names)) for partial in op.partials]
        value = C.text(op, "xy"[: op.arity])
        return f"ROW({', '.join([name, value, *map(bare, partials)])})"

    rows = {"FUNCTIONS": [*map(row, FUNCTIONS)], "HELPERS": [*map(row, HELPERS)], "OF_TWO": [*map(row, OF_TWO)]}
    macros = [" \\\n".join([f"#define {title}(ROW)", *[f"    {text}" for text in texts]]) for title, texts in rows.items()]
    about = "/* Rows of the table in C: name, value and partials. Made by tests/core_rows.py; do not edit. */"
    return "\n\n".join([about, *C.functions([text for texts in rows.values() for text in texts]), *macros]) + "\n"


if __name__ == "__main__":
    HEADER.write_text(header(), encoding="utf-8")
