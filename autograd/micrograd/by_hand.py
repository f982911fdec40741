"""Operations that somebody recorded by hand: rows that are known at one point alone, and partials that nobody gave."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache, partial
from typing import Any, NoReturn

from autograd.engine.conversion import number
from autograd.engine.labels import typed
from autograd.engine.node import Node, attach
from autograd.engine.primitive import TABLE, Primitive
from autograd.engine.refusals import label_of
from autograd.engine.shapes import Shape

ROWS = {"+": "add", "-": "subtract", "*": "multiply", "/": "divide", "ReLU": "relu"}
SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


class Unknown(float):
    """A partial that nobody gave: nan to look at, and an error to compute with, which says why."""

    __slots__ = ("why",)
    why: str

    def __new__(cls, why: str) -> Unknown:
        self = super().__new__(cls, math.nan)
        self.why = why
        return self

    def _refuse(self, *others: Any) -> NoReturn:
        raise ValueError(self.why)

    __mul__ = __rmul__ = __pos__ = _refuse

    def __reduce__(self) -> tuple[Any, ...]:
        return Unknown, (self.why,)


class ByHand(Primitive):
    """An operation that somebody recorded by hand: known at one point alone, by its value and its partials there.

    ``text`` is what its maker called it.
    """

    domain, defaults, composed, parameters = "", (), None, ()

    def __init__(self, text: str, at: Sequence[float], result: float, slopes: Sequence[float]) -> None:
        self.text, self.at, self.result, self.slopes = text, tuple(at), result, tuple(slopes)
        self.symbol, self.arity = text or "f", len(self.at)
        self.name = _name(text, self.arity)

    @property
    def takes(self) -> Shape:  # type: ignore[override]  # kept as attributes, these three would make cycles
        return Shape(f"{self.arity} number{'s' * (self.arity != 1)}", ((False,) * self.arity,))

    @property
    def partials(self) -> Any:  # type: ignore[override]
        return tuple([partial(self._partial, i) for i in range(self.arity)])

    textbook = partials

    def _partial(self, index: int, z: Any, *args: Any) -> Any:
        """Read off a partial, on any kind of number, as an operation that is itself known at the one point alone."""
        mark = "′" if self.arity == 1 else f"′{index + 1}".translate(SUBSCRIPTS)
        unknown = Unknown(
            f"{self.text or 'an operation'} was recorded by hand, with numbers for its partials, so it has no second "
            "derivative; compute it with the engine's own operations instead"
        )
        return ByHand(self.name + mark, self.at, self.slopes[index], [unknown] * self.arity)(*args)

    def value(self, *numbers: float) -> float:
        """Return the recorded value. Raises ValueError anywhere but at the point where it was recorded."""
        if not all(map(_same, numbers, self.at)):
            raise ValueError(f"{self.name} was recorded by hand")
        return self.result

    def limit(self, *numbers: float) -> float:
        return math.nan

    def refusal(self, error: Exception, numbers: Sequence[Any], operands: Sequence[Any] = ()) -> Exception:
        names = [label_of(operand) or f"argument {i}" for i, operand in enumerate(operands or numbers, start=1)]
        moved = [(name, x, y) for name, x, y in zip(names, numbers, self.at, strict=True) if not _same(x, y)]
        then, now = (" and ".join([f"{n} = {xs[i]!r}" for n, *xs in moved]) for i in (1, 0))
        return ValueError(
            f"{self.text or 'an operation'} was recorded by hand at {then}, and cannot be run again at {now}: "
            "record the graph anew, or compute this with the engine's own operations"
        )

    def __reduce__(self) -> tuple[Any, ...]:
        return ByHand, (self.text, self.at, self.result, self.slopes)


@lru_cache(maxsize=1000)
def _name(text: str, arity: int) -> str:
    """Return a name that formulas can write: a row's, if that takes so many numbers, or else one that no row has."""
    row = TABLE.get(ROWS.get(text, text))
    if row is not None and (False,) * arity in row.takes.sequences:
        return row.name
    name = "".join([c if c.isprintable() and c not in r" {}\$#%&^~" else "_" for c in text]) or "f"
    return name + "_by_hand" * (name in TABLE)


