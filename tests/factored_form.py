"""The factored form of a derivative, computed from its graph's numbers by the partials that the textbook writes."""

from __future__ import annotations

import math
from functools import cache

from autograd import Value
from autograd.engine.primitive import TABLE
from autograd.explaining.explainer import _Explainer
from autograd.text import partial_formulas


def evaluated(root: Value, node: Value) -> float:
    explainer = _Explainer(root, node)
    names = {value: f"v{i}" for i, value in enumerate(explainer.names)}
    scope = {**TABLE, "inf": math.inf, "nan": math.nan, **{name: value.data for value, name in names.items()}}
    formulas = cache(lambda consumer: partial_formulas(consumer, names, "python"))

    def added(edges) -> float:
        return math.fsum(eval(formulas(edge.consumer)[edge.place], scope) for edge in edges) if edges else 1.0

    derivatives = {root: 1.0}
    for value, form in reversed(explainer.forms.items()):
        factors = math.prod(added(edges) ** times for edges, times in form.factors)
        terms = math.fsum(added(edges) * derivatives[other] for edges, other in form.terms) if form.terms else 1.0
        derivatives[value] = factors * terms
    return derivatives.get(node, 0.0)
