"""Calendars: a year of working days, holidays with their make-up days, and the hours of each unit."""

from __future__ import annotations

import calendar as weeks
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from sqlalchemy import select

from app import calendar, clock
from app.calendar import EVERYWHERE, WorkCalendar, time_ranges
from app.calendar.tables import calendar_day, calendar_year, work_calendar
from app.clock import ZONE
from app.db import Transaction
from app.history import record
from app.identity import People
from app.messages import Message, Refusal
from app.web.access import actor, house, language, t
from app.web.admin import only_admin, pages
from app.web.admin.answers import error_of, say_with_undo, units_in_order
from app.web.admin.parameter_changes import move_clocks

FIRST_YEAR, LAST_YEAR = 2004, 2100
LONGEST_SPAN = 62
WEEKDAYS = (
    Message("周一", "Mon"),
    Message("周二", "Tue"),
    Message("周三", "Wed"),
    Message("周四", "Thu"),
    Message("周五", "Fri"),
    Message("周六", "Sat"),
    Message("周日", "Sun"),
)
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
@only_admin
def year() -> Any:
    """A year of one unit, and the day one looks at."""
    return _page({})


@pages.post("/calendar/day")
@only_admin
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
        kind, reason = form.get("kind", ""), _reason(form)
        if kind not in KINDS:
            raise Refusal("unknown_day_kind", Message("请选择类型。", "Choose a kind."), field="kind", status=422)
        hours = form.get("hours", "").strip() if kind == "workday" else ""
        if hours:
            _ranges(hours, "hours")
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
            moved = move_clocks(tx, house())
    except Refusal as refusal:
        return _page(error_of(refusal)), 422
    sentence = t("日历已保存。", "The calendar is saved.") + _moved(moved)
    if day != until:
        flash(sentence)
    elif before is None:
        say_with_undo(
            sentence,
            url_for("admin.clear_days"),
            unit=unit,
            day=day.isoformat(),
            reason=t("撤销", "taken back"),
        )
    else:
        say_with_undo(
            sentence,
            url_for("admin.set_days"),
            unit=unit,
            day=day.isoformat(),
            kind=before.kind,
            zh=before.zh,
            en=before.en,
            hours=", ".join(before.hours or ()),
            reason=t("撤销", "taken back"),
        )
    return redirect(url_for("admin.year", year=day.year, unit=unit, day=day.isoformat()) + "#day")


@pages.post("/calendar/day/clear")
@only_admin
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
            moved = move_clocks(tx, house())
    except Refusal as refusal:
        return _page(error_of(refusal)), 422
    flash(t("这一天恢复默认。", "The day is as before.") + _moved(moved))
    return redirect(url_for("admin.year", year=day.year, unit=unit, day=day.isoformat()) + "#day")


@pages.post("/calendar/years")
@only_admin
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
            moved = move_clocks(tx, house())
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
        + _moved(moved)
    )
    return redirect(url_for("admin.year", year=number))


@pages.route("/calendar/hours/<code>", methods=["GET", "POST"])
@only_admin
def hours(code: str) -> Any:
    """The working hours, rest windows of customers and hotline hours of a unit; what is not set is inherited."""
    errors: dict[str, str] = {}
    form = request.form
    if request.method == "POST":
        try:
            with house().db.transaction() as tx:
                unit = People.unit(tx, code)
                row = tx.row(select(work_calendar).where(work_calendar.c.org_unit == code))
                settings = _settings(form, dict(row.settings) if row is not None else {})
                calendar.set_calendar(
                    tx,
                    code,
                    settings,
                    actor=actor().name,
                    reason=_reason(form),
                    expected_revision=form.get("revision", type=int),
                )
                record(
                    tx,
                    actor=actor(),
                    kind="calendar_set",
                    data={"unit": code, "settings": settings, "reason": form["reason"].strip()},
                )
                moved = move_clocks(tx, house())
        except Refusal as refusal:
            if refusal.code == "unknown_unit":
                raise
            errors = error_of(refusal)
        else:
            flash(t(f"{unit.name}的工作时间已保存。", f"The hours of {unit.name} are saved.") + _moved(moved))
            return redirect(url_for("admin.hours", code=code))
    with house().db.reading() as tx:
        unit = People.unit(tx, code)
        row = tx.row(select(work_calendar).where(work_calendar.c.org_unit == code))
        units = units_in_order(tx)
        above = unit.path.rstrip("/").rsplit("/", 1)[0] + "/"
        inherited = house().calendar(tx, above)
        in_force = house().calendar(tx, unit.path)
    settings = dict(row.settings) if row is not None else {}
    return render_template(
        "admin/hours.html",
        unit=unit,
        units=units,
        row=row,
        settings=settings,
        inherited=inherited,
        in_force=in_force,
        weekdays=[label.text(language()) for label in WEEKDAYS],
        shown=_shown(inherited),
        now=_shown(in_force),
        form=form,
        typed=bool(form),
        errors=errors,
    ), 422 if errors else 200


