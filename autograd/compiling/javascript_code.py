"""Programs in JavaScript, whose own exp, sin and pow are others than Python's: each step is within 4 ulp of the exact one.

Sums of terms that cancel, in ``log_sum_exp`` and ``power_derivative``, are so of the terms, as in Python. Where Python would
raise, a number comes out that is not finite.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from autograd.compiling.lowering import Program
from autograd.compiling.translating import Language
from autograd.compiling.writing import Summary, Target, file_of, written

BY_HAND = {
    "**": """
function raised(x, y) { // NaN where Python raises: 1 / Infinity would be finite again
    const z = x === 1 ? 1 : Math.pow(x, y);
    return Number.isFinite(z) || !Number.isFinite(y) ? z : NaN;
}
""",
    "%": """
function remainder(x, y) { // with the sign of y
    const rest = x % y;
    if (rest === 0) return copysign(0, y);
    return (y < 0) !== (rest < 0) ? rest + y : rest;
}
""",
    "math.isinf": """
function isinf(x) {
    return Math.abs(x) === Infinity;
}
""",
    "math.copysign": """
function copysign(x, y) {
    return y < 0 || Object.is(y, -0) ? -Math.abs(x) : Math.abs(x);
}
""",
    "math.remainder": """
function nearest_remainder(x, y) { // exact for y a power of 2
    const rest = x - y * rint(x / y);
    return rest === 0 ? copysign(0, x) : rest;
}
""",
    "math.erf": """
function erf(x) {
    if (Math.abs(x) >= 0.5) return x < 0 ? erfc(-x) - 1 : 1 - erfc(x);
    let sum = 0;
    for (let k = 12; k > 0; k--) sum = (1 / (2 * k + 1) + sum) * -x * x / k;
    return x * (1.1283791670955126 + 1.1283791670955126 * sum);
}
""",
    "math.erfc": """
function erfc(x) {
    if (Math.abs(x) < 0.5) return 1 - erf(x);
    if (x < 0) return 2 - erfc(-x);
    const chebyshev = [ // of exp(x²)·erfc(x)·(1 + 2x), by (x - 3.5) / (x + 3.5)
        1.177632731636124, -0.001630177283414629, -0.08733682573463146, 0.05800974837029327,
        -0.024340115396182225, 0.007529483715635749, -0.0017438817577112521, 0.0002826982981655558,
        -2.31849116112635e-05, -2.111766698133e-06, 8.765760156893e-07, -6.10570263509e-08,
        -1.71166647163e-08, 3.3913602686e-09, 2.546616194e-10, -1.248278408e-10, -2.2122758e-12,
        4.4272604e-12, -3.36727e-14, -1.651926e-13, 1.9024e-15, 6.6012e-15, 2.88e-17, -2.78e-16,
    ];
    const t = x < 1e9 ? (x - 3.5) / (x + 3.5) : 1;
    let [sum, next] = [0, 0];
    for (let k = chebyshev.length - 1; k > 0; k--) [sum, next] = [2 * t * sum - next + chebyshev[k], sum];
    return gaussian(x) * (t * sum - next + chebyshev[0]) / (1 + 2 * x);
}
""",
    "rint": """
function rint(x) {
    const whole = Math.floor(x), rest = x - whole;
    return copysign(rest > 0.5 || (rest === 0.5 && whole % 2 !== 0) ? whole + 1 : whole, x);
}
""",
    "floor_divide": """
function floor_divide(x, y) {
    const rest = x % y;
    let quotient = (x - rest) / y;
    if (rest !== 0 && (y < 0) !== (rest < 0)) quotient -= 1;
    if (quotient === 0) return copysign(0, x / y);
    const whole = Math.floor(quotient);
    return quotient - whole > 0.5 ? whole + 1 : whole;
}
""",
    "fmod": """
function fmod(x, y) {
    return x % y;
}
""",
    "total": """
