"""Playing with the page in a real browser: dragging and typing numbers, training, predicting, watching, looking around."""

from __future__ import annotations

import os
import random
import re
import shutil
import subprocess
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from drawn import chain, mlp
from pages import document, node, to

from autograd import Value, primitive, step
from autograd.stepping import Stepper
from autograd.teaching.marking import _agree
from nn.note import load

HOST = "document.querySelector('div[data-step]')"
PAGE = f"{HOST}.shadowRoot"
NOTE = step(load().error(), rate=0.5)


@pytest.fixture
def show(open_page: Any, tmp_path: Any) -> Any:
    """Open a stepper's page, without motion unless it is asked for."""

    def shown(stepper: Stepper = NOTE, anchor: str = "", **options: Any) -> Any:
        path = tmp_path / "page.html"
        path.write_bytes(document(stepper).encode())
        return open_page(
            path.as_uri() + anchor, **{"reduced_motion": "reduce", "viewport": {"width": 1366, "height": 657}, **options}
        )

    return shown


def drag(page: Any, name: str, way: float, keys: str = "") -> None:
    box = node(page, name).locator(".knob").bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    if keys:
        page.keyboard.down(keys)
    page.mouse.move(x + way, y, steps=4)
    if keys:
        page.keyboard.up(keys)
    page.mouse.up()


def number(page: Any, name: str, kind: str = "value") -> str:
    return node(page, name).locator(f".ag-{kind}").text_content()


def about(page: Any, panel: str = "about") -> str:
    return " ".join(page.locator(f".panel.{panel}").inner_text().split())


def button(page: Any, name: str) -> Any:
    return page.get_by_role("button", name=name, exact=True)


def trained(rounds: int) -> float:
    network = load()
    network.train(rounds)
    return network.error().data


# --- what if ---


def test_a_dragged_number_changes_all_that_follows_and_the_page_says_what_was_foretold(show):
    page = show(anchor="#step=23")
    drag(page, "w5", 40)
    assert [number(page, name) for name in ("w5", "net_o1", "E_total")] == ["0.6000", "1.2246", "0.3145"]
    assert [number(page, name, "grad") for name in ("w5", "out_h1", "i2")] == ["0.0794", "0.0613", "0.0058"]
    assert "w5 0.4 → 0.6 E_total 0.2984 → 0.3145 changed by +0.0162; the gradient foretold +0.0164" in about(page)
    assert "The gradient of net_h2, 0.00946, is complete" in about(page, "step")


def test_with_shift_a_drag_is_ten_times_as_fine(show):
    page = show()
    drag(page, "w5", 40, "Shift")
    assert number(page, "w5") == "0.4200"


def test_several_changes_are_told_together(show):
    page = show(anchor="#step=23")
    drag(page, "w5", 40)
    drag(page, "b2", -20)
    assert about(page).startswith("w5 0.4 → 0.6 b2 0.6 → 0.5 E_total 0.2984 → ")
    assert page.evaluate(f"(({{scrollWidth, clientWidth}}) => scrollWidth === clientWidth)({PAGE}.querySelector('.about'))")


@pytest.mark.parametrize(("typed", "shown"), [("0.75", "0.7500"), ("-1,5", "−1.5000"), ("1e-9", "1.000e−9"), ("abc", "0.4000")])
def test_a_number_can_be_typed(show, typed, shown):
    page = show()
    node(page, "w5").locator(".knob").click()
    page.keyboard.type(typed)
    page.keyboard.press("Enter")
    assert number(page, "w5") == shown


def test_escape_leaves_a_number_as_it_was(show):
    page = show()
    node(page, "w5").focus()
    page.keyboard.type("9")
    page.keyboard.press("Escape")
    assert number(page, "w5") == "0.4000"


def test_plus_and_minus_nudge_a_number(show):
    page = show()
    node(page, "w5").focus()
    for key in "++-+":
        page.keyboard.press(key)
    assert number(page, "w5") == "0.4100"


