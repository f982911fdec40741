"""Computing without a record: what no_grad turns off, for whom, and that it costs nothing otherwise."""

from __future__ import annotations

import asyncio
import contextvars
import gc
import os
import pickle
import signal
import sys
import threading

import pytest
from interruptions import interrupted

from autograd import (
    Value,
    check_graph,
    enable_grad,
    exp,
    grad,
    gradients,
    hessian,
    hvp,
    jacobian,
    jvp,
    no_grad,
    source_line,
    trace_lines,
    value_and_grad,
    vjp,
    weighted_sum,
)
from autograd.engine.node import unwatch, watch
from autograd.engine.recording import is_recording
from autograd.engine.watching import watchers


@pytest.fixture
def x():
    return Value(2.0, label="x")


@pytest.fixture(autouse=True)
def _nothing_is_left_behind():
    assert watchers == []
    yield
    assert watchers == []


OPERATIONS = {
    "two Values": lambda x: x * x,
    "a constant": lambda x: 3.0 - x,
    "a function": exp,
    "a method": lambda x: x.maximum(1.0),
    "a power": lambda x: x**3,
    "a quotient": lambda x: 1.0 / x,
    "a sequence": lambda x: weighted_sum([x, x], [x, x], x),
    "a mixed sequence": lambda x: weighted_sum([x, 1.0], [2.0, x]),
}


@pytest.mark.parametrize("f", OPERATIONS.values(), ids=OPERATIONS)
def test_operations_return_leaves_with_the_same_number(f, x):
    recorded = f(x)
    with no_grad():
        y = f(x)
    assert (y.data, y.op, y.args, y.edges) == (recorded.data, None, (), [])
    assert type(y) is Value


def test_afterwards_operations_are_recorded_again(x):
    with no_grad():
        pass
    assert (x * x).args == (x, x)


def test_no_gradient_passes_through_what_was_computed_inside(x):
    with no_grad():
        y = x * x
    (x * y).backward()
    assert (x.grad, y.grad) == (4.0, 2.0)


def test_an_error_leaves_the_block_as_its_end_does(x):
    with pytest.raises(ZeroDivisionError), no_grad():
        1.0 / (x - 2.0)
    assert (x * x).op is not None


def test_a_block_ends_those_inside_that_an_interrupt_has_left_open(x):
    inner = enable_grad()
    with no_grad():
        inner.__enter__()
        assert (x * x).op is not None
    assert is_recording()


def one_step_of(manager):
    with manager():
        Value(1.0) * 2.0


INTERRUPTED = {
    "no_grad": lambda _: one_step_of(no_grad),
    "enable_grad": lambda _: one_step_of(enable_grad),
    "trace_lines": lambda _: one_step_of(trace_lines),
    "both": lambda _: one_step_of(lambda: no_grad() if one_step_of(trace_lines) is None else None),
    "a decorated function": lambda _: decorated(),
}


@no_grad()
def decorated():
    return Value(1.0) * 2.0


@pytest.fixture
def no_garbage_collected():
    """Have no other test's garbage freed meanwhile: what interrupts its finalizers is lost."""
    gc.disable()
    yield
    gc.enable()


@pytest.mark.usefixtures("no_garbage_collected")
@pytest.mark.parametrize("outer", [no_grad, enable_grad, trace_lines])
@pytest.mark.parametrize("call", INTERRUPTED.values(), ids=INTERRUPTED)
def test_entering_and_leaving_may_be_interrupted_at_any_line(call, outer, x):
    with outer():
        before, at = (is_recording(), (x * x).op, len(watchers)), 1
        while interrupted(call, None, at, inside=""):  # in the standard library, too
            assert (is_recording(), (x * x).op, len(watchers)) == before
            at += 1
        assert at > 10
    assert (x * x).args == (x, x)


def test_leaving_what_was_not_entered_changes_nothing(x):
    with no_grad():
        no_grad().__exit__(None, None, None)
        enable_grad().__exit__(None, None, None)
        assert (x * x).op is None
    no_grad().__exit__(None, None, None)
    with no_grad():
        assert (x * x).op is None
    assert (x * x).args == (x, x)


