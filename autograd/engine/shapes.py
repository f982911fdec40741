"""What an operation takes: numbers, sequences of them, or both."""

from __future__ import annotations

from autograd.engine.conversion import number
from autograd.engine.labels import typed

TYPE_CHECKING = False  # understood by type checkers; importing typing would take longer than this file
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any


class Shape:
    """What an operation takes: in words, and as the choices of which arguments are sequences."""

    def __init__(self, words: str, sequences: tuple[tuple[bool, ...], ...]) -> None:
        self.words, self.sequences = words, sequences
        self.numbers_alone = sequences[0].count(False) == len(sequences[0]) and len(sequences) == 1

    def checked(self, name: str, args: Sequence[Any], kept: Any = ()) -> tuple[Any, ...]:
        """Return arguments as floats and tuples of floats, leaving ``kept`` types alone; raise TypeError if they do not fit."""
        args = [*map(as_sequence, args)]
        if tuple([isinstance(arg, (list, tuple)) for arg in args]) not in self.sequences:
            raise self.misuse(name, args)

        def plain(x: Any) -> Any:
            found = x if isinstance(x, kept) else number(x)
            if found is None:
                raise self.misuse(name, [x])
            return found

        return tuple([tuple(map(plain, arg)) if isinstance(arg, (list, tuple)) else plain(arg) for arg in args])

    def misuse(self, name: str, args: Sequence[Any]) -> TypeError:
        """Return the error for arguments of the wrong kind: what the operation takes, and what it got."""
        got = " and ".join([f"{typed(arg)}" for arg in args])
        return TypeError(f"{name} takes {self.words} (Values or real numbers), but got {got}")


NUMBER = Shape("one number", ((False,),))
NUMBERS = Shape("two numbers", ((False, False),))
THREE = Shape("three numbers", ((False,) * 3,))
FOUR = Shape("four numbers", ((False,) * 4,))
TWO_OR_MORE = Shape("two numbers, or one sequence of them", ((False, False),))
SEQUENCE = Shape("one sequence of numbers", ((True,),))
PAIRS = Shape("two numbers, or two sequences of numbers", ((False, False), (True, True)))
NEURON = Shape("two sequences of numbers and one number", ((True, True, False),))


numpy_door: Any = None  # what is done for NumPy: value.py puts that file here, which reads this one


def is_array(arg: Any) -> bool:
    """Tell whether an argument is an array of NumPy's, or of its kind; its single numbers are none."""
    return hasattr(arg, "__array_ufunc__") and hasattr(arg, "__iter__")


def as_sequence(arg: Any) -> Any:
    """Return any iterable as a list or tuple, and everything else as it is."""
    return tuple(arg) if hasattr(arg, "__iter__") and not isinstance(arg, (list, tuple, str)) else arg
