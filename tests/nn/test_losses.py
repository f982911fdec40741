"""Losses: values and slopes against mpmath and hand-worked numbers, far out in the tails too; shapes; refusals."""

from __future__ import annotations

import itertools
import math

import pytest
from mpmath import mp, mpf

import autograd
from autograd import Value, check_graph, derive, draw, grad, jit, topological_order, value_and_grad
from nn.losses import binary_cross_entropy, half_squared_error, hinge, mean_squared_error, softmax_cross_entropy

TAILS = [-800.0, -40.0, -3.0, 0.0, 0.5, 40.0, 800.0]


def values(numbers):
    return [Value(x) for x in numbers]


def slopes(loss, outputs):
    loss.backward()
    return [y.grad for y in outputs]


def inner_nodes(loss):
    return [node.op.name for node in topological_order(loss) if node.op is not None]


@pytest.fixture(autouse=True)
def exact():
    with mp.workdps(60):
        yield


# --- values and slopes ---


def test_half_squared_error_gives_the_study_notes_total():
    outputs = values([0.7513650695523157, 0.7729284653214625])
    loss = half_squared_error(outputs, [0.01, 0.99])
    assert loss.data == pytest.approx(0.2983711087600027, rel=1e-15)
    assert slopes(loss, outputs) == [0.7513650695523157 - 0.01, 0.7729284653214625 - 0.99]


def test_half_squared_error_of_one_number_is_half_its_square():
    output, target = Value(3.0), Value(1.0)
    loss = half_squared_error(output, target)
    assert (loss.data, slopes(loss, [output, target])) == (2.0, [2.0, -2.0])


def test_half_squared_error_is_averaged_over_rows():
    rows = [values([1.0, 2.0]), values([3.0, 4.0])]
    loss = half_squared_error(rows, [[0.0, 0.0], [0.0, 0.0]])
    assert (loss.data, slopes(loss, [*rows[0], *rows[1]])) == (7.5, [0.5, 1.0, 1.5, 2.0])


@pytest.mark.parametrize("shape", [lambda ys: ys, lambda ys: [[y] for y in ys], lambda ys: [ys[:2], ys[2:]]])
def test_mean_squared_error_is_the_mean_over_all_numbers_whatever_the_shape(shape):
    outputs = values([1.0, 2.0, 3.0, 4.0])
    loss = mean_squared_error(shape(outputs), shape([0.0, 4.0, 3.0, 1.0]))
    assert (loss.data, slopes(loss, outputs)) == (3.5, [0.5, -1.0, 0.0, 1.5])


def test_mean_squared_error_of_one_number_is_its_square():
    output = Value(3.0)
    loss = mean_squared_error(output, 1.0)
    assert (loss.data, slopes(loss, [output])) == (4.0, [4.0])


@pytest.mark.parametrize(
    ("score", "target", "loss", "slope"),
    [(3.0, 1, 0.0, 0.0), (0.25, 1, 0.75, -1.0), (-2.0, 1, 3.0, -1.0), (-3.0, -1, 0.0, 0.0), (0.25, -1, 1.25, 1.0)],
)
def test_hinge_is_what_is_missing_from_a_margin_of_1(score, target, loss, slope):
    output = Value(score)
    result = hinge(output, target)
    assert (result.data, slopes(result, [output])) == (loss, [slope])


def test_hinge_is_averaged_over_the_batch():
    scores = values([0.25, -2.0, 5.0, 0.5])
    loss = hinge(scores, [1, 1, 1, -1])
    assert (loss.data, slopes(loss, scores)) == ((0.75 + 3.0 + 0.0 + 1.5) / 4, [-0.25, -0.25, 0.0, 0.25])


@pytest.mark.parametrize(("logit", "target"), [*itertools.product([*TAILS, -700.0, 700.0], [0, 1])])
def test_binary_cross_entropy_is_right_to_the_last_digits_for_both_classes(logit, target):
    z, sign = mpf(logit), 1 - 2 * target
    exact_loss, exact_slope = mp.log1p(mp.exp(sign * z)), sign / (1 + mp.exp(-sign * z))
    output = Value(logit)
    loss = binary_cross_entropy(output, target)
    assert loss.data == pytest.approx(float(exact_loss), rel=1e-15, abs=0)
    assert slopes(loss, [output]) == pytest.approx([float(exact_slope)], rel=1e-15, abs=0)


