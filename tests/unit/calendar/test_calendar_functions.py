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
            "working days after": ("date", "days"),
            "working duration": ("from", "to"),
            "next working time": ("moment",),
            "is working time": ("moment",),
            "is quiet time": ("moment",),
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

    def test_null_gives_null(self) -> None:
        assert all(function(*[None] * len(names)) is None for names, function in FUNCTIONS.values())

    def test_working_duration_is_a_timedelta(self) -> None:
        assert call("working duration", "2026-03-03T16:30:00", "2026-03-05T09:30:00") == timedelta(hours=2)

    def test_due_at_answers_in_the_zone_of_the_calendar(self) -> None:
        due = call("due at", datetime(2026, 3, 2, 1, 0, tzinfo=ZoneInfo("UTC")), "PT12H", "natural")
        assert due.isoformat() == "2026-03-02T21:00:00+08:00"

    def test_days_of_use_are_counted_between_two_dates(self) -> None:
        assert call("working days between", "2026-03-02", "2026-03-06") == 3
