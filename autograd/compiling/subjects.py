"""What a file of code is about: a recorded graph, or the ways a function takes, with names for numbers and their derivation."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from autograd.compiling.arguments import filled_in, numbers_in, taken_apart
from autograd.compiling.branches import Result, grafted
from autograd.compiling.lowering import Lowering, referred
from autograd.compiling.recording import Adjoints, Recording, exact_question
from autograd.compiling.writing import identifier
from autograd.engine.depth_first import depth_first
from autograd.engine.graph import topological_order
from autograd.engine.node import Node
from autograd.engine.number import Number, data_of
from autograd.engine.value import Value
from autograd.explaining import Factor, derive
from autograd.functional import inside, is_array
from autograd.text import names_of

LARGE = 300  # nodes, beyond which a derivation is longer than anybody reads


class Comment:
    """A line to be said once, before the first thing that needs it."""

    def __init__(self, text: str) -> None:
        self.text = text


class Subject:
    """Ways through a function, or one alone: ``root`` of the tree, and of its numbers which are inputs, constants and named."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.lowering = Lowering()
        self.inputs: dict[int, str] = {}
        self.constants: dict[int, tuple[str, float]] = {}
        self.wanted: dict[int, str] = {}  # names
        self.comments: dict[int, list[Comment]] = {}
        self.root: Any = None
        self.recordings = 0
        self.outputs: list[str | int] = []  # names, or which inputs derivatives are by
        self.is_gradient = False

    def input(self, name: str) -> int:
        """Return the number of a new input."""
        number = self.lowering.input()
        self.inputs[number] = name
        return number

    def add(self, path: Sequence[Any], outputs: Sequence[Any], comments: Sequence[Comment] = ()) -> None:
        """Add a way, and what is to be said at its end."""
        end = Result(outputs)
        end.form = comments
        self.root = grafted(self.root, path, end)
        self.recordings += 1

    def differentiate(self, root: Any, by: Sequence[Value], number: Callable[[Any], Any]) -> list[Any]:
        """Return root's derivatives by some Values as numbers of the lowering; ``name_numbers`` names all that they take."""
        self.by, self.adjoints = by, Adjoints(root, by)
        return [number(self.adjoints.of.get(x, 0.0)) for x in by]

    def name_numbers(self, number: Callable[[Any], Any]) -> list[Comment]:
        """Name the numbers of the last gradient as the graph and its derivation do; return what is left to say."""
        order, leading = self.adjoints.order, self.adjoints.leading
        root = order[0]
        names = names_of(topological_order(root))
        for node in sorted(order, key=lambda node: not node.label):
            self._name(number(node), names[node])
        found = {node: number(self.adjoints.of[node]) for node in order}
        left: list[Comment] = []
        if len(order) <= LARGE and root in leading:
            partials = {
                (names[node], k): number(d)
                for node, edges in self.adjoints.edges.items()
                for k, (_, d) in zip([k for k, x in enumerate(node.parents) if x in leading], edges, strict=True)
            }
            left = self._derive(root, [x for x in self.by if x in found], partials, {names[x]: found[x] for x in order})
        for node in order:
            self._name(found[node], f"d{names[root]}_d{names[node]}")
        return left

    def _derive(self, root: Any, by: list[Value], partials: dict[Any, Any], numbers: dict[str, Any]) -> list[Comment]:
        """Name factors and gradients as the derivation does, which stands in comments, each step before its number.

        Return the steps whose numbers are no others than those of the graph.
        """
        left: list[Comment] = []
        waiting: dict[str, Comment] = {}  # factors that are numbers of the graph itself, until somebody multiplies them
        for step in [step for stage in derive(root, by).stages for step in stage]:
            line = Comment(f"{step.name} = " * bool(step.name) + f"{step.partial} = {step.formula}")
            if isinstance(step, Factor):
                place, above = partials.get((step.consumer, step.place)), []
            else:
                place = numbers[step.denominator]
                above = [waiting[name] for product in step.products for name in product if name in waiting]
            if type(place) is int and place not in {**self.inputs, **self.constants, **self.comments, **self.wanted}:
                self._name(place, step.name or f"d{step.numerator}_d{step.denominator}")
                self.comments[place] = [*above, line]
            elif isinstance(step, Factor):
                waiting[step.name] = line
            else:
                left += [*above, line]
        return left

    def _name(self, number: Any, name: str) -> None:
        if type(number) is int and number not in self.inputs and number not in self.constants:
            self.wanted.setdefault(number, name)


