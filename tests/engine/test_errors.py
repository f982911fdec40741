"""What is refused, and how: the type that Python's own arithmetic raises, and a message that names what is wrong."""

from __future__ import annotations

import math
import operator
import re
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest

import autograd
from autograd import Value, draw, half_squared_error, log, log_sum_exp, product, sqrt, step, total, weighted_sum
from autograd.engine.node import has_gradient, plain_grad
from autograd.engine.primitive import Primitive
from autograd.engine.primitives import TABLE
from autograd.engine.shapes import SEQUENCE, THREE
from nn.optim import SGD

NO_NUMBERS = ["3", b"3", None, 1j, Decimal(1), np.array(3.0), np.array([3.0]), [1.0], (1.0,), {}, object()]
TYPES = [type(thing).__name__ for thing in NO_NUMBERS]
INFIX = [operator.add, operator.sub, operator.mul, operator.truediv, operator.pow]
ONE = [name for name in autograd.__all__ if name in TABLE and TABLE[name].arity == 1]
FUNCTIONS = [name for name in ONE if name not in ("total", "product", "log_sum_exp")]
FUNCTIONS_OF_TWO = ["arctan2", "hypot", "maximum", "minimum", "power", "add", "subtract", "multiply", "divide"]


# --- what is no real number ---


@pytest.mark.parametrize("thing", [*NO_NUMBERS, Value(1.0)], ids=[*TYPES, "Value"])
def test_value_names_the_type_of_what_is_no_real_number(thing):
    with pytest.raises(TypeError, match=f"^Value takes a real number, but got {type(thing).__name__} "):
        Value(thing)


@pytest.mark.parametrize(
    ("thing", "way_out"),
    [
        *[(thing, r"where it stands for one, give float\(x\)") for thing in ("3", b"3", Decimal(1), np.array(3.0))],
        *[(thing, "give its real part") for thing in (1j, np.complex64(1))],
        *[(thing, r"autograd\.array\(items\)") for thing in ([1.0], (), np.array([3.0]), range(3))],
        (None, "NoneType None$"),
    ],
)
def test_value_says_what_to_give_instead(thing, way_out):
    with pytest.raises(TypeError, match=way_out):
        Value(thing)


@pytest.mark.parametrize("operation", INFIX)
@pytest.mark.parametrize("thing", [None, 1j, Decimal(1), {}])
def test_an_operator_names_the_types_that_do_not_go_together(operation, thing):
    kind = re.escape(type(thing).__name__)
    with pytest.raises(TypeError, match=f"'Value' and '.*{kind}'"):
        operation(Value(2.0), thing)
    with pytest.raises(TypeError, match=f"{kind}' and 'Value'"):
        operation(thing, Value(2.0))


@pytest.mark.parametrize("operation", INFIX)
@pytest.mark.parametrize("thing", ["3", b"3", [1.0], (1.0,)])
def test_an_operator_refuses_text_and_sequences(operation, thing):
    with pytest.raises(TypeError):
        operation(Value(2.0), thing)
    with pytest.raises(TypeError):
        operation(thing, Value(2.0))


@pytest.mark.parametrize("operation", [operator.lt, operator.le, operator.gt, operator.ge])
@pytest.mark.parametrize("thing", ["3", None, 1j, [1.0]])
def test_a_comparison_with_what_is_no_number_is_refused(operation, thing):
    with pytest.raises(TypeError, match="not supported between instances"):
        operation(Value(2.0), thing)


@pytest.mark.parametrize("name", FUNCTIONS)
@pytest.mark.parametrize("thing", ["3", None, 1j, Decimal(1)])
def test_a_function_names_itself_and_the_type_of_what_is_no_number(name, thing):
    with pytest.raises(TypeError, match=f"^{name} takes .*, but got {type(thing).__name__} "):
        getattr(autograd, name)(thing)


@pytest.mark.parametrize("name", FUNCTIONS_OF_TWO)
@pytest.mark.parametrize("thing", ["3", None, 1j, Decimal(1)])
@pytest.mark.parametrize("number", [2.0, Value(2.0)], ids=["float", "Value"])
def test_a_function_of_two_names_itself_and_the_type_of_what_is_no_number(name, thing, number):
    for args in ((number, thing), (thing, number)):
        with pytest.raises(TypeError, match=f"^{name} takes .*, but got {type(thing).__name__} "):
            getattr(autograd, name)(*args)


