"""Neural networks of scalar Values, in micrograd's words. ``python -m nn`` derives the study note's network."""

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
