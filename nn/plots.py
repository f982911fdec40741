"""Pictures of a training, by matplotlib: the ``decision_boundary`` of what a network has learned, and curves.

nn loads this module when it is first asked for, since matplotlib is an extra.
"""

from __future__ import annotations

import math
import os
import warnings
from collections.abc import Callable, Iterable, Mapping, Sequence
from io import BytesIO
from pathlib import Path
from typing import Any, TypeAlias, overload

from autograd.engine.labels import brief
from autograd.storing import write_atomically
from autograd.text import clean, clipped, number_text
from nn.metrics import NO_CLASS, Scores, class_of, scores_of
from nn.numbers import finite, is_list, plain, whole

try:
    import numpy as np  # comes with matplotlib
    from matplotlib import rc_context
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.lines import Line2D
    from matplotlib.ticker import FuncFormatter, LogLocator, MaxNLocator, NullLocator
except ImportError as problem:
    raise ImportError("pictures need matplotlib: pip install 'scalar-autograd[plots]'") from problem

INK = "#7b7b7b"  # this and all colours have a contrast of 3 : 1 and more on white and on black pages
COLOURS = ["#2a7fc4", "#d55e00", "#009e73", "#b8629a", "#b07a00"]  # told apart by the colour-blind, as are the markers
MARKERS = ["o", "s", "^", "D", "v", "P", "X"]
LARGEST = 1e250  # number drawn at its place, so that what is around it is finite, too
SMALL, MIDDLE = 9, 10  # sizes of type, in points
EDGE, GAP = 0.7, 0.45  # around Axes, and above each for a title or a legend, in inches
WIDTH, FIRST, OTHERS = 5.7, 2.1, 1.3  # of a chart, and heights of the panel of the loss and of each metric's
NAME = 36  # letters of a name, at most
SAVED = {"svg": {"Date": None, "Creator": None}, "pdf": {"CreationDate": None}}  # so that the same has the same bytes

MAP = 4.2  # width of the map, in inches
LEGEND = 1.5  # room for it to the right
ROOM = 0.12  # around the points, as a share of their extent
LEVELS = [math.log(p / (1 - p)) for p in (0.5, 0.6, 0.7, 0.8, 0.9, 0.99)]  # of the score, by the class's probability
OPACITIES = [0.08, 0.16, 0.24, 0.33, 0.43, 0.55]  # from each of them on

Columns: TypeAlias = Mapping[str, Sequence[float]]


