"""Every figure against a record whose answer can be counted on fingers."""

from __future__ import annotations

from decimal import Decimal

import pytest

from app.kpi import FIGURES, judge, months_back
from tests.database.kpi.conftest import O1, O2, Records

FORM = "onsite_service.satisfaction_form"


class TestTimeliness:
    """K01."""

    def test_counts_a_case_as_kept_only_when_all_its_deadlines_were(self, records: Records) -> None:
        for case_no in ("A", "B"):
            records.case(case_no)
            records.clock(case_no, "reply", "03-02 09:00", "03-02 21:00", met="03-02 10:00")
        records.clock("B", "onsite", "03-02 09:00", "03-03 09:00", met="03-03 09:01")
        assert records.months("K01") == {"2026-03": 50}
        assert records.listed("K01", "out") == ["B"]

    def test_leaves_out_what_is_still_open_in_time(self, records: Records) -> None:
        records.case("A")
        records.clock("A", "reply", "03-20 09:00", "03-20 21:00")
        assert records.months("K01") == {}

    def test_an_open_deadline_that_is_over_is_missed_at_once(self, records: Records) -> None:
        records.case("A")
        records.clock("A", "reply", "03-19 09:00", "03-19 21:00")
        assert records.months("K01") == {"2026-03": 0}

    def test_a_missed_one_decides_while_another_is_open(self, records: Records) -> None:
        records.case("A")
        records.clock("A", "reply", "03-19 09:00", "03-19 21:00", met="03-19 22:00")
        records.clock("A", "onsite", "03-20 09:00", "03-21 09:00")
        assert records.months("K01") == {"2026-03": 0}

    def test_a_kept_one_waits_for_the_other(self, records: Records) -> None:
        records.case("A")
        records.clock("A", "reply", "03-20 08:00", "03-20 20:00", met="03-20 09:00")
        records.clock("A", "onsite", "03-20 08:00", "03-21 08:00")
        assert records.months("K01") == {}

    def test_a_noticed_breach_stays_whatever_came_after(self, records: Records) -> None:
        records.case("A")
        records.clock("A", "reply", "03-02 09:00", "03-02 21:00", met="03-02 10:00", breached=True)
        assert records.months("K01") == {"2026-03": 0}

    def test_a_pause_holds_the_judgement(self, records: Records) -> None:
        records.case("A")
        records.clock("A", "onsite", "03-18 09:00", "03-19 09:00", paused=True)
        assert records.months("K01") == {}

    def test_a_clock_set_anew_counts_by_its_new_due_time(self, records: Records) -> None:
        records.case("A")
        records.clock("A", "reply", "03-02 09:00", "03-02 10:00", cancelled="03-02 09:30")
        records.clock("A", "reply", "03-02 09:00", "03-02 21:00", met="03-02 11:00")
        assert records.months("K01") == {"2026-03": 100}

    def test_a_breach_before_the_clock_was_set_anew_counts(self, records: Records) -> None:
        records.case("A")
        records.clock("A", "reply", "03-02 09:00", "03-02 10:00", cancelled="03-02 11:00", breached=True)
        records.clock("A", "reply", "03-02 09:00", "03-02 21:00", met="03-02 12:00")
        assert records.months("K01") == {"2026-03": 0}

    def test_the_time_of_a_task_is_no_promise(self, records: Records) -> None:
        records.case("A")
        records.clock("A", "task", "03-02 09:00", "03-02 10:00", met="03-02 12:00")
        assert records.months("K01") == {}

    def test_months_are_those_of_the_company_not_of_the_server(self, records: Records) -> None:
        records.case("A")
        records.clock("A", "reply", "03-01 02:00", "03-01 14:00", met="03-01 03:00")  # still February in UTC
        assert records.months("K01") == {"2026-03": 100}


