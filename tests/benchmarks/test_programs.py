"""What the benchmarks compare must be the same program on both engines."""

from __future__ import annotations

import operator
import subprocess
import sys
from collections import Counter

import pytest
from micrograd.engine import Value as MicrogradValue

from autograd import Value, topological_order

from . import moons, note_round, random_graph


def test_rounds_of_the_note_give_the_same_errors_on_both_engines():
    ours, theirs = note_round.ours(), note_round.micrograds()
    for _ in range(3):
        assert ours().data == pytest.approx(theirs().data, rel=1e-12)


def test_the_first_round_starts_and_the_second_goes_on_from_the_errors_of_the_note():
    ours = note_round.ours()
    assert [ours().data, ours().data] == pytest.approx([0.2983711087600027, 0.29102777369359933], rel=1e-14)


def test_iterations_of_the_demo_give_the_same_loss_and_accuracy_on_both_engines():
    ours, theirs = moons.ours(), moons.micrograds()
    for _ in range(2):
        (our_loss, our_accuracy), (their_loss, their_accuracy) = ours(), theirs()
        assert our_loss.data == pytest.approx(their_loss.data, rel=1e-12)
        assert our_accuracy == their_accuracy


def test_the_demo_learns():
    run = moons.ours()
    losses = [run()[0].data for _ in range(5)]
    assert losses[-1] < losses[0]


def test_a_random_graph_has_the_same_value_and_gradients_on_both_engines():
    steps = random_graph.random_recipe(1_000)
    (ours, our_leaves), (theirs, their_leaves) = (
        random_graph.grow_and_differentiate(steps, leaf) for leaf in (Value, MicrogradValue)
    )
    assert ours.data == pytest.approx(theirs.data, rel=1e-12)
    assert [x.grad for x in our_leaves] == pytest.approx([x.grad for x in their_leaves], rel=1e-9)


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
