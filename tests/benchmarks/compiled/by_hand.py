"""The programs of compiled code as somebody writes them by hand for numba, who knows their derivatives: those of by_hand.c."""

from __future__ import annotations

from collections.abc import Callable
from math import cos, exp, sin
from typing import Any

from ..moons import ALPHA
from ..note_round import BIASES, I1, I2, RATE, TARGET1, TARGET2

B1, B2 = BIASES


def functions(compiled: Callable[[Any], Any]) -> dict[str, Any]:
    """Return them by name, each made what ``compiled`` makes of it."""
    import numpy as np

    @compiled
    def sigmoid(x):
        return 1.0 / (1.0 + exp(-x))

    @compiled
    def gradient(w, i1, i2, t1, t2):
        h1, h2 = sigmoid(w[0] * i1 + w[1] * i2 + B1), sigmoid(w[2] * i1 + w[3] * i2 + B1)
        o1, o2 = sigmoid(w[4] * h1 + w[5] * h2 + B2), sigmoid(w[6] * h1 + w[7] * h2 + B2)
        d1, d2 = (o1 - t1) * o1 * (1.0 - o1), (o2 - t2) * o2 * (1.0 - o2)
        e1, e2 = (d1 * w[4] + d2 * w[6]) * h1 * (1.0 - h1), (d1 * w[5] + d2 * w[7]) * h2 * (1.0 - h2)
        error = 0.5 * (t1 - o1) * (t1 - o1) + 0.5 * (t2 - o2) * (t2 - o2)
        return error, e1 * i1, e1 * i2, e2 * i1, e2 * i2, d1 * h1, d1 * h2, d2 * h1, d2 * h2

    @compiled
    def note_round(w):
        error, g1, g2, g3, g4, g5, g6, g7, g8 = gradient(w, I1, I2, TARGET1, TARGET2)
        w[0] -= RATE * g1
        w[1] -= RATE * g2
        w[2] -= RATE * g3
        w[3] -= RATE * g4
        w[4] -= RATE * g5
        w[5] -= RATE * g6
        w[6] -= RATE * g7
        w[7] -= RATE * g8
        return error

    @compiled
    def note_rounds(w, times):
        for _ in range(times):
            note_round(w)

    @compiled
    def note_rows(w, columns):
        out = np.empty((9, columns.shape[1]))
        for k in range(columns.shape[1]):
            found = gradient(w, columns[0, k], columns[1, k], columns[2, k], columns[3, k])
            for i in range(9):
                out[i, k] = found[i]
        return out

    @compiled
    def note_sums(w, columns):
        out = np.zeros(9)
        for k in range(columns.shape[1]):
            found = gradient(w, columns[0, k], columns[1, k], columns[2, k], columns[3, k])
            for i in range(9):
                out[i] += found[i]
        return out

    @compiled
    def rosenbrock(x, g):
        a, b = 1.0 - x[0], x[1] - x[0] * x[0]
        g[0] = -2.0 * a - 400.0 * b * x[0]
        g[1] = 200.0 * b
        return a * a + 100.0 * b * b

    @compiled
    def wave(x, g):
        e, s, c = exp(-x[0] * x[0]), sin(x[0] * x[1]), cos(x[0] * x[1])
        g[0] = e * (x[1] * c - 2.0 * x[0] * s)
        g[1] = e * x[0] * c
        return e * s

    @compiled
    def iteration(w1, w2, w3, g1, g2, g3, points, classes, rate):
        """Rows are inputs, the last of them the bias, so that loops over neurons run along memory."""
        g1[:], g2[:], g3[:] = 0.0, 0.0, 0.0
        h1, h2, d1, d2 = np.empty(16), np.empty(16), np.empty(16), np.empty(16)
        for k in range(len(classes)):
            x1, x2 = points[k, 0], points[k, 1]
            for j in range(16):
                h1[j] = max(x1 * w1[0, j] + x2 * w1[1, j] + w1[2, j], 0.0)
                h2[j] = w2[16, j]
            for i in range(16):
                for j in range(16):
                    h2[j] += h1[i] * w2[i, j]
            score = w3[16]
            for j in range(16):
                h2[j] = max(h2[j], 0.0)
                score += h2[j] * w3[j]
            if 1.0 - classes[k] * score > 0.0:
                d = -classes[k] / len(classes)
                for j in range(16):
                    g3[j] += d * h2[j]
                    d2[j] = d * w3[j] if h2[j] > 0.0 else 0.0
                    g2[16, j] += d2[j]
                g3[16] += d
                for i in range(16):
                    d1[i] = 0.0
                    for j in range(16):
                        g2[i, j] += h1[i] * d2[j]
                        d1[i] += d2[j] * w2[i, j]
                    if h1[i] > 0.0:
                        g1[0, i] += x1 * d1[i]
                        g1[1, i] += x2 * d1[i]
                        g1[2, i] += d1[i]
        w1 -= rate * (g1 + 2.0 * ALPHA * w1)
        w2 -= rate * (g2 + 2.0 * ALPHA * w2)
        w3 -= rate * (g3 + 2.0 * ALPHA * w3)

    @compiled
    def moons_iterations(p, points, classes, times):
        w1, w2, w3 = p[:48].reshape(16, 3).T.copy(), p[48:320].reshape(16, 17).T.copy(), p[320:].copy()
        g1, g2, g3 = np.empty_like(w1), np.empty_like(w2), np.empty_like(w3)
        for k in range(times):
            iteration(w1, w2, w3, g1, g2, g3, points, classes, 1.0 - 0.9 * k / 100.0)
        p[:48], p[48:320], p[320:] = w1.T.copy().reshape(48), w2.T.copy().reshape(272), w3

    made = [note_round, note_rounds, note_rows, note_sums, rosenbrock, wave, moons_iterations]
    return {function.__name__: function for function in made}
