# What type checkers read of __init__.py: the same names from the same places, which a test compares.

from autograd.checking import check_grads, check_graph
from autograd.compiling import code, jit
from autograd.drawing import draw, draw_dot, to_dot, trace
from autograd.engine import Value, enable_grad, gradients, no_grad, topological_order, weighted_sum
from autograd.engine.core import compiled as compiled
from autograd.engine.numpy_door import array
from autograd.engine.primitives import abs as abs
from autograd.engine.primitives import (
    acos,
    acosh,
    add,
    arccos,
    arccosh,
    arcsin,
    arcsinh,
    arctan,
    arctan2,
    arctanh,
    asin,
    asinh,
    atan,
    atan2,
    atanh,
    cbrt,
    ceil,
    clip,
    copysign,
    cos,
    cosh,
    divide,
    erf,
    erfc,
    exp,
    exp2,
    expm1,
    floor,
    floor_divide,
    fmod,
    half_squared_error,
    heaviside,
    hypot,
    log,
    log1p,
    log2,
    log10,
    log_sum_exp,
    logaddexp,
    maximum,
    minimum,
    multiply,
    negative,
    power,
    product,
    relu,
    remainder,
    rint,
    sigmoid,
    sign,
    sin,
    sinc,
    sinh,
    softplus,
    sqrt,
    subtract,
    tan,
    tanh,
    total,
    trunc,
    where,
    xlogy,
)  # fmt: skip
from autograd.engine.primitives import round as round
from autograd.explaining import cost, derive, digits, explain, source_line, trace_lines, why_big, why_nan, why_zero
from autograd.functional import (
    elementwise_grad,
    grad,
    hessian,
    hvp,
    jacobian,
    jvp,
    primitive,
    sparse_hessian,
    sparse_jacobian,
    taylor,
    value_and_grad,
    vjp,
)  # fmt: skip
from autograd.stepping import step, walk
from autograd.storing import graph_from_json, graph_to_json, load_graph, save_graph
from autograd.teaching import mistakes, quiz, update_before_the_pass_is_done

__version__: str

__all__ = [
    "Value", "acos", "acosh", "add", "arccos", "arccosh", "arcsin", "arcsinh", "arctan", "arctan2", "arctanh", "array",
    "asin", "asinh", "atan", "atan2", "atanh", "cbrt", "ceil", "check_grads", "check_graph", "clip", "code", "copysign",
    "cos", "cosh", "cost", "derive", "digits", "divide", "draw", "draw_dot", "elementwise_grad", "enable_grad", "erf",
    "erfc", "exp", "exp2", "explain", "expm1", "floor", "floor_divide", "fmod", "grad", "gradients", "graph_from_json",
    "graph_to_json", "half_squared_error", "heaviside", "hessian", "hvp", "hypot", "jacobian", "jit", "jvp", "load_graph",
    "log", "log10", "log1p", "log2", "log_sum_exp", "logaddexp", "maximum", "minimum", "mistakes", "multiply", "negative",
    "no_grad", "power", "primitive", "product", "quiz", "relu", "remainder", "rint", "save_graph", "sigmoid", "sign",
    "sin", "sinc", "sinh", "softplus", "source_line", "sparse_hessian", "sparse_jacobian", "sqrt", "step", "subtract",
    "tan", "tanh", "taylor", "to_dot", "topological_order", "total", "trace", "trace_lines", "trunc",
    "update_before_the_pass_is_done", "value_and_grad", "vjp", "walk", "weighted_sum", "where", "why_big", "why_nan",
    "why_zero", "xlogy",
]  # fmt: skip
