"""Make the link by which somebody outside does one task."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import insert, update

from app import clock
from app.db import Transaction
from app.identity import Actor
from app.messages import Message, Refusal
from app.runtime.commands.approvals.held import note
from app.runtime.commands.guests.links import PURPOSES, digest_of, may_be_given
from app.runtime.commands.tasks import load_task, require_open, require_work
from app.runtime.tables import guest_link


def make_guest_link(tx: Transaction, *, actor: Actor, task_id: int, token: str, guest_name: str, hours: int) -> None:
    """Keep the digest of `token` for `hours`; the links made before for the same task end with it.

    Raises Refusal: as for any work on the task; `not_for_guests` when it is nobody's outside; `guest_name_missing`.
    """
    task = load_task(tx, task_id).task
    require_work(actor, task)
    require_open(task)
    if not may_be_given(task):
        sentence = Message("这项任务不由外部人员填写。", "This task is not one of somebody outside.")
        raise Refusal("not_for_guests", sentence, status=403)
    name = " ".join(guest_name.split())[:60]
    if not name:
        raise Refusal(
            "guest_name_missing",
            Message("请填写链接交给谁。", "Say whom the link is for."),
            field="guest_name",
            status=422,
        )
    now = clock.now()
    tx.execute(
        update(guest_link)
        .where(
            guest_link.c.task_id == task.id,
            guest_link.c.used_at.is_(None),
            guest_link.c.revoked_at.is_(None),
        )
        .values(revoked_at=now, revoked_by=actor.id)
    )
    purpose = task.properties.get("guest", "")
    tx.execute(
        insert(guest_link).values(
            token_hash=digest_of(token),
            task_id=task.id,
            purpose=purpose if purpose in PURPOSES else "answer",
            guest_name=name,
            created_by=actor.id,
            created_at=now,
            expires_at=now + timedelta(hours=hours),
        )
    )
    note(tx, actor, task, "guest_link_made", guest=name, hours=hours)
