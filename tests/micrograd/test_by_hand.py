"""Operations recorded by hand, as in micrograd's lectures: what they record, what is refused, and what reads them."""

# ruff: noqa: N803  # programs get the class as Value, the name under which they would import it

from __future__ import annotations

import copy
import gc
import math
import pickle
import re
import weakref

import graphviz
import pytest
from micrograds import agree, sorted_by_hand
from mpmath import mp

import autograd
from autograd import (
    Value,
    check_graph,
    derive,
    draw,
    explain,
    gradients,
    hvp,
    jvp,
    no_grad,
    taylor,
    topological_order,
    why_zero,
)

# --- the lectures: operations by hand ---


def tanh(self):
    kind = type(self)
    t = math.tanh(self.data)
    out = kind(t, (self,), "tanh")

    def _backward():
        self.grad += (1 - t**2) * out.grad

    out._backward = _backward
    return out


def times(self, other):
    out = type(self)(self.data * other.data, (self, other), "*")

    def _backward():
        self.grad += other.data * out.grad
        other.grad += self.data * out.grad

    out._backward = _backward
    return out


def neuron(Value):
    x1, x2, w1, w2, b = (Value(x) for x in (2.0, 0.0, -3.0, 1.0, 6.8813735870195432))
    n = times(x1, w1) + times(x2, w2) + b
    o = tanh(n)
    o.backward()
    return [o.data, *[v.grad for v in (x1, x2, w1, w2, b, n, o)]]


def test_a_neuron_with_operations_by_hand_has_micrograds_numbers():
    assert agree(neuron)[1:5] == pytest.approx([-1.5, 0.5, 1.0, 0.0])


def by_hand_on_operations_by_hand(Value):
    x, w = Value(0.5), Value(-2.0)
    n = times(x, w) + x
    o = tanh(n)
    o.grad = 1.0
    for node in reversed(sorted_by_hand(o)):
        node._backward()
    return x.grad, w.grad, n.grad


def test_a_backward_pass_by_hand_over_operations_by_hand_has_micrograds_numbers():
    agree(by_hand_on_operations_by_hand)


def mixed(Value):
    """Ours within theirs and theirs within ours, with a value that is used by both."""
    x = Value(0.3)
    inner = tanh(x * 2 + 1)
    outer = times(inner, x) ** 2 / (1 + inner * inner)
    whole = tanh(outer + times(x, x)) - inner
    whole.backward()
    return [whole.data, x.grad, inner.grad, outer.grad]


def test_operations_by_hand_mix_with_our_own_in_both_directions():
    ours = agree(mixed)

    def exact(x):
        inner = mp.tanh(2 * x + 1)
        return mp.tanh((inner * x) ** 2 / (1 + inner**2) + x * x) - inner

    assert ours[1] == pytest.approx(float(mp.diff(exact, 0.3)), rel=1e-12)


def test_a_method_patched_onto_value_is_used(monkeypatch):
    monkeypatch.setattr(Value, "tanh", tanh)
    x = Value(0.7)
    y = x.tanh() + x
    y.backward()
    assert [v._op for v in topological_order(y)] == ["", "tanh", "+"]
    assert x.grad == pytest.approx(2 - math.tanh(0.7) ** 2)
    with pytest.raises(ValueError, match="by hand"):
        next(v for v in y._prev if v is not x)._apply(next(v for v in y._prev if v is not x).op, [Value(0.1)])


def test_a_subclass_has_its_own_methods():
    class Number(Value):
        def swish(self):
            s = 1 / (1 + math.exp(-self.data))
            out = Number(self.data * s, (self,), "swish")

            def _backward():
                self.grad += (s + out.data * (1 - s)) * out.grad

            out._backward = _backward
            return out

    x = Number(0.4)
    y = x.swish().swish()
    y.backward()
    swish = lambda v: v / (1 + mp.exp(-v))  # noqa: E731
    assert x.grad == pytest.approx(float(mp.diff(lambda v: swish(swish(v)), 0.4)), rel=1e-12)
    assert type(y) is Number


