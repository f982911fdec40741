"""Files from outside, damaged in any way, are read or refused with their name, and never fail otherwise; the command says it in
one line."""

from __future__ import annotations

import copy
import json
import os
import random
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from project import ROOT

import nn
from autograd import load_graph
from nn.note import against, read_claims
from nn.note import load as load_network
from nn.optim import Adam

DATA = ROOT / "tests" / "data"
NOTE = ROOT / "nn" / "note"
STRANGE = [
    None, True, False, 0, -1, 1.5, 10**400, 1e308, "", "w5", "nan", "\ud800", "\n", [], {}, [[]], {"float": "nan"},
    {"by_hand": "f"}, {"a": {"a": []}}, [1, [2, [3]]],
]  # fmt: skip
WORDS = [
    b"NaN",
    b"-Infinity",
    b"1e999",
    b"1" * 5000,
    b"\xff",
    b"\x00",
    b'"\\ud800"',
    b"[" * 2000,
    b'{"a":' * 2000,
    b"\xef\xbb\xbf",
]


def load_training(path):
    model = nn.MLP(2, [3, 1], activation="tanh", seed=5)
    before = model.state_dict()
    try:
        nn.load(path, model, Adam(model.parameters(), rate=0.05))
    except ValueError:
        assert model.state_dict() == before
        raise


def hold_claims(path):
    claims = read_claims(path)
    if random.random() < 0.02:  # deriving takes a while
        try:
            against(load_network(), claims)
        except ValueError as refusal:
            raise ValueError(f"{path}: {refusal}") from None


FORMATS = {
    "graph": (DATA / "version_1_graph.json", load_graph),
    "training": (DATA / "version_1_training.json", load_training),
    "network": (DATA / "version_1_note.json", load_network),
    "claims": (NOTE / "published.json", hold_claims),
}


def places(content, found):
    """Add every object and list of some content, each with its keys or places."""
    if isinstance(content, (dict, list)) and content:
        found += [(content, key) for key in (content if isinstance(content, dict) else range(len(content)))]
        for item in content.values() if isinstance(content, dict) else content:
            places(item, found)
    return found


def damaged(text, rng):
    """Return the bytes of a file, damaged in one or two ways."""
    how = rng.randrange(7)
    if how < 3:  # its content
        content = json.loads(text)
        for _ in range(rng.randint(1, 2)):
            inner, key = rng.choice(places(content, [None, None])[2:] or [([0], 0)])
            kept = inner[key]
            if how == 0:
                inner[key] = copy.deepcopy(rng.choice(STRANGE))
            elif how == 1:
                inner[key] = rng.choice([[kept], {"a": kept}, str(kept), [kept, kept]])
            elif isinstance(inner, dict):
                del inner[key]
                inner[rng.choice([key.upper(), f"{key} ", "\ud800", ""])] = kept
            else:
                inner.insert(key, kept)
        return json.dumps(content).encode()
    data = text.encode()
    at, to = sorted(rng.randrange(len(data) + 1) for _ in range(2))
    if how == 3:
        return data[:at]
    if how == 4:
        return data[:at] + bytes([rng.randrange(256)]) + data[at + 1 :]
    if how == 5:
        return data[:to] + data[at:]  # a part twice
    return data[:at] + rng.choice(WORDS) + data[at + rng.choice([0, 1, 5]) :]


@pytest.fixture
def in_memory(tmp_path):
    """A folder that is on no disk, where there is one: to write 20 000 files takes half of the time."""
    with tempfile.TemporaryDirectory(dir="/dev/shm" if os.access("/dev/shm", os.W_OK) else tmp_path) as folder:
        yield Path(folder)


@pytest.mark.slow
@pytest.mark.parametrize(("original", "load"), FORMATS.values(), ids=FORMATS)
def test_a_damaged_file_is_read_or_refused_by_name(in_memory, original, load):
    rng, path = random.Random(3), in_memory / "damaged.json"
    random.seed(3)
    text = original.read_text(encoding="utf-8")
    if load is hold_claims:  # but for those that take long to check
        text = json.dumps({name: claim for name, claim in json.loads(text).items() if "10000" not in name}, indent=2)
    refusals = 0
    for _ in range(20_000):
        data = damaged(text, rng)
        path.write_bytes(data)
        try:
            load(path)
        except (ValueError, OSError) as refusal:
            refusals += 1
            said = str(refusal)
            assert said.startswith(f"{path}: "), said
            assert "\n" not in said
    assert refusals > 5_000


# --- the command ---


def nested(depth):
    return "[" * depth + "]" * depth


NETWORK = (NOTE / "note.json").read_text(encoding="utf-8")
INPUTS = {
    "empty": b"",
    "400 digits": NETWORK.replace("0.5,", "1" * 400 + ",", 1).encode(),
    "nested 1 000 deep": NETWORK.replace('"rate": 0.5', f'"rate": {nested(1_000)}').encode(),
    "nested 900 deep": NETWORK.replace('"rate": 0.5', f'"rate": {nested(900)}').encode(),
    "nested 100 000 deep": nested(100_000).encode(),
    "half a character": b'{"\\ud800": 1}',
    "half a character as text": b'{"w5": "\\ud800"}',
    "a byte order mark": b"\xef\xbb\xbf" + NETWORK.encode(),
    "UTF-16": NETWORK.encode("utf-16"),
    "many rounds": b'{"w5 after 99999999999 rounds": 1}',
    "a line break": b'{"w5\\n": 1}',
    "a tiny number": b'{"w5": "1e-999999999"}',
}


def refused(*arguments):
    """Run the command: whatever its input, it says in one line why it cannot be used."""
    command = [sys.executable, "-m", "nn", *arguments]
    finished = subprocess.run(command, capture_output=True, check=False, timeout=60)
    assert (finished.returncode, finished.stdout) == (2, b"")
    assert finished.stderr.startswith(b"nn: ")
    assert finished.stderr.count(b"\n") == 1
    return finished.stderr.decode()


@pytest.mark.parametrize("content", INPUTS.values(), ids=INPUTS)
def test_the_command_refuses_it_in_one_line(tmp_path, content):
    path = tmp_path / "input.json"
    path.write_bytes(content)
    assert f"{path}: " in refused(str(path))
    assert f"{path}: " in refused("--against", str(path))


@pytest.mark.skipif(sys.platform == "win32", reason="devices and names of any bytes are POSIX's")
def test_so_it_does_with_what_is_no_file(tmp_path):
    name = os.fsencode(tmp_path) + b"/\xff\n.json"
    with open(name, "wb") as file:
        file.write(b"{}")
    for path, told in [
        (name, r"\udcff\n.json: "),
        ("/dev/zero", "/dev/zero: "),
        ("/dev/full", "/dev/full: "),
        (str(tmp_path), "directory"),
    ]:
        assert told in refused(path)
        assert told in refused("--against", path)
