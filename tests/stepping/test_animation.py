"""Steps as an SVG that moves: what is seen when, in a browser; what it is made of; still where nothing moves."""

from __future__ import annotations

import base64
import re
import subprocess
from xml.etree import ElementTree

import pytest
from drawn import HOSTILE, chain, mlp, needs_rsvg, square
from project import ROOT

from autograd import Value, draw, step
from autograd.stepping.animation import picture
from nn.note import load

SVG = "{http://www.w3.org/2000/svg}"


def note(**options):
    return step(load().error(), **options)


def of(stepper, **options):
    return picture(stepper.view, [*stepper], **options)


def texts(svg):
    return [element.text for element in ElementTree.fromstring(svg).iter(f"{SVG}text")]


# --- in a browser ---


@pytest.fixture
def film(open_page, tmp_path):
    """Show a stepper's picture, stopped at a time."""

    def shown(stepper, seconds):
        path = tmp_path / "film.html"
        path.write_text(f'<!doctype html><meta charset="utf-8"><body>{of(stepper)}', encoding="utf-8")
        page = open_page(path.as_uri())
        page.evaluate("t => document.getAnimations().forEach(a => { a.pause(); a.currentTime = 1000 * t; })", seconds)
        return page

    return shown


VISIBLE = """() => [...document.querySelectorAll("text")].filter((text) => {
    for (let e = text; e.tagName !== "BODY"; e = e.parentNode) if (+getComputedStyle(e).opacity < 0.9) return false;
    return true;
}).map((text) => text.textContent)"""


def test_first_only_leaves_have_values(film):
    seen = film(note(), 0.5).evaluate(VISIBLE)
    assert {"0.1500", "0.0500", "0.9900"} <= {*seen}
    assert not {"0.3775", "0.5933", "0.2984", "1.0000", "0.0822"} & {*seen}


def test_after_the_forward_pass_all_values_are_there_and_no_gradient(film):
    seen = film(note(), 0.7 + 11 * 0.55).evaluate(VISIBLE)
    assert {"0.3775", "0.5933", "0.2984"} <= {*seen}
    assert not {"1.0000", "0.0822", "0.0364"} & {*seen}


def test_a_gradient_of_two_parts_is_seen_as_the_first_part_and_then_as_the_sum(film):
    begins = 0.7 + 12 * 0.55  # the backward pass, whose steps take a second each
    assert "0.0554" in film(note(), begins + 5.5).evaluate(VISIBLE)
    later = film(note(), begins + 9.5).evaluate(VISIBLE)
    assert "0.0364" in later
    assert "0.0554" not in later


def test_numbers_travel_back_along_their_edges(film):
    begins = 0.7 + 11 * 0.55 + 1 + 1  # the step of E_o1
    places = []
    for seconds in (begins + 0.2, begins + 0.5):
        page = film(note(), seconds)
        pills = page.evaluate(
            """() => [...document.querySelectorAll(".p")].filter((e) => +getComputedStyle(e).opacity > 0.5)
                .map((e) => [e.textContent, e.getBoundingClientRect().x])"""
        )
        assert {text for text, _ in pills} == {"0.7414", "−0.7414"}
        places.append(max(x for _, x in pills))
    assert places[1] < places[0]


def test_at_the_end_it_shows_what_it_shows_where_nothing_moves(film):
    seen = film(note(), 20).evaluate(VISIBLE)
    assert sorted(seen) == sorted(texts(of(note(), moves=False)))


def test_it_plays_in_an_image_and_again_and_again(open_page, tmp_path):
    data = base64.b64encode(of(note()).encode()).decode()
    path = tmp_path / "page.html"
    path.write_text(f'<!doctype html><body><img src="data:image/svg+xml;base64,{data}">')
    page = open_page(path.as_uri())
    first = page.locator("img").screenshot()
    page.wait_for_timeout(2500)
    assert page.locator("img").screenshot() != first
    assert "linear infinite" in of(note())


def test_less_motion_is_none(open_page, tmp_path):
    path = tmp_path / "film.html"
    path.write_text(f'<!doctype html><meta charset="utf-8"><body>{of(note())}', encoding="utf-8")
    page = open_page(path.as_uri(), reduced_motion="reduce")
    assert page.evaluate("document.getAnimations().length") == 0
    assert "0.0364" in page.evaluate(VISIBLE)


# --- what it is made of ---


