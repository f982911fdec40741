"""Where an operation selects another argument it is flat, and passes nothing on: not even what 0·∞ would make, nan."""

from __future__ import annotations

import math

import pytest

from autograd import (
    Value,
    arccos,
    cbrt,
    derive,
    draw,
    exp,
    explain,
    grad,
    gradients,
    heaviside,
    hvp,
    jacobian,
    jvp,
    log,
    log_sum_exp,
    maximum,
    minimum,
    product,
    relu,
    sign,
    sparse_hessian,
    sparse_jacobian,
    sqrt,
    step,
    taylor,
    vjp,
    where,
    why_nan,
    why_zero,
)

NAN, INF = math.nan, math.inf

SELECTED = {  # function, point, slope
    "clipped arccos": (lambda x: arccos(minimum(maximum(x, -1.0), 1.0)), 10.0, 0.0),
    "dead relu after a root": (lambda x: relu(-1 - sqrt(x)), 0.0, 0.0),
    "dead relu after a power": (lambda x: relu(-1 - x**1.5), 0.0, 0.0),
    "the other of two": (lambda x: maximum(sqrt(x), 1.0), 0.0, 0.0),
    "the other, in front": (lambda x: minimum(-1.0, sqrt(x)), 0.0, 0.0),
    "root of the other": (lambda x: sqrt(maximum(x, 0.0)), -1.0, 0.0),
    "the other of many": (lambda x: maximum([sqrt(x), 1.0, x * x, 3 + x]), 0.0, 1.0),
    "beside a slope": (lambda x: 3 * x + relu(-1 - sqrt(x)), 0.0, 3.0),
    "in a product": (lambda x: (x + 2) * relu(-1 - sqrt(x)), 0.0, 0.0),
    "under a function": (lambda x: exp(relu(-1 - cbrt(x))), 0.0, 0.0),
    "a sign": (lambda x: sign(sqrt(x) - 1), 0.0, 0.0),
    "a step": (lambda x: heaviside(sqrt(x) - 1) * (x + 1), 0.0, 0.0),
    "a condition": (lambda x: where(sqrt(x), 2 * x, 3 * x), 0.0, 3.0),
    "two levels": (lambda x: maximum(minimum(log(x + 1e-320) * 0.0 + sqrt(x), -1.0), -2.0), 0.0, 0.0),
    "one leaf twice": (lambda x: maximum(sqrt(x), 1.0) + sqrt(x + 1.0), 0.0, 0.5),
}
NOT_SELECTED = {  # zeros that are numbers, kinks and ties: conventions, which stop nothing
    "a square": (lambda x: sqrt(x * x), 0.0),
    "a kink": (lambda x: relu(sqrt(x)), 0.0),
    "a tie": (lambda x: maximum(sqrt(x) - sqrt(x), 0.0), 0.0),
    "an absolute value": (lambda x: abs(sqrt(x) * x), 0.0),
}


def backward(f, x):
    v = Value(x)
    f(v).backward()
    return v.grad


def backward_with_hooks(f, x):
    v = Value(x)
    y = f(v)
    y.register_hook(lambda gradient: None)
    v.register_hook(lambda gradient: None)
    y.backward()
    return v.grad


def recorded(f, x):
    v = Value(x)
    f(v).backward(create_graph=True)
    return v.grad.data


def first_of(f, x):
    v = Value(x)
    return gradients(f(v), v)


MODES = {
    "backward": backward,
    "backward with hooks": backward_with_hooks,
    "create_graph": recorded,
    "gradients": first_of,
    "grad": lambda f, x: grad(f)(x),
    "jvp": lambda f, x: jvp(f, (x,), (1.0,))[1],
    "vjp": lambda f, x: vjp(f, x)[1](1.0)[0],
    "taylor": lambda f, x: taylor(f, x, 1.0, 1)[1],
    "jacobian": lambda f, x: jacobian(lambda v: [f(v[0])])([x])[0][0],
    "sparse": lambda f, x: sum(sparse_jacobian(lambda v: [f(v[0])])([x]).data),
    "grad in jvp": lambda f, x: jvp(grad(lambda t: f(t) * 1.0), (x,), (0.0,))[0],
}
SECOND = {
    "grad of grad": lambda f, x: grad(grad(f))(x),
    "jvp of grad": lambda f, x: jvp(grad(f), (x,), (1.0,))[1],
    "grad of jvp": lambda f, x: grad(lambda t: jvp(f, (t,), (1.0,))[1])(x),
    "jvp of jvp": lambda f, x: jvp(lambda t: jvp(f, (t,), (1.0,))[1], (x,), (1.0,))[1],
    "hvp": lambda f, x: hvp(f, (x,), (1.0,)),
    "taylor": lambda f, x: 2.0 * taylor(f, x, 1.0, 2)[2],
    "sparse": lambda f, x: sum(sparse_hessian(lambda v: f(v[0]))([x]).data),
}


