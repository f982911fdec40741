"""What is compiled when the package is built knows of the rows, in C, from the table: this writes both headers.

A row's value is written as in programs that are compiled; for the core, its partials are run on a number that writes C. A test
compares the headers with the table. To write them: ``python tests/core_rows.py``.
"""

from __future__ import annotations

from pathlib import Path

from autograd.compiling.c_code import C
from autograd.compiling.translating import INFIX, bare
from autograd.engine import primitives as p
from autograd.engine.number import Operators
from autograd.engine.primitives import TABLE

AUTOGRAD = Path(__file__).parents[1] / "autograd"

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
        return Written(f"({text})" if op in INFIX and op.arity == 2 else text)


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

    about = "name, value and partials"
    return _header(about, {"FUNCTIONS": [*map(row, FUNCTIONS)], "HELPERS": [*map(row, HELPERS)], "OF_TWO": [*map(row, OF_TWO)]})


def tape_header():
    """Return the text of the header for tapes: the values of all rows that C knows."""
    rows = {"OF_ONE": [], "OF_TWO": [], "OF_MANY": [], "OF_SEQUENCE": []}
    for op in TABLE.values():
        if not C.missing(op):
            of_sequence = op.takes.sequences == ((True,),)
            many = [f"a[{i}]" for i in range(op.arity)]
            group, args = [("OF_ONE", ["x"]), ("OF_TWO", ["x", "y"]), ("OF_MANY", many)][min(op.arity, 3) - 1]
            if of_sequence:
                group, args = "OF_SEQUENCE", ["a, n"]
            if op is not p.weighted_sum:  # which, as errors of several outputs, the tape has by hand
                rows[group].append(f"ROW({op.name}, {C.text(op, args)})")
    return _header("name and value", rows)


def _header(about, rows):
    macros = [" \\\n".join([f"#define {title}(ROW)", *[f"    {text}" for text in texts]]) for title, texts in rows.items()]
    about = f"/* Rows of the table in C: {about}. Made by tests/core_rows.py; do not edit. */"
    return "\n\n".join([about, *C.functions([text for texts in rows.values() for text in texts]), *macros]) + "\n"


HEADERS = {AUTOGRAD / "engine" / "_core_rows.h": header, AUTOGRAD / "compiling" / "_tape_rows.h": tape_header}

if __name__ == "__main__":
    for path, text in HEADERS.items():
        path.write_text(text(), encoding="utf-8")
