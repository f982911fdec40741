"""Ledgers: printed and hand-computed numbers against the true ones."""

from __future__ import annotations

import pytest

from autograd.explaining.deriver import derive
from autograd.explaining.ledger import agreement, compare
from nn.note import load


@pytest.mark.parametrize(
    ("text", "truth", "expected"),
    [
        ("0.298371109", 0.29837110876000269, (9, True)),
        ("0.29837110", 0.29837110876000269, (8, True)),  # cut off rather than rounded
        ("0.29837112", 0.29837110876000269, (7, False)),
        ("0.291027924", 0.29102777369359933, (6, False)),
        ("-0.0226", -0.02260254047747506, (3, True)),
        ("−0.0226", -0.02260254047747506, (3, True)),
        ("0.0226", -0.02260254047747506, (-1, False)),
        ("3.51e-5", 3.510187782978859e-05, (3, True)),
        ("0.5", 0.75, (0, False)),
        ("0", 0.0, (1, True)),
        ("0.10", 0.1, (2, True)),
        ("nan", float("nan"), (0, True)),
        ("inf", 1.0, (0, False)),
        ("1e-400", 0.5, (0, False)),
        ("1e999", 1.0, (0, False)),
    ],
)
def test_a_written_number_agrees_to_the_digits_that_were_written(text, truth, expected):
    assert agreement(text, truth) == expected


@pytest.fixture(scope="module")
def derivation():
    network = load()
    return derive(network.error(), network.trained)


def test_right_numbers_are_reproduced_to_their_digits(derivation):
    ledger = derivation.against({"R13": "0.0364", "dE_total/dw5": "0.082167041", "∂E_total/∂w8": -0.022740242215978211})
    assert not ledger.wrong
    assert [str(entry) for entry in ledger.entries] == [
        "reproduced to 3 digits",
        "reproduced to 8 digits",
        "reproduced to 17 digits",
    ]


def test_a_number_that_goes_on_from_a_wrong_factor_says_so(derivation):
    wrong = derivation.against({"R3": "0.21", "R13": "0.0372", "∂E_total/∂w1": "0.00045"}).wrong
    assert [(entry.name, entry.explanation) for entry in wrong] == [
        ("R3", ""),
        ("R13", "it goes on from R3"),
        ("∂E_total/∂w1", "it goes on from R13"),
    ]


def test_a_slip_of_the_sign_is_told_from_a_slip_of_the_digits(derivation):
    assert str(derivation.against({"∂E_total/∂w7": "0.0226"}).entries[0]) == "differs in its sign: −0.0226025405"
    assert str(derivation.against({"∂E_total/∂w7": "-0.0229"}).entries[0]) == "differs from digit 3 on: −0.0226025405"


def test_a_ledger_is_aligned_and_counted(derivation):
    lines = str(derivation.against({"R1": "0.74", "R13": "0.05"})).splitlines()
    assert lines == [
        "R1   0.74  reproduced to 2 digits",
        "R13  0.05  differs from digit 1 on: 0.0363503064",
        "",
        "1 of 2 numbers are reproduced.",
    ]


def test_a_name_that_is_not_there_is_refused_with_near_ones(derivation):
    with pytest.raises(ValueError, match=r"there is no 'R99' to compare with; there are, among others, R9"):
        derivation.against({"R99": 1.0})


@pytest.mark.parametrize("text", ["0,0364", "", "many", "sNaN"])
def test_text_that_is_no_number_is_refused(text):
    with pytest.raises(ValueError, match=rf"expected a number such as 0\.0364, but got '{text}'"):
        compare({"x": text}, {"x": 1.0})
