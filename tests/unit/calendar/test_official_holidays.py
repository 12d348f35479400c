"""The shipped official calendar and the packages it comes from."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from app.calendar import WorkCalendar, official_year, read_years
from app.calendar.seed import as_yaml
from app.messages import Refusal

FILE = Path(__file__).parents[3] / "processes" / "calendars" / "cn.yaml"
YEARS = read_years(FILE)


def calendar() -> WorkCalendar:
    return WorkCalendar(
        days={item.day: item for year in YEARS for item in year.days},
        announced_years=frozenset(year.year for year in YEARS if year.announced),
    )


class TestTheShippedCalendar:
    def test_it_holds_2024_to_2026_as_announced_and_2027_as_a_forecast(self) -> None:
        announced = {year.year: year.announced for year in YEARS}
        assert announced == {2024: True, 2025: True, 2026: True, 2027: False}

    def test_a_forecast_has_no_make_up_days_and_says_that_it_is_one(self) -> None:
        (forecast,) = (year for year in YEARS if not year.announced)
        assert {day.kind for day in forecast.days} == {"holiday"}
        assert not any(day.announced for day in forecast.days)

    def test_it_equals_what_the_package_says(self) -> None:
        assert [year.days for year in YEARS] == [official_year(year.year).days for year in YEARS]

    def test_every_day_agrees_with_the_package(self) -> None:
        import chinese_calendar

        ours = calendar()
        for number in range((date(2026, 12, 31) - date(2024, 1, 1)).days + 1):
            day = date(2024, 1, 1) + timedelta(days=number)
            assert ours.is_working_day(day) == chinese_calendar.is_workday(day), day

    def test_the_spring_festival_of_2026_rests_nine_days_and_works_two_saturdays(self) -> None:
        ours = calendar()
        assert not any(ours.is_working_day(date(2026, 2, 15) + timedelta(days=n)) for n in range(9))
        assert ours.is_working_day("2026-02-14")
        assert ours.is_working_day("2026-02-28")

    def test_every_special_day_has_a_name_in_both_languages(self) -> None:
        assert all(item.zh and item.en for year in YEARS for item in year.days)

    def test_it_can_be_written_again(self) -> None:
        assert as_yaml(YEARS) == FILE.read_text(encoding="utf-8")


class TestYearsToCome:
    def test_a_year_beyond_the_announcements_is_a_forecast_without_make_up_days(self) -> None:
        year = official_year(2031)
        assert not year.announced
        assert all(item.kind == "holiday" and not item.announced for item in year.days)
        assert date(2031, 10, 1) in {item.day for item in year.days}

    def test_a_year_nobody_knows_is_refused(self) -> None:
        with pytest.raises(Refusal):
            official_year(1900)
