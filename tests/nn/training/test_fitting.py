"""``fit``: what a step and an epoch are, what comes back, and what is left when a training ends before its time."""

from __future__ import annotations

import math
import pickle
import random
from itertools import chain
from pathlib import Path

import pytest
from interruptions import interrupted

import nn
from autograd import Value, no_grad
from nn import MLP, DivergenceError, History, Module, Sequential, fit
from nn.data import circles, moons, spirals, xor
from nn.losses import binary_cross_entropy, half_squared_error, hinge, mean_squared_error, softmax_cross_entropy
from nn.metrics import accuracy
from nn.optim import SGD, Adam
from nn.schedules import cosine, step_decay
from nn.training.compiling import CompiledLoss

NETWORKS = str(Path(nn.__file__).parent)


class Line(Module):
    """y = slope · x."""

    def __init__(self, slope=0.0):
        self.slope = Value(slope, label="slope")

    def __call__(self, x):
        return self.slope * x


def plain_sum(outputs, targets):
    """Return a loss with the slope Σ x."""
    return sum(outputs)


def trained_line(data=((1.0, 2.0), (0.0, 0.0)), loss=plain_sum, rate=1.0, **options):
    line = Line()
    history = fit(line, loss, data, SGD(line.parameters(), rate=rate), **options)
    return line.slope.data, history


# --- steps and epochs, by hand ---


def test_without_a_batch_size_an_epoch_is_one_step_on_all_data():
    assert trained_line(epochs=3)[0] == -9.0


def test_with_a_batch_size_an_epoch_is_a_step_for_each_batch_the_last_may_be_smaller():
    steps = []

    def loss(outputs, targets):
        steps.append(len(outputs))
        return sum(outputs)

    assert trained_line(([1.0] * 7, [0.0] * 7), loss, epochs=2, batch_size=3)[0] == -14.0
    assert steps == [3, 3, 1] * 2


def test_the_loss_of_an_epoch_is_the_mean_over_its_data_before_each_step():
    # outputs: slope 0, then −1 after the first batch of one; means over 1 and 1
    assert trained_line(([1.0, 1.0], [0, 0]), epochs=1, batch_size=1)[1].loss == [-0.5]
    # batches of 2 and 1, outputs summed: 0 and −2, weighted 2 to 1
    assert trained_line(([1.0] * 3, [0] * 3), epochs=1, batch_size=2)[1].loss == [pytest.approx(-2 / 3)]


def test_the_rate_of_an_epoch_is_the_optimizers_times_the_schedule_of_the_epoch():
    # −3·(1 + ½ + ¼)
    line = Line()
    optimizer = SGD(line.parameters(), rate=1.0)
    fit(line, plain_sum, ([1.0, 2.0], [0, 0]), optimizer, epochs=3, schedule=step_decay(1, 0.5))
    assert (line.slope.data, optimizer.rate) == (-5.25, 1.0)


def test_clipping_bounds_the_gradient_of_each_step():
    assert trained_line(epochs=2, clip=0.5)[0] == -1.0


def test_l2_adds_its_share_of_the_squares_to_the_loss_and_twice_the_parameter_to_the_gradient():
    line = Line(slope=2.0)
    history = fit(line, plain_sum, ([1.0], [0]), SGD(line.parameters(), rate=0.25), epochs=1, l2=0.5)
    assert history.loss == [2.0 + 0.5 * 4.0]
    assert line.slope.data == 2.0 - 0.25 * (1.0 + 0.5 * 2 * 2.0)


def test_metrics_are_means_over_the_data_and_named_after_their_functions():
    def spread(outputs, targets):
        return len(outputs)

    assert trained_line(([1.0] * 3, [0] * 3), epochs=1, batch_size=2, metrics=[spread])[1]["spread"] == [pytest.approx(5 / 3)]


def test_a_loss_may_be_a_metric_and_an_object_is_named_after_its_class():
    class Largest:
        def __call__(self, outputs, targets):
            return max(outputs)

    _, history = trained_line(data=([1.0, 2.0], [1.0, 2.0]), metrics=[mean_squared_error, Largest()], epochs=1)
    assert history.columns == {"loss": [0.0], "mean_squared_error": [2.5], "Largest": [0.0]}


