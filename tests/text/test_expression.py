"""Typed expressions: what they compute is what Python computes of the same text, and errors point at the character."""

from __future__ import annotations

import math
import random

import pytest

import autograd
from autograd import Value, gradients
from autograd.text import Expression, ExpressionError, assignment
from autograd.text.expression import FUNCTIONS

X, Y = 0.75, -1.5
NAMES = {"x": X, "y": Y}


def values(expression):
    return {name: Value(NAMES[name], label=name) for name in expression.names}


def by_python(text, variables):
    """Return what Python makes of a text that this file has written."""
    return eval(f"({text})", {**vars(math), **{name: getattr(autograd, name) for name in autograd.__all__}}, dict(variables))


def agree(text):
    expression = Expression(text)
    ours, pythons = values(expression), values(expression)
    try:
        expected = by_python(text, pythons)
    except (ArithmeticError, ValueError):
        with pytest.raises(ExpressionError, match=r"has no value"):
            expression(ours)
        return
    found = expression(ours)
    if not isinstance(expected, Value):
        assert (found, type(found)) == (expected, float)
        return
    mine, theirs = [(z.data, *gradients(z, [*its.values()])) for z, its in ((found, ours), (expected, pythons))]
    assert [*map(float.hex, mine)] == [*map(float.hex, theirs)]


@pytest.mark.parametrize(
    "text",
    [
        "sin(x*y) + exp(-x**2)",
        "-x**2",
        "2**-x",
        "x**2**y",
        "2**3**2",
        "-x**-2",
        "--x",
        "- -x + +y",
        "x - y - 1",
        "x / y / 2 * y",
        "x % y // 0.25 - x // y % 2",
        "(x + y)*(x - y)",
        "  x\t+\ny ",
        "1.5e1*x + .5 + 2. + 1E-3",
        "pi*x + e**y - tau",
        "maximum(x, y) + minimum(x*2, y) + clip(x, 0, 0.5)",
        "atan2(y, x) + arctan2(x, y) + hypot(x, y) + abs(y)",
        "((((x))))",
        "7",
    ],
)
def test_a_text_means_what_it_means_in_python(text):
    agree(text)


def test_random_texts_mean_what_they_mean_in_python():
    choose = random.Random(17)

    def text(depth):
        kind = choose.randrange(8) if depth else choose.randrange(2)
        if kind == 0:
            return choose.choice(["x", "y"])
        if kind == 1:
            return choose.choice(["2.0", "0.5", "3.0", "1e-3", "pi"])
        if kind == 2:
            return f"{choose.choice(['-', '+', '- '])}{text(depth - 1)}"
        if kind == 3:
            return f"({text(depth - 1)})"
        if kind == 4:
            return f"{choose.choice(['sin', 'exp', 'tanh', 'sqrt', 'log', 'relu'])}({text(depth - 1)})"
        if kind == 5:
            return f"({text(depth - 1)})**{choose.choice(['2.0', '3.0', '-1.0'])}"
        return text(depth - 1) + choose.choice(["+", " - ", "*", " / ", "%", "//"]) + text(depth - 1)

    for _ in range(1000):
        agree(text(choose.randint(1, 5)))


@pytest.mark.parametrize("name", FUNCTIONS)
def test_every_function_of_numbers_can_be_typed(name):
    numbers = [0.5 if "tanh" in name else 1.0, 0.75, 2.0][: FUNCTIONS[name].arity]
    assert Expression(f"{name}({', '.join(map(str, numbers))})")({}) == FUNCTIONS[name](*numbers)


def test_functions_are_those_that_values_have():
    assert {"sin", "asin", "arcsin", "abs", "maximum", "clip", "relu"} <= {*FUNCTIONS}
    assert not {"gap_power", "total", "weighted_sum", "backward", "where"} & {*FUNCTIONS}


def test_an_expression_has_its_variables_in_their_order_and_constants_give_way_to_them():
    expression = Expression("b*e + a*b + pi")
    assert expression.names == ("b", "a")
    assert expression({"a": 1.0, "b": 2.0, "e": 0.0}) == 2.0 + math.pi
    assert Expression("ω_1*权重").names == ("ω_1", "权重")


def test_an_expression_runs_nothing_of_python():
    for text in ("__import__('os')", "x.data", "x[0]", "lambda: 1", "x if y else 1", "x; y", "f'x'", "[1]", "{x}", "x := 1"):
        with pytest.raises(ExpressionError):
            Expression(text)({"x": 1.0, "y": 1.0})


