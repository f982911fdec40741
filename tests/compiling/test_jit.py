"""Compiled functions: the bits and errors of the function itself, run on Values, whatever way it takes through its branches."""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import nn
from autograd import (
    Value,
    exp,
    grad,
    gradients,
    hessian,
    hvp,
    hypot,
    jacobian,
    jit,
    jvp,
    log,
    log_sum_exp,
    maximum,
    minimum,
    no_grad,
    power,
    product,
    relu,
    sigmoid,
    sin,
    tanh,
    taylor,
    value_and_grad,
)
from autograd.functional import inside


def branches(x, y):
    return x * x * y if x > y else sin(x) + y if y > 0 else exp(-y) - x


def halving(x):
    while x > 1:
        x = x / 2
    return x


def newton(a):
    a = abs(a) + 0.1
    x = a
    for _ in range(60):
        following = 0.5 * (x + a / x)
        if abs(following - x) <= 1e-12 * abs(x):
            return following
        x = following
    return x


def bisection(a):
    low, high = Value(-4.0) * 1.0, 4.0
    for _ in range(5):
        middle = 0.5 * (low + high)
        if middle * middle * middle - a > 0:
            high = middle
        else:
            low = middle
    return low + 0.01 * a


def extremes(a, b, c):
    return max(a, b, c) * min(a, b) + max([a * b, b * c])


def sorting(v):
    s = sorted(v)
    return s[0] * 2 + s[1] * s[2] - s[-1] ** 2


def absolutes(x, y):
    return abs(x) * y + abs(abs(x) - abs(y)) ** 1.5


def nested(x, y, z):
    if x < y:
        if y < z:
            return x * y + z
        if x < z:
            return tanh(x) * z
        return y / (1 + z * z)
    if abs(x) == abs(y):
        return x
    return sigmoid(x - y) if not x > z else log(1 + x * x)


def computed(x, y):
    p, q = exp(0.3 * x), x * y + 1
    return p - q if p >= q else q / p


def at_zero(x):
    return 7.0 * x + 1 if x == 0 else sin(x) / x if x != 1 else x * 2


def structures(p):
    w, b = p["w"], p["b"]
    return [*[x * b[0] if x > b[i % 2] else b[1] for i, x in enumerate(w)][:2], sum(w)]


def rows(x, y):
    chosen = maximum(x, y) * relu(x) + minimum(x, 0.5)
    return chosen + log_sum_exp([x, y, 1.0]) + product([x, y, x]) + hypot(x, y) + power(abs(x) + 1, y)


def mixed(x, y):
    n = 0
    while abs(x) > 0.3 and n < 12:
        x = x * 0.5 if x > y else x * x * 0.1 - y * 0.2
        n += 1
    return x * y + n


SPECIAL = [math.inf, -math.inf, math.nan, 1e308, -1e308, 5e-324, 1e160, 0.0, -0.0, 1.0, -1.0, 2.0, 0.5, 4.0]
FUNCTIONS: dict[Callable[..., Any], str] = {
    branches: "xx", halving: "a", newton: "x", bisection: "x", extremes: "xxx", sorting: "v", absolutes: "xx", nested: "xxx",
    computed: "xx", at_zero: "x", structures: "d", rows: "xx", mixed: "xx",
}  # fmt: skip
DERIVATIVES = {
    f: jacobian(f) if f is structures else value_and_grad(f, tuple(range(len(kinds)))) for f, kinds in FUNCTIONS.items()
}


def drawn(kinds: str, rng: random.Random, share: float) -> tuple[Any, ...]:
    """Arguments by chance, a share of the numbers special ones."""

    def number() -> float:
        return rng.choice(SPECIAL) if rng.random() < share else rng.uniform(-5, 5)

    made = {
        "x": number,
        "a": lambda: min(abs(number()) * 20, 1e300),
        "v": lambda: [number() for _ in range(3)],
        "d": lambda: {"w": [number() for _ in range(3)], "b": [number(), number()]},
    }
    return tuple([made[kind]() for kind in kinds])