@pytest.mark.parametrize(
    "make",
    [lambda: note(), lambda: step(square()), lambda: step(mlp()[1], group="neuron"), lambda: step(Value(3.0, label="x"))],
)
def test_it_is_nothing_but_shapes_text_and_style(make):
    svg = of(make())
    tags = {element.tag.removeprefix(SVG) for element in ElementTree.fromstring(svg).iter()}
    assert tags <= {"svg", "title", "desc", "style", "g", "rect", "path", "polygon", "text"}
    assert svg.count("http") == 1
    assert "url(" not in svg


@needs_rsvg
def test_where_nothing_moves_it_is_the_picture_of_the_graph():
    error = load().error()
    stepper = step(error)
    error.backward()
    moving, still, drawn = (
        subprocess.run(["rsvg-convert"], input=svg.encode(), capture_output=True, check=True).stdout
        for svg in (of(stepper), of(stepper, moves=False), draw(error).svg)
    )
    assert moving == still == drawn


def test_the_note_is_small_and_has_the_same_bytes_each_time():
    assert of(note()) == of(note())
    assert len(of(note()).encode()) < 65_000


def test_only_the_first_round_is_shown_before_its_update():
    assert of(note(rate=0.5, rounds=3)) == of(note())


def test_its_rules_are_limited_to_it():
    root = ElementTree.fromstring(of(note()))
    style = re.sub(r"@media[^{]*|@keyframes (\w+)\{(?:[^{}]*\{[^{}]*\})*\}", "", root.find(f"{SVG}style").text)
    selectors = [s for rule in re.findall(r"([^{}]+)\{[^{}]*\}", style) for s in rule.split(",")]
    assert all(selector.startswith((f".{root.get('class')}", f"#{root.get('class')}")) for selector in selectors)


def test_a_moving_picture_has_another_name_than_the_still_one():
    names = {ElementTree.fromstring(svg).get("class") for svg in (of(note()), of(note(), moves=False))}
    assert len(names) == 2


@pytest.mark.parametrize("label", HOSTILE)
def test_a_hostile_label_stays_text(label):
    x = Value(2.0, label=label)
    root = x * 3.0 + x
    root.label = label
    tags = {element.tag.removeprefix(SVG) for element in ElementTree.fromstring(of(step(root))).iter()}
    assert tags <= {"svg", "title", "desc", "style", "g", "rect", "path", "polygon", "text"}


def test_groups_move_as_one():
    model, error = mlp()
    stepper = step(error, group=model)
    svg = of(stepper)
    assert svg.count('class="h f"') == sum(s.kind == "forward" for s in stepper)
    assert svg.count('class="p"') == len(stepper.view.edges)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_theme_by_name_is_the_same_everywhere(theme):
    assert "light-dark" not in of(note(), theme=theme)


def test_where_light_dark_is_unknown_what_moves_is_light(open_page, tmp_path):
    path = tmp_path / "old.svg"
    path.write_text(of(note()).replace("light-dark(", "unknown("), "utf-8")
    shades = open_page(path.as_uri(), color_scheme="dark").evaluate(
        "['.p', '.p text', '.m'].map((what) => getComputedStyle(document.querySelector(what)).fill)"
    )
    assert shades == ["rgb(176, 23, 95)", "rgb(255, 255, 255)", "rgb(176, 23, 95)"]


# --- files ---


def test_the_readmes_moving_picture_is_up_to_date():
    assert (ROOT / ".github" / "steps.svg").read_text("utf-8") == of(note())


def test_save_writes_what_moves(tmp_path):
    path = note().save(tmp_path / "note.svg", theme="dark")
    assert path.read_text("utf-8") == of(note(), theme="dark")


@needs_rsvg
@pytest.mark.parametrize(("name", "begins"), [("note.png", b"\x89PNG"), ("note.pdf", b"%PDF")])
def test_save_writes_how_it_ends_as_an_image(tmp_path, name, begins):
    assert note().save(tmp_path / name).read_bytes().startswith(begins)


def test_save_refuses_another_ending_and_too_many_nodes(tmp_path):
    with pytest.raises(ValueError, match=r"'note.gif' must end in .html, .svg, .png or .pdf"):
        note().save(tmp_path / "note.gif")
    with pytest.raises(ValueError, match="has 301 nodes, and a picture of steps shows 300"):
        step(chain(300)).save(tmp_path / "long.svg")
