"""Spelling: what is written says what is computed, with no brackets too many."""

from __future__ import annotations

import re

import pytest
from oracles import ROWS

import autograd
from autograd import Value, exp, half_squared_error, log_sum_exp, maximum, product, relu, sigmoid, sqrt, total, weighted_sum
from autograd.engine.primitives import TABLE
from autograd.text import Symbol, formula, formula_in_numbers, names_of, partial_formulas
from autograd.text.symbols import spell, symbols

MANY = {
    "amax": 1,
    "amin": 1,
    "largest_of": 1,
    "total": 1,
    "product": 1,
    "log_sum_exp": 1,
    "weighted_sum": 2,
    "half_squared_error": 2,
}


def arguments(op, make):
    """Arguments for any row: scalars, or where it takes sequences, sequences of two."""
    letters = iter("abcdef")
    return [
        [make(next(letters)), make(next(letters))] if i < MANY.get(op.name, 0) else make(next(letters)) for i in range(op.arity)
    ]


NUMBERS = dict(zip("abcdef", [0.31, 0.72, 0.55, 0.23, 0.64, 0.47], strict=True))


def scope(op):
    shift = 1.0 if op.name == "arccosh" else 0.0
    return {name: value + shift for name, value in NUMBERS.items()}


@pytest.mark.parametrize("op", ROWS, ids=lambda op: op.name)
def test_the_written_operation_evaluates_to_its_value(op):
    found = scope(op)
    text = spell(op, arguments(op, lambda name: Symbol(name, "python")), "python").text
    assert eval(text, {**TABLE, **found}) == op.value(*arguments(op, found.get))


@pytest.mark.parametrize("op", ROWS, ids=lambda op: op.name)
def test_the_written_textbook_partials_evaluate_to_the_partials(op):
    found = scope(op)
    numbers = arguments(op, found.get)
    result = op.value(*numbers)
    written = [rule(Symbol("z", "python"), *arguments(op, lambda name: Symbol(name, "python"))) for rule in op.textbook]
    for text, rule in zip(written, op.partials, strict=True):
        exact = rule(result, *numbers)
        words = text if isinstance(text, list) else [text]
        values = [eval(str(word), {**TABLE, **found, "z": result}) for word in words]
        assert values == pytest.approx(exact if isinstance(exact, list) else [exact], rel=1e-12)


x, y, z = symbols("x y z")
a, b = symbols("a b", "latex")
p, q = symbols("p q", "python")


HELPERS = {
    "power_slope": ("y·x^(y − 1)", r"y \cdot x^{y - 1}"),
    "power_log": ("x^y·log(x)", r"x^{y} \cdot \ln(x)"),
    "unit": ("x / hypot(x, y)", r"\frac{x}{\operatorname{hypot}(x, y)}"),
    "gap_power": ("(1 − x²)^y", r"\left(1 - x^{2}\right)^{y}"),
    "damped": ("x·y", r"x \cdot y"),
    "gaussian": ("exp(−x²)", "e^{-x^{2}}"),
    "exp_difference": ("exp(x − y)", "e^{x - y}"),
    "sigmoid_slope": ("σ′(x)", r"\sigma'(x)"),
    "greater": ("[x > y]", "[x > y]"),
    "equal": ("[x=y]", "[x = y]"),
}
DERIVATIVES = {
    (1, 0): "y·x^(y − 1)",
    (0, 1): "x^y·log(x)",
    (2, 0): "y·(y − 1)·x^(y − 2)",
    (1, 1): "x^(y − 1)·(1 + y·log(x))",
    (0, 2): "x^y·log(x)²",
    (2, 1): "∂³(x^y)/∂x²∂y",
}


TEXTBOOK = {  # of z = f(a, b), where partials are computed otherwise, or by rows that are not public
    "power": ("b·a^(b − 1)", "z·log(a)"),
    "cbrt": ("1 / (3·z²)",),
    "hypot": ("a / z", "b / z"),
    "arcsin": ("1 / √(1 − a²)",),
    "arccos": ("−1 / √(1 − a²)",),
    "arctan": ("1 / (1 + a²)",),
    "arctan2": ("b / (b² + a²)", "−a / (b² + a²)"),
    "tanh": ("1 − z²",),
    "arcsinh": ("1 / √(a² + 1)",),
    "arccosh": ("1 / √(a² − 1)",),
    "arctanh": ("1 / (1 − a²)",),
    "sigmoid": ("z·(1 − z)",),
    "erf": ("1.1283791671·exp(−a²)",),
    "erfc": ("−1.1283791671·exp(−a²)",),
    "logaddexp": ("exp(a − z)", "exp(b − z)"),
    "sinc": ("(cos(3.14159265359·a) − z) / a",),
    "xlogy": ("log(b)", "a / b"),
    "half_squared_error": (["a − c", "b − d"], ["(a − c)·(−1)", "(b − d)·(−1)"]),
    "log_sum_exp": (["exp(a − z)", "exp(b − z)"],),
}


def test_the_partials_of_a_row_are_written_as_a_textbook_prints_them():
    found = {}
    for op in ROWS:
        if op.textbook is not op.partials:
            texts = [rule(Symbol("z"), *arguments(op, Symbol)) for rule in op.textbook]
            found[op.name] = tuple([[*map(str, text)] if isinstance(text, list) else str(text) for text in texts])
    assert found == TEXTBOOK


