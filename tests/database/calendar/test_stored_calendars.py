"""Calendars of units: what they inherit, what they set themselves, and official years."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from app import clock
from app.calendar import (
    CalendarCache,
    clear_day,
    import_missing_years,
    import_year,
    imported_years,
    load_calendar,
    official_year,
    read_years,
    set_calendar,
    set_day,
)
from app.db import Transaction
from app.messages import Refusal

CHAIN = ["O1", "R1", "C"]
VALUES = {
    "calendar.tz": "Asia/Shanghai",
    "calendar.work_hours": ["08:30-17:30"],
    "calendar.quiet_windows": ["12:00-14:00"],
}
MONDAY = date(2026, 3, 2)


class TestInheritance:
    def test_without_rows_the_parameters_hold(self, tx: Transaction) -> None:
        calendar = load_calendar(tx, CHAIN, {**VALUES, "dispatch.weekend_only": True})
        assert [str(item) for item in calendar.work_hours] == ["08:30-17:30"]
        assert [str(item) for item in calendar.quiet_windows] == ["12:00-14:00"]
        assert calendar.dispatch_weekdays == {5, 6}

    def test_the_nearest_unit_wins_setting_by_setting(self, tx: Transaction) -> None:
        set_calendar(tx, "C", {"work_hours": ["08:00-16:00"], "duty_hours": ["08:00-24:00"]}, actor="a", reason="")
        set_calendar(tx, "O1", {"work_hours": ["09:00-18:00"]}, actor="a", reason="")
        calendar = load_calendar(tx, CHAIN, VALUES)
        assert [str(item) for item in calendar.work_hours] == ["09:00-18:00"]
        assert [str(item) for item in calendar.duty_hours] == ["08:00-24:00"]
        assert [str(item) for item in load_calendar(tx, ["O2", "R1", "C"], VALUES).work_hours] == ["08:00-16:00"]

    def test_an_outlet_may_open_on_saturday_with_its_own_hours_and_shifts(self, tx: Transaction) -> None:
        settings = {
            "working_weekdays": [0, 1, 2, 3, 4, 5],
            "weekday_hours": {"5": ["09:00-12:00"]},
            "shifts": [{"key": "night", "zh": "夜班", "en": "Night", "hours": "22:00-06:00", "weekdays": [4]}],
        }
        set_calendar(tx, "O1", settings, actor="a", reason="周末营业")
        calendar = load_calendar(tx, CHAIN, VALUES)
        assert calendar.is_working_time("2026-03-07T11:00:00")
        assert not calendar.is_working_time("2026-03-07T13:00:00")
        assert [item.zh for item in calendar.shifts_at("2026-03-07T05:00:00")] == ["夜班"]

    def test_a_day_is_inherited_until_a_nearer_unit_sets_it(self, tx: Transaction) -> None:
        set_day(tx, "C", MONDAY, "holiday", zh="公司年会", en="Annual meeting", actor="a", reason="")
        assert not load_calendar(tx, CHAIN).is_working_day(MONDAY)
        set_day(tx, "O1", MONDAY, "workday", hours=["10:00-12:00"], actor="a", reason="值班")
        assert load_calendar(tx, CHAIN).is_working_time("2026-03-02T11:00:00")
        set_day(tx, "O1", MONDAY, "regular", actor="a", reason="照常")
        assert load_calendar(tx, CHAIN).is_working_time("2026-03-02T16:00:00")
        assert clear_day(tx, "O1", MONDAY)
        assert not clear_day(tx, "O1", MONDAY)
        assert not load_calendar(tx, CHAIN).is_working_day(MONDAY)


class TestTheCache:
    def test_it_answers_from_memory_until_something_changes(self, tx: Transaction, hands: clock.ManualClock) -> None:
        cache = CalendarCache()
        first = cache.calendar(tx, CHAIN, VALUES)
        assert cache.calendar(tx, CHAIN, VALUES) is first
        assert cache.calendar(tx, ["O2", "R1", "C"], VALUES) is not first
        assert cache.calendar(tx, CHAIN, {**VALUES, "dispatch.weekend_only": True}) is not first
        set_day(tx, "C", MONDAY, "holiday", actor="a", reason="")
        assert not cache.calendar(tx, CHAIN, VALUES).is_working_day(MONDAY)
        hands.advance("PT1S")
        set_day(tx, "C", MONDAY, "workday", actor="a", reason="")
        assert cache.calendar(tx, CHAIN, VALUES).is_working_day(MONDAY)
        clear_day(tx, "C", MONDAY)
        assert cache.calendar(tx, CHAIN, VALUES) == first


class TestEditing:
    def test_an_empty_setting_inherits_again(self, tx: Transaction) -> None:
        set_calendar(tx, "O1", {"work_hours": ["09:00-18:00"]}, actor="a", reason="")
        set_calendar(tx, "O1", {}, actor="a", reason="")
        assert [str(item) for item in load_calendar(tx, CHAIN, VALUES).work_hours] == ["08:30-17:30"]

    def test_who_looked_at_an_outdated_calendar_is_refused(self, tx: Transaction) -> None:
        assert set_calendar(tx, "O1", {}, actor="a", reason="", expected_revision=0) == 1
        with pytest.raises(Refusal, match="meanwhile"):
            set_calendar(tx, "O1", {}, actor="b", reason="", expected_revision=0)

    @pytest.mark.parametrize(
        "settings",
        [
            {"lunch": ["12:00-13:00"]},
            {"work_hours": ["noon"]},
            {"working_weekdays": [7]},
            {"work_hours": []},
            {"tz": "Asia/Nowhere"},
            {"quiet_windows": ["00:00-24:00"]},
            {"shifts": [{"key": "night"}]},
            {"working_weekdays": "daily"},
        ],
    )
    def test_settings_that_make_no_calendar_are_refused(self, tx: Transaction, settings: dict[str, object]) -> None:
        with pytest.raises(Refusal):
            set_calendar(tx, "O1", settings, actor="a", reason="")

    def test_a_day_off_has_no_hours_and_a_kind_is_one_of_three(self, tx: Transaction) -> None:
        with pytest.raises(Refusal):
            set_day(tx, "O1", MONDAY, "holiday", hours=["10:00-12:00"], actor="a", reason="")
        with pytest.raises(Refusal):
            set_day(tx, "O1", MONDAY, "party", actor="a", reason="")


class TestOfficialYears:
    def test_the_shipped_years_can_be_imported(self, tx: Transaction) -> None:
        shipped = read_years(Path(__file__).parents[3] / "processes" / "calendars" / "cn.yaml")
        assert import_missing_years(tx, shipped, actor="system") == [2024, 2025, 2026, 2027]
        assert import_missing_years(tx, shipped, actor="system") == []
        calendar = load_calendar(tx, CHAIN)
        assert imported_years(tx) == {2024: True, 2025: True, 2026: True, 2027: False}
        assert calendar.is_working_day("2026-02-14")
        assert not calendar.is_working_day("2026-02-16")
        assert calendar.is_announced("2026-12-31")
        assert not calendar.is_announced("2027-01-01")

    def test_an_import_keeps_what_a_person_set_and_can_be_repeated(self, tx: Transaction) -> None:
        set_day(tx, "*", date(2026, 10, 1), "workday", actor="a", reason="国庆值班")
        import_year(tx, 2026, actor="system")
        import_year(tx, 2026, actor="system")
        calendar = load_calendar(tx, CHAIN)
        assert calendar.is_working_day("2026-10-01")
        assert not calendar.is_working_day("2026-10-02")

    def test_a_forecast_is_flagged_and_later_replaced_by_the_announcement(self, tx: Transaction) -> None:
        forecast = official_year(2031)
        import_year(tx, forecast, actor="system")
        assert imported_years(tx) == {2031: False}
        assert not load_calendar(tx, CHAIN).is_announced("2031-05-01")
        announced = type(forecast)(2031, True, "State Council", forecast.days[:1])
        assert import_missing_years(tx, [forecast, announced], actor="system") == [2031]
        assert imported_years(tx) == {2031: True}
        assert load_calendar(tx, CHAIN).is_working_day("2031-10-01")
