"""Calendars: a year of working days, and making days off, workdays or as their weekday."""

from __future__ import annotations

import calendar as weeks
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from sqlalchemy import select

from app import calendar, clock
from app.calendar import EVERYWHERE, WorkCalendar
from app.calendar.tables import calendar_day, calendar_year
from app.clock import ZONE
from app.db import Transaction
from app.history import record
from app.identity import People
from app.messages import Message, Refusal
from app.web.access import actor, house, language, t
from app.web.admin import keeps_rules, pages
from app.web.admin.answers import error_of, say_with_undo, units_in_order
from app.web.admin.calendar_words import WEEKDAYS, moved_words, read_ranges, reason_of, shown_hours

FIRST_YEAR, LAST_YEAR = 2004, 2100
LONGEST_SPAN = 62
KINDS = {
    "holiday": Message("休息", "day off"),
    "workday": Message("上班", "workday"),
    "regular": Message("按星期（不管上级怎么定）", "as its weekday, whatever the unit above says"),
}


@dataclass(frozen=True, slots=True)
class DayCell:
    """One day of the year view."""

    day: date
    working: bool
    mark: str  # 休 or 班 where it differs from its weekday
    name: str
    own: bool  # set by hand for the unit on the page
    forecast: bool
    today: bool
    chosen: bool


@pages.get("/calendar")
@keeps_rules
def year() -> Any:
    """A year of one unit, and the day one looks at."""
    return _page({})


@pages.post("/calendar/day")
@keeps_rules
def set_days() -> Any:
    """Make a day, or the days until another, days off, workdays or as their weekday."""
    form = request.form
    unit = form.get("unit", EVERYWHERE)
    try:
        day = _read_day(form.get("day", ""), "day")
        until = _read_day(form["until"], "until") if form.get("until", "").strip() else day
        if not day <= until <= day + timedelta(days=LONGEST_SPAN):
            raise Refusal(
                "bad_span",
                Message(
                    f"结束日期不能早于开始日期，一次最多 {LONGEST_SPAN} 天。",
                    f"The last day is not before the first; at most {LONGEST_SPAN} days at once.",
                ),
                field="until",
                status=422,
            )
        kind, reason = form.get("kind", ""), reason_of(form)
        if kind not in KINDS:
            raise Refusal("unknown_day_kind", Message("请选择类型。", "Choose a kind."), field="kind", status=422)
        hours = form.get("hours", "").strip() if kind == "workday" else ""
        if hours:
            read_ranges(hours, "hours")
        with house().db.transaction() as tx:
            unit = _unit(tx, unit)
            before = _own_day(tx, unit, day)
            for number in range((until - day).days + 1):
                calendar.set_day(
                    tx,
                    unit,
                    day + timedelta(days=number),
                    kind,
                    actor=actor().name,
                    reason=reason,
                    zh=form.get("zh", "").strip(),
                    en=form.get("en", "").strip(),
                    hours=hours or None,
                )
            span = day.isoformat() if day == until else f"{day.isoformat()}—{until.isoformat()}"
            record(
                tx,
                actor=actor(),
                kind="calendar_day_set",
                data={"unit": unit, "day": span, "kind": kind, "reason": reason},
            )
            moved = house().move_clocks(tx)
    except Refusal as refusal:
        return _page(error_of(refusal)), 422
    sentence = t("日历已保存。", "The calendar is saved.") + moved_words(moved)
    if day != until:
        flash(sentence)
    elif before is None:
        say_with_undo(
            sentence,
            url_for("admin.clear_days"),
            unit=unit,
            view=form.get("view", ""),
            day=day.isoformat(),
            reason=t("撤销", "taken back"),
        )
    else:
        say_with_undo(
            sentence,
            url_for("admin.set_days"),
            unit=unit,
            view=form.get("view", ""),
            day=day.isoformat(),
            kind=before.kind,
            zh=before.zh,
            en=before.en,
            hours=", ".join(before.hours or ()),
            reason=t("撤销", "taken back"),
        )
    return redirect(_shown_day(unit, day))


@pages.post("/calendar/day/clear")
@keeps_rules
def clear_days() -> Any:
    """Let a day be as the unit above or the official calendar says."""
    form = request.form
    try:
        day = _read_day(form.get("day", ""), "day")
        with house().db.transaction() as tx:
            unit = _unit(tx, form.get("unit", EVERYWHERE))
            if calendar.clear_day(tx, unit, day):
                record(
                    tx,
                    actor=actor(),
                    kind="calendar_day_set",
                    data={
                        "unit": unit,
                        "day": day.isoformat(),
                        "kind": "inherited",
                        "reason": form.get("reason", "").strip(),
                    },
                )
            moved = house().move_clocks(tx)
    except Refusal as refusal:
        return _page(error_of(refusal)), 422
    flash(t("这一天恢复默认。", "The day is as before.") + moved_words(moved))
    return redirect(_shown_day(unit, day))


