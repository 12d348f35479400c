"""Old parts: each is due, then let off or received, then disposed of once (P14.8, P16.6, P17, D26)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import Row, bindparam, func, select, update

from app import clock
from app.aftersales.stock.ledger import Line, post, wrong_line
from app.aftersales.stock.locations import the_world
from app.aftersales.stock.tables import old_part, part, stock_location
from app.db import Transaction
from app.history.record import Doer
from app.messages import Message, Refusal

CONDITIONS = ("complete", "damaged", "incomplete")
# Disposition → the move that carries it out; what is kept stays where it is.
_MOVES = {"claim": "claim", "return_customer": "give_back", "repair_reuse": "reuse", "scrap": "scrap", "keep": None}
_REASON_NEEDED = {"scrap", "keep"}

_due = (
    select(old_part.c.id)
    .where(
        old_part.c.document_no == bindparam("document"),
        old_part.c.part_no == bindparam("part"),
        old_part.c.state == "due",
    )
    .order_by(old_part.c.id)
    .limit(bindparam("most"))
    .with_for_update()
)
_tagged = (
    select(old_part, stock_location.c.code.label("location"))
    .outerjoin(stock_location, stock_location.c.id == old_part.c.location_id)
    .where(old_part.c.tag_no == bindparam("tag"))
    .order_by(old_part.c.id)
    .with_for_update(of=old_part)
)


@dataclass(frozen=True, slots=True)
class Handed:
    """One line of old parts as they are handed in (F25): cleaned, and labelled with a tag."""

    part_no: str
    pieces: int
    condition: str
    tag_no: str


def take_back(
    tx: Transaction,
    *,
    document_no: str,
    lines: Sequence[Handed],
    location: str,
    actor: Doer,
    case_no: str | None = None,
) -> int:
    """Old parts that are due come into the old-part store; returns how many. More than are due is refused."""
    tx.begin_writing()
    if not lines:
        raise wrong_line("nothing_to_move", "没有任何旧件明细。", "There are no lines.")
    received: list[tuple[Handed, list[int]]] = []
    for line in lines:
        if line.pieces < 1 or line.condition not in CONDITIONS or not line.tag_no.strip():
            zh = f"{line.part_no} 的旧件要写明件数、状态和标签。"
            raise wrong_line("wrong_old_part", zh, f"Old parts of {line.part_no} need pieces, condition and tag.")
        if tx.rows(_tagged, {"tag": line.tag_no}):
            zh = f"旧件标签 {line.tag_no} 已经用过。"
            raise wrong_line("tag_twice", zh, f"The tag {line.tag_no} is on another old part.")
        ids = _due_ids(tx, document_no, line.part_no, line.pieces)
        where = select(stock_location.c.id).where(stock_location.c.code == location).scalar_subquery()
        tx.execute(
            update(old_part)
            .where(old_part.c.id.in_(ids))
            .values(
                state="received",
                tag_no=line.tag_no.strip(),
                condition=line.condition,
                location_id=where,
                received_at=clock.now(),
            )
        )
        received.append((line, ids))
    customer = the_world(tx, "customer")
    moves = [Line(line.part_no, Decimal(line.pieces), customer, location, state="old") for line, _ in received]
    post(tx, kind="take_back", lines=moves, document_no=document_no, actor=actor, case_no=case_no)
    return sum(len(ids) for _, ids in received)


def waive(tx: Transaction, *, document_no: str, part_no: str, pieces: int, reason: str, approved_by: str) -> None:
    """An old part that cannot be had is let off with a reason and the leader's approval (P14.9, D33 row 3)."""
    tx.begin_writing()
    if not reason.strip() or not approved_by.strip():
        raise Refusal(
            "reason_needed",
            Message("旧件缺件要有原因和批准人。", "A missing old part needs a reason and somebody who approved it."),
            field="missing_reason",
            status=422,
        )
    ids = _due_ids(tx, document_no, part_no, pieces)
    tx.execute(
        update(old_part)
        .where(old_part.c.id.in_(ids))
        .values(state="waived", reason=reason.strip()[:200], approved_by=approved_by.strip()[:80])
    )


