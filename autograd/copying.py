"""Copies and pickles of recorded graphs, of any depth: both of Python's protocols recurse, and would fail at depth 1 000."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy as deepcopy_any
from typing import TYPE_CHECKING, Any
from weakref import WeakValueDictionary

from autograd.graph import replaced, topological_order

if TYPE_CHECKING:
    from autograd.value import Value


def copy(node: Value) -> Value:
    """Return a new node with the same record: computed from the same values."""
    twin = _node(type(node), _row(node, lambda argument: argument), lambda argument: argument)
    vars(twin).update(vars(node))
    return twin


def deepcopy(root: Value, memo: dict[int, Any]) -> Value:
    """Return a copy of the whole graph under root, but for the nodes that deepcopy's memo holds already."""
    fresh = [node for node in topological_order(root) if id(node) not in memo]
    for node in fresh:
        memo[id(node)] = _node(type(node), _row(node, lambda argument: memo[id(argument)]), lambda argument: argument)
    for node in fresh:
        vars(memo[id(node)]).update(deepcopy_any(vars(node), memo))
    twin: Value = memo[id(root)]
    return twin


def reduce(node: Value) -> tuple[Any, ...]:
    """Return what pickle writes for a node: its place in a recording of the graph."""
    recording = _recordings.get(id(node))
    if recording is None:
        recording = Recording([n for n in topological_order(node) if id(n) not in _recordings])
        _recordings.update(dict.fromkeys(recording.places, recording))
    return pick, (recording, recording.places[id(node)])


class Recording:
    """Nodes laid out flat for pickle, in topological order; what refers to an earlier recording keeps the node itself."""

    def __init__(self, nodes: list[Value]) -> None:
        self.nodes = nodes
        self.places = {id(node): place for place, node in enumerate(nodes)}

    def __reduce__(self) -> tuple[Any, ...]:
        borrowed: dict[Value, int] = {}

        def reference(node: Value) -> int:
            place = self.places.get(id(node))
            return -1 - borrowed.setdefault(node, len(borrowed)) if place is None else place

        rows = [_row(node, reference) for node in self.nodes]
        attributes = {place: vars(node) for place, node in enumerate(self.nodes) if vars(node)}
        return restore, (type(self.nodes[0]), rows, list(borrowed)), attributes or None

    def __setstate__(self, attributes: dict[int, dict[str, Any]]) -> None:
        for place, extra in attributes.items():
            vars(self.nodes[place]).update(extra)


# By the id of each of their nodes, the recordings of pickles being written: pickle keeps them alive just as long.
_recordings: WeakValueDictionary[int, Recording] = WeakValueDictionary()


def restore(kind: type[Value], rows: list[tuple[Any, ...]], borrowed: list[Value]) -> Recording:
    """Return the nodes that ``Recording`` wrote."""
    nodes: list[Value] = []
    for row in rows:
        nodes.append(_node(kind, row, lambda place: nodes[place] if place >= 0 else borrowed[-1 - place]))
    return Recording(nodes)


def pick(recording: Recording, place: int) -> Value:
    """Return one node of a recording."""
    return recording.nodes[place]


def _row(node: Value, reference: Callable[[Any], Any]) -> tuple[Any, ...]:
    """Return all that a node records, with a reference in place of each Value."""
    parents, partials = node.many or (None, ())
    links = replaced((node.left, node.right, node.given, parents), reference)
    return (node.data, node.grad, node.label, node.op, node.d_left, node.d_right, list(partials), *links)


def _node(kind: type[Value], row: tuple[Any, ...], resolve: Callable[[Any], Any]) -> Value:
    """Return a node from its row."""
    node = kind.__new__(kind)
    node.data, node.grad, node.label, node.op, node.d_left, node.d_right, partials, *links = row
    node.left, node.right, node.given, parents = replaced(tuple(links), resolve)
    node.many = None if parents is None else (parents, partials)
    node.mark = None
    return node
