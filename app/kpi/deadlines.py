"""The deadlines that run now, by kind and state, and the list behind each number (RP16)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, case, func, or_, select

from app.calendar.tables import service_clock
from app.db import Transaction
from app.identity.tables import user_account
from app.kpi.sql import moment, within
from app.messages import Message
from app.runtime.tables import service_case

STATES: dict[str, Message] = {
    "escalated": Message("超期一倍，已上报", "twice the time, escalated"),
    "breached": Message("已超期", "overdue"),
    "warned": Message("快到期（已用 80 %）", "due soon (80 % used)"),
    "paused": Message("暂停", "paused"),
    "running": Message("正常", "in time"),
}


@dataclass(frozen=True, slots=True)
class Deadline:
    """One running clock with its case and who answers for it."""

    row: Row[Any]
    state: str


def _state(now: datetime) -> ColumnElement[str]:
    c, at = service_clock.c, moment(now)
    late = or_(c.breached, c.due_at <= at)
    paused = and_(c.next_at.is_(None), c.level < 3)
    return case(
        (and_(~paused, c.escalate_at <= at), "escalated"),
        (or_(c.breached, and_(~paused, late)), "breached"),
        (paused, "paused"),
        (c.warn_at <= at, "warned"),
        else_="running",
    )


def _open(reach: Sequence[str], unit: str) -> ColumnElement[bool]:
    c = service_clock.c
    return and_(c.met_at.is_(None), c.cancelled_at.is_(None), within(service_case.c.unit_path, reach, unit))


def count_deadlines(
    tx: Transaction, *, reach: Sequence[str], now: datetime, unit: str = ""
) -> dict[tuple[str, str], int]:
    """How many clocks run, by (kind, state). One statement."""
    state = _state(now).label("state")
    query = (
        select(service_clock.c.kind, state, func.count().label("clocks"))
        .join(service_case, service_case.c.case_no == service_clock.c.case_no)
        .where(_open(reach, unit))
        .group_by(service_clock.c.kind, state)
    )
    return {(row.kind, row.state): row.clocks for row in tx.rows(query)}


def find_deadlines(
    tx: Transaction,
    *,
    reach: Sequence[str],
    now: datetime,
    unit: str = "",
    kind: str = "",
    state: str = "",
    offset: int = 0,
    limit: int = 50,
) -> list[Deadline]:
    """The running clocks, the most overdue first; one more than `limit` says there is more."""
    how = _state(now)
    query = (
        select(
            service_clock.c.kind,
            service_clock.c.case_no,
            service_clock.c.started_at,
            service_clock.c.due_at,
            service_case.c.customer_name,
            service_case.c.subject,
            service_case.c.unit_path,
            user_account.c.name.label("owner_name"),
            how.label("state"),
        )
        .join(service_case, service_case.c.case_no == service_clock.c.case_no)
        .outerjoin(user_account, user_account.c.login == service_clock.c.owner)
        .where(_open(reach, unit))
        .order_by(service_clock.c.due_at, service_clock.c.id)
    )
    if kind:
        query = query.where(service_clock.c.kind == kind)
    if state:
        query = query.where(how == state)
    return [Deadline(row, row.state) for row in tx.rows(query.offset(offset).limit(limit + 1))]