def as_values(tree: Any) -> Any:
    if isinstance(tree, dict):
        return {key: as_values(x) for key, x in tree.items()}
    return type(tree)(map(as_values, tree)) if isinstance(tree, (list, tuple)) else Value(tree)


def bits(result: Any) -> Any:
    if isinstance(result, dict):
        return {key: bits(x) for key, x in result.items()}
    if isinstance(result, (list, tuple)):
        return [*map(bits, result)]
    return float(result.data if isinstance(result, Value) else result).hex()


def outcome(f: Callable[..., Any], args: Any) -> Any:
    """The bits of what a function returns, or type and text of what it raises."""
    try:
        return bits(f(*args))
    except (ArithmeticError, ValueError) as error:
        return type(error), str(error)


def eager(f: Callable[..., Any], args: Any) -> Any:
    if f in DERIVATIVES.values() or f in [derived for derived, _ in DERIVED.values()]:
        return outcome(f, args)
    with inside():
        return outcome(f, as_values(args))


@pytest.mark.filterwarnings("ignore:the result depends on")  # nested, where y is compared alone
@pytest.mark.parametrize("share", [0.1, 0.6])
@pytest.mark.parametrize("f", [*FUNCTIONS, *DERIVATIVES.values()], ids=lambda f: f.__name__)
def test_every_bit_and_every_error_is_that_of_the_function_itself(f, share):
    kinds = next(kinds for g, kinds in FUNCTIONS.items() if f in (g, DERIVATIVES[g]))
    rng, fast = random.Random(f"{f.__name__}{share}"), jit(f)
    for _ in range(400):
        args = drawn(kinds, rng, share)
        assert outcome(fast, args) == eager(f, args), args
    assert not fast.why


DERIVED = {
    "grad of grad": (grad(grad(branches)), "xx"),
    "hessian": (hessian(lambda v: exp(v[0]) * v[1] if v[0] > v[1] else v[0] * v[1] ** 3), "v"),
    "hvp": (lambda v: hvp(lambda v: v[0] * v[1] ** 2.0 if v[0] > v[2] else sin(v[2]), (v,), ([1.0, 2.0, 3.0],)), "v"),
    "jvp": (lambda x: jvp(lambda t: t * t if t > 1 else t * tanh(t), (x,), (1.0,)), "x"),
    "jvp of what selects": (lambda x, y: jvp(lambda t: maximum([t * t, y, t]), (x,), (1.0,)), "xx"),
    "within": (lambda x: x * grad(lambda t: t * t * x if t > x else t)(2.0), "x"),
    "caught": (lambda x, y: [x, y].index(max(x, y)) * x + y, "xx"),
}


@pytest.mark.filterwarnings("ignore:the result depends on")
@pytest.mark.parametrize(("f", "kinds"), DERIVED.values(), ids=DERIVED)
def test_derivatives_inside_a_compiled_function_are_right(f, kinds):
    rng, fast = random.Random(2), jit(f)
    for _ in range(200):
        args = drawn(kinds, rng, 0.2)
        assert outcome(fast, args) == eager(f, args), args
    assert not fast.why


@pytest.mark.parametrize("f", [
    lambda x, y: log_sum_exp([x, y, 1.0]),
    lambda x, y: nn.losses.softmax_cross_entropy([x, y, x * y], 1),
    lambda x, y: nn.losses.hinge([x, y, x + y], [1, -1, 1]),
    lambda x, y: maximum(relu(x), minimum(y, 2.5)) * product([x, y, x]),
])  # fmt: skip
@pytest.mark.parametrize("derivative", [value_and_grad, hessian, lambda f: lambda x, y: jvp(f, (x, y), (1.0, 0.5))])
def test_derivatives_of_the_engines_own_read_no_numbers(f, derivative):
    fast = jit(derivative(f))
    for k in range(20):
        fast(1.1 + 0.01 * k, 2.0 - 0.01 * k)
    assert fast.recordings == 1


