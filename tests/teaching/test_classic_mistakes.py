"""Classic mistakes: what each makes of the gradients, against the same mistake made by other means."""

from __future__ import annotations

import json
import math
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograd import Value, half_squared_error, total
from autograd.engine.graph import backward_order, topological_order
from autograd.teaching.classic_mistakes import NAMES, make, mistakes, update_before_the_pass_is_done
from nn.note import load

# The note's own numbers, at the old weights, and two of its weights after one round.
R1, R2, R3, R4 = 0.74136506955231571, -0.21707153467853741, 0.18681560180895949, 0.17551005281727119
R9, R10, R11, R12 = 0.40, 0.50, 0.45, 0.55
R15, R16 = 0.24130070857232523, 0.24061341724921838
W5, W6, W7, W8 = 0.35891647971788461, 0.40866618607623337, 0.51130127023873753, 0.56137012110798911
GRADIENTS = {
    "w1": 0.00043856773447434673,
    "w2": 0.00087713546894869345,
    "w3": 0.00049771273526086007,
    "w4": 0.00099542547052172014,
    "w5": 0.082167040564230779,
    "w6": 0.082667627847533255,
    "w7": -0.02260254047747506,
    "w8": -0.022740242215978211,
}


def behind(out_h1: float, out_h2: float) -> dict[str, float]:
    """Return what w1 to w4 get from the gradients of the hidden layer's outputs."""
    return {
        "w1": out_h1 * R15 * 0.05,
        "w2": out_h1 * R15 * 0.10,
        "w3": out_h2 * R16 * 0.05,
        "w4": out_h2 * R16 * 0.10,
    }


NOTE = {
    "= for +=": behind(R2 * R4 * R10, R2 * R4 * R12),
    "wrong order": behind(R1 * R3 * R9, R1 * R3 * R11),
    "forgotten zero_grad": {name: 2.0 * gradient for name, gradient in GRADIENTS.items()},
    "early update": behind(R1 * R3 * W5 + R2 * R4 * W7, R1 * R3 * W6 + R2 * R4 * W8),
    "dropped path": behind(R1 * R3 * R9, R1 * R3 * R11),
    "sign slip": {name: -gradient for name, gradient in GRADIENTS.items()},
}


def close(number: float) -> object:
    return pytest.approx(number, rel=1e-13, abs=0.0)


def on_the_note():
    network = load()
    return mistakes(network.error(), network.trained, network.rate)


@pytest.mark.parametrize("name", NAMES)
def test_a_mistake_on_the_note_changes_the_gradients_it_changes_by_hand_and_no_others(name):
    changes = on_the_note()[name].changes
    assert {change.name: change.mistaken for change in changes} == {w: close(x) for w, x in NOTE[name].items()}
    assert {change.name: change.true for change in changes} == {w: close(GRADIENTS[w]) for w in NOTE[name]}


WHY = {
    "= for +=": "out_h1 is used twice; what comes last, from net_o2, overwrites what came before.",
    "wrong order": "out_h1 passes its gradient on before net_o2 has added to it.",
    "forgotten zero_grad": "Every pass adds the same gradients again: after n passes they are n times as large.",
    "early update": "w5 is already 0.358916, no longer 0.4, when net_o1 passes its gradient on to out_h1.",
    "dropped path": "out_h1 is used twice; what comes last, from net_o2, is left out of the sum.",
    "sign slip": "∂E_o1/∂out_o1 = (target_o1 − out_o1)·(−1) loses its minus sign.",
}


@pytest.mark.parametrize("name", NAMES)
def test_a_mistake_on_the_note_says_why(name):
    assert on_the_note()[name].why == WHY[name]


