"""Keep what somebody has typed so far."""

from __future__ import annotations

from typing import Any

from sqlalchemy.dialects import postgresql, sqlite

from app import clock
from app.db import Transaction
from app.identity import Actor
from app.runtime.commands.tasks import load_task, require_open, require_work
from app.runtime.tables import task_draft
from app.runtime.world import World

_NEWER = ("form_values", "saved_at")
_sqlite, _postgresql = sqlite.insert(task_draft), postgresql.insert(task_draft)
_keep = {
    "sqlite": _sqlite.on_conflict_do_update(
        index_elements=["task_id", "user_id"], set_={name: _sqlite.excluded[name] for name in _NEWER}
    ),
    "postgresql": _postgresql.on_conflict_do_update(
        index_elements=["task_id", "user_id"], set_={name: _postgresql.excluded[name] for name in _NEWER}
    ),
}


def save_draft(tx: Transaction, world: World, *, actor: Actor, task_id: int, values: dict[str, Any]) -> None:
    """Store the draft of this person for this task; nothing is checked but that the task is open and his."""
    task = load_task(tx, task_id).task
    require_work(actor, task)
    require_open(task)
    keep_draft(tx, task_id=task_id, user_id=actor.id, values=values)


def keep_draft(tx: Transaction, *, task_id: int, user_id: int | None, values: dict[str, Any]) -> None:
    """Store a draft without asking whose the task is."""
    tx.execute(
        _keep[tx.connection.dialect.name],
        {"task_id": task_id, "user_id": user_id, "form_values": values, "saved_at": clock.now()},
    )
