"""Graphs a million deep and a million wide: no walk over one, no copy and no release of one recurses."""

from __future__ import annotations

import copy
import gc
import pickle
import subprocess
import sys
import weakref

import pytest
from project import ROOT

from autograd import Value, topological_order, total

pytestmark = pytest.mark.slow
MILLION = 1_000_000


@pytest.fixture(scope="module", autouse=True)
def no_collections():
    """Half of the time would go into collections of garbage, which look at all nodes: what is freed here, counts free."""
    gc.disable()
    yield
    gc.enable()


@pytest.fixture(scope="module")
def chain():
    """Return the last of a million sums, each of the one before and a constant."""
    root = Value(2.0)
    for _ in range(MILLION):
        root = root + 1.0
    return root


@pytest.fixture(scope="module")
def leaf(chain):
    return topological_order(chain)[0]


@pytest.fixture(scope="module")
def leaves():
    return [Value(float(i)) for i in range(MILLION)]


def test_the_end_of_a_chain_has_its_value(chain, leaf):
    assert repr(chain) == f"Value(data={leaf.data + MILLION}, grad=0)"


def test_the_order_of_a_chain_has_every_node(chain):
    assert len(topological_order(chain)) == MILLION + 1


def test_backward_and_zero_grad_reach_the_other_end_of_a_chain(chain, leaf):
    chain.backward()
    assert leaf.grad == 1.0
    chain.zero_grad()
    assert leaf.grad == 0


@pytest.mark.parametrize("copied", [copy.deepcopy, lambda root: pickle.loads(pickle.dumps(root))], ids=["deepcopy", "pickle"])
def test_a_copy_of_a_chain_has_another_end_of_its_own(chain, leaf, copied):
    twin = copied(chain)
    twin.backward()
    order = topological_order(twin)
    assert len(order) == MILLION + 1
    assert order[0] is not leaf
    assert (order[0].data, order[0].grad, leaf.grad) == (leaf.data, 1.0, 0)


def test_recompute_runs_a_chain_from_end_to_end(chain, leaf):
    leaf.data = -1000.0
    chain.recompute()
    assert chain.data == 999000.0


def test_total_adds_a_million_values_in_one_node(leaves):
    root = total(leaves)
    root.backward()
    assert root.data == 499999500000.0
    assert len(topological_order(root)) == MILLION + 1
    assert {v.grad for v in leaves} == {1.0}
    root.zero_grad()


def test_pythons_sum_adds_a_million_values_in_a_million_nodes(leaves):
    root = sum(leaves)
    root.backward()
    assert root.data == 499999500000.0
    assert len(topological_order(root)) == 2 * MILLION
    assert {v.grad for v in leaves} == {1.0}
    root.zero_grad()


def test_a_chain_is_freed_as_soon_as_nobody_has_its_end():
    root = Value(1.0)
    start = weakref.ref(root)
    for _ in range(MILLION):
        root = -root
    assert start() is not None
    del root
    assert start() is None


def freed_on_a_small_stack(make):
    """Make a chain in a process of its own, free it in a thread with the smallest stack there is, and return the outcome."""
    program = f"""
import threading
{make}
holder = [root]
del root
threading.stack_size(64 * 1024)
thread = threading.Thread(target=holder.clear)
thread.start()
thread.join()
print(holder)
"""
    run = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True)
    return run.returncode, run.stdout, run.stderr


@pytest.fixture(scope="module")
def python_frees_chains_on_a_small_stack():
    if freed_on_a_small_stack("root = ()\nfor _ in range(100_000):\n    root = (root,)")[0]:
        pytest.skip("this Python crashes when it frees a chain of plain tuples there, too")


@pytest.mark.usefixtures("python_frees_chains_on_a_small_stack")
@pytest.mark.parametrize(
    "link", ["-root", "root + 1.0", "root * root", "total([root, root])", "weighted_sum([root], [2.0], root)"]
)
def test_a_chain_is_freed_on_a_small_stack(link):
    make = f"from autograd import Value, total, weighted_sum\nroot = Value(0.0)\nfor _ in range(100_000):\n    root = {link}"
    assert freed_on_a_small_stack(make) == (0, "[]\n", "")
