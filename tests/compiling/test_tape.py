"""Tapes, and machine code in their place: equal to the rows to the last bit, or they say that Python is to do it."""

from __future__ import annotations

import gc
import math
import random
import shutil
from types import SimpleNamespace

import numpy as np
import pytest
from compiled_rows import assert_rows, evaluated, programs, random_program
from mpmath import mp

from autograd import Value, exp, grad, jit, relu, sin, value_and_grad
from autograd.compiling import Lowering, c_code, compiler, paths
from autograd.compiling import native as native_code
from autograd.compiling.branches import Ask, Result
from autograd.compiling.fast_c import FAST, FAST_FLAGS
from autograd.compiling.lowering import Program, Step
from autograd.compiling.native import NativeCode
from autograd.compiling.recording import Question
from autograd.compiling.tape import TapeCode, _tape
from autograd.engine import primitives as p

ROWS, CASES = programs(c_code.missing)
PROGRAMS = {seed: random_program(seed) for seed in range(30)}

pytestmark = pytest.mark.skipif(_tape is None, reason="needs the tape")
needs_compiler = pytest.mark.skipif(shutil.which("cc") is None, reason="needs a C compiler")


@pytest.fixture(autouse=True)
def nothing_is_kept(monkeypatch):
    monkeypatch.setenv("AUTOGRAD_CACHE", "0")


@pytest.fixture
def small_parts(monkeypatch):
    """Let machine code of anything be functions of three steps each, in files of two."""
    monkeypatch.setattr(native_code, "IN_ONE", 0)
    monkeypatch.setattr(native_code, "PART", 3)
    monkeypatch.setattr(native_code, "TERMS", 8)
    monkeypatch.setattr(native_code, "PARTS", 2)


def ending(*outputs):
    result = Result(outputs)
    result.form = SimpleNamespace(floats=None)
    return result


def lowering_of(program: Program) -> Lowering:
    lowering = Lowering()
    lowering.steps = [None] * len(program.inputs) + program.steps
    return lowering


def taped(program: Program, native: str = ""):
    """Return a function that runs a program, and returns its outputs, or None where Python is to do it."""
    lowering, root = lowering_of(program), ending(*program.outputs)
    code = TapeCode(lowering, len(program.inputs), {}, root)
    assert not code.why
    if native:
        NativeCode(lowering, len(program.inputs), root, native == "fast").put_into(code.tape)

    def run(*numbers):
        try:
            end, found = code.tape.run(*numbers)
        except ValueError:
            return None
        assert end is root
        return [*found]

    run.tape = code.tape
    return run


@pytest.mark.parametrize("name", ROWS)
def test_a_row_is_equal_to_pythons_to_the_last_bit_or_left_to_python(name):
    assert_rows(CASES[name], taped(ROWS[name]))


@pytest.mark.parametrize("native", ["", pytest.param("c", marks=needs_compiler)])
@pytest.mark.parametrize("seed", PROGRAMS)
def test_a_random_program_is_equal_to_its_rows_to_the_last_bit(seed, native):
    program, r = PROGRAMS[seed], random.Random(seed)
    run = taped(program, native)
    for _ in range(20):
        numbers = [r.gauss(0.0, 1.5) for _ in program.inputs]
        expected, found = evaluated(program, numbers), run(*numbers)
        if expected is not None:
            assert [x.hex() for x in found] == [(expected[o] if isinstance(o, int) else o).hex() for o in program.outputs]


@pytest.mark.parametrize("native", ["", pytest.param("c", marks=needs_compiler)])
def test_questions_lead_to_recordings_or_to_where_none_goes_on(native):
    lowering = lowering_of(Program(["x", "y"], [Step(p.multiply, (0, 1)), Step(p.add, (0, 1)), Step(p.exp, (2,))], []))
    root, inner, bits = Ask(Question("<", 0, 1)), Ask(Question("==", 2, 6.0)), Ask(Question("bits", 1))
    ends = [ending(2), ending(3, 7.0), ending(4), ending(0)]
    root.after = {True: inner, False: bits}
    inner.after = {True: ends[0], False: ends[1]}
    bits.after = {(0.0).hex(): ends[2], (1.5).hex(): ends[3]}
    code = TapeCode(lowering, 2, {}, root)
    if native:
        NativeCode(lowering, 2, root, fast=False).put_into(code.tape)
    assert code.tape.run(2.0, 3.0) == (ends[0], (6.0,))
    assert code.tape.run(1.0, 3.0) == (ends[1], (4.0, 7.0))
    assert code.tape.run(2.0, 0.0) == (ends[2], (1.0,))
    assert code.tape.run(2.0, 1.5) == (ends[3], (2.0,))
    assert code.tape.run(2.0, -0.0) is None
    assert code.tape.run(9.0, 2.0) is None
    with pytest.raises(ValueError, match="not finite"):
        code.tape.run(math.inf, 2.0)
    with pytest.raises(TypeError, match="run takes 2 floats, but got 1"):
        code.tape.run(2.0)