def test_a_watcher_is_called_with_each_new_node_in_every_thread_once_until_it_is_taken_back(x):
    seen, other = [], []
    watch(seen.append)
    watch(seen.append)
    watch(other.append)
    made = [Value(3.0), x * x, x.exp(), weighted_sum([x], [x], x)]
    thread = threading.Thread(target=lambda: made.append(-x))
    thread.start()
    thread.join()
    unwatch(seen.append)
    made.append(x + 1.0)
    unwatch(seen.append)
    x + 2.0
    unwatch(other.append)
    assert [*map(id, seen)] == [*map(id, made)]
    assert len(other) == len(made) + 1
    with pytest.raises(ValueError, match="does not watch"):
        unwatch(seen.append)


def test_a_generator_that_is_closed_in_another_context_ends_its_own_block_alone(x):
    def steps():
        with no_grad():
            yield (x * x).op

    generator = steps()
    assert contextvars.copy_context().run(next, generator) is None
    with no_grad():
        generator.close()
        assert (x * x).op is None
        assert len(watchers) == 1
    assert (x * x).args == (x, x)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork here")
@pytest.mark.filterwarnings("ignore:.*use of fork.*:DeprecationWarning")
@pytest.mark.parametrize("work", ["no_grad", "trace_lines", "pickle"])
def test_a_process_forked_while_another_thread_enters_blocks_or_pickles_can_do_so_too(work, x):
    def once():
        if work == "pickle":
            pickle.dumps(x * x)
        else:
            one_step_of({"no_grad": no_grad, "trace_lines": trace_lines}[work])

    def again():
        while not done.is_set():
            once()

    once()  # since a first import that a fork cuts in two is Python's own affair
    done = threading.Event()
    thread = threading.Thread(target=again)
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    thread.start()
    try:
        for _ in range(30):
            child = os.fork()
            if not child:
                signal.signal(signal.SIGALRM, signal.SIG_DFL)
                signal.alarm(5)  # ends what waits for a lock that nobody will release
                try:
                    once()
                except BaseException:
                    os._exit(1)
                os._exit(0)
            assert os.waitpid(child, 0)[1] == 0
    finally:
        done.set()
        thread.join()
        sys.setswitchinterval(interval)


def test_the_inner_of_two_blocks_decides(x):
    with no_grad():
        with enable_grad():
            inside = x * x
            with no_grad():
                innermost = x * x
        after = x * x
    assert (inside.args, innermost.args, after.args) == ((x, x), (), ())


def test_one_switch_may_serve_blocks_inside_each_other(x):
    switch = no_grad()
    with switch:
        with switch:
            pass
        assert (x * x).op is None
    assert (x * x).op is not None


@pytest.mark.parametrize("decorator", [no_grad, no_grad()], ids=["no_grad", "no_grad()"])
def test_a_decorated_function_records_nothing(decorator, x):
    @decorator
    def f(a, *, b):
        """Multiply."""
        return a * b

    assert (f(x, b=x).data, f(x, b=x).op, f.__name__, f.__doc__) == (4.0, None, "f", "Multiply.")


def test_a_decorated_coroutine_records_nothing_while_others_do(x):
    @no_grad()
    async def quiet():
        first = x * x
        await asyncio.sleep(0)
        return first.op, (x * x).op

    async def loud():
        await asyncio.sleep(0)
        return (x * x).op

    async def both():
        return await asyncio.gather(quiet(), loud())

    quiet_ops, loud_op = asyncio.run(both())
    assert (quiet_ops, loud_op.name) == ((None, None), "multiply")


def test_a_task_that_was_begun_inside_a_block_records_again_once_the_block_is_left(x):
    async def later(left):
        before = (x * x).op
        await left.wait()
        return before, (x * x).op

    async def main():
        left = asyncio.Event()
        with no_grad():
            task = asyncio.create_task(later(left))
            await asyncio.sleep(0)
        left.set()
        with no_grad():  # so that the check is on
            return await task

    before, after = asyncio.run(main())
    assert (before, after.name) == (None, "multiply")


def test_another_thread_records_while_this_one_does_not(x):
    found = []
    with no_grad():
        thread = threading.Thread(target=lambda: found.append((x * x).op))
        thread.start()
        thread.join()
        assert (x * x).op is None
    assert found[0].name == "multiply"


