"""Who changed what, when and why: everything on record that belongs to no case."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from flask import render_template, request, url_for
from sqlalchemy import Text, or_, select, type_coerce

from app.clock import ZONE
from app.history import history_event
from app.web.access import house, language
from app.web.admin import only_admin, pages
from app.web.admin.answers import arguments_of
from app.web.admin.audit_words import GROUPS, TELLERS, kinds_of, told

PAGE = 50


@pages.get("/audit")
@only_admin
def audit() -> Any:
    """Changes, newest first: by person, subject, day and text."""
    group = request.args.get("group", "")
    who, text = request.args.get("who", "").strip(), request.args.get("text", "").strip()
    first, last = _day(request.args.get("from", "")), _day(request.args.get("until", ""))
    query = select(history_event).where(history_event.c.case_no.is_(None))
    if group == "other":
        query = query.where(history_event.c.kind.not_in(list(TELLERS)))
    elif group in GROUPS:
        query = query.where(history_event.c.kind.in_(kinds_of(group)))
    else:
        # Logins would bury the changes.
        query = query.where(history_event.c.kind != "logged_in")
    if who:
        query = query.where(history_event.c.actor_name.contains(who, autoescape=True))
    if text:
        query = query.where(
            or_(
                type_coerce(history_event.c.data, Text).contains(text, autoescape=True),
                history_event.c.element_name.contains(text, autoescape=True),
            )
        )
    if first is not None:
        query = query.where(history_event.c.at >= _start(first))
    if last is not None:
        query = query.where(history_event.c.at < _start(last + timedelta(days=1)))
    before = request.args.get("before", type=int)
    if before is not None and 0 < before < 2**62:
        query = query.where(history_event.c.id < before)
    with house().db.reading() as tx:
        rows = tx.rows(query.order_by(history_event.c.id.desc()).limit(PAGE + 1))
        lines = told(tx, rows[:PAGE], language())
    arguments = arguments_of("group", "who", "text", "from", "until")
    return render_template(
        "admin/audit.html",
        lines=lines,
        groups=GROUPS,
        group=group,
        who=who,
        text=text,
        first=first.isoformat() if first else "",
        last=last.isoformat() if last else "",
        filtered=bool(arguments),
        newest_url=url_for("admin.audit", **arguments) if before else None,
        next_url=url_for("admin.audit", **arguments, before=rows[PAGE - 1].id) if len(rows) > PAGE else None,
    )


def _day(text: str) -> date | None:
    try:
        found = date.fromisoformat(text.strip())
    except ValueError:
        return None
    # The ends of the calendar cannot be turned into another time zone.
    return found if 2000 <= found.year < 2200 else None


def _start(day: date) -> datetime:
    return datetime.combine(day, time(), ZONE)
