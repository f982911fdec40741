"""digits: how much of a number rounding has left, which operation took the rest, and what to write instead."""

from __future__ import annotations

import math
import random

import pytest
from mpmath import mp, mpf

import autograd
from autograd import (
    Value,
    check_graph,
    cos,
    digits,
    exp,
    explain,
    floor,
    hypot,
    log,
    log_sum_exp,
    no_grad,
    primitive,
    product,
    relu,
    sigmoid,
    sinc,
    sqrt,
    tanh,
    topological_order,
    total,
    trace_lines,
    weighted_sum,
    where,
)
from autograd.engine.primitives import TABLE
from autograd.engine.questions import listening
from autograd.explaining.precision import lost_digits
from autograd.explaining.rewrites import REWRITES, rewrites
from autograd.text import names_of
from nn.note import load


def recorded(f, *numbers):
    """Return f of labelled numbers, and these."""
    leaves = [Value(number, label=label) for number, label in zip(numbers, "xyz", strict=False)]
    y = f(*leaves)
    y.label = "f"
    return y, leaves


def flat_cosine(x):
    return (1 - cos(x)) / x**2


def swallowed(x):
    return (x + 1e20 * x) - 1e20 * x


# --- the digits, and the bound ---


@pytest.mark.parametrize(
    ("f", "numbers", "exact", "right"),
    [
        (flat_cosine, (1e-8,), lambda x: (1 - mp.cos(x)) / x**2, 0),
        (swallowed, (1.0,), lambda x: x, 0),
        (lambda x: (x + 1) - 1, (1e-12,), lambda x: x, 4),
        (lambda x: exp(x) - 1, (1e-10,), mp.expm1, 6),
        (lambda x: log(1 + x), (1e-10,), mp.log1p, 7),
        (lambda x: log(1 + exp(x)), (-40.0,), lambda x: mp.log1p(mp.exp(x)), 0),
        (lambda x: sqrt(x**2 + 1) - x, (1e8,), lambda x: mp.sqrt(x**2 + 1) - x, 0),
        (lambda x, y: x * x - y * y, (3.0000001, 3.0), lambda x, y: x**2 - y**2, 9),
        (lambda x, y: total([x, 1.0, -x, y]), (1e16, 1e-3), lambda x, y: 1 + y, 16),
        (lambda x: x.sin(), (math.pi,), mp.sin, 16),
    ],
)
def test_the_bound_holds_and_the_digits_are_those_it_leaves(f, numbers, exact, right):
    y, _ = recorded(f, *numbers)
    report = digits(y)
    with mp.workdps(60):
        assert abs(report.value - exact(*map(mpf, numbers))) <= report.bound
    assert report.digits == right
    assert report.value == y.data


@pytest.mark.parametrize(
    ("f", "number", "truth", "right"),
    [
        (flat_cosine, 1e-8, lambda x: mp.sin(x) / x**2 - 2 * (1 - mp.cos(x)) / x**3, 0),
        (flat_cosine, 0.5, lambda x: mp.sin(x) / x**2 - 2 * (1 - mp.cos(x)) / x**3, 13),
        (swallowed, 1.0, lambda x: 1, 0),
        (lambda x: (x + 1) - 1, 1e-12, lambda x: 1, 16),
        (lambda x: (exp(x) - 1) / x, 1e-9, lambda x: (mp.exp(x) * (x - 1) + 1) / x**2, 0),
        (lambda x: sqrt(x**2 + 1) - x, 1e8, lambda x: x / mp.sqrt(x**2 + 1) - 1, 0),
    ],
)
def test_the_digits_of_a_gradient_are_judged_too(f, number, truth, right):
    y, [x] = recorded(f, number)
    [gradient] = digits(y, x).gradients
    y.backward()
    assert gradient.value == x.grad
    with mp.workdps(60):
        assert abs(gradient.value - truth(mpf(number))) <= gradient.bound
    assert gradient.digits == right


def test_a_well_conditioned_program_keeps_all_its_digits_and_nothing_is_remarked():
    y, leaves = recorded(lambda x, y: sigmoid(x * y + 0.5) * tanh(x), 0.3, 0.7)
    report = digits(y, leaves)
    assert min(report.digits, *[gradient.digits for gradient in report.gradients]) >= 15
    assert len(str(report).splitlines()) == 3
    assert lost_digits(y, leaves) == []
    assert "digits" not in str(explain(y, leaves[0]))


