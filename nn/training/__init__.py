"""Training: ``fit``, its epochs, what it writes down, and files to go on from."""

from nn.training.epochs import DivergenceError
from nn.training.files import load, save
from nn.training.fitting import fit
from nn.training.history import History

__all__ = ["DivergenceError", "History", "fit", "load", "save"]
