"""The READMEs: their examples and commands run, their figures are the measured ones, and the Chinese one says all of it."""

from __future__ import annotations

import doctest
import json
import os
import re
import shlex
import subprocess
import sys

import pytest
from project import ROOT

ENGLISH, CHINESE = (  # as text, with a line feed at each line's end
    (ROOT / name).read_text(encoding="utf-8") for name in ("README.md", "README.zh.md")
)
BOTH = pytest.mark.parametrize("text", [ENGLISH, CHINESE], ids=["English", "Chinese"])
TABLE = (ROOT / "tests" / "benchmarks" / "results.md").read_text(encoding="utf-8")
ELSEWHERE = ("-m venv", "jupyter lab")  # install into an environment or open a browser: .ci/run does the first


def blocks(text, language):
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)


def commands(text):
    return [line.removeprefix("$ ") for block in blocks(text, "console") for line in block.splitlines()]


@BOTH
def test_the_examples_show_what_python_shows(text):
    known = {}
    for number, block in enumerate(blocks(text, "python"), start=1):
        example = doctest.DocTestParser().get_doctest(block, known, f"example {number}", None, 0)
        failures = []
        doctest.DocTestRunner(verbose=False).run(example, out=failures.append, clear_globs=False)
        known = example.globs
        assert not failures, "".join(failures)


@BOTH
def test_the_examples_have_nothing_in_them_for_the_machine_alone(text):
    for block in blocks(text, "python"):
        assert not re.search(r"<BLANKLINE>|doctest|^\S*\d\.\.\.", block, re.MULTILINE)


RUN = [command for command in commands(ENGLISH) if not any(word in command for word in ELSEWHERE)]


@pytest.mark.parametrize("command", RUN, ids=lambda command: command.partition("#")[0].strip())
def test_the_commands_run(command, tmp_path):
    (tmp_path / "my-network.json").write_text(*blocks(ENGLISH, "json"), encoding="utf-8")
    (tmp_path / "my-numbers.json").write_text(json.dumps({"R13": "0.0364"}), encoding="utf-8")
    python, *words = shlex.split(command, comments=True)
    assert python == ".venv/bin/python"
    done = subprocess.run(
        [sys.executable, *words],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        encoding="utf-8",
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout or done.stderr.startswith("wrote ")


def test_the_derivation_is_what_the_command_prints():
    done = subprocess.run(
        [sys.executable, "-m", "nn", "--rounds", "1"], cwd=ROOT, capture_output=True, text=True, encoding="utf-8", check=True
    )
    printed = {*done.stdout.splitlines()}
    for text in (ENGLISH, CHINESE):
        (block,) = blocks(text, "text")
        assert {line for line in block.splitlines() if line.strip() != "…"} <= printed


def measured(work, column):
    """Return how many times micrograd's speed is in a row of the table of benchmarks."""
    header, *rows = [[cell.strip() for cell in line.split("|")[1:-1]] for line in TABLE.splitlines()]
    (row,) = [row for row in rows if row[0].startswith(work)]
    return float(row[header.index(column)].removesuffix(" ×").replace(",", ""))


@BOTH
def test_the_figures_of_speed_are_the_measured_ones(text):
    told = re.findall(r"(\d+)(?: times| 倍|(?= and \d+ times| 倍和 \d+ 倍))", " ".join(text.split()))
    works = ("a round of training of the note", "an iteration of the moons demo")
    core, pure = ([measured(work, column) for work in works] for column in ("core", "pure"))
    assert [*map(float, told)] == [pytest.approx(figure, rel=0.2) for figure in (*core, *core, *pure)]


def without_comments(block):
    return re.sub(r"(?m)(?<=\S) *#.*$| +$", "", block)


@pytest.mark.parametrize("language", ["python", "console", "text", "json"])
def test_the_chinese_one_has_the_same_blocks(language):
    assert [*map(without_comments, blocks(CHINESE, language))] == [*map(without_comments, blocks(ENGLISH, language))]


def test_the_chinese_one_has_the_same_parts_links_and_words_of_code():
    def prose(text):
        return re.sub(r"^```.*?^```$", "", text, flags=re.DOTALL | re.MULTILINE)

    def links(text):
        return sorted(re.findall(r"\]\((?!#|README)([^)]*)\)|(?:src|srcset)=\"([^\"]*)\"", prose(text)))

    def code(text):
        return sorted({*re.findall(r"`([^`\n]+)`", " ".join(prose(text).split()))})

    assert ENGLISH.count("\n#") == CHINESE.count("\n#")
    assert links(CHINESE) == links(ENGLISH)
    assert code(CHINESE) == code(ENGLISH)
    assert prose(ENGLISH).count("\n- ") == prose(CHINESE).count("\n- ")
    assert prose(ENGLISH).count("\n|") == prose(CHINESE).count("\n|")


@BOTH
def test_what_it_links_to_is_there(text):
    titles = re.findall(r"^#+ (.*)$", text, re.MULTILINE)
    names = {re.sub(r"[^\w -]", "", title).strip().lower().replace(" ", "-") for title in titles}
    for link in re.findall(r"\]\(([^)]*)\)", text) + re.findall(r"(?:src|srcset)=\"([^\"]*)\"", text):
        assert link[1:] in names if link.startswith("#") else (ROOT / link).exists(), link


@BOTH
def test_it_is_short(text):
    assert len(text.splitlines()) <= 220
