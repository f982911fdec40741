"""The compiled core: it does what the Python files say, to the last bit, and what it alone promises."""

from __future__ import annotations

import math
import os
import subprocess
import sys

import pytest
from core_rows import FUNCTIONS, HEADERS, HELPERS, OF_TWO
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from project import ROOT

import autograd
from autograd import Value, half_squared_error, total, weighted_sum
from autograd.engine import applying, core
from autograd.engine.core import compiled, in_python
from autograd.engine.primitives import TABLE

in_core = pytest.mark.skipif(not compiled, reason=f"{compiled}")
ANY = st.floats() | st.integers(-3, 3).map(float) | st.floats(-5.0, 5.0)
OPERATORS = [
    "__add__",
    "__sub__",
    "__mul__",
    "__truediv__",
    "__pow__",
    "__radd__",
    "__rsub__",
    "__rmul__",
    "__rtruediv__",
    "__rpow__",
]


def test_the_header_says_what_the_table_says():
    for path, text in HEADERS.items():
        assert path.read_text(encoding="utf-8") == text(), "the table has changed: python tests/core_rows.py"


DOCUMENTED = """
import inspect
from autograd import Value
for name in sorted(dir(Value)):
    if name[0] != "_":
        thing = inspect.getattr_static(Value, name)
        signature = [*inspect.signature(thing).parameters][1:] if callable(thing) else ""
        first, _, _ = (inspect.getdoc(thing) or inspect.getdoc(getattr(Value, name)) or "").partition("\\n\\n")
        print(name, signature, " ".join(first.split()))
"""


def test_both_tell_the_same_of_what_a_value_offers():
    told = [
        subprocess.run(
            [sys.executable, "-c", DOCUMENTED], env={**os.environ, "AUTOGRAD_PURE": pure}, cwd=ROOT,
            capture_output=True, text=True, check=True,
        ).stdout.splitlines()
        for pure in ("1", "0")
    ]  # fmt: skip
    assert told[0] == told[1]
    silent = [line for line in told[0] if not line.split("] ")[-1].strip()]
    assert silent == ["conjugate [] "]  # of which NumPy's users know it
    assert len(told[0]) > 60


def bits(x):
    return x.hex() if isinstance(x, float) else x


def outcome(function, *args):
    """Return all that an operation records, to the last bit, or its error."""
    try:
        z = function(*args)
    except Exception as error:
        return type(error), str(error)
    if not isinstance(z, Value):
        return bits(z)
    flat = [[id(x) if isinstance(x, Value) else bits(x) for x in (arg if isinstance(arg, tuple) else [arg])] for arg in z.args]
    return bits(z.data), z.op, [id(x) for x in z.parents], [*map(bits, z.partials)], flat, z.grad, z.label


@in_core
@pytest.mark.parametrize("name", [*FUNCTIONS, *HELPERS])
@given(x=ANY)
@settings(max_examples=300)
def test_functions_have_the_bits_and_errors_of_python(name, x):
    v = Value(x, label="v")
    expected = outcome(applying.unary, TABLE[name], v)
    assert outcome(TABLE[name], v) == expected
    if name in FUNCTIONS:
        assert outcome(getattr(v, name)) == expected
    assert outcome(TABLE[name], x) == outcome(TABLE[name]._call, x)


@in_core
@pytest.mark.parametrize("name", OPERATORS)
@given(x=ANY, y=ANY, kind=st.sampled_from([Value, float, "int", bool, str]))
@settings(max_examples=300)
def test_operators_have_the_bits_and_errors_of_python(name, x, y, kind):
    y = (int(y) if math.isfinite(y) else 10**400) if kind == "int" else kind(y)
    assume(kind is not Value or not name.startswith("__r"))  # which Python never asks
    v = Value(x)
    assert outcome(getattr(v, name), y) == outcome(in_python[name], v, y)


