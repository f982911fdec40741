"""The study note's numbers, which no autodiff produced, and descriptions of other networks in its form."""

from __future__ import annotations

FORWARD = {
    "net_h1": 0.3775,
    "net_h2": 0.3925,
    "out_h1": 0.59326999210718726,
    "out_h2": 0.59688437825976706,
    "net_o1": 1.1059059670597701,
    "net_o2": 1.2249214040964655,
    "out_o1": 0.75136506955231571,
    "out_o2": 0.77292846532146259,
    "E_o1": 0.27481108317615495,
    "E_o2": 0.023560025583847735,
    "E_total": 0.29837110876000269,
}

# The note's own list, in its order: name, numerator, denominator, formula in the note's terms, number.
FACTORS = [
    ("R1", "E_total", "out_o1", "(target_o1 − out_o1)·(−1)", 0.74136506955231571),
    ("R2", "E_total", "out_o2", "(target_o2 − out_o2)·(−1)", -0.21707153467853741),
    ("R3", "out_o1", "net_o1", "out_o1·(1 − out_o1)", 0.18681560180895949),
    ("R4", "out_o2", "net_o2", "out_o2·(1 − out_o2)", 0.17551005281727119),
    ("R5", "net_o1", "w5", "out_h1", 0.59326999210718726),
    ("R6", "net_o1", "w6", "out_h2", 0.59688437825976706),
    ("R7", "net_o2", "w7", "out_h1", 0.59326999210718726),
    ("R8", "net_o2", "w8", "out_h2", 0.59688437825976706),
    ("R9", "net_o1", "out_h1", "w5", 0.40),
    ("R10", "net_o2", "out_h1", "w7", 0.50),
    ("R11", "net_o1", "out_h2", "w6", 0.45),
    ("R12", "net_o2", "out_h2", "w8", 0.55),
    ("R13", "E_total", "out_h1", "R1·R3·R9 + R2·R4·R10", 0.036350306393144678),
    ("R14", "E_total", "out_h2", "R1·R3·R11 + R2·R4·R12", 0.041370322648744716),
    ("R15", "out_h1", "net_h1", "out_h1·(1 − out_h1)", 0.24130070857232523),
    ("R16", "out_h2", "net_h2", "out_h2·(1 − out_h2)", 0.24061341724921838),
    ("R17", "net_h1", "w1", "i1", 0.05),
    ("R18", "net_h1", "w2", "i2", 0.10),
    ("R19", "net_h2", "w3", "i1", 0.05),
    ("R20", "net_h2", "w4", "i2", 0.10),
]

GRADIENTS = {  # product, ∂E/∂w, w after one round
    "w1": ("R13·R15·R17", 0.00043856773447434673, 0.14978071613276283),
    "w2": ("R13·R15·R18", 0.00087713546894869345, 0.19956143226552565),
    "w3": ("R14·R16·R19", 0.00049771273526086007, 0.24975114363236957),
    "w4": ("R14·R16·R20", 0.00099542547052172014, 0.29950228726473914),
    "w5": ("R1·R3·R5", 0.082167040564230779, 0.35891647971788461),
    "w6": ("R1·R3·R6", 0.082667627847533255, 0.40866618607623337),
    "w7": ("R2·R4·R7", -0.02260254047747506, 0.51130127023873753),
    "w8": ("R2·R4·R8", -0.022740242215978211, 0.56137012110798911),
}

SMALL = {
    "inputs": [0.5, -1.0],
    "layers": [
        {"activation": "tanh", "weights": [[0.1, 0.2], [0.3, -0.4], [0.5, 0.6]], "biases": [0.1, 0.2, 0.3]},
        {"activation": "relu", "weights": [[0.7, 0.8, 0.9]], "shared_bias": 0.1},
    ],
    "targets": [1.0],
    "rate": 0.1,
    "train_biases": True,
}

DEEP = {
    "inputs": [0.5],
    "layers": [
        {"activation": "sigmoid", "weights": [[0.1], [0.2]], "shared_bias": 0.1},
        {"activation": "tanh", "weights": [[0.3, 0.4], [0.5, 0.6]], "shared_bias": 0.2},
        {"activation": "linear", "weights": [[0.7, 0.8]], "biases": [0.3]},
    ],
    "targets": [0.25],
    "rate": 1,
}
