"""Rows in C, equal to Python's to the last bit, nan where Python refuses; and how a file in C is written for people."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from autograd.compiling.lowering import Step, operands
from autograd.compiling.translating import Language
from autograd.compiling.writing import Summary, Target
from autograd.engine import primitives as p
from autograd.engine.primitive import Primitive

# CPython calls the C library, of whose functions compilers may know better values: they are to call it, too, and to round each
# product before they add it.
LIBRARY = {row.value.__name__ for row in vars(p).values() if isinstance(row, Primitive) and row.value.__module__ == "math"}
FLAGS = ["-O2", "-ffp-contract=off", *[f"-fno-builtin-{name}" for name in sorted({*LIBRARY - {"copysign"}, "pow"})]]

# Of a number that Python would refuse, or for which it does more, these return nan. Sequences are written over.
BY_HAND = {
    "**": """
static double float_raised(double x, double y) {   /* nan where Python raises: 1 / inf would be finite again */
    double z = pow(x, y);
    return isfinite(z) ? z : NAN;
}
""",
    "%": """
static double float_remainder(double x, double y) {   /* with the sign of y */
    double rest = fmod(x, y);
    if (rest == 0.0) return copysign(0.0, y);
    return (y < 0.0) != (rest < 0.0) ? rest + y : rest;
}
""",
    "floor_divide": """
static double float_floor_divide(double x, double y) {
    double rest = fmod(x, y), quotient = (x - rest) / y;
    if (rest != 0.0 && (y < 0.0) != (rest < 0.0)) quotient -= 1.0;
    if (quotient == 0.0) return copysign(0.0, x / y);
    double whole = floor(quotient);
    return quotient - whole > 0.5 ? whole + 1.0 : whole;
}
""",
    "math.hypot": """
static double float_hypot(double x, double y) {   /* rounded once; nan where the middle of two floats is too near to tell */
    double large = fmax(fabs(x), fabs(y)), small = fmin(fabs(x), fabs(y));
    if (large == 0.0) return 0.0;
    if (!isfinite(large) || large < 0x1p-1020) return NAN;
    int exponent;
    large = frexp(large, &exponent);
    small = ldexp(small, -exponent);
    double h = sqrt(large * large + small * small);
    double numbers[] = {large, small, h}, rest[3];    /* of their squares, by halves of 26 digits */
    for (int i = 0; i < 3; i++) {
        double t = numbers[i] * 134217729.0, high = t - (t - numbers[i]), low = numbers[i] - high;
        rest[i] = ((high * high - numbers[i] * numbers[i]) + 2.0 * high * low) + low * low;
    }
    double d = ((large * large - h * h) + small * small + (rest[0] - rest[2] + rest[1])) / (2.0 * h);
    double z = h + (d + 0x1p-96);
    return z == h + (d - 0x1p-96) ? ldexp(z, exponent) : NAN;
}
""",
    "total": """
static double float_total(double *terms, int count) {   /* rounded once, as math.fsum */
    double sum = 0.0, rest = 0.0, beyond = 0.0;
    for (int i = 0; i < count; i++) {
        double x = terms[i], z = sum + x, t = z - sum, lost = (sum - (z - t)) + (x - t);
        sum = z;
        z = rest + lost;
        t = z - rest;
        beyond += fabs((rest - (z - t)) + (lost - t));
        rest = z;
    }
    double z = sum + rest, most = 2.0 * beyond + fabs(rest) * 0x1p-52;
    if (!isfinite(z)) return NAN;
    if (beyond == 0.0 || (sum + (rest + most) == z && sum + (rest - most) == z)) return z;
    int n = 0;   /* Shewchuk's exact sum: parts that do not overlap, in place, since they are never more than the terms read */
    for (int i = 0; i < count; i++) {
        double x = terms[i];
        int kept = 0;
        for (int k = 0; k < n; k++) {
            double y = terms[k], high = x + y, low = fabs(x) < fabs(y) ? x - (high - y) : y - (high - x);
            if (low != 0.0) terms[kept++] = low;
            x = high;
        }
        n = kept;
        if (x != 0.0) terms[n++] = x;
    }
    double high = n ? terms[--n] : 0.0, low = 0.0;
    while (n && low == 0.0) {
        double x = high, y = terms[--n];
        high = x + y;
        low = y - (high - x);
    }
    if (n && low != 0.0 && (low < 0.0) == (terms[n - 1] < 0.0)) {   /* the middle of two floats, and something more */
        double x = high + 2.0 * low;
        if (x - high == 2.0 * low) high = x;
    }
    return high;
}
""",
    "half_squared_error": """