def test_what_a_number_was_is_struck_through_and_leads_back_to_it(show):
    page = show(anchor="#step=23")
    drag(page, "w5", 40)
    was = node(page, "w5").locator(".was")
    assert was.text_content() == "0.4000"
    was.click()
    assert (number(page, "w5"), number(page, "E_total"), was.text_content()) == ("0.4000", "0.2984", "")


def test_reset_brings_all_numbers_back(show):
    page = show(anchor="#step=23")
    drag(page, "w5", 40)
    button(page, "100").click()
    page.get_by_label("rate, as a number").fill("7")
    page.keyboard.press("Enter")
    button(page, "reset").click()
    assert (number(page, "w5"), number(page, "E_total")) == ("0.4000", "0.2984")
    assert page.get_by_label("rate, as a number").input_value() == "0.5"


def test_without_a_rate_there_is_no_training_and_reset_works(show):
    x = Value(3.0, label="x")
    page = show(step(x * x))
    assert "through the forward pass and the backward pass." in about(page, "step")
    node(page, "x").focus()
    page.keyboard.press("+")
    assert number(page, "x") == "3.0500"
    button(page, "reset").click()
    assert (number(page, "x"), page.locator(".train").count()) == ("3.0000", 0)


def test_the_point_of_a_leafs_curve_can_be_dragged(show):
    page = show(anchor="#step=23")
    node(page, "w5").click()
    dot = page.locator(".about .dot.grab").bounding_box()
    page.mouse.move(dot["x"] + 5, dot["y"] + 5)
    page.mouse.down()
    page.mouse.move(dot["x"] + 45, dot["y"] + 5, steps=4)
    page.mouse.up()
    assert float(number(page, "w5")) > 0.5
    assert "the gradient foretold" in about(page)


@pytest.mark.parametrize("k", [24, 25])
def test_after_the_update_parameters_are_locked_and_other_leaves_are_not(show, k):
    page = show(anchor=f"#step={k}")
    before = number(page, "w5")
    drag(page, "w5", 40)
    assert number(page, "w5") == before
    node(page, "w5").hover()
    assert "go back to an earlier step" in about(page)
    drag(page, "i1", 40)
    assert number(page, "i1") == "0.2500"


def test_where_an_operation_is_pythons_alone_numbers_are_read_and_not_changed(show):
    @primitive(partials=[lambda z, x: 2.0])
    def twice(x):
        return 2.0 * x

    x = Value(3.0, label="x")
    y = twice(x) * x
    y.label = "y"
    page = show(step(y, rate=0.1))
    assert "not changed: twice is none of the engine's own operations, which alone are written as code" in about(page, "step")
    assert page.locator(".knob, .train").count() == 0
    to(page, 5)
    assert [number(page, "y"), number(page, "x", "grad")] == ["18.0000", "12.0000"]
    to(page, 6)
    assert number(page, "x") == "1.8000"


def test_where_an_operation_has_no_value_the_page_says_so(show):
    x = Value(3.0, label="x")
    y = x.log()
    y.label = "y"
    page = show(step(y), "#step=3")
    node(page, "x").locator(".knob").click()
    page.keyboard.type("-2")
    page.keyboard.press("Enter")
    assert number(page, "y") == "nan"
    assert "y = log(−2) has no value" in about(page)


# --- training ---


@pytest.mark.parametrize(("clicks", "rounds"), [(["1 round"], 1), (["10", "1 round"], 11), (["100"], 100)])
def test_rounds_in_the_page_are_those_of_the_engine(show, clicks, rounds):
    page = show()
    for name in clicks:
        button(page, name).click()
    assert number(page, "E_total") == f"{trained(rounds):.4f}"
    assert f"after {rounds} round" in page.locator(".readout").inner_text()
    assert f"round {rounds + 1} · step 23 of 25" in page.locator(".count").inner_text()


@pytest.mark.parametrize("name", ["1 round", "run"])
def test_training_does_not_fall_back_to_a_step_whose_numbers_were_on_their_way(show, name):
    page = show(anchor="#step=18", reduced_motion="no-preference")
    button(page, "next").click()
    button(page, name).click()
    page.wait_for_timeout(700)  # a flight takes 480 ms
    assert page.evaluate(f"{HOST}.dataset.step") == "23"
    assert page.locator(".pill").count() == 0