def test_a_label_may_come_fourth_or_by_name():
    x = Value(1.0, (), "", "x")
    y = Value(2.0, (x,), "double", label="y")
    assert (x.label, y.label, y._op) == ("x", "y", "double")


def test_a_closure_for_three_arguments_is_recorded():
    x, y, z = Value(2.0), Value(3.0), Value(5.0)
    out = Value(30.0, (x, y, z), "volume")

    def _backward():
        x.grad += 15.0 * out.grad
        y.grad += 10.0 * out.grad
        z.grad += 6.0 * out.grad

    out._backward = _backward
    (out * 2).backward()
    assert [x.grad, y.grad, z.grad] == [30.0, 20.0, 12.0]
    assert out._children == (x, y, z)


def test_an_operand_that_is_used_twice_gets_both_partials():
    x = Value(3.0)
    y = times(x, x)
    y.backward()
    assert x.grad == 6.0
    assert y.edges == [(x, 6.0)]


def test_a_second_backward_adds_exactly_one_more_gradient():
    x = Value(0.3)
    y = tanh(times(x, x) + x)
    y.backward()
    once = x.grad
    y.backward()
    assert x.grad == 2 * once


def test_assigning_a_closure_changes_no_grad():
    x = Value(0.3)
    x.grad = 7
    tanh(x)
    assert (x.grad, type(x.grad)) == (7, int)


def test_later_changes_of_data_change_no_gradient():
    x = Value(0.3)
    y = tanh(x)
    x.data = 5.0
    y.backward()
    assert x.grad == 1 - math.tanh(0.3) ** 2


def test_graphs_with_operations_by_hand_are_freed_without_the_collector():
    gc.collect()
    gc.disable()
    try:
        x = Value(0.3)
        by_closure, by_number = tanh(x), Value(math.exp(0.3), (x,), (math.exp(0.3),))
        whole = by_closure * by_number
        derive(whole, x)
        dead = [weakref.ref(node) for node in (by_closure, by_number, whole)]
        del by_closure, by_number, whole
        assert [node() for node in dead] == [None] * 3
    finally:
        gc.enable()


def test_a_closure_that_does_nothing_means_a_partial_of_0():
    x = Value(0.3)
    step = Value(1.0, (x,), "step")
    step._backward = lambda: None
    (step * x).backward()
    assert x.grad == 1.0


def test_a_closure_on_an_operation_of_ours_replaces_its_partials():
    x = Value(2.0)
    y = x * 3 + 1
    y._backward = lambda: setattr(next(iter(y._prev)), "grad", next(iter(y._prev)).grad - y.grad)
    y.backward()
    assert x.grad == -3.0
    assert y._op == "+"


def test_a_closure_on_a_leaf_that_does_nothing_leaves_it_a_leaf():
    x = Value(2.0)
    x._backward = lambda: None
    assert x.op is None


# --- closures that go wrong ---


def test_a_closure_that_replaces_instead_of_adding_is_told_and_added():
    a, b = Value(-2.0), Value(3.0)
    d = Value(-6.0, (a, b), "*")

    def _backward():
        a.grad = b.data * d.grad
        b.grad = a.data * d.grad

    with pytest.warns(UserWarning, match=re.escape("_backward of * replaces grad (=) instead of adding to it (+=)")):
        d._backward = _backward
    (d * (a + b)).backward()
    assert (a.grad, b.grad) == (-6.0 + 3.0 * 1.0, -6.0 - 2.0 * 1.0)


def test_where_replacing_loses_one_of_two_partials_the_warning_says_so():
    a = Value(3.0, label="a")
    b = Value(6.0, (a, a), "+")

    def _backward():
        a.grad = 1.0 * b.grad
        a.grad = 1.0 * b.grad

    with pytest.warns(UserWarning, match=r"label='a'\) is used twice here, one of its two partials is lost"):
        b._backward = _backward
    b.backward()
    assert a.grad == 1.0  # what the lecture shows, too


