"""Operations that a user adds: everything that reads the table works on them."""

from __future__ import annotations

import copy
import json
import math
import pickle
import re
import sys
import types

import pytest
from factored_form import evaluated
from mpmath import mp
from oracles import exact_slope  # noqa: F401  # sets the digits of mpmath

from autograd import (
    Value,
    check_grads,
    check_graph,
    cos,
    derive,
    draw,
    exp,
    explain,
    grad,
    jvp,
    log,
    primitive,
    sigmoid,
    sqrt,
    taylor,
    total,
)
from autograd.engine.limits import partial_of
from autograd.engine.primitives import TABLE, Primitive
from autograd.engine.recorded_gradients import gradients
from autograd.engine.shapes import SEQUENCE
from autograd.functional.custom import Custom


@pytest.fixture(autouse=True)
def _own_rows():
    """Begin with the rows of the engine alone, and take those that a test adds out of the table again."""
    rows = dict(TABLE)
    for name, row in rows.items():
        if isinstance(row, Custom):  # of an example in the documentation
            del TABLE[name]
    yield
    TABLE.clear()
    TABLE.update(rows)


@pytest.fixture
def swish():
    @primitive
    def swish(x):
        return x * sigmoid(x)

    return swish


@pytest.fixture
def bend():
    @primitive
    def bend(x, y):
        return x**2 * cos(y) + x / y

    return bend


@pytest.fixture
def unnormalised():
    @primitive(partials=[lambda z, x: (cos(x) - z) / x], symbol="unnormalised!", domain="x != 0")
    def unnormalised(x):
        return math.sin(x) / x

    return unnormalised


EXACT = {
    "swish": (lambda x: x / (1 + mp.exp(-x)), 0.7),
    "unnormalised": (lambda x: mp.sin(x) / x, 1.3),
}


@pytest.mark.parametrize("name", EXACT)
@pytest.mark.parametrize("order", [1, 2, 3, 4])
@pytest.mark.parametrize("outer", [grad, lambda f: lambda x: jvp(f, (x,), (1.0,))[1]], ids=["reverse", "forward"])
def test_derivatives_of_any_order_are_exact_in_both_modes(name, order, outer, request):
    nested = request.getfixturevalue(name)
    exact, point = EXACT[name]
    for _ in range(order):
        nested = outer(nested)
    assert nested(point) == pytest.approx(float(mp.diff(exact, mp.mpf(point), order)), rel=1e-11)


def test_the_partials_of_two_arguments_are_found(bend):
    x, y = Value(3.0), Value(2.0)
    assert [d for _, d in bend(x, y).edges] == [6.0 * math.cos(2.0) + 0.5, -9.0 * math.sin(2.0) - 0.75]


def test_on_numbers_it_returns_a_float_and_on_a_value_one_node(swish):
    x = Value(1.0)
    assert (swish(0), type(swish(0)), swish(x).op, swish(x).args) == (0.0, float, swish, (x,))


def test_inside_another_derivative_the_edge_still_holds_a_plain_number(swish):
    edges = []

    def f(x):
        y = swish(x)
        edges.extend(y.edges)
        return y

    grad(grad(f))(0.5)
    assert {type(d) for _, d in edges} == {float}


def test_an_operation_made_of_another_is_differentiated_through_both(swish):
    @primitive
    def twice(x):
        return swish(swish(x))

    check_grads(twice, (0.4,), order=3)


def test_a_sequence_is_taken_where_takes_says_so():
    @primitive(takes=SEQUENCE)
    def sum_of_squares(values):
        return sum(v * v for v in values)

    x, y = Value(2.0), Value(5.0)
    root = sum_of_squares([x, 3.0, y])
    assert (root.data, [d for _, d in root.edges]) == (38.0, [4.0, 10.0])
    check_grads(lambda a, b: sum_of_squares([a, 3.0, b]) ** 2, (2.0, 5.0), order=2)


def test_three_numbers_and_a_default_are_taken():
    @primitive
    def blend(x, y, share=0.25):
        return share * x + (1 - share) * y

    x = Value(4.0)
    assert (blend(x, 8.0).data, grad(blend, 2)(4.0, 8.0, 0.25)) == (7.0, -4.0)


def test_a_plain_number_from_one_branch_has_slope_zero():
    @primitive
    def hinge(x):
        return x * 2.0 if x > 1.0 else 0

    assert (grad(hinge)(0.0), grad(hinge)(2.0)) == (0.0, 2.0)


