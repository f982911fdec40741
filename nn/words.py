"""Other libraries' words for what a function takes: refused with ours."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from autograd.engine.labels import brief

P = ParamSpec("P")
R = TypeVar("R")


def with_our_words(**ours: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Return a decorator: a function, or an ``__init__``, refuses each of these keywords with the word that it has for it.

    >>> @with_our_words(lr="rate")
    ... def descend(rate):
    ...     return rate
    >>> descend(lr=0.1)
    Traceback (most recent call last):
    TypeError: descend's word for lr is rate: write rate=0.1
    """

    def decorated(function: Callable[P, R]) -> Callable[P, R]:
        @wraps(function)
        def checked(*args: P.args, **named: P.kwargs) -> R:
            for word in named.keys() & ours.keys():
                told = function.__qualname__.removesuffix(".__init__").rpartition(".")[2]
                raise TypeError(f"{told}'s word for {word} is {ours[word]}: write {ours[word]}={brief(named[word])}")
            return function(*args, **named)

        return checked

    return decorated
