"""Programs in micrograd's words, run on its Value and on ours."""

from __future__ import annotations

import pytest
from micrograd import engine

from autograd import Value

CLASSES = [engine.Value, Value]


def agree(program, *args):
    """Run a program on micrograd's Value and on ours, and compare all numbers that it returns."""
    theirs, ours = [[float(x) for x in program(kind, *args)] for kind in CLASSES]
    assert ours == pytest.approx(theirs, rel=1e-9, abs=1e-12)
    return ours


def sorted_by_hand(root):
    topo, visited = [], set()

    def build(v):
        if v not in visited:
            visited.add(v)
            for child in v._prev:
                build(child)
            topo.append(v)

    build(root)
    return topo
