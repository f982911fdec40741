"""The globals and closures that a function reads, so that a compiled one learns when another thing stands there."""

from __future__ import annotations

import sys
from types import CellType, CodeType, FunctionType, MethodType, ModuleType
from typing import Any, TypeAlias

from autograd.engine.watching import parts

Place: TypeAlias = "tuple[dict[str, Any] | CellType, str, Any]"  # where a thing stands, under which name, and the thing
OURS = ("autograd", "nn", "builtins", "math", "numpy", "functools", "operator", "random")
EMPTY = object()  # in a cell that nothing has been put into


def places(f: Any) -> list[Place]:
    """Return what a function, and the functions that it names, read from globals and closures; and of all models.

    Globals of this project and of Python's own modules do not change.
    """
    found: list[Place] = [(parts, "", parts[""])]
    seen: set[int] = set()
    stack: list[Any] = [f]
    while stack:
        function = stack.pop()
        if isinstance(function, MethodType):
            function = function.__func__
        if not isinstance(function, FunctionType):
            function = vars(type(function)).get("__call__")
        if not isinstance(function, FunctionType) or id(function) in seen:
            continue
        seen.add(id(function))
        mine: list[Place] = [(cell, "", _inside(cell)) for cell in function.__closure__ or ()]
        package = (function.__module__ or "").split(".")[0]
        if package not in OURS or function.__globals__ is vars(sys.modules.get("__main__", sys)):
            names = [name for name in _names(function.__code__) if name in function.__globals__]
            mine += [(function.__globals__, name, function.__globals__[name]) for name in names]
        mine = [place for place in mine if not isinstance(place[2], ModuleType)]
        found += mine
        stack += [thing for _, _, thing in mine if callable(thing) and not isinstance(thing, type)]
    return found


def are_as_before(found: list[Place]) -> bool:
    """Return whether in each place the same thing stands."""
    for where, name, thing in found:  # noqa: SIM110  # all() takes longer, and this runs in each call
        if (where.get(name, EMPTY) if type(where) is dict else _inside(where)) is not thing:
            return False
    return True


def _inside(cell: Any) -> Any:
    try:
        return cell.cell_contents
    except ValueError:
        return EMPTY


def _names(code: CodeType) -> list[str]:
    """Return the names that code, and the functions written inside it, look up."""
    inner = [name for part in code.co_consts if isinstance(part, CodeType) for name in _names(part)]
    return [*dict.fromkeys([*code.co_names, *inner])]