def test_validation_data_are_judged_after_each_epoch_without_l2():
    _, history = trained_line(([1.0], [0]), epochs=2, validation=([10.0], [0]), l2=0.0, metrics=[lambda outputs, targets: 7.0])
    assert history["validation loss"] == [-10.0, -20.0]
    assert history.columns.keys() == {"loss", "<lambda>", "validation loss", "validation <lambda>"}


def test_a_function_may_be_a_model_and_its_parameters_the_optimizers():
    w, b = Value(0.0), Value(0.0)
    fit(lambda x: w * x + b, mean_squared_error, ([0.0, 1.0, 2.0], [1.0, 3.0, 5.0]), SGD([w, b], rate=0.2), epochs=400)
    assert (w.data, b.data) == (pytest.approx(2.0, abs=1e-6), pytest.approx(1.0, abs=1e-6))


def test_part_of_a_model_may_be_trained_alone():
    model = MLP(2, [2, 1], seed=1)
    before = model.state_dict()
    fit(model, hinge, xor(), SGD(model.layers[1].parameters(), rate=0.1), epochs=2)
    changed = {name.partition(".neurons")[0] for name, x in model.state_dict().items() if x != before[name]}
    assert changed == {"layers.1"}


# --- chance ---


def small(**options):
    model = MLP(2, [3, 1], seed=1)
    return fit(model, hinge, moons(24), SGD(model.parameters(), rate=0.1), epochs=3, batch_size=8, **options)


def test_a_seed_gives_the_same_training_again_and_another_seed_another():
    assert small() == small()
    assert small().loss != small(seed=2).loss


def test_the_global_random_numbers_are_left_alone():
    random.seed(1)
    before = random.getstate()
    small()
    assert random.getstate() == before


def test_batches_differ_between_epochs_and_hold_all_data_once():
    seen = []

    def loss(outputs, targets):
        seen.append(targets)
        return sum(outputs)

    trained_line(([1.0] * 9, [*range(9)]), loss, epochs=2, batch_size=3)
    first, second = seen[:3], seen[3:]
    assert first != second
    assert sorted(chain(*first)) == sorted(chain(*second)) == [*range(9)]


def test_one_batch_of_all_data_keeps_their_order():
    orders = []

    def loss(outputs, targets):
        orders.append(targets)
        return sum(outputs)

    trained_line(([1.0] * 5, [*range(5)]), loss, epochs=2, batch_size=5)
    assert orders == [[0, 1, 2, 3, 4]] * 2


# --- early stopping ---


def valley(patience, epochs=20, history=None, line=None):
    """Train a slope by −1 each epoch, while the validation wants −3: the third epoch is the best."""
    line = line or Line()
    data, validation = ([1.0], [-3.0]), ([1.0], [-3.0])
    optimizer = SGD(line.parameters(), rate=1.0)

    def loss(outputs, targets):
        nonlocal judged
        judged = not judged
        return sum(outputs) if judged else half_squared_error(outputs, targets)

    judged = False
    history = fit(line, loss, data, optimizer, epochs=epochs, validation=validation, patience=patience, history=history)
    return line, history


def test_a_training_ends_when_the_validation_loss_has_not_fallen_for_so_long_and_gives_back_the_best():
    line, history = valley(patience=4)
    assert (len(history), history.best_epoch, line.slope.data) == (7, 3, -3.0)
    assert history.ending == "ended early: no smaller validation loss for 4 epochs; the model is as after epoch 3, the best"


def test_the_best_is_given_back_when_the_epochs_run_out_first():
    line, history = valley(patience=10, epochs=5)
    assert (len(history), line.slope.data) == (5, -3.0)
    assert history.ending == "the model is as after epoch 3, the best"


def test_without_patience_the_model_stays_as_last_trained_but_the_best_epoch_is_known():
    line, history = valley(patience=None, epochs=5)
    assert (line.slope.data, history.best_epoch, history.ending) == (-5.0, 3, "")


