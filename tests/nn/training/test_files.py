"""Trainings in files: resumed bit for bit; what is damaged or foreign is refused by name and changes nothing."""

from __future__ import annotations

import json
import math
import random

import pytest
from interruptions import interrupted
from project import ROOT

from nn import MLP, History, fit, load, save
from nn.data import moons
from nn.losses import hinge
from nn.metrics import accuracy
from nn.optim import SGD, Adam, AdamW
from nn.schedules import cosine

OPTIMIZERS = {
    "SGD": lambda model: SGD(model.parameters(), rate=0.1),
    "momentum": lambda model: SGD(model.parameters(), rate=0.05, momentum=0.9, nesterov=True),
    "Adam": lambda model: Adam(model.parameters(), rate=0.05),
    "AdamW": lambda model: AdamW(model.parameters(), rate=0.05),
}
each_optimizer = pytest.mark.parametrize("make", OPTIMIZERS.values(), ids=OPTIMIZERS.keys())
DATA, OTHERS = moons(24), moons(10, seed=2)


def model_of(seed=1):
    return MLP(2, [3, 1], activation="tanh", seed=seed)


def trained(model, optimizer, epochs, history=None, **options):
    return fit(model, hinge, DATA, optimizer, epochs=epochs, batch_size=7, schedule=cosine(12), metrics=[accuracy],
               history=history, **options)  # fmt: skip


@each_optimizer
@pytest.mark.parametrize("options", [{}, {"validation": OTHERS, "patience": 2}, {"l2": 1e-3, "clip": 0.5}])
def test_a_training_resumed_from_a_file_goes_on_bit_for_bit(tmp_path, make, options):
    model = model_of()
    optimizer = make(model)
    whole = trained(model, optimizer, 9, **options)

    first = model_of()
    first_optimizer = make(first)
    save(tmp_path / "training.json", first, first_optimizer, trained(first, first_optimizer, 4, **options))
    second = model_of(seed=2)
    second_optimizer = make(second)
    second_optimizer.rate = 0.7  # comes back from the file
    history = load(tmp_path / "training.json", second, second_optimizer)
    resumed = trained(second, second_optimizer, 9, history, **options)
    assert second.state_dict() == model.state_dict()
    assert second_optimizer.state_dict() == optimizer.state_dict()
    assert resumed == whole


def own_loop(model, optimizer, rng, steps):
    """Train on random mini-batches, as loops of one's own do."""
    for _ in range(steps):
        batch = rng.sample(range(24), 5)
        loss = hinge([model(DATA[0][i]) for i in batch], [DATA[1][i] for i in batch])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()


@each_optimizer
def test_a_loop_of_ones_own_goes_on_bit_for_bit_with_its_random_numbers(tmp_path, make):
    model, rng = model_of(), random.Random(5)
    optimizer = make(model)
    own_loop(model, optimizer, rng, 6)
    rng.gauss(0, 1)  # leaves a number behind for the next call
    save(tmp_path / "a.json", model, optimizer, rng=rng)
    own_loop(model, optimizer, rng, 6)

    again, other_rng = model_of(seed=2), random.Random(9)
    other = make(again)
    assert load(tmp_path / "a.json", again, other, rng=other_rng) is None
    own_loop(again, other, other_rng, 6)
    assert again.state_dict() == model.state_dict()
    assert other_rng.gauss(0, 1) == rng.gauss(0, 1)


@pytest.mark.parametrize("x", [0.1, 1 / 3, 5e-324, 1.7976931348623157e308, -0.0, 2.0**53 + 2])
def test_a_number_comes_back_to_the_last_bit(tmp_path, x):
    save(tmp_path / "a.json", MLP(1, [1], weights=[[[x]]]))
    model = MLP(1, [1])
    load(tmp_path / "a.json", model)
    assert model.parameters()[0].data.hex() == x.hex()


def test_people_can_read_the_file(tmp_path):
    model = MLP(1, [1], weights=[[[0.5]]])
    save(tmp_path / "a.json", model, SGD(model.parameters(), rate=0.1), History(columns={"loss": [1.0, 0.5]}))
    assert (
        (tmp_path / "a.json").read_text()
        == """{
  "format": "scalar-autograd training",
  "version": 1,
  "model": {
    "layers.0.neurons.0.weights.0": 0.5,
    "layers.0.neurons.0.bias": 0.0
  },
  "optimizer": {
    "optimizer": "SGD",
    "steps": 0,
    "rate": 0.1,
    "momentum": 0.0,
    "nesterov": false,
    "weight_decay": 0.0,
    "velocities": [0.0, 0.0]
  },
  "history": {
    "seed": 1337,
    "columns": {"loss": [1.0, 0.5]},
    "best_epoch": 0,
    "best": [],
    "last": [],
    "ending": ""
  }
}
"""
    )


