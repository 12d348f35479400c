"""Start a case: from the procedures one may start."""

from __future__ import annotations

from secrets import token_urlsafe
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from app.db import Transaction
from app.definitions.tables import process_definition
from app.identity import Actor
from app.messages import Message, Refusal
from app.runtime import start_case, started_with
from app.web.access import actor, house

pages = Blueprint("start", __name__)

FIRST = "contact_intake"  # 新来电 stands first and alone


def startable(tx: Transaction, someone: Actor) -> list[Any]:
    """The live procedures in use whose start lies in the lane of a role this person holds."""
    rows = tx.rows(select(process_definition).order_by(process_definition.c.name))
    mine = [row for row in rows if set(row.start_roles) & someone.roles and row.switched_off_at is None]
    return sorted(mine, key=lambda row: row.key != FIRST)


@pages.get("/start")
def page() -> Any:
    """The list; each button carries a key of its own, so that pressing it twice starts once."""
    someone = actor()
    with house().db.reading() as tx:
        rows = startable(tx, someone)
    units = {holding.unit_code for holding in someone.holdings if holding.deputy_for is None}
    return render_template(
        "start/start.html", rows=rows, units=sorted(units), home=someone.home_unit_code, one_time_key=token_urlsafe
    )


@pages.post("/start/<key>")
def start(key: str) -> Any:
    """Open a case and land on its first task; the same press sent twice lands on the same task."""
    someone = actor()
    press = request.form.get("key", "")[:80] or None
    try:
        case_no, task_id = _started(someone, key, press)
    except (Refusal, IntegrityError) as twice:
        if press is None or (isinstance(twice, Refusal) and twice.code != "key_used"):
            raise
        with house().db.reading() as tx:
            before = started_with(tx, someone, press)
        if before is None:
            raise
        case_no, task_id = before["case_no"], before["task_id"]
    if task_id is None:
        return redirect(url_for("case.page", case_no=case_no))
    return redirect(url_for("task.page", task_id=task_id))


def _started(someone: Actor, key: str, press: str | None) -> tuple[str, int | None]:
    with house().db.transaction() as tx:
        row = next((row for row in startable(tx, someone) if row.key == key), None)
        if row is None:
            raise Refusal(
                "may_not_start",
                Message("您的角色不能发起这个流程。", "Your role may not start this procedure."),
                status=403,
            )
        held = {holding.unit_code for holding in someone.holdings if holding.role in row.start_roles}
        wanted = request.form.get("unit") or someone.home_unit_code
        unit = wanted if wanted in held else sorted(held)[0]
        record = start_case(
            tx, house().world, actor=someone, process_key=key, unit_code=unit, variables={}, claim=True, key=press
        )
    return record.case_no, record.opened[0].id if record.opened else None
