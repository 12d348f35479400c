"""Calendars and clocks against an obvious model that walks day by day and minute by minute."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from hypothesis import example, given
from hypothesis import strategies as st

from app.calendar import CalendarDay, Pause, ServiceClock, WorkCalendar, library, time_ranges
from tests.factories import plain_calendar as plain
from tests.factories.budget import budget
from tests.factories.plain_calendar import DAY, MINUTE, at, calendars, days, moments, starts_and_pauses

NEW_YEAR = plain.calendar_of(
    [(date(2026, 1, 1), "holiday", None), (date(2026, 1, 2), "holiday", None), (date(2026, 1, 4), "workday", None)]
)
Case = tuple[datetime, tuple[Pause, ...]]


def clock(case: Case, target: object, mode: str, calendar: WorkCalendar = NEW_YEAR) -> ServiceClock:
    return ServiceClock(case[0], target, mode, calendar, case[1])  # type: ignore[arg-type]


class TestDays:
    @budget(80)
    @given(calendars, days, st.integers(0, 25))
    @example(NEW_YEAR, date(2025, 12, 31), 1)
    @example(NEW_YEAR, date(2024, 2, 28), 1)
    @example(NEW_YEAR, date(2024, 2, 29), 1)
    def test_working_days_after_walks_day_by_day(self, calendar: WorkCalendar, day: date, count: int) -> None:
        assert calendar.working_days_after(day, count) == plain.working_days_after(calendar, day, count)

    @budget(60)
    @given(calendars, days, st.integers(1, 20))
    def test_going_back_undoes_going_forward(self, calendar: WorkCalendar, day: date, count: int) -> None:
        reached = calendar.working_days_after(day, count)
        assert calendar.working_days_between(day, reached) == count
        assert calendar.working_days_between(reached, day) == -count
        back = calendar.working_days_after(reached, -count)
        assert calendar.working_days_between(back, reached) == count

    @budget(60)
    @given(calendars, days)
    def test_a_day_is_worked_and_has_the_hours_that_one_reads_off_the_calendar(
        self, calendar: WorkCalendar, day: date
    ) -> None:
        assert calendar.is_working_day(day) == plain.is_working_day(calendar, day)
        assert calendar.hours_of(day) == plain.hours_of(calendar, day)

    @budget(60)
    @given(calendars, days)
    def test_the_first_and_the_last_working_day_of_a_month_are_the_ends_of_the_list(
        self, calendar: WorkCalendar, day: date
    ) -> None:
        month = [day.replace(day=1) + n * DAY for n in range(31)]
        worked = [each for each in month if each.month == day.month and plain.is_working_day(calendar, each)]
        if worked:
            assert calendar.first_working_day(day) == worked[0]
            assert calendar.last_working_day(day) == worked[-1]


class TestWorkingTime:
    @budget(40)
    @given(calendars, moments(), st.integers(0, 4 * 1440))
    def test_working_duration_counts_minutes(self, calendar: WorkCalendar, start: datetime, length: int) -> None:
        expected = sum(plain.is_working_minute(calendar, start + n * MINUTE) for n in range(length))
        end = start + length * MINUTE
        assert calendar.working_duration(start, end) == expected * MINUTE
        assert calendar.working_duration(end, start) == -expected * MINUTE

    @budget(40)
    @given(calendars, moments(), st.integers(1, 900))
    def test_add_working_walks_minute_by_minute(self, calendar: WorkCalendar, start: datetime, length: int) -> None:
        moment = plain.working_due(calendar, start, length)
        assert calendar.add_working(start, length * MINUTE) == moment
        assert calendar.working_duration(start, moment) == length * MINUTE

    @budget(60)
    @given(calendars, moments())
    def test_next_working_time_is_the_first_working_minute(self, calendar: WorkCalendar, start: datetime) -> None:
        moment = start
        while not plain.is_working_minute(calendar, moment):
            moment += MINUTE
        assert calendar.next_working_time(start) == moment
        assert calendar.is_working_time(start) == (moment == start)
        assert calendar.is_working_time(moment)

    @budget(40)
    @given(
        moments(), st.sampled_from(["12:00-14:00, 18:00-19:30, 21:00-08:00", "22:00-24:00, 00:00-07:00", "23:59-00:01"])
    )
    def test_the_next_contact_time_is_the_first_minute_outside_all_quiet_windows(
        self, start: datetime, windows: str
    ) -> None:
        calendar = WorkCalendar(quiet_windows=time_ranges(windows))
        moment = start
        while any(_in_window(window, moment) for window in calendar.quiet_windows):
            moment += MINUTE
        assert calendar.next_contact_time(start) == moment
        assert calendar.is_quiet(start) == (moment != start)

    @budget(40)
    @given(moments(), st.integers(1, 2000))
    def test_a_visit_touches_a_quiet_window_when_one_of_its_minutes_is_quiet(
        self, start: datetime, length: int
    ) -> None:
        quiet = any(NEW_YEAR.is_quiet(start + n * MINUTE) for n in range(length))
        assert NEW_YEAR.touches_quiet(start, start + length * MINUTE) == quiet


class TestTheFunctionsOfFeelTexts:
    """The callables that a diagram and a form reach, with the ISO texts that they pass."""

    @budget(40)
    @given(calendars, moments(), st.integers(0, 12), st.integers(0, 2000))
    def test_they_answer_what_the_model_says(
        self, calendar: WorkCalendar, start: datetime, count: int, length: int
    ) -> None:
        functions: dict[str, Any] = {name: call for name, (_, call) in library(calendar).items()}
        text, later = start.isoformat(), (start + length * MINUTE).isoformat()
        worked = [plain.is_working_minute(calendar, start + n * MINUTE) for n in range(length + 1)]
        assert functions["working days after"](text, count) == plain.working_days_after(calendar, start.date(), count)
        assert functions["working duration"](text, later) == sum(worked[:-1]) * MINUTE
        assert functions["is working time"](text) == worked[0]
        assert functions["is working day"](text) == plain.is_working_day(calendar, start.date())
        if True in worked:
            assert functions["next working time"](text) == start + worked.index(True) * MINUTE


class TestDueTimes:
    @budget(50)
    @given(starts_and_pauses(), st.integers(1, 1500))
    def test_natural_hours_count_minutes_outside_pauses(self, case: Case, length: int) -> None:
        assert clock(case, length * MINUTE, "natural").due_at == plain.natural_due(case[0], length, case[1])

    @budget(30)
    @given(calendars, starts_and_pauses(), st.integers(1, 900))
    def test_working_hours_count_working_minutes_outside_pauses(
        self, calendar: WorkCalendar, case: Case, length: int
    ) -> None:
        due = clock(case, f"PT{length}M", "working", calendar).due_at
        assert due == plain.working_due(calendar, case[0], length, case[1])

    @budget(60)
    @given(calendars, starts_and_pauses(), st.integers(1, 15))
    def test_working_days_count_the_nights_that_a_running_clock_reaches(
        self, calendar: WorkCalendar, case: Case, count: int
    ) -> None:
        due = clock(case, f"P{count}D", "working", calendar).due_at
        assert due == plain.working_days_due(calendar, case[0], count, case[1])

    @budget(80)
    @given(moments(), st.integers(0, 40), st.integers(0, 40))
    @example(at("2024-02-29T10:00"), 12, 0)
    @example(at("2024-01-31T10:00"), 1, 0)
    @example(at("2025-12-31T23:59"), 2, 0)
    def test_calendar_days_and_months_count_natural_days_from_day_zero(
        self, start: datetime, months: int, count: int
    ) -> None:
        target = f"P{months}M{count}D"
        assert clock((start, ()), target, "calendar_days").due_at == plain.calendar_due(start, months, count)

    @budget(50)
    @given(
        calendars,
        starts_and_pauses(),
        st.sampled_from(["PT30M", "PT8H", "P1D", "P3D", "P7D", "P10D"]),
        st.sampled_from(["natural", "working"]),
    )
    def test_the_three_moments_follow_one_another_and_pauses_only_move_them_later(
        self, calendar: WorkCalendar, case: Case, target: str, mode: str
    ) -> None:
        paused, free = clock(case, target, mode, calendar), clock((case[0], ()), target, mode, calendar)
        assert case[0] <= paused.warn_at <= paused.due_at < paused.escalate_at
        assert (free.warn_at, free.due_at, free.escalate_at) <= (paused.warn_at, paused.due_at, paused.escalate_at)


class TestTheThreeShares:
    """80 % warns, 100 % breaches, 200 % escalates (CA18): counted, not computed."""

    @budget(40)
    @given(starts_and_pauses(), st.integers(1, 240))
    def test_of_natural_hours(self, case: Case, fives: int) -> None:
        promise = clock(case, fives * 5 * MINUTE, "natural")
        assert promise.warn_at == plain.natural_due(case[0], fives * 4, case[1])
        assert promise.escalate_at == plain.natural_due(case[0], fives * 10, case[1])

    @budget(20)
    @given(calendars, starts_and_pauses(), st.integers(1, 100))
    def test_of_working_hours(self, calendar: WorkCalendar, case: Case, fives: int) -> None:
        promise = clock(case, f"PT{fives * 5}M", "working", calendar)
        assert promise.warn_at == plain.working_due(calendar, case[0], fives * 4, case[1])
        assert promise.escalate_at == plain.working_due(calendar, case[0], fives * 10, case[1])

    @budget(40)
    @given(calendars, starts_and_pauses(), st.integers(1, 8))
    def test_of_working_days(self, calendar: WorkCalendar, case: Case, count: int) -> None:
        promise = clock(case, f"P{count}D", "working", calendar)
        assert promise.escalate_at == plain.working_days_due(calendar, case[0], count * 2, case[1])
        whole, fifths = divmod(count * 4, 5)
        day = (plain.working_days_due(calendar, case[0], whole + (fifths > 0), case[1]) - DAY).date()
        begins = at(f"{day}T00:00")
        worked = sum(plain.is_working_minute(calendar, begins + n * MINUTE) for n in range(1440))
        warned = plain.working_due(calendar, begins, worked * (fifths or 5) // 5) if worked else begins + DAY
        assert promise.warn_at == warned


class TestWhileItRuns:
    @budget(60)
    @given(calendars, starts_and_pauses(), st.integers(1, 400), st.integers(0, 4000))
    def test_late_is_what_is_open_after_the_due_time_and_nothing_else(
        self, calendar: WorkCalendar, case: Case, length: int, later: int
    ) -> None:
        promise = clock(case, length * MINUTE, "natural", calendar)
        due, now = plain.natural_due(case[0], length, case[1]), case[0] + later * MINUTE
        assert promise.is_late(now) == (now >= due)
        assert promise.met(now).is_late(now + timedelta(days=900)) == (now > due)

    @budget(40)
    @given(starts_and_pauses(), st.integers(10, 900), st.data())
    def test_pausing_and_resuming_step_by_step_is_the_same_as_knowing_all_pauses(
        self, case: Case, length: int, data: st.DataObject
    ) -> None:
        start, pauses = case
        walked = clock((start, ()), length * MINUTE, "natural")
        for pause in pauses:
            walked = walked.paused(pause.reason, pause.start)
            # A pause that lasts has no length yet, whatever the time is.
            before = clock((start, walked.pauses[:-1]), length * MINUTE, "natural").due_at
            assert walked.due_at == before
            assert pause.end is not None
            walked = walked.resumed(pause.end)
        assert walked == clock(case, length * MINUTE, "natural")

    @budget(40)
    @given(
        st.lists(plain.special_days, max_size=6), st.lists(plain.special_days, max_size=6), moments(), st.integers(1, 9)
    )
    def test_a_calendar_edited_while_a_clock_runs_decides_alone(
        self,
        before: list[tuple[date, str, str | None]],
        after: list[tuple[date, str, str | None]],
        start: datetime,
        count: int,
    ) -> None:
        running = clock((start, ()), f"P{count}D", "working", plain.calendar_of(before))
        edited = plain.calendar_of([*before, *after])
        moved = replace(running, calendar=edited)
        assert moved.due_at == plain.working_days_due(edited, start, count)
        natural = clock((start, ()), "PT12H", "natural", plain.calendar_of(before))
        assert replace(natural, calendar=edited).due_at == natural.due_at


class TestTheWayBack:
    @budget(60)
    @given(calendars, moments(), st.sampled_from(["natural", "working", "calendar_days"]), st.integers(1, 3000))
    def test_the_limit_that_leads_to_a_due_time_leads_to_it(
        self, calendar: WorkCalendar, start: datetime, mode: Any, length: int
    ) -> None:
        due = start + length * MINUTE
        target, counted = calendar.limit_until(start, due, mode)
        assert calendar.due_at(start, target, counted) == due
        assert counted in (mode, "natural")

    @budget(60)
    @given(
        calendars,
        moments(),
        st.sampled_from([("natural", "PT7H"), ("working", "PT7H"), ("working", "P3D"), ("calendar_days", "P15D")]),
    )
    def test_a_promise_keeps_the_way_it_is_counted(
        self, calendar: WorkCalendar, start: datetime, promise: tuple[Any, str]
    ) -> None:
        mode, target = promise
        due = calendar.due_at(start, target, mode)
        found, counted = calendar.limit_until(start, due, mode)
        assert counted == mode
        assert calendar.due_at(start, found, counted) == due

    def test_a_visit_promised_for_a_saturday_is_counted_in_natural_hours(self) -> None:
        friday, saturday = at("2026-03-06T16:00"), at("2026-03-07T10:00")
        target, mode = WorkCalendar().limit_until(friday, saturday, "working")
        assert (str(target), mode) == ("PT18H", "natural")


def test_a_holiday_entered_during_the_last_working_day_moves_a_limit_in_days() -> None:
    tuesday = date(2026, 3, 3)
    promise = clock((at("2026-03-02T09:00"), ()), "P1D", "working", WorkCalendar())
    rest = WorkCalendar(days={tuesday: CalendarDay(tuesday, "holiday")})
    assert promise.due_at == at("2026-03-04T00:00")
    assert replace(promise, calendar=rest).due_at == at("2026-03-05T00:00")


def _in_window(window: Any, moment: datetime) -> bool:
    minute, end = moment.hour * 60 + moment.minute, window.end % 1440
    probe = window.start
    while probe != end:
        if probe == minute:
            return True
        probe = (probe + 1) % 1440
    return False