def test_at_the_edge_of_its_domain_a_found_partial_takes_the_limit():
    @primitive
    def root(x):
        return x**0.5

    assert (partial_of(root, 0, 0.0, 0.0), grad(grad(root))(0.0)) == (math.inf, -math.inf)


@pytest.mark.parametrize("partials", [(), [lambda z, values: [0.5 / sqrt(v) for v in values]]], ids=["found", "given"])
def test_at_the_edge_of_its_domain_a_partial_by_a_sequence_takes_the_limits(partials):
    @primitive(takes=SEQUENCE, partials=partials)
    def roots(values):
        return total([sqrt(v) for v in values])

    assert [d for _, d in roots([Value(0.0), 9.0, Value(4.0)]).edges] == [math.inf, 0.25]


def test_a_sequence_at_the_edge_of_its_domain_has_the_limit_of_what_is_found():
    @primitive(takes=SEQUENCE)
    def logarithms(values):
        return total([log(v) for v in values])

    assert logarithms.limit([0.0, 1.0]) == -math.inf


@pytest.fixture
def information():
    """An operation without a value at 0."""

    @primitive
    def information(x):
        return -log(x)

    return information


def test_a_found_partial_takes_the_limit_where_the_function_itself_has_no_value(information):
    assert partial_of(information, 0, math.inf, 0.0) == -math.inf

    @primitive(partials=[lambda z, x: information(x)])
    def entropy(x):
        return x - x * math.log(x) if x else 0.0

    assert (grad(entropy)(0.0), grad(grad(entropy))(0.0)) == (math.inf, -math.inf)


def test_a_partial_whose_constants_have_no_quotient_takes_the_limit_when_it_is_recorded():
    @primitive(partials=[lambda z, x, y: y / x, lambda z, x, y: log(x)])
    def scaled_log(x, y):
        return y * math.log(x) if x else -math.inf

    y = Value(2.0)
    root = scaled_log(0.0, y)
    assert [d.data for d in gradients(root, [y], create_graph=True)] == [-math.inf] == gradients(root, [y])


# --- what reads the table ---


def test_found_partials_are_written_as_derivatives(swish, bend):
    x, y = Value(0.5, label="x"), Value(2.0, label="y")
    root = swish(bend(x, y))
    root.label = "z"
    text, latex = str(derive(root)), derive(root).to_latex()
    assert "∂z/∂v1 = swish′(v1)" in text
    assert "∂v1/∂y = ∂bend/∂y(x, y)" in text
    assert r"\operatorname{swish}'(v_{1})" in latex
    assert r"\frac{\partial \operatorname{bend}}{\partial y}(x, y)" in latex


def test_given_partials_are_written_out(unnormalised):
    x = Value(1.0, label="x")
    assert "(cos(x) − v1) / x" in str(derive(unnormalised(x)))


def test_the_formulas_of_an_explanation_compute_the_derivative(swish, bend):
    x = Value(0.5, label="x")
    root = bend(swish(x), x)
    root.backward()
    assert explain(root, x).value == x.grad
    assert evaluated(root, x) == pytest.approx(x.grad, rel=1e-14)


def test_a_picture_shows_its_symbol(unnormalised):
    assert "unnormalised!" in str(draw(unnormalised(Value(1.0))))


def test_right_operations_pass_both_checks(swish, bend, unnormalised):
    check_grads(lambda x, y: bend(swish(x), unnormalised(y)), (0.5, 1.5), order=2)
    assert check_graph(bend(swish(Value(0.5)), unnormalised(Value(1.5))))


@pytest.fixture
def wrong():
    @primitive(partials=[lambda z, x: 1.01 * cos(x)])
    def wrong(x):
        return math.sin(x)

    return wrong


def test_a_wrong_partial_is_named_by_check_graph(wrong):
    assert [finding.operation for finding in check_graph(wrong(Value(0.5)) * 2.0).wrong] == ["wrong"]


@pytest.mark.parametrize("mode", ["fwd", "rev"])
def test_a_wrong_partial_is_named_by_check_grads(wrong, mode):
    with pytest.raises(AssertionError, match=r"a partial of wrong is wrong$"):
        check_grads(lambda x: exp(wrong(x)), (0.5,), modes=(mode,))


def test_recompute_runs_it_again(swish):
    x = Value(0.0)
    y = swish(x)
    x.data = 2.0
    y.recompute()
    assert (y.data, y.edges[0][1]) == (swish(2.0), grad(swish)(2.0))


