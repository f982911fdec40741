"""Graphs as JSON: what is read back is what was recorded, to the last bit, and what is damaged is refused by name."""

from __future__ import annotations

import json
import math
import os
import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from oracles import ROWS

import autograd
from autograd import (
    Value,
    gradients,
    graph_from_json,
    graph_to_json,
    load_graph,
    log_sum_exp,
    no_grad,
    product,
    save_graph,
    topological_order,
    total,
    weighted_sum,
)
from autograd.functional.custom import Custom
from nn.note import load

SMALL = """{"format": "scalar-autograd graph", "version": 1, "root": "y", "nodes": [
{"name": "w", "data": 0.5, "grad": 3.0},
{"name": "x", "data": 3.0, "grad": 0.5},
{"name": "y", "op": "multiply", "args": ["w", "x"], "data": 1.5, "grad": 1.0}
]}
"""


def small():
    w, x = Value(0.5, label="w"), Value(3.0, label="x")
    y = w * x
    y.label = "y"
    y.backward()
    return y


def record(*roots):
    """Return all that graphs hold, with places instead of nodes, and numbers to the last bit."""
    order = list(dict.fromkeys(node for root in roots for node in topological_order(root)))
    place = {node: i for i, node in enumerate(order)}

    def told(arg):
        return tuple(map(told, arg)) if isinstance(arg, tuple) else place.get(arg, repr(arg))

    return [
        (
            repr(float(v.data)),
            repr(v.grad),
            v.label,
            v._op,
            v.op and v.op.name,
            told(v.args),
            [(place[x], repr(d)) for x, d in v.edges],
        )
        for v in order
    ] + [place[root] for root in roots]


def bits_after_backward(root):
    root.backward()
    return [repr(node.grad) for node in topological_order(root)]


def the_same(root):
    """Check that a graph survives, in every respect, and that its text does; return its twin."""
    text = graph_to_json(root)
    twin = graph_from_json(text)
    assert record(twin) == record(root)
    assert graph_to_json(twin) == text
    assert bits_after_backward(graph_from_json(text)) == bits_after_backward(root)
    return twin


# --- what the text looks like ---


def test_a_graph_is_one_line_a_node():
    assert graph_to_json(small()) == SMALL


def test_the_notes_network_reads_like_the_note():
    error = load().error()
    error.backward()
    lines = graph_to_json(error).splitlines()
    net = json.loads(next(line for line in lines if '"net_h1"' in line).rstrip(","))
    assert net == {
        "name": "net_h1",
        "op": "weighted_sum",
        "args": [["w1", "w2"], ["i1", "i2"], "b1"],
        "data": 0.3775,
        "grad": pytest.approx(0.008771354689),
    }
    assert len(lines) == len(topological_order(error)) + 2


def test_a_node_without_a_label_and_one_of_two_with_the_same_get_names():
    x, twin = Value(1.0, label="x"), Value(2.0, label="x")
    nodes = json.loads(graph_to_json(x + twin * 3))["nodes"]
    assert [(node["name"], node.get("label")) for node in nodes] == [("x", None), ("v1", "x"), ("v2", ""), ("v3", "")]
    the_same(x + twin * 3)


@pytest.mark.parametrize("label", ["Σ∂", "a\nb", "\u2028", "\ud800", '"', "\\", "v1", "nan", " ", "\x00", "x#2", "1.5"])
def test_any_label_survives_on_a_line_of_its_own(label):
    x = Value(2.0, label=label)
    y = x * x + Value(1.0)
    assert [v.label for v in topological_order(the_same(y))].count(label) == 1
    assert len(graph_to_json(y).splitlines()) == 6
    graph_to_json(y).encode()


@pytest.mark.parametrize("x", [math.nan, math.inf, -math.inf, -0.0, 5e-324, 1.7976931348623157e308, 0.1 + 0.2, 1e22])
def test_any_float_survives_as_data_constant_and_grad(x):
    leaf = Value(x)
    leaf.grad = x
    before = repr(leaf)
    twin = the_same(leaf + x)
    assert repr(topological_order(twin)[0]) == before
    assert repr(twin.args[1]) == repr(x)


