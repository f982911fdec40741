"""The exact values and slopes with which ``laws/test_accuracy.py`` compares, computed by mpmath once and stored.

python tests/references.py    # computes them anew, in twenty seconds: after a change of the rows, of their oracles, or here

The points are the same in every run and on every machine: they are drawn without logarithms and powers, whose last digits
depend on it. The file holds of each number the nearest float and, in a byte, how far it is from that, in 1/128 of its ulp.
"""

from __future__ import annotations

import json
import math
import random
import sys
import zlib
from array import array
from collections.abc import Iterator
from functools import cache
from itertools import product
from pathlib import Path
from typing import Any

from mpmath import mp, mpf
from oracles import ORACLES, ROWS, exact_slope, exact_value, flat

from autograd.engine.primitives import Primitive

PATH = Path(__file__).parent / "data" / "references.bin"
SMALLEST, LARGEST = sys.float_info.min, sys.float_info.max
PARTS = 128  # of an ulp
REGIONS = {
    "tiny": (SMALLEST, 1e-5),
    "< 5": (1e-5, 5.0),
    "5..18": (5.0, 18.0),
    "18..36": (18.0, 36.0),
    "36..700": (36.0, 700.0),
    "huge": (700.0, LARGEST),
}
SPECIAL = [0.0, 0.5, -0.5, 1.0, -1.0, 2.0, -2.0, 3.0, SMALLEST, -SMALLEST, LARGEST, -LARGEST]
VALUES_ALONE = (
    *("power_slope", "power_log", "sinc"),  # whose partials are second derivatives, and have a test of their own
    "largest_of",  # which is taken for a constant
)

Case = tuple[str, tuple[Any, ...]]


def exact_numbers(op: Primitive, args: tuple[Any, ...]) -> Iterator[mpf]:
    """Yield an operation's exact value and, where that is a normal float or 0, its slope by each number."""
    value = exact_value(op, args)
    yield value
    if op.name not in VALUES_ALONE and is_normal(value):
        yield from (exact_slope(op, args, index) for index in range(len(flat(args))))


def is_normal(value: mpf) -> bool:
    return bool(SMALLEST <= abs(value) <= LARGEST or value == 0)


@cache
def cases(op: Primitive) -> list[Case]:
    """Return regions and arguments inside the domain."""
    draw = random.Random(op.name)
    first = ORACLES[op.name].points[0]
    if any(isinstance(arg, list) for arg in first):
        found = _vectors(op, draw)
    elif op.arity == 1:
        found = _numbers(ORACLES[op.name].near, draw)
    else:
        found = _pairs(op, draw)
    return [case for case in found if ORACLES[op.name].inside(*case[1])]


def _numbers(near: Any, draw: random.Random) -> Iterator[Case]:
    for region in REGIONS:
        for _ in range(120):
            yield region, (_number(region, draw),)
    for center in near:
        for _ in range(60):
            distance = max(abs(center) * _power_of_2(draw, -53, -1), math.ulp(center))
            yield "near", (center + draw.choice((-1, 1)) * distance,)
    for x in SPECIAL:
        yield "special", (x,)


def _pairs(op: Primitive, draw: random.Random) -> Iterator[Case]:
    for a, b in product(REGIONS, REGIONS):
        for _ in range(8):
            yield a, (_number(a, draw), _number(b, draw))
    for pair in product(SPECIAL, SPECIAL):
        yield "special", pair
    for region in REGIONS:
        for _ in range(60):
            x = _number(region, draw)
            if op.name == "exp_difference":
                yield region, (x, x - draw.uniform(-709.0, 708.0))
            if op.name.startswith("power"):
                yield region, (x, draw.choice((-1, 1)) * _power_of_2(draw, -58, -1))
                yield region, (x, float(draw.randint(-12, 12)))
                near_one = 1.0 + draw.choice((-1, 1)) * _power_of_2(draw, -52, -1)
                for base in (x, near_one):  # any power that is a normal number
                    yield region, (abs(base), float(f"{draw.uniform(-744.0, 710.0) / (math.log(abs(base)) or 1.0):.9g}"))
                    yield region, (base, float(round(draw.uniform(-744.0, 710.0) / (math.log(abs(base)) or 1.0))))


