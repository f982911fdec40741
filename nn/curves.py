"""The curves of a training: loss and metrics over the epochs, as a picture."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TypeAlias

from autograd.drawing import GRADIENT, LINE, MUTED, RIM, ROLES, TEXT, Shade, shortened, text_width
from nn.pictures import Picture
from nn.scales import Scale, scale_for

VALIDATION = "validation "  # begins the name of a column about the validation data

WIDTH, MARGIN, GAP = 640.0, 20.0, 38.0  # pixels
FIRST, OTHERS = 230.0, 130.0  # heights of the panel of the loss, and of each metric's
SIZE = 11.0
TRAINING: Shade = ROLES["input"].band
VALIDATING: Shade = GRADIENT
DASHES = "5 3"  # a curve is known without its colour, too

Columns: TypeAlias = Mapping[str, Sequence[float]]


def curves(columns: Columns, best_epoch: int, description: str, theme: str = "auto") -> Picture:
    """Draw a panel for the loss and one for each metric, with the curve of the validation data in the same panel.

    A loss that falls far has a logarithmic scale; numbers between 0 and 1 are shown from 0 to 1, unless they are losses.
    """
    names = [name for name in columns if not name.startswith(VALIDATION)]
    heights = [FIRST if i == 0 else OTHERS for i in range(len(names))]
    height = sum(heights) + GAP * len(heights) + MARGIN + SIZE
    count = len(next(iter(columns.values()), []))
    title = f"{', '.join(names) or 'training'} over {count} epoch{'s' * (count != 1)}"
    picture = Picture(WIDTH, height, title, description, theme)
    top = 0.0
    left = MARGIN + max([_label_width(columns, name) for name in names], default=0.0) + 8
    epochs = Scale(1.0, max(float(count), 2.0), left, WIDTH - MARGIN)
    for name, panel in zip(names, heights, strict=True):
        _panel(picture, columns, name, best_epoch, epochs, top + GAP, top + GAP + panel)
        if name == names[-1]:
            _epoch_labels(picture, epochs, count, top + GAP + panel)
        top += GAP + panel
    return picture


def _pair(columns: Columns, name: str) -> dict[str, Sequence[float]]:
    """Return the curves of a panel."""
    return {full: columns[full] for full in (name, VALIDATION + name) if full in columns}


def _scale(columns: Columns, name: str, top: float, bottom: float) -> Scale:
    numbers = [x for column in _pair(columns, name).values() for x in column]
    return scale_for(numbers, bottom, top, within=None if name == "loss" else (0.0, 1.0))


def _label_width(columns: Columns, name: str) -> float:
    return max(text_width(label, SIZE) for _, label in _scale(columns, name, 0.0, 1.0).labels())


def _panel(picture: Picture, columns: Columns, name: str, best_epoch: int, epochs: Scale, top: float, bottom: float) -> None:
    scale = _scale(columns, name, top, bottom)
    for tick, label in scale.labels():
        y = scale(tick)
        picture.add("path", stroke=RIM, d=f"M{epochs.start:.1f},{y:.1f}H{epochs.end:.1f}", fill_opacity=0)
        picture.text(epochs.start - 8, y + 3.8, label, MUTED, SIZE, text_anchor="end")
    picture.add("path", stroke=LINE, d=f"M{epochs.start:.1f},{bottom:.1f}H{epochs.end:.1f}")
    if best_epoch:
        x = epochs(best_epoch)
        picture.add("path", stroke=MUTED, d=f"M{x:.1f},{top:.1f}V{bottom:.1f}", stroke_dasharray="2 3")
    x = epochs.start
    for full, column in _pair(columns, name).items():
        validating = full != name
        shade, dashes = (VALIDATING, DASHES) if validating else (TRAINING, "none")
        _curve(picture, column, epochs, scale, shade, dashes)
        picture.add("path", stroke=shade, d=f"M{x:.1f},{top - 16:.1f}h18", stroke_width=2, stroke_dasharray=dashes)
        label = shortened(full + (" (logarithmic)" if scale.logarithmic and not validating else ""), WIDTH / 3, SIZE)
        picture.text(x + 24, top - 12, label, TEXT, SIZE)
        x += 24 + text_width(label, SIZE) + 22
    if best_epoch and name == "loss":
        picture.add("path", stroke=MUTED, d=f"M{x + 9:.1f},{top - 22:.1f}v12", stroke_dasharray="2 3")
        picture.text(x + 18, top - 12, f"least validation loss: epoch {best_epoch}", MUTED, SIZE)


def _epoch_labels(picture: Picture, epochs: Scale, count: int, bottom: float) -> None:
    whole = sorted({1, *(round(tick) for tick in epochs.ticks() if 1 <= tick <= count)})
    if len(whole) > 2 and whole[1] - 1 < 0.5 * (whole[2] - whole[1]):
        del whole[1]  # too near to 1
    for i, epoch in enumerate(whole):
        label = f"epoch {epoch}" if i == 0 else f"{epoch}"
        anchor = "start" if i == 0 else "end" if epochs(epoch) > WIDTH - MARGIN - 12 else "middle"
        picture.text(epochs(epoch), bottom + 15, label, MUTED, SIZE, text_anchor=anchor)


def _curve(picture: Picture, column: Sequence[float], epochs: Scale, scale: Scale, shade: Shade, dashes: str) -> None:
    """Draw a curve with gaps where there are no finite numbers, and a dot for what would be no line."""
    for part in _parts(column):
        points = _thinned([(epochs(i + 1), scale(x)) for i, x in part])
        if len(points) == 1:
            [(x, y)] = points
            picture.add("circle", fill=shade, cx=x, cy=y, r=2.5)
            continue
        line = "L".join(f"{x:.1f},{y:.1f}" for x, y in points)
        picture.add(
            "path",
            stroke=shade,
            fill_opacity=0,
            d=f"M{line}",
            stroke_width=1.8,
            stroke_linejoin="round",
            stroke_dasharray=dashes,
        )


def _parts(column: Sequence[float]) -> list[list[tuple[int, float]]]:
    parts: list[list[tuple[int, float]]] = [[]]
    for i, x in enumerate(column):
        if math.isfinite(x):
            parts[-1].append((i, x))
        elif parts[-1]:
            parts.append([])
    return [part for part in parts if part]


def _thinned(points: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """Return, for each pixel along, no more than the first, the lowest, the highest and the last point: all that is seen."""
    if len(points) <= 2 * WIDTH:
        return points
    columns: dict[int, list[tuple[float, float]]] = {}
    for point in points:
        columns.setdefault(int(point[0]), []).append(point)
    kept = []
    for group in columns.values():
        ends = {0, len(group) - 1}
        heights = [y for _, y in group]
        kept += [group[i] for i in sorted(ends | {heights.index(min(heights)), heights.index(max(heights))})]
    return kept
