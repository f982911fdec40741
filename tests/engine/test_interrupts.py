"""Walks over a graph that are cut short, or run at the same time: each takes place wholly or not at all."""

from __future__ import annotations

import gc
import os
import signal
import sys
import threading
import time
from contextlib import suppress
from copy import deepcopy

import pytest
from interruptions import ENGINE, interrupted

from autograd import Value, gradients, tanh, topological_order, total, weighted_sum
from autograd.engine import passes
from autograd.engine.core import compiled
from autograd.engine.node import attach

WALKS = pytest.mark.parametrize("walk", ["backward", "zero_grad", "recompute"])


def graph():
    """Return the nodes of a graph with every kind of record, after one backward pass, with changed leaves."""
    x, w = Value(2.0), Value(3.0)
    net = weighted_sum([x, w], [w, 1.0], 0.5)
    root = total([tanh(net) * x, w * w, 2 - x])
    root.backward()
    x.data, w.data = 0.25, -0.5
    return topological_order(root)


def state(nodes):
    return repr([(v.data, v.grad, [partial for _, partial in v.edges]) for v in nodes])


def after(*walks):
    nodes = graph()
    for walk in walks:
        getattr(nodes[-1], walk)()
    return state(nodes)


def interruptions(walk, inside=ENGINE):
    """Yield the nodes of a new graph after each possible interruption of a walk over it."""
    at, nodes = 1, graph()
    while interrupted(walk, nodes[-1], at, inside):
        yield nodes
        at, nodes = at + 1, graph()


def careless_zero_grad(root):
    for node in topological_order(root):
        node.grad = 0


def test_a_careless_walk_is_caught_half_way():
    states = [state(nodes) for nodes in interruptions(careless_zero_grad, inside=__file__)]
    assert set(states) - {after(), after("zero_grad")}


@WALKS
def test_walks_are_interrupted_at_every_line_from_the_first_to_the_last(walk):
    count = len([*interruptions(getattr(Value, walk))])
    assert count > 100 or (compiled and walk == "backward")  # which then has no line
    nodes = graph()
    assert not interrupted(getattr(Value, walk), nodes[-1], at=count + 1)
    assert state(nodes) == after(walk)


@WALKS
def test_an_interrupted_walk_has_changed_nothing_or_everything(walk):
    old, new = after(), after(walk)
    assert old != new
    states = [state(nodes) for nodes in interruptions(getattr(Value, walk))]
    assert set(states[:1]) <= {old}
    assert set(states) <= {old, new}


@pytest.fixture
def alarm():
    """Return a function that raises KeyboardInterrupt from a signal handler after so many seconds, or, after 0, no longer."""

    def interrupt(signum, frame):
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGALRM, interrupt)
    gc.disable()  # in what a collection calls, an exception comes to nothing, and is complained of
    yield lambda seconds: signal.setitimer(signal.ITIMER_REAL, seconds)
    signal.setitimer(signal.ITIMER_REAL, 0.0)
    gc.enable()
    signal.signal(signal.SIGALRM, before)


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="needs timers")
@WALKS
def test_a_walk_that_a_signal_interrupts_has_changed_nothing_or_everything(walk, alarm):
    leaves = [Value(float(i % 7) - 3.0) for i in range(1000)]
    root = total([leaf * leaf + 0.5 * leaf for leaf in leaves])
    root.backward()
    for leaf in leaves:
        leaf.data += 1.0
    begin = time.perf_counter()
    walked = deepcopy(root)
    getattr(walked, walk)()
    long = time.perf_counter() - begin
    old, new = state(topological_order(root)), state(topological_order(walked))
    assert old != new
    for part in range(1, 25):
        twin = deepcopy(root)
        with suppress(KeyboardInterrupt):
            alarm(long * part / 20)
            getattr(twin, walk)()
            alarm(0.0)
        assert state(topological_order(twin)) in (old, new)


@WALKS
def test_a_backward_pass_after_an_interrupted_walk_is_right(walk):
    expected = {after(): after("backward"), after(walk): after(walk, "backward")}
    for nodes in interruptions(getattr(Value, walk)):
        before = state(nodes)
        nodes[-1].backward()
        assert state(nodes) == expected[before]


@pytest.fixture
def run_in_threads():
    """Run a function in threads that take turns as often as they can."""

    def run(work, items):
        start = threading.Barrier(len(items))
        threads = [threading.Thread(target=lambda item: (start.wait(), work(item)), args=(item,)) for item in items]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield run
    sys.setswitchinterval(interval)


def test_threads_that_share_leaves_add_up_every_gradient(run_in_threads):
    leaves = [Value(float(i)) for i in range(20)]

    def train(factor):
        for _ in range(50):
            total([factor * leaf * leaf for leaf in leaves]).backward()

    run_in_threads(train, range(1, 9))
    assert [leaf.grad for leaf in leaves] == [50 * 36 * 2.0 * i for i in range(20)]


def test_threads_that_walk_the_same_graph_all_find_its_order(run_in_threads):
    root = Value(1.0)
    for _ in range(500):
        root = root + root
    orders = []
    run_in_threads(lambda _: orders.append(topological_order(root)), range(8))
    assert len(orders[0]) == 501
    assert orders == [orders[0]] * 8


def beneath(walk, root):
    """Walk while a backward pass over the same graph is running in the same thread, as a signal handler may."""

    class Nosy(float):
        def __rmul__(self, adjoint):
            walk(root)
            return adjoint * float(self)

    attach(root, root.op, root.args, [Nosy(root.partials[0]), root.partials[1]])
    root.backward()


@pytest.fixture
def squares():
    leaves = [Value(float(i)) for i in range(1, 6)]
    return leaves, total([leaf * leaf for leaf in leaves]) * leaves[0]


@pytest.mark.parametrize("walk", [Value.backward, Value.zero_grad, Value.recompute])
def test_a_pass_begun_beneath_another_of_its_thread_is_refused_and_the_next_is_not(walk, squares):
    leaves, root = squares
    with pytest.raises(RuntimeError, match="a pass over a graph began while another was running in this thread"):
        beneath(walk, root)
    assert [leaf.grad for leaf in leaves] == [0] * 5
    root.recompute()
    expected = gradients(root, leaves)
    root.backward()
    assert [leaf.grad for leaf in leaves] == expected


@pytest.mark.parametrize("walk", [topological_order, lambda root: gradients(root, []), lambda root: (root * 2.0).op])
def test_what_changes_nothing_may_be_done_beneath_a_pass(walk, squares):
    leaves, root = squares
    expected = gradients(root, leaves)
    beneath(walk, root)
    assert [leaf.grad for leaf in leaves] == expected


def test_a_pass_that_an_interrupt_has_cut_short_hinders_none(squares):
    leaves, root = squares

    def interrupt(root):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        beneath(interrupt, root)
    root.recompute()
    thread = threading.Thread(target=root.backward, daemon=True)
    thread.start()
    thread.join(10)
    root.backward()
    assert [leaf.grad for leaf in leaves] == [2.0 * g for g in gradients(root, leaves)]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")
def test_a_process_forked_during_a_walk_can_walk():
    walking, done = threading.Event(), threading.Event()

    def hold():
        with passes._one_at_a_time:
            walking.set()
            done.wait()

    thread = threading.Thread(target=hold, daemon=True)
    thread.start()
    walking.wait()
    child = os.fork()
    if not child:
        (Value(1.0) * 2).backward()
        os._exit(0)
    done.set()
    assert os.waitpid(child, 0)[1] == 0
    thread.join()
