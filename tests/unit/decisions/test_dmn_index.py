"""Looking rules up must find exactly the rules that testing every cell finds."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from app import feel
from app.decisions.boxed.index import ColumnIndex

ENDS = st.sampled_from(["-1", "0", "1.5", "2", "3"])
TESTS = st.one_of(
    ENDS,
    st.sampled_from(['"a"', '"b"', "true", "false", "null"]),
    st.builds(lambda operator, end: f"{operator} {end}", st.sampled_from(["<", "<=", ">", ">=", "="]), ENDS),
    st.builds(lambda a, low, high, b: f"{a}{low}..{high}{b}", st.sampled_from("[("), ENDS, ENDS, st.sampled_from("])")),
)
CELLS = st.one_of(
    st.just("-"),
    st.lists(TESTS, min_size=1, max_size=4).map(", ".join),
    st.lists(TESTS, min_size=1, max_size=2).map(lambda tests: f"not({', '.join(tests)})"),
    st.sampled_from(["? > 1", "limit", "[1, 2]"]),
)
VALUES = st.sampled_from([None, -2, -1, 0, 1, 1.5, 2, 2.5, 3, 4, "a", "c", True, False, [1], {"a": 1}])


@settings(max_examples=500, deadline=None)
@given(st.lists(CELLS, min_size=1, max_size=12), VALUES)
def test_the_index_finds_what_testing_every_cell_finds(cells: list[str], value: Any) -> None:
    compiled = [None if cell == "-" else feel.compile(cell, unary=True) for cell in cells]
    index = ColumnIndex(compiled)
    context = {"?": value, "limit": 2}
    candidates = index.candidates(feel.to_feel(value))
    for number, cell in enumerate(compiled):
        passes = cell is None or cell.evaluate(context) is True
        bit = 1 << number
        if index.others & bit:
            assert candidates & bit, "a cell that must be evaluated stays a candidate"
        else:
            assert bool(candidates & bit) == passes, cells[number]