def test_training_runs_until_it_is_stopped(show):
    page = show()
    button(page, "run").click()
    page.wait_for_function(f"/after [0-9]{{2,}} rounds/.test({PAGE}.querySelector('.readout').textContent)")
    button(page, "stop").click()
    now = page.locator(".readout").inner_text()
    page.wait_for_timeout(100)
    assert page.locator(".readout").inner_text() == now
    assert button(page, "run").is_visible()


def test_a_click_on_the_curve_goes_back_to_that_round(show):
    page = show()
    button(page, "100").click()
    box = page.locator(".errors .curve").bounding_box()
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    rounds = int(re.search(r"after (\d+) rounds", page.locator(".readout").inner_text())[1])
    assert 45 <= rounds <= 55
    assert number(page, "E_total") == f"{trained(rounds):.4f}"


def test_the_last_step_foretells_what_another_rate_would_do(show):
    x = Value(3.0, label="x")
    page = show(step(x * x, rate=0.1), anchor="#step=5")
    assert "v1 is 5.76. It was 9.00: 3.24 less" in about(page, "step")
    page.get_by_label("rate, as a number").fill("1.5")
    page.keyboard.press("Enter")
    assert "more: the step was too long" in about(page, "step")
    dashed = page.locator(".errors .ghost").get_attribute("d")
    page.get_by_label("rate", exact=True).fill("0")
    assert page.locator(".errors .ghost").get_attribute("d") != dashed
    assert page.get_by_label("rate, as a number").input_value() == "1"


def test_next_round_takes_the_new_values_and_begins_again(show):
    page = show(anchor="#step=25")
    button(page, "next round").click()
    assert "round 2 · step 1 of 25" in page.locator(".count").inner_text()
    to(page, 23)
    assert number(page, "E_total") == "0.2910"


# --- predicting ---


def ask(page: Any, typed: str) -> str:
    page.get_by_label("your number").fill(typed)
    page.keyboard.press("Enter")
    return page.locator(".verdict").inner_text()


def test_a_prediction_is_asked_for_judged_and_then_shown(show):
    page = show(anchor="#step=19")
    button(page, "predict").click()
    assert (number(page, "w7", "grad"), page.locator(".step .asked-for").count()) == ("?", 4)
    assert "gradient of net_o2 alone" in ask(page, "-0.0381")
    assert "sign is wrong" in ask(page, "0.0226")
    assert "local partial alone" in ask(page, "0.5933")
    assert "decimal point" in ask(page, "-0.226")
    assert "with a point" in ask(page, "-0,0226")
    assert "Right: −0.0226." in ask(page, "-0.0226")
    assert number(page, "w7", "grad") == "−0.0226"
    button(page, "show").click()
    assert "It is −0.0227." in page.locator(".verdict").inner_text()


def test_predicting_goes_on_by_enter_alone_and_each_verdict_is_seen(show):
    page = show(anchor="#step=3")
    button(page, "predict").click()
    page.keyboard.type("0.3925")
    page.keyboard.press("Enter")
    assert page.locator(".verdict").inner_text() == "Right: 0.3925."
    page.keyboard.press("Enter")
    page.keyboard.type("7")
    page.keyboard.press("Enter")
    assert "step 4 of" in about(page, "step")
    assert page.locator(".verdict").inner_text() == "No: it is less."


def test_nothing_gives_a_hidden_number_away(show):
    page = show(anchor="#step=1")
    button(page, "predict").click()
    for name in ("net_h1", "i1"):
        node(page, name).hover()
        assert "0.3775" not in page.evaluate(f"{PAGE}.textContent")


CASES = [
    ("0.0364", 0.03635), ("0.036", 0.03635), ("0.04", 0.03635), ("0.0363", 0.03635), ("0.03635", 0.036350306), ("-3", -3.0),
    ("1e-3", 0.001), ("0.29102", 0.29102777), ("0.29103", 0.29102777), ("0.291027", 0.29102777), ("0.5", 0.5), ("1.0", 1.0),
]  # fmt: skip


