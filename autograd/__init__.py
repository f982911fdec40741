"""A tiny scalar autograd engine: numbers that record how they were computed, and the derivatives that follow from it.

>>> from autograd import Value, exp
>>> x = Value(0.5, label="x")
>>> y = x * exp(-x)
>>> y.backward()
>>> x.grad == exp(-0.5) * (1 - 0.5)
True

``Value`` has every function as a method, too; given plain numbers, the functions here return floats.
"""

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
    step,
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
    "cos",
    "cosh",
    "divide",
    "erf",
    "erfc",
    "exp",
    "exp2",
    "expm1",
    "half_squared_error",
    "hypot",
    "log",
    "log1p",
    "log2",
    "log10",
    "log_sum_exp",
    "maximum",
    "minimum",
    "multiply",
    "negative",
    "power",
    "product",
    "relu",
    "sigmoid",
    "sign",
    "sin",
    "sinh",
    "softplus",
    "sqrt",
    "step",
    "subtract",
    "tan",
    "tanh",
    "topological_order",
    "total",
    "weighted_sum",
]
