"""C that is fast instead of exact: plain sums, products rounded together with the sum they go into, and an exp of its own.

A step is within 4 ulp of what the row gives, of a sum within 4 ulp of Σ|terms|; exp(x) below the smallest normal number is 0.
``lanes`` runs several rows side by side in one processor's vectors.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from autograd.compiling.c_code import BY_HAND, C
from autograd.compiling.translating import Language, Text
from autograd.engine import primitives as p
from autograd.engine.primitive import Primitive

FAST_FLAGS = ["-O3", "-march=native", "-ffp-contract=fast", "-fno-math-errno", "-fno-trapping-math", "-fopenmp-simd"]

# Without branches, so that compilers make vectors of it. Of exp: x = k·log 2 + r, and exp(r) = 1 + r + r²·(…), by Taylor.
EXP = """
static inline double float_reduced(double x, double *r) {   /* 2**k by its bits, and r */
    union { double x; long long bits; } shifted, power;
    shifted.x = x * 0x1.71547652b82fep0 + 0x1.8p52;   /* the last bits are those of k */
    double k = shifted.x - 0x1.8p52;
    *r = (x - k * 0x1.62e42fefa0000p-1) - k * 0x1.cf79abc9e3b3ap-40;
    power.bits = (shifted.bits << 52) + 0x3ff0000000000000ll;
    return power.x;
}
"""
SERIES = """
static inline double float_series(double r) {   /* exp(r) - 1, for |r| <= log(2) / 2; in pairs, none of which waits */
    double r2 = r * r, r4 = r2 * r2, r8 = r4 * r4;
    double q0 = (0.5 + 0x1.5555555555555p-3 * r) + (0x1.5555555555555p-5 + 0x1.1111111111111p-7 * r) * r2;
    double q1 = (0x1.6c16c16c16c17p-10 + 0x1.a01a01a01a01ap-13 * r) + (0x1.a01a01a01a01ap-16 + 0x1.71de3a556c734p-19 * r) * r2;
    double q2 = (0x1.27e4fb7789f5cp-22 + 0x1.ae64567f544e4p-26 * r) + (0x1.1eed8eff8d898p-29 + 0x1.6124613a86d09p-33 * r) * r2;
    return r + r2 * ((q0 + q1 * r4) + q2 * r8);
}
"""
TANH = """
static inline double float_tanh(double x) {   /* m / (m + 2), where m = exp(2·|x|) - 1 */
    double r, power = float_reduced(fmin(2.0 * fabs(x), 40.0), &r), m = power * float_series(r) + (power - 1.0);
    return copysign(m / (m + 2.0), x);
}
"""
EXPONENTIAL = """
static inline double float_exp(double x) {
    double r, power = float_reduced(x, &r), z = power + power * float_series(r);
    return x > 709.4 ? INFINITY : x < -708.0 ? 0.0 : z;
}
"""
SIGMOID = """
static inline double float_sigmoid(double x) {
    double e = float_exp(-fabs(x));
    return (x >= 0.0 ? 1.0 : e) / (1.0 + e);
}
"""
LANES = """\
/* So many rows; returns 0 if a number in one of them is not finite, so that all are to be done otherwise. */
int lanes(const double *v, double *const *in, double *const *out, long rows) {{
    double bad = 0.0;
{load}
    #pragma omp simd reduction(+:bad)
    for (long row = 0; row < rows; row++) {{
{body}
{store}
    }}
    return bad == 0.0;
}}

/* The same, summed: of each result the sum so far, and what rounding took from it; as they were, if it returns 0. */
int sums(const double *v, double *const *in, double *out, long rows) {{
    double bad = 0.0, {zeros};
{inputs}
    #pragma omp simd reduction(+:bad, {names})
    for (long row = 0; row < rows; row++) {{
{body}
{add}
    }}
    if (bad != 0.0) return 0;
    const double found[] = {{{names}}};
    for (int i = 0; i < {count}; i++) {{
        double sum = out[2 * i], z = sum + found[i], t = z - sum;
        out[2 * i + 1] += (sum - (z - t)) + (found[i] - t);
        out[2 * i] = z;
    }}
    return 1;
}}"""
NAME = re.compile(r"\w+(\[\d+\])?")  # of a number, which may be written several times
ROUNDS = {"1.0": "{0}", "2.0": "{0} * {0}", "3.0": "{0} * {0} * {0}", "-1.0": "1.0 / {0}", "0.0": "1.0"}

SLOPES = {"1.0": "1.0", "2.0": "2.0 * {0}", "3.0": "3.0 * {0} * {0}", "-1.0": "-1.0 / ({0} * {0})"}


class Fast(Language):
    """C, with what may be rounded otherwise."""

    def text(self, op: Primitive, args: Sequence[Text]) -> str:
        if op is p.power and args[1] in ROUNDS and NAME.fullmatch(str(args[0])):
            return ROUNDS[str(args[1])].format(args[0])
        if op is p.power_slope and args[1] in SLOPES and NAME.fullmatch(str(args[0])):
            return SLOPES[str(args[1])].format(args[0])
        return super().text(op, args)

    def call(self, name: str, *args: Text) -> str:
        if name == "total" and not isinstance(args[0], str):
            terms = [f"({x})" if x.startswith("-") else x for x in args[0]]
            return " + ".join(terms) or "0.0"
        return super().call(name, *args)


OWN = {"reduced": EXP, "series": SERIES, "math.exp": EXPONENTIAL, "math.tanh": TANH, "sigmoid": SIGMOID}
FAST = Fast(**C._asdict() | {
    "by_hand": {**BY_HAND, **OWN}, "other": {**C.other, "math.exp": "float_exp", "math.tanh": "float_tanh"}
})  # fmt: skip


def lanes(inputs: int, captured: Sequence[int], lines: Sequence[str], outputs: Sequence[str]) -> str:
    """Return ``lanes`` and ``sums``, of straight lines that compute outputs of row ``row``."""

    def indented(depth: int, texts: Sequence[str]) -> str:
        return "\n".join([" " * (4 * depth) + text for text in texts])

    load = [f"const double *restrict in{i} = in[{i}];" for i in range(inputs)]
    put = [f"double *restrict out{i} = out[{i}];" for i in range(len(outputs))]
    same = [f"const double v{i} = v[{i}];" for i in captured]
    body = [f"const double v{i} = in{i}[row];" for i in range(inputs)] + [*lines]
    return LANES.format(
        load=indented(1, [*same, *load, *put]),
        inputs=indented(1, [*same, *load]),
        body=indented(2, body),
        store=indented(2, [f"out{i}[row] = {output};" for i, output in enumerate(outputs)]),
        add=indented(2, [f"sum{i} += {output};" for i, output in enumerate(outputs)]),
        zeros=", ".join([f"sum{i} = 0.0" for i in range(len(outputs))]),
        names=", ".join([f"sum{i}" for i in range(len(outputs))]),
        count=len(outputs),
    )