@pytest.mark.parametrize("count", [2, 3, 4, 9, 63, 64])
@pytest.mark.parametrize("derivative", [grad, lambda f: lambda v: jvp(f, (v,), ([0.5] * len(v),))])
def test_derivatives_of_a_product_have_the_same_bits_whoever_takes_them(count, derivative):
    rng, theirs = random.Random(count), derivative(product)
    fast = jit(theirs)
    for _ in range(20):
        numbers = [rng.uniform(-3, 3) for _ in range(count)]
        assert fast(numbers) == theirs(numbers)


@pytest.mark.filterwarnings("ignore:<lambda> runs without compiling")
def test_a_taylor_series_inside_is_right_though_it_reads_numbers():
    fast = jit(series := lambda x: taylor(lambda t: exp(t) * t if t > 1 else sin(t), x, 1.0, 3))
    for k in range(100):
        assert outcome(fast, (0.03 * k,)) == eager(series, (0.03 * k,))


def test_a_derivative_of_a_compiled_function_is_that_of_the_function():
    fast = jit(lambda x: x**3.0 if x > 0 else -x)
    fast(2.0), fast(-2.0)
    assert (grad(fast)(2.0), grad(grad(fast))(2.0), grad(fast)(-2.0)) == (12.0, 12.0, -1.0)
    assert jvp(fast, (2.0,), (1.0,)) == (8.0, 12.0)
    assert grad(lambda x: jit(lambda y: x * y)(2.0))(3.0) == 2.0
    assert hessian(lambda v: fast(v[0]) * v[1])([2.0, 3.0]) == [[36.0, 12.0], [12.0, 0.0]]


def test_whole_numbers_texts_and_truths_are_part_of_what_is_compiled():
    fast = jit(lambda t: t[0] * (2 if t[1] == "a" else 3) ** t[2])
    assert [fast(t) for t in [(2.0, "a", 2), (2.0, "b", 2), (3.0, "a", 3), (4.0, "a", 2)]] == [8.0, 18.0, 24.0, 16.0]
    assert fast.recordings == 3
    exact = jit(lambda n: n)(2**60 + 1)
    assert (exact, type(exact)) == (2**60 + 1, int)


def test_results_keep_their_structure():
    fast = jit(lambda x: {"big": x > 1, "n": 3, "y": [x, None, ("s", 2 * x)]})
    for x in (0.5, 2.0, 0.7):
        assert fast(x) == {"big": x > 1, "n": 3, "y": [x, None, ("s", 2 * x)]}
    assert fast.recordings == 2


def test_arrays():
    def f(v):
        return np.sum(np.where(v > 0, v * 2, 0.0)) + v.max()

    fast = jit(f)
    for v in ([1.0, -2.0], [-1.0, 2.0], [1.0, -3.0], [3.0, 4.0]):
        assert fast(np.array(v)) == f(np.array(v))
    doubled = jit(lambda v: 2.0 * v)
    doubled(np.ones((2, 2)))
    assert doubled(np.eye(2)).tolist() == [[2.0, 0.0], [0.0, 2.0]]
    assert jit(lambda v: v[0] * 1.5)(np.array([2, 3])) == 3.0


def test_parameters_are_read_at_each_call_and_get_their_gradients():
    w, unused = Value(2.0, label="w"), Value(1.0)
    fast = jit(f := lambda x: w * x * x if x > w else x + w + 0.0 * unused.detach())
    for x, weight in [(3.0, 2.0), (1.0, 2.0), (4.0, 0.5), (0.25, 0.5), (7.0, -3.0)]:
        w.data = weight
        theirs, ours = f(x), fast(x)
        w.grad = 0
        theirs.backward()
        wanted, w.grad = w.grad, 0
        ours.backward()
        assert (ours.data, w.grad) == (theirs.data, wanted)
    assert fast.recordings == 2
    with no_grad():
        assert fast(3.0).args == ()
    slope = gradients(fast(1.0), w, create_graph=True)
    with pytest.raises(ValueError, match=r"jit .* no second derivative"):
        gradients(slope, w)


