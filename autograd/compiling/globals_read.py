"""The globals and closures that a function reads, so that a compiled one learns when another thing stands there."""

from __future__ import annotations

import builtins
import dis
import sys
from collections.abc import Iterator
from functools import partial
from inspect import getattr_static
from types import CellType, CodeType, FunctionType, MethodType, ModuleType
from typing import Any, TypeAlias

from autograd.engine.watching import parts

Place: TypeAlias = "tuple[dict[str, Any] | CellType, str, Any]"  # where a thing stands, under which name, and the thing
OURS = ("autograd", "nn", "builtins", "math", "numpy", "functools", "operator", "random")
EMPTY = object()  # in a cell that nothing has been put into, or under a name that is not there yet
LOOKS_IN = ("LOAD_ATTR", "LOAD_METHOD")


def places(f: Any) -> list[Place]:
    """Return what a function, and the functions that it names, read from globals, modules and closures; and of all models.

    Parts of this project and of Python's own modules do not change.
    """
    found: list[Place] = [(parts, "", parts[""])]
    seen: set[tuple[int, int]] = set()
    stack: list[tuple[Any, Any]] = [(f, None)]  # functions, and whose methods they are
    while stack:
        function, owner = stack.pop()
        if isinstance(function, (MethodType, classmethod, staticmethod)):
            owner = getattr(function, "__self__", owner)
            function = function.__func__
        if not isinstance(function, FunctionType):
            inner = function.func if isinstance(function, partial) else getattr(function, "__wrapped__", None)
            stack += [(inner, None)] if inner is not None else []
            function, owner = getattr_static(type(function), "__call__", None), function
        if not isinstance(function, FunctionType) or (id(function), id(owner)) in seen:
            continue
        seen.add((id(function), id(owner)))
        mine: list[Place] = [(cell, "", _inside(cell)) for cell in function.__closure__ or ()]
        if not _is_ours(function.__module__) or function.__globals__ is vars(sys.modules.get("__main__", sys)):
            read = _read(function.__code__, function.__globals__)
            mine += {(id(place[0]), place[1]): place for place in read}.values()
            if owner is not None:
                methods = [getattr_static(owner, name, None) for name in _attributes(function.__code__)]
                stack += [(getattr(method, "fget", method), owner) for method in methods if method is not None]
        mine = [place for place in mine if not isinstance(place[2], ModuleType)]
        found += mine
        stack += [(thing, None) for _, _, thing in mine if callable(thing) and not isinstance(thing, type)]
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


def _is_ours(module: str | None) -> bool:
    return (module or "").split(".")[0] in OURS


def _inner(code: CodeType) -> Iterator[CodeType]:
    """Yield code and that of the functions written inside it."""
    yield code
    for part in code.co_consts:
        if isinstance(part, CodeType):
            yield from _inner(part)


def _read(code: CodeType, names: dict[str, Any]) -> Iterator[Place]:
    """Yield the globals that code reads, and what it reads in modules."""
    for part in _inner(code):
        where: dict[str, Any] | None = None
        for step in dis.get_instructions(part):
            where = names if step.opname in ("LOAD_GLOBAL", "LOAD_NAME") else where if step.opname in LOOKS_IN else None
            if where is None:
                continue
            thing = where.get(step.argval, EMPTY)
            if thing is not EMPTY or not hasattr(builtins, step.argval):
                yield where, step.argval, thing
            where = vars(thing) if isinstance(thing, ModuleType) and not _is_ours(thing.__name__) else None


def _attributes(code: CodeType) -> set[str]:
    return {step.argval for part in _inner(code) for step in dis.get_instructions(part) if step.opname in LOOKS_IN}
