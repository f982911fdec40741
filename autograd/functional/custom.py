"""Operations of one's own: ``primitive`` makes a function of numbers a row of the table.

>>> from autograd import Value, grad, sigmoid
>>> @primitive
... def swish(x):
...     return x * sigmoid(x)
>>> swish(0.0), grad(swish)(0.0), grad(grad(swish))(0.0)
(0.0, 0.5, 0.5)
"""

from __future__ import annotations

import functools
import inspect
import sys
from collections.abc import Callable, Sequence
from importlib import import_module
from typing import Any, TypeAlias, overload

from autograd.engine.conversion import number
from autograd.engine.graph import flattened
from autograd.engine.labels import brief, typed
from autograd.engine.limits import Limit, as_floats, as_limits, taking_limits
from autograd.engine.primitive import TABLE, Primitive
from autograd.engine.recorded_gradients import gradients
from autograd.engine.shapes import NUMBER, NUMBERS, Shape
from autograd.engine.value import Value
from autograd.functional.derivatives import grad
from autograd.functional.evaluation import inside, is_recorded, outermost
from autograd.text import Symbol, latex_name, written

__all__ = ["primitive"]

Rule: TypeAlias = Callable[..., Any]


@overload
def primitive(function: Rule) -> Primitive: ...
@overload
def primitive(
    *,
    partials: Sequence[Rule] = (),
    symbol: str = "",
    textbook: Sequence[Rule] = (),
    domain: str = "",
    limit: Rule | None = None,
    takes: Shape | None = None,
) -> Callable[[Rule], Primitive]: ...


def primitive(function: Rule | None = None, **options: Any) -> Any:
    """Make a function of numbers an operation: one node in graphs, one row of the table, by the function's name.

    ``partials`` are its derivatives by each argument, as functions of the result and the arguments. They use arithmetic
    and functions of this package, never ``math``, since they are run on Values for derivatives of derivatives and on symbols
    for formulas. The function itself may then use anything that takes floats:

    >>> import math
    >>> from autograd import cosh, jvp
    >>> @primitive(partials=[lambda z, x: (cosh(x) - z) / x])
    ... def sinhc(x):
    ...     return math.sinh(x) / x
    >>> jvp(sinhc, (2.0,), (1.0,))
    (1.813..., 0.974...)

    Without ``partials``, the function uses arithmetic and functions of this package, and its derivatives, of any order, are
    found by running it on Values. ``symbol`` is what pictures show, ``textbook`` the partials as a textbook prints them,
    ``domain`` what an error message asks for, ``limit`` the value at the edge of the domain, ``takes`` one of the shapes
    in ``autograd.engine.shapes`` if arguments are sequences. Trailing arguments may have defaults.

    Values and pickles hold an operation by its name. So the name must be free, except that the same function may be defined
    again, as when a notebook's cell is run twice: graphs recorded before keep the older one.

    Raises ValueError if the name belongs to another operation or there is not one partial for each argument, and TypeError
    if the function takes anything but positional arguments or has no name.
    """
    if function is None:
        return functools.partial(_row, **options)
    return _row(function, **options)


class Custom(Primitive):
    """A row that was added with ``primitive``."""

    is_own = True

    def __init__(self, function: Rule, partials: Sequence[Rule], options: dict[str, Any]) -> None:
        self.function, self._compute = function, outermost(function)
        self.__module__ = function.__module__
        super().__init__(function.__name__, self._value, *partials, **options)
        self.__doc__ = function.__doc__ or self.__doc__

    def _value(self, *numbers: Any) -> float:
        """Return what the function returns, as a float."""
        try:
            result = self._compute(*numbers)
        except TypeError as error:
            _of_function(error)
            raise
        if isinstance(result, complex):  # as (-1.0) ** 0.5 of plain floats
            raise ValueError(f"its result is {result}, which is no real number")
        plain = number(result)
        if plain is None:
            raise _of_function(TypeError(f"{self.name} should return a real number, but it returned {typed(result)}"))
        return plain

    def misuse(self, args: Sequence[Any]) -> TypeError:
        """Return the function's own TypeError if that is what is being handled: its arguments were of the right kind."""
        error = sys.exc_info()[1]
        return error if isinstance(error, TypeError) and hasattr(error, "of_function") else super().misuse(args)

    def __reduce__(self) -> tuple[Any, ...]:
        return _custom_row, (self.__module__, self.name)


def _of_function(error: TypeError) -> TypeError:
    """Return a TypeError from inside a user's function, marked, to be told apart from one that its arguments cause."""
    vars(error)["of_function"] = True
    return error


