"""Files of code for people: they compute the value and the gradient that the engine does, and can be read."""

from __future__ import annotations

import ctypes
import json
import math
import random
import shutil
import subprocess

import pytest
from compiled_rows import random_program

import nn.note
from autograd import Value, exp, grad, gradients, hypot, jit, relu, sin, total, value_and_grad
from autograd.compiling import code
from autograd.engine import primitives as p

GCC, NODE = shutil.which("gcc"), shutil.which("node")
LANGUAGES = [
    "python",
    pytest.param("c", marks=pytest.mark.skipif(GCC is None, reason="needs gcc")),
    pytest.param("javascript", marks=pytest.mark.skipif(NODE is None, reason="needs node")),
]


def in_python(text, name, points, folder):
    names = {}
    exec(compile(text, name, "exec"), names)
    assert [line for line in text.splitlines() if "import " in line] in ([], ["import math"])
    found = []
    for point in points:
        try:
            found.append(flat(names[name](*point)))
        except (ArithmeticError, ValueError):
            found.append(None)
    return found


def in_c(text, name, points, folder):
    source, library = folder / f"{name}.c", folder / f"{name}.so"
    source.write_text(text, encoding="utf-8")
    head = " ".join(text[: text.index("*/")].replace("\n *", "").split())
    said = head[head.index("cc -O2") : head.index(" … -lm")].split()[1:]  # the flags that it asks for
    strict = ["-Wall", "-Wextra", "-Wpedantic", "-Werror", "-std=c11", "-shared", "-fPIC"]
    subprocess.run([str(GCC), *said, *strict, str(source), "-o", str(library), "-lm"], check=True)
    function, found = getattr(ctypes.CDLL(str(library)), name), []
    for point in points:
        out = (ctypes.c_double * 99)(*[-7.0] * 99)
        told = function((ctypes.c_double * len(point))(*point), out)
        assert told == 0 or [*out] == [-7.0] * 99
        found.append(None if told else [*out])
    return found


def in_javascript(text, name, points, folder):
    file = folder / f"{name}.js"
    file.write_text(text, encoding="utf-8")
    loop = f"""
    const {{ {name} }} = require({json.dumps(str(file))});
    const run = (point) => {{ try {{ return {name}(...point).flat(); }} catch {{ return null; }} }};
    console.log(JSON.stringify({json.dumps(points)}.map(run)));
    """
    return json.loads(subprocess.run([str(NODE), "-e", loop], capture_output=True, check=True, text=True).stdout)


RUN = {"python": in_python, "c": in_c, "javascript": in_javascript}


def flat(x):
    return [number for item in x for number in flat(item)] if isinstance(x, (list, tuple)) else [x]


def same(language, found, expected, most_left=0):
    """Assert that numbers are the engine's: every bit, or in JavaScript what rounding in other places makes of it.

    Some may be left to the engine, which passes nothing on where an operation is flat, so that 0·∞ is not nan there.
    """
    left = 0
    for mine, theirs in zip(found, expected, strict=True):
        if theirs is None or not all(map(math.isfinite, theirs)):
            assert mine is None or language != "c"
        elif mine is None or None in mine or any(x != x for x in mine):
            left += 1
        elif language == "javascript":
            assert mine == pytest.approx(theirs, rel=1e-9, abs=1e-9)
        else:
            assert [x.hex() for x in mine[: len(theirs)]] == [x.hex() for x in theirs]
    assert left <= most_left


def ran(program, numbers):
    """Return a random program's graph: its root and leaves."""
    leaves = [Value(x, label=name) for x, name in zip(numbers, program.inputs, strict=True)]
    found = [*leaves]

    def filled(arg):
        return [*map(filled, arg)] if isinstance(arg, tuple) else found[arg] if isinstance(arg, int) else arg

    for op, args in program.steps:
        found += [op(*map(filled, args))]
    root = total([x for x in found if isinstance(x, Value)][-9:])
    root.label = "root"
    return root, leaves


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("seed", range(12))
def test_a_random_graph_as_code_gives_the_engines_value_and_gradient(seed, language, tmp_path):
    r = random.Random(seed)
    points = [[r.gauss(0.0, 1.0) for _ in range(10)] for _ in range(8)]
    program = random_program(seed, 30)
    root, leaves = ran(program, points[0])
    text = code(root, language, by=leaves, name="f")
    expected = []
    for point in points:
        at, by = ran(program, point)
        expected.append([at.data, *gradients(at, by)])
    same(language, RUN[language](text, "f", points, tmp_path), expected, most_left=4)


def steep(x, y):
    return x * x * sin(y) if x > y else exp(-x * y) / (1 + x**2) if y > 1 else hypot(x, y) * 2 - 1


def halved(x, y):
    while abs(x) > 1:
        x = x / 2
    return relu(x) * y if x == y or x < 0.5 else x - y


