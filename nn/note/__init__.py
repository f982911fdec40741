"""The study note: its network (or any other) from JSON, its numbers, and what ``python -m nn`` says about it."""

from nn.note.claims import against, read_claims
from nn.note.network import NOTE, Network, Update, build, gradient_step, load
from nn.note.reporting import Report, report

__all__ = ["NOTE", "Network", "Report", "Update", "against", "build", "gradient_step", "load", "read_claims", "report"]
