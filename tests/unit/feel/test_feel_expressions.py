"""What expressions mean: a long table of texts and the values they have."""

from __future__ import annotations

from typing import Any

import pytest

from app import feel

VARIABLES: dict[str, Any] = {
    "distance_km": 80,
    "supplier_needed": False,
    "price": 19.9,
    "customer": {"name": "王芳", "phones": ["138", "139"], "address": {"city": "合肥"}},
    "parts": [{"code": "A1", "qty": 2, "price": 10}, {"code": "B2", "qty": 1, "price": 5.5}],
    "客户 姓名": "李雷",
    "故障描述": "异响",
    "terms and conditions": "agreed",
    "pre-check": "done",
    "a": 7,
    "b": 3,
    "reported_at": "2026-03-02T09:00:00+08:00",
    "start_date": "2026-01-31",
    "empty": None,
    "count": 4,
}

TABLE = """
# numbers
1 + 2 * 3                                => 7
(1 + 2) * 3                              => 9
10 / 4                                   => 2.5
1 / 3                                    => 0.3333333333333333333333333333333333
0.1 + 0.2 = 0.3                          => true
price * 3                                => 59.7
3 ** 4 ** 5                              => 3486784401
-3 ** 2                                  => 9
2 - -3                                   => 5
--5                                      => 5
.5 + 1                                   => 1.5
1.2e3                                    => 1200
1 / 0                                    => null
1 + 2 - 3 + 4 - 5 + 6                    => 5
2 * 3 * 4 / 6 * 2                        => 8
"a" + 1                                  => null
null + 1                                 => null
# comparison and logic
1 = 1.0                                  => true
1 != 2                                   => true
"b" > "a"                                => true
1 = "1"                                  => null
null = null                              => true
null = 1                                 => false
1 < null                                 => null
[1, 2] = [1, 2]                          => true
[1, 2] = [2, 1]                          => false
{a: 1} = {a: 1}                          => true
5 between 1 and 5                        => true
5 between 6 and 9                        => false
null between 1 and 5                     => null
true and null                            => null
false and null                           => false
true or null                             => true
false or "x"                             => null
true and true and false                  => false
not(true)                                => false
not(null)                                => null
distance_km <= 100 and not(supplier_needed) => true
# membership
5 in [1..10]                             => true
10 in [1..10)                            => false
1 in (1..10]                             => false
3 in ]1..5[                              => true
3 in (1, 3)                              => true
3 in (< 3, > 3)                          => false
3 in > 2                                 => true
3 in [1, 2, 3]                           => true
4 in ([1..3], [4..6])                    => true
"b" in ("a".."c")                        => true
5 in (null..10]                          => null
# texts
"a" + "b"                                => "ab"
"tab\\tline\\nquote\\" slash\\\\"        => "tab\\tline\\nquote\\" slash\\\\"
"\\u4E2D\\u6587"                         => "中文"
"\\uD83D\\uDC0E"                         => "🐎"
# lists
[1, 2, 3][1]                             => 1
[1, 2, 3][-1]                            => 3
[1, 2, 3][4]                             => null
[1, 2, 3][0]                             => null
[1, 2, 3][item > 1]                      => [2, 3]
[1, 2, 3][true]                          => [1, 2, 3]
5[1]                                     => 5
"a"[item = "b"]                          => []
null[true]                               => []
parts[qty > 1].code                      => ["A1"]
parts.code                               => ["A1", "B2"]
parts[code = "B2"][1].price              => 5.5
parts[-1].code                           => "B2"
[{item: 1}, {item: 2}][item >= 2]        => [{item: 2}]
[[1, 2], [3]][2][1]                      => 3
sum(for p in parts return p.qty * p.price) => 25.5
# contexts
{a: 1, b: a + 1}.b                       => 2
{"a b": 1}.a b                           => 1
{a: {b: {c: 5}}}.a.b.c                   => 5
{a: 1}.b                                 => null
customer.name                            => "王芳"
customer.phones[2]                       => "139"
customer.address.city                    => "合肥"
empty.name                               => null
{f: function(n) if n <= 1 then 1 else n * f(n - 1), r: f(5)}.r => 120
# names
客户 姓名                                => "李雷"
故障描述 = "异响"                         => true
terms and conditions                     => "agreed"
pre-check = "done"                       => true
`terms and conditions` = "agreed"        => true
{`a + b`: 1}.`a + b`                     => 1
`pre-check`                              => "done"
a-b                                      => 4
a - b                                    => 4
no_such_variable                         => null
count(parts)                             => 2
count + 1                                => 5
// a comment
1 // one                                 => 1
/* two */ 2                              => 2
# if, for, some, every
if a > b then "more" else "less"         => "more"
if null then 1 else 2                    => 2
if false then 1 else if true then 2 else 3 => 2
for i in 1..4 return i * i               => [1, 4, 9, 16]
for i in 3..1 return i                   => [3, 2, 1]
for i in [1..3] return i                 => [1, 2, 3]
for i in (1..3) return i                 => [2]
for x in [1, 2], y in [10, 20] return x + y => [11, 21, 12, 22]
for x in [[1, 2], [3]], y in x return y  => [1, 2, 3]
for i in 1..5 return if i < 3 then 1 else partial[-1] + partial[-2] => [1, 1, 2, 3, 5]
for d in @"2026-03-01"..@"2026-03-03" return d.day => [1, 2, 3]
for x in null return x                   => null
some x in [1, 2] satisfies x > 1         => true
every x in [1, 2] satisfies x > 1        => false
every x in [] satisfies false            => true
some x in [1, 2], y in [2, 3] satisfies x = y => true
some x in [null, 1] satisfies x > 1      => null
# functions
(function(x) x + 1)(2)                   => 3
(function(x: number, y: number) x - y)(y: 1, x: 5) => 4
(function(x: number) x)("a")             => null
sort([3, 1, 2], function(x, y) x < y)    => [1, 2, 3]
{plus: function(n) function(x) x + n, r: plus(10)(5)}.r => 15
substring(string: "foobar", start position: 3) => "obar"
no such thing(1)                         => null
abs(-1, 2)                               => null
# types
5 instance of number                     => true
"a" instance of number                   => false
null instance of Null                    => true
null instance of number                  => false
[1, 2] instance of list<number>          => true
[1, "a"] instance of list<number>        => false
{a: 1, b: 2} instance of context<a: number> => true
{a: "x"} instance of context<a: number>  => false
[1..5] instance of range<number>         => true
@"P1D" instance of days and time duration => true
@"2026-03-02T09:00:00" instance of date and time => true
abs instance of function                 => true
# dates, times, durations
@"2026-03-02" + @"P1D"                   => 2026-03-03
@"2026-01-31" + @"P1M"                   => 2026-02-28
@"2026-03-02T09:00:00+08:00" + @"PT36H"  => 2026-03-03T21:00:00+08:00
@"2026-03-02T09:00:00@Asia/Shanghai" + @"PT1H" => 2026-03-02T10:00:00@Asia/Shanghai
@"2026-03-02" - @"2026-02-28"            => P2D
@"23:30:00" + @"PT1H"                    => 00:30:00
@"PT12H" * 2                             => P1D
@"P1Y" / 2                               => P6M
@"P1D" / @"PT6H"                         => 4
-@"P1DT2H"                               => -P1DT2H
@"P1D" < @"PT25H"                        => true
@"P1Y" = @"P12M"                         => true
@"2026-03-02T01:00:00Z" = @"2026-03-02T09:00:00+08:00" => true
@"2026-03-02T01:00:00Z" = @"2026-03-02T09:00:00" => null
@"2026-03-02T24:00:00"                   => 2026-03-03T00:00:00
@"-2021-01-01" + @"P1D"                  => -2021-01-02
@"11:22:33.123456789"                    => 11:22:33.123456789
@"2026-03-02".weekday                    => 1
@"2026-03-02T09:30:15+08:00".time offset => PT8H
@"P1DT2H3M4S".hours                      => 2
@"P1Y2M".months                          => 2
[1..5).end included                      => false
# texts of dates in variables
reported_at < @"2026-03-02T10:00:00+08:00" => true
date and time(reported_at) + @"PT1H"     => 2026-03-02T10:00:00+08:00
reported_at + @"PT1H"                    => 2026-03-02T10:00:00+08:00
@"2026-02-28" - start_date               => P28D
day of week(start_date)                  => "Saturday"
@"2026-01-31" = start_date               => true
"soon" < @"2026-03-02"                   => null
"""


