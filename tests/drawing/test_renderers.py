"""Chromium and rsvg draw the same picture: Chromium itself compares the two, at a quarter of their size."""

from __future__ import annotations

from drawn import CASES, note
from renderers import differences, needs_renderers

from autograd.drawing import draw


@needs_renderers
def test_chromium_and_rsvg_draw_the_same_picture_and_for_the_theme_of_the_page_rsvg_the_light_one(tmp_path):
    drawings = {
        (theme, name): draw(CASES[name][0](), theme=theme, **CASES[name][1])
        for theme in ("light", "dark")
        for name in ("the note", "every operation", "x * x")
    }
    pairs = {name: (drawing, drawing) for name, drawing in drawings.items()}
    pairs["light", "auto"] = drawings["light", "the note"], draw(note())
    found = dict(zip(pairs, differences(tmp_path, pairs.values()), strict=True))
    assert {name: pair for name, pair in found.items() if pair[0] >= 5 or pair[1] >= 0.008} == {}  # of 255: type is never alike


@needs_renderers
def test_the_comparison_sees_a_difference(tmp_path):
    [(mean, far)] = differences(tmp_path, [(draw(note()), draw(note(), parameters=False))])
    assert mean > 7
    assert far > 0.02


@needs_renderers
def test_they_do_in_a_wider_font_too_and_no_text_is_longer_in_one_of_them(tmp_path, monkeypatch):
    monkeypatch.setattr("autograd.drawing.svg_writer.FONT", "'DejaVu Sans'")
    drawings = [draw(CASES[name][0](), theme="light", **CASES[name][1]) for name in ("the note", "every operation")]
    found = differences(tmp_path, zip(drawings, drawings, strict=True))
    assert [pair for pair in found if pair[0] >= 5 or pair[1] >= 0.008] == []
