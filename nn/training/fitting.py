"""``fit``: a training loop, from the data to the history.

>>> from nn import MLP
>>> from nn.data import xor
>>> from nn.losses import hinge
>>> from nn.metrics import accuracy
>>> from nn.optim import Adam
>>> model = MLP(2, [4, 1], activation="tanh", seed=1)
>>> fit(model, hinge, xor(), Adam(model.parameters(), rate=0.1), epochs=60, metrics=[accuracy])
<history of 60 epochs: loss ... → 0, accuracy ... → 1>
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from typing import Any

from autograd.engine.labels import brief
from autograd.text import progress_bar
from nn.numbers import finite, whole
from nn.optim import Optimizer
from nn.schedules import Schedule, constant
from nn.training.epochs import Data, Metric, Run
from nn.training.history import History


def fit(
    model: Callable[[Any], Any],
    loss: Callable[[Any, Any], Any],
    data: Data,
    optimizer: Optimizer,
    *,
    epochs: int = 100,
    batch_size: int | None = None,
    seed: int = 1337,
    schedule: Schedule | None = None,
    clip: float | None = None,
    l2: float = 0.0,
    metrics: Sequence[Metric] = (),
    validation: Data | None = None,
    patience: int | None = None,
    history: History | None = None,
    progress: bool | None = None,
    compile: bool | None = None,  # noqa: A002  # as in jit
) -> History:
    """Train a model until so many epochs are done, and return its history.

    ``loss`` and each of the ``metrics`` take a list of outputs and a list of targets; ``data`` is (inputs, targets).

    * ``batch_size`` cuts each epoch into batches, shuffled by ``seed`` alone; without it, all data are one batch in order.
    * The rate of an epoch, counted from 0, is ``optimizer.rate * schedule(epoch)``; in the end the optimizer has its own again.
    * ``clip`` bounds the norm of each step's gradients; ``l2`` adds l2 · Σ parameter² to the loss of each batch.
    * ``validation`` data are judged after each epoch. With ``patience``, a training ends that many epochs after the least
      validation loss, and the model, however the training ends, is given back the parameters it had then.
    * ``history``, from a training of the same model and optimizer, goes on from there until ``epochs`` are done in all: in
      this process, or after ``nn.save`` and ``nn.load``. Given the same data and choices, which no file keeps, that is bit
      for bit as if it had never stopped; other ones, such as another ``batch_size``, count from there on.
    * ``compile`` runs steps on all data as compiled code, see ``jit``, with every bit the same; without a choice, for layers
      and losses of nn where so many epochs are left that it is sooner done. What a model does besides computing, such as
      counting its calls, it then does not do in every step.
    * ``progress`` shows a bar, where tqdm is installed; without a choice, only on a terminal and in a notebook.

    Ctrl-C ends the training at its last whole epoch. Raises DivergenceError, a FloatingPointError, if the loss or a
    parameter is no longer a finite number: it says where, has the epochs so far as its ``history``, and leaves the
    parameters as they were when the loss was last finite.
    """
    _require_kinds(model, loss, optimizer, schedule, history)
    whole("fit takes epochs", epochs, 0)
    if patience is not None and (finite(patience) is None or patience < 1 or validation is None):
        raise ValueError(
            f"fit takes patience >= 1 together with validation data, but got {brief(patience)}, {brief(validation)}"
        )
    run = Run(model, loss, data, optimizer, batch_size, seed, schedule, clip, l2, metrics, validation, history, compile, epochs)
    try:
        with progress_bar(epochs, progress) as show:
            while len(run.history) < epochs:
                if patience is not None and run.waited() >= patience:
                    run.history.ending = f"ended early: no smaller validation loss for {run.waited()} epochs"
                    break
                run.epoch(show)
    except KeyboardInterrupt:
        run.put_back(run.whole)
        run.history.ending = f"interrupted in epoch {len(run.history) + 1}; the model is as after epoch {len(run.history)}"
        print(f"\nnn.fit: {run.history.ending}", file=sys.stderr)
    finally:
        optimizer.rate = run.rate
    if patience is not None:
        run.give_back_the_best()
    return run.history


def _require_kinds(model: Any, loss: Any, optimizer: Any, schedule: Any, history: Any) -> None:
    for name, given, example in (
        ("model", model, "nn.MLP(2, [8, 1])"),
        ("loss", loss, "nn.losses.hinge"),
        ("schedule", schedule or constant(), "nn.schedules.cosine(100)"),
    ):
        if isinstance(given, type) or not callable(given):
            raise ValueError(f"fit takes a function for {name}, such as {example}, but got {brief(given)}")
    if not isinstance(optimizer, Optimizer):
        raise ValueError(f"fit takes an optimizer, such as nn.optim.Adam(model.parameters()), but got {brief(optimizer)}")
    if history is not None and not isinstance(history, History):
        raise ValueError(f"fit takes a history that fit or nn.load returned, but got {brief(history)}")
