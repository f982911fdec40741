"""Programs of one row each, at ordinary and special numbers, and random ones, for tests of what is compiled."""

from __future__ import annotations

import itertools
import math
import random
import sys

from autograd.compiling.lowering import Program, Step
from autograd.engine import primitives as p
from autograd.engine.primitive import Primitive

TINY, LARGEST = sys.float_info.min, sys.float_info.max
LINE = [
    *(0.0, -0.0, 0.25, -0.25, 0.5, -0.5, 0.7, 1.0, -1.0, 1.5, -1.5, 2.0, -2.0, 2.5, 3.0, -3.0, 3.7, -6.2, 8.0, -11.3, 26.2),
    *(31.7, -37.5, 88.1, -100.0, 700.3, -708.9, 709.5, -745.0, 1e3, 1e8 + 0.3, -1e15, 2.0**53, 1e22, -1e100, 1e200, 1e308),
    *(-LARGEST, 1e-8, -1e-8, 0.1, -1e-20, 1e-160, 1e-300, -TINY, 5e-324, 1.0 - 2.0**-53, 1.0 + 2.0**-52, 2.0**-53 - 1.0),
]
SHORT = [
   0.0, -0.0, 0.3, -0.7, 1.0, -1.0, 1.5, 2.0, -2.0, 3.0, 0.5, -3.6, 17.25, -200.0, 1e-9, 1e9, 1e-200, -1e200, 5e-324, LARGEST,
]  # fmt: skip
ORDERS = [0.0, 1.0, 2.0, 3.0]
IN_ORDERS = {p.power_derivative: (2, 3), p.sinc_derivative: (1,)}  # places of arguments that count
SEQUENCES = [
    *((), (0.3,), (-0.0,), (1.0, 2.0, 3.0), (0.1,) * 10, (-0.0, 0.0), (0.0, -0.0), (1e16, 1.0, -1e16), (700.0, 710.0, -5.0)),
    *((1.0, 2.0**-53, 2.0**-120), (1.0, 2.0**-53, -(2.0**-120)), (-1.0, -(2.0**-53), -(2.0**-200), 2.0**-300)),
    *(
        (1e100, 1.0, -1e100, 1e-30),
        (1e-200, 1e-200, 1e200, 1e200),
        (1e75, 1e308, 1e-310),
        (LARGEST, LARGEST, -LARGEST),
        (-800.0, 3.0, 3.0),
    ),
    *((1e-310, 3.0, 1e-5), (5.0, 1e308, -1e308)),
    *(tuple(map(random.Random(seed).gauss, [0.0] * 4, [5.0] * 4)) for seed in range(30)),
]


def points(op):
    """Yield arguments of a row: special ones, and random ones of ordinary size."""
    r = random.Random(op.name)
    for sequences in op.takes.sequences:
        if any(sequences):
            for xs in SEQUENCES:
                ys = [*xs[1:], *xs[:1]]
                whole = [(tuple(xs), tuple(ys))[place] if is_one else 0.25 for place, is_one in enumerate(sequences)]
                yield tuple(whole)
        elif op.arity == 1:
            yield from itertools.product(LINE)
            yield from ((r.gauss(0.0, scale),) for scale in [1.0, 5.0, 30.0] * 30)
        else:
            orders = IN_ORDERS.get(op, ())
            lines = [ORDERS if place in orders else SHORT if op.arity < 3 else SHORT[::2] for place in range(op.arity)]
            yield from itertools.product(*lines)
            for scale in [1.0, 5.0, 30.0] * 40:
                yield tuple(r.choice(ORDERS) if place in orders else r.gauss(0.0, scale) for place in range(op.arity))


def flat(args):
    return [x for arg in args for x in (arg if isinstance(arg, tuple) else (arg,))]


def of_row(op: Primitive, args) -> Program:
    """Return the program of one step for arguments of this shape."""
    places = itertools.count()
    step = Step(op, tuple(tuple(next(places) for _ in arg) if isinstance(arg, tuple) else next(places) for arg in args))
    number = next(places)
    return Program([f"x{i}" for i in range(number)], [step], [number])


def programs(missing):
    """Return a program for each row and shape of its arguments, by name, and the arguments to try each with."""
    found, cases = {}, {}
    for op in p.TABLE.values():
        if vars(p).get(op.name) is op and not missing(op):
            for args in points(op):
                lengths = [len(arg) for arg in args if isinstance(arg, tuple)]
                name = f"row_{op.name}{'_'.join(map(str, ['', *lengths]))}"
                if name not in found:
                    found[name], cases[name] = of_row(op, args), []
                cases[name].append((op, args))
    return found, cases


def value(op, args):
    """Return what Python makes of it; None where it refuses."""
    try:
        return op.value(*args)
    except (ArithmeticError, ValueError):
        return None


def assert_rows(cases, run):
    """Hold what is run to Python's rows, to the last bit, or to None: always where Python has no finite number, else seldom."""
    left = 0
    for op, args in cases:
        expected, found = value(op, args), run(*flat(args))
        if expected is None or not math.isfinite(expected):
            assert found is None, args
        elif found is None:
            left += 1
        else:
            assert found[0].hex() == expected.hex(), args
    overflows = all(op is p.total and len(args[0]) == 3 for op, args in cases)  # on the way, unless it is scaled
    assert left <= len(cases) * 0.02 + overflows


def evaluated(program, numbers):
    """Return all values of a program, in Python; None where it refuses or gives what is not finite."""
    try:
        values = program._replace(outputs=[*range(len(numbers) + len(program.steps))]).run(*numbers)
    except (ArithmeticError, ValueError):
        return None
    return values if all(map(math.isfinite, values)) else None


CALM = [  # rows whose values are seldom large, and seldom outside what the next one takes
    *(
        p.add,
        p.subtract,
        p.multiply,
        p.negative,
        p.sin,
        p.cos,
        p.tanh,
        p.arctan,
        p.arctan2,
        p.sigmoid,
        p.softplus,
        p.erf,
        p.abs,
    ),
    *(p.sigmoid_slope, p.relu, p.maximum, p.where, p.clip, p.total, p.weighted_sum, p.half_squared_error, p.hypot, p.logaddexp),
    *(p.gaussian, p.log_sum_exp, p.exp_difference, p.unit, p.amax, p.sinc, p.remainder, p.arcsinh, p.cbrt, p.floor, p.sign),
]


def random_program(seed: int, size: int = 50) -> Program:
    """Return a program of random rows."""
    r = random.Random(seed)
    names = ["x", "out_h1", "layer.w[0, 1]", "σ′", "exp", "3rd", "in", "return", "x", ""]
    program = Program(names, [], [*range(len(names), len(names) + size), 0, -1.5])

    def argument():
        known = len(names) + len(program.steps)
        return r.choice([-2.5, 0.5, 1.0, 3.0]) if r.random() < 0.15 else max(r.randrange(known), r.randrange(known))

    for _ in range(size):
        op, length = r.choice(CALM), r.randrange(1, 5)
        args = [tuple(argument() for _ in range(length)) if is_one else argument() for is_one in r.choice(op.takes.sequences)]
        program.steps.append(Step(op, tuple(args)))
    return program
