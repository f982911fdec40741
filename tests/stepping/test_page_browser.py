"""The stepper's page in a real browser: every control, keyboard, pointer, dark mode, and what must not happen."""

from __future__ import annotations

import re
from typing import Any

import pytest
from drawn import HOSTILE, chain, mlp, square
from pages import document, fragment, node, pages, to

from autograd import Value, step, total
from autograd.drawing.theme import FONT
from autograd.drawing.words import clean
from nn.note import load

ROOT = "div[data-step]"


@pytest.fixture
def show(open_page: Any, tmp_path: Any) -> Any:
    """Open a stepper's page from a file, or the page of HTML that is given."""

    def shown(content: Any, anchor: str = "", **options: Any) -> Any:
        path = tmp_path / "page.html"
        path.write_bytes((content if isinstance(content, str) else document(content)).encode())
        return open_page(path.as_uri() + anchor, **{"reduced_motion": "reduce", **options})

    return shown


@pytest.fixture
def note(show: Any) -> Any:
    return show(step(load().error(), rate=0.5))


def at(page: Any, which: int = 0) -> int:
    return int(page.locator(ROOT).nth(which).get_attribute("data-step"))


def number(page: Any, name: str, kind: str = "grad") -> str:
    return node(page, name).locator(f".ag-{kind}").text_content()