def _vectors(op: Primitive, draw: random.Random) -> Iterator[Case]:
    for region in REGIONS:
        for length in (1, 2, 3, 4, 5) * 2:
            values = [_number(region, draw) for _ in range(length)]
            factors = [_number("< 5", draw) for _ in range(length)]
            if op.name == "weighted_sum":
                yield region, (values, factors, _number(region, draw))
            elif op.name == "half_squared_error":
                yield region, (values, factors)
                yield region, (values[0], factors[0])
            else:
                yield region, (values,)
                yield region, ([*values, *factors][:5],)


def _number(region: str, draw: random.Random) -> float:
    low, high = REGIONS[region]
    evenly = high < 1e3 and draw.random() < 0.7
    size = draw.uniform(low, high) if evenly else _power_of_2(draw, math.frexp(low)[1] - 1, math.frexp(high)[1])
    return draw.choice((-1, 1)) * min(max(size, low), high)


def _power_of_2(draw: random.Random, least: int, most: int) -> float:
    """Draw a number between two powers of 2, of any size between."""
    return math.ldexp(draw.uniform(0.5, 1.0), draw.randint(least + 1, most))


# --- the file ---


def fingerprint(op: Primitive) -> int:
    """Return a number that changes with the points."""
    return zlib.crc32(repr(cases(op)).encode())


@cache
def stored() -> dict[str, tuple[int, list[list[mpf]]]]:
    """Return of each row the fingerprint of its points and, at each of them, its exact numbers."""
    head, _, body = zlib.decompress(PATH.read_bytes()).partition(b"\n")
    lengths = json.loads(head)
    total = sum(map(sum, (counts for _, counts in lengths.values())))
    nearest, rest = array("d", body[: 8 * total]), array("b", body[8 * total :])
    if sys.byteorder == "big":
        nearest.byteswap()
    numbers = map(_unpacked, nearest, rest)
    return {name: (mark, [[next(numbers) for _ in range(n)] for n in counts]) for name, (mark, counts) in lengths.items()}


def _unpacked(nearest: float, rest: int) -> mpf:
    return nearest + mpf(math.ulp(nearest)) * rest / PARTS if math.isfinite(nearest) else mpf(nearest)


def packed(exact: mpf) -> tuple[float, int]:
    """Return the nearest float, and how far the number is from it; beyond the floats infinity, below them the least."""
    nearest = math.copysign(math.inf, exact) if abs(exact) > 2 * mpf(LARGEST) else float(exact)
    if not math.isfinite(nearest):
        return nearest, 0
    if nearest == 0.0 != exact:
        return math.copysign(5e-324, exact), 0
    return nearest, int(mp.nint((exact - nearest) / mpf(math.ulp(nearest)) * PARTS))


def is_stored_as(exact: mpf, number: mpf) -> bool:
    """Return whether a number that was stored is the exact one, but for what the file keeps of it."""
    nearest, _ = packed(exact)
    if SMALLEST <= abs(nearest) <= LARGEST:
        return bool(abs(number - exact) <= mpf(math.ulp(nearest)) / PARTS)
    return repr(packed(number)) == repr(packed(exact))  # which nan is, too


def main() -> None:
    """Compute and store the exact numbers of all rows."""
    lengths, nearest, rest = {}, array("d"), array("b")
    for op in ROWS:
        counts = []
        for _, args in cases(op):
            before = len(nearest)
            for number in map(packed, exact_numbers(op, args)):
                nearest.append(number[0])
                rest.append(number[1])
            counts.append(len(nearest) - before)
        lengths[op.name] = (fingerprint(op), counts)
    if sys.byteorder == "big":
        nearest.byteswap()
    content = json.dumps(lengths).encode() + b"\n" + nearest.tobytes() + rest.tobytes()
    PATH.write_bytes(zlib.compress(content, 9))


if __name__ == "__main__":
    main()
