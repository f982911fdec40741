"""The notebooks: that what is stored is what running them shows, is fit to be published, and is the same in both languages.

That they run at all, with warnings as errors, is tested by nbmake: pytest collects the notebooks themselves.
"""

from __future__ import annotations

import ast
import base64
import getpass
import importlib.util
import re
import shutil
import subprocess
import sys
from typing import Any

import pytest
from project import ROOT

nbformat = pytest.importorskip("nbformat")
pytest.importorskip("nbclient")

PATHS = sorted((ROOT / "notebooks").glob("*.ipynb"))
each_notebook = pytest.mark.parametrize("path", PATHS, ids=lambda path: path.name)


@pytest.fixture(scope="module")
def command() -> Any:
    """The command that makes the stored outputs, as a module."""
    spec = importlib.util.spec_from_file_location("notebooks_command", ROOT / ".ci" / "notebooks.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def read(path):
    return nbformat.read(path, as_version=4)


def code_cells(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def shown(notebook):
    """Return for each code cell what it shows, by kind, as far as it matters."""
    return [[essence(output) for output in cell.outputs] for cell in code_cells(notebook)]


def essence(output):
    """Return what an output shows, by kind; of an image only that there is one: each version of matplotlib draws its way."""
    if output.output_type == "stream":
        return {output.name: rounded(output.text)}
    return {kind: "" if kind.startswith("image/") else rounded(unpacked(text)) for kind, text in output.data.items()}


def unpacked(html):
    """Return HTML with the SVG of its images, without hashes of the content, and without rasters: every zlib packs its way."""
    html = re.sub(r"data:image/svg\+xml;base64,([\w+/=]+)", lambda found: base64.b64decode(found[1]).decode(), html)
    html = re.sub(r"data:image/png;base64,[\w+/=]+", "", html)
    return re.sub(r"\b(ag-stepper-|ag|nn)[0-9a-f]{10}\b", r"\1", html)


def rounded(text):
    """Return text with six digits of each number: the last ones depend on the machine's exp."""
    return re.sub(r"\d+\.\d+(e[-+]?\d+)?", lambda found: f"{float(found[0]):.6g}", text)


# --- in step with the code ---


@each_notebook
def test_the_stored_outputs_are_what_running_the_notebook_shows(path, command):
    stored = shown(read(path))
    fresh = shown(command.normalised(command.executed(read(path))))
    assert fresh == stored, "run python .ci/notebooks.py, and see what has changed"


@each_notebook
def test_the_file_is_as_the_command_writes_it(path, command):
    assert path.read_bytes() == command.written(command.normalised(read(path))).encode()


@pytest.mark.parametrize(("old", "new"), [("0.2413", "0.2414"), ("net_o1", "net_o2"), ("translate(", "translate(1")])
def test_a_change_inside_a_picture_is_noticed(old, new):
    notebook = read(ROOT / "notebooks" / "1-the-note.ipynb")
    before = shown(notebook)
    output = next(o for cell in code_cells(notebook) for o in cell.outputs if "base64," in str(o.get("data")))
    head, packed, tail = re.split(r"base64,([\w+/=]+)", output.data["text/html"])
    svg = base64.b64decode(packed).decode()
    assert old in svg
    output.data["text/html"] = f"{head}base64,{base64.b64encode(svg.replace(old, new, 1).encode()).decode()}{tail}"
    assert shown(notebook) != before


def test_a_change_in_a_printed_number_is_noticed():
    notebook = read(ROOT / "notebooks" / "1-the-note.ipynb")
    before = shown(notebook)
    stream = code_cells(notebook)[0].outputs[0]
    stream.text = stream.text.replace("0.298371", "0.298372")
    assert shown(notebook) != before


def test_of_a_plot_only_that_it_is_there_is_noticed():
    notebook = read(ROOT / "notebooks" / "3-moons.ipynb")
    before = shown(notebook)
    plot = next(o for cell in code_cells(notebook) for o in cell.outputs if "image/svg+xml" in o.get("data", ()))
    plot.data["image/svg+xml"] = "<svg/>"
    assert shown(notebook) == before
    del plot.data["image/svg+xml"]
    assert shown(notebook) != before


def test_the_bar_of_a_training_is_not_stored(command):
    bar = nbformat.v4.new_output("display_data", {command.WIDGET: {"model_id": "1"}, "text/plain": "  0%"})
    number = nbformat.v4.new_output("execute_result", {"text/plain": "1"}, execution_count=1)
    cell = nbformat.v4.new_code_cell("fit()", outputs=[bar, number])
    assert command.outputs(command.normalised(nbformat.v4.new_notebook(cells=[cell]))) == [number]


def test_the_command_stores_no_notebook_that_writes_to_standard_error(command, tmp_path, monkeypatch):
    cell = nbformat.v4.new_code_cell("import warnings\nwarnings.warn('old', stacklevel=1)")
    nbformat.write(nbformat.v4.new_notebook(cells=[cell]), tmp_path / "loud.ipynb")
    before = (tmp_path / "loud.ipynb").read_bytes()
    monkeypatch.setattr(command, "NOTEBOOKS", tmp_path)
    monkeypatch.delenv("IPYTHONDIR", raising=False)  # where warnings are errors
    with pytest.raises(SystemExit, match=r"loud.ipynb wrote to standard error(?s:.*)UserWarning: old"):
        command.main(tmp_path)
    assert (tmp_path / "loud.ipynb").read_bytes() == before


def test_nbmake_fails_where_a_cell_warns(tmp_path):
    warn = "import warnings\nwarnings.warn('hear me', {}, stacklevel=1)"
    caught = "\ntry:\n    warnings.warn('hear me', {0}, stacklevel=1)\nexcept {0}:\n    pass\nelse:\n    raise AssertionError"
    kinds = ["UserWarning", "DeprecationWarning", "ResourceWarning"]
    cells = {"quiet": "import warnings" + "".join(map(caught.format, kinds)), "loud": warn.format(kinds[1])}
    for name, code in cells.items():
        nbformat.write(nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(code)]), tmp_path / f"{name}.ipynb")
    shutil.copy(ROOT / "notebooks" / "conftest.py", tmp_path)
    options = ["--nbmake", "-rA", "--color=no", f"--rootdir={tmp_path}", "-p", "no:cacheprovider"]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *options, str(tmp_path)], cwd=tmp_path, capture_output=True, text=True, timeout=120
    )
    outcomes = re.findall(r"^(PASSED|FAILED) (\w+)\.ipynb", done.stdout, flags=re.MULTILINE)
    assert sorted(outcomes) == [("FAILED", "loud"), ("PASSED", "quiet")]


