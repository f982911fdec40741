"""What a function is given in place of a Value is refused by name: which function, what it takes, what it got."""

from __future__ import annotations

import re

import pytest

import autograd
from autograd import Value

OF_ONE_VALUE = [
    "check_graph", "cost", "derive", "draw", "draw_dot", "graph_to_json", "mistakes", "quiz", "source_line", "step",
    "topological_order", "trace", "why_big", "why_nan", "why_zero",
]  # fmt: skip
WITH_MORE = {
    "explain": lambda function, root: function(root, Value(1.0)),
    "gradients": lambda function, root: function(root, Value(1.0)),
    "save_graph": lambda function, root: function(root, "graph.json"),
    "update_before_the_pass_is_done": lambda function, root: function(root, Value(1.0), 0.1),
}
CALLS = dict.fromkeys(OF_ONE_VALUE, lambda function, root: function(root)) | WITH_MORE


@pytest.mark.parametrize(("root", "shown"), [(3.0, "float 3.0"), (None, "NoneType None"), ("y", "str 'y'"), ([3.0], "3.0")])
@pytest.mark.parametrize("name", CALLS)
def test_a_function_of_a_value_refuses_anything_else_in_its_own_name(name, root, shown):
    with pytest.raises(TypeError, match=rf"^{name} takes a Value.*, but got .*{re.escape(shown)}"):
        CALLS[name](getattr(autograd, name), root)


BY_VALUES = {
    "cost": lambda y, wrt: autograd.cost(y, wrt),
    "derive": lambda y, wrt: autograd.derive(y, wrt),
    "explain": lambda y, wrt: autograd.explain(y, wrt),
    "gradients": lambda y, wrt: autograd.gradients(y, wrt),
    "mistakes": lambda y, wrt: autograd.mistakes(y, wrt),
    "quiz": lambda y, wrt: autograd.quiz(y, wrt),
    "step": lambda y, wrt: autograd.step(y, rate=0.1, parameters=wrt),
    "update_before_the_pass_is_done": lambda y, wrt: autograd.update_before_the_pass_is_done(y, wrt, 0.1),
    "why_big": lambda y, wrt: autograd.why_big(y, wrt),
    "why_nan": lambda y, wrt: autograd.why_nan(y, wrt),
    "why_zero": lambda y, wrt: autograd.why_zero(y, wrt),
}


@pytest.mark.parametrize(("wrt", "shown"), [(3, "int 3"), ("x", "str 'x'"), ([3], "int 3"), (["x"], "str 'x'")])
@pytest.mark.parametrize("name", BY_VALUES)
def test_what_is_no_value_to_differentiate_by_is_refused_by_name(name, wrt, shown):
    x = Value(2.0, label="x")
    with pytest.raises(
        TypeError, match=rf"^{name} takes as \w+ a Value.*, but got (list \[)?{re.escape(shown.split()[-1])}|{shown}"
    ):
        BY_VALUES[name](x * x, wrt)


def test_the_attribute_parameters_of_a_root_is_held_to_the_same():
    y = Value(2.0, label="x") * 3.0
    y.parameters = 3
    with pytest.raises(TypeError, match="the attribute parameters of a root is a Value or several, but got int 3"):
        autograd.derive(y)


OPTIONS = {
    "depth": (lambda y, x: autograd.draw(y, depth=x), ValueError, "^depth is a whole number from 0 on, but got "),
    "rounds": (lambda y, x: autograd.step(y, rounds=x), ValueError, "^rounds is a whole number from 1 on, but got "),
    "blanks": (lambda y, x: autograd.quiz(y, blanks=x), ValueError, "steps to ask for, but .* blanks are wanted"),
    "order": (lambda y, x: autograd.check_grads(abs, (2.0,), order=x), ValueError, "an order from 1 on, not"),
    "modes": (lambda y, x: autograd.check_grads(abs, (2.0,), modes=x), ValueError, "modes are 'fwd' and 'rev', but got"),
    "tolerance": (
        lambda y, x: autograd.check_grads(abs, (2.0,), tolerance=x),
        TypeError,
        "^tolerance takes a real number, but",
    ),
    "rtol": (lambda y, x: autograd.check_graph(y, x), TypeError, "^rtol takes a real number, but got"),
    "roles": (lambda y, x: autograd.draw(y, roles=x), TypeError, "^roles takes a dict of roles by node or label, but got"),
    "walk": (lambda y, x: autograd.walk(x), TypeError, r"^walk takes what step returns, as in walk\(step\(root\)\), but got"),
}


@pytest.mark.parametrize("thing", ["x", 1j, object()], ids=["str", "complex", "object"])
@pytest.mark.parametrize("name", OPTIONS)
def test_an_option_is_refused_by_its_name(name, thing):
    use, error, message = OPTIONS[name]
    with pytest.raises(error, match=message):
        use(Value(2.0, label="x") * 3.0, thing)


def test_a_format_that_is_no_text_is_refused():
    pytest.importorskip("graphviz")
    with pytest.raises(TypeError, match=r"^format takes the name of one that Graphviz writes"):
        autograd.draw_dot(Value(2.0), 3.0)


def test_the_class_of_values_is_no_value():
    for use in (autograd.exp, lambda thing: autograd.maximum(thing, Value(1.0)), lambda thing: autograd.total([thing])):
        with pytest.raises(TypeError, match=r"takes .*, but got type <class 'autograd\.engine\.value\.Value'>"):
            use(Value)
    with pytest.raises(TypeError) as found:
        Value(Value)
    assert "one already" not in str(found.value)
