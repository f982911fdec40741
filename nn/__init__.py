"""Neural networks of scalar Values, in micrograd's words. ``python -m nn`` derives the study note's network."""

from nn import data, losses, optim, schedules
from nn.module import MLP, Layer, Module, Neuron
from nn.sequential import Sequential

__all__ = ["MLP", "Layer", "Module", "Neuron", "Sequential", "data", "losses", "optim", "schedules"]