class TestUserSatisfaction:
    """K02."""

    def answer(self, records: Records, case_no: str, overall: str | None, when: str = "03-05 10:00") -> None:
        scores = dict.fromkeys(("timeliness_score", "attitude_score", "skill_score", "result_score"), 4)
        declined = overall is None
        values = {"survey_declined": True} if declined else {"overall": overall, **scores}
        records.done(case_no, "fill_satisfaction", when, FORM, **values)

    def test_counts_satisfied_or_better_among_valid_answers(self, records: Records) -> None:
        for case_no, overall in (("A", "very_satisfied"), ("B", "satisfied"), ("C", "neutral"), ("D", None)):
            records.case(case_no)
            self.answer(records, case_no, overall)
        assert records.months("K02") == {"2026-03": Decimal("66.67")}
        assert records.listed("K02", "out") == ["C"]

    def test_the_last_answer_of_a_step_counts(self, records: Records) -> None:
        records.case("A")
        self.answer(records, "A", "dissatisfied")
        self.answer(records, "A", "satisfied", "03-05 11:00")
        assert records.months("K02") == {"2026-03": 100}
        assert records.listed("K02") == ["A"]

    def test_another_stop_of_the_trip_is_another_answer(self, records: Records) -> None:
        records.case("A")
        self.answer(records, "A", "dissatisfied")
        records.done("A", "fill_satisfaction", "03-06 10:00", FORM, instance=2, overall="satisfied")
        assert records.months("K02") == {"2026-03": 50}

    def test_a_parameter_makes_it_an_index(self, records: Records) -> None:
        records.stored = {("kpi.k02_mode", "company"): "index"}
        records.case("A")
        self.answer(records, "A", "neutral")
        assert records.months("K02") == {"2026-03": 80}


class TestFirstTimeFix:
    """K08."""

    def test_the_same_unit_reported_again_within_30_days_was_not_fixed(self, records: Records) -> None:
        records.case("A", "02-02 09:00", serial_no="VIN-1")
        records.row("R41", "A", "02-03 15:00", serial_no="VIN-1")
        records.case("B", "02-20 09:00", serial_no="vin-1")
        records.row("R03", "B", "02-20 09:10")
        assert records.months("K08") == {"2026-02": 0}
        assert records.listed("K08", "out") == ["A"]

    @pytest.mark.parametrize(
        ("opened", "serial_no", "registered"),
        [
            ("03-06 09:00", "VIN-1", True),
            ("02-20 09:00", "VIN-2", True),
            ("02-20 09:00", "VIN-1", False),
            ("02-01 09:00", "VIN-1", True),
        ],
    )
    def test_later_other_units_questions_and_earlier_repairs_do_not_count(
        self, records: Records, opened: str, serial_no: str, registered: bool
    ) -> None:
        records.case("A", "02-02 09:00", serial_no="VIN-1")
        records.row("R41", "A", "02-03 15:00", serial_no="VIN-1")
        records.case("B", opened, serial_no=serial_no)
        if registered:
            records.row("R03", "B", opened)
        assert records.months("K08") == {"2026-02": 100}

    def test_of_many_reports_the_next_one_decides(self, records: Records) -> None:
        for case_no, opened, done in (("A", "02-02 09:00", "02-03 15:00"), ("B", "02-20 09:00", "02-21 15:00")):
            records.case(case_no, opened, serial_no="VIN-1")
            records.row("R03", case_no, opened)
            records.row("R41", case_no, done, serial_no="VIN-1")
        records.case("C", "03-20 09:00", serial_no="VIN-1")  # only asked something
        for case_no, opened in (("D", "03-23 15:00"), ("E", "06-01 09:00")):
            records.case(case_no, opened, serial_no="VIN-1")
            records.row("R03", case_no, opened)
        assert records.listed("K08", "out") == ["B", "A"]

    def test_a_report_of_the_very_moment_of_completion_is_no_later_one(self, records: Records) -> None:
        records.case("A", "02-02 09:00", serial_no="VIN-1")
        records.row("R41", "A", "02-03 15:00", serial_no="VIN-1")
        records.case("B", "02-03 15:00", serial_no="VIN-1")
        records.row("R03", "B", "02-03 15:00")
        assert records.months("K08") == {"2026-02": 100}

    def test_a_void_registration_does_not_count(self, records: Records) -> None:
        records.case("A", serial_no="VIN-1")
        records.row("R41", "A", serial_no="VIN-1")
        records.case("B", "03-10 09:00", serial_no="VIN-1")
        records.row("R03", "B", "03-10 09:00", void=True)
        assert records.months("K08") == {"2026-03": 100}


