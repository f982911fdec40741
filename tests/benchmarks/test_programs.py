"""What the benchmarks compare must be the same program on every engine, and is measured and reported as they say."""

from __future__ import annotations

import json
import operator
import shutil
import subprocess
import sys
from collections import Counter
from functools import partial
from io import StringIO
from pathlib import Path

import numpy
import pytest

import autograd
from autograd import Value, topological_order
from nn.data import moons as points_of_moons

from . import __main__ as benchmarks
from . import compiled, engines, peers, random_graph, report, worker

DATA = points_of_moons()
LISTS = engines.of_functions(autograd.value_and_grad, DATA, autograd.sigmoid, autograd.relu)
ARRAYS = {"moons": engines.moons_of_arrays(autograd.value_and_grad, DATA, autograd.relu, numpy.array)}
OTHERS = {"micrograd": engines.micrograd(DATA), "functions of lists": LISTS, "functions of arrays": ARRAYS}
OURS = engines.engine(DATA)
WORKS = ["note", "moons", "program", "graph:1000", "by hand", "function"]
HAVE = [(name, work) for name, programs in OTHERS.items() for work in WORKS if work.split(":")[0] in programs]


def numbers(programs, work):
    engine = worker.Worker("pure")
    engine.programs = programs
    kind, *size = work.split(":")
    return engine.prepare(kind, 2, *map(int, size))


@pytest.mark.parametrize(("other", "work"), HAVE)
def test_a_program_computes_the_same_numbers_on_every_engine(other, work):
    theirs = numbers(OTHERS[other], work)
    least = 1e-12 * max(map(abs, theirs))
    assert numbers(OURS, work) == pytest.approx(theirs, rel=1e-12, abs=least)


FEW = [column[::40] for column in DATA]
COMPILED = {
    "Python source": compiled.ours.programs(FEW, "python"),
    "tape": compiled.ours.programs(FEW, "tape"),
    "numba's, as Python": compiled.peers.numba(FEW, lambda f: f),
}
COMPILED_WORKS = ["note", "rounds:20", "iterations:3", "replay:300", "function", "wave", "sums:100", "rows:100"]


@pytest.mark.skipif(shutil.which("cc") is None, reason="needs a C compiler")
@pytest.mark.parametrize("work", COMPILED_WORKS)
def test_what_is_compiled_computes_the_numbers_of_the_program_in_c_by_hand(work):
    expected = numbers(compiled.c.programs(FEW), work)
    least = 1e-12 * max(map(abs, expected))
    found = {name: numbers(programs, work) for name, programs in COMPILED.items()}
    for theirs in filter(None, found.values()):
        assert theirs == pytest.approx(expected, rel=1e-12, abs=least)
    assert any(found.values())


def test_the_first_round_starts_and_the_second_goes_on_from_the_errors_of_the_note():
    assert numbers(OURS, "note") == pytest.approx([0.2983711087600027, 0.29102777369359933], rel=1e-14)


def test_the_demo_learns():
    run = OURS["moons"]()
    losses = [run().data for _ in range(5)]
    assert losses[-1] < losses[0]


def test_micrograds_own_program_runs_on_our_values():
    assert type(OURS["program"]()()) is Value


@pytest.fixture
def engines_of_this_python(monkeypatch):
    """Start engines in processes of their own, but without installing anything."""
    monkeypatch.setattr(peers, "installed", lambda package: Path(sys.executable))
    started = peers.started(["pure", "micrograd"], DATA)
    yield started
    for engine in started.values():
        engine.end()


def test_engines_take_turns_in_processes_of_their_own(engines_of_this_python, tmp_path):
    measure = partial(benchmarks.measured, engines=engines_of_this_python, rounds=1, seconds=0.001)
    results = {work: measure(work) for work in ("note", "graph:1000")}
    assert {work: {*row} for work, row in results.items()} == {work: {"pure", "micrograd"} for work in results}
    assert all(0 < seconds < 1 for row in results.values() for seconds in row.values())
    report.write(tmp_path, {"python": "3"}, results)
    assert json.loads((tmp_path / "results.json").read_text()) == {"python": "3", "results": results}
    assert report.WORKS["note"] in (tmp_path / "results.md").read_text()
    assert "micrograd" in (tmp_path / "results.svg").read_text()