@in_core
@given(x=ANY)
def test_the_negative_has_the_bits_of_python(x):
    v = Value(x)
    assert outcome(lambda: -v) == outcome(in_python["__neg__"], v)


@in_core
@pytest.mark.parametrize("name", OF_TWO)
@given(x=ANY, y=ANY, alone=st.sampled_from(["neither", "x", "y"]))
@settings(max_examples=300)
def test_rows_of_two_have_the_bits_of_python(name, x, y, alone):
    args = (x if alone == "x" else Value(x), y if alone == "y" else Value(y))
    assert outcome(TABLE[name], *args) == outcome(applying.apply, TABLE[name], args)


def of_kinds(numbers, kind):
    return [Value(x) if kind == "values" or (kind == "mixed" and i % 2) else x for i, x in enumerate(numbers)]


KINDS = st.sampled_from(["values", "floats", "mixed"])
LISTS = st.lists(ANY, max_size=6) | st.lists(st.floats(-1e3, 1e3), min_size=30, max_size=60)


@in_core
@given(numbers=LISTS, other=LISTS, bias=ANY, kinds=st.tuples(KINDS, KINDS, st.booleans()))
def test_sums_have_the_bits_and_errors_of_python(numbers, other, bias, kinds):
    other = other if len(other) < 3 else (other * 60)[: len(numbers)]
    ws, xs = of_kinds(numbers, kinds[0]), tuple(of_kinds(other, kinds[1]))
    bias = Value(bias) if kinds[2] else bias
    for op, args in [("weighted_sum", (ws, xs, bias)), ("total", (ws,)), ("half_squared_error", (xs, ws))]:
        if any(isinstance(x, Value) for arg in args for x in (arg if isinstance(arg, (list, tuple)) else [arg])):
            assert outcome(TABLE[op], *args) == outcome(applying.apply, TABLE[op], args)
    if len(ws) and len(xs):
        assert outcome(half_squared_error, ws[0], xs[0]) == outcome(TABLE["half_squared_error"]._call, ws[0], xs[0])
    assert outcome(lambda: weighted_sum(ws, xs, bias=bias)) == outcome(TABLE["weighted_sum"]._call, ws, xs, bias)


@in_core
@given(st.lists(st.integers(-2000, 2000).map(lambda k: math.ldexp(1.0 + k / 4096.0, k % 120 - 60)), min_size=1, max_size=40))
@settings(max_examples=1000)
def test_a_sum_is_rounded_as_math_fsum_rounds_it(terms):
    terms = [*terms, *(-x * (1.0 + 2.0**-50) for x in terms)]
    assert total([*map(Value, terms)]).data == math.fsum(terms)


PROGRAM = """
import random
from autograd import Value, gradients, half_squared_error, maximum, total, topological_order, weighted_sum
def bits(node):
    return [node.data.hex(), float(node.grad).hex(), *[float(x).hex() for x in node.partials], node.op.name if node.op else ""]
for seed in range(150):
    rng = random.Random(seed)
    known = [Value(rng.uniform(-3.0, 3.0)) for _ in range(4)]
    pick = lambda: rng.choice(known)
    makes = [
        lambda: pick() + pick(), lambda: pick() - pick(), lambda: pick() * pick(), lambda: pick() / pick(), lambda: -pick(),
        lambda: 2 - pick(), lambda: pick() * 0.25, lambda: 3.0 / pick(), lambda: pick() ** 2, lambda: pick() ** 3.0,
        lambda: pick().tanh(), lambda: pick().sigmoid(), lambda: pick().relu(), lambda: pick().sin().exp(), lambda: abs(pick()),
        lambda: maximum(pick(), pick()), lambda: total([pick() for _ in range(rng.randrange(1, 9))]),
        lambda: weighted_sum([pick(), pick()], [pick(), pick()], pick()), lambda: weighted_sum([pick()], [1.5], pick()),
        lambda: half_squared_error(0.5, pick()), lambda: half_squared_error([pick(), pick()], [pick(), pick()]),
        lambda: pick().hypot(pick()), lambda: pick().softplus().log(), lambda: pick().arctan2(pick()),
    ]
    for _ in range(60):
        try:
            known.append(rng.choice(makes)())
        except (ArithmeticError, ValueError) as error:
            print(error)
    for root in known[-3:]:
        root.backward()
        if seed % 7 == 0:
            root.backward(0.5)
    for node in topological_order(total(known)):
        print(*bits(node))
    if seed % 10 == 0:
        print([g.data.hex() for g in gradients(known[-1], known[:4], create_graph=True)])
"""


