"""Writing registers: a listener of facts that upserts the declared rows in the step's transaction."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

import orjson

from app import feel
from app.db import Transaction
from app.engine import facts as f
from app.registers import remembering, taking_back
from app.registers.declaration import Declarations, Register, Writing
from app.registers.writing import void_rows, write_rows
from app.runtime import StepRecord, World

NO_LONGER_ENTERED = "更正后不再登记"

Rows = dict[str, dict[str, Any]]
Due = tuple[Register, frozenset[str] | None, dict[str, Any] | None]


class RegisterListener:
    """Called after every step with its facts; does nothing when no declared element took part."""

    def __init__(self, declarations: Declarations) -> None:
        self._writings: dict[tuple[str, str, str], list[tuple[Register, Writing]]] = {}
        for register in declarations.registers.values():
            for writing in register.writings:
                for element in writing.elements:
                    key = (writing.process, element, writing.event)
                    self._writings.setdefault(key, []).append((register, writing))

    def __call__(self, tx: Transaction, world: World, record: StepRecord) -> None:
        """Write what the facts of this step call for, each register once, all rows in one statement.

        What stands there already is not written again: another statement asks, unless the instance only begins. A
        step that 撤回 may turn back keeps what the rows were before.

        When the instance was cancelled, the rows it began keep their numbers and are marked 作废 with the reason.

        All of it is noted for history: `rebuild` makes the same rows from that alone.
        """
        rows = [row for due in self._due(record) for row in _rows(record, *due)]
        if rows:
            if record.before:  # a first step begins its rows, so there is nothing to compare with
                images = taking_back.images(tx, rows)
                taking_back.only_changes(rows, images)
                if record.may_be_taken_back:
                    record.undo_rows[taking_back.UNDO] = images
            write_rows(tx, rows)
            remembering.remember(record, rows)
        for event in record.events:
            if event.kind == remembering.CANCELLED:
                reason = remembering.reason_of(event.data)
                void_rows(tx, instance_id=record.instance_id, at=record.now, by=record.actor.name, reason=reason)

    def _due(self, record: StepRecord) -> Iterable[Due]:
        """The registers this step writes, each with its columns (None: all of them) and what a called process saw."""
        due: dict[str, Due] = {}
        for fact in record.facts:
            if isinstance(fact, f.ElementCompleted):
                event = "completed"
            elif isinstance(fact, f.ElementActivated):
                event = "started"
            else:
                continue
            for register, writing in self._writings.get((fact.process_id, fact.element_id, event), ()):
                columns = writing.columns
                if register.code in due:
                    before = due[register.code][1]
                    columns = before | columns if before is not None and columns is not None else None
                due[register.code] = (register, columns, fact.seen if isinstance(fact, f.ElementCompleted) else None)
        return due.values()


def _rows(
    record: StepRecord, register: Register, columns: frozenset[str] | None, seen: dict[str, Any] | None
) -> Iterator[dict[str, Any]]:
    rows = _values(record, register, columns, record.variables if seen is None else seen)
    for key, data in rows.items():
        yield _row(record, register, key, data)
    if seen is None and register.each is not None and record.before.get("case_no") is not None:
        # A list that was filled in again may have lost items: their rows stay, marked, and count no more.
        for key in _values(record, register, frozenset(), record.before).keys() - rows.keys():
            yield _row(record, register, key, {}, NO_LONGER_ENTERED)


def _values(record: StepRecord, register: Register, columns: frozenset[str] | None, variables: dict[str, Any]) -> Rows:
    """The rows by their keys, with the columns that have a value; an item without a key has no row."""
    library = record.surroundings.library
    contexts: list[dict[str, Any]] = [variables]
    if register.each is not None:
        items = feel.to_json(feel.evaluate(register.each, variables, library)) or []
        contexts = [{**variables, "item": item} for item in items]
    rows: Rows = {}
    for context in contexts:
        key = feel.to_json(feel.evaluate(register.key, context, library))
        if key in (None, ""):
            continue
        data = {}
        for column in register.columns:
            if columns is None or column.id in columns:
                value = feel.to_json(feel.evaluate(column.value, context, library))
                if value is not None:
                    data[column.id] = value
        rows[str(key)[:120]] = data
    return rows


def _row(
    record: StepRecord, register: Register, key: str, data: dict[str, Any], void_reason: str | None = None
) -> dict[str, Any]:
    voided_at: datetime | None = record.now if void_reason is not None else None
    return {
        "register": register.code,
        "row_key": key,
        "case_no": record.case_no,
        "instance_id": record.instance_id,
        "unit_path": record.unit_path,
        "data": orjson.dumps(data).decode(),
        "created_by": record.actor.name,
        "now": record.now,
        "voided_at": voided_at,
        "voided_by": record.actor.name if voided_at is not None else None,
        "void_reason": void_reason,
    }