def test_a_model_alone_may_be_loaded_from_a_whole_training(tmp_path):
    model = model_of()
    save(tmp_path / "a.json", model, Adam(model.parameters()), rng=random.Random(1))
    other = model_of(seed=2)
    load(tmp_path / "a.json", other)
    assert other.state_dict() == model.state_dict()


def test_a_history_with_nan_comes_back_with_nan(tmp_path):
    save(tmp_path / "a.json", model_of(), history=History(columns={"loss": [1.0], "odds": [math.nan]}))
    assert math.isnan(load(tmp_path / "a.json", model_of())["odds"][0])


@pytest.mark.parametrize("bad", [math.nan, math.inf])
def test_what_json_cannot_hold_is_refused_by_name_and_the_old_file_stays(tmp_path, bad):
    model = model_of()
    save(tmp_path / "a.json", model)
    before = (tmp_path / "a.json").read_text()
    model.layers[1].neurons[0].bias.data = bad
    with pytest.raises(ValueError, match=rf"a\.json: model\.layers\.1\.neurons\.0\.bias is {bad}, .*nothing was written"):
        save(tmp_path / "a.json", model)
    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == {"a.json": before}


def test_an_infinite_memory_of_the_optimizer_is_refused_by_name(tmp_path):
    model = model_of()
    optimizer = Adam(model.parameters())
    optimizer.squares[3] = math.inf
    with pytest.raises(ValueError, match=r"optimizer\.squares\.3 is inf"):
        save(tmp_path / "a.json", model, optimizer)
    assert [*tmp_path.iterdir()] == []


def without(content, *keys):
    inner = content
    for key in keys[:-1]:
        inner = inner[key]
    del inner[keys[-1]]


def put(content, *keys):
    *path, last, item = keys
    for key in path:
        content = content[key]
    content[last] = item


def test_what_is_given_in_another_order_is_refused_by_name_and_nothing_is_written(tmp_path):
    model, path = model_of(), tmp_path / "a.json"
    optimizer = Adam(model.parameters())
    order = "takes a path, a model, an optimizer, in this order, but got"
    for wrong in (lambda: save(model, path), lambda: load(model, path)):
        with pytest.raises(TypeError, match=f"(save|load) {order} MLP.2, .* for path"):
            wrong()
    with pytest.raises(TypeError, match=f"save {order} <class 'nn.layers.MLP'> for model"):
        save(path, MLP)
    with pytest.raises(TypeError, match=f"save {order} <history of 0 epochs> for optimizer"):
        save(path, model, History())
    with pytest.raises(TypeError, match="save takes a history that fit returned, but got Adam Adam"):
        save(path, model, optimizer, optimizer)
    assert [*tmp_path.iterdir()] == []