@pytest.mark.parametrize("copied", [copy.deepcopy, lambda y: pickle.loads(pickle.dumps(y))], ids=["deepcopy", "pickle"])
def test_copies_keep_the_operation(copied, swish):
    again = copied(swish(Value(2.0)))
    assert again.op is swish


def test_a_pickle_imports_the_module_that_defines_the_operation(monkeypatch, tmp_path):
    (tmp_path / "softer.py").write_text("from autograd import primitive\n@primitive\ndef softer(x):\n    return x * x\n")
    monkeypatch.syspath_prepend(tmp_path)
    import softer  # type: ignore[import-not-found]

    text = pickle.dumps(softer.softer(Value(3.0)))
    del sys.modules["softer"], TABLE["softer"]
    assert pickle.loads(text).op is TABLE["softer"]


def test_a_pickle_of_an_operation_that_is_gone_says_what_to_define(swish):
    text = pickle.dumps(swish)
    del TABLE["swish"]
    with pytest.raises(LookupError, match=f"no operation swish here: define it as in {re.escape(__name__)}"):
        pickle.loads(text)


def test_documentation_and_name_are_the_functions():
    @primitive
    def half(x):
        """Return half of x."""
        return 0.5 * x

    assert (half.name, half.__doc__, repr(half)) == ("half", "Return half of x.", "<primitive half>")


# --- names ---


def defined(source, module="notebook"):
    """Run a cell that defines f, as a notebook does."""
    names = {"__name__": module, "primitive": primitive}
    exec(source, names)
    return names["f"]


CELL = "@primitive\ndef f(x):\n    return x * {}\n"


def test_the_same_function_may_be_defined_again_and_older_graphs_keep_the_older_one():
    older = defined(CELL.format(2.0))(Value(1.0))
    newer = defined(CELL.format(3.0))(Value(1.0))
    older.recompute()
    assert (older.data, newer.data, TABLE["f"]) == (2.0, 3.0, newer.op)


def test_another_function_of_the_same_name_is_refused():
    defined(CELL.format(2.0))
    with pytest.raises(ValueError, match=r"there is an operation f already, notebook\.f: give the function another name"):
        defined(CELL.format(3.0), "elsewhere")


def test_the_name_of_a_built_in_operation_is_refused_and_that_is_kept():
    with pytest.raises(ValueError, match="there is an operation log already"):

        @primitive
        def log(x):
            return x

    assert TABLE["log"] is log_of_the_table


log_of_the_table = log


# --- errors ---


def test_a_function_without_a_name_is_refused():
    with pytest.raises(TypeError, match="needs a name of its own, but got '<lambda>'"):
        primitive(lambda x: x)


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("def f(*xs): return 1.0", r"positional arguments only, but f has the parameter \*xs"),
        ("def f(x, *, k=1): return x", "positional arguments only, but f has the parameter k=1"),
        ("def f(): return 1.0", "at least one number, but f takes none"),
        ("def f(x, how='a'): return x", "the defaults of an operation are numbers, but one of f is 'a'"),
    ],
)
def test_a_signature_that_no_operation_has_is_refused(source, message):
    with pytest.raises(TypeError, match=message):
        defined("@primitive\n" + source)
    assert "f" not in TABLE


@pytest.mark.parametrize("count", [1, 3])
def test_a_wrong_number_of_partials_is_refused(count):
    with pytest.raises(ValueError, match=f"f takes 2 arguments, but got {count} partials?: give one for each"):
        primitive(partials=[lambda z, x, y: 1.0] * count)(types.FunctionType((lambda x, y: x).__code__, {}, "f"))
    assert "f" not in TABLE


def test_a_wrong_number_of_textbook_partials_is_refused():
    with pytest.raises(ValueError, match="f takes 1 argument, but got 2 textbook partials: give one for each"):
        primitive(textbook=[lambda z, x: 1.0] * 2)(types.FunctionType((lambda x: x).__code__, {}, "f"))


def test_a_textbook_partial_is_what_is_written():
    @primitive(partials=[lambda z, x: z], textbook=[lambda z, x: exp(x)])
    def growth(x):
        return math.exp(x)

    x = Value(0.5, label="x")
    assert "∂v1/∂x = exp(x) = exp(0.5)" in str(derive(growth(x)))


@pytest.mark.parametrize("x", [1.0, Value(1.0)], ids=["float", "Value"])
def test_a_result_that_is_no_number_is_refused(x):
    f = defined("@primitive\ndef f(x):\n    return [x]")
    with pytest.raises(TypeError, match=r"f should return a real number, but it returned list \[1\.0\]"):
        f(x)


