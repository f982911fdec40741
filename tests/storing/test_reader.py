"""JSON from outside: what is there comes back as it is, and what was not expected is refused with its file and its place."""

from __future__ import annotations

import json
import math
import os
import re
import subprocess
import sys
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograd.storing.reader import Entry, parsed, read, shown

on_posix = pytest.mark.skipif(sys.platform == "win32", reason="devices and pipes are POSIX's")


def entry(text):
    return parsed(text, "a.json", "settings")


def refused(message, act, *given, **named):
    with pytest.raises(ValueError, match="^" + re.escape(f"a.json: {message}") + "$") as caught:
        act(*given, **named)
    assert "\n" not in str(caught.value)


def test_what_is_there_is_given_back():
    whole = entry('{"x": [1, 2.5, -0.0], "n": 3, "t": "∂", "b": false, "o": {"k": null}}').object("xntbo", "xn")
    assert repr(whole["x"].numbers()) == "[1.0, 2.5, -0.0]"
    assert [x.number() for x in whole["x"].items()] == [1.0, 2.5, 0.0]
    assert (whole["n"].whole(), whole["t"].text(), whole["b"].truth(), whole["o"]["k"].content) == (3, "∂", False, None)
    assert ("x" in whole, "y" in whole) == (True, False)


KINDS = {
    "number": ([True, "1", None, [], {}], "a number"),
    "whole": ([True, "1", None, [], {}, 1.0, 1e999], "a whole number"),
    "text": ([True, 1, None, [], {}], "text"),
    "truth": ([0, 1, "true", None, [], {}], "true or false"),
    "numbers": ([True, "1", None, {}, 1.5], "a list of numbers"),
    "items": ([True, "1", None, {}, 1.5], "a list"),
    "object": ([True, "1", None, [], 1.5], "an object {…}"),
}


@pytest.mark.parametrize(("kind", "wrong", "expected"), [(k, x, e) for k, (xs, e) in KINDS.items() for x in xs], ids=str)
def test_another_kind_is_refused_and_told_as_json_has_it(kind, wrong, expected):
    found = json.dumps(wrong) if wrong != math.inf else "inf"
    refused(
        f"x: expected {expected}, but found {found}",
        getattr(entry(f'{{"x": {json.dumps(wrong)}}}'.replace("Infinity", "1e999"))["x"], kind),
    )


def test_what_is_missing_is_nothing_of_any_kind():
    for kind, (_, expected) in KINDS.items():
        refused(f"y: expected {expected}, but found nothing", getattr(entry('{"x": 1}')["y"], kind))
    refused("y: expected one of a, b, but found nothing", entry("{}")["y"].choice, ["a", "b"])


@pytest.mark.parametrize("digits", ["1" * 400, "-" + "9" * 310, "1e999", "1" * 100_000, "-1e400", str(2**1024)])
def test_a_number_beyond_floats_is_refused(digits):
    with pytest.raises(
        ValueError, match=r"^a\.json: x\[1\]: expected a number within the range of floats, but found"
    ) as caught:
        entry(f'{{"x": [1, {digits}]}}')["x"].numbers()
    assert len(str(caught.value)) < 200


def test_the_greatest_float_is_none_too_many():
    assert entry(str(int(sys.float_info.max))).number() == sys.float_info.max


def test_a_place_is_as_one_would_write_it():
    whole = entry('{"nodes": [1, {"args": ["x"], "a b": 1, "": {"\\ud800\\n": [1]}}]}')
    node = whole["nodes"][1]
    assert node["args"][0].place == "nodes[1].args[0]"
    assert node["a b"].place == "nodes[1].a b"
    assert node[""]["\ud800\n"][0].place == 'nodes[1][""]["\\ud800\\n"][0]'


def test_keys_are_held_against_those_there_are():
    whole = entry('{"weights": 1, "bais": 2}')
    refused(
        'expected no other keys than weights, bias, but found "bais"; did you mean "bias"?', whole.object, ["weights", "bias"]
    )
    refused('expected no other keys than rate, but found "weights"', whole.object, ["rate"])
    refused('expected "rate", but found "weights", "bais"', whole.object, (), ["rate"])
    refused('expected "rate", but found no keys', entry("{}").object, (), ["rate"])
    refused('expected one of tanh, relu, but found "rleu"; did you mean "relu"?', entry('"rleu"').choice, ["tanh", "relu"])


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ('{"a": 1, "b": 2, "b": 3, "a": 4}', ""),
        ('{"a": [{"b": 1}, {"c": {"b": 1, "b": 1}}]}', "a[1].c: "),
        ('{"a": {"b": 1, "b": 2}, "c": {"b": 1, "b": 2}}', "a: "),
        ('{"a": {"b": 1, "b": NaN}, "a": 1, "b": 1, "b": 2}', ""),
    ],
)
def test_a_key_twice_is_refused_where_it_is(text, place):
    key = "a" if text.endswith('"b": 2}') and text.count('"a"') == 2 else "b"
    refused(f'{place}expected each key once, but found "{key}" twice', entry, text)


@pytest.mark.parametrize("word", ["NaN", "Infinity", "-Infinity"])
def test_words_that_are_no_json_are_refused_where_they_are(word):
    refused(
        f"a[0].b: expected a number, but found {word}; or null",
        parsed,
        f'{{"a": [{{"b": {word}}}]}}',
        "a.json",
        "x",
        "; or null",
    )
    refused(f"expected a number, but found {word}", entry, word)