def test_what_is_not_finite_is_written_in_an_object_that_json_has():
    text = graph_to_json(Value(math.nan) * math.inf)
    assert [node["data"] for node in json.loads(text)["nodes"]] == [{"float": "nan"}, {"float": "nan"}]
    assert json.loads(text)["nodes"][1]["args"] == ["v1", {"float": "inf"}]
    assert "NaN" not in text


@pytest.mark.parametrize("grad", [0, 0.0, 7, np.float64(0.5), True])
def test_a_grad_that_no_pass_has_reached_is_told_from_one_that_is_zero(grad):
    x = Value(1.0)
    x.grad = grad
    found = graph_from_json(graph_to_json(x)).grad
    assert found == grad
    assert type(found) is (int if type(grad) is int else float)


# --- what survives ---

NUMBERS = st.floats(-3.0, 3.0).map(lambda x: round(x, 3))
UNARY = ["exp", "tanh", "sin", "relu", "sigmoid", "negative", "abs", "arctan", "softplus", "erf", "cbrt"]
STEP = st.tuples(
    st.sampled_from([*UNARY, "+", "*", "/", "c", "sum", "neuron", "lse", "prod", "error", "atan2", "hand"]),
    st.integers(0, 99),
    st.integers(0, 99),
    NUMBERS,
    st.sampled_from(["", "", "x", "net", "∂"]),
)


def built(numbers, steps):
    nodes = [Value(x) for x in numbers]
    for kind, i, j, c, label in steps:
        x, y = nodes[i % len(nodes)], nodes[j % len(nodes)]
        make = {
            "+": lambda x, y, c: x + y,
            "*": lambda x, y, c: x * y,
            "/": lambda x, y, c: c / (x * x + 1),
            "c": lambda x, y, c: c - x,
            "sum": lambda x, y, c: total([x, c, y, x]),
            "neuron": lambda x, y, c: weighted_sum([x, c, y], [y, x, x], y if c > 0 else c),
            "lse": lambda x, y, c: log_sum_exp([x, y]),
            "prod": lambda x, y, c: product([x, x, y, c]),
            "error": lambda x, y, c: autograd.half_squared_error([x, c], [y, y]),
            "atan2": lambda x, y, c: x.arctan2(y),
            "hand": lambda x, y, c: Value(c, (x, y, x), (c, 2.0, -0.0)) if c > 0 else Value(c, (x,), "f"),
        }.get(kind, lambda x, y, c, kind=kind: getattr(x, kind)())
        try:
            made = make(x, y, c)
        except OverflowError:  # exp of what was large already
            continue
        made.label = label
        if abs(made.data) < 1e9:
            nodes.append(made)
    return nodes


def unknown(node):
    return any(v._op == "f" for v in topological_order(node))


@given(st.lists(NUMBERS, min_size=1, max_size=4), st.lists(STEP, max_size=15))
def test_any_graph_survives_to_the_last_bit(numbers, steps):
    root = total(built(numbers, steps))
    text = graph_to_json(root)
    twin = graph_from_json(text)
    assert record(twin) == record(root)
    assert graph_to_json(twin) == text
    if not unknown(root):
        assert bits_after_backward(twin) == bits_after_backward(root)


@given(st.lists(NUMBERS, min_size=1, max_size=4), st.lists(STEP, max_size=15), st.lists(NUMBERS, min_size=1, max_size=30))
def test_any_graph_whose_data_was_changed_since_survives_to_the_last_bit(numbers, steps, changes):
    root = total(built(numbers, steps))
    for node, x in zip(topological_order(root), changes, strict=False):
        node.data = x
    text = graph_to_json(root)
    twin = graph_from_json(text)
    assert record(twin) == record(root)
    assert graph_to_json(twin) == text
    if not unknown(root):
        assert bits_after_backward(twin) == bits_after_backward(root)


@given(st.lists(NUMBERS, min_size=1, max_size=4), st.lists(STEP, max_size=15))
def test_several_roots_share_what_they_shared(numbers, steps):
    roots = built(numbers, steps)[::-1][:4]
    twins = graph_from_json(graph_to_json(roots))
    assert record(*twins) == record(*roots)