def test_values_as_arguments_get_their_gradients():
    fast = jit(lambda a, b, c: [a * b if a > b else a + b * c, 3.0])
    for a, b in [(3.0, 2.0), (1.0, 2.0), (5.0, 0.5)]:
        x, y = Value(a), Value(b)
        product, three = fast(x, y, 4.0)
        assert three == 3.0
        assert type(three) is float
        assert gradients(product, [x, y]) == ([b, a] if a > b else [1.0, 4.0])


def test_a_node_and_what_it_was_computed_from_are_both_captured_once():
    w = Value(2.0)
    v = w * w
    fast = jit(lambda x: v * w * x)
    assert [gradients(fast(x), w) for x in (1.0, 2.0)] == [12.0, 24.0]


def test_training_goes_on_unchanged_when_the_loss_is_compiled():
    rng = random.Random(1)
    rows = [[rng.uniform(-1, 1), rng.uniform(-1, 1)] for _ in range(6)]
    targets = [1.0 if x * y > 0 else -1.0 for x, y in rows]

    def history(compiled: bool) -> list[str]:
        model = nn.MLP(2, [3, 1], seed=1)
        optimizer = nn.optim.Adam(model.parameters(), rate=0.05)

        def loss(xs, ys):
            return nn.losses.mean_squared_error([model(x) for x in xs], ys)

        step = jit(loss) if compiled else loss
        found = []
        for _ in range(12):
            optimizer.zero_grad()
            now = step(rows, targets)
            now.backward()
            optimizer.step()
            found.append(now.data.hex())
        return found

    assert history(True) == history(False)


def test_who_reads_a_number_takes_an_answer():
    table = [10.0, 20.0, 30.0]
    fast = jit(lambda x: x * table[int(x.data)] if isinstance(x, Value) else x * table[int(x)])
    assert [fast(x) for x in (0.5, 1.5, 0.5, 2.5, 1.5)] == [5.0, 30.0, 5.0, 75.0, 30.0]
    assert fast.recordings == 3
    w = Value(3.0)
    scaled = jit(lambda x: x * w.data)
    assert scaled(2.0) == 6.0
    w.data = 4.0
    assert scaled(2.0) == 8.0
    assert jit(lambda x: x.detach() * x)(Value(3.0)).data == 9.0


def test_comparisons_with_other_numbers_are_questions_too():
    from fractions import Fraction

    fast = jit(lambda x: 2 * x if x > Fraction(1, 3) else x if x != 0 else 7.0)
    assert [fast(x) for x in (1.0, 0.25, 0.5, 0.0, 0.125)] == [2.0, 0.25, 1.0, 7.0, 0.125]
    big = jit(lambda x: x > 2**53 + 1)
    assert [big(x) for x in (2.0**53, 2.0**53 + 2, 2.0**53)] == [False, True, False]


def draws(x):
    return x * random.random()


@pytest.mark.parametrize(
    "call",
    [
        lambda: jit(draws)(1.0),
        lambda: jit(lambda x, _: x)(1.0, set()),
        lambda: jit(draws).map(np.ones(2)),
        lambda: jit(draws).repeat(1.0, times=3),
    ],
)
def test_a_warning_is_about_the_line_that_calls(call):
    with pytest.warns(UserWarning, match="runs without compiling") as told:
        call()
    assert (told[0].filename, told[0].lineno) == (__file__, call.__code__.co_firstlineno)


