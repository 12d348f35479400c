"""The statements that write rows: the listener runs them in the step, rebuilding runs them again from history."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Integer, String, bindparam, text, update

from app.db import Transaction, UtcDateTime
from app.registers.tables import register_row

# What a later procedure does not know it leaves as it is: data holds no nulls, and the merge is by column. A row that
# is written again stands again; a row to be voided is not made for that.
_UPSERT = """
INSERT INTO register_row
  (register, row_key, case_no, instance_id, unit_path, data, created_by, created_at, updated_at,
   voided_at, voided_by, void_reason)
SELECT :register, :row_key, :case_no, :instance_id, :unit_path, :data, :created_by, :now, :now,
       :voided_at, :voided_by, :void_reason
WHERE :void_reason IS NULL
   OR EXISTS (SELECT 1 FROM register_row WHERE register = :register AND row_key = :row_key)
ON CONFLICT (register, row_key) DO UPDATE SET
  updated_at = excluded.updated_at, voided_at = excluded.voided_at, voided_by = excluded.voided_by,
  void_reason = excluded.void_reason, data = {merged}
"""
_TYPES: dict[str, Any] = {
    **dict.fromkeys(("register", "row_key", "case_no", "unit_path", "data"), String),
    **dict.fromkeys(("created_by", "voided_by", "void_reason"), String),
    **dict.fromkeys(("now", "voided_at"), UtcDateTime),
    "instance_id": Integer,
}
# PostgreSQL has to be told the types: nothing in a SELECT says them.
_typed = [bindparam(name, type_=kind) for name, kind in _TYPES.items()]
_upsert = {
    "sqlite": text(_UPSERT.format(merged="json_patch(register_row.data, excluded.data)")).bindparams(*_typed),
    "postgresql": text(_UPSERT.format(merged="(register_row.data::jsonb || excluded.data::jsonb)::text")).bindparams(
        *_typed
    ),
}
_void = update(register_row).where(
    register_row.c.instance_id == bindparam("its_instance"), register_row.c.voided_at.is_(None)
)
_mark: dict[str, Any] = {
    "voided_at": bindparam("at"),
    "voided_by": bindparam("by"),
    "void_reason": bindparam("reason"),
    "updated_at": bindparam("at"),
}
_void_all = _void.values(_mark)
_void_in_one = _void.where(register_row.c.register == bindparam("its_register")).values(_mark)


def write_rows(tx: Transaction, rows: Sequence[dict[str, Any]]) -> None:
    """Insert or merge, in this order; one statement. Keys of each row: register, row_key, case_no, instance_id,
    unit_path, data (JSON text), created_by, now, and voided_at, voided_by, void_reason for a row to be voided.
    """
    tx.execute(_upsert[tx.connection.dialect.name], rows)


def void_rows(
    tx: Transaction, *, instance_id: int, at: datetime, by: str, reason: str, register: str | None = None
) -> int:
    """Mark what an instance began and what still stands as 作废, in all registers or in one; how many rows."""
    marks = {"its_instance": instance_id, "at": at, "by": by, "reason": reason}
    if register is None:
        return int(tx.execute(_void_all, marks).rowcount)
    return int(tx.execute(_void_in_one, {**marks, "its_register": register}).rowcount)