def test_one_root_comes_back_alone_and_several_as_a_list():
    x = Value(2.0)
    assert isinstance(graph_from_json(graph_to_json(x)), Value)
    [only] = graph_from_json(graph_to_json([x]))
    again, twice = graph_from_json(graph_to_json(v for v in (x, x)))
    assert only.data == again.data == 2.0
    assert again is twice


@pytest.mark.parametrize("change", [lambda x: x.data, lambda x: 3, lambda x: np.float64(2.5), lambda x: -1.0, lambda x: 0.0])
def test_a_leaf_that_was_changed_keeps_what_was_recorded(change):
    x = Value(2.0, label="x")
    y = x.log() / x + x**0.5
    x.data = change(x)
    twin = the_same(y)
    topological_order(twin)[0].data = 4.0
    twin.recompute()
    assert twin.data == pytest.approx(math.log(4.0) / 4.0 + 2.0)


def test_partials_are_stored_only_where_the_row_would_not_give_them():
    x = Value(2.0, label="x")
    y = (x * 3).exp() + x
    assert "partials" not in graph_to_json(y)
    x.data = 5.0
    nodes = json.loads(graph_to_json(y))["nodes"]
    assert [node.get("partials") for node in nodes] == [None, [3.0], None, [1.0, 1.0]]


def test_a_recorded_gradient_survives_and_can_be_differentiated_again():
    x = Value(0.7)
    [slope] = gradients(x.sin() * x.sqrt(), [x], create_graph=True)
    twin = the_same(slope)
    assert gradients(twin, [topological_order(twin)[0]]) == gradients(slope, [x])


def test_a_limit_at_the_edge_of_a_domain_survives():
    x = Value(0.0)
    [slope] = gradients(x.sqrt(), [x], create_graph=True)
    assert the_same(slope).data == math.inf


def by_hand():
    x, w = Value(0.5, label="x"), Value(-2.0, label="w")
    out = Value(-1.0, (x, w), "mul", "out")

    def _backward():
        x.grad += w.data * out.grad
        w.grad += x.data * out.grad

    out._backward = _backward
    return out * 2


def test_an_operation_by_hand_carries_its_partials():
    nodes = json.loads(graph_to_json(by_hand()))["nodes"]
    assert nodes[2]["op"] == {"by_hand": "mul"}
    assert nodes[2]["partials"] == [-2.0, 0.5]
    assert "recorded" not in nodes[2]
    the_same(by_hand())


def test_an_operation_by_hand_whose_arguments_were_changed_is_known_where_it_was():
    y = by_hand()
    x = topological_order(y)[0]
    x.data = 7.0
    twin = the_same(y)
    with pytest.raises(ValueError, match=r"^mul was recorded by hand at .* = 0\.5, and cannot be run again at .* = 7\.0"):
        twin.recompute()
    next(v for v in topological_order(twin) if v.label == x.label).data = 0.5
    twin.recompute()
    assert twin.data == -2.0


def test_an_operation_by_hand_without_partials_goes_on_refusing():
    twin = graph_from_json(graph_to_json(Value(4.0, (Value(2.0),), "square")))
    with pytest.raises(ValueError, match="the partials of square"):
        twin.backward()


def test_a_recorded_gradient_through_an_operation_by_hand_survives():
    y = by_hand() ** 2
    [slope] = gradients(y, [topological_order(y)[0]], create_graph=True)
    twin = graph_from_json(graph_to_json(slope))
    assert record(twin) == record(slope)
    with pytest.raises(ValueError, match="by hand"):
        twin.backward()


def test_every_row_of_the_table_survives():
    for row in [row for row in ROWS if not isinstance(row, Custom)]:  # the README's own is gone with its names
        for shape in row.takes.sequences:
            root = (
                row(*[[Value(0.5), Value(0.75)] if many else Value(0.25) for many in shape])
                if row.name != "arccosh"
                else Value(2.0).arccosh()
            )
            the_same(root)


