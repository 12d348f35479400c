"""Bringing in a list of customers: a dry run that shows every mistake, then all of it or nothing."""

from __future__ import annotations

from typing import Any

from flask import render_template, request
from sqlalchemy import select

from app.aftersales import customer_list
from app.aftersales.customer_list import COLUMNS, Plan
from app.aftersales.list_file import Line
from app.db import Transaction
from app.identity.tables import org_unit
from app.messages import Message, Refusal
from app.web.access import actor, house, language, require_role
from app.web.customers import KEEPERS, pages, reach
from app.web.previews import seal, unseal, workbook

SEAL = "customer-import"
MOST = 1000  # lines; they travel through the browser, longer lists go through the command line
SHOWN = 200


@pages.get("/customers/import")
@require_role(*KEEPERS)
def bring() -> Any:
    """Where to get the template and where to put the filled one."""
    return _empty()


@pages.get("/customers/import/template.xlsx")
@require_role(*KEEPERS)
def list_template() -> Any:
    """The empty file with its columns."""
    return workbook(customer_list.template(), "customers-template.xlsx")


@pages.post("/customers/import")
@require_role(*KEEPERS)
def dry_run() -> Any:
    """Read the file and show what it would do, or every mistake in it; nothing is written."""
    try:
        upload = request.files.get("file")
        rows = customer_list.read_list(upload.read() if upload is not None else b"")
        if len(rows) > MOST:
            raise Refusal(
                "too_many_rows",
                Message(
                    f"网页一次最多导入 {MOST} 行；更多请用命令 aftercare import customers。",
                    f"At most {MOST} lines here; longer lists: aftercare import customers.",
                ),
                field="file",
                status=422,
            )
    except Refusal as refusal:
        return _empty(refusal.message.text(language())), 422
    with house().db.reading() as tx:
        made = customer_list.plan(tx, rows, units=units_to_fill(tx))
    return _preview(made, rows)


@pages.post("/customers/import/apply")
@require_role(*KEEPERS)
def carry_out() -> Any:
    """Import what the dry run showed; what changed meanwhile is checked again, and one mistake stops all of it."""
    try:
        rows = [Line(*each) for each in unseal(SEAL, request.form.get("rows", ""))]
    except Refusal as refusal:
        return _empty(refusal.message.text(language())), 422
    with house().db.transaction() as tx:
        tx.begin_writing()
        units = units_to_fill(tx)
        made = customer_list.plan(tx, rows, units=units)
        if not made.errors:
            customer_list.apply(tx, made, units=units, actor=actor())
    if made.errors:
        return _preview(made, rows)
    return render_template("customers/imported.html", plan=made)


def units_to_fill(tx: Transaction) -> dict[str, str]:
    """The units whose customers this person may bring in: code → path."""
    own = reach(actor())
    rows = tx.rows(select(org_unit.c.code, org_unit.c.path).where(org_unit.c.active))
    return {row.code: row.path for row in rows if any(row.path.startswith(path) for path in own)}


def _empty(error: str = "") -> str:
    return render_template("customers/import.html", plan=None, error=error, columns=COLUMNS)


def _preview(made: Plan, rows: list[Line]) -> Any:
    # A mistake is shown even when it stands far down.
    wrong = {error.row for error in made.errors}
    lines = [line for line in made.lines if line.row.number in wrong or not wrong][:SHOWN]
    page = render_template(
        "customers/import.html",
        plan=made,
        error="",
        lines=lines,
        columns=COLUMNS,
        wrong={(error.row, error.column): error.message.text(language()) for error in made.errors},
        packed="" if made.errors else seal(SEAL, [[row.number, row.values] for row in rows]),
    )
    return page, 422 if made.errors else 200