class TestResponseSpeed:
    """K13."""

    def test_is_the_middle_of_the_hours_to_the_first_reply(self, records: Records) -> None:
        for case_no, met in (("A", "03-02 10:00"), ("B", "03-02 12:30"), ("C", "03-03 09:00")):
            records.case(case_no)
            records.clock(case_no, "reply", "03-02 09:00", "03-02 21:00", met=met)
        assert records.months("K13") == {"2026-03": 3.5}

    def test_of_an_even_number_it_is_the_mean_of_the_middle_two(self, records: Records) -> None:
        for case_no, met in (("A", "03-02 10:00"), ("B", "03-02 12:00")):
            records.case(case_no)
            records.clock(case_no, "reply", "03-02 09:00", "03-02 21:00", met=met)
        assert records.months("K13") == {"2026-03": 2}

    def test_unanswered_and_other_clocks_do_not_count(self, records: Records) -> None:
        records.case("A")
        records.clock("A", "reply", "03-02 09:00", "03-02 21:00")
        records.clock("A", "onsite", "03-02 09:00", "03-03 09:00", met="03-02 20:00")
        assert records.months("K13") == {}


class TestOldPartReturn:
    """K14."""

    def test_counts_quantities_handed_in_from_the_same_case(self, records: Records) -> None:
        for case_no in ("A", "B"):
            records.case(case_no)
            records.row("R06", case_no, old_parts_due=3)
        records.row("R14", "A", qty=3)
        records.row("R14", "B", qty=1)
        assert records.months("K14") == {"2026-03": Decimal("66.67")}
        assert records.listed("K14", "out") == ["B"]

    def test_reports_and_lines_of_a_case_are_added_up(self, records: Records) -> None:
        records.case("A")
        records.row("R06", "A", made="02-27 12:00", old_parts_due=1)
        records.row("R06", "A", made="03-02 12:00", old_parts_due=3)
        records.row("R14", "A", qty=1)
        records.row("R14", "A", qty=2)
        assert records.months("K14") == {"2026-02": 75}

    def test_reports_without_parts_that_have_to_come_back_do_not_count(self, records: Records) -> None:
        records.case("A")
        records.row("R06", "A", old_parts_due=0)
        records.row("R06", "A")
        assert records.months("K14") == {}

    def test_nothing_handed_in_is_none(self, records: Records) -> None:
        records.case("A")
        records.row("R06", "A", old_parts_due=2)
        assert records.months("K14") == {"2026-03": 0}

    def test_more_handed_in_than_replaced_is_still_all(self, records: Records) -> None:
        records.case("A")
        records.row("R06", "A", old_parts_due=1)
        records.row("R14", "A", qty=5)
        assert records.months("K14") == {"2026-03": 100}

    def test_void_rows_count_on_neither_side(self, records: Records) -> None:
        records.case("A")
        records.row("R06", "A", old_parts_due=2)
        records.row("R06", "A", void=True, old_parts_due=9)
        records.row("R14", "A", qty=1)
        records.row("R14", "A", void=True, qty=1)
        assert records.months("K14") == {"2026-03": 50}