@pytest.mark.parametrize("logit", TAILS)
def test_binary_cross_entropy_takes_targets_between_the_classes(logit):
    z, target = mpf(logit), 0.25
    output = Value(logit)
    loss = binary_cross_entropy(output, target)
    assert loss.data == pytest.approx(float(mp.log1p(mp.exp(z)) - z * target), rel=1e-15)
    assert slopes(loss, [output]) == pytest.approx([float(1 / (1 + mp.exp(-z)) - target)], rel=1e-15)


def test_binary_cross_entropy_is_averaged_over_the_batch():
    single = [binary_cross_entropy(Value(z), t).data for z, t in ((1.0, 0), (2.0, 1), (-1.0, 1))]
    assert binary_cross_entropy(values([1.0, 2.0, -1.0]), [0, 1, 1]).data == pytest.approx(sum(single) / 3, rel=1e-15)


@pytest.mark.parametrize("logits", [[0.0, 0.0, 0.0], [1.0, -2.0, 0.5], [800.0, -800.0, 799.0], [-3.0, 40.0]])
@pytest.mark.parametrize("target", [0, 1])
def test_softmax_cross_entropy_is_the_logarithm_of_the_probability_missing(logits, target):
    powers = [mp.exp(mpf(z)) for z in logits]
    exact_loss = -mp.log(powers[target] / sum(powers))
    exact_slopes = [power / sum(powers) - (i == target) for i, power in enumerate(powers)]
    outputs = values(logits)
    loss = softmax_cross_entropy(outputs, target)
    assert loss.data == pytest.approx(float(exact_loss), rel=1e-15, abs=2e-16 * max(map(abs, logits)))
    assert slopes(loss, outputs) == pytest.approx([*map(float, exact_slopes)], rel=1e-15, abs=3e-16)


def test_softmax_cross_entropy_is_averaged_over_rows():
    rows = [values([1.0, 1.0]), values([1000.0, 0.0])]
    loss = softmax_cross_entropy(rows, [0, 1])
    assert loss.data == pytest.approx((float(mp.log(2)) + 1000.0) / 2, rel=1e-15)
    assert slopes(loss, [*rows[0], *rows[1]]) == pytest.approx([-0.25, 0.25, 0.5, -0.5], rel=1e-15)


LOSSES = {
    "half_squared_error": (half_squared_error, [[1.0, -2.0], [0.5, 3.0]], [[0.0, 1.0], [2.0, 2.5]]),
    "mean_squared_error": (mean_squared_error, [[1.0, -2.0], [0.5, 3.0]], [[0.0, 1.0], [2.0, 2.5]]),
    "hinge": (hinge, [[0.5, -2.0], [0.25, 3.0]], [[1, 1], [-1, 1]]),
    "binary_cross_entropy": (binary_cross_entropy, [[0.5, -2.0], [0.25, 3.0]], [[1, 0.5], [0, 1]]),
    "softmax_cross_entropy": (softmax_cross_entropy, [[0.5, -2.0], [0.25, 3.0]], [1, 0]),
}
each_loss = pytest.mark.parametrize(("loss", "outputs", "targets"), LOSSES.values(), ids=LOSSES.keys())
each_elementwise = pytest.mark.parametrize("loss", [row[0] for row in LOSSES.values()][:4], ids=[*LOSSES][:4])


@each_loss
def test_values_and_slopes_are_torchs(loss, outputs, targets):
    torch = pytest.importorskip("torch")
    functions = torch.nn.functional
    theirs = {
        "half_squared_error": lambda y, t: 0.5 * functions.mse_loss(y, t, reduction="sum") / len(y),
        "mean_squared_error": functions.mse_loss,
        "hinge": lambda y, t: torch.clamp(1 - t * y, min=0).mean(),
        "binary_cross_entropy": functions.binary_cross_entropy_with_logits,
        "softmax_cross_entropy": functions.cross_entropy,
    }[loss.__name__]
    tensor = torch.tensor(outputs, dtype=torch.float64, requires_grad=True)
    kind = torch.int64 if loss is softmax_cross_entropy else torch.float64
    expected = theirs(tensor, torch.tensor(targets, dtype=kind))
    expected.backward()
    rows = [values(row) for row in outputs]
    result = loss(rows, targets)
    assert result.data == pytest.approx(expected.item(), rel=1e-14)
    assert slopes(result, [*rows[0], *rows[1]]) == pytest.approx(tensor.grad.flatten().tolist(), rel=1e-14)


# --- the record ---


