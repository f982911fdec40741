# What type checkers read of __init__.py; a test holds one against the other.
from autograd.checking import (
    check_grads as check_grads,
)
from autograd.checking import (
    check_graph as check_graph,
)
from autograd.drawing import (
    draw as draw,
)
from autograd.drawing import (
    draw_dot as draw_dot,
)
from autograd.drawing import (
    to_dot as to_dot,
)
from autograd.drawing import (
    trace as trace,
)
from autograd.engine import (
    Value as Value,
)
from autograd.engine import (
    enable_grad as enable_grad,
)
from autograd.engine import (
    gradients as gradients,
)
from autograd.engine import (
    no_grad as no_grad,
)
from autograd.engine import (
    topological_order as topological_order,
)
from autograd.engine import (
    weighted_sum as weighted_sum,
)
from autograd.engine.primitives import (
    abs as abs,
)
from autograd.engine.primitives import (
    acos as acos,
)
from autograd.engine.primitives import (
    acosh as acosh,
)
from autograd.engine.primitives import (
    add as add,
)
from autograd.engine.primitives import (
    arccos as arccos,
)
from autograd.engine.primitives import (
    arccosh as arccosh,
)
from autograd.engine.primitives import (
    arcsin as arcsin,
)
from autograd.engine.primitives import (
    arcsinh as arcsinh,
)
from autograd.engine.primitives import (
    arctan as arctan,
)
from autograd.engine.primitives import (
    arctan2 as arctan2,
)
from autograd.engine.primitives import (
    arctanh as arctanh,
)
from autograd.engine.primitives import (
    asin as asin,
)
from autograd.engine.primitives import (
    asinh as asinh,
)
from autograd.engine.primitives import (
    atan as atan,
)
from autograd.engine.primitives import (
    atan2 as atan2,
)
from autograd.engine.primitives import (
    atanh as atanh,
)
from autograd.engine.primitives import (
    cbrt as cbrt,
)
from autograd.engine.primitives import (
    cos as cos,
)
from autograd.engine.primitives import (
    cosh as cosh,
)
from autograd.engine.primitives import (
    divide as divide,
)
from autograd.engine.primitives import (
    erf as erf,
)
from autograd.engine.primitives import (
    erfc as erfc,
)
from autograd.engine.primitives import (
    exp as exp,
)
from autograd.engine.primitives import (
    exp2 as exp2,
)
from autograd.engine.primitives import (
    expm1 as expm1,
)
from autograd.engine.primitives import (
    half_squared_error as half_squared_error,
)
from autograd.engine.primitives import (
    heaviside as heaviside,
)
from autograd.engine.primitives import (
    hypot as hypot,
)
from autograd.engine.primitives import (
    log as log,
)
from autograd.engine.primitives import (
    log1p as log1p,
)
from autograd.engine.primitives import (
    log2 as log2,
)
from autograd.engine.primitives import (
    log10 as log10,
)
from autograd.engine.primitives import (
    log_sum_exp as log_sum_exp,
)
from autograd.engine.primitives import (
    maximum as maximum,
)
from autograd.engine.primitives import (
    minimum as minimum,
)
from autograd.engine.primitives import (
    multiply as multiply,
)
from autograd.engine.primitives import (
    negative as negative,
)
from autograd.engine.primitives import (
    power as power,
)
from autograd.engine.primitives import (
    product as product,
)
from autograd.engine.primitives import (
    relu as relu,
)
from autograd.engine.primitives import (
    sigmoid as sigmoid,
)
from autograd.engine.primitives import (
    sign as sign,
)
from autograd.engine.primitives import (
    sin as sin,
)
from autograd.engine.primitives import (
    sinh as sinh,
)
from autograd.engine.primitives import (
    softplus as softplus,
)
from autograd.engine.primitives import (
    sqrt as sqrt,
)
from autograd.engine.primitives import (
    subtract as subtract,
)
from autograd.engine.primitives import (
    tan as tan,
)
from autograd.engine.primitives import (
    tanh as tanh,
)
from autograd.engine.primitives import (
    total as total,
)
from autograd.explaining import (
    cost as cost,
)
from autograd.explaining import (
    derive as derive,
)
from autograd.explaining import (
    explain as explain,
)
from autograd.explaining import (
    source_line as source_line,
)
from autograd.explaining import (
    trace_lines as trace_lines,
)
from autograd.explaining import (
    why_big as why_big,
)
from autograd.explaining import (
    why_nan as why_nan,
)
from autograd.explaining import (
    why_zero as why_zero,
)
from autograd.functional import (
    elementwise_grad as elementwise_grad,
)
from autograd.functional import (
    grad as grad,
)
from autograd.functional import (
    hessian as hessian,
)
from autograd.functional import (
    hvp as hvp,
)
from autograd.functional import (
    jacobian as jacobian,
)
from autograd.functional import (
    jvp as jvp,
)
from autograd.functional import (
    primitive as primitive,
)
from autograd.functional import (
    sparse_hessian as sparse_hessian,
)
from autograd.functional import (
    sparse_jacobian as sparse_jacobian,
)
from autograd.functional import (
    taylor as taylor,
)
from autograd.functional import (
    value_and_grad as value_and_grad,
)
from autograd.functional import (
    vjp as vjp,
)
from autograd.stepping import (
    step as step,
)
from autograd.stepping import (
    walk as walk,
)
from autograd.storing import (
    graph_from_json as graph_from_json,
)
from autograd.storing import (
    graph_to_json as graph_to_json,
)
from autograd.storing import (
    load_graph as load_graph,
)
from autograd.storing import (
    save_graph as save_graph,
)
from autograd.teaching import (
    mistakes as mistakes,
)
from autograd.teaching import (
    quiz as quiz,
)
from autograd.teaching import (
    update_before_the_pass_is_done as update_before_the_pass_is_done,
)

__all__ = [
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
    "mistakes",
    "multiply",
    "negative",
    "no_grad",
    "power",
    "primitive",
    "product",
    "quiz",
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
    "update_before_the_pass_is_done",
    "value_and_grad",
    "vjp",
    "walk",
    "weighted_sum",
    "why_big",
    "why_nan",
    "why_zero",
]
