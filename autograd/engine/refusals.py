"""What an error says where an operation has no value: operation, labels and numbers, what it needs, and what to do."""

from __future__ import annotations

from autograd.engine.labels import brief, clean

TYPE_CHECKING = False  # understood by type checkers; importing typing would take longer than this file
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

OVERFLOW = "the result exceeds the largest float, 1.8e308; scale the operand down"
MOST = 10_000  # nodes that are asked for their labels: 10 ms
KINDS = (ZeroDivisionError, OverflowError, FloatingPointError, ArithmeticError, ValueError)  # what operations may raise
ARTICLE = r"a(?= (?!(?:and|or|in|is|not|has|between|above|below|beyond|within|differs|from|to)\b)[A-Za-z])"


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
    words = rf"\b(?!{ARTICLE})\w+"
    asked = {parameters[word] for word in re.findall(words, "" if overflow else op.domain) if word in parameters}
    taken = _labels(operands)
    names = [clean(getattr(operand, "label", "") or "") for operand in operands] or [""] * len(numbers)
    for i, name in enumerate(names):
        if not name and (i in asked or len(numbers) == 1):
            letters = [*op.parameters[i : i + 1], "x", "y", "z", *map(chr, range(97, 123))] if taken is not None else []
            names[i] = next((letter for letter in letters if letter not in (taken or ())), f"operand {i + 1}")
            (taken or set()).add(names[i])
    shown = [name or brief(number) for name, number in zip(names, numbers, strict=True)]
    found = [f"{name} = {brief(number)}" for name, number in zip(names, numbers, strict=True) if name]
    domain = re.sub(words, lambda word: shown[parameters[word[0]]] if word[0] in parameters else word[0], op.domain)
    why = OVERFLOW if overflow else f"it needs {domain}; check the operand, or keep it inside with maximum or minimum"
    told = f"{op.name}({', '.join(shown)}) has no value{' at ' * bool(found)}{' and '.join(found)}: {why}"
    try:
        return type(error)(told)
    except TypeError:  # a kind that is made of something else, as JSON's and Unicode's errors are
        return next(kind for kind in KINDS if isinstance(error, kind))(told)


def _labels(operands: Sequence[Any]) -> set[str] | None:
    """Return all labels under operands, none of which may stand for another number; None if there are too many to ask."""
    items = [item for operand in operands for item in (operand if isinstance(operand, tuple) else (operand,))]
    nodes = [item for item in items if hasattr(item, "parents")]
    seen = set(nodes)
    for node in nodes:  # which grows on the way
        new = [parent for parent in dict.fromkeys(node.parents) if parent not in seen]
        nodes += new
        seen.update(new)
        if len(nodes) > MOST:
            return None
    return {clean(node.label) for node in nodes}
