"""The hours of a unit: working hours, rest windows of customers, hotline, dispatch days, shifts."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from sqlalchemy import select

from app import calendar
from app.calendar.tables import work_calendar
from app.history import record
from app.identity import People
from app.messages import Message, Refusal
from app.web.access import actor, house, language, t
from app.web.admin import keeps_rules, pages
from app.web.admin.answers import error_of, units_in_order
from app.web.admin.calendar_words import (
    WEEKDAYS,
    moved_words,
    read_ranges,
    read_shifts,
    reason_of,
    shift_lines,
    shown_hours,
)

# What each checkbox "as above" leaves to the unit above.
PARTS = {
    "work": ("work_hours", "working_weekdays", "weekday_hours"),
    "quiet": ("quiet_windows",),
    "duty": ("duty_hours",),
    "dispatch": ("dispatch_weekdays",),
    "shifts": ("shifts",),
}


@pages.route("/calendar/hours/<code>", methods=["GET", "POST"])
@keeps_rules
def hours(code: str) -> Any:
    """See and change the hours of a unit."""
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
                    reason=reason_of(form),
                    expected_revision=form.get("revision", type=int),
                )
                data = {"unit": code, "settings": settings, "before": dict(row.settings) if row is not None else {}}
                record(tx, actor=actor(), kind="calendar_set", data={**data, "reason": form["reason"].strip()})
                moved = house().move_clocks(tx)
        except Refusal as refusal:
            if refusal.code == "unknown_unit":
                raise
            errors = error_of(refusal)
        else:
            flash(t(f"{unit.name}的工作时间已保存。", f"The hours of {unit.name} are saved.") + moved_words(moved))
            return redirect(url_for("admin.hours", code=code))
    with house().db.reading() as tx:
        unit = People.unit(tx, code)
        row = tx.row(select(work_calendar).where(work_calendar.c.org_unit == code))
        units = units_in_order(tx)
        above = unit.path.rstrip("/").rsplit("/", 1)[0] + "/"
        inherited = house().calendar(tx, above)
        in_force = house().calendar(tx, unit.path)
        from_above = calendar.origins(tx, [each for each in reversed(above.split("/")) if each])
    settings = dict(row.settings) if row is not None else {}
    names = {each.code: each.name for each in units}
    return render_template(
        "admin/hours.html",
        unit=unit,
        units=units,
        row=row,
        settings=settings,
        inherited=inherited,
        in_force=in_force,
        weekdays=[label.text(language()) for label in WEEKDAYS],
        shown=shown_hours(inherited),
        now=shown_hours(in_force),
        # Where what is inherited comes from: a unit above, at last the parameters.
        says={
            part: next((names.get(from_above[key], from_above[key]) for key in keys if key in from_above), "")
            for part, keys in PARTS.items()
        },
        inherits={part: not any(key in settings for key in keys) for part, keys in PARTS.items()},
        shift_text="\n".join(shift_lines(in_force.shifts)),
        form=form,
        typed=bool(form),
        errors=errors,
    ), 422 if errors else 200


def _settings(form: Any, settings: dict[str, Any]) -> dict[str, Any]:
    """What the form says, over what it does not show (the time zone)."""
    shifts = settings.get("shifts", ())
    for key in (key for keys in PARTS.values() for key in keys):
        settings.pop(key, None)
    if not form.get("inherit_work"):
        settings["work_hours"] = read_ranges(form.get("work_hours", ""), "work_hours", needed=True)
        days = settings["working_weekdays"] = _days(
            form, "weekday", "每周至少有一个工作日。", "at least one working day"
        )
        special = {
            str(day): read_ranges(form[f"hours_{day}"], f"hours_{day}")
            for day in days
            if form.get(f"hours_{day}", "").strip()
        }
        if special:
            settings["weekday_hours"] = special
    if not form.get("inherit_quiet"):
        settings["quiet_windows"] = read_ranges(form.get("quiet_windows", ""), "quiet_windows")
    if not form.get("inherit_duty"):
        settings["duty_hours"] = read_ranges(form.get("duty_hours", ""), "duty_hours", needed=True)
    if not form.get("inherit_dispatch"):
        days = _days(form, "dispatch", "每周至少有一个派工日。", "at least one day on which visits go out")
        settings["dispatch_weekdays"] = days
    if not form.get("inherit_shifts"):
        settings["shifts"] = read_shifts(form.get("shifts", ""), shifts, "shifts")
    return settings


def _days(form: Any, field: str, zh: str, en: str) -> list[int]:
    days = sorted({int(day) for day in form.getlist(field) if day in set("0123456")})
    if not days:
        raise Refusal("no_weekday", Message(zh, f"A week has {en}."), field=field, status=422)
    return days
