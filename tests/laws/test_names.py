"""No name stands for two numbers: in derivations as text, LaTeX, Markdown and data, and across all that speaks of one graph."""

from __future__ import annotations

import json
import math
import re
from contextlib import suppress
from fractions import Fraction

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from autograd import (
    Value,
    derive,
    draw,
    explain,
    half_squared_error,
    log_sum_exp,
    maximum,
    mistakes,
    product,
    quiz,
    step,
    topological_order,
    total,
    weighted_sum,
    why_big,
    why_nan,
    why_zero,
)
from autograd.drawing.view import view_of
from autograd.engine.primitives import TABLE
from autograd.explaining import forward
from autograd.text import Partials, latex_name, names_of, partial, quoted

LABELS = [
    *["", "", "x", "y", "v1", "v2", "v_1", "R1", "R_2", "w5", "w_5", "a + b", "x·y", "2", "1", "x²", "a = b", "∂y/∂x", "y|x"],
    *["“q”", "q", "inf", "δ_x", "exp", "exp′(x)", "part 1 of ∂y/∂x", "-x", "½", "x[0]", "权重", "two\nlines", "$x_1$"],
]
OPERATIONS = [
    lambda a, b: a + b,
    lambda a, b: a - b,
    lambda a, b: a * b,
    lambda a, b: a * a,
    lambda a, b: -a,
    lambda a, b: 0.5 * a,
    lambda a, b: a.tanh() ** 3,
    lambda a, b: a.sin(),
    lambda a, b: a.sigmoid(),
    lambda a, b: a / (2.0 + b * b),
    lambda a, b: maximum(a, b),
    lambda a, b: total([a, b, a]),
    lambda a, b: product([a, b, a]),
    lambda a, b: weighted_sum([a, b], [b, 0.5], a),
    lambda a, b: weighted_sum([a, a], [a, -0.5], b),
    lambda a, b: half_squared_error([a, 1.0], [b, a]),
    lambda a, b: log_sum_exp([a, b]),
]


@st.composite
def roots(draw):
    """Draw a root whose nodes have labels of all kinds, or none; sometimes it is itself a derivative."""
    nodes = [Value(draw(st.integers(-20, 20)) / 8) for _ in range(draw(st.integers(1, 3)))]
    for _ in range(draw(st.integers(1, 6))):
        a, b = draw(st.sampled_from(nodes)), draw(st.sampled_from(nodes))
        nodes.append(draw(st.sampled_from(OPERATIONS))(a, b))
    root = nodes[-1]
    if draw(st.booleans()):
        root.backward(create_graph=True)
        root = next((node.grad for node in nodes if isinstance(node.grad, Value)), root)
    order = topological_order(root)
    assume(all(abs(node.data) < 1e4 for node in order) and root.op is not None)
    for node in order:
        node.label = draw(st.sampled_from(LABELS))
    return root


class Truth:
    """What each name of a graph should stand for, by exact arithmetic on the recorded partials, and how formulas are read."""

    def __init__(self, root: Value) -> None:
        self.order = topological_order(root)
        self.names = names_of(self.order)
        self.root = root
        self.nodes = {name: node for node, name in self.names.items()}
        self.numbers: dict[str, Fraction] = {}
        partials = Partials(self.order, self.names)
        for node in self.order:
            tangents: dict[Value, Fraction] = {}
            for value in self.order:
                tangents[value] = Fraction(value is node) + sum(Fraction(d) * tangents[x] for x, d in value.edges)
            self.put(partial(self.names[root], self.names[node]), tangents[root])
            for x in node.parents:
                self.put(partials.of(node, x), sum(Fraction(d) for other, d in node.edges if other is x))
            if len({*node.parents}) < len(node.parents):
                for name, (_, d) in zip(partials.of_edges(node), node.edges, strict=True):
                    self.put(name, Fraction(d))

    def put(self, name: str, number: Fraction) -> None:
        assert self.numbers.setdefault(name, number) == number, f"{name} is {self.numbers[name]} and {number}"

    def holds(self, name: str, number: float) -> None:
        assert number == pytest.approx(float(self.numbers[name]), rel=1e-9, abs=1e-9), name

    def evaluated(self, formula: str, factors: dict[str, float]) -> float:
        """Return what a formula comes to, read as it is printed."""
        known = {quoted(name): node.data for name, node in self.nodes.items()} | factors
        scope = {f"n{i}": number for i, number in enumerate(known.values())}
        for name, row in TABLE.items():
            scope[f"f_{name}"] = row
        scope |= {"f_max": TABLE["maximum"], "f_σ": TABLE["sigmoid"], "f_σ′": TABLE["sigmoid_slope"], "f_√": math.sqrt}
        spelled = sorted(((text, f"n{i}") for i, text in enumerate(known)), key=lambda pair: -len(pair[0]))
        pieces, place = [], 0
        while place < len(formula):
            rest = formula[place:]
            call = re.match(r"([^\W\d]\w*′?|√)\(", rest)
            name = next(((text, n) for text, n in spelled if re.match(re.escape(text) + r"(?![^\W⁰¹²³⁴-⁹]|[.#′])", rest)), None)
            number = re.match(r"\d+(\.\d+)?(e[−+]?\d+)?", rest)
            power = re.match("[⁻⁰¹²³⁴-⁹]+", rest)
            if call and f"f_{call[1]}" in scope:
                word, python = call[1], f"f_{call[1]}".replace("√", "root").replace("′", "_slope")
                scope[python] = scope[f"f_{call[1]}"]
            elif name:
                word, python = name
            elif number:
                word, python = number[0], number[0].replace("−", "-")
            elif power:
                word, python = power[0], "**(" + power[0].translate(str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")) + ")"
            else:
                word = rest[0]
                python = {"·": "*", "−": "-", "^": "**", "½": "0.5", "[": "f_greater(", "]": ")", ">": ","}.get(word, word)
            pieces.append(python)
            place += len(word)
        return eval("".join(pieces), scope)  # python has - bind as the printed formulas have −