def test_a_training_goes_on_from_the_last_parameters_not_the_best():
    line, history = valley(patience=10, epochs=5)
    line, history = valley(patience=None, epochs=6, history=history, line=line)
    assert (line.slope.data, history.last, history.ending) == (-6.0, [], "")


def test_a_training_that_ended_early_stays_ended_until_it_gets_more_patience():
    line, history = valley(patience=4)
    assert len(valley(patience=4, history=history, line=line)[1]) == 7
    assert len(valley(patience=6, history=history, line=line)[1]) == 9


def test_a_training_that_was_interrupted_in_its_first_epoch_keeps_its_seed():
    assert small(seed=7) == small(seed=8, history=History(seed=7)) != small(seed=8)


def test_a_history_given_is_left_as_it_was():
    _, history = trained_line(epochs=2)
    before = history.as_data()
    assert len(trained_line(epochs=4, history=history)[1]) == 4
    assert history.as_data() == before


# --- interrupts and divergence ---


@pytest.mark.parametrize("at", [1, 2, 8, 14, 15])
def test_ctrl_c_leaves_the_last_whole_epoch_and_the_history_up_to_it(at, capsys):
    """Three steps an epoch; the interrupt comes within a step's loss, or after the last step."""
    model = MLP(2, [3, 1], seed=1)
    optimizer = Adam(model.parameters(), rate=0.1)
    calls = 0

    def loss(outputs, targets):
        nonlocal calls
        calls += 1
        if calls == at:
            raise KeyboardInterrupt
        return hinge(outputs, targets)

    data = moons(24)
    history = fit(model, loss, data, optimizer, epochs=9, batch_size=8)
    whole = (at - 1) // 3
    twin = MLP(2, [3, 1], seed=1)
    expected = Adam(twin.parameters(), rate=0.1)
    uninterrupted = fit(twin, hinge, data, expected, epochs=whole, batch_size=8)
    assert (model.state_dict(), optimizer.state_dict()) == (twin.state_dict(), expected.state_dict())
    assert history.columns == uninterrupted.columns
    assert history.ending == f"interrupted in epoch {whole + 1}; the model is as after epoch {whole}"
    assert f"nn.fit: {history.ending}" in capsys.readouterr().err

    gone_on = fit(model, hinge, data, optimizer, epochs=6, batch_size=8, history=history)
    assert gone_on.loss[whole:] == fit(twin, hinge, data, expected, epochs=6, batch_size=8, history=uninterrupted).loss[whole:]


def test_ctrl_c_between_the_history_and_the_state_of_an_epoch_leaves_both_alike(monkeypatch):
    append = History.append

    def cut_short(self, row):
        append(self, row)
        if len(self) == 2:
            raise KeyboardInterrupt

    monkeypatch.setattr(History, "append", cut_short)
    slope, history = trained_line(epochs=5)
    assert (slope, len(history)) == (-3.0, 1)


def test_ctrl_c_at_any_line_leaves_a_whole_epoch(capsys):
    def begun():
        model = MLP(2, [2, 1], seed=1)
        return model, Adam(model.parameters(), rate=0.1)

    def run(model, optimizer, epochs=3):
        return fit(model, hinge, xor(), optimizer, epochs=epochs, batch_size=2, validation=xor())

    wholes = []
    for epochs in range(4):
        model, optimizer = begun()
        wholes.append((run(model, optimizer, epochs).columns, model.state_dict(), optimizer.state_dict()))
    seen = set()
    for at in range(300, 3200, 41):
        model, optimizer = begun()
        found = []
        interrupted(lambda model, made=optimizer, found=found: found.append(run(model, made)), model, at, inside=NETWORKS)
        for history in found:  # none if the interrupt came before the first epoch, or after the last
            assert (history.columns, model.state_dict(), optimizer.state_dict()) == wholes[len(history)]
            seen.add(len(history))
    assert {0, 1, 2} <= seen


