"""A tiny scalar autograd engine: numbers that record how they were computed, and the derivatives that follow from it.

>>> from autograd import Value, exp
>>> x = Value(0.5, label="x")
>>> y = x * exp(-x)
>>> y.backward()
>>> x.grad == exp(-0.5) * (1 - 0.5)
True

``Value`` has every function as a method, too; given plain numbers, the functions here return floats.
"""

from typing import TYPE_CHECKING, Any

from autograd.draw import draw, draw_dot, to_dot, trace
from autograd.graph import topological_order
from autograd.primitives import (
    abs,  # noqa: A004, F401  # NumPy's name
    add,
    arccos,
    arccosh,
    arcsin,
    arcsinh,
    arctan,
    arctan2,
    arctanh,
    cbrt,
    cos,
    cosh,
    divide,
    erf,
    erfc,
    exp,
    exp2,
    expm1,
    half_squared_error,
    heaviside,
    hypot,
    log,
    log1p,
    log2,
    log10,
    log_sum_exp,
    maximum,
    minimum,
    multiply,
    negative,
    power,
    product,
    relu,
    sigmoid,
    sign,
    sin,
    sinh,
    softplus,
    sqrt,
    subtract,
    tan,
    tanh,
    total,
)
from autograd.value import Value, weighted_sum

asin = arcsin
acos = arccos
atan = arctan
atan2 = arctan2
asinh = arcsinh
acosh = arccosh
atanh = arctanh

if TYPE_CHECKING:
    from autograd.check import check_graph
    from autograd.costs import cost
    from autograd.custom import primitive
    from autograd.derivation import derive
    from autograd.differences import check_grads
    from autograd.differentiate import gradients
    from autograd.explainer import explain
    from autograd.functional import elementwise_grad, grad, hessian, hvp, jacobian, jvp, value_and_grad, vjp
    from autograd.recording import enable_grad, no_grad
    from autograd.series import taylor
    from autograd.sparse import sparse_hessian, sparse_jacobian
    from autograd.stepper import step
    from autograd.storage import graph_from_json, graph_to_json, load_graph, save_graph
    from autograd.terminal import walk
    from autograd.tracing import source_line, trace_lines
    from autograd.why import why_big, why_nan, why_zero

_ON_REQUEST = {  # imported when first used: together they take four times as long to import as the engine
    "check_grads": "differences",
    "check_graph": "check",
    "cost": "costs",
    "derive": "derivation",
    "elementwise_grad": "functional",
    "enable_grad": "recording",
    "explain": "explainer",
    "grad": "functional",
    "gradients": "differentiate",
    "graph_from_json": "storage",
    "graph_to_json": "storage",
    "hessian": "functional",
    "hvp": "functional",
    "jacobian": "functional",
    "jvp": "functional",
    "load_graph": "storage",
    "no_grad": "recording",
    "primitive": "custom",
    "save_graph": "storage",
    "source_line": "tracing",
    "sparse_hessian": "sparse",
    "sparse_jacobian": "sparse",
    "step": "stepper",
    "taylor": "series",
    "trace_lines": "tracing",
    "value_and_grad": "functional",
    "vjp": "functional",
    "walk": "terminal",
    "why_big": "why",
    "why_nan": "why",
    "why_zero": "why",
}


def __getattr__(name: str) -> Any:
    if name in _ON_REQUEST:
        from importlib import import_module

        return getattr(import_module(f"autograd.{_ON_REQUEST[name]}"), name)
    raise AttributeError(f"module 'autograd' has no attribute {name!r}")


__all__ = [  # all but abs, which would hide Python's own from `import *`
    "Value",
    "acos",
    "acosh",
    "add",
    "arccos",
    "arccosh",
    "arcsin",
    "arcsinh",
    "arctan",
    "arctan2",
    "arctanh",
    "asin",
    "asinh",
    "atan",
    "atan2",
    "atanh",
    "cbrt",
    "check_grads",
    "check_graph",
    "cos",
    "cosh",
    "cost",
    "derive",
    "divide",
    "draw",
    "draw_dot",
    "elementwise_grad",
    "enable_grad",
    "erf",
    "erfc",
    "exp",
    "exp2",
    "explain",
    "expm1",
    "grad",
    "gradients",
    "graph_from_json",
    "graph_to_json",
    "half_squared_error",
    "heaviside",
    "hessian",
    "hvp",
    "hypot",
    "jacobian",
    "jvp",
    "load_graph",
    "log",
    "log1p",
    "log2",
    "log10",
    "log_sum_exp",
    "maximum",
    "minimum",
    "multiply",
    "negative",
    "no_grad",
    "power",
    "primitive",
    "product",
    "relu",
    "save_graph",
    "sigmoid",
    "sign",
    "sin",
    "sinh",
    "softplus",
    "source_line",
    "sparse_hessian",
    "sparse_jacobian",
    "sqrt",
    "step",
    "subtract",
    "tan",
    "tanh",
    "taylor",
    "to_dot",
    "topological_order",
    "total",
    "trace",
    "trace_lines",
    "value_and_grad",
    "vjp",
    "walk",
    "weighted_sum",
    "why_big",
    "why_nan",
    "why_zero",
]
