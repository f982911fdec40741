"""Copies and pickles of recorded graphs, of any depth: both of Python's protocols recurse, and would fail at depth 1 000."""

from __future__ import annotations

import threading
from collections.abc import Callable
from copy import deepcopy as deepcopy_any
from typing import TYPE_CHECKING, Any
from weakref import ref

from autograd.engine.hooks import HOOKS

if TYPE_CHECKING:
    from autograd.engine.value import Value


def copy(node: Value) -> Value:
    """Return a new node with the same record: computed from the same values."""
    twin = _blank(type(node))
    _fill(twin, _row(node, lambda argument: argument))
    if attributes := _attributes(node):
        _set(twin, attributes)
    return twin


def deepcopy(root: Value, memo: dict[int, Any]) -> Value:
    """Return a copy of the whole graph under root, but for the nodes that deepcopy's memo holds already."""
    nodes = _new_nodes(root, memo.__contains__)
    for node in nodes:
        memo[id(node)] = _blank(type(node))
    for node in nodes:
        _fill(memo[id(node)], _row(node, lambda argument: memo.get(id(argument), argument)))
    for node in nodes:
        if attributes := _attributes(node):
            _set(memo[id(node)], deepcopy_any(attributes, memo))
    twin: Value = memo[id(root)]
    return twin


def reduce(node: Value) -> tuple[Any, ...]:
    """Return what pickle writes for a node: a recording of the graph, and the node's place in it."""
    with _one_recording_at_a_time:
        recording = _recording_of(id(node))
        if recording is None:
            recording = Recording(_new_nodes(node, _recording_of))
            recording.announce()
    return pick, (recording, recording.places[id(node)])


class Recording:
    """Nodes laid out flat for pickle: an argument is a number, its place, or a node itself if an earlier recording has it."""

    def __init__(self, nodes: list[Value]) -> None:
        self.nodes = nodes
        self.places: dict[int, int] = {}

    def announce(self) -> None:
        """Let ``reduce`` find this recording by the id of each of its nodes, for as long as a pickler keeps it alive."""
        self.places = places = {id(node): place for place, node in enumerate(self.nodes)}

        def forget(this: ref[Recording]) -> None:
            with _one_recording_at_a_time:
                for key in places:
                    if _recordings.get(key) is this:
                        _recordings.pop(key, None)

        _recordings.update(dict.fromkeys(places, ref(self, forget)))

    def __reduce__(self) -> tuple[Any, ...]:
        flat: list[Any] = []
        for node in self.nodes:
            flat += _row(node, lambda argument: self.places.get(id(argument), argument))
        attributes = {place: found for place, node in enumerate(self.nodes) if (found := _attributes(node))}
        return restore, ([type(node) for node in self.nodes], flat), attributes or None

    def __setstate__(self, attributes: dict[int, dict[str, Any]]) -> None:
        for place, found in attributes.items():
            _set(self.nodes[place], found)


_recordings: dict[int, ref[Recording]] = {}  # a WeakValueDictionary would take ten times as long
_one_recording_at_a_time = threading.RLock()  # since two of the same nodes would make two of each


def _recording_of(key: int) -> Recording | None:
    found = _recordings.get(key)
    return None if found is None else found()


def restore(kinds: list[type[Value]], flat: list[Any]) -> Recording:
    """Return the nodes that ``Recording`` wrote."""
    nodes = [_blank(kind) for kind in kinds]
    rows = zip(*[iter(flat)] * (len(flat) // len(nodes)), strict=True)
    for node, row in zip(nodes, rows, strict=True):
        _fill(node, row)
    for node in nodes:
        _fill(node, _row(node, lambda argument: nodes[argument] if type(argument) is int else argument))
    return Recording(nodes)


def pick(recording: Recording, place: int) -> Value:
    """Return one node of a recording."""
    return recording.nodes[place]


def _new_nodes(root: Value, known: Callable[[int], object]) -> list[Value]:
    """Return root and all that it was computed from, as far as it is not known by its id."""
    nodes = [root]
    seen: set[Value | None] = {None, root}
    for node in nodes:  # which grows on the way
        for parent in (node.left, node.right, *node.many[0]) if node.many else (node.left, node.right):
            if parent not in seen and not known(id(parent)):
                seen.add(parent)
                nodes.append(parent)  # type: ignore[arg-type]  # None is seen from the start
    return nodes


def _attributes(node: Value) -> dict[str, Any]:
    """Return the attributes that someone has set on a node, but for hooks; a gradient that is a Value counts as one."""
    attributes = {name: value for name, value in vars(node).items() if name != HOOKS}
    if not vars(node):
        del node.__dict__  # looking made it, and it would stay: 64 bytes a node
    return {**attributes, "grad": node.grad} if _is_recorded(node.grad) else attributes


def _set(node: Value, attributes: dict[str, Any]) -> None:
    if "grad" in attributes:
        node.grad = attributes["grad"]
        attributes = {name: value for name, value in attributes.items() if name != "grad"}
    if attributes:
        vars(node).update(attributes)


def _is_recorded(grad: Any) -> bool:
    return hasattr(grad, "_read")


def _row(node: Value, new: Callable[[Any], Any]) -> tuple[Any, ...]:
    """Return all that a node records, with something new in place of each Value."""
    given: Any = node.given
    if given is not None:
        given = tuple([tuple(map(new, arg)) if type(arg) is tuple else new(arg) for arg in given])
    many: Any = node.many
    if many is not None:
        many = tuple(map(new, many[0])), many[1]
    grad = 0 if _is_recorded(node.grad) else node.grad
    return node.data, grad, node.label, node.op, new(node.left), node.d_left, new(node.right), node.d_right, given, many


def _blank(kind: type[Value]) -> Value:
    return kind.__new__(kind)


def _fill(node: Value, row: tuple[Any, ...]) -> None:
    """Give a blank node its record."""
    node.data, node.grad, node.label, node.op, node.left, node.d_left, node.right, node.d_right, node.given, node.many = row
    node.mark = None
