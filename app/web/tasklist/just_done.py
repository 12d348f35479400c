"""What this person has just handed in, with the way back while there is one."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from app.db import Transaction
from app.identity import Actor
from app.runtime.tables import undo, user_task


def just_done(tx: Transaction, someone: Actor, task_id: str) -> Any:
    """The completed task of that number if it was theirs: id, name, case_no, may_take_back; else None."""
    if not task_id.isdecimal() or len(task_id) > 9:
        return None
    query = (
        select(
            user_task.c.id, user_task.c.name, user_task.c.case_no, undo.c.task_id.is_not(None).label("may_take_back")
        )
        .outerjoin(undo, (undo.c.task_id == user_task.c.id) & (undo.c.user_id == user_task.c.closed_by))
        .where(
            user_task.c.id == int(task_id),
            user_task.c.state == "completed",
            user_task.c.closed_by.in_(someone.own_ids),
        )
    )
    return tx.row(query)
