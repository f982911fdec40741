"""Chromium and rsvg draw the same picture: Chromium itself compares the two, at a quarter of their size."""

from __future__ import annotations

import pytest
from drawn import CASES, note
from renderers import difference, needs_renderers

from autograd.drawing import draw


@needs_renderers
@pytest.mark.parametrize("name", ["the note", "every operation", "x * x"])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_chromium_and_rsvg_draw_the_same_picture(tmp_path, name, theme):
    make, options = CASES[name]
    drawing = draw(make(), theme=theme, **options)
    mean, far = difference(tmp_path, drawing, drawing)
    assert mean < 5  # of 255: type is never drawn quite alike
    assert far < 0.008


@needs_renderers
def test_the_comparison_sees_a_difference(tmp_path):
    mean, far = difference(tmp_path, draw(note()), draw(note(), parameters=False))
    assert mean > 7
    assert far > 0.02


@needs_renderers
def test_what_rsvg_draws_for_the_theme_of_the_page_is_the_light_one(tmp_path):
    mean, far = difference(tmp_path, draw(note(), theme="light"), draw(note()))
    assert mean < 5  # of 255: type is never drawn quite alike
    assert far < 0.008