@pytest.mark.parametrize("mode", MODES.values(), ids=MODES)
@pytest.mark.parametrize("case", SELECTED.values(), ids=SELECTED)
def test_an_infinite_slope_is_stopped_in_every_mode(case, mode):
    f, x, slope = case
    assert mode(f, x) == slope


@pytest.mark.parametrize("mode", SECOND.values(), ids=SECOND)
@pytest.mark.parametrize("name", [name for name in SELECTED if name not in ("the other of many", "one leaf twice")])
def test_and_in_second_derivatives(name, mode):
    f, x, _ = SELECTED[name]
    assert mode(f, x) == 0.0


@pytest.mark.parametrize("select", [lambda x: maximum(x, -1.0), lambda x: minimum(x, 1.0)])
@pytest.mark.parametrize("mode", [mode for name, mode in SECOND.items() if name != "taylor"])
def test_an_infinite_second_derivative_passes_what_selects_as_it_is(mode, select):
    assert mode(lambda x: sqrt(select(x)), 0.0) == -INF


@pytest.mark.parametrize("mode", [mode for name, mode in MODES.items() if name != "taylor"])
@pytest.mark.parametrize("case", NOT_SELECTED.values(), ids=NOT_SELECTED)
def test_a_zero_that_is_a_number_stops_nothing(case, mode):
    f, x = case
    assert math.isnan(mode(f, x))


@pytest.mark.parametrize("case", NOT_SELECTED.values(), ids=NOT_SELECTED)
def test_and_has_no_series(case):
    f, x = case
    with pytest.raises(ValueError, match=r"has no finite Taylor coefficient of order [12]"):
        taylor(f, x, 1.0, 2)


def test_an_operation_without_coefficients_is_no_error_as_long_as_nobody_asks_for_them():
    assert taylor(lambda x: maximum(sqrt(x), 1.0), 0.0, 1.0, 3) == [1.0, 0.0, 0.0, 0.0]
    with pytest.raises(ValueError, match="sqrt has no finite Taylor coefficient of order 1"):
        taylor(lambda x: exp(2.0 * sqrt(x)) + maximum(sqrt(x), 1.0), 0.0, 1.0, 3)


def test_gradients_that_were_there_stay_and_those_that_nothing_reaches_count_as_computed():
    x = Value(0.0)
    root = sqrt(x)
    y = relu(-1 - root) + x
    x.grad = 5.0
    y.backward()
    assert (x.grad, root.grad, type(root.grad)) == (6.0, 0.0, float)


def test_a_hook_behind_a_selection_is_called_with_0_and_may_put_a_gradient_there():
    x = Value(4.0)
    root = sqrt(x)
    seen = []
    root.register_hook(lambda gradient: seen.append(gradient) or 8.0)
    maximum(root, 3.0).backward()
    assert (seen, x.grad) == ([0.0], 2.0)


@pytest.mark.parametrize(
    ("f", "point", "slopes"),
    [
        (lambda v: maximum(v[0], v[1]), [INF, INF], [0.5, 0.5]),
        (lambda v: minimum(v[0], v[1]), [INF, INF], [0.5, 0.5]),
        (lambda v: maximum(v[0], v[1]), [-INF, -INF], [0.5, 0.5]),
        (lambda v: maximum(v[0], INF), [INF], [0.5]),
        (lambda v: minimum(-INF, v[0]), [-INF], [0.5]),
        (lambda v: maximum(v[0], v[1]), [INF, 1.0], [1.0, 0.0]),
        (lambda v: maximum(v), [1.0, 3.0, 3.0, 2.0], [0.0, 0.5, 0.5, 0.0]),
        (lambda v: minimum(v), [2.0, 2.0, 2.0], [1 / 3, 1 / 3, 1 / 3]),
        (lambda v: maximum(v), [INF, INF, 0.0], [0.5, 0.5, 0.0]),
        (lambda v: maximum([v[0], 7.0]), [7.0], [0.5]),
        (lambda v: minimum(x * x for x in v), [3.0, -2.0], [0.0, -4.0]),
        (lambda v: product(v), [1e-200, 1e-200, 1e200, 1e200], [1e200, 1e200, 1e-200, 1e-200]),
        (lambda v: product(v), [1e-200, 1e-200, 0.0, 1e200], [0.0, 0.0, 1e-200, 0.0]),
        (lambda v: product(v), [1e200, 1e200, 0.0], [0.0, 0.0, INF]),
    ],
)
def test_ties_infinities_and_products(f, point, slopes):
    assert grad(f)(point) == pytest.approx(slopes, rel=1e-15)
    values = [Value(x) for x in point]
    f(values).backward(create_graph=True)
    assert [x.grad.data for x in values] == pytest.approx(slopes, rel=1e-15)
    directions = [[float(i == k) for i in range(len(point))] for k in range(len(point))]
    forward = [jvp(f, (point,), (direction,))[1] for direction in directions]
    assert INF in slopes or forward == pytest.approx(slopes, rel=1e-15)  # beside an infinite slope, 0·∞ is not known


