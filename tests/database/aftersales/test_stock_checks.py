"""`aftercare ledger check`: a sound ledger passes, and one wrong row per invariant is found."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import delete, func, insert, select, text, update
from stock_room import StockRoom

from app.aftersales import stock
from app.aftersales.stock import (
    CHECKS,
    old_part,
    part,
    part_issue,
    stock_balance,
    stock_entry,
    stock_location,
    stock_move,
    stock_reservation,
)
from app.db import Transaction


@pytest.fixture
def busy(room: StockRoom) -> StockRoom:
    """Something of everything has happened."""
    room.receive("SEAL", 9, "8.00")
    room.receive("BOLT", 9, "0.10")
    room.receive("OIL", 9, "3.00", batch="A")
    room.receive("PUMP", 1, "300.00", serial_no="S1")
    room.reserve("R1", "SEAL", 4)
    room.issue("R1", "SEAL", 3)
    room.use("R1", "SEAL", 2)
    room.unused("R1", "SEAL", 1)
    room.old("R1", "SEAL", 1, "T-1")
    with room.work() as tx:
        stock.waive(tx, document_no="R1", part_no="SEAL", pieces=1, reason="丢失", approved_by="领导甲")
    room.write_off("R1")
    room.issue("R2", "SEAL", 1)
    room.use("R2", "SEAL", 1)
    return room


def entry(tx: Transaction, kind: str, *, coming: bool = True) -> Any:
    """The first entry of a move of this kind."""
    sign = stock_entry.c.quantity > 0 if coming else stock_entry.c.quantity < 0
    query = select(stock_entry).join(stock_move, stock_move.c.id == stock_entry.c.move_id)
    found = tx.row(query.where(stock_move.c.kind == kind, sign).order_by(stock_entry.c.id))
    assert found is not None
    return found


def change(tx: Transaction, row: Any, **values: Any) -> None:
    tx.execute(update(stock_entry).where(stock_entry.c.id == row.id).values(**values))


def at(code: str, part_no: str) -> Any:
    location = select(stock_location.c.id).where(stock_location.c.code == code).scalar_subquery()
    return (stock_balance.c.location_id == location) & (stock_balance.c.part_no == part_no)


def _unbalanced_quantity(tx: Transaction) -> None:
    change(tx, entry(tx, "issue"), quantity=Decimal(4))


def _unbalanced_money(tx: Transaction) -> None:
    change(tx, entry(tx, "issue"), amount=Decimal("0.01"))


def _a_move_of_nothing(tx: Transaction) -> None:
    values = {"kind": "transfer", "document_no": "X", "actor_name": "?", "reason": ""}
    row = tx.row(select(stock_move.c.made_at))
    assert row is not None
    tx.execute(insert(stock_move).values(**values, made_at=row.made_at))


def _an_entry_of_nothing(tx: Transaction) -> None:
    row = entry(tx, "issue")._asdict()
    del row["id"]
    tx.execute(insert(stock_entry).values(**{**row, "quantity": Decimal(0), "amount": Decimal(0)}))


def _another_kind(tx: Transaction) -> None:
    tx.execute(update(stock_move).where(stock_move.c.kind == "return").values(kind="receive"))


def _another_balance(tx: Transaction) -> None:
    tx.execute(update(stock_balance).where(at("WH1", "BOLT")).values(quantity=Decimal(8)))


def _another_value(tx: Transaction) -> None:
    tx.execute(update(stock_balance).where(at("WH1", "BOLT")).values(value=Decimal("0.91")))


def _a_lost_balance(tx: Transaction) -> None:
    tx.execute(delete(stock_balance).where(at("WH1", "BOLT")))


def _more_went_than_was_there(tx: Transaction) -> None:
    """The entries of what was received come after what was issued."""
    last = tx.value(select(func.max(stock_move.c.id)))
    first = entry(tx, "receive")
    tx.execute(update(stock_entry).where(stock_entry.c.move_id == first.move_id).values(move_id=last))


def _theirs_counted_as_ours(tx: Transaction) -> None:
    tx.execute(
        update(stock_balance).where(at("CUSTOMERS", "SEAL") & (stock_balance.c.state == "new")).values(held=True)
    )


def _nothing_worth_something(tx: Transaction) -> None:
    tx.execute(update(stock_balance).where(at("VAN1", "SEAL")).values(value=Decimal("0.01")))


def _another_reservation(tx: Transaction) -> None:
    tx.execute(update(stock_reservation).values(open=Decimal(0)))


def _another_reserved(tx: Transaction) -> None:
    tx.execute(update(stock_balance).where(at("WH1", "BOLT")).values(reserved=Decimal(1)))


def _one_piece_in_two_places(tx: Transaction) -> None:
    tx.execute(text("DROP INDEX uq_stock_balance_piece"))
    row = tx.row(select(stock_balance).where(at("WH1", "PUMP")))
    assert row is not None
    other = tx.value(select(stock_location.c.id).where(stock_location.c.code == "WH2"))
    tx.execute(insert(stock_balance).values(**{**row._asdict(), "location_id": other}))


def _a_piece_without_its_number(tx: Transaction) -> None:
    tx.execute(update(part).where(part.c.part_no == "BOLT").values(tracking="serial"))


def _a_batch_without_its_name(tx: Transaction) -> None:
    tx.execute(update(stock_entry).where(stock_entry.c.part_no == "OIL").values(batch=""))


def _more_explained_than_issued(tx: Transaction) -> None:
    change(tx, entry(tx, "use"), quantity=Decimal(5))


def _written_off_with_a_difference(tx: Transaction) -> None:
    change(tx, entry(tx, "issue"), quantity=Decimal(4))


def _an_issue_without_a_record(tx: Transaction) -> None:
    tx.execute(delete(part_issue).where(part_issue.c.document_no == "R2"))


def _a_lost_old_part(tx: Transaction) -> None:
    tx.execute(delete(old_part).where(old_part.c.document_no == "R2"))


def _an_old_part_without_a_use(tx: Transaction) -> None:
    tx.execute(update(old_part).where(old_part.c.document_no == "R2").values(entry_id=entry(tx, "receive").id))


def _an_old_part_owed_for_ever(tx: Transaction) -> None:
    tx.execute(update(old_part).where(old_part.c.state == "waived").values(state="due"))


def _an_old_part_that_is_not_on_the_shelf(tx: Transaction) -> None:
    tx.execute(update(old_part).where(old_part.c.state == "received").values(state="disposed"))


def _a_waiver_without_a_reason(tx: Transaction) -> None:
    tx.execute(update(old_part).where(old_part.c.state == "waived").values(reason=""))


def _a_waiver_without_an_approval(tx: Transaction) -> None:
    tx.execute(update(old_part).where(old_part.c.state == "waived").values(approved_by=None))


CORRUPTIONS: list[tuple[str, Callable[[Transaction], None]]] = [
    ("move_balances", _unbalanced_quantity),
    ("move_balances", _unbalanced_money),
    ("move_has_entries", _a_move_of_nothing),
    ("move_has_entries", _an_entry_of_nothing),
    ("known_way", _another_kind),
    ("balance_is_sum", _another_balance),
    ("balance_is_sum", _another_value),
    ("balance_is_sum", _a_lost_balance),
    ("never_negative", _more_went_than_was_there),
    ("held_is_ours", _theirs_counted_as_ours),
    ("empty_is_worthless", _nothing_worth_something),
    ("reserved_is_sum", _another_reservation),
    ("reserved_is_sum", _another_reserved),
    ("piece_in_one_place", _one_piece_in_two_places),
    ("tracked", _a_piece_without_its_number),
    ("tracked", _a_batch_without_its_name),
    ("issued_is_explained", _more_explained_than_issued),
    ("issued_is_explained", _written_off_with_a_difference),
    ("issue_has_record", _an_issue_without_a_record),
    ("old_is_used", _a_lost_old_part),
    ("old_is_used", _an_old_part_without_a_use),
    ("written_off_owes_nothing", _an_old_part_owed_for_ever),
    ("old_parts_are_stored", _an_old_part_that_is_not_on_the_shelf),
    ("waiver_has_reason", _a_waiver_without_a_reason),
    ("waiver_has_reason", _a_waiver_without_an_approval),
]


def test_a_sound_ledger_passes(busy: StockRoom) -> None:
    assert busy.wrong() == {}


@pytest.mark.parametrize(
    ("check", "corrupt"), CORRUPTIONS, ids=[corrupt.__name__.strip("_") for _, corrupt in CORRUPTIONS]
)
def test_one_wrong_row_is_found(busy: StockRoom, check: str, corrupt: Callable[[Transaction], None]) -> None:
    with busy.work() as tx:
        corrupt(tx)
    found = busy.wrong()
    assert check in found
    assert len(found[check]) <= 3, found


def test_every_invariant_is_corrupted_once() -> None:
    assert {check for check, _ in CORRUPTIONS} == set(CHECKS)
