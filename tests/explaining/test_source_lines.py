"""Source lines: recorded inside ``with trace_lines()`` for everything that makes a value, and nothing at all outside."""

from __future__ import annotations

import copy
import inspect
import pickle
import threading

import numpy as np
import pytest
from oracles import CASES, ORACLES

from autograd import Value, array, topological_order, weighted_sum
from autograd.engine.watching import watchers
from autograd.explaining.source_lines import SourceLine, source_line, trace_lines
from nn import MLP


def here() -> int:
    """Return the number of the line that calls this."""
    return inspect.currentframe().f_back.f_lineno


def values(args):
    return [[Value(x) for x in arg] if isinstance(arg, list) else Value(arg) for arg in args]


@pytest.mark.parametrize(("op", "args"), dict(CASES).items(), ids=ORACLES.keys())
def test_every_operation_of_the_table_gets_its_line(op, args):
    args = values(args)
    with trace_lines():
        z = op(*args)
        line = here() - 1
    assert source_line(z) == SourceLine(__file__, line, "z = op(*args)")


@pytest.mark.parametrize(
    "compute",
    [
        lambda x: x + x,
        lambda x: x + 1,
        lambda x: 1 + x,
        lambda x: x - x,
        lambda x: x - 1,
        lambda x: 1 - x,
        lambda x: x * x,
        lambda x: x * 2,
        lambda x: 2 * x,
        lambda x: x / x,
        lambda x: x / 2,
        lambda x: 2 / x,
        lambda x: x**x,
        lambda x: x**2,
        lambda x: 2**x,
        lambda x: -x,
        lambda x: abs(x),
        lambda x: x.tanh(),
        lambda x: x.hypot(2.0),
        lambda x: weighted_sum([x], [2.0], x),
        lambda x: weighted_sum([x], [x], x),
        lambda x: weighted_sum([x], [2.0]),
        lambda x: sum([x, x, x]),
        lambda x: Value(3.0),
        lambda x: Value(3),
    ],
)
def test_operators_methods_and_leaves_get_their_line_too(compute):
    x = Value(1.5)
    with trace_lines():
        z = compute(x)
    assert source_line(z).line == compute.__code__.co_firstlineno


def test_a_value_made_outside_has_no_line_and_no_attribute():
    with trace_lines():
        x = Value(1.0)
    y = x * 2
    assert (source_line(y), vars(y)) == (None, {})


def test_nobody_watches_what_is_made_before_and_afterwards():
    assert watchers == []
    with trace_lines():
        assert len(watchers) == 1
    assert watchers == []


def test_an_exception_ends_tracing():
    with pytest.raises(ValueError, match="log"), trace_lines():
        Value(-1.0).log()
    assert watchers == []
    assert source_line(Value(1.0)) is None


def test_tracing_may_be_nested():
    with trace_lines():
        with trace_lines():
            inner = Value(1.0)
        outer = Value(2.0)
    assert [source_line(v) is not None for v in (inner, outer, Value(3.0))] == [True, True, False]


def test_one_thread_that_leaves_does_not_end_the_tracing_of_another():
    inside, leave = threading.Event(), threading.Event()

    def other():
        with trace_lines():
            inside.set()
            leave.wait(10)

    thread = threading.Thread(target=other)
    thread.start()
    inside.wait(10)
    with trace_lines():
        pass
    x = Value(1.0)
    leave.set()
    thread.join()
    assert source_line(x) is not None
    assert source_line(Value(1.0)) is None


def test_the_line_is_that_of_the_code_outside_autograd_and_nn():
    model = MLP(2, [2, 1], activation="tanh")
    with trace_lines():
        root = model([1.0, 2.0])
        line = here() - 1
    made = [node for node in topological_order(root) if node.op]
    assert {source_line(node) for node in made} == {SourceLine(__file__, line, "root = model([1.0, 2.0])")}


@pytest.mark.parametrize("f", [np.mean, np.std, np.log, np.cumsum, np.sinc])
def test_the_line_is_that_of_the_code_outside_numpy(f):
    with trace_lines():
        x = array([1.0, 2.0])
        y = np.ravel(f(x))[-1]
        line = here() - 1
    assert source_line(y) == SourceLine(__file__, line, "y = np.ravel(f(x))[-1]")


def test_in_a_statement_of_several_lines_each_operation_has_its_own():
    x = Value(1.0)
    with trace_lines():
        y = (
            x.exp()
            + x.sin()
        )  # fmt: skip
    left, right = y.args
    assert [source_line(left).code, source_line(right).code] == ["x.exp()", "+ x.sin()"]


def test_code_without_a_file_has_a_number_but_no_text():
    scope = {"x": Value(2.0)}
    with trace_lines():
        exec("y = x\nz = x * x", scope)
    found = source_line(scope["z"])
    assert found == SourceLine("<string>", 2, "")
    assert str(found) == "<string>, line 2"


def test_a_line_reads_as_file_number_and_code():
    assert str(SourceLine("/home/me/train.py", 7, "y = x * x")) == "train.py, line 7: y = x * x"


@pytest.mark.parametrize("copied", [copy.copy, copy.deepcopy, lambda v: pickle.loads(pickle.dumps(v))])
def test_copies_keep_the_line(copied):
    with trace_lines():
        y = Value(1.0) * 2
    twin = copied(y)
    assert source_line(twin) == source_line(y)


@pytest.mark.parametrize("copied", [copy.copy, copy.deepcopy, lambda v: pickle.loads(pickle.dumps(v))])
def test_copying_while_tracing_is_no_making(copied):
    y = Value(1.0) * 2
    with trace_lines():
        twin = copied(y)
    assert (source_line(twin), twin.data) == (None, 2.0)


class Parameter(Value):
    def __init__(self, data):
        super().__init__(data, label="p")
        self.momentum = 0.0


def test_a_subclass_is_traced_at_the_line_that_makes_it_and_stays_whole():
    with trace_lines():
        p = Parameter(3.0)
    assert (p.data, p.label, p.momentum) == (3.0, "p", 0.0)
    assert source_line(p).file == __file__


def test_a_leaf_that_is_refused_is_refused_while_tracing_too():
    with trace_lines(), pytest.raises(TypeError, match="real number"):
        Value("3")


def test_gradients_are_the_same_while_tracing():
    with trace_lines():
        x = Value(0.5, label="x")
        y = (x * x).sin() / 3
        y.backward()
    z = Value(0.5)
    w = (z * z).sin() / 3
    w.backward()
    assert (x.grad, x.label) == (z.grad, "x")


def test_a_notebooks_cell_is_named_as_in_its_tracebacks(monkeypatch, tmp_path):
    shells = pytest.importorskip("IPython.core.interactiveshell")
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path))  # where it writes its history
    shell = shells.InteractiveShell.instance(user_ns={"trace_lines": trace_lines})
    try:
        cell = "from autograd import Value\nwith trace_lines():\n    x = Value(2.0)"
        assert shell.run_cell(cell, store_history=True).success
        assert str(source_line(shell.user_ns["x"])) == "Cell In[1], line 3: x = Value(2.0)"
    finally:
        shells.InteractiveShell.clear_instance()