def test_two_threads_may_leave_their_blocks_in_any_order(x):
    first_left, second_in = threading.Event(), threading.Event()
    found = []

    def second():
        with no_grad():
            second_in.set()
            first_left.wait()
            found.append((x * x).op)
        found.append((x * x).op)

    thread = threading.Thread(target=second)
    with no_grad():
        thread.start()
        second_in.wait()
    assert (x * x).op.name == "multiply"
    first_left.set()
    thread.join()
    assert (found[0], found[1].name) == (None, "multiply")


@pytest.mark.parametrize("kind", ["def", "async def"])
def test_a_generator_is_refused_with_what_to_do_instead(kind):
    names = {}
    exec(f"{kind} steps():\n    yield 1", names)
    with pytest.raises(TypeError, match="steps is a generator, which would leave the block at every yield"):
        no_grad()(names["steps"])


def test_lines_are_traced_as_well(x):
    with trace_lines(), no_grad():
        y = x * x
    assert source_line(y).code == "y = x * x"
    with no_grad(), trace_lines():
        z = x + x
    assert source_line(z).code == "z = x + x"


# --- derivatives and walks inside a block ---


def cube(x):
    return x**3


DERIVATIVES = {
    "grad": lambda x: grad(cube)(x),
    "value_and_grad": lambda x: value_and_grad(cube)(x)[1],
    "jacobian": lambda x: jacobian(lambda t: [cube(t)])(x)[0],
    "jvp": lambda x: jvp(cube, (x,), (1.0,))[1],
    "vjp": lambda x: vjp(cube, x)[1](1.0)[0],
    "grad of grad": lambda x: grad(grad(cube))(x),
    "hessian": lambda x: hessian(lambda v: cube(v[0]))([x])[0][0],
    "hvp": lambda x: hvp(cube, (x,), (1.0,)),
}
derivatives = pytest.mark.parametrize("f", DERIVATIVES.values(), ids=DERIVATIVES)


@derivatives
def test_derivatives_of_functions_work_inside_a_block(f):
    expected = f(2.0)
    with no_grad():
        assert f(2.0) == expected == 12.0


@derivatives
def test_given_a_value_inside_a_block_they_return_a_leaf(f, x):
    with no_grad():
        slope = f(x)
    assert (slope.data, slope.op) == (12.0, None)


def test_a_derivative_that_would_be_an_argument_itself_is_a_leaf_inside_a_block(x):
    with no_grad():
        slope = grad(lambda t: t * x)(Value(3.0))
    assert (slope.data, slope.op, slope is x) == (2.0, None, False)


@pytest.mark.parametrize("derivative", [grad, lambda f: lambda x: jvp(f, (x,), (1.0,))[1]], ids=["reverse", "forward"])
def test_in_both_modes_what_is_computed_inside_a_block_is_a_constant(derivative):
    def f(x):
        with no_grad():
            y = x * x
        return x * y

    assert derivative(f)(3.0) == 9.0


@pytest.mark.parametrize("inner", [grad, lambda f: lambda x: jvp(f, (x,), (1.0,))[1]], ids=["reverse", "forward"])
@pytest.mark.parametrize("outer", [grad, lambda f: lambda x: jvp(f, (x,), (1.0,))[1]], ids=["reverse", "forward"])
def test_a_derivative_taken_inside_a_block_is_a_constant_to_the_one_outside(outer, inner):
    def f(x):
        with no_grad():
            slope = inner(lambda t: t * t * x)(x)  # 2x²
        return slope * x

    assert outer(f)(3.0) == 18.0


def test_gradients_with_create_graph_are_recorded_inside_a_block(x):
    root = x**3
    with no_grad():
        [slope] = gradients(root, [x], create_graph=True)
    assert gradients(slope, [x]) == [12.0]


def test_a_graph_recorded_before_has_its_gradients_inside_a_block(x):
    root = x**3
    with no_grad():
        root.backward()
        assert gradients(root, [x]) == [12.0]
    assert x.grad == 12.0


def test_recompute_inside_a_block_keeps_the_record(x):
    root = weighted_sum([x, 3.0], [x, 1.0], x) * x
    x.data = 5.0
    with no_grad():
        root.recompute()
    root.backward()
    assert (root.data, x.grad, bool(check_graph(root))) == (165.0, 88.0, True)