def dispose(
    tx: Transaction,
    *,
    tag_no: str,
    disposition: str,
    document_no: str,
    actor: Doer,
    target: str = "",
    reason: str = "",
    review_on: date | None = None,
) -> int:
    """Decide on the old parts under a tag and carry it out (P17.6); returns how many pieces. Decided once only.

    Scrap and keep need a reason, keep a review date; `target` is the scrap place or the warehouse of a repaired part.
    """
    if disposition not in _MOVES:
        zh = f"没有“{disposition}”这种去向。"
        raise wrong_line("wrong_disposition", zh, f"There is no disposition “{disposition}”.")
    if disposition in _REASON_NEEDED and not reason.strip():
        raise Refusal("reason_needed", Message("请写明原因。", "Give a reason."), field="reason", status=422)
    if disposition == "keep" and review_on is None:
        sentence = Message("留存要写明复查日期。", "Keeping it needs a date of review.")
        raise Refusal("review_needed", sentence, field="review_date", status=422)
    tx.begin_writing()
    rows = tx.rows(_tagged, {"tag": tag_no})
    if not rows:
        raise wrong_line("unknown_tag", f"没有旧件标签 {tag_no}。", f"There is no old part with the tag {tag_no}.")
    if any(row.state != "received" for row in rows):
        zh = f"旧件 {tag_no} 已经有去向。"
        raise Refusal("disposed_already", Message(zh, f"The old part {tag_no} is disposed of."), field="tag_no")
    if rows[0].disposition == "claim" and disposition != "claim":
        zh = f"旧件 {tag_no} 正在索赔（{rows[0].reason}），不能另作处理。"
        en = f"The old part {tag_no} is under claim ({rows[0].reason}); nothing else can be done with it."
        raise Refusal("under_claim", Message(zh, en), field="tag_no")
    kind = _MOVES[disposition]
    if kind is not None:
        to = target or the_world(tx, "supplier" if kind == "claim" else "customer")
        first = rows[0]
        line = Line(first.part_no, Decimal(len(rows)), first.location, to, state="old")
        post(tx, kind=kind, lines=[line], document_no=document_no, actor=actor, reason=reason)
    tx.execute(
        update(old_part)
        .where(old_part.c.id.in_([row.id for row in rows]))
        .values(
            state="disposed" if kind is not None else "received",
            disposition=disposition,
            location_id=rows[0].location_id if kind is None else None,
            disposed_at=clock.now() if kind is not None else None,
            review_on=review_on,
            reason=reason.strip()[:200],
        )
    )
    return len(rows)


def earmark(tx: Transaction, *, tag_no: str, claim_no: str) -> int:
    """Set the old parts under a tag aside for one claim, until they are sent or let go; returns how many pieces.

    A tag is under one claim only; the same claim may ask again.
    """
    tx.begin_writing()
    rows = tx.rows(_tagged, {"tag": tag_no})
    if not rows:
        raise wrong_line("unknown_tag", f"没有旧件标签 {tag_no}。", f"There is no old part with the tag {tag_no}.")
    if any(row.state != "received" for row in rows):
        zh = f"旧件 {tag_no} 已经有去向。"
        raise Refusal("disposed_already", Message(zh, f"The old part {tag_no} is disposed of."), field="tag_no")
    other = next((row.reason for row in rows if row.disposition == "claim" and row.reason != claim_no), None)
    if other is not None:
        zh = f"旧件 {tag_no} 已在索赔单 {other} 上，不能重复索赔。"
        raise Refusal("claimed_twice", Message(zh, f"The old part {tag_no} is on the claim {other}."), field="tag_no")
    ids = [row.id for row in rows]
    tx.execute(update(old_part).where(old_part.c.id.in_(ids)).values(disposition="claim", reason=claim_no[:200]))
    return len(rows)


def let_go(tx: Transaction, *, claim_no: str) -> int:
    """What was set aside for a claim and not sent is open again; returns how many pieces."""
    tx.begin_writing()
    kept = (old_part.c.state == "received", old_part.c.disposition == "claim", old_part.c.reason == claim_no)
    return int(tx.execute(update(old_part).where(*kept).values(disposition=None, reason="")).rowcount)


def received_at(tx: Transaction, code: str) -> Sequence[Row[Any]]:
    """The old parts that lie in a store, tag by tag, with how many pieces each has."""
    query = (
        select(
            old_part.c.tag_no, old_part.c.part_no, part.c.name, old_part.c.condition, old_part.c.document_no,
            old_part.c.case_no, old_part.c.report_no, old_part.c.disposition, old_part.c.reason, old_part.c.review_on,
            func.count().label("pieces"), func.min(old_part.c.received_at).label("received_at"),
        )
        .join(stock_location, stock_location.c.id == old_part.c.location_id)
        .join(part, part.c.part_no == old_part.c.part_no)
        .where(stock_location.c.code == code, old_part.c.state == "received")
        .group_by(
            old_part.c.tag_no, old_part.c.part_no, part.c.name, old_part.c.condition, old_part.c.document_no,
            old_part.c.case_no, old_part.c.report_no, old_part.c.disposition, old_part.c.reason, old_part.c.review_on,
        )
        .order_by(old_part.c.tag_no)
    )  # fmt: skip
    return tx.rows(query)


def due_of(tx: Transaction, document_no: str) -> Sequence[Row[Any]]:
    """The old parts that a requisition still owes."""
    return tx.rows(select(old_part).where(old_part.c.document_no == document_no, old_part.c.state == "due"))


def _due_ids(tx: Transaction, document_no: str, part_no: str, pieces: int) -> list[int]:
    ids = [row.id for row in tx.rows(_due, {"document": document_no, "part": part_no, "most": pieces})]
    if len(ids) < pieces:
        zh = f"{document_no} 只应交回 {part_no} 旧件 {len(ids)} 件，不是 {pieces} 件。"
        en = f"{document_no} owes {len(ids)} old parts of {part_no}, not {pieces}."
        raise wrong_line("old_part_not_due", zh, en)
    return ids
