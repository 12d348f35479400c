"""Issues and their explanation: issued = used + unused, old = used, then written off once (P13, P16, D33)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from sqlalchemy import Row, and_, bindparam, case, func, insert, literal, select, update
from sqlalchemy.dialects import postgresql, sqlite

from app import clock
from app.aftersales.stock.ledger import ZERO, Line, Posted, places_of, plain, post, wrong_line
from app.aftersales.stock.locations import the_world
from app.aftersales.stock.tables import QUANTITY, old_part, part_issue, stock_entry, stock_location, stock_move
from app.db import Transaction
from app.history.record import Doer
from app.messages import Message, Refusal

_open = {
    "sqlite": sqlite.insert(part_issue).on_conflict_do_nothing(),
    "postgresql": postgresql.insert(part_issue).on_conflict_do_nothing(),
}
_issue = select(part_issue).where(part_issue.c.document_no == bindparam("document")).with_for_update()
_close = (
    update(part_issue)
    .where(part_issue.c.document_no == bindparam("its_document"))
    .values(
        written_off_at=bindparam("at"),
        writeoff_no=bindparam("number"),
        report_no=bindparam("report"),
        reason=bindparam("why"),
    )
)
_due = insert(old_part)


def _sum(condition: Any) -> Any:
    return func.sum(case((condition, stock_entry.c.quantity), else_=literal(ZERO, QUANTITY)), type_=QUANTITY)


_coming = stock_entry.c.quantity > 0
_explained = (
    select(
        stock_entry.c.part_no,
        _sum(and_(stock_move.c.kind == "issue", _coming)).label("issued"),
        _sum(and_(stock_move.c.kind == "use", _coming)).label("used"),
        _sum(and_(stock_move.c.kind == "return", _coming)).label("unused"),
        _sum(and_(stock_move.c.kind == "lose", _coming)).label("lost"),
        _sum(and_(stock_move.c.kind == "use", stock_entry.c.old_due)).label("old_due"),
    )
    .join(stock_move, stock_move.c.id == stock_entry.c.move_id)
    .where(stock_move.c.document_no == bindparam("document"), stock_entry.c.state != "old")
    .group_by(stock_entry.c.part_no)
    .order_by(stock_entry.c.part_no)
)
_olds = (
    select(old_part.c.part_no, old_part.c.state, func.count().label("pieces"))
    .where(old_part.c.document_no == bindparam("document"))
    .group_by(old_part.c.part_no, old_part.c.state)
)


@dataclass(frozen=True, slots=True)
class Explained:
    """One part of an issue: what became of it (F22). Quantities in pieces."""

    part_no: str
    issued: Decimal
    used: Decimal
    unused: Decimal
    lost: Decimal
    old_due: Decimal
    old: Decimal  # handed in, or let off with a reason and the leader's approval
    waived: Decimal

    @property
    def difference(self) -> Decimal:
        """What is neither used nor handed back nor charged."""
        return self.issued - self.used - self.unused - self.lost

    @property
    def old_missing(self) -> Decimal:
        """Old parts that are still to come."""
        return self.old_due - self.old

    @property
    def is_balanced(self) -> bool:
        """D33 rows 2 and 3."""
        return not self.difference and not self.old_missing


def issue(
    tx: Transaction, *, document_no: str, lines: Sequence[Line], actor: Doer, case_no: str | None = None
) -> Posted:
    """Issue by requisition (P16.3). All lines go to one holder, who answers for them until they are written off."""
    if len({line.target for line in lines}) > 1:
        zh = "一张领料单只发给一个人。"
        raise wrong_line("several_holders", zh, "One requisition is issued to one holder.")
    if not lines:
        raise wrong_line("nothing_to_move", "没有任何备件明细。", "There are no lines.")
    holder = places_of(tx, lines)[lines[0].target]
    tx.begin_writing()
    values = {"document_no": document_no, "case_no": case_no, "holder_id": holder.id, "issued_at": clock.now()}
    tx.execute(_open[tx.connection.dialect.name], {**values, "reason": ""})
    found = open_issue(tx, document_no)
    if found.holder_id != holder.id:
        zh = f"{document_no} 已经发给别人。"
        raise wrong_line("several_holders", zh, f"{document_no} was issued to somebody else.")
    return post(tx, kind="issue", lines=lines, document_no=document_no, actor=actor, case_no=case_no)


def use(
    tx: Transaction,
    *,
    document_no: str,
    lines: Sequence[Line],
    actor: Doer,
    case_no: str | None = None,
    report_no: str | None = None,
) -> Posted:
    """Parts were built in (P16.7, P18.5): they go to the customer, and every used piece with a duty makes one due.

    Of an issue no more is used than was issued and not yet explained; a station uses what stands on its own account.
    """
    _within_the_issue(tx, document_no, lines)
    lines = [replace(line, target=line.target or the_world(tx, "customer")) for line in lines]
    posted = post(tx, kind="use", lines=lines, document_no=document_no, actor=actor, case_no=case_no)
    due = [
        {
            "entry_id": went.entry_id,
            "part_no": went.line.part_no,
            "document_no": document_no,
            "case_no": case_no,
            "report_no": report_no,
            "state": "due",
            "reason": "",
        }
        for went in posted.lines
        if went.old_due
        for _ in range(int(went.line.quantity))
    ]
    if due:
        tx.execute(_due, due)
    return posted


def return_unused(
    tx: Transaction, *, document_no: str, lines: Sequence[Line], actor: Doer, case_no: str | None = None
) -> Posted:
    """Unused parts come back into stock (P16.6); they were never written off."""
    _within_the_issue(tx, document_no, lines)
    return post(tx, kind="return", lines=lines, document_no=document_no, actor=actor, case_no=case_no)


def charge_missing(
    tx: Transaction,
    *,
    document_no: str,
    lines: Sequence[Line],
    reason: str,
    actor: Doer,
    case_no: str | None = None,
) -> Posted:
    """What cannot be explained leaves the holder's account with a reason: accepted, or charged to somebody (P16.9)."""
    if not reason.strip():
        raise Refusal(
            "reason_needed", Message("请写明差异原因。", "Say why it is missing."), field="reason", status=422
        )
    _within_the_issue(tx, document_no, lines)
    lines = [replace(line, target=the_world(tx, "difference")) for line in lines]
    return post(
        tx, kind="lose", lines=lines, document_no=document_no, actor=actor, case_no=case_no, reason=reason.strip()
    )


