"""Keep what somebody has typed so far."""

from __future__ import annotations

from typing import Any

from sqlalchemy import bindparam, insert, update

from app import clock
from app.db import Transaction
from app.identity import Actor
from app.runtime.commands.tasks import load_task, require_open, require_work
from app.runtime.tables import task_draft
from app.runtime.world import World

_update = (
    update(task_draft)
    .where(task_draft.c.task_id == bindparam("its_task"), task_draft.c.user_id == bindparam("its_user"))
    .values(
        form_values=bindparam("new_values", type_=task_draft.c.form_values.type),
        saved_at=bindparam("now", type_=task_draft.c.saved_at.type),
    )
)


def save_draft(tx: Transaction, world: World, *, actor: Actor, task_id: int, values: dict[str, Any]) -> None:
    """Store the draft of this person for this task; nothing is checked but that the task is open and his."""
    task = load_task(tx, task_id).task
    require_work(actor, task)
    require_open(task)
    now = clock.now()
    updated = tx.execute(_update, {"its_task": task_id, "its_user": actor.id, "new_values": values, "now": now})
    if updated.rowcount == 0:
        tx.execute(insert(task_draft).values(task_id=task_id, user_id=actor.id, form_values=values, saved_at=now))
