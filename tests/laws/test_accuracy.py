"""How far every value and every partial is from the exact result; ``pytest -s tests/laws/test_accuracy.py`` prints the table.

The exact result is that of the mathematical function at exactly the given floats. An error of n ulp (units in the last
place) is n times the distance between the two floats around the exact result. Where it is measured, the README says. A result
beyond the floats must come out infinite or raise OverflowError, one below the normal floats must come out no larger than
they are.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from itertools import product
from typing import Any

import pytest
from mpmath import mp, mpf
from oracles import ORACLES, ROWS, exact_slope, exact_value, flat
from project import ROOT
from references import (
    LARGEST,
    PARTS,
    REGIONS,
    SMALLEST,
    VALUES_ALONE,
    cases,
    exact_numbers,
    fingerprint,
    is_normal,
    is_stored_as,
    stored,
)

from autograd.engine import floats, primitives
from autograd.engine.limits import partial_of
from autograd.engine.primitives import TABLE, Primitive
from autograd.engine.roundings import ROUNDING, rounded

SCOPE = (
    "wherever they and the operands are 0 or normal floats, from 2.2e-308 to 1.8e308. Where the terms of a sum cancel, it is "
    "the last place of the sum of their magnitudes; a product of n factors is within n."
)
TERMS: dict[str, Callable[..., list[float]]] = {
    "total": lambda values: values,
    "weighted_sum": lambda weights, inputs, bias: [w * x for w, x in zip(weights, inputs, strict=True)] + [bias],
    "log_sum_exp": lambda values: [max(values), math.log(len(values))],
    "logaddexp": lambda x, y: [max(x, y), math.log(2.0)],
}


@pytest.fixture(scope="module")
def table() -> Iterator[list[str]]:
    lines = [" " * 19 + "".join(f"{name:>16}" for name in [*REGIONS, "near", "special"])]
    yield lines
    print("\n\nworst ulp of the value / of each partial, by the size of the first operand:", SCOPE, "", *lines, sep="\n")


@pytest.mark.parametrize("op", ROWS, ids=lambda op: op.name)
def test_the_value_and_every_partial_are_within_4_ulp(op: Primitive, table: list[str]) -> None:
    worst: dict[str, list[float]] = {}
    for (region, args), exact in zip(cases(op), stored()[op.name][1], strict=True):
        found = _errors(op, args, exact)
        worst[region] = [max(pair) for pair in zip(worst.get(region, found), found, strict=True)]
    cells = ["/".join(f"{error:.1f}" for error in worst.get(name, [])) for name in [*REGIONS, "near", "special"]]
    table.append(f"{op.name:19}" + "".join(f"{cell:>16}" for cell in cells))
    assert max(map(max, worst.values())) <= 4.0


@pytest.mark.parametrize("op", ROWS, ids=lambda op: op.name)
def test_what_is_stored_is_what_mpmath_gives(op: Primitive) -> None:
    mark, numbers = stored().get(op.name, (0, []))
    assert mark == fingerprint(op), "run python tests/references.py"
    for k in random.sample(range(len(numbers)), 3):  # others each time
        for exact, number in zip(exact_numbers(op, cases(op)[k][1]), numbers[k], strict=True):
            assert is_stored_as(exact, number), f"at {cases(op)[k][1]}: run python tests/references.py"


def test_every_row_says_how_much_it_rounds() -> None:
    rows = {row for row in vars(primitives).values() if isinstance(row, Primitive)}
    untold = sorted(row.name for row in rows - {*ROUNDING})
    assert not untold, f"say in ULPS or RULES of autograd/engine/roundings.py how much these round: {', '.join(untold)}"
    assert {*ROUNDING} == rows


SIZES = [s * x for s in (1.0, -1.0) for x in (0.0, 5e-324, 1e-310, 1e-200, 0.5, 1.0, 1.0000001, 3.0, 40.0, 750.0, 1e200)]


@pytest.mark.parametrize(
    "op", [op for op in ROWS if op.takes.sequences[0] in ((False,), (False, False))], ids=lambda op: op.name
)
def test_0_does_not_count_as_exact_where_it_stands_for_less_than_the_least_float(op: Primitive) -> None:
    for args in product(SIZES, repeat=op.arity):
        with suppress(ArithmeticError, ValueError):
            if ORACLES[op.name].inside(*args) and op.value(*args) == 0.0:
                assert rounded(op, 0.0, args) > 0.0 or exact_value(op, args) == 0, args


@pytest.mark.parametrize("op", ROWS, ids=lambda op: op.name)
def test_no_value_is_further_off_than_its_row_says_it_rounds(op: Primitive) -> None:
    for (_, args), (exact, *_) in zip(cases(op), stored()[op.name][1], strict=True):
        with suppress(OverflowError):
            z = op.value(*args)
            if is_normal(exact) and math.isfinite(z):
                assert abs(z - exact) <= rounded(op, z, args) + mpf(math.ulp(z)) / PARTS  # of which the file does not tell


@pytest.mark.parametrize(
    ("name", "textbook", "largest", "loss"),
    [
        ("sigmoid", lambda z, x: z * (1.0 - z), 5.0, 100.0),
        ("sigmoid", lambda z, x: z * (1.0 - z), 36.0, 1e14),
        ("tanh", lambda z, x: 1.0 - z * z, 5.0, 1000.0),
        ("tanh", lambda z, x: 1.0 - z * z, 18.0, 1e14),
        ("erf", lambda z, x: 2.0 / math.sqrt(math.pi) * math.exp(-x * x), 26.0, 200.0),
        ("arcsin", lambda z, x: 1.0 / math.sqrt(1.0 - x * x), 1.0, 10.0),
    ],
)
def test_the_textbook_forms_fail_this_very_check(name: str, textbook: Any, largest: float, loss: float) -> None:
    op, draw = TABLE[name], random.Random(1)
    points = [draw.uniform(-largest, largest) for _ in range(500)]
    assert max(_ulps(textbook(op.value(x), x), exact_slope(op, (x,), 0)) for x in points) > loss


def test_second_derivatives_of_a_power_lose_only_what_rounding_the_exponent_and_cancelling_cost() -> None:
    draw = random.Random(2)
    for _ in range(300):
        x, y = math.exp(draw.uniform(-7.0, 7.0)), draw.choice((-1, 1)) * math.exp(draw.uniform(-7.0, 1.4))
        size = mp.power(x, y - 1) * (1 + abs(y * mp.log(x)))  # of the two terms, which may cancel
        for name, i in product(("power_slope", "power_log"), (0, 1)):
            unit = None if (name, i) in [("power_slope", 0), ("power_log", 1)] else size
            op = TABLE[name]
            assert _ulps(op.partials[i](op.value(x, y), x, y), exact_slope(op, (x, y), i), unit) <= 32.0  # 17 measured


@pytest.mark.parametrize("x", [5e-324, -4e-321, 9.624883e-318, 1e-310])
def test_the_cube_root_of_a_subnormal_number_is_as_good_as_any(x: float) -> None:
    assert _ulps(floats.cbrt(x), exact_value(TABLE["cbrt"], (x,))) <= 1.0


def test_the_second_derivative_of_sigmoid_is_within_4_ulp_where_a_plainer_first_one_would_cost_more() -> None:
    op, x = TABLE["sigmoid_slope"], 3.3727965108586506
    assert _ulps(op.partials[0](op.value(x), x), exact_slope(op, (x,), 0)) <= 4.0


def test_the_readme_promises_that_where_it_is_measured() -> None:
    assert SCOPE in " ".join((ROOT / "README.md").read_text(encoding="utf-8").split())


@pytest.mark.parametrize("count", [2, 10, 20, 100])
def test_a_product_loses_no_more_than_one_ulp_for_each_factor(count: int) -> None:
    draw, op = random.Random(count), TABLE["product"]
    for _ in range(30):
        factors = [draw.choice((-1, 1)) * draw.uniform(0.5, 2.0) for _ in range(count)]
        z, exact = op.value(factors), exact_value(op, (factors,))
        assert _ulps(z, exact) <= count - 1
        assert max(_ulps(d, exact / x) for d, x in zip(partial_of(op, 0, z, factors), factors, strict=True)) <= count


@pytest.mark.parametrize("count", [200, 1000])
def test_long_sums_are_as_exact_as_short_ones(count: int) -> None:
    draw = random.Random(count)
    values, factors = ([draw.gauss(0.0, 1.0) * 10.0 ** draw.randint(-3, 2) for _ in range(count)] for _ in range(2))
    for name, args in {
        "total": (values,),
        "weighted_sum": (values, factors, 0.25),
        "half_squared_error": (values, factors),
        "log_sum_exp": (values,),
    }.items():
        size = mp.fsum([abs(mpf(term)) for term in TERMS[name](*args)]) if name in TERMS else None
        assert _ulps(TABLE[name].value(*args), exact_value(TABLE[name], args), size) <= 4.0


@pytest.mark.parametrize(
    ("name", "args", "result"),
    [
        ("total", ([1e308, 1e308, -1.5e308],), 5e307),
        ("half_squared_error", (1.5e154, 0.0), 1.125e308),
        ("half_squared_error", ([1.5e154], [0.0]), 1.125e308),
    ],
)
def test_a_result_is_right_though_it_would_overflow_on_the_way(name: str, args: Any, result: float) -> None:
    assert TABLE[name].value(*args) == pytest.approx(result, rel=1e-15)


@pytest.mark.parametrize("x", [-700.0, -300.0, -40.0, -37.0, -10.0, -0.1])
def test_a_log_sum_exp_close_to_0_keeps_its_digits_where_no_terms_cancel(x: float) -> None:
    assert _ulps(TABLE["log_sum_exp"].value([x, 0.0]), exact_value(TABLE["log_sum_exp"], ([x, 0.0],))) <= 4.0


def _errors(op: Primitive, args: tuple[Any, ...], exact: Sequence[mpf]) -> list[float]:
    """Return the errors of the value and of each partial by a number or sequence, in ulp; 0 where not measured."""
    value, *slopes = exact
    try:
        z = op.value(*args)
    except OverflowError:
        z = math.inf
    terms = TERMS[op.name](*args) if op.name in TERMS else None
    errors = [_ulps(z, value, mp.fsum([abs(mpf(term)) for term in terms]) if terms else None)]
    if op.name in VALUES_ALONE:
        return errors
    if not is_normal(value):
        return errors + [0.0] * op.arity
    for i in range(op.arity):
        partials = flat([partial_of(op, i, z, *args)])
        errors.append(max(map(_ulps, partials, slopes)))
        slopes = slopes[len(partials) :]
    return errors


def _ulps(computed: float, exact: mpf, size: mpf | None = None) -> float:
    """Return the error in units in the last place of the exact result, or of a number of the given size."""
    if mp.isnan(exact) or mp.isnan(computed):
        return 0.0 if mp.isnan(exact) and mp.isnan(computed) else math.inf
    if abs(exact) > LARGEST:
        return 0.0 if abs(computed) >= LARGEST else math.inf
    if abs(exact) < SMALLEST:
        return 0.0 if abs(computed) <= (SMALLEST if exact else 0.0) else math.inf
    if not math.isfinite(computed):
        return math.inf
    _, exponent = mp.frexp(abs(exact) if size is None else size)
    return float(abs(computed - exact) / mp.ldexp(1, exponent - 53))
