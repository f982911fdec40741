"""Classic mistakes of backpropagation, made on purpose and on your own graph, to compare with the truth."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection

from autograd.graph import replaced, topological_order
from autograd.reading import partial_of
from autograd.value import Value


def update_before_the_pass_is_done(root: Value, parameters: Collection[Value], rate: float) -> None:
    """Take a gradient step that changes each parameter as soon as its gradient is known, while the pass goes on.

    The mistake: nodes deeper in the graph then get gradients that went through the *updated* parameters, in part. A pass
    must end before anything changes. (A recorded graph keeps its partials, so the mistake has to read the data anew.)
    """
    order = topological_order(root)
    adjoints = dict.fromkeys(order, 0.0)
    waiting = Counter(argument for node in order for argument, _ in node.edges)
    adjoints[root] = 1.0
    for node in reversed(order):
        for i, arg in enumerate(node.args):
            if node.op is None or isinstance(arg, float):
                continue
            numbers = replaced(node.args, lambda argument: argument.data)
            partial = partial_of(node.op, i, node.data, *numbers)
            for argument, slope in zip(arg, partial, strict=True) if isinstance(arg, tuple) else [(arg, partial)]:
                if isinstance(argument, Value):
                    adjoints[argument] += adjoints[node] * slope
                    waiting[argument] -= 1
                    if not waiting[argument] and argument in parameters:
                        argument.data -= rate * adjoints[argument]
