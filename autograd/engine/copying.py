"""Copies and pickles of recorded graphs, of any depth: both of Python's protocols recurse, and would fail at depth 1 000."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from copy import deepcopy as deepcopy_any
from typing import Any
from weakref import ref

from autograd.engine.hooks import HOOKS
from autograd.engine.node import Node
from autograd.engine.questions import ANSWERS, keep_again, kept_of
from autograd.engine.slots import fill, new, record_of, resolved, with_arguments


def copy(node: Node) -> Node:
    """Return a new node with the same record: computed from the same values."""
    twin = with_arguments(node, lambda argument: argument)
    keep_again(twin, kept_of(node, lambda partner: partner), lambda partner: partner)
    if attributes := _attributes(node):
        _set(twin, attributes)
    return twin


def deepcopy(root: Node, memo: dict[int, Any]) -> Node:
    """Return a copy of the whole graph under root, but for the nodes that deepcopy's memo holds already."""
    nodes = _new_nodes(root, memo.__contains__)
    for node in nodes:
        memo[id(node)] = new(type(node))
    for node in nodes:
        fill(memo[id(node)], record_of(node, lambda argument: memo.get(id(argument), argument)))
    for node in nodes:
        keep_again(memo[id(node)], kept_of(node, lambda partner: memo.get(id(partner), partner)), lambda partner: partner)
        if attributes := _attributes(node):
            _set(memo[id(node)], deepcopy_any(attributes, memo))
    twin: Node = memo[id(root)]
    return twin


def reduce(node: Node) -> tuple[Any, ...]:
    """Return what pickle writes for a node: the graph laid out flat, and the node's place in it."""
    with _one_at_a_time:
        flat = _graph_of(id(node))
        if flat is None:
            flat = FlatGraph(_new_nodes(node, _graph_of))
            flat.announce()
    return pick, (flat, flat.places[id(node)])


class FlatGraph:
    """Nodes laid out flat for pickle: an argument is a number, its place, or a node itself if an earlier pickle has it."""

    def __init__(self, nodes: list[Node]) -> None:
        self.nodes = nodes
        self.places: dict[int, int] = {}

    def announce(self) -> None:
        """Let ``reduce`` find this graph by the id of each of its nodes, for as long as a pickler keeps it alive."""
        self.places = places = {id(node): place for place, node in enumerate(self.nodes)}

        def forget(this: ref[FlatGraph]) -> None:
            with _one_at_a_time:
                for key in places:
                    if _graphs.get(key) is this:
                        _graphs.pop(key, None)

        _graphs.update(dict.fromkeys(places, ref(self, forget)))

    def __reduce__(self) -> tuple[Any, ...]:
        flat: list[Any] = []
        for node in self.nodes:
            flat += record_of(node, lambda argument: self.places.get(id(argument), argument))
        attributes = {place: found for place, node in enumerate(self.nodes) if (found := _attributes(node))}
        asked = {place: told for place, node in enumerate(self.nodes) if (told := kept_of(node, self._place))}
        return restore, ([type(node) for node in self.nodes], flat), (attributes, asked) if attributes or asked else None

    def _place(self, node: Node) -> int | None:
        return self.places.get(id(node))  # of a node in another graph there remains its number

    def __setstate__(self, state: tuple[dict[int, dict[str, Any]], dict[int, Any]]) -> None:
        for place, found in state[0].items():
            _set(self.nodes[place], found)
        for place, questions in state[1].items():
            keep_again(self.nodes[place], questions, self.nodes.__getitem__)


_graphs: dict[int, ref[FlatGraph]] = {}  # a WeakValueDictionary would take ten times as long
_one_at_a_time = threading.RLock()  # since two of the same nodes would make two of each


def _renew_lock() -> None:
    """Begin anew in a forked process: the thread that was pickling has stayed behind."""
    global _one_at_a_time
    _one_at_a_time = threading.RLock()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_renew_lock)


def _graph_of(key: int) -> FlatGraph | None:
    found = _graphs.get(key)
    return None if found is None else found()


def restore(kinds: list[type[Node]], flat: list[Any]) -> FlatGraph:
    """Return the nodes that ``FlatGraph`` wrote."""
    nodes = [new(kind) for kind in kinds]
    rows = zip(*[iter(flat)] * (len(flat) // len(nodes)), strict=True)
    for node, written in zip(nodes, rows, strict=True):
        fill(node, resolved(written, lambda argument: nodes[argument] if type(argument) is int else argument))
    return FlatGraph(nodes)


def pick(flat: FlatGraph, place: int) -> Node:
    """Return one node of a graph."""
    return flat.nodes[place]


def _new_nodes(root: Node, known: Callable[[int], object]) -> list[Node]:
    """Return root and all that it was computed from, as far as it is not known by its id."""
    nodes = [root]
    seen = {root}
    for node in nodes:  # which grows on the way
        for parent in node.parents:
            if parent not in seen and not known(id(parent)):
                seen.add(parent)
                nodes.append(parent)
    return nodes


def _attributes(node: Node) -> dict[str, Any]:
    """Return the attributes that someone has set on a node; a gradient that is a Node counts as one."""
    attributes = {}
    if node._has_attributes():
        attributes = {name: value for name, value in vars(node).items() if name not in (HOOKS, ANSWERS)}
    return {**attributes, "grad": node.grad} if isinstance(node.grad, Node) else attributes


def _set(node: Node, attributes: dict[str, Any]) -> None:
    if "grad" in attributes:
        node.grad = attributes["grad"]
        attributes = {name: value for name, value in attributes.items() if name != "grad"}
    if attributes:
        vars(node).update(attributes)
