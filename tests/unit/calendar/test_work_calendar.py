"""Working days and hours: the rules, one example each."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.calendar import CalendarDay, Shift, TimeRange, WorkCalendar, add_months, time_ranges
from app.messages import Refusal
from tests.factories.budget import budget

SHANGHAI = ZoneInfo("Asia/Shanghai")
NEW_YEAR_2026 = {
    date(2026, 1, 1): CalendarDay(date(2026, 1, 1), "holiday", "元旦", "New Year's Day"),
    date(2026, 1, 2): CalendarDay(date(2026, 1, 2), "holiday", "元旦", "New Year's Day"),
    date(2026, 1, 4): CalendarDay(date(2026, 1, 4), "workday", "元旦调休上班", "Make-up workday"),
}
CALENDAR = WorkCalendar(days=NEW_YEAR_2026, announced_years=frozenset({2026}))
TWO_RANGES = WorkCalendar(work_hours=time_ranges("08:30-12:00, 13:30-17:30"), days=NEW_YEAR_2026)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


# -- the rules, one example each ---------------------------------------------------------------------------------------


class TestWorkingDays:
    def test_a_make_up_sunday_is_worked_and_a_holiday_friday_is_not(self) -> None:
        assert not CALENDAR.is_working_day("2026-01-02")
        assert CALENDAR.is_working_day("2026-01-04")

    def test_a_make_up_sunday_is_still_a_weekend(self) -> None:
        assert CALENDAR.is_weekend(date(2026, 1, 4))

    def test_day_one_is_the_next_working_day(self) -> None:
        assert CALENDAR.working_days_after("2025-12-31", 1) == date(2026, 1, 4)

    def test_a_make_up_sunday_has_the_hours_of_a_working_day(self) -> None:
        assert CALENDAR.hours_of(date(2026, 1, 4)) == time_ranges("08:30-17:30")

    def test_a_make_up_saturday_has_the_hours_of_a_working_day_not_of_a_saturday(self) -> None:
        saturday = date(2026, 2, 28)
        days = {saturday: CalendarDay(saturday, "workday")}
        hours = {5: time_ranges("09:00-12:00")}
        assert WorkCalendar(days=days, weekday_hours=hours).hours_of(saturday) == time_ranges("08:30-17:30")
        six_days = WorkCalendar(days=days, weekday_hours=hours, working_weekdays=frozenset(range(6)))
        assert six_days.hours_of(saturday) == time_ranges("09:00-12:00")

    def test_night_work_that_runs_into_the_next_day_is_counted_once(self) -> None:
        tuesday = date(2026, 1, 6)
        early = {tuesday: CalendarDay(tuesday, "workday", hours=time_ranges("05:00-10:00"))}
        calendar = WorkCalendar(work_hours=time_ranges("22:00-06:00"), days=early)
        assert calendar.working_duration("2026-01-05T22:00:00", "2026-01-06T12:00:00") == timedelta(hours=12)

    def test_a_special_day_knows_its_name(self) -> None:
        name = CALENDAR.name_of("2026-01-01")
        assert name is not None
        assert name.zh == "元旦"

    def test_the_date_of_a_utc_moment_is_the_local_one(self) -> None:
        assert CALENDAR.date_of(datetime(2026, 1, 3, 16, 0, tzinfo=UTC)) == date(2026, 1, 4)

    def test_the_first_and_last_working_day_of_a_month(self) -> None:
        assert CALENDAR.first_working_day("2026-01-20") == date(2026, 1, 4)
        assert CALENDAR.last_working_day("2026-02-03") == date(2026, 2, 27)
        assert CALENDAR.last_working_day("2025-12-31") == date(2025, 12, 31)

    def test_a_year_without_official_holidays_is_marked_as_not_announced(self) -> None:
        assert CALENDAR.is_announced("2026-05-01")
        assert not CALENDAR.is_announced("2027-05-01")

    def test_a_calendar_that_always_rests_is_refused_instead_of_searched_for_ever(self) -> None:
        rest = {date(2026, 1, 1) + timedelta(days=n): "holiday" for n in range(800)}
        calendar = WorkCalendar(days={day: CalendarDay(day, "holiday") for day in rest})
        with pytest.raises(Refusal, match="more than a year"):
            calendar.working_days_after("2026-01-01", 1)
        with pytest.raises(Refusal, match="more than a year"):
            calendar.next_working_time("2026-01-01T08:00:00+08:00")


class TestPromises:
    def test_natural_hours_run_through_the_night_and_the_holiday(self) -> None:
        assert CALENDAR.due_at(at("2025-12-31T20:00"), "PT12H") == at("2026-01-01T08:00")

    def test_working_hours_stop_at_the_end_of_the_day(self) -> None:
        assert CALENDAR.due_at(at("2025-12-31T16:30"), "PT2H", "working") == at("2026-01-04T09:30")

    def test_working_hours_skip_the_lunch_break(self) -> None:
        assert TWO_RANGES.due_at(at("2026-01-05T11:00"), "PT2H", "working") == at("2026-01-05T14:30")

    def test_a_limit_that_fits_exactly_ends_with_the_working_day(self) -> None:
        assert CALENDAR.due_at(at("2026-01-05T08:30"), "PT9H", "working") == at("2026-01-05T17:30")

    def test_working_days_end_at_midnight_of_the_last(self) -> None:
        assert CALENDAR.due_at(at("2025-12-31T10:00"), "P3D", "working") == at("2026-01-07T00:00")

    def test_the_purchase_day_is_day_zero_and_the_last_day_is_included(self) -> None:
        assert CALENDAR.due_at("2026-01-01", "P15D", "calendar_days") == at("2026-01-17T00:00")

    def test_months_end_on_the_same_day_or_the_end_of_the_month(self) -> None:
        assert CALENDAR.due_at("2024-02-29", "P12M", "calendar_days") == at("2025-03-01T00:00")
        assert CALENDAR.due_at("2024-01-31", "P1M", "calendar_days") == at("2024-03-01T00:00")

    def test_two_weeks_are_fourteen_days(self) -> None:
        assert CALENDAR.due_at("2026-01-01", "P2W", "calendar_days") == CALENDAR.due_at(
            "2026-01-01", "P14D", "calendar_days"
        )

    def test_a_number_means_hours(self) -> None:
        assert CALENDAR.due_at(at("2026-01-05T09:00"), 24) == at("2026-01-06T09:00")

    def test_a_naive_start_is_local_and_the_answer_is_aware(self) -> None:
        due = CALENDAR.due_at("2026-01-05T09:00:00", "PT1H")
        assert due.isoformat() == "2026-01-05T10:00:00+08:00"

    @pytest.mark.parametrize(
        ("target", "mode"),
        [
            ("P1M", "natural"),
            ("PT5H", "calendar_days"),
            ("P1DT4H", "working"),
            (timedelta(days=1), "working"),
            ("soon", "natural"),
            ("PT12H", "lunar"),
            (-3, "natural"),
        ],
    )
    def test_what_a_clock_cannot_count_is_refused_in_both_languages(self, target: object, mode: str) -> None:
        with pytest.raises(Refusal) as refused:
            CALENDAR.due_at("2026-01-05", target, mode)
        assert refused.value.message.zh
        assert refused.value.message.en
        assert refused.value.status == 422


class TestQuietWindowsDispatchDutyAndShifts:
    def test_a_window_over_midnight_is_quiet_on_both_sides(self) -> None:
        assert CALENDAR.is_quiet(at("2026-01-05T21:00"))
        assert CALENDAR.is_quiet(at("2026-01-06T07:59"))
        assert not CALENDAR.is_quiet(at("2026-01-06T08:00"))

    def test_weekend_dispatch_waits_for_saturday(self) -> None:
        calendar = WorkCalendar.from_values({"dispatch.weekend_only": True})
        assert calendar.next_dispatch_day("2026-01-05") == date(2026, 1, 10)
        assert calendar.next_dispatch_day("2026-01-11") == date(2026, 1, 11)

    def test_a_call_before_duty_begins_its_clock_at_eight(self) -> None:
        calendar = WorkCalendar.from_values({"calendar.duty_hours": ["08:00-24:00"]})
        assert calendar.next_duty_time(at("2026-01-05T03:00")) == at("2026-01-05T08:00")
        assert calendar.next_duty_time(at("2026-01-05T23:59")) == at("2026-01-05T23:59")
        assert not calendar.is_duty_time(at("2026-01-06T00:00"))

    def test_a_night_shift_belongs_to_the_day_on_which_it_begins(self) -> None:
        night = Shift("night", "夜班", "Night", TimeRange.parse("22:00-06:00"), frozenset({4}))
        calendar = WorkCalendar(shifts=(night,))
        assert calendar.shifts_at(at("2026-01-10T05:00")) == (night,)
        assert calendar.shifts_at(at("2026-01-09T05:00")) == ()

    def test_a_visit_over_lunch_touches_a_quiet_window(self) -> None:
        assert CALENDAR.touches_quiet(at("2026-01-05T11:00"), at("2026-01-05T12:30"))
        assert not CALENDAR.touches_quiet(at("2026-01-05T11:00"), at("2026-01-05T12:00"))


class TestWhatIsRefused:
    @pytest.mark.parametrize("text", ["08:30", "25:00-26:00", "08:00-08:00", "08:61-09:00", "morning"])
    def test_a_text_that_is_no_time_range(self, text: str) -> None:
        with pytest.raises(Refusal):
            time_ranges([text])

    @pytest.mark.parametrize("text", ["08:00-12:00, 11:00-13:00", "22:00-06:00, 05:00-07:00"])
    def test_ranges_that_overlap(self, text: str) -> None:
        with pytest.raises(Refusal, match="overlap"):
            time_ranges(text)

    def test_a_time_zone_that_does_not_exist(self) -> None:
        with pytest.raises(Refusal, match="time zone"):
            WorkCalendar(tz="Asia/Nowhere")

    def test_a_week_without_work_and_a_day_without_a_quiet_minute_less(self) -> None:
        with pytest.raises(Refusal):
            WorkCalendar(working_weekdays=frozenset())
        with pytest.raises(Refusal):
            WorkCalendar(quiet_windows=time_ranges("00:00-24:00"))

    def test_a_text_that_is_no_moment(self) -> None:
        with pytest.raises(Refusal, match="date and time"):
            CALENDAR.is_quiet("tomorrow")
        with pytest.raises(Refusal, match="is not a date"):
            CALENDAR.is_working_day("2026-02-30")


class TestSummerTime:
    BERLIN = WorkCalendar(
        tz="Europe/Berlin", work_hours=time_ranges("00:00-24:00"), working_weekdays=frozenset(range(7))
    )

    def test_the_day_the_clocks_go_forward_has_twenty_three_working_hours(self) -> None:
        assert self.BERLIN.working_duration("2026-03-29", "2026-03-30") == timedelta(hours=23)

    def test_the_day_the_clocks_go_back_has_twenty_five(self) -> None:
        assert self.BERLIN.working_duration("2026-10-25", "2026-10-26") == timedelta(hours=25)

    def test_twelve_natural_hours_are_twelve_hours_that_really_pass(self) -> None:
        due = self.BERLIN.due_at("2026-03-28T20:00:00", "PT12H")
        assert due.isoformat() == "2026-03-29T09:00:00+02:00"


@budget(60)
@given(st.dates(date(1999, 1, 1), date(2030, 1, 1)), st.integers(0, 60))
def test_adding_months_keeps_the_day_number_unless_the_month_is_too_short(day: date, months: int) -> None:
    later = add_months(day, months)
    assert (later.year * 12 + later.month) - (day.year * 12 + day.month) == months
    assert later.day == day.day or (later.day < day.day and (later + timedelta(days=1)).day == 1)