@pytest.mark.parametrize("name", HELPERS)
def test_a_row_that_only_helps_others_is_written_as_a_textbook_writes_what_it_computes(name):
    op = TABLE[name]
    for style, expected in zip(("text", "latex"), HELPERS[name], strict=True):
        assert str(op(*symbols("x y", style)[: op.arity])) == expected


def test_derivatives_of_powers_are_written_out():
    assert {order: str(TABLE["power_derivative"](x, y, *map(float, order))) for order in DERIVATIVES} == DERIVATIVES
    assert [str(TABLE["power_derivative"](x, 3.0, k, 0.0)) for k in (1.0, 2.0, 3.0, 4.0)] == ["3·x²", "6·x", "6", "0"]


def test_what_the_derivatives_of_sinc_are_made_of_is_written_out():
    assert str(TABLE["sinc_derivative"](x, 1.0)) == "(sinc(x) − cos(3.14159265359·x)) / (3.14159265359·x)²"
    assert str(TABLE["sinc_derivative"](x, 2.0)).startswith("(3·(sinc(x) − cos(")


def test_no_derivative_of_any_order_and_row_shows_a_name_that_no_textbook_has():
    public = {*autograd.__all__, "max", "min", "σ", "σ′"}
    for op in ROWS:
        for rule in op.textbook:
            texts = rule(Symbol("z"), *arguments(op, Symbol))
            for text in texts if isinstance(texts, list) else [texts]:
                called = re.findall(r"([^\W\d]\w*′?)\(", str(text))
                assert {*called} <= public, (op.name, text)
                assert "e−324" not in str(text)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (x + y * z, "x + y·z"),
        ((x + y) * z, "(x + y)·z"),
        (x - (y - z), "x − (y − z)"),
        (x - y - z, "x − y − z"),
        (x + (y + z), "x + y + z"),
        (x / (y * z), "x / (y·z)"),
        (-x * y, "−x·y"),
        (-(x + y), "−(x + y)"),
        (x * -1.0, "x·(−1)"),
        (x - -2.5, "x − (−2.5)"),
        ((-x) ** 2, "(−x)²"),
        (x**2 / y**10, "x² / y¹⁰"),
        (x**-1, "x⁻¹"),
        ((x + y) ** 1 * z, "(x + y)·z"),
        (x**0.5, "x^0.5"),
        (2**x, "2^x"),
        ((x**y) ** z, "(x^y)^z"),
        (x ** (y + 1), "x^(y + 1)"),
        (abs(x), "|x|"),
        (sigmoid(x + 1), "σ(x + 1)"),
        (sqrt(x), "√(x)"),
        (maximum(x, 0.0), "max(x, 0)"),
        (weighted_sum([x, y], [y, z], 1.5), "x·y + y·z + 1.5"),
        (weighted_sum([x], [y], 0.0), "x·y"),
        (total([x, y, z]), "x + y + z"),
        (product([x, y + z]), "x·(y + z)"),
        (half_squared_error(x, y), "½·(x − y)²"),
        (half_squared_error([x, y], [z, z]), "½·((x − z)² + (y − z)²)"),
        (log_sum_exp([x, y]), "log(exp(x) + exp(y))"),
        (1e-7 * x, "1e−07·x"),
        (x + -0.5 * y, "x + (−0.5)·y"),
        (x - -2e-9 * y / z, "x − (−2e−09)·y / z"),
        (x * (-y * z), "x·(−y)·z"),
        (x / (-y * z), "x / (−y·z)"),
        (a + -0.5 * b, r"a + \left(-0.5\right) \cdot b"),
        (p + (q + p), "p + (q + p)"),
        ((p - q) * 0.1 ** (-p), "(p - q) * 0.1 ** (-p)"),
        (a / (b + 1), r"\frac{a}{b + 1}"),
        ((a + 1) * b, r"\left(a + 1\right) \cdot b"),
        (a ** (b + 1), "a^{b + 1}"),
        ((a / b) ** 2, r"\left(\frac{a}{b}\right)^{2}"),
        (exp(a * b), r"e^{a \cdot b}"),
        (sigmoid(a), r"\sigma(a)"),
        (relu(a), r"\operatorname{relu}(a)"),
        (half_squared_error(a, b), r"\tfrac{1}{2} \cdot \left(a - b\right)^{2}"),
    ],
)
def test_formulas_have_the_brackets_they_need_and_no_more(written, expected):
    assert str(written) == expected


def test_a_node_is_written_in_the_names_and_in_the_numbers_of_its_arguments():
    w, v = Value(-0.5, label="w"), Value(3.0, label="v")
    net = weighted_sum([w], [v], 1.0)
    net.label = "net"
    names = names_of([w, v, net])
    assert (formula(net, names), formula_in_numbers(net)) == ("w·v + 1", "−0.5·3 + 1")
    assert (formula(w, names), formula_in_numbers(w)) == ("w", "−0.5")
    assert partial_formulas(net, names) == ["v", "w"]


def test_the_result_may_stand_in_a_partial():
    v = Value(0.5, label="v")
    out = v.tanh()
    out.label = "out"
    assert partial_formulas(out, names_of([v, out])) == ["1 − out²"]


def test_the_slope_of_a_square_has_no_exponent_1():
    x = Value(3.0, label="x")
    y = x**2
    names = names_of([x, y])
    assert [partial_formulas(y, names, style) for style in ("text", "latex")] == [["2·x"], [r"2 \cdot x"]]
