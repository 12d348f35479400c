"""Note who first opened a task: from then on the step before cannot be taken back."""

from __future__ import annotations

from sqlalchemy import bindparam, update

from app import clock
from app.db import Transaction
from app.identity import Actor
from app.runtime.tables import user_task

_see = (
    update(user_task)
    .where(user_task.c.id == bindparam("its_id"), user_task.c.seen_at.is_(None))
    .values(seen_at=bindparam("now"), seen_by=bindparam("user"))
)


def see_task(tx: Transaction, *, actor: Actor, task_id: int) -> None:
    """Mark an open task as seen by somebody who may work on it."""
    tx.execute(_see, {"its_id": task_id, "now": clock.now(), "user": actor.id})