def cases(table: str) -> list[tuple[str, str]]:
    """The lines of a table, without its headings."""
    rows = (line.rpartition("=>") for line in table.strip().splitlines() if "=>" in line)
    return [(text.strip(), value.strip()) for text, _, value in rows]


def shown(value: Any) -> str:
    return feel.written(value, inside=True)


@pytest.mark.parametrize(("text", "expected"), cases(TABLE), ids=lambda part: part)
def test_an_expression_has_the_value_of_the_table(text: str, expected: str) -> None:
    assert shown(feel.evaluate(text, VARIABLES)) == expected


UNARY = """
-                | 5        => true
5                | 5        => true
5                | 6        => false
< 10             | 5        => true
>= 10            | 5        => false
[1..10]          | 10       => true
(1..10)          | 10       => false
1, 2, 3          | 3        => true
not(1, 2)        | 3        => true
not(1, 2)        | 2        => false
not([1..5])      | 5        => false
"a", "b"         | "b"      => true
null             | null     => true
null             | 1        => false
? > 5 and ? < 9  | 7        => true
? > 5 and ? < 9  | 9        => false
contains(?, "漏") | "漏水"   => true
not(contains(?, "漏")) | "异响" => true
limit            | 10       => true
< limit          | 9        => true
< limit, > 90    | 95       => true
list             | 2        => true
true             | false    => false
false            | false    => true
flag             | "any"    => true
"""


