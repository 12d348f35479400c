"""The deadlines that run now, the most overdue first (RP16)."""

from __future__ import annotations

from typing import Any

from flask import render_template, request

from app import calendar, clock, kpi
from app.web.access import FIGURE_ROLES, actor, house, require_role
from app.web.figures import pages
from app.web.figures.looking import looking

PAGE = 50


@pages.get("/deadlines")
@require_role(*FIGURE_ROLES)
def deadlines() -> Any:
    """Open clocks by state and kind, with who answers for them."""
    kind = request.args.get("kind", "") if request.args.get("kind") in calendar.KINDS else ""
    state = request.args.get("state", "") if request.args.get("state") in kpi.STATES else ""
    text = request.args.get("page", "1")
    number = max(1, int(text)) if text.isdecimal() and len(text) < 6 else 1
    with house().db.reading() as tx:
        choice = looking(tx)
        counts = kpi.count_deadlines(tx, reach=choice.reach, now=clock.now(), unit=choice.unit)
        found = kpi.find_deadlines(
            tx,
            reach=choice.reach,
            now=clock.now(),
            unit=choice.unit,
            kind=kind,
            state=state,
            offset=(number - 1) * PAGE,
            limit=PAGE,
        )
    someone = actor()
    return render_template(
        "figures/deadlines.html",
        choice=choice,
        counts=counts,
        found=found[:PAGE],
        more=len(found) > PAGE,
        kind=kind,
        state=state,
        number=number,
        kinds=calendar.KINDS,
        states=kpi.STATES,
        units={unit.path: unit.name for unit in choice.units},
        reaches=lambda path: someone.reaches(path),
    )
