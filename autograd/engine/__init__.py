"""A number that records how it was computed, and its derivative. A stranger needs nothing else.

Begin with ``value``, which users hold; then ``node``, the record and the chain rule over it; ``primitives``, the table of
operations; ``graph``, the walks that change nothing; and ``passes``, what begins a pass, and its lock. Knows nothing of the
other rooms, but that ``Value`` takes on micrograd's words.
"""

from autograd.engine.applying import weighted_sum
from autograd.engine.graph import topological_order
from autograd.engine.recorded_gradients import gradients
from autograd.engine.recording import enable_grad, no_grad
from autograd.engine.value import Value

__all__ = [
    "Value",
    "enable_grad",
    "gradients",
    "no_grad",
    "topological_order",
    "weighted_sum",
]
