"""The rows that came into a register since a moment, for a procedure that goes through them: the contacts of a day."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import select

from app import clock
from app.db import Transaction
from app.registers.tables import register_row

MOST = 500


def rows_since(tx: Transaction, unit_path: str, code: Any, since: Any) -> list[dict[str, Any]]:
    """Rows of the unit and below that are not void, the oldest first, with `entered_at`; none without a moment."""
    if not isinstance(since, datetime):
        return []
    rows = tx.rows(
        select(register_row.c.data, register_row.c.created_at)
        .where(
            register_row.c.register == str(code),
            register_row.c.voided_at.is_(None),
            register_row.c.created_at >= since,
            register_row.c.unit_path.startswith(unit_path, autoescape=True),
        )
        .order_by(register_row.c.created_at, register_row.c.id)
        .limit(MOST)
    )
    return [{**row.data, "entered_at": row.created_at.astimezone(clock.ZONE).isoformat()} for row in rows]
