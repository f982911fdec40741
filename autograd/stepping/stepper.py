"""``step``: a forward pass, a backward pass and an update, node by node, with a cursor that goes forward and back.

>>> from autograd import Value
>>> x = Value(3.0, label="x")
>>> y = x * x
>>> y.label = "y"
>>> step(y).run_to("x")
step 3 of 3 (the last): backward
The gradient of y, 1, is complete and goes on, times each local partial, to x.
  ∂y/∂x += ∂y/∂y·x = 1·3 = 3
      part 1 of 2: 3 so far
  ∂y/∂x += ∂y/∂y·x = 1·3 = 3
      part 2 of 2: 3 + 3 = 6
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from types import MappingProxyType
from typing import Any, overload

from autograd.drawing import View, converted, image, view_of
from autograd.engine.argument_checks import one_value, whole_number
from autograd.engine.graph import topological_order
from autograd.engine.labels import brief
from autograd.engine.value import Value
from autograd.explaining import Rate, rates_of, several
from autograd.stepping import page
from autograd.stepping.animation import picture
from autograd.stepping.conditions import Condition, State
from autograd.stepping.recorder import Recorder
from autograd.stepping.steps import Change, NodeState, Step, short
from autograd.storing import write_atomically
from autograd.text import WIDTH, Formula, Part, Row, Table, as_text, clipped, names_of

ROWS = 12  # lines of the text; the data has everything


def step(
    root: Value,
    *,
    rate: Rate | None = None,
    parameters: Value | Iterable[Value] | bool = (),
    rounds: int = 1,
    module: Any = None,
    group: Any = None,
    depth: int | None = None,
    between: Sequence[Value | str] | None = None,
    roles: Mapping[Value | str, str] | None = None,
    layout: str = "builtin",
) -> Stepper:
    """Return the steps of computing root and its gradients; with a learning rate also the update, and further rounds.

    ``parameters`` is the leaf, or are the leaves, that an update changes (by default as ``derive`` chooses). ``rate`` is one
    for all, or a mapping with one for each; one that is a Value is called by its label. Your graph stays
    as it is: a further round runs the recorded operations on the new numbers, in a graph of its own.

    ``group``, ``depth``, ``between``, ``parameters=False``, ``module``, ``roles`` and ``layout`` are as for ``draw``. The nodes
    of a group are stepped as one. Above 300 nodes they are grouped by ``module``, or by neurons, unless you say otherwise.

    >>> x = Value(3.0, label="x")
    >>> step(x * x, rate=0.1, rounds=2).goto(-1)
    step 9 of 9 (the last): update, round 2
    Move each parameter against its gradient: by the rate, 0.1, times the gradient. The other numbers
    still belong to the old values.
      x ← x − rate·∂v1/∂x = 2.4 − 0.1·4.8 = 1.92

    Raises ValueError for parameters or rounds without a rate, for a rate where but a part of the graph is shown, and what
    operations raise outside their domains.
    """
    rounds = whole_number("rounds", rounds, 1)
    one_value("step takes a Value, the root", root)
    hidden = parameters is False
    chosen = [] if isinstance(parameters, bool) else several("step takes as parameters a Value or several", parameters)
    partly = depth is not None or between is not None
    if rate is None and (chosen or rounds > 1):
        raise ValueError("an update of parameters, and a further round, need a learning rate: step(root, rate=0.5, …)")
    if rate is not None and partly:
        raise ValueError("an update needs the whole graph: leave depth= and between= out, or the rate")
    if between is not None:
        end = view_of(root, between=between).cards[-1].name
        root = next(node for node, name in names_of(topological_order(root)).items() if name == end)
        between = (between[0], root)
    if group is None and not partly and not hidden and len(topological_order(root)) > page.MOST:
        group = "neuron" if module is None else module
    view = view_of(
        root, module=module, group=group, depth=depth, between=between, roles=roles, parameters=not hidden, any_size=True
    )
    recorder = Recorder(root, view.cards, partly=partly)
    names, before = recorder.names, dict(recorder.state)
    rates = {} if rate is None else rates_of(rate, recorder.parameters(chosen))
    first = dict(rates)
    recorder.passes()
    for _ in range(1, rounds):
        twins = recorder.record_anew(recorder.update(rates))
        rates = {twins[node]: its for node, its in rates.items()}
        recorder.passes()
    if rate is not None:
        recorder.update(rates)
    return Stepper(names, before, tuple(recorder.steps), first, view, layout)


class Stepper:
    """Steps, and a cursor on one of them; a prompt shows the present step after every move, a notebook the picture.

    ``index`` counts from 0, the start; ``now`` is the present step and ``state`` what is known of each node after it;
    ``names`` has the name of each node of the graph; ``view`` its cards, whose members are stepped together. Every move
    returns the stepper itself. At either end ``next`` and ``back`` stay where they are. ``autograd.walk(stepper)`` moves it
    by keys, in a terminal.
    """

    def __init__(
        self,
        names: Mapping[Value, str],
        before: Mapping[str, NodeState],
        steps: tuple[Step, ...],
        rates: Mapping[Value, tuple[str, float]],
        view: View,
        layout: str,
    ) -> None:
        self.names, self.view, self.layout = names, view, layout
        self.rates = rates  # of the parameters that an update changes, with what each is called
        self.root = [*names.values()][-1]
        self._before = dict(before)
        self._steps = steps
        self._state = dict(before)
        self._index = 0
        self._apply(0)

    @property
    def index(self) -> int:
        return self._index

    @property
    def now(self) -> Step:
        return self._steps[self._index]

    @property
    def state(self) -> State:
        """What is known after the present step, by the node's name: value, grad, parts so far, parts in all. A live view."""
        return MappingProxyType(self._state)

    def next(self) -> Stepper:
        """Go to the next step; stay at the last."""
        return self.goto(min(self._index + 1, len(self) - 1))

    def back(self) -> Stepper:
        """Undo the present step; stay at the first."""
        return self.goto(max(self._index - 1, 0))

    def goto(self, k: int) -> Stepper:
        """Go to a step by its index, from the end if negative; raise IndexError if there is none."""
        if not -len(self) <= k < len(self):
            raise IndexError(f"there is no step {k}; the steps are 0 to {len(self) - 1}")
        k %= len(self)
        while self._index < k:
            self._apply(self._index + 1)
        while self._index > k:
            self._undo()
        return self

    def run_to(self, name: str) -> Stepper:
        """Go on to the step that completes a node's value or, where it has one, its gradient: whichever comes next.

        Of a group, it is the value or the gradient of any node that others read.

        Raises ValueError if no node has that name, LookupError if no later step completes it; the cursor then stays.
        """
        outlets = next((card.outlets for card in self.view.cards if card.name == name), (name,))
        if not {*outlets} <= self._state.keys():
            raise ValueError(f"there is no node {name!r}; there are {', '.join(map(repr, [*self._state][:20]))}{self._rest()}")
        for k in range(self._index + 1, len(self)):
            if any(change.node in outlets and _completes(change, self[k]) for change in self[k].changes):
                return self.goto(k)
        raise LookupError(f"no step after this one ({self._index}) completes the value or the gradient of {name!r}")

    def until(self, condition: Condition) -> Stepper:
        """Go on until ``condition(step, state)`` holds; stay if it does so already.

        ``first_nan`` and ``grad_above(1)`` are such conditions. Raises LookupError if it never holds; the cursor then stays.
        """
        came_from = self._index
        try:
            while not condition(self.now, self.state):
                if self._index == len(self) - 1:
                    raise LookupError(f"the condition holds neither at this step ({came_from}) nor at any later one")
                self.next()
        except BaseException:
            self.goto(came_from)
            raise
        return self

    def as_data(self) -> dict[str, Any]:
        """Return the state before the start, and every step with its changes, as dicts, tuples, strings and numbers."""
        return {"root": self.root, "before": dict(self._before), "steps": [asdict(step) for step in self]}

    def save(self, path: str | os.PathLike[str], *, layout: str | None = None, theme: str = "auto") -> Path:
        """Write a file in the format that its name ends in, and return its path.

        ``.html`` has all steps, needs nothing else, and opens at the present one. ``.svg`` plays both passes of the first round
        again and again, in an ``<img>``, too; ``.png`` and ``.pdf`` show how it ends. ``layout`` is the picture's, if not that
        of ``step``; ``theme`` is for pictures: "light", "dark", or "auto", as the page.

        Raises ValueError for another ending, or for more nodes than a picture of steps can show, and RuntimeError if what
        draws an image is missing.
        """
        path = Path(path)
        form = path.suffix.lower()
        if form not in (".html", ".htm", ".svg", ".png", ".pdf"):
            raise ValueError(f"{brief(path.name)} must end in .html, .svg, .png or .pdf")
        engine, paged = layout or self.layout, form in (".html", ".htm")
        refusal = page.refusal(self.names, self.view)
        if refusal and (paged or not self._can_be_drawn()):
            others = "a file that ends in .svg plays both passes" if self._can_be_drawn() else "print(stepper) shows one step"
            raise ValueError(f"{refusal}; {others}, and walk(stepper) shows all steps in a terminal")
        if paged:
            write_atomically(path, page.document(self.names, self._steps, self.view, self._index, engine, rates=self.rates))
        elif form == ".svg":
            write_atomically(path, picture(self.view, self._steps, engine, theme))
        else:
            still = picture(self.view, self._steps, engine, "light" if theme == "auto" else theme, moves=False)
            write_atomically(path, converted(still, form[1:]))
        return path

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        words = {"text/plain": str(self)}
        refusal = page.refusal(self.names, self.view)
        if refusal and not self._can_be_drawn():
            return {"text/plain": f"{self}\n({refusal})"}
        if refusal:
            moving = picture(self.view, self._steps, self.layout)
            return {"text/html": image(moving, self.view.description, "max-width:100%"), **words}
        html = page.fragment(self.names, self._steps, self.view, self._index, self.layout, rates=self.rates)
        return {"text/html": html, **words}

    def _mime_(self) -> tuple[str, str]:
        """Return what marimo shows: it takes scripts out of HTML, but not out of a page in a frame."""
        if page.refusal(self.names, self.view):
            return next(iter(self._repr_mimebundle_().items()))
        html = page.document(self.names, self._steps, self.view, self._index, self.layout, rates=self.rates)
        return "text/html", page.framed(html)

    def _can_be_drawn(self) -> bool:
        return len(self.view.cards) <= page.MOST

    def __len__(self) -> int:
        return len(self._steps)

    def __iter__(self) -> Iterator[Step]:
        return iter(self._steps)

    @overload
    def __getitem__(self, k: int) -> Step: ...
    @overload
    def __getitem__(self, k: slice) -> tuple[Step, ...]: ...
    def __getitem__(self, k: int | slice) -> Step | tuple[Step, ...]:
        return self._steps[k]

    def __str__(self) -> str:
        last = " (the last)" if self._index == len(self) - 1 else ""
        more = f", round {self.now.round}" if self._steps[-1].round > 1 else ""
        return as_text([f"step {self._index} of {len(self) - 1}{last}: {self.now.kind}{more}", *_parts(self.now)])

    __repr__ = __str__

    def _apply(self, k: int) -> None:
        for change in self._steps[k].changes:
            self._state[change.node] = change.after
        self._index = k

    def _undo(self) -> None:
        for change in self.now.changes:
            self._state[change.node] = change.before
        self._index -= 1

    def _rest(self) -> str:
        return f" and {len(self._state) - 20} more" if len(self._state) > 20 else ""


def _completes(change: Change, step: Step) -> bool:
    if step.kind in ("seed", "backward"):
        return change.after.parts == change.after.of
    return change.after.value is not None and step.kind in ("start", "forward")


def _parts(step: Step) -> Iterator[Part]:
    yield step.sentence
    shown = step.lines[:ROWS]
    sign = max([len(line.sign) for line in shown], default=0)
    rows = []
    for line in shown:
        sides = [clipped(side, WIDTH - 10) for side in (line.rule, line.numbers, short(line.result)[0])]
        rows.append(Row((line.symbol, line.sign.rjust(sign), *sides), notes=(line.note,)))
    if len(rows) == 1 and len({*rows[0].cells[2:]}) == 1:
        yield Formula(" ".join(rows[0].cells[:3]), 2)  # 1, not 1 = 1 = 1
    elif rows:
        yield Table(rows, [" ", " ", " = ", " = "], indent=2, left_out=len(step.lines) - len(shown))
