"""Networks of neurons: ``Neuron``, ``Layer`` and ``MLP``, with micrograd's signatures and more choices.

A neuron makes two nodes: net, a weighted sum, and out, its activation.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set
from functools import lru_cache
from typing import TYPE_CHECKING, Any, TypeAlias

from autograd import Value, weighted_sum
from autograd.engine.core import in_c
from autograd.engine.labels import brief, typed
from autograd.engine.primitive import TABLE
from nn.activations import elu, gelu, leaky_relu, log_softmax, silu, softmax
from nn.initialisation import Initialisation, Seed, generator, initial_weights
from nn.module import Module
from nn.numbers import is_list, whole

Number: TypeAlias = "Value | float"

if TYPE_CHECKING:

    class Output(Value, list[Value]):  # type: ignore[misc]
        """What a layer returns: a Value of one neuron, a list of several.

        Which one depends on a number, which type checkers do not follow; so they may take it for either, and for nothing else.
        """

else:
    Output = Any


LINEAR = "linear"  # the activation that leaves net as it is
ACTIVATIONS = {name: getattr(Value, name) for name, op in TABLE.items() if op.arity == 1 and hasattr(Value, name)}
ACTIVATIONS |= {"silu": silu, "gelu": gelu, "elu": elu, "leaky_relu": leaky_relu}
OF_LAYERS = {"softmax": softmax, "log_softmax": log_softmax}  # which a layer alone can have, not a neuron
_SPELLINGS = {"relu": "ReLU"}


class Neuron(Module):
    """A weighted sum of ``nin`` inputs and a bias, passed through an activation.

    ``activation`` is the name of any function of one argument ("relu", "sigmoid", "tanh", …) or "linear"; without it,
    ``nonlin`` chooses between relu and linear. ``weights`` and ``bias`` may be numbers or Values, which may be shared;
    without them, weights are drawn as ``initialisation`` says (see ``nn.initialisation``; by default from
    ``random.uniform(-1, 1)``) and the bias is 0. With a ``label``, say "h1", the nodes of each call are labelled net_h1 and
    out_h1. Weights and bias are labelled w1, w2, … and b, or with a ``name``, say "2_1", w2_1_1, w2_1_2, … and b2_1; Values
    that are given keep their own labels.

    >>> neuron = Neuron(2, activation="sigmoid", weights=[1.0, -1.0], bias=0.0)
    >>> neuron([3.0, 3.0]).data
    0.5
    """

    def __init__(
        self,
        nin: int,
        nonlin: bool = True,
        *,
        activation: str | None = None,
        weights: Sequence[Number] | None = None,
        bias: Number = 0,
        initialisation: str | Initialisation = "uniform",
        seed: Seed = None,
        label: str = "",
        name: str = "",
    ) -> None:
        if weights is None:
            [weights] = initial_weights(initialisation, nin, 1, seed)
        row = _listed(f"a neuron of {nin} inputs needs a list of {nin} weights", weights)
        if len(row) != nin:
            raise ValueError(f"a neuron of {nin} inputs needs {nin} weights, but got {len(row)}")
        self.weights = [
            Value(w, label=named) if type(w) is float else _value("a neuron's weight", w, named)
            for w, named in zip(row, _names(name, nin), strict=True)
        ]
        self.bias = _value("a neuron's bias", bias, f"b{name}")
        self.activation = activation or ("relu" if nonlin else LINEAR)
        self._activate = None if self.activation == LINEAR else _activation(self.activation)
        self.nonlin = self._activate is not None
        self.label = label

    def __call__(self, x: Iterable[Number]) -> Value:
        x = x if isinstance(x, (list, tuple)) else self._several(x)
        if len(x) != len(self.weights):
            raise ValueError(f"{self!r} takes {len(self.weights)} inputs, but got {len(x)}")
        net: Value = weighted_sum(self.weights, x, self.bias)
        if self.label:
            net.label = f"net_{self.label}"
        if self._activate is None:
            return net
        out: Value = self._activate(net)
        if self.label:
            out.label = f"out_{self.label}"
        return out

    def _several(self, x: Any) -> list[Number]:
        if not is_list(x):
            raise ValueError(f"{self!r} takes a list of {len(self.weights)} inputs, but got {typed(x)}")
        return list(x)

    @property
    def w(self) -> list[Value]:
        """The weights, under micrograd's name."""
        return self.weights

    @w.setter
    def w(self, weights: list[Value]) -> None:
        self.weights = weights

    @property
    def b(self) -> Value:
        """The bias, under micrograd's name."""
        return self.bias

    @b.setter
    def b(self, bias: Value) -> None:
        self.bias = bias

    def __repr__(self) -> str:
        name = _SPELLINGS.get(self.activation, self.activation.capitalize())
        return f"{name}Neuron({len(self.weights)})"


