"""Schedules: the factors of a rate, worked out by hand and by torch."""

from __future__ import annotations

import pytest

from nn.schedules import constant, cosine, linear, step_decay, warm_up


def test_the_constant_schedule_is_1():
    assert [constant()(k) for k in (0, 1, 1000)] == [1.0, 1.0, 1.0]


def test_the_linear_schedule_is_that_of_micrograds_demo():
    schedule = linear(100, least=0.1)
    assert [schedule(k) for k in range(100)] == pytest.approx([1.0 - 0.9 * k / 100 for k in range(100)], rel=1e-15)


def test_schedules_stay_at_their_least_factor():
    assert [schedule(k) for schedule in (linear(10, 0.25), cosine(10, 0.25)) for k in (10, 11, 25)] == [0.25] * 6


def test_a_warm_up_rises_to_1_and_goes_over_to_another_schedule():
    schedule = warm_up(4, cosine(2))
    assert [schedule(k) for k in range(7)] == pytest.approx([0.25, 0.5, 0.75, 1.0, 1.0, 0.5, 0.0])


def test_a_warm_up_alone_stays_at_1():
    assert [warm_up(2)(k) for k in range(4)] == [0.5, 1.0, 1.0, 1.0]


def test_schedules_are_torchs():
    torch = pytest.importorskip("torch")
    theirs = torch.optim.lr_scheduler
    pairs = {
        step_decay(3, 0.5): lambda sgd: theirs.StepLR(sgd, 3, 0.5),
        cosine(10, 0.1): lambda sgd: theirs.CosineAnnealingLR(sgd, 10, 0.1),
        linear(7, 0.25): lambda sgd: theirs.LinearLR(sgd, 1.0, 0.25, 7),
    }
    for schedule, make in pairs.items():
        sgd = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=1.0)
        scheduler = make(sgd)
        for k in range(10):
            assert schedule(k) == pytest.approx(scheduler.get_last_lr()[0], rel=1e-12)
            sgd.step()
            scheduler.step()