@pages.post("/calendar/years")
@keeps_rules
def take_year() -> Any:
    """Bring in the official days of a year; days set by hand stay."""
    number = request.form.get("year", 0, type=int)
    try:
        if not FIRST_YEAR <= number <= LAST_YEAR:
            raise Refusal("bad_year", Message("请填写年份。", "Give a year."), field="import", status=422)
        with house().db.transaction() as tx:
            known = calendar.import_year(tx, number, actor=actor().name)
            record(
                tx,
                actor=actor(),
                kind="calendar_year_imported",
                data={"year": number, "announced": known.announced, "source": known.source},
            )
            moved = house().move_clocks(tx)
    except Refusal as refusal:
        return _page({"import": "".join(error_of(refusal).values())}), 422
    state = (
        t("已公布的安排", "as announced")
        if known.announced
        else t("预测，尚未公布，没有调休", "a forecast, not yet announced, without make-up days")
    )
    flash(
        t(
            f"已导入 {number} 年法定节假日 {len(known.days)} 天（{state}）。",
            f"Imported {len(known.days)} official days of {number} ({state}).",
        )
        + moved_words(moved)
    )
    return redirect(url_for("admin.year", year=number))


def calendar_seen(tx: Transaction, unit: str) -> tuple[str, Any, WorkCalendar]:
    """The unit that was asked for with its row and calendar; above all units there is no row."""
    if unit == EVERYWHERE:
        return unit, None, calendar.load_calendar(tx, [], house().parameters(tx).as_dict())
    row = People.unit(tx, unit)
    return unit, row, house().calendar(tx, row.path)


def own_days(tx: Transaction, unit: str, first: date, last: date) -> dict[date, Any]:
    """The days that somebody set by hand for this very unit."""
    query = select(calendar_day).where(
        calendar_day.c.org_unit == unit, calendar_day.c.by_hand, calendar_day.c.day.between(first, last)
    )
    return {row.day: row for row in tx.rows(query)}


def _page(errors: dict[str, str]) -> str:
    source = request.form if request.method == "POST" else request.args
    today = clock.now().astimezone(ZONE).date()
    chosen = _maybe_day(source.get("day", ""))
    number = source.get("year", type=int) or (chosen.year if chosen else today.year)
    number = min(max(number, FIRST_YEAR), LAST_YEAR)
    with house().db.reading() as tx:
        unit, row, found = calendar_seen(tx, source.get("unit", EVERYWHERE))
        units = units_in_order(tx)
        own = own_days(tx, unit, date(number, 1, 1), date(number, 12, 31))
        state = tx.row(select(calendar_year).where(calendar_year.c.year == number))
    months = [_month(found, number, month, own, today, chosen) for month in range(1, 13)]
    cells = [cell for month in months for week in month for cell in week if cell is not None]
    return render_template(
        "admin/calendar.html",
        year=number,
        unit=unit,
        unit_row=row,
        units=units,
        months=months,
        weekdays=[label.text(language())[-1:] if language() == "zh" else label.en for label in WEEKDAYS],
        state=state,
        working=sum(cell.working for cell in cells),
        own=own,
        chosen=chosen,
        cell=next((cell for cell in cells if cell.day == chosen), None),
        view="year",
        special=(special := found.days.get(chosen) if chosen else None),
        says=next((each.name for each in units if special and each.code == special.org_unit), ""),
        own_day=own.get(chosen) if chosen else None,
        spans=[str(item) for item in found.hours_of(chosen)] if chosen else [],
        kinds=KINDS,
        errors=errors,
        form=request.form,
        everywhere=EVERYWHERE,
        first_year=FIRST_YEAR,
        last_year=LAST_YEAR,
        shown=shown_hours(found),
    )


def _shown_day(unit: str, day: date) -> str:
    """The page from which a day was changed, with that day open."""
    if request.form.get("view") == "month":
        return url_for("admin.month", unit=unit, month=f"{day:%Y-%m}", day=day.isoformat()) + "#day"
    return url_for("admin.year", year=day.year, unit=unit, day=day.isoformat()) + "#day"


def _month(
    found: WorkCalendar, year: int, month: int, own: dict[date, Any], today: date, chosen: date | None
) -> list[list[DayCell | None]]:
    lang = language()

    def cell(day: date) -> DayCell:
        special = found.days.get(day)
        mark = ""
        if special is not None:
            mark = t("休", "off") if special.kind == "holiday" else t("班", "work")
        return DayCell(
            day=day,
            working=found.is_working_day(day),
            mark=mark,
            name=(special.zh if lang == "zh" else special.en or special.zh) if special is not None else "",
            own=day in own,
            forecast=special is not None and not special.announced,
            today=day == today,
            chosen=day == chosen,
        )

    return [[cell(day) if day.month == month else None for day in week] for week in weeks_of(year, month)]


def weeks_of(year: int, month: int) -> Iterator[list[date]]:
    """The weeks of a month, Monday first, filled up with the days around it."""
    yield from weeks.Calendar(firstweekday=0).monthdatescalendar(year, month)


def _own_day(tx: Transaction, unit: str, day: date) -> Any:
    return tx.row(
        select(calendar_day).where(calendar_day.c.org_unit == unit, calendar_day.c.day == day, calendar_day.c.by_hand)
    )


def _unit(tx: Transaction, code: str) -> str:
    return code if code == EVERYWHERE else str(People.unit(tx, code).code)


def _maybe_day(text: str) -> date | None:
    try:
        found = date.fromisoformat(text.strip())
    except ValueError:
        return None
    return found if FIRST_YEAR <= found.year <= LAST_YEAR else None


def _read_day(text: str, field: str) -> date:
    found = _maybe_day(text)
    if found is None:
        raise Refusal("not_a_date", Message("请填写日期。", "Give the date."), field=field, status=422)
    return found
