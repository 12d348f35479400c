"""A guest link: which task it opens, for whom, and whether it still does."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, select

from app import clock
from app.db import Transaction
from app.identity import Actor
from app.identity.actor import guest as guest_actor
from app.identity.tables import user_account
from app.messages import Message, Refusal
from app.runtime.tables import guest_link, user_task

PURPOSES = ("consent", "signature", "survey", "answer")
"""What the property `guest` of a user task may say; a task that does not say it wants an answer."""

_holder = user_account.alias("holder")
_maker = user_account.alias("maker")
_links = (
    select(
        guest_link,
        user_task.c.state.label("task_state"),
        user_task.c.name.label("task_name"),
        user_task.c.case_no,
        user_task.c.closed_at,
        _holder.c.name.label("holder_name"),
        _maker.c.name.label("maker_name"),
    )
    .join(user_task, user_task.c.id == guest_link.c.task_id)
    .join(_maker, _maker.c.id == guest_link.c.created_by)
    .outerjoin(_holder, _holder.c.id == user_task.c.assignee_id)
)
_by_token = _links.where(guest_link.c.token_hash == bindparam("digest"))
_of_task = _links.where(guest_link.c.task_id == bindparam("task_id")).order_by(guest_link.c.id.desc())


@dataclass(frozen=True, slots=True)
class GuestLink:
    """A link with what its pages say of it. `state`: open, used, revoked, expired, or over (the task is dealt with)."""

    id: int
    task_id: int
    task_name: str
    case_no: str
    purpose: str
    guest_name: str
    contact: str  # who has the task, else who made the link
    maker: str
    created_at: datetime
    expires_at: datetime
    opened_at: datetime | None
    used_at: datetime | None
    state: str

    def actor(self, name: str = "") -> Actor:
        """The guest, by the name he gives or else the one that he was addressed by."""
        return guest_actor(name.strip()[:60] or self.guest_name, self.task_id)


def digest_of(token: str) -> str:
    """What is kept of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


def find_link(tx: Transaction, token: str) -> GuestLink | None:
    """The link of a token. One statement, whether there is one or not."""
    row = tx.row(_by_token, {"digest": digest_of(token)})
    return None if row is None else _link(row)


def links_of(tx: Transaction, task_id: int) -> list[GuestLink]:
    """The links of a task, the newest first."""
    return [_link(row) for row in tx.rows(_of_task, {"task_id": task_id})]


def may_be_given(task: Row[Any]) -> bool:
    """Whether a task is one of somebody outside, and one person's alone."""
    properties = task.properties
    return bool(properties.get("behalf_of")) and task.form_id is not None and task.part is None and not task.owner_id


def unknown_link() -> Refusal:
    """The same answer for a token that never was and one that somebody made up."""
    sentence = Message("没有这个链接，请核对收到的网址。", "There is no such link; check the address you were sent.")
    return Refusal("unknown_link", sentence, status=404)


def _link(row: Row[Any]) -> GuestLink:
    return GuestLink(
        id=row.id,
        task_id=row.task_id,
        task_name=row.task_name,
        case_no=row.case_no,
        purpose=row.purpose,
        guest_name=row.guest_name,
        contact=row.holder_name or row.maker_name,
        maker=row.maker_name,
        created_at=row.created_at,
        expires_at=row.expires_at,
        opened_at=row.opened_at,
        used_at=row.used_at,
        state=_state(row),
    )


def _state(row: Row[Any]) -> str:
    if row.used_at is not None:
        return "used"
    if row.revoked_at is not None:
        return "revoked"
    if row.task_state != "open":
        return "over"
    return "expired" if row.expires_at <= clock.now() else "open"
