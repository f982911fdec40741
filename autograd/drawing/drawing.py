"""A drawing: one view of a graph, shown in notebooks, as text, or saved in any format."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

from autograd.drawing import dot, images, text
from autograd.drawing.groups import Grouping
from autograd.drawing.layout import Layout, arrange
from autograd.drawing.svg_writer import image, svg
from autograd.drawing.view import View, view_of
from autograd.drawing.words import NumberFormat
from autograd.engine.argument_checks import one_value
from autograd.engine.graph import topological_order
from autograd.engine.labels import brief
from autograd.engine.value import Value
from autograd.storing import write_atomically

LINES_IN_A_NOTEBOOK = 60
WIDEST_FITTED = 2000  # pixels; what is wider stays as large as it is, to be scrolled


class Drawing:
    """A picture of a recorded graph. ``print`` it for text; the last line of a notebook's cell shows it."""

    def __init__(
        self, view: View, engine: str = "builtin", theme: str = "auto", legend: bool = True, rankdir: str = "LR"
    ) -> None:
        self.view, self.theme, self.legend, self.rankdir = view, theme, legend, rankdir
        self.layout: Layout = arrange(view, engine, rankdir)
        self.svg: str = svg(view, self.layout, theme, legend)

    @cached_property
    def dot(self) -> str:
        """The picture in DOT, Graphviz's language."""
        return dot.source(self.view, self.rankdir, self.theme)

    @cached_property
    def mermaid(self) -> str:
        """The picture as a Mermaid flowchart, for a Markdown code block marked ``mermaid``."""
        return text.mermaid(self.view, self.rankdir)

    @cached_property
    def text(self) -> str:
        """The graph as a tree of text."""
        return text.tree(self.view)

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write a file in the format that its name ends in: .svg, .dot, .mmd (Mermaid), .txt; .png and .pdf (drawn
        by rsvg-convert or cairosvg, for light pages if the theme is "auto").

        Returns its path. Raises ValueError for another ending, RuntimeError if what draws an image is missing.
        """
        path = Path(path)
        form = path.suffix.lower()
        texts = {".svg": "svg", ".dot": "dot", ".gv": "dot", ".mmd": "mermaid", ".txt": "text"}
        if form in texts:
            write_atomically(path, getattr(self, texts[form]))
        elif form in (".png", ".pdf"):
            picture = svg(self.view, self.layout, "light" if self.theme == "auto" else self.theme, self.legend)
            write_atomically(path, images.converted(picture, form[1:]))
        else:
            raise ValueError(f"{brief(path.name)} must end in one of {', '.join([*texts, '.png', '.pdf'])}")
        return path

    def __str__(self) -> str:
        return self.text

    def __repr__(self) -> str:
        return f"<drawing of {self.view.description}>"

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        fit = "max-width:100%;height:auto" if self.layout.width <= WIDEST_FITTED else "max-width:none"
        return {
            "text/html": image(self.svg, self.view.description, fit),
            "text/plain": text.tree(self.view, LINES_IN_A_NOTEBOOK),
        }


def draw(
    root: Value,
    *,
    every_operation: bool = False,
    group: Grouping = None,
    depth: int | None = None,
    between: Sequence[Value | str] | None = None,
    parameters: bool = True,
    constants: bool = False,
    roles: Mapping[Value | str, str] | None = None,
    module: Any = None,
    number_format: NumberFormat | None = None,
    partial_format: NumberFormat | None = None,
    title: str = "",
    layout: str = "builtin",
    rankdir: str = "LR",
    theme: str = "auto",
    legend: bool = True,
) -> Drawing:
    """Draw the graph under a value: every node with its value and gradient, every edge with its local partial.

    >>> from autograd import Value
    >>> x, y = Value(2.0, label="x"), Value(5.0, label="y")
    >>> z = x * y
    >>> z.label = "z"
    >>> z.backward()
    >>> print(draw(z))
    Computation graph of z: 3 nodes, 2 edges
                value    grad  ∂above/∂this
    z     ×   10.0000  1.0000
    ├─ x       2.0000  5.0000             5
    └─ y       5.0000  2.0000             2
    <BLANKLINE>

    A notebook shows the picture; ``draw(z).save("z.svg")`` writes it, and formats by other names (see ``Drawing.save``).

    What is shown:

    * ``every_operation=True`` writes sums of many terms, such as a neuron's, with single operations.
    * ``group`` gathers nodes in one card: "label" each operation without a label with the labelled one that uses it;
      "neuron" each weighted sum with its own weights and bias, and its activation; a module the nodes of each of its parts;
      a function of a node those for which it returns the same name (None: alone).
    * ``depth=3`` shows three steps back from the root; ``between=(a, b)`` the paths from one node, or label, to another.
    * ``parameters=False`` leaves weights and biases out. A weight is then the number on its input's edge.
    * ``constants=True`` draws a card for each constant. Without, they are in the operation's name: ``2 ×``, ``▢²``.

    How it looks:

    * ``roles`` has colours for nodes or labels: input, weight, bias, leaf, hidden, output, target, constant, operation,
      loss, root. Without it they follow from labels (w1, net_h1, …), from the record, and from the ``module``'s parameters.
    * With a ``module``, the plain numbers that it reads have cards, too.
    * ``number_format`` and ``partial_format`` are specifications such as ".2f", or functions from float to str.
    * ``layout`` is "builtin", the same on every machine, or "dot": Graphviz's. ``rankdir`` is where it goes: "LR" to
      the right, "TB" down, "RL" or "BT".
    * ``theme`` is "light", "dark", or "auto": as the page.

    Raises ValueError for more than 2000 cards, and warns above 1000. Above 400, edges have no numbers.
    """
    view = view_of(
        one_value("draw takes a Value, the root of a graph", root),
        every_operation=every_operation,
        group=group,
        depth=depth,
        between=between,
        parameters=parameters,
        constants=constants,
        roles=roles,
        module=module,
        number_format=number_format,
        partial_format=partial_format,
        title=title,
    )
    return Drawing(view, layout, theme, legend, rankdir)


def draw_dot(
    root: Value,
    format: str = "svg",  # noqa: A002  # micrograd's name
    rankdir: str = "LR",
    *,
    theme: str = "light",
    **options: Any,
) -> Any:
    """Return a ``graphviz.Digraph`` of the graph under a value, drawn by Graphviz alone; takes ``draw``'s options for views.

    Raises ImportError if the Python package graphviz is not installed.
    """
    one_value("draw_dot takes a Value, the root of a graph", root)
    return dot.digraph(view_of(root, **options), format, rankdir, theme)


to_dot = draw_dot


def trace(root: Value) -> tuple[list[Value], list[tuple[Value, Value]]]:
    """Return all nodes under root, in topological order, and all edges as pairs (argument, result); x * x has two.

    >>> from autograd import Value
    >>> x = Value(3.0, label="x")
    >>> nodes, edges = trace(x * x)
    >>> len(nodes), len(edges)
    (2, 2)
    """
    nodes = topological_order(one_value("trace takes a Value, the root of a graph", root))
    return nodes, [(argument, node) for node in nodes for argument, _ in node.edges]