class TestWorkHours:
    """K17."""

    def test_adds_up_by_month_and_by_person(self, records: Records) -> None:
        records.case("A")
        records.row("R38", "A", user_id="eng_1", date="2026-03-02", hours=4)
        records.row("R38", "A", user_id="eng_1", date="2026-03-03", hours=2.5)
        records.row("R38", "A", user_id="eng_2", date="2026-02-28", hours=1)
        records.row("R38", "A", user_id="eng_2", date="2026-03-02", hours=8, void=True)
        assert records.months("K17") == {"2026-02": 1, "2026-03": 6.5}
        assert records.people("K17", since="2026-03", until="2026-03") == {"eng_1": 6.5}


class TestOneDayClosure:
    """K31."""

    def test_counts_from_registration_to_signature(self, records: Records) -> None:
        for case_no, signed in (("A", "2026-03-03T08:00:00+08:00"), ("B", "2026-03-03T10:00:00+08:00")):
            records.case(case_no, "03-02 09:00")
            records.row("R03", case_no)
            records.row("R06", case_no, signed_at=signed)
        assert records.months("K31") == {"2026-03": 50}

    def test_unsigned_counts_once_its_day_is_over(self, records: Records) -> None:
        records.case("A", "03-20 09:00")
        records.row("R03", "A", "03-20 09:10")
        assert records.months("K31") == {}
        records.later(days=1)
        assert records.months("K31") == {"2026-03": 0}

    def test_questions_are_no_repairs(self, records: Records) -> None:
        records.case("A")
        assert records.months("K31") == {}

    def test_is_a_promise_only_of_that_profile(self, records: Records) -> None:
        applies = FIGURES["K31"].applies
        assert not applies(records.scope().parameters)
        assert applies(records.scope(profile="system_12m").parameters)


class TestScope:
    @pytest.fixture
    def both(self, records: Records) -> Records:
        for case_no, unit, met in (("A", O1, "03-02 10:00"), ("B", O2, "03-05 10:00")):
            records.case(case_no, unit=unit)
            records.clock(case_no, "reply", "03-02 09:00", "03-02 21:00", met=met)
        return records

    def test_only_units_one_may_see(self, both: Records) -> None:
        assert both.units("K01") == {O1: 100, O2: 0}
        assert both.units("K01", reach=(O1,)) == {O1: 100}
        assert both.units("K01", reach=()) == {}

    def test_one_unit_of_them(self, both: Records) -> None:
        assert both.months("K01", unit=O2) == {"2026-03": 0}
        assert both.months("K01", unit=O2, reach=(O1,)) == {}

    def test_only_the_months_asked_for(self, both: Records) -> None:
        assert both.months("K01", until="2026-02") == {}


class TestEveryFigure:
    @pytest.mark.parametrize("code", sorted(FIGURES))
    def test_has_no_value_where_nothing_was_counted(self, records: Records, code: str) -> None:
        assert records.months(code) == {}
        assert records.listed(code) == []

    @pytest.mark.parametrize("code", sorted(FIGURES))
    def test_says_what_it_means(self, records: Records, code: str) -> None:
        figure = FIGURES[code]
        assert figure.meaning.zh.endswith("。")
        assert figure.meaning.en.endswith(".")
        target = figure.target(records.scope().parameters)
        assert target is None or target > 0


class TestJudging:
    def test_a_share_against_its_target(self) -> None:
        figure = FIGURES["K01"]
        assert [judge(figure, value, 90) for value in (95, 90, 86, 84, None)] == [
            "met",
            "met",
            "near",
            "missed",
            "open",
        ]

    def test_a_time_is_better_when_shorter(self) -> None:
        figure = FIGURES["K13"]
        assert [judge(figure, value, 10) for value in (9, 10, 12, 13)] == ["met", "met", "near", "missed"]

    def test_without_a_target_there_is_no_judgement(self) -> None:
        assert judge(FIGURES["K17"], 7, None) == ""

    def test_months_go_back_over_the_year(self) -> None:
        assert months_back("2026-02", 4) == ["2025-11", "2025-12", "2026-01", "2026-02"]