@pytest.mark.parametrize("row", UNARY.strip().splitlines(), ids=str.strip)
def test_a_cell_tests_its_input(row: str) -> None:
    cell, _, rest = row.partition("|")
    value, _, expected = rest.rpartition("=>")
    context = {"?": feel.evaluate(value.strip(), {}), "limit": 10, "list": [1, 2], "flag": True}
    assert shown(feel.compile(cell.strip(), unary=True).evaluate(context)) == expected.strip()


def test_an_iso_text_meets_no_date_when_the_standard_is_wanted() -> None:
    assert feel.evaluate('start_date < @"2026-03-02"', VARIABLES, comfort=False) is None


def test_json_goes_in_and_json_comes_out() -> None:
    text = '{n: n * 2, half: count(list) / 4, list: list, at: @"2026-03-02T09:00:00+08:00", wait: @"PT12H"}'
    value = feel.evaluate(text, {"n": 3, "list": [True, None, "x"]})
    assert feel.to_json(value) == {
        "n": 6,
        "half": 0.75,
        "list": [True, None, "x"],
        "at": "2026-03-02T09:00:00+08:00",
        "wait": "PT12H",
    }


def test_a_zone_becomes_an_offset_in_json() -> None:
    assert feel.to_json(feel.evaluate('@"2026-03-02T09:00:00@Asia/Shanghai"', {})) == "2026-03-02T09:00:00+08:00"


@pytest.mark.parametrize("text", ["[1..5]", "function(x) x", "abs"])
def test_what_json_cannot_hold_is_refused(text: str) -> None:
    with pytest.raises(feel.FeelError) as refused:
        feel.to_json(feel.evaluate(text, {}))
    assert refused.value.code == "not_json"


def test_variables_and_functions_are_known_after_compiling() -> None:
    compiled = feel.compile("for p in parts return p.qty + rate + count(parts[code = wanted])")
    assert compiled.variables == {"parts", "rate"}
    assert compiled.item_names == {"code", "wanted"}
    assert compiled.functions == {"count"}


def test_a_text_is_compiled_once() -> None:
    assert feel.compile("a + 1") is feel.compile("a + 1")


def test_is_defined_tells_a_missing_variable_from_null() -> None:
    context = {"here": None, "order": {"no": None}}
    texts = ("is defined(here)", "is defined(there)", "is defined(order.no)", "is defined(order.total)")
    assert [feel.evaluate(text, context) for text in texts] == [True, False, True, False]


def test_null_from_a_mistake_carries_the_place_and_the_cause() -> None:
    warnings: list[feel.FeelWarning] = []
    feel.evaluate("1 +\n pric", {"price": 1}, warnings=warnings)
    assert [(one.code, one.line, one.column) for one in warnings] == [("no_variable", 2, 2), ("operands", 1, 3)]
    assert warnings[0].message.zh == "没有变量「pric」。"
    assert warnings[0].message.en == "There is no variable 'pric'."


def test_a_library_adds_functions_with_spaces_in_their_names() -> None:
    def add(date: Any, n: Any) -> Any:
        return date.replace(day=date.day + int(n))

    library = feel.BUILTINS.extended(
        {"working days after": feel.Function("working days after", ("date", "n"), add), "answer": lambda: 42}
    )
    assert shown(feel.evaluate('working days after(@"2026-03-02", 3)', {}, library)) == "2026-03-05"
    assert shown(feel.evaluate('working days after(n: 1, date: @"2026-03-02")', {}, library)) == "2026-03-03"
    assert shown(feel.evaluate("answer() + 1", {}, library)) == "43"
    assert feel.evaluate("answer()", {}) is None


@pytest.mark.parametrize(
    ("text", "context", "value"),
    [
        ("x.a-b", {"x": {"a-b": 7, "a": 5}, "b": 2}, 7),
        ("x.y.a-b", {"x": {"y": {"a-b": 7, "a": 5}}, "b": 2}, 7),
        ("xs[a-b > 6].k", {"xs": [{"a-b": 7, "k": 1}, {"a-b": 5, "k": 2}]}, [1]),
        ("x.a-b", {"x": {"a": 5}, "b": 2, "other": {"a-b": 7}}, 3),  # a name that lies where nobody looks
        ("x-y.a-b", {"x-y": {"a-b": 7}, "x": 1, "y": {"a": 5}, "b": 2}, 7),
    ],
)
def test_a_name_with_a_symbol_is_known_where_the_text_can_read_it(
    text: str, context: dict[str, Any], value: Any
) -> None:
    assert feel.to_json(feel.evaluate(text, context)) == value
