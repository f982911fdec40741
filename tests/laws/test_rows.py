"""The laws that every row of the table keeps, against oracles that involve no automatic differentiation."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from fractions import Fraction
from itertools import combinations_with_replacement, product
from typing import Any

import numpy as np
import pytest
from oracles import CASES, ORACLES, ROWS, exact_derivative, flat, shaped

import autograd
from autograd import Value, gradients, topological_order
from autograd.engine import primitives as p
from autograd.engine.limits import Limit
from autograd.engine.primitives import Primitive

FUNCTIONS = [op for op in ROWS if all(isinstance(arg, float) for arg in ORACLES[op.name].points[0])]  # of numbers alone
PUBLIC = [op for op in FUNCTIONS if getattr(autograd, op.name, None) is op]
SPECIAL = [0.0, -0.0, 1.0, -1.0, 0.5, 2.0, -3.0, 5e-324, 1e-200, 1e200, -1e200, 1.7e308, math.inf, -math.inf, math.nan]

cases = pytest.mark.parametrize(("op", "args"), CASES, ids=lambda part: getattr(part, "name", str(part)))


def rows(some: Sequence[Primitive]) -> Any:
    return pytest.mark.parametrize("op", some, ids=lambda op: op.name)


# --- first derivatives ---


def test_every_row_has_an_oracle() -> None:
    assert {op.name for op in ROWS} == set(ORACLES)


def test_a_row_without_an_oracle_is_told_what_to_add_and_where() -> None:
    message = 'the row none has no oracle: add its definition and points to try it at, "none": Oracle(…), to ORACLES in tests'
    with pytest.raises(LookupError, match=f"^{re.escape(message)}"):
        ORACLES["none"]


@cases
def test_each_partial_is_the_slope_of_the_value(op: Primitive, args: Any) -> None:
    for i, partial in enumerate(flat(partials(op, op.value(*args), args))):
        if op is p.largest_of:  # taken for a constant, where its slope would cancel
            assert partial == 0.0
            continue
        assert partial == pytest.approx(float(exact_derivative(op, args, one_hot(args, i))), rel=1e-14, abs=1e-15)


@cases
def test_the_recorded_edges_are_the_partials_whichever_arguments_are_constants(op: Primitive, args: Any) -> None:
    z, slopes = op.value(*args), flat(partials(op, op.value(*args), args))
    for choice in product([True, False], repeat=len(slopes)):
        if any(choice):
            mixed = [Value(x) if chosen else x for x, chosen in zip(flat(args), choice, strict=True)]
            recorded = op(*shaped(mixed, args))
            expected = [(x, d) for x, d in zip(mixed, slopes, strict=True) if isinstance(x, Value)]
            assert bits(recorded.data) == bits(z)
            assert [x for x, _ in recorded.edges] == [x for x, _ in expected]
            assert [bits(d) for _, d in recorded.edges] == [bits(d) for _, d in expected]


w = Value(0.7)
OPERATORS: list[tuple[str, Callable[[Any], Any], Primitive, Callable[[Any], Any]]] = [
    ("v + 2", lambda v: v + 2, p.add, lambda v: (v, 2.0)),
    ("2 + v", lambda v: 2 + v, p.add, lambda v: (2.0, v)),
    ("v + w", lambda v: v + w, p.add, lambda v: (v, w)),
    ("w + v", lambda v: w + v, p.add, lambda v: (w, v)),
    ("v - 2", lambda v: v - 2, p.subtract, lambda v: (v, 2.0)),
    ("2 - v", lambda v: 2 - v, p.subtract, lambda v: (2.0, v)),
    ("v - w", lambda v: v - w, p.subtract, lambda v: (v, w)),
    ("v * 2", lambda v: v * 2, p.multiply, lambda v: (v, 2.0)),
    ("2 * v", lambda v: 2 * v, p.multiply, lambda v: (2.0, v)),
    ("v * w", lambda v: v * w, p.multiply, lambda v: (v, w)),
    ("v * v", lambda v: v * v, p.multiply, lambda v: (v, v)),
    ("v / 3", lambda v: v / 3, p.divide, lambda v: (v, 3.0)),
    ("3 / v", lambda v: 3 / v, p.divide, lambda v: (3.0, v)),
    ("v / w", lambda v: v / w, p.divide, lambda v: (v, w)),
    ("w / v", lambda v: w / v, p.divide, lambda v: (w, v)),
    ("v ** 2", lambda v: v**2, p.power, lambda v: (v, 2.0)),
    ("v ** -1.5", lambda v: abs(v) ** -1.5, p.power, lambda v: (abs(v), -1.5)),
    ("2 ** v", lambda v: 2**v, p.power, lambda v: (2.0, v)),
    ("w ** v", lambda v: w**v, p.power, lambda v: (w, v)),
    ("-v", lambda v: -v, p.negative, lambda v: (v,)),
    ("abs(v)", abs, p.abs, lambda v: (v,)),
]


@pytest.mark.parametrize("x", [0.3, -1.7, 3.0, 1e-3, -11.0])
@pytest.mark.parametrize(("operate", "op", "operands"), [row[1:] for row in OPERATORS], ids=[row[0] for row in OPERATORS])
def test_an_operator_records_what_its_row_says_bit_for_bit(operate: Any, op: Primitive, operands: Any, x: float) -> None:
    v = Value(x)
    made, given = operate(v), operands(v)
    numbers = [number(arg) for arg in given]
    z = op.value(*numbers)
    slopes = [op.partials[i](z, *numbers) for i, arg in enumerate(given) if isinstance(arg, Value)]
    assert made.op is op
    assert [bits(number(arg)) for arg in made.args] == [bits(x) for x in numbers]
    assert [isinstance(arg, Value) for arg in made.args] == [isinstance(arg, Value) for arg in given]
    assert bits(made.data) == bits(z)
    assert [bits(d) for _, d in made.edges] == [bits(d) for d in slopes]


@pytest.mark.parametrize("choice", [*product([True, False], repeat=5)])
def test_the_fast_way_to_a_weighted_sum_records_what_its_row_says(choice: Sequence[bool]) -> None:
    numbers = [0.3, -1.25, 0.7, 3.0, 0.1]
    args = shaped([Value(x) if chosen else x for x, chosen in zip(numbers, choice, strict=True)], [[0, 0], [0, 0], 0])
    fast = autograd.weighted_sum(*args)
    assert bits(number(fast)) == bits(number(p.weighted_sum(*args)))
    if any(choice):
        assert fast.edges == p.weighted_sum(*args).edges


# --- higher derivatives: partials are made of rows, so that they can be recorded and differentiated themselves ---


@cases
def test_second_derivatives_follow_from_recording_the_partials(op: Primitive, args: Any) -> None:
    count = len(flat(args))
    for i, j in combinations_with_replacement(range(count), 2):
        xs = [Value(x) for x in flat(args)]
        values = shaped(xs, args)
        slope = flat(partials(op, op(*values), values))[i]
        if isinstance(slope, Value):
            slope.backward()
        assert xs[j].grad == pytest.approx(float(exact_derivative(op, args, one_hot(args, i, j))), rel=1e-11, abs=1e-12)


@cases
def test_third_derivatives_follow_from_recording_the_partials(op: Primitive, args: Any) -> None:
    count = len(flat(args))
    for i, j, k in combinations_with_replacement(range(count), 3):
        xs = [Value(x) for x in flat(args)]
        third = gradient(gradient(gradient(op(*shaped(xs, args)), xs[i]), xs[j]), xs[k])
        expected = float(exact_derivative(op, args, one_hot(args, i, j, k)))
        assert number(third) == pytest.approx(expected, rel=1e-10, abs=1e-11)


@pytest.mark.parametrize("n", [0, 1, 2, 3, 4, 5])
@pytest.mark.parametrize("x", [0.0, -1.3, 1e-200])
def test_every_derivative_of_an_integer_power_is_right_at_0_too(n: int, x: float) -> None:
    v = Value(x)
    slope: Any = v**n
    for k in range(1, 7):
        slope = gradient(slope, v)
        expected = math.perm(n, k) * x ** (n - k) if k <= n else 0.0
        assert number(slope) == pytest.approx(expected, rel=1e-14)


@pytest.mark.parametrize("n", [-1, -2, -3])
def test_second_derivatives_of_negative_powers_are_right_at_negative_numbers(n: int) -> None:
    v = Value(-1.3)
    assert number(gradient(gradient(v**n, v), v)) == pytest.approx(n * (n - 1) * (-1.3) ** (n - 2), rel=1e-14)


# --- names ---


@rows(PUBLIC)
def test_a_method_is_the_function_of_the_same_name(op: Primitive) -> None:
    for args in ORACLES[op.name].points:
        values = [Value(x) for x in args]
        method, function = getattr(values[0], op.name)(*values[1:]), op(*values)
        assert method.op is op
        assert bits(method.data) == bits(function.data)
        assert method.edges == function.edges


@pytest.mark.parametrize("name", ["sin", "cos", "tan", "sinh", "cosh", "tanh"])
def test_inverse_functions_have_maths_names_too(name: str) -> None:
    assert getattr(autograd, f"a{name}") is getattr(autograd, f"arc{name}")
    assert getattr(Value, f"a{name}") is getattr(Value, f"arc{name}")


# heaviside has two arguments in NumPy
@rows([op for op in PUBLIC if getattr(getattr(np, op.name, None), "nin", 0) == op.arity])
def test_numpys_function_of_the_same_name_is_the_row(op: Primitive) -> None:
    for args in ORACLES[op.name].points:
        values = [Value(x) for x in args]
        result = getattr(np, op.name)(*values)
        assert (result.op, bits(result.data), result.edges) == (op, bits(op.value(*args)), op(*values).edges)


@cases
def test_plain_numbers_of_any_kind_give_a_plain_float(op: Primitive, args: Any) -> None:
    expected = op.value(*args)
    for kind in (float, Fraction, np.float64):
        result = op(*shaped([kind(x) for x in flat(args)], args))
        assert type(result) is float
        assert bits(result) == bits(expected)


@pytest.mark.parametrize("kind", [int, bool, Fraction, np.float32, np.int64, np.bool_])
@rows([op for op in PUBLIC if op.arity == 2])
def test_a_constant_of_any_kind_is_kept_as_a_float_in_either_place(op: Primitive, kind: Any) -> None:
    v = Value(2.5)
    assert [type(arg) for arg in op(v, kind(1)).args] == [Value, float]
    assert [type(arg) for arg in op(kind(1), v).args] == [float, Value]


# --- edges of domains, and conventions ---

INF, NAN = math.inf, math.nan

# fmt: off  (rows of a table)
REFUSED = [
    (p.divide, 1.0, 0.0),
    (p.power, 0.0, -1.0),
    (p.power, -2.0, 0.5),
    (p.log, 0.0),
    (p.log, -1.0),
    (p.log2, 0.0),
    (p.log2, -1.0),
    (p.log10, 0.0),
    (p.log10, -1.0),
    (p.log1p, -1.0),
    (p.log1p, -2.0),
    (p.sqrt, -1e-300),
    (p.xlogy, 1.0, 0.0),
    (p.xlogy, 2.0, -1.0),
    (p.sin, INF),
    (p.cos, INF),
    (p.tan, -INF),
    (p.arcsin, 1.1),
    (p.arcsin, -1.1),
    (p.arccos, 1.1),
    (p.arccos, -1.1),
    (p.arccosh, 0.9),
    (p.arctanh, 1.0),
    (p.arctanh, -1.0),
    (p.arctanh, 2.0),
]
AT_THE_EDGE = [
    (p.power, 0.0, 0.0),
    (p.power, 0.0, 0.5),
    (p.power, -2.0, -3.0),
    (p.log, 5e-324),
    (p.log1p, -1.0 + 2.0**-53),
    (p.sqrt, 0.0),
    (p.arcsin, 1.0),
    (p.arcsin, -1.0),
    (p.arccos, 1.0),
    (p.arccos, -1.0),
    (p.arccosh, 1.0),
    (p.arctanh, 1.0 - 2.0**-53),
]
LIMITS = [  # the limit first
    (INF, p.divide, 1.0, 0.0),
    (-INF, p.divide, -1.0, 0.0),
    (-INF, p.divide, 1.0, -0.0),
    (NAN, p.divide, 0.0, 0.0),
    (INF, p.power, 0.0, -1.0),
    (-INF, p.power, -0.0, -1.0),
    (INF, p.power, -0.0, -2.0),
    (INF, p.power, -1e200, 2.0),
    (-INF, p.power, -1e200, 3.0),
    (-INF, p.power, -1e-200, -3.0),
    (NAN, p.power, -8.0, 1 / 3),
    (INF, p.exp, 1e3),
    (INF, p.exp2, 2e3),
    (INF, p.expm1, 1e3),
    (INF, p.exp_difference, 800.0, 0.0),
    (INF, p.sinh, 1e3),
    (-INF, p.sinh, -1e3),
    (INF, p.cosh, -1e3),
    (-INF, p.log, 0.0),
    (NAN, p.log, -1.0),
    (-INF, p.log2, 0.0),
    (NAN, p.log2, -1.0),
    (-INF, p.log10, 0.0),
    (NAN, p.log10, -1.0),
    (-INF, p.log1p, -1.0),
    (NAN, p.log1p, -2.0),
    (INF, p.arctanh, 1.0),
    (-INF, p.arctanh, -1.0),
    (NAN, p.arctanh, 2.0),
    (NAN, p.sqrt, -1.0),
    (-INF, p.xlogy, 2.0, 0.0),
    (INF, p.xlogy, -2.0, 0.0),
    (NAN, p.xlogy, 2.0, -1.0),
    (INF, p.floor_divide, 1.0, 0.0),
    (-INF, p.floor_divide, -1.0, 0.0),
    (NAN, p.remainder, 1.0, 0.0),
    (NAN, p.fmod, 1.0, 0.0),
    (NAN, p.sin, INF),
    (NAN, p.cos, INF),
    (NAN, p.tan, INF),
    (NAN, p.arcsin, 2.0),
    (NAN, p.arccos, 2.0),
    (NAN, p.arccosh, 0.5),
]
CONVENTIONS = [  # the partial, the operation, which argument, the arguments
    (0.0, p.relu, 0, 0.0),
    (0.0, p.heaviside, 0, 0.0),
    (0.0, p.abs, 0, 0.0),
    (0.0, p.abs, 0, -0.0),
    (0.0, p.sign, 0, 0.0),
    (0.5, p.maximum, 0, 3.0, 3.0),
    (0.5, p.maximum, 1, 3.0, 3.0),
    (0.5, p.minimum, 0, 3.0, 3.0),
    (0.5, p.minimum, 1, 3.0, 3.0),
    (0.0, p.power, 0, 0.0, 0.0),
    (0.0, p.power, 1, 0.0, 0.0),
    (0.0, p.power, 0, 3.0, 0.0),
    (0.0, p.power, 1, 0.0, 2.0),
    (1.0, p.power, 0, 0.0, 1.0),
    (INF, p.power, 0, 0.0, 0.5),
    (NAN, p.power, 1, -2.0, 3.0),
    (INF, p.sqrt, 0, 0.0),
    (INF, p.cbrt, 0, 0.0),
    (INF, p.arcsin, 0, -1.0),
    (-INF, p.arccos, 0, 1.0),
    (INF, p.arccosh, 0, 1.0),
]
# fmt: on


def name_case(part: Any) -> str:
    return " ".join([getattr(item, "name", str(item)) for item in part])


def test_every_row_with_a_domain_is_refused_something_and_has_a_limit_there() -> None:
    assert {op.name for op in ROWS if op.domain} == {op.name for op, *_ in REFUSED}
    assert {op for op in vars(p).values() if isinstance(op, Primitive) and op.domain} <= {op for _, op, *_ in LIMITS}


@pytest.mark.parametrize("case", REFUSED, ids=name_case)
def test_outside_its_domain_an_operation_raises_and_names_the_domain(case: Any) -> None:
    op, *args = case
    with pytest.raises((ValueError, ZeroDivisionError), match=re.escape(f"it needs {op.domain}")):
        op(*args)


@pytest.mark.parametrize("case", AT_THE_EDGE, ids=name_case)
def test_at_the_edge_of_its_domain_an_operation_has_a_value(case: Any) -> None:
    op, *args = case
    assert math.isfinite(op(*args))


@pytest.mark.parametrize("case", LIMITS, ids=name_case)
def test_where_an_operation_raises_its_limit_is_right(case: Any) -> None:
    expected, op, *args = case
    with pytest.raises((ArithmeticError, ValueError)):
        op.value(*args)
    assert Limit._apply(op, args).data == pytest.approx(expected, nan_ok=True)


@pytest.mark.parametrize("case", CONVENTIONS, ids=name_case)
def test_where_there_is_no_one_derivative_the_convention_holds(case: Any) -> None:
    expected, op, index, *args = case
    args[index] = Value(args[index])
    [(_, partial)] = op(*args).edges
    assert partial == pytest.approx(expected, nan_ok=True)


@pytest.mark.parametrize("x", [0.0, -0.0, 1.5, -1.5, math.inf, math.nan])
def test_anything_to_the_power_of_0_is_1(x: float) -> None:
    assert (Value(x) ** 0).data == 1.0


@rows(FUNCTIONS)
def test_wherever_there_is_a_value_there_are_partials_and_all_are_floats(op: Primitive) -> None:
    for args in product(SPECIAL, repeat=op.arity):
        try:
            z = op.value(*args)
        except (ArithmeticError, ValueError):
            continue
        made = op(*map(Value, args))
        assert type(z) is type(made.data) is float
        assert all(type(partial) is float for _, partial in made.edges)


@rows([op for op in FUNCTIONS if op.arity == 1])
def test_no_finite_number_has_a_partial_that_is_nan(op: Primitive) -> None:
    for x in filter(ORACLES[op.name].inside, filter(math.isfinite, SPECIAL)):
        try:
            [(_, partial)] = op(Value(x)).edges
        except OverflowError:
            continue
        assert not math.isnan(partial)


CONSTANT_PARTIALS = [
    p.add, p.subtract, p.negative, p.total, p.heaviside, p.sign, p.floor, p.ceil, p.trunc, p.rint, p.greater, p.equal,
    p.largest_of, p.weighted_sum,  # in its bias only
]  # fmt: skip


@rows(ROWS)
def test_nan_makes_the_value_and_a_partial_nan(op: Primitive) -> None:
    for i in range(len(flat(ORACLES[op.name].points[0]))):
        numbers = flat(ORACLES[op.name].points[0])
        numbers[i] = math.nan
        made = op(*shaped([Value(x) for x in numbers], ORACLES[op.name].points[0]))
        assert math.isnan(made.data)
        assert op in CONSTANT_PARTIALS or any(math.isnan(partial) for _, partial in made.edges)


@pytest.mark.parametrize("values", [[math.inf, math.nan], [math.nan, math.inf]], ids=str)
@rows([p.total, p.product, p.log_sum_exp])
def test_nan_is_not_lost_beside_an_infinity(op: Primitive, values: list[float]) -> None:
    assert math.isnan(op(values))


@rows([op for op in ROWS if op.textbook is not op.partials])
def test_the_textbook_form_of_a_partial_is_the_same_number(op: Primitive) -> None:
    for args in ORACLES[op.name].points:
        z = op.value(*args)
        printed = flat([partial(z, *args) for partial in op.textbook])
        assert printed == pytest.approx(flat(partials(op, z, args)), rel=1e-12, abs=1e-15)


@rows([op for op in ROWS if op.composed])
def test_the_operations_that_a_row_is_composed_of_give_its_value(op: Primitive) -> None:
    composed: Any = op.composed
    for args in ORACLES[op.name].points:
        assert composed(*args) == pytest.approx(op.value(*args), rel=1e-14)


@pytest.mark.parametrize(
    ("op", "args"),
    [(p.total, [[]]), (p.product, [[]]), (p.weighted_sum, [[], [], 0.0]), (p.half_squared_error, [[], []])],
    ids=lambda part: getattr(part, "name", ""),
)
def test_of_nothing_too_the_composed_value_is_the_rows(op: Primitive, args: Any) -> None:
    composed: Any = op.composed
    assert composed(*args) == op.value(*args)


# --- helpers ---


def partials(op: Primitive, z: Any, args: Any) -> list[Any]:
    return [partial(z, *args) for partial in op.partials]


def one_hot(args: Any, *indices: int) -> list[int]:
    """Return the orders of a derivative: how often to differentiate by each number."""
    return [indices.count(i) for i in range(len(flat(args)))]


def number(x: Any) -> Any:
    return x.data if isinstance(x, Value) else x


def bits(x: float) -> str:
    return x.hex()


def gradient(root: Any, leaf: Value) -> Any:
    """Return d root / d leaf as a recorded Value: the chain rule, with the partials evaluated on Values."""
    adjoints: dict[Value, Any] = {root: 1.0}
    for node in reversed(topological_order(root)) if isinstance(root, Value) else []:
        if node in adjoints and node.op is not None:
            pairs = zip(node.args, node.op.partials, strict=True)
            slopes = flat([slope(node, *node.args) if flat_values(arg) else arg for arg, slope in pairs])
            for arg, slope in zip(flat(node.args), slopes, strict=True):
                if isinstance(arg, Value):
                    adjoints[arg] = adjoints.get(arg, 0.0) + adjoints[node] * slope
    return adjoints.get(leaf, 0.0)


def flat_values(arg: Any) -> list[Value]:
    return [x for x in flat([arg]) if isinstance(x, Value)]


def test_the_slope_of_a_square_root_is_infinite_at_either_zero():
    assert [Value(zero).sqrt().edges[0][1] for zero in (0.0, -0.0)] == [math.inf, math.inf]


def test_the_slope_of_a_huge_power_is_zero_at_zero():
    assert (Value(0.0) ** 1e200).edges[0][1] == 0.0


def test_the_partials_of_hypot_are_zero_at_the_origin_as_those_of_abs():
    assert [partial for _, partial in Value(0.0).hypot(Value(0.0)).edges] == [0.0, 0.0]
    assert autograd.hessian(lambda v: v[0].hypot(v[1]))([0.0, 0.0]) == [[0.0, 0.0], [0.0, 0.0]]


@pytest.mark.parametrize(
    ("op", "point", "first", "second"),
    [  # limits from inside the domain; at 0 from the right
        (p.sqrt, 0.0, INF, -INF),
        (p.sqrt, INF, 0.0, 0.0),
        (p.cbrt, 0.0, INF, -INF),
        (p.cbrt, -0.0, INF, INF),
        (p.cbrt, INF, 0.0, 0.0),
        (p.cbrt, -INF, 0.0, 0.0),
        (p.log, INF, 0.0, 0.0),
        (p.log1p, INF, 0.0, 0.0),
        (p.arcsin, 1.0, INF, INF),
        (p.arcsin, -1.0, INF, -INF),
        (p.arccos, 1.0, -INF, -INF),
        (p.arccos, -1.0, -INF, INF),
        (p.arctan, INF, 0.0, 0.0),
        (p.arctan, -INF, 0.0, 0.0),
        (p.arcsinh, INF, 0.0, 0.0),
        (p.arcsinh, -INF, 0.0, 0.0),
        (p.arccosh, 1.0, INF, -INF),
        (p.arccosh, INF, 0.0, 0.0),
        (p.erf, INF, 0.0, 0.0),
        (p.erfc, -INF, 0.0, 0.0),
        (p.gaussian, INF, 0.0, 0.0),
        (p.gaussian, -INF, 0.0, 0.0),
        (p.tanh, INF, 0.0, 0.0),
        (p.sigmoid, -INF, 0.0, 0.0),
        (p.softplus, INF, 1.0, 0.0),
        (p.exp, -INF, 0.0, 0.0),
    ],
    ids=str,
)
def test_where_the_first_derivative_has_a_limit_the_second_has_its_own(op, point, first, second):
    x = Value(point)
    [slope] = gradients(op(x), [x], create_graph=True)
    assert (slope.data, gradients(slope, x)) == (first, second)


def test_the_direction_of_a_vector_survives_what_its_length_does_not():
    assert [partial for _, partial in p.hypot(Value(1.5e308), Value(1.5e308)).edges] == pytest.approx([math.sqrt(0.5)] * 2)
    assert [partial for _, partial in p.hypot(Value(-INF), Value(3.0)).edges] == [-1.0, 0.0]
    assert [partial for _, partial in p.hypot(Value(0.0), Value(0.0)).edges] == [0.0, 0.0]
