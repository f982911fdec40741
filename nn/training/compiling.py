"""The loss of all data as compiled code, in place of model and loss themselves, and when that is worth its recording."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from autograd import Value, compiled, jit
from autograd.compiling import Jit
from autograd.functional import is_inside

# Steps, with the compiled core and without. To record one takes as long as 1500 of them take, or 130, and then they take half.
WORTH = {True: 6000, False: 400}
LARGE = 300_000  # edges of a step's record, beyond which a recording takes too much memory


def is_ours(model: Any, loss: Any) -> bool:
    """Return whether model and loss are layers and losses of nn, which do the same in every step."""
    return getattr(loss, "__module__", "") == "nn.losses" and _is_layer(model)


def _is_layer(part: Any) -> bool:
    inner = [x for name in ("layers", "neurons") for x in getattr(part, name, ())]
    return type(part).__module__ == "nn.layers" and all(map(_is_layer, inner))


def is_worth_it(steps: int, order: Sequence[Value]) -> bool:
    """Return whether so many more steps, each with such a record, are made sooner if they are compiled first."""
    return steps >= WORTH[bool(compiled)] and sum([len(node.parents) for node in order]) <= LARGE


class CompiledLoss:
    """Computes what ``evaluated`` returns, outputs and their loss: the loss depends on the parameters, outputs are plain."""

    def __init__(self, evaluated: Callable[[], tuple[list[Any], Any]], with_outputs: bool) -> None:
        def loss_of_all_data() -> Any:
            outputs, loss = evaluated()
            if not with_outputs:
                return loss
            return loss, outputs if is_inside() else _with(outputs, lambda x: x.data)

        loss_of_all_data.__name__ = "fit"  # for what jit says
        self.run: Jit = jit(loss_of_all_data)
        self.with_outputs = with_outputs

    def __call__(self) -> tuple[list[Any], Any]:
        """Return the outputs, if they are wanted, and the loss."""
        if not self.with_outputs:
            return [], self.run()
        loss, outputs = self.run()
        return _with(outputs, Value, float), loss


def _with(outputs: Any, change: Callable[[Any], Any], kind: type = Value) -> Any:
    """Return outputs with each number of a kind changed."""
    if isinstance(outputs, (list, tuple)):
        return type(outputs)([_with(x, change, kind) for x in outputs])
    return change(outputs) if isinstance(outputs, kind) else outputs