class Picture(Axes):
    """Axes that know how to ``save`` the figure they stand in, and that a notebook shows as the last line of a cell."""

    description = ""  # the same in words

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write the figure to a file in the format that its name ends in, any that matplotlib writes, and return its path.

        Raises ValueError for another ending.
        """
        path = Path(path)
        form = path.suffix[1:].lower()
        forms = sorted(self._figure().canvas.get_supported_filetypes())
        if form not in forms:
            raise ValueError(f"{brief(path.name)} must end in one of .{', .'.join(forms)}")
        write_atomically(path, self._drawn(form))
        return path

    def _drawn(self, form: str) -> bytes:
        """Return the figure as the bytes of a file: the same for the same content."""
        file = BytesIO()
        with rc_context({"svg.hashsalt": "nn", "svg.fonttype": "none"}), warnings.catch_warnings():
            warnings.filterwarnings("ignore", "Glyph .* missing")  # in a name; whoever shows an SVG has more fonts
            self._figure().savefig(file, format=form, dpi=150, metadata=SAVED.get(form), bbox_inches="tight")
        return file.getvalue()

    def _figure(self) -> Figure:
        figure = self.get_figure(root=True)
        assert figure is not None
        return figure

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        return {"image/svg+xml": self._drawn("svg").decode(), "text/plain": self.description}

    def __str__(self) -> str:
        return self.description


def _panels(width: float, heights: Sequence[float], right: float, text: str) -> list[Picture]:
    """Return Axes below each other, without a background, so that they stand on light and on dark pages; sizes in inches."""
    wide, high = EDGE + width + right, sum(heights) + GAP * len(heights) + EDGE
    figure = Figure(figsize=(wide, high), facecolor="none")
    panels: list[Picture] = []
    bottom = high
    for height in heights:
        bottom -= GAP + height
        ax = Picture(figure, (EDGE / wide, bottom / high, width / wide, height / high), facecolor="none")
        figure.add_axes(ax)
        ax.description = text
        ax.tick_params(which="both", colors=INK, labelsize=SMALL)
        ax.spines[:].set_color(INK)
        for label in (ax.xaxis.label, ax.yaxis.label, ax.title):
            label.set(color=INK, fontsize=MIDDLE)
        panels.append(ax)
    return panels


def _legend(ax: Axes, handles: Sequence[Any], labels: Sequence[str], **where: Any) -> None:
    colour = INK if isinstance(ax, Picture) else None
    legend = ax.legend(handles, [clipped(clean(label), NAME) for label in labels], frameon=False, labelcolor=colour, **where)
    for text in legend.get_texts():
        text.set(parse_math=False, fontsize=SMALL)  # a name is no formula
    for line in legend.get_lines():
        line.set_marker("")


# --- curves ---


def charts(panels: Sequence[Columns], logarithmic: Sequence[bool], best_epoch: int, text: str) -> list[Picture]:
    """Draw the curves of each panel, in Axes of one figure below each other, and return these."""
    axes = _panels(WIDTH, [OTHERS if row else FIRST for row in range(len(panels))], EDGE, text)
    for ax, columns, scale in zip(axes, panels, logarithmic, strict=True):
        curves(ax, columns, scale, best_epoch)
        if ax is not axes[-1]:
            ax.set_xlabel("")
            ax.tick_params(labelbottom=False)
    return axes


def curves(ax: Axes, columns: Columns, logarithmic: bool, best_epoch: int) -> None:
    """Draw the curve of a column and, dashed, of the one about the validation data, with gaps where there is no number.

    Numbers between 0 and 1 are shown from 0 to 1, unless they are losses.
    """
    values = [_finite(column) for column in columns.values()]
    handles: list[Line2D] = []
    for number, y in enumerate(values):
        alone = ~np.isnan(y) & np.isnan(np.r_[np.nan, y[:-1]]) & np.isnan(np.r_[y[1:], np.nan])
        lonely = np.flatnonzero(alone).tolist()  # a dot, where there is no line
        look: dict[str, Any] = {"linewidth": 1.6, "marker": "o", "markersize": 4, "markevery": lonely, "clip_on": False}
        handles += ax.plot(np.arange(1, len(y) + 1), y, color=COLOURS[number], linestyle="--" if number else "-", **look)
    labels = [name + " (logarithmic)" * (logarithmic and not number) for number, name in enumerate(columns)]
    if best_epoch:
        line = ax.axvline(best_epoch, color=INK, linestyle=":", linewidth=1.2)
        if "loss" in columns:
            handles.append(line)
            labels.append(f"least validation loss: epoch {best_epoch}")
    _legend(ax, handles, labels, loc="lower left", bbox_to_anchor=(0, 1), ncols=3, borderaxespad=0.2, columnspacing=1.4)
    numbers = np.concatenate([np.array([]), *values])
    if logarithmic:
        _make_logarithmic(ax, math.log10(np.nanmax(numbers)) - math.log10(np.nanmin(numbers)))
    elif "loss" not in columns and not ((numbers < 0) | (numbers > 1)).any():
        ax.set_ylim(0, 1)
    ax.yaxis.set_major_formatter(FuncFormatter(lambda x, _: number_text(x, 10)))  # no power of ten over the axis
    ax.set_xlim(1, max([2, *map(len, values)]))
    ax.set_xlabel("epoch")
    ax.xaxis.set_major_locator(MaxNLocator(steps=[1, 2, 5, 10], integer=True))
    ax.grid(axis="y", color=INK, alpha=0.25, linewidth=0.6)
    ax.spines[["top", "right", "left"]].set_visible(False)
    ax.tick_params(axis="y", which="both", length=0)


def _finite(column: Sequence[float]) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Return numbers that can be drawn, nan for those that are none."""
    return np.array([min(max(x, -LARGEST), LARGEST) if math.isfinite(x) else math.nan for x in column])


