"""The package in Pyodide, CPython for browsers, here in node: unchanged, and all bits are those of this Python."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys

import pytest
from project import ROOT

SCRIPT = """
const { loadPyodide } = require("pyodide");
(async () => {
  const pyodide = await loadPyodide();
  pyodide.mountNodeFS("/project", process.argv[1]);
  console.log(pyodide.runPython(require("fs").readFileSync(0, "utf-8")));
})();
"""
PROGRAM = """
import contextlib, io, json, sys
sys.path.insert(0, "/project")
sys.dont_write_bytecode = True
import autograd, nn.__main__
from autograd import Value, derive, draw, exp, grad, hessian, step, taylor
from nn.note import load


def told(*arguments):
    with contextlib.redirect_stdout(io.StringIO()) as out:
        assert nn.__main__.main(arguments) == 0
    return out.getvalue()


def bits(value):
    return [*map(bits, value)] if isinstance(value, (list, tuple)) else float(value).hex()


network = load()
error = network.error()
error.backward()
x = Value(0.75, label="x")
json.dumps({
    "version": sys.version_info[:2],
    "platform": sys.platform,
    "compiled": str(autograd.compiled),
    "note": told("--json"),
    "page": told("--rounds", "2"),
    "gradients": bits([p.grad for p in network.model.parameters()]),
    "derivation": str(derive(exp(x) ** 2)),
    "derivatives": bits([grad(grad(exp))(0.75), hessian(lambda v: v[0] ** 3 * v[1])([2.0, 3.0]), taylor(exp, 0.5, 1.0, 5)]),
    "picture": draw(error).svg,
    "steps": [str(each) for each in step(error, rate=network.rate)],
    "stepper": step(error, rate=network.rate)._repr_mimebundle_()["text/html"],
})
"""


@pytest.fixture(scope="module")
def pyodide():
    """Return what Pyodide makes of the program."""
    there = shutil.which("node") and subprocess.run(["node", "--eval", "require.resolve('pyodide')"], capture_output=True)
    if not there or there.returncode:
        if os.environ.get("CI"):
            pytest.fail("CI must have node and the npm package pyodide, its folder in NODE_PATH")
        pytest.skip("needs node and the npm package pyodide")
    command = ["node", "--eval", SCRIPT, str(ROOT)]
    done = subprocess.run(command, input=PROGRAM, capture_output=True, text=True, encoding="utf-8")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.fixture(scope="module")
def python():
    """Return what this Python makes of it."""
    code = PROGRAM.replace("json.dumps", "print(json.dumps").rstrip() + ")"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, encoding="utf-8", check=True)
    return json.loads(done.stdout)


@pytest.mark.slow
@pytest.mark.parametrize("what", ["note", "page", "gradients", "derivation", "derivatives", "picture", "steps", "stepper"])
def test_pyodide_shows_the_same(pyodide, python, what):
    assert pyodide[what] == python[what]


@pytest.mark.slow
def test_it_was_pyodide_and_without_a_core(pyodide):
    assert pyodide["platform"] == "emscripten"
    assert pyodide["compiled"].startswith("not compiled")