@pytest.mark.parametrize("name", FUNCTIONS_OF_TWO)
@pytest.mark.parametrize("thing", ["3", None, 1j, Decimal(1)])
def test_a_method_of_two_refuses_what_is_no_number(name, thing):
    with pytest.raises(TypeError, match=f"{type(thing).__name__}"):
        getattr(Value(2.0), name)(thing)


# --- sequences where numbers belong, and the other way round ---


@pytest.mark.parametrize("name", FUNCTIONS)
@pytest.mark.parametrize("items", [[Value(2.0)], [2.0], (2.0,), []], ids=repr)
def test_a_function_refuses_a_sequence_and_names_itself(name, items):
    with pytest.raises(TypeError, match=f"^{name} takes .*, but got "):
        getattr(autograd, name)(items)


@pytest.mark.parametrize("name", FUNCTIONS_OF_TWO)
@pytest.mark.parametrize("items", [[Value(2.0)], [2.0]], ids=repr)
@pytest.mark.parametrize("number", [2.0, Value(2.0)], ids=["float", "Value"])
def test_a_function_of_two_refuses_a_sequence_and_names_itself(name, items, number):
    for args in ((items, number), (number, items), (items, items)):
        with pytest.raises(TypeError, match=f"^{name} takes .*, but got "):
            getattr(autograd, name)(*args)


@pytest.mark.parametrize("operation", [total, product, log_sum_exp], ids=repr)
@pytest.mark.parametrize("number", [2.0, Value(2.0), None], ids=repr)
def test_an_operation_on_a_sequence_refuses_a_number_and_names_itself(operation, number):
    with pytest.raises(TypeError, match=f"^{operation.name} takes .*, but got {type(number).__name__} "):
        operation(number)


V, W = Value(2.0), Value(3.0)


@pytest.mark.parametrize(
    "args",
    [
        (V, W),
        (2.0, 3.0),
        ([V], W),
        (V, [W]),
        ([V], [W], [V]),
        ([1.0], 2.0),
        ([V], W, V),
        (V, W, V),
        (None, [V]),
        ([V], None, V),
    ],
)
def test_a_weighted_sum_says_that_it_takes_two_sequences_and_a_number(args):
    with pytest.raises(TypeError, match=r"^weighted_sum takes .*, but got "):
        weighted_sum(*args)


@pytest.mark.parametrize("args", [([V], W), (V, [W]), ([V], 1.0), (1.0, [W]), ([1.0], 2.0), (V, None), ("a", V), ([V], None)])
def test_a_half_squared_error_says_that_it_takes_two_numbers_or_two_sequences(args):
    with pytest.raises(TypeError, match=r"^half_squared_error takes .*, but got "):
        half_squared_error(*args)


@pytest.mark.parametrize("thing", ["3", None, 1j, [1.0], [V]], ids=repr)
@pytest.mark.parametrize("operation", [total, product, log_sum_exp], ids=repr)
def test_an_item_that_is_no_number_is_named(operation, thing):
    for items in ([thing], [V, thing], [thing, V], (x for x in [V, thing])):
        with pytest.raises(TypeError, match=f"^{operation.name} takes .*, but got {type(thing).__name__} "):
            operation(items)


@pytest.mark.parametrize("thing", ["3", None, [1.0]], ids=repr)
@pytest.mark.parametrize("bias", [0.5, V], ids=["float bias", "Value bias"])
def test_an_item_of_a_weighted_sum_that_is_no_number_is_named(thing, bias):
    for args in (([V, thing], [1.0, 2.0]), ([1.0, 2.0], [V, thing]), ([thing, V], [W, V])):
        with pytest.raises(TypeError, match=f"^weighted_sum takes .*, but got {type(thing).__name__} "):
            weighted_sum(*args, bias)


