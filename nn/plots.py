"""Pictures of what a network has learned: ``decision_boundary`` for points in the plane."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from autograd.drawing import BACKGROUND, ELLIPSIS, GRADIENT, LINE, MUTED, ROLES, TEXT, Shade, partial_text, text_width
from autograd.engine.floats import sigmoid
from nn.grid import Pixel, png, zero_lines
from nn.metrics import NO_CLASS, Scores, class_of, scores_of
from nn.numbers import finite, is_list, plain, whole
from nn.pictures import Picture
from nn.scales import Scale

WIDTH, MARGIN, TOP, BOTTOM, LEFT = 480.0, 18.0, 44.0, 30.0, 46.0  # pixels: the map's width, and what is around it
LOWEST, HIGHEST = 0.5, 1.25  # of the map, as shares of its width
ROOM = 0.12  # around the points, as a share of their extent
SIZE = 11.0
FAINT, STRONG = 0.08, 0.55  # opacity where the model cannot tell, and where it is sure
COLOURS: list[Shade] = [*(ROLES[name].band for name in ("input", "weight", "hidden", "output")), GRADIENT, MUTED]
RIMS: Shade = (BACKGROUND[0], TEXT[1])  # of the points
CORNERS: list[list[tuple[float, float]]] = [  # of the points by class, which is known without its colour, too
    [],  # a circle
    [(-3.6, -3.6), (3.6, -3.6), (3.6, 3.6), (-3.6, 3.6)],
    [(0, -4.8), (4.6, 3.4), (-4.6, 3.4)],
    [(0, -5), (5, 0), (0, 5), (-5, 0)],
]
TEXT_COLUMNS, REGIONS, LETTERS = 60, " ░▒▓·:", "oxsvdzakmn"


@dataclass(frozen=True)
class _Area:
    """What is drawn: two ranges, and on how many pixels."""

    x: Scale
    y: Scale

    def nodes(self, size: int) -> tuple[list[float], list[float]]:
        """Return the coordinates of a grid's columns and rows, from edge to edge, ``size`` along the longer side."""
        width, height = self.x.end - self.x.start, self.y.start - self.y.end
        across, down = (max(2, round(size * side / max(width, height))) for side in (width, height))
        xs = [self.x.least + (self.x.most - self.x.least) * i / (across - 1) for i in range(across)]
        return xs, [self.y.most - (self.y.most - self.y.least) * j / (down - 1) for j in range(down)]


def decision_boundary(
    model: Callable[[list[float]], Any],
    inputs: Iterable[Sequence[Any]],
    targets: Iterable[Any],
    *,
    size: int = 50,
    theme: str = "auto",
) -> Picture:
    """Draw which class a model gives to every point of the plane, how sure it is, and the points that it was trained on.

    A model with one output tells two classes apart: above 0 and below, sure by σ(output). With several outputs the class is
    the place of the highest, sure by softmax. Where an output is nan the map is grey. The model is asked on a grid with
    ``size`` points along the longer side; circled points are those that it has wrong.

    Raises ValueError if the inputs are not points of two numbers, or the targets not classes of the model.
    """
    whole("decision_boundary takes a size", size, 2)
    points, wanted = [_point(x) for x in inputs], list(targets)
    if len(points) != len(wanted) or not points:
        raise ValueError(f"decision_boundary needs one target for each input, but got {len(points)} and {len(wanted)}")
    scores = [scores_of(model(point)) for point in points]
    answers = [*map(class_of, scores)]
    classes, names = _classes(wanted, len(scores[0]))
    right = sum(map(int.__eq__, answers, classes))
    area = _area(points)
    columns, rows = area.nodes(size)
    grid = [[scores_of(model([x, y])) for x in columns] for y in rows]

    title = f"decision boundary: {right} of {len(points)} points right"
    key = ", ".join(f"{_letter(place)} {name}" for place, name in names.items())
    described = f"{title}\n{key}\n{_as_text(grid, area, points, classes)}"
    picture = Picture(LEFT + WIDTH + MARGIN, area.y.start + BOTTOM, title, described, theme)
    _draw_map(picture, area, grid)
    _draw_axes(picture, area)
    for (x, y), place, answer in zip(points, classes, answers, strict=True):
        _draw_mark(picture, place, area.x(x), area.y(y), circled=answer != place)
    _draw_legend(picture, names, circled=right < len(points))
    return picture


