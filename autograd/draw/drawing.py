"""A drawing: one view of a graph, shown in notebooks, as text, or saved in any format."""

from __future__ import annotations

import os
from functools import cached_property
from pathlib import Path
from typing import Any

from autograd.draw import dot, text
from autograd.draw.layout import Layout, arrange
from autograd.draw.svg import image, svg
from autograd.draw.view import View

LINES_IN_A_NOTEBOOK = 60
WIDEST_FITTED = 2000  # pixels; what is wider stays as large as it is, to be scrolled
DOTS_PER_INCH = 192


class Drawing:
    """A picture of a recorded graph. ``print`` it for text; the last line of a notebook's cell shows it."""

    def __init__(self, view: View, engine: str = "auto", theme: str = "auto", legend: bool = True) -> None:
        self.view, self.theme = view, theme
        self.layout: Layout = arrange(view, engine)
        self.svg: str = svg(view, self.layout, theme, legend)

    @cached_property
    def dot(self) -> str:
        """The picture in DOT, Graphviz's language."""
        return dot.source(self.view, theme=self.theme)

    @cached_property
    def mermaid(self) -> str:
        """The picture as a Mermaid flowchart, for a Markdown code block marked ``mermaid``."""
        return text.mermaid(self.view)

    @cached_property
    def text(self) -> str:
        """The graph as a tree of text."""
        return text.tree(self.view)

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write a file in the format that its name ends in: .svg, .dot, .mmd (Mermaid), .txt; with Graphviz .png or .pdf.

        Returns its path. Raises ValueError for another ending, RuntimeError if Graphviz is needed and missing.
        """
        path = Path(path)
        form = path.suffix.lower()
        texts = {".svg": "svg", ".dot": "dot", ".gv": "dot", ".mmd": "mermaid", ".txt": "text"}
        if form in texts:
            path.write_bytes(getattr(self, texts[form]).encode())
        elif form in (".png", ".pdf"):
            options = [f"-Gdpi={DOTS_PER_INCH}"] if form == ".png" else []
            path.write_bytes(dot.run(self.dot, form[1:], *options))
        else:
            raise ValueError(f"{path.name!r:.60} must end in one of {', '.join([*texts, '.png', '.pdf'])}")
        return path

    def __str__(self) -> str:
        return self.text

    def __repr__(self) -> str:
        return f"<drawing of {self.view.description}>"

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        fit = "max-width:100%;height:auto" if self.layout.width <= WIDEST_FITTED else "max-width:none"
        return {
            "text/html": image(self.svg, self.view.description, fit),
            "text/plain": text.tree(self.view, LINES_IN_A_NOTEBOOK),
        }