@pytest.mark.parametrize("operation", [total, product, log_sum_exp], ids=repr)
def test_text_is_no_sequence_of_numbers(operation):
    with pytest.raises(TypeError, match=f"^{operation.name} takes .*, but got str '123'"):
        operation("123")


# --- numbers of arguments and lengths ---


@pytest.mark.parametrize("name", [*ONE, *FUNCTIONS_OF_TWO, "half_squared_error"])
def test_a_wrong_number_of_arguments_is_told_with_the_right_one(name):
    arity = TABLE[name].arity
    for count in {0, arity - 1, arity + 1}:
        with pytest.raises(TypeError, match=rf"^{name} takes {TABLE[name].takes.words}, but got {count} arguments?$"):
            getattr(autograd, name)(*[1.0] * count)


@pytest.mark.parametrize("bias", [0.5, V], ids=["float bias", "Value bias"])
@pytest.mark.parametrize("args", [([V], [1.0, 2.0]), ([1.0], [V, W]), ([], [V])], ids=repr)
def test_a_weighted_sum_of_unequal_lengths_tells_both(args, bias):
    with pytest.raises(ValueError, match=rf"^weighted_sum .* {len(args[0])} weights? and {len(args[1])} inputs?"):
        weighted_sum(*args, bias)


def test_a_half_squared_error_of_unequal_lengths_tells_both():
    with pytest.raises(ValueError, match=r"^half_squared_error .* 2 targets and 3 outputs"):
        half_squared_error([V, 1.0], [V, W, 1.0])


def test_the_log_sum_exp_of_nothing_says_what_it_needs():
    with pytest.raises(ValueError, match=r"^log_sum_exp needs at least one value"):
        log_sum_exp([])


# --- numbers that an operation has no value for ---

OUTSIDE = [
    ("divide", (1.5, 0.0), ZeroDivisionError),
    ("divide", (0.0, -0.0), ZeroDivisionError),
    ("power", (-8.0, 0.5), ValueError),
    ("power", (0.0, -1.0), ZeroDivisionError),
    ("log", (-1.5,), ValueError),
    ("log", (0.0,), ValueError),
    ("log2", (-1.5,), ValueError),
    ("log10", (0.0,), ValueError),
    ("log1p", (-1.0,), ValueError),
    ("sqrt", (-1.5,), ValueError),
    ("sin", (math.inf,), ValueError),
    ("cos", (-math.inf,), ValueError),
    ("tan", (math.inf,), ValueError),
    ("arcsin", (1.5,), ValueError),
    ("arccos", (-1.5,), ValueError),
    ("arccosh", (0.5,), ValueError),
    ("arctanh", (1.0,), ValueError),
    ("remainder", (1.5, 0.0), ZeroDivisionError),
    ("floor_divide", (1.5, -0.0), ZeroDivisionError),
    ("fmod", (1.5, 0.0), ValueError),
    ("xlogy", (1.5, 0.0), ValueError),
]
BEYOND = [
    ("power", (10.0, 400.0)),
    ("exp", (1000.0,)),
    ("exp2", (1024.0,)),
    ("expm1", (710.0,)),
    ("sinh", (-711.0,)),
    ("cosh", (711.0,)),
]
REFUSED = [*OUTSIDE, *[(name, numbers, OverflowError) for name, numbers in BEYOND]]
CASES = pytest.mark.parametrize(("name", "numbers", "error"), REFUSED, ids=[f"{name}{numbers}" for name, numbers, _ in REFUSED])


def test_every_row_with_a_domain_is_tried_outside_it():
    assert {name for name, _, _ in OUTSIDE} == {op.name for op in TABLE.values() if op.domain}


@CASES
def test_an_operand_without_a_result_is_refused_with_operation_labels_and_numbers(name, numbers, error):
    labels = ["width", "height"][: len(numbers)]
    values = [Value(number, label=label) for number, label in zip(numbers, labels, strict=True)]
    with pytest.raises(error) as caught:
        getattr(autograd, name)(*values)
    assert str(caught.value).startswith(f"{name}({', '.join(labels)}) ")
    assert all(f"{label} = {number!r}" in str(caught.value) for label, number in zip(labels, numbers, strict=True))
    assert type(caught.value) is error


