"""Accuracy: which answers are right, of scores and of rows of scores."""

from __future__ import annotations

import math

import pytest

from autograd import Value
from nn.metrics import accuracy


def test_accuracy_is_the_share_of_right_answers():
    assert accuracy([Value(0.5), Value(-0.5), Value(0.0), 2.0], [1, 1, -1, 0]) == 0.5
    assert accuracy([[Value(1.0), 3.0, 2.0], [1.0, 1.0, 1.0]], [1, 1]) == 0.5
    assert accuracy([[0.5], [-0.5]], [[1.0], [0.0]]) == 1.0


def test_accuracy_takes_arrays():
    numpy = pytest.importorskip("numpy")
    assert accuracy(numpy.array([0.5, -0.5]), numpy.array([1, 1])) == 0.5
    assert accuracy(numpy.array([[1.0, 2.0], [3.0, 1.0]]), numpy.array([1, 0])) == 1.0
    assert accuracy([numpy.array([Value(1.0), Value(2.0)])], [1]) == 1.0


def test_an_output_of_nan_is_wrong():
    assert accuracy([math.nan, [math.nan, 1.0], [1.0, math.nan]], [-1, 0, 0]) == 0.0


@pytest.mark.parametrize(("outputs", "target", "message"), [
    ([[0.1, 0.9]], [0, 1], r"accuracy takes a class from 0 to 1 for 2 scores, but got the target \[0, 1\]"),
    ([[0.1, 0.9]], -1, "accuracy takes a class from 0 to 1 for 2 scores, but got the target -1"),
    ([[0.1, 0.9]], 2, "accuracy takes a class from 0 to 1 for 2 scores, but got the target 2"),
    ([0.1], "cat", "accuracy takes a number for a score, but got the target 'cat'"),
    (["cat"], 1, "an output must be a number or a row of numbers, but got 'cat'"),
    ([[]], 1, r"an output must be a number or a row of numbers, but got \[\]"),
])  # fmt: skip
def test_what_has_no_right_answer_is_refused(outputs, target, message):
    with pytest.raises(ValueError, match=message):
        accuracy(outputs, [target])


def test_accuracy_needs_one_target_for_each_output():
    with pytest.raises(ValueError, match="accuracy needs one target for each output, but got 1 outputs and 2 targets"):
        accuracy([1.0], [1, 1])
    with pytest.raises(ValueError, match="but got 0 outputs and 0 targets"):
        accuracy([], [])
