"""Scales: where numbers go, when they are logarithmic, and ticks that are round."""

from __future__ import annotations

import math

import pytest

from nn.scales import Scale, is_logarithmic, scale_for


def test_a_scale_goes_from_pixel_to_pixel():
    assert [Scale(1.0, 3.0, 100, 0)(x) for x in (1.0, 2.0, 3.0)] == [100, 50, 0]
    assert [Scale(0.01, 100.0, 0, 100, logarithmic=True)(x) for x in (0.01, 1.0, 100.0)] == [0, 50, 100]


@pytest.mark.parametrize(
    ("numbers", "logarithmic"),
    [([1.0, 19.0], False), ([1.0, 21.0], True), ([0.0, 21.0], False), ([-1.0, -50.0], False), ([], False)],
)
def test_scales_are_logarithmic_for_positive_numbers_of_different_sizes(numbers, logarithmic):
    assert is_logarithmic(numbers) == logarithmic
    assert scale_for(numbers, 0, 1).logarithmic == logarithmic


TICKS = {
    "ones": ((0.0, 1.0), [0.0, 0.2, 0.4, 0.6, 0.8, 1.0]),
    "off": ((0.13, 0.58), [0.2, 0.3, 0.4, 0.5]),
    "around 0": ((-1.2, 1.1), [-1.0, -0.5, 0.0, 0.5, 1.0]),
    "large": ((0.0, 7e6), [0.0, 2e6, 4e6, 6e6]),
    "narrow": ((1.0, 1.0 + 4.5e-9), [1.0, 1.000000001, 1.000000002, 1.000000003, 1.000000004]),
}


@pytest.mark.parametrize(("ends", "ticks"), TICKS.values(), ids=TICKS.keys())
def test_ticks_are_round_numbers(ends, ticks):
    assert Scale(*ends, 0, 1).ticks() == ticks


def test_labels_have_as_many_digits_as_tell_ticks_apart():
    assert [label for _, label in Scale(-0.5, 0.5, 0, 1).labels()] == ["−0.4", "−0.2", "0", "0.2", "0.4"]
    assert [label for _, label in Scale(0.69311, 0.69315, 0, 1).labels()] == [f"0.6931{k}" for k in range(1, 6)]


@pytest.mark.parametrize("numbers", [[1.0, math.nextafter(1.0, 2.0)], [0.1, 0.1], [0.0], [-5e-324, 0.0], [1e308, -1e308]])
def test_ticks_of_any_numbers_are_a_few_with_labels_of_their_own(numbers):
    labels = [label for _, label in scale_for(numbers, 0, 1).labels()]
    assert 2 <= len({*labels}) == len(labels) <= 8


def test_ticks_of_logarithmic_scales_are_powers_of_ten_or_1_2_5_in_between():
    assert Scale(0.5, 2000.0, 0, 1, logarithmic=True).ticks() == [1.0, 10.0, 100.0, 1000.0]
    assert Scale(0.9, 31.0, 0, 1, logarithmic=True).ticks() == [1.0, 2.0, 5.0, 10.0, 20.0]
    assert Scale(1e-12, 1.0, 0, 1, logarithmic=True).ticks() == [1e-12, 1e-9, 1e-6, 1e-3, 1.0]
