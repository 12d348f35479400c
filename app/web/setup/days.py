"""Step 3: whether the official holidays are known, and which hours the company works."""

from __future__ import annotations

from typing import Any

from flask import render_template
from sqlalchemy import select

from app import calendar, clock
from app.identity.tables import org_unit
from app.web.access import house
from app.web.admin import only_admin
from app.web.setup import pages, step_page


@pages.get("/calendar", endpoint="calendar")
@only_admin
def days() -> Any:
    """The years and where to change them; times are computed as the shown week says."""
    today = clock.now().astimezone(clock.ZONE).date()
    with house().db.reading() as tx:
        known = calendar.imported_years(tx)
        root = tx.value(select(org_unit.c.code).where(org_unit.c.depth == 0).order_by(org_unit.c.id).limit(1))
        years = [(year, known.get(year)) for year in (today.year, today.year + 1)]
        return render_template("setup/calendar.html", **step_page(tx, "calendar", years=years, root=root))
