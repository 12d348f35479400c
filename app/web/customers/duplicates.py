"""Duplicates: who may be the same customer, merging them, and taking a merge apart."""

from __future__ import annotations

from typing import Any

from flask import redirect, render_template, request, url_for
from sqlalchemy import select

from app.aftersales import merging
from app.aftersales.personal_data import readable
from app.aftersales.tables import customer_merge
from app.messages import Message, Refusal
from app.web.access import actor, house, may_contact, require_role
from app.web.customers import KEEPERS, customer_of_mine, pages, reach
from app.web.customers.listing import page_number

PAGE = 20


@pages.get("/customers/duplicates")
@require_role(*KEEPERS)
def duplicates() -> Any:
    """Groups with the same phone number, those who changed last first."""
    number = page_number()
    with house().db.reading() as tx:
        allowed = may_contact(tx)
        groups = merging.duplicates(tx, within=reach(actor()), limit=PAGE + 1, offset=(number - 1) * PAGE)
    shown = [[readable(row._asdict(), may_contact=allowed) for row in group] for group in groups[:PAGE]]
    return render_template(
        "customers/duplicates.html",
        groups=shown,
        previous_url=url_for("customers.duplicates", page=number - 1) if number > 1 else None,
        next_url=url_for("customers.duplicates", page=number + 1) if len(groups) > PAGE else None,
    )


@pages.post("/customers/merge")
@require_role(*KEEPERS)
def merge() -> Any:
    """Merge one customer into another of one's own units."""
    kept, merged = (_number(request.form.get(name, "")) for name in ("kept", "merged"))
    with house().db.transaction() as tx:
        for each in (kept, merged):
            customer_of_mine(tx, each)
        merging.merge(tx, kept_id=kept, merged_id=merged, reason=request.form.get("reason", ""), actor=actor())
    return redirect(url_for("customers.page", customer_id=kept))


@pages.post("/customers/merges/<int:merge_id>/undo")
@require_role(*KEEPERS)
def undo_merge(merge_id: int) -> Any:
    """Take a merge apart."""
    with house().db.transaction() as tx:
        found = tx.row(select(customer_merge).where(customer_merge.c.id == merge_id))
        if found is None:
            raise Refusal("unknown_merge", Message("没有这次合并。", "There is no such merge."), status=404)
        customer_of_mine(tx, found.kept_id)
        merging.undo(tx, merge_id=merge_id, actor=actor())
    return redirect(url_for("customers.page", customer_id=found.merged_id))


def _number(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise Refusal(
            "nobody_chosen",
            Message("请选择保留的客户和要并入的客户。", "Choose who stays and who is merged."),
            field="kept",
            status=422,
        )
    return int(text)