function total(terms) { // rounded once, by Shewchuk's exact sum: parts that do not overlap
    const parts = [];
    for (let x of terms) {
        let kept = 0;
        for (const y of parts) {
            const high = x + y;
            const low = Math.abs(x) < Math.abs(y) ? x - (high - y) : y - (high - x);
            if (low !== 0) parts[kept++] = low;
            x = high;
        }
        parts.length = kept;
        if (x !== 0) parts.push(x);
        if (!Number.isFinite(x)) {
            if (!terms.every(Number.isFinite)) return terms.reduce((sum, term) => sum + term);
            return total(terms.map((term) => term * 2 ** -64)) * 2 ** 64; // the whole need not be beyond the floats
        }
    }
    let [high, low] = [parts.pop() ?? 0, 0];
    while (parts.length && low === 0) {
        const [x, y] = [high, parts.pop()];
        high = x + y;
        low = y - (high - x);
    }
    if (parts.length && low < 0 === parts.at(-1) < 0) { // perhaps the middle of two floats, and something more
        const x = high + 2 * low;
        if (x - high === 2 * low) return x;
    }
    return high;
}
""",
    "half_squared_error": """
function half_squared_error(target, output) {
    return 0.5 * (target - output) * (target - output);
}
""",
    "product": """
function product(values) { // also where it would leave the floats on the way: as z·2**(500·shift)
    let [z, shift] = [1, 0];
    for (let x of values) {
        for (let times = 0; times < 2; times++) {
            if (Math.abs(x) > 2 ** 500) [x, shift] = [x * 2 ** -500, shift + 1];
            else if (Math.abs(x) < 2 ** -500 && x !== 0) [x, shift] = [x * 2 ** 500, shift - 1];
        }
        z *= x;
        if (Math.abs(z) > 2 ** 250) [z, shift] = [z * 2 ** -500, shift + 1];
        else if (Math.abs(z) < 2 ** -250 && z !== 0) [z, shift] = [z * 2 ** 500, shift - 1];
    }
    for (; shift > 0 && Number.isFinite(z); shift--) z *= 2 ** 500;
    for (; shift < 0 && z !== 0; shift++) z *= 2 ** -500;
    return z;
}
""",
    "amax": """
function amax(values) {
    return values.reduce((x, y) => (y > x || Number.isNaN(y) ? y : x), -Infinity);
}
""",
    "amin": """
function amin(values) {
    return values.reduce((x, y) => (y < x || Number.isNaN(y) ? y : x), Infinity);
}
""",
    "log_sum_exp": """
function log_sum_exp(values) {
    const largest = amax(values);
    if (!Number.isFinite(largest)) return largest;
    return largest + Math.log1p(total([-1, ...values.map((x) => exp_difference(x, largest))]));
}
""",
    "sinc_derivative": """
function sinc_derivative(x, n) {
    if (isinf(x)) return 0;
    const u = Math.PI * x;
    if (Math.abs(u) > Math.max(1, n)) {
        const turn = nearest_remainder(x, 2);
        const half = Math.abs(turn) <= 0.5 ? turn : copysign(1, turn) - turn;
        let [below, at] = [Math.sin(Math.PI * (0.5 - Math.abs(turn))), Math.sin(Math.PI * half) / u];
        for (let k = 0; k < n; k++) [below, at] = [at, ((2 * k + 1) * at - below) / u / u];
        return at;
    }
    let term = 1;
    for (let k = 1; k <= n; k++) term /= 2 * k + 1;
    const terms = [term];
    for (let k = 1; k < 12 + 4 * n; k++) terms.push((term *= (-0.5 * u * u) / (k * (2 * (n + k) + 1))));
    return total(terms);
}
""",
    "_times_power": """
function times_power(factor, x, y) {
    const whole = Math.pow(x, y);
    if (Number.isFinite(whole) && Math.abs(whole) > 1e-300) return factor * whole;
    const root = Math.pow(Math.abs(x), 0.5 * y);
    return copysign(root, whole) * factor * root;
}
""",
    "power_derivative": """
