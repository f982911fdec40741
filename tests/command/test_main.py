"""``python -m autograd`` as its users meet it, and what it shares with ``python -m nn``."""

from __future__ import annotations

import json
import math
import subprocess
import sys

import pytest

import autograd
from autograd import Value, draw, step
from autograd.__main__ import main
from nn.__main__ import main as main_of_nn

TYPED = ("sin(x*y) + exp(-x**2)", "x=1", "y=2")


def page(capsys, *arguments: str) -> str:
    assert main(arguments) == 0
    return capsys.readouterr().out


def refused(capsys, *arguments: str, command=main) -> str:
    assert command(arguments) == 2
    out, err = capsys.readouterr()
    assert out == ""
    return err


def test_the_value_the_gradient_and_its_derivation_are_printed(capsys):
    text = page(capsys, *TYPED)
    value, by_x, by_y = math.sin(2) + math.exp(-1), 2 * math.cos(2) - 2 * math.exp(-1), math.cos(2)
    lines = [" ".join(line.split()) for line in text.replace("−", "-").splitlines()]
    assert lines[0] == "sin(x*y) + exp(-x**2) at x = 1 and y = 2"
    for name, number in (("f", value), ("∂f/∂x", by_x), ("∂f/∂y", by_y)):
        (line,) = [line for line in lines[:6] if line.startswith(f"{name} = ")]
        assert float(line.removeprefix(f"{name} = ")) == pytest.approx(number, rel=1e-11)
    assert "v1 = x·y = 1·2 = 2" in lines
    assert any(line.startswith("⇒ ∂f/∂x = R1·R5 + R2·R4·R6 = ") for line in lines)


def test_the_same_is_there_as_json(capsys):
    data = json.loads(page(capsys, *TYPED, "--json"))
    assert (data["at"], data["name"]) == ({"x": 1.0, "y": 2.0}, "f")
    assert data["gradient"] == {"x": pytest.approx(2 * math.cos(2) - 2 * math.exp(-1)), "y": pytest.approx(math.cos(2))}
    assert [each["name"] for each in data["derivation"] if each["name"]] == ["R1", "R2", "R3", "R4", "R5", "R6"]


@pytest.mark.parametrize(
    ("arguments", "lines"),
    [
        (["x", "x=3"], ["x at x = 3", "x = 3", "∂x/∂x = 1"]),
        (["2*3"], ["2*3", "f = 6"]),
        (["f*g", "f=2", "g=3"], ["f*g at f = 2 and g = 3", "h = 6", "∂h/∂f = 3", "∂h/∂g = 2"]),
        (["-x**2", "x=-1"], ["-x**2 at x = −1", "f = −1", "∂f/∂x = 2"]),
        (["-h*2", "h=1/4"], ["-h*2 at h = 0.25", "f = −0.5", "∂f/∂h = −2"]),
        (["0*x + y", "x=1", "y=2"], ["0*x + y at x = 1 and y = 2", "f = 2", "∂f/∂x = 0", "∂f/∂y = 1"]),
    ],
)
def test_small_and_odd_expressions_have_their_page(capsys, arguments, lines):
    text = [" ".join(line.split()) for line in page(capsys, *arguments).splitlines()]
    assert [line for line in text if line][: len(lines)] == lines


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["2x", "x=1"], "a product is written with its sign: 2*x\n  2x\n   ^\n"),
        (["x^2", "x=1"], "a power is written x**2\n  x^2\n   ^\n"),
        (["log(x)", "x=-1"], "log(x) has no value at x = -1.0: it needs x > 0; check the operand, or keep it inside with"),
        (["sinx", "x=1"], "sinx has no number; did you mean sin(x)?\n  sinx\n  ^\n"),
        (["x*y", "x=1"], "y has no number; add y=…\n  x*y\n    ^\n"),
        (["x", "x=1", "y=2"], "y is not in the expression, which has x\n"),
        (["x", "x=1", "x=2"], "x is given two numbers; leave one out\n"),
        (["x", "x=1;"], "';' is no part of an expression\n  x=1;\n     ^\n"),
        ([], 'an expression is needed, such as "sin(x*y)" x=1 y=2\n'),
        (["2*3", "--derive"], "there is no variable in 2*3, so nothing to derive\n"),
    ],
)
def test_what_cannot_be_computed_is_said_with_status_2(capsys, arguments, message):
    assert refused(capsys, *arguments).startswith(f"autograd: {message}")


def test_the_parts_are_those_of_the_library(capsys, tmp_path):
    x, y = Value(3.0, label="x"), Value(2.0, label="y")
    root = (x * y).tanh()
    root.label = "f"
    typed = ("tanh(x*y)", "x=3", "y=2")
    svg, html = tmp_path / "f.svg", tmp_path / "f.html"
    assert main([*typed, "--svg", str(svg), "--html", str(html)]) == 0
    assert capsys.readouterr() == ("", f"wrote {svg}\nwrote {html}\n")
    expected = step(root).save(tmp_path / "expected.html").read_text("utf-8")
    assert html.read_text("utf-8") == expected
    root.backward()
    assert svg.read_text("utf-8") == draw(root).svg
    for option, of in (("--derive", autograd.derive(root)), ("--explain=x", autograd.explain(root, x))):
        assert page(capsys, *typed, option) == f"{of}\n"
    assert page(capsys, *typed, "--step").split("\n\n")[1].startswith("step 1 of 5: forward")