@in_c
def layer(neurons: list[Neuron], x: Any, usual: type[Neuron]) -> list[Value]:
    """Return what each neuron makes of its inputs; of those of the usual class the compiled core makes both nodes itself."""
    return [neuron(x) for neuron in neurons]


class Layer(Module):
    """``nout`` neurons that read the same ``nin`` inputs; one neuron alone returns its bare Value.

    ``activation`` is that of each neuron, or "softmax" or "log_softmax" of all of them together.
    ``weights`` has one row for each neuron. ``bias`` is one number or Value, which all neurons then share, or one for each.
    The weights of the second neuron are labelled w2_1, w2_2, …; with a ``name``, say "1", w1_2_1, w1_2_2, ….

    >>> [p.label for p in Layer(2, 2, name="1").parameters()]
    ['w1_1_1', 'w1_1_2', 'b1_1', 'w1_2_1', 'w1_2_2', 'b1_2']
    """

    def __init__(
        self,
        nin: int,
        nout: int,
        *,
        weights: Sequence[Sequence[Number]] | None = None,
        bias: Number | Sequence[Number] | None = None,
        initialisation: str | Initialisation = "uniform",
        seed: Seed = None,
        name: str = "",
        **kwargs: Any,
    ) -> None:
        whole("a layer needs neurons: nout", nout, 1)
        needs = f"a layer of {nout} neurons needs"
        rows = (
            initial_weights(initialisation, nin, nout, seed)
            if weights is None
            else _listed(f"{needs} rows of weights", weights)
        )
        if bias is None:
            biases: list[Any] = [0] * nout
        else:
            shared = not is_list(bias) and [_value("a layer's bias", bias, f"b{name}")] * nout
            biases = shared or _listed(f"{needs} a list of biases", bias)
        for what, given in (("weights", rows), ("biases", biases)):
            if len(given) != nout:
                raise ValueError(f"{needs} {what} for each of them, but got {len(given)}")
        self.activation = kwargs.get("activation")
        self._activate = OF_LAYERS.get(self.activation) if isinstance(self.activation, str) else None
        if self._activate is not None:
            kwargs["activation"] = LINEAR
        place = f"{name}_" if name else ""
        self.neurons = [
            Neuron(nin, weights=row, bias=b, name=f"{place}{n}", **kwargs)
            for n, (row, b) in enumerate(zip(rows, biases, strict=True), start=1)
        ]

    def __call__(self, x: Iterable[Number]) -> Output:
        """Return the one neuron's Value, or the list of all."""
        x = tuple(x) if hasattr(x, "__iter__") else x  # once for all neurons, which each would copy a list
        out: Any = layer(self.neurons, x, Neuron)
        if self._activate is not None:
            out = self._activate(out)
        return out[0] if len(out) == 1 else out  # type: ignore[no-any-return]

    def rename(self, name: str) -> None:
        """Give this name to a layer that has none: relabel its parameters, but for those that somebody labelled."""
        for n, neuron in enumerate(self.neurons, start=1):
            usual = [*_names(f"{n}", len(neuron.weights)), f"b{n}", "b"]
            labels = [*_names(f"{name}_{n}", len(neuron.weights)), f"b{name}_{n}", f"b{name}"]
            for p, before, label in zip([*neuron.weights, neuron.bias, neuron.bias], usual, labels, strict=True):
                if p.label == before:
                    p.label = label

    def _choices(self) -> tuple[int, int, Any] | None:
        """Return inputs, neurons and their activation, or None where neurons differ, as somebody may have changed some."""
        kinds = {(type(n), len(n.weights), n.activation) for n in self.neurons}
        [(kind, nin, activation), *others] = kinds or [(None, 0, "")]
        if others or kind is not Neuron:
            return None
        return nin, len(self.neurons), activation if self._activate is None else self.activation

    def __repr__(self) -> str:
        choices = self._choices()
        if choices is None:
            return f"{type(self).__name__} of [{', '.join(map(str, self.neurons))}]"
        nin, nout, activation = choices
        return f"{type(self).__name__}({nin}, {nout}{_written(activation, 'relu')})"


