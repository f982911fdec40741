"""Gradients that backward leaves as recorded Values, and what reads them."""

from __future__ import annotations

import copy
import gc
import math
import pickle
import weakref

import pytest
from mpmath import mp

from autograd import Value, draw, gradients, no_grad, product, step, topological_order, total, weighted_sum, why_big, why_zero
from nn.optim import SGD, clip_gradients


@pytest.fixture
def x():
    return Value(2.0, label="x")


def test_gradients_are_those_of_a_plain_pass():
    def recorded():
        x, w, b = Value(0.3), Value(-1.7), Value(0.5)
        out = weighted_sum([w, b], [x, x], b).tanh() * total([x, w, x]) / b
        return out, topological_order(out)

    (out, nodes), (again, others) = recorded(), recorded()
    out.backward(create_graph=True)
    again.backward()
    assert [node.grad.data for node in nodes] == [node.grad for node in others]


@pytest.mark.parametrize("orders", [2, 3, 4])
def test_they_can_be_differentiated_again_and_again(orders):
    x = Value(0.7)
    root = x.sin().exp()
    for _ in range(orders):
        x.grad = 0
        root.backward(create_graph=True)
        root = x.grad
    assert root.data == pytest.approx(float(mp.diff(lambda t: mp.exp(mp.sin(t)), mp.mpf(0.7), orders)), rel=1e-12)


def test_a_second_pass_adds_exactly_one_more_gradient(x):
    root = x**3
    root.backward(create_graph=True)
    root.backward(create_graph=True)
    assert (x.grad.data, gradients(x.grad, [x])) == (24.0, [24.0])


@pytest.mark.parametrize("first", [False, True])
def test_a_plain_and_a_recorded_gradient_add_up_and_keep_the_record(x, first):
    root = x**3
    root.backward(create_graph=first)
    root.backward(create_graph=not first)
    assert (x.grad.data, gradients(x.grad, [x])) == (24.0, [12.0])


def test_a_plain_pass_over_a_recorded_gradient_adds_the_second_derivative(x):
    (x**3).backward(create_graph=True)
    slope, x.grad = x.grad, 0
    slope.backward()
    assert (slope.data, x.grad) == (12.0, 12.0)


def test_each_gradient_is_a_value_of_its_own():
    x, y = Value(2.0), Value(5.0)
    z = x * y + (x + y)
    z.backward(create_graph=True)
    found = [node.grad for node in topological_order(z)]
    assert len({*found, *topological_order(z)}) == 2 * len(found)


def test_the_gradient_of_the_root_is_a_value_too(x):
    x.backward(create_graph=True)
    assert (x.grad.data, x.grad.op) == (1.0, None)


def test_a_gradient_penalty_trains():
    w, x = Value(1.5), Value(2.0)
    (w * x * x).backward(create_graph=True)
    penalty = (x.grad - 1.0) ** 2  # (2wx - 1)²
    assert gradients(penalty, [w]) == [2.0 * (2.0 * 1.5 * 2.0 - 1.0) * 2.0 * 2.0]


def test_inside_no_grad_the_record_is_kept(x):
    root = x**3
    with no_grad():
        root.backward(create_graph=True)
    assert gradients(x.grad, [x]) == [12.0]


def test_changed_data_is_refused_and_changes_no_grad(x):
    root = x.sin()
    x.data = 3.0
    with pytest.raises(RuntimeError, match="data was changed since sin was recorded"):
        root.backward(create_graph=True)
    assert (x.grad, root.grad) == (0, 0)


def test_zero_grad_frees_it_without_the_collector(x):
    root = x**3
    root.backward(create_graph=True)
    gone = weakref.ref(x.grad)
    gc.disable()
    try:
        root.zero_grad()
        assert gone() is None
    finally:
        gc.enable()


def test_the_garbage_collector_frees_what_holds_itself():
    x = Value(2.0)
    root = x**3
    root.backward(create_graph=True)
    gone = weakref.ref(x), weakref.ref(root), weakref.ref(x.grad)
    del x, root
    gc.collect()
    assert [node() for node in gone] == [None] * 3


def test_a_chain_ten_thousand_deep_has_recorded_gradients():
    x = root = Value(1.0)
    for _ in range(10_000):
        root = root + x * x
    root.backward(create_graph=True)
    assert (x.grad.data, gradients(x.grad, [x])) == (20_001.0, [20_000.0])


# --- what reads a gradient ---


def test_its_text_shows_a_value(x):
    (x**3).backward(create_graph=True)
    assert repr(x) == "Value(data=2.0, grad=Value(data=12.0, grad=0), label='x')"


COPIES = {"deepcopy": copy.deepcopy, "pickle": lambda root: pickle.loads(pickle.dumps(root))}


@pytest.mark.parametrize("copied", COPIES.values(), ids=COPIES)
def test_copies_have_gradients_that_are_recorded_on_the_copies(copied, x):
    root = x**3
    root.backward(create_graph=True)
    twin = copied(root)
    [leaf] = [node for node in topological_order(twin) if node.label == "x"]
    assert (leaf is x, leaf.grad.data, gradients(leaf.grad, [leaf, x])) == (False, 12.0, [12.0, 0.0])


def test_a_shallow_copy_has_the_same_gradient(x):
    (x**3).backward(create_graph=True)
    assert copy.copy(x).grad is x.grad
    assert vars(copy.copy(x)) == {}


def test_a_picture_shows_the_number(x):
    root = x**3
    root.backward(create_graph=True)
    recorded = str(draw(root))
    root.zero_grad()
    root.backward()
    assert recorded == str(draw(root))
    assert "12.0" in recorded


def test_explanations_read_the_number(x):
    root = x**3
    root.backward(create_graph=True)
    assert str(why_big(x, root)).startswith("∂v1/∂x is 12.")
    assert why_zero(x).state == "not zero"
    root.backward(create_graph=True)
    assert why_big(x, root).state == "accumulated"


def test_a_walk_through_the_steps_is_the_same(x):
    root = x**3
    plain = str(step(root).run_to("x"))
    root.backward(create_graph=True)
    assert str(step(root).run_to("x")) == plain


def test_optimizers_and_clipping_take_the_number(x):
    (x**3).backward(create_graph=True)
    assert clip_gradients([x], max_norm=24.0) == 12.0
    SGD([x], 0.5).step()
    assert (x.data, type(x.data)) == (-4.0, float)


def test_clipping_keeps_the_record(x):
    (x**3).backward(create_graph=True)
    clip_gradients([x], max_norm=3.0)
    assert math.isclose(x.grad.data, 3.0)
    assert gradients(x.grad, [x]) == [3.0]


def test_the_slope_of_a_product_that_values_round_otherwise_is_recorded_all_the_same():
    numbers = [0.7, 0.7, -0.3, 1.1]
    xs = [Value(number) for number in numbers]
    slopes = gradients(product(xs), xs, create_graph=True)
    assert [slope.data for slope in slopes] == pytest.approx([math.prod(numbers) / number for number in numbers], rel=1e-14)
    assert gradients(slopes[0], xs[1]) == pytest.approx(-0.33, rel=1e-14)


def test_the_slope_of_a_product_with_constants_that_leaves_the_floats_on_its_way_is_recorded():
    x, y = Value(3.0), Value(2.0**1000)
    slope = gradients(product([x, 2.0**1000, y, 2.0**-1000, 2.0**-1000]), x, create_graph=True)
    assert slope.data == 1.0
    assert gradients(slope, y) == 2.0**-1000