static inline double float_half_squared_error(double target, double output) {
    return 0.5 * (target - output) * (target - output);
}
""",
    "product": """
static double float_product(const double *values, int count) {   /* also where it would leave the floats on the way */
    double fraction = 1.0;
    int exponent = 0, shift;
    for (int i = 0; i < count; i++) {
        double x = frexp(values[i], &shift);
        exponent += shift;
        fraction = frexp(fraction * x, &shift);
        exponent += shift;
    }
    return ldexp(fraction, exponent);
}
""",
    "amax": """
static double float_amax(const double *values, int count) {
    double z = count ? values[0] : NAN;
    for (int i = 1; i < count; i++) if (values[i] > z) z = values[i];
    return z;
}
""",
    "amin": """
static double float_amin(const double *values, int count) {
    double z = count ? values[0] : NAN;
    for (int i = 1; i < count; i++) if (values[i] < z) z = values[i];
    return z;
}
""",
    "log_sum_exp": """
static double float_log_sum_exp(double *values, int count) {
    double largest = float_amax(values, count);
    for (int i = 0; i < count; i++) values[i] = float_exp_difference(values[i], largest);
    values[count] = -1.0;   /* exactly without the largest's own exp(0) */
    return largest + log1p(float_total(values, count + 1));
}
""",
    "sinc_derivative": """
static double float_sinc_derivative(double x, double n) {
    if (!(n >= 0.0 && n <= 12.0)) return NAN;
    int order = (int)n, count = 1;
    double u = 3.141592653589793 * x, odd = 1.0, terms[60];
    if (fabs(u) > (n > 1.0 ? n : 1.0)) {
        double turn = remainder(x, 2.0), half = fabs(turn) <= 0.5 ? turn : copysign(1.0, turn) - turn;
        double below = sin(3.141592653589793 * (0.5 - fabs(turn))), at = sin(3.141592653589793 * half) / u;
        for (int k = 0; k < order; k++) {
            double next = ((2.0 * k + 1.0) * at - below) / u / u;
            below = at;
            at = next;
        }
        return at;
    }
    for (int k = 1; k < 2 * order + 2; k += 2) odd *= k;
    for (terms[0] = 1.0 / odd; count < 12 + 4 * order; count++)
        terms[count] = terms[count - 1] * -0.5 * u * u / (count * (2.0 * (n + count) + 1.0));
    return float_total(terms, count);
}
""",
    "_times_power": """
static double float_times_power(double factor, double x, double y) {
    double whole = pow(x, y);
    if (isfinite(whole) && fabs(whole) > 1e-300) return factor * whole;
    double root = isinf(whole) && fabs(0.5 * y * log(fabs(x))) >= 709.0 ? INFINITY : pow(fabs(x), 0.5 * y);
    return copysign(root, whole) * factor * root;
}
""",
    "power_derivative": """
