"""Neural networks of scalar Values, in micrograd's words. ``python -m nn`` derives the study note's network.

A model is an ``MLP``, a ``Sequential`` of modules and functions, or a ``Module`` of one's own, whose parameters are found among
its attributes. ``fit`` trains it with an optimizer of ``optim`` (SGD, Adam, AdamW) on a loss of ``losses``, by the rates of
``schedules``; its ``History`` prints as text and draws its curves. ``save`` and ``load`` keep a training to go on from.
``activations`` has what ``Value`` has not (silu, gelu, elu, leaky_relu, softmax), and any function of one number may be one;
``initialisation`` says how weights begin; ``data`` has moons, circles, xor and spirals, ``metrics`` the accuracy, ``plots``
pictures of a history, of data and of decision boundaries.
"""

import importlib.util
from types import ModuleType

from nn import activations, data, initialisation, losses, metrics, optim, schedules
from nn.layers import MLP, Layer, Neuron
from nn.module import Module
from nn.sequential import Sequential
from nn.training import DivergenceError, History, fit, load, save

__all__ = [
    "MLP",
    "DivergenceError",
    "History",
    "Layer",
    "Module",
    "Neuron",
    "Sequential",
    "activations",
    "data",
    "fit",
    "initialisation",
    "load",
    "losses",
    "metrics",
    "optim",
    "save",
    "schedules",
]


def __getattr__(name: str) -> ModuleType:
    if name != "plots":  # which needs matplotlib, so that __all__ does not have it
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return importlib.import_module(f"{__name__}.plots")


def __dir__() -> list[str]:
    return sorted(
        {*globals(), *(["plots"] if importlib.util.find_spec("matplotlib") else [])}
    )  # what there is, for help() looks at it all
