"""``Module``: something with parameters, which are found among its attributes, named, and set from a saved state."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from operator import attrgetter, is_
from types import FunctionType
from typing import Any

from autograd import Value
from autograd.engine.labels import brief, typed
from autograd.engine.watching import part_replaced
from autograd.text import listed
from nn.numbers import changes, commit, finite

MOST = 20  # names in an error


class Module:
    """Something with parameters that can be trained.

    Parameters are the Values among the attributes of a module, and of the modules, lists, tuples and dicts there, in the order
    in which they were set. What was computed, say an output that is kept, is none; for a constant use a plain number.

    >>> class Line(Module):
    ...     def __init__(self):
    ...         self.slope, self.intercepts = Value(2.0), [Value(1.0)]
    ...     def __call__(self, x):
    ...         return self.slope * x + self.intercepts[0]
    >>> Line().state_dict()
    {'slope': 2.0, 'intercepts.0': 1.0}

    What a module computes may also be named ``forward``, as with PyTorch.
    """

    def __setattr__(self, name: str, thing: Any) -> None:
        before = self.__dict__.get(name, thing)
        if before is not thing and (_has_parts(thing) or _has_parts(before)):
            part_replaced()
        object.__setattr__(self, name, thing)

    def __call__(self, *inputs: Any, **named: Any) -> Any:
        """Compute outputs; raise TypeError for a module that says nothing of how."""
        forward = getattr(self, "forward", None)
        if forward is None:
            raise TypeError(f"{type(self).__name__} computes nothing yet; define __call__ or forward in it")
        return forward(*inputs, **named)

    def parameters(self) -> list[Value]:
        """Return the parameters, each once, in a fixed order."""
        return list(_found(self))

    def named_parameters(self) -> list[tuple[str, Value]]:
        """Return the parameters with their names, such as "layers.0.neurons.1.weights.0"; a shared one has its first name.

        Raises ValueError if two would have the same name, as with the keys 1 and "1" in a dict.
        """
        found = _found(self)
        named = [(f"{place}{key}", p) for p, (place, key) in found.items()]
        if len({name for name, _ in named}) < len(named):
            twice = listed([name for name, times in Counter([name for name, _ in named]).items() if times > 1])
            raise ValueError(f"two parameters of {type(self).__name__} have the name {twice}; rename a key or an attribute")
        return named

    def zero_grad(self) -> None:
        """Set the gradient of every parameter back to 0."""
        for p in self.parameters():
            p.grad = 0

    def state_dict(self) -> dict[str, float]:
        """Return the data of every parameter by its name."""
        return {name: p.data for name, p in self.named_parameters()}

    def load_state_dict(self, state: Mapping[str, float]) -> None:
        """Set the data of every parameter to the number that ``state_dict`` of a module of the same build has for its name.

        Raises ValueError, and changes nothing, if names are missing or unknown, or what they stand for is no finite number.
        """
        commit(changes(self.matched(state)))

    def matched(self, state: Any) -> list[tuple[Value, float]]:
        """Return each parameter with its number in a state; raise ValueError for a state that does not fit."""
        name = type(self).__name__
        if not isinstance(state, Mapping):
            raise ValueError(f"{name} loads a dict of names and numbers, but got {typed(state)}")
        parameters = dict(self.named_parameters())
        wrong = [f"{key} is {brief(state[key])}" for key in parameters if key in state and finite(state[key]) is None]
        problems = {
            "missing": [key for key in parameters if key not in state],
            "unknown": [str(key) for key in state if key not in parameters],
            "not a finite number": wrong,
        }
        said = [f"{problem}: {listed(found, most=MOST)}" for problem, found in problems.items() if found]
        if said:
            raise ValueError(f"the state does not fit this {name}; {'; '.join(said)}")
        return [(p, float(state[key])) for key, p in parameters.items()]


def _has_parts(thing: Any) -> bool:
    """Return whether something that is set belongs to what a model consists of, as an output that it keeps does not."""
    if isinstance(thing, (list, tuple)):
        return any(map(_has_parts, thing))
    if isinstance(thing, dict):
        return any(map(_has_parts, thing.values()))
    if isinstance(thing, (bool, str)):  # a mode, such as training
        return True
    return isinstance(thing, Module) or (isinstance(thing, Value) and thing.op is None)


class _Found:
    """The parameters of a module, each with its place and its key there, as long as nothing in the module is another thing.

    The module keeps it among its attributes; copies and pickles of it are empty, and so find their own.
    """

    def __init__(self) -> None:
        self.found: dict[Value, tuple[str, Any]] = {}
        self.seen: list[tuple[Any, list[Any], list[Any]]] = []  # what was looked into, with the keys and things that were there

    def of(self, module: Module) -> dict[Value, tuple[str, Any]]:
        if not self.seen or self.seen[0][0] is not module or not self._holds():
            self.found, self.seen = {}, []
            self._look_into(module)
        return self.found

    def _holds(self) -> bool:
        for item, keys, things in self.seen:
            now = _parts(item)
            if isinstance(now, dict):
                if [*now] != keys:
                    return False
                now = now.values()  # type: ignore[assignment]
            if len(now) != len(things) or not all(map(is_, now, things)):
                return False
        return not any(map(_op, self.found))

    def _look_into(self, module: Module) -> None:
        entered: set[int] = set()  # by id; what was looked into is kept in `seen`, since an id may be used again
        waiting: list[tuple[str, Iterator[tuple[Any, Any]]]] = [("", iter([("", module)]))]
        while waiting:
            place, parts = waiting[-1]
            for key, part in parts:
                if isinstance(part, Value):
                    if part.op is None and part not in self.found:
                        self.found[part] = place, key
                elif type(part) not in _PLAIN and id(part) not in entered:
                    entered.add(id(part))
                    found = _parts(part)
                    keys = [*found] if isinstance(found, dict) else [*range(len(found))]
                    things = [*found.values()] if isinstance(found, dict) else [*found]
                    self.seen.append((part, keys, things))
                    waiting.append((f"{place}{key}." if part is not module else "", zip(keys, things, strict=True)))
                    break
            else:
                waiting.pop()

    def __reduce__(self) -> tuple[Any, ...]:
        return _Found, ()


_FOUND = "_found"  # the attribute of a module that keeps it
_PLAIN = {float, int, bool, str, type(None), FunctionType, _Found}  # nothing to be found in there
_op = attrgetter("op")


def _found(module: Module) -> dict[Value, tuple[str, Any]]:
    known: _Found = vars(module).get(_FOUND) or vars(module).setdefault(_FOUND, _Found())
    return known.of(module)


def _parts(item: Any) -> dict[Any, Any] | Sequence[Any]:
    """Return what is in an attribute, with names or keys if it has any; nothing for anything but modules and collections."""
    if isinstance(item, Module):
        return vars(item)
    if isinstance(item, (dict, list, tuple)):
        return item
    if getattr(getattr(item, "dtype", None), "kind", "") == "O":  # a NumPy array of Values
        return item.tolist()  # type: ignore[no-any-return]
    return ()