def _settings(form: Any, settings: dict[str, Any]) -> dict[str, Any]:
    """What the form says, over what it does not show (time zone, shifts, days of dispatch)."""
    for key in ("work_hours", "working_weekdays", "weekday_hours", "quiet_windows", "duty_hours"):
        settings.pop(key, None)
    if not form.get("inherit_work"):
        settings["work_hours"] = _ranges(form.get("work_hours", ""), "work_hours", needed=True)
        days = sorted({int(day) for day in form.getlist("weekday") if day in "0123456"})
        if not days:
            raise Refusal(
                "no_working_time",
                Message("每周至少有一个工作日。", "A week has at least one working day."),
                field="weekday",
                status=422,
            )
        settings["working_weekdays"] = days
        special = {
            str(day): _ranges(form[f"hours_{day}"], f"hours_{day}")
            for day in days
            if form.get(f"hours_{day}", "").strip()
        }
        if special:
            settings["weekday_hours"] = special
    if not form.get("inherit_quiet"):
        settings["quiet_windows"] = _ranges(form.get("quiet_windows", ""), "quiet_windows")
    if not form.get("inherit_duty"):
        settings["duty_hours"] = _ranges(form.get("duty_hours", ""), "duty_hours", needed=True)
    return settings


def _ranges(text: str, field: str, *, needed: bool = False) -> list[str]:
    """Time ranges as typed, one per line or with commas; a mistake stands at its field."""
    try:
        found = [str(item) for item in time_ranges(text.replace("\n", ",").replace("：", ":"))]
    except Refusal as refusal:
        raise Refusal(refusal.code, refusal.message, field=field, status=422) from None
    if needed and not found:
        raise Refusal(
            "hours_missing",
            Message("请填写时间段，例如 08:30-17:30。", "Give time ranges such as 08:30-17:30."),
            field=field,
            status=422,
        )
    return found


def _shown(found: WorkCalendar) -> dict[str, str]:
    """The hours of a calendar in words."""
    none = t("无", "none")
    joint = t("、", ", ")
    days = joint.join(WEEKDAYS[day].text(language()) for day in sorted(found.working_weekdays))
    special = joint.join(
        f"{WEEKDAYS[day].text(language())} {joint.join(map(str, spans))}"
        for day, spans in sorted(found.weekday_hours.items())
    )
    return {
        "work": f"{joint.join(map(str, found.work_hours))}（{days}）" + (f"；{special}" if special else ""),
        "quiet": joint.join(map(str, found.quiet_windows)) or none,
        "duty": joint.join(map(str, found.duty_hours)) or none,
    }


def _page(errors: dict[str, str]) -> str:
    source = request.form if request.method == "POST" else request.args
    today = clock.now().astimezone(ZONE).date()
    chosen = _maybe_day(source.get("day", ""))
    number = source.get("year", type=int) or (chosen.year if chosen else today.year)
    number = min(max(number, FIRST_YEAR), LAST_YEAR)
    with house().db.reading() as tx:
        unit = source.get("unit", EVERYWHERE)
        units = units_in_order(tx)
        row = next((each for each in units if each.code == unit), None)
        if unit != EVERYWHERE and row is None:
            People.unit(tx, unit)
        if row is None:
            unit = EVERYWHERE
            found = calendar.load_calendar(tx, [], house().parameters(tx).as_dict())
        else:
            found = house().calendar(tx, row.path)
        own = {
            each.day: each
            for each in tx.rows(
                select(calendar_day).where(
                    calendar_day.c.org_unit == unit,
                    calendar_day.c.by_hand,
                    calendar_day.c.day.between(date(number, 1, 1), date(number, 12, 31)),
                )
            )
        }
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
        special=found.days.get(chosen) if chosen else None,
        own_day=own.get(chosen) if chosen else None,
        spans=[str(item) for item in found.hours_of(chosen)] if chosen else [],
        kinds=KINDS,
        errors=errors,
        form=request.form,
        everywhere=EVERYWHERE,
        first_year=FIRST_YEAR,
        last_year=LAST_YEAR,
        shown=_shown(found),
    )


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

    return [[cell(day) if day.month == month else None for day in week] for week in _weeks(year, month)]


def _weeks(year: int, month: int) -> Iterator[list[date]]:
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


def _reason(form: Any) -> str:
    reason = str(form.get("reason", "")).strip()
    if not reason:
        raise Refusal("reason_missing", Message("请填写原因。", "Please give the reason."), field="reason", status=422)
    return reason


def _moved(number: int) -> str:
    if not number:
        return ""
    return t(f"{number} 个进行中的时限已重新计算。", f" {number} running deadlines were computed again.")
