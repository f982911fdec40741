"""Functions that a test sends to other processes, where they are found by their names."""

from __future__ import annotations

from autograd import exp, jit, sin


def wave(x, y):
    return sin(x) * y if x > y else exp(-y)


@jit
def decorated(x, y):
    return wave(x, y)


compiled = jit(wave, compile="python")