def test_a_chain_far_deeper_than_python_recurses_survives(tmp_path):
    x = y = Value(1.0, label="x")
    for _ in range(50_000):
        y = y + 1e-6
    y.backward()
    save_graph(y, tmp_path / "chain.json")
    twin = load_graph(tmp_path / "chain.json")
    order = topological_order(twin)
    assert (len(order), twin.data, order[0].label, order[0].grad) == (50_001, y.data, "x", x.grad)


# --- files ---


def test_a_file_holds_the_text_in_utf8_and_gives_the_graph_back(tmp_path):
    y = small()
    y.label = "∂y"
    path = tmp_path / "y.json"
    save_graph(y, path)
    assert path.read_bytes() == graph_to_json(y).encode()
    for name in (path, str(path), os.fsencode(path)):
        assert record(load_graph(name)) == record(y)
    assert os.listdir(tmp_path) == ["y.json"]


def test_a_failure_while_writing_leaves_the_old_file_and_nothing_else(tmp_path, monkeypatch):
    path = tmp_path / "y.json"
    save_graph(small(), path)

    def fail(*args):
        raise OSError("disk full")

    monkeypatch.setattr(os, "replace", fail)
    with pytest.raises(OSError, match="disk full"):
        save_graph(Value(2.0), path)
    assert path.read_text() == SMALL
    assert os.listdir(tmp_path) == ["y.json"]


@pytest.mark.parametrize(("name", "thing"), [("grad", "1"), ("grad", [1.0]), ("label", 3)])
def test_what_cannot_be_stored_is_refused_before_anything_is_written(tmp_path, name, thing):
    x = Value(1.0, label="x")
    y = x * 2
    setattr(x, name, thing)
    with pytest.raises(TypeError, match=f"{name} is a .*x.*{type(thing).__name__}"):
        save_graph(y, tmp_path / "y.json")
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize("thing", [None, 3.0, "x", [3.0], [Value(1.0), None]])
def test_what_is_no_graph_is_not_saved(thing):
    with pytest.raises(TypeError):
        graph_to_json(thing)


def test_no_values_are_no_graph():
    with pytest.raises(ValueError, match="there is no value"):
        graph_to_json([])


def test_a_missing_file_is_told_as_python_tells_it(tmp_path):
    with pytest.raises(FileNotFoundError):
        load_graph(tmp_path / "none.json")
    with pytest.raises(FileNotFoundError):
        save_graph(Value(1.0), tmp_path / "none" / "y.json")


@pytest.mark.parametrize("thing", [b"{}", {}, None])
def test_what_is_no_text_is_not_parsed(thing):
    with pytest.raises(TypeError, match=r"^graph_from_json takes a text, but got "):
        graph_from_json(thing)


# --- damaged and hostile files ---

W = '{"name": "w", "data": 0.5, "grad": 3.0}'
X = '{"name": "x", "data": 3.0, "grad": 0.5}'
Y = '{"name": "y", "op": "multiply", "args": ["w", "x"], "data": 1.5, "grad": 1.0}'
NODE = r"node 'y': expected "


def changed(old, new):
    assert SMALL.count(old) == 1
    return SMALL.replace(old, new)


