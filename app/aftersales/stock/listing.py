"""The ledger as it is read: parts with what is held of them, what stands where, the moves of a part, open issues."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, false, func, literal, or_, select

from app.aftersales.stock.ledger import ZERO
from app.aftersales.stock.locations import OURS
from app.aftersales.stock.tables import (
    MONEY,
    QUANTITY,
    part,
    part_batch,
    part_issue,
    stock_balance,
    stock_entry,
    stock_location,
    stock_move,
)
from app.db import Transaction


def _of(within: Sequence[str]) -> ColumnElement[bool]:
    """At a place of these units."""
    own = (stock_location.c.unit_path.startswith(path, autoescape=True) for path in within)
    return or_(false(), *own)


def parts(
    tx: Transaction, text: str, *, within: Sequence[str], limit: int, offset: int = 0
) -> tuple[list[Row[Any]], int]:
    """A page of the parts by number, with what is held of new and used ones, and how many parts there are."""
    conditions: list[ColumnElement[bool]] = [part.c.active]
    if text:
        conditions.append(
            or_(part.c.part_no.contains(text, autoescape=True), part.c.name.contains(text, autoescape=True))
        )
    held = (
        select(
            stock_balance.c.part_no,
            func.sum(stock_balance.c.quantity, type_=QUANTITY).label("quantity"),
            func.sum(stock_balance.c.reserved, type_=QUANTITY).label("reserved"),
            func.sum(stock_balance.c.value, type_=MONEY).label("value"),
        )
        .join(stock_location, stock_location.c.id == stock_balance.c.location_id)
        .where(stock_balance.c.state.in_(("new", "used")), stock_location.c.kind.in_(OURS), _of(within))
        .where(stock_location.c.kind != "scrap")
        .group_by(stock_balance.c.part_no)
        .subquery()
    )
    query = (
        select(
            part,
            func.coalesce(held.c.quantity, literal(ZERO, QUANTITY), type_=QUANTITY).label("quantity"),
            func.coalesce(held.c.reserved, literal(ZERO, QUANTITY), type_=QUANTITY).label("reserved"),
            func.coalesce(held.c.value, literal(ZERO, MONEY), type_=MONEY).label("value"),
        )
        .outerjoin(held, held.c.part_no == part.c.part_no)
        .where(*conditions)
        .order_by(part.c.part_no)
        .limit(limit)
        .offset(offset)
    )
    count = int(tx.value(select(func.count()).select_from(part).where(*conditions)) or 0)
    return list(tx.rows(query)), count


def standing(tx: Transaction, part_no: str, *, within: Sequence[str]) -> list[Row[Any]]:
    """Where a part stands, place by place, batch by batch."""
    query = (
        select(stock_balance, stock_location.c.code, stock_location.c.name, stock_location.c.kind)
        .join(stock_location, stock_location.c.id == stock_balance.c.location_id)
        .where(
            stock_balance.c.part_no == part_no,
            stock_balance.c.quantity != ZERO,
            stock_location.c.kind.in_(OURS),
            _of(within),
        )
        .order_by(stock_location.c.kind, stock_location.c.code, stock_balance.c.state, stock_balance.c.batch)
        .limit(500)
    )
    return list(tx.rows(query))


def moves(tx: Transaction, part_no: str, *, within: Sequence[str], limit: int, offset: int = 0) -> list[Row[Any]]:
    """The entries of a part at places of these units, the newest first."""
    query = (
        select(
            stock_entry,
            stock_move.c.kind,
            stock_move.c.document_no,
            stock_move.c.case_no,
            stock_move.c.reason,
            stock_move.c.actor_name,
            stock_move.c.made_at,
            stock_location.c.name,
        )
        .join(stock_move, stock_move.c.id == stock_entry.c.move_id)
        .join(stock_location, stock_location.c.id == stock_entry.c.location_id)
        .where(stock_entry.c.part_no == part_no, stock_location.c.kind.in_(OURS), _of(within))
        .order_by(stock_entry.c.id.desc())
        .limit(limit)
        .offset(offset)
    )
    return list(tx.rows(query))


def open_issues(tx: Transaction, *, within: Sequence[str], limit: int, offset: int = 0) -> list[Row[Any]]:
    """Issues that wait to be written off, the oldest first, with the name of their holder's account."""
    query = (
        select(part_issue, stock_location.c.name.label("holder"))
        .join(stock_location, stock_location.c.id == part_issue.c.holder_id)
        .where(part_issue.c.written_off_at.is_(None), _of(within))
        .order_by(part_issue.c.issued_at, part_issue.c.document_no)
        .limit(limit)
        .offset(offset)
    )
    return list(tx.rows(query))


def held_at(tx: Transaction, code: str) -> list[Row[Any]]:
    """What stands at one place, with the name of each part and the last day of its batch."""
    query = (
        select(stock_balance, part.c.name, part.c.spec, part_batch.c.expires_on)
        .join(stock_location, stock_location.c.id == stock_balance.c.location_id)
        .join(part, part.c.part_no == stock_balance.c.part_no)
        .outerjoin(
            part_batch,
            and_(part_batch.c.part_no == stock_balance.c.part_no, part_batch.c.batch == stock_balance.c.batch),
        )
        .where(stock_location.c.code == code, stock_balance.c.quantity != ZERO)
        .order_by(stock_balance.c.part_no, stock_balance.c.state, stock_balance.c.batch, stock_balance.c.serial_no)
    )
    return list(tx.rows(query))


def places(tx: Transaction, *, within: Sequence[str]) -> list[Row[Any]]:
    """The places of ours of these units."""
    query = select(stock_location).where(stock_location.c.kind.in_(OURS), _of(within))
    return list(tx.rows(query.order_by(stock_location.c.unit_path, stock_location.c.kind, stock_location.c.code)))
