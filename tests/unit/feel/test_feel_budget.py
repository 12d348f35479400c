"""No expression can hold a worker: each of these would run for ever or fill the memory."""

from __future__ import annotations

import time
from contextlib import suppress

import pytest

from app import feel

HUNGRY = [
    ("for i in 1..1000000000 return i", "budget_size"),
    ("for i in 1..100000, j in 1..100000 return 1", "budget_size"),
    ("some i in 1..1000000000 satisfies i < 0", "budget_steps"),
    ("count(for i in 1..300000 return 1)", "budget_size"),
    ("{f: function(n) f(n + 1), r: f(1)}.r", "budget_depth"),
    ("{f: function(n) if n = 0 then 1 else f(n - 1) + f(n - 1), r: f(40)}.r", "budget_steps"),
    ('for i in 1..60 return if i = 1 then "ab" else partial[-1] + partial[-1]', "budget_size"),
    ("for i in 1..60 return if i = 1 then [1] else concatenate(partial[-1], partial[-1])", "budget_steps"),
    ('repeat("abc", 1000000000)', "budget_size"),
    ('replace(string join(for i in 1..20000 return "aaaaaaaaaa"), "a", "bbbbbbbbbbbbbbbbbbbb")', "budget"),
]


@pytest.mark.parametrize(("text", "code"), HUNGRY)
def test_a_hungry_expression_is_stopped_and_named(text: str, code: str) -> None:
    started = time.perf_counter()
    with pytest.raises(feel.FeelError) as stopped:
        feel.evaluate(text, {})
    assert stopped.value.code.startswith(code)
    assert text[:40] in stopped.value.message.zh
    # Far above what is measured, because the machine may be busy.
    assert time.perf_counter() - started < 3


SHARED = "(for i in 1..40 return if i = 1 then [1] else [partial[-1], partial[-1]])[-1]"
DEEP = "(for i in 1..3000 return if i = 1 then [] else [partial[-1]])[-1]"


@pytest.mark.parametrize("value", [SHARED, DEEP], ids=["shared", "deep"])
@pytest.mark.parametrize("use", ["string({v})", "{v} = {v}", "count(flatten({v}))", "{v} in [{v}]", "{v}.a", "{v}"])
def test_a_value_that_is_endless_to_walk_through_is_refused(value: str, use: str) -> None:
    started = time.perf_counter()
    with suppress(feel.FeelError):
        feel.to_json(feel.evaluate(use.replace("{v}", value), {}))
    assert time.perf_counter() - started < 3


HARMLESS = [
    "10 ** 1000000000",
    "9.99 ** 999999",
    "exp(1000000)",
    "round up(1, 100000000)",
    'matches("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!", "^(a+)+$")',
    'matches("a", "(((a{1000}){1000}){1000})")',
    '@"9999-12-31" + @"P1D"',
    '@"2026-03-02T00:00:00" + @"P99999999999D"',
    'duration("P99999999999999999999D") * 1e30',
    "count(1..5)",
    " + ".join(["1"] * 20_000),
    " and ".join(["true"] * 20_000),
    "1" * 50_000,
    "if a then b else " * 5_000 + "c",
]


@pytest.mark.parametrize("text", HARMLESS, ids=lambda text: text[:40])
def test_an_extreme_expression_answers_or_is_refused_at_once(text: str) -> None:
    started = time.perf_counter()
    with suppress(feel.FeelError):
        feel.evaluate(text, {})
    assert time.perf_counter() - started < 3


def test_limits_can_be_tightened() -> None:
    with pytest.raises(feel.FeelError) as stopped:
        feel.evaluate("for i in 1..1000 return i", {}, limits=feel.Limits(steps=100))
    assert stopped.value.code == "budget_steps"