HOSTILE = {
    "empty": ("", r"line 1, column 1: expected a graph as JSON, but found its end \(expecting value\)"),
    "cut off": (SMALL[:150], "line 3, column .*: expected a graph as JSON, but found its end"),
    "more after the end": (SMALL + "{}", r'line 6, column 1: expected a graph as JSON, but found "{}" \(extra data\)'),
    "a list": ("[]", r"expected a graph, a JSON object, but found \[\]"),
    "nested too deep": ("[" * 1_000_000, "nested too deep"),
    "objects nested too deep": ('{"a":' * 1_000_000, "nested too deep"),
    "arguments nested deep": (changed('["w", "x"]', "[" * 500 + "]" * 500), f"{NODE}the name of an earlier node or a number"),
    "another format": (
        changed("scalar-autograd graph", "onnx"),
        'expected the format "scalar-autograd graph", but found "onnx"',
    ),
    "a later version": (changed('"version": 1', '"version": 2'), "expected version 1, the only one .* but found 2"),
    "a version that is true": (changed('"version": 1', '"version": true'), "expected version 1.* but found true"),
    "no version": (changed('"version": 1, ', ""), 'expected "version", but found'),
    "no root": (changed('"root": "y", ', ""), 'expected either "root" or "roots"'),
    "both": (changed('"root": "y"', '"root": "y", "roots": ["y"]'), 'expected either "root" or "roots"'),
    "an unknown root": (changed('"root": "y"', '"root": "z"'), 'expected the name of a node, but found "z"'),
    "a root in a list": (changed('"root": "y"', '"root": ["y"]'), r'expected the name of a node, but found \["y"\]'),
    "no roots": (changed('"root": "y"', '"roots": []'), r'expected "roots" to be a list of names, but found \[\]'),
    "an unknown key above": (
        changed('"root": "y"', '"root": "y", "note": ""'),
        'expected no other keys .*, but found "note"; did you mean "nodes"?',
    ),
    "nodes in an object": ('{"format": "scalar-autograd graph", "version": 1, "root": "y", "nodes": {}}', 'a list of "nodes"'),
    "a node that is a number": (changed(X, "3"), r'nodes\[1\]: expected an object with a "name", but found 3'),
    "a node without a name": (changed('"name": "x", ', ""), r'nodes\[1\]: expected an object with a "name"'),
    "a name that is a number": (changed('"name": "x"', '"name": 3'), r'nodes\[1\]: expected an object with a "name"'),
    "a name twice": (
        changed('"name": "x"', '"name": "w"'),
        r'nodes\[1\]: expected a name that no other node has, but found "w"',
    ),
    "a key twice": (
        changed('"data": 3.0', '"data": 3.0, "data": 4.0'),
        r'nodes\[1\]: expected each key once, but found "data" twice',
    ),
    "an unknown key": (
        changed('"data": 3.0', '"data": 3.0, "dta": 4.0'),
        'node \'x\': expected no other keys .* found "dta"; did you mean "data"',
    ),
    "no data": (changed('"data": 3.0, ', ""), "node 'x': expected \"data\", but found"),
    "no grad": (changed(', "grad": 0.5', ""), "node 'x': expected \"grad\", but found"),
    "data in quotes": (changed("3.0,", '"3.0",'), 'node \'x\': expected a number as "data", but found "3.0"'),
    "NaN in quotes": (changed("3.0,", '"NaN",'), 'node \'x\': expected a number as "data", but found "NaN"'),
    "NaN": (changed("3.0,", "NaN,"), r'nodes\[1\]\.data: expected a number, but found NaN; write {"float": "nan"}'),
    "Infinity": (changed("3.0,", "-Infinity,"), r"nodes\[1\]\.data: expected a number, but found -Infinity"),
    "a float of another name": (changed("3.0,", '{"float": "NaN"},'), "node 'x': expected a number as \"data\", but found {"),
    "a boolean": (changed("3.0,", "true,"), "node 'x': expected a number as \"data\", but found true"),
    "null": (changed("3.0,", "null,"), "node 'x': expected a number as \"data\", but found null"),
    "a grad that is a list": (changed("0.5}", "[0.5]}"), "node 'x': expected a number as \"grad\""),
    "a huge number": (changed("3.0,", "1e999,"), "node 'x': expected a number as \"data\" within the range of floats"),
    "a huge integer": (changed("3.0,", "1" * 400 + ","), "node 'x': expected a number as \"data\" within the range of floats"),
    "a huger integer": (
        changed("3.0,", "1" * 5000 + ","),
        "node 'x': expected a number as \"data\" within the range of floats",
    ),
    "a huge grad": (changed("0.5}", "1" * 400 + "}"), "node 'x': expected a number as \"grad\" within the range of floats"),
    "a label that is a number": (changed('"name": "x"', '"name": "x", "label": 3'), "node 'x': expected a text as \"label\""),
    "a leaf with arguments": (changed('"op": "multiply", ', ""), "node 'y': expected no other keys .* found \"args\""),
    "an operation without arguments": (changed(', "args": ["w", "x"]', ""), f'{NODE}"args", but found'),
    "arguments that are a name": (changed('["w", "x"]', '"wx"'), f'{NODE}a list as "args", but found "wx"'),
    "an unknown operation": (changed("multiply", "eval"), f'{NODE}the name of an operation, but found "eval"'),
    "an operation that is a list": (changed('"multiply"', '["multiply"]'), f"{NODE}the name of an operation, but found"),
    "an argument of itself": (changed('["w", "x"]', '["w", "y"]'), f'{NODE}the name of an earlier node, but found "y"'),
    "a later argument": (
        SMALL.replace(f"{W},\n{X},\n{Y}", f"{W},\n{Y},\n{X}"),
        f'{NODE}the name of an earlier node, but found "x"',
    ),
    "an unknown argument": (changed('["w", "x"]', '["w", "z"]'), f'{NODE}the name of an earlier node, but found "z"'),
    "a boolean argument": (
        changed('["w", "x"]', '["w", true]'),
        f"{NODE}the name of an earlier node or a number, but found true",
    ),
    "too few arguments": (changed('["w", "x"]', '["w"]'), f"{NODE}as arguments of multiply two numbers"),
    "too many arguments": (changed('["w", "x"]', '["w", "x", "x"]'), f"{NODE}as arguments of multiply two numbers"),
    "a sequence for a number": (
        changed('["w", "x"]', '["w", ["x"]]'),
        f"{NODE}as arguments of multiply two numbers, but found",
    ),
    "numbers alone": (changed('["w", "x"]', "[0.5, 3.0]"), f"{NODE}a node among the arguments"),
    "data of another result": (
        changed('"data": 1.5', '"data": 1.6'),
        f"{NODE}data 1.5, which multiply gives .*, but found 1.6",
    ),
    "nan for a result": (
        changed('"data": 1.5', '"data": {"float": "nan"}'),
        f"{NODE}data 1.5, which multiply gives .*, but found nan",
    ),
    "no value there": (
        SMALL.replace("multiply", "divide").replace("3.0,", "0.0,").replace("1.5", "0.0"),
        f"{NODE}arguments that divide has a value for, but found",
    ),
    "sequences of two lengths": (
        SMALL.replace("multiply", "half_squared_error").replace('["w", "x"]', '[["w"], ["x", "w"]]'),
        f"{NODE}arguments that half_squared_error has a value for, but found",
    ),
    "too few partials": (changed('"data": 1.5', '"partials": [3.0], "data": 1.5'), f'{NODE}as "partials" a list of 2 numbers'),
    "null partials of a row": (
        changed('"data": 1.5', '"partials": [null, null], "data": 1.5'),
        f'{NODE}a number in "partials", but found null',
    ),
    "partials of a leaf": (
        changed('"data": 3.0', '"partials": [], "data": 3.0'),
        "node 'x': expected no other keys .* \"partials\"",
    ),
    "an unused node": (
        changed(W, f'{W},\n{{"name": "z", "data": 1.0, "grad": 0}}'),
        'every node to be a root or an argument, but found "z"',
    ),
    "by hand without partials": (
        changed('"multiply"', '{"by_hand": "f"}'),
        f'{NODE}as "partials" a list of 2 numbers, but found null',
    ),
    "by hand without a name": (changed('"multiply"', '{"by_hand": 3}'), f"{NODE}the name of an operation, or"),
    "by hand and more": (changed('"multiply"', '{"by_hand": "f", "code": "1"}'), f"{NODE}the name of an operation, or"),
    "by hand on constants": (
        SMALL.replace('"multiply"', '{"by_hand": "f"}').replace('["w", "x"]', '["w", 3.0]'),
        f"{NODE}nodes as arguments of an operation by hand",
    ),
    "by hand, half known": (
        SMALL.replace('"multiply"', '{"by_hand": "f"}').replace('"data": 1.5', '"partials": [null, 1.0], "data": 1.5'),
        f'{NODE}a number in "partials", but found null',
    ),
    "recorded for a row": (
        changed('"data": 1.5', '"recorded": {}, "data": 1.5'),
        f'{NODE}"recorded" on operations by hand alone',
    ),
    "recorded halfway": (
        SMALL.replace('"multiply"', '{"by_hand": "f"}').replace(
            '"data": 1.5', '"partials": [1.0, 1.0], "recorded": {"args": [1.0]}, "data": 1.5'
        ),
        'node \'y\'.recorded: expected "data", but found "args"',
    ),
    "recorded at too few": (
        SMALL.replace('"multiply"', '{"by_hand": "f"}').replace(
            '"data": 1.5', '"partials": [1.0, 1.0], "recorded": {"args": [1.0], "data": 1.0}, "data": 1.5'
        ),
        f'{NODE}as "args" a list of 2 numbers',
    ),
}


