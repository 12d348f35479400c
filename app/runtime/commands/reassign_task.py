"""Give a task to another person: by a leader with a reason (GR14), or by whoever leaves, in the same step."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Row, select, update

from app import clock
from app.db import Transaction
from app.history import Event, record_all
from app.identity import Actor, People, holds_role
from app.identity.tables import member
from app.messages import Message, Refusal
from app.runtime.commands.tasks import load_task, may_see, require_open, unknown_task
from app.runtime.tables import user_task
from app.runtime.world import World


def reassign_task(
    tx: Transaction,
    world: World,
    *,
    actor: Actor,
    task_id: int,
    to_login: str,
    reason: str,
    leads: Mapping[str, frozenset[str]],
) -> None:
    """A leader gives an open task to a holder of its role; `leads`: unit path → roles that report to the actor there.

    Refuses peers who swap jobs on their own (GR14), a missing reason, and people without the role at the task's unit.
    """
    task = load_task(tx, task_id).task
    if not may_see(actor, task):
        raise unknown_task()
    require_open(task)
    if not any(task.role in roles and task.unit_path.startswith(path) for path, roles in leads.items()):
        raise Refusal(
            "not_leader",
            Message("只有派工角色或上级可以改派任务。", "Only the dispatching role or a superior may reassign a task."),
            status=403,
        )
    if not reason.strip():
        raise Refusal(
            "reason_missing", Message("请填写改派原因。", "Please give the reason."), field="reason", status=422
        )
    other = People.user(tx, to_login)
    give_task(tx, task, other)
    _note(tx, actor, task, {"from": task.assignee_name, "to": other.name, "reason": reason.strip()})


def give_task(tx: Transaction, task: Row[Any], other: Row[Any]) -> None:
    """Put an open task into the hands of an active holder of its role at its unit; refuses anybody else by name."""
    if not other.active or not holds_role(tx, other.login, task.role, task.unit_path):
        raise Refusal(
            "not_in_role",
            Message(
                f"{other.name}在这个单位没有担任该角色，请选择别人。",
                f"{other.name} does not hold this role at this unit; choose somebody else.",
            ),
            field="to",
            status=422,
        )
    given = tx.execute(
        update(user_task)
        .where(user_task.c.id == task.id, user_task.c.state == "open")
        .values(assignee_id=other.id, claimed_at=clock.now(), seen_at=None, seen_by=None)
    )
    if given.rowcount != 1:
        require_open(load_task(tx, task.id).task)


def hand_over_tasks(tx: Transaction, world: World, *, actor: Actor, login: str, to_login: str | None = None) -> int:
    """Whoever leaves hands over: to a named person, else each task goes back to its role's queue. Returns how many.

    A task that was given to the person alone goes to a named successor only; without one this refuses.
    """
    leaver = People.user(tx, login)
    other = People.user(tx, to_login) if to_login else None
    if other is not None and (not other.active or other.id == leaver.id):
        raise Refusal(
            "successor",
            Message("接手人必须是另一名在职人员。", "The successor must be another active user."),
            field="to",
            status=422,
        )
    tasks = tx.rows(select(user_task).where(user_task.c.assignee_id == leaver.id, user_task.c.state == "open"))
    handed = 0
    for task in tasks:
        goes_to = other.id if other is not None else None
        if goes_to is None and task.queue_id is None:
            raise Refusal(
                "successor_needed",
                Message(
                    f"任务“{task.name}”指定给了{leaver.name}，请选择接手人。",
                    f"“{task.name}” was given to {leaver.name}; name a successor.",
                ),
                field="to",
                status=422,
            )
        given = tx.execute(
            update(user_task)
            .where(user_task.c.id == task.id, user_task.c.state == "open", user_task.c.assignee_id == leaver.id)
            .values(assignee_id=goes_to, claimed_at=clock.now() if goes_to else None)
        )
        if given.rowcount == 1:
            handed += 1
            _note(tx, actor, task, {"from": leaver.name, "to": other.name if other else None, "reason": "left"})
    return handed


def reroute_tasks(tx: Transaction, world: World, *, actor: Actor) -> int:
    """Move unclaimed tasks out of queues that have lost their last member to the nearest staffed one (readings 6)."""
    from app.identity import nearest_queue

    orphaned = tx.rows(
        select(user_task)
        .where(user_task.c.state == "open", user_task.c.assignee_id.is_(None), user_task.c.queue_id.is_not(None))
        .where(~select(member.c.user_id).where(member.c.queue_id == user_task.c.queue_id).exists())
    )
    moved = 0
    for task in orphaned:
        target = nearest_queue(tx, task.role, task.unit_path)
        if target.staffed and target.id != task.queue_id:
            moving = update(user_task).where(user_task.c.id == task.id, user_task.c.assignee_id.is_(None))
            moved += tx.execute(moving.values(queue_id=target.id)).rowcount
    return moved


def _note(tx: Transaction, actor: Actor, task: Row[Any], data: dict[str, Any]) -> None:
    event = Event(
        "task_reassigned",
        case_no=task.case_no,
        instance_id=task.instance_id,
        task_id=task.id,
        element_id=task.element_id,
        element_name=task.name,
        data=data,
    )
    record_all(tx, actor, [event])