function power_derivative(x, y, k, m) {
    if (x < 0 && (m !== 0 || !Number.isInteger(y))) return NaN;
    let taylor = [1]; // of y·(y - 1)···(y - k + 1), about y
    for (let i = 0; i < k; i++) taylor = [...taylor, 0].map((a, j) => (y - i) * a + (j > 0 ? taylor[j - 1] : 0));
    let permutations = 1;
    const terms = []; // of the polynomial in log(x): factors and degrees
    for (let j = 0; j <= m && j <= k; permutations *= m - j++) {
        if (taylor[j] !== 0) terms.push([permutations * taylor[j], m - j]);
    }
    if (!terms.length) return 0;
    if (x === 0) {
        if (y > k) return 0;
        const [factor, degree] = terms[0];
        const turned = Object.is(x, -0) && m === 0 && (y - k) % 2 !== 0;
        return factor * (-1) ** degree * (turned ? -1 : 1) * (degree > 0 || y !== k ? Infinity : 1);
    }
    const logs = m > 0 ? Math.log(x) : 0;
    const factor = total(terms.map(([a, degree]) => a * logs ** degree));
    if (y - k + k === y && y - (y - k) === k) return times_power(factor, x, y - k);
    let whole = times_power(factor, x, y);
    for (let i = 0; i < k; i++) whole /= x;
    return whole;
}
""",
}

WORDS = """
    arguments async await break case catch class const continue debugger default delete do else enum eval export extends false
    finally for function if implements import in instanceof interface let new null package private protected public return
    static super switch this throw true try typeof undefined var void while with yield
    Infinity Math NaN Number Object
    """
JAVASCRIPT = Language(
    head="function {}({}) {{",
    parameter="{}",
    assignment="const {} = {};",
    equal="===",
    unequal="!==",
    constants={"nan": "NaN", "inf": "Infinity", "pi": "Math.PI"},
    of_math="Math.{}",
    other={
        "abs": "Math.abs", "floor": "Math.floor", "ceil": "Math.ceil", "trunc": "Math.trunc", "power": "Math.pow",
        "**": "raised", "%": "remainder", "math.remainder": "nearest_remainder", "math.isfinite": "Number.isFinite",
        **{f"math.{name}": name for name in ("copysign", "erf", "erfc", "isinf")},
    },
    prefix="",
    sequence=lambda items: f"[{', '.join(items)}]",
    by_hand=BY_HAND,
    words=frozenset(WORDS.split()),
)  # fmt: skip
missing = JAVASCRIPT.missing


def _head(about: Summary, used: Mapping[int, str]) -> list[str]:
    return [f"function {about.name}({', '.join(about.inputs)}) {{"]


def _result(outputs: list[str], is_gradient: bool) -> list[str]:
    value, *others = outputs
    return [f"return [{value}, [{', '.join(others)}]];" if is_gradient else f"return [{', '.join(outputs)}];"]


def _file(about: Summary, functions: Sequence[str], function: str) -> str:
    said = [f"// {line}" for line in about.said()]
    exported = f'if (typeof module !== "undefined") module.exports = {{ {about.name} }};'
    return "\n".join([*said, "", "\n\n".join([*functions, function, exported]), ""])


TARGET = Target(
    language=JAVASCRIPT,
    comment="// {}",
    assignment="const {} = {};",
    begin="if ({}) {{",
    end="}",
    negated="!({})",
    failure='throw new RangeError("this way through the branches was not recorded");',
    finite="",
    head=_head,
    result=_result,
    tail="}",
    largest=0,
    file=_file,
)


def source(programs: Mapping[str, Program]) -> str:
    """Return JavaScript with a function for each program, by name: of an array, its inputs, that returns an array, its outputs.

    Raises ValueError if a row is missing in JavaScript, or if the name can be none of a function.
    """
    return file_of(programs, JAVASCRIPT, _function)


def _function(program: Program, name: str) -> str:
    names, steps, outputs = written(program, JAVASCRIPT, name)
    inputs = names[: len(program.inputs)]
    lines = [f"const {variable} = {text};" for variable, text in zip(names[len(inputs) :], steps, strict=True)]
    lines.append(f"return [{', '.join(outputs)}];")
    return "\n".join([f"function {name}([{', '.join(inputs)}]) {{", *[f"    {line}" for line in lines], "}"])
