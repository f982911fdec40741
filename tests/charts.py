"""A history to draw, and where the texts of a picture lie."""

from __future__ import annotations

from autograd.drawing.words import text_width
from nn import History

SVG = "{http://www.w3.org/2000/svg}"
LOSSES = [1.0, 0.5, 0.25, 0.3]
WHOLE = History(
    columns={
        "loss": LOSSES,
        "accuracy": [0.5, 0.75, 1.0, 1.0],
        "validation loss": [1.25, 0.75, 0.5, 0.6],
        "validation accuracy": [0.5, 0.5, 1.0, 0.75],
    },
    best_epoch=3,
    best=[1.0, 2.0],
)


def text_boxes(root):
    """Return what each text covers: left, top, right, bottom, text."""
    boxes = []
    for text in root.iter(f"{SVG}text"):
        size, x, y = (float(text.get(name)) for name in ("font-size", "x", "y"))
        width = text_width(text.text, size)
        left = x - {"end": width, "middle": width / 2}.get(text.get("text-anchor"), 0.0)
        boxes.append((left, y - 0.75 * size, left + width, y + 0.2 * size, text.text))
    return boxes
