"""Modules of one's own: parameters found among the attributes, their names, and their numbers taken out and put back."""

from __future__ import annotations

import math
from fractions import Fraction

import pytest

from autograd import Value
from nn import MLP, Layer, Module, Neuron, Sequential


class Own(Module):
    def __init__(self):
        self.scale = Value(1.0)
        self.rows = [[Value(2.0), Value(3.0)], (Value(4.0),)]
        self.heads = {"left": Neuron(1, weights=[5.0], bias=6.0), 2: Value(7.0)}
        self.rate, self.name, self.nothing, self.numbers = 0.5, "own", None, [1.0, 2.0]


class Holder(Module):
    """A module with any attributes."""

    def __init__(self, **attributes):
        vars(self).update(attributes)


# --- names ---


def test_a_network_names_its_parameters_by_where_they_are():
    names = [name for name, _ in MLP(1, [2, 1]).named_parameters()]
    assert names == [
        "layers.0.neurons.0.weights.0", "layers.0.neurons.0.bias", "layers.0.neurons.1.weights.0", "layers.0.neurons.1.bias",
        "layers.1.neurons.0.weights.0", "layers.1.neurons.0.weights.1", "layers.1.neurons.0.bias",
    ]  # fmt: skip


def test_parameters_are_the_named_ones_in_their_order():
    model = MLP(2, [3, 1])
    assert model.parameters() == [p for _, p in model.named_parameters()]


def test_parameters_of_an_own_module_are_found_without_being_registered():
    assert Own().state_dict() == {
        "scale": 1.0, "rows.0.0": 2.0, "rows.0.1": 3.0, "rows.1.0": 4.0, "heads.left.weights.0": 5.0, "heads.left.bias": 6.0,
        "heads.2": 7.0,
    }  # fmt: skip


def test_what_a_module_computes_may_be_named_forward_as_with_pytorch():
    class Doubled(Module):
        def __init__(self):
            super().__init__()
            self.inner = Layer(1, 1, activation="linear", seed=1)

        def forward(self, x, times=2.0):
            return times * self.inner(x)

    doubled = Doubled()
    assert doubled([3.0]).data == 2.0 * doubled.inner([3.0]).data
    assert doubled([3.0], times=4.0).data == 4.0 * doubled.inner([3.0]).data
    assert Sequential(doubled)([3.0]).data == doubled([3.0]).data


def test_a_module_that_says_nothing_of_how_it_computes_is_told_so():
    class Empty(Module):
        pass

    with pytest.raises(TypeError, match="Empty computes nothing yet; define __call__ or forward in it"):
        Empty()([1.0])


def test_a_numpy_array_of_values_holds_parameters_and_one_of_numbers_none():
    np = pytest.importorskip("numpy")
    holder = Holder(w=np.array([[Value(1.0), Value(2.0)]]), data=np.array([3.0]))
    assert holder.state_dict() == {"w.0.0": 1.0, "w.0.1": 2.0}


def test_a_shared_parameter_is_there_once_under_its_first_name():
    layer = Layer(1, 2, bias=0.5)
    assert [name for name, _ in layer.named_parameters()] == ["neurons.0.weights.0", "neurons.0.bias", "neurons.1.weights.0"]


def test_what_was_computed_is_no_parameter():
    x = Value(2.0)
    assert Holder(x=x, kept=x * x).state_dict() == {"x": 2.0}


def test_modules_that_refer_to_each_other_are_entered_once():
    child = Holder(w=Value(1.0))
    parent = Holder(child=child)
    child.parent = parent
    assert parent.state_dict() == {"child.w": 1.0}


def test_two_parameters_of_one_name_are_refused():
    with pytest.raises(ValueError, match=r"two parameters of Holder have the name d\.1; rename"):
        Holder(d={1: Value(0.0), "1": Value(0.0)}).named_parameters()


def test_weights_and_bias_go_by_micrograds_names_too():
    neuron = Neuron(2)
    neuron.w, neuron.b = [Value(1.0), Value(2.0)], Value(3.0)
    assert (neuron.weights, neuron.bias) == (neuron.w, neuron.b)
    assert neuron.state_dict() == {"weights.0": 1.0, "weights.1": 2.0, "bias": 3.0}


# --- states ---