def test_half_characters_are_no_text_but_may_be_told():
    refused('x: expected text of whole characters, but found "\\ud800"', entry('{"x": "\\ud800"}')["x"].text)
    refused('expected no other keys than x, but found "\\udfff"', entry('{"\\udfff": 1}').object, ["x"])
    assert entry('"\\ud83d\\ude00"').text() == "😀"


SYNTAX = {
    "": "line 1, column 1: expected settings, but found its end (expecting value)",
    "[1,\n 2": "line 2, column 3: expected settings, but found its end (expecting ',' delimiter)",
    "{a: 1}": 'line 1, column 2: expected settings, but found "a: 1}" (expecting property name enclosed in double quotes)',
    "\ufeff{}": "line 1, column 1: expected settings, but found a byte order mark (JSON begins without one)",
    "{}{}": 'line 1, column 3: expected settings, but found "{}" (extra data)',
    "[" * 100_000: "expected settings, but found lists or objects that are nested too deep",
    '{"a":' * 100_000: "expected settings, but found lists or objects that are nested too deep",
}


@pytest.mark.parametrize(("text", "message"), SYNTAX.items(), ids=[text[:9] for text in SYNTAX])
def test_what_is_no_json_is_refused_by_line_and_column(text, message):
    refused(message, entry, text)


def test_forty_thousand_keys_are_read_at_once():
    pairs = [f'"k{i}": 1' for i in range(40_000)]
    begin = time.perf_counter()
    entry(f"{{{', '.join(pairs)}}}").object()
    refused('expected each key once, but found "k39999" twice', entry, f"{{{', '.join([*pairs, pairs[-1]])}}}")
    refused('expected no other keys than x, but found "k0"', entry(f"{{{', '.join(pairs)}}}").object, ["x"])
    assert time.perf_counter() - begin < 10  # comparing each with each took a minute


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters()),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(st.characters()), inner),
)


@given(JSON)
def test_anything_is_told_on_one_short_line(content):
    text = shown(content)
    assert len(text) <= 161
    assert text.isprintable()
    text.encode()


def test_what_is_nested_is_told_too():
    content = []
    for _ in range(100_000):
        content = [content, {"a": content}]
    assert len(shown(content)) <= 161


# --- files ---


def refused_file(path, message, **limits):
    with pytest.raises(ValueError, match="^" + re.escape(f"{path}: {message}") + "$"):
        read(path, "settings", **limits)


def test_a_file_is_read_by_any_name_of_it(tmp_path):
    path = tmp_path / "ä.json"
    path.write_bytes('{"∂": 1}'.encode())
    for name in (path, str(path), os.fsencode(path)):
        assert read(name, "settings").content == {"∂": 1}
        assert read(name, "settings").source == str(path)


@pytest.mark.parametrize(
    ("content", "found"),
    [
        ("{}".encode("utf-16"), "UTF-16"),
        ("{}".encode("utf-16-be", "replace").join([b"\xfe\xff", b""]), "UTF-16"),
        (b'{"\xff": 1}', "the byte 0xff in it"),
        (b'"\xed\xa0\x80"', "the byte 0xed in it"),
    ],
)
def test_other_bytes_than_utf_8_are_refused(tmp_path, content, found):
    (tmp_path / "a").write_bytes(content)
    refused_file(tmp_path / "a", f"expected settings in UTF-8, but found {found}")


def test_a_file_that_is_too_large_is_refused_unread(tmp_path):
    with open(tmp_path / "a", "wb") as file:
        file.truncate(1 << 40)  # a hole: it takes no space
    refused_file(tmp_path / "a", f"expected settings of at most {64 << 20} bytes, but found a file of {1 << 40}")
    (tmp_path / "b").write_text("[1]" + " " * 100)
    refused_file(tmp_path / "b", "expected settings of at most 100 bytes, but found a file of 103", most=100)
    assert read(tmp_path / "b", "settings", most=103).numbers() == [1.0]


def test_what_cannot_be_opened_is_named(tmp_path):
    for path in (tmp_path, tmp_path / "none"):
        with pytest.raises(OSError, match=re.escape(str(path))) as caught:
            read(path, "settings")
        assert caught.value.filename == str(path)


@on_posix
@pytest.mark.parametrize("device", ["/dev/zero", "/dev/full", "/dev/null"])
def test_a_device_is_not_read(device):
    refused_file(device, "expected settings in a file, but found a device")


@on_posix
def test_a_pipe_is_read_to_its_end_or_to_the_limit():
    code = "from autograd.storing import read; print(read('/dev/stdin', 'settings').content)"
    command = [sys.executable, "-c", code]
    assert subprocess.run(command, input=b"[1]", capture_output=True, check=True).stdout.strip() == b"[1]"
    endless = subprocess.run(f'yes | {sys.executable} -c "{code}"', shell=True, capture_output=True, text=True, check=False)
    assert endless.stderr.endswith(f"ValueError: /dev/stdin: expected settings of at most {64 << 20} bytes, but found more\n")


def test_python_s_own_data_is_read_in_the_same_words():
    with pytest.raises(ValueError, match=r"^x: expected a number, but found nan$"):
        Entry({"x": math.nan}, "")["x"].number()
