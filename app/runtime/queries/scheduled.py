"""What starts by itself: when each unit's next start is due, and which starts failed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, bindparam, select

from app.db import Transaction
from app.identity.tables import org_unit
from app.runtime.tables import incident, scheduled_start

_next = (
    select(
        scheduled_start.c.element_id,
        scheduled_start.c.due_at,
        scheduled_start.c.started_at,
        org_unit.c.name.label("unit_name"),
    )
    .join(org_unit, org_unit.c.id == scheduled_start.c.org_unit_id)
    .where(scheduled_start.c.process_key == bindparam("key"), scheduled_start.c.timer != "")
    .order_by(scheduled_start.c.due_at, org_unit.c.path)
)
_failed = (
    select(incident.c.id, incident.c.message_zh, incident.c.message_en, incident.c.raised_at)
    .join(scheduled_start, scheduled_start.c.id == incident.c.scheduled_start_id)
    .where(scheduled_start.c.process_key == bindparam("key"), incident.c.resolved_at.is_(None))
    .order_by(incident.c.id)
)


def next_starts(tx: Transaction, key: str) -> Sequence[Row[Any]]:
    """The timer starts of a process in use, one row per unit: due_at (null: never again), started_at, unit_name."""
    return tx.rows(_next, {"key": key})


def failed_starts(tx: Transaction, key: str) -> Sequence[Row[Any]]:
    """Starts of a process that failed for good and that nobody has mended."""
    return tx.rows(_failed, {"key": key})
