"""Ledgers: printed and hand-computed numbers against the true ones."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import nn
from autograd.explaining.deriver import derive
from autograd.explaining.ledger import agreement, compare
from nn.note import load
from nn.note.claims import against, read_claims

PUBLISHED = Path(nn.__file__).with_name("note") / "published.json"


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


def test_the_published_example_is_reproduced_but_for_its_last_four_figures():
    ledger = against(load(), read_claims(PUBLISHED))
    assert [(entry.name, entry.claimed, entry.explanation) for entry in ledger.wrong] == [
        ("E_total after 1 round", "0.291027924", "it is what comes of updating weights before the backward pass is done"),
        ("out_o1 after 10000 rounds", "0.015912196", "it is what comes of updating weights before the backward pass is done"),
        ("out_o2 after 10000 rounds", "0.984065734", "it is what comes of updating weights before the backward pass is done"),
        ("E_total after 10000 rounds", "0.0000351085", "it is what comes of one round fewer"),
    ]
    assert len(ledger.entries) - len(ledger.wrong) == 25


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


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("[1]", r"expected an object of names and numbers \{…\}, but got \[1\]"),
        ("{}", "expected an object of names and numbers"),
        ('{"R1": true}', "R1: expected a number, or its digits as text, but got true"),
        ("R1 = 1", "expected JSON"),
    ],
)
def test_a_malformed_file_of_claims_is_refused_by_key(tmp_path, content, message):
    path = tmp_path / "claims.json"
    path.write_text(content)
    with pytest.raises(ValueError, match=message):
        read_claims(path)


def test_claims_do_not_change_the_network():
    network = load()
    against(network, {"w1 after 5 rounds": "0.1"})
    assert [w.data for w in network.trained] == [w.data for w in load().trained]


def test_the_published_figures_are_text_so_that_their_digits_count():
    assert all(isinstance(figure, str) for figure in json.loads(PUBLISHED.read_text(encoding="utf-8")).values())
