"""Neural networks of scalar Values, in micrograd's words. ``python -m nn`` derives the study note's network."""

from nn import data, initialisation, losses, metrics, optim, plots, schedules
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
