"""Commands: the options that ``python -m autograd`` and ``python -m nn`` share, what they print and write, how they end.

Reads the engine, ``autograd.text``, ``autograd.explaining``, ``autograd.storing``, ``autograd.compiling``,
``autograd.teaching``, ``autograd.drawing`` and ``autograd.stepping``; knows nothing of networks.
"""

from autograd.command.options import Parts, Subject, add_options, count, node_called
from autograd.command.pages import Page, computed, in_columns
from autograd.command.running import answered, as_json, failed, in_bold, run

__all__ = [
    "Page",
    "Parts",
    "Subject",
    "add_options",
    "answered",
    "as_json",
    "computed",
    "count",
    "failed",
    "in_bold",
    "in_columns",
    "node_called",
    "run",
]
