"""The functions that FEEL texts call."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from app.calendar import CalendarDay, WorkCalendar, library
from app.messages import Refusal

FESTIVAL = date(2026, 3, 4)
CALENDAR = WorkCalendar(days={FESTIVAL: CalendarDay(FESTIVAL, "holiday")})
FUNCTIONS = library(CALENDAR)


def call(name: str, *args: Any) -> Any:
    return FUNCTIONS[name][1](*args)


class TestTheLibrary:
    def test_every_function_of_the_contract_is_there_with_its_parameters(self) -> None:
        assert {
            "working days after": ("date", "n"),
            "working duration": ("from", "to"),
            "next working time": ("dt",),
            "is working time": ("dt",),
            "is quiet time": ("dt",),
            "is weekend": ("date",),
            "is working day": ("date",),
            "due at": ("start", "duration", "clock"),
        }.items() <= {name: names for name, (names, _) in FUNCTIONS.items()}.items()

    def test_iso_texts_dates_and_moments_are_all_understood(self) -> None:
        for day in ("2026-03-03", date(2026, 3, 3), "2026-03-03T10:00:00+08:00", datetime(2026, 3, 3, 10, 0)):  # noqa: DTZ001
            assert call("working days after", day, 1) == date(2026, 3, 5)

    def test_a_utc_text_is_read_in_the_zone_of_the_calendar(self) -> None:
        assert call("is weekend", "2026-03-06T17:00:00Z")
        assert call("next working time", "2026-03-02T00:00:00Z").isoformat() == "2026-03-02T08:30:00+08:00"

    def test_a_feel_zone_name_after_the_moment_does_not_disturb(self) -> None:
        assert call("is quiet time", "2026-03-02T12:30:00@Asia/Shanghai")

    def test_feel_numbers_are_decimals(self) -> None:
        assert call("working days after", "2026-03-03", Decimal("2")) == date(2026, 3, 6)
        assert call("due at", "2026-03-02T09:00:00+08:00", Decimal("1.5"), "natural").isoformat() == (
            "2026-03-02T10:30:00+08:00"
        )

    def test_half_a_working_day_is_refused(self) -> None:
        with pytest.raises(Refusal, match="whole"):
            call("working days after", "2026-03-03", Decimal("1.5"))

    @pytest.mark.parametrize(
        ("name", "args"),
        [
            ("working days after", ("2026-03-03", Decimal("1e30"))),
            ("working days after", ("2026-03-03", "3")),
            ("working days after", ("9999-12-30", 5)),
            ("working days between", ("0001-01-02", "9999-12-30")),
            ("working duration", ("0001-01-02", "9999-12-30")),
            ("next working time", ("9999-12-31T20:00:00",)),
            ("due at", ("2026-03-03", "P999999999999D", "natural")),
            ("due at", ("2026-03-03", "P99999999999M", "calendar_days")),
            ("due at", ("2026-03-03", "PT99999999999999999H", "working")),
            ("due at", ("2026-03-03", float("nan"), "natural")),
            ("due at", ("2026-03-03", float("inf"), "natural")),
            ("due at", ("9999-12-31T20:00:00", "PT12H", "natural")),
        ],
    )
    def test_absurd_arguments_are_refused_at_once(self, name: str, args: tuple[Any, ...]) -> None:
        with pytest.raises(Refusal):
            call(name, *args)

    def test_null_gives_null(self) -> None:
        assert all(function(*[None] * len(names)) is None for names, function in FUNCTIONS.values())

    def test_working_duration_is_a_timedelta(self) -> None:
        assert call("working duration", "2026-03-03T16:30:00", "2026-03-05T09:30:00") == timedelta(hours=2)

    def test_due_at_answers_in_the_zone_of_the_calendar(self) -> None:
        due = call("due at", datetime(2026, 3, 2, 1, 0, tzinfo=ZoneInfo("UTC")), "PT12H", "natural")
        assert due.isoformat() == "2026-03-02T21:00:00+08:00"

    def test_the_calendar_is_loaded_when_a_function_is_first_used(self) -> None:
        loads: list[WorkCalendar] = []

        def load() -> WorkCalendar:
            loads.append(CALENDAR)
            return CALENDAR

        functions = library(load)
        assert loads == []
        assert functions["is weekend"][1]("2026-03-07")
        assert functions["is working day"][1]("2026-03-03")
        assert loads == [CALENDAR]

    def test_without_a_clock_due_at_counts_natural_hours(self) -> None:
        assert call("due at", "2026-03-02T20:00:00", "PT12H").isoformat() == "2026-03-03T08:00:00+08:00"

    def test_days_of_use_are_counted_between_two_dates(self) -> None:
        assert call("working days between", "2026-03-02", "2026-03-06") == 3
