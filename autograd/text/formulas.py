"""How a node was computed, and its local partials, as a textbook writes them: its row, run on symbols."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from autograd.engine.slots import replaced
from autograd.engine.value import Value
from autograd.text.names import latex_name, quoted
from autograd.text.numbers import number_text
from autograd.text.symbols import NEGATION, Symbol, holds_of, spell, written


def formula(node: Value, names: Mapping[Value, str], style: str = "text") -> str:
    """Return how a node was computed from its arguments; for a leaf, its name."""
    if node.op is None:
        return names[node] if style == "text" else latex_name(names[node])
    return spell(node.op, _symbols(node, names, style), style).text


def formula_in_numbers(node: Value, digits: int = 6) -> str:
    """Return the same with numbers in place of the names."""
    if node.op is None:
        return number_text(node.data, digits)
    return spell(node.op, replaced(node.args, lambda v: Symbol(number_text(v.data, digits), "text", holds_of(v.data)))).text


def formula_with_places(node: Value, places: Mapping[Value, int]) -> str:
    """Return the same with places for numbers: #3; for that of node 3, $3; where a negative one needs brackets.

    >>> x, y = Value(2.0), Value(3.0)
    >>> formula_with_places(x * y, {x: 0, y: 1})
    '#0;·$1;'
    """
    if node.op is None:
        return ""
    op = node.op
    marked = [lambda v: Symbol(f"⟦{places[v]}⟧"), lambda v: Symbol(f"−⟦{places[v]}⟧", "text", NEGATION)]
    plain, negative = (re.split("⟦([0-9]+)⟧", spell(op, replaced(node.args, symbol)).text) for symbol in marked)
    text = plain[0]
    for k in range(1, len(plain), 2):
        bracketed = negative[k - 1].endswith("(−") and not plain[k - 1].endswith("(")
        text += f"{'$' if bracketed else '#'}{plain[k]};{plain[k + 1]}"
    return text


def partial_formulas(node: Value, names: Mapping[Value, str], style: str = "text") -> list[str]:
    """Return the local partial on each of a node's edges as a textbook writes it; "1" where it is 1 whatever the numbers."""
    return _partials(node, lambda v: Symbol(_name(names[v], style), style), style)


def partial_numbers(node: Value, digits: int = 6) -> list[str]:
    """Return the same with numbers in place of the names."""
    return _partials(node, lambda v: Symbol(number_text(v.data, digits), "text", holds_of(v.data)), "text")


def as_factor(text: str, *, base: bool = False) -> str:
    """Return a factor of a product, or the base of a power, in brackets if it needs them."""
    depth, loose = 0, text.startswith(("−", "-")) or (base and not re.fullmatch(r"[\w.#′]+", text))
    for c in text:
        depth += (c in "([“") - (c in ")]”")
        loose = loose or (c == " " and not depth)
    return f"({text})" if loose else text


def summed(terms: Iterable[str]) -> str:
    """Return a sum of formulas, as text or as LaTeX."""
    return " + ".join(terms).replace("+ −", "− ").replace("+ -", "- ")


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
    if style == "latex":
        return latex_name(name if re.search(r"[^\W\d]", name) else quoted(name))  # “2”·x: no number
    return quoted(name) if style == "text" else name
