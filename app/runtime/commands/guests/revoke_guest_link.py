"""Revoke the link of a task."""

from __future__ import annotations

from sqlalchemy import select, update

from app import clock
from app.db import Transaction
from app.identity import Actor
from app.messages import Message, Refusal
from app.runtime.commands.approvals.held import note
from app.runtime.commands.tasks import load_task, require_work
from app.runtime.tables import guest_link


def revoke_guest_link(tx: Transaction, *, actor: Actor, link_id: int) -> int:
    """End an unused link at once; returns its task. Whoever works on the task may."""
    row = tx.row(select(guest_link).where(guest_link.c.id == link_id))
    if row is None:
        raise Refusal("unknown_link", Message("没有这个链接。", "There is no such link."), status=404)
    task = load_task(tx, row.task_id).task
    require_work(actor, task)
    ended = tx.execute(
        update(guest_link)
        .where(guest_link.c.id == link_id, guest_link.c.used_at.is_(None), guest_link.c.revoked_at.is_(None))
        .values(revoked_at=clock.now(), revoked_by=actor.id)
    )
    if ended.rowcount != 1:
        sentence = Message("链接已经使用或已收回。", "The link has been used or revoked already.")
        raise Refusal("link_over", sentence)
    note(tx, actor, task, "guest_link_revoked", guest=row.guest_name)
    return int(task.id)
