"""Writing registers: a listener of facts that upserts the declared rows in the step's transaction."""

from __future__ import annotations

from typing import Any

from sqlalchemy import text

from app import feel
from app.db import Transaction
from app.engine import facts as f
from app.registers.declaration import Declarations, Register, Writing
from app.runtime import StepRecord, World

_UPSERT = """
INSERT INTO register_row (register, row_key, case_no, instance_id, unit_path, data, created_by, created_at, updated_at)
VALUES (:register, :row_key, :case_no, :instance_id, :unit_path, :data, :created_by, :now, :now)
ON CONFLICT (register, row_key) DO UPDATE SET updated_at = excluded.updated_at, data = {merged}
"""
_upsert = {
    "sqlite": text(_UPSERT.format(merged="json_patch(register_row.data, excluded.data)")),
    "postgresql": text(_UPSERT.format(merged="(register_row.data::jsonb || excluded.data::jsonb)::text")),
}


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
        """Write what the facts of this step call for; each register once a step."""
        due: dict[str, tuple[Register, Writing]] = {}
        for fact in record.facts:
            if isinstance(fact, f.ElementCompleted):
                event = "completed"
            elif isinstance(fact, f.ElementActivated):
                event = "started"
            else:
                continue
            for register, writing in self._writings.get((fact.process_id, fact.element_id, event), ()):
                due[register.code] = (register, writing)
        rows = [row for register, writing in due.values() for row in self._rows(record, register, writing)]
        if rows:
            tx.execute(_upsert[tx.connection.dialect.name], rows)

    def _rows(self, record: StepRecord, register: Register, writing: Writing) -> list[dict[str, Any]]:
        library = record.surroundings.library
        contexts: list[dict[str, Any]] = [record.variables]
        if register.each is not None:
            items = feel.to_json(feel.evaluate(register.each, record.variables, library)) or []
            contexts = [{**record.variables, "item": item} for item in items]
        rows = []
        for context in contexts:
            key = feel.to_json(feel.evaluate(register.key, context, library))
            if key in (None, ""):
                continue
            data = {}
            for column in register.columns:
                if writing.columns is None or column.id in writing.columns:
                    value = feel.to_json(feel.evaluate(column.value, context, library))
                    if value is not None:
                        data[column.id] = value
            rows.append(self._row(record, register, str(key), data))
        return rows

    @staticmethod
    def _row(record: StepRecord, register: Register, key: str, data: dict[str, Any]) -> dict[str, Any]:
        import orjson

        now = record.now.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        return {
            "register": register.code,
            "row_key": key[:120],
            "case_no": record.case_no,
            "instance_id": record.instance_id,
            "unit_path": record.unit_path,
            "data": orjson.dumps(data).decode(),
            "created_by": record.actor.name,
            "now": now,
        }
