"""Recorded graphs as programs: every bit as it was, whatever is folded."""

from __future__ import annotations

import math
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from random_graphs import graphs

from autograd import Value, divide, gradients, log, log_sum_exp, topological_order, weighted_sum
from autograd.compiling import Lowering, Program, lowered
from autograd.engine import primitives as p


def leaves(root: Value) -> list[Value]:
    return [v for v in topological_order(root) if v.op is None]


def program_of(*outputs: Value) -> Program:
    inputs = dict.fromkeys(leaf for out in outputs for leaf in leaves(out))
    return lowered({leaf: f"x{i}" for i, leaf in enumerate(inputs)}, outputs)


@given(graphs())
def test_a_program_computes_every_bit_of_a_graph_and_its_gradient(root):
    inputs = leaves(root)
    outputs = [root, *gradients(root, inputs, create_graph=True)]
    program = lowered(dict.fromkeys(inputs, "x"), outputs)
    assert [*map(float.hex, program.run(*[x.data for x in inputs]))] == [y.data.hex() for y in outputs]


@given(st.lists(st.floats(allow_nan=False), min_size=3, max_size=3))
def test_it_computes_what_the_same_operations_do_elsewhere(numbers):
    def f(x, y, z):
        return (x * 1.0 - 0.0) * y + (y * x) / 1.0 + 0.0 + -0.0 * z + weighted_sum([x, y], [z, 2.0], 1.0)

    x, y, z = Value(1.0), Value(2.0), Value(3.0)
    found = lowered({x: "x", y: "y", z: "z"}, [f(x, y, z)]).run(*numbers)[0]
    wanted = f(*map(Value, numbers)).data
    assert found.hex() == wanted.hex() or (found != found and wanted != wanted)


def test_equal_steps_are_one_also_with_factors_and_terms_swapped():
    x, y = Value(2.0), Value(3.0)
    assert [step.op for step in program_of(x * y + y * x).steps] == [p.multiply, p.add]
    assert len(program_of((x - y) * (y - x)).steps) == 3


@pytest.mark.parametrize("keeps", [lambda x: x + 0.0, lambda x: x * 0.0, lambda x: 0.0 - x])
def test_what_may_change_the_sign_of_a_zero_is_no_step_to_leave_out(keeps):
    assert len(program_of(keeps(Value(2.0))).steps) == 1


def test_a_constant_is_neither_the_number_of_a_step_nor_a_zero_of_the_other_sign():
    x, y, z = Value(2.0), Value(3.0), Value(5.0)
    program = lowered({x: "x", y: "y", z: "z"}, [x * 2.0, x * z, x + 0.0, x + -0.0])
    assert program.run(7.0, 11.0, 13.0) == [14.0, 91.0, 7.0, 7.0]
    assert [math.copysign(1.0, zero) for zero in program.run(-0.0, 1.0, 1.0)[2:]] == [1.0, -1.0]


def test_constants_are_computed_and_what_nothing_needs_is_left_out():
    x, c = Value(2.0), Value(0.5)
    unused = x * 7.0
    assert unused.data == 14.0
    program = lowered({x: "x"}, [x + (c.exp() * c), c, 3])
    assert [step.op for step in program.steps] == [p.add]
    assert program.outputs[1:] == [0.5, 3.0]


def test_a_constant_outside_a_domain_raises_when_the_program_runs():
    lowering = Lowering()
    x = lowering.input()
    bad = lowering.step(p.log, (-1.0,))
    program = lowering.program({x: "x"}, [lowering.step(p.add, (x, bad))])
    with pytest.raises(ValueError, match="math domain error"):
        program.run(1.0)


def test_a_program_raises_outside_a_domain():
    x, y = Value(2.0), Value(3.0)
    program = lowered({x: "x", y: "y"}, [divide(x, y) + log(x) + log_sum_exp([x, y])])
    with pytest.raises(ZeroDivisionError):
        program.run(1.0, 0.0)


def test_what_lies_above_an_input_is_not_looked_at():
    x = Value(2.0)
    y = x.exp()
    assert lowered({y: "y"}, [y * y]) == Program(["y"], [(p.multiply, (0, 0))], [1])


def test_lowering_is_linear():
    def seconds(n: int) -> float:
        root = x = Value(0.5)
        for _ in range(n):
            root = root * x + 0.25
        start = time.process_time()
        lowered({x: "x"}, [root])
        return time.process_time() - start

    few = min(seconds(1000) for _ in range(5))
    assert seconds(50_000) < 500 * few  # 2500 times as long if it took the square