def run(program, **environment):
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@in_core
def test_random_programs_have_the_bits_and_errors_of_pure_python():
    found = run(PROGRAM)
    assert len(found) > 5e5
    assert found == run(PROGRAM, AUTOGRAD_PURE="1")


# --- whether it runs ---


def test_one_can_ask_whether_it_runs_and_why_not():
    assert repr(autograd.compiled) in ("compiled", f"not compiled: {autograd.compiled.why_not}")
    ask = "from autograd import compiled; print(bool(compiled), compiled)"
    assert run(ask, AUTOGRAD_PURE="1") == "False not compiled: AUTOGRAD_PURE is set\n"


@in_core
def test_a_core_of_other_files_is_left_alone(monkeypatch):
    monkeypatch.setattr(core, "is_built_of", lambda built, paths: False)
    assert core._found() == (None, "the core was built of other files than are here now; install again")


@in_core
@pytest.mark.parametrize("kept", ["", "autograd.engine._core"])
def test_a_second_copy_of_the_engine_runs_in_python(kept):
    program = f"""
import sys
from autograd import Value
x = Value(2.0)
for name in [*sys.modules]:
    if name.startswith("autograd") and name != "{kept}":
        del sys.modules[name]
import autograd
y = autograd.Value(3.0)
(y * y).backward()
(x * x).backward()
print(autograd.compiled, x.grad, y.grad)
"""
    assert run(program).endswith("another interpreter, in this process has the core 4.0 6.0\n")


# --- memory ---


@in_core
def test_the_collector_sees_no_node_until_one_could_lead_back_to_itself():
    program = """
import gc, weakref
from autograd import Value, total
x = Value(2.0, label="x")
y = total([x * x, x.exp()])
y.backward()
print([gc.is_tracked(v) for v in (x, y, *y.parents)])
x.answer = y  # closes a cycle
print([gc.is_tracked(v) for v in (x, y, *y.parents, Value(1.0))])
gone = weakref.ref(x)
del x, y
print(gone() is None, gc.collect() > 0, gone() is None)
"""
    assert run(program).splitlines() == [str([False] * 4), str([True] * 5), "False True True"]


CYCLES = {
    "an attribute": "x.answer = y",
    "vars": "vars(x)['answer'] = y",
    "a list that is filled later": "x.answers = []; x.answers.append(y)",
    "a recorded gradient": "y.backward(create_graph=True)",
    "a grad set by hand": "x.grad = y",
    "a label": "x.label = [y]",
    "a hook": "x.register_hook(lambda gradient: y)",
}


@in_core
@pytest.mark.parametrize("closed", CYCLES.values(), ids=CYCLES)
def test_cycles_are_freed(closed):
    program = f"""
import gc, weakref
from autograd import Value
early = [Value(1.0) for _ in range(10)]
def work():
    x = Value(2.0)
    y = x * x + early[0]
    {closed}
    return weakref.ref(x), weakref.ref(y)
refs = work()
gc.collect()
print(*[ref() is None for ref in refs])
"""
    assert run(program) == "True True\n"


