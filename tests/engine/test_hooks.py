"""Hooks on the gradient of a value, held to hand calculation."""

from __future__ import annotations

import copy
import gc
import pickle
import sys
import threading
import weakref

import numpy as np
import pytest

from autograd import Value, check_graph, derive, explain, grad, gradients, topological_order
from autograd.engine.hooks import hooked

both = pytest.mark.parametrize("create_graph", [False, True])


def plain(*gradients):
    return [g.data if isinstance(g, Value) else g for g in gradients]


@pytest.fixture
def graph():
    """Return x, y = x², z = 3y + y, of which y is used twice."""
    x = Value(2.0, label="x")
    y = x * x
    return x, y, 3.0 * y + y


@both
def test_a_hook_sees_the_complete_gradient_of_the_pass_once(graph, create_graph):
    x, y, z = graph
    y.grad = 100.0
    seen = []
    y.register_hook(seen.append)
    z.backward(create_graph=create_graph)
    assert (plain(*seen), plain(x.grad, y.grad)) == ([4.0], [16.0, 104.0])


@both
def test_a_number_that_it_returns_is_passed_on_and_added(graph, create_graph):
    x, y, z = graph
    y.register_hook(lambda g: 10)
    z.backward(create_graph=create_graph)
    assert plain(x.grad, y.grad, z.grad) == [40.0, 10.0, 1.0]


@both
def test_hooks_of_leaf_and_root_count_too(graph, create_graph):
    x, y, z = graph
    x.register_hook(lambda g: g * 0.5)
    z.register_hook(lambda g: g * 3.0)
    z.backward(create_graph=create_graph)
    assert plain(x.grad, y.grad, z.grad) == [24.0, 12.0, 3.0]


def test_a_root_that_is_a_leaf_has_its_hooks_run():
    x = Value(2.0)
    x.register_hook(lambda g: 5.0)
    x.backward()
    assert x.grad == 5.0


@both
def test_hooks_run_in_the_order_in_which_they_were_registered(graph, create_graph):
    _, y, z = graph
    y.register_hook(lambda g: g + 1.0)
    y.register_hook(lambda g: g * 10.0)
    z.backward(create_graph=create_graph)
    assert plain(y.grad) == [50.0]


@pytest.mark.parametrize("kind", [np.float32, np.float64])
def test_a_numpy_number_is_a_number(graph, kind):
    x, y, z = graph
    y.register_hook(lambda g: kind(0.5))
    z.backward()
    assert (y.grad, type(y.grad), x.grad) == (0.5, float, 2.0)


def test_without_its_hook_a_value_is_as_before(graph):
    x, y, z = graph
    first, second = y.register_hook(lambda g: 0.0), y.register_hook(lambda g: g + 1.0)
    first.remove()
    first.remove()
    z.backward()
    second.remove()
    z.backward()
    assert (x.grad, y.grad, id(y) in hooked, vars(y)) == (20.0 + 16.0, 5.0 + 4.0, False, {})


def test_a_hook_may_take_itself_off(graph):
    _, y, z = graph
    seen = []
    handle = y.register_hook(lambda g: (seen.append(g), handle.remove())[1])
    z.backward()
    z.backward()
    assert seen == [4.0]


@both
def test_an_error_in_a_hook_changes_no_grad(graph, create_graph):
    x, y, z = graph
    y.grad = 7.0

    def fail(g):
        raise KeyError("mine")

    x.register_hook(fail)
    with pytest.raises(KeyError, match="mine"):
        z.backward(create_graph=create_graph)
    assert (x.grad, y.grad, z.grad) == (0, 7.0, 0)
    z.zero_grad()  # the walk has ended, and another may begin


@both
@pytest.mark.parametrize("returned", ["1", [1.0]])
def test_a_result_that_is_no_number_is_refused_and_changes_no_grad(graph, create_graph, returned):
    x, y, z = graph
    x.register_hook(lambda g: returned)
    with pytest.raises(TypeError, match=f"a hook on x should return a number.*but it returned {type(returned).__name__}"):
        z.backward(create_graph=create_graph)
    assert (x.grad, y.grad) == (0, 0)


def test_something_that_cannot_be_called_is_refused(graph):
    with pytest.raises(TypeError, match=r"a hook is a function of the gradient, but got float 2\.0"):
        graph[0].register_hook(2.0)


@pytest.mark.parametrize("walk", [Value.backward, topological_order, Value.recompute])
def test_a_hook_may_walk_over_the_same_graph(graph, walk):
    x, y, z = graph
    expected = gradients(z, [x, y])
    handle = y.register_hook(lambda g: (handle.remove(), walk(z), None)[-1])
    z.backward()
    times = 2 if walk is Value.backward else 1
    assert [x.grad, y.grad] == [times * g for g in expected]


def test_a_hook_may_wait_for_a_thread_that_walks(graph):
    x, y, z = graph
    expected = gradients(z, [x])

    def wait(gradient):
        handle.remove()
        thread = threading.Thread(target=z.backward, daemon=True)
        thread.start()
        thread.join(10)
        assert not thread.is_alive(), "the thread waits for the pass that waits for it"

    handle = y.register_hook(wait)
    z.backward()
    assert x.grad == 2 * expected[0]


def test_a_recorded_gradient_goes_through_a_hook_and_can_be_differentiated(graph):
    x, y, z = graph
    y.register_hook(lambda g: g * y)  # 4y, so x.grad = 8x³
    z.backward(create_graph=True)
    assert (x.grad.data, gradients(x.grad, [x])) == (64.0, [96.0])


def test_copies_and_pickles_have_no_hooks(graph):
    _, y, _ = graph
    y.note = "kept"
    y.register_hook(lambda g: 0.0)
    for again in (copy.copy(y), copy.deepcopy(y), pickle.loads(pickle.dumps(y))):
        again.backward()
        assert (again.grad, vars(again)) == (1.0, {"note": "kept"})


def test_explanations_checks_and_derivatives_do_not_see_hooks(graph):
    x, y, z = graph
    before = str(derive(z, x)), str(explain(z, x)), gradients(z, [x])
    y.register_hook(lambda g: 0.0)
    assert (str(derive(z, x)), str(explain(z, x)), gradients(z, [x])) == before
    assert check_graph(z)


def test_functional_derivatives_run_no_hooks():
    def f(x):
        y = x * x
        y.register_hook(lambda g: 0.0)
        return y

    assert grad(f)(3.0) == 6.0


def test_a_hook_that_knows_its_value_is_freed_with_it():
    def knowing(x):
        y = x * x
        y.register_hook(lambda g: y.data)
        return weakref.ref(y)

    gone = knowing(Value(2.0))
    gc.collect()
    assert gone() is None


def test_a_hook_may_be_taken_off_by_several_threads_at_once():
    failures = []

    def remove(handles, start):
        start.wait()
        try:
            for handle in handles:
                handle.remove()
        except KeyError as error:
            failures.append(error)

    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        for _ in range(20):
            handles = [Value(1.0).register_hook(lambda gradient: None) for _ in range(200)]
            kept = [handle._node() for handle in handles]
            start = threading.Barrier(4)
            threads = [threading.Thread(target=remove, args=(handles, start)) for _ in range(4)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            assert kept.count(None) == len(handles)
    finally:
        sys.setswitchinterval(interval)
    assert failures == []
