"""Copies and pickles: a working graph of their own, with everything that the nodes hold and the sharing between them."""

from __future__ import annotations

import copy
import gc
import io
import pickle
import sys
import threading
import weakref

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograd import Value, exp, topological_order, total, weighted_sum
from autograd.engine import copying
from autograd.engine.primitives import TABLE


def python_pickle(thing):
    file = io.BytesIO()
    pickle._Pickler(file).dump(thing)  # the one written in Python recurses in other places than the one written in C
    file.seek(0)
    return pickle._Unpickler(file).load()


COPIERS = {"deepcopy": copy.deepcopy, "pickle in Python": python_pickle}
for protocol in range(2, pickle.HIGHEST_PROTOCOL + 1):
    COPIERS[f"pickle {protocol}"] = lambda thing, protocol=protocol: pickle.loads(pickle.dumps(thing, protocol))


@pytest.fixture(params=COPIERS)
def copied(request):
    return COPIERS[request.param]


@pytest.fixture
def w():
    return Value(3.0, label="w")


@pytest.fixture
def loss(w):
    """A graph with every kind of record, after a backward pass."""
    x = Value(2.0, label="x")
    net = weighted_sum([w, x, 0.5], [x, 4.0, w], 0.25)
    error = weighted_sum([w, x], [net, x], x)
    loss = total([net * w, 1 - exp(-error), 7]) + (2 * x) ** 2
    loss.label = "loss"
    loss.backward()
    return loss


def record(root):
    """Return all that a graph holds, with places in the order instead of nodes."""
    order = topological_order(root)
    place = {node: place for place, node in enumerate(order)}

    def told(arg):
        return tuple(map(told, arg)) if isinstance(arg, tuple) else place.get(arg, repr(arg))

    return [(type(v), repr(v), v.op, told(v.args), [(place[parent], repr(d)) for parent, d in v.edges]) for v in order]


# --- one graph ---


def test_a_copied_graph_records_the_same(copied, loss):
    assert record(copied(loss)) == record(loss)


def test_a_copied_graph_shares_no_node_with_the_original(copied, loss):
    assert not set(topological_order(copied(loss))) & set(topological_order(loss))


def test_a_copied_graph_works_without_touching_the_original(copied, loss):
    before = record(loss)
    twin = copied(loss)
    twin.backward()
    twin.zero_grad()
    twin.backward()
    for node in topological_order(twin)[:2]:
        node.data = 0.5
    twin.recompute()
    assert record(loss) == before


def test_a_backward_pass_over_a_copy_adds_what_it_would_have_added_to_the_original(copied, loss):
    twin = copied(loss)
    twin.backward()
    loss.backward()
    assert record(twin) == record(loss)


def test_recompute_of_a_copy_gives_what_it_would_have_given_on_the_original(copied, loss):
    twin = copied(loss)
    for root in (loss, twin):
        topological_order(root)[0].data = 0.125
        root.recompute()
    assert record(twin) == record(loss)


def test_a_copied_leaf_is_a_leaf(copied, w):
    assert record(copied(w)) == record(w)


def test_a_shallow_copy_is_computed_from_the_same_values(w):
    root = w * w
    root.label, root.grad, root.m = "root", 5.0, [1]
    twin = copy.copy(root)
    assert twin is not root
    assert (twin.args, twin.edges, twin.op) == (root.args, root.edges, root.op)
    assert (repr(twin), twin.m) == (repr(root), root.m)
    twin.backward()
    assert (root.grad, w.grad) == (5.0, 6.0)


def test_data_set_to_something_unusual_is_kept(copied, w):
    w.data, w.grad, w.label = -0.0, float("nan"), "γ"
    assert repr(copied(w)) == "Value(data=-0.0, grad=nan, label='γ')"


# --- several roots ---


def test_a_leaf_copied_before_its_graph_is_a_leaf_of_the_copied_graph(copied, w, loss):
    leaf, root = copied([w, loss])
    assert leaf in topological_order(root)


def test_a_leaf_copied_after_its_graph_is_a_leaf_of_the_copied_graph(copied, w, loss):
    root, leaf = copied([loss, w])
    assert leaf in topological_order(root)


def test_roots_copied_together_share_their_trunk(copied, w):
    trunk = exp(w) * w
    roots = copied([trunk * i for i in range(5)])
    for root in roots:
        root.backward()
    assert {id(root.args[0]) for root in roots} == {id(roots[0].args[0])}
    assert roots[0].args[0].grad == 10.0


@settings(deadline=None)
@given(st.data())
def test_any_selection_of_a_graphs_nodes_copied_together_keeps_its_sharing(data):
    nodes = [Value(1.0), Value(2.0)]
    for i, j in data.draw(st.lists(st.tuples(st.integers(0, 99), st.integers(0, 99)), max_size=8)):
        nodes.append(nodes[i % len(nodes)] + nodes[j % len(nodes)])
    chosen = data.draw(st.lists(st.sampled_from(nodes), min_size=1))
    copied = COPIERS[data.draw(st.sampled_from([*COPIERS]))]
    assert record(total(copied(chosen))) == record(total(chosen))


