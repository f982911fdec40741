"""The compiled core, which is built where there is a compiler; without one, the package is installed all the same."""

from __future__ import annotations

import sys
from pathlib import Path
from zlib import crc32

from setuptools import Extension, setup

ENGINE = Path("autograd/engine")
FILES = ["_core.c", "_core_rows.h"]

# What compilers know of these functions they use, to other bits than the C library's: pow(x, 2.0) becomes x * x.
AS_THEY_ARE = ["cos", "cosh", "exp", "expm1", "log", "log10", "log1p", "log2", "pow", "sin", "sinh", "tan", "tanh"]
FLAGS = ["/O2"] if sys.platform == "win32" else ["-O2", "-ffp-contract=off", *[f"-fno-builtin-{name}" for name in AS_THEY_ARE]]

source = 0  # of which core.py asks whether it is that of the files beside it
for name in FILES:
    source = crc32((ENGINE / name).read_bytes(), source)

setup(
    ext_modules=[
        Extension(
            "autograd.engine._core",
            [f"{ENGINE.as_posix()}/{FILES[0]}"],
            depends=[f"{ENGINE.as_posix()}/{FILES[1]}", "setup.py"],
            define_macros=[("SOURCE", f"{source}u")],
            extra_compile_args=FLAGS,
            optional=True,
        )
    ]
)