@needs_compiler
@pytest.mark.usefixtures("small_parts")
@pytest.mark.parametrize("seed", [*PROGRAMS][:10])
def test_machine_code_in_parts_is_equal_to_the_rows_to_the_last_bit(seed):
    test_a_random_program_is_equal_to_its_rows_to_the_last_bit(seed, "c")


@needs_compiler
@pytest.mark.usefixtures("small_parts")
def test_machine_code_in_parts_is_told_what_is_not_finite_and_right_where_it_is_fast():
    test_what_is_not_finite_on_the_way_is_told_though_what_follows_is()
    test_fast_code_is_right_to_4_ulp()


@needs_compiler
def test_a_long_program_is_functions_of_few_steps_and_terms():
    steps = [Step(p.add, (i, 1.0)) for i in range(2000)] + [Step(p.total, ((2000,) * 3000,)) for _ in range(3)]
    program = Program(["x"], steps, [2001, 2002, 2003])
    code = NativeCode(lowering_of(program), 1, ending(*program.outputs), fast=False)
    assert [len(part) for part in code.parts] == [202] * 10 + [3] * 3  # of which two lines are none
    assert len(code.sources) == 2
    assert taped(program, "c")(1.0) == [3000.0 * 2001.0] * 3


@needs_compiler
def test_what_is_not_finite_on_the_way_is_told_though_what_follows_is():
    steps = [Step(p.divide, (0, 1)), Step(p.divide, (0, 2))]
    for native in ("", "c", "fast"):
        run = taped(Program(["x", "y"], steps, [3]), native)
        assert run(3.0, 2.0) == [2.0]
        assert run(3.0, 0.0) is None  # where C would give 3 / inf = 0


def ulps(found: float, exact: object, scale: float = 0.0) -> float:
    return float(abs(mp.mpf(found) - exact) / math.ulp(max(abs(float(exact)), scale)))


@needs_compiler
def test_fast_code_is_right_to_4_ulp():
    steps = [Step(op, (0,)) for op in (p.exp, p.sigmoid, p.sigmoid_slope, p.tanh, p.relu)]
    steps += [Step(p.power, (0, y)) for y in (2.0, 3.0, -1.0)] + [Step(p.power_slope, (0, y)) for y in (1.0, 2.0, 3.0, -1.0)]
    program = Program(["x"], steps, [*range(1, 1 + len(steps))])
    run, r, worst = taped(program, "fast"), random.Random(4), {}
    points = [r.gauss(0.0, scale) for scale in (0.1, 1.0, 20.0, 300.0) for _ in range(300)]
    with mp.workdps(60):
        exact = [
            mp.exp, lambda x: 1 / (1 + mp.exp(-x)), lambda x: 1 / (2 + mp.exp(x) + mp.exp(-x)), mp.tanh, lambda x: max(x, 0),
            *[lambda x, y=y: x**y for y in (2, 3, -1)], *[lambda x, y=y: y * x ** (y - 1) for y in (1, 2, 3, -1)],
        ]  # fmt: skip
        for x in points:
            for step, oracle, found in zip(steps, exact, run(x) or [], strict=False):
                wanted = oracle(mp.mpf(x))
                if abs(wanted) > 1e-307:
                    worst[step] = max(worst.get(step, (0.0,)), (ulps(found, wanted), x))
    for (op, args), (error, x) in worst.items():  # pytest -s prints them
        print(f"{op.name}{args[1:] or ''}: {error:.2f} ulp at {x:.3g}")
    assert all(error <= 4.0 for error, _ in worst.values()), worst
    assert len(worst) == len(steps)


@needs_compiler
def test_fast_sums_are_right_to_4_ulp_of_their_terms_and_lanes_are_as_right():
    steps = [Step(p.weighted_sum, ((0, 1, 2), (3, 0, 1), 2)), Step(p.total, ((0, 1, 2, 3),)), Step(p.multiply, (4, 5))]
    program = Program(["a", "b", "c", "d"], steps, [4, 5, 6])
    run = taped(program, "fast")
    numbers = np.random.default_rng(1).normal(0.0, 3.0, (4, 1003))
    outs = tuple(np.empty(1003) for _ in range(3))
    assert run.tape.map(tuple(map(np.ascontiguousarray, numbers)), outs, 0, 1003, None) == (1003, 0)
    for a, b, c, d, *found in zip(*numbers, *outs, strict=True):
        weighted = [mp.mpf(x) * y for x, y in [(a, d), (b, a), (c, b), (c, 1)]]
        assert ulps(found[0], sum(weighted), float(sum(map(abs, weighted)))) <= 4.0
        assert ulps(found[1], sum(map(mp.mpf, (a, b, c, d))), sum(map(abs, (a, b, c, d)))) <= 4.0
        assert run(a, b, c, d) == pytest.approx(found, rel=1e-12, abs=1e-12)


