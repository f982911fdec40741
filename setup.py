"""The parts in C, which are built where there is a compiler; without one, the package is installed all the same."""

from __future__ import annotations

import sys
from pathlib import Path
from zlib import crc32

from setuptools import Extension, setup

PARTS = {"autograd.engine._core": ["_core.c", "_core_rows.h"], "autograd.compiling._tape": ["_tape.c", "_tape_rows.h"]}

# What compilers know of these functions they use, to other bits than the C library's: pow(x, 2.0) becomes x * x.
# The flags are those of autograd/compiling/c_code.py, which cannot be read before these parts are built; a test compares.
AS_THEY_ARE = [
    *("acos", "acosh", "asin", "asinh", "atan", "atan2", "atanh", "cos", "cosh", "erf", "erfc", "exp", "expm1", "hypot", "log"),
    *("log10", "log1p", "log2", "pow", "sin", "sinh", "tan", "tanh"),
]
FLAGS = ["/O2"] if sys.platform == "win32" else ["-O2", "-ffp-contract=off", *[f"-fno-builtin-{name}" for name in AS_THEY_ARE]]


def part(name: str, files: list[str]) -> Extension:
    folder = Path(*name.split(".")[:-1])
    source = 0  # of which the package asks whether it is that of the files beside it
    for file in files:
        source = crc32((folder / file).read_bytes(), source)
    return Extension(
        name,
        [f"{folder.as_posix()}/{files[0]}"],
        depends=[f"{folder.as_posix()}/{files[1]}", "setup.py"],
        define_macros=[("SOURCE", f"{source}u")],
        extra_compile_args=FLAGS,
        optional=True,
    )


setup(ext_modules=[part(name, files) for name, files in PARTS.items()])
