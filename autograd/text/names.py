"""Names of nodes, and how they are written in LaTeX."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import count

from autograd.engine.labels import clean
from autograd.engine.value import Value
from autograd.text.words import few

LETTER = r"[^\W\d⁰¹²³⁴-⁹½]"  # of any script; a superscript would be a power
WORD = re.compile(rf"(?!(?:inf|nan)$){LETTER}(?:{LETTER}|[\d.#′])*(?:\[[\w.,: ]*\])?")  # x, out_h1, layer.w[0, 1]


def names_of(nodes: Iterable[Value]) -> dict[Value, str]:
    """Return a name for each node: its label, or v1, v2, … where it has none or one that an earlier node has.

    Labels are cleaned: what is written with these names can be shown anywhere. Labels that look alike as mathematics, as w5
    and w_5 do, count as one.

    >>> from autograd import Value
    >>> x, y, z = Value(1.0, label="x"), Value(2.0), Value(3.0, label="x")
    >>> list(names_of([x, y, z]).values())
    ['x', 'v1', 'v2']
    """
    labels = {node: clean(node.label) for node in nodes}
    owners = {alike(label): node for node, label in reversed(labels.items()) if label}
    free = (name for name in map("v{}".format, count(1)) if name not in owners)
    return {node: label if label and owners[alike(label)] is node else next(free) for node, label in labels.items()}


def alike(name: str) -> str:
    """Return what is the same for names that look alike where they are written."""
    return re.sub(r"^([A-Za-z]+)_(?=\d)", r"\1", name.translate(QUOTES)) if not name.isalnum() else name


QUOTES = dict.fromkeys(map(ord, "“”"))


def quoted(name: str) -> str:
    """Return a name as it stands in formulas: in quotes if it might be taken for one, or for a number.

    >>> quoted("out_h1"), quoted("a + b"), quoted("2")
    ('out_h1', '“a + b”', '“2”')
    """
    return name if WORD.fullmatch(name) else f"“{name.translate(QUOTES)}”"


def partial(of: str, by: str, held: Sequence[str] = ()) -> str:
    """Return a partial derivative in Leibniz's form, with what is held where that needs to be said.

    >>> partial("y", "x"), partial("y", "x", ["u", "v"])
    ('∂y/∂x', '∂y/∂x|u,v')
    """
    return f"∂{quoted(of)}/∂{quoted(by)}" + f"|{','.join(map(quoted, held))}" * bool(held)


def partial_latex(of: str, by: str, held: Sequence[str] = ()) -> str:
    """Return the same as LaTeX."""
    fraction = rf"\frac{{\partial {latex_name(of)}}}{{\partial {latex_name(by)}}}"
    return rf"\left.{fraction}\right|_{{{', '.join(map(latex_name, held))}}}" if held else fraction


class Partials:
    """What the partial derivatives on the edges of a graph are called, so that no name stands for two numbers.

    The graph is given by its nodes in topological order, and their names. Edges between the same two nodes are each a part of
    ∂z/∂x. What the root is computed from directly and indirectly has two derivatives: ∂z/∂x, and ∂z/∂x|u where u is held.

    >>> from autograd import Value, sin
    >>> x = Value(2.0, label="x")
    >>> u = sin(x * x)
    >>> names = {x: "x", u.parents[0]: "q", u: "u", x * u: "z"}
    >>> order = [*names]
    >>> [name for node in order for name in Partials(order, names).of_edges(node)]
    ['part 1 of ∂q/∂x', 'part 2 of ∂q/∂x', '∂u/∂q', '∂z/∂x|u', '∂z/∂u']
    """

    def __init__(self, order: Sequence[Value], names: dict[Value, str]) -> None:
        self.names, self.root = names, order[-1]
        arguments = {*self.root.parents}
        self.indirect = {x for node in order[:-1] for x in node.parents if x in arguments}

    def held(self, of: Value, by: Value) -> tuple[str, ...]:
        """Return what a partial holds, where that needs to be said."""
        if of is not self.root or by not in self.indirect:
            return ()
        return (*few([self.names[x] for x in dict.fromkeys(of.parents) if x is not by], 3),)

    def of(self, of: Value, by: Value) -> str:
        """Return what the derivative of an operation by one of its arguments is called."""
        return partial(self.names[of], self.names[by], self.held(of, by))

    def of_edges(self, of: Value) -> list[str]:
        """Return what the partial on each of an operation's edges is called."""
        parents, seen = of.parents, Counter[Value]()
        whole = {by: (self.of(of, by), times) for by, times in Counter(parents).items()}
        names = []
        for by in parents:
            seen[by] += 1
            name, times = whole[by]
            names.append(f"part {seen[by]} of {name}" if times > 1 else name)
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
