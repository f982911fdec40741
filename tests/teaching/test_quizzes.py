"""The quiz: what it asks, what it accepts, and which slip it finds in a wrong answer."""

from __future__ import annotations

import json
import math
import random
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograd import Value, total
from autograd.explaining.deriver import derive
from autograd.teaching.quizzes import quiz
from nn.note import load

# The note's own numbers.
R = {
    1: 0.74136506955231571, 2: -0.21707153467853741, 3: 0.18681560180895949, 4: 0.17551005281727119,
    9: 0.40, 10: 0.50, 13: 0.036350306393144678, 15: 0.24130070857232523, 17: 0.05, 18: 0.10,
}  # fmt: skip
NET_H1, OUT_H1, NET_O1, OUT_O1 = 0.3775, 0.59326999210718726, 1.1059059670597701, 0.75136506955231571


def note_quiz(**options):
    network = load()
    return quiz(network.error(), network.trained, **{"blanks": 100, **options})


def marked(answers, **options):
    """Return the marks of the blanks that were answered."""
    return {mark.name: mark for mark in note_quiz(**options).check(answers) if mark.status != "missing"}


def hint(name: str, answer) -> str:
    (mark,) = marked({name: answer}).values()
    assert mark.status == "wrong"
    return mark.hint


# --- what is asked ---


def test_the_same_seed_makes_the_same_quiz_and_another_one_another():
    assert note_quiz(blanks=5, seed=3) == note_quiz(blanks=5, seed=3)
    assert len({str(note_quiz(blanks=5, seed=seed)) for seed in range(10)}) > 5


def test_the_global_random_state_is_neither_used_nor_changed():
    random.seed(1)
    before = random.getstate()
    first = note_quiz(blanks=5)
    assert random.getstate() == before
    random.seed(2)
    assert note_quiz(blanks=5) == first


@pytest.mark.parametrize("seed", range(10))
def test_there_are_as_many_blanks_as_wanted_and_one_is_a_sum_over_paths(seed):
    names = [blank.name for blank in note_quiz(blanks=3, seed=seed).blanks]
    assert len(names) == 3
    assert {"R13", "R14"} & {*names}


def test_a_small_derivation_has_fewer_blanks():
    x = Value(0.5, label="x")
    assert [blank.name for blank in quiz(x.sin().exp(), blanks=100).blanks] == ["R1", "R2", "∂v2/∂x"]


def test_blanks_are_numbered_in_the_order_of_the_derivation():
    text = str(note_quiz(blanks=6))
    places = [text.index(f"____ ({n})") for n in range(1, 7)]
    assert places == sorted(places)


def test_the_text_is_the_derivation_with_blanks_and_the_numbers_that_fill_them():
    x, w = Value(2.0, label="x"), Value(0.5, label="w")
    y = (w * x).tanh() + x
    y.label = "y"
    assert str(quiz(y, [w, x], blanks=100)).splitlines() == [
        "Given v2 = 0.761594, w = 0.5, x = 2",
        "",
        "R1  ∂y/∂v1 = 1 − v2²   = ____ (1)",
        "",
        "R2  ∂v1/∂x = w         = ____ (2)",
        "R3  ∂v1/∂w = x         = ____ (3)",
        "⇒   ∂y/∂x  = 1 + R1·R2 = ____ (4)",
        "⇒   ∂y/∂w  = R1·R3     = ____ (5)",
    ]


def test_the_answers_are_not_in_the_text():
    network = load()
    whole, asked = str(derive(network.error(), network.trained)), str(note_quiz())
    for number, formula in [("0.03635030", "R1·R3·R9 + R2·R4·R10"), ("0.00043856", "R13·R15·R17")]:
        assert number in whole
        assert number[:-2] not in asked
        assert formula in asked


def test_a_sum_that_is_stated_twice_is_blank_twice():
    x = Value(0.5, label="x")
    middle = x.exp()
    middle.label = "m"
    y = middle.sin() * middle
    y.label = "y"
    asked = quiz(y, [middle, x], blanks=100)
    assert [line for line in str(asked).splitlines() if "∂y/∂m" in line and "____" not in line] == []
    assert "∂y/∂m" not in [blank.name for blank in asked.blanks]


def test_a_gradient_that_is_only_another_name_for_a_factor_is_blank_with_it():
    x, b = Value(0.5, label="x"), Value(1.0, label="b")
    y = (x * x + b).tanh()
    y.label = "y"
    lines = str(quiz(y, [x, b], blanks=100)).splitlines()
    assert [line.split("=")[-1].strip() for line in lines if "∂y/∂b" in line or "R1 " in line] == ["____ (1)"] * 2


