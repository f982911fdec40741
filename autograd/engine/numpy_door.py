"""What is done for NumPy, on request: it is an extra, and neither it nor what answers it is loaded before it asks."""

from __future__ import annotations

TYPE_CHECKING = False  # understood by type checkers; importing typing would take longer than this file
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    import numpy as np


def array(items: Any) -> np.ndarray[Any, Any]:
    """Return numbers, in lists, tuples or arrays, as an array of Values: a plain number becomes a Value.

    NumPy's functions take it, mixed with numbers and arrays of them, and record what they do, as they do with a single Value.
    Of ``np.array([v, 1.0])``, an array of objects, NumPy asks only what their classes happen to have.

    >>> import numpy as np
    >>> from autograd import Value, array
    >>> v = Value(0.5)
    >>> np.sum(np.log(np.maximum(array([v, -2.0]), 1e-9))).backward()
    >>> v.grad
    2.0

    Raises TypeError if there is anything else than numbers in it, or lists are not equally long.
    """
    from autograd.engine import numpy_arrays

    return numpy_arrays.array_of(items)


def of_items(function: Any, args: Sequence[Any]) -> Any:
    """Return a function of numbers on arrays, item by item, as NumPy broadcasts them."""
    from autograd.engine import numpy_arrays

    return numpy_arrays.of_items(function, args)


def of_ufunc(ufunc: Any, method: Any, inputs: Any, options: Any) -> Any:
    """Return what a ufunc of NumPy's makes of Values and of arrays of them."""
    from autograd.engine import numpy_ufuncs

    return numpy_ufuncs.of_ufunc(ufunc, method, inputs, options)


def of_function(function: Any, args: Any, options: Any) -> Any:
    """Return what another function of NumPy's makes of them."""
    from autograd.engine import numpy_functions

    return numpy_functions.of_function(function, args, options)