@in_core
def test_an_instance_of_a_subclass_in_a_cycle_is_freed():
    program = """
import gc, weakref
from autograd import Value
class Named(Value):
    __slots__ = ("answer",)
x = Named(2.0)
x.answer = x * x
gone = weakref.ref(x)
del x
gc.collect()
print(gone() is None)
"""
    assert run(program) == "True\n"


@in_core
def test_freed_nodes_are_used_again_and_not_without_bound():
    program = """
import tracemalloc
from autograd import Value
tracemalloc.start()
x = Value(1.0)
for _ in range(200_000):
    x = x + 1.0
full = tracemalloc.get_traced_memory()[0]
del x
left = tracemalloc.get_traced_memory()[0]
print(full / 200_000 <= 160.0, left < 2e6)
"""
    assert run(program) == "True True\n"


@in_core
def test_a_million_deep_is_walked_and_freed_in_a_thread_with_a_small_stack():
    program = """
import threading
from autograd import Value
def work():
    x = y = Value(1.0)
    for _ in range(1_000_000):
        y = y * 1.0
    y.backward()
    print(x.grad)
threading.stack_size(256 * 1024)
thread = threading.Thread(target=work)
thread.start()
thread.join()
"""
    assert run(program) == "1.0\n"


@in_core
def test_what_dies_while_nodes_are_freed_may_use_them():
    program = """
import gc
from autograd import Value
class Last:
    def __del__(self):
        y = Value(3.0)
        for _ in range(1000):
            y = y * 1.0
        y.backward()
        print(y.data)
x = Value(1.0)
x.last = Last()
y = x * x
del x, y
gc.collect()
"""
    assert run(program) == "3.0\n"


@in_core
def test_slots_refuse_what_is_no_record():
    v = Value(1.0) * 2.0
    for name in ("data", "grad", "label", "op", "_left", "_d_left", "_given"):
        with pytest.raises((AttributeError, TypeError)):
            delattr(v, name)
    for name, wrong in (("_left", 1.0), ("_right", "x"), ("_data", "2"), ("_many", 3)):
        with pytest.raises(TypeError):
            setattr(v, name, wrong)
    assert v.data == 2.0


@in_core
def test_a_value_may_get_the_class_of_a_subclass():
    program = """
from autograd import Value
class Named(Value):
    pass
for _ in range(3000):
    v = Value(1.0)
    v.__class__ = Named
    del v
class Slotted(Value):
    __slots__ = ("a",)
Slotted(1.0)
print("alive")
"""
    assert run(program) == "alive\n"


@in_core
def test_subclasses_may_have_data_grad_and_label_of_their_own():
    program = """
from autograd import Value
class Clipped(Value):
    data = property(Value.data.__get__, lambda self, x: Value.data.__set__(self, 2.0 * x))
    grad = property(Value.grad.__get__, lambda self, x: Value.grad.__set__(self, min(x, 1.0)))
v = Clipped(3.0)
(v * 5.0).backward()
v.data = 4.0
print(v.data, v.grad)
class Elsewhere(Value):
    label = "of the class"
    grad = property(lambda self: self.kept, lambda self, x: setattr(self, "kept", x))
v = Elsewhere(3.0)
print(v.grad, repr(v.label))
(v * 5.0).backward()
print(vars(v))
class Forgetful(Value):
    def __init__(self):
        pass
try:
    Forgetful() + 1.0
except AttributeError as error:
    print(error)
try:
    pow(v, 2, 3)
except TypeError as error:
    print("takes 2" in str(error))
"""
    assert run(program) == run(program, AUTOGRAD_PURE="1")


@in_core
def test_what_a_watcher_raises_inside_a_layer_is_raised_once():
    program = """
from autograd.engine.watching import Watch
from nn import Layer
layer, calls = Layer(1, 1), []
def interrupt(node):
    calls.append(node)
    raise KeyboardInterrupt
watch = Watch(interrupt)
try:
    layer([1.0])
except KeyboardInterrupt:
    print(len(calls))
"""
    assert run(program) == "1\n"
