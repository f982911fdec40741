"""The compiled core, which is built where there is a compiler; without one, the package is installed all the same."""

from __future__ import annotations

import sys

from setuptools import Extension, setup

FLAGS = ["/O2"] if sys.platform == "win32" else ["-O2", "-ffp-contract=off", "-fno-builtin-sin", "-fno-builtin-cos"]

setup(
    ext_modules=[
        Extension(
            "autograd.engine._core",
            ["autograd/engine/_core.c"],
            depends=["autograd/engine/_core_rows.h"],
            extra_compile_args=FLAGS,
            optional=True,
        )
    ]
)
