"""``jit``: a function that runs as straight-line code, for each way it takes through its branches."""

from __future__ import annotations

import functools
import sys
import warnings
from collections import Counter
from collections.abc import Callable, Sequence
from itertools import repeat
from threading import Thread
from types import MethodType
from typing import Any

from autograd.compiling.arguments import filled_in, is_built_in, nearly_the_same, numbers_in, same_bits, taken_apart
from autograd.compiling.branches import Result
from autograd.compiling.direct_code import MISS
from autograd.compiling.globals_read import are_as_before, places
from autograd.compiling.one_call import REFUSALS, Instead, OneCall
from autograd.compiling.paths import Paths
from autograd.compiling.recording import alone
from autograd.compiling.repeating import repeated
from autograd.compiling.standalone import source_of
from autograd.compiling.tape import Call, connect
from autograd.engine.callers import level_outside
from autograd.engine.labels import brief
from autograd.engine.value import Value
from autograd.functional import Function, depth, inside, is_inside, require_function

MOST = 64  # recordings of one function
LARGE = 20_000  # steps, beyond which recordings that are hardly used cost too much
HOW = ("auto", "python", "tape", "c")
FLOATS = {float}


class Jit(Call):  # type: ignore[misc]  # in C, as far as type checkers know
    """What ``jit`` returns. ``recordings`` says how many there are, ``why`` for what reason it runs uncompiled, if it does."""

    def __init__(self, f: Function, compile: str, fast: bool) -> None:  # noqa: A002
        functools.update_wrapper(self, f, updated=())
        self.f, self.why, self.__name__ = f, "", getattr(f, "__name__", type(f).__name__)
        self.compile, self.fast = "c" if fast else compile, fast
        self.told = False
        self.clear()

    def clear(self) -> None:
        """Forget all recordings, and record again: after a change that no argument, Value, global or closure shows."""
        self.compiled: dict[Any, Paths] = {}
        self.places = places(self.f)
        self.asked: Counter[tuple[str, str]] = Counter()  # by lines of f, and what kind of question it was
        self.direct: list[tuple[int, Callable[..., Any]]] = []  # by how many arguments they take
        self._ready(self.places, [])

    def __repr__(self) -> str:
        return f"<jit of {self.__name__}>"

    @property
    def recordings(self) -> int:
        return sum([compiled.recordings for compiled in self.compiled.values()])

    def map(self, *columns: Any, sum: bool = False, workers: int = 1) -> Any:  # noqa: A002
        """Return f of every row of some columns: arrays whose first axis are rows, in structures as f takes them.

        What is no array is in every row. The result is built as f's, of arrays with a number for each row, or, with sum, of
        their sums. ``workers`` threads run side by side, 0 for one on each core; the result is the same.

        >>> import numpy as np
        >>> from autograd import value_and_grad
        >>> area = jit(value_and_grad(lambda w, h: w * h, argnums=(0, 1)))
        >>> area.map(np.array([1.0, 2.0, 3.0]), 10.0)
        (array([10., 20., 30.]), (array([10., 10., 10.]), array([1., 2., 3.])))
        >>> area.map(np.array([1.0, 2.0, 3.0]), 10.0, sum=True)
        (60.0, (30.0, 6.0))

        Raises ValueError if columns have different numbers of rows, and what f raises for the first row where it does.
        """
        from autograd.compiling.columns import mapped  # NumPy is an extra

        return mapped(self, columns, sum, workers)

    def repeat(self, state: Any, times: int, progress: bool | None = None) -> Any:
        """Return what becomes of a state, floats in any structure, after ``times`` calls, each of what the last returned.

        The loop runs in C. A bar is shown as in ``nn.fit``; Ctrl-C ends it after a whole step, and the state then is returned.

        >>> newton = jit(lambda x: 0.5 * (x + 2.0 / x))
        >>> newton.repeat(1.0, times=10)
        1.414213562373095

        Raises TypeError if f returns something built otherwise, or in which whole numbers differ.
        """
        return repeated(self, state, times, progress)

    def _tape_for(self, args: tuple[Any, ...], key: Any, runs: int) -> Any:
        """Return what runs these arguments in C, if it is there and all that it returns is built as the key tells, or None."""
        compiled = self._paths_for(args, key)
        if compiled is None or compiled.tape is None:
            return None
        if compiled.is_worth_it(runs):
            compiled.make_native()
        return compiled.tape

    def _paths_for(self, args: tuple[Any, ...], key: Any) -> Paths | None:
        """Return the recordings for these arguments, if there are any and all return what is built as the key tells."""
        if self.why or is_inside() or not are_as_before(self.places):
            return None
        compiled = self.compiled.get(self._key(args, {}, []))
        return None if compiled is None or any(end.form.key != key for end in compiled.ends) else compiled

    def _key(self, args: tuple[Any, ...], kwargs: dict[str, Any], leaves: list[Any]) -> Any:
        """Return a key for all that is static in arguments, and add their numbers to the leaves."""
        if kwargs or not FLOATS.issuperset(map(type, args)):
            return taken_apart((args, kwargs), leaves)
        leaves += args
        return len(args)

    def source(self, language: str, *args: Any, **kwargs: Any) -> str:
        """Return a file in "python", "c" or "javascript" with a function for the recorded ways, and nothing of this project.

        If f returns one number the file computes it and its gradient: by the Values f is given and finds, or, if there are
        none, by all numbers it is given. Otherwise it computes the numbers that f returns. With arguments f is called first,
        and the file is for arguments of this form alone. Another way through the branches than those recorded is an error.

        Raises ValueError if f runs without compiling, was never called, or takes a step that the language has no text for.
        """
        if args or kwargs:
            self(*args, **kwargs)
            form = self._key(args, kwargs, [])
            found = [self.compiled[form]] if form in self.compiled else []
        else:
            found = [*self.compiled.values()]
        examples = [end.example for compiled in found for end in compiled.ends]
        if not examples:
            none = "has no recording yet: call it first, or give source its arguments, too"
            raise ValueError(f"{self.__name__} {f'runs without compiling: {self.why}' if self.why else none}")
        return source_of(self.f, language, examples, self.__name__)

    def __reduce__(self) -> Any:
        """Pickle the function alone, which is compiled again on the other side; by its name if that stands for this."""
        name, found = getattr(self.f, "__qualname__", ""), sys.modules.get(self.__module__)
        for part in name.split("."):
            found = getattr(found, part, None)
        asks = sys._getframe(1).f_globals.get("__name__", "")  # cloudpickle takes scripts along, pickle knows them by name
        if found is self and not (self.__module__ == "__main__" and "cloudpickle" in asks):
            return name
        return Jit, (self.f, self.compile, self.fast)

    def __get__(self, instance: Any, owner: Any = None) -> Any:
        return self if instance is None else MethodType(self, instance)

    def _call(self, *args: Any, **kwargs: Any) -> Any:
        """Return what a call does: what C calls where it cannot answer by itself, or each call where there is no C."""
        if self.why or depth.get():
            return self.f(*args, **kwargs)
        if self.direct and not kwargs:
            for count, run in self.direct:
                if count == len(args):
                    try:
                        result = run(*args)
                    except REFUSALS:
                        break
                    if result is not MISS:
                        return result
        leaves: list[Any] = []
        try:
            key = self._key(args, kwargs, leaves)
        except (TypeError, RecursionError) as error:
            return self._stop(f"an argument is neither a number nor hashable: {error}", lambda: self.f(*args, **kwargs))
        values = [x for x in leaves if type(x) is not float]
        if not all(isinstance(x, Value) for x in values):  # dual numbers: a derivative is being taken
            return self.f(*args, **kwargs)
        if not are_as_before(self.places):
            self.clear()
        if len({*values}) < len(values):  # the same one twice, which f may ask
            first: dict[Any, int] = {}
            key = key, *[first.setdefault(x, i) for i, x in enumerate(values)]
        compiled = self.compiled.get(key) or self.compiled.setdefault(
            key, Paths(len(leaves), self.compile, self.fast, self.places)
        )
        if any(x in compiled.captured for x in values):  # which f finds elsewhere, too
            return self.f(*args, **kwargs)
        before = compiled.recordings
        given = [x.data if isinstance(x, Value) else x for x in leaves] if values else leaves
        if compiled.run is not None:
            try:
                found = compiled.run(*given)
            except REFUSALS:
                return OneCall(self.f, compiled, args, kwargs, leaves).eager()
            if found is not None:
                compiled.hits += 1
                return self._checked(compiled, found, args, kwargs, leaves)
        steps = len(compiled.lowering.steps)
        if self.recordings >= MOST or (steps > LARGE and compiled.hits < compiled.recordings):
            told = f"{self.recordings} recordings were not enough" if steps <= LARGE else f"{steps:,} steps are too many"
            why = f"{told} for its {self._most_recorded()}"
            return self._stop(why, OneCall(self.f, compiled, args, kwargs, leaves).eager)
        with alone:
            if compiled.recordings != before:  # another thread has recorded meanwhile, perhaps the same
                return self(*args, **kwargs)
            return self._record(compiled, args, kwargs, leaves, given)

    def _record(self, compiled: Paths, args: Any, kwargs: Any, leaves: list[Any], given: list[float]) -> Any:
        """Return the result of a call that goes a way of its own, and have code for it from now on."""
        call = OneCall(self.f, compiled, args, kwargs, leaves)
        made = call.recorded(given, self.asked)
        if isinstance(made, Instead):
            return self._stop(made.why, made.result) if made.why else made.result()
        if not kwargs and not call.has_values and is_built_in(args):
            compiled.arguments = filled_in(args, repeat(0.0))
        if not compiled.add(made.recording, made.end):
            return self._stop("told the same, it did something else: it depends on more than it is given", lambda: made.plain)
        if compiled.why_not and not self.told:
            self.told = True
            kind = "on a tape" if compiled.tape else "as Python"
            warnings.warn(f"{self.__name__} runs {kind}, not as C: {compiled.why_not}", stacklevel=level_outside())
        ways = [(way.arguments, way.tape) for way in self.compiled.values() if way.tape and way.arguments is not None]
        self.direct = [(len(way.arguments), way.direct) for way in self.compiled.values() if way.direct]
        self._ready(self.places, ways)
        return made.end.form.built(made.numbers, leaves)

    def _checked(self, compiled: Paths, ended: tuple[Result, Any], args: Any, kwargs: Any, leaves: list[Any]) -> Any:
        """Return a result; of calls 1, 2, 4, 8, … of each path after f has confirmed it."""
        end, found = ended
        end.calls += 1
        mine = end.form.built(found, leaves)
        if end.calls & (end.calls - 1):
            return mine
        if compiled.is_worth_it(end.calls):
            compiled.is_tried = True
            Thread(target=compiled.make_native, daemon=True).start()
        inputs = [x if isinstance(x, Value) else Value(x) for x in leaves]
        tree = filled_in((args, kwargs), iter(inputs))
        with inside(and_flat=True):
            theirs = self.f(*tree[0], **tree[1])
        numbers = numbers_in(theirs)
        same = nearly_the_same if self.fast else same_bits
        if numbers is not None and same([*found[: len(end.form.by)]], numbers):
            return mine
        if end.calls > 8:  # it was right for long: the world has changed
            self.clear()
            return self.f(*args, **kwargs)
        why = f"run again it returned {brief(theirs)}, compiled {brief(mine)}: it depends on more than it is given"
        return self._stop(why, lambda: self.f(*args, **kwargs))

    def _most_recorded(self) -> str:
        if 2 * len(self.compiled) > self.recordings + 1:  # ``compiled`` has one more, that of this call
            return "arguments, as each whole number, text or length has its own: let numbers that change be floats"
        if not self.asked:
            return "branches"
        [((place, kind), _)] = self.asked.most_common(1)
        if kind == "bits":
            return f"branches; {place}, reads data most often, which is another number in each call"
        return f"branches; {place}, asks most: maximum, minimum or where ask nothing"

    def _stop(self, why: str, result: Callable[[], Any]) -> Any:
        self.why = why
        self.compiled, self.direct = {}, []
        self._ready(self.places, [])
        warnings.warn(f"{self.__name__} runs without compiling: {why}", stacklevel=level_outside())
        return result()

    def _finished(self, end: Result, found: Sequence[float]) -> Any:
        """Return a result that C, which calls this, does not build."""
        return end.form.built(found, ())


