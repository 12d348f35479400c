"""Promises with pauses: warned at 80 %, due at 100 %, escalated at 200 %, late for ever."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from app.calendar import CalendarDay, Pause, ServiceClock, WorkCalendar, time_ranges
from app.messages import Refusal

SHANGHAI = ZoneInfo("Asia/Shanghai")
FESTIVAL = {date(2026, 2, 15) + timedelta(days=n): "holiday" for n in range(9)} | {
    date(2026, 2, 14): "workday",
    date(2026, 2, 28): "workday",
}
CALENDAR = WorkCalendar(
    work_hours=time_ranges("08:30-12:00, 13:30-17:30"),
    days={day: CalendarDay(day, kind) for day, kind in FESTIVAL.items()},  # type: ignore[arg-type]
)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def clock(start: str, target: object, mode: str = "natural", *pauses: Pause) -> ServiceClock:
    return ServiceClock(at(start), target, mode, CALENDAR, pauses)  # type: ignore[arg-type]


def pause(start: str, end: str | None, reason: str = "customer_consent") -> Pause:
    return Pause(reason, at(start), at(end) if end else None)


class TestTheThreeMoments:
    def test_twelve_hours_warn_after_nine_hours_thirty_six(self) -> None:
        promise = clock("2026-03-02T09:10", "PT12H")
        assert promise.warn_at == at("2026-03-02T18:46")
        assert promise.due_at == at("2026-03-02T21:10")
        assert promise.escalate_at == at("2026-03-03T09:10")

    def test_five_working_days_warn_when_the_fourth_day_of_work_ends(self) -> None:
        promise = clock("2026-03-02T09:10", "P5D", "working")
        assert promise.warn_at == at("2026-03-06T17:30")
        assert promise.due_at == at("2026-03-10T00:00")
        assert promise.escalate_at == at("2026-03-17T00:00")

    def test_one_working_day_warns_in_working_time_not_at_night(self) -> None:
        # 80 % of 7.5 hours of work after 08:30 with a break from 12:00 to 13:30.
        assert clock("2026-03-02T09:10", "P1D", "working").warn_at == at("2026-03-03T16:00")

    def test_working_days_skip_the_festival_and_count_the_make_up_saturday(self) -> None:
        assert clock("2026-02-11T10:00", "P7D", "working").due_at == at("2026-02-28T00:00")

    def test_fifteen_calendar_days_warn_after_twelve(self) -> None:
        promise = clock("2026-03-02T15:00", "P15D", "calendar_days")
        assert promise.warn_at == at("2026-03-15T00:00")
        assert promise.due_at == at("2026-03-18T00:00")
        assert promise.escalate_at == at("2026-04-02T00:00")

    def test_months_end_with_the_month_when_the_day_is_missing(self) -> None:
        assert clock("2024-02-29T15:00", "P24M", "calendar_days").due_at == at("2026-03-01T00:00")


class TestPauses:
    def test_a_pause_moves_the_due_time_by_its_length(self) -> None:
        promise = clock("2026-03-02T09:10", "PT12H", "natural", pause("2026-03-02T12:00", "2026-03-02T14:00"))
        assert promise.due_at == at("2026-03-02T23:10")

    def test_a_pause_outside_working_time_costs_no_working_hours(self) -> None:
        promise = clock("2026-03-02T15:30", "PT4H", "working", pause("2026-03-02T18:00", "2026-03-03T08:00"))
        assert promise.due_at == at("2026-03-03T10:30")

    def test_a_pause_after_the_due_time_changes_nothing_but_the_escalation(self) -> None:
        promise = clock("2026-03-02T09:00", "PT1H", "natural", pause("2026-03-02T10:30", "2026-03-02T11:30"))
        assert promise.due_at == at("2026-03-02T10:00")
        assert promise.escalate_at == at("2026-03-02T12:00")

    def test_a_pause_from_monday_to_wednesday_moves_a_limit_in_days_by_two(self) -> None:
        promise = clock("2026-03-02T09:00", "P5D", "working", pause("2026-03-02T10:00", "2026-03-04T15:00"))
        # Monday is day zero anyway; of the counted days only Tuesday's midnight is missed.
        assert promise.due_at == at("2026-03-11T00:00")
        promise = clock("2026-03-02T09:00", "P5D", "working", pause("2026-03-03T10:00", "2026-03-05T15:00"))
        assert promise.due_at == at("2026-03-12T00:00")

    def test_a_pause_that_begins_at_midnight_does_not_cost_the_day_that_ended(self) -> None:
        promise = clock("2026-03-02T09:00", "P1D", "working", pause("2026-03-04T00:00", "2026-03-04T12:00"))
        assert promise.due_at == at("2026-03-04T00:00")

    def test_a_pause_that_ends_at_midnight_costs_the_day(self) -> None:
        promise = clock("2026-03-02T09:00", "P1D", "working", pause("2026-03-03T10:00", "2026-03-04T00:00"))
        assert promise.due_at == at("2026-03-05T00:00")

    def test_a_paused_clock_neither_warns_nor_breaks(self) -> None:
        promise = clock("2026-03-02T09:00", "PT1H").paused("weather", at("2026-03-02T09:30"))
        assert promise.state(at("2026-03-02T12:00")) == "paused"
        assert not promise.is_late(at("2026-03-02T12:00"))

    def test_a_promise_broken_before_the_pause_stays_broken(self) -> None:
        promise = clock("2026-03-02T09:00", "PT1H").paused("weather", at("2026-03-02T10:15"))
        assert promise.state(at("2026-03-02T12:00")) == "breached"
        assert promise.is_late(at("2026-03-02T12:00"))

    def test_only_three_reasons_stop_a_clock(self) -> None:
        with pytest.raises(Refusal) as refused:
            clock("2026-03-02T09:00", "PT1H").paused("lunch", at("2026-03-02T09:30"))
        assert "等待客户同意" in refused.value.message.zh

    def test_calendar_days_never_pause(self) -> None:
        with pytest.raises(Refusal, match="never pauses"):
            clock("2026-03-02T09:00", "P15D", "calendar_days").paused("weather", at("2026-03-02T09:30"))

    def test_a_clock_does_not_pause_twice_nor_resume_twice_nor_after_it_stopped(self) -> None:
        promise = clock("2026-03-02T09:00", "PT8H")
        with pytest.raises(Refusal, match="not paused"):
            promise.resumed(at("2026-03-02T10:00"))
        paused = promise.paused("weather", at("2026-03-02T10:00"))
        with pytest.raises(Refusal, match="paused already"):
            paused.paused("weather", at("2026-03-02T11:00"))
        with pytest.raises(Refusal, match="has stopped"):
            promise.met(at("2026-03-02T10:00")).paused("weather", at("2026-03-02T11:00"))

    def test_pauses_lie_after_the_start_and_do_not_overlap(self) -> None:
        with pytest.raises(Refusal, match="overlap"):
            clock("2026-03-02T09:00", "PT8H", "natural", pause("2026-03-02T08:00", "2026-03-02T09:30"))
        with pytest.raises(Refusal, match="overlap"):
            clock(
                "2026-03-02T09:00", "PT8H", "natural", pause("2026-03-02T10:00", None), pause("2026-03-02T11:00", None)
            )
        with pytest.raises(Refusal, match="cannot end before"):
            pause("2026-03-02T10:00", "2026-03-02T09:00")

    def test_meeting_the_promise_ends_a_pause(self) -> None:
        promise = (
            clock("2026-03-02T09:00", "PT1H").paused("weather", at("2026-03-02T09:30")).met(at("2026-03-02T11:00"))
        )
        assert promise.state(at("2026-03-02T11:00")) == "met"


class TestLateIsLate:
    def test_met_in_time_and_met_late(self) -> None:
        promise = clock("2026-03-02T09:00", "PT1H")
        assert promise.met(at("2026-03-02T10:00")).state(at("2026-03-05T00:00")) == "met"
        assert not promise.met(at("2026-03-02T10:00")).is_late(at("2026-03-05T00:00"))
        late = promise.met(at("2026-03-02T10:01"))
        assert late.state(at("2026-03-05T00:00")) == "met_late"
        assert late.is_late(at("2026-03-05T00:00"))

    @pytest.mark.parametrize(
        ("now", "state"),
        [
            ("09:47", "running"),
            ("09:48", "warned"),
            ("10:00", "breached"),
            ("10:59", "breached"),
            ("11:00", "escalated"),
        ],
    )
    def test_states_follow_the_shares(self, now: str, state: str) -> None:
        assert clock("2026-03-02T09:00", "PT1H").state(at(f"2026-03-02T{now}")) == state

    def test_a_promise_is_not_met_before_it_began(self) -> None:
        with pytest.raises(Refusal, match="before its clock started"):
            clock("2026-03-02T09:00", "PT1H").met(at("2026-03-02T08:00"))


class TestTheSentence:
    PROMISE = clock("2026-03-02T09:10", "PT12H", "natural", pause("2026-03-02T12:00", "2026-03-02T14:00"))

    def test_it_says_length_start_pause_and_due_time(self) -> None:
        assert self.PROMISE.sentence("zh") == "12 小时，从 09:10 起，等待客户同意暂停 2 小时，应于 23:10 前完成"
        assert self.PROMISE.sentence("en") == "12 h from 09:10, paused 2 h waiting for consent, due 23:10"

    def test_on_another_day_it_says_the_date(self) -> None:
        now = at("2026-03-03T01:40")
        assert self.PROMISE.sentence("zh", now) == (
            "12 小时，从 3月2日 09:10 起，等待客户同意暂停 2 小时，应于 3月2日 23:10 前完成，已超时 2 小时 30 分钟"
        )
        assert self.PROMISE.sentence("en", now).endswith("due 2 Mar 23:10, overdue by 2 h 30 min")

    def test_days_end_at_twenty_four_hours(self) -> None:
        promise = clock("2026-02-11T10:00", "P7D", "working")
        assert promise.sentence("zh") == "7 个工作日，从 2月11日 起，应于 2月27日 24:00 前完成"
        assert promise.sentence("en") == "7 working days from 11 Feb, due 27 Feb 24:00"

    def test_another_year_is_named(self) -> None:
        promise = clock("2026-03-02T10:00", "P24M", "calendar_days")
        assert promise.sentence("zh") == "24 个月，从 3月2日 起，应于 2028年3月2日 24:00 前完成"
        assert promise.sentence("en") == "24 months from 2 Mar, due 2 Mar 2028 24:00"

    def test_while_paused_it_says_what_is_left(self) -> None:
        promise = clock("2026-03-02T09:10", "PT12H").paused("weather", at("2026-03-02T12:10"))
        assert (
            promise.sentence("zh")
            == "12 小时，从 09:10 起，自 12:10 起暂停（天气原因（已告知客户）），恢复后还剩 9 小时"
        )
        assert promise.sentence("en") == (
            "12 h from 09:10, paused since 12:10 for the weather (customer informed), 9 h left once it runs again"
        )

    def test_a_promise_broken_before_it_was_paused_says_so(self) -> None:
        promise = clock("2026-03-02T09:10", "PT2H").paused("weather", at("2026-03-02T12:00"))
        assert promise.sentence("zh").endswith("应于 11:10 前完成，暂停时已超时 50 分钟")
        assert promise.sentence("en").endswith("due 11:10, overdue by 50 min when it paused")

    def test_working_days_of_a_year_that_is_not_announced_are_said_to_be_a_forecast(self) -> None:
        known = replace(CALENDAR, announced_years=frozenset({2026}))
        start = at("2026-12-28T10:00")
        forecast = ServiceClock(start, "P5D", "working", known)  # type: ignore[arg-type]
        assert forecast.sentence("zh").endswith("应于 2027年1月4日 24:00 前完成，2027 年节假日尚未公布，可能调整")
        assert forecast.sentence("en").endswith("due 4 Jan 2027 24:00, holidays of 2027 not announced, may change")
        for certain in ("P2D", "P3D", "PT8H"):
            promise = ServiceClock(start, certain, "working", known)  # type: ignore[arg-type]
            assert "公布" not in promise.sentence("zh")
        natural = ServiceClock(start, "PT200H", "natural", known)  # type: ignore[arg-type]
        assert "公布" not in natural.sentence("zh")

    def test_days_that_are_left_while_paused(self) -> None:
        promise = clock("2026-03-02T09:10", "P3D", "working").paused("customer_absent", at("2026-03-03T09:00"))
        assert promise.sentence("en").endswith("3 working days left once it runs again")

    def test_a_met_promise_says_when_and_how_late(self) -> None:
        promise = clock("2026-03-02T09:10", "PT12H").met(at("2026-03-02T21:50"))
        assert promise.sentence("zh") == "12 小时，从 09:10 起，应于 21:10 前完成，已于 21:50 完成，迟 40 分钟"
        assert promise.sentence("en") == "12 h from 09:10, due 21:10, met 21:50, 40 min late"

    def test_working_hours_are_called_so(self) -> None:
        promise = clock("2026-03-02T15:30", "PT4H30M", "working")
        assert promise.sentence("zh") == "4 工作小时 30 分钟，从 15:30 起，应于 3月3日 11:00 前完成"
        assert promise.sentence("en") == "4 working h 30 min from 15:30, due 3 Mar 11:00"
