"""Pictures of recorded graphs, from one leaf to two thousand nodes: as SVG, DOT, Mermaid and text.

What is imported here is imported when it is first used: ``import autograd`` stays as fast as it was.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from autograd.draw.drawing import Drawing
    from autograd.draw.groups import Grouping
    from autograd.draw.words import NumberFormat
    from autograd.value import Value


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
    layout: str = "auto",
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
    * ``group`` gathers nodes in one card: "label" each operation without a label with the labelled one that uses it; a
      module the nodes of each of its parts; a function of a node those for which it returns the same name (None: alone).
    * ``depth=3`` shows three steps back from the root; ``between=(a, b)`` the paths from one node, or label, to another.
    * ``parameters=False`` leaves weights and biases out. A weight is then the number on its input's edge.
    * ``constants=True`` draws a card for each constant. Without, they are in the operation's name: ``2 ×``, ``x²``.

    How it looks:

    * ``roles`` has colours for nodes or labels: input, weight, bias, leaf, hidden, output, target, constant, operation,
      loss, root. Without it they follow from labels (w1, net_h1, …), from the record, and from the ``module``'s parameters.
    * ``number_format`` and ``partial_format`` are specifications such as ".2f", or functions from float to str.
    * ``layout`` is "dot" (Graphviz), "builtin" (nothing but Python), or "auto": dot where it is found.
    * ``theme`` is "light", "dark", or "auto": as the page.

    Raises ValueError for more than 2000 cards, and warns above 1000. Above 400, edges have no numbers.
    """
    from autograd.draw.drawing import Drawing
    from autograd.draw.view import view_of

    view = view_of(
        root,
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
    return Drawing(view, layout, theme, legend)


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
    from autograd.draw.dot import digraph
    from autograd.draw.view import view_of

    return digraph(view_of(root, **options), format, rankdir, theme)


to_dot = draw_dot


def trace(root: Value) -> tuple[list[Value], list[tuple[Value, Value]]]:
    """Return all nodes under root, in topological order, and all edges as pairs (argument, result); x * x has two.

    >>> from autograd import Value
    >>> x = Value(3.0, label="x")
    >>> nodes, edges = trace(x * x)
    >>> len(nodes), len(edges)
    (2, 2)
    """
    from autograd.graph import topological_order

    nodes = topological_order(root)
    return nodes, [(argument, node) for node in nodes for argument, _ in node.edges]


__all__ = ["draw", "draw_dot", "to_dot", "trace"]