def test_the_notes_network_has_all_its_digits():
    network = load()
    report = digits(network.error(), network.trained)
    assert {report.digits, *[gradient.digits for gradient in report.gradients]} <= {15, 16}


@pytest.mark.parametrize(
    "f", [lambda x: 3 * x * x - x / 4, lambda x: relu(-x), lambda x: floor(x * 0.5), lambda x: where(x > 2, x, 0.1)]
)
def test_what_was_computed_without_rounding_is_exact(f):
    y, [x] = recorded(f, 3.0)
    report = digits(y, x)
    assert [(of.bound, of.digits, of.cause) for of in (report, *report.gradients)] == [(0.0, 16, None)] * 2
    assert "exact" in str(report)


def test_a_number_that_was_put_in_is_exact_and_so_is_its_derivative_by_itself():
    x = Value(0.1, label="x")
    assert str(digits(x, x)) == "x     = 0.1   exact   16 of 16 digits\n∂x/∂x = 1     exact   16 of 16 digits"


def test_what_does_not_change_with_x_has_a_gradient_of_exactly_0():
    y, [x] = recorded(lambda x: x * 0 + 0.1, 3.0)
    [gradient] = digits(y, x).gradients
    assert (gradient.value, gradient.bound, gradient.digits) == (0.0, 0.0, 16)


@pytest.mark.parametrize("number", [math.nan, math.inf])
def test_of_what_is_not_finite_no_digit_is_right(number):
    y, [x] = recorded(lambda x: x * 2 - x, number)
    report = digits(y, x)
    assert (report.digits, report.bound) == (0, math.inf)
    assert "why_nan tells where this comes from" in str(report)


def test_what_has_overflowed_has_spoilt_the_gradient_too_though_that_is_finite():
    y, [x] = recorded(lambda x: 1 / (x * x), 1e200)
    report = digits(y, x)
    assert [of.digits for of in (report, *report.gradients)] == [0, 0]
    assert report.cause.does == "overflows"


def test_a_square_of_what_is_wholly_lost_is_not_exact():
    y, _ = recorded(lambda x: (1 - cos(x)) ** 2, 1e-8)
    with mp.workdps(60):
        error = (1 - mp.cos(mpf(1e-8))) ** 2
    assert error <= digits(y).bound < 100 * error
    assert (digits(y).cause.operation, digits(y).digits) == ("cos", 0)


def test_with_care_what_is_doubtful_to_first_order_is_bounded_too():
    y, _ = recorded(lambda x: (1 - cos(x)) ** 2 + 1e-8 * x * (1 + 2e-16), 1e-8)
    assert digits(y).bound < 1e-31 < digits(y, with_care=True).bound < 1e-29


# --- what took them, and what to write instead ---


def test_the_operation_that_rounds_and_the_one_that_cancels_are_named_with_label_and_line():
    with trace_lines():
        x = Value(1e-8, label="x")
        c = cos(x)
        d = 1 - c
        y = d / x**2
    c.label, d.label, y.label = "c", "d", "y"
    report = digits(y, x)
    for of in (report, *report.gradients):
        assert (of.cause.operation, of.cause.name, of.cause.formula) == ("cos", "c", "cos(x)")
        assert (of.cancels.operation, of.cancels.name, of.cancels.formula) == ("−", "d", "1 − c")
        assert of.cancels.line.line == of.cause.line.line + 1
        assert of.advice == "2·sin(x / 2)²"
    assert report.cause.line.code == "c = cos(x)"
    assert "cos (c, test_digits.py, line " in report.sentence()


def test_the_sum_in_the_backward_pass_is_named_where_the_gradient_is_lost_there():
    with trace_lines():
        y, [x] = recorded(swallowed, 1.0)
    [gradient] = digits(y, x).gradients
    for operation in (gradient.cause, gradient.cancels):
        assert (operation.operation, operation.name) == ("+", "the sum for ∂f/∂x")
        assert operation.line.code == "return (x + 1e20 * x) - 1e20 * x"


