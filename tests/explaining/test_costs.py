"""Costs: the counts are those of the algorithms themselves, run with pencil and paper."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograd import Value, half_squared_error, log_sum_exp, maximum, product, total, weighted_sum
from autograd.engine.graph import topological_order
from autograd.explaining.costs import Work, cost
from autograd.explaining.paths import all_paths
from nn.note import load

OPERATIONS = [
    lambda x, y: x + y,
    lambda x, y: x * y,
    lambda x, y: x * x,
    lambda x, y: x.sin(),
    lambda x, y: total([x, y, x]),
    lambda x, y: weighted_sum([x, 0.5], [y, x], x),
]


@st.composite
def graphs(draw):
    nodes = [Value(0.5), Value(0.25), Value(0.125)]
    for _ in range(draw(st.integers(1, 6))):
        x, y = draw(st.sampled_from(nodes)), draw(st.sampled_from(nodes))
        nodes.append(draw(st.sampled_from(OPERATIONS))(x, y))
    order = topological_order(nodes[-1])
    return nodes[-1], draw(st.lists(st.sampled_from(order), min_size=1, unique=True))


class Pencil:
    """Counts the operations that it is asked to do; 1 is where a pass starts, None is nothing yet."""

    def __init__(self) -> None:
        self.multiplications = self.additions = 0

    def times(self, start: str, partial: str) -> str:
        self.multiplications += start != "1"
        return partial

    def plus(self, whole: str | None, term: str) -> str:
        self.additions += whole is not None
        return term


def leading(root, wanted):
    """The values under root from which a wanted one can be reached."""
    found = set()
    for node in topological_order(root):
        if any(node is x for x in wanted) or any(argument in found for argument, _ in node.edges):
            found.add(node)
    return found


def reverse_mode(root, wanted) -> Work:
    pencil, leads = Pencil(), leading(root, wanted)
    adjoints: dict[Value, str | None] = {root: "1"}
    for node in reversed(topological_order(root)):
        for argument, _ in node.edges:
            if argument in leads:
                adjoints[argument] = pencil.plus(adjoints.get(argument), pencil.times(adjoints[node], "d"))
    return Work(1, pencil.multiplications, pencil.additions)


def forward_mode(root, wanted) -> Work:
    pencil = Pencil()
    for start in wanted:
        tangents: dict[Value, str | None] = {start: "1"}
        for node in topological_order(root):
            for argument, _ in node.edges:
                if argument in tangents:
                    tangents[node] = pencil.plus(tangents.get(node), pencil.times(tangents[argument], "d"))
    return Work(len(wanted), pencil.multiplications, pencil.additions)


def path_by_path(root, wanted) -> Work:
    pencil, count = Pencil(), 0
    for node in wanted:
        whole = None
        for path in all_paths(root, node):
            count += 1
            product = "1"
            for _ in path:
                product = pencil.times(product, "d")
            whole = pencil.plus(whole, product)
    return Work(count, pencil.multiplications, pencil.additions)


@given(graphs())
def test_reverse_mode_is_counted_as_it_is_done(graph):
    assert cost(*graph).reverse == reverse_mode(*graph)


@given(graphs())
def test_forward_mode_is_counted_as_it_is_done(graph):
    assert cost(*graph).forward == forward_mode(*graph)


@given(graphs())
def test_paths_are_counted_as_they_are_multiplied_out(graph):
    assert cost(*graph).path_by_path == path_by_path(*graph)


def operations(root) -> Work:
    """What one evaluation takes: half of finite differences, without the difference itself."""
    found = cost(root, next(node for node in topological_order(root) if node.op is None)).finite_differences
    assert (found.passes, found.multiplications % 2, found.additions % 2) == (2, 1, 1)
    return Work(1, found.multiplications // 2, (found.additions - 3) // 2, found.functions // 2)


@pytest.mark.parametrize(
    ("compute", "multiplications", "additions", "functions"),
    [
        (lambda x, y: x - y, 0, 1, 0),
        (lambda x, y: -x, 0, 0, 0),
        (lambda x, y: x / y, 1, 0, 0),
        (lambda x, y: x**3, 0, 0, 1),
        (lambda x, y: maximum(x, y), 0, 0, 1),
        (lambda x, y: x.exp() + x.sin() * y, 1, 1, 2),
        (lambda x, y: total([x, y, x, 1.0]), 0, 3, 0),
        (lambda x, y: product([x, y, 2.0]), 2, 0, 0),
        (lambda x, y: weighted_sum([x, y], [1.0, 2.0], x), 2, 2, 0),
        (lambda x, y: weighted_sum([x, y], [1.0, 2.0]), 2, 1, 0),
        (lambda x, y: half_squared_error(x, y), 2, 1, 0),
        (lambda x, y: half_squared_error([x, y], [1.0, 2.0]), 3, 3, 0),
        (lambda x, y: log_sum_exp([x, y, x]), 0, 2, 4),
    ],
)
def test_an_evaluation_is_counted_as_it_is_written(compute, multiplications, additions, functions):
    assert operations(compute(Value(2.0), Value(3.0))) == Work(1, multiplications, additions, functions)


def test_the_notes_gradients_cost_this_much():
    network = load()
    found = cost(network.error(), network.trained)
    assert (found.derivatives, found.reverse) == (8, Work(1, 18, 2))
    assert found.forward == Work(8, 48, 4)
    assert found.path_by_path == Work(12, 52, 4)
    assert found.finite_differences == Work(16, 8 * (2 * 12 + 1), 8 * (2 * 11 + 3), 8 * 2 * 4)


def test_by_default_all_leaves_are_wanted():
    error = load().error()
    leaves = [node for node in topological_order(error) if node.op is None]
    assert cost(error) == cost(error, leaves)
    assert cost(error).derivatives == 14


def test_a_value_named_twice_is_wanted_once():
    x = Value(2.0)
    assert cost(x * x, [x, x]) == cost(x * x, x)


def test_a_value_of_0_is_wanted_as_any_other():
    x, y = Value(0.0), Value(2.0)
    assert cost(x * y, x).derivatives == cost(x * y, iter([x])).derivatives == 1


def test_a_stranger_is_refused_by_name():
    x = Value(2.0)
    with pytest.raises(ValueError, match=r"not computed from .*stranger"):
        cost(x * x, Value(1.0, label="stranger"))


def doubled(times):
    y = Value(1.0, label="x")
    for _ in range(times):
        y = y + y
    y.label = "y"
    return y


def test_two_to_the_sixty_paths_are_counted_exactly():
    assert cost(doubled(60)).path_by_path == Work(2**60, 59 * 2**60, 2**60 - 1)


def test_the_conclusion_compares_the_ways():
    assert cost(doubled(60)).conclusion == (
        "Reverse mode gets the derivative of y with 118 multiplications and 60 additions; forward mode takes as many "
        "operations, finite differences 0.7 times as many, and path by path it takes 3.89×10^17 times as many."
    )


def test_where_there_is_nothing_to_compute_the_conclusion_says_so():
    x = Value(2.0, label="x")
    assert cost(x).conclusion == "The recorded partials are the derivatives of x: reverse mode has nothing to compute."


@pytest.mark.parametrize("times", [1, 60, 20_000])
def test_the_table_is_aligned_and_at_most_100_columns_wide(times):
    lines = str(cost(doubled(times))).splitlines()
    assert len({len(line) for line in lines[:5]}) == 1
    assert max(map(len, lines)) <= 100


def test_as_data_is_json_however_many_paths_there_are():
    few, many = (json.loads(json.dumps(cost(doubled(times)).as_data())) for times in (3, 20_000))
    assert few["path_by_path"] == {"passes": 8, "multiplications": 16, "additions": 7, "functions": 0}
    assert many["path_by_path"]["passes"] == "3.98×10^6020"


def test_many_values_below_many_others_are_counted_in_good_time_and_space():
    state = Value(0.0)
    for _ in range(3000):
        state = state * 0.9 + Value(0.1)
    assert cost(state).forward == Work(3001, (2 * 3000 - 1) + 2 * sum(range(3000)), 0)


def test_the_older_keyword_wanted_stands_for_wrt():
    x, w = Value(2.0), Value(3.0)
    assert cost(x * w, wanted=w) == cost(x * w, wrt=w) == cost(x * w, w)