@each_loss
def test_a_loss_can_be_checked_derived_and_drawn(loss, outputs, targets):
    rows = [values(row) for row in outputs]
    rows[0][0].label = "y1"
    result = loss(rows, targets)
    assert check_graph(result)
    assert "y1" in str(derive(result, rows[0][0]))
    assert "y1" in draw(result).svg


def test_half_squared_error_records_the_target_first_as_the_study_notes_formula_has_it():
    output, target = Value(3.0), Value(1.0)
    assert half_squared_error(output, target).args == (target, output)
    assert half_squared_error([output], [target]).args == ((target,), (output,))


def test_squared_errors_take_one_node_for_any_number_of_outputs():
    outputs = values(range(100))
    assert inner_nodes(half_squared_error(outputs, [0.0] * 100)) == ["half_squared_error"]
    assert inner_nodes(mean_squared_error(outputs, [0.0] * 100)) == ["half_squared_error", "divide"]


def test_the_losses_of_one_example_take_at_most_three_nodes():
    assert inner_nodes(hinge(Value(1.0), -1)) == ["multiply", "subtract", "relu"]
    assert inner_nodes(binary_cross_entropy(Value(1.0), 0)) == ["softplus"]
    assert inner_nodes(binary_cross_entropy(Value(1.0), 1)) == ["negative", "softplus"]
    assert sorted(inner_nodes(softmax_cross_entropy(values([1.0, 2.0, 3.0]), 0))) == ["log_sum_exp", "subtract"]


def test_a_mean_over_the_batch_takes_two_nodes_more():
    assert sorted(inner_nodes(binary_cross_entropy(values([1.0] * 50), [0] * 50))) == ["divide", *["softplus"] * 50, "total"]


def test_outputs_and_targets_may_come_from_any_iterable():
    assert hinge((Value(x) for x in (0.5, 2.0)), iter([1, 1])).data == 0.25


def test_targets_may_be_numpy_arrays():
    np = pytest.importorskip("numpy")
    assert softmax_cross_entropy([values([0.0, 9.0])], np.array([1])).data < 1e-3
    assert mean_squared_error([values([1.0, 2.0])], np.array([[1.0, 4.0]])).data == 2.0


# --- refusals ---


@each_elementwise
def test_lengths_that_differ_are_refused(loss):
    message = f"{loss.__name__} needs one target for each output, and at least one, but got 2 outputs and 1 targets"
    with pytest.raises(ValueError, match=message):
        loss(values([1.0, 2.0]), [1])


@each_elementwise
def test_rows_whose_lengths_differ_are_refused(loss):
    with pytest.raises(ValueError, match="but got 1 outputs and 2 targets"):
        loss([values([1.0, 2.0]), values([1.0])], [[1, 1], [1, 1]])


@each_elementwise
@pytest.mark.parametrize(("outputs", "targets"), [(Value(1.0), [1]), ([Value(1.0)], 1), ([Value(1.0)], [[1]])])
def test_shapes_that_differ_are_refused(loss, outputs, targets):
    with pytest.raises(ValueError, match=f"{loss.__name__} takes outputs and targets of one shape"):
        loss(outputs, targets)


@each_elementwise
def test_of_shapes_that_differ_it_is_told_which_is_which(loss):
    with pytest.raises(ValueError, match="but got a number as output and a list of 1 as target; a model of one output gives a"):
        loss(values([1.0, 1.0]), [[1], [1]])
    with pytest.raises(ValueError, match="but got a list of 2 as output and a number as target"):
        loss([values([1.0, 1.0])], [1])


@each_loss
def test_an_empty_batch_is_refused(loss, outputs, targets):
    with pytest.raises(ValueError, match="at least one, but got 0 outputs and 0 targets"):
        loss([], [])


@pytest.mark.parametrize("target", [0, 0.5, 2, float("nan"), "1", None, Value(0.5)])
def test_hinge_refuses_targets_other_than_1_and_minus_1(target):
    with pytest.raises(ValueError, match=r"hinge takes targets 1 and -1, but got .*; for classes 0 and 1 give 2 \* target - 1"):
        hinge([Value(0.5)], [target])


@pytest.mark.parametrize("target", [-1, 1.5, float("nan"), "1", None])
def test_binary_cross_entropy_refuses_targets_outside_0_to_1(target):
    with pytest.raises(ValueError, match="binary_cross_entropy takes targets from 0 to 1, but got "):
        binary_cross_entropy(Value(1.0), target)


