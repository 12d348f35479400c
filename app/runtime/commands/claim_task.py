"""Claim and release: an unclaimed task becomes somebody's, and goes back."""

from __future__ import annotations

from sqlalchemy import bindparam, update

from app import clock
from app.db import Transaction
from app.history import Event, record_all
from app.identity import Actor
from app.messages import Message, Refusal
from app.runtime.commands.tasks import load_task, require_open, require_work
from app.runtime.tables import user_task
from app.runtime.world import World

_claim = (
    update(user_task)
    .where(user_task.c.id == bindparam("its_id"), user_task.c.state == "open", user_task.c.assignee_id.is_(None))
    .values(assignee_id=bindparam("user"), claimed_at=bindparam("now"))
)
_release = (
    update(user_task)
    .where(
        user_task.c.id == bindparam("its_id"),
        user_task.c.state == "open",
        user_task.c.assignee_id == bindparam("its_holder"),
    )
    .values(assignee_id=None, claimed_at=None)
)


def claim_task(tx: Transaction, world: World, *, actor: Actor, task_id: int) -> None:
    """Take an unclaimed task of one of the actor's queues; claiming one's own again does nothing."""
    task = load_task(tx, task_id).task
    require_work(actor, task)
    require_open(task)
    if task.assignee_id is not None:
        return
    if tx.execute(_claim, {"its_id": task_id, "user": actor.id, "now": clock.now()}).rowcount != 1:
        task = load_task(tx, task_id).task
        require_work(actor, task)
        require_open(task)
        return
    _note(tx, actor, task, "task_claimed")


def release_task(tx: Transaction, world: World, *, actor: Actor, task_id: int) -> None:
    """Give a claimed task back to its queue."""
    task = load_task(tx, task_id).task
    require_work(actor, task)
    require_open(task)
    if task.assignee_id is None:
        return
    if task.queue_id is None:
        raise Refusal(
            "no_queue",
            Message(
                "这项任务指定给个人，不能退回任务池；请转交。", "This task was given to a person; hand it over instead."
            ),
        )
    if tx.execute(_release, {"its_id": task_id, "its_holder": task.assignee_id}).rowcount != 1:
        require_open(load_task(tx, task_id).task)
        return
    _note(tx, actor, task, "task_released")


def _note(tx: Transaction, actor: Actor, task: object, kind: str) -> None:
    event = Event(
        kind,
        case_no=task.case_no,  # type: ignore[attr-defined]
        instance_id=task.instance_id,  # type: ignore[attr-defined]
        task_id=task.id,  # type: ignore[attr-defined]
        element_id=task.element_id,  # type: ignore[attr-defined]
        element_name=task.name,  # type: ignore[attr-defined]
    )
    record_all(tx, actor, [event])
