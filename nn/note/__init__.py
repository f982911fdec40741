"""The study note: its network (or any other) from JSON, its numbers, and what ``python -m nn`` says about it."""

from nn.note.claims import against, read_claims
from nn.note.network import NOTE, Network, Update, build, gradient_step, load

__all__ = ["NOTE", "Network", "Update", "against", "build", "gradient_step", "load", "read_claims"]