@pytest.mark.parametrize("x", [-1.0, Value(-1.0)], ids=["float", "Value"])
def test_a_complex_result_is_no_value(x):
    f = defined("@primitive\ndef f(x):\n    return x ** 0.5")
    with pytest.raises(
        ValueError, match=r"^f\(x\) has no value at x = -1\.0; inside it: its result is \(?.*j\)?, which is no real"
    ):
        f(x)


def test_outside_its_domain_it_says_what_it_needs(unnormalised):
    with pytest.raises(ZeroDivisionError, match=r"unnormalised\(net\) has no value at net = 0\.0: it needs net != 0"):
        unnormalised(Value(0.0, label="net"))


@pytest.mark.parametrize(
    ("body", "error", "said"),
    [
        ("log(x)", ValueError, r"log\(x\) has no value at x = -1\.0: it needs x > 0;"),
        ("math.log(x)", ValueError, "math domain error|expected a positive input"),
        ("1.0 / (x + 1.0)", ZeroDivisionError, "division"),
        ("math.floor(x * math.inf)", OverflowError, "the result exceeds the largest float"),
    ],
)
def test_without_a_domain_it_says_operand_and_number_and_what_its_function_raised(body, error, said):
    f = defined(f"import math\nfrom autograd import log\n@primitive\ndef f(x):\n    return {body}")
    with pytest.raises(error, match=rf"^f\(net\) has no value at net = -1\.0(; inside it)?: .*({said})") as found:
        f(Value(-1.0, label="net"))
    assert (error is OverflowError) is not ("f" in [entry.name for entry in found.traceback])  # whose line it was


def test_of_an_infinite_operand_nobody_is_told_that_the_result_is_too_large():
    f = defined("import math\n@primitive\ndef f(x):\n    return math.floor(x)")
    with pytest.raises(OverflowError, match=r"^f\(net\) has no value at net = inf; inside it: cannot convert float infinity"):
        f(Value(math.inf, label="net"))


@pytest.mark.parametrize("arguments", ["x", "x, y", "x, y, z"])
def test_a_type_error_of_the_functions_own_comes_through(arguments):
    f = defined(f"@primitive\ndef f({arguments}):\n    return x + 'a'")
    with pytest.raises(TypeError, match="unsupported operand") as found:
        f(*map(Value, (1.0, 2.0, 3.0)[: f.arity]))
    assert found.type is TypeError


def test_an_argument_of_the_wrong_kind_is_refused(swish):
    with pytest.raises(TypeError, match=r"^swish takes one number \(Values or real numbers\), but got str 'a'$"):
        swish("a")


@pytest.mark.parametrize("outer", [grad, lambda f: f], ids=["grad", "Value"])
def test_a_function_that_drops_the_graph_is_refused_by_name(outer):
    @primitive
    def dropping(x):
        return math.sin(x)

    with pytest.raises(TypeError, match=r"the derivatives of dropping are found by running it on Values.*give partials="):
        outer(dropping)(Value(1.0))


def test_it_is_a_row_like_any_other(swish):
    assert isinstance(swish, Primitive)
    assert TABLE["swish"] is swish


def test_an_operation_may_be_made_of_derivatives():
    @primitive
    def slope_of_cube(x):
        return grad(lambda y: x * y**3)(x)

    assert [slope_of_cube(2.0), grad(slope_of_cube)(2.0), grad(grad(slope_of_cube))(2.0)] == [24.0, 36.0, 36.0]  # 3·x³
    assert jvp(slope_of_cube, (2.0,), (1.0,)) == (24.0, 36.0)
    check_grads(slope_of_cube, (2.0,), order=3)


def test_a_partial_may_be_a_derivative():
    @primitive(partials=[lambda z, x: grad(lambda y: y**3)(x)])
    def cubed(x):
        return x**3

    assert grad(lambda x: type(cubed(x).edges[0][1]) is float and cubed(x))(2.0) == 12.0
    check_grads(cubed, (2.0,), order=3)


def test_a_derivative_in_an_operation_depends_on_what_it_closes_over():
    @primitive
    def doubled(x):
        return grad(lambda y: x * y * y)(1.0)

    x = Value(3.0)
    doubled(x).backward()
    assert (x.grad, grad(doubled)(3.0), jvp(doubled, (3.0,), (1.0,))) == (2.0, 2.0, (6.0, 2.0))


