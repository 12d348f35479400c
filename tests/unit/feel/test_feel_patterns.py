"""Regular expressions: XPath's language, with running times that cannot explode."""

from __future__ import annotations

import time

import pytest
from test_feel_expressions import cases, shown

from app import feel

TABLE = r"""
matches("foobar", "^fo*b")               => true
matches("foobar", "^Fo*bar$", "i")       => true
matches("a\nb", "a.b")                   => false
matches("a\nb", "a.b", "s")              => true
matches("a\nb", "^b$", "m")              => true
matches("a b", "a\\ b", "x")             => true
matches("ab", "a b", "x")                => true
matches("a.b", "a.b", "q")               => true
matches("axb", "a.b", "q")               => false
matches("故障描述", "^\\w+$")             => true
matches("３", "^\\d$")                    => true
matches("a b", "a\\sb")                  => true
matches("bcd", "^[a-z-[aeiou]]+$")       => true
matches("bad", "^[a-z-[aeiou]]+$")       => false
matches("漏水", "^\\p{IsCJKUnifiedIdeographs}+$") => true
matches("Ab", "^\\p{Lu}\\P{Lu}$")         => true
matches("x:y-1", "^\\i\\c*$")             => true
matches("a-b", "^[\\w\\-]+$")             => true
matches("abcabc", "^(abc)\\1$")          => true
matches("abcabd", "^(abc)\\1$")          => false
matches("Abab", "^(ab)\\1$", "i")        => true
matches("aa bb", "(.)\\1 (.)\\2")        => true
matches("xyzxyz", "^(?:x(y)z)+$")        => true
matches("a", "(a")                       => null
matches("a", "a)")                       => null
matches("a", "*")                        => null
matches("a", "a{2,1}")                   => null
matches("a", "[b-a]")                    => null
matches("a", "\\1")                      => null
matches("a", "(a\\1)")                   => null
matches("a", "\\q")                      => null
matches("a", "\\p{Nope}")                => null
matches("a", "(?=a)")                    => null
matches("a", "a", "g")                   => null
replace("abracadabra", "bra", "*")       => "a*cada*"
replace("abracadabra", "a(.)", "a$1$1")  => "abbraccaddabbra"
replace("abcd", "(ab)|(a)", "[1=$1][2=$2]") => "[1=ab][2=]cd"
replace("reluctant", "r.*?t", "X")       => "Xant"
replace("aabb", "(.)\\1", "$1")          => "ab"
replace("price", "price", "\\$5")        => "$5"
replace("a1", "(a)", "$11")              => "a11"
replace("abc", "x*", "-")                => null
replace("abc", "b", "$x")                => null
replace("a.b", ".", "-", "q")            => "a-b"
split("a1b22c", "\\d+")                  => ["a", "b", "c"]
split("abc", "")                         => null
extract("LD2026 与 LD2027", "LD\\d{4}")  => ["LD2026", "LD2027"]
"""


@pytest.mark.parametrize(("text", "expected"), cases(TABLE), ids=lambda part: part)
def test_a_pattern_has_the_value_of_the_table(text: str, expected: str) -> None:
    assert shown(feel.evaluate(text, {})) == expected


EXPLOSIVE = [
    ("^(a+)+$", "a" * 60 + "!"),
    (r"^(a|aa)+\1$", "a" * 60 + "!"),
    (r"(.*)(.*)(.*)(.*)(.*)\1x", "a" * 200),
    ("((a{0,100}){0,100}){0,100}$", "a" * 100 + "!"),
    (r"(\w+)*\1\1", "a" * 500),
]


@pytest.mark.parametrize(("pattern", "text"), EXPLOSIVE)
def test_an_explosive_pattern_answers_or_is_stopped(pattern: str, text: str) -> None:
    started = time.perf_counter()
    try:
        feel.evaluate("matches(text, pattern)", {"text": text, "pattern": pattern})
    except feel.FeelError as stopped:
        assert stopped.code == "budget_steps"  # noqa: PT017 - either way is right
    assert time.perf_counter() - started < 3
