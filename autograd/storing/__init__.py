"""Recorded graphs as JSON, the reader of all JSON from outside, and files that are written wholly or not at all.

Reads the engine, ``autograd.micrograd`` and ``autograd.text``; runs nothing of a file but rows of the table.
"""

from autograd.storing.files import write_atomically
from autograd.storing.reader import Entry, Found, is_broken, parsed, read
from autograd.storing.saving import graph_from_json, graph_to_json, load_graph, save_graph

__all__ = [
    "Entry",
    "Found",
    "graph_from_json",
    "graph_to_json",
    "is_broken",
    "load_graph",
    "parsed",
    "read",
    "save_graph",
    "write_atomically",
]