static double float_power_derivative(double x, double y, double k, double m) {
    if (!(k >= 0.0 && m >= 0.0 && k + m <= 16.0) || (x < 0.0 && (m != 0.0 || y != floor(y)))) return NAN;
    double taylor[18] = {1.0}, factors[18], degrees[18], parts[18];   /* of y·(y - 1)···(y - k + 1), and of log(x) */
    double permutations = 1.0, logs = x != 0.0 && m != 0.0 ? log(x) : 0.0;
    int count = 0, times = (int)k;
    for (int i = 0; i < times; i++)
        for (int j = i + 1; j >= 0; j--) taylor[j] = (y - i) * taylor[j] + (j ? taylor[j - 1] : 0.0);
    for (int j = 0; j <= times && j <= (int)m; permutations *= (int)m - j++)
        if (taylor[j] != 0.0) {
            factors[count] = permutations * taylor[j];
            degrees[count] = m - j;
            parts[count] = factors[count] * pow(logs, degrees[count]);
            count++;
        }
    if (count == 0) return 0.0;
    if (x == 0.0) return y > k ? 0.0 : degrees[0] == 0.0 && y == k ? factors[0] : NAN;
    double factor = float_total(parts, count);
    if ((y - k) + k == y && y - (y - k) == k) return float_times_power(factor, x, y - k);
    double whole = float_times_power(factor, x, y);
    for (int i = 0; i < times; i++) whole /= x;
    return whole;
}
""",
}

WORDS = """
    auto break case char const continue default do double else enum extern float for goto if inline int long register restrict
    return short signed sizeof static struct switch typedef union unsigned void volatile while bool true false asm typeof
    NAN INFINITY HUGE_VAL DOMAIN SING OVERFLOW UNDERFLOW PLOSS TLOSS linux unix in out
    """
C = Language(
    head="static inline double {}({}) {{",
    parameter="double {}",
    assignment="double {} = {};",
    equal="==",
    unequal="!=",
    constants={"nan": "NAN", "inf": "INFINITY", "pi": "3.141592653589793"},
    of_math="{}",
    other={
        "abs": "fabs", "power": "pow", "**": "float_raised", "%": "float_remainder", "math.hypot": "float_hypot",
        "floor": "floor", "ceil": "ceil", "trunc": "trunc", "rint": "rint",
    },
    prefix="float_",
    sequence=lambda items: f"(double[{len(items) + 1}]){{{', '.join(items) or '0.0'}}}, {len(items)}",
    by_hand=BY_HAND,
    words=frozenset(WORDS.split()),
)  # fmt: skip
missing = C.missing

LARGEST = 50_000  # numbers in a program: they lie on the stack, 8 bytes each, beside those of whoever calls


def _head(about: Summary, used: Mapping[int, str]) -> list[str]:
    return [
        *[f"int {about.name}(const double {_array('in', about.inputs)}, double {_array('out', about.outputs)})", "{"],
        *([f"    const double {word} = in[{i}];" for i, word in used.items()] or ["    (void)in;"]),
    ]


def _array(name: str, items: Sequence[str]) -> str:
    return f"{name}[{len(items)}]" if items else f"*{name}"


def _result(outputs: list[str], is_gradient: bool) -> list[str]:
    return [*[f"out[{i}] = {output};" for i, output in enumerate(outputs)], "return 0;"]


def _file(about: Summary, functions: Sequence[str], function: str) -> str:
    text = "\n\n".join([*functions, function])
    flags = [flag for flag in FLAGS if not flag.startswith("-fno") or f"{flag[13:]}(" in text]
    said = about.said(
        "",
        f"in[{len(about.inputs)}] are these numbers in their order, and out[{len(about.outputs)}] the results. It returns 0;"
        " or 1, with out as it was, where a number on the way is not finite or Python might refuse one"
        + (", or where the way through the branches was not recorded." if about.asks else "."),
        "",
        f"Every bit is as in Python if it is compiled by cc {' '.join(flags)} … -lm: products are rounded before they are"
        " added, and functions are those of the C library, which Python calls, too.",
    )
    comment = "\n".join(["/*", *[f" * {line}".rstrip() for line in said], " */"])
    return f"{comment}\n\n#include <math.h>\n\n{text}\n"


TARGET = Target(
    language=C,
    comment="/* {} */",
    assignment="const double {} = {};",
    begin="if ({}) {{",
    end="}",
    negated="!({})",
    failure="return 1;",
    finite="if (!({})) return 1;",
    head=_head,
    result=_result,
    tail="}",
    largest=LARGEST,
    file=_file,
)

# With an operand that is not finite these give nothing finite either, so that one question for all of a chain is enough.
PASSING_ON = {p.add, p.subtract, p.multiply, p.negative, p.total, p.weighted_sum}


def to_ask(numbers: Iterable[int], steps: Iterable[Step | None], told: Iterable[int]) -> set[int]:
    """Return of which numbers to ask whether they are finite: of those told, and of those that steps do not pass on alone."""
    asked, passed_on = {*told}, set[int]()
    for step in steps:
        if step is not None:
            (passed_on if step.op in PASSING_ON else asked).update(operands(step))
    return {i for i in numbers if i in asked or i not in passed_on}
