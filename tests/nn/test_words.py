"""Other libraries' words, refused with ours."""

from __future__ import annotations

import inspect

import pytest

from autograd import Value
from nn.optim import SGD, Adam, AdamW, Optimizer
from nn.schedules import cosine, linear, step_decay, warm_up

X = Value(1.0)
REFUSALS = {
    "Adam": (lambda: Adam([X], lr=0.1), "Adam's word for lr is rate: write rate=0.1"),
    "Adam of nothing": (lambda: Adam(lr=0.1), "Adam's word for lr is rate: write rate=0.1"),
    "AdamW": (lambda: AdamW([X], learning_rate=0.1), "AdamW's word for learning_rate is rate: write rate=0.1"),
    "SGD": (lambda: SGD(params=[X], rate=0.1), r"SGD's word for params is parameters: write parameters=\[Value"),
    "step_decay": (lambda: step_decay(step_size=3), "step_decay's word for step_size is every: write every=3"),
    "step_decay's factor": (lambda: step_decay(3, gamma=0.5), "step_decay's word for gamma is factor: write factor=0.5"),
    "linear": (lambda: linear(total_iters=3), "linear's word for total_iters is rounds: write rounds=3"),
    "cosine": (lambda: cosine(T_max=3), "cosine's word for T_max is rounds: write rounds=3"),
    "cosine's least": (lambda: cosine(3, eta_min=0.1), "cosine's word for eta_min is least: write least=0.1"),
    "warm_up": (lambda: warm_up(epochs=3), "warm_up's word for epochs is rounds: write rounds=3"),
}


@pytest.mark.parametrize(("call", "message"), REFUSALS.values(), ids=REFUSALS.keys())
def test_another_librarys_word_is_refused_with_ours(call, message):
    with pytest.raises(TypeError, match=message):
        call()


def test_an_unknown_word_is_refused_as_anywhere():
    with pytest.raises(TypeError, match="unexpected keyword argument 'speed'"):
        Adam([X], speed=0.1)


def test_a_subclass_may_have_a_word_of_its_own_for_what_it_alone_takes():
    class Slow(Optimizer):
        def __init__(self, parameters, lr):
            super().__init__(parameters, rate=lr / 2.0, weight_decay=0.0)

    assert Slow([X], lr=0.5).rate == 0.25


def test_a_subclass_may_take_any_words():
    class Any(SGD):
        def __init__(self, parameters, **words):
            super().__init__(parameters, rate=words["lr"])

    assert Any([X], lr=0.5).rate == 0.5


def test_signatures_show_our_words():
    assert [*inspect.signature(cosine).parameters] == ["rounds", "least"]
    assert [*inspect.signature(Adam).parameters][:2] == ["parameters", "rate"]
