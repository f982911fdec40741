"""Which values gradients are wanted by: those that a caller names, one or several, or those that go without saying."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import chain

from autograd.engine.asked import listed_values
from autograd.engine.value import Value


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
