"""What an operation is: one row of the table. How it is called, what it takes, and how it refuses."""

from __future__ import annotations

import math

from autograd.engine import shapes
from autograd.engine.core import Row, called_in_c
from autograd.engine.refusals import refusal
from autograd.engine.shapes import NUMBER, NUMBERS, Shape, as_sequence, is_array

TYPE_CHECKING = False  # understood by type checkers; importing typing would take longer than this file
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from typing import Any, Protocol, TypeAlias, TypeVar, overload

    class Kind(Protocol):
        """A kind of number that goes through rows in its own way: a Value, a dual number, a symbol."""

        _apply: Any

    K = TypeVar("K", bound=Kind)
    Rule: TypeAlias = Callable[..., Any]


TABLE: dict[str, Primitive] = {}
ON_FLOATS: dict[Rule, Rule] = {}  # partials, each with a faster function that does the same on floats alone


@called_in_c
class Primitive(Row):  # type: ignore[misc]  # which type checkers know nothing of
    """One operation: ``z = value(x, …)`` and one partial per argument, each a function of ``(z, x, …)``.

    An argument may be a sequence, as ``takes`` tells; its partial is then a sequence as well. ``symbol`` is what a picture
    shows, ``domain`` what an error message asks for, of the ``parameters`` by name, ``limit`` the value where ``value`` raises.
    ``composed`` is a compound operation made of elementary ones, for those who write, draw or count these. ``flat`` tells, as
    a function of ``(x, …)``, for each argument whether the operation is constant in it here, since it selects another one or
    a constant: such an edge passes nothing on, not even the 0·∞ that its partial 0 would make of an infinite slope.
    """

    flat: Rule | None = None  # here, since operations by hand have no other
    of_sequence: Primitive | None = None  # the row that takes over if there is but one argument, a sequence
    is_own = False  # whether a user's function computes it
    body: Rule | None = None  # of a row whose partials are found by running it; other kinds of number run it themselves

    def __init__(
        self,
        name: str,
        value: Rule,
        *partials: Rule,
        symbol: str = "",
        domain: str = "",
        limit: Rule = lambda *args: math.nan,
        textbook: Sequence[Rule] = (),
        composed: Rule | None = None,
        flat: Rule | None = None,
        takes: Shape | None = None,
        defaults: Sequence[float] = (),
        parameters: Sequence[str] = ("x", "y"),
    ) -> None:
        self.name, self.value, self.partials = name, value, partials
        self.arity = len(partials)
        self.symbol, self.domain, self.parameters, self.limit = symbol or name, domain, parameters, limit
        self.textbook, self.composed = textbook or partials, composed
        self.flat = flat
        self.takes = takes or (NUMBER if self.arity == 1 else NUMBERS)
        self.defaults = defaults
        self.__doc__ = f"Return {name} of {self.takes.words}: a float, or recorded as a Value if one of them is a Value."
        TABLE[name] = self

    if TYPE_CHECKING:

        @overload  # a list of floats fits both overloads; mypy takes the first, which is the right one
        def __call__(self, *args: float | Sequence[float]) -> float: ...  # type: ignore[overload-overlap]
        @overload
        def __call__(self, *args: K | float | Iterable[K | float]) -> K: ...

    def __call__(self, *args: Any, **named: Any) -> Any:
        """Compute on numbers; let any other kind of number (a Value, a symbol) go through the row in its own way.

        Of NumPy's arrays, item by item: an array of floats, or of Values if there are any.
        """
        if named:
            raise TypeError(f"{self.name} takes {self.takes.words}, not by name: leave out {' and '.join(named)}=")
        if len(args) != self.arity:
            if len(args) == 1 and self.of_sequence and hasattr(args[0], "__iter__"):
                return self.of_sequence(args[0])
            missing = self.arity - len(args)
            if not 0 < missing <= len(self.defaults):
                raise TypeError(f"{self.name} takes {self.takes.words}, but got {len(args)} argument{'s' * (len(args) != 1)}")
            args = (*args, *self.defaults[-missing:])
        for arg in args:
            if type(arg) is not float:
                if self.takes.numbers_alone and any(map(is_array, args)):
                    return shapes.numpy_door.of_items(self, args)
                apply = getattr(arg, "_apply", None) or _kind_of(args)
                if apply is None:
                    args = tuple(map(as_sequence, args))
                    apply = _kind_of(args)
                if apply is not None:
                    return apply(self, args)
                args = self.takes.checked(self.name, args)
                break
        try:
            return self.value(*args)
        except (ArithmeticError, ValueError) as error:
            raise self.refusal(error, args) from None
        except TypeError:
            raise self.misuse(args) from None

    def misuse(self, args: Sequence[Any]) -> TypeError:
        """Return the error for arguments of the wrong kind."""
        return self.takes.misuse(self.name, args)

    def refusal(self, error: Exception, numbers: Sequence[Any], operands: Sequence[Any] = ()) -> Exception:
        """Return the error for numbers without a result, which operands with labels may stand for."""
        return refusal(self, error, numbers, operands)

    def __repr__(self) -> str:
        return f"<primitive {self.name}>"

    def __reduce__(self) -> tuple[Any, ...]:
        return _row_named, (self.name,)


def _row_named(name: str) -> Primitive:
    return TABLE[name]


def _kind_of(args: Sequence[Any]) -> Any:
    """Return how the first argument that is no plain number, or has such an item, goes through a row; None if none is there."""
    for arg in args:
        apply = getattr(arg[0] if type(arg) is list and arg else arg, "_apply", None)
        if apply is None and isinstance(arg, (list, tuple)):
            apply = _kind_of(arg)
        if apply is not None:
            return apply
    return None