def test_several_parts_as_json_are_one_object(capsys):
    data = json.loads(page(capsys, *TYPED, "--json", "--derive", "--explain", "x", "--step"))
    assert [*data] == ["derive", "explain", "step"]
    assert data["derive"] == json.loads(page(capsys, *TYPED, "--json", "--derive"))


@pytest.mark.parametrize(("command", "arguments"), [(main, TYPED), (main_of_nn, ["--rounds", "1"])], ids=["autograd", "nn"])
def test_json_is_printed_also_where_a_file_is_written(capsys, tmp_path, command, arguments):
    assert command([*arguments, "--json"]) == 0
    alone = capsys.readouterr().out
    path = tmp_path / "a.svg"
    assert command([*arguments, "--json", "--svg", str(path)]) == 0
    assert capsys.readouterr() == (alone, f"wrote {path}\n")


@pytest.mark.parametrize(
    ("arguments", "beside", "others"),
    [
        ("--layout dot", "", "--svg and --html"),
        ("--layout dot --derive", " beside --derive", "--svg and --html"),
        ("--answers 1=2", "", "--quiz"),
        ("--rounds 3 --derive", " beside --derive", "--step, --html and the whole page"),
        ("--rounds 3 --svg a.svg", " beside --svg", "--step, --html and the whole page"),
        (
            "--rate 3 --explain w1 --latex a.tex",
            " beside --latex and --explain",
            "--step, --html, --mistakes, --against and the whole page",
        ),
    ],
)
def test_options_that_would_do_nothing_are_refused(capsys, arguments, beside, others):
    option = arguments.split()[0]
    told = f"nn: {option} does nothing{beside}; it is for {others}\n"
    assert refused(capsys, *arguments.split(), command=main_of_nn) == told


@pytest.mark.parametrize("option", ["--svg", "--html"])
@pytest.mark.parametrize(("command", "arguments"), [(main, TYPED), (main_of_nn, [])], ids=["autograd", "nn"])
def test_without_graphviz_its_layout_is_refused_in_one_line(capsys, monkeypatch, tmp_path, command, arguments, option):
    monkeypatch.setenv("PATH", str(tmp_path))
    path = tmp_path / f"a.{option[2:]}"
    told = refused(capsys, *arguments, option, str(path), "--layout", "dot", command=command)
    name = "autograd" if command is main else "nn"
    assert told == f'{name}: Graphviz\'s program dot was not found; layout="builtin" does without it, or install Graphviz\n'
    assert not path.exists()


def test_a_quiz_is_marked_by_the_numbers_of_its_blanks(capsys):
    typed = ("sin(x)*y", "x=1", "y=2", "--quiz", "1")
    assert "= ____ (4)" in page(capsys, *typed)
    marked = page(capsys, *typed, "--answers", "4=1.0806", "1=0.8", "2=")
    assert [line.split()[-1] for line in marked.splitlines() if line.startswith("  (")] == [
        "wrong",
        "missing",
        "missing",
        "right",
    ]
    assert marked.startswith("1 of 4 right\n")
    assert refused(capsys, *typed, "--answers", "5=1") == "autograd: there is no blank 5; there are 1 to 4\n"
    told = "an answer is given as 1=0.25, with the number of its blank, but got"
    for wrong in ("x=1", "0.25"):
        assert refused(capsys, *typed, "--answers", wrong) == f"autograd: {told} {wrong!r}\n"


def test_a_node_of_another_name_is_refused_with_what_may_be_meant(capsys):
    assert refused(capsys, *TYPED, "--explain", "X") == "autograd: there is no node 'X'; did you mean x?\n"
    assert refused(capsys, *TYPED, "--derive", "qq") == "autograd: there is no node 'qq'; there are f, x and y\n"
    assert refused(capsys, "--explain", "W1", command=main_of_nn) == "nn: there is no node 'W1'; did you mean w1?\n"
    assert refused(capsys, "--derive", "out_h", command=main_of_nn) == (
        "nn: there is no node 'out_h'; did you mean out_h2 or out_h1?\n"
    )


def test_the_command_runs_in_a_process_of_its_own(tmp_path):
    done = subprocess.run(
        [sys.executable, "-m", "autograd", "2x", "x=1"], capture_output=True, text=True, encoding="utf-8", check=False
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "autograd: a product is written with its sign: 2*x\n  2x\n   ^\n"


@pytest.mark.skipif(sys.platform == "win32", reason="true is POSIX's")
@pytest.mark.parametrize("expression", ["x", "2x"])
def test_a_reader_that_is_gone_is_no_error(expression):
    command = f"(sleep 0.5; {sys.executable} -m autograd {expression} x=1 --json) | true"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, encoding="utf-8", check=False)
    assert "BrokenPipe" not in done.stderr


def test_the_version_is_printed_alone(capsys):
    assert page(capsys, "--version") == f"scalar-autograd {autograd.__version__}\n"


@pytest.mark.parametrize(
    ("language", "begins"), [("python", "def f_and_gradient(x"), ("c", "int f_and_gradient("), ("javascript", "function f_and")]
)
def test_code_is_printed_as_a_file(capsys, language, begins):
    text = page(capsys, *TYPED, "--code", language)
    assert begins in text.replace("const double ", "")
    assert "R1 = ∂f/∂v1" in text or "∂f/∂x" in text
    assert json.loads(page(capsys, *TYPED, "--code", language, "--json")) == text.rstrip()
    assert main_of_nn(["--code", language]) == 0
    assert "R13 = ∂E_total/∂out_h1 = R1·R3·R9 + R2·R4·R10" in capsys.readouterr().out