@needs_compiler
def test_lanes_leave_a_row_that_is_not_finite_to_others():
    run = taped(Program(["x"], [Step(p.exp, (0,)), Step(p.divide, (1.0, 1))], [2]), "fast")
    xs = np.linspace(-3.0, 3.0, 2000)
    xs[700], xs[1500] = 800.0, math.nan
    out = np.zeros(2000)
    assert run.tape.map((xs,), (out,), 0, 2000, None) == (700, -1)
    assert run.tape.map((xs,), (out,), 701, 2000, None) == (1500, -1)
    assert run.tape.map((xs,), (out,), 1501, 2000, None) == (2000, 0)
    wanted = np.exp(-xs)
    wanted[[700, 1500]] = out[[700, 1500]] = 0.0  # which are still to be done
    assert out == pytest.approx(wanted, rel=1e-14)


@needs_compiler
def test_each_kind_of_code_says_the_same():
    def f(x, y):
        return x * x * y if x > y else sin(x) + relu(y) if y > 0 else exp(-y) - x

    rng = random.Random(5)
    kinds = {how: jit(value_and_grad(f, argnums=(0, 1)), compile=how) for how in ("python", "tape", "c")}
    fast = jit(value_and_grad(f, argnums=(0, 1)), fast=True)
    for _ in range(100):
        args = rng.gauss(0.0, 2.0), rng.gauss(0.0, 2.0)
        wanted = value_and_grad(f, argnums=(0, 1))(*args)
        assert [g(*args) for g in kinds.values()] == [wanted] * 3
        value, slopes = fast(*args)
        assert [value, *slopes] == pytest.approx([wanted[0], *wanted[1]], rel=1e-13)
    assert [g.recordings for g in kinds.values()] == [3] * 3


def test_a_row_or_question_that_c_does_not_know_is_left_to_python():
    lowering = lowering_of(Program(["x"], [Step(p.round, (0, 2.0))], [1]))
    assert TapeCode(lowering, 1, {}, ending(1)).why == "round is what Python alone does"
    fast = jit(lambda x: round(x, 1) * 2.0)
    assert [fast(x) for x in (0.26, 0.34, 1.0)] == [0.6, 0.6, 2.0]
    with pytest.warns(UserWarning, match=r"runs as Python, not as C: round is what Python alone does"):
        assert jit(lambda x: round(x, 1) * 2.0, compile="c")(0.26) == 0.6


def test_without_a_compiler_a_tape_runs_and_says_so_once(monkeypatch):
    monkeypatch.setenv("CC", "no-such-compiler")
    fast = jit(lambda x: x * x if x > 1 else -x, compile="c")
    with pytest.warns(UserWarning, match="runs on a tape, not as C: there is no C compiler here: none of no-such"):
        assert fast(3.0) == 9.0
    assert fast(-3.0) == 3.0


def test_what_compile_may_be_is_said():
    with pytest.raises(ValueError, match=r"jit takes for compile one of auto, python, tape, c, but got 'gcc'"):
        jit(grad(sin), compile="gcc")


@pytest.mark.parametrize("native", ["", pytest.param("c", marks=needs_compiler), pytest.param("parts", marks=needs_compiler)])
def test_numbers_of_values_are_read_at_each_run(native, request):
    w = Value(2.0)
    lowering = Lowering()
    x, place = lowering.input(), lowering.input()
    root = ending(lowering.step(p.multiply, (x, place)))
    code = TapeCode(lowering, 1, {w: place}, root)
    if native == "parts":
        request.getfixturevalue("small_parts")
    if native:
        NativeCode(lowering, 1, root, fast=False).put_into(code.tape)
    assert code.tape.run(3.0)[1] == (6.0,)
    w.data = 5.0
    assert code.tape.run(3.0)[1] == (15.0,)
    w.data = math.inf
    with pytest.raises(ValueError, match="not finite"):
        code.tape.run(3.0)


