"""The SVG: valid, self-contained, readable in both themes, safe from labels, and the same picture in two renderers."""

from __future__ import annotations

import re
from itertools import pairwise
from xml.etree import ElementTree

import pytest
from drawn import CASES, HOSTILE, contrast, hostile, note, square

from autograd import Value
from autograd.drawing import draw
from autograd.drawing.theme import BACKGROUND, GRADIENT, MUTED, ROLES, TEXT, THEMES
from autograd.drawing.words import BOLD, text_width

SVG = "{http://www.w3.org/2000/svg}"


def parsed(drawing):
    return ElementTree.fromstring(drawing.svg)


def texts(drawing):
    """Return all text that the picture shows."""
    return ["".join(element.itertext()) for element in parsed(drawing).iter(f"{SVG}text")]


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("theme", THEMES)
def test_it_is_valid_xml_of_nothing_but_shapes_and_text(name, theme):
    make, options = CASES[name]
    tags = {element.tag.removeprefix(SVG) for element in parsed(draw(make(), theme=theme, **options)).iter()}
    assert tags <= {"svg", "title", "desc", "style", "g", "rect", "path", "polygon", "text"}


@pytest.mark.parametrize("make", [note, hostile])
def test_it_refers_to_nothing_outside_and_runs_nothing(make):
    drawing = draw(make())
    for element in parsed(drawing).iter():
        assert not any(name.startswith("on") or "href" in name for name in element.attrib)
        assert not any("url(" in value or "javascript:" in value for value in element.attrib.values())
    style = parsed(drawing).find(f"{SVG}style").text
    assert "@import" not in style
    assert "url(" not in style
    assert drawing.svg.count("http") == 1  # the name of SVG's own vocabulary


def test_every_card_every_edge_and_every_number_is_drawn_once():
    drawing = draw(note())
    ids = [element.get("id") for element in parsed(drawing).iter() if element.get("id")]
    assert len(ids) == len(set(ids))
    assert [sum(f"-{kind}" in name for name in ids) for kind in "nec"] == [25, 30, 30]


def test_all_names_labels_and_numbers_of_the_note_are_shown():
    drawing = draw(note())
    shown = texts(drawing)
    for card in drawing.view.cards:
        assert card.title in shown
        assert {card.rows[0][1], card.rows[1][1]} <= set(shown)
    assert sum(text in {edge.text for edge in drawing.view.edges} for text in shown) >= 30


def test_the_legend_names_the_roles_that_are_there_and_no_others():
    shown = texts(draw(square()))
    assert "leaf" in shown
    assert "root" in shown
    assert "weight, bias" not in shown


def test_it_has_a_title_and_a_description_for_screen_readers():
    root = parsed(draw(note()))
    named = {element.get("id"): element.text for element in (root.find(f"{SVG}title"), root.find(f"{SVG}desc"))}
    assert root.get("role") == "img"
    assert [named[name] for name in root.get("aria-labelledby").split()] == [
        "Computation graph of E_total",
        "Computation graph of E_total: 25 nodes, 30 edges",
    ]


def test_pointing_at_a_card_or_an_edge_shows_full_precision():
    titles = [element.text for element in parsed(draw(note())).iter(f"{SVG}title")]
    assert "∂E_o1/∂out_o1 = 0.7413650695523157" in titles
    assert any(title.startswith("net_o1 = w5·out_h1 + w6·out_h2 + b2; value 1.10590596705") for title in titles)


# --- two pictures on one page ---


def test_classes_and_ids_are_its_own():
    drawing = draw(note())
    name = parsed(drawing).get("class")
    classes = {cls for element in parsed(drawing).iter() for cls in (element.get("class") or "").split()}
    assert re.fullmatch("ag[0-9a-f]{10}", name)
    assert all(cls == name or cls.startswith("ag-") for cls in classes)
    assert all(element.get("id", name).startswith(name) for element in parsed(drawing).iter())


def test_every_rule_of_style_is_limited_to_its_own_picture():
    root = parsed(draw(note()))
    rules = re.findall(r"([^{}]+)\{[^{}]*\}", root.find(f"{SVG}style").text)
    assert rules
    assert all(selector.startswith(f".{root.get('class')}") for rule in rules for selector in rule.split(","))


def test_different_pictures_have_different_names():
    assert parsed(draw(note())).get("class") != parsed(draw(square())).get("class")


# --- colours ---


def test_the_contrast_of_black_on_white_is_21():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("role", ROLES)
def test_text_on_cards_has_a_contrast_of_at_least_4_5(role, dark):
    look = ROLES[role]
    assert contrast(look.ink[dark], look.band[dark]) >= 4.5
    for shade in (TEXT, MUTED, GRADIENT):
        assert contrast(shade[dark], look.tint[dark]) >= 4.5


@pytest.mark.parametrize("dark", [False, True])
def test_text_beside_cards_has_a_contrast_of_at_least_4_5(dark):
    assert contrast(MUTED[dark], BACKGROUND[dark]) >= 4.5


