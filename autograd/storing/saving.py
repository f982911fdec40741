"""Recorded graphs as JSON: one node on a line, for people to read and for any program to load, without running anything.

    {"format": "scalar-autograd graph", "version": 1, "root": "y", "nodes": [
    {"name": "w", "data": 0.5, "grad": 3.0},
    {"name": "x", "data": 3.0, "grad": 0.5},
    {"name": "y", "op": "multiply", "args": ["w", "x"], "data": 1.5, "grad": 1.0}
    ]}

* A node comes after its arguments, which are names, constants, or lists of these. ``"roots"`` may stand for ``"root"``: a list.
* ``"label"`` is there where it is not the name; without a label it is "". Other attributes are not stored, nor are
  subclasses of Value.
* Floats have all their digits. What JSON has no number for is ``{"float": "nan"}``, ``"inf"`` or ``"-inf"``. A grad of 0, not
  0.0, is one that no backward pass has reached.
* Loading runs each row again to learn the partials. Where that would not give what is recorded, since data was changed since,
  ``"partials"`` has them, in the order of the arguments, and loading takes data and partials as they are.
* An operation recorded by hand is ``{"by_hand": "tanh"}``. It always has partials, null where nobody gave them, and, where data
  was changed since, ``"recorded": {"args": […], "data": …}``, the numbers at which it is known.
"""

from __future__ import annotations

import json
import math
import os
from collections.abc import Iterable
from typing import Any

from autograd.engine.applying import apply
from autograd.engine.argument_checks import listed_values
from autograd.engine.depth_first import depth_first
from autograd.engine.labels import brief, typed
from autograd.engine.node import plain_grad
from autograd.engine.recording import enable_grad
from autograd.engine.slots import replaced
from autograd.engine.value import Value
from autograd.micrograd.by_hand import ByHand, Unknown
from autograd.storing.files import write_atomically
from autograd.storing.loading import FORMAT, VERSION, Loader
from autograd.storing.reader import parsed, read
from autograd.text import names_of

WHAT, HINT = "a graph as JSON", '; write {"float": "nan"}, "inf" or "-inf" in quotes'
LARGEST = 1 << 30  # bytes of a file that is loaded: ten million nodes


def save_graph(roots: Value | Iterable[Value], path: str | os.PathLike[str]) -> None:
    """Write the graph under a value, or under several, to a file: all of it or, on failure, nothing.

    Raises TypeError for a label that is no text, or data or a grad that is no number.
    """
    write_atomically(os.fsdecode(path), _document("save_graph", roots))


def graph_to_json(roots: Value | Iterable[Value]) -> str:
    """Return the graph under a value, or under several, as JSON; the same graph always gives the same text.

    Gradients are stored as numbers, also those that ``backward(create_graph=True)`` has recorded.

    >>> x = Value(3.0, label="x")
    >>> print(graph_to_json(x * x + 0.5), end="")
    {"format": "scalar-autograd graph", "version": 1, "root": "v2", "nodes": [
    {"name": "x", "data": 3.0, "grad": 0},
    {"name": "v1", "label": "", "op": "multiply", "args": ["x", "x"], "data": 9.0, "grad": 0},
    {"name": "v2", "label": "", "op": "add", "args": ["v1", 0.5], "data": 9.5, "grad": 0}
    ]}
    """
    return _document("graph_to_json", roots)


def _document(function: str, roots: Value | Iterable[Value]) -> str:
    one = isinstance(roots, Value)
    ends = listed_values(f"{function} takes a Value or several", roots)
    if not ends:
        raise ValueError("there is no value to save a graph of")
    last: Any = tuple(ends)
    order = depth_first(last, _needed)[:-1]
    for node in order:
        if not isinstance(node.label, str):
            raise TypeError(f"a label is a text, but {brief(node, 80)} has {type(node.label).__name__}")
    names = names_of(order)
    found = [names[root] for root in ends]
    begins = {"format": FORMAT, "version": VERSION, **({"root": found[0]} if one else {"roots": found})}
    lines = ",\n".join([_line(_entry(node, names)) for node in order])
    return f'{_line(begins)[:-1]}, "nodes": [\n{lines}\n]}}\n'


def _needed(item: Any) -> Iterable[Any]:
    """Return what comes before a node, or before the end of the graph, the roots."""
    return item if isinstance(item, tuple) else [argument for argument, _ in item.edges]


_encode = json.JSONEncoder(ensure_ascii=False, allow_nan=False).encode
_encode_in_ascii = json.JSONEncoder(allow_nan=False).encode


def _line(entry: dict[str, Any]) -> str:
    text = _encode(entry)
    return text if text.isprintable() else _encode_in_ascii(entry)  # a label may hold what ends a line, or half a character


def _entry(node: Value, names: dict[Value, str]) -> dict[str, Any]:
    name, op = names[node], node.op
    entry: dict[str, Any] = {"name": name}
    if node.label != name:
        entry["label"] = node.label
    if op is not None:
        entry["op"] = {"by_hand": op.text} if isinstance(op, ByHand) else op.name
        entry["args"] = [[_told(x, names) for x in arg] if isinstance(arg, tuple) else _told(arg, names) for arg in node.args]
    entry["data"] = _plain(node.data)
    grad = _plain(plain_grad(node))
    entry["grad"] = node.grad if type(node.grad) is int else grad
    if op is not None and (isinstance(op, ByHand) or not _follows(node)):
        entry["partials"] = [None if isinstance(d, Unknown) else _plain(d) for _, d in node.edges]
    if isinstance(op, ByHand) and repr((*op.at, op.result)) != repr((*_numbers(node), node.data)):
        entry["recorded"] = {"args": [_plain(x) for x in op.at], "data": _plain(op.result)}
    return entry


def _told(arg: Value | float, names: dict[Value, str]) -> Any:
    return names[arg] if isinstance(arg, Value) else _plain(arg)


def _plain(x: float) -> Any:
    return x if math.isfinite(x) else {"float": repr(x)}


def _numbers(node: Value) -> list[float]:
    return [argument.data for argument in node.args]


def _follows(node: Value) -> bool:
    """Tell whether the row, run at the present data, gives to the last bit what is recorded."""
    assert node.op is not None
    args = replaced(node.args, lambda v: v if type(v.data) is float else Value(v.data))
    try:
        with enable_grad():
            again = apply(node.op, args)
    except (ArithmeticError, ValueError):
        return False
    ours, theirs = _recorded(node), _recorded(again)
    return (ours == theirs and 0.0 not in ours) or repr(ours) == repr(theirs)  # of 0.0 and -0.0, and nan, which takes longer


def _recorded(node: Value) -> list[float]:
    return [node.data, *node.partials]


# --- to load ---


def load_graph(path: str | os.PathLike[str]) -> Any:
    """Return the value, or the list of values, of a file that ``save_graph`` wrote, with all that they were computed from.

    Nothing in a file is run but rows of the table. Raises ValueError for a file that is no such graph, naming the node, what
    was expected there, and what was found.
    """
    return Loader().graph(read(path, WHAT, HINT, LARGEST))


def graph_from_json(text: str) -> Any:
    """Return the value, or the list of values, that ``graph_to_json`` wrote.

    >>> x = Value(3.0, label="x")
    >>> twin = graph_from_json(graph_to_json(x * x))
    >>> twin.backward()
    >>> twin.parents[0].grad
    6.0

    Raises ValueError as ``load_graph`` does.
    """
    if not isinstance(text, str):
        raise TypeError(f"graph_from_json takes a text, but got {typed(text)}")
    return Loader().graph(parsed(text, "the graph", WHAT, HINT))