def _same(x: float, y: float) -> bool:
    return x == y or (x != x and y != y)


# --- to record one ---


def record(node: Node, _children: Any, _op: Any, children: Any, local_grads: Any) -> None:
    """Make a new Value the result of an operation by hand, from the arguments of micrograd's Value or of microgpt's.

    Raises TypeError for anything but Values as children, ValueError unless there is one local gradient for each of them.
    """
    if _is_given(_children) and _is_given(children):
        raise TypeError("Value got its children twice")
    arguments = _values(_children if _is_given(_children) else children)
    if _is_given(local_grads) and not isinstance(_op, str):
        raise TypeError("Value got its local gradients twice")
    text, grads = (_op, local_grads) if isinstance(_op, str) else ("", _op)
    if _is_given(grads):
        for listed in (_children, children, grads):
            if isinstance(listed, (set, frozenset)) and len(listed) > 1:
                raise TypeError("children and local gradients go by their order, which a set has not: give tuples")
    else:
        why = f"the partials of {text or 'an operation'}, which was recorded by hand, are not known: assign its _backward, "
        grads = [Unknown(f"{why}or record it as Value(data, children, local_grads)")] * len(arguments)
    partials = _partials(grads, arguments, text)
    attach_by_hand(node, arguments, text, partials)


def _is_given(arg: Any) -> bool:
    return not isinstance(arg, tuple) or arg != ()


def _values(children: Any) -> tuple[Node, ...]:
    if isinstance(children, Node):
        raise TypeError("the children of a Value are a tuple, also if it is only one: write (x,), with a comma")
    if isinstance(children, str) or not hasattr(children, "__iter__"):
        label = f"; a label goes by its name: Value(…, label={children!r})" if isinstance(children, str) else ""
        raise TypeError(f"Value takes children, a tuple of Values, after its number, but got {told(children)}{label}")
    values: tuple[Node, ...] = tuple(children)
    for child in values:
        if hasattr(child, "_apply") and not isinstance(child, Node):
            raise TypeError(
                "forward mode cannot pass through an operation that is recorded by hand, which has numbers for its partials: "
                "make it a function with @primitive(partials=…), or use grad"
            )
        if not isinstance(child, Node):
            raise TypeError(f"the children of a Value are Values, but got {told(child)}; leave constants out, or wrap them")
    return values


def _partials(grads: Any, arguments: Sequence[Node], text: str) -> list[float]:
    if not hasattr(grads, "__iter__") or isinstance(grads, (str, bytes)):
        raise TypeError(f"the local gradients of a Value are a tuple, also if it is only one, but got {told(grads)}")
    grads = list(grads)
    if len(grads) != len(arguments):
        raise ValueError(
            f"{text or 'an operation by hand'} has {len(arguments)} children, but {len(grads)} local gradients: "
            "there is one for each child"
        )
    return [
        g if type(g) is float or isinstance(g, Unknown) else plain(g, f"a local gradient of {text or 'a Value'}") for g in grads
    ]


def plain(x: Any, what: str) -> float:
    plain = number(x)
    if plain is None:
        raise TypeError(f"{what} is a plain number, but got {told(x)}; compute it from .data")
    return plain


def told(x: Any) -> str:
    return f"{typed(x)}"


def attach_by_hand(node: Node, arguments: Sequence[Node], text: str, partials: Sequence[float]) -> None:
    """Make a node the result of an operation by hand, laid out like any on so many numbers; without arguments, a leaf."""
    if arguments:
        attach(node, ByHand(text, [x.data for x in arguments], node.data, partials), tuple(arguments), partials)
