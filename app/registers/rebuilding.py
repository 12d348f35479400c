"""A register made again from an empty table: what history remembers of it, replayed in the order it was written."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import Row, Text, bindparam, delete, insert, or_, select, text, type_coerce, update

from app.aftersales.personal_data import ERASED as GONE
from app.db import Transaction
from app.history import history_event
from app.registers.remembering import CANCELLED, ENTERED, ERASED, RETIRED, TAKEN_BACK, reason_of
from app.registers.tables import register_row
from app.registers.writing import void_rows, write_rows

AT_ONCE = 1000  # events
_next = (
    select(history_event)
    .where(
        history_event.c.id > bindparam("after"),
        or_(
            history_event.c.kind.in_((CANCELLED, TAKEN_BACK, ERASED, RETIRED)),
            type_coerce(history_event.c.data, Text).contains(f'"{ENTERED}":'),
        ),
    )
    .order_by(history_event.c.id)
    .limit(AT_ONCE)
)
_one = select(register_row).where(
    register_row.c.register == bindparam("its_register"), register_row.c.row_key == bindparam("its_key")
)
_all = select(register_row).where(register_row.c.register == bindparam("its_register")).execution_options(yield_per=500)


@dataclass(slots=True)
class Rebuilt:
    """How many rows there are now, and by key what is not as it was."""

    rows: int
    lost: list[str] = field(default_factory=list)  # were there, and history does not know them
    changed: list[str] = field(default_factory=list)
    found: list[str] = field(default_factory=list)  # were missing

    @property
    def same(self) -> bool:
        """Whether the table said what history says."""
        return not (self.lost or self.changed or self.found)


def rebuild(tx: Transaction, code: str) -> Rebuilt:
    """Empty a register and fill it again from `history_event` alone; no other table is read.

    Nobody writes registers meanwhile. Memory does not grow with the number of events, only with that of the rows.
    """
    tx.begin_writing()
    if not tx.on_sqlite:
        tx.execute(text("LOCK TABLE register_row IN SHARE ROW EXCLUSIVE MODE"))
    before = _fingerprints(tx, code)
    tx.execute(delete(register_row).where(register_row.c.register == code))
    waiting: list[dict[str, Any]] = []
    for event in _events(tx):
        waiting.extend(_written(event, code))
        if event.kind in _REPLAY or len(waiting) >= AT_ONCE:
            if waiting:
                write_rows(tx, waiting)
                waiting = []
            if event.kind in _REPLAY:
                _REPLAY[event.kind](tx, event, code)
    if waiting:
        write_rows(tx, waiting)
    after = _fingerprints(tx, code)
    return Rebuilt(
        rows=len(after),
        lost=sorted(before.keys() - after.keys()),
        changed=sorted(key for key in before.keys() & after.keys() if before[key] != after[key]),
        found=sorted(after.keys() - before.keys()),
    )


def _events(tx: Transaction) -> Iterator[Row[Any]]:
    after = 0
    while events := tx.rows(_next, {"after": after}):
        yield from events
        after = events[-1].id


def _fingerprints(tx: Transaction, code: str) -> dict[str, int]:
    """Row key → everything in the row but its id, as a number: two are compared within one process only."""
    found = {}
    for row in tx.execute(_all, {"its_register": code}):
        rest = {name: value for name, value in row._mapping.items() if name not in {"id", "data"}}
        found[row.row_key] = hash((orjson.dumps(row.data, option=orjson.OPT_SORT_KEYS), *rest.values()))
    return found


def _written(event: Row[Any], code: str) -> Iterator[dict[str, Any]]:
    entered = (event.data or {}).get(ENTERED)
    if not isinstance(entered, dict):
        return
    for key, kept in entered.get("rows", {}).get(code, {}).items():
        void = kept if isinstance(kept, str) else None
        yield {
            "register": code,
            "row_key": key,
            "case_no": event.case_no,
            "instance_id": event.instance_id,
            "unit_path": entered["unit"],
            "data": orjson.dumps({} if void is not None else kept).decode(),
            "created_by": event.actor_name,
            "now": event.at,
            "voided_at": event.at if void is not None else None,
            "voided_by": event.actor_name if void is not None else None,
            "void_reason": void,
        }


def _cancelled(tx: Transaction, event: Row[Any], code: str) -> None:
    reason = reason_of(event.data)
    void_rows(tx, instance_id=event.instance_id, at=event.at, by=event.actor_name, reason=reason, register=code)


def _taken_back(tx: Transaction, event: Row[Any], code: str) -> None:
    for entry in _of(event, code):
        there = _one_row(tx, code, entry["key"])
        if entry["row"] is None:
            tx.execute(delete(register_row).where(register_row.c.register == code, _is(entry["key"])))
            continue
        values = {**entry["row"]}
        for name in ("created_at", "updated_at", "voided_at"):
            values[name] = datetime.fromisoformat(values[name]) if values[name] is not None else None
        if there is None:
            tx.execute(insert(register_row).values(register=code, row_key=entry["key"], **values))
        else:
            tx.execute(update(register_row).where(register_row.c.id == there.id).values(**values))


def _erased(tx: Transaction, event: Row[Any], code: str) -> None:
    for entry in _of(event, code):
        there = _one_row(tx, code, entry["key"])
        if there is not None:
            data = {name: GONE if name in entry["columns"] else value for name, value in there.data.items()}
            tx.execute(update(register_row).where(register_row.c.id == there.id).values(data=data))


def _retired(tx: Transaction, event: Row[Any], code: str) -> None:
    if event.data["register"] == code:
        keys = register_row.c.row_key.in_(event.data["keys"])
        tx.execute(delete(register_row).where(register_row.c.register == code, keys))


def _of(event: Row[Any], code: str) -> Iterator[dict[str, Any]]:
    return (entry for entry in event.data["rows"] if entry["register"] == code)


def _one_row(tx: Transaction, code: str, key: str) -> Row[Any] | None:
    return tx.row(_one, {"its_register": code, "its_key": key})


def _is(key: str) -> Any:
    return register_row.c.row_key == key


_REPLAY = {CANCELLED: _cancelled, TAKEN_BACK: _taken_back, ERASED: _erased, RETIRED: _retired}