@pytest.mark.parametrize(
    ("text", "problem", "place"),
    [
        ("2x", "a product is written with its sign: 2*x", 1),
        ("2(x + 1)", "a product is written with its sign: 2*(…)", 1),
        ("(x)(y)", "a product is written with its sign: (…)*(…)", 3),
        ("x y", "a product is written with its sign: x*y", 2),
        ("x^2", "a power is written x**2", 1),
        ("x²", "a square is written x**2", 1),
        ("x·y", "a product is written x*y", 1),
        ("x − y", "a minus is written -", 2),
        ("|x|", "an absolute value is written abs(x)", 0),
        ("x < y", "comparisons and conditions are no part of an expression; maximum, minimum, relu and abs choose", 2),
        ("x if x < y", "comparisons and conditions are no part of an expression; maximum, minimum, relu and abs choose", 2),
        ("x=1", 'the expression comes first; after it, each name is given its number, as in "x**2" x=3', 1),
        ("x + $", "'$' is no part of an expression", 4),
        ("y*sn(x)", "there is no function sn; did you mean sin or sinh?", 2),
        ("ln(x)", "there is no function ln; did you mean log?", 0),
        ("x(y)", "there is no function x; a product is written with its sign: x*(…)", 0),
        ("1 + sin x", "sin is a function: write sin(x)", 4),
        ("sin", "sin is a function: write sin(…)", 0),
        ("sin()", "sin takes one number; here there is none", 4),
        ("x + sin(x, y)", "sin takes one number, but got 2", 4),
        ("maximum(x)", "maximum takes two numbers, but got 1", 0),
        ("1,5*x", "a comma stands only between the operands of a function; a decimal point is a point", 1),
        ("(1,5)*x", "a comma stands only between the operands of a function; a decimal point is a point", 2),
        ("x +", "here a number, a name or a bracket is missing", 3),
        ("", "here a number, a name or a bracket is missing", 0),
        ("x + * y", "before * a number, a name or a bracket is missing", 4),
        ("(x", "this ( is never closed", 0),
        ("x*(y + (x)", "this ( is never closed", 2),
        ("x)", "there is no ( for this )", 1),
        ("1e999*x", "1e999 is larger than the largest float, 1.8e308", 0),
        ("(" * 200, "more than 100 brackets, signs and powers are within each other here", 100),
        ("-" * 200 + "x", "more than 100 brackets, signs and powers are within each other here", 100),
    ],
)
def test_what_cannot_be_read_is_pointed_at(text, problem, place):
    with pytest.raises(ExpressionError) as error:
        Expression(text)
    assert (error.value.problem, error.value.place) == (problem, place)


def test_an_error_shows_the_text_and_a_caret_under_the_character():
    with pytest.raises(ExpressionError) as error:
        Expression("sin(x)\n+ 2x")
    assert str(error.value) == "a product is written with its sign: 2*x\n  sin(x) + 2x\n            ^"


def test_the_caret_stands_right_behind_wide_characters_and_in_a_long_text():
    with pytest.raises(ExpressionError) as error:
        Expression("权重 ^ 2")
    assert str(error.value).splitlines()[1:] == ["  权重 ^ 2", "       ^"]
    with pytest.raises(ExpressionError) as error:
        Expression("x + " * 100 + "x^2" + " + x" * 100)
    shown, caret = str(error.value).splitlines()[1:]
    assert len(shown) <= 90
    assert shown[caret.index("^")] == "^"
    assert (shown[:4], shown[-2:]) == ("  … ", " …")


@pytest.mark.parametrize(
    ("text", "numbers", "problem", "place"),
    [
        ("x*yy", {"x": 1.0}, "yy has no number; add yy=…", 2),
        ("u*v", {}, "u has no number; add u=… v=…", 0),
        ("2*alpha", {"alpho": 1.0}, "alpha has no number; did you mean alpho?", 2),
        ("X", {"x": 1.0}, "X has no number; did you mean x?", 0),
        ("1 + sinx", {"x": 1.0}, "sinx has no number; did you mean sin(x)?", 4),
        ("sqrt2*x", {"x": 1.0}, "sqrt2 has no number; did you mean sqrt(2)?", 0),
        ("xy", {"x": 1.0, "y": 2.0}, "xy has no number; did you mean x*y?", 0),
    ],
)
def test_a_variable_without_a_number_is_pointed_at(text, numbers, problem, place):
    with pytest.raises(ExpressionError) as error:
        Expression(text)(numbers)
    assert (error.value.problem, error.value.place) == (problem, place)


def test_a_number_for_a_name_that_is_not_there_is_refused():
    with pytest.raises(ValueError, match=r"^y and z are not in the expression, which has x$"):
        Expression("x**2")({"x": 1.0, "y": 2.0, "z": 3.0})
    with pytest.raises(ValueError, match=r"^y is not in the expression, which has no variable$"):
        Expression("2 + pi")({"y": 2.0})


@pytest.mark.parametrize(
    ("text", "problem", "place"),
    [
        ("1 + log(x - 2)", "log", 4),
        ("y/(x - x)", "divide", 1),
        ("y**0.5", "power", 1),
        ("2*exp(1000*x)", "exp", 2),
        ("1/0", "divide", 1),
    ],
)
def test_an_operation_without_a_value_is_pointed_at(text, problem, place):
    with pytest.raises(ExpressionError, match=rf"^{problem}\(.* has no value") as error:
        Expression(text)(values(Expression(text)))
    assert error.value.place == place


@pytest.mark.parametrize(
    ("text", "name", "number"),
    [("x=1", "x", 1.0), ("x = -1e-3", "x", -1e-3), ("w_1=pi/2", "w_1", math.pi / 2), ("e=sqrt(2)", "e", math.sqrt(2.0))],
)
def test_a_name_is_given_its_number(text, name, number):
    assert assignment(text) == (name, number)


@pytest.mark.parametrize(
    ("text", "problem", "place"),
    [
        ("x=", "here a number, a name or a bracket is missing", 2),
        ("=1", "a name is given its number, as in x=1", 0),
        ("x==1", "a name is given its number, as in x=1", 2),
        ("x", "a name is given its number, as in x=1", 0),
        ("2=3", "a name is given its number, as in x=1", 1),
        ("x=1,5", "a comma stands only between the operands of a function; a decimal point is a point", 3),
        ("x=2y", "a product is written with its sign: 2*y", 3),
        ("x=1 + y", "x is given a number, and y is none", 6),
        ("x=inf", "x is given a number, and inf is none", 2),
        ("x=1/0", "divide", 3),
    ],
)
def test_what_gives_a_name_no_number_is_pointed_at(text, problem, place):
    with pytest.raises(ExpressionError) as error:
        assignment(text)
    assert error.value.problem.startswith(problem)
    assert (error.value.place, str(error.value).splitlines()[1]) == (place, f"  {text}")


def test_a_long_chain_is_no_deep_one():
    assert Expression(" + ".join(["x"] * 10_000))({"x": 1.0}) == 10_000.0
