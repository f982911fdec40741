"""Run the notebooks from top to bottom and store what they show: the same bytes every time.

python .ci/notebooks.py            # notebooks/*.ipynb, in place
python .ci/notebooks.py FOLDER     # into another folder

Nothing that differs between two machines is stored: no times, no paths, no versions.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

import nbformat
from nbclient import NotebookClient

ROOT = Path(__file__).resolve().parents[1]
NOTEBOOKS = ROOT / "notebooks"
METADATA = {
    "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
    "language_info": {"file_extension": ".py", "mimetype": "text/x-python", "name": "python"},
}
PATIENCE = 60  # seconds for one cell
WIDGET = "application/vnd.jupyter.widget-view+json"


def main(folder: Path) -> None:
    for path in sorted(NOTEBOOKS.glob("*.ipynb")):
        notebook = normalised(executed(nbformat.read(path, as_version=4)))
        complaints = [output.text for output in outputs(notebook) if output.get("name") == "stderr"]
        if complaints:
            raise SystemExit(f"{path.name} wrote to standard error, and was not stored:\n{''.join(complaints)}")
        (folder / path.name).write_text(written(notebook), encoding="utf-8", newline="\n")
        print(path.name)


def executed(notebook: Any) -> Any:
    """Return a notebook run with this very tree, as the learner would run it."""
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    client = NotebookClient(notebook, timeout=PATIENCE, kernel_name="python3", record_timing=False, coalesce_streams=True)
    client.extra_arguments = ["--log-level=ERROR"]  # of the kernel, which else warns of its transport
    return client.execute(cwd=str(NOTEBOOKS), env=environment)


def normalised(notebook: Any) -> Any:
    """Return a notebook with nothing in it but sources, outputs, and names for cells that say where they are."""
    notebook.metadata = nbformat.from_dict(METADATA)
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    for number, cell in enumerate(notebook.cells, start=1):
        cell.id, cell.metadata = f"cell-{number:02}", nbformat.from_dict({})
        cell.source = cell.source.strip("\n")
        if cell.cell_type == "code":  # the bar of a training is gone when that is done
            cell.outputs = [output for output in cell.outputs if WIDGET not in output.get("data", ())]
    for output in outputs(notebook):
        if "metadata" in output:
            output.metadata = nbformat.from_dict({})
    return notebook


def outputs(notebook: Any) -> list[Any]:
    return [output for cell in notebook.cells if cell.cell_type == "code" for output in cell.outputs]


def written(notebook: Any) -> str:
    """Return a notebook as text: keys sorted, letters of all scripts as they are, a newline at the end."""
    return nbformat.writes(notebook, version=nbformat.NO_CONVERT).rstrip("\n") + "\n"


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else NOTEBOOKS)
