"""A training under way: its epochs, batches and steps, and the states that it can be put back to."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple, NoReturn, TypeAlias

from autograd import Value, half_squared_error, topological_order, why_nan
from autograd.engine.labels import brief, typed
from autograd.text import Progress
from nn.numbers import changes, commit, finite, measured, named, paired, whole
from nn.optim import Optimizer, clip_gradients
from nn.schedules import Schedule, constant
from nn.training.compiling import CompiledLoss, is_ours, is_worth_it
from nn.training.history import VALIDATION, History

Data: TypeAlias = "tuple[Sequence[Any], Sequence[Any]]"  # inputs and their targets
Metric: TypeAlias = "Callable[[Any, Any], float]"


class DivergenceError(FloatingPointError):
    """A training whose loss or parameters are no longer finite numbers; ``history`` has the epochs before."""

    def __init__(self, message: str, history: History) -> None:
        super().__init__(message)
        self.history = history

    def __reduce__(self) -> tuple[Any, ...]:  # a pool of processes pickles errors
        return type(self), (str(self), self.history)


class State(NamedTuple):
    """What a training can be put back to."""

    data: list[float]  # of the parameters
    optimizer: dict[str, Any]
    epochs: int  # of the history
    best_epoch: int
    best: list[float]


class Run:
    """A training under way: everything that ``fit`` was given, and two states to go back to."""

    def __init__(
        self,
        model: Callable[[Any], Any],
        loss: Callable[[Any, Any], Any],
        data: Data,
        optimizer: Optimizer,
        batch_size: int | None,
        seed: int,
        schedule: Schedule | None,
        clip: float | None,
        l2: float,
        metrics: Sequence[Metric],
        validation: Data | None,
        history: History | None,
        compile: bool | None,  # noqa: A002  # as in fit
        epochs: int,
    ) -> None:
        self.model, self.loss, self.optimizer = model, loss, optimizer
        self.inputs, self.targets = paired("data", data)
        self.validation = None if validation is None else paired("validation data", validation)
        self.batch_size = len(self.inputs) if batch_size is None else whole("fit takes a batch_size", batch_size, 1)
        self.schedule, self.clip, self.l2 = schedule or constant(), clip, l2
        if clip is not None:
            clip_gradients([], clip)  # refuses what is no norm
        if finite(l2) is None or l2 < 0.0:
            raise ValueError(f"fit takes a finite l2 >= 0, but got {brief(l2)}")
        self.metrics = named(metrics)
        own = model.parameters() if hasattr(model, "parameters") else []
        if own and not {*own} & {*optimizer.parameters}:
            raise ValueError("the optimizer has none of the model's parameters; make it with model.parameters()")
        self.parameters = list(dict.fromkeys([*own, *optimizer.parameters]))
        self.rate = optimizer.rate
        self.history = History(seed=whole("fit takes a seed", seed)) if history is None else self._continued(history)
        self.recorded = False  # whether a loss was seen to depend on the parameters
        self.steps = optimizer.steps
        self.epochs, self.compile = epochs, compile
        self.compiled: CompiledLoss | None = None
        if self.batch_size < len(self.inputs):
            if compile:
                raise ValueError("fit compiles steps on all data alone: leave out batch_size, or compile=True")
            self.compile = False
        elif compile is None and not is_ours(model, loss):
            self.compile = False
        self.whole = self.finite = self.state()  # after the last whole epoch; where the loss was last finite

    def _continued(self, history: History) -> History:
        for name in ("best", "last"):
            if len(getattr(history, name)) not in (0, len(self.parameters)):
                count = len(getattr(history, name))
                raise ValueError(f"the history is of {count} parameters, but the model has {len(self.parameters)}")
        if len(history) and [*history.columns] != self._columns():
            had, has = ", ".join(history.columns), ", ".join(self._columns())
            raise ValueError(
                f"the history has {had}, but this training would add {has}; give it the same metrics and validation"
            )
        copied = History.from_data(history.as_data())
        if copied.last:
            _set(self.parameters, copied.last)
        copied.last, copied.ending = [], ""
        return copied

    def _columns(self) -> list[str]:
        names = ["loss", *self.metrics]
        return names + ([VALIDATION + name for name in names] if self.validation else [])

    # --- epochs ---

    def epoch(self, progress: Progress) -> None:
        """Train on all data once, and add a row to the history."""
        epoch = len(self.history)
        self.optimizer.rate = self.rate * self._factor(epoch)
        sums = [0.0] * (1 + len(self.metrics))
        batches = list(self._batches(epoch))
        for number, batch in enumerate(batches):
            place = f"epoch {epoch + 1}" + (f", batch {number + 1} of {len(batches)}" if len(batches) > 1 else "")
            means = self._step([self.inputs[i] for i in batch], [self.targets[i] for i in batch], place)
            sums = [whole + len(batch) * mean for whole, mean in zip(sums, means, strict=True)]
            progress(epoch + (number + 1) / len(batches), f"loss {means[0]:.4g}")
        row = [whole / len(self.inputs) for whole in sums]
        if self.validation:
            row += self._judged(*self.validation, f"the validation after epoch {epoch + 1}")
        self.history.append(dict(zip(self._columns(), row, strict=True)))
        self._keep_the_best()
        self.whole = self.state()

    def _factor(self, epoch: int) -> float:
        factor = self.schedule(epoch)
        if finite(factor) is None or factor < 0.0:
            raise ValueError(f"the schedule must give a factor >= 0 for the rate, but gave {brief(factor)} for epoch {epoch}")
        return factor

    def _batches(self, epoch: int) -> Iterator[list[int]]:
        """Return the places of each batch's data: an order that the seed and the epoch alone decide."""
        order = list(range(len(self.inputs)))
        if self.batch_size < len(order):
            random.Random(f"{self.history.seed}, epoch {epoch}").shuffle(order)
        for start in range(0, len(order), self.batch_size):
            yield order[start : start + self.batch_size]

    def _step(self, inputs: list[Any], targets: list[Any], place: str) -> list[float]:
        """Update the parameters once; return the loss and the metrics from before."""
        try:
            outputs, loss = self.compiled() if self.compiled else self._evaluated(inputs, targets)
            if self.compiled and not (isinstance(loss, Value) and math.isfinite(loss.data)):
                outputs, loss = self._evaluated(inputs, targets)  # whose record tells why
        except ArithmeticError as problem:
            self._fail(f"the loss has no value in {place}: {problem}")
        if not isinstance(loss, Value):
            raise TypeError(f"the loss must be a Value, computed from the outputs, but got {typed(loss)}")
        if not math.isfinite(loss.data):
            self._fail(f"the loss is {loss.data} in {place}", loss)
        if not self.recorded:
            self._require_a_record(loss)
        self.finite = self.state()
        means = [loss.data, *self._measured(outputs, targets)]
        self.optimizer.zero_grad()
        loss.backward()
        try:
            if self.clip is not None and all(math.isfinite(p.grad) for p in self.optimizer.parameters):
                clip_gradients(self.optimizer.parameters, self.clip)
            self.optimizer.step()
        except ArithmeticError as problem:
            self._fail(f"the step has no value in {place}: {problem}")
        self._check_step(loss, place)
        return means

    def _evaluated(self, inputs: list[Any], targets: list[Any]) -> tuple[list[Any], Any]:
        outputs = [self.model(x) for x in inputs]
        loss = self.loss(outputs, targets)
        if self.l2:
            loss = loss + 2.0 * self.l2 * half_squared_error([0.0] * len(self.parameters), self.parameters)
        return outputs, loss

    def _require_a_record(self, loss: Value) -> None:
        order = topological_order(loss)
        if not {*self.optimizer.parameters} & {*order}:
            raise ValueError(
                "the loss depends on none of the parameters, so that nothing would be learned; compute it from the outputs "
                "themselves, not from their .data, and outside no_grad"
            )
        self.recorded = True
        left = self.epochs - len(self.history) - 1
        if self.compile or (self.compile is None and is_worth_it(left, order)):
            self.compiled = CompiledLoss(lambda: self._evaluated(self.inputs, self.targets), bool(self.metrics))

    def _measured(self, outputs: list[Any], targets: list[Any]) -> list[float]:
        return [measured(f"the metric {name}", metric(outputs, targets)) for name, metric in self.metrics.items()]

    def _check_step(self, loss: Value, place: str) -> None:
        for p in self.parameters:
            if not math.isfinite(p.data):
                self._fail(f"the step in {place} makes a parameter {p.data}, by the gradient {p.grad!r}", loss, p)
        for name in self.optimizer.memory:
            for p, x in zip(self.optimizer.parameters, getattr(self.optimizer, name), strict=True):
                if not math.isfinite(x):
                    self._fail(f"the step in {place} makes the optimizer's {name} {x}, by the gradient {p.grad!r}", loss, p)

    def _judged(self, inputs: list[Any], targets: list[Any], place: str) -> list[float]:
        try:
            outputs = [self.model(x) for x in inputs]
            loss = self.loss(outputs, targets)
        except ArithmeticError as problem:
            self._fail(f"the loss has no value in {place}: {problem}")
        return [measured("the loss", loss), *self._measured(outputs, targets)]

    # --- states to go back to ---

    def state(self) -> State:
        """Return what the training needs to be put back to where it is now."""
        history = self.history
        data = [p.data for p in self.parameters]
        return State(data, self.optimizer.state_dict(), len(history), history.best_epoch, history.best)

    def put_back(self, state: State) -> None:
        """Put the training back to where it was."""
        _set(self.parameters, state.data)
        self.optimizer.load_state_dict(state.optimizer)
        columns = {name: column[: state.epochs] for name, column in self.history.columns.items()} if state.epochs else {}
        self.history.columns, self.history.best_epoch, self.history.best = columns, state.best_epoch, state.best

    def _fail(self, what: str, loss: Value | None = None, parameter: Value | None = None) -> NoReturn:
        """Go back to where the loss was last finite, and raise the error."""
        why = why_nan(loss) if loss is not None and parameter is None else None
        if self.optimizer.steps == self.steps:
            advice = "no step was made yet: look at the data and at the parameters"
        else:
            advice = "a smaller rate or clip= may help; the parameters are back where the loss was last finite"
        self.put_back(self.finite)
        if loss is not None and parameter is not None and not math.isfinite(parameter.grad):
            if self.compiled:
                _, loss = self._evaluated(self.inputs, self.targets)
            why = why_nan(parameter, loss)  # with the data that the gradient was computed from
        told = f"\nautograd.why_nan: {why}" if why else ""
        raise DivergenceError(f"{what}; {advice}{told}", self.history) from None

    # --- the best ---

    def _keep_the_best(self) -> None:
        if self.validation:
            column = self.history[VALIDATION + "loss"]
            best = self.history.best_epoch
            if math.isfinite(column[-1]) and (not best or column[-1] < column[best - 1]):
                self.history.best_epoch, self.history.best = len(column), [p.data for p in self.parameters]

    def waited(self) -> int:
        """Return the number of epochs since the best, or of all if there is none."""
        return len(self.history) - self.history.best_epoch

    def give_back_the_best(self) -> None:
        """Give the model its best parameters, and keep the last to go on from."""
        history = self.history
        if history.best_epoch and history.best_epoch < len(history):
            history.last = [p.data for p in self.parameters]
            _set(self.parameters, history.best)
            place = f"the model is as after epoch {history.best_epoch}, the best"
            history.ending = f"{history.ending.partition('; ')[0]}; {place}" if history.ending else place


def _set(parameters: list[Value], data: list[float]) -> None:
    commit(changes(zip(parameters, data, strict=True)))
