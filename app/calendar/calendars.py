"""Stored calendars: load the one of a unit with what it inherits, edit hours and days, import an official year."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import delete, func, insert, select, update

from app import clock
from app.calendar.seed import CalendarYear, official_year
from app.calendar.tables import calendar_day, calendar_year, work_calendar
from app.calendar.values import time_ranges
from app.calendar.work_calendar import CalendarDay, Shift, WorkCalendar
from app.db import Transaction
from app.messages import Message, Refusal

EVERYWHERE = "*"
"""The unit above all units: official holidays live there."""


def load_calendar(tx: Transaction, units: Sequence[str], values: Mapping[str, Any] | None = None) -> WorkCalendar:
    """The calendar of `units[0]`; `units` is the chain outlet → region → company, the nearest that says something wins.

    `values` are the parameters `calendar.*` and `dispatch.weekend_only`, used where no unit says otherwise.
    """
    chain = [*units, EVERYWHERE]
    order = {unit: place for place, unit in enumerate(chain)}
    settings: dict[str, Any] = {}
    rows = tx.execute(
        select(work_calendar.c.org_unit, work_calendar.c.settings).where(work_calendar.c.org_unit.in_(chain))
    )
    for row in sorted(rows, key=lambda row: -order[row.org_unit]):
        settings.update(row.settings)
    days: dict[date, CalendarDay] = {}
    found = tx.execute(select(calendar_day).where(calendar_day.c.org_unit.in_(chain)))
    for row in sorted(found, key=lambda row: -order[row.org_unit]):
        if row.kind == "regular":
            days.pop(row.day, None)
        else:
            hours = time_ranges(row.hours) if row.hours else None
            days[row.day] = CalendarDay(
                row.day, row.kind, row.zh, row.en, hours, row.announced, row.source, row.org_unit
            )
    announced = tx.execute(select(calendar_year.c.year).where(calendar_year.c.announced)).scalars()
    return WorkCalendar.from_values(
        values or {}, **parse_settings(settings), days=days, announced_years=frozenset(announced)
    )


def origins(tx: Transaction, units: Sequence[str]) -> dict[str, str]:
    """Setting → the unit of the chain that says it, nearest first; what no unit says comes from the parameters."""
    order = {unit: place for place, unit in enumerate(units)}
    rows = tx.execute(
        select(work_calendar.c.org_unit, work_calendar.c.settings).where(work_calendar.c.org_unit.in_(units))
    )
    found: dict[str, str] = {}
    for row in sorted(rows, key=lambda row: -order[row.org_unit]):
        found.update(dict.fromkeys(row.settings, row.org_unit))
    return found


class CalendarCache:
    """Calendars kept in memory for one database; one small statement tells whether they are still true."""

    def __init__(self) -> None:
        self._stamp: tuple[Any, ...] | None = None
        self._kept: dict[str, WorkCalendar] = {}

    def calendar(self, tx: Transaction, units: Sequence[str], values: Mapping[str, Any] | None = None) -> WorkCalendar:
        """As `load_calendar`."""
        stamp = _stamp(tx)
        relevant = {
            name: value for name, value in (values or {}).items() if name.startswith(("calendar.", "dispatch."))
        }
        key = f"{list(units)} {sorted(relevant.items())}"
        if stamp != self._stamp:
            self._kept, self._stamp = {}, stamp
        if key not in self._kept:
            self._kept[key] = load_calendar(tx, units, values)
        return self._kept[key]


def _stamp(tx: Transaction) -> tuple[Any, ...]:
    parts = [
        part
        for table, changed in (
            (work_calendar, work_calendar.c.changed_at),
            (calendar_day, calendar_day.c.changed_at),
            (calendar_year, calendar_year.c.imported_at),
        )
        for part in (
            select(func.count()).select_from(table).scalar_subquery(),
            select(func.max(changed)).scalar_subquery(),
        )
    ]
    return tuple(tx.execute(select(*parts)).one())


def parse_settings(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Stored settings (JSON) as arguments of `WorkCalendar`; refuses unknown keys and malformed values.

    Keys: tz, work_hours, working_weekdays, weekday_hours, quiet_windows, dispatch_weekdays, duty_hours, shifts.
    """
    made: dict[str, Any] = {}
    for key, value in settings.items():
        try:
            made[key] = _parse_setting(key, value)
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise _refuse(
                "bad_calendar_setting",
                f"工作日历的“{key}”格式不对。",
                f'The setting "{key}" of a calendar is malformed.',
                key,
            ) from error
    return made


def _parse_setting(key: str, value: Any) -> Any:
    if key in ("work_hours", "quiet_windows", "duty_hours"):
        return time_ranges(value)
    if key in ("working_weekdays", "dispatch_weekdays"):
        return frozenset(_weekday(item) for item in value)
    if key == "weekday_hours":
        return {_weekday(day): time_ranges(hours) for day, hours in value.items()}
    if key == "shifts":
        return tuple(_shift(item) for item in value)
    if key == "tz":
        return str(value)
    raise _refuse("unknown_calendar_setting", f"工作日历没有“{key}”这一项。", f'A calendar has no "{key}".', key)


def _shift(item: Mapping[str, Any]) -> Shift:
    (hours,) = time_ranges([item["hours"]])
    weekdays = frozenset(_weekday(day) for day in item.get("weekdays", range(7)))
    return Shift(item["key"], item["zh"], item["en"], hours, weekdays)


