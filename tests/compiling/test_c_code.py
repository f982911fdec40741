"""Programs in C: equal to the rows to the last bit, or they say that Python is to do it."""

from __future__ import annotations

import ctypes
import math
import random
import runpy
import shutil
import subprocess

import pytest
from compiled_rows import assert_rows, evaluated, programs, random_program
from project import ROOT

from autograd.compiling import c_code, translating
from autograd.compiling.lowering import Program, Step
from autograd.compiling.standalone import written_for
from autograd.compiling.subjects import Subject
from autograd.engine import primitives as p
from autograd.engine.primitive import TABLE, Primitive

GCC = shutil.which("gcc")
ROWS, CASES = programs(c_code.missing)
RANDOM = {f"random_{seed}": random_program(seed) for seed in range(20)}
LOST = Program(["x", "y"], [Step(p.divide, (0, 1)), Step(p.where, (1, 0, 2)), Step(p.divide, (0, 2))], [3, 4])
CHAIN = Program(["x", "y"], [Step(p.multiply, (0, 1)), Step(p.add, (2, 1)), Step(p.negative, (3,)), Step(p.exp, (4,))], [5])
OTHERS = {"lost": LOST, "chain": CHAIN, "nothing": Program([], [], [math.inf, -0.0, -2.5])}
# Where the C library rounds to the other side, and compilers know better: they square for pow(x, 2.0), and know exp(2.467).
KNOWN = [Step(p.power, (0, 2.0)), Step(p.power, (1, -1.0)), *[Step(op, (x,)) for op, x in [(p.exp, 2.467), (p.tanh, 0.362)]]]
OTHERS["known"] = Program(["x", "y"], [*KNOWN, Step(p.sin, (2.569,)), Step(p.erf, (1.094,))], [2, 3, 4, 5, 6, 7])

pytestmark = pytest.mark.skipif(GCC is None, reason="needs gcc")


def written(program: Program, name: str) -> str:
    """Return the file for people with a function of the program."""
    subject = Subject(name)
    for wanted in program.inputs:
        subject.input(wanted)
    subject.lowering.steps += program.steps
    subject.add([], program.outputs)
    subject.outputs = [f"output_{i}" for i in range(len(program.outputs))]
    return written_for(subject, "c")


@pytest.fixture(scope="module")
def compiled(tmp_path_factory):
    """Return a function that runs a program, and returns its outputs, or None where Python is to do it."""
    folder = tmp_path_factory.mktemp("c")
    library, sources = folder / "rows.so", []
    for name, program in (ROWS | RANDOM | OTHERS).items():
        sources.append(folder / f"{name}.c")
        sources[-1].write_text(written(program, name), encoding="utf-8")
    strict = ["-Wall", "-Werror", "-std=c11", "-shared", "-fPIC"]
    subprocess.run([str(GCC), *c_code.FLAGS, *strict, *map(str, sources), "-o", str(library), "-lm"], check=True)
    functions = ctypes.CDLL(str(library))

    def run(name, numbers, outputs=1):
        given, found = (ctypes.c_double * len(numbers))(*numbers), (ctypes.c_double * outputs)(*[-7.0] * outputs)
        if getattr(functions, name)(given, found):
            assert [*found] == [-7.0] * outputs
            return None
        return [*found]

    return run


def test_every_row_has_a_text_but_for_one():
    # round is Python's own way of rounding decimals; its slopes are 0, so that hardly a program has it.
    assert [op.name for op in TABLE.values() if vars(p).get(op.name) is op and c_code.missing(op)] == ["round"]
    assert c_code.missing(p.round) == "round is what Python alone does: round(x, int(digits))"


def cube(x):
    return x * x * x


def test_a_row_is_written_with_its_value_where_that_is_a_function_of_ours_and_with_nothing_in_its_place(monkeypatch):
    monkeypatch.setitem(TABLE, "cube", None)  # so that it is taken out again
    for value in (cube, lambda x: x * x * x):
        row = Primitive("cube", value, lambda z, x: 3.0 * (x * x))
        monkeypatch.setattr(p, "cube", row, raising=False)
        told = f"cube is what Python alone does: its value, {value.__name__}, is no function of math, floats.py or powers.py"
        assert c_code.missing(row) == told
    monkeypatch.setitem(translating.OURS, "cube", cube)
    assert c_code.C.functions(["float_cube(x)"]) == ["static inline double float_cube(double x) {\n    return (x * x) * x;\n}"]


