"""What the notebooks, which pytest runs with nbmake, are run with: this very tree, and warnings that are errors."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

import pytest

STARTUP = """\
import warnings

warnings.filterwarnings("error")
warnings.filterwarnings("default", module=r"(ipykernel|IPython|jupyter_client|tornado|traitlets|zmq)\\b")  # the kernel's own
"""


def pytest_configure(config: pytest.Config) -> None:
    """Give kernels, which inherit the environment, what to import from and what to begin with."""
    folder = Path(tempfile.mkdtemp())
    config.add_cleanup(lambda: shutil.rmtree(folder, ignore_errors=True))
    startup = folder / "profile_default" / "startup"
    startup.mkdir(parents=True)
    (startup / "warnings_are_errors.py").write_text(STARTUP)
    os.environ["IPYTHONDIR"] = str(folder)
    os.environ["PYTHONPATH"] = str(Path(__file__).parents[1])
