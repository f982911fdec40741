"""Neural networks of scalar Values, in micrograd's words. ``python -m nn`` derives the study note's network."""

from nn import data, initialisation, losses, metrics, optim, plots, schedules
from nn.history import History
from nn.module import MLP, Layer, Module, Neuron
from nn.run import DivergenceError
from nn.sequential import Sequential
from nn.storage import load, save
from nn.training import fit

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
