"""Optimizers: steps worked out by hand and by torch, resuming, schedules, clipping, and a whole training."""

from __future__ import annotations

import json
import math
import random

import pytest

from autograd import Value, grad
from nn import MLP
from nn.data import xor
from nn.losses import binary_cross_entropy
from nn.optim import SGD, Adam, AdamW, clip_gradients
from nn.schedules import cosine, linear, step_decay, warm_up

CHOICES = {
    "SGD": (SGD, {"rate": 0.1}),
    "momentum": (SGD, {"rate": 0.1, "momentum": 0.9}),
    "Nesterov": (SGD, {"rate": 0.1, "momentum": 0.9, "nesterov": True}),
    "SGD decay": (SGD, {"rate": 0.1, "momentum": 0.5, "weight_decay": 0.01}),
    "Adam": (Adam, {"rate": 0.1}),
    "Adam settings": (Adam, {"rate": 0.1, "betas": (0.5, 0.75), "eps": 1e-3}),
    "Adam decay": (Adam, {"rate": 0.1, "weight_decay": 0.01}),
    "AdamW": (AdamW, {"rate": 0.1}),
    "AdamW decay": (AdamW, {"rate": 0.1, "weight_decay": 0.1}),
}
each_choice = pytest.mark.parametrize(("kind", "settings"), CHOICES.values(), ids=CHOICES.keys())


def data_after(optimizer, gradients):
    """Return the data of the first parameter after each of the steps that these gradients lead to."""
    data = []
    for gradient in gradients:
        optimizer.parameters[0].grad = gradient
        optimizer.step()
        data.append(optimizer.parameters[0].data)
    return data


def descend(parameters, optimizer, rounds):
    """Train two parameters on a curved valley."""
    x, y = parameters
    for _ in range(rounds):
        loss = (x - 1.0) ** 2 + 10.0 * (y - x * x) ** 2
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()


# --- the functional form ---


@each_choice
def test_update_changes_nothing_and_returns_what_step_makes(kind, settings):
    parameters = [Value(0.5), Value(-2.0)]
    optimizer = kind(parameters, **settings)
    data, state = [p.data for p in parameters], optimizer.state_dict()
    for gradients in ([1.0, -3.0], [0.25, 0.0], [-1e-3, 7.0]):
        before = json.dumps([optimizer.state_dict(), state, data])
        following = optimizer.update(data, gradients, state)
        assert json.dumps([optimizer.state_dict(), state, data]) == before
        data, state = following
        for p, g in zip(parameters, gradients, strict=True):
            p.grad = g
        optimizer.step()
        assert [p.data for p in parameters] == data
        assert optimizer.state_dict() == {**optimizer.state_dict(), **state}


@each_choice
def test_training_can_be_differentiated_by_the_rate(kind, settings):
    def loss_after(rate, steps=3):
        optimizer = kind([Value(0.0)], **settings)
        optimizer.rate = rate
        data, state = [1.0], optimizer.state_dict()
        for _ in range(steps):
            data, state = optimizer.update(data, [2.0 * (data[0] - 3.0)], state)
        return (data[0] - 3.0) ** 2

    h = 1e-5
    difference = (loss_after(0.1 + h) - loss_after(0.1 - h)) / (2.0 * h)
    assert grad(loss_after)(0.1) == pytest.approx(difference, rel=1e-6)


# --- two steps by hand, with the gradients 2 and 1, from 1 ---


def test_sgd_goes_down_the_gradient():
    assert data_after(SGD([Value(1.0)], rate=0.25), [2.0, 1.0]) == [0.5, 0.25]


def test_momentum_keeps_a_share_of_the_last_velocity():
    # v = 2, then ½·2 + 1 = 2
    assert data_after(SGD([Value(1.0)], rate=0.25, momentum=0.5), [2.0, 1.0]) == [0.5, 0.0]


def test_nesterov_looks_ahead_by_the_velocity():
    # g + ½v: 2 + 1 = 3, then 1 + ½·2 = 2
    assert data_after(SGD([Value(1.0)], rate=0.25, momentum=0.5, nesterov=True), [2.0, 1.0]) == [0.25, -0.25]


def test_weight_decay_adds_a_share_of_the_parameter_to_its_gradient():
    # g = 2 + ½·1 = 2.5, then 1 + ½·0.375 = 1.1875
    assert data_after(SGD([Value(1.0)], rate=0.25, weight_decay=0.5), [2.0, 1.0]) == [0.375, 0.078125]