@CASES
def test_plain_numbers_without_a_result_are_refused_alike(name, numbers, error):
    with pytest.raises(error, match=f"^{name}") as caught:
        getattr(autograd, name)(*numbers)
    assert all(repr(number) in str(caught.value) for number in numbers)


@CASES
def test_unlabelled_operands_are_refused_alike(name, numbers, error):
    with pytest.raises(error, match=f"^{name}") as caught:
        getattr(autograd, name)(*map(Value, numbers))
    assert all(repr(number) in str(caught.value) for number in numbers)


@CASES
def test_a_method_refuses_as_the_function_does(name, numbers, error):
    with pytest.raises(error, match=f"^{name}"):
        getattr(Value(numbers[0]), name)(*numbers[1:])


@pytest.mark.parametrize(
    ("name", "numbers", "error"), [case for case in REFUSED if case[0] in vars(math) or case[0] in ("divide", "power")]
)
def test_the_error_has_the_type_that_pythons_own_arithmetic_raises(name, numbers, error):
    operators = {"divide": operator.truediv, "remainder": operator.mod}
    operators["power"] = math.pow if numbers[0] < 0 else operator.pow
    python = operators.get(name) or getattr(math, name)
    with pytest.raises(error) as caught:
        python(*numbers)
    assert type(caught.value) is error


@pytest.mark.parametrize("quotient", [lambda x: 1.5 / x, lambda x: Value(1.5) / x], ids=["constant", "unlabelled"])
@pytest.mark.parametrize("label", ["x", "y", "w"])
def test_no_two_operands_go_by_the_same_name(quotient, label):
    with pytest.raises(ZeroDivisionError) as caught:
        quotient(Value(0.0, label=label))
    assert f"{label} = 0.0" in str(caught.value)
    assert f"{label} = 1.5" not in str(caught.value)


def named(name, arguments, body, **options):
    """Return a new operation; the name must be free."""
    text = f"def {name}({', '.join(arguments)}):\n    return {body}\n"
    names = dict(vars(autograd)) | {"exp": autograd.exp, "log": autograd.log}
    exec(text, names)
    names[name].__module__ = __name__
    return autograd.primitive(**options)(names[name])


@pytest.fixture
def defined():
    """Define operations, which are forgotten again."""
    before = set(TABLE)
    yield named
    for name in TABLE.keys() - before:
        del TABLE[name]


@pytest.mark.parametrize("count", [3, 4, 5, 26, 40])
def test_an_operation_of_many_operands_says_which_numbers_have_no_result(defined, count):
    letters = [f"a{i}" for i in range(count)]
    many = defined("many_operands", letters, f"exp({' + '.join(letters)})")
    with pytest.raises(OverflowError, match=r"^many_operands\(800\.0, 1\.0, .*has no value: the result exceeds"):
        many(Value(800.0), *[1.0] * (count - 1))
    with pytest.raises(OverflowError, match=r"^many_operands\(x, 1\.0, .*has no value at x = 800\.0: "):
        many(Value(800.0, label="x"), *[Value(1.0)] * (count - 1))


@pytest.mark.parametrize(
    ("arguments", "domain", "labels", "said"),
    [
        (["y"], "y != 0", [""], r"root_of\(y\) has no value at y = 0\.0: it needs y != 0;"),
        (["y"], "y != 0", ["q"], r"root_of\(q\) has no value at q = 0\.0: it needs q != 0;"),
        (["x"], "y != 0", ["q"], r"root_of\(q\) has no value at q = 0\.0: it needs y != 0;"),
        (["t"], "x != 0", ["q"], r"root_of\(q\) has no value at q = 0\.0: it needs q != 0;"),
        (["y", "x"], "y != 0", ["", "w"], r"root_of\(y, w\) has no value at y = 0\.0 and w = 0\.0: it needs y != 0;"),
        (["y", "x"], "y != 0", ["", "y"], r"root_of\(x, y\) has no value at x = 0\.0 and y = 0\.0: it needs x != 0;"),
        (["y", "x"], "y != 0", ["x", "y"], r"root_of\(x, y\) has no value at x = 0\.0 and y = 0\.0: it needs x != 0;"),
        (["rate"], "a rate above 0, not a rating", ["r"], r"it needs a r above 0, not a rating;"),
    ],
)
def test_a_domain_speaks_of_an_operations_own_parameters(defined, arguments, domain, labels, said):
    root_of = defined("root_of", arguments, f"1.0 / {arguments[0]}", domain=domain)
    with pytest.raises(ZeroDivisionError, match=said):
        root_of(*[Value(0.0, label=label) for label in labels])


