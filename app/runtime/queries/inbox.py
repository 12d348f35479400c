"""The inbox: my tasks, my roles' tasks, and for a leader the tasks of his people; pages by keyset, counts capped."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

from sqlalchemy import ColumnElement, Row, Select, and_, func, literal_column, or_, select, tuple_

from app import clock
from app.db import Transaction
from app.identity import Actor
from app.identity.tables import queue, user_account
from app.messages import Message, Refusal
from app.runtime.tables import case_term, user_task

Scope = Literal["mine", "roles"]
CAP = 1000
PAGE = 25

_columns = (
    user_task.c.id,
    user_task.c.case_no,
    user_task.c.element_id,
    user_task.c.name,
    user_task.c.process_key,
    user_task.c.process_name,
    user_task.c.role,
    user_task.c.assignee_id,
    user_task.c.opened_at,
    user_task.c.due_at,
    user_task.c.sort_at,
    user_task.c.priority,
    user_task.c.customer_name,
    user_task.c.serial_no,
    user_task.c.subject,
    user_task.c.properties,
    user_task.c.part,
    user_task.c.owner_id,
    user_task.c.urged_at,
    user_task.c.queue_id,
    user_task.c.unit_path,
)


@dataclass(frozen=True, slots=True)
class Filters:
    """What the person narrowed the list to; empty values do not narrow."""

    process: str = ""
    role: str = ""
    due: str = ""  # late, today, week, none
    text: str = ""
    sort: str = "due"  # due, opened, priority, process


@dataclass(frozen=True, slots=True)
class InboxPage:
    """One page; `next` is the cursor behind its last row, None on the last page."""

    rows: list[Row[Any]] = field(default_factory=list)
    next: str | None = None


def _in_scope(scope: Scope, actor: Actor) -> ColumnElement[bool]:
    # What a partial index must match stands as a literal, not as a parameter.
    if scope == "mine":
        return and_(
            literal_column("user_task.state = 'open' AND user_task.assignee_id IS NOT NULL"),
            user_task.c.assignee_id.in_(actor.own_ids),
        )
    return and_(
        literal_column("user_task.state = 'open' AND user_task.assignee_id IS NULL"),
        user_task.c.queue_id.in_(actor.queue_ids),
    )


def _narrowed(filters: Filters, now: datetime) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if filters.process:
        conditions.append(user_task.c.process_key == filters.process)
    if filters.role:
        conditions.append(user_task.c.role == filters.role)
    if filters.due == "late":
        conditions.append(user_task.c.due_at < now)
    elif filters.due == "today":
        conditions.append(user_task.c.due_at < now + timedelta(days=1))
    elif filters.due == "week":
        conditions.append(user_task.c.due_at < now + timedelta(days=7))
    elif filters.due == "none":
        conditions.append(user_task.c.due_at.is_(None))
    if filters.text:
        text = filters.text.strip()
        by_term = select(case_term.c.case_no).where(case_term.c.term.startswith(text.lower(), autoescape=True))
        conditions.append(
            or_(
                user_task.c.case_no == text.upper(),
                user_task.c.name.contains(text, autoescape=True),
                user_task.c.customer_name.contains(text, autoescape=True),
                user_task.c.serial_no.contains(text, autoescape=True),
                user_task.c.subject.contains(text, autoescape=True),
                user_task.c.case_no.in_(by_term),
            )
        )
    return conditions


_ORDERS: dict[str, tuple[ColumnElement[Any], bool]] = {
    "due": (user_task.c.sort_at, False),
    "opened": (user_task.c.opened_at, True),
    "priority": (user_task.c.priority, True),
    "process": (user_task.c.process_name, False),
}


def inbox(
    tx: Transaction, actor: Actor, scope: Scope, filters: Filters | None = None, *, after: str | None = None
) -> InboxPage:
    """A page of open tasks in the wanted order; `after` is the cursor of the page before. One statement."""
    filters = filters or Filters()
    wanted = _own_ids(scope, actor)
    if not wanted:
        return InboxPage()
    narrowed = _narrowed(filters, clock.now())
    order, descending = _ORDERS.get(filters.sort, _ORDERS["due"])
    query = _ordered(narrowed, order, descending, after)
    if tx.on_sqlite or scope == "mine":
        rows = list(tx.rows(query.where(_in_scope(scope, actor))))
    else:
        rows = list(tx.rows(_lateral(query, actor, order, descending)))
    more = len(rows) > PAGE
    rows = rows[:PAGE]
    return InboxPage(rows, _cursor(rows[-1], filters.sort) if more else None)


def _own_ids(scope: Scope, actor: Actor) -> tuple[int, ...]:
    return actor.own_ids if scope == "mine" else actor.queue_ids


def _ordered(
    narrowed: list[ColumnElement[bool]], order: ColumnElement[Any], descending: bool, after: str | None
) -> Select[Any]:
    query = select(*_columns).where(*narrowed)
    if after is not None:
        value, last_id = _position(after, order)
        here = tuple_(order, user_task.c.id)
        there = tuple_(*_bound(order, value, last_id))
        query = query.where(here < there if descending else here > there)
    if descending:
        return query.order_by(order.desc(), user_task.c.id.desc()).limit(PAGE + 1)
    return query.order_by(order, user_task.c.id).limit(PAGE + 1)


def _bound(order: ColumnElement[Any], value: Any, last_id: int) -> tuple[Any, Any]:
    from sqlalchemy import literal

    return literal(value, order.type), literal(last_id)


def _lateral(query: Select[Any], actor: Actor, order: ColumnElement[Any], descending: bool) -> Select[Any]:
    """PostgreSQL reads a page from each queue's index and merges them; a plain IN would read every open task."""
    queues = select(queue.c.id).where(queue.c.id.in_(actor.queue_ids)).subquery("own")
    inner = (
        query.where(
            literal_column("user_task.state = 'open' AND user_task.assignee_id IS NULL"),
            user_task.c.queue_id == queues.c.id,
        )
        .correlate(queues)
        .lateral("page")
    )
    ordered = inner.c[str(order.key)]
    merged = select(inner).select_from(queues.join(inner, literal_column("true")))
    if descending:
        return merged.order_by(ordered.desc(), inner.c.id.desc()).limit(PAGE + 1)
    return merged.order_by(ordered, inner.c.id).limit(PAGE + 1)


