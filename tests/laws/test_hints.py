"""Every function, method and keyword that a message names exists, so that nobody who does what it says gets another error."""

from __future__ import annotations

import ast
import builtins
import importlib
import inspect
import math
import pkgutil
import re
from collections.abc import Iterator
from operator import attrgetter
from typing import Any

import numpy as np
import pytest
from project import ROOT

import autograd
import nn
from autograd import Value

FILES = [path for package in ("autograd", "nn") for path in sorted((ROOT / package).rglob("*.py"))]
OTHERS = re.compile(r'\\|</|^<|[{};]$|\]$|="(…|ag-)|; \w+=|^Value\(data=')  # LaTeX, SVG, CSS, DOT, regular expressions; a repr
CALL = re.compile(r"(?<![\w.{-])((?:[A-Za-z_]\w*\.)*[A-Za-z_]\w\w+)\(([^()]*)")
KEYWORD = re.compile(r"(?<![\w.{-])([a-z_]+)=(?![= ])")
NAME = re.compile(r"\b(?:autograd|nn)(?:\.[a-z_]\w*)+|(?<=@)\w+")


def texts(program: str) -> Iterator[str]:
    """Yield the texts of a program but for its docstrings, with … for what is put into them."""
    tree = ast.parse(program)
    parts = {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in node.values}
    skipped = parts | {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            yield "".join(str(part.value) if isinstance(part, ast.Constant) else "…" for part in node.values)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in skipped:
            yield node.value


def modules() -> Iterator[Any]:
    for package in (autograd, nn):
        yield package
        for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if not found.name.endswith("__main__"):
                yield importlib.import_module(found.name)


def called(name: str) -> list[Any]:
    """Return what users may mean by a name in a call: x.y is a method, or a function of a module."""
    head, _, rest = name.partition(".")
    if head in ("autograd", "nn", "math", "np"):
        with_all = {"autograd": autograd, "nn": nn, "math": math, "np": np}
        try:
            return [attrgetter(rest)(with_all[head])]
        except AttributeError:
            return []
    last = name.rpartition(".")[2]
    methods = [getattr(kind, last) for kind in CLASSES if hasattr(kind, last)]
    functions = [vars(module)[last] for module in MODULES if last in vars(module)] if name == last else []
    return [*methods, *functions, *([getattr(builtins, name)] if hasattr(builtins, name) else [])]


MODULES = [*modules()]
CLASSES = {thing for module in MODULES for thing in vars(module).values() if inspect.isclass(thing)}
CLASSES = {kind for kind in CLASSES if kind.__module__.partition(".")[0] in ("autograd", "nn")}


def keywords(thing: Any) -> set[str]:
    """Return the names of a callable's parameters; any that there is at all if it passes keywords on."""
    try:
        parameters = inspect.signature(thing).parameters
    except (TypeError, ValueError):  # what is written in C may have none
        return set()
    passes_on = any(parameter.kind is parameter.VAR_KEYWORD for parameter in parameters.values())
    return {*parameters, *(ALL_KEYWORDS if passes_on else ())}


ALL_KEYWORDS: set[str] = set()
ALL_KEYWORDS = {
    word
    for module in MODULES
    for thing in [*vars(module).values(), *[vars(kind)[name] for kind in CLASSES for name in vars(kind)]]
    if inspect.isfunction(thing) or inspect.isclass(thing)
    for word in keywords(thing)
}


def unknown(text: str) -> list[str]:
    """Return what a text tells users to write that is not there."""
    if OTHERS.search(text):
        return []
    names = [match[0] for match in NAME.finditer(text) if not called(match[0])]
    for name, inside in CALL.findall(text):
        found = called(name)
        taken = {word for thing in found for word in keywords(thing)}
        names += [name] * (not found) + [f"{name}({word}=" for word in KEYWORD.findall(inside) if found and word not in taken]
    return names + [f"{word}=" for word in KEYWORD.findall(text) if word not in ALL_KEYWORDS]


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_what_a_message_names_exists(path):
    found = {text: unknown(text) for text in texts(path.read_text(encoding="utf-8"))}
    assert {text: names for text, names in found.items() if names} == {}


@pytest.mark.parametrize(
    ("hint", "names"),
    [
        ("write v.gamma() or check_gradients(f, args)", ["v.gamma", "check_gradients"]),
        ("with autograd.gamma or @primitve", ["autograd.gamma", "primitve"]),
        ("call recompute(anyhow=True), or draw less of it with deep=", ["recompute(anyhow=", "anyhow=", "deep="]),
        ("write v.sin(), zip(*pairs), nn.optim.Adam(model.parameters()) or step(root, rate=0.5)", []),
    ],
)
def test_the_check_sees_what_does_not_exist(hint, names):
    assert unknown(hint) == names


@pytest.mark.parametrize("function", [math.isnan, math.gamma, math.sin, int])
def test_a_number_where_a_plain_one_is_wanted_says_what_helps_with_that_very_function(function):
    with pytest.raises(TypeError) as refusal:
        function(Value(0.5, label="v"))
    said = str(refusal.value)
    assert "v.sin() or autograd.sin(v) for math.sin(v)" in said
    assert "math.gamma(v.data)" in said
    assert "likewise" not in said
