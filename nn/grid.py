"""Numbers on a grid, as pictures: a PNG of its colours, and the lines along which it is 0."""

from __future__ import annotations

import base64
import math
import struct
import zlib
from collections.abc import Iterator, Sequence
from typing import TypeAlias

Pixel: TypeAlias = tuple[int, int, int, int]  # red, green, blue, opacity: 0 to 255
Point: TypeAlias = tuple[float, float]
Field: TypeAlias = Sequence[Sequence[float]]  # rows from the top, each from the left


def png(rows: Sequence[Sequence[Pixel]]) -> str:
    """Return a PNG as a data: URL, after the PNG specification (W3C 2003): RGBA, 8 bits, no filter."""
    header = struct.pack(">IIBBBBB", len(rows[0]), len(rows), 8, 6, 0, 0, 0)
    lines = b"".join([b"\0" + bytes([value for pixel in row for value in pixel]) for row in rows])
    chunks = [(b"IHDR", header), (b"IDAT", zlib.compress(lines, 9)), (b"IEND", b"")]
    data = b"\x89PNG\r\n\x1a\n" + b"".join([_chunk(kind, content) for kind, content in chunks])
    return f"data:image/png;base64,{base64.b64encode(data).decode()}"


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def zero_lines(field: Field) -> Iterator[tuple[Point, Point]]:
    """Return the pieces of the lines where a field is 0, in units of its columns and rows: marching squares.

    After Lorensen and Cline 1987, in the plane. Where two corners across are on either side, the mean decides. What is not
    finite has no lines around it.

    >>> list(zero_lines([[-1.0, 1.0], [-1.0, 3.0]]))
    [((0.5, 0.0), (0.25, 1.0))]
    """
    for j in range(len(field) - 1):
        for i in range(len(field[j]) - 1):
            corners = [(i, j), (i + 1, j), (i + 1, j + 1), (i, j + 1)]  # around the square
            values = [field[y][x] for x, y in corners]
            if all(map(math.isfinite, values)):
                yield from _in_square(corners, values)


def _in_square(corners: list[tuple[int, int]], values: list[float]) -> Iterator[tuple[Point, Point]]:
    around = [*zip(corners, values, strict=True)]
    sides = [sorted(side) for side in zip(around, [*around[1:], around[0]], strict=True)]  # each alike in both of its squares
    points = [_crossing(*side) for side in sides if (side[0][1] > 0) != (side[1][1] > 0)]
    if len(points) == 4 and (sum(values) > 0) != (values[0] > 0):
        points = [*points[1:], points[0]]  # the lines cut off the first corner and the one across, not the other two
    yield from zip(points[::2], points[1::2], strict=True)


def _crossing(a: tuple[tuple[int, int], float], b: tuple[tuple[int, int], float]) -> Point:
    """Return where the line between two corners, each with its value, is at 0."""
    ((x, y), at_a), ((u, v), at_b) = a, b
    share = at_a / (at_a - at_b) if math.isfinite(at_a - at_b) else 0.5
    return x + share * (u - x), y + share * (v - y)