def test_targets_written_for_another_loss_are_told_how_to_write_them():
    with pytest.raises(ValueError, match=r"from 0 to 1, but got -1; for classes 1 and -1 give \(target \+ 1\) // 2"):
        binary_cross_entropy([Value(1.0)], [-1])
    with pytest.raises(ValueError, match=r"a class from 0 to 1, but got \[0, 1\]; for a one-hot row give the place of its 1"):
        softmax_cross_entropy([values([1.0, 2.0])], [[0, 1]])


@pytest.mark.parametrize("target", [-1, 2, 0.0, "0", None])
def test_softmax_cross_entropy_refuses_what_is_no_class_of_the_row(target):
    with pytest.raises(ValueError, match="softmax_cross_entropy takes a class from 0 to 1, but got "):
        softmax_cross_entropy(values([1.0, 2.0]), target)


@pytest.mark.parametrize(("logits", "target"), [(Value(1.0), 0), ([[Value(1.0)]], 0), ([Value(1.0), Value(2.0)], [0, 1])])
def test_softmax_cross_entropy_refuses_shapes_that_do_not_fit(logits, target):
    with pytest.raises(ValueError, match="takes a row of logits and its class, or a list of rows and a list of classes"):
        softmax_cross_entropy(logits, target)


def test_softmax_cross_entropy_refuses_rows_without_a_class():
    with pytest.raises(ValueError, match="but got 2 outputs and 1 targets"):
        softmax_cross_entropy([values([1.0]), values([2.0])], [0])


# --- outputs and targets ---


def test_both_half_squared_errors_say_what_they_take_first():
    assert "targets and outputs, in this order" in autograd.half_squared_error.__doc__
    assert "Outputs come first" in half_squared_error.__doc__


SWAPPED = {
    "numbers": lambda y: (1.0, y),
    "rows": lambda y: ([1, 0.5], [y, 2.0]),
    "batches": lambda y: ([[1.0], [2.0]], [[0.0], [y]]),
}
SQUARED = [half_squared_error, mean_squared_error]


@pytest.mark.parametrize("loss", SQUARED, ids=lambda loss: loss.__name__)
@pytest.mark.parametrize("swapped", SWAPPED.values(), ids=SWAPPED.keys())
def test_computed_targets_of_plain_outputs_are_refused_with_the_right_order(loss, swapped):
    with pytest.raises(ValueError, match=rf"takes outputs first, then targets, .* write {loss.__name__}\(outputs, targets\)"):
        loss(*swapped(Value(3.0, label="w") * 2.0))


ALLOWED = {
    "numbers alone": (1.0, 2.0),
    "a target that is a leaf": (1.0, Value(2.0)),
    "both computed": (Value(1.0) * 2.0, Value(2.0) * 2.0),
    "one output computed": ([Value(1.0) * 2.0, 1.0], [1.0, Value(2.0) * 2.0]),
    "an output that is a leaf": (Value(1.0), Value(2.0) * 2.0),
}


@pytest.mark.parametrize("loss", SQUARED, ids=lambda loss: loss.__name__)
@pytest.mark.parametrize("pair", ALLOWED.values(), ids=ALLOWED.keys())
def test_whatever_may_be_meant_is_computed(loss, pair):
    found = loss(*pair)
    assert math.isfinite(found.data if isinstance(found, Value) else found)


@pytest.mark.parametrize(("loss", "targets"), [
    (hinge, [1.0, -1.0, -1.0]),
    (binary_cross_entropy, [1.0, 0.0, 0.25]),
    (binary_cross_entropy, [0.0, 1.0, 1.0]),
])  # fmt: skip
def test_targets_may_be_values_and_a_compiled_loss_takes_others_without_recording_again(loss, targets):
    scores, fast = [0.3, -40.0, 2.0], jit(value_and_grad(loss, argnums=(0, 1)))
    plain = loss([*map(Value, scores)], targets)
    for ts in (targets, targets[::-1], targets, targets[::-1], targets):
        assert fast(scores, ts) == value_and_grad(loss, argnums=(0, 1))(scores, ts)
    assert loss([*map(Value, scores)], [*map(Value, targets)]).data == plain.data == fast(scores, targets)[0]
    assert fast.recordings == 1
    with pytest.raises(ValueError, match=r"takes targets"):
        fast(scores, [1.0, 3.0, 1.0])


def test_the_slope_of_cross_entropy_by_a_target_is_minus_the_logit():
    for target in (0.0, 0.25, 1.0):
        assert grad(lambda t: binary_cross_entropy([1.5], [t]))(target) == -1.5