BRANCHES = [steep, halved, value_and_grad(steep, argnums=(0, 1)), grad(halved)]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("f", BRANCHES, ids=lambda f: f.__name__)
def test_the_ways_through_a_function_stand_side_by_side(f, language, tmp_path):
    fast, r = jit(f), random.Random(1)
    points = [[r.gauss(0.0, 2.0), r.gauss(0.0, 2.0)] for _ in range(60)]
    for point in points[:30]:
        fast(*point)
    assert fast.recordings > 2
    text = fast.source(language)
    found = RUN[language](text, f.__name__, points, tmp_path)
    whole = f if f is BRANCHES[2] else value_and_grad(f, argnums=(0, 1))
    expected = [flat(whole(*point)) if mine else None for point, mine in zip(points, found, strict=True)]
    assert None not in found[:30]
    same(language, found, expected)


def test_a_way_that_was_not_recorded_is_refused_in_words():
    fast = jit(steep)
    names = {}
    exec(fast.source("python", 2.0, 1.0), names)
    assert names["steep"](3.0, 1.0) == (9.0 * math.sin(1.0), [6.0 * math.sin(1.0), 9.0 * math.cos(1.0)])
    with pytest.raises(ValueError, match="this way through the branches was not recorded"):
        names["steep"](1.0, 3.0)


NOTE = """
    net_o1 = total([w5 * out_h1, w6 * out_h2, b2])
    out_o1 = sigmoid(net_o1)
    E_o1 = half_squared_error(target_o1, out_o1)
"""
R13 = """
    # R13 = ∂E_total/∂out_h1 = R1·R3·R9 + R2·R4·R10
    R13 = dE_total_dnet_o1 * w5 + dE_total_dnet_o2 * w7
    # R15 = ∂out_h1/∂net_h1 = out_h1·(1 − out_h1)
    R15 = sigmoid_slope(net_h1)
    dE_total_dnet_h1 = R13 * R15
    # R17 = ∂net_h1/∂w1 = i1
    # ∂E_total/∂w1 = R13·R15·R17
    dE_total_dw1 = dE_total_dnet_h1 * i1
"""


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_note_as_code(language, tmp_path):
    network = nn.note.load()
    root = network.error()
    text = code(root, language, by=network.trained)
    lines = text if language == "python" else text.replace("const double ", "").replace("const ", "").replace(";", "")
    lines = lines.replace("/* ", "# ").replace(" */", "").replace("//", "#").replace("float_", "")
    assert R13 in lines
    assert NOTE in lines or language == "c"
    assert {"target_o1 = 0.01", "i1 = 0.05", "b1 = 0.35"} <= {line.strip() for line in lines.splitlines()}
    assert max(map(len, text[text.index("E_total_and_gradient(") :].splitlines())) <= 100
    points = [[w.data + 0.25 * k for w in network.trained] for k in range(4)]
    expected = []
    for point in points:
        for w, x in zip(network.trained, point, strict=True):
            w.data = x
        root = network.error()
        expected.append([root.data, *gradients(root, network.trained)])
    same(language, RUN[language](text, "E_total_and_gradient", points, tmp_path), expected)


def test_parameters_that_a_function_finds_are_arguments_and_have_their_labels():
    w, b = Value(0.5, label="w"), Value(0.25, label="b")

    def neuron(x):
        return (w * x["left"] + b * x["right"][1]).tanh()

    text = jit(neuron).source("python", {"left": 2.0, "right": [1.0, 3.0]})
    assert "def neuron(x_left, x_right_0, x_right_1, w, b):" in text
    names = {}
    exec(text, names)
    y = neuron({"left": 2.0, "right": [1.0, 3.0]})
    assert names["neuron"](2.0, 1.0, 3.0, 0.5, 0.25) == (y.data, gradients(y, [w, b]))


def test_what_cannot_be_code_is_refused_and_why():
    x = Value(2.0, label="x")
    with pytest.raises(ValueError, match="code is written in python, c, javascript, but got 'rust'"):
        code(x * x, "rust")
    with pytest.raises(ValueError, match="round is what Python alone does"):
        code(p.round(x, 1.0), "c")
    with pytest.raises(ValueError, match="'while' is no name for a function"):
        code(x * x, "python", name="while")
    with pytest.raises(ValueError, match="has no recording yet: call it first, or give source its arguments"):
        jit(steep).source("c")
    assert repr(jit(steep)) == "<jit of steep>"
    with pytest.warns(UserWarning, match="draws random"), pytest.raises(ValueError, match="it draws random numbers"):
        jit(lambda x: x * random.random()).source("c", 1.0)
    many = [Value(0.1 * k) for k in range(30_000)]
    with pytest.raises(ValueError, match="f is of 60001 numbers, more than the 50000 that are sure to fit"):
        code(total(many), "c", by=many, name="f")
    fast = jit(lambda v: v[0] * v[-1])
    fast([1.0])
    fast([1.0, 2.0])
    with pytest.raises(ValueError, match="one structure of arguments; give the arguments"):
        fast.source("c")
    assert "v_0, v_1" in fast.source("c", [1.0, 2.0])


def test_labels_of_any_kind_are_names_or_harmless():
    x, y = Value(2.0, label='a */ b "q"'), Value(3.0, label="lambda")
    z = x * y + x
    z.label = "1st\nresult"
    for language in RUN:
        text = code(z, language, by=[x, y])
        assert "a_b_q" in text
        assert text.count("*/") == text.count("/*")
        assert "“a * / b" in text
    assert "lambda_2" in code(z, "python", by=[x, y])
