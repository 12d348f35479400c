"""The refused attempts that a leader has not taken note of yet."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row, or_, select

from app.db import Transaction
from app.identity import Actor
from app.runtime.commands.note_attempt import LEADER
from app.runtime.tables import refused_attempt

MOST = 100


def open_attempts(tx: Transaction, actor: Actor) -> list[Row[Any]]:
    """Those at the units where this person is the leader, the oldest first; nothing is asked for anybody else."""
    led = sorted({holding.unit_path for holding in actor.holdings if holding.role == LEADER})
    if not led:
        return []
    within = or_(*(refused_attempt.c.unit_path.startswith(path, autoescape=True) for path in led))
    query = select(refused_attempt).where(refused_attempt.c.acknowledged_at.is_(None), within)
    return list(tx.rows(query.order_by(refused_attempt.c.id).limit(MOST)))
