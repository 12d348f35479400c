"""Random texts and random values: whatever is written, only FeelError comes out."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from app import feel

PIECES = st.sampled_from(
    """1|0|-2.5|1e3|"a"|"漏水"|true|false|null|a|b|客户|list|ctx|item|partial|?|@"P1D"|@"2026-03-02"|@"10:00:00Z"
    |@"P1Y"|@"2026-03-02T09:00:00@Asia/Shanghai"|+|-|*|/|**|=|!=|<|<=|>|>=|(|)|[|]|{|}|,|:|.|..|and|or|not(|between|in
    |if|then|else|for|return|some|every|satisfies|instance of|function(|external|count(|sum(|sort(|date(|string(
    |replace(|matches(|split(|get value(|context put(|range(|number|list<number>|context<|date and time(|duration(
    |is defined(|before(|overlaps(|//|/*|*/|"|'|\\|，|（|@|#|$|1..3|[1..3]|]1..3[|[item>1]|.a|{a:1}|(function(x) x)(1)
    |if a then b else 1|for x in list return x|some x in list satisfies|function(x) x + a|[1,2,3]|{a: 1}""".replace(
        "\n    ", ""
    ).split("|")
)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=8,
)


def attempt(text: str, context: dict[str, Any], *, unary: bool = False) -> None:
    try:
        compiled = feel.compiled_for(text, context, unary=unary)
        value = compiled.evaluate(context, limits=feel.Limits(steps=5_000, text=10_000, items=2_000))
        feel.written(value)
        feel.to_json(value)
    except feel.FeelError as error:
        described = (error.message.zh, error.message.en, error.line >= 1)
        assert all(described)


@settings(max_examples=600, deadline=None)
@given(st.lists(PIECES, min_size=1, max_size=14), st.booleans())
def test_random_pieces_of_the_language_raise_only_feel_errors(pieces: list[str], unary: bool) -> None:
    context = {"a": 1, "b": "x", "list": [1, 2], "ctx": {"a": 1}, "?": 5, "客户": {"姓名": "王"}}
    attempt(" ".join(pieces), context, unary=unary)


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=40), st.booleans())
def test_random_text_raises_only_feel_errors(text: str, unary: bool) -> None:
    attempt(text, {}, unary=unary)


OPERATIONS = st.sampled_from(
    [
        *("x + y", "x - y", "x * y", "x / y", "x ** y", "x = y", "x < y", "x in y", "x[y]", "x.y", "x and y", "-x"),
        *(
            "[x..y]",
            "if x then y else x",
            "for i in x return i + y",
            "some i in x satisfies i = y",
            "x between y and x",
        ),
        *(f"{name}(x, y)" for name in sorted(feel.BUILTINS)),
        *(f"{name}(x)" for name in sorted(feel.BUILTINS)),
    ]
)


@settings(max_examples=600, deadline=None)
@given(OPERATIONS, VALUES, VALUES)
def test_random_values_raise_only_feel_errors(text: str, x: Any, y: Any) -> None:
    attempt(text, {"x": x, "y": y})


FEEL_VALUES = st.sampled_from(
    [
        *('@"P1D"', '@"-P3Y"', '@"2026-03-02"', '@"-2026-03-02"', '@"10:00:00.123456789@Asia/Shanghai"'),
        *('@"24:00:00Z"', '@"999999999-12-31T23:59:59Z"', '@"0001-01-01T00:00:00+14:00"', "[1..2]", "(< 5)"),
        *("function(x) x", "abs", "1e6000", "-1e-6000", "{}", "[]", "[[]]", '""', "null"),
    ]
)


@settings(max_examples=600, deadline=None)
@given(OPERATIONS, FEEL_VALUES, FEEL_VALUES)
def test_random_feel_values_raise_only_feel_errors(text: str, x: str, y: str) -> None:
    attempt(f"{{x: {x}, y: {y}, r: {text}}}.r", {})
