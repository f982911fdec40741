"""What `import autograd` offers, and what it leaves alone."""

from __future__ import annotations

import ast
import builtins
import os
import re
import subprocess
import sys
from configparser import ConfigParser
from importlib.metadata import PackageNotFoundError
from pathlib import Path

import pytest
from project import ROOT

import autograd
import nn
from autograd import functional

PUBLIC = [
    "Value", "acos", "acosh", "add", "arccos", "arccosh", "arcsin", "arcsinh", "arctan", "arctan2", "arctanh", "array", "asin",
    "asinh", "atan", "atan2", "atanh", "cbrt", "ceil", "check_grads", "check_graph", "clip", "code", "copysign", "cos", "cosh",
    "cost", "derive", "digits", "divide", "draw", "draw_dot", "elementwise_grad", "enable_grad", "erf", "erfc", "exp", "exp2",
    "explain", "expm1", "floor", "floor_divide", "fmod", "grad", "gradients", "graph_from_json", "graph_to_json",
    "half_squared_error", "heaviside", "hessian", "hvp", "hypot", "jacobian", "jit", "jvp", "load_graph", "log", "log10",
    "log1p", "log2", "log_sum_exp", "logaddexp", "maximum", "minimum", "mistakes", "multiply", "negative", "no_grad",
    "power", "primitive", "product", "quiz", "relu", "remainder", "rint", "save_graph", "sigmoid", "sign", "sin", "sinc",
    "sinh", "softplus", "source_line", "sparse_hessian", "sparse_jacobian", "sqrt", "step", "subtract", "tan", "tanh",
    "taylor", "to_dot", "topological_order", "total", "trace", "trace_lines", "trunc", "update_before_the_pass_is_done",
    "value_and_grad", "vjp", "walk", "weighted_sum", "where", "why_big", "why_nan", "why_zero", "xlogy",
]  # fmt: skip

PUBLIC_NETWORKS = [
    "DivergenceError", "History", "Layer", "MLP", "Module", "Neuron", "Sequential", "activations", "data", "fit",
    "initialisation", "load", "losses", "metrics", "optim", "save", "schedules",
]  # fmt: skip


STUB = Path(autograd.__file__).with_name("__init__.pyi")


def imported_by(statement):
    """Return the packages that a statement imports in a process of its own, but for the standard library's."""
    program = f"""
import sys
before = set(sys.modules)
{statement}
print(sorted({{name.partition(".")[0] for name in set(sys.modules) - before}} - sys.stdlib_module_names))
"""
    return output_of(program)


def output_of(program):
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout.strip()


def test_the_public_names_are_these():
    assert sorted(autograd.__all__) == PUBLIC


def test_dir_offers_all_of_them_and_abs_and_round_to_who_completes_names():
    assert output_of("import autograd; print({*autograd.__all__, 'abs', 'round'} - {*dir(autograd)})") == "set()"


def test_a_star_import_brings_all_of_them_and_hides_no_builtin():
    names = {}
    exec("from autograd import *", names)
    del names["__builtins__"]
    assert sorted(names) == PUBLIC
    assert not set(names) & set(vars(builtins))


def test_the_public_names_of_networks_are_these_and_a_star_import_brings_all_of_them():
    names = {}
    exec("from nn import *", names)
    del names["__builtins__"]
    assert sorted(names) == sorted(nn.__all__) == PUBLIC_NETWORKS
    assert not set(names) & set(vars(builtins))


def test_plots_are_there_as_soon_as_they_are_asked_for_and_matplotlib_not_before():
    program = """
import sys
import nn
print("plots" in dir(nn), "plots" in vars(nn) or "matplotlib" in sys.modules)
print(nn.plots is sys.modules["nn.plots"] is vars(nn)["plots"])
"""
    assert output_of(program) == "True False\nTrue"


def test_a_name_that_is_not_there_is_missed_as_anywhere():
    with pytest.raises(AttributeError, match="module 'nn' has no attribute 'fitt'"):
        _ = nn.fitt


def test_abs_and_round_are_there_by_their_full_names():
    assert autograd.abs(autograd.Value(-2.0)).data == 2.0
    assert autograd.round(autograd.Value(2.675), 2).data == round(2.675, 2)


@pytest.mark.parametrize("name", ["sin", "cos", "tan", "sinh", "cosh", "tanh"])
def test_an_inverse_function_goes_by_both_of_its_names(name):
    assert getattr(autograd, f"a{name}") is getattr(autograd, f"arc{name}")
    assert getattr(autograd.Value, f"a{name}") is getattr(autograd.Value, f"arc{name}")


def test_importing_autograd_imports_nothing_but_the_standard_library():
    assert imported_by("import autograd") == "['autograd']"


def test_a_star_import_takes_nothing_but_the_standard_library_either():
    assert imported_by("from autograd import *") == "['autograd']"


def test_importing_all_of_nn_imports_nothing_but_the_standard_library():
    assert imported_by("from nn import *") == "['autograd', 'nn']"


def test_the_check_for_imports_sees_those_of_numpy():
    assert imported_by("import numpy") == "['numpy']"


def test_a_name_that_is_asked_for_again_is_not_looked_up_again():
    program = """
import autograd
before = "derive" in vars(autograd)
first = autograd.derive
print(before, vars(autograd)["derive"] is first is autograd.derive)
"""
    assert output_of(program) == "False True"


def test_the_engine_alone_is_a_way_to_begin():
    assert output_of("from autograd.engine import Value; x = Value(3.0); (x * x).backward(); print(x.grad)") == "6.0"


# --- type checkers ---