def test_adam_divides_the_mean_gradient_by_the_root_of_the_mean_square():
    # m = 1, v = 2, corrected 2, 4: step ¼·2/2. Then m = 1, v = 1.5, corrected 4/3, 2: step ¼·(4/3)/√2
    expected = [0.75, 0.75 - 0.25 * (4 / 3) / math.sqrt(2)]
    assert data_after(Adam([Value(1.0)], rate=0.25, betas=(0.5, 0.5), eps=1e-300), [2.0, 1.0]) == pytest.approx(
        expected, rel=1e-15
    )


def test_adam_adds_eps_to_the_root():
    assert data_after(Adam([Value(1.0)], rate=0.25, eps=2.0), [2.0]) == pytest.approx([0.875], rel=1e-15)


def test_adam_takes_weight_decay_into_the_gradient():
    # g = 2 + 2·1 = 4, and then 1 + 2·0.75 = 2.5: m = 2, 2.25, corrected 3; v = 8, 7.125, corrected 9.5
    expected = [0.75, 0.75 - 0.25 * 3 / math.sqrt(9.5)]
    optimizer = Adam([Value(1.0)], rate=0.25, betas=(0.5, 0.5), eps=1e-300, weight_decay=2.0)
    assert data_after(optimizer, [2.0, 1.0]) == pytest.approx(expected, rel=1e-15)


def test_adamw_decays_the_weight_apart_from_the_gradient():
    # x·(1 - ¼·2) = 0.5, less 0.25; then 0.25·½ = 0.125, less ¼·(4/3)/√2
    expected = [0.25, 0.125 - 0.25 * (4 / 3) / math.sqrt(2)]
    optimizer = AdamW([Value(1.0)], rate=0.25, betas=(0.5, 0.5), eps=1e-300, weight_decay=2.0)
    assert data_after(optimizer, [2.0, 1.0]) == pytest.approx(expected, rel=1e-15)


@each_choice
def test_twenty_steps_are_torchs(kind, settings):
    torch = pytest.importorskip("torch")
    rng = random.Random(1)
    gradients = [[rng.gauss(0, 1), rng.gauss(0, 100)] for _ in range(20)]
    ours = [Value(0.5), Value(-2.0)]
    theirs = torch.tensor([0.5, -2.0], dtype=torch.float64, requires_grad=True)
    optimizer = kind(ours, **settings)
    reference = getattr(torch.optim, kind.__name__)([theirs], **{"lr" if k == "rate" else k: v for k, v in settings.items()})
    for row in gradients:
        for p, gradient in zip(ours, row, strict=True):
            p.grad = gradient
        theirs.grad = torch.tensor(row, dtype=torch.float64)
        optimizer.step()
        reference.step()
        assert [p.data for p in ours] == pytest.approx(theirs.tolist(), rel=1e-12)


def test_defaults_are_torchs():
    torch = pytest.importorskip("torch")
    tensor = torch.zeros(1)
    for kind in (Adam, AdamW):
        ours, theirs = kind([Value(0.0)]), getattr(torch.optim, kind.__name__)([tensor]).defaults
        assert (ours.rate, *ours.betas, ours.eps) == (theirs["lr"], *theirs["betas"], theirs["eps"])
        assert ours.weight_decay == theirs["weight_decay"]


# --- what all have in common ---


@each_choice
def test_a_parameter_that_no_pass_has_reached_has_the_gradient_0(kind, settings):
    x, y = Value(1.0), Value(1.0)
    y.grad = 0.0
    optimizer = kind([x, y], **settings)
    optimizer.step()
    assert x.data == y.data


@each_choice
def test_a_training_resumed_from_json_goes_on_bit_for_bit(kind, settings):
    parameters = [Value(-1.0), Value(1.0)]
    optimizer = kind(parameters, **settings | {"rate": 0.01})
    descend(parameters, optimizer, 7)
    saved = json.dumps({"data": [p.data for p in parameters], "optimizer": optimizer.state_dict()})
    descend(parameters, optimizer, 13)

    loaded = json.loads(saved)
    again = [Value(x) for x in loaded["data"]]
    resumed = kind(again, rate=1.0)
    resumed.load_state_dict(loaded["optimizer"])
    descend(again, resumed, 13)
    assert [p.data for p in again] == [p.data for p in parameters]
    assert resumed.state_dict() == optimizer.state_dict()