def test_a_mistake_names_every_node_where_it_happens():
    assert {mistake.name: mistake.where for mistake in on_the_note()} == {
        "= for +=": ("out_h1", "out_h2"),
        "wrong order": ("out_h1", "out_h2"),
        "forgotten zero_grad": ("E_total",),
        "early update": ("out_h1", "out_h2"),
        "dropped path": ("out_h1", "out_h2"),
        "sign slip": ("out_o1", "out_o2"),
    }


def test_the_early_update_on_the_note_is_the_step_that_the_published_example_takes():
    network = load()
    gradients = make("early update", network.error(), network.trained, network.rate)
    for w in network.trained:
        w.data -= network.rate * gradients[w]
    assert network.error().data == pytest.approx(0.29102792390544197, rel=1e-13)


def test_an_early_update_does_not_depend_on_the_order_of_the_arguments():
    def gradient(swapped: bool) -> float:
        x, w = Value(3.0), Value(2.0)
        square = x * x
        root = square * w if swapped else w * square
        return make("early update", root, [x, w])[x]

    assert gradient(False) == gradient(True) == 6.0 * (2.0 - 0.5 * 9.0)


def test_an_update_takes_place_when_the_last_use_of_a_parameter_is_done():
    x, w = Value(1.0), Value(2.0)
    hidden = x * 1.0
    update_before_the_pass_is_done(w * hidden + w * hidden, [w, x], rate=0.5)
    first_with_the_old_w, then_with_the_new = 2.0, 2.0 - 0.5 * (1.0 + 1.0)
    assert x.data == 1.0 - 0.5 * (first_with_the_old_w + then_with_the_new)


def test_a_value_of_0_alone_is_wanted_and_updated_as_any_other():
    w, x = Value(0.0, label="w"), Value(3.0, label="x")
    y = w * x
    assert [change.name for change in mistakes(y, w)["forgotten zero_grad"].changes] == ["w"]
    update_before_the_pass_is_done(y, w, rate=0.5)
    assert [w.data, x.data] == [-1.5, 3.0]


def test_an_update_outside_the_domain_of_an_operation_goes_on_with_limits():
    x, w = Value(3.0, label="x"), Value(0.5, label="w")
    assert math.isfinite(make("early update", w.log() * (x * 1.0), [x, w], rate=10.0)[x])


# --- small graphs ---


def changed(root: Value, **options) -> dict[str, dict[str, float]]:
    return {m.name: {c.name: c.mistaken for c in m.changes} for m in mistakes(root, **options) if m.changes}


def test_a_square_loses_one_of_its_two_edges():
    x = Value(3.0, label="x")
    assert changed(x * x) == {"= for +=": {"x": 3.0}, "forgotten zero_grad": {"x": 12.0}, "dropped path": {"x": 3.0}}


def test_of_two_different_contributions_one_overwrites_and_the_other_is_dropped():
    x, y = Value(3.0, label="x"), Value(5.0, label="y")
    found = changed(x * y + x)
    assert (found["= for +="]["x"], found["dropped path"]["x"]) in [(1.0, 5.0), (5.0, 1.0)]


def test_a_chain_has_nothing_to_get_wrong_but_zero_grad():
    x = Value(0.5, label="x")
    y = x.sin().exp()
    assert list(changed(y)) == ["forgotten zero_grad"]


def test_what_changes_nothing_says_why():
    x = Value(0.5, label="x")
    whys = {mistake.name: mistake.why for mistake in mistakes(x.sin().exp()) if not mistake.changes}
    assert whys == {
        "= for +=": "Nothing changes: no node on the way is used twice with effect, so nothing is overwritten.",
        "wrong order": "Nothing changes: every gradient happens to be complete before it is passed on.",
        "early update": "Nothing changes: no gradient is passed on through a parameter that has already changed.",
        "dropped path": "Nothing changes: no node on the way is used twice with effect, so no path can be forgotten.",
        "sign slip": "Nothing changes: no gradient passes a partial with a minus sign on the way.",
    }