def test_an_engine_that_ends_is_named_and_left_out(engines_of_this_python, capsys):
    engines_of_this_python["micrograd"].process.kill()
    assert {*benchmarks.measured("note", engines_of_this_python, rounds=1, seconds=0.001)} == {"pure"}
    assert "(micrograd: its process has ended)" in capsys.readouterr().err


def test_an_engine_with_other_numbers_is_named_and_left_out(engines_of_this_python, capsys, monkeypatch):
    monkeypatch.setattr(engines_of_this_python["micrograd"], "ask", lambda *request: [0.2])
    assert {*benchmarks.measured("by hand", engines_of_this_python, rounds=1, seconds=0.001)} == {"pure"}
    assert "micrograd computes other numbers: [0.2], not [29.0, " in capsys.readouterr().err


def test_an_engine_that_cannot_be_installed_is_named_with_what_pip_says(monkeypatch, tmp_path, capsys):
    monkeypatch.setattr(peers, "CACHE", tmp_path)
    monkeypatch.setitem(engines.ENGINES, "none", (engines.engine, "./there-is-no-such-folder"))
    assert peers.started(["none"], DATA) == {}
    assert (
        "without none: Hint: It looks like a path. File './there-is-no-such-folder' does not exist." in capsys.readouterr().err
    )
    assert [*tmp_path.iterdir()] == []


def test_a_worker_answers_a_request_that_it_cannot_do_with_the_reason():
    answers = StringIO()
    worker.serve(worker.Worker("pure"), StringIO('["prepare", "note", 1]\n'), answers)
    assert json.loads(answers.getvalue()).startswith("AttributeError: ")


def test_the_table_gives_ratios_to_micrograd_and_its_time():
    table = report.table(
        {"bytes": {"core": 141.2, "micrograd": 1161.0}, "note": {"core": 2e-6, "micrograd": 5e-5, "jax": 1e-3}}
    )
    assert table.splitlines()[2:] == [
        f"| {report.WORKS['bytes']} | 141 B | 1,161 B |  |",
        f"| {report.WORKS['note']} | 25 × | 50 µs | 0.05 × |",
    ]


def test_the_table_of_what_is_compiled_gives_times_of_one_and_says_where_others_are_faster():
    table = report.compiled_table({"rounds:10000": {"C": 1e-3, "C by hand": 5e-4, "jax.jit": 2.0}})
    row = "100 ns | **50 ns** | 200 µs | 0.5 × C by hand"
    assert table.splitlines()[2] == f"| {report.COMPILED['rounds:10000']} | {row} |"


def test_what_a_licence_keeps_private_goes_into_no_file(tmp_path):
    report.write(tmp_path, {}, {"note": {"pure": 1e-5, "micrograd": 5e-5, "aadc": 2e-5}})
    assert not [file for file in tmp_path.iterdir() if "aadc" in file.read_text()]
    assert len([*tmp_path.iterdir()]) == 3


@pytest.fixture(scope="module")
def nodes():
    return topological_order(random_graph.grow(random_graph.random_recipe(5_000), Value)[0])


def test_a_random_graph_has_the_size_asked_for_and_no_loose_ends(nodes):
    assert len(nodes) - len(random_graph.LEAVES) == pytest.approx(5_000, abs=1)


def test_a_random_graph_is_shallow_enough_for_micrograd(nodes):
    depth = {}
    for node in nodes:
        depth[node] = 1 + max([depth[argument] for argument in node.args if isinstance(argument, Value)], default=0)
    assert max(depth.values()) < 500


def test_a_random_graph_uses_every_operation_about_equally_often():
    drawn = Counter(step[0] for step in random_graph.random_recipe(20_000))
    choices = Counter(operation for operation, _, _ in random_graph.OPERATIONS)
    shares = [
        drawn[operation] / choices[operation] for operation in choices if operation is not operator.add
    ]  # which joins, too
    assert max(shares) < 1.2 * min(shares)


def test_importing_the_engine_imports_nothing_but_the_standard_library():
    code = "import sys; before = set(sys.modules); import autograd; print(*set(sys.modules) - before)"
    imported = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout.split()
    assert "autograd" in imported
    assert {name.partition(".")[0] for name in imported} - sys.stdlib_module_names == {"autograd"}