def test_a_state_is_a_copy():
    optimizer = SGD([Value(1.0)], rate=0.5, momentum=0.5)
    state = optimizer.state_dict()
    data_after(optimizer, [1.0])
    assert state["velocities"] == [0.0]
    optimizer.load_state_dict(state)
    data_after(optimizer, [1.0])
    assert (state["velocities"], state["steps"]) == ([0.0], 0)


def test_a_rate_set_between_steps_holds_from_the_next_on():
    optimizer = SGD([Value(1.0)], rate=0.5)
    first = data_after(optimizer, [1.0])
    optimizer.rate = 0.25
    assert first + data_after(optimizer, [1.0]) == [0.5, 0.25]


def test_zero_grad_clears_every_gradient():
    parameters = [Value(1.0), Value(2.0)]
    (parameters[0] * parameters[1]).backward()
    SGD(parameters, rate=0.1).zero_grad()
    assert [p.grad for p in parameters] == [0, 0]


def test_a_parameter_given_twice_is_updated_once():
    x = Value(1.0)
    assert data_after(SGD([x, x], rate=0.25), [2.0]) == [0.5]


def test_a_repr_tells_the_settings():
    assert repr(SGD([Value(1.0)], rate=0.5)) == "SGD(1 parameters, rate=0.5, momentum=0.0, nesterov=False, weight_decay=0.0)"


X = Value(1.0)
REFUSALS = {
    "no parameters": (lambda: SGD([], 0.1), "SGD needs parameters that are Values, .* but got none"),
    "a model": (lambda: SGD(MLP(1, [1]), 0.1), r"needs parameters that are Values, such as model\.parameters\(\), but got MLP"),
    "lists": (lambda: SGD([[X]], 0.1), r"needs parameters that are Values, such as .*, but got list \[Value"),
    "a parameter": (lambda: SGD(X, 0.1), r"needs parameters that are Values, such as .*, but got Value Value\("),
    "numbers": (lambda: Adam([1.0]), r"Adam needs parameters that are Values, .* but got float 1\.0"),
    "rate": (lambda: SGD([X], -0.1), r"SGD takes a finite number >= 0 for rate, but got -0\.1"),
    "nan": (lambda: AdamW([X], math.nan), "AdamW takes a finite number >= 0 for rate, but got nan"),
    "words": (lambda: SGD([X], "fast"), "SGD takes a finite number >= 0 for rate, but got 'fast'"),
    "momentum": (lambda: SGD([X], 0.1, momentum=-1), "SGD takes a finite number >= 0 for momentum, but got -1"),
    "nesterov": (lambda: SGD([X], 0.1, nesterov=True), "SGD takes True only with a momentum above 0 for nesterov"),
    "decay": (lambda: AdamW([X], weight_decay=-1), "AdamW takes a finite number >= 0 for weight_decay, but got -1"),
    "beta": (lambda: Adam([X], betas=(0.9, 1.0)), r"Adam takes two numbers in 0 <= beta < 1 for betas, but got \[0.9, 1.0\]"),
    "betas": (lambda: Adam([X], betas=(0.9,)), r"Adam takes two numbers in 0 <= beta < 1 for betas, but got \[0.9\]"),
    "eps": (lambda: Adam([X], eps=0.0), "Adam takes a finite number > 0 for eps, but got 0.0"),
    "max_norm": (lambda: clip_gradients([X], 0.0), "clip_gradients takes a max_norm above 0, but got 0.0"),
    "every": (lambda: step_decay(0), "step_decay takes a number of rounds of at least 1, but got 0"),
    "rounds": (lambda: cosine(0), "cosine takes a number of rounds of at least 1, but got 0"),
    "rounds as text": (lambda: linear("9"), "linear takes a number of rounds of at least 1, but got '9'"),
    "no rounds": (lambda: warm_up(None), "warm_up takes a number of rounds of at least 1, but got None"),
}


@pytest.mark.parametrize(("make", "message"), REFUSALS.values(), ids=REFUSALS.keys())
def test_what_does_not_fit_is_refused(make, message):
    with pytest.raises(ValueError, match=message):
        make()


def test_a_bad_rate_set_between_steps_is_refused_before_anything_changes():
    optimizer = SGD([Value(1.0)], rate=0.5)
    optimizer.rate = math.nan
    with pytest.raises(ValueError, match="for rate, but got nan"):
        data_after(optimizer, [1.0])
    assert optimizer.parameters[0].data == 1.0