BIAS = "layers.1.neurons.0.bias"
DAMAGES = {
    "format": (lambda c: put(c, "format", "other"), 'format: expected "scalar-autograd training", .* but found "other"'),
    "no format": (lambda c: without(c, "format"), 'format: expected "scalar-autograd training", .* but found nothing'),
    "version": (lambda c: put(c, "version", 2), "version: expected 1, the one that this release reads, but found 2"),
    "version true": (lambda c: put(c, "version", True), "version: expected 1, .* but found true"),
    "foreign key": (
        lambda c: put(c, "weights", []),
        'expected no other keys than format, version, model.* but found "weights"',
    ),
    "no model": (lambda c: without(c, "model"), "model: expected the parameters of a model, but found nothing"),
    "a list for a model": (
        lambda c: put(c, "model", [1.0]),
        r"model: MLP loads a dict of names and numbers, but got list \[1.0\]",
    ),
    "no bias": (lambda c: without(c, "model", BIAS), f"model: the state does not fit this MLP; missing: {BIAS}$"),
    "another name": (lambda c: put(c, "model", "w", 1.0), "model: the state does not fit this MLP; unknown: w$"),
    "nan as text": (lambda c: put(c, "model", BIAS, "nan"), f"model: .* not a finite number: {BIAS} is 'nan'"),
    "true": (lambda c: put(c, "model", BIAS, True), f"model: .* not a finite number: {BIAS} is True"),
    "null": (lambda c: put(c, "model", BIAS, None), f"model: .* not a finite number: {BIAS} is None"),
    "huge": (lambda c: put(c, "model", BIAS, 10**400), f"model: .* not a finite number: {BIAS} is inf"),
    "no optimizer": (
        lambda c: without(c, "optimizer"),
        "optimizer: expected the state of an optimizer, but found nothing; the file was saved without it",
    ),
    "another optimizer": (lambda c: put(c, "optimizer", "optimizer", "SGD"), "optimizer: Adam loads a state with"),
    "optimizer null": (lambda c: put(c, "optimizer", None), "optimizer: Adam loads a state with .* but got None"),
    "no moments": (lambda c: without(c, "optimizer", "means"), "optimizer: Adam loads a state with"),
    "too few moments": (lambda c: c["optimizer"]["means"].pop(), "optimizer: Adam has 13 parameters, but the state has 12"),
    "moments as text": (lambda c: put(c, "optimizer", "means", "0" * 13), "optimizer: Adam takes a list of numbers for means"),
    "a moment true": (
        lambda c: put(c, "optimizer", "means", 2, True),
        "Adam takes finite numbers for means, but got True at place 2",
    ),
    "a moment as text": (lambda c: put(c, "optimizer", "squares", 0, "1"), "for squares, but got '1' at place 0"),
    "half a step": (
        lambda c: put(c, "optimizer", "steps", 1.5),
        "optimizer: Adam takes a whole number >= 0 for steps, but got 1.5",
    ),
    "a true step": (lambda c: put(c, "optimizer", "steps", True), "for steps, but got True"),
    "rate as text": (lambda c: put(c, "optimizer", "rate", "0.1"), "optimizer: Adam takes a finite number >= 0 for rate"),
    "rate true": (
        lambda c: put(c, "optimizer", "rate", True),
        "optimizer: Adam takes a finite number >= 0 for rate, but got True",
    ),
    "betas": (
        lambda c: put(c, "optimizer", "betas", 5),
        "optimizer: Adam takes two numbers in 0 <= beta < 1 for betas, but got 5",
    ),
    "history": (lambda c: put(c, "history", 3), r"history: expected an object \{…\}, but found 3"),
    "history key": (lambda c: put(c, "history", "x", 3), 'history: expected no other keys than seed.* but found "x"'),
    "no seed": (lambda c: without(c, "history", "seed"), "history.seed: expected a whole number, but found nothing"),
    "seed": (lambda c: put(c, "history", "seed", "a"), 'history.seed: expected a whole number, but found "a"'),
    "a true seed": (lambda c: put(c, "history", "seed", True), "history.seed: expected a whole number, but found true"),
    "columns": (lambda c: put(c, "history", "columns", []), r"history.columns: expected an object \{…\}, but found \[\]"),
    "a column": (
        lambda c: put(c, "history", "columns", "loss", 1.0),
        "history.columns.loss: expected a list of numbers, but found 1.0",
    ),
    "a loss": (
        lambda c: put(c, "history", "columns", "loss", ["1", 2.0]),
        r'history.columns.loss\[0\]: expected a number, but found "1"',
    ),
    "lengths": (
        lambda c: c["history"]["columns"]["loss"].pop(),
        "history.columns: expected loss and others, all of one length",
    ),
    "best": (lambda c: put(c, "history", "best_epoch", 7), "history.best_epoch: expected the number of an epoch"),
    "best parameters": (lambda c: put(c, "history", "best", []), "history.best_epoch: expected the number of an epoch"),
    "ending": (lambda c: put(c, "history", "ending", 1), "history.ending: expected text, but found 1"),
    "no random numbers": (lambda c: without(c, "random"), "random: expected the state of random numbers, but found nothing"),
    "random numbers": (lambda c: c["random"][1].pop(), "random: expected what random.Random.getstate returns"),
    "random text": (lambda c: put(c, "random", "abc"), 'random: expected what random.Random.getstate returns, but found "abc"'),
    "random float": (lambda c: put(c, "random", 1, 0, 0.5), "random: expected what random.Random.getstate returns"),
    "random rest": (lambda c: put(c, "random", 2, "0"), r'random\[2\]: expected null or a number, but found "0"'),
}