@pytest.mark.parametrize("at", range(1, 12))
def test_ctrl_c_at_any_line_of_adding_an_epoch_leaves_columns_of_one_length(at):
    history = History(columns={"loss": [3.0], "accuracy": [0.5], "validation loss": [4.0]})
    interrupted(history.append, dict.fromkeys(history.columns, 1.0), at, inside=NETWORKS)
    assert len({*map(len, history.columns.values())}) == 1


def test_with_patience_ctrl_c_gives_back_the_best():
    validating = []

    def loss(outputs, targets):
        validating.append(targets == ["validation"])
        if len(validating) > 14:
            raise KeyboardInterrupt
        return (outputs[0] + 3.0) ** 2 if validating[-1] else sum(outputs)

    slope, history = trained_line(([1.0], [0]), loss, epochs=50, validation=([1.0], ["validation"]), patience=40)
    assert (slope, len(history)) == (-3.0, 7)
    assert history.ending == "interrupted in epoch 8; the model is as after epoch 3, the best"


def diverging(loss, data, optimizer=lambda line: SGD(line.parameters(), rate=1.0), slope=0.0, **options):
    """Return the error of a training, after a look at whether the slope and the optimizer are back where they began."""
    line = Line(slope)
    made = optimizer(line)
    before = made.state_dict()
    with pytest.raises(DivergenceError) as caught:
        fit(line, loss, data, made, **options)
    assert (line.slope.data, made.state_dict()) == (slope, before)
    return caught.value


def test_a_loss_that_is_not_finite_is_told_with_its_epoch_and_the_parameters_go_back_to_where_it_was():
    error = diverging(plain_sum, ([1e200], [0]))  # 0, then −1e200·1e200
    assert str(error).startswith("the loss is -inf in epoch 2; a smaller rate or clip= may help; the parameters are back where")
    assert "slope·1e+200 = −1e+200·1e+200 = −inf   multiply" in str(error)
    assert len(error.history) == 0  # as the parameters


def test_a_divergence_within_an_epoch_is_told_with_its_batch():
    error = diverging(plain_sum, ([1e200, 1e200, 1e200], [0] * 3), batch_size=1)
    assert str(error).startswith("the loss is -inf in epoch 1, batch 2 of 3;")


def test_a_loss_that_was_never_finite_is_no_matter_of_the_rate():
    error = diverging(plain_sum, ([math.nan], [0]))
    assert str(error).startswith("the loss is nan in epoch 1; no step was made yet: look at the data and at the parameters\n")


def test_a_divergence_is_pickled_with_its_history():
    error = diverging(plain_sum, ([1e200], [0]))
    twin = pickle.loads(pickle.dumps(error))
    assert (str(twin), twin.history) == (str(error), error.history)


def test_epochs_before_a_divergence_are_kept():
    line = Line()
    calls = []

    def loss(outputs, targets):
        calls.append(line.slope.data)
        return outputs[0] * (1.0 if len(calls) < 5 else math.inf)

    with pytest.raises(DivergenceError) as caught:
        fit(line, loss, ([1.0], [0]), SGD(line.parameters(), rate=1.0), epochs=9)
    assert caught.value.history.loss == [0.0, -1.0, -2.0]
    assert line.slope.data == -3.0  # where the loss was −3, the last that was finite


def test_an_operation_without_a_value_is_a_divergence():
    error = diverging(lambda outputs, _: outputs[0].exp(), ([1000.0], [0]), slope=1.0)
    assert str(error).startswith("the loss has no value in epoch 1: exp(x) has no value at x = 1000.0: the result exceeds")
    assert isinstance(error, FloatingPointError)


def test_so_is_one_in_the_validation():
    error = diverging(lambda outputs, _: outputs[0].exp(), ([0.0], [0]), slope=1.0, validation=([1000.0], [0]))
    assert str(error).startswith("the loss has no value in the validation after epoch 1: exp(x) has no value")


@pytest.mark.parametrize("clip", [None, 1.0])
def test_an_infinite_gradient_is_told_before_it_spoils_the_parameters(clip):
    error = diverging(lambda outputs, _: outputs[0].sqrt(), ([1.0], [0]), clip=clip)
    assert str(error).startswith("the step in epoch 1 makes a parameter -inf, by the gradient inf;")
    assert "autograd.why_nan: ∂v2/∂slope is inf" in str(error)
    assert "sqrt at" in str(error)


