"""What an error says where an operation has no value: operation, labels and numbers, what it needs, and what to do."""

from __future__ import annotations

from autograd.engine.labels import brief, clean

TYPE_CHECKING = False  # understood by type checkers; importing typing would take longer than this file
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import Any

OVERFLOW = "the result exceeds the largest float, 1.8e308; scale the operand down"
MOST = 10_000  # nodes that are asked for their labels: 10 ms
MOST_OF_A_LABEL = 60  # characters, and of a sequence
KINDS = (ZeroDivisionError, OverflowError, FloatingPointError, ArithmeticError, ValueError)  # what operations may raise
ARTICLE = r"a(?= (?!(?:and|or|in|is|not|has|between|above|below|beyond|within|differs|from|to)\b)[A-Za-z])"


class Refused:
    """What an error is told anew from, inside another operation; copies and pickles of it go without: a cause may have none."""

    def __init__(self, *told_from: Any) -> None:
        self.told_from = told_from

    def __reduce__(self) -> tuple[Any, ...]:
        return type(None), ()


def refusal(
    op: Any, error: Exception, numbers: Sequence[Any], operands: Sequence[Any] = (), also_taken: Iterable[str] | None = ()
) -> Exception:
    """Return the error for operands without a result, of Python's own type.

    An operand goes by its label. One without is named by its parameter, or where that is somebody's label by another letter,
    if there is but one or the domain is about it; any other is its number. An operation of one's own that says no domain
    says what its function raised, with the traceback; any other row's error is complete. ``also_taken`` are names that stand
    for other numbers, None for too many of them.
    """
    import re  # which takes longer to import than the whole engine

    overflow = isinstance(error, OverflowError) and not any(x - x for x in _flat(numbers))  # not of an infinite operand
    own = not op.domain and not overflow
    if own and not op.is_own:
        return error
    parameters = dict(zip([*op.parameters, *"xyz"[len(op.parameters) :]], range(len(numbers)), strict=False))
    parameters |= {name: i for i, name in enumerate("xyz"[: len(numbers)]) if name not in parameters}
    words = rf"\b(?!{ARTICLE})\w+"
    asked = {parameters[word] for word in re.findall(words, "" if overflow else op.domain) if word in parameters}
    labels = _labels(operands)
    taken = None if labels is None or also_taken is None else labels.union(also_taken)
    names = [label_of(operand) for operand in operands] or [""] * len(numbers)
    meant = {name: {id(operands[i]) for i, other in enumerate(names) if other == name} for name in names if name}
    names = [f"operand {i} ({name})" if len(meant.get(name, ())) > 1 else name for i, name in enumerate(names, start=1)]
    for i, name in enumerate(names):
        if not name and (i in asked or len(numbers) == 1):
            letters = [*op.parameters[i : i + 1], "x", "y", "z", *map(chr, range(97, 123))] if taken is not None else []
            names[i] = next((letter for letter in letters if letter not in (taken or ())), f"operand {i + 1}")
            if taken is not None:
                taken.add(names[i])
    texts = [_with_labels(operand) for operand in operands or numbers]
    texts = [text or brief(number) for text, number in zip(texts, numbers, strict=True)]
    shown = [name or text for name, text in zip(names, texts, strict=True)]
    found = dict.fromkeys([f"{name} = {text}" for name, text in zip(names, texts, strict=True) if name])  # each once
    domain = re.sub(words, lambda word: shown[parameters[word[0]]] if word[0] in parameters else word[0], op.domain)
    needs = f": it needs {domain}; check the operand, or keep it inside with maximum or minimum"
    refused = getattr(error, "refused", None)  # which may be a user's attribute
    if own and isinstance(refused, Refused):  # inside, it goes by other names than those here
        row, cause, at = refused.told_from
        error = refusal(row, cause, at, (), taken).with_traceback(error.__traceback__)
    why = f": {OVERFLOW}" if overflow else f"; inside it: {str(error) or type(error).__name__}" if own else needs
    told = f"{op.name}({', '.join(shown)}) has no value{' at ' * bool(found)}{' and '.join(found)}{why}"
    try:
        made = type(error)(told)
    except TypeError:  # a kind that is made of something else, as JSON's and Unicode's errors are
        made = next(kind for kind in KINDS if isinstance(error, kind))(told)
    if not operands:
        vars(made)["refused"] = Refused(op, error, numbers)
    return made.with_traceback(error.__traceback__) if own else made


def _flat(numbers: Sequence[Any]) -> list[Any]:
    return [x for number in numbers for x in (number if isinstance(number, (list, tuple)) else (number,))]


def label_of(operand: Any) -> str:
    """Return an operand's label for an error, cut short if need be; nothing if it has none."""
    return clean(getattr(operand, "label", "") or "")[:MOST_OF_A_LABEL]


def _with_labels(operand: Any) -> str:
    """Return the items of a sequence with their labels; nothing if they have none."""
    items = operand[:MOST_OF_A_LABEL] if isinstance(operand, tuple) else ()
    told = [f"{label_of(x)} = {x.data!r}" if label_of(x) else brief(getattr(x, "data", x)) for x in items]
    return f"[{', '.join(told)}]"[:MOST_OF_A_LABEL] if any(map(label_of, items)) else ""


def _labels(operands: Sequence[Any]) -> set[str] | None:
    """Return all labels under operands, none of which may stand for another number; None if there are too many to ask."""
    nodes = [item for item in _flat(operands) if hasattr(item, "parents")]
    seen = set(nodes)
    for node in nodes:  # which grows on the way
        new = [parent for parent in dict.fromkeys(node.parents) if parent not in seen]
        nodes += new
        seen.update(new)
        if len(nodes) > MOST:
            return None
    return {clean(node.label) for node in nodes}