# --- points, classes and scores ---


def _point(given: Any) -> list[float]:
    point = [finite(plain(x)) for x in given] if is_list(given) else []
    if len(point) != 2 or None in point:
        raise ValueError(f"decision_boundary draws inputs of two finite numbers, but got {given!r:.60}")
    return [x for x in point if x is not None]


def _classes(targets: list[Any], outputs: int) -> tuple[list[int], dict[int, str]]:
    """Return the class of each target, counted from 0, and the names of the classes that there are."""
    numbers = [finite(plain(target)) for target in targets]
    if outputs > 1:
        allowed, meant = (
            {float(k) for k in range(outputs)},
            f"classes from 0 to {outputs - 1}, as the model has {outputs} outputs",
        )
    else:
        allowed, meant = {-1.0, 0.0, 1.0}, "two classes, 1 and -1 or 1 and 0, as the model has one output"
    found = {x for x in numbers if x is not None}
    if None in numbers or found - allowed or (outputs == 1 and len(found) == 3):
        odd = next((t for t, x in zip(targets, numbers, strict=True) if x not in allowed), targets)
        raise ValueError(f"decision_boundary takes {meant}, but got {odd!r:.60}")
    names = {(int(x) if outputs > 1 else int(x > 0)): f"class {partial_text(x)}" for x in sorted(found)}
    return [int(x) if outputs > 1 else int(x > 0) for x in numbers if x is not None], names


def _sureness(scores: Scores) -> float:
    """Return how sure the model is of its class: 0 where all are equally likely, 1 where one is certain."""
    if class_of(scores) == NO_CLASS or (len(scores) > 1 and math.inf in map(abs, scores)):
        return 0.0
    if len(scores) == 1:
        return abs(2.0 * sigmoid(scores[0]) - 1.0)
    likeliest = 1.0 / math.fsum([math.exp(s - max(scores)) for s in scores])
    return (likeliest * len(scores) - 1.0) / (len(scores) - 1)


def _margin(scores: Scores, place: int) -> float:
    """Return by how much a class is ahead of the others: 0 on its boundary."""
    return scores[place] - max([s for k, s in enumerate(scores) if k != place], default=0.0)


# --- drawn ---


def _area(points: list[list[float]]) -> _Area:
    """Return the ranges of all points with room around them, on equal scales unless that would make a strip."""
    (left, right), (low, high) = [(min(side), max(side)) for side in zip(*points, strict=True)]
    extents = [(right - left) * (1 + 2 * ROOM), (high - low) * (1 + 2 * ROOM)]
    wide, tall = (extent or max(extents) or 1.0 for extent in extents)
    equal = 0.2 <= tall / wide <= 5.0
    share = min(max(tall / wide, LOWEST), HIGHEST) if equal else 1.0
    if equal:
        wide, tall = max(wide, tall / share), max(tall, wide * share)
    x, y = (left + right) / 2, (low + high) / 2
    return _Area(
        Scale(x - wide / 2, x + wide / 2, LEFT, LEFT + WIDTH),
        Scale(y - tall / 2, y + tall / 2, TOP + share * WIDTH, TOP),
    )


def _draw_map(picture: Picture, area: _Area, grid: list[list[Scores]]) -> None:
    left, top, width, height = area.x.start, area.y.end, area.x.end - area.x.start, area.y.start - area.y.end
    across, down = width / (len(grid[0]) - 1), height / (len(grid) - 1)
    colours = png([[_pixel(scores) for scores in row] for row in grid])
    image = (  # the middles of its outer pixels lie on the edges; the svg around it cuts off the rest
        f'<image href="{colours}" preserveAspectRatio="none" x="{-across / 2:.2f}" y="{-down / 2:.2f}" '
        f'width="{width + across:.2f}" height="{height + down:.2f}"/>'
    )
    picture.add("svg", image, x=left, y=top, width=width, height=height)
    lines: dict[str, None] = {}  # each once: two classes share a boundary
    for place in range(max(1, len(grid[0][0]) - 1)):  # the last class's are those of the others
        field = [[_margin(scores, place) for scores in row] for row in grid]
        for ends in zero_lines(field):
            lines["L".join(sorted(f"{left + i * across:.1f},{top + j * down:.1f}" for i, j in ends))] = None
    if lines:
        picture.add("path", stroke=TEXT, d="M" + "M".join(lines), stroke_width=1.2, stroke_linecap="round", fill_opacity=0)
    picture.add("rect", stroke=LINE, x=left, y=top, width=width, height=height, fill_opacity=0)


