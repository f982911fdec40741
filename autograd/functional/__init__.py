"""Derivatives of functions, as functions: of any order, over scalars, lists, tuples, dicts and NumPy arrays of scalars.

Reads the engine and ``autograd.text``; knows nothing of pictures and explanations.
"""

from autograd.functional.custom import primitive
from autograd.functional.derivatives import elementwise_grad, grad, hessian, hvp, jacobian, jvp, value_and_grad, vjp
from autograd.functional.evaluation import Function, depth, inside, is_inside, is_recorded, require_function, require_tuple
from autograd.functional.pytree import flatten, is_array
from autograd.functional.sparse import sparse_hessian, sparse_jacobian
from autograd.functional.taylor_series import taylor

__all__ = [
    "Function",
    "depth",
    "elementwise_grad",
    "flatten",
    "grad",
    "hessian",
    "hvp",
    "inside",
    "is_array",
    "is_inside",
    "is_recorded",
    "jacobian",
    "jvp",
    "primitive",
    "require_function",
    "require_tuple",
    "sparse_hessian",
    "sparse_jacobian",
    "taylor",
    "value_and_grad",
    "vjp",
]
