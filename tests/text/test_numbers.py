"""Numbers as people write them, in text and as mathematics."""

from __future__ import annotations

import pytest

from autograd.text import number_text
from autograd.text.numbers import latex_number


@pytest.mark.parametrize(("number", "text"), [(0.25, "0.25"), (-1e-9, "−1e−09"), (3.0, "3"), (1 / 3, "0.3333")])
def test_numbers_are_short_and_have_a_true_minus(number, text):
    assert number_text(number, 4) == text


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        (0.25, "0.25"),
        (-3.0, "-3"),
        (3.51e-5, r"3.51 \cdot 10^{-5}"),
        (float("inf"), r"\infty"),
        (float("nan"), r"\mathrm{nan}"),
    ],
)
def test_numbers_become_mathematics(number, expected):
    assert latex_number(number) == expected
