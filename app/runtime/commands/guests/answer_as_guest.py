"""A guest submits the one task of his link; the link is used up in the same transaction."""

from __future__ import annotations

from typing import Any

from sqlalchemy import update

from app import clock
from app.db import Transaction
from app.identity import Actor
from app.messages import Message, Refusal
from app.runtime.commands.complete_task import complete_task
from app.runtime.commands.guests.links import GuestLink, unknown_link
from app.runtime.tables import guest_link
from app.runtime.world import World

_OVER = {
    "used": Message("您已经提交过，不用再填。", "You have submitted it already; nothing more is needed."),
    "revoked": Message("这个链接已被收回。", "This link has been revoked."),
    "expired": Message("这个链接已过期。", "This link has expired."),
    "over": Message("这件事已经办完，不用再填。", "This has been dealt with; nothing more is needed."),
}


def require_usable(link: GuestLink | None) -> GuestLink:
    """The link, when it still opens its task; else a refusal that says why not."""
    if link is None:
        raise unknown_link()
    if link.state != "open":
        raise Refusal(f"link_{link.state}", _OVER[link.state], status=410)
    return link


def answer_as_guest(
    tx: Transaction, world: World, link: GuestLink | None, *, values: dict[str, Any], name: str = ""
) -> Actor:
    """Complete the task as the guest; returns him. Raises as `complete_task` does, and `link_…` when it is over."""
    link = require_usable(link)
    guest = link.actor(name)
    used = tx.execute(
        update(guest_link)
        .where(guest_link.c.id == link.id, guest_link.c.used_at.is_(None), guest_link.c.revoked_at.is_(None))
        .values(used_at=clock.now())
    )
    if used.rowcount != 1:
        raise Refusal("link_used", _OVER["used"], status=410)
    complete_task(tx, world, actor=guest, task_id=link.task_id, values=values)
    return guest
