"""Neural networks of scalar Values, in micrograd's words. ``python -m nn`` derives the study note's network."""

from typing import TYPE_CHECKING, Any

from nn import data, initialisation, losses, metrics, optim, schedules
from nn.module import MLP, Layer, Module, Neuron
from nn.sequential import Sequential

if TYPE_CHECKING:
    from nn import plots
    from nn.history import History
    from nn.run import DivergenceError
    from nn.storage import load, save
    from nn.training import fit

_ON_REQUEST = {  # imported when first used: together they take three times as long to import as the rest
    "DivergenceError": "run",
    "History": "history",
    "fit": "training",
    "load": "storage",
    "plots": "plots",
    "save": "storage",
}


def __getattr__(name: str) -> Any:
    if name in _ON_REQUEST:
        from importlib import import_module

        module = import_module(f"nn.{_ON_REQUEST[name]}")
        return module if name == _ON_REQUEST[name] else getattr(module, name)
    raise AttributeError(f"module 'nn' has no attribute {name!r}")


__all__ = [
    "MLP",
    "DivergenceError",
    "History",
    "Layer",
    "Module",
    "Neuron",
    "Sequential",
    "data",
    "fit",
    "initialisation",
    "load",
    "losses",
    "metrics",
    "optim",
    "plots",
    "save",
    "schedules",
]