def explain(tx: Transaction, document_no: str) -> list[Explained]:
    """What became of every part of an issue, by part number (D33's inputs)."""
    olds: dict[tuple[str, str], int] = {
        (row.part_no, row.state): row.pieces for row in tx.rows(_olds, {"document": document_no})
    }
    found = []
    for row in tx.rows(_explained, {"document": document_no}):
        waived = Decimal(olds.get((row.part_no, "waived"), 0))
        handed_in = Decimal(olds.get((row.part_no, "received"), 0) + olds.get((row.part_no, "disposed"), 0))
        found.append(
            Explained(row.part_no, row.issued, row.used, row.unused, row.lost, row.old_due, handed_in + waived, waived)
        )
    return found


def write_off(
    tx: Transaction, *, document_no: str, writeoff_no: str, report_no: str | None, reason: str = ""
) -> list[Explained]:
    """Close an issue that is balanced (P16.10); refuses a difference, naming each part, and a second write-off."""
    tx.begin_writing()
    open_issue(tx, document_no)
    lines = explain(tx, document_no)
    wrong = [line for line in lines if not line.is_balanced]
    if wrong:
        zh = "；".join(
            f"{line.part_no} 差 {plain(line.difference)} 件、旧件差 {plain(line.old_missing)} 件" for line in wrong
        )
        en = "; ".join(
            f"{line.part_no}: {plain(line.difference)} unexplained, {plain(line.old_missing)} old parts missing"
            for line in wrong
        )
        raise Refusal(
            "not_balanced", Message(f"{document_no} 不能销账：{zh}。", f"{document_no}: {en}."), field="lines"
        )
    tx.execute(
        _close,
        {
            "its_document": document_no,
            "at": clock.now(),
            "number": writeoff_no,
            "report": report_no,
            "why": reason[:200],
        },
    )
    return lines


def open_issue(tx: Transaction, document_no: str) -> Row[Any]:
    """The issue, locked; refuses one that is unknown or written off."""
    found = tx.row(_issue, {"document": document_no})
    if found is None:
        raise Refusal(
            "unknown_issue",
            Message(f"没有发放过领料单 {document_no}。", f"Nothing was issued on {document_no}."),
            field="document_no",
            status=422,
        )
    if found.written_off_at is not None:
        raise Refusal(
            "written_off",
            Message(f"{document_no} 已经销账。", f"{document_no} is written off already."),
            field="document_no",
        )
    return found


def _within_the_issue(tx: Transaction, document_no: str, lines: Sequence[Line]) -> None:
    tx.begin_writing()
    known = tx.row(_issue, {"document": document_no})
    if known is None:
        sources = places_of(tx, [replace(line, target=line.source) for line in lines])
        if all(place.kind == "station" for place in sources.values()):
            return
    holder = open_issue(tx, document_no).holder_id
    places = {
        row.code: row.id
        for row in tx.rows(select(stock_location).where(stock_location.c.code.in_({line.source for line in lines})))
    }
    if any(places.get(line.source) != holder for line in lines):
        zh = f"{document_no} 的备件不在这个账上。"
        raise wrong_line("other_holder", zh, f"The parts of {document_no} are on another account.")
    still = {line.part_no: line.difference for line in explain(tx, document_no)}
    for part_no in sorted({line.part_no for line in lines}):
        wanted = sum((line.quantity for line in lines if line.part_no == part_no), ZERO)
        if wanted > still.get(part_no, ZERO):
            zh = f"{document_no} 的 {part_no} 未销数只有 {plain(still.get(part_no, ZERO))}，不能处理 {plain(wanted)}。"
            en = f"Of {part_no} on {document_no} only {plain(still.get(part_no, ZERO))} is open, not {plain(wanted)}."
            raise Refusal("more_than_issued", Message(zh, en), field="lines")