def test_no_number_goes_by_the_label_of_another_one_in_its_graph():
    x = Value(3.0, label="x")
    den = x - 3.0
    den.label = "den"
    with pytest.raises(ZeroDivisionError, match=r"^divide\(1\.0, den\) has no value at den = 0\.0: it needs den != 0;"):
        1 / den
    with pytest.raises(ValueError, match=r"^log\(y\) has no value at y = -1\.0: it needs y > 0;"):
        log(x - 4.0)
    everything = total([Value(1.0, label=c) for c in "abcdefghijklmnopqrstuvwxyz"]) * 0.0
    with pytest.raises(ValueError, match=r"^log\(operand 1\) has no value at operand 1 = 0\.0: it needs operand 1 > 0;"):
        log(everything)


def test_an_error_looks_at_each_number_once_though_two_to_the_sixty_paths_lead_there():
    x = Value(-1.0, label="x")
    for _ in range(60):
        x = x + 0.5 * x
    with pytest.raises(ValueError, match=r"^log\(y\) has no value at y = "):
        log(x)


@pytest.mark.parametrize("huge", [10**400, -(10**400), 10**5000, Fraction(10**400), Fraction(10**5000, 3)], ids=range(5))
@pytest.mark.parametrize(
    "use",
    [Value, lambda n: Value(1.0) + n, lambda n: n * Value(1.0), lambda n: Value(2.0) ** n, autograd.sin, lambda n: total([n])],
)
def test_a_number_beyond_the_floats_is_refused_with_what_to_do(huge, use):
    with pytest.raises(
        OverflowError, match=r"^(an int of \d+ digits|this Fraction) is beyond the largest float, 1\.8e308: scale"
    ):
        use(huge)


@pytest.mark.skipif(np.finfo(np.longdouble).max <= np.finfo(float).max, reason="long doubles are no longer here")
def test_a_long_double_beyond_the_floats_does_not_become_infinite():
    for use in (Value, lambda x: Value(1.0) * x, autograd.sin):
        with pytest.raises(OverflowError, match=r"^this longdouble is beyond the largest float, 1\.8e308: scale it down$"):
            use(np.longdouble("1e400"))
        use(np.longdouble("nan"))
    assert Value(np.longdouble("-inf")).data == -math.inf


def test_the_digits_of_a_huge_number_are_counted():
    with pytest.raises(OverflowError, match=r"^an int of 401 digits"):
        Value(10**400)


def test_a_value_of_a_value_is_told_that_it_is_one_already():
    with pytest.raises(TypeError, match=r"it is one already: take v itself, or v\.detach\(\) for a leaf of the same number"):
        Value(Value(2.0))


def test_what_a_domain_asks_for_is_told_of_the_operand_by_its_name():
    with pytest.raises(ValueError, match=r"needs width > 0"):
        log(Value(-1.0, label="width"))


def test_an_error_hides_none_behind_it():
    with pytest.raises(ValueError, match="sqrt") as caught:
        sqrt(Value(-1.0))
    assert caught.value.__suppress_context__


def test_an_error_leaves_the_graph_as_it_was():
    x, y = Value(2.0), Value(-3.0)
    root = x * y
    for refused in (lambda: root.log(), lambda: root / (x - 2), lambda: weighted_sum([x], [x, y]), lambda: total([x, "3"])):
        with pytest.raises((ArithmeticError, TypeError, ValueError)):
            refused()
    root.backward()
    assert (root.data, x.grad, y.grad) == (-6.0, -3.0, 2.0)


# --- what else is said of operands ---