def test_two_slips_that_cancel_are_told():
    x = Value(2.0, label="x")
    once = -x
    slip = mistakes(-once)["sign slip"]
    assert slip.changes == ()
    assert slip.why.endswith("Yet nothing changes: what goes wrong cancels out, or is multiplied by 0.")


def test_a_root_that_is_a_leaf_is_no_error():
    assert list(changed(Value(3.0))) == ["forgotten zero_grad"]


def test_a_sign_belongs_to_the_operation_and_not_to_a_number():
    x, y = Value(2.0, label="x"), Value(3.0, label="y")
    assert changed(x * -2.0 - y, wrt=[x, y])["sign slip"] == {"y": 1.0}


SIGNED = {
    "subtract": (lambda x: 5.0 - x, 1.0),
    "negative": (lambda x: -x, 1.0),
    "divide": (lambda x: 6.0 / x, 6.0 / 4.0),
    "cos": (lambda x: x.cos(), math.sin(2.0)),
    "half_squared_error": (lambda x: half_squared_error(7.0, x), 7.0 - 2.0),
    "half_squared_error of lists": (lambda x: half_squared_error([7.0, 1.0], [x, Value(0.0)]), 7.0 - 2.0),
}


@pytest.mark.parametrize(("function", "slope"), SIGNED.values(), ids=SIGNED.keys())
def test_the_sign_that_slips_is_read_off_the_operations_row(function, slope):
    x = Value(2.0, label="x")
    assert changed(function(x), wrt=[x])["sign slip"] == {"x": pytest.approx(slope)}


@pytest.mark.parametrize("function", [lambda x: x.tanh(), lambda x: x.sigmoid(), lambda x: total([x, x]), lambda x: 3 * x])
def test_a_minus_inside_a_partial_is_no_sign(function):
    x = Value(2.0, label="x")
    assert "sign slip" not in changed(function(x))


def test_leaves_without_labels_are_compared_if_there_are_no_others():
    assert changed(Value(2.0) * 3.0) == {"forgotten zero_grad": {"v1": 6.0}}


def test_a_node_from_elsewhere_is_refused():
    with pytest.raises(ValueError, match=r"y was not computed from Value.*label='stranger'"):
        mistakes(Value(1.0, label="y"), [Value(2.0, label="stranger")])


@pytest.mark.parametrize("use", [lambda name: make(name, Value(1.0)), lambda name: mistakes(Value(1.0))[name]])
def test_an_unknown_mistake_is_refused_with_those_that_there_are(use):
    with pytest.raises(ValueError, match=r"there is no mistake 'typo'; there are '= for \+=', 'wrong order', .*'sign slip'"):
        use("typo")


def test_a_graph_with_2_to_the_60_paths_is_answered():
    x = Value(1.0, label="x")
    y = x
    for _ in range(60):
        y = y + y
    assert changed(y) == {
        "= for +=": {"x": 1.0},
        "forgotten zero_grad": {"x": 2.0**61},
        "dropped path": {"x": 1.0},
    }


def test_a_deep_graph_needs_no_recursion():
    x = Value(1.0, label="x")
    y = x
    for _ in range(5000):
        y = -y
    assert "sign slip" not in changed(y)


def test_infinite_gradients_are_compared():
    x = Value(0.0, label="x")
    assert changed(3.0 - x.sqrt())["sign slip"] == {"x": math.inf}


def test_gradients_that_are_not_a_number_with_and_without_a_mistake_are_no_change():
    x = Value(0.0, label="x")
    assert list(changed(x.sqrt() - x.sqrt())) == ["= for +=", "dropped path", "sign slip"]


def test_another_order_of_additions_is_no_change():
    a = Value(0.1, label="a")
    b, c = a + a, a * a
    root = (b + c) + b
    assert make("wrong order", root)[a] != make("forgotten zero_grad", root)[a] / 2
    assert "wrong order" not in changed(root)
    hidden = Value(0.5, label="h").tanh()
    assert [*changed(root + (hidden + hidden * 3.0))["wrong order"]] == ["h"]


