"""A tiny scalar autograd engine: numbers that record how they were computed, and the derivatives that follow from it.

>>> from autograd import Value, exp
>>> x = Value(0.5, label="x")
>>> y = x * exp(-x)
>>> y.backward()
>>> x.grad == exp(-0.5) * (1 - 0.5)
True

``Value`` has every function of numbers as a method, too; given plain numbers, the functions here return floats. Of sequences,
as one node each: ``weighted_sum``, ``total``, ``product``, ``maximum``, ``minimum``, ``half_squared_error``, ``log_sum_exp``.
"""

from autograd.engine import Value  # noqa: F401  # the engine comes at once, all else when it is first asked for

_ROOMS = {  # where each public name comes from; __init__.pyi says the same to type checkers
    "engine": "Value enable_grad gradients no_grad topological_order weighted_sum",
    "engine.core": "compiled",
    "engine.primitives": """
        abs acos acosh add arccos arccosh arcsin arcsinh arctan arctan2 arctanh asin asinh atan atan2 atanh cbrt ceil clip
        copysign cos cosh divide erf erfc exp exp2 expm1 floor floor_divide fmod half_squared_error heaviside hypot log log10
        log1p log2 log_sum_exp logaddexp maximum minimum multiply negative power product relu remainder rint round sigmoid sign
        sin sinc sinh softplus sqrt subtract tan tanh total trunc where xlogy
        """,
    "engine.numpy_door": "array",
    "functional": """
        elementwise_grad grad hessian hvp jacobian jvp primitive sparse_hessian sparse_jacobian taylor value_and_grad vjp
        """,
    "explaining": "cost derive digits explain source_line trace_lines why_big why_nan why_zero",
    "checking": "check_grads check_graph",
    "compiling": "code jit",
    "storing": "graph_from_json graph_to_json load_graph save_graph",
    "teaching": "mistakes quiz update_before_the_pass_is_done",
    "drawing": "draw draw_dot to_dot trace",
    "stepping": "step walk",
}
_ROOM_OF = {name: room for room, names in _ROOMS.items() for name in names.split()}

__all__ = sorted(_ROOM_OF.keys() - {"abs", "round", "compiled"})  # the first two would hide Python's own from `import *`


def __getattr__(name: str) -> object:
    found: object
    if name == "__version__":
        found = _version()
    elif name in _ROOM_OF:
        found = getattr(__import__(f"{__name__}.{_ROOM_OF[name]}", fromlist=[name]), name)
    else:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *_ROOM_OF, "__version__"})


def _version() -> str:
    """Return what a checkout's setup.cfg says, which may be newer than what is installed; elsewhere the version installed."""
    from configparser import ConfigParser
    from importlib.metadata import PackageNotFoundError, version  # these take longer to import than the engine
    from os.path import dirname, join

    config = ConfigParser()
    config.read(join(dirname(dirname(__file__)), "setup.cfg"), encoding="utf-8")
    if config.get("metadata", "name", fallback="") == "scalar-autograd":
        return config.get("metadata", "version")
    try:
        return version("scalar-autograd")
    except PackageNotFoundError:
        return "unknown"
