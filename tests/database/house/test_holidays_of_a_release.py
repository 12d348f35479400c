"""A release brings the official years it knows; what people set stays, and running clocks move."""

from __future__ import annotations

from datetime import date

from app import calendar
from app.calendar import CalendarYear
from app.calendar.tables import calendar_day
from tests.factories.companies import Company

UNIT = "/C1/R1/O1/"


def test_a_year_that_was_a_forecast_is_replaced_once_and_running_clocks_move(company: Company) -> None:
    with company.step() as tx:
        # As if 2026 had been a forecast until this release: Wednesday was thought to be a holiday.
        wednesday = calendar.CalendarDay(date(2026, 3, 4), "holiday", "猜测", "guess", announced=False, source="guess")
        calendar.import_year(tx, CalendarYear(2026, False, "guess", (wednesday,)), actor="system")
        calendar.set_day(tx, "*", date(2026, 3, 6), "holiday", actor="somebody", reason="厂休")
        made = calendar.start_clock(
            tx, case_no="F1", kind="reply", target="P2D", mode="working",
            calendar=calendar.load_calendar(tx, ["O1"]), org_unit=UNIT,
        )  # fmt: skip
    assert made is not None
    assert made.clock.due_at.isoformat() == "2026-03-06T00:00:00+08:00"
    company.house.refresh()
    # 2027 is a forecast in the company and in this release.
    assert company.house.learn_holidays() == [2024, 2026]
    assert company.house.learn_holidays() == []
    with company.db.reading() as tx:
        moved = calendar.load_clock(tx, made.id, lambda path: company.house.calendar(tx, path))
        by_hand = tx.value(calendar_day.select().where(calendar_day.c.by_hand).with_only_columns(calendar_day.c.day))
    assert moved.clock.due_at.isoformat() == "2026-03-05T00:00:00+08:00"
    assert by_hand == date(2026, 3, 6)
