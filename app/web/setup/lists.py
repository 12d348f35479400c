"""The lists of the set-up: template, a dry run that does everything and takes it back, then all of it or nothing."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for

from app.aftersales.list_file import Line, read_lines, workbook_of
from app.db import Transaction
from app.messages import Message, Refusal
from app.web.access import actor, house, language, t
from app.web.admin import only_admin
from app.web.previews import seal, unseal, workbook
from app.web.setup import pages
from app.web.setup.opening import CUSTOMERS, STOCK
from app.web.setup.people import OUTLETS
from app.web.setup.sheet import MOST, Sheet, SheetPlan

SHOWN = 200
SHEETS = {sheet.key: sheet for sheet in (OUTLETS, STOCK, CUSTOMERS)}


class _TakenBack(Exception):
    """Ends the transaction of a dry run."""


@pages.get("/lists/<key>/template.xlsx")
@only_admin
def list_template(key: str) -> Any:
    """The empty file with its columns."""
    sheet = _sheet(key)
    return workbook(workbook_of(sheet.title.zh, sheet.columns), f"{key}-template.xlsx")


@pages.post("/lists/<key>")
@only_admin
def dry_run(key: str) -> Any:
    """Read the file and show what it would do, or every mistake in it; nothing stays written."""
    sheet = _sheet(key)
    try:
        upload = request.files.get("file")
        content = upload.read() if upload is not None else b""
        lines = read_lines(content, sheet.columns, sheet.needed, MOST)
        made = _tried(sheet, lines)
    except Refusal as refusal:
        return _preview(sheet, None, [], refusal.message.text(language())), 422
    return _preview(sheet, made, lines), 422 if made.errors else 200


@pages.post("/lists/<key>/apply")
@only_admin
def carry_out(key: str) -> Any:
    """Import what the dry run showed; what changed meanwhile is checked again, and one mistake stops all of it."""
    sheet = _sheet(key)
    lines: list[Line] = []
    try:
        lines = [Line(*each) for each in unseal(_seal(sheet), request.form.get("rows", ""))]
        with house().db.transaction() as tx:
            made = _written(tx, sheet, lines)
    except Refusal as refusal:
        return _preview(sheet, None, [], refusal.message.text(language())), 422
    if made.errors:
        return _preview(sheet, made, lines), 422
    new, changed = made.count("new"), made.count("changed")
    flash(t(f"已导入：新增 {new} 行，更改 {changed} 行。", f"Imported: {new} lines new, {changed} changed."))
    return redirect(url_for(f"setup.{sheet.step}"))


def _tried(sheet: Sheet, lines: list[Line]) -> SheetPlan:
    """As it would be done, with every refusal that only the doing brings to light; then it is taken back."""
    made = SheetPlan()
    try:
        with house().db.transaction() as tx:
            made = _written(tx, sheet, lines)
            raise _TakenBack
    except _TakenBack:
        return made


def _written(tx: Transaction, sheet: Sheet, lines: list[Line]) -> SheetPlan:
    tx.begin_writing()
    made = sheet.plan(tx, lines)
    if not made.errors:
        sheet.apply(tx, made, actor())
    return made


def _preview(sheet: Sheet, made: SheetPlan | None, lines: list[Line], error: str = "") -> str:
    wrong = {} if made is None else {(each.row, each.column): each.message.text(language()) for each in made.errors}
    rows = {row for row, _ in wrong}
    kinds = {} if made is None else {line.number: kind for line, kind in made.lines}
    packed = "" if made is None or made.errors else seal(_seal(sheet), [[line.number, line.values] for line in lines])
    return render_template(
        "setup/list.html",
        sheet=sheet,
        plan=made,
        error=error,
        # A mistake is shown even when it stands far down.
        lines=[line for line in lines if line.number in rows or not rows][:SHOWN],
        more=max(0, len(lines) - SHOWN) if not rows else 0,
        wrong=wrong,
        kinds=kinds,
        packed=packed,
    )


def _sheet(key: str) -> Sheet:
    if key not in SHEETS:
        raise Refusal("unknown_list", Message("没有这种名单。", "There is no such list."), status=404)
    return SHEETS[key]


def _seal(sheet: Sheet) -> str:
    return f"setup-{sheet.key}"