def _make_logarithmic(ax: Axes, decades: float) -> None:
    ax.set_yscale("log")
    ax.yaxis.set_major_locator(LogLocator(subs=(1.0,) if decades > 3 else (1.0, 2.0, 5.0)))
    ax.yaxis.set_minor_locator(NullLocator())


# --- decision boundaries ---


@overload
def decision_boundary(
    model: Callable[[list[float]], Any],
    inputs: Iterable[Sequence[Any]],
    targets: Iterable[Any],
    *,
    size: int = 50,
    ax: None = None,
) -> Picture: ...
@overload
def decision_boundary(
    model: Callable[[list[float]], Any], inputs: Iterable[Sequence[Any]], targets: Iterable[Any], *, size: int = 50, ax: Axes
) -> Axes: ...
def decision_boundary(
    model: Callable[[list[float]], Any],
    inputs: Iterable[Sequence[Any]],
    targets: Iterable[Any],
    *,
    size: int = 50,
    ax: Axes | None = None,
) -> Axes:
    """Draw which class a model gives to every point of the plane, how sure it is, and the points that it was trained on.

    A model with one output tells two classes apart: above 0 and below, sure by σ(output). With several outputs the class is
    the place of the highest, sure by σ of how far it is ahead of the next. Where an output is nan the map is grey. The model
    is asked on a grid with ``size`` points along the longer side; circled points are those that it has wrong.

    Draws in matplotlib's Axes if they are given, else in those of a figure of its own, which a notebook shows and ``save``
    writes. Raises ValueError if the inputs are not points of two numbers, or the targets not classes of the model.
    """
    whole("decision_boundary takes a size", size, 2)
    points, wanted = [_point(x) for x in inputs], list(targets)
    if len(points) != len(wanted) or not points:
        raise ValueError(f"decision_boundary needs one target for each input, but got {len(points)} and {len(wanted)}")
    scores = [scores_of(model(point)) for point in points]
    classes, names = _classes(wanted, len(scores[0]))
    right = [class_of(row) == place for row, place in zip(scores, classes, strict=True)]
    told = f"{sum(right)} of {len(points)} points right"
    (left, end), (low, high) = [_range(side) for side in zip(*points, strict=True)]
    shape = (high - low) / (end - left)
    equal = 0.3 < shape < 3.0  # else it would be a strip
    shape = shape if equal else 1.0
    if ax is None:
        pairs = [*zip(classes, right, strict=True)]
        parts = [f"{name}: {pairs.count((k, True))} of {classes.count(k)}" for k, name in names.items()]
        [ax] = _panels(MAP, [MAP * shape], LEGEND, "\n".join([f"decision boundary: {told}", *parts]))
    xs = np.linspace(left, end, max(2, round(size * min(1.0, 1.0 / shape))))
    ys = np.linspace(low, high, max(2, round(size * min(1.0, shape))))
    _draw_map(ax, xs, ys, [[scores_of(model([x, y])) for x in xs.tolist()] for y in ys.tolist()])
    handles = _draw_points(ax, points, classes, right, names)
    ax.set(xlim=(left, end), ylim=(low, high), aspect="equal" if equal else "auto")
    ax.set_title(told, loc="left", fontsize=MIDDLE, color=ax.title.get_color())
    labels = [*names.values(), *["wrong"] * (not all(right))]
    _legend(ax, handles, labels, loc="upper left", bbox_to_anchor=(1, 1))
    return ax


