"""The messages of a person on the page: what is unread, the list, and having read."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row, func, select, update

from app import clock
from app.db import Transaction
from app.notices.tables import notice

PAGE = 50
CAP = 100


def unread_count(tx: Transaction, user_id: int) -> int:
    """How many are unread, counted up to CAP."""
    inner = select(notice.c.id).where(notice.c.user_id == user_id, notice.c.read_at.is_(None)).limit(CAP)
    return int(tx.value(select(func.count()).select_from(inner.subquery())) or 0)


def notices_of(tx: Transaction, user_id: int, *, before: int | None = None) -> list[Row[Any]]:
    """A page of them, the newest first, older than the one numbered `before`."""
    query = select(notice).where(notice.c.user_id == user_id).order_by(notice.c.id.desc()).limit(PAGE + 1)
    return list(tx.rows(query if before is None else query.where(notice.c.id < before)))


def open_notice(tx: Transaction, user_id: int, notice_id: int) -> int | None:
    """Mark one as read; the task that it is about, None when the person has no such message."""
    task = tx.value(select(notice.c.task_id).where(notice.c.id == notice_id, notice.c.user_id == user_id))
    if task is None:
        return None
    mark_read(tx, user_id, notice_id)
    return int(task)


def mark_read(tx: Transaction, user_id: int, notice_id: int | None = None) -> int:
    """Mark one or all of a person's messages as read; how many were not."""
    unread = update(notice).where(notice.c.user_id == user_id, notice.c.read_at.is_(None))
    if notice_id is not None:
        unread = unread.where(notice.c.id == notice_id)
    return tx.execute(unread.values(read_at=clock.now())).rowcount
