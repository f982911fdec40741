"""Somebody's numbers for a whole training, held against the true ones: ``python -m nn --against FILE``."""

from __future__ import annotations

import copy
import re
from collections.abc import Collection, Mapping
from pathlib import Path

from autograd import topological_order
from autograd.explaining import Ledger, compare, derive, partial_name
from autograd.storing import read
from autograd.teaching import update_before_the_pass_is_done
from nn.note.network import Network, Update, gradient_step

LONGEST = 400  # characters of a number: floats have at most 309 digits before the point, and 17 that count
_AFTER = re.compile(r"(.+) after (\d+) rounds?")


def read_claims(path: Path | str) -> dict[str, float | str]:
    """Return claims from a JSON object of names and numbers; raise ValueError that names the place of anything else."""
    whole = read(path, "JSON").object(expected="an object of names and numbers {…}")
    if not whole.content:
        whole.refuse("an object of names and numbers {…}")
    for name, claim in whole.content.items():
        if not isinstance(claim, str):
            whole[name].number("a number, or its digits as text")
        elif len(claim) > LONGEST:
            whole[name].refuse(f"a number of at most {LONGEST} digits")
    return {**whole.content}


def against(network: Network, claims: Mapping[str, float | str]) -> Ledger:
    """Hold claims against a network: nodes ("out_h1"), partials ("dE_total/dw5"), factors ("R13"), all at the start, and
    nodes later on ("w5 after 1 round"). Numbers that a known mistake would give are recognised.

    Raises ValueError for a claim about something that is not there, or that is no number.
    """
    claims = {partial_name(name): claim for name, claim in claims.items()}
    rounds = {int(found[2]) for found in map(_AFTER.fullmatch, claims) if found}
    derivation = derive(network.error(), network.trained)
    truths = {**_numbers(network), **derivation.numbers, **_after(network, rounds, gradient_step)}
    mistakes = {
        "updating weights before the backward pass is done": _after(network, rounds, update_before_the_pass_is_done),
        "one round fewer": _after(network, rounds, gradient_step, fewer=1),
    }
    return compare(claims, truths, derivation.sources, mistakes)


def _numbers(network: Network) -> dict[str, float]:
    return {node.label: node.data for node in topological_order(network.error())}


def _after(network: Network, rounds: Collection[int], update: Update, fewer: int = 0) -> dict[str, float]:
    """Return every node's number after each of some counts of rounds, or after so many fewer."""
    network = copy.deepcopy(network)
    numbers = {}
    done = 0
    for count in sorted(rounds):
        if count > fewer:
            network.train(count - fewer - done, update=update)
            done = count - fewer
            ending = f"after {count} round{'s' * (count != 1)}"
            numbers.update({f"{name} {ending}": number for name, number in _numbers(network).items()})
    return numbers
