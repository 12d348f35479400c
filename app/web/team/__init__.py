"""A leader's view: the open tasks of his people, late ones first; reassign with a reason."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for

from app.runtime import acknowledge_attempt
from app.runtime.attempts import RULES
from app.runtime.queries import Filters, open_attempts, team_tasks
from app.web.access import actor, house, led_at, t

pages = Blueprint("team", __name__)


@pages.get("/team")
def page() -> Any:
    """Open tasks of the roles that report to one's own."""
    someone = actor()
    leads = led_at(someone)
    if not leads:
        abort(403)
    filters = Filters(
        role=request.args.get("role", ""), due=request.args.get("due", ""), text=request.args.get("text", "")[:100]
    )
    with house().db.reading() as tx:
        rows = team_tasks(tx, leads, filters=filters)
        attempts = open_attempts(tx, someone)
    led = sorted({role for roles in leads.values() for role in roles})
    return render_template(
        "team/team.html", rows=rows, filters=filters, leads=led, roles=house().roles, attempts=attempts, rules=RULES
    )


@pages.post("/team/attempts/<int:attempt_id>/acknowledge")
def acknowledge(attempt_id: int) -> Any:
    """The leader has taken note of a refused attempt."""
    with house().db.transaction() as tx:
        acknowledge_attempt(tx, actor=actor(), attempt_id=attempt_id)
    flash(t("已知悉。", "Noted."))
    return redirect(url_for("team.page"))
