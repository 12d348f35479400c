"""Rows of a register for a rule that has to know what stands there already: open loans, vouchers that were used."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from app.db import Transaction
from app.registers.declaration import Declarations
from app.registers.filters import value_of
from app.registers.tables import register_row

MOST = 2_000


def rows_with(tx: Transaction, declared: Declarations, code: Any, column: Any, value: Any) -> list[dict[str, Any]]:
    """Rows of register `code` whose column of text is `value`, the oldest first; none for no value or no such column.

    Columns as the register has them, `unit_path` of the case, and `void`: a cancelled case leaves its rows, and money
    that was paid stays paid.
    """
    register = declared.registers.get(str(code))
    found = next((each for each in register.columns if each.id == column), None) if register is not None else None
    if found is None or value is None or value == "":
        return []
    rows = tx.rows(
        select(register_row.c.data, register_row.c.unit_path, register_row.c.voided_at)
        .where(register_row.c.register == str(code), value_of(found, on_sqlite=tx.on_sqlite) == str(value))
        .order_by(register_row.c.created_at, register_row.c.id)
        .limit(MOST)
    )
    return [{**row.data, "unit_path": row.unit_path, "void": row.voided_at is not None} for row in rows]
