"""Customers and products corrected by hand: one page each, a conflict shown beside what was typed, and undo."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from sqlalchemy import select

from app.aftersales import editing, product_unit
from app.aftersales.customer_list import CATEGORIES, TYPES
from app.aftersales.tables import archive_change
from app.db import Transaction
from app.messages import Message, Refusal
from app.web.access import actor, house, language, may_contact, require_role, t
from app.web.customers import KEEPERS, customer_of_mine, pages

_LANGUAGES = {"zh": Message("中文", "Chinese"), "en": Message("英文", "English")}
_OPTIONS = {
    "customer_type": TYPES,
    "category": CATEGORIES,
    "language": _LANGUAGES,
    "objected": {"yes": Message("是", "yes")},
}


@pages.route("/customers/<int:customer_id>/edit", methods=["GET", "POST"])
@require_role(*KEEPERS)
def edit_customer(customer_id: int) -> Any:
    """Correct a customer."""
    with house().db.reading() as tx:
        row = _mine(tx, customer_id)
    shown, back = editing.customer_values(row), url_for("customers.page", customer_id=customer_id)
    if request.method == "GET":
        return _form(row.name, editing.CUSTOMER_FIELDS, shown, shown, back)
    try:
        with house().db.transaction() as tx:
            _mine(tx, customer_id)
            seen = request.form.get("seen", "")
            editing.change_customer(tx, customer_id=customer_id, typed=request.form, seen=seen, actor=actor())
    except Refusal as refusal:
        return _form(row.name, editing.CUSTOMER_FIELDS, shown, request.form, back, refusal), refusal.status
    flash(t("已保存。", "Saved."))
    return redirect(back)


@pages.route("/product-files/<int:unit_id>/edit", methods=["GET", "POST"])
@require_role(*KEEPERS)
def edit_product(unit_id: int) -> Any:
    """Correct a product."""
    with house().db.reading() as tx:
        row = _my_unit(tx, unit_id)
    shown, back = editing.unit_values(row), url_for("customers.product", serial_no=row.serial_no)
    if request.method == "GET":
        return _form(row.serial_no, editing.UNIT_FIELDS, shown, shown, back)
    try:
        with house().db.transaction() as tx:
            _my_unit(tx, unit_id)
            seen = request.form.get("seen", "")
            editing.change_unit(tx, unit_id=unit_id, typed=request.form, seen=seen, actor=actor())
    except Refusal as refusal:
        return _form(row.serial_no, editing.UNIT_FIELDS, shown, request.form, back, refusal), refusal.status
    flash(t("已保存。", "Saved."))
    return redirect(url_for("customers.product", serial_no=" ".join(request.form["serial_no"].split())))


@pages.post("/archive-changes/<int:change_id>/undo")
@require_role(*KEEPERS)
def undo_correction(change_id: int) -> Any:
    """Take one correction back."""
    with house().db.transaction() as tx:
        change = tx.row(select(archive_change).where(archive_change.c.id == change_id))
        if change is None:
            abort(404)
        if change.customer_id is not None:
            _mine(tx, change.customer_id)
            back = url_for("customers.page", customer_id=change.customer_id)
        else:
            _my_unit(tx, change.unit_id)
        editing.undo_change(tx, change_id=change_id, actor=actor())
        if change.customer_id is None:
            back = url_for("customers.product", serial_no=_my_unit(tx, change.unit_id).serial_no)
    flash(t("已撤销修改。", "The change is undone."))
    return redirect(back)


def told_changes(rows: Any, fields: Any) -> list[dict[str, Any]]:
    """Corrections as lines: who, when, and each field's value before and after."""
    return [
        {
            "id": row.id,
            "who": row.made_by,
            "at": row.made_at,
            "undone_by": row.undone_by,
            "lines": [
                f"{fields[key][0].text(language())}：{_named(key, row.before[key])} → {_named(key, row.after[key])}"
                for key in row.after
            ],
        }
        for row in rows
    ]


def _named(key: str, value: str) -> str:
    options = _OPTIONS.get(key, {})
    return options[value].text(language()) if value in options else value or "—"


def _form(title: str, fields: Any, now: dict[str, str], typed: Any, back: str, refusal: Refusal | None = None) -> str:
    errors = {error.field: error.message.text(language()) for error in refusal.errors} if refusal is not None else {}
    conflict = refusal is not None and refusal.code == "changed_meanwhile"
    return render_template(
        "customers/edit.html",
        title=title,
        fields=fields,
        values=typed,
        now=[(label.text(language()), _named(key, now[key])) for key, (label, _) in fields.items()] if conflict else [],
        seen=editing.stamp(now) if conflict or refusal is None else request.form.get("seen", ""),
        options=_OPTIONS,
        back=back,
        errors=errors,
        sentence=refusal.message.text(language()) if refusal is not None else "",
    )


def _mine(tx: Transaction, customer_id: int) -> Any:
    found = customer_of_mine(tx, customer_id)
    if not may_contact(tx):
        abort(403)
    return found


def _my_unit(tx: Transaction, unit_id: int) -> Any:
    row = tx.row(select(product_unit).where(product_unit.c.id == unit_id))
    if row is None:
        raise Refusal("unknown_product", Message("没有这台产品。", "There is no such product."), status=404)
    if row.customer_id is not None:
        customer_of_mine(tx, row.customer_id)
    return row
