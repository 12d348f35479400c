"""A leader's view: the open tasks of his people, late ones first; reassign with a reason."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, render_template, request

from app.runtime.queries import Filters, team_tasks
from app.web.access import actor, house, led_at

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
    led = sorted({role for roles in leads.values() for role in roles})
    return render_template("team/team.html", rows=rows, filters=filters, leads=led, roles=house().roles)
