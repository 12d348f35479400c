"""Duplicates: proposed by phone number, merged into the one who stays, and taken apart again (P44 exceptions)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, false, func, insert, or_, select, update

from app import clock
from app.aftersales.tables import customer, customer_merge, product_unit
from app.db import Transaction
from app.history import record
from app.history.record import Doer
from app.messages import Message, Refusal

# What the one who stays takes over when he has nothing there himself.
_FILLED = ("contact_person", "address", "region_code", "customer_type")


def duplicates(tx: Transaction, *, within: Sequence[str], limit: int = 50, offset: int = 0) -> list[list[Row[Any]]]:
    """Groups of customers with the same phone number in these units, those who changed last first."""
    own = or_(false(), *(customer.c.unit_path.startswith(path, autoescape=True) for path in within))
    alive = (customer.c.merged_into.is_(None), customer.c.erased_at.is_(None), own)
    phones = (
        select(customer.c.phone_digits)
        .where(*alive)
        .group_by(customer.c.phone_digits)
        .having(func.count() > 1)
        .order_by(func.max(customer.c.updated_at).desc(), customer.c.phone_digits)
        .limit(limit)
        .offset(offset)
    )
    order = [row.phone_digits for row in tx.rows(phones)]
    found: dict[str, list[Row[Any]]] = {number: [] for number in order}
    rows = tx.rows(select(customer).where(customer.c.phone_digits.in_(order), *alive).order_by(customer.c.id))
    for row in rows:
        found[row.phone_digits].append(row)
    return list(found.values())


def merge(tx: Transaction, *, kept_id: int, merged_id: int, reason: str, actor: Doer) -> int:
    """Move the units of one customer to the other and hide him; returns the merge, which `undo` takes back."""
    tx.begin_writing()
    if kept_id == merged_id:
        raise _refusal("same_customer", "不能把客户并入自己。", "A customer cannot be merged into himself.")
    rows = {row.id: row for row in tx.rows(_locked((kept_id, merged_id), on_sqlite=tx.on_sqlite))}
    for each in (kept_id, merged_id):
        if each not in rows:
            raise Refusal("unknown_customer", Message("没有这个客户。", "There is no such customer."), status=404)
        if rows[each].merged_into is not None or rows[each].erased_at is not None:
            zh = f"{rows[each].name} 已经合并或删除，不能再合并。"
            raise _refusal("merged_already", zh, f"{rows[each].name} is merged or erased already.")
    kept, merged = rows[kept_id], rows[merged_id]
    units = [row.id for row in tx.rows(select(product_unit.c.id).where(product_unit.c.customer_id == merged_id))]
    filled = {name: getattr(kept, name) for name in _FILLED if not getattr(kept, name) and getattr(merged, name)}
    tx.execute(update(product_unit).where(product_unit.c.id.in_(units)).values(customer_id=kept_id))
    if filled:
        tx.execute(update(customer).where(customer.c.id == kept_id).values({n: getattr(merged, n) for n in filled}))
    tx.execute(update(customer).where(customer.c.id == merged_id).values(merged_into=kept_id))
    made = tx.execute(
        insert(customer_merge)
        .values(
            kept_id=kept_id,
            merged_id=merged_id,
            moved={"units": units, "filled": filled},
            reason=reason.strip()[:200],
            made_by=actor.name,
            made_at=clock.now(),
        )
        .returning(customer_merge.c.id)
    ).scalar_one()
    data = {"kept": kept.customer_no, "merged": merged.customer_no, "reason": reason.strip()[:200]}
    record(tx, actor=actor, kind="customers_merged", data=data)
    return int(made)


def undo(tx: Transaction, *, merge_id: int, actor: Doer) -> None:
    """Take a merge apart: units that were moved and still stand with the one who stayed go back, fields too.

    Refused once, when it was undone already, and when the one who stayed was merged further or erased since.
    """
    tx.begin_writing()
    found = tx.row(select(customer_merge).where(customer_merge.c.id == merge_id))
    if found is None:
        raise Refusal("unknown_merge", Message("没有这次合并。", "There is no such merge."), status=404)
    rows = {row.id: row for row in tx.rows(_locked((found.kept_id, found.merged_id), on_sqlite=tx.on_sqlite))}
    kept, merged = rows[found.kept_id], rows[found.merged_id]
    if found.undone_at is not None or merged.merged_into != kept.id:
        raise _refusal("undone_already", "这次合并已经撤销。", "This merge was undone already.")
    if kept.merged_into is not None or kept.erased_at is not None or merged.erased_at is not None:
        raise _refusal(
            "moved_on", "保留的客户后来又被合并或删除，请先撤销那一次。", "The customer was merged or erased since."
        )
    tx.execute(
        update(product_unit)
        .where(product_unit.c.id.in_(found.moved["units"]), product_unit.c.customer_id == kept.id)
        .values(customer_id=merged.id)
    )
    # A field that somebody has written since keeps what he wrote.
    back = {name: was for name, was in found.moved["filled"].items() if getattr(kept, name) == getattr(merged, name)}
    if back:
        tx.execute(update(customer).where(customer.c.id == kept.id).values(back))
    tx.execute(update(customer).where(customer.c.id == merged.id).values(merged_into=None))
    tx.execute(
        update(customer_merge)
        .where(customer_merge.c.id == merge_id)
        .values(undone_by=actor.name, undone_at=clock.now())
    )
    record(tx, actor=actor, kind="merge_undone", data={"kept": kept.customer_no, "merged": merged.customer_no})


def merges_of(tx: Transaction, customer_id: int) -> list[Row[Any]]:
    """The merges into a customer, newest first, each with the name and number of who was merged."""
    query = (
        select(customer_merge, customer.c.name, customer.c.customer_no)
        .join(customer, customer.c.id == customer_merge.c.merged_id)
        .where(customer_merge.c.kept_id == customer_id)
        .order_by(customer_merge.c.id.desc())
    )
    return list(tx.rows(query))


def _locked(ids: tuple[int, int], *, on_sqlite: bool) -> Any:
    query = select(customer).where(customer.c.id.in_(ids)).order_by(customer.c.id)
    return query if on_sqlite else query.with_for_update()


def _refusal(code: str, zh: str, en: str) -> Refusal:
    return Refusal(code, Message(zh, en))