@pytest.mark.parametrize(("f", "why"), [
    (lambda x: x * random.random(), "draws random numbers"),
    (lambda v: v.__setitem__(0, 2 * v[0]) or v[0], "changes its arguments"),
    (lambda x: {x}, "returns set"),
    (lambda x: ((y := Value(1.0) * x).backward(), y)[1], "calls backward"),
    (lambda x: (setattr(y := x * Value(1.0), "data", 7.0), y)[1], "sets data"),
])  # fmt: skip
def test_what_cannot_be_compiled_runs_as_it_is_and_says_so_once(f, why):
    fast = jit(f)
    with pytest.warns(UserWarning, match=f"runs without compiling: .*{why}"):
        fast([1.0, 2.0] if "argument" in why else 1.0)
    fast([1.0, 2.0] if "argument" in why else 1.0)
    assert why in fast.why


def drawing(x):
    y = 2.0 * x
    return y * random.gauss(0.0, 1.0)


def changing(v):
    v.append(v[0])
    return sum(v)


def setting(x):
    y = x * Value(1.0)
    y.data = 7.0
    return y


def stepwise(x):
    n = 0.0
    for k in range(100):
        n = n + x * max(x, 0.01 * k)
    return n


def reading(x):
    return x * math.floor(1e6 * x.data) if isinstance(x, Value) else x


@pytest.mark.parametrize(("f", "args", "why"), [
    (drawing, [2.0], "it draws random numbers (test_jit.py, line {2}: return y * random.gauss(0.0, 1.0))"),
    (changing, [[2.0]], "it changes its arguments (test_jit.py, line {1}: v.append(v[0]))"),
    (setting, [2.0], "it sets data (test_jit.py, line {2}: y.data = 7.0)"),
])  # fmt: skip
def test_the_line_is_named_that_cannot_be_compiled(f, args, why):
    fast = jit(f)
    first = f.__code__.co_firstlineno
    before = random.getstate()
    with pytest.warns(UserWarning, match="runs without compiling"):
        found = fast(*args)
    assert fast.why == why.format(*range(first, first + 9))
    if f is drawing:
        after = random.getstate()
        random.setstate(before)
        assert found == f(2.0)
        assert random.getstate() == after


@pytest.mark.parametrize(("f", "line", "told"), [
    (stepwise, 3, "asks most: maximum, minimum or where ask nothing"),
    (reading, 1, "reads data most often, which is another number in each call"),
])  # fmt: skip
def test_the_line_is_named_that_asks_most(f, line, told):
    fast = jit(f)
    with pytest.warns(UserWarning, match="64 recordings were not enough for its branches; test_jit.py, line .*, " + told):
        [*map(fast, [0.00917 * k for k in range(100)])]
    assert f"test_jit.py, line {f.__code__.co_firstlineno + line}, {told}" in fast.why


def test_arguments_are_named_where_not_branches_take_the_recordings():
    power = jit(lambda x, n: x**n if x > 0.0 else x)
    with pytest.warns(UserWarning, match="not enough for its arguments, as each whole number, text or length has its own"):
        assert [power(1.5, n) for n in range(65)] == [1.5**n for n in range(65)]


def test_a_long_function_is_not_recorded_for_every_branch():
    def summed(x):
        y = x
        for _ in range(10_001):
            y = 0.5 * y + 1.0
        return y if x < 5.0 else -y

    fast = jit(summed)
    assert fast(3.0) == summed(3.0)
    with pytest.warns(UserWarning, match="20,003 steps are too many for its branches; test_jit.py, line .*, asks"):
        assert fast(6.0) == summed(6.0)


def test_an_error_that_the_function_catches_makes_it_run_as_it_is():
    def f(x):
        try:
            return log(x)
        except ValueError:
            return x - 1.0

    fast = jit(f)
    with pytest.warns(UserWarning, match="an error of log was caught"):
        assert fast(-1.0) == -2.0
    assert fast(2.0) == math.log(2.0)
    begun = jit(f)
    assert [begun(x) for x in (2.0, -1.0, 3.0)] == [math.log(2.0), -2.0, math.log(3.0)]


