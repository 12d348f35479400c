"""Reservations: an approved requisition's parts are set aside, nobody else may take them (P13.4, P16.2)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from sqlalchemy import Row, bindparam, insert, select, update

from app import clock
from app.aftersales.stock.ledger import (
    ZERO,
    Key,
    Line,
    Standing,
    choose_batches,
    parts_of,
    places_of,
    short,
    wrong_line,
)
from app.aftersales.stock.locations import OURS
from app.aftersales.stock.tables import stock_reservation
from app.db import Transaction
from app.history.record import Doer

_insert = insert(stock_reservation)
_open = (
    select(stock_reservation)
    .where(stock_reservation.c.document_no == bindparam("document"), stock_reservation.c.open > 0)
    .order_by(stock_reservation.c.id)
)
_give_up = update(stock_reservation).where(stock_reservation.c.id == bindparam("its_id")).values(open=ZERO)


def reserve(
    tx: Transaction, *, document_no: str, lines: Sequence[Line], actor: Doer, case_no: str | None = None
) -> Decimal:
    """Set parts aside at each line's `source` (its `target` is not asked); returns how many pieces in all."""
    if not lines:
        raise wrong_line("nothing_to_move", "没有任何备件明细。", "There are no lines.")
    tx.begin_writing()
    lines = [replace(line, target=line.source) for line in lines]
    places, parts = places_of(tx, lines), parts_of(tx, lines)
    for line in lines:
        if places[line.source].kind not in OURS:
            zh = f"“{line.source}”不是自有地点，不能预留。"
            raise wrong_line("wrong_way", zh, f"“{line.source}” is not a place of ours.")
        if line.quantity <= 0:
            zh = f"{line.part_no} 的数量要大于零。"
            raise wrong_line("wrong_quantity", zh, f"The quantity of {line.part_no} must be above zero.")
    # A document that reserves once more may not count what it has reserved before as free.
    lines = choose_batches(tx, lines, places, parts, "")
    keys = [Key(places[line.source].id, line.part_no, line.state, line.batch, line.serial_no) for line in lines]
    standing = Standing(tx, keys, {place.id: True for place in places.values()})
    for line, key in zip(lines, keys, strict=True):
        free = standing.quantity[key] - standing.reserved[key]
        if line.quantity > free:
            raise short(line.part_no, places[line.source], line.quantity, max(free, ZERO))
        standing.reserved[key] += line.quantity
    standing.write(tx)
    now = clock.now()
    tx.execute(
        _insert,
        [
            {
                "document_no": document_no,
                "case_no": case_no,
                **key._asdict(),
                "quantity": line.quantity,
                "open": line.quantity,
                "reserved_by": actor.name,
                "reserved_at": now,
            }
            for line, key in zip(lines, keys, strict=True)
        ],
    )
    return sum((line.quantity for line in lines), ZERO)


def release(tx: Transaction, *, document_no: str) -> Decimal:
    """Give back what a document has reserved and not taken; returns how many pieces. Nothing reserved: nothing done."""
    tx.begin_writing()
    rows = tx.rows(_open, {"document": document_no})
    if not rows:
        return ZERO
    keys = [_key(row) for row in rows]
    standing = Standing(tx, keys, {key.location_id: True for key in keys})
    # Read once more behind the locks: somebody may have issued it in this moment.
    rows = tx.rows(_open, {"document": document_no})
    for row in rows:
        standing.reserved[_key(row)] -= row.open
    standing.write(tx)
    if rows:
        tx.execute(_give_up, [{"its_id": row.id} for row in rows])
    return sum((row.open for row in rows), ZERO)


def _key(row: Row[Any]) -> Key:
    return Key(row.location_id, row.part_no, row.state, row.batch, row.serial_no)