def _weekday(value: Any) -> int:
    number = int(value)
    if not 0 <= number <= 6:
        raise _refuse("not_a_weekday", "星期用 0（周一）到 6（周日）表示。", "Weekdays run from 0 (Monday) to 6.", "")
    return number


def set_calendar(
    tx: Transaction,
    org_unit: str,
    settings: Mapping[str, Any],
    *,
    actor: str,
    reason: str,
    expected_revision: int | None = None,
) -> int:
    """Replace what a unit does differently; returns the new revision. An empty mapping inherits everything again."""
    WorkCalendar(**parse_settings(settings))
    row = tx.execute(select(work_calendar).where(work_calendar.c.org_unit == org_unit)).first()
    revision = row.revision if row else 0
    if expected_revision is not None and expected_revision != revision:
        raise _changed_meanwhile()
    values = {
        "settings": dict(settings),
        "revision": revision + 1,
        "changed_by": actor,
        "changed_at": clock.now(),
        "reason": reason,
    }
    if row is None:
        tx.execute(insert(work_calendar).values(org_unit=org_unit, **values))
    else:
        changed = tx.execute(
            update(work_calendar)
            .where(work_calendar.c.org_unit == org_unit, work_calendar.c.revision == revision)
            .values(**values)
        )
        if changed.rowcount != 1:
            raise _changed_meanwhile()
    return revision + 1


def set_day(
    tx: Transaction,
    org_unit: str,
    day: date,
    kind: str,
    *,
    actor: str,
    reason: str,
    zh: str = "",
    en: str = "",
    hours: Any = None,
) -> None:
    """Make a day of a unit a `holiday`, a `workday` (with own hours when given) or `regular` (as its weekday)."""
    if kind not in ("holiday", "workday", "regular"):
        raise _refuse(
            "unknown_day_kind", "日期类型只能是休息、上班或按星期。", "A day is holiday, workday or regular.", "kind"
        )
    if hours and kind != "workday":
        raise _refuse("hours_on_day_off", "只有上班日可以填写时间段。", "Only a workday has hours.", "hours")
    ranges = [str(item) for item in time_ranges(hours)] if hours else None
    clear_day(tx, org_unit, day)
    tx.execute(
        insert(calendar_day).values(
            org_unit=org_unit,
            day=day,
            kind=kind,
            zh=zh,
            en=en,
            hours=ranges,
            announced=True,
            source="",
            by_hand=True,
            changed_by=actor,
            changed_at=clock.now(),
            reason=reason,
        )
    )


def clear_day(tx: Transaction, org_unit: str, day: date) -> bool:
    """Let a day of a unit be inherited again; False when nothing was set."""
    gone = tx.execute(delete(calendar_day).where(calendar_day.c.org_unit == org_unit, calendar_day.c.day == day))
    return bool(gone.rowcount)


def import_year(tx: Transaction, year: int | CalendarYear, *, actor: str) -> CalendarYear:
    """Bring in the official days of a year; a forecast is replaced, days that a person set are kept."""
    known = year if isinstance(year, CalendarYear) else official_year(year)
    first, last = date(known.year, 1, 1), date(known.year, 12, 31)
    in_year = (calendar_day.c.org_unit == EVERYWHERE) & calendar_day.c.day.between(first, last)
    tx.execute(delete(calendar_day).where(in_year, ~calendar_day.c.by_hand))
    kept = set(tx.execute(select(calendar_day.c.day).where(in_year)).scalars())
    at = clock.now()
    rows = [
        {
            "org_unit": EVERYWHERE,
            "day": item.day,
            "kind": item.kind,
            "zh": item.zh,
            "en": item.en,
            "hours": [str(span) for span in item.hours] if item.hours else None,
            "announced": item.announced,
            "source": item.source,
            "by_hand": False,
            "changed_by": actor,
            "changed_at": at,
            "reason": "",
        }
        for item in known.days
        if item.day not in kept
    ]
    if rows:
        tx.execute(insert(calendar_day), rows)
    tx.execute(delete(calendar_year).where(calendar_year.c.year == known.year))
    tx.execute(
        insert(calendar_year).values(
            year=known.year, announced=known.announced, source=known.source, imported_by=actor, imported_at=at
        )
    )
    return known


def import_missing_years(tx: Transaction, years: Iterable[CalendarYear], *, actor: str) -> list[int]:
    """Bring in the years that are not there yet or only as a forecast; returns those imported. Can be repeated."""
    there = imported_years(tx)
    missing = [year for year in years if there.get(year.year) is None or (year.announced and not there[year.year])]
    for year in missing:
        import_year(tx, year, actor=actor)
    return [year.year for year in missing]


def imported_years(tx: Transaction) -> dict[int, bool]:
    """Year → whether its holidays are announced (False: a forecast)."""
    return {row.year: row.announced for row in tx.execute(select(calendar_year).order_by(calendar_year.c.year))}


def _changed_meanwhile() -> Refusal:
    return Refusal(
        "changed_meanwhile",
        Message(
            "工作日历刚被他人修改，请刷新后重试。", "Somebody changed this calendar meanwhile; reload and try again."
        ),
    )


def _refuse(code: str, zh: str, en: str, key: str) -> Refusal:
    return Refusal(code, Message(zh, en), field=key or None, status=422)
