"""Parts of reports: set in columns and lines that fit."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograd.text import Formula, Row, Table, as_text

WORDS = st.text("ab ·+=()−", max_size=60)
ROWS = st.builds(Row, st.tuples(WORDS, WORDS, WORDS), WORDS, st.tuples(WORDS))


@given(st.lists(ROWS | st.just(""), max_size=6), WORDS, st.integers(30, 60))
def test_no_line_is_wider_than_there_is_room(rows, words, width):
    parts = [words, Formula(words, 2), Table(rows, [" = ", "  "], indent=2, left_out=3)]
    assert max(map(len, as_text(parts, width).split("\n"))) <= width


def test_a_row_without_room_is_broken_and_the_others_keep_their_columns():
    rows = [Row(("x", "1", "2")), Row(("y", "a·(b + c) + d", "a sum")), "", Row(("zz", "3·3", "9"))]
    assert as_text([Table(rows, [" = ", " = "], indent=1)], 18).split("\n") == [
        " x  = 1   = 2",
        " y  = a·(b + c)",
        "    + d = a sum",
        "",
        " zz = 3·3 = 9",
    ]


@pytest.mark.parametrize(
    ("formula", "lines"),
    [
        ("y = 1.5·a + b = 2.5", ["y = 1.5·a + b", "  = 2.5"]),  # before a side
        ("y = aaaaa + bbbbb + c", ["y = aaaaa + bbbbb", "  + c"]),  # before a term
        ("y = a + (b + c + d) + e", ["y = a", "  + (b + c + d)", "  + e"]),  # not in brackets
        ("y = aaaa·bbbb·cccc·dddd", ["y = aaaa·bbbb·cccc", "  ·dddd"]),  # before a factor
        ("y = " + 30 * "a", ["y", "  = aaaaaaaaaaaaa…"]),
    ],
)
def test_a_formula_is_broken_where_it_can_be_read_on(formula, lines):
    assert as_text([Formula(formula, 0, 2)], 18).split("\n") == lines
    assert as_text([Formula(formula, 0, 2)], None) == formula