STATES = {
    "another kind": (
        Adam([X]).state_dict(),
        "SGD loads a state with optimizer, steps, rate, .* of its own kind, but got one of 'Adam'$",
    ),
    "no state": ([1.0], r"SGD loads a state with optimizer, steps, rate, .* of its own kind, but got \[1\.0\]"),
    "a key less": ({"optimizer": "SGD", "steps": 3}, "SGD loads a state with optimizer, steps, rate, .* of its own kind"),
    "parameters": (SGD([X, Value(2.0)], 0.1).state_dict(), "SGD has 1 parameters, but the state has 2"),
    "settings": (SGD([X], 0.1).state_dict() | {"rate": -1.0}, "SGD takes a finite number >= 0 for rate, but got -1.0"),
}


@pytest.mark.parametrize(("state", "message"), STATES.values(), ids=STATES.keys())
def test_a_state_that_does_not_fit_is_refused_and_changes_nothing(state, message):
    optimizer = SGD([X], rate=0.5, momentum=0.5)
    before = optimizer.state_dict()
    with pytest.raises(ValueError, match=message):
        optimizer.load_state_dict(state)
    assert optimizer.state_dict() == before


# --- clipping ---


def with_gradients(*gradients):
    parameters = [Value(0.0) for _ in gradients]
    for p, gradient in zip(parameters, gradients, strict=True):
        p.grad = gradient
    return parameters


def test_clipping_scales_all_gradients_to_the_norm_asked_for_and_returns_the_old_norm():
    parameters = with_gradients(6.0, 8.0)
    assert clip_gradients(parameters, 5.0) == 10.0
    assert [p.grad for p in parameters] == [3.0, 4.0]


def test_clipping_takes_a_gradient_that_was_taken_off_as_zero():
    x, y = Value(1.0), Value(2.0)
    x.grad, y.grad = 8.0, None
    assert (clip_gradients([x, y], max_norm=1.0), x.grad, y.grad) == (8.0, 1.0, 0.0)


def test_clipping_leaves_gradients_within_the_norm_as_they_are():
    parameters = with_gradients(3.0, 4.0, 0)
    assert clip_gradients(parameters, 5.0) == 5.0
    assert [p.grad for p in parameters] == [3.0, 4.0, 0]


@pytest.mark.parametrize("size", [1e-200, 1e200])
def test_clipping_squares_no_gradient_to_0_or_infinity(size):
    parameters = with_gradients(3.0 * size, 4.0 * size)
    assert clip_gradients(parameters, size) == pytest.approx(5.0 * size)
    assert [p.grad for p in parameters] == pytest.approx([0.6 * size, 0.8 * size])


@pytest.mark.parametrize("bad", [math.inf, math.nan])
def test_clipping_refuses_gradients_that_are_not_finite_and_changes_none(bad):
    parameters = with_gradients(1.0, bad)
    with pytest.raises(ValueError, match=f"the gradients have the norm {bad}; autograd.why_nan and why_big tell"):
        clip_gradients(parameters, 0.5)
    assert parameters[0].grad == 1.0


def test_clipping_is_torchs_but_for_the_millionth_that_torch_adds():
    torch = pytest.importorskip("torch")
    tensor = torch.zeros(3, dtype=torch.float64, requires_grad=True)
    tensor.grad = torch.tensor([3.0, -4.0, 12.0], dtype=torch.float64)
    parameters = with_gradients(3.0, -4.0, 12.0)
    assert clip_gradients(parameters, 2.0) == torch.nn.utils.clip_grad_norm_([tensor], 2.0).item()
    assert [p.grad for p in parameters] == pytest.approx(tensor.grad.tolist(), rel=1e-6)


# --- a whole training ---


def test_xor_is_learned_by_adam():
    random.seed(1337)
    model = MLP(2, [4, 1], activation="tanh")
    inputs, targets = xor()
    adam = Adam(model.parameters(), rate=0.05)
    for _ in range(200):
        logits = [model(row) for row in inputs]
        error = binary_cross_entropy(logits, [(target + 1) // 2 for target in targets])
        adam.zero_grad()
        error.backward()
        adam.step()
    assert all((logit > 0) == (target > 0) for logit, target in zip(logits, targets, strict=True))
    assert error < 0.01
