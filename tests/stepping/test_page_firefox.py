"""The stepper's page in Firefox, where it is installed: what differs from browser to browser, keys, pointers, paper."""

from __future__ import annotations

import base64
import shutil
import subprocess
from typing import Any

import pytest
from firefox import FIREFOX, firefox
from pages import document

from autograd import step
from autograd.drawing import value_text
from nn.note import load

RIGHT, ENTER = "\ue014", "\ue007"  # as WebDriver has them

pytestmark = pytest.mark.skipif(FIREFOX is None, reason="needs Firefox")


def part(name: str, selector: str) -> str:
    found = f"[...shadow.querySelectorAll('.ag-name')].find((e) => e.textContent === '{name}')"
    return f"{found}.parentNode.querySelector('{selector}')"


@pytest.fixture(scope="module")
def window(tmp_path_factory: pytest.TempPathFactory) -> Any:
    with firefox(tmp_path_factory.mktemp("firefox")) as window:
        yield window


@pytest.fixture
def note(window: Any, tmp_path: Any) -> Any:
    path = tmp_path / "note.html"
    path.write_text(document(step(load().error(), rate=0.5)), "utf-8")
    window.call("Navigate", url=path.as_uri())
    return window


def test_keys_step_and_numbers_are_dragged_and_typed(note):
    note.press(RIGHT * 19)
    assert note.run("shadow.host.dataset.step") == "19"
    note.drag(part("w5", ".knob"), 40)
    note.drag(part("w6", ".knob"), 0)
    note.press("0.9" + ENTER)
    error = load().error()
    nodes = {name: node for node, name in step(error).names.items()}
    nodes["w5"].data, nodes["w6"].data = 0.6, 0.9
    error.recompute()
    error.backward()
    assert note.run(f"{part('E_total', '.ag-value')}.textContent") == value_text(error.data)
    assert note.run(f"{part('w6', '.ag-grad')}.textContent") == value_text(nodes["w6"].grad)


@pytest.mark.skipif(not shutil.which("pdftotext"), reason="needs pdftotext")
def test_on_paper_there_are_the_texts_of_the_picture(note):
    paper = base64.b64decode(note.call("Print", page={"width": 21, "height": 29.7}))
    text = subprocess.run(["pdftotext", "-", "-"], input=paper, capture_output=True, check=True).stdout.decode()
    assert {"net_h1", "E_total", "0.4500"} <= set(text.partition("\f")[0].split())