@pytest.mark.parametrize(("text", "message"), HOSTILE.values(), ids=HOSTILE)
def test_a_damaged_file_is_refused_with_its_name_and_what_was_expected(tmp_path, text, message):
    path = tmp_path / "damaged.json"
    path.write_text(text)
    with pytest.raises(ValueError, match=f"^{re.escape(str(path))}: .*{message}") as caught:
        load_graph(path)
    assert len(str(caught.value)) < 500
    with pytest.raises(ValueError, match=f"^the graph: .*{message}"):
        graph_from_json(text)


def test_a_file_that_is_not_utf8_is_refused(tmp_path):
    path = tmp_path / "y.json"
    path.write_bytes(SMALL.encode("utf-16"))
    with pytest.raises(ValueError, match=rf"^{re.escape(str(path))}: expected a graph as JSON in UTF-8, but "):
        load_graph(path)


def loaded_or_refused(text):
    """Load a graph; None if it is refused, as it should be."""
    try:
        return graph_from_json(text)
    except ValueError as error:
        message = str(error)
    assert message.startswith("the graph: ")
    return None


@given(st.data())
def test_a_file_with_any_character_changed_is_loaded_or_refused_but_never_fails_otherwise(data):
    place = data.draw(st.integers(0, len(SMALL) - 1))
    loaded_or_refused(SMALL[:place] + data.draw(st.text(max_size=2)) + SMALL[place + 1 :])


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.sampled_from(["w", "x", "multiply"]),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["by_hand", "float", "args"]), inner, max_size=2)
    ),
    max_leaves=6,
)


