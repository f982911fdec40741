"""The forward pass, the backward pass and the update as a list of steps; a cursor over them, as a page and in a terminal.

Reads the engine, ``autograd.text``, ``autograd.explaining``, ``autograd.storing``, ``autograd.compiling`` and
``autograd.drawing``; knows nothing of networks.
"""

from autograd.stepping.conditions import first_nan, grad_above
from autograd.stepping.stepper import Stepper, step
from autograd.stepping.terminal import walk

__all__ = [
    "Stepper",
    "first_nan",
    "grad_above",
    "step",
    "walk",
]