X, OTHER = Value(2.0, label="x"), Value(5.0, label="other")


def assigned(closure, children=(X,), text="f"):
    out = Value(1.0, children, text)
    out._backward = lambda: closure(out)
    return out


def adding(value, amount):
    value.grad += amount


@pytest.mark.parametrize(
    ("closure", "message"),
    [
        (lambda out: adding(X, 0.42), r"at 1 it adds 0\.42 to the grad of Value\(data=2\.0, .*\(local partial\) \* out\.grad$"),
        (lambda out: adding(X, out.grad**2), r"does not add a multiple of its grad"),
        (lambda out: adding(X, max(-1.0, min(1.0, out.grad))), r"does not add a multiple of its grad"),
        (lambda out: setattr(X, "grad", X.grad * 2), r"neither adds to the grad of Value\(data=2\.0"),
        (
            lambda out: (adding(X, out.grad), adding(OTHER, out.grad)),
            r"adds to the grad of Value\(data=5\.0.*not among its children",
        ),
        (lambda out: [][1], r"_backward of f, which runs when it is assigned .* raised IndexError: list index out of range"),
    ],
)
def test_a_closure_whose_effect_would_be_lost_is_refused_and_nothing_changes(closure, message):
    with pytest.raises(ValueError, match=message):
        assigned(closure)
    assert (X.grad, OTHER.grad) == (0, 0)


def test_a_closure_that_reaches_others_through_a_list_or_a_helper_is_refused():
    weights = [Value(1.0), Value(2.0)]

    def spread(amount):
        for w in weights:
            w.grad += amount

    with pytest.raises(ValueError, match="not among its children"):
        assigned(lambda out: spread(out.grad))
    assert [w.grad for w in weights] == [0, 0]


def test_a_closure_on_a_leaf_that_adds_to_others_is_refused():
    x, y = Value(1.0), Value(2.0)
    with pytest.raises(ValueError, match="not among its children"):
        x._backward = lambda: adding(y, x.grad)


def test_a_closure_that_adds_a_value_is_refused():
    with pytest.raises(
        TypeError, match=r"_backward of f adds to grad is a plain number, but got Value .*compute it from \.data"
    ):
        assigned(lambda out: adding(X, X * out.grad))


@pytest.mark.parametrize("thing", [None, 3.0, "f"])
def test_what_is_no_function_is_refused_as_backward(thing):
    with pytest.raises(TypeError, match=r"^_backward is a function without arguments, but got "):
        Value(1.0, (X,), "f")._backward = thing


def test_infinite_and_undefined_partials_are_recorded():
    for slope in (math.inf, -math.inf, math.nan, 1e308, 5e-324, -0.0):
        out = assigned(lambda out, slope=slope: adding(X, slope * out.grad) if out.grad else None)
        assert repr(out.edges[0][1]) == repr(0.0 + slope)


@pytest.mark.parametrize(
    "walk",
    [
        lambda x, y: y.backward(),
        lambda x, y: y.parents[0]._backward(),
        lambda x, y: gradients(y, [x]),
        lambda x, y: gradients(y.parents[0], [x]),
        lambda x, y: gradients(y.parents[0], [x], create_graph=True),
        lambda x, y: derive(y, x),
    ],
)
def test_a_walk_through_an_operation_without_partials_is_refused_and_changes_nothing(walk):
    x = Value(2.0)
    y = Value(4.0, (x,), "square") * 3
    with pytest.raises(ValueError, match=r"^the partials of square, which was recorded by hand, are not known: assign its"):
        walk(x, y)
    assert (x.grad, y.parents[0].grad, y.grad) == (0, 0, 0)


def test_an_operation_without_partials_can_be_drawn():
    y = Value(4.0, (Value(2.0),), "square") * 3
    assert "square" in str(draw(y))
    assert "nan" in str(draw(y))
    assert "nan" in str(draw(y, group=lambda node: "all but the leaf" if node.op else None))


# --- what is refused ---