def test_numbers_are_judged_as_in_the_quiz(show):
    rng = random.Random(1)
    cases = list(CASES)
    for _ in range(2000):
        truth = rng.gauss(0, 1) * 10 ** rng.uniform(-4, 3)
        near = truth * (1 + rng.choice([0, 0, 1e-5, 1e-4, 1e-3, 1e-2, 0.1]) * rng.uniform(-1, 1))
        cases.append((f"{near:.{rng.randint(1, 7)}g}", truth))
    script = (files("autograd.stepping") / "live" / "judging.js").read_text("utf-8")
    found = show().evaluate(f"cases => {{ {script}\nreturn cases.map(([text, truth]) => agrees(text, truth)); }}", cases)
    wrong = [case for case, answer in zip(cases, found, strict=True) if answer != _agree(*case)]
    assert not wrong
    assert 500 < sum(found) < 1900


# --- watching ---


def test_numbers_travel_along_the_edges_and_then_the_sum_changes(show):
    page = show(anchor="#step=18", reduced_motion="no-preference")
    button(page, "next").click()
    assert page.locator(".pill").count() == 5
    assert number(page, "w7", "grad") == "·"
    assert node(page, "w7").locator(".ag-grad").get_attribute("textLength") is None  # a dot is not stretched
    page.wait_for_function(f"!{PAGE}.querySelector('.pill')")
    assert number(page, "w7", "grad") == "−0.0226"


def test_with_reduced_motion_nothing_travels(show):
    page = show(anchor="#step=18")
    button(page, "next").click()
    assert page.locator(".pill").count() == 0


def test_play_has_a_speed(show):
    page = show()
    page.clock.install()
    button(page, "1×").click()
    button(page, "2×").click()
    button(page, "play").click()
    page.clock.run_for(1000)
    assert page.evaluate(f"{HOST}.dataset.step") == "4"


# --- looking around ---


def view(page: Any) -> list[float]:
    return [float(x) for x in page.locator(".canvas > svg").get_attribute("viewBox").split()]


def test_the_picture_can_be_zoomed_moved_and_brought_back(show):
    page = show()
    whole = view(page)
    button(page, "+").click()
    assert view(page)[2] < whole[2]
    page.mouse.move(500, 430)
    page.mouse.down()
    page.mouse.move(400, 380, steps=4)
    page.mouse.up()
    assert view(page)[0] > whole[0]
    page.locator(".canvas").focus()
    page.keyboard.press("0")
    assert view(page) == whole
    page.keyboard.down("Control")
    page.mouse.wheel(0, -100)
    page.keyboard.up("Control")
    page.wait_for_function(f"+{PAGE}.querySelector('.canvas > svg').getAttribute('viewBox').split(' ')[2] < {whole[2]}")


def test_a_node_is_found_by_its_name(show):
    page = show()
    page.get_by_label("find a node").fill("out_h2")
    page.keyboard.press("Enter")
    assert node(page, "out_h2").get_attribute("aria-pressed") == "true"
    box = node(page, "out_h2").bounding_box()
    assert 100 < box["x"] < 900


def test_the_address_follows_the_step(show):
    page = show()
    to(page, 7)
    page.wait_for_function("location.hash === '#step=7'")


def test_steps_in_quick_succession_do_not_exceed_what_browsers_allow_an_address_to_change(show):
    page = show()
    page.evaluate(f"""() => {{
        const slider = {PAGE}.querySelector(".track input");
        for (let k = 0; k < 300; k++) {{
            slider.value = k % 20;
            slider.dispatchEvent(new Event("input"));
        }}
    }}""")
    page.wait_for_function("location.hash === '#step=19'")


def test_keys_work_at_once(show):
    page = show()
    page.keyboard.press("ArrowRight")
    assert page.evaluate(f"{HOST}.dataset.step") == "1"