@pytest.mark.parametrize("number", [0.0, 2.0])
def test_a_value_alone_is_asked_about_whatever_its_number(number):
    w, x = Value(number, label="w"), Value(3.0, label="x")
    y = (w * x).sigmoid()
    y.label = "y"
    asked = [quiz(y, wrt, blanks=100) for wrt in (w, [w], iter([w, w]))]
    assert [[blank.name for blank in q.blanks] for q in asked] == [["R1", "R2", "∂y/∂w"]] * 3
    assert asked[0] == asked[1] == asked[2] != quiz(y, blanks=100)


def test_what_cannot_be_asked_is_refused():
    with pytest.raises(ValueError, match=r"^the derivation of E_total has 28 steps to ask for, but 0 blanks are wanted$"):
        note_quiz(blanks=0)


def test_a_derivation_without_steps_is_refused():
    with pytest.raises(ValueError, match="the derivation of x has 0 steps to ask for"):
        quiz(Value(1.0, label="x"))


# --- what is right ---

RIGHT = [
    0.036,
    0.0363,
    0.0364,
    "0.0364",
    "0.03635",
    "0.036350",
    "3.6e-2",
    " +.0363 ",
    0.036350306393144678,
    "0.0363537",
    Fraction(727, 20000),
]
WRONG = [0.0365, 0.037, "0.0367", "0.04", 0.04, -0.036, "0.36350"]


@pytest.mark.parametrize("answer", RIGHT)
def test_a_number_is_right_to_the_digits_given_rounded_or_cut_off(answer):
    assert marked({"R13": answer})["R13"].status == "right"


@pytest.mark.parametrize("answer", WRONG)
def test_a_number_that_differs_in_a_digit_given_is_wrong(answer):
    assert marked({"R13": answer})["R13"].status == "wrong"


def test_one_digit_is_enough_only_if_there_are_no_more():
    assert marked({"R9": 0.4})["R9"].status == "right"
    assert hint("R1", "0.7") == "right as far as it goes, but give two digits at least"


def test_zero_is_right_where_it_is_the_number():
    x = Value(0.0, label="x")
    assert quiz(x * Value(3.0), x).check({"R1": 3}).marks[0].status == "right"
    assert [mark.status for mark in quiz(x * x * x, x, blanks=4).check([0, "0.00", "0.1"])][:3] == ["right", "right", "wrong"]


def test_a_true_minus_sign_is_a_minus_sign():
    assert marked({"R2": "−0.2171"})["R2"].status == "right"


def test_answers_come_by_name_by_partial_by_denominator_or_in_order():
    names = ["∂E_total/∂w1", "dE_total/dw1", "w1"]
    assert [[*marked({name: 0.000439})] for name in names] == [["∂E_total/∂w1"]] * 3
    assert note_quiz().check([0.741]).marks[0].status == "right"


def test_what_is_left_out_none_or_empty_is_missing():
    marks = note_quiz().check({"R1": None, "R2": " "})
    assert {mark.status for mark in marks} == {"missing"}
    assert marks.right == 0


@given(st.data())
def test_the_truth_is_right_on_any_graph(data):
    asked = data.draw(quizzes())
    marks = asked.check([blank.answer for blank in asked.blanks])
    assert marks.right == len(asked.blanks)


# --- what is no answer ---


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        ("-0,0364", "write -0.0364, with a point"),
        ("1,2,3", "write a number such as 0.0364"),
        ("three", "write a number such as 0.0364"),
        ("nan", "write a number such as 0.0364"),
        ("sNaN", "write a number such as 0.0364"),
        ("1e999999", "write a number such as 0.0364"),
        ("9" * 5000, "write a number such as 0.0364"),
        (math.inf, "write a number such as 0.0364"),
    ],
)
def test_a_text_that_is_no_number_is_wrong_and_told_so(answer, message):
    assert hint("R13", answer) == message


def test_an_answer_to_no_blank_is_refused():
    with pytest.raises(ValueError, match=r"there is no blank 'R99'; the blanks are R9, .* and \d+ more$"):
        note_quiz().check({"R99": 1.0})


def test_too_many_answers_are_refused():
    with pytest.raises(ValueError, match="there are 2 blanks, but 3 answers"):
        note_quiz(blanks=2).check([1.0, 2.0, 3.0])


