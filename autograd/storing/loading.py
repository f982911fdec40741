"""Graphs from JSON: each node is checked before it is made, and its operation run, or its partials taken, as it says."""

from __future__ import annotations

import math
import sys
from collections.abc import Sequence
from reprlib import Repr
from typing import Any, NoReturn

from autograd.engine.applying import apply
from autograd.engine.node import attach
from autograd.engine.primitive import TABLE, Primitive
from autograd.engine.recording import enable_grad
from autograd.engine.value import Value
from autograd.micrograd.by_hand import ByHand
from autograd.storing.reader import Entry

FORMAT, VERSION = "scalar-autograd graph", 1
SHORT = Repr()
SHORT.maxstring = 120
GRAPH, ROOTS = ("format", "version", "nodes"), ("root", "roots")
LEAF = ("name", "data", "grad", "label")
OPERATION = ("name", "op", "args", "data", "grad", "label", "partials", "recorded")
RECORDED = ("args", "data")
NOT_FINITE = {"nan": math.nan, "inf": math.inf, "-inf": -math.inf}


class Loader:
    """Reads the graph of one file; ``nodes`` are those made so far, by name."""

    def __init__(self) -> None:
        self.at: Entry  # what is being read: a node, or the whole
        self.nodes: dict[str, Value] = {}
        self.used: set[str] = set()

    def refuse(self, expected: str, found: Any, hint: str = "") -> NoReturn:
        self.at.refuse(expected, found, hint)

    def graph(self, whole: Entry) -> Any:
        """Return the root, or the list of roots."""
        self.at = whole.object(GRAPH + ROOTS, GRAPH, "a graph, a JSON object")
        content = whole.content
        if content["format"] != FORMAT:
            self.refuse(f'the format "{FORMAT}"', content["format"])
        if type(content["version"]) is not int or content["version"] != VERSION:
            self.refuse(f"version {VERSION}, the only one that this program knows", content["version"])
        if ("root" in whole) == ("roots" in whole):
            self.refuse('either "root" or "roots"', [*content])
        if not isinstance(content["nodes"], list):
            self.refuse('a list of "nodes"', content["nodes"])
        with enable_grad():  # what is loaded has a record, whatever is computed here has
            for entry in whole["nodes"].items():
                self.at = entry
                self._add(entry)
        self.at = whole
        if "root" in whole:
            found: Any = self._named(content["root"])
        else:
            if not isinstance(content["roots"], list) or not content["roots"]:
                self.refuse('"roots" to be a list of names', content["roots"])
            found = [self._named(name) for name in content["roots"]]
        for name in self.nodes:
            if name not in self.used:
                self.refuse("every node to be a root or an argument", name)
        return found

    def _add(self, at: Entry) -> None:
        entry = at.content
        if not isinstance(entry, dict) or not isinstance(entry.get("name"), str):
            at.refuse('an object with a "name"')
        name = entry["name"]
        if name in self.nodes:
            self.refuse("a name that no other node has", name)
        at.place = f"node {SHORT.repr(name)}"
        if "op" in entry:
            at.object(OPERATION, OPERATION[:5])
        else:
            at.object(LEAF, LEAF[:3])
        data, grad = self._number(entry, "data"), self._number(entry, "grad")
        label = entry.get("label", name)
        if not isinstance(label, str):
            self.refuse('a text as "label"', label)
        node = self._operation(entry, data) if "op" in entry else Value(data)
        node.data, node.label = data, label
        node.grad = entry["grad"] if type(entry["grad"]) is int else grad
        self.nodes[name] = node

    def _operation(self, entry: dict[str, Any], data: float) -> Value:
        args, op = self._arguments(entry["args"]), entry["op"]
        if isinstance(op, dict):
            return self._by_hand(entry, args, data)
        row = TABLE.get(op) if isinstance(op, str) else None
        if row is None:
            self.refuse("the name of an operation", op, "; one of your own needs to be defined before it is loaded")
        if "recorded" in entry:
            self.refuse('"recorded" on operations by hand alone', entry["recorded"])
        if tuple([isinstance(arg, tuple) for arg in args]) not in row.takes.sequences:
            self.refuse(f"as arguments of {row.name} {row.takes.words}", entry["args"])
        values = _values(args)
        if not values:
            self.refuse("a node among the arguments", entry["args"])
        if "partials" in entry:
            node = Value(data)
            attach(node, row, tuple(args), self._list(entry["partials"], len(values), "partials"))
            return node
        return self._run(row, args, data)

    def _run(self, row: Primitive, args: Sequence[Any], data: float) -> Value:
        try:
            node: Value = apply(row, args)
        except (ArithmeticError, ValueError, TypeError) as error:
            self.refuse(f"arguments that {row.name} has a value for", str(error))
        # Another machine's exp may differ in the last place; data is taken as it is, and no partial depends on more.
        close = math.isclose(node.data, data, rel_tol=1e-12, abs_tol=1e-307)
        if not close and not (math.isnan(node.data) and math.isnan(data)):
            self.refuse(f"data {node.data!r}, which {row.name} gives at these arguments (or partials, if it was changed)", data)
        return node

    def _by_hand(self, entry: dict[str, Any], args: Sequence[Any], data: float) -> Value:
        text = entry["op"].get("by_hand")
        if not isinstance(text, str) or len(entry["op"]) != 1:
            self.refuse('the name of an operation, or {"by_hand": a text}', entry["op"])
        if not args or not all(isinstance(arg, Value) for arg in args):
            self.refuse("nodes as arguments of an operation by hand", entry["args"])
        partials = entry.get("partials")
        known = partials != [None] * len(args)
        slopes: Any = self._list(partials, len(args), "partials") if known else ()
        node = Value(data, args, text, "", (), slopes)
        if "recorded" in entry:
            recorded = entry["recorded"]
            self.at["recorded"].object(RECORDED, RECORDED)
            at, result = self._list(recorded["args"], len(args), "args"), self._number(recorded, "data")
            assert isinstance(node.op, ByHand)
            node.op = ByHand(text, at, result, node.op.slopes)
        return node

    def _arguments(self, args: Any) -> list[Any]:
        if not isinstance(args, list):
            self.refuse('a list as "args"', args)
        return [tuple([self._argument(x) for x in arg]) if isinstance(arg, list) else self._argument(arg) for arg in args]

    def _argument(self, arg: Any) -> Value | float:
        return self._named(arg) if isinstance(arg, str) else self._real(arg, "the name of an earlier node or a number")

    def _named(self, name: Any) -> Value:
        node = self.nodes.get(name) if isinstance(name, str) else None
        if node is None:
            self.refuse(f"the name of {'an earlier' if self.at.place else 'a'} node", name)
        self.used.add(name)
        return node

    def _list(self, numbers: Any, count: int, key: str) -> list[float]:
        if not isinstance(numbers, list) or len(numbers) != count:
            self.refuse(f'as "{key}" a list of {count} numbers', numbers)
        return [self._real(x, f'a number in "{key}"') for x in numbers]

    def _number(self, entry: dict[str, Any], key: str) -> float:
        return self._real(entry[key], f'a number as "{key}"')

    def _real(self, x: Any, expected: str) -> float:
        if isinstance(x, dict) and len(x) == 1 and isinstance(x.get("float"), str) and x["float"] in NOT_FINITE:
            return NOT_FINITE[x["float"]]
        if type(x) not in (int, float):
            self.refuse(expected, x)
        if abs(x) > sys.float_info.max:
            self.refuse(f'{expected} within the range of floats, or {{"float": "inf"}}', x)
        return float(x)


def _values(args: Sequence[Any]) -> list[Value]:
    items = [item for arg in args for item in (arg if isinstance(arg, tuple) else (arg,))]
    return [item for item in items if isinstance(item, Value)]