def sides(line: str) -> list[str]:
    """Return the sides of a printed equation; what stands in quotes is a name."""
    return [side.strip() for side in re.split(" = (?=(?:[^“”]|“[^”]*”)*$)", line)]


def number_of(text: str) -> float:
    return float(text.replace("−", "-"))


@settings(deadline=None, max_examples=200)
@given(roots(), st.booleans())
def test_in_a_derivation_each_name_is_one_number_and_each_right_side_comes_to_its_left(root, alone):
    truth = Truth(root)
    leaves = [node for node in truth.order if node.op is None]
    derivation = derive(root, leaves[:1] if alone else leaves)
    factors = {name: step.value for name, step in derivation.factors.items()}
    assert not {*map(latex_name, factors)} & {*map(latex_name, truth.nodes)}
    assert len({*map(latex_name, truth.nodes)}) == len(truth.nodes)

    for data in json.loads(json.dumps(derivation.as_data())):
        truth.holds(data["partial"], data["value"])
        assert truth.evaluated(data["formula"], factors) == pytest.approx(data["value"], rel=1e-9, abs=1e-9)
        assert truth.evaluated(data["numbers"], {}) == pytest.approx(data["value"], rel=1e-3, abs=1e-2)

    written: dict[str, str] = {}
    lines = [line for line in derivation.to_text(limit=None).split("\n") if line]
    if len(derivation.gradients) == 1:
        name, rule = sides(lines.pop(0))
        assert truth.evaluated(rule, {name: float(x) for name, x in truth.numbers.items()}) == pytest.approx(
            float(truth.numbers[name]), rel=1e-9, abs=1e-9
        )
    for line in lines:
        name, whole = re.fullmatch(r"(R\d+|⇒) +(∂.*)", sides(line)[0]).groups()
        result = sides(line)[-1]
        for called in [whole] if name == "⇒" else [name, whole]:
            assert written.setdefault(called, result) == result
        truth.holds(whole, number_of(result))
        assert truth.evaluated(sides(line)[1], factors) == pytest.approx(number_of(result), rel=1e-9, abs=1e-9)

    seen: dict[str, str] = {}
    for row in derivation.to_latex(limit=None).split("\n")[1:-1]:
        left, right = row.removesuffix(r" \\[1ex]").removesuffix(r" \\").split(" &= ", 1)
        for name in re.split(r" = (?=\\frac|\\left)", left):
            result = right.rpartition(" = ")[2]
            assert seen.setdefault(name, result) == result
    assert len(derivation.to_markdown(limit=None).splitlines()) == 2 + len(lines)


@settings(deadline=None, max_examples=200)
@given(roots())
def test_a_node_and_a_partial_are_called_the_same_wherever_they_are_spoken_of(root):
    truth = Truth(root)
    leaf = next(node for node in truth.order if node.op is None)
    assert {step.name for step in forward(root)} <= {*truth.nodes}
    assert [*step(root).names.values()] == [*truth.nodes]
    view = view_of(root)
    assert {card.name for card in view.cards} == {*truth.nodes}
    for card in view.cards:
        assert card.name in (card.title, card.operation)
    for edge in view.edges:
        name, number = edge.details.rsplit(" = ", 1)
        truth.holds(name, number_of(number))
    assert [card.name for card in view_of(root, every_operation=True).cards if card.name in truth.nodes]
    for name in truth.nodes:
        assert name in str(draw(root, title="t").mermaid) or not name.isalnum()

    explanation = explain(root, leaf)
    for path in explanation.paths:
        assert {*path.nodes} <= {*truth.nodes}
    named: dict[str, float] = {}
    for e in (explanation.factored, *explanation.slopes, *explanation.deltas):
        truth.holds(e.derivative, e.value)
        assert repr(named.setdefault(e.name, e.value)) == repr(e.value) or not e.name
    for why in (why_zero(leaf, root), why_nan(leaf, root), why_big(leaf, root), why_nan(root)):
        for cause in why.causes:
            assert cause.result in truth.nodes
            if cause.argument:
                truth.holds(cause.name, cause.number)
    for mistake in mistakes(root):
        assert {*mistake.where} <= {*truth.nodes}
        if mistake.why.split(" The same")[0].endswith("loses its minus sign."):
            assert sides(mistake.why)[0] in truth.numbers
    with suppress(ValueError):  # there may be nothing to ask for
        for name, number in quiz(root, blanks=1).given.items():
            assert truth.nodes[name].data == number
