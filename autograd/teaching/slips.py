"""The slips that the steps of a derivation invite: what number each leads to, and what to say of it."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any, NamedTuple

from autograd.engine.graph import topological_order
from autograd.engine.limits import Limit
from autograd.engine.primitives import product
from autograd.engine.value import Value
from autograd.explaining import Derivation, Factor, Gradient, Product
from autograd.teaching.classic_mistakes import NAMES, make
from autograd.text import Partials, names_of, partial, partial_formulas, quoted

MOST = 20  # of the arguments of an operation, and of paths and factors, are searched for slips


class Slip(NamedTuple):
    """A number that a typical slip leads to, and what the slip is."""

    value: float
    hint: str


@dataclass(frozen=True)
class Slips:
    """The slips at every step of a derivation.

    ``local`` has those that the graph invites: a factor's by its name, and what the classic mistakes make of a gradient by
    its partial. What goes wrong in a sum of products follows from the derivation.
    """

    derivation: Derivation
    local: Mapping[str, tuple[Slip, ...]]

    def at(self, step: Factor | Gradient, values: Mapping[str, float]) -> Iterator[Slip]:
        """Yield the slips that a step invites, the likely ones first, calculated with these values of the factors."""
        whole = value_of(step, values)
        for slip in self._at(step, values):
            if math.isfinite(slip.value) and not math.isclose(slip.value, whole):
                yield slip

    def _at(self, step: Factor | Gradient, values: Mapping[str, float]) -> Iterator[Slip]:
        if isinstance(step, Factor):
            yield from self.local.get(step.name, ())
            return
        yield from slips_of_sum(step, values)
        for name in names_in(step):
            below = self.derivation.factors[name]
            for slip in self.local.get(name, ()) if isinstance(below, Factor) else slips_of_sum(below, values):
                yield Slip(value_of(step, {**values, name: slip.value}), f"{name} goes wrong: {slip.hint}")
        yield from self.local.get(leibniz(step), ())


class LocalSlips:
    """Finds what might be taken for the partial that a factor stands for."""

    def __init__(self, root: Value) -> None:
        order = topological_order(root)
        self.names = names_of(order)
        self.partials = Partials(order, self.names)
        self.nodes = {name: node for node, name in self.names.items()}

    def numbers_in(self, step: Factor | Gradient) -> dict[str, float]:
        """Return the numbers of the nodes that a factor's formula names."""
        if not isinstance(step, Factor):
            return {}
        consumer = self.nodes[step.consumer]
        nodes = dict.fromkeys([consumer, *(argument for argument, _ in consumer.edges)])
        return {self.names[node]: node.data for node in nodes if _mentions(step.formula, quoted(self.names[node]))}

    def by_mistake(self, root: Value, wrt: Sequence[Value], step: Gradient) -> tuple[Slip, ...]:
        """Return what the classic mistakes make of a gradient."""
        node = self.nodes[step.denominator]
        return tuple(Slip(make(name, root, wrt)[node], f"that is what the mistake “{name}” leads to") for name in NAMES)

    def of(self, step: Factor) -> Iterator[Slip]:
        """Yield the numbers that are easily taken for a factor's, the likely ones first."""
        consumer = self.nodes[step.consumer]
        argument = consumer.parents[step.place]
        z, x = self.names[consumer], self.names[argument]
        yield Slip(-step.value, f"the sign is wrong, the partial is {step.formula}")
        if consumer.op is not None and consumer.op.arity == len(consumer.edges) == 1:
            rule, after = consumer.op.textbook[0], _limit(consumer.op, Limit(consumer.data))
            before = Limit(argument.data)
            yield Slip(_limit(rule, before, before).data, f"{step.formula} is taken at {x}, not {z}")
            yield Slip(_limit(rule, after, Limit(consumer.data)).data, f"{step.formula} is taken at {z}, not {x}")
        alone = sum(parent is argument for parent in consumer.parents) == 1
        names, formulas = self.partials.of_edges(consumer), partial_formulas(consumer, self.names)
        for (other, slope), name, formula in [*zip(consumer.edges, names, formulas, strict=True)][:MOST]:
            if other is not argument or not alone:
                yield Slip(slope, f"that is {name} = {formula}")
        yield Slip(consumer.data, f"that is {z} itself, not its derivative")
        yield Slip(argument.data, f"that is {x} itself, not the derivative by it")
        if step.value:
            yield Slip(1.0 / step.value, f"that is {partial(x, z)}, upside down")


def _mentions(formula: str, name: str) -> bool:
    return re.search(rf"(?<![\w.#′]){re.escape(name)}(?![^\W⁰¹²³⁴-⁹]|[.#′(])", formula) is not None


def _limit(rule: Callable[..., Any], *args: Limit) -> Limit:
    found = rule(*args)
    return found if isinstance(found, Limit) else Limit(found)


def slips_of_sum(step: Gradient, values: Mapping[str, float]) -> Iterator[Slip]:
    """Yield what a sum of products comes to without a sign, a path or a factor."""
    texts = [joined(factors) for factors in step.products]
    parts = [math.prod(values[name] for name in factors) for factors in step.products]
    whole = _sum(parts)
    negative = [name for name in step.products[0] if values[name] < 0.0]
    signs = f": {' and '.join(negative) or 'no factor'} {'are' if len(negative) > 1 else 'is'} negative"
    yield Slip(-whole, f"the sign is wrong{signs if len(parts) == 1 else ''}")
    if len(parts) > 1:
        yield Slip(parts[-1], f"only {texts[-1]} is left: what comes last is added (+=) and overwrites nothing (=)")
        yield from (Slip(whole - part, f"the path {text} is missing") for part, text in zip(parts, texts, strict=True))
        yield from (Slip(part, f"that is {text} alone") for part, text in zip(parts, texts, strict=True))
        yield from (Slip(whole - 2.0 * part, f"the sign of {text} is wrong") for part, text in zip(parts, texts, strict=True))
        yield Slip(math.prod(parts), "the paths are multiplied, but they add up")
    for factors, part, text in [*zip(step.products, parts, texts, strict=True)][:MOST]:
        rest = product.partials[0](part, [values[name] for name in factors])
        yield from (
            Slip(whole - part + others, f"{name} is missing in {text}") for name, others in zip(factors, rest, strict=True)
        )


def value_of(step: Factor | Gradient, values: Mapping[str, float]) -> float:
    """Return a step's number, calculated with these values of the factors."""
    if isinstance(step, Factor):
        return values[step.name]
    return _sum([math.prod(values[name] for name in factors) for factors in step.products])


def _sum(parts: Sequence[float]) -> float:
    """Return an exact sum, rounded once; where that overflows on the way, inf or nan as it comes."""
    try:
        return math.fsum(parts)
    except (OverflowError, ValueError):
        return sum(parts)


def steps_of(derivation: Derivation) -> list[Factor | Gradient]:
    return [step for stage in derivation.stages for step in stage]


def leibniz(step: Factor | Gradient) -> str:
    return step.partial


def products_of(step: Factor | Gradient) -> tuple[Product, ...]:
    return step.products if isinstance(step, Gradient) else ()


def names_in(step: Factor | Gradient) -> list[str]:
    """Return the names of the factors that are searched for slips."""
    return [*dict.fromkeys(chain(*products_of(step)[:MOST]))][:MOST]


def joined(factors: Product) -> str:
    """Return a product as text, a long one in short."""
    return "·".join(factors if len(factors) <= 8 else [*factors[:3], "…", factors[-1]]) or "1"
