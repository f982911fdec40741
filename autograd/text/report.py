"""What all reports have in common: how a prompt, a notebook and JSON show them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from autograd.text.parts import Part, as_text
from autograd.text.tables import fenced

REPORTS: list[type[Report]] = []  # every kind, as soon as its room is there


class Report:
    """Something explained: ``print`` it for text of at most 100 columns, ``as_data`` is for JSON.

    A subclass says what its ``parts`` are, and its data; IPython's prompt and a notebook show the text by themselves.
    """

    def __init_subclass__(cls) -> None:
        REPORTS.append(cls)
        cls._repr_pretty_ = Report._repr_pretty_  # type: ignore[method-assign]  # IPython looks for a class's own, or its __repr__

    def parts(self) -> Iterable[Part]:
        """Return sentences, formulas and tables, in the order in which they are read."""
        raise NotImplementedError

    def as_data(self) -> Any:
        """Return the same as dicts, lists, strings and numbers."""
        raise NotImplementedError

    def __str__(self) -> str:
        return as_text(self.parts())

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        printer.text(str(self))

    def _repr_markdown_(self) -> str:
        return fenced(str(self))