def traced(call, on_line):
    """Call, and before each line that runs in autograd/copying.py call the other."""

    def tracer(frame, event, arg):
        if event == "line":
            on_line()
        return tracer if frame.f_code.co_filename == copying.__file__ else None

    before = sys.gettrace()
    sys.settrace(tracer)
    try:
        return call()
    finally:
        sys.settrace(before)


def chain(length):
    """Return a leaf and values each computed from the one before."""
    nodes = [Value(1.0)]
    for _ in range(length):
        nodes.append(nodes[-1] + 1)
    return nodes


def test_copying_many_roots_does_not_walk_their_trunk_again_for_each(copied):
    nodes, lines = chain(400), []
    traced(lambda: copied(nodes), lambda: lines.append(1))
    assert len(nodes) < len(lines) < 100 * len(nodes)


# --- attributes that someone has set ---


def test_attributes_are_copied(copied, w):
    w.m, w.history = 0.5, [1.0, 2.0]
    twin = copied(w * w).args[0]
    assert vars(twin) == {"m": 0.5, "history": [1.0, 2.0]}
    assert twin.history is not w.history


def test_an_attribute_may_refer_to_its_own_node(copied, w):
    w.me = w
    w.all = [w, w * w]
    twin = copied(w)
    assert twin.me is twin
    assert twin.all[0] is twin
    assert twin.all[1].args == (twin, twin)


def test_an_attribute_may_refer_to_what_is_computed_from_its_node(copied, w):
    loss = w * 2
    w.loss = loss
    assert copied(loss).args[0].loss.data == 6.0
    twin = copied([loss, w])
    assert twin[1].loss is twin[0]
    twin = copied([w, loss])
    assert twin[0].loss is twin[1]


def test_a_thing_that_two_nodes_refer_to_stays_one_thing(copied, w):
    root = w * w
    w.group = root.group = ["a"]
    twin = copied(root)
    assert twin.group is twin.args[0].group


def test_copying_leaves_no_empty_dict_on_any_node(copied, loss):
    nodes = topological_order(loss) + topological_order(copied(loss))
    assert not [found for node in nodes for found in gc.get_referents(node) if type(found) is dict]


def test_a_subclass_is_kept_node_by_node(copied):
    class Parameter(Value):
        pass

    globals()["Parameter"], Parameter.__qualname__ = Parameter, "Parameter"  # where pickle looks for it
    root = Parameter(2.0) * 3
    assert [type(v) for v in topological_order(copied(root))] == [Parameter, Value]


# --- picklers ---


def test_a_pickler_may_be_used_again_as_its_graph_grows(w):
    file = io.BytesIO()
    pickler = pickle.Pickler(file)
    pickler.dump(w)
    root = w * w
    pickler.dump(root)
    pickler.dump([w, root + w])
    file.seek(0)
    unpickler = pickle.Unpickler(file)
    leaf, square, (again, grown) = unpickler.load(), unpickler.load(), unpickler.load()
    assert again is leaf
    assert square.args == (leaf, leaf)
    assert grown.args == (square, leaf)


def test_a_pickle_is_whole_while_another_pickler_is_alive(w):
    trunk = w * w
    alive = pickle.Pickler(io.BytesIO())
    alive.dump(trunk)
    root = trunk + w
    assert record(pickle.loads(pickle.dumps(root))) == record(root)
    alive.dump(root)
    assert record(pickle.loads(pickle.dumps(root))) == record(root)


def test_a_pickle_written_later_holds_what_has_changed_since(w):
    root = w * w
    alive = pickle.Pickler(io.BytesIO())
    alive.dump(root)
    root.backward()
    w.m = 1.0
    assert record(pickle.loads(pickle.dumps(root))) == record(root)


def test_a_graph_is_freed_at_once_after_it_was_copied(copied):
    root = Value(1.0) * 2
    seen = weakref.ref(root)
    gc.disable()
    try:
        copied(root)
        del root
        assert seen() is None
    finally:
        gc.enable()


def test_threads_may_copy_the_same_graph_at_the_same_time(copied, loss):
    expected, found = record(total([loss, loss.args[0]])), []

    def work():
        found.extend(record(total(copied([loss, loss.args[0]]))) for _ in range(20))

    threads = [threading.Thread(target=work) for _ in range(4)]
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    finally:
        sys.setswitchinterval(interval)
    assert found == [expected] * 80


def test_a_pickle_may_be_written_at_any_moment_of_writing_another():
    *_, root = chain(400)
    moments, found = 0, []

    def pickle_now_and_then():
        nonlocal moments
        moments += 1
        if moments % 97 == 0:
            found.append(pickle.loads(pickle.dumps(root)))

    traced(lambda: pickle.loads(pickle.dumps(root)), pickle_now_and_then)
    assert len(found) > 100
    assert {len(topological_order(twin)) for twin in found} == {401}


@pytest.mark.parametrize("op", TABLE.values(), ids=TABLE)
def test_a_copied_row_of_the_table_is_the_row(copied, op):
    assert copied(op) is op


@pytest.mark.parametrize("copier", [copy.copy, copy.deepcopy, lambda x: pickle.loads(pickle.dumps(x))])
def test_a_dict_of_attributes_that_somebody_holds_stays_that_of_its_node(copier):
    x = Value(2.0)
    held = vars(x)
    copier(x)
    held["note"] = "kept"
    assert x.note == "kept"
