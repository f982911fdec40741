"""Which values gradients are wanted by: those that a caller names, one or several, or those that go without saying."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from autograd.engine.value import Value


def several(values: Value | Iterable[Value] | None) -> list[Value]:
    """Return the values that a caller names: one, several, each once, or none.

    >>> several(Value(0.0)), several(None)
    ([Value(data=0.0, grad=0)], [])
    """
    if isinstance(values, Value):  # comes first: a Value is false where its number is 0, and yet it has been named
        return [values]
    return [] if values is None else [*dict.fromkeys(values)]


def parameters_of(root: Value, order: Sequence[Value]) -> list[Value]:
    """Return what gradients are about unless one says so: root's attribute ``parameters``, else all leaves with a label."""
    leaves = [node for node in order if node.op is None]
    return several(vars(root).get("parameters")) or [leaf for leaf in leaves if leaf.label] or leaves