def test_a_gradient_that_the_optimizer_cannot_square_is_told():
    error = diverging(plain_sum, ([1e200], [0]), lambda line: Adam(line.parameters()))
    assert str(error).startswith("the step in epoch 1 makes the optimizer's squares inf, by the gradient 1e+200;")


# --- what does not fit ---


REFUSALS = {
    "lengths": ({"data": ([1.0], [])}, "fit needs data with one target for each input, but got 1 and 0"),
    "no data": ({"data": ([], [])}, "fit needs data with one target for each input, but got 0 and 0"),
    "no pair": ({"data": [1.0]}, r"fit takes data as \(inputs, targets\), but got \[1\.0\]"),
    "validation": ({"validation": ([], [])}, "fit needs validation data with one target"),
    "batches": ({"batch_size": 0}, "fit takes a batch_size >= 1, but got 0"),
    "half a batch": ({"batch_size": 1.5}, "fit takes a batch_size >= 1, a whole number, but got 1.5"),
    "epochs": ({"epochs": -1}, "fit takes epochs >= 0, but got -1"),
    "half an epoch": ({"epochs": 2.5}, "fit takes epochs >= 0, a whole number, but got 2.5"),
    "pairs": ({"data": [(1.0, 2.0)] * 3}, r"fit takes data as .*; zip\(\*pairs\) makes them of pairs"),
    "no seed": ({"seed": None}, "fit takes a seed, a whole number, but got None"),
    "clip as text": ({"clip": "1"}, "clip_gradients takes a max_norm above 0, but got '1'"),
    "l2": ({"l2": -1.0}, "fit takes a finite l2 >= 0, but got -1.0"),
    "l2 as text": ({"l2": "1"}, "fit takes a finite l2 >= 0, but got '1'"),
    "one metric": ({"metrics": accuracy}, r"fit takes a list of functions for metrics, .*, but got <function accuracy"),
    "metrics by name": ({"metrics": ["accuracy"]}, r"fit takes a list of functions for metrics, .*, but got \['accuracy'\]"),
    "metrics of one name": (
        {"metrics": [accuracy, accuracy]},
        "different names, none of them loss, but got accuracy, accuracy",
    ),
    "an optimizer's name": ({"optimizer": "adam"}, r"fit takes an optimizer, such as nn\.optim\..*, but got 'adam'"),
    "an optimizer's class": ({"optimizer": SGD}, r"fit takes an optimizer, such as nn\.optim\..*, but got <class"),
    "a history's file": ({"history": "a.json"}, "fit takes a history that fit or nn.load returned, but got 'a.json'"),
    "a schedule's name": ({"schedule": "cosine"}, r"fit takes a function for schedule, .*, but got 'cosine'"),
    "no factor": ({"schedule": lambda epoch: None}, "the schedule must give a factor >= 0 for the rate, but gave None"),
    "a factor": (
        {"schedule": lambda epoch: -1.0},
        "the schedule must give a factor >= 0 for the rate, but gave -1.0 for epoch 0",
    ),
    "patience as text": ({"patience": "3", "validation": ([1.0], [0.0])}, "fit takes patience >= 1 together .*, but got '3'"),
    "patience": ({"patience": 3}, "fit takes patience >= 1 together with validation data, but got 3, None"),
    "no patience": ({"patience": 0, "validation": ([1.0], [0.0])}, "fit takes patience >= 1 together .*, but got 0"),
    "clip": ({"clip": 0.0}, "clip_gradients takes a max_norm above 0, but got 0.0"),
    "another's optimizer": (
        {"optimizer": SGD([Value(0.0)], rate=1.0)},
        r"the optimizer has none of the model's parameters; make it with model\.parameters\(\)",
    ),
    "another's history": (
        {"history": History(columns={"loss": [1.0]}, best_epoch=1, best=[1.0, 2.0])},
        "the history is of 2 parameters, but the model has 1",
    ),
    "other columns": (
        {"history": History(columns={"loss": [1.0], "accuracy": [1.0]})},
        "the history has loss, accuracy, but this training would add loss; give it the same metrics and validation",
    ),
}


