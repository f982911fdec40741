"""The engine's tests on a core that was built to notice wrong memory accesses and undefined behaviour while it runs."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig

import pytest
from project import ROOT

from autograd import compiled
from autograd.engine import core

GCC = shutil.which("gcc")
SANITIZERS = "-fsanitize=address,undefined"
FLAGS = [
    "-g",
    "-O1",
    "-ffp-contract=off",
    "-fno-builtin-sin",
    "-fno-builtin-cos",
    SANITIZERS,
    "-fno-sanitize-recover",
    "-shared",
]

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not compiled or not sys.platform.startswith("linux") or GCC is None, reason="needs gcc, and a core"),
]


def library(name):
    return subprocess.run([str(GCC), f"-print-file-name={name}"], capture_output=True, text=True, check=True).stdout.strip()


def test_no_test_of_the_engine_makes_the_core_touch_memory_that_is_not_its_own(tmp_path):
    for folder in ("autograd", "nn", "tests"):
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("*.so", "__pycache__"))
    shutil.copy(ROOT / "setup.cfg", tmp_path)
    checksum = core._source(0)
    built = f"autograd/engine/_core{sysconfig.get_config_var('EXT_SUFFIX')}"
    include = f"-I{sysconfig.get_path('include')}"
    subprocess.run(
        [str(GCC), *FLAGS, f"-DSOURCE={checksum}u", "-fPIC", include, "autograd/engine/_core.c", "-o", built],
        cwd=tmp_path,
        check=True,
    )
    environment = {
        **os.environ,
        "LD_PRELOAD": f"{library('libasan.so')} {library('libubsan.so')}",
        "ASAN_OPTIONS": "detect_leaks=0",  # Python itself frees not all at its end
        "PYTHONMALLOC": "malloc",  # so that each object has memory of its own
        "PYTHONPATH": str(tmp_path),
    }
    counts_bytes = "tests/engine/test_core.py::test_freed_nodes_are_used_again_and_not_without_bound"
    files = ["test_core.py", "test_record.py", "test_copying.py", "test_interrupts.py", "test_hooks.py", "test_create_graph.py"]
    options = ["-q", "-p", "no:cacheprovider", "--override-ini=addopts=--import-mode=importlib", "--deselect", counts_bytes]
    for arguments in (
        ["-c", "from autograd import compiled; assert compiled, compiled"],
        ["-m", "pytest", *options, *[f"tests/engine/{name}" for name in files]],
    ):
        command = [sys.executable, *arguments]
        done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
