"""What derivatives cost: multiplications and additions of four ways to compute them, counted on a recorded graph.

Three ways start from the local partials, which the forward pass has recorded. A product of n factors counts as n − 1
multiplications, a sum of n terms as n − 1 additions; partials that are 1 are factors like any others. Only edges on paths
from the root to a wanted value are counted.

- Reverse mode passes once from the root over all edges: it multiplies an edge's partial by the derivative of the root that
  has arrived (at the root itself there is nothing to multiply by), and adds where several edges lead to the same value.
- Forward mode passes once for each wanted value over the edges between it and the root: it multiplies an edge's partial by
  the derivative by the wanted value that has arrived, and adds where several edges leave the same value.
- Path by path, the partials along each path are multiplied, and for each wanted value the products added.

Finite differences do without partials: (f(x + h) − f(x − h)) / 2h runs the whole forward pass twice for each wanted value.
Counted are its operations (a division as a multiplication, a subtraction as an addition, and a call of a function such as
exp or power apart), and for each wanted value three additions and one division more.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, astuple, dataclass
from typing import Any

from autograd.engine import primitives as p
from autograd.engine.argument_checks import one_value
from autograd.engine.graph import consumers, topological_order
from autograd.engine.number import Operators
from autograd.engine.primitive import Primitive
from autograd.engine.value import Value
from autograd.explaining.paths import tally
from autograd.explaining.wanted import several
from autograd.text import Part, Report, Row, Table, count_text, names_of, number_text


@dataclass(frozen=True)
class Work:
    """What one way takes: passes over the graph (or paths), and operations of each kind."""

    passes: int
    multiplications: int
    additions: int
    functions: int = 0

    @property
    def operations(self) -> int:
        """All operations together."""
        return self.multiplications + self.additions + self.functions


@dataclass(frozen=True)
class Cost(Report):
    """The work of computing so many derivatives of a root in each of four ways."""

    root: str
    derivatives: int
    reverse: Work
    forward: Work
    finite_differences: Work
    path_by_path: Work

    @property
    def conclusion(self) -> str:
        """One sentence that compares the ways."""
        if not self.reverse.operations:
            return f"The recorded partials are the derivatives of {self.root}: reverse mode has nothing to compute."
        what = "the derivative" if self.derivatives == 1 else f"the {count_text(self.derivatives)} derivatives"
        work = self.reverse
        multiplications = f"{count_text(work.multiplications)} multiplication{'s' * (work.multiplications != 1)}"
        additions = f"{count_text(work.additions)} addition{'s' * (work.additions != 1)}"
        return (
            f"Reverse mode gets {what} of {self.root} with {multiplications} and {additions}; "
            f"forward mode takes {self._compared(self.forward)} operations, "
            f"finite differences {self._compared(self.finite_differences)}, "
            f"and path by path it takes {self._compared(self.path_by_path)}."
        )

    def _compared(self, work: Work) -> str:
        ours, theirs = self.reverse.operations, work.operations
        if ours == theirs:
            return "as many"
        return f"{number_text(theirs / ours, 2) if theirs < 100 * ours else count_text(theirs // ours, 12)} times as many"

    def as_data(self) -> dict[str, Any]:
        """Return the same as dicts, strings and numbers; a count of more than 21 digits as text."""
        data = asdict(self)
        for work in data.values():
            if isinstance(work, dict):
                work.update({kind: count if count < 10**21 else count_text(count) for kind, count in work.items()})
        return {**data, "conclusion": self.conclusion}

    def parts(self) -> Iterable[Part]:
        ways = {
            "reverse mode": self.reverse,
            "forward mode": self.forward,
            "finite differences": self.finite_differences,
            "path by path": self.path_by_path,
        }
        rows = [Row((name, *(count_text(n, 12) if n else "–" for n in astuple(work)))) for name, work in ways.items()]
        head = Row(("", "passes", "multiplications", "additions", "function calls"))
        return [Table([head, *rows], ["   "] * 4, align="<>>>>"), "", self.conclusion]


def cost(root: Value, wrt: Value | Iterable[Value] = (), *, wanted: Value | Iterable[Value] = ()) -> Cost:
    """Count the work of computing the derivatives of root by the values ``wrt``; by default by all leaves.

    ``wanted`` is an older name of wrt. Raises ValueError if root was not computed from one of them.

    >>> x, y = Value(2.0), Value(3.0)
    >>> print(cost((x * y).sin() * x))
                         passes   multiplications   additions   function calls
    reverse mode              1                 3           1                –
    forward mode              2                 4           1                –
    finite differences        4                10           6                4
    path by path              3                 4           1                –
    <BLANKLINE>
    Reverse mode gets the 2 derivatives of v5 with 3 multiplications and 1 addition; forward mode takes
    1.2 times as many operations, finite differences 5 times as many, and path by path it takes 1.2
    times as many.
    """
    order = topological_order(one_value("cost takes a Value, the root", root))
    names = names_of(order)
    values = several("cost takes as wrt a Value or several", wrt, wanted) or [node for node in order if node.op is None]
    places = {value: place for place, value in enumerate(values)}
    for value in places:
        if value not in names:
            raise ValueError(f"{names[root]} was not computed from {value!r}, so there is nothing to count")
    reverse, forward = _passes(order, places)
    return Cost(names[root], len(places), reverse, forward, _differences(order, len(places)), _paths(root, places))


def _passes(order: Sequence[Value], places: Mapping[Value, int]) -> tuple[Work, Work]:
    """Count reverse mode and forward mode together: both go over the edges above wanted values."""
    root = order[-1]
    uses = {node: len(found) for node, found in consumers(order).items()}
    below: dict[Value, int] = {}  # for each value the wanted ones under it, as the bits of an integer
    edges = edges_of_root = reached = multiplications = additions = 0
    for node in order:
        mask, terms, own = 0, 0, bytearray(len(places) // 8 + 1)
        for argument, _ in node.edges:
            under = below.get(argument, 0)
            if under or argument in places:
                edges += 1
                edges_of_root += node is root
                multiplications += under.bit_count()
                terms += under.bit_count() + (argument in places)
                mask |= under
            if argument in places:
                own[places[argument] // 8] |= 1 << places[argument] % 8
            uses[argument] -= 1
            if not uses[argument]:
                below.pop(argument, None)  # 100 000 masks of 100 000 bits would take a gigabyte
        mask |= int.from_bytes(own, "little")
        additions += terms - mask.bit_count()
        reached += bool(mask) or node in places
        if mask:
            below[node] = mask
    reverse = Work(1, edges - edges_of_root, edges - (reached - 1))
    return reverse, Work(len(places), multiplications, additions)


def _differences(order: Sequence[Value], wanted: int) -> Work:
    kinds = [sum(kind) for kind in zip(*map(_operations, order), strict=True)]
    multiplications, additions, functions = (2 * wanted * kind for kind in kinds)
    return Work(2 * wanted, multiplications + wanted, additions + 3 * wanted, functions)


def _paths(root: Value, places: Mapping[Value, int]) -> Work:
    paths = multiplications = additions = 0
    for value, count, edges in tally(root):
        if value in places:
            paths += count
            multiplications += edges - count if value is not root else 0
            additions += count - 1
    return Work(paths, multiplications, additions)


class _Counted(Operators):
    """A number that counts the operations it was computed with: multiplications, additions, calls of functions."""

    def __init__(self, work: tuple[int, ...] = (0, 0, 0)) -> None:
        self.work = work

    @staticmethod
    def _apply(op: Primitive, args: Sequence[Any]) -> _Counted:
        square = op is p.power and args[1] == 2.0  # of a composition: a product of two
        works = [x.work for x in args if isinstance(x, _Counted)]
        return _Counted(tuple(map(sum, zip((1, 0, 0) if square else KINDS.get(op, (0, 0, 1)), *works, strict=True))))


KINDS = {p.add: (0, 1, 0), p.subtract: (0, 1, 0), p.negative: (0, 0, 0), p.multiply: (1, 0, 0), p.divide: (1, 0, 0)}


def _operations(node: Value) -> tuple[int, ...]:
    """Return the multiplications, additions and function calls that compute a value from its arguments."""
    if node.op is None:
        return 0, 0, 0
    if node.op.composed is None:
        return KINDS.get(node.op, (0, 0, 1))
    whole = node.op.composed(*[_counted(arg) for arg in node.args])
    return whole.work if isinstance(whole, _Counted) else (0, 0, 0)


def _counted(arg: Any) -> Any:
    """Return numbers that have cost nothing so far, in place of all but a bias that is not there."""
    if isinstance(arg, tuple):
        return [_Counted() for _ in arg]
    return arg if isinstance(arg, float) and arg == 0.0 else _Counted()
