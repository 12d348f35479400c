"""`next_number`: record numbers by the house's rules, without gap or double."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest
from connector_bench import Bench

from app.messages import Refusal
from app.registers.declaration import NumberRule


def numbered(bench: Bench, name: str, rule: NumberRule | None = None, unit: str = "O1") -> str:
    if rule is not None:
        world = bench.company.world
        bench.company.world = replace(world, numbers={**world.numbers, name: rule})
    return str(bench.run("next_number", headers={"number": name}, unit=unit)[name])


class TestFormat:
    def test_a_contact_number_names_outlet_and_year(self, bench: Bench) -> None:
        assert numbered(bench, "contact_no") == "LDO12026000001"

    def test_a_report_number_names_the_year_only(self, bench: Bench) -> None:
        assert numbered(bench, "report_no") == "BG2026000001"

    def test_month_and_day_are_two_digits(self, bench: Bench) -> None:
        rule = NumberRule("sample_no", "S{year}{month}{day}-{seq}", "day")
        assert numbered(bench, "sample_no", rule) == "S20260302-1"

    def test_the_number_is_made_of_the_local_day(self, bench: Bench) -> None:
        """Ten past midnight on New Year's Day in Shanghai is still the old year in UTC."""
        bench.clock.move_to(datetime.fromisoformat("2027-01-01T00:10:00+08:00"))
        assert numbered(bench, "contact_no") == "LDO12027000001"


class TestScope:
    def test_numbers_of_one_outlet_follow_each_other(self, bench: Bench) -> None:
        assert [numbered(bench, "repair_no")[-6:] for _ in range(3)] == ["000001", "000002", "000003"]

    def test_each_outlet_counts_for_itself(self, bench: Bench) -> None:
        numbered(bench, "repair_no", unit="O1")
        assert numbered(bench, "repair_no", unit="O2") == "BXO22026000001"

    def test_outlets_share_a_count_by_year(self, bench: Bench) -> None:
        numbered(bench, "report_no", unit="O1")
        assert numbered(bench, "report_no", unit="O2") == "BG2026000002"

    def test_each_name_counts_for_itself(self, bench: Bench) -> None:
        numbered(bench, "report_no")
        assert numbered(bench, "form_no") == "MY2026000001"

    def test_counting_begins_anew_with_the_year(self, bench: Bench) -> None:
        numbered(bench, "repair_no")
        bench.clock.move_to(datetime.fromisoformat("2027-01-04T09:00:00+08:00"))
        assert numbered(bench, "repair_no") == "BXO12027000001"

    @pytest.mark.parametrize(("scope", "second"), [("day", "1"), ("outlet_day", "1"), ("year", "2")])
    def test_counting_begins_anew_with_the_day_when_the_rule_says_so(
        self, bench: Bench, scope: str, second: str
    ) -> None:
        rule = NumberRule("sample_no", "{seq}", scope)
        numbered(bench, "sample_no", rule)
        bench.clock.advance("P1D")
        assert numbered(bench, "sample_no") == second

    @pytest.mark.parametrize(("scope", "second"), [("day", "2"), ("outlet_day", "1")])
    def test_a_day_is_counted_for_all_or_for_each_outlet(self, bench: Bench, scope: str, second: str) -> None:
        numbered(bench, "sample_no", NumberRule("sample_no", "{seq}", scope), unit="O1")
        assert numbered(bench, "sample_no", unit="O2") == second


class TestSeveralNames:
    def test_one_call_gives_each_name_its_number(self, bench: Bench) -> None:
        given = bench.run("next_number", headers={"number": "report_no form_no"})
        assert given == {"report_no": "BG2026000001", "form_no": "MY2026000001"}


class TestTransaction:
    def test_a_step_that_fails_gives_its_number_back(self, bench: Bench) -> None:
        with pytest.raises(Refusal):
            bench.run("next_number", headers={"number": "repair_no no_such_number"})
        assert numbered(bench, "repair_no") == "BXO12026000001"


class TestMistakesOfADiagram:
    def test_a_number_without_a_rule_is_refused_with_a_sentence(self, bench: Bench) -> None:
        with pytest.raises(Refusal, match="no_such_number") as refused:
            bench.run("next_number", headers={"number": "no_such_number"})
        assert "no_such_number" in refused.value.message.zh

    def test_a_listener_without_the_property_is_refused_with_a_sentence(self, bench: Bench) -> None:
        with pytest.raises(Refusal) as refused:
            bench.run("next_number", element_name="登记来电")
        assert refused.value.message.zh == "“登记来电”没有写明 number。"
