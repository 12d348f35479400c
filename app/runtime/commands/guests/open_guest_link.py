"""A guest looks at the task of his link."""

from __future__ import annotations

from sqlalchemy import update

from app import clock
from app.db import Transaction
from app.runtime.commands.guests.links import GuestLink
from app.runtime.commands.see_task import see_task
from app.runtime.queries.tasks import TaskView, open_task
from app.runtime.tables import guest_link
from app.runtime.world import World


def open_guest_link(tx: Transaction, world: World, link: GuestLink) -> TaskView:
    """The task of an open link as its guest sees it; the step before cannot be taken back from then on."""
    guest = link.actor()
    view = open_task(tx, world, guest, link.task_id)
    if link.opened_at is None:
        tx.execute(update(guest_link).where(guest_link.c.id == link.id).values(opened_at=clock.now()))
    if view.task.seen_at is None:
        see_task(tx, actor=guest, task_id=link.task_id)
    return view
