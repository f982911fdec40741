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
from autograd.text import clipped
from nn.note.network import Network, Update, gradient_step

LARGEST = 1 << 24  # bytes of a file
LONGEST = 700  # characters of a number; with a power of ten of three digits, and a float's own, few enough to be compared
MOST_ROUNDS, MOST_COUNTS = 100_000, 1_000  # which take about a minute
_NUMBER = re.compile(r"\s*[+−-]?([\d._]+([eE][+−-]?[0-3]?\d?\d)?|nan|inf(inity)?)\s*", re.IGNORECASE)
_AFTER = re.compile(r"(.+) after (\d+) rounds?")


def read_claims(path: Path | str) -> dict[str, float | str]:
    """Return claims from a JSON object of names and numbers; raise ValueError that names the place of anything else."""
    whole = read(path, "numbers as JSON", most=LARGEST).object(expected="an object of names and numbers {…}")
    if not whole.content:
        whole.refuse("an object of names and numbers {…}")
    for name, claim in whole.content.items():
        if not isinstance(claim, str):
            whole[name].number("a number, or its digits as text")
        elif len(claim) > LONGEST:
            whole[name].refuse(f"a number of at most {LONGEST} digits")
        elif not _NUMBER.fullmatch(claim):
            whole[name].refuse("a number such as 0.0364")
    return {**whole.content}


def against(network: Network, claims: Mapping[str, float | str]) -> Ledger:
    """Hold claims against a network: nodes ("out_h1"), partials ("dE_total/dw5"), factors ("R13"), all at the start, and
    nodes later on ("w5 after 1 round"). Numbers that a known mistake would give are recognised.

    Raises ValueError for a claim about something that is not there, or that is no number, or about more than 100 000 rounds.
    """
    claims = {partial_name(name): claim for name, claim in claims.items()}
    rounds = _rounds(claims)
    derivation = derive(network.error(), network.trained)
    truths = {**_numbers(network), **derivation.numbers, **_after(network, rounds, gradient_step)}
    mistakes = {
        "updating weights before the backward pass is done": _after(network, rounds, update_before_the_pass_is_done),
        "one round fewer": _after(network, rounds, gradient_step, fewer=1),
    }
    return compare(claims, truths, derivation.sources, mistakes)


def _rounds(claims: Collection[str]) -> set[int]:
    """Return the counts of rounds that claims are about; refuse those that would take forever."""
    rounds = set()
    for name in claims:
        if found := _AFTER.fullmatch(name):
            digits = found[2].lstrip("0") or "0"
            if len(digits) > len(str(MOST_ROUNDS)) or int(digits) > MOST_ROUNDS:
                raise ValueError(
                    f"{clipped(name, 80)!r}: expected at most {MOST_ROUNDS} rounds, but found {clipped(digits, 20)}"
                )
            rounds.add(int(digits))
    if len(rounds) > MOST_COUNTS:
        raise ValueError(f"expected at most {MOST_COUNTS} different counts of rounds, but found {len(rounds)}")
    return rounds


def _numbers(network: Network) -> dict[str, float]:
    return {node.label: node.data for node in [*topological_order(network.error()), *network.outputs()]}


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