class _FoundPartial:
    """A partial that nobody has written: found by running the function on Values, and written f′(x) or ∂f/∂x(x, y)."""

    def __init__(self, function: Rule, index: int, names: Sequence[str]) -> None:
        self.function, self.index, self.names = function, index, names

    def __call__(self, z: Any, *args: Any) -> Any:
        kinds = {type(x) for x in flattened(args)}
        if Symbol in kinds or isinstance(z, Symbol):
            return self._written(z, args)
        try:
            if kinds <= {float}:
                return self._found(args)
            if Limit in kinds:
                with taking_limits():
                    return self._found(as_floats(args))
            return grad(self.function, self.index)(*args)
        except TypeError as error:
            name = self.function.__name__
            raise TypeError(
                f"the derivatives of {name} are found by running it on Values, but there it raised {error!s:.300} "
                "(let it use functions of autograd, or give partials=)"
            ) from error

    def _found(self, args: Sequence[Any]) -> Any:
        args = [*args]
        given = args[self.index]
        args[self.index] = variables = [*map(Value, given)] if isinstance(given, (list, tuple)) else Value(given)
        wrt = variables if isinstance(variables, list) else [variables]
        with inside():
            root = self.function(*args)
        slopes = gradients(root, wrt) if isinstance(root, Value) else [0.0] * len(wrt)
        return slopes if isinstance(variables, list) else slopes[0]

    def _written(self, z: Any, args: Sequence[Any]) -> Any:
        style = next(x.style for x in flattened([z, *args]) if isinstance(x, Symbol))
        listed = ", ".join(written(arg, style) for arg in args)
        name, by = self.function.__name__, self.names[self.index]
        if style == "python":
            head, listed = f"{name}.partials[{self.index}]", f"{written(z, style)}, {listed}"
        elif style == "latex":
            name, by = rf"\operatorname{{{name.replace('_', ' ')}}}", latex_name(by)
            head = f"{name}'" if len(args) == 1 else rf"\frac{{\partial {name}}}{{\partial {by}}}"
        else:
            head = f"{name}′" if len(args) == 1 else f"∂{name}/∂{by}"
        given = args[self.index]
        if isinstance(given, (list, tuple)):
            return [Symbol(f"{head}({listed})[{i}]", style) for i in range(len(given))]
        return Symbol(f"{head}({listed})", style)


def _row(
    function: Rule,
    *,
    partials: Sequence[Rule] = (),
    takes: Shape | None = None,
    textbook: Sequence[Rule] = (),
    limit: Rule | None = None,
    **options: Any,
) -> Primitive:
    name = getattr(function, "__name__", "")
    if not name.isidentifier():
        raise TypeError(f"an operation needs a name of its own, but got {brief(name or function)}: define it with def")
    names, defaults = _parameters(function, name)
    _refuse_taken(function, name)
    if takes is None:
        takes = {1: NUMBER, 2: NUMBERS}.get(len(names)) or Shape(f"{len(names)} numbers", ((False,) * len(names),))
    for what, given in (("partial", partials), ("textbook partial", textbook)):
        if given and len(given) != len(names):
            raise ValueError(f"{name} takes {_count(names, 'argument')}, but got {_count(given, what)}: give one for each")
    if not partials and limit is None:
        limit = _limit_of(function)
    if limit is not None:
        options["limit"] = limit
    options |= {"textbook": textbook, "takes": takes, "defaults": defaults, "parameters": names}
    found = [_FoundPartial(function, i, names) for i in range(len(names))]
    row = Custom(function, [*map(_given, partials)] or found, options)
    row.body = None if partials else function
    return row


def _given(partial: Rule) -> Rule:
    """Return a partial that gives plain numbers for plain numbers, though it may take derivatives itself."""
    plain = outermost(partial)
    return lambda *args: (partial if any(map(is_recorded, flattened(args))) else plain)(*args)


def _parameters(function: Rule, name: str) -> tuple[list[str], list[float]]:
    """Return the names of a function's parameters, and the defaults of the last ones."""
    parameters = inspect.signature(function).parameters.values()
    positional = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    for parameter in parameters:
        if parameter.kind not in positional:
            raise TypeError(f"an operation takes positional arguments only, but {name} has the parameter {parameter}")
    if not parameters:
        raise TypeError(f"an operation takes at least one number, but {name} takes none")
    defaults = [parameter.default for parameter in parameters if parameter.default is not parameter.empty]
    plain = [number(default) for default in defaults]
    for default, x in zip(defaults, plain, strict=True):
        if x is None:
            raise TypeError(f"the defaults of an operation are numbers, but one of {name} is {brief(default)}")
    return [parameter.name for parameter in parameters], [x for x in plain if x is not None]


def _refuse_taken(function: Rule, name: str) -> None:
    """Raise ValueError if a name belongs to another operation than an earlier definition of the same function."""
    row = TABLE.get(name)
    if row is None:
        return
    if not isinstance(row, Custom):
        raise ValueError(f"there is an operation {name} already: give the function another name")
    other = row.function
    if (other.__module__, other.__qualname__) != (function.__module__, function.__qualname__):
        where = f"{other.__module__}.{other.__qualname__}"
        raise ValueError(f"there is an operation {name} already, {where}: give the function another name")


def _limit_of(function: Rule) -> Rule:
    """Return the function on arithmetic that takes limits where floats would raise."""

    def limit(*args: Any) -> Any:
        return as_floats(function(*as_limits(args)))

    return limit


def _count(things: Sequence[Any], what: str) -> str:
    return f"{len(things)} {what}{'s' * (len(things) != 1)}"


def _custom_row(module: str, name: str) -> Primitive:
    """Return the row that a pickle names, from the module that defines it."""
    if name not in TABLE:
        import_module(module)
    if name not in TABLE:
        raise LookupError(f"there is no operation {name} here: define it as in {module}, then load again")
    return TABLE[name]
