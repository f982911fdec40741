"""``python -m nn`` as its users meet it."""

from __future__ import annotations

import json
import math
import re
import subprocess
import sys

import pytest
from note_numbers import DEEP, FACTORS, GRADIENTS, SMALL
from pages import document
from project import ROOT

import autograd
from autograd import step
from nn.__main__ import main
from nn.note import load


@pytest.fixture
def file(tmp_path):
    def write(content) -> str:
        path = tmp_path / "net.json"
        path.write_text(json.dumps(content))
        return str(path)

    return write


def page(capsys, *arguments: str) -> str:
    assert main(arguments) == 0
    return capsys.readouterr().out


def test_the_note_is_printed_with_every_factor_and_product(capsys):
    text = page(capsys, "--rounds", "1")
    lines = [" ".join(line.split()) for line in text.splitlines()]
    for name, numerator, denominator, formula, value in FACTORS:
        start = f"{name} ∂{numerator}/∂{denominator} = {formula} = "
        (line,) = [line for line in lines if line.startswith(start)]
        assert float(line.split(" = ")[-1].replace("−", "-")) == pytest.approx(value, rel=1e-11)
    for name, (product, _, after) in GRADIENTS.items():
        assert any(line.startswith(f"⇒ ∂E_total/∂{name} = {product} = ") for line in lines)
        (line,) = [line for line in lines if line.startswith(f"{name} ← ")]
        assert float(line.split(" = ")[-1]) == pytest.approx(after, rel=1e-11)


def test_sums_over_two_paths_show_both_contributions(capsys):
    assert "= 0.0553994 − 0.0190491 = 0.0363503063931" in page(capsys, "--rounds", "0")


def test_the_error_is_told_before_after_one_round_and_after_the_repeat(capsys):
    lines = [" ".join(line.split()) for line in page(capsys, "--rounds", "200").splitlines()]
    assert any(line.startswith("before E_total = 0.29837110876 ") for line in lines)
    assert any(line.startswith("after 1 round E_total = 0.291027773694 ") for line in lines)
    assert any(line.startswith("after 200 rounds E_total = ") for line in lines)


@pytest.mark.parametrize("content", [None, SMALL, DEEP])
def test_no_line_is_wider_than_100_columns(capsys, file, content):
    text = page(capsys, *([] if content is None else [file(content)]), "--rounds", "1")
    assert max(map(len, text.splitlines())) <= 100


def test_a_wide_network_is_broken_into_lines(capsys, file):
    wide = {
        "inputs": [0.1] * 12,
        "layers": [
            {"activation": "tanh", "weights": [[0.25] * 12] * 8, "shared_bias": 0.1},
            {"activation": "linear", "weights": [[0.123456] * 8] * 7, "shared_bias": 0.1},
        ],
        "targets": [1] * 7,
        "rate": 0.1,
    }
    assert max(map(len, page(capsys, file(wide), "--rounds", "1").splitlines())) <= 100


def test_json_has_the_same_content_as_data(capsys):
    data = json.loads(page(capsys, "--json", "--rounds", "2"))
    factors = [
        (step["name"], step["numerator"], step["denominator"], step["formula"], step["value"])
        for step in data["derivation"]
        if step["name"]
    ]
    assert factors == [(*words, pytest.approx(value, rel=1e-15)) for *words, value in FACTORS]
    assert data["layers"] == [2, 2, 2]
    assert [change["name"] for change in data["update"]] == list(GRADIENTS)
    assert [state["rounds"] for state in data["training"]] == [0, 1, 2]
    assert data["forward"][0]["formula"] == "w1·i1 + w2·i2 + b1"


def test_the_rate_can_be_given(capsys):
    (change, *_) = json.loads(page(capsys, "--json", "--rate", "0.25", "--rounds", "1"))["update"]
    assert change["after"] == pytest.approx(change["before"] - 0.25 * change["gradient"], rel=1e-15)


def test_no_rounds_means_no_update(capsys):
    data = json.loads(page(capsys, "--json", "--rounds", "0"))
    assert (data["update"], len(data["training"])) == ([], 1)


def test_numbers_that_json_lacks_become_null(capsys, file):
    growing = {**DEEP, "rate": 1e200}
    data = json.loads(page(capsys, "--json", file(growing), "--rounds", "3"))
    assert data["training"][-1]["error"] is None or math.isfinite(data["training"][-1]["error"])


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--rounds", "-1"], "expected a whole number from 0, but got '-1'"),
        (["--rounds", "many"], "expected a whole number from 0, but got 'many'"),
        (["--rate", "fast"], "expected a number, but got 'fast'"),
    ],
)
def test_a_wrong_option_is_refused_with_status_2(capsys, arguments, message):
    with pytest.raises(SystemExit) as stop:
        main(arguments)
    assert stop.value.code == 2
    assert message in capsys.readouterr().err


