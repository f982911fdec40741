"""The stepper where notebooks are read: in a real JupyterLab, trusted and not, and in nbconvert's HTML."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from pages import PATIENCE
from project import ROOT

nbformat = pytest.importorskip("nbformat")
nbclient = pytest.importorskip("nbclient")

CODE = """\
from nn.note import load
from autograd import draw, step
network = load()
step(network.error(), rate=network.rate)
"""
STEPPER = "div[data-step]"

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a notebook that is executed and stored, and that nobody has trusted."""
    folder = tmp_path_factory.mktemp("notebooks")
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(CODE)])
    nbclient.NotebookClient(notebook, timeout=60, kernel_name="python3").execute(cwd=str(ROOT))
    nbformat.write(notebook, folder / "note.ipynb")
    return folder


@pytest.fixture(scope="module")
def lab(folder: Path) -> Iterator[str]:
    """The address of a JupyterLab that serves the folder."""
    pytest.importorskip("jupyterlab")
    options = ["--no-browser", "--allow-root", "--ServerApp.port=0", "--ServerApp.ip=127.0.0.1", "--IdentityProvider.token="]
    options += [f"--ServerApp.root_dir={folder}", "--LabApp.expose_app_in_browser=True", "--LabApp.news_url="]
    options += ["--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate"]
    log = (folder / "log").open("w")
    server = subprocess.Popen([sys.executable, "-m", "jupyterlab", *options], stdout=log, stderr=log, cwd=ROOT)
    try:
        yield _address(folder / "log", server)
    finally:
        server.terminate()
        server.wait(timeout=30)
        log.close()


def _address(log: Path, server: subprocess.Popen[bytes]) -> str:
    for _ in range(PATIENCE // 100):
        found = re.search(r"http://127\.0\.0\.1:\d+", log.read_text())
        if found:
            with suppress(urllib.error.URLError), urllib.request.urlopen(f"{found[0]}/api") as answer:  # it may not listen yet
                assert "version" in json.load(answer)
                return found[0]
        assert server.poll() is None, log.read_text()
        time.sleep(0.1)
    raise AssertionError(log.read_text())


@pytest.fixture
def notebook(lab: str, open_page: Any) -> Any:
    page = open_page(f"{lab}/lab/tree/note.ipynb?reset", strict=False, viewport={"width": 1500, "height": 1050})
    page.locator(".jp-OutputArea-output").first.wait_for()
    return page


RUN = """async patience => {
  const run = async () => {
    const { sessionContext } = window.jupyterapp.shell.currentWidget;
    await sessionContext.ready;
    await sessionContext.session.kernel.info;
    await window.jupyterapp.commands.execute("notebook:run-all-cells");
  };
  const late = new Promise((_, reject) => setTimeout(reject, patience, new Error("the cells are not done")));
  await Promise.race([run(), late]);
}"""


def run(notebook: Any) -> None:
    """Run all cells, to the end, once the kernel answers: before, they would be passed over, though it is shown as idle."""
    notebook.wait_for_function("window.jupyterapp?.shell.currentWidget?.sessionContext")
    notebook.evaluate(RUN, PATIENCE)


def test_a_notebook_that_is_not_trusted_shows_the_picture_and_the_table(notebook):
    output = notebook.locator(".jp-OutputArea-output").first
    output.locator("img").wait_for()
    assert output.locator("img").evaluate("image => image.decode().then(() => image.naturalWidth)") > 1000
    assert output.locator("script").count() == 0
    output.locator("summary").click()
    assert "part 2 of 2: 0.0554 − 0.0190 = 0.0364" in output.locator("table").inner_text()


def test_a_notebook_that_is_run_steps_and_leaves_the_arrow_keys_to_the_stepper(notebook):
    run(notebook)
    stepper = notebook.locator(STEPPER)
    stepper.wait_for()
    stepper.get_by_role("button", name="backward", exact=True).click()
    notebook.keyboard.press("ArrowRight")
    assert stepper.get_attribute("data-step") == "13"
    stepper.locator(".graph").focus()
    for key in ("ArrowDown", "x", "d", "d", "b", "Enter", "ArrowRight"):  # x, dd and b would cut, delete and add cells
        notebook.keyboard.press(key)
    assert stepper.get_attribute("data-step") == "14"
    assert notebook.locator(".jp-CodeCell").count() == 1
    assert "path from target_o1 to E_total" in stepper.locator(".panel.about").inner_text()


def test_the_stepper_is_dark_in_jupyterlabs_dark_theme(notebook):
    run(notebook)
    notebook.locator(STEPPER).wait_for()
    for theme, back in (("JupyterLab Dark", "rgb(13, 20, 32)"), ("JupyterLab Light", "rgb(255, 255, 255)")):
        notebook.evaluate("theme => window.jupyterapp.commands.execute('apputils:change-theme', { theme })", theme)
        shade = f"getComputedStyle(document.querySelector('{STEPPER}').shadowRoot.querySelector('.ag-back')).fill"
        notebook.wait_for_function(f"back => {shade} === back", arg=back)


def test_nbconverts_html_steps(folder, open_page):
    nbconvert = pytest.importorskip("nbconvert")
    html, _ = nbconvert.HTMLExporter().from_filename(str(folder / "note.ipynb"))
    (folder / "note.html").write_text(html, "utf-8")
    page = open_page((folder / "note.html").as_uri(), strict=False)
    page.locator(STEPPER).get_by_role("slider", name="step").fill("24")
    assert page.get_by_role("button", name="w5 value").locator(".ag-grad").text_content() == "0.0822"