@given(st.integers(0, 2), st.sampled_from(["name", "label", "op", "args", "data", "grad", "partials", "recorded"]), JSON)
def test_a_file_with_any_entry_changed_is_loaded_or_refused_but_never_fails_otherwise(place, key, thing):
    whole = json.loads(SMALL)
    whole["nodes"][place][key] = thing
    found = loaded_or_refused(json.dumps(whole))
    if found is not None:
        assert record(graph_from_json(graph_to_json(found))) == record(found)


def test_a_result_in_the_last_place_of_another_machine_is_taken_as_it_is():
    x = Value(0.7)
    y = x.exp()
    other = math.nextafter(y.data, math.inf)
    text = graph_to_json(y).replace(repr(y.data), repr(other))
    assert graph_from_json(text).data == other


def test_a_recorded_gradient_is_stored_as_its_number():
    x = Value(2.0, label="x")
    (x * x).backward(create_graph=True)
    assert graph_from_json(graph_to_json(x)).grad == 4.0


@pytest.mark.parametrize("roots", [None, 3.0])
def test_what_has_no_graph_is_refused(roots):
    with pytest.raises(TypeError, match=f"graph_to_json takes a Value or several, but got {type(roots).__name__}"):
        graph_to_json(roots)


def test_an_operation_that_is_not_defined_here_is_refused_with_what_to_do():
    x = Value(2.0, label="x")
    text = graph_to_json(x.exp()).replace('"exp"', '"cubed"')
    with pytest.raises(ValueError, match='the name of an operation, but found "cubed"; one of your own needs to be defined'):
        graph_from_json(text)


def test_what_is_loaded_inside_no_grad_has_its_record():
    x = Value(2.0, label="x")
    y = Value(4.0, (x,), "square", local_grads=(4.0,)) * x.exp()
    text = graph_to_json(y)
    with no_grad():
        assert graph_to_json(y) == text
        again = graph_from_json(text)
    assert graph_to_json(again) == text
    assert [partial for _, partial in again.edges] == [partial for _, partial in y.edges]