# --- random graphs: every mistake made again, by recursion ---

PARTIALS = {
    "add": lambda x, y: (1.0, 1.0),
    "subtract": lambda x, y: (1.0, -1.0),
    "multiply": lambda x, y: (y, x),
    "sin": lambda x: (math.cos(x),),
    "negative": lambda x: (-1.0,),
}


@st.composite
def roots(draw):
    nodes = [Value(draw(st.floats(-2, 2)), label=label) for label in "abc"]
    operations = [lambda x, y: x + y, lambda x, y: x - y, lambda x, y: x * y, lambda x, y: x.sin(), lambda x, y: -x]
    for _ in range(draw(st.integers(1, 12))):
        x, y = draw(st.sampled_from(nodes)), draw(st.sampled_from(nodes))
        nodes.append(draw(st.sampled_from(operations))(x, y))
    return nodes[-1]


class ByRecursion:
    """The same mistakes, pulled from below: what a node gets from each of its uses, the uses in the order of the pass."""

    def __init__(self, root: Value) -> None:
        self.root = root
        self.order = backward_order(root)[::-1]
        self.uses = {node: [] for node in self.order}
        for consumer in reversed(self.order):
            for i, argument in enumerate(consumer.args):
                self.uses[argument].append((consumer, i))

    def partial(self, consumer: Value, i: int) -> float:
        return PARTIALS[consumer.op.name](*[argument.data for argument in consumer.args])[i]

    def pulled(self, node: Value, kept=lambda uses: uses, sign=lambda consumer, i: 1.0) -> float:
        if node is self.root:
            return 1.0
        parts = [self.pulled(c, kept, sign) * self.partial(c, i) * sign(c, i) for c, i in (kept(self.uses[node]))]
        return math.fsum(parts)

    def in_wrong_order(self) -> dict[Value, float]:
        gradients = dict.fromkeys(self.order, 0.0)
        gradients[self.root] = 1.0
        seen = set()

        def visit(node: Value) -> None:
            if node in seen:
                return
            seen.add(node)
            for i, argument in enumerate(node.args):
                gradients[argument] += gradients[node] * self.partial(node, i)
            for argument in node.args:
                visit(argument)

        visit(self.root)
        return gradients

    def updating(self, rate: float) -> dict[Value, float]:
        gradients = dict.fromkeys(self.order, 0.0)
        gradients[self.root] = 1.0
        data = {node: node.data for node in self.order}
        left = Counter(argument for node in self.order for argument in node.args)
        for node in reversed(self.order):
            for leaves in (True, False):
                for i, argument in enumerate(node.args):
                    if (argument.op is None) == leaves:
                        slopes = PARTIALS[node.op.name](*[data[other] for other in node.args])
                        gradients[argument] += gradients[node] * slopes[i]
                for leaf in {argument for argument in node.args if argument.op is None} if leaves else ():
                    left[leaf] -= sum(argument is leaf for argument in node.args)
                    if not left[leaf]:
                        data[leaf] -= rate * gradients[leaf]
        return gradients


def slipped(consumer: Value, i: int) -> float:
    return -1.0 if (consumer.op.name, i) in [("subtract", 1), ("negative", 0)] else 1.0


AGAIN = {
    "= for +=": lambda again, node: again.pulled(node, kept=lambda uses: uses[-1:]),
    "wrong order": lambda again, node: again.in_wrong_order()[node],
    "forgotten zero_grad": lambda again, node: 2.0 * again.pulled(node),
    "early update": lambda again, node: again.updating(0.5)[node],
    "dropped path": lambda again, node: again.pulled(node, kept=lambda uses: uses[: max(1, len(uses) - 1)]),
    "sign slip": lambda again, node: again.pulled(node, sign=slipped),
}


