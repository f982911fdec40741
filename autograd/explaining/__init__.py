"""Why a gradient is what it is: derived factor by factor, path by path, by its cause, by its digits, and by what it costs.

Reads the engine and ``autograd.text``; knows nothing of pictures and steps.
"""

from autograd.explaining.costs import cost
from autograd.explaining.derivation import Computation, Derivation, Factor, Gradient, Product, partial_name
from autograd.explaining.deriver import derive, forward
from autograd.explaining.explainer import explain
from autograd.explaining.ledger import Ledger, agreement, compare
from autograd.explaining.precision import Digits, Rounded, digits, lost_digits
from autograd.explaining.source_lines import SourceLine, first_line, source_line, trace_lines, users_line
from autograd.explaining.wanted import Rate, parameters_of, rates_of, several
from autograd.explaining.why import why_big, why_nan, why_zero

__all__ = [
    "Computation",
    "Derivation",
    "Digits",
    "Factor",
    "Gradient",
    "Ledger",
    "Product",
    "Rate",
    "Rounded",
    "SourceLine",
    "agreement",
    "compare",
    "cost",
    "derive",
    "digits",
    "explain",
    "first_line",
    "forward",
    "lost_digits",
    "parameters_of",
    "partial_name",
    "rates_of",
    "several",
    "source_line",
    "trace_lines",
    "users_line",
    "why_big",
    "why_nan",
    "why_zero",
]