# --- fit to be published ---


@each_notebook
def test_the_cells_are_stored_in_the_order_in_which_they_ran(path):
    cells = code_cells(read(path))
    assert [cell.execution_count for cell in cells] == [*range(1, len(cells) + 1)]
    results = [(o.execution_count, cell.execution_count) for cell in cells for o in cell.outputs if "execution_count" in o]
    assert all(result == count for result, count in results)


@each_notebook
def test_no_cell_ends_in_an_error_or_writes_to_standard_error(path):
    outputs = [output for cell in code_cells(read(path)) for output in cell.outputs]
    assert {output.output_type for output in outputs} <= {"stream", "display_data", "execute_result"}
    assert {output.name for output in outputs if output.output_type == "stream"} <= {"stdout"}


@each_notebook
def test_nothing_stored_tells_where_or_by_whom_it_was_made(path):
    text = unpacked(path.read_text(encoding="utf-8"))
    assert not re.findall(r"(?<![\w.])/(?:home|Users|root|tmp|usr|var|opt|work|private)/\S*|[A-Z]:\\\\\w+|ipykernel_\d+", text)
    assert f"{getpass.getuser()}@" not in text
    assert str(ROOT) not in text


@each_notebook
def test_what_is_shown_as_a_picture_or_as_mathematics_is_there_as_text_too(path):
    for cell in code_cells(read(path)):
        for output in cell.outputs:
            if set(output.get("data", ())) - {"text/plain"}:
                text = output.data["text/plain"]
                assert "\n" in text
                assert not re.search(r"^\w*<|\w+\(\w+=", text), text


def test_the_chain_rule_that_is_shown_has_in_it_what_is_to_be_found():
    [path] = (ROOT / "notebooks").glob("2-*.ipynb")
    [text] = [text for text in map(str, shown(read(path))) if "order(root)" in text]
    assert "in reversed(" in text
    assert text.count("+=") == 3


@each_notebook
def test_a_notebook_is_small(path):
    assert path.stat().st_size < 400_000


@each_notebook
def test_the_first_cell_says_in_one_line_how_to_run_it(path):
    _, _, how, *_ = read(path).cells[0].source.splitlines()
    assert "`pip install '.[notebook]'`" in how
    assert "`jupyter lab notebooks`" in how


# --- the Chinese edition ---


def code_of(notebook):
    """Return the code of every cell without comments, and with all texts empty."""
    return [ast.dump(_Wordless().visit(ast.parse(cell.source))) for cell in code_cells(notebook)]


class _Wordless(ast.NodeTransformer):
    def visit_Constant(self, node):  # ast's name for it
        return ast.Constant("") if isinstance(node.value, str) else node


def test_the_chinese_edition_has_the_code_of_the_first():
    english, chinese = (read(ROOT / "notebooks" / f"1-the-note{language}.ipynb") for language in ("", ".zh"))
    assert code_of(chinese) == code_of(english)
    assert [cell.cell_type for cell in chinese.cells] == [cell.cell_type for cell in english.cells]


def test_code_is_compared_but_for_comments_and_texts():
    codes = ['print(f"a = {x}", 1)  # one', 'print(f"b: {x}", 1)', 'print(f"a = {x}", 2)']
    notebooks = [nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(code)]) for code in codes]
    first, other_words, other_number = map(code_of, notebooks)
    assert first == other_words
    assert first != other_number