@pytest.mark.parametrize("name", NAMES)
@given(root=roots())
def test_a_mistake_on_a_random_graph_is_the_same_by_recursion(name, root):
    again = ByRecursion(root)
    gradients = make(name, root)
    size = max(1.0, *map(abs, gradients.values()))
    for leaf in (node for node in again.order if node.op is None):
        assert gradients[leaf] == pytest.approx(AGAIN[name](again, leaf), rel=1e-9, abs=1e-12 * size)


@given(roots())
def test_what_is_listed_is_what_differs_from_the_backward_pass(root):
    found = mistakes(root)
    root.backward()
    leaves = {node.label: node for node in topological_order(root) if node.op is None}
    for mistake in found:
        gradients = make(mistake.name, root)
        listed = {change.name: (change.true, change.mistaken) for change in mistake.changes}
        assert listed == {label: (leaves[label].grad, gradients[leaves[label]]) for label in listed}
        for label in leaves.keys() - listed.keys():
            assert gradients[leaves[label]] == pytest.approx(leaves[label].grad, rel=1e-6, abs=1e-6)


@given(roots())
def test_the_same_graph_gives_the_same_text(root):
    assert str(mistakes(root)) == str(mistakes(root))


# --- as text and as data ---


def test_the_text_lists_true_and_mistaken_gradients_and_their_ratio_in_columns():
    assert str(on_the_note()["early update"]).splitlines() == [
        "early update: each parameter is updated as soon as its gradient is complete, while the pass goes on",
        "  w1  0.000438568 → 0.000364723  × 0.831623",
        "  w2  0.000877135 → 0.000729446  × 0.831623",
        "  w3  0.000497713 → 0.00042363   × 0.851153",
        "  w4  0.000995425 → 0.000847259  × 0.851153",
        "  w5 is already 0.358916, no longer 0.4, when net_o1 passes its gradient on to out_h1. The same",
        "  happens at out_h2.",
    ]


def test_a_common_ratio_is_said_once():
    assert str(on_the_note()["sign slip"]).splitlines()[1] == "  w1, w2, w3, w4, w5, w6, w7 and w8: all × −1"


def test_a_gradient_that_should_be_0_shows_the_difference():
    x = Value(2.0, label="x")
    assert "  x  0 → −1  − 1" in str(mistakes(x - x)["= for +="]).splitlines()


def test_a_ratio_that_would_round_to_1_shows_the_difference():
    x, w = Value(2.0, label="x"), Value(3.0, label="w")
    text = str(mistakes(w * (x * x), rate=1e-8)["early update"])
    assert "  x  12 → 12  − 1.6e−07" in text.splitlines()


def test_many_changes_are_cut_short_in_the_text_and_complete_in_the_data():
    leaves = [Value(float(i), label=f"x{i}") for i in range(1, 31)]
    shared = total(leaves).sin()
    mistake = mistakes(total([leaf * leaf * shared for leaf in leaves]))["dropped path"]
    assert "  … and 22 more" in str(mistake).splitlines()
    assert len(mistake.as_data()["changes"]) == 30


def test_the_data_survives_json():
    data = on_the_note().as_data()
    assert json.loads(json.dumps(data, allow_nan=False)) == data
    assert data["mistakes"][2]["changes"][0] == {
        "name": "w1",
        "true": close(GRADIENTS["w1"]),
        "mistaken": close(2 * GRADIENTS["w1"]),
        "difference": close(GRADIENTS["w1"]),
        "ratio": 2.0,
    }


def test_a_mistake_is_had_by_its_place_too():
    made = mistakes(Value(2.0, label="x") * 3.0)
    assert [made[0].name, made[-1].name] == ["= for +=", "sign slip"]


def test_a_mistake_whose_name_is_misspelled_is_told_the_near_ones_first():
    with pytest.raises(ValueError, match="there is no mistake 'sign'; there are 'sign slip', "):
        mistakes(Value(2.0, label="x") * 3.0)["sign"]