HIDDEN = """() => {
    const page = document.querySelector("div[data-step]").shadowRoot;
    const panels = [...page.querySelectorAll(".panel")].filter((panel) => panel.scrollHeight > panel.clientHeight + 1);
    const below = [...page.querySelectorAll(".step .eq")].filter((row) => row.getBoundingClientRect().bottom > innerHeight);
    return [...panels.map((panel) => panel.className), ...below.map((row) => row.textContent)];
}"""


@pytest.mark.parametrize(("width", "height"), [(1366, 657), (1280, 720), (1920, 1080), (1000, 760), (800, 760)])
def test_nothing_is_hidden_in_any_step(show, width, height):
    page = show(viewport={"width": width, "height": height})
    for k in range(26):
        to(page, k)
        assert page.evaluate(HIDDEN) == [], k
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    if width > 1120:
        assert page.evaluate("document.documentElement.scrollHeight") <= height


def test_on_a_phone_all_is_in_one_column_without_scrolling_sideways(show):
    page = show(anchor="#step=19", viewport={"width": 400, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") <= 400
    assert all(box["x"] >= 0 and box["x"] + box["width"] <= 400 for box in map(_box, page.locator(".panel, .train").all()))


def _box(element: Any) -> Any:
    return element.bounding_box()


@pytest.mark.skipif(not shutil.which("pdftotext"), reason="needs pdftotext")
def test_on_paper_there_are_the_picture_the_step_and_all_steps_as_a_table(show, tmp_path):
    page = show(anchor="#step=19", viewport={"width": 500, "height": 700})  # where the view follows the step
    page.pdf(path=tmp_path / "page.pdf", format="A4")
    text = subprocess.run(
        ["pdftotext", "-layout", tmp_path / "page.pdf", "-"], capture_output=True, text=True, check=True
    ).stdout
    first, *others = text.split("\f")
    assert all(name in first for name in ("w1", "net_h1", "out_o2", "E_total"))
    assert "Compute net_h1 from" in "".join(others)
    assert "find a node" not in text


AXE = [Path(folder) / "axe-core" / "axe.min.js" for folder in os.environ.get("NODE_PATH", "").split(":") if folder]


@pytest.mark.skipif(not any(path.exists() for path in AXE), reason="needs axe-core in NODE_PATH")
@pytest.mark.parametrize(
    ("k", "scheme", "width"), [(3, "light", 400), (19, "light", 1366), (25, "dark", 1366), (24, "dark", 800)]
)
def test_axe_finds_nothing(show, k, scheme, width):
    page = show(anchor=f"#step={k}", color_scheme=scheme, viewport={"width": width, "height": 760})
    page.evaluate(next(path for path in AXE if path.exists()).read_text("utf-8"))
    found = page.evaluate(
        "axe.run().then(({ violations }) => violations.map(({ id, nodes }) => [id, nodes.map((n) => n.html)]))"
    )
    assert found == []


def test_a_frame_in_a_notebook_without_scripts_holds_the_whole_page(open_page, tmp_path):
    kind, html = NOTE._mime_()
    path = tmp_path / "frame.html"
    path.write_text(f"<!doctype html><body>{html}", "utf-8")
    page = open_page(path.as_uri(), strict=False).frame_locator("iframe")
    to(page, 19)
    assert (kind, number(page, "net_o2", "grad")) == ("text/html", "−0.0381")


@pytest.mark.parametrize("graph", ["note", "mlp", "300 nodes"])
def test_how_long_a_change_takes(show, graph):
    root = {"note": lambda: load().error(), "mlp": lambda: mlp()[1], "300 nodes": lambda: chain(299)}[graph]()
    page = show(step(root, rate=0.001))
    times = page.evaluate(f"""() => {{
        const field = {PAGE}.querySelector("[aria-label='rate, as a number']");
        return [...Array(40).keys()].map((k) => {{
            field.value = 0.001 + 1e-5 * k;
            const begin = performance.now();
            field.dispatchEvent(new Event("change"));
            document.body.getBoundingClientRect();
            return performance.now() - begin;
        }}).sort((a, b) => a - b);
    }}""")
    print(f"{graph}: {times[20]:.1f} ms, 95 %: {times[37]:.1f} ms")