def test_the_steps_are_written_as_one_html_file(capsys, tmp_path):
    path = tmp_path / "note.html"
    assert page(capsys, "--html", str(path)) == ""
    assert path.read_text("utf-8") == document(step(load().error(), rate=0.5))


def test_the_html_file_has_as_many_rounds_as_are_asked_for(capsys, tmp_path):
    page(capsys, "--html", str(tmp_path / "note.html"), "--rounds", "2", "--rate", "0.25")
    text = (tmp_path / "note.html").read_text("utf-8")
    assert "All 50 steps as text" in text
    assert "w5 − rate·∂E_total/∂w5 = 0.4 − 0.25·0.0822" in text


def test_an_html_file_by_another_name_is_refused_with_status_2(capsys, tmp_path):
    assert main(["--html", str(tmp_path / "note.gif")]) == 2
    assert capsys.readouterr().err == "nn: 'note.gif' must end in .html, .svg, .png or .pdf\n"


def test_a_malformed_file_gets_one_line_and_status_2(capsys, file):
    path = file({**SMALL, "targets": [1, 2]})
    assert main([path]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err == f"nn: {path}: targets: expected 1 number, one for each neuron of the last layer, but found 2\n"


def test_a_missing_file_gets_one_line_and_status_2(capsys):
    assert main(["nowhere.json"]) == 2
    assert capsys.readouterr().err == "nn: nowhere.json: No such file or directory\n"


def run(*arguments: str, **options) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "nn", *arguments], capture_output=True, text=True, encoding="utf-8", check=False, **options
    )


def test_the_command_runs_in_a_process_of_its_own_without_colour_or_progress_in_a_pipe():
    finished = run("--rounds", "3")
    assert (finished.returncode, finished.stderr) == (0, "")
    assert "\033" not in finished.stdout


def test_the_command_prints_its_symbols_in_any_locale():
    finished = run("--rounds", "0", env={"PYTHONIOENCODING": "ascii", "PYTHONPATH": ":".join(sys.path)})
    assert finished.returncode == 0
    assert "∂E_total/∂w5" in finished.stdout


@pytest.mark.parametrize("options", ["--rounds 0", "--mistakes --derive --explain w1", "--step --rounds 20"])
def test_a_reader_that_stops_early_is_no_error(options):
    command = f"{sys.executable} -m nn {options} | true"
    finished = subprocess.run(["bash", "-c", command], capture_output=True, text=True, encoding="utf-8", check=False)
    assert finished.stderr == ""


def test_one_gradient_is_derived_under_the_names_of_the_whole(capsys):
    lines = [" ".join(line.split()) for line in page(capsys, "--derive", "w7").splitlines()]
    assert lines[0] == "∂E_total/∂w7 = ∂E_total/∂out_o2·∂out_o2/∂net_o2·∂net_o2/∂w7"
    assert lines[-1] == "⇒ ∂E_total/∂w7 = R2·R4·R7 = −0.217072·0.17551·0.59327 = −0.0226025404775"


def test_all_gradients_are_derived_without_training(capsys):
    text = page(capsys, "--derive")
    assert text.startswith("R1 ")
    assert "← " not in text


def test_a_gradient_that_training_does_not_need_can_be_derived_too(capsys):
    assert "∂E_total/∂b1 = " in page(capsys, "--derive", "b1")


def test_one_gradient_is_explained(capsys):
    text = page(capsys, "--explain", "w1")
    assert text.startswith("∂E_total/∂w1 = 0.000438567734474, the sum over 2 paths")
    assert "i1 · σ′(net_h1) · [w5·δ_o1 + w7·δ_o2]" in text


def test_printed_numbers_are_held_against_the_true_ones(capsys, tmp_path):
    path = tmp_path / "claims.json"
    path.write_text('{"R13": "0.0364", "E_total after 1 round": "0.291027924"}')
    text = page(capsys, "--against", str(path))
    assert "it is what comes of updating weights before the backward pass is done" in text
    assert text.endswith("1 of 2 numbers are reproduced.\n")


def test_the_derivation_and_the_picture_are_written_to_files(capsys, tmp_path):
    names = {"--latex": "note.tex", "--markdown": "note.md", "--svg": "note.svg"}
    arguments = [word for option, name in names.items() for word in (option, str(tmp_path / name))]
    assert page(capsys, *arguments) == ""
    beginnings = {name: (tmp_path / name).read_text(encoding="utf-8")[:4] for name in names.values()}
    assert beginnings == {"note.tex": "\\doc", "note.md": "|  |", "note.svg": "<svg"}


@pytest.mark.parametrize("option", ["--derive", "--explain"])
def test_a_node_that_is_not_there_is_refused_with_those_that_are(capsys, option):
    assert main([option, "w9"]) == 2
    assert capsys.readouterr().err.startswith("nn: there is no node 'w9'; there are E_o1, E_o2, E_total, b1")