@pytest.mark.parametrize("given", [{}, {"partials": [lambda z, x, y: grad(lambda x: x * x * y)(x), lambda z, x, y: x * x]}])
def test_a_partial_by_one_number_that_is_a_derivative_depends_on_the_other(given):
    @primitive(**given)
    def area(x, y):
        return x * x * y

    assert grad(lambda y: jvp(lambda x: area(x, y), (3.0,), (1.0,))[1])(5.0) == 6.0
    check_grads(area, (3.0, 5.0), order=3)


class StrangeError(ValueError):
    def __init__(self, first, second):
        super().__init__(first, second)


def test_a_domain_in_words_keeps_its_article():
    @primitive(domain="a finite a and a positive b", partials=[lambda z, a, b: 1.0, lambda z, a, b: 1.0])
    def strict(a, b):
        raise ValueError

    message = r"strict\(net, b\) has no value at net = 2.0 and b = 3.0: it needs a finite net and a positive b; check"
    with pytest.raises(ValueError, match=message):
        strict(Value(2.0, label="net"), 3.0)


def test_a_domain_that_compares_a_parameter_called_a_names_its_operand():
    @primitive(domain="a > 0 and a in (0, 1), not a", partials=[lambda z, a: 1.0])
    def strict(a):
        raise ValueError

    with pytest.raises(ValueError, match=r"it needs net > 0 and net in \(0, 1\), not net; check"):
        strict(Value(2.0, label="net"))


@pytest.mark.parametrize(
    "error", [StrangeError("a", "b"), json.JSONDecodeError("bad", "text", 0), UnicodeDecodeError("utf-8", b"x", 0, 1, "bad")]
)
def test_an_error_that_is_made_of_something_else_becomes_a_value_error_with_the_message(error):
    @primitive(domain="x > 0", partials=[lambda z, x: 1.0])
    def strict(x):
        raise error

    with pytest.raises(ValueError, match=r"^strict\(net\) has no value at net = 2\.0: it needs net > 0") as found:
        strict(Value(2.0, label="net"))
    assert found.type is ValueError


@pytest.mark.parametrize("args", [(Value(1.0), Value(2.0)), (Value(1.0), 2.0), (1.0, 2.0)], ids=["Values", "mixed", "floats"])
@pytest.mark.parametrize("mode", ["plain", "forward", "series"])
def test_a_type_error_in_an_operation_of_two_arguments_is_the_functions_own(args, mode):
    @primitive(partials=[lambda z, x, y: 1.0, lambda z, x, y: 1.0])
    def broken(x, y):
        return x + "a"

    runs = {
        "plain": lambda: broken(*args),
        "forward": lambda: jvp(broken, (1.0, 2.0), (1.0, 0.0)),
        "series": lambda: taylor(lambda x: broken(x, 2.0), 1.0, 1.0, 2),
    }
    with pytest.raises(TypeError, match="unsupported operand") as found:
        runs[mode]()
    assert found.type is TypeError


@pytest.mark.parametrize(("label", "names"), [("", "vux"), ("x", "xuy"), ("u", "uxy")])
def test_no_name_in_an_error_stands_for_another_number_inside_an_operation(label, names):
    @primitive
    def logarithm(u):
        return log(u)

    @primitive
    def shifted(v):
        return logarithm(v - 9.0)

    calls = zip(["shifted", "logarithm", "log"], names, [1.0, -8.0, -8.0], strict=True)
    told = "; inside it: ".join([f"{function}({x}) has no value at {x} = {number}" for function, x, number in calls])
    with pytest.raises(ValueError, match=f"^{re.escape(told)}"):
        shifted(Value(1.0, label=label))


class RefusedError(ValueError):
    refused = "an attribute of its own"


@pytest.mark.parametrize("error", [None, StrangeError("a", "b"), RefusedError("no"), ValueError()], ids=repr)
def test_an_error_of_an_operation_of_ones_own_can_be_copied_and_pickled(error):
    @primitive(partials=[lambda z, x: 1.0])
    def local(x):
        if error:
            raise error
        return log(x)

    inside = re.escape(str(error) or "ValueError") if error else r"log\(y\) has no value at y = -1\.0"
    with pytest.raises(ValueError, match=rf"^local\(x\) has no value at x = -1\.0; inside it: {inside}") as found:
        local(-1.0)
    assert {str(copy.deepcopy(found.value)), str(pickle.loads(pickle.dumps(found.value)))} == {str(found.value)}
