"""Numbers claimed for a whole training: the published example's, and a user's from a file."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import nn
from nn.note import load
from nn.note.claims import against, read_claims

PUBLISHED = Path(nn.__file__).with_name("note") / "published.json"


def test_the_published_example_is_reproduced_but_for_its_last_four_figures():
    ledger = against(load(), read_claims(PUBLISHED))
    assert [(entry.name, entry.claimed, entry.explanation) for entry in ledger.wrong] == [
        ("E_total after 1 round", "0.291027924", "it is what comes of updating weights before the backward pass is done"),
        ("out_o1 after 10000 rounds", "0.015912196", "it is what comes of updating weights before the backward pass is done"),
        ("out_o2 after 10000 rounds", "0.984065734", "it is what comes of updating weights before the backward pass is done"),
        ("E_total after 10000 rounds", "0.0000351085", "it is what comes of one round fewer"),
    ]
    assert len(ledger.entries) - len(ledger.wrong) == 25


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("[1]", r"expected an object of names and numbers \{…\}, but found \[1\]"),
        ("{}", "expected an object of names and numbers"),
        ('{"R1": true}', "R1: expected a number, or its digits as text, but found true"),
        ("R1 = 1", r'line 1, column 1: expected JSON, but found "R1 = 1" \(expecting value\)'),
        ('{"R1": 1, "R1": 2}', 'expected each key once, but found "R1" twice'),
        ('{"R1": NaN}', "R1: expected a number, but found NaN"),
        ('{"R1": 1e999}', "R1: expected a number, or its digits as text within the range of floats, but found inf"),
        ('{"R1": "' + "1" * 500 + '"}', "R1: expected a number of at most 400 digits, but found"),
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
