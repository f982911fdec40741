"""Neural networks of scalar Values, in micrograd's words. ``python -m nn`` derives the study note's network."""

from nn.module import MLP, Layer, Module, Neuron

__all__ = ["MLP", "Layer", "Module", "Neuron"]