def test_the_package_tells_type_checkers_that_it_is_typed():
    assert (Path(autograd.__file__).parent / "py.typed").exists()


@pytest.mark.parametrize("name", ["sparse_hessian", "sparse_jacobian", "taylor"])
def test_the_functional_module_has_the_whole_family(name):
    assert getattr(functional, name) is getattr(autograd, name)


@pytest.fixture
def stub():
    return ast.parse(STUB.read_text(encoding="utf-8")).body


def listed(stub):
    (names,) = [node.value for node in stub if isinstance(node, ast.Assign)]
    return ast.literal_eval(names)


def test_type_checkers_read_the_same_list_of_all(stub):
    assert listed(stub) == autograd.__all__


def test_type_checkers_read_the_same_names_from_the_same_modules(stub):
    told = {
        (alias.name, node.module)
        for node in stub
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
        if alias.name in (listed(stub) if alias.asname is None else [alias.asname])  # the two ways for a stub to export
    }
    assert told == {(name, f"autograd.{room}") for room, names in autograd._ROOMS.items() for name in names.split()}


TYPES = {  # what a program ends with, and its type
    "from autograd import Value, derive; derive(Value(1.0))": "autograd.explaining.derivation.Derivation",
    "import autograd; autograd.Value(1.0) * 2": "autograd.engine.value.Value",
    "import autograd; autograd.__version__": "str",
    "from autograd import array; array([1.0])": "numpy.ndarray[Any, Any]",
    "from autograd import Value, gradients; gradients(Value(1.0), Value(1.0))": "float",
    "from autograd import Value, gradients; gradients(Value(1.0), [Value(1.0)])": "list[float]",
    "from autograd import Value, gradients; gradients(Value(1.0), Value(1.0), True)": "autograd.engine.value.Value",
    "from autograd import Value, gradients; gradients(Value(1.0), [Value(1.0)], True)": "list[autograd.engine.value.Value]",
    "from nn import MLP; MLP(2, [1]).parameters()": "list[autograd.engine.value.Value]",
    "from nn import MLP; MLP(2, [1])([1.0, 2.0]) - 1.0": "autograd.engine.value.Value",
    "from nn import MLP; MLP(2, [2])([1.0, 2.0])[0].data": "float",
    "from nn import Layer; [out.data for out in Layer(2, 2)([1.0, 2.0])]": "list[float]",
    "from nn import Neuron; Neuron(2)([1.0, 2.0])": "autograd.engine.value.Value",
    "from nn.optim import Adam; Adam([])": "nn.optim.Adam",
    "from nn.schedules import cosine; cosine(3)(1)": "float",
}


@pytest.fixture(scope="module")
def verdicts(tmp_path_factory):
    """What mypy says of each program, and of one with a mistake, checked together."""
    pytest.importorskip("mypy")
    folder = tmp_path_factory.mktemp("programs")
    programs = [re.sub("; (.*)", r"\nreveal_type(\1)\n", program) for program in TYPES]
    programs.append("from nn import MLP\nMLP(2, [1])([1.0, 2.0]).bakward()\n")
    for i, program in enumerate(programs):
        (folder / f"program_{i:02}.py").write_text(program, encoding="utf-8")
    environment = {name: value for name, value in os.environ.items() if name not in ("MYPYPATH", "PYTHONPATH")}
    command = [sys.executable, "-m", "mypy", "--strict", "--no-error-summary", "--cache-dir", str(ROOT / ".mypy_cache"), "."]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)
    assert not done.stderr
    return dict(re.findall(r"program_(\d+)\.py:2: (.*)", done.stdout))


@pytest.mark.parametrize(("number", "kind"), [*enumerate(TYPES.values())], ids=TYPES)
def test_a_type_checker_sees_our_types_in_a_users_program(verdicts, number, kind):
    assert verdicts[f"{number:02}"] == f'note: Revealed type is "{kind}"'


def test_a_type_checker_refuses_what_no_output_of_a_network_has(verdicts):
    assert verdicts[f"{len(TYPES):02}"] == 'error: "Output" has no attribute "bakward"  [attr-defined]'


# --- the version ---


def test_the_version_is_that_of_the_setup():
    config = ConfigParser()
    config.read(ROOT / "setup.cfg", encoding="utf-8")
    assert autograd.__version__ == config["metadata"]["version"]


def test_a_checkout_has_the_version_of_its_setup_whatever_is_installed(monkeypatch, tmp_path):
    monkeypatch.setattr("importlib.metadata.version", lambda name: "0.0.1")
    config = ConfigParser()
    config.read(ROOT / "setup.cfg", encoding="utf-8")
    assert autograd._version() == config["metadata"]["version"] != "0.0.1"
    monkeypatch.setattr(autograd, "__file__", str(tmp_path / "autograd" / "__init__.py"))
    assert autograd._version() == "0.0.1"


def test_what_was_copied_without_its_setup_says_that_its_version_is_unknown(monkeypatch, tmp_path):
    def missing(name):
        raise PackageNotFoundError(name)

    monkeypatch.setattr("importlib.metadata.version", missing)
    monkeypatch.setattr(autograd, "__file__", str(tmp_path / "autograd" / "__init__.py"))
    assert autograd._version() == "unknown"


def test_the_version_is_looked_up_only_when_it_is_asked_for():
    program = """
import sys
import autograd
print("__version__" in dir(autograd), "__version__" in vars(autograd), "importlib.metadata" in sys.modules)
"""
    assert output_of(program) == "True False False"


def test_a_version_that_is_asked_for_again_is_not_looked_up_again():
    assert vars(autograd).get("__version__", autograd.__version__) is vars(autograd)["__version__"]
