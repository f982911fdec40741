"""The bounds of ``digits``, held against mpmath on random programs: they hold, and are not much larger than the errors."""

from __future__ import annotations

import random
import statistics
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from mpmath import mp, mpf

import autograd
from autograd import Value, digits, topological_order
from autograd.explaining.precision import Digits

# Each operation on two numbers and a constant; m is autograd, or the same functions of mpmath.
OPERATIONS: dict[str, Callable[..., Any]] = {
    "x + y": lambda m, x, y, c: x + y,
    "x - y": lambda m, x, y, c: x - y,
    "x * y": lambda m, x, y, c: x * y,
    "x / y": lambda m, x, y, c: x / y,
    "x + c": lambda m, x, y, c: x + c,
    "c - x": lambda m, x, y, c: c - x,
    "x * c": lambda m, x, y, c: x * c,
    "c / x": lambda m, x, y, c: c / x,
    "x * x": lambda m, x, y, c: x * x,
    "x ** 2": lambda m, x, y, c: x**2.0,
    "x ** c": lambda m, x, y, c: x**c,
    "x + c * y - c * y": lambda m, x, y, c: (x + c * y) - c * y,
    "exp": lambda m, x, y, c: m.exp(x),
    "expm1": lambda m, x, y, c: m.expm1(x),
    "log": lambda m, x, y, c: m.log(x),
    "log1p": lambda m, x, y, c: m.log1p(x),
    "sqrt": lambda m, x, y, c: m.sqrt(x),
    "sin": lambda m, x, y, c: m.sin(x),
    "cos": lambda m, x, y, c: m.cos(x),
    "arctan": lambda m, x, y, c: m.arctan(x),
    "tanh": lambda m, x, y, c: m.tanh(x),
    "sigmoid": lambda m, x, y, c: m.sigmoid(x),
    "softplus": lambda m, x, y, c: m.softplus(x),
    "sinh": lambda m, x, y, c: m.sinh(x),
    "arcsinh": lambda m, x, y, c: m.arcsinh(x),
    "erf": lambda m, x, y, c: m.erf(x),
    "cbrt": lambda m, x, y, c: m.cbrt(x),
    "xlogy": lambda m, x, y, c: m.xlogy(x, y),
    "logaddexp": lambda m, x, y, c: m.logaddexp(x, y),
    "hypot": lambda m, x, y, c: m.hypot(x, y),
    "total": lambda m, x, y, c: m.total([x, y, c]),
    "product": lambda m, x, y, c: m.product([x, y, c]),
    "weighted_sum": lambda m, x, y, c: m.weighted_sum([x, y], [c, x], y),
    "half_squared_error": lambda m, x, y, c: m.half_squared_error([x, c], [y, x]),
    "log_sum_exp": lambda m, x, y, c: m.log_sum_exp([x, y, c]),
}
EXACT = SimpleNamespace(
    exp=mp.exp,
    expm1=mp.expm1,
    log=mp.log,
    log1p=mp.log1p,
    sqrt=mp.sqrt,
    sin=mp.sin,
    cos=mp.cos,
    arctan=mp.atan,
    tanh=mp.tanh,
    sigmoid=lambda x: 1 / (1 + mp.exp(-x)),
    softplus=lambda x: mp.log1p(mp.exp(x)),
    sinh=mp.sinh,
    arcsinh=mp.asinh,
    erf=mp.erf,
    cbrt=lambda x: mp.sign(x) * mp.cbrt(abs(x)),
    xlogy=lambda x, y: x * mp.log(y),
    logaddexp=lambda x, y: mp.log(mp.exp(x) + mp.exp(y)),
    hypot=lambda x, y: mp.sqrt(x * x + y * y),
    total=mp.fsum,
    product=mp.fprod,
    weighted_sum=lambda weights, inputs, bias: mp.fdot(weights, inputs) + bias,
    half_squared_error=lambda targets, outputs: sum((t - o) ** 2 for t, o in zip(targets, outputs, strict=True)) / 2,
    log_sum_exp=lambda values: mp.log(mp.fsum(map(mp.exp, values))),
)
CONSTANTS = (1.0, 2.0, 0.5, 3.0, -1.5, 0.1, 1e4, 1e-5)

