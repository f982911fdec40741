"""Derivatives held against differences: those that a graph has recorded, and those of functions, of every order.

Reads the engine, ``autograd.micrograd``, ``autograd.text``, ``autograd.functional`` and ``autograd.explaining``; measures from
values alone, so that it can tell when these are wrong.
"""

from autograd.checking.gradient_check import check_grads
from autograd.checking.graph_check import check_graph

__all__ = [
    "check_grads",
    "check_graph",
]
