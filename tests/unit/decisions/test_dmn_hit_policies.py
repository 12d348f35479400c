"""What a table's value is when several rules match, or none."""

from __future__ import annotations

from typing import Any

import pytest
from dmn_files import decision, file, table

from app import decisions


def value(rows: str, variables: dict[str, Any], **options: str) -> Any:
    definitions = decisions.parse(file(decision("d", table(rows, **options))), "d.dmn")
    return definitions.evaluate("d", variables).json()


FEES = """
distance || fee
< 10     || 0
< 100    || 50
-        || 120
"""


def test_first_takes_the_first_rule() -> None:
    assert [value(FEES, {"distance": km}, hit_policy="FIRST") for km in (5, 50, 500)] == [0, 50, 120]


def test_collect_lists_all_rules() -> None:
    assert value(FEES, {"distance": 50}, hit_policy="COLLECT") == [50, 120]


@pytest.mark.parametrize(("aggregation", "expected"), [("SUM", 170), ("MIN", 50), ("MAX", 120), ("COUNT", 2)])
def test_collect_aggregates(aggregation: str, expected: int) -> None:
    assert value(FEES, {"distance": 50}, hit_policy="COLLECT", aggregation=aggregation) == expected


def test_rule_order_keeps_the_order_of_the_rules() -> None:
    assert value(FEES, {"distance": 5}, hit_policy="RULE ORDER") == [0, 50, 120]


def test_unique_refuses_two_matching_rules_and_names_them() -> None:
    with pytest.raises(decisions.DecisionError) as clash:
        value(FEES, {"distance": 50})
    assert clash.value.code == "unique_violated"
    assert clash.value.rules == (2, 3)
    assert "第 2 条、第 3 条" in clash.value.message.zh
    assert "rules 2, 3" in clash.value.message.en


AGREEING = """
a   | b   || ok
> 1 | -   || true
-   | > 1 || true
< 0 | -   || false
"""


def test_any_lets_rules_agree() -> None:
    assert value(AGREEING, {"a": 2, "b": 2}, hit_policy="ANY") is True


def test_any_refuses_rules_that_disagree() -> None:
    with pytest.raises(decisions.DecisionError) as clash:
        value(AGREEING, {"a": -1, "b": 2}, hit_policy="ANY")
    assert (clash.value.code, clash.value.rules) == ("any_violated", (2, 3))


RISKS = """
age  || risk
> 60 || "low"
> 18 || "high"
-    || "medium"
"""
ORDER = '"high", "medium", "low"'


def test_priority_takes_the_output_that_stands_first() -> None:
    assert value(RISKS, {"age": 70}, hit_policy="PRIORITY", values=ORDER) == "high"


def test_output_order_sorts_by_the_output_values() -> None:
    assert value(RISKS, {"age": 70}, hit_policy="OUTPUT ORDER", values=ORDER) == ["high", "medium", "low"]


SEVERAL = """
n   || level | days
1   || "a"   | 1
> 1 || "b"   | n * 2
"""


def test_several_outputs_make_a_context() -> None:
    assert value(SEVERAL, {"n": 4}) == {"level": "b", "days": 8}


def test_no_matching_rule_is_null() -> None:
    assert value(SEVERAL, {"n": 0}) is None
    assert value("n || x\n1 || 1", {"n": 0}, hit_policy="COLLECT") is None


def test_no_matching_rule_gives_the_default_outputs() -> None:
    assert value(SEVERAL, {"n": 0}, defaults='"none" | 0') == {"level": "none", "days": 0}


def test_a_table_without_inputs_always_matches() -> None:
    assert value("|| x\n|| 7", {}) == 7


def test_the_rules_that_decided_are_recorded_with_what_they_saw() -> None:
    definitions = decisions.parse(file(decision("fee", table(FEES, hit_policy="FIRST"), name="上门费")), "d.dmn")
    outcome = definitions.evaluate("fee", {"distance": 50})
    assert [fired.as_json() for fired in outcome.fired] == [
        {
            "decision_id": "fee",
            "decision_name": "上门费",
            "rule_id": "r2",
            "rule_index": 2,
            "inputs": {"distance": 50},
            "outputs": {"fee": 50},
        }
    ]


def test_collect_records_every_rule() -> None:
    definitions = decisions.parse(file(decision("fee", table(FEES, hit_policy="COLLECT"))), "d.dmn")
    assert [fired.rule_index for fired in definitions.evaluate("fee", {"distance": 5}).fired] == [1, 2, 3]


def test_a_cell_may_hold_lists_ranges_negation_and_conditions() -> None:
    rows = """
    kind            | km        | note               || answer
    "a", "b"        | [1..5]    | -                  || 1
    not("a", "b")   | > 5       | -                  || 2
    -               | -         | contains(?, "急")  || 3
    -               | limit     | -                  || 4
    """
    seen = [
        value(rows, {"kind": "b", "km": 5, "note": "", "limit": 0}),
        value(rows, {"kind": "c", "km": 6, "note": "", "limit": 0}),
        value(rows, {"kind": "a", "km": 9, "note": "加急", "limit": 0}),
        value(rows, {"kind": "a", "km": 9, "note": "", "limit": 9}),
    ]
    assert seen == [1, 2, 3, 4]