class MLP(Module):
    """Layers in a row: ``MLP(2, [16, 16, 1])`` has 2 inputs, two hidden layers of 16 neurons, and one output.

    ``activation`` is the name for the hidden layers, the last staying linear as in micrograd, or a list with one for each
    layer. ``weights`` and ``biases`` have one entry for each layer, as ``Layer`` takes them. Without weights,
    ``initialisation`` says how they are drawn (see ``nn.initialisation``), and a ``seed`` makes that the same each time.
    They are labelled by layer, neuron and input, from 1: w2_1_16 and b2_1 are of the second layer's first neuron.

    >>> MLP(2, [16, 16, 1])
    MLP(2, [16, 16, 1])
    >>> MLP(3, [4, 2], activation=["tanh", "softmax"])
    MLP(3, [4, 2], activation=['tanh', 'softmax'])
    """

    def __init__(
        self,
        nin: int,
        nouts: Sequence[int],
        *,
        activation: str | Sequence[str] = "relu",
        weights: Sequence[Any] | None = None,
        biases: Sequence[Any] | None = None,
        initialisation: str | Initialisation = "uniform",
        seed: Seed = None,
    ) -> None:
        if not is_list(nouts) or len(nouts) == 0:
            raise ValueError(f"an MLP takes a list of the sizes of its layers, such as [16, 16, 1], but got {brief(nouts)}")
        count = len(nouts)
        activations: Any = activation if is_list(activation) else [activation] * (count - 1) + [LINEAR]
        choices: dict[str, list[Any]] = {}
        for name, choice in {"activation": activations, "weights": weights, "bias": biases}.items():
            needs = f"an MLP of {count} layers needs one {name} for each of them"
            choices[name] = [None] * count if choice is None else _listed(needs, choice)
            if len(choices[name]) != count:
                raise ValueError(f"{needs}, but got {len(choices[name])}")
        sizes = [nin, *nouts]
        rng = generator(seed)  # one row of random numbers for all layers
        self.layers = []
        for i in range(count):
            chosen = {name: choice[i] for name, choice in choices.items()}
            layer = Layer(sizes[i], sizes[i + 1], initialisation=initialisation, seed=rng, name=f"{i + 1}", **chosen)
            self.layers.append(layer)

    def __call__(self, x: Iterable[Number]) -> Output:
        """Return the last layer's Value, or list of Values."""
        out: Any = x
        for layer in self.layers:
            out = layer(out if isinstance(out, Iterable) else [out])
        return out  # type: ignore[no-any-return]

    def __repr__(self) -> str:
        choices = [type(layer) is Layer and layer._choices() for layer in self.layers]
        sizes = [size for choice in choices if choice for size in choice[:2]]
        if not choices or len(sizes) != 2 * len(choices) or sizes[1:-1:2] != sizes[2::2]:
            return f"{type(self).__name__} of [{', '.join(map(str, self.layers))}]"
        *hidden, last = [choice[2] for choice in choices if choice]
        as_usual = last == LINEAR and hidden == hidden[:1] * len(hidden)
        activation = (hidden or ["relu"])[0] if as_usual else [*hidden, last]
        return f"{type(self).__name__}({sizes[0]}, {sizes[1::2]}{_written(activation, 'relu')})"


def _written(activation: Any, usual: Any) -> str:
    return "" if activation == usual else f", activation={activation!r}"


def _listed(needs: str, given: Any) -> list[Any]:
    """Return a list, a tuple, an array or the like as a list; raise TypeError for what has no items, or none in order."""
    if not is_list(given) or isinstance(given, (Mapping, Set)):
        raise TypeError(f"{needs}, but got {typed(given)}")
    return list(given)


def _value(what: str, x: Any, label: str) -> Value:
    """Return a number as a Value of that label, and a Value as it is; raise TypeError for anything else."""
    if getattr(x, "shape", None) == () and not hasattr(x, "mask"):  # an array without axes; what a mask hides is no number
        x = x.item()
    if isinstance(x, Value):
        return x
    try:
        return Value(x, label=label)
    except TypeError:
        raise TypeError(f"{what} is a number or a Value, but got {typed(x)}") from None


@lru_cache(maxsize=1024)  # so that networks share them, and making one takes no longer
def _names(neuron: str, count: int) -> list[str]:
    """Return the labels of a neuron's weights."""
    place = f"w{neuron}_" if neuron else "w"
    return [f"{place}{n}" for n in range(1, count + 1)]


def _activation(name: str) -> Any:
    if not isinstance(name, str) or name not in ACTIVATIONS:
        if isinstance(name, str) and name in OF_LAYERS:
            raise ValueError(
                f"{name} is the activation of a whole layer, which nn.Layer and MLP take; a neuron has one of its own"
            )
        raise ValueError(f"there is no activation {brief(name)}; choose one of {', '.join(sorted({*ACTIVATIONS, LINEAR}))}")
    return ACTIVATIONS[name]


__all__ = ["ACTIVATIONS", "LINEAR", "MLP", "Layer", "Module", "Neuron"]