@pytest.mark.parametrize(
    ("f", "numbers", "advice"),
    [
        (lambda x: exp(x) - 1, (1e-10,), "expm1(x)"),
        (lambda x: 1 - exp(x), (1e-10,), "−expm1(x)"),
        (lambda x: log(1 + x), (1e-10,), "log1p(x)"),
        (lambda x: log(x + 1), (1e-10,), "log1p(x)"),
        (lambda x: log(1 - x), (1e-10,), "log1p(−x)"),
        (lambda x: log(1 + exp(x)), (-40.0,), "softplus(x)"),
        (lambda x: 1 - cos(x), (1e-8,), "2·sin(x / 2)²"),
        (lambda x, y: x**2 - y**2, (3.0000001, 3.0), "(x − y)·(x + y)"),
        (lambda x, y: x * x - y * y, (3.0000001, 3.0), "(x − y)·(x + y)"),
        (lambda x: 1 - x * x, (0.999999999,), "(1 − x)·(1 + x)"),
        (lambda x, y: sqrt(x * x + y**2), (1e-200, 1e-200), "hypot(x, y)"),
        (lambda x, y: 1 / sqrt(x * x + y * y), (1e200, 1.0), "hypot(x, y)"),
        (lambda x, y: log(exp(x) + exp(y)), (-740.0, -742.0), "log_sum_exp([x, y])"),
        (lambda x, y, z: log(sum([exp(x), exp(y), exp(z)])), (-740.0, -742.0, -744.0), "log_sum_exp([x, y, z])"),
        (lambda x, y: log(total([exp(x), exp(y)])), (-740.0, -742.0), "log_sum_exp([x, y])"),
        (lambda x, y: exp(x * y) - 1, (1e-10, 0.3), "expm1(x·y)"),
        (lambda x: x + 1 - 1, (1e-10,), ""),
        (lambda x: 1 - cos(x) ** 2, (1e-4,), ""),  # cos has rounded them off before
    ],
)
def test_what_to_write_instead_is_said_where_the_table_has_it(f, numbers, advice):
    y, _ = recorded(f, *numbers)
    assert digits(y).advice == advice


@pytest.mark.parametrize(("formula", "better"), REWRITES, ids=range(len(REWRITES)))
def test_what_is_to_be_written_instead_is_the_same_function(formula, better):
    count = formula.__code__.co_argcount
    for numbers in [(0.3, 0.7), (0.8, 0.25)]:
        assert better(*numbers[:count]) == pytest.approx(formula(*numbers[:count]), rel=1e-14)
        y, _ = recorded(formula, *numbers[:count])
        assert [rewrite.text for rewrite in rewrites(y, names_of(topological_order(y)))]


def test_what_is_advised_has_the_digits_that_were_lost():
    for f, numbers in [
        (lambda x: 2 * (x / 2).sin() ** 2 / x**2, (1e-8,)),
        (hypot, (1e-200, 1e-200)),
        (lambda x, y: log_sum_exp([x, y]), (-740.0, -742.0)),
        (lambda x, y: (x - y) * (x + y), (3.0000001, 3.0)),
    ]:
        assert digits(recorded(f, *numbers)[0]).digits >= 15


def test_nothing_is_advised_that_would_ask_a_value():
    y, _ = recorded(lambda x, one: log(one + exp(x)), -40.0, 1.0)
    with listening() as heard:
        digits(y)
    assert heard == []


# --- operations of which nobody knows how they round ---


def test_of_an_operation_of_ones_own_1_ulp_is_assumed_and_that_is_said():
    @primitive
    def doubled_sine(x):
        return autograd.sin(x) * 2

    try:
        y, [x] = recorded(lambda x: doubled_sine(x) - 1, 0.52)
        report = digits(y, x)
    finally:
        del TABLE["doubled_sine"]
    assert report.assumed == ("doubled_sine",)
    assert report.bound == pytest.approx(math.ulp(0.99), rel=0.01)
    assert str(report).endswith("Of doubled_sine, a rounding of 1 ulp is assumed.")


def test_so_it_is_of_an_operation_by_hand_whose_slope_counts_as_it_was_given():
    def cubed(x):
        return Value(x.data**3, (x,), (3.0 * x.data**2,))

    y, [x] = recorded(lambda x: cubed(x) * x, 0.3)
    report = digits(y, x)
    assert report.assumed == ("f",)
    assert report.gradients[0].digits >= 15


# --- what is asked, and what is left alone ---


def test_what_y_was_not_computed_from_is_refused():
    y, _ = recorded(lambda x: x * x, 3.0)
    with pytest.raises(ValueError, match=r"f was not computed from Value\(data=2\.0.*no gradient to judge"):
        digits(y, Value(2.0))