@pytest.mark.parametrize(
    ("args", "kwargs", "message"),
    [
        ((2.0, "x"), {}, r"children, a tuple of Values, after its number, but got str 'x'; a label .*: Value\(…, label='x'\)$"),
        ((2.0, 3.0), {}, r"^Value takes children, a tuple of Values, after its number, but got float 3\.0$"),
        ((2.0, None), {}, r"^Value takes children, a tuple of Values, after its number, but got NoneType None$"),
        ((2.0, (X)), {}, r"^the children of a Value are a tuple, also if it is only one: write \(x,\), with a comma$"),
        ((2.0, (Value(0.0))), {}, r"with a comma$"),
        (
            (2.0, (X, 3.0), "+"),
            {},
            r"^the children of a Value are Values, but got float 3\.0; leave constants out",
        ),
        ((2.0, (X,), 2.0), {}, r"^the local gradients of a Value are a tuple, .*, but got float 2\.0$"),
        ((2.0, (X,), (X,)), {}, r"^a local gradient of a Value is a plain number, but got Value .*compute it from \.data$"),
        ((2.0, (X,), ("1",)), {}, r"^a local gradient of a Value is a plain number, but got str '1'"),
        ((2.0, (X,)), {"children": (X,)}, r"^Value got its children twice$"),
        ((2.0, (X,), "f"), {"local_grads": 2.0}, r"^the local gradients of a Value are a tuple"),
        ((2.0, (X,), b"f"), {}, r"^the local gradients of a Value are a tuple, .*, but got bytes b'f'$"),
        ((2.0, (X,), (1.0,)), {"local_grads": (2.0,)}, r"^Value got its local gradients twice$"),
        ((2.0, {X, Value(0.0)}, (1.0, 2.0)), {}, r"go by their order, which a set has not: give tuples$"),
        ((2.0, (X, X), {1.0, 2.0}), {}, r"go by their order, which a set has not: give tuples$"),
        ((2.0,), {"colour": 1}, r"^Value\.__init__\(\) got an unexpected keyword argument 'colour'$"),
    ],
)
def test_what_does_not_fit_is_refused(args, kwargs, message):
    with pytest.raises(TypeError, match=message):
        Value(*args, **kwargs)


@pytest.mark.parametrize("grads", [(1.0, 2.0), [1.0, 2.0]])
def test_one_local_gradient_is_needed_for_each_child(grads):
    with pytest.raises(ValueError, match=r"^an operation by hand has 1 children, but 2 local gradients: there is one for each"):
        Value(2.0, (X,), grads)
    for kwargs in ({"local_grads": grads}, {"_op": grads}):
        with pytest.raises(ValueError, match=r"^an operation by hand has 0 children, but 2 local gradients"):
            Value(2.0, **kwargs)


def test_a_value_without_children_is_a_leaf():
    for leaf in (Value(2.0, (), "+"), Value(2.0, []), Value(2.0, _op="w")):
        assert leaf.op is None
        leaf.recompute()


def test_running_an_operation_by_hand_at_other_numbers_is_refused_and_changes_nothing():
    x = Value(0.5, label="x")
    n = x * 2
    n.label = "n"
    y = tanh(n) + 1
    y.backward()
    x.data = 0.75
    before = [(v.data, v.grad, v._local_grads) for v in topological_order(y)]
    with pytest.raises(ValueError, match=r"^tanh was recorded by hand at n = 1\.0, and cannot be run again at n = 1\.5: "):
        y.recompute()
    assert [(v.data, v.grad, v._local_grads) for v in topological_order(y)] == before


def test_running_it_again_at_the_same_numbers_gives_the_same():
    x, y = Value(0.5), Value(0.25)
    three = Value(1.0, (x, y, x), (1.0, 2.0, 3.0))
    z = tanh(times(x, y)) + three
    before = [(v.data, v._local_grads) for v in topological_order(z)]
    z.recompute()
    assert [(v.data, v._local_grads) for v in topological_order(z)] == before


