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
        ("R1 = 1", r'line 1, column 1: expected numbers as JSON, but found "R1 = 1" \(expecting value\)'),
        ('{"R1": 1, "R1": 2}', 'expected each key once, but found "R1" twice'),
        ('{"R1": NaN}', "R1: expected a number, but found NaN"),
        ('{"R1": 1e999}', "R1: expected a number, or its digits as text within the range of floats, but found inf"),
        ('{"R1": "' + "1" * 800 + '"}', "R1: expected a number of at most 700 digits, but found"),
        ('{"R1": "1e-999999"}', 'R1: expected a number such as 0.0364, but found "1e-999999"'),
        ('{"R1": "a\\u0000"}', r'R1: expected a number such as 0.0364, but found "a\\u0000"'),
    ],
)
def test_a_malformed_file_of_claims_is_refused_by_key(tmp_path, content, message):
    path = tmp_path / "claims.json"
    path.write_text(content)
    with pytest.raises(ValueError, match=message):
        read_claims(path)


@pytest.mark.parametrize("count", ["100001", "99999999999", "9" * 5000, "00099999999999"])
def test_claims_about_more_rounds_than_there_is_time_for_are_refused(count):
    with pytest.raises(ValueError, match=r"^'w5 after .*: expected at most 100000 rounds, but found \d+") as caught:
        against(load(), {f"w5 after {count} rounds": 1.0})
    assert len(str(caught.value)) < 200


def test_claims_about_too_many_counts_of_rounds_are_refused():
    with pytest.raises(ValueError, match=r"^expected at most 1000 different counts of rounds, but found 1001$"):
        against(load(), {f"w5 after {count} rounds": 1.0 for count in range(1001)})


@pytest.mark.parametrize(
    "digits", ["0.15", " 0.15 ", "+1.5e-1", "1_5e-2", "nan", "−0.15", "Infinity", "1e399", "1e-399", "0." + "1" * 600]
)
def test_a_number_may_be_written_in_many_ways(tmp_path, digits):
    path = tmp_path / "claims.json"
    path.write_text(json.dumps({"w1": digits}), encoding="utf-8")
    against(load(), read_claims(path))


def test_claims_do_not_change_the_network():
    network = load()
    against(network, {"w1 after 5 rounds": "0.1"})
    assert [w.data for w in network.trained] == [w.data for w in load().trained]


def test_the_published_figures_are_text_so_that_their_digits_count():
    assert all(isinstance(figure, str) for figure in json.loads(PUBLISHED.read_text(encoding="utf-8")).values())
