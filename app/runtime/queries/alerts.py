"""Promises at risk, for those who have to act: the holder of the task, the superior, the one above him (CA18)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, or_, select

from app.calendar.tables import service_clock
from app.db import Transaction
from app.identity import Actor
from app.identity.tables import user_account
from app.runtime.tables import user_task

Led = Mapping[str, frozenset[str]]
"""Unit path → the roles a person leads there."""

WARNED, BREACHED, ESCALATED = 1, 2, 3


def clock_alerts(
    tx: Transaction, actor: Actor, of_team: bool, *, direct: Led, further: Led, limit: int = 20
) -> list[Row[Any]]:
    """Clocks that were announced and still run, each with an open task of its case, the earliest due time first.

    Mine: 80 % is used and one of my tasks is open there. `of_team`: broken, and the task belongs to a role that
    reports to me directly; at twice the time also to one that reports over one more step (`further`).
    """
    c = service_clock.c
    if not of_team:
        concerns: ColumnElement[bool] = and_(c.level >= WARNED, user_task.c.assignee_id.in_(actor.own_ids))
    else:
        concerns = and_(
            c.breached, or_(and_(c.level >= BREACHED, _led(direct)), and_(c.level >= ESCALATED, _led(further)))
        )
    query = (
        select(
            c.id.label("clock_id"),
            c.case_no,
            c.level,
            user_task.c.id.label("task_id"),
            user_task.c.name.label("task_name"),
            user_task.c.role,
            user_account.c.name.label("assignee_name"),
        )
        .join(user_task, and_(user_task.c.case_no == c.case_no, user_task.c.state == "open"))
        .outerjoin(user_account, user_account.c.id == user_task.c.assignee_id)
        # A clock that stands still waits for the customer, not for us.
        .where(c.met_at.is_(None), c.cancelled_at.is_(None), c.level > 0, or_(c.next_at.is_not(None), c.level >= 3))
        .where(concerns)
        .order_by(c.due_at, c.id, user_task.c.id)
    )
    seen: dict[int, Row[Any]] = {}
    for row in tx.rows(query.limit(limit * 4)):
        seen.setdefault(row.clock_id, row)
    return list(seen.values())[:limit]


def _led(led: Led) -> ColumnElement[bool]:
    return or_(
        *(
            and_(user_task.c.role.in_(sorted(roles)), user_task.c.unit_path.startswith(path, autoescape=True))
            for path, roles in sorted(led.items())
        ),
        user_task.c.id < 0,
    )
