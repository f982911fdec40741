"""Lines where a field is 0, and PNG."""

from __future__ import annotations

import base64
import io
import math

import pytest

from nn.grid import png, zero_lines


def test_a_line_crosses_each_square_where_the_field_changes_its_sign():
    assert [*zero_lines([[-1.0, -1.0], [3.0, 1.0]])] == [((1.0, 0.5), (0.0, 0.25))]
    assert [*zero_lines([[1.0, 1.0], [1.0, 1.0]])] == []


def test_where_two_corners_across_are_on_either_side_the_mean_decides():
    joined, apart = ({*map(frozenset, zero_lines([[a, -1.0], [-1.0, a]]))} for a in (3.0, 0.5))
    assert joined == {frozenset({(0.75, 0.0), (1.0, 0.25)}), frozenset({(0.25, 1.0), (0.0, 0.75)})}
    assert apart == {frozenset({(1 / 3, 0.0), (0.0, 1 / 3)}), frozenset({(2 / 3, 1.0), (1.0, 2 / 3)})}


def test_nan_has_no_lines_around_it_and_infinities_none_either():
    for bad in (math.nan, math.inf):
        assert [*zero_lines([[bad, -1.0], [1.0, 1.0]])] == []


def test_lines_of_a_circle_lie_on_it_and_close():
    side = 21
    field = [[math.hypot(i - 10, j - 10) - 7.3 for i in range(side)] for j in range(side)]
    pieces = [*zero_lines(field)]
    ends = [end for piece in pieces for end in piece]
    assert all(math.hypot(x - 10, y - 10) == pytest.approx(7.3, abs=0.02) for x, y in ends)
    assert {ends.count(end) for end in ends} == {2}


def test_a_png_is_read_by_others():
    image = pytest.importorskip("PIL.Image")
    data = base64.b64decode(png([[(1, 2, 3, 4), (5, 6, 7, 8)]]).partition(",")[2])
    assert image.open(io.BytesIO(data)).tobytes() == bytes(range(1, 9))
