"""Why a gradient is 0, nan or big: the operation, the source line and the factor that did it.

A value knows what it was computed from, not what was computed from it. So the answers need the root that ``backward()`` was
called on; without it they say what the value alone can tell. Asking changes nothing.
"""

from __future__ import annotations

import math

from autograd.engine.argument_checks import one_value
from autograd.engine.graph import topological_order
from autograd.engine.node import has_gradient, plain_grad
from autograd.engine.value import Value
from autograd.explaining.diagnosis import Cause, Why
from autograd.explaining.evidence import LONG, MOST, Evidence
from autograd.explaining.paths import contribution, count_paths
from autograd.explaining.source_lines import source_line
from autograd.text import called, clean, count_text, formula, formula_in_numbers, names_of, short_number

SMALL = 1e-6


def why_zero(x: Value, root: Value | None = None) -> Why:
    """Tell why the gradient of root by x is 0, or not there.

    >>> x, w = Value(-3.0, label="x"), Value(2.0, label="w")
    >>> net = w * x
    >>> loss = net.relu() * 5
    >>> net.label, loss.label = "net", "loss"
    >>> print(why_zero(w, loss))
    ∂loss/∂w is 0: the only path has a factor that is 0:
      ∂v1/∂net = [net > 0] = 0   relu is dead: net = −6 is not above 0
    >>> why_zero(w).state
    'not computed'
    """
    _refuse_others("why_zero", x, root)
    if root is None:
        return _without_root(x, "zero")
    paths = Evidence(root, x)
    if not paths.edges:
        return paths.none(x)
    gradient = paths.gradients[x]
    head = f"{paths.name(x)} is {short_number(gradient)}"
    if gradient and plain_grad(x) == 0.0:
        source, name = paths.names[root], paths.names[x]
        why = f"no pass from {source} has reached {name} since its grad was last 0: call backward() on {source}."
        return Why("not computed", f"{head}, but {why}")
    if abs(gradient) >= SMALL or math.isnan(gradient):
        return Why("not zero", f"{head}, not 0.")
    zeros = paths.zeros(x)
    if zeros:
        return paths.why("zero factor", f"{head}: {paths.each(x)} a factor that is 0:", zeros, paths.flat)
    largest = paths.largest(x)
    for edge in largest:
        uses = paths.uses[edge.argument]
        if math.fsum([abs(paths.adds(use)) for use in uses]) > abs(paths.gradients[edge.argument]) / SMALL:
            where = "" if edge.argument is x else f" on the way, at {paths.names[edge.argument]}"
            uses = sorted(uses, key=lambda use: -abs(paths.adds(use)))
            return paths.why("cancels", f"{head}: positive and negative contributions cancel{where}:", uses, paths.adding)
    smallest = sorted([edge for edge in largest if abs(edge.partial) < 1.0], key=lambda edge: abs(edge.partial))
    if gradient:
        return paths.why("small", f"{head}: small, but not 0. The factors below 1 on its largest path:", smallest, paths.at)
    return paths.why("underflow", f"{head}: no factor is 0, but their product is too small for a float:", smallest, paths.at)


def why_nan(y: Value, root: Value | None = None) -> Why:
    """Tell where nan or an infinity in y comes from; with a root, that in the gradient of root by y.

    >>> s = Value(0.0, label="s")
    >>> r = s.sqrt()
    >>> loss = r * r
    >>> loss.label, r.label = "loss", "r"
    >>> print(why_nan(s, loss))
    ∂loss/∂s is nan. What is not finite first appears here:
      ∂r/∂s = 0.5 / r = inf   sqrt at s = 0; times ∂loss/∂r = 0: 0·inf is nan
    """
    _refuse_others("why_nan", y, root)
    if not math.isfinite(y.data):
        return _forward(y)
    paths = Evidence(y) if root is None else Evidence(root, y)
    if not paths.edges:
        return paths.none(y)
    if root is None:
        bad = next((value for value, gradient in paths.gradients.items() if not math.isfinite(gradient)), None)
        if bad is not None:
            return why_nan(bad, y)
        if not math.isfinite(plain_grad(y)):
            return _without_root(y, "nan")
        return Why("finite", f"{paths.names[y]} is {short_number(y.data)}, and all gradients under it are finite, too.")
    gradient = paths.gradients[y]
    if not math.isfinite(gradient):
        return _forward(root) if not math.isfinite(root.data) else paths.backward(y)
    if math.isfinite(plain_grad(y)):
        return Why("finite", f"{paths.name(y)} is {short_number(gradient)}, which is finite.")
    return paths.others(y)


