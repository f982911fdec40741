"""A line on the terminal that says how far a training is."""

from __future__ import annotations

import sys
import time

WIDTH = 24  # of the bar, in columns
LINE = 78  # of the whole line
EVERY = 0.1  # seconds between two lines


class Progress:
    """A bar on standard error; without a choice, only where that is a terminal, not in pipes or notebooks.

    ``with Progress(epochs) as progress:`` takes the line away at the end.
    """

    def __init__(self, epochs: int, shown: bool | None = None) -> None:
        self.epochs = epochs
        self.shown = sys.stderr.isatty() if shown is None else shown
        self.next = time.monotonic() + EVERY  # what is quicker than that shows nothing

    def __enter__(self) -> Progress:
        return self

    def __exit__(self, *error: object) -> None:
        self.write("")

    def __call__(self, done: float, text: str) -> None:
        """Say how many epochs are done, and something about them."""
        if self.shown and time.monotonic() >= self.next:
            self.next = time.monotonic() + EVERY
            full = int(WIDTH * done / self.epochs)
            self.write(f"epoch {int(done)}/{self.epochs} {'█' * full}{'░' * (WIDTH - full)} {text}")

    def write(self, line: str) -> None:
        if self.shown:
            print(f"\r{line[:LINE]:<{LINE}}\r{line[:LINE]}", end="", file=sys.stderr, flush=True)