@pytest.mark.parametrize("name", ROWS)
def test_a_row_is_equal_to_pythons_to_the_last_bit_or_left_to_python(compiled, name):
    assert_rows(CASES[name], lambda *numbers: compiled(name, numbers))


@pytest.mark.parametrize("name", RANDOM)
def test_a_random_program_is_equal_to_its_rows_to_the_last_bit(compiled, name):
    program, r = RANDOM[name], random.Random(name)
    for _ in range(20):
        numbers = [r.gauss(0.0, 1.5) for _ in program.inputs]
        expected, found = evaluated(program, numbers), compiled(name, numbers, len(program.outputs))
        if expected is None:
            assert found is None
        else:
            assert [x.hex() for x in found] == [(expected[o] if isinstance(o, int) else o).hex() for o in program.outputs]


def test_the_parts_in_c_are_built_with_the_same_flags(monkeypatch):
    setuptools = pytest.importorskip("setuptools")
    monkeypatch.setattr(setuptools, "setup", lambda **given: None)
    monkeypatch.setattr("sys.platform", "linux")
    monkeypatch.chdir(ROOT)
    assert runpy.run_path("setup.py")["FLAGS"] == c_code.FLAGS


def test_compilers_leave_functions_to_the_library(compiled):
    numbers = 0.7025116353729124, 0.25586044439827094
    expected = [math.pow(numbers[0], 2.0), math.pow(numbers[1], -1.0), math.exp(2.467), math.tanh(0.362), math.sin(2.569)]
    assert compiled("known", numbers, 6) == [*expected, math.erf(1.094)]


def test_a_number_that_is_not_finite_is_told_though_what_follows_is(compiled):
    assert compiled("lost", [3.0, 2.0], 2) == [3.0, 2.0]
    assert compiled("lost", [3.0, 0.0], 2) is None  # where Python raises ZeroDivisionError, and C would give 3 / inf = 0
    assert compiled("lost", [math.inf, 2.0], 2) is None
    assert compiled("chain", [2.0, 3.0]) == [math.exp(-9.0)]
    assert compiled("chain", [1e200, 1e200]) is None  # where C would give exp(-inf) = 0
    assert compiled("nothing", [], 3) == [math.inf, 0.0, -2.5]


def test_a_program_is_written_with_the_names_of_its_inputs():
    steps = [
        Step(p.multiply, (0, 1)),
        Step(p.add, (4, -0.5)),
        Step(p.sigmoid, (5,)),
        Step(p.subtract, (6, 2)),
        Step(p.exp, (3,)),
    ]
    text = written(Program(["layer.w[0, 1]", "σ′", "exp", "2nd"], steps, [7, 8]), "neuron")
    assert text.endswith("""
int neuron(const double in[4], double out[2])
{
    const double layer_w_0_1 = in[0];
    const double σ = in[1];
    const double exp_2 = in[2];
    const double v2nd = in[3];

    const double v1 = layer_w_0_1 * σ + -0.5;
    const double v2 = float_sigmoid(v1) - exp_2;
    const double v3 = exp(v2nd);
    if (!(isfinite(v2nd) && isfinite(v1) && isfinite(v2) && isfinite(v3))) return 1;
    out[0] = v2;
    out[1] = v3;
    return 0;
}
""")
    assert text.count("float_") == 2  # the function and its use


def test_what_has_no_text_is_refused_by_name():
    with pytest.raises(ValueError, match="round is what Python alone does"):
        written(Program(["x"], [Step(p.round, (0, 2.0))], [1]), "f")
    mine = Primitive("mine", math.gamma, lambda z, x: z)
    del TABLE["mine"]
    with pytest.raises(ValueError, match="mine is none of the engine's own operations"):
        written(Program(["x"], [Step(mine, (0,))], [1]), "f")
    many = tuple(range(25_000))
    names = [f"x{i}" for i in many]
    assert "const double x19999 = in[19999];" in written(Program(names[:20_000], [], many[:20_000]), "f")
    with pytest.raises(ValueError, match="f is of 50001 numbers, more than the 50000 that are sure to fit on the stack"):
        written(Program(names, [Step(p.total, (many,))], [25_000]), "f")
    for name in ("double", "float_total", "two words"):
        with pytest.raises(ValueError, match=f"{name!r} is no name for a function"):
            written(OTHERS["nothing"], name)