def test_a_file_that_cannot_be_written_is_refused_by_name(capsys, tmp_path):
    path = tmp_path / "nowhere" / "note.tex"
    assert main(["--latex", str(path)]) == 2
    assert capsys.readouterr().err == f"nn: {path}: No such file or directory\n"


def test_the_classic_mistakes_are_shown(capsys):
    text = page(capsys, "--mistakes")
    assert "early update" in text
    assert "w5 is already 0.358916, no longer 0.4" in text


def test_a_quiz_has_blanks_and_the_same_ones_for_the_same_seed(capsys):
    first, second = page(capsys, "--quiz", "7"), page(capsys, "--quiz", "7")
    assert first == second
    assert "____ (5)" in first


def test_several_parts_can_be_had_as_json(capsys):
    for options in (["--mistakes"], ["--quiz", "1"], ["--explain", "w1"], ["--derive"]):
        json.loads(page(capsys, "--json", *options))


def test_without_a_terminal_the_steps_of_one_round_are_printed(capsys):
    steps = page(capsys, "--step").split("\n\n")
    assert len(steps) == 25
    assert steps[19].endswith("part 2 of 2: 0.1385 − 0.0381 = 0.1004")


def test_the_steps_of_as_many_rounds_as_are_asked_for_are_printed(capsys, file):
    assert page(capsys, "--step", "--rounds", "3", "--rate", "0.25").count(": update, round") == 3
    assert "rate, 0.25, times" in page(capsys, file({**SMALL, "rate": 0.25}), "--step")


def test_the_steps_can_be_had_as_json(capsys):
    data = json.loads(page(capsys, "--json", "--step"))
    assert data["root"] == "E_total"
    assert [each["kind"] for each in data["steps"]].count("backward") == 11


def test_the_steps_follow_the_other_parts(capsys):
    text = page(capsys, "--derive", "w7", "--step")
    assert text.startswith("∂E_total/∂w7 = ")
    assert "\n\nstep 0 of 24: start\n" in text


def test_no_rounds_cannot_be_stepped_through(capsys):
    assert main(["--step", "--rounds", "0"]) == 2
    assert capsys.readouterr() == ("", "nn: rounds is a whole number from 1 on, but got 0\n")


def test_a_network_that_cannot_be_computed_gets_one_line_and_status_2(capsys, file):
    layer = {"activation": "exp", "weights": [[1000.0]], "shared_bias": 0.0}
    path = file({"inputs": [1], "layers": [layer], "targets": [1], "rate": 0.1})
    for options in ([], ["--step"]):
        assert main([path, *options]) == 2
        assert capsys.readouterr().err.startswith("nn: exp(net_o1) has no value at net_o1 = 1000.0")


def test_the_readmes_picture_is_up_to_date(tmp_path):
    path = tmp_path / "note.svg"
    assert main(["--svg", str(path)]) == 0
    shown = ROOT / ".github" / "note.svg"
    assert path.read_text(encoding="utf-8") == shown.read_text(encoding="utf-8")


def test_the_version_is_printed_alone(capsys):
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == f"scalar-autograd {autograd.__version__}\n"


def test_a_training_that_leaves_the_range_of_numbers_ends_with_one_line(capsys, file):
    layer = {"activation": "exp", "weights": [[1.0]], "shared_bias": 0.0}
    path = file({"inputs": [1], "layers": [layer], "targets": [1000], "rate": 1.0})
    assert main([path]) == 1
    told = "training left the range of numbers; try a smaller rate than 1: exp(net_o1) has no value"
    assert re.fullmatch(rf"nn: {re.escape(told)}.*\n", capsys.readouterr().err)


def test_on_a_terminal_titles_are_bold_unless_no_colour_is_wanted(capsys, monkeypatch):
    plain = page(capsys, "--rounds", "1")
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("NO_COLOR", raising=False)
    bold = page(capsys, "--rounds", "1")
    assert bold.replace("\x1b[1m", "").replace("\x1b[0m", "") == plain
    assert bold.count("\x1b[1m") == bold.count("\x1b[0m") == len([line for line in plain.splitlines() if line[:1].strip()])
    monkeypatch.setenv("NO_COLOR", "1")
    assert page(capsys, "--rounds", "1") == plain


@pytest.mark.skipif(sys.platform == "win32", reason="head is POSIX's")
def test_a_reader_that_has_seen_enough_ends_it_in_silence():
    command = f"{sys.executable} -m nn --json --rounds 1 | head -c 1"
    done = subprocess.run(["sh", "-c", command], cwd=ROOT, capture_output=True, text=True)
    assert (done.stdout, done.stderr) == ("{", "")
