"""Who can do what: the list of skills, and every engineer's skills and certificates as dispatch reads them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import redirect, render_template, request, url_for
from sqlalchemy import exists, or_, select

from app import clock
from app.aftersales.skills import add_skill, remove_skill, rename_skill
from app.connectors.engineers import ROLE
from app.db import Transaction
from app.identity.tables import org_unit, role_assignment, user_account, user_skill
from app.messages import Refusal
from app.web.access import actor, house, t
from app.web.admin import only_admin, pages
from app.web.admin.answers import error_of, open_units, say_with_undo
from app.web.admin.overview import CERTIFICATE_DAYS
from app.web.admin.people_queries import skill_names, skills_of

STATES = ("", "without", "ending")


@pages.get("/skills")
@only_admin
def skills() -> Any:
    """Everybody whom dispatch may choose, with skills and the end of each certificate."""
    return _page()


@pages.post("/skills")
@only_admin
def new_skill() -> Any:
    """Add a skill to the list."""
    form = request.form
    try:
        with house().db.transaction() as tx:
            add_skill(tx, actor=actor(), code=form.get("code", ""), name=form.get("name", ""))
    except Refusal as refusal:
        return _page(errors=error_of(refusal), typed=form), 422
    name = form["name"].strip()
    say_with_undo(
        t(f"已添加技能“{name}”。", f"“{name}” is on the list."), url_for("admin.drop_skill", code=form["code"].strip())
    )
    return redirect(url_for("admin.skills") + "#list")


@pages.post("/skills/<code>")
@only_admin
def change_skill(code: str) -> Any:
    """Give a skill another name."""
    name = request.form.get("name", "")
    try:
        with house().db.transaction() as tx:
            before = rename_skill(tx, actor=actor(), code=code, name=name)
    except Refusal as refusal:
        if refusal.status == 404:
            raise
        return _page(errors={f"skill-{code}": "".join(error_of(refusal).values())}), 422
    say_with_undo(
        t(f"“{before}”现在叫“{name.strip()}”。", f"“{before}” is now called “{name.strip()}”."),
        url_for("admin.change_skill", code=code),
        name=before,
    )
    return redirect(url_for("admin.skills") + "#list")


@pages.post("/skills/<code>/remove")
@only_admin
def drop_skill(code: str) -> Any:
    """Take a skill that nobody has off the list; the notice can put it back."""
    try:
        with house().db.transaction() as tx:
            name = remove_skill(tx, actor=actor(), code=code)
    except Refusal as refusal:
        if refusal.status == 404:
            raise
        return _page(errors={f"skill-{code}": "".join(error_of(refusal).values())}), 422
    say_with_undo(
        t(f"已删去技能“{name}”。", f"“{name}” is off the list."), url_for("admin.new_skill"), code=code, name=name
    )
    return redirect(url_for("admin.skills") + "#list")


def _page(*, errors: dict[str, str] | None = None, typed: Any = None) -> str:
    unit, skill, state = (request.args.get(name, "") for name in ("unit", "skill", "state"))
    today = clock.now().astimezone(clock.ZONE).date()
    soon = today + timedelta(days=CERTIFICATE_DAYS)
    with house().db.reading() as tx:
        names = skill_names(tx)
        people = _people(tx, unit)
        held = skills_of(tx, [row.id for row in people])
        units = open_units(tx)
    numbers = {code: sum(code in each for each in held.values()) for code in names}
    if skill:
        people = [row for row in people if skill in held.get(row.id, {})]
    if state == "without":
        people = [row for row in people if not held.get(row.id)]
    elif state == "ending":
        people = [row for row in people if any(until and until <= soon for until in held.get(row.id, {}).values())]
    return render_template(
        "admin/skills.html",
        people=people,
        held=held,
        names=names,
        numbers=numbers,
        units=units,
        unit=unit,
        skill=skill,
        state=state if state in STATES else "",
        today=today,
        soon=soon,
        errors=errors or {},
        typed=typed or {},
        edit=request.args.get("edit", ""),
    )


def _people(tx: Transaction, unit: str) -> list[Any]:
    """Active engineers, and whoever else has a skill, by unit and name; of one unit and those below it when given."""
    engineer = exists().where(role_assignment.c.user_id == user_account.c.id, role_assignment.c.role == ROLE)
    able = exists().where(user_skill.c.user_id == user_account.c.id)
    query = (
        select(user_account.c.id, user_account.c.name, org_unit.c.name.label("unit_name"), engineer.label("engineer"))
        .outerjoin(org_unit, org_unit.c.id == user_account.c.home_unit_id)
        .where(user_account.c.active, or_(engineer, able))
        .order_by(org_unit.c.path, user_account.c.name, user_account.c.id)
    )
    if unit:
        path = tx.value(select(org_unit.c.path).where(org_unit.c.code == unit)) or "//"
        query = query.where(org_unit.c.path.startswith(path, autoescape=True))
    return list(tx.rows(query))