connect(Jit)


def jit(f: Function, *, compile: str = "auto", fast: bool = False) -> Jit:  # noqa: A002
    """Return f compiled: run once on Values, and from then on in C, with every bit the same.

    Floats and Values, in lists, tuples, dicts and arrays, are what may change from call to call; for all else, whole numbers
    and texts included, f is recorded again. So it is where a question about a number has another answer: the branches taken
    are kept side by side.

    >>> def f(x, y):
    ...     return x * y if x > y else y**3.0
    >>> fast = jit(f)
    >>> fast(3.0, 2.0), fast(1.0, 2.0), fast(5.0, 2.0), fast.recordings
    (6.0, 8.0, 10.0, 2)

    The bits are those of f on Values, and an error is raised by f itself. Values that f finds elsewhere, such as the
    parameters of a model, are read at each call. If f returns Values that depend on them or on Values it is given, so does
    jit(f), each as one operation with first derivatives; for second ones write ``jit(grad(f))``. In a derivative jit(f) is f.
    Where f reads ``data`` that is a question as well.

    It runs on a tape in C, for which nothing has to be built, and as machine code once it was called often, or at once with
    compile="c", where there is a C compiler. That takes about 0.2 ms a step, and is left alone beyond 200,000 steps, or 20,000
    with questions among them; ``AUTOGRAD_CACHE`` names the folder that keeps the code, 0 for none. Without C, or with
    compile="python", it is code in Python. ``fast`` allows plain sums, products and sums rounded together and a faster exp,
    within 4 ulp of Σ|terms| a step (the worst seen was 2); it is C as well.

    What f does besides, printing say, is done when it is recorded or checked: calls 1, 2, 4, 8, … of each branch are
    compared with f. Changed globals, closures and parts of models are seen; after another change, of an item in a list, say,
    call ``clear``. With a warning that says why, f runs as it is from then on if it draws random numbers, changes its
    arguments, calls ``backward``, catches an error of an operation, or takes more than 64 recordings. An operation that is
    flat here, as relu below 0, is a branch of second derivatives.
    """
    require_function("jit", f)
    if compile not in HOW:
        raise ValueError(f"jit takes for compile one of {', '.join(HOW)}, but got {compile!r}")
    return Jit(f, compile, fast)
