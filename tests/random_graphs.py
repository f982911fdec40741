"""Graphs drawn by chance, for what holds of any graph."""

from __future__ import annotations

from hypothesis import strategies as st

from autograd import Value, total


def squared(x: Value) -> Value:
    return x * x


@st.composite
def graphs(draw) -> Value:
    """A root over one to four leaves, with any sharing, a label here and there; tanh keeps numbers from overflowing."""
    numbers = st.floats(-2, 2)
    nodes = [Value(draw(numbers), label=draw(st.sampled_from(["", "x", "y"]))) for _ in range(draw(st.integers(1, 4)))]
    for _ in range(draw(st.integers(0, 12))):
        a, b = draw(st.sampled_from(nodes)), draw(st.sampled_from(nodes))
        operation = draw(st.sampled_from(["add", "subtract", "multiply", "square", "scaled", "sum"]))
        nodes.append(
            {
                "add": lambda a=a, b=b: a + b,
                "subtract": lambda a=a, b=b: a - b,
                "multiply": lambda a=a, b=b: a * b.tanh(),
                "square": lambda a=a: squared(a.tanh()),
                "scaled": lambda a=a: 0.5 * a,
                "sum": lambda a=a, b=b: total([a, b, a]),
            }[operation]()
        )
    return nodes[-1]
