"""Posting a move: everything is checked on locked rows first, then balances and entries are written together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, NamedTuple

from sqlalchemy import Row, and_, bindparam, insert, select, tuple_, update
from sqlalchemy.dialects import postgresql, sqlite

from app import clock
from app.aftersales.stock.locations import CHANGES_STATE, OURS, STATES, WAYS, unknown_location
from app.aftersales.stock.tables import (
    part,
    part_batch,
    stock_balance,
    stock_entry,
    stock_location,
    stock_move,
    stock_reservation,
)
from app.db import Transaction
from app.history.record import Doer
from app.messages import Message, Refusal

ZERO, FEN = Decimal(0), Decimal("0.01")
_THOUSANDTH = Decimal("0.001")
_MOST = Decimal(10) ** 9


class Key(NamedTuple):
    """One part in one state, batch and piece, at one place."""

    location_id: int
    part_no: str
    state: str
    batch: str
    serial_no: str


@dataclass(frozen=True, slots=True)
class Line:
    """What goes from where to where; places by code. `unit_cost` is what one costs when it is received."""

    part_no: str
    quantity: Decimal
    source: str
    target: str
    state: str = "new"
    batch: str = ""
    serial_no: str = ""
    unit_cost: Decimal | None = None
    old_due: bool | None = None  # of a use: whether its old part must come back; None asks the part


@dataclass(frozen=True, slots=True)
class Went:
    """A line as it was posted: with the batch that was chosen, its cost, and the entry at its target."""

    line: Line
    amount: Decimal
    entry_id: int
    old_due: bool


@dataclass(frozen=True, slots=True)
class Posted:
    """A move that was posted."""

    move_id: int
    lines: tuple[Went, ...]

    @property
    def amount(self) -> Decimal:
        """What went, in yuan."""
        return sum((went.amount for went in self.lines), ZERO)


KEY = (
    stock_balance.c.location_id,
    stock_balance.c.part_no,
    stock_balance.c.state,
    stock_balance.c.batch,
    stock_balance.c.serial_no,
)
_locked = select(stock_balance).where(tuple_(*KEY).in_(bindparam("keys", expanding=True))).order_by(*KEY)
_lock = {"sqlite": _locked, "postgresql": _locked.with_for_update()}
_begin = {
    "sqlite": sqlite.insert(stock_balance).on_conflict_do_nothing(),
    "postgresql": postgresql.insert(stock_balance).on_conflict_do_nothing(),
}
_set = (
    update(stock_balance)
    .where(*(column == bindparam(f"its_{column.name}") for column in KEY))
    .values(
        quantity=bindparam("new_quantity", type_=stock_balance.c.quantity.type),
        reserved=bindparam("new_reserved", type_=stock_balance.c.reserved.type),
        value=bindparam("new_value", type_=stock_balance.c.value.type),
    )
)
_places = select(stock_location).where(stock_location.c.code.in_(bindparam("codes", expanding=True)))
_parts = select(part).where(part.c.part_no.in_(bindparam("numbers", expanding=True)))
_own_reservations = (
    select(stock_reservation)
    .where(stock_reservation.c.document_no == bindparam("document"), stock_reservation.c.open > 0)
    .order_by(stock_reservation.c.id)
)
_use_reservation = (
    update(stock_reservation)
    .where(stock_reservation.c.id == bindparam("its_id"))
    .values(open=bindparam("left", type_=stock_reservation.c.open.type))
)
_costs = (
    update(part)
    .where(part.c.part_no == bindparam("its_part"))
    .values(last_cost=bindparam("cost", type_=part.c.last_cost.type))
)
_pieces = select(stock_balance.c.part_no, stock_balance.c.serial_no).where(
    tuple_(stock_balance.c.part_no, stock_balance.c.serial_no).in_(bindparam("pieces", expanding=True)),
    stock_balance.c.held,
    stock_balance.c.quantity > 0,
)
_named_batches = select(part_batch).where(
    tuple_(part_batch.c.part_no, part_batch.c.batch).in_(bindparam("batches", expanding=True))
)
_move = insert(stock_move).returning(stock_move.c.id)
_entries = insert(stock_entry).returning(stock_entry.c.id, sort_by_parameter_order=True)


class Standing:
    """What stands at the keys of one move, locked, and changed here before it is written back."""

    def __init__(self, tx: Transaction, keys: Iterable[Key], held: Mapping[int, bool]) -> None:
        wanted = sorted(set(keys))
        rows = lock_balances(tx, wanted)
        missing = [key for key in wanted if key not in rows]
        if missing:
            nothing = {"quantity": ZERO, "reserved": ZERO, "value": ZERO}
            tx.execute(
                _begin[tx.connection.dialect.name],
                [{**key._asdict(), "held": held[key.location_id], **nothing} for key in missing],
            )
            rows |= lock_balances(tx, missing)
        self.quantity = {key: row.quantity for key, row in rows.items()}
        self.reserved = {key: row.reserved for key, row in rows.items()}
        self.value = {key: row.value for key, row in rows.items()}

    def write(self, tx: Transaction) -> None:
        """Write everything back."""
        rows = [
            {
                **{f"its_{name}": each for name, each in key._asdict().items()},
                "new_quantity": self.quantity[key],
                "new_reserved": self.reserved[key],
                "new_value": self.value[key],
            }
            # What becomes empty first: a piece with a serial number stands in one place only, at every moment.
            for key in sorted(self.quantity, key=lambda key: (self.quantity[key] > 0, key))
        ]
        tx.execute(_set, rows)


def lock_balances(tx: Transaction, keys: Sequence[Key]) -> dict[Key, Row[Any]]:
    """The balances of these keys, locked in one order for all, so that two moves never wait for each other."""
    if not keys:
        return {}
    rows = tx.rows(_lock[tx.connection.dialect.name], {"keys": [tuple(key) for key in keys]})
    return {Key(row.location_id, row.part_no, row.state, row.batch, row.serial_no): row for row in rows}


def post(
    tx: Transaction,
    *,
    kind: str,
    lines: Sequence[Line],
    document_no: str,
    actor: Doer,
    case_no: str | None = None,
    reason: str = "",
) -> Posted:
    """Post a move in the caller's transaction. A refusal leaves the ledger as it was: nothing is written before it.

    Goods leave at the average cost of what stands there, the last piece takes the rest, so no fen is lost. What the
    document has reserved is free for the document.
    """
    if not lines:
        raise wrong_line("nothing_to_move", "没有任何备件明细。", "There are no lines.")
    tx.begin_writing()
    tx.must_last()
    places = places_of(tx, lines)
    parts = parts_of(tx, lines)
    for line in lines:
        _check(kind, line, places, parts[line.part_no])
    if kind in {"issue", "use"}:
        _refuse_expired(tx, lines)
    lines = choose_batches(tx, lines, places, parts, document_no)
    _refuse_pieces_elsewhere(tx, lines, places)
    ways = [(line, _source(line, places), _target(kind, line, places)) for line in lines]
    held = {place.id: place.kind in OURS for place in places.values()}
    standing = Standing(tx, (key for _, source, target in ways for key in (source, target)), held)
    own = _Reserved(tx, document_no)
    amounts = []
    for line, source, target in ways:
        amount = _take(standing, own, line, source, places[line.source], parts[line.part_no])
        standing.quantity[target] += line.quantity
        standing.value[target] += amount
        amounts.append(amount)
    standing.write(tx)
    own.write(tx)
    move_id = int(
        tx.execute(
            _move,
            {
                "kind": kind,
                "document_no": document_no,
                "case_no": case_no,
                "reason": reason[:200],
                "actor_id": actor.id,
                "actor_name": actor.name,
                "made_at": clock.now(),
            },
        ).scalar_one()
    )
    due = [kind == "use" and _is_due(line, parts[line.part_no]) for line in lines]
    rows = []
    for (line, source, target), amount, old_due in zip(ways, amounts, due, strict=True):
        rows.append(
            {"move_id": move_id, **source._asdict(), "quantity": -line.quantity, "amount": -amount, "old_due": False}
        )
        rows.append(
            {"move_id": move_id, **target._asdict(), "quantity": line.quantity, "amount": amount, "old_due": old_due}
        )
    ids = [int(row.id) for row in tx.rows(_entries, rows)]
    if kind == "receive":
        _remember_costs(tx, lines)
    went = zip(lines, amounts, ids[1::2], due, strict=True)
    return Posted(move_id, tuple(Went(line, amount, entry_id, old) for line, amount, entry_id, old in went))


def wrong_line(code: str, zh: str, en: str) -> Refusal:
    """A line that cannot be posted."""
    return Refusal(code, Message(zh, en), field="lines", status=422)


def short(part_no: str, place: Row[Any], wanted: Decimal, there: Decimal) -> Refusal:
    """Too little stands there."""
    zh = f"{place.name}（{place.code}）可用的 {part_no} 只有 {plain(there)}，要 {plain(wanted)}。"
    en = f"{place.name} ({place.code}) has {plain(there)} of {part_no} free, {plain(wanted)} are wanted."
    return Refusal("stock_short", Message(zh, en), field="lines", status=409)


def plain(number: Decimal) -> str:
    """A quantity without zeros at the end."""
    return f"{number.normalize():f}" if number else "0"


def choose_batches(
    tx: Transaction,
    lines: Sequence[Line],
    places: Mapping[str, Row[Any]],
    parts: Mapping[str, Row[Any]],
    document_no: str,
) -> list[Line]:
    """Lines of parts kept by batch that name none, split over the batches there: what expires first goes first.

    What the document has reserved goes before that. Expired batches are passed over.
    """
    chosen: list[Line] = []
    taken: dict[Key, Decimal] = {}
    own: _Reserved | None = None
    for line in lines:
        place, tracking = places[line.source], parts[line.part_no].tracking
        if tracking != "batch" or line.batch or line.state == "old" or place.kind not in OURS:
            chosen.append(line)
            continue
        own = own or _Reserved(tx, document_no)
        rest = line.quantity
        for row in _batches(tx, place.id, line.part_no, line.state):
            key = Key(place.id, line.part_no, line.state, row.batch, "")
            free = row.quantity - row.reserved + own.of(key) - taken.get(key, ZERO)
            if is_expired(row.expires_on) or free <= 0:
                continue
            part_of_it = min(rest, free)
            chosen.append(replace(line, batch=row.batch, quantity=part_of_it))
            taken[key] = taken.get(key, ZERO) + part_of_it
            rest -= part_of_it
            if not rest:
                break
        if rest:
            raise short(line.part_no, place, line.quantity, line.quantity - rest)
    return chosen


def _batches(tx: Transaction, location_id: int, part_no: str, state: str) -> Sequence[Row[Any]]:
    query = (
        select(stock_balance.c.batch, stock_balance.c.quantity, stock_balance.c.reserved, part_batch.c.expires_on)
        .outerjoin(
            part_batch,
            and_(part_batch.c.part_no == stock_balance.c.part_no, part_batch.c.batch == stock_balance.c.batch),
        )
        .where(
            stock_balance.c.location_id == location_id,
            stock_balance.c.part_no == part_no,
            stock_balance.c.state == state,
            stock_balance.c.quantity > 0,
        )
        .order_by(part_batch.c.expires_on.asc().nulls_last(), stock_balance.c.batch)
    )
    if not tx.on_sqlite:
        query = query.with_for_update(of=stock_balance)
    return tx.rows(query)


class _Reserved:
    """What one document has reserved and not yet taken."""

    def __init__(self, tx: Transaction, document_no: str) -> None:
        self._rows = tx.rows(_own_reservations, {"document": document_no})
        self._open = {row.id: row.open for row in self._rows}
        self._changed: set[int] = set()

    def of(self, key: Key) -> Decimal:
        """How much is reserved at a key."""
        return sum((self._open[row.id] for row in self._rows if _key_of(row) == key), ZERO)

    def take(self, key: Key, quantity: Decimal) -> Decimal:
        """Use up to so much of it; returns how much."""
        rest = quantity
        for row in self._rows:
            if rest and _key_of(row) == key and self._open[row.id]:
                used = min(rest, self._open[row.id])
                self._open[row.id] -= used
                self._changed.add(row.id)
                rest -= used
        return quantity - rest

    def write(self, tx: Transaction) -> None:
        """Write what is left."""
        if self._changed:
            tx.execute(_use_reservation, [{"its_id": each, "left": self._open[each]} for each in sorted(self._changed)])


def _key_of(row: Row[Any]) -> Key:
    return Key(row.location_id, row.part_no, row.state, row.batch, row.serial_no)


def places_of(tx: Transaction, lines: Sequence[Line]) -> dict[str, Row[Any]]:
    codes = {code for line in lines for code in (line.source, line.target)}
    places = {row.code: row for row in tx.rows(_places, {"codes": sorted(codes)}) if row.active}
    for code in sorted(codes - places.keys()):
        raise unknown_location(code)
    return places


def parts_of(tx: Transaction, lines: Sequence[Line]) -> dict[str, Row[Any]]:
    numbers = {line.part_no for line in lines}
    parts = {row.part_no: row for row in tx.rows(_parts, {"numbers": sorted(numbers)})}
    for number in sorted(numbers - parts.keys()):
        raise wrong_line("unknown_part", f"没有备件“{number}”。", f"There is no part “{number}”.")
    return parts


def _check(kind: str, line: Line, places: Mapping[str, Row[Any]], its: Row[Any]) -> None:
    way = (places[line.source].kind, places[line.target].kind)
    if way not in WAYS.get(kind, ()) or (line.source == line.target) != (kind == "set_apart"):
        zh = f"“{kind}”不能从 {line.source} 到 {line.target}。"
        raise wrong_line("wrong_way", zh, f"A “{kind}” cannot go from {line.source} to {line.target}.")
    old = kind in _OF_OLD_PARTS or "old_parts" in way
    if line.state not in STATES or ((line.state == "old") != old and not (kind == "count" and "scrap" in way)):
        zh = f"{line.part_no} 的状态“{line.state}”不能这样移动。"
        raise wrong_line("wrong_state", zh, f"{line.part_no} in the state “{line.state}” cannot go this way.")
    if line.state == "bad" and kind in {"issue", "use", "set_apart"}:
        zh = f"{line.part_no} 是不合格件，单独存放，不得发放使用。"
        raise wrong_line("defective", zh, f"{line.part_no} is defective and kept apart; it is not issued or used.")
    if not ZERO < line.quantity < _MOST or line.quantity != line.quantity.quantize(_THOUSANDTH):
        zh = f"{line.part_no} 的数量 {line.quantity} 不对：要大于零，最多三位小数。"
        en = f"The quantity {line.quantity} of {line.part_no} is wrong: above zero, three decimal places at most."
        raise wrong_line("wrong_quantity", zh, en)
    if line.unit_cost is not None and (line.unit_cost < 0 or line.unit_cost != line.unit_cost.quantize(FEN)):
        zh = f"{line.part_no} 的单价 {line.unit_cost} 不对：不小于零，精确到分。"
        raise wrong_line("wrong_cost", zh, f"The cost {line.unit_cost} of {line.part_no} is wrong: yuan and fen.")
    if line.state == "old":
        return
    if its.tracking == "serial" and not line.serial_no:
        raise wrong_line(
            "serial_needed", f"{line.part_no} 按序列号管理，请写明序列号。", f"{line.part_no} needs a serial number."
        )
    if its.tracking == "serial" and line.quantity != 1:
        raise wrong_line(
            "wrong_quantity", f"{line.part_no} 每个序列号只有一件。", f"{line.part_no}: one piece per serial number."
        )
    if its.tracking == "batch" and not line.batch and places[line.source].kind not in OURS:
        raise wrong_line("batch_needed", f"{line.part_no} 按批次管理，请写明批次。", f"{line.part_no} needs a batch.")
    if (its.tracking != "serial" and line.serial_no) or (its.tracking == "none" and line.batch):
        zh = f"{line.part_no} 不按批次或序列号管理。"
        raise wrong_line("not_tracked", zh, f"{line.part_no} is not kept by batch or serial number.")


_OF_OLD_PARTS = {"take_back", "give_back", "claim", "reuse"}


def _source(line: Line, places: Mapping[str, Row[Any]]) -> Key:
    return Key(places[line.source].id, line.part_no, line.state, line.batch, line.serial_no)


def _target(kind: str, line: Line, places: Mapping[str, Row[Any]]) -> Key:
    state = CHANGES_STATE.get(kind, line.state)
    return Key(places[line.target].id, line.part_no, state, line.batch, line.serial_no)


def _take(standing: Standing, own: _Reserved, line: Line, source: Key, place: Row[Any], its: Row[Any]) -> Decimal:
    """Take a line from its source; returns what it is worth."""
    quantity, value = standing.quantity[source], standing.value[source]
    if place.kind in OURS:
        reserved = standing.reserved[source]
        free = quantity - reserved + own.of(source)
        if line.quantity > free:
            raise short(line.part_no, place, line.quantity, max(free, ZERO))
        standing.reserved[source] -= own.take(source, line.quantity)
        left = quantity - line.quantity
        amount = value if not left else (value * line.quantity / quantity).quantize(FEN, ROUND_HALF_UP)
    else:
        each = line.unit_cost if line.unit_cost is not None else ZERO
        if line.unit_cost is None and place.kind == "difference":
            each = its.last_cost or ZERO
        amount = (each * line.quantity).quantize(FEN, ROUND_HALF_UP)
    standing.quantity[source] -= line.quantity
    standing.value[source] -= amount
    return amount


def _refuse_pieces_elsewhere(tx: Transaction, lines: Sequence[Line], places: Mapping[str, Row[Any]]) -> None:
    """A piece that comes from outside must not be here already; the unique index holds against two at once."""
    coming = [line for line in lines if line.serial_no and places[line.source].kind not in OURS]
    if not coming:
        return
    pieces = [(line.part_no, line.serial_no) for line in coming]
    there = tx.row(_pieces, {"pieces": pieces})
    twice = next((piece for piece in pieces if pieces.count(piece) > 1), None)
    part_no, serial_no = twice or (tuple(there) if there is not None else (None, None))
    if part_no is not None:
        zh = f"{part_no} 序列号 {serial_no} 已经在库。"
        raise wrong_line("serial_twice", zh, f"{part_no} with the serial number {serial_no} is there already.")


def _refuse_expired(tx: Transaction, lines: Sequence[Line]) -> None:
    named = [(line.part_no, line.batch) for line in lines if line.batch]
    for row in tx.rows(_named_batches, {"batches": named}) if named else ():
        if is_expired(row.expires_on):
            zh = f"{row.part_no} 批次 {row.batch} 已于 {row.expires_on} 过期，不能发放。"
            en = f"The batch {row.batch} of {row.part_no} expired on {row.expires_on}; it cannot be issued."
            raise wrong_line("batch_expired", zh, en)


def _is_due(line: Line, its: Row[Any]) -> bool:
    due = bool(its.old_part_duty) if line.old_due is None else line.old_due
    if due and line.quantity != line.quantity.to_integral_value():
        zh = f"{line.part_no} 要交回旧件，只能按整件使用。"
        raise wrong_line("wrong_quantity", zh, f"Old parts of {line.part_no} come back: only whole pieces are used.")
    return due


def _remember_costs(tx: Transaction, lines: Sequence[Line]) -> None:
    costs = {line.part_no: line.unit_cost for line in lines if line.unit_cost is not None}
    if costs:
        tx.execute(_costs, [{"its_part": number, "cost": cost} for number, cost in sorted(costs.items())])


def is_expired(expires_on: date | None) -> bool:
    """Whether the last day on which it may be issued is over."""
    return expires_on is not None and expires_on < clock.now().astimezone(clock.ZONE).date()