def test_a_state_put_into_another_model_of_the_same_build_makes_it_compute_the_same():
    one, other = MLP(2, [3, 1], seed=1), MLP(2, [3, 1], seed=2)
    other.load_state_dict(one.state_dict())
    assert other([0.5, -1.0]).data == one([0.5, -1.0]).data


def test_a_state_is_a_copy():
    model = MLP(1, [1], weights=[[[2.0]]])
    state = model.state_dict()
    model.parameters()[0].data = 5.0
    assert state["layers.0.neurons.0.weights.0"] == 2.0


def test_any_real_number_may_be_loaded_and_becomes_a_float():
    holder = Holder(x=Value(0.0), y=Value(0.0))
    holder.load_state_dict({"x": 2, "y": Fraction(1, 4)})
    assert [(type(p.data), p.data) for p in holder.parameters()] == [(float, 2.0), (float, 0.25)]


STATES = {
    "missing": ({"x": 1.0}, "the state does not fit this Holder; missing: y$"),
    "unknown": ({"x": 1.0, "y": 1.0, "z": 1.0}, "the state does not fit this Holder; unknown: z$"),
    "text": ({"x": "1", "y": 1.0}, "not a finite number: x is '1'$"),
    "true": ({"x": True, "y": 1.0}, "not a finite number: x is True$"),
    "nan": ({"x": math.nan, "y": 1.0}, "not a finite number: x is nan$"),
    "infinity": ({"x": 1.0, "y": -math.inf}, "not a finite number: y is -inf$"),
    "too long": ({"x": 10**400, "y": 1.0}, "not a finite number: x is 1000"),
    "everything at once": ({"x": None, "a": 1.0, "b": 2.0}, "missing: y; unknown: a and b; not a finite number: x is None$"),
    "no dict": ([1.0, 2.0], r"Holder loads a dict of names and numbers, but got list \[1\.0, 2\.0\]"),
}


@pytest.mark.parametrize(("state", "message"), STATES.values(), ids=STATES.keys())
def test_a_state_that_does_not_fit_is_refused_by_all_its_names_and_changes_nothing(state, message):
    holder = Holder(x=Value(8.0), y=Value(9.0))
    with pytest.raises(ValueError, match=message):
        holder.load_state_dict(state)
    assert holder.state_dict() == {"x": 8.0, "y": 9.0}


# --- what contains itself, or much else ---


def within_itself(kind):
    inner = [Value(1.0)]
    inner.append({"list": inner, "dict": (inner,)}[kind] if kind != "self" else inner)
    return inner


def a_dict_in_itself():
    own = {"w": Value(1.0)}
    own["own"] = own
    return own


def an_array_in_itself():
    np = pytest.importorskip("numpy")
    own = np.empty(2, dtype=object)
    own[:] = [Value(1.0), own]
    return own


@pytest.mark.parametrize(
    "made", [lambda: within_itself("self"), lambda: within_itself("dict"), a_dict_in_itself, an_array_in_itself]
)
def test_an_attribute_that_contains_itself_has_each_parameter_once(made):
    module = Holder(part=made())
    assert [list(module.state_dict().values()), [p.data for p in module.parameters()]] == [[1.0], [1.0]]


def test_a_module_in_a_list_of_its_own_has_each_parameter_once():
    module = Holder(w=Value(2.0))
    module.all = [module, {"again": module}]
    assert module.state_dict() == {"w": 2.0}


def test_modules_may_hold_each_other_ten_thousand_deep():
    module = Holder(w=Value(0.0))
    for k in range(10_000):
        module = Holder(w=Value(float(k)), next=module) if k % 2 else Holder(next=[module])
    assert len(module.parameters()) == 5_001


def test_lists_that_are_made_anew_while_looking_are_all_entered():
    np = pytest.importorskip("numpy")
    rows = np.array([[Value(float(3 * i + j)) for j in range(3)] for i in range(50)], dtype=object)
    assert [p.data for p in Holder(a=rows, b=rows.copy()).parameters()] == [float(k) for k in range(150)]


def test_very_many_parameters_of_the_same_names_are_told_in_a_moment():
    things = {key: Value(0.0) for i in range(20_000) for key in (i, str(i))}
    with pytest.raises(ValueError, match=r"the name d\.0, d\.1, d\.2, d\.3, d\.4 and 19995 more; rename"):
        Holder(d=things).named_parameters()
