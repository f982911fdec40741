"""What an error says where an operation has no value: operation, labels and numbers, what it needs, and what to do."""

from __future__ import annotations

from autograd.engine.labels import clean

TYPE_CHECKING = False  # understood by type checkers; importing typing would take longer than this file
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

OVERFLOW = "the result exceeds the largest float, 1.8e308; scale the operand down"


def refusal(op: Any, error: Exception, numbers: Sequence[Any], operands: Sequence[Any] = ()) -> Exception:
    """Return the error for operands without a result, of Python's own type.

    An operand goes by its label. One without is named by its parameter, or where that is somebody's label by another letter,
    if there is but one or the domain is about it; any other is its number.
    """
    import re  # which takes longer to import than the whole engine

    overflow = isinstance(error, OverflowError)
    if not op.domain and not overflow:
        return error
    parameters = dict(zip([*op.parameters, *"xyz"[len(op.parameters) :]], range(len(numbers)), strict=False))
    parameters |= {name: i for i, name in enumerate("xyz"[: len(numbers)]) if name not in parameters}
    asked = {parameters[word] for word in re.findall(r"\w+", "" if overflow else op.domain) if word in parameters}
    taken = _labels(operands)
    names = [clean(getattr(operand, "label", "") or "") for operand in operands] or [""] * len(numbers)
    for i, name in enumerate(names):
        if not name and (i in asked or len(numbers) == 1):
            letters = [*op.parameters[i : i + 1], "x", "y", "z", *map(chr, range(97, 123))]
            names[i] = next((letter for letter in letters if letter not in taken), f"operand {i + 1}")
            taken.add(names[i])
    shown = [name or f"{number!r:.60}" for name, number in zip(names, numbers, strict=True)]
    found = [f"{name} = {number!r}" for name, number in zip(names, numbers, strict=True) if name]
    domain = re.sub(r"\w+", lambda word: shown[parameters[word[0]]] if word[0] in parameters else word[0], op.domain)
    why = OVERFLOW if overflow else f"it needs {domain}; check the operand, or keep it inside with maximum or minimum"
    return type(error)(f"{op.name}({', '.join(shown)}) has no value{' at ' * bool(found)}{' and '.join(found)}: {why}")


def _labels(operands: Sequence[Any]) -> set[str]:
    """Return all labels under operands, none of which may stand for another number."""
    nodes = [operand for operand in operands if hasattr(operand, "parents")]
    seen = set(nodes)
    for node in nodes:  # which grows on the way
        nodes += [parent for parent in dict.fromkeys(node.parents) if parent not in seen]
        seen.update(node.parents)
    return {clean(node.label) for node in nodes}