def _point(given: Any) -> list[float]:
    point = [finite(plain(x)) for x in given] if is_list(given) else []
    if len(point) != 2 or None in point:
        raise ValueError(f"decision_boundary draws inputs of two finite numbers, but got {brief(given)}")
    return [x for x in point if x is not None]


def _classes(targets: list[Any], outputs: int) -> tuple[list[int], dict[int, str]]:
    """Return the class of each target, counted from 0, and the names of the classes that there are."""
    numbers = [finite(plain(target)) for target in targets]
    if outputs > 1:
        allowed = {float(k) for k in range(outputs)}
        meant = f"classes from 0 to {outputs - 1}, as the model has {outputs} outputs"
    else:
        allowed, meant = {-1.0, 0.0, 1.0}, "two classes, 1 and -1 or 1 and 0, as the model has one output"
    found = {x for x in numbers if x is not None}
    if None in numbers or found - allowed or (outputs == 1 and len(found) == 3):
        odd = next((t for t, x in zip(targets, numbers, strict=True) if x not in allowed), targets)
        raise ValueError(f"decision_boundary takes {meant}, but got {brief(odd)}")
    names = {(int(x) if outputs > 1 else int(x > 0)): f"class {number_text(x)}" for x in sorted(found)}
    return [int(x) if outputs > 1 else int(x > 0) for x in numbers if x is not None], names


def _range(numbers: Sequence[float]) -> tuple[float, float]:
    room = ROOM * (max(numbers) - min(numbers)) or 0.5
    return min(numbers) - room, max(numbers) + room


def _lead(scores: Scores, place: int) -> float:
    """Return by how much a class is ahead of the next: 0 on its boundary, nan where an output is."""
    if class_of(scores) == NO_CLASS:
        return math.nan
    if len(scores) == 1:
        scores = [0.0, *scores]
    lead = scores[place] - max([score for k, score in enumerate(scores) if k != place])
    return min(max(lead, -LARGEST), LARGEST) if lead == lead else 0.0  # ∞ − ∞ is no lead


def _draw_map(ax: Axes, xs: Any, ys: Any, grid: list[list[Scores]]) -> None:
    unknown = np.array([[float(class_of(scores) == NO_CLASS) for scores in row] for row in grid])
    if unknown.any():
        ax.contourf(xs, ys, unknown, levels=[1e-9, 1.0], colors=[(INK, 0.3)])
    for place in range(max(2, len(grid[0][0]))):
        lead = np.ma.masked_invalid([[_lead(scores, place) for scores in row] for row in grid])
        if lead.count() and lead.max() > 0:
            colour = COLOURS[place % len(COLOURS)]
            ax.contourf(xs, ys, lead, levels=LEVELS, extend="max", colors=[(colour, opacity) for opacity in OPACITIES])
        last = place == max(2, len(grid[0][0])) - 1  # whose boundaries are those of the others
        if lead.count() and lead.min() < 0 < lead.max() and not last:
            ax.contour(xs, ys, lead, levels=[0.0], colors=[INK], linewidths=1.4)


def _draw_points(
    ax: Axes, points: list[list[float]], classes: list[int], right: list[bool], names: Mapping[int, str]
) -> list[Any]:
    """Draw the points by class, and circles around those that are wrong; return what stands for each in a legend."""
    handles: list[Any] = []
    for place in names:
        xs, ys = zip(*[point for point, k in zip(points, classes, strict=True) if k == place], strict=True)
        look: dict[str, Any] = {"marker": MARKERS[place % len(MARKERS)], "facecolor": COLOURS[place % len(COLOURS)]}
        handles.append(ax.scatter(xs, ys, s=30, edgecolor="white", linewidth=0.6, zorder=3, **look))
    wrong = [point for point, is_right in zip(points, right, strict=True) if not is_right]
    if wrong:
        xs, ys = zip(*wrong, strict=True)
        handles.append(ax.scatter(xs, ys, s=120, facecolor="none", edgecolor=INK, linewidth=1.5, zorder=4))
    return handles