def test_a_path_that_raises_is_not_recorded():
    def f(x):
        if x < 0:
            raise ValueError("below 0")
        return x.sqrt() if isinstance(x, Value) else math.sqrt(x)

    fast = jit(f)
    for x, wanted in [(4.0, 2.0), (-1.0, None), (9.0, 3.0), (-1.0, None)]:
        if wanted is None:
            with pytest.raises(ValueError, match="below 0"):
                fast(x)
        else:
            assert fast(x) == wanted
    assert fast.recordings == 1


FACTOR = 3.0


def test_another_global_or_closure_is_seen_and_other_changes_with_clear(monkeypatch):
    inner, box = 5.0, [1.0]

    def scaled(x):
        return x * FACTOR + inner

    fast = jit(scaled)
    assert [fast(1.0), fast(1.0), fast(1.0)] == [8.0] * 3
    monkeypatch.setitem(globals(), "FACTOR", 4.0)
    assert fast(1.0) == 9.0
    inner = 6.0
    assert fast(1.0) == 10.0
    boxed = jit(lambda x: x * box[0])
    assert [boxed(2.0) for _ in range(4)] == [2.0] * 4
    box[0] = 3.0
    boxed.clear()
    assert boxed(2.0) == 6.0


def test_it_checks_itself():
    rng = random.Random(3)
    fast = jit(lambda x: x * rng.random())
    with pytest.warns(UserWarning, match="it depends on more than it is given"):
        fast(1.0), fast(1.0), fast(1.0)


def test_a_compiled_function_calls_itself():
    @jit
    def steps(x):
        return x if x < 1 else steps(x / 2) + 1

    assert [steps(x) for x in (0.5, 3.0, 9.0, 5.0, 3.5)] == [0.5, 2.75, 4.5625, 3.625, 2.875]


def test_steps_that_may_raise_are_done_though_nothing_needs_them():
    fast = jit(lambda x: (exp(x), 2.0 * x)[1])
    assert fast(1.0) == 2.0
    with pytest.raises(OverflowError, match="exp"):
        fast(1000.0)


def test_threads_may_call_at_once():
    from concurrent.futures import ThreadPoolExecutor

    w = Value(2.0)
    fast = jit(f := lambda x: sum([w * x * k if x > k else x - k for k in range(4)], w))
    points = [0.5 * (k % 9) for k in range(200)]
    with ThreadPoolExecutor(4) as pool:
        assert [y.data for y in pool.map(fast, points)] == [f(x).data for x in points]
    assert not fast.why


def test_only_functions():
    with pytest.raises(TypeError, match="jit takes a function, but got float"):
        jit(3.0)


def test_another_part_of_a_model_is_seen():
    model = nn.MLP(2, [2, 1], seed=1)
    fast = jit(lambda x: model([x, 2.0]))
    for _ in range(5):
        fast(1.0)
    model.layers[0].neurons[0].bias = Value(7.0)
    assert fast(1.0).data == model([1.0, 2.0]).data
    assert gradients(fast(1.0), model.layers[0].neurons[0].bias) == gradients(
        model([1.0, 2.0]), model.layers[0].neurons[0].bias
    )
    other = nn.Neuron(2, seed=9)
    model.layers[0].neurons = [other, *model.layers[0].neurons[1:]]
    assert fast(1.0).data == model([1.0, 2.0]).data


def test_an_output_that_a_model_keeps_is_no_part():
    class Keeps(nn.Module):
        def __init__(self):
            self.w = Value(2.0)

        def forward(self, x):
            self.output = self.w * x
            return self.output

    model = Keeps()
    fast = jit(lambda x: model(x))
    for x in range(9):
        assert fast(float(x)).data == 2.0 * x
    assert fast.recordings == 1


def test_a_function_of_no_module_is_compiled():
    names = {}
    exec("k = 3.0\ndef f(x): return k * x * x", names)
    names["f"].__module__ = None
    fast = jit(names["f"])
    assert (fast(2.0), fast(3.0)) == (12.0, 27.0)
    names["k"] = 5.0
    assert fast(2.0) == 20.0