def test_two_operands_of_the_same_label_are_told_apart_and_one_that_is_used_twice_is_told_once():
    w = Value(0.0, label="w")
    with pytest.raises(
        ZeroDivisionError, match=r"has no value at operand 1 \(w\) = 1\.0 and operand 2 \(w\) = 0\.0: it needs operand 2"
    ):
        Value(1.0, label="w") / w
    with pytest.raises(ZeroDivisionError, match=r"^divide\(w, w\) has no value at w = 0\.0: it needs w != 0;"):
        w / w


def test_no_two_placeholders_are_the_same(defined):
    row = Primitive("three_without_names", lambda x, y, z: 1.0 / x, *[lambda *args: 1.0] * 3, takes=THREE, domain="x, y, z > 0")
    with pytest.raises(
        ZeroDivisionError, match=r"^three_without_names\(x, y, z\) has no value at x = 0\.0 and y = 1\.0 and z = 2"
    ):
        row(0.0, 1.0, 2.0)


def test_a_long_label_is_cut_short():
    with pytest.raises(ValueError, match=r"^log\(b{60}\) has no value at b{60} = -1\.0: "):
        log(Value(-1.0, label="b" * 1000))
    x = Value(1.0, label="b" * 1000)
    y = Value(2.0, (x,), "f")
    x.data = 3.0
    with pytest.raises(ValueError, match=r"^f was recorded by hand at b{60} = 1\.0, and cannot be run again at b{60} = 3\.0: "):
        y.recompute()


def test_the_items_of_a_sequence_go_by_their_labels(defined):
    first = defined("first_share", ["xs"], "1.0 / xs[0]", domain="xs[0] != 0", takes=SEQUENCE)
    with pytest.raises(
        ZeroDivisionError, match=r"^first_share\(xs\) has no value at xs = \[p = 0\.0, 1\.0\]: it needs xs\[0\] != 0"
    ):
        first([Value(0.0, label="p"), Value(1.0)])


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: log(x=1.0), r"^log takes one number, not by name: leave out x=$"),
        (lambda: total([V], axis=0), r"^total takes one sequence of numbers, not by name: leave out axis=$"),
    ],
)
def test_a_named_argument_is_refused_in_the_operations_own_name(call, said):
    with pytest.raises(TypeError, match=said):
        call()


@pytest.mark.parametrize("digits", [math.inf, -math.inf, math.nan])
@pytest.mark.parametrize("x", [1.5, Value(1.5)], ids=["float", "Value"])
def test_a_number_is_rounded_to_so_many_digits_as_there_can_be(x, digits):
    with pytest.raises(ValueError, match=rf"^round takes a finite number of digits, but got {digits}$"):
        autograd.round(x, digits)


def test_a_letter_that_labels_an_item_of_a_sequence_stands_for_no_other_operand():
    row = TABLE["total"]
    letter = row.parameters[0]
    told = str(row.refusal(OverflowError(), ([1.0, 2.0],), ((Value(1.0, label=letter), 2.0),)))
    assert letter in str(row.refusal(OverflowError(), ([1.0, 2.0],), ((1.0, 2.0),)))
    assert re.search(rf"has no value at (?!{letter}\b)\w+ = \[{letter} = 1\.0, 2\.0\]: ", told)


def test_a_long_operand_is_cut_short():
    told = str(TABLE["total"].refusal(OverflowError(), ([0.5] * 100_000,), ((0.5,) * 100_000,)))
    assert len(told) < 250


def test_a_graph_too_large_to_ask_for_its_labels_is_refused_at_once(monkeypatch):
    y = Value(-1.0, label="x")
    for _ in range(20_000):
        y = y + 0.0
    asked = []
    monkeypatch.setattr("autograd.engine.refusals.clean", lambda label: asked.append(label) or label)
    with pytest.raises(ValueError, match=r"^sqrt\(operand 1\) has no value at operand 1 = -1\.0: it needs operand 1 >= 0"):
        sqrt(y)
    assert len(asked) < 100


