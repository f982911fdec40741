"""Names of nodes, and how they are written in LaTeX."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import count

from autograd.engine.labels import clean
from autograd.engine.value import Value


def names_of(nodes: Iterable[Value]) -> dict[Value, str]:
    """Return a name for each node: its label, told apart from earlier ones by a number, or v1, v2, … where it has none.

    Labels are cleaned: what is written with these names can be shown anywhere.

    >>> from autograd import Value
    >>> x, y, z = Value(1.0, label="x"), Value(2.0), Value(3.0, label="x")
    >>> list(names_of([x, y, z]).values())
    ['x', 'v1', 'x#2']
    """
    labels = {node: clean(node.label) for node in nodes}
    free = set(labels.values()).isdisjoint
    names: dict[Value, str] = {}
    counters: dict[str, Iterator[int]] = {}
    for node, label in labels.items():
        if label and label not in counters:
            counters[label] = count(2)
            names[node] = label
        else:
            numbers = counters.setdefault(label, count(1))
            stem = f"{label}#" if label else "v"
            names[node] = next(name for name in (f"{stem}{number}" for number in numbers) if free([name]))
    return names


_WORD = re.compile(r"[A-Za-z]+[0-9]*(_[A-Za-z0-9]+)*")


def latex_name(name: str) -> str:
    r"""Return a label as LaTeX mathematics: letters, then subscripts; anything else as text, with nothing left to interpret.

    A point and a number at the end count samples, as (2) above a name does.

    >>> latex_name("w5"), latex_name("out_h1"), latex_name("i1.2"), latex_name("50 %")
    ('w_{5}', '\\mathrm{out}_{h1}', '{i_{1}^{(2)}}', '\\text{50 \\%}')
    """
    stem, _, sample = name.rpartition(".")
    if sample.isascii() and sample.isdecimal() and re.fullmatch(_WORD, stem):
        return f"{{{latex_name(stem)}^{{({sample})}}}}"  # in braces, since a power of it has one more above
    if not re.fullmatch(_WORD, name):
        return rf"\text{{{''.join(_latex_character(c) for c in name)}}}"
    base, *subscripts = re.findall(r"^[A-Za-z]+|[0-9A-Za-z]+", name)
    marks = ",".join(rf"\mathrm{{{s}}}" if s.isalpha() and len(s) > 1 else s for s in subscripts)
    return (base if len(base) == 1 else rf"\mathrm{{{base}}}") + (f"_{{{marks}}}" if marks else "")


def _latex_character(c: str) -> str:
    if c in "\\^~":
        return "}" + {"\\": r"\backslash ", "^": r"\wedge ", "~": r"\sim "}[c] + r"\text{"
    if c in "<>":
        return {"<": r"\textless ", ">": r"\textgreater "}[c]  # which a page might take for a tag
    return "\\" + c if c in "#$%&_{}" else " " if c.isspace() else c if c.isprintable() else "?"
