"""The tree of units: company, regions, outlets."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from sqlalchemy import func, select

from app.db import Transaction
from app.identity import People, add_unit, change_unit, reopen_unit
from app.identity.tables import role_assignment, user_account
from app.messages import Message, Refusal
from app.web.access import actor, house, t
from app.web.admin import only_admin, pages
from app.web.admin.answers import check_lengths, error_of, say_with_undo, units_in_order
from app.web.admin.unit_changes import retire_unit

KINDS = {
    "company": Message("公司", "company"),
    "region": Message("区域", "region"),
    "outlet": Message("网点", "outlet"),
}
# What may stand below what.
_BELOW = {"company": ("region", "outlet"), "region": ("outlet",), "outlet": ()}
CODE_LENGTH = 40


@pages.get("/units")
@only_admin
def units() -> Any:
    """The tree with how many people each unit has."""
    return _page()


@pages.post("/units")
@only_admin
def new_unit() -> Any:
    """Add a unit below another."""
    form = request.form
    try:
        check_lengths(form, name=120)
        with house().db.transaction() as tx:
            code = _checked(tx, form)
            add_unit(
                tx,
                actor=actor(),
                code=code,
                kind=form["kind"],
                name=form["name"],
                parent=form.get("parent") or None,
            )
    except Refusal as refusal:
        return _page(errors=error_of(refusal), typed=form), 422
    return redirect(url_for("admin.units") + f"#unit-{code}")


@pages.post("/units/<code>")
@only_admin
def rename_unit(code: str) -> Any:
    """Give a unit another name; code and place stay."""
    name = request.form.get("name", "")
    try:
        check_lengths(request.form, name=120)
        with house().db.transaction() as tx:
            before = People.unit(tx, code).name
            if name.strip() != before:
                change_unit(tx, actor=actor(), code=code, name=name)
                tx.after_commit(house().refresh)
    except Refusal as refusal:
        if refusal.status == 404:
            raise
        return _page(errors={f"rename-{code}": "".join(error_of(refusal).values())}, typed=request.form), 422
    if name.strip() != before:
        say_with_undo(
            t(f"“{before}”现在叫“{name.strip()}”。", f"“{before}” is now called “{name.strip()}”."),
            url_for("admin.rename_unit", code=code),
            name=before,
        )
    return redirect(url_for("admin.units") + f"#unit-{code}")


@pages.post("/units/<code>/close")
@only_admin
def shut_unit(code: str) -> Any:
    """Close a unit that nothing hangs on; the notice can open it again."""
    try:
        with house().db.transaction() as tx:
            unit = retire_unit(tx, actor=actor(), code=code)
    except Refusal as refusal:
        if refusal.status == 404:
            raise
        return _page(errors={f"close-{code}": "".join(error_of(refusal).values())}), 422
    say_with_undo(t(f"“{unit.name}”已停用。", f"“{unit.name}” is closed."), url_for("admin.open_again", code=code))
    return redirect(url_for("admin.units") + f"#unit-{code}")


@pages.post("/units/<code>/reopen")
@only_admin
def open_again(code: str) -> Any:
    """Let a closed unit work again."""
    try:
        with house().db.transaction() as tx:
            reopen_unit(tx, actor=actor(), code=code)
    except Refusal as refusal:
        if refusal.status == 404:
            raise
        return _page(errors={f"close-{code}": "".join(error_of(refusal).values())}), 422
    flash(t("单位已恢复。", "The unit is open again."))
    return redirect(url_for("admin.units") + f"#unit-{code}")


def _checked(tx: Transaction, form: Any) -> str:
    code, kind, parent = form.get("code", "").strip(), form.get("kind", ""), form.get("parent", "")
    if not code or len(code) > CODE_LENGTH or not code.isalnum() or not code.isascii():
        raise Refusal(
            "unit_code",
            Message(
                f"编码由字母和数字组成，最多 {CODE_LENGTH} 位；它会出现在维修单等编号里。",
                f"A code has letters and digits, at most {CODE_LENGTH}; it becomes part of record numbers.",
            ),
            field="code",
            status=422,
        )
    if not form.get("name", "").strip():
        raise Refusal("unit_name", Message("请填写名称。", "Give the name."), field="name", status=422)
    if kind not in KINDS:
        raise Refusal("unit_kind", Message("请选择类型。", "Choose the kind."), field="kind", status=422)
    if not parent:
        if kind != "company" or any(unit.depth == 0 for unit in units_in_order(tx)):
            raise Refusal(
                "unit_parent", Message("请选择上级单位。", "Choose the unit above."), field="parent", status=422
            )
        return code
    above = People.unit(tx, parent)
    if kind not in _BELOW[above.kind]:
        raise Refusal(
            "unit_place",
            Message(
                f"{KINDS[above.kind].zh}下面不能设{KINDS[kind].zh}。",
                f"A {KINDS[kind].en} cannot stand below a {KINDS[above.kind].en}.",
            ),
            field="kind",
            status=422,
        )
    return code


def _page(*, errors: dict[str, str] | None = None, typed: Any = None) -> str:
    with house().db.reading() as tx:
        rows = units_in_order(tx)
        homes = {
            row.home_unit_id: row.number
            for row in tx.rows(
                select(user_account.c.home_unit_id, func.count().label("number"))
                .where(user_account.c.active)
                .group_by(user_account.c.home_unit_id)
            )
        }
        holders = {
            row.org_unit_id: row.number
            for row in tx.rows(
                select(role_assignment.c.org_unit_id, func.count(role_assignment.c.user_id.distinct()).label("number"))
                .join(user_account, user_account.c.id == role_assignment.c.user_id)
                .where(user_account.c.active)
                .group_by(role_assignment.c.org_unit_id)
            )
        }
    # As the list behind the number shows it: with everybody below.
    homes = {row.id: sum(homes.get(each.id, 0) for each in rows if each.path.startswith(row.path)) for row in rows}
    return render_template(
        "admin/units.html",
        rows=rows,
        kinds=KINDS,
        homes=homes,
        holders=holders,
        errors=errors or {},
        typed=typed or {},
        edit=request.args.get("edit", ""),
    )