def why_big(x: Value, root: Value | None = None) -> Why:
    """Tell which factors make the gradient of root by x big, or whether several passes have added up.

    >>> x = Value(1e-3, label="x")
    >>> y = 5 / x
    >>> y.label = "y"
    >>> print(why_big(x, y))
    ∂y/∂x is −5e+06. The factors above 1 on its only path:
      ∂y/∂x = −y / x = −5e+06   divide at x = 0.001
    """
    _refuse_others("why_big", x, root)
    if root is None:
        return _without_root(x, "big")
    paths = Evidence(root, x)
    if not paths.edges:
        return paths.none(x)
    gradient = paths.gradients[x]
    if not math.isfinite(gradient):
        return why_nan(x, root)
    if plain_grad(x) and not math.isclose(plain_grad(x), gradient, rel_tol=1e-9):
        return paths.others(x)
    head = f"{paths.name(x)} is {short_number(gradient)}"
    if abs(gradient) <= 1.0:
        return Why("not big", f"{head}, which is not big.")
    largest = paths.largest(x)
    factors = sorted([edge for edge in largest if abs(edge.partial) > 1.0], key=lambda edge: -abs(edge.partial))
    count, alone = count_text(count_paths(root, x)), contribution(largest)
    if factors and abs(alone) >= 0.1 * abs(gradient):
        which = "only path" if count == "1" else f"largest of {count} paths, which adds {short_number(alone)}"
        return paths.why("large factors", f"{head}. The factors above 1 on its {which}:", factors, paths.at)
    return Why("many paths", f"{head}, the sum over {count} paths, of which the largest adds {short_number(alone)}.")


def _forward(y: Value) -> Why:
    """Tell where on the way to y a value is not finite for the first time."""
    order = topological_order(y)
    names = names_of(order)
    bad = {y}
    first: list[Value] = []
    for node in reversed(order):
        if node in bad:
            sources = [argument for argument, _ in node.edges if not math.isfinite(argument.data)]
            bad.update(sources)
            if not any(math.isnan(node.data) <= math.isnan(source.data) for source in sources):
                first.append(node)
    causes = [_cause_of(node, names) for node in reversed(first[-MOST:])]
    sentence = f"{names[y]} is {short_number(y.data)}. What is not finite first appears here:"
    return Why("value", sentence, tuple(causes), len(first) - len(causes))


def _cause_of(node: Value, names: dict[Value, str]) -> Cause:
    if node.op is None:
        return Cause("", names[node], names[node], "", "", node.data, "a leaf: this number was put in", source_line(node))
    how = "" if len(node.edges) > LONG else f"{formula(node, names)} = {formula_in_numbers(node)}"
    return Cause(called(node.op), names[node], names[node], "", how, node.data, called(node.op), source_line(node))


def _refuse_others(function: str, x: Value, root: Value | None) -> None:
    """Raise TypeError for what is no Value."""
    one_value(f"{function} takes a Value", x)
    if root is not None:
        one_value(f"{function} takes as root a Value", root)


def _without_root(x: Value, what: str) -> Why:
    """Tell what the value alone can tell."""
    name = clean(x.label) or "the value"
    if not has_gradient(x):
        why = "since it was made or last zeroed: call backward() on what was computed from it."
        return Why("not computed", f"No backward pass has reached {name} {why}")
    if plain_grad(x) and what == "zero":
        return Why("not zero", f"The grad of {name} is {short_number(plain_grad(x))}, not 0.")
    why = f"To learn why, pass the value that backward() was called on, too: why_{what}({clean(x.label) or 'x'}, root)."
    return Why("ask with the root", f"The grad of {name} is {short_number(plain_grad(x))}. {why}")