@pytest.mark.parametrize(
    ("args", "taken"), [((3.0,), "digits takes a Value"), ((Value(1.0), "x"), "digits takes as wrt a Value")]
)
def test_anything_but_values_is_refused(args, taken):
    with pytest.raises(TypeError, match=taken):
        digits(*args)


def test_data_that_was_changed_is_refused_and_remarked_on_by_nobody():
    y, [x] = recorded(flat_cosine, 1e-8)
    x.data = 0.5
    with pytest.raises(RuntimeError, match=r"data was changed since v1 was recorded: call recompute\(\) on f first"):
        digits(y, x)
    assert lost_digits(y, [x]) == []


def test_no_hook_runs_no_grad_changes_and_no_question_is_asked_or_kept():
    y, [x] = recorded(lambda x: flat_cosine(x) * swallowed(x) + x, 0.5)
    x.register_hook(lambda gradient: pytest.fail("a hook ran"))
    with listening() as heard:
        digits(y, x, with_care=True)
        lost_digits(y, [x])
    assert heard == []
    assert not any(hasattr(node, "_answers") or node.grad for node in topological_order(y))


def test_numbers_that_vanish_and_weights_of_0_are_no_reason_for_a_remark():
    for f in (
        lambda x, y: log_sum_exp([x - 800, y]),
        lambda x, y: sigmoid(-800 * x) * y,
        lambda x, y: weighted_sum([x - x, y * 0], [0.3, x], 0.0).tanh(),
        lambda x, y: relu(x - 7) * y + sinc(x * y - 2),
        lambda x, y: product([x, y - y, 1e-200]),
    ):
        y, leaves = recorded(f, 1.0, 2.0)
        assert lost_digits(y, leaves) == []


def test_inside_no_grad_it_is_the_same():
    y, [x] = recorded(flat_cosine, 1e-8)
    with no_grad():
        inside = digits(y, x)
        assert explain(y, x).remark
    assert inside == digits(y, x)


def test_the_report_reads_like_this():
    with trace_lines():
        x = Value(1e-8, label="x")
        y = (1 - x.cos()) / x**2
    y.label = "y"
    line = digits(y).cause.line
    assert (
        str(digits(y, x))
        == f"""\
y     = 0           ± 2.2       0 of 16 digits
∂y/∂x = 100000000   ± 4.4e+08   0 of 16 digits
    cos rounds them off: v1 = cos(x) = 1
    − cancels them: v2 = 1 − v1 = 0
    test_digits.py, line {line.line}: y = (1 - x.cos()) / x**2
    write 2·sin(x / 2)²"""
    )


# --- remarks of others ---


def test_explain_says_in_a_sentence_what_rounding_has_done_to_the_derivative():
    y, [x] = recorded(flat_cosine, 1e-8)
    assert explain(y, x).remark == (
        "Only 0 of the 16 digits of ∂f/∂x = 1e+08 are right (± 4.4e+08): cos (v1) rounds them off and − (v2) cancels them; "
        "write 2·sin(x / 2)²."
    )


def test_explain_sums_its_paths_exactly_and_says_what_a_pass_makes_of_them():
    y, [x] = recorded(swallowed, 1.0)
    explanation = explain(y, x)
    assert explanation.value == 1.0
    assert "∂f/∂x = 0, as a pass computes it, are right (± 1)" in explanation.remark
    assert "Sum = 1 + 1e+20 − 1e+20 = 1\n" in str(explanation)


def test_what_a_path_adds_is_a_product_rounded_once():
    draw = random.Random(1)
    y, [x] = recorded(lambda x: x, 1.0)
    factors = [draw.uniform(0.5, 2.0) for _ in range(30)]
    for factor in factors:
        y = y * factor
    assert explain(y, x).value == float(mp.fprod(map(mpf, factors)))


def test_check_graph_neither_says_that_all_agree_nor_that_a_partial_is_wrong():
    check = check_graph(recorded(flat_cosine, 1e-8)[0])
    assert check
    assert str(check).startswith(
        "Each of the 5 partials of 4 operations is right, but rounding spoils what is computed with them:"
    )
    assert [of.name for of in check.lost] == ["f", "∂f/∂x"]
    assert " agree" not in str(check)