@pytest.fixture(scope="module")
def content(tmp_path_factory):
    """A whole training, as it is in its file."""
    path = tmp_path_factory.mktemp("whole") / "a.json"
    model = model_of()
    optimizer = Adam(model.parameters(), rate=0.05)
    history = fit(model, hinge, OTHERS, optimizer, epochs=2, metrics=[accuracy], validation=DATA)
    save(path, model, optimizer, history, rng=random.Random(1))
    return path.read_text()


def refused(path, message):
    """Load into a model with an optimizer and random numbers of its own: it must be refused, and change nothing."""
    model, rng = model_of(seed=3), random.Random(3)
    optimizer = Adam(model.parameters(), rate=0.3)
    optimizer.means[0] = 0.25
    before = model.state_dict(), optimizer.state_dict(), rng.getstate()
    with pytest.raises(ValueError, match=message) as caught:
        load(path, model, optimizer, rng=rng)
    assert (model.state_dict(), optimizer.state_dict(), rng.getstate()) == before
    assert str(path) in str(caught.value)


@pytest.mark.parametrize(("damage", "message"), DAMAGES.values(), ids=DAMAGES.keys())
def test_a_file_that_does_not_fit_is_refused_by_name_and_key_and_changes_nothing(tmp_path, content, damage, message):
    damaged = json.loads(content)
    damage(damaged)
    (tmp_path / "a.json").write_text(json.dumps(damaged))
    refused(tmp_path / "a.json", message)


@pytest.mark.parametrize("share", [0.0, 0.1, 0.5, 0.9, 0.999])
def test_a_truncated_file_is_refused(tmp_path, content, share):
    (tmp_path / "a.json").write_text(content[: int(share * len(content))])
    refused(tmp_path / "a.json", "expected a training as JSON")


TEXTS = {
    "nan": ('{"format": NaN}', "format: expected a number, but found NaN"),
    "infinity": ('{"format": -Infinity}', "format: expected a number, but found -Infinity"),
    "a key twice": ('{"model": 1, "model": 2}', 'expected each key once, but found "model" twice'),
    "a list": ("[1, 2]", r"expected an object {…}, as nn.save writes it, but found \[1, 2\]"),
    "deep": ("[" * 100_000, "expected a training as JSON"),
    "text": ("model", "expected a training as JSON"),
}


@pytest.mark.parametrize(("text", "message"), TEXTS.values(), ids=TEXTS.keys())
def test_what_is_no_training_is_refused(tmp_path, text, message):
    (tmp_path / "a.json").write_text(text)
    refused(tmp_path / "a.json", message)


def test_a_file_of_other_bytes_is_refused(tmp_path):
    (tmp_path / "a.json").write_bytes(b"\xff\xfe\x00")
    refused(tmp_path / "a.json", "expected a training as JSON")


def test_the_whole_file_fits(tmp_path, content):
    (tmp_path / "a.json").write_text(content)
    model, rng = model_of(seed=3), random.Random(3)
    optimizer = Adam(model.parameters())
    history = load(tmp_path / "a.json", model, optimizer, rng=rng)
    assert (len(history), optimizer.steps, rng.random()) == (2, 2, random.Random(1).random())


@each_optimizer
def test_a_load_that_is_interrupted_at_any_line_has_changed_nothing_or_everything(tmp_path, make):
    model, rng = model_of(), random.Random(5)
    optimizer = make(model)
    own_loop(model, optimizer, rng, 3)
    rng.gauss(0, 1)
    path = save(tmp_path / "a.json", model, optimizer, rng=rng)

    def fresh():
        again = model_of(seed=2)
        return again, make(again), random.Random(9)

    def state(model, optimizer, rng):
        return repr((model.state_dict(), optimizer.state_dict(), rng.getstate()))

    old, new = state(*fresh()), state(model, optimizer, rng)
    at, parts, seen = 1, fresh(), set()
    while interrupted(lambda parts: load(path, *parts[:2], rng=parts[2]), parts, at, inside=str(ROOT)):
        seen.add(state(*parts))
        at, parts = at + 1, fresh()
    assert at > 100
    assert seen <= {old, new}
    assert state(*parts) == new
