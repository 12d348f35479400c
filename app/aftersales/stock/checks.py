"""The invariants of the ledger, each proved by one query over the whole database; a finding names the row."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Integer, and_, case, exists, func, literal, or_, select, tuple_, type_coerce

from app.aftersales.stock.ledger import KEY, ZERO, plain
from app.aftersales.stock.locations import CHANGES_STATE, OURS, WAYS
from app.aftersales.stock.tables import (
    MONEY,
    QUANTITY,
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
from app.messages import Message

Check = Callable[[Transaction], Iterator[str]]
_ENTRY_KEY = tuple(stock_entry.c[column.name] for column in KEY)
_moved = func.coalesce(func.sum(stock_entry.c.quantity), literal(ZERO, QUANTITY), type_=QUANTITY)
_worth = func.coalesce(func.sum(stock_entry.c.amount), literal(ZERO, MONEY), type_=MONEY)

THOUSANDTHS = 10**QUANTITY.places


@dataclass(frozen=True, slots=True)
class Finding:
    """One row that breaks an invariant."""

    check: str
    sentence: Message
    where: str


def count_moves(tx: Transaction) -> int:
    """How many moves there are to check."""
    return int(tx.value(select(func.count()).select_from(stock_move)) or 0)


def findings(tx: Transaction) -> Iterator[Finding]:
    """Everything that is wrong in the ledger, check by check."""
    for name, (sentence, check) in CHECKS.items():
        for where in check(tx):
            yield Finding(name, sentence, where)


def _every_move_balances(tx: Transaction) -> Iterator[str]:
    state = case((stock_move.c.kind.in_(CHANGES_STATE), literal("")), else_=stock_entry.c.state)
    by = (stock_entry.c.move_id, stock_entry.c.part_no, state, stock_entry.c.batch, stock_entry.c.serial_no)
    query = (
        select(stock_entry.c.move_id, stock_entry.c.part_no, _moved.label("moved"), _worth.label("worth"))
        .join(stock_move, stock_move.c.id == stock_entry.c.move_id)
        .group_by(*by)
        .having(or_(_moved != ZERO, _worth != ZERO))
    )
    for row in tx.rows(query):
        yield f"move {row.move_id}, {row.part_no}: {plain(row.moved)} / ¥{row.worth}"


def _every_move_has_entries(tx: Transaction) -> Iterator[str]:
    of_it = exists().where(stock_entry.c.move_id == stock_move.c.id)
    for row in tx.rows(select(stock_move.c.id).where(~of_it)):
        yield f"move {row.id}"
    for row in tx.rows(select(stock_entry.c.id, stock_entry.c.move_id).where(stock_entry.c.quantity == ZERO)):
        yield f"move {row.move_id}, entry {row.id}: 0"


def _every_move_goes_a_known_way(tx: Transaction) -> Iterator[str]:
    comes = stock_entry.alias("comes")
    goes = stock_entry.alias("goes")
    from_place, to_place = stock_location.alias("from_place"), stock_location.alias("to_place")
    # The two entries of a line stand one after the other.
    query = (
        select(stock_move.c.id, stock_move.c.kind, from_place.c.code, to_place.c.code.label("to_code"))
        .join(goes, and_(goes.c.move_id == stock_move.c.id, goes.c.quantity < 0))
        .join(comes, and_(comes.c.move_id == stock_move.c.id, comes.c.id == goes.c.id + 1))
        .join(from_place, from_place.c.id == goes.c.location_id)
        .join(to_place, to_place.c.id == comes.c.location_id)
        .where(~_known_way(from_place, to_place))
    )
    for row in tx.rows(query):
        yield f"move {row.id}: {row.kind} {row.code} → {row.to_code}"


def _known_way(from_place: Any, to_place: Any) -> ColumnElement[bool]:
    ways = [(kind, a, b) for kind, pairs in WAYS.items() for a, b in sorted(pairs)]
    return tuple_(stock_move.c.kind, from_place.c.kind, to_place.c.kind).in_(ways)


def _balances_are_the_sum_of_entries(tx: Transaction) -> Iterator[str]:
    sums = select(*_ENTRY_KEY, _moved.label("moved"), _worth.label("worth")).group_by(*_ENTRY_KEY).subquery("sums")
    same = and_(*(sums.c[column.name] == column for column in KEY))
    moved = func.coalesce(sums.c.moved, literal(ZERO, QUANTITY), type_=QUANTITY)
    worth = func.coalesce(sums.c.worth, literal(ZERO, MONEY), type_=MONEY)
    query = (
        select(*KEY, stock_balance.c.quantity, moved.label("moved"), stock_balance.c.value, worth.label("worth"))
        .outerjoin(sums, same)
        .where(or_(stock_balance.c.quantity != moved, stock_balance.c.value != worth))
    )
    for row in tx.rows(query):
        yield f"{_named(row)}: {plain(row.quantity)} / ¥{row.value}, entries {plain(row.moved)} / ¥{row.worth}"
    query = select(sums).outerjoin(stock_balance, same).where(stock_balance.c.part_no.is_(None))
    for row in tx.rows(query):
        yield f"{_named(row)}: no balance, entries {plain(row.moved)}"


def _ours_were_never_below_zero(tx: Transaction) -> Iterator[str]:
    running = func.sum(stock_entry.c.quantity, type_=QUANTITY).over(
        partition_by=_ENTRY_KEY, order_by=stock_entry.c.move_id, range_=(None, 0)
    )
    each = (
        select(stock_entry.c.id, *_ENTRY_KEY, running.label("then"))
        .join(stock_location, stock_location.c.id == stock_entry.c.location_id)
        .where(stock_location.c.kind.in_(OURS))
        .subquery("each")
    )
    for row in tx.rows(select(each).where(each.c.then < ZERO)):
        yield f"entry {row.id}, {_named(row)}: {plain(row.then)}"


def _held_says_whose_it_is(tx: Transaction) -> Iterator[str]:
    query = (
        select(*KEY)
        .join(stock_location, stock_location.c.id == stock_balance.c.location_id)
        .where(stock_balance.c.held != stock_location.c.kind.in_(OURS))
    )
    for row in tx.rows(query):
        yield _named(row)


def _nothing_is_worth_nothing(tx: Transaction) -> Iterator[str]:
    empty = and_(stock_balance.c.quantity == ZERO, stock_balance.c.value != ZERO)
    query = select(*KEY, stock_balance.c.value).where(stock_balance.c.held, or_(empty, stock_balance.c.value < ZERO))
    for row in tx.rows(query):
        yield f"{_named(row)}: ¥{row.value}"


def _reserved_is_the_sum_of_reservations(tx: Transaction) -> Iterator[str]:
    by = tuple(stock_reservation.c[column.name] for column in KEY)
    total = func.sum(stock_reservation.c.open, type_=QUANTITY)
    sums = select(*by, total.label("open")).group_by(*by).subquery("reserved")
    same = and_(*(sums.c[column.name] == column for column in KEY))
    reserved = func.coalesce(sums.c.open, literal(ZERO, QUANTITY), type_=QUANTITY)
    query = (
        select(*KEY, stock_balance.c.reserved, reserved.label("open"))
        .outerjoin(sums, same)
        .where(
            or_(
                stock_balance.c.reserved != reserved,
                and_(stock_balance.c.reserved != ZERO, stock_balance.c.reserved > stock_balance.c.quantity),
            )
        )
    )
    for row in tx.rows(query):
        yield f"{_named(row)}: {plain(row.reserved)}, reservations {plain(row.open)}"
    lost = select(sums).outerjoin(stock_balance, same).where(stock_balance.c.part_no.is_(None), sums.c.open != ZERO)
    for row in tx.rows(lost):
        yield f"{_named(row)}: no balance, reservations {plain(row.open)}"


def _every_piece_is_in_one_place(tx: Transaction) -> Iterator[str]:
    pieces = func.sum(stock_balance.c.quantity, type_=QUANTITY)
    query = (
        select(stock_balance.c.part_no, stock_balance.c.serial_no, pieces.label("pieces"))
        .where(stock_balance.c.serial_no != "", stock_balance.c.held)
        .group_by(stock_balance.c.part_no, stock_balance.c.serial_no)
        .having(pieces > Decimal(1))
    )
    for row in tx.rows(query):
        yield f"{row.part_no}, {row.serial_no}: {plain(row.pieces)}"


def _pieces_and_batches_are_named(tx: Transaction) -> Iterator[str]:
    query = (
        select(stock_entry.c.id, stock_entry.c.part_no)
        .join(part, part.c.part_no == stock_entry.c.part_no)
        .where(
            stock_entry.c.state != "old",
            or_(
                and_(part.c.tracking == "serial", stock_entry.c.serial_no == ""),
                and_(part.c.tracking == "batch", stock_entry.c.batch == ""),
            ),
        )
    )
    for row in tx.rows(query):
        yield f"entry {row.id}, {row.part_no}"


def _sum_of(kinds: tuple[str, ...]) -> Any:
    of_these = and_(stock_move.c.kind.in_(kinds), stock_entry.c.quantity > 0)
    return func.sum(case((of_these, stock_entry.c.quantity), else_=literal(ZERO, QUANTITY)), type_=QUANTITY)


def _issued_is_explained(tx: Transaction) -> Iterator[str]:
    issued, explained = _sum_of(("issue",)), _sum_of(("use", "return", "lose"))
    query = (
        select(
            stock_move.c.document_no,
            stock_entry.c.part_no,
            issued.label("issued"),
            explained.label("explained"),
        )
        .join(stock_entry, stock_entry.c.move_id == stock_move.c.id)
        .join(part_issue, part_issue.c.document_no == stock_move.c.document_no)
        .where(stock_entry.c.state != "old")
        .group_by(stock_move.c.document_no, stock_entry.c.part_no, part_issue.c.written_off_at)
        .having(
            or_(
                explained > issued,
                and_(part_issue.c.written_off_at.is_not(None), explained != issued),
            )
        )
    )
    for row in tx.rows(query):
        yield f"{row.document_no}, {row.part_no}: issued {plain(row.issued)}, explained {plain(row.explained)}"


def _every_issue_has_its_record(tx: Transaction) -> Iterator[str]:
    of_it = exists().where(part_issue.c.document_no == stock_move.c.document_no)
    for row in tx.rows(select(stock_move.c.document_no).where(stock_move.c.kind == "issue", ~of_it).distinct()):
        yield str(row.document_no)


def _every_used_part_makes_one_old_part_due(tx: Transaction) -> Iterator[str]:
    pieces = select(func.count()).where(old_part.c.entry_id == stock_entry.c.id).scalar_subquery()
    a_use_with_the_duty = and_(stock_entry.c.old_due, stock_move.c.kind == "use")
    owed = case((a_use_with_the_duty, stock_entry.c.quantity), else_=literal(ZERO, QUANTITY))
    query = (
        select(stock_entry.c.id, stock_entry.c.part_no, stock_entry.c.quantity, pieces.label("pieces"))
        .join(stock_move, stock_move.c.id == stock_entry.c.move_id)
        .where(or_(stock_entry.c.old_due, pieces > 0), type_coerce(owed, Integer) != pieces * THOUSANDTHS)
    )
    for row in tx.rows(query):
        yield f"entry {row.id}, {row.part_no}: used {plain(row.quantity)}, old parts {row.pieces}"


def _a_written_off_issue_owes_no_old_part(tx: Transaction) -> Iterator[str]:
    query = (
        select(old_part.c.id, old_part.c.document_no)
        .join(part_issue, part_issue.c.document_no == old_part.c.document_no)
        .where(old_part.c.state == "due", part_issue.c.written_off_at.is_not(None))
    )
    for row in tx.rows(query):
        yield f"{row.document_no}, old part {row.id}"


def _received_old_parts_are_in_the_store(tx: Transaction) -> Iterator[str]:
    pieces = (
        select(old_part.c.location_id, old_part.c.part_no, func.count().label("pieces"))
        .where(old_part.c.state == "received")
        .group_by(old_part.c.location_id, old_part.c.part_no)
        .subquery("pieces")
    )
    there = (
        select(stock_balance.c.location_id, stock_balance.c.part_no, stock_balance.c.quantity)
        .join(stock_location, stock_location.c.id == stock_balance.c.location_id)
        .where(stock_location.c.kind == "old_parts", stock_balance.c.state == "old")
        .subquery("there")
    )
    known = {(row.location_id, row.part_no): row.pieces for row in tx.rows(select(pieces))}
    stored = {(row.location_id, row.part_no): row.quantity for row in tx.rows(select(there))}
    for location_id, part_no in sorted(known.keys() | stored.keys(), key=str):
        on_list, on_shelf = known.get((location_id, part_no), 0), stored.get((location_id, part_no), ZERO)
        if on_list != on_shelf:
            yield f"location {location_id}, {part_no}: listed {on_list}, in the ledger {plain(on_shelf)}"


def _a_waiver_names_its_reason(tx: Transaction) -> Iterator[str]:
    nameless = or_(old_part.c.reason == "", old_part.c.approved_by.is_(None))
    for row in tx.rows(select(old_part.c.id).where(old_part.c.state == "waived", nameless)):
        yield f"old part {row.id}"


def _named(row: Any) -> str:
    more = "".join(f", {each}" for each in (row.batch, row.serial_no) if each)
    return f"location {row.location_id}, {row.part_no}, {row.state}{more}"


CHECKS: dict[str, tuple[Message, Check]] = {
    "move_balances": (
        Message("每笔移动的数量和金额都平衡", "Every move balances, in quantity and in money"),
        _every_move_balances,
    ),
    "move_has_entries": (
        Message("每笔移动都有分录，分录不为零", "Every move has entries, and none of them is zero"),
        _every_move_has_entries,
    ),
    "known_way": (
        Message("每笔移动的来去地点都符合规定", "Every move goes from where to where its kind allows"),
        _every_move_goes_a_known_way,
    ),
    "balance_is_sum": (
        Message("结存等于分录之和", "Every balance is the sum of its entries"),
        _balances_are_the_sum_of_entries,
    ),
    "never_negative": (
        Message("自有库存从未为负", "What is ours was never below zero"),
        _ours_were_never_below_zero,
    ),
    "held_is_ours": (
        Message("自有标记与地点种类一致", "What is held stands at a place of ours"),
        _held_says_whose_it_is,
    ),
    "empty_is_worthless": (
        Message("没有库存就没有金额", "Nothing is worth nothing"),
        _nothing_is_worth_nothing,
    ),
    "reserved_is_sum": (
        Message("预留数等于预留单之和，不超过结存", "What is reserved is the sum of reservations and is there"),
        _reserved_is_the_sum_of_reservations,
    ),
    "piece_in_one_place": (
        Message("每个序列号只在一处", "Every piece with a serial number is in one place"),
        _every_piece_is_in_one_place,
    ),
    "tracked": (
        Message("按批次或序列号管理的备件都写明", "Tracked parts name their batch or serial number"),
        _pieces_and_batches_are_named,
    ),
    "issued_is_explained": (
        Message("发放 = 使用 + 未用 + 差异处理", "Issued = used + unused + charged"),
        _issued_is_explained,
    ),
    "issue_has_record": (
        Message("每张领料单都有发放记录", "Every issue has its record"),
        _every_issue_has_its_record,
    ),
    "old_is_used": (
        Message("每件有旧件义务的已用件对应一件旧件", "Every used part with the duty makes one old part due"),
        _every_used_part_makes_one_old_part_due,
    ),
    "written_off_owes_nothing": (
        Message("已销账的领料单不欠旧件", "An issue that is written off owes no old part"),
        _a_written_off_issue_owes_no_old_part,
    ),
    "old_parts_are_stored": (
        Message("收回的旧件都在旧件库", "Received old parts are in the store"),
        _received_old_parts_are_in_the_store,
    ),
    "waiver_has_reason": (
        Message("旧件免交都有原因和批准人", "A waived old part has a reason and somebody who approved"),
        _a_waiver_names_its_reason,
    ),
}
