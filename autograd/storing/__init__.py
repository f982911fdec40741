"""Recorded graphs as JSON, and files that are written wholly or not at all.

Reads the record; runs nothing of a file but rows of the table.
"""

from autograd.storing.files import write_atomically
from autograd.storing.saving import graph_from_json, graph_to_json, load_graph, save_graph

__all__ = [
    "graph_from_json",
    "graph_to_json",
    "load_graph",
    "save_graph",
    "write_atomically",
]