def test_a_recorded_gradient_is_right_and_a_second_derivative_is_refused():
    x = Value(0.5)
    y = tanh(x) * x
    [slope] = gradients(y, [x], create_graph=True)
    assert slope.data == pytest.approx(math.tanh(0.5) + 0.5 / math.cosh(0.5) ** 2, rel=1e-14)
    with pytest.raises(ValueError, match=r"^tanh was recorded by hand, .*, so it has no second derivative; compute"):
        gradients(slope, [x])


def test_functions_with_operations_by_hand_have_first_derivatives_only():
    assert autograd.grad(tanh)(0.5) == pytest.approx(1 / math.cosh(0.5) ** 2, rel=1e-14)
    with pytest.raises(ValueError, match="has no second derivative"):
        autograd.grad(autograd.grad(tanh))(0.5)


# --- what reads the record ---


@pytest.fixture
def out():
    x, w = Value(0.5, label="x"), Value(-2.0, label="w")
    net = Value(x.data * w.data, (x, w), "mul", "net")
    net._backward = lambda: (adding(x, w.data * net.grad), adding(w, x.data * net.grad))
    out = tanh(net)
    out.label = "out"
    out.backward()
    return out


def numbers_of(root):
    return [(v.data, v.grad, v.label, v._op, v._local_grads) for v in topological_order(root)]


@pytest.mark.parametrize("copied", [copy.deepcopy, lambda v: pickle.loads(pickle.dumps(v))], ids=["deepcopy", "pickle"])
def test_a_copy_has_the_same_record_and_works(out, copied):
    twin = copied(out)
    assert numbers_of(twin) == numbers_of(out)
    twin.recompute()
    twin.backward()
    assert [v.grad for v in topological_order(twin)] == [2 * v.grad for v in topological_order(out)]


@pytest.mark.parametrize("copied", [copy.deepcopy, lambda v: pickle.loads(pickle.dumps(v))], ids=["deepcopy", "pickle"])
def test_a_copy_without_partials_refuses_backward_as_well(copied):
    twin = copied(Value(2.0, (Value(1.0),), "f"))
    with pytest.raises(ValueError, match="the partials of f"):
        twin.backward()


def test_micrograds_drawing_code_draws_it(out):
    nodes, edges = set(), set()

    def build(v):
        if v not in nodes:
            nodes.add(v)
            for child in v._prev:
                edges.add((child, v))
                build(child)

    build(out)
    dot = graphviz.Digraph(format="svg", graph_attr={"rankdir": "LR"})
    for n in nodes:
        uid = str(id(n))
        dot.node(name=uid, label=f"{{ {n.label} | data {n.data:.4f} | grad {n.grad:.4f} }}", shape="record")
        if n._op:
            dot.node(name=uid + n._op, label=n._op)
            dot.edge(uid + n._op, uid)
    for n1, n2 in edges:
        dot.edge(str(id(n1)), str(id(n2)) + n2._op)
    assert dot.source.count("label=tanh") == dot.source.count("label=mul") == 1
    assert "{ net | data -1.0000 | grad 0.4200 }" in dot.source


def test_our_drawings_show_what_its_maker_called_it(out):
    assert re.search(r"out +tanh +−0\.7616 +1\.0000\n└─ net +mul +−1\.0000 +0\.4200", str(draw(out)))
    assert "tanh" in autograd.draw_dot(out).source
    nodes, edges = autograd.trace(out)
    assert (len(nodes), len(edges)) == (4, 3)


def test_the_drawing_says_when_values_have_changed(out):
    assert not any("changed" in note for note in draw(out).view.notes)
    topological_order(out)[0].data = 7.0
    assert any("changed" in note for note in draw(out).view.notes)


def test_a_derivation_writes_the_partials_as_derivatives_of_the_operation(out):
    text = str(derive(out, topological_order(out)[1]))
    assert re.search(r"∂out/∂net = tanh′\(net\) +.* = 0.419974341614", text)
    assert re.search(r"∂net/∂w +=.*mul′₂\(x, w\) +.* = 0\.5", text)