@pytest.mark.parametrize("answers", [{"R1": [0.7]}, {"R1": Value(0.7)}, {"R1": 1j}, "0.7"])
def test_an_answer_that_is_neither_number_nor_text_is_refused(answers):
    with pytest.raises(TypeError, match=r"(expected a number or text, but got|check takes a list of answers)"):
        note_quiz().check(answers)


# --- what went wrong ---

SLIPS = {
    "sign of a partial": ("R2", 0.2171, "the sign is wrong, the partial is (target_o2 − out_o2)·(−1)"),
    "derivative at the wrong place": (
        "R15", NET_H1 * (1 - NET_H1), "out_h1·(1 − out_h1) is taken at net_h1, not out_h1"),
    "function twice": (
        "R3", (s := 1 / (1 + math.exp(-OUT_O1))) * (1 - s), "out_o1·(1 − out_o1) is taken at out_o1, not net_o1"),
    "function for its derivative": ("R15", OUT_H1, "that is out_h1 itself, not its derivative"),
    "argument for the derivative": ("R3", NET_O1, "that is net_o1 itself, not the derivative by it"),
    "partial by another": ("R10", 0.55, "that is ∂net_o2/∂out_h2 = w8"),
    "upside down": ("R15", 1 / R[15], "that is ∂net_h1/∂out_h1, upside down"),
    "sign of a product": ("w7", 0.0226025, "the sign is wrong: R2 is negative"),
    "path": ("R13", R[1] * R[3] * R[9], "the path R2·R4·R10 is missing"),
    "= for +=": (
        "R13", R[2] * R[4] * R[10],
        "only R2·R4·R10 is left: what comes last is added (+=) and overwrites nothing (=)"),
    "sign of a path": ("R13", R[1] * R[3] * R[9] - R[2] * R[4] * R[10], "the sign of R2·R4·R10 is wrong"),
    "paths multiplied": (
        "R13", R[1] * R[3] * R[9] * R[2] * R[4] * R[10], "the paths are multiplied, but they add up"),
    "factor": ("w1", R[13] * R[15], "R17 is missing in R13·R15·R17"),
    "factor in a path": ("R13", R[1] * R[3] * R[9] + R[2] * R[4], "R10 is missing in R2·R4·R10"),
    "factor that is wrong": (
        "w1", R[13] * NET_H1 * (1 - NET_H1) * R[17],
        "R15 goes wrong: out_h1·(1 − out_h1) is taken at net_h1, not out_h1"),
    "sum that is wrong": (
        "w1", R[1] * R[3] * R[9] * R[15] * R[17], "R13 goes wrong: the path R2·R4·R10 is missing"),
    "neighbour": ("w5", R[1] * R[4] * OUT_H1, "R4 is in the place of R3"),
    "neighbouring sum": ("w1", 0.041370322648744716 * R[15] * R[17], "R14 is in the place of R13"),
    "early update": ("w1", 0.000364723, "that is what the mistake “early update” leads to"),
    "twice": ("R1", 2 * R[1], "that is twice the number"),
    "point": ("R1", R[1] / 100, "the decimal point is in the wrong place"),
    "rounding": ("R13", 0.03638, "right to 3 digits, then rounded too early"),
    "anything": ("R13", 1.234, "no slip that is known here: go through R1·R3·R9 + R2·R4·R10 once more"),
}  # fmt: skip


@pytest.mark.parametrize(("name", "answer", "message"), SLIPS.values(), ids=SLIPS.keys())
def test_a_slip_is_recognised_by_its_number(name, answer, message):
    assert hint(name, f"{answer:.4g}") == message


def test_two_digits_are_too_few_to_see_a_neighbour_in():
    assert hint("w5", "0.077") == "no slip that is known here: go through R1·R3·R5 once more"


def test_of_two_like_factors_each_is_told_its_own_nodes():
    x = Value(0.5, label="x")
    first, second = x.sin(), x.sin()
    first.label, second.label = "first", "second"
    marks = quiz(first * second, x, blanks=100).check({f"R{n}": f"{math.sin(0.5):.4f}" for n in (3, 4)})
    assert marks["R3"].hint == "that is first itself, not its derivative"
    assert marks["R4"].hint == "that is second itself, not its derivative"


def test_what_follows_from_a_wrong_answer_names_it():
    marks = marked({"R13": 0.0554, "w1": 0.0554 * R[15] * R[17], "w2": R[13] * R[15] * R[18]})
    assert marks["∂E_total/∂w1"].hint == "it follows from your R13, the rest is right"
    assert marks["∂E_total/∂w1"].follows == ("R13",)
    assert marks["∂E_total/∂w2"].status == "right"