def press(page: Any, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def click(page: Any, name: str, times: int = 1) -> None:
    for _ in range(times):
        page.get_by_role("button", name=name, exact=True).click()


def text(page: Any, panel: str) -> str:
    shown = " ".join(page.locator(f".panel.{panel}").inner_text().split())
    return re.sub(r"(?<=\S) ?([·/]) ?", r"\1", shown)


# --- controls ---


def test_the_buttons_step_forward_and_back_and_to_both_ends(note):
    assert at(note) == 0
    click(note, "next", 3)
    assert at(note) == 3
    click(note, "back")
    assert at(note) == 2
    click(note, "end")
    assert at(note) == 25
    assert note.get_by_role("button", name="next", exact=True).is_disabled()
    click(note, "first")
    assert at(note) == 0
    assert note.get_by_role("button", name="back", exact=True).is_disabled()


def test_out_h1_gets_its_gradient_in_two_parts(note):
    click(note, "backward")
    seen = []
    while at(note) < 24:
        shown = number(note, "out_h1"), node(note, "out_h1").locator(".ag-key").nth(1).text_content()
        seen += [shown] if shown not in seen else []
        click(note, "next")
    assert seen == [("·", "grad"), ("0.0554", "grad 1/2"), ("0.0364", "grad 2/2")]


def test_values_appear_step_by_step_and_never_as_0(note):
    assert [number(note, name, "value") for name in ("net_h1", "out_o1", "w1")] == ["·", "·", "0.1500"]
    click(note, "next")
    assert number(note, "net_h1", "value") == "0.3775"
    assert number(note, "net_h1") == "·"


def test_going_back_shows_just_what_was_there_before(note):
    def shown() -> str:
        script = "box => [...box.querySelectorAll('text')].map(t => t.textContent + t.getAttribute('class'))"
        return note.locator(".graph").evaluate(script)

    before = []
    note.locator(".graph").focus()
    for _ in range(24):
        before.append(shown())
        press(note, "ArrowRight")
    while before:
        press(note, "ArrowLeft")
        assert shown() == before.pop()


def test_the_slider_moves_the_step(note):
    note.get_by_role("slider", name="step").fill("16")
    assert at(note) == 16
    assert number(note, "w5") == "0.0822"


def test_the_update_shows_the_new_weights(note):
    to(note, 24)
    assert number(note, "w5", "value") == "0.3589"
    assert "w ← w − rate·∂E_total/∂w" in text(note, "step")
    assert "w7 ← 0.5 − 0.5·(−0.0226) = 0.5113" in text(note, "step")


def test_the_last_step_shows_the_new_error_and_what_it_gained(note):
    click(note, "end")
    assert number(note, "E_total", "value") == "0.2910"
    assert "With the new values E_total is 0.2910. It was 0.2984: 0.00734 less." in text(note, "step")
    assert "Changed by −0.00734; the gradients foretold −0.00731." in text(note, "step")


def test_play_goes_on_by_itself_until_it_is_paused(note):
    note.clock.install()
    click(note, "play")
    note.clock.run_for(3000)
    assert at(note) == 3
    click(note, "pause")
    note.clock.run_for(3000)
    assert at(note) == 3
    click(note, "play")
    note.clock.run_for(60_000)
    assert at(note) == 25
    assert note.get_by_role("button", name="play", exact=True).is_visible()


def test_the_second_round_shows_its_own_partials(show):
    page = show(step(load().error(), rate=0.5, rounds=2))
    edge = page.get_by_role("img", name="∂net_o1/∂out_h1")
    page.get_by_role("button", name="backward", exact=True).first.click()
    assert at(page) == 12
    assert edge.get_attribute("aria-label").endswith("= w5 = 0.4")
    page.get_by_role("button", name="backward", exact=True).last.click()
    assert at(page) == 37
    assert edge.get_attribute("aria-label").endswith("= w5 = 0.3589")
    assert "round 2" in page.locator(".count").inner_text()
    click(page, "end")
    assert number(page, "E_total", "value") == "0.2835"


def test_the_address_can_name_a_step(show):
    assert at(show(step(load().error()), "#step=16")) == 16


def test_another_address_leads_to_another_step(show):
    page = show(step(load().error()), "#step=16")
    page.evaluate("location.hash = 'step=3'")
    page.wait_for_function(f"document.querySelector('{ROOT}').dataset.step === '3'")


def test_the_page_opens_at_the_step_where_the_cursor_was(show):
    assert at(show(step(load().error()).run_to("net_o1"))) == 5


# --- keyboard ---


def test_the_arrow_keys_step_wherever_the_focus_is(note):
    note.locator(".graph").focus()
    press(note, "ArrowRight", "ArrowRight", "ArrowLeft")
    assert at(note) == 1
    note.get_by_role("slider", name="step").focus()
    press(note, "ArrowRight", "End")
    assert at(note) == 25
    press(note, "Home")
    assert at(note) == 0


def test_the_arrow_keys_do_not_scroll_the_page_nor_reach_it(show):
    page = show(f"<!doctype html><body style='height:9000px'>{fragment(step(square()))}")
    page.evaluate("addEventListener('keydown', () => document.body.dataset.heard = 1)")
    page.locator(".graph").focus()
    press(page, "ArrowRight", "ArrowDown", " ", "a")
    assert page.evaluate("[scrollY, document.body.dataset.heard]") == [0, None]


def test_every_node_and_edge_is_reached_by_the_keyboard(note):
    note.locator(".graph").focus()
    words = "e => e.ariaLabel ?? [...e.querySelectorAll('text')].map(text => text.textContent).filter(Boolean).join(' ')"
    focused = f"({words})(document.querySelector('{ROOT}').shadowRoot.activeElement)"
    reached = []
    for _ in range(55):
        press(note, "ArrowDown")
        reached.append(note.evaluate(focused))
    assert len({*reached}) == 55
    assert reached[:2] == ["target_o1 value 0.0100 grad ·", "w5 value 0.4000 grad ·"]
    press(note, "ArrowUp")
    assert note.evaluate(focused) == reached[-2]


def test_enter_selects_the_node_that_has_the_focus_and_escape_lets_go(note):
    to(note, 24)
    note.locator(".graph").focus()
    press(note, "ArrowDown", "Enter")
    assert "The one path from target_o1 to E_total" in text(note, "about")
    press(note, "Escape")
    assert "path from" not in text(note, "about")


def test_space_plays_and_pauses_except_on_a_button_which_it_presses(note):
    note.clock.install()
    note.locator(".graph").focus()
    press(note, " ")
    note.clock.run_for(1000)
    press(note, " ")
    note.clock.run_for(5000)
    assert at(note) == 1
    note.get_by_role("button", name="next", exact=True).focus()
    press(note, " ")
    assert at(note) == 2


def test_keys_with_modifiers_are_left_alone(note):
    note.locator(".graph").focus()
    press(note, "Control+ArrowRight", "Alt+ArrowRight")
    assert at(note) == 0


# --- pointing, selecting ---


def test_pointing_at_a_node_shows_its_derivation(note):
    to(note, 24)
    node(note, "out_h1").hover()
    shown = text(note, "about")
    assert "out_h1 = σ(net_h1) = σ(0.3775) = 0.5933" in shown
    assert "∂E_total/∂out_h1 += ∂E_total/∂net_o2·w7 = −0.0381·0.5 = −0.0190 part 2 of 2: 0.0554 − 0.0190 = 0.0364" in shown
    assert "R15 = ∂out_h1/∂net_h1 = out_h1·(1 − out_h1) = 0.2413" in shown


def test_pointing_at_a_weight_shows_its_gradient_as_the_note_has_it(note):
    to(note, 24)
    node(note, "w1").hover()
    assert "∂E_total/∂w1 = R13·R15·R17 = 0.000439" in text(note, "about")


def test_a_derivation_shows_no_number_that_is_not_computed_yet(note):
    node(note, "out_h1").hover()
    assert text(note, "about").count("not computed yet") == 3
    assert "0.5933" not in text(note, "about")


def test_pointing_at_an_edge_or_its_number_shows_its_rule(note):
    to(note, 24)
    note.locator("[id$=-c8]").hover()
    edge = note.locator("[id$=-e8]").get_attribute("aria-label")
    assert edge in text(note, "about")
    note.mouse.move(2, 2)
    assert edge not in text(note, "about")


def test_parallel_edges_are_parts_of_one_factor(show):
    x = Value(3.0, label="x")
    page = show(step(x * x), "#step=3")
    page.locator("[id$=-e1]").hover(force=True)
    assert "part 2 of R1 = x = 3" in text(page, "about")
    assert "In the backward pass x gets part 2 of ∂v1/∂x = 3." in text(page, "about")


def test_a_finger_on_an_edge_or_its_number_shows_its_rule(show):
    page = show(step(load().error()), "#step=23", has_touch=True)
    for part in ("c8", "e12"):
        page.locator(f"[id$=-{part}]").tap(force=True)
        assert page.locator(f"[id$=-e{part[1:]}]").get_attribute("aria-label") in text(page, "about")


def test_what_a_screen_reader_tells_of_the_node_with_the_focus_is_its_derivation(note):
    note.locator(".graph").focus()
    press(note, "ArrowDown", "ArrowDown")
    told = note.locator("[aria-describedby=about]")
    assert told.text_content().split()[:3] == ["w5", "value", "0.4000"]
    assert "∂E_total/∂w5" in text(note, "about")


def test_pointing_at_an_updated_weight_shows_its_gradient_and_its_update(note):
    to(note, 24)
    node(note, "w5").hover()
    shown = text(note, "about")
    assert "w5 shows what the update made of it." in shown
    assert "∂E_total/∂w5 = R1·R3·R5 = 0.0822" in shown
    assert "w5 ← 0.4 − 0.5·0.0822 = 0.3589" in shown
    click(note, "back")
    node(note, "w5").hover()
    assert "←" not in text(note, "about")


def test_selecting_a_weight_lights_up_its_paths_with_what_each_adds(note):
    to(note, 24)
    node(note, "w1").click()
    note.mouse.move(2, 2)
    shown = text(note, "about")
    assert "The 2 paths from w1 to E_total, and what each adds to ∂E_total/∂w1; together 0.000439" in shown
    assert "0.000668 w1 → net_h1 → out_h1 → net_o1 → out_o1 → E_o1 → E_total = 0.05·0.2413·0.4·0.1868·0.7414" in shown
    assert "−0.000230" in shown
    lit = note.locator(".edge.way").evaluate_all("edges => edges.map(e => e.ariaLabel.split(' = ')[0])")
    assert {*lit} == {
        "∂net_h1/∂w1", "∂out_h1/∂net_h1", "∂net_o1/∂out_h1", "∂net_o2/∂out_h1", "∂out_o1/∂net_o1", "∂out_o2/∂net_o2",
        "∂E_o1/∂out_o1", "∂E_o2/∂out_o2", "∂E_total/∂E_o1", "∂E_total/∂E_o2",
    }  # fmt: skip
    assert node(note, "w1").get_attribute("aria-pressed") == "true"


def test_pointing_at_one_path_lights_up_that_path_alone(note):
    to(note, 24)
    node(note, "w1").click()
    note.locator(".ways button").first.hover()
    assert note.locator(".edge.way").count() == 6


def test_before_the_forward_pass_is_done_paths_have_no_numbers(note):
    node(note, "w1").click()
    assert "once the forward pass is done" in text(note, "about")
    assert note.locator(".edge.way").count() == 10


def test_more_paths_than_can_be_listed_are_counted_and_the_largest_shown(show):
    x = Value(0.5, label="x")
    y = x
    for _ in range(40):
        y = total([y, y * 0.5])
    page = show(step(y))
    click(page, "end")
    node(page, "x").click()
    assert "The 12 largest of 1 099 511 627 776 paths from x" in text(page, "about")
    assert page.locator(".ways button").count() == 12


# --- how it looks ---


def color(page: Any, selector: str, what: str) -> str:
    return page.locator(selector).first.evaluate(f"element => getComputedStyle(element).{what}")


def test_where_light_dark_is_unknown_all_is_light(show):
    page = show(document(step(load().error())).replace("light-dark(", "unknown("), "#step=19", color_scheme="dark")
    shades = [color(page, *what) for what in [("body", "backgroundColor"), (".side", "backgroundColor"), (".side", "color")]]
    assert shades == ["rgb(245, 247, 250)", "rgb(255, 255, 255)", "rgb(15, 23, 42)"]


@pytest.mark.parametrize(("scheme", "back"), [("light", "rgb(255, 255, 255)"), ("dark", "rgb(13, 20, 32)")])
def test_colours_follow_the_browser(show, scheme, back):
    page = show(step(square()), color_scheme=scheme)
    assert color(page, "svg > .ag-back", "fill") == color(page, ".canvas", "backgroundColor") == back


@pytest.mark.parametrize(
    ("marker", "dark"),
    [
        ("data-jp-theme-light='false'", True),
        ("data-jp-theme-light='true'", False),
        ("class='vscode-dark'", True),
        ("class='vscode-light'", False),
    ],
)
def test_colours_follow_the_notebook_against_the_browser(show, marker, dark):
    page = show(f"<!doctype html><body {marker}>{fragment(step(square()))}", color_scheme="light" if dark else "dark")
    assert color(page, "svg > .ag-back", "fill") == ("rgb(13, 20, 32)" if dark else "rgb(255, 255, 255)")
    page.evaluate("dark => document.body.dataset.jpThemeLight = dark", dark)
    page.evaluate("document.body.className = ''")
    assert color(page, "svg > .ag-back", "fill") == ("rgb(255, 255, 255)" if dark else "rgb(13, 20, 32)")


@pytest.mark.parametrize("width", [1000, 1920])
def test_everything_fits_the_width(show, width):
    page = show(step(load().error(), rate=0.5), viewport={"width": width, "height": 1000})
    click(page, "end")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.locator(".graph").evaluate("e => e.scrollWidth - e.clientWidth") <= 0
    size = page.locator(".ag-value").first.evaluate("e => parseFloat(getComputedStyle(e).fontSize) * e.getScreenCTM().a")
    assert size >= 9


def test_the_picture_follows_a_step_that_is_out_of_sight_and_the_page_stays(show):
    page = show(step(mlp()[1]), viewport={"width": 700, "height": 600})
    page.locator(".graph").focus()
    for _ in range(41):
        press(page, "ArrowRight")
        shown = page.locator(".graph").evaluate(
            """box => [...box.querySelectorAll(".node.active")].map((node) => {
                const [a, b] = [box.getBoundingClientRect(), node.getBoundingClientRect()];
                return a.left <= b.left && b.right <= a.right && a.top <= b.top && b.bottom <= a.bottom;
            })"""
        )
        assert shown == [True] * (at(page) not in (0, 41))
    assert page.evaluate("[scrollX, scrollY]") == [0, 0]


@pytest.mark.parametrize(("from_step", "to_step", "names"), [(39, 20, ("v19", "v20")), (0, 60, ("v21", "v22"))])
def test_what_a_step_reads_and_changes_is_in_sight_where_there_is_room(show, from_step, to_step, names):
    page = show(step(chain(40)), f"#step={from_step}", viewport={"width": 700, "height": 600})
    page.get_by_role("slider", name="step").fill(str(to_step))
    assert names[1] in page.locator(".node.active").text_content()
    left, right = (node(page, name).bounding_box() for name in names)
    assert (left["x"] >= 0, right["x"] + right["width"] <= 700) == (True, True)


def test_a_tall_picture_leaves_room_for_the_words_about_it(show):
    page = show(step(total([Value(1.0) for _ in range(40)])), viewport={"width": 1000, "height": 900})
    page.get_by_role("slider", name="step").fill("1")
    box = page.locator(".panel.step h2").bounding_box()
    assert box["y"] + box["height"] <= 900


@pytest.mark.parametrize(("width", "height"), [(1366, 657), (1920, 1080)])
def test_nothing_moves_between_steps(show, width, height):
    note = show(step(load().error(), rate=0.5), viewport={"width": width, "height": height})
    places = set()
    for _ in range(24):
        places.add(str([note.locator(s).first.bounding_box() for s in (".graph", ".panel.about", "[id$=-n7] .ag-band")]))
        press(note, "ArrowRight")
    assert at(note) == 24
    assert len(places) == 1


@pytest.mark.parametrize("font", [FONT, "'DejaVu Sans', Verdana, monospace"], ids=["Helvetica", "a wider one"])
def test_on_a_card_no_number_runs_into_its_key(show, monkeypatch, font):
    monkeypatch.setattr("autograd.drawing.svg_writer.FONT", font)
    x, w = Value(1e-200, label="x"), Value(1e150, label="w")
    page = show(step(x * w + 123456789.0 * w + x - Value(-27.7668) * w, rate=0.1))
    gap = """card => {
        const [keys, numbers] = [".ag-key", ".ag-value, .ag-grad"].map((kind) => [...card.querySelectorAll(kind)]);
        return Math.min(...keys.map((key, i) => numbers[i].getBBox().x - key.getBBox().x - key.getBBox().width));
    }"""
    while page.get_by_role("button", name="next", exact=True).is_enabled():
        click(page, "next")
        assert min(card.evaluate(gap) for card in page.locator(".node").all()) >= 2


def test_a_dot_for_what_is_not_known_yet_is_not_stretched(note):
    click(note, "end")
    click(note, "first")
    assert number(note, "net_h1") == "·"
    assert node(note, "net_h1").locator(".ag-grad, .ag-value").first.get_attribute("textLength") is None


@pytest.mark.parametrize("width", [320, 500, 600])
def test_on_a_narrow_page_running_sums_stay_in_one_piece(show, width):
    page = show(step(load().error(), rate=0.5), "#step=19", viewport={"width": width, "height": 900})
    notes = page.locator(".panel.step .sum").filter(has_text="part")
    assert notes.count() == 3
    assert max(note.bounding_box()["height"] for note in notes.all()) < 25
    symbols = page.locator(".panel.step .eqs > .eq > :first-child").all()
    assert (len(symbols), len({symbol.bounding_box()["x"] for symbol in symbols})) == (5, 1)
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_in_a_backward_step_the_arrows_turn_and_the_numbers_multiply(note):
    click(note, "backward")
    click(note, "next", 4)
    hot = note.locator(".backward .chip.hot text").all_text_contents()
    assert sorted(hot) == sorted(["×0.5933", "×0.5969", "×0.4", "×0.45", "×1"])
    assert color(note, ".edge.hot .back", "visibility") == "visible"
    assert color(note, ".edge.hot .ag-tip", "visibility") == "hidden"
    click(note, "end")
    assert color(note, ".edge .back", "visibility") == "hidden"
    assert not any(text.startswith("×") for text in note.locator(".chip text").all_text_contents())


def test_on_paper_it_is_light_and_has_no_controls(show):
    page = show(step(load().error()), color_scheme="dark")
    page.emulate_media(media="print")
    assert color(page, "svg > .ag-back", "fill") == "rgb(255, 255, 255)"
    assert not page.get_by_role("button", name="next").is_visible()
    assert color(page, ROOT, "containerType") == "normal"  # else Firefox prints no text of the picture


def test_one_edge_into_a_group_is_not_several(show):
    page = show(step(mlp()[1], group="neuron"))
    labels = page.locator(".edge").evaluate_all("edges => edges.map((edge) => edge.getAttribute('aria-label'))")
    assert "1 edge" in {label.partition(" from ")[0] for label in labels}


def test_after_a_click_beside_the_buttons_keys_step_for_in_safari_a_button_takes_no_focus(show):
    page = show(f"<!doctype html><body>{fragment(step(square()))}")
    box = page.locator(".pace").bounding_box()
    page.mouse.click(box["x"] - 6, box["y"] + 14)
    press(page, "ArrowRight")
    assert at(page) == 1


# --- what must not happen ---


def test_two_steppers_on_one_page_do_not_disturb_each_other(show):
    same, other = fragment(step(load().error())), fragment(step(square()))
    page = show(f"<!doctype html><body>{same}{other}{same}")
    page.get_by_role("button", name="next", exact=True).nth(2).click(click_count=2)
    page.get_by_role("button", name="next", exact=True).nth(1).click()
    assert [at(page, which) for which in range(3)] == [0, 1, 2]
    assert [number(page.locator(ROOT).nth(which), "net_h1", "value") for which in (0, 2)] == ["·", "0.3775"]


@pytest.mark.parametrize(
    "label", ["<script>document.title = 'owned'</script>", '"><img src=x onerror=alert(1)>', *HOSTILE[5:9]]
)
def test_a_hostile_label_stays_text(show, label):
    x = Value(2.0, label=label)
    root = x * 3.0
    root.label = label
    page = show(step(root, rate=0.1))
    click(page, "end")
    page.locator("[id$=-n0]").click()
    assert clean(label) in page.locator(".panel.about h3").text_content()
    assert "step by step" in page.title()
    assert page.locator("img").count() == 0


def test_a_style_sheet_of_the_page_does_not_reach_into_the_stepper(show):
    page = show(f"<!doctype html><style>* {{ color: red; display: none !important }}</style><body>{fragment(step(square()))}")
    assert color(page, ".graph", "display") == "block"


def test_a_stepper_that_is_taken_off_the_page_stops_playing(note):
    note.clock.install()
    click(note, "play")
    stepper = note.locator(ROOT).element_handle()
    then = stepper.evaluate("host => { host.remove(); return host.dataset.step; }")
    note.clock.run_for(5000)
    assert stepper.get_attribute("data-step") == then


@pytest.mark.parametrize("script", ["console.error('broken')", "fetch('http://127.0.0.1:9/broken').catch(() => 0)"])
def test_the_check_of_pages_itself_sees_errors_and_requests(browser, tmp_path, script):
    path = tmp_path / "page.html"
    path.write_text("<!doctype html><body>")
    with pytest.raises(AssertionError, match="broken"), pages(browser) as visit:
        visit(path.as_uri()).evaluate(script)
