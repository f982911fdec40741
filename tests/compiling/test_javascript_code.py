"""Programs in JavaScript: each step within 4 ulp of the exact one."""

from __future__ import annotations

import json
import math
import random
import shutil
import struct
import subprocess

import pytest
from compiled_rows import evaluated, flat, programs, random_program, value
from mpmath import mpf
from oracles import ORACLES, exact_value

from autograd.compiling import javascript_code
from autograd.compiling.lowering import Program, Step
from autograd.engine import primitives as p
from autograd.engine.primitive import TABLE
from autograd.engine.roundings import rounded

NODE = shutil.which("node")
ROWS, CASES = programs(javascript_code.missing)
RANDOM = {f"random_{seed}": random_program(seed) for seed in range(20)}
EXACT = {p.add, p.subtract, p.multiply, p.divide, p.negative, p.abs, p.relu, p.total, p.weighted_sum, p.half_squared_error}

pytestmark = pytest.mark.skipif(NODE is None, reason="needs node")


def run(source, calls, length):
    """Return what functions give, called with arrays of numbers, in one row."""
    loop = f"for (const [f, points] of [{', '.join(f'[{name}, {json.dumps(points)}]' for name, points in calls)}])"
    text = f"{source}\nconst all = [];\n{loop} for (const point of points) all.push(...f(point));\n"
    text += "process.stdout.write(Buffer.from(new Float64Array(all).buffer));\n"
    found = subprocess.run([str(NODE), "-"], input=text.encode(), capture_output=True, check=True).stdout
    numbers = [number for (number,) in struct.iter_unpack("<d", found)]
    assert len(numbers) == length
    return iter(numbers)


@pytest.fixture(scope="module")
def of_rows():
    calls = [(name, [flat(args) for _, args in CASES[name]]) for name in ROWS]
    numbers = run(javascript_code.source(ROWS), calls, sum(map(len, CASES.values())))
    return {name: [next(numbers) for _ in CASES[name]] for name in ROWS}


def is_near(op, args, found, python):
    """Tell whether a value is within 4 ulp of the exact one; of Python's where that is near, or where no oracle knows better.

    Where terms may cancel, twice what the engine says that Python's own may be off is enough.
    """
    if found == python or abs(found - python) <= 2.0 * rounded(op, python, args):
        return True
    exact = exact_value(op, [*map(_listed, args)]) if op.name in ORACLES else mpf(python)
    return abs(mpf(found) - exact) <= 4.0 * math.ulp(python)


def _listed(arg):
    return [*arg] if isinstance(arg, tuple) else arg


def test_every_row_has_a_text_but_for_one():
    # round is Python's own way of rounding decimals; its slopes are 0, so that hardly a program has it.
    assert [op.name for op in TABLE.values() if vars(p).get(op.name) is op and javascript_code.missing(op)] == ["round"]


@pytest.mark.parametrize("name", ROWS)
def test_a_row_is_within_4_ulp(of_rows, name):
    for (op, args), found in zip(CASES[name], of_rows[name], strict=True):
        expected = value(op, args)
        if expected is None or expected != expected:
            assert not math.isfinite(found), args
        elif math.isinf(expected) or op in EXACT:
            assert found == expected, args
        else:
            assert is_near(op, args, found, expected), args
        if found == 0.0 == expected:
            assert math.copysign(1.0, found) == math.copysign(1.0, expected), args


@pytest.mark.parametrize("name", RANDOM)
def test_each_step_of_a_random_program_is_within_4_ulp_at_the_numbers_before_it(name):
    program, r = RANDOM[name], random.Random(name)
    points = [[r.gauss(0.0, 1.5) for _ in program.inputs] for _ in range(20)]
    whole = Program(program.inputs, program.steps, [*range(len(program.inputs) + len(program.steps))])
    numbers = run(javascript_code.source({name: whole}), [(name, points)], len(points) * len(whole.outputs))
    for point in points:
        values = [next(numbers) for _ in whole.outputs]
        assert values[: len(point)] == point
        for step, found in zip(program.steps, values[len(point) :], strict=True):
            if evaluated(program, point) is not None:
                args = [
                    tuple(number(x, values) for x in arg) if isinstance(arg, tuple) else number(arg, values)
                    for arg in step.args
                ]
                assert is_near(step.op, args, found, value(step.op, args)), (step, args)


def number(arg, values):
    return values[arg] if isinstance(arg, int) else arg


def test_numbers_that_are_not_finite_go_on():
    steps = [Step(p.amax, ((0, math.nan),)), Step(p.log_sum_exp, ((0, math.inf),)), Step(p.total, ((0, math.inf, -math.inf),))]
    program = Program(["x"], [*steps, Step(p.divide, (0, 0.0))], [1, 2, 3, 4])
    maximum, *others = run(javascript_code.source({"special": program}), [("special", [[2.0]])], 4)
    assert math.isnan(maximum)
    assert [others[0], others[2]] == [math.inf, math.inf]
    assert math.isnan(others[1])


def test_a_program_is_written_with_the_names_of_its_inputs():
    steps = [Step(p.multiply, (0, 1)), Step(p.sigmoid, (3,)), Step(p.weighted_sum, ((4, -0.5), (0, 1), 2))]
    assert javascript_code.source({"neuron": Program(["out_h1", "sigmoid", "class"], steps, [5, -1.5])}).endswith("""
function neuron([out_h1, sigmoid_2, class_2]) {
    const v1 = out_h1 * sigmoid_2;
    const v2 = sigmoid(v1);
    const v3 = total([v2 * out_h1, -0.5 * sigmoid_2, class_2]);
    return [v3, -1.5];
}
""")


def test_what_has_no_text_is_refused_by_name():
    with pytest.raises(ValueError, match="round is what Python alone does"):
        javascript_code.source({"f": Program(["x"], [Step(p.round, (0, 2.0))], [1])})
    with pytest.raises(ValueError, match="'total' is no name for a function"):
        javascript_code.source({"total": Program(["x"], [], [0])})
