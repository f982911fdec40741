"""Who imports whom in ``autograd/`` and ``nn/``, read from the source without running it, and what there is to object to.

A room is a folder of a package; its door is its ``__init__.py``. Each check returns sentences, one for each violation.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

FILES_OF_NN = "the files of nn"  # that stand in none of its folders; they have no door, nn's own is for users
ORDER = [
    "autograd.engine", "autograd.micrograd", "autograd.text", "autograd.functional", "autograd.explaining", "autograd.checking",
    "autograd.storing", "autograd.compiling", "autograd.teaching", "autograd.drawing", "autograd.stepping",
    "autograd.command", "autograd", "autograd.__main__", FILES_OF_NN, "nn.training", "nn.note", "nn", "nn.__main__",
]  # fmt: skip
FREE = {"autograd", "autograd.__main__"}  # may import everything
OPEN = {"autograd.engine", FILES_OF_NN}  # whose files others may import, too


class Import(NamedTuple):
    """What one file takes of another module: the module itself, or a name in it."""

    importer: str
    target: str
    name: str | None
    line: int
    hidden: str  # how it is kept from running when the file is imported, if it is

    def __str__(self) -> str:
        return f"{self.importer}, line {self.line}, imports {f'{self.name} from ' if self.name else ''}{self.target}"


class House:
    """The modules under a folder and their imports of each other; no check objects to imports that are exceptions."""

    def __init__(self, root: Path, exceptions: Mapping[tuple[str, str], str] | None = None) -> None:
        files = [path for top in ("autograd", "nn") for path in sorted((root / top).rglob("*.py"))]
        self.sources = {_module(path.relative_to(root)): path.read_text(encoding="utf-8") for path in files}
        self.packages = {_module(path.relative_to(root)) for path in files if path.name == "__init__.py"}
        folders = {path.parent.relative_to(root).parts[:2] for path in files}
        self.rooms = sorted(".".join(folder) for folder in folders if len(folder) == 2)
        self.trees = {module: ast.parse(source) for module, source in self.sources.items()}
        self.imports = [found for module in self.trees for found in self._imports(module)]
        self.exceptions = exceptions or {}
        self.used: set[tuple[str, str]] = set()

    def _imports(self, module: str) -> Iterator[Import]:
        for node, hidden in _import_statements(self.trees[module]):
            if isinstance(node, ast.Import):
                wanted = [(alias.name, None) for alias in node.names]
            else:
                source = self._source(module, node)
                wanted = [(source, alias.name) for alias in node.names]
            for target, name in wanted:
                if name and f"{target}.{name}" in self.trees:
                    target, name = f"{target}.{name}", None
                if target in self.trees:
                    yield Import(module, target, name, node.lineno, hidden)

    def _source(self, module: str, node: ast.ImportFrom) -> str:
        """Return what ``from … import`` imports from, dots before it resolved."""
        up = node.level - (module in self.packages)
        above = module.split(".")[: -up or None] if node.level else []
        return ".".join([*above, *filter(None, [node.module])])

    def place(self, module: str) -> str:
        """Return the room of a module; for what stands in none, its own name or ``FILES_OF_NN``."""
        room = ".".join(module.split(".")[:2])
        if room in self.rooms or module in ORDER:
            return room
        return FILES_OF_NN if module.startswith("nn.") else module

    def homeless(self) -> list[str]:
        """Return files that have no place in the order."""
        return [f"{module} stands in no room of the order" for module in self.trees if self.place(module) not in ORDER]

    def upward(self) -> list[str]:
        """Return imports of what comes later in the order."""
        rank = {place: number for number, place in enumerate(ORDER)}
        return self._objections(
            (found, "which comes later in the order")
            for found in self.imports
            if (importer := self.place(found.importer)) not in FREE
            if rank.get(importer, 0) < rank.get(self.place(found.target), 0)
        )

    def circles(self) -> list[str]:
        """Return files that import each other, over however many others."""
        for group in self._circles({}):
            self.used |= {(a, b) for a, b in self.exceptions if {a, b} <= group}
        return [f"{', '.join(sorted(group))} import each other" for group in self._circles(self.exceptions)]

    def _circles(self, without: Iterable[tuple[str, str]]) -> list[set[str]]:
        without = set(without)
        targets: dict[str, list[str]] = {module: [] for module in self.trees}
        for found in self.imports:
            if (found.importer, found.target) not in without:
                targets[found.importer].append(found.target)
        return [group for group in strongly_connected(targets) if len(group) > 1]

    def hidden(self) -> list[str]:
        """Return imports that do not run, or not when their file is imported."""
        return self._objections((found, found.hidden) for found in self.imports if found.hidden)

    def names_from_the_engines_door(self) -> list[str]:
        """Return where the engine or micrograd imports something else than files of the engine."""
        return self._objections(
            (found, "here only its files are imported")
            for found in self.imports
            if found.target == "autograd.engine" and self.place(found.importer) in ("autograd.engine", "autograd.micrograd")
        )

    def past_doors(self) -> list[str]:
        """Return imports of files of a room from elsewhere."""
        return self._objections(
            (found, f"{room} is the door")
            for found in self.imports
            if (room := self.place(found.target)) in self.rooms and found.target != room and room not in OPEN
            if self.place(found.importer) not in {room, *FREE}
        )

    def through_their_own_doors(self) -> list[str]:
        """Return imports of the room, or the package, that a file itself stands in."""
        return self._objections(
            (found, "the door of where it stands itself")
            for found in self.imports
            if found.importer.startswith(f"{found.target}.") and found.importer not in ORDER
        )

    def hidden_files(self) -> list[str]:
        """Return files that are not to be had as attributes of their package, since a name that it exports stands there."""
        itself = {(found.importer, found.target) for found in self.imports if not found.name}  # `from nn import losses`, in nn
        return [
            f"{package} exports {name}, which hides its file of that name"
            for package in sorted(self.packages)
            for name in _exported(self.trees[package])
            if (file := f"{package}.{name}") in self.trees and (package, file) not in itself
        ]

    def silent_rooms(self) -> list[str]:
        """Return what rooms do not say of themselves."""
        faults = []
        for room in self.rooms:
            if room not in self.trees:
                faults.append(f"{room} has no __init__.py")
                continue
            if not ast.get_docstring(self.trees[room]):
                faults.append(f"{room} has no docstring")
            if not _exported(self.trees[room]):
                faults.append(f"{room} has no __all__")
        return faults

    def misread_rooms(self) -> list[str]:
        """Return which rooms of autograd say that they read others than they do; the engine, below all, says nothing."""
        faults = []
        for room in self.rooms:
            if room not in self.trees or not room.startswith("autograd.") or room == ORDER[0]:
                continue
            told = re.search(r"\bReads (.*?)[;.](\s|$)", ast.get_docstring(self.trees[room]) or "", re.DOTALL)
            said = {*re.findall(r"``(autograd\.\w+)``", told[1]), *[ORDER[0]] * ("the engine" in told[1])} if told else set()
            read = {self.place(found.target) for found in self.imports if self.place(found.importer) == room} - {room}
            faults += [f"{room} reads {other}, which its docstring leaves out" for other in sorted(read - said)]
            faults += [f"{room} reads nothing of {other}, which its docstring names" for other in sorted(said - read)]
        return faults

    def idle_exceptions(self) -> list[str]:
        """Return exceptions that no check has asked for, and those without a reason."""
        for check in (self.upward, self.circles, self.hidden):
            check()
        for check in (self.names_from_the_engines_door, self.past_doors, self.through_their_own_doors):
            check()
        unused = [f"{a} may import {b}, but need not" for a, b in self.exceptions if (a, b) not in self.used]
        return unused + [f"why {a} may import {b} is not said" for (a, b), why in self.exceptions.items() if " " not in why]

    def lines(self, module: str) -> int:
        return len(self.sources[module].splitlines())

    def _objections(self, found: Iterable[tuple[Import, str]]) -> list[str]:
        sentences = []
        for one, objection in found:
            if (one.importer, one.target) in self.exceptions:
                self.used.add((one.importer, one.target))
            else:
                sentences.append(f"{one}: {objection}")
        return sentences


def strongly_connected(targets: Mapping[str, Sequence[str]]) -> list[set[str]]:
    """Return the sets of nodes each of which leads to all others of its set."""
    reached = {node: _reached_from(node, targets) for node in targets}
    groups: list[set[str]] = []
    for node, ahead in reached.items():
        if not any(node in group for group in groups):
            groups.append({node, *(other for other in ahead if node in reached[other])})
    return groups


def _reached_from(start: str, targets: Mapping[str, Sequence[str]]) -> set[str]:
    seen, ahead = {start}, [start]
    while ahead:
        new = set(targets[ahead.pop()]) - seen
        seen |= new
        ahead += new
    return seen


def _module(path: Path) -> str:
    return ".".join(path.parent.parts if path.name == "__init__.py" else path.with_suffix("").parts)


def _import_statements(tree: ast.AST, hidden: str = "") -> Iterator[tuple[ast.Import | ast.ImportFrom, str]]:
    """Yield the import statements below a node, each with how it is kept from running at once."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            yield node, hidden
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            yield from _import_statements(node, "inside a function")
        elif isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            yield from _import_statements(node, hidden or "for type checkers alone")
        else:
            yield from _import_statements(node, hidden)


def _exported(tree: ast.Module) -> list[str]:
    """Return what a module's ``__all__`` lists, as far as it is written out."""
    for node in tree.body:
        if isinstance(node, ast.Assign) and "__all__" in map(ast.unparse, node.targets):
            return [item.value for item in ast.walk(node.value) if isinstance(item, ast.Constant)]
    return []