Program = list[tuple[str, int, int, float]]


def drawn(draw: random.Random) -> tuple[list[float], Program]:
    """Draw one to three numbers, and up to fourteen operations on them and on the last results."""
    xs = []
    for _ in range(draw.randint(1, 3)):
        kind, sign = draw.random(), draw.choice((-1.0, 1.0))
        size = draw.uniform(0.0, 3.0) if kind < 0.6 else 10.0 ** draw.uniform(-9.0, 4.0) if kind < 0.9 else draw.randint(1, 3)
        xs.append(sign * size)
    plain = [*OPERATIONS][:12]
    program: Program = []
    for made in range(len(xs), len(xs) + draw.randint(2, 14)):
        name = draw.choice(plain if draw.random() < 0.5 else [*OPERATIONS])
        constant = draw.choice((*CONSTANTS, 10.0 ** draw.uniform(-3.0, 3.0)))
        program.append((name, draw.randrange(max(0, made - 4), made), draw.randrange(made), constant))
    return xs, program


def run(m: Any, xs: list[Any], program: Program, kind: Callable[[float], Any] = float) -> Any:
    made = [*xs]
    for name, a, b, constant in program:
        made.append(OPERATIONS[name](m, made[a], made[b], kind(constant)))
    return made[-1]


def exact_numbers(xs: list[float], program: Program) -> list[Any]:
    """Return the value and its slopes by each number, by differences at 250 digits of steps of 1e-80."""
    with mp.workdps(250):
        numbers = [mpf(x) for x in xs]
        found = [run(EXACT, numbers, program, mpf)]
        for i in range(len(xs)):
            step = mpf(10) ** -80 * abs(numbers[i])
            high, low = (run(EXACT, [*numbers[:i], numbers[i] + s, *numbers[i + 1 :]], program, mpf) for s in (step, -step))
            found.append((high - low) / (2 * step))
        return found


def judged(count: int) -> Iterator[tuple[Any, mpf, Callable[[], Any]]]:
    """Yield each number of random programs with its true error, and a function that judges it again with care."""
    draw = random.Random(1)
    while count:
        xs, program = drawn(draw)
        leaves = [Value(x) for x in xs]
        try:
            y = run(autograd, leaves, program)
            report = digits(y, leaves)
            exact = exact_numbers(xs, program)
        except (ArithmeticError, ValueError):  # no value there, or y was not computed from all of them
            continue
        found = [report, *report.gradients]
        numbers = [*exact, *[x.value for x in found], *[node.data for node in topological_order(y)]]
        if any(isinstance(x, mp.mpc) for x in exact) or not all(abs(x) < 1e100 for x in numbers):
            continue  # no value, a quotient by what is exactly 0, or too large on the way for the oracle
        count -= 1
        for place, (number, truth) in enumerate(zip(found, exact, strict=True)):
            error = abs(mpf(number.value) - truth)

            def again(y: Value = y, leaves: list[Value] = leaves, place: int = place) -> Any:
                report = digits(y, leaves, with_care=True)
                return [report, *report.gradients][place]

            yield number, error if error > 1e-60 * (1 + abs(truth)) else mpf(0), again  # less than that is the oracle's


@pytest.mark.parametrize("count", [500, pytest.param(10_000, marks=pytest.mark.slow)])
def test_the_bounds_on_the_errors_of_random_programs_hold_and_are_close(count: int) -> None:
    found = [*judged(count)]
    missed = [(number, error, again) for number, error, again in found if error > number.bound]
    print(f"{count} programs, {len(found)} bounds, {len(missed)} missed")
    assert len(missed) <= 0.001 * len(found)
    for values in (True, False):
        rates = [number.bound / error for number, error, _ in found if isinstance(number, Digits) is values and error]
        assert statistics.median(rates) <= 10
    for _, error, again in missed:  # where something on the way has no digit left, the second order counts
        assert again().bound >= error