def of_graph(root: Value, by: Sequence[Value], name: str) -> Subject:
    """Return a recorded graph: its root and the derivatives by some Values, the inputs; labelled other leaves are constants."""
    order = topological_order(root)
    names = names_of([*order, *by])
    subject = Subject(name or f"{identifier(names[root])}_and_gradient")
    numbers: dict[Any, Any] = {x: subject.input(names[x]) for x in by}
    for node in order:
        if node.op is None and node.label and node not in numbers:
            numbers[node] = subject.lowering.input()
            subject.constants[numbers[node]] = names[node], node.data

    def number(x: Any) -> Any:
        if not isinstance(x, Node):
            return float(x)
        for node in depth_first(x, lambda node: () if node in numbers else node.parents):
            if node not in numbers:
                op: Any = node.op
                numbers[node] = node._data if op is None else subject.lowering.step(op, referred(node.args, numbers))
        return numbers[x]

    value = number(root)
    outputs = [value, *subject.differentiate(root, by, number)]
    subject.add([], outputs, subject.name_numbers(number))
    subject.is_gradient = True
    subject.outputs = [names[root], *subject.inputs]
    return subject


def of_function(f: Callable[..., Any], trees: Sequence[Any], name: str) -> Subject:
    """Return the ways that a function takes with some arguments: a value and its gradient, or the numbers that it returns."""
    subject = Subject(name)
    runs, seen, captured, first = [], set[Any](), dict[Value, int](), None
    for args, kwargs in trees:
        leaves: list[Any] = []
        key = taken_apart((args, kwargs), leaves)
        if first is None:
            first = key
            labels = [
                getattr(x, "label", "") or place for x, place in zip(leaves, argument_names(f, args, kwargs), strict=True)
            ]
            for label in labels:
                subject.input(label)
        if key != first:
            raise ValueError("source takes examples of one structure of arguments; give the arguments that it is to be for")
        inputs = [Value(x, label=label) for x, label in zip(map(data_of, leaves), labels, strict=True)]
        given = [x for x, leaf in zip(inputs, leaves, strict=True) if isinstance(leaf, Value)]
        recording = Recording(subject.lowering, {x: i for i, x in enumerate(inputs)}, captured)
        tree = filled_in((args, kwargs), iter(inputs))
        with recording, inside(and_flat=True):
            result = f(*tree[0], **tree[1])
        numbers = numbers_in(result)
        if recording.problem or numbers is None:
            raise ValueError(f"{name} cannot be written as code: {recording.problem or f'it returns {type(result).__name__}'}")
        path = (*[(exact_question(question), answer) for question, answer in recording.path],)
        if path not in seen:
            seen.add(path)
            runs.append((recording, inputs, given, result, numbers))
    subject.is_gradient = isinstance(runs[0][3], (float, Number))
    for recording, *_, numbers in runs:
        for x in numbers:
            recording.number(x)
    for x, place in captured.items():
        subject.inputs[place] = x.label or f"w{place}"
    subject.outputs = [*_names(["result"], [runs[0][3]])]
    for recording, inputs, given, _, numbers in runs:
        outputs, left = [recording.number(x) for x in numbers], list[Comment]()
        if subject.is_gradient:
            by = [*(given or ([] if captured else inputs)), *captured]
            root = numbers[0] if isinstance(numbers[0], Value) else Value(numbers[0])
            if root.op and not root.label:
                root.label = name
            with recording, inside():
                outputs += subject.differentiate(root, by, recording.number)
            left = subject.name_numbers(recording.number)
            subject.outputs = [root.label or "value", *map(recording.number, by)]
        subject.add(recording.path, outputs, left)
    return subject


def argument_names(f: Callable[..., Any], args: Any, kwargs: Any) -> list[str]:
    """Return a name for each number among arguments: the parameter's, and where in it the number lies."""
    try:
        parameters = [*inspect.signature(f).parameters.values()]
    except (TypeError, ValueError):
        parameters = []
    names = [x.name for x in parameters if x.kind in (x.POSITIONAL_ONLY, x.POSITIONAL_OR_KEYWORD)][: len(args)]
    rest = next((x.name for x in parameters if x.kind is x.VAR_POSITIONAL), "x")
    names += [f"{rest}_{i}" for i in range(len(args) - len(names))]
    return [*_names(names, args), *_names(kwargs, kwargs.values())]


def _names(names: Iterable[str], trees: Iterable[Any]) -> Iterator[str]:
    for name, tree in zip(names, trees, strict=True):
        if isinstance(tree, (float, Number)):
            yield name
        elif isinstance(tree, dict):
            yield from _names([f"{name}_{key}" for key in tree], tree.values())
        elif isinstance(tree, (list, tuple)) or is_array(tree):
            yield from _names([f"{name}_{i}" for i in range(len(tree))], tree)