def _pixel(scores: Scores) -> Pixel:
    colour = _colour(class_of(scores))[0]
    red, green, blue = (int(colour[k : k + 2], 16) for k in (1, 3, 5))
    return red, green, blue, round(255 * (FAINT + (STRONG - FAINT) * _sureness(scores)))


def _colour(place: int) -> Shade:
    return MUTED if place == NO_CLASS else COLOURS[place % len(COLOURS)]


def _draw_axes(picture: Picture, area: _Area) -> None:
    for tick, label in area.x.labels():
        x = area.x(tick)
        picture.add("path", stroke=LINE, d=f"M{x:.1f},{area.y.start:.1f}v4")
        picture.text(x, area.y.start + 16, label, MUTED, SIZE, text_anchor="middle")
    for tick, label in area.y.labels():
        y = area.y(tick)
        picture.add("path", stroke=LINE, d=f"M{area.x.start:.1f},{y:.1f}h-4")
        picture.text(area.x.start - 7, y + 3.8, label, MUTED, SIZE, text_anchor="end")


def _draw_mark(picture: Picture, place: int, x: float, y: float, circled: bool = False) -> None:
    corners = CORNERS[place % len(CORNERS)]
    if corners:
        outline = " ".join(f"{x + dx:.1f},{y + dy:.1f}" for dx, dy in corners)
        picture.add("polygon", fill=_colour(place), stroke=RIMS, points=outline)
    else:
        picture.add("circle", fill=_colour(place), stroke=RIMS, cx=x, cy=y, r=4)
    if circled:
        picture.add("circle", stroke=TEXT, cx=x, cy=y, r=8, stroke_width=1.5, fill_opacity=0)


def _draw_legend(picture: Picture, names: dict[int, str], circled: bool) -> None:
    told = picture.title.partition(": ")[2]
    x, y = LEFT + 6, TOP - 18
    end = LEFT + WIDTH - text_width(told, SIZE) - 12
    if sum([30 + text_width(name, SIZE) for name in names.values()]) > end - x - circled * 84:
        names = {place: name.removeprefix("class ") if i else name for i, (place, name) in enumerate(names.items())}
    for place, name in names.items():
        if x + text_width(name, SIZE) + 10 > end - circled * 84:
            picture.text(x, y, ELLIPSIS, TEXT, SIZE)
            x += 20
            break
        _draw_mark(picture, place, x, y - 4)
        picture.text(x + 10, y, name, TEXT, SIZE)
        x += 30 + text_width(name, SIZE)
    if circled:
        picture.add("circle", stroke=TEXT, cx=x + 2, cy=y - 4, r=7, stroke_width=1.5, fill_opacity=0)
        picture.text(x + 14, y, "wrong", TEXT, SIZE)
    picture.text(LEFT + WIDTH, y, told, MUTED, SIZE, text_anchor="end")


def _as_text(grid: list[list[Scores]], area: _Area, points: list[list[float]], classes: list[int]) -> str:
    """Return the map in characters: regions shaded by class, and a letter for each point."""
    height, width = len(grid), len(grid[0])
    lines = round(TEXT_COLUMNS * (area.y.start - area.y.end) / (area.x.end - area.x.start) / 2)  # characters are twice as tall
    rows = [
        [_shading(class_of(grid[j * height // lines][i * width // TEXT_COLUMNS])) for i in range(TEXT_COLUMNS)]
        for j in range(lines)
    ]
    for (x, y), place in zip(points, classes, strict=True):
        i = int((x - area.x.least) / (area.x.most - area.x.least) * TEXT_COLUMNS)
        j = int((area.y.most - y) / (area.y.most - area.y.least) * lines)
        rows[j][i] = _letter(place)
    return "\n".join("".join(row).rstrip() for row in rows)


def _shading(place: int) -> str:
    return "?" if place == NO_CLASS else REGIONS[place % len(REGIONS)]


def _letter(place: int) -> str:
    return LETTERS[place % len(LETTERS)]
