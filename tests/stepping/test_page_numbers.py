"""Every number of the page against the engine, after changes of leaves: on cards and edges, in sentences and equations."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from typing import Any

import pytest
from pages import document, node

from autograd import Value, cbrt, exp, hypot, log_sum_exp, maximum, step, tanh, weighted_sum
from autograd.drawing import NOT_YET, partial_text, value_text
from autograd.engine.graph import topological_order
from autograd.stepping import Stepper
from autograd.stepping.steps import short
from autograd.text import equated
from nn import MLP
from nn.note import load

NUMBER = re.compile(r"\d+(?:\.\d+)?(?:e[+−]?\d+)?")

READ = """host => {
    const page = host.shadowRoot;
    const slider = page.querySelector("input[type=range]");
    const text = (element) => element?.textContent ?? ""; // cards of groups have other rows
    const at = (k) => {
        slider.value = k;
        slider.dispatchEvent(new Event("input"));
        return {
            cards: [...page.querySelectorAll(".node")].map((card) => [".ag-value", ".ag-grad"].map((kind) => text(card.querySelector(kind)))),
            keys: [...page.querySelectorAll(".node")].map((card) => text(card.querySelectorAll(".ag-key")[1])),
            chips: [...page.querySelectorAll(".chip:not(.pending) text")].map(text),
            edges: [...page.querySelectorAll(".edge:not(.pending)")].map((edge) => edge.ariaLabel.replace(/^.*? = /, "")),
            sentence: text(page.querySelector(".step h2")),
            lines: [...page.querySelectorAll(".step .eqs [data-about]")].map(text),
        };
    };
    return [...Array(+slider.max + 1).keys()].map(at);
}"""  # noqa: E501


def note(numbers: dict[str, float]) -> Stepper:
    error = load().error()
    for leaf in topological_order(error):
        if leaf.label in numbers:
            leaf.data = numbers[leaf.label]
    error.recompute()
    return step(error, rate=0.5, rounds=2)


def leaves(numbers: dict[str, float], **usual: float) -> list[Value]:
    return [Value(numbers.get(label, x), label=label) for label, x in usual.items()]


def square(numbers: dict[str, float]) -> Stepper:
    (x,) = leaves(numbers, x=3.0)
    return step(x * x + x, rate=0.1)


def wave(numbers: dict[str, float]) -> Stepper:
    x, y = leaves(numbers, x=1.0, y=2.0)
    z = (x * y).sin() + exp(-(x**2)) / (1 + y * y) - tanh(x - y) * abs(x) + hypot(x, y) ** 1.5
    z.label = "z"
    return step(z)


def branches(numbers: dict[str, float]) -> Stepper:
    a, b, c = leaves(numbers, a=0.5, b=-1.5, c=2.0)
    whole = log_sum_exp([a, b, c]) + maximum(a * b, c.relu()) + cbrt(a - 3 * b) + weighted_sum([a, 2.0, a], [b, c, a], -0.25)
    whole.label = "whole"
    return step(whole, parameters=[a, c], rate={a: 0.1, c: Value(0.25, label="slow")})


GRAPHS: dict[str, tuple[Callable[[dict[str, float]], Stepper], list[dict[str, float]]]] = {
    "note": (note, [{}, {"w5": -0.8, "i1": 12.5, "target_o2": -0.003}, {"b1": -123.4, "w7": 4567.5, "w8": 0.0}]),
    "square": (square, [{"x": -0.5}, {"x": 1e-7}, {"x": 2500000.0}]),
    "wave": (wave, [{"x": -0.3}, {"y": -2.5, "x": 0.0001}]),
    "branches": (branches, [{"c": -0.7}, {"a": 0.25, "b": 0.75}]),
}
SETTINGS = [(name, change) for name, (_, changes) in GRAPHS.items() for change in changes]


@pytest.mark.parametrize(("name", "changes"), SETTINGS, ids=[f"{name} {changes}" for name, changes in SETTINGS])
def test_every_number_is_the_engines(open_page, tmp_path, name, changes):
    make = GRAPHS[name][0]
    path = tmp_path / "page.html"
    path.write_text(document(make({})), "utf-8")
    page = open_page(path.as_uri(), reduced_motion="reduce")
    for label, x in changes.items():
        node(page, label).focus()
        page.keyboard.type("0")
        page.get_by_role("textbox", name=f"value of {label}").fill(repr(x))
        page.keyboard.press("Enter")
    shown = page.locator("div[data-step]").evaluate(READ)
    expected = make(changes)
    assert len(shown) == len(expected) + (expected[-1].kind == "update")
    for k, found in enumerate(shown[: len(expected)]):
        assert_alike(found, at_step(expected, k), f"step {k}: ")


def network() -> tuple[MLP, Value]:
    random.seed(1)
    model = MLP(2, [6, 6, 1])
    loss = (model([Value(0.5, label="x1"), Value(-1.2, label="x2")]) - 1.0) ** 2
    loss.label = "loss"
    return model, loss


@pytest.mark.parametrize("by", ["neuron", "layer"])
def test_a_group_is_stepped_as_one_with_the_words_and_numbers_of_the_engine(open_page, tmp_path, by):
    model, loss = network()
    stepper = step(loss, rate=0.1, group=model if by == "layer" else "neuron")
    path = tmp_path / "page.html"
    path.write_text(document(stepper), "utf-8")
    shown = open_page(path.as_uri(), reduced_motion="reduce").locator("div[data-step]").evaluate(READ)
    assert len(shown) == len(stepper) + 1
    for k, found in enumerate(shown[:-1]):
        now = stepper[k]
        wanted = [now.sentence, *(as_line(now.kind, line) for line in now.lines)]
        for text, other in zip([found["sentence"], *found["lines"]], wanted, strict=True):
            assert alike(text, other), f"step {k}: {text}\n{other}"


def test_a_click_on_a_group_shows_what_is_inside_where_leaves_can_be_changed(open_page, tmp_path):
    model, loss = network()
    path = tmp_path / "page.html"
    path.write_text(document(step(loss, group=model)), "utf-8")
    page = open_page(f"{path.as_uri()}#step=6", reduced_motion="reduce")
    page.get_by_role("button", name="layers[2]").click()
    inside = page.locator(".inside")
    assert inside.locator("tbody tr").count() == 8
    field = inside.get_by_role("row", name="b3_1").get_by_role("button")
    field.click()
    page.keyboard.type("2.5")
    page.keyboard.press("Enter")
    loss = step(loss).names
    leaf = next(node for node, name in loss.items() if name == "b3_1")
    leaf.data = 2.5
    root = [*loss][-1]
    root.recompute()
    assert alike(page.locator(".node").last.locator(".ag-value").text_content(), value_text(root.data))
    page.keyboard.press("Escape")
    assert not inside.is_visible()


def at_step(stepper: Stepper, k: int) -> dict[str, Any]:
    """Return what the page has to show at a step."""
    now, state = stepper.goto(k).now, stepper.state
    names = [*state]
    known = [step for step in [*stepper][: k + 1] if step.kind == "forward" and step.round == now.round]
    return {
        "cards": [[NOT_YET if x is None else value_text(x) for x in (state[name].value, state[name].grad)] for name in names],
        "keys": [f"grad {state[name].progress}".rstrip() for name in names],
        "edges": [f"{edge.rule} = {partial_text(edge.partial)}" for step in known for edge in step.edges],
        "sentence": now.sentence.removeprefix(f"Round {now.round} begins: ").replace("the leaves", "The leaves", 1)
        if now.kind == "start"
        else now.sentence,
        "lines": [as_line(now.kind, line) for line in now.lines],
    }


def as_line(kind: str, line: Any) -> str:
    result = short(line.result)[0]
    rule = f"{line.numbers} = {result}" if kind == "update" else equated(line.rule, line.numbers, result)
    return f"{line.symbol} {line.sign} {rule} {line.note}"


def assert_alike(found: dict[str, Any], expected: dict[str, Any], where: str) -> None:
    cards = [text for card in found["cards"] for text in card]
    for text, wanted in zip(cards, [text for card in expected["cards"] for text in card], strict=True):
        assert alike(text, wanted), f"{where}{text} on a card, not {wanted}"
    assert found["keys"] == expected["keys"], where
    wanted = [edge.split(" = ")[0] if len({*edge.split(" = ")}) == 1 else edge for edge in expected["edges"]]
    for text in found["edges"]:
        same = next((other for other in wanted if alike(text, other)), None)
        assert same is not None, f"{where}{text} at an edge, not one of {wanted}"
        wanted.remove(same)
    assert not wanted, where
    for text in found["chips"]:  # there is not room for every one
        assert any(alike(text.replace("×", ""), other.split(" = ")[-1]) for other in expected["edges"]), (
            f"{where}{text} on an edge"
        )
    for text, wanted in zip([found["sentence"], *found["lines"]], [expected["sentence"], *expected["lines"]], strict=True):
        assert alike(text, wanted), f"{where}{text}\n{wanted}"


def alike(found: str, expected: str) -> bool:
    """Tell whether texts are the same but for blanks, and for one unit of the last digit of each number."""
    found, expected = (re.sub(r"\s", "", text) for text in (found, expected))
    if found == expected:
        return True
    numbers, others = NUMBER.findall(found), NUMBER.findall(expected)
    signless = [re.sub(r"−(?=#)", "", NUMBER.sub("#", text)) for text in (found, expected)]
    return signless[0] == signless[1] and all(map(one_unit, numbers, others))


def one_unit(found: str, expected: str) -> bool:
    """Tell whether a number as written is another one, or its last digit is one more or less."""
    x, y = (float(text.replace("−", "-")) for text in (found, expected))
    mantissa, _, exponent = expected.replace("−", "-").partition("e")
    return abs(x - y) <= 1.001 * 10.0 ** (int(exponent or 0) - len(mantissa.partition(".")[2]))


@pytest.mark.parametrize(
    ("found", "expected", "same"),
    [
        ("0.0364", "0.0365", True),
        ("0.0364", "0.0366", False),
        ("a + 1.5", "b + 1.5", False),
        ("1.50e−7", "1.51e−7", True),
        ("1.50e−7", "1.51e−6", False),
        ("3 = 3", "3", False),
    ],
)
def test_the_comparison_can_fail(found, expected, same):
    assert alike(found, expected) == same
