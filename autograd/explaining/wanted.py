"""Which values gradients are wanted by: those that a caller names, one or several, or those that go without saying."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from typing import TypeAlias

from autograd.engine.argument_checks import listed_values
from autograd.engine.conversion import number
from autograd.engine.labels import brief, typed
from autograd.engine.value import Value

Rate: TypeAlias = "float | Value | Mapping[Value, float | Value]"


def several(taken: str, values: Value | Iterable[Value] | None, older: Value | Iterable[Value] | None = None) -> list[Value]:
    """Return the values that a caller names, also by an older keyword: one, several, each once, or none.

    Raises TypeError, which begins with what is taken, for anything else.

    >>> several("derive takes as wrt a Value or several", Value(0.0))
    [Value(data=0.0, grad=0)]
    """
    named = [listed_values(taken, given) for given in (values, older) if given is not None]
    return [*dict.fromkeys(chain(*named))]


def parameters_of(root: Value, order: Sequence[Value]) -> list[Value]:
    """Return what gradients are about unless one says so: root's attribute ``parameters``, else all leaves with a label."""
    leaves = [node for node in order if node.op is None]
    named = several("the attribute parameters of a root is a Value or several", vars(root).get("parameters"))
    return named or [leaf for leaf in leaves if leaf.label] or leaves


def rates_of(rate: Rate, parameters: Iterable[Value]) -> dict[Value, tuple[str, float]]:
    """Return the name and the number of each parameter's learning rate: one for all, or its own by a mapping.

    A rate that is a Value is called by its label. Raises ValueError for a parameter that has none, and TypeError for a rate
    that is no number.

    >>> w = Value(0.5, label="w")
    >>> rates_of({w: Value(0.1, label="rate_1")}, [w])[w]
    ('rate_1', 0.1)
    """
    found = {}
    for node in parameters:
        given = rate.get(node) if isinstance(rate, Mapping) else rate
        if given is None:
            raise ValueError(f"the rates say none for {brief(node)}; give one number for all, or one for each parameter")
        plain = given.data if isinstance(given, Value) else number(given)
        if plain is None:
            raise TypeError(f"a learning rate is a number, but got {typed(given)}")
        found[node] = (given.label if isinstance(given, Value) else "") or "rate", plain
    return found