def test_what_follows_through_a_missing_answer_names_the_wrong_one():
    sum_from_wrong = 0.9 * R[3] * R[9] + R[2] * R[4] * R[10]
    assert marked({"R1": 0.9, "w1": sum_from_wrong * R[15] * R[17]})["∂E_total/∂w1"].follows == ("R1",)


def test_what_follows_from_an_answer_with_few_digits_says_so():
    marks = marked({"R13": 0.036, "w1": f"{0.036 * R[15] * R[17]:.6f}"})
    assert marks["R13"].status == "right"
    assert marks["∂E_total/∂w1"].hint == "it follows from your R13, which has too few digits"


def test_a_slip_made_with_a_wrong_answer_names_both():
    marks = marked({"R13": 0.0554, "w1": f"{-0.0554 * R[15] * R[17]:.3g}"})
    assert marks["∂E_total/∂w1"].hint == "the sign is wrong: no factor is negative, and it goes on from your R13"


def test_the_function_at_its_own_value_is_recognised_for_any_function_of_one_argument():
    x = Value(0.5, label="x")
    y = x.sin()
    y.label = "y"
    asked = quiz(y, x)
    assert asked.check({"R1": round(math.cos(math.sin(0.5)), 4)}).marks[0].hint == "cos(x) is taken at y, not x"


def test_slips_are_looked_for_at_the_factors_own_edge_also_among_factors_written_alike():
    a, x = Value(2.0, label="a"), Value(3.0, label="x")
    one, other = a * x, a * x
    one.label, other.label = "one", "other"
    blanks = quiz(one + other, x, blanks=100).as_data()["blanks"]
    hints = {blank["name"]: [slip["hint"] for slip in blank["slips"]] for blank in blanks}
    assert "that is one itself, not its derivative" in hints["R1"]
    assert "that is other itself, not its derivative" in hints["R2"]


def test_a_slip_is_no_slip_where_it_makes_no_difference():
    x = Value(1.0, label="x")
    middle = x.exp()
    slips = [slip for blank in quiz(middle * x, x, blanks=100).as_data()["blanks"] for slip in blank["slips"]]
    answers = {blank.name: blank.answer for blank in quiz(middle * x, x, blanks=100).blanks}
    assert slips
    assert all(slip["value"] != answers["∂v2/∂x"] for slip in slips if "missing" in slip["hint"])


# --- any graph ---


@st.composite
def quizzes(draw):
    nodes = [Value(draw(st.floats(-2, 2)), label=label) for label in "abc"]
    operations = [lambda x, y: x + y, lambda x, y: x - y, lambda x, y: x * y, lambda x, y: x.sin(), lambda x, y: x.sigmoid()]
    for _ in range(draw(st.integers(1, 10))):
        x, y = draw(st.sampled_from(nodes)), draw(st.sampled_from(nodes))
        nodes.append(draw(st.sampled_from(operations))(x, y))
    root = nodes[-1] * nodes[0] * 2.0  # so that there is something to ask for
    return quiz(root, blanks=draw(st.integers(1, 30)), seed=draw(st.integers(0, 99)))


@given(st.data())
def test_any_number_gets_a_mark_and_if_it_is_wrong_a_hint(data):
    asked = data.draw(quizzes())
    answers = data.draw(st.lists(st.floats(-9, 9), max_size=len(asked.blanks)))
    for mark in asked.check(answers):
        assert mark.status in ("right", "wrong", "missing")
        assert bool(mark.hint) == (mark.status == "wrong")


@given(st.data())
def test_a_slip_from_the_data_is_recognised_as_a_slip(data):
    asked = data.draw(quizzes())
    blank = data.draw(st.sampled_from(asked.as_data()["blanks"]))
    for slip in blank["slips"]:
        (mark,) = [mark for mark in asked.check({blank["name"]: slip["value"]}) if mark.answer]
        assert mark.status == "right" or "no slip that is known" not in mark.hint


@given(quizzes())
def test_the_numbers_given_and_shown_are_those_of_the_derivation(asked):
    shown = [step["number"] for step in asked.as_data()["steps"] if step["number"] is not None]
    every = [step.value for stage in asked.derivation.stages for step in stage]
    assert {*shown} <= {*every}


def test_the_quiz_stays_as_it_is_when_the_graph_changes():
    network = load()
    asked = quiz(network.error(), network.trained, blanks=100)
    network.train(1)
    assert asked == note_quiz()
    assert asked.check({"w1": 0.00043857}).right == 1