def test_a_page_decides_on_light_or_dark_and_old_viewers_see_light():
    svg = draw(note()).svg
    assert "color-scheme:light dark" in svg
    assert f"light-dark({BACKGROUND[0]},{BACKGROUND[1]})" in svg
    assert f'fill="{TEXT[0]}"' in svg
    assert f'fill="{TEXT[1]}"' not in svg


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_theme_by_name_is_the_same_everywhere(theme):
    drawing = draw(note(), theme=theme)
    backs = {element.get("fill") for element in parsed(drawing).iter() if element.get("class") == "ag-back"}
    assert "light-dark" not in drawing.svg
    assert backs == {BACKGROUND[theme == "dark"]}


# --- labels from anywhere ---


def test_no_label_breaks_or_injects_anything():
    drawing = draw(hostile())
    root = parsed(drawing)
    assert len(drawing.view.cards) == 2 * len(HOSTILE) + 1
    assert not [element for element in root.iter() if element.tag.removeprefix(SVG) in ("script", "img", "b")]
    assert sum(element.tag == f"{SVG}style" for element in root.iter()) == 1
    assert any(text.startswith("<script>alert(1)") for text in texts(drawing))


def test_an_image_tag_stays_one_tag_whatever_the_label():
    html = draw(hostile())._repr_mimebundle_()["text/html"]
    assert re.fullmatch(r'<img alt="[^"<>]*" style="[^"<>]*" src="[^"<>]*">', html)


def test_long_labels_are_shortened_and_shown_in_full_when_pointed_at():
    drawing = draw(Value(1.0, label="long " * 2000) * 2)
    assert max(len(text) for text in texts(drawing)) < 100
    assert any(text.startswith("long long") and text.endswith("…") for text in texts(drawing))
    assert any((element.text or "").count("long") == 2000 for element in parsed(drawing).iter(f"{SVG}title"))


def test_cards_grow_with_labels_and_numbers_up_to_a_limit():
    widths = [draw(Value(1.0, label="x" * length)).layout.card_width for length in (1, 20, 1000)]
    assert widths[0] == 88
    assert 88 < widths[1] <= widths[2] == 172


def test_characters_that_are_one_are_not_cut_apart():
    family = "👩‍👩‍👧‍👦"
    (title,) = [text for text in texts(draw(Value(1.0, label=family * 50))) if text.startswith("👩")]
    assert title.removesuffix("…") == family * title.count(family)


def test_controls_that_turn_text_around_are_left_out():
    assert not any(control in draw(hostile()).svg for control in "\u202a\u202b\u202d\u202e\u2066\u2067")


def test_labels_that_are_no_strings_are_shown_all_the_same():
    assert "7" in texts(draw(Value(1.0, label=7)))


# --- fonts ---


@pytest.mark.parametrize("font", ["Helvetica, 'Liberation Sans'", "'DejaVu Sans'"])
@pytest.mark.parametrize("weight", [400, 700])
def test_no_character_of_a_name_or_a_number_is_wider_than_the_room_it_gets(open_page, tmp_path, font, weight):
    path = tmp_path / "page.html"
    path.write_text("<!doctype html>")
    characters = [*map(chr, range(32, 127)), *"−×÷·…½²³ˣ→∂ΣσΔ√∞▢"]
    measure = """([characters, font]) => {
        const context = document.createElement("canvas").getContext("2d");
        context.font = font;
        return characters.map((character) => context.measureText(character).width);
    }"""
    found = open_page(path.as_uri()).evaluate(measure, [characters, f"{weight} 100px {font}"])
    room = [text_width(character, 100) * (BOLD if weight == 700 else 1) for character in characters]
    assert [c for c, width, most in zip(characters, found, room, strict=True) if width > most + 0.5] == []


def test_no_text_is_stretched_or_squeezed_which_some_renderers_do_not_do():
    assert "textLength" not in draw(hostile()).svg


TEXTS = """svg => [...svg.querySelectorAll("text")].map(text => {
  const { left, right, top, bottom } = text.getBoundingClientRect();
  return [left, right, Math.round(top + bottom), text.parentNode.id || text.parentNode.getAttribute("class"), text.textContent];
})"""


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize(
    "font", ["Helvetica, 'Liberation Sans'", "'DejaVu Sans', Verdana, monospace"], ids=["Helvetica", "wider"]
)
def test_in_any_font_no_text_of_a_card_or_of_the_legend_runs_into_another(open_page, tmp_path, monkeypatch, name, font):
    monkeypatch.setattr("autograd.drawing.svg_writer.FONT", font)
    make, options = CASES[name]
    path = tmp_path / "page.html"
    path.write_text(
        f'<!doctype html><meta charset="utf-8"><body style="margin:0">{draw(make(), layout="builtin", **options).svg}'
    )
    picture = open_page(path.as_uri()).locator("svg")
    rows = {}
    for left, right, line, home, text in picture.evaluate(TEXTS):
        rows.setdefault((home, line if home == "ag-legend" else round(line, -1)), []).append((left, right, text))
    width = picture.evaluate("svg => svg.getBoundingClientRect().width")
    for (home, _), row in rows.items():
        row.sort()
        assert all(a[1] < b[0] for a, b in pairwise(row)), (home, row)
        assert row[-1][1] <= width, (home, row)
