"""The stepper as HTML: what it holds, what is left without scripts, and what hostile labels cannot do."""

from __future__ import annotations

import base64
import json
import math
import re
from html.parser import HTMLParser
from xml.etree import ElementTree

import pytest
from drawn import HOSTILE, chain, contrast, hostile, mlp, needs_dot, square
from pages import document, fragment

from autograd import Value, derive, step, weighted_sum
from autograd.drawing.words import clean
from autograd.stepping.page import MOST, SHADES
from autograd.stepping.shown import PLACE
from autograd.stepping.stepper import Stepper
from nn.note import load


def note(**options) -> Stepper:
    return step(load().error(), **{"rate": 0.5, **options})


def data_of(html: str) -> dict:
    """Return the data that the script is called with."""
    found = re.search(r'\}\)\("ag-stepper-\w+",', html)
    return json.JSONDecoder().raw_decode(html, found.end())[0]


def picture_of(html: str) -> ElementTree.Element:
    return ElementTree.fromstring(base64.b64decode(re.search(r"base64,([^\"]+)", html)[1]))


class Outline(HTMLParser):
    """The elements of a page, and the text outside scripts and styles."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict]] = []
        self.text = ""
        self.inside: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        self.elements.append((tag, dict(attributes)))
        self.inside.append(tag)

    def handle_endtag(self, tag):
        self.inside.remove(tag)

    def handle_data(self, data):
        if not {"script", "style"} & {*self.inside}:
            self.text += data


def test_the_note_is_small_enough_to_mail():
    assert len(document(note()).encode()) <= 160_000


def test_the_data_has_every_step_but_no_number_that_follows_from_others():
    data = data_of(fragment(note()))
    assert (len(data["forward"]), len(data["backward"]), len(data["sentences"])) == (11, 11, 25)
    leaves = {name for name, x in zip(data["names"], data["recorded"][0], strict=True) if x is not None}
    assert leaves == {f"w{i}" for i in range(1, 9)} | {"b1", "b2", "i1", "i2", "target_o1", "target_o2"}


def test_nodes_that_do_the_same_share_a_function():
    data = data_of(fragment(note()))
    functions = [call[0] for call in data["calls"] if call]
    assert (len(functions), len({*functions})) == (11, 4)


def test_a_formula_has_places_for_numbers():
    data = data_of(fragment(note()))
    i, place = data["names"].index("net_o2"), data["names"].index
    expected = f"#{place('w7')};·${place('out_h1')}; + ${place('w8')};·${place('out_h2')}; + ${place('b2')};"
    assert data["filled"][i] == expected


def test_a_sentence_has_a_place_for_its_number():
    sentences = data_of(fragment(note()))["sentences"]
    assert sentences[19] == f"The gradient of net_o2, {PLACE}, is complete and goes on, times each local partial, to " + (
        "w7, w8, out_h1, out_h2 and b2."
    )
    assert f"by the rate, {PLACE}, times" in sentences[24]


def test_a_page_of_numbers_that_have_been_set_since_can_be_read_alone():
    x = Value(3.0, label="x")
    y = x * x
    x.data = 5.0
    data = data_of(fragment(step(y)))
    assert data["problem"] == "values have been set since they were computed"
    assert data["recorded"] == [[[5.0, 9.0], [3.0, 3.0]]]


def test_leaves_may_be_set_after_the_steps_were_written_down():
    x = Value(3.0, label="x")
    stepper = step(x * x)
    x.data = 5.0
    data = data_of(fragment(stepper))
    assert (data["problem"], data["recorded"][0][0]) == ("", 3.0)


def test_parallel_edges_are_told_apart():
    x, y = Value(2.0, label="x"), Value(5.0, label="y")
    z = weighted_sum([x, y], [y, x], x)
    data = data_of(fragment(step(z)))
    rules = [(data["names"][tail], rule) for tail, _, rule, _ in data["edges"]]
    assert sorted(rules) == [("x", "1"), ("x", "y"), ("x", "y"), ("y", "x"), ("y", "x")]
    assert [data["edges"][i][2] for i in data["needs"][-1]] == ["y", "x", "x", "y", "1"]


def test_the_factors_of_the_note_stand_on_their_edges():
    data = data_of(fragment(note()))
    names = data["names"]
    found = {
        factor: (names[data["edges"][int(i)][1]], names[data["edges"][int(i)][0]]) for i, factor in data["factors"].items()
    }
    assert found == {
        "R1": ("E_o1", "out_o1"), "R2": ("E_o2", "out_o2"), "R3": ("out_o1", "net_o1"), "R4": ("out_o2", "net_o2"),
        "R5": ("net_o1", "w5"), "R6": ("net_o1", "w6"), "R7": ("net_o2", "w7"), "R8": ("net_o2", "w8"),
        "R9": ("net_o1", "out_h1"), "R10": ("net_o2", "out_h1"), "R11": ("net_o1", "out_h2"), "R12": ("net_o2", "out_h2"),
        "R15": ("out_h1", "net_h1"), "R16": ("out_h2", "net_h2"), "R17": ("net_h1", "w1"), "R18": ("net_h1", "w2"),
        "R19": ("net_h2", "w3"), "R20": ("net_h2", "w4"),
    }  # fmt: skip
    assert data["gradients"][str(names.index("w1"))] == "R13·R15·R17"


def test_factors_that_are_written_alike_stand_each_on_its_own_edge():
    a, x = Value(2.0, label="a"), Value(3.0, label="x")
    inner = a * x
    inner.label = "inner"
    root = weighted_sum([a, 5.0], [x, inner])
    root.label = "root"
    root.parameters = [x]
    data = data_of(fragment(step(root)))
    heads = {name: data["names"][data["edges"][int(i)][1]] for i, name in data["factors"].items()}
    derived = derive(root).factors
    assert {name: factor.consumer for name, factor in derived.items()} == heads == {"R1": "root", "R2": "root", "R3": "inner"}


def test_parallel_edges_are_parts_of_one_factor():
    x, y = Value(2.0, label="x"), Value(5.0, label="y")
    data = data_of(fragment(step(weighted_sum([x, 3.0, x], [y, x, 7.0]))))
    assert derive(weighted_sum([x, 3.0, x], [y, x, 7.0])).factors["R1"].formula == "y + 7 + 3"
    found = {(data["factors"][i], data["edges"][int(i)][3], data["edges"][int(i)][2]) for i in data["factors"]}
    assert found == {
        ("R1", "part 1 of ∂v1/∂x", "y"),
        ("R1", "part 2 of ∂v1/∂x", "7"),
        ("R1", "part 3 of ∂v1/∂x", "3"),
        ("R2", "∂v1/∂y", "x"),
    }


def test_without_a_script_there_are_the_picture_with_all_gradients_and_a_table_of_all_steps():
    html = fragment(note())
    outline = Outline(html)
    tags = [tag for tag, _ in outline.elements]
    assert (tags.count("img"), tags.count("details"), tags.count("tr")) == (1, 1, 26)
    assert (
        "∂E_total/∂out_h1 += ∂E_total/∂net_o2·w7 = −0.0381·0.5 = −0.0190 (part 2 of 2: 0.0554 − 0.0190 = 0.0364)"
        in outline.text
    )
    shown = [element.text for element in picture_of(html).iter("{http://www.w3.org/2000/svg}text")]
    assert {"0.0822", "0.0364", "0.0004"} <= {*shown}
    assert "·" not in shown


def test_nothing_is_fetched_from_elsewhere():
    html = document(note())
    sources = [attributes.get(key, "") for _, attributes in Outline(html).elements for key in ("src", "href", "data")]
    assert all(source.startswith("data:") for source in sources if source)
    html = html.replace("http://www.w3.org/2000/svg", "")  # a name
    assert not re.search(r"https?://|url\(|@import|fetch\(|XMLHttpRequest", html)


def test_the_same_graph_gives_the_same_bytes_and_another_one_another_class():
    assert document(note()) == document(note())
    first, other = (re.search(r"ag-stepper-\w+", fragment(stepper))[0] for stepper in (note(), step(square())))
    assert first != other


def test_drawing_changes_neither_the_cursor_nor_the_graph():
    network = load()
    error = network.error()
    stepper = step(error, rate=0.5).goto(7)
    fragment(stepper)
    assert stepper.index == 7
    assert error.grad == 0


def test_the_page_opens_at_the_present_step():
    assert data_of(fragment(note().goto(17)))["start"] == 17


@pytest.mark.parametrize("label", HOSTILE)
def test_a_hostile_label_stays_text(label):
    x = Value(2.0, label=label)
    root = x * Value(3.0, label=label)
    root.label = label
    html = document(step(root, rate=0.1))
    assert {tag for tag, _ in Outline(html).elements} <= {
        "html", "head", "meta", "title", "style", "body", "main", "h1", "small", "div", "img", "details", "summary", "table",
        "thead", "tbody", "tr", "th", "td", "br", "script",
    }  # fmt: skip
    assert html.count("<script") == html.count("</script") == 1
    assert clean(label)[:40] in Outline(html).text or not clean(label)


def test_many_hostile_labels_at_once_give_valid_data_and_a_valid_picture():
    html = fragment(step(hostile()))
    assert len(data_of(html)["names"]) == len(data_of(html)["kinds"])
    assert picture_of(html).tag.endswith("svg")


@pytest.mark.parametrize("graph", [square, lambda: mlp()[1], lambda: chain(40), lambda: Value(3.0, label="x")])
def test_any_recorded_graph_has_a_page(graph):
    stepper = step(graph())
    assert len(data_of(fragment(stepper))["sentences"]) == len(stepper)


def test_numbers_that_json_lacks_are_written_as_text():
    x = Value(-math.inf, label="x")
    data = data_of(fragment(step(x * 2.0)))
    assert "-inf" in data["recorded"][0]
    assert "Infinity" not in json.dumps(data)


def test_more_nodes_than_a_picture_of_steps_can_show_are_refused_with_what_to_do(tmp_path):
    stepper = step(chain(MOST))
    with pytest.raises(ValueError, match=rf"has {MOST + 1} nodes.*{MOST} at the most.*walk\(stepper"):
        stepper.save(tmp_path / "long.html")
    assert not (tmp_path / "long.html").exists()
    bundle = stepper._repr_mimebundle_()
    assert [*bundle] == ["text/plain"]
    assert f"a picture of steps shows {MOST} at the most" in bundle["text/plain"]


def test_as_many_as_that_are_shown(tmp_path):
    assert step(chain(MOST - 1)).save(tmp_path / "long.html").exists()


def test_a_notebook_gets_html_and_text():
    bundle = note().goto(3)._repr_mimebundle_()
    assert [*bundle] == ["text/html", "text/plain"]
    assert bundle["text/plain"].startswith("step 3 of 24: forward")


@pytest.mark.parametrize("options", [{}, pytest.param({"layout": "dot"}, marks=needs_dot)])
def test_save_writes_the_page_and_returns_its_path(tmp_path, options):
    path = note().save(tmp_path / "note.html", **options)
    assert path.read_text("utf-8") == document(note(), **options)


def test_labels_that_change_later_do_not_mix_the_nodes_up():
    x, y = Value(2.0, label="x"), Value(5.0, label="y")
    stepper = step(x * y + y)
    x.label, y.label = "y", "x"
    data = data_of(fragment(stepper))
    starts = dict(zip(data["names"], data["recorded"][0], strict=True))
    assert (starts["x"], starts["y"]) == (2.0, 5.0)


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize(
    ("ink", "ground"),
    [
        ("text", "back"),
        ("text", "page"),
        ("text", "soft"),
        ("muted", "back"),
        ("muted", "pending"),
        ("muted", "page"),
        ("muted", "soft"),
        ("gradient", "back"),
        ("gradient", "soft"),
        ("back", "gradient"),
        ("back", "text"),
    ],
)
def test_what_is_written_has_a_contrast_of_at_least_4_5(ink, ground, dark):
    assert contrast(SHADES[ink][dark], SHADES[ground][dark]) >= 4.5