def test_a_formula_that_is_too_wide_takes_several_lines():
    leaves = [Value(float(i), label=f"leaf_number_{i}") for i in range(40)]
    hidden = total(leaves).sin()
    lines = str(quiz(total([hidden * leaf for leaf in leaves]), leaves[:1])).splitlines()
    assert max(map(len, lines)) <= 100
    assert any(line.startswith(" " * 10) for line in lines)


def test_a_label_of_blanks_is_no_error():
    x, y = Value(2.0, label=" "), Value(3.0, label="y")
    assert "____ (1)" in str(quiz(x * y, y))


def test_a_slip_that_leads_out_of_the_numbers_is_left_out():
    x, y = Value(5e-324, label="x"), Value(3.0, label="y")
    json.dumps(quiz(x * y, y).as_data(), allow_nan=False)


def test_a_deep_graph_needs_no_recursion():
    x = Value(1.0, label="x")
    y = x
    for _ in range(1500):
        y = y * 1.001
    asked = quiz(y, x, blanks=2000)
    assert asked.blanks[-1].answer == pytest.approx(1.001**1500)
    assert asked.check({"x": -(1.001**1500)}).marks[-1].hint == "the sign is wrong: no factor is negative"


# --- as text and as data ---


def test_the_marks_say_how_many_are_right_and_what_is_wrong():
    assert str(note_quiz(blanks=4, seed=1).check(["0.0827", 0.55, -0.019])).splitlines() == [
        "1 of 4 right",
        "  (1)  ∂E_total/∂w6  0.0827  right",
        "  (2)  R10           0.55    wrong",
        "      that is ∂net_o2/∂out_h2 = w8",
        "  (3)  R13           -0.019  wrong",
        "      only R2·R4·R10 is left: what comes last is added (+=) and overwrites nothing (=)",
        "  (4)  R17           —       missing",
    ]


def test_the_marks_are_a_sequence_and_by_name():
    marks = note_quiz(blanks=5).check({})
    assert len(marks) == len([*marks]) == 5
    assert marks[marks.marks[2].name] is marks.marks[2]


def test_the_marks_do_not_give_the_right_number_away():
    marks = note_quiz().check(["0.123"] * 28)
    assert "0.0363" not in str(marks)


def test_a_long_answer_is_cut_short_in_the_text():
    assert max(map(len, str(note_quiz(blanks=1).check(["x " * 5000])).splitlines())) <= 100


def test_the_data_has_nothing_where_a_blank_is_and_the_answers_apart():
    data = note_quiz(blanks=3, seed=2).as_data()
    hidden = [step["name"] or step["partial"] for step in data["steps"] if None in step.values()]
    assert hidden == [blank["name"] for blank in data["blanks"]]
    network = load()
    numbers = derive(network.error(), network.trained).numbers
    assert all(blank["answer"] == numbers[blank["name"]] for blank in data["blanks"])


def test_a_quiz_shown_at_the_prompt_keeps_its_answers_to_itself():
    assert repr(note_quiz(blanks=1, seed=1)) == "<quiz with blanks at R13>"


def test_a_mark_is_had_by_its_place_too():
    marks = quiz(Value(2.0, label="x") * Value(3.0, label="y")).check([])
    assert [marks[0], marks[-1]] == [next(iter(marks)), [*marks][-1]]


def test_a_mark_that_is_not_there_is_refused_with_the_names_there_are():
    marks = quiz(Value(2.0, label="x") * Value(3.0, label="y")).check([])
    with pytest.raises(ValueError, match="there is no blank 'nope'; the blanks are R1 and R2"):
        marks["nope"]


@pytest.mark.parametrize(("answers", "shown"), [({1: 5.0}, "int 1"), ({None: 5.0}, "NoneType None")])
def test_an_answer_under_what_is_no_name_is_refused_with_how_to_write_it(answers, shown):
    with pytest.raises(TypeError, match=rf'^check takes a dict .* such as "R1", or a list of answers .*, but got {shown}'):
        quiz(Value(2.0, label="x") * Value(3.0, label="y")).check(answers)


@pytest.mark.parametrize("answers", [5.0, None])
def test_a_single_number_in_place_of_answers_is_refused(answers):
    with pytest.raises(TypeError, match=f"check takes a list of answers, or a dict of them by name, but got .* {answers}"):
        quiz(Value(2.0, label="x") * Value(3.0, label="y")).check(answers)
