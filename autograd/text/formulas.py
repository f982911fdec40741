"""How a node was computed, and its local partials, as a textbook writes them: its row, run on symbols."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from autograd.engine.node import replaced
from autograd.engine.value import Value
from autograd.text.names import latex_name
from autograd.text.numbers import number_text
from autograd.text.symbols import Symbol, holds_of, spell, written


def formula(node: Value, names: Mapping[Value, str], style: str = "text") -> str:
    """Return how a node was computed from its arguments; for a leaf, its name."""
    if node.op is None:
        return _name(names[node], style)
    return spell(node.op, _symbols(node, names, style), style).text


def formula_in_numbers(node: Value, digits: int = 6) -> str:
    """Return the same with numbers in place of the names."""
    if node.op is None:
        return number_text(node.data, digits)
    return spell(node.op, replaced(node.args, lambda v: Symbol(number_text(v.data, digits), "text", holds_of(v.data)))).text


def partial_formulas(node: Value, names: Mapping[Value, str], style: str = "text") -> list[str]:
    """Return the local partial on each of a node's edges as a textbook writes it; "1" where it is 1 whatever the numbers."""
    return _partials(node, lambda v: Symbol(_name(names[v], style), style), style)


def partial_numbers(node: Value, digits: int = 6) -> list[str]:
    """Return the same with numbers in place of the names."""
    return _partials(node, lambda v: Symbol(number_text(v.data, digits), "text", holds_of(v.data)), "text")


def _partials(node: Value, symbol: Callable[[Value], Symbol], style: str) -> list[str]:
    assert node.op is not None
    args = replaced(node.args, symbol)
    found: list[str] = []
    for arg, rule in zip(node.args, node.op.textbook, strict=True):
        if isinstance(arg, float):
            continue
        partial = rule(symbol(node), *args)
        if isinstance(arg, tuple):
            found += [written(d, style) for item, d in zip(arg, partial, strict=True) if not isinstance(item, float)]
        else:
            found.append(written(partial, style))
    return found


def _symbols(node: Value, names: Mapping[Value, str], style: str) -> Any:
    return replaced(node.args, lambda v: Symbol(_name(names[v], style), style))


def _name(name: str, style: str) -> str:
    return latex_name(name) if style == "latex" else name
