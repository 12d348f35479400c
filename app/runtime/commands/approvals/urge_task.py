"""催办: remind whoever has a task."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import or_, update

from app import clock
from app.db import Transaction
from app.identity import Actor
from app.messages import Message, Refusal
from app.runtime.commands.approvals.held import note
from app.runtime.commands.tasks import load_task, local, may_see, may_work, require_open, unknown_task
from app.runtime.parts import require_verb
from app.runtime.tables import user_task
from app.runtime.world import World

PAUSE = timedelta(hours=1)  # between two reminders of one task, whoever sends them


def urge_task(tx: Transaction, world: World, *, actor: Actor, task_id: int, remark: str = "") -> None:
    """Mark the task as urged. Whoever may see it may remind its holder, once an hour."""
    task = load_task(tx, task_id).task
    if not may_see(actor, task):
        raise unknown_task()
    require_open(task)
    require_verb(task, "urge")
    if may_work(actor, task):
        raise Refusal("own_task", Message("任务在您手中，请直接处理。", "You have this task yourself; go on with it."))
    now = clock.now()
    urged = tx.execute(
        update(user_task)
        .where(
            user_task.c.id == task.id,
            user_task.c.state == "open",
            or_(user_task.c.urged_at.is_(None), user_task.c.urged_at <= now - PAUSE),
        )
        .values(urged_at=now)
    )
    if urged.rowcount != 1:
        task = load_task(tx, task_id).task
        require_open(task)
        again = local(task.urged_at + PAUSE)
        raise Refusal(
            "urged_just_now",
            Message(f"一小时内已催办过，{again} 之后可以再催。", f"It was urged within the hour; again after {again}."),
        )
    note(tx, actor, task, "task_urged", to=task.assignee_name, note=remark.strip()[:400] or None)