def _cursor(row: Row[Any], sort: str) -> str:
    order = _ORDERS.get(sort, _ORDERS["due"])[0]
    value = getattr(row, str(order.key))
    return f"{value.isoformat() if isinstance(value, datetime) else value}~{row.id}"


def _position(cursor: str, order: ColumnElement[Any]) -> tuple[Any, int]:
    text, _, last_id = cursor.rpartition("~")
    try:
        value: Any = text
        if order.key in {"sort_at", "opened_at"}:
            value = datetime.fromisoformat(text).astimezone(UTC)
        elif order.key == "priority":
            value = int(text)
        return value, int(last_id)
    except (ValueError, OverflowError):
        raise Refusal(
            "bad_cursor",
            Message("没有这一页，请从第一页看起。", "There is no such page; begin at the first."),
            status=404,
        ) from None


def counts(tx: Transaction, actor: Actor) -> dict[str, int]:
    """Open tasks of mine and of my queues, counted up to CAP, how many of mine are late, and the newest task of all.

    One statement.
    """
    now = clock.now()
    parts = []
    for name, scope, extra in (
        ("mine", "mine", []),
        ("roles", "roles", []),
        ("late", "mine", [user_task.c.due_at < now]),
    ):
        if _own_ids(scope, actor):  # type: ignore[arg-type]
            inner = select(user_task.c.id).where(_in_scope(scope, actor), *extra).limit(CAP)  # type: ignore[arg-type]
            parts.append(select(func.count()).select_from(inner.subquery()).scalar_subquery().label(name))
    if not parts:
        return {}
    parts.append(select(func.max(user_task.c.id)).scalar_subquery().label("newest"))
    row = tx.row(select(*parts))
    return {name: number or 0 for name, number in row._mapping.items()} if row is not None else {}


def team_tasks(
    tx: Transaction,
    leads: Mapping[str, frozenset[str]],
    *,
    filters: Filters | None = None,
    limit: int = 200,
) -> list[Row[Any]]:
    """The open tasks of the roles that a leader leads (unit path → roles), at and below the units, late first."""
    if not leads:
        return []
    filters = filters or Filters()
    query = (
        select(*_columns, user_account.c.name.label("assignee_name"))
        .outerjoin(user_account, user_account.c.id == user_task.c.assignee_id)
        .where(
            user_task.c.state == "open",
            or_(
                *(
                    and_(user_task.c.role.in_(sorted(roles)), user_task.c.unit_path.startswith(path, autoescape=True))
                    for path, roles in sorted(leads.items())
                )
            ),
            *_narrowed(filters, clock.now()),
        )
        .order_by(user_task.c.sort_at, user_task.c.id)
        .limit(limit)
    )
    return list(tx.rows(query))
