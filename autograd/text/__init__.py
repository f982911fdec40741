"""How numbers, names, formulas and tables are written, for people: as plain text, in Markdown and in LaTeX; and read.

Reads the engine, of its table the ``textbook``; knows nothing of what is explained, drawn or stepped through.
"""

from autograd.engine.labels import clean
from autograd.text.expression import Expression, ExpressionError, assignment
from autograd.text.formulas import (
    as_factor,
    formula,
    formula_in_numbers,
    formula_with_places,
    partial_formulas,
    partial_numbers,
    summed,
)
from autograd.text.names import Partials, alike, latex_name, names_of, partial, partial_latex, quoted
from autograd.text.numbers import count_text, latex_number, number_text, short_number
from autograd.text.parts import WIDTH, Formula, Part, as_text, equated
from autograd.text.progress import Progress, progress_bar
from autograd.text.report import REPORTS, Report
from autograd.text.symbols import FUNCTIONS, HELPERS, INFIX, SUPERSCRIPTS, Symbol, called, spell, written
from autograd.text.tables import Row, Table, as_latex, as_markdown, fenced, latex_document, markdown_escaped
from autograd.text.words import clipped, few, listed, nearest

__all__ = [
    "FUNCTIONS",
    "HELPERS",
    "INFIX",
    "REPORTS",
    "SUPERSCRIPTS",
    "WIDTH",
    "Expression",
    "ExpressionError",
    "Formula",
    "Part",
    "Partials",
    "Progress",
    "Report",
    "Row",
    "Symbol",
    "Table",
    "alike",
    "as_factor",
    "as_latex",
    "as_markdown",
    "as_text",
    "assignment",
    "called",
    "clean",
    "clipped",
    "count_text",
    "equated",
    "fenced",
    "few",
    "formula",
    "formula_in_numbers",
    "formula_with_places",
    "latex_document",
    "latex_name",
    "latex_number",
    "listed",
    "markdown_escaped",
    "names_of",
    "nearest",
    "number_text",
    "partial",
    "partial_formulas",
    "partial_latex",
    "partial_numbers",
    "progress_bar",
    "quoted",
    "short_number",
    "spell",
    "summed",
    "written",
]
