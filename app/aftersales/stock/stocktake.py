"""Counting: where the shelf disagrees with the books, the books follow, with a reason per line (P20.2–P20.4)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from app.aftersales.stock.ledger import ZERO, Key, Line, Posted, lock_balances, places_of, post, wrong_line
from app.aftersales.stock.locations import the_world
from app.db import Transaction
from app.history.record import Doer


@dataclass(frozen=True, slots=True)
class Counted:
    """One line of a count sheet (F27)."""

    part_no: str
    quantity: Decimal
    state: str = "new"
    batch: str = ""
    serial_no: str = ""
    reason: str = ""


def count(
    tx: Transaction,
    *,
    document_no: str,
    location: str,
    lines: Sequence[Counted],
    actor: Doer,
    case_no: str | None = None,
) -> tuple[Posted | None, dict[Key, Decimal]]:
    """Bring the books to what was counted; returns the move (None when all agreed) and the difference of each line.

    A difference without a reason is refused, and so is counting away what is reserved.
    """
    tx.begin_writing()
    difference = the_world(tx, "difference")
    place = places_of(tx, [Line("", ZERO, location, difference)])[location]
    keys = [Key(place.id, line.part_no, line.state, line.batch, line.serial_no) for line in lines]
    if len(set(keys)) < len(keys):
        raise wrong_line("counted_twice", "同一备件盘点了两次。", "The same part was counted twice.")
    standing = lock_balances(tx, sorted(keys))
    moves, differences = [], {}
    for line, key in zip(lines, keys, strict=True):
        if line.quantity < 0:
            zh = f"{line.part_no} 的实盘数不能小于零。"
            raise wrong_line("wrong_quantity", zh, f"The count of {line.part_no} is below zero.")
        book = standing[key].quantity if key in standing else ZERO
        differences[key] = line.quantity - book
        if line.quantity == book:
            continue
        if not line.reason.strip():
            zh = f"{line.part_no} 账物不符，请写明原因。"
            raise wrong_line("reason_needed", zh, f"{line.part_no} differs from the books; give the reason.")
        source, target = (difference, location) if line.quantity > book else (location, difference)
        moves.append(Line(line.part_no, abs(differences[key]), source, target, line.state, line.batch, line.serial_no))
    if not moves:
        return None, differences
    why = "；".join(dict.fromkeys(line.reason.strip() for line in lines if line.reason.strip()))
    return (
        post(tx, kind="count", lines=moves, document_no=document_no, actor=actor, case_no=case_no, reason=why),
        differences,
    )