@pytest.mark.parametrize(
    ("values", "slopes"),
    [([1.0, INF], [0.0, 1.0]), ([INF, INF], [0.5, 0.5]), ([-INF] * 4, [0.25] * 4), ([-INF, 2.0], [0.0, 1.0])],
)
def test_a_log_sum_exp_of_infinities_chooses_among_them(values, slopes):
    assert grad(log_sum_exp)(values) == slopes


def test_products_of_few_and_of_many():
    assert type(product([])) is float
    assert (product([]), product([3.0]), product([1e308, 10.0])) == (1.0, 3.0, INF)
    assert product([1e-200, 1e-200, 1e200, 1e200]) == pytest.approx(1.0, rel=4e-16)
    assert product([1e200, 1e200, -0.0, 5.0]) == 0.0
    assert math.isnan(product([0.0, INF]))
    assert product([1e-200] * 100 + [1e200] * 100) == pytest.approx(1.0, rel=1e-13)


@pytest.mark.parametrize("f", [maximum, minimum])
def test_the_largest_of_nothing_is_refused_by_name(f):
    with pytest.raises(ValueError, match=f"{f.name} needs at least one value, but got an empty sequence"):
        f([])
    with pytest.raises(TypeError, match=f"{f.name} takes two numbers, or one sequence of them, .*but got 1 argument"):
        f(3.0)
    with pytest.raises(TypeError, match="but got str"):
        f([Value(1.0), "a"])


# --- those who read the record show the same 0 ---


@pytest.fixture
def stopped():
    x = Value(0.0, label="x")
    y = relu(-1 - sqrt(x))
    y.label = "y"
    return x, y


def test_an_explanation_says_why_the_infinite_slope_does_not_count(stopped):
    x, y = stopped
    found = explain(y, x)
    assert (found.value, [path.contribution for path in found.paths]) == (0.0, [0.0])
    assert "relu is flat there, so not even an infinite slope passes: ∂v1/∂x = 0.5 / v1 = inf." in " ".join(str(found).split())


def test_a_derivation_says_what_passes_nothing(stopped):
    x, y = stopped
    derivation = derive(y, x)
    assert derivation.gradients["x"].value == 0.0
    assert "⇒   ∂y/∂x   = R1·R2·R3 = 0, as nothing passes R1 = 0" in str(derivation)


def test_a_derivation_beyond_where_paths_meet_that_all_pass_nothing():
    x = Value(0.0, label="x")
    root = sqrt(x)
    y = relu(-1 - root) + relu(-2 - 3 * root) + x
    assert derive(y, x).gradients["x"].value == 1.0


def test_why_finds_a_zero_and_no_nan(stopped):
    x, y = stopped
    y.backward()
    assert "relu is dead: v2 = −1 is not above 0" in str(why_zero(x, y))
    assert not why_nan(x, y).causes


def test_a_sum_of_a_path_that_is_stopped_and_one_that_is_not():
    x = Value(0.0, label="x")
    z = maximum(sqrt(x), 1.0) + 3.0 * x
    assert explain(z, x).value == 3.0
    assert [path.contribution for path in explain(z, x, limit=1).paths] == [3.0]


def test_the_steps_of_a_pass_end_in_the_same_gradient(stopped):
    _, y = stopped
    lines = [line for step_ in step(y) for line in step_.lines]
    assert (lines[-1].total, lines[-1].note) == (0.0, "nothing comes down here, so not even inf passes")


def test_a_picture_of_the_pass_knows_it_as_one(stopped):
    _, y = stopped
    y.backward()
    assert "∂y/∂(node)" in str(draw(y).svg)
    assert "several backward passes" not in str(draw(y).svg)