def test_a_derivation_in_latex_has_no_character_beyond_latexs(out):
    latex = derive(out, topological_order(out)[1]).to_latex()
    assert r"\operatorname{tanh'}(\mathrm{net})" in latex
    assert r"\operatorname{mul'_{2}}(x, w)" in latex
    assert latex.isascii()


def test_the_partials_of_many_arguments_are_told_apart_in_latex():
    values = [Value(float(i), label=f"x{i}") for i in range(12)]
    out = Value(66.0, values, [1.0] * 12, "out")
    assert (
        r"= \frac{\partial \mathrm{out}}{\partial x_{11}} &= \operatorname{f'_{12}}(x_{0}, "
        in derive(out, values[11]).to_latex()
    )


@pytest.mark.parametrize(
    "text", ["{0}", "}", r"\x", "a%b", "$#&", "^~", "_", "**2", " ", "\n", "é", "weighted_sum", "total", "abs"]
)
def test_any_name_can_be_drawn_derived_and_explained(text):
    x, y = Value(2.0, label="x"), Value(3.0, label="y")
    z = Value(6.0, (x, y), text, "z")
    z._backward = lambda: (adding(x, 3.0 * z.grad), adding(y, 2.0 * z.grad))
    assert z._op == text
    root = z * 2
    assert str(derive(root, x))
    assert not re.search(r"[%$#&~^]|\\x", derive(z, x).to_latex().replace("&=", "").replace("align*", ""))
    assert str(explain(root, x))
    assert str(draw(root, every_operation=True, constants=True))
    assert "<svg" in draw(root).svg
    assert autograd.cost(root)
    assert why_zero(x, root)


def test_an_operation_with_an_operators_sign_is_written_like_it():
    x, y = Value(2.0, label="x"), Value(3.0, label="y")
    z = times(x, y)
    z.label = "z"
    assert "x·y" in str(autograd.step(z).run_to("z"))


def test_checking_a_graph_says_which_of_what_was_recorded_by_hand_has_no_row_to_be_checked_by(out):
    checked = check_graph(out)
    assert checked
    assert [finding.name for finding in checked.unchecked] == ["∂net/∂x", "∂net/∂w"]


def test_the_row_of_an_operation_by_hand_is_not_in_the_table():
    from autograd.engine.primitives import TABLE

    before = dict(TABLE)
    tanh(Value(0.3))
    assert before == TABLE


def test_an_operation_by_hand_has_its_source_line():
    with autograd.trace_lines():
        x = Value(0.3)
        y = Value(0.6, (x,), "twice", "y")
    assert autograd.source_line(y).code == 'y = Value(0.6, (x,), "twice", "y")'
    assert (y.label, y._op, y._children) == ("y", "twice", (x,))


def test_inside_no_grad_operations_by_hand_record_nothing_either():
    x = Value(0.5)
    with no_grad():
        by_closure, by_numbers = tanh(x), Value(1.0, (x,), (2.0,))
    assert (by_closure.op, by_closure._prev, by_numbers.op, by_numbers._prev) == (None, set(), None, set())


@pytest.mark.parametrize("derivative", [jvp, lambda f, x, t: taylor(f, x[0], t[0], 2), hvp], ids=["jvp", "taylor", "hvp"])
def test_forward_mode_through_an_operation_by_hand_is_refused_with_what_to_do(derivative):
    def cubed(x):
        return Value(x.data**3, (x,), (3.0 * x.data**2,))

    with pytest.raises(TypeError, match=r"forward mode cannot pass through an operation that is recorded by hand.*@primitive"):
        derivative(cubed, (2.0,), (1.0,))


def test_a_closure_that_changes_the_grad_of_its_own_result_is_refused():
    x = Value(3.0)
    out = Value(2.0 * x.data, (x,), "double")

    def _backward():
        out.grad += 2.0 * x.grad

    with pytest.raises(ValueError, match=r"the _backward of double changes out\.grad, which it should read"):
        out._backward = _backward
    assert (out.grad, x.grad) == (0, 0)