@pytest.mark.parametrize("thing", [[10**5000], {"x": 10**5000}, type("Odd", (), {"__repr__": lambda self: 1 / 0})()])
def test_what_has_no_repr_is_refused_in_the_same_words(thing):
    kind = type(thing).__name__
    with pytest.raises(TypeError, match=f"^Value takes a real number, but got {kind} <{kind}: "):
        Value(thing)


def test_what_merely_can_be_detached_is_not_told_that_it_is_a_value_already():
    class Tensor:
        def detach(self):
            return self

    with pytest.raises(TypeError) as found:
        Value(Tensor())
    assert "one already" not in str(found.value)


# --- gradients that somebody has set ---


@pytest.mark.parametrize("nothing", [None, 0, False])
def test_a_gradient_that_was_taken_off_is_not_computed_and_a_pass_begins_anew(nothing):
    x = Value(3.0, label="x")
    y = x * x
    x.grad = nothing
    assert not has_gradient(x)
    assert plain_grad(x) == 0
    assert "x" in str(draw(y))
    y.backward()
    assert x.grad == 6.0
    x.grad = nothing
    y.backward(create_graph=True)
    assert x.grad.data == 6.0


@pytest.mark.parametrize(
    ("gradient", "got"),
    [
        (True, "bool True: write create_graph=True for gradients that can be differentiated again"),
        (np.True_, "bool"),
        (Value(2.0), "Value Value(data=2.0, grad=0): multiply by it before, (y * v).backward(), or give v.data"),
        ("1", "str '1'"),
        ([1.0], "list [1.0]"),
    ],
    ids=["bool", "NumPy's bool", "Value", "str", "list"],
)
@pytest.mark.parametrize("create_graph", [False, True])
def test_a_pass_starts_from_a_plain_number_alone(gradient, got, create_graph):
    y = Value(3.0) * 2.0
    with pytest.raises(TypeError) as caught:
        y.backward(gradient, create_graph=create_graph)
    assert str(caught.value).startswith(f"backward takes a plain real number, the gradient to start from, but got {got}")
    assert y.grad == 0


@pytest.mark.parametrize(
    ("grad", "message"),
    [
        ("0", r"^grad is a number, but that of w is str '0': set it to one, such as 0$"),
        ([0.0], r"^grad is a number, but that of w is list \[0\.0\]: "),
        (1j, r"^grad is a number, but that of w is complex 1j: "),
        (np.array(1.5), r"^grad is a number, but that of w is ndarray array\(1\.5\): "),
        (np.array([1.0, 2.0]), r"^grad is a number, but that of w is ndarray "),
    ],
)
@pytest.mark.parametrize("create_graph", [False, True])
def test_a_pass_names_the_gradient_that_nothing_can_be_added_to(grad, message, create_graph):
    w = Value(3.0, label="w")
    y = w * w
    w.grad = grad
    for use in (lambda: y.backward(create_graph=create_graph), lambda: draw(y), lambda: step(y), lambda: SGD([w], 0.1).step()):
        with pytest.raises(TypeError, match=message):
            use()
    assert (w.grad is grad, y.grad) == (True, 0)


@pytest.mark.parametrize("grad", [True, 1, np.float32(0.1), np.float64(0.1), np.int64(3), Fraction(1, 3)], ids=repr)
def test_a_pass_leaves_a_float_whatever_kind_of_number_it_adds_to(grad):
    w = Value(3.0)
    y = w * w
    w.grad = grad
    y.backward()
    assert (w.grad, type(w.grad)) == (float(grad) + 6.0, float)


def test_a_pass_tells_of_a_gradient_beyond_the_floats():
    w = Value(3.0, label="w")
    y = w * w
    w.grad = 10**5000
    for use in (y.backward, lambda: draw(y), lambda: step(y)):
        with pytest.raises(OverflowError, match="beyond the largest float"):
            use()


@pytest.mark.parametrize("name", ["args", "parents", "partials", "edges"])
def test_what_is_recorded_is_not_set_and_the_error_says_what_to_do(name):
    x = Value(3.0)
    y = x * x
    before = y.args, y.partials
    with pytest.raises(AttributeError, match=r"its record, and is not set: compute a new one from other arguments, or record"):
        setattr(y, name, ())
    assert (y.args, y.partials) == before
