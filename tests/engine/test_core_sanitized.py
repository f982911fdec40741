"""Tests on parts in C that were built to notice wrong memory accesses and undefined behaviour while it runs."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
from zlib import crc32

import pytest
from project import ROOT

from autograd import compiled
from autograd.compiling import c_code

GCC = shutil.which("gcc")
SANITIZERS = "-fsanitize=address,undefined"
FLAGS = [*c_code.FLAGS, "-O1", "-g", SANITIZERS, "-fno-sanitize-recover", "-shared"]

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not compiled or not sys.platform.startswith("linux") or GCC is None, reason="needs gcc, and a core"),
]


def library(name):
    return subprocess.run([str(GCC), f"-print-file-name={name}"], capture_output=True, text=True, check=True).stdout.strip()


PARTS = {"engine": ["_core.c", "_core_rows.h"], "compiling": ["_tape.c", "_tape_rows.h"]}
FILES = {
    "engine": ["test_core", "test_record", "test_copying", "test_interrupts", "test_hooks", "test_create_graph"],
    "compiling": ["test_tape", "test_arguments", "test_columns", "test_repeating"],
}


@pytest.mark.parametrize("room", FILES)
def test_no_test_makes_parts_in_c_touch_memory_that_is_not_their_own(tmp_path, room):
    for folder in ("autograd", "nn", "tests"):
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("*.so", "__pycache__"))
    shutil.copy(ROOT / "setup.cfg", tmp_path)
    include = f"-I{sysconfig.get_path('include')}"
    for place, files in PARTS.items():
        checksum = 0
        for name in files:
            checksum = crc32((ROOT / "autograd" / place / name).read_bytes(), checksum)
        file = f"autograd/{place}/{files[0]}"
        built = file.replace(".c", str(sysconfig.get_config_var("EXT_SUFFIX")))
        command = [str(GCC), *FLAGS, f"-DSOURCE={checksum}u", "-fPIC", include, file, "-o", built]
        subprocess.run(command, cwd=tmp_path, check=True)
    environment = {
        **os.environ,
        "LD_PRELOAD": f"{library('libasan.so')} {library('libubsan.so')}",
        "ASAN_OPTIONS": "detect_leaks=0",  # Python itself frees not all at its end
        "PYTHONMALLOC": "malloc",  # so that each object has memory of its own
        "PYTHONPATH": str(tmp_path),
    }
    counts_bytes = "tests/engine/test_core.py::test_freed_nodes_are_used_again_and_not_without_bound"
    options = ["-q", "-p", "no:cacheprovider", "--override-ini=addopts=--import-mode=importlib", "--deselect", counts_bytes]
    is_there = "from autograd import compiled; from autograd.compiling.tape import _tape; assert compiled and _tape, compiled"
    for arguments in (
        ["-c", is_there],
        ["-m", "pytest", *options, *[f"tests/{room}/{name}.py" for name in FILES[room]]],
    ):
        command = [sys.executable, *arguments]
        done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
