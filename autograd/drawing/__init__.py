"""Pictures of recorded graphs, from one leaf to two thousand nodes: as SVG, DOT, Mermaid and text.

A view says which cards and edges there are, a layout where they go, a drawing how they look. Reads the engine,
``autograd.text`` and ``autograd.storing``; knows nothing of steps and training.
"""

from autograd.drawing.cards import NOT_YET, Card
from autograd.drawing.drawing import Drawing, draw, draw_dot, to_dot, trace
from autograd.drawing.images import converted
from autograd.drawing.layout import Layout, arrange, row_width
from autograd.drawing.svg_writer import image, path_of, svg
from autograd.drawing.theme import BACKGROUND, FONT, GRADIENT, LINE, MUTED, RIM, ROLES, TEXT, THEMES, Shade
from autograd.drawing.view import View, view_of
from autograd.drawing.words import (
    BOLD,
    ELLIPSIS,
    columns,
    exact_text,
    partial_text,
    shortened,
    shortened_to_columns,
    text_width,
    value_text,
)
from autograd.text import clean

__all__ = [
    "BACKGROUND",
    "BOLD",
    "ELLIPSIS",
    "FONT",
    "GRADIENT",
    "LINE",
    "MUTED",
    "NOT_YET",
    "RIM",
    "ROLES",
    "TEXT",
    "THEMES",
    "Card",
    "Drawing",
    "Layout",
    "Shade",
    "View",
    "arrange",
    "clean",
    "columns",
    "converted",
    "draw",
    "draw_dot",
    "exact_text",
    "image",
    "partial_text",
    "path_of",
    "row_width",
    "shortened",
    "shortened_to_columns",
    "svg",
    "text_width",
    "to_dot",
    "trace",
    "value_text",
    "view_of",
]
