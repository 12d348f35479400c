"""The built-in functions, by example."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from test_feel_expressions import cases, shown

from app import clock, feel
from app.messages import Message, Refusal

TABLE = """
# conversion
number("1500.50")                        => 1500.5
number("-3")                             => -3
number("1.000,5", ".", ",")              => 1000.5
number(from: "1 000", grouping separator: " ", decimal separator: null) => 1000
number("abc")                            => null
number("1,000", ".", ".")                => null
string(1.50)                             => "1.5"
string(1000000 * 1000000)                => "1000000000000"
string(true)                             => "true"
string([1, "a", null])                   => "[1, \\"a\\", null]"
string({a: "b"})                         => "{a: \\"b\\"}"
string(@"PT36H")                         => "P1DT12H"
string(null)                             => null
context([{key: "a", value: 1}])          => {a: 1}
is(@"10:00:00Z", @"10:00:00+00:00")      => true
is(1, 1.0)                               => true
is(1, "1")                               => false
get or else(null, "x")                   => "x"
get or else(1, "x")                      => 1
assert(5, true)                          => 5
# texts
substring("foobar", 3)                   => "obar"
substring("foobar", 3, 2)                => "ob"
substring("foobar", -2, 1)               => "a"
substring("🐎马", 2)                     => "马"
string length("维修单")                  => 3
upper case("aB")                         => "AB"
lower case("aB")                         => "ab"
substring before("foobar", "bar")        => "foo"
substring before("foobar", "x")          => ""
substring after("foobar", "ob")          => "ar"
contains("漏水严重", "漏水")              => true
starts with("foobar", "fo")              => true
ends with("foobar", "r")                 => true
string join(["a", null, "b"], ", ")      => "a, b"
string join(["a", "b"])                  => "ab"
string join([1], "-")                    => null
trim("  a b ")                           => "a b"
is blank(" ")                            => true
is empty([])                             => true
matches("13800138000", "^1[3-9]\\\\d{9}$") => true
matches("ABC", "b", "i")                 => true
matches("a", "[")                        => null
replace("0551-123", "(\\\\d+)-(\\\\d+)", "$2/$1") => "123/0551"
replace("abc", "b", "$0$0")              => "abbc"
split("a;b;;c", ";")                     => ["a", "b", "", "c"]
extract("A1 B22", "[A-Z]\\\\d+")         => ["A1", "B22"]
# lists
count([1, null])                         => 2
min([3, 1, 2])                           => 1
max(3, 1, 2)                             => 3
max(["a", "c", "b"])                     => "c"
min([])                                  => null
min([1, "a"])                            => null
sum([1, 2, 3])                           => 6
sum([])                                  => null
sum([@"PT1H", @"PT30M"])                 => PT1H30M
mean([1, 2, 6])                          => 3
median([8, 2, 5, 3, 4])                  => 4
median([6, 1, 2, 3])                     => 2.5
stddev(2, 4, 7, 5)                       => 2.081665999466132735282297706979931
mode([6, 3, 9, 6, 6])                    => [6]
mode([6, 1, 9, 6, 1])                    => [1, 6]
product([2, 3, 4])                       => 24
all([true, null])                        => null
any([false, null, true])                 => true
list contains([1, null], null)           => true
sublist([4, 5, 6], 2)                    => [5, 6]
sublist([4, 5, 6], 1, 2)                 => [4, 5]
append([1], 2, 3)                        => [1, 2, 3]
concatenate([1, 2], [3])                 => [1, 2, 3]
insert before([1, 3], 2, 2)              => [1, 2, 3]
remove([1, 2, 3], 2)                     => [1, 3]
list replace([1, 2, 3], 2, 9)            => [1, 9, 3]
list replace([1, 2, 3], function(item, new) item > 1, 0) => [1, 0, 0]
reverse([1, 2])                          => [2, 1]
index of([1, 2, 1], 1)                   => [1, 3]
union([1, 2], [2, 3])                    => [1, 2, 3]
distinct values([1, "1", 1, null, null]) => [1, "1", null]
duplicate values([1, 2, 1, 3, 2])        => [1, 2]
flatten([[1, [2]], [], 3])               => [1, 2, 3]
partition([1, 2, 3], 2)                  => [[1, 2], [3]]
sort(["b", "a"])                         => ["a", "b"]
sort([{n: 2}, {n: 1}], function(x, y) x.n < y.n) => [{n: 1}, {n: 2}]
sort([1, "a"])                           => null
# numbers
decimal(1.115, 2)                        => 1.12
decimal(2.5, 0)                          => 2
floor(-1.5)                              => -2
ceiling(1.01)                            => 2
floor(1.567, 2)                          => 1.56
round up(-5.1, 0)                        => -6
round down(-5.9, 0)                      => -5
round half up(2.5, 0)                    => 3
round half down(2.5, 0)                  => 2
round half up(1234, -2)                  => 1200
abs(-@"PT5H")                            => PT5H
modulo(-12, 5)                           => 3
modulo(12, -5)                           => -3
modulo(1, 0)                             => null
sqrt(16)                                 => 4
sqrt(-1)                                 => null
log(0)                                   => null
exp(0)                                   => 1
odd(5)                                   => true
even(5)                                  => false
even(1.5)                                => null
even(1e6000)                             => true
1e6000 ** 1e6000                         => null
# dates and times
date("2026-03-02")                       => 2026-03-02
date(2026, 3, 2)                         => 2026-03-02
date("2026-02-30")                       => null
date(@"2026-03-02T09:00:00+08:00")       => 2026-03-02
time("09:00:00+08:00")                   => 09:00:00+08:00
time(9, 0, 0, @"PT8H")                   => 09:00:00+08:00
time("25:00:00")                         => null
date and time("2026-03-02T09:00:00Z")    => 2026-03-02T09:00:00Z
date and time(@"2026-03-02", @"09:00:00") => 2026-03-02T09:00:00
date and time(@"2026-03-02T01:00:00Z", "Asia/Shanghai") => 2026-03-02T09:00:00@Asia/Shanghai
date and time("2026-03-02T09:00:00@No/Where") => null
duration("P1Y2M")                        => P1Y2M
duration("P1M1D")                        => null
duration("PT90M")                        => PT1H30M
years and months duration(@"2011-12-22", @"2013-08-24") => P1Y8M
day of year(@"2026-03-02")               => 61
day of week(@"2026-03-02")               => "Monday"
month of year(@"2026-03-02")             => "March"
week of year(@"2027-01-01")              => 53
last day of month(@"2026-02-03")         => 2026-02-28
# contexts
get value({a: 1}, "a")                   => 1
get value({a: {b: 2}}, ["a", "b"])       => 2
get value({a: 1}, "b")                   => null
get entries({a: 1})                      => [{key: "a", value: 1}]
context put({a: 1}, "b", 2)              => {a: 1, b: 2}
context put({a: {b: 1}}, ["a", "c"], 2)  => {a: {b: 1, c: 2}}
context merge([{a: 1}, {a: 2, b: 3}])    => {a: 2, b: 3}
# ranges
before(1, [2..3])                        => true
before([1..2), [2..3])                   => true
after([5..6], 4)                         => true
meets([1..5], [5..10])                   => true
met by([5..10], [1..5])                  => true
overlaps([1..5], [3..8])                 => true
overlaps before([1..5], [3..8])          => true
overlaps after([3..8], [1..5])           => true
finishes(5, [1..5])                      => true
finished by([1..5], (3..5])              => true
includes([1..5], 3)                      => true
during([2..3], [1..5])                   => true
starts(1, [1..5])                        => true
started by([1..5], [1..2])               => true
coincides([1..5], [1..5])                => true
range("[18..21)")                        => [18..21)
range("[2..1]")                          => null
"""


@pytest.mark.parametrize(("text", "expected"), cases(TABLE), ids=lambda part: part)
def test_a_function_gives_the_value_of_the_table(text: str, expected: str) -> None:
    assert shown(feel.evaluate(text, {})) == expected


def test_now_and_today_ask_the_clock() -> None:
    with clock.use(lambda: datetime(2026, 3, 2, 1, 30, tzinfo=UTC)):
        assert feel.to_json(feel.evaluate("now()", {})) == "2026-03-02T01:30:00Z"
        assert feel.to_json(feel.evaluate("today()", {})) == "2026-03-02"


def test_today_is_that_of_the_librarys_zone() -> None:
    library = feel.BUILTINS.in_zone(ZoneInfo("Asia/Shanghai"))
    with clock.use(lambda: datetime(2026, 3, 1, 20, 0, tzinfo=UTC)):
        assert feel.to_json(feel.evaluate("now()", {}, library)) == "2026-03-02T04:00:00+08:00"
        assert feel.to_json(feel.evaluate("today()", {}, library)) == "2026-03-02"


def test_a_function_of_the_product_that_cannot_answer_makes_null_with_its_reason() -> None:
    def refuse(value: Any) -> Any:
        raise Refusal("date_out_of_range", Message("日期超出范围。", "The date is out of range."))

    library = feel.BUILTINS.extended({"refuse": refuse, "shout": lambda text: text.upper() + "!"})
    warnings: list[feel.FeelWarning] = []
    assert feel.evaluate("refuse(1)", {}, library, warnings=warnings) is None
    assert feel.evaluate("shout(1)", {}, library, warnings=warnings) is None
    assert warnings[0].message.zh == "日期超出范围。"
    assert "shout" in warnings[1].message.en


def test_a_typed_parameter_takes_an_iso_text_for_a_date() -> None:
    ahead = feel.Function("ahead", ("date",), lambda day: day.replace(day=28), types=("date",))
    assert (
        feel.to_json(feel.evaluate('ahead("2026-02-03")', {}, feel.BUILTINS.extended({"ahead": ahead}))) == "2026-02-28"
    )


def test_a_failed_assertion_names_its_cause() -> None:
    with pytest.raises(feel.FeelError) as failed:
        feel.evaluate('assert(total, total > 0, "no positive total")', {"total": -1})
    assert failed.value.code == "assertion"
    assert "no positive total" in failed.value.message.zh


def test_every_function_says_why_it_has_no_result() -> None:
    warnings: list[feel.FeelWarning] = []
    feel.evaluate("number(text)", {"text": "zwölf"}, warnings=warnings)
    assert [one.code for one in warnings] == ["invalid_argument"]
    assert warnings[0].message.zh == "函数「number」得不到结果：「zwölf」不是数字。"


def test_wrong_arguments_are_answered_with_the_way_to_write_it() -> None:
    warnings: list[feel.FeelWarning] = []
    feel.evaluate('contains("a")', {}, warnings=warnings)
    assert "contains(string, match)" in warnings[0].message.en