@pytest.mark.parametrize(("options", "message"), REFUSALS.values(), ids=REFUSALS.keys())
def test_what_does_not_fit_is_refused_before_anything_changes(options, message):
    line = Line()
    usual = {"data": ([1.0], [0.0]), "optimizer": SGD(line.parameters(), rate=1.0)}
    with pytest.raises(ValueError, match=message):
        fit(line, plain_sum, **usual | options)
    assert line.slope.data == 0.0


@pytest.mark.parametrize(("model", "loss"), [(Line, plain_sum), (Line(), "hinge"), (None, plain_sum)])
def test_what_is_no_function_is_no_model_and_no_loss(model, loss):
    with pytest.raises(ValueError, match=r"fit takes a function for (model|loss), such as nn\."):
        fit(model, loss, ([1.0], [0.0]), SGD([Value(0.0)], rate=1.0))


def test_a_loss_that_depends_on_no_parameter_is_refused():
    message = r"the loss depends on none of the parameters, .* not from their \.data, and outside no_grad"
    with pytest.raises(ValueError, match=message):
        trained_line(loss=lambda outputs, targets: sum(Value(y.data) for y in outputs) * 2.0)
    with pytest.raises(ValueError, match=message), no_grad():
        trained_line()


def test_a_metric_that_gives_no_number_is_named():
    def nothing(outputs, targets):
        return None

    with pytest.raises(TypeError, match="the metric nothing must be a number, but got NoneType None"):
        trained_line(metrics=[nothing])


def test_a_loss_that_is_no_value_is_refused():
    with pytest.raises(TypeError, match=r"the loss must be a Value, computed from the outputs, but got float 1\.5"):
        trained_line(loss=lambda outputs, targets: 1.5)


# --- whole trainings ---


def test_l2_is_twice_as_much_weight_decay():
    def trained(decay, **options):
        model = MLP(2, [4, 1], activation="tanh", seed=1)
        fit(model, hinge, xor(), SGD(model.parameters(), rate=0.1, weight_decay=decay), epochs=5, **options)
        return [p.data for p in model.parameters()]

    assert trained(0.02) == pytest.approx(trained(0.0, l2=0.01), rel=1e-12)
    assert trained(0.02) != pytest.approx(trained(0.0), rel=1e-3)


def test_xor_is_learned():
    model = MLP(2, [4, 1], activation="tanh", seed=1)
    history = fit(model, hinge, xor(), Adam(model.parameters(), rate=0.1), epochs=80, metrics=[accuracy])
    assert (history["accuracy"][-1], history.loss[-1]) == (1.0, 0.0)


def test_two_spirals_are_told_apart_in_mini_batches():
    inputs, arms = spirals(60, arms=2, turns=0.75)
    model = MLP(2, [12, 12, 1], activation="tanh", initialisation="glorot_uniform", seed=1)
    history = fit(model, binary_cross_entropy, (inputs, arms), Adam(model.parameters(), rate=0.03), epochs=60, batch_size=15,
                  metrics=[accuracy])  # fmt: skip
    assert history["accuracy"][-1] == 1.0


def test_three_spirals_are_told_apart_with_softmax_and_so_is_what_was_not_trained_on():
    model = MLP(2, [16, 16, 3], initialisation="he_normal", seed=1)
    history = fit(model, softmax_cross_entropy, spirals(90), Adam(model.parameters(), rate=0.03), epochs=40, batch_size=15,
                  schedule=cosine(40), metrics=[accuracy], validation=spirals(60, seed=2))  # fmt: skip
    assert history["accuracy"][-1] == 1.0
    assert history["validation accuracy"][-1] >= 0.95


