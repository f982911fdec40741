"""``Sequential``: modules and functions, one after the other."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any, overload

from autograd import Value
from autograd.engine.conversion import number
from autograd.engine.labels import brief
from autograd.engine.primitive import Primitive
from nn.layers import ACTIVATIONS, Layer
from nn.module import Module

Step = Callable[..., Any]


class Sequential(Module):
    """Modules and functions, each given what the one before returns.

    A module gets a list, also of one number. A function, such as ``autograd.sigmoid`` or ``Value.tanh``, is of one number: it
    is called for each. Those of the table that take a whole sequence, such as ``autograd.log_sum_exp``, get that; any other
    function of all numbers is written as a Module. Plain numbers become Values before they reach a function. Layers without a
    name are called 1, 2, …, so that w2_1_1 is a weight of the second one.

    >>> from nn import Layer
    >>> model = Sequential(Layer(2, 3, activation="linear"), Value.tanh, Layer(3, 1, activation="linear"))
    >>> model
    Sequential of [Layer(2, 3, activation='linear'), tanh, Layer(3, 1, activation='linear')]
    >>> len(model), model[1] is Value.tanh, len(model[:2])
    (3, True, 2)

    Raises TypeError for a part that cannot be called.
    """

    def __init__(self, *layers: Step) -> None:
        for i, layer in enumerate(layers):
            if isinstance(layer, type) or not callable(layer):
                raise TypeError(
                    f"part {i} of a Sequential must be a module or a function, but got {brief(layer)}{_hint(layer)}"
                )
        self.layers = list(layers)
        for n, part in enumerate([layer for layer in layers if isinstance(layer, Layer)], start=1):
            part.rename(f"{n}")

    def __call__(self, x: Any) -> Any:
        for layer in self.layers:
            x = _applied(layer, x)
        return x

    def __len__(self) -> int:
        return len(self.layers)

    def __iter__(self) -> Iterator[Step]:
        return iter(self.layers)

    @overload
    def __getitem__(self, index: int) -> Step: ...
    @overload
    def __getitem__(self, index: slice) -> Sequential: ...
    def __getitem__(self, index: int | slice) -> Step | Sequential:
        return Sequential(*self.layers[index]) if isinstance(index, slice) else self.layers[index]

    def __repr__(self) -> str:
        return f"Sequential of [{', '.join(map(_name, self.layers))}]"


def _hint(part: Any) -> str:
    if isinstance(part, type):
        meant = f"{part.__name__}(…)"
    elif isinstance(part, (list, tuple)):
        meant = "Sequential(*parts)"
    elif isinstance(part, str) and part in ACTIVATIONS:
        meant = f"autograd.{part}"
    else:
        return ""
    return f"; did you mean {meant}?"


def _applied(layer: Step, x: Any) -> Any:
    several = isinstance(x, Iterable)
    if isinstance(layer, Module) or _takes_a_sequence(layer):
        return layer(x if several else [x])
    return [layer(_value(item)) for item in x] if several else layer(_value(x))


def _takes_a_sequence(layer: Step) -> bool:
    return isinstance(layer, Primitive) and layer.takes.sequences[0][0]


def _value(x: Any) -> Any:
    plain = number(x)
    return x if plain is None else Value(plain)


def _name(layer: Step) -> str:
    if isinstance(layer, Module):
        return repr(layer)
    return str(getattr(layer, "name", None) or getattr(layer, "__name__", None) or repr(layer))
