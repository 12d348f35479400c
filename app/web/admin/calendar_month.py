"""A month of one unit, a field per day: what it is, its hours and shifts, and who says so."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from flask import render_template, request, url_for

from app import calendar, clock
from app.calendar import EVERYWHERE, WorkCalendar
from app.clock import ZONE
from app.web.access import house, language, t
from app.web.admin import keeps_rules, pages
from app.web.admin.answers import units_in_order
from app.web.admin.calendar_pages import FIRST_YEAR, KINDS, LAST_YEAR, calendar_seen, own_days, weeks_of
from app.web.admin.calendar_words import WEEKDAYS, shown_hours


@dataclass(frozen=True, slots=True)
class DayField:
    """One day of the month view."""

    day: date
    working: bool
    special: bool  # otherwise than its weekday
    name: str
    hours: tuple[str, ...]
    shifts: tuple[str, ...]
    dispatch: bool  # visits go out on it, and not on every day
    says: str  # who made it special
    own: bool
    forecast: bool
    today: bool
    chosen: bool


@pages.get("/calendar/month")
@keeps_rules
def month() -> Any:
    """A month of one unit, and the day one looks at."""
    today = clock.now().astimezone(ZONE).date()
    chosen = _day(request.args.get("day", ""))
    first = _day(f"{request.args.get('month', '')}-01") or (chosen or today).replace(day=1)
    with house().db.reading() as tx:
        unit, row, found = calendar_seen(tx, request.args.get("unit", EVERYWHERE))
        units = units_in_order(tx)
        own = own_days(tx, unit, first, calendar.add_months(first, 1) - timedelta(days=1))
    names = {each.code: each.name for each in units}
    fields = [
        [_field(found, day, own, names, today, chosen) if day.month == first.month else None for day in week]
        for week in weeks_of(first.year, first.month)
    ]
    earlier, later = calendar.add_months(first, -1), calendar.add_months(first, 1)
    special = found.days.get(chosen) if chosen else None
    return render_template(
        "admin/month.html",
        first=first,
        title=t(f"{first.year}年{first.month}月", f"{first:%B %Y}"),
        unit=unit,
        unit_row=row,
        units=units,
        weeks=fields,
        weekdays=[label.text(language()) for label in WEEKDAYS],
        working=sum(cell.working for week in fields for cell in week if cell is not None),
        earlier=url_for("admin.month", unit=unit, month=f"{earlier:%Y-%m}") if earlier.year >= FIRST_YEAR else "",
        later=url_for("admin.month", unit=unit, month=f"{later:%Y-%m}") if later.year <= LAST_YEAR else "",
        announced=first.year in found.announced_years,
        shown=shown_hours(found),
        everywhere=EVERYWHERE,
        view="month",
        chosen=chosen,
        cell=next((cell for week in fields for cell in week if cell is not None and cell.day == chosen), None),
        special=special,
        says=_says(special, names) if special else "",
        own_day=own.get(chosen) if chosen else None,
        spans=[str(item) for item in found.hours_of(chosen)] if chosen else [],
        kinds=KINDS,
        errors={},
        form={},
    )


def _field(
    found: WorkCalendar, day: date, own: dict[date, Any], names: dict[str, str], today: date, chosen: date | None
) -> DayField:
    special = found.days.get(day)
    lang = language()
    return DayField(
        day=day,
        working=found.is_working_day(day),
        special=special is not None,
        name=(special.zh if lang == "zh" else special.en or special.zh) if special is not None else "",
        hours=tuple(str(item) for item in found.hours_of(day)),
        shifts=tuple(
            f"{item.zh if lang == 'zh' else item.en} {item.hours}"
            for item in found.shifts
            if day.weekday() in item.weekdays
        ),
        dispatch=len(found.dispatch_weekdays) < 7 and found.is_dispatch_day(day),
        says=_says(special, names) if special is not None else "",
        own=day in own,
        forecast=special is not None and not special.announced,
        today=day == today,
        chosen=day == chosen,
    )


def _says(special: Any, names: dict[str, str]) -> str:
    """The unit that makes the day special; above all units it is the official calendar or a day set for everybody."""
    if special.org_unit == EVERYWHERE:
        return t("法定", "official") if special.source else t("全公司", "everywhere")
    return names.get(special.org_unit, special.org_unit)


def _day(text: str) -> date | None:
    try:
        found = date.fromisoformat(text.strip())
    except ValueError:
        return None
    return found if FIRST_YEAR <= found.year <= LAST_YEAR else None