@needs_compiler
def test_machine_code_is_kept_where_nobody_else_may_write(monkeypatch, tmp_path):
    folder = tmp_path / "cache"
    monkeypatch.setenv("AUTOGRAD_CACHE", str(folder))
    source = "int run(double *v) { v[1] = 2.0 * v[0]; return 0; }"
    compiler.library(["-O1"], source)
    [kept] = folder.iterdir()
    assert folder.stat().st_mode & 0o777 == 0o700
    written = kept.stat().st_mtime_ns
    assert kept.stat().st_mode & 0o022 == 0
    compiler.library(["-O1"], source)
    assert kept.stat().st_mtime_ns == written
    kept.chmod(0o777)  # what others could have written is made anew
    compiler.library(["-O1"], source)
    assert kept.stat().st_mode & 0o022 == 0
    assert kept.stat().st_mtime_ns != written
    kept.write_bytes(b"no library")
    kept.chmod(0o700)
    assert compiler.library(["-O1"], source).run is not None
    compiler.library(["-O2"], source)
    assert compiler.clear_cache() == 2
    assert [*folder.iterdir()] == []
    folder.chmod(0o777)
    assert compiler.cache_folder() is None
    compiler.library(["-O1"], source)
    assert [*folder.iterdir()] == []
    monkeypatch.setenv("AUTOGRAD_CACHE", "0")
    assert compiler.cache_folder() is None


@needs_compiler
def test_a_link_to_anothers_file_is_no_cache(monkeypatch, tmp_path):
    (tmp_path / "real").mkdir(mode=0o700)
    (tmp_path / "link").symlink_to(tmp_path / "real")
    monkeypatch.setenv("AUTOGRAD_CACHE", str(tmp_path / "link"))
    assert compiler.cache_folder() is None


def test_what_the_compiler_refuses_is_told():
    with pytest.raises(compiler.NotCompiled, match=r"(?s)failed: .*error"):
        compiler.library([], "int run(double *v) { return nonsense; }")


def test_a_compiler_that_fails_without_a_word_is_told(monkeypatch):
    monkeypatch.setenv("CC", "false")
    with pytest.raises(compiler.NotCompiled, match="false failed: it says nothing, and ends with 1"):
        compiler.library([], "int run(double *v) { return 0; }")


def test_fast_code_has_its_own_text():
    assert FAST.text(p.total, [["a", "-b", "c"]]) == "a + (-b) + c"
    assert FAST.text(p.power, ["x", "2.0"]) == "x * x"
    assert "-march=native" in FAST_FLAGS


def test_results_are_those_of_their_call_though_a_finalizer_calls_in_between():
    def f(x):
        return [[x + float(k)] for k in range(300)]  # more than Python has lists at hand, so that it looks for garbage

    class Again:
        def __init__(self):
            self.me = self

        def __del__(self):
            found.append(fast(-7.0))

    fast, found = jit(f), []
    fast(-7.0), [fast(1.0) for _ in range(3)]
    before = gc.get_threshold()
    for _ in range(20):
        Again()
        gc.set_threshold(1)
        try:
            ours = fast(1.0)
        finally:
            gc.set_threshold(*before)
        assert ours == f(1.0)
    gc.collect()
    assert found == [f(-7.0)] * 20


@needs_compiler
def test_what_a_compiler_would_take_too_long_for_is_refused_by_its_size(monkeypatch):
    monkeypatch.setattr(native_code, "MOST_IN_PARTS", 3_000)
    steps = [Step(p.multiply, (i, 1.5)) for i in range(3_001)]
    with pytest.raises(compiler.NotCompiled, match=r"more than the 3,000 steps"):
        taped(Program(["x"], steps, [3_001]), "c")
    wide = Program(["x"], [Step(p.total, ((0,) * 60_000,))], [1])
    with pytest.raises(compiler.NotCompiled, match=r"more than the 50,000 numbers"):
        taped(wide, "c")


@pytest.mark.parametrize(
    ("f", "long_too"), [(lambda x: x * x * x * x, True), (lambda x: x * x * x * x if x > 1.0 else x, False)]
)
def test_a_long_program_is_left_to_a_compiler_only_if_nothing_is_asked_on_the_way(f, long_too, monkeypatch):
    fast = jit(f)
    fast(2.0)
    [compiled] = fast.compiled.values()
    assert not compiled.is_worth_it(1)
    assert compiled.is_worth_it(paths.OFTEN)
    monkeypatch.setattr(paths, "LONG", 2)
    assert compiled.is_worth_it(paths.OFTEN) == long_too
    monkeypatch.setattr(paths, "LONG_IN_PARTS", 2)
    assert not compiled.is_worth_it(paths.OFTEN)
