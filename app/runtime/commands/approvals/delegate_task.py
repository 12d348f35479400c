"""委派: somebody else prepares the task and gives it back; its holder stays responsible and completes it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import update

from app import clock
from app.db import Transaction
from app.identity import Actor
from app.messages import Message, Refusal
from app.runtime.commands.approvals.held import load_held, note, require_text, the_others
from app.runtime.commands.save_draft import keep_draft
from app.runtime.commands.tasks import load_task, require_open, unknown_task
from app.runtime.parts import require_main
from app.runtime.tables import user_task
from app.runtime.world import World


def delegate_task(tx: Transaction, world: World, *, actor: Actor, task_id: int, to_login: str, request: str) -> None:
    """Let another person prepare the task; `request` says what is wanted. Both see it, only he types."""
    task = load_held(tx, actor, task_id, "delegate").task
    require_main(task)
    request = require_text(request, "note", "委派说明", "what is wanted")
    (other,) = the_others(tx, actor, task, [to_login])
    owner = task.assignee_id if task.assignee_id is not None else actor.id
    given = tx.execute(
        update(user_task)
        .where(user_task.c.id == task.id, user_task.c.state == "open", user_task.c.owner_id.is_(None))
        .values(assignee_id=other.id, owner_id=owner, claimed_at=clock.now(), note=request, seen_at=None, seen_by=None)
    )
    if given.rowcount != 1:
        require_open(load_task(tx, task_id).task)
    note(tx, actor, task, "task_delegated", to=other.name, note=request)


def return_delegated_task(
    tx: Transaction, world: World, *, actor: Actor, task_id: int, values: dict[str, Any] | None = None, answer: str = ""
) -> None:
    """Give a delegated task back with what was prepared (`values`, kept as the owner's draft), or, as its owner, take
    it back as it is."""
    task = load_task(tx, task_id).task
    if task.owner_id is None or not {task.owner_id, task.assignee_id} & set(actor.own_ids):
        raise unknown_task()
    require_open(task)
    by_owner = task.assignee_id not in actor.own_ids
    back = tx.execute(
        update(user_task)
        .where(user_task.c.id == task.id, user_task.c.state == "open", user_task.c.owner_id == task.owner_id)
        .values(assignee_id=task.owner_id, owner_id=None, claimed_at=clock.now(), note=None)
    )
    if back.rowcount != 1:
        raise Refusal("moved_on", Message("任务刚刚已经交回。", "The task has just been given back."))
    if values and not by_owner:
        keep_draft(tx, task_id=task.id, user_id=task.owner_id, values=values)
    note(tx, actor, task, "task_recalled" if by_owner else "task_returned_to_owner", note=answer.strip() or None)