def test_circles_are_told_apart_and_the_training_ends_early():
    model = MLP(2, [8, 1], activation="tanh", initialisation="glorot_normal", seed=1)
    history = fit(model, hinge, circles(40), Adam(model.parameters(), rate=0.1), epochs=200, batch_size=10,
                  validation=circles(20, seed=2), patience=5, metrics=[accuracy])  # fmt: skip
    assert history["validation accuracy"][history.best_epoch - 1] == 1.0
    assert len(history) < 200


# --- compiled ---


@pytest.mark.parametrize("loss", [hinge, mean_squared_error, half_squared_error, binary_cross_entropy, softmax_cross_entropy])
@pytest.mark.parametrize("options", [{}, {"metrics": [accuracy], "validation": moons(6, seed=3), "l2": 0.01, "clip": 1.0}])
def test_a_compiled_training_is_the_same_bit_for_bit(loss, options):
    inputs, targets = moons(12, seed=1)
    if loss in (binary_cross_entropy, softmax_cross_entropy):
        targets, options = [max(0, t) for t in targets], {**options, "validation": None}
    told = []
    for choice in (False, True):
        model = MLP(2, [5, 2 if loss is softmax_cross_entropy else 1], activation="tanh", seed=1)
        optimizer = Adam(model.parameters(), rate=0.05)
        history = fit(model, loss, (inputs, targets), optimizer, epochs=40, compile=choice, **options)
        told.append((history.as_data(), model.state_dict(), optimizer.state_dict()))
    assert repr(told[0]) == repr(told[1])


def test_a_long_training_of_our_own_layers_is_compiled_by_itself_and_a_short_one_is_not(monkeypatch):
    made = []

    class Noted(CompiledLoss):
        def __init__(self, *args):
            super().__init__(*args)
            made.append(self.run)

    monkeypatch.setattr("nn.training.epochs.CompiledLoss", Noted)
    monkeypatch.setattr("nn.training.compiling.WORTH", {True: 20, False: 20})
    for count, model in ((20, MLP(2, [2, 1])), (21, MLP(2, [2, 1])), (30, Sequential(MLP(2, [2, 1])))):
        fit(model, hinge, xor(), SGD(model.parameters(), rate=0.1), epochs=count)
    ((run,),) = (made,)
    assert (run.recordings, run.why) == (1, "")


def test_what_cannot_be_compiled_runs_as_it_is_and_says_why():
    class Noisy(Line):
        def __call__(self, x):
            return self.slope * x * random.random()

    def end(choice):
        random.seed(1)
        line = Noisy(1.0)
        fit(line, plain_sum, ([1.0, 2.0], [0.0, 0.0]), SGD(line.parameters(), rate=0.1), epochs=5, compile=choice)
        return line.slope.data

    with pytest.warns(UserWarning, match="fit runs without compiling: it draws random numbers"):
        found = end(True)
    assert found == end(False) == end(None)
    with pytest.raises(ValueError, match="fit compiles steps on all data alone: leave out batch_size, or compile=True"):
        trained_line(batch_size=1, compile=True)


@pytest.mark.parametrize("rate", [1e150, 1e300])
def test_a_compiled_training_that_diverges_says_the_same(rate):
    told = []
    for choice in (False, True):
        model = MLP(2, [3, 1], activation="relu", seed=2)
        with pytest.raises(DivergenceError) as error:
            fit(model, mean_squared_error, xor(), SGD(model.parameters(), rate=rate), epochs=50, compile=choice)
        told.append((str(error.value), error.value.history.as_data(), model.state_dict()))
    assert told[0] == told[1]


@pytest.mark.parametrize("ends", [1, 3])
def test_an_interrupted_compiled_training_ends_at_its_last_whole_epoch(ends, capsys):
    def stop(outputs, targets):
        if len(heard) == 2 * ends:
            raise KeyboardInterrupt
        heard.append(outputs)
        return 0.0

    models = []
    for choice in (False, True):
        heard = [0] * ends
        model = MLP(2, [2, 1], activation="tanh", seed=1)
        history = fit(model, hinge, xor(), SGD(model.parameters(), rate=0.1), epochs=9, metrics=[stop], compile=choice)
        models.append((len(history), history.ending, model.state_dict()))
    assert models[0] == models[1]
    assert models[0][0] == ends
